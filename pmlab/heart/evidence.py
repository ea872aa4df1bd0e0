"""What a number rests on: enough to give its interval and to test it against another.

Each kind knows its own interval and its own test, so nothing above asks which kind it is.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from pmlab.errors import InputError
from pmlab.heart.answers import Floats
from pmlab.stats import (
    Difference,
    Interval,
    adjusted_wald_interval,
    median_interval,
    newcombe_interval,
    poisson_interval,
    poisson_rates_test,
    t_interval,
    two_proportions_test,
    welch_test,
    wilson_interval,
    z_test,
)
from pmlab.stats.intervals import two_sided_z

__all__ = ["Evidence", "Known", "Mean", "Median", "Net", "Rate", "Share", "difference"]

NOTHING = Interval(math.nan, math.nan)


class Evidence(ABC):
    """A number, its interval, and how it is compared with another of its kind."""

    unit: str = ""
    """How the number is written: "share" as a percentage, else behind the number."""
    log: bool = False
    """Whether distances are measured on the logarithm, as for times."""
    ratio: bool = False
    """Whether two of these are compared by their ratio."""
    test: ClassVar[str]
    """Which test and interval compare two of these."""

    @property
    @abstractmethod
    def estimate(self) -> float:
        """The number; NaN without anything to count."""

    @abstractmethod
    def interval(self, confidence_level: float) -> Interval:
        """Return its interval."""

    @abstractmethod
    def against(self, control: Any, confidence_level: float) -> Difference:
        """Compare it with another of its kind."""

    def mean_of(self, values: Floats) -> float:
        """Return the number that values of users have, one each; NaN where it is no mean."""
        return math.nan


@dataclass(frozen=True, kw_only=True)
class Share(Evidence):
    """So many of so many."""

    successes: int
    n: int
    interval_by: Literal["wilson", "adjusted_wald"] = "wilson"

    unit = "share"
    test = "Newcombe's interval, pooled z test"

    @property
    def estimate(self) -> float:
        """The share."""
        return self.successes / self.n if self.n else math.nan

    def interval(self, confidence_level: float) -> Interval:
        """Return the Wilson or the adjusted Wald interval."""
        by = wilson_interval if self.interval_by == "wilson" else adjusted_wald_interval
        return by(self.successes, self.n, confidence_level=confidence_level)

    def against(self, control: Share, confidence_level: float) -> Difference:
        """Return the difference of the shares."""
        counts = (self.successes, self.n, control.successes, control.n)
        return Difference(
            self.estimate - control.estimate,
            *newcombe_interval(*counts, confidence_level=confidence_level),
            two_proportions_test(*counts),
        )

    def mean_of(self, values: Floats) -> float:
        """Return the mean of zeros and ones."""
        return float(np.mean(values))


@dataclass(frozen=True, kw_only=True)
class Mean(Evidence):
    """The mean of n values, or their geometric mean when they come as logarithms."""

    n: int
    mean: float
    sd: float
    """With n - 1 in the denominator; NaN for n < 2."""
    log: bool = False
    unit: str = ""

    test = "Welch's t test"

    @classmethod
    def of(cls, values: Floats, *, unit: str = "") -> Mean:
        """Return the mean of these values."""
        return cls(n=len(values), mean=_mean(values), sd=_sd(values), unit=unit)

    @classmethod
    def of_logs(cls, values: Floats, *, unit: str = "") -> Mean:
        """Return the geometric mean of these values, all above 0."""
        logs = np.log(values)
        return cls(n=len(values), mean=_mean(logs), sd=_sd(logs), log=True, unit=unit)

    @property
    def ratio(self) -> bool:  # type: ignore[override]
        """A geometric mean is compared by its ratio."""
        return self.log

    @property
    def estimate(self) -> float:
        """The mean, or the geometric mean."""
        return _exp(self.mean) if self.log else self.mean

    def interval(self, confidence_level: float) -> Interval:
        """Return Student's t interval, on the logarithms if there."""
        ends = t_interval(self.n, self.mean, self.sd, confidence_level=confidence_level)
        return Interval(*map(_exp, ends)) if self.log else ends

    def against(self, control: Mean, confidence_level: float) -> Difference:
        """Return the difference of the means, or the ratio of the geometric means."""
        result = welch_test(
            *(self.n, self.mean, self.sd, control.n, control.mean, control.sd),
            confidence_level=confidence_level,
        )
        return _exponentiated(result) if self.log else result

    def mean_of(self, values: Floats) -> float:
        """Return the mean, or the geometric mean."""
        return float(np.exp(np.mean(np.log(values)))) if self.log else float(np.mean(values))


@dataclass(frozen=True, kw_only=True)
class Net(Evidence):
    """Net promoters of 100."""

    promoters: int
    detractors: int
    n: int
    interval_by: Literal["wald", "adjusted_wald"] = "wald"

    test = "z test of two Net Promoter Scores"

    @property
    def estimate(self) -> float:
        """The score, from -100 to 100."""
        return 100 * (self.promoters - self.detractors) / self.n if self.n else math.nan

    @property
    def _centre_and_se(self) -> tuple[float, float]:
        if self.n == 0:
            return math.nan, math.nan
        more = 3 if self.interval_by == "adjusted_wald" else 0
        n = self.n + more
        promoters, detractors = (self.promoters + more / 4) / n, (self.detractors + more / 4) / n
        net = promoters - detractors
        return 100 * net, 100 * math.sqrt((promoters + detractors - net * net) / n)

    @property
    def se(self) -> float:
        """The standard error of the score."""
        return self._centre_and_se[1]

    def interval(self, confidence_level: float) -> Interval:
        """Return the Wald interval, or the adjusted one."""
        centre, se = self._centre_and_se
        spread = two_sided_z(confidence_level) * se
        return Interval(centre - spread, centre + spread)

    def against(self, control: Net, confidence_level: float) -> Difference:
        """Return the difference of the scores."""
        own, other = self._centre_and_se, control._centre_and_se
        result = z_test(*own, *other, confidence_level=confidence_level)
        return result._replace(estimate=self.estimate - control.estimate)

    def mean_of(self, values: Floats) -> float:
        """Return the mean of -100, 0 and 100."""
        return float(np.mean(values))


@dataclass(frozen=True, kw_only=True)
class Rate(Evidence):
    """How often something happened per opportunity."""

    count: int
    exposure: float

    ratio = True
    test = "exact test of two Poisson rates"

    @property
    def estimate(self) -> float:
        """The rate."""
        return self.count / self.exposure

    def interval(self, confidence_level: float) -> Interval:
        """Return the exact Poisson interval."""
        return poisson_interval(self.count, self.exposure, confidence_level=confidence_level)

    def against(self, control: Rate, confidence_level: float) -> Difference:
        """Return the ratio of the rates."""
        return poisson_rates_test(
            *(self.count, self.exposure, control.count, control.exposure),
            confidence_level=confidence_level,
        )


@dataclass(frozen=True, kw_only=True)
class Median(Evidence):
    """The middle of n values."""

    values: tuple[float, ...]
    log: bool = True
    unit: str = ""

    test = "none: two medians are not compared here"

    @property
    def n(self) -> int:
        """How many values."""
        return len(self.values)

    @property
    def estimate(self) -> float:
        """The median."""
        return float(np.median(self.values)) if self.values else math.nan

    def interval(self, confidence_level: float) -> Interval:
        """Return the interval from order statistics."""
        return median_interval(self.values, confidence_level=confidence_level)

    def against(self, control: Median, confidence_level: float) -> Difference:
        """Return the difference alone."""
        return Difference(self.estimate - control.estimate, math.nan, math.nan, math.nan)


@dataclass(frozen=True, kw_only=True)
class Known(Evidence):
    """A number that came with its interval, or with its standard error, from somewhere else."""

    value: float
    se: float | None = None
    """Of the number; of its logarithm with `log`."""
    low: float | None = None
    high: float | None = None
    given_level: float = 0.95
    """The confidence level of `low` and `high`."""
    log: bool = False

    test = "z test"

    @property
    def ratio(self) -> bool:  # type: ignore[override]
        """On logarithms, two are compared by their ratio."""
        return self.log

    @property
    def estimate(self) -> float:
        """The number."""
        return self.value

    def interval(self, confidence_level: float) -> Interval:
        """Return the interval that was given, or the normal one from the standard error."""
        if self.se is not None:
            spread = two_sided_z(confidence_level) * self.se
            if self.log:
                return Interval(self.value * _exp(-spread), self.value * _exp(spread))
            return Interval(self.value - spread, self.value + spread)
        if self.low is None or self.high is None:
            return NOTHING
        if confidence_level != self.given_level:
            raise InputError(
                f"confidence_level={confidence_level!r}: this interval was given at "
                f"{self.given_level!r}."
            )
        return Interval(self.low, self.high)

    def against(self, control: Known, confidence_level: float) -> Difference:
        """Return the difference, or the ratio on logarithms."""
        return _z_of(self, control, confidence_level)


def difference(own: Evidence, control: Evidence, confidence_level: float) -> tuple[Difference, str]:
    """Compare two numbers by the test of their kind, and say which; by z where kinds differ."""
    if type(own) is type(control) and own.log == control.log:
        return own.against(control, confidence_level), own.test
    if own.log != control.log:
        raise InputError("one number is on logarithms and the other is not; measure both alike.")
    return _z_of(own, control, confidence_level), Known.test


def _z_of(own: Evidence, control: Evidence, confidence_level: float) -> Difference:
    parts = []
    for side in (own, control):
        ends = side.interval(confidence_level)
        value, low, high = (
            (_log(number) for number in (side.estimate, *ends))
            if side.log
            else (side.estimate, *ends)
        )
        parts += [value, (high - low) / 2 / two_sided_z(confidence_level)]
    result = z_test(*parts, confidence_level=confidence_level)
    return _exponentiated(result) if own.log else result


def _exp(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:  # two very unlike times tell next to nothing
        return math.inf


def _log(value: float) -> float:
    return math.log(value) if value > 0 else math.nan


def _exponentiated(result: Difference) -> Difference:
    estimate, low, high, pvalue = result
    return Difference(_exp(estimate), _exp(low), _exp(high), pvalue)


def _mean(values: Floats) -> float:
    return float(np.mean(values)) if len(values) else math.nan


def _sd(values: Floats) -> float:
    return float(np.std(values, ddof=1)) if len(values) > 1 else math.nan
