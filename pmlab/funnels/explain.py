"""Why a unit stopped where it did, event by event."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

import numpy as np
import pandas as pd

from pmlab.durations import in_words
from pmlab.errors import InputError, NotFoundError, did_you_mean
from pmlab.events import Match, MatchedEvents, read_matches
from pmlab.events.columns import NO_TIME, Codes, Ints
from pmlab.events.matches import MOST_QUESTIONS
from pmlab.funnels.engine import bits_of, follow, rows_of
from pmlab.funnels.plan import NO_LIMIT, Plan
from pmlab.funnels.source import Source
from pmlab.funnels.steps import labels_of
from pmlab.results import Result

__all__ = ["FunnelExplanation", "explain_unit"]

MOST_ROWS = 40
"""More would bury what matters; `to_frame()` has them all."""

MOST_NAMES = 10_000
"""Among more units, a look for a close name would take seconds."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FunnelExplanation(Result):
    """How far one unit got, with which events, and which rules stopped it."""

    unit: Hashable
    steps: tuple[str, ...]
    order: Literal["ordered", "strict", "unordered"]
    within: timedelta
    level: int
    """The position of the last required step that the unit reached (with steps in any order: how
    many it did); 0 if it counts nowhere."""
    times: tuple[pd.Timestamp, ...]
    """When it did each step, in its best attempt; NaT beyond its level."""
    as_of: pd.Timestamp
    levels_without: dict[str, int]
    """The rules that stopped it: each one's name, and the level without that rule alone."""
    reasons: tuple[str, ...]
    """Why it went no further, in words; empty if it did every step."""
    events: pd.DataFrame
    """One row an event of the unit, in order of time: `time`, `event`, `matches` (the steps and
    exclusions that it could be) and `counted_as` (the step that it serves in the attempt)."""

    def to_frame(self) -> pd.DataFrame:
        """Return the unit's events."""
        return self.events.copy()

    @property
    def title(self) -> str:
        return f"{self.unit!r}: {self._how_far()}"

    @property
    def method(self) -> str:
        return (
            "The attempt that stands for it in the count is marked. To see what stopped it, each "
            "rule alone was set aside and its events counted again. As of "
            f"{self.as_of.isoformat(sep=' ')}."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        return ("All that it did is in the table, under this one id.",)

    def summary(self) -> str:
        """Return a sentence or two: how far it got, and why no further."""
        return " ".join([f"{self.unit!r} {self._how_far()}.", *self.reasons])

    def _how_far(self) -> str:
        if self.level == 0:
            return "counts at no step"
        if self.order == "unordered":
            return f"did {self.level} of {len(self.steps)} steps"
        if self.level == len(self.steps):
            return f"reached the last step, '{self.steps[-1]}'"
        return f"stopped after '{self.steps[self.level - 1]}'"

    def _notes(self) -> Sequence[tuple[str, str]]:
        notes = [("Why", reason) for reason in self.reasons]
        left_out = len(self.events) - len(self._shown)
        if left_out:
            notes.append(("Not shown", f"{left_out} of its {len(self.events)} events."))
        return [*notes, *super()._notes()]

    @property
    def _shown(self) -> pd.DataFrame:
        if len(self.events) <= MOST_ROWS:
            return self.events
        matched = self.events[self.events["matches"] != ""]
        if len(matched) <= MOST_ROWS:
            return matched
        counted = np.flatnonzero(matched["counted_as"] != "")
        begin = max(0, int(counted[0]) - 2) if len(counted) else 0
        return matched.iloc[begin : begin + MOST_ROWS]

    def _table(self) -> Mapping[str, Sequence[str]]:
        shown = self._shown
        return {
            "time": [time.isoformat(sep=" ") for time in shown["time"]],
            "event": [str(name) for name in shown["event"]],
            "could be": shown["matches"].tolist(),
            "counted as": shown["counted_as"].tolist(),
        }


def explain_unit(source: Source, unit: Hashable) -> FunnelExplanation:
    """Follow one unit's events, with all rules and with each rule set aside."""
    plan = source.plan
    if plan.count == "totals":
        raise InputError(
            "explain() is about the one attempt that stands for a unit, and count='totals' counts "
            "them all; look at the unit's rows in .units, or count units."
        )
    labels = labels_of(plan.steps)
    questions = plan.questions
    if len(questions) < MOST_QUESTIONS:
        questions = [*questions, (Match(),)]  # what else it did
    event = source.log.event
    columns = {**source.columns, "event": event}
    matched = read_matches(source.log, questions, unit=source.unit, properties=columns)
    until = source.until(matched)
    own = _of_unit(matched, unit, source.unit)
    own_places = np.flatnonzero(_asked_for(own.matches, len(plan.questions)))
    counted = _only(own, own_places)
    rows = rows_of(counted, plan)
    attempts = follow(rows, plan)
    level = int(attempts.level[0]) if len(attempts.level) else 0
    times = attempts.times[0] if level else np.full(len(labels), NO_TIME)
    serves: dict[int, list[str]] = {}
    if level:
        mine = np.flatnonzero(attempts.of_row == 0)
        mine = mine[rows.key[mine] == rows.key[mine[0]]]  # of several held values, one will do
        event_of = _events_served(rows.time[mine], rows.matches[mine], times, plan)
        for step, i in sorted(event_of.items()):
            serves.setdefault(int(own_places[rows.place[mine[i]]]), []).append(labels[step])
    levels_without = {
        rule: without
        for rule, other in _relaxations(plan)
        if level < len(labels) and (without := _level_without(counted, plan, other)) > level
    }
    entered = int(attempts.entered[0]) if level else None
    return FunnelExplanation(
        unit=unit,
        steps=labels,
        order=plan.order,
        within=timedelta(microseconds=plan.within),
        level=level,
        times=tuple(own.moments(np.ascontiguousarray(times))),
        as_of=own.moment(until),
        levels_without=levels_without,
        reasons=tuple(_reasons(counted, plan, level, times, levels_without, entered, until)),
        events=_events_frame(own, plan, event, serves),
    )


def _asked_for(matches: Ints, n_questions: int) -> Ints:
    """Return the answers to the plan's own questions, without the one after what else it did."""
    return matches if n_questions == MOST_QUESTIONS else matches & ((1 << n_questions) - 1)


def _of_unit(matched: MatchedEvents, unit: Hashable, column: str) -> MatchedEvents:
    found = np.flatnonzero(matched.unit.values == unit)
    if len(found) == 0:
        known = matched.unit.values
        near = did_you_mean(unit, known) if len(known) <= MOST_NAMES else ""
        raise NotFoundError(
            f"unit={unit!r} has no event in column {column!r} of the log. {near}".rstrip()
        )
    places = np.flatnonzero(matched.unit.codes == found[0])
    return _only(matched, places[np.argsort(matched.time[places], kind="stable")])


def _only(matched: MatchedEvents, places: Ints) -> MatchedEvents:
    """Return these rows, which are of one unit."""
    values = matched.unit.values
    first = int(matched.unit.codes[places[0]]) if len(places) else 0
    return replace(
        matched,
        unit=Codes(np.zeros(len(places), dtype=np.int64), values[first : first + 1]),
        time=matched.time[places],
        matches=matched.matches[places],
        properties={
            name: Codes(column.codes[places], column.values)
            for name, column in matched.properties.items()
        },
    )


def _level(matched: MatchedEvents, plan: Plan) -> int:
    return int(follow(rows_of(matched, plan), plan).level.max(initial=0))


def _level_without(matched: MatchedEvents, plan: Plan, other: Plan) -> int:
    """Return the level under a plan that may have fewer of the exclusions that were asked about."""
    n_steps = len(plan.steps)
    kept = [n for n, bar in enumerate(plan.barriers) if any(bar is own for own in other.barriers)]
    bits = [*range(n_steps), *(n_steps + n for n in kept)]
    return _level(replace(matched, matches=bits_of(matched.matches, bits)), other)


def _relaxations(plan: Plan) -> Iterator[tuple[str, Plan]]:
    """Return each rule that may stop a unit, by the name of its option, and a plan without it."""
    rules = plan.rules
    yield "within", replace(plan, within=NO_LIMIT)
    if plan.has_gaps:
        yield "Step(within=)", replace(plan, steps=_without_gaps(plan))
    if plan.order == "strict":
        yield "order='strict'", replace(plan, order="ordered")
    for n, name in enumerate(_excluding(plan)):
        others = (*plan.barriers[:n], *plan.barriers[n + 1 :])
        yield name, replace(plan, barriers=others)
    if len(plan.barriers) > 1:
        yield "exclude=", replace(plan, barriers=())
    if plan.hold:
        yield "hold=", replace(plan, hold=())
    if rules.entry == "first" and (plan.order != "unordered" or rules.anchor_first):
        yield "Rules(entry='first')", replace(plan, rules=replace(rules, entry="best"))
    if rules.ties == "strict":
        yield "Rules(ties='strict')", replace(plan, rules=replace(rules, ties="any"))
    if rules.anchor_first and plan.order == "unordered" and rules.entry != "first":
        yield "Rules(anchor_first=True)", replace(plan, rules=replace(rules, anchor_first=False))
    if rules.resolution is not None:
        yield "Rules(resolution=)", replace(plan, rules=replace(rules, resolution=None))
    if not rules.reuse and plan.order == "ordered" and not plan.tolerance:
        yield "Rules(reuse=False)", replace(plan, rules=replace(rules, reuse=True))


def _excluding(plan: Plan) -> list[str]:
    """Return what each exclusion is called, with its place where two exclude the same events."""
    names = [barrier.exclusion.name for barrier in plan.barriers]
    return [
        f"Exclusion('{name}')"
        if names.count(name) == 1
        else f"Exclusion('{name}', after={barrier.after}, before={barrier.before})"
        for name, barrier in zip(names, plan.barriers, strict=True)
    ]


def _without_gaps(plan: Plan) -> tuple[Any, ...]:
    return tuple(replace(step, within=None) for step in plan.steps)


def _reasons(
    matched: MatchedEvents,
    plan: Plan,
    level: int,
    times: Ints,
    levels_without: Mapping[str, int],
    entered: int | None,
    until: int,
) -> Iterator[str]:
    labels = labels_of(plan.steps)
    if level == len(labels):
        return
    goal = next(k for k in plan.required if k >= level)
    did = [bool((matched.matches >> k & 1).any()) for k in range(len(labels))]
    never = [labels[k] for k in plan.required if k >= level and not did[k]]
    if plan.order == "unordered":
        missing = [label for label, done in zip(labels, did, strict=True) if not done]
        if missing:
            yield f"Never done: {_listed(missing)}."
    elif labels[goal] in never:
        yield f"It never did '{labels[goal]}'."
    for rule, without in levels_without.items():
        yield _in_words(rule, matched, plan, labels, goal, without)
    if not levels_without and plan.order == "unordered" and all(did):
        if _level(matched, _without_any_rule(plan)) <= level:
            yield "It did every step, but not each with an event of its own."
        else:
            yield "It did every step; more than one rule stands in the way."
    if not levels_without and plan.order != "unordered" and did[goal]:
        at = matched.time[(matched.matches >> goal & 1) != 0]
        last = matched.moment(int(at.max())).isoformat(sep=" ")
        before = [labels[k] for k in plan.required if k < level]
        if _level(matched, _without_any_rule(plan)) <= level and before:
            chain = f"{_listed(before)}{' in turn' if len(before) > 1 else ''}"
            yield f"It did '{labels[goal]}', last at {last}, but not after {chain}."
        else:
            yield (
                f"It did '{labels[goal]}', last at {last}; more than one rule stands in the way."
            )
    if entered is not None and entered + plan.within > until and level < len(labels):
        end = matched.moment(entered + plan.within).isoformat(sep=" ")
        yield f"Its window is open until {end}, so it may still go on."


def _without_any_rule(plan: Plan) -> Plan:
    order = "ordered" if plan.order == "strict" else plan.order
    rules = replace(
        plan.rules, entry="best", ties="any", tie_tolerance=None, reuse=True, anchor_first=False
    )
    return replace(
        plan,
        steps=_without_gaps(plan),
        within=NO_LIMIT,
        order=order,
        barriers=(),
        hold=(),
        rules=rules,
    )


def _in_words(
    rule: str,
    matched: MatchedEvents,
    plan: Plan,
    labels: Sequence[str],
    goal: int,
    without: int,
) -> str:
    there = "all its steps" if plan.order == "unordered" else f"'{labels[without - 1]}'"
    if plan.order == "unordered" and without < len(labels):
        there = f"{without} steps"
    if rule == "within":
        window = in_words(plan.within)
        if plan.order == "unordered" or goal == 0:
            return f"Too late: with more time than {window} it would have reached {there}."
        endless = replace(plan, within=NO_LIMIT)
        times = follow(rows_of(matched, endless), endless).times[0]
        return (
            f"Too late: it did '{labels[goal]}' {in_words(int(times[goal] - times[0]))} after "
            f"'{labels[0]}', and the window is {window}."
        )
    because = {
        "Step(within=)": "Too long after the step before: without the steps' own windows",
        "order='strict'": "Something else came in between: with other events allowed there",
        "exclude=": "An exclusion: without them",
        "hold=": f"The events differ in {_listed(list(plan.hold))}: if they need not agree",
        "Rules(entry='first')": f"Only its first '{labels[0]}' starts an attempt: from a later one",
        "Rules(ties='strict')": "Two steps at the same moment: if that were allowed",
        "Rules(anchor_first=True)": f"Not '{labels[0]}' first: if any step may begin",
        "Rules(resolution=)": "The rounding of times: with the times as they are",
        "Rules(reuse=False)": "One event serves one step: if it may serve several",
    }
    words = because.get(rule, f"{rule}: without it")
    return f"{words}, it would have reached {there}."


def _listed(names: Sequence[str]) -> str:
    *others, last = [f"'{name}'" for name in names] or [""]
    return f"{', '.join(others)} and {last}" if others else last


def _events_served(time: Ints, matches: Ints, times: Ints, plan: Plan) -> dict[int, int]:
    """Return the event that serves each step of an attempt: step -> event.

    Events at one time that could be the same steps are alike, so only one of each kind is tried.
    """
    slots = np.flatnonzero(times != NO_TIME).tolist()
    in_turn, anchored = plan.order != "unordered", plan.rules.anchor_first
    event_of: dict[int, int] = {}

    def fill(slots: list[int]) -> bool:
        if not slots:
            return True
        tried = set()
        the_step = in_turn or (anchored and slots[0] == 0)
        for event in np.flatnonzero(time == times[slots[0]]).tolist():
            if event in event_of.values() and not plan.rules.reuse:
                continue
            for step in slots[:1] if the_step else range(len(times)):
                kind = (int(matches[event]), step)
                if kind in tried or step in event_of or not matches[event] >> step & 1:
                    continue
                tried.add(kind)
                event_of[step] = event
                if fill(slots[1:]):
                    return True
                del event_of[step]
        return False

    fill(slots)
    return event_of


def _events_frame(
    own: MatchedEvents, plan: Plan, event: str, serves: Mapping[int, list[str]]
) -> pd.DataFrame:
    labels = labels_of(plan.steps)
    names = [*labels, *_excluding(plan)]
    codes = own.properties[event]
    values = np.append(codes.values.to_numpy(dtype=object), [None])
    return pd.DataFrame(
        {
            "time": own.moments(own.time),
            "event": values[codes.codes],
            "matches": [
                ", ".join(name for k, name in enumerate(names) if bits >> k & 1)
                for bits in own.matches.tolist()
            ],
            "counted_as": [", ".join(serves.get(i, ())) for i in range(len(own.time))],
        }
    )
