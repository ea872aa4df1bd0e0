"""Reading matched events: a large table a batch at a time, any other in one piece.

A table streams if it is large enough to repay compiling, the `fast` extra is installed, and it is
of plain kinds: times are datetimes or dates, event names are texts, units are texts or whole
numbers, and no condition looks at a property (it could compare a row with the whole column). A
Parquet file may then be far larger than memory. All else is read whole, with the same answers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from importlib.util import find_spec
from typing import Any, NamedTuple, TypeVar

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from pmlab.events.columns import Codes, Ints, datetime64_micros, time_zone_of
from pmlab.events.encode import HashCollisionError, IntEncoder, TextEncoder
from pmlab.events.log import EventLog
from pmlab.events.matches import (
    Match,
    MatchedEvents,
    check_request,
    declared_names,
    read_whole,
    require_values,
    unknown_name,
)
from pmlab.events.tables import unreadable_parquet
from pmlab.progress_bar import ProgressBar

__all__ = ["STREAM_FROM", "MatchStream", "Rows", "read_matches"]

STREAM_FROM = 400_000
"""From how many rows on it pays to load numba."""

BATCH = 1 << 17
"""Rows at a time: few enough to stay near the processor, enough that a batch costs nothing."""

AHEAD = 2
"""How many batches may wait: two, so that nobody waits for one that took longer than most."""

Bools = npt.NDArray[np.bool_]
Part = TypeVar("Part")


class Rows(NamedTuple):
    """Rows that answer some question, in the order of the table, as in `MatchedEvents`."""

    unit: Ints
    time: Ints
    matches: Ints
    properties: dict[str, Ints]
    n_units: int
    """How many units have come by so far."""


def read_matches(
    log: EventLog,
    questions: Sequence[Sequence[Match]],
    *,
    unit: str | None = None,
    properties: Mapping[str, str] | None = None,
) -> MatchedEvents:
    """Read the events that answer at least one question with yes.

    Parameters
    ----------
    log : EventLog
    questions : sequence of sequences of Match
        At most 64; an event answers one with yes if it meets any of its alternatives.
    unit : str, optional
        The column of what is counted; the log's user unless given.
    properties : mapping of parameter -> column, optional
        Further columns to carry, under the name of the parameter that asks for each. Their
        codes are in the order in which their values sort.

    Raises
    ------
    InputError, NotFoundError
        For an empty table, a column or an event name that does not exist, times that are no
        times, a condition that cannot be evaluated.
    """
    stream = MatchStream.of(log, questions, unit=unit, properties=properties)
    if stream is not None:
        try:
            return stream.collect()
        except HashCollisionError:
            pass
    return read_whole(log, questions, unit=unit, properties=properties)


class MatchStream:
    """Matched events, batch after batch; iterate over it, then ask what was `passed`."""

    def __init__(
        self,
        log: EventLog,
        questions: Sequence[Sequence[Match]],
        unit: str,
        properties: Sequence[str],
        source: Any,
    ) -> None:
        self._log, self._unit, self._properties = log, unit, list(dict.fromkeys(properties))
        self._source = source
        self._bits: dict[str, int] = {}
        self._asked_by: dict[str, str] = {}
        self._any = 0
        for k, question in enumerate(questions):
            bit = int(np.uint64(1 << k).astype(np.int64))
            for match in question:
                self._any |= bit if match.names is None else 0
                for name in match.names or ():
                    self._bits[name] = self._bits.get(name, 0) | bit
                    self._asked_by.setdefault(name, match.asked_by)
        self._restart()

    def _restart(self) -> None:
        kinds = self._source.schema
        self._encoders = {
            name: IntEncoder() if _is_integer(kinds.field(name).type) else TextEncoder()
            for name in [self._unit, *self._properties]
        }
        self._names: dict[str, None] = {}
        self._latest: int | None = None
        self._n_rows = self._n_complete = self._n_with_unit = 0

    @classmethod
    def of(
        cls,
        log: EventLog,
        questions: Sequence[Sequence[Match]],
        *,
        unit: str | None = None,
        properties: Mapping[str, str] | None = None,
    ) -> MatchStream | None:
        """Return a stream, or None for a table that is read in one piece."""
        unit = log.user if unit is None else unit
        asked = list((properties or {}).values())
        check_request(log, questions, unit, properties or {})
        if find_spec("numba") is None or find_spec("pyarrow") is None:
            return None
        if any(match.where is not None for question in questions for match in question):
            return None
        columns = list(dict.fromkeys([unit, log.event, log.time, *asked]))
        source = _source_of(log, columns)
        if source is None:
            return None
        kind = {name: source.schema.field(name).type for name in columns}
        plain = (
            _is_text(kind[log.event])
            and _is_time(kind[log.time])
            and all(_is_text(kind[name]) or _is_integer(kind[name]) for name in [unit, *asked])
        )
        return cls(log, questions, unit, asked, source) if plain else None

    def __iter__(self) -> Iterator[Rows]:
        """Go through the table from its beginning.

        Raises
        ------
        HashCollisionError
            For two texts that the encoder cannot tell apart; read the table in one piece then.
        """
        self._restart()
        answered = _ahead(self._answered())
        with ProgressBar("reading events", self._source.n_rows) as bar, closing(answered):
            for rows in answered:
                yield rows
                if self._source.is_file:
                    bar.at(self._n_rows)

    def _answered(self) -> Generator[Rows, None, None]:
        batches = self._source.batches(self._log.event)
        if self._source.is_file:
            batches = _ahead(batches)
        with closing(batches):
            for batch in batches:
                yield self._rows_of(batch)

    def passed(self) -> MatchedEvents:
        """Return what is known of the events that have passed, without their rows.

        Raises
        ------
        InputError, NotFoundError
            As `read_matches`.
        """
        return self._matched(Rows(_NOTHING, _NOTHING, _NOTHING, {}, 0))

    def collect(self) -> MatchedEvents:
        """Return all matched events."""
        # Room for all rows of the table: memory that is not touched is not taken.
        room = [np.empty(self._source.n_rows, dtype=np.int64) for _ in range(3)]
        properties = {name: np.empty_like(room[0]) for name in self._properties}
        n = 0
        for part in self:
            to = slice(n, n + len(part.unit))
            for column, own in zip(room, part, strict=False):
                column[to] = own
            for name, column in properties.items():
                column[to] = part.properties[name]
            n = to.stop
        unit, time, matches = (column[:n] for column in room)
        properties = {name: column[:n] for name, column in properties.items()}
        return self._matched(Rows(unit, time, matches, properties, len(self._encoders[self._unit])))

    @property
    def time_zone(self) -> str | None:
        """The zone of the log's times, if they have one."""
        return time_zone_of(self._log.empty[self._log.time])

    def _matched(self, rows: Rows) -> MatchedEvents:
        log = self._log
        require_values(log.time, self._latest is not None, self._unit, self._n_with_unit > 0)
        known = [*self._names, *declared_names(log.empty[log.event])]
        for name in self._bits:
            if name not in known:
                raise unknown_name(name, known, log.event, self._asked_by[name])
        assert self._latest is not None
        return MatchedEvents(
            unit=Codes(rows.unit, self._values(self._unit)),
            time=rows.time,
            matches=rows.matches,
            properties={
                name: Codes(codes, self._values(name)).sorted()
                for name, codes in rows.properties.items()
            },
            latest=self._latest,
            time_zone=self.time_zone,
            n_dropped=self._n_rows - self._n_complete,
        )

    def _values(self, name: str) -> pd.Index[Any]:
        encoder, series = self._encoders[name], self._log.empty[name]
        values: Any = encoder.values()
        if isinstance(encoder, TextEncoder):
            values = values.to_pandas()
        elif isinstance(series.dtype, nw.UInt64):
            values = values.view(np.uint64)
        index: pd.Index[Any] = pd.Index(values)
        if series.implementation.is_pandas():
            index = index.astype(series.to_native().dtype)
        return index

    def _rows_of(self, batch: Any) -> Rows:
        names = batch.column(self._log.event)
        time, with_time = _micros(batch.column(self._log.time))
        units = batch.column(self._unit)
        complete = with_unit = None if units.null_count == 0 else _valid(units)
        if with_time is not None:
            complete = with_time if with_unit is None else with_time & with_unit
        self._n_rows += len(batch)
        self._n_complete += len(batch) if complete is None else int(complete.sum())
        self._n_with_unit += len(batch) - units.null_count
        times = time if with_time is None else time[with_time]
        if len(times):
            latest = int(times.max())
            self._latest = latest if self._latest is None else max(latest, self._latest)

        matches = self._matches_of(names)
        rows = np.flatnonzero(matches if complete is None else (matches != 0) & complete)
        encoders = self._encoders
        return Rows(
            unit=_encoded(encoders[self._unit], units, rows),
            time=time[rows],
            matches=matches[rows],
            properties={
                name: _encoded(encoders[name], batch.column(name), rows)
                for name in self._properties
            },
            n_units=len(encoders[self._unit]),
        )

    def _matches_of(self, names: Any) -> Ints:
        """Return for each row the set of questions that its name answers with yes, as bits."""
        values = names.dictionary.to_pylist()
        indices = names.indices
        if indices.null_count:
            indices = indices.cast("int64").fill_null(len(values))
        codes = indices.to_numpy()
        if not all(value in self._names for value in values):
            # Only names that occur are known: a dictionary may list more.
            here = np.bincount(codes, minlength=len(values))
            seen = (value for value, n in zip(values, here, strict=False) if n)
            self._names.update(dict.fromkeys(value for value in seen if value is not None))
        bits = [self._bits.get(value, 0) | self._any for value in values]
        by_code = np.array([*bits, self._any], dtype=np.int64)
        matches: Ints = by_code[codes]
        return matches


_NOTHING = np.empty(0, dtype=np.int64)


class _Frame:
    """A frame in memory, as Arrow batches."""

    is_file = False

    def __init__(self, table: Any) -> None:
        self._table = table
        self.schema, self.n_rows = table.schema, len(table)

    def batches(self, event: str) -> Generator[Any, None, None]:
        for batch in self._table.to_batches(max_chunksize=BATCH):
            yield _with_codes(batch, event)


class _ParquetFile:
    """A Parquet file, of which only some batches are in memory at any time."""

    is_file = True

    def __init__(self, path: Any, columns: Sequence[str]) -> None:
        from pyarrow import parquet

        self._path, self._columns = path, list(columns)
        with parquet.ParquetFile(path) as file:
            self.schema, self.n_rows = file.schema_arrow, file.metadata.num_rows

    def batches(self, event: str) -> Generator[Any, None, None]:
        from pyarrow import parquet

        # Names come as codes, as they stand in the file; what was read is not kept.
        options = {"read_dictionary": [event], "buffer_size": 1 << 20, "pre_buffer": False}
        try:
            with parquet.ParquetFile(self._path, **options) as file:
                for batch in file.iter_batches(BATCH, columns=self._columns):
                    yield _with_codes(batch, event)
        except (ValueError, OSError) as error:
            raise unreadable_parquet(self._path, error) from None


def _source_of(log: EventLog, columns: Sequence[str]) -> _Frame | _ParquetFile | None:
    frame = None
    if not log.is_file:
        frame = log.read(columns)
        if len(frame) < STREAM_FROM:
            return None  # before pyarrow is loaded for nothing
    elif not log.is_parquet:
        return None
    import pyarrow as pa

    try:
        if frame is not None:
            return _Frame(frame.to_arrow())
        file = _ParquetFile(log.source, columns)
    except (pa.ArrowException, OSError, TypeError):
        return None  # read in one piece, it will be told what is wrong
    return file if file.n_rows >= STREAM_FROM else None


def _ahead(parts: Generator[Part, None, None]) -> Generator[Part, None, None]:
    """Get the next parts, in a thread of its own, while the last one is being used."""
    with closing(parts), ThreadPoolExecutor(1) as reader:
        coming = deque(reader.submit(next, parts, None) for _ in range(AHEAD))
        while (part := coming.popleft().result()) is not None:
            coming.append(reader.submit(next, parts, None))
            yield part


def _with_codes(batch: Any, event: str) -> Any:
    """Return the batch with the event's names as a dictionary."""
    import pyarrow as pa

    place = batch.schema.get_field_index(event)
    names = batch.column(place)
    if isinstance(names, pa.DictionaryArray):
        return batch
    return batch.set_column(place, event, names.dictionary_encode())


def _encoded(encoder: IntEncoder | TextEncoder, array: Any, rows: npt.NDArray[np.intp]) -> Ints:
    """Return the codes of the values in these rows, -1 where there is none."""
    if array.null_count:
        present = _valid(array)[rows]
        codes = np.full(len(rows), -1, dtype=np.int64)
        codes[present] = _encode(encoder, array, rows[present])
        return codes
    return _encode(encoder, array, rows)


def _encode(encoder: IntEncoder | TextEncoder, array: Any, rows: npt.NDArray[np.intp]) -> Ints:
    if isinstance(encoder, TextEncoder):
        from pyarrow import types

        plain = types.is_string(array.type) or types.is_large_string(array.type)
        return encoder.encode(array if plain else array.cast("large_string"), rows)
    values = (array.fill_null(0) if array.null_count else array).to_numpy()[rows]
    return encoder.encode(values.astype(np.int64, copy=False))


def _micros(times: Any) -> tuple[Ints, Bools | None]:
    """Return microseconds, and which of them are times if not all are."""
    import pyarrow as pa

    if pa.types.is_date(times.type):
        times = times.cast(pa.timestamp("ms"))
    unit, valid = times.type.unit, None
    plain = times.view(pa.int64())
    if times.null_count:
        valid, plain = _valid(times), plain.fill_null(0)
    return datetime64_micros(plain.to_numpy().view(f"datetime64[{unit}]")), valid


def _valid(array: Any) -> Bools:
    valid: Bools = array.is_valid().to_numpy(zero_copy_only=False)
    return valid


def _is_text(kind: Any) -> bool:
    from pyarrow import types

    if types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _is_integer(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_integer(kind))


def _is_time(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_timestamp(kind) or types.is_date(kind))
