"""Random logs with many ties, and the step definitions to run over them.

Each unit is one random log, so one table holds thousands of cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from .definition import Event, Funnel, Progress, progress

NAMES = ("a", "b", "c", "d")
DEVICES = ("phone", "tv", "web")
ITEMS = ("hat", "shoe", None)

STEPS: dict[str, tuple[tuple[str, ...], ...]] = {
    # two to four steps of one event each
    "two": (("a",), ("b",)),
    "three": (("a",), ("b",), ("c",)),
    "four": (("a",), ("b",), ("c",), ("d",)),
    # the same step again
    "a a": (("a",), ("a",)),
    "a a b": (("a",), ("a",), ("b",)),
    "a b a": (("a",), ("b",), ("a",)),
    "a b a b": (("a",), ("b",), ("a",), ("b",)),
    "a a a a": (("a",), ("a",), ("a",), ("a",)),
    # steps that share some of their events
    "ab b": (("a", "b"), ("b",)),
    "a ab b": (("a",), ("a", "b"), ("b",)),
    "b ab a": (("b",), ("a", "b"), ("a",)),
    "ab bc cd": (("a", "b"), ("b", "c"), ("c", "d")),
    "abc bcd ab ad": (("a", "b", "c"), ("b", "c", "d"), ("a", "b"), ("a", "d")),
    "ab cd ab": (("a", "b"), ("c", "d"), ("a", "b")),
}


class Row(NamedTuple):
    name: str
    second: int
    device: str | None
    item: str | None


@dataclass(frozen=True, eq=False)
class Logs:
    """A table of events, one row each, shuffled: a unit and the columns of `Row`."""

    frame: pd.DataFrame
    by_unit: dict[int, list[Row]]

    @property
    def last(self) -> int:
        """The latest second in the table."""
        return int(self.frame["second"].max())


@cache
def random_logs(n_units: int, *, seed: int, most_events: int = 9, latest: int = 6) -> Logs:
    """Return logs of 1 to `most_events` events at whole seconds 0 to `latest`."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, most_events + 1, n_units)
    rows = int(sizes.sum())
    # Some units use few of the names, so that long chains of one name occur as well.
    n_names = np.repeat(rng.integers(2, len(NAMES) + 1, n_units), sizes)
    units = rng.permutation(np.repeat(np.arange(n_units), sizes)).tolist()
    names = [NAMES[i] for i in (rng.random(rows) * n_names).astype(int)]
    seconds = rng.integers(0, latest + 1, rows).tolist()
    devices = [(*DEVICES, None)[i] for i in rng.integers(0, len(DEVICES) + 1, rows)]
    items = [ITEMS[i] for i in rng.integers(0, len(ITEMS), rows)]
    by_unit: dict[int, list[Row]] = {u: [] for u in range(n_units)}
    for unit, *row in zip(units, names, seconds, devices, items, strict=True):
        by_unit[unit].append(Row(*row))
    frame = pd.DataFrame(
        {"unit": units, "name": names, "second": seconds, "device": devices, "item": items}
    )
    return Logs(frame, by_unit)


def events_of(
    log: list[Row], steps: tuple[tuple[str, ...], ...], excluding: tuple[str, ...] = ()
) -> list[Event]:
    """Return a unit's log as the definition takes it; `excluding` names each exclusion's event."""
    return [
        Event(
            time=row.second,
            matches=frozenset(k for k, names in enumerate(steps, 1) if row.name in names),
            value=row.device,
            excludes=frozenset(i for i, name in enumerate(excluding) if row.name == name),
            held=row.item,
        )
        for row in log
    ]


def expected(
    logs: Logs, steps: tuple[tuple[str, ...], ...], within: int, **rules
) -> dict[int, Progress]:
    """Return what the definition says of each unit."""
    funnel = Funnel(n_steps=len(steps), within=within, **rules)
    return {unit: progress(events_of(log, steps), funnel) for unit, log in logs.by_unit.items()}
