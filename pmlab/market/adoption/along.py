"""p and q where m is not known for certain: fitted again at every twentieth of its range."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import interpolate, optimize, stats

from pmlab.errors import InputError
from pmlab.market.adoption.curve import NAMES, peak_time
from pmlab.market.adoption.least_squares import (
    MOST_LOG,
    SMALLEST,
    LeastSquares,
    least_squares,
    peak_error,
)
from pmlab.market.estimate import Draws, Estimate
from pmlab.results import amount, fraction, percent
from pmlab.stats import Interval
from pmlab.uncertain.distribution import Floats

__all__ = ["Along", "fits_along"]

POINTS = 21
"""Equally likely values of m; the one in the middle is its median."""
MOST_BELOW = 0.5
"""From this chance on that m is too small, the range is not about this market."""
WORTH_SAYING = 0.005
TINY = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class Along:
    """The best p and q for each of some equally likely values of m."""

    market: Estimate
    so_far: float
    """How many have adopted; m cannot be less."""
    below: float
    """The chance that the range gives to an m of less, which is left out."""
    fits: tuple[LeastSquares, ...]

    @property
    def middle(self) -> LeastSquares:
        """The fit at the median of m."""
        return self.fits[len(self.fits) // 2]

    @property
    def warnings(self) -> list[str]:
        """What to be wary of."""
        if self.below < WORTH_SAYING:
            return []
        return [
            f"the range of m has a chance of {percent(self.below)} below the "
            f"{amount(self.so_far)} who have adopted already; that part of it is left out."
        ]

    def m_at(self, chance: float) -> float:
        """Return the quantile of m, of what is above those who have adopted."""
        return _above(self.market, self.below, chance)

    def error(self, name: str) -> float:
        """Return the standard error of p or q: of each fit, and between them."""
        place = NAMES.index(name)
        errors = np.array([found.errors[place] for found in self.fits])
        values = np.array([found.values[place] for found in self.fits])
        return math.sqrt(float(np.mean(errors**2) + values.var()))

    def interval(self, name: str, confidence_level: float) -> Interval:
        """Return where m, p or q may lie, whatever m is."""
        tails = (1 - confidence_level) / 2, (1 + confidence_level) / 2
        if name == "m":
            return Interval(self.m_at(tails[0]), self.m_at(tails[1]))
        place = NAMES.index(name)
        values = np.array([found.values[place] for found in self.fits])
        errors = np.array([found.errors[place] for found in self.fits])
        if not (values > 0).all() or np.isnan(errors).any():
            return Interval(math.nan, math.nan)
        low, high = (self._mixed(np.log(values), errors / values, chance) for chance in tails)
        return Interval(math.exp(low), math.exp(high))

    def peak_interval(self, confidence_level: float) -> Interval:
        """Return where the peak may lie; NaN where it or its error is undefined for some m."""
        times = np.array([float(peak_time(*found.values[1:])) for found in self.fits])
        errors = np.array([peak_error(found) for found in self.fits])
        if np.isnan(times + errors).any():
            return Interval(math.nan, math.nan)
        tails = (1 - confidence_level) / 2, (1 + confidence_level) / 2
        low, high = (self._mixed(times, errors, chance) for chance in tails)
        return Interval(max(low, 0.0), high)

    def _mixed(self, centres: Floats, errors: Floats, chance: float) -> float:
        """Return the quantile of equally many Student t around these centres."""
        student = stats.t(self.middle.df)
        ends = centres + errors * student.ppf(chance)
        if ends.min() == ends.max():
            return float(ends[0])

        def off(x: float) -> float:
            return float(student.cdf((x - centres) / np.maximum(errors, TINY)).mean()) - chance

        # Above the largest of all ends every one of them has at least this chance.
        return float(optimize.brentq(off, ends.min() - TINY, ends.max() + TINY))

    def drawn(self, n: int, seed: int) -> dict[str, Floats]:
        """Return draws of m, and of p and q for each, normal on the log scale.

        m has the draws that it has everywhere, but for those below who have adopted. Between two
        fits, p, q and their errors go with log m.
        """
        m = Draws(n=n, seed=seed).of(self.market.quantity)
        m = m[m > self.so_far]
        along = np.log([found.values[0] for found in self.fits])
        middle = np.array([np.log(np.maximum(found.values[1:], SMALLEST)) for found in self.fits])
        roots = np.array([_root(found) for found in self.fits])
        at = np.log(m)
        centre = interpolate.make_interp_spline(along, middle, k=1)(at)
        root = interpolate.make_interp_spline(along, roots, k=1)(at)
        z = np.random.default_rng(seed).standard_normal((len(m), 2))
        off = np.clip(np.einsum("nij,nj->ni", root, z), -MOST_LOG, MOST_LOG)
        p, q = np.exp(centre + off).T
        return {"m": m, "p": p, "q": q}


def fits_along(y: Floats, market: Estimate) -> Along:
    """Fit p and q to adopters by period, at equally likely values of m."""
    so_far = float(y.sum())
    below = market.cdf(so_far)
    if below >= MOST_BELOW:
        raise InputError(
            f"m is below the {amount(so_far)} who have adopted already with a chance of "
            f"{fraction(below, digits=2)}; give how many will in the end, or leave m out."
        )
    chances = (np.arange(POINTS) + 0.5) / POINTS
    fits = tuple(least_squares(y, _above(market, below, chance)) for chance in chances)
    return Along(market=market, so_far=so_far, below=below, fits=fits)


def _above(market: Estimate, below: float, chance: float) -> float:
    return float(market.quantile(below + (1 - below) * chance))


def _root(found: LeastSquares) -> Floats:
    """Return the Cholesky factor of the relative covariance of p and q; 0 where it has none."""
    relative = found.covariance[1:, 1:] / np.outer(found.values[1:], found.values[1:])
    p, q = np.sqrt(np.diag(np.nan_to_num(relative, nan=0.0, posinf=0.0)))
    if not p or not q:
        return np.diag([p, q])
    both = relative[0, 1] / p
    return np.array([[p, 0.0], [both, math.sqrt(max(q**2 - both**2, 0.0))]])
