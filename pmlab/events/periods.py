"""Days, weeks and months by a clock: which one a moment lies in, and when each begins."""

from __future__ import annotations

from typing import Literal
from zoneinfo import available_timezones

import numpy as np
import pandas as pd

from pmlab.errors import InputError, NotFoundError, did_you_mean
from pmlab.events.columns import Ints

__all__ = ["PERIODS", "Calendar", "Every", "clock_zone"]

Every = Literal["D", "W", "M"]

PERIODS = {"D": "day", "W": "week", "M": "month"}
"""What a period is called. Weeks begin on Monday (ISO 8601)."""

_MONDAY = 3
"""1970-01-01 was a Thursday, and weeks are numbered from the Monday before."""


def clock_zone(zone: str | None, zone_of_log: str | None) -> str | None:
    """Return by which clock to tell the days of a log: the zone asked for, or the log's own.

    Raises
    ------
    NotFoundError
        If there is no such zone.
    InputError
        If the times of the log have no zone from which to convert.
    """
    if zone is None:
        return zone_of_log
    known = available_timezones()
    if zone not in known:
        cities = {name.rpartition("/")[2]: name for name in sorted(known)}
        close = cities.get(str(zone).title().replace(" ", "_"))
        hint = f"Did you mean {close!r}?" if close else did_you_mean(zone, sorted(known), most=3)
        raise NotFoundError(f"zone={zone!r} is not the name of a time zone. {hint}")
    if zone_of_log is None:
        raise InputError(
            f"zone={zone!r} was given, but the times of the events have no zone to convert from; "
            "say which clock wrote them, for example with "
            "frame['time'] = frame['time'].dt.tz_localize('UTC'), or leave zone out to take them "
            "as written."
        )
    return zone


class Calendar:
    """The days, weeks or months of a zone, numbered without gaps.

    A period begins at local midnight. Where the clocks go forward at midnight, it begins when they
    have; where they go back to it, at the first of the two.

    Parameters
    ----------
    every : {"D", "W", "M"}
    zone : str, optional
        The name of a time zone; None for times that have none, which are taken as written.
    """

    def __init__(self, every: Every, zone: str | None = None) -> None:
        self.every, self.zone = every, zone
        self._first, self._begins = 0, _NOTHING

    def numbers(self, times: Ints) -> Ints:
        """Return the number of the period in which each time (in microseconds) lies."""
        if not len(times):
            return _NOTHING
        ends = np.array([times.min(), times.max()], dtype=np.int64)
        if not (len(self._begins) and self._begins[0] <= ends[0] and ends[1] < self._begins[-1]):
            # A period more on both sides: local midnight may lie on another day in UTC.
            low, high = self._numbers_of_local(_local(ends, self.zone)).tolist()
            if len(self._begins):
                low, high = (
                    min(low, self._first),
                    max(high, self._first + len(self._begins) - 1),
                )
            self._first = low - 1
            self._begins = self.begins(np.arange(low - 1, high + 3, dtype=np.int64))
        numbers: Ints = np.searchsorted(self._begins, times, side="right") + (self._first - 1)
        return numbers

    def number(self, time: int) -> int:
        """Return the number of the period in which a time lies."""
        return int(self.numbers(np.array([time], dtype=np.int64))[0])

    def begins(self, numbers: Ints) -> Ints:
        """Return when each of these periods begins, in microseconds."""
        if self.every == "M":
            local = numbers.astype("datetime64[M]")
        else:
            days = numbers if self.every == "D" else 7 * numbers - _MONDAY
            local = days.astype("datetime64[D]")
        stamps = local.astype("datetime64[us]")
        if self.zone is None:
            return stamps.view(np.int64)
        midnights = pd.DatetimeIndex(stamps).tz_localize(
            self.zone,
            ambiguous=np.ones(len(stamps), dtype=bool),
            nonexistent="shift_forward",
        )
        return _naive_micros(midnights.tz_convert("UTC").tz_localize(None))

    def starts(self, numbers: Ints) -> tuple[pd.Timestamp, ...]:
        """Return when each of these periods begins, by the clock of the zone, for reading."""
        index = pd.DatetimeIndex(self.begins(numbers).view("datetime64[us]"))
        if self.zone is not None:
            index = index.tz_localize("UTC").tz_convert(self.zone)
        return tuple(index)

    def _numbers_of_local(self, local: Ints) -> Ints:
        stamps = local.view("datetime64[us]")
        if self.every == "M":
            return stamps.astype("datetime64[M]").astype(np.int64)
        days: Ints = stamps.astype("datetime64[D]").astype(np.int64)
        return days if self.every == "D" else (days + _MONDAY) // 7


_NOTHING = np.empty(0, dtype=np.int64)


def _local(micros: Ints, zone: str | None) -> Ints:
    if zone is None:
        return micros
    index = pd.DatetimeIndex(micros.view("datetime64[us]")).tz_localize("UTC").tz_convert(zone)
    return _naive_micros(index.tz_localize(None))


def _naive_micros(index: pd.DatetimeIndex) -> Ints:
    return index.to_numpy().astype("datetime64[us]").view(np.int64)
