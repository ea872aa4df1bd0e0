"""Whether counts split as they should: the check for sample ratio mismatch (SRM)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from pmlab.errors import InputError

__all__ = ["SplitTest", "chi_square_split"]


class SplitTest(NamedTuple):
    """Whether counts split as expected; `statistic` and `pvalue` are NaN without any count."""

    statistic: float
    """Chi-squared, with `df` degrees of freedom."""
    df: int
    pvalue: float
    expected: tuple[float, ...]
    """How many of each there would be."""


def chi_square_split(counts: Sequence[int], shares: Sequence[float] | None = None) -> SplitTest:
    """Test whether counts split in the expected shares.

    Parameters
    ----------
    counts : sequence of k ints
        How many came to each arm; two arms or more.
    shares : sequence of k numbers, optional
        In what proportion they should have come, such as ``[1, 1]`` or ``[0.9, 0.1]``. Even if
        left out.

    Returns
    -------
    SplitTest

    Raises
    ------
    InputError
        For fewer than two counts, a count below 0, a share not above 0, or different lengths.

    References
    ----------
    Fabijan, A. et al. (2019). Diagnosing sample ratio mismatch in online controlled experiments.
    *KDD '19*, 2156-2164.

    Examples
    --------
    >>> test = chi_square_split([821588, 815482])
    >>> round(test.statistic, 2), round(test.pvalue, 8)
    (22.77, 1.82e-06)
    """
    n_arms = len(counts)
    if n_arms < 2:
        raise InputError(f"counts holds {n_arms} number; a split has two arms or more.")
    expected_shares = [1.0] * n_arms if shares is None else [float(share) for share in shares]
    if len(expected_shares) != n_arms:
        raise InputError(f"counts has {n_arms} arms and shares {len(expected_shares)}.")
    for count in counts:
        if not 0 <= count < math.inf or count != int(count):
            raise InputError(f"counts: {count!r} must be a whole number, 0 or more.")
    for share in expected_shares:
        if not 0 < share < math.inf:
            raise InputError(f"shares: {share!r} must be above 0; leave out an arm that gets none.")
    total, whole = sum(counts), math.fsum(expected_shares)
    expected = tuple(total * share / whole for share in expected_shares)
    if total == 0:
        return SplitTest(math.nan, n_arms - 1, math.nan, expected)
    from scipy.special import chdtrc

    statistic = math.fsum(
        (count - mean) ** 2 / mean for count, mean in zip(counts, expected, strict=True)
    )
    return SplitTest(statistic, n_arms - 1, float(chdtrc(n_arms - 1, statistic)), expected)
