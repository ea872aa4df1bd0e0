"""What is left of an arm's rows: counts, means and how columns vary together.

Nothing here keeps a sum of squares: beside a mean of 1e9 it would lose every digit of a spread
of 1. Arms and batches are merged by Chan's formula, from deviations only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pmlab.errors import InputError, NotFoundError, did_you_mean

__all__ = ["Moments", "Stats", "numbers"]

Floats = npt.NDArray[np.float64]

PIECE = 8192
"""Rows summed at a time."""


@dataclass(frozen=True)
class Stats:
    """How many values, their mean and their variance; ``a + b`` is both samples together.

    Parameters
    ----------
    n : int
        How many values.
    mean : float
        Their mean; NaN for none.
    var : float
        Their variance, with n - 1 in the denominator; NaN for fewer than two.

    Raises
    ------
    InputError
        For a negative n or variance, or numbers that cannot go together.

    Examples
    --------
    >>> Stats(2, 1.5, 0.5) + Stats(1, 6.0, float("nan"))
    Stats(n=3, mean=3.0, var=7.0)
    """

    n: int
    mean: float
    var: float

    def __post_init__(self) -> None:
        if not 0 <= self.n < math.inf or self.n != int(self.n):
            raise InputError(f"n={self.n!r} must be a whole number, 0 or more.")
        if self.n > 0 and not math.isfinite(self.mean):
            raise InputError(f"mean={self.mean!r} must be a number when n={self.n!r}.")
        if self.n > 1 and not 0 <= self.var < math.inf:
            raise InputError(
                f"var={self.var!r} must be 0 or more: it is the variance (the standard deviation "
                "squared), with n - 1 in the denominator."
            )

    @classmethod
    def of(cls, values: npt.ArrayLike) -> Stats:
        """Return the statistics of these values."""
        return Moments.of(values=values).stats("values")

    def __add__(self, other: Stats) -> Stats:
        return (self._as_moments() + other._as_moments()).stats("values")

    def _as_moments(self) -> Moments:
        return Moments.from_covariance(("values",), self.n, [self.mean], [[self.var]])


@dataclass(frozen=True, eq=False)
class Moments:
    """Means of some columns over the same units, and how they vary together.

    ``a + b`` is both samples together. Made by `of`, from columns, or by `from_covariance`, from
    what a database has counted.
    """

    columns: tuple[str, ...]
    n: int
    mean: Floats
    """One a column; NaN for n = 0."""
    centred: Floats
    """Sums of products of deviations from the means: columns by columns."""

    @classmethod
    def of(cls, **columns: npt.ArrayLike) -> Moments:
        """Return the moments of columns, given by name.

        Parameters
        ----------
        **columns : arrays of n numbers
            One value for each unit, none missing.

        Raises
        ------
        InputError
            For columns of different lengths, and for values that are missing or no numbers.

        Examples
        --------
        >>> arm = Moments.of(clicks=[1, 2, 6], views=[4, 4, 7])
        >>> arm.n, arm.mean.tolist(), arm.covariance.tolist()
        (3, [3.0, 5.0], [[7.0, 4.5], [4.5, 3.0]])
        """
        return cls.of_arrays(columns)

    @classmethod
    def of_arrays(cls, columns: Mapping[str, npt.ArrayLike]) -> Moments:
        """Return the moments of columns, as `of`, for names that are no Python names."""
        if not columns:
            raise InputError("columns is empty; give one column or more.")
        arrays = [numbers(values, name) for name, values in columns.items()]
        sizes = {name: len(array) for name, array in zip(columns, arrays, strict=True)}
        if len(set(sizes.values())) > 1:
            raise InputError(f"columns have different lengths: {sizes}; give one value a unit.")
        return cls._summed(dict(zip(columns, arrays, strict=True)), len(arrays[0]))

    @classmethod
    def of_rows(cls, columns: Mapping[str, Floats], rows: npt.NDArray[np.int64]) -> Moments:
        """Return the moments of some rows of columns that are known to hold numbers."""
        return cls._summed(columns, len(rows), rows)

    @classmethod
    def _summed(
        cls, columns: Mapping[str, Floats], n: int, rows: npt.NDArray[np.int64] | None = None
    ) -> Moments:
        """Sum up a piece at a time, small enough to stay near the processor."""
        k = len(columns)
        centre, rest, products = np.full(k, math.nan), np.zeros(k), np.zeros((k, k))
        pairs = [(one, two) for one in range(k) for two in range(one, k)]
        for start in range(0, n, PIECE):
            piece = slice(start, start + PIECE)
            taken = piece if rows is None else rows[piece]
            block = np.array([values[taken] for values in columns.values()])
            if start == 0:
                centre = block.mean(axis=1)
            block -= centre[:, None]
            rest += block.sum(axis=1)
            # One by one: a product of so few long rows is shared out among threads, which then
            # mostly wait for each other.
            for one, two in pairs:
                products[one, two] += block[one] @ block[two]
        # The centre is the first piece's mean; taking out what is left of the deviations makes it
        # that of all, and loses no digits that count: a piece of n lies within
        # sqrt(n / PIECE) standard deviations of the rest.
        products = np.triu(products) + np.triu(products, 1).T
        centred = products - np.outer(rest, rest) / max(n, 1)
        mean = centre + rest / n if n > PIECE else centre
        return cls(tuple(columns), n, mean, centred)

    @classmethod
    def from_covariance(
        cls,
        columns: Sequence[str],
        n: int,
        mean: npt.ArrayLike,
        covariance: npt.ArrayLike,
    ) -> Moments:
        """Return the moments that have these means and this covariance (n - 1 in the denominator).

        Raises
        ------
        InputError
            For shapes that do not fit, and a matrix that is no covariance.
        """
        means, matrix = np.array(mean, dtype=float), np.array(covariance, dtype=float)
        k = len(columns)
        if means.shape != (k,) or matrix.shape != (k, k):
            raise InputError(
                f"for {k} columns, mean must have the shape {(k,)} and covariance {(k, k)}; they "
                f"have {means.shape} and {matrix.shape}."
            )
        if not 0 <= n < math.inf or n != int(n):
            raise InputError(f"n={n!r} must be a whole number, 0 or more.")
        if n < 2:
            return cls(tuple(columns), int(n), means, np.zeros((k, k)))
        if not (np.isfinite(means).all() and np.isfinite(matrix).all()):
            raise InputError("mean and covariance must be numbers; some are missing or infinite.")
        if (np.diag(matrix) < 0).any() or not np.allclose(matrix, matrix.T):
            raise InputError("covariance must be symmetric, with variances of 0 or more.")
        return cls(tuple(columns), int(n), means, matrix * (n - 1))

    def __add__(self, other: Moments) -> Moments:
        if self.columns != other.columns:
            raise InputError(
                f"moments of {self.columns} and of {other.columns} cannot be merged; count the "
                "same columns, in one order."
            )
        if self.n == 0 or other.n == 0:
            return other if self.n == 0 else self
        n = self.n + other.n
        apart = other.mean - self.mean
        mean = self.mean + apart * (other.n / n)
        between = np.outer(apart, apart) * (self.n * (other.n / n))
        return Moments(self.columns, n, mean, self.centred + other.centred + between)

    @property
    def covariance(self) -> Floats:
        """The covariance matrix, with n - 1 in the denominator; NaN for n < 2."""
        if self.n < 2:
            return np.full_like(self.centred, math.nan)
        return self.centred / (self.n - 1)

    def stats(self, column: str) -> Stats:
        """Return n, mean and variance of one column."""
        at = self.at(column)
        return Stats(self.n, float(self.mean[at]), float(self.covariance[at, at]))

    def at(self, column: str) -> int:
        """Return where a column stands."""
        if column not in self.columns:
            raise NotFoundError(
                f"there is no column {column!r}. {did_you_mean(column, self.columns)}"
            )
        return self.columns.index(column)

    def __repr__(self) -> str:
        means = ", ".join(
            f"{name}: {mean:.6g}" for name, mean in zip(self.columns, self.mean, strict=True)
        )
        return f"Moments(n={self.n}, mean={{{means}}})"


def numbers(values: Any, name: str) -> Floats:
    """Return values as a flat array of numbers; refuse what is missing, infinite or no number."""
    try:
        array = np.asarray(values)
        if array.dtype.kind not in "biufO":
            raise TypeError(f"it holds {array.dtype}")
        array = array.astype(float, copy=False)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"{name} must hold numbers, none missing; it could not be read as such ({error})."
        ) from None
    if array.ndim != 1:
        raise InputError(f"{name} must be a flat list of values; it has the shape {array.shape}.")
    strange = len(array) - int(np.isfinite(array).sum())
    if strange:
        raise InputError(
            f"{name} holds {strange:,} missing or infinite values of {len(array):,}; decide "
            "whether they mean 0 or are left out, and say so before comparing."
        )
    return array
