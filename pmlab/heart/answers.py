"""Answers of a survey in, as numbers: one row a respondent, one column an item."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from pmlab.errors import InputError, NotFoundError, did_you_mean
from pmlab.results import count, number_of

__all__ = ["Answers", "Floats", "as_numbers", "read_answers", "whole_number"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What complete respondents answered, and who else there was."""

    values: Floats
    """One row a complete respondent, one column an item."""
    items: tuple[str, ...]
    respondents: list[Hashable]
    """Their ids, or the positions of their rows from 0."""
    have_ids: bool
    n_blank: int
    """Rows without any answer."""
    n_incomplete: int
    """Rows with some answers but not all."""
    n_without_id: int

    def named(self, row: int) -> str:
        """Return how a respondent is called in a message."""
        return _named(self.respondents[row], self.have_ids)


def read_answers(
    answers: Any, *, n_items: int, lowest: int, highest: int, respondent: Any, instrument: str
) -> Answers:
    """Return complete answers, checked, in the order of the items."""
    columns, ids = _columns(answers, respondent, n_items, instrument)
    values = np.column_stack([_numbers(values, item) for item, values in columns.items()])
    rows: list[Hashable] = list(range(len(values))) if ids is None else ids
    if len(rows) != len(values):
        raise InputError(
            f"respondent has {number_of(len(rows), 'id')} and answers "
            f"{number_of(len(values), 'row')}; give one id a row."
        )
    items, have_ids = tuple(columns), ids is not None
    answered = ~np.isnan(values)
    known = pd.Series(rows, dtype=object).notna().to_numpy(dtype=bool)
    kept = answered.all(axis=1) & known
    _refuse_out_of_range(values, items, rows, have_ids, (lowest, highest), instrument)
    if have_ids:
        present = answered.any(axis=1) & known
        _refuse_repeated([row for row, is_there in zip(rows, present, strict=True) if is_there])
    return Answers(
        values=values[kept],
        items=items,
        respondents=[row for row, keep in zip(rows, kept, strict=True) if keep],
        have_ids=have_ids,
        n_blank=int((~answered.any(axis=1)).sum()),
        n_incomplete=int((answered.any(axis=1) & ~answered.all(axis=1)).sum()),
        n_without_id=int((answered.any(axis=1) & ~known).sum()),
    )


def as_numbers(values: Any, parameter: str) -> Floats:
    """Return a column, an array or a list of numbers as floats, NaN where there is none."""
    native = nw.from_native(values, pass_through=True, allow_series=True)
    if isinstance(native, nw.DataFrame | nw.LazyFrame):
        raise InputError(f"{parameter} is a whole table; give one column of it.")
    if not isinstance(native, nw.Series) and np.ndim(values) != 1:
        raise InputError(f"{parameter}={values!r} must be a column or a list of numbers.")
    return _numbers(native, parameter)


def whole_number(value: Any, parameter: str, *, least: int = 0) -> int:
    """Return a count, or refuse what is none."""
    try:
        whole = int(value)
    except (TypeError, ValueError, OverflowError):
        whole = least - 1
    if isinstance(value, str | bool) or whole < least or whole != value:
        raise InputError(f"{parameter}={value!r} must be a whole number, {least} or more.")
    return whole


def _columns(
    answers: Any, respondent: Any, n_items: int, instrument: str
) -> tuple[dict[str, Any], list[Hashable] | None]:
    frame = nw.from_native(answers, pass_through=True, allow_series=True)
    if isinstance(frame, nw.LazyFrame):
        raise InputError("answers is a lazy table; collect it first (answers.collect()).")
    if isinstance(frame, nw.DataFrame):
        names = list(frame.columns)
        ids = None
        if isinstance(respondent, str):
            if respondent not in names:
                raise NotFoundError(
                    f"respondent={respondent!r}: answers has no such column. "
                    f"{did_you_mean(respondent, names)}"
                )
            ids = frame.get_column(respondent).to_list()
            names.remove(respondent)
        elif respondent is not None:
            ids = _ids(respondent)
        if len(names) != n_items:
            raise InputError(
                f"answers has {number_of(len(names), 'column')} ({', '.join(map(str, names))}) "
                f"and {instrument} {number_of(n_items, 'item')}; pick its columns, and name the "
                "one that says who answered with respondent=."
            )
        return {name: frame.get_column(name) for name in _in_order_of_items(names)}, ids
    ids = None if respondent is None else _ids(respondent)
    if isinstance(frame, nw.Series):
        table = [frame]
    else:
        array = np.asarray(answers, dtype=None if _has_numbers(answers) else object)
        if array.ndim == 1:
            array = array.reshape(-1, 1) if n_items == 1 else array
        if array.ndim != 2:
            raise InputError(
                f"answers has shape {array.shape}; {instrument} takes one row a respondent and "
                f"{number_of(n_items, 'column')}."
            )
        table = list(array.T)
    if len(table) != n_items:
        raise InputError(
            f"answers has {number_of(len(table), 'column')}; {instrument} has "
            f"{number_of(n_items, 'item')}."
        )
    return {f"item {place}": column for place, column in enumerate(table, start=1)}, ids


def _in_order_of_items(names: Sequence[str]) -> list[str]:
    """Return the columns in the order of the numbers they end in, if these are 1, 2, ..., n.

    A table sorted by name has sus_10 before sus_2, and would be scored upside down.
    """
    ends = [re.search(r"(\d+)$", str(name)) for name in names]
    numbers = {name: int(end.group()) for name, end in zip(names, ends, strict=True) if end}
    if sorted(numbers.values()) != list(range(1, len(names) + 1)):
        return list(names)
    return sorted(names, key=lambda name: numbers[name])


def _ids(respondent: Any) -> list[Hashable]:
    if isinstance(respondent, str):
        raise InputError(
            f"respondent={respondent!r} names a column, but answers is no table; give the ids "
            "themselves, one a row."
        )
    series = nw.from_native(respondent, pass_through=True, allow_series=True)
    return series.to_list() if isinstance(series, nw.Series) else list(respondent)


def _numbers(column: Any, item: str) -> Floats:
    if isinstance(column, nw.Series):
        if column.dtype.is_numeric():
            values = column.cast(nw.Float64()).to_numpy()
            return np.where(column.is_null().to_numpy(), np.nan, values).astype(np.float64)
        column = column.to_list()
    elif _has_numbers(column):
        return np.asarray(column, dtype=np.float64)
    return np.array([_number(value, item) for value in column], dtype=np.float64)


def _has_numbers(values: Any) -> bool:
    return isinstance(values, np.ndarray) and values.dtype.kind in "iuf"


def _number(value: Any, item: str) -> float:
    if _is_missing(value):
        return np.nan
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        return float(value)
    raise InputError(
        f"{item} holds {value!r}, which is no number; turn words into their numbers first, such "
        "as frame.replace({'agree': 4})."
    )


def _is_missing(value: Any) -> bool:
    return value is None or bool(np.ndim(value) == 0 and pd.isna(value))


def _named(respondent: Hashable, have_ids: bool) -> str:
    return f"respondent {respondent!r}" if have_ids else f"row {respondent} (from 0)"


def _refuse_out_of_range(
    values: Floats,
    items: Sequence[str],
    rows: Sequence[Hashable],
    have_ids: bool,
    ends: tuple[int, int],
    instrument: str,
) -> None:
    lowest, highest = ends
    with np.errstate(invalid="ignore"):
        wrong = (values < lowest) | (values > highest) | (values != np.floor(values))
    wrong &= ~np.isnan(values)
    if not wrong.any():
        return
    row, item = (int(place) for place in np.argwhere(wrong)[0])
    n_rows = int(wrong.any(axis=1).sum())
    others = f", one of {count(wrong.sum())} such answers in {count(n_rows)} rows"
    known = values[~np.isnan(values)]
    hint = "correct them, or leave these respondents out"
    if known.min() == lowest - 1 and known.max() <= highest - 1:
        hint = f"they run from {lowest - 1} to {highest - 1}: add 1 to all"
    elif known.max() > highest:
        hint = f"the largest is {known.max():g}: was another scale used?"
    raise InputError(
        f"answers: {_named(rows[row], have_ids)}, '{items[item]}' is {values[row, item]:g}"
        f"{others if wrong.sum() > 1 else ''}; {instrument} answers are whole numbers from "
        f"{lowest} to {highest} ({hint})."
    )


def _refuse_repeated(ids: Sequence[Hashable]) -> None:
    repeated = [(who, times) for who, times in Counter(ids).most_common() if times > 1]
    if repeated:
        who, times = repeated[0]
        raise InputError(
            f"respondent {who!r} answered {times} times, and {count(len(repeated))} in all more "
            "than once; keep one row of each, such as their last (drop_duplicates with "
            "keep='last')."
        )
