"""Days, weeks and months by the clock of a zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pmlab as pm
from pmlab.errors import InputError, NotFoundError
from pmlab.events.columns import as_micros
from pmlab.events.periods import Calendar, clock_zone

UTC = ZoneInfo("UTC")
ZONES = [None, "UTC", "Europe/Berlin", "America/New_York", "America/Havana", "America/Sao_Paulo",
         "Pacific/Apia", "Asia/Kathmandu"]  # fmt: skip


def micros(moment):
    return (moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def shown(moment, zone):
    return moment.astimezone(ZoneInfo(zone or "UTC")).date()


@given(
    st.lists(st.datetimes(datetime(2005, 1, 1), datetime(2037, 1, 1)), min_size=1, max_size=20),
    st.sampled_from(ZONES),
    st.sampled_from("DWM"),
)
def test_a_moment_lies_in_the_period_that_the_clock_shows(naive, zone, every):
    moments = [moment.replace(tzinfo=UTC) for moment in naive]
    calendar = Calendar(every, zone)
    # One after the other, so that the calendar grows, and then all at once.
    one_by_one = [calendar.number(micros(moment)) for moment in moments]
    numbers = calendar.numbers(np.array([*map(micros, moments)], dtype=np.int64))
    assert numbers.tolist() == one_by_one
    for moment, number in zip(moments, one_by_one, strict=True):
        day = shown(moment, zone)
        expected = {
            "D": (day - date(1970, 1, 1)).days,
            "W": (day - date(1969, 12, 29)).days // 7,
            "M": 12 * (day.year - 1970) + day.month - 1,
        }[every]
        assert number == expected
    begins = calendar.begins(numbers)
    ends = calendar.begins(numbers + 1)
    times = np.array([*map(micros, moments)], dtype=np.int64)
    assert ((begins <= times) & (times < ends)).all()


def test_a_midnight_that_never_was_and_one_that_came_twice():
    # In Sao Paulo, 4 November 2018 began at 01:00 (03:00 UTC); in Havana, the clocks went back on
    # 1 November 2026 at 01:00 (05:00 UTC), so that midnight came at 04:00 UTC and again at 05:00.
    for zone, day, begin in (
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04 03:00"),
        ("America/Havana", "2026-11-01", "2026-11-01 04:00"),
    ):
        number = (date.fromisoformat(day) - date(1970, 1, 1)).days
        found = Calendar("D", zone).begins(np.array([number], dtype=np.int64))
        assert found.view("datetime64[us]")[0] == np.datetime64(begin)
    starts = Calendar("D", "America/Sao_Paulo").starts(np.array([17839], dtype=np.int64))
    assert str(starts[0]) == "2018-11-04 01:00:00-02:00"


def test_years_far_from_now_are_only_numbers():
    calendar = Calendar("D")
    times = np.array(["0001-01-01", "9999-12-31"], dtype="datetime64[us]").view(np.int64)
    assert calendar.numbers(times).tolist() == [-719162, 2932896]


def test_which_clock():
    assert clock_zone(None, "Europe/Berlin") == "Europe/Berlin"
    assert clock_zone("Asia/Tokyo", "UTC") == "Asia/Tokyo"
    with pytest.raises(InputError, match="no zone to convert from"):
        clock_zone("Asia/Tokyo", None)
    with pytest.raises(NotFoundError, match="Did you mean 'Asia/Tokyo'"):
        clock_zone("tokyo", "UTC")


@pytest.mark.parametrize("make", ["pandas", "pyarrow in pandas", "polars", "pyarrow"])
def test_zones_with_an_underscore_are_zones(make):
    times = pd.Series(pd.to_datetime(["2026-03-01 12:00"]).tz_localize("America/New_York"))
    frame = pd.DataFrame({"user_id": ["anna"], "event": ["visit"], "time": times})
    if make == "pyarrow in pandas":
        frame["time"] = frame["time"].astype("timestamp[us, tz=America/New_York][pyarrow]")
    elif make == "polars":
        frame = pytest.importorskip("polars").from_pandas(frame)
    elif make == "pyarrow":
        frame = pytest.importorskip("pyarrow").Table.from_pandas(frame)
    column = pm.EventLog(frame).read(["time"])["time"]
    found, zone = as_micros(column)
    assert zone == "America/New_York"
    assert found.tolist() == [micros(datetime(2026, 3, 1, 17, tzinfo=UTC))]
