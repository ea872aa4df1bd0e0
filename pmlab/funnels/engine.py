"""From matched events to the attempts that count, by the rules that a plan needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmlab.compiled import compiled, pays_to_compile
from pmlab.errors import InputError
from pmlab.events import MatchedEvents
from pmlab.events.columns import NO_TIME, Ints
from pmlab.events.encode import IntEncoder
from pmlab.funnels import anyorder, clocks, groups, kernel, matching, paths, totals
from pmlab.funnels.optional import optional_times
from pmlab.funnels.plan import Plan

__all__ = ["Attempts", "Rows", "bits_of", "follow", "rounded", "rows_of"]


NEVER = int(np.iinfo(np.int64).max)


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The rows of a funnel: whose, when, and which steps (then exclusions) each is, as bits.

    An `owner` is counted once: a unit, or a unit under one value. A `key` is what an attempt
    stays within: an owner, or an owner with one held value.
    """

    place: Ints
    """Where each row stands among the matched events."""
    time: Ints
    matches: Ints
    key: Ints
    owner_of_key: Ints
    unit_of_owner: Ints
    value_of_owner: Ints
    """Code of the value that an owner is under; -1 where it is missing or there is none."""
    starts: tuple[int, int] = (NO_TIME, NEVER)
    """From when and before when an attempt in any order may start."""


@dataclass(frozen=True, kw_only=True)
class Attempts:
    """The attempts that count: one for each owner that has one, or with totals all of them.

    `times` has a column a step, `NO_TIME` where it was not done. `level` is the position of the
    last required step that was done, from 1.
    """

    owner: Ints
    unit: Ints
    level: Ints
    entered: Ints
    times: Ints
    included: npt.NDArray[np.bool_]
    """Which steps count for each attempt; an optional one also if another attempt has it."""
    of_row: Ints
    """For each row, the attempt that it may belong to, or -1."""


class _Found(NamedTuple):
    level: Ints
    uppermost: Ints
    """The level if there were no exclusions."""
    entered: Ints
    times: Ints


def rows_of(matched: MatchedEvents, plan: Plan, values: Ints | None = None) -> Rows:
    """Return the rows of a plan, and whose they are; `values` makes owners of units and values."""
    time = rounded(matched.time, plan)
    held = [matched.properties[column].codes for column in plan.hold]
    if not held and values is None:
        n_units = len(matched.unit.values)
        return Rows(
            place=np.arange(len(time)),
            time=time,
            matches=matched.matches,
            key=matched.unit.codes,
            owner_of_key=np.arange(n_units),
            unit_of_owner=np.arange(n_units),
            value_of_owner=np.full(n_units, -1),
        )
    known = np.ones(len(time), dtype=bool)
    for codes in held:
        known &= codes >= 0
    place = np.flatnonzero(known)
    unit, time = matched.unit.codes[place], time[place]
    owner_parts = [unit] if values is None else [unit, values[place]]
    owner, of_owner = _numbered(owner_parts)
    key, of_key = _numbered([owner, *(codes[place] for codes in held)]) if held else (owner, None)
    n_owners = len(of_owner)
    return Rows(
        place=place,
        time=time,
        matches=matched.matches[place],
        key=key,
        owner_of_key=np.arange(n_owners) if of_key is None else owner[of_key],
        unit_of_owner=unit[of_owner],
        value_of_owner=np.full(n_owners, -1) if values is None else values[place][of_owner],
    )


def rounded(time: Ints, plan: Plan) -> Ints:
    """Return times to the plan's resolution, halves up."""
    if not plan.resolution:
        return time
    return (time + plan.resolution // 2) // plan.resolution * plan.resolution


def _numbered(parts: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Return a number for each combination, in order of appearance, and a row that has it."""
    codes, n_codes = parts[0], int(parts[0].max(initial=0)) + 1
    for part in parts[1:]:
        n_values = int(part.max(initial=0)) + 2
        if n_codes * n_values >= 2**63:
            codes = _appearance(codes)
            n_codes = int(codes.max(initial=0)) + 1
        codes = codes * n_values + part + 1
        n_codes *= n_values
    numbers = _appearance(codes)
    is_new = np.diff(np.maximum.accumulate(numbers), prepend=-1) > 0
    return numbers, np.flatnonzero(is_new)


def _appearance(codes: Ints) -> Ints:
    """Return for each code how many others appeared before it first did."""
    if pays_to_compile(len(codes)):
        return IntEncoder().encode(codes)
    return pd.factorize(codes)[0].astype(np.int64)


def follow(rows: Rows, plan: Plan) -> Attempts:
    """Find the attempts that count under a plan."""
    kinds = bits_of(rows.matches, range(len(plan.steps)))
    overlap = bool((kinds & (kinds - 1)).any())
    if plan.tolerance and overlap:
        raise InputError(
            "Rules(tie_tolerance=) and steps that share an event do not go together; "
            "leave the tolerance out, or tell the steps apart with where=."
        )
    if plan.count == "totals":
        return _totals(rows, plan, overlap)
    required = np.array(plan.required)
    found = _of_keys(rows, plan, plan.required, overlap)
    best = _best_keys(rows, plan, found)
    times = np.full((len(best.level), len(plan.steps)), NO_TIME, dtype=np.int64)
    times[:, required] = np.where(best.level[:, None] > 0, found.times[best.key], NO_TIME)
    included = times != NO_TIME
    optional = sorted(set(range(len(plan.steps))) - set(plan.required))
    for step in optional:
        selected = tuple(sorted({*plan.required, step}))
        with_step = _best_keys(rows, plan, _of_keys(rows, plan, selected, overlap, step))
        before = selected.index(step)
        included[:, step] = (best.level >= before) & (with_step.level > best.level)
    owners = np.flatnonzero(best.level > 0)
    attempt_of_owner = np.full(len(best.level), -1, dtype=np.int64)
    attempt_of_owner[owners] = np.arange(len(owners))
    attempt_of_key = np.where(best.as_good, attempt_of_owner[rows.owner_of_key], -1)
    attempts = Attempts(
        owner=owners,
        unit=rows.unit_of_owner[owners],
        level=required[best.level[owners] - 1] + 1,
        entered=best.entered[owners],
        times=times[owners],
        included=included[owners],
        of_row=attempt_of_key[rows.key],
    )
    for step in optional:
        attempts.times[:, step] = optional_times(rows, plan, attempts, step, overlap)
    return attempts


def _of_keys(
    rows: Rows, plan: Plan, steps: Sequence[int], overlap: bool, optional: int | None = None
) -> _Found:
    """Follow the attempts of each key through these of the plan's steps.

    With one of the optional steps among them only the levels are asked for.
    """
    n_steps, n_keys, rules = len(steps), len(rows.owner_of_key), plan.rules
    first_only, one_each = rules.entry == "first", rules.ties == "strict"
    if plan.streams and (optional is None or not plan.has_gaps):
        progress = kernel.run(
            rows.key,
            rows.time,
            bits_of(rows.matches, steps),
            n_units=n_keys,
            n_steps=n_steps,
            within=plan.within,
            first_entry_only=first_only,
            strict=one_each,
            reuse=rules.reuse,
        )
        return _Found(progress.level, progress.level, progress.entered, progress.times)
    barriers = [
        (n_steps + b, steps.index(bar.after - 1) + 1, steps.index(bar.before - 1) + 1)
        for b, bar in enumerate(plan.barriers)
    ]
    bits = [*steps, *(len(plan.steps) + b for b in range(len(barriers)))]
    work = _Work(rows, bits_of(rows.matches, bits), n_steps, overlap)
    level, uppermost = work.per_key(0), work.per_key(0)
    entered, times = work.per_key(NO_TIME), work.ints(n_keys * n_steps, NO_TIME)
    if plan.tolerance:
        clock = clocks.ClockRule(n_steps, plan.within, plan.tolerance, first_only)
        work.run(clocks.follow_late_clocks, clock, level, entered, times, work.ints(n_steps, 0))
        uppermost = level
    elif plan.order == "unordered":
        every = (1 << n_steps) - 1
        sets = anyorder.SetRule(
            n_steps=n_steps,
            within=plan.within,
            step_bits=every,
            anchored=rules.anchor_first,
            first_only=first_only,
            starts_from=rows.starts[0],
            starts_before=rows.starts[1],
            barrier_bits=((1 << len(barriers)) - 1) << n_steps,
            drop=rules.on_exclude == "drop",
        )
        room = tuple(work.ints(n_steps + 2, 0) for _ in range(5))
        found = work.ints(3 * n_steps, 0)
        work.run(anyorder.follow_sets, sets, level, uppermost, entered, times, room, found)
    else:
        longest = int(np.diff(work.groups_of_key).max(initial=0)) * (n_steps + 1)
        path = paths.PathRule(
            n_steps=n_steps,
            within=plan.within,
            gap=work.list([0, *(plan.gaps[step] for step in steps[1:]), 0]),
            next_group_only=plan.order == "strict",
            one_each=one_each,
            share_out=overlap and not one_each and not rules.reuse,
            first_only=first_only,
            latest_between=plan.has_gaps,
            optional=0 if optional is None else steps.index(optional) + 1,
            barrier_bit=work.list([bit for bit, _, _ in barriers]),
            barrier_after=work.list([after for _, after, _ in barriers]),
            barrier_before=work.list([before for _, _, before in barriers]),
            on_barrier=_ON_BARRIER[rules.on_exclude] if barriers else paths.NO_EXCLUSION,
        )
        scratch = (
            *(work.ints(n_steps + 1, 0) for _ in range(4)),
            *(work.ints(longest, 0) for _ in range(2)),
            *(work.ints(n_steps + 1, 0) for _ in range(2)),
        )
        work.run(paths.follow_paths, path, level, uppermost, entered, times, work.room(), scratch)
    return _Found(
        level=np.asarray(level, dtype=np.int64),
        uppermost=np.asarray(uppermost, dtype=np.int64),
        entered=np.asarray(entered, dtype=np.int64),
        times=np.asarray(times, dtype=np.int64).reshape(n_keys, n_steps),
    )


_ON_BARRIER = {"stop": paths.STOP, "void": paths.VOID, "drop": paths.DROP}


class _Best(NamedTuple):
    key: Ints
    as_good: npt.NDArray[np.bool_]
    """For each key, whether its attempt has the level and times of its owner's."""
    level: Ints
    entered: Ints


def _best_keys(rows: Rows, plan: Plan, found: _Found) -> _Best:
    """Return for each owner the key of its representative attempt, and its level."""
    owner, n_owners = rows.owner_of_key, len(rows.unit_of_owner)
    drop = bool(plan.barriers) and plan.rules.on_exclude == "drop"
    if not plan.hold:
        # An owner has one key, itself.
        level = np.where(found.uppermost > found.level, 0, found.level) if drop else found.level
        return _Best(owner, np.ones(n_owners, dtype=bool), level, found.entered)
    no_time = np.iinfo(np.int64).max
    entered = np.full(n_owners, no_time)
    own_entry = np.where(found.entered == NO_TIME, no_time, found.entered)
    np.minimum.at(entered, owner, own_entry)
    counts = np.ones(len(owner), dtype=bool)
    if plan.rules.entry == "first":
        counts = own_entry == entered[owner]
    uppermost = np.zeros(n_owners, dtype=np.int64)
    np.maximum.at(uppermost, owner[counts], found.uppermost[counts])
    keys = np.flatnonzero(counts)
    level, times = found.level[keys], found.times[keys]
    end = np.where(level > 0, times[np.arange(len(keys)), level - 1], 0)
    sign = -1 if plan.has_gaps or plan.order == "unordered" else 1
    between = [sign * times[:, k] for k in reversed(range(times.shape[1]))]
    order = np.lexsort((*between, -times[:, 0], end, -level, owner[keys]))
    first = np.ones(len(order), dtype=bool)
    first[1:] = owner[keys][order][1:] != owner[keys][order][:-1]
    key = np.zeros(n_owners, dtype=np.int64)
    best_level = np.zeros(n_owners, dtype=np.int64)
    winners = keys[order[first]]
    key[owner[winners]] = winners
    best_level[owner[winners]] = found.level[winners]
    if drop:
        best_level[uppermost > best_level] = 0
    as_good = counts & (found.level == found.level[key[owner]])
    as_good &= (found.times == found.times[key[owner]]).all(axis=1)
    return _Best(key, as_good, best_level, np.where(entered == no_time, NO_TIME, entered))


def _totals(rows: Rows, plan: Plan, overlap: bool) -> Attempts:
    n_steps = len(plan.steps)
    work = _Work(rows, rows.matches, n_steps, overlap)
    most = int((rows.matches & 1).sum())
    one_each = plan.rules.ties == "strict"
    rule = totals.TotalsRule(
        n_steps=n_steps,
        within=plan.within,
        one_each=one_each,
        share_out=overlap and not one_each,
        barrier_bit=work.list([n_steps + b for b in range(len(plan.barriers))]),
        barrier_after=work.list([bar.after for bar in plan.barriers]),
        barrier_before=work.list([bar.before for bar in plan.barriers]),
        leave_out=plan.rules.on_exclude == "drop",
    )
    key, level = work.ints(most, 0), work.ints(most, 0)
    times, here = work.ints(most * n_steps, NO_TIME), work.ints(n_steps, 0)
    n = work.run(totals.follow_attempts, rule, key, level, times, work.room(), here)
    key_of, level_of = (np.asarray(part[:n], dtype=np.int64) for part in (key, level))
    all_times = np.asarray(times, dtype=np.int64)[: n * n_steps].reshape(n, n_steps)
    owner = rows.owner_of_key[key_of]
    # They come by key and start; only keys of one owner, held values apart, stand in another order.
    order = np.lexsort((key_of, all_times[:, 0], owner)) if plan.hold else np.arange(n)
    place = np.full(n + 1, -1, dtype=np.int64)
    place[order] = np.arange(n)
    first_of_key = np.searchsorted(key_of, np.arange(len(rows.owner_of_key) + 1))
    latest = work.ints(len(rows.key), -1)
    work.call(
        totals.find_latest,
        *(work.list(part) for part in (rows.key, rows.time, first_of_key, all_times[:, 0])),
        latest,
    )
    return Attempts(
        owner=owner[order],
        unit=rows.unit_of_owner[owner[order]],
        level=level_of[order],
        entered=all_times[order, 0],
        times=all_times[order],
        included=all_times[order] != NO_TIME,
        of_row=place[np.asarray(latest, dtype=np.int64)],
    )


def bits_of(matches: Ints, bits: Sequence[int]) -> Ints:
    """Return the answers to these questions only, as bits from 0."""
    if list(bits) == list(range(len(bits))) and len(bits) < 63:
        return matches & ((1 << len(bits)) - 1)
    picked = np.zeros(len(matches), dtype=np.int64)
    for to, bit in enumerate(bits):
        picked |= (matches >> bit & 1) << to
    return picked


class _Work:
    """Rows as groups, and room to work in: lists for plain Python, arrays for compiled code."""

    def __init__(self, rows: Rows, matches: Ints, n_steps: int, overlap: bool) -> None:
        self._compiled = pays_to_compile(len(rows.key))
        self._n_keys, self._n_steps = len(rows.owner_of_key), n_steps
        # Only events that could serve several steps are ever put side by side.
        self._n_kinds = len(np.unique(matches)) if overlap else 1
        made = groups.in_groups(rows.key, rows.time, matches, self._n_keys, compiled=self._compiled)
        self.groups_of_key: Ints = made.of_unit
        self._groups = made if self._compiled else groups.Groups(*(part.tolist() for part in made))

    def list(self, values: Sequence[int] | Ints) -> Any:
        array = np.ascontiguousarray(values, dtype=np.int64)
        return array if self._compiled else array.tolist()

    def ints(self, size: int, value: int) -> Any:
        array = np.full(size, value, dtype=np.int64)
        return array if self._compiled else array.tolist()

    def per_key(self, value: int) -> Any:
        return self.ints(self._n_keys, value)

    def room(self) -> Any:
        widest = max(self._n_steps * self._n_kinds, self._n_steps + 1)
        return (
            *(self.ints(widest, 0) for _ in range(3)),
            *(self.ints(self._n_steps + 1, 0) for _ in range(2)),
        )

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return self.call(function, self._groups, *arguments)

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return (_compiled(function) if self._compiled else function)(*arguments)


_HELPERS = tuple(
    helper for module in (matching, groups, paths, anyorder, totals) for helper in module.HELPERS
)


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    return compiled(function, _HELPERS)
