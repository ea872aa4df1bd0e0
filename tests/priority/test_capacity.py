"""What a capacity has room for, counted by hand and by drawing."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pmlab.errors import InputError
from pmlab.priority import Item, rice
from pmlab.priority.choice import choose

# Impact 1, confidence 0.8. Scores: 1000 x 0.8 / 2 = 400, 10000 x 0.8 / 26 = 308, 160, 40.
LARGE = pd.DataFrame(
    {
        "item": list("abcd"),
        "reach": [1000, 10_000, 200, 50],
        "impact": 1,
        "confidence": 0.8,
        "effort": [2, 26, 1, 1],
    }
)
USUAL = {"per": "month", "off_by": 1.5, "credibility": 0.8}


@pytest.mark.parametrize("reach_of_b", [100, 3000, 10_000, 100_000])
def test_what_does_not_fit_is_passed_over_wherever_it_stands(reach_of_b):
    # 2 + 1 + 1 = 4 of 5; b would take 26 by itself, first, second, third or last.
    table = LARGE.assign(reach=[1000, reach_of_b, 200, 50])
    result = rice(table, capacity=5, **USUAL)
    assert result.taken == ("a", "c", "d")
    assert result.too_large == ("b",)
    text = " ".join(str(result).split())
    assert "'a', 'c' and 'd'. Together 4 of a capacity of 5" in text
    assert "'b' does not fit: 26 of 5" in text
    assert "To decide" not in text
    frame = result.to_frame().set_index("item")
    assert frame["taken"].to_dict() == {"a": True, "b": False, "c": True, "d": True}
    assert np.isnan(frame.loc["b", "top"])


def test_advice_is_only_of_what_could_fit():
    # e (4 of 5) scores 350: after a (2) it has no room, before it it would. b has none anywhere.
    table = pd.concat([LARGE, LARGE.iloc[:1].assign(item="e", reach=1750, effort=4)])
    result = rice(table, capacity=5, **USUAL)
    assert result.items == ("a", "e", "b", "c", "d")
    assert result.taken == ("a", "c", "d")
    (advice,) = [text for label, text in result._notes() if label == "To decide"]
    assert "'a', which is to be done, beats 'e', which is not" in advice
    assert "'b'" not in advice


def test_the_chance_to_fit_is_that_of_the_sum_of_efforts():
    # One effort: 8 weeks off by 1.5 at 80%, room for 10: Phi(ln(10 / 8) / (ln 1.5 / z90)).
    one = [Item("a", 100, 1, 1, 8), Item("b", 1, 1, 1, 50)]
    result = rice(one, capacity=10, off_by={"effort": 1.5}, credibility=0.8, draws=200_000)
    sigma = np.log(1.5) / stats.norm.ppf(0.9)
    assert result.chance_of_fitting == pytest.approx(
        stats.norm.cdf(np.log(10 / 8) / sigma), abs=0.005
    )
    # Two of 8 and 3, from draws of our own; 11 of 11 fit more seldom than not.
    two = [Item("a", 900, 1, 1, 8), Item("b", 100, 1, 1, 3)]
    result = rice(two, capacity=11, off_by={"effort": 1.5}, credibility=0.8, draws=200_000)
    rng = np.random.default_rng(5)
    total = 8 * rng.lognormal(0, sigma, 400_000) + 3 * rng.lognormal(0, sigma, 400_000)
    assert result.chance_of_fitting == pytest.approx(np.mean(total <= 11), abs=0.005)
    assert result.chance_of_fitting < 0.5
    assert "they fit with a chance of" in result.summary()


@pytest.mark.parametrize(
    ("column", "unit"),
    [("effort_weeks", "weeks"), ("Dev weeks", "Dev weeks"), ("weeks of effort", "weeks")],
)
def test_the_unit_is_what_the_name_of_the_column_says(column, unit):
    result = rice(LARGE.rename(columns={"effort": column}), effort=column, per="month", capacity=5)
    assert f"Together 4 of 5 {unit}." in result.summary()
    assert f"effort in {unit}." in result.method


def test_without_ranges_there_are_no_chances():
    single = rice(LARGE, per="month", capacity=5)
    assert np.isnan(single.chance_of_fitting)
    assert "chance" not in single.summary()
    assert "Together 4 of a capacity of 5" in single.summary()


def test_a_tenth_and_two_tenths_fit_into_three():
    assert choose("ab", [0.1, 0.2], top=None, capacity=0.3).taken == (0, 1)


def test_nothing_fits():
    with pytest.raises(InputError, match=r"the smallest, 'c', takes 1"):
        rice(LARGE, per="month", capacity=0.5)


@given(
    efforts=st.lists(st.integers(1, 9), min_size=1, max_size=7),
    capacity=st.integers(1, 20),
)
@settings(max_examples=80)
def test_taken_is_greedy_and_turns_is_a_change_of_order(efforts, capacity):
    def greedy(order):
        room, taken = capacity, []
        for place in order:
            if efforts[place] <= room:
                taken.append(place)
                room -= efforts[place]
        return taken

    if min(efforts) > capacity:
        with pytest.raises(InputError):
            choose([str(k) for k in range(len(efforts))], efforts, top=None, capacity=capacity)
        return
    found = choose([str(k) for k in range(len(efforts))], efforts, top=None, capacity=capacity)
    usual = list(range(len(efforts)))
    assert list(found.taken) == greedy(usual)
    assert set(found.too_large) == {k for k in usual if efforts[k] > capacity}
    for above, place in itertools.combinations(usual, 2):
        if place not in found.taken:
            moved = [k for k in usual if k != place]
            moved.insert(above, place)
            assert found.turns(place, above) == (place in greedy(moved))


def test_level_ones_are_said_to_be_level():
    twins = pd.concat([LARGE.iloc[:1].assign(item=name) for name in ("x", "y", "z")])
    for options in (USUAL, {"per": "month"}):
        result = rice(twins, capacity=5, **options)
        text = " ".join(str(result).split())
        assert "'x', which is to be done, is level with 'z', which is not" in text
        assert "only the alphabet decides" in text
    assert "level" in str(rice(twins, **USUAL)).split("\n")[5]
