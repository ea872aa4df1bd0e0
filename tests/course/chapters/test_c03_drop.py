"""Chapter 03's rules, counted by hand on a few people each, and what the chapter leans on."""

from __future__ import annotations

import pandas as pd
import pytest

import pmlab as pm
from pmlab.course import Computed, Data, Function
from pmlab.course.chapters import c03_drop as c03
from pmlab.course.checking import check
from pmlab.course.data import SECOND_SEED
from pmlab.course.feedback import Status


def table(text):
    """Return events from lines of who, day, time, what and where it belongs."""
    rows = [line.split() for line in text.strip().splitlines()]
    frame = pd.DataFrame(
        [(who, f"{day} {at}", what, *more) for who, day, at, what, *more in rows]
    ).rename(columns=dict(enumerate(("user_id", "time", "event", "device", "browser"))))
    return frame.assign(time=pd.to_datetime(frame["time"])).sort_values("time", kind="stable")


# --- 03.3: on a tablet with Safari it breaks on 5 May at noon and is mended on the 20th at noon ---
#
# Before, of Anna, Ben, Cleo and Dan three pay: 3/4. Dan pays two days later, which is too late.
# Eve begins on 4 May, before the release, and pays. Between the releases five begin: Finn pays at
# once; Gita pays two hours after the repair, within her day; Hugo, Ines and Jonas do not pay, but
# Hugo begins twice. On desktop Chrome everybody pays.

CHECKOUTS = """
anna   2026-04-14 10:00 start_checkout tablet Safari
anna   2026-04-14 10:02 purchase       tablet Safari
ben    2026-04-20 10:00 start_checkout tablet Safari
ben    2026-04-20 10:02 purchase       tablet Safari
cleo   2026-05-03 23:59 start_checkout tablet Safari
cleo   2026-05-04 00:01 purchase       tablet Safari
dan    2026-04-25 10:00 start_checkout tablet Safari
dan    2026-04-27 10:00 purchase       tablet Safari
eve    2026-05-04 10:00 start_checkout tablet Safari
eve    2026-05-04 10:02 purchase       tablet Safari
finn   2026-05-05 12:00 start_checkout tablet Safari
finn   2026-05-05 12:02 purchase       tablet Safari
gita   2026-05-20 11:00 start_checkout tablet Safari
gita   2026-05-20 14:00 purchase       tablet Safari
hugo   2026-05-08 10:00 start_checkout tablet Safari
hugo   2026-05-08 10:05 start_checkout tablet Safari
ines   2026-05-09 10:00 start_checkout tablet Safari
jonas  2026-05-10 10:00 start_checkout tablet Safari
kim    2026-04-14 10:00 start_checkout desktop Chrome
kim    2026-04-14 10:02 purchase       desktop Chrome
lena   2026-05-06 10:00 start_checkout desktop Chrome
lena   2026-05-06 10:02 purchase       desktop Chrome
"""
CALENDAR = pd.DataFrame(
    {
        "name": ["4.9", "4.10", "4.10.1"],
        "start": pd.to_datetime(["2026-04-08 11:00", "2026-05-05 12:00", "2026-05-20 12:00"]),
    }
)
LOST = {
    c03.lost_buyers: {"expected": 5 * 3 / 4, "lost": 5 * 3 / 4 - 2},
    c03.lost_all_who_did_not_pay: {"expected": 5, "lost": 3},
    c03.lost_none_taken_off: {"expected": 5 * 3 / 4, "lost": 5 * 3 / 4},
    c03.lost_anyway: {"expected": 5 * 3 / 4, "lost": 5 * 1 / 4},
    c03.lost_as_a_share: {"expected": 3 / 4, "lost": 3 / 4 - 2 / 5},
}


@pytest.mark.parametrize("rule", LOST, ids=lambda rule: rule.__name__)
def test_lost_buyers_by_hand(rule):
    assert rule(table(CHECKOUTS), CALENDAR) == pytest.approx(LOST[rule])


def test_the_facts_of_lost_buyers_by_hand():
    events = table(CHECKOUTS)
    assert c03.broken_segment(events) == ("tablet Safari", 3 / 4)
    assert c03.tried_to_pay(events, CALENDAR) == 5
    assert c03.did_pay(events, CALENDAR) == 2
    assert c03.n_lost(events, CALENDAR) == pytest.approx(1.75)


# --- 03.4: two channels ---------------------------------------------------------------------------
#
# In February three come directly, of whom Anna buys; Dan comes by paid social and does not. In the
# campaign two come directly and Eve buys; four come by paid social, of whom Gita buys, on 24 April
# and so after its end. Leo buys without an account, and Anna, who is back, is no newcomer.

SPRING = {
    "anna": ("2026-02-02", "direct", ["visit", "sign_up", "purchase"]),
    "ben": ("2026-02-10", "direct", ["visit", "sign_up"]),
    "cleo": ("2026-03-15", "direct", ["visit"]),
    "dan": ("2026-02-20", "paid_social", ["visit"]),
    "too late": ("2026-03-16", "paid_social", ["visit", "sign_up", "purchase"]),
    "eve": ("2026-03-23", "direct", ["visit", "sign_up", "purchase"]),
    "finn": ("2026-03-24", "direct", ["visit"]),
    "gita": ("2026-04-19", "paid_social", ["visit", "sign_up"]),
    "hugo": ("2026-04-01", "paid_social", ["visit"]),
    "kim": ("2026-04-01", "paid_social", ["visit", "sign_up"]),
    "leo": ("2026-04-02", "paid_social", ["visit", "purchase"]),
}
SAME_MIX = {
    # Rates 1/2 and 1/4, at the mix 3 : 1.
    c03.same_mix: (3 * 1 / 2 + 1 * 1 / 4) / 4,
    c03.same_mix_as_it_was: 2 / 6,
    c03.same_mix_before: 1 / 4,
    # Rates 1/3 and 0, at the mix 2 : 4.
    c03.same_mix_other_way_round: (2 * 1 / 3) / 6,
    c03.same_mix_mean_of_channels: (1 / 2 + 1 / 4) / 2,
    # All buyers of February came directly.
    c03.same_mix_of_buyers: 1 / 2,
    c03.same_mix_rise: 7 / 16 - 1 / 4,
}


@pytest.fixture(scope="module")
def spring():
    rows = [
        (who, pd.Timestamp(day) + pd.Timedelta(minutes=minute), event, channel)
        for who, (day, channel, events) in SPRING.items()
        for minute, event in enumerate(events)
    ]
    rows += [
        ("anna", pd.Timestamp("2026-04-01"), "visit", "email"),
        ("gita", pd.Timestamp("2026-04-24"), "purchase", "email"),
    ]
    frame = pd.DataFrame(rows, columns=["user_id", "time", "event", "channel"])
    return frame.sort_values("time", kind="stable")


@pytest.mark.parametrize("rule", SAME_MIX, ids=lambda rule: rule.__name__)
def test_the_same_mix_by_hand(rule, spring):
    assert rule(spring) == pytest.approx(SAME_MIX[rule])


# --- 03.5: two weeks, the second not over ---------------------------------------------------------
#
# From 22 to 28 June come Anna, who buys; Ben, who buys after eight days; Cleo and Dan, who do not.
# From 29 June come Eve, who has bought, and Finn and Gita, who have not. Hugo came before.

JUNE = """
hugo  2026-06-21 10:00 visit
anna  2026-06-22 10:00 visit
anna  2026-06-22 10:01 sign_up
anna  2026-06-29 10:00 purchase
ben   2026-06-23 10:00 visit
ben   2026-06-23 10:01 sign_up
ben   2026-07-01 10:00 purchase
cleo  2026-06-24 10:00 visit
dan   2026-06-28 23:00 visit
eve   2026-06-29 10:00 visit
eve   2026-06-29 10:01 sign_up
eve   2026-06-30 10:00 purchase
finn  2026-06-30 10:00 visit
gita  2026-07-05 10:00 visit
hugo  2026-07-05 10:00 visit
"""
EMAIL = {
    c03.email_share: 1 / 4,
    c03.email_as_idris_has_it: 2 / 5,
    c03.email_everybody: 2 / 7,
    c03.email_all_buyers_over_finished: 2 / 4,
    c03.email_finished_buyers_over_all: 1 / 7,
    c03.email_only_unfinished: 1 / 3,
    c03.early_buyers: 1,
    c03.unfinished_people: 3,
}


@pytest.mark.parametrize("rule", EMAIL, ids=lambda rule: rule.__name__)
def test_the_email_by_hand(rule):
    assert rule(table(JUNE)) == pytest.approx(EMAIL[rule])


# --- 03.8: Kaplan and Meier's estimate, by hand ---------------------------------------------------
#
# Anna buys after one day, Ben after ten, Cleo not in 30; Dan is watched for five days. After one
# day 3/4 have not bought. On day ten two are still watched and one of them buys: 3/4 * 1/2 = 3/8.

TIMES = """
anna  2026-05-25 00:00 visit
anna  2026-05-25 00:01 sign_up
anna  2026-05-26 00:00 purchase
ben   2026-05-25 00:00 visit
ben   2026-05-25 00:01 sign_up
ben   2026-06-04 00:00 purchase
cleo  2026-05-25 00:00 visit
dan   2026-07-01 00:00 visit
"""
WAITING = {
    c03.by_day_7: (1 / 4) / (5 / 8),
    c03.by_day_7_of_everybody: 1 / 4,
    c03.by_day_30_of_everybody: 5 / 8,
    c03.by_day_7_still_to_come: 1 - (1 / 4) / (5 / 8),
    c03.by_day_7_of_those_seen_to_buy: 1 / 2,
    c03.day_7_over_30: 7 / 30,
}


@pytest.mark.parametrize("rule", WAITING, ids=lambda rule: rule.__name__)
def test_how_long_to_wait_by_hand(rule):
    assert rule(table(TIMES)) == pytest.approx(WAITING[rule])


def test_every_rule_is_counted_by_hand():
    rules = {
        rule
        for question in c03.CHAPTER
        if isinstance(question, Computed | Function)
        for rule in (question.reference, *(slip.rule for slip in question.misconceptions))
    }
    assert rules <= {*LOST, *SAME_MIX, *EMAIL, *WAITING}


# --- what the prose says --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def larder():
    return Data.committed()


@pytest.fixture(scope="module", params=[None, *range(1, 6)], ids=lambda seed: f"seed{seed}")
def events(request, larder):
    data = larder if request.param is None else Data.of_seed(request.param)
    return data.load("events")


def test_the_curve_shows_spring_and_the_last_week_and_not_may(events):
    f = pm.funnel(c03.newcomers(events), c03.BUYING, within="7d", as_of=c03.LOG_ENDS)
    trend = f.trend("W").to_frame()
    assert trend["complete"].tolist() == [True] * 25 + [False]
    weekly = trend["rate_from_start"].set_axis(range(1, 27))
    assert weekly.loc[12:15].max() < weekly.loc[[11, 16, 17]].min() - 0.02
    assert weekly.loc[26] < weekly.loc[16:25].min() - 0.02
    # May falls by less than one week differs from another.
    assert weekly.loc[[16, 17, 21, 22]].mean() - weekly.loc[18:20].mean() < 0.02
    may = c03.paying_by_segment(events, c03.MAY)
    before = c03.paying_by_segment(events, c03.APRIL)
    assert abs(may.overall.rate_from_start[-1] - before.overall.rate_from_start[-1]) < 0.045
    segment, _ = c03.broken_segment(events)
    assert 0.03 < may.segments[segment].counts[0] / may.overall.counts[0] < 0.07
    # It is the one clear fall, and stands clear of the others.
    frame = may.compare(before).to_frame().set_index("where")
    assert frame["difference_high"][segment] < frame["difference"].drop(segment).min()


def test_who_stopped_often_tried_again_and_most_others_did_nothing_more(events):
    segment, _ = c03.broken_segment(events)
    theirs = events[events["device"] + " " + events["browser"] == segment]
    broken = c03.starting(theirs, "start_checkout", ("2026-05-07", "2026-05-20"))
    f = pm.funnel(broken, c03.PAYING, within="1d")
    share = f.next_events(after="start_checkout").to_frame().set_index("event")["share_of_stopped"]
    assert share["start_checkout"] > 0.2
    assert share["(nothing)"] > (1 - share["start_checkout"]) / 2


def test_spring_turns_round(events):
    before, campaign = c03.spring(events)
    assert c03.share_of_all(campaign) < c03.share_of_all(before)
    assert (c03.rates(campaign) - c03.rates(before) > 0).all()
    assert c03.rates(before).idxmin() == c03.rates(campaign).idxmin() == "paid_social"
    assert c03.same_mix(events) > c03.share_of_all(before)


def test_the_email_did_no_wonders(events):
    before = c03.buying(events, c03.EARLY_JUNE).rate_from_start[-1]
    assert c03.email_as_idris_has_it(events) > before + 0.05
    assert abs(c03.email_share(events) - before) < 0.03


def test_a_number_typed_in_does_not_pass(larder):
    question = c03.CHAPTER["03.4"]
    typed_in = larder.value(question.reference, question.tables)
    outcome = check(question, lambda events: typed_in, larder)
    assert outcome.status is Status.WRONG
    other = Data.of_seed(SECOND_SEED).value(question.reference, question.tables)
    assert abs(typed_in - other) > 2 * question.tolerance
