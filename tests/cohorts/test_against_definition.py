"""Every answer equals its definition, on random logs where the clocks change."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

import pmlab as pm
from pmlab.errors import InputError, NotFoundError

from . import definition as d
from .random_logs import PLACES, random_log

SEEDS = range(25)
ANY = ("join", "visit", "buy")
LENGTHS = {"D": timedelta(days=1), "W": timedelta(days=7)}


def cases(zone, seeds=SEEDS):
    """Yield logs, each with a moment until which it is complete: the last, or one in between."""
    for seed in seeds:
        events, frame = random_log(seed, zone)
        moments = sorted(e.moment for e in events if e.moment)
        if not moments or not any(e.user for e in events):
            continue
        rng = np.random.default_rng([seed, 1])
        as_of = None
        if rng.random() < 0.6:
            as_of = moments[int(rng.integers(0, len(moments)))]
            as_of += timedelta(minutes=int(rng.integers(0, 3 * 1440)))
        yield rng, events, frame, as_of


def plain(stamp):
    return stamp.to_pydatetime().date()


@pytest.mark.parametrize("zone", PLACES)
@pytest.mark.parametrize("kind", ["n_day", "unbounded", "bracket"])
def test_retention(way, zone, kind):
    n_cells = 0
    for rng, events, frame, as_of in cases(zone):
        period = str(rng.choice(["D", "W", "M"]))
        asked = {
            "period": period,
            "clock": str(rng.choice(["calendar", "24h"])) if period != "M" else "calendar",
            "cohorts": str(rng.choice(["D", "W", "M"])),
            "zone": zone,
        }
        start = [("join",), ("join", "buy"), ANY][rng.integers(0, 3)]
        returning = [("visit",), ("join", "visit"), ANY][rng.integers(0, 3)]
        if kind == "bracket":
            asked["brackets"] = [[(0, 0), (1, 3), (5, 9)], [(1, 2)]][rng.integers(0, 2)]
        elif rng.random() < 0.5:
            asked["periods"] = int(rng.integers(0, 12))
        by = "kind" if rng.random() < 0.2 else None
        arguments = {"start": [*start], "returning": [*returning], "definition": kind, "by": by}
        names = {e.name for e in events}
        if not names.issuperset({*start, *returning}):
            with pytest.raises(NotFoundError, match=r"(start|returning) '.*' never occurs"):
                pm.retention(frame, as_of=as_of, **arguments, **asked)
            continue
        until = as_of or d.last_moment(events)
        if not any(e.name in start for e in d.known(events, until)):
            with pytest.raises(InputError, match="nobody did"):
                pm.retention(frame, as_of=as_of, **arguments, **asked)
            continue
        r = pm.retention(frame, as_of=as_of, **arguments, **asked)
        spans = asked.get("brackets") or [(int(k), int(k)) for k in r.periods]
        expected = d.retention(
            events,
            start,
            returning,
            definition=kind,
            period=period,
            length=LENGTHS[period] if asked["clock"] == "24h" else None,
            zone=zone,
            cohorts=asked["cohorts"],
            spans=spans,
            as_of=until,
            by=by is not None,
        )
        found = {}
        rows = r.to_frame()
        for place, row in enumerate(rows.itertuples()):
            cohort = row.cohort if by else plain(row.cohort)
            found[cohort, spans[place % len(spans)]] = (row.size, row.n_observed, row.n_returned)
        assert found == expected
        if "periods" not in asked and kind != "bracket":
            # As far as anybody has been watched, and no further.
            watched = rows.groupby("period")["n_observed"].sum()
            assert (watched > 0).all() or len(watched) == 1
        n_cells += len(found)
    assert n_cells > 50  # the cases were not all passed over


@pytest.mark.parametrize("zone", PLACES)
@pytest.mark.parametrize("every", ["D", "W", "M"])
def test_growth_accounting(way, zone, every):
    n_periods = 0
    for _, events, frame, as_of in cases(zone):
        until = as_of or d.last_moment(events)
        rows = (
            d.growth(events, every=every, zone=zone, as_of=until)
            if any_known(events, until)
            else []
        )
        if not rows:
            with pytest.raises(InputError, match="was over by"):
                pm.growth_accounting(frame, every=every, zone=zone, as_of=as_of)
            continue
        g = pm.growth_accounting(frame, every=every, zone=zone, as_of=as_of)
        assert [*zip(g.new, g.retained, g.resurrected, g.churned, strict=True)] == rows
        n_periods += len(rows)
    assert n_periods > 20


@pytest.mark.parametrize("zone", PLACES)
def test_stickiness_and_power_users(way, zone):
    n_windows = 0
    for rng, events, frame, as_of in cases(zone):
        window = int(rng.choice([2, 7, 28, 60]))
        until = as_of or d.last_moment(events)
        known = any_known(events, until)
        windows = d.active_days(events, window=window, zone=zone, as_of=until) if known else {}
        asked = {"window": f"{window}d", "zone": zone, "as_of": as_of}
        if not windows:
            with pytest.raises(InputError, match="take a shorter window"):
                pm.stickiness(frame, **asked)
            continue
        s = pm.stickiness(frame, **asked)
        assert [plain(day) for day in s.days] == [*windows]
        assert [*s.mau] == [own.total() for own in windows.values()]
        assert [*s.user_days] == [sum(own.elements()) for own in windows.values()]
        days = Counter((e.user, d.clock(e.moment, zone).date()) for e in d.known(events, until))
        assert [*s.dau] == [sum(day == last for _, day in days) for last in windows]
        p = pm.power_users(frame, **asked)
        last, own = [*windows.items()][-1]
        assert plain(p.last_day) == last
        assert [*p.counts] == [own[n] for n in range(1, window + 1)]
        n_windows += len(windows)
    assert n_windows > 20


@pytest.mark.parametrize("zone", PLACES)
def test_adoption_and_survival(way, zone):
    n_users = 0
    for rng, events, frame, as_of in cases(zone):
        start = [("join",), ANY][rng.integers(0, 2)]
        end = [("visit",), ("visit", "join")][rng.integers(0, 2)]
        until = as_of or d.last_moment(events)
        times = d.first_times(events, start, end, as_of=until)
        names = {e.name for e in events}
        if not times or not names.issuperset({*start, *end}):
            continue
        within = timedelta(days=int(rng.choice([1, 7, 30])))
        a = pm.adoption(frame, eligible=[*start], adopted=[*end], within=within, as_of=as_of)
        whole = [(s, e) for s, e in times.values() if s + within <= until]
        assert a.n_eligible == len(whole)
        assert a.n_adopted == sum(e is not None and e - s <= within for s, e in whole)
        assert a.n_unfinished == len(times) - len(whole)
        adopted = Counter(e - s for s, e in times.values() if e is not None)
        assert dict(zip(a.curve["time"], a.curve["adopted"], strict=True)) == adopted
        at_risk = [
            sum((e or until) - s >= time for s, e in times.values()) for time in a.curve["time"]
        ]
        assert a.curve["at_risk"].tolist() == at_risk
        v = pm.survival(frame, start=[*start], end=[*end], as_of=as_of)
        assert v.groups[0].n_users == len(times)
        np.testing.assert_allclose(
            v.to_frame()["time"], [time / pd.Timedelta("1D") for time in sorted(adopted)]
        )
        assert v.to_frame()["at_risk"].tolist() == at_risk
        n_users += len(times)
    assert n_users > 50


def any_known(events, until):
    return bool(d.known(events, until))
