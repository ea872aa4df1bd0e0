"""Non-inferiority and equivalence."""

import math

import numpy as np
import pytest
from scipy import stats as scipy_stats

from pmlab import ab
from pmlab.errors import InputError
from tests.ab.arms import CONTROL, TREATMENT

COOKIE_CATS = ab.compare_proportions(control=(8502, 44700), treatment=(8279, 45489))
MEANS = ab.compare_means(control=CONTROL["y"], treatment=TREATMENT["y"])


def test_noninferiority_of_shares_rpact():
    # R package rpact 3.3.4 gives the shares at the null (Farrington and Manning); z from them with
    # the factor N / (N - 1) is 0.693905287317139 at -0.01 and 4.54989604851686 at -0.02.
    for margin, z in ((0.01, 0.693905287317139), (0.02, 4.54989604851686)):
        test = COOKIE_CATS.noninferiority(margin=margin)
        assert test.pvalue == pytest.approx(scipy_stats.norm.sf(z), rel=1e-9)
        assert test.alpha == 0.025
        assert test.holds == (COOKIE_CATS.low > -margin)


def test_relative_noninferiority_of_shares_statsmodels():
    # statsmodels 0.15.0, test_proportions_2indep(value=0.95, compare="ratio", method="score",
    # alternative="larger")
    test = COOKIE_CATS.noninferiority(margin_relative=0.05)
    assert test.pvalue == pytest.approx(0.3022019789350219, rel=1e-10)
    assert test.holds is False


def test_noninferiority_of_means_scipy():
    # Moving the treatment up by the margin makes it a plain one-sided Welch test.
    test = MEANS.noninferiority(margin=2)
    theirs = scipy_stats.ttest_ind(
        np.add(TREATMENT["y"], 2), CONTROL["y"], equal_var=False, alternative="greater"
    )
    assert test.pvalue == pytest.approx(theirs.pvalue, rel=1e-10)
    down = MEANS.noninferiority(margin=2, good="down")
    theirs = scipy_stats.ttest_ind(
        np.subtract(TREATMENT["y"], 2), CONTROL["y"], equal_var=False, alternative="less"
    )
    assert down.pvalue == pytest.approx(theirs.pvalue, rel=1e-10)


def test_equivalence_of_means_statsmodels():
    # statsmodels 0.15.0, ttost_ind(treatment, control, -1, 6, usevar="unequal"): one-sided 0.02514
    # above -1 and 0.004367 below 6. Equivalence takes one margin on both sides.
    assert MEANS.contrast.test(-1, alternative="greater").pvalue == pytest.approx(
        0.025141554525300116, rel=1e-10
    )
    assert MEANS.contrast.test(6, alternative="less").pvalue == pytest.approx(
        0.004366953367560202, rel=1e-10
    )
    test = MEANS.equivalence(margin=6)
    assert test.pvalue == pytest.approx(0.004366953367560202, rel=1e-10)
    assert (test.holds, test.alpha) == (True, 0.05)


def test_not_significant_is_not_safe():
    # Ten users an arm: p = 0.65 of no effect, and yet a loss of 20 points is not ruled out.
    c = ab.compare_proportions(control=(5, 10), treatment=(4, 10))
    assert c.pvalue > 0.5
    assert c.noninferiority(margin=0.2).holds is False
    assert c.equivalence(margin=0.2).holds is False


@pytest.mark.parametrize("good", ["up", "down"])
def test_the_interval_and_the_test_of_means_agree(good):
    ends = {"up": -MEANS.low, "down": MEANS.high}
    for margin in (ends[good] * 0.999, ends[good] * 1.001):
        test = MEANS.noninferiority(margin=margin, good=good)
        assert test.holds == (test.pvalue < 0.025) == (margin > ends[good])
    ends = {"up": -MEANS.relative_low, "down": MEANS.relative_high}
    for margin in (ends[good] * 0.999, ends[good] * 1.001):
        test = MEANS.noninferiority(margin_relative=margin, good=good)
        assert test.holds == (test.pvalue < 0.025) == (margin > ends[good])


def test_a_negative_control_is_measured_by_its_size():
    # From -100 to -104: 4% of its size down. Standard errors of 0.5 make the interval 2.6 to 5.4%.
    c = ab.compare_means(
        control=ab.Stats(400, -100.0, 100.0), treatment=ab.Stats(400, -104.0, 100.0)
    )
    assert c.relative == pytest.approx(-0.04)
    assert c.noninferiority(margin_relative=0.06).holds is True
    assert c.noninferiority(margin_relative=0.05).holds is False
    test = c.noninferiority(margin_relative=0.06)
    # By hand: the null is the control times 1.06.
    z = (-104 + 106) / math.hypot(0.5, 0.5 * 1.06)
    assert test.pvalue == pytest.approx(scipy_stats.t.sf(z, c.df), rel=1e-10)


def test_errors_that_nobody_had_are_no_more_than_before():
    # 0 of 10,000 against 20 of 10,000: there is no Fieller interval, and the score test answers.
    c = ab.compare_proportions(control=(20, 10_000), treatment=(0, 10_000))
    test = c.noninferiority(margin_relative=0.1, good="down")
    assert math.isnan(c.relative_low)
    assert (test.holds, test.pvalue < 1e-4) == (True, True)


def test_without_a_test_nothing_is_shown():
    c = ab.compare_means(control=[5.0], treatment=[1.0, 2.0])
    test = c.noninferiority(margin=1)
    assert test.holds is None
    assert math.isnan(test.pvalue)
    assert c.equivalence(margin=1).holds is None


def test_quantiles_have_margins_too():
    c = ab.compare_quantiles(control=range(2000), treatment=range(10, 2010), q=0.9)
    assert c.noninferiority(margin=50, good="down").holds is True
    assert c.noninferiority(margin=20, good="down").holds is False
    assert c.noninferiority(margin_relative=0.05, good="down").pvalue < 0.001


@pytest.mark.parametrize("alpha_of", [0.9, 0.95, 0.99])
def test_a_guardrail_that_is_just_harmed_passes_as_often_as_alpha_says(alpha_of):
    # The true effect is the margin: 20,000 experiments of 200 an arm, known variance nearly.
    rng = np.random.default_rng(2)
    n, margin, trials = 200, 0.3, 4000
    alpha = (1 - alpha_of) / 2
    passed = 0
    for _ in range(trials):
        control, treatment = rng.normal(0, 1 / math.sqrt(n)), rng.normal(-margin, 1 / math.sqrt(n))
        c = ab.compare_means(
            control=ab.Stats(n, control, 1.0),
            treatment=ab.Stats(n, treatment, 1.0),
            confidence_level=alpha_of,
        )
        passed += c.noninferiority(margin=margin).holds
    error = math.sqrt(alpha * (1 - alpha) / trials)
    assert abs(passed / trials - alpha) < 4 * error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "give one of margin .* none came"),
        ({"margin": 1, "margin_relative": 1}, "both came"),
        ({"margin": -0.1}, "margin=-0.1 must be above 0"),
        ({"margin_relative": 0}, "margin_relative=0 must be above 0"),
        ({"margin": 1, "good": "higher"}, "good='higher' must be 'up' or 'down'"),
    ],
)
def test_what_is_no_margin_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        MEANS.noninferiority(**arguments)


def test_a_one_sided_comparison_has_no_margins():
    c = ab.compare_proportions(control=(5, 10), treatment=(4, 10), alternative="less")
    with pytest.raises(InputError, match="a margin brings its own one-sided tests"):
        c.noninferiority(margin=0.1)
