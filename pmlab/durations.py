"""Durations: strings with units in, whole microseconds inside, short words out."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from pmlab.errors import InputError

__all__ = [
    "DAY",
    "HOUR",
    "MINUTE",
    "SECOND",
    "Duration",
    "in_words",
    "parse_duration",
    "parse_positive",
]

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

LONGEST = 3_652_500 * DAY

Duration = str | timedelta
"""A string with a unit (``"7d"``, ``"1d12h"``) or a timedelta (numpy's and pandas' too)."""

_UNITS = {"us": 1, "ms": 1_000, "s": SECOND, "min": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-zµ]+)")
_FORM = "give a number with a unit: 'w', 'd', 'h', 'min' or 's', such as '7d', '36h' or '1d12h'"


def parse_duration(value: Any, parameter: str) -> int:
    """Return a duration as whole microseconds, at least 0.

    Parameters
    ----------
    value : str or timedelta
        ``"7d"``, ``"36h"``, ``"1d12h"``, a `datetime.timedelta`, a pandas or numpy one.
    parameter : str
        The name of the parameter that the value came for; errors name it.

    Raises
    ------
    InputError
        For a bare number, a text that is no duration, or a negative one.

    Examples
    --------
    >>> parse_duration("36h", "within") == parse_duration("1d12h", "within")
    True
    """
    if isinstance(value, str):
        micros = _parse_text(value, parameter)
    elif isinstance(value, timedelta):
        micros = value // timedelta(microseconds=1)
    elif type(value).__name__ == "timedelta64":
        micros = int(value.astype("timedelta64[us]").astype(int))
    else:
        raise InputError(
            f"{parameter}={value!r} is a {type(value).__name__} without a unit; {_FORM}."
        )
    if micros < 0:
        raise InputError(f"{parameter}={value!r} is negative; a duration is 0 or more.")
    if micros > LONGEST:
        raise InputError(f"{parameter}={value!r} is longer than 10,000 years; is the unit right?")
    return micros


def parse_positive(value: Any, parameter: str) -> int:
    """Return a duration of more than nothing as microseconds."""
    micros = parse_duration(value, parameter)
    if micros == 0:
        raise InputError(f"{parameter}={value!r} is 0; give a duration such as '7d' or '30min'.")
    return micros


def _parse_text(text: str, parameter: str) -> int:
    lean = text.strip().lower()
    if lean.startswith("-"):
        raise InputError(f"{parameter}={text!r} is negative; a duration is 0 or more.")
    parts = _PART.findall(lean)
    if not parts or _PART.sub("", lean).strip():
        raise InputError(f"{parameter}={text!r} is not a duration; {_FORM}.")
    total = 0.0
    for number, unit in parts:
        if unit not in _UNITS:
            hint = "'m' could be minutes or months: " if unit == "m" else ""
            hint = "months and years differ in length: " if unit[0:2] in ("mo", "y") else hint
            raise InputError(f"{parameter}={text!r} has the unknown unit {unit!r}; {hint}{_FORM}.")
        total += float(number) * _UNITS[unit]
    return round(total)


def in_words(micros: int) -> str:
    """Return a duration in short words, in at most two units.

    Examples
    --------
    >>> in_words(7 * DAY), in_words(36 * HOUR), in_words(90 * SECOND), in_words(0)
    ('7 days', '1 day 12 h', '1 min 30 s', '0 s')
    """
    if micros < 0:
        return "-" + in_words(-micros)
    for smaller, smaller_name, size, name, larger in (
        (SECOND, "s", MINUTE, "min", HOUR),
        (MINUTE, "min", HOUR, "h", DAY),
        (HOUR, "h", DAY, "day", None),
    ):
        # Round first, so that a second short of an hour prints as "1 h", not as "60 min".
        rounded = (micros + smaller // 2) // smaller
        if larger is not None and rounded * smaller >= larger:
            continue
        whole, rest = divmod(rounded, size // smaller)
        if whole:
            unit = "days" if name == "day" and whole != 1 else name
            return f"{whole} {unit}" + (f" {rest} {smaller_name}" if rest else "")
        break
    return f"{micros / SECOND:.3g} s"
