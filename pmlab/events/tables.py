"""One table from wherever it comes: a frame in memory, a CSV or Parquet file, an engine's table."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import narwhals as nw
import pandas as pd
from narwhals.exceptions import DuplicateError

from pmlab.errors import InputError, MissingExtraError, NotFoundError, did_you_mean

__all__ = ["FORMS", "MISSING_IN_CSV", "Table", "require_column", "unreadable_parquet"]

MISSING_IN_CSV = ["", "NULL", "null", "NaN", "nan", "None", "<NA>", "\\N"]
"""Texts that mean "nothing" in a CSV file. Not "NA": that is Namibia."""

FORMS = "give a pandas, polars or pyarrow frame, the path of a .csv, .csv.gz or .parquet file"


@dataclass(frozen=True)
class Table:
    """A table that a caller gave as `parameter`, opened without reading its rows.

    Raises
    ------
    InputError
        If the source is no table or has duplicate column names.
    NotFoundError
        If there is no such file.
    """

    source: Any
    parameter: str
    forms: str = FORMS
    """What to give instead, for messages."""

    @cached_property
    def is_file(self) -> bool:
        """Whether it is a file, not a table in memory or in an engine."""
        return isinstance(self.source, str | os.PathLike)

    @cached_property
    def is_parquet(self) -> bool:
        """Whether it is a Parquet file."""
        return self.is_file and self._path.suffix in (".parquet", ".pq")

    @cached_property
    def lazy(self) -> nw.LazyFrame[Any] | None:
        """The table of an engine that has not been asked for its rows; None for all others."""
        if self.is_file:
            return None
        wrapped = self._wrap(self.source)
        return wrapped if isinstance(wrapped, nw.LazyFrame) else None

    @cached_property
    def empty(self) -> nw.DataFrame[Any]:
        """The table without its rows: names and types, without reading the data of a file."""
        if not self.is_file:
            return self.frame.head(0)
        self._require_file()
        if self.is_parquet:
            return self._in_memory(self._read_parquet("read_schema").empty_table())
        names, _ = self._csv_header
        return self._in_memory(pd.DataFrame(columns=names))

    @cached_property
    def frame(self) -> nw.DataFrame[Any]:
        """The whole table, of one that is in memory."""
        return self._in_memory(self.source)

    @cached_property
    def columns(self) -> list[str]:
        """The names of its columns."""
        if self.lazy is not None:
            return self.lazy.collect_schema().names()
        return self.empty.columns

    def read(
        self,
        columns: Iterable[str],
        *,
        as_text: Iterable[str] = (),
        plain_text: Iterable[str] = (),
    ) -> nw.DataFrame[Any]:
        """Return these columns with all rows.

        Of a CSV, `plain_text` ones stay texts, and `as_text` ones do unless numbers lose nothing.
        """
        wanted = list(dict.fromkeys(columns))
        if not self.is_file:
            return self.frame.select(wanted)
        self._require_file()
        if self.is_parquet:
            return self._in_memory(self._read_parquet("read_table", columns=wanted))
        return self._in_memory(self._read_csv(wanted, {*as_text}, {*plain_text}))

    @property
    def _path(self) -> Path:
        return Path(self.source)

    def _wrap(self, frame: Any) -> nw.DataFrame[Any] | nw.LazyFrame[Any]:
        wrapped: nw.DataFrame[Any] | nw.LazyFrame[Any]
        try:
            wrapped = nw.from_native(frame)
            names = wrapped.collect_schema().names()
        except TypeError:
            raise InputError(
                f"{self.parameter} is a {type(frame).__name__}; {self.forms}."
            ) from None
        except DuplicateError as error:
            raise InputError(
                f"{self.parameter} has columns with the same name, so it is unclear which one is "
                f"meant; rename or drop one of each pair. {error}"
            ) from None
        if len(set(names)) < len(names):
            raise InputError(
                f"{self.parameter} has columns with the same name: {names}; rename one of each."
            )
        return wrapped

    def _in_memory(self, frame: Any) -> nw.DataFrame[Any]:
        wrapped = self._wrap(frame)
        if isinstance(wrapped, nw.LazyFrame):
            raise InputError(
                f"{self.parameter} is a lazy {type(frame).__module__.split('.')[0]} table; "
                "collect it into memory first, for example with .collect() or .to_arrow_table()."
            )
        return wrapped

    def _require_file(self) -> None:
        suffixes = (".csv", ".csv.gz", ".parquet", ".pq")
        path = self._path
        if not path.is_file():
            folder = path.parent
            there = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []
            files = [name for name in there if name.endswith(suffixes)]
            raise NotFoundError(
                f"{self._given}: there is no such file. {did_you_mean(path.name, files)}"
            )
        if not path.name.endswith(suffixes):
            raise InputError(f"{self._given} is not a file of a known kind; {self.forms}.")

    @property
    def _given(self) -> str:
        return f"{self.parameter}={str(self._path)!r}"

    def _read_parquet(self, what: str, **options: Any) -> Any:
        try:
            from pyarrow import parquet
        except ImportError:
            raise MissingExtraError(
                "Parquet files need pyarrow; install it with: pip install 'pmlab-course[fast]'"
            ) from None
        try:
            return getattr(parquet, what)(self._path, **options)
        except (ValueError, OSError) as error:
            raise unreadable_parquet(self._path, error, self.parameter) from None

    @cached_property
    def _csv_header(self) -> tuple[list[str], str]:
        """A CSV's column names and its separator, which spreadsheets choose by country."""
        try:
            line = pd.read_csv(
                self._path,
                sep="\x1f",
                header=None,
                nrows=1,
                dtype=str,
                encoding="utf-8-sig",
                quoting=3,
            ).iloc[0, 0]
            separator = max(",;\t", key=str(line).count)
            header = pd.read_csv(
                self._path, sep=separator, header=None, nrows=1, dtype=str, encoding="utf-8-sig"
            )
        except pd.errors.EmptyDataError:
            raise InputError(f"{self._given} is an empty file; it needs a header row.") from None
        except _UNREADABLE as error:
            raise self._unreadable(error) from None
        names = [str(name) for name in header.iloc[0]]
        if len(set(names)) < len(names):
            raise InputError(
                f"{self._given} has columns with the same name: {names}; rename one of each pair."
            )
        return names, separator

    def _read_csv(
        self, columns: list[str], as_text: set[str], plain_text: set[str]
    ) -> pd.DataFrame:
        _, separator = self._csv_header
        try:
            # All columns: when some are skipped, pandas passes over rows with too many fields.
            frame = pd.read_csv(
                self._path,
                sep=separator,
                index_col=False,
                dtype={name: str for name in columns if name in as_text | plain_text},
                keep_default_na=False,
                na_values=MISSING_IN_CSV,
                encoding="utf-8-sig",
                low_memory=False,
            )
        except _UNREADABLE as error:
            raise self._unreadable(error) from None
        for name in as_text - plain_text:
            frame[name] = _numbers_if_written_so(frame[name])
        return frame[columns]

    def _unreadable(self, error: Exception) -> InputError:
        if isinstance(error, pd.errors.ParserError):
            advice = "a value that contains the separator must stand in quotes"
        elif isinstance(error, UnicodeDecodeError):
            advice = "save it again as 'CSV UTF-8'"
        else:
            advice = "is the file complete?"
        return InputError(
            f"{self._given} cannot be read as CSV ({error}): {advice}. "
            "Or read it yourself and pass the frame."
        )


_UNREADABLE = (pd.errors.ParserError, UnicodeDecodeError, OSError, EOFError)


def require_column(
    name: object, names: Iterable[str], parameter: str, *, table: str = "events"
) -> None:
    """Raise unless the table has a column of this name."""
    if not isinstance(name, str):
        raise InputError(f"{parameter}={name!r} must be the name of one column, as a text.")
    known = list(names)
    if name not in known:
        raise NotFoundError(
            f"{parameter}={name!r}: the {table} have no column {name!r}. "
            f"{did_you_mean(name, known)}"
        )


def unreadable_parquet(path: Any, error: Exception, parameter: str = "events") -> InputError:
    """Return the error for a file that is not what its name says, or damaged."""
    return InputError(f"{parameter}={str(path)!r} cannot be read as Parquet: {error}")


def _numbers_if_written_so(texts: pd.Series[Any]) -> pd.Series[Any]:
    """Return ids as integers if that loses nothing: "7" may become 7, but "007" is not "7"."""
    present = texts.dropna()
    canonical = present.str.fullmatch(r"0|-?[1-9]\d{0,17}")
    return pd.to_numeric(texts) if len(present) and canonical.all() else texts
