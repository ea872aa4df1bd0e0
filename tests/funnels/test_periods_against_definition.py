"""Trends and open funnels on random logs: the library against the definition.

A whole number in the random logs is a day here, from a Monday on.
"""

import math

import pandas as pd
import pytest

import pmlab as pm

from .definition import open_funnel, progress, time_to_convert, totals, trend
from .random_logs import STEPS, events_of, random_logs
from .rules import FEATURES, NOT_IN_OPEN_FUNNELS, OPTIONS, Question
from .test_refusals import ask, refused

MONDAY = pd.Timestamp("2024-02-19")
PERIODS = {
    "D": [(day, day + 1) for day in range(42)],
    "W": [(day, day + 7) for day in range(0, 42, 7)],
    "M": [(-18, 11), (11, 42)],  # February 2024 and March
}
WITH = (
    # Resolution rounds days of the calendar, of which even multiples begin in 1970.
    *((name,) for name in OPTIONS if not name.startswith(("by", "unfinished", "resolution"))),
    ("entry first", "hold"),
    ("entry first", "exclusion, drop"),
    ("strict ties", "windows"),
    ("totals", "exclusion, stop"),
    ("unordered", "exclusion, void"),
)


def logs():
    return random_logs(250, seed=11, most_events=12, latest=36)


def question_of(names, label="three", within=5):
    settings = {}
    for name in names:
        settings |= OPTIONS[name]
    return Question(STEPS[label], within, settings)


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("names", [(), *WITH], ids=" + ".join)
def test_trend(period, names, kernel):
    question = question_of(names)
    the_logs = logs()
    as_of = the_logs.last
    want = trend(
        [events_of(log, question.steps, question.excluding) for log in the_logs.by_unit.values()],
        question.funnel,
        PERIODS[period],
        as_of,
        count=question["count"] or "units",
    )
    frame = the_logs.frame
    days = frame.assign(moment=MONDAY + pd.to_timedelta(frame["second"], unit="D"))
    got = question.call(days, scale="d").trend(period).to_frame().set_index("period")
    assert sum(got["users"]) == sum(n[0] for n, _ in want) > 0
    for (start, _), (n, complete) in zip(PERIODS[period], want, strict=True):
        begins = MONDAY + pd.Timedelta(days=start)
        if begins not in got.index:
            assert n[0] == 0, (names, period, begins)
            continue
        row = got.loc[begins]
        assert row["users"] == n[0], (names, period, begins)
        assert [row[f"step {k}"] for k in range(1, len(n) + 1)] == n, (names, period, begins)
        assert row["complete"] == complete, (names, period, begins)


@pytest.mark.parametrize("names", [(), *WITH], ids=" + ".join)
@pytest.mark.parametrize("as_of", [36, 18])
def test_times_to_convert(names, as_of, kernel):
    question = question_of(names)
    the_logs = logs()
    watched = []
    for log in the_logs.by_unit.values():
        events = events_of(log, question.steps, question.excluding)
        totalled = question["count"] == "totals"
        for unit in (
            totals(events, question.funnel) if totalled else [progress(events, question.funnel)]
        ):
            time = time_to_convert(unit, question.funnel, as_of)
            if time is not None:
                watched.append(time)

    frame = the_logs.frame
    days = frame.assign(moment=MONDAY + pd.to_timedelta(frame["second"], unit="D"))
    until = MONDAY + pd.Timedelta(days=as_of)
    curve = question.call(days, scale="d", as_of=until).times().to_frame()

    moments = sorted({days for days, converted in watched if converted})
    assert moments, "a comparison of nothing"
    assert (curve["time"] / pd.Timedelta(days=1)).tolist() == moments
    left = 1.0
    for row, moment in zip(curve.itertuples(), moments, strict=True):
        at_risk = sum(days >= moment for days, _ in watched)
        converted = sum(days == moment for days, done in watched if done)
        left *= 1 - converted / at_risk
        assert (row.at_risk, row.converted) == (at_risk, converted), (names, moment)
        assert row.share == pytest.approx(1 - left)


@pytest.mark.parametrize("within", [1, 4])
@pytest.mark.parametrize("label", STEPS)
def test_open_funnel(label, within, kernel):
    question = Question(STEPS[label], within, {})
    the_logs = random_logs(300, seed=12)
    units = [events_of(log, question.steps) for log in the_logs.by_unit.values()]
    did, continued = open_funnel(units, question.funnel)
    frame = the_logs.frame
    moment = MONDAY + pd.to_timedelta(frame["second"], unit="s")
    result = question.call(frame.assign(moment=moment), closed=False)
    assert result.counts == did
    assert list(result.continued[1:]) == continued
    assert result.rate_from_previous[1:] == [
        moved / before for moved, before in zip(continued, did[:-1], strict=True)
    ]
    assert all(map(math.isnan, result.rate_from_start))


@pytest.mark.parametrize("feature", NOT_IN_OPEN_FUNNELS)
def test_open_funnels_are_plain(feature):
    refused("closed", FEATURES[feature][2], call=lambda: ask(feature, closed=False))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"order": "strict"},
        {"order": "unordered"},
        {"exclude": [pm.Exclusion("refund")]},
        {"hold": ["plan"]},
        {"count": "totals"},
        {"rules": pm.Rules(tie_tolerance="2s")},
    ],
    ids=str,
)
def test_a_month_in_which_nobody_entered(options):
    # Anna in January, Ben in April, each from visit to buy in a day; nothing happens between.
    rows = [
        ("anna", "visit", "2026-01-01", "free"),
        ("anna", "buy", "2026-01-02", "free"),
        ("ben", "visit", "2026-04-01", "free"),
        ("ben", "buy", "2026-04-02", "free"),
        ("zoe", "refund", "2026-04-20", "free"),
    ]
    frame = pd.DataFrame(rows, columns=["user_id", "event", "time", "plan"])
    found = pm.funnel(frame, ["visit", "buy"], within="7d", **options).trend("M")
    assert found.counts == ((1, 1), (0, 0), (0, 0), (1, 1))
    assert found.complete == (True, True, True, False)
