"""Event tables to measure on: seeded, 20 events a user over 26 weeks, a few users much busier."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

NAMES = {
    "visit": 0.26,
    "view_item": 0.18,
    "search": 0.14,
    "scroll": 0.12,
    "add_to_cart": 0.09,
    "log_out": 0.05,
    "purchase": 0.04,
    "share": 0.03,
    "help": 0.03,
    "settings": 0.03,
    "sign_up": 0.02,
    "refund": 0.01,
}
DEVICES = ("phone", "phone", "web", "tablet", None)
EVENTS_PER_USER = 20
WEEKS = 26
MILLISECONDS = WEEKS * 7 * 86_400 * 1_000
BEGIN = 1_767_225_600_000  # 2026-01-01
CHUNK = 1_000_000


def write(path: Path, n: int, *, ids: str = "integers", order: str = "time") -> None:
    """Write `n` events, a slice of time after the other, so that any number fits in memory.

    Parameters
    ----------
    path : Path
    n : int
    ids : {"integers", "sparse", "uuid"}
        Users as numbers with gaps, as random 64-bit numbers, or as UUIDs in text.
    order : {"time", "none"}
        Rows in order of time, or shuffled within the whole table.
    """
    n_chunks = max(1, n // CHUNK)
    users = _ids(n // EVENTS_PER_USER, ids)
    names, devices = pa.array(list(NAMES)), pa.array(DEVICES)
    places = np.arange(n_chunks)
    if order == "none":
        # Each chunk takes its times from everywhere.
        places = np.full(n_chunks, -1)
    with pq.ParquetWriter(path, _schema(users)) as writer:
        for chunk, place in enumerate(places):
            rng = np.random.default_rng([20260101, chunk])
            size = n // n_chunks
            span = MILLISECONDS // (1 if place < 0 else n_chunks)
            time = rng.integers(0, span, size) + max(place, 0) * span
            time = time if place < 0 else np.sort(time)
            # The busiest tenth of users do a third of all; the ids do not show who they are.
            user = (len(users) * rng.random(size) ** 2).astype(np.int64) * 7_919 % len(users)
            event = rng.choice(len(NAMES), size, p=np.array(list(NAMES.values())))
            device = rng.integers(0, len(DEVICES), size)
            writer.write_table(
                pa.table(
                    {
                        "user_id": users.take(pa.array(user)),
                        "event": names.take(pa.array(event)),
                        "time": pa.array((BEGIN + time) * 1_000, pa.timestamp("us")),
                        "device": devices.take(pa.array(device)),
                    }
                )
            )


def _schema(users: pa.Array) -> pa.Schema:
    texts = {"event": pa.string(), "time": pa.timestamp("us"), "device": pa.string()}
    return pa.schema({"user_id": users.type, **texts})


def _ids(n: int, kind: str) -> pa.Array:
    rng = np.random.default_rng(7)
    if kind == "integers":
        return pa.array(1_000_000 + 3 * np.arange(n))
    if kind == "sparse":
        return pa.array(rng.integers(0, 2**62, n))
    halves = rng.integers(0, 2**63, (n, 2)).tolist()
    texts = (f"{high:016x}{low:016x}" for high, low in halves)
    return pa.array(f"{t[:8]}-{t[8:12]}-{t[12:16]}-{t[16:20]}-{t[20:]}" for t in texts)
