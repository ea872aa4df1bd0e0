"""Adopters by period in: a column, an array or a list whose periods follow on one another."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Set
from os import PathLike
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from pmlab.errors import InputError
from pmlab.results import number_of
from pmlab.uncertain.distribution import Floats
from pmlab.uncertain.numbers import require_number, shown

__all__ = ["read_adopters"]

MOST_ADOPTERS = 1e15
CALENDAR = {"year": "Y", "quarter": "Q", "month": "M", "week": "W", "day": "D"}
"""What a period can be -> pandas' name for it."""
DAYS = {"year": (365, 366), "quarter": (89, 92), "month": (28, 31), "week": (7, 7), "day": (1, 1)}
"""How long each may be."""
ONE = {
    "year": pd.DateOffset(years=1),
    "quarter": pd.DateOffset(months=3),
    "month": pd.DateOffset(months=1),
    "week": pd.DateOffset(weeks=1),
    "day": pd.DateOffset(days=1),
}
WRITTEN = {"year": "%Y", "quarter": "%Y-%m", "month": "%Y-%m"}
FORMS = {4: "%Y", 6: "%Y%m", 8: "%Y%m%d"}
"""Dates that are whole numbers, by how many digits they have."""
YEARS = (1800, 2199)
"""Whole numbers that begin otherwise are no dates."""
ALONE = "If the index is not the time, give the numbers without it (.to_list())."


def read_adopters(values: Any, per: str, fewest: int) -> Floats:
    """Return new adopters by period, from launch; raise for what cannot be that."""
    listed = _listed(values)
    index = getattr(values, "index", None)
    if isinstance(index, pd.Index):
        _require_steps(index, per)
    y = np.array([_one(value, place) for place, value in enumerate(listed, start=1)])
    if len(y) < fewest:
        raise InputError(
            f"adopters has {number_of(len(y), per)}; at least {fewest} are needed to tell m, p and "
            "q apart, and more are better. With m from a sizing 3 will do."
        )
    if not y.any():
        raise InputError("adopters holds only zeros; nobody has adopted, so there is no curve.")
    return y


def _listed(values: Any) -> list[Any]:
    """Return the values of a column, an array or a list."""
    column = "give one column of numbers, the new adopters of each period from launch"
    if isinstance(values, str | bytes | PathLike):
        raise InputError(
            f"adopters={values!r} is text; {column}: of a file, pd.read_csv(...)['adopters']."
        )
    if isinstance(values, Mapping):
        raise InputError(
            "adopters is a dict; give pd.Series(adopters) if its keys are the periods, or the one "
            "list that it holds."
        )
    native = nw.from_native(values, pass_through=True, allow_series=True)
    if isinstance(native, nw.DataFrame | nw.LazyFrame) or getattr(values, "ndim", 1) != 1:
        raise InputError("adopters is a whole table; give its column of new adopters.")
    if isinstance(native, nw.Series):
        return native.to_list()
    if not isinstance(values, Iterable) or isinstance(values, Set):
        raise InputError(f"adopters is {shown(values)}; {column}.")
    return list(values)


def _one(value: Any, place: int) -> float:
    if value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NA:
        raise InputError(
            f"adopters has no number for period {place}; give 0 if nobody adopted then, and leave "
            "out a last period that is not over."
        )
    found = require_number(f"adopters[{place - 1}]", value)
    if found < 0:
        raise InputError(
            f"adopters has {found:g} in period {place}; new adopters cannot be below 0. Count "
            "first purchases, without those who left."
        )
    if found > MOST_ADOPTERS:
        raise InputError(
            f"adopters has {found:g} in period {place}, more than can be counted one by one; is it "
            "another column, or money?"
        )
    return found


def _require_steps(index: pd.Index[Any], per: str) -> None:
    """Raise unless rows follow on one another by their index: in order, and none is missing."""
    times = _times(index)
    said = index if times is None else times
    if index.nlevels == 1 and said.hasnans:
        raise InputError(f"adopters has a row without a time in its index. {ALONE}")
    if not said.is_monotonic_increasing:
        raise InputError(
            "adopters is a column whose index is not in order; sort it by time first "
            f"(.sort_index()), for the first number is taken to be that of the launch. {ALONE}"
        )
    if not said.is_unique:
        _refuse_two(said[said.duplicated()][0], "day")
    if len(index) < 2:
        return
    if times is not None:
        _require_dates(times, per)
    elif pd.api.types.is_numeric_dtype(index.dtype):
        _require_numbers(index.to_numpy(dtype=float))


def _times(index: pd.Index[Any]) -> pd.DatetimeIndex | None:
    """Return the times of the rows; None where the index holds something else."""
    if isinstance(index, pd.PeriodIndex):
        return index.to_timestamp()
    if isinstance(index, pd.DatetimeIndex):
        return index.tz_localize(None)
    if isinstance(index, pd.MultiIndex) or index.empty:
        return None
    if pd.api.types.is_integer_dtype(index.dtype):
        texts = index.astype(str)
        form = FORMS.get(len(texts[0]), "") if texts.str.len().nunique() == 1 else ""
        if not form or not texts.str[:4].astype(int).isin(range(YEARS[0], YEARS[1] + 1)).all():
            return None
    elif pd.api.types.is_object_dtype(index.dtype) or pd.api.types.is_string_dtype(index.dtype):
        texts, form = index.astype(str), "ISO8601"
        if texts.str.fullmatch(r"\d{4}-?Q[1-4]").all():
            return pd.PeriodIndex(texts, freq="Q").to_timestamp()
    else:
        return None
    read = pd.to_datetime(texts, format=form, errors="coerce", utc=True)
    return None if read.hasnans else read.tz_localize(None)


def _require_dates(times: pd.DatetimeIndex, per: str) -> None:
    days = np.diff(times.to_numpy()) / np.timedelta64(1, "D")
    steps = {name: np.diff(times.to_period(code).asi8) for name, code in CALENDAR.items()}
    if per == "period":  # of any length, if all have the same
        if any(np.all(step == step[0]) and step[0] > 0 for step in (days, *steps.values())):
            return
    elif np.all(steps[per] == 1):
        return
    usual, own = _usual(days, per)
    if own is None or per not in ("period", own):
        by = f"{usual:g} days" if own is None else f"{own}s"
        if per == "period":
            raise InputError(
                f"adopters: most rows are {by} apart by their index, but not all; give one for "
                f"each of periods that are equally long. {ALONE}"
            )
        shorter = usual < DAYS[per][0]
        move = f"add the numbers up by {per}" if shorter else f"give one for every {per}"
        raise InputError(
            f"adopters: the index steps by {by}, and per={per!r}; say per={own or 'period'!r}, or "
            f"{move}. {ALONE}"
        )
    place = int(np.argmax(steps[own] != 1))
    if steps[own][place] == 0:
        _refuse_two(times[place], own)
    _refuse_gap(_written(times[place] + ONE[own], own))


def _usual(days: np.ndarray[Any, Any], per: str) -> tuple[float, str | None]:
    """Return how many days most rows are apart, and what that is: `per` if some are."""

    def name(step: float) -> str | None:
        fits = (one for one, (low, high) in DAYS.items() if low - 0.5 < step < high + 0.5)
        return next(fits, None)

    shortest, usual = float(days.min()), float(np.quantile(days, 0.5, method="lower"))
    return (usual, per) if name(shortest) == per else (usual, name(usual) or name(shortest))


def _require_numbers(numbers: np.ndarray[Any, Any]) -> None:
    steps = np.diff(numbers)
    if not np.allclose(steps, steps[0]):
        step = steps.min()
        before = numbers[np.argmax(~np.isclose(steps, step))]
        _refuse_gap(f"{before + step:.12g}")


def _refuse_gap(missing: str) -> None:
    raise InputError(
        f"adopters has no row for {missing}: give 0 if nobody adopted then, or the number. {ALONE}"
    )


def _refuse_two(time: Any, own: str) -> None:
    raise InputError(
        f"adopters has two rows for {_written(time, own)}; add them up, one number a period. "
        f"{ALONE}"
    )


def _written(time: Any, own: str) -> str:
    return time.strftime(WRITTEN.get(own, "%Y-%m-%d")) if isinstance(time, pd.Timestamp) else time
