"""How often intervals hold the truth, and tests cry wolf: many seeded experiments.

Proportions are weighed over all outcomes in tests/stats; here stand the methods whose outcomes
cannot be listed. With 2,000 experiments the Monte-Carlo error of 95% is half a point, with 700 it
is 0.8; four of those are allowed.
"""

import math

import numpy as np
import pytest

from pmlab import ab

TRIALS = 2000
TRIALS_OF_QUANTILES = 700


def allowed(results, share=0.05):
    return 4 * math.sqrt(share * (1 - share) / len(results))


def share_of(results):
    return sum(results) / len(results)


def normal_means(rng, effect):
    for _ in range(TRIALS):
        yield (
            ab.compare_means(control=rng.normal(5, 1, 12), treatment=rng.normal(5 + effect, 3, 30)),
            effect,
            effect / 5,
        )


def skewed_means_99_to_1(rng, effect):
    # The sample means of 99,000 and 1,000 exponential values are gamma; so are variances nearly.
    for _ in range(TRIALS):
        control = rng.exponential(1, 4000)
        treatment = (1 + effect) * rng.exponential(1, 400)
        yield ab.compare_means(control=control, treatment=treatment), effect, effect


def ratios(rng, effect):
    for _ in range(TRIALS):
        arms = []
        for rate in (0.3, 0.3 + effect):
            views = rng.integers(1, 12, 300)
            own = np.clip(rng.normal(rate, 0.1, 300), 0, 1)
            arms.append((rng.binomial(views, own), views))
        # The mean of a normal rate clipped to [0, 1], three sds from its end, is its centre within
        # 4e-5.
        yield ab.compare_ratios(control=arms[0], treatment=arms[1]), effect, effect / 0.3


def cuped(rng, effect):
    for _ in range(TRIALS):
        arms = []
        for shift in (0, effect):
            before = rng.exponential(1, (2, 150))
            y = 2 + before[0] + 0.5 * before[1] + shift + rng.normal(0, 0.7, 150)
            arms.append(ab.Moments.of(y=y, x=before[0], z=before[1]))
        yield ab.compare_means(control=arms[0], treatment=arms[1]), effect, effect / 3.5


def medians(rng, effect):
    for _ in range(TRIALS_OF_QUANTILES):
        yield (
            ab.compare_quantiles(
                control=rng.exponential(1, 200),
                treatment=effect + rng.exponential(1, 200),
                q=0.5,
            ),
            effect,
            effect / math.log(2),
        )


def high_quantiles(rng, effect):
    for _ in range(TRIALS_OF_QUANTILES):
        yield (
            ab.compare_quantiles(
                control=rng.exponential(1, 600), treatment=effect + rng.exponential(1, 400), q=0.9
            ),
            effect,
            effect / math.log(10),
        )


def wald_shares(rng, effect):
    for _ in range(TRIALS):
        control, treatment = rng.binomial(400, (0.2, 0.2 + effect)).tolist()
        arms = {"control": (control, 400), "treatment": (treatment, 400)}
        yield ab.compare_proportions(**arms, method="wald"), effect, effect / 0.2


def bootstrapped_means(rng, effect):
    for trial in range(TRIALS_OF_QUANTILES):
        control, treatment = rng.normal(5, 1, 150), rng.normal(5 + effect, 1, 150)
        yield (
            ab.compare_bootstrap(
                control={"y": control},
                treatment={"y": treatment},
                statistic=lambda mean: mean["y"],
                resamples=400,
                rng=trial,
            ),
            effect,
            effect / 5,
        )


@pytest.mark.parametrize(
    ("experiments", "effect"),
    [
        (normal_means, 1.0),
        (skewed_means_99_to_1, 0.1),
        (ratios, 0.05),
        (cuped, 0.2),
        (medians, 0.3),
        (high_quantiles, 0.3),
    ],
)
def test_intervals_hold_the_truth_as_often_as_they_say(experiments, effect):
    seen = list(experiments(np.random.default_rng(20), effect))
    covers = share_of([c.low <= truth <= c.high for c, truth, _ in seen])
    relative = share_of([c.relative_low <= truth <= c.relative_high for c, _, truth in seen])
    assert abs(covers - 0.95) < allowed(seen)
    assert abs(relative - 0.95) < allowed(seen)


@pytest.mark.parametrize(
    "experiments",
    [normal_means, ratios, cuped, medians, high_quantiles, wald_shares, bootstrapped_means],
)
def test_a_against_a_cries_wolf_as_often_as_it_says(experiments):
    seen = list(experiments(np.random.default_rng(21), 0.0))
    wolf = share_of([c.pvalue < 0.05 for c, _, _ in seen])
    assert abs(wolf - 0.05) < allowed(seen)
    # p-values are even all along, not only at 0.05.
    assert abs(share_of([c.pvalue < 0.5 for c, _, _ in seen]) - 0.5) < allowed(seen, 0.5)


def test_clusters_that_are_ignored_cry_wolf_and_clusters_that_are_named_do_not():
    # 60 users an arm with 20 page views each, whose level is the user's own.
    rng = np.random.default_rng(22)
    ignored, named = [], []
    metric = ab.mean("y")
    for _ in range(TRIALS):
        rows = rng.normal(0, 1, (2, 60, 1)) + rng.normal(0, 1, (2, 60, 20))
        sizes = np.full(60, 20)
        arms = [
            ab.Moments.of_arrays({"y": arm.sum(axis=1), "rows in the cluster": sizes})
            for arm in rows
        ]
        named.append(metric.compare(*arms).pvalue < 0.05)
        plain = ab.compare_means(control=rows[0].ravel(), treatment=rows[1].ravel())
        ignored.append(plain.pvalue < 0.05)
    assert abs(share_of(named) - 0.05) < allowed(named)
    # The design effect of an intra-class correlation of 1/2: 1 + 19 / 2 = 10.5.
    assert share_of(ignored) > 0.4
