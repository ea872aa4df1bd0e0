"""What a row shows by itself: values that are missing, that are no time, that came before."""

from __future__ import annotations

import numpy as np

from pmlab.durations import MINUTE
from pmlab.logcheck.result import LogFinding
from pmlab.logcheck.table import Table
from pmlab.results import count, number_of, percent

__all__ = ["duplicates", "missing_values", "unreadable_times"]


def missing_values(table: Table) -> LogFinding | None:
    """Find rows without a user, an event or a time."""
    log = table.log
    absent = {
        log.user: table.user < 0,
        log.event: ~table.has_event,
        log.time: ~table.has_time & ~table.unreadable,
    }
    counts = [
        f"{count(rows.sum())} without {name!r}" for name, rows in absent.items() if rows.any()
    ]
    written = [
        f"{value!r} in {name!r}"
        for name in (log.user, log.event)
        for value in table.frame.loc[absent[name], name].dropna().unique()
    ]
    concerned = np.logical_or.reduce(list(absent.values()))
    return table.finding(
        "missing values",
        concerned,
        f"{number_of(concerned.sum(), 'row')} ({percent(concerned.mean())}) with nothing in a "
        f"column that counting needs: {', '.join(counts)}.",
        "See whether all are of one client, or are events that no user causes. Counting leaves "
        "them out" + (f", but first turn {' and '.join(written)} into nulls." if written else "."),
    )


def unreadable_times(table: Table) -> LogFinding | None:
    """Find times that are no ISO 8601 times."""
    texts = table.frame.loc[table.unreadable, table.log.time].astype(str)
    return table.finding(
        "unreadable times",
        table.unreadable,
        f"{number_of(len(texts), 'text')} in {table.log.time!r}: no ISO 8601 time.",
        "Parse them with the format that they were written in.",
        [
            f"row {row}: {text!r}"
            for row, text in zip(
                np.flatnonzero(table.unreadable)[:3], texts.head(3).tolist(), strict=True
            )
        ],
    )


def duplicates(table: Table) -> LogFinding | None:
    """Find rows that repeat an earlier one."""
    repeated = table.repeated
    coarse = bool((table.time[table.has_time] % MINUTE == 0).all())
    return table.finding(
        "duplicates",
        repeated,
        f"{number_of(repeated.sum(), 'row')} ({percent(repeated.mean())}) that agree with an "
        "earlier one in every column, save when the server got it.",
        "Keep the first of each; ask whether clients send again when they get no answer."
        + (" These times have no seconds, so some may well be second events." if coarse else ""),
    )
