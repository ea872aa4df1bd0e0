"""Questions that single events answer, and the normal form in which the answers come."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from typing import Any, cast

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd
from narwhals.exceptions import ColumnNotFoundError

from pmlab.errors import InputError, NotFoundError, did_you_mean
from pmlab.events.columns import NO_TIME, Codes, Ints, as_codes, as_micros, is_missing
from pmlab.events.log import EventLog
from pmlab.events.tables import require_column

__all__ = ["Condition", "Match", "MatchedEvents", "col", "micros_of", "read_whole"]

Bools = npt.NDArray[np.bool_]

col = nw.col
"""A column of the event table in a condition: ``pm.col("price") > 10``."""

Condition = nw.Expr | Mapping[str, Any]
"""A Narwhals expression, or a dict as shorthand for equality: ``{"plan": "pro"}``."""

MOST_QUESTIONS = 64


@dataclass(frozen=True)
class Match:
    """Which events: by any of some names, by a condition on their properties, by both, or all."""

    names: tuple[str, ...] | None = None
    where: Condition | None = None
    asked_by: str = "step"
    """What errors call it: the parameter for which a caller named these events."""


@dataclass(frozen=True, kw_only=True)
class MatchedEvents:
    """The rows that answer some question, as integers, in the order of the table.

    Bit k of a row's `matches` is set where the row answers question k with yes.
    """

    unit: Codes
    time: Ints
    matches: Ints
    properties: Mapping[str, Codes]
    latest: int
    time_zone: str | None
    n_dropped: int

    def moments(self, micros: Ints) -> pd.DatetimeIndex:
        """Return times of this log as datetimes in its zone; NaT for `NO_TIME`."""
        index = pd.DatetimeIndex(micros.view("datetime64[us]"))
        if self.time_zone is None:
            return index
        return index.tz_localize("UTC").tz_convert(self.time_zone)

    def moment(self, micros: int) -> pd.Timestamp:
        """Return one time of this log as a timestamp in its zone."""
        stamp: pd.Timestamp = self.moments(np.array([micros], dtype=np.int64))[0]
        return stamp

    def micros(self, moment: Any, parameter: str) -> int:
        """Return a moment that a caller named; one without a zone is in the log's."""
        return micros_of(moment, self.time_zone, parameter)


def micros_of(moment: Any, time_zone: str | None, parameter: str) -> int:
    """Return a moment that a caller named as microseconds; one without a zone is in this one."""
    try:
        stamp = pd.Timestamp(moment) if _is_time(moment) else None
    except (ValueError, TypeError):
        stamp = None
    if not isinstance(stamp, pd.Timestamp):
        raise InputError(
            f"{parameter}={moment!r} is not a time; "
            "give a datetime or an ISO 8601 string such as '2026-06-30'."
        )
    if stamp.tzinfo is None and time_zone is not None:
        stamp = stamp.tz_localize(time_zone)
    elif stamp.tzinfo is not None and time_zone is None:
        raise InputError(
            f"{parameter}={moment!r} has a time zone and the times of the events have none; "
            "give it without a zone, as the clock of the events would show it."
        )
    if stamp.tzinfo is not None:
        stamp = stamp.tz_convert("UTC").tz_localize(None)
    return int(stamp.to_datetime64().astype("datetime64[us]").astype(np.int64))


def _is_time(moment: Any) -> bool:
    if isinstance(moment, str):
        return re.match(r"\d{4}-\d\d", moment) is not None
    return isinstance(moment, date | np.datetime64)


def check_request(
    log: EventLog,
    questions: Sequence[Sequence[Match]],
    unit: str,
    properties: Mapping[str, str],
) -> None:
    """Raise for too many questions, and for columns that do not exist."""
    if len(questions) > MOST_QUESTIONS:
        raise InputError(
            f"steps has {len(questions)} entries; at most {MOST_QUESTIONS} are possible. "
            "Leave out the steps on which no decision depends."
        )
    for parameter, column in {"unit": unit, **properties}.items():
        require_column(column, log.empty.columns, parameter)
    for condition in _conditions(questions):
        for column in condition if isinstance(condition, Mapping) else ():
            require_column(column, log.empty.columns, "where")


def _conditions(questions: Sequence[Sequence[Match]]) -> list[Condition]:
    return [m.where for question in questions for m in question if m.where is not None]


def read_whole(
    log: EventLog,
    questions: Sequence[Sequence[Match]],
    *,
    unit: str | None = None,
    properties: Mapping[str, str] | None = None,
) -> MatchedEvents:
    """Read matched events in one piece; parameters and errors as for `stream.read_matches`."""
    unit = log.user if unit is None else unit
    properties = properties or {}
    check_request(log, questions, unit, properties)
    asked = _columns_of(_conditions(questions), log.empty)
    values = [unit, *properties.values()]
    table = log.read([log.event, log.time, *values, *asked], as_text=values)
    if len(table) == 0:
        raise InputError("events has no rows; is it the right file, or a filter too narrow?")

    time, zone = as_micros(table[log.time])
    with_time = time != NO_TIME
    without_unit = is_missing(table[unit])
    require_values(log.time, bool(with_time.any()), unit, not without_unit.all())
    complete = with_time & ~without_unit
    matches = _answers(table, log.event, questions, asked)
    rows = np.flatnonzero(complete & (matches != 0))
    return MatchedEvents(
        unit=as_codes(table[unit], rows),
        time=time[rows],
        matches=matches[rows],
        properties={name: as_codes(table[name], rows).sorted() for name in properties.values()},
        latest=int(time[with_time].max()),
        time_zone=zone,
        n_dropped=int(len(table) - complete.sum()),
    )


def require_values(time: str, some_time: bool, unit: str, some_unit: bool) -> None:
    """Raise for a table without any time, or without any unit."""
    if not some_time:
        raise InputError(f"time column {time!r} holds no time at all, only missing values.")
    if not some_unit:
        raise InputError(f"column {unit!r} holds no value at all, only missing ones.")


def unknown_name(name: str, known: Sequence[Any], event: str, asked_by: str) -> NotFoundError:
    """Return the error for a name, asked for by a step or parameter, that no event has."""
    return NotFoundError(
        f"{asked_by} {name!r} never occurs in column {event!r}. {did_you_mean(name, known)}"
    )


def _answers(
    table: nw.DataFrame[Any],
    event: str,
    questions: Sequence[Sequence[Match]],
    asked: Sequence[str],
) -> Ints:
    """Return for each row the set of questions that it answers with yes, as bits."""
    names = as_codes(table[event])
    code_of = {name: code for code, name in enumerate(names.values)}
    known = [*code_of, *declared_names(table[event])]
    _require_text_names(names, event)
    properties = _with_true_nulls(table.select(asked)) if asked else None
    # By name alone, a row's answers depend on its event code only: one look-up for all.
    by_code = np.zeros(len(names.values) + 1, dtype=np.int64)
    answers = np.zeros(len(table), dtype=np.int64)
    for k, question in enumerate(questions):
        bit = np.int64(np.uint64(1 << k).astype(np.int64))
        for match in question:
            codes = _codes_of(match, code_of, known, event)
            if match.where is None:
                if match.names is None:
                    answers |= bit
                by_code[codes] |= bit
                continue
            assert properties is not None
            yes = _evaluate(match.where, properties)
            if match.names is not None:
                yes = yes & np.isin(names.codes, codes)
            answers[yes] |= bit
    by_code[-1] = 0
    return answers | by_code[names.codes]


def _codes_of(
    match: Match, code_of: Mapping[Any, int], known: Sequence[Any], event: str
) -> list[int]:
    for name in match.names or ():
        if name not in known:
            raise unknown_name(name, known, event, match.asked_by)
    return [code_of[name] for name in match.names or () if name in code_of]


def declared_names(series: nw.Series[Any]) -> list[Any]:
    """Return the categories of a categorical column: declared, so nobody doing it is a count."""
    if isinstance(series.dtype, nw.Enum):
        return list(series.dtype.categories)
    if isinstance(series.dtype, nw.Categorical) and series.implementation.is_pandas():
        return list(series.to_native().cat.categories)
    return []


def _require_text_names(names: Codes, event: str) -> None:
    other = next((name for name in names.values if not isinstance(name, str)), None)
    if other is not None:
        raise InputError(
            f"event column {event!r} holds {type(other).__name__} values such as {other!r}; "
            "steps are named by text, so turn the column into strings first."
        )


def _as_expression(condition: Condition) -> nw.Expr:
    if not isinstance(condition, Mapping):
        return condition
    equalities = (_equals(column, value) for column, value in condition.items())
    return nw.all_horizontal(*equalities, ignore_nulls=False)


def _equals(column: str, value: Any) -> nw.Expr:
    if value is None:
        return nw.col(column).is_null()
    if isinstance(value, list | tuple | set | frozenset):
        return nw.col(column).is_in(list(value))
    return cast("nw.Expr", nw.col(column) == value)


def _columns_of(conditions: Sequence[Condition], empty: nw.DataFrame[Any]) -> list[str]:
    """Return the columns that the conditions need.

    An expression does not tell its columns, but it fails on a table that lacks one.
    """
    expressions = [_as_expression(condition) for condition in conditions]
    if not expressions:
        return []
    columns = empty.columns
    missing = _missing_column(expressions, empty)
    if missing is not None:
        raise NotFoundError(f"where: {missing}")
    return [
        column for column in columns if _missing_column(expressions, empty.drop(column)) is not None
    ]


def _missing_column(expressions: Sequence[nw.Expr], empty: nw.DataFrame[Any]) -> str | None:
    for expression in expressions:
        try:
            empty.select(expression)
        except ColumnNotFoundError as error:
            return str(error)
        except Exception:  # noqa: S112  (any backend's own; it is told when rows are there)
            continue
    return None


def _with_true_nulls(table: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    """Return the table so that an unknown value answers every condition with "unknown".

    Otherwise ``col("plan") != "pro"`` would hold for a missing plan in pandas and not in polars.
    """
    if table.implementation.is_pandas():
        native = table.to_native()
        texts = {name: str for name, dtype in native.dtypes.items() if dtype == "category"}
        # One kind of column throughout: pandas cannot combine answers of its several kinds.
        backend: Any = "pyarrow" if find_spec("pyarrow") else "numpy_nullable"
        nullable = native.astype(texts).convert_dtypes(dtype_backend=backend)
        return nw.from_native(nullable, eager_only=True)
    floats = [name for name, dtype in table.schema.items() if dtype.is_float()]
    return table.with_columns(nw.col(floats).fill_nan(None)) if floats else table


def _evaluate(condition: Condition, table: nw.DataFrame[Any]) -> Bools:
    try:
        answer = table.select(_as_expression(condition).alias("answer"))["answer"]
    except Exception as error:
        raise InputError(
            f"where={_shown(condition)} cannot be evaluated on columns {table.columns}: {error}"
        ) from error
    if answer.dtype != nw.Boolean or len(answer) not in (1, len(table)):
        raise InputError(
            f"where={_shown(condition)} gives {str(answer.dtype).lower()} values; "
            "a condition says yes or no for each event, such as pm.col('price') > 10."
        )
    yes = np.asarray(answer.fill_null(False).to_numpy(), dtype=bool)
    return np.broadcast_to(yes, len(table)) if len(yes) != len(table) else yes


def _shown(condition: Condition) -> str:
    return repr(dict(condition)) if isinstance(condition, Mapping) else "the expression"
