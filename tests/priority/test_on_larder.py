"""Larder's backlog: one reach counted by the quarter, and neighbours that nobody can tell apart."""

import itertools

import numpy as np
import pytest
from scipy import stats

import pmlab as pm
from pmlab.priority import opportunity, rice

ENDS = ("reach", "reach_low", "reach_high")


@pytest.fixture(scope="module")
def backlog():
    return pm.datasets.load("backlog")


@pytest.fixture(scope="module")
def monthly(backlog):
    """All reach by the month: a quarter's as a third of it."""
    table = backlog.copy()
    for column in ENDS:
        months = np.where(table["reach_per"] == "quarter", 3, 1)
        table[column] = table[column] / months
    return table.assign(reach_per="month")


@pytest.fixture(scope="module")
def ranking(monthly):
    return rice(monthly, effort="effort_weeks", credibility=0.8)


def test_two_windows_are_refused_by_name(backlog):
    (odd,) = backlog.loc[backlog["reach_per"] == "quarter", "item"]
    with pytest.raises(pm.errors.InputError, match=f"quarter.*{odd}"):
        rice(backlog, effort="effort_weeks", credibility=0.8)


def test_a_quarter_taken_for_a_month_comes_first(backlog, monthly, ranking):
    (odd,) = backlog.loc[backlog["reach_per"] == "quarter", "item"]
    guesses = backlog.drop(columns=[c for c in backlog if c.endswith(("_low", "_high"))])
    wrong = rice(guesses.assign(reach_per="month"), effort="effort_weeks").to_frame()
    assert wrong["item"].iloc[0] == odd
    right = ranking.to_frame().set_index("item")
    assert right.loc[odd, "rank"] > 3


def test_scores_are_the_formula(monthly, ranking):
    rows = monthly.set_index("item")
    expected = rows["reach"] * rows["impact"] * rows["confidence"] / rows["effort_weeks"]
    found = ranking.to_frame().set_index("item")["score"]
    assert found.to_dict() == pytest.approx(expected.to_dict())


def test_neighbours_are_told_apart_by_their_closed_form(monthly, ranking):
    z = stats.norm.ppf(0.9)
    rows = monthly.set_index("item")
    mu = np.log(rows["impact"] * rows["confidence"])
    mu += (np.log(rows["reach_low"]) + np.log(rows["reach_high"])) / 2
    mu -= (np.log(rows["effort_low"]) + np.log(rows["effort_high"])) / 2
    square = (np.log(rows["reach_high"] / rows["reach_low"]) / (2 * z)) ** 2
    square += (np.log(rows["effort_high"] / rows["effort_low"]) / (2 * z)) ** 2
    frame = ranking.to_frame()
    order = frame["item"].tolist()
    assert order == mu.sort_values(ascending=False).index.tolist()
    chances = [
        stats.norm.cdf((mu[one] - mu[other]) / np.sqrt(square[one] + square[other]))
        for one, other in itertools.pairwise(order)
    ]
    assert frame["beats_next"].to_numpy()[:-1] == pytest.approx(np.array(chances))
    # Runs of neighbours of which none beats the next with a chance of 80%.
    runs, run = [], [order[0]]
    for item, chance in zip(order[1:], chances, strict=True):
        if chance < 0.8:
            run.append(item)
        else:
            runs.append(run)
            run = [item]
    runs.append(run)
    together = [tuple(run) for run in runs if len(run) > 1]
    assert list(map(tuple, ranking.not_told_apart)) == together
    assert any(len(run) >= 3 for run in together)


def test_what_is_first_by_opportunity_is_not_first_by_rice(backlog, ranking):
    needs = opportunity(backlog.drop_duplicates("need")).to_frame()
    rows = backlog.drop_duplicates("need").set_index("need")
    expected = rows["importance"] + (rows["importance"] - rows["satisfaction"]).clip(lower=0)
    found = needs.set_index("need")["score"]
    assert found.to_dict() == pytest.approx(expected.to_dict())
    first = backlog.loc[backlog["need"] == needs["need"].iloc[0], "item"]
    places = ranking.to_frame().set_index("item")["rank"]
    assert places[first].min() > 5
