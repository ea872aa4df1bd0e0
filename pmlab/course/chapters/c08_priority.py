"""Chapter 08, What to build: RICE and its ranges, opportunity, personas; build, buy or partner.

Every rule is plain arithmetic on the table, as a learner would write it; the notebook holds them
beside `pmlab.priority`. The wrong ones are written as somebody with that slip would write them.
"""

from __future__ import annotations

from math import exp, log, sqrt
from statistics import NormalDist
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

MONTHS = {"month": 1, "quarter": 3}
DEAR = "Dinners everybody can eat"
WEEK = 2500
"""What a person-week costs Larder, in euro."""
CONNECT_WEEKS = 3
CONNECT = (CONNECT_WEEKS, 2.5, 3.6)
"""What others have: weeks to connect it, and their range."""
UPKEEP = 1250
"""What upkeep of one's own would cost, in euro a month: half a person-week."""


# --- 08.3: the score of every item ----------------------------------------------------------------


def by_item(values: pd.Series, backlog: pd.DataFrame) -> pd.Series:
    return values.set_axis(backlog["item"])


def in_months(backlog: pd.DataFrame) -> pd.Series:
    """Return how many months each item's reach was counted over."""
    return backlog["reach_per"].map(MONTHS)


def a_person(backlog: pd.DataFrame) -> pd.Series:
    """Return what one person reached adds to an item's score."""
    return backlog["impact"] * backlog["confidence"] / backlog["effort_weeks"]


def rice(backlog: pd.DataFrame) -> pd.Series:
    return by_item(backlog["reach"] / in_months(backlog) * a_person(backlog), backlog)


def rice_of_idris(backlog: pd.DataFrame) -> pd.Series:
    return by_item(backlog["reach"] * a_person(backlog), backlog)


def rice_times_three(backlog: pd.DataFrame) -> pd.Series:
    return by_item(backlog["reach"] * in_months(backlog) * a_person(backlog), backlog)


def rice_a_quarter(backlog: pd.DataFrame) -> pd.Series:
    return 3 * rice(backlog)


def rice_all_over_three(backlog: pd.DataFrame) -> pd.Series:
    return rice_of_idris(backlog) / 3


def rice_without_confidence(backlog: pd.DataFrame) -> pd.Series:
    return rice(backlog) / by_item(backlog["confidence"], backlog)


def rice_without_effort(backlog: pd.DataFrame) -> pd.Series:
    return rice(backlog) * by_item(backlog["effort_weeks"], backlog)


def rice_without_impact(backlog: pd.DataFrame) -> pd.Series:
    return rice(backlog) / by_item(backlog["impact"], backlog)


def n_items(backlog: pd.DataFrame) -> int:
    return len(backlog)


def n_a_quarter(backlog: pd.DataFrame) -> int:
    return int((backlog["reach_per"] == "quarter").sum())


# --- 08.4: the reach at which the order turns -----------------------------------------------------


def ranked(backlog: pd.DataFrame) -> pd.DataFrame:
    """Return the items in the order of their scores, with monthly reach, `one` and `score`."""
    months = in_months(backlog)
    reach = {name: backlog[name] / months for name in ("reach", "reach_low", "reach_high")}
    monthly = backlog.assign(**reach, one=a_person(backlog), score=rice(backlog).to_numpy())
    return monthly.sort_values("score", ascending=False, ignore_index=True)


def turning_reach(backlog: pd.DataFrame) -> list[float]:
    """Return the reach at which the first meets the second, and the second the third."""
    order = ranked(backlog)
    return list((order["score"].shift(-1) / order["one"]).iloc[:2])


def turning_reach_of_idris(backlog: pd.DataFrame) -> list[float]:
    return turning_reach(backlog.assign(reach_per="month"))


def turning_reach_of_the_lower(backlog: pd.DataFrame) -> list[float]:
    order = ranked(backlog)
    return list((order["score"] / order["one"].shift(-1)).iloc[:2])


def turning_reach_as_a_ratio(backlog: pd.DataFrame) -> list[float]:
    score = ranked(backlog)["score"]
    return list((score.shift(-1) / score).iloc[:2])


def turning_reach_as_a_loss(backlog: pd.DataFrame) -> list[float]:
    reach = ranked(backlog)["reach"]
    return [own - turn for own, turn in zip(reach, turning_reach(backlog), strict=False)]


def turning_reach_as_a_gap(backlog: pd.DataFrame) -> list[float]:
    score = ranked(backlog)["score"]
    return list((score - score.shift(-1)).iloc[:2])


def turning_reach_without_confidence(backlog: pd.DataFrame) -> list[float]:
    confidence = ranked(backlog)["confidence"]
    return [turn * c for turn, c in zip(turning_reach(backlog), confidence, strict=False)]


def turning_reach_with_the_lower_one(backlog: pd.DataFrame) -> list[float]:
    return list(ranked(backlog)["reach"].iloc[1:3])


def turning_reach_both_against_third(backlog: pd.DataFrame) -> list[float]:
    order = ranked(backlog)
    return list((order["score"].iloc[2] / order["one"]).iloc[:2])


def turning_reach_third_first(backlog: pd.DataFrame) -> list[float]:
    return turning_reach(backlog)[::-1]


def turning_reach_from_the_last(backlog: pd.DataFrame) -> list[float]:
    """Return what an ascending order gives: the last against the last but one, and so on."""
    order = ranked(backlog).iloc[::-1]
    return list((order["score"].shift(-1) / order["one"]).iloc[:2])


def item_at(backlog: pd.DataFrame, place: int) -> str:
    return str(ranked(backlog)["item"].iloc[place])


def first_item(backlog: pd.DataFrame) -> str:
    return item_at(backlog, 0)


def second_item(backlog: pd.DataFrame) -> str:
    return item_at(backlog, 1)


# --- 08.5: opportunity ----------------------------------------------------------------------------


def by_need(values: pd.Series, backlog: pd.DataFrame) -> pd.Series:
    """Return values by need; two ideas may serve one need, and then have the same value."""
    return values.set_axis(backlog["need"]).groupby(level=0).first()


def gap(backlog: pd.DataFrame) -> pd.Series:
    return backlog["importance"] - backlog["satisfaction"]


def opportunity(backlog: pd.DataFrame) -> pd.Series:
    return by_need(backlog["importance"] + gap(backlog).clip(lower=0), backlog)


def opportunity_below_zero(backlog: pd.DataFrame) -> pd.Series:
    return by_need(backlog["importance"] + gap(backlog), backlog)


def opportunity_gap_alone(backlog: pd.DataFrame) -> pd.Series:
    return by_need(gap(backlog).clip(lower=0), backlog)


def opportunity_gap_alone_below_zero(backlog: pd.DataFrame) -> pd.Series:
    return by_need(gap(backlog), backlog)


def opportunity_either_way(backlog: pd.DataFrame) -> pd.Series:
    return by_need(backlog["importance"] + gap(backlog).abs(), backlog)


def opportunity_of_the_content(backlog: pd.DataFrame) -> pd.Series:
    return by_need(backlog["importance"] + (-gap(backlog)).clip(lower=0), backlog)


def opportunity_as_a_sum(backlog: pd.DataFrame) -> pd.Series:
    return by_need(backlog["importance"] + backlog["satisfaction"], backlog)


def over_served(backlog: pd.DataFrame) -> str:
    """Return the need that is met furthest beyond its importance."""
    return str(backlog["need"].iloc[int(gap(backlog).to_numpy().argmin())])


# --- 08.6: groups by what people did in June ------------------------------------------------------


def in_june(events: pd.DataFrame) -> pd.DataFrame:
    return events.loc[(events["time"] >= "2026-06-01") & (events["time"] < "2026-07-01")]


GROUPS = {"order": "purchase", "plan": "save_plan", "fill": "add_to_basket"}
"""In this order the first that fits; whoever did none of these looked."""


def who_did(events: pd.DataFrame, *names: str) -> set[str]:
    return set(events.loc[events["event"].isin(names), "user_id"].unique())


def first_that_fits(events: pd.DataFrame) -> dict[str, set[str]]:
    """Return the people of each group, everybody in the first of `GROUPS` that fits."""
    groups: dict[str, set[str]] = {}
    left = set(events["user_id"].unique())
    for name, event in GROUPS.items():
        groups[name] = left & who_did(events, event)
        left -= groups[name]
    return {**groups, "look": left}


def shares(events: pd.DataFrame) -> dict[str, float]:
    groups = first_that_fits(events)
    people = sum(map(len, groups.values()))
    return {name: len(group) / people for name, group in groups.items()}


def shares_of_rows(events: pd.DataFrame, rows: pd.DataFrame) -> dict[str, float]:
    """Return the share of these rows that each group has left."""
    return {
        name: float(rows["user_id"].isin(group).mean())
        for name, group in first_that_fits(events).items()
    }


def groups_in_june(events: pd.DataFrame) -> dict[str, float]:
    return shares(in_june(events))


def groups_that_overlap(events: pd.DataFrame) -> dict[str, float]:
    june = in_june(events)
    people = n_in_june(events)
    each = {name: len(who_did(june, event)) / people for name, event in GROUPS.items()}
    return {**each, "look": groups_in_june(events)["look"]}


def groups_left_over(events: pd.DataFrame) -> dict[str, float]:
    each = groups_that_overlap(events)
    return {**each, "look": 1 - each["order"] - each["plan"] - each["fill"]}


def groups_planners_who_ordered(events: pd.DataFrame) -> dict[str, float]:
    return {**groups_in_june(events), "plan": groups_that_overlap(events)["plan"]}


def groups_planners_who_ordered_and_a_remainder(events: pd.DataFrame) -> dict[str, float]:
    right, wrong = groups_in_june(events), groups_planners_who_ordered(events)
    return {**wrong, "look": right["look"] + right["plan"] - wrong["plan"]}


def groups_lookers_of_recipes(events: pd.DataFrame) -> dict[str, float]:
    june = in_june(events)
    lookers = first_that_fits(june)["look"] & who_did(june, "view_recipe")
    return {**groups_in_june(events), "look": len(lookers) / n_in_june(events)}


def groups_fillers_who_plan(events: pd.DataFrame) -> dict[str, float]:
    june = in_june(events)
    fillers = who_did(june, "add_to_basket") - who_did(june, "purchase")
    return {**groups_in_june(events), "fill": len(fillers) / n_in_june(events)}


def groups_of_visits(events: pd.DataFrame) -> dict[str, float]:
    june = in_june(events)
    return shares_of_rows(june, june.loc[june["event"] == "visit"])


def groups_of_rows(events: pd.DataFrame) -> dict[str, float]:
    june = in_june(events)
    return shares_of_rows(june, june)


def groups_ever(events: pd.DataFrame) -> dict[str, float]:
    return shares(events)


def n_in_june(events: pd.DataFrame) -> int:
    return int(in_june(events)["user_id"].nunique())


# --- 08.7: how sure the order is ------------------------------------------------------------------

Z90 = NormalDist().inv_cdf(0.9)
"""From the middle of an 80% range to its end, in standard deviations."""
SPRINT_WEEKS = 8


def dinners_connected(backlog: pd.DataFrame) -> pd.DataFrame:
    """Return the items by name as the chapter ranks them at last, with the dinners connected."""
    table = ranked(backlog).set_index("item")
    table.loc[DEAR, ["effort_weeks", "effort_low", "effort_high"]] = CONNECT
    return table


def log_score(row: Any, impact_off: float) -> NormalDist:
    """Return the logarithm of a score: every range is lognormal and holds the truth at 80%."""
    reach = sqrt(row["reach_low"] * row["reach_high"])
    effort = sqrt(row["effort_low"] * row["effort_high"])
    widths = [
        log(row["reach_high"] / row["reach_low"]),
        log(row["effort_high"] / row["effort_low"]),
        2 * log(impact_off),
    ]
    return NormalDist(
        log(reach * row["impact"] * row["confidence"] / effort),
        sqrt(sum((width / (2 * Z90)) ** 2 for width in widths)),
    )


def chance_to_fit(pair: pd.DataFrame) -> float:
    """Return the chance that two items together take no more than the sprint has."""
    from pmlab import priority

    ranking = priority.rice(
        pair.reset_index(), effort="effort_weeks", credibility=0.8, capacity=SPRINT_WEEKS
    )
    return ranking.chance_of_fitting


def how_sure(backlog: pd.DataFrame) -> list[float]:
    """Return what says how sure a choice is, in percent or as a score, the last two ideas first.

    The chance of one to be ahead of another; that it fits beside the first; the ends of its score.
    """
    table = dinners_connected(backlog)
    first, second, third = ranked(backlog)["item"].iloc[:3]
    found = []
    for impact_off in (2.0, 1.0):
        score = {item: log_score(table.loc[item], impact_off) for item in (second, third, DEAR)}
        for one, other in ((second, third), (DEAR, second), (DEAR, third)):
            ahead = (score[one] - score[other]).cdf(0)
            found += [100 * ahead, 100 * (1 - ahead)]
        found += [exp(each.inv_cdf(p)) for each in score.values() for p in (0.1, 0.9)]
    fits = [chance_to_fit(table.loc[[first, item]]) for item in (second, third, DEAR)]
    return [*found, *(100 * chance for chance in fits)]


# --- 08.9: when does building pay? ----------------------------------------------------------------


def dear(backlog: pd.DataFrame) -> tuple[float, float]:
    """Return the weeks to build the dear item, and the vendor's price in euro a month."""
    row = backlog.loc[backlog["item"] == DEAR].iloc[0]
    return float(row["effort_weeks"]), float(row["vendor_cents_a_year"]) / 100 / 12


def months_to_pay(backlog: pd.DataFrame) -> float:
    weeks, licence = dear(backlog)
    return (weeks - CONNECT_WEEKS) * WEEK / (licence - UPKEEP)


def months_without_upkeep(backlog: pd.DataFrame) -> float:
    weeks, licence = dear(backlog)
    return (weeks - CONNECT_WEEKS) * WEEK / licence


def months_without_connecting(backlog: pd.DataFrame) -> float:
    weeks, licence = dear(backlog)
    return weeks * WEEK / (licence - UPKEEP)


def months_with_neither(backlog: pd.DataFrame) -> float:
    weeks, licence = dear(backlog)
    return weeks * WEEK / licence


def months_as_years(backlog: pd.DataFrame) -> float:
    return months_to_pay(backlog) / 12


def months_with_upkeep_added(backlog: pd.DataFrame) -> float:
    weeks, licence = dear(backlog)
    return (weeks - CONNECT_WEEKS) * WEEK / (licence + UPKEEP)


def licence_a_month(backlog: pd.DataFrame) -> float:
    return dear(backlog)[1]


# --- the chapter ----------------------------------------------------------------------------------

CHAPTER = Chapter(
    number=8,
    name="priority",
    title="What to build",
    minutes=45,
    questions=[
        Choice(
            id="08.1",
            title="recall: what does a reminder cause?",
            right="c",
            options={
                "a": "25 points lie between savers and others, who chose that themselves. Whom "
                "did the coin choose?",
                "b": "30 of 100 more savers, 25 points each: that supposes that saving alone makes "
                "the 25. But those who save by themselves had more need of Larder to begin with.",
                "c": "The coin made two groups that were alike. Compare these, whatever people in "
                "them did.",
                "d": "Saving may well do something. How much, these numbers cannot tell; which "
                "others could?",
            },
            hints=(
                "Who chose to save a plan? And who chose to be reminded?",
                "Savers differ from others in more than the plan that they saved.",
                "Of everybody whom the coin chose, how many come back? And of everybody else?",
            ),
            why="Impact is what an item *causes*. That its users are our best customers says "
            "little of it.",
        ),
        Choice(
            id="08.2",
            title="recall: two ranges, multiplied",
            right="b",
            options={
                "a": "It is too wide for that. For a total near 10,000 both would have to be low "
                "at once; how often does that happen?",
                "b": "Both low at once is rare, and so is both high: these ends hold about 93 of "
                "100, not 80.",
                "c": "Two doubts do make a wider range than one. But not so wide: it is rare that "
                "both are low, or both high.",
                "d": "The likeliest values would tell where the middle is. Whether these ends are "
                "too far out can be told without them.",
            },
            hints=(
                "For a total near its lowest end, what must be true of the people, and what of the "
                "euro that each spends?",
                "Each is below its low end one time in ten. Both at once?",
                "One in ten of one in ten is one in a hundred; the ends of the product lie far "
                "outside 80%.",
            ),
            why="All lows together, or all highs, is a story, and hardly ever what happens.",
        ),
        Computed(
            id="08.3",
            title="bug hunt: Idris's ranking",
            tables=("backlog",),
            reference=rice,
            tolerance=0.5,
            misconceptions=(
                Misconception(
                    name="as Idris has it",
                    rule=rice_of_idris,
                    message="These are Idris's own scores. His formula is right, and the same in "
                    "every row. Are the numbers that go in of the same kind in every row? Read "
                    "`reach_per`.",
                ),
                Misconception(
                    name="the wrong way",
                    rule=rice_times_three,
                    message="You saw the windows. But now a quarter counts for three times as much "
                    "as before. If people come evenly, are there more of them in a quarter or in "
                    "one of its months?",
                ),
                Misconception(
                    name="by the quarter",
                    rule=rice_a_quarter,
                    message="All by the quarter: these scores compare, and their order is right. "
                    "The question asks for reach by the month.",
                ),
                Misconception(
                    name="every row by three",
                    rule=rice_all_over_three,
                    message="You have divided every row by three, and the order has stayed as it "
                    "was. Which rows are by the quarter?",
                ),
                Misconception(
                    name="confidence left out",
                    rule=rice_without_confidence,
                    message="The windows are right. Now a guess counts as much as something that "
                    "was measured: which letter of RICE is missing?",
                ),
                Misconception(
                    name="effort left out",
                    rule=rice_without_effort,
                    message="The windows are right. But these are totals: an item of twenty weeks "
                    "may shine in them. What does Saskia have only eight of?",
                ),
                Misconception(
                    name="impact left out",
                    rule=rice_without_impact,
                    message="The windows are right. But somebody who is helped a little counts as "
                    "much here as somebody who is helped a lot: which letter of RICE is missing?",
                ),
            ),
            facts={"quarter": n_a_quarter, "rows": n_items},
            hints=(
                "Idris's first line is about people. Over how long were they counted, in each row?",
                "`reach_per` says it. Rows by the quarter: {quarter} of {rows}. If each month "
                "brings other people, how many come in one?",
                'A Series of months, `backlog["reach_per"].map({{"month": 1, "quarter": 3}})`; '
                "divide `reach` by it, and go on as Idris does.",
            ),
            why="People a month in every row: now the scores compare.",
        ),
        Function(
            id="08.4",
            title="write turning_reach",
            tables=("backlog",),
            reference=turning_reach,
            tolerance=0.5,
            misconceptions=(
                Misconception(
                    name="windows as they stand",
                    rule=turning_reach_of_idris,
                    message="{answer[0]:,.0f} and {answer[1]:,.0f} come from the order as Idris "
                    "had it. Make the windows equal first, as in 08.3; then `{first}` is on top.",
                ),
                Misconception(
                    name="the lower one's reach",
                    rule=turning_reach_of_the_lower,
                    message="{answer[0]:,.0f} is the reach with which `{second}` would catch up: a "
                    "good question too. Asked is how far the *upper* one may fall.",
                ),
                Misconception(
                    name="a ratio",
                    rule=turning_reach_as_a_ratio,
                    message="{answer[0]:.2f} and {answer[1]:.2f} are the parts of its reach with "
                    "which each would still do. How many people a month are they?",
                ),
                Misconception(
                    name="how many it may lose",
                    rule=turning_reach_as_a_loss,
                    message="{answer[0]:,.0f} is how many people `{first}` may *lose*. Which reach "
                    "does that leave?",
                ),
                Misconception(
                    name="the gap in scores",
                    rule=turning_reach_as_a_gap,
                    message="{answer[0]:,.0f} is how far apart the first two *scores* are. A score "
                    "is no number of people: which reach makes this gap nothing?",
                ),
                Misconception(
                    name="confidence left out",
                    rule=turning_reach_without_confidence,
                    message="{answer[0]:,.0f} and {answer[1]:,.0f} would do if every guess were "
                    "certain. To get from a score back to people, undo the rest: impact, "
                    "confidence and effort.",
                ),
                Misconception(
                    name="the lower one's people",
                    rule=turning_reach_with_the_lower_one,
                    message="{answer[0]:,.0f} is the reach that `{second}` has. The two differ in "
                    "impact, confidence or effort as well: it is their *scores* that must be "
                    "equal.",
                ),
                Misconception(
                    name="both against the third",
                    rule=turning_reach_both_against_third,
                    message="Your second number is right. {answer[0]:,.0f} lets `{first}` fall two "
                    "places; asked is where it meets `{second}`.",
                ),
                Misconception(
                    name="the other way round",
                    rule=turning_reach_third_first,
                    message="Both numbers are right, in the wrong order: the question asks for the "
                    "first item's reach first.",
                ),
                Misconception(
                    name="from the lowest score",
                    rule=turning_reach_from_the_last,
                    message="{answer[0]:,.0f} and {answer[1]:,.0f} belong to the items with the "
                    "*lowest* scores. Which end does your sorting begin at?",
                ),
            ),
            facts={"first": first_item, "second": second_item},
            hints=(
                "Which score must `{first}` come down to? And which reach gives it that score?",
                "Score = reach x impact x confidence / effort. Turned round: reach = score x "
                "effort / (impact x confidence), with the score of the lower one, and effort, "
                "impact and confidence of the upper one.",
                '`table = backlog.set_index("item")`; `one = table["impact"] * '
                'table["confidence"] / table["effort_weeks"]` is what one person adds. Sort the '
                "scores from the top; `first, second, third = ranked.index[:3]`; then "
                "`ranked[second] / one[first]`, and the same one place further down.",
            ),
            why="A tipping point: what would have to be true for the order to turn. One can hold "
            "it against what people know.",
        ),
        Computed(
            id="08.5",
            title="opportunity: which needs are poorly served?",
            tables=("backlog",),
            reference=opportunity,
            tolerance=0.02,
            misconceptions=(
                Misconception(
                    name="below zero",
                    rule=opportunity_below_zero,
                    message="Nearly. Where people are more content than the thing matters to them, "
                    "as with `{over}`, your gap is below zero and takes away from what matters. "
                    "No gap counts below 0.",
                ),
                Misconception(
                    name="the gap alone",
                    rule=opportunity_gap_alone,
                    message="This is the gap alone. A gap in something that nobody cares for would "
                    "stand as high as one in what everybody needs; what is added to it?",
                ),
                Misconception(
                    name="the bare difference",
                    rule=opportunity_gap_alone_below_zero,
                    message="This is importance less satisfaction. Two steps are missing: no gap "
                    "counts below zero, and importance is added to it.",
                ),
                Misconception(
                    name="either way",
                    rule=opportunity_either_way,
                    message="A gap counts here in either direction, so that `{over}` looks like an "
                    "opportunity. People have more than enough of it: which gap is none?",
                ),
                Misconception(
                    name="the wrong way round",
                    rule=opportunity_of_the_content,
                    message="Your gap is satisfaction less importance: it rewards what people are "
                    "content with already. Turn it round.",
                ),
                Misconception(
                    name="a sum",
                    rule=opportunity_as_a_sum,
                    message="You add importance and satisfaction, so the best served needs come "
                    "first. Where is there something left to do?",
                ),
            ),
            facts={"over": over_served},
            hints=(
                "A need is worth work if it matters, and if what there is does not meet it.",
                "Two columns. The gap is importance less satisfaction, and never below 0. Then "
                "importance is added.",
                '`gap = (needs["importance"] - needs["satisfaction"]).clip(lower=0)`; then '
                '`opportunity = needs["importance"] + gap`.',
            ),
            why="What matters, and is not met. What people have enough of gets no minus; it gets "
            "nothing.",
        ),
        Computed(
            id="08.6",
            title="personas: count the groups",
            tables=("events",),
            reference=groups_in_june,
            share=True,
            tolerance=0.0005,
            misconceptions=(
                Misconception(
                    name="people in two groups",
                    rule=groups_that_overlap,
                    message="Somebody who saved a plan and also ordered is in two of these groups, "
                    "so they add up to more than everybody. Each person belongs to the *first* "
                    "group of the list that fits, and to no other.",
                ),
                Misconception(
                    name="two groups and a remainder",
                    rule=groups_left_over,
                    message="Somebody who saved a plan and also ordered is in two of these groups; "
                    "whoever looks is then what arithmetic leaves over. First put each person "
                    "into one group.",
                ),
                Misconception(
                    name="planners who ordered",
                    rule=groups_planners_who_ordered,
                    message="{answer[1]:.1%} saved a plan, and some of them ordered. Those are in "
                    "the group before: take them out here.",
                ),
                Misconception(
                    name="planners who ordered, and a remainder",
                    rule=groups_planners_who_ordered_and_a_remainder,
                    message="{answer[1]:.1%} saved a plan, and some of them ordered. They are in "
                    "two groups now, so `look`, what is left over, comes out too small.",
                ),
                Misconception(
                    name="planners counted twice",
                    rule=groups_fillers_who_plan,
                    message="{answer[2]:.1%} filled a basket and did not order, and some of them "
                    "saved a plan. Those are in the group before: take them out here.",
                ),
                Misconception(
                    name="recipes only",
                    rule=groups_lookers_of_recipes,
                    message="{answer[3]:.1%} viewed a recipe and did none of the three. Some did "
                    "not even that, and they came as well: the last group is everybody else.",
                ),
                Misconception(
                    name="visits for people",
                    rule=groups_of_visits,
                    message="{answer[0]:.1%} is a share of *visits*. Whoever comes ten times is "
                    "still one person, of {people:,}.",
                ),
                Misconception(
                    name="rows for people",
                    rule=groups_of_rows,
                    message="{answer[0]:.1%} is a share of *rows*. Whoever does much leaves many; "
                    "there are {people:,} people.",
                ),
                Misconception(
                    name="all half-year",
                    rule=groups_ever,
                    message="{answer[0]:.1%} ordered at some time in half a year. Asked is what "
                    "people did in June.",
                ),
            ),
            facts={"people": n_in_june},
            hints=(
                "Take one person: she saved a plan, filled a basket and ordered. In which one "
                "group is she?",
                "Each group leaves out those before it: planners are those who saved a plan *and "
                "not* ordered. `&` is and, `~` is not.",
                '`plan = (did["save_plan"] & ~did["purchase"]).mean()`; then for `fill` three '
                "conditions; and `look = 1 - order - plan - fill`.",
            ),
            why="{answer[0]:.0%} order, {answer[1]:.0%} plan, {answer[2]:.0%} fill a basket, "
            "{answer[3]:.0%} look: everybody once, and nobody invented.",
        ),
        Text(
            id="08.7",
            title="decide: three sentences for Nora",
            tables=("backlog",),
            criteria=(
                Criterion(
                    name="the choice",
                    words=(
                        "let us",
                        "let's",
                        "recommend",
                        "suggest",
                        "propose",
                        "should",
                        "put ",
                        "choose",
                        "my choice",
                        "pick",
                        "vote",
                        "prefer",
                        "decide",
                        "build ",
                        "buy ",
                        "connect ",
                        "partner",
                        "take ",
                        "go with",
                        "go in",
                        "goes",
                        "do the",
                        "start with",
                        "we do ",
                        "we will",
                        "i would",
                        "i'd",
                        "sprint",
                    ),
                    ask="What goes into the sprint?",
                ),
                Criterion(
                    name="by what measure",
                    words=(
                        "rice",
                        "opportunit",
                        "score",
                        "reach",
                        "impact",
                        "people",
                        "need",
                        "importan",
                        "satisf",
                        "week",
                        "fit",
                        "cost",
                        "euro",
                        "licence",
                        "license",
                    ),
                    ask="By RICE, by the need, by the weeks that are left? Name what you compare.",
                ),
                Criterion(
                    name="how sure",
                    number=how_sure,
                    ask="Take one number from the cell above: a chance, or the range of a score.",
                ),
                Criterion(
                    name="what would change it",
                    words=(
                        "unless",
                        "if ",
                        "should it",
                        "would change",
                        "change my mind",
                        "until",
                        "as soon as",
                        "but ",
                        "however",
                        "cannot",
                        "do not know",
                        "don't know",
                    ),
                    ask="Which one number could turn it, and who finds it out?",
                ),
            ),
            hints=(
                "Nora reads one screen on her telephone. Which sentence must she see first?",
                "First what goes in, and by what measure; then how sure that is; then the one "
                "number that would turn it.",
                "A shape: 'Let us put ... into the sprint: by ... it comes before .... That is so "
                "with a chance of ...%. If ... turns out to be ..., the other goes in.'",
            ),
            why="A choice, its reason, how sure it is, and what would change it: Nora can act "
            "on this, and come back to it. Each of the three can be argued so.",
        ),
        Choice(
            id="08.8",
            title="exit ticket: which number to find out?",
            right="b",
            options={
                "a": "Its range is narrow: whatever Maeve finds, the order of the first two "
                "stays open.",
                "b": "At its low end Y is far behind X, and at its high end far ahead. One week of "
                "asking settles it.",
                "c": "The widest range of all, and it can be anything: Z stays last. Doubt matters "
                "where it can turn a decision.",
                "d": "More digits on three guesses are still three guesses. Find out one thing "
                "instead.",
            },
            hints=(
                "For each: if you knew it exactly, could it change what you build?",
                "Write the lowest and the highest score of X, of Y and of Z side by side.",
                "Z never reaches the others. X hardly moves. What is left?",
            ),
            why="The number worth finding out is the one that can turn the decision, and not the "
            "one that is least known.",
        ),
        Computed(
            id="08.9",
            title="optional: when would building pay?",
            tables=("backlog",),
            reference=months_to_pay,
            tolerance=0.1,
            misconceptions=(
                Misconception(
                    name="upkeep forgotten",
                    rule=months_without_upkeep,
                    message="After {answer:.0f} months it would pay if one's own cost nothing to "
                    "keep. It saves {licence:,.0f} euro of licence a month, and takes something "
                    "every month too.",
                ),
                Misconception(
                    name="connecting forgotten",
                    rule=months_without_connecting,
                    message="{answer:.0f} months let buying begin at nothing. What one has bought "
                    "must be connected as well, and that takes some weeks.",
                ),
                Misconception(
                    name="both forgotten",
                    rule=months_with_neither,
                    message="{answer:.0f} months is what building costs over the licence. Two "
                    "things are missing: what one's own costs afterwards, and what buying costs "
                    "at the beginning.",
                ),
                Misconception(
                    name="in years",
                    rule=months_as_years,
                    message="{answer:.1f} is right in years. The question asks for months.",
                ),
                Misconception(
                    name="upkeep added",
                    rule=months_with_upkeep_added,
                    message="{answer:.1f} months adds the upkeep to the licence, as if one's own "
                    "saved both. It saves the one, and costs the other.",
                ),
            ),
            facts={"licence": licence_a_month},
            hints=(
                "How much more does building cost at the beginning? And how much less every month "
                "after that?",
                "At the beginning: the weeks to build less the weeks to connect, at 2,500 euro "
                "each. A month: the licence less the upkeep.",
                "`(weeks - connect) * week / (licence - upkeep)`, with all of them as they stand "
                "in Luc's cell.",
            ),
            why="{answer:.0f} months, if every guess holds. Whoever is not sure that the need "
            "lasts so long should not build for the money.",
        ),
    ],
)
