"""The Poisson bootstrap, against formulas."""

import math

import numpy as np
import pytest

from pmlab import ab
from pmlab.ab.bootstrap import _poisson_table
from pmlab.errors import InputError

RNG = np.random.default_rng(12)
CONTROL = {"clicks": RNG.poisson(2, 800), "views": RNG.poisson(6, 800) + 1}
TREATMENT = {"clicks": RNG.poisson(2.4, 900), "views": RNG.poisson(6, 900) + 1}


def test_draws_have_the_mean_and_variance_of_a_poisson_number():
    table = _poisson_table()
    assert len(table) == 65_536
    assert table.mean() == 1
    assert table.var() == 1
    counts = np.bincount(table.astype(int)) / len(table)
    poisson = [math.exp(-1) / math.factorial(k) for k in range(len(counts))]
    # Rounding k = 3 to 9 to whole places of 65,536, half of one each, can move some
    # (6 + 12 + ... + 72) / 4 = 60 between 0, 1 and 2.
    assert counts == pytest.approx(poisson, abs=2 * 60 / 65_536)


def test_a_ratio_is_that_of_the_delta_method():
    c = ab.compare_bootstrap(
        control=CONTROL,
        treatment=TREATMENT,
        statistic=lambda mean: mean["clicks"] / mean["views"],
        resamples=4000,
    )
    delta = ab.compare_ratios(
        control=(CONTROL["clicks"], CONTROL["views"]),
        treatment=(TREATMENT["clicks"], TREATMENT["views"]),
    )
    width = delta.high - delta.low
    assert c.effect == pytest.approx(delta.effect)
    assert c.interval == pytest.approx(tuple(delta.interval), abs=0.05 * width)
    assert c.relative_interval == pytest.approx(
        tuple(delta.relative_interval), abs=0.05 * width / delta.control
    )
    assert c.direction == delta.direction == "higher"
    # The smallest there is: 2 / (resamples + 1).
    assert c.pvalue == pytest.approx(2 / 4001)


def test_a_standard_deviation_has_the_spread_of_theory():
    # Of n normal values the standard deviation varies by sigma / sqrt(2 n).
    rng = np.random.default_rng(8)
    arms = [rng.normal(1e6, 1, 3000) for _ in range(2)]
    columns = [{"x": arm - 1e6, "square": (arm - 1e6) ** 2} for arm in arms]
    c = ab.compare_bootstrap(
        control=columns[0],
        treatment=columns[1],
        statistic=lambda mean: np.sqrt(mean["square"] - mean["x"] ** 2),
    )
    assert c.effect == pytest.approx(arms[1].std() - arms[0].std())
    assert c.high - c.low == pytest.approx(2 * 1.96 * math.sqrt(2) / math.sqrt(6000), rel=0.06)


def test_the_same_seed_gives_the_same_interval():
    def compare(rng):
        return ab.compare_bootstrap(
            control=CONTROL,
            treatment=TREATMENT,
            statistic=lambda mean: mean["clicks"],
            resamples=300,
            rng=rng,
        ).interval

    assert compare(1) == compare(1) == compare(np.random.default_rng(1))
    assert compare(1) != compare(2)


def test_large_numbers_that_vary_little_keep_their_digits():
    shifted = [{"x": 1e9 + arm["clicks"]} for arm in (CONTROL, TREATMENT)]
    plain = [{"x": arm["clicks"]} for arm in (CONTROL, TREATMENT)]
    results = [
        ab.compare_bootstrap(
            control=one, treatment=other, statistic=lambda mean: mean["x"], resamples=300
        )
        for one, other in (shifted, plain)
    ]
    assert results[0].interval == pytest.approx(tuple(results[1].interval), abs=1e-6)


def test_too_few_rows_or_no_variance_are_undefined():
    one = ab.compare_bootstrap(
        control={"x": [1.0]}, treatment={"x": [2.0, 3.0]}, statistic=lambda mean: mean["x"]
    )
    assert math.isnan(one.low)
    assert math.isnan(one.pvalue)
    assert "undefined in some of the bootstrap samples" in one.warnings[0]
    same = ab.compare_bootstrap(
        control={"x": [1.0] * 50}, treatment={"x": [2.0] * 50}, statistic=lambda mean: mean["x"]
    )
    assert same.direction == "no test"
    assert "nothing varies" in same.warnings[0]


def test_a_control_near_zero_is_unbounded():
    rng = np.random.default_rng(4)
    c = ab.compare_bootstrap(
        control={"x": rng.normal(0.01, 1, 200)},
        treatment={"x": rng.normal(1, 1, 200)},
        statistic=lambda mean: mean["x"],
        resamples=500,
    )
    assert c.relative_interval == (-math.inf, math.inf)


def test_margins_are_asked_of_draws_too():
    c = ab.compare_bootstrap(
        control=CONTROL, treatment=TREATMENT, statistic=lambda mean: mean["clicks"]
    )
    assert c.noninferiority(margin=0.1).holds is True
    assert c.noninferiority(margin=0.1, good="down").holds is False
    assert c.noninferiority(margin_relative=0.5, good="down").holds is True


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"resamples": 50}, "resamples=50 must be a whole number of 200 or more"),
        ({"control": {"x": [1, 2]}}, "both need the same, one or more"),
        ({"control": {"clicks": [1], "views": [1, 2]}}, "control has columns of different lengths"),
        ({"control": {"clicks": [], "views": []}}, "control has no rows"),
        ({"control": {"clicks": [None], "views": [1]}}, r"control\['clicks'\] holds 1 missing"),
        ({"statistic": lambda mean: np.zeros(7)}, r"statistic gave the shape \(7,\)"),
    ],
)
def test_what_cannot_be_drawn_is_refused(changes, message):
    arguments = {
        "control": CONTROL,
        "treatment": TREATMENT,
        "statistic": lambda mean: mean["clicks"],
        "resamples": 200,
    }
    with pytest.raises(InputError, match=message):
        ab.compare_bootstrap(**arguments | changes)
