"""Where an assumption comes from, and when that was."""

from __future__ import annotations

import datetime
import math
import re
from typing import Any

import numpy as np
import pandas as pd

from pmlab.errors import InputError
from pmlab.uncertain.numbers import is_number

__all__ = ["day_or_text", "sourced"]


def sourced(name: str, source: Any, date: Any) -> tuple[str | None, str | None]:
    """Return a source and a date as texts or None; raise for what is neither."""
    source = _text_or_none(source, f"{name}: source")
    date = _text_or_none(day_or_text(date), f"{name}: date")
    _require_date(name, date)
    return source, date


def _text_or_none(value: Any, parameter: str) -> str | None:
    """Return a text, or a whole number as one; None for what a table has where it has nothing."""
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return None
    if is_number(value) and math.isfinite(value) and value == int(value):
        return str(int(value))
    if not isinstance(value, str):
        raise InputError(f"{parameter}={value!r} must be a text, {str(value)!r}, or None.")
    return value.strip() or None


def day_or_text(value: Any) -> Any:
    """Return the day of a date or moment of a table as a text (ISO 8601); all else as it is."""
    if isinstance(value, datetime.date | np.datetime64) and not pd.isna(value):
        return pd.Timestamp(value).date().isoformat()
    return value


def _require_date(name: str, text: str | None) -> None:
    """Raise unless this is a year, a month or a day (ISO 8601), or none."""
    if text is None:
        return
    if re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text):
        try:
            datetime.date.fromisoformat(
                (text + "-01-01")[:10] if len(text) == 4 else (text + "-01")[:10]
            )
        except ValueError:
            pass
        else:
            return
    raise InputError(
        f"{name}: date={text!r} must be a year, month or day: '2026', '2026-06' or '2026-06-15'."
    )
