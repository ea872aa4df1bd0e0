"""Intervals of a ratio of two estimates."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from pmlab.errors import InputError
from pmlab.stats import delta_ratio_interval, fieller_interval, log_ratio_interval

ESTIMATES = st.floats(-100, 100).filter(lambda x: abs(x) > 0.1)
ERRORS = st.floats(0.01, 30)
LEVELS = st.sampled_from([0.8, 0.95, 0.99])


@given(a=ESTIMATES, se=ERRORS, b=ESTIMATES, se_b=ERRORS, rho=st.floats(-0.9, 0.9), level=LEVELS)
def test_fieller_ends_are_where_the_test_of_a_less_r_b_turns(a, se, b, se_b, rho, level):
    # Fieller's definition, solved here as a quadratic by numpy.
    z = scipy_stats.norm.isf((1 - level) / 2)
    covariance = rho * se * se_b
    low, high = fieller_interval(a, se, b, se_b, covariance=covariance, confidence_level=level)
    assume(abs(abs(b) / (z * se_b) - 1) > 1e-3)
    if abs(b) <= z * se_b:
        assert (low, high) == (-math.inf, math.inf)
        return
    roots = np.roots(
        [
            b * b - z * z * se_b * se_b,
            -2 * (a * b - z * z * covariance),
            a * a - z * z * se * se,
        ]
    )
    assert (low, high) == pytest.approx(tuple(sorted(roots.real)), rel=1e-6, abs=1e-6)


@given(a=ESTIMATES, se=ERRORS, b=ESTIMATES, se_b=ERRORS, df=st.floats(3, 1000))
def test_fieller_leaves_out_1_exactly_when_the_difference_leaves_out_0(a, se, b, se_b, df):
    low, high = fieller_interval(a, se, b, se_b, df=df)
    assume(math.isfinite(low))
    t = abs(a - b) / math.hypot(se, se_b)
    critical = scipy_stats.t.isf(0.025, df)
    assume(abs(t / critical - 1) > 1e-9)
    assert (low <= 1 <= high) == (t < critical)


def test_fieller_keeps_its_digits_where_the_errors_are_small():
    # For tiny errors all three agree to first order: the spread is z * sqrt(2) * 1e-9.
    z = scipy_stats.norm.isf(0.025)
    for method in (fieller_interval, delta_ratio_interval, log_ratio_interval):
        low, high = method(1.0, 1e-9, 1.0, 1e-9)
        assert high - 1 == pytest.approx(z * math.sqrt(2) * 1e-9, rel=1e-6)
        assert 1 - low == pytest.approx(z * math.sqrt(2) * 1e-9, rel=1e-6)


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_no_unit_is_too_large_or_too_small(scale):
    for method in (fieller_interval, delta_ratio_interval, log_ratio_interval):
        expected = method(12.0, 0.5, 10.0, 0.5)
        scaled = method(12.0 * scale, 0.5 * scale, 10.0 * scale, 0.5 * scale)
        assert scaled == pytest.approx(expected)


def test_log_katz_r():
    # R package epiR 2.0.57, epi.2by2 of 36 of 40 against 16 of 80, "RR.strata.wald"; and
    # statsmodels 0.15.0, confint_proportions_2indep(compare="ratio", method="log"). The
    # standard errors are those of shares.
    own, control = math.sqrt(0.9 * 0.1 / 40), math.sqrt(0.2 * 0.8 / 80)
    low, high = log_ratio_interval(0.9, own, 0.2, control)
    assert (low, high) == pytest.approx((2.8685501986, 7.05931519339), rel=1e-11)
    assert (low, high) == pytest.approx((2.8685501986034847, 7.059315193388788), rel=1e-12)


def test_delta_is_the_standard_error_of_a_ratio_of_many_draws():
    rng = np.random.default_rng(1)
    own, control = rng.normal(12, 0.2, 400_000), rng.normal(10, 0.1, 400_000)
    low, high = delta_ratio_interval(12, 0.2, 10, 0.1)
    assert high - low == pytest.approx(2 * 1.959964 * np.std(own / control), rel=0.01)


@pytest.mark.parametrize(("a", "b"), [(3.0, 4.0), (-3.0, 4.0), (3.0, -4.0), (0.0, 4.0)])
def test_fieller_covers_as_often_as_it_says(a, b):
    # 20,000 pairs of estimates; Monte-Carlo error of a cover of 95% is 0.15 points.
    rng = np.random.default_rng(7)
    n, se, se_b = 20_000, 1.0, 0.8
    own, control = rng.normal(a, se, n), rng.normal(b, se_b, n)
    covers = 0
    for value, other in zip(own, control, strict=True):
        low, high = fieller_interval(value, se, other, se_b)
        covers += low <= a / b <= high
    # Unbounded intervals take in what the two outer parts of Fieller's set would leave out.
    assert 0.945 < covers / n < 0.965


@pytest.mark.parametrize(("a", "b"), [(-1.0, 2.0), (0.0, 2.0), (1.0, 0.0)])
def test_there_is_no_logarithm_of_a_ratio_that_is_not_above_0(a, b):
    assert all(map(math.isnan, log_ratio_interval(a, 0.1, b, 0.1)))


def test_nothing_to_divide_by():
    assert all(map(math.isnan, delta_ratio_interval(1, 0.1, 0, 0.1)))
    assert all(map(math.isnan, fieller_interval(1, 0.1, 0, 0.0)))
    assert fieller_interval(1, 0.1, 0, 0.1) == (-math.inf, math.inf)
    assert all(map(math.isnan, fieller_interval(math.nan, 0.1, 1, 0.1)))


@pytest.mark.parametrize("method", [fieller_interval, delta_ratio_interval, log_ratio_interval])
def test_a_negative_standard_error_is_refused(method):
    with pytest.raises(InputError, match=r"se=-0.1: a standard error is 0 or more"):
        method(1, -0.1, 2, 0.1)


def test_a_logarithm_of_which_nothing_is_known_ends_at_infinity():
    low, high = log_ratio_interval(1e-9, 1.0, 1.0, 1.0)
    assert (low, high) == (0.0, math.inf)
