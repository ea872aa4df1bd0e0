"""Random logs around the days on which clocks change, with ties, gaps and missing values."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from .definition import Event, utc

NAMES = ("join", "visit", "buy")
PLACES = {
    # Clocks go back at 03:00 on 25 October, forward at 02:00 on 28 March.
    "Europe/Berlin": ("2026-10-10", "2027-03-15"),
    # Back at 01:00 to midnight on 1 November: that midnight comes twice.
    "America/Havana": ("2026-10-20",),
    # Forward at midnight on 4 November 2018: that day begins at 01:00.
    "America/Sao_Paulo": ("2018-10-20",),
    None: ("2026-02-20",),
}


def random_log(seed, zone):
    """Return events and the same as a frame, in UTC or without a zone.

    Its rows stand in the order of time, of users and then time, or in none.
    """
    rng = np.random.default_rng(seed)
    begin = utc(str(rng.choice(PLACES[zone])))
    span = int(rng.choice([1, 2, 10, 40, 100]))
    step = int(rng.choice([30, 360, 1440]))  # in minutes: from few ties to many
    n_users = int(rng.integers(1, 9))
    events = []
    for _ in range(int(rng.integers(1, 60))):
        minutes = int(rng.integers(0, span * 1440 // step + 1)) * step
        moment = begin + timedelta(minutes=minutes)
        events.append(
            Event(
                user=None if rng.random() < 0.03 else f"u{rng.integers(0, n_users)}",
                name=str(rng.choice(NAMES)),
                moment=None if rng.random() < 0.03 else moment,
                kind=None if rng.random() < 0.1 else str(rng.choice(["x", "y", "z"])),
            )
        )
    if zone is None:
        events = [e._replace(moment=e.moment and e.moment.replace(tzinfo=None)) for e in events]
    rows = [events[k] for k in rng.permutation(len(events))]
    order = rng.integers(0, 3)
    if order:
        far = utc("2100-01-01").replace(tzinfo=None)
        rows.sort(key=lambda e: e.moment.replace(tzinfo=None) if e.moment else far)
    if order == 2:
        rows.sort(key=lambda e: e.user or "")
    return events, frame_of(rows, zone)


def frame_of(events, zone="UTC"):
    """Return events as a frame."""
    columns = dict(
        zip(("user_id", "event", "time", "kind"), zip(*events, strict=True), strict=True)
    )
    frame = pd.DataFrame(columns)
    if zone is None:
        return frame.assign(time=pd.to_datetime(frame["time"]).astype("datetime64[us]"))
    times = pd.to_datetime(frame["time"], utc=True).astype("datetime64[us, UTC]")
    return frame.assign(time=times)
