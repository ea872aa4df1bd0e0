"""Week 26: the market tables and the backlog hold together, and hide what is said and no more."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pandas.testing as pdt
import pytest

import pmlab.simulate.backlog as backlog_module
import pmlab.simulate.markets as markets_module
import pmlab.simulate.segments as segments_module
from pmlab.simulate import DEFAULT_SEED, NULLABLE, Company
from pmlab.simulate.backlog import ANSWERS, IDEAS, NEEDED, draw_backlog
from pmlab.simulate.cards import CARDS
from pmlab.simulate.market_detectors import (
    Panel,
    Ranked,
    Sheet,
    close_guesses,
    need_already_met,
    odd_figures,
    overlapping_segments,
    reach_of_a_quarter,
    two_bases,
)
from pmlab.simulate.market_story import ALIKE, SEASONAL
from pmlab.simulate.markets import draw_markets
from pmlab.simulate.segments import SEGMENTS, draw_segments
from pmlab.simulate.story import COUNTRIES, Story, draw_story
from pmlab.simulate.streams import Streams
from pmlab.simulate.tables import Coded, Table, to_frame

DRAW = {"segments": draw_segments, "markets": draw_markets, "backlog": draw_backlog}


def drawn(table: str, story: Story, seed: int = 3) -> Table:
    return DRAW[table](Streams(seed=seed, table=table), story)


@pytest.fixture(scope="module")
def story() -> Story:
    return draw_story(Streams(seed=3, table="calendar"))


@pytest.fixture(scope="module")
def segments(larder) -> pd.DataFrame:
    return larder.table("segments")


@pytest.fixture(scope="module")
def markets(larder) -> pd.DataFrame:
    return larder.table("markets")


@pytest.fixture(scope="module")
def backlog(larder) -> pd.DataFrame:
    return larder.table("backlog")


# --- segments -------------------------------------------------------------------------------------


def test_a_household_stands_once_in_a_segment_and_is_the_same_in_each(segments):
    assert 1_500 < len(segments) < 2_500
    assert not segments.duplicated(["household_id", "segment"]).any()
    same = ["country", "households", "orders_per_month", "basket_cents"]
    assert (segments.groupby("household_id")[same].nunique() == 1).all(axis=None)


def test_the_panels_households_are_no_users_and_live_where_larder_is(larder, segments):
    assert not set(segments["household_id"]) & set(larder.table("users")["user_id"])
    assert set(segments["country"]) == set(larder.table("users")["country"]) == set(COUNTRIES)


def test_what_a_household_does_is_plausible(segments):
    assert (segments["orders_per_month"] >= 1).all()
    assert segments["orders_per_month"].max() < 15
    assert segments["basket_cents"].between(800, 40_000).all()
    assert (segments["households"] % 10 == 0).all()
    means = segments.groupby("segment")[["orders_per_month", "basket_cents"]].mean()
    assert means.idxmax().eq("Families").all()
    assert means.idxmin().eq("Student flats").all()


def test_orders_and_baskets_go_their_own_ways_within_a_kind_of_household(story):
    # So that the mean of the product is the product of the means: over thirty draws.
    frames = [
        to_frame(draw_segments(Streams(seed=3, table="segments", draw=draw), story))
        for draw in range(30)
    ]
    couples = pd.concat(frames).query("segment == 'Working couples'")
    assert abs(couples["orders_per_month"].corr(couples["basket_cents"])) < 0.03


def test_two_segments_overlap_and_no_others(segments):
    member = pd.crosstab(segments["household_id"], segments["segment"])
    weight = segments.drop_duplicates("household_id").set_index("household_id")["households"]
    shared = (member.T * weight.loc[member.index]) @ member
    apart = shared.drop(index=["Families", "Special diets"], columns=["Families", "Special diets"])
    assert (apart.to_numpy() == np.diag(np.diag(apart))).all()
    smaller = min(shared.loc["Families", "Families"], shared.loc["Special diets", "Special diets"])
    assert 0.3 < shared.loc["Families", "Special diets"] / smaller < 0.45
    assert segments["households"].sum() / weight.sum() > 1.08
    assert (member.sum(axis=1) <= 2).all()


def test_the_weights_hold_the_countries_right_where_the_panel_does_not(segments):
    once = segments.drop_duplicates("household_id")
    rows = once["country"].value_counts(normalize=True)
    households = once.groupby("country")["households"].sum() / once["households"].sum()
    assert households["DE"] > rows["DE"] + 0.1
    assert households["IE"] < rows["IE"] - 0.03


def test_the_panel_by_hand():
    # Four households: a stands for 10 and is in both X and Y, b (10) in X, c (20) in Y, d (10) in
    # Z. Over the segments 60, different ones 50; X and Y share 10 of the 20 of X.
    household, segment = [0, 1, 0, 2, 3], [0, 0, 1, 1, 2]
    table = {
        "household_id": Coded(np.array(household), ["a", "b", "c", "d"]),
        "segment": Coded(np.array(segment), ["X", "Y", "Z"]),
        "households": np.array([10, 10, 10, 20, 10]),
        "orders_per_month": np.array([1, 2, 1, 1, 1]),
        "basket_cents": np.array([1000, 1000, 1000, 2000, 500]),
    }
    panel = Panel.of(table)
    assert panel.weight.tolist() == [10, 10, 20, 10]
    assert panel.euro.tolist() == [120, 240, 240, 60]
    assert panel.mean(panel.member.sum(axis=1) - 1.0)[0] == pytest.approx(10 / 50)
    assert panel.mean(panel.euro)[0] == pytest.approx((1200 + 2400 + 4800 + 600) / 50)
    assert panel.shared(0, 1)[0] == panel.shared(1, 0)[0] == pytest.approx(10 / 20)
    assert panel.shared(0, 2)[0] == 0
    found = overlapping_segments(table).measured
    assert "60 households over the segments, 50 different ones: 20.0% counted twice" in found
    assert "X and Y share 50% of the smaller, any other two at most 0%" in found


# --- finance's sheet ------------------------------------------------------------------------------


def test_every_figure_says_of_what_it_is(markets):
    assert 10 <= len(markets) <= 20
    assert not markets.duplicated(["figure", "country"]).any()
    money = markets["unit"] == "cents"
    assert (markets["currency"].notna() == money).all()
    assert set(markets.loc[money, "per"]) == {"year", "month"}
    assert (markets.loc[money, "value"] % 1 == 0).all()
    assert markets.loc[~money, "per"].isna().all()
    assert (markets["basis"].notna() <= money).all()
    assert set(markets["basis"].dropna()) == {"GMV", "revenue"}
    shares = markets[markets["unit"] == "share"]
    given = shares[["value", "low", "high"]].stack().dropna()
    assert given.between(0, 1, inclusive="neither").all()


def test_a_range_holds_its_figure_and_says_how_surely(markets):
    ranged = markets["low"].notna()
    assert (markets["high"].notna() == ranged).all()
    assert (markets["credibility"].notna() == ranged).all()
    assert (markets.loc[ranged, "credibility"] == 0.8).all()
    given = markets[ranged]
    assert ((given["low"] < given["value"]) & (given["value"] < given["high"])).all()
    # Guesses may be off by the same factor either way, so the figure lies in the geometric middle.
    middle = np.sqrt(given["low"] * given["high"]) / given["value"]
    assert middle.between(0.94, 1.06).all()


def test_some_figures_are_of_a_month_of_pounds_old_or_from_nowhere(markets):
    sales = markets[markets["figure"] == "Grocery sales"].set_index("country")
    assert sales["per"].to_dict() == {c: "month" if c == "FR" else "year" for c in COUNTRIES}
    assert sales.loc["FR", "value"] < sales.loc["NL", "value"]  # so the month stands out
    assert sales["year"].idxmin() == "BE"
    assert markets["source"].isna().sum() == 2
    assert markets["year"].isna().sum() == 1
    assert (markets["currency"] == "GBP").sum() == 1


def test_the_commission_is_the_one_that_orders_are_booked_with(larder, markets):
    rate = markets.set_index("figure").loc["Larder's commission", "value"]
    orders = larder.table("orders")
    assert rate == pytest.approx(
        orders["commission_cents"].sum() / orders["basket_cents"].sum(), abs=1e-5
    )
    assert f"a commission of {rate:.0%}" in CARDS["orders"].about


def test_the_two_sizings_differ_by_the_commission_and_else_agree(segments, markets):
    # The whole sum once more, in pandas.
    value = markets.set_index(["figure", "country"])["value"]
    months = markets.set_index(["figure", "country"])["per"].map({"year": 1, "month": 12})
    sales = (value * months).loc["Grocery sales"].sum() / 100
    top = sales * value["Groceries bought online", "all"]
    top *= value["Groceries bought from a meal plan", "all"]
    once = segments.drop_duplicates("household_id")
    bottom = once.eval("households * orders_per_month * 12 * basket_cents / 100").sum()
    assert 10.5 < top / (value["Larder's commission", "all"] * bottom) < 15
    assert 0.8 < top / bottom < 1.25


def test_a_sheet_by_hand():
    # 100 euro a year and 5 euro a month are 160 euro a year, and 105 as written.
    rows = [("A", 10_000, "cents", "EUR", "year", "GMV"), ("A", 500, "cents", "EUR", "month", "")]
    figure, value, unit, currency, per, basis = zip(*rows, strict=True)
    words = {"figure": figure, "unit": unit, "currency": currency, "per": per, "basis": basis}
    sheet = Sheet(
        {
            **{name: Coded.of(column) for name, column in words.items()},
            "value": np.array(value),
            "low": np.array([5_000, np.nan]),
            "high": np.array([20_000, np.nan]),
        }
    )
    assert sheet["A"] == pytest.approx(160)
    assert sheet.as_written("A") == pytest.approx(105)
    assert sheet.basis("A") == {"GMV", ""}
    # Four times from end to end of a central 80%: 2 x 1.2816 standard deviations.
    assert sheet.spread("A") == pytest.approx(math.log(4) / (2 * 1.2815516))


# --- the backlog ----------------------------------------------------------------------------------


def test_an_idea_has_what_a_ranking_needs(backlog):
    assert 12 <= len(backlog) <= 14
    assert backlog["item"].is_unique
    assert backlog["what"].is_unique
    assert set(backlog["asked_by"]) == {"Nora", "Idris", "Saskia", "Maeve", "Luc"}
    assert set(backlog["impact"]) <= {3, 2, 1, 0.5, 0.25}
    assert backlog["confidence"].between(0, 1, inclusive="right").all()
    assert backlog["reach_per"].value_counts()["quarter"] == 1
    for guess, low, high in (
        ("reach", "reach_low", "reach_high"),
        ("effort_weeks", "effort_low", "effort_high"),
    ):
        assert (backlog[low] > 0).all()
        assert ((backlog[low] < backlog[guess]) & (backlog[guess] < backlog[high])).all()
        middle = np.sqrt(backlog[low] * backlog[high]) / backlog[guess]
        assert middle.between(0.97, 1.03).all()
    offered = backlog.set_index("item")[["vendor_cents_a_year", "partner_share"]].notna()
    assert offered.sum().tolist() == [2, 2]
    assert offered.loc[NEEDED].all()  # build, buy and partner lie side by side


def test_importance_and_satisfaction_belong_to_the_need(backlog):
    scores = ["importance", "satisfaction"]
    assert (backlog.groupby("need")[scores].nunique() == 1).all(axis=None)
    assert backlog["need"].nunique() == len(backlog) - 1
    assert backlog[scores].stack().between(0, 10).all()
    assert (backlog[scores].stack() == backlog[scores].stack().round(1)).all()
    assert f"survey of {ANSWERS} customers" in CARDS["backlog"].about


def test_nobody_is_reached_who_is_not_there(larder, backlog):
    # More people open a recipe in June than the widest idea would reach in a month.
    june = larder.table("events").query("event == 'view_recipe' and '2026-06' <= time < '2026-07'")
    monthly = backlog["reach"] / backlog["reach_per"].map({"month": 1, "quarter": 3})
    assert monthly.max() < june["user_id"].nunique()


def test_the_first_the_last_and_the_quarter_stand_where_they_were_planted(backlog):
    score = backlog.eval("reach * impact * confidence / effort_weeks")
    score.index = backlog["item"]
    naive = score.idxmax()
    assert backlog.set_index("item").loc[naive, "reach_per"] == "quarter"
    score[naive] /= 3
    right = score.sort_values(ascending=False)
    assert right.index[0] == "Swap an ingredient"
    assert right.index[-1] == "Invoices for firms"
    assert list(right.index).index(naive) >= 3
    assert list(right.index).index("Recipe videos") < 5
    assert list(right.index).index("Dinners everybody can eat") >= 5


def test_the_chance_of_being_better_is_that_of_drawn_guesses(story):
    table = drawn("backlog", story)
    ranked = Ranked(table)
    rng = np.random.default_rng(1)
    n = 200_000

    def guesses(low: str, high: str) -> np.ndarray:
        ends = np.log(np.array([table[low], table[high]], float))
        middle, half = ends.mean(axis=0), (ends[1] - ends[0]) / 2
        return np.exp(middle + half / 1.2815516 * rng.standard_normal((n, len(middle))))

    scores = guesses("reach_low", "reach_high") / guesses("effort_low", "effort_high")
    scores *= np.array(table["impact"]) * np.array(table["confidence"])
    scores[:, ranked.quarterly] /= 3
    drawn_chance = (np.diff(scores[:, ranked.order], axis=1) < 0).mean(axis=0)
    assert ranked.beats_next() == pytest.approx(drawn_chance, abs=0.02)


# --- seeds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", DRAW)
def test_each_table_has_its_own_streams(larder: Company, table):
    # Drawn alone, it is the same as in the company.
    story = draw_story(Streams(seed=DEFAULT_SEED, table="calendar"))
    alone = drawn(table, story, DEFAULT_SEED)
    pdt.assert_frame_equal(larder.table(table), to_frame(alone, nullable=NULLABLE))


def test_another_seed_moves_sizes_and_places_and_no_names():
    stories = {seed: draw_story(Streams(seed=seed, table="calendar")) for seed in range(30)}
    sheets = {
        table: [to_frame(drawn(table, story, seed)) for seed, story in stories.items()]
        for table in ("markets", "backlog")
    }
    for table, columns in {
        "markets": ["figure", "country", "unit", "currency", "per", "basis", "year", "source"],
        "backlog": ["item", "what", "asked_by", "need", "impact", "confidence"],
    }.items():
        for frame in sheets[table][1:]:
            pdt.assert_frame_equal(frame[columns], sheets[table][0][columns])
    assert len({tuple(frame["value"]) for frame in sheets["markets"]}) == 30
    quarter = {frame.set_index("item")["reach_per"].idxmax() for frame in sheets["backlog"]}
    assert quarter == set(SEASONAL)
    assert {name for story in stories.values() for name in story.market.close} == set(ALIKE)
    assert {*ALIKE, *SEASONAL} <= {idea.item for idea in IDEAS}


def test_two_hundred_seeds_show_every_truth():
    missed = []
    for seed in range(200):
        story = draw_story(Streams(seed=seed, table="calendar"))
        segments, markets, backlog = (drawn(table, story, seed) for table in DRAW)
        findings = [overlapping_segments(segments)]
        findings += [find(markets, segments) for find in (two_bases, odd_figures)]
        findings += [
            find(backlog) for find in (reach_of_a_quarter, close_guesses, need_already_met)
        ]
        missed += [(seed, finding.truth) for finding in findings if not finding.found]
    assert missed == []


# --- without the cause there is no finding --------------------------------------------------------


def changed(story: Story, **market: object) -> Story:
    return replace(story, market=replace(story.market, **market))


def test_without_households_in_both_nothing_overlaps(story):
    assert overlapping_segments(drawn("segments", story)).found
    alone = drawn("segments", changed(story, in_both=0.0))
    assert not overlapping_segments(alone).found
    assert to_frame(alone)["household_id"].is_unique


def test_with_weights_all_alike_rows_are_households(story, monkeypatch):
    kinds = tuple(replace(kind, stands_for=1.0) for kind in segments_module.KINDS)
    monkeypatch.setattr(segments_module, "KINDS", kinds)
    assert not overlapping_segments(drawn("segments", story)).found


def test_sizings_that_differ_by_more_than_the_basis_do_not_agree(story):
    markets = drawn("markets", story)
    assert two_bases(markets, drawn("segments", story)).found
    for bottom_by_top in (0.5, 2.0):
        segments = drawn("segments", changed(story, bottom_by_top=bottom_by_top))
        assert not two_bases(markets, segments).found
    same_basis = {**markets, "basis": Coded(np.zeros(17, int), ["revenue"])}
    assert not two_bases(same_basis, drawn("segments", story)).found


def test_without_the_month_among_the_years_no_figure_is_odd(story, monkeypatch):
    assert odd_figures(drawn("markets", story), {}).found
    monkeypatch.setattr(markets_module, "BY_MONTH", None)
    assert not odd_figures(drawn("markets", story), {}).found


def test_without_the_quarter_the_first_is_the_first(story, monkeypatch):
    assert reach_of_a_quarter(drawn("backlog", story)).found
    monkeypatch.setattr(backlog_module, "MONTHS_IN_QUARTER", 1)
    assert not reach_of_a_quarter(drawn("backlog", story)).found


def test_sharp_guesses_are_told_apart_and_a_first_with_a_rival_is_not_clear(story, monkeypatch):
    assert close_guesses(drawn("backlog", story)).found
    with monkeypatch.context() as patch:
        patch.setattr(backlog_module, "SCORES_CLOSE", (900, 650))
        for name in ("REACH_OFF", "EFFORT_OFF", "FIRST_OFF"):
            patch.setattr(backlog_module, name, (1.05, 1.06))
        assert not close_guesses(drawn("backlog", story)).found
    monkeypatch.setattr(backlog_module, "SCORES_CLOSE", (1_100, 600))
    assert not close_guesses(drawn("backlog", story)).found


@pytest.mark.parametrize(
    ("item", "change"),
    [
        ("Recipe videos", {"satisfied": 0.40}),
        ("Recipe videos", {"score": 100}),
        ("Dinners everybody can eat", {"satisfied": 0.80}),
        ("Dinners everybody can eat", {"score": 900}),
    ],
)
def test_without_either_side_of_it_the_two_scores_do_not_disagree(story, monkeypatch, item, change):
    assert need_already_met(drawn("backlog", story)).found
    ideas = tuple(replace(idea, **change) if idea.item == item else idea for idea in IDEAS)
    monkeypatch.setattr(backlog_module, "IDEAS", ideas)
    assert not need_already_met(drawn("backlog", story)).found


# --- the cards ------------------------------------------------------------------------------------


def test_the_cards_name_every_word_that_stands_in_a_column(segments, markets, backlog):
    about = CARDS["segments"].columns["segment"]
    assert all(name in about for name in SEGMENTS)
    assert set(segments["segment"]) == set(SEGMENTS)
    for frame, name, columns in (
        (markets, "markets", ("unit", "currency", "per", "basis")),
        (backlog, "backlog", ("reach_per",)),
    ):
        for column in columns:
            for word in frame[column].dropna().unique():
                assert word in CARDS[name].columns[column], (name, column, word)
