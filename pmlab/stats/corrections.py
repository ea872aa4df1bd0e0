"""Corrections of p-values for how many tests were made."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pmlab.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["benjamini_hochberg", "bonferroni", "holm"]


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
    known = _smallest_first(pvalues)
    corrected = [math.nan] * len(pvalues)
    floor = 0.0
    for rank, place in enumerate(known):
        floor = max(floor, min(1.0, (len(known) - rank) * pvalues[place]))
        corrected[place] = floor
    return corrected


def bonferroni(pvalues: Sequence[float]) -> list[float]:
    """Return p-values multiplied by their number: the plainest guard against one false alarm.

    `holm` guards as well and never gives a larger p-value.

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
    Dunn, O. J. (1961). Multiple comparisons among means. *Journal of the American Statistical
    Association*, 56, 52-64.

    Examples
    --------
    >>> bonferroni([0.01, 0.04, 0.5])
    [0.03, 0.12, 1.0]
    """
    known = len(_smallest_first(pvalues))
    return [pvalue if math.isnan(pvalue) else min(1.0, known * pvalue) for pvalue in pvalues]


def benjamini_hochberg(pvalues: Sequence[float]) -> list[float]:
    """Return p-values corrected so that few of the discoveries are false.

    Kept below 5%, at most 5% of what is called a discovery is false, on average. That is less
    than `holm` promises, and fits a long list of metrics that will be looked at again.

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
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate: a practical and
    powerful approach to multiple testing. *Journal of the Royal Statistical Society B*, 57,
    289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03])
    [0.03, 0.04, 0.04]
    """
    known = _smallest_first(pvalues)
    corrected = [math.nan] * len(pvalues)
    ceiling = 1.0
    for rank in range(len(known), 0, -1):
        place = known[rank - 1]
        ceiling = min(ceiling, len(known) * pvalues[place] / rank)
        corrected[place] = ceiling
    return corrected


def _smallest_first(pvalues: Sequence[float]) -> list[int]:
    """Return where the p-values stand that are known, the smallest first."""
    known = [place for place, pvalue in enumerate(pvalues) if not math.isnan(pvalue)]
    for place in known:
        if not 0 <= pvalues[place] <= 1:
            raise InputError(f"pvalues: {pvalues[place]!r} is no p-value; one lies in [0, 1].")
    return sorted(known, key=lambda place: pvalues[place])
