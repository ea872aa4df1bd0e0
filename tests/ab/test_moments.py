"""Moments: exact where sums of squares are not, and merged like one sample."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmlab import ab
from pmlab.errors import InputError, NotFoundError

VALUES = st.lists(st.integers(-1000, 1000), min_size=0, max_size=30)


def test_by_hand():
    # 1, 2 and 6: mean 3, deviations -2, -1 and 3, squares 14, variance 7.
    assert ab.Stats.of([1, 2, 6]) == ab.Stats(3, 3.0, 7.0)
    arm = ab.Moments.of(a=[1, 2, 6], b=[4, 4, 7])
    assert arm.covariance.tolist() == [[7.0, 4.5], [4.5, 3.0]]
    assert arm.stats("b") == ab.Stats(3, 5.0, 3.0)


def test_a_mean_of_a_billion_keeps_the_variance_of_one():
    # 1e9 - 1, 1e9 and 1e9 + 1, ten thousand times: the variance is 2/3 * 30,000 / 29,999.
    values = np.tile([1e9 - 1, 1e9, 1e9 + 1], 10_000)
    assert ab.Stats.of(values).var == pytest.approx(2 / 3 * 30_000 / 29_999, rel=1e-13)
    parts = [ab.Stats.of(part) for part in np.array_split(values, 7)]
    merged = sum(parts[1:], parts[0])
    assert merged.var == pytest.approx(2 / 3 * 30_000 / 29_999, rel=1e-9)


@given(values=st.lists(st.integers(-(10**6), 10**6), min_size=2, max_size=40))
def test_variance_in_fractions(values):
    mean = Fraction(sum(values), len(values))
    exact = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
    assert ab.Stats.of(values).var == pytest.approx(float(exact), rel=1e-12, abs=1e-12)


@given(one=VALUES, other=VALUES)
def test_merged_is_as_if_counted_together(one, other):
    def arm(values):
        return ab.Moments.of(a=values, b=[value**2 % 17 for value in values])

    merged, together = arm(one) + arm(other), arm(one + other)
    assert merged.n == together.n
    assert merged.mean == pytest.approx(together.mean, rel=1e-12, abs=1e-12, nan_ok=True)
    assert merged.centred == pytest.approx(together.centred, rel=1e-9, abs=1e-6)
    stats = ab.Stats.of(one) + ab.Stats.of(other)
    assert stats.mean == pytest.approx(ab.Stats.of(one + other).mean, nan_ok=True)


def test_what_a_database_counts_is_the_same():
    frame = pd.DataFrame({"a": [1.0, 2, 6, 9], "b": [4.0, 4, 7, 1]})
    counted = ab.Moments.from_covariance(["a", "b"], 4, frame.mean(), frame.cov())
    own = ab.Moments.of(a=frame["a"], b=frame["b"])
    assert counted.centred == pytest.approx(own.centred)
    assert counted.mean == pytest.approx(own.mean)


def test_none_and_one():
    none, one = ab.Stats.of([]), ab.Stats.of([5])
    assert none.n == 0
    assert math.isnan(none.mean)
    assert (one.n, one.mean) == (1, 5.0)
    assert math.isnan(one.var)
    assert none + one + ab.Stats.of([7]) == ab.Stats(2, 6.0, 2.0)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1.0, None, float("nan")], "a holds 2 missing or infinite values of 3"),
        ([1.0, float("inf")], "1 missing or infinite values of 2"),
        (["one", "two"], "a must hold numbers"),
        (pd.to_datetime(["2024-01-01"]), "a must hold numbers.*datetime64"),
        ([[1, 2], [3, 4]], "a must be a flat list"),
        (pd.Series([1, None], dtype="Int64"), "a "),
    ],
)
def test_what_is_missing_or_no_number_is_refused(values, message):
    with pytest.raises(InputError, match=message):
        ab.Moments.of(a=values)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1, 0, 0), "n=-1 must be a whole number"),
        ((2.5, 0, 0), "n=2.5 must be a whole number"),
        ((5, math.nan, 1), "mean=nan must be a number when n=5"),
        ((5, 0, -1), "the variance .the standard deviation squared."),
        ((5, 0, math.nan), "var=nan must be 0 or more"),
    ],
)
def test_stats_that_cannot_be_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        ab.Stats(*arguments)


def test_moments_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="different lengths"):
        ab.Moments.of(a=[1, 2], b=[1])
    with pytest.raises(InputError, match="columns is empty"):
        ab.Moments.of()
    with pytest.raises(InputError, match=r"shape \(2,\)"):
        ab.Moments.from_covariance(["a", "b"], 5, [1], [[1]])
    with pytest.raises(InputError, match="must be symmetric"):
        ab.Moments.from_covariance(["a", "b"], 5, [1, 1], [[1, 2], [3, 1]])
    with pytest.raises(InputError, match="must be symmetric, with variances of 0 or more"):
        ab.Moments.from_covariance(["a"], 5, [1], [[-1]])
    with pytest.raises(InputError, match="same columns, in one order"):
        ab.Moments.of(a=[1]) + ab.Moments.of(b=[1])
    with pytest.raises(NotFoundError, match="Did you mean 'revenue'"):
        ab.Moments.of(revenue=[1]).stats("revenu")
