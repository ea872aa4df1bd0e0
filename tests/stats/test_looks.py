"""Early looks and small tests, against published tables and simulation."""

import math

import numpy as np
import pytest

import pmlab as pm
from pmlab.stats import false_alarm_rate, found_effect


@pytest.mark.parametrize(
    ("looks", "rate"),
    {
        1: 0.05,
        2: 0.083,
        3: 0.107,
        4: 0.126,
        5: 0.142,
        10: 0.193,
        20: 0.248,
        50: 0.320,
        100: 0.374,
    }.items(),
)
def test_armitage_mcpherson_and_rowe_1969_table_2(looks, rate):
    assert false_alarm_rate(looks) == pytest.approx(rate, abs=6e-4)


def test_at_one_percent_of_the_same_table():
    # 1%: 0.01, 0.018, 0.024 for one to three looks.
    rates = [false_alarm_rate(looks, confidence_level=0.99) for looks in (1, 2, 3)]
    assert rates == pytest.approx([0.01, 0.018, 0.024], abs=6e-4)


def test_looks_by_simulation():
    rng = np.random.default_rng(8)
    sums = rng.standard_normal((40_000, 7)).cumsum(axis=1) / np.sqrt(np.arange(1, 8))
    clear = (np.abs(sums) > 1.959964).any(axis=1).mean()
    assert false_alarm_rate(7) == pytest.approx(clear, abs=4 * math.sqrt(0.16 * 0.84 / 40_000))


def test_gelman_and_carlin_2014_beauty_and_sex_ratios():
    # Their first example: a true effect of 2 points where the standard error is 8.1: power 6%, and
    # a significant estimate is on average 9.5 times too large (9.7 by their simulation).
    found = found_effect(2.0, 8.1)
    assert found.power == pytest.approx(0.06, abs=0.005)
    assert found.exaggeration == pytest.approx(9.6, abs=0.15)


def test_found_effect_by_simulation():
    rng = np.random.default_rng(9)
    shown = rng.normal(1.5, 1, 400_000)
    clear = np.abs(shown) > 1.959964
    found = found_effect(-1.5, 1)
    assert found.power == pytest.approx(clear.mean(), abs=0.004)
    assert found.exaggeration == pytest.approx(np.abs(shown[clear]).mean() / 1.5, abs=0.005)


def test_a_large_test_shows_an_effect_as_it_is():
    assert found_effect(10, 1) == pytest.approx((1, 1), abs=1e-9)


@pytest.mark.parametrize("looks", [0, -1, 2.0, True, 10_000])
def test_looks_that_are_no_number_of_looks(looks):
    with pytest.raises(pm.PmlabError, match="looks"):
        false_alarm_rate(looks)


@pytest.mark.parametrize(("effect", "se"), [(0, 1), (1, 0), (1, -2)])
def test_no_effect_and_no_error_have_no_power(effect, se):
    with pytest.raises(pm.PmlabError, match="effect="):
        found_effect(effect, se)
