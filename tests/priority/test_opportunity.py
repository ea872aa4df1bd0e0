"""Opportunity scores by Ulwick's definition, and how sure answers are of their order."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pmlab.errors import InputError, NotFoundError
from pmlab.priority import opportunity, opportunity_from_answers

NEEDS = pd.DataFrame(
    {
        "need": ["waste less", "find recipes", "cook fast", "shop once"],
        "importance": [9.0, 5.0, 8.0, 6.5],
        "satisfaction": [2.0, 8.0, 4.0, 3.0],
    }
)


def test_by_hand():
    # 9 + (9 - 2) = 16; 8 + (8 - 4) = 12; 6.5 + 3.5 = 10; find recipes: 5 + 0, overserved.
    result = opportunity(NEEDS)
    assert result.needs == ("waste less", "cook fast", "shop once", "find recipes")
    assert result.to_frame()["score"].tolist() == [16, 12, 10, 5]
    assert result.to_frame()["band"].tolist() == [
        "extreme",
        "ripe",
        "worth considering",
        "unattractive",
    ]
    assert result.overserved == ("find recipes",)
    assert "Overserved: 'find recipes'" in result.summary()


@pytest.mark.parametrize(
    ("importance", "satisfaction", "band"),
    [
        (7.6, 0, "extreme"),  # 15.2
        (7.5, 0, "ripe"),  # 15: above 15 is extreme
        (6, 0, "ripe"),  # 12
        (5.9, 0, "worth considering"),  # 11.8
        (10, 10, "worth considering"),  # 10
        (9.9, 10, "unattractive"),
    ],
)
def test_bands_ulwick_2005(importance, satisfaction, band):
    table = pd.DataFrame(
        {"need": ["it"], "importance": [importance], "satisfaction": [satisfaction]}
    )
    assert opportunity(table).to_frame()["band"].tolist() == [band]


@given(importance=st.floats(0, 10), satisfaction=st.floats(0, 10))
def test_better_served_is_never_a_greater_opportunity(importance, satisfaction):
    # Shares, up to 1, are refused.
    assume(max(importance, satisfaction + 1) > 1)
    table = pd.DataFrame(
        {
            "need": ["now", "better served"],
            "importance": [importance] * 2,
            "satisfaction": [satisfaction, min(10, satisfaction + 1)],
        }
    )
    scores = opportunity(table).to_frame().set_index("need")["score"]
    assert scores["better served"] <= scores["now"] <= 20


def test_scores_alone_say_that_they_do_not_know_how_sure_they_are():
    assert "opportunity_from_answers" in str(opportunity(NEEDS))


def test_means_of_1_to_5_are_suspected():
    small = NEEDS.assign(importance=[4.5, 3, 4, 3.5], satisfaction=[1, 4, 2, 2])
    assert "mean answers" in " ".join(opportunity(small).warnings)
    assert "not scores from 0 to 10" in " ".join(opportunity(small).warnings)
    assert "mean answers" not in " ".join(opportunity(NEEDS).warnings)


def test_shares_are_refused():
    shares = NEEDS.assign(importance=[0.9, 0.5, 0.8, 1.0], satisfaction=[0.2, 0.8, 0.4, 0.3])
    with pytest.raises(InputError, match=r"look like shares.*times 10"):
        opportunity(shares)
    # One need above 1 is enough to be on the scale of 10.
    assert opportunity(shares.assign(importance=[1.1, 0.5, 0.8, 1.0])).needs


def test_a_file_will_do(tmp_path):
    needs, answers = tmp_path / "needs.csv", tmp_path / "answers.parquet"
    NEEDS.to_csv(needs, index=False)
    SIX.to_parquet(answers)
    assert opportunity(needs).needs == opportunity(NEEDS).needs
    found = opportunity_from_answers(str(answers), respondent="who").to_frame()
    pd.testing.assert_frame_equal(found, opportunity_from_answers(SIX, respondent="who").to_frame())
    with pytest.raises(NotFoundError, match=r"needs\.csv"):
        opportunity(tmp_path / "neds.csv")


def test_the_figure_numbers_each_need_once():
    # Two at one point share a label; one of the same score elsewhere has a number of its own.
    table = pd.DataFrame(
        {"need": list("abc"), "importance": [8.0, 8.0, 7.0], "satisfaction": [4.0, 4.0, 2.0]}
    )
    assert list(opportunity(table).plot().data[-1].text) == ["1, 2", "", "3"]


def test_the_figure_of_answers_says_how_sure_scores_are():
    result = opportunity_from_answers(SIX, respondent="who")
    row = result.to_frame().iloc[0]
    key = " ".join(note.text for note in result.plot().layout.annotations)
    assert f"({row['score']:.1f}; {row['score_p10']:.1f} to {row['score_p90']:.1f})" in key


# Six respondents, who all find both needs important. All six are content with "fast"; of "cheap"
# two are. So cheap: 10 + (10 - 3.33) = 16.67, fast: 10 + 0 = 10.
SIX = pd.DataFrame(
    {
        "who": list("abcdef") * 2,
        "need": ["fast"] * 6 + ["cheap"] * 6,
        "importance": [5, 4, 5, 4, 5, 4] * 2,
        "satisfaction": [4, 5, 4, 5, 4, 5, 1, 2, 3, 3, 4, 5],
    }
)


def test_answers_by_hand():
    result = opportunity_from_answers(SIX, respondent="who")
    frame = result.to_frame()
    assert frame["need"].tolist() == ["cheap", "fast"]
    assert frame["importance"].tolist() == [10, 10]
    assert frame["satisfaction"].tolist() == pytest.approx([10 / 3, 10])
    assert frame["score"].tolist() == pytest.approx([10 + 20 / 3, 10])
    # Fast is never above 10. Cheap is level with it only if all six drawn are e or f: (1/3)^6.
    assert frame["beats_next"].iloc[0] == pytest.approx(1 - 0.5 / 3**6, abs=0.002)
    assert "rough" in " ".join(result.warnings)


def test_the_share_of_content_people_has_the_spread_of_a_binomial():
    # Of 100 people 30 are content; everybody finds it important. A bootstrap sample holds
    # Binomial(100, 0.3) content ones, whose P10 and P90 are 24 and 36: scores 17.6 and 16.4.
    people = pd.DataFrame(
        {
            "who": range(100),
            "need": "it",
            "importance": 5,
            "satisfaction": [5] * 30 + [1] * 70,
        }
    )
    row = opportunity_from_answers(people, respondent="who", resamples=20_000).to_frame().iloc[0]
    assert row["score"] == pytest.approx(17)
    assert (row["score_p10"], row["score_p90"]) == pytest.approx((16.4, 17.6))


def test_an_answer_that_is_missing_is_left_out_by_itself():
    table = SIX.astype({"satisfaction": "float"})
    table.loc[0, "satisfaction"] = np.nan
    frame = opportunity_from_answers(table, respondent="who").to_frame().set_index("need")
    assert frame.loc["fast", ["n_importance", "n_satisfaction"]].tolist() == [6, 5]
    assert frame.loc["fast", "satisfaction"] == 10


def test_answers_of_nobody_are_counted_and_left_out():
    table = SIX.assign(who=[None, *SIX["who"].tolist()[1:]])
    result = opportunity_from_answers(table, respondent="who")
    assert result.n_without_respondent == 1
    assert "1 answer without a respondent" in str(result)


def test_wider_ranges_with_fewer_people():
    many = pd.concat([SIX.assign(who=SIX["who"] + str(k)) for k in range(50)])
    few, lots = (opportunity_from_answers(t, respondent="who").to_frame() for t in (SIX, many))
    assert lots["score"].tolist() == pytest.approx(few["score"].tolist())
    width = [(f["score_p90"] - f["score_p10"]).iloc[0] for f in (few, lots)]
    assert width[1] < width[0] / 4


def test_equal_needs_share_every_chance():
    twin = SIX[SIX["need"] == "cheap"]
    both = pd.concat([twin, twin.assign(need="cheaper")])
    frame = opportunity_from_answers(both, respondent="who", top=1).to_frame()
    assert frame["rank"].tolist() == [1, 1]
    assert frame["first"].tolist() == [0.5, 0.5]
    assert frame["beats_next"].iloc[0] == 0.5


@pytest.mark.parametrize(
    "make", [pl.from_pandas, pa.Table.from_pandas, pd.DataFrame.convert_dtypes]
)
def test_any_table_will_do(make):
    usual = opportunity_from_answers(SIX, respondent="who").to_frame()
    pd.testing.assert_frame_equal(
        opportunity_from_answers(make(SIX), respondent="who").to_frame(), usual
    )


def test_the_figure_has_every_need_and_the_line_of_equality():
    result = opportunity(NEEDS)
    figure = result.plot()
    line = next(t for t in figure.data if t.name == "importance = satisfaction")
    assert list(line.x) == list(line.y) == [0, 10]
    points = figure.data[-1]
    assert list(points.x) == result.to_frame()["importance"].tolist()
    assert list(points.y) == result.to_frame()["satisfaction"].tolist()
    # On a dotted line the score is what it says: 15 = 2 x importance - satisfaction.
    for trace in figure.data[:3]:
        scores = {round(2 * x - y, 9) for x, y in zip(trace.x, trace.y, strict=True)}
        assert len(scores) == 1
        assert scores < {10, 12, 15}


def test_level_needs_share_the_first_place():
    level = NEEDS.assign(importance=8.0, satisfaction=4.0)
    assert "level with a score of 12.0" in opportunity(level).summary()
    assert "The only need is" in opportunity(NEEDS.iloc[:1]).summary()


def test_the_ends_of_a_long_chain_are_said_to_be_told_apart():
    # Of 40 people 30, 27, ... 3 find the needs important, all are content: scores 7.5 to 0.75.
    rows = [
        (who, f"need {k}", 5 if who < 30 - 3 * k else 1, 5) for k in range(10) for who in range(40)
    ]
    # Who answers is drawn anew for each need, so that they are off independently of each other.
    rng = np.random.default_rng(3)
    table = pd.DataFrame(rows, columns=["who", "need", "importance", "satisfaction"])
    table["who"] = np.concatenate([rng.permutation(40) for _ in range(10)])
    result = opportunity_from_answers(table, respondent="who")
    chains = [group for group in result.not_told_apart if len(group) > 4]
    assert chains
    for group in chains:
        assert f"(though {group[0]!r} outranks {group[-1]!r}: " in result.summary()


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
