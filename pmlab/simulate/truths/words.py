"""One planted truth in words, and how a share or a time stands in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Truth", "day", "last_day", "moment", "share"]


@dataclass(frozen=True, kw_only=True)
class Truth:
    """One thing that is hidden in the tables."""

    name: str
    weeks: str
    chapters: tuple[str, ...]
    table: str
    planted: str
    """What was done to the data, with its parameters under this seed."""


def share(of_one: float) -> str:
    """Return a share as a percentage."""
    return f"{100 * of_one:.1f}%"


def moment(when: object) -> str:
    """Return a time to the minute."""
    return str(when)[:16].replace("T", " ") + " UTC"


def day(when: object) -> str:
    """Return the day of a time."""
    return str(when)[:10]


def last_day(end: np.datetime64) -> str:
    """Return the day before an end, which is the first moment after."""
    return day(end - np.timedelta64(1, "s"))
