"""Chapter 04's rules, counted by hand on a few people each, and what the chapter leans on."""

from __future__ import annotations

import pandas as pd
import pytest

import pmlab as pm
from pmlab.course import Computed, Data, Function
from pmlab.course.chapters import c04_retention as c04
from pmlab.course.checking import check
from pmlab.course.data import SECOND_SEED
from pmlab.course.feedback import Status


def table(text):
    """Return events from lines of who, day, time and what, in the order of time."""
    rows = [line.split() for line in text.strip().splitlines()]
    frame = pd.DataFrame(
        [(who, f"{day} {at}", what) for who, day, at, what in rows],
        columns=["user_id", "time", "event"],
    )
    return frame.assign(time=pd.to_datetime(frame["time"])).sort_values("time", kind="stable")


# --- 04.4: the log ends on Sunday, 5 July; whoever signed up by 22 June has had day 13 ------------
#
# Anna   signs up on Monday 1 June at 10:00 and comes on day 7 at 9:00, an hour short of 7 x 24.
# Ben    signs up with her and comes on days 2 and 14: not in the second week.
# Cleo   signs up on Sunday 7 June and comes on day 7.
# Dan    signs up with her and comes on day 1, which is in the calendar's next week.
# Eve    signs up on 22 June at 10:00 and comes on day 13, the log's last day.
# Finn   signs up on 23 June and comes on day 8; his second week is not over.
# Gita   signs up on 30 June and does not come back.
# Hugo   has no account; he comes on 1 June and 8 days later.
# Ines   first comes on 20 May, signs up on 10 June and comes on days 7 and 8.

JUNE = """
anna  2026-06-01 09:59  visit
anna  2026-06-01 10:00  sign_up
anna  2026-06-08 09:00  visit
ben   2026-06-01 09:59  visit
ben   2026-06-01 10:00  sign_up
ben   2026-06-03 10:00  visit
ben   2026-06-15 10:05  visit
cleo  2026-06-07 11:59  visit
cleo  2026-06-07 12:00  sign_up
cleo  2026-06-14 13:00  visit
dan   2026-06-07 11:59  visit
dan   2026-06-07 12:00  sign_up
dan   2026-06-08 10:00  visit
eve   2026-06-22 09:59  visit
eve   2026-06-22 10:00  sign_up
eve   2026-07-05 11:00  visit
finn  2026-06-23 09:59  visit
finn  2026-06-23 10:00  sign_up
finn  2026-07-01 10:00  visit
gita  2026-06-30 09:59  visit
gita  2026-06-30 10:00  sign_up
hugo  2026-06-01 10:00  visit
hugo  2026-06-09 10:00  visit
ines  2026-05-20 10:00  visit
ines  2026-06-10 10:00  sign_up
ines  2026-06-17 11:00  visit
ines  2026-06-18 11:00  visit
"""
SECOND_WEEK = {
    # Of the six who have had it, all but Ben and Dan.
    c04.second_week: 4 / 6,
    # Anna, Cleo and Ines, of the seven whose day 7 is over: Finn's is.
    c04.second_week_on_day_7: 3 / 7,
    # All of them but Dan.
    c04.second_week_from_day_7_on: 6 / 7,
    # Finn and Gita too, of whom Finn is back
    c04.second_week_with_unfinished: 5 / 8,
    # and only Finn.
    c04.second_week_with_early_birds: 5 / 7,
    # Ben came on day 2, Dan on day 1.
    c04.second_week_and_first: 6 / 6,
    # Cleo and Ines; Eve's 14 x 24 hours end on 6 July at 10:00.
    c04.second_week_by_hours: 2 / 5,
    # All but Ben, of the seven who signed up by 28 June.
    c04.second_week_of_calendar: 6 / 7,
    # Anna, Ben, Cleo and Ines; Eve's day 14 is not over.
    c04.second_week_a_day_longer: 4 / 5,
    # Ben and Ines.
    c04.second_week_a_day_late: 2 / 5,
    # Day 7: three of seven. Day 8: Finn and Ines. Day 13: Eve, of six.
    c04.second_week_added_up: 3 / 7 + 2 / 7 + 1 / 6,
    c04.second_week_mean_of_days: (3 / 7 + 2 / 7 + 1 / 6) / 7,
    # Anna, Cleo, Eve, Finn and Ines.
    c04.second_week_of_visitors: 5 / 9,
    # Anna, Cleo, Eve and Hugo; Ines's second week was in May.
    c04.second_week_from_first_visit: 4 / 7,
}


@pytest.mark.parametrize("rule", SECOND_WEEK, ids=lambda rule: rule.__name__)
def test_second_week_by_hand(rule):
    assert rule(table(JUNE)) == pytest.approx(SECOND_WEEK[rule])


def test_the_facts_of_the_second_week_by_hand():
    assert c04.accounts(table(JUNE)) == 8
    assert c04.accounts_watched(table(JUNE)) == 6


# --- 04.5: who came earlier, last week and this week ----------------------------------------------

CAME = {
    "anna": "earlier last this",
    "ben": "earlier this",
    "cleo": "this",
    "dan": "last",
    "eve": "earlier last",
    "finn": "earlier",
    "gita": "last this",
    "hugo": "this",
}
# The weeks begin on a Monday at midnight, and end with the last second before the next.
WHEN = {
    "earlier": "2026-06-21 23:59:59",
    "last": "2026-06-22 00:00:00",
    "this": "2026-06-29 00:00:00",
}
GROWTH = {
    c04.growth: (1, 2),  # Ben; Dan and Eve
    c04.growth_new_among_resurrected: (3, 2),  # and Cleo and Hugo
    c04.growth_retained_among_resurrected: (2, 2),  # Anna and Ben
    c04.growth_new_for_resurrected: (2, 2),  # Cleo and Hugo
    c04.growth_retained_for_resurrected: (2, 2),  # Anna and Gita
    c04.growth_all_who_are_away: (1, 3),  # and Finn
    c04.growth_net_for_churned: (1, -1),  # four came last week, five this
    c04.growth_gained_for_churned: (1, 3),  # Ben, Cleo and Hugo
    c04.growth_only_newcomers_churned: (1, 1),  # Dan
}


@pytest.fixture(scope="module")
def two_weeks():
    lines = [f"{who} {WHEN[week]} visit" for who, weeks in CAME.items() for week in weeks.split()]
    return table("\n".join([*lines, "kim 2026-06-30 10:00:00 save_plan"]))


@pytest.mark.parametrize("rule", GROWTH, ids=lambda rule: rule.__name__)
def test_growth_by_hand(rule, two_weeks):
    resurrected, churned = GROWTH[rule]
    assert rule(two_weeks) == {"resurrected": resurrected, "churned": churned}


def test_the_facts_of_growth_by_hand(two_weeks):
    assert c04.active_last_week(two_weeks) == 4
    assert c04.active_this_week(two_weeks) == 5


# --- 04.6: four people in the control arm, five with the starter plan -----------------------------
#
# Each on the days after signing up, late in the evening, on which they saved ("s") or came ("v").
# A saver saves by day 6; "back" is days 14 to 27. So Gita is no saver, Ben and Ines are not back.

DREW = {
    "anna": ("control", "s3 v14"),
    "ben": ("control", "v28"),
    "cleo": ("control", ""),
    "dan": ("control", "v27"),
    "eve": ("treatment", "s6 v20"),
    "finn": ("treatment", "s0 v15"),
    "gita": ("treatment", "s7"),
    "hugo": ("treatment", "s0"),
    "ines": ("treatment", "s1 v13"),
}
ARMS = {
    c04.arms: (2 / 4, 2 / 5),
    # Others: Ben, Cleo, Dan, Gita. Savers: Anna, Eve, Finn, Hugo, Ines.
    c04.arms_as_idris_has_it: (1 / 4, 3 / 5),
    c04.arms_savers_only: (1 / 1, 2 / 4),
    c04.arms_if_it_worked: (2 / 4, 2 / 4),
    c04.arms_as_they_should_have_done: (1 / 3, 2 / 4),
    c04.arms_saving: (1 / 4, 4 / 5),
    c04.arms_of_those_back: (2 / 4, 2 / 4),
}


@pytest.fixture(scope="module")
def experiment():
    # Leo is in another experiment; he saves and comes back.
    people = {**DREW, "leo": ("treatment", "s1 v20")}
    day_0 = pd.Timestamp("2026-02-09 23:30")
    rows = [(who, day_0, "sign_up") for who in people]
    for who, (_, days) in people.items():
        for did in days.split():
            event = "save_plan" if did[0] == "s" else "visit"
            # Ten minutes past midnight it is the next day, whatever the hours.
            at = day_0.normalize() + pd.Timedelta(days=int(did[1:]), minutes=10)
            rows.append((who, max(at, day_0), event))
    events = pd.DataFrame(rows, columns=["user_id", "time", "event"])
    assignments = pd.DataFrame(
        [
            ("Landing page" if who == "leo" else "Starter plan", who, arm)
            for who, (arm, _) in people.items()
        ],
        columns=["experiment", "user_id", "variant"],
    )
    return events.sort_values("time", kind="stable"), assignments


@pytest.mark.parametrize("rule", ARMS, ids=lambda rule: rule.__name__)
def test_arms_by_hand(rule, experiment):
    control, treatment = ARMS[rule]
    assert rule(*experiment) == pytest.approx({"control": control, "treatment": treatment})


@pytest.mark.parametrize(
    ("id", "counted"), [("04.4", SECOND_WEEK), ("04.5", GROWTH), ("04.6", ARMS)]
)
def test_every_rule_is_counted_by_hand(id, counted):
    question = c04.CHAPTER[id]
    assert isinstance(question, Computed | Function)
    rules = {question.reference, *(slip.rule for slip in question.misconceptions)}
    assert rules == set(counted)


# --- 04.3: the three months of the table in the notebook ------------------------------------------


def test_the_partners_months():
    calendar = pd.DataFrame()
    assert c04.partner_rates(calendar) == {"pooled": 0.60, "mean": pytest.approx(0.65)}
    # Luc's 41%: June's unfinished weeks counted.
    assert c04.partner_with_june(calendar)["pooled"] == pytest.approx(910 / 2200)


# --- what the chapter leans on --------------------------------------------------------------------


@pytest.fixture(scope="module")
def larder():
    return Data.committed()


def test_growth_is_that_of_the_library(larder):
    events = larder.load("events")
    last = pm.growth_accounting(events, active="visit", as_of=c04.END).to_frame().iloc[-1]
    assert c04.growth(events) == {"resurrected": last["resurrected"], "churned": last["churned"]}
    assert str(last["period"].date()) == c04.THIS_WEEK


def test_a_number_typed_in_does_not_pass(larder):
    question = c04.CHAPTER["04.4"]
    typed_in = larder.value(question.reference, question.tables)
    outcome = check(question, lambda events: typed_in, larder)
    assert outcome.status is Status.WRONG
    assert "another company" in outcome.message


def test_without_as_of_it_is_right_too(larder):
    # The committed log ends seconds before midnight, so hardly anybody's day 13 is then open.
    def came_back(events):
        r = pm.retention(
            events, start="sign_up", returning="visit", definition="bracket", brackets=[(7, 13)]
        )
        return r.curve.to_frame()["rate"].iloc[0]

    assert check(c04.CHAPTER["04.4"], came_back, larder).status is Status.RIGHT


def test_the_other_company_tells_its_answer_apart(larder):
    question = c04.CHAPTER["04.4"]
    one = larder.value(question.reference, question.tables)
    other = Data.of_seed(SECOND_SEED).value(question.reference, question.tables)
    assert abs(one - other) > 2 * question.tolerance


@pytest.mark.parametrize("seed", [None, *range(1, 6)])
def test_the_story_holds_for_every_company(seed, larder):
    data = larder if seed is None else Data.of_seed(seed)
    events, assignments = data.load("events"), data.load("assignments")
    # Nora's number "has hardly moved for a month"; as many are gained as are lost, and the lost are
    # more than half of the week before.
    weeks = pm.growth_accounting(events, active="visit", as_of=c04.END).to_frame()
    june = weeks[-5:]
    assert june["active"].max() < 1.15 * june["active"].min()
    assert june["quick_ratio"].between(0.85, 1.2).all()
    assert (june["churned"] > 0.5 * (june["churned"] + june["retained"])).all()
    # Most of those who came in the campaign's weeks were gone the week after.
    after = weeks[weeks["period"].between("2026-03-30", "2026-04-20")]
    assert (after["churned"] > 0.6 * (after["churned"] + after["retained"])).all()
    # Idris's number, the dashboard's and Luc's stand to Nora's as people say they do.
    week = c04.second_week(events)
    assert c04.second_week_on_day_7(events) < week / 2
    assert c04.second_week_with_unfinished(events) < week < c04.second_week_from_day_7_on(events)
    assert 3 < c04.second_week_from_day_7_on(events) / c04.second_week_on_day_7(events) < 5
    # Savers come back far more. The starter plan makes many more of them, and its arm comes back by
    # clearly less than their gap promises.
    idris = c04.arms_as_idris_has_it(events, assignments)
    saving, back = c04.arms_saving(events, assignments), c04.arms(events, assignments)
    gap = idris["treatment"] - idris["control"]
    extra = saving["treatment"] - saving["control"]
    assert gap > 0.15
    assert extra > 0.2
    assert back["treatment"] - back["control"] < gap * extra - 0.02


def test_its_dates_lie_in_the_log(larder):
    events = larder.load("events")
    assert events["time"].max() < pd.Timestamp(c04.END)
    assert events["time"].max() > pd.Timestamp(c04.END) - pd.Timedelta(hours=1)
    assert pd.Timestamp(c04.END) - pd.Timestamp(c04.THIS_WEEK) == pd.Timedelta(days=7)
    # Whoever took part in the experiment has had days 14 to 27.
    assigned = larder.load("assignments").query("experiment == 'Starter plan'")["assigned_at"]
    assert assigned.max() + pd.Timedelta(days=28) < pd.Timestamp(c04.END)
