"""The rows of an experiment in an engine (polars, DuckDB, Spark): only sums come out.

Every number is a sum over a group, written as Narwhals expressions. Sums of squares are of
deviations from the arm's mean, which an earlier query found.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations_with_replacement
from typing import Any, NoReturn

import narwhals as nw
import numpy as np
import pandas as pd

from pmlab.ab.metrics import CLUSTER_SIZE, Metric
from pmlab.ab.moments import Moments
from pmlab.ab.rows import (
    Extremes,
    Roles,
    Rows,
    Sampled,
    arms_in_order,
    in_both,
    missing_values,
    not_finite,
    not_numbers,
    require_one_row_a_unit,
    require_segment,
)
from pmlab.errors import InputError
from pmlab.events.columns import Codes
from pmlab.events.tables import Table

__all__ = ["InEngine"]

_ARM, _GROUP, _N = "pmlab_arm", "pmlab_group", "pmlab_n"


@dataclass
class _Wanted:
    """The sums that metrics need, each once, and the names they go by."""

    values: dict[str, nw.Expr] = field(default_factory=dict)
    """Per row, or per cluster: 0 where the metric leaves the row out."""
    weights: dict[str, nw.Expr] = field(default_factory=dict)
    """1 where a metric's columns are there, 0 where one is missing."""
    metrics: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Of each metric, its weight, and which value each of its columns is."""


class InEngine(Rows):
    """Rows of a lazy table."""

    def __init__(self, table: Table, roles: Roles, metrics: Sequence[Metric]) -> None:
        assert table.lazy is not None
        self.roles = roles
        self._engine = type(table.source).__module__.split(".")[0]
        schema = table.lazy.collect_schema()
        self._columns = list(dict.fromkeys(name for one in metrics for name in one.columns))
        for name in self._columns:
            dtype = schema[name]
            if not (dtype.is_numeric() or isinstance(dtype, nw.Boolean)):
                raise not_numbers(name, f"{str(dtype).lower()} values")
        self._may_be_nan = {name for name in self._columns if schema[name].is_float()}
        ids = [name for name in (roles.variant, roles.unit, roles.cluster) if name is not None]
        known = nw.all_horizontal(*(~nw.col(name).is_null() for name in ids), ignore_nulls=True)
        self._frame = table.lazy.filter(known)
        n_rows = self._one(table.lazy.select(nw.len().alias(_N)))[_N]
        self._count(int(n_rows))
        self._randomise()

    def _count(self, n_rows: int) -> None:
        """Find the arms, and of each column in them its mean, its ends and what is missing."""
        sums: dict[str, nw.Expr] = {}
        for name in self._columns:
            value, missing = self._value(name), self._missing(name)
            sums |= {
                f"{name} sum": _where(~missing, value).sum(),
                f"{name} missing": _where(missing).sum(),
                f"{name} infinite": _where(~missing & ~value.is_finite()).sum(),
                f"{name} low": nw.when(~missing).then(value).min(),
                f"{name} high": nw.when(~missing).then(value).max(),
            }
        counted = self._all(
            self._frame.group_by(self.roles.variant).agg(nw.len().alias(_N), **sums)
        )
        if not counted:
            raise InputError("rows is empty: no row has both a unit and a variant.")
        counted = _sorted_by(counted, self.roles.variant)
        values = [row[self.roles.variant] for row in counted]
        self.arms, place = arms_in_order(values, self.roles)
        self._counted = [counted[at] for at in np.argsort(place)]
        self._n_rows = tuple(int(row[_N]) for row in self._counted)
        self.n_dropped = n_rows - sum(self._n_rows)
        for name in self._columns:
            if infinite := self._total(f"{name} infinite"):
                raise not_finite(name, infinite)

    def _randomise(self) -> None:
        roles = self.roles
        unit = nw.col(roles.randomised)
        n = int(self._one(self._frame.select(unit.n_unique().alias(_N)))[_N])
        if roles.cluster is None:
            if n < sum(self._n_rows):
                self._refuse_repeated()
            self.units = self._n_rows
            return
        by_arm = self._all(self._frame.group_by(roles.variant).agg(unit.n_unique().alias(_N)))
        found = {row[roles.variant]: int(row[_N]) for row in by_arm}
        self.units = tuple(found[arm] for arm in self.arms)
        if n < sum(self.units):
            self._refuse_repeated()

    def _refuse_repeated(self) -> None:
        unit = self.roles.randomised
        each = self._frame.group_by(unit).agg(
            nw.len().alias(_N), nw.col(self.roles.variant).n_unique().alias(_ARM)
        )
        for column, more in ((_ARM, True), (_N, False)):
            wrong = each.filter(nw.col(column) > 1)
            n = int(self._one(wrong.select(nw.len().alias(_GROUP)))[_GROUP])
            if n:
                example = self._all(wrong.sort(_N, unit, descending=[True, False]).head(1))[0]
                if more:
                    raise in_both(self.roles, n, example[unit])
                require_one_row_a_unit(self.roles, n, example[unit], int(example[_N]))

    def samples(self, metrics: Sequence[Metric], by: str | None = None) -> list[Sampled]:  # noqa: D102
        for metric in metrics:
            if metric.from_rows:
                self._refuse(f"{metric.label!r}, a quantile")
            if getattr(metric, "winsorise", None) is not None:
                self._refuse(f"{metric.label!r}, which is winsorised")
        found: list[dict[Hashable, list[Moments]]] = [{} for _ in metrics]
        if by is not None:
            require_segment(by, int(self._one(self._frame.select(nw.col(by).n_unique()))[by]))
        wanted = self._wanted(metrics)
        centres = self._centres(wanted)
        for row in self._sums(wanted, centres, by):
            place = self.arms.index(row[_ARM])
            group = None if by is None else row[_GROUP]
            for (weight, names), groups in zip(wanted.metrics, found, strict=True):
                arms = groups.setdefault(group, [_nobody(names)] * len(self.arms))
                arms[place] = _moments(row, weight, names, centres[place])
        return [
            Sampled({value: tuple(arms) for value, arms in groups.items()}, self._n_missing(metric))
            for metric, groups in zip(metrics, found, strict=True)
        ]

    def units_by(self, segment: str) -> dict[Hashable, tuple[int, ...]]:  # noqa: D102
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

    def extremes(self, columns: Sequence[str]) -> dict[str, tuple[Extremes, ...]]:  # noqa: D102
        return {name: tuple(self._ends(row, name) for row in self._counted) for name in columns}

    def _ends(self, row: Mapping[str, Any], name: str) -> Extremes:
        low, high = (_number(row[f"{name} {end}"]) for end in ("low", "high"))
        if self.roles.missing == "zero" and int(row[f"{name} missing"]):
            return Extremes(float(np.fmin(low, 0.0)), float(np.fmax(high, 0.0)))
        return Extremes(low, high)

    def last_day(self) -> NoReturn:  # noqa: D102
        self._refuse("the effect by days since exposure")

    def halves(self, metrics: Sequence[Metric], day: int) -> NoReturn:  # noqa: D102
        self._refuse("the effect by days since exposure")

    def measured_late(self, column: str) -> int:  # noqa: D102
        assert self.roles.exposed_at is not None
        late = _where(nw.col(column) > nw.col(self.roles.exposed_at)).sum().alias(_N)
        return int(self._one(self._frame.select(late))[_N])

    def _refuse(self, what: str) -> NoReturn:
        raise InputError(
            f"{what}, needs the rows themselves and not only sums, and rows is a lazy "
            f"{self._engine} table; collect it into memory first, for example with .collect() or "
            ".to_arrow_table()."
        )

    # --- what is asked of the engine --------------------------------------------------------------

    def _value(self, name: str) -> nw.Expr:
        return nw.col(name).cast(nw.Float64())

    def _missing(self, name: str) -> nw.Expr:
        missing = nw.col(name).is_null()
        return missing | self._value(name).is_nan() if name in self._may_be_nan else missing

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

    def _wanted(self, metrics: Sequence[Metric]) -> _Wanted:
        wanted = _Wanted()
        names: dict[tuple[str, ...], str] = {}
        for metric in metrics:
            gaps = self._gaps(metric)
            if gaps and self.roles.missing == "refuse":
                n = sum(self._n_missing(metric))
                raise missing_values(metric, n, sum(self._n_rows))
            if self.roles.missing == "zero":
                gaps = ()
            weight = names.setdefault(gaps, f"weight {len(names)}")
            kept = ~_any([self._missing(name) for name in gaps]) if gaps else None
            wanted.weights[weight] = nw.lit(1.0) if kept is None else _where(kept)
            own = {}
            for name in metric.columns:
                value = _where(~self._missing(name), self._value(name))
                own[name] = f"{name} of {weight}"
                wanted.values[own[name]] = value if kept is None else _where(kept, value)
            if self.roles.cluster is not None:
                own[CLUSTER_SIZE] = f"rows of {weight}"
                wanted.values[own[CLUSTER_SIZE]] = wanted.weights[weight]
            wanted.metrics.append((weight, own))
        return wanted

    def _each(self, wanted: _Wanted, by: str | None) -> nw.LazyFrame[Any]:
        """Return one row a unit: its arm, its group, its values, and who counts it."""
        group = nw.lit(0) if by is None else nw.col(by)
        rows = self._frame.select(
            nw.col(self.roles.variant).alias(_ARM),
            group.alias(_GROUP),
            *([] if self.roles.cluster is None else [nw.col(self.roles.cluster).alias(_N)]),
            **wanted.values,
            **wanted.weights,
        )
        if self.roles.cluster is None:
            return rows
        sums = rows.group_by(_ARM, _GROUP, _N).agg(
            *(nw.col(name).sum() for name in (*wanted.values, *wanted.weights))
        )
        here = {name: _where(nw.col(name) > 0) for name in wanted.weights}
        return sums.with_columns(**here)

    def _centres(self, wanted: _Wanted) -> list[dict[str, float]]:
        """Return, arm by arm, a number near the mean of every value."""
        if self.roles.cluster is None:
            near: dict[str, str] = {}
            for _, names in wanted.metrics:
                near |= {value: name for name, value in names.items()}
            return [
                {value: self._mean(row, name) for value, name in near.items()}
                for row in self._counted
            ]
        means_of = self._all(
            self._each(wanted, None)
            .group_by(_ARM)
            .agg(*(nw.col(name).mean() for name in wanted.values))
        )
        found = {row[_ARM]: row for row in means_of}
        return [{name: _number(found[arm][name]) for name in wanted.values} for arm in self.arms]

    def _mean(self, row: Mapping[str, Any], name: str) -> float:
        n = int(row[_N])
        if self.roles.missing != "zero":
            n -= int(row[f"{name} missing"])
        return float(row[f"{name} sum"]) / n if n else 0.0

    def _sums(
        self, wanted: _Wanted, centres: Sequence[Mapping[str, float]], by: str | None
    ) -> list[dict[str, Any]]:
        """Return sums, and sums of products, of deviations from the arm's centre."""
        weight_of = {value: weight for weight, own in wanted.metrics for value in own.values()}
        away = {}
        for value, weight in weight_of.items():
            centre = nw.lit(centres[0][value])
            for arm, here in zip(self.arms[1:], centres[1:], strict=True):
                centre = nw.when(nw.col(_ARM) == arm).then(here[value]).otherwise(centre)
            away[value] = nw.col(weight) * (nw.col(value) - centre)
        sums = {name: nw.col(name).sum() for name in wanted.weights}
        for _, own in wanted.metrics:
            sums |= {value: nw.col(value).sum() for value in own.values()}
            for one, other in combinations_with_replacement(own.values(), 2):
                sums[_product(one, other)] = (nw.col(one) * nw.col(other)).sum()
        rows = self._each(wanted, by).with_columns(**away)
        keys = [_ARM] if by is None else [_ARM, _GROUP]
        found = _sorted_by(self._all(rows.group_by(*keys).agg(**sums)), keys[-1])
        return found if by is None else [{**row, _GROUP: _named(row[_GROUP])} for row in found]

    @staticmethod
    def _all(frame: nw.LazyFrame[Any]) -> list[dict[str, Any]]:
        return frame.collect().rows(named=True)

    def _one(self, frame: nw.LazyFrame[Any]) -> dict[str, Any]:
        return self._all(frame)[0]


def _moments(
    row: Mapping[str, Any], weight: str, names: Mapping[str, str], centres: Mapping[str, float]
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
    mean = np.array([centres[value] for value in values]) + sums / n
    return Moments(tuple(names), n, mean, products - np.outer(sums, sums) / n)


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


def _number(value: Any) -> float:
    return np.nan if value is None else float(value)


def _named(value: Hashable) -> Hashable:
    return "(missing)" if value is None or value != value else value


def _sorted_by(rows: Sequence[dict[str, Any]], column: str) -> list[dict[str, Any]]:
    """Return rows in the order in which a column sorts, a missing value last."""
    values = list(dict.fromkeys(_named(row[column]) for row in rows))
    known = [value for value in values if value != "(missing)"]
    codes = Codes(np.arange(len(known)), pd.Index(known, dtype=object)).sorted()
    order = {value: place for place, value in enumerate(codes.values.tolist())}
    return sorted(rows, key=lambda row: order.get(_named(row[column]), len(order)))
