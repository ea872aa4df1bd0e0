"""The rows of an experiment in an engine (polars, DuckDB, Spark): only sums come out.

Every number is a sum over a group, written as Narwhals expressions. Sums of squares are of
deviations from a number near the arm's mean: one query finds where that is, the next one sums.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations_with_replacement
from typing import Any, NoReturn

import narwhals as nw
import numpy as np

from pmlab.ab.metrics import CLUSTER_SIZE, Mean, Metric
from pmlab.ab.moments import Moments
from pmlab.ab.rows.memory import all_differ
from pmlab.ab.rows.refusals import (
    in_both,
    missing_values,
    not_finite,
    not_numbers,
    require_one_row_a_unit,
    require_segment,
)
from pmlab.ab.rows.table import DAY, Extremes, Roles, Rows, Sampled, arms_in_order, in_order
from pmlab.errors import InputError
from pmlab.events.tables import Table

__all__ = ["InEngine"]

FIRST = 1000
"""Rows to learn from about where the values lie."""
FAR = 1000.0
"""Standard deviations between a centre and a mean; at more, squares lose more than 6 digits."""

_ARM, _GROUP, _N = "pmlab_arm", "pmlab_group", "pmlab_n"


@dataclass
class _Wanted:
    """The sums that metrics need, each once, and the names they go by."""

    values: dict[str, nw.Expr] = field(default_factory=dict)
    """Per row, or per cluster: 0 where the metric leaves the row out."""
    weights: dict[str, nw.Expr] = field(default_factory=dict)
    """1 where a metric's columns are there, 0 where one is missing."""
    partial: set[str] = field(default_factory=set)
    """The weights that are 0 somewhere."""
    metrics: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Of each metric, its weight, and which value each of its columns is."""


class InEngine(Rows):
    """Rows of a lazy table."""

    def __init__(self, table: Table, roles: Roles, metrics: Sequence[Metric]) -> None:
        assert table.lazy is not None
        self.roles = roles
        engine = table.lazy.implementation
        self._engine, self._in_process = engine.value, engine.is_polars() or engine.is_duckdb()
        self._schema = table.lazy.collect_schema()
        by_sums = [metric for metric in metrics if not metric.from_rows]
        self._columns = list(dict.fromkeys(name for one in metrics for name in one.columns))
        for name in self._columns:
            dtype = self._schema[name]
            if not (dtype.is_numeric() or isinstance(dtype, nw.Boolean)):
                raise not_numbers(name, f"{str(dtype).lower()} values")
        ids = [name for name in (roles.variant, roles.unit, roles.cluster) if name is not None]
        known = nw.all_horizontal(*(~nw.col(name).is_null() for name in ids), ignore_nulls=True)
        self._frame = table.lazy.filter(known)
        n_rows = int(self._one(table.lazy.select(nw.len().alias(_N)))[_N])
        self._counted: list[dict[str, Any]] = []
        self._at_once: tuple[tuple[Metric, ...], list[Sampled]] | None = None
        if roles.cluster is None and by_sums:
            self._sum_at_once(by_sums)
        if not self._counted:
            self._count()
        self._n_rows = tuple(int(row[_N]) for row in self._counted)
        self.n_dropped = n_rows - sum(self._n_rows)
        self._randomise()

    def _sum_at_once(self, metrics: Sequence[Metric]) -> None:
        """Ask for all sums in one query, as if nothing were missing; often nothing is.

        What they are deviations from is the mean of the first rows. That is good enough unless an
        arm turns out to lie a thousand standard deviations away from it.
        """
        wanted = self._wanted(metrics, {})
        first = self._all(self._frame.select(*map(self._value, self._columns)).head(FIRST))
        near = {name: _mean([row[name] for row in first]) for name in self._columns}
        names = {value: name for _, own in wanted.metrics for name, value in own.items()}
        centre = {value: near[name] for value, name in names.items()}
        ends = [metric.columns[0] for metric in metrics if isinstance(metric, Mean)]
        more = {f"{name} there": nw.col(name).count() for name in self._columns}
        more |= {f"{name} low": self._value(name).min() for name in ends}
        more |= {f"{name} high": self._value(name).max() for name in ends}
        rows = self._sums(wanted, [centre], None, more)
        if not rows:
            return
        complete = all(
            int(row[f"{name} there"]) == int(row[_N]) and math.isfinite(row[value])
            for row in rows
            for value, name in names.items()
        )
        if not complete:
            return
        self.arms, order = self._arms_of([row[_ARM] for row in rows])
        rows = [rows[at] for at in order]
        zeros = {f"{name} missing": 0 for name in self._columns}
        sampled = [_sampled_of(rows, own, [centre] * len(rows)) for own in wanted.metrics]
        self._counted = [{**row, **zeros} for row in rows]
        if all(_is_exact(row, wanted) for row in rows):
            n_missing = (0,) * len(rows)
            self._at_once = (
                tuple(metrics),
                [Sampled({None: arms}, n_missing) for arms in sampled],
            )

    def _count(self) -> None:
        """Find the arms, and of each column in them its ends and what is missing."""
        sums: dict[str, nw.Expr] = {}
        for name in self._columns:
            value, missing = self._value(name), self._missing(name)
            sums |= {
                f"{name} missing": _where(missing).sum(),
                f"{name} infinite": _where(~missing & ~value.is_finite()).sum(),
                f"{name} low": nw.when(~missing).then(value).min(),
                f"{name} high": nw.when(~missing).then(value).max(),
            }
        found = self._all(self._frame.group_by(self.roles.variant).agg(nw.len().alias(_N), **sums))
        if not found:
            raise InputError("rows is empty: no row has both a unit and a variant.")
        found = _sorted_by(found, self.roles.variant)
        self.arms, order = self._arms_of([row[self.roles.variant] for row in found])
        self._counted = [found[at] for at in order]
        for name in self._columns:
            if infinite := self._total(f"{name} infinite"):
                raise not_finite(name, infinite)

    def _arms_of(self, values: Sequence[Hashable]) -> tuple[tuple[Hashable, ...], list[int]]:
        arms, place = arms_in_order(values, self.roles)
        return arms, np.argsort(place).tolist()

    def _randomise(self) -> None:
        roles = self.roles
        unit = nw.col(roles.randomised)
        if roles.cluster is None:
            self.units = self._n_rows
            if self._in_process and self._schema[roles.unit].is_integer():
                # Quicker than to count them where they are, and no more memory.
                ids = self._frame.select(unit).collect()[roles.unit]
                if not all_differ(ids):
                    self._refuse_repeated()
            elif self._n_different() < sum(self._n_rows):
                self._refuse_repeated()
            return
        by_arm = self._all(self._frame.group_by(roles.variant).agg(unit.n_unique().alias(_N)))
        found = {row[roles.variant]: int(row[_N]) for row in by_arm}
        self.units = tuple(found[arm] for arm in self.arms)
        if self._n_different() < sum(self.units):
            self._refuse_repeated()

    def _n_different(self) -> int:
        unit = nw.col(self.roles.randomised)
        return int(self._one(self._frame.select(unit.n_unique().alias(_N)))[_N])

    def _refuse_repeated(self) -> None:
        unit = self.roles.randomised
        each = self._frame.group_by(unit).agg(
            nw.len().alias(_N), nw.col(self.roles.variant).n_unique().alias(_ARM)
        )
        for column in (_ARM, _N):
            wrong = each.filter(nw.col(column) > 1)
            n = int(self._one(wrong.select(nw.len().alias(_GROUP)))[_GROUP])
            if n:
                example = self._all(wrong.sort(_N, unit, descending=[True, False]).head(1))[0]
                if column == _ARM:
                    raise in_both(self.roles, n, example[unit])
                require_one_row_a_unit(self.roles, n, example[unit], int(example[_N]))

    def samples(self, metrics: Sequence[Metric], by: str | None = None) -> list[Sampled]:
        for metric in metrics:
            if metric.from_rows:
                self._refuse(f"{metric.label!r}, a quantile,")
            if getattr(metric, "winsorise", None) is not None:
                self._refuse(f"{metric.label!r}, which is winsorised,")
        if by is None and self._at_once is not None and self._at_once[0] == tuple(metrics):
            return self._at_once[1]
        if by == DAY:
            self._refuse("the effect by days since exposure")
        if by is not None:
            require_segment(by, int(self._one(self._frame.select(nw.col(by).n_unique()))[by]))
        wanted = self._wanted(metrics, {metric: self._gaps(metric) for metric in metrics})
        centres = self._centres(wanted)
        groups: dict[Hashable, list[dict[str, Any] | None]] = {}
        for row in self._sums(wanted, centres, by):
            value = None if by is None else row[_GROUP]
            arms = groups.setdefault(value, [None] * len(self.arms))
            arms[self.arms.index(row[_ARM])] = row
        return [
            Sampled(
                {value: _sampled_of(arms, own, centres) for value, arms in groups.items()},
                self._n_missing(metric),
            )
            for metric, own in zip(metrics, wanted.metrics, strict=True)
        ]

    def units_by(self, segment: str) -> dict[Hashable, tuple[int, ...]]:
        unit = nw.col(self.roles.cluster).n_unique() if self.roles.cluster else nw.len()
        found: dict[Hashable, list[int]] = {}
        rows = self._all(
            self._frame.with_columns(nw.col(segment).alias(_GROUP))
            .group_by(_GROUP, self.roles.variant)
            .agg(unit.alias(_N))
        )
        for row in _sorted_by(rows, _GROUP):
            arms = found.setdefault(_named(row[_GROUP]), [0] * len(self.arms))
            arms[self.arms.index(row[self.roles.variant])] = int(row[_N])
        return {value: tuple(arms) for value, arms in found.items()}

    def extremes(self, columns: Sequence[str]) -> dict[str, tuple[Extremes, ...]]:
        return {name: tuple(self._ends(row, name) for row in self._counted) for name in columns}

    def _ends(self, row: Mapping[str, Any], name: str) -> Extremes:
        low, high = (_number(row[f"{name} {end}"]) for end in ("low", "high"))
        if self.roles.missing == "zero" and int(row[f"{name} missing"]):
            return Extremes(float(np.fmin(low, 0.0)), float(np.fmax(high, 0.0)))
        return Extremes(low, high)

    def last_day(self) -> NoReturn:
        self._refuse("the effect by days since exposure")

    def halves(self, metrics: Sequence[Metric], day: int) -> NoReturn:
        self._refuse("the effect by days since exposure")

    def measured_late(self, column: str) -> int:
        assert self.roles.exposed_at is not None
        late = _where(nw.col(column) > nw.col(self.roles.exposed_at)).sum().alias(_N)
        return int(self._one(self._frame.select(late))[_N])

    def _refuse(self, what: str) -> NoReturn:
        raise InputError(
            f"{what} needs the rows themselves and not only sums, and rows is a lazy "
            f"{self._engine} table; collect it into memory first, for example with .collect() or "
            ".to_arrow_table()."
        )

    # --- what is asked of the engine --------------------------------------------------------------

    def _value(self, name: str) -> nw.Expr:
        return nw.col(name).cast(nw.Float64())

    def _missing(self, name: str) -> nw.Expr:
        missing = nw.col(name).is_null()
        return missing | self._value(name).is_nan() if self._schema[name].is_float() else missing

    def _total(self, name: str) -> int:
        return sum(int(row[name]) for row in self._counted)

    def _n_missing(self, metric: Metric) -> tuple[int, ...]:
        """Return in how many rows of each arm a metric misses something."""
        gaps = self._gaps(metric)
        if len(gaps) < 2:
            return tuple(int(row[f"{name} missing"]) for row in self._counted for name in gaps) or (
                0,
            ) * len(self.arms)
        return self._n_missing_in_any(gaps)

    def _n_missing_in_any(self, gaps: tuple[str, ...]) -> tuple[int, ...]:
        any_missing = _any([self._missing(name) for name in gaps])
        rows = self._all(
            self._frame.group_by(self.roles.variant).agg(_where(any_missing).sum().alias(_N))
        )
        found = {row[self.roles.variant]: int(row[_N]) for row in rows}
        return tuple(found[arm] for arm in self.arms)

    def _gaps(self, metric: Metric) -> tuple[str, ...]:
        """Return the columns of a metric in which something is missing."""
        return tuple(name for name in metric.columns if self._total(f"{name} missing"))

    def _wanted(self, metrics: Sequence[Metric], gaps: Mapping[Metric, tuple[str, ...]]) -> _Wanted:
        """Return what metrics need, given in which columns of each something is missing."""
        wanted = _Wanted()
        names: dict[tuple[str, ...], str] = {}
        for metric in metrics:
            holes = gaps.get(metric, ())
            if holes and self.roles.missing == "refuse":
                raise missing_values(metric, sum(self._n_missing(metric)), sum(self._n_rows))
            dropped = holes if self.roles.missing == "drop" else ()
            weight = names.setdefault(dropped, f"weight {len(names)}")
            kept = ~_any([self._missing(name) for name in dropped]) if dropped else None
            wanted.weights[weight] = nw.lit(1.0) if kept is None else _where(kept)
            if kept is not None:
                wanted.partial.add(weight)
            own = {}
            for name in metric.columns:
                own[name] = f"{name} of {weight}"
                value = self._value(name)
                if kept is not None:
                    value = _where(kept, value)
                elif name in holes:
                    value = _where(~self._missing(name), value)
                wanted.values[own[name]] = value
            if self.roles.cluster is not None:
                own[CLUSTER_SIZE] = f"rows of {weight}"
                wanted.values[own[CLUSTER_SIZE]] = wanted.weights[weight]
            wanted.metrics.append((weight, own))
        return wanted

    def _each(self, wanted: _Wanted, by: str | None, more: Sequence[str] = ()) -> nw.LazyFrame[Any]:
        """Return one row a unit: its arm, its group, its values, and whether each counts it."""
        group = [] if by is None else [nw.col(by).alias(_GROUP)]
        arm = nw.col(self.roles.variant).alias(_ARM)
        if self.roles.cluster is None:
            return self._frame.select(
                arm, *group, *map(nw.col, more), **wanted.values, **wanted.weights
            )
        cluster = nw.col(self.roles.cluster).alias(_N)
        rows = self._frame.select(arm, *group, cluster, **wanted.values, **wanted.weights)
        keys = [_ARM, _N] if by is None else [_ARM, _GROUP, _N]
        sums = rows.group_by(*keys).agg(
            *(nw.col(name).sum() for name in (*wanted.values, *wanted.weights))
        )
        here = {name: _where(nw.col(name) > 0) for name in wanted.weights}
        return sums.with_columns(**here)

    def _centres(self, wanted: _Wanted) -> list[dict[str, float]]:
        """Return, arm by arm, the means of all values: a query before that of the sums."""
        found = self._all(
            self._each(wanted, None)
            .group_by(_ARM)
            .agg(
                *(nw.col(name).sum() for name in wanted.values),
                *(nw.col(name).sum() for name in wanted.weights),
            )
        )
        by_arm = {row[_ARM]: row for row in found}
        return [
            {
                value: _number(by_arm[arm][value]) / max(1.0, _number(by_arm[arm][weight]))
                for weight, own in wanted.metrics
                for value in own.values()
            }
            for arm in self.arms
        ]

    def _sums(
        self,
        wanted: _Wanted,
        centres: Sequence[Mapping[str, float]],
        by: str | None,
        more: Mapping[str, nw.Expr] | None = None,
    ) -> list[dict[str, Any]]:
        """Return sums, and sums of products, of deviations from each arm's centre, or from one."""
        weight_of = {value: weight for weight, own in wanted.metrics for value in own.values()}
        away = {}
        for value, weight in weight_of.items():
            centre = nw.lit(centres[0][value])
            for arm, here in zip(
                self.arms[1:] if len(centres) > 1 else (), centres[1:], strict=True
            ):
                centre = nw.when(nw.col(_ARM) == arm).then(here[value]).otherwise(centre)
            deviation = nw.col(value) - centre
            away[value] = nw.col(weight) * deviation if weight in wanted.partial else deviation
        sums = {name: nw.col(name).sum() for name in wanted.weights}
        for _, own in wanted.metrics:
            sums |= {value: nw.col(value).sum() for value in own.values()}
            for one, other in combinations_with_replacement(own.values(), 2):
                sums[_product(one, other)] = (nw.col(one) * nw.col(other)).sum()
        rows = self._each(wanted, by, self._columns if more else ()).with_columns(**away)
        keys = [_ARM] if by is None else [_ARM, _GROUP]
        counted = rows.group_by(*keys).agg(nw.len().alias(_N), **sums, **(more or {}))
        found = _sorted_by(self._all(counted), keys[-1])
        return found if by is None else [{**row, _GROUP: _named(row[_GROUP])} for row in found]

    @staticmethod
    def _all(frame: nw.LazyFrame[Any]) -> list[dict[str, Any]]:
        return frame.collect().rows(named=True)

    def _one(self, frame: nw.LazyFrame[Any]) -> dict[str, Any]:
        return self._all(frame)[0]


def _sampled_of(
    rows: Sequence[Mapping[str, Any] | None],
    own: tuple[str, Mapping[str, str]],
    centres: Sequence[Mapping[str, float]],
) -> tuple[Moments, ...]:
    """Return a metric's moments, arm by arm, from the sums that came back."""
    weight, names = own
    return tuple(
        _nobody(names) if row is None else _moments(row, weight, names, centre)
        for row, centre in zip(rows, centres, strict=True)
    )


def _moments(
    row: Mapping[str, Any], weight: str, names: Mapping[str, str], centre: Mapping[str, float]
) -> Moments:
    """Return the moments of a group from its sums of deviations."""
    n = round(float(row[weight]))
    if n == 0:
        return _nobody(names)
    values = list(names.values())
    sums = np.array([float(row[value]) for value in values])
    products = np.array(
        [[float(row[_product(*sorted((a, b), key=values.index))]) for b in values] for a in values]
    )
    mean = np.array([centre[value] for value in values]) + sums / n
    return Moments(tuple(names), n, mean, products - np.outer(sums, sums) / n)


def _is_exact(row: Mapping[str, Any], wanted: _Wanted) -> bool:
    """Return whether the centre was near enough to the mean, in standard deviations."""
    for weight, own in wanted.metrics:
        n = float(row[weight])
        for value in own.values():
            total, squares = float(row[value]), float(row[_product(value, value)])
            if total * total > n * FAR * FAR * max(0.0, squares - total * total / n):
                return total == 0
    return True


def _nobody(names: Mapping[str, str]) -> Moments:
    k = len(names)
    return Moments(tuple(names), 0, np.full(k, np.nan), np.zeros((k, k)))


def _product(one: str, other: str) -> str:
    return f"{one} x {other}"


def _where(condition: nw.Expr, value: nw.Expr | None = None) -> nw.Expr:
    """Return the value, or 1, where a condition holds and 0 elsewhere.

    Counting needs it too: not every engine adds up truth values.
    """
    return nw.when(condition).then(nw.lit(1.0) if value is None else value).otherwise(nw.lit(0.0))


def _any(conditions: Sequence[nw.Expr]) -> nw.Expr:
    return nw.any_horizontal(*conditions, ignore_nulls=True)


def _mean(values: Sequence[Any]) -> float:
    known = [float(value) for value in values if value is not None and math.isfinite(value)]
    return math.fsum(known) / len(known) if known else 0.0


def _number(value: Any) -> float:
    return np.nan if value is None else float(value)


def _named(value: Hashable) -> Hashable:
    return "(missing)" if value is None or value != value else value


def _sorted_by(rows: Sequence[dict[str, Any]], column: str) -> list[dict[str, Any]]:
    """Return rows in the order in which a column sorts, a missing value last."""
    values = list(dict.fromkeys(_named(row[column]) for row in rows))
    known = in_order([value for value in values if value != "(missing)"])
    order = {value: place for place, value in enumerate(known)}
    return sorted(rows, key=lambda row: order.get(_named(row[column]), len(order)))
