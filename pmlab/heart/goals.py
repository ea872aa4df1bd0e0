"""Goals, signals and metrics as a table, with a warning about metrics that only look good."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pmlab.errors import InputError
from pmlab.heart.metric import DIMENSIONS, Metric
from pmlab.heart.words import shown
from pmlab.results import Result, number_of

__all__ = ["Canvas", "canvas", "vanity_warnings"]

CUMULATIVE = re.compile(r"\b(total|cumulative|all[- ]time|lifetime|to date|so far|ever)\b", re.I)
COUNTS = re.compile(
    r"\b(page ?views?|impressions?|downloads?|installs?|registrations?|registered users|"
    r"sign[- ]?ups?|followers|likes|clicks|hits|visits|sessions)\b",
    re.I,
)
PER_SOMETHING = re.compile(
    r"\b(per|rate|share|ratio|percentage|proportion|average|mean|median|of)\b|%", re.I
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Canvas(Result):
    """What should happen (goal), how one would see it (signal), and the number (metric)."""

    metrics: tuple[Metric, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a metric, in the order of HEART."""
        return pd.DataFrame(
            {
                "dimension": [metric.dimension for metric in self.metrics],
                "goal": [metric.goal for metric in self.metrics],
                "signal": [metric.signal for metric in self.metrics],
                "metric": [metric.name for metric in self.metrics],
                "better": [metric.direction for metric in self.metrics],
                "baseline": [metric.baseline for metric in self.metrics],
                "target": [metric.target for metric in self.metrics],
            }
        )

    @property
    def title(self) -> str:
        return f"Goals, signals and {number_of(len(self.metrics), 'metric')}"

    @property
    def method(self) -> str:
        return "Goals -> Signals -> Metrics, by HEART (Rodden, Hutchinson and Fu, 2010)."

    @property
    def assumptions(self) -> tuple[str, ...]:
        return ("The signal moves when the goal is met, and not for other reasons.",)

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""
        covered = [name for name in DIMENSIONS if name in {m.dimension for m in self.metrics}]
        rest = [name for name in DIMENSIONS if name not in covered]
        without = f" Nothing stands for {', '.join(rest)}." if rest else ""
        return f"{number_of(len(self.metrics), 'metric')} for {', '.join(covered)}.{without}"

    def _table(self) -> Mapping[str, Sequence[str]]:
        return {
            "dimension": [metric.dimension for metric in self.metrics],
            "goal": [metric.goal for metric in self.metrics],
            "signal": [metric.signal for metric in self.metrics],
            "metric": [metric.name for metric in self.metrics],
            "from": [_shown(metric, metric.baseline) for metric in self.metrics],
            "to": [_shown(metric, metric.target) for metric in self.metrics],
        }


def canvas(metrics: Iterable[Metric]) -> Canvas:
    """Lay out goals, signals and metrics, measured or not yet.

    Parameters
    ----------
    metrics : iterable of Metric
        With `goal` and `signal`; estimates may still be missing.

    Returns
    -------
    Canvas
        With warnings about vanity metrics (running totals, bare counts, engagement without
        retention), missing goals and signals, and targets not set yet.

    Raises
    ------
    InputError
        Without metrics, or with two of one name.

    Examples
    --------
    >>> plan = [Metric(name="Total sign-ups", dimension="adoption", goal="People try Larder")]
    >>> len(canvas(plan).warnings)
    3
    """
    chosen = in_order(metrics)
    warnings = list(vanity_warnings(chosen))
    for what in ("goal", "signal"):
        bare = [metric.name for metric in chosen if not getattr(metric, what).strip()]
        if bare:
            warnings.append(f"no {what} for {', '.join(bare)}; a metric stands for something.")
    unset = [m.name for m in chosen if m.baseline is None or m.target is None]
    if unset:
        warnings.append(
            f"no baseline or target yet for {', '.join(unset)}; set both before measuring."
        )
    return Canvas(metrics=chosen, warnings=tuple(warnings))


def in_order(metrics: Iterable[Metric]) -> tuple[Metric, ...]:
    """Return the metrics in the order of HEART, checked."""
    if isinstance(metrics, Metric):
        raise InputError("metrics is a single metric; give a list of them.")
    chosen = list(metrics)
    for metric in chosen:
        if not isinstance(metric, Metric):
            raise InputError(
                f"metrics holds a {type(metric).__name__}; make a metric of it with "
                "heart.Metric.of(...)."
            )
    if not chosen:
        raise InputError("metrics is empty; give at least one.")
    names = [metric.name for metric in chosen]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"metrics has two of the name {twice[0]!r}; give each its own.")
    return tuple(sorted(chosen, key=lambda metric: DIMENSIONS.index(metric.dimension)))


def vanity_warnings(metrics: Sequence[Metric]) -> tuple[str, ...]:
    """Return which metrics can only go up, or say nothing of value."""
    texts = []
    for metric in metrics:
        if CUMULATIVE.search(metric.name):
            texts.append(
                f"'{metric.name}' reads like a running total, which can only rise; count those of "
                "a period, per user."
            )
        elif COUNTS.search(metric.name) and not PER_SOMETHING.search(metric.name):
            texts.append(
                f"'{metric.name}' reads like a bare count, which grows with the number of people; "
                "take it per user, or as a share."
            )
    dimensions = {metric.dimension for metric in metrics}
    if "engagement" in dimensions and "retention" not in dimensions:
        texts.append(
            "engagement without retention: people who use a product more before they leave look "
            "engaged; add a metric of who stays."
        )
    return tuple(texts)


def _shown(metric: Metric, value: float | None) -> str:
    return "-" if value is None else shown(value, metric.evidence.unit)
