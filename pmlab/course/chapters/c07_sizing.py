"""Chapter 07, Market sizing: from people up, from money down, by worth; with ranges, reconciled.

The right rules are plain arithmetic on the two tables, independent of `pmlab.market`; only the
draws and ranges come from the library, so that what a learner prints is what a check expects. The
wrong rules are written as somebody with that slip would write them.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from pmlab.course.questions import (
    Chapter,
    Choice,
    Computed,
    Criterion,
    Function,
    Misconception,
    Text,
)

if TYPE_CHECKING:
    import pandas as pd

    from pmlab.market import Assumption
    from pmlab.uncertain import Range

COMMISSION = 0.08
DELIVERS = "Households where Larder delivers"
WON = "Won in three years"
WASTE, RATE = "Food a household throws away", "Euro for a pound"
SOLVED, PAID = "Waste that a plan avoids", "Part of the saving that a household would pay"
OFF_BY = {"Households": 1.15, "Baskets": 1.3}
"""By which factor the panel may be off either way, four times out of five."""


# --- what the rules take from the tables ----------------------------------------------------------


def figure(markets: pd.DataFrame, name: str) -> pd.Series:
    return markets.loc[markets["figure"] == name].iloc[0]


def value(markets: pd.DataFrame, name: str) -> float:
    return float(figure(markets, name)["value"])


def sales(markets: pd.DataFrame) -> pd.DataFrame:
    return markets.loc[markets["figure"] == "Grocery sales"]


def once(segments: pd.DataFrame) -> pd.DataFrame:
    return segments.drop_duplicates("household_id")


def baskets(rows: pd.DataFrame) -> pd.Series:
    """Return what each row's own household pays for its baskets, in euro a year."""
    return 12 * rows["orders_per_month"] * rows["basket_cents"] / 100


# --- 07.2: an assumption --------------------------------------------------------------------------


def assumed(markets: pd.DataFrame, name: str = WON, credibility: float = 0.8) -> Assumption:
    """Return a share of the sheet as an assumption, taken to hold with this chance."""
    from pmlab.market import Assumption
    from pmlab.uncertain import share

    row = figure(markets, name)
    amount = share(row["low"], row["high"], credibility=credibility)
    return Assumption(name, amount, "share", source=row["source"], date=row["year"])


def assumed_without_a_range(markets: pd.DataFrame) -> dict[str, float]:
    return dict.fromkeys(("P10", "P90"), value(markets, WON))


def assumed_at_90(markets: pd.DataFrame) -> Assumption:
    return assumed(markets, credibility=0.9)


def assumed_at_95(markets: pd.DataFrame) -> Assumption:
    return assumed(markets, credibility=0.95)


def assumed_delivers(markets: pd.DataFrame) -> Assumption:
    return assumed(markets, DELIVERS)


def low(markets: pd.DataFrame) -> float:
    return float(figure(markets, WON)["low"])


def high(markets: pd.DataFrame) -> float:
    return float(figure(markets, WON)["high"])


# --- 07.3: from money down ------------------------------------------------------------------------


def from_above(
    markets: pd.DataFrame, *, groceries: float, share: float | None = None
) -> dict[str, float]:
    """Return the answer's two numbers, from all groceries in euro a year."""
    if share is None:
        share = online(markets) * planned(markets)
    return {"groceries": groceries / 1e6, "from_a_plan": groceries * share / 1e6}


def online(markets: pd.DataFrame) -> float:
    return value(markets, "Groceries bought online")


def planned(markets: pd.DataFrame) -> float:
    return value(markets, "Groceries bought from a meal plan")


def in_euro(markets: pd.DataFrame) -> float:
    """Return all groceries, in euro a year."""
    rows = sales(markets)
    return float((rows["value"] * rows["per"].map({"year": 1, "month": 12})).sum()) / 100


def as_copied(markets: pd.DataFrame) -> float:
    """Return the five figures added up as they stand, in euro."""
    return float(sales(markets)["value"].sum()) / 100


def top_down(markets: pd.DataFrame) -> dict[str, float]:
    return from_above(markets, groceries=in_euro(markets))


def top_down_month_as_year(markets: pd.DataFrame) -> dict[str, float]:
    return from_above(markets, groceries=as_copied(markets))


def top_down_all_as_months(markets: pd.DataFrame) -> dict[str, float]:
    return from_above(markets, groceries=12 * as_copied(markets))


def top_down_without_online(markets: pd.DataFrame) -> dict[str, float]:
    return from_above(markets, groceries=in_euro(markets), share=planned(markets))


def top_down_without_plan(markets: pd.DataFrame) -> dict[str, float]:
    return from_above(markets, groceries=in_euro(markets), share=online(markets))


def top_down_shares_added(markets: pd.DataFrame) -> dict[str, float]:
    return from_above(markets, groceries=in_euro(markets), share=online(markets) + planned(markets))


def top_down_as_revenue(markets: pd.DataFrame) -> dict[str, float]:
    share = online(markets) * planned(markets) * COMMISSION
    return from_above(markets, groceries=in_euro(markets), share=share)


def monthly_country(markets: pd.DataFrame) -> int:
    return int((sales(markets)["per"] == "month").sum())


# --- 07.4: everybody once -------------------------------------------------------------------------


def sized(households: float, euro: float) -> dict[str, float]:
    return {"households": households / 1e6, "commission": euro / 1e6}


def commission_on(rows: pd.DataFrame) -> float:
    return COMMISSION * float((rows["households"] * baskets(rows)).sum())


def market(segments: pd.DataFrame) -> dict[str, float]:
    each = once(segments)
    return sized(each["households"].sum(), commission_on(each))


def market_twice(segments: pd.DataFrame) -> dict[str, float]:
    return sized(segments["households"].sum(), commission_on(segments))


def market_households_once(segments: pd.DataFrame) -> dict[str, float]:
    return sized(once(segments)["households"].sum(), commission_on(segments))


def market_without_those_in_two(segments: pd.DataFrame) -> dict[str, float]:
    single = segments.drop_duplicates("household_id", keep=False)
    return sized(single["households"].sum(), commission_on(single))


def market_of_the_panel(segments: pd.DataFrame) -> dict[str, float]:
    each = once(segments)
    return sized(len(each), COMMISSION * float(baskets(each).sum()))


def market_people_of_the_panel(segments: pd.DataFrame) -> dict[str, float]:
    each = once(segments)
    return sized(len(each), commission_on(each))


def market_in_baskets(segments: pd.DataFrame) -> dict[str, float]:
    each = once(segments)
    return sized(each["households"].sum(), commission_on(each) / COMMISSION)


def market_of_a_month(segments: pd.DataFrame) -> dict[str, float]:
    each = once(segments)
    return sized(each["households"].sum(), commission_on(each) / 12)


def market_weighted_in_part(segments: pd.DataFrame) -> dict[str, float]:
    each = once(segments)
    return sized(each["households"].sum(), COMMISSION * float(baskets(each).sum()))


def market_of_plain_means(segments: pd.DataFrame) -> dict[str, float]:
    each = once(segments)
    n = float(each["households"].sum())
    orders, basket = each["orders_per_month"].mean(), each["basket_cents"].mean()
    return sized(n, COMMISSION * n * 12 * orders * basket / 100)


def market_of_a_plain_mean(segments: pd.DataFrame) -> dict[str, float]:
    each = once(segments)
    n = float(each["households"].sum())
    return sized(n, COMMISSION * n * float(baskets(each).mean()))


def market_of_weighted_means(segments: pd.DataFrame) -> dict[str, float]:
    each = once(segments)
    weight = each["households"]
    n = float(weight.sum())
    orders, basket = (
        float((weight * each[column]).sum()) / n for column in ("orders_per_month", "basket_cents")
    )
    return sized(n, COMMISSION * n * 12 * orders * basket / 100)


def rows_in_millions(segments: pd.DataFrame) -> float:
    return float(segments["households"].sum()) / 1e6


def in_two(segments: pd.DataFrame) -> int:
    return int(segments["household_id"].duplicated().sum())


def n_once(segments: pd.DataFrame) -> int:
    return int(segments["household_id"].nunique())


# --- 07.5: one percent ----------------------------------------------------------------------------


def one_percent(markets: pd.DataFrame) -> float:
    """Return one percent of all groceries, in millions of euro a year."""
    return 0.01 * in_euro(markets) / 1e6


def baskets_each(segments: pd.DataFrame) -> float:
    """Return what a household pays for its baskets in a year, in euro."""
    each = once(segments)
    return float((each["households"] * baskets(each)).sum() / each["households"].sum())


def slide(markets: pd.DataFrame, segments: pd.DataFrame) -> dict[str, float]:
    sold = one_percent(markets)
    return {"earned": COMMISSION * sold, "needed": sold / baskets_each(segments)}


def slide_of_idris(markets: pd.DataFrame, segments: pd.DataFrame) -> dict[str, float]:
    sold = one_percent(markets)
    return {"earned": sold, "needed": COMMISSION * sold / baskets_each(segments)}


def slide_without_commission(markets: pd.DataFrame, segments: pd.DataFrame) -> dict[str, float]:
    sold = one_percent(markets)
    return {"earned": sold, "needed": sold / baskets_each(segments)}


def slide_commission_in_both(markets: pd.DataFrame, segments: pd.DataFrame) -> dict[str, float]:
    sold = COMMISSION * one_percent(markets)
    return {"earned": sold, "needed": sold / baskets_each(segments)}


def slide_by_commission_each(markets: pd.DataFrame, segments: pd.DataFrame) -> dict[str, float]:
    sold = one_percent(markets)
    each = COMMISSION * baskets_each(segments)
    return {"earned": COMMISSION * sold, "needed": sold / each}


def slide_months(markets: pd.DataFrame, segments: pd.DataFrame) -> dict[str, float]:
    right = slide(markets, segments)
    return {"earned": right["earned"], "needed": 12 * right["needed"]}


def slide_by_twelve(markets: pd.DataFrame, segments: pd.DataFrame) -> dict[str, float]:
    right = slide(markets, segments)
    return {"earned": right["earned"], "needed": right["needed"] / 12}


def sold_in_millions(markets: pd.DataFrame, segments: pd.DataFrame) -> float:
    return one_percent(markets)


def euro_each(markets: pd.DataFrame, segments: pd.DataFrame) -> float:
    return baskets_each(segments)


# --- 07.6: how sure -------------------------------------------------------------------------------


def ranges(segments: pd.DataFrame, markets: pd.DataFrame) -> dict[str, Range]:
    """Return what is not known of the SOM, by the names that the notebook gives."""
    from pmlab.uncertain import interval, share

    each = once(segments)
    best = {"Households": float(each["households"].sum()), "Baskets": baskets_each(segments)}
    found: dict[str, Range] = {
        name: interval(best[name] / factor, best[name] * factor, credibility=0.8)
        for name, factor in OFF_BY.items()
    }
    for name in (DELIVERS, WON):
        row = figure(markets, name)
        found[name] = share(row["low"], row["high"], credibility=row["credibility"])
    return found


def drawn(segments: pd.DataFrame, markets: pd.DataFrame) -> Any:
    """Return 100,000 draws of the SOM, in millions of euro a year."""
    from pmlab.uncertain import draws

    values = draws(ranges(segments, markets), 100_000).values()
    return COMMISSION * prod(values) / 1e6


def at(segments: pd.DataFrame, markets: pd.DataFrame, chance: float) -> float:
    import numpy as np

    return float(np.quantile(drawn(segments, markets), chance))


def each_at(segments: pd.DataFrame, markets: pd.DataFrame, chance: float) -> float:
    """Return the product of every range's own quantile."""
    quantiles = (one.quantile(chance) for one in ranges(segments, markets).values())
    return COMMISSION * prod(quantiles) / 1e6


def mean_of_draws(segments: pd.DataFrame, markets: pd.DataFrame) -> float:
    return float(drawn(segments, markets).mean())


def som(segments: pd.DataFrame, markets: pd.DataFrame) -> dict[str, float]:
    return {
        "P10": at(segments, markets, 0.1),
        "P90": at(segments, markets, 0.9),
        "mean": mean_of_draws(segments, markets),
    }


def som_lows_and_highs(segments: pd.DataFrame, markets: pd.DataFrame) -> dict[str, float]:
    ends = {"P10": each_at(segments, markets, 0.1), "P90": each_at(segments, markets, 0.9)}
    return som(segments, markets) | ends


def som_median_as_mean(segments: pd.DataFrame, markets: pd.DataFrame) -> dict[str, float]:
    return som(segments, markets) | {"mean": at(segments, markets, 0.5)}


def som_95(segments: pd.DataFrame, markets: pd.DataFrame) -> dict[str, float]:
    ends = {"P10": at(segments, markets, 0.025), "P90": at(segments, markets, 0.975)}
    return som(segments, markets) | ends


def som_90(segments: pd.DataFrame, markets: pd.DataFrame) -> dict[str, float]:
    ends = {"P10": at(segments, markets, 0.05), "P90": at(segments, markets, 0.95)}
    return som(segments, markets) | ends


def som_least_and_most(segments: pd.DataFrame, markets: pd.DataFrame) -> dict[str, float]:
    ends = {"P10": at(segments, markets, 0.0), "P90": at(segments, markets, 1.0)}
    return som(segments, markets) | ends


def som_tenths_of_a_percent(segments: pd.DataFrame, markets: pd.DataFrame) -> dict[str, float]:
    ends = {"P10": at(segments, markets, 0.001), "P90": at(segments, markets, 0.009)}
    return som(segments, markets) | ends


def som_quartiles(segments: pd.DataFrame, markets: pd.DataFrame) -> dict[str, float]:
    ends = {"P10": at(segments, markets, 0.25), "P90": at(segments, markets, 0.75)}
    return som(segments, markets) | ends


def som_swapped(segments: pd.DataFrame, markets: pd.DataFrame) -> dict[str, float]:
    right = som(segments, markets)
    return right | {"P10": right["P90"], "P90": right["P10"]}


def som_mean_and_deviation(segments: pd.DataFrame, markets: pd.DataFrame) -> dict[str, float]:
    draws = drawn(segments, markets)
    mean, reach = float(draws.mean()), 1.2816 * float(draws.std())
    return {"P10": mean - reach, "P90": mean + reach, "mean": mean}


def middle(segments: pd.DataFrame, markets: pd.DataFrame) -> float:
    return at(segments, markets, 0.5)


def middle_in_euro(segments: pd.DataFrame, markets: pd.DataFrame) -> float:
    return 1e6 * middle(segments, markets)


# --- 07.7: what it is worth -----------------------------------------------------------------------


def euro_wasted(markets: pd.DataFrame) -> float:
    """Return what a household throws away, in euro a year."""
    return 12 * value(markets, WASTE) / 100 * value(markets, RATE)


def worth(
    segments: pd.DataFrame,
    markets: pd.DataFrame,
    *,
    waste: float | None = None,
    share: float | None = None,
) -> dict[str, float]:
    """Return the answer's two numbers."""
    waste = euro_wasted(markets) if waste is None else waste
    share = value(markets, SOLVED) * value(markets, PAID) if share is None else share
    return {"waste": waste, "worth": market(segments)["households"] * waste * share}


def worth_in_pounds(segments: pd.DataFrame, markets: pd.DataFrame) -> dict[str, float]:
    return worth(segments, markets, waste=euro_wasted(markets) / value(markets, RATE))


def worth_divided(segments: pd.DataFrame, markets: pd.DataFrame) -> dict[str, float]:
    return worth(segments, markets, waste=euro_wasted(markets) / value(markets, RATE) ** 2)


def worth_of_a_month(segments: pd.DataFrame, markets: pd.DataFrame) -> dict[str, float]:
    return worth(segments, markets, waste=euro_wasted(markets) / 12)


def worth_without_paid(segments: pd.DataFrame, markets: pd.DataFrame) -> dict[str, float]:
    return worth(segments, markets, share=value(markets, SOLVED))


def worth_shares_added(segments: pd.DataFrame, markets: pd.DataFrame) -> dict[str, float]:
    return worth(segments, markets, share=value(markets, SOLVED) + value(markets, PAID))


def worth_of_the_waste(segments: pd.DataFrame, markets: pd.DataFrame) -> dict[str, float]:
    return worth(segments, markets, share=1.0)


def worth_of_one(segments: pd.DataFrame, markets: pd.DataFrame) -> dict[str, float]:
    right = worth(segments, markets)
    return right | {"worth": right["worth"] / market(segments)["households"]}


def pounds(segments: pd.DataFrame, markets: pd.DataFrame) -> float:
    return value(markets, WASTE) / 100


# --- the chapter ----------------------------------------------------------------------------------

CHAPTER = Chapter(
    number=7,
    name="sizing",
    title="Market sizing",
    minutes=50,
    questions=[
        Choice(
            id="07.1",
            title="recall: on two devices",
            right="b",
            options={
                "a": "1,100 counts whoever came on both twice: once among the 600, once among the "
                "500. How many people is that too many?",
                "b": "600 and 500 count the 200 twice; once is enough.",
                "c": "700 takes the 200 away twice, so that whoever came on both is not there at "
                "all. They did come.",
                "d": "600 are those on a telephone alone or as well. Who came on a computer only?",
            },
            hints=(
                "In how many of the two numbers does somebody stand who used both?",
                "Three groups: telephone only, computer only, both. How many are in each?",
                "400 on a telephone only, 300 on a computer only, 200 on both.",
            ),
            why="Groups that overlap cannot be added up as they are. Here they are devices, later "
            "in this chapter segments.",
        ),
        Computed(
            id="07.2",
            title="write down an assumption",
            tables=("markets",),
            reference=assumed,
            tolerance=0.00005,
            misconceptions=(
                Misconception(
                    name="no range",
                    rule=assumed_without_a_range,
                    message="A single number, {answer[0]:.2%}, and the plan itself is not so sure. "
                    "`share(low, high, credibility=...)` takes its two ends.",
                ),
                Misconception(
                    name="90 for 80",
                    rule=assumed_at_90,
                    message="That says that the truth lies inside nine times out of ten. What does "
                    "the sheet say, in `credibility`?",
                ),
                Misconception(
                    name="95 for 80",
                    rule=assumed_at_95,
                    message="95% is the custom for what was counted. Here somebody judged, and the "
                    "sheet says how sure, in `credibility`.",
                ),
                Misconception(
                    name="the other row",
                    rule=assumed_delivers,
                    message="{answer[0]:.0%} to {answer[1]:.0%} is the share of households where "
                    "Larder delivers. Which row is about those whom we win?",
                ),
            ),
            facts={"low": low, "high": high},
            hints=(
                "Copy the two lines above. What in them is about delivery?",
                "`plan` is the row of those whom we win. Its low end is {low:.2%}, its high end "
                "{high:.2%}; the sheet is as sure of them as of the others.",
                '`wins = share(plan["low"], plan["high"], credibility=0.8)`; `won = '
                'Assumption(plan.name, wins, "share", source=plan["source"], '
                'date=plan["year"])`.',
            ),
            why="From {answer[0]:.2%} to {answer[1]:.2%}, four times out of five. As an "
            "`Assumption` it also tells whoever doubts it who said so, and when.",
        ),
        Computed(
            id="07.3",
            title="from money down",
            tables=("markets",),
            reference=top_down,
            tolerance=0.5,
            misconceptions=(
                Misconception(
                    name="a month as a year",
                    rule=top_down_month_as_year,
                    message="{answer[0]:,.0f} million adds the five figures as they stand. One of "
                    "them is not of a year. Which column tells?",
                ),
                Misconception(
                    name="all twelve times",
                    rule=top_down_all_as_months,
                    message="{answer[0]:,.0f} million takes all five times 12. How many of them "
                    "are of a month?",
                ),
                Misconception(
                    name="online left out",
                    rule=top_down_without_online,
                    message="The groceries are right. {answer[1]:,.0f} million takes the share "
                    "from a meal plan of *all* groceries; it is a share of those bought online. "
                    "Which filter comes before it?",
                ),
                Misconception(
                    name="meal plan left out",
                    rule=top_down_without_plan,
                    message="The groceries are right. {answer[1]:,.0f} million is all that is "
                    "bought online. Only a part of it comes from a meal plan.",
                ),
                Misconception(
                    name="shares added",
                    rule=top_down_shares_added,
                    message="The groceries are right. {answer[1]:,.0f} million adds the shares. "
                    "The second one is a share of the first: what is left is filtered again.",
                ),
                Misconception(
                    name="a step too far",
                    rule=top_down_as_revenue,
                    message="{answer[1]:,.0f} million takes the commission already. That is a "
                    "good thought, and comes later: here we want what the customers pay.",
                ),
            ),
            facts={"monthly": monthly_country},
            hints=(
                "Five figures, one sum. In what do they count, and over which time?",
                "Of the five, {monthly} is of a month, and 12 of those make a year. Cents to euro: "
                "divide by 100. Euro to millions: divide by 1e6. Then the two shares, one after "
                "the other.",
                '`times = sales["per"].map({{"year": 1, "month": 12}})`; `groceries = '
                '(sales["value"] * times).sum() / 100 / 1e6`; `from_a_plan = groceries * online * '
                "planned`.",
            ),
            why="{answer[0]:,.0f} million for all groceries, {answer[1]:,.0f} million from a plan: "
            "one period, one unit, each filter once.",
        ),
        Function(
            id="07.4",
            title="write market",
            tables=("segments",),
            reference=market,
            tolerance=0.02,
            misconceptions=(
                Misconception(
                    name="counted twice",
                    rule=market_twice,
                    message="{answer[0]:.2f} million households counts Anna twice: {in_two:,} "
                    "households of the panel have two rows. What is one row of this table?",
                ),
                Misconception(
                    name="money counted twice",
                    rule=market_households_once,
                    message="The households are right. The commission still adds up rows, so "
                    "whoever has two of them pays twice.",
                ),
                Misconception(
                    name="left out altogether",
                    rule=market_without_those_in_two,
                    message="{answer[0]:.2f} million leaves out everybody who is in two segments. "
                    "Anna does eat. How do you keep one of her two rows?",
                ),
                Misconception(
                    name="the panel itself",
                    rule=market_of_the_panel,
                    message="You counted each household once, and only the {once:,} of the panel. "
                    "For how many does each of them stand?",
                ),
                Misconception(
                    name="ids for households",
                    rule=market_people_of_the_panel,
                    message="The commission is right. For `households` you counted the {once:,} of "
                    "the panel; each stands for many.",
                ),
                Misconception(
                    name="baskets for commission",
                    rule=market_in_baskets,
                    message="The households are right. {answer[1]:,.0f} million is what they pay "
                    "for their baskets. What of it does Larder keep?",
                ),
                Misconception(
                    name="one month",
                    rule=market_of_a_month,
                    message="The households are right. {answer[1]:,.1f} million is a month's "
                    "commission: the orders are of a month, the question is of a year.",
                ),
                Misconception(
                    name="weights in the households only",
                    rule=market_weighted_in_part,
                    message="The households are right. The commission, {answer[1]:.3f} million, is "
                    "that of the panel's own {once:,}. Each of them stands for many here, too.",
                ),
                Misconception(
                    name="plain means",
                    rule=market_of_plain_means,
                    message="The households are right. {answer[1]:,.0f} million takes a mean of "
                    "orders times a mean of baskets, as if each answer stood for the same number "
                    "of households. Work it out for each household, then add up.",
                ),
                Misconception(
                    name="a plain mean",
                    rule=market_of_a_plain_mean,
                    message="The households are right. {answer[1]:,.0f} million takes the mean "
                    "over the panel, where each answer counts the same. But one stands for few "
                    "households and another for many.",
                ),
                Misconception(
                    name="a mean of orders times a mean of baskets",
                    rule=market_of_weighted_means,
                    message="The households are right. {answer[1]:,.0f} million multiplies two "
                    "means, as if everybody filled the same basket. But those who order often fill "
                    "large ones. Work it out for each household, then add up.",
                ),
            ),
            facts={"rows": rows_in_millions, "in_two": in_two, "once": n_once},
            hints=(
                "What is one row of the table? And what would you like one row to be?",
                "Keep one row for each `household_id`: {once:,} are left. For each of them: how "
                "many it stands for, times orders, times 12, times the basket in euro.",
                '`once = segments.drop_duplicates("household_id")`; `baskets = once["households"] '
                '* once["orders_per_month"] * 12 * once["basket_cents"] / 100`; give back '
                '`{{"households": once["households"].sum() / 1e6, "commission": 0.08 * '
                "baskets.sum() / 1e6}}`.",
            ),
            why="{answer[0]:.2f} million households, {answer[1]:,.0f} million euro. Adding up the "
            "rows would have made {rows:.2f} million of them.",
        ),
        Computed(
            id="07.5",
            title="bug hunt: one percent",
            tables=("markets", "segments"),
            reference=slide,
            tolerance=0.005,  # a twelfth and 8% lie near each other
            misconceptions=(
                Misconception(
                    name="as Idris has it",
                    rule=slide_of_idris,
                    message="These are Idris's own numbers. One percent of all groceries, "
                    "{sold:,.0f} million, is paid by customers. Who gets it? And with what do "
                    "households fill it: with baskets, or with commission?",
                ),
                Misconception(
                    name="the partners' money too",
                    rule=slide_without_commission,
                    message="The households are right. {answer[0]:,.0f} million is what customers "
                    "pay, and most of it goes to the partners. What does Larder keep?",
                ),
                Misconception(
                    name="commission in both",
                    rule=slide_commission_in_both,
                    message="What Larder earns is right. For the households, commission is divided "
                    "by whole baskets, so there are far too few. Baskets by baskets, please.",
                ),
                Misconception(
                    name="baskets by commission",
                    rule=slide_by_commission_each,
                    message="What Larder earns is right. For the households, whole baskets are "
                    "divided by the commission on them, so there are far too many. Both sides must "
                    "be the same kind of money.",
                ),
                Misconception(
                    name="years by months",
                    rule=slide_months,
                    message="What Larder earns is right. For the households, a year's sales are "
                    "divided by a month's baskets.",
                ),
                Misconception(
                    name="divided by twelve",
                    rule=slide_by_twelve,
                    message="What Larder earns is right. For the households, there is a 12 too "
                    "many: the groceries are of a year, and so are a household's baskets.",
                ),
            ),
            facts={"sold": sold_in_millions, "each": euro_each},
            hints=(
                "Take his lines one by one and ask of each number: is it paid by customers, or "
                "kept by Larder?",
                "One percent of all groceries is {sold:,.0f} million, paid by customers. Larder "
                "keeps 8% of it. A household pays {each:,.0f} euro a year for its baskets.",
                '`{{"earned": 0.08 * one_percent, "needed": one_percent / baskets_each}}`.',
            ),
            why="{answer[0]:,.1f} million euro, and {answer[1]:.1f} million households to bring "
            "it.",
        ),
        Computed(
            id="07.6",
            title="P10, P90 and mean",
            tables=("segments", "markets"),
            reference=som,
            tolerance=0.05,
            misconceptions=(
                Misconception(
                    name="lows times lows",
                    rule=som_lows_and_highs,
                    message="{answer[0]:.2f} and {answer[1]:.2f} are Luc's two cases: everything "
                    "at its low end, everything at its high end. How often does that happen among "
                    "the 100,000?",
                ),
                Misconception(
                    name="median as mean",
                    rule=som_median_as_mean,
                    message="The ends are right. {answer[2]:.2f} is the median, P50: half earn "
                    "more. The mean also asks *how much* more, and some earn very much more.",
                ),
                Misconception(
                    name="90% interval",
                    rule=som_90,
                    message="{answer[0]:.2f} to {answer[1]:.2f} leaves out one in twenty at each "
                    "end. P10 has one in *ten* below it.",
                ),
                Misconception(
                    name="95% interval",
                    rule=som_95,
                    message="{answer[0]:.2f} to {answer[1]:.2f} leaves out one in forty at each "
                    "end. P10 has one in *ten* below it.",
                ),
                Misconception(
                    name="least and most",
                    rule=som_least_and_most,
                    message="{answer[0]:.2f} and {answer[1]:.2f} are the very least and the very "
                    "most of 100,000. P10 has one in *ten* below it.",
                ),
                Misconception(
                    name="percentile of a fraction",
                    rule=som_tenths_of_a_percent,
                    message="{answer[0]:.2f} and {answer[1]:.2f} are both far down among the "
                    "lowest. `np.percentile` counts from 0 to 100, so that 0.1 is one in a "
                    "thousand; `np.quantile` counts from 0 to 1.",
                ),
                Misconception(
                    name="quarters",
                    rule=som_quartiles,
                    message="{answer[0]:.2f} to {answer[1]:.2f} leaves out a quarter at each end. "
                    "P10 has one in *ten* below it.",
                ),
                Misconception(
                    name="swapped",
                    rule=som_swapped,
                    message="P10 is the low one: one in ten earns *less*.",
                ),
                Misconception(
                    name="as if symmetric",
                    rule=som_mean_and_deviation,
                    message="{answer[0]:.2f} and {answer[1]:.2f} lie equally far from the mean. "
                    "These Larders do not: a few earn very much. Sort them and count off a tenth "
                    "at each end.",
                ),
            ),
            facts={"middle": middle},
            hints=(
                "Line the 100,000 up by what they earn. Who stands at number 10,000?",
                "P50, {middle:.2f}, came from `np.quantile(som, 0.5)`: half of them are below. "
                "For the mean, add them up and divide.",
                "`p10 = np.quantile(som, 0.1)`, `p90 = np.quantile(som, 0.9)`, "
                "`mean = som.mean()`.",
            ),
            why="One in ten below {answer[0]:.2f}, one in ten above {answer[1]:.2f}; the mean, "
            "{answer[2]:.2f}, is above the middle, {middle:.2f}.",
        ),
        Computed(
            id="07.7",
            title="optional: what it is worth",
            tables=("segments", "markets"),
            reference=worth,
            tolerance=0.5,
            misconceptions=(
                Misconception(
                    name="pounds as euro",
                    rule=worth_in_pounds,
                    message="{answer[0]:,.0f} is a year's waste in *pounds*, and everything else "
                    "in this chapter is in euro.",
                ),
                Misconception(
                    name="divided by the rate",
                    rule=worth_divided,
                    message="{answer[0]:,.0f} divides by the rate. It says how many euro one pound "
                    "is: more than one. So is it more euro or fewer?",
                ),
                Misconception(
                    name="a month as a year",
                    rule=worth_of_a_month,
                    message="{answer[0]:,.0f} euro is what a household throws away in a *month*.",
                ),
                Misconception(
                    name="one share left out",
                    rule=worth_without_paid,
                    message="The waste is right. {answer[1]:,.0f} million takes one of the two "
                    "shares. Not all waste is avoided, and not all that is saved would be paid to "
                    "us.",
                ),
                Misconception(
                    name="shares added up",
                    rule=worth_shares_added,
                    message="The waste is right. {answer[1]:,.0f} million adds the two shares up. "
                    "The second is a share *of* the first: of the saving, what people would pay.",
                ),
                Misconception(
                    name="the problem itself",
                    rule=worth_of_the_waste,
                    message="The waste is right. {answer[1]:,.0f} million is what the problem "
                    "costs. Two shares stand between that and what we would be paid.",
                ),
                Misconception(
                    name="one household",
                    rule=worth_of_one,
                    message="The waste is right. {answer[1]:,.0f} euro is what *one* household "
                    "would pay. How many are they?",
                ),
            ),
            facts={"pounds": pounds},
            hints=(
                "Three steps for `waste`: whose money, which time, how many of each in the other?",
                "{pounds:.0f} pounds, times euro for a pound, times 12. For `worth`: households, "
                "times waste, times the two shares, one after the other.",
                '`waste = pounds * rate * 12`; `worth = found["households"] * waste * solved * '
                "paid`.",
            ),
            why="{answer[0]:,.0f} euro thrown away, and {answer[1]:,.0f} million euro a year to be "
            "earned by it: a third road to the TAM.",
        ),
        Text(
            id="07.8",
            title="decide: one number for the board",
            tables=("segments", "markets"),
            criteria=(
                Criterion(
                    name="the number",
                    number=middle_in_euro,
                    ask="What may Larder earn in 2029, in millions of euro? P50 stands in the cell "
                    "above; write 'million' beside it.",
                ),
                Criterion(
                    name="how sure",
                    words=(
                        "between",
                        "range",
                        "p10",
                        "p90",
                        "80%",
                        "four cases",
                        "four times out of five",
                        "four out of five",
                        "one in ten",
                        "give or take",
                        "interval",
                    ),
                    ask="How far off may it be? Give the two ends, and how often it lies between.",
                ),
                Criterion(
                    name="the weakest assumption",
                    words=(
                        "assum",
                        "rests on",
                        "hangs on",
                        "depends on",
                        "share that we win",
                        "share of households that we win",
                        "share we win",
                        "households we win",
                        "win in three years",
                        "won in three years",
                        "growth plan",
                        "our own plan",
                    ),
                    ask="Which bar of the tornado is the longest, and who says so?",
                ),
                Criterion(
                    name="what next",
                    words=(
                        "let us",
                        "let's",
                        "next",
                        "first",
                        "measure",
                        "count",
                        "ask",
                        "call ",
                        "look into",
                        "survey",
                        "test",
                        "pilot",
                        "try",
                        "check",
                        "find out",
                        "recommend",
                        "suggest",
                        "propose",
                        "should",
                        "before we",
                    ),
                    ask="What would tell us more about that assumption, and who does it?",
                ),
            ),
            hints=(
                "Nora reads it aloud. Which sentence does the board wait for?",
                "First the number, with currency and year; then its two ends and what they mean; "
                "then the weak leg, and what you do about it.",
                "A shape: 'In 2029 we may earn ... million euro in commission, as likely more as "
                "less; four times out of five between ... and .... It rests most on ...; let us "
                "...'",
            ),
            why="One number, how sure it is, its weak leg and the next step: Nora can stand behind "
            "this.",
        ),
        Choice(
            id="07.9",
            title="exit ticket: three sizes on a slide",
            right="b",
            options={
                "a": "Count the months first: 2 million a month of commission, against 9 billion a "
                "year of groceries. Can you take a share of two such numbers?",
                "b": "Households, groceries a year, commission a month: each of the three is "
                "another thing, so none is a part of the one before.",
                "c": "You will want them, and soon. But sources for three numbers that cannot be "
                "compared make them no more comparable.",
                "d": "You will want them, and soon. First one must know what they are ranges *of*.",
            },
            hints=(
                "SOM should be a part of SAM, and SAM a part of TAM. Are they?",
                "Write after each number: what, whose, per which time.",
                "One counts households, one what customers pay in a year, one what the company "
                "keeps in a month.",
            ),
            why="First the same kind of thing, then sources, then ranges.",
        ),
    ],
)
