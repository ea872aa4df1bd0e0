"""Thousands of random logs full of ties: the library against the definition.

Every table holds hundreds of units; each unit is one random log, so one call is hundreds of
cases. The steps are disjoint, repeated or overlapping; see `random_logs.STEPS`.
"""

from functools import cache
from itertools import product

import pandas as pd
import polars as pl
import pytest

import pmlab as pm

from .definition import counts
from .random_logs import STEPS, expected, random_logs

ZERO = pd.Timestamp("2024-03-01 09:00:00")
WINDOWS = (1, 2, 4)
RULES = [
    {"entry": entry, "ties": ties, "reuse": reuse}
    for entry, ties, reuse in product(("best", "first"), ("any", "strict"), (False, True))
]


def logs_for(label, within, n_units=200):
    return random_logs(n_units, seed=1000 * list(STEPS).index(label) + within)


@cache
def definition(label, within, entry, ties, reuse):
    return expected(
        logs_for(label, within), STEPS[label], within, entry=entry, ties=ties, reuse=reuse
    )


def as_pandas(logs):
    frame = logs.frame
    return frame.assign(moment=ZERO + pd.to_timedelta(frame["second"], unit="s"))


def as_polars(logs):
    frame = logs.frame
    return pl.DataFrame(
        {
            "unit": frame["unit"].tolist(),
            "name": frame["name"].tolist(),
            "moment": (ZERO + pd.to_timedelta(frame["second"], unit="s")).dt.to_pydatetime(),
            "device": [None if pd.isna(value) else value for value in frame["device"]],
        }
    )


def run(frame, label, within, *, rules, **options):
    return pm.funnel(
        frame,
        [pm.Step(list(names)) for names in STEPS[label]],
        within=f"{within}s",
        rules=pm.Rules(**rules),
        user="unit",
        event="name",
        time="moment",
        **options,
    )


def found(units, n_steps):
    """Read the library's frame of units: unit -> (level, times in seconds)."""
    times = [(units[f"time_{k}"] - ZERO).dt.total_seconds().tolist() for k in range(1, n_steps + 1)]
    return {
        unit: (level, tuple(time for time in row if time == time))
        for unit, level, *row in zip(
            units["unit"].tolist(), units["level"].tolist(), *times, strict=True
        )
    }


def first_difference(mine, theirs, logs):
    """Return the shortest log on which the two differ, for a message worth reading."""
    wrong = [unit for unit in {**mine, **theirs} if mine.get(unit) != theirs.get(unit)]
    if not wrong:
        return None
    unit = min(wrong, key=lambda unit: len(logs.by_unit[unit]))
    log = sorted(logs.by_unit[unit], key=lambda row: row.second)
    return {
        "differing": len(wrong),
        "log": " ".join(f"{row.name}@{row.second}={row.device}" for row in log),
        "pmlab": mine.get(unit),
        "definition": theirs.get(unit),
    }


@pytest.mark.parametrize("label", STEPS)
def test_levels_times_and_counts(label, kernel):
    n_steps = len(STEPS[label])
    for within, rules in product(WINDOWS, RULES):
        logs = logs_for(label, within)
        units = definition(label, within, **rules)
        result = run(as_pandas(logs), label, within, rules=rules)
        want = {unit: (got.level, got.times) for unit, got in units.items() if got.level > 0}
        difference = first_difference(found(result.units, n_steps), want, logs)
        assert difference is None, (STEPS[label], within, rules, difference)
        assert result.counts == counts(units.values(), n_steps)


@pytest.mark.parametrize("attribution", ["first_touch", "last_touch"])
@pytest.mark.parametrize("label", STEPS)
def test_segments(label, attribution, kernel):
    n_steps = len(STEPS[label])
    for number, rules in enumerate(RULES):
        # Each rule meets one window here and the other with the other attribution.
        within = (2, 4)[(number + (attribution == "last_touch")) % 2]
        logs = logs_for(label, within)
        units = {u: got for u, got in definition(label, within, **rules).items() if got.level}
        # Polars for half of them: the frame changes the door only.
        frame = as_polars(logs) if within == 2 else as_pandas(logs)
        result = run(frame, label, within, rules=rules, by="device", attribution=attribution)

        values = [None if pd.isna(v) else v for v in result.units["device"].tolist()]
        mine = dict(zip(result.units["unit"].tolist(), values, strict=True))
        want = {unit: getattr(got, attribution) for unit, got in units.items()}
        difference = first_difference(mine, want, logs)
        assert difference is None, (STEPS[label], within, rules, difference)

        assert {value: n for value, n in result.counts.items() if n[0]} == {
            value: counts([got for u, got in units.items() if want[u] == value], n_steps)
            for value in set(want.values())
        }
        times = {unit: (got.level, got.times) for unit, got in units.items()}
        assert first_difference(found(result.units, n_steps), times, logs) is None
        assert result.overall.counts == counts(units.values(), n_steps)


@pytest.mark.parametrize("entry", ["best", "first"])
@pytest.mark.parametrize("label", ["three", "a a b", "ab bc cd"])
def test_unfinished_windows(label, entry, kernel):
    within, rules = 2, {"entry": entry, "ties": "any", "reuse": False}
    n_steps = len(STEPS[label])
    logs = logs_for(label, within)
    frame = as_pandas(logs)
    units = definition(label, within, **rules)

    for as_of in (logs.last, logs.last + 1, logs.last + within):
        given = {} if as_of == logs.last else {"as_of": ZERO + pd.Timedelta(seconds=as_of)}
        late = {u for u, got in units.items() if got.level and got.entry > as_of - within}

        keep = run(frame, label, within, rules=rules, unfinished="keep", **given)
        drop = run(frame, label, within, rules=rules, unfinished="drop", **given)
        assert keep.as_of == drop.as_of == ZERO + pd.Timedelta(seconds=as_of)
        assert keep.n_unfinished == drop.n_unfinished == len(late)
        assert keep.counts == counts(units.values(), n_steps)
        assert drop.counts == counts(units.values(), n_steps, drop_entries_after=as_of - within)
        assert drop.counts == counts([units[u] for u in units if u not in late], n_steps)


def test_unfinished_windows_within_segments(kernel):
    within, rules = 2, {"entry": "best", "ties": "any", "reuse": False}
    logs = logs_for("three", within)
    units = {u: got for u, got in definition("three", within, **rules).items() if got.level}
    result = run(as_pandas(logs), "three", within, rules=rules, by="device", unfinished="drop")
    cut = logs.last - within
    assert {value: n for value, n in result.counts.items() if n[0]} == {
        value: counts(
            [got for got in units.values() if got.first_touch == value],
            3,
            drop_entries_after=cut,
        )
        for value in {got.first_touch for got in units.values() if got.entry <= cut}
    }
