"""Chapter 00's rules, counted by hand on seven people.

Anna   visits, signs up and buys at once.
Ben    visits, buys, signs up: the wrong order.
Cleo   visits, signs up, and buys 16 days later: too late.
Dan    visits; 17 days later visits again, signs up and buys: his clock starts again.
Eve    visits and buys, and never signs up.
Finn   visits twice and does nothing else.
Gita   visits, signs up, buys; four days later she visits and buys again.
"""

from __future__ import annotations

import pandas as pd
import pytest

from pmlab.course import Data
from pmlab.course.chapters import c00_start as c00
from pmlab.course.checking import check
from pmlab.course.feedback import Status

LOG = """
Anna  2026-01-05 10:00  visit
Anna  2026-01-05 10:01  sign_up
Anna  2026-01-05 10:02  purchase
Ben   2026-01-05 11:00  visit
Ben   2026-01-05 11:01  purchase
Ben   2026-01-05 11:02  sign_up
Cleo  2026-01-05 12:00  visit
Cleo  2026-01-05 12:01  sign_up
Cleo  2026-01-21 12:00  visit
Cleo  2026-01-21 12:01  purchase
Dan   2026-01-05 13:00  visit
Dan   2026-01-22 13:00  visit
Dan   2026-01-22 13:01  sign_up
Dan   2026-01-22 13:02  purchase
Eve   2026-01-05 14:00  visit
Eve   2026-01-05 14:01  purchase
Finn  2026-01-05 15:00  visit
Finn  2026-01-06 15:00  visit
Gita  2026-01-05 16:00  visit
Gita  2026-01-05 16:01  sign_up
Gita  2026-01-05 16:02  purchase
Gita  2026-01-09 16:00  visit
Gita  2026-01-09 16:01  purchase
"""

BY_HAND = {
    # Anna, Ben, Cleo, Dan and Gita sign up; Anna, Dan and Gita buy after it, in time.
    c00.by_hand: [7, 5, 3],
    c00.rows: [11, 5, 7],
    # Eve and Finn stop at the visit, Ben and Cleo at the account.
    c00.where_they_stopped: [2, 2, 3],
    c00.any_order: [7, 5, 4],  # and Ben
    c00.no_window: [7, 5, 4],  # and Cleo
    c00.all_three_anyhow: [7, 5, 5],  # and both
    c00.each_by_itself: [7, 5, 6],  # all but Finn bought
    c00.first_visit_only: [7, 4, 2],  # without Dan
}

WHOM_TO_LOOK_AT = {
    c00.buyers: "Anna, Dan, Gita",
    c00.busiest: "Gita",
    c00.rows_of_the_busiest: 5,
    c00.bought_first: "Ben",
    c00.bought_too_late: "Cleo",
    c00.began_again: "Dan",
    c00.guest: "Eve",
}


@pytest.fixture(scope="module")
def log():
    rows = [line.split(maxsplit=1) for line in LOG.strip().splitlines()]
    rows = [(name, rest[18:].strip(), rest[:16]) for name, rest in rows]
    frame = pd.DataFrame(rows, columns=["user_id", "event", "time"])
    return frame.assign(time=pd.to_datetime(frame["time"]))


@pytest.mark.parametrize("rule", BY_HAND, ids=lambda rule: rule.__name__)
def test_a_rule_counts_what_its_name_says(rule, log):
    assert rule(log) == BY_HAND[rule]


def test_every_rule_of_the_hand_count_is_counted_here():
    question = c00.CHAPTER["00.2"]
    assert {question.reference, *(slip.rule for slip in question.misconceptions)} == set(BY_HAND)
    assert set(question.facts.values()) == set(WHOM_TO_LOOK_AT)


@pytest.mark.parametrize("fact", WHOM_TO_LOOK_AT, ids=lambda fact: fact.__name__)
def test_a_message_names_the_right_person(fact, log):
    assert fact(log) == WHOM_TO_LOOK_AT[fact]


def test_everybodys_share(log):
    assert c00.share_of_all(log, log) == 3 / 7
    assert c00.share_of_accounts(log, log) == 3 / 5
    assert c00.share_who_signed_up(log, log) == 5 / 7
    assert c00.share_lost(log, log) == 4 / 7
    assert c00.share_of_the_twelve(log, log) == 3 / 7


TEXTS = {
    "I asked 30 members why they left. 18 named the hours. So the board opened longer.": (),
    "I've cut the waiting time by half, and since then nobody has complained.": (),
    "We asked 30 members why they left, and the board changed the hours.": (
        "what you did yourself",
    ),
    "I asked our members why they left, and the board changed the hours.": ("a number",),
    "I asked 30 members why they left.": ("what came of it",),
}


@pytest.mark.parametrize("text", TEXTS)
def test_own_sentences_are_told_what_is_not_found(text, log):
    question = c00.CHAPTER["00.7"]
    outcome = check(question, text, Data.of_tables({}))
    assert (outcome.status is Status.RIGHT) == (not TEXTS[text])
    for criterion in question.criteria:
        missing = f"{criterion.name}: not found yet." in outcome.message
        assert missing == (criterion.name in TEXTS[text]), str(outcome)
