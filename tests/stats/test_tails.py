"""Tails and critical values, against numbers of many digits."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from pmlab.errors import InputError
from pmlab.stats import Interval
from pmlab.stats.tails import (
    critical_value,
    one_sided,
    pvalue_of,
    two_sided_level,
    welch_freedom,
)

SIDES = st.sampled_from(["two-sided", "greater", "less"])


@pytest.mark.parametrize(
    ("statistic", "df", "pvalue"),
    [
        # mpmath 1.4.1 with 40 digits: betainc(df/2, 1/2, 0, df/(df + t^2), regularized=True)
        (33, 100_000, 1.5500967544949189e-237),
        (33, 1_000_000, 1.0929125315351183e-238),
        (2, 3.5, 0.12613852257591353),
        (1e6, 2, 9.999999999985e-13),
        (60, 50, 2.9518309831929224e-48),
        # erfc(t / sqrt(2))
        (33, math.inf, 8.1223712418317102e-239),
        (5, math.inf, 5.7330314375838782e-7),
    ],
)
def test_two_sided_tails_mpmath(statistic, df, pvalue):
    assert pvalue_of(statistic, df=df) == pytest.approx(pvalue, rel=1e-10)
    assert pvalue_of(-statistic, df=df) == pytest.approx(pvalue, rel=1e-10)
    assert pvalue_of(statistic, df=df, alternative="greater") == pytest.approx(pvalue / 2, rel=1e-9)


@given(t=st.floats(-30, 30), df=st.floats(1, 1e9), alternative=SIDES)
def test_tails_scipy(t, df, alternative):
    theirs = {
        "two-sided": 2 * scipy_stats.t.sf(abs(t), df),
        "greater": scipy_stats.t.sf(t, df),
        "less": scipy_stats.t.cdf(t, df),
    }[alternative]
    assert pvalue_of(t, df=df, alternative=alternative) == pytest.approx(theirs, rel=1e-9)


@given(level=st.floats(0.01, 0.9999), df=st.floats(1, 1e6))
def test_critical_values_scipy(level, df):
    theirs = scipy_stats.t.isf((1 - level) / 2, df)
    assert critical_value(level, df) == pytest.approx(theirs, rel=1e-9)
    assert critical_value(level) == pytest.approx(scipy_stats.norm.isf((1 - level) / 2), rel=1e-9)


def test_nothing_known_gives_nothing():
    assert math.isnan(pvalue_of(math.nan))
    assert math.isnan(pvalue_of(1.0, df=math.nan))
    assert math.isnan(critical_value(0.95, math.nan))


def test_welch_freedom_sleep_r():
    # R 4.2.2, t.test(extra ~ group, data = sleep): df = 17.77647352; the variances of the two
    # groups of ten are 3.200556 and 4.009.
    se = [math.sqrt(3.2005555555555556 / 10), math.sqrt(4.009 / 10)]
    assert welch_freedom(se[0], 10, se[1], 10) == pytest.approx(17.77647352, abs=1e-8)


@pytest.mark.parametrize("scale", [1e-200, 1e-30, 1e30, 1e200])
def test_welch_freedom_does_not_depend_on_the_unit(scale):
    expected = welch_freedom(1.0, 10, 2.0, 20)
    assert welch_freedom(scale, 10, 2 * scale, 20) == pytest.approx(expected)


@pytest.mark.parametrize(("se", "n"), [(0.0, 5), (1.0, 1)])
def test_welch_freedom_is_undefined_without_variance_or_with_one_value(se, n):
    assert math.isnan(welch_freedom(se, n, se, n))


def test_a_one_sided_bound_is_an_end_of_a_wider_interval():
    assert two_sided_level(0.95, "greater") == pytest.approx(0.9)
    assert two_sided_level(0.95, "two-sided") == 0.95
    assert one_sided(Interval(1, 2), "greater") == (1, math.inf)
    assert one_sided(Interval(1, 2), "less", least=-1) == (-1, 2)
    assert one_sided(Interval(1, 2), "two-sided") == (1, 2)


def test_a_one_sided_bound_below_half_is_refused():
    with pytest.raises(InputError, match=r"confidence_level=0.4 must be above 0.5"):
        two_sided_level(0.4, "less")


def test_an_alternative_that_is_none_is_refused_by_name():
    with pytest.raises(InputError, match=r"alternative='larger'.*'two-sided'"):
        two_sided_level(0.9, "larger")
