"""What the times show: zones that are mixed, clocks that are wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmlab.durations import DAY, HOUR, MINUTE, SECOND, in_words
from pmlab.events.columns import NO_TIME, Ints
from pmlab.logcheck.result import LogFinding, shown_moment
from pmlab.logcheck.table import Bools, Table, codes_of, moment
from pmlab.results import count, number_of, percent

__all__ = ["clock_skew", "mixed_time_zones"]

TOLERANCE = 5 * MINUTE
"""Networks are late by seconds; a clock this far off is wrong."""
FEWEST_ROWS, FEWEST_HOURS = 30, 5
"""From which the clock of a client can be judged, and in how many different hours they came: a
phone that was offline sends all that it kept at once, late by as much as if its clock were wrong.
"""
MOST_CLIENTS = 500
"""A column with more values does not say what kind of client a row came from."""


def mixed_time_zones(table: Table) -> LogFinding | None:
    """Find times written with different offsets, or some with one and some without.

    Winter and summer time of one zone are no mixture.
    """
    known = np.flatnonzero(table.has_time)
    time = table.time[known]
    written = np.nan_to_num(table.offset[known], nan=np.inf)
    sizes = pd.Series(written).value_counts().sort_index()
    sizes = sizes.sort_values(ascending=False, kind="stable")  # ties in an order of their own
    if len(sizes) < 2:
        return None
    unusual = ~_in_the_usual_zone(time, written, sizes)
    shift = np.where(np.isfinite(written), written, 0).astype(np.int64) * MINUTE
    other_day = unusual & ((time + shift) // DAY != time // DAY)
    concerned = np.zeros(len(table.time), dtype=bool)
    concerned[known[unusual]] = True
    names = ", ".join(
        f"{_offset_in_words(offset)} ({count(n)})"
        for offset, n in zip(sizes.index.tolist(), sizes, strict=True)
    )
    return table.finding(
        "mixed time zones",
        concerned,
        f"Times are written in {len(sizes)} ways: {names}. "
        f"Not in the usual one: {number_of(unusual.sum(), 'row')} ({percent(concerned.mean())}), "
        f"of which {count(other_day.sum())} fall on another day in UTC than written.",
        "Convert all of them to one zone before cutting days, and find out which client writes "
        "the unusual ones.",
        [
            f"row {row}: {table.frame[table.log.time].iloc[row]}"
            for row in known[other_day if other_day.any() else unusual][:3]
        ],
    )


def _in_the_usual_zone(
    time: Ints, written: npt.NDArray[np.float64], sizes: pd.Series[int]
) -> Bools:
    """Return the rows with the commonest offset; or those of a zone, if one explains more."""
    usual: Bools = written == sizes.index[0]
    middles = {
        offset: datetime.fromtimestamp(np.median(time[written == offset]) / SECOND, UTC)
        for offset in sizes.index
        if np.isfinite(offset)
    }
    hours, hour = np.unique(time // HOUR, return_inverse=True)
    in_utc = pd.DatetimeIndex((hours * HOUR).view("datetime64[us]"))
    zones = [ZoneInfo(name) for name in sorted(available_timezones())]
    for pair in combinations(middles, 2):
        if abs(pair[0] - pair[1]) > 60:
            continue  # no summer time
        for zone in zones:
            if all(
                middles[offset].astimezone(zone).utcoffset() == timedelta(minutes=offset)
                for offset in pair
            ):
                local = in_utc.tz_localize(UTC).tz_convert(zone).tz_localize(None)
                offsets = ((local - in_utc) // timedelta(minutes=1)).to_numpy()
                of_zone = written == offsets[hour]
                usual = of_zone if of_zone.sum() > usual.sum() else usual
    return usual


def _offset_in_words(offset: float) -> str:
    if np.isinf(offset):
        return "no offset"
    sign, minutes = "-" if offset < 0 else "+", int(abs(offset))
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"


@dataclass(frozen=True, kw_only=True)
class Client:
    """A kind of client, and the rows in which its clock is off by the same."""

    name: str
    shift: int
    """Against the others, to the minute."""
    rows: Bools


def clock_skew(table: Table) -> LogFinding | None:
    """Find events from the future, and clients whose clock is off in all they send."""
    if table.received is None:
        return None
    known = table.has_time & (table.received != NO_TIME)
    ahead = np.where(known, table.time - table.received, 0)
    # Waiting for a network makes an event look old, one by one; only a clock makes it look new.
    future = known & (ahead > TOLERANCE)
    clients = _clients_with_a_wrong_clock(table, ahead, known)
    skewed = np.logical_or.reduce([future, *(client.rows for client in clients)])
    whose = "".join(
        f"; {count(client.rows.sum())} of them from {client.name}, "
        f"{in_words(abs(client.shift))} {'ahead' if client.shift > 0 else 'behind'}"
        for client in clients
    )
    nearly_all = future.sum() > 0.5 * known.sum()
    return table.finding(
        "clock skew",
        skewed,
        f"{number_of(skewed.sum(), 'event')} ({percent(skewed.mean())}) with a time that a wrong "
        f"clock gave{whose}.",
        f"See first whether {table.log.time!r} and {table.received_column!r} are in one zone."
        if nearly_all
        else "Shift the client's events by its error, or take the server's time for them.",
        [
            f"{table.row_in_words(row)}, got at {shown_moment(moment(table.received[row]))}"
            for row in np.flatnonzero(skewed)[:3]
        ],
    )


def _clients_with_a_wrong_clock(table: Table, ahead: Ints, known: Bools) -> list[Client]:
    """Return the clients, the clearest first; no row is of two of them."""
    # Where everything is late, as in a log loaded every quarter of an hour, it is no clock.
    usual = min(0, int(np.median(ahead[known]))) if known.any() else 0
    kinds: dict[str, Ints] = {}
    found: list[Client] = []
    while (known & (np.abs(ahead - usual) > TOLERANCE)).sum() > FEWEST_ROWS / 2:
        kinds = kinds or _kinds_of_client(table)
        client = _clearest_client(table, kinds, ahead, usual, np.flatnonzero(known))
        if client is None:
            break
        found.append(client)
        known = known & ~client.rows
    return found


def _kinds_of_client(table: Table) -> dict[str, Ints]:
    """Return the columns that may say what kind of client a row came from, as codes."""
    frame, kinds = table.frame, {}
    roles = (table.log.user, table.log.event, table.log.time, table.received_column)
    for column in frame.columns:
        if column in roles:
            continue
        if len(codes_of(frame[column].head(100 * MOST_CLIENTS))[1]) <= MOST_CLIENTS:
            codes, values = codes_of(frame[column])
            if 2 <= len(values) <= MOST_CLIENTS:
                kinds[column] = codes
    return kinds


def _clearest_client(
    table: Table, kinds: Mapping[str, Ints], ahead: Ints, usual: int, rows: Ints
) -> Client | None:
    """Return the client, by one column or by two, that explains most of what is off."""
    assert table.received is not None
    off = rows[np.abs(ahead[rows] - usual) > TOLERANCE]
    best, most = None, 0
    for columns in [*combinations(kinds, 1), *combinations(kinds, 2)]:
        codes = _codes_of(columns, kinds)
        n_rows = np.bincount(codes[rows])
        n_off = np.bincount(codes[off], minlength=len(n_rows))
        suspects = (n_rows >= FEWEST_ROWS) & (2 * n_off > n_rows)
        suspects[0] = False
        if not suspects.any():
            continue
        own = rows[suspects[codes[rows]]]
        clients = pd.DataFrame({"code": codes[own], "ahead": ahead[own]})
        clients["shift"] = clients.groupby("code")["ahead"].transform("median").astype(np.int64)
        away = (clients["ahead"] - clients["shift"]).abs()
        # A clock shifts every time alike; a late network, or a batch, each by something else.
        clients["exactly"], clients["alike"] = away <= MINUTE, away <= TOLERANCE
        clients["hour"] = np.where(clients["alike"], table.received[own] // HOUR, -1)
        judged = clients.groupby("code").agg(
            shift=("shift", "first"),
            exactly=("exactly", "mean"),
            alike=("alike", "sum"),
            rows=("alike", "size"),
            hours=("hour", "nunique"),
        )
        wrong = judged[
            ((judged["shift"] - usual).abs() > TOLERANCE)
            & (judged["exactly"] >= 0.5)
            & (judged["hours"] >= FEWEST_HOURS)
        ]
        # As many of its rows as can be, and as few others.
        score = 2 * wrong["alike"] - wrong["rows"]
        if len(score) and score.max() > most:
            most, place = int(score.max()), int(score.argmax())
            of_it = np.zeros(len(ahead), dtype=bool)
            of_it[own[(clients["code"] == wrong.index[place]) & clients["alike"]]] = True
            values = table.frame.loc[of_it.argmax(), list(columns)]
            name = ", ".join(f"{column} = {value}" for column, value in values.items())
            shift = int(wrong["shift"].iloc[place]) - usual
            best = Client(name=name, shift=round(shift / MINUTE) * MINUTE, rows=of_it)
    return best


def _codes_of(columns: Sequence[str], kinds: Mapping[str, Ints]) -> Ints:
    """Return a code for each row's values of these columns; 0 where one is missing."""
    codes = np.zeros(1, dtype=np.int64)
    missing = np.zeros(1, dtype=bool)
    for column in columns:
        codes = codes * MOST_CLIENTS + kinds[column]
        missing = missing | (kinds[column] < 0)
    return np.where(missing, 0, codes + 1)
