"""A backlog in: items with reach, impact, confidence and effort, each a number or a range."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pmlab.errors import InputError, NotFoundError, did_you_mean
from pmlab.priority.item import GUESSED, IMPACTS, PARTS, Item, require_possible, require_window
from pmlab.priority.table import Rows, refuse, require_distinct
from pmlab.priority.windows import one_window_of, windows_of
from pmlab.priority.words import quoted
from pmlab.results import amount
from pmlab.uncertain import Lognormal, Range, interval
from pmlab.uncertain.numbers import require_credibility, require_number, shown

__all__ = ["Part", "Row", "read"]

NEARLY = 0.85
"""A name so much like another may be meant for it."""

Pair = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One of reach, impact, confidence and effort: the guess, and how far it may be off."""

    guess: float
    range: Range | None = None
    said: bool = False
    """Whether somebody said how far it may be off, if only that it is not."""

    @property
    def spread(self) -> float:
        """Log of P90 over P10."""
        return math.log(self.range.p90 / self.range.p10) if self.range else 0.0

    def text(self) -> str:
        """Return P10 to P90, or the guess."""
        if self.range is None:
            return amount(self.guess)
        return f"{amount(self.range.p10)} to {amount(self.range.p90)}"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One item, checked."""

    name: str
    parts: Mapping[str, Part]

    @property
    def score(self) -> float:
        """Reach x impact x confidence / effort, of the guesses."""
        reach, impact, confidence, effort = (self.parts[part].guess for part in PARTS)
        return reach * impact * confidence / effort

    @property
    def lognormal(self) -> tuple[float, float] | None:
        """Mean and standard deviation of the log of the score, if that is normal."""
        mu = variance = 0.0
        for name, part in self.parts.items():
            sign = -1 if name == "effort" else 1
            if part.range is None:
                mu += sign * math.log(part.guess)
            elif isinstance(part.range, Lognormal):
                mu += sign * part.range.mu
                variance += part.range.sigma**2
            else:
                return None
        return mu, math.sqrt(variance)


@dataclass(frozen=True, kw_only=True)
class _Given:
    """What a backlog says, before anything is a range: by part, one value an item."""

    names: list[str]
    parts: Mapping[str, Sequence[Any]]
    pairs: Mapping[str, Sequence[Pair | None]]
    """Lowest and highest guess, where there are any."""
    window: str


def read(
    backlog: Any,
    columns: Mapping[str, str],
    *,
    per: str | None,
    ends: Mapping[str, tuple[str, str]] | None,
    off_by: float | Mapping[str, float] | None,
    credibility: float | None,
) -> tuple[list[Row], str]:
    """Return the items of a table or a list, and the window of their reach."""
    factors = _factors(off_by)
    if isinstance(backlog, Sequence) and not isinstance(backlog, str | bytes):
        given = _of_items(list(backlog), per, ends)
    else:
        given = _of_table(backlog, columns, per, ends)
    paired = any(any(pairs) for pairs in given.pairs.values())
    _require_credibility(credibility, paired=paired, factors=bool(factors))
    rows = [
        Row(
            name=name,
            parts={
                part: _part(
                    name,
                    part,
                    given.parts[part][place],
                    given.pairs[part][place] if part in given.pairs else None,
                    factors.get(part),
                    credibility,
                )
                for part in PARTS
            },
        )
        for place, name in enumerate(given.names)
    ]
    refuse(
        given.names,
        [row.score for row in rows],
        lambda score: not 0 < score < math.inf,
        "the score is",
        "no computer holds such numbers; are reach and effort what they should be",
        shown=lambda score: f"{score:g}",
    )
    return rows, given.window


def _of_items(
    items: list[Any], per: str | None, ends: Mapping[str, tuple[str, str]] | None
) -> _Given:
    if not items:
        raise InputError("backlog is empty: there is no item to rank.")
    for one in items:
        if not isinstance(one, Item):
            raise InputError(
                f"backlog holds {shown(one)}, which is no Item: a list must be of Item(name, "
                "reach=..., impact=..., confidence=..., effort=...)."
            )
    if ends:
        raise InputError("ends= names columns of a table; give an Item its ranges: interval(...).")
    require_window(per)
    names = [" ".join(one.name.split()) for one in items]
    require_distinct(names, "item")
    return _Given(
        names=names,
        parts={part: [getattr(one, part) for one in items] for part in PARTS},
        pairs={},
        window=one_window_of(names, [one.per for one in items], per),
    )


def _of_table(
    backlog: Any,
    columns: Mapping[str, str],
    per: str | None,
    ends: Mapping[str, tuple[str, str]] | None,
) -> _Given:
    table = Rows(backlog, parameter="backlog", what="item", as_text=(columns["item"],))
    names = table.names("item", columns["item"])
    windows, window = windows_of(table, per, names)
    one_window = one_window_of(names, windows, window)
    _refuse_words(names, table.values("impact", columns["impact"]))
    parts = {part: table.numbers(part, columns[part], names) for part in PARTS}
    named = _named_ends(table) if ends is None else _require_ends(ends)
    pairs = {part: _pairs(table, part, *named[part], names) for part in named}
    require_possible(names, parts)
    return _Given(names=names, parts=parts, pairs=pairs, window=one_window)


def _named_ends(table: Rows) -> dict[str, tuple[str, str]]:
    """Return the columns of lows and highs that go by their usual names."""
    found = {}
    for part in GUESSED:
        usual = (f"{part}_low", f"{part}_high")
        present = [column for column in usual if table.has(column)]
        if len(present) == 2:
            found[part] = usual
        elif present:
            (missing,) = {*usual} - {*present}
            raise NotFoundError(
                f"backlog has the column {present[0]!r} and no {missing!r}; a range needs both. "
                f"Name both: ends={{{part!r}: ('lowest', 'highest')}}; or leave ranges out: "
                "ends={}."
            )
        else:
            _refuse_nearly_named(table, part, usual)
    return found


def _refuse_nearly_named(table: Rows, part: str, usual: tuple[str, str]) -> None:
    """Raise for columns such as reach_lo, which would be passed over in silence."""
    close = [get_close_matches(name, table.frame.columns, n=1, cutoff=NEARLY) for name in usual]
    found = [names[0] for names in close if names]
    if found:
        say = tuple(names[0] if names else "?" for names in close)
        raise NotFoundError(
            f"backlog has {quoted(found)}; did you mean {quoted(usual)}? Rename them, or say so: "
            f"ends={{{part!r}: {say}}}. To leave ranges out: ends={{}}."
        )


def _require_ends(ends: Any) -> Mapping[str, tuple[str, str]]:
    example = "ends={'reach': ('reach_low', 'reach_high')}"
    if not isinstance(ends, Mapping):
        raise InputError(f"ends={ends!r} must be a mapping of columns, such as {example}.")
    for part, pair in ends.items():
        _require_guessed("ends", part, "columns")
        if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2:
            raise InputError(
                f"ends[{part!r}]={pair!r} must be two columns, the lowest and the highest guess, "
                f"such as {example}."
            )
    return ends


def _require_guessed(argument: str, part: Any, what: str) -> None:
    if part == "confidence":
        raise InputError(
            f"{argument}: confidence is a fraction and says how unsure the rest is; give {what} "
            "for reach, impact and effort."
        )
    if part not in GUESSED:
        raise NotFoundError(f"{argument} has {part!r}. {did_you_mean(part, GUESSED)}")


def _pairs(
    table: Rows, part: str, low: str, high: str, names: list[str]
) -> list[tuple[float, float] | None]:
    """Return lowest and highest guess of each item, where there are any."""
    lows, highs = (
        table.numbers(f"ends[{part!r}]", column, names, may_miss=True, said=column)
        for column in (low, high)
    )
    pairs = list(zip(lows, highs, strict=True))
    refuse(
        names,
        pairs,
        lambda pair: math.isnan(pair[0]) != math.isnan(pair[1]),
        f"{part} has only one of {low!r} and {high!r}",
        "a range needs both ends",
    )
    refuse(
        names,
        pairs,
        lambda pair: pair[0] > pair[1],
        f"{part} is from",
        "swap the two",
        shown=lambda pair: f"{pair[0]:g} to {pair[1]:g}, low above high,",
    )
    refuse(
        names,
        pairs,
        lambda pair: pair[0] <= 0,
        f"the low end of {part} is",
        "it must be above 0: what is the least that you would be surprised by",
        shown=lambda pair: f"{pair[0]:g}",
    )
    return [None if math.isnan(pair[0]) else pair for pair in pairs]


def _refuse_words(names: list[str], impacts: list[Any]) -> None:
    """Raise for impact in words, and say its number."""
    numbers = {word: value for value, word in IMPACTS.items()}
    refuse(
        names,
        impacts,
        lambda value: isinstance(value, str) and value.strip().lower() in numbers,
        "impact is",
        "write its number: " + ", ".join(f"{word} {value:g}" for word, value in numbers.items()),
        shown=repr,
    )


def _part(
    name: str,
    part: str,
    value: Any,
    pair: Pair | None,
    factor: float | None,
    credibility: float | None,
) -> Part:
    if isinstance(value, Range):
        return Part(guess=value.p50, range=value, said=True)
    guess = float(value)
    if pair is None and factor is None:
        return Part(guess=guess)
    low, high = pair or (guess / (factor or 1), guess * (factor or 1))
    if not low <= guess <= high:
        raise InputError(
            f"{part} of {name!r} is {guess:g}, outside its own range from {low:g} to {high:g}; "
            "correct one of them."
        )
    if low == high:
        return Part(guess=guess, said=True)
    assert credibility is not None  # checked before
    return Part(guess=guess, range=interval(low, high, credibility=credibility), said=True)


def _require_credibility(credibility: float | None, *, paired: bool, factors: bool) -> None:
    if credibility is None:
        if paired or factors:
            way_out = " To rank the single guesses, leave ranges out: ends={}." if paired else ""
            raise InputError(
                "credibility is missing: say how sure the low and high guesses are, for people "
                f'differ. "80% sure", or "P10 to P90", is credibility=0.8.{way_out}'
            )
        return
    if not paired and not factors:
        raise InputError(
            f"credibility={credibility!r} says how sure ranges are, and there are none. Give "
            "columns reach_low and reach_high, effort_low and effort_high, or off_by=; the ranges "
            "of an Item have their own."
        )
    require_credibility(credibility, "credibility=0.8")


def _factors(off_by: float | Mapping[str, float] | None) -> dict[str, float]:
    if off_by is None:
        return {}
    by_part = off_by if isinstance(off_by, Mapping) else dict.fromkeys(GUESSED, off_by)
    for part, factor in by_part.items():
        _require_guessed("off_by", part, "factors")
        if require_number(f"off_by[{part!r}]", factor) < 1:
            raise InputError(
                f"off_by[{part!r}]={factor:g} must be a factor of 1 or more: 2 says that the "
                "truth may be half or double the guess."
            )
    return dict(by_part)
