"""What the periods after launch are called: 2027, 2028, ..."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from pmlab.errors import InputError
from pmlab.market.adoption.observed import CALENDAR
from pmlab.market.sources import day_or_text

__all__ = ["labels"]

A_PERIOD = re.compile(r"\d{4}(-?Q[1-4]|-\d{2}(-\d{2})?)?")


def labels(start: Any, per: str, periods: int) -> tuple[str, ...]:
    """Return a name for each period from the one of the launch on; none without a start."""
    if start is None:
        return ()
    if per not in CALENDAR:
        raise InputError(f"start={start!r} needs per=, what a period is: per='year', for example.")
    text = str(day_or_text(start))
    if not A_PERIOD.fullmatch(text):
        _refuse(start)
    try:
        first = pd.Period(text, freq=CALENDAR[per])
    except ValueError:
        _refuse(start)
    # A week is named after its first day.
    return tuple(str(first + k).partition("/")[0] for k in range(periods))


def _refuse(start: Any) -> None:
    raise InputError(
        f"start={start!r} must be the period of the launch: 2027, '2027Q3', '2027-03' or "
        "'2027-03-15'."
    )
