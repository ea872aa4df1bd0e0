"""Quantiles: intervals that assume no shape, and the bootstrap without resampling."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pmlab.errors import InputError
from pmlab.stats.intervals import Interval, require_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

__all__ = [
    "QuantileBootstrap",
    "bootstrap_quantile",
    "median_interval",
    "quantile_interval",
    "require_quantile",
]

REACH = 12
"""How far from its middle a rank is followed, in standard deviations: beyond lies less than
1e-30, so no p-value is finer than that."""


def quantile_interval(
    values: Sequence[float] | npt.ArrayLike, q: float, *, confidence_level: float = 0.95
) -> Interval:
    """Return an interval of a quantile that assumes no shape: two of the values themselves.

    How many of n values lie below the quantile is binomial, so the ranks are the closest pair
    that leaves at most half of the rest of the level on either side.

    Parameters
    ----------
    values : sequence of n numbers
        In any order.
    q : float
        Which quantile, in (0, 1); 0.9 for the 90th percentile.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    Interval
        ``(low, high)``; both NaN where even the smallest and the largest value do not cover the
        quantile this often (n < 6 for a median at 95%, n < 36 for a 90th percentile).

    Raises
    ------
    InputError
        For a q or a level outside (0, 1).

    References
    ----------
    Conover, W. J. (1999). *Practical Nonparametric Statistics*, 3rd edition, section 3.2. Wiley.

    Examples
    --------
    >>> quantile_interval([9, 3, 5, 8, 4, 7, 6, 1, 2], 0.5)
    Interval(low=2.0, high=8.0)
    """
    require_quantile(q)
    require_level(confidence_level)
    import numpy as np

    array = np.sort(np.asarray(values, dtype=float))
    n, tail = len(array), (1 - confidence_level) / 2
    below, above = _outside(n, q, tail), _outside(n, 1 - q, tail)
    if below < 1 or above < 1:
        return Interval(math.nan, math.nan)
    return Interval(float(array[below - 1]), float(array[n - above]))


def median_interval(values: Sequence[float], *, confidence_level: float = 0.95) -> Interval:
    """Return an interval of a median that assumes no shape: two of the values themselves.

    Parameters
    ----------
    values : sequence of n numbers
        In any order.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    Interval
        As `quantile_interval` for q = 0.5.

    Examples
    --------
    >>> median_interval([9, 3, 5, 8, 4, 7, 6, 1, 2])
    Interval(low=2.0, high=8.0)
    """
    return quantile_interval(values, 0.5, confidence_level=confidence_level)


def _outside(n: int, q: float, tail: float) -> int:
    """Return how many values may lie outside the interval on the side of q."""
    from scipy.stats import binom

    if n == 0:
        return 0
    # P(Binomial(n, q) < outside) is within the tail.
    outside = int(binom.ppf(tail, n, q))
    if math.isclose(binom.cdf(outside, n, q), tail):
        outside += 1
    return outside


@dataclass(frozen=True, eq=False)
class QuantileBootstrap:
    """Where a quantile falls when its sample is drawn again and again."""

    estimate: float
    n: int
    values: Floats
    """The values it falls on, ascending."""
    shares: Floats
    """How often it falls on each."""
    beyond: tuple[float, float]
    """How often it falls below the smallest value and above the largest: they are not known."""

    def share_at_most(
        self, control: QuantileBootstrap, shift: float, *, relative: bool = False
    ) -> float:
        """Return how often this quantile minus the control's is at most `shift`.

        With `relative`, in parts of the control's size. What falls on an unknown value counts.
        """
        import numpy as np

        reach = control.values + (shift * np.abs(control.values) if relative else shift)
        at_most = np.concatenate([[0.0], np.cumsum(self.shares)])
        found = at_most[np.searchsorted(self.values, reach, side="right")]
        return float(found @ control.shares) + self.beyond[0] + control.beyond[1]

    def share_at_least(
        self, control: QuantileBootstrap, shift: float, *, relative: bool = False
    ) -> float:
        """Return how often this quantile minus the control's is at least `shift`."""
        return self._mirrored().share_at_most(control._mirrored(), -shift, relative=relative)

    def interval(
        self,
        control: QuantileBootstrap,
        *,
        relative: bool = False,
        confidence_level: float = 0.95,
    ) -> Interval:
        """Return the percentile interval of this quantile minus the control's.

        With `relative`, of the difference in parts of the control's size. Both ends are NaN
        where there are too few values to hold the quantile this often.
        """
        require_level(confidence_level)
        tail = (1 - confidence_level) / 2
        lowest = self._lowest(control, tail, relative)
        highest = -self._mirrored()._lowest(control._mirrored(), tail, relative)
        if math.isnan(lowest) or math.isnan(highest):
            return Interval(math.nan, math.nan)
        return Interval(lowest, highest)

    def _lowest(self, control: QuantileBootstrap, tail: float, relative: bool) -> float:
        """Return the smallest difference that as many as the tail are at most."""
        import numpy as np

        if self.beyond[0] + control.beyond[1] >= tail or not len(self.values):
            return math.nan
        others = control.values
        size = np.abs(others) if relative else np.ones(len(others))
        if relative and others[0] <= 0 <= others[-1]:
            return -math.inf
        ends = [
            (own - others[place]) / size[place]
            for own in (self.values[0], self.values[-1])
            for place in (0, -1)
        ]
        low, high = float(min(ends)), float(max(ends))
        if self.share_at_most(control, low, relative=relative) >= tail:
            return low
        # Halve until few pairs of values are left in between, then look at those pairs.
        few = 8 * (len(self.values) + len(others))
        while True:
            first = np.searchsorted(self.values, others + low * size, side="right")
            last = np.searchsorted(self.values, others + high * size, side="right")
            middle = low + (high - low) / 2
            if int((last - first).sum()) <= few or not low < middle < high:
                break
            if self.share_at_most(control, middle, relative=relative) >= tail:
                high = middle
            else:
                low = middle
        which = np.repeat(np.arange(len(others)), last - first)
        place = np.arange(len(which)) - np.repeat(np.cumsum(last - first) - last, last - first)
        differences = (self.values[place] - others[which]) / size[which]
        order = np.argsort(differences)
        shares = (self.shares[place] * control.shares[which])[order]
        reached = self.share_at_most(control, low, relative=relative) + np.cumsum(shares)
        found = min(int(np.searchsorted(reached, tail)), len(order) - 1)
        return float(differences[order[found]])

    def _mirrored(self) -> QuantileBootstrap:
        return QuantileBootstrap(
            -self.estimate, self.n, -self.values[::-1], self.shares[::-1], self.beyond[::-1]
        )


def bootstrap_quantile(values: npt.ArrayLike, q: float) -> QuantileBootstrap:
    """Return where a quantile falls when its sample is drawn again and again, without drawing.

    The rank that a bootstrap sample's quantile has in the sample is binomial, so the distribution
    is read off the sorted values: the limit of infinitely many draws, with no random number.

    Parameters
    ----------
    values : array of n numbers
        In any order; not changed.
    q : float
        Which quantile, in (0, 1).

    Returns
    -------
    QuantileBootstrap
        Its `estimate` is the sample's quantile with linear interpolation, as numpy and pandas
        give it.

    Raises
    ------
    InputError
        For a q outside (0, 1).

    References
    ----------
    Schultzberg, M. and Ankargren, S. (2022). Resampling-free bootstrap inference for quantiles.
    arXiv:2202.10992.

    Examples
    --------
    >>> spread = bootstrap_quantile(range(1, 1001), 0.9)
    >>> round(spread.estimate, 1), round(float(spread.values @ spread.shares), 1)
    (900.1, 900.9)
    """
    require_quantile(q)
    import numpy as np
    from scipy.stats import binom

    array = np.sort(np.asarray(values, dtype=float))
    n = len(array)
    if n == 0:
        return QuantileBootstrap(math.nan, 0, array, array, (0.5, 0.5))
    middle, sd = (n + 1) * q, math.sqrt((n + 1) * q * (1 - q))
    first = max(1, math.floor(middle - REACH * sd - REACH))
    last = min(n, math.ceil(middle + REACH * sd + REACH))
    shares = binom.pmf(np.arange(first, last + 1), n + 1, q)
    beyond = (float(binom.pmf(0, n + 1, q)), float(binom.pmf(n + 1, n + 1, q)))
    found, starts = np.unique(array[first - 1 : last], return_index=True)
    place = (n - 1) * q
    under, over = float(array[math.floor(place)]), float(array[math.ceil(place)])
    estimate = under + (over - under) * (place - math.floor(place))
    return QuantileBootstrap(estimate, n, found, np.add.reduceat(shares, starts), beyond)


def require_quantile(q: float) -> None:
    """Refuse what is no quantile."""
    if not 0 < q < 1:
        raise InputError(f"q={q!r} must lie between 0 and 1; 0.9 is the 90th percentile.")
