"""What was agreed beforehand: the size, the effect, and how often one looks."""

import numpy as np
import pandas as pd
import pytest

import pmlab as pm
from pmlab import ab


def rows(shares, n=400, harmed=(0.1, 0.1)):
    """So many of n in either arm who converted, exactly, and who complained."""
    arms = []
    for name, share, harm in zip("AB", shares, harmed, strict=True):
        did = np.arange(n) < round(share * n)
        bad = np.arange(n) < round(harm * n)
        arms.append(pd.DataFrame({"variant": name, "converted": did, "complained": bad}))
    return pd.concat(arms).reset_index(names="row").assign(user_id=range(2 * n))


def experiment(table, **options):
    metrics = [
        ab.proportion("converted", role="primary"),
        ab.proportion("complained", role="guardrail", margin=0.1, good="down"),
    ]
    return ab.experiment(table, control="A", metrics=metrics, **options)


def test_a_win_before_the_planned_size_keeps_running():
    table = rows((0.3, 0.5))
    assert experiment(table).decision == "ship"
    assert experiment(table, plan=ab.Plan(units=800)).decision == "ship"
    early = experiment(table, plan=ab.Plan(units=801))
    assert early.decision == "keep running"
    assert early.reason.startswith("800 of 801 planned units are in.")
    assert "The primary metric is better" in early.reason
    assert "Before the planned 801 units" in early.method


def test_a_miss_is_inconclusive_at_the_planned_size_only():
    table = rows((0.30, 0.31))
    assert experiment(table, plan=ab.Plan(units=800)).decision == "inconclusive"
    assert experiment(table, plan=ab.Plan(units=5000)).decision == "keep running"


def test_harm_stops_it_at_any_size():
    plan = ab.Plan(units=5000)
    assert experiment(rows((0.5, 0.3)), plan=plan).decision == "do not ship"
    assert experiment(rows((0.3, 0.5), harmed=(0.1, 0.4)), plan=plan).decision == "do not ship"


def test_a_spoilt_split_stays_invalid():
    table = rows((0.3, 0.5))
    lost = table[(table["variant"] == "A") | (table["user_id"] % 2 == 0)]
    assert experiment(lost, plan=ab.Plan(units=5000)).decision == "invalid"


def said(found, word):
    return [text for text in found.warnings if word in text]


def test_looks_are_warned_of_with_what_they_cost():
    table = rows((0.3, 0.5))
    assert not said(experiment(table), "peeking")
    (text,) = said(experiment(table, looks=5), "peeking")
    assert "looked at 5 times" in text
    assert "14%" in text  # Armitage, McPherson and Rowe (1969)


def test_the_winners_curse_in_a_test_too_small_for_its_plan():
    # The standard error is sqrt(.3 x .7 / 400 + .39 x .61 / 400) = 3.4 points; planned were 2.
    small = experiment(rows((0.30, 0.39)), plan=ab.Plan(units=800, effect=0.02))
    (text,) = said(small, "winner's curse")
    assert "9% of the time" in text
    assert "less than +9.0 points" in text


def test_no_curse_where_the_test_is_large_enough_or_nothing_is_clear():
    large = experiment(rows((0.30, 0.39)), plan=ab.Plan(units=800, effect=0.12))
    unclear = experiment(rows((0.30, 0.31)), plan=ab.Plan(units=800, effect=0.02))
    assert not said(large, "curse")
    assert not said(unclear, "curse")


@pytest.mark.parametrize("asked", [{"units": 1}, {"units": 2.5}, {"units": 100, "effect": 0}])
def test_plans_that_say_nothing(asked):
    with pytest.raises(pm.PmlabError, match=r"units=|effect="):
        ab.Plan(**asked)


def test_a_plan_that_is_none_and_looks_that_are_none():
    with pytest.raises(pm.PmlabError, match=r"ab\.Plan"):
        experiment(rows((0.3, 0.5)), plan=800)
    with pytest.raises(pm.PmlabError, match="looks=0"):
        experiment(rows((0.3, 0.5)), looks=0)
