"""An event table with named roles, and how its columns are read from frames and files."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import narwhals as nw
import pandas as pd
from narwhals.exceptions import DuplicateError

from pmlab.errors import InputError, MissingExtraError, NotFoundError, did_you_mean

__all__ = ["EventLog", "require_column", "unreadable_parquet"]

MISSING_IN_CSV = ["", "NULL", "null", "NaN", "nan", "None", "<NA>", "\\N"]
"""Texts that mean "nothing" in a CSV file. Not "NA": that is Namibia."""

_FORMS = (
    "give a pandas, polars or pyarrow frame, the path of a .csv, .csv.gz or .parquet file, "
    "or a pm.EventLog"
)


@dataclass(frozen=True)
class EventLog:
    """An event table with its columns named once.

    Every function that takes events takes an EventLog in place of a frame.

    Parameters
    ----------
    source : frame or path
        A pandas, polars or pyarrow frame with one row an event, or the path of a CSV
        (``.csv``, ``.csv.gz``) or Parquet file. It is never changed.
    user, event, time : str
        The columns that say who did what when. Times are datetimes, dates (their midnight)
        or ISO 8601 strings, and count in whole microseconds.

    Raises
    ------
    InputError
        If the source is no event table, or has duplicate column names.
    NotFoundError
        If a column or the file does not exist; the message names close matches.

    Examples
    --------
    >>> import pandas as pd, pmlab as pm
    >>> table = pd.DataFrame({
    ...     "who": ["anna", "anna", "ben"],
    ...     "what": ["visit", "sign_up", "visit"],
    ...     "at": ["2026-03-01", "2026-03-02", "2026-03-02"],
    ... })
    >>> log = pm.EventLog(table, user="who", event="what", time="at")
    >>> pm.funnel(log, ["visit", "sign_up"], within="7d").counts
    [2, 1]
    """

    source: Any
    user: str = "user_id"
    event: str = "event"
    time: str = "time"

    def __post_init__(self) -> None:
        for role in ("user", "event", "time"):
            require_column(getattr(self, role), self.empty.columns, role)

    def __repr__(self) -> str:
        return (
            f"EventLog({type(self.source).__name__}, "
            f"user={self.user!r}, event={self.event!r}, time={self.time!r})"
        )

    @classmethod
    def of(cls, events: Any, *, user: str, event: str, time: str) -> EventLog:
        """Return `events` as it is if it is a log already, else a log with these roles."""
        if not isinstance(events, EventLog):
            return cls(events, user=user, event=event, time=time)
        for role, given in (("user", user), ("event", event), ("time", time)):
            default, said = getattr(cls, role), getattr(events, role)
            if given not in (default, said):
                raise InputError(
                    f"{role}={given!r} was given, but the EventLog already says {role}={said!r}; "
                    "name the column in one of the two."
                )
        return events

    @cached_property
    def empty(self) -> nw.DataFrame[Any]:
        """The table without its rows: names and types, without reading the data of a file."""
        if not _is_path(self.source):
            return _wrap(self.source).head(0)
        path = _existing_file(Path(self.source))
        if _is_parquet(path):
            return _wrap(_read_parquet(path, "read_schema").empty_table())
        names, _ = _csv_header(path)
        return _wrap(pd.DataFrame(columns=names))

    @property
    def is_file(self) -> bool:
        """Whether the events are in a file, not in memory."""
        return _is_path(self.source)

    @property
    def is_parquet(self) -> bool:
        """Whether the events are in a Parquet file."""
        return self.is_file and _is_parquet(Path(self.source))

    def read(self, columns: Iterable[str], *, as_text: Iterable[str] = ()) -> nw.DataFrame[Any]:
        """Return these columns with all rows; `as_text` ones of a CSV are not read as numbers."""
        wanted = list(dict.fromkeys(columns))
        if not _is_path(self.source):
            return _wrap(self.source).select(wanted)
        path = Path(self.source)
        if _is_parquet(path):
            return _wrap(_read_parquet(path, "read_table", columns=wanted))
        return _wrap(_read_csv(path, wanted, {*as_text}, plain_text={self.event, self.time}))


def require_column(name: object, names: Iterable[str], parameter: str) -> None:
    """Raise unless the table has a column of this name."""
    if not isinstance(name, str):
        raise InputError(f"{parameter}={name!r} must be the name of one column, as a text.")
    known = list(names)
    if name not in known:
        raise NotFoundError(
            f"{parameter}={name!r}: the events have no column {name!r}. {did_you_mean(name, known)}"
        )


def _is_path(source: Any) -> bool:
    return isinstance(source, str | os.PathLike)


def _wrap(frame: Any) -> nw.DataFrame[Any]:
    try:
        wrapped = nw.from_native(frame)
        names = wrapped.collect_schema().names()
    except TypeError:
        raise InputError(f"events is a {type(frame).__name__}; {_FORMS}.") from None
    except DuplicateError as error:
        raise InputError(
            "events has columns with the same name, so it is unclear which one is meant; "
            f"rename or drop one of each pair. {error}"
        ) from None
    if isinstance(wrapped, nw.LazyFrame):
        raise InputError(
            f"events is a lazy {type(frame).__module__.split('.')[0]} table; "
            "collect it into memory first, for example with .collect() or .to_arrow_table()."
        )
    if len(set(names)) < len(names):
        raise InputError(f"events has columns with the same name: {names}; rename one of each.")
    return cast("nw.DataFrame[Any]", wrapped)


def _existing_file(path: Path) -> Path:
    suffixes = (".csv", ".csv.gz", ".parquet", ".pq")
    if not path.is_file():
        folder = path.parent
        there = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []
        files = [name for name in there if name.endswith(suffixes)]
        raise NotFoundError(
            f"events={str(path)!r}: there is no such file. {did_you_mean(path.name, files)}"
        )
    if not path.name.endswith(suffixes):
        raise InputError(f"events={str(path)!r} is not a file of a known kind; {_FORMS}.")
    return path


def _is_parquet(path: Path) -> bool:
    return path.suffix in (".parquet", ".pq")


def _read_parquet(path: Path, what: str, **options: Any) -> Any:
    try:
        from pyarrow import parquet
    except ImportError:
        raise MissingExtraError(
            "Parquet files need pyarrow; install it with: pip install 'pmlab-course[fast]'"
        ) from None
    try:
        return getattr(parquet, what)(path, **options)
    except (ValueError, OSError) as error:
        raise unreadable_parquet(path, error) from None


def unreadable_parquet(path: Any, error: Exception) -> InputError:
    """Return the error for a file that is not what its name says, or damaged."""
    return InputError(f"events={str(path)!r} cannot be read as Parquet: {error}")


def _csv_header(path: Path) -> tuple[list[str], str]:
    """Return a CSV's column names and its separator, which spreadsheets choose by country."""
    try:
        line = pd.read_csv(
            path, sep="\x1f", header=None, nrows=1, dtype=str, encoding="utf-8-sig", quoting=3
        ).iloc[0, 0]
        separator = max(",;\t", key=str(line).count)
        header = pd.read_csv(
            path, sep=separator, header=None, nrows=1, dtype=str, encoding="utf-8-sig"
        )
    except pd.errors.EmptyDataError:
        raise InputError(f"events={str(path)!r} is an empty file; it needs a header row.") from None
    except _UNREADABLE as error:
        raise _unreadable(path, error) from None
    names = [str(name) for name in header.iloc[0]]
    if len(set(names)) < len(names):
        raise InputError(
            f"events={str(path)!r} has columns with the same name: {names}; "
            "rename one of each pair."
        )
    return names, separator


_UNREADABLE = (pd.errors.ParserError, UnicodeDecodeError, OSError, EOFError)


def _read_csv(
    path: Path, columns: list[str], as_text: set[str], plain_text: set[str]
) -> pd.DataFrame:
    _, separator = _csv_header(path)
    try:
        # All columns: when some are skipped, pandas passes over rows with too many fields.
        frame = pd.read_csv(
            path,
            sep=separator,
            index_col=False,
            dtype={name: str for name in columns if name in as_text | plain_text},
            keep_default_na=False,
            na_values=MISSING_IN_CSV,
            encoding="utf-8-sig",
            low_memory=False,
        )
    except _UNREADABLE as error:
        raise _unreadable(path, error) from None
    for name in as_text - plain_text:
        frame[name] = _numbers_if_written_so(frame[name])
    return frame[columns]


def _numbers_if_written_so(texts: pd.Series[Any]) -> pd.Series[Any]:
    """Return ids as integers if that loses nothing: "7" may become 7, but "007" is not "7"."""
    present = texts.dropna()
    canonical = present.str.fullmatch(r"0|-?[1-9]\d{0,17}")
    return pd.to_numeric(texts) if len(present) and canonical.all() else texts


def _unreadable(path: Path, error: Exception) -> InputError:
    if isinstance(error, pd.errors.ParserError):
        advice = "a value that contains the separator must stand in quotes"
    elif isinstance(error, UnicodeDecodeError):
        advice = "save it again as 'CSV UTF-8'"
    else:
        advice = "is the file complete?"
    return InputError(
        f"events={str(path)!r} cannot be read as CSV ({error}): {advice}. "
        "Or read it yourself and pass the frame."
    )
