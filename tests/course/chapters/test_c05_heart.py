"""Chapter 05's rules, counted by hand on a few people each, and what the chapter leans on."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from pmlab import heart
from pmlab.course import Data
from pmlab.course.chapters import c05_heart as c05
from pmlab.course.checking import check
from pmlab.course.data import SECOND_SEED
from pmlab.course.feedback import Status

DELIGHTED, NOT_AT_ALL = [5, 1] * 5, [1, 5] * 5
BLANK = [pd.NA] * 10


def surveys_of(rows):
    """Return surveys from rows of wave, nps, csat, two answers to UMUX-Lite, ten to SUS."""
    columns = ["wave", "nps", "csat", *c05.UMUX, *c05.SUS]
    table = pd.DataFrame(
        [(wave, nps, csat, *umux, *sus) for wave, nps, csat, umux, sus in rows], columns=columns
    )
    return table.astype(dict.fromkeys(columns[1:], "Int64"))


# --- 05.3: eight people asked before, five after --------------------------------------------------
#
# Before, six answer: two promoters (10, 9), three passives (8, 7, 7), one detractor (6).
# After, four answer: one promoter (9), one passive (8), two detractors (6, 0).

NPS = surveys_of(
    [("before", answer, pd.NA, [pd.NA] * 2, BLANK) for answer in (10, 9, 8, 7, 7, 6, pd.NA, pd.NA)]
    + [("after", answer, pd.NA, [pd.NA] * 2, BLANK) for answer in (9, 8, 6, 0, pd.NA)]
)
SCORES = {
    c05.nps: (100 / 6, -25),
    c05.nps_as_a_mean: (47 / 6, 23 / 4),
    c05.nps_without_passives: (100 / 3, -100 / 3),
    c05.nps_promoters_only: (200 / 6, 25),
    c05.nps_of_everybody_invited: (100 / 8, -20),
    c05.nps_six_is_passive: (200 / 6, 0),
    c05.nps_eight_promotes: (200 / 6, 0),
    c05.nps_as_a_fraction: (1 / 6, -0.25),
}


@pytest.mark.parametrize("rule", SCORES, ids=lambda rule: rule.__name__)
def test_nps_by_hand(rule):
    before, after = SCORES[rule]
    assert rule(NPS) == pytest.approx({"before": before, "after": after})


def test_the_facts_of_nps_by_hand():
    assert c05.answered_before(NPS) == 6
    assert c05.answered_after(NPS) == 4
    assert c05.invited_after(NPS) == 5


# --- 05.4: one task with two designs --------------------------------------------------------------
#
# Old: 30, 60 and 120 seconds, geometric mean 60, mean 70; somebody fails after 480.
# New: 10, 40 and 1,600 seconds (the soup), geometric mean 86.2, mean 550; somebody fails after 10.


def usability_of(attempts, task="check_out"):
    """Return attempts of one task from (design, success, seconds)."""
    table = pd.DataFrame(attempts, columns=["design", "success", "seconds"])
    return table.assign(task=task, errors=0, error_opportunities=1)


CHECKING_OUT = usability_of(
    [
        *(("old", 1, seconds) for seconds in (30, 60, 120)),
        ("old", 0, 480),
        *(("new", 1, seconds) for seconds in (10, 40, 1600)),
        ("new", 0, 10),
    ]
)
NEW = 640_000 ** (1 / 3)
RATIOS = {
    c05.time_ratios: NEW / 60,
    c05.ratios_of_means: 550 / 70,
    c05.ratios_of_medians: 40 / 60,
    c05.ratios_with_those_who_failed: (6_400_000 / (216_000 * 480)) ** (1 / 4),
    c05.ratios_of_means_with_those_who_failed: (1660 / 4) / (690 / 4),
    c05.ratios_upside_down: 60 / NEW,
    c05.ratios_as_seconds: NEW - 60,
    c05.ratios_still_logs: math.log(NEW / 60),
    c05.ratios_of_logs: math.log(NEW) / math.log(60),
}


@pytest.mark.parametrize("rule", RATIOS, ids=lambda rule: rule.__name__)
def test_time_ratios_by_hand(rule):
    assert dict(rule(CHECKING_OUT)) == pytest.approx({"check_out": RATIOS[rule]})


def test_the_longest_time_is_of_somebody_who_got_there():
    assert c05.longest(CHECKING_OUT) == pytest.approx(1600 / 60)
    slow = usability_of([("old", 1, 60), ("old", 0, 1800)])
    assert c05.longest(slow) == pytest.approx(1)


# --- 05.5: a card by hand -------------------------------------------------------------------------
#
# SUS goes from 50 to 75 (target 74.1), UMUX-Lite from 50 to 50 (75), NPS from 0 to -100 (40);
# seconds to check out from 120 to 90 (90), errors per step from 0.10 to 0.04 (0.06).

MIDDLE, PLEASED = [3] * 10, [4, 2] * 5
SAID = surveys_of(
    [
        ("before", 9, 5, [4, 4], MIDDLE),
        ("before", 0, 5, [4, 4], MIDDLE),
        ("after", 6, 5, [1, 7], PLEASED),
        ("after", 5, 5, [7, 1], PLEASED),
    ]
)
DID = pd.concat(
    [
        usability_of([("old", 1, 120), ("old", 0, 999), ("new", 1, 90), ("new", 0, 9)]).assign(
            errors=[2, 3, 1, 1], error_opportunities=25
        ),
        usability_of([("old", 1, 50), ("new", 1, 50)], task="find_recipe").assign(
            errors=[5, 2], error_opportunities=50
        ),
    ],
    ignore_index=True,
)
SUS_AT, NPS_AT, ERRORS_AT = 100 * 25 / 24.1, -250.0, 150.0
HAPPY = (SUS_AT + 0 + NPS_AT) / 3
CARDS = {
    c05.card_as_it_is: (HAPPY, 125),
    c05.card_of_idris: (SUS_AT / 3, 125),
    c05.card_cut_at_both_ends: (100 / 3, 100),
    c05.card_cut_at_the_top: ((100 + NPS_AT) / 3, 100),
    c05.card_without_what_fell: (SUS_AT / 2, 125),
    c05.card_with_the_fall_as_a_rise: ((SUS_AT - NPS_AT) / 3, 125),
}


@pytest.mark.parametrize("rule", CARDS, ids=lambda rule: rule.__name__)
def test_the_card_by_hand(rule):
    happiness, tasks = CARDS[rule]
    expected = {
        "happiness": happiness,
        "task success": tasks,
        "composite": (happiness + tasks) / 2,
    }
    assert rule(SAID, DID) == pytest.approx(expected)


def test_the_mean_of_the_metrics_by_hand():
    card = c05.card_mean_of_metrics(SAID, DID)
    assert card["composite"] == pytest.approx((SUS_AT + 0 + NPS_AT + 100 + ERRORS_AT) / 5)
    assert card["happiness"] == pytest.approx(HAPPY)
    assert c05.nps_attained(SAID, DID) == pytest.approx(NPS_AT)


# --- 05.6: who still gets last week's basket ------------------------------------------------------


def test_who_repeats_last_week_with_the_new_design():
    tried = [("old", 1, 50), ("new", 1, 50), ("new", 0, 50), ("new", 0, 50)]
    others = usability_of([("new", 1, 50)], task="find_recipe")
    table = pd.concat([usability_of(tried, task="repeat_last_week"), others])
    assert c05.repeats_with_the_new_design(table) == pytest.approx(1 / 3)


# --- 05.8: four who have ordered, one of whom breaks off ------------------------------------------
#
# Anna is delighted (100), Ben not at all (0), Cleo says 4, 2 throughout (75). Dan breaks off after
# two delighted answers. Eve has not ordered, and Finn was asked before.

ORDERED = surveys_of(
    [
        ("after", 9, 5, [7, 7], DELIGHTED),
        ("after", 9, 1, [1, 1], NOT_AT_ALL),
        ("after", 9, 4, [6, 6], PLEASED),
        ("after", 9, 4, [6, 6], [5, 1, *BLANK[2:]]),
        ("after", 9, pd.NA, [6, 6], NOT_AT_ALL),
        ("before", 9, 5, [6, 6], NOT_AT_ALL),
    ]
)
SINGLE_FIGURE = {
    c05.sus_of_those_who_ordered: 175 / 3,
    c05.sus_as_luc_has_it: 60,  # everybody's mean answer is 3
    c05.sus_not_turned: 50,
    c05.sus_turned_as_a_percentage: 20 * (5 + 1 + 4) / 3,
    c05.sus_blanks_as_nothing: (100 + 0 + 75 + 20) / 4,
    c05.sus_out_of_40: 70 / 3,
    c05.sus_the_wrong_half_turned: 125 / 3,
    c05.n_ordered: 3,
}


@pytest.mark.parametrize("rule", SINGLE_FIGURE, ids=lambda rule: rule.__name__)
def test_the_single_figure_by_hand(rule):
    assert rule(ORDERED) == pytest.approx(SINGLE_FIGURE[rule])


# --- what the prose says of Larder, on the company that comes with pmlab and on the second one ---


@pytest.fixture(scope="module", params=["committed", "second"])
def company(request):
    return Data.committed() if request.param == "committed" else Data.of_seed(SECOND_SEED)


def test_sus_rises_by_a_grade_nps_falls_and_umux_lite_hardly_moves(company):
    surveys = company.load("surveys")
    before, after = (c05.happiness(surveys, wave) for wave in c05.WAVES)
    assert after["SUS"].compare(before["SUS"]).verdicts == ("better",)
    assert [one["SUS"].grade[0] for one in (before, after)] == ["C", "B"]
    assert after["NPS"].compare(before["NPS"]).verdicts == ("worse",)
    assert after["UMUX-Lite"].compare(before["UMUX-Lite"]).verdicts == ("not clear",)
    items = surveys.groupby("wave")[c05.UMUX].mean()
    assert items.loc["after", "umux_1"] < items.loc["before", "umux_1"]
    assert items.loc["after", "umux_2"] > items.loc["before", "umux_2"]


def test_the_same_people_would_recommend_less(company):
    surveys = company.load("surveys")
    before, after = (
        c05.in_wave(surveys, wave).dropna(subset=["nps"]).set_index("user_id")["nps"]
        for wave in c05.WAVES
    )
    both = before.index.intersection(after.index)
    assert len(both) > 30
    assert heart.nps(after[both]).score < heart.nps(before[both]).score


def test_four_tasks_are_faster_and_the_fifth_is_past_its_guardrail(company):
    usability = company.load("usability")
    ratios = c05.time_ratios(usability)
    assert (ratios.drop(c05.HARDER) < 0.9).all()
    assert ratios[c05.HARDER] > 1.3
    tried = usability[usability["task"] == c05.HARDER].groupby("design")["success"]
    old, new = (heart.completion(*tried.agg(["sum", "count"]).loc[own]) for own in ("old", "new"))
    assert old.value > 0.85
    assert heart.Guardrail.of(old, name="repeat", limit=0.85).state != "past"
    assert heart.Guardrail.of(new, name="repeat", limit=0.85).state == "past"
    assert 0.3 < new.value < 0.6
    assert usability.groupby("design")["participant_id"].nunique().tolist() == [74, 74]


def test_the_card_looks_like_a_success_all_the_same(company):
    tables = company.load("surveys"), company.load("usability")
    assert c05.card_as_it_is(*tables)["composite"] > 25
    assert c05.card_of_idris(*tables)["composite"] > 60
    assert c05.nps_attained(*tables) < -80


# --- other ways to the right answer ---------------------------------------------------------------


def test_time_ratios_may_come_from_heart_or_as_a_dict():
    def with_heart(usability):
        done = usability[usability["success"] == 1].groupby(["task", "design"])["seconds"]
        typical = done.agg(lambda seconds: heart.time_on_task(seconds).value).unstack()
        return (typical["new"] / typical["old"]).to_dict()

    data = Data.committed()
    assert check(c05.CHAPTER["05.4"], with_heart, data).status is Status.RIGHT


def test_the_card_may_come_as_a_series_in_any_order():
    data = Data.committed()
    right = c05.card_as_it_is(data.load("surveys"), data.load("usability"))
    backwards = pd.Series(dict(reversed(right.items())))
    assert check(c05.CHAPTER["05.5"], backwards, data).status is Status.RIGHT
