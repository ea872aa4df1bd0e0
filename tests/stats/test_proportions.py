"""Two shares: exact and score methods, against tables, R, statsmodels and many digits."""

import itertools
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from pmlab.errors import InputError
from pmlab.stats import (
    clopper_pearson_interval,
    fisher_test,
    miettinen_nurminen_interval,
    miettinen_nurminen_test,
    newcombe_interval,
    two_proportions_test,
    wald_difference_interval,
)
from pmlab.stats.proportions import pooled_z

COOKIE_CATS = (8279, 45489, 8502, 44700)  # day-7 retention: gate at 40, gate at 30
METHODS = [newcombe_interval, miettinen_nurminen_interval, wald_difference_interval]
RPACT = [
    (COOKIE_CATS, -0.01, "difference", 0.693905287317139),
    (COOKIE_CATS, -0.02, "difference", 4.54989604851686),
    ((56, 70, 48, 80), 0.05, "difference", 1.99667915467535),
    ((36, 40, 16, 80), 2.0, "ratio", 3.89576268959228),
]
COUNTS = st.tuples(st.integers(1, 60), st.integers(1, 60)).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)
LEVELS = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


@pytest.mark.parametrize(
    ("successes", "n", "level", "low", "high"),
    [
        # R 4.2.2, binom.test()$conf.int
        (81, 263, 0.95, 0.252736745585, 0.367621922601),
        (0, 20, 0.95, 0.0, 0.168433470983),
        (1, 29, 0.99, 0.000172831332722, 0.229600306575),
    ],
)
def test_clopper_pearson_r(successes, n, level, low, high):
    interval = clopper_pearson_interval(successes, n, confidence_level=level)
    assert interval == pytest.approx((low, high), abs=1e-11)


def test_clopper_pearson_newcombe_1998_table_1_method_5():
    # Newcombe, R. G. (1998). Two-sided confidence intervals for the single proportion.
    # Statistics in Medicine, 17, 857-872. Table I, method 5.
    rounded = [
        tuple(round(end, 4) for end in clopper_pearson_interval(*case))
        for case in [(81, 263), (15, 148), (0, 20), (1, 29)]
    ]
    assert rounded == [(0.2527, 0.3676), (0.0578, 0.1617), (0, 0.1684), (0.0009, 0.1776)]


@given(n=st.integers(1, 10**9), data=st.data(), level=LEVELS)
def test_clopper_pearson_scipy(n, data, level):
    successes = data.draw(st.integers(0, n))
    theirs = scipy_stats.binomtest(successes, n).proportion_ci(level, method="exact")
    mine = clopper_pearson_interval(successes, n, confidence_level=level)
    assert mine == pytest.approx(tuple(theirs), rel=1e-9)


@pytest.mark.parametrize("n", [1, 5, 30])
@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.97])
def test_clopper_pearson_never_covers_less_than_it_says(n, share):
    covered = sum(
        scipy_stats.binom.pmf(k, n, share)
        for k in range(n + 1)
        if clopper_pearson_interval(k, n).low <= share <= clopper_pearson_interval(k, n).high
    )
    assert covered >= 0.95 - 1e-12


def test_pooled_z_r_and_a_published_analysis():
    # R 4.2.2, prop.test(c(8279, 8502), c(45489, 44700), correct = FALSE)
    assert two_proportions_test(*COOKIE_CATS) == pytest.approx(0.00155424997561, abs=1e-14)
    # R 4.2.2, prop.test(c(56, 48), c(70, 80), correct = FALSE)
    assert two_proportions_test(56, 70, 48, 80) == pytest.approx(0.0080450813682, abs=1e-13)
    # Day-1 retention, in the notebook of github.com/PrernaShinde/cookiecats-ab-test
    day_1 = (20119, 45489, 20034, 44700)
    assert pooled_z(*day_1) == pytest.approx(-1.7840862247974725, rel=1e-12)
    assert two_proportions_test(*day_1) == pytest.approx(0.07440965529691913, rel=1e-12)


def test_pooled_z_mpmath_far_out():
    # mpmath 1.4.1 with 40 digits
    far = (500_520_000, 10**9, 500_000_000, 10**9)
    assert two_proportions_test(*far) == pytest.approx(1.2628815559608679e-119, rel=1e-10)
    rare = (3, 10**9, 9, 10**9)
    assert pooled_z(*rare) == pytest.approx(-1.7320508127650297, rel=1e-12)


def test_wald_interval_r_and_statsmodels():
    # R 4.2.2, prop.test(..., correct = FALSE)$conf.int
    low, high = wald_difference_interval(*COOKIE_CATS)
    assert (low, high) == pytest.approx((-0.01328155241889, -0.00312104421153), abs=1e-13)
    # statsmodels 0.15.0, confint_proportions_2indep(method="wald")
    assert (low, high) == pytest.approx((-0.013281552418885546, -0.00312104421152628), rel=1e-12)


def test_newcombe_epi_and_statsmodels():
    # R package Epi 2.47, ci.pd(56, 48, 14, 32) and ci.pd(5, 0, 51, 29)
    assert newcombe_interval(56, 70, 48, 80) == pytest.approx(
        (0.0524314724024, 0.333872654037), abs=1e-11
    )
    assert newcombe_interval(5, 56, 0, 29) == pytest.approx(
        (-0.0381371479035, 0.192560013855), abs=1e-11
    )
    # statsmodels 0.15.0, confint_proportions_2indep(method="newcomb")
    assert newcombe_interval(*COOKIE_CATS) == pytest.approx(
        (-0.013281940871914845, -0.00312130268876128), rel=1e-12
    )


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0528, 0.3382),
        ((9, 10, 3, 10), 0.1700, 0.8406),
        ((6, 7, 2, 7), 0.0342, 0.8534),
        ((5, 56, 0, 29), -0.0326, 0.1933),
        ((0, 10, 0, 20), -0.1658, 0.2844),
        ((0, 10, 0, 10), -0.2879, 0.2879),
        ((10, 10, 0, 20), 0.7156, 1.0),
        ((10, 10, 0, 10), 0.6636, 1.0),
    ],
)
def test_miettinen_nurminen_newcombe_1998_table_2_method_6(counts, low, high):
    # Newcombe, R. G. (1998). Interval estimation for the difference between independent
    # proportions: comparison of eleven methods. Statistics in Medicine, 17, 873-890. Table II.
    interval = miettinen_nurminen_interval(*counts)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        # The definition in mpmath 1.4.1 with 40 digits: the likelihood's maximum by bisection of
        # its slope, and the interval's ends by bisection of the score.
        (COOKIE_CATS, -0.013282326248425054, -0.0031214158022924324),
        ((1, 10**9, 0, 10**9), -2.841458809778779e-09, 5.664934245279946e-09),
        ((500, 10**9, 450, 10**9), -1.0431211797161269e-08, 1.106325813300293e-07),
        ((10**9 - 3, 10**9, 10**9 - 9, 10**9), -9.344049590653636e-10, 1.4446141288764139e-08),
        ((3, 1000, 20, 99000), 0.0008157498448657408, 0.008581383888047257),
        ((0, 10**6, 25, 10**6), -3.6906745151835135e-05, -1.693450876052619e-05),
        ((0, 1, 1, 1), -1.0, 0.5869013712455252),
        ((1, 1, 0, 1), -0.5869013712455252, 1.0),
    ],
)
def test_miettinen_nurminen_mpmath(counts, low, high):
    assert miettinen_nurminen_interval(*counts) == pytest.approx((low, high), rel=1e-10)


def test_miettinen_nurminen_test_rpact():
    # R package rpact 3.3.4, .getFarringtonManningValues: the two shares at the null, from which
    # z = gap / sqrt((p1 q1 / n1 + p2 q2 / n2) N / (N - 1)).
    for counts, null, effect, z in RPACT:
        test = miettinen_nurminen_test(*counts, null=null, effect=effect)
        assert test.statistic == pytest.approx(z, rel=1e-9)
        assert test.pvalue == pytest.approx(2 * scipy_stats.norm.sf(abs(z)), rel=1e-8)


def test_miettinen_nurminen_test_mpmath():
    # As above, the score itself.
    test = miettinen_nurminen_test(56, 70, 48, 80, null=0.05)
    assert test.statistic == pytest.approx(1.996679154675348, rel=1e-12)
    test = miettinen_nurminen_test(56, 70, 48, 80, null=-0.02)
    assert test.statistic == pytest.approx(2.8975575829643025, rel=1e-12)


def test_miettinen_nurminen_at_no_difference_is_the_pooled_test_but_for_one_factor():
    # Only the factor N / (N - 1) of the variance tells them apart.
    z = pooled_z(56, 70, 48, 80) * math.sqrt(149 / 150)
    assert miettinen_nurminen_test(56, 70, 48, 80).statistic == pytest.approx(z, rel=1e-12)
    ratio = miettinen_nurminen_test(56, 70, 48, 80, null=1.0, effect="ratio")
    assert ratio.statistic == pytest.approx(z, rel=1e-12)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        # statsmodels 0.15.0, confint_proportions_2indep(compare="ratio", method="score")
        ((36, 40, 16, 80), 2.934646459487796, 7.166298299460339),
        (COOKIE_CATS, 0.9311089948909286, 0.9833654702167273),
        # mpmath 1.4.1 with 40 digits
        ((3, 10**9, 9, 10**9), 0.097624559763203808, 1.1381471139942382),
        ((0, 50, 5, 50), 0.0, 0.74275690269635518),
    ],
)
def test_miettinen_nurminen_ratio(counts, low, high):
    interval = miettinen_nurminen_interval(*counts, effect="ratio")
    assert interval == pytest.approx((low, high), rel=1e-9)


def test_ratio_without_conversions_is_open_above():
    low, high = miettinen_nurminen_interval(5, 50, 0, 50, effect="ratio")
    # The mirror of the last case above: 1 / 0.7428.
    assert low == pytest.approx(1 / 0.74275690269635518, rel=1e-9)
    assert high == math.inf
    assert miettinen_nurminen_interval(0, 50, 0, 50, effect="ratio") == (0, math.inf)


@pytest.mark.parametrize(
    ("alternative", "pvalue"),
    # R 4.2.2, fisher.test(matrix(c(8279, 37210, 8502, 36198), 2), alternative = ...)
    [("two-sided", 0.00159096158398), ("greater", 0.999245298143), ("less", 0.00080041398644)],
)
def test_fisher_r(alternative, pvalue):
    test = fisher_test(*COOKIE_CATS, alternative=alternative)
    assert test.pvalue == pytest.approx(pvalue, abs=1e-12)


def test_fisher_tea():
    # Fisher (1935), the lady tasting tea: 3 of 4 told right. By hand, of the 70 ways to pick four
    # cups, 16 + 1 have three or four right on one side, and as many on the other: 34/70.
    assert fisher_test(3, 4, 1, 4).pvalue == pytest.approx(34 / 70)
    assert fisher_test(3, 4, 1, 4, alternative="greater").pvalue == pytest.approx(17 / 70)


@given(counts=COUNTS, level=LEVELS, method=st.sampled_from(METHODS))
def test_swapping_arms_or_outcomes_mirrors_the_interval(counts, level, method):
    x, n, y, m = counts
    low, high = method(x, n, y, m, confidence_level=level)
    swapped = method(y, m, x, n, confidence_level=level)
    failures = method(n - x, n, m - y, m, confidence_level=level)
    assert (-high, -low) == pytest.approx(swapped, abs=1e-12)
    assert (-high, -low) == pytest.approx(failures, abs=1e-12)
    assert low <= x / n - y / m + 1e-15
    assert high >= x / n - y / m - 1e-15


@given(counts=COUNTS, method=st.sampled_from(METHODS))
def test_a_stricter_level_widens_the_interval(counts, method):
    narrow = method(*counts, confidence_level=0.8)
    wide = method(*counts, confidence_level=0.99)
    assert wide.low <= narrow.low + 1e-15
    assert wide.high >= narrow.high - 1e-15


@given(counts=COUNTS, level=LEVELS, null=st.floats(-0.98, 0.98))
def test_the_score_interval_holds_what_its_test_does_not_reject(counts, level, null):
    low, high = miettinen_nurminen_interval(*counts, confidence_level=level)
    assume(min(abs(null - low), abs(null - high)) > 1e-9)
    test = miettinen_nurminen_test(*counts, null=null)
    if not math.isnan(test.pvalue):
        assert (low < null < high) == (test.pvalue > 1 - level)


@given(counts=COUNTS, level=LEVELS, null=st.floats(0.02, 50))
def test_the_score_interval_of_a_ratio_holds_what_its_test_does_not_reject(counts, level, null):
    low, high = miettinen_nurminen_interval(*counts, effect="ratio", confidence_level=level)
    assume(min(abs(null - low), abs(null - high)) > 1e-9 * null)
    test = miettinen_nurminen_test(*counts, null=null, effect="ratio")
    if not math.isnan(test.pvalue):
        assert (low < null < high) == (test.pvalue > 1 - level)


@pytest.mark.parametrize("method", [newcombe_interval, miettinen_nurminen_interval])
def test_intervals_cover_as_often_as_they_say(method):
    # Every outcome of 30 against 40 is weighed, so no chance is in the number. With so few the
    # cover of any interval of counts wobbles about 95%; Wald's falls to 90%, 93.5% on average.
    n, m = 30, 40
    intervals = {
        (x, y): method(x, n, y, m) for x, y in itertools.product(range(n + 1), range(m + 1))
    }
    covers = []
    for share, other in itertools.product([0.02, 0.1, 0.3, 0.5, 0.8, 0.95], repeat=2):
        own = scipy_stats.binom.pmf(range(n + 1), n, share)
        control = scipy_stats.binom.pmf(range(m + 1), m, other)
        covers.append(
            sum(
                own[x] * control[y]
                for (x, y), (low, high) in intervals.items()
                if low <= share - other <= high
            )
        )
    assert min(covers) > 0.92
    assert 0.945 < sum(covers) / len(covers) < 0.97


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
def test_tests_of_two_equal_shares_reject_as_often_as_they_say(share):
    # All outcomes of 60 against 60, weighed; Fisher's test is exact, so it rejects less often.
    n = 60
    weights = scipy_stats.binom.pmf(range(n + 1), n, share)
    rejects = {"pooled": 0.0, "score": 0.0, "fisher": 0.0}
    for x, y in itertools.product(range(n + 1), repeat=2):
        weight = weights[x] * weights[y]
        if weight < 1e-7:
            continue
        counts = (x, n, y, n)
        rejects["pooled"] += weight * (two_proportions_test(*counts) < 0.05)
        rejects["score"] += weight * (miettinen_nurminen_test(*counts).pvalue < 0.05)
        rejects["fisher"] += weight * (fisher_test(*counts).pvalue < 0.05)
    assert 0.03 < rejects["score"] <= rejects["pooled"] < 0.06
    assert 0.005 < rejects["fisher"] <= 0.05


def test_nobody_asked_or_nothing_varies_is_undefined():
    for method in METHODS:
        assert all(map(math.isnan, method(0, 0, 3, 9)))
    assert math.isnan(fisher_test(0, 5, 0, 9).pvalue)
    assert math.isnan(fisher_test(5, 5, 9, 9).statistic)
    assert math.isnan(miettinen_nurminen_test(0, 5, 0, 9).pvalue)
    assert math.isnan(miettinen_nurminen_test(0, 5, 0, 9, null=2, effect="ratio").pvalue)
    assert math.isnan(miettinen_nurminen_test(5, 5, 9, 9, null=1, effect="ratio").pvalue)
    assert all(map(math.isnan, clopper_pearson_interval(0, 0)))


def test_nobody_converted_still_answers_whether_harm_is_within_a_margin():
    # 0 of 10,000 errors against 20 of 10,000: surely not 0.1 points worse, and not 1.5 times.
    counts = (0, 10_000, 20, 10_000)
    assert miettinen_nurminen_test(*counts, null=0.001, alternative="less").pvalue < 1e-7
    ratio = miettinen_nurminen_test(*counts, null=1.5, effect="ratio", alternative="less")
    assert ratio.pvalue < 1e-7


@pytest.mark.parametrize("null", [-1, 1, 5])
def test_a_difference_no_two_shares_have_is_not_tested(null):
    assert math.isnan(miettinen_nurminen_test(5, 9, 3, 9, null=null).pvalue)


@pytest.mark.parametrize(
    "function", [*METHODS, fisher_test, miettinen_nurminen_test, two_proportions_test]
)
def test_more_successes_than_n_are_refused(function):
    with pytest.raises(InputError, match="successes_control=7 must lie between 0 and n_control=5"):
        function(1, 5, 7, 5)


def test_an_effect_that_is_none_is_refused_by_name():
    with pytest.raises(InputError, match=r"effect='rato'.*Did you mean 'ratio'"):
        miettinen_nurminen_test(1, 5, 3, 5, effect="rato")
