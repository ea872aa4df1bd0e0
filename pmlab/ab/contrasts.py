"""Two arms' estimates of one number, and how they are tested against each other.

Each kind knows its own interval and its own test, so nothing above asks which kind it is.
Intervals here are two-sided; the one-sided bound of a level is an end of a wider one.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from pmlab.stats.intervals import Interval, newcombe_interval
from pmlab.stats.proportions import (
    fisher_test,
    miettinen_nurminen_interval,
    miettinen_nurminen_test,
    pooled_z,
    wald_difference_interval,
)
from pmlab.stats.quantiles import QuantileBootstrap
from pmlab.stats.ratios import delta_ratio_interval, fieller_interval, log_ratio_interval
from pmlab.stats.tails import Alternative, critical_value, pvalue_of, welch_freedom

__all__ = ["Answer", "Contrast", "Draws", "Means", "Proportions", "Quantiles"]

RELATIVE = {
    "fieller": "Fieller's interval",
    "delta": "the delta method",
    "log": "the delta method on the logarithm",
    "score": "Miettinen and Nurminen's score interval of the ratio",
}
_OF_ESTIMATES = {
    "fieller": fieller_interval,
    "delta": delta_ratio_interval,
    "log": log_ratio_interval,
}
MOST_UNKNOWN = 0.025
"""How often a quantile may fall beyond the values of an arm before it has no test: where its 95%
interval ends."""

NOTHING = Interval(math.nan, math.nan)


class Answer(NamedTuple):
    """A test's statistic, its degrees of freedom (infinite for z) and its p-value."""

    statistic: float
    df: float
    pvalue: float


class Contrast(ABC):
    """One number in two arms."""

    n: int
    n_control: int
    relatives: tuple[str, ...] = ("fieller", "delta", "log")
    """The methods for a relative interval, the usual one first."""

    @property
    @abstractmethod
    def estimates(self) -> tuple[float, float]:
        """The treatment's number and the control's; NaN where there is none."""

    @property
    @abstractmethod
    def words(self) -> str:
        """Which interval and which test."""

    @abstractmethod
    def interval(self, confidence_level: float) -> Interval:
        """Return the interval of treatment - control."""

    @abstractmethod
    def relative_interval(self, confidence_level: float, method: str) -> Interval:
        """Return the interval of that difference in parts of the control's size."""

    @abstractmethod
    def test(
        self,
        null: float = 0.0,
        *,
        relative: bool = False,
        alternative: Alternative = "two-sided",
    ) -> Answer:
        """Test treatment - control against `null`, in parts of the control's size if relative."""

    @property
    @abstractmethod
    def why_no_test(self) -> str:
        """Why there is no p-value, where it is NaN."""

    @property
    def why_no_relative(self) -> str:
        """Why there is no relative interval, where it is NaN and that of the effect is not."""
        return "treatment and control have different signs, and no ratio of theirs a logarithm"

    @property
    def doubts(self) -> tuple[str, ...]:
        """Where the method is at the edge of what it is good for."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Means(Contrast):
    """Two means, or two ratios of means, with their standard errors: Welch's t test."""

    n: int
    estimate: float
    se: float
    n_control: int
    estimate_control: float
    se_control: float
    se_by: str = ""
    """How the standard errors came about, where that is not plain."""
    counted: str = "value"
    """What n counts."""

    @property
    def estimates(self) -> tuple[float, float]:
        """The two means."""
        return self.estimate, self.estimate_control

    @property
    def words(self) -> str:
        """Welch's test, and the source of the standard errors."""
        return "Welch's t test and its interval" + (f", {self.se_by}" if self.se_by else "")

    @property
    def se_of_difference(self) -> float:
        """The standard error of the difference; NaN where nothing varies or too few are there."""
        if self.n < 2 or self.n_control < 2:
            return math.nan
        return math.hypot(self.se, self.se_control) or math.nan

    @property
    def df(self) -> float:
        """Welch's degrees of freedom."""
        return welch_freedom(self.se, self.n, self.se_control, self.n_control)

    def interval(self, confidence_level: float) -> Interval:
        """Return Welch's interval."""
        difference = self.estimate - self.estimate_control
        spread = critical_value(confidence_level, self.df) * self.se_of_difference
        return Interval(difference - spread, difference + spread)

    def relative_interval(self, confidence_level: float, method: str) -> Interval:
        """Return the interval of the ratio of the two, less 1."""
        if math.isnan(self.se_of_difference):
            return NOTHING
        df = self.df
        if method != "fieller" and self.estimate * self.estimate_control != 0:
            # These two add up relative errors; Fieller's leaves out 1 when the test does.
            own, control = (
                self.se / abs(self.estimate),
                self.se_control / abs(self.estimate_control),
            )
            df = welch_freedom(own, self.n, control, self.n_control)
        ratio = _OF_ESTIMATES[method](
            *(self.estimate, self.se, self.estimate_control, self.se_control),
            df=df,
            confidence_level=confidence_level,
        )
        return _less_one(ratio, self.estimate_control)

    def test(
        self,
        null: float = 0.0,
        *,
        relative: bool = False,
        alternative: Alternative = "two-sided",
    ) -> Answer:
        """Return Welch's t test; a relative null moves the control's mean and its error."""
        factor, shift = 1.0, null
        if relative:
            factor, shift = 1 + null * math.copysign(1, self.estimate_control), 0.0
        if math.isnan(self.se_of_difference) or (relative and self.estimate_control == 0):
            return Answer(math.nan, self.df, math.nan)
        gap = self.estimate - factor * self.estimate_control - shift
        statistic = gap / math.hypot(self.se, factor * self.se_control)
        return Answer(statistic, self.df, pvalue_of(statistic, df=self.df, alternative=alternative))

    @property
    def why_no_test(self) -> str:
        """Too few, or all alike."""
        for name, n in (("treatment", self.n), ("control", self.n_control)):
            if n < 2:
                return (
                    f"{name} has {n} {self.counted}{'' if n == 1 else 's'}, which does not tell "
                    "how much they vary"
                )
        return "nothing varies in either arm"


@dataclass(frozen=True, kw_only=True)
class Proportions(Contrast):
    """So many of so many, in two arms."""

    successes: int
    n: int
    successes_control: int
    n_control: int
    method: Literal["newcombe", "miettinen_nurminen", "wald", "fisher"] = "newcombe"

    relatives = ("fieller", "delta", "log", "score")

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Successes and n of the treatment, then of the control."""
        return self.successes, self.n, self.successes_control, self.n_control

    @property
    def estimates(self) -> tuple[float, float]:
        """The two shares."""
        successes, n, control, n_control = self.counts
        return (
            successes / n if n else math.nan,
            control / n_control if n_control else math.nan,
        )

    @property
    def words(self) -> str:
        """The interval and the test."""
        return {
            "newcombe": "Newcombe's interval, pooled z test",
            "miettinen_nurminen": "Miettinen and Nurminen's score test and its interval",
            "wald": "Wald's interval and z test (variances not pooled)",
            "fisher": "Fisher's exact test, Newcombe's interval",
        }[self.method]

    @property
    def _as_means(self) -> Means:
        share, control = self.estimates
        return Means(
            n=self.n,
            estimate=share,
            se=math.sqrt(share * (1 - share) / self.n) if self.n else math.nan,
            n_control=self.n_control,
            estimate_control=control,
            se_control=math.sqrt(control * (1 - control) / self.n_control)
            if self.n_control
            else math.nan,
        )

    def interval(self, confidence_level: float) -> Interval:
        """Return the interval by the method."""
        by = {"miettinen_nurminen": miettinen_nurminen_interval, "wald": wald_difference_interval}
        found = by.get(self.method, newcombe_interval)
        return found(*self.counts, confidence_level=confidence_level)

    def relative_interval(self, confidence_level: float, method: str) -> Interval:
        """Return the interval of the ratio of the shares, less 1."""
        if self.n == 0 or self.n_control == 0:
            return NOTHING
        if method == "score":
            ratio = miettinen_nurminen_interval(
                *self.counts, effect="ratio", confidence_level=confidence_level
            )
        elif self._all_alike:
            return NOTHING
        else:
            own = self._as_means
            ratio = _OF_ESTIMATES[method](
                *(own.estimate, own.se, own.estimate_control, own.se_control),
                confidence_level=confidence_level,
            )
        return _less_one(ratio, 1.0)

    @property
    def _all_alike(self) -> bool:
        """Whether an arm has no variance of its own to go by."""
        return self.successes in (0, self.n) or self.successes_control in (0, self.n_control)

    def test(
        self,
        null: float = 0.0,
        *,
        relative: bool = False,
        alternative: Alternative = "two-sided",
    ) -> Answer:
        """Return the test by the method; against a null that is not 0, the score test or Wald."""
        if self.method == "wald":
            return self._wald(null, relative, alternative)
        if null == 0 and self.method == "fisher":
            statistic, pvalue = fisher_test(*self.counts, alternative=alternative)
            return Answer(statistic, math.nan, pvalue)
        if null == 0 and self.method == "newcombe":
            statistic = pooled_z(*self.counts)
            return Answer(statistic, math.inf, pvalue_of(statistic, alternative=alternative))
        statistic, pvalue = miettinen_nurminen_test(
            *self.counts,
            null=1 + null if relative else null,
            effect="ratio" if relative else "difference",
            alternative=alternative,
        )
        return Answer(statistic, math.inf, pvalue)

    def _wald(self, null: float, relative: bool, alternative: Alternative) -> Answer:
        own = self._as_means
        factor, shift = (1 + null, 0.0) if relative else (1.0, null)
        se = math.hypot(own.se, factor * own.se_control)
        gap = own.estimate - factor * own.estimate_control - shift
        statistic = gap / se if se > 0 else math.nan
        return Answer(statistic, math.inf, pvalue_of(statistic, alternative=alternative))

    @property
    def why_no_test(self) -> str:
        """Nobody, or all alike."""
        for name, n in (("treatment", self.n), ("control", self.n_control)):
            if n == 0:
                return f"{name} has nobody in it"
        everybody = self.successes > 0
        return f"{'everybody' if everybody else 'nobody'} converted in either arm"

    @property
    def why_no_relative(self) -> str:
        """No variance of its own."""
        return (
            "an arm where nobody or everybody converted has no variance of its own; "
            "relative='score' needs none"
        )

    @property
    def doubts(self) -> tuple[str, ...]:
        """Few successes or failures."""
        whole = self.n + self.n_control
        total = self.successes + self.successes_control
        rarer = min(total, whole - total) * min(self.n, self.n_control)
        if self.method == "fisher" or whole == 0 or rarer >= 5 * whole:
            return ()
        return (
            "fewer than 5 conversions, or 5 without one, would be expected in an arm if both were "
            "alike: the p-value is rough; method='fisher' is exact.",
        )


@dataclass(frozen=True, kw_only=True)
class Quantiles(Contrast):
    """A quantile in two arms, by the bootstrap without resampling."""

    q: float
    own: QuantileBootstrap
    control: QuantileBootstrap

    relatives = ("bootstrap",)

    @property
    def n(self) -> int:  # type: ignore[override]
        """How many values in the treatment."""
        return self.own.n

    @property
    def n_control(self) -> int:  # type: ignore[override]
        """How many values in the control."""
        return self.control.n

    @property
    def estimates(self) -> tuple[float, float]:
        """The two quantiles."""
        return self.own.estimate, self.control.estimate

    @property
    def words(self) -> str:
        """The bootstrap."""
        return (
            "percentile interval and p-value of the bootstrap, read off the sorted values without "
            "resampling"
        )

    def interval(self, confidence_level: float) -> Interval:
        """Return the percentile interval of the difference."""
        return self.own.interval(self.control, confidence_level=confidence_level)

    def relative_interval(self, confidence_level: float, method: str) -> Interval:
        """Return the percentile interval of the relative difference."""
        return self.own.interval(self.control, relative=True, confidence_level=confidence_level)

    def test(
        self,
        null: float = 0.0,
        *,
        relative: bool = False,
        alternative: Alternative = "two-sided",
    ) -> Answer:
        """Return twice the share of the bootstrap on the smaller side of `null`."""
        unknown = max(
            self.own.beyond[0] + self.control.beyond[1], self.own.beyond[1] + self.control.beyond[0]
        )
        if unknown >= MOST_UNKNOWN or (relative and self.control.estimate == 0):
            return Answer(math.nan, math.nan, math.nan)
        at_most = self.own.share_at_most(self.control, null, relative=relative)
        at_least = self.own.share_at_least(self.control, null, relative=relative)
        pvalue = {"greater": at_most, "less": at_least, "two-sided": 2 * min(at_most, at_least)}
        return Answer(math.nan, math.nan, min(1.0, pvalue[alternative]))

    @property
    def why_no_test(self) -> str:
        """Too few."""
        return (
            f"{min(self.n, self.n_control):,} values in an arm are too few to hold the "
            f"{self.q:g} quantile between two of them"
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Draws(Contrast):
    """A statistic in two arms, and in as many bootstrap samples of each."""

    n: int
    estimate: float
    draws: npt.NDArray[np.float64]
    n_control: int
    estimate_control: float
    draws_control: npt.NDArray[np.float64]

    relatives = ("bootstrap",)

    @property
    def estimates(self) -> tuple[float, float]:
        """The two values of the statistic."""
        return self.estimate, self.estimate_control

    @property
    def words(self) -> str:
        """The bootstrap."""
        return f"percentile interval and p-value of {len(self.draws):,} Poisson bootstrap samples"

    def _differences(self, *, relative: bool) -> npt.NDArray[np.float64]:
        differences = self.draws - self.draws_control
        if not relative:
            return differences
        with np.errstate(divide="ignore", invalid="ignore"):  # a draw of the control may be 0
            return differences / np.abs(self.draws_control)

    def interval(self, confidence_level: float) -> Interval:
        """Return the percentile interval of the difference."""
        return _percentiles(self._differences(relative=False), confidence_level)

    def relative_interval(self, confidence_level: float, method: str) -> Interval:
        """Return the percentile interval of the relative difference."""
        tail = (1 - confidence_level) / 2
        other_side = np.mean(self.draws_control * math.copysign(1, self.estimate_control) <= 0)
        if other_side >= tail / 2:
            return Interval(-math.inf, math.inf)
        return _percentiles(self._differences(relative=True), confidence_level)

    def test(
        self,
        null: float = 0.0,
        *,
        relative: bool = False,
        alternative: Alternative = "two-sided",
    ) -> Answer:
        """Return twice the share of the samples on the smaller side of `null`, never 0."""
        size = np.abs(self.draws_control) if relative else 1.0
        beyond = self.draws - self.draws_control - null * size
        if np.isnan(beyond).any() or np.ptp(beyond) == 0:
            return Answer(math.nan, math.nan, math.nan)
        # One more on either side: what came is itself one of the samples that could have come.
        at_most = (1 + int((beyond <= 0).sum())) / (1 + len(beyond))
        at_least = (1 + int((beyond >= 0).sum())) / (1 + len(beyond))
        pvalue = {"greater": at_most, "less": at_least, "two-sided": 2 * min(at_most, at_least)}
        return Answer(math.nan, math.nan, min(1.0, pvalue[alternative]))

    @property
    def why_no_test(self) -> str:
        """All alike, or not defined."""
        if np.isnan(self.draws).any() or np.isnan(self.draws_control).any():
            return "the statistic is undefined in some of the bootstrap samples"
        return "nothing varies in either arm"


def _percentiles(values: npt.NDArray[np.float64], confidence_level: float) -> Interval:
    """Return the ends that (resamples + 1) x tail of the values lie at or beyond."""
    if np.isnan(values).any() or np.ptp(values) == 0:
        return NOTHING
    ordered = np.sort(values)
    beyond = max(1, math.floor((len(ordered) + 1) * (1 - confidence_level) / 2 + 1e-9))
    return Interval(float(ordered[beyond - 1]), float(ordered[-beyond]))


def _less_one(ratio: Interval, control: float) -> Interval:
    """Return the relative difference's interval from that of the ratio treatment / control."""
    low, high = ratio
    return Interval(low - 1, high - 1) if control >= 0 else Interval(1 - high, 1 - low)
