"""Comparisons against R, scipy, statsmodels, tea-tasting and public experiments."""

import dataclasses
import math

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from pmlab import ab
from pmlab.errors import InputError
from tests.ab.arms import CONTROL, TREATMENT, moments

COOKIE_CATS = {"control": (8502, 44700), "treatment": (8279, 45489)}
SLEEP = {
    "control": [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
    "treatment": [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
}
EFFECT = ("effect", "low", "high", "pvalue")


def numbers(comparison, *names):
    return tuple(getattr(comparison, name) for name in names)


@pytest.mark.parametrize(
    ("method", "low", "high", "pvalue"),
    [
        # statsmodels 0.15.0 (newcomb); R 4.2.2, prop.test(correct = FALSE)
        ("newcombe", -0.013281940871914845, -0.00312130268876128, 0.00155424997561),
        # mpmath 1.4.1 (interval); statsmodels 0.15.0, test_proportions_2indep(method="score")
        ("miettinen_nurminen", -0.013282326248425054, -0.0031214158022924, 0.001554343672214093),
        # statsmodels 0.15.0 (wald)
        ("wald", -0.013281552418885546, -0.00312104421152628, 0.0015558255737072547),
        # statsmodels 0.15.0 (newcomb); R 4.2.2, fisher.test
        ("fisher", -0.013281940871914845, -0.00312130268876128, 0.00159096158398),
    ],
)
def test_cookie_cats_day_7(method, low, high, pvalue):
    c = ab.compare_proportions(**COOKIE_CATS, method=method)
    assert c.effect == pytest.approx(8279 / 45489 - 8502 / 44700)
    assert numbers(c, "low", "high", "pvalue") == pytest.approx((low, high, pvalue), rel=1e-9)
    assert c.direction == "lower"
    assert c.warnings == ()


def test_cookie_cats_relative():
    # statsmodels 0.15.0, confint_proportions_2indep(compare="ratio"): "log" and "score".
    log = ab.compare_proportions(**COOKIE_CATS, relative="log")
    expected = (0.9311088495683821 - 1, 0.9833664257427263 - 1)
    assert log.relative_interval == pytest.approx(expected, rel=1e-9)
    score = ab.compare_proportions(**COOKIE_CATS, relative="score")
    expected = (0.9311089948909286 - 1, 0.9833654702167273 - 1)
    assert score.relative_interval == pytest.approx(expected, rel=1e-9)
    assert score.relative == pytest.approx((8279 / 45489) / (8502 / 44700) - 1)


def test_one_sided_r():
    # R 4.2.2, fisher.test(alternative = "less") and t.test(extra ~ group, alternative = "less"),
    # which has the interval -Inf to -0.106618502668 of group 1 - group 2.
    fisher = ab.compare_proportions(**COOKIE_CATS, method="fisher", alternative="less")
    assert fisher.pvalue == pytest.approx(0.00080041398644, rel=1e-10)
    assert fisher.low == -1
    sleep = ab.compare_means(
        control=SLEEP["treatment"], treatment=SLEEP["control"], alternative="less"
    )
    assert numbers(sleep, "low", "high", "pvalue") == pytest.approx(
        (-math.inf, -0.106618502668, 0.0396970700937), abs=1e-11
    )


def test_sleep_r():
    # R 4.2.2, t.test(extra ~ group, data = sleep), with the signs of group 2 - group 1.
    c = ab.compare_means(**SLEEP)
    assert numbers(c, *EFFECT) == pytest.approx(
        (1.58, -0.205483230712, 3.365483230712, 0.0793941402), abs=1e-9
    )
    assert (c.statistic, c.df) == pytest.approx((1.860813467, 17.77647352), abs=1e-8)


@given(
    control=st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=20),
    treatment=st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=20),
    alternative=st.sampled_from(["two-sided", "greater", "less"]),
    level=st.sampled_from([0.8, 0.95, 0.99]),
)
def test_means_scipy(control, treatment, alternative, level):
    assume(np.ptp(control) > 1e-3 and np.ptp(treatment) > 1e-3)
    c = ab.compare_means(
        control=control, treatment=treatment, alternative=alternative, confidence_level=level
    )
    theirs = scipy_stats.ttest_ind(treatment, control, equal_var=False, alternative=alternative)
    assert c.pvalue == pytest.approx(theirs.pvalue, rel=1e-7)
    assert c.statistic == pytest.approx(theirs.statistic, rel=1e-7, abs=1e-9)
    assert c.interval == pytest.approx(tuple(theirs.confidence_interval(level)), rel=1e-7, abs=1e-7)


def test_means_tea_tasting():
    # tea-tasting 1.14.0, Mean("y"); its relative interval is the delta method on logarithms.
    c = ab.compare_means(control=CONTROL["y"], treatment=TREATMENT["y"], relative="log")
    assert numbers(c, *EFFECT) == pytest.approx(
        (1.975, -1.0037637655643668, 4.953763765564366, 0.19070088095949855), rel=1e-12
    )
    assert c.relative_interval == pytest.approx(
        (-0.07010487951626254, 0.4240921139779481), rel=1e-10
    )


def test_cuped_tea_tasting():
    # tea-tasting 1.14.0, Mean("y", "x")
    control, treatment = moments("y", "x")
    c = ab.compare_means(control=control, treatment=treatment, relative="log")
    assert numbers(c, *EFFECT) == pytest.approx(
        (1.975, 1.0204853015434046, 2.929514698456595, 9.416196272672107e-05), rel=1e-10
    )
    assert c.relative_interval == pytest.approx(
        (0.07523904833098172, 0.2315924630555548), rel=1e-10
    )
    assert c.adjusted_by == ("x",)
    assert c.unadjusted == pytest.approx((13.1, 15.075))
    # The variance fell from (2.9788 / 1.99)^2 to (0.9545 / 1.99)^2.
    assert c.variance_reduction == pytest.approx(1 - (0.954515 / 2.978764) ** 2, abs=1e-4)


def test_cuped_with_two_covariates_r():
    # R 4.2.2: theta from lm(y ~ x + z) on both arms, then t.test of what is left; statsmodels
    # 0.15.0 and scipy 1.17.1 give the same.
    control, treatment = moments("y", "x", "z")
    c = ab.compare_means(control=control, treatment=treatment)
    assert numbers(c, "low", "high", "pvalue") == pytest.approx(
        (1.0205729095145, 2.9294270904855, 9.4038427222635e-05), rel=1e-11
    )
    assert (c.statistic, c.df) == pytest.approx((4.1200678110516, 77.522665251622), rel=1e-11)


def test_cuped_takes_out_what_chance_did_before():
    # The same unit's y is x + 1 in treatment and x in control; the treatment's x is larger by 2.
    # Adjusted, the effect is 1 exactly, and nothing is left that varies.
    control = ab.Moments.of(y=[1, 2, 3, 4], x=[1, 2, 3, 4])
    treatment = ab.Moments.of(y=[4, 5, 6, 7], x=[3, 4, 5, 6])
    c = ab.compare_means(control=control, treatment=treatment)
    plain = ab.compare_means(control=[1, 2, 3, 4], treatment=[4, 5, 6, 7])
    # theta is that of both arms merged, 1.2222 here for it takes in the gap between the arms.
    theta = np.cov([1, 2, 3, 4, 4, 5, 6, 7], [1, 2, 3, 4, 3, 4, 5, 6])
    assert c.effect == pytest.approx(3 - 2 * theta[0, 1] / theta[1, 1])
    assert plain.effect == 3


@pytest.mark.parametrize(
    "useless", [np.full(40, 3.0), 2 * CONTROL["x"] + 1], ids=["constant", "a copy of another"]
)
def test_a_covariate_that_adds_nothing_is_left_out_with_a_warning(useless):
    arms = [ab.Moments.of(y=arm["y"], x=arm["x"], useless=useless) for arm in (CONTROL, TREATMENT)]
    c = ab.compare_means(control=arms[0], treatment=arms[1])
    own, other = moments("y", "x")
    assert c.effect == pytest.approx(ab.compare_means(control=own, treatment=other).effect)
    assert c.adjusted_by == ("x",)
    assert c.warnings[0].startswith("'useless' was left out of the adjustment")


def test_ratio_tea_tasting_and_r():
    # tea-tasting 1.14.0, RatioOfMeans("clicks", "views"); R package survey 4.1.1, svyratio, has
    # the standard errors 0.034578896486596 and 0.03024322128539.
    arms = [(arm["clicks"], arm["views"]) for arm in (CONTROL, TREATMENT)]
    c = ab.compare_ratios(control=arms[0], treatment=arms[1], relative="log")
    assert (c.control, c.treatment) == pytest.approx((0.3181818181818181, 0.3142857142857143))
    assert numbers(c, "low", "high", "pvalue") == pytest.approx(
        (-0.09537833385235799, 0.0875861260601503, 0.9326326744104725), rel=1e-10
    )
    assert c.relative_interval == pytest.approx(
        (-0.260570439479456, 0.31947678818901704), rel=1e-10
    )
    assert c.contrast.se == pytest.approx(0.034578896486596, rel=1e-12)
    assert c.contrast.se_control == pytest.approx(0.03024322128539, rel=1e-12)


def test_a_quantile_compared():
    # 0 to 999 against 50 to 1049: every order statistic moves by 50.
    c = ab.compare_quantiles(control=range(1000), treatment=range(50, 1050), q=0.9)
    assert c.effect == 50
    assert c.low < 50 < c.high
    # The rank of a 90th percentile of 1,000 has the sd sqrt(1001 * 0.09) = 9.49.
    assert c.high - c.low == pytest.approx(2 * 1.96 * math.sqrt(2) * 9.49, abs=1.5)
    assert c.direction == "higher"


def test_every_frame_gives_the_same():
    expected = ab.compare_means(control=CONTROL["y"], treatment=TREATMENT["y"])
    for kind in (list, pd.Series, pl.Series, lambda x: pd.Series(x, dtype="Int64")):
        c = ab.compare_means(control=kind(CONTROL["y"]), treatment=kind(TREATMENT["y"]))
        assert c.to_frame().equals(expected.to_frame())
    stats = [ab.Stats.of(arm["y"]) for arm in (CONTROL, TREATMENT)]
    c = ab.compare_means(control=stats[0], treatment=stats[1])
    assert c.to_frame().equals(expected.to_frame())


@pytest.mark.parametrize(
    ("compare", "arms"),
    [
        (ab.compare_proportions, COOKIE_CATS),
        (ab.compare_means, SLEEP),
        (ab.compare_quantiles, SLEEP),
        (
            ab.compare_ratios,
            {"control": ([1, 2, 5], [3, 4, 9]), "treatment": ([2, 2, 1], [3, 8, 7])},
        ),
    ],
)
def test_swapping_the_arms_swaps_the_signs(compare, arms):
    one = compare(**arms)
    swapped = compare(control=arms["treatment"], treatment=arms["control"])
    assert numbers(swapped, *EFFECT) == pytest.approx(
        (-one.effect, -one.high, -one.low, one.pvalue), abs=1e-12
    )


# Extremes


def test_nobody_converted_anywhere():
    c = ab.compare_proportions(control=(0, 1000), treatment=(0, 1200))
    # Newcombe's interval at 0 of n: the Wilson limits z^2 / (n + z^2) on either side.
    z2 = 1.959963984540054**2
    assert c.interval == pytest.approx((-z2 / (1000 + z2), z2 / (1200 + z2)))
    assert math.isnan(c.pvalue)
    assert math.isnan(c.relative)
    assert "no p-value (NaN): nobody converted in either arm." in c.warnings
    assert "the control is 0, so there is no relative effect (NaN)." in c.warnings
    assert c.direction == "not clear"


def test_nobody_converted_in_the_treatment():
    c = ab.compare_proportions(control=(40, 1000), treatment=(0, 1000))
    assert c.relative == -1
    assert all(map(math.isnan, c.relative_interval))
    assert "relative='score' needs none" in c.warnings[-1]
    score = ab.compare_proportions(control=(40, 1000), treatment=(0, 1000), relative="score")
    assert -1 == score.relative_low < score.relative_high < -0.85


def test_everybody_converted_everywhere():
    c = ab.compare_proportions(control=(10, 10), treatment=(8, 8))
    assert "everybody converted in either arm" in c.warnings[0]
    assert c.effect == 0
    assert c.low < 0 < c.high


def test_an_empty_arm():
    c = ab.compare_proportions(control=(0, 0), treatment=(3, 10))
    assert c.direction == "no test"
    assert c.warnings == ("no p-value (NaN): control has nobody in it.",)
    assert "There is nothing to compare." in c.summary()
    means = ab.compare_means(control=[], treatment=[1, 2, 3])
    assert means.warnings[0].startswith("no p-value (NaN): control has 0 values")
    quantiles = ab.compare_quantiles(control=[], treatment=range(100))
    assert quantiles.direction == "no test"


def test_one_value_tells_nothing_of_spread():
    c = ab.compare_means(control=[5.0], treatment=[1.0, 2.0, 9.0])
    assert c.effect == -1
    assert all(map(math.isnan, (*c.interval, *c.relative_interval, c.pvalue, c.df)))
    assert c.warnings == (
        "no p-value (NaN): control has 1 value, which does not tell how much they vary.",
    )
    assert "There is no test of it" in c.summary()


def test_nothing_varies():
    c = ab.compare_means(control=ab.Stats(10, 5.0, 0.0), treatment=ab.Stats(10, 6.0, 0.0))
    assert math.isnan(c.pvalue)
    assert c.direction == "no test"
    assert c.warnings == ("no p-value (NaN): nothing varies in either arm.",)


def test_a_billion_in_either_arm():
    # mpmath 1.4.1: z = 23.2551, p = 1.26e-119
    c = ab.compare_proportions(control=(500_000_000, 10**9), treatment=(500_520_000, 10**9))
    assert c.pvalue == pytest.approx(1.2628815559608679e-119, rel=1e-9)
    means = ab.compare_means(
        control=ab.Stats(10**9, 1e9, 1.0), treatment=ab.Stats(10**9, 1e9 + 1e-3, 1.0)
    )
    # z = 1e-3 / sqrt(2e-9) = 22.36, but for the digits a mean of 1e9 has after the point.
    assert means.statistic == pytest.approx(22.36, abs=0.01)


def test_a_pvalue_of_1e_240_is_one():
    # mpmath 1.4.1: t = 33 with 100,000 degrees of freedom is 1.55e-237; z = 33 is 8.12e-238.
    n = 50_001
    se = math.sqrt(2 / n)
    c = ab.compare_means(control=ab.Stats(n, 0.0, 1.0), treatment=ab.Stats(n, 33 * se, 1.0))
    assert c.df == pytest.approx(100_000)
    assert c.pvalue == pytest.approx(1.5500967544949189e-237, rel=1e-9)


def test_99_to_1_is_no_matter():
    c = ab.compare_means(
        control=ab.Stats(990_000, 10.0, 4.0), treatment=ab.Stats(10_000, 10.1, 4.0)
    )
    # Nearly all of the error is the small arm's: 2 / sqrt(10,000) = 0.02.
    assert c.statistic == pytest.approx(0.1 / math.sqrt(4 / 990_000 + 4 / 10_000))
    assert c.df == pytest.approx(9_999 * (1 + 1e4 / 9.9e5) ** 2, rel=0.01)


def test_a_mean_of_a_billion_with_a_spread_of_one():
    rng = np.random.default_rng(5)
    noise = rng.normal(size=(2, 2000))
    # A number near 1e9 has seven digits after the point, of which the errors below are two.
    c = ab.compare_means(control=1e9 + noise[0], treatment=1e9 + noise[1])
    small = ab.compare_means(control=noise[0], treatment=noise[1])
    assert numbers(c, *EFFECT) == pytest.approx(numbers(small, *EFFECT), abs=1e-5)
    covered = ab.compare_means(
        control=ab.Moments.of(y=1e9 + noise[0], x=1e9 + noise[0] + noise[1]),
        treatment=ab.Moments.of(y=1e9 + noise[1], x=1e9 + noise[1]),
    )
    near = ab.compare_means(
        control=ab.Moments.of(y=noise[0], x=noise[0] + noise[1]),
        treatment=ab.Moments.of(y=noise[1], x=noise[1]),
    )
    assert numbers(covered, *EFFECT) == pytest.approx(numbers(near, *EFFECT), abs=1e-5)


def test_a_negative_control_keeps_the_sign_of_the_effect():
    # From -20 to -19 is up: +5% of the size, not -5%.
    c = ab.compare_means(control=ab.Stats(900, -20.0, 90.0), treatment=ab.Stats(900, -19.0, 90.0))
    assert c.relative == pytest.approx(0.05)
    assert c.relative_low < 0.05 < c.relative_high
    assert (c.relative_low > 0) == (c.low > 0)
    assert "the control is negative" in c.warnings[0]
    for method in ("delta", "log"):
        other = ab.compare_means(
            control=ab.Stats(900, -20.0, 90.0),
            treatment=ab.Stats(900, -19.0, 90.0),
            relative=method,
        )
        assert other.relative_interval == pytest.approx(c.relative_interval, abs=0.003)


def test_a_control_near_zero_has_an_unbounded_relative_effect():
    c = ab.compare_means(control=ab.Stats(100, 0.1, 4.0), treatment=ab.Stats(100, 1.3, 4.0))
    assert c.relative_interval == (-math.inf, math.inf)
    assert "the relative effect is unbounded" in c.warnings[0]
    assert "unbounded" in c.summary()
    assert "unbounded" in str(c)


def test_the_relative_and_the_plain_interval_of_means_never_disagree():
    rng = np.random.default_rng(11)
    for _ in range(300):
        c = ab.compare_means(
            control=ab.Stats(50, rng.normal(2, 1), 4.0), treatment=ab.Stats(40, 2.5, 9.0)
        )
        if math.isfinite(c.relative_low):
            assert (c.relative_low <= 0 <= c.relative_high) == (c.low <= 0 <= c.high)


def test_where_p_and_interval_differ_the_interval_decides_and_says_so():
    # Among all outcomes of 20 against 20 there are some.
    found = [
        c
        for x in range(21)
        for y in range(21)
        if (c := ab.compare_proportions(control=(y, 20), treatment=(x, 20)))
        and (c.pvalue < 0.05) != (c.low > 0 or c.high < 0)
    ]
    assert found
    for c in found:
        assert any("fall on different sides" in warning for warning in c.warnings)
        assert (c.direction == "not clear") == (c.low <= 0 <= c.high)
    # Score test and score interval are one thing and never differ.
    for c in found:
        same = ab.compare_proportions(
            control=(round(c.control * 20), 20),
            treatment=(round(c.treatment * 20), 20),
            method="miettinen_nurminen",
        )
        assert (same.pvalue < 0.05) == (same.low > 0 or same.high < 0)


def test_few_conversions_make_the_z_test_rough():
    c = ab.compare_proportions(control=(1, 50), treatment=(4, 50))
    assert "method='fisher' is exact" in c.warnings[0]
    # Five expected in an arm are enough.
    assert ab.compare_proportions(control=(5, 50), treatment=(5, 50)).warnings == ()
    exact = ab.compare_proportions(control=(1, 50), treatment=(4, 50), method="fisher")
    assert "rough" not in " ".join(exact.warnings)


def test_a_shaky_denominator_is_said():
    rng = np.random.default_rng(0)
    views = rng.exponential(5, size=(2, 60)) * (rng.random((2, 60)) < 0.3)
    c = ab.compare_ratios(
        control=(views[0] * 0.3 + 0.1, views[0]), treatment=(views[1] * 0.3, views[1])
    )
    assert "the delta method needs it within 10%" in " ".join(c.warnings)


def test_a_denominator_of_zero_is_undefined():
    c = ab.compare_ratios(control=([1, 2, 3], [0, 0, 0]), treatment=([1, 2, 3], [1, 2, 4]))
    assert math.isnan(c.effect)
    assert c.direction == "no test"


# Winsorising


def test_winsorised_values_and_their_limits_are_named():
    # 0 to 99 and 0 to 98 with one of 10,000: at 0.99 of both together only that one is moved.
    control, treatment = np.arange(100.0), np.array([*range(99), 10_000.0])
    c = ab.compare_means(control=control, treatment=treatment, winsorise=0.99)
    limit = np.quantile(np.concatenate([control, treatment]), 0.99)
    assert c.winsorised_at == (-math.inf, limit)
    assert c.treatment == np.minimum(treatment, limit).mean()
    assert c.control == np.minimum(control, limit).mean()
    assert f"above {limit:g} count as that value, in both arms" in c.method
    both = ab.compare_means(control=control, treatment=treatment, winsorise=(0.05, 0.95))
    assert "below" in both.method
    assert both.control == pytest.approx(np.clip(control, *both.winsorised_at).mean())


@pytest.mark.parametrize("at", [0.3, 1.2, (0.6, 0.9), (0.1, 0.4), 99])
def test_what_cannot_be_winsorised_at_is_refused(at):
    with pytest.raises(InputError, match=r"winsorise=.*0\.99"):
        ab.compare_means(**SLEEP, winsorise=at)


def test_counted_values_cannot_be_winsorised():
    with pytest.raises(InputError, match="winsorise needs the values themselves"):
        ab.compare_means(control=ab.Stats(9, 1.0, 1.0), treatment=[1, 2], winsorise=0.99)


# What is refused


@pytest.mark.parametrize(
    ("arm", "message"),
    [
        ((5, 3), "successes must lie between 0 and n; are the two swapped"),
        ((-1, 3), "successes must lie between 0 and n"),
        ((1.5, 3), "must be two whole numbers"),
        ([True, False, True], "must be two whole numbers"),
        (0.19, "must be two whole numbers"),
        ((math.nan, 3), "must be two whole numbers"),
        ((1, math.inf), "must be two whole numbers"),
        ("ab", "must be two whole numbers"),
    ],
)
def test_counts_that_are_none_are_refused_by_arm(arm, message):
    with pytest.raises(InputError, match=f"^treatment=.*{message}"):
        ab.compare_proportions(control=(1, 5), treatment=arm)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ab.compare_proportions(**COOKIE_CATS, method="newcomb"), "mean 'newcombe'"),
        (lambda: ab.compare_proportions(**COOKIE_CATS, relative="fielder"), "mean 'fieller'"),
        (lambda: ab.compare_means(**SLEEP, relative="score"), "relative='score' must be"),
        (lambda: ab.compare_means(**SLEEP, alternative="larger"), "alternative='larger'"),
        (lambda: ab.compare_means(**SLEEP, confidence_level=95), "confidence_level=95"),
        (lambda: ab.compare_means(control=[1, math.nan], treatment=[1, 2]), "control holds 1 miss"),
        (
            lambda: ab.compare_means(control=moments("y")[0], treatment=[1, 2]),
            "must both be Moments, or neither",
        ),
        (
            lambda: ab.compare_means(control=moments("y")[0], treatment=moments("x")[0]),
            "give both the same",
        ),
        (lambda: ab.compare_ratios(control=[1, 2, 3], treatment=[4, 5, 6]), "must be two arrays"),
        (
            lambda: ab.compare_ratios(control=moments("y")[0], treatment=moments("y")[1]),
            "a ratio needs a numerator and a denominator",
        ),
        (lambda: ab.compare_quantiles(**SLEEP, q=90), "q=90 must lie between 0 and 1"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_next_move(call, message):
    with pytest.raises(InputError, match=message):
        call()


# The result


def test_a_result_is_frozen_and_reads_well():
    c = ab.compare_proportions(**COOKIE_CATS, name="day-7 retention")
    with pytest.raises(dataclasses.FrozenInstanceError):
        c.effect = 0.5
    assert c.summary() == (
        "Day-7 retention was 18.2% in treatment and 19.0% in control: -0.8 points (95% interval "
        "-1.3 to -0.3 points, p = 0.002), -4.3% in relative terms (-6.9% to -1.7%). Chance alone "
        "would rarely make such a difference: treatment is lower."
    )
    assert c.method == (
        "Proportions: Newcombe's interval, pooled z test; two-sided, 95%. Relative effect: "
        "Fieller's interval, p from the effect."
    )
    assert "day-7 retention" in str(c)
    assert "<table" in c._repr_html_()
    row = c.to_frame().iloc[0]
    assert (row["effect"], row["pvalue"]) == (c.effect, c.pvalue)


def test_a_small_effect_is_written_as_fine_as_its_interval():
    c = ab.compare_proportions(control=(12_000, 10**7), treatment=(12_600, 10**7), name="refunds")
    assert c.shown_estimates == ("0.1200%", "0.1260%")
    assert c.shown_effect == "+0.0060 points"


def test_one_sided_is_written_as_a_bound():
    c = ab.compare_means(**SLEEP, alternative="greater", name="sleep")
    assert c.shown_interval.startswith("at least +0.1")
    assert "95% bound: at least" in c.summary()
    less = ab.compare_means(**SLEEP, alternative="less", name="sleep")
    assert less.shown_interval.startswith("at most ")


def test_not_clear_says_that_chance_could_do_it():
    assert (
        "Chance alone could make a difference of this size" in ab.compare_means(**SLEEP).summary()
    )
