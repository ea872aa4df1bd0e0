"""Why a unit stopped where it did: each reason as a story, and every reason checked to be true.

A rule is a reason if the unit gets further when that rule alone is set aside; the definition
says whether it does.
"""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest

import pmlab as pm

from .definition import progress
from .definition.log import nearest
from .random_logs import NAMES, STEPS, events_of, random_logs
from .rules import OPTIONS, Question
from .test_against_definition import ZERO, as_pandas
from .test_rules_against_definition import PLAIN, TANGLED, asked, is_possible
from .test_stories import DAY_ZERO, log

ABC = ["A", "B", "C"]


def explain(story, steps=ABC, *, unit="ann", events=None, **options):
    """Explain ann of a story; a row of nobody for each event lets every step occur."""
    table = log(story) if events is None else events
    extra = log("nobody: " + " ".join(f"{name}@0" for name in "ABCDX")).assign(user_id=None)
    table = pd.concat([table, extra], ignore_index=True)
    f = pm.funnel(table, steps, **{"within": "10d", "as_of": "2025-01-01", **options})
    found = f.explain(unit)
    assert_it_agrees(found, f)
    return found


def assert_it_agrees(found, f):
    """Check that the level and the times are those of the funnel's own row, if it has one."""
    row = f.units[f.units[f.unit] == found.unit]
    assert found.level == (int(row["level"].iloc[0]) if len(row) else 0)
    for k, time in enumerate(found.times, start=1):
        mine = row[f"time_{k}"].iloc[0] if len(row) else pd.NaT
        assert time == mine or (pd.isna(time) and pd.isna(mine))


def day(number):
    return DAY_ZERO + pd.Timedelta(days=number)


class TestEachReason:
    """One unit, one reason; nothing else stands in the way."""

    def only(self, found, rule, step, *words):
        """Check that this rule alone stopped it, and that the words say so and name the step."""
        ((named, level),) = found.levels_without.items()
        assert rule in named
        assert found.steps[level - 1] == step
        (reason,) = found.reasons
        missing = [word for word in words if word not in reason]
        assert not missing, f"{missing} not in: {reason}"

    def test_too_late(self):
        found = explain("ann: A@0 B@3 C@11")
        assert found.level == 2
        self.only(found, "within", "C", "late", "'C'", "11 days after 'A'", "10 days")

    def test_too_late_after_the_best_start(self):
        # From the second A, 12 days; from the first, 20. The better attempt is told.
        found = explain("ann: A@0 A@8 B@20", ["A", "B"])
        self.only(found, "within", "B", "12 days after 'A'")

    def test_too_late_after_the_step_before(self):
        steps = ["A", pm.Step("B", within="1d"), "C"]
        found = explain("ann: A@0 B@3 C@4", steps)
        assert found.level == 1
        self.only(found, "Step(within=)", "C", "step before", "'C'")

    def test_something_else_in_between(self):
        found = explain("ann: A@0 X@1 B@2", ["A", "B"], order="strict")
        self.only(found, "strict", "B", "between", "'B'")

    def test_an_exclusion_removes_it(self):
        found = explain("ann: A@0 X@1 B@2", ["A", "B"], exclude=[pm.Exclusion("X")])
        assert found.level == 0
        assert all(pd.isna(time) for time in found.times)
        self.only(found, "Exclusion", "B", "xclusion", "X", "'B'")

    @pytest.mark.parametrize("on_exclude", ["void", "stop"])
    def test_an_exclusion_stops_it(self, on_exclude):
        rules = pm.Rules(on_exclude=on_exclude)
        found = explain("ann: A@0 B@1 X@2 C@3", exclude=[pm.Exclusion("X")], rules=rules)
        assert found.level == (2 if on_exclude == "stop" else 0)
        self.only(found, "Exclusion", "C", "xclusion", "X", "'C'")

    def test_which_of_two_exclusions(self):
        exclude = [pm.Exclusion("D"), pm.Exclusion("X")]
        found = explain("ann: A@0 X@1 B@2 D@3", ["A", "B"], exclude=exclude)
        assert any("'X'" in rule for rule in found.levels_without)
        assert not any("'D'" in rule for rule in found.levels_without)

    def test_two_exclusions_of_which_neither_alone_is_the_reason(self):
        exclude = [pm.Exclusion("D"), pm.Exclusion("X")]
        found = explain("ann: A@0 X@1 D@2 B@3", ["A", "B"], exclude=exclude)
        self.only(found, "exclude", "B", "xclusion", "'B'")

    def test_another_product(self):
        events = log("ann: A@0 B@1").assign(product=["hat", "shoe"])
        found = explain("", ["A", "B"], events=events, hold=["product"])
        self.only(found, "hold", "B", "'product'", "'B'")

    def test_only_the_first_entry(self):
        rules = pm.Rules(entry="first")
        found = explain("ann: A@0 A@8 B@12", ["A", "B"], rules=rules)
        # A longer window would help as well, and both are true.
        assert set(found.levels_without) == {"within", "Rules(entry='first')"}
        entry = next(reason for reason in found.reasons if "first 'A'" in reason)
        assert "'B'" in entry

    def test_one_event_serves_one_step(self):
        found = explain("ann: A@0", ["A", "A"])
        self.only(found, "reuse", "A (2)", "serve", "'A (2)'")

    def test_two_steps_at_one_moment(self):
        found = explain("ann: A@0 B@0", ["A", "B"], rules=pm.Rules(ties="strict"))
        self.only(found, "ties", "B", "moment", "'B'")

    def test_not_the_first_step_first(self):
        rules = pm.Rules(anchor_first=True)
        found = explain("ann: B@0 A@1 C@2", order="unordered", rules=rules)
        assert found.level == 2  # A and C
        ((rule, level),) = found.levels_without.items()
        assert ("anchor_first" in rule, level) == (True, 3)
        (reason,) = found.reasons
        assert "'A' first" in reason

    def test_the_rounding_of_times(self):
        # 0.4 and 0.6 seconds round to 0 and 1: a second and more apart, which is too long.
        events = log("ann: A@0 B@0")
        events["time"] += pd.to_timedelta([0.4, 1.6], unit="s")
        found = explain(
            "", ["A", "B"], events=events, within="1500ms", rules=pm.Rules(resolution="1s")
        )
        assert found.level == 1
        assert any("resolution" in rule for rule in found.levels_without)
        assert any("ounding" in reason for reason in found.reasons)


class TestNoSingleRule:
    def test_never_did_it(self):
        found = explain("ann: A@0 X@1 B@2 X@3")
        assert found.level == 2
        assert found.levels_without == {}
        assert found.reasons == ("It never did 'C'.",)
        assert found.summary().endswith("It never did 'C'.")

    def test_did_it_only_before(self):
        found = explain("ann: B@0 A@1", ["A", "B"])
        (reason,) = found.reasons
        assert found.levels_without == {}
        assert "did 'B'" in reason
        assert "not after 'A'" in reason
        assert day(0).isoformat(sep=" ") in reason

    def test_did_it_after_the_step_but_not_after_the_steps_in_turn(self):
        # C on day 2 comes after a B, only not after an A and a B.
        (reason,) = explain("ann: B@1 C@2 A@5 B@6").reasons
        assert reason.endswith("but not after 'A' and 'B' in turn.")

    def test_never_entered(self):
        found = explain("ann: B@0 C@1")
        assert found.level == 0
        assert found.reasons == ("It never did 'A'.",)
        assert found.to_frame()["counted_as"].tolist() == ["", ""]

    def test_an_event_that_is_no_step(self):
        found = explain("ann: X@0")
        assert (found.level, found.reasons) == (0, ("It never did 'A'.",))
        assert found.to_frame()["event"].tolist() == ["X"]

    def test_two_rules_at_once(self):
        # Too late, and another product: neither alone would have let it through.
        events = log("ann: A@0 B@11").assign(product=["hat", "shoe"])
        found = explain("", ["A", "B"], events=events, hold=["product"])
        assert found.levels_without == {}
        (reason,) = found.reasons
        assert "more than one rule" in reason

    def test_all_the_way(self):
        found = explain("ann: A@0 B@1 C@2")
        assert found.level == 3
        assert found.reasons == ()
        assert "'C'" in found.summary()

    def test_in_any_order(self):
        found = explain("ann: C@0 X@1", order="unordered")
        assert found.level == 1
        (reason,) = found.reasons
        assert "'A'" in reason
        assert "'B'" in reason
        assert "'C'" not in reason

    def test_in_any_order_with_one_event_for_two_steps(self):
        (reason,) = explain("ann: A@0", ["A", "A"], order="unordered").reasons
        assert "an event of its own" in reason

    def test_in_any_order_two_rules_at_once(self):
        # B comes before A, and C too late: A first alone or a longer window alone helps nothing.
        rules = pm.Rules(anchor_first=True)
        found = explain("ann: B@0 A@5 C@11", order="unordered", rules=rules)
        assert (found.level, found.levels_without) == (2, {})
        (reason,) = found.reasons
        assert "more than one rule" in reason

    def test_its_window_is_still_open(self):
        found = explain("ann: A@0", ["A", "B"], as_of=day(4))
        assert "It never did 'B'." in found.reasons
        assert any(day(10).isoformat(sep=" ") in reason for reason in found.reasons)
        # At the very end of the window it is over.
        assert explain("ann: A@0", ["A", "B"], as_of=day(10)).reasons == ("It never did 'B'.",)

    def test_who_is_left_out_of_the_counts(self):
        f = pm.funnel(log("ann: A@0 B@1 \n bob: A@9"), ["A", "B"], within="5d", unfinished="drop")
        found = f.explain("bob")
        assert (found.level, f.counts) == (1, [1, 1])
        (warning,) = found.warnings
        assert "left out" in warning
        assert "unfinished='drop'" in warning
        assert f.explain("ann").warnings == ()

    def test_a_window_that_took_the_first_step_too(self):
        # The call removes the first A, for B came within its ten days; the second A's B is too
        # late. With more time it would have an attempt without a call.
        found = explain("ann: A@0 X@1 B@2 A@3 B@100", ["A", "B"], exclude=[pm.Exclusion("X")])
        assert found.level == 0
        assert found.levels_without["within"] == 2
        late = next(reason for reason in found.reasons if "late" in reason)
        assert "0 s" not in late
        assert "'B'" in late


class TestEvents:
    def test_every_event_in_order_of_time(self):
        found = explain("ann: B@2 D@1 A@0 C@3 A@2.5 \n bob: A@0", exclude=[pm.Exclusion("D")])
        frame = found.to_frame()
        assert frame.columns.tolist() == ["time", "event", "matches", "counted_as"]
        assert frame["event"].tolist() == ["A", "D", "B", "A", "C"]
        assert frame["time"].tolist() == [day(d) for d in (0, 1, 2, 2.5, 3)]
        assert frame["matches"].tolist()[0] == "A"
        assert "xclusion" in frame["matches"].tolist()[1]

    def test_the_attempt_is_marked(self):
        # From the second A it is the shorter way; the second B is not needed.
        frame = explain("ann: A@0 A@1 B@2 B@3 C@4").to_frame()
        assert frame["counted_as"].tolist() == ["", "A", "B", "", "C"]

    def test_an_event_that_matches_two_steps(self):
        steps = [pm.Step(["A", "B"], label="one"), pm.Step("B", label="two")]
        frame = explain("ann: B@0 A@1 B@2", steps).to_frame()
        assert frame["matches"].tolist() == ["one, two", "one", "one, two"]
        assert frame["counted_as"].tolist() == ["", "one", "two"]
        # If one event may serve both, the last B alone is the shortest way.
        frame = explain("ann: B@0 A@1 B@2", steps, rules=pm.Rules(reuse=True)).to_frame()
        assert frame["counted_as"].tolist() == ["one, two", "", ""]

    def test_a_matching_that_takes_thought(self):
        # All at one moment: only B can be "two", so A must be "one".
        steps = [pm.Step(["A", "B"], label="one"), pm.Step("B", label="two")]
        frame = explain("ann: B@0 A@0", steps).to_frame().set_index("event")
        assert frame["counted_as"].to_dict() == {"A": "one", "B": "two"}

    def test_the_marked_events_agree_in_what_is_held(self):
        # A hat and a shoe, step by step at the same moments: either will do, but not one of each.
        events = log("ann: A@0 A@0 B@1 B@1").assign(product=["hat", "shoe", "shoe", "hat"])
        found = explain("", ["A", "B"], events=events, hold=["product"])
        marked = found.to_frame()["counted_as"] != ""
        assert marked.sum() == 2
        assert events.loc[marked.to_numpy(), "product"].nunique() == 1

    def test_step_1_first_in_any_order(self):
        # B may be any step but the second; of the three at days 3 and 4 the earlier is step 1.
        steps = [
            pm.Step("B", label="one"),
            pm.Step(["A", "B"], label="two"),
            pm.Step("A", label="three"),
        ]
        rules = pm.Rules(anchor_first=True)
        found = explain("ann: A@3 B@3 A@4 B@4", steps, order="unordered", rules=rules)
        frame = found.to_frame()
        assert found.level == 3
        (first,) = frame.loc[frame["counted_as"] == "one", "time"]
        assert first == day(3)

    def test_times_keep_their_zone(self):
        events = log("ann: A@0 B@1")
        events["time"] = events["time"].dt.tz_localize("Asia/Tokyo")
        found = pm.funnel(events, ["A", "B"], within="2d").explain("ann")
        assert found.to_frame()["time"].tolist() == events["time"].tolist()
        assert list(found.times) == events["time"].tolist()

    def test_many_events_are_counted_and_not_all_shown(self):
        story = "ann: A@0 " + " ".join(f"X@{n / 100}" for n in range(1, 300)) + " B@4"
        found = explain(story, ["A", "B"])
        assert len(found.to_frame()) == 301
        shown = str(found)
        assert len(shown.splitlines()) < 60
        assert "301" in shown


class TestWhatItSays:
    def test_everywhere(self):
        found = explain("ann: A@0 B@3 C@11")
        for shown in (str(found), found._repr_html_()):
            assert "'ann'" in shown or "&#x27;ann&#x27;" in shown
            assert "Too late" in shown
        assert found.summary().startswith("'ann' stopped after 'B'. Too late")
        assert "A" in str(found.plot().to_plotly_json())

    @pytest.mark.parametrize("story", ["ann: X@0", "ann: A@0 B@1 C@2", "ann: A@0"])
    def test_at_every_level(self, story):
        found = explain(story)
        str(found), found._repr_html_(), found.summary(), found.plot()

    def test_forms_and_names(self, tmp_path):
        events = log("ann: A@0 B@11").rename(columns={"user_id": "who", "event": "what"})
        path = tmp_path / "log.csv"
        events.to_csv(path, index=False)
        in_polars = pl.DataFrame(
            {
                "who": events["who"].tolist(),
                "what": events["what"].tolist(),
                "time": [time.to_pydatetime() for time in events["time"]],
            }
        )
        for source in (events, path, in_polars, pm.EventLog(events, user="who", event="what")):
            names = {} if isinstance(source, pm.EventLog) else {"user": "who", "event": "what"}
            f = pm.funnel(source, ["A", "B"], within="10d", **names)
            assert "11 days after 'A'" in f.explain("ann").reasons[0]

    def test_units_that_are_no_users(self):
        events = log("ann: A@0 B@1 \n bob: A@2 B@30").assign(team=7)
        found = pm.funnel(events, ["A", "B"], within="10d", unit="team").explain(7)
        assert (found.unit, found.level) == (7, 2)
        assert found.to_frame()["counted_as"].tolist() == ["A", "B", "", ""]
        numpys = pm.funnel(events, ["A", "B"], within="10d", unit="team").explain(np.int64(7))
        assert numpys.level == 2


class TestRefusals:
    def refused(self, *words, f, unit="ann"):
        with pytest.raises(pm.PmlabError) as caught:
            f.explain(unit)
        missing = [word for word in words if word not in str(caught.value)]
        assert not missing, f"{missing} not in: {caught.value}"

    def funnel(self, **options):
        table = log("anna: A@0 B@1 \n bob: A@0").assign(device="tv")
        return pm.funnel(table, ["A", "B"], within="10d", **options)

    def test_an_unknown_unit(self):
        with pytest.raises(pm.PmlabError, match="'anna'") as caught:
            self.funnel().explain("ana")
        assert isinstance(caught.value, LookupError)
        for unit in (None, 7, float("nan"), ""):
            self.refused(repr(unit), f=self.funnel(), unit=unit)

    def test_totals(self):
        self.refused("totals", f=self.funnel(count="totals"), unit="anna")

    def test_an_open_funnel(self):
        self.refused("explain", "closed", f=self.funnel(closed=False), unit="anna")

    def test_counts_without_events(self):
        f = pm.funnel_from_counts([3, 2], steps=["A", "B"])
        self.refused("events", f=f)

    def test_one_segment(self):
        b = self.funnel(by="device")
        self.refused("overall", f=b.segments["tv"], unit="anna")
        assert b.overall.explain("anna").level == 2


# --- against the definition ---------------------------------------------------------------


def without_each_rule(question):
    """Yield each rule that may stop a unit: its name, and the definition's funnel without it.

    With it the events that exclude then, and where each of those exclusions stood.
    """
    funnel, excluding = question.funnel, question.excluding
    unordered = funnel.order == "unordered"
    yield "within", replace(funnel, within=10**9), excluding
    if funnel.windows:
        yield "Step(within=)", replace(funnel, windows={}), excluding
    if funnel.order == "strict":
        yield "order='strict'", replace(funnel, order="ordered"), excluding
    for n, event in enumerate(excluding):
        rest = (*funnel.exclusions[:n], *funnel.exclusions[n + 1 :])
        yield (
            f"Exclusion({event!r})",
            replace(funnel, exclusions=rest),
            (*excluding[:n], *excluding[n + 1 :]),
        )
    if len(funnel.exclusions) > 1:
        yield "exclude=", replace(funnel, exclusions=()), ()
    if funnel.hold:
        yield "hold=", replace(funnel, hold=False), excluding
    if funnel.entry == "first":
        yield "Rules(entry='first')", replace(funnel, entry="best"), excluding
    if funnel.ties == "strict":
        yield "Rules(ties='strict')", replace(funnel, ties="any"), excluding
    if funnel.anchor_first and unordered and funnel.entry != "first":
        yield "Rules(anchor_first=True)", replace(funnel, anchor_first=False), excluding
    if funnel.resolution > 1:
        yield "Rules(resolution=)", replace(funnel, resolution=1), excluding
    if funnel.order == "ordered" and not funnel.reuse and not funnel.tie_tolerance:
        yield "Rules(reuse=False)", replace(funnel, reuse=True), excluding


def seconds(times):
    found = [None if pd.isna(time) else int((time - ZERO).total_seconds()) for time in times]
    while found and found[-1] is None:
        found.pop()
    return tuple(found)


def check_events(found, rows, question):
    """Check that every event is there, with what it matches, and that the marked ones fit."""
    frame, funnel = found.to_frame(), question.funnel
    times = [int((time - ZERO).total_seconds()) for time in frame["time"]]
    assert times == sorted(times)
    assert sorted(zip(frame["event"], times, strict=True)) == sorted(
        (row.name, row.second) for row in rows
    )
    steps = {f"step {k}": k for k in range(1, len(question.steps) + 1)}
    done, taken = [], set()
    for name, time, matches, counted_as in zip(
        frame["event"], times, frame["matches"], frame["counted_as"], strict=True
    ):
        could_be = [label for label in matches.split(", ") if label in steps]
        assert could_be == [
            f"step {k}" for k, names in enumerate(question.steps, start=1) if name in names
        ]
        assert matches.count("xclusion") == question.excluding.count(name)
        serves = counted_as.split(", ") if counted_as else []
        assert set(serves) <= set(could_be)
        assert len(serves) <= 1 or funnel.reuse
        done += [(steps[label], nearest(time, funnel.resolution)) for label in serves]
        taken |= {(name, time)} if serves else set()
    if funnel.hold and taken:
        of_item = [{row[:2] for row in rows if row.item == item} for item in ("hat", "shoe")]
        assert any(taken <= events for events in of_item)
    reached = seconds(found.times)
    if funnel.order == "unordered":
        assert sorted(time for _, time in done) == list(reached)
        assert len({step for step, _ in done}) == len(reached)
        if funnel.anchor_first and done:
            assert (1, reached[0]) in done
    else:
        expected = [(k, time) for k, time in enumerate(reached, start=1) if time is not None]
        assert sorted(done) == expected


def check_reasons(found, got, rows, question):
    """Check that every reason is true, and that no rule is missing among them."""
    funnel = question.funnel
    n_steps = len(question.steps)
    expected, endless = {}, None
    for rule, other, excluding in without_each_rule(question):
        relaxed = progress(events_of(rows, question.steps, excluding), other)
        if relaxed.level > got.level:
            expected[rule] = relaxed.level
            endless = relaxed if rule == "within" else endless
    if got.level == n_steps:
        expected = {}
    assert found.levels_without == expected
    assert bool(found.reasons) == (got.level < n_steps)

    did = {k for event in events_of(rows, question.steps) for k in event.matches}
    said_never = [reason for reason in found.reasons if "ever d" in reason]
    if got.level < n_steps and funnel.order != "unordered":
        goal = min(k for k in funnel.required if k > got.level)
        assert bool(said_never) == (goal not in did)
        assert all(f"'step {goal}'" in reason for reason in said_never)
        for rule, level in expected.items():
            if rule != "within":
                assert any(f"'step {level}'" in reason for reason in found.reasons)
    if endless is not None and got.level < n_steps:
        (late,) = [reason for reason in found.reasons if reason.startswith("Too late")]
        if "window is" in late:
            # The next step really came later than the window allows, by as much as it says.
            needed = endless.times[goal - 1] - endless.times[0]
            assert needed > question.within
            assert f"'step {goal}' {needed} s after" in late
    # "Not after": even if nothing but the order counts, the next step has no chain before it.
    if any("but not after" in reason for reason in found.reasons):
        chain = set(funnel.required[: funnel.required.index(goal) + 1])
        assert not in_turn(events_of(rows, question.steps), sorted(chain))


def in_turn(events, steps):
    """Tell whether events do these steps in turn, however late; one may serve several."""
    since = -1
    for step in steps:
        times = [event.time for event in events if step in event.matches and event.time >= since]
        if not times:
            return False
        since = min(times)
    return True


def compare(label, within, names, n_units):
    question = asked(label, within, names)
    seeds = itertools.count(sum(map(ord, label + "".join(names))))
    drawn = (random_logs(n_units, seed=seed, most_events=8) for seed in seeds)
    logs = next(logs for logs in drawn if logs.frame["name"].nunique() == len(NAMES))
    result = question.call(as_pandas(logs))
    whole = result if question["attribution"] is None else result.overall
    stopped = 0
    for unit, rows in logs.by_unit.items():
        got = progress(events_of(rows, question.steps, question.excluding), question.funnel)
        found = whole.explain(unit)
        story = (label, within, names, sorted(rows, key=lambda row: row.second))
        try:
            assert found.unit == unit
            assert found.level == got.level
            assert seconds(found.times) == got.times
            if question["unfinished"] is None:
                assert_it_agrees(found, whole)
            check_events(found, rows, question)
            check_reasons(found, got, rows, question)
        except AssertionError as error:
            error.add_note(f"{story}\n{found}")
            raise
        stopped += bool(found.levels_without)
    return stopped


EXPLAINED = [name for name in OPTIONS if name != "totals"]


@pytest.mark.parametrize("name", [None, *EXPLAINED])
def test_each_option_alone(name):
    names = () if name is None else (name,)
    stopped = 0
    for label in (*PLAIN, *TANGLED[:4]):
        if is_possible(label, names):
            stopped += compare(label, 3, names, 15)
    assert stopped, "a comparison of nothing"


# Under which value a unit counts does not matter to how far it got.
WITH_EACH_OTHER = [name for name in EXPLAINED if not name.startswith("by")]
PAIRS = list(itertools.combinations([*WITH_EACH_OTHER, "by first touch"], 2))


@pytest.mark.parametrize("first", WITH_EACH_OTHER)
def test_each_option_with_each_other(first):
    for number, names in enumerate(PAIRS):
        if names[0] != first:
            continue
        label = (*PLAIN, *TANGLED)[number % (len(PLAIN) + len(TANGLED))]
        for steps in (label, PLAIN[number % 2]):
            if is_possible(steps, names):
                compare(steps, (2, 3, 4)[number % 3], names, 8)
                break


def test_long_logs():
    question = Question(STEPS["three"], 4, {})
    logs = random_logs(15, seed=77, most_events=30, latest=40)
    whole = question.call(as_pandas(logs))
    for unit, rows in logs.by_unit.items():
        got = progress(events_of(rows, question.steps), question.funnel)
        found = whole.explain(unit)
        check_events(found, rows, question)
        check_reasons(found, got, rows, question)
