"""Adoption over time by Bass: from three numbers to how many adopt when."""

from __future__ import annotations

from typing import Any

import numpy as np

from pmlab.errors import require_choice
from pmlab.market.adoption.curve import NAMES
from pmlab.market.adoption.fan import adoption_of, require_periods
from pmlab.market.adoption.labels import labels
from pmlab.market.adoption.parameters import (
    PERIODS,
    market_given,
    pace_given,
    parameter_of,
    require_possible,
)
from pmlab.market.adoption.result import Adoption
from pmlab.market.estimate import estimates, settings
from pmlab.market.quantity import Quantity

__all__ = ["bass"]

SINGLE_GUESSES = (
    "m, p and q are single guesses, so this is one of many possible curves. Give ranges to see how "
    "far it may be off: m=interval(40e3, 90e3, credibility=0.8) from pmlab.uncertain."
)


def bass(
    m: Any,
    p: Any,
    q: Any,
    periods: int,
    *,
    per: str = "period",
    unit: str = "customers",
    start: Any = None,
    draws: int = 100_000,
    rng: int | np.random.Generator = 0,
) -> Adoption:
    """Return how many adopt in each period after launch, by the Bass model.

    Of those who have not adopted yet, p + q F do in the next instant, where F is the share that
    has: p by themselves (innovation), q by example (imitation).

    Parameters
    ----------
    m : number, Range, Assumption, Quantity, Estimate or Money
        How many adopt in the end: people, households or firms, such as the customers of a sizing,
        `funnel.customers["SOM"]`. Or what they bring, such as `funnel.som` in EUR a year: then the
        curve is that revenue a year as far as it is reached by the end of each period, if every
        adopter brings the same from the start.
    p : number, Range, Assumption or Quantity
        Innovation, per period, in (0, 1]. Over many products about 0.03 a year (Sultan, Farley and
        Lehmann, 1990).
    q : number, Range, Assumption or Quantity
        Imitation, per period, from 0; about 0.38 a year. For another period divide p and q alike:
        by 12 from years to months.
    periods : int
        How many periods from launch, at most 10,000.
    per : {"day", "week", "month", "quarter", "year", "period"}
        What a period is; p and q belong to it.
    unit : str
        What m counts, in the plural; an Assumption brings its own.
    start : int, str or date, optional
        The period of the launch, for the labels: 2027 for years, "2027Q3", "2027-03".
    draws : int
        How many, if anything is a range.
    rng : int or numpy Generator
        The seed; each assumption has a stream of its own.

    Returns
    -------
    Adoption
        New and cumulative adopters by period, and the peak; P10, P50, P90 and mean with ranges.
        With q = 0 adopters are an exponential saturation, and the peak time is NaN.

    Raises
    ------
    InputError
        For p = 0 (nobody ever begins), numbers that are negative or given as percentages, ranges
        that reach below 0, a whole Sizing or funnel, and a start that is no such period.

    References
    ----------
    Bass, F. M. (1969). A new product growth for model consumer durables. *Management Science*, 15,
    215-227.
    Sultan, F., Farley, J. U. and Lehmann, D. R. (1990). A meta-analysis of applications of
    diffusion models. *Journal of Marketing Research*, 27, 70-77.

    Examples
    --------
    >>> from pmlab.market import bass
    >>> plan = bass(m=60_000, p=0.03, q=0.38, periods=5, per="year", unit="households")
    >>> plan.to_frame()["new"].round().tolist()
    [2145.0, 2958.0, 3927.0, 4959.0, 5883.0]
    >>> round(plan.peak_time, 1), round(plan.peak_rate)
    (6.2, 6636)
    """
    require_choice("per", per, PERIODS)
    length = require_periods(periods)
    by_name = settings(draws, rng)
    parts = dict(
        zip(
            NAMES,
            (market_given(m, unit), pace_given("p", p, per), pace_given("q", q, per)),
            strict=True,
        )
    )
    # Made as one, so that two assumptions of one name are found out.
    Quantity(terms=tuple(t for one in parts.values() for t in one.terms), unit=parts["m"].unit)
    known = dict(zip(NAMES, estimates([*parts.values()], by_name), strict=True))
    for name, one in known.items():
        require_possible(name, one)
    fan = any(one.polynomial.unknowns for one in parts.values())
    drawn = {name: by_name.of(one) for name, one in parts.items()} if fan else None
    return adoption_of(
        {name: parameter_of(one) for name, one in known.items()},
        drawn,
        length,
        unit=parts["m"].unit,
        per=per,
        labels=labels(start, per, length),
        parts=parts,
        draws=by_name,
        warnings=[] if fan else [SINGLE_GUESSES],
    )
