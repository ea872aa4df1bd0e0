"""Chapter 07's rules, counted by hand on a few households, and what the chapter leans on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pmlab.course import Data
from pmlab.course.chapters import c07_sizing as c07
from pmlab.course.checking import check
from pmlab.course.data import SECOND_SEED
from pmlab.course.feedback import Status
from pmlab.market import Assumption, Money, Segment, bottom_up
from pmlab.uncertain import interval, share

# --- three households -----------------------------------------------------------------------------
#
# Anna stands for 100 households, orders twice a month for 50 euro (1,200 a year), and has two rows.
# Ben stands for 300 and orders once a month for 20 euro (240); Cleo for 100, four times for 100
# (4,800). Once each: 500 households, 672,000 euro a year, commission 53,760.
# By rows: 600 households, 792,000 euro, commission 63,360.

SEGMENTS = pd.DataFrame(
    [
        ("anna", "Families", 100, 2, 5000),
        ("anna", "Special diets", 100, 2, 5000),
        ("ben", "Student flats", 300, 1, 2000),
        ("cleo", "Working couples", 100, 4, 10000),
    ],
    columns=["household_id", "segment", "households", "orders_per_month", "basket_cents"],
)
MARKETS_FOUND = {
    c07.market: (500, 53_760),
    c07.market_twice: (600, 63_360),
    c07.market_households_once: (500, 63_360),
    c07.market_without_those_in_two: (400, 0.08 * 552_000),
    c07.market_of_the_panel: (3, 0.08 * 6240),
    c07.market_people_of_the_panel: (3, 53_760),
    c07.market_in_baskets: (500, 672_000),
    c07.market_of_a_month: (500, 4480),
    c07.market_weighted_in_part: (500, 0.08 * 6240),
    c07.market_of_plain_means: (500, 0.08 * 500 * 12 * (7 / 3) * (170 / 3)),
    c07.market_of_a_plain_mean: (500, 0.08 * 500 * 2080),
    c07.market_of_weighted_means: (500, 0.08 * 500 * 12 * 1.8 * 42),
}


@pytest.mark.parametrize("rule", MARKETS_FOUND, ids=lambda rule: rule.__name__)
def test_the_market_by_hand(rule):
    households, euro = MARKETS_FOUND[rule]
    expected = {"households": households / 1e6, "commission": euro / 1e6}
    assert rule(SEGMENTS) == pytest.approx(expected)


def test_the_facts_of_the_market_by_hand():
    assert c07.rows_in_millions(SEGMENTS) == pytest.approx(0.0006)
    assert c07.in_two(SEGMENTS) == 1
    assert c07.n_once(SEGMENTS) == 3
    assert c07.baskets_each(SEGMENTS) == pytest.approx(672_000 / 500)


# --- a sheet --------------------------------------------------------------------------------------
#
# One country sells for 60 million euro a year, the other for 20 million a month: 300 million. A
# tenth is online, half of that from a plan: 15 million. One percent, 3 million, fills the baskets
# of 3 million / 1,344 euro households, and Larder keeps 240,000 of it. A household throws away 10
# pounds a month, 150 euro a year at 1.25; half is avoided, a fifth of that paid: 15 euro each.


def sheet(rows):
    columns = ["figure", "value", "low", "high", "credibility", "per", "source", "year"]
    return pd.DataFrame(rows, columns=columns)


MARKETS = sheet(
    [
        ("Grocery sales", 6e9, None, None, None, "year", "a report", 2025),
        ("Grocery sales", 2e9, None, None, None, "month", "a report", 2025),
        ("Groceries bought online", 0.1, 0.08, 0.12, 0.8, None, "a report", 2025),
        ("Groceries bought from a meal plan", 0.5, 0.4, 0.6, 0.8, None, None, 2025),
        (c07.WASTE, 1000, 800, 1200, 0.8, "month", "a study", 2024),
        (c07.RATE, 1.25, None, None, None, None, "a bank", 2025),
        (c07.SOLVED, 0.5, 0.4, 0.6, 0.8, None, "a pilot", 2026),
        (c07.PAID, 0.2, 0.1, 0.3, 0.8, None, None, None),
        (c07.DELIVERS, 0.4, 0.3, 0.5, 0.8, None, "postcodes", 2026),
        (c07.WON, 0.02, 0.01, 0.04, 0.8, None, "a plan", 2026),
    ]
)
FROM_ABOVE = {
    c07.top_down: (300, 15),
    c07.top_down_month_as_year: (80, 4),
    c07.top_down_all_as_months: (960, 48),
    c07.top_down_without_online: (300, 150),
    c07.top_down_without_plan: (300, 30),
    c07.top_down_shares_added: (300, 180),
    c07.top_down_as_revenue: (300, 1.2),
}
SLIDES = {
    c07.slide: (0.24, 3 / 1344),
    c07.slide_of_idris: (3, 0.24 / 1344),
    c07.slide_without_commission: (3, 3 / 1344),
    c07.slide_commission_in_both: (0.24, 0.24 / 1344),
    c07.slide_by_commission_each: (0.24, 3 / 107.52),
    c07.slide_months: (0.24, 3 / 112),
}
WORTH = {
    c07.worth: (150, 15),
    c07.worth_in_pounds: (120, 12),
    c07.worth_divided: (96, 9.6),
    c07.worth_of_a_month: (12.5, 1.25),
    c07.worth_without_paid: (150, 75),
    c07.worth_of_the_waste: (150, 150),
}


@pytest.mark.parametrize("rule", FROM_ABOVE, ids=lambda rule: rule.__name__)
def test_from_above_by_hand(rule):
    expected = dict(zip(("groceries", "from_a_plan"), FROM_ABOVE[rule], strict=True))
    assert rule(MARKETS) == pytest.approx(expected)


@pytest.mark.parametrize("rule", SLIDES, ids=lambda rule: rule.__name__)
def test_one_percent_by_hand(rule):
    expected = dict(zip(("earned", "needed"), SLIDES[rule], strict=True))
    assert rule(MARKETS, SEGMENTS) == pytest.approx(expected)


@pytest.mark.parametrize("rule", WORTH, ids=lambda rule: rule.__name__)
def test_what_it_is_worth_by_hand(rule):
    waste, of_each = WORTH[rule]
    expected = {"waste": waste, "worth": of_each * 500 / 1e6}
    assert rule(SEGMENTS, MARKETS) == pytest.approx(expected)


def test_one_household_pays_its_own_part():
    assert c07.worth_of_one(SEGMENTS, MARKETS) == pytest.approx({"waste": 150, "worth": 15})


# --- 07.2: an assumption --------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["committed", "second"])
def company(request):
    return Data.committed() if request.param == "committed" else Data.of_seed(SECOND_SEED)


def won(company, **changes):
    row = c07.figure(company.load("markets"), c07.WON)
    said = {"low": row["low"], "high": row["high"], "credibility": 0.8} | changes
    return share(said["low"], said["high"], credibility=said["credibility"])


def test_an_assumption_is_read_as_its_range(company):
    mine = Assumption("Won by 2029", won(company), "share", source="the plan", date="2026-03")
    assert check(c07.CHAPTER["07.2"], mine, company).status is Status.RIGHT


def test_a_range_of_another_credibility_is_named(company):
    mine = Assumption("Won by 2029", won(company, credibility=0.9), "share")
    assert check(c07.CHAPTER["07.2"], mine, company).misconception == "90 for 80"


def test_one_number_is_no_range(company):
    alone = c07.value(company.load("markets"), c07.WON)
    outcome = check(c07.CHAPTER["07.2"], Assumption("Won by 2029", alone, "share"), company)
    assert outcome.misconception == "no range"


# --- what the prose says of Larder, on the company that comes with pmlab and on the second one ----


@pytest.fixture(scope="module")
def tables(company):
    return company.load("segments"), company.load("markets")


@pytest.fixture(scope="module")
def funnel(tables):
    """The sizing that the notebook makes of the panel, each household once."""
    segments, markets = tables
    once = segments.drop_duplicates("household_id")
    n, each = once["households"].sum(), c07.baskets_each(segments)
    homes = interval(n / 1.15, n * 1.15, credibility=0.8)
    gmv = Money(interval(each / 1.3, each * 1.3, credibility=0.8), "EUR", per="year", basis="GMV")
    ours = Assumption("Baskets", gmv).to(basis="revenue", take_rate=0.08)
    market = bottom_up([Segment("Households", Assumption("Households", homes, "households"), ours)])
    delivers, won = (c07.assumed(markets, name) for name in (c07.DELIVERS, c07.WON))
    return market.funnel({c07.DELIVERS: delivers}, {c07.WON: won}, year=2029)


def test_the_draws_of_the_question_are_those_of_the_sizing(tables, funnel):
    drawn = c07.som(*tables)
    assert funnel.som.p10 / 1e6 == pytest.approx(drawn["P10"], rel=0.02)
    assert funnel.som.p90 / 1e6 == pytest.approx(drawn["P90"], rel=0.02)
    assert funnel.som.mean / 1e6 == pytest.approx(drawn["mean"], rel=0.01)


def test_luc_has_two_and_one_is_more_than_ten_times_the_other(tables):
    segments, markets = tables
    top, bottom = c07.top_down(markets), c07.market(segments)
    times = top["from_a_plan"] / bottom["commission"]
    assert times > 10
    assert 0.7 < 0.08 * times < 1.4
    assert 0.6 < c07.worth(*tables)["worth"] / bottom["commission"] < 1.7


def test_one_percent_needs_more_households_than_where_larder_delivers(tables):
    segments, markets = tables
    reached = c07.market(segments)["households"] * c07.value(markets, c07.DELIVERS)
    assert c07.slide(markets, segments)["needed"] > reached


def test_the_share_won_is_the_longest_bar(funnel):
    assert next(iter(funnel.tornado().to_frame()["assumption"])) == c07.WON


def test_lucs_two_cases_lie_far_outside(tables):
    drawn = c07.drawn(*tables)
    assert np.mean(drawn < c07.each_at(*tables, 0.1)) < 0.05
    assert np.mean(drawn > c07.each_at(*tables, 0.9)) < 0.05


def test_nobody_says_who_says_so_of_one_leg_on_two_roads(tables):
    _, markets = tables
    nameless = set(markets.loc[markets["source"].isna(), "figure"])
    assert nameless == {"Groceries bought from a meal plan", c07.PAID}


def test_today_is_far_below_the_plan_and_who_buys_now_does_not_buy_everything(company, tables):
    segments, markets = tables
    orders = company.load("orders")
    june = orders[orders["ordered_at"].dt.month == 6]
    today = 12 * june["commission_cents"].sum() / 100 / 1e6
    assert c07.middle(segments, markets) > 3 * today
    once = segments.drop_duplicates("household_id")
    a_month = np.average(once["orders_per_month"], weights=once["households"])
    assert len(june) / june["user_id"].nunique() < a_month - 0.2
