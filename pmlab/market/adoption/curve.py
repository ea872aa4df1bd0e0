"""The Bass curve on plain numbers.

Of m who will adopt in the end, a share F(t) has done so by time t after launch. Of those who have
not, p + q F(t) do in the next instant: p by themselves, q by example.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from pmlab.uncertain.distribution import Floats

__all__ = [
    "NAMES",
    "adopted",
    "adopting",
    "adopting_gradient",
    "by_period",
    "peak_rate",
    "peak_time",
]

NAMES = ("m", "p", "q")
"""How many adopt in the end, and how fast they do by themselves and by example."""


def adopted(t: npt.ArrayLike, p: npt.ArrayLike, q: npt.ArrayLike) -> Floats:
    """Return F(t), the share that has adopted by time t.

    Examples
    --------
    >>> adopted(1, 0.5, 0.0).round(4)  # nobody imitates: 1 - exp(-p)
    np.float64(0.3935)
    """
    t, p, q = (np.asarray(value, dtype=np.float64) for value in (t, p, q))
    left = np.exp(-(p + q) * t)
    share: Floats = -p * np.expm1(-(p + q) * t) / (p + q * left)
    return share


def adopting(t: npt.ArrayLike, p: npt.ArrayLike, q: npt.ArrayLike) -> Floats:
    """Return F(t) - F(t - 1), the share that adopts in the period that ends at t.

    Written as one fraction, so that late periods lose no digits to the subtraction.
    """
    t, p, q = (np.asarray(value, dtype=np.float64) for value in (t, p, q))
    speed = p + q
    before = np.exp(-speed * (t - 1))
    fallen = -before * np.expm1(-speed)
    share: Floats = p * speed * fallen / ((p + q * before) * (p + q * (before - fallen)))
    return share


def by_period(p: Floats, q: Floats, periods: int) -> Iterator[tuple[Floats, Floats]]:
    """Yield `adopting` and `adopted` for the ends of periods 1, 2, ..., of many p and q at once.

    One exponential a period instead of three: a fan has hundreds of thousands of p and q.
    """
    speed = p + q
    kept, lost = np.exp(-speed), -np.expm1(-speed)
    before = np.ones_like(speed)
    for end in range(1, periods + 1):
        after = before * kept
        gone = -np.expm1(-speed * end)  # 1 - after, whose digits are lost where p and q are small
        under = p + q * after
        yield p * speed * before * lost / ((p + q * before) * under), p * gone / under
        before = after


def adopting_gradient(t: Floats, p: float, q: float) -> tuple[Floats, Floats]:
    """Return the derivatives of `adopting` by p and by q."""
    by_p, by_q = _gradient(t, p, q)
    before_p, before_q = _gradient(t - 1, p, q)
    return by_p - before_p, by_q - before_q


def _gradient(t: Floats, p: float, q: float) -> tuple[Floats, Floats]:
    """Return the derivatives of F(t) by p and by q."""
    left = np.exp(-(p + q) * t)
    under = p + q * left
    shared = p * t * left * (p + q) / under**2
    by_p = q * left * -np.expm1(-(p + q) * t) / under**2 + shared
    by_q = p * left * np.expm1(-(p + q) * t) / under**2 + shared
    return by_p, by_q


def peak_time(p: npt.ArrayLike, q: npt.ArrayLike) -> Floats:
    """Return ln(q/p) / (p + q), when adoption is fastest; NaN for q <= p: it is at launch."""
    p, q = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    rises = q > p
    time: Floats = np.where(rises, np.log(np.where(rises, q, p) / p) / (p + q), np.nan)
    return time


def peak_rate(m: npt.ArrayLike, p: npt.ArrayLike, q: npt.ArrayLike) -> Floats:
    """Return m (p + q)^2 / 4q, how many adopt a period at the peak; m p for q <= p, at launch."""
    m, p, q = (np.asarray(value, dtype=np.float64) for value in (m, p, q))
    rises = q > p
    rate: Floats = m * np.where(rises, (p + q) ** 2 / (4 * np.where(rises, q, 1.0)), p)
    return rate
