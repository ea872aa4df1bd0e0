"""One item of a backlog, and what its reach, impact, confidence and effort may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pmlab.errors import InputError, did_you_mean
from pmlab.priority.table import is_finite_number, refuse
from pmlab.uncertain import Range
from pmlab.uncertain.numbers import meant, shown

__all__ = ["GUESSED", "IMPACTS", "PARTS", "WINDOWS", "Item", "require_possible", "require_window"]

IMPACTS = {3.0: "massive", 2.0: "high", 1.0: "medium", 0.5: "low", 0.25: "minimal"}
"""McBride's scale."""
PARTS = ("reach", "impact", "confidence", "effort")
GUESSED = ("reach", "impact", "effort")
"""What can be off by a factor; confidence is a fraction."""
LEAST_CONFIDENCE = 0.01
"""Below it, a percentage was divided once too often."""
WINDOWS = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True)
class Item:
    """One item of a backlog, its guesses numbers or ranges.

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
    per : {"day", "week", "month", "quarter", "year"}, optional
        The window of reach.

    Raises
    ------
    InputError
        For a name that is empty, a number that no item can have (reach or effort of 0 or less,
        impact off the scale, confidence as a percentage), or a window that is none.

    Examples
    --------
    >>> from pmlab.priority import Item
    >>> from pmlab.uncertain import interval
    >>> weeks = interval(3, 6, credibility=0.8)
    >>> Item("Basket again", reach=9000, impact=2, confidence=0.8, effort=weeks, per="month").effort
    3 to 6 (80%), lognormal
    """

    name: str
    reach: float | Range
    impact: float | Range
    confidence: float | Range
    effort: float | Range
    per: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise InputError(f"name={self.name!r} must be a text: what the item is called.")
        given = {part: [getattr(self, part)] for part in PARTS}
        for part, (value,) in given.items():
            made = "share" if part == "confidence" else "interval"
            refuse(
                [self.name],
                [value],
                lambda value: not isinstance(value, Range) and not is_finite_number(value),
                f"{part} is",
                f"give a number{meant(value) or f', or {made}(low, high, credibility=0.8)'}",
                shown=lambda value: f"{shown(value)}, which is no number or Range",
            )
        require_possible([self.name], given)
        require_window(self.per)


def require_window(per: Any) -> None:
    """Raise unless this is a window of time, or nothing."""
    if per is not None and str(per).strip().lower() not in WINDOWS:
        raise InputError(f"per={per!r} is no window of time. {did_you_mean(per, WINDOWS)}")


def require_possible(names: Sequence[str], given: Mapping[str, Sequence[Any]]) -> None:
    """Raise for numbers and ranges that no item can have."""
    for part, move in (
        ("reach", "it must be above 0; an item that reaches nobody has no score, leave it out"),
        ("effort", "it must be above 0, for the score divides by it; half a day is effort too"),
    ):
        refuse(names, given[part], _not_above_0, f"{part} is", move, shown=_plain)
    scale = ", ".join(f"{value:g} {word}" for value, word in IMPACTS.items())
    refuse(
        names,
        given["impact"],
        lambda value: _least(value) < 0 if isinstance(value, Range) else value not in IMPACTS,
        "impact is",
        f"it must be one of the scale, or a Range above 0: {scale}",
        shown=_plain,
    )
    confidences = given["confidence"]
    for wrong, move in (
        (lambda value: 1 < value <= 100, "it must be a fraction: 0.8 for 80%"),
        (
            lambda value: 0 < value < LEAST_CONFIDENCE,
            f"that is {100 * LEAST_CONFIDENCE:g}% at most; 80% is 0.8",
        ),
    ):
        numbers = [0.5 if isinstance(value, Range) else value for value in confidences]
        refuse(names, numbers, wrong, "confidence is", move, shown=_plain)
    refuse(
        names,
        confidences,
        lambda value: (
            _least(value) < 0 or value.support[1] > 1
            if isinstance(value, Range)
            else not 0 < value <= 1
        ),
        "confidence is",
        "it must be a fraction above 0 and at most 1: 1 high, 0.8 medium, 0.5 low",
        shown=_plain,
    )


def _least(value: Any) -> float:
    return float(value.support[0] if isinstance(value, Range) else value)


def _not_above_0(value: Any) -> bool:
    # A range may come as near to 0 as it likes, and never gets there.
    return _least(value) < 0 or (not isinstance(value, Range) and value == 0)


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, Range) else f"{value:g}"
