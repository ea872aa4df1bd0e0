"""Chapter 04, Retention and growth: who comes back, who is gained and lost, what makes them stay.

The right rules count with `pm.retention`. The wrong ones are written as somebody with that slip
would write them.
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

END = "2026-07-06"
"""The first moment after the log."""

LATER = "2026-12-31"
"""By then everybody's days would be over, had the log gone on."""

LAST_WEEK, THIS_WEEK = "2026-06-22", "2026-06-29"


# --- 04.3: the delivery partner's three months ----------------------------------------------------

CUSTOMERS = {"March": 1000, "April": 500, "June": 700}
BACK = {"March": 500, "April": 400, "June": 10}
OVER = ("March", "April")
"""The months whose second weeks are over. The numbers are the partner's, so on every seed the same;
what Larder's own tables hold plays no part."""


def pooled(months: tuple[str, ...]) -> float:
    return sum(BACK[month] for month in months) / sum(CUSTOMERS[month] for month in months)


def mean_of(months: tuple[str, ...]) -> float:
    return sum(BACK[month] / CUSTOMERS[month] for month in months) / len(months)


def partner_rates(_: pd.DataFrame) -> dict[str, float]:
    return {"pooled": pooled(OVER), "mean": mean_of(OVER)}


def partner_swapped(_: pd.DataFrame) -> dict[str, float]:
    return {"pooled": mean_of(OVER), "mean": pooled(OVER)}


def partner_mean_twice(_: pd.DataFrame) -> dict[str, float]:
    return {"pooled": mean_of(OVER), "mean": mean_of(OVER)}


def partner_pooled_twice(_: pd.DataFrame) -> dict[str, float]:
    return {"pooled": pooled(OVER), "mean": pooled(OVER)}


def partner_with_june(_: pd.DataFrame) -> dict[str, float]:
    return {"pooled": pooled(tuple(BACK)), "mean": mean_of(tuple(BACK))}


def partner_june_in_pooled(_: pd.DataFrame) -> dict[str, float]:
    return {"pooled": pooled(tuple(BACK)), "mean": mean_of(OVER)}


def partner_june_in_mean(_: pd.DataFrame) -> dict[str, float]:
    return {"pooled": pooled(OVER), "mean": mean_of(tuple(BACK))}


def partner_june_as_nobody(_: pd.DataFrame) -> dict[str, float]:
    back = sum(BACK[month] for month in OVER)
    return {"pooled": back / sum(CUSTOMERS.values()), "mean": mean_of(OVER)}


def partner_early_birds_of_june(_: pd.DataFrame) -> dict[str, float]:
    back, customers = sum(BACK.values()), sum(CUSTOMERS[month] for month in OVER)
    return {"pooled": back / (customers + BACK["June"]), "mean": mean_of(OVER)}


# --- 04.4: the share of accounts that are back in their second week -------------------------------


def pooled_counts(
    events: pd.DataFrame, first: int = 7, last: int = 13, **options: Any
) -> tuple[int, int]:
    """Return how many were back on one of these days, and of how many, over all cohorts."""
    asked = {"start": "sign_up", "as_of": END, **options}
    r = pm.retention(
        events, returning="visit", definition="bracket", brackets=[(first, last)], **asked
    )
    return int(r.cells["n_returned"].sum()), int(r.cells["n_observed"].sum())


def by_day(events: pd.DataFrame, until: int = 13) -> pd.Series:
    """Return each single day's share of those who have had it, from day 0."""
    r = pm.retention(events, start="sign_up", returning="visit", periods=until, as_of=END)
    return r.curve.to_frame().set_index("period")["rate"]


def second_week(events: pd.DataFrame) -> float:
    back, watched = pooled_counts(events)
    return back / watched


def second_week_on_day_7(events: pd.DataFrame) -> float:
    return float(by_day(events)[7])


def second_week_from_day_7_on(events: pd.DataFrame) -> float:
    r = pm.retention(
        events, start="sign_up", returning="visit", definition="unbounded", periods=7, as_of=END
    )
    return float(r.curve.to_frame()["rate"].iloc[7])


def second_week_with_unfinished(events: pd.DataFrame) -> float:
    back, accounts = pooled_counts(events, as_of=LATER)
    return back / accounts


def second_week_with_early_birds(events: pd.DataFrame) -> float:
    back_in_time, watched = pooled_counts(events)
    back, _ = pooled_counts(events, as_of=LATER)
    return back / (watched + back - back_in_time)


def second_week_and_first(events: pd.DataFrame) -> float:
    back, watched = pooled_counts(events, first=1)
    return back / watched


def second_week_by_hours(events: pd.DataFrame) -> float:
    back, watched = pooled_counts(events, clock="24h")
    return back / watched


def second_week_of_calendar(events: pd.DataFrame) -> float:
    r = pm.retention(events, start="sign_up", returning="visit", period="W", periods=1, as_of=END)
    return float(r.curve.to_frame()["rate"].iloc[1])


def second_week_a_day_longer(events: pd.DataFrame) -> float:
    back, watched = pooled_counts(events, last=14)
    return back / watched


def second_week_a_day_late(events: pd.DataFrame) -> float:
    back, watched = pooled_counts(events, first=8, last=14)
    return back / watched


def second_week_added_up(events: pd.DataFrame) -> float:
    return by_day(events).loc[7:13].sum()


def second_week_mean_of_days(events: pd.DataFrame) -> float:
    return by_day(events).loc[7:13].mean()


def second_week_of_visitors(events: pd.DataFrame) -> float:
    back, _ = pooled_counts(events, as_of=LATER)
    return back / events.loc[events["event"] == "visit", "user_id"].nunique()


def second_week_from_first_visit(events: pd.DataFrame) -> float:
    back, watched = pooled_counts(events, start="visit")
    return back / watched


def accounts(events: pd.DataFrame) -> int:
    return pooled_counts(events, as_of=LATER)[1]


def accounts_watched(events: pd.DataFrame) -> int:
    return pooled_counts(events)[1]


# --- 04.5: gained and lost ------------------------------------------------------------------------


def visitors(events: pd.DataFrame) -> tuple[set[str], set[str], set[str]]:
    """Return who came earlier, last week and this week."""
    visits = events.loc[events["event"] == "visit", ["user_id", "time"]]
    when = visits["time"]

    def who(which: pd.Series) -> set[str]:
        return set(visits.loc[which, "user_id"].tolist())

    in_last_week = (when >= LAST_WEEK) & (when < THIS_WEEK)
    return who(when < LAST_WEEK), who(in_last_week), who(when >= THIS_WEEK)


def growth(events: pd.DataFrame) -> dict[str, int]:
    earlier, last_week, this_week = visitors(events)
    return {
        "resurrected": len((this_week & earlier) - last_week),
        "churned": len(last_week - this_week),
    }


def growth_new_among_resurrected(events: pd.DataFrame) -> dict[str, int]:
    _, last_week, this_week = visitors(events)
    return {**growth(events), "resurrected": len(this_week - last_week)}


def growth_retained_among_resurrected(events: pd.DataFrame) -> dict[str, int]:
    earlier, _, this_week = visitors(events)
    return {**growth(events), "resurrected": len(this_week & earlier)}


def growth_new_for_resurrected(events: pd.DataFrame) -> dict[str, int]:
    earlier, last_week, this_week = visitors(events)
    return {**growth(events), "resurrected": len(this_week - last_week - earlier)}


def growth_retained_for_resurrected(events: pd.DataFrame) -> dict[str, int]:
    _, last_week, this_week = visitors(events)
    return {**growth(events), "resurrected": len(this_week & last_week)}


def growth_all_who_are_away(events: pd.DataFrame) -> dict[str, int]:
    earlier, last_week, this_week = visitors(events)
    return {**growth(events), "churned": len((earlier | last_week) - this_week)}


def growth_net_for_churned(events: pd.DataFrame) -> dict[str, int]:
    _, last_week, this_week = visitors(events)
    return {**growth(events), "churned": len(last_week) - len(this_week)}


def growth_gained_for_churned(events: pd.DataFrame) -> dict[str, int]:
    _, last_week, this_week = visitors(events)
    return {**growth(events), "churned": len(this_week - last_week)}


def growth_only_newcomers_churned(events: pd.DataFrame) -> dict[str, int]:
    earlier, last_week, this_week = visitors(events)
    return {**growth(events), "churned": len(last_week - this_week - earlier)}


def active_this_week(events: pd.DataFrame) -> int:
    return len(visitors(events)[2])


def active_last_week(events: pd.DataFrame) -> int:
    return len(visitors(events)[1])


# --- 04.6: the starter plan, as it was drawn ------------------------------------------------------


def drawn(events: pd.DataFrame, assignments: pd.DataFrame) -> pd.DataFrame:
    """Return the experiment's people: their arm, whether they saved in week 1, were back later."""
    people = assignments.loc[assignments["experiment"] == "Starter plan", ["user_id", "variant"]]
    events = events.loc[events["user_id"].isin(people["user_id"])]
    day_0 = events.loc[events["event"] == "sign_up"].groupby("user_id")["time"].min()
    since = events["time"].dt.normalize() - events["user_id"].map(day_0).dt.normalize()
    day = since.dt.days

    def did(name: str, first: int, last: int) -> pd.Series:
        done = events.loc[(events["event"] == name) & day.between(first, last), "user_id"]
        return people["user_id"].isin(done)

    return people.assign(saved=did("save_plan", 0, 6), back=did("visit", 14, 27))


def shares(control: pd.Series, treatment: pd.Series) -> dict[str, float]:
    return {"control": float(control.mean()), "treatment": float(treatment.mean())}


def arms(events: pd.DataFrame, assignments: pd.DataFrame) -> dict[str, float]:
    people = drawn(events, assignments)
    treated = people["variant"] == "treatment"
    return shares(people.loc[~treated, "back"], people.loc[treated, "back"])


def arms_as_idris_has_it(events: pd.DataFrame, assignments: pd.DataFrame) -> dict[str, float]:
    people = drawn(events, assignments)
    return shares(people.loc[~people["saved"], "back"], people.loc[people["saved"], "back"])


def arms_savers_only(events: pd.DataFrame, assignments: pd.DataFrame) -> dict[str, float]:
    people = drawn(events, assignments)
    treated, saved = people["variant"] == "treatment", people["saved"]
    return shares(people.loc[~treated & saved, "back"], people.loc[treated & saved, "back"])


def arms_if_it_worked(events: pd.DataFrame, assignments: pd.DataFrame) -> dict[str, float]:
    people = drawn(events, assignments)
    treated, saved = people["variant"] == "treatment", people["saved"]
    return shares(people.loc[~treated, "back"], people.loc[treated & saved, "back"])


def arms_as_they_should_have_done(
    events: pd.DataFrame, assignments: pd.DataFrame
) -> dict[str, float]:
    people = drawn(events, assignments)
    treated, saved = people["variant"] == "treatment", people["saved"]
    return shares(people.loc[~treated & ~saved, "back"], people.loc[treated & saved, "back"])


def arms_saving(events: pd.DataFrame, assignments: pd.DataFrame) -> dict[str, float]:
    people = drawn(events, assignments)
    treated = people["variant"] == "treatment"
    return shares(people.loc[~treated, "saved"], people.loc[treated, "saved"])


def arms_of_those_back(events: pd.DataFrame, assignments: pd.DataFrame) -> dict[str, float]:
    people = drawn(events, assignments)
    treated = people.loc[people["back"], "variant"] == "treatment"
    return shares(~treated, treated)


def treated_back(events: pd.DataFrame, assignments: pd.DataFrame) -> float:
    return arms(events, assignments)["treatment"]


# --- the chapter ----------------------------------------------------------------------------------

CHAPTER = Chapter(
    number=4,
    name="retention",
    title="Retention and growth",
    minutes=50,
    questions=[
        Choice(
            id="04.1",
            title="recall: whose second week counts?",
            right="c",
            options={
                "a": "Anna is back already, and Ben has three days left. If he comes on 6 July, "
                "your answer changes: it was too early to ask.",
                "b": "Keep Anna because she is back and leave out Ben because he may still come, "
                "and you keep the good news only. Everybody from that day is then 'back'.",
                "c": "Their day 13 is not over, so both wait.",
                "d": "Ben has not come *yet*. His second week goes on until 8 July, and the log "
                "ends on the 5th.",
            },
            hints=(
                "When is day 13 of somebody who signed up on 25 June? Count on from day 0.",
                "In chapter 03 the last days went out whole. Whom would it flatter, or harm, to "
                "keep only half of them?",
                "Whether somebody counts must not depend on what they did, only on when they "
                "signed up. Day 13 of both is 8 July.",
            ),
            why="Whoever has not had the time yet stands neither above the line nor below it, "
            "whatever they did so far.",
        ),
        Choice(
            id="04.2",
            title="recall: how many people on two days?",
            right="c",
            options={
                "a": "That is right only if nobody came on both days. Somebody who did counts "
                "twice in a sum and once among people.",
                "b": "The mean of two days tells how many come on a day. On two days together no "
                "fewer can have come than on the busier one.",
                "c": "All of Monday's may have come again, or none of them.",
                "d": "That is right only if all of Monday's people came again on Tuesday.",
            },
            hints=(
                "Anna came on Monday and on Tuesday. How often is she in 500 + 600?",
                "What is the answer if nobody came twice? And if all of Monday's did?",
                "At least the busier day's 600, at most the sum.",
            ),
            why="Counts of people do not add up over days; only the log can tell who came twice. "
            "You will need that below.",
        ),
        Computed(
            id="04.3",
            title="two blanks: three months in one number",
            tables=("calendar",),
            reference=partner_rates,
            share=True,
            tolerance=0.0005,
            misconceptions=(
                Misconception(
                    name="unfinished counted",
                    rule=partner_with_june,
                    message="{answer[0]:.1%} and {answer[1]:.1%} have June in them. Its 700 "
                    "customers have not had their second week, and their 10 are those who happened "
                    "to be early. Which months are over?",
                ),
                Misconception(
                    name="unfinished in the pooled rate",
                    rule=partner_june_in_pooled,
                    message="The mean is right. {answer[0]:.1%} has June in it: 700 more "
                    "customers underneath, who have not had their second week yet.",
                ),
                Misconception(
                    name="unfinished in the mean",
                    rule=partner_june_in_mean,
                    message="The pooled rate is right. {answer[1]:.1%} takes June for a month in "
                    "which hardly anybody came back. What is June's rate today?",
                ),
                Misconception(
                    name="blank as 0",
                    rule=partner_june_as_nobody,
                    message="{answer[0]:.1%} leaves June's 10 out above the line and keeps its 700 "
                    "below it. So it says that none of them came back. Nobody knows that yet: out "
                    "above means out below.",
                ),
                Misconception(
                    name="early birds kept",
                    rule=partner_early_birds_of_june,
                    message="{answer[0]:.1%} takes June's 10 both above and below the line. They "
                    "are in because they came back, and the other 690 are out because they have "
                    "not yet: that keeps the good news only.",
                ),
                Misconception(
                    name="swapped",
                    rule=partner_swapped,
                    message="Both numbers are right, and they stand in each other's place. Pooled: "
                    "all who came back over all customers. Mean: each month's rate counts once.",
                ),
                Misconception(
                    name="mean of cohort rates",
                    rule=partner_mean_twice,
                    message="{answer[0]:.1%} lets April's 500 customers weigh as much as March's "
                    "1,000. Luc asks of all *customers*: how many are they, and how many of them "
                    "came back?",
                ),
                Misconception(
                    name="pooled for the mean",
                    rule=partner_pooled_twice,
                    message="The pooled rate is right. The mean asks for each month's own rate "
                    "first, and then for the middle between the two.",
                ),
            ),
            hints=(
                "Which of the three months can be judged at all today?",
                "Pooled: throw March and April into one pot, customers below and those who came "
                "back above. Mean: two rates, one for each month, and the middle between them.",
                "Pooled: (500 + 400) over (1000 + 500). Mean: 500 / 1000 plus 400 / 500, halved.",
            ),
            why="{answer[0]:.0%} of the customers, and {answer[1]:.0%} as the mean of the months, "
            "in which a customer of April weighs twice as much as one of March. A small, good "
            "month flatters it.",
        ),
        Function(
            id="04.4",
            title="write came_back",
            tables=("events",),
            reference=second_week,
            share=True,
            tolerance=0.0005,
            misconceptions=(
                Misconception(
                    name="on day 7",
                    rule=second_week_on_day_7,
                    message="{answer:.1%} were there on day 7 itself; that is the dashboard's "
                    "number. Somebody who came on day 8 was back in the second week too. Which "
                    "days does Nora count?",
                ),
                Misconception(
                    name="on day 7 or later",
                    rule=second_week_from_day_7_on,
                    message="{answer:.1%} were there on day 7 *or at any time afterwards*; that is "
                    "Idris's number. Somebody who first came again on day 60 is in it. When does "
                    "the second week end?",
                ),
                Misconception(
                    name="unfinished counted",
                    rule=second_week_with_unfinished,
                    message="{answer:.1%} has all {accounts:,} accounts below the line, also those "
                    "of the last days of June. When is day 13 of somebody who signed up on "
                    "1 July?",
                ),
                Misconception(
                    name="early birds kept",
                    rule=second_week_with_early_birds,
                    message="{answer:.1%} leaves out those of the last two weeks who have not been "
                    "back yet, and keeps those who have. That flatters: they go out together, or "
                    "not at all. What decides who is in, other than what they did?",
                ),
                Misconception(
                    name="the first week too",
                    rule=second_week_and_first,
                    message="{answer:.1%} counts days 1 to 13. Somebody who came on day 2 and "
                    "never again is in it. Is that the *second* week?",
                ),
                Misconception(
                    name="hours for days",
                    rule=second_week_by_hours,
                    message="{answer:.1%} counts days of 24 hours from the moment of signing up. "
                    "Nora counts days of the calendar: who signs up at 23:50 begins day 1 ten "
                    "minutes later. `pm.retention` has a word for it, `clock`.",
                ),
                Misconception(
                    name="week of the calendar",
                    rule=second_week_of_calendar,
                    message="{answer:.1%} were there in the calendar week after the one in which "
                    "they signed up. For somebody who signed up on a Sunday that begins on day 1. "
                    "Count days, from each one's own day 0.",
                ),
                Misconception(
                    name="a day longer",
                    rule=second_week_a_day_longer,
                    message="{answer:.1%} takes days 7 to 14, which are eight days. The day of "
                    "signing up is day 0: which days make the second seven?",
                ),
                Misconception(
                    name="a day late",
                    rule=second_week_a_day_late,
                    message="{answer:.1%} takes days 8 to 14. The day of signing up is day 0, so "
                    "the first seven days are 0 to 6. Which are the next seven?",
                ),
                Misconception(
                    name="days added up",
                    rule=second_week_added_up,
                    message="{answer:.1%} adds up the shares of seven days. Who came on three of "
                    "them is in it three times, just as on Monday and Tuesday in 04.2. Count each "
                    "person once.",
                ),
                Misconception(
                    name="mean of the days",
                    rule=second_week_mean_of_days,
                    message="{answer:.1%} is the mean of seven single days: who is there on a "
                    "usual day of the second week. Nora asks who comes on at least one of them.",
                ),
                Misconception(
                    name="of all visitors",
                    rule=second_week_of_visitors,
                    message="{answer:.1%} has everybody below the line who ever visited. Most of "
                    "them never made an account. Of whom does Nora ask?",
                ),
                Misconception(
                    name="from the first visit",
                    rule=second_week_from_first_visit,
                    message="{answer:.1%} starts each clock at the first visit, and counts people "
                    "without an account too. From which event does Nora count?",
                ),
            ),
            facts={"accounts": accounts, "watched": accounts_watched},
            hints=(
                "Say the answer as 'X out of Y accounts'. Who is Y? (There are {accounts:,} "
                "accounts; you should keep {watched:,} of them.)",
                "Anna signs up on 1 June, so that is her day 0. She comes on 3 June and on "
                "14 June. Is she back? And somebody who signs up on 1 July: can you tell yet?",
                '`pm.retention(events, start="sign_up", returning="visit", definition="bracket", '
                'brackets=[(7, 13)], as_of="2026-07-06")` leaves out by itself those whose day 13 '
                'is not over. Its `.curve.to_frame()["rate"]` holds one number: `.iloc[0]`.',
            ),
            why="{answer:.1%} of {watched:,} accounts. The same days for everybody, and only those "
            "who have had them all: now two months can be compared.",
        ),
        Computed(
            id="04.5",
            title="two blanks: gained and lost",
            tables=("events",),
            reference=growth,
            tolerance=0,
            misconceptions=(
                Misconception(
                    name="new as resurrected",
                    rule=growth_new_among_resurrected,
                    message="{answer[0]:,} are all who came this week and not last week. Some of "
                    "them had never come before: they are new, and nobody can come *back* who was "
                    "never there. Which set knows?",
                ),
                Misconception(
                    name="new for resurrected",
                    rule=growth_new_for_resurrected,
                    message="{answer[0]:,} is the number of the new ones. Resurrected are those "
                    "who *had* come, some time before last week.",
                ),
                Misconception(
                    name="retained among them",
                    rule=growth_retained_among_resurrected,
                    message="{answer[0]:,} came this week and some time before last week. Some of "
                    "them came last week too; they never were away. Which set is still to be taken "
                    "off?",
                ),
                Misconception(
                    name="retained for resurrected",
                    rule=growth_retained_for_resurrected,
                    message="{answer[0]:,} came in both weeks: they stayed. Resurrected are those "
                    "who were away last week.",
                ),
                Misconception(
                    name="everybody who is away",
                    rule=growth_all_who_are_away,
                    message="{answer[1]:,} are all who ever came and are not here now. Most of "
                    "them were lost long ago, and counted then. Whom did Larder lose *between "
                    "these two weeks*?",
                ),
                Misconception(
                    name="net for churned",
                    rule=growth_net_for_churned,
                    message="{answer[1]:,} is the difference of two totals: losses less gains. A "
                    "flat total can hide many who leave and as many who come. Count the people who "
                    "left.",
                ),
                Misconception(
                    name="gained for churned",
                    rule=growth_gained_for_churned,
                    message="{answer[1]:,} came this week and not last week: they are gained. Lost "
                    "is the other way round.",
                ),
                Misconception(
                    name="only newcomers lost",
                    rule=growth_only_newcomers_churned,
                    message="{answer[1]:,} are those of last week's *newcomers* who are gone. An "
                    "old customer who was here last week and is not now is lost as well.",
                ),
            ),
            facts={"now": active_this_week, "before": active_last_week},
            hints=(
                "For each of the two, put Anna in: in which of the three sets must she be, and in "
                "which must she not?",
                "With sets, `a & b` are those in both and `a - b` those in the first only. "
                "Resurrected needs all three sets, churned needs two.",
                "Churned: `len(last_week - this_week)`. Resurrected: those of `this_week & "
                "earlier` who are not in `last_week`.",
            ),
            why="{answer[0]:,} came back and {answer[1]:,} of last week's {before:,} did not. "
            "Everybody of this week's {now:,} is new, retained or resurrected, and nobody is two "
            "of these.",
        ),
        Computed(
            id="04.6",
            title="bug hunt: Idris's proof",
            tables=("events", "assignments"),
            reference=arms,
            share=True,
            tolerance=0.0005,
            misconceptions=(
                Misconception(
                    name="as Idris has it",
                    rule=arms_as_idris_has_it,
                    message="{answer[0]:.1%} and {answer[1]:.1%} are Idris's own: others and "
                    "savers, under new names. By which column does he make his groups, and who "
                    "decided that a person is in one or the other?",
                ),
                Misconception(
                    name="savers only",
                    rule=arms_savers_only,
                    message="{answer[0]:.1%} and {answer[1]:.1%} are the *savers* of each arm. The "
                    "starter plan decides who becomes a saver, so the two groups are no longer "
                    "alike: whole arms were drawn. Keep everybody who was drawn into one.",
                ),
                Misconception(
                    name="only those with whom it worked",
                    rule=arms_if_it_worked,
                    message="{answer[1]:.1%} are the savers of the treatment arm, against "
                    "everybody of the control arm. Those who were shown the starter plan and saved "
                    "nothing belong to the arm too.",
                ),
                Misconception(
                    name="those who did as they should",
                    rule=arms_as_they_should_have_done,
                    message="{answer[0]:.1%} and {answer[1]:.1%} keep of each arm only those who "
                    "did as Idris expects. That is his comparison again: neither group was "
                    "drawn.",
                ),
                Misconception(
                    name="saving for coming back",
                    rule=arms_saving,
                    message="The groups are right. {answer[0]:.1%} and {answer[1]:.1%} of them "
                    "*saved* a plan; Idris asks who was *back*.",
                ),
                Misconception(
                    name="upside down",
                    rule=arms_of_those_back,
                    message="{answer[0]:.1%} and {answer[1]:.1%} divide up those who came back by "
                    "arm, and add up to 100%. Turn it round: of each arm, what share came back?",
                ),
            ),
            hints=(
                "In an experiment two groups are drawn at random. Which column of `people` says "
                "who was drawn into which?",
                "Chance did not decide who saves. Anna saved because she has four children to feed "
                "every evening. Would she have come back without saving?",
                'Only one word of his first line is at fault: group by `"variant"` in place of '
                '`"saved"`.',
            ),
            why="{answer[1]:.1%} with the starter plan, {answer[0]:.1%} without. Drawn at "
            "random, the two groups are alike in everything else, so whatever lies between them, "
            "beyond chance, the starter plan did.",
        ),
        Text(
            id="04.7",
            title="decide: three sentences for Nora",
            tables=("events", "assignments"),
            criteria=(
                Criterion(
                    name="what to do",
                    words=(
                        "recommend",
                        "suggest",
                        "propose",
                        "should",
                        "let us",
                        "let's",
                        "keep",
                        "stop",
                        "pause",
                        "wait",
                        "test",
                        "decide",
                        "spend",
                        "give",
                        "build",
                        "do not",
                        "don't",
                    ),
                    ask="What becomes of the sprint?",
                ),
                Criterion(
                    name="the number",
                    number=treated_back,
                    share=True,
                    ask="How many of those with the starter plan were back? It stands in the cell "
                    "above.",
                ),
                Criterion(
                    name="against whom",
                    words=(
                        "against",
                        "without",
                        "compared",
                        "control",
                        "the others",
                        "the other arm",
                        "the other half",
                        "than those",
                        "at random",
                        "were not",
                    ),
                    ask="A share says little by itself. With whom do you compare it?",
                ),
                Criterion(
                    name="a caveat",
                    words=(*CAVEAT, "chance alone"),
                    ask="What can this experiment not tell, or what would change your mind?",
                ),
            ),
            hints=(
                "Nora asked one thing: does he get the sprint? Which sentence must she see first?",
                "First the sprint; then both arms' shares, and what saving had promised; then what "
                "the experiment cannot tell.",
                "A shape: 'I would ... the sprint. Of those who were drawn to see the starter "
                "plan, ...% were back in weeks 3 and 4, against ...% without it, though far more "
                "of them had saved. But ...'",
            ),
            why="A decision, two groups that were drawn at random, and what they cannot tell: "
            "Idris can accept this too.",
        ),
        Choice(
            id="04.8",
            title="exit ticket: notifications",
            right="c",
            options={
                "a": "Those who switch them on may be those who would stay anyway. Then the rest "
                "are disturbed, and stay no longer.",
                "b": "You draw two groups and then compare two others: those who say yes are again "
                "the keen ones. It is Idris's comparison with an experiment around it.",
                "c": "Whoever was asked counts, whatever they said.",
                "d": "A person who switches them on in a good month would have had a good month "
                "anyway. There is nobody to compare with.",
            },
            hints=(
                "What did Idris's lines get wrong: the arithmetic, or the groups?",
                "Something must be drawn at random, and you must compare just the groups that "
                "were drawn.",
                "You can draw who is *asked*. You cannot draw who says yes.",
            ),
            why="Draw what you can decide, and compare the groups as they were drawn.",
        ),
    ],
)
