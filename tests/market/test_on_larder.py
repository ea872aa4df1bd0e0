"""Larder's market three ways, from its own tables: counted twice, in two bases and currencies."""

import numpy as np
import pytest

import pmlab as pm
from pmlab.market import Assumption, Money, Segment, bottom_up, top_down, triangulate, value_theory
from pmlab.uncertain import share


@pytest.fixture(scope="module")
def panel():
    return pm.datasets.load("segments")


@pytest.fixture(scope="module")
def figures():
    return pm.datasets.load("markets")


def figure(figures, name, country="all"):
    rows = figures[(figures["figure"] == name) & (figures["country"] == country)]
    assert len(rows) == 1
    return rows.iloc[0]


def of_share(row):
    found = row["value"]
    if row["low"] == row["low"]:
        found = share(row["low"], row["high"], credibility=row["credibility"])
    return Assumption(row["figure"], found, "share")


def a_year(rows):
    """Gross value of households in a year, in euro."""
    return rows["households"] * rows["orders_per_month"] * 12 * rows["basket_cents"] / 100


def by_segment(panel, overlaps=None, spends=None):
    """The market by segment; each spends as its households do in the rows of `spends`."""
    spends = panel if spends is None else spends
    listed = []
    for name in panel["segment"].unique():
        people = panel.loc[panel["segment"] == name, "households"].sum()
        rows = spends[spends["segment"] == name]
        each = a_year(rows).sum() / rows["households"].sum()
        customers = Assumption(f"{name} in the panel", people, "households")
        spend = Assumption(f"{name}: spend", Money(each, "EUR", per="year", basis="GMV"))
        listed.append(Segment(name, customers, spend))
    return bottom_up(listed, overlaps=overlaps)


def households_in(panel):
    """The households of every two segments, weighted, counted one by one."""
    sets = {
        name: rows.set_index("household_id")["households"]
        for name, rows in panel.groupby("segment", sort=False)
    }
    names = list(sets)
    return {
        (a, b): sets[a][sets[a].index.isin(sets[b].index)].sum()
        for k, a in enumerate(names)
        for b in names[k + 1 :]
    }


@pytest.fixture(scope="module")
def overlaps(panel):
    return households_in(panel)


def test_the_households_of_one_pair_are_counted_twice(panel, overlaps):
    several = {pair: n for pair, n in overlaps.items() if n}
    assert list(several) == [("Families", "Special diets")]
    distinct = panel.drop_duplicates("household_id")["households"].sum()
    naive = panel["households"].sum()
    assert by_segment(panel, overlaps).customers.mean == pytest.approx(distinct)
    assert by_segment(panel, "none").customers.mean == pytest.approx(naive)
    assert naive / distinct > 1.08


def test_not_knowing_the_overlap_is_warned_of_with_bounds_that_hold_the_truth(panel, overlaps):
    found = by_segment(panel)
    assert any("overlap" in text for text in found.warnings)
    low, high = found.overlap_bounds
    assert low <= by_segment(panel, overlaps).mean <= high
    assert by_segment(panel, "none").mean == pytest.approx(high)


def test_counted_once_it_is_what_the_households_spend(panel, overlaps):
    # The spend of a segment is that of the households who are counted in it, so those that stand in
    # an earlier segment as well are left out of its mean, and the sum is that of all households.
    found = by_segment(panel, overlaps, spends=panel.drop_duplicates("household_id"))
    assert found.mean == pytest.approx(a_year(panel.drop_duplicates("household_id")).sum())
    assert by_segment(panel, "none").mean == pytest.approx(a_year(panel).sum())


def test_the_mean_of_all_members_is_not_that_of_those_who_are_counted(panel, overlaps):
    # Households in both segments spend more than others on special diets do: with the mean of all
    # who are in the segment, the total is some percent too high, though each is counted once.
    total = a_year(panel.drop_duplicates("household_id")).sum()
    assert 1.03 < by_segment(panel, overlaps).mean / total < 1.12


def grocery_sales(figures):
    total = 0
    for row in figures[figures["figure"] == "Grocery sales"].to_dict("records"):
        money = Money(row["value"] / 100, row["currency"], per=row["per"], basis=row["basis"])
        sales = Assumption(
            f"Grocery sales {row['country']}", money, source=row["source"], date=str(row["year"])
        )
        total = sales.to(per="year") + total if total else sales.to(per="year")
    return total


@pytest.fixture(scope="module")
def top(figures):
    shares = [
        of_share(figure(figures, name))
        for name in ("Groceries bought online", "Groceries bought from a meal plan")
    ]
    return top_down(grocery_sales(figures), {one.name: one for one in shares})


def test_a_month_among_years_is_refused(figures):
    sales = {
        country: Money(row["value"] / 100, row["currency"], per=row["per"], basis=row["basis"])
        for country in ("FR", "NL")
        for row in [figure(figures, "Grocery sales", country)]
    }
    with pytest.raises(pm.errors.InputError, match=r"month.*year|year.*month"):
        sales["FR"] + sales["NL"]


def test_the_top_down_total_is_arithmetic(figures, top):
    rows = figures[figures["figure"] == "Grocery sales"]
    a_year_of = rows["value"] / 100 * rows["per"].map({"year": 1, "month": 12})
    mean = a_year_of.sum()
    for name in ("Groceries bought online", "Groceries bought from a meal plan"):
        row = figure(figures, name)
        mean *= share(row["low"], row["high"], credibility=row["credibility"]).mean
    assert top.mean == pytest.approx(mean)


def top_draws(figures):
    """The top-down total by inverse transform, 200,000 times."""
    rng = np.random.default_rng(12)
    rows = figures[figures["figure"] == "Grocery sales"]
    total = (rows["value"] / 100 * rows["per"].map({"year": 1, "month": 12})).sum()
    for name in ("Groceries bought online", "Groceries bought from a meal plan"):
        row = figure(figures, name)
        part = share(row["low"], row["high"], credibility=row["credibility"])
        total = total * part.quantile(rng.random(200_000))
    return total


def test_the_factor_between_the_methods_is_the_commission(panel, overlaps, figures, top):
    commission = of_share(figure(figures, "Larder's commission"))
    gross = by_segment(panel, overlaps, spends=panel.drop_duplicates("household_id"))
    revenue = gross.to(basis="revenue", take_rate=commission)
    found = triangulate({"bottom-up": revenue, "top-down": top})
    assert found.pooled is None
    factor = top.p50 / revenue.p50
    assert factor == pytest.approx(12.5, rel=0.25)
    assert "GMV" in str(found)
    assert "take_rate" in str(found)
    # What take rate would make them equal? That of the contracts is among the likely ones.
    row = found.ratios.iloc[0]
    rates = [row["p10"], row["p50"], row["p90"]]
    if row["one"] == "top-down":
        rates = [1 / rate for rate in reversed(rates)]
    drawn = np.quantile(revenue.mean / top_draws(figures), [0.1, 0.5, 0.9])
    assert rates == pytest.approx(list(drawn), rel=0.02)
    assert rates[0] < commission.value < rates[2]
    # On one basis, the same market.
    same = triangulate(
        {"bottom-up": revenue, "top-down": top.to(basis="revenue", take_rate=commission)}
    )
    assert 0.8 < revenue.p50 / same.sizings["top-down"].p50 < 1.25
    assert same.pooled is not None
    assert same.pooled.p10 < revenue.p50 < same.pooled.p90


def test_what_is_saved_is_worth_less_than_what_is_spent(panel, overlaps, figures):
    row = figure(figures, "Food a household throws away", "GB")
    waste = Assumption(
        row["figure"], Money(row["value"] / 100, "GBP", per=row["per"]), source=row["source"]
    )
    euro = waste.to(per="year").to(
        currency="EUR", rate=Assumption("Euro for a pound", 1.147, "EUR per GBP")
    )
    customers = by_segment(panel, overlaps).customers
    found = value_theory(
        euro,
        of_share(figure(figures, "Waste that a plan avoids")),
        of_share(figure(figures, "Part of the saving that a household would pay")),
        customers=customers,
    )
    means = [
        share(one["low"], one["high"], credibility=one["credibility"]).mean
        for name in ("Waste that a plan avoids", "Part of the saving that a household would pay")
        for one in [figure(figures, name)]
    ]
    expected = row["value"] / 100 * 12 * 1.147 * np.prod(means) * customers.mean
    assert found.mean == pytest.approx(expected)
    assert str(found.unit).startswith("EUR")


def test_the_funnel_of_larder(panel, overlaps, figures):
    commission = of_share(figure(figures, "Larder's commission"))
    capacity = figure(figures, "Baskets that the partners can carry")
    money = Money(capacity["value"] / 100, "EUR", per=capacity["per"], basis=capacity["basis"])
    found = (
        by_segment(panel, overlaps)
        .to(basis="revenue", take_rate=commission)
        .funnel(
            sam={"where we deliver": of_share(figure(figures, "Households where Larder delivers"))},
            som={"won": of_share(figure(figures, "Won in three years"))},
            year=2029,
            capacity=money.to(per="year").to(basis="revenue", take_rate=0.08),
        )
    )
    assert found.tam.mean > found.sam.mean > found.som.mean > 1e6
    carried = 12 * capacity["value"] / 100 * 0.08
    chance = 1 - found.som.cdf(carried)
    assert 0.05 < chance < 0.95
    assert any("capacity" in text for text in found.warnings)
