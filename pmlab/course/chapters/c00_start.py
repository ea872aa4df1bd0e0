"""Chapter 00, Start here: a first check, twelve people counted by hand, past work in PM words.

The rules of 00.2 follow people through the little log `twelve`; their messages name somebody in
it, so that the learner can look at a line and see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pmlab as pm
from pmlab.course.questions import (
    Chapter,
    Choice,
    Computed,
    Criterion,
    Misconception,
    Text,
)

if TYPE_CHECKING:
    import pandas as pd

STEPS = ["visit", "sign_up", "purchase"]
WEEK, EVER = "7d", "365d"
FROM_THE_FIRST_VISIT = pm.Rules(entry="first")


# --- 00.2: twelve people by hand ------------------------------------------------------------------


def by_hand(twelve: pd.DataFrame) -> list[int]:
    return pm.funnel(twelve, STEPS, within=WEEK).counts


def rows(twelve: pd.DataFrame) -> list[int]:
    return [int((twelve["event"] == step).sum()) for step in STEPS]


def where_they_stopped(twelve: pd.DataFrame) -> list[int]:
    came, signed_up, bought = by_hand(twelve)
    return [came - signed_up, signed_up - bought, bought]


def any_order(twelve: pd.DataFrame) -> list[int]:
    from pandas import Timedelta

    first = first_times(twelve)
    came, signed_up, _ = by_hand(twelve)
    # All of them sign up in the visit that leads on, so its day tells when the clock started.
    in_time = first["purchase"] <= first["sign_up"] + Timedelta(days=7)
    return [came, signed_up, int(in_time.sum())]


def no_window(twelve: pd.DataFrame) -> list[int]:
    return pm.funnel(twelve, STEPS, within=EVER).counts


def all_three_anyhow(twelve: pd.DataFrame) -> list[int]:
    first = first_times(twelve)
    signed_up = first["sign_up"].notna()
    return [len(first), int(signed_up.sum()), int((signed_up & first["purchase"].notna()).sum())]


def each_by_itself(twelve: pd.DataFrame) -> list[int]:
    people = twelve.groupby("event")["user_id"].nunique()
    return [int(people[step]) for step in STEPS]


def first_visit_only(twelve: pd.DataFrame) -> list[int]:
    return pm.funnel(twelve, STEPS, within=WEEK, rules=FROM_THE_FIRST_VISIT).counts


# --- 00.2: whom to look at ------------------------------------------------------------------------


def first_times(twelve: pd.DataFrame) -> pd.DataFrame:
    """Return one row a person: when they first did each step."""
    return twelve.groupby(["user_id", "event"])["time"].min().unstack()


def came_to_the_end(
    twelve: pd.DataFrame, within: str = WEEK, rules: pm.Rules | None = None
) -> set[str]:
    """Return by name who bought after signing up."""
    units = pm.funnel(twelve, STEPS, within=within, rules=rules).units
    assert units is not None
    return set(units.loc[units["level"] == len(STEPS), "user_id"])


def buyers(twelve: pd.DataFrame) -> str:
    return ", ".join(sorted(came_to_the_end(twelve)))


def busiest(twelve: pd.DataFrame) -> str:
    return str(twelve["user_id"].value_counts().index[0])


def rows_of_the_busiest(twelve: pd.DataFrame) -> int:
    return int(twelve["user_id"].value_counts().iloc[0])


def bought_first(twelve: pd.DataFrame) -> str:
    first = first_times(twelve)
    return str(first.index[first["purchase"] < first["sign_up"]][0])


def bought_too_late(twelve: pd.DataFrame) -> str:
    return min(came_to_the_end(twelve, within=EVER) - came_to_the_end(twelve))


def began_again(twelve: pd.DataFrame) -> str:
    return min(came_to_the_end(twelve) - came_to_the_end(twelve, rules=FROM_THE_FIRST_VISIT))


def guest(twelve: pd.DataFrame) -> str:
    first = first_times(twelve)
    return str(first.index[first["purchase"].notna() & first["sign_up"].isna()][0])


# --- 00.4: everybody ------------------------------------------------------------------------------


def everybody(events: pd.DataFrame) -> list[int]:
    return pm.funnel(events, STEPS, within=WEEK).counts


def share_of_all(events: pd.DataFrame, twelve: pd.DataFrame) -> float:
    came, _, bought = everybody(events)
    return bought / came


def share_of_accounts(events: pd.DataFrame, twelve: pd.DataFrame) -> float:
    _, signed_up, bought = everybody(events)
    return bought / signed_up


def share_who_signed_up(events: pd.DataFrame, twelve: pd.DataFrame) -> float:
    came, signed_up, _ = everybody(events)
    return signed_up / came


def share_lost(events: pd.DataFrame, twelve: pd.DataFrame) -> float:
    return 1 - share_of_all(events, twelve)


def share_of_the_twelve(events: pd.DataFrame, twelve: pd.DataFrame) -> float:
    came, _, bought = by_hand(twelve)
    return bought / came


def visitors(events: pd.DataFrame, twelve: pd.DataFrame) -> int:
    return everybody(events)[0]


# --- the chapter ----------------------------------------------------------------------------------

CHAPTER = Chapter(
    number=0,
    name="start",
    title="Start here",
    minutes=30,
    questions=[
        Choice(
            id="00.1",
            title="what is one row of the log?",
            right="c",
            options={
                "a": "If a row were a person, nobody would stand in two rows. Somebody here does.",
                "b": "A visit is one of the things that people do. What do the other rows say, in "
                "the column `event`?",
                "c": "Who, what, when.",
                "d": "If a row were a day, one day would give one row. Look at the times.",
            },
            hints=(
                "Read one row aloud, from left to right, as a sentence.",
                "One person may stand in many rows, even within one minute. What differs between "
                "two rows of the same person?",
                "'This person did this, at this moment.' Which option says so?",
            ),
            why="A person may leave many rows, so before you count anything, ask what one row is.",
        ),
        Computed(
            id="00.2",
            title="twelve people, counted by hand",
            tables=("twelve",),
            reference=by_hand,
            tolerance=0,
            misconceptions=(
                Misconception(
                    name="rows for people",
                    rule=rows,
                    message="{answer[0]}, {answer[1]} and {answer[2]} are rows: things done, not "
                    "people who did them. {busiest} alone left {rows_of_the_busiest} of them. "
                    "Nora asks how many *people* came to each step.",
                ),
                Misconception(
                    name="where they stopped",
                    rule=where_they_stopped,
                    message="Your three numbers add up to 12, so each person stands only where "
                    "they stopped. But whoever bought has also visited. How many came *at least* "
                    "as far as each step?",
                ),
                Misconception(
                    name="any order",
                    rule=any_order,
                    message="{answer[2]} buyers come out when it is all the same what came first. "
                    "{bought_first} bought, and signed up afterwards. Nora's steps come in order: "
                    "is there a purchase *after* the sign-up?",
                ),
                Misconception(
                    name="no window",
                    rule=no_window,
                    message="{answer[2]} buyers come out when {too_late} is one of them. From the "
                    "visit that led to the account, how many days until the purchase?",
                ),
                Misconception(
                    name="all three, anyhow",
                    rule=all_three_anyhow,
                    message="{answer[2]} people have all three events in their line, in some "
                    "order, at some time. Nora asks for more: look at {bought_first} for the "
                    "order, and at {too_late} for the seven days.",
                ),
                Misconception(
                    name="each step by itself",
                    rule=each_by_itself,
                    message="{answer[2]} people bought, whatever they had done before. {guest} "
                    "never signed up. Each step is for those who did the one before it.",
                ),
                Misconception(
                    name="first visit only",
                    rule=first_visit_only,
                    message="You set the clock at everybody's *first* visit. That is a rule too, "
                    "and you will meet it again. Here any visit may start the clock: look at the "
                    "second visit of {began_again}.",
                ),
            ),
            facts={
                "busiest": busiest,
                "rows_of_the_busiest": rows_of_the_busiest,
                "bought_first": bought_first,
                "too_late": bought_too_late,
                "began_again": began_again,
                "guest": guest,
                "buyers": buyers,
            },
            hints=(
                "Go person by person, not event by event. For each: is there a visit? After it, a "
                "sign-up? After that, a purchase? How many days from that visit?",
                "Three lines need a second look. {bought_first}: in which order? {too_late}: how "
                "long? {began_again}: from which visit?",
                "All the way come: {buyers}. The second number counts everybody who signed up, "
                "whether they bought or not; the first, everybody who visited.",
            ),
            why="{answer[0]} visited, {answer[1]} of them signed up, {answer[2]} of those bought: "
            "in order, within seven days, each person once. You have just counted a funnel.",
        ),
        Choice(
            id="00.3",
            title="read an error",
            right="b",
            options={
                "a": "A damaged table gets an error of its own. This one speaks of a name that you "
                "typed. Read its last line once more.",
                "b": "What is wrong, where it was looked for, and the next move.",
                "c": "That would be a count: 0. An error is no 0; it says that there is nothing to "
                "count *by that name*. A 0 here would have gone into somebody's slides.",
                "d": "The window is as before. What did you change in the line?",
            },
            hints=(
                "The red text is long because it shows the whole way to the error. Begin at its "
                "end.",
                "The last line names a step, a column, and a question to you.",
                "The last line ends with 'Did you mean'. What did it look for, and not find?",
            ),
            why="Read the last line first: it is written for you, the rest is for those who mend "
            "the library.",
        ),
        Computed(
            id="00.4",
            title="the same for everybody",
            tables=("events", "twelve"),
            reference=share_of_all,
            share=True,
            tolerance=0.0005,
            misconceptions=(
                Misconception(
                    name="wrong denominator",
                    rule=share_of_accounts,
                    message="{answer:.1%} is of those who *signed up*. The question says: of all "
                    "who visited. Which of the three counts is that?",
                ),
                Misconception(
                    name="the step in the middle",
                    rule=share_who_signed_up,
                    message="{answer:.1%} signed up. How many of the visitors went on to the last "
                    "step?",
                ),
                Misconception(
                    name="lost for kept",
                    rule=share_lost,
                    message="{answer:.1%} is the share that did *not* come to the end.",
                ),
                Misconception(
                    name="only the twelve",
                    rule=share_of_the_twelve,
                    message="{answer:.1%} is the share of your twelve. The counts of all of "
                    "Larder's {visitors:,} visitors are in `everybody.counts`.",
                ),
            ),
            facts={"visitors": visitors},
            hints=(
                "Say it as 'X out of Y people'. The words after 'of' are Y.",
                "`everybody.counts` holds three numbers: visited, signed up, bought.",
                "The last count over the first: `everybody.counts[-1] / everybody.counts[0]`.",
            ),
            why="{answer:.1%} of {visitors:,} visitors, by the very rules of your twelve.",
        ),
        Choice(
            id="00.5",
            title="decide: may the twelve go on a slide?",
            right="c",
            options={
                "a": "The interval says how far *chance* might move a share, had chance drawn the "
                "twelve. It did not: they were picked to give you something to think about.",
                "b": "More people, picked in the same way, lean in the same direction. The number "
                "of people does not mend how they were chosen.",
                "c": "Counted right, and of the wrong people. Everybody's share can stand, when "
                "the slide says of whom and within how long.",
                "d": "They agree on the *count*. Whether twelve picked people speak for all "
                "visitors is another question.",
            },
            hints=(
                "How did these twelve come into the table?",
                "They were picked because each line shows something. Whom do they speak for?",
                "Which option asks *who* is counted, and not only how many or how exactly?",
            ),
            why="Before any number, ask who is in it and how they got there.",
        ),
        Choice(
            id="00.6",
            title="past work, in a product manager's words",
            right="b",
            options={
                "a": "3 and P fit. But ringing those who left (2) is asking people, and sorting "
                "complaints (1) is ranking work. You have these two in each other's place.",
                "b": "The same work, with the words that a product manager listens for.",
                "c": "2 and Q fit. But trying two posters (3) is a comparison, and sorting "
                "complaints (1) is ranking work. You have these two in each other's place.",
                "d": "1 and R fit. But ringing those who left (2) is asking people, and trying two "
                "posters (3) is a comparison. You have these two in each other's place.",
            },
            hints=(
                "Take the verbs: sorted, asked, tried. What does each one do for a decision?",
                "Users who have churned are users who have left. Who had left?",
                "To prioritise is to say what comes first, and why. Who did that, with a list of "
                "complaints?",
            ),
            why="Translate, and do not inflate: 3 compared two variants, but an A/B test it would "
            "be only if chance had decided who sees which.",
        ),
        Text(
            id="00.7",
            title="three sentences of your own",
            criteria=(
                Criterion(
                    name="what you did yourself",
                    words=("i ", "i'", "i’"),
                    ask="Which part was yours? Begin a sentence with 'I'; 'we' hides you.",
                ),
                Criterion(
                    name="a number",
                    words=(
                        *map(str, range(10)),
                        *("half", "a third", "a quarter", "twice", "double", "a dozen"),
                        *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
                    ),
                    ask="How many people, hours, euros? A careful estimate counts, when you say "
                    "that it is one.",
                ),
                Criterion(
                    name="what came of it",
                    words=(
                        "as a result",
                        "so the",
                        "so we",
                        "so they",
                        "so that",
                        "so i",
                        "so my",
                        "so our",
                        "therefore",
                        "since then",
                        "afterwards",
                        "after that",
                        "led to",
                        "which meant",
                        "decided",
                        "decision",
                        "changed",
                        "stopped",
                        "instead",
                        "saved",
                        "fell",
                        "rose",
                        "grew",
                        "dropped",
                        "went up",
                        "went down",
                        "from then on",
                    ),
                    ask="What changed, or what did somebody decide because of it? 'We left it as "
                    "it was' is a decision too.",
                ),
            ),
            hints=(
                "Think of a time when you found out *why* something went wrong, and somebody "
                "acted on it. A shop, a school, a club and an office all count.",
                "One sentence each: what you did, how much or how many, what came of it.",
                "A shape: 'I asked / counted / compared ... . Of ... people, ... . So the ... "
                "decided to ... instead of ... .'",
            ),
            why="What you did, how much, and what came of it: somebody who reads only this can "
            "ask you a good question.",
        ),
    ],
)
