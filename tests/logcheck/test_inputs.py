"""Whatever a table comes as."""

import datetime as dt
import time as clock

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import pmlab as pm
from pmlab.errors import InputError, NotFoundError

from .shop import add, every, honest, visits


def dirty():
    """Return a log with one row of each kind, and where they are."""
    log = honest(n_users=40, n_days=14)
    rows = [log.loc[10].to_dict(), *visits(None, every(1, 1)), *visits("test_1", every(60, 2))]
    rows += visits("crawler", every(1, 50)) + visits("new5", every(60, 2), phone="phone 5")
    log, (copy, nobody, *rest) = add(log, rows)
    log.loc[20, "time"] += pd.Timedelta("3h")
    rest = [int(row) for row in rest]
    return log, {
        "missing values": [nobody],
        "duplicates": [copy],
        "clock skew": [20],
        "bots": rest[2:52],
        "test accounts": rest[:2],
        "split identities": rest[52:],
    }


LOG, PLANTED = dirty()


def found(result):
    return {finding.kind: finding.rows.tolist() for finding in result.findings}


def check(log, **options):
    return pm.check_log(log, **{"received": "received_at", "person": "phone", **options})


class TestForms:
    def test_pandas(self):
        assert found(check(LOG)) == PLANTED

    def test_polars(self):
        assert found(check(pl.from_pandas(LOG))) == PLANTED

    def test_pyarrow(self):
        assert found(check(pa.Table.from_pandas(LOG))) == PLANTED

    @pytest.mark.parametrize("name", ["log.csv", "log.csv.gz"])
    def test_csv(self, tmp_path, name):
        LOG.to_csv(tmp_path / name, index=False)
        assert found(check(tmp_path / name)) == PLANTED
        assert found(check(str(tmp_path / name))) == PLANTED

    def test_parquet(self, tmp_path):
        pq.write_table(pa.Table.from_pandas(LOG), tmp_path / "log.parquet")
        assert found(check(tmp_path / "log.parquet")) == PLANTED

    def test_own_column_names(self):
        names = {"user_id": "who", "event": "what", "time": "at", "received_at": "got"}
        renamed = LOG.rename(columns=names)
        roles = {"user": "who", "event": "what", "time": "at"}
        result = check(renamed, received="got", **roles)
        assert found(result) == PLANTED
        assert "1 without 'who'" in result["missing values"].what
        assert found(check(pm.EventLog(renamed, **roles), received="got")) == PLANTED

    def test_categories(self):
        log = LOG.astype({"user_id": "category", "event": "category", "device": "category"})
        assert found(check(log)) == PLANTED

    def test_an_index_that_is_not_0_to_n(self):
        odd = LOG.set_axis([7] * len(LOG), axis="index")
        assert found(check(odd)) == PLANTED

    def test_the_frame_is_left_alone(self):
        before = LOG.copy(deep=True)
        check(LOG)
        pd.testing.assert_frame_equal(LOG, before)


class TestTimes:
    """The same log, with the same dirt, however its times are written."""

    TIMES = LOG["time"].dt.strftime("%Y-%m-%d %H:%M:%S").astype(object)

    @pytest.mark.parametrize(
        "write",
        [
            lambda times: times,
            lambda times: times + "Z",
            lambda times: times + "+01:00",
            lambda times: times.str.replace(" ", "T") + ".000-0330",
            lambda times: pd.to_datetime(times).dt.tz_localize("UTC"),
            lambda times: pd.to_datetime(times).dt.tz_localize("Asia/Tokyo"),
            lambda times: pd.to_datetime(times).astype("datetime64[s]"),
            lambda times: pd.Series([dt.datetime.fromisoformat(t) for t in times], dtype=object),
        ],
    )
    def test_one_zone(self, write):
        result = check(LOG.assign(time=write(self.TIMES)), received=None)
        without_skew = {kind: rows for kind, rows in PLANTED.items() if kind != "clock skew"}
        assert found(result) == without_skew

    def test_dates(self):
        log = pd.DataFrame(
            {
                "user_id": ["ann", "ben", "ann", "ann"],
                "event": "visit",
                "time": [dt.date(2026, 3, day) for day in (1, 1, 2, 2)],
            }
        )
        result = pm.check_log(log)
        assert found(result) == {"duplicates": [3]}
        assert result.per_day["events"].tolist() == [2, 2]
        as_polars = pm.check_log(pl.from_pandas(log).with_columns(pl.col("time").cast(pl.Date)))
        assert found(as_polars) == {"duplicates": [3]}

    def test_aware_and_naive_datetimes_in_one_column(self):
        aware = dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC)
        log = pd.DataFrame(
            {
                "user_id": ["ann", "ben", "cat"],
                "event": "visit",
                "time": pd.Series([aware, aware, dt.datetime(2026, 3, 1, 11)], dtype=object),
            }
        )
        assert found(pm.check_log(log)) == {"mixed time zones": [2]}

    def test_a_day_is_a_day_in_utc(self):
        log = pd.DataFrame(
            {"user_id": ["ann"], "event": ["visit"], "time": ["2026-03-01T23:30:00-02:00"]}
        )
        result = pm.check_log(log)
        assert result.first == pd.Timestamp("2026-03-02 01:30:00")
        assert result.per_day["day"].tolist() == [pd.Timestamp("2026-03-02")]

    @pytest.mark.parametrize("numbers", [[1, 2], [1.5, 2.5]])
    def test_numbers_are_refused(self, numbers):
        log = pd.DataFrame({"user_id": ["ann", "ben"], "event": "visit", "time": numbers})
        with pytest.raises(InputError, match=r"'time' holds .* whose unit is unclear.*pd.to_datet"):
            pm.check_log(log)
        log = log.assign(received_at=log["time"], time="2026-03-01")
        with pytest.raises(InputError, match=r"'received_at' holds .* whose unit is unclear"):
            pm.check_log(log, received="received_at")

    def test_numbers_in_a_csv_are_no_times(self, tmp_path):
        (tmp_path / "log.csv").write_text("user_id,event,time\nann,visit,1767225600\n")
        with pytest.raises(InputError, match="holds no time that can be read"):
            pm.check_log(tmp_path / "log.csv")

    @pytest.mark.parametrize("far", ["1900-01-01", "2190-01-01"])
    def test_a_time_far_away(self, far):
        # It is shown where it is; and nothing takes forever for it.
        result = check(add(LOG, visits("ann", [pd.Timestamp(far)]))[0], received=None)
        assert pd.Timestamp(far) in (result.first, result.last)
        assert result.per_day["events"].sum() == len(LOG) + 1


class TestOddTables:
    def test_no_rows(self):
        with pytest.raises(InputError, match="no rows"):
            pm.check_log(LOG.head(0))

    def test_no_table(self):
        with pytest.raises(InputError, match="list"):
            pm.check_log([1, 2, 3])

    def test_no_such_file(self, tmp_path):
        (tmp_path / "events.csv").write_text("user_id,event,time\n")
        with pytest.raises(NotFoundError, match=r"events\.csv"):
            pm.check_log(tmp_path / "event.csv")

    @pytest.mark.parametrize("parameter", ["received", "person", "user", "event", "time"])
    def test_no_such_column(self, parameter):
        with pytest.raises(NotFoundError, match=f"{parameter}='devise'.*Did you mean 'device'"):
            pm.check_log(LOG, **{parameter: "devise"})

    def test_columns_with_the_same_name(self):
        twice = pd.concat([LOG, LOG[["device"]]], axis=1)
        with pytest.raises(InputError, match="same name"):
            pm.check_log(twice)

    def test_one_row(self):
        result = check(LOG.head(1))
        assert result.is_clean
        assert (result.n_rows, result.n_users) == (1, 1)
        assert len(result.per_day) == 1

    def test_one_user(self):
        result = check(LOG[LOG["user_id"] == "u1"])
        assert result.is_clean
        assert result.n_users == 1

    def test_no_user_at_all(self):
        result = check(LOG.assign(user_id=None))
        assert result["missing values"].rows.tolist() == list(range(len(LOG)))
        assert result.n_users == 0
        assert "gaps" not in found(result)
        assert str(result)
        assert result.plot()

    def test_no_event_at_all(self):
        result = check(LOG.assign(event=None))
        assert result["missing values"].rows.tolist() == list(range(len(LOG)))

    def test_properties_that_are_lists(self):
        # A row with the same list is the same; one with another is not.
        tags = [[row % 3, row % 5] for row in range(len(LOG))]
        [copy] = PLANTED["duplicates"]
        tags[copy] = list(tags[10])
        log = LOG.assign(tags=tags, page=[{"path": f"/{row % 3}"} for row in range(len(LOG))])
        log.at[copy, "page"] = dict(log["page"][10])
        assert found(check(log)) == PLANTED
        assert found(check(pl.from_pandas(log))) == PLANTED
        tags[copy] = [9, 9]
        assert found(check(log.assign(tags=tags))).get("duplicates") is None

    def test_an_id_that_is_a_list_is_refused(self):
        with pytest.raises(InputError, match="user_id"):
            pm.check_log(LOG.assign(user_id=[[1]] * len(LOG)))

    def test_long_ids_stay_apart(self):
        # As floats, which pandas makes of whole numbers with nulls, these two would be one.
        big = 2**60
        table = pl.DataFrame(
            {
                "user_id": ["ann"] * 3,
                "event": ["visit"] * 3,
                "time": [dt.datetime(2026, 3, 1)] * 3,
                "order": [big, big + 1, None],
            }
        )
        assert pm.check_log(table).is_clean
        assert pm.check_log(table.to_arrow()).is_clean


def test_a_million_rows(capsys):
    rng = np.random.default_rng(0)
    n = 1_000_000
    time = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 10**10, n), unit="ms")
    user = rng.integers(0, 50_000, n)
    log = pd.DataFrame(
        {
            "user_id": user,
            "event": rng.choice(["visit", "search", "view"], n),
            "time": time,
            "received_at": time + pd.to_timedelta(rng.exponential(3, n), unit="s"),
            "device": rng.choice(["desktop", "mobile"], n),
            "browser": rng.choice(["Chrome", "Firefox", "Safari"], n),
            "phone": user,
            "price": rng.random(n),
        }
    )
    late = ((log["device"] == "mobile") & (log["browser"] == "Safari")).to_numpy()
    log.loc[late, "time"] -= pd.Timedelta("1h")
    begin = clock.perf_counter()
    result = check(log)
    with capsys.disabled():
        print(f"a million rows: {clock.perf_counter() - begin:.1f} s")
    assert found(result) == {"clock skew": np.flatnonzero(late).tolist()}
