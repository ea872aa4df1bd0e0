"""Columns as integers: times as microseconds, values as codes."""

from __future__ import annotations

import warnings
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from pmlab.errors import InputError

__all__ = [
    "NO_TIME",
    "Codes",
    "Ints",
    "as_codes",
    "as_micros",
    "datetime64_micros",
    "is_missing",
    "time_zone_of",
]

Ints = npt.NDArray[np.int64]

NO_TIME = int(np.iinfo(np.int64).min)
"""The time of a row that has none: numpy's NaT, seen as an integer."""


@dataclass(frozen=True)
class Codes:
    """A column as integers: ``values[codes[i]]`` is row i's value; -1 where it is missing."""

    codes: Ints
    values: pd.Index[Any]

    def sorted(self) -> Codes:
        """Return the same column with its codes in the order in which the values sort."""
        values = self.values.tolist()
        order = sorted(range(len(self.values)), key=lambda code: _sort_key(values[code]))
        rank = np.empty(len(order) + 1, dtype=np.int64)
        rank[order] = np.arange(len(order))
        rank[-1] = -1
        return Codes(rank[self.codes], self.values[order])


def _sort_key(value: Hashable) -> tuple[bool, Any]:
    # Numbers before texts, so that a column of both has an order too.
    if isinstance(value, int | float | np.number | np.bool_):
        return (False, float(value))
    return (True, str(value))


def is_missing(series: nw.Series[Any]) -> npt.NDArray[np.bool_]:
    """Return where a column has no value; NaN counts as none."""
    missing = series.is_null().to_numpy()
    if series.dtype.is_float():
        missing = missing | np.isnan(series.to_numpy().astype(float))
    return np.asarray(missing, dtype=bool)


def as_codes(series: nw.Series[Any], rows: npt.NDArray[np.intp] | None = None) -> Codes:
    """Return the column's values, at these rows if given, as codes."""
    try:
        codes, values = pd.factorize(_take(series, rows))
    except TypeError as error:
        raise InputError(
            f"column {series.name!r} holds values that cannot be told apart ({error}); "
            "use texts or numbers."
        ) from None
    index: pd.Index[Any] = pd.Index(values)
    if index.dtype.kind == "f" and bool((index == np.floor(index)).all()):
        index = index.astype("int64")  # whole numbers that a null had turned into floats
    return Codes(codes.astype(np.int64), index)


def _take(series: nw.Series[Any], rows: npt.NDArray[np.intp] | None) -> Any:
    """Return the column as something that pandas can tell the values of apart."""
    taken = series if rows is None else series[rows]
    if series.implementation.is_pandas():
        return taken.to_native()
    if series.dtype.is_integer() and not taken.is_null().any():
        return taken.to_numpy()
    values = np.empty(len(taken), dtype=object)
    values[:] = taken.to_list()
    return values


def as_micros(series: nw.Series[Any]) -> tuple[Ints, str | None]:
    """Return a time column as microseconds since 1970 (UTC), and its time zone.

    Accepts datetimes, dates and ISO 8601 strings. A missing time is `NO_TIME`.
    """
    name, dtype = series.name, series.dtype
    zone = time_zone_of(series)
    if zone is not None and series.implementation.is_pandas():
        return _series_micros(series.to_native().astype(pd.DatetimeTZDtype("us", zone))), zone
    if isinstance(dtype, nw.Datetime):
        if zone is not None:
            series = series.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        return datetime64_micros(series.to_numpy()), zone
    if isinstance(dtype, nw.Date):
        return datetime64_micros(series.cast(nw.Datetime("us")).to_numpy()), None
    if isinstance(dtype, nw.String | nw.Object | nw.Categorical | nw.Enum):
        return _micros_of_objects(_as_pandas(series), name)
    raise InputError(
        f"time column {name!r} holds {str(dtype).lower()} values, whose unit is unclear; turn them "
        f"into datetimes first, for example pd.to_datetime(frame[{name!r}], unit='s')."
    )


def time_zone_of(series: nw.Series[Any]) -> str | None:
    """Return the time zone of a column of datetimes, if it has one."""
    if series.implementation.is_pandas():
        # Asked of pandas itself: Narwhals does not know all zones whose names have an underscore.
        dtype = series.to_native().dtype
        zone = getattr(getattr(dtype, "pyarrow_dtype", dtype), "tz", None)
        return None if zone is None else str(zone)
    return series.dtype.time_zone if isinstance(series.dtype, nw.Datetime) else None


def _as_pandas(series: nw.Series[Any]) -> pd.Series[Any]:
    if series.implementation.is_pandas():
        native: pd.Series[Any] = series.to_native()
        return native
    return pd.Series(series.to_list(), dtype=object)


def datetime64_micros(values: npt.NDArray[Any]) -> Ints:
    """Return datetimes of any unit as microseconds."""
    return values.astype("datetime64[us]", copy=False).view(np.int64)


def _micros_of_objects(values: pd.Series[Any], name: str) -> tuple[Ints, str | None]:
    present = values.dropna()
    kind = pd.api.types.infer_dtype(present, skipna=True)
    if kind in ("string", "empty"):
        return _micros_of_texts(values, name)
    if kind not in ("datetime", "datetime64", "date"):
        raise InputError(
            f"time column {name!r} holds {kind} values; it takes datetimes, dates or ISO 8601 "
            "strings such as '2026-03-01 09:30:00'."
        )
    zones = {str(moment.tzinfo) for moment in present if getattr(moment, "tzinfo", None)}
    with_zone = sum(getattr(moment, "tzinfo", None) is not None for moment in present)
    _refuse_half_with_zone(with_zone, len(present), name)
    moments = pd.to_datetime(values, utc=with_zone > 0)
    return _series_micros(moments), _one_zone(zones) if with_zone else None


def _micros_of_texts(values: pd.Series[Any], name: str) -> tuple[Ints, str | None]:
    texts = values.astype(object).where(values.notna(), None)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # pandas 2 warns of mixed zones
            plain = pd.to_datetime(texts, format="ISO8601")
        if plain.dtype.kind == "M" and plain.dt.tz is None:
            return _series_micros(plain), None
    except (ValueError, TypeError):
        pass  # mixed zones, or no times: both are told apart below
    try:
        moments = pd.to_datetime(texts, format="ISO8601", utc=True)
    except (ValueError, TypeError) as error:
        wrong = pd.to_datetime(texts, format="ISO8601", utc=True, errors="coerce").isna()
        examples = texts[wrong & texts.notna()].unique()[:3].tolist()
        shown = ", ".join(map(repr, examples)) or str(error)
        raise InputError(
            f"time column {name!r} holds texts that are not ISO 8601 times: {shown}; write them "
            "as '2026-03-01 09:30:00', or parse them first with pd.to_datetime(..., format=...)."
        ) from None
    # An offset follows a time of day; a bare date ends in "-01" and has none.
    has_offset = texts.str.contains(r"[T ]\S*(?:Z|z|[+-]\d{2}(?::?\d{2})?)$", na=False, regex=True)
    with_zone = int(has_offset.sum())
    _refuse_half_with_zone(with_zone, int(moments.notna().sum()), name)
    return _series_micros(moments), "UTC" if with_zone else None


def _refuse_half_with_zone(with_zone: int, n: int, name: str) -> None:
    if 0 < with_zone < n:
        raise InputError(
            f"time column {name!r} mixes {with_zone} times with a time zone and {n - with_zone} "
            "without, so they cannot be put in order; give all of them a zone, or none."
        )


def _series_micros(moments: pd.Series[Any]) -> Ints:
    if moments.dt.tz is not None:
        moments = moments.dt.tz_convert("UTC").dt.tz_localize(None)
    return datetime64_micros(moments.to_numpy())


def _one_zone(zones: set[str]) -> str:
    only = zones.pop() if len(zones) == 1 else "UTC"
    try:
        pd.Timestamp(0, tz=only)
    except (KeyError, ValueError, TypeError):
        return "UTC"
    return only
