"""What counts as a number, and what to say of what does not."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

from pmlab.errors import InputError

__all__ = [
    "REQUIRED",
    "is_number",
    "meant",
    "require_credibility",
    "require_number",
    "require_numbers",
    "require_rng",
    "shown",
]

SIZES = {
    "%": 0.01, "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6,
    "bn": 1e9, "billion": 1e9,
}  # fmt: skip
TYPED = re.compile(
    rf"([+-]?(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d*)?)\s*({'|'.join(SIZES)})?", re.IGNORECASE
)
"""A number as people type it: 5,000 or 12.5% or 1.5m."""


class _Required:
    def __repr__(self) -> str:
        return "<say it>"


REQUIRED: Any = _Required()
"""A default that is none: signatures and help() show it, and the call says what is missing."""


LONGEST = 200
"""What is quoted of a value, in characters."""


def is_number(value: Any) -> bool:
    """Return whether this is a plain number: no truth value, no text."""
    return isinstance(value, Real | Decimal) and not isinstance(value, bool)


def shown(value: Any) -> str:
    """Return how a value is written, without the type that a table gave it.

    Of what fills a page, a table or a whole result, only what it is.
    """
    if isinstance(value, Decimal):
        return str(value)
    text = repr(value.item() if isinstance(value, np.generic) else value)
    return f"<{type(value).__name__}>" if "\n" in text or len(text) > LONGEST else text


def require_number(parameter: str, value: Any) -> float:
    """Return the value as a float; raise unless it is a finite number."""
    if not is_number(value):
        raise InputError(f"{parameter}={shown(value)} must be a number{meant(value)}.")
    if not math.isfinite(value):
        raise InputError(f"{parameter}={shown(value)} must be a finite number.")
    return float(value)


def require_numbers(parameter: str, value: Any) -> Any:
    """Return a number, or an array of them, as floats; NaN and infinity may be among them."""
    found = np.asarray(value)
    if found.dtype.kind in "iuf":
        return found.astype(float)
    if found.dtype.kind == "O" and all(map(is_number, found.flat)):  # Decimal
        return found.astype(float)
    raise InputError(f"{parameter}={shown(value)} must be a number or an array of numbers.")


def require_credibility(credibility: Any, line: str) -> float:
    """Return a chance in (0, 1), or raise; `line` shows the call with 0.8."""
    if credibility is REQUIRED:
        raise InputError(
            "credibility is missing: say how sure the range is, for tools and people differ. "
            f'"80% sure", or "P10 to P90", is {line}; "90% sure" is credibility=0.9.'
        )
    chance = require_number("credibility", credibility)
    if not 0 < chance < 1:
        hint = f": {chance / 100:g} for {chance:g}%" if 1 < chance < 100 else ""
        raise InputError(f"credibility={chance:g} must lie between 0 and 1{hint}.")
    return chance


def require_rng(rng: Any) -> int | np.random.Generator:
    """Return a generator as it is, or a seed as an int."""
    if isinstance(rng, np.random.Generator):
        return rng
    # Not through float, where a long seed would lose its end.
    if not is_number(rng) or not math.isfinite(rng) or rng != int(rng) or rng < 0:
        raise InputError(
            f"rng={shown(rng)} must be a whole number of 0 or more, or a numpy Generator."
        )
    return int(rng)


def meant(value: Any) -> str:
    """Return what to write for a number that is a text, or for two, behind a colon; else "".

    Examples
    --------
    >>> meant("80%"), meant("many")
    (': write 0.8', '')
    """
    if isinstance(value, (tuple, list)) and len(value) == 2 and all(map(is_number, value)):
        low, high = value
        return f": for a range say interval({low:g}, {high:g}, credibility=0.8)"
    typed = TYPED.fullmatch(value.strip()) if isinstance(value, str) else None
    if typed is None:
        return ""
    size = SIZES[typed[2].lower()] if typed[2] else 1.0
    return f": write {float(typed[1].replace(',', '')) * size:.12g}"
