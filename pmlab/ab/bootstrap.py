"""The Poisson bootstrap: any smooth function of means, in one pass over the rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from pmlab.ab.comparison import Comparison, Question, compared
from pmlab.ab.contrasts import Draws
from pmlab.ab.moments import Floats, numbers
from pmlab.errors import InputError
from pmlab.progress_bar import ProgressBar
from pmlab.stats.tails import Alternative

__all__ = ["compare_bootstrap"]

ROWS_AT_ONCE = 4096
FEWEST = 200


Columns = Mapping[str, npt.ArrayLike]
Statistic = Callable[[Mapping[str, Any]], Any]


def compare_bootstrap(
    *,
    control: Columns,
    treatment: Columns,
    statistic: Statistic,
    resamples: int = 2000,
    rng: int | np.random.Generator = 0,
    alternative: Alternative = "two-sided",
    confidence_level: float = 0.95,
    name: str = "",
) -> Comparison:
    """Compare any smooth function of means by the Poisson bootstrap.

    For what has no formula here: a ratio of ratios, a standard deviation, a correlation. Each row
    is drawn a Poisson number of times, so all samples are made in one pass, and memory holds no
    sample. It takes about a second for each 50 million row draws (rows x resamples).

    Parameters
    ----------
    control, treatment : mapping of name -> array of numbers
        Columns, with one value for each unit of randomisation.
    statistic : function
        From a mapping name -> mean of that column to the number to compare. It is called once for
        the sample and once for all resamples, with arrays in place of numbers: use arithmetic and
        numpy. For a standard deviation, give the column of squares as well.
    resamples : int
        How many; at least 200. The smallest p-value is 2 / (resamples + 1).
        With fewer than some 20 rows in an arm a sample may be empty, and the result is NaN.
    rng : int or numpy Generator
        The seed, so that the same call gives the same interval.
    alternative : {"two-sided", "greater", "less"}
        What is tested of treatment - control; one-sided, the interval has one open end.
    confidence_level : float
        In (0, 1).
    name : str
        The metric, for the words.

    Returns
    -------
    Comparison
        With percentile intervals.

    Raises
    ------
    InputError
        For columns that are missing in an arm or hold missing values, too few resamples, or a
        statistic that does not give one number.

    References
    ----------
    Chamandy, N., Muralidharan, O., Najmi, A. and Naidu, S. (2012). Estimating uncertainty for
    massive data streams. Google technical report.
    Efron, B. and Tibshirani, R. J. (1993). *An Introduction to the Bootstrap*, chapter 13.
    Chapman & Hall.

    Examples
    --------
    Margin: profit over revenue, from sums over users.

    >>> from pmlab import ab
    >>> c = ab.compare_bootstrap(
    ...     control={"profit": [1, 2, 0, 3] * 9, "revenue": [5, 9, 2, 11] * 9},
    ...     treatment={"profit": [2, 3, 1, 3] * 9, "revenue": [6, 9, 3, 10] * 9},
    ...     statistic=lambda mean: mean["profit"] / mean["revenue"],
    ... )
    >>> round(c.effect, 4), c.direction
    (0.0992, 'higher')
    """
    question = Question(name=name, alternative=alternative, confidence_level=confidence_level)
    if resamples != int(resamples) or resamples < FEWEST:
        raise InputError(
            f"resamples={resamples!r} must be a whole number of {FEWEST} or more; fewer leave the "
            "ends of an interval to chance."
        )
    if set(control) != set(treatment) or not control:
        raise InputError(
            f"control has the columns {sorted(control)} and treatment {sorted(treatment)}; both "
            "need the same, one or more."
        )
    random = np.random.default_rng(rng)
    arms = {
        arm: {name: numbers(columns[name], f"{arm}[{name!r}]") for name in sorted(columns)}
        for arm, columns in (("control", control), ("treatment", treatment))
    }
    sizes = {arm: _size(arm, columns) for arm, columns in arms.items()}
    estimate, draws = {}, {}
    with ProgressBar("bootstrap", sum(sizes.values())) as bar:
        done = 0
        for arm, columns in arms.items():
            means = {name: float(values.mean()) for name, values in columns.items()}
            estimate[arm] = float(_called(statistic, means, 1)[0])
            sampled = _means(columns, int(resamples), random, bar, done)
            draws[arm] = _called(statistic, sampled, int(resamples))
            done += sizes[arm]
    contrast = Draws(
        n=sizes["treatment"],
        estimate=estimate["treatment"],
        draws=draws["treatment"],
        n_control=sizes["control"],
        estimate_control=estimate["control"],
        draws_control=draws["control"],
    )
    return compared(contrast, question, kind="statistic")


def _means(
    columns: Mapping[str, Floats],
    resamples: int,
    random: np.random.Generator,
    bar: ProgressBar,
    done: int,
) -> dict[str, Floats]:
    """Return the mean of every column in every bootstrap sample."""
    names = list(columns)
    # Away from their mean, so that large numbers that vary little keep their digits.
    centres = np.array([columns[name].mean() for name in names])
    n = len(columns[names[0]])
    sums = np.zeros((len(names), resamples))
    weights = np.zeros(resamples)
    table = _poisson_table()
    for start in range(0, n, ROWS_AT_ONCE):
        stop = min(n, start + ROWS_AT_ONCE)
        bits = random.integers(0, 1 << 16, size=(stop - start, resamples), dtype=np.uint16)
        drawn = table[bits]
        rows = np.stack([columns[name][start:stop] for name in names]) - centres[:, None]
        sums += rows @ drawn
        weights += drawn.sum(axis=0)
        bar.at(done + stop)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums / weights + centres[:, None]
    return dict(zip(names, means, strict=True))


@cache
def _poisson_table() -> Floats:
    """Return Poisson numbers of mean 1, so that 16 random bits draw one by their place in it.

    How often 3 and more stand in it is rounded; how often 0, 1 and 2 do makes mean and variance
    exactly 1, which is what a bootstrap rests on.
    """
    size = 1 << 16
    counts = [round(size * math.exp(-1) / math.factorial(k)) for k in range(10)]
    counts[2] = (size - sum(k * (k - 1) * counts[k] for k in range(3, 10))) // 2
    counts[1] = size - sum(k * counts[k] for k in range(2, 10))
    counts[0] = size - sum(counts[1:])
    return np.repeat(np.arange(10.0), counts)


def _called(statistic: Statistic, means: Mapping[str, Any], n: int) -> Floats:
    """Return what the statistic makes of n means of each column."""
    with np.errstate(all="ignore"):
        found = np.asarray(statistic(means), dtype=float)
    if found.shape not in ((), (n,)):
        raise InputError(
            f"statistic gave the shape {found.shape} for {n} means of each column; it must give "
            "one number for each, by arithmetic and numpy alone."
        )
    return np.broadcast_to(found, (n,)).astype(float)


def _size(arm: str, columns: Mapping[str, Floats]) -> int:
    sizes = {name: len(values) for name, values in columns.items()}
    if len(set(sizes.values())) > 1:
        raise InputError(f"{arm} has columns of different lengths: {sizes}.")
    n = next(iter(sizes.values()))
    if n == 0:
        raise InputError(f"{arm} has no rows; there is nothing to draw from.")
    return n
