"""Growth accounting, stickiness and power users counted by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import pmlab as pm
from pmlab.errors import InputError

every_way = pytest.mark.usefixtures("way")


def log(*rows):
    return pd.DataFrame(
        [(user, "visit", day) for user, days in rows for day in days.split()],
        columns=["user_id", "event", "time"],
    )


# Weeks begin on 2, 9, 16 and 23 March. Anna comes every week, Ben in the first and the third,
# Cleo from the second on, Dan in the third only, twice.
WEEKS = log(
    ("anna", "2026-03-02 2026-03-09 2026-03-16 2026-03-23"),
    ("ben", "2026-03-08 2026-03-22"),
    ("cleo", "2026-03-10 2026-03-17 2026-03-24"),
    ("dan", "2026-03-18 2026-03-19"),
)


@every_way
def test_growth_accounting():
    g = pm.growth_accounting(WEEKS, every="W", as_of="2026-03-30")
    assert [str(period.date()) for period in g.periods] == [
        "2026-03-02",
        "2026-03-09",
        "2026-03-16",
        "2026-03-23",
    ]
    assert g.new == (2, 1, 1, 0)
    assert g.retained == (0, 1, 2, 2)
    assert g.resurrected == (0, 0, 1, 0)
    assert g.churned == (0, 1, 0, 2)
    assert g.active == [2, 2, 4, 2]
    # One gained for one lost; nobody lost; none gained for two lost.
    assert g.quick_ratio[1:2] == [1.0]
    assert math.isnan(g.quick_ratio[0])
    assert math.isnan(g.quick_ratio[2])
    assert g.quick_ratio[3] == 0.0


@every_way
def test_a_period_that_is_not_over_is_left_out():
    g = pm.growth_accounting(WEEKS, every="W")
    assert len(g.periods) == 3
    assert "2026-03-24" in g.method


@every_way
def test_periods_without_anybody_stand_between():
    g = pm.growth_accounting(log(("anna", "2026-01-10 2026-04-10")), every="M", as_of="2026-06-01")
    assert g.active == [1, 0, 0, 1, 0]
    assert g.resurrected == (0, 0, 0, 1, 0)
    assert g.churned == (0, 1, 0, 0, 1)


def test_only_what_counts_as_active():
    events = pd.concat([WEEKS, WEEKS.assign(user_id="bot", event="beat")])
    g = pm.growth_accounting(events, active="visit", as_of="2026-03-30")
    assert g.active == [2, 2, 4, 2]
    assert pm.growth_accounting(events, as_of="2026-03-30").active == [3, 3, 5, 3]


def test_growth_in_words():
    g = pm.growth_accounting(WEEKS, as_of="2026-03-30")
    assert g.summary() == (
        "2 users were active in the week of 23 March 2026, 2 fewer than in the week before: 0 new, "
        "0 back again, 2 gone. The quick ratio, users gained for each one lost, is 0.00."
    )
    assert "Undefined: the quick ratio where nobody churned." in str(g)
    with pytest.raises(InputError, match="no week with activity was over"):
        pm.growth_accounting(WEEKS, as_of="2026-03-05")
    with pytest.raises(InputError, match="every='Y'"):
        pm.growth_accounting(WEEKS, every="Y")


# Four days. Anna is active on all, Ben on the 2nd and 4th, Cleo on the 4th (twice).
DAYS = log(
    ("anna", "2026-03-01 2026-03-02 2026-03-03 2026-03-04"),
    ("ben", "2026-03-02 2026-03-04"),
    ("cleo", "2026-03-04T08:00 2026-03-04T20:00"),
)


@every_way
def test_stickiness():
    s = pm.stickiness(DAYS, window="3d", as_of="2026-03-05")
    assert [str(day.date()) for day in s.days] == ["2026-03-03", "2026-03-04"]
    # 1st to 3rd: 1, 2 and 1 users a day, 2 in all. 2nd to 4th: 2, 1 and 3 a day, 3 in all.
    assert s.dau == (1, 3)
    assert s.mau == (2, 3)
    assert s.user_days == (4, 6)
    assert s.stickiness == [pytest.approx((4 / 3) / 2), pytest.approx((6 / 3) / 3)]
    # The identity: by user, Anna 3 and Ben 1 are 2 days on average, of 3.
    assert s.mean_active_days == [2.0, 2.0]


@every_way
def test_power_users():
    p = pm.power_users(DAYS, window="3d", as_of="2026-03-05")
    # 2nd to 4th: Cleo one day, Ben two, Anna three.
    assert p.counts == (1, 1, 1)
    assert (str(p.first_day.date()), str(p.last_day.date())) == ("2026-03-02", "2026-03-04")
    assert p.stickiness == pytest.approx(2 / 3)
    low, high = p.interval_of_mean()
    outside = stats.t.interval(0.95, 2, loc=2, scale=stats.sem([1, 2, 3]))
    assert (low, high) == pytest.approx(outside)
    assert p.to_frame()["share"].sum() == pytest.approx(1)


@every_way
def test_a_day_that_is_not_over_is_in_no_window():
    # As of the last event, on the 4th at 20:00, the 4th was not over.
    p = pm.power_users(DAYS, window="3d")
    assert p.counts == (1, 0, 1)
    assert str(p.last_day.date()) == "2026-03-03"


@every_way
def test_a_window_long_after_the_last_event_is_empty():
    p = pm.power_users(DAYS, window="3d", as_of="2027-03-05")
    assert p.n_users == 0
    assert math.isnan(p.stickiness)
    assert "undefined" in p.warnings[0]
    assert "Nobody" in p.summary()
    s = pm.stickiness(DAYS, window="3d", as_of="2026-03-10")
    assert s.mau[-1] == 0
    assert math.isnan(s.stickiness[-1])


def test_windows_are_whole_days():
    for window in ("1d", "36h", "61d"):
        with pytest.raises(InputError, match="from 2 to 60"):
            pm.power_users(DAYS, window=window)
    with pytest.raises(InputError, match="only 3 days"):
        pm.stickiness(DAYS, window="28d")


@every_way
def test_long_silences_in_the_longest_window():
    # Ten users, each active on some of 200 days; the last 60 are counted one by one.
    rng = np.random.default_rng(5)
    active = rng.random((10, 200)) < rng.choice([0.01, 0.05, 0.5], 10)[:, None]
    days = pd.date_range("2026-01-01", periods=200)
    who, when = np.nonzero(active)
    events = pd.DataFrame({"user_id": who, "event": "visit", "time": days[when]})
    p = pm.power_users(events, window="60d", as_of="2026-07-20")
    own = active[:, -60:].sum(axis=1)
    assert list(p.counts) == [(own == n).sum() for n in range(1, 61)]
