"""Chapter 10, Reading an A/B test: the split, one metric with its interval, a guardrail, a memo.

The right rules are plain arithmetic, as a learner would write it; the notebook holds them beside
`pmlab.ab`. The wrong ones are written as somebody with that slip would write them.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

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
    from collections.abc import Callable

    import pandas as pd

ARMS = ("control", "treatment")
PAGE_RAN = ("2026-03-23", "2026-04-20")
"""From when, and until before when, the landing page was tried."""


# --- whom and what the rules count ----------------------------------------------------------------


def of(assignments: pd.DataFrame, experiment: str, arm: str | None = None) -> pd.DataFrame:
    """Return the rows of an experiment, or of one of its arms."""
    rows = assignments.loc[assignments["experiment"] == experiment]
    return rows if arm is None else rows.loc[rows["variant"] == arm]


def share(assignments: pd.DataFrame, experiment: str, arm: str, column: str) -> float:
    """Return the share of an arm's people with 1 in a column."""
    return float(of(assignments, experiment, arm)[column].mean())


def interval(difference: float, errors: list[float], *, width: float = 1.96) -> list[float]:
    """Return a difference with the ends of its interval, from the arms' standard errors."""
    half = width * sqrt(sum(error**2 for error in errors))
    return [difference, difference - half, difference + half]


def standard_error(p: float, n: float) -> float:
    return sqrt(p * (1 - p) / n)


# --- 10.4: points and percent ---------------------------------------------------------------------


def trial_shares(assignments: pd.DataFrame) -> tuple[float, float]:
    control, treatment = (share(assignments, "Upsell", arm, "started_trial") for arm in ARMS)
    return control, treatment


def trial_lift(assignments: pd.DataFrame) -> dict[str, float]:
    control, treatment = trial_shares(assignments)
    return {"points": treatment - control, "percent": treatment / control - 1}


def trial_lift_swapped(assignments: pd.DataFrame) -> dict[str, float]:
    right = trial_lift(assignments)
    return {"points": right["percent"], "percent": right["points"]}


def trial_lift_relative_twice(assignments: pd.DataFrame) -> dict[str, float]:
    relative = trial_lift(assignments)["percent"]
    return {"points": relative, "percent": relative}


def trial_lift_absolute_twice(assignments: pd.DataFrame) -> dict[str, float]:
    absolute = trial_lift(assignments)["points"]
    return {"points": absolute, "percent": absolute}


def trial_lift_over_treatment(assignments: pd.DataFrame) -> dict[str, float]:
    control, treatment = trial_shares(assignments)
    return {"points": treatment - control, "percent": (treatment - control) / treatment}


def trial_lift_times(assignments: pd.DataFrame) -> dict[str, float]:
    control, treatment = trial_shares(assignments)
    return {"points": treatment - control, "percent": treatment / control}


def trial_lift_upside_down(assignments: pd.DataFrame) -> dict[str, float]:
    control, treatment = trial_shares(assignments)
    return {"points": control - treatment, "percent": (control - treatment) / control}


def trials_without_the_box(assignments: pd.DataFrame) -> float:
    return trial_shares(assignments)[0]


def trials_with_the_box(assignments: pd.DataFrame) -> float:
    return trial_shares(assignments)[1]


# --- 10.5: how many more cancel -------------------------------------------------------------------


def cancelled(assignments: pd.DataFrame) -> list[tuple[float, int]]:
    """Return, for control and treatment, the share who cancel and of how many."""
    arms = [of(assignments, "Upsell", arm)["cancelled"] for arm in ARMS]
    return [(float(arm.mean()), len(arm)) for arm in arms]


def read(arms: list[tuple[float, int]]) -> list[float]:
    """Return the difference of two shares with its 95% interval."""
    (p, n), (q, m) = arms
    return interval(q - p, [standard_error(p, n), standard_error(q, m)])


def more_cancel(assignments: pd.DataFrame) -> list[float]:
    return read(cancelled(assignments))


def more_cancel_upside_down(assignments: pd.DataFrame) -> list[float]:
    return read(cancelled(assignments)[::-1])


def more_cancel_relative(assignments: pd.DataFrame) -> list[float]:
    (control, _), _ = cancelled(assignments)
    return [each / control for each in more_cancel(assignments)]


def more_cancel_ends_of_the_arms(assignments: pd.DataFrame) -> list[float]:
    (p, n), (q, m) = cancelled(assignments)
    reach = standard_error(p, n) + standard_error(q, m)
    return interval(q - p, [reach])


def more_cancel_one_standard_error(assignments: pd.DataFrame) -> list[float]:
    (p, n), (q, m) = cancelled(assignments)
    return interval(q - p, [standard_error(p, n), standard_error(q, m)], width=1)


def more_cancel_without_n(assignments: pd.DataFrame) -> list[float]:
    (p, _), (q, _) = cancelled(assignments)
    return interval(q - p, [standard_error(p, 1), standard_error(q, 1)])


def more_cancel_of_those_with_a_trial(assignments: pd.DataFrame) -> list[float]:
    return more_cancel(assignments.loc[assignments["started_trial"] == 1])


def more_cancel_of_visits(assignments: pd.DataFrame) -> list[float]:
    counts = []
    for arm in ARMS:
        rows = of(assignments, "Upsell", arm)
        visits = int(rows["visits"].sum())
        counts.append((float(rows["cancelled"].sum()) / visits, visits))
    return read(counts)


def more_cancel_in_all_experiments(assignments: pd.DataFrame) -> list[float]:
    return more_cancel(assignments.assign(experiment="Upsell"))


def more_start_a_trial(assignments: pd.DataFrame) -> list[float]:
    return more_cancel(assignments.assign(cancelled=assignments["started_trial"]))


def least_rise(assignments: pd.DataFrame) -> float:
    """Return the lower end of the rise, in points."""
    return 100 * more_cancel(assignments)[1]


def with_the_box(assignments: pd.DataFrame) -> int:
    return cancelled(assignments)[1][1]


def without_the_box(assignments: pd.DataFrame) -> int:
    return cancelled(assignments)[0][1]


# --- 10.6: those whom the redirect lost -----------------------------------------------------------


def lost(assignments: pd.DataFrame, users: pd.DataFrame) -> pd.DataFrame:
    """Return the new people of those weeks who are in no arm."""
    first = users["first_visit_at"]
    came = users.loc[(first >= PAGE_RAN[0]) & (first < PAGE_RAN[1])]
    return came.loc[~came["user_id"].isin(of(assignments, "Landing page")["user_id"])]


def within_a_week(people: pd.DataFrame) -> int:
    from pandas import Timedelta

    return int((people["signed_up_at"] - people["first_visit_at"] < Timedelta(days=7)).sum())


def page_arms(assignments: pd.DataFrame) -> list[tuple[int, int]]:
    """Return, for control and treatment, how many signed up and of how many."""
    arms = [of(assignments, "Landing page", arm)["signed_up"] for arm in ARMS]
    return [(int(arm.sum()), len(arm)) for arm in arms]


def page_lift(assignments: pd.DataFrame, users: pd.DataFrame) -> float:
    missing = lost(assignments, users)
    (a, n), (b, m) = page_arms(assignments)
    return (b + within_a_week(missing)) / (m + len(missing)) - a / n


def page_lift_of_idris(assignments: pd.DataFrame, users: pd.DataFrame) -> float:
    (a, n), (b, m) = page_arms(assignments)
    return b / m - a / n


def page_lift_lost_as_nothing(assignments: pd.DataFrame, users: pd.DataFrame) -> float:
    (a, n), (b, m) = page_arms(assignments)
    return b / (m + len(lost(assignments, users))) - a / n


def page_lift_whenever(assignments: pd.DataFrame, users: pd.DataFrame) -> float:
    missing = lost(assignments, users)
    (a, n), (b, m) = page_arms(assignments)
    return (b + int(missing["signed_up_at"].notna().sum())) / (m + len(missing)) - a / n


def page_lift_lost_in_control(assignments: pd.DataFrame, users: pd.DataFrame) -> float:
    missing = lost(assignments, users)
    (a, n), (b, m) = page_arms(assignments)
    return b / m - (a + within_a_week(missing)) / (n + len(missing))


def page_lift_mean_of_two(assignments: pd.DataFrame, users: pd.DataFrame) -> float:
    missing = lost(assignments, users)
    (a, n), (b, m) = page_arms(assignments)
    return (b / m + within_a_week(missing) / len(missing)) / 2 - a / n


def in_points(lift: Callable[..., float]) -> Callable[..., float]:
    """Return a rule for the same lift in points, for the texts."""

    def points(assignments: pd.DataFrame, users: pd.DataFrame) -> float:
        return 100 * lift(assignments, users)

    return points


page_lift_in_points = in_points(page_lift)


def n_lost(assignments: pd.DataFrame, users: pd.DataFrame) -> int:
    return len(lost(assignments, users))


def n_lost_who_signed_up(assignments: pd.DataFrame, users: pd.DataFrame) -> int:
    return within_a_week(lost(assignments, users))


# --- 10.7: what the box won and what it cost, in points -------------------------------------------


def points_won(assignments: pd.DataFrame) -> float:
    return 100 * trial_lift(assignments)["points"]


def points_lost(assignments: pd.DataFrame) -> float:
    return 100 * more_cancel(assignments)[0]


# --- 10.8: orders ---------------------------------------------------------------------------------


def fewer_order(assignments: pd.DataFrame) -> float:
    """Return how many points fewer people order at the lower end of the interval."""
    arms = [(of(assignments, "Upsell", arm)["orders"] > 0) for arm in ARMS]
    return -100 * read([(float(arm.mean()), len(arm)) for arm in arms])[1]


# --- the chapter ----------------------------------------------------------------------------------

CHAPTER = Chapter(
    number=10,
    name="reading",
    title="Reading an A/B test",
    minutes=50,
    questions=[
        Choice(
            id="10.1",
            title="recall: a share of what?",
            right="b",
            options={
                "a": "Orders over visits: neither is a person. Chance divided people, and ten "
                "visits of one person are not ten tosses of a coin.",
                "b": "Chance divided people, so people stand above and below.",
                "c": "Underneath are people, as they should be. Above, somebody who orders three "
                "times is three. Could this share pass 100%?",
                "d": "Above are people, as they should be. Underneath, somebody who comes five "
                "times is five. What did chance divide?",
            },
            hints=(
                "What did chance divide: people, visits or orders?",
                "Both sides of a share hold the same kind of thing.",
                "Count people below, and those of them who ordered at least once above.",
            ),
            why="Count what chance divided, above and below.",
        ),
        Choice(
            id="10.2",
            title="recall: of those who signed up, or of all?",
            right="b",
            options={
                "a": "Both shares are right, and they are of other people: the short form also "
                "lets in those who were not sure. Who is the same in both arms?",
                "b": "All who visited: chance made these two groups alike, and nothing that "
                "happened afterwards chose them.",
                "c": "40% and 30% make 35%, but nobody went through a mean of two steps. Follow "
                "the 1,000 people to the end.",
                "d": "Different numbers of accounts are an effect of the form. The two arms had "
                "the same number of people at their first visit.",
            },
            hints=(
                "The words after 'of': which group was made by chance, and which one by the form?",
                "Of each 1,000 who visited, how many bought?",
                "120 of 1,000, and 130 of 1,000.",
            ),
            why="Compare everybody whom chance put into an arm. Whatever people did afterwards "
            "may be the treatment's own doing. (Whether 12% and 13% are more than chance is the "
            "matter of this chapter.)",
        ),
        Choice(
            id="10.3",
            title="what a p-value says",
            right="b",
            options={
                "a": "It sounds almost the same. But p supposes that the plan does nothing, and "
                "asks how odd our count would then be. How likely the plan is to work depends also "
                "on what one knew of such plans before.",
                "b": "It supposes that there is nothing, and says how odd the count would then be.",
                "c": "The plan does do a great deal, and p does not say so: with enough people a "
                "lift of a tenth of a point has a small p as well. Which number tells the size?",
                "d": "Nobody's plan was saved by chance. What chance decides is who is in which "
                "arm.",
            },
            hints=(
                "What did we suppose when we dealt the people out again by chance?",
                "Of the thousand draws in part 3, what share had a difference as large as ours? "
                "What was true in all of them?",
                "It begins with 'if the plan did nothing'.",
            ),
            why="p speaks of the count, if there were nothing. The lift and its interval speak of "
            "the plan.",
        ),
        Computed(
            id="10.4",
            title="a lift in points and in percent",
            tables=("assignments",),
            reference=trial_lift,
            share=True,
            tolerance=0.0005,
            misconceptions=(
                Misconception(
                    name="swapped",
                    rule=trial_lift_swapped,
                    message="Both numbers are in your answer, in each other's place. Points are "
                    "what you get when you take one share from the other.",
                ),
                Misconception(
                    name="relative for absolute",
                    rule=trial_lift_relative_twice,
                    message="{answer[1]:.0%} is right for the percent: of those who would start a "
                    "trial anyway. In points it is the plain difference of the two shares, of "
                    "everybody in the arms.",
                ),
                Misconception(
                    name="absolute for relative",
                    rule=trial_lift_absolute_twice,
                    message="The points are right. The percent asks how large that step is beside "
                    "what there was before, {without:.1%}.",
                ),
                Misconception(
                    name="over the treatment",
                    rule=trial_lift_over_treatment,
                    message="The points are right. {answer[1]:.0%} divides them by the share "
                    "*with* the box. 'More than before' is measured by what was there without it.",
                ),
                Misconception(
                    name="times as many",
                    rule=trial_lift_times,
                    message="The points are right. {answer[1]:.2f} says how many *times* as many "
                    "there are. Twice as many is 100% *more*.",
                ),
                Misconception(
                    name="upside down",
                    rule=trial_lift_upside_down,
                    message="You took the treatment from the control, so a gain is below zero. A "
                    "lift is treatment less control.",
                ),
            ),
            facts={"without": trials_without_the_box, "with_it": trials_with_the_box},
            hints=(
                "From 10% to 15%: that is 5 points, and it is 50% more. How do you get each?",
                "The shares are {without:.1%} without the box and {with_it:.1%} with it. Points: "
                "one less the other.",
                '`points = started["treatment"] - started["control"]`; the percent is `points` '
                'over `started["control"]`.',
            ),
            why="{without:.1%} became {with_it:.1%}. Say both, and no one has to ask of what.",
        ),
        Function(
            id="10.5",
            title="write more_cancel",
            tables=("assignments",),
            reference=more_cancel,
            share=True,
            tolerance=0.0008,  # other good intervals for two shares lie within it
            misconceptions=(
                Misconception(
                    name="upside down",
                    rule=more_cancel_upside_down,
                    message="Here a rise is below zero: you took the treatment from the control. "
                    "How much *more* cancel with the box?",
                ),
                Misconception(
                    name="relative for absolute",
                    rule=more_cancel_relative,
                    message="{answer[0]:.0%} is how much more, measured by those who cancel "
                    "anyway. The guardrail is written in points: share less share.",
                ),
                Misconception(
                    name="overlapping intervals",
                    rule=more_cancel_ends_of_the_arms,
                    message="The difference is right, the interval too wide: you added how far "
                    "each arm's own interval reaches. Both arms are seldom off at once and in "
                    "opposite directions, so their *squares* add up. That is also why two "
                    "intervals may overlap and the arms still differ.",
                ),
                Misconception(
                    name="one standard error",
                    rule=more_cancel_one_standard_error,
                    message="The difference and its standard error are right. One standard error "
                    "either way holds the truth about two times in three. How many make it 95 in "
                    "100?",
                ),
                Misconception(
                    name="not divided by n",
                    rule=more_cancel_without_n,
                    message="From {answer[1]:.1%} to {answer[2]:.1%}: that is how much one person "
                    "differs from the next, not how far a share of thousands may be off. Where "
                    "does `n` come in?",
                ),
                Misconception(
                    name="of those with a trial",
                    rule=more_cancel_of_those_with_a_trial,
                    message="{answer[0]:.1%} is among those who *started a trial*. The box itself "
                    "decided who they are, so chance did not make these two groups alike. The "
                    "question says 'of everybody in the experiment'.",
                ),
                Misconception(
                    name="visits for people",
                    rule=more_cancel_of_visits,
                    message="{answer[0]:.1%} divides by visits. Chance divided people; "
                    "whoever comes three times is still in one arm, once.",
                ),
                Misconception(
                    name="all experiments",
                    rule=more_cancel_in_all_experiments,
                    message="{answer[0]:.1%} puts all four experiments together. What does a "
                    "button's colour in April know of the box? Keep the rows of `Upsell` first.",
                ),
                Misconception(
                    name="trials for cancellations",
                    rule=more_start_a_trial,
                    message="{answer[0]:.1%} is the box's gain: more people start a trial. Maeve "
                    "asks about those who cancel.",
                ),
            ),
            facts={
                "n": without_the_box,
                "m": with_the_box,
                "rise": points_lost,
                "least": least_rise,
            },
            hints=(
                "First the two shares alone: of how many people is each? (You should find {n:,} "
                "in the control and {m:,} in the treatment.)",
                "Then a standard error for each arm, the square root of the sum of their squares, "
                "and 1.96 of those to either side of the difference.",
                '`box = assignments[assignments["experiment"] == "Upsell"]`; '
                '`c = box.groupby("variant")["cancelled"].agg(["mean", "count"])`; the error is '
                '`np.sqrt((c["mean"] * (1 - c["mean"]) / c["count"]).sum())`.',
            ),
            why="{rise:+.1f} points, and even the lower end of the interval, {least:+.1f}, is "
            "beyond the 1 point that was agreed.",
        ),
        Computed(
            id="10.6",
            title="bug hunt: Idris's landing page",
            tables=("assignments", "users"),
            reference=page_lift,
            tolerance=0.0005,
            misconceptions=(
                Misconception(
                    name="as Idris has it",
                    rule=page_lift_of_idris,
                    message="{of_idris:+.1f} points is Idris's own number: of those whom the "
                    "redirect did *not* lose. {lost:,} people were drawn for that arm and are not "
                    "in it.",
                ),
                Misconception(
                    name="lost and never signed up",
                    rule=page_lift_lost_as_nothing,
                    message="All {lost:,} are back underneath. But {none_signed_up:+.1f} points "
                    "takes it that none of them signed up. `lost` knows better: some came again "
                    "later in the week.",
                ),
                Misconception(
                    name="signed up at any time",
                    rule=page_lift_whenever,
                    message="They are all back, above and below. But {whenever:+.1f} points lets "
                    "them sign up whenever they like, and everybody else had a week.",
                ),
                Misconception(
                    name="back into the control",
                    rule=page_lift_lost_in_control,
                    message="{in_control:+.1f} points puts them into the control. Which page has "
                    "the redirect?",
                ),
                Misconception(
                    name="mean of two shares",
                    rule=page_lift_mean_of_two,
                    message="{mean_of_two:+.1f} points takes the mean of two shares, of those who "
                    "stayed and of those who were lost. Then {lost:,} people weigh as much as all "
                    "the others. Count people: how many signed up, of how many?",
                ),
                Misconception(
                    name="in points",
                    rule=page_lift_in_points,
                    message="{answer:+.2f} is right in points. Hand it over as a fraction: two "
                    "points are `0.02`.",
                ),
            ),
            facts={
                "lost": n_lost,
                "lost_signed_up": n_lost_who_signed_up,
                "lift": page_lift_in_points,
                "of_idris": in_points(page_lift_of_idris),
                "none_signed_up": in_points(page_lift_lost_as_nothing),
                "whenever": in_points(page_lift_whenever),
                "in_control": in_points(page_lift_lost_in_control),
                "mean_of_two": in_points(page_lift_mean_of_two),
            },
            hints=(
                "Who would be in the treatment if the redirect had lost nobody?",
                "Add the lost people underneath, all {lost:,}, and above those of them who signed "
                "up within a week: {lost_signed_up:,}.",
                'Above: `in_treatment["signed_up"].sum()` and, of the lost, how many have '
                '`lost["signed_up_at"] - lost["first_visit_at"] < pd.Timedelta(days=7)`. '
                "Underneath: `len(in_treatment) + len(lost)`. Then less the control's mean.",
            ),
            why="{lift:+.1f} points: with everybody who was drawn, hardly anything is left of the "
            "lift.",
        ),
        Text(
            id="10.7",
            title="decide: the memo on the box",
            tables=("assignments",),
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
                        "ship",
                        "not ship",
                        "hold",
                        "stop",
                        "roll out",
                        "do not",
                        "don't",
                        "keep",
                        "change",
                        "rebuild",
                        "redesign",
                        "mend",
                    ),
                    ask="Does the box go out, yes or no, or how changed?",
                ),
                Criterion(
                    name="what it won",
                    number=points_won,
                    ask="By how many points did trials rise? It stands in the cell above.",
                ),
                Criterion(
                    name="what it cost",
                    number=points_lost,
                    ask="By how many points did cancellations rise? And what had been agreed?",
                ),
                Criterion(
                    name="a caveat",
                    words=(*CAVEAT, "do not know", "don't know", "not known"),
                    ask="What can this test not tell, or what would change your mind?",
                ),
            ),
            hints=(
                "Nora reads one screen on her telephone. Which sentence must she see first?",
                "First the decision; then what the box won and what it cost, in points and of "
                "whom; then what nobody knows yet.",
                "A shape: 'Let us ... the box. ... points more started a trial, but ... points "
                "more cancelled, where we had agreed on ... We do not know ...'",
            ),
            why="The decision, the gain, the harm beside its limit, and what is not known: Nora "
            "can act on this.",
        ),
        Choice(
            id="10.8",
            title="exit ticket: not significant, so safe?",
            tables=("assignments",),
            right="c",
            options={
                "a": "Above 0.05 says: chance alone could make such a difference. It does not say "
                "that chance *did*. A small test never finds anything; is everything safe then?",
                "b": "The interval reaches below 0, and above it too. It shows no loss, as it "
                "shows no safety.",
                "c": "At the lower end {fewer:.1f} points fewer people order, and Luc can bear 1. "
                "Safe it would be if the whole interval stayed within his limit.",
                "d": "p supposes that nothing has changed, and says how odd the count would then "
                "be. How likely it is that nothing has changed, it cannot say.",
            },
            facts={"fewer": fewer_order},
            hints=(
                "Luc has named a limit. Where does it lie, seen from the interval?",
                "Ask of each end of the interval: if *that* were the truth, could Luc bear it?",
                "The lower end is further down than 1 point; the upper end is above 0.",
            ),
            why="'Not significant' means 'not known yet'. Safe is an interval that lies within the "
            "limit as a whole.",
        ),
        Choice(
            id="10.9",
            title="optional: on telephones only?",
            right="c",
            options={
                "a": "One of them is clear of 0 and the other is not. But the lifts may still be "
                "the same: 1.1 is well within mobile's interval, and 2.0 within desktop's. Compare "
                "the two with each other, not each with 0.",
                "b": "Two intervals can overlap and the lifts still differ, so overlapping shows "
                "nothing. And 'not shown to differ' is not 'the same'.",
                "c": "2.0 less 1.1 is 0.9, and its interval holds 0. Nothing here speaks for two "
                "different decisions.",
                "d": "No effect on desktop? Its interval goes up to +2.9 points, more than was "
                "measured on mobile. 'Not shown' is not 'nothing'.",
            },
            hints=(
                "Idris compares each device with 0. Which two things does his sentence compare?",
                "The lifts differ by 2.0 less 1.1 points. How sure is *that*?",
                "The intervals reach 1.6 and 1.8 points to either side. The root of the sum of "
                "their squares is 2.4.",
            ),
            why="That one is significant and the other not does not make them differ. Test the "
            "difference.",
        ),
    ],
)
