"""What an experiment knows of its rows, wherever they are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from pmlab.ab.metrics import Metric
from pmlab.ab.moments import Floats, Moments
from pmlab.errors import InputError, NotFoundError, did_you_mean
from pmlab.events.columns import Codes, Ints
from pmlab.events.tables import require_column
from pmlab.results import count

__all__ = [
    "DAY",
    "Extremes",
    "Missing",
    "Roles",
    "Rows",
    "Sample",
    "Sampled",
    "arms_in_order",
    "covariates_measured_at",
    "in_order",
    "late",
]

Missing = Literal["refuse", "drop", "zero"]
Sample = Moments | Floats
"""An arm's moments, or its values for a metric that needs these."""

DAY = "day since exposure"
"""To group by instead of a segment."""

MOST_ARMS = 50
MOST_SEGMENTS = 50


@dataclass(frozen=True, kw_only=True)
class Roles:
    """Which column says what."""

    unit: str
    variant: str
    control: Hashable
    cluster: str | None = None
    exposed_at: str | None = None
    measured_at: str | None = None
    segments: tuple[str, ...] = ()
    missing: Missing = "refuse"

    @property
    def randomised(self) -> str:
        """The column of what was put into an arm."""
        return self.cluster or self.unit

    def require(self, names: Sequence[str]) -> None:
        """Refuse columns that the table does not have."""
        given = {
            "unit": self.unit,
            "variant": self.variant,
            "cluster": self.cluster,
            "exposed_at": self.exposed_at,
            "measured_at": self.measured_at,
        }
        for parameter, name in given.items():
            if name is not None:
                require_column(name, names, parameter, table="rows")
        for name in self.segments:
            require_column(name, names, "segments", table="rows")
        if self.measured_at is not None and self.exposed_at is None:
            raise InputError(
                "measured_at is given without exposed_at; days since exposure need both."
            )


def late(column: str) -> str:
    """Return what a column of the later days is called where it stands beside the earlier ones."""
    return f"late {column}"


class Extremes(NamedTuple):
    """The smallest and the largest value of a column in an arm."""

    low: float
    high: float


class Sampled(NamedTuple):
    """What a metric needs, for every value of what it was grouped by (None for all rows)."""

    groups: dict[Hashable, tuple[Sample, ...]]
    """Arm by arm, the control first."""
    n_missing: tuple[int, ...]
    """Rows of each arm in which one of the metric's columns is missing."""
    winsorised_at: tuple[float, float] | None = None

    @property
    def whole(self) -> tuple[Sample, ...]:
        """The samples of all rows."""
        return self.groups[None]


class Rows(ABC):
    """The rows of an experiment, by arm."""

    roles: Roles
    arms: tuple[Hashable, ...]
    """The control first, then the others as they sort."""
    units: tuple[int, ...]
    """How many units of randomisation each arm has."""
    n_dropped: int
    """Rows without a unit or without an arm."""

    @abstractmethod
    def samples(self, metrics: Sequence[Metric], by: str | None = None) -> list[Sampled]:
        """Return what each metric needs, by a segment, by `DAY`, or of all rows."""

    @abstractmethod
    def units_by(self, segment: str) -> dict[Hashable, tuple[int, ...]]:
        """Return how many units each arm has, for every value of a segment."""

    @abstractmethod
    def extremes(self, columns: Sequence[str]) -> dict[str, tuple[Extremes, ...]]:
        """Return the ends of these columns in each arm."""

    @abstractmethod
    def last_day(self) -> int:
        """Return the last day since exposure that any row has."""

    @abstractmethod
    def halves(self, metrics: Sequence[Metric], day: int) -> list[tuple[Moments, ...]]:
        """Return the moments of sums by unit of randomisation, before a day and from it on.

        The columns are those of the metric and how many rows there are, before, then the same
        again under `late(column)`.
        """

    @abstractmethod
    def measured_late(self, column: str) -> int:
        """Return how many rows have a time in this column that lies after their exposure."""


def covariates_measured_at(metric: Metric) -> str | None:
    """Return the column with the time until which a metric's covariates were measured."""
    at: str | None = getattr(metric, "covariates_measured_at", None)
    return at


def in_order(values: Sequence[Hashable]) -> list[Any]:
    """Return values in the order in which they sort, numbers before texts."""
    return Codes(np.arange(len(values)), pd.Index(values, dtype=object)).sorted().values.tolist()


def arms_in_order(values: Sequence[Hashable], roles: Roles) -> tuple[tuple[Hashable, ...], Ints]:
    """Return the arms with the control first, and where each of `values` stands among them."""
    if roles.control not in values:
        alike = [value for value in values if str(value) == str(roles.control)]
        hint = (
            f"It has {alike[0]!r}, of another type: control={alike[0]!r}."
            if alike
            else did_you_mean(roles.control, values)
        )
        raise NotFoundError(
            f"control={roles.control!r}: no row has this value in column {roles.variant!r}. {hint}"
        )
    if len(values) < 2:
        raise InputError(
            f"all rows are in {roles.control!r}; column {roles.variant!r} must hold two arms or "
            "more to compare. Was the table filtered?"
        )
    if len(values) > MOST_ARMS:
        raise InputError(
            f"variant={roles.variant!r} has {count(len(values))} values, which are too many to be "
            "arms; name the column that says which arm a unit is in."
        )
    arms = (roles.control, *(value for value in values if value != roles.control))
    return arms, np.array([arms.index(value) for value in values], dtype=np.int64)
