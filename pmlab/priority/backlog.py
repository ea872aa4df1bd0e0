"""A backlog in: ideas with reach, impact, confidence and effort, each a number or a range."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pmlab.errors import InputError, NotFoundError, did_you_mean
from pmlab.priority.table import Rows, is_number, quoted, refuse, require_distinct
from pmlab.priority.windows import one_window_of, windows_of
from pmlab.results import amount
from pmlab.uncertain import Lognormal, Range, interval
from pmlab.uncertain.numbers import require_number

__all__ = ["IMPACTS", "PARTS", "Columns", "Idea", "Part", "Row", "read"]

IMPACTS = {3.0: "massive", 2.0: "high", 1.0: "medium", 0.5: "low", 0.25: "minimal"}
"""McBride's scale."""
PARTS = ("reach", "impact", "confidence", "effort")
GUESSED = ("reach", "impact", "effort")
"""What can be off by a factor; confidence is a fraction."""
LEAST_CONFIDENCE = 0.01
"""Below it, a percentage was divided once too often."""
NEARLY = 0.85
"""A name so much like another may be meant for it."""


@dataclass(frozen=True)
class Idea:
    """One idea, its guesses numbers or ranges.

    Parameters
    ----------
    name : str
        As it stands in the backlog.
    reach : float or Range
        How many people in one window of time.
    impact : {3, 2, 1, 0.5, 0.25} or Range
        On each of them: massive, high, medium, low, minimal.
    confidence : float or Range
        In the guesses, a fraction in (0, 1].
    effort : float or Range
        In person-weeks, or another unit that all share.
    per : str, optional
        The window of reach: "month", "quarter".
    """

    name: str
    reach: float | Range
    impact: float | Range
    confidence: float | Range
    effort: float | Range
    per: str | None = None


@dataclass(frozen=True, kw_only=True)
class Columns:
    """What the columns of a backlog are called."""

    item: str
    reach: str
    impact: str
    confidence: str
    effort: str
    ends: Mapping[str, tuple[str | None, str | None]]
    """Columns of lowest and highest guesses, of reach, impact and effort."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One of reach, impact, confidence and effort: the guess, and how far it may be off."""

    guess: float
    range: Range | None = None

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
    """One idea, checked."""

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


def read(
    backlog: Any,
    columns: Columns,
    *,
    window: str | None,
    off_by: float | Mapping[str, float] | None,
    credibility: float | None,
) -> tuple[list[Row], str]:
    """Return the ideas of a table or a list, and the window of their reach."""
    factors = _factors(off_by)
    if isinstance(backlog, Sequence) and not isinstance(backlog, str | bytes):
        names, given, own_windows = _ideas(list(backlog))
        one_window = one_window_of(names, own_windows, window)
        ends: dict[str, list[tuple[float, float] | None]] = {}
    else:
        table = Rows(backlog, parameter="backlog", what="item", as_text=(columns.item,))
        names = table.names("item", columns.item)
        windows, window = windows_of(table, window, names)
        one_window = one_window_of(names, windows, window)
        _refuse_words(names, table.values("impact", columns.impact))
        given = {part: list(table.numbers(part, getattr(columns, part), names)) for part in PARTS}
        ends = {part: _ends(table, columns, part, names) for part in GUESSED}
    _check(names, given)
    _require_credibility(credibility, bool(factors) or any(any(pairs) for pairs in ends.values()))
    rows = []
    for place, name in enumerate(names):
        parts = {}
        for part in PARTS:
            value = given[part][place]
            pair = ends[part][place] if part in ends else None
            parts[part] = _part(name, part, value, pair, factors.get(part), credibility)
        rows.append(Row(name=name, parts=parts))
    refuse(
        names,
        [row.score for row in rows],
        lambda score: not 0 < score < math.inf,
        lambda score: f"the score is {score:g}",
        "no computer holds such numbers; are reach and effort what they should be",
    )
    return rows, one_window


def _ideas(
    ideas: list[Any],
) -> tuple[list[str], dict[str, list[Any]], list[str | None]]:
    if not ideas:
        raise InputError("backlog is empty: there is no item to rank.")
    for one in ideas:
        if not isinstance(one, Idea):
            raise InputError(
                f"backlog holds a {type(one).__name__}; a list must be of Idea(name, reach=..., "
                "impact=..., confidence=..., effort=...)."
            )
    names = [" ".join(str(one.name).split()) for one in ideas]
    if not all(names):
        raise InputError("backlog holds an Idea without a name.")
    require_distinct(names, "item")
    given = {part: [getattr(one, part) for one in ideas] for part in PARTS}
    for part, values in given.items():
        refuse(
            names,
            values,
            lambda value: not isinstance(value, Range) and not is_number(value),
            lambda value, part=part: f"{part} is {value!r}, which is no number or Range",  # type: ignore[misc]
            "give a number, or interval(low, high, credibility=0.8)",
        )
    return names, given, [one.per for one in ideas]


def _ends(
    table: Rows, columns: Columns, part: str, names: list[str]
) -> list[tuple[float, float] | None]:
    """Return lowest and highest guess of each item, where there are any."""
    low, high = columns.ends[part]
    defaults = (f"{part}_low", f"{part}_high")
    present = [column for column in (low, high) if table.has(column)]
    if (low, high) == defaults and not present:
        _refuse_nearly_named(table, part, defaults)
    if low is None or high is None or ((low, high) == defaults and not present):
        return [None] * len(names)
    if (low, high) == defaults and len(present) == 1:
        raise NotFoundError(
            f"backlog has the column {present[0]!r} and no "
            f"{high if present[0] == low else low!r}; a range needs both. Name the other with "
            f"{part}_low= or {part}_high=, or leave both out: {part}_low=None."
        )
    lows = table.numbers(f"{part}_low", low, names, may_miss=True)
    highs = table.numbers(f"{part}_high", high, names, may_miss=True)
    pairs = list(zip(lows, highs, strict=True))
    refuse(
        names,
        pairs,
        lambda pair: math.isnan(pair[0]) != math.isnan(pair[1]),
        lambda pair: f"{part} has only one of {low!r} and {high!r}",
        "a range needs both ends",
    )
    refuse(
        names,
        pairs,
        lambda pair: pair[0] > pair[1],
        lambda pair: f"{part} is from {pair[0]:g} to {pair[1]:g}, low above high,",
        "swap the two",
    )
    refuse(
        names,
        pairs,
        lambda pair: pair[0] <= 0,
        lambda pair: f"the low end of {part} is {pair[0]:g}",
        "it must be above 0: what is the least that you would be surprised by",
    )
    return [None if math.isnan(pair[0]) else pair for pair in pairs]


def _refuse_nearly_named(table: Rows, part: str, defaults: tuple[str, str]) -> None:
    """Raise for columns such as reach_lo, which would be passed over in silence."""
    close = {
        f"{part}_{kind}": found[0]
        for kind, default in zip(("low", "high"), defaults, strict=True)
        if (found := get_close_matches(default, table.frame.columns, n=1, cutoff=NEARLY))
    }
    if close:
        said = ", ".join(f"{argument}={column!r}" for argument, column in close.items())
        raise NotFoundError(
            f"backlog has {quoted([*close.values()])}; did you mean {quoted(defaults)}? Rename "
            f"them, or say so: {said}. To leave ranges out: {part}_low=None."
        )


def _refuse_words(names: list[str], impacts: list[Any]) -> None:
    """Raise for impact in words, and say its number."""
    numbers = {word: value for value, word in IMPACTS.items()}
    refuse(
        names,
        impacts,
        lambda value: isinstance(value, str) and value.strip().lower() in numbers,
        lambda value: f"impact is {value!r}",
        "write its number: " + ", ".join(f"{word} {value:g}" for word, value in numbers.items()),
    )


def _check(names: list[str], given: Mapping[str, list[Any]]) -> None:
    """Raise for numbers that no item can have."""

    def least(value: Any) -> float:
        return value.support[0] if isinstance(value, Range) else value

    for part in ("reach", "effort"):
        why = {
            "reach": "it must be above 0; an idea that reaches nobody has no score, leave it out",
            "effort": "it must be above 0, for the score divides by it; half a day is effort too",
        }[part]
        refuse(
            names,
            given[part],
            lambda value: least(value) < 0 or (not isinstance(value, Range) and value == 0),
            lambda value, part=part: f"{part} is {_plain(value)}",  # type: ignore[misc]
            why,
        )
    scale = ", ".join(f"{value:g} {word}" for value, word in IMPACTS.items())
    refuse(
        names,
        given["impact"],
        lambda value: least(value) < 0 if isinstance(value, Range) else float(value) not in IMPACTS,
        lambda value: f"impact is {_plain(value)}",
        f"it must be one of the scale, or a Range above 0: {scale}",
    )
    refuse(
        names,
        given["confidence"],
        lambda value: not isinstance(value, Range) and 1 < value <= 100,
        lambda value: f"confidence is {value:g}",
        "it must be a fraction: 0.8 for 80%",
    )
    refuse(
        names,
        given["confidence"],
        lambda value: not isinstance(value, Range) and 0 < value < LEAST_CONFIDENCE,
        lambda value: f"confidence is {value:g}",
        f"that is {100 * LEAST_CONFIDENCE:g}% at most; 80% is 0.8",
    )
    refuse(
        names,
        given["confidence"],
        lambda value: (
            least(value) < 0 or value.support[1] > 1
            if isinstance(value, Range)
            else not 0 < value <= 1
        ),
        lambda value: f"confidence is {_plain(value)}",
        "it must be a fraction above 0 and at most 1: 1 high, 0.8 medium, 0.5 low",
    )


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, Range) else f"{value:g}"


def _part(
    name: str,
    part: str,
    value: Any,
    ends: tuple[float, float] | None,
    factor: float | None,
    credibility: float | None,
) -> Part:
    if isinstance(value, Range):
        return Part(guess=value.p50, range=value)
    if ends is not None:
        low, high = ends
        if not low <= value <= high:
            raise InputError(
                f"{part} of {name!r} is {value:g}, outside its own range from {low:g} to {high:g}; "
                "correct one of them."
            )
        if low < high:
            return Part(guess=value, range=interval(low, high, credibility=_known(credibility)))
        return Part(guess=value)
    if factor is not None and factor > 1:
        ends = value / factor, value * factor
        return Part(guess=value, range=interval(*ends, credibility=_known(credibility)))
    return Part(guess=float(value))


def _known(credibility: float | None) -> float:
    assert credibility is not None  # checked before
    return credibility


def _require_credibility(credibility: float | None, needed: bool) -> None:
    if credibility is None:
        if needed:
            raise InputError(
                "credibility is missing: say how sure the low and high guesses are, for people "
                'differ. "80% sure", or "P10 to P90", is credibility=0.8. To rank the single '
                "guesses, leave the columns out: reach_low=None, effort_low=None."
            )
        return
    if not needed:
        raise InputError(
            f"credibility={credibility!r} says how sure ranges are, and there are none. Give "
            "columns reach_low and reach_high, effort_low and effort_high, or off_by=; ranges of "
            "Idea have their own."
        )
    level = require_number("credibility", credibility)
    if not 0 < level < 1:
        hint = f": {level / 100:g} for {level:g}%" if 1 < level < 100 else ""
        raise InputError(f"credibility={level:g} must lie between 0 and 1{hint}.")


def _factors(off_by: float | Mapping[str, float] | None) -> dict[str, float]:
    if off_by is None:
        return {}
    by_part = off_by if isinstance(off_by, Mapping) else dict.fromkeys(GUESSED, off_by)
    for part, factor in by_part.items():
        if part not in GUESSED:
            if part == "confidence":
                raise InputError(
                    "off_by: confidence is a fraction and says how unsure the rest is; give "
                    "factors for reach, impact and effort."
                )
            raise NotFoundError(f"off_by has {part!r}. {did_you_mean(part, GUESSED)}")
        if require_number(f"off_by[{part!r}]", factor) < 1:
            raise InputError(
                f"off_by[{part!r}]={factor:g} must be a factor of 1 or more: 2 says that the "
                "truth may be half or double the guess."
            )
    return dict(by_part)
