"""The Bass curve through adopters so far: what they say of the market, and how little at first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pmlab.errors import InputError, require_choice
from pmlab.market.adoption.along import Along, fits_along
from pmlab.market.adoption.cautions import bracket, cautions, ends
from pmlab.market.adoption.curve import NAMES, peak_rate, peak_time
from pmlab.market.adoption.fan import adoption_of, require_periods
from pmlab.market.adoption.labels import labels
from pmlab.market.adoption.least_squares import (
    ENDLESS,
    LeastSquares,
    least_squares,
    peak_interval,
    profile_interval,
)
from pmlab.market.adoption.observed import read_adopters
from pmlab.market.adoption.parameters import (
    CHANCES,
    PERIODS,
    SURE,
    Parameter,
    market_given,
    parameter_of,
)
from pmlab.market.adoption.result import Adoption
from pmlab.market.estimate import Estimate, estimates, settings
from pmlab.market.units import Unit
from pmlab.results import Result, amount, fraction, level, number, number_interval, number_of
from pmlab.stats import Interval
from pmlab.stats.intervals import require_level
from pmlab.uncertain.ranges import Floats

__all__ = ["BassFit", "fit_bass"]

FEWEST = 4
"""Periods; with m given one less, for then two numbers are estimated and not three."""
DRAWS = 100_000
"""Of an m without a formula."""
MEANINGS = ("adopt in the end", "adopt by themselves", "are won by those who have")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class BassFit(Result):
    """m, p and q of the Bass curve, estimated from adopters by period."""

    observed: tuple[float, ...]
    """Adopters of each period, from launch."""
    estimate: LeastSquares
    """At the median of m, where that was given with a range."""
    along: Along | None = None
    """The fits at other values of m, where that was given with a range."""
    intervals: Mapping[str, Interval]
    """Of m, p and q, each where the others may make up for it; NaN for an m that is one number.
    With a range for m that range, and p and q whatever m is."""
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
        return self._error("p")

    @property
    def q_se(self) -> float:
        """Standard error of q; NaN for a q of 0, the end of what is possible."""
        return self._error("q")

    def _error(self, name: str) -> float:
        if self.along is not None:
            return self.along.error(name)
        return float(self.estimate.errors[NAMES.index(name)])

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
        """When adoption is fastest, in periods from launch; NaN for q <= p: at launch."""
        return float(peak_time(self.p, self.q))

    @property
    def peak_time_interval(self) -> Interval:
        """Of the time of the peak, by the delta method; NaN where it or an error is undefined."""
        return _peak_interval(self.estimate, self.along, self.confidence_level)

    @property
    def peak_rate(self) -> float:
        """How many adopt a period at the peak."""
        return float(peak_rate(self.m, self.p, self.q))

    def forecast(
        self,
        periods: int,
        *,
        start: Any = None,
        draws: int = 100_000,
        rng: int | np.random.Generator = 0,
    ) -> Adoption:
        """Return the curve from launch to so many periods after the last observed one.

        Parameters
        ----------
        periods : int
            How many more.
        start : int, str or date, optional
            The period of the launch, for the labels: 2027 for years, "2027Q3", "2027-03".
        draws : int
            Of m, p and q, for the fan.
        rng : int or numpy Generator
            The seed.

        Returns
        -------
        Adoption
            With the observed adopters beside the fan, which is that of the curve: single periods
            scatter around it besides. Where m has a range, the fan holds it.

        Raises
        ------
        InputError
            For periods that are no whole number from 1 to 10,000, too few draws, an rng that is
            neither seed nor Generator, and a start that is no such period.

        Examples
        --------
        Five years of recorders, and a market that somebody puts at 50 to 80 million homes.

        >>> from pmlab.market import fit_bass
        >>> from pmlab.uncertain import interval
        >>> sold = [840, 1470, 2110, 4000, 7590]
        >>> fit = fit_bass(sold, m=interval(50e3, 80e3, credibility=0.8), per="year")
        >>> frame = fit.forecast(3, start=1980).to_frame()
        >>> frame[["label", "cumulative_p10", "cumulative_p90"]].tail(1).round(-3)
          label  cumulative_p10  cumulative_p90
        7  1987         42000.0         55000.0
        """
        more, by_name = require_periods(periods), settings(draws, rng)
        drawn = (self.along or self.estimate).drawn(by_name.n, by_name.seed)
        length = len(self.observed) + more
        return adoption_of(
            {name: self._parameter(name, drawn[name]) for name in NAMES},
            drawn,
            length,
            unit=Unit(kind="count", noun=self.unit),
            per=self.per,
            labels=labels(start, self.per, length),
            how="m from its range, and p and q fitted to each, normal on the log scale"
            if self.along is not None
            else "m, p and q together, normal on the log scale, from the fit",
            warnings=[*self.warnings, *self._too_narrow()],
            observed=self.observed,
            spread=self.residual_error,
        )

    def _parameter(self, name: str, drawn: Floats) -> Parameter:
        """Return what a forecast tells of m, p or q."""
        if name == "m" and self.along is not None:
            return parameter_of(self.along.market)
        low, high = np.quantile(drawn, [CHANCES["p10"], CHANCES["p90"]]).tolist()
        text = amount(middle := float(self.estimate.values[NAMES.index(name)]))
        if low < high:
            text += f" ({SURE}: {amount(low)} to {amount(high)})"
        given = name == "m" and not self.estimate.free[0]
        return Parameter(
            p10=low, p50=middle, p90=high, text=text, source="given" if given else "fitted"
        )

    def _too_narrow(self) -> Sequence[str]:
        if not math.isinf(self.intervals["m"].high):
            return ()
        return ("The fan is too narrow upwards: m has no upper end, and the draws give it one.",)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a number.

        Returns
        -------
        DataFrame
            `number` ("m", "p", "q"), and as floats `estimate`, `standard_error` (NaN for what was
            given), `low` and `high` (of `intervals`).
        """
        return pd.DataFrame(
            {
                "number": NAMES,
                "estimate": self.estimate.values,
                "standard_error": [self.m_se, self.p_se, self.q_se],
                "low": [self.intervals[name].low for name in NAMES],
                "high": [self.intervals[name].high for name in NAMES],
            }
        )

    @property
    def title(self) -> str:  # noqa: D102
        return f"Bass curve through {number_of(len(self.observed), self.per)} of {self.unit}"

    @property
    def method(self) -> str:  # noqa: D102
        intervals = "how far a number can go before the others no longer make up for it (profile t)"
        if self.along is not None:
            intervals = (
                f"of p and q fitted at {len(self.along.fits)} equally likely values of m, each "
                "with its t on the log scale"
            )
        return (
            "Nonlinear least squares on the adopters of each period, m (F(t) - F(t - 1)) "
            "(Srinivasan and Mason, 1986), not on the density at t, whose p differs. Intervals "
            f"({level(self.confidence_level)}): {intervals}. R squared {number(self.r_squared)}; "
            f"residual standard error {amount(self.residual_error)}."
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
        total += bracket(ends(self.intervals["m"]), self.confidence_level)
        first = (
            f"{amount(so_far)} have adopted in {number_of(len(self.observed), self.per)}; the "
            f"curve ends at {total}, so that is {fraction(so_far / self.m, digits=2)} of them."
        )
        if math.isnan(self.peak_time):
            return f"{first} Adoption was fastest at launch, and slower in each {self.per} since."
        when = bracket(number_interval(*self.peak_time_interval), self.confidence_level)
        return (
            f"{first} Adoption is fastest {number(self.peak_time)} {self.per}s after launch{when}, "
            f"at {amount(self.peak_rate)} a {self.per}."
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
    m: Any = None,
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
    m : number, Range, Assumption, Quantity or Estimate, optional
        How many adopt in the end, if that is known better from elsewhere, such as the customers of
        a sizing. With a range, p and q are fitted at 21 equally likely values of it, and intervals
        and forecasts hold what is not known of m.
    per : {"day", "week", "month", "quarter", "year", "period"}
        What a period is, for the words; times in the index must step by it.
    unit : str
        What is counted, in the plural; an Assumption as m brings its own.
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
        as if for ever, more adopters than m, or an m that counts no adopters.

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
    market = None if m is None else _market(m, unit, y)
    along = None if market is None or market.p10 == market.p90 else fits_along(y, market)
    if along is not None:
        found = along.middle
        intervals = {name: along.interval(name, confidence_level) for name in NAMES}
    else:
        found = least_squares(y, None if market is None else market.mean)
        intervals = {
            name: Interval(*profile_interval(y, found, place, confidence_level))
            if found.free[place]
            else Interval(math.nan, math.nan)
            for place, name in enumerate(NAMES)
        }
    if found.values[0] > ENDLESS * y.sum() and market is None:
        raise InputError(
            f"no end of this growth can be told from {number_of(len(y), per)}: any market above "
            f"{amount(intervals['m'].low)} {unit} fits ({level(confidence_level)}), and the best "
            "fit grows as if for ever. Take m from a sizing, "
            "fit_bass(..., m=interval(40e3, 90e3, credibility=0.8)), or wait until numbers have "
            "peaked. If these are totals so far, give new ones: np.diff(totals, prepend=0)."
        )
    unit = market.quantity.unit.noun if market is not None else unit
    peak = _peak_interval(found, along, confidence_level)
    said = cautions(y, found, intervals, peak, confidence_level, unit, per)
    return BassFit(
        observed=tuple(y.tolist()),
        estimate=found,
        along=along,
        intervals=intervals,
        confidence_level=confidence_level,
        unit=unit,
        per=per,
        warnings=(*said, *(_of_the_market(market, along) if market is not None else ())),
    )


def _peak_interval(found: LeastSquares, along: Along | None, level: float) -> Interval:
    return peak_interval(found, level) if along is None else along.peak_interval(level)


def _market(m: Any, unit: str, y: Floats) -> Estimate:
    """Return a given m; raise for one that counts no people, or that too many have adopted for."""
    quantity = market_given(m, unit)
    if quantity.unit.kind == "money" or quantity.unit.per:
        raise InputError(
            f"m is in {quantity.unit}; adopters are counted one by one, so give how many there "
            "will be in the end, such as the customers of a sizing."
        )
    (market,) = estimates([quantity], settings(DRAWS, 0))
    if market.p10 == market.p90 and market.mean <= y.sum():
        raise InputError(
            f"m={amount(market.mean)} is not above the {amount(y.sum())} who have adopted already; "
            "give how many will in the end, or leave m out."
        )
    return market


def _of_the_market(market: Estimate, along: Along | None) -> list[str]:
    """Return what to be wary of in an m that was given."""
    if along is not None:
        return along.warnings
    return [
        f"m is taken to be exactly {amount(market.mean)}, so intervals and forecasts leave out "
        "what is not known of it. Give its range: m=interval(40e3, 90e3, credibility=0.8) from "
        "pmlab.uncertain, or what a sizing has as customers."
    ]
