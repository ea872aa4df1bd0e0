"""Sizings that can be counted by hand, and how they read."""

import math

import numpy as np
import pandas as pd
import pytest

from pmlab.errors import InputError
from pmlab.market import Assumption, Money, Segment, bottom_up, top_down, triangulate, value_theory
from pmlab.uncertain import interval, pert, share, triangular, uniform

SURE = {"credibility": 0.8}
YEARLY = Money(10, "EUR", per="year")


def test_two_segments_that_share_customers_by_hand():
    # 40,000 + 65,000 - 12,000 = 93,000 customers, each of them worth 10 a year.
    market = bottom_up(
        [Segment("Families", 40e3, YEARLY), Segment("Couples", 65e3, YEARLY)],
        overlaps={("Couples", "Families"): 12e3},
    )
    assert market.customers.mean == 93e3
    assert market.p50 == 930e3
    assert market.exact


def test_who_is_in_two_brings_what_the_first_listed_segment_brings():
    # 40,000 x 10 + (65,000 - 12,000) x 2 against 65,000 x 2 + (40,000 - 12,000) x 10.
    families = Segment("Families", 40e3, YEARLY)
    couples = Segment("Couples", 65e3, Money(2, "EUR", per="year"))
    both = {("Families", "Couples"): 12e3}
    assert bottom_up([families, couples], both).p50 == 506e3
    assert bottom_up([couples, families], both).p50 == 410e3


def test_an_overlap_that_is_not_known_has_bounds():
    # From all 40,000 families being couples too (65,000) to none of them (105,000).
    market = bottom_up([Segment("Families", 40e3), Segment("Couples", 65e3)])
    assert market.overlap_bounds == pytest.approx((65e3, 105e3))
    assert any("65,000 and 105,000 customers" in text for text in market.warnings)
    none = bottom_up([Segment("Families", 40e3), Segment("Couples", 65e3)], overlaps="none")
    assert none.overlap_bounds is None
    assert none.p50 == 105e3


def test_an_overlap_of_nobody_is_said_once_and_is_no_assumption():
    market = bottom_up(
        [Segment(name, 10) for name in "ABC"],
        overlaps={("A", "B"): 0, ("A", "C"): Assumption("A, C", 0, "customers"), ("B", "C"): 4},
    )
    assert market.p50 == 26
    assert "Given: nobody is in 'A' and 'B', or in 'A' and 'C'." in market.method
    assert list(market.ledger.assumption) == [
        "A: customers", "B: customers", "C: customers", "In B and C",
    ]  # fmt: skip


def test_moments_that_need_no_draws_agree_with_draws():
    rng = np.random.default_rng(3)
    ranges = {"a": uniform(50, 80), "b": pert(1, 2, 6), "c": triangular(5, 7, 12)}
    a, b, c = (Assumption(name, one, f"{name}s") for name, one in ranges.items())
    whole = a * b - 2 * (c * b)
    with pytest.raises(InputError, match="as are not bs"):
        _ = a + b
    drawn = {name: one.draw(400_000, rng) for name, one in ranges.items()}
    values = drawn["a"] * drawn["b"] - 2 * drawn["c"] * drawn["b"]
    assert whole.mean == pytest.approx(values.mean(), rel=0.01)
    assert whole.sd == pytest.approx(values.std(), rel=0.01)


def test_shares_of_variance_are_those_of_the_definition():
    # Y = x1 x2 with means 2 and 3, variances 1/3 (a uniform of width 2) each:
    # V = 4/3 + 9/3 + 1/9 = 40/9, and the shares 27/40, 12/40 and 1/40 for both together.
    x1, x2 = uniform(1, 3), uniform(2, 4)
    quantity = Assumption("x1", x1, "a") * Assumption("x2", x2, "b", per="year")
    tornado = top_down(quantity, {"all": 1}).tornado()
    found = dict(zip(tornado.rows.assumption, tornado.rows.share_of_variance, strict=True))
    assert found == pytest.approx({"x1": 27 / 40, "x2": 12 / 40})
    assert tornado.interactions == pytest.approx(1 / 40)
    assert "multiply each other" in tornado.summary()


def test_what_moves_the_answer_the_same_way_at_both_ends_is_named():
    # 1/x + x is 4.25 at both ends, and 2 at the median: no bar, but most of the variance.
    x = Assumption("Level", interval(0.25, 4, **SURE), "times")
    y = Assumption("Homes", interval(900, 1100, **SURE), "homes")
    fee = Money(1, "EUR", per="year")
    tornado = top_down(y / x * fee + y * x * fee, {"all": 1}).tornado()
    assert list(tornado.rows.assumption) == ["Homes", "Level"]
    assert tornado.rows.swing[1] == pytest.approx(0, abs=1e-6)
    assert tornado.rows.share_of_variance[1] > 0.9
    text = tornado.summary()
    assert "'Level' carries more" in text
    assert "its two ends change the answer the same way" in text


def test_the_tornado_by_hand():
    # Medians 2 and 3. x1 from 1.2 to 2.8: 3.6 to 8.4. x2 from 2.2 to 3.8: 4.4 to 7.6.
    quantity = Assumption("x2", uniform(2, 4), "b") * Assumption("x1", uniform(1, 3), "a")
    rows = top_down(quantity, {"all": 1}).tornado().to_frame()
    assert list(rows.assumption) == ["x1", "x2"]
    assert list(rows.answer_at_p10) == pytest.approx([3.6, 4.4])
    assert list(rows.answer_at_p90) == pytest.approx([8.4, 7.6])


def test_all_lows_at_once_are_rarer_than_each():
    factors = {f"f{k}": share(0.2, 0.6, **SURE) for k in range(3)}
    market = top_down(Money(1e6, "EUR", per="year"), factors)
    ends = market.all_lows_and_highs
    assert ends.low == pytest.approx(1e6 * 0.2**3)
    assert ends.high == pytest.approx(1e6 * 0.6**3)
    assert ends.chance_of_all == pytest.approx(0.001)
    assert ends.chance_below_low < 0.05
    assert "1 in 1,000" in ends.summary()


def test_a_converted_market_goes_on_in_its_argument():
    market = top_down(
        Assumption("Sales", Money(100, "EUR", per="month", basis="GMV")), {"online": 0.5}
    )
    yearly = market.to(per="year").to(
        basis="revenue", take_rate=Assumption("Commission", 0.08, "share", source="contracts")
    )
    assert yearly.p50 == pytest.approx(100 * 0.5 * 12 * 0.08)
    assert yearly.unit.basis == "revenue"
    names = list(yearly.to_frame().name)
    assert names == ["Sales", "online", "TAM", "months in a year", "TAM", "Commission", "TAM"]


def test_years_quarters_months_weeks_and_days():
    day = Money(1, "EUR", per="day")
    assert day.to(per="year").amount == pytest.approx(365.2425)
    assert day.to(per="week").amount == pytest.approx(7)
    assert Money(1, "EUR", per="quarter").to(per="month").amount == pytest.approx(1 / 3)


def test_a_row_of_a_sheet_goes_straight_in():
    sheet = pd.DataFrame({"source": ["panel", None], "year": pd.array([2021, None], "Int64")})
    first, second = (
        Assumption("Share", 0.5, "share", source=row["source"], date=row["year"])
        for _, row in sheet.iterrows()
    )
    assert (first.source, first.date) == ("panel", "2021")
    assert (second.source, second.date) == (None, None)


def test_worth_is_revenue_whatever_the_cost_was():
    theory = value_theory(Money(700, "EUR", per="year", basis="GMV"), 0.2, 0.1, customers=100)
    assert theory.unit.basis == "revenue"
    assert theory.p50 == pytest.approx(1400)


def test_gross_value_beside_revenue_implies_a_take_rate():
    net = top_down(Assumption("n", Money(8, "EUR", per="year")), {"all ": 1})
    gross = top_down(Assumption("g", Money(100, "EUR", per="year", basis="GMV")), {"every": 1})
    both = triangulate({"gross": gross, "net": net})
    assert both.pooled is None
    row = both.ratios.iloc[0]
    assert (row.one, row.other, row.measures) == ("net", "gross", "take rate")
    assert row.p50 == pytest.approx(0.08)
    assert "take rate of 8%" in both.summary()


def test_a_pool_covers_what_each_says():
    # Two ranges that overlap: the pooled chance is the mean of the two.
    ways = {
        name: top_down(Assumption(name, Money(one, "EUR", per="year")), {f"all {name}": 1})
        for name, one in {"low": uniform(0, 10), "high": uniform(4, 14)}.items()
    }
    pooled = triangulate(ways).pooled
    assert pooled.cdf(4) == pytest.approx(0.2)
    assert pooled.quantile(0.2) == pytest.approx(4)
    assert pooled.p50 == pytest.approx(7)
    assert pooled.mean == pytest.approx(7)
    assert pooled.sd == pytest.approx(math.sqrt(100 / 12 + 4))


def test_the_argument_reads_with_its_weakest_part_first():
    guess = Assumption("Orders", interval(8, 16, **SURE), "orders", per="year")
    known = Assumption("Homes", 1_764_660, "households", source="panel", date="2026-05")
    basket = Assumption("Basket", Money(5, "EUR"), source="orders", date="2021")
    text = str(
        bottom_up([Segment("Homes", known, guess * basket)]).funnel(
            sam={"served": 0.4}, som={"won": 0.1}, year=2027
        )
    )
    chain, _, weakest, *_ = text.split("\n\n")[1:]
    assert "Homes" in chain.splitlines()[1]
    assert "1.76 million" in chain
    rows = weakest.splitlines()[2:]
    assert rows[0].startswith(("served", "won"))
    assert rows[0].endswith("no source, no date, no range")
    assert "1,764,660 households" in weakest
    assert "was 2021; the size is for 2027" in " ".join(weakest.split())


def test_the_funnel_says_how_many_customers_are_won():
    # 60,000 homes, 40% of them served, 5% of these won: 24,000 and 1,200, at 40 EUR each.
    homes = Assumption("Homes", 60_000, "households")
    each = Money(40, "EUR", per="year")
    market = bottom_up([Segment("Homes", homes, each)])
    found = market.funnel(sam={"served": 0.4}, som={"won": 0.05}, year=2027)
    counts = {level: one.p50 for level, one in found.customers.items()}
    assert counts == pytest.approx({"TAM": 60_000, "SAM": 24_000, "SOM": 1_200})
    assert found.som.p50 == pytest.approx(1_200 * 40)
    lines = [line for line in str(found).splitlines() if ", customers" in line]
    assert [line.split()[2:5:2] for line in lines] == [
        ["60,000", "households"], ["24,000", "households"], ["1,200", "households"]
    ]  # fmt: skip
    # An amount of money does not say how many customers it is of.
    paid = market.funnel(sam={"served": 0.4}, som=Money(50_000, "EUR", per="year"), year=2027)
    assert paid.customers is None
    assert "SOM, customers" not in str(paid)
    # A market that is a number of customers says it already.
    heads = bottom_up([Segment("Homes", homes)])
    assert "SOM, customers" not in str(heads.funnel({"served": 0.4}, {"won": 0.05}, year=2027))
