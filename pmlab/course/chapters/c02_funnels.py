"""Chapter 02, Funnels: steps, a window, an order; step and overall rates; why tools disagree.

The right rules count with `pm.funnel`. The wrong ones are written as somebody with that slip
would write them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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

BUYING = ["visit", "sign_up", "purchase"]
SAVING = ["view_recipe", "sign_up", "save_plan"]
MARCH = ("2026-03-01", "2026-04-01")
APRIL = ("2026-04-01", "2026-05-01")
FROM_THE_FIRST_VISIT = pm.Rules(entry="first")


# --- whom and what the rules count ----------------------------------------------------------------


def first_visits(events: pd.DataFrame) -> pd.Series:
    """Return when each person first came."""
    return events.loc[events["event"] == "visit"].groupby("user_id")["time"].min()


def of_newcomers(events: pd.DataFrame, begin: str, end: str) -> pd.DataFrame:
    """Return all the events, whenever, of people whose first visit is in the month."""
    first = first_visits(events)
    newcomers = first.index[(first >= begin) & (first < end)]
    return events.loc[events["user_id"].isin(newcomers)]


def in_month(events: pd.DataFrame, begin: str, end: str) -> pd.DataFrame:
    """Return what anybody did in the month."""
    return events.loc[(events["time"] >= begin) & (events["time"] < end)]


def first_times(events: pd.DataFrame) -> pd.DataFrame:
    """Return one row a newcomer of March: when they first did each step."""
    theirs = of_newcomers(events, *MARCH)
    theirs = theirs.loc[theirs["event"].isin(BUYING)]
    return theirs.groupby(["user_id", "event"])["time"].min().unstack()


def buying(events: pd.DataFrame, within: str = "7d") -> list[int]:
    """Return the counts of the funnel to a purchase, its clock set at the first visit."""
    return pm.funnel(events, BUYING, within=within, rules=FROM_THE_FIRST_VISIT).counts


def last_of_first(counts: list[int]) -> float:
    """Return the overall rate."""
    return counts[-1] / counts[0]


# --- 02.3: a recipe, an account, a plan -----------------------------------------------------------


def saving(events: pd.DataFrame) -> list[int]:
    return pm.funnel(events, SAVING, within="7d").counts


def saving_rates(events: pd.DataFrame) -> dict[str, float]:
    looked, signed_up, saved = saving(events)
    return {"step": saved / signed_up, "overall": saved / looked}


def saving_swapped(events: pd.DataFrame) -> dict[str, float]:
    right = saving_rates(events)
    return {"step": right["overall"], "overall": right["step"]}


def saving_step_twice(events: pd.DataFrame) -> dict[str, float]:
    step = saving_rates(events)["step"]
    return {"step": step, "overall": step}


def saving_overall_twice(events: pd.DataFrame) -> dict[str, float]:
    overall = saving_rates(events)["overall"]
    return {"step": overall, "overall": overall}


def saving_step_before(events: pd.DataFrame) -> dict[str, float]:
    looked, signed_up, saved = saving(events)
    return {"step": signed_up / looked, "overall": saved / looked}


def saving_mean_of_steps(events: pd.DataFrame) -> dict[str, float]:
    looked, signed_up, saved = saving(events)
    return {"step": saved / signed_up, "overall": (signed_up / looked + saved / signed_up) / 2}


def saving_lost(events: pd.DataFrame) -> dict[str, float]:
    return {name: 1 - rate for name, rate in saving_rates(events).items()}


def looked_at_a_recipe(events: pd.DataFrame) -> int:
    return saving(events)[0]


# --- 02.4: the share of March's newcomers who bought ----------------------------------------------


def march_share(events: pd.DataFrame) -> float:
    return last_of_first(buying(of_newcomers(events, *MARCH)))


def march_of_those_who_signed_up(events: pd.DataFrame) -> float:
    _, signed_up, bought = buying(of_newcomers(events, *MARCH))
    return bought / signed_up


def march_seven_days_a_step(events: pd.DataFrame) -> float:
    from pandas import Timedelta

    theirs, first, week = of_newcomers(events, *MARCH), first_times(events), Timedelta(days=7)
    in_time = first.loc[first["sign_up"] <= first["visit"] + week]
    bought = theirs.loc[theirs["event"] == "purchase", ["user_id", "time"]]
    bought = bought.join(in_time, on="user_id")
    counts = bought["time"].between(bought["sign_up"], bought["sign_up"] + week)
    return bought.loc[counts, "user_id"].nunique() / len(first)


def march_any_order(events: pd.DataFrame) -> float:
    from pandas import Timedelta

    first = first_times(events)
    until = first["visit"] + Timedelta(days=7)
    return ((first["sign_up"] <= until) & (first["purchase"] <= until)).mean()


def march_no_window(events: pd.DataFrame) -> float:
    return last_of_first(buying(of_newcomers(events, *MARCH), within="365d"))


def march_without_signing_up(events: pd.DataFrame) -> float:
    theirs = of_newcomers(events, *MARCH)
    f = pm.funnel(theirs, ["visit", "purchase"], within="7d", rules=FROM_THE_FIRST_VISIT)
    return last_of_first(f.counts)


def march_best_attempt(events: pd.DataFrame) -> float:
    return last_of_first(pm.funnel(of_newcomers(events, *MARCH), BUYING, within="7d").counts)


def march_first_purchase_only(events: pd.DataFrame) -> float:
    from pandas import Timedelta

    first = first_times(events)
    in_order = (first["visit"] <= first["sign_up"]) & (first["sign_up"] <= first["purchase"])
    return (in_order & (first["purchase"] <= first["visit"] + Timedelta(days=7))).mean()


def march_events_for_people(events: pd.DataFrame) -> float:
    done = of_newcomers(events, *MARCH)["event"].value_counts()
    return done["purchase"] / done["visit"]


def march_everybody_active(events: pd.DataFrame) -> float:
    return last_of_first(buying(in_month(events, *MARCH)))


def march_everybody_active_best(events: pd.DataFrame) -> float:
    return last_of_first(pm.funnel(in_month(events, *MARCH), BUYING, within="7d").counts)


def march_newcomers(events: pd.DataFrame) -> int:
    return buying(of_newcomers(events, *MARCH))[0]


# --- 02.5: Luc's April ----------------------------------------------------------------------------


def april_share(events: pd.DataFrame) -> float:
    return last_of_first(buying(of_newcomers(events, *APRIL)))


def april_as_luc_has_it(events: pd.DataFrame) -> float:
    return last_of_first(buying(in_month(events, *APRIL)))


def april_cut_at_its_end(events: pd.DataFrame) -> float:
    theirs = of_newcomers(events, *APRIL)
    return last_of_first(buying(theirs.loc[theirs["time"] < APRIL[1]]))


def april_with_regulars(events: pd.DataFrame) -> float:
    return last_of_first(buying(events.loc[events["time"] >= APRIL[0]]))


def april_all_who_came(events: pd.DataFrame) -> float:
    april = in_month(events, *APRIL)
    came = april.loc[april["event"] == "visit", "user_id"]
    return last_of_first(buying(events.loc[events["user_id"].isin(came)]))


def april_newcomers(events: pd.DataFrame) -> int:
    return buying(of_newcomers(events, *APRIL))[0]


def april_visitors(events: pd.DataFrame) -> int:
    return buying(in_month(events, *APRIL))[0]


# --- the chapter ----------------------------------------------------------------------------------

EVERYBODY_WHO_CAME = (
    "{answer:.1%} keeps what *happened* in March, and so counts everybody who opened Larder in "
    "March. A regular who first came in January is in it, and cannot sign up a second time; "
    "somebody new on the 30th is cut off after two days. Whom does Nora ask about, and how long "
    "do they get?"
)

CHAPTER = Chapter(
    number=2,
    name="funnels",
    title="Funnels",
    minutes=45,
    questions=[
        Choice(
            id="02.1",
            title="recall: how often does Eve count?",
            right="b",
            options={
                "a": "Five visits and two purchases are events. Eve is one person: can she be five "
                "of the people who came?",
                "b": "One person, one count, above and below.",
                "c": "Underneath Eve counts once, so above she cannot count twice, or a share of "
                "people could pass 100%.",
                "d": "Above Eve counts once, as a person; underneath she is still five visits. "
                "Both sides of a share must hold the same kind of thing.",
            },
            hints=(
                "Say the share as 'X out of Y'. X and Y of what?",
                "If all the visitors were like Eve, the share of *people* who bought would be "
                "100%. Which counts give that?",
                "Count Eve once in every group that she belongs to, however busy she was.",
            ),
            why="However busy Eve is, she is one of the people that a decision is about.",
        ),
        Choice(
            id="02.2",
            title="recall: which sentence is true?",
            right="c",
            options={
                "a": "120 out of 400 is 30%, but the 400 are people with an account. Who are all "
                "the visitors?",
                "b": "This is the mean of 40% and 30%. Follow the people: how many of the 1,000 "
                "are left at the end?",
                "c": "120 buyers over all 1,000 visitors.",
                "d": "Of the 400 with an account 280 did not buy, and that is 70% of 400. The "
                "sentence says *visitors*.",
            },
            hints=(
                "Every sentence names a group. Find that group's number first.",
                "'Of the visitors' puts 1,000 underneath.",
                "Start with 1,000 people and follow them: 400 are left, then 120.",
            ),
            why="The words after 'of' are the denominator; a rate without them says nothing.",
        ),
        Computed(
            id="02.3",
            title="step and overall: from a recipe to a plan",
            tables=("events",),
            reference=saving_rates,
            share=True,
            tolerance=0.0005,
            misconceptions=(
                Misconception(
                    name="swapped",
                    rule=saving_swapped,
                    message="Both numbers are in your answer, in each other's place. Which of the "
                    "two has only people *with an account* underneath?",
                ),
                Misconception(
                    name="step for overall",
                    rule=saving_step_twice,
                    message="{answer[1]:.1%} is the last step by itself: of those who signed up. "
                    "Maeve's second question begins with everybody who opened a recipe. Which "
                    "count is that?",
                ),
                Misconception(
                    name="overall for step",
                    rule=saving_overall_twice,
                    message="{answer[0]:.1%} goes all the way from the recipe. Maeve's first "
                    "question is about people who already have an account. Which count is that?",
                ),
                Misconception(
                    name="the step before",
                    rule=saving_step_before,
                    message="{answer[0]:.1%} is the step before: from the recipe to the account. "
                    "Maeve asks for the one from the account to the plan.",
                ),
                Misconception(
                    name="mean of the steps",
                    rule=saving_mean_of_steps,
                    message="{answer[1]:.1%} is the mean of the two steps. The second step is "
                    "taken only by those who survived the first, so rates along a way multiply; "
                    "they do not average. How many of those who opened a recipe saved a plan?",
                ),
                Misconception(
                    name="lost for kept",
                    rule=saving_lost,
                    message="{answer[0]:.1%} and {answer[1]:.1%} are the shares that dropped out. "
                    "Maeve asks who went on.",
                ),
            ),
            facts={"looked": looked_at_a_recipe},
            hints=(
                "Say each one as 'X out of Y people'. X is the same in both. Y is not.",
                "'Of those who signed up' and 'of those who opened a recipe' name the two Ys.",
                "`looked, signed_up, saved` are the three counts. Both rates have `saved` on top; "
                "all {looked:,} who opened a recipe belong under the second.",
            ),
            why="Of those with an account {answer[0]:.1%} save a plan; of all who open a recipe, "
            "{answer[1]:.1%}. Same people on top, two different groups underneath.",
        ),
        Function(
            id="02.4",
            title="write share_bought",
            tables=("events",),
            reference=march_share,
            share=True,
            tolerance=0.0005,
            misconceptions=(
                Misconception(
                    name="wrong denominator",
                    rule=march_of_those_who_signed_up,
                    message="{answer:.1%} is the share of people *who signed up* who then bought. "
                    "Nora asks about everyone who came, including those who never signed up. "
                    "Which count goes underneath?",
                ),
                Misconception(
                    name="seven days per step",
                    rule=march_seven_days_a_step,
                    message="{answer:.1%} gives people seven days to sign up and then seven more "
                    "to buy, so some took up to 14. The clock here starts once, at the first "
                    "visit. From which event do you measure the purchase?",
                ),
                Misconception(
                    name="any order",
                    rule=march_any_order,
                    message="{answer:.1%} also counts people who bought as guests and made their "
                    "account afterwards, on the thank-you page. Nora says 'signing up on the way'. "
                    "What has to come before the purchase?",
                ),
                Misconception(
                    name="no window",
                    rule=march_no_window,
                    message="{answer:.1%} waits for ever: some of these people bought weeks after "
                    "they first came. How long does Nora give them?",
                ),
                Misconception(
                    name="no sign-up",
                    rule=march_without_signing_up,
                    message="{answer:.1%} lets in guests, who bought without signing up first. "
                    "Which step of Nora's question is missing between the visit and the purchase?",
                ),
                Misconception(
                    name="clock restarts",
                    rule=march_best_attempt,
                    message="{answer:.1%} starts the clock again at every later visit. Somebody "
                    "who first came on the 1st, came back on the 20th, signed up and bought is in "
                    "it. From which visit does Nora count? `pm.Rules` has a word for it: `entry`.",
                ),
                Misconception(
                    name="first purchase only",
                    rule=march_first_purchase_only,
                    message="{answer:.1%} looks only at each person's *first* purchase. Somebody "
                    "who bought as a guest on Monday, signed up on Tuesday and bought again on "
                    "Thursday did all that Nora asks. Must it be the first?",
                ),
                Misconception(
                    name="events for people",
                    rule=march_events_for_people,
                    message="{answer:.1%} divides purchases by visits. Somebody who came five "
                    "times is five visits, and still one person. What does Nora count?",
                ),
                Misconception(
                    name="everybody active in March",
                    rule=march_everybody_active,
                    message=EVERYBODY_WHO_CAME,
                ),
                Misconception(
                    name="everybody active in March, clock restarts",
                    rule=march_everybody_active_best,
                    message=EVERYBODY_WHO_CAME,
                ),
            ),
            facts={"newcomers": march_newcomers},
            hints=(
                "Say the answer as 'X out of Y people'. Who is Y? (You should find "
                "{newcomers:,} of them.)",
                "One clock, three events in order. Anna visits on the 1st, signs up on the 6th, "
                "buys on the 10th: does she count? And if she first came in February?",
                "Keep people (not events) whose first visit is in March: "
                '`events[events["event"] == "visit"].groupby("user_id")["time"].min()` says when '
                "each first came, `isin` keeps all that those people did. Then `pm.funnel` with "
                'three steps, one `within`, `rules=pm.Rules(entry="first")`; divide its last count '
                "by its first.",
            ),
            why="{answer:.1%}. The same people underneath, one clock: now two months can be "
            "compared.",
        ),
        Computed(
            id="02.5",
            title="bug hunt: Luc's April",
            tables=("events",),
            reference=april_share,
            share=True,
            tolerance=0.0005,
            misconceptions=(
                Misconception(
                    name="as Luc has it",
                    rule=april_as_luc_has_it,
                    message="{answer:.1%} is Luc's own number. Look at his first line: it chooses "
                    "*events*. {visitors:,} people opened Larder in April, and only {newcomers:,} "
                    "of them for the first time. Who are the others?",
                ),
                Misconception(
                    name="cut off on 30 April",
                    rule=april_cut_at_its_end,
                    message="The people are mended: newcomers only. But {answer:.1%} forgets what "
                    "they did in May, so whoever first came on 29 April gets two days, not seven. "
                    "What still cuts the month off?",
                ),
                Misconception(
                    name="regulars still in",
                    rule=april_with_regulars,
                    message="The end is mended: everybody has their seven days. But {answer:.1%} "
                    "takes for new everybody who came from 1 April on, and people who first came "
                    "in March come back. Where does the log say when somebody *first* came?",
                ),
                Misconception(
                    name="all who came in April",
                    rule=april_all_who_came,
                    message="{answer:.1%} takes everybody who came in April, with all they ever "
                    "did. Many first came in January and had their seven days then. Which of them "
                    "were *new* in April?",
                ),
            ),
            facts={"newcomers": april_newcomers, "visitors": april_visitors},
            hints=(
                "Read Luc's lines aloud and stop at each: *who* is still in the table now, and "
                "*how long* can we follow them?",
                "Two people to try it on. Ben signed up in January and opens Larder on 3 April. "
                "Cleo first comes on 29 April and buys on 2 May. What does Luc make of them?",
                "Only Luc's first line is at fault. Put there what you wrote in 02.4, with April's "
                "days: keep all the events of people whose *first visit* is from 2026-04-01 up to, "
                "not including, 2026-05-01. His funnel can stay as it is.",
            ),
            why="{answer:.1%} of {newcomers:,} newcomers. A month says who is counted; the window "
            "says for how long.",
        ),
        Text(
            id="02.6",
            title="decide: three sentences for Nora",
            tables=("events",),
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
                        "continue",
                        "stop",
                        "pause",
                        "wait",
                        "go on",
                        "decide",
                        "do not",
                        "don't",
                    ),
                    ask="What should Nora do about the campaign now?",
                ),
                Criterion(
                    name="the number",
                    number=april_share,
                    share=True,
                    ask="April's share as you count it; it stands in the cell above.",
                ),
                Criterion(
                    name="what it counts",
                    words=(
                        "newcomer",
                        "first visit",
                        "first came",
                        "first time",
                        "new visitor",
                        "new people",
                        "new user",
                        "first-time",
                        "visitor",
                        "people who",
                        "everyone who",
                        "within",
                        "seven days",
                        "7 days",
                    ),
                    ask="A share of whom, and within how long?",
                ),
                Criterion(
                    name="a caveat",
                    words=CAVEAT,
                    ask="What can this number not tell, or what would change your mind?",
                ),
            ),
            hints=(
                "Nora reads one screen on her telephone. Which sentence must she see first?",
                "First what to do; then the number and of whom; then what it cannot tell.",
                "A shape: 'I would ... the campaign for now. Of those who first came in April, "
                "...% bought within seven days, counted as for March, so ... But this does not "
                "tell ...'",
            ),
            why="What to do, a number that somebody else can recount, and what it cannot tell: "
            "Nora can act on this.",
        ),
        Choice(
            id="02.7",
            title="exit ticket: two tools, two numbers",
            right="c",
            options={
                "a": "The mean of two answers to two questions answers neither.",
                "b": "Lower is not safer: Luc's April was low, and it nearly stopped a campaign.",
                "c": "The same log can give two numbers only when the rules differ.",
                "d": "Events do get lost, and it is worth a look when the *logs* differ. Here both "
                "tools read the same one.",
            },
            hints=(
                "Both tools read the same rows. What else can make their answers differ?",
                "Think of Idris and Luc in March: who had miscounted?",
                "Four things to ask of any rate: of whom, from when, for how long, in which order.",
            ),
            why="Of whom, from when, for how long, in which order: when those agree, the numbers "
            "do.",
        ),
        Choice(
            id="02.8",
            title="optional: put the lines in order",
            right="d",
            options={
                "a": "Line 2 picks what *happened* in May: the regulars are in again, and the "
                "windows of May's last week are cut off.",
                "b": "Line 6 counts `theirs` before line 1 has made it.",
                "c": "Line 5 divides by those who signed up. Who goes underneath?",
                "d": "Who, what they did, how many, the share.",
            },
            hints=(
                "Every line uses names that earlier lines made. Which one can come first?",
                "Two of the six lines are traps: one picks events, one has a wrong denominator.",
                "It begins with 4 and ends with 3. Between them: pick, then count.",
            ),
            why="The same four lines serve for any month.",
        ),
    ],
)
