"""A table of things to rank, in: names and numbers, with refusals that name the rows."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any

import pandas as pd

from pmlab.errors import InputError, NotFoundError, did_you_mean
from pmlab.events.tables import FORMS, Table

__all__ = ["Rows", "is_missing", "is_number", "quoted", "refuse", "require_distinct"]

MOST_NAMED = 5


class Rows:
    """The columns of a table, and what its rows are called."""

    def __init__(
        self, source: Any, *, parameter: str, what: str, as_text: Sequence[Any] = ()
    ) -> None:
        self.parameter, self.what = parameter, what
        table = Table(source, parameter, f"{FORMS}, with one row for each {what}")
        self.frame = table.read(
            table.columns, as_text=[name for name in as_text if name in table.columns]
        )
        if len(self.frame) == 0:
            raise InputError(f"{parameter} is empty: there is no {what} to rank.")

    def has(self, column: str | None) -> bool:
        """Return whether there is such a column."""
        return column is not None and column in self.frame.columns

    def values(self, argument: str, column: Any) -> list[Any]:
        """Return a column as it is."""
        if column not in self.frame.columns:
            raise NotFoundError(
                f"{argument}={column!r}: {self.parameter} has no such column. "
                f"{did_you_mean(column, self.frame.columns)}"
            )
        return list(self.frame.get_column(column).to_list())

    def names(self, argument: str, column: str) -> list[str]:
        """Return the names of the rows, each there and none twice."""
        values = self.values(argument, column)
        blank = [place for place, value in enumerate(values, 1) if is_missing(value)]
        blank += [place for place, value in enumerate(values, 1) if not str(value).strip()]
        if blank:
            raise InputError(f"{argument}: row {blank[0]} of {self.parameter} has no name.")
        names = [" ".join(str(value).split()) for value in values]
        require_distinct(names, self.what)
        return names

    def numbers(
        self, argument: str, column: str, names: Sequence[str], *, may_miss: bool = False
    ) -> list[float]:
        """Return a column of numbers; NaN where there is none, if that may be."""
        values = self.values(argument, column)
        refuse(
            names,
            values,
            lambda value: not is_missing(value) and not is_number(value),
            lambda value: f"{argument} is {value!r}, which is no number",
            "write it without words or separators",
        )
        if not may_miss:
            refuse(
                names,
                values,
                is_missing,
                lambda value: f"{argument} is missing",
                f"fill it in, or leave the {self.what} out",
            )
        return [math.nan if is_missing(value) else float(value) for value in values]


def require_distinct(names: Sequence[str], what: str) -> None:
    """Raise if two are called the same."""
    often = [(name, n) for name, n in Counter(map(str.casefold, names)).items() if n > 1]
    if often:
        name = next(one for one in names if one.casefold() == often[0][0])
        raise InputError(
            f"{what} {name!r} is there {often[0][1]} times and would be ranked twice; keep one row "
            "of it, or tell them apart by name."
        )


def refuse(
    names: Sequence[str],
    values: Sequence[Any],
    wrong: Callable[[Any], bool],
    says: Callable[[Any], str],
    next_move: str,
) -> None:
    """Raise if a value is wrong, and name everything it is wrong for."""
    found = [(name, value) for name, value in zip(names, values, strict=True) if wrong(value)]
    if found:
        others = f" (and for {quoted([name for name, _ in found[1:]])})" if found[1:] else ""
        raise InputError(f"{says(found[0][1])} for {found[0][0]!r}{others}; {next_move}.")


def quoted(names: Sequence[str]) -> str:
    """Return names in quotes, the first few of many.

    Examples
    --------
    >>> quoted(["A", "B"])
    "'A', 'B'"
    """
    shown = ", ".join(map(repr, names[:MOST_NAMED]))
    more = len(names) - MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def is_missing(value: Any) -> bool:
    """Return whether there is no value."""
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def is_number(value: Any) -> bool:
    """Return whether it is a finite number."""
    if isinstance(value, bool):
        return False
    return isinstance(value, Real | Decimal) and math.isfinite(value)
