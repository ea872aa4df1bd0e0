"""Sessions against a plain reading of the definition, whatever holds the events.

A session is a stretch of one user's events in which none comes more than `gap` after the one
before.
"""

import datetime as dt
from collections import defaultdict

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pmlab as pm

ZERO = pd.Timestamp("2026-03-02 09:00")


def log(story, tz=None):
    """Read one line a user, "anna: visit@0 view@20"; times are minutes."""
    rows = []
    for line in filter(None, map(str.strip, story.splitlines())):
        user, _, walk = line.partition(":")
        for word in walk.split():
            event, _, minute = word.partition("@")
            rows.append((user, event, ZERO + pd.Timedelta(minutes=float(minute))))
    frame = pd.DataFrame(rows, columns=["user_id", "event", "time"])
    return frame.assign(time=frame["time"].dt.tz_localize(tz))


def sessions_of(rows, gap):
    """Return the definition's session of each row: rows are (user, time), either may be None."""
    mine = defaultdict(list)
    for place, (user, time) in enumerate(rows):
        if user is not None and time is not None:
            mine[user].append((time, place))
    found = [None] * len(rows)
    for user, events in mine.items():
        number, last = 0, None
        for time, place in sorted(events):
            if last is None or time - last > gap:
                number += 1
            found[place], last = f"{user}/{number}", time
    return found


def column(table, name="session_id"):
    """Return a column as a list, missing values as None."""
    values = table[name].to_pylist() if isinstance(table, pa.Table) else table[name].to_list()
    return [None if value is None or value != value else value for value in values]


DAY = """
    anna: visit@0 view@20 buy@50 visit@600 buy@605
    ben: visit@5 buy@65
"""
# With 30 minutes: anna is silent for 20 and for exactly 30 minutes, then for most of the day, so
# she has two sessions. ben's hour of silence makes two of his.
SESSIONS = ["anna/1", "anna/1", "anna/1", "anna/2", "anna/2", "ben/1", "ben/2"]


class TestStories:
    def test_a_day(self):
        assert column(pm.sessionize(log(DAY))) == SESSIONS
        assert column(pm.sessionize(log(DAY), gap="30min")) == SESSIONS

    def test_the_gap_is_inclusive_to_the_microsecond(self):
        half_an_hour = pd.Timedelta("30min")
        table = pd.DataFrame(
            {
                "user_id": ["in", "in", "out", "out"],
                "event": "visit",
                "time": [ZERO, ZERO + half_an_hour] * 2,
            }
        )
        table.loc[3, "time"] += pd.Timedelta("1us")
        assert column(pm.sessionize(table)) == ["in/1", "in/1", "out/1", "out/2"]

    def test_the_gap_runs_from_the_event_before_not_from_the_first(self):
        # Every 20 minutes for two hours: one long session, not four of half an hour.
        story = "anna: " + " ".join(f"view@{minute}" for minute in range(0, 121, 20))
        assert set(column(pm.sessionize(log(story)))) == {"anna/1"}

    def test_each_user_is_silent_alone(self):
        # ben keeps the site busy; that does not keep anna's session open.
        story = "anna: visit@0 visit@40 \n ben: view@10 view@20 view@30"
        assert column(pm.sessionize(log(story)))[:2] == ["anna/1", "anna/2"]

    def test_events_at_one_time_are_in_one_session(self):
        assert column(pm.sessionize(log("anna: a@0 b@0 c@0"), gap="1us")) == ["anna/1"] * 3

    def test_a_funnel_within_sessions(self):
        # Who visits and buys in one go? anna twice; ben came back for it, so of his two sessions
        # one has the visit and the other the purchase.
        f = pm.funnel(
            pm.sessionize(log(DAY), gap="30min"),
            ["visit", "buy"],
            within="1d",
            unit="session_id",
        )
        assert f.counts == [3, 2]
        assert set(f.units["session_id"]) == {"anna/1", "anna/2", "ben/1"}
        assert "sessions" in str(f)
        # As users, both converted.
        assert pm.funnel(log(DAY), ["visit", "buy"], within="1d").counts == [2, 2]

    def test_rows_without_a_user_or_a_time_have_no_session(self):
        table = log("anna: a@0 b@10 c@20 d@70 \n ben: a@0")
        table.loc[1, "time"] = pd.NaT
        table.loc[4, "user_id"] = None
        # Without the lost b there are still only 20 minutes from a to c.
        assert column(pm.sessionize(table)) == ["anna/1", None, "anna/1", "anna/2", None]
        table["user_id"] = None
        assert column(pm.sessionize(table)) == [None] * 5

    def test_whole_numbers_stay_so_where_a_missing_one_made_them_floats(self):
        table = log("7: a@0 \n 8: a@0 \n 7: b@31")
        table["user_id"] = [7.0, np.nan, 7.0]
        assert column(pm.sessionize(table)) == ["7/1", None, "7/2"]

    def test_a_table_without_rows_gets_the_column(self):
        found = pm.sessionize(log(DAY).head(0))
        assert list(found.columns) == ["user_id", "event", "time", "session_id"]
        assert len(found) == 0

    def test_ids_that_look_like_sessions(self):
        found = column(pm.sessionize(log("a: x@0 \n a/1: x@0 x@31 \n a/1/1: x@0")))
        assert found == ["a/1", "a/1/1", "a/1/2", "a/1/1/1"]


class TestClocks:
    """Silence is time that passed, not what the clock on the wall shows."""

    BERLIN = "Europe/Berlin"

    def table(self, *texts):
        utc = pd.to_datetime(list(texts), utc=True)
        return pd.DataFrame(
            {"user_id": "anna", "event": "visit", "time": utc.tz_convert(self.BERLIN)}
        )

    def test_the_hour_that_is_missing_in_spring(self):
        # 31 March 2024: 01:50 and 03:05 on the wall are 15 minutes apart.
        table = self.table("2024-03-31 00:50", "2024-03-31 01:05")
        assert [f"{time:%H:%M}" for time in table["time"]] == ["01:50", "03:05"]
        assert column(pm.sessionize(table)) == ["anna/1", "anna/1"]

    def test_the_hour_that_comes_twice_in_autumn(self):
        # 27 October 2024: 02:50, and 02:55 when the hour came again, are 65 minutes apart.
        table = self.table("2024-10-27 00:50", "2024-10-27 01:55")
        assert [f"{time:%H:%M}" for time in table["time"]] == ["02:50", "02:55"]
        assert column(pm.sessionize(table)) == ["anna/1", "anna/2"]
        # 02:50 and then 02:05 are 15 minutes apart, in this order.
        table = self.table("2024-10-27 01:05", "2024-10-27 00:50")
        assert column(pm.sessionize(table)) == ["anna/1", "anna/1"]

    @pytest.mark.parametrize("tz", [None, "UTC", "Asia/Kathmandu"])
    def test_a_zone_alone_changes_nothing(self, tz):
        given = log(DAY, tz)
        found = pm.sessionize(given)
        assert column(found) == SESSIONS
        assert found["time"].dtype == given["time"].dtype

    def test_iso_texts_of_several_offsets(self):
        # 10:00 in Berlin's winter is 09:00 UTC.
        table = pd.DataFrame(
            {
                "user_id": "anna",
                "event": "visit",
                "time": ["2026-03-02T10:00:00+01:00", "2026-03-02T09:30:00Z"],
            }
        )
        assert column(pm.sessionize(table)) == ["anna/1", "anna/1"]
        assert pm.sessionize(table)["time"].tolist() == table["time"].tolist()


def random_table(seed, n=400):
    """Return a shuffled table of few users and many ties, some without a user or a time."""
    rng = np.random.default_rng(seed)
    users = [None, "ann", "bob", "c/1", "dé"]
    return pd.DataFrame(
        {
            "user_id": [users[k] for k in rng.integers(0, len(users), n)],
            "event": [f"e{k}" for k in rng.integers(0, 3, n)],
            "time": ZERO + pd.to_timedelta(rng.integers(0, 3 * n, n), unit="min"),
            "price": rng.random(n),
        }
    ).assign(time=lambda frame: frame["time"].where(rng.random(n) > 0.05))


def rows_of(table):
    return [
        (None if pd.isna(user) else user, None if pd.isna(time) else time)
        for user, time in zip(table["user_id"], table["time"], strict=True)
    ]


def as_polars(table):
    times = [None if pd.isna(time) else time.to_pydatetime() for time in table["time"]]
    return pl.DataFrame(
        {
            "user_id": [user for user, _ in rows_of(table)],
            "event": table["event"].tolist(),
            "time": pl.Series(times, dtype=pl.Datetime("us")),
            "price": table["price"].tolist(),
        }
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("minutes", [1, 7, 30])
def test_random_logs(seed, minutes):
    table = random_table(seed)
    found = column(pm.sessionize(table, gap=f"{minutes}min"))
    assert found == sessions_of(rows_of(table), pd.Timedelta(minutes=minutes))
    assert len(set(found)) > 5, "a comparison of nothing"


@given(
    st.lists(
        st.tuples(
            st.none() | st.text(min_size=1, max_size=3) | st.sampled_from(["1", "1/1", "1/2"]),
            st.none() | st.integers(0, 40),
        ),
        min_size=1,
        max_size=25,
    ),
    st.integers(1, 10),
)
def test_any_log(rows, gap):
    table = pd.DataFrame(
        {
            "user_id": pd.Series([user for user, _ in rows], dtype=object),
            "event": "e",
            "time": [
                pd.NaT if time is None else ZERO + pd.Timedelta(time, "s") for _, time in rows
            ],
        }
    ).astype({"time": "datetime64[us]"})
    found = column(pm.sessionize(table, gap=dt.timedelta(seconds=gap)))
    assert found == sessions_of(rows, gap)
    # A session belongs to one user.
    owners = {(session, user) for session, (user, _) in zip(found, rows, strict=True) if session}
    assert len(owners) == len({session for session, _ in owners})


class TestForms:
    table = random_table(9)
    expected = sessions_of(rows_of(table), pd.Timedelta("30min"))

    def check(self, given, kind, columns=("user_id", "event", "time", "price", "session_id")):
        before = given.copy() if isinstance(given, pd.DataFrame) else given
        found = pm.sessionize(given, gap="30min")
        assert isinstance(found, kind)
        names = found.column_names if isinstance(found, pa.Table) else list(found.columns)
        assert tuple(names) == columns
        assert column(found) == self.expected
        # The rest is as it was, and so is what was given.
        assert column(found, "price") == pytest.approx(self.table["price"].tolist())
        if isinstance(given, pd.DataFrame):
            pd.testing.assert_frame_equal(given, before)
            pd.testing.assert_frame_equal(found[list(given.columns)], given)
        return found

    def test_pandas(self):
        self.check(self.table, pd.DataFrame)

    def test_pandas_with_an_index_of_its_own(self):
        self.check(self.table.set_axis(["same"] * len(self.table)), pd.DataFrame)
        turned = self.table.set_axis(range(len(self.table), 0, -1))
        self.check(turned, pd.DataFrame)

    def test_pandas_with_categories_and_arrow_types(self):
        self.check(self.table.astype({"user_id": "category"}), pd.DataFrame)
        self.check(self.table.astype({"user_id": "string[pyarrow]"}), pd.DataFrame)

    def test_polars(self):
        given = as_polars(self.table)
        found = self.check(given, pl.DataFrame)
        assert found.drop("session_id").equals(given)
        assert found.schema["session_id"] == pl.String

    def test_pyarrow(self):
        given = as_polars(self.table).to_arrow()
        found = self.check(given, pa.Table)
        assert found.drop_columns(["session_id"]).equals(given)

    def test_csv(self, tmp_path):
        path = tmp_path / "events.csv"
        self.table.to_csv(path, index=False)
        written = path.read_bytes()
        self.check(path, pd.DataFrame)
        self.check(str(path), pd.DataFrame)
        assert path.read_bytes() == written
        assert [file.name for file in tmp_path.iterdir()] == ["events.csv"]

    def test_csv_with_ids_that_look_like_numbers(self, tmp_path):
        path = tmp_path / "events.csv"
        path.write_text("user_id,event,time\n007,a,2026-03-01\n7,a,2026-03-01\n")
        assert column(pm.sessionize(path)) == ["007/1", "7/1"]
        path.write_text("user_id,event,time\n7,a,2026-03-01\n,a,2026-03-01\n7,a,2026-03-02\n")
        assert column(pm.sessionize(path)) == ["7/1", None, "7/2"]

    def test_parquet(self, tmp_path):
        path = tmp_path / "events.parquet"
        pq.write_table(as_polars(self.table).to_arrow(), path)
        found = pm.sessionize(path, gap="30min")
        assert column(found) == self.expected
        f = pm.funnel(found, ["e0", "e1"], within="1h", unit="session_id")
        assert f.counts[0] > f.counts[1] > 0

    def test_an_event_log_stays_one_with_its_roles(self):
        renamed = {"user_id": "who", "event": "what", "time": "at"}
        given = pm.EventLog(self.table.rename(columns=renamed), user="who", event="what", time="at")
        found = pm.sessionize(given, gap="30min")
        assert isinstance(found, pm.EventLog)
        assert (found.user, found.event, found.time) == ("who", "what", "at")
        assert column(found.source) == self.expected
        assert "session_id" not in given.source.columns
        f = pm.funnel(found, ["e0", "e1"], within="1h", unit="session_id")
        plain = pm.funnel(pm.sessionize(self.table), ["e0", "e1"], within="1h", unit="session_id")
        assert f.counts == plain.counts

    def test_an_event_log_of_a_file(self, tmp_path):
        path = tmp_path / "events.csv"
        self.table.rename(columns={"user_id": "who"}).to_csv(path, index=False)
        found = pm.sessionize(pm.EventLog(path, user="who"))
        assert isinstance(found, pm.EventLog)
        assert column(found.source) == self.expected

    def test_columns_named_in_the_call(self):
        found = pm.sessionize(self.table.rename(columns={"time": "at"}), time="at")
        assert column(found) == self.expected


def test_the_order_of_the_rows_does_not_matter():
    table = random_table(3)
    shuffled = table.sample(frac=1, random_state=4)
    found = pm.sessionize(shuffled)["session_id"]
    assert found.index.equals(shuffled.index)  # rows stay where they were
    ordered = pm.sessionize(table)["session_id"]
    pd.testing.assert_series_equal(found.sort_index(), ordered)


class TestRefusals:
    def refused(self, *words, table=None, **options):
        with pytest.raises(pm.PmlabError) as caught:
            pm.sessionize(log(DAY) if table is None else table, **options)
        missing = [word for word in words if word not in str(caught.value)]
        assert not missing, f"{missing} not in: {caught.value}"

    @pytest.mark.parametrize("gap", [30, None, "30", "-5min", "0min", "1 month"])
    def test_a_gap_that_is_none(self, gap):
        self.refused("gap", repr(gap), gap=gap)

    def test_a_table_that_has_sessions_already(self):
        # Whose sessions they are, nobody would know afterwards.
        self.refused("session_id", "rename", table=pm.sessionize(log(DAY)))

    def test_columns_that_are_not_there(self):
        self.refused("user_id", "userid", table=log(DAY).rename(columns={"user_id": "userid"}))
        self.refused("time", "at", table=log(DAY).rename(columns={"time": "at"}))

    def test_no_table(self):
        self.refused("events", "pandas", table=[1, 2])
        self.refused("no such file", table="nowhere.csv")

    def test_times_without_a_unit(self):
        self.refused("time", "unit", table=log(DAY).assign(time=range(7)))

    def test_ids_that_would_read_the_same(self):
        # 7 and "7" are two users everywhere else; their sessions must not become one.
        table = log("7: a@0 \n 8: a@0")
        table["user_id"] = pd.Series([7, "7"], dtype=object)
        self.refused("user", "7", table=table)
