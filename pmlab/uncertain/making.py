"""From what somebody says about a number to the range that it is."""

from __future__ import annotations

import math
from typing import Any

from scipy import optimize, special

from pmlab.errors import InputError
from pmlab.results import amount
from pmlab.uncertain.numbers import REQUIRED, require_credibility, require_number
from pmlab.uncertain.ranges import Beta, Lognormal, Triangular, Uniform

__all__ = ["interval", "pert", "share", "triangular", "uniform"]

CLOSE = 1e-9
"""How far the chances of the ends of a share may be from what was asked."""


def interval(low: float, high: float, *, credibility: float = REQUIRED) -> Lognormal:
    """Return an amount that lies between two values with a stated chance: a lognormal.

    For what is above 0 and can be far off upwards: customers, prices, orders. Outside the two
    values lies half of the rest on either side, so that 0.8 makes them P10 and P90.

    Parameters
    ----------
    low, high : float
        Above 0, low below high, in the unit of the amount.
    credibility : float
        The chance that the true value lies between them, in (0, 1). There is no default, because
        tools differ: some take a range to mean 80%, others 90%.

    Returns
    -------
    Lognormal

    Raises
    ------
    InputError
        For ends that are reversed, equal, or not above 0, and for a credibility that is missing
        or not in (0, 1).

    References
    ----------
    Limpert, E., Stahel, W. A. and Abbt, M. (2001). Log-normal distributions across the sciences.
    *BioScience*, 51, 341-352.

    Examples
    --------
    >>> households = interval(40e3, 90e3, credibility=0.8)
    >>> households
    40,000 to 90,000 (80%), lognormal
    >>> round(households.p50), round(households.mean)
    (60000, 63079)
    """
    low, high = _ends(low, high)
    credibility = require_credibility(credibility, f"interval({low:g}, {high:g}, credibility=0.8)")
    if low <= 0:
        raise InputError(
            f"low={low:g} must be above 0: interval() is lognormal, for amounts. For a fraction "
            "use share(); for a number that can be 0 or less pert(low, mode, high)."
        )
    z = float(special.ndtri((1 + credibility) / 2))
    bottom, top = math.log(low), math.log(high)
    return Lognormal(mu=(bottom + top) / 2, sigma=(top - bottom) / (2 * z), credibility=credibility)


def share(low: float, high: float, *, credibility: float = REQUIRED) -> Beta:
    """Return a fraction that lies between two values with a stated chance: a beta.

    Any two quantiles belong to exactly one beta distribution (Shih, 2015); it is found by Newton's
    method, or by nested bisection where that fails, and checked.

    Parameters
    ----------
    low, high : float
        In (0, 1), low below high.
    credibility : float
        The chance that the true value lies between them, in (0, 1); no default. Half of the rest
        lies on either side.

    Returns
    -------
    Beta

    Raises
    ------
    InputError
        For ends outside (0, 1), reversed or equal, and for a credibility that is missing or not in
        (0, 1).

    References
    ----------
    van Dorp, J. R. and Mazzuchi, T. A. (2000). Solving for the parameters of a beta distribution
    under two quantile constraints. *Journal of Statistical Computation and Simulation*, 67,
    189-201.
    Shih, N. (2015). The model identification of beta distribution based on quantiles. *Journal of
    Statistical Computation and Simulation*, 85, 2022-2032.

    Examples
    --------
    >>> won = share(0.03, 0.08, credibility=0.8)
    >>> won
    3% to 8% (80%), beta
    >>> round(won.mean, 4), round(won.cdf(0.08), 4)
    (0.0535, 0.9)
    """
    low, high = _ends(low, high)
    credibility = require_credibility(credibility, f"share({low:g}, {high:g}, credibility=0.8)")
    if low <= 0 or high >= 1:
        hint = ""
        if low >= 1 and 1 < high < 100:
            hint = f" Percent are fractions here: share({low / 100:g}, {high / 100:g}, ...)."
        elif 0 < low < 1 < high:
            hint = " What can pass 1 is no share but an amount: interval(low, high, ...)."
        elif low <= 0 or high == 1:
            hint = " If an end is possible, use uniform() or pert(low, mode, high)."
        raise InputError(f"low={low:g} and high={high:g} must lie between 0 and 1.{hint}")
    tail = (1 - credibility) / 2
    a, b = _beta_of(low, high, tail)
    return Beta(a=a, b=b, credibility=credibility)


def pert(low: float, mode: float, high: float, *, strength: float = 4.0) -> Beta:
    """Return a PERT estimate: the least, the most likely and the most that is possible.

    Parameters
    ----------
    low, mode, high : float
        In order; low and high are limits that are never passed, not P10 and P90.
    strength : float
        How much the mode counts, above 0; 4 is the classic.

    Returns
    -------
    Beta
        On [low, high], with mean (low + strength x mode + high) / (strength + 2).

    Raises
    ------
    InputError
        For numbers out of order, or a strength of 0 or less.

    References
    ----------
    Malcolm, D. G., Roseboom, J. H., Clark, C. E. and Fazar, W. (1959). Application of a technique
    for research and development program evaluation. *Operations Research*, 7, 646-669.
    Vose, D. (2008). *Risk Analysis*, 3rd edition, section III.7.2. Wiley.

    Examples
    --------
    >>> weeks = pert(2, 4, 12)
    >>> weeks, round(weeks.mean, 2)
    (2 to 12, most likely 4, PERT, 5.0)
    """
    low, mode, high = _three(low, mode, high)
    strength = require_number("strength", strength)
    if strength <= 0:
        raise InputError(f"strength={strength:g} must be above 0; 4 is the classic PERT.")
    width = high - low
    a, b = 1 + strength * (mode - low) / width, 1 + strength * (high - mode) / width
    return Beta(a=a, b=b, low=low, high=high, mode=mode)


def triangular(low: float, mode: float, high: float) -> Triangular:
    """Return a triangular estimate: the least, the most likely and the most that is possible.

    Its tails are fatter than those of `pert`; low and high are limits, not P10 and P90.

    Parameters
    ----------
    low, mode, high : float
        In order.

    Returns
    -------
    Triangular
        On [low, high], with mean (low + mode + high) / 3.

    Raises
    ------
    InputError
        For numbers out of order.

    References
    ----------
    Johnson, D. (1997). The triangular distribution as a proxy for the beta distribution in risk
    analysis. *The Statistician*, 46, 387-398.

    Examples
    --------
    >>> triangular(2, 4, 12).mean
    6.0
    """
    low, mode, high = _three(low, mode, high)
    return Triangular(low=low, mode=mode, high=high)


def uniform(low: float, high: float) -> Uniform:
    """Return a number that may lie anywhere between two limits.

    Parameters
    ----------
    low, high : float
        Limits that are never passed.

    Returns
    -------
    Uniform
        On [low, high], every number as likely as every other.

    Raises
    ------
    InputError
        For ends that are reversed or equal.

    Examples
    --------
    >>> uniform(0.2, 0.4).p90
    0.38
    """
    low, high = _ends(low, high)
    return Uniform(low=low, high=high)


def _ends(low: Any, high: Any) -> tuple[float, float]:
    low, high = require_number("low", low), require_number("high", high)
    if low > high:
        raise InputError(f"low={low:g} is above high={high:g}; swap them: ({high:g}, {low:g}).")
    if low == high:
        raise InputError(
            f"low and high are both {low:g}. What is known for sure is a plain number: {low:g}."
        )
    return low, high


def _three(low: Any, mode: Any, high: Any) -> tuple[float, float, float]:
    low, high = _ends(low, high)
    mode = require_number("mode", mode)
    if not low <= mode <= high:
        raise InputError(
            f"mode={mode:g} must lie between low={low:g} and high={high:g}: say the least, the "
            "most likely, the most."
        )
    return low, mode, high


def _beta_of(low: float, high: float, tail: float) -> tuple[float, float]:
    """Return the beta distribution with these two quantiles, at `tail` and 1 - `tail`."""
    # A normal for the log odds has about the right mean and spread: start there.
    z = float(special.ndtri(1 - tail))
    middle = (special.logit(low) + special.logit(high)) / 2
    sigma = (special.logit(high) - special.logit(low)) / (2 * z)
    mean = float(special.expit(middle))
    strength = 1 / (sigma**2 * mean * (1 - mean)) + 1
    start = [math.log(mean * strength), math.log((1 - mean) * strength)]

    def off(logs: Any) -> list[float]:
        a, b = math.exp(min(logs[0], 700.0)), math.exp(min(logs[1], 700.0))
        # Chances on the scale of their tails, so that both ends weigh alike.
        return [
            float(special.betainc(a, b, low)) / tail - 1,
            float(special.betaincc(a, b, high)) / tail - 1,
        ]

    found = optimize.root(off, start, method="hybr", options={"xtol": 1e-13}).x
    if max(map(abs, off(found))) > CLOSE:
        found = _nested(off)
    if not max(map(abs, off(found))) <= CLOSE:
        raise InputError(
            f"no beta distribution with the ends {amount(low)} and {amount(high)} can be computed; "
            "they are too close to each other, or to 0 or 1. Use pert(low, mode, high)."
        )
    return math.exp(found[0]), math.exp(found[1])


def _nested(off: Any) -> list[float]:
    """Find the lower end for every strength by one bisection, and the strength by another."""

    def logs(strength: float) -> list[float]:
        odds = optimize.brentq(lambda x: off(_split(strength, x))[0], -40.0, 40.0, xtol=1e-14)
        return _split(strength, odds)

    try:
        return logs(optimize.brentq(lambda s: off(logs(s))[1], -12.0, 30.0, xtol=1e-14))
    except (ValueError, RuntimeError):  # no change of sign: the caller says so
        return [math.nan, math.nan]


def _split(strength: float, odds: float) -> list[float]:
    """Return log a and log b from the log of their sum and the log odds of the mean."""
    return [strength + float(special.log_expit(odds)), strength + float(special.log_expit(-odds))]
