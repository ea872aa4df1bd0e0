"""Chapter 02's rules, counted by hand on eight people, and what the chapter leans on.

Larder in March and April, as a log of eight people:

Anna   visits 1 March, signs up on the 6th, buys on the 8th at the very hour: exactly 7 days.
Ben    visits 2 March, signs up on the 7th, buys on the 12th: 5 + 5 days, 10 from the visit.
Cleo   visits 3 March, buys as a guest, signs up a minute later: the wrong order.
Dan    visits 4 March, buys as a guest and never signs up.
Eve    visits 5 March, is back on the 25th, signs up and buys then: 20 days after her first visit.
Fay    visits 6 March, buys as a guest, signs up on the 7th, buys again on the 8th.
Gus    visits and signs up in February, buys in March: no newcomer.
Hal    visits 30 March, signs up, buys on 3 April: 4 days, over the month's end.
"""

from __future__ import annotations

import pandas as pd
import pytest

from pmlab import datasets
from pmlab.course import Data, Function, Lab
from pmlab.course.chapters import c02_funnels as c02
from pmlab.course.checking import check
from pmlab.course.data import SECOND_SEED
from pmlab.course.feedback import Status
from pmlab.course.progress import Progress

LOG = """
anna  2026-03-01 10:00  visit
anna  2026-03-06 10:00  sign_up
anna  2026-03-08 10:00  purchase
ben   2026-03-02 10:00  visit
ben   2026-03-07 10:00  sign_up
ben   2026-03-12 10:00  purchase
cleo  2026-03-03 10:00  visit
cleo  2026-03-03 10:05  purchase
cleo  2026-03-03 10:06  sign_up
dan   2026-03-04 10:00  visit
dan   2026-03-04 10:05  purchase
eve   2026-03-05 10:00  visit
eve   2026-03-25 10:00  visit
eve   2026-03-25 10:05  sign_up
eve   2026-03-25 10:10  purchase
fay   2026-03-06 10:00  visit
fay   2026-03-06 10:05  purchase
fay   2026-03-07 10:00  sign_up
fay   2026-03-08 10:00  purchase
gus   2026-02-20 10:00  visit
gus   2026-02-20 10:05  sign_up
gus   2026-03-10 10:00  visit
gus   2026-03-10 10:05  purchase
hal   2026-03-30 10:00  visit
hal   2026-03-30 10:05  sign_up
hal   2026-04-03 10:00  purchase
"""

BY_HAND = {
    # Seven newcomers; Anna, Fay and Hal did it.
    c02.march_share: 3 / 7,
    # Anna, Ben, Cleo, Fay and Hal signed up in time.
    c02.march_of_those_who_signed_up: 3 / 5,
    # and Ben
    c02.march_seven_days_a_step: 4 / 7,
    # and Cleo
    c02.march_any_order: 4 / 7,
    # and Ben and Eve
    c02.march_no_window: 5 / 7,
    # and Cleo and Dan
    c02.march_without_signing_up: 5 / 7,
    # and Eve, from her second visit
    c02.march_best_attempt: 4 / 7,
    # without Fay, whose first purchase came before the account
    c02.march_first_purchase_only: 2 / 7,
    # Eight purchases (Fay's two) for eight visits (Eve's two).
    c02.march_events_for_people: 8 / 8,
    # Gus is the eighth, and Hal's April is gone.
    c02.march_everybody_active: 2 / 8,
    c02.march_everybody_active_best: 3 / 8,
}


def table(text):
    rows = [(who, f"{day} {hour}", what) for who, day, hour, what in map(str.split, text)]
    frame = pd.DataFrame(rows, columns=["user_id", "time", "event"])
    frame["time"] = pd.to_datetime(frame["time"])
    return frame


@pytest.fixture(scope="module")
def march():
    return table(LOG.strip().splitlines())


@pytest.mark.parametrize("rule", BY_HAND, ids=lambda rule: rule.__name__)
def test_rules_on_march_by_hand(rule, march):
    assert rule(march) == pytest.approx(BY_HAND[rule])


def test_every_rule_of_march_is_counted_by_hand():
    question = c02.CHAPTER["02.4"]
    rules = {question.reference, *(slip.rule for slip in question.misconceptions)}
    assert rules == set(BY_HAND)


def test_rules_on_april_by_hand(march):
    # A month later; besides, Ian first comes on 29 April and buys in May.
    april = march.assign(time=march["time"] + pd.DateOffset(days=31))
    april = pd.concat(
        [
            april,
            table(
                [
                    "ian  2026-04-29 10:00  visit",
                    "ian  2026-04-29 10:05  sign_up",
                    "ian  2026-05-02 10:00  purchase",
                ]
            ),
        ]
    )
    # Anna, Ben, Cleo, Dan, Eve, Fay and Ian are new in April (Hal now comes on 30 April, and he
    # is new too); Anna, Fay, Hal and Ian did it in time.
    assert c02.april_share(april) == pytest.approx(4 / 8)
    # Hal and Ian bought in May.
    assert c02.april_cut_at_its_end(april) == pytest.approx(2 / 8)
    # Gus came too, whose account is from March: nine visitors.
    assert c02.april_as_luc_has_it(april) == pytest.approx(2 / 9)
    assert c02.april_with_regulars(april) == pytest.approx(4 / 9)
    # With all that Gus ever did, his clock stands at March: he bought 18 days later.
    assert c02.april_all_who_came(april) == pytest.approx(4 / 9)


def test_rates_of_saving_by_hand():
    # Four open a recipe, two of them sign up, one saves a plan.
    events = table(
        [
            "anna  2026-03-01 10:00  view_recipe",
            "anna  2026-03-01 10:01  sign_up",
            "anna  2026-03-01 10:02  save_plan",
            "ben  2026-03-01 10:00  view_recipe",
            "ben  2026-03-01 10:01  sign_up",
            "cleo  2026-03-01 10:00  view_recipe",
            "dan  2026-03-01 10:00  view_recipe",
        ]
    )
    assert c02.saving_rates(events) == {"step": 0.5, "overall": 0.25}
    assert c02.saving_mean_of_steps(events) == {"step": 0.5, "overall": 0.5}
    assert c02.saving_step_before(events) == {"step": 0.5, "overall": 0.25}
    assert c02.saving_lost(events) == {"step": 0.5, "overall": 0.75}


@pytest.fixture(scope="module")
def larder():
    return Data.committed()


def test_a_number_typed_in_does_not_pass(larder):
    question = c02.CHAPTER["02.4"]
    assert isinstance(question, Function)
    typed_in = larder.value(question.reference, question.tables)
    outcome = check(question, lambda events: typed_in, larder)
    assert outcome.status is Status.WRONG
    assert "another company" in outcome.message


def test_the_other_company_tells_its_answer_apart(larder):
    question = c02.CHAPTER["02.4"]
    one = larder.value(question.reference, question.tables)
    other = Data.of_seed(SECOND_SEED).value(question.reference, question.tables)
    assert abs(one - other) > 2 * question.tolerance


@pytest.mark.parametrize("seed", [None, *range(1, 6)])
def test_the_story_holds_for_every_company(seed, larder):
    # Prose says: the newcomers' share is what Luc's is not, and his April is far below March.
    events = (larder if seed is None else Data.of_seed(seed)).load("events")
    march = c02.march_share(events)
    assert c02.april_as_luc_has_it(events) < march - 0.01
    # Mended, April lies nearer to March than Luc had it: there was no crash.
    assert abs(c02.april_share(events) - march) < march - c02.april_as_luc_has_it(events)


def test_its_dates_lie_in_the_log():
    events = datasets.load("events")
    assert events["time"].min() < pd.Timestamp(c02.MARCH[0])
    # Whoever first came at the end of April has had the full week.
    assert events["time"].max() > pd.Timestamp(c02.APRIL[1]) + pd.Timedelta(days=7)


def test_the_solution_of_a_function_ends_with_its_last_line(larder, tmp_path):
    shown = Lab(c02.CHAPTER, larder, Progress(tmp_path)).solution("02.4").code
    assert shown.startswith("def share_bought(events):")
    assert shown.splitlines()[-1].strip().startswith("return ")
