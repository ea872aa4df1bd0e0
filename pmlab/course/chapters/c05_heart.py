"""Chapter 05, HEART: goals, signals, metrics; surveys and tasks scored; a card with guardrails.

The right rules measure with `pmlab.heart`. The wrong ones are written as somebody with that slip
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
    from pandas.core.groupby import SeriesGroupBy

    from pmlab.heart.measures import Measure

WAVES = ("before", "after")
SUS = [f"sus_{item}" for item in range(1, 11)]
UMUX = ["umux_1", "umux_2"]
HARDER = "repeat_last_week"
TARGETS = {
    "SUS": 74.1,
    "UMUX-Lite": 75,
    "NPS": 40,
    "seconds to check out": 90,
    "errors per step": 0.06,
}
"""As Nora and Saskia wrote them down in April."""


# --- whom and what the rules count ----------------------------------------------------------------


def in_wave(surveys: pd.DataFrame, wave: str) -> pd.DataFrame:
    return surveys.loc[surveys["wave"] == wave]


def would_recommend(surveys: pd.DataFrame, wave: str) -> pd.Series:
    """Return the answers that were given, as plain numbers."""
    return in_wave(surveys, wave)["nps"].dropna().astype(float)


def by_design(seconds: pd.Series, usability: pd.DataFrame) -> SeriesGroupBy[Any, Any]:
    """Return these times in groups, one a task and design."""
    return seconds.groupby([usability["task"], usability["design"]])


def of_those_who_succeed(usability: pd.DataFrame) -> pd.Series:
    return usability.loc[usability["success"] == 1, "seconds"]


def new_over_old(seconds: pd.Series) -> pd.Series:
    """Return the ratio for each task of times by task and design."""
    return seconds.xs("new", level="design") / seconds.xs("old", level="design")


def new_less_old(seconds: pd.Series) -> pd.Series:
    return seconds.xs("new", level="design") - seconds.xs("old", level="design")


def mean_logs(seconds: pd.Series, usability: pd.DataFrame) -> pd.Series:
    import numpy as np

    return by_design(seconds.map(np.log), usability).mean()


# --- 05.3: the Net Promoter Score -----------------------------------------------------------------


def nps(surveys: pd.DataFrame) -> dict[str, float]:
    return {wave: pm.heart.nps(would_recommend(surveys, wave)).score for wave in WAVES}


def nps_as_a_mean(surveys: pd.DataFrame) -> dict[str, float]:
    return {wave: would_recommend(surveys, wave).mean() for wave in WAVES}


def nps_without_passives(surveys: pd.DataFrame) -> dict[str, float]:
    scores = {}
    for wave in WAVES:
        given = would_recommend(surveys, wave)
        promoters, detractors = (given >= 9).sum(), (given <= 6).sum()
        scores[wave] = 100 * (promoters - detractors) / (promoters + detractors)
    return scores


def nps_promoters_only(surveys: pd.DataFrame) -> dict[str, float]:
    return {wave: 100 * (would_recommend(surveys, wave) >= 9).mean() for wave in WAVES}


def nps_of_everybody_invited(surveys: pd.DataFrame) -> dict[str, float]:
    scores = {}
    for wave in WAVES:
        given = would_recommend(surveys, wave)
        net = (given >= 9).sum() - (given <= 6).sum()
        scores[wave] = 100 * net / len(in_wave(surveys, wave))
    return scores


def nps_six_is_passive(surveys: pd.DataFrame) -> dict[str, float]:
    given = {wave: would_recommend(surveys, wave) for wave in WAVES}
    return {wave: 100 * ((own >= 9).mean() - (own < 6).mean()) for wave, own in given.items()}


def nps_eight_promotes(surveys: pd.DataFrame) -> dict[str, float]:
    given = {wave: would_recommend(surveys, wave) for wave in WAVES}
    return {wave: 100 * ((own >= 8).mean() - (own <= 6).mean()) for wave, own in given.items()}


def nps_as_a_fraction(surveys: pd.DataFrame) -> dict[str, float]:
    return {wave: score / 100 for wave, score in nps(surveys).items()}


def answered_before(surveys: pd.DataFrame) -> int:
    return len(would_recommend(surveys, "before"))


def answered_after(surveys: pd.DataFrame) -> int:
    return len(would_recommend(surveys, "after"))


def invited_after(surveys: pd.DataFrame) -> int:
    return len(in_wave(surveys, "after"))


# --- 05.4: time on each task ----------------------------------------------------------------------


def typical(usability: pd.DataFrame) -> pd.Series:
    """Return the geometric mean time of those who succeed, by task and design."""
    times = by_design(of_those_who_succeed(usability), usability)
    return times.agg(lambda seconds: pm.heart.time_on_task(seconds).value)


def time_ratios(usability: pd.DataFrame) -> pd.Series:
    return new_over_old(typical(usability))


def ratios_of_means(usability: pd.DataFrame) -> pd.Series:
    return new_over_old(by_design(of_those_who_succeed(usability), usability).mean())


def ratios_of_medians(usability: pd.DataFrame) -> pd.Series:
    return new_over_old(by_design(of_those_who_succeed(usability), usability).median())


def ratios_with_those_who_failed(usability: pd.DataFrame) -> pd.Series:
    import numpy as np

    return new_less_old(mean_logs(usability["seconds"], usability)).map(np.exp)


def ratios_of_means_with_those_who_failed(usability: pd.DataFrame) -> pd.Series:
    return new_over_old(by_design(usability["seconds"], usability).mean())


def ratios_upside_down(usability: pd.DataFrame) -> pd.Series:
    return 1 / time_ratios(usability)


def ratios_as_seconds(usability: pd.DataFrame) -> pd.Series:
    return new_less_old(typical(usability))


def ratios_still_logs(usability: pd.DataFrame) -> pd.Series:
    return new_less_old(mean_logs(of_those_who_succeed(usability), usability))


def ratios_of_logs(usability: pd.DataFrame) -> pd.Series:
    return new_over_old(mean_logs(of_those_who_succeed(usability), usability))


def longest(usability: pd.DataFrame) -> float:
    """Return the longest time of anybody who got there, in minutes."""
    return float(of_those_who_succeed(usability).max()) / 60


# --- 05.5: Idris's card ---------------------------------------------------------------------------


def happiness(surveys: pd.DataFrame, wave: str) -> dict[str, Measure]:
    said = in_wave(surveys, wave)
    return {
        "SUS": pm.heart.sus(said[SUS]),
        "UMUX-Lite": pm.heart.umux_lite(said[UMUX]),
        "NPS": pm.heart.nps(said["nps"]),
    }


def task_success(usability: pd.DataFrame, design: str) -> dict[str, Measure]:
    did = usability.loc[usability["design"] == design]
    paid = did.loc[did["task"] == "check_out"]
    slips, steps = int(did["errors"].sum()), int(did["error_opportunities"].sum())
    return {
        "seconds to check out": pm.heart.time_on_task(paid["seconds"], success=paid["success"]),
        "errors per step": pm.heart.errors(slips, steps),
    }


def attained(surveys: pd.DataFrame, usability: pd.DataFrame) -> pd.DataFrame:
    """Return the five metrics of the card: `metric`, `dimension`, `attained`."""
    from pandas import DataFrame

    both = {
        "happiness": [happiness(surveys, wave) for wave in WAVES],
        "task success": [task_success(usability, design) for design in ("old", "new")],
    }
    metrics = [
        pm.heart.Metric.of(
            measure,
            name=name,
            dimension=dimension,
            baseline=before[name].estimate,
            target=TARGETS[name],
        )
        for dimension, (before, after) in both.items()
        for name, measure in after.items()
    ]
    rows = [(own.name, own.dimension, own.attainment) for own in metrics]
    return DataFrame(rows, columns=["metric", "dimension", "attained"])


def card(rows: pd.DataFrame) -> dict[str, float]:
    """Return the mean of each dimension, and the mean of those."""
    means = {
        dimension: float(rows.loc[rows["dimension"] == dimension, "attained"].mean())
        for dimension in ("happiness", "task success")
    }
    return means | {"composite": sum(means.values()) / len(means)}


def card_as_it_is(surveys: pd.DataFrame, usability: pd.DataFrame) -> dict[str, float]:
    return card(attained(surveys, usability))


def card_of_idris(surveys: pd.DataFrame, usability: pd.DataFrame) -> dict[str, float]:
    rows = attained(surveys, usability)
    return card(rows.assign(attained=rows["attained"].clip(lower=0)))


def card_cut_at_both_ends(surveys: pd.DataFrame, usability: pd.DataFrame) -> dict[str, float]:
    rows = attained(surveys, usability)
    return card(rows.assign(attained=rows["attained"].clip(0, 100)))


def card_cut_at_the_top(surveys: pd.DataFrame, usability: pd.DataFrame) -> dict[str, float]:
    rows = attained(surveys, usability)
    return card(rows.assign(attained=rows["attained"].clip(upper=100)))


def card_without_what_fell(surveys: pd.DataFrame, usability: pd.DataFrame) -> dict[str, float]:
    rows = attained(surveys, usability)
    return card(rows.loc[rows["attained"] >= 0])


def card_with_the_fall_as_a_rise(
    surveys: pd.DataFrame, usability: pd.DataFrame
) -> dict[str, float]:
    rows = attained(surveys, usability)
    return card(rows.assign(attained=rows["attained"].abs()))


def card_mean_of_metrics(surveys: pd.DataFrame, usability: pd.DataFrame) -> dict[str, float]:
    rows = attained(surveys, usability)
    return {**card(rows), "composite": rows["attained"].mean()}


def nps_attained(surveys: pd.DataFrame, usability: pd.DataFrame) -> float:
    rows = attained(surveys, usability)
    return float(rows.loc[rows["metric"] == "NPS", "attained"].iloc[0])


# --- 05.6: who still gets last week's basket ------------------------------------------------------


def repeats_with_the_new_design(usability: pd.DataFrame) -> float:
    tried = usability.loc[(usability["task"] == HARDER) & (usability["design"] == "new")]
    return tried["success"].mean()


# --- 05.8: SUS by hand ----------------------------------------------------------------------------


def ordered(surveys: pd.DataFrame) -> pd.DataFrame:
    """Return the ten answers of those asked after the redesign who have ordered."""
    after = in_wave(surveys, "after")
    return after.loc[after["csat"].notna(), SUS].astype(float)


def sus_of_those_who_ordered(surveys: pd.DataFrame) -> float:
    return pm.heart.sus(ordered(surveys)).score


def sus_as_luc_has_it(surveys: pd.DataFrame) -> float:
    return 20 * ordered(surveys).mean(axis=1).mean()


def sus_not_turned(surveys: pd.DataFrame) -> float:
    return 2.5 * (ordered(surveys).dropna() - 1).sum(axis=1).mean()


def sus_turned_as_a_percentage(surveys: pd.DataFrame) -> float:
    given = ordered(surveys).dropna()
    given[SUS[1::2]] = 6 - given[SUS[1::2]]
    return 20 * given.mean(axis=1).mean()


def sus_blanks_as_nothing(surveys: pd.DataFrame) -> float:
    given = ordered(surveys)
    odd, even = given[SUS[::2]] - 1, 5 - given[SUS[1::2]]
    return 2.5 * (odd.sum(axis=1) + even.sum(axis=1)).mean()


def sus_out_of_40(surveys: pd.DataFrame) -> float:
    return sus_of_those_who_ordered(surveys) / 2.5


def sus_the_wrong_half_turned(surveys: pd.DataFrame) -> float:
    return 100 - sus_of_those_who_ordered(surveys)


def n_ordered(surveys: pd.DataFrame) -> int:
    return len(ordered(surveys).dropna())


# --- the chapter ----------------------------------------------------------------------------------

CHAPTER = Chapter(
    number=5,
    name="heart",
    title="HEART",
    minutes=50,
    questions=[
        Choice(
            id="05.1",
            title="recall: other people, or other minds?",
            right="c",
            options={
                "a": "Nobody changed their mind, that is true. But the total is a mean of two "
                "groups, and one of them weighs more now. Work out both totals.",
                "b": "80% is the weekly cooks alone. One in four answers still comes from the "
                "others.",
                "c": "In spring half of 80% and half of 40%, in summer three quarters of 80% and "
                "one quarter of 40%: from 60% to 70%, and nobody is any happier.",
                "d": "How many people there are does not matter here: of any 100 answers, you know "
                "who gave them and what they say.",
            },
            hints=(
                "A total is a mean of its groups. What are their weights in spring, and what in "
                "summer?",
                "Take 100 answers of spring: 50 from weekly cooks, of whom 40 are content. And the "
                "other 50?",
                "Summer: 75 weekly cooks, 60 of them content; 25 others, 10 of them content.",
            ),
            why="When other people answer, a score can move with nobody changing their mind. "
            "Keep it in mind for this chapter.",
        ),
        Choice(
            id="05.2",
            title="recall: whose seven days are over?",
            right="b",
            options={
                "a": "90 of 300 counts everybody, and 100 of them have not had their seven days. "
                "Next to spring, whose people all had theirs, that is too low.",
                "b": "200 have had their seven days, and 80 of those are back.",
                "c": "45% keeps the 10 early ones above and leaves their 100 out below. Whoever is "
                "not below cannot stand above.",
                "d": "27% leaves the 10 early ones out above and keeps their 100 below. They go in "
                "both places.",
            },
            hints=(
                "Who has had seven days?",
                "Those of the last six days go out whole: the ones who are back already as well.",
                "Below: 300 less 100. Above: 90 less 10.",
            ),
            why="Leave out everybody whose window is not over, above and below.",
        ),
        Computed(
            id="05.3",
            title="the Net Promoter Score, before and after",
            tables=("surveys",),
            reference=nps,
            tolerance=0.05,
            misconceptions=(
                Misconception(
                    name="the mean",
                    rule=nps_as_a_mean,
                    message="{answer[0]:.1f} and {answer[1]:.1f} are the mean answers, from 0 to "
                    "10. The Net Promoter Score counts people in two groups and takes one from the "
                    "other. Which two?",
                ),
                Misconception(
                    name="passives dropped",
                    rule=nps_without_passives,
                    message="{answer[0]:+.0f} and {answer[1]:+.0f} leave out those who said 7 or "
                    "8. They are neither above nor below, and yet they answered: what stands "
                    "underneath is everybody who did.",
                ),
                Misconception(
                    name="promoters only",
                    rule=nps_promoters_only,
                    message="{answer[1]:.0f}% of those who answered after the redesign are "
                    "promoters. Who has to be taken off?",
                ),
                Misconception(
                    name="everybody invited",
                    rule=nps_of_everybody_invited,
                    message="{answer[0]:+.0f} and {answer[1]:+.0f} divide by everybody who was "
                    "*asked*. After the redesign that is {invited:,} people, of whom only "
                    "{after:,} said anything. What the others think, nobody knows.",
                ),
                Misconception(
                    name="six is passive",
                    rule=nps_six_is_passive,
                    message="{answer[0]:+.0f} and {answer[1]:+.0f} count a 6 as passive. It sounds "
                    "friendly, but the rule draws its line between 6 and 7.",
                ),
                Misconception(
                    name="eight promotes",
                    rule=nps_eight_promotes,
                    message="{answer[0]:+.0f} and {answer[1]:+.0f} count an 8 as a promoter. The "
                    "rule is stricter: from which answer on?",
                ),
                Misconception(
                    name="a fraction",
                    rule=nps_as_a_fraction,
                    message="{answer[0]:+.2f} and {answer[1]:+.2f} have the right people in the "
                    "right places. The score is written per 100: it runs from -100 to 100.",
                ),
            ),
            facts={
                "before": answered_before,
                "after": answered_after,
                "invited": invited_after,
            },
            hints=(
                "Of 100 who answer: how many would praise Larder, and how many would warn of it?",
                "Promoters say 9 or 10, detractors 0 to 6. Take the share of the one from the "
                "share of the other, of all {before:,} who answered before and all {after:,} "
                "after, and write it per 100.",
                "`(before >= 9).mean()` is the share of promoters, and `(before <= 6).mean()` that "
                "of detractors; 100 times their difference. Then the same for `after`.",
            ),
            why="{answer[0]:+.0f} before, {answer[1]:+.0f} after. More people call Larder easy, "
            "and fewer would recommend it.",
        ),
        Function(
            id="05.4",
            title="write time_ratios",
            tables=("usability",),
            reference=time_ratios,
            tolerance=0.0005,
            misconceptions=(
                Misconception(
                    name="the plain mean",
                    rule=ratios_of_means,
                    message="These are ratios of plain means. The longest time in the table is "
                    "{longest:.0f} minutes, for a task of one or two: the clock ran on while "
                    "somebody was away. Which mean does not follow the soup?",
                ),
                Misconception(
                    name="the median",
                    rule=ratios_of_medians,
                    message="These are ratios of medians. The median does not follow soup either, "
                    "but with few people it wavers more. Which mean does the question ask for?",
                ),
                Misconception(
                    name="those who failed",
                    rule=ratios_with_those_who_failed,
                    message="These times include people who gave up, or took something else for "
                    "the goal. How long it took them to fail is another question. Which column "
                    "tells who got there?",
                ),
                Misconception(
                    name="the plain mean of everybody",
                    rule=ratios_of_means_with_those_who_failed,
                    message="These are plain means over all attempts. Two things are in them that "
                    "should not: the times of people who failed, and the soup, which a plain mean "
                    "follows.",
                ),
                Misconception(
                    name="upside down",
                    rule=ratios_upside_down,
                    message="These are the old times over the new ones, so what got faster is "
                    "above 1. The question asks how many times as long the *new* design takes.",
                ),
                Misconception(
                    name="seconds",
                    rule=ratios_as_seconds,
                    message="These are differences in seconds. Twenty seconds are much for finding "
                    "a recipe and little for checking out; how many *times* as long is it?",
                ),
                Misconception(
                    name="still logarithms",
                    rule=ratios_still_logs,
                    message="These are differences of logarithms: you are nearly there. "
                    "`np.exp` turns the difference of two logarithms into a ratio.",
                ),
                Misconception(
                    name="a ratio of logarithms",
                    rule=ratios_of_logs,
                    message="These are ratios of mean *logarithms*. Turn each mean back into "
                    "seconds with `np.exp` first, and divide then.",
                ),
            ),
            facts={"longest": longest},
            hints=(
                "For one task first, say `find_recipe`: whose times, and which middle of them?",
                "Keep the rows with `success` 1. For each task and design take the geometric mean "
                "of `seconds`; then new over old. Of 30, 60 and 120 seconds the geometric mean is "
                "60.",
                '`done = usability[usability["success"] == 1]`; then '
                '`done.groupby(["task", "design"])["seconds"].agg(lambda s: '
                "heart.time_on_task(s).value).unstack()` is a table with a column for each design.",
            ),
            why="Only those who got there, and a middle that the soup does not move. Below 1 is "
            "faster, above 1 slower.",
        ),
        Computed(
            id="05.5",
            title="bug hunt: Idris's card",
            tables=("surveys", "usability"),
            reference=card_as_it_is,
            tolerance=0.05,
            misconceptions=(
                Misconception(
                    name="as Idris has it",
                    rule=card_of_idris,
                    message="{answer[2]:.0f} is Idris's own number. By his own rule NPS stands at "
                    "{nps:.0f}. Where in his lines does it become something else, and what?",
                ),
                Misconception(
                    name="cut at both ends",
                    rule=card_cut_at_both_ends,
                    message="You cut on top too, and so everything looks moderate. But the fall is "
                    "still hidden: NPS stands at {nps:.0f} and counts as 0.",
                ),
                Misconception(
                    name="cut at the top",
                    rule=card_cut_at_the_top,
                    message="The fall is in: good. But now you cut off what went *beyond* its "
                    "target, which is news as well. Leave both ends as they are.",
                ),
                Misconception(
                    name="without what fell",
                    rule=card_without_what_fell,
                    message="{answer[0]:.0f} for happiness leaves out whatever fell. The plan had "
                    "three metrics for it, and one of them is the reason why Nora asks.",
                ),
                Misconception(
                    name="the fall as a rise",
                    rule=card_with_the_fall_as_a_rise,
                    message="{answer[2]:.0f} counts every way as progress, backwards too. NPS is "
                    "at {nps:.0f}, and the minus belongs to it.",
                ),
                Misconception(
                    name="mean of all metrics",
                    rule=card_mean_of_metrics,
                    message="Both rows are right. {answer[2]:.0f} for the composite is the mean of "
                    "the *metrics*, so that happiness counts three times and task success twice. "
                    "Take the mean of the two rows, as Idris does.",
                ),
            ),
            facts={"nps": nps_attained},
            hints=(
                "Read his lines with one metric in mind: NPS. What is it before each line, and "
                "what after?",
                "Before the line with `clip`, NPS stands at {nps:.0f}: it moved away from its "
                "target. That line turns it into 0.",
                "Take his function without the line with `clip`; give back the same three numbers.",
            ),
            why="Happiness {answer[0]:.0f}, task success {answer[1]:.0f}, composite "
            "{answer[2]:.0f}. The fall counts again, and the composite still looks fine: that is "
            "what a mean does.",
        ),
        Text(
            id="05.6",
            title="decide: three sentences for Nora",
            tables=("usability",),
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
                        "mend",
                        "fix",
                        "bring back",
                        "roll back",
                        "roll it back",
                        "keep",
                        "restore",
                        "put back",
                        "revert",
                    ),
                    ask="Keep it, roll it back, or mend a part, and which part?",
                ),
                Criterion(
                    name="the number",
                    number=repeats_with_the_new_design,
                    share=True,
                    ask="What share still manages that task? It stands in the cell above.",
                ),
                Criterion(
                    name="what it counts",
                    words=(
                        "repeat",
                        "last week",
                        "same basket",
                        "task",
                        "participant",
                        "usability test",
                        "of those who tried",
                    ),
                    ask="A share of whom, at which task?",
                ),
                Criterion(
                    name="a caveat",
                    words=(*CAVEAT, "only half as many", "paid participants"),
                    ask="What can this number not tell? Think of who answered, and who was paid.",
                ),
            ),
            hints=(
                "Nora reads one screen on her telephone. Which sentence must she see first?",
                "First what to do; then the number, of whom and at which task; then what it cannot "
                "tell.",
                "A shape: 'Let us keep ... and ... Of the participants in the test, ...% managed "
                "to ..., where it was ...% before. But this does not tell ...'",
            ),
            why="What to do, a number that somebody else can recount, and what it cannot tell: "
            "Nora can act on this.",
        ),
        Choice(
            id="05.7",
            title="exit ticket: a metric for the shared basket",
            right="d",
            options={
                "a": "A total since the launch can only rise, whether it goes well or badly. What "
                "would it look like in a bad month?",
                "b": "A look at a screen is not yet a meal planned together, and the number grows "
                "with the number of visitors. Of how many?",
                "c": "It matters, and it moves for a hundred reasons. If it rose, would you know "
                "that the shared basket did it?",
                "d": "Of whom, doing what, within how long: and it can fall, if families do not "
                "plan together.",
            },
            hints=(
                "Goal first: families plan together. How would one *see* that it happens?",
                "Ask of each: could it fall if the feature fails? Could it rise for another "
                "reason?",
                "A share of households, and something that two people do in the same week.",
            ),
            why="A goal for people, a signal that one can see, a number that can also fall.",
        ),
        Computed(
            id="05.8",
            title="optional: Luc's single figure",
            tables=("surveys",),
            reference=sus_of_those_who_ordered,
            tolerance=0.01,
            misconceptions=(
                Misconception(
                    name="as Luc has it",
                    rule=sus_as_luc_has_it,
                    message="{answer:.1f} is Luc's own number. Somebody delighted answers 5, 1, 5, "
                    "1 and so on. What does his mean make of them?",
                ),
                Misconception(
                    name="not turned round",
                    rule=sus_not_turned,
                    message="{answer:.1f} scores all ten items as praise. The even ones complain: "
                    "whoever agrees with 'unnecessarily complex' is not happy.",
                ),
                Misconception(
                    name="a percentage",
                    rule=sus_turned_as_a_percentage,
                    message="The even items are turned: good. {answer:.1f} then counts from 0 to "
                    "5, but nobody can answer 0, so the worst would still score 20. How many "
                    "points does the worst answer of an item give?",
                ),
                Misconception(
                    name="blanks as nothing",
                    rule=sus_blanks_as_nothing,
                    message="{answer:.1f} keeps people who broke off, and gives them no points for "
                    "what they left blank, as if they had been very unhappy with it. {complete:,} "
                    "answered all ten.",
                ),
                Misconception(
                    name="out of 40",
                    rule=sus_out_of_40,
                    message="{answer:.1f} points of 40: right so far. SUS is written from 0 to "
                    "100. By how much is that more?",
                ),
                Misconception(
                    name="the wrong half",
                    rule=sus_the_wrong_half_turned,
                    message="{answer:.1f} turns the odd items round, and so scores complaints as "
                    "praise. Which ones complain: 'easy to use' or 'unnecessarily complex'?",
                ),
            ),
            facts={"complete": n_ordered},
            hints=(
                "Half of the statements praise, half complain. What is the best answer to each "
                "kind?",
                "Odd items give the answer less 1, even items 5 less the answer: 0 to 4 points "
                "each, 40 together. Only people who answered all ten ({complete:,}) count.",
                "`given = ordered[items].dropna()`; "
                "`2.5 * ((given[items[0::2]] - 1).sum(axis=1) + "
                "(5 - given[items[1::2]]).sum(axis=1))`, and its mean.",
            ),
            why="{answer:.1f}. `heart.sus(ordered[items])` does the same, and names those who gave "
            "one answer to all ten.",
        ),
    ],
)
