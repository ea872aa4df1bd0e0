"""What is hidden in the market tables and in the backlog of week 26, in words."""

from __future__ import annotations

from pmlab.simulate.backlog import FIRST, LAST, NEEDED, OVERSERVED
from pmlab.simulate.market_story import Market
from pmlab.simulate.orders import COMMISSION
from pmlab.simulate.truths.words import Truth, share

__all__ = ["truths_of_market"]


def truths_of_market(market: Market) -> tuple[Truth, ...]:
    """Return what is hidden in week 26, in the order of the detectors."""
    second, third = market.close
    planted = (
        (
            "overlapping segments",
            "segments",
            f"{share(market.in_both)} of the panel's households stand under Families and under "
            "Special diets, with the same weight, orders and basket in both rows. They order more, "
            "and for more, than others, so a sum over segments is further off in money than in "
            "households. No other two segments share a household. The panel has too many answers "
            "from families and from small countries and too few from student flats, which the "
            "weights put right: rows are not households.",
        ),
        (
            "two bases",
            "markets",
            f"Top-down: {market.groceries:.1f} billion euro of groceries a year, "
            f"{share(market.online)} bought online, {share(market.planned)} from a meal plan: the "
            "value of baskets (GMV). Bottom-up, from the panel, what counts for Larder is its "
            f"commission of {share(COMMISSION)}, so top-down looks about twelve times as large. "
            "That is not the twelve months, though it looks like them: both are of a year, and the "
            "column `basis` tells. In the value of baskets, the panel's households buy "
            f"{market.bottom_by_top:.2f} times what top-down says, well within its ranges.",
        ),
        (
            "a month among years",
            "markets",
            "France's grocery sales are of a month, the other four countries' of a year. The food "
            "that a household throws away is of a month too, in pounds, and of British households. "
            "Belgium's sales are of 2021, and two figures have no source. What the partners can "
            "carry is of a month, in the value of baskets.",
        ),
        (
            "reach of a quarter",
            "backlog",
            f"The reach of {market.by_quarter} is counted by the quarter, all others by the month. "
            "As it is written it comes first; by the month it is the fifth or so.",
        ),
        (
            "guesses too close",
            "backlog",
            f"{FIRST} is first and {LAST} last, and clearly. In between stand {second} and "
            f"{third}, then {OVERSERVED} and {market.by_quarter}, with scores so near each other "
            "that guesses which may be off by a third cannot tell a place from the next.",
        ),
        (
            "a need already met",
            "backlog",
            f"{OVERSERVED} stands in the first five by RICE because it reaches so many; but its "
            "need is the only one with which more people are satisfied than find it important. "
            f"{NEEDED} serves the most important and least met need and has a lower score than "
            "the fifth: it reaches few and takes long.",
        ),
    )
    chapters = {"segments": "07", "markets": "07", "backlog": "08"}
    return tuple(
        Truth(name=name, weeks="26", chapters=(chapters[table],), table=table, planted=words)
        for name, table, words in planted
    )
