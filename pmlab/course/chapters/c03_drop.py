"""Chapter 03, Why users drop: a broken segment, another mix, unfinished windows, time to convert.

As in the notebook, a span of days says who starts: of one step, only what happens in it is kept,
and of everything else all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pmlab as pm
from pmlab.course.questions import (
    Chapter,
    Choice,
    Computed,
    Criterion,
    Function,
    Misconception,
    Text,
)
from pmlab.course.rubrics import CAVEAT

if TYPE_CHECKING:
    import pandas as pd

    from pmlab import FunnelBreakdown, FunnelResult, FunnelTimes

PAYING = ["start_checkout", "purchase"]
BUYING = ["visit", "sign_up", "purchase"]
LOG_ENDS = "2026-07-06"
"""The first moment after the log."""

# Three weeks before the payment form broke, and the three in which it was mended.
APRIL = ("2026-04-13", "2026-05-04")
MAY = ("2026-05-04", "2026-05-25")
BROKE, MENDED = "4.10", "4.10.1"
"""The releases."""

FEBRUARY = ("2026-02-02", "2026-03-16")
"""Six weeks, up to the faster checkout."""
CAMPAIGN = ("2026-03-23", "2026-04-20")

EARLY_JUNE = ("2026-06-01", "2026-06-15")
"""Before the weekly email."""
AFTER_THE_EMAIL = ("2026-06-22", LOG_ENDS)
LAST_WEEKS = ("2026-05-25", LOG_ENDS)


# --- whom the rules count -------------------------------------------------------------------------


def starting(events: pd.DataFrame, step: str, span: tuple[Any, Any]) -> pd.DataFrame:
    """Return of this step what happened in the span, and all other events."""
    begin, end = span
    is_step = events["event"] == step
    in_span = (events["time"] >= begin) & (events["time"] < end)
    kept: pd.DataFrame = events.loc[~is_step | in_span]
    return kept


def newcomers(events: pd.DataFrame) -> pd.DataFrame:
    """Return each person's first visit, and everything else that they did."""
    again = (events["event"] == "visit") & events.duplicated(["user_id", "event"])
    return events.loc[~again]


def starting_to_buy(events: pd.DataFrame, span: tuple[str, str]) -> pd.DataFrame:
    """Return the steps to a purchase, entered by those who first came in the span."""
    events = events.loc[events["event"].isin(BUYING)]
    return starting(newcomers(events), "visit", span)


def buying(events: pd.DataFrame, span: tuple[str, str], within: str = "7d") -> FunnelResult:
    """Return how many newcomers of the span bought, signing up on the way."""
    return pm.funnel(starting_to_buy(events, span), BUYING, within=within, as_of=LOG_ENDS)


# --- 03.3: lost buyers ----------------------------------------------------------------------------


def paying_by_segment(events: pd.DataFrame, span: tuple[str, str]) -> FunnelBreakdown:
    """Return who paid of those who began to check out in the span, by device and browser."""
    events = events.loc[events["event"].isin(PAYING)]
    events = events.assign(where=events["device"] + " " + events["browser"])
    return pm.funnel(starting(events, "start_checkout", span), PAYING, within="1d", by="where")


def broken_segment(events: pd.DataFrame) -> tuple[str, float]:
    """Return the device and browser that fell most in May, and its rate before."""
    before, during = (paying_by_segment(events, span).segments for span in (APRIL, MAY))
    falls = {
        segment: during[segment].rate_from_start[-1] - before[segment].rate_from_start[-1]
        for segment in before
        if segment in during
    }
    worst = min(falls, key=falls.__getitem__)
    return str(worst), before[worst].rate_from_start[-1]


def broken_checkouts(events: pd.DataFrame, calendar: pd.DataFrame) -> tuple[int, int, float]:
    """Return who tried and who paid there between the two releases, and the usual rate."""
    segment, usual = broken_segment(events)
    events = events.loc[events["event"].isin(PAYING)]
    theirs = events.loc[events["device"] + " " + events["browser"] == segment]
    begin, end = calendar.set_index("name").loc[[BROKE, MENDED], "start"]
    f = pm.funnel(starting(theirs, "start_checkout", (begin, end)), PAYING, within="1d")
    tried, paid = f.counts
    return tried, paid, usual


def lost_buyers(events: pd.DataFrame, calendar: pd.DataFrame) -> dict[str, float]:
    tried, paid, usual = broken_checkouts(events, calendar)
    return {"expected": tried * usual, "lost": tried * usual - paid}


def lost_all_who_did_not_pay(events: pd.DataFrame, calendar: pd.DataFrame) -> dict[str, float]:
    tried, paid, _ = broken_checkouts(events, calendar)
    return {"expected": tried, "lost": tried - paid}


def lost_none_taken_off(events: pd.DataFrame, calendar: pd.DataFrame) -> dict[str, float]:
    tried, _, usual = broken_checkouts(events, calendar)
    return {"expected": tried * usual, "lost": tried * usual}


def lost_anyway(events: pd.DataFrame, calendar: pd.DataFrame) -> dict[str, float]:
    tried, _, usual = broken_checkouts(events, calendar)
    return {"expected": tried * usual, "lost": tried * (1 - usual)}


def lost_as_a_share(events: pd.DataFrame, calendar: pd.DataFrame) -> dict[str, float]:
    tried, paid, usual = broken_checkouts(events, calendar)
    return {"expected": usual, "lost": usual - paid / tried}


def n_lost(events: pd.DataFrame, calendar: pd.DataFrame) -> float:
    return lost_buyers(events, calendar)["lost"]


def tried_to_pay(events: pd.DataFrame, calendar: pd.DataFrame) -> int:
    return broken_checkouts(events, calendar)[0]


def did_pay(events: pd.DataFrame, calendar: pd.DataFrame) -> int:
    return broken_checkouts(events, calendar)[1]


# --- 03.4: at the same mix ------------------------------------------------------------------------


def by_channel(events: pd.DataFrame, span: tuple[str, str]) -> pd.DataFrame:
    """Return one row a channel: newcomers (visit) and buyers (purchase)."""
    from pandas import DataFrame

    b = pm.funnel(starting_to_buy(events, span), BUYING, within="7d", by="channel")
    return DataFrame(b.counts, index=list(b.steps)).T


def rates(people: pd.DataFrame) -> pd.Series:
    return people["purchase"] / people["visit"]


def share_of_all(people: pd.DataFrame) -> float:
    return float(people["purchase"].sum() / people["visit"].sum())


def weighted(rate: pd.Series, weights: pd.Series) -> float:
    return float((rate * weights).sum() / weights.sum())


def spring(events: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the newcomers by channel, before the campaign and during it."""
    return by_channel(events, FEBRUARY), by_channel(events, CAMPAIGN)


def same_mix(events: pd.DataFrame) -> float:
    before, during = spring(events)
    return weighted(rates(during), before["visit"])


def same_mix_as_it_was(events: pd.DataFrame) -> float:
    return share_of_all(by_channel(events, CAMPAIGN))


def same_mix_before(events: pd.DataFrame) -> float:
    return share_of_all(by_channel(events, FEBRUARY))


def same_mix_other_way_round(events: pd.DataFrame) -> float:
    before, during = spring(events)
    return weighted(rates(before), during["visit"])


def same_mix_mean_of_channels(events: pd.DataFrame) -> float:
    return float(rates(by_channel(events, CAMPAIGN)).mean())


def same_mix_of_buyers(events: pd.DataFrame) -> float:
    before, during = spring(events)
    return weighted(rates(during), before["purchase"])


def same_mix_rise(events: pd.DataFrame) -> float:
    before, during = spring(events)
    return weighted(rates(during), before["visit"]) - share_of_all(before)


# --- 03.5: after the email ------------------------------------------------------------------------


def watched(events: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return, of those who came after the email, who bought and whose seven days are not over."""
    from pandas import Timedelta, Timestamp

    units = buying(events, AFTER_THE_EMAIL).units
    assert units is not None
    late = units["time_1"] > Timestamp(LOG_ENDS) - Timedelta(days=7)
    return units["level"] == len(BUYING), late


def email_share(events: pd.DataFrame) -> float:
    theirs = starting_to_buy(events, AFTER_THE_EMAIL)
    f = pm.funnel(theirs, BUYING, within="7d", as_of=LOG_ENDS, unfinished="drop")
    return f.rate_from_start[-1]


def email_as_idris_has_it(events: pd.DataFrame) -> float:
    bought, late = watched(events)
    return float(bought[bought | ~late].mean())


def email_everybody(events: pd.DataFrame) -> float:
    bought, _ = watched(events)
    return float(bought.mean())


def email_all_buyers_over_finished(events: pd.DataFrame) -> float:
    bought, late = watched(events)
    return float(bought.sum() / (~late).sum())


def email_finished_buyers_over_all(events: pd.DataFrame) -> float:
    bought, late = watched(events)
    return float((bought & ~late).mean())


def email_only_unfinished(events: pd.DataFrame) -> float:
    bought, late = watched(events)
    return float(bought[late].mean())


def early_buyers(events: pd.DataFrame) -> int:
    bought, late = watched(events)
    return int((bought & late).sum())


def unfinished_people(events: pd.DataFrame) -> int:
    return int(watched(events)[1].sum())


# --- 03.8: how long to wait -----------------------------------------------------------------------


def times_to_buy(events: pd.DataFrame) -> FunnelTimes:
    """Return how long the newcomers of the last weeks took."""
    return buying(events, LAST_WEEKS, within="30d").times()


def by_day(events: pd.DataFrame, days: int) -> float:
    from pandas import Timedelta

    return times_to_buy(events).share_by(Timedelta(days=days))


def by_day_7(events: pd.DataFrame) -> float:
    return by_day(events, 7) / by_day(events, 30)


def by_day_7_of_everybody(events: pd.DataFrame) -> float:
    return by_day(events, 7)


def by_day_30_of_everybody(events: pd.DataFrame) -> float:
    return by_day(events, 30)


def by_day_7_still_to_come(events: pd.DataFrame) -> float:
    return 1 - by_day_7(events)


def by_day_7_of_those_seen_to_buy(events: pd.DataFrame) -> float:
    from pandas import Timedelta

    f = buying(events, LAST_WEEKS, within="30d")
    assert f.units is not None
    buyers = f.units.loc[f.units["level"] == len(BUYING)]
    return float((buyers["time_3"] - buyers["time_1"] <= Timedelta(days=7)).mean())


def day_7_over_30(events: pd.DataFrame) -> float:
    return 7 / 30


# --- the chapter ----------------------------------------------------------------------------------

CHAPTER = Chapter(
    number=3,
    name="drop",
    title="Why users drop",
    minutes=50,
    questions=[
        Choice(
            id="03.1",
            title="recall: what share of both together?",
            right="b",
            options={
                "a": "12.5% is the mean of the two rates, as if both groups were of one size. Four "
                "times as many came on the telephone. How many people bought, of how many?",
                "b": "50 and 50 bought: 100 of 1,250.",
                "c": "Shares of two groups do not add up: the groups stand underneath too. How "
                "many people bought, of how many?",
                "d": "20% is the laptop's rate, and only 250 people came on one. Where are the "
                "1,000 others?",
            },
            hints=(
                "Say the answer as 'X of 1,250 people'. Who is X?",
                "5% of 1,000 is how many people? And 20% of 250?",
                "50 people bought on each. 100 of 1,250 is the share.",
            ),
            why="A total lies nearer to the rate of the larger group; the mean of two rates "
            "forgets their sizes.",
        ),
        Choice(
            id="03.2",
            title="recall: when does Cleo count?",
            right="c",
            options={
                "a": "Her first attempt starts on 1 April, and its seven days end on the 8th. What "
                "had she done by then?",
                "b": "It is the other way round: the first attempt starts at the first visit, on "
                "1 April. Which attempt may start on the 20th?",
                "c": "The second visit starts an attempt too, and that one is done in a day.",
                "d": "Her purchase is 19 days after her first visit, but she visited again. Which "
                "way of counting lets that visit start the clock?",
            },
            hints=(
                "There are two visits, so there are two attempts. When does each one start?",
                "From 1 April seven days lead to the 8th; from the 20th, to the 27th.",
                "By the 8th she had done nothing more. From the 20th on she did everything.",
            ),
            why="First or best is not a detail: for Cleo it decides whether she counts.",
        ),
        Computed(
            id="03.3",
            title="two blanks: how many buyers were lost?",
            tables=("events", "calendar"),
            reference=lost_buyers,
            tolerance=0.5,
            misconceptions=(
                Misconception(
                    name="all who did not pay",
                    rule=lost_all_who_did_not_pay,
                    message="{answer[1]:.0f} is everybody who did not pay. In the weeks before "
                    "some did not pay either, and nothing was broken. How many of the {tried:,} "
                    "would have paid as a rule?",
                ),
                Misconception(
                    name="none taken off",
                    rule=lost_none_taken_off,
                    message="{answer[1]:.0f} would have paid as a rule, that is right. But "
                    "{paid:,} people did pay, broken or not. How many were lost?",
                ),
                Misconception(
                    name="lost anyway",
                    rule=lost_anyway,
                    message="{answer[1]:.0f} is how many do not pay even in ordinary weeks. Those "
                    "are the people whom Maeve does *not* mean.",
                ),
                Misconception(
                    name="share for people",
                    rule=lost_as_a_share,
                    message="{answer[1]:.3f} is by how much the rate fell. Maeve wants to know how "
                    "many people: of the {tried:,} who tried, how many are that?",
                ),
            ),
            facts={"tried": tried_to_pay, "paid": did_pay},
            hints=(
                "Think of the same people in an ordinary week. How many of them would have paid?",
                "`usual` is the share that pays of those who begin to check out, and {tried:,} "
                "began. That gives `expected`.",
                "`expected = tried * usual`; from that take off the {paid:,} who did pay.",
            ),
            why="{answer[0]:.0f} would have paid and {paid:,} did: about {answer[1]:.0f} buyers "
            "lost. What counts is the difference from an ordinary week.",
        ),
        Function(
            id="03.4",
            title="write at_same_mix",
            tables=("events",),
            reference=same_mix,
            share=True,
            tolerance=0.0005,
            misconceptions=(
                Misconception(
                    name="as it was",
                    rule=same_mix_as_it_was,
                    message="{answer:.1%} is the campaign's weeks as they were, with all those who "
                    "came from paid social. Which weeks should say how much each channel weighs?",
                ),
                Misconception(
                    name="the weeks before",
                    rule=same_mix_before,
                    message="{answer:.1%} is the six weeks before as they were: their mix, and "
                    "their rates too. Whose *rates* does the question ask for?",
                ),
                Misconception(
                    name="the other way round",
                    rule=same_mix_other_way_round,
                    message="{answer:.1%} has the rates of before and the campaign's mix. The "
                    "question holds the *mix* of before still. Which table gives which?",
                ),
                Misconception(
                    name="mean of the channels",
                    rule=same_mix_mean_of_channels,
                    message="{answer:.1%} is the plain mean of the four rates, as if every channel "
                    "brought as many people. How many did each bring in the weeks before?",
                ),
                Misconception(
                    name="mix of buyers",
                    rule=same_mix_of_buyers,
                    message="{answer:.1%} weighs each channel by its *buyers*. The words after "
                    "'of' are newcomers: by which column do they weigh?",
                ),
                Misconception(
                    name="the rise",
                    rule=same_mix_rise,
                    message="{answer:.1%} is how far the share rises above that of the weeks "
                    "before. Luc will want it next, but the question asks for the share itself.",
                ),
            ),
            hints=(
                "A total is a mean of the channels' rates, weighted by a mix. Here the rates come "
                "from one table, and the mix from the other.",
                "Two channels for practice: they convert at 10% and 30% now, and before, of 100 "
                "newcomers 75 came by the first. At that mix it is 0.75 * 10% + 0.25 * 30% = 15%.",
                '`rate = during["purchase"] / during["visit"]`, '
                '`mix = before["visit"] / before["visit"].sum()`, and then `(rate * mix).sum()`.',
            ),
            why="{answer:.1%}. With the mix held still, what is left is what changed for people.",
        ),
        Computed(
            id="03.5",
            title="bug hunt: the weekly email",
            tables=("events",),
            reference=email_share,
            share=True,
            tolerance=0.0005,
            misconceptions=(
                Misconception(
                    name="as Idris has it",
                    rule=email_as_idris_has_it,
                    message="{answer:.1%} is Idris's own number. He leaves out those of the last "
                    "week who have not bought, and keeps the {early:,} who have. What does that "
                    "make the share of buyers in that week?",
                ),
                Misconception(
                    name="everybody kept",
                    rule=email_everybody,
                    message="{answer:.1%} keeps everybody, and so counts as lost the people who "
                    "came yesterday and may buy tomorrow. {unfinished:,} have not had their seven "
                    "days. What about them?",
                ),
                Misconception(
                    name="all buyers above, finished below",
                    rule=email_all_buyers_over_finished,
                    message="{answer:.1%} has those whose seven days are over underneath, and "
                    "buyers of *both* weeks above. Whoever is not below cannot stand above. "
                    "Which {early:,} have to go?",
                ),
                Misconception(
                    name="finished buyers above, all below",
                    rule=email_finished_buyers_over_all,
                    message="{answer:.1%} leaves the early buyers out above and keeps everybody "
                    "underneath. Those whose seven days are not over have to go in both places.",
                ),
                Misconception(
                    name="only the unfinished",
                    rule=email_only_unfinished,
                    message="{answer:.1%} is the share of just those whose seven days are *not* "
                    "over. Turn it round: who may stay?",
                ),
            ),
            facts={"early": early_buyers, "unfinished": unfinished_people},
            hints=(
                "Look at the last week only. Of the people whom Idris keeps there, what share "
                "bought?",
                "Ben came on 3 July and bought on the 4th. Eve came on 3 July and may buy on the "
                "8th. Idris keeps Ben and drops Eve. Of such a week, who is left but buyers?",
                "Whoever has not had seven days goes, buyer or not: "
                '`bought[~unfinished].mean()`, or `pm.funnel(..., unfinished="drop")` and the last '
                "of `rate_from_start`.",
            ),
            why="{answer:.1%}. Out went all {unfinished:,} people whose week is not over, the "
            "{early:,} early buyers with them.",
        ),
        Text(
            id="03.6",
            title="decide: three sentences for Nora",
            tables=("events", "calendar"),
            criteria=(
                Criterion(
                    name="to whom",
                    words=(
                        "desktop",
                        "mobile",
                        "tablet",
                        "laptop",
                        "telephone",
                        "phone",
                        "device",
                        "browser",
                        "edge",
                        "firefox",
                        "safari",
                        "samsung",
                        "chrome",
                        "segment",
                    ),
                    ask="To whom did it happen: on which device, in which browser?",
                ),
                Criterion(
                    name="the number",
                    number=n_lost,
                    ask="How many buyers were lost? It stands in the cell above.",
                ),
                Criterion(
                    name="what to do",
                    words=(
                        "recommend",
                        "suggest",
                        "propose",
                        "should",
                        "let us",
                        "let's",
                        "monday",
                        "alarm",
                        "alert",
                        "watch",
                        "monitor",
                        "write to",
                        "apologise",
                        "apologize",
                        "refund",
                        "from now on",
                        "test every",
                        "test each",
                    ),
                    ask="What do we do on Monday, so that Nora hears of the next one the same day?",
                ),
                Criterion(
                    name="a caveat",
                    words=(*CAVEAT, "estimate", "assume", "could have", "rests on"),
                    ask="On what does the number rest, and what can it not tell?",
                ),
            ),
            hints=(
                "Nora reads one screen on her telephone. What must she see first: the curve, or "
                "what happened to whom?",
                "First what happened, to whom and from when to when; then how many; then what to "
                "do, and what the number cannot tell.",
                "A shape: 'From ... to ... people on ... could hardly pay, and we lost about ... "
                "buyers. I suggest ... from Monday. But the number assumes ...'",
            ),
            why="What happened and to whom, a number that somebody else can recount, what to do, "
            "and what the number rests on: Nora can act on this.",
        ),
        Choice(
            id="03.7",
            title="exit ticket: ten days after",
            right="b",
            options={
                "a": "Most of them have not had seven days, so the page will look bad whatever it "
                "does. Who has had them?",
                "b": "They have all had their seven days, and so have those with whom they are "
                "compared.",
                "c": "That is Idris's way: of those whose time is not over, only buyers stay. What "
                "share of *them* bought?",
                "d": "A month from now one sees more. But some people have had their seven days "
                "already. Who?",
            },
            hints=(
                "The measure gives everybody seven days. Who has had them by today?",
                "Whoever came on the first day has been watched for ten days; who came yesterday, "
                "for one.",
                "The first three days lie seven days back or more. Compare them with as many days, "
                "on the same days of the week.",
            ),
            why="Few people with their full time tell more than many without it. Say that they "
            "are few; the interval will, too.",
        ),
        Computed(
            id="03.8",
            title="optional: how long to wait",
            tables=("events",),
            reference=by_day_7,
            share=True,
            tolerance=0.0005,
            misconceptions=(
                Misconception(
                    name="of everybody",
                    rule=by_day_7_of_everybody,
                    message="{answer:.1%} of *all newcomers* have bought by day 7. Luc asks only "
                    "about those who will buy within 30 days. What stands underneath?",
                ),
                Misconception(
                    name="in a month",
                    rule=by_day_30_of_everybody,
                    message="{answer:.1%} is the share of newcomers who will have bought by day "
                    "30. It belongs underneath; what stands above?",
                ),
                Misconception(
                    name="still to come",
                    rule=by_day_7_still_to_come,
                    message="{answer:.1%} is what is still to come after day 7. Luc asks what has "
                    "come by then.",
                ),
                Misconception(
                    name="of those seen to buy",
                    rule=by_day_7_of_those_seen_to_buy,
                    message="{answer:.1%} is a share of the buyers who are in the log by now. Of "
                    "the newcomers of these weeks the slow ones have not bought yet, so the quick "
                    "ones are too many. What does the curve say instead?",
                ),
                Misconception(
                    name="days over days",
                    rule=day_7_over_30,
                    message="{answer:.1%} is 7 of 30 days, as if people bought evenly. Look at the "
                    "curve: where is it steepest?",
                ),
            ),
            hints=(
                "Say it as 'X of Y'. Y is those who will buy within 30 days.",
                "The curve gives both, each as a share of all newcomers: one at 7 days, the other "
                "at 30.",
                "`in_a_month = times.share_by(pd.Timedelta(days=30))`; divide the value at 7 days "
                "by it.",
            ),
            why="{answer:.1%} of those who will buy in a month have done so after a week. A week "
            "is soon enough to compare, and too soon to add up.",
        ),
    ],
)
