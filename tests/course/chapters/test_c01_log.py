"""Chapter 01's rules, counted by hand on a log of four people and what else wrote into it.

Week 2 is 12 to 18 January, UTC.

Anna   (telephone, the app) comes on the 12th, buys at 22:30+01:00, which is 21:30 UTC.
       The purchase is sent twice.
Ben    (laptop) comes on the 13th as b1 and, his cookies cleared, on the 14th as b2; b2 buys.
Cleo   (laptop, telephone) comes on both on the 15th; no id came with her one purchase.
Dan    (laptop) comes on the 19th at 00:20+01:00: the 18th in UTC, so in the week.
Eve    (laptop) comes on the 11th and the 19th only.
a test `qa-7` buys on the 13th; a bot reads 45 recipes in 45 seconds on the 16th.
"""

from __future__ import annotations

import pandas as pd
import pytest

import pmlab as pm
from pmlab.course import Data, Function
from pmlab.course.chapters import c01_log as c01
from pmlab.course.checking import check
from pmlab.course.data import SECOND_SEED
from pmlab.course.feedback import Status
from pmlab.simulate.raw_detectors import RawView, purchase_rules, visitor_rules

LOG = """
e1   anna  phone-a   visit     2026-01-12T22:00:00+01:00  2026-01-12T21:00:02  app-2.3
e2   anna  phone-a   purchase  2026-01-12T22:30:00+01:00  2026-01-12T21:30:02  app-2.3
e2   anna  phone-a   purchase  2026-01-12T22:30:00+01:00  2026-01-12T21:30:31  app-2.3
e3   b1    laptop-b  visit     2026-01-13T09:00:00+00:00  2026-01-13T09:00:02  web-4
e4   b2    laptop-b  visit     2026-01-14T09:00:00+00:00  2026-01-14T09:00:02  web-4
e5   b2    laptop-b  purchase  2026-01-14T09:05:00+00:00  2026-01-14T09:05:02  web-4
e6   cleo  laptop-c  visit     2026-01-15T09:00:00+00:00  2026-01-15T09:00:02  web-4
e7   cleo  phone-c   visit     2026-01-15T22:00:00+00:00  2026-01-16T03:00:00  app-2.3
e8   -     phone-c   purchase  2026-01-15T22:05:00+00:00  2026-01-16T03:00:00  app-2.3
e9   dan   laptop-d  visit     2026-01-19T00:20:00+01:00  2026-01-18T23:20:02  app-2.3
e10  eve   laptop-e  visit     2026-01-11T09:00:00+00:00  2026-01-11T09:00:02  web-4
e11  eve   laptop-e  visit     2026-01-19T09:00:00+00:00  2026-01-19T09:00:02  web-4
e12  qa-7  laptop-q  visit     2026-01-13T10:00:00+00:00  2026-01-13T10:00:02  web-4
e13  qa-7  laptop-q  purchase  2026-01-13T10:05:00+00:00  2026-01-13T10:05:02  web-4
"""
COLUMNS = ["event_id", "user_id", "device_id", "event", "time", "received_at", "app_version"]

BY_HAND = {
    # 01.3: Anna's, Ben's and Cleo's; Anna's twice, the test's, and Cleo's has no id.
    c01.paid_by_customers: 3,
    c01.paid_as_it_came: 5,
    c01.paid_with_tests: 4,
    c01.paid_with_duplicates: 4,
    c01.paid_by_whom: 2,
    c01.paid_where_named: 2,
    c01.paid_twice_or_test: 2,
    # 01.4: Anna, Ben, Cleo, Dan; b2 is one more id; Cleo has two devices.
    c01.people: 4,
    c01.people_as_it_came: 7,  # and b2, qa-7, the bot
    c01.people_with_bots: 5,
    c01.people_with_tests: 5,
    c01.people_with_bots_and_tests: 6,
    c01.people_unmerged: 5,
    c01.people_by_device: 5,  # Anna 1, Ben 1, Cleo 2, Dan 1
    c01.people_of_all_weeks: 5,  # and Eve
    c01.people_day_by_day: 5,  # Ben on two days
    c01.people_as_rows: 10,  # Anna 3, Ben 3, Cleo 3, Dan 1
    # 01.8: only Dan's text names another day than UTC, and only his and Anna's three are local;
    # Cleo's telephone was offline over midnight, twice.
    c01.moved: 1,
    c01.moved_by_any_hour: 4,
    c01.moved_by_arrival: 3,
    c01.not_moved: 13 + 45,
}
LATE = {
    # Once each, of customers. App: Anna 21:00 and 21:30 UTC, Cleo 22:00 and 22:05, Dan 23:20.
    # Web: Ben's three, Cleo's one and Eve's two, all at nine.
    c01.late_in_utc: {"app": 3 / 5, "web": 0},
    c01.late_swapped: {"app": 0, "web": 3 / 5},
    # Anna writes 22:00 and 22:30; Dan writes 00:20.
    c01.late_as_written: {"app": 4 / 5, "web": 0},
    # Anna at 23, Dan at 1, Cleo as she was.
    c01.late_an_hour_added: {"app": 4 / 5, "web": 0},
    # Anna at 22, Cleo at 23, Dan at 0.
    c01.late_an_hour_ahead: {"app": 4 / 5, "web": 0},
    c01.late_of_all_late: {"app": 1, "web": 0},
}


def table(lines):
    rows = [line.split() for line in lines]
    frame = pd.DataFrame(rows, columns=COLUMNS).replace({"user_id": {"-": None}})
    frame["received_at"] = pd.to_datetime(frame["received_at"])
    return frame


def a_bot(n=45, every="1s"):
    at = pd.date_range("2026-01-16 12:00", periods=n, freq=every)
    return table(
        f"x{i}  u99  box  view_recipe  {when:%Y-%m-%dT%H:%M:%S}+00:00  {when.isoformat()}  web-4"
        for i, when in enumerate(at)
    )


@pytest.fixture(scope="module")
def tiny():
    return pd.concat([table(LOG.strip().splitlines()), a_bot()], ignore_index=True)


@pytest.mark.parametrize("rule", BY_HAND, ids=lambda rule: rule.__name__)
def test_rules_by_hand(rule, tiny):
    assert rule(tiny) == BY_HAND[rule]


@pytest.mark.parametrize("rule", LATE, ids=lambda rule: rule.__name__)
def test_late_shares_by_hand(rule, tiny):
    assert rule(tiny) == pytest.approx(LATE[rule])


def test_every_rule_is_counted_by_hand():
    rules = {
        rule
        for id in ("01.3", "01.4", "01.5", "01.8")
        for rule in (
            c01.CHAPTER[id].reference,
            *(slip.rule for slip in c01.CHAPTER[id].misconceptions),
        )
    }
    assert rules <= {*BY_HAND, *LATE}


def test_a_bot_is_too_fast_or_never_sleeps():
    slow = table(LOG.strip().splitlines())
    assert not c01.is_bot(slow).any()
    assert c01.is_bot(a_bot(40, "1s")).all()
    assert not c01.is_bot(a_bot(39, "1s")).any()
    assert not c01.is_bot(a_bot(40, "2s")).any()
    # Every 20 minutes from noon: 12 hours of the first day, 22 or more of the second, or not.
    assert c01.is_bot(a_bot(3 * (12 + 22), "20min")).all()
    assert not c01.is_bot(a_bot(3 * (12 + 21), "20min")).any()


@pytest.fixture(scope="module")
def larder():
    return Data.committed()


@pytest.mark.parametrize("seed", [None, *range(1, 4)])
def test_the_rules_agree_with_others_that_read_the_same_log(seed, larder):
    """With `check_log`, which the notebook uses, and with the detectors of the simulation."""
    from pmlab import simulate

    company = simulate.company() if seed is None else simulate.company(seed=seed)
    raw = company.table("events_raw")
    found = pm.check_log(raw, received="received_at", person="device_id")
    for kind, rule in (("bots", c01.is_bot), ("test accounts", c01.is_test)):
        assert set(raw.loc[rule(raw), "user_id"]) == set(raw["user_id"].iloc[found[kind].rows])

    view = RawView(company._tables["events_raw"])
    assert c01.paid_by_customers(raw) == purchase_rules(view)["right"]
    # That one mends the clock and names the nameless: a handful, and within the tolerance.
    assert abs(c01.people(raw) - visitor_rules(view)["right"]) <= c01.CHAPTER["01.4"].tolerance

    # Prose: a device has never more than two ids; no bot ever bought anything.
    assert raw.groupby("device_id")["user_id"].nunique().max() == 2
    assert "purchase" not in set(raw.loc[c01.is_bot(raw), "event"])
    # Whoever counts people over four weeks hardly notices the bots, and whoever counts rows does.
    bots = c01.is_bot(raw)
    assert raw.loc[bots, "user_id"].nunique() < 0.01 * raw["user_id"].nunique()
    assert bots.mean() > 0.05
    # What Idris saw was the hour between two clocks.
    idris, late = c01.late_as_written(raw), c01.late_in_utc(raw)
    assert idris["app"] - idris["web"] > 2 * abs(late["app"] - late["web"])


def test_a_number_typed_in_does_not_pass(larder):
    question = c01.CHAPTER["01.4"]
    assert isinstance(question, Function)
    typed_in = larder.value(question.reference, question.tables)
    outcome = check(question, lambda raw: typed_in, larder)
    assert outcome.status is Status.WRONG
    assert "another company" in outcome.message


def test_what_was_found_in_one_log_does_not_pass_for_another(larder):
    # `check` from the notebook's cell instead of one made inside the function
    found = pm.check_log(larder.load("events_raw"), received="received_at", person="device_id")
    nobody = [*found["bots"].rows, *found["test accounts"].rows]

    def with_the_old_check(raw):
        log = raw.drop(index=raw.index[[row for row in nobody if row < len(raw)]])
        return c01.in_week_2(log.assign(person=c01.one_id(log)))["person"].nunique()

    outcome = check(c01.CHAPTER["01.4"], with_the_old_check, larder)
    assert outcome.status is Status.WRONG
    assert "another company" in outcome.message


def test_finer_cleaning_is_right_too(larder):
    """Who mends the wrong clock and takes names from devices may do so."""

    def finer(raw):
        log = c01.customers(raw).sort_values("user_id")
        named = log.groupby("device_id")["person"].transform("first")
        late = (log["app_version"] == "web-4.5.0") & (log["device"] == "mobile")
        at = c01.in_utc(log) - pd.to_timedelta(late.astype(int), unit="h")
        return named[(at >= c01.WEEK_2[0]) & (at < c01.WEEK_2[1])].nunique()

    outcome = check(c01.CHAPTER["01.4"], finer, larder)
    assert outcome.status is Status.RIGHT, str(outcome)


def test_the_clock_of_arrival_tells_the_same_of_late_evenings(larder):
    def by_arrival(raw):
        return c01.late_shares(raw, lambda log: log["received_at"].dt.hour)

    answer = by_arrival(larder.load("events_raw"))
    assert check(c01.CHAPTER["01.5"], answer, larder).status is Status.RIGHT


def test_the_other_company_tells_its_answer_apart(larder):
    question = c01.CHAPTER["01.4"]
    one = larder.value(question.reference, question.tables)
    other = Data.of_seed(SECOND_SEED).value(question.reference, question.tables)
    assert abs(one - other) > 4 * question.tolerance
