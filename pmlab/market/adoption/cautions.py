"""What to be wary of in a Bass curve that was fitted, and how its intervals are written."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from pmlab.market.adoption.curve import peak_time
from pmlab.market.adoption.least_squares import LeastSquares
from pmlab.results import BLANK, amount, level, number, number_interval, number_of
from pmlab.stats import Interval
from pmlab.uncertain.distribution import Floats

__all__ = ["bracket", "cautions", "ends"]

HARDLY_KNOWN = 2.0
"""From this ratio of its ends on, the interval of m is warned of."""
SURELY_NEW = 6
"""So many numbers that never fall could be totals; fewer, if they rise more slowly at last."""


def cautions(
    y: Floats,
    found: LeastSquares,
    intervals: Mapping[str, Interval],
    peak_interval: Interval,
    confidence_level: float,
    unit: str,
    per: str,
) -> list[str]:
    """Return what to be wary of before the fit is used."""
    _, p, q = found.values
    said = []
    if _could_be_totals(y):
        said.append(
            "These numbers never fall. If they are totals so far, give the differences: "
            "np.diff(totals, prepend=0)."
        )
    said += _of_the_peak(y, found, peak_interval, confidence_level, per)
    low, high = intervals["m"]
    if found.free[0] and high > HARDLY_KNOWN * low:
        said.append(
            f"m is hardly known: {ends(intervals['m'])} {unit} fit about as well, so a forecast "
            "beyond the next few periods rests on the one number that these data do not have. "
            "Take it from a sizing: fit_bass(..., m=...)."
        )
    if q <= p:
        said.append(
            f"q is not above p ({amount(q)} against {amount(p)}): numbers fall from launch on, "
            "nothing says that people imitate each other, and there is no later peak."
        )
    if found.df < 3:
        said.append(
            f"{number_of(len(y), per)} for {sum(found.free)} numbers: the curve passes near all of "
            "them whatever they are."
        )
    return said


def _could_be_totals(y: Floats) -> bool:
    """Return whether adopters added up could look so: never fewer, and at last more slowly."""
    steps = np.diff(y)
    if np.any(steps < 0) or not np.any(steps > 0):
        return False
    return len(y) >= SURELY_NEW or bool(steps[-1] < steps.max())


def _of_the_peak(
    y: Floats, found: LeastSquares, interval: Interval, confidence_level: float, per: str
) -> list[str]:
    """Return what to say where the peak is not, or may not be, a whole period before the end."""
    end, peak = len(y), float(peak_time(found.values[1], found.values[2]))
    rising = np.argmax(y) == end - 1
    open_ = bool(rising or interval.high > end)
    if math.isnan(peak) or not (open_ or peak > end - 1):
        return []
    lead = "The peak may not be past" if open_ else "The peak is hardly past"
    return [
        f"{'Fitted before the peak' if peak > end else lead}: the curve has it {number(peak)} "
        f"{per}s after launch{bracket(number_interval(*interval), confidence_level)}, and the "
        f"numbers end at {end}{', with the largest of them' if rising else ''}. From there on it "
        "is a guess by its shape."
    ]


def bracket(ends: str, confidence_level: float) -> str:
    """Return an interval behind its number; nothing where there is none, or of no width."""
    low, _, high = ends.partition(" to ")
    return "" if low in (BLANK, high) else f" ({level(confidence_level)}: {ends})"


def ends(interval: Interval) -> str:
    """Return the ends of an interval, which may be open."""
    if math.isnan(interval.low):
        return "-"
    if math.isinf(interval.high):
        return f"{amount(interval.low)} or more"
    if interval.low == 0:
        return f"up to {amount(interval.high)}"
    return f"{amount(interval.low)} to {amount(interval.high)}"
