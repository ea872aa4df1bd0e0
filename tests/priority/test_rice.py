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
from pmlab.priority.stability import TOLD_APART, places, runs
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


def test_names_that_differ_in_spaces_or_case_are_one_item():
    table = BACKLOG.assign(item=["basket ", "Basket", "filters"])
    with pytest.raises(InputError, match="2 times"):
        rice(table)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"effort": [6, 0, 2]}, "effort is 0 for 'basket'"),
        ({"confidence": [0.5, 80, 100]}, r"confidence is 80 for 'basket' \(and for 'filters'\)"),
        ({"impact": [3, 4, 1]}, r"impact is 4 for 'basket'; .*3 massive, 2 high"),
        ({"impact": ["massive", "high", "low"]}, "high 2"),
        ({"reach": [200, None, 600]}, "reach is missing for 'basket'"),
        ({"reach": [200, -1, 600]}, "reach is -1 for 'basket'"),
        ({"reach": [200, 0, 600]}, "reaches nobody"),
        ({"reach": [200, "900", 600]}, "reach is '900', which is no number"),
        ({"item": ["a", None, "c"]}, "row 2 of backlog has no name"),
    ],
)
def test_what_is_wrong_is_named(change, said):
    with pytest.raises(InputError, match=said):
        rice(BACKLOG.assign(**change))


def test_a_misspelt_column_has_a_close_match():
    with pytest.raises(NotFoundError, match="Did you mean 'effort'"):
        rice(BACKLOG, effort="efort")
    with pytest.raises(NotFoundError, match="Did you mean 'month'"):
        rice(BACKLOG, per="mnth")
    with pytest.raises(NotFoundError, match=r"no 'reach_high'; a range needs both"):
        rice(BACKLOG.assign(reach_low=1), credibility=0.8)
    with pytest.raises(NotFoundError, match="Did you mean 'reach'"):
        rice(BACKLOG, off_by={"raech": 2}, credibility=0.8)


@pytest.mark.parametrize("backlog", [[], BACKLOG.iloc[:0]])
def test_an_empty_backlog(backlog):
    with pytest.raises(InputError, match="empty"):
        rice(backlog)


@pytest.mark.parametrize("backlog", [{"item": ["a"]}, 5, [1, 2], pl.from_pandas(BACKLOG).lazy()])
def test_what_is_no_backlog(backlog):
    with pytest.raises(InputError):
        rice(backlog)


def test_credibility_without_ranges_is_a_misunderstanding():
    with pytest.raises(InputError, match="there are none"):
        rice(BACKLOG, credibility=0.8)


@given(
    scores=st.lists(st.lists(st.integers(0, 4), min_size=5, max_size=5), min_size=1, max_size=5),
    top=st.integers(1, 5),
)
@settings(max_examples=60)
def test_places_by_counting(scores, top):
    # A tie is decided by lot: over all orders of those that are equal.
    table = np.array(scores, dtype=float)
    n, draws = table.shape
    top = min(top, n)
    found = places(table, top)
    first, among = np.zeros(n), np.zeros(n)
    ranks = np.zeros((n, draws), dtype=int)
    for draw in range(draws):
        column = table[:, draw]
        for item in range(n):
            better, equal = (column > column[item]).sum(), (column == column[item]).sum()
            ranks[item, draw] = better + 1
            first[item] += (better == 0) / equal
            among[item] += min(max(top - better, 0), equal) / equal
    assert found.first == pytest.approx(first / draws)
    assert found.top == pytest.approx(among / draws)
    for item in range(n):
        assert found.low[item] == np.quantile(ranks[item], 0.1, method="inverted_cdf")
        assert found.high[item] == np.quantile(ranks[item], 0.9, method="inverted_cdf")


def test_runs_of_neighbours():
    assert runs(np.array([math.nan])) == []
    assert runs(np.array([0.5, 0.5, math.nan])) == [(0, 2)]
    assert runs(np.array([0.5, TOLD_APART, 0.7, math.nan])) == [(0, 1), (2, 3)]


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
    beside = {note.y: note.text for note in figure.layout.annotations if note.x == 1.01}
    first = result.to_frame()["first"]
    assert [beside[row] for row in (0, 1, 2)] == [chance_of(chance) for chance in first]
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


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"confidence": [0.5, 0.008, 1]}, "confidence is 0.008 for 'basket'.*80% is 0.8"),
        ({"reach": [200, 1e300, 600], "effort": [6, 1e-300, 2]}, "score is inf for 'basket'"),
        ({"reach": [200, 1e-300, 600], "effort": [6, 1e300, 2]}, "score is 0 for 'basket'"),
    ],
)
def test_numbers_that_nobody_means(change, said):
    with pytest.raises(InputError, match=said):
        rice(BACKLOG.assign(**change), per="month")


def test_little_confidence_is_confidence():
    assert rice(BACKLOG.assign(confidence=[0.5, 0.01, 1]), per="month")


def test_two_columns_of_one_name():
    with pytest.raises(InputError, match="same name"):
        rice(BACKLOG.set_axis(["item", "reach", "impact", "confidence", "confidence"], axis=1))
