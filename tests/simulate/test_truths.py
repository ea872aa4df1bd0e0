"""Every planted truth is found again, and is not found where it was not planted."""

from dataclasses import replace

import numpy as np
import pytest

import pmlab.simulate.visits as visits_module
from pmlab.simulate import DEFAULT_SEED, Company, company
from pmlab.simulate.actions import draw_events
from pmlab.simulate.assignments import Arms, starter_plan
from pmlab.simulate.detectors import (
    Log,
    broken_checkout,
    colder_campaign,
    counting_rules,
    faster_checkout,
    rule_rates,
)
from pmlab.simulate.journal import Journal
from pmlab.simulate.people import draw_people
from pmlab.simulate.retention_detectors import (
    retention_rates,
    retention_rules,
    savers_and_causes,
    saving_rises,
    unfinished_cohorts,
)
from pmlab.simulate.story import BROWSERS, CHANNELS, DEVICES, EVENTS, START, Story, draw_story
from pmlab.simulate.streams import Streams
from pmlab.simulate.tables import Coded
from pmlab.simulate.visits import draw_visits

DAY = 86_400
NOBODY = np.zeros(0, int)
NOBODY_ASSIGNED = Arms(
    experiment="Starter plan", row=NOBODY, person=NOBODY, at=NOBODY, treated=NOBODY.astype(bool)
)


@pytest.mark.parametrize("seed", [DEFAULT_SEED, *range(1, 11)])
def test_every_truth_is_found(seed):
    larder: Company = company(seed=seed)
    assert all(finding.found for finding in larder.findings)
    assert [f.truth for f in larder.findings] == [t.name for t in larder.truths]


# --- without the cause there is no finding --------------------------------------------------------


def log_of(story: Story) -> Log:
    """Return the log of seed 3, had things gone by this story."""
    people = draw_people(Streams(seed=3, table="users"), story, 60_000)
    streams = Streams(seed=3, table="events")
    visits, saver = draw_visits(streams, story, people)
    users = {
        "channel": Coded(people.channel, CHANNELS),
        "first_visit_at": START + people.first_visit.astype("timedelta64[s]"),
    }
    events = draw_events(streams, story, people, visits, saver)
    arms = starter_plan(story, people, Journal(events, len(people)))
    return Log(events, users, arms, story)


@pytest.fixture(scope="module")
def story() -> Story:
    return draw_story(Streams(seed=3, table="calendar"))


def test_without_a_faster_checkout_no_channel_rises(story):
    log = log_of(replace(story, paid_after=story.paid_before))
    assert not faster_checkout(log).found
    assert not colder_campaign(log).found


def test_without_the_campaign_conversion_does_not_fall(story):
    log = log_of(replace(story, campaign_size=0.0))
    assert faster_checkout(log).found
    assert not colder_campaign(log).found


def test_without_the_fault_no_segment_collapses(story):
    segment = DEVICES.index(story.broken_device)
    log = log_of(replace(story, paid_while_broken=story.paid_after[segment]))
    assert not broken_checkout(log).found


def test_without_the_starter_plan_saving_does_not_rise(story):
    log = log_of(replace(story, save_with_starter=story.save_without_starter))
    assert not saving_rises(log).found
    assert not savers_and_causes(log).found


def test_were_saving_the_cause_of_it_all_the_arms_would_differ_as_the_savers_promise(
    story, monkeypatch
):
    # Who needs Larder more does not save more; what savers have, they have from saving.
    monkeypatch.setattr(visits_module, "NEED_AND_SAVING", 0.0)
    monkeypatch.setattr(visits_module, "SAVING_AND_HABIT", 1.0)
    log = log_of(story)
    assert saving_rises(log).margin > 0
    assert not savers_and_causes(log).found


def test_cohorts_that_are_finished_do_not_seem_to_fall(story):
    # Seen as if the log had begun two weeks later, what was week 24 is "week 26" and over.
    log = log_of(story)
    log.first_visit, log.time = log.first_visit + 14 * DAY, log.time + 14 * DAY
    log.cohort = log.cohort + 2
    assert unfinished_cohorts(log).margin < 3


def test_saving_itself_is_worth_about_eight_points_of_those_between_savers_and_others(story):
    # Had nearly everybody saved, against nearly nobody: who is back in weeks 3 and 4?
    def back(share: float) -> float:
        all_alike = replace(story, save_without_starter=share, save_with_starter=share)
        people = draw_people(Streams(seed=3, table="users"), all_alike, 60_000)
        visits, _ = draw_visits(Streams(seed=3, table="events"), all_alike, people)
        signed_up_at = np.full(len(people), -1)
        signed_up_at[visits.person[visits.signs_up]] = visits.start[visits.signs_up]
        seen = (signed_up_at >= 0) & (signed_up_at < 21 * 7 * DAY)
        age = visits.start - signed_up_at[visits.person]
        kept = np.zeros(len(people), bool)
        kept[visits.person[(age >= 14 * DAY) & (age < 28 * DAY)]] = True
        return float(kept[seen].mean())

    assert (back(0.999) - back(0.001)) / 0.998 == pytest.approx(0.08, abs=0.02)


# --- the rules of chapter 02, counted by hand -----------------------------------------------------


def test_each_rule_on_people_counted_by_hand(story):
    # All first visit on 1 March, day 0. v visit, s sign-up, p purchase; the number is the day.
    lives = [
        [("v", 0), ("s", 0), ("p", 1)],  # right by every rule
        [("v", 0), ("s", 5), ("p", 9)],  # late: only by a clock for each step, or by none
        [("v", 0), ("p", 1), ("s", 2)],  # buys as a guest, then signs up
        [("v", 0), ("p", 3)],  # a guest for good
        [("v", 0), ("v", 10), ("s", 10), ("p", 12)],  # the second visit would restart the clock
        [("v", 0), ("s", 1), ("p", 40)],  # much later
        [("v", 0), ("s", 1)],
        [("v", 0)],
    ]
    # One more came before March and counts nowhere.
    rows = [(user, kind, 55 + day) for user, life in enumerate(lives) for kind, day in life]
    rows += [(8, "v", 20), (8, "s", 55), (8, "p", 55)]
    rows.sort(key=lambda row: row[2])
    user, kind, day = zip(*rows, strict=True)
    names = {"v": "visit", "s": "sign_up", "p": "purchase"}
    n = len(rows)
    first_day = np.array([55] * len(lives) + [20])
    log = Log(
        {
            "user_id": Coded(np.array(user), [f"u{i}" for i in range(9)]),
            "event": Coded(np.array([EVENTS.index(names[k]) for k in kind]), EVENTS),
            "time": START + (DAY * np.array(day)).astype("timedelta64[s]"),
            "device": Coded(np.zeros(n, int), DEVICES),
            "browser": Coded(np.zeros(n, int), BROWSERS),
        },
        {
            "channel": Coded(np.zeros(9, int), CHANNELS),
            "first_visit_at": START + (DAY * first_day).astype("timedelta64[s]"),
        },
        NOBODY_ASSIGNED,
        story,
    )
    assert rule_rates(log) == {
        "right": 1 / 8,
        "of those who signed up": 1 / 5,  # signed up within seven days: all but rows 4, 5, 8
        "seven days a step": 2 / 8,
        "any order": 2 / 8,
        "no window": 4 / 8,
        "without signing up": 3 / 8,
        "best attempt": 2 / 8,
        "events for people": 6 / 9,
    }
    assert not counting_rules(log).found  # three of the rules agree on so few people


# --- the rules of chapter 04, counted by hand -----------------------------------------------------


def test_each_rule_of_retention_on_people_counted_by_hand(story):
    # v visit, s sign-up; the number is the day, of 0 to 181. The second week is days 7 to 13
    # after s.
    lives = [
        [("v", 0), ("s", 0), ("v", 7)],  # on day 7 itself
        [("v", 0), ("s", 0), ("v", 13)],  # the last day of the second week
        [("v", 0), ("s", 0), ("v", 14)],  # a day too late
        [("v", 0), ("s", 0), ("v", 6)],  # a day too early
        [("v", 160), ("s", 168), ("v", 175)],  # day 13 is 181, the last of the log: finished
        [("v", 160), ("s", 169), ("v", 176)],  # day 13 would be 182: unfinished, though back
        [("v", 178), ("s", 178)],  # not even day 7 has come
        [("v", 0), ("v", 7)],  # never signed up
    ]
    rows = [(user, kind, day) for user, life in enumerate(lives) for kind, day in life]
    rows.sort(key=lambda row: row[2])
    user, kind, day = zip(*rows, strict=True)
    names = {"v": "visit", "s": "sign_up"}
    n = len(lives)
    log = Log(
        {
            "user_id": Coded(np.array(user), [f"u{i}" for i in range(n)]),
            "event": Coded(np.array([EVENTS.index(names[k]) for k in kind]), EVENTS),
            # At noon on every day: days are those of the calendar, not of 24 hours.
            "time": START + (DAY * np.array(day) + DAY // 2).astype("timedelta64[s]"),
            "device": Coded(np.zeros(len(rows), int), DEVICES),
            "browser": Coded(np.zeros(len(rows), int), BROWSERS),
        },
        {
            "channel": Coded(np.zeros(n, int), CHANNELS),
            "first_visit_at": START
            + np.array([DAY * life[0][1] for life in lives]).astype("m8[s]"),
        },
        NOBODY_ASSIGNED,
        story,
    )
    assert retention_rates(log) == {
        "right": 3 / 5,
        "on day 7": 3 / 6,
        "on day 7 or later": 5 / 6,
        "unfinished counted": 4 / 7,
        "in the first week too": 4 / 5,
        "of all visitors": 4 / 8,
    }
    assert not retention_rules(log).found  # two of the rules agree on so few people
