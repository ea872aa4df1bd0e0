"""Random streams with names: what one table draws never moves another."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import numpy as np

__all__ = ["Streams"]


@dataclass(frozen=True, kw_only=True)
class Streams:
    """The random streams of one table, in one of its draws.

    Examples
    --------
    >>> users = Streams(seed=1, table="users")
    >>> float(users("country").random()) == float(users("country").random())
    True
    >>> float(users("country").random()) == float(users("device").random())
    False
    """

    seed: int
    table: str
    draw: int = 0
    """0 for the first draw, 1 after the first redraw, and so on."""

    def __call__(self, part: str) -> np.random.Generator:
        """Return a fresh generator for a part of the table: the same one each time."""
        # Python's own hash() of a text differs from one run to the next.
        name = int.from_bytes(sha256(f"{self.table}/{part}".encode()).digest()[:16], "little")
        return np.random.Generator(
            np.random.PCG64(np.random.SeedSequence([self.seed, self.draw, name]))
        )
