"""Intervals and tests for few answers, against books, calculators and scipy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from pmlab.errors import InputError
from pmlab.stats import (
    adjusted_wald_interval,
    median_interval,
    poisson_interval,
    poisson_rates_test,
    t_interval,
    welch_test,
    wilson_interval,
    z_test,
)

LEVELS = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


def test_adjusted_wald_tullis_four_of_five():
    # Tullis, T. (2008). Calculating a confidence interval for task completion using the adjusted
    # Wald method, measuringux.com: 4 of 5 users gives 0.3596 to 0.9796 (with z = 1.96).
    interval = adjusted_wald_interval(4, 5)
    assert interval == pytest.approx((0.3596, 0.9796), abs=1e-4)


def test_adjusted_wald_is_cut_off_where_the_formula_passes_one():
    # Nine of ten: the centre is (9 + 1.92) / 13.84 = 0.789 and the spread 0.215, so 1.004.
    assert adjusted_wald_interval(9, 10) == pytest.approx((0.574, 1.0), abs=1e-3)
    assert adjusted_wald_interval(0, 10).low == 0


@given(n=st.integers(1, 400), data=st.data(), level=LEVELS)
def test_adjusted_wald_has_the_centre_of_wilson_and_is_no_narrower(n, data, level):
    # Both are centred on (x + z^2/2) / (n + z^2); Agresti and Coull (1998), section 2.
    successes = data.draw(st.integers(0, n))
    adjusted = adjusted_wald_interval(successes, n, confidence_level=level)
    wilson = wilson_interval(successes, n, confidence_level=level)
    assert adjusted.low <= wilson.low + 1e-12
    assert adjusted.high >= wilson.high - 1e-12


def test_t_interval_student_sleep():
    # Student (1908), the sleep data as R prints it: t.test(extra[group == 2]) has mean 2.33,
    # sd 2.002249 and the interval 0.8976775 to 3.7623225.
    interval = t_interval(10, 2.33, 2.002249)
    assert interval == pytest.approx((0.8976775, 3.7623225), abs=1e-6)


@given(
    values=st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30),
    level=LEVELS,
)
def test_t_interval_scipy(values, level):
    sd = float(np.std(values, ddof=1))
    theirs = scipy_stats.t.interval(
        level, len(values) - 1, np.mean(values), max(sd, 1e-300) / math.sqrt(len(values))
    )
    mine = t_interval(len(values), float(np.mean(values)), sd, confidence_level=level)
    assert mine == pytest.approx(theirs, rel=1e-9, abs=1e-9)


def test_one_value_has_a_mean_but_no_interval():
    assert all(map(math.isnan, t_interval(1, 5.0, math.nan)))


@pytest.mark.parametrize(
    ("level", "low", "high"), [(0.9, 17.38, 34.92), (0.95, 16.18, 36.90), (0.99, 14.00, 41.00)]
)
def test_poisson_graphpad_count_of_25(level, low, high):
    # GraphPad QuickCalcs, "How QuickCalcs computes the confidence interval of a count".
    assert poisson_interval(25, confidence_level=level) == pytest.approx((low, high), abs=0.005)


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0, 3.689), (5, 1.6235, 11.6683)])
def test_poisson_garwood_1936(count, low, high):
    assert poisson_interval(count) == pytest.approx((low, high), abs=5e-4)


def test_poisson_rates_of_the_r_package_ratetest():
    # README of the R package ratetest: 8 in 165.1 is 4.85 (2.09 to 9.55) in 100.
    interval = poisson_interval(8, 1.651)
    assert interval == pytest.approx((2.09, 9.55), abs=0.005)


@given(count=st.integers(0, 200), level=LEVELS)
def test_poisson_ends_are_where_each_tail_is_as_rare_as_said(count, level):
    low, high = poisson_interval(count, confidence_level=level)
    tail = (1 - level) / 2
    assert scipy_stats.poisson.cdf(count, high) == pytest.approx(tail, rel=1e-6)
    if count:
        assert scipy_stats.poisson.sf(count - 1, low) == pytest.approx(tail, rel=1e-6)
    else:
        assert low == 0


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.sampled_from([0.8, 0.9, 0.95, 0.99])
)
def test_median_interval_scipy(values, level):
    # Not at 50%, where two values cover the median exactly that often and scipy says so of one
    # end only.
    theirs = scipy_stats.quantile_test(values, q=0, p=0.5).confidence_interval(level)
    mine = median_interval(values, confidence_level=level)
    assert mine == pytest.approx((theirs.low, theirs.high), nan_ok=True)


def test_median_of_five_has_no_interval_at_95():
    # All five lie on one side of the median with probability 2 / 2^5 = 6.25 %.
    assert all(map(math.isnan, median_interval([1, 2, 3, 4, 5])))
    assert median_interval([1, 2, 3, 4, 5], confidence_level=0.9) == (1, 5)
    assert median_interval([1, 2], confidence_level=0.5) == (1, 2)
    assert all(map(math.isnan, median_interval([])))


def test_welch_reading_scores():
    # The degree of reading power data (Moore and McCabe), as R's t.test prints them:
    # t = 2.3109, df = 37.855, p = 0.02638, interval 1.23302 to 18.67588.
    treated = [24, 43, 58, 71, 43, 49, 61, 44, 67, 49, 53, 56, 59, 52, 62, 54, 57, 33, 46, 43, 57]
    control = [42, 43, 55, 26, 62, 37, 33, 41, 19, 54, 20, 85, 46, 10, 17, 60, 53, 42, 37, 42, 55]
    control += [28, 48]
    sides = [
        part
        for side in (treated, control)
        for part in (len(side), float(np.mean(side)), float(np.std(side, ddof=1)))
    ]
    difference = welch_test(*sides)
    assert difference.pvalue == pytest.approx(0.02638, abs=5e-6)
    assert (difference.low, difference.high) == pytest.approx((1.23302, 18.67588), abs=5e-6)


@given(
    st.tuples(st.integers(2, 50), st.floats(-50, 50), st.floats(0.1, 20)),
    st.tuples(st.integers(2, 50), st.floats(-50, 50), st.floats(0.1, 20)),
)
def test_welch_scipy(one, other):
    theirs = scipy_stats.ttest_ind_from_stats(
        one[1], one[2], one[0], other[1], other[2], other[0], equal_var=False
    )
    mine = welch_test(*one, *other)
    assert mine.pvalue == pytest.approx(theirs.pvalue, rel=1e-9)
    assert (mine.low > 0 or mine.high < 0) == (mine.pvalue < 0.05)


def test_means_that_do_not_vary_have_no_test():
    same = welch_test(5, 3.0, 0.0, 5, 4.0, 0.0)
    assert same.estimate == -1
    assert math.isnan(same.low)
    assert math.isnan(same.pvalue)
    assert math.isnan(z_test(1.0, 0.0, 2.0, 0.0).pvalue)


def test_z_test_is_the_normal_curve():
    # Five apart with a standard error of 5 (3 and 4): one standard deviation, p = 0.3173.
    difference = z_test(10.0, 3.0, 5.0, 4.0)
    assert difference.pvalue == pytest.approx(0.31731, abs=1e-5)
    assert (difference.low, difference.high) == pytest.approx((5 - 9.8, 5 + 9.8), abs=1e-3)


def test_a_tail_far_out_is_not_zero():
    assert 0 < z_test(0.0, 1.0, 33.0, 0.0).pvalue < 1e-200
    assert 0 < welch_test(900, 0.0, 1.0, 900, 2.0, 1.0).pvalue < 1e-200


def test_poisson_rates_fay():
    # Fay, M. P., R package rateratio.test: 2 in 17877 against 9 in 16660 has p = 0.05011, where
    # R's poisson.test says 0.042 beside an interval that holds 1.
    ratio = poisson_rates_test(2, 17877, 9, 16660)
    assert ratio.pvalue == pytest.approx(0.05011, abs=5e-6)
    assert ratio.low < 1 < ratio.high


@given(
    st.integers(0, 60),
    st.floats(0.5, 50),
    st.integers(0, 60),
    st.floats(0.5, 50),
)
def test_poisson_rates_interval_and_pvalue_agree(count, exposure, other, other_exposure):
    ratio = poisson_rates_test(count, exposure, other, other_exposure)
    if count == other == 0:
        assert all(map(math.isnan, ratio))
        return
    assert (ratio.low > 1 or ratio.high < 1) == (ratio.pvalue < 0.05)
    turned = poisson_rates_test(other, other_exposure, count, exposure)
    assert turned.pvalue == pytest.approx(ratio.pvalue)
    if ratio.low > 0:
        assert turned.high == pytest.approx(1 / ratio.low)


@pytest.mark.parametrize("call", [poisson_interval, lambda c, e: poisson_rates_test(1, 1, c, e)])
@pytest.mark.parametrize(
    ("count", "exposure", "message"),
    [
        (-1, 1, "count.*=-1 must be a whole number, 0 or more"),
        (1.5, 1, "count.*=1.5 must be a whole number"),
        (math.nan, 1, "count.*=nan must be a whole number"),
        (1, 0, "exposure.*=0 must be above 0"),
        (1, math.inf, "exposure.*=inf must be above 0"),
    ],
)
def test_what_is_no_count_over_an_exposure(call, count, exposure, message):
    with pytest.raises(InputError, match=message):
        call(count, exposure)


@pytest.mark.parametrize(
    "call",
    [
        lambda level: adjusted_wald_interval(1, 2, confidence_level=level),
        lambda level: t_interval(2, 1.0, 1.0, confidence_level=level),
        lambda level: poisson_interval(2, confidence_level=level),
        lambda level: median_interval([1.0], confidence_level=level),
        lambda level: welch_test(2, 1.0, 1.0, 2, 1.0, 1.0, confidence_level=level),
        lambda level: z_test(1.0, 1.0, 1.0, 1.0, confidence_level=level),
        lambda level: poisson_rates_test(1, 1.0, 1, 1.0, confidence_level=level),
    ],
)
@pytest.mark.parametrize("level", [0, 1, 95, math.nan])
def test_a_level_outside_0_to_1_is_refused(call, level):
    with pytest.raises(InputError, match="confidence_level"):
        call(level)


def test_adjusted_wald_refuses_more_successes_than_trials():
    with pytest.raises(InputError, match="are the two swapped"):
        adjusted_wald_interval(5, 4)
    assert all(map(math.isnan, adjusted_wald_interval(0, 0)))
