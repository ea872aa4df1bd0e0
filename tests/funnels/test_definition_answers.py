"""The definition on stories: segments, unfinished windows, periods, times, open funnels.

Steps are A, B, C within 10 unless a story says else.
"""

from dataclasses import replace

from .definition import (
    NOT_REACHED,
    Exclusion,
    Funnel,
    counts,
    open_funnel,
    progress,
    segment,
    time_to_convert,
    totals,
    trend,
    values_in,
    with_value,
)
from .written_logs import log

TEN = Funnel(n_steps=3, within=10)
WEEKS = [(0, 7), (7, 14), (14, 21)]


class TestSegments:
    def under(self, story, attribution, **rules):
        return segment(progress(log(story), replace(TEN, **rules)), attribution)

    def test_the_value_at_a_step(self):
        story = "A@0=ad B@1=web C@2"
        assert self.under(story, 1) == "ad"
        assert self.under(story, 2) == "web"
        # It reached C, whose value is missing: that is not the same as not reaching it.
        assert self.under(story, 3) is None
        assert self.under("A@0=ad B@1=web", 3) == NOT_REACHED

    def test_only_of_the_attempt_that_stands_for_the_unit(self):
        # B@2 comes first, so B@3 is not the one.
        assert self.under("A@0=ad B@2=web B@3=app", 2) == "web"
        # Two at one time: the value that sorts first, and a missing one last.
        assert self.under("A@0=ad B@2=web B@2=app", 2) == "app"
        assert self.under("A@0=ad B@2 B@2=web", 2) == "web"

    def test_in_any_order_it_is_the_step_not_the_place(self):
        story = "C@0=app A@1=ad"
        assert self.under(story, 1, order="unordered") == "ad"
        assert self.under(story, 3, order="unordered") == "app"
        assert self.under(story, 2, order="unordered") == NOT_REACHED
        assert self.under(story, "first_touch", order="unordered") == "app"

    def test_an_optional_step(self):
        optional = {"optional": frozenset({2})}
        assert self.under("A@0=ad B@1=web C@2=app", 2, **optional) == "web"
        # It counts in row 2 for A@0 B@1 C@3, but the attempt A@2 C@3 stands for it.
        assert self.under("A@0=ad B@1=web A@2 C@3=app", 2, **optional) == NOT_REACHED
        # Nor is B@1 its first touch then.
        assert self.under("A@0 B@1=web C@2=app", "first_touch", **optional) == "web"
        assert self.under("A@0=ad B@1=web A@2 C@3=app", "first_touch", **optional) == "app"

    def test_all_values_each_with_its_own_events(self):
        # PostHog's example: all three steps in Chrome; in Firefox a page view only, for there
        # was no sign-up in Firefox before the post.
        story = log("A@0=chrome A@1=firefox B@2=chrome C@3=chrome C@4=firefox")
        levels = {v: progress(with_value(story, v), TEN).level for v in values_in(story)}
        assert levels == {"chrome": 3, "firefox": 1}

    def test_all_values_and_the_missing_one(self):
        # X without a value is no exclusion for web.
        funnel = replace(TEN, exclusions=(Exclusion(),), on_exclude="stop")
        story = log("A@0=web A@0 X@1 B@2=web B@3")
        levels = {v: progress(with_value(story, v), funnel).level for v in values_in(story)}
        assert levels == {"web": 2, None: 1}

    def test_attempts_of_totals_count_each_under_their_own(self):
        found = totals(log("A@0=ad B@1 C@2=web A@3=mail B@4=web"), TEN)
        assert [segment(attempt, "first_touch") for attempt in found] == ["ad", "mail"]
        assert [segment(attempt, "last_touch") for attempt in found] == ["web", "web"]
        assert [segment(attempt, 3) for attempt in found] == ["web", NOT_REACHED]


class TestUnfinishedWindows:
    def test_an_unordered_funnel_is_entered_with_any_step(self):
        unit = progress(log("C@3 A@15"), replace(TEN, order="unordered"))
        assert unit.entry == 3
        anchored = replace(TEN, order="unordered", anchor_first=True)
        assert progress(log("C@3 A@15"), anchored).entry == 15

    def test_each_attempt_of_totals_has_its_own_entry(self):
        # as_of is 20: the attempt from 15 could still go on.
        found = totals(log("A@0 B@1 C@2 A@15 B@16"), TEN)
        assert counts(found, 3) == [2, 2, 1]
        assert counts(found, 3, drop_entries_after=20 - 10) == [1, 1, 1]

    def test_an_entry_at_the_very_edge_had_its_whole_window(self):
        units = [progress(log("A@10"), TEN), progress(log("A@11"), TEN)]
        assert counts(units, 3, drop_entries_after=20 - 10) == [1, 0, 0]


class TestTrend:
    def weeks(self, *stories, as_of=25, count="units", **rules):
        logs = [log(story) for story in stories]
        return trend(logs, replace(TEN, **rules), WEEKS, as_of, count=count)

    def test_a_unit_counts_in_every_period_where_it_enters(self):
        # In the first week up to B; in the second all the way, as C@15 is within 10 of A@8.
        assert [row for row, _ in self.weeks("A@0 B@1 A@8 B@9 C@15")] == [
            [1, 1, 0],
            [1, 1, 1],
            [0, 0, 0],
        ]

    def test_with_its_best_attempt_that_starts_there(self):
        # Only A@5 leads to C; both start in the first week.
        assert self.weeks("A@0 A@5 B@6 C@14")[0][0] == [1, 1, 1]
        # With entry first it is the first A of the week.
        assert self.weeks("A@0 A@5 B@6 C@14", entry="first")[0][0] == [1, 1, 0]
        assert self.weeks("A@0 A@8 B@9", entry="first")[1][0] == [1, 1, 0]

    def test_complete_when_the_last_to_enter_had_the_whole_window(self):
        # The weeks end at 7, 14, 21; with the window at 17, 24, 31.
        assert [complete for _, complete in self.weeks("A@0", as_of=24)] == [True, True, False]
        assert [complete for _, complete in self.weeks("A@0", as_of=23)] == [True, False, False]

    def test_a_period_begins_with_its_first_moment(self):
        assert [row[0] for row, _ in self.weeks("A@7")] == [0, 1, 0]

    def test_an_exclusion_removes_the_unit_from_the_period(self):
        # From A@0 B was excluded; from A@8 it was not.
        rows = self.weeks("A@0 X@1 B@7 A@8 B@9", exclusions=(Exclusion(),))
        assert [row for row, _ in rows] == [[0, 0, 0], [1, 1, 0], [0, 0, 0]]

    def test_attempts_of_totals_count_where_they_start(self):
        rows = self.weeks("A@0 B@1 C@2 A@3 B@4 C@5 A@8", count="totals")
        assert [row for row, _ in rows] == [[2, 2, 2], [1, 0, 0], [0, 0, 0]]


class TestTimeToConvert:
    def watched(self, story, as_of=100, **rules):
        funnel = replace(TEN, **rules)
        return time_to_convert(progress(log(story), funnel), funnel, as_of)

    def test_from_the_first_entry_to_the_end(self):
        assert self.watched("A@0 B@1 C@4") == (4, True)
        # The attempt starts at A@2; the unit has been in since 0.
        assert self.watched("A@0 A@2 B@3 C@4") == (4, True)

    def test_who_did_not_convert_was_watched_for_the_window(self):
        assert self.watched("A@0 B@1") == (10, False)
        assert self.watched("A@0 B@1", as_of=7) == (7, False)

    def test_a_conversion_of_a_later_entry_may_come_too_late_to_be_seen(self):
        # It converts (5, 8, 12), but 12 is later than 10 after it first entered.
        assert self.watched("A@0 A@5 B@8 C@12") == (10, False)

    def test_later_than_as_of(self):
        assert self.watched("A@0 B@1 C@4", as_of=3) == (3, False)
        assert self.watched("A@0 B@1 C@4", as_of=4) == (4, True)
        assert self.watched("A@5", as_of=4) is None

    def test_who_is_in_no_row_is_not_watched(self):
        assert self.watched("B@0") is None
        assert self.watched("A@0 X@1 B@2", exclusions=(Exclusion(),)) is None


class TestOpenFunnel:
    def opened(self, *stories, **rules):
        return open_funnel([log(story) for story in stories], replace(TEN, **rules))

    def test_each_step_and_each_move_by_itself(self):
        # One walks through; one starts with B; one does C and B the wrong way round; one takes
        # too long from A to B.
        stories = ["A@0 B@1 C@2", "B@0 C@5", "C@0 B@1", "A@0 B@11"]
        assert self.opened(*stories) == ([2, 4, 3], [1, 2])

    def test_each_move_has_its_own_window(self):
        assert self.opened("A@0 B@10 C@20") == ([1, 1, 1], [1, 1])

    def test_a_move_may_come_at_once(self):
        assert self.opened("B@3 A@3") == ([1, 1, 0], [1, 0])

    def test_a_move_takes_two_events(self):
        steps = {"V": {1, 2}}
        one, two = log("V@0", steps), log("V@0 V@4", steps)
        assert open_funnel([one], TEN) == ([1, 1, 0], [0, 0])
        assert open_funnel([two], TEN) == ([1, 1, 0], [1, 0])
