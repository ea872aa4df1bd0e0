"""The definition on stories: strict and unordered funnels, tolerance, resolution, windows, options.

Steps are A, B, C within 10 unless a story says else; Z is an event that is no step.
"""

import pytest

from .definition import Funnel, progress
from .written_logs import ABC, log


def reached(story, *, steps=ABC, n_steps=3, within=10, **rules):
    unit = progress(log(story, steps), Funnel(n_steps=n_steps, within=within, **rules))
    return unit.level, unit.times


class TestStrict:
    def strictly(self, story, **rules):
        return reached(story, order="strict", **rules)

    def test_nothing_at_all_may_come_between(self):
        assert self.strictly("A@0 B@1 C@2") == (3, (0, 1, 2))
        assert self.strictly("A@0 B@1 Z@2 C@3") == (2, (0, 1))
        # A second B comes between as well.
        assert self.strictly("A@0 B@1 B@2 C@3") == (2, (0, 1))
        # Before the first and after the last event of the attempt anything may happen.
        assert self.strictly("Z@0 A@1 B@2 C@3 Z@4") == (3, (1, 2, 3))

    def test_any_run_counts(self):
        # From the second A, nothing comes between.
        assert self.strictly("A@0 A@1 B@2") == (2, (1, 2))
        # A A A B reaches A, A, B by its last three.
        steps = {"A": {1, 2}, "B": {3}}
        assert self.strictly("A@0 A@1 A@2 B@3", steps=steps) == (3, (1, 2, 3))
        # The first run stops at Z, the second goes on.
        assert self.strictly("A@0 Z@1 B@2 A@3 B@4 C@5") == (3, (3, 4, 5))

    def test_other_events_at_the_time_of_one_of_the_attempt_do_not_interrupt(self):
        assert self.strictly("A@0 Z@1 B@1 C@2") == (3, (0, 1, 2))
        assert self.strictly("A@0 Z@0 B@2 C@4 Z@4 Z@2") == (3, (0, 2, 4))
        # Not even with strict ties, where Z and B cannot both be steps.
        assert self.strictly("A@0 A@1 B@1 C@2", ties="strict") == (3, (0, 1, 2))

    def test_entry_first(self):
        # Only from A@2 does the run lead to B; a unit that starts at its first A meets Z.
        assert self.strictly("A@0 Z@1 A@2 B@3") == (2, (2, 3))
        assert self.strictly("A@0 Z@1 A@2 B@3", entry="first") == (1, (0,))


class TestUnordered:
    def anyhow(self, story, **rules):
        return reached(story, order="unordered", **rules)

    def test_the_order_does_not_matter_the_span_does(self):
        assert self.anyhow("C@0 A@3 B@10") == (3, (0, 3, 10))
        assert self.anyhow("C@0 A@3 B@11") == (2, (0, 3))

    def test_a_later_start_counts_when_it_holds_more_steps(self):
        # From 0 to 10 there are A and B; from 5 to 15 all three.
        assert self.anyhow("A@0 B@5 C@8 A@12") == (3, (0, 5, 8))
        assert self.anyhow("A@0 B@5 C@12 A@14") == (3, (5, 12, 14))

    def test_any_step_enters(self):
        assert self.anyhow("C@4") == (1, (4,))
        assert self.anyhow("Z@4") == (0, ())

    def test_one_event_serves_one_step_and_the_largest_matching_counts(self):
        # V can be step 1 or 2, W only 1: V must be 2 for both to count.
        steps = {"V": {1, 2}, "W": {1}}
        assert self.anyhow("V@0 W@1", steps=steps) == (2, (0, 1))
        assert self.anyhow("W@0 W@1", steps=steps) == (1, (0,))
        assert self.anyhow("V@0", steps=steps) == (1, (0,))

    def test_the_attempt_that_stands_for_it_ends_early_starts_late_and_has_the_latest_between(self):
        # All three are together first at 6 (C). The latest start before it is A@2; of B@3 and
        # B@5 the later one is taken.
        assert self.anyhow("A@0 A@2 B@3 B@5 C@6 A@7") == (3, (2, 5, 6))
        # Level 1: the first step of any kind.
        assert self.anyhow("B@2 B@5") == (1, (2,))

    def test_anchored_at_step_1(self):
        # B came before every A that could begin.
        assert self.anyhow("B@0 A@1 C@2", anchor_first=True) == (2, (1, 2))
        assert self.anyhow("A@0 C@1 B@2", anchor_first=True) == (3, (0, 1, 2))
        # "No later than": at the same time is fine.
        assert self.anyhow("B@1 A@1 C@1", anchor_first=True) == (3, (1, 1, 1))
        # Without step 1 there is nothing.
        assert self.anyhow("B@0 C@1", anchor_first=True) == (0, ())

    def test_anchored_at_the_first_step_1(self):
        story = "A@0 B@8 A@9 C@12 B@13"
        # The second A comes with C and B; the first only with B.
        assert self.anyhow(story, anchor_first=True) == (3, (9, 12, 13))
        assert self.anyhow(story, anchor_first=True, entry="first") == (2, (0, 8))


class TestTolerance:
    def test_a_step_may_be_logged_a_little_before_the_last(self):
        assert reached("B@4 A@5", tie_tolerance=0) == (1, (5,))
        assert reached("B@4 A@5", tie_tolerance=1) == (2, (5, 4))
        assert reached("B@3 A@5", tie_tolerance=1) == (1, (5,))

    def test_against_every_event_before_not_only_the_last(self):
        # C is 1 before B, B is 1 before A: but C is 2 before A.
        assert reached("C@3 B@4 A@5", tie_tolerance=1) == (2, (5, 4))
        assert reached("C@3 B@4 A@5", tie_tolerance=2) == (3, (5, 4, 3))

    def test_the_window_runs_from_the_first_step_and_is_not_widened(self):
        assert reached("A@0 B@11", tie_tolerance=2) == (1, (0,))
        assert reached("A@0 C@9 B@10", tie_tolerance=2) == (3, (0, 10, 9))

    def test_the_end_is_the_time_of_the_last_step(self):
        # Two attempts reach B: (A@5, B@4) ends at 4, (A@1, B@7) at 7.
        assert reached("A@5 B@4 B@7", tie_tolerance=1) == (2, (5, 4))
        # (A@3, B@4) and (A@5, B@4) both end at 4; the later start counts.
        assert reached("A@3 B@4 A@5", tie_tolerance=1) == (2, (5, 4))

    def test_with_entry_first(self):
        # The first A is at 5: a B at 4 is near enough, one at 2 is not.
        assert reached("B@4 A@5 A@9", tie_tolerance=1, entry="first") == (2, (5, 4))
        assert reached("B@2 A@5 A@9", tie_tolerance=1, entry="first") == (1, (5,))


class TestResolution:
    def test_times_go_to_the_nearest_multiple_and_halves_go_up(self):
        # Milliseconds, to the second: B at 400 and A at 499 are both at 0.
        assert reached("B@400 A@499", resolution=1000, within=60_000) == (2, (0, 0))
        # 500 goes up to 1000, so that B (at 0) is now before A.
        assert reached("B@400 A@500", resolution=1000, within=60_000) == (1, (1000,))
        assert reached("A@1499 B@1500", resolution=1000, within=60_000) == (2, (1000, 2000))

    def test_the_window_is_measured_between_rounded_times(self):
        # 10.6 s apart, but 10 s between the rounded times.
        assert reached("A@-100 B@10499", resolution=1000, within=10_000) == (2, (0, 10_000))

    def test_events_of_one_rounded_time_stay_apart(self):
        steps = {"A": {1, 2}}
        assert reached("A@100 A@200", steps=steps, resolution=1000) == (2, (0, 0))
        assert reached("A@100", steps=steps, resolution=1000) == (1, (0,))


class TestWindowsOfSteps:
    def test_since_the_step_before_inclusive(self):
        assert reached("A@0 B@3 C@5", windows={3: 2}) == (3, (0, 3, 5))
        assert reached("A@0 B@3 C@6", windows={3: 2}) == (2, (0, 3))
        # The whole window still holds.
        assert reached("A@0 B@9 C@11", windows={3: 2}) == (2, (0, 9))

    def test_the_last_event_of_the_step_before_may_be_the_one_that_helps(self):
        # Both B start from A@0, and only the later one is within 2 of C.
        assert reached("A@0 B@1 B@5 C@6", windows={3: 2}) == (3, (0, 5, 6))

    def test_the_start_may_have_to_be_the_earlier_one(self):
        # A@4 is too late for B@3, and from B@4... there is none: A@0 B@3 C@5 it is.
        assert reached("A@0 B@3 A@4 C@5", windows={2: 3, 3: 2}) == (3, (0, 3, 5))
        # B within 1 of A: the first A is too early for B@3.
        assert reached("A@0 A@2 B@3", windows={2: 1}) == (2, (2, 3))
        assert reached("A@0 A@2 B@3", windows={2: 1}, entry="first") == (1, (0,))

    def test_the_latest_events_between_stand_for_the_unit(self):
        # Both B will do; the clock of C starts at the later one.
        assert reached("A@0 B@4 B@5 C@6", windows={3: 2}) == (3, (0, 5, 6))
        assert reached("A@0 B@4 B@5 C@6") == (3, (0, 4, 6))


class TestOptionalSteps:
    """A required, B optional, C required, unless a story says else."""

    def rows(self, story, *, steps=ABC, n_steps=3, optional=frozenset({2}), **rules):
        unit = progress(
            log(story, steps), Funnel(n_steps=n_steps, within=10, optional=optional, **rules)
        )
        return unit.level, sorted(unit.rows), unit.times

    def test_the_required_steps_count_as_if_it_were_not_there(self):
        assert self.rows("A@0 C@2") == (3, [1, 3], (0, None, 2))
        assert self.rows("A@0 B@1 C@2") == (3, [1, 2, 3], (0, 1, 2))
        # After C is not between A and C.
        assert self.rows("A@0 C@2 B@3") == (3, [1, 3], (0, None, 2))

    def test_it_counts_right_after_the_last_required_step_too(self):
        # The unit's level is A; B follows an A.
        assert self.rows("A@0 B@1") == (1, [1, 2], (0, 1))
        assert self.rows("A@0 B@11") == (1, [1], (0,))

    def test_it_counts_if_some_attempt_of_the_level_has_it(self):
        # The attempt that stands for the unit is A@2 C@3. A@0 B@1 C@3 has B.
        assert self.rows("A@0 B@1 A@2 C@3") == (3, [1, 2, 3], (2, None, 3))
        # A@0 B@1 is an attempt, but not of the unit's level: C is too late for A@0.
        assert self.rows("A@0 B@1 A@9 C@12") == (3, [1, 3], (9, None, 12))

    def test_several_are_judged_one_by_one(self):
        # A, then B and C optional, then D. C before B: no attempt has both, each has its row.
        steps = {"A": {1}, "B": {2}, "C": {3}, "D": {4}}
        both = frozenset({2, 3})
        assert self.rows("A@0 C@1 B@2 D@3", steps=steps, n_steps=4, optional=both) == (
            4,
            [1, 2, 3, 4],
            (0, 2, 1, 3),
        )
        assert self.rows("A@0 C@1", steps=steps, n_steps=4, optional=both) == (
            1,
            [1, 3],
            (0, None, 1),
        )

    def test_it_takes_an_event_of_its_own(self):
        # V could be B or C. One V is C; two are both.
        steps = {"A": {1}, "V": {2, 3}}
        assert self.rows("A@0 V@1", steps=steps) == (3, [1, 3], (0, None, 1))
        # C comes with the first V, before which there is no other; but V@1 V@2 are B and C.
        assert self.rows("A@0 V@1 V@2", steps=steps) == (3, [1, 2, 3], (0, None, 1))
        assert self.rows("A@0 V@1 V@1", steps=steps) == (3, [1, 2, 3], (0, 1, 1))

    def test_a_window_of_a_step_starts_at_the_required_step_before(self):
        # C within 2 of A. That B is nearer does not help.
        assert self.rows("A@0 B@2 C@3", windows={3: 2}) == (1, [1, 2], (0, 2))
        assert self.rows("A@0 B@1 C@2", windows={3: 2}) == (3, [1, 2, 3], (0, 1, 2))
        # B within 1 of A, however near C is.
        assert self.rows("A@0 B@2 C@3", windows={2: 1}) == (3, [1, 3], (0, None, 3))


@pytest.mark.parametrize("order", ["ordered", "strict", "unordered"])
def test_an_empty_log_reaches_nothing(order):
    assert reached("", order=order) == (0, ())
