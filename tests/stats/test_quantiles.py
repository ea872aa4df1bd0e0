"""Quantiles: order statistics, and the bootstrap without resampling against one with it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from pmlab.errors import InputError
from pmlab.stats import bootstrap_quantile, median_interval, quantile_interval

VALUES = st.lists(st.integers(-20, 20), min_size=8, max_size=80)
QUANTILES = st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9])


@given(values=VALUES, q=QUANTILES, level=st.sampled_from([0.5, 0.8, 0.9, 0.95]))
def test_interval_scipy(values, q, level):
    theirs = scipy_stats.quantile_test(values, p=q).confidence_interval(level)
    mine = quantile_interval(values, q, confidence_level=level)
    # scipy leaves each end open on its own; an interval with one end is none here.
    expected = (math.nan, math.nan) if any(map(math.isnan, theirs)) else tuple(theirs)
    assert mine == pytest.approx(expected, nan_ok=True)


@given(values=VALUES)
def test_a_median_is_a_quantile(values):
    assert median_interval(values) == pytest.approx(quantile_interval(values, 0.5), nan_ok=True)


@pytest.mark.parametrize(("n", "q"), [(40, 0.5), (60, 0.9), (200, 0.1)])
def test_the_interval_covers_by_the_binomial(n, q):
    # With values 1 to n the ends are ranks, and a rank interval's cover is binomial, whatever the
    # values are: P(low <= Binomial(n, q) < high).
    low, high = quantile_interval(range(1, n + 1), q)
    cover = scipy_stats.binom.cdf(high - 1, n, q) - scipy_stats.binom.cdf(low - 1, n, q)
    assert 0.95 <= cover < 0.99
    assert 1 - scipy_stats.binom.cdf(high - 2, n, q) > 0.025
    assert scipy_stats.binom.cdf(low, n, q) > 0.025


@pytest.mark.parametrize(("n", "q"), [(5, 0.5), (35, 0.9), (35, 0.1), (0, 0.5), (1, 0.5)])
def test_too_few_values_hold_no_interval(n, q):
    # 2 * 0.5^5 = 0.0625; and of 35 values, none is above the 90th percentile with 0.9^35 = 0.0250.
    assert all(map(math.isnan, quantile_interval(range(n), q)))


def test_ranks_of_a_bootstrap_median_of_three_by_hand():
    # Three values, q = 1/2: the rank is Binomial(4, 1/2), so 1/16 below the first value, 4, 6 and
    # 4 sixteenths on the three, and 1/16 above the last.
    spread = bootstrap_quantile([7, 1, 4], 0.5)
    assert spread.values.tolist() == [1, 4, 7]
    assert spread.shares == pytest.approx([4 / 16, 6 / 16, 4 / 16])
    assert spread.beyond == pytest.approx((1 / 16, 1 / 16))
    assert spread.estimate == 4


def test_share_of_differences_by_hand():
    # Own medians fall on 1, 4, 7 and the control's on 0, 4, 9, each with 4, 6 and 4 sixteenths.
    # At most 0 are (1, 4), (1, 9), (4, 4), (4, 9) and (7, 9): 24 + 16 + 36 + 24 + 16 = 116 of 256;
    # and what is not known may be anything: 1/16 on either side.
    own, control = bootstrap_quantile([1, 4, 7], 0.5), bootstrap_quantile([0, 4, 9], 0.5)
    assert own.share_at_most(control, 0) == pytest.approx(116 / 256 + 2 / 16)
    # At least 0: (1, 0), (4, 0), (4, 4), (7, 0), (7, 4): 16 + 24 + 36 + 16 + 24.
    assert own.share_at_least(control, 0) == pytest.approx(116 / 256 + 2 / 16)
    # At least half of the control's size above it: those with the control at 0, which has no size,
    # and (7, 4), for 7 >= 6: 16 + 24 + 16 + 24.
    half = own.share_at_least(control, 0.5, relative=True)
    assert half == pytest.approx(80 / 256 + 2 / 16)


@pytest.mark.parametrize("q", [0.5, 0.9])
def test_interval_of_the_difference_is_that_of_resampling(q):
    # The definition: draw rows with replacement, 20,000 times, and take the percentiles.
    rng = np.random.default_rng(3)
    own, control = rng.lognormal(0.2, 1, 400), rng.lognormal(0, 1, 500)
    draws = [
        np.quantile(own[rng.integers(0, 400, (20_000, 400))], q, axis=1),
        np.quantile(control[rng.integers(0, 500, (20_000, 500))], q, axis=1),
    ]
    spread = bootstrap_quantile(own, q), bootstrap_quantile(control, q)
    for relative, differences in (
        (False, draws[0] - draws[1]),
        (True, (draws[0] - draws[1]) / draws[1]),
    ):
        low, high = spread[0].interval(spread[1], relative=relative)
        expected = np.quantile(differences, [0.025, 0.975])
        assert (low, high) == pytest.approx(tuple(expected), abs=0.06 * np.ptp(expected))
    share = spread[0].share_at_most(spread[1], 0)
    assert share == pytest.approx(np.mean(draws[0] <= draws[1]), abs=0.02)


@given(own=VALUES, control=VALUES, q=QUANTILES, level=st.sampled_from([0.5, 0.8, 0.9]))
def test_the_interval_holds_what_lies_in_neither_tail(own, control, q, level):
    spread, other = bootstrap_quantile(own, q), bootstrap_quantile(control, q)
    low, high = spread.interval(other, confidence_level=level)
    tail = (1 - level) / 2
    for shift in range(-41, 42):
        if math.isnan(low):
            break
        shares = spread.share_at_most(other, shift), spread.share_at_least(other, shift)
        if min(abs(share - tail) for share in shares) > 1e-12:
            assert (min(shares) > tail) == (low <= shift <= high)


@given(own=VALUES, control=VALUES, q=QUANTILES)
def test_swapping_the_arms_mirrors_the_interval(own, control, q):
    one = bootstrap_quantile(own, q).interval(bootstrap_quantile(control, q))
    other = bootstrap_quantile(control, q).interval(bootstrap_quantile(own, q))
    assert one == pytest.approx((-other.high, -other.low), nan_ok=True)


@given(values=VALUES, q=QUANTILES)
def test_estimate_numpy(values, q):
    assert bootstrap_quantile(values, q).estimate == pytest.approx(np.quantile(values, q))


def test_a_control_on_both_sides_of_zero_has_no_relative_interval():
    own = bootstrap_quantile(range(100), 0.5)
    low, high = own.interval(bootstrap_quantile(range(-50, 51), 0.5), relative=True)
    assert (low, high) == (-math.inf, math.inf)


def test_a_negative_control_keeps_the_sign_of_the_effect():
    own, control = (
        bootstrap_quantile(range(-300, -200), 0.5),
        bootstrap_quantile(range(-450, -350), 0.5),
    )
    low, high = own.interval(control, relative=True)
    assert 0 < low < 150 / 400 < high


@pytest.mark.parametrize("q", [0, 1, -0.5, 90])
def test_what_is_no_quantile_is_refused(q):
    with pytest.raises(InputError, match=r"must lie between 0 and 1; 0.9 is the 90th percentile"):
        quantile_interval([1, 2, 3], q)
