"""The whole table as it came, for looking at before anything is counted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from pmlab.errors import InputError
from pmlab.events.columns import NO_TIME, Ints, as_micros
from pmlab.events.log import EventLog

__all__ = ["RawEvents", "RawTimes", "read_raw"]

Bools = npt.NDArray[np.bool_]

_OFFSET = re.compile(r"(?:[Zz]|([+-])(\d{2}):?(\d{2})?)$")
_LENGTH_OF_OFFSET, _LENGTH_OF_DATE = 6, 10


@dataclass(frozen=True, kw_only=True)
class RawTimes:
    """A time column read value by value, faults and all.

    `micros` is UTC where a value has an offset, and as written where not; `offset` is in minutes,
    NaN where none is written; `unreadable` marks values that are no time.
    """

    micros: Ints
    offset: npt.NDArray[np.float64]
    unreadable: Bools


@dataclass(frozen=True, kw_only=True)
class RawEvents:
    """Every row and column of an event table, as pandas, and its times read one by one."""

    frame: pd.DataFrame
    times: Mapping[str, RawTimes]


def read_raw(log: EventLog, times: Sequence[str]) -> RawEvents:
    """Read the whole table of a log, and these columns of it as times."""
    columns = log.empty.columns
    table = log.read(columns, as_text=[log.user])
    if len(table) == 0:
        raise InputError("events has no rows; is it the right file, or a filter too narrow?")
    frame = _to_pandas(table)
    return RawEvents(frame=frame, times={name: _read_times(table[name]) for name in times})


def _read_times(series: nw.Series[Any]) -> RawTimes:
    """Read each value of a time column by itself."""
    dtype = series.dtype
    if not isinstance(dtype, nw.String | nw.Object | nw.Categorical | nw.Enum):
        micros, zone = as_micros(series)
        offset = np.full(len(micros), np.nan if zone is None else 0.0)
        return RawTimes(micros=micros, offset=offset, unreadable=np.zeros(len(micros), dtype=bool))
    texts = pd.Series(series.to_list(), dtype=object)
    present = texts.notna() & (texts != "")
    texts = texts.where(present, None).map(str, na_action="ignore")
    offset = _offsets(texts)
    micros = np.full(len(texts), NO_TIME)
    # Apart, because pandas 2 gives an offset also to the texts after it that have none.
    for alike in (np.isnan(offset), ~np.isnan(offset)):
        moments = pd.to_datetime(texts[alike], format="ISO8601", utc=True, errors="coerce")
        plain = moments.dt.tz_localize(None).to_numpy()
        micros[alike] = plain.astype("datetime64[us]").view(np.int64)
    unreadable = present.to_numpy(dtype=bool) & (micros == NO_TIME)
    return RawTimes(micros=micros, offset=offset, unreadable=unreadable)


def _offsets(texts: pd.Series[Any]) -> npt.NDArray[np.float64]:
    # An offset follows a time of day; a bare date ends in "-01" and has none.
    tails = pd.Series(
        [
            text[-_LENGTH_OF_OFFSET:] if len(text) > _LENGTH_OF_DATE else ""
            for text in texts.fillna("")
        ],
        dtype=object,
    )
    code, values = pd.factorize(tails)
    minutes = np.array([_minutes(tail) for tail in values.tolist()], dtype=np.float64)
    return minutes[code]


def _minutes(tail: str) -> float:
    offset = _OFFSET.search(tail)
    if offset is None:
        return np.nan
    sign, hours, minutes = offset.groups(default="0")
    return (-1 if sign == "-" else 1) * (60.0 * int(hours) + int(minutes))


def _to_pandas(table: nw.DataFrame[Any]) -> pd.DataFrame:
    if table.implementation.is_pandas():
        native: pd.DataFrame = table.to_native()
        return native.reset_index(drop=True)
    if table.implementation.is_pyarrow() or find_spec("pyarrow"):
        # Whole numbers with nulls stay whole; as floats, two long ids could become one.
        arrow: pd.DataFrame = table.to_arrow().to_pandas(integer_object_nulls=True)
        return arrow
    return pd.DataFrame({name: table[name].to_list() for name in table.columns})
