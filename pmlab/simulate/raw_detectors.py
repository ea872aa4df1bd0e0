"""The analyses that find what is wrong with the raw log, as `detectors` does for the clean one.

They read what an analyst has: the table, with its times as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.detectors import Finding
from pmlab.simulate.people import DAY
from pmlab.simulate.story import DEVICES, EVENTS, RAW_WEEKS, START
from pmlab.simulate.tables import Coded, Table

__all__ = ["ON_RAW", "RawDetector", "RawView", "purchase_rules", "visitor_rules"]

Bools: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]

INHUMAN_EVENTS, INHUMAN_SECONDS = 40, 60
SLEEPLESS_HOURS = 22
CLOCK_TOLERANCE = 120
HOURS = 24 * 40
"""More than the raw log has."""


class RawView:
    """The raw log as arrays, with what every detector asks of it. Times are seconds."""

    def __init__(self, raw: Table) -> None:
        self.event_id = _codes(raw, "event_id")
        self.user = _codes(raw, "user_id")
        """-1 where missing."""
        self.user_ids = np.asarray(_coded(raw, "user_id").words)
        self.device_id = _codes(raw, "device_id")
        self.kind = _codes(raw, "event")
        self.device = _codes(raw, "device")
        self.version = _codes(raw, "app_version")
        self.versions = _coded(raw, "app_version").words
        self.received = _seconds(raw["received_at"])

        time = _coded(raw, "time")
        words = np.asarray(time.words)
        clock = _seconds(words.astype("U19").astype("datetime64[s]"))
        ahead = np.where(np.char.endswith(words, "+01:00"), 3600, 0)
        self.on_the_wall = clock[time.codes]
        """As the text says, without its offset."""
        self.abroad: Bools = (ahead > 0)[time.codes]
        self.time = self.on_the_wall - ahead[time.codes]

    def __len__(self) -> int:
        return len(self.user)

    @cached_property
    def bots(self) -> Bools:
        """Rows of ids that act faster than people can, or never sleep."""
        order = np.lexsort((self.time, self.user))
        user, time = self.user[order], self.time[order]
        ahead = INHUMAN_EVENTS - 1
        fast = (user[ahead:] == user[: len(user) - ahead]) & (user[ahead:] >= 0)
        fast &= time[ahead:] - time[: len(time) - ahead] < INHUMAN_SECONDS
        hours = np.unique(user * HOURS + time // 3600 + 24)  # a wrong clock may be in day -1
        days, awake = np.unique(hours // 24, return_counts=True)
        sleepless = days[awake >= SLEEPLESS_HOURS] // (HOURS // 24)
        found = np.concatenate([user[ahead:][fast], sleepless])
        bots: Bools = np.isin(self.user, found[found >= 0])
        return bots

    @cached_property
    def tests(self) -> Bools:
        """Rows of ids that say they are a test."""
        named = np.char.startswith(self.user_ids, "test_")
        named |= np.char.startswith(self.user_ids, "qa-")
        rows: Bools = np.append(named, False)[self.user]
        return rows

    @cached_property
    def repeated(self) -> Bools:
        """Rows whose event id came before."""
        repeated = np.ones(len(self), bool)
        repeated[np.unique(self.event_id, return_index=True)[1]] = False
        return repeated

    @cached_property
    def error(self) -> dict[tuple[str, str], tuple[float, int]]:
        """Version, device -> how far its clock is ahead in the median, and rows."""
        group = self.version * len(DEVICES) + self.device
        return {
            (self.versions[code // len(DEVICES)], DEVICES[code % len(DEVICES)]): (
                float(np.median((self.time - self.received)[group == code])),
                int((group == code).sum()),
            )
            for code in np.unique(group)
        }

    @cached_property
    def true_time(self) -> Ints:
        """The time, with wrong clocks put right."""
        time: Ints = self.time.copy()
        for (version, device), (error, _) in self.error.items():
            rows = (self.version == list(self.versions).index(version)) & (
                self.device == DEVICES.index(device)
            )
            time[rows] -= 3600 * round(error / 3600)
        return time

    @cached_property
    def named(self) -> Ints:
        """The user id of each row, filled in from its device where missing; -1 if nowhere."""
        of_device = np.full(self.device_id.max() + 1, -1)
        has = self.user >= 0
        of_device[self.device_id[has]] = self.user[has]
        named: Ints = np.where(has, self.user, of_device[self.device_id])
        return named

    @cached_property
    def person(self) -> Ints:
        """The user id of each row, the same for all ids that share a device; -1 if nowhere."""
        n = len(self.user_ids)
        smallest = np.arange(n)
        user = self.named
        has = user >= 0
        while True:
            of_device = np.full(self.device_id.max() + 1, n)
            np.minimum.at(of_device, self.device_id[has], smallest[user[has]])
            closer = smallest.copy()
            np.minimum.at(closer, user[has], of_device[self.device_id[has]])
            if (closer == smallest).all():
                person: Ints = np.where(has, smallest[user], -1)
                return person
            smallest = closer


RawDetector: TypeAlias = Callable[[RawView], Finding]


def bots(raw: RawView) -> Finding:
    """Ids that are too fast, or too tireless, for people."""
    share, n = raw.bots.mean(), len(raw)
    day = raw.time // DAY
    n_bots = len(np.unique(raw.user[raw.bots]))
    everybody, people = (
        _users_a_day(raw.user, day),
        _users_a_day(raw.user[~raw.bots], day[~raw.bots]),
    )
    inflated = everybody / np.maximum(people, 1) - 1
    worst = int(np.argmax(inflated))
    return Finding(
        truth="bots",
        margin=_least(
            [
                (share - 0.05) / np.sqrt(0.05 / n),
                (inflated[worst] - 0.03) / np.sqrt(0.03 / people[worst]),
            ]
        ),
        measured=(
            f"{n_bots} ids with {100 * share:.1f}% of the rows; on {_day(worst)} they add "
            f"{100 * inflated[worst]:.1f}% to the day's users"
        ),
    )


def test_accounts(raw: RawView) -> Finding:
    """Ids that say they are tests buy a lot."""
    purchase = raw.kind == EVENTS.index("purchase")
    n, tests = int(purchase.sum()), int((purchase & raw.tests).sum())
    return Finding(
        truth="test accounts",
        margin=(tests / n - 0.10) / np.sqrt(0.10 / n),
        measured=(
            f"{len(np.unique(raw.user[raw.tests]))} ids with {100 * raw.tests.mean():.1f}% of the "
            f"rows and {100 * tests / n:.1f}% of the purchases"
        ),
    )


def duplicates(raw: RawView) -> Finding:
    """Event ids that come more than once."""
    share, n = raw.repeated.mean(), len(raw)
    return Finding(
        truth="duplicates",
        margin=_least([(share - 0.015) / np.sqrt(0.015 / n), (0.035 - share) / np.sqrt(0.035 / n)]),
        measured=f"{int(raw.repeated.sum()):,} rows, {100 * share:.1f}%",
    )


def clock_skew(raw: RawView) -> Finding:
    """One version on one device is an hour off; no other client is off at all."""
    wrong = {who: it for who, it in raw.error.items() if abs(it[0]) > CLOCK_TOLERANCE}
    if len(wrong) != 1:
        return Finding(truth="clock skew", margin=float("nan"), measured=f"{len(wrong)} clients")
    ((version, device), (error, rows)), n = *wrong.items(), len(raw)
    return Finding(
        truth="clock skew",
        margin=_least(
            [
                # The median of the lateness is known to a second or so.
                CLOCK_TOLERANCE - abs(abs(error) - 3600),
                (rows / n - 0.02) / np.sqrt(0.02 / n),
            ]
        ),
        measured=(
            f"{version} on {device}: {error:+.0f} seconds in the median, {100 * rows / n:.1f}% of "
            "the rows"
        ),
    )


def second_zone(raw: RawView) -> Finding:
    """Local times: the text of some names another day than UTC does."""
    other_day = int((raw.on_the_wall // DAY != raw.time // DAY).sum())
    by_text, by_utc = (times // 3600 % 24 >= 22 for times in (raw.on_the_wall, raw.time))
    written, true = int(by_text.sum()), int(by_utc.sum())
    moved = max(int((by_text != by_utc).sum()), 1)
    return Finding(
        truth="second zone",
        margin=_least(
            [(other_day - 20) / np.sqrt(20), (abs(written - true) - 0.01 * true) / np.sqrt(moved)]
        ),
        measured=(
            f"{100 * raw.abroad.mean():.1f}% of the rows are written with +01:00; {other_day} name "
            f"another day than UTC; from 22 to 24 o'clock there are {written} events by the text, "
            f"{true} in UTC"
        ),
    )


def split_identities(raw: RawView) -> Finding:
    """Devices with two user ids."""
    has = raw.user >= 0
    pairs = np.unique(raw.device_id[has] * len(raw.user_ids) + raw.user[has])
    two = int((np.bincount(pairs // len(raw.user_ids)) > 1).sum())
    people = len(np.unique(raw.person[~raw.bots & ~raw.tests & (raw.person >= 0)]))
    return Finding(
        truth="split identities",
        margin=_least(
            [
                (two / people - 0.02) / np.sqrt(0.02 / people),
                (0.04 - two / people) / np.sqrt(0.04 / people),
            ]
        ),
        measured=f"{two} devices with two user ids, for {people:,} people",
    )


def missing_user_ids(raw: RawView) -> Finding:
    """Rows without a user id; the device tells most of them."""
    missing = raw.user < 0
    known = int((missing & (raw.named >= 0)).sum())
    share, n = missing.mean(), len(raw)
    return Finding(
        truth="missing user ids",
        margin=_least([(share - 0.002) / np.sqrt(0.002 / n), (0.008 - share) / np.sqrt(0.008 / n)]),
        measured=f"{int(missing.sum())} rows, of which the device tells {known}",
    )


LONG_SILENCE, LEAST_MISSED = 3600, 12


def gap(raw: RawView) -> Finding:
    """Hours in which nobody's visit arrived, when many should have."""
    visits = (raw.kind == EVENTS.index("visit")) & ~raw.bots & ~raw.tests & ~raw.repeated
    end_of_raw = 7 * RAW_WEEKS * DAY
    arrivals = np.sort(raw.received[visits & (raw.received < end_of_raw)])

    def missed(begin: int, end: int) -> int:
        """Return the visits in the same hours of the quietest of the other weeks."""
        shifts = 7 * DAY * np.array([shift for shift in range(-RAW_WEEKS, RAW_WEEKS + 1) if shift])
        shifts = shifts[(begin + shifts >= 0) & (end + shifts <= end_of_raw)]
        counts = np.searchsorted(arrivals, end + shifts) - np.searchsorted(arrivals, begin + shifts)
        return int(counts.min())

    # Nights are silent too, in every week.
    long = np.flatnonzero(np.diff(arrivals) >= LONG_SILENCE)
    spans = [(int(arrivals[at]), int(arrivals[at + 1])) for at in long]
    most, (begin, end) = max(((missed(*span), span) for span in spans), default=(0, (0, 0)))
    return Finding(
        truth="gap",
        margin=float((most - LEAST_MISSED) / np.sqrt(LEAST_MISSED)),
        measured=(
            f"no visit from {_moment(begin)} to {_moment(end)} UTC; in every other week at least "
            f"{most} arrived in these hours"
        ),
    )


LEAST_APART = 0.01
"""Two rules, relative to the right answer."""


def cleaning_rules(raw: RawView) -> Finding:
    """Who does not clean counts other people and purchases: each omission shows by itself."""
    visitors, purchases = visitor_rules(raw), purchase_rules(raw)
    gaps = [
        (abs(a - b) / rules["right"], rules["right"])
        for rules in (visitors, purchases)
        for a, b in combinations(rules.values(), 2)
    ]
    return Finding(
        truth="cleaning rules",
        # As in `counting_rules`: the rules differ on a number of ids about as large as the gap.
        margin=_least((gap - LEAST_APART) / np.sqrt(max(gap, LEAST_APART) / n) for gap, n in gaps),
        measured=(
            f"people in week 2: {_listed(visitors)}; purchases in weeks 1-4: {_listed(purchases)}"
        ),
    )


def visitor_rules(raw: RawView, week: int = 2) -> dict[str, int]:
    """Return how many people each rule sees in a week."""

    def ids(ids: Ints, kept: Bools, time: Ints = raw.true_time) -> int:
        inside = (time >= 7 * DAY * (week - 1)) & (time < 7 * DAY * week)
        return len(np.unique(ids[kept & inside & (ids >= 0)]))

    customers = ~raw.bots & ~raw.tests
    return {
        "right": ids(raw.person, customers),
        "as it came": ids(raw.user, np.ones(len(raw), bool), raw.time),
        "bots kept": ids(raw.person, ~raw.tests),
        "tests kept": ids(raw.person, ~raw.bots),
        "not merged": ids(raw.named, customers),
        "devices": ids(raw.device_id, customers),
    }


def purchase_rules(raw: RawView) -> dict[str, int]:
    """Return how many purchases each rule sees."""
    purchase = raw.kind == EVENTS.index("purchase")
    return {
        "right": int((purchase & ~raw.tests & ~raw.repeated).sum()),
        "as it came": int(purchase.sum()),
        "tests kept": int((purchase & ~raw.repeated).sum()),
        "duplicates kept": int((purchase & ~raw.tests).sum()),
    }


ON_RAW: tuple[RawDetector, ...] = (
    bots,
    test_accounts,
    duplicates,
    clock_skew,
    second_zone,
    split_identities,
    missing_user_ids,
    gap,
    cleaning_rules,
)


def _users_a_day(user: Ints, day: Ints) -> Ints:
    """Return the different user ids of each day of the four weeks."""
    inside = (user >= 0) & (day >= 0) & (day < 7 * RAW_WEEKS)
    pairs = np.unique(user[inside] * 7 * RAW_WEEKS + day[inside])
    return np.bincount(pairs % (7 * RAW_WEEKS), minlength=7 * RAW_WEEKS)


def _least(margins: Iterable[float]) -> float:
    return float(np.min(list(margins)))


def _coded(raw: Table, name: str) -> Coded:
    column = raw[name]
    assert isinstance(column, Coded)
    return column


def _codes(raw: Table, name: str) -> Ints:
    return _coded(raw, name).codes.astype("int64")


def _seconds(times: Any) -> Ints:
    seconds: Ints = ((times - START) // np.timedelta64(1, "s")).astype("int64")
    return seconds


def _day(day: int) -> str:
    return str(START + np.timedelta64(day, "D"))[:10]


def _moment(seconds: int) -> str:
    return str(START + np.timedelta64(seconds, "s"))[:16].replace("T", " ")


def _listed(rules: dict[str, int]) -> str:
    return ", ".join(f"{rule} {number:,}" for rule, number in rules.items())
