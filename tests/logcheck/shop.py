"""An honest log to plant faults in: people who come, look around, and go to bed."""

import numpy as np
import pandas as pd

START = pd.Timestamp("2026-03-02")  # a Monday
EVENTS = ["visit", "search", "view", "add_to_basket", "buy"]


def honest(n_users=120, n_days=28, seed=0, opens=7, closes=23, comes=0.5):
    """Return a log in the order of time. Each user has one phone and comes on half of the days."""
    rng = np.random.default_rng(seed)
    rows = []
    for user in range(n_users):
        device = ["iphone", "android", "desktop"][user % 3]
        for day in range(n_days):
            if rng.random() > comes:
                continue
            at = START + pd.Timedelta(days=day, hours=rng.uniform(opens, closes - 0.5))
            for event in EVENTS[: rng.integers(1, 6)]:
                rows.append((f"u{user}", event, at.floor("s"), device, f"phone {user}"))
                at += pd.Timedelta(seconds=rng.uniform(4, 90))
    log = pd.DataFrame(rows, columns=["user_id", "event", "time", "device", "phone"])
    log["received_at"] = log["time"] + pd.to_timedelta(rng.integers(0, 20, len(log)), unit="s")
    return log.sort_values("time", kind="stable", ignore_index=True)


def add(log, rows):
    """Return the log with these rows at its end, and their positions."""
    more = pd.DataFrame(rows).reindex(columns=log.columns)
    together = pd.concat([log.astype(object), more.astype(object)], ignore_index=True)
    for column in ("time", "received_at"):
        together[column] = pd.to_datetime(together[column])
    return together, list(range(len(log), len(together)))


def visits(user, times, event="view", **columns):
    """Return one row for each of these times."""
    return [{"user_id": user, "event": event, "time": at, **columns} for at in times]


def every(seconds, n, begin="2026-03-10 12:00"):
    """Return n times, so many seconds apart."""
    return list(pd.Timestamp(begin) + pd.to_timedelta(np.arange(n) * seconds, unit="s"))
