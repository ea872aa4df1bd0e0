"""The door: what is no event table, and whether the refusal helps.

The door is tried through `pm.funnel`, as everybody will; what it lets in is in
`funnels/test_stories.py`.
"""

import gzip

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import pmlab as pm

ZERO = pd.Timestamp("2024-03-01")


def events(**columns):
    return pd.DataFrame(
        {
            "user_id": ["ann", "ann", "bob"],
            "event": ["visit", "buy", "visit"],
            "time": [ZERO, ZERO + pd.Timedelta(days=1), ZERO],
            **columns,
        }
    )


def refused(kind, *words, table, **options):
    with pytest.raises(pm.PmlabError) as caught:
        pm.funnel(table, ["visit", "buy"], **{"within": "7d", **options})
    assert isinstance(caught.value, kind)
    message = str(caught.value)
    missing = [word for word in words if word not in message]
    assert not missing, f"{missing} not in: {message}"


def test_what_these_tests_start_from_is_fine():
    assert pm.funnel(events(), ["visit", "buy"], within="7d").counts == [2, 1]


class TestNotATable:
    @pytest.mark.parametrize(
        "table",
        [None, 3, ["ann", "visit"], [{"user_id": "ann"}], {"user_id": ["ann"]}, np.zeros((2, 3))],
        ids=lambda table: type(table).__name__,
    )
    def test_at_all(self, table):
        refused(ValueError, "events", type(table).__name__, "pandas", table=table)

    def test_a_single_column(self):
        refused(ValueError, "events", "Series", table=events()["user_id"])

    def test_no_rows(self):
        refused(ValueError, "events", "no rows", table=events().head(0))
        refused(ValueError, "events", "no rows", table=pl.from_pandas(events()).head(0))

    def test_no_columns(self):
        refused((ValueError, KeyError), "user_id", table=pd.DataFrame())

    def test_two_columns_of_one_name(self):
        table = pd.concat([events(), events()[["time"]]], axis="columns")
        refused(ValueError, "events", "same name", "time", table=table)
        arrow = pa.table(
            [pa.array(["ann"]), pa.array(["visit"]), pa.array([0]), pa.array([1])],
            names=["user_id", "event", "time", "time"],
        )
        refused(ValueError, "events", "same name", "time", table=arrow)

    def test_a_lazy_table(self):
        refused(ValueError, "lazy", "collect", table=pl.from_pandas(events()).lazy())


class TestColumns:
    @pytest.mark.parametrize(
        ("role", "column", "misspelt"),
        [("user", "user_id", "userid"), ("event", "event", "Event"), ("time", "time", "tiem")],
    )
    def test_one_that_is_not_there(self, role, column, misspelt):
        table = events().rename(columns={column: misspelt})
        refused(KeyError, role, column, f"Did you mean '{misspelt}'?", table=table)

    def test_an_event_log_checks_its_columns_at_once(self):
        with pytest.raises(KeyError, match="user_id"):
            pm.EventLog(events().rename(columns={"user_id": "who"}))

    def test_an_event_log_and_another_name_for_its_column(self):
        log = pm.EventLog(events().assign(who="zoe"))
        refused(ValueError, "user", "who", "user_id", table=log, user="who")

    @pytest.mark.parametrize("column", ["user_id", "time"])
    def test_one_without_any_value(self, column):
        refused(ValueError, column, "missing", table=events(**{column: [None] * 3}))
        typed = events()
        typed[column] = pd.Series([None] * 3, dtype=typed[column].dtype)
        refused(ValueError, column, "missing", table=typed)

    def test_no_row_has_both_a_user_and_a_time(self):
        table = events(user_id=["ann", None, None], time=[pd.NaT, ZERO, ZERO])
        # Nothing is left to count. That is said, and never shown as a rate of 0.
        try:
            f = pm.funnel(table, ["visit", "buy"], within="7d")
        except pm.PmlabError as refusal:
            assert "user_id" in str(refusal)  # noqa: PT017
        else:
            assert f.counts == [0, 0]
            assert "3" in " ".join(f.warnings)

    def test_events_that_are_numbers(self):
        refused((ValueError, KeyError), "event", table=events(event=[1, 2, 1]))


class TestTimes:
    def test_whole_numbers_have_no_unit(self):
        refused(ValueError, "time", "unit", "to_datetime", table=events(time=[0, 86400, 0]))
        refused(ValueError, "time", "unit", table=events(time=[0.5, 1.5, 2.5]))

    @pytest.mark.parametrize(
        "texts",
        [
            ["03/01/2024", "03/02/2024", "03/01/2024"],
            ["1 March 2024", "2 March 2024", "1 March 2024"],
            ["2024-03-01", "yesterday", "2024-03-01"],
            ["2024-03-01", "2024-13-01", "2024-03-01"],
            ["1709251200", "1709337600", "1709251200"],
        ],
        ids=lambda texts: texts[1],
    )
    def test_texts_that_are_not_iso(self, texts):
        refused(ValueError, "time", "ISO", texts[1], table=events(time=texts))

    def test_texts_some_with_an_offset_and_some_without(self):
        texts = ["2024-03-01T00:00:00Z", "2024-03-02T00:00:00", "2024-03-01T00:00:00"]
        refused(ValueError, "time", "zone", table=events(time=texts))
        texts = ["2024-03-01T00:00:00+01:00", "2024-03-02", "2024-03-01T00:00:00+01:00"]
        refused(ValueError, "time", "zone", table=events(time=texts))

    def test_datetimes_some_with_a_zone_and_some_without(self):
        times = [ZERO.tz_localize("UTC"), ZERO, ZERO]
        table = events(time=pd.Series(times, dtype=object))
        refused(ValueError, "time", "zone", table=table)

    def test_other_objects(self):
        refused(ValueError, "time", table=events(time=pd.Series([{}, [], 3], dtype=object)))
        refused(ValueError, "time", table=events(time=[True, False, True]))
        refused(ValueError, "time", table=events(time=pd.to_timedelta([0, 1, 2], unit="D")))


class TestFiles:
    def test_a_file_that_is_not_there(self, tmp_path):
        events().to_csv(tmp_path / "events.csv", index=False)
        for path in (tmp_path / "event.csv", str(tmp_path / "event.csv")):
            refused(KeyError, "event.csv", "Did you mean 'events.csv'?", table=path)
        refused(KeyError, "nowhere", table=tmp_path / "nowhere" / "events.csv")

    def test_a_folder(self, tmp_path):
        refused((ValueError, KeyError), str(tmp_path), table=tmp_path)

    def test_a_file_of_another_kind(self, tmp_path):
        (tmp_path / "events.xlsx").write_bytes(b"PK\x03\x04")
        refused(ValueError, "events.xlsx", ".csv", table=tmp_path / "events.xlsx")

    def test_an_empty_file(self, tmp_path):
        (tmp_path / "events.csv").write_text("", encoding="utf-8")
        refused(ValueError, "events.csv", "empty", table=tmp_path / "events.csv")

    def test_a_header_and_nothing_else(self, tmp_path):
        (tmp_path / "events.csv").write_text("user_id,event,time\n", encoding="utf-8")
        refused(ValueError, "no rows", table=tmp_path / "events.csv")

    def test_files_that_are_not_what_their_name_says(self, tmp_path):
        (tmp_path / "events.parquet").write_text("user_id,event,time\n", encoding="utf-8")
        refused(ValueError, "events.parquet", table=tmp_path / "events.parquet")
        (tmp_path / "events.csv.gz").write_text("user_id,event,time\n", encoding="utf-8")
        refused(ValueError, "events.csv.gz", table=tmp_path / "events.csv.gz")
        (tmp_path / "events.csv").write_bytes(b"user_id,event,time\nann,caf\xe9,2024-03-01\n")
        refused(ValueError, "events.csv", "UTF-8", table=tmp_path / "events.csv")

    def test_half_a_compressed_file(self, tmp_path):
        whole = gzip.compress(events().to_csv(index=False).encode() * 50)
        (tmp_path / "events.csv.gz").write_bytes(whole[: len(whole) // 2])
        refused(ValueError, "events.csv.gz", table=tmp_path / "events.csv.gz")

    @pytest.mark.parametrize("more", ["", ",plan"], ids=["", "with a column that is not asked for"])
    def test_a_row_with_a_comma_too_many(self, tmp_path, more):
        # An unquoted comma shifts what follows it, so the row cannot be read for what it says.
        (tmp_path / "events.csv").write_text(
            f"user_id,event,time{more}\n"
            f"ann,visit,2024-03-01{more}\n"
            f"ann,buy,2024-03-01{more},what,is,this\n",
            encoding="utf-8",
        )
        refused(ValueError, "events.csv", "line 3", table=tmp_path / "events.csv")

    def test_a_misspelt_column_of_a_file(self, tmp_path):
        events().rename(columns={"time": "tiem"}).to_csv(tmp_path / "events.csv", index=False)
        refused(KeyError, "Did you mean 'tiem'?", table=tmp_path / "events.csv")

    def test_two_columns_of_one_name_in_a_file(self, tmp_path):
        (tmp_path / "events.csv").write_text(
            "user_id,event,time,time\nann,visit,2024-03-01,2024-03-02\n", encoding="utf-8"
        )
        refused(ValueError, "same name", "time", table=tmp_path / "events.csv")

    def test_text_that_reads_like_nothing_stays_what_it_is(self, tmp_path):
        # "NA" is Namibia, and an id keeps its leading zeros.
        (tmp_path / "events.csv").write_text(
            "user_id,event,time,country\n"
            "007,visit,2024-03-01T00:00:00,NA\n"
            "7,visit,2024-03-01T00:00:00,DE\n"
            "7,visit,2024-03-02T00:00:00,\n",
            encoding="utf-8",
        )
        b = pm.funnel(tmp_path / "events.csv", ["visit"], within="7d", by="country")
        assert b.counts == {"NA": [1], "DE": [1]}
        assert set(b.units["user_id"]) == {"007", "7"}

    def test_numbers_of_a_file_stay_exact(self, tmp_path):
        # 2**60 + 1 has no float of its own.
        ids = [2**60 + 1, 2**60 + 2]
        (tmp_path / "events.csv").write_text(
            "user_id,event,time\n"
            f"{ids[0]},visit,2024-03-01\n{ids[1]},visit,2024-03-01\n,visit,2024-03-01\n",
            encoding="utf-8",
        )
        f = pm.funnel(tmp_path / "events.csv", ["visit"], within="7d")
        assert f.counts == [2]
        assert sorted(int(user) for user in f.units["user_id"]) == ids

    def test_a_byte_order_mark_and_semicolons(self, tmp_path):
        # What spreadsheets write in much of Europe.
        text = events().to_csv(index=False, sep=";")
        (tmp_path / "events.csv").write_text(text, encoding="utf-8-sig")
        assert pm.funnel(tmp_path / "events.csv", ["visit", "buy"], within="7d").counts == [2, 1]
