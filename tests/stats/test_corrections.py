"""Corrections for many tests and the check of a split, against R, scipy and statsmodels."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from pmlab.errors import InputError
from pmlab.stats import benjamini_hochberg, bonferroni, chi_square_split, holm

PVALUES = [0.01, 0.02, 0.03, 0.04, 0.05, 0.5, 0.0001]
LISTS = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("correct", "expected"),
    [
        # R 4.2.2, p.adjust(p, "BH"), "bonferroni" and "holm"; statsmodels 0.15.0, multipletests,
        # gives the same.
        (
            benjamini_hochberg,
            [0.035, 0.0466666666667, 0.0525, 0.056, 0.0583333333333, 0.5, 0.0007],
        ),
        (bonferroni, [0.07, 0.14, 0.21, 0.28, 0.35, 1.0, 0.0007]),
        (holm, [0.06, 0.1, 0.12, 0.12, 0.12, 0.5, 0.0007]),
    ],
)
def test_corrections_r(correct, expected):
    assert correct(PVALUES) == pytest.approx(expected, rel=1e-10)


def test_benjamini_hochberg_1995_section_3_2():
    # Benjamini and Hochberg (1995): of these 15, four are rejected at 0.05, the fourth with
    # 0.0095 <= 4/15 * 0.05; Bonferroni rejects three.
    pvalues = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    pvalues += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
    assert sum(p <= 0.05 for p in benjamini_hochberg(pvalues)) == 4
    assert sum(p <= 0.05 for p in bonferroni(pvalues)) == 3


@given(pvalues=LISTS)
def test_benjamini_hochberg_scipy(pvalues):
    theirs = scipy_stats.false_discovery_control(pvalues, method="bh")
    assert benjamini_hochberg(pvalues) == pytest.approx(list(theirs))


@given(pvalues=LISTS)
def test_the_stricter_promise_never_gives_the_smaller_pvalue(pvalues):
    all_three = zip(benjamini_hochberg(pvalues), holm(pvalues), bonferroni(pvalues), strict=True)
    for own, (bh, by_holm, plain) in zip(pvalues, all_three, strict=True):
        assert own - 1e-15 <= bh <= by_holm + 1e-15
        assert by_holm <= plain + 1e-15


@pytest.mark.parametrize("correct", [benjamini_hochberg, bonferroni, holm])
def test_a_test_without_an_answer_does_not_count(correct):
    corrected = correct([0.01, math.nan, 0.02])
    assert math.isnan(corrected[1])
    assert [corrected[0], corrected[2]] == correct([0.01, 0.02])


@pytest.mark.parametrize("correct", [benjamini_hochberg, bonferroni, holm])
def test_what_is_no_pvalue_is_refused(correct):
    with pytest.raises(InputError, match=r"pvalues: 1.2 is no p-value"):
        correct([0.1, 1.2])


def test_split_fabijan_2019_and_r():
    # Fabijan et al. (2019), KDD, section 1: 821,588 against 815,482 users for an even split.
    # R 4.2.2, chisq.test(c(821588, 815482))
    test = chi_square_split([821_588, 815_482])
    assert test.statistic == pytest.approx(22.7743688419, abs=1e-9)
    assert test.pvalue == pytest.approx(1.82179287262e-06, rel=1e-11)


def test_split_uneven_r():
    # R 4.2.2, chisq.test(c(5100, 3000, 2100), p = c(.5, .3, .2))
    test = chi_square_split([5100, 3000, 2100], [5, 3, 2])
    assert (test.statistic, test.df) == (pytest.approx(2.94117647059, abs=1e-10), 2)
    assert test.pvalue == pytest.approx(0.229790274673, abs=1e-12)
    assert test.expected == pytest.approx((5100, 3060, 2040))


@given(
    counts=st.lists(st.integers(0, 10**6), min_size=2, max_size=6),
    weights=st.lists(st.floats(0.01, 10), min_size=6, max_size=6),
)
def test_split_scipy(counts, weights):
    shares = weights[: len(counts)]
    test = chi_square_split(counts, shares)
    if sum(counts) == 0:
        assert math.isnan(test.pvalue)
        return
    theirs = scipy_stats.chisquare(counts, [sum(counts) * w / sum(shares) for w in shares])
    assert test.statistic == pytest.approx(theirs.statistic, rel=1e-9, abs=1e-9)
    assert test.pvalue == pytest.approx(theirs.pvalue, rel=1e-6, abs=1e-300)


def test_split_99_to_1_of_a_billion():
    # 990,000,000 to 10,000,000 is as planned; 3,000 fewer in the small arm is not: by hand,
    # 3000^2 (1 / 9.9e8 + 1 / 1e7) = 0.909.
    assert chi_square_split([990_000_000, 10_000_000], [99, 1]).pvalue == 1
    test = chi_square_split([990_003_000, 9_997_000], [99, 1])
    assert test.statistic == pytest.approx(9e6 * (1 / 9.9e8 + 1 / 1e7), rel=1e-9)


@pytest.mark.parametrize(
    ("counts", "shares", "message"),
    [
        ([5], None, "two arms or more"),
        ([5, -1], None, "-1 must be a whole number"),
        ([5, 1.5], None, "1.5 must be a whole number"),
        ([5, 1], [1], "2 arms and shares 1"),
        ([5, 1], [1, 0], "leave out an arm that gets none"),
    ],
)
def test_what_is_no_split_is_refused(counts, shares, message):
    with pytest.raises(InputError, match=message):
        chi_square_split(counts, shares)
