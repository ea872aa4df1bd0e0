"""What Larder's collectors wrote down in weeks 1 to 4: the events, as clients sent them.

A client has a clock, a version and a user id of its own making; the network is late, answers
are lost and events sent again; and not everybody who sends events is a customer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.outsiders import RAW_BROWSERS, Outsiders, draw_bots, draw_test_accounts
from pmlab.simulate.people import DAY, People, draw_ids
from pmlab.simulate.story import (
    BROWSERS,
    DEVICES,
    EVENTS,
    HOURS_AHEAD_OF_UTC,
    RAW_WEEKS,
    START,
    VISIT_CHANNELS,
    WEB_UPDATE,
    WEB_UPDATE_AT,
    WEB_VERSIONS,
    Dirt,
    Story,
    day_start,
    seconds_at,
)
from pmlab.simulate.streams import Streams
from pmlab.simulate.tables import Coded, Table

__all__ = ["DirtyRows", "RawLog", "draw_raw_log"]

END_OF_RAW = 7 * RAW_WEEKS * DAY
VERSIONS = (*WEB_VERSIONS, WEB_UPDATE, "app-2.3")
APP = VERSIONS.index("app-2.3")
UPDATE_DAYS = (1.5, 4.0, 4.0)
"""Mean from the release until a browser loads it, by device."""

TWO_ALIKE = 0.70
"""Share of people who come on two of a kind: the laptop at home and at work, or two phones."""
ON_THE_OTHER = 0.5

WEIGHT = 2.5
"""How much likelier cookies are cleared of those who come more."""
TURNS = 0.75
"""Of a split identity: how often the next visit is under the other id."""

LATE_SECONDS = 2.4
MOST_SECONDS = 20
SLOW, SLOW_SECONDS = 0.02, 150
"""Now and then the network takes minutes."""
OFFLINE, OFFLINE_HOURS, MOST_HOURS = 0.014, 2.5, 48
"""And a phone without signal keeps a whole visit for hours."""
RETRY_SECONDS = (2, 25)
"""A client waits at least so long before it tries again, and so much longer in the mean."""


@dataclass(frozen=True, kw_only=True)
class DirtyRows:
    """Which rows of `events_raw` are what: for those who know, never in the table."""

    rows: Mapping[str, NDArray[np.int64]]
    """Kind of dirt -> positions of its rows. A row can be of several kinds."""
    origin: NDArray[np.int64]
    """Of each row: the position in `events` of what it reports; -1 for bots and test accounts."""
    lost: NDArray[np.int64]
    """Positions in `events` of what was lost in the gap."""


@dataclass(frozen=True, kw_only=True)
class RawLog:
    """The table, and what is wrong with it."""

    table: Table
    dirt: DirtyRows


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The rows as they are put together. All numbers are places in lists; seconds are true."""

    origin: NDArray[np.int64]
    user: NDArray[np.int64]
    device_id: NDArray[np.int64]
    kind: NDArray[np.int64]
    seconds: NDArray[np.int64]
    late: NDArray[np.int64]
    channel: NDArray[np.int64]
    device: NDArray[np.int64]
    browser: NDArray[np.int64]
    version: NDArray[np.int64]
    cents: NDArray[np.int64]
    abroad: NDArray[np.bool_]
    """The client writes its own time, an hour ahead of UTC."""


def draw_raw_log(streams: Streams, story: Story, people: People, events: Table) -> RawLog:
    """Return the raw log of weeks 1 to 4, ordered by arrival."""
    dirt = story.dirt
    clean = _clean(events)
    n_people = len(people)
    week_2 = (clean["seconds"] >= 7 * DAY) & (clean["seconds"] < 14 * DAY)
    people_a_week = len(np.unique(clean["person"][week_2]))

    visit = _visits(clean)
    device_id, n_devices = _devices(streams("devices"), clean, visit, n_people)
    second_id, n_split = _second_ids(streams("split identities"), dirt, clean, visit, device_id)
    new_ids = _new_ids(streams("ids"), people, n_split + people_a_week)
    bots = draw_bots(streams, dirt, people_a_week, new_ids[n_split:]).within(END_OF_RAW)
    tests = draw_test_accounts(streams, dirt, people_a_week).within(END_OF_RAW)
    user_ids = np.concatenate([people.user_id, new_ids[:n_split], bots.ids, tests.ids])

    n = len(clean["person"])
    has_app, version = _clients(streams("clients"), dirt, clean, device_id, n_devices)
    rows = _joined(
        Rows(
            origin=np.arange(n),
            user=np.where(second_id >= 0, n_people + second_id, clean["person"]),
            device_id=device_id,
            kind=clean["kind"],
            seconds=clean["seconds"],
            late=_late(streams("lateness"), clean, visit),
            channel=clean["channel"],
            device=clean["device"],
            browser=clean["browser"],
            version=version,
            cents=clean["cents"],
            abroad=has_app & (np.array(HOURS_AHEAD_OF_UTC)[people.country[clean["person"]]] > 0),
        ),
        _sent_by(streams("lateness of bots"), bots, n_people + n_split, n_devices),
        _sent_by(
            streams("lateness of tests"),
            tests,
            n_people + n_split + len(bots.ids),
            n_devices + len(bots.ids),
        ),
    )
    rng = streams("missing user ids")
    unnamed = (rows.origin >= 0) & (rng.random(len(rows.origin)) < dirt.without_user)

    # Now each is sent: once, or again, and arrives unless the collectors are down.
    first = np.arange(len(rows.origin))
    again, wait = _retries(streams("retries"), dirt, rows)
    sent = np.concatenate([first, again])
    arrives = rows.seconds[sent] + rows.late[sent]
    arrives[len(first) :] += wait
    gap_from, gap_to = (seconds_at(when) for when in (dirt.gap_from, dirt.gap_to))
    up = (arrives < gap_from) | (arrives >= gap_to)
    sent, arrives = sent[up], arrives[up]
    order = np.lexsort((sent, arrives))
    sent, arrives = sent[order], arrives[order]
    copy = np.ones(len(sent), bool)
    copy[np.unique(sent, return_index=True)[1]] = False

    skewed = (rows.version == VERSIONS.index(dirt.skewed_version)) & (
        rows.device == DEVICES.index(dirt.skewed_device)
    )
    skewed &= rows.origin >= 0
    written = rows.seconds + np.where(skewed, dirt.skew_seconds, 0)
    device_ids = draw_ids(streams("device ids"), n_devices + len(bots.ids) + len(tests.ids), "d")
    table = {
        "event_id": Coded(sent, draw_ids(streams("event ids"), len(rows.origin), "e")),
        "user_id": Coded(np.where(unnamed, -1, rows.user)[sent], user_ids),
        "device_id": Coded(rows.device_id[sent], device_ids),
        "event": Coded(rows.kind[sent], EVENTS),
        "time": _written(written[sent], rows.abroad[sent]),
        "received_at": START + arrives.astype("timedelta64[s]"),
        "channel": Coded(rows.channel[sent], VISIT_CHANNELS),
        "device": Coded(rows.device[sent], DEVICES),
        "browser": Coded(rows.browser[sent], RAW_BROWSERS),
        "app_version": Coded(rows.version[sent], VERSIONS),
        "basket_cents": rows.cents[sent],
    }
    n_bots = len(bots)
    kinds = {
        "bots": (sent >= n) & (sent < n + n_bots),
        "test accounts": sent >= n + n_bots,
        "duplicates": copy,
        "clock skew": skewed[sent],
        "mixed time zones": rows.abroad[sent],
        "split identities": (sent < n) & (rows.user[sent] >= n_people),
        "missing values": unnamed[sent],
    }
    return RawLog(
        table=table,
        dirt=DirtyRows(
            rows={kind: np.flatnonzero(chosen) for kind, chosen in kinds.items()},
            origin=rows.origin[sent],
            lost=np.setdiff1d(np.arange(n), sent),
        ),
    )


def _clean(events: Table) -> dict[str, NDArray[np.int64]]:
    """Return the clean events of the raw weeks as whole numbers."""

    def codes(name: str) -> NDArray[np.int64]:
        column = events[name]
        assert isinstance(column, Coded)
        return column.codes[:n].astype("int64")

    time, cents = events["time"], events["basket_cents"]
    assert not isinstance(time, Coded)
    assert not isinstance(cents, Coded)
    n = int(np.searchsorted(time, day_start(RAW_WEEKS + 1)))
    return {
        "person": codes("user_id"),
        "kind": codes("event"),
        "seconds": ((time[:n] - START) // np.timedelta64(1, "s")).astype("int64"),
        "channel": codes("channel"),
        "device": codes("device"),
        "browser": codes("browser"),
        "cents": cents[:n],
    }


def _visits(clean: Mapping[str, NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return a number for each event's visit: 0, 1, ... by person and time."""
    order = np.argsort(clean["person"], kind="stable")
    person = clean["person"][order]
    opens = clean["kind"][order] == EVENTS.index("visit")
    opens |= np.concatenate([[True], person[1:] != person[:-1]])
    visit = np.empty(len(order), "int64")
    visit[order] = np.cumsum(opens) - 1
    return visit


def _devices(
    rng: np.random.Generator,
    clean: Mapping[str, NDArray[np.int64]],
    visit: NDArray[np.int64],
    n_people: int,
) -> tuple[NDArray[np.int64], int]:
    """Return a number for the browser or app on which each event happened, and how many."""
    has_two = rng.random(n_people) < TWO_ALIKE
    other = rng.random(visit.max(initial=0) + 1) < ON_THE_OTHER
    kind = (clean["device"] * len(BROWSERS) + clean["browser"]) * 2
    kind += has_two[clean["person"]] & other[visit]
    found, device_id = np.unique(
        clean["person"] * 2 * len(DEVICES) * len(BROWSERS) + kind, return_inverse=True
    )
    return device_id, len(found)


def _second_ids(
    rng: np.random.Generator,
    dirt: Dirt,
    clean: Mapping[str, NDArray[np.int64]],
    visit: NDArray[np.int64],
    device_id: NDArray[np.int64],
) -> tuple[NDArray[np.int64], int]:
    """Return for each event the number of the second id under which it came, or -1.

    Cookies are cleared, and come back when the person logs in again: on one device some visits
    are under the first id, some under the second. It happens to those most who come most.
    """
    _, first_of_visit = np.unique(visit, return_index=True)
    person, device = clean["person"][first_of_visit], device_id[first_of_visit]
    order = np.argsort(device, kind="stable")  # by device, then in time
    _, begin, n_visits = np.unique(device[order], return_index=True, return_counts=True)
    often = np.flatnonzero(n_visits >= 2)
    wanted = round(dirt.split * len(np.unique(person)))

    # Weighted sampling without replacement: the largest of u^(1/w). One device a person.
    key = rng.random(len(often)) ** (1 / n_visits[often] ** WEIGHT)
    often = often[np.argsort(-key, kind="stable")]
    _, first = np.unique(person[order][begin[often]], return_index=True)
    chosen = often[np.sort(first)][:wanted]

    second = np.full(len(first_of_visit), -1)
    for number, device_number in enumerate(chosen):
        visits = order[begin[device_number] : begin[device_number] + n_visits[device_number]]
        turns = rng.random(len(visits)) < TURNS
        turns[int(rng.integers(1, len(visits)))] = True
        cleared = np.cumsum(turns) % 2 == 1
        second[visits[cleared]] = number
    return second[visit], len(chosen)


def _clients(
    rng: np.random.Generator,
    dirt: Dirt,
    clean: Mapping[str, NDArray[np.int64]],
    device_id: NDArray[np.int64],
    n_devices: int,
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return whether each event came from the app, and the version of the client."""
    shares = np.full(len(WEB_VERSIONS), (1 - dirt.skewed_share) / (len(WEB_VERSIONS) - 1))
    shares[WEB_VERSIONS.index(dirt.skewed_version)] = dirt.skewed_share
    old = rng.choice(len(WEB_VERSIONS), n_devices, p=shares)
    patience = DAY * rng.standard_exponential(n_devices)[device_id]
    updated = clean["seconds"] >= (
        seconds_at(WEB_UPDATE_AT) + np.array(UPDATE_DAYS)[clean["device"]] * patience
    )
    web = np.where(updated, VERSIONS.index(WEB_UPDATE), old[device_id])
    app = (rng.random(n_devices) < dirt.app_share)[device_id]
    app &= clean["device"] != DEVICES.index("desktop")
    return app, np.where(app, APP, web)


def _late(
    rng: np.random.Generator,
    clean: Mapping[str, NDArray[np.int64]],
    visit: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return how many seconds each event takes to the collectors."""
    n = len(visit)
    late = np.minimum(rng.gamma(1.5, LATE_SECONDS, n), MOST_SECONDS)
    late += (rng.random(n) < SLOW) * np.minimum(rng.lognormal(np.log(SLOW_SECONDS), 0.9, n), 3600)

    n_visits = visit.max(initial=0) + 1
    begins = np.full(n_visits, np.iinfo("int64").max)
    np.minimum.at(begins, visit, clean["seconds"])
    hours = np.minimum(rng.lognormal(np.log(OFFLINE_HOURS), 1.0, n_visits), MOST_HOURS)
    back_online = np.where(rng.random(n_visits) < OFFLINE, begins + 3600 * hours, 0)[visit]
    back_online[clean["device"] == DEVICES.index("desktop")] = 0
    waits = np.maximum(late, back_online - clean["seconds"] + rng.uniform(0, 5, n))
    seconds: NDArray[np.int64] = waits.astype("int64")
    return seconds


def _sent_by(rng: np.random.Generator, them: Outsiders, first_user: int, first_device: int) -> Rows:
    """Return the events of bots or test accounts as rows: from a desktop, up to date."""
    n = len(them)
    updated = them.seconds >= seconds_at(WEB_UPDATE_AT)
    return Rows(
        origin=np.full(n, -1),
        user=first_user + them.who,
        device_id=first_device + them.who,
        kind=them.kind,
        seconds=them.seconds,
        late=np.minimum(rng.exponential(1.2, n), MOST_SECONDS).astype("int64"),
        channel=np.full(n, VISIT_CHANNELS.index("direct")),
        device=np.full(n, DEVICES.index("desktop")),
        browser=them.browser,
        version=np.where(updated, VERSIONS.index(WEB_UPDATE), len(WEB_VERSIONS) - 1),
        cents=them.cents,
        abroad=np.zeros(n, bool),
    )


def _joined(*parts: Rows) -> Rows:
    return Rows(
        **{
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in Rows.__dataclass_fields__
        }
    )


def _retries(
    rng: np.random.Generator, dirt: Dirt, rows: Rows
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the events that are sent again, and how much later they arrive.

    Bots do not care, and the office has a good line.
    """
    purchase = rows.kind == EVENTS.index("purchase")
    chance = np.where(purchase, dirt.retried_purchases, dirt.retried) * (rows.origin >= 0)
    again = np.flatnonzero(rng.random(len(chance)) < chance)
    twice = again[rng.random(len(again)) < 0.05]
    again = np.concatenate([again, twice])
    least, more = RETRY_SECONDS
    wait = least + rng.exponential(more, len(again))
    wait[len(again) - len(twice) :] += 60
    return again, wait.astype("int64")


def _new_ids(rng: np.random.Generator, people: People, n: int) -> NDArray[np.str_]:
    """Return n user ids that nobody has."""
    ids = draw_ids(rng, n + 100, "u")
    return ids[~np.isin(ids, people.user_id)][:n]


def _written(seconds: NDArray[np.int64], abroad: NDArray[np.bool_]) -> Coded:
    """Return the times as clients write them: ISO 8601, with the offset."""
    moments, codes = np.unique((seconds + 3600 * abroad) * 2 + abroad, return_inverse=True)
    clock = np.datetime_as_string(START + (moments // 2).astype("timedelta64[s]"), unit="s")
    offset = np.array(["+00:00", "+01:00"])[moments % 2]
    return Coded(codes, np.char.add(clock, offset))
