"""Intervals against published tables and against scipy."""

import math

import pytest
from scipy.stats import binomtest

from pmlab.errors import PmlabError
from pmlab.stats import wilson_interval


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_newcombe_1998_table_1_method_3(successes, n, low, high):
    # Newcombe, R. G. (1998). Two-sided confidence intervals for the single proportion:
    # comparison of seven methods. Statistics in Medicine, 17, 857-872. Table I, method 3
    # (score, no continuity correction), 95 %.
    interval = wilson_interval(successes, n)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@pytest.mark.parametrize("confidence_level", [0.5, 0.8, 0.9, 0.95, 0.99])
@pytest.mark.parametrize(
    ("successes", "n"), [(0, 1), (1, 1), (0, 7), (7, 7), (3, 10), (420, 1000), (1, 10**6)]
)
def test_wilson_scipy(successes, n, confidence_level):
    theirs = binomtest(successes, n).proportion_ci(confidence_level, method="wilson")
    mine = wilson_interval(successes, n, confidence_level=confidence_level)
    assert mine == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_wilson_of_nobody_is_undefined_not_zero():
    assert all(map(math.isnan, wilson_interval(0, 0)))


def test_wilson_is_symmetric():
    one, other = wilson_interval(3, 17), wilson_interval(14, 17)
    assert one == pytest.approx((1 - other.high, 1 - other.low))


def test_wilson_at_the_ends_stays_a_share():
    for n in range(1, 200):
        assert wilson_interval(0, n).low == 0
        assert wilson_interval(n, n).high == 1


@pytest.mark.parametrize(("successes", "n"), [(5, 3), (-1, 3), (0, -1)])
def test_wilson_refuses_more_successes_than_trials(successes, n):
    with pytest.raises(PmlabError, match="successes"):
        wilson_interval(successes, n)


@pytest.mark.parametrize("confidence_level", [0, 1, 95, -0.1, math.nan])
def test_wilson_refuses_a_level_outside_0_to_1(confidence_level):
    with pytest.raises(ValueError, match="confidence_level"):
        wilson_interval(3, 10, confidence_level=confidence_level)
