"""The definition on stories: exclusions, attempts one after the other (totals), held properties.

Steps are A, B, C within 10; X is an exclusion between the first step and the last, unless a
story says else; Z is an event that is no step.
"""

import pytest

from .definition import Exclusion, Funnel, counts, progress, totals
from .written_logs import ABC, log

ANYWHERE = (Exclusion(),)


def excluded(story, exclusions=ANYWHERE, *, steps=ABC, kinds=None, **rules):
    """Return what each of "drop", "void" and "stop" makes of it: the level, None if removed."""
    answers = []
    for on_exclude in ("drop", "void", "stop"):
        funnel = Funnel(n_steps=3, within=10, exclusions=exclusions, on_exclude=on_exclude, **rules)
        unit = progress(log(story, steps, kinds), funnel)
        answers.append(None if unit.removed else unit.level)
    return tuple(answers)


class TestOrderedExclusions:
    def test_between_two_steps(self):
        # All three steps, but X came after B. Under "stop" A and B stay; "void" leaves nothing,
        # for X came after A and after A, B too.
        assert excluded("A@0 B@1 X@2 C@3") == (None, 0, 2)
        # Before the first and after the last step, X does no harm.
        assert excluded("X@0 A@1 B@2 C@3 X@4") == (3, 3, 3)

    def test_only_between_the_steps_that_it_names(self):
        before_b = (Exclusion(after=1, before=2),)
        assert excluded("A@0 X@1 B@2 C@3", before_b) == (None, 0, 1)
        assert excluded("A@0 B@1 X@2 C@3", before_b) == (3, 3, 3)
        after_b = (Exclusion(after=2, before=3),)
        # The attempt of A alone is not voided by an X that only counts after B.
        assert excluded("A@0 B@1 X@2 C@3", after_b) == (None, 1, 2)
        assert excluded("A@0 X@1 B@2 C@3", after_b) == (3, 3, 3)

    def test_after_the_last_step_that_the_unit_reached(self):
        # A and B, then X: it never got as far as C. "stop" has nothing to forbid.
        assert excluded("A@0 B@1 X@2") == (None, 0, 2)
        # Later than the window is too late to matter.
        assert excluded("A@0 B@1 X@10") == (None, 0, 2)
        assert excluded("A@0 B@1 X@11") == (2, 2, 2)

    def test_at_the_very_time_of_an_event_of_the_attempt_it_is_ignored(self):
        assert excluded("A@0 X@1 B@1 C@2") == (3, 3, 3)
        assert excluded("A@0 X@0 B@1 C@2 X@2") == (3, 3, 3)
        # It is at the time of the first B, not of the second: the attempt takes the first.
        assert excluded("A@0 X@1 B@1 B@2 C@3") == (3, 3, 3)

    def test_a_later_event_may_avoid_it(self):
        # After the refund they start over.
        assert excluded("A@0 X@1 A@2 B@3 C@4") == (3, 3, 3)
        # X after B counts only until C; a second B after X avoids it.
        assert excluded("A@0 B@1 X@2 B@3 C@4", (Exclusion(after=2, before=3),)) == (3, 3, 3)
        # With entry first there is no starting over.
        assert excluded("A@0 X@1 A@2 B@3 C@4", entry="first") == (None, 0, 1)

    def test_drop_removes_a_unit_only_if_the_exclusion_cost_it_something(self):
        # Twice up to B: the first time with X, the second time without. B either way.
        assert excluded("A@0 X@1 B@2 A@20 B@21") == (2, 2, 2)
        # The first time up to C, but for X.
        assert excluded("A@0 X@1 B@2 C@3 A@20 B@21") == (None, 2, 2)

    def test_the_attempt_that_stands_for_the_unit_is_not_voided(self):
        funnel = Funnel(n_steps=3, within=10, exclusions=ANYWHERE)
        # The earliest B is the one after X; the attempt without X ends at 21.
        assert progress(log("A@0 X@1 B@2 A@20 B@21"), funnel).times == (20, 21)
        # B@1 and B@3 both lead to C, but X lies after B@1.
        after_b = Funnel(n_steps=3, within=10, exclusions=(Exclusion(after=2, before=3),))
        assert progress(log("A@0 B@1 X@2 B@3 C@4"), after_b).times == (0, 3, 4)

    def test_several_each_with_its_own_place(self):
        # X before B, Y before C.
        two = (Exclusion(after=1, before=2), Exclusion(after=2, before=3))
        kinds = {"X": {0}, "Y": {1}}
        assert excluded("A@0 Y@1 B@2 X@3 C@4", two, kinds=kinds) == (3, 3, 3)
        assert excluded("A@0 X@1 B@2 C@4", two, kinds=kinds) == (None, 0, 1)
        assert excluded("A@0 B@2 Y@3 C@4", two, kinds=kinds) == (None, 1, 2)

    def test_a_step_may_be_an_exclusion_too(self):
        # No second A on the way: on the way from A@1 there is none.
        kinds = {"A": {0}}
        assert excluded("A@0 A@1 B@2 C@3", kinds=kinds) == (3, 3, 3)
        assert excluded("A@0 B@1 A@2 C@3", kinds=kinds) == (None, 1, 2)

    def test_optional_steps_do_not_move_the_places(self):
        # Steps A, B optional, C, D; X forbidden after C (step 3) and before D (step 4).
        steps = {"A": {1}, "B": {2}, "C": {3}, "D": {4}}
        funnel = Funnel(
            n_steps=4,
            within=10,
            optional=frozenset({2}),
            exclusions=(Exclusion(after=3, before=4),),
            on_exclude="stop",
        )
        assert progress(log("A@0 B@1 X@2 C@3 D@4", steps), funnel).level == 4
        unit = progress(log("A@0 B@1 C@3 X@4 D@5", steps), funnel)
        assert (unit.level, sorted(unit.rows)) == (3, [1, 2, 3])

    def test_an_optional_step_past_an_exclusion(self):
        # A, B optional, C: B came after X, and the attempt stopped there.
        optional = Funnel(
            n_steps=3,
            within=10,
            optional=frozenset({2}),
            exclusions=ANYWHERE,
            on_exclude="stop",
        )
        assert sorted(progress(log("A@0 X@1 B@2"), optional).rows) == [1]
        assert sorted(progress(log("A@0 B@1 X@2"), optional).rows) == [1, 2]


class TestUnorderedExclusions:
    """From the first event of the attempt until all steps are done."""

    def anyhow(self, story):
        return excluded(story, order="unordered")[:2]  # "stop" is for ordered funnels

    def test_between_the_first_and_the_last_event(self):
        assert self.anyhow("C@0 X@1 A@2 B@3") == (None, 2)
        assert self.anyhow("X@0 C@1 A@2 B@3 X@4") == (3, 3)

    def test_after_the_last_event_while_steps_are_missing(self):
        assert self.anyhow("C@0 A@2 X@3") == (None, 0)
        # The span from C@0 ends at 10.
        assert self.anyhow("C@0 A@2 X@11") == (2, 2)

    def test_a_later_span_may_avoid_it(self):
        assert self.anyhow("C@0 X@1 A@2 B@3 C@4") == (3, 3)


class TestTotals:
    def walks(self, story, *, steps=ABC, kinds=None, within=10, **rules):
        found = totals(log(story, steps, kinds), Funnel(n_steps=3, within=within, **rules))
        return [attempt.times for attempt in found]

    def test_one_attempt_after_the_other(self):
        # Twice through, and a third start.
        assert self.walks("A@0 B@1 C@2 A@3 B@4 C@5 A@6") == [(0, 1, 2), (3, 4, 5), (6,)]
        assert self.walks("B@0 C@1") == []

    def test_a_start_during_an_attempt_is_not_one(self):
        # The second A comes while the first attempt waits for C; so does the third, at the very
        # end of its window. The next start is the A after that.
        assert self.walks("A@0 A@1 B@2 A@10 A@11 B@12") == [(0, 2), (11, 12)]

    def test_each_step_is_taken_at_its_first_event(self):
        assert self.walks("A@0 A@1 B@2 B@3 C@4") == [(0, 2, 4)]

    def test_the_next_starts_strictly_after_the_end(self):
        # A@2 is at the time of C@2, where the first attempt ends.
        assert self.walks("A@0 B@1 C@2 A@2 A@3") == [(0, 1, 2), (3,)]

    def test_ties(self):
        assert self.walks("A@0 B@0 C@0 A@1") == [(0, 0, 0), (1,)]
        assert self.walks("A@0 B@0 C@0 B@1 C@2", ties="strict") == [(0, 1, 2)]
        # V is A or B, W is A: W starts, so that V can be B at once.
        assert self.walks("V@0 W@0", steps={"V": {1, 2}, "W": {1}}) == [(0, 0)]

    def test_an_exclusion_ends_the_attempt(self):
        story = "A@0 B@1 X@2 C@3 A@4 B@5 C@6"
        stop = {"exclusions": ANYWHERE, "on_exclude": "stop"}
        drop = {"exclusions": ANYWHERE, "on_exclude": "drop"}
        # Stopped at B, and the next starts at 4, long before the window is over.
        assert self.walks(story, **stop) == [(0, 1), (4, 5, 6)]
        assert self.walks(story, **drop) == [(4, 5, 6)]
        # While it waits for C, X ends it too.
        assert self.walks("A@0 B@1 X@2", **stop) == [(0, 1)]
        assert self.walks("A@0 B@1 X@2", **drop) == []

    def test_an_excluded_step_in_totals(self):
        # Mixpanel's example: A, A, A, B for A -> B without another A between. In at the first,
        # out at the second; in at the third, converted: two entries, one conversion.
        funnel = Funnel(n_steps=2, within=10, exclusions=ANYWHERE, on_exclude="stop")
        found = totals(log("A@0 A@1 A@2 B@3", exclusions={"A": {0}}), funnel)
        assert [attempt.times for attempt in found] == [(0,), (2, 3)]
        assert counts(found, 2) == [2, 1]

    def test_held_properties(self):
        # A hat is tried on while the shoe is still under way: each has its own attempts.
        story = "A@0/shoe A@1/hat B@2/hat C@3/hat B@4/shoe A@5/shoe A@5/hat"
        assert sorted(self.walks(story, hold=True)) == [(0, 4), (1, 2, 3), (5,)]


class TestHold:
    def held(self, story, **rules):
        unit = progress(log(story), Funnel(n_steps=3, within=10, hold=True, **rules))
        return unit.level, unit.times

    def test_the_events_share_the_value(self):
        assert self.held("A@0/shoe B@1/shoe C@2/shoe") == (3, (0, 1, 2))
        assert self.held("A@0/shoe B@1/hat C@2/shoe") == (1, (0,))
        # Any value will do.
        assert self.held("A@0/shoe A@1/hat B@2/hat C@3/shoe") == (2, (1, 2))

    def test_a_missing_value_cannot_take_part(self):
        assert self.held("A@0/shoe B@1 C@2/shoe") == (1, (0,))
        assert self.held("A@0 B@1") == (0, ())
        # Nor is it the first entry.
        assert progress(log("A@0 A@3/shoe"), Funnel(n_steps=3, within=10, hold=True)).entry == 3

    def test_exclusions_share_it(self):
        rules = {"exclusions": ANYWHERE, "on_exclude": "stop"}
        assert self.held("A@0/shoe X@1/hat B@2/shoe", **rules) == (2, (0, 2))
        assert self.held("A@0/shoe X@1 B@2/shoe", **rules) == (2, (0, 2))
        assert self.held("A@0/shoe X@1/shoe B@2/shoe", **rules) == (1, (0,))

    def test_entry_first_fixes_it(self):
        story = "A@0/shoe A@1/hat B@2/hat"
        assert self.held(story) == (2, (1, 2))
        assert self.held(story, entry="first") == (1, (0,))
        # All step-1 events of that time qualify.
        assert self.held("A@0/shoe A@0/hat B@2/hat", entry="first") == (2, (0, 2))

    def test_in_any_order(self):
        assert self.held("C@0/shoe A@1/shoe B@2/hat", order="unordered") == (2, (0, 1))


@pytest.mark.parametrize("on_exclude", ["drop", "stop"])
def test_an_empty_log_holds_no_attempts(on_exclude):
    assert totals([], Funnel(n_steps=3, within=10, on_exclude=on_exclude)) == []
