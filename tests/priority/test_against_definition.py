"""Rankings against the published examples, independent draws, closed forms and hand counts."""

import itertools
import math

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from pmlab.priority import Item, opportunity, opportunity_from_answers, rice
from pmlab.uncertain import interval, pert, uniform

# --- RICE as published --------------------------------------------------------------------------
# McBride, S. RICE: simple prioritization for product managers. Inside Intercom. Three projects:
# reach 500 x 30% x 3 = 450, 2,000 and 800 customers a quarter; impact 3, 1 and 2; confidence
# 100%, 80% and 50%; effort 2, 4 and 1 person-months.

INTERCOM = pd.DataFrame(
    {
        "item": ["Project 1", "Project 2", "Project 3"],
        "reach": [500 * 0.3 * 3, 2000, 800],
        "impact": [3, 1, 2],
        "confidence": [1.0, 0.8, 0.5],
        "effort": [2, 4, 1],
    }
)
# 450 x 3 x 1 / 2 = 675, 2,000 x 1 x .8 / 4 = 400, 800 x 2 x .5 / 1 = 800.
SCORES = {"Project 1": 675.0, "Project 2": 400.0, "Project 3": 800.0}


def by_item(found):
    return found.to_frame().set_index("item")


def test_the_published_example():
    frame = rice(INTERCOM, per="quarter").to_frame()
    assert dict(zip(frame["item"], frame["score"], strict=True)) == pytest.approx(SCORES)
    assert frame["item"].tolist() == ["Project 3", "Project 1", "Project 2"]
    assert frame["rank"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("make", [pl.from_pandas, lambda frame: frame.convert_dtypes()])
def test_any_frame_will_do(make):
    frame = rice(make(INTERCOM), per="quarter").to_frame()
    assert dict(zip(frame["item"], frame["score"], strict=True)) == pytest.approx(SCORES)


def test_ideas_say_the_same():
    ideas = [
        Item(name, reach=reach, impact=impact, confidence=confidence, effort=effort, per="quarter")
        for name, reach, impact, confidence, effort in INTERCOM.itertuples(index=False)
    ]
    frame = rice(ideas).to_frame()
    assert dict(zip(frame["item"], frame["score"], strict=True)) == pytest.approx(SCORES)


# --- RICE under uncertainty ---------------------------------------------------------------------

BACKLOG = pd.DataFrame(
    {
        "item": ["Basket again", "Allergies", "Gift cards", "Recipe videos", "Invoices"],
        "reach": [9000, 4000, 2500, 12000, 300],
        "reach_low": [7000, 2500, 1500, 6000, 200],
        "reach_high": [11500, 6400, 4200, 24000, 450],
        "impact": [2, 3, 2, 0.5, 1],
        "confidence": [0.8, 0.8, 1.0, 0.5, 0.8],
        "effort": [4.0, 3.0, 2.0, 1.5, 5.0],
        "effort_low": [3.0, 2.0, 1.5, 1.0, 4.0],
        "effort_high": [5.4, 4.5, 2.7, 2.3, 6.3],
    }
)
RANGES = {
    "credibility": 0.8,
    "per": "month",
}


def logs(row):
    """Mean and sd of the log of a score, when reach and effort are lognormal by their ends."""
    z = stats.norm.ppf(0.9)
    mu = math.log(row["impact"] * row["confidence"])
    mu += math.log(row["reach_low"] * row["reach_high"]) / 2
    mu -= math.log(row["effort_low"] * row["effort_high"]) / 2
    sigmas = [
        math.log(row[f"{part}_high"] / row[f"{part}_low"]) / (2 * z) for part in ("reach", "effort")
    ]
    return mu, math.hypot(*sigmas)


@pytest.fixture(scope="module")
def ranking():
    return rice(BACKLOG, **RANGES)


@pytest.fixture(scope="module")
def drawn():
    """Scores of every item, item by item, from draws of our own."""
    rng = np.random.default_rng(2024)
    rows = BACKLOG.to_dict("records")
    return {row["item"]: rng.lognormal(*logs(row), size=200_000) for row in rows}


def test_score_ranges_have_a_closed_form(ranking):
    frame = by_item(ranking)
    for row in BACKLOG.to_dict("records"):
        mu, sigma = logs(row)
        found = frame.loc[row["item"]]
        ends = np.exp(mu + sigma * stats.norm.ppf([0.1, 0.9]))
        assert (found["score_p10"], found["score_p90"]) == pytest.approx(tuple(ends), rel=1e-6)


def test_rank_stability_against_independent_draws(ranking, drawn):
    names = list(drawn)
    ranks = stats.rankdata(-np.array([drawn[name] for name in names]), axis=0)
    frame = by_item(ranking)
    for name, places in zip(names, ranks, strict=True):
        found = frame.loc[name]
        assert found["rank_p10"] == np.quantile(places, 0.1, method="inverted_cdf")
        assert found["rank_p90"] == np.quantile(places, 0.9, method="inverted_cdf")
        assert found["first"] == pytest.approx(np.mean(places == 1), abs=0.006)


def test_beats_next_has_a_closed_form(ranking):
    frame = ranking.to_frame()
    rows = {row["item"]: row for row in BACKLOG.to_dict("records")}
    order = frame["item"].tolist()
    for better, worse in itertools.pairwise(order):
        (mu, sigma), (mu_next, sigma_next) = logs(rows[better]), logs(rows[worse])
        expected = stats.norm.cdf((mu - mu_next) / math.hypot(sigma, sigma_next))
        found = frame.set_index("item").loc[better, "beats_next"]
        assert found == pytest.approx(expected, abs=1e-9)
    assert math.isnan(frame["beats_next"].iloc[-1])


def test_chances_of_being_first_sum_to_one(ranking):
    assert ranking.to_frame()["first"].sum() == pytest.approx(1)


@settings(max_examples=12, deadline=None)
@given(order=st.permutations(range(len(BACKLOG))))
def test_the_order_of_rows_changes_nothing(order, ranking):
    shuffled = BACKLOG.iloc[list(order)].reset_index(drop=True)
    pd.testing.assert_frame_equal(rice(shuffled, **RANGES).to_frame(), ranking.to_frame())


def test_another_item_changes_no_scores(ranking):
    fewer = by_item(rice(BACKLOG.iloc[:3], **RANGES))
    usual = by_item(ranking)
    for column in ("score", "score_p10", "score_p90"):
        assert fewer[column].to_dict() == pytest.approx(usual.loc[fewer.index, column].to_dict())


@settings(max_examples=12, deadline=None)
@given(months=st.sampled_from([1, 3, 12]), days=st.floats(0.1, 30))
def test_another_unit_for_everybody_changes_no_rank(months, days, ranking):
    # Reach a quarter instead of a month, effort in days instead of weeks: ranks and chances stay.
    other = BACKLOG.copy()
    for column in ("reach", "reach_low", "reach_high"):
        other[column] = other[column] * months
    for column in ("effort", "effort_low", "effort_high"):
        other[column] = other[column] * days
    found = rice(other, **RANGES).to_frame()
    assert found["item"].tolist() == ranking.to_frame()["item"].tolist()
    for column in ("beats_next", "rank_p10", "rank_p90"):
        assert found[column].to_numpy() == pytest.approx(
            ranking.to_frame()[column].to_numpy(), nan_ok=True
        )
    assert found["score"].to_numpy() == pytest.approx(
        ranking.to_frame()["score"].to_numpy() * months / days
    )


def test_guesses_off_by_a_factor():
    # Each of three guesses may be off by its factor either way, at 80%: sigma is ln(factor) / z90.
    off_by = {"reach": 1.5, "impact": 2, "effort": 2}
    found = rice(INTERCOM, per="quarter", off_by=off_by, credibility=0.8).to_frame()
    sigma = math.hypot(*(math.log(factor) for factor in off_by.values())) / stats.norm.ppf(0.9)
    for _, row in found.iterrows():
        expected = SCORES[row["item"]] * np.exp(sigma * stats.norm.ppf([0.1, 0.9]))
        assert (row["score_p10"], row["score_p90"]) == pytest.approx(tuple(expected), rel=1e-6)
    # 800 against 675: ln(800 / 675) in units of sigma x sqrt 2.
    expected = stats.norm.cdf(math.log(800 / 675) / (sigma * math.sqrt(2)))
    assert found["beats_next"].iloc[0] == pytest.approx(expected)
    assert expected < 0.8, "two guesses do not separate these neighbours"


def test_neighbours_that_are_not_told_apart_are_named():
    found = rice(
        INTERCOM, per="quarter", off_by={"reach": 1.5, "impact": 2, "effort": 2}, credibility=0.8
    )
    # 55% and 65% for the neighbours; 800 against 400: ln 2 / (0.828 x sqrt 2) = 0.592, 72%.
    (run,) = found.not_told_apart
    assert run == ("Project 3", "Project 1", "Project 2")
    said = "Not told apart, each from the next: places 1 to 3 "
    assert f"{said}('Project 3', 'Project 1', 'Project 2')." in found.summary()


def test_wider_guesses_tell_less_apart():
    chances = [
        rice(INTERCOM, per="quarter", off_by={"effort": factor}, credibility=0.8)
        .to_frame()["beats_next"]
        .iloc[0]
        for factor in (1.1, 1.5, 2, 4)
    ]
    assert chances == sorted(chances, reverse=True)
    assert 0.5 < chances[-1] < chances[0] < 1


def test_equal_guesses_are_a_toss():
    twins = pd.concat([INTERCOM.iloc[:1]] * 2, ignore_index=True).assign(item=["Twin A", "Twin B"])
    found = rice(twins, per="quarter", off_by={"effort": 2}, credibility=0.8).to_frame()
    assert found["beats_next"].iloc[0] == pytest.approx(0.5)
    assert found["rank"].tolist() == [1, 1]


def test_ideas_with_ranges_are_the_same_as_columns(ranking):
    ideas = [
        Item(
            row["item"],
            reach=interval(row["reach_low"], row["reach_high"], credibility=0.8),
            impact=row["impact"],
            confidence=row["confidence"],
            effort=interval(row["effort_low"], row["effort_high"], credibility=0.8),
            per="month",
        )
        for row in BACKLOG.to_dict("records")
    ]
    found = by_item(rice(ideas))
    usual = by_item(ranking)
    for column in ("score_p10", "score_p90"):
        assert found[column].to_dict() == pytest.approx(usual[column].to_dict(), rel=1e-9)


def test_ranges_of_other_shapes_against_independent_draws():
    # PERT effort and an impact that may be high or low: no closed form, so against own draws.
    ideas = {
        "A": (interval(800, 2000, credibility=0.8), pert(2, 4, 12), 2),
        "B": (interval(500, 3000, credibility=0.8), pert(3, 4, 5), 2),
        "C": (interval(900, 1100, credibility=0.9), uniform(2, 8), interval(1, 4, credibility=0.8)),
    }
    found = rice(
        [
            Item(name, reach=reach, impact=impact, confidence=0.8, effort=effort, per="month")
            for name, (reach, effort, impact) in ideas.items()
        ]
    )
    rng = np.random.default_rng(6)
    n = 200_000
    scores = {}
    for name, (reach, effort, impact) in ideas.items():
        amounts = [part.quantile(rng.random(n)) for part in (reach, effort)]
        many = impact if isinstance(impact, int) else impact.quantile(rng.random(n))
        scores[name] = amounts[0] * many * 0.8 / amounts[1]
    frame = found.to_frame()
    order = frame["item"].tolist()
    assert order == sorted(ideas, key=lambda name: -np.median(scores[name]))
    for (better, worse), chance in zip(
        itertools.pairwise(order), frame["beats_next"], strict=False
    ):
        assert chance == pytest.approx(np.mean(scores[better] > scores[worse]), abs=0.015)
    for _, row in frame.iterrows():
        ends = np.quantile(scores[row["item"]], [0.1, 0.9])
        assert (row["score_p10"], row["score_p90"]) == pytest.approx(tuple(ends), rel=0.03)
    first = np.argmax([scores[name] for name in order], axis=0)
    assert frame["first"].to_numpy() == pytest.approx(np.bincount(first) / n, abs=0.015)


@pytest.mark.parametrize("top", [1, 2, 4])
def test_the_chance_of_the_top_against_independent_draws(top, drawn):
    found = rice(BACKLOG, top=top, **RANGES).to_frame()
    ranks = stats.rankdata(-np.array(list(drawn.values())), axis=0)
    expected = dict(zip(drawn, (ranks <= top).mean(axis=1), strict=True))
    for item, chance in zip(found["item"], found["top"], strict=True):
        assert chance == pytest.approx(expected[item], abs=0.012)
    assert found["top"].sum() == pytest.approx(top)


# --- opportunity --------------------------------------------------------------------------------
# Ulwick's algorithm: importance + max(importance - satisfaction, 0), on 0 to 10. The pairs are
# those of decikit.com/en/frameworks/opportunity-scoring: 9 and 3 give 15, 9 and 9 give 9.


def needs(**rows):
    return pd.DataFrame(
        [(need, *pair) for need, pair in rows.items()],
        columns=["need", "importance", "satisfaction"],
    )


def test_published_opportunity_scores():
    found = opportunity(needs(unmet=(9, 3), served=(9, 9))).to_frame().set_index("need")
    assert found["score"].to_dict() == {"unmet": 15, "served": 9}
    assert found["rank"].to_dict() == {"unmet": 1, "served": 2}


@settings(deadline=None)
@given(rows=st.lists(st.tuples(st.floats(0, 10), st.floats(0, 10)), min_size=1, max_size=12))
def test_opportunity_is_its_formula(rows):
    # Shares, up to 1, are refused.
    assume(not 0 < max(map(max, rows)) <= 1)
    table = pd.DataFrame(rows, columns=["importance", "satisfaction"])
    table["need"] = [f"need {k}" for k in range(len(rows))]
    found = opportunity(table).to_frame().set_index("need")
    for k, (importance, satisfaction) in enumerate(rows):
        expected = importance + max(importance - satisfaction, 0)
        assert found.loc[f"need {k}", "score"] == pytest.approx(expected)
        assert importance <= expected <= 20
    assert found["score"].is_monotonic_decreasing


# Four respondents, two needs. "Faster": importance 5 4 4 2 -> 3 of 4 say 4 or 5 -> 7.5;
# satisfaction 1 2 4 5 -> 2 of 4 -> 5.0; score 7.5 + 2.5 = 10. "Cheaper": importance 3 4 5 5 -> 7.5;
# satisfaction 4 5 5 4 -> 10; score 7.5 + 0 = 7.5.
ANSWERS = pd.DataFrame(
    {
        "respondent": ["Anna", "Ben", "Cleo", "Dan"] * 2,
        "need": ["Faster"] * 4 + ["Cheaper"] * 4,
        "importance": [5, 4, 4, 2, 3, 4, 5, 5],
        "satisfaction": [1, 2, 4, 5, 4, 5, 5, 4],
    }
)


def from_answers(answers, **options):
    return opportunity_from_answers(answers, respondent="respondent", need="need", **options)


def test_opportunity_by_hand():
    found = from_answers(ANSWERS).to_frame().set_index("need")
    assert found.loc["Faster", ["importance", "satisfaction", "score"]].tolist() == [7.5, 5.0, 10.0]
    assert found.loc["Cheaper", ["importance", "satisfaction", "score"]].tolist() == [7.5, 10, 7.5]
    assert found["rank"].to_dict() == {"Faster": 1, "Cheaper": 2}


def test_the_bootstrap_against_every_resample():
    # All 4^4 ways to draw four respondents of four: the exact bootstrap distribution.
    table = ANSWERS.set_index(["need", "respondent"])
    people = ["Anna", "Ben", "Cleo", "Dan"]
    scores = {"Faster": [], "Cheaper": []}
    for picked in itertools.product(people, repeat=4):
        for need, out in scores.items():
            rows = table.loc[need].loc[list(picked)]
            importance = 10 * (rows["importance"] >= 4).mean()
            satisfaction = 10 * (rows["satisfaction"] >= 4).mean()
            out.append(importance + max(importance - satisfaction, 0))
    faster, cheaper = (np.array(scores[need]) for need in ("Faster", "Cheaper"))
    found = from_answers(ANSWERS).to_frame().set_index("need")
    # A respondent answers for both needs, so they are drawn together.
    beats = np.mean(faster > cheaper) + np.mean(faster == cheaper) / 2
    assert found.loc["Faster", "beats_next"] == pytest.approx(beats, abs=0.02)
    for need, exact in (("Faster", faster), ("Cheaper", cheaper)):
        row = found.loc[need]
        assert row["score_p10"] == np.quantile(exact, 0.1, method="inverted_cdf")
        assert row["score_p90"] == np.quantile(exact, 0.9, method="inverted_cdf")


def test_the_order_of_answers_changes_nothing():
    shuffled = ANSWERS.sample(frac=1, random_state=3).reset_index(drop=True)
    pd.testing.assert_frame_equal(
        from_answers(shuffled).to_frame(), from_answers(ANSWERS).to_frame()
    )
