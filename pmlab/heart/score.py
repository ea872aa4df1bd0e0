"""How far a product is from where it should be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from pmlab.errors import InputError, require_choice
from pmlab.heart.card import Scorecard
from pmlab.heart.goals import in_order, vanity_warnings
from pmlab.heart.metric import DIMENSIONS, Guardrail, Metric, dimension_of
from pmlab.heart.uncertainty import resampled
from pmlab.results import level

__all__ = ["scorecard"]


def scorecard(
    metrics: Iterable[Metric],
    *,
    guardrails: Iterable[Guardrail] = (),
    weights: Mapping[str, float] | None = None,
    missing: Literal["refuse", "renormalise"] = "refuse",
    users: Any = None,
    user: str = "user_id",
    n_resamples: int = 2000,
    rng: int | np.random.Generator | None = 0,
) -> Scorecard:
    """Score how far metrics are from their baselines to their targets.

    Parameters
    ----------
    metrics : iterable of Metric
        Measured, with a baseline and a target each, all at one confidence level.
    guardrails : iterable of Guardrail
        One wholly past its limit is "do not ship", whatever the score.
    weights : mapping, optional
        Dimension -> weight, summing to 1; equal by default.
    missing : {"refuse", "renormalise"}
        A dimension without a metric leaves no composite, or leaves its weight to the others.
    users : table, optional
        When metrics share users: one row a user and a column for each metric that comes from
        users, named as the metric, blank where a user has no value. Whole users are then resampled.
        Without it, metrics count as measured on different people.
    user : str
        The column of `users` with the ids, if it has one.
    n_resamples : int
        At least 200.
    rng : int or numpy Generator
        Of the bootstrap.

    Returns
    -------
    Scorecard

    Raises
    ------
    InputError
        For metrics not measured or without a target, weights that do not sum to 1, users whose
        values are not those of the metric.

    References
    ----------
    OECD and JRC (2008). *Handbook on Constructing Composite Indicators* (distance to a target,
    and the sensitivity to weights).

    Examples
    --------
    >>> card = scorecard(
    ...     [
    ...         Metric(name="SUS", dimension="happiness", baseline=68, target=78, estimate=73,
    ...                se=2),
    ...         Metric(name="Day-7 retention", dimension="retention", baseline=0.3, target=0.4,
    ...                estimate=0.29, se=0.01),
    ...     ],
    ...     missing="renormalise",
    ... )
    >>> round(card.score, 6), card.weakest, card.depends_on_weights
    (20.0, 'retention', True)
    """
    chosen, watched = in_order(metrics), tuple(guardrails)
    require_choice("missing", missing, ("refuse", "renormalise"))
    for metric in chosen:
        _require_scorable(metric)
    for guardrail in watched:
        if not isinstance(guardrail, Guardrail):
            raise InputError(
                f"guardrails holds a {type(guardrail).__name__}; make it a heart.Guardrail."
            )
    levels = {own.confidence_level for own in (*chosen, *watched)}
    if len(levels) > 1:
        raise InputError(
            f"metrics and guardrails have intervals of {', '.join(map(level, sorted(levels)))}; "
            "measure all at one confidence_level."
        )
    measured = [name for name in DIMENSIONS if name in {metric.dimension for metric in chosen}]
    given = _weights(weights, measured)
    draws, n_users = None, 0
    if users is not None:
        draws, n_users = resampled(chosen, users, user=user, n_resamples=n_resamples, rng=rng)
    card = Scorecard(
        metrics=chosen,
        guardrails=watched,
        weights=given,
        equal_weights=weights is None,
        missing=missing,
        confidence_level=levels.pop(),
        resamples=draws,
        n_users=n_users,
    )
    return replace(card, warnings=_warnings(card))


def _warnings(card: Scorecard) -> tuple[str, ...]:
    texts = []
    if card.missing_dimensions and card.missing == "refuse":
        texts.append(
            f"no composite: nothing stands for {', '.join(card.missing_dimensions)}. Measure them, "
            "or score the others with missing='renormalise'."
        )
    elif card.missing_dimensions:
        texts.append(
            f"the composite leaves out {', '.join(card.missing_dimensions)}; their weight went to "
            "the others."
        )
    unknown = [m.name for m in card.metrics if math.isnan(m.attainment)]
    if unknown:
        texts.append(f"no value for {', '.join(unknown)}, so what rests on it is undefined (NaN).")
    if card.depends_on_weights:
        turning = card.sensitivity.loc[card.sensitivity["sign_turns"], "weights"]
        texts.append(f"the sign of the composite depends on weights: {'; '.join(turning)}.")
    if not card.guardrails:
        texts.append("no guardrail: nothing here could say 'do not ship'.")
    if card.resamples is None:
        ids = [metric.respondent_ids for metric in card.metrics if metric.respondent_ids]
        if any(one & other for k, one in enumerate(ids) for other in ids[:k]):
            texts.append(
                "some people are in more than one metric, and the intervals take them for "
                "different people; give users= to resample whole users."
            )
    return (*texts, *vanity_warnings(card.metrics))


def _require_scorable(metric: Metric) -> None:
    if metric.baseline is None or metric.target is None:
        raise InputError(
            f"{metric.name}: a scorecard needs a baseline and a target, set before measuring."
        )
    if metric.estimate is None:
        raise InputError(
            f"{metric.name} has not been measured; give estimate= and se=, or "
            "metric.measured(measure)."
        )


def _weights(weights: Mapping[str, float] | None, measured: Sequence[str]) -> dict[str, float]:
    if weights is None:
        return dict.fromkeys(DIMENSIONS, 1 / len(DIMENSIONS))
    given = {dimension_of(name): weight for name, weight in weights.items()}
    for name, weight in given.items():
        if isinstance(weight, bool | str) or not 0 <= weight <= 1:
            raise InputError(f"weights: {name} has {weight!r}; a weight lies in [0, 1].")
    if not math.isclose(sum(given.values()), 1, abs_tol=1e-9):
        raise InputError(f"weights sum to {sum(given.values()):.6g}; they must sum to 1.")
    left = [name for name in measured if name not in given]
    if left:
        raise InputError(
            f"weights says nothing of {', '.join(left)}; give every measured dimension a weight, 0 "
            "to leave it out."
        )
    if not any(given[name] for name in measured):
        raise InputError("weights leaves nothing for the dimensions that are measured.")
    return dict.fromkeys(DIMENSIONS, 0.0) | given
