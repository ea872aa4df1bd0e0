"""Intervals and tests against published tables and against scipy."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2_contingency

from pmlab.errors import PmlabError
from pmlab.stats import holm, newcombe_interval, two_proportions_test, wilson_interval


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


@pytest.mark.parametrize(
    ("own", "control", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombe_1998_table_2_method_10(own, control, low, high):
    # Newcombe, R. G. (1998). Interval estimation for the difference between independent
    # proportions: comparison of eleven methods. Statistics in Medicine, 17, 873-890. Table II,
    # contrasts (a) to (h), method 10 (hybrid score, no continuity correction), 95 %.
    interval = newcombe_interval(*own, *control)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


SHARES = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(SHARES, SHARES)
def test_newcombe_holds_the_difference_and_turns_round_with_it(own, control):
    low, high = newcombe_interval(*own, *control)
    difference = own[0] / own[1] - control[0] / control[1]
    assert -1 - 1e-12 <= low <= difference <= high <= 1 + 1e-12
    assert newcombe_interval(*control, *own) == pytest.approx((-high, -low))
    wider = newcombe_interval(*own, *control, confidence_level=0.99)
    assert wider.low <= low
    assert high <= wider.high


def test_newcombe_against_nobody_is_undefined():
    assert all(map(math.isnan, newcombe_interval(0, 0, 3, 10)))
    assert all(map(math.isnan, newcombe_interval(3, 10, 0, 0)))


def test_two_proportions_of_the_physicians_health_study():
    # Heart attacks with placebo 189 of 11,034, with aspirin 104 of 11,037: N. Engl. J. Med. 321
    # (1989), 129-135. Pearson's X2 without correction, which is the square of the pooled z, is
    # 25.01 in Agresti (2007), An Introduction to Categorical Data Analysis, section 2.2.
    pvalue = two_proportions_test(189, 11034, 104, 11037)
    assert pvalue == pytest.approx(math.erfc(math.sqrt(25.0139 / 2)), rel=1e-3)
    assert pvalue == pytest.approx(5.692e-7, rel=1e-3)


@pytest.mark.parametrize(
    ("own", "control"),
    [
        ((56, 70), (48, 80)),
        ((9, 10), (3, 10)),
        ((1, 40), (0, 25)),
        ((5, 5), (1, 9)),
        ((500, 1000), (500, 1000)),
        ((90_000, 10**6), (100_000, 10**6)),
    ],
)
def test_two_proportions_is_pearsons_chi_square(own, control):
    table = [[own[0], own[1] - own[0]], [control[0], control[1] - control[0]]]
    theirs = chi2_contingency(table, correction=False).pvalue
    assert two_proportions_test(*own, *control) == pytest.approx(theirs, rel=1e-9, abs=1e-300)
    assert two_proportions_test(*control, *own) == two_proportions_test(*own, *control)


@pytest.mark.parametrize("counts", [(0, 0, 3, 10), (3, 10, 0, 0), (0, 7, 0, 9), (7, 7, 9, 9)])
def test_two_proportions_without_an_answer_are_undefined(counts):
    assert math.isnan(two_proportions_test(*counts))


@pytest.mark.parametrize("function", [newcombe_interval, two_proportions_test])
@pytest.mark.parametrize(
    ("counts", "parameter"),
    [
        ((5, 3, 1, 2), r"^successes=5 .* n=3"),
        ((-1, 3, 1, 2), r"^successes=-1 "),
        ((1, 3, 4, 2), r"^successes_control=4 .* n_control=2"),
        ((5, 3, 0, 0), r"^successes=5 "),
        ((0, 0, 4, 2), r"^successes_control=4 "),
        ((3, 3, 4, 2), r"^successes_control=4 "),
    ],
)
def test_two_shares_refuse_more_successes_than_trials(function, counts, parameter):
    with pytest.raises(PmlabError, match=parameter):
        function(*counts)


def test_holm_1979():
    # R 4: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") gives 0.03 0.06 0.06 0.02. By hand: 4 x
    # 0.005, then 3 x 0.01, then 2 x 0.03; the last, 1 x 0.04, may not fall below the one before.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_at_the_edges():
    assert holm([]) == []
    assert holm([0.2]) == [0.2]
    assert holm([0.6, 0.7]) == [1, 1]
    assert holm([0.03, 0.03]) == pytest.approx([0.06, 0.06])
    assert holm([0, 1]) == [0, 1]


def test_holm_does_not_count_tests_that_have_no_answer():
    corrected = holm([0.01, math.nan, 0.04])
    assert corrected[::2] == pytest.approx([0.02, 0.04])
    assert math.isnan(corrected[1])
    assert math.isnan(holm([math.nan])[0])


PVALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@given(PVALUES, st.floats(0.001, 0.999))
def test_holm_rejects_what_the_stepwise_procedure_rejects(pvalues, alpha):
    # Holm (1979): from the smallest on, reject while p <= alpha / (number not yet rejected).
    m, rejected = len(pvalues), set()
    for rank, place in enumerate(sorted(range(m), key=pvalues.__getitem__)):
        if (m - rank) * pvalues[place] > alpha:
            break
        rejected.add(place)
    assert {place for place, p in enumerate(holm(pvalues)) if p <= alpha} == rejected


@given(PVALUES)
def test_holm_lies_between_no_correction_and_bonferroni(pvalues):
    for raw, corrected in zip(pvalues, holm(pvalues), strict=True):
        assert raw <= corrected <= min(1, len(pvalues) * raw)


@pytest.mark.parametrize("pvalues", [[1.2], [0.5, -0.1]])
def test_holm_refuses_what_is_no_pvalue(pvalues):
    with pytest.raises(PmlabError, match="pvalues"):
        holm(pvalues)
