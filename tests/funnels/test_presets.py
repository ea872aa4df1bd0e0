"""What `rules=` presets count, worked by hand from each product's own documentation.

Each test names the page (and where there is one, the product's own test) that it comes from;
the stories are ours unless the comment says that the page tells them.

Mixpanel
    https://docs.mixpanel.com/docs/reports/funnels/funnels-advanced (below: *advanced*)
    https://docs.mixpanel.com/docs/reports/funnels/funnels-faq (below: *faq*)
Amplitude, under https://amplitude.com/docs/analytics/charts/funnel-analysis/
    funnel-analysis-how-amplitude-computes (below: *computes*)
    funnel-analysis-how-amplitude-handles-simultaneous-events (below: *simultaneous*)
    funnel-analysis-how-amplitude-handles-segmenting (below: *segmenting*)
PostHog
    https://posthog.com/docs/product-analytics/funnels (below: *funnels*)
    https://github.com/PostHog/posthog, posthog/hogql_queries/insights/funnels/test/
ClickHouse
    https://clickhouse.com/docs/sql-reference/aggregate-functions/parametric-functions
"""

import numpy as np
import pandas as pd
import pytest

import pmlab as pm

ZERO = pd.Timestamp("2024-03-01 13:00")
AB, ABC = ["A", "B"], ["A", "B", "C"]


def log(story, unit="s"):
    """Read one line a user: "ann: A@0 B@1.5=web"; times in `unit`, the value in column "value"."""
    rows = []
    for line in filter(None, map(str.strip, story.splitlines())):
        user, _, walk = line.rpartition(":")
        for word in walk.split():
            event, _, rest = word.partition("@")
            time, _, value = rest.partition("=")
            rows.append((user, event, ZERO + pd.Timedelta(float(time), unit), value or None))
    # Every step occurs, if only in rows of nobody, which do not count.
    rows += [(None, event, ZERO, None) for event in "ABCDEX"]
    return pd.DataFrame(rows, columns=["user_id", "event", "time", "value"])


def counts(rules, story, steps=ABC, *, within="1h", unit="s", **options):
    return pm.funnel(log(story, unit), steps, within=within, rules=rules, **options).counts


class TestMixpanel:
    def test_the_window_starts_with_the_first_step_1(self):
        # advanced, Conversion Window, tells this story: A at 13:00 and 13:30, B at 13:45, C at
        # 14:15. Through B, then timed out; the second A does not restart the clock.
        assert counts("mixpanel", "A@0 A@30 B@45 C@75", unit="min") == [1, 1, 0]

    def test_re_entry(self):
        # advanced, Optimized Re-entry, scenarios 1 and 2. By default the first A alone counts;
        # pmlab's best attempt is what their optimized mode counts per user.
        optimized = pm.Rules.preset("mixpanel", entry="best")
        for story in ("A@0 A@90 B@100", "A@0 A@30 B@70"):
            assert counts("mixpanel", story, AB, unit="min") == [1, 0]
            assert counts(optimized, story, AB, unit="min") == [1, 1]

    def test_two_seconds_of_grace(self):
        # faq, simultaneous events: B, then A within two seconds, is a conversion.
        assert counts("mixpanel", "B@0 A@2", AB) == [1, 1]
        assert counts("mixpanel", "B@0 A@2.001", AB) == [1, 0]

    def test_specific_order(self):
        # advanced, Specific Order, the four examples, at a minute each.
        steps = ["A", "B", "C", "D", "E"]
        for story, expected in (
            ("A@0 B@1 C@2 D@3 E@4", [1, 1, 1, 1, 1]),
            ("A@0 B@1 F@2 C@3 D@4 E@5", [1, 1, 1, 1, 1]),
            ("A@0 B@1 D@2 C@3 D@4 E@5", [1, 1, 1, 1, 1]),
            ("A@0 B@1 C@2 E@3", [1, 1, 1, 0, 0]),
        ):
            assert counts("mixpanel", story, steps, unit="min") == expected

    def test_an_excluded_step_with_totals(self):
        # advanced, Exclusion Steps, tells this story: A, A, A, B for A -> B excluding A.
        # In at the first, out at the second, in at the third, converted.
        options = {"exclude": [pm.Exclusion("A")], "count": "totals"}
        story = "A@0 A@1 A@2 B@3"
        assert counts("mixpanel", story, AB, unit="min", **options) == [2, 1]

    def test_steps_before_an_exclusion_count(self):
        # advanced, Exclusion Steps, note 2: a user qualifies for each step until the exclusion.
        story = "A@0 B@1 X@2 C@3"
        assert counts("mixpanel", story, unit="min", exclude=[pm.Exclusion("X")]) == [1, 1, 0]

    def test_totals_re_enter_after_converting_or_timing_out(self):
        # advanced, Counting Methods; faq: step 1, step 1, step 2 is one entry.
        assert counts("mixpanel", "A@0 A@1 B@2", AB, unit="min", count="totals") == [1, 1]
        story = "A@0 B@1 A@2 A@63 B@64"
        assert counts("mixpanel", story, AB, unit="min", count="totals") == [3, 2]

    def test_no_grace_with_totals(self):
        # Ours: attempts one after the other need an order, so there is no tolerance in them.
        assert counts("mixpanel", "B@0 A@1", AB, count="totals") == [1, 0]

    def test_a_held_property(self):
        # advanced, Hold Property Constant. Uniques hold the value of the first step 1; totals
        # can enter several times with different values.
        story = "A@0=shirt A@1=jeans B@2=jeans"
        assert counts("mixpanel", story, AB, unit="min", hold=["value"]) == [1, 0]
        assert counts("mixpanel", story, AB, unit="min", hold=["value"], count="totals") == [2, 1]

    def test_a_breakdown_counts_a_user_once_in_each_segment(self):
        # advanced, User Count in Breakdown, tells this story: browse a shirt, browse jeans, add
        # to cart, browse shoes. In with the shirt and converted; the jeans are no new entry,
        # the shoes are.
        story = "A@0=shirt A@1=jeans B@2 A@3=shoes"
        found = counts("mixpanel", story, AB, unit="min", by="value", attribution=1)
        assert found == {"shirt": [1, 1], "shoes": [1, 0]}
        # Once in each: the second shirt adds nothing.
        story = "A@0=shirt B@1 A@2=shirt A@70=shirt B@71"
        found = counts("mixpanel", story, AB, unit="min", by="value", attribution=1)
        assert found == {"shirt": [1, 1]}

    def test_attribution(self):
        # advanced, Property Attribution: red is first seen at step 2, blue last at step 3.
        story = "A@0 B@1=red C@2=blue"
        for attribution, value in (("first_touch", "red"), ("last_touch", "blue"), (1, None)):
            found = counts("mixpanel", story, unit="min", by="value", attribution=attribution)
            assert found == {value: [1, 1, 1]}


class TestAmplitude:
    def test_events_of_one_second_come_in_any_order(self):
        # simultaneous: B, then A in the same second, counts as A -> B.
        assert counts("amplitude", "B@10.1 A@10.4", AB) == [1, 1]
        # "Rounds all time to the nearest second": 10.4 and 10.6 are not the same second.
        assert counts("amplitude", "B@10.4 A@10.6", AB) == [1, 0]
        # Ours has no such rounding.
        assert counts(None, "B@10.1 A@10.4", AB) == [1, 0]

    def test_exact_order_forgives_an_event_of_the_same_second(self):
        # simultaneous: in an exact order funnel such an event does not break the conversion.
        assert counts("amplitude", "A@1 F@2.1 B@2.3", AB, order="strict") == [1, 1]
        assert counts("amplitude", "A@1 F@2.1 B@3.3", AB, order="strict") == [1, 0]

    def test_this_order(self):
        # computes: events in between are fine; of four searches one converts.
        assert counts("amplitude", "A@0 A@1 A@2 A@3 B@4", AB) == [1, 1]
        # A -> A -> B needs two A, and then B.
        assert counts("amplitude", "A@0 B@2", ["A", "A", "B"]) == [1, 0, 0]
        assert counts("amplitude", "A@0 A@1 B@2", ["A", "A", "B"]) == [1, 1, 1]

    def test_any_order_starts_with_the_first_step(self):
        # computes: who fires later events without the first one is not in the funnel.
        story = "ann: A@0 C@1 B@2 \n ben: B@0 C@1 \n cat: B@0 A@1 C@2"
        assert counts("amplitude", story, order="unordered") == [2, 2, 1]

    def test_a_segment_is_that_of_the_first_step(self):
        # segmenting tells this story: B in Canada, then A in the United States; A is step 1.
        found = counts("amplitude", "B@0=Canada A@5=US B@9=Canada", AB, by="value")
        assert found == {"US": [1, 1]}

    def test_another_attribution_may_be_asked_for(self):
        found = counts("amplitude", "A@5=US B@9=Canada", AB, by="value", attribution="last_touch")
        assert found == {"Canada": [1, 1]}


class TestPostHog:
    def test_an_exclusion_removes_the_person(self):
        # funnels, Excluding steps: "completely excluded from the entire funnel". The story is
        # that of test_funnel.py, test_funnel_exclusions_full_window (hours).
        story = "one: A@1 B@2 \n two: A@3 X@3.5 B@4 \n three: A@5 B@6"
        options = {"unit": None, "exclude": [pm.Exclusion("X")], "within": "14d"}
        events = log(story, "h")
        assert pm.funnel(events, AB, rules="posthog", **options).counts == [2, 2]

    def test_in_any_order_an_exclusion_voids_the_attempt(self):
        # test_funnel_unordered.py, test_funnel_exclusions_full_window: two keeps one step.
        story = "one: A@1 B@2 \n two: A@3 X@3.5 B@4 \n three: A@5 B@6"
        options = {"exclude": [pm.Exclusion("X")], "within": "14d", "order": "unordered"}
        assert counts("posthog", story, AB, unit="h", **options) == [3, 2]
        # There, test_unordered_exclusion_after_completion.
        assert counts("posthog", "A@1 B@2 C@3 X@4 C@5", unit="h", **options) == [1, 1, 1]

    def test_several_exclusions_in_any_order(self):
        # There, test_advanced_funnel_multiple_exclusions_between_steps: five people, five steps,
        # two exclusions (hours).
        story = """
            one:   A@1 X@2   B@3 C@4 Y@4.5 D@5 E@6
            two:   A@1 Y@1.5 B@2 C@4 Y@4.5 D@5 X@5.5 E@6
            three: A@1 X@1.5 B@2 C@4 D@5 X@5.5 E@6
            four:  A@1 B@2 C@4 D@5 E@6
            five:  A@1 X@1.5 B@2 X@2.5 C@4 Y@4.5 D@5 X@5.5 E@6
        """
        options = {
            "exclude": [pm.Exclusion("X"), pm.Exclusion("Y")],
            "within": "14d",
            "order": "unordered",
        }
        steps = ["A", "B", "C", "D", "E"]
        assert counts("posthog", story, steps, unit="h", **options) == [5, 2, 1, 1, 1]

    def test_the_three_orders(self):
        # funnels, Adding steps.
        story = "ann: A@0 F@1 B@2 \n ben: A@0 B@1 \n cat: B@0 A@1"
        assert counts("posthog", story, AB) == [3, 2]
        assert counts("posthog", story, AB, order="strict") == [3, 1]
        assert counts("posthog", story, AB, order="unordered") == [3, 3]

    def test_the_same_step_twice_needs_two_events(self):
        # funnels, Duplicate steps.
        assert counts("posthog", "ann: A@0 \n ben: A@0 A@1", ["A", "A"]) == [2, 1]

    def test_touches(self):
        # funnels, Attribution types 1 and 2.
        story = "A@0=Chrome B@1=Firefox"
        for attribution, value in (("first_touch", "Chrome"), ("last_touch", "Firefox")):
            found = counts("posthog", story, AB, by="value", attribution=attribution)
            assert found == {value: [1, 1]}

    def test_all_steps(self):
        # funnels, Attribution type 3 tells this story: page view (A), sign-up (B), post (C).
        story = "A@0=Chrome A@1=Firefox B@2=Chrome C@3=Chrome C@4=Firefox"
        found = counts("posthog", story, by="value", attribution="all")
        assert found == {"Chrome": [1, 1, 1], "Firefox": [1, 0, 0]}

    def test_a_step_puts_a_person_under_every_value_it_could_have(self):
        # funnels, Attribution type 4: two page views with two browsers, and both are theirs.
        story = "A@0=Chrome A@1=Firefox B@2=Chrome"
        found = counts("posthog", story, AB, by="value", attribution=1)
        assert found == {"Chrome": [1, 1], "Firefox": [1, 1]}
        found = counts("posthog", story, AB, by="value", attribution=2)
        assert found == {"Chrome": [1, 1]}
        # By our own rules it is the value of the attempt that stands for them.
        found = counts(None, story, AB, by="value", attribution=1)
        assert found == {"Firefox": [1, 1]}


class TestClickHouse:
    """`windowFunnel` without a mode; thousands of logs in `test_against_clickhouse`."""

    def test_one_event_may_serve_several_steps(self):
        assert counts("clickhouse", "A@0", ["A", "A"]) == [1, 1]
        assert counts(None, "A@0", ["A", "A"]) == [1, 0]

    def test_in_process(self):
        chdb = pytest.importorskip("chdb")
        pa = pytest.importorskip("pyarrow")
        rng = np.random.default_rng(5)
        frame = pd.DataFrame(
            {
                "user_id": rng.integers(0, 300, 3_000),
                "event": np.array(list("ABC"))[rng.integers(0, 3, 3_000)],
                "second": rng.integers(0, 40, 3_000),
            }
        )
        frame["time"] = ZERO + pd.to_timedelta(frame["second"], unit="s")
        table = pa.table(  # noqa: F841  (chdb reads it by its name)
            {
                "user_id": pa.array(frame["user_id"].tolist(), pa.uint32()),
                "event": pa.array(frame["event"].tolist()),
                "second": pa.array(frame["second"].tolist(), pa.uint64()),
            }
        )
        answer = chdb.query(
            "SELECT windowFunnel(5)(second, event = 'A', event IN ('A', 'B'), event = 'C') level, "
            "count() FROM Python(table) GROUP BY user_id",
            "CSV",
        )
        levels = [int(line.split(",")[0]) for line in answer.bytes().decode().split()]
        steps = ["A", pm.Step(["A", "B"]), "C"]
        found = pm.funnel(frame, steps, within="5s", rules="clickhouse").counts
        assert found == [sum(level >= k for level in levels) for k in (1, 2, 3)]


@pytest.mark.parametrize("name", ["clickhouse", "posthog", "mixpanel", "amplitude"])
def test_a_preset_is_rules_under_a_name(name):
    rules = pm.Rules.preset(name)
    for story in ("A@0 B@1 C@2", "B@0 A@1", "A@0 A@20 B@21"):
        assert counts(name, story) == counts(rules, story)
    # The answer says whose rules these are.
    assert name in pm.funnel(log("A@0 B@1"), AB, within="1h", rules=name).method.lower()
    with pytest.raises(pm.PmlabError, match="entri"):
        pm.Rules.preset(name, entri="best")
