"""RICE: the score by hand, what ranges do to an order, and what is not a backlog."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pmlab.errors import InputError, NotFoundError
from pmlab.priority import Item, rice
from pmlab.priority.words import chance_of
from pmlab.uncertain import interval, pert, share, uniform

# Three ideas of a small team. Reach a month, effort in weeks.
#   basket  : 900 x 2 x 0.8 / 4 = 360
#   filters : 600 x 1 x 1.0 / 2 = 300
#   voice   : 200 x 3 x 0.5 / 6 =  50
BACKLOG = pd.DataFrame(
    {
        "item": ["voice", "basket", "filters"],
        "reach": [200, 900, 600],
        "impact": [3, 2, 1],
        "confidence": [0.5, 0.8, 1.0],
        "effort": [6, 4, 2],
    }
)
Z90 = stats.norm.ppf(0.9)


def with_ranges(**ends):
    """The same with reach known within a factor, by item, and effort for sure."""
    factor = BACKLOG["item"].map(ends).fillna(1.0)
    return BACKLOG.assign(reach_low=BACKLOG["reach"] / factor, reach_high=BACKLOG["reach"] * factor)


def test_scores_by_hand():
    result = rice(BACKLOG, per="month")
    assert result.items == ("basket", "filters", "voice")
    assert result.to_frame()["score"].tolist() == pytest.approx([360, 300, 50])


def test_single_guesses_say_that_they_are_and_how_to_give_ranges():
    text = str(rice(BACKLOG, per="month"))
    assert "single guesses" in text
    assert "off_by=" in text
    assert "reach_low" in text
    assert "chance" not in rice(BACKLOG, per="month").summary()


def test_two_guesses_hardly_separate_neighbours_by_hand():
    # Reach of basket and filters is known to a factor of 2 either way, at 80%: the logs of both
    # scores have sd ln 2 / 1.2816 = 0.5409, their difference 0.7649. ln(360 / 300) = 0.1823,
    # 0.1823 / 0.7649 = 0.2384, and the normal distribution has 59.4% below that.
    result = rice(with_ranges(basket=2, filters=2), per="month", credibility=0.8)
    frame = result.to_frame()
    assert frame["beats_next"].iloc[0] == pytest.approx(0.594, abs=5e-4)
    # Against voice, which is sure: ln(300 / 50) / 0.5409 = 3.313, 99.95%.
    assert frame["beats_next"].iloc[1] == pytest.approx(0.99954, abs=1e-5)
    assert result.not_told_apart == (("basket", "filters"),)
    assert "Not told apart, each from the next: places 1 to 2" in result.summary()
    assert frame["score_p10"].iloc[0] == pytest.approx(180)
    assert frame["score_p90"].iloc[0] == pytest.approx(720)


def test_the_chance_of_being_first_of_two_is_that_of_beating_the_other():
    two = with_ranges(basket=2, filters=2).iloc[1:]
    frame = rice(two, per="month", credibility=0.8, draws=200_000).to_frame()
    assert frame["first"].iloc[0] == pytest.approx(frame["beats_next"].iloc[0], abs=0.004)
    assert frame["first"].sum() == pytest.approx(1)


def test_what_is_certain_is_certain():
    frame = rice(with_ranges(voice=1.5), per="month", credibility=0.8).to_frame()
    basket = frame[frame["item"] == "basket"].iloc[0]
    assert basket[["score_p10", "score_p50", "score_p90"]].tolist() == pytest.approx([360] * 3)
    assert basket["beats_next"] == 1


def test_other_shapes_than_lognormal_are_drawn():
    ideas = [
        Item("a", 100, 1, confidence=uniform(0.4, 0.6), effort=1, per="month"),
        Item("b", 100, 1, confidence=uniform(0.4, 0.6), effort=uniform(1, 3), per="month"),
    ]
    result = rice(ideas, draws=100_000)
    assert not result.exact
    a = result.to_frame().set_index("item").loc["a"]
    assert [a["score_p10"], a["score_p50"], a["score_p90"]] == pytest.approx([42, 50, 58], rel=0.01)
    # b is above a where its confidence / effort is: with u, v of (0.4, 0.6) and e of (1, 3) that is
    # e < v / u, the mean of (v / u - 1) / 2 where v > u.
    u, v = np.meshgrid(np.linspace(0.4, 0.6, 2001), np.linspace(0.4, 0.6, 2001))
    chance = np.mean(np.maximum(v / u - 1, 0) / 2)
    assert a["beats_next"] == pytest.approx(1 - chance, abs=0.005)
    assert a["first"] == pytest.approx(1 - chance, abs=0.005)
    assert "draws" in result.method


def test_every_kind_of_range_is_taken():
    idea = Item(
        "all of them",
        reach=interval(500, 2000, credibility=0.8),
        impact=pert(0.5, 1, 3),
        confidence=share(0.5, 0.9, credibility=0.8),
        effort=uniform(2, 4),
        per="month",
    )
    frame = rice([idea], draws=50_000).to_frame()
    rng = np.random.default_rng(1)
    parts = [
        getattr(idea, part).quantile(rng.random(200_000))
        for part in ("reach", "impact", "confidence", "effort")
    ]
    expected = np.quantile(parts[0] * parts[1] * parts[2] / parts[3], [0.1, 0.5, 0.9])
    found = frame[["score_p10", "score_p50", "score_p90"]].iloc[0].to_numpy(dtype=float)
    assert found == pytest.approx(expected, rel=0.03)


def taken_as_right(result):
    return [warning for warning in result.warnings if "taken as exactly right" in warning]


def test_what_has_no_range_beside_others_is_said_to_be_taken_as_right():
    # Only reach has ranges, so impact and effort are as sure as numbers can be.
    (said,) = taken_as_right(rice(with_ranges(basket=2), per="month", credibility=0.8))
    assert said.startswith("Impact and effort have no range")
    assert "off_by={'impact': 2, 'effort': 2} says" in said
    # 1 says that it is known, and so do two equal ends, as those of filters and voice.
    for factor in (1, 2):
        off_by = {"impact": factor, "effort": factor}
        assert not taken_as_right(rice(with_ranges(basket=2), off_by=off_by, credibility=0.8))
    assert not taken_as_right(rice(BACKLOG, off_by=1.5, credibility=0.8))
    # Without any range another warning says so.
    assert not taken_as_right(rice(BACKLOG))


def test_some_that_have_no_range_are_named():
    table = with_ranges(basket=2)
    table.loc[table["item"] == "voice", ["reach_low", "reach_high"]] = np.nan
    options = {"off_by": {"impact": 2, "effort": 2}, "credibility": 0.8}
    (said,) = taken_as_right(rice(table, **options))
    assert said.startswith("The reach of 'voice' has no range and is taken")
    assert "off_by={'reach': 2} says" in said
    items = [Item("a", interval(1, 2, credibility=0.8), 1, 1, 1), Item("b", 3, 1, 1, 1)]
    (said,) = taken_as_right(rice(items))
    assert said.startswith("The reach of 'b', impact and effort have no range")
    assert "with credibility=0.8" in said


def test_a_factor_for_impact_tells_less_apart():
    # What the warning is about: 360 against 300 with reach known to 1.05 is 97%, and with impact
    # off by 2 either way Phi(ln 1.2 / sqrt 2 / (hypot(ln 1.05, ln 2) / z90)) = 59%.
    table = with_ranges(basket=1.05, filters=1.05)
    found = [
        rice(table, off_by=off_by, credibility=0.8).to_frame()["beats_next"].iloc[0]
        for off_by in (None, {"impact": 2})
    ]
    sigmas = [math.log(1.05) / Z90, math.hypot(math.log(1.05), math.log(2)) / Z90]
    expected = [stats.norm.cdf(math.log(1.2) / math.sqrt(2) / sigma) for sigma in sigmas]
    assert found == pytest.approx(expected)


def test_a_guess_far_up_in_its_own_range_is_pointed_at():
    # Filters are guessed at 600 and said to be 300 to 620: the middle is 431, its score 216.
    table = BACKLOG.assign(reach_low=[200, 900, 300], reach_high=[200, 900, 620])
    table.loc[table["item"] == "basket", "effort"] = 5  # 288: below 300, above 216
    result = rice(table, per="month", credibility=0.8)
    assert result.items[0] == "basket"
    said = " ".join(result.warnings)
    assert "by its single guesses" in said
    assert "do not lie in the middle" in said


def test_capacity_says_how_many_fit():
    # Basket 4 and filters 2 weeks fit into 7; voice would need 6 more.
    result = rice(BACKLOG, per="month", off_by=2, credibility=0.8, capacity=7)
    assert result.top == 2
    assert result.taken == ("basket", "filters")
    assert "Together 6 of a capacity of 7; they fit" in result.summary()
    assert result.to_frame()["top"].sum() == pytest.approx(2)
    with pytest.raises(InputError, match=r"capacity=1 is less .* 'filters', takes 2"):
        rice(BACKLOG, per="month", capacity=1)
    with pytest.raises(InputError, match="give one of them"):
        rice(BACKLOG, capacity=7, top=2)
    with pytest.raises(InputError, match="whole number from 1 to 3"):
        rice(BACKLOG, top=4)


def test_the_next_move_is_the_widest_guess_at_the_line():
    result = rice(with_ranges(basket=1.2, filters=3), per="month", credibility=0.8, top=1)
    assert "widest is the reach of 'filters' (200 to 1,800)" in str(result)
    sure = rice(with_ranges(basket=1.01), per="month", credibility=0.8, top=1)
    assert "To decide" not in str(sure)


def test_off_by_leaves_alone_what_has_a_range_of_its_own():
    table = with_ranges(basket=1.2)
    table.loc[table["item"] != "basket", ["reach_low", "reach_high"]] = np.nan
    frame = rice(table, per="month", off_by={"reach": 2}, credibility=0.8).to_frame()
    width = (frame["score_p90"] / frame["score_p10"]).round(6)
    assert dict(zip(frame["item"], width, strict=True)) == {
        "basket": pytest.approx(1.44),
        "filters": pytest.approx(4),
        "voice": pytest.approx(4),
    }


@pytest.mark.parametrize(
    "make", [pl.from_pandas, pa.Table.from_pandas, pd.DataFrame.convert_dtypes]
)
def test_any_table_will_do(make):
    assert rice(make(BACKLOG)).to_frame().equals(rice(BACKLOG).to_frame())


def test_the_window_is_read_from_its_column():
    table = BACKLOG.assign(reach_per="Quarter")
    assert rice(table).per == "quarter"
    assert rice(BACKLOG.assign(span="week"), per="span").per == "week"
    assert "Nobody said in what window" in str(rice(BACKLOG))


def test_two_windows_are_refused_before_anything_else():
    table = with_ranges(basket=2).assign(reach_per=["month", "quarter", "month"])
    with pytest.raises(InputError, match=r"per quarter: 'basket'; per month: 'voice', 'filters'"):
        rice(table)


def test_a_generator_and_its_seed_are_the_same_each_time():
    usual = rice(BACKLOG, off_by=2, credibility=0.8, rng=np.random.default_rng(4)).to_frame()
    shuffled = rice(
        BACKLOG.iloc[::-1], off_by=2, credibility=0.8, rng=np.random.default_rng(4)
    ).to_frame()
    assert usual.equals(shuffled)


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.floats(1, 1e6),
            st.sampled_from([3, 2, 1, 0.5, 0.25]),
            st.floats(0.1, 1),
            st.floats(0.1, 50),
        ),
        min_size=2,
        max_size=8,
    ),
    factor=st.floats(1.05, 4),
)
def test_the_upper_one_is_never_the_less_likely(rows, factor):
    ideas = [Item(f"idea {k}", *row) for k, row in enumerate(rows)]
    frame = rice(ideas, off_by=factor, credibility=0.8, draws=1000).to_frame()
    assert (frame["beats_next"].iloc[:-1] >= 0.5 - 1e-9).all()
    assert frame["score_p50"].to_numpy() == pytest.approx(frame["score"].to_numpy())
    assert frame["rank"].is_monotonic_increasing


def test_the_figure_shows_scores_in_order_with_their_ranges():
    result = rice(with_ranges(basket=2, filters=2), per="month", credibility=0.8, top=1)
    figure = result.plot()
    # Voice cannot be first, so it is drawn apart, in grey.
    points, hardly = figure.data
    assert list(points.x) == pytest.approx([360, 300])
    assert points.error_x.array[0] == pytest.approx(360)
    assert points.error_x.arrayminus[0] == pytest.approx(180)
    assert (list(hardly.x), list(hardly.y)) == ([pytest.approx(50)], [2])
    assert hardly.marker.line.color != points.marker.line.color
    # Only the first is to be done, and is filled.
    assert points.marker.color[0] == points.marker.line.color != points.marker.color[1]
    assert list(figure.layout.yaxis.ticktext) == ["basket", "filters", "voice"]
    assert figure.layout.xaxis.type == "linear"
    # At the right of each row, how likely it is to be first, under a heading.
    beside = [(note.y, note.text) for note in figure.layout.annotations if note.x == 1]
    first = result.to_frame()["first"]
    assert [*enumerate(map(chance_of, first))] == [one for one in beside if "%" in one[1]]
    wide = rice(BACKLOG.assign(reach=[2, 90_000, 600]), per="month").plot()
    assert wide.layout.xaxis.type == "log"


def test_one_item_and_level_ones():
    assert "nothing to rank" in rice(BACKLOG.iloc[:1], off_by=2, credibility=0.8).summary()
    level = BACKLOG.assign(
        reach=[720, 900, 720], impact=[1, 1, 1], confidence=0.5, effort=[4, 5, 4]
    )
    assert rice(level).to_frame()["rank"].tolist() == [1, 1, 1]
    assert "'basket', 'filters' and 'voice' share the first place" in rice(level).summary()


# Ten ideas, each next one 0.8 of the one before, each guess of reach off by 1.5 at 80%.
CHAIN = [Item(f"idea {k}", 1000 * 0.8**k, 1, 1, 1, per="month") for k in range(10)]


def test_any_two_are_compared_by_their_closed_form():
    result = rice(CHAIN, off_by={"reach": 1.5}, credibility=0.8)
    # ln(0.8 ^ -3) in units of sqrt 2 x ln 1.5 / z90.
    expected = stats.norm.cdf(3 * math.log(1.25) / (math.sqrt(2) * math.log(1.5) / Z90))
    found = result.compare("idea 2", "idea 5")
    assert float(found) == found.chance == pytest.approx(expected)
    assert found.exact
    assert result.compare("idea 5", "idea 2").chance == pytest.approx(1 - expected)
    assert "'idea 2' truly outranks 'idea 5' with a chance of" in str(found)
    assert result.compare("idea 3", "idea 4").chance == result.to_frame()["beats_next"].iloc[3]
    with pytest.raises(NotFoundError, match="Did you mean 'idea 2'"):
        result.compare("ideas 2", "idea 5")
    with pytest.raises(InputError, match="twice"):
        result.compare("idea 2", "idea 2")
    with pytest.raises(InputError, match="needs ranges"):
        rice(CHAIN).compare("idea 2", "idea 5")


def test_comparisons_of_other_shapes_are_drawn():
    ideas = [Item("a", uniform(1, 3), 1, 1, 1), Item("b", uniform(0, 3), 1, 1, 1)]
    found = rice(ideas, draws=200_000).compare("a", "b")
    # b is below 1 with 1/3; else both are uniform on (1, 3) or (1, 3): 1/3 + 2/3 / 2.
    assert found.chance == pytest.approx(2 / 3, abs=0.005)
    assert not found.exact


def test_who_may_be_first_and_who_may_not():
    result = rice(CHAIN, off_by={"reach": 1.5}, credibility=0.8, top=3)
    frame = result.to_frame().set_index("item")
    said, _ = result.summary().split(". The first 3: ")
    for item in result.items:
        assert (repr(item) in said) == (frame.loc[item, "first"] >= 0.05)
    last = frame.index[frame["top"] >= 0.05][-1]
    assert f"nobody below {last!r} has 5%" in result.summary()
    # The chain has no gap, though its ends are far apart.
    assert "places 1 to 10 (though 'idea 0' outranks 'idea 9': >99%)" in result.summary()


def test_one_that_is_clearly_first_has_no_rivals():
    result = rice([CHAIN[0], CHAIN[9]], off_by={"reach": 1.5}, credibility=0.8)
    assert "nobody else has 5%" in result.summary()


def test_a_window_that_contradicts_the_backlog():
    monthly = BACKLOG.assign(reach_per="month")
    assert rice(monthly, per="month").per == "month"
    with pytest.raises(InputError, match=r"per='quarter', but .* per month"):
        rice(monthly, per="quarter")
    with pytest.raises(InputError, match="per week: 'voice'; per month: 'basket', 'filters'"):
        rice(BACKLOG.assign(reach_per=["week", "month", "month"]), per="month")
    with pytest.raises(InputError, match=r"per='quarter', but .* per month"):
        rice(CHAIN, per="quarter")
    # What the column leaves open the argument says.
    assert rice(BACKLOG.assign(reach_per=["month", None, "month"]), per="month").per
    with pytest.raises(InputError, match="per quarter: 'basket'"):
        rice(BACKLOG.assign(reach_per=["month", None, "month"]), per="quarter")


def test_files_will_do(tmp_path):
    BACKLOG.assign(item=["007", "basket", "filters"]).to_csv(tmp_path / "b.csv", index=False)
    BACKLOG.to_parquet(tmp_path / "b.parquet")
    assert rice(tmp_path / "b.csv").items == ("basket", "filters", "007")
    assert rice(str(tmp_path / "b.parquet")).to_frame().equals(rice(BACKLOG).to_frame())
    with pytest.raises(NotFoundError, match=r"Did you mean 'b\.csv'"):
        rice(tmp_path / "bb.csv")


def test_nearly_the_names_of_lows_and_highs():
    table = BACKLOG.assign(reach_lo=[1, 2, 3], reach_hi=[2000, 3000, 4000])
    with pytest.raises(NotFoundError, match=r"did you mean 'reach_low', 'reach_high'.*'reach_lo'"):
        rice(table, per="month")
    pair = {"reach": ("reach_lo", "reach_hi")}
    named = rice(table, per="month", ends=pair, credibility=0.8)
    usual = table.rename(columns={"reach_lo": "reach_low", "reach_hi": "reach_high"})
    assert named.to_frame().equals(rice(usual, per="month", credibility=0.8).to_frame())
    assert not rice(table, per="month", ends={}).has_ranges
    assert not rice(usual, per="month", ends={}).has_ranges


def test_little_confidence_is_confidence():
    assert rice(BACKLOG.assign(confidence=[0.5, 0.01, 1]), per="month")


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


FIVE = pd.DataFrame(
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
    return rice(FIVE, **RANGES)


@pytest.fixture(scope="module")
def drawn():
    """Scores of every item, item by item, from draws of our own."""
    rng = np.random.default_rng(2024)
    rows = FIVE.to_dict("records")
    return {row["item"]: rng.lognormal(*logs(row), size=200_000) for row in rows}


def test_rank_stability_against_independent_draws(ranking, drawn):
    names = list(drawn)
    ranks = stats.rankdata(-np.array([drawn[name] for name in names]), axis=0)
    frame = by_item(ranking)
    for name, own in zip(names, ranks, strict=True):
        found = frame.loc[name]
        assert found["rank_p10"] == np.quantile(own, 0.1, method="inverted_cdf")
        assert found["rank_p90"] == np.quantile(own, 0.9, method="inverted_cdf")
        assert found["first"] == pytest.approx(np.mean(own == 1), abs=0.006)


@pytest.mark.parametrize("top", [1, 2, 4])
def test_the_chance_of_the_top_against_independent_draws(top, drawn):
    found = rice(FIVE, top=top, **RANGES).to_frame()
    ranks = stats.rankdata(-np.array(list(drawn.values())), axis=0)
    expected = dict(zip(drawn, (ranks <= top).mean(axis=1), strict=True))
    for item, chance in zip(found["item"], found["top"], strict=True):
        assert chance == pytest.approx(expected[item], abs=0.012)
    assert found["top"].sum() == pytest.approx(top)


@settings(max_examples=12, deadline=None)
@given(order=st.permutations(range(len(FIVE))))
def test_the_order_of_rows_changes_nothing(order, ranking):
    shuffled = FIVE.iloc[list(order)].reset_index(drop=True)
    pd.testing.assert_frame_equal(rice(shuffled, **RANGES).to_frame(), ranking.to_frame())


def test_another_item_changes_no_scores(ranking):
    fewer = by_item(rice(FIVE.iloc[:3], **RANGES))
    usual = by_item(ranking)
    for column in ("score", "score_p10", "score_p90"):
        assert fewer[column].to_dict() == pytest.approx(usual.loc[fewer.index, column].to_dict())


@settings(max_examples=12, deadline=None)
@given(months=st.sampled_from([1, 3, 12]), days=st.floats(0.1, 30))
def test_another_unit_for_everybody_changes_no_rank(months, days, ranking):
    # Reach a quarter instead of a month, effort in days instead of weeks: ranks and chances stay.
    other = FIVE.copy()
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


def test_items_with_ranges_are_the_same_as_columns(ranking):
    items = [
        Item(
            row["item"],
            reach=interval(row["reach_low"], row["reach_high"], credibility=0.8),
            impact=row["impact"],
            confidence=row["confidence"],
            effort=interval(row["effort_low"], row["effort_high"], credibility=0.8),
            per="month",
        )
        for row in FIVE.to_dict("records")
    ]
    found = by_item(rice(items))
    usual = by_item(ranking)
    for column in ("score_p10", "score_p90"):
        assert found[column].to_dict() == pytest.approx(usual[column].to_dict(), rel=1e-9)
