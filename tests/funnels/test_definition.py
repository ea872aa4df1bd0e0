"""The definition itself, on stories small enough to follow with a finger."""

import pytest

from .definition import Funnel, counts, progress
from .written_logs import ABC, log

TEN = Funnel(n_steps=3, within=10)


def reached(story, *, steps=ABC, **rules):
    unit = progress(log(story, steps), Funnel(n_steps=3, within=10, **rules))
    return unit.level, unit.times


def test_a_straight_walk():
    assert reached("A@0 B@1 C@2") == (3, (0, 1, 2))


def test_order_matters_and_only_the_first_step_begins():
    assert reached("B@0 A@1 C@2") == (1, (1,))
    assert reached("B@0 C@1") == (0, ())


def test_the_window_is_inclusive_and_runs_from_the_first_step():
    assert reached("A@0 B@6 C@10") == (3, (0, 6, 10))
    assert reached("A@0 B@6 C@11") == (2, (0, 6))


def test_a_later_first_step_restarts_the_clock_when_that_helps():
    # From A@0 only B is in time; from A@5 both are.
    assert reached("A@0 A@5 B@8 C@12") == (3, (5, 8, 12))
    assert reached("A@0 A@5 B@8 C@12", entry="first") == (2, (0, 8))
    # The second A is too late to help anybody: B was before it.
    assert reached("A@0 B@8 A@9 C@12") == (2, (0, 8))


def test_entry_first_may_take_any_first_step_of_that_time():
    # Both E and A open the funnel at second 0. A is needed as step 2 as well... it cannot be
    # both, so E must be the entry for A to serve as step 2.
    steps = {"E": {1}, "A": {1, 2}, "C": {3}}
    assert reached("A@0 E@0 C@1", steps=steps, entry="first") == (3, (0, 0, 1))
    assert reached("A@0 C@1", steps=steps, entry="first") == (1, (0,))


def test_equal_times_may_be_taken_in_any_order_unless_strict():
    assert reached("C@4 B@4 A@4") == (3, (4, 4, 4))
    assert reached("C@4 B@4 A@4", ties="strict") == (1, (4,))
    assert reached("A@3 C@4 B@4", ties="strict") == (2, (3, 4))


def test_a_repeated_step_takes_an_event_for_each():
    steps = {"A": {1, 2}, "B": {3}}  # the funnel A, A, B
    assert reached("A@0 B@1", steps=steps) == (1, (0,))
    assert reached("A@0 A@1 B@2", steps=steps) == (3, (0, 1, 2))
    # Of the three, the last two start latest.
    assert reached("A@0 A@1 A@2 B@3", steps=steps) == (3, (1, 2, 3))
    assert reached("A@0 B@1", steps=steps, reuse=True) == (3, (0, 0, 1))


def test_one_event_that_matches_two_steps_in_a_tie():
    # V is step 1 or step 2; W is step 2 only. At second 5 they make two steps together;
    # alone, V makes one.
    steps = {"V": {1, 2}, "W": {2}, "C": {3}}
    assert reached("W@5 V@5", steps=steps) == (2, (5, 5))
    assert reached("V@5", steps=steps) == (1, (5,))
    assert reached("V@5", steps=steps, reuse=True) == (2, (5, 5))
    assert reached("V@5", steps=steps, reuse=True, ties="strict") == (1, (5,))


def test_the_representative_attempt_ends_early_then_starts_late_then_hurries():
    # Two conversions: the one that ends at 4 counts, not the shorter one that ends at 8.
    assert reached("A@0 B@2 C@4 A@6 B@7 C@8") == (3, (0, 2, 4))
    # Ending at 4, it may start at 0 or at 1, and do B at 2 or at 3.
    assert reached("A@0 A@1 B@2 B@3 C@4") == (3, (1, 2, 4))
    # For a unit that only ever did step 1, that is the first time.
    assert reached("A@3 A@7") == (1, (3,))


def test_touches_come_from_the_representative_attempt():
    # The first A (from an ad) expired; the attempt that counts began with mail.
    unit = progress(log("A@0=ad A@50=mail B@51=web C@52="), TEN)
    assert (unit.first_touch, unit.last_touch) == ("mail", "web")
    # Missing values are passed over; only missing values leave nothing.
    assert progress(log("A@0= B@1=web"), TEN).first_touch == "web"
    assert progress(log("A@0= B@1="), TEN).first_touch is None
    # Two As at the very same time: the value that sorts first, for both touches.
    unit = progress(log("A@0=mail A@0=ad"), TEN)
    assert (unit.first_touch, unit.last_touch) == ("ad", "ad")


def test_touches_never_come_from_an_event_that_cannot_take_part():
    # X at second 0 is no step; the second B is not in the attempt (0, 1).
    unit = progress(log("X@0=aaa A@0=mail B@1=web B@2=zzz"), TEN)
    assert (unit.first_touch, unit.last_touch) == ("mail", "web")


def test_counts_and_those_who_still_had_time():
    # The log ends at 20 with a window of 10: whoever first entered after 10 still had time,
    # converted or not; who entered before 10 and again later did have the whole window.
    stories = ["A@0 B@1 C@2", "A@15 B@16 C@17", "A@16", "A@3 A@15 B@16", "B@20"]
    units = [progress(log(story), TEN) for story in stories]
    assert counts(units, 3) == [4, 3, 2]
    assert counts(units, 3, drop_entries_after=20 - 10) == [2, 2, 1]


@pytest.mark.parametrize("ties", ["any", "strict"])
@pytest.mark.parametrize("entry", ["best", "first"])
def test_an_empty_log_reaches_nothing(ties, entry):
    assert reached("", entry=entry, ties=ties) == (0, ())
