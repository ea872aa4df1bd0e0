"""Small logs with one thing wrong, each with its story; and honest ones that look wrong."""

import numpy as np
import pandas as pd
import pytest

import pmlab as pm
from pmlab.errors import InputError

from .shop import START, add, every, honest, visits


def check(log, **options):
    return pm.check_log(log, **{"received": "received_at", "person": "phone", **options})


def kinds(result):
    return [finding.kind for finding in result.findings]


def only(result, kind):
    """Return the rows of the one finding that there is."""
    assert kinds(result) == [kind], str(result)
    return result[kind].rows.tolist()


@pytest.fixture(scope="module")
def shop():
    return honest()


@pytest.fixture(scope="module")
def busy():
    return honest(n_users=600)


def test_an_honest_log_is_clean(shop):
    result = check(shop)
    assert result.is_clean, str(result)
    assert result.n_rows == len(shop)
    assert result.n_users == 120
    assert result.first == shop["time"].min()
    assert result.last == shop["time"].max()


class TestMissingValues:
    def test_each_column_is_counted(self):
        # Row 1 has no user, row 2 no event, row 3 no time, row 4 nothing at all.
        log = pd.DataFrame(
            {
                "user_id": ["ann", None, "ben", "cat", None],
                "event": ["visit", "visit", None, "visit", None],
                "time": ["2026-03-01 10:00", "2026-03-01 10:01", "2026-03-01 10:02", None, None],
            }
        )
        result = pm.check_log(log)
        assert only(result, "missing values") == [1, 2, 3, 4]
        what = result["missing values"].what
        assert "4 rows" in what
        assert "2 without 'user_id'" in what
        assert "2 without 'event'" in what
        assert "2 without 'time'" in what
        assert result["missing values"].n_users == 2  # ben and cat

    @pytest.mark.parametrize("nothing", ["", "null", "None", "NaN", "undefined"])
    def test_a_text_that_says_nothing_is_nobody(self, shop, nothing):
        # pm.funnel would take them for one very busy user.
        log, planted = add(shop, visits(nothing, every(1, 100)))
        result = check(log, received=None, person=None)
        assert only(result, "missing values") == planted
        assert repr(nothing) in result["missing values"].do
        assert result.n_users == 120

    @pytest.mark.parametrize("name", ["Null", "Nan", "none@example.org", "0", "NA", "nullarbor"])
    def test_people_may_be_called_nearly_so(self, shop, name):
        log, _ = add(shop, visits(name, every(60, 3)))
        assert check(log).is_clean

    def test_a_property_may_be_missing(self, shop):
        log = shop.assign(coupon=None)
        assert check(log).is_clean

    def test_server_events_around_the_clock_without_a_user(self, shop):
        # A job runs every ten minutes and at every second of one. Nobody is a bot for it, and the
        # rows say plainly what they are.
        times = every(600, 28 * 24 * 6, START) + every(1, 60, "2026-03-10 12:01")
        log, planted = add(shop, visits(None, times, event="job"))
        result = check(log)
        assert only(result, "missing values") == planted
        assert "no user causes" in result["missing values"].do


class TestUnreadableTimes:
    def test_they_are_shown(self):
        # 31 February, and a date as Americans write it.
        log = pd.DataFrame(
            {
                "user_id": ["ann", "ben", "cat"],
                "event": "visit",
                "time": ["2026-03-01", "2026-02-31", "3/1/26"],
            }
        )
        result = pm.check_log(log)
        assert only(result, "unreadable times") == [1, 2]
        assert "2 texts" in result["unreadable times"].what
        assert "'2026-02-31'" in " ".join(result["unreadable times"].examples)
        assert "'3/1/26'" in " ".join(result["unreadable times"].examples)


class TestMixedTimeZones:
    def test_a_client_that_writes_its_own_time(self, shop):
        # The app writes Indian time. 00:30 in India is still the day before in UTC.
        log = shop.astype({"time": str})
        log["time"] += "+00:00"
        log, _ = log, None
        log.loc[[5, 50], "time"] = ["2026-03-03T00:30:00+05:30", "2026-03-05T12:00:00+05:30"]
        result = check(log, received=None)
        assert only(result, "mixed time zones") == [5, 50]
        what = result["mixed time zones"].what
        assert "+05:30 (2)" in what
        assert f"+00:00 ({len(shop) - 2:,})" in what
        assert "2 rows" in what
        assert "of which 1 fall on another day" in what
        assert "2026-03-03T00:30:00+05:30" in " ".join(result["mixed time zones"].examples)

    def test_some_with_an_offset_and_some_without(self):
        log = pd.DataFrame(
            {
                "user_id": ["ann", "ben", "cat", "dan"],
                "event": "visit",
                "time": [
                    "2026-03-01T10:00:00Z",
                    "2026-03-01T11:00:00Z",
                    "2026-03-01T11:30:00Z",
                    "2026-03-01T12:00:00",
                ],
            }
        )
        result = pm.check_log(log)
        assert only(result, "mixed time zones") == [3]
        assert "no offset (1)" in result["mixed time zones"].what

    def test_an_offset_counts_for_its_own_row_only(self):
        # Row 1 is 10:00 in UTC, as it says nothing else; not 08:00, because of the row before.
        log = pd.DataFrame(
            {
                "user_id": ["ann", "ben", "cat"],
                "event": "visit",
                "time": ["2026-03-03T12:00:00+02:00", "2026-03-02T10:00:00", "2026-03-02 10:30:00"],
            }
        )
        result = pm.check_log(log)
        assert only(result, "mixed time zones") == [0]
        assert result.first == pd.Timestamp("2026-03-02 10:00:00")
        assert result.last == pd.Timestamp("2026-03-03 10:00:00")

    @pytest.mark.parametrize(
        "zone",
        [
            "Europe/Berlin",
            "Europe/London",
            "America/New_York",
            "Australia/Sydney",
            "Australia/Lord_Howe",
        ],
    )
    def test_summer_time_is_one_zone(self, zone):
        # An event every five hours, all through the year, as one shop's tills write it.
        utc = pd.date_range("2026-01-01", "2026-12-31", freq="5h", tz="UTC")
        log = pd.DataFrame(
            {"user_id": "till", "event": [f"sale {i}" for i in range(len(utc))], "time": utc}
        )
        log["time"] = [moment.isoformat() for moment in utc.tz_convert(zone)]
        assert len({text[-6:] for text in log["time"]}) == 2
        assert pm.check_log(log).is_clean

    def test_a_stranger_beside_summer_time(self):
        # The same tills in Berlin; one, in Lisbon, writes its own. In winter it says +00:00.
        utc = pd.date_range("2026-02-01", "2026-05-31", freq="5h", tz="UTC")
        times = [moment.isoformat() for moment in utc.tz_convert("Europe/Berlin")]
        lisbon = list(range(0, 100, 10)) + list(range(400, 500, 10))
        for row in lisbon:
            times[row] = utc[row].tz_convert("Europe/Lisbon").isoformat()
        log = pd.DataFrame({"user_id": "till", "event": "sale", "time": times})
        assert only(pm.check_log(log), "mixed time zones") == lisbon

    def test_offsets_an_hour_apart_at_the_same_time_are_no_summer_time(self):
        utc = pd.date_range("2026-01-01", periods=100, freq="5h", tz="UTC")
        times = [moment.isoformat() for moment in utc]
        for row in range(0, 100, 4):
            times[row] = utc[row].tz_convert("Europe/Berlin").isoformat()
        log = pd.DataFrame({"user_id": "till", "event": "sale", "time": times})
        assert only(pm.check_log(log), "mixed time zones") == list(range(0, 100, 4))

    def test_dates_beside_times_of_day(self):
        # The "-02" at the end of a date is no offset.
        log = pd.DataFrame(
            {
                "user_id": ["ann", "ben"],
                "event": "visit",
                "time": ["2026-03-02", "2026-03-02T09:30"],
            }
        )
        assert pm.check_log(log).is_clean


class TestDuplicates:
    def test_sent_again(self, shop):
        # Three events are sent a second time, one of them a third. All columns agree but one.
        again = shop.loc[[10, 400, 900, 900]].assign(
            received_at=lambda rows: rows["received_at"] + pd.Timedelta("40s")
        )
        log, planted = add(shop, again.to_dict("records"))
        result = check(log)
        assert only(result, "duplicates") == planted
        assert "4 rows" in result["duplicates"].what

    def test_two_different_events_in_one_second(self, shop):
        row = shop.loc[10].to_dict()
        other_event = row | {"event": "scroll"}
        other_phone = row | {"phone": "another phone"}
        other_user = row | {"user_id": "ann", "phone": "of ann"}
        for different in (other_event, other_user):
            assert check(add(shop, [different])[0]).is_clean
        assert "duplicates" not in kinds(check(add(shop, [other_phone])[0]))

    def test_the_first_to_arrive_is_kept_whatever_the_order_of_rows(self, shop):
        # Row 0 is the copy: it came a minute after the last row.
        row = shop.loc[10].to_dict()
        copy = row | {"received_at": row["received_at"] + pd.Timedelta("1min")}
        log = pd.concat([pd.DataFrame([copy]), shop], ignore_index=True)
        assert only(check(log), "duplicates") == [0]

    def test_missing_values_agree(self, shop):
        row = {"user_id": "ann", "event": "view", "time": START, "received_at": START}
        log, planted = add(shop, [row, row])
        assert only(check(log), "duplicates") == planted[1:]

    def test_dates_are_too_coarse_to_be_sure(self):
        # She may well have looked twice that day.
        log = pd.DataFrame({"user_id": "ann", "event": "view", "time": ["2026-03-01"] * 2})
        result = pm.check_log(log)
        assert only(result, "duplicates") == [1]
        assert "second events" in result["duplicates"].do

    def test_seconds_are_fine_enough(self, shop):
        log, _ = add(shop, [shop.loc[10].to_dict()])
        assert "second events" not in check(log)["duplicates"].do


class TestClockSkew:
    @pytest.mark.parametrize(("hours", "word"), [(1, "ahead"), (-1, "behind"), (-30, "behind")])
    def test_a_client_whose_clock_is_off(self, shop, hours, word):
        android = (shop["device"] == "android").to_numpy()
        log = shop.copy()
        log.loc[android, "time"] += pd.Timedelta(hours=hours)
        result = check(log)
        assert only(result, "clock skew") == np.flatnonzero(android).tolist()
        finding = result["clock skew"]
        assert "device = android" in finding.what
        assert word in finding.what
        assert f"{android.sum():,} " in finding.what
        assert finding.n_users == 40

    def test_a_client_that_only_two_columns_tell(self, shop):
        # Version 7 is on every device, and wrong on Android only.
        log = shop.assign(version=np.arange(len(shop)) // 2 % 3 + 6)
        wrong = ((log["device"] == "android") & (log["version"] == 7)).to_numpy()
        log.loc[wrong, "time"] -= pd.Timedelta("1h")
        result = check(log)
        assert only(result, "clock skew") == np.flatnonzero(wrong).tolist()
        assert "device = android, version = 7, 1 h behind" in result["clock skew"].what

    def test_two_clients(self, shop):
        log = shop.copy()
        for device, shift in (("android", "1h"), ("iphone", "-2h")):
            log.loc[log["device"] == device, "time"] += pd.Timedelta(shift)
        result = check(log)
        assert only(result, "clock skew") == np.flatnonzero(log["device"] != "desktop").tolist()
        assert "device = android, 1 h ahead" in result["clock skew"].what
        assert "device = iphone, 2 h behind" in result["clock skew"].what

    def test_a_single_event_from_the_future(self, shop):
        log = shop.copy()
        log.loc[7, "time"] += pd.Timedelta("6min")
        assert only(check(log), "clock skew") == [7]

    def test_both_columns_in_different_zones(self, shop):
        log = shop.assign(received_at=shop["received_at"] - pd.Timedelta("2h"))
        result = check(log)
        assert only(result, "clock skew") == list(range(len(shop)))
        assert "one zone" in result["clock skew"].do

    def test_a_phone_offline_for_an_hour(self, shop):
        # It sends all that it kept when it is back: late, but its clock is right. Its owner was
        # busy, so there are 60 events of that phone, and no others.
        times = every(20, 60)
        rows = visits("ann", times, device="android", phone="of ann")
        back = times[-1] + pd.Timedelta("1h")
        log, _ = add(shop, [row | {"received_at": back} for row in rows])
        assert check(log).is_clean

    def test_many_phones_offline(self, shop):
        # On the underground, for some minutes to some hours, every day.
        log = shop.copy()
        rng = np.random.default_rng(1)
        late = log["device"] == "android"
        log.loc[late, "received_at"] += pd.to_timedelta(rng.uniform(0, 180, late.sum()), unit="min")
        assert check(log).is_clean

    @pytest.mark.parametrize("every_so_often", ["15min", "1h", "1D"])
    def test_a_log_that_is_loaded_in_batches(self, shop, every_so_often):
        log = shop.assign(received_at=shop["time"].dt.ceil(every_so_often))
        assert check(log).is_clean

    def test_one_client_that_sends_in_batches(self, shop):
        log = shop.copy()
        batched = log["device"] == "iphone"
        log.loc[batched, "received_at"] = log.loc[batched, "time"].dt.ceil("20min")
        assert check(log).is_clean

    def test_unknown_arrival(self, shop):
        log = shop.copy()
        log.loc[::2, "received_at"] = pd.NaT
        assert check(log).is_clean
        assert check(shop.assign(received_at=pd.NaT)).is_clean

    def test_without_the_servers_time_it_is_not_checked(self, shop):
        assert "received=" in check(shop, received=None).not_checked["clock skew"]


class TestGaps:
    @staticmethod
    def without(log, begin, end, column="time"):
        lost = log[column].between(pd.Timestamp(begin), pd.Timestamp(end))
        return log[~lost].reset_index(drop=True)

    def test_the_collector_was_down(self, busy):
        log = self.without(busy, "2026-03-18 10:20", "2026-03-18 13:10")
        result = check(log)
        assert only(result, "gaps") == []
        [(begin, end)] = result.gaps
        before = log["time"][log["time"] < pd.Timestamp("2026-03-18 10:20")].max()
        after = log["time"][log["time"] > pd.Timestamp("2026-03-18 13:10")].min()
        assert (begin, end) == (before, after)
        assert "1 span" in result["gaps"].what
        assert str(begin) in result["gaps"].examples[0]
        assert result["gaps"].n_users == 0

    @pytest.mark.parametrize("days", [2, 9, 14])
    def test_down_for_days(self, busy, days):
        begin = pd.Timestamp("2026-03-09 10:00")
        log = self.without(honest(n_users=200, n_days=42), begin, begin + pd.Timedelta(days=days))
        result = check(log)
        assert only(result, "gaps") == []
        assert len(result.gaps) == 1

    def test_phones_that_were_offline_then_fill_it_with_a_few_events(self, busy):
        log = self.without(busy, "2026-03-18 10:00", "2026-03-18 13:00", "received_at")
        rows = visits("u1", every(50, 4, "2026-03-18 11:10"), device="android", phone="phone 1")
        log, _ = add(log, [row | {"received_at": pd.Timestamp("2026-03-18 18:00")} for row in rows])
        result = check(log)
        assert only(result, "gaps") == []
        assert len(result.gaps) == 1

    def test_clients_that_send_again_leave_no_gap(self, busy):
        # Nothing arrived for three hours; then all of it did.
        log = busy.copy()
        kept = log["received_at"].between("2026-03-18 10:00", "2026-03-18 13:00")
        log.loc[kept, "received_at"] = pd.Timestamp("2026-03-18 13:00")
        assert check(log).is_clean

    def test_a_quiet_night(self, busy):
        # Between 23:00 and 7:00 there is nobody, and one night not even before and after.
        assert check(busy).is_clean
        assert check(self.without(busy, "2026-03-18 22:45", "2026-03-19 07:10")).is_clean

    def test_closed_on_sundays(self, busy):
        log = busy[busy["time"].dt.day_of_week != 6]
        assert check(log).is_clean

    def test_open_at_weekends_only(self, busy):
        log = busy[busy["time"].dt.day_of_week >= 5]
        assert check(log).is_clean

    def test_an_office_tool(self):
        # 30 users, from nine to five, on weekdays; and nobody on one holiday.
        log = honest(n_users=30, n_days=56, opens=9, closes=17, comes=0.9)
        log = log[log["time"].dt.day_of_week < 5]
        assert check(log).is_clean
        holiday = check(self.without(log, "2026-03-19", "2026-03-20"))
        if not holiday.is_clean:  # nobody came, where 27 would: worth asking, in words to match
            assert kinds(holiday) == ["gaps"]
            assert "holiday" in holiday["gaps"].do

    def test_few_users(self):
        # Twelve friends try it out for a month, and take days off.
        log = honest(n_users=12, n_days=28)
        assert check(self.without(log, "2026-03-10", "2026-03-13")).is_clean

    def test_a_young_log_that_grows_fast(self):
        # Two users try it before the launch; then twice as many come every second day.
        rng = np.random.default_rng(4)
        users = [2, 0, 1, 2, 0] + [int(5 * 2 ** (day / 2)) for day in range(14)]
        rows = [
            (f"u{day}-{user}", "visit", START + pd.Timedelta(days=day, hours=rng.uniform(7, 23)))
            for day, n in enumerate(users)
            for user in range(n)
        ]
        log = pd.DataFrame(rows, columns=["user_id", "event", "time"])
        assert pm.check_log(log).is_clean

    def test_a_product_that_ends(self, busy):
        late = busy["time"] > pd.Timestamp("2026-03-18")
        log = busy[~late | (busy["user_id"] == "u7")]
        assert check(log).is_clean

    def test_dates_only(self, busy):
        # Between two midnights there is never an event.
        log = busy.assign(time=busy["time"].dt.floor("D")).drop_duplicates(
            ["user_id", "event", "time"]
        )
        assert pm.check_log(log).is_clean

    def test_whole_hours_only(self, busy):
        log = busy.assign(time=busy["time"].dt.floor("h")).drop_duplicates(
            ["user_id", "event", "time"]
        )
        assert pm.check_log(log).is_clean

    def test_a_stray_time_long_ago_makes_no_gap(self, busy):
        log, _ = add(busy, visits("ann", [pd.Timestamp("1970-01-01"), pd.Timestamp("1970-01-20")]))
        assert check(log, received=None).is_clean


class TestBots:
    def test_faster_than_a_person(self, shop):
        log, planted = add(shop, visits("crawler", every(1, 60)))
        result = check(log)
        assert only(result, "bots") == planted
        assert result["bots"].n_users == 1
        assert "1 user" in result["bots"].what
        assert "60 rows" in result["bots"].what
        assert "crawler" in result["bots"].examples[0]

    def test_awake_around_the_clock(self, shop):
        # Every ten minutes, for two days.
        log, planted = add(shop, visits("crawler", every(600, 288, "2026-03-10")))
        result = check(log)
        assert only(result, "bots") == planted
        assert "24 hours" in result["bots"].examples[0]

    def test_all_rows_of_a_bot(self, shop):
        # It was slow once, and much too fast another day.
        log, planted = add(shop, visits("crawler", every(300, 5, "2026-03-05") + every(1, 60)))
        assert only(check(log), "bots") == planted

    def test_a_busy_person(self, shop):
        # Every three seconds for ten minutes, from breakfast to bedtime, four days in a row.
        times = [
            at
            for day in range(9, 13)
            for hour in range(7, 24)
            for at in every(3, 200, f"2026-03-{day:02d} {hour:02d}:15")
        ]
        log, _ = add(shop, visits("busy bee", times))
        assert check(log).is_clean

    def test_a_client_that_repeats_itself_is_no_bot(self, shop):
        # One view, sent fifty times within a minute: 49 duplicates of a person.
        at = pd.Timestamp("2026-03-10 12:00")
        rows = visits("ann", [at] * 50, device="android", phone="of ann")
        arrivals = every(1, 50, "2026-03-10 12:00:02")
        log, planted = add(
            shop, [row | {"received_at": got} for row, got in zip(rows, arrivals, strict=True)]
        )
        assert only(check(log), "duplicates") == planted[1:]

    def test_dates_do_not_tell_the_pace(self, shop):
        # Forty events on one date are no forty in a minute.
        day = [pd.Timestamp("2026-03-10")] * 60
        log = pd.DataFrame(visits("ann", day)).assign(page=range(60))
        assert pm.check_log(log).is_clean

    def test_devices_that_report_by_themselves(self):
        # A hundred thermostats, every half hour. The finding says so, and does not call for
        # leaving them out.
        rows = [
            row
            for number in range(100)
            for row in visits(f"thermostat {number}", every(1800, 96), event="reading")
        ]
        result = pm.check_log(pd.DataFrame(rows))
        assert kinds(result) == ["bots"]
        assert "device" in result["bots"].do
        assert "Look" in result["bots"].do


class TestTestAccounts:
    @pytest.mark.parametrize(
        "name",
        [
            "test",
            "test_anna",
            "anna-test",
            "test17",
            "TEST",
            "qa-checkout-12",
            "demo",
            "demo.user",
            "anna+test@example.org",
            "tester@example.org",
            "testing_3",
            "testUser4",
            "internal-dashboard",
            "dummy 2",
        ],
    )
    def test_ids_that_say_so(self, shop, name):
        log, planted = add(shop, visits(name, every(60, 3)))
        result = check(log)
        assert only(result, "test accounts") == planted
        assert name in result["test accounts"].examples
        assert "1 user id" in result["test accounts"].what
        assert "3 rows" in result["test accounts"].what

    @pytest.mark.parametrize(
        "name",
        [
            "contest",
            "contest-winner",
            "qatar",
            "demosthenes",
            "attestation",
            "democrat",
            "u4testa9",
            "latest",
            "testament",
            "internally",
            "protesté",
            "aqa",
            "Iraqa",
        ],
    )
    def test_people_who_only_sound_so(self, shop, name):
        log, _ = add(shop, visits(name, every(60, 3)))
        assert check(log).is_clean

    def test_whole_numbers(self, shop):
        numbers = shop["user_id"].str[1:].astype(int)
        assert check(shop.assign(user_id=numbers)).is_clean
        with_missing = numbers.astype(float).where(shop.index != 3)
        result = check(shop.assign(user_id=with_missing))
        assert only(result, "missing values") == [3]
        assert all(".0" not in text for text in result["missing values"].examples)


class TestSplitIdentities:
    def test_a_cleared_cookie(self, shop):
        # u5 comes back once as somebody else, on the same phone.
        log, planted = add(shop, visits("new5", every(60, 3), device="desktop", phone="phone 5"))
        result = check(log)
        assert only(result, "split identities") == planted
        assert "1 value of 'phone'" in result["split identities"].what
        assert "1 user id" in result["split identities"].what
        assert result["split identities"].examples == ("phone phone 5: u5, new5",)

    def test_all_rows_of_the_id_with_fewer_events(self, shop):
        # new5 has three events on the phone and one at a friend's.
        rows = visits("new5", every(60, 3), phone="phone 5")
        rows += visits("new5", every(60, 1, "2026-03-12 12:00"), phone="library")
        log, planted = add(shop, rows)
        assert only(check(log), "split identities") == planted

    def test_three_ids(self, shop):
        log, planted = add(
            shop,
            visits("b", every(60, 3), phone="phone 5")
            + visits("c", every(60, 2, "2026-03-12 12:00"), phone="phone 5"),
        )
        result = check(log)
        assert only(result, "split identities") == planted
        assert result["split identities"].n_users == 2

    def test_a_family_with_one_tablet(self, shop):
        # Mother, father and child. This may be three people: the words leave room for it.
        rows = [
            row
            for hour, name in enumerate(("mother", "father", "child"))
            for row in visits(name, every(60, 9 - hour, f"2026-03-12 {18 + hour}:00"), phone="tab")
        ]
        log, _ = add(shop, rows)
        finding = check(log)["split identities"]
        assert "If each belongs to one person" in finding.what
        assert "family" in finding.do

    def test_a_value_that_stands_for_many_is_shown_first(self, shop):
        # A third of the phones hide their name.
        log = shop.assign(phone=shop["phone"].where(shop["device"] != "iphone", "unknown"))
        finding = check(log)["split identities"]
        assert finding.examples[0].startswith("phone unknown: ")
        assert "and 37 more" in finding.examples[0]

    def test_several_phones_of_one_user(self, shop):
        log = shop.assign(phone=shop["phone"] + np.where(shop.index % 2, " at work", " at home"))
        assert check(log).is_clean

    def test_missing_phones_are_nobodys(self, shop):
        assert check(shop.assign(phone=None)).is_clean

    def test_a_test_account_on_a_customers_phone(self, shop):
        log, planted = add(shop, visits("test_5", every(60, 3), phone="phone 5"))
        assert only(check(log), "test accounts") == planted

    def test_without_a_person_it_is_not_checked(self, shop):
        assert "person=" in check(shop, person=None).not_checked["split identities"]


class TestSeveralAtOnce:
    def test_each_kind_has_its_own_rows(self, shop):
        copy = shop.loc[10].to_dict()
        log, (duplicate, nobody, *bot) = add(
            shop, [copy, *visits(None, every(1, 1)), *visits("crawler", every(1, 60))]
        )
        result = check(log)
        assert kinds(result) == ["missing values", "duplicates", "bots"]
        assert result["missing values"].rows.tolist() == [nobody]
        assert result["duplicates"].rows.tolist() == [duplicate]
        assert result["bots"].rows.tolist() == bot
        assert result.suspicious_rows.tolist() == [duplicate, nobody, *bot]

    def test_rows_in_any_order_under_any_index(self, shop):
        log, planted = add(shop, visits("crawler", every(1, 60)))
        shuffled = log.sample(frac=1, random_state=5)
        result = check(shuffled)
        assert only(result, "bots") == np.flatnonzero(shuffled["user_id"] == "crawler").tolist()
        assert sorted(shuffled.index[result["bots"].rows]) == planted


def test_a_log_of_nothing_but_nulls_is_refused():
    log = pd.DataFrame({"user_id": [None] * 3, "event": [None] * 3, "time": [None] * 3})
    with pytest.raises(InputError, match="holds no time that can be read"):
        pm.check_log(log)
