"""The rows of an experiment in memory, as arrays."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from pmlab.ab.compare import require_winsorise
from pmlab.ab.metrics import CLUSTER_SIZE, Metric
from pmlab.ab.moments import Floats, Moments
from pmlab.ab.rows.refusals import (
    before_exposure,
    in_both,
    missing_values,
    no_time,
    not_finite,
    not_numbers,
    require_one_row_a_unit,
    require_segment,
)
from pmlab.ab.rows.table import (
    DAY,
    Extremes,
    Roles,
    Rows,
    Sample,
    Sampled,
    arms_in_order,
    covariates_measured_at,
    in_order,
    late,
)
from pmlab.errors import InputError
from pmlab.events.columns import NO_TIME, Codes, Ints, as_codes, as_micros, is_missing
from pmlab.events.periods import Calendar
from pmlab.events.tables import Table

__all__ = ["InMemory", "all_differ"]

Bools = npt.NDArray[np.bool_]

DENSE = 16
"""Ids of a range up to so many times their number are marked in it to see if one comes twice."""


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
        variants = frame[roles.variant]
        self.arms, _ = arms_in_order(in_order(variants.unique().to_list()), roles)
        self._arm = np.zeros(len(frame), dtype=np.int64)
        for place, arm in enumerate(self.arms[1:], start=1):
            self._arm[(variants == arm).to_numpy()] = place
        self._n_rows = np.bincount(self._arm, minlength=len(self.arms))
        self._columns: dict[str, tuple[Floats, Bools | None]] = {}
        self._groupings: dict[str, Codes] = {}
        self._randomise()

    def _randomise(self) -> None:
        roles = self.roles
        if roles.cluster is None:
            if not all_differ(self._frame[roles.unit]):
                self._refuse_repeated()
            self.units = tuple(self._n_rows.tolist())
            return
        clusters = as_codes(self._frame[roles.cluster])
        n = len(clusters.values)
        arm = np.empty(n, dtype=np.int64)
        arm[clusters.codes] = self._arm
        both = np.unique(clusters.codes[arm[clusters.codes] != self._arm])
        if len(both):
            raise in_both(roles, len(both), clusters.values.tolist()[both[0]])
        self._clusters, self._n_clusters = clusters.codes, n
        self.units = tuple(np.bincount(arm, minlength=len(self.arms)).tolist())

    def _refuse_repeated(self) -> None:
        units = as_codes(self._frame[self.roles.unit])
        times = np.bincount(units.codes)
        lowest = np.full(len(times), len(self.arms))
        highest = np.full(len(times), -1)
        np.minimum.at(lowest, units.codes, self._arm)
        np.maximum.at(highest, units.codes, self._arm)
        both = np.flatnonzero(lowest < highest)
        if len(both):
            raise in_both(self.roles, len(both), units.values.tolist()[both[0]])
        often = np.flatnonzero(times > 1)
        most = int(often[np.argmax(times[often])])
        require_one_row_a_unit(
            self.roles, len(often), units.values.tolist()[most], int(times[most])
        )

    def samples(self, metrics: Sequence[Metric], by: str | None = None) -> list[Sampled]:
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
        if self.roles.cluster is None:
            return Moments.of_rows(columns, rows)
        clusters = self._clusters[rows]
        here = np.bincount(clusters, minlength=self._n_clusters) > 0
        return Moments.of_arrays(
            {
                name: np.bincount(clusters, values[rows], self._n_clusters)[here]
                for name, values in columns.items()
            }
        )

    def units_by(self, segment: str) -> dict[Hashable, tuple[int, ...]]:
        found = {}
        for value, by_arm in self._cells(segment):
            if self.roles.cluster is None:
                found[value] = tuple(map(len, by_arm))
            else:
                found[value] = tuple(len(np.unique(self._clusters[rows])) for rows in by_arm)
        return found

    def extremes(self, columns: Sequence[str]) -> dict[str, tuple[Extremes, ...]]:
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

    def last_day(self) -> int:
        return int(self._days.max())

    def halves(self, metrics: Sequence[Metric], day: int) -> list[tuple[Moments, ...]]:
        later = (self._days >= day).astype(float)
        found = []
        for metric in metrics:
            columns, missing = self._columns_of(metric)
            both: dict[str, Floats] = {}
            columns[CLUSTER_SIZE] = np.ones_like(later)
            for name, values in columns.items():
                both[name], both[late(name)] = values * (1 - later), values * later
            kept = ~missing if missing is not None and self.roles.missing == "drop" else None
            found.append(
                tuple(
                    self._moments(both, rows if kept is None else rows[kept[rows]])
                    for rows in self._whole
                )
            )
        return found

    def measured_late(self, column: str) -> int:
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
        return self._columns[name]


def limits_of(values: Floats, winsorise: float | tuple[float, float]) -> tuple[float, float]:
    """Return the two values beyond which others are moved to them."""
    lowest, highest = require_winsorise(winsorise)
    if len(values) == 0:
        return -np.inf, np.inf
    return (
        float(np.quantile(values, lowest)) if lowest > 0 else -np.inf,
        float(np.quantile(values, highest)) if highest < 1 else np.inf,
    )


def all_differ(series: nw.Series[Any]) -> bool:
    """Return whether no value, of some that are all there, comes twice."""
    if not series.dtype.is_integer():
        return series.n_unique() == len(series)
    values = series.to_numpy()
    lowest, highest = int(values.min()), int(values.max())
    if highest - lowest > DENSE * len(values):
        return bool(pd.Index(values).is_unique)
    seen = np.zeros(highest - lowest + 1, dtype=bool)
    seen[values - lowest] = True
    return int(seen.sum()) == len(values)


def _floats(series: nw.Series[Any]) -> tuple[Floats, Bools | None]:
    """Return a column of numbers with 0 for what is missing, and where that is; None if nowhere."""
    if isinstance(series.dtype, nw.Object):
        values = _floats_of_objects(series)
    elif series.dtype.is_numeric() or isinstance(series.dtype, nw.Boolean):
        absent = np.asarray(series.is_null().to_numpy(), dtype=bool)
        whole = series.cast(nw.Float64()).fill_null(0.0) if absent.any() else series
        values = whole.to_numpy().astype(np.float64, copy=False)
        if absent.any():
            values = np.where(absent, np.nan, values)
    else:
        raise not_numbers(series.name, f"{str(series.dtype).lower()} values")
    if np.isfinite(values).all():
        return values, None
    if n := int(np.isinf(values).sum()):
        raise not_finite(series.name, n)
    missing = np.isnan(values)
    return np.where(missing, 0.0, values), missing


def _floats_of_objects(series: nw.Series[Any]) -> Floats:
    """Return numbers and truth values that a missing one had turned into objects, NaN for it."""
    values = np.full(len(series), np.nan)
    for row, value in enumerate(series.to_list()):
        if isinstance(value, bool | int | float | np.number | np.bool_):
            values[row] = float(value)
        elif not pd.isna(value):
            raise not_numbers(series.name, f"{value!r}")
    return values
