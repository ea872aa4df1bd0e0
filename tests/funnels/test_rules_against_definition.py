"""Every rule, and every two rules together, on random logs: the library against the definition.

Each table holds a hundred units or more, each a random log full of ties; see `random_logs`.
"""

from collections import defaultdict
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from .definition import (
    NOT_REACHED,
    counts,
    progress,
    segment,
    totals,
    values_in,
    with_value,
)
from .random_logs import STEPS, events_of, random_logs
from .rules import OPTIONS, Question, is_refused
from .test_against_definition import ZERO, as_pandas

PLAIN = ("three", "four")
TANGLED = ("a a b", "a ab b", "a b a b", "b ab a", "ab bc cd", "abc bcd ab ad")
N_UNITS = 120
LIBRARY_NOT_REACHED = "(not reached)"


def logs_for(question):
    seed = sum(sum(map(ord, name)) for names in question.steps for name in names)
    return random_logs(N_UNITS, seed=100 * seed + question.within)


def answers(question, log, value=...):
    """Return what the definition counts for one unit, or for one value of it."""
    events = events_of(log, question.steps, question.excluding)
    if value is not ...:
        events = with_value(events, value)
    if question["count"] == "totals":
        return totals(events, question.funnel)
    return [progress(events, question.funnel)]


def expected(question, logs):
    """Return the units that count, as (unit, segment, progress), and those of the whole."""
    whole = [
        (unit, got)
        for unit, log in logs.by_unit.items()
        for got in answers(question, log)
        if got.rows
    ]
    attribution = question["attribution"]
    if attribution is None:
        return [(unit, None, got) for unit, got in whole], whole
    if attribution != "all":
        return [(unit, segment(got, attribution), got) for unit, got in whole], whole
    return [
        (unit, value, got)
        for unit, log in logs.by_unit.items()
        for value in values_in(events_of(log, question.steps))
        for got in answers(question, log, value)
        if got.rows
    ], whole


def found(question, units):
    """Read the library's frame of units: unit -> its (segment, level, times), sorted."""
    n_steps = len(question.steps)
    seconds = [
        (units[f"time_{k}"] - ZERO).dt.total_seconds().tolist() for k in range(1, n_steps + 1)
    ]
    segments = [None] * len(units)
    if question["attribution"] is not None:
        segments = [None if pd.isna(value) else value for value in units["device"]]
    rows = defaultdict(list)
    for unit, value, level, *times in zip(
        units["unit"].tolist(), segments, units["level"].tolist(), *seconds, strict=True
    ):
        done = [None if pd.isna(time) else int(time) for time in times]
        while done and done[-1] is None:
            done.pop()
        rows[unit].append((value, level, tuple(done)))
    return {unit: sorted(those, key=repr) for unit, those in rows.items()}


def named(value):
    return LIBRARY_NOT_REACHED if value == NOT_REACHED else value


def first_difference(mine, theirs, logs):
    """Return the shortest log on which the two differ, for a message worth reading."""
    wrong = [unit for unit in {**mine, **theirs} if mine.get(unit) != theirs.get(unit)]
    if not wrong:
        return None
    unit = min(wrong, key=lambda unit: len(logs.by_unit[unit]))
    log = sorted(logs.by_unit[unit], key=lambda row: row.second)
    return {
        "differing": len(wrong),
        "log": " ".join(f"{row.name}@{row.second}={row.device}/{row.item}" for row in log),
        "pmlab": mine.get(unit),
        "definition": theirs.get(unit),
    }


@cache
def the_definition_says(label, within, names):
    question = asked(label, within, names)
    return expected(question, logs_for(question))


def asked(label, within, names):
    settings = {}
    for name in names:
        settings |= OPTIONS[name]
    return Question(STEPS[label], within, settings)


def compare(label, within, names):
    question = asked(label, within, names)
    logs = logs_for(question)
    n_steps = len(question.steps)
    units, whole = the_definition_says(label, within, names)
    result = question.call(as_pandas(logs))
    case = (label, within, names)

    cut = logs.last - within
    late = sum(got.entry > cut for _, got in whole)
    drop_after = cut if question["unfinished"] == "drop" else None
    kept = [row for row in units if drop_after is None or row[2].entry <= drop_after]

    theirs = defaultdict(list)
    for unit, value, got in kept:
        theirs[unit].append((named(value), got.level, got.times))
    theirs = {unit: sorted(rows, key=repr) for unit, rows in theirs.items()}
    difference = first_difference(found(question, result.units), theirs, logs)
    assert difference is None, (case, difference)

    overall = result
    if question["attribution"] is not None:
        overall = result.overall
        by_value = defaultdict(list)
        for _, value, got in kept:
            by_value[named(value)].append(got)
        assert {value: n for value, n in result.counts.items() if n[0]} == {
            value: counts(those, n_steps) for value, those in by_value.items()
        }, case
    assert overall.counts == counts(
        [got for _, got in whole], n_steps, drop_entries_after=drop_after
    ), case
    assert overall.n_unfinished == late, case


def is_possible(label, names):
    """Tell whether the options can be asked for together: no two set the same, none refused."""
    keys = [key for name in names for key in OPTIONS[name]]
    return len(set(keys)) == len(keys) and not is_refused(asked(label, 4, names))


@pytest.mark.parametrize("name", OPTIONS)
def test_each_option_alone(name, kernel):
    for label in (*PLAIN, *TANGLED):
        if is_possible(label, (name,)):
            for within in (2, 4):
                compare(label, within, (name,))


@pytest.mark.parametrize("name", list(OPTIONS)[:-1])
def test_each_option_with_each_other(name, kernel):
    place = list(OPTIONS).index(name)
    for number, other in enumerate(list(OPTIONS)[place + 1 :], start=place):
        # Plain steps, and one of the tangled ones, in turn.
        for label in (PLAIN[number % 2], TANGLED[number % len(TANGLED)]):
            if is_possible(label, (name, other)):
                compare(label, (2, 3, 4)[number % 3], (name, other))


@cache
def combinations_of_many(n, size):
    """Return so many random sets of options that can be asked for together."""
    rng = np.random.default_rng(size)
    labels = (*PLAIN, *TANGLED)
    sets = []
    while len(sets) < n:
        names = tuple(np.array(list(OPTIONS))[np.sort(rng.permutation(len(OPTIONS))[:size])])
        label = labels[rng.integers(len(labels))]
        if is_possible(label, names):
            sets.append((label, int(rng.integers(1, 5)), tuple(map(str, names))))
    return sets


@pytest.mark.parametrize("size", [3, 4, 5])
def test_many_options_at_once(size, kernel):
    for label, within, names in combinations_of_many(30, size):
        compare(label, within, names)


def test_every_possible_pair_was_compared():
    """The rotation of step sets must not leave out a pair that some steps allow."""
    names = list(OPTIONS)
    for one, other in combinations(names, 2):
        place = names.index(one)
        number = names.index(other) - 1
        labels = (PLAIN[number % 2], TANGLED[number % len(TANGLED)])
        assert place <= number
        possible = any(is_possible(label, (one, other)) for label in STEPS if len(STEPS[label]) > 2)
        assert possible == any(is_possible(label, (one, other)) for label in labels)
