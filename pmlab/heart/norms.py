"""What scores of the System Usability Scale are worth, by published norms."""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import pairwise

__all__ = ["GRADES", "SUS_OF_UMUX_LITE", "grade", "percentile", "sus_of_umux_lite"]

GRADES = (
    ("F", 0.0, 0),
    ("D", 51.7, 15),
    ("C-", 62.7, 35),
    ("C", 65.0, 41),
    ("C+", 71.1, 60),
    ("B-", 72.6, 65),
    ("B", 74.1, 70),
    ("B+", 77.2, 80),
    ("A-", 78.9, 85),
    ("A", 80.8, 90),
    ("A+", 84.1, 96),
)
"""Grade, the lowest mean SUS that earns it, and its percentile among the studies collected by
Sauro, J. and Lewis, J. R. (2016). *Quantifying the User Experience*, 2nd edition, chapter 8 (the
curved grading scale)."""

SUS_OF_UMUX_LITE = (0.65, 22.9)
"""Slope and intercept: Lewis, J. R., Utesch, B. S. and Maher, D. E. (2013). UMUX-LITE: when
there's no time for the SUS. *Proceedings of CHI*, 2099-2102."""


def grade(score: float) -> str:
    """Return the grade of a mean SUS score; "" where there is none.

    Examples
    --------
    >>> grade(68.0), grade(84.1), grade(51.6)
    ('C', 'A+', 'F')
    """
    if math.isnan(score):
        return ""
    # A mean of 77.2 may come out as 77.19999999999999.
    place = bisect_right([lowest for _, lowest, _ in GRADES], round(score, 9))
    return GRADES[max(place - 1, 0)][0]


def percentile(score: float) -> float:
    """Return the percentile of a mean SUS score, linear between the ends of the grades.

    Examples
    --------
    >>> round(percentile(68.0)), round(percentile(75.0)), round(percentile(51.7))
    (50, 73, 15)
    """
    if math.isnan(score):
        return math.nan
    ends = [*((lowest, rank) for _, lowest, rank in GRADES), (100.0, 100)]
    for (low, rank), (high, next_rank) in pairwise(ends):
        if score <= high:
            return rank + (next_rank - rank) * (score - low) / (high - low)
    return 100.0


def sus_of_umux_lite(score: float) -> float:
    """Return the SUS score that goes with a UMUX-Lite score: from 22.9 to 87.9 only.

    Examples
    --------
    >>> sus_of_umux_lite(0), sus_of_umux_lite(100)
    (22.9, 87.9)
    """
    slope, intercept = SUS_OF_UMUX_LITE
    return slope * score + intercept
