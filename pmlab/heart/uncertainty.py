"""How sure sums of attainments are: by the delta method, or by a bootstrap of whole users."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np

from pmlab.errors import InputError, NotFoundError, did_you_mean
from pmlab.heart.answers import Floats, as_numbers, whole_number
from pmlab.heart.metric import Metric
from pmlab.progress_bar import ProgressBar
from pmlab.results import number
from pmlab.stats import Interval
from pmlab.stats.intervals import two_sided_z

__all__ = ["delta_interval", "resampled", "resampled_interval"]

FEWEST_RESAMPLES = 200
AT_ONCE = 2_000_000
"""So many draws of a user are held in memory at a time."""


def delta_interval(metrics: Sequence[Metric], coefficients: Floats) -> Interval:
    """Return the interval of a sum of independent attainments.

    The distances from each attainment to the ends of its own interval are added as squares, each
    side by itself. With intervals from standard errors that is the delta method; with those of
    shares and times, which are lopsided, it keeps them so (Zou, G. Y. and Donner, A. (2008).
    Construction of confidence limits about effect measures. *Statistics in Medicine*, 27,
    1693-1702).
    """
    total, below, above = 0.0, 0.0, 0.0
    for metric, coefficient in zip(metrics, coefficients.tolist(), strict=True):
        if coefficient == 0:
            continue
        middle, (low, high) = metric.attainment, metric.attainment_interval
        total += coefficient * middle
        below = math.hypot(below, coefficient * _distance(middle - low))
        above = math.hypot(above, coefficient * _distance(high - middle))
    return Interval(total - below, total + above)


def _distance(value: float) -> float:
    return value if math.isnan(value) else max(value, 0.0)


def resampled_interval(
    attainments: Floats, coefficients: Floats, confidence_level: float
) -> Interval:
    """Return the percentile interval of a sum over resamples (rows) of attainments (columns)."""
    used = coefficients != 0
    sums = attainments[:, used] @ coefficients[used]
    tail = (1 - confidence_level) / 2
    low, high = np.nanquantile(sums, [tail, 1 - tail])
    return Interval(float(low), float(high))


def resampled(
    metrics: Sequence[Metric],
    users: Any,
    *,
    user: str,
    n_resamples: int,
    rng: int | np.random.Generator | None,
) -> tuple[Floats, int]:
    """Return attainments by resample and metric, and how many users there are.

    Whole users are drawn, so metrics of the same people stay as related as they are. Metrics that
    `users` has no column for are drawn so that their own intervals come out again.
    """
    draws = whole_number(n_resamples, "n_resamples", least=FEWEST_RESAMPLES)
    values = _values_of_users(metrics, users, user)
    random = np.random.default_rng(rng)
    n_users = len(next(iter(values.values())))
    means = _means(values, n_users, draws, random)
    columns = []
    for metric in metrics:
        if metric.name in values:
            found = means[metric.name]
            found = np.exp(found) if metric.log else found
            columns.append(np.array([metric.attain(value) for value in found.tolist()]))
        else:
            low, high = metric.attainment_interval
            middle, z = metric.attainment, two_sided_z(metric.confidence_level)
            normal = random.standard_normal(draws) / z
            width = np.where(normal < 0, _distance(middle - low), _distance(high - middle))
            columns.append(middle + width * normal)
    return np.column_stack(columns), n_users


def _means(
    values: Mapping[str, Floats], n_users: int, draws: int, random: np.random.Generator
) -> dict[str, Floats]:
    """Return the mean of each column in each resample of the users."""
    table = np.column_stack(list(values.values()))
    table = table[np.lexsort(table.T)]  # the order of the rows changes nothing
    there = (~np.isnan(table)).astype(np.float64)
    table = np.nan_to_num(table)
    means = np.empty((draws, table.shape[1]))
    step = max(1, AT_ONCE // n_users)
    with ProgressBar("bootstrap", total=draws) as bar:
        for first in range(0, draws, step):
            bar.at(first)
            size = min(step, draws - first)
            drawn = random.integers(n_users, size=(size, n_users))
            drawn += n_users * np.arange(size)[:, None]
            times = np.bincount(drawn.ravel(), minlength=size * n_users).reshape(size, n_users)
            with np.errstate(invalid="ignore"):
                means[first : first + size] = (times @ table) / (times @ there)
    return {name: means[:, place] for place, name in enumerate(values)}


def _values_of_users(metrics: Sequence[Metric], users: Any, user: str) -> dict[str, Floats]:
    frame = nw.from_native(users, pass_through=True)
    if not isinstance(frame, nw.DataFrame):
        raise InputError(
            f"users is a {type(users).__name__}; give a table with one row a user and a column for "
            "each metric that comes from users, named as the metric."
        )
    named = {metric.name: metric for metric in metrics}
    columns = [name for name in frame.columns if name != user]
    for name in columns:
        if name not in named:
            raise NotFoundError(
                f"users has a column {name!r} and there is no such metric. "
                f"{did_you_mean(name, named)} The column with the users' ids is user={user!r}."
            )
    if not columns:
        raise InputError("users has no column of a metric; name its columns as the metrics.")
    if user in frame.columns and frame.get_column(user).n_unique() < len(frame):
        raise InputError(
            f"users has a user more than once (column {user!r}); give one row a user, with all "
            "that they did and said."
        )
    return {name: _values(named[name], frame.get_column(name)) for name in columns}


def _values(metric: Metric, column: nw.Series[Any]) -> Floats:
    values = as_numbers(column.to_native(), f"users[{metric.name!r}]")
    known = values[~np.isnan(values)]
    if len(known) < 2:
        raise InputError(f"users[{metric.name!r}] has fewer than two values.")
    if metric.log and (known <= 0).any():
        raise InputError(f"users[{metric.name!r}] has values not above 0, which have no logarithm.")
    found, expected = metric.evidence.mean_of(known), metric.evidence.estimate
    if math.isnan(found):
        raise InputError(
            f"{metric.name} is no mean of one value a user, so users cannot be resampled for it; "
            "leave its column out, and it counts as measured on other people."
        )
    if not math.isclose(found, expected, rel_tol=1e-6, abs_tol=1e-9):
        raise InputError(
            f"users[{metric.name!r}] has the mean {number(found)}, and the metric is "
            f"{number(expected)}; give the same people's values on the same scale (shares as 0 and "
            "1, NPS as -100, 0 and 100)."
        )
    return np.log(values) if metric.log else values
