"""Metrics with a goal and a target, and guardrails with a limit."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from pmlab.errors import InputError, did_you_mean, require_choice
from pmlab.heart.answers import as_numbers, whole_number
from pmlab.heart.evidence import Evidence, Known, Mean, Share
from pmlab.heart.measures import Measure
from pmlab.stats import Interval
from pmlab.stats.intervals import require_level

__all__ = ["DIMENSIONS", "Direction", "Guardrail", "Metric", "dimension_of"]

DIMENSIONS = ("happiness", "engagement", "adoption", "retention", "task success")
"""Rodden, K., Hutchinson, H. and Fu, X. (2010). Measuring the user experience on a large scale:
user-centered metrics for web applications. *Proceedings of CHI*, 2395-2398."""

Direction = Literal["up", "down"]


def dimension_of(name: object) -> str:
    """Return a dimension of HEART by its name."""
    plain = str(name).strip().lower().replace("_", " ").replace("-", " ")
    if plain not in DIMENSIONS:
        raise InputError(
            f"dimension={name!r} is none of HEART's. {did_you_mean(plain, DIMENSIONS)}"
        )
    return plain


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A name, a direction, and a number with its interval: what metrics and guardrails share.

    The number comes as `estimate` with `se` or with `low` and `high`; or, by `of`, from a measure.
    """

    name: str
    direction: Direction = "up"
    """Which way is better."""
    estimate: float | None = None
    """None while it has not been measured."""
    se: float | None = None
    """Standard error of `estimate`; of its logarithm with `log`."""
    low: float | None = None
    high: float | None = None
    log: bool = False
    """Whether distances are on the logarithm, as for times."""
    confidence_level: float = 0.95
    measure: Evidence | None = field(default=None, repr=False)
    """What the number rests on, where it was measured with pmlab."""
    n: int | None = None
    n_invited: int | None = None
    respondent_ids: frozenset[Hashable] = field(default=frozenset(), repr=False)

    def _check(self) -> None:
        kind = type(self).__name__
        if not isinstance(self.name, str) or not self.name.strip():
            raise InputError(f"name={self.name!r}: give every {kind.lower()} a name.")
        require_choice("direction", self.direction, ("up", "down"))
        require_level(self.confidence_level)
        for parameter in ("estimate", "se", "low", "high"):
            _require_number(self.name, parameter, getattr(self, parameter))
        if self.measure is not None or self.estimate is None:
            return
        ends = (self.low, self.high)
        if self.se is not None and ends != (None, None):
            raise InputError(f"{self.name}: give se, or low and high, not both.")
        if self.se is None and None in ends:
            raise InputError(
                f"{self.name}: an estimate needs its uncertainty: give se, or low and high, or "
                f"make it with heart.{kind}.of."
            )
        if self.se is not None and self.se < 0:
            raise InputError(f"{self.name}: se={self.se!r} is below 0.")
        elif self.se is None and not self.low <= self.estimate <= self.high:  # type: ignore[operator]
            raise InputError(
                f"{self.name}: estimate={self.estimate!r} does not lie between "
                f"low={self.low!r} and high={self.high!r}."
            )
        self._check_log(("estimate", self.estimate), ("low", self.low))

    def _check_log(self, *named: tuple[str, float | None]) -> None:
        for parameter, value in named:
            if self.log and value is not None and not value > 0:
                raise InputError(
                    f"{self.name}: {parameter}={value!r} has no logarithm; with log=True all "
                    "numbers are above 0."
                )

    def _check_share(self, *named: tuple[str, float | None]) -> None:
        for parameter, value in named:
            if value is not None and self.evidence.unit == "share" and not 0 <= value <= 1:
                raise InputError(
                    f"{self.name}: {parameter}={value!r}, but this is a share; write it as a "
                    "fraction, such as 0.4 for 40%."
                )

    @cached_property
    def evidence(self) -> Evidence:
        """What the number rests on."""
        if self.measure is not None:
            return self.measure
        return Known(
            value=math.nan if self.estimate is None else float(self.estimate),
            se=self.se,
            low=self.low,
            high=self.high,
            given_level=self.confidence_level,
            log=self.log,
        )

    @property
    def interval(self) -> Interval:
        """The interval of the number; NaN where too little is known."""
        return self.evidence.interval(self.confidence_level)

    @property
    def response_rate(self) -> float:
        """For a survey: complete respondents of those invited."""
        return self.n / self.n_invited if self.n and self.n_invited else math.nan


@dataclass(frozen=True, kw_only=True)
class Metric(Measured):
    """A number that stands for a goal, with where it began and where it should be.

    Parameters
    ----------
    name : str
        What is measured, such as "Day-7 retention".
    dimension : str
        "happiness", "engagement", "adoption", "retention" or "task success".
    goal, signal : str
        What should happen, and how one would see it.
    direction : {"up", "down"}
        Which way is better; the target lies that way from the baseline.
    baseline, target : float
        Both set before measuring.
    estimate, se, low, high, log, confidence_level
        The number and its uncertainty: `se`, or `low` and `high`. With `log`, distances are on the
        logarithm (times), and `se` is that of the logarithm.

    Raises
    ------
    InputError
        For a target at the baseline or on the wrong side of it, an estimate without uncertainty,
        numbers without a logarithm where one is needed.

    Examples
    --------
    >>> m = Metric(name="Day-7 retention", dimension="retention", baseline=0.30, target=0.40,
    ...            estimate=0.34, se=0.01)
    >>> round(m.attainment, 6)
    40.0
    """

    dimension: str
    goal: str = ""
    signal: str = ""
    baseline: float | None = None
    target: float | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be scored."""
        object.__setattr__(self, "dimension", dimension_of(self.dimension))
        self._check()
        _require_number(self.name, "baseline", self.baseline)
        _require_number(self.name, "target", self.target)
        self._check_log(("baseline", self.baseline), ("target", self.target))
        self._check_share(("baseline", self.baseline), ("target", self.target))
        if self.baseline is None or self.target is None:
            return
        if self.baseline == self.target:
            raise InputError(
                f"{self.name}: the target equals the baseline ({self.target!r}), so there is no "
                "way to go and no attainment; set a target that would be better."
            )
        if (self.target > self.baseline) != (self.direction == "up"):
            raise InputError(
                f"{self.name}: direction={self.direction!r}, but the target {self.target!r} lies "
                f"{'below' if self.direction == 'up' else 'above'} the baseline {self.baseline!r}; "
                "are the two swapped, or is the other direction better?"
            )

    @classmethod
    def of(
        cls,
        measure: Any,
        *,
        name: str,
        dimension: str,
        goal: str = "",
        signal: str = "",
        direction: Direction | None = None,
        baseline: float | None = None,
        target: float | None = None,
    ) -> Metric:
        """Make a metric of what was measured.

        Parameters
        ----------
        measure : SurveyScore, TaskMeasure, (successes, n), or column of numbers
            A measure of `pmlab.heart`; a share as a pair, such as the returned and the observed of
            a retention cell (Wilson interval); or one value a user (their mean, t interval).
        name, dimension, goal, signal, baseline, target
            As for `Metric`.
        direction : {"up", "down"}, optional
            By default the measure's own: "down" for times and errors, else "up".

        Examples
        --------
        >>> m = Metric.of((420, 1000), name="Day-7 retention", dimension="retention",
        ...               baseline=0.40, target=0.45)
        >>> round(m.attainment, 6)
        40.0
        """
        own: Direction = getattr(measure, "direction", "up")
        plan = cls(
            name=name,
            dimension=dimension,
            goal=goal,
            signal=signal,
            direction=own if direction is None else direction,
            baseline=baseline,
            target=target,
            log=_evidence_of(measure, name).log,
        )
        return plan.measured(measure)

    def measured(self, measure: Any) -> Metric:
        """Return the same metric, with this measure as its number."""
        return replace(self, **_numbers_of(measure, self.name, self.confidence_level))

    def attain(self, value: float) -> float:
        """Return how far a value is from the baseline to the target: 0 and 100; never cut off."""
        if self.baseline is None or self.target is None:
            return math.nan
        baseline, target = float(self.baseline), float(self.target)
        if self.log:
            value = math.log(value) if value > 0 else -math.inf if value == 0 else math.nan
            baseline, target = math.log(baseline), math.log(target)
        return 100 * (value - baseline) / (target - baseline)

    @property
    def attainment(self) -> float:
        """How far the number is from the baseline (0) to the target (100)."""
        return self.attain(self.evidence.estimate)

    @property
    def attainment_interval(self) -> Interval:
        """The interval of the attainment."""
        ends = [self.attain(end) for end in self.interval]
        return Interval(min(ends), max(ends)) if self.direction == "up" else Interval(*ends[::-1])


@dataclass(frozen=True, kw_only=True)
class Guardrail(Measured):
    """A number that must not pass its limit, whatever the score.

    Parameters
    ----------
    name : str
        What is watched, such as "Refund rate".
    limit : float
        The worst value that is still fine.
    direction : {"up", "down"}
        Which way is better: for "down" the limit is the most, for "up" the least.
    estimate, se, low, high, log, confidence_level
        As for `Metric`.

    Raises
    ------
    InputError
        As for `Metric`.

    Examples
    --------
    >>> g = Guardrail(name="Refund rate", direction="down", limit=0.03, estimate=0.05, se=0.005)
    >>> g.state
    'past'
    """

    limit: float

    def __post_init__(self) -> None:
        """Refuse what cannot be watched."""
        self._check()
        if self.limit is None:
            raise InputError(f"{self.name}: a guardrail needs a limit.")
        _require_number(self.name, "limit", self.limit)
        self._check_share(("limit", self.limit))
        if self.estimate is None:
            raise InputError(f"{self.name}: a guardrail needs an estimate and its uncertainty.")

    @classmethod
    def of(
        cls, measure: Any, *, name: str, limit: float, direction: Direction | None = None
    ) -> Guardrail:
        """Make a guardrail of what was measured, as `Metric.of`.

        Examples
        --------
        >>> Guardrail.of((12, 1000), name="Refund rate", limit=0.03, direction="down").state
        'holds'
        """
        own: Direction = getattr(measure, "direction", "up")
        return cls(
            name=name,
            limit=limit,
            direction=own if direction is None else direction,
            **_numbers_of(measure, name, None),
        )

    @property
    def state(self) -> Literal["past", "unclear", "holds"]:
        """Whether the whole interval is past the limit, or on the right side, or neither."""
        low, high = self.interval
        if math.isnan(low):
            return "unclear"
        if self.direction == "up":
            return "past" if high < self.limit else "holds" if low >= self.limit else "unclear"
        return "past" if low > self.limit else "holds" if high <= self.limit else "unclear"


def _numbers_of(measure: Any, name: str, planned_level: float | None) -> dict[str, Any]:
    """Return the fields that a measure fills in."""
    evidence = _evidence_of(measure, name)
    known = isinstance(measure, Measure)
    level = measure.confidence_level if known else (planned_level or 0.95)
    low, high = evidence.interval(level)
    n = measure.n if known else getattr(evidence, "n", None)
    return {
        "estimate": evidence.estimate,
        "se": None,
        "low": low,
        "high": high,
        "log": evidence.log,
        "confidence_level": level,
        "measure": evidence,
        "n": n,
        "n_invited": getattr(measure, "n_invited", None),
        "respondent_ids": measure.respondent_ids if known else frozenset(),
    }


def _evidence_of(measure: Any, name: str) -> Evidence:
    if isinstance(measure, Measure):
        return measure.evidence
    if isinstance(measure, tuple):
        if len(measure) != 2:
            raise InputError(
                f"{name}: measure={measure!r} must be (successes, n), a measure of pmlab.heart, or "
                "a column with one value a user."
            )
        successes = whole_number(measure[0], f"{name}: successes")
        n = whole_number(measure[1], f"{name}: n")
        if successes > n:
            raise InputError(
                f"{name}: {successes} of {n} is more than all; are the two of (successes, n) "
                "swapped?"
            )
        return Share(successes=successes, n=n)
    if isinstance(measure, str) or (np.ndim(measure) == 0 and not hasattr(measure, "__len__")):
        raise InputError(
            f"{name}: measure={measure!r} has no uncertainty; give a measure of pmlab.heart, "
            "(successes, n), or a column with one value a user. For a number and its standard "
            f"error use heart.Metric(estimate=, se=)."
        )
    values = as_numbers(measure, name)
    return Mean.of(values[~np.isnan(values)])


def _require_number(name: str, parameter: str, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise InputError(f"{name}: {parameter}={value!r} must be a number.")
    # An interval of one answer is NaN, and so is the mean of none; nothing else may be.
    if math.isinf(value) or (math.isnan(value) and parameter not in ("estimate", "low", "high")):
        raise InputError(f"{name}: {parameter}={value!r} must be a finite number.")
