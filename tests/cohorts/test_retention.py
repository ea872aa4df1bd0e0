"""Retention counted by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest

import pmlab as pm
from pmlab.errors import InputError, NotFoundError

from .definition import Event, utc
from .random_logs import frame_of

every_way = pytest.mark.usefixtures("way")


def log(*rows):
    return pd.DataFrame(rows, columns=["user_id", "event", "time"])


# Anna signs up on Monday at 18:00 and is back the next morning, 15 hours later.
# Ben signs up on Monday at 10:00, is back an hour later, and on Wednesday.
# Cleo signs up on Tuesday at 23:00, and is back at 01:00 that night: two hours, another day.
# Dan visits on Monday, before he signs up on Tuesday, and never after.
# Eve only visits.
WEEK = log(
    ("anna", "sign_up", "2026-03-02 18:00"),
    ("anna", "visit", "2026-03-03 09:00"),
    ("ben", "sign_up", "2026-03-02 10:00"),
    ("ben", "visit", "2026-03-02 11:00"),
    ("ben", "visit", "2026-03-04 12:00"),
    ("cleo", "sign_up", "2026-03-03 23:00"),
    ("cleo", "visit", "2026-03-04 01:00"),
    ("dan", "visit", "2026-03-02 08:00"),
    ("dan", "sign_up", "2026-03-03 08:00"),
    ("eve", "visit", "2026-03-02 08:00"),
)


def counts(result):
    """Return {(cohort, period): (size, observed, returned)}, cohorts as texts."""
    rows = result.to_frame()
    return {
        (str(row.cohort)[:10], row.period): (row.size, row.n_observed, row.n_returned)
        for row in rows.itertuples()
    }


def retention(events=WEEK, **asked):
    asked = {"start": "sign_up", "returning": "visit", "cohorts": "D", **asked}
    return pm.retention(events, **asked)


@every_way
def test_n_day_on_calendar_days():
    # Day 0: Ben alone. Day 1: Anna, and Cleo. Day 2: Ben, and on Friday the 6th two days have
    # passed for those of Tuesday too.
    assert counts(retention(periods=2, as_of="2026-03-06")) == {
        ("2026-03-02", 0): (2, 2, 1),
        ("2026-03-02", 1): (2, 2, 1),
        ("2026-03-02", 2): (2, 2, 1),
        ("2026-03-03", 0): (2, 2, 0),
        ("2026-03-03", 1): (2, 2, 1),
        ("2026-03-03", 2): (2, 2, 0),
    }


@every_way
def test_n_day_by_24_hours():
    # Anna is back after 15 hours and Cleo after 2, both on day 0 now; Ben after 1 hour and 50.
    assert counts(retention(clock="24h", periods=2, as_of="2026-03-07")) == {
        ("2026-03-02", 0): (2, 2, 2),
        ("2026-03-02", 1): (2, 2, 0),
        ("2026-03-02", 2): (2, 2, 1),
        ("2026-03-03", 0): (2, 2, 1),
        ("2026-03-03", 1): (2, 2, 0),
        ("2026-03-03", 2): (2, 2, 0),
    }


@every_way
def test_unbounded():
    # On day 1 or later: Anna, Ben (on day 2), Cleo. On day 2 or later: Ben.
    assert counts(retention(definition="unbounded", periods=2, as_of="2026-03-06")) == {
        ("2026-03-02", 0): (2, 2, 2),
        ("2026-03-02", 1): (2, 2, 2),
        ("2026-03-02", 2): (2, 2, 1),
        ("2026-03-03", 0): (2, 2, 1),
        ("2026-03-03", 1): (2, 2, 1),
        ("2026-03-03", 2): (2, 2, 0),
    }


@every_way
def test_brackets():
    r = retention(definition="bracket", brackets=[(0, 0), (1, 2)], as_of="2026-03-06")
    assert counts(r) == {
        ("2026-03-02", "0"): (2, 2, 1),
        ("2026-03-02", "1-2"): (2, 2, 2),
        ("2026-03-03", "0"): (2, 2, 0),
        ("2026-03-03", "1-2"): (2, 2, 1),
    }


@every_way
def test_a_period_counts_once_it_is_over_and_blank_is_not_0():
    # On Wednesday the 4th at noon, Tuesday was over and Wednesday not: day 1 of Monday's users had
    # passed, their day 2 and day 1 of Tuesday's had not, though Cleo and Ben are back already.
    r = retention(as_of="2026-03-04 12:00")
    assert counts(r) == {
        ("2026-03-02", 0): (2, 2, 1),
        ("2026-03-02", 1): (2, 2, 1),
        ("2026-03-03", 0): (2, 2, 0),
        ("2026-03-03", 1): (2, 0, 0),
    }
    blank = r.to_frame().iloc[-1]
    assert math.isnan(blank["rate"])
    assert math.isnan(blank["low"])
    assert math.isnan(blank["high"])
    assert str(r).splitlines()[5].split() == ["2026-03-03", "2", "0.0%", "-"]
    # At midnight it is over.
    assert counts(retention(as_of="2026-03-05"))["2026-03-03", 1] == (2, 2, 1)


@every_way
def test_a_24_hour_day_is_over_for_each_user_at_their_own_hour():
    # Ben's day 0 ends on Tuesday at 10:00, Anna's at 18:00.
    at_noon = counts(retention(clock="24h", as_of="2026-03-03 12:00"))
    assert at_noon["2026-03-02", 0] == (2, 1, 1)
    assert counts(retention(clock="24h", as_of="2026-03-03 17:59"))["2026-03-02", 0] == (2, 1, 1)
    assert counts(retention(clock="24h", as_of="2026-03-03 18:00"))["2026-03-02", 0] == (2, 2, 2)


@every_way
def test_what_came_after_as_of_is_left_out():
    # On Monday evening nobody of Tuesday had come; on or after day 0, only Ben was back.
    r = retention(definition="unbounded", as_of="2026-03-03")
    assert counts(r) == {("2026-03-02", 0): (2, 2, 1)}


@every_way
def test_as_of_is_the_last_time_in_the_whole_table_and_is_printed():
    later = pd.concat([WEEK, log((None, "beat", "2026-03-09 06:00"))])
    r = retention(later)
    assert r.as_of == pd.Timestamp("2026-03-09 06:00")
    assert "2026-03-09 06:00:00" in r.method
    assert "1 row" in r.warnings[0]


@every_way
def test_an_event_at_the_moment_of_entry_is_no_return():
    tie = log(("anna", "sign_up", "2026-03-02"), ("anna", "visit", "2026-03-02"))
    for rows in (tie, tie[::-1]):
        assert counts(retention(rows, as_of="2026-03-03")) == {("2026-03-02", 0): (1, 1, 0)}


@every_way
def test_start_and_returning_may_be_the_same_any_or_several():
    assert counts(retention(start=None, returning=None, periods=0, as_of="2026-03-06")) == {
        # Dan and Eve enter with their visits on Monday.
        ("2026-03-02", 0): (4, 4, 1),
        ("2026-03-03", 0): (1, 1, 0),
    }
    both = retention(start=["sign_up", "visit"], returning="visit", periods=0, as_of="2026-03-06")
    assert counts(both) == {("2026-03-02", 0): (4, 4, 1), ("2026-03-03", 0): (1, 1, 0)}


def test_conditions():
    events = WEEK.assign(plan=["pro", "pro", "free", *["pro"] * 7])
    r = retention(
        events,
        start=pm.Step("sign_up", where={"plan": "pro"}),
        returning=pm.col("event") == "visit",
        periods=1,
        as_of="2026-03-06",
    )
    # Without Ben, whose sign-up was for free.
    assert counts(r)["2026-03-02", 1] == (1, 1, 1)
    assert "sign_up (plan = pro)" in r.method


def test_pooled_and_simple_mean():
    # Three cohorts: 500 of 1,000 back the next day, 400 of 500, and 700 users whose next day is
    # not over, 10 of whom are back already. Pooled 900 of 1,500; the mean of 50% and 80% is 65%.
    # Who counts the unfinished cohort too gets 910 of 2,200, 41%.
    def cohort(name, day, size, back):
        users = [f"{name}{k}" for k in range(size)]
        joined = [(user, "sign_up", f"2026-03-0{day} 12:00") for user in users]
        return joined + [(user, "visit", f"2026-03-0{day + 1} 06:00") for user in users[:back]]

    events = log(*cohort("a", 2, 1000, 500), *cohort("b", 3, 500, 400), *cohort("c", 4, 700, 10))
    r = retention(events, as_of="2026-03-05 08:00")
    assert counts(r)["2026-03-04", 1] == (700, 0, 0)
    day_1 = r.curve.to_frame().iloc[1]
    assert (day_1["n_returned"], day_1["n_observed"]) == (900, 1500)
    assert day_1["rate"] == 0.6
    assert day_1["mean_of_cohorts"] == pytest.approx(0.65)
    assert day_1["n_cohorts"] == 2
    assert (day_1["low"], day_1["high"]) == tuple(pm.stats.wilson_interval(900, 1500))


@every_way
def test_weeks_begin_on_monday_and_months_on_the_1st():
    events = log(
        ("anna", "sign_up", "2026-03-01 23:00"),  # a Sunday
        ("anna", "visit", "2026-03-02 01:00"),
        ("ben", "sign_up", "2026-03-31 23:00"),
        ("ben", "visit", "2026-04-01 01:00"),
    )
    weeks = counts(retention(events, period="W", cohorts="W", periods=1, as_of="2026-05-01"))
    assert weeks["2026-02-23", 1] == (1, 1, 1)
    assert weeks["2026-03-30", 0] == (1, 1, 1)
    months = counts(retention(events, period="M", cohorts="M", periods=1, as_of="2026-05-01"))
    assert months == {("2026-03-01", 0): (2, 2, 1), ("2026-03-01", 1): (2, 2, 1)}


@every_way
def test_a_day_is_that_of_the_zone():
    # 23:30 in Berlin and 00:30 there: two days, though both are the 1st of March in UTC. In New
    # York it is one afternoon.
    events = frame_of(
        [
            Event("anna", "sign_up", utc("2026-03-01 22:30")),
            Event("anna", "visit", utc("2026-03-01 23:30")),
            Event("anna", "visit", utc("2026-03-09 00:00")),
        ]
    )
    berlin = counts(retention(events, zone="Europe/Berlin", periods=1))
    assert berlin == {("2026-03-01", 0): (1, 1, 0), ("2026-03-01", 1): (1, 1, 1)}
    assert counts(retention(events, periods=0)) == {("2026-03-01", 0): (1, 1, 1)}
    local = events.assign(time=events["time"].dt.tz_convert("America/New_York"))
    assert counts(retention(local, periods=0)) == {("2026-03-01", 0): (1, 1, 1)}
    assert "New_York" in retention(local).method


@every_way
def test_the_day_on_which_clocks_go_back_has_25_hours():
    # 25 October 2026 in Berlin: midnight to midnight are 25 hours, so after 24 it is the same day.
    events = frame_of(
        [
            Event("anna", "sign_up", utc("2026-10-24 22:00")),
            Event("anna", "visit", utc("2026-10-25 22:30")),
            Event("anna", "visit", utc("2026-11-09 00:00")),
        ]
    )
    by_calendar = counts(retention(events, zone="Europe/Berlin", periods=1))
    assert by_calendar == {("2026-10-25", 0): (1, 1, 1), ("2026-10-25", 1): (1, 1, 0)}
    by_hours = counts(retention(events, zone="Europe/Berlin", clock="24h", periods=1))
    assert by_hours == {("2026-10-25", 0): (1, 1, 0), ("2026-10-25", 1): (1, 1, 1)}


def test_cohorts_by_a_value_at_entry():
    # Ben's channel changes later; Cleo has none when she enters; Dan's two first rows disagree,
    # and the value that sorts first counts.
    events = pd.DataFrame(
        [
            ("ben", "sign_up", "2026-03-02", "search"),
            ("ben", "visit", "2026-03-03", "advert"),
            ("cleo", "sign_up", "2026-03-02", None),
            ("dan", "sign_up", "2026-03-02", "search"),
            ("dan", "sign_up", "2026-03-02", "advert"),
        ],
        columns=["user_id", "event", "time", "channel"],
    )
    for rows in (events, events[::-1]):
        r = retention(rows, by="channel", periods=1, as_of="2026-03-05")
        assert r.cohorts == ("advert", "search", "(missing)")
        assert r.to_frame()["n_returned"].tolist() == [0, 0, 0, 1, 0, 0]


@every_way
def test_compare_definitions():
    compared = retention().compare_definitions(day=1)
    found = {
        (row.definition, row.clock): (row.n_observed, row.n_returned)
        for row in compared.to_frame().itertuples()
    }
    # As of Wednesday noon, Monday's two users have been watched through day 1. By hours, so has
    # Ben alone: Anna's second 24 hours end at 18:00.
    assert found == {
        ("n_day", "calendar"): (2, 1),
        ("n_day", "24h"): (1, 0),
        ("unbounded", "calendar"): (2, 2),
        ("unbounded", "24h"): (1, 1),
        ("bracket", "calendar"): (2, 1),
        ("bracket", "24h"): (1, 0),
    }
    assert "0.0%" in compared.summary()
    assert "100.0%" in compared.summary()


def test_nobody_watched_long_enough_has_no_rate():
    r = retention(as_of="2026-03-02 12:00")
    assert math.isnan(r.curve.to_frame()["rate"].iloc[0])
    assert "undefined" in r.warnings[0]
    assert "none of them long enough" in r.summary()


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        ({"definition": "rolling"}, InputError, "different things"),
        ({"definition": "nday"}, InputError, "Did you mean 'n_day'"),
        ({"clock": "24h", "period": "M"}, InputError, "months differ in length"),
        ({"definition": "bracket"}, InputError, "needs brackets="),
        ({"brackets": [(1, 7)]}, InputError, "needs definition='bracket'"),
        ({"definition": "bracket", "brackets": [(1, 7), (7, 9)]}, InputError, "overlap"),
        ({"definition": "bracket", "brackets": [(3, 1)]}, InputError, "pairs of first and last"),
        ({"definition": "bracket", "brackets": []}, InputError, "brackets is empty"),
        ({"definition": "bracket", "brackets": [(1, 2)], "periods": 3}, InputError, "how far"),
        ({"periods": -1}, InputError, "0 or more"),
        (
            {"start": "signup"},
            NotFoundError,
            r"start 'signup' never occurs .* Did you mean 'sign_up'",
        ),
        ({"returning": "visits"}, NotFoundError, "returning 'visits' never occurs"),
        ({"start": pm.Step("visit", within="1d")}, InputError, "only a step of a funnel"),
        ({"start": 7}, InputError, "start=7 names no events"),
        ({"zone": "Europe/Berlin"}, InputError, "no zone to convert from"),
        ({"zone": "Berlin"}, NotFoundError, "Did you mean 'Europe/Berlin'"),
        ({"as_of": "2026-03-01"}, InputError, "nobody did 'sign_up' by 2026-03-01"),
        ({"by": "chanel"}, NotFoundError, "by='chanel'"),
    ],
)
def test_what_breaks_a_rule_is_told(asked, error, message):
    with pytest.raises(error, match=message):
        retention(**asked)
