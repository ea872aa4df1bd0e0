"""The Bass curve through adopters so far: what they say of the market, and how little at first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pmlab.errors import InputError, require_choice
from pmlab.market.adoption.bass import PERIODS, require_periods
from pmlab.market.adoption.cautions import bracket, cautions, ends
from pmlab.market.adoption.curve import peak_rate, peak_time
from pmlab.market.adoption.least_squares import (
    ENDLESS,
    NAMES,
    LeastSquares,
    least_squares,
    peak_interval,
    profile_interval,
)
from pmlab.market.adoption.observed import read_adopters
from pmlab.market.adoption.result import Adoption, Given, adoption_of
from pmlab.results import Result, amount, fraction, level, number, number_interval, number_of
from pmlab.stats import Interval
from pmlab.stats.intervals import require_level
from pmlab.uncertain.drawing import require_draws
from pmlab.uncertain.numbers import is_number, require_number
from pmlab.uncertain.ranges import Floats

__all__ = ["BassFit", "fit_bass"]

FEWEST = 4
"""Periods; with m given one less, for then two numbers are estimated and not three."""
MOST_LOG = 20.0
"""Draws are at most a few hundred million times off, where a fit says nothing of a number."""
MEANINGS = ("adopt in the end", "adopt by themselves", "are won by those who have")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class BassFit(Result):
    """m, p and q of the Bass curve, estimated from adopters by period."""

    observed: tuple[float, ...]
    """Adopters of each period, from launch."""
    estimate: LeastSquares
    intervals: Mapping[str, Interval]
    """Of m, p and q, each where the others may make up for it; NaN for a given m."""
    confidence_level: float
    unit: str
    per: str

    @property
    def m(self) -> float:
        """How many adopt in the end."""
        return float(self.estimate.values[0])

    @property
    def p(self) -> float:
        """Innovation, a period."""
        return float(self.estimate.values[1])

    @property
    def q(self) -> float:
        """Imitation, a period."""
        return float(self.estimate.values[2])

    @property
    def m_se(self) -> float:
        """Standard error of m; NaN if it was given."""
        return float(self.estimate.errors[0])

    @property
    def p_se(self) -> float:
        """Standard error of p."""
        return float(self.estimate.errors[1])

    @property
    def q_se(self) -> float:
        """Standard error of q; NaN for a q of 0, the end of what is possible."""
        return float(self.estimate.errors[2])

    @property
    def fitted(self) -> tuple[float, ...]:
        """What the curve has for each period."""
        return tuple(self.estimate.fitted.tolist())

    @property
    def residual_error(self) -> float:
        """Residual standard error, in adopters."""
        return self.estimate.residual_error

    @property
    def r_squared(self) -> float:
        """Share of the variance between periods that the curve has; NaN if there is none."""
        total = float(np.var(self.observed)) * len(self.observed)
        return 1 - self.estimate.sum_of_squares / total if total else math.nan

    @property
    def peak_time(self) -> float:
        """When most adopt, in periods from launch; NaN for q <= p: at launch."""
        return float(peak_time(self.p, self.q))

    @property
    def peak_time_interval(self) -> Interval:
        """Of the time of the peak, by the delta method; NaN where it or an error is undefined."""
        return peak_interval(self.estimate, self.confidence_level)

    @property
    def peak_rate(self) -> float:
        """How many adopt a period at the peak."""
        return float(peak_rate(self.m, self.p, self.q))

    def forecast(
        self, periods: int, *, draws: int = 100_000, rng: int | np.random.Generator = 0
    ) -> Adoption:
        """Return the curve from launch to so many periods after the last observed one.

        Parameters
        ----------
        periods : int
            How many more.
        draws : int
            Of m, p and q, for the fan.
        rng : int or numpy Generator
            The seed.

        Returns
        -------
        Adoption
            With the observed adopters beside the fan, which is that of the curve: single periods
            scatter around it besides.
        """
        more, n = require_periods(periods), require_draws(draws)
        given = {
            name: Given.number(float(value), source="fitted" if free else "given")
            for name, value, free in zip(
                NAMES, self.estimate.values, self.estimate.free, strict=True
            )
        }
        return adoption_of(
            given,
            self._drawn(n, np.random.default_rng(rng)),
            len(self.observed) + more,
            unit=self.unit,
            per=self.per,
            warnings=[*self.warnings, *self._too_narrow()],
            observed=self.observed,
            spread=self.residual_error,
        )

    def _too_narrow(self) -> Sequence[str]:
        if not math.isinf(self.intervals["m"].high):
            return ()
        return ("The fan is too narrow upwards: m has no upper end, and the draws give it one.",)

    def _drawn(self, n: int, random: np.random.Generator) -> dict[str, Floats]:
        """Return m, p and q together, normal on the log scale, so that none falls below 0."""
        values, covariance = self.estimate.values, self.estimate.covariance
        drawn = {name: np.full(n, value) for name, value in zip(NAMES, values, strict=True)}
        known = np.flatnonzero(np.isfinite(np.diag(covariance)))
        if known.size:
            relative = covariance[np.ix_(known, known)] / np.outer(values[known], values[known])
            logs = random.multivariate_normal(np.zeros(known.size), relative, n, method="eigh")
            for place, k in enumerate(known):
                drawn[NAMES[k]] = values[k] * np.exp(np.clip(logs[:, place], -MOST_LOG, MOST_LOG))
        return drawn

    def to_frame(self) -> pd.DataFrame:
        """Return one row a number: `number`, `estimate`, `standard_error`, `low`, `high`."""
        return pd.DataFrame(
            {
                "number": NAMES,
                "estimate": self.estimate.values,
                "standard_error": self.estimate.errors,
                "low": [self.intervals[name].low for name in NAMES],
                "high": [self.intervals[name].high for name in NAMES],
            }
        )

    @property
    def title(self) -> str:  # noqa: D102
        return f"Bass curve through {number_of(len(self.observed), self.per)} of {self.unit}"

    @property
    def method(self) -> str:  # noqa: D102
        return (
            "Nonlinear least squares on the adopters of each period, m (F(t) - F(t - 1)) "
            "(Srinivasan and Mason, 1986), not on the density at t, whose p differs. Intervals "
            f"({level(self.confidence_level)}): how far a number can go before the others no "
            "longer make up for it (profile t). R squared "
            f"{number(self.r_squared)}; residual standard error {amount(self.residual_error)}."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:  # noqa: D102
        return (
            "Each counts once, in the period of the first use; buying again is not counted.",
            "Periods are equally long, none is missing, and the first is that of the launch.",
            "m, p and q stay the same; periods scatter around the curve independently and alike.",
        )

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""
        so_far = sum(self.observed)
        total = f"{amount(self.m)} {self.unit}"
        if self.estimate.free[0]:
            total += bracket(ends(self.intervals["m"]), self.confidence_level)
        first = (
            f"{amount(so_far)} have adopted in {number_of(len(self.observed), self.per)}; the "
            f"curve ends at {total}, so that is {fraction(so_far / self.m, digits=2)} of them."
        )
        if math.isnan(self.peak_time):
            return f"{first} Most adopted at launch, and fewer have in each {self.per} since."
        when = bracket(number_interval(*self.peak_time_interval), self.confidence_level)
        return (
            f"{first} Most adopt {number(self.peak_time)} {self.per}s after launch{when}, "
            f"{amount(self.peak_rate)} a {self.per}."
        )

    def _opening(self) -> str:
        return self.summary()

    def _table(self) -> Mapping[str, Sequence[str]]:
        frame = self.to_frame()
        return {
            "number": [*frame["number"]],
            "estimate": [amount(value) for value in frame["estimate"]],
            "standard error": [
                amount(value) if free else "given"
                for value, free in zip(frame["standard_error"], self.estimate.free, strict=True)
            ],
            f"{level(self.confidence_level)} interval": [
                ends(self.intervals[name]) for name in NAMES
            ],
            "who": [*MEANINGS],
        }


def fit_bass(
    adopters: Any,
    *,
    m: float | None = None,
    per: str = "period",
    unit: str = "customers",
    confidence_level: float = 0.95,
) -> BassFit:
    """Fit the Bass curve to adopters by period.

    Before the peak such a fit can hardly tell how large the market is: many curves begin alike.
    Then take m from a sizing, and fit p and q alone.

    Parameters
    ----------
    adopters : column, array or list of numbers
        New adopters of each period, from launch and in order: not totals so far, and not repeat
        purchases. A period without any is 0. Dates or years in its index are checked for gaps.
    m : float, optional
        How many adopt in the end, if that is known better from elsewhere.
    per : {"day", "week", "month", "quarter", "year", "period"}
        What a period is, for the words; times in the index must step by it.
    unit : str
        What is counted, in the plural.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    BassFit
        m, p, q with standard errors and intervals; `.forecast(periods)` is what comes next. It
        warns when fitted before the peak, when m is hardly known, and when q <= p.

    Raises
    ------
    InputError
        For fewer than 4 periods (3 with m), missing or negative numbers, none but zeros, an index
        that is not in order, lacks a period or steps by another one than `per`, numbers that grow
        as if for ever, or more adopters than m.

    References
    ----------
    Bass, F. M. (1969). A new product growth for model consumer durables. *Management Science*, 15,
    215-227.
    Srinivasan, V. and Mason, C. H. (1986). Nonlinear least squares estimation of new product
    diffusion models. *Marketing Science*, 5, 169-178.
    Bates, D. M. and Watts, D. G. (1988). *Nonlinear Regression Analysis and Its Applications*.
    Wiley.

    Examples
    --------
    Videocassette recorders, as in Cowpertwait and Metcalfe (2009), section 3.3; thousands.

    >>> from pmlab.market import fit_bass
    >>> sold = [840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890]
    >>> fit = fit_bass(sold, per="year", unit="thousand homes")
    >>> round(fit.m), round(fit.p, 4), round(fit.q, 3), round(fit.peak_time, 1)
    (67660, 0.0088, 0.642, 6.6)
    """
    require_choice("per", per, PERIODS)
    require_level(confidence_level)
    y = read_adopters(adopters, per, 3 if m is not None else FEWEST)
    given = None if m is None else _market(m, y)
    found = least_squares(y, given)
    intervals = {
        name: Interval(*profile_interval(y, found, place, confidence_level))
        if found.free[place]
        else Interval(math.nan, math.nan)
        for place, name in enumerate(NAMES)
    }
    if found.values[0] > ENDLESS * y.sum():
        raise InputError(
            f"no end of this growth can be told from {number_of(len(y), per)}: any market above "
            f"{amount(intervals['m'].low)} {unit} fits ({level(confidence_level)}), and the best "
            "fit grows as if for ever. Take m from a sizing, fit_bass(..., m=50_000), or wait "
            "until numbers have peaked. If these are totals so far, give new ones: "
            "np.diff(totals, prepend=0)."
        )
    return BassFit(
        observed=tuple(y.tolist()),
        estimate=found,
        intervals=intervals,
        confidence_level=confidence_level,
        unit=unit,
        per=per,
        warnings=tuple(cautions(y, found, intervals, confidence_level, unit, per)),
    )


def _market(m: Any, y: Floats) -> float:
    """Return a given m; raise for one that is no number, or that too many have adopted for."""
    if not (is_number(m) or isinstance(m, str)):
        raise InputError(
            f"m must be one number, not a whole {type(m).__name__}: take .p50 of a Range, or "
            ".customers.mean of a Sizing."
        )
    in_all = require_number("m", m)
    if in_all <= y.sum():
        raise InputError(
            f"m={amount(in_all)} is not above the {amount(y.sum())} who have adopted already; give "
            "how many will in the end, or leave m out."
        )
    return in_all
