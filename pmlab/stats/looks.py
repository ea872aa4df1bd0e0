"""What early looks and small tests do to a result: false alarms, power, exaggeration."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from pmlab.errors import InputError
from pmlab.stats.intervals import require_level, two_sided_z

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["FoundEffect", "false_alarm_rate", "found_effect"]

MOST_LOOKS = 1000
STEP = 0.02
"""Of the grid, in standard deviations of one look; the rate is good to four digits."""


def false_alarm_rate(looks: int, *, confidence_level: float = 0.95) -> float:
    """Return how often a test without an effect is clear at one of several looks.

    Somebody looks after equal shares of the units have come in, each time with the interval of a
    single look, and stops at the first that leaves out 0.

    Parameters
    ----------
    looks : int
        From 1 to 1,000.
    confidence_level : float
        Of each look, in (0, 1).

    References
    ----------
    Armitage, P., McPherson, C. K. and Rowe, B. C. (1969). Repeated significance tests on
    accumulating data. *Journal of the Royal Statistical Society A*, 132, 235-244.

    Examples
    --------
    >>> round(false_alarm_rate(1), 3), round(false_alarm_rate(5), 3)
    (0.05, 0.142)
    """
    import numpy as np

    if isinstance(looks, bool) or not isinstance(looks, int) or not 1 <= looks <= MOST_LOOKS:
        raise InputError(f"looks={looks!r} must be a whole number from 1 to {MOST_LOOKS:,}.")
    require_level(confidence_level)
    z = two_sided_z(confidence_level)
    half = math.ceil(z * math.sqrt(looks) / STEP)
    sums = STEP * np.arange(-half, half + 1, dtype=np.float64)
    reach = math.ceil(8 / STEP)
    step = STEP * np.exp(-((STEP * np.arange(-reach, reach + 1)) ** 2) / 2) / math.sqrt(2 * math.pi)
    # The share that is still undecided, by the sum so far: cut at each look where it is clear.
    undecided = np.zeros(len(sums))
    undecided[half] = 1.0
    for look in range(1, looks + 1):
        spread = np.convolve(undecided, step)[reach : reach + len(sums)]
        undecided = np.multiply(spread, _share_inside(sums, z * math.sqrt(look)))
    return float(1 - undecided.sum())


def _share_inside(sums: npt.NDArray[np.float64], bound: float) -> npt.NDArray[np.float64]:
    """Return which share of each cell of the grid lies within the bound."""
    import numpy as np

    inside: npt.NDArray[np.float64] = np.clip((bound - np.abs(sums)) / STEP + 0.5, 0.0, 1.0)
    return inside


class FoundEffect(NamedTuple):
    """How a true effect shows in a test of some size."""

    power: float
    """How often it is clear."""
    exaggeration: float
    """How many times as large as it is it then looks, on average."""


def found_effect(effect: float, se: float, *, confidence_level: float = 0.95) -> FoundEffect:
    """Return how often a true effect would be clear, and how much too large it would then look.

    Parameters
    ----------
    effect : float
        The true effect; not 0.
    se : float
        The standard error of its estimate, above 0.
    confidence_level : float
        In (0, 1).

    References
    ----------
    Gelman, A. and Carlin, J. (2014). Beyond power calculations: assessing type S (sign) and type M
    (magnitude) errors. *Perspectives on Psychological Science*, 9, 641-651.

    Examples
    --------
    >>> found = found_effect(2.0, 8.1)
    >>> round(found.power, 2), round(found.exaggeration, 1)
    (0.06, 9.5)
    """
    if effect == 0 or not se > 0:
        raise InputError(f"effect={effect!r} must not be 0, and se={se!r} must be above 0.")
    z, delta = two_sided_z(confidence_level), abs(effect) / se
    above, below = _tail(z - delta), _tail(z + delta)
    power = above + below
    size = delta * (above - below) + _density(z - delta) + _density(z + delta)
    return FoundEffect(power, size / power / delta)


def _tail(x: float) -> float:
    return math.erfc(x / math.sqrt(2)) / 2


def _density(x: float) -> float:
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
