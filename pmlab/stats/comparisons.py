"""Tests of whether two numbers differ, and their correction for how many were made."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pmlab.errors import InputError
from pmlab.stats.intervals import require_share

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["holm", "two_proportions_test"]


def two_proportions_test(successes: int, n: int, successes_control: int, n_control: int) -> float:
    """Return the two-sided p-value that two independent shares are equal: the pooled z test.

    Parameters
    ----------
    successes, n, successes_control, n_control : int
        How many of how many, on either side.

    Returns
    -------
    float
        NaN where an n is 0, and where nobody or everybody succeeded on both sides: then nothing
        varies, and the test has no answer.

    Raises
    ------
    InputError
        Unless 0 <= successes <= n, on either side.

    References
    ----------
    Fleiss, J. L., Levin, B. and Paik, M. C. (2003). *Statistical Methods for Rates and
    Proportions*, 3rd edition, section 3.1 (without continuity correction). Wiley.

    Examples
    --------
    >>> round(two_proportions_test(56, 70, 48, 80), 5)
    0.00805
    """
    require_share(successes, n)
    require_share(successes_control, n_control, "_control")
    if n == 0 or n_control == 0:
        return math.nan
    pooled = (successes + successes_control) / (n + n_control)
    variance = pooled * (1 - pooled) * (1 / n + 1 / n_control)
    if variance == 0:
        return math.nan
    z = abs(successes / n - successes_control / n_control) / math.sqrt(variance)
    return math.erfc(z / math.sqrt(2))


def holm(pvalues: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number, so that one false alarm in all is rare.

    Parameters
    ----------
    pvalues : sequence of float
        In [0, 1]; NaN stays NaN and does not count among the tests.

    Returns
    -------
    list of float
        In the order of `pvalues`; each at most 1.

    Raises
    ------
    InputError
        For a number outside [0, 1].

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. *Scandinavian
    Journal of Statistics*, 6, 65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    corrected = [math.nan] * len(pvalues)
    known = [place for place, pvalue in enumerate(pvalues) if not math.isnan(pvalue)]
    for place in known:
        if not 0 <= pvalues[place] <= 1:
            raise InputError(f"pvalues: {pvalues[place]!r} is no p-value; one lies in [0, 1].")
    floor = 0.0
    for rank, place in enumerate(sorted(known, key=lambda place: pvalues[place])):
        floor = max(floor, min(1.0, (len(known) - rank) * pvalues[place]))
        corrected[place] = floor
    return corrected
