"""What a fit of the Bass curve answers: its numbers, how sure they are, and what comes next."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pmlab.market.adoption.along import Along
from pmlab.market.adoption.cautions import bracket, ends
from pmlab.market.adoption.curve import NAMES, peak_rate, peak_time
from pmlab.market.adoption.fan import adoption_of, require_periods
from pmlab.market.adoption.labels import labels
from pmlab.market.adoption.least_squares import (
    LeastSquares,
    peak_interval,
)
from pmlab.market.adoption.parameters import (
    CHANCES,
    SURE,
    Parameter,
    parameter_of,
)
from pmlab.market.adoption.result import Adoption
from pmlab.market.estimate import settings
from pmlab.market.units import Unit
from pmlab.results import Result, amount, fraction, level, number, number_interval, number_of
from pmlab.stats import Interval
from pmlab.uncertain.distribution import Floats

__all__ = ["BassFit", "peak_interval_of"]

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
        return peak_interval_of(self.estimate, self.along, self.confidence_level)

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
    def title(self) -> str:
        return f"Bass curve through {number_of(len(self.observed), self.per)} of {self.unit}"

    @property
    def method(self) -> str:
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
    def assumptions(self) -> tuple[str, ...]:
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


def peak_interval_of(found: LeastSquares, along: Along | None, level: float) -> Interval:
    """Return where the peak may lie, whatever m is."""
    return peak_interval(found, level) if along is None else along.peak_interval(level)
