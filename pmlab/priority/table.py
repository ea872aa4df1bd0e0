"""A table of things to rank, in: names and numbers, with refusals that name the rows."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from pmlab.errors import InputError, NotFoundError, did_you_mean
from pmlab.events.tables import FORMS, Table
from pmlab.priority.words import quoted
from pmlab.uncertain.numbers import is_number, meant
from pmlab.uncertain.numbers import shown as as_given

__all__ = ["Rows", "is_finite_number", "is_missing", "refuse", "require_distinct"]


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
            raise InputError(
                f"{parameter} is empty: there is no {what} to rank. Look at where its rows were "
                "filtered, or at the file they come from."
            )

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
        if not self.has(column) and (likely := self._likely_names()):
            raise NotFoundError(
                f"{argument}={column!r}: {self.parameter} has no such column. If {likely!r} holds "
                f"the name of each {self.what}, say {argument}={likely!r}."
            )
        values = self.values(argument, column)
        blank = [place for place, value in enumerate(values, 1) if is_missing(value)]
        blank += [place for place, value in enumerate(values, 1) if not str(value).strip()]
        if blank:
            raise InputError(f"{argument}: row {blank[0]} of {self.parameter} has no name.")
        names = [" ".join(str(value).split()) for value in values]
        require_distinct(names, self.what)
        return names

    def _likely_names(self) -> str | None:
        """Return the first column of texts of which none comes twice."""
        for column in self.frame.columns:
            values = self.frame.get_column(column).to_list()
            if all(isinstance(value, str) for value in values) and len({*values}) == len(values):
                return str(column)
        return None

    def numbers(
        self,
        argument: str,
        column: str,
        names: Sequence[str],
        *,
        may_miss: bool = False,
        said: str = "",
    ) -> list[float]:
        """Return a column of numbers; NaN where there is none, if that may be.

        Messages about its values call it as it is `said`: by default as the argument.
        """
        values = self.values(argument, column)
        said = said or argument
        texts = (value for value in values if isinstance(value, str))
        write = meant(next(texts, "")).removeprefix(": ")
        refuse(
            names,
            values,
            lambda value: not is_missing(value) and not is_finite_number(value),
            f"{said} is",
            write or "write it without words or separators",
            shown=lambda value: f"{as_given(value)}, which is no number",
        )
        if not may_miss:
            move = f"fill it in, or leave the {self.what} out"
            refuse(names, values, is_missing, f"{said} is missing", move)
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
    said: str,
    next_move: str,
    *,
    shown: Callable[[Any], str] | None = None,
) -> None:
    """Raise if a value is wrong, and name everything it is wrong for.

    `said` stands before the first wrong value as it is `shown`, or by itself.
    """
    found = [(name, value) for name, value in zip(names, values, strict=True) if wrong(value)]
    if found:
        others = f" (and for {quoted([name for name, _ in found[1:]])})" if found[1:] else ""
        value = f" {shown(found[0][1])}" if shown else ""
        raise InputError(f"{said}{value} for {found[0][0]!r}{others}; {next_move}.")


def is_missing(value: Any) -> bool:
    """Return whether there is no value."""
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def is_finite_number(value: Any) -> bool:
    """Return whether it is a finite number."""
    return is_number(value) and math.isfinite(value)
