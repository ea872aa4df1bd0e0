"""The rows of an experiment, and what each metric needs of them, arm by arm.

`Rows` is all that an experiment knows of a table. Here it is in memory; `lazy` has the same of a
table in an engine.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from pmlab.ab.compare import require_winsorise
from pmlab.ab.metrics import CLUSTER_SIZE, Metric
from pmlab.ab.moments import Floats, Moments
from pmlab.errors import InputError, NotFoundError, did_you_mean
from pmlab.events.columns import NO_TIME, Codes, Ints, as_codes, as_micros, is_missing
from pmlab.events.periods import Calendar
from pmlab.events.tables import Table, require_column
from pmlab.results import count, number_of

__all__ = [
    "DAY",
    "Extremes",
    "InMemory",
    "Missing",
    "Roles",
    "Rows",
    "Sample",
    "Sampled",
    "arms_in_order",
    "require_one_row_a_unit",
    "require_segment",
]

Missing = Literal["refuse", "drop", "zero"]
Bools = npt.NDArray[np.bool_]
Sample = Moments | Floats
"""An arm's moments, or its values for a metric that needs these."""

DAY = "day since exposure"
"""To group by instead of a segment."""

MOST_ARMS = 50
MOST_SEGMENTS = 50
_LATER = "late "
"""Marks the columns of the later days where both halves stand beside each other."""


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

    @staticmethod
    def late(column: str) -> str:
        """Return what a column of the later days is called in `halves`."""
        return _LATER + column


class InMemory(Rows):
    """Rows of a frame or a file, as arrays."""

    def __init__(self, table: Table, roles: Roles, metrics: Sequence[Metric]) -> None:
        self.roles = roles
        plain = [roles.unit, roles.variant, roles.cluster, roles.exposed_at, roles.measured_at]
        asked = [name for metric in metrics for name in metric.columns]
        asked += [at for metric in metrics if (at := covariates_measured_at(metric))]
        ids = [name for name in (roles.unit, roles.cluster) if name is not None]
        wanted = [name for name in plain if name is not None] + asked + list(roles.segments)
        # Of a frame in memory columns are taken one by one: pandas would copy what it selects.
        frame = table.read(wanted, as_text=ids) if table.is_file else table.frame
        known = ~is_missing(frame[roles.variant])
        for name in ids:
            known &= ~is_missing(frame[name])
        self.n_dropped = len(frame) - int(known.sum())
        if self.n_dropped:
            frame = frame.select(list(dict.fromkeys(wanted))).filter(known.tolist())
        if len(frame) == 0:
            raise InputError("rows is empty: no row has both a unit and a variant.")
        self._frame = frame
        variants = _codes(frame[roles.variant]).sorted()
        self.arms, place = arms_in_order(variants.values.tolist(), roles)
        self._arm = place[variants.codes]
        self._n_rows = np.bincount(self._arm, minlength=len(self.arms))
        self._columns: dict[str, Floats] = {}
        self._groupings: dict[str, Codes] = {}
        self._randomise()

    def _randomise(self) -> None:
        roles = self.roles
        if roles.cluster is None:
            if not _all_differ(self._frame[roles.unit]):
                self._refuse_repeated()
            self.units = tuple(self._n_rows.tolist())
            return
        clusters = _codes(self._frame[roles.cluster])
        n = len(clusters.values)
        arm = np.empty(n, dtype=np.int64)
        arm[clusters.codes] = self._arm
        both = np.unique(clusters.codes[arm[clusters.codes] != self._arm])
        if len(both):
            raise in_both(roles, len(both), clusters.values[both[0]])
        self._clusters, self._n_clusters = clusters.codes, n
        self.units = tuple(np.bincount(arm, minlength=len(self.arms)).tolist())

    def _refuse_repeated(self) -> None:
        units = _codes(self._frame[self.roles.unit])
        times = np.bincount(units.codes)
        lowest = np.full(len(times), len(self.arms))
        highest = np.full(len(times), -1)
        np.minimum.at(lowest, units.codes, self._arm)
        np.maximum.at(highest, units.codes, self._arm)
        both = np.flatnonzero(lowest < highest)
        if len(both):
            raise in_both(self.roles, len(both), units.values[both[0]])
        often = np.flatnonzero(times > 1)
        most = int(often[np.argmax(times[often])])
        require_one_row_a_unit(self.roles, len(often), units.values[most], int(times[most]))

    def samples(self, metrics: Sequence[Metric], by: str | None = None) -> list[Sampled]:  # noqa: D102
        return [self._sampled(metric, by) for metric in metrics]

    def _sampled(self, metric: Metric, by: str | None) -> Sampled:
        columns, missing = self._columns_of(metric)
        n_missing, kept = (0,) * len(self.arms), None
        if missing is not None:
            n_missing = tuple(np.bincount(self._arm[missing], minlength=len(self.arms)).tolist())
            kept = ~missing if self.roles.missing == "drop" else None
        limits = None
        winsorise = getattr(metric, "winsorise", None)
        if winsorise is not None:
            first = metric.columns[0]
            limits = limits_of(columns[first] if kept is None else columns[first][kept], winsorise)
            columns = {**columns, first: np.clip(columns[first], *limits)}
        groups = {
            value: tuple(
                self._sample(metric, columns, rows if kept is None else rows[kept[rows]])
                for rows in by_arm
            )
            for value, by_arm in self._cells(by)
        }
        return Sampled(groups, n_missing, limits)

    def _sample(self, metric: Metric, columns: Mapping[str, Floats], rows: Ints) -> Sample:
        if metric.from_rows:
            return columns[metric.columns[0]][rows]
        if self.roles.cluster is not None:
            columns = {**columns, CLUSTER_SIZE: np.ones(len(self._arm))}
        return self._moments(columns, rows)

    def _moments(self, columns: Mapping[str, Floats], rows: Ints) -> Moments:
        """Return the moments of these rows, or of their sums over each cluster that has one."""
        own = {name: values[rows] for name, values in columns.items()}
        if self.roles.cluster is not None:
            clusters = self._clusters[rows]
            here = np.bincount(clusters, minlength=self._n_clusters) > 0
            own = {
                name: np.bincount(clusters, values, self._n_clusters)[here].astype(float)
                for name, values in own.items()
            }
        return Moments.of_arrays(own)

    def units_by(self, segment: str) -> dict[Hashable, tuple[int, ...]]:  # noqa: D102
        found = {}
        for value, by_arm in self._cells(segment):
            if self.roles.cluster is None:
                found[value] = tuple(map(len, by_arm))
            else:
                found[value] = tuple(len(np.unique(self._clusters[rows])) for rows in by_arm)
        return found

    def extremes(self, columns: Sequence[str]) -> dict[str, tuple[Extremes, ...]]:  # noqa: D102
        found = {}
        for name in columns:
            values, missing = self._numbers(name)
            ends = []
            for rows in self._whole:
                own = values[rows]
                if missing is not None and self.roles.missing != "zero":
                    own = own[~missing[rows]]
                ends.append(
                    Extremes(float(own.min()), float(own.max()))
                    if len(own)
                    else Extremes(np.nan, np.nan)
                )
            found[name] = tuple(ends)
        return found

    def last_day(self) -> int:  # noqa: D102
        return int(self._days.max())

    def halves(self, metrics: Sequence[Metric], day: int) -> list[tuple[Moments, ...]]:  # noqa: D102
        later = (self._days >= day).astype(float)
        found = []
        for metric in metrics:
            columns, missing = self._columns_of(metric)
            both: dict[str, Floats] = {}
            for mark, share in (("", 1 - later), (_LATER, later)):
                both |= {mark + name: values * share for name, values in columns.items()}
                both[mark + CLUSTER_SIZE] = share
            kept = ~missing if missing is not None and self.roles.missing == "drop" else None
            found.append(
                tuple(
                    self._moments(both, rows if kept is None else rows[kept[rows]])
                    for rows in self._whole
                )
            )
        return found

    def measured_late(self, column: str) -> int:  # noqa: D102
        assert self.roles.exposed_at is not None
        measured, exposed = self._micros(column, self.roles.exposed_at)
        return int(((measured > exposed) & (exposed != NO_TIME)).sum())

    def _cells(self, by: str | None) -> Iterator[tuple[Hashable, list[Ints]]]:
        """Go through the values of what is grouped by, with the rows of each arm."""
        if by is None:
            yield None, self._whole
            return
        grouping = self._grouping(by)
        n_arms = len(self.arms)
        cells = (grouping.codes + 1) * n_arms + self._arm  # a missing value is a group too
        order = np.argsort(cells, kind="stable")
        sizes = np.bincount(cells, minlength=(len(grouping.values) + 1) * n_arms)
        parts = np.split(order, np.cumsum(sizes)[:-1])
        values: list[Hashable] = [None, *grouping.values.tolist()]
        for place in [*range(1, len(values)), 0]:
            by_arm = parts[place * n_arms : (place + 1) * n_arms]
            if any(map(len, by_arm)):
                yield ("(missing)" if place == 0 else values[place]), by_arm

    @cached_property
    def _whole(self) -> list[Ints]:
        return [np.flatnonzero(self._arm == place) for place in range(len(self.arms))]

    def _grouping(self, by: str) -> Codes:
        if by not in self._groupings:
            if by == DAY:
                days, codes = np.unique(self._days, return_inverse=True)
                self._groupings[by] = Codes(codes, pd.Index(days))
            else:
                found = as_codes(self._frame[by]).sorted()
                require_segment(by, len(found.values))
                self._groupings[by] = found
        return self._groupings[by]

    @cached_property
    def _days(self) -> Ints:
        """For each row, how many calendar days after its exposure it was measured."""
        assert self.roles.exposed_at is not None
        assert self.roles.measured_at is not None
        names = (self.roles.exposed_at, self.roles.measured_at)
        exposed, measured = self._micros(*names)
        for name, times in zip(names, (exposed, measured), strict=True):
            if n := int((times == NO_TIME).sum()):
                raise no_time(name, n)
        calendar = Calendar("D", self._zone)
        days = calendar.numbers(measured) - calendar.numbers(exposed)
        if n := int((days < 0).sum()):
            raise before_exposure(self.roles, n)
        return days

    _zone: str | None = None

    def _micros(self, first: str, second: str) -> tuple[Ints, Ints]:
        (one, zone), (other, other_zone) = (
            as_micros(self._frame[name]) for name in (first, second)
        )
        if (zone is None) != (other_zone is None):
            raise InputError(
                f"{first!r} and {second!r}: one of the two has a time zone and the other none, so "
                "they cannot be compared; give both a zone, or none."
            )
        self._zone = zone
        return one, other

    def _columns_of(self, metric: Metric) -> tuple[dict[str, Floats], Bools | None]:
        """Return a metric's columns, what is missing as 0, and where one of them is missing."""
        columns: dict[str, Floats] = {}
        missing: Bools | None = None
        for name in metric.columns:
            columns[name], absent = self._numbers(name)
            if absent is not None:
                missing = absent if missing is None else missing | absent
        if missing is not None and self.roles.missing == "refuse":
            raise missing_values(metric, int(missing.sum()), len(missing))
        return columns, missing

    def _numbers(self, name: str) -> tuple[Floats, Bools | None]:
        """Return a column with 0 for what is missing, and where that is; None if nowhere."""
        if name not in self._columns:
            self._columns[name] = _floats(self._frame[name])
        values = self._columns[name]
        missing = np.isnan(values)
        if not missing.any():
            return values, None
        return np.where(missing, 0.0, values), missing


def covariates_measured_at(metric: Metric) -> str | None:
    """Return the column with the time until which a metric's covariates were measured."""
    at: str | None = getattr(metric, "covariates_measured_at", None)
    return at


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


def in_both(roles: Roles, n: int, example: Hashable) -> InputError:
    """Return the error for units that are in more than one arm."""
    return InputError(
        f"{number_of(n, 'unit')} of {roles.randomised!r} "
        f"{'is' if n == 1 else 'are'} in more than one arm, such as {example!r}; nobody can say "
        "which arm they answer to. Find out how that came about, for it may have happened to more "
        "people than show; leave them out only if that is the same in all arms."
    )


def require_one_row_a_unit(roles: Roles, n: int, example: Hashable, times: int) -> None:
    """Refuse units that have several rows."""
    if n:
        raise InputError(
            f"{number_of(n, 'unit')} of {roles.unit!r} "
            f"{'has' if n == 1 else 'have'} more than one row, such as {example!r} with "
            f"{count(times)}. Rows of one unit are not independent: add them up to one row a unit, "
            f"or say cluster={roles.unit!r} if this is what was randomised."
        )


def require_segment(name: str, n: int) -> None:
    """Refuse a segment of too many values."""
    if n > MOST_SEGMENTS:
        raise InputError(
            f"segments: {name!r} has {count(n)} values; a segment is one of a handful of groups "
            f"known before the experiment, at most {MOST_SEGMENTS}. Put its values into groups."
        )


def no_time(name: str, n: int) -> InputError:
    """Return the error for times that are missing."""
    return InputError(
        f"{number_of(n, 'row')} {'has' if n == 1 else 'have'} no time in {name!r}; days since "
        "exposure need it in every row. Leave these rows out, or find their times."
    )


def before_exposure(roles: Roles, n: int) -> InputError:
    """Return the error for rows from before their exposure."""
    return InputError(
        f"{number_of(n, 'row')} {'was' if n == 1 else 'were'} measured on a day before the "
        f"exposure ({roles.measured_at!r} before {roles.exposed_at!r}); what happened before it is "
        "no outcome. Leave them out, or use them as a covariate."
    )


def missing_values(metric: Metric, n: int, of: int) -> InputError:
    """Return the error for missing values that nobody said what to do about."""
    names = " or ".join(map(repr, metric.columns))
    return InputError(
        f"{count(n)} of {count(of)} rows have no value in {names}, which {metric.label!r} needs. "
        "Do they mean 0 (nothing was bought: missing='zero'), or was nothing measured "
        "(missing='drop' leaves them out of this metric)?"
    )


def not_finite(name: str, n: int) -> InputError:
    """Return the error for infinite values."""
    return InputError(
        f"column {name!r} holds {number_of(n, 'infinite value')}; a division by 0? Correct it "
        "where it comes from."
    )


def not_numbers(name: str, holds: str) -> InputError:
    """Return the error for a column of something else."""
    return InputError(
        f"column {name!r} holds {holds}; a metric needs numbers, or True and False. Turn it into "
        "numbers first, or name another column."
    )


def limits_of(values: Floats, winsorise: float | tuple[float, float]) -> tuple[float, float]:
    """Return the two values beyond which others are moved to them."""
    lowest, highest = require_winsorise(winsorise)
    if len(values) == 0:
        return -np.inf, np.inf
    return (
        float(np.quantile(values, lowest)) if lowest > 0 else -np.inf,
        float(np.quantile(values, highest)) if highest < 1 else np.inf,
    )


def _all_differ(series: nw.Series[Any]) -> bool:
    if series.dtype.is_integer():
        return bool(pd.Index(series.to_numpy()).is_unique)
    return series.n_unique() == len(series)


def _codes(series: nw.Series[Any]) -> Codes:
    """Return a column as codes, quickly where it holds texts that Arrow can number."""
    if series.implementation.is_pandas() or not isinstance(series.dtype, nw.String):
        return as_codes(series)
    try:
        texts = series.to_arrow()
    except ModuleNotFoundError:  # polars without pyarrow
        return as_codes(series)
    encoded = texts.dictionary_encode()
    if hasattr(encoded, "unify_dictionaries"):  # an Arrow column in pieces
        encoded = encoded.unify_dictionaries().combine_chunks()
    return Codes(
        encoded.indices.to_numpy().astype(np.int64), pd.Index(encoded.dictionary.to_pylist())
    )


def _floats(series: nw.Series[Any]) -> Floats:
    """Return a column of numbers, NaN for what is missing."""
    if isinstance(series.dtype, nw.Object):
        return _floats_of_objects(series)
    if not (series.dtype.is_numeric() or isinstance(series.dtype, nw.Boolean)):
        raise not_numbers(series.name, f"{str(series.dtype).lower()} values")
    missing = np.asarray(series.is_null().to_numpy(), dtype=bool)
    whole = series.cast(nw.Float64()).fill_null(0.0) if missing.any() else series
    values = whole.to_numpy().astype(np.float64, copy=False)
    if missing.any():
        values = np.where(missing, np.nan, values)
    if n := int(np.isinf(values).sum()):
        raise not_finite(series.name, n)
    return values


def _floats_of_objects(series: nw.Series[Any]) -> Floats:
    """Return numbers and truth values that a missing one had turned into objects."""
    missing = is_missing(series)
    values = np.zeros(len(missing))
    for row, value in enumerate(series.to_list()):
        if not missing[row]:
            if not isinstance(value, bool | int | float | np.number | np.bool_):
                if value != value or value is None:  # a NaN among the objects
                    missing[row] = True
                    continue
                raise not_numbers(series.name, f"{value!r}")
            values[row] = float(value)
    return np.where(missing, np.nan, values)
