"""The Bass curve through adopters so far: what they say of the market, and how little at first."""

from __future__ import annotations

import math
from typing import Any

from pmlab.errors import InputError, require_choice
from pmlab.market.adoption.along import Along, fits_along
from pmlab.market.adoption.cautions import cautions
from pmlab.market.adoption.curve import NAMES
from pmlab.market.adoption.fitted import BassFit, peak_interval_of
from pmlab.market.adoption.least_squares import ENDLESS, least_squares, profile_interval
from pmlab.market.adoption.observed import read_adopters
from pmlab.market.adoption.parameters import PERIODS, market_given
from pmlab.market.estimate import Estimate, estimates, settings
from pmlab.results import amount, level, number_of
from pmlab.stats import Interval
from pmlab.stats.intervals import require_level
from pmlab.uncertain.distribution import Floats

__all__ = ["fit_bass"]

FEWEST = 4
"""Periods; with m given one less, for then two numbers are estimated and not three."""
DRAWS = 100_000
"""Of an m without a formula."""


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
    peak = peak_interval_of(found, along, confidence_level)
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
