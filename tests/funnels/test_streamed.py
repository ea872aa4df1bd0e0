"""Large tables are counted batch by batch; made small here, so that a batch is a few rows.

First against the definition, in every order that rows may come in; then against the same table
read in one piece, in every kind of table, down to the words of the result.
"""

import io
import os
import signal
import sys
import tempfile
import threading
import time
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import pmlab as pm
from pmlab.events import encode, stream
from pmlab.funnels import kernel as the_kernel

from .random_logs import STEPS, expected, random_logs
from .test_against_definition import RULES, ZERO, as_pandas, first_difference, found, run

pytest.importorskip("numba")

ORDERS = {
    "by time": ["second"],
    "by unit and time": ["unit", "second"],
    "by time, units apart": ["second", "device"],
    "in none": [],
}


@pytest.fixture
def small_batches(monkeypatch):
    """Stream every table that can be, 7 rows at a time; return what was streamed."""
    monkeypatch.setattr(stream, "STREAM_FROM", 1)
    monkeypatch.setattr(stream, "BATCH", 7)
    streamed = []
    rows_of = stream.MatchStream._rows_of

    def spy(self, batch):
        streamed.append(len(batch))
        return rows_of(self, batch)

    monkeypatch.setattr(stream.MatchStream, "_rows_of", spy)
    return streamed


def sorted_by(frame, columns):
    return frame.sort_values(columns, kind="stable") if columns else frame


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("label", STEPS)
def test_against_the_definition(label, order, small_batches):
    n_steps, within = len(STEPS[label]), 3
    logs = random_logs(150, seed=4000 + list(STEPS).index(label))
    frame = sorted_by(as_pandas(logs), ORDERS[order])
    for rules in RULES:
        units = expected(logs, STEPS[label], within, **rules)
        want = {unit: (got.level, got.times) for unit, got in units.items() if got.level > 0}
        result = run(frame, label, within, rules=rules)
        difference = first_difference(found(result.units, n_steps), want, logs)
        assert difference is None, (STEPS[label], rules, difference)
    assert max(small_batches) == 7
    assert len(small_batches) > len(frame) / 7


@pytest.mark.parametrize("label", STEPS)
def test_batches_of_one_row(label, small_batches, monkeypatch):
    monkeypatch.setattr(stream, "BATCH", 1)
    logs = random_logs(40, seed=5000 + list(STEPS).index(label), latest=3)
    frame = sorted_by(as_pandas(logs), ["second"])
    for rules in RULES:
        units = expected(logs, STEPS[label], 2, **rules)
        want = {unit: (got.level, got.times) for unit, got in units.items() if got.level > 0}
        result = run(frame, label, 2, rules=rules)
        assert first_difference(found(result.units, len(STEPS[label])), want, logs) is None


def test_an_order_that_breaks_late(small_batches):
    # In order of time, but for one row that stands at the end: all is read a second time.
    logs = random_logs(150, seed=9)
    frame = sorted_by(as_pandas(logs), ["second"])
    first = (frame["name"] == "a").to_numpy().argmax()
    moved = pd.concat([frame.drop(frame.index[first]), frame.iloc[[first]]])
    one, other = (run(table, "three", 3, rules={}) for table in (frame, moved))
    assert one.counts == other.counts
    assert sum(small_batches) > 2.5 * len(frame)


def events():
    """Return 300 events with nulls in every column, in order of time."""
    rng = np.random.default_rng(3)
    n = 300
    seconds = np.sort(rng.integers(0, 4_000, n))
    frame = pd.DataFrame(
        {
            "user_id": [f"user {k}" for k in rng.integers(0, 40, n)],
            "number": rng.integers(-5, 40, n),
            "event": [
                ("visit", "sign_up", "purchase", "größe", "")[k] for k in rng.integers(0, 5, n)
            ],
            "time": ZERO + pd.to_timedelta(seconds, unit="s"),
            "device": [("phone", "web", None)[k] for k in rng.integers(0, 3, n)],
        }
    )
    for column in ("user_id", "event", "time"):
        frame.loc[rng.random(n) < 0.05, column] = None
    return frame


def parquet(frame, path, **options):
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path, **options)
    return path


TABLES = {
    "pandas": lambda frame, _: frame,
    "pandas, with an index": lambda frame, _: frame.set_index(np.arange(len(frame)) % 7),
    "pandas, objects": lambda frame, _: frame.astype({"event": object, "user_id": object}),
    "pandas, categories": lambda frame, _: frame.astype({"event": "category"}),
    "pandas, users as categories": lambda frame, _: frame.astype({"user_id": "category"}),
    "pandas, nanoseconds": lambda frame, _: frame.astype({"time": "datetime64[ns]"}),
    "pandas, seconds": lambda frame, _: frame.astype({"time": "datetime64[s]"}),
    "pandas, a zone": lambda frame, _: frame.assign(
        time=frame["time"].dt.tz_localize("Asia/Tokyo")
    ),
    "pandas, nullable": lambda frame, _: frame.astype({"number": "Int64"}),
    "pandas, small numbers": lambda frame, _: frame.astype({"number": "int8"}),
    "pandas, large numbers": lambda frame, _: frame.assign(
        number=frame["number"].to_numpy().astype("uint64")
    ),
    "pandas, Arrow": lambda frame, _: frame.convert_dtypes(dtype_backend="pyarrow"),
    "polars": lambda frame, _: pl.from_pandas(frame),
    "polars, categories": lambda frame, _: pl.from_pandas(frame).with_columns(
        pl.col("event").cast(pl.Categorical)
    ),
    "polars, chunks": lambda frame, _: pl.concat(
        [pl.from_pandas(frame[:100]), pl.from_pandas(frame[100:])], rechunk=False
    ),
    "pyarrow": lambda frame, _: pa.Table.from_pandas(frame, preserve_index=False),
    "pyarrow, a slice": lambda frame, _: pa.Table.from_pandas(frame, preserve_index=False)[5:290],
    "Parquet": lambda frame, folder: parquet(frame, folder / "events.parquet"),
    "Parquet, a path as text": lambda frame, folder: str(parquet(frame, folder / "events.pq")),
    "Parquet, row groups": lambda frame, folder: parquet(
        frame, folder / "events.parquet", row_group_size=50
    ),
    "Parquet, no dictionaries": lambda frame, folder: parquet(
        frame, folder / "events.parquet", use_dictionary=False
    ),
    "Parquet, categories": lambda frame, folder: parquet(
        frame.astype({"event": "category"}), folder / "events.parquet"
    ),
}
ASKED = {
    "units of text": {},
    "units of numbers": {"unit": "number"},
    "a breakdown": {"by": "device"},
    "a breakdown by numbers": {"by": "number"},
    "until earlier": {"as_of": "2024-03-01 09:30:00", "unfinished": "drop"},
}


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("kind", TABLES)
def test_the_same_as_in_one_piece(kind, asked, small_batches, monkeypatch, tmp_path):
    table = TABLES[kind](events(), tmp_path)
    options = dict(ASKED[asked])
    if "as_of" in options and kind == "pandas, a zone":
        options["as_of"] = pd.Timestamp(options["as_of"], tz="Asia/Tokyo")
    steps = ["visit", pm.Step(["sign_up", "größe"]), "purchase"]

    def counted():
        return pm.funnel(table, steps, within="10min", **options)

    streamed = counted()
    assert small_batches, "nothing streamed"
    monkeypatch.setattr(stream, "STREAM_FROM", sys.maxsize)
    del small_batches[:]
    whole = counted()
    assert not small_batches
    pd.testing.assert_frame_equal(streamed.units, whole.units)
    assert streamed.counts == whole.counts
    assert streamed.warnings == whole.warnings
    assert "row" in " ".join(streamed.warnings)  # the nulls are left out, and that is said
    assert str(streamed) == str(whole)


CANNOT = {
    "a condition": lambda frame: (frame, {"where": {"device": "web"}}),
    "times as text": lambda frame: (frame.astype({"time": str}), {}),
    "whole numbers as floats": lambda frame: (frame.assign(user_id=frame["number"] + 0.0), {}),
}


@pytest.mark.parametrize("why", CANNOT)
def test_what_does_not_stream_is_counted_all_the_same(why, small_batches):
    frame, options = CANNOT[why](events().dropna(subset=["time"]))
    result = pm.funnel(frame, [pm.Step("visit", **options), "purchase"], within="10min")
    assert not small_batches
    assert result.counts[0] > 0


class TestRefusals:
    """The same words as for a table that is read in one piece."""

    def refusal(self, table, steps=("visit", "purchase")):
        with pytest.raises(pm.PmlabError) as caught:
            pm.funnel(table, list(steps), within="7d")
        return str(caught.value)

    @pytest.mark.parametrize(
        ("change", "steps"),
        [
            (lambda frame: frame, ["visit", "purchsae"]),
            (lambda frame: frame.assign(time=pd.NaT), ["visit"]),
            (
                lambda frame: frame.assign(user_id=frame["user_id"].where(frame["user_id"] == 0)),
                ["visit"],
            ),
            (lambda frame: frame.astype({"event": "category"}), ["visit", "purchsae"]),
        ],
        ids=["a misspelt step", "no times", "no users", "a misspelt category"],
    )
    def test_are_the_same(self, change, steps, small_batches, monkeypatch, tmp_path):
        frame = change(events())
        for table in (frame, parquet(frame, tmp_path / "events.parquet")):
            one = self.refusal(table, steps)
            assert small_batches
            with monkeypatch.context() as patch:
                patch.setattr(stream, "STREAM_FROM", sys.maxsize)
                assert one == self.refusal(table, steps)

    def test_a_name_that_a_file_only_declares(self, small_batches, tmp_path):
        # Parquet keeps the categories of a frame; nobody did this one.
        frame = events().astype({"event": "category"})
        frame["event"] = frame["event"].cat.add_categories("never")
        path = parquet(frame, tmp_path / "events.parquet")
        assert "never" in self.refusal(path, ["visit", "never"])
        assert small_batches

    def test_a_damaged_file(self, small_batches, tmp_path):
        path = parquet(events(), tmp_path / "events.parquet", compression="none")
        whole = bytearray(path.read_bytes())
        whole[40:400] = os.urandom(360)
        path.write_bytes(whole)
        assert "events.parquet" in self.refusal(path)


def test_two_texts_of_one_hash_are_read_in_another_way(small_batches, monkeypatch):
    def collides(self, texts, rows):
        raise encode.HashCollisionError

    expected_counts = pm.funnel(events(), ["visit", "purchase"], within="7d").counts
    monkeypatch.setattr(encode.TextEncoder, "encode", collides)
    assert pm.funnel(events(), ["visit", "purchase"], within="7d").counts == expected_counts
    by_device = pm.funnel(events(), ["visit", "purchase"], within="7d", by="device")
    assert by_device.overall.counts == expected_counts


def interrupt_while_counting(monkeypatch):
    feed = the_kernel.Pass.feed

    def interrupted(self, *rows):
        feed(self, *rows)
        if self._n_units > 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(the_kernel.Pass, "feed", interrupted)


def interrupt_while_reading(monkeypatch):
    # Ctrl-C reaches the main thread, which waits for the batch that another thread reads.
    rows_of, batches = stream.MatchStream._rows_of, []

    def interrupted(self, batch):
        batches.append(batch)
        if len(batches) == 4:
            signal.raise_signal(signal.SIGINT)
            time.sleep(0.1)
        return rows_of(self, batch)

    monkeypatch.setattr(stream.MatchStream, "_rows_of", interrupted)


INTERRUPTS = [
    (interrupt_while_counting, "ordered"),
    (interrupt_while_reading, "ordered"),
    (interrupt_while_reading, "strict"),
]


@pytest.mark.parametrize(("interrupt", "order"), INTERRUPTS)
def test_an_interrupt_leaves_nothing_behind(interrupt, order, small_batches, monkeypatch, tmp_path):
    path = parquet(events(), tmp_path / "events.parquet")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    steps, options = ["visit", "purchase"], {"within": "10min", "order": order}
    threads = threading.active_count()
    with monkeypatch.context() as patch:
        interrupt(patch)
        with pytest.raises(KeyboardInterrupt) as caught:
            pm.funnel(path, steps, **options)
    # A notebook keeps the traceback, and with it all that hangs on it, so this test does too.
    assert caught.tb is not None
    assert threading.active_count() == threads
    assert 0 < sum(small_batches) < len(events())
    open_files = Path("/proc/self/fd")
    if open_files.exists():
        assert path not in [link.resolve() for link in open_files.iterdir()]
    assert not list(temporary.iterdir())
    after = pm.funnel(path, steps, **options)
    monkeypatch.setattr(stream, "STREAM_FROM", sys.maxsize)
    assert after.counts == pm.funnel(path, steps, **options).counts
    assert after.counts[1] > 0


@pytest.mark.parametrize("off", [False, True])
def test_a_file_shows_how_far_it_is(off, small_batches, monkeypatch, tmp_path):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    path, frame = parquet(events(), tmp_path / "events.parquet"), events()
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("PMLAB_BAR", "off" if off else "")
    pm.funnel(frame, ["visit", "purchase"], within="7d")
    assert "reading events" not in terminal.getvalue()
    pm.funnel(path, ["visit", "purchase"], within="7d")
    assert ("reading events" in terminal.getvalue()) != off
    assert ("300/300" in terminal.getvalue()) != off


@pytest.mark.parametrize(("compiled", "order"), [*product([False, True], ORDERS)])
def test_the_pass_in_batches_is_the_pass_at_once(compiled, order):
    rng = np.random.default_rng(11)
    for n_steps in (1, 2, 3, 6):
        n = 400
        unit, time = rng.integers(0, 30, n), rng.integers(0, 50, n)
        matches = rng.integers(1, 2**n_steps, n)
        keys = {"by time": (time,), "by unit and time": (time, unit)}.get(order, (unit, time))
        rows = tuple(column[np.lexsort(keys)].astype(np.int64) for column in (unit, time, matches))
        for strict, reuse, first in product([False, True], repeat=3):
            rule = {
                "n_steps": n_steps,
                "within": 12,
                "first_entry_only": first,
                "strict": strict,
                "reuse": reuse,
            }
            at_once = the_kernel.run(*rows, n_units=30, **rule)
            one = the_kernel.Pass(**rule, compiled=compiled)
            for begin in range(0, n, 13):
                part = tuple(column[begin : begin + 13] for column in rows)
                one.feed(*part, n_units=int(rows[0][: begin + 13].max()) + 1)
            for mine, other in zip(one.finish(), at_once, strict=True):
                np.testing.assert_array_equal(mine, other)
