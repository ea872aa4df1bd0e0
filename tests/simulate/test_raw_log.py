"""The raw log is the clean log with dirt on it: each kind is known, found, and comes off again."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pandas.testing as pdt
import pytest

from pmlab.simulate import Company, company
from pmlab.simulate.collectors import RawLog, draw_raw_log
from pmlab.simulate.people import draw_people
from pmlab.simulate.raw_detectors import (
    ON_RAW,
    RawView,
    purchase_rules,
    visitor_rules,
)
from pmlab.simulate.story import DEVICES, EVENTS, START, Dirt, draw_story
from pmlab.simulate.streams import Streams
from pmlab.simulate.tables import Coded

WEEKS_1_TO_4 = pd.Timestamp("2026-02-02")


@pytest.fixture(scope="module")
def raw(larder) -> pd.DataFrame:
    return larder.table("events_raw")


@pytest.fixture(scope="module")
def events(larder) -> pd.DataFrame:
    """The clean events of the same weeks."""
    table = larder.table("events")
    return table[table["time"] < WEEKS_1_TO_4]


def rows(larder: Company, kind: str) -> np.ndarray:
    return larder.dirt.rows[kind]


# --- what it looks like ---------------------------------------------------------------------------


def test_rows_come_in_order_of_arrival(raw):
    assert raw["received_at"].is_monotonic_increasing


def test_an_event_id_is_one_event(raw):
    # Whatever carries an id twice is the same event, sent again later.
    same = raw.drop(columns="received_at").groupby("event_id", dropna=False).nunique(dropna=False)
    assert (same == 1).all().all()


def test_most_events_arrive_within_seconds_and_a_few_after_hours(larder, raw):
    known = raw.drop(index=np.union1d(rows(larder, "clock skew"), rows(larder, "duplicates")))
    late = known["received_at"] - pd.to_datetime(known["time"], utc=True).dt.tz_localize(None)
    assert late.min() >= pd.Timedelta(0)
    assert (late <= pd.Timedelta("20s")).mean() > 0.95
    assert 0.002 < (late > pd.Timedelta("1h")).mean() < 0.02
    assert late.max() < pd.Timedelta("50h")


def test_without_dirt_a_device_belongs_to_one_person(larder, raw):
    clean = raw.drop(index=rows(larder, "split identities")).dropna(subset="user_id")
    assert (clean.groupby("device_id")["user_id"].nunique() == 1).all()
    # And some people have several.
    assert (clean.groupby("user_id")["device_id"].nunique() > 1).mean() > 0.05


def test_there_is_about_as_much_dirt_as_the_course_needs(larder, raw):
    share = {kind: len(where) / len(raw) for kind, where in larder.dirt.rows.items()}
    assert 0.06 < share["bots"] < 0.10
    assert 0.02 < share["duplicates"] < 0.03
    assert 0.004 < share["missing values"] < 0.006
    people = larder.table("events").query("time < @WEEKS_1_TO_4")["user_id"].nunique()
    second = raw.loc[rows(larder, "split identities"), "user_id"].nunique()
    assert second / people == pytest.approx(0.03, abs=0.003)


# --- the rows that are said to be dirty are, and no others ----------------------------------------


def test_bots_and_test_accounts_are_nobody_in_users(larder, raw):
    users = set(larder.table("users")["user_id"])
    outsiders = np.flatnonzero(larder.dirt.origin < 0)
    said = np.union1d(rows(larder, "bots"), rows(larder, "test accounts"))
    assert outsiders.tolist() == said.tolist()
    assert not set(raw.loc[outsiders, "user_id"]) & users
    strangers = ~raw["user_id"].isin(users) & raw["user_id"].notna()
    said = np.union1d(said, rows(larder, "split identities"))
    assert np.setdiff1d(np.flatnonzero(strangers), said).size == 0


def test_each_kind_is_what_it_says(larder, raw):
    repeated = raw.duplicated("event_id")
    assert np.flatnonzero(repeated).tolist() == rows(larder, "duplicates").tolist()
    unnamed = raw["user_id"].isna()
    assert np.flatnonzero(unnamed).tolist() == rows(larder, "missing values").tolist()
    abroad = raw["time"].str.endswith("+01:00")
    assert np.flatnonzero(abroad).tolist() == rows(larder, "mixed time zones").tolist()
    assert raw["time"][~abroad].str.endswith("+00:00").all()
    tests = raw["user_id"].str.match("test_|qa-", na=False)
    assert np.flatnonzero(tests).tolist() == rows(larder, "test accounts").tolist()
    skewed = raw.loc[rows(larder, "clock skew"), ["app_version", "device"]].drop_duplicates()
    dirt = larder.story.dirt
    assert skewed.to_numpy().tolist() == [[dirt.skewed_version, dirt.skewed_device]]


def test_people_are_never_as_fast_or_as_tireless_as_bots(larder, raw):
    time = pd.to_datetime(raw["time"], utc=True)
    frame = pd.DataFrame({"user": raw["user_id"], "time": time, "n": 1})
    bots = frame.index.isin(rows(larder, "bots"))

    def fastest(part: pd.DataFrame) -> pd.Series:
        part = part.sort_values("time", kind="stable").set_index("time")
        return part.groupby("user")["n"].rolling("60s").sum().groupby("user").max()

    def hours(part: pd.DataFrame) -> pd.Series:
        by_day = part.groupby(["user", part["time"].dt.date])["time"]
        return by_day.agg(lambda times: times.dt.hour.nunique()).groupby("user").max()

    assert fastest(frame[~bots]).max() < 25
    assert hours(frame[~bots]).max() < 14
    fast, sleepless = fastest(frame[bots]) >= 60, hours(frame[bots]) >= 23
    assert (fast | sleepless).all()
    assert sleepless.sum() == 2


def test_nothing_arrived_in_the_gap(larder, raw, events):
    dirt = larder.story.dirt
    inside = raw["received_at"].between(dirt.gap_from, dirt.gap_to, inclusive="left")
    assert not inside.any()
    # What was lost had happened then, or just before, or long before on a phone without signal.
    lost = events.iloc[larder.dirt.lost]["time"]
    assert (lost < dirt.gap_to).all()
    assert (lost >= np.datetime64(dirt.gap_from) - np.timedelta64(60, "s")).mean() > 0.9
    assert 100 < len(lost) < 1000


# --- cleaned, it is the clean log -----------------------------------------------------------------


@pytest.mark.parametrize("seed", [2026, 7])
def test_cleaned_it_is_the_clean_log_but_for_what_nobody_can_know(seed):
    larder = company(seed=seed)
    raw, events = larder.table("events_raw"), larder.table("events")
    events = events[events["time"] < WEEKS_1_TO_4]
    users = set(larder.table("users")["user_id"])
    view = RawView(larder._tables["events_raw"])

    kept = ~view.bots & ~view.tests & ~view.repeated
    clean = raw[kept].drop(columns=["event_id", "received_at", "app_version"])
    # The second id is not in `users`; the first one of the same device is.
    real = raw[raw["user_id"].isin(users)].drop_duplicates("device_id")
    real = real.set_index("device_id")["user_id"]
    clean["user_id"] = clean["device_id"].map(real)
    seconds = pd.to_timedelta(view.true_time[kept], unit="s")
    clean["time"] = (pd.Timestamp(START) + seconds).astype("datetime64[us]")

    # Every clean event is there once, or lost in the gap.
    origin = larder.dirt.origin[kept]
    assert len(np.unique(origin)) == len(origin)
    assert sorted([*origin, *larder.dirt.lost]) == list(range(len(events)))

    true = events.iloc[origin].reset_index(drop=True)
    clean = clean.reset_index(drop=True)
    told = clean["user_id"].notna()
    pdt.assert_frame_equal(clean[told][list(true)], true[told])
    # Not to be known: whose events they are, on a device on which the person was never named,
    # or only by the second id.
    pdt.assert_frame_equal(clean[~told][list(true)[1:]], true[~told][list(true)[1:]])
    untold = raw[kept].reset_index(drop=True)[~told]
    assert not raw[raw["device_id"].isin(untold["device_id"])]["user_id"].isin(users).any()
    assert len(untold) < 0.002 * len(clean)


# --- every kind is found, and is not found where it was not planted -------------------------------

NOT_PLANTED = {
    "bots": {"scraper_sessions": 0.0},
    "test accounts": {"test_runs": 0.0},
    "duplicates": {"retried": 0.0, "retried_purchases": 0.0},
    "clock skew": {"skew_seconds": 0},
    "second zone": {"app_share": 0.0},
    "split identities": {"split": 0.0},
    "missing user ids": {"without_user": 0.0},
    "gap": {"gap_to": np.datetime64("2026-01-05T00:00:00"), "gap_from": START},
    "cleaning rules": {"split": 0.0},
}


@pytest.fixture(scope="module")
def seed_3() -> Company:
    return company(seed=3)


def drawn(larder: Company, **changes: object) -> RawLog:
    """Return the raw log, had the dirt been another."""
    dirt: Dirt = replace(larder.story.dirt, **changes)
    story = replace(larder.story, dirt=dirt)
    people = draw_people(Streams(seed=3, table="users"), story, 60_000)
    streams = Streams(seed=3, table="events_raw")
    return draw_raw_log(streams, story, people, larder._tables["events"])


@pytest.mark.parametrize("find", ON_RAW, ids=lambda find: find.__name__)
def test_what_is_not_planted_is_not_found(seed_3, find):
    assert find(RawView(seed_3._tables["events_raw"])).found
    truth = find(RawView(seed_3._tables["events_raw"])).truth
    assert not find(RawView(drawn(seed_3, **NOT_PLANTED[truth]).table)).found


def test_dirt_of_one_kind_moves_no_other(seed_3):
    # Without retries the same rows are skewed, split and nameless: each kind has its own stream.
    with_, without = drawn(seed_3), drawn(seed_3, retried=0.0, retried_purchases=0.0)
    for kind in ("clock skew", "split identities", "missing values", "bots", "mixed time zones"):
        events = [
            np.unique(raw.table["event_id"].codes[raw.dirt.rows[kind]]) for raw in (with_, without)
        ]
        # In the gap a retry may save an event that is lost otherwise.
        assert len(np.setxor1d(*events)) <= 20, kind
        assert np.isin(events[1], events[0]).all(), kind


def test_the_raw_log_moves_no_other_table(seed_3):
    # Whatever the dirt is, people and clean events are drawn from streams of their own.
    story = draw_story(Streams(seed=3, table="calendar"))
    assert replace(story, dirt=seed_3.story.dirt) == seed_3.story
    people = draw_people(Streams(seed=3, table="users"), story, 60_000)
    assert people.user_id.tolist() == seed_3.table("users")["user_id"].tolist()


def test_another_seed_moves_the_dirt():
    dirt = [draw_story(Streams(seed=seed, table="calendar")).dirt for seed in range(30)]
    for name in Dirt.__dataclass_fields__:
        assert len({getattr(one, name) for one in dirt}) > 1, name
    for one in dirt:
        # The days are in the weeks that the course speaks of, the gap by day.
        assert np.datetime64("2026-01-13") <= one.scraped_on <= np.datetime64("2026-01-15")
        assert np.datetime64("2026-01-19") < one.gap_from < one.gap_to < np.datetime64("2026-01-24")
        assert one.gap_from.astype("datetime64[D]") == one.gap_to.astype("datetime64[D]")


# --- the rules of chapter 01, counted by hand -----------------------------------------------------


def view_of(log: list[tuple]) -> RawView:
    """Return a view of rows (event id, user or None, device id, event, time, received, version)."""
    ids, user, device_id, event, time, received, version = zip(*log, strict=True)
    names = sorted({name for name in user if name})
    return RawView(
        {
            "event_id": Coded.of(ids),
            "user_id": Coded(np.array([names.index(u) if u else -1 for u in user]), names),
            "device_id": Coded.of(device_id),
            "event": Coded(np.array([EVENTS.index(name) for name in event]), EVENTS),
            "time": Coded.of(time),
            "received_at": np.array(received, "datetime64[s]"),
            "device": Coded(np.zeros(len(log), int), DEVICES),
            "app_version": Coded.of(version),
        }
    )


def test_each_rule_on_a_week_counted_by_hand():
    def row(number, user, device, event, time, *, version="web", received=None):
        got = received or str(np.datetime64(time[:19]) - (3600 * time.endswith("+01:00")))
        return (f"e{number}", user, device, event, time, got, version)

    noon = "2026-01-13T12:00:00+00:00"
    log = [
        # Anna: two devices, bought once, sent twice. On her phone the cookies were cleared.
        row(1, "anna", "laptop", "visit", noon),
        row(2, "anna", "laptop", "purchase", noon),
        row(2, "anna", "laptop", "purchase", noon, received="2026-01-13T12:00:09"),
        row(3, "anna", "phone", "visit", noon),
        row(4, "anna2", "phone", "visit", noon),
        # Ben's second event lost its name; the tablet tells. Cleo is nowhere named.
        row(5, "ben", "tablet", "visit", noon),
        row(6, None, "tablet", "visit", noon),
        row(7, None, "kiosk", "visit", noon),
        # Dan's app says Monday 19 January; in UTC it is Sunday, still week 2.
        row(8, "dan", "app", "visit", "2026-01-19T00:30:00+01:00", version="app"),
        # Eve's clock is an hour ahead: not Monday 12 January yet, but Sunday of week 1.
        row(9, "eve", "old", "visit", "2026-01-12T00:30:00+00:00", version="old",
            received="2026-01-11T23:30:01"),
        # Larder's own.
        row(10, "test_nora", "desk", "purchase", noon),
        # A machine: 40 events in 39 seconds.
        *(row(20 + i, "bot", "server", "view_recipe", f"2026-01-14T03:00:{i:02}+00:00")
          for i in range(40)),
    ]  # fmt: skip
    view = view_of(log)
    assert visitor_rules(view) == {
        "right": 3,  # Anna, Ben, Dan
        "as it came": 7,  # anna, anna2, ben, dan, eve, test_nora, bot
        "bots kept": 4,
        "tests kept": 4,
        "not merged": 4,
        "devices": 5,  # laptop, phone, tablet, kiosk, app
    }
    assert purchase_rules(view) == {
        "right": 1,
        "as it came": 3,
        "tests kept": 2,
        "duplicates kept": 2,
    }
    # Were it a second slower, it could be a person.
    assert view.bots.sum() == 40
    slower = [*log[:-1], row(59, "bot", "server", "view_recipe", "2026-01-14T03:01:00+00:00")]
    assert not view_of(slower).bots.any()
