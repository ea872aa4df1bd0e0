"""What must hold of any log at all, searched with Hypothesis."""

import math
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pmlab as pm

ZERO = pd.Timestamp("2024-03-01")
NAMES = ["a", "b", "c", "x"]  # x is no step
FUNNELS = [
    ["a", "b", "c"],
    ["a", "a", "b"],
    ["a", "b", "a"],
    [["a", "b"], ["b", "c"], "c"],
    [["a", "b"], ["a", "b"], ["a", "b"]],
]

rows = st.lists(
    st.tuples(
        st.integers(1, 4),  # who
        st.sampled_from(NAMES),
        st.integers(0, 8),  # when
        st.sampled_from(["phone", "web", None]),
    ),
    min_size=1,
    max_size=30,
).filter(lambda rows: any(name == "a" for _, name, _, _ in rows))
funnels = st.sampled_from(FUNNELS)
windows = st.integers(1, 10)
rules = st.builds(
    pm.Rules,
    entry=st.sampled_from(["best", "first"]),
    ties=st.sampled_from(["any", "strict"]),
    reuse=st.booleans(),
)

# The tables are tiny, so this is plain Python: no time goes into compiling.
quick = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def table(rows):
    # Every table knows every name (by a user who did each once, long ago, and out of order),
    # for asking for a step that never occurs is an error, and that is tested elsewhere.
    rows = [*rows, (0, "c", -99, "tv"), (0, "b", -98, "tv"), (0, "a", -97, "tv")]
    return pd.DataFrame(
        {
            "user_id": [row[0] for row in rows],
            "event": [row[1] for row in rows],
            "time": [ZERO + pd.Timedelta(seconds=row[2]) for row in rows],
            "device": [row[3] for row in rows],
        }
    )


def run(events, steps, within, **options):
    steps = [pm.Step(step) if isinstance(step, list) else step for step in steps]
    return pm.funnel(events, steps, within=f"{within}s", **options)


def levels(result):
    return dict(zip(result.units["user_id"].tolist(), result.units["level"].tolist(), strict=True))


def same_units(one, other):
    pd.testing.assert_frame_equal(
        one.units.sort_values("user_id", ignore_index=True),
        other.units.sort_values("user_id", ignore_index=True),
    )


@quick
@given(rows, funnels, windows, rules, st.randoms(use_true_random=False))
def test_row_order_changes_nothing(rows, steps, within, rules, random):
    events = table(rows)
    order = list(range(len(events)))
    random.shuffle(order)
    for options in ({}, {"by": "device"}, {"by": "device", "attribution": "last_touch"}):
        one = run(events, steps, within, rules=rules, **options)
        other = run(events.iloc[order], steps, within, rules=rules, **options)
        same_units(one, other)
        assert one.counts == other.counts
        assert str(one) == str(other)


@quick
@given(rows, funnels, windows, st.integers(0, 10), rules)
def test_a_longer_window_never_loses_a_conversion(rows, steps, within, longer, rules):
    events = table(rows)
    short = levels(run(events, steps, within, rules=rules))
    long = levels(run(events, steps, within + longer, rules=rules))
    assert short.keys() == long.keys()
    assert all(long[user] >= level for user, level in short.items())


@quick
@given(rows, funnels, windows, rules, st.lists(st.tuples(st.integers(1, 9), st.integers(0, 8))))
def test_events_that_match_no_step_change_nothing(rows, steps, within, rules, extra):
    # At no later time than the rest, so that as_of stays what it was.
    rows = [*rows, (9, "x", 8, None)]
    more = [*rows, *((user, "x", second, "phone") for user, second in extra)]
    one = run(table(rows), steps, within, rules=rules, by="device")
    other = run(table(more), steps, within, rules=rules, by="device")
    same_units(one, other)
    assert one.counts == other.counts
    assert one.overall.warnings == other.overall.warnings


@quick
@given(rows, funnels, windows, rules, st.sampled_from(["keep", "drop"]))
def test_counts_never_increase_and_rates_follow_from_them(rows, steps, within, rules, unfinished):
    result = run(table(rows), steps, within, rules=rules, unfinished=unfinished)
    n = result.counts
    assert all(before >= after for before, after in pairwise(n))
    for k, rate in enumerate(result.rate_from_start):
        assert rate == n[k] / n[0] if n[0] else math.isnan(rate)
    for k, rate in enumerate(result.rate_from_previous[1:], 1):
        assert rate == n[k] / n[k - 1] if n[k - 1] else math.isnan(rate)


@quick
@given(rows, funnels, windows, rules)
def test_segments_add_up(rows, steps, within, rules):
    result = run(table(rows), steps, within, rules=rules, by="device")
    assert [sum(n) for n in zip(*result.counts.values(), strict=True)] == result.overall.counts
    assert result.overall.counts == run(table(rows), steps, within, rules=rules).counts


@quick
@given(rows, funnels, windows, rules)
def test_times_are_those_of_an_attempt(rows, steps, within, rules):
    units = run(table(rows), steps, within, rules=rules).units
    for _, unit in units.iterrows():
        times = [unit[f"time_{k}"] for k in range(1, len(steps) + 1)]
        done, beyond = times[: unit["level"]], times[unit["level"] :]
        assert all(pd.isna(time) for time in beyond)
        assert done == sorted(done)
        assert done[-1] - done[0] <= pd.Timedelta(seconds=within)
        if rules.ties == "strict":
            assert len(set(done)) == len(done)


@pytest.mark.parametrize(
    ("stricter", "looser"),
    [
        ({"ties": "strict"}, {"ties": "any"}),
        ({"entry": "first"}, {"entry": "best"}),
        ({"reuse": False}, {"reuse": True}),
    ],
    ids=["strict <= any", "first <= best", "distinct events <= reuse"],
)
@quick
@given(rows, funnels, windows, rules)
def test_a_stricter_rule_never_gains(stricter, looser, rows, steps, within, rules):
    settings = {"entry": rules.entry, "ties": rules.ties, "reuse": rules.reuse}
    strict = levels(run(table(rows), steps, within, rules=pm.Rules(**{**settings, **stricter})))
    loose = levels(run(table(rows), steps, within, rules=pm.Rules(**{**settings, **looser})))
    assert strict.keys() == loose.keys()
    assert all(loose[user] >= level for user, level in strict.items())


@quick
@given(rows, funnels, windows, rules)
def test_the_frame_that_was_given_stays_as_it_was(rows, steps, within, rules):
    events = table(rows)
    before = events.copy(deep=True)
    result = run(events, steps, within, rules=rules, by="device")
    str(result)
    result.to_frame()
    pd.testing.assert_frame_equal(events, before)


@quick
@given(rows, funnels, windows, rules, st.permutations(["u", "v", "w", "x", "y"]))
def test_what_users_are_called_changes_nothing(rows, steps, within, rules, names):
    events = table(rows)
    renamed = events.assign(user_id=[f"{names[user]}-42" for user in events["user_id"]])
    one = run(events, steps, within, rules=rules)
    other = run(renamed, steps, within, rules=rules)
    assert other.counts == one.counts
    assert levels(other) == {f"{names[user]}-42": n for user, n in levels(one).items()}


@quick
@given(rows, funnels, windows, rules, st.integers(-1000, 1000))
def test_moving_all_times_moves_the_answer(rows, steps, within, rules, days):
    shift = pd.Timedelta(days=days)
    events = table(rows)
    one = run(events, steps, within, rules=rules)
    other = run(events.assign(time=events["time"] + shift), steps, within, rules=rules)
    moved = one.units.copy()
    for k in range(1, len(steps) + 1):
        # pandas 2 counts a shifted column in nanoseconds
        times = moved[f"time_{k}"] + shift
        moved[f"time_{k}"] = times.astype(other.units[f"time_{k}"].dtype)
    assert other.counts == one.counts
    assert other.as_of == one.as_of + shift
    pd.testing.assert_frame_equal(
        moved.sort_values("user_id", ignore_index=True),
        other.units.sort_values("user_id", ignore_index=True),
        check_dtype=False,
    )


@given(
    st.integers(0, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.floats(0.5, 0.98),
    st.floats(0.001, 0.0199),
)
def test_a_higher_confidence_level_widens_the_interval(successes, level, more):
    done, n = successes
    narrow = pm.stats.wilson_interval(done, n, confidence_level=level)
    wide = pm.stats.wilson_interval(done, n, confidence_level=level + more)
    if n == 0:
        assert all(map(math.isnan, (*narrow, *wide)))
        return
    assert wide.low <= narrow.low <= done / n <= narrow.high <= wide.high
    assert wide.high - wide.low > narrow.high - narrow.low
