"""Every form of an event table gives the same answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import pmlab as pm
from pmlab.cohorts import passes
from pmlab.errors import InputError
from pmlab.events import one_pass, stream


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(11)
    n = 3_000
    minutes = np.sort(rng.integers(0, 90 * 1440, n))
    return pd.DataFrame(
        {
            "who": rng.integers(0, 200, n) * 7,
            "what": rng.choice(["join", "visit", "buy"], n),
            "at": pd.Timestamp("2026-01-01") + pd.to_timedelta(minutes, unit="min"),
            "plan": rng.choice(["free", "pro"], n),
        }
    ).astype({"at": "datetime64[us]"})


def answers(events):
    """Return all that the package says of a table, as frames."""
    roles = {"user": "who", "event": "what", "time": "at"}
    r = pm.retention(events, start="join", returning="visit", **roles)
    frames = [
        r.to_frame(),
        r.curve.to_frame(),
        r.compare_definitions(day=3).to_frame(),
        pm.retention(events, start="join", period="W", by="plan", **roles).to_frame(),
        pm.growth_accounting(events, active=["visit", "buy"], **roles).to_frame(),
        pm.stickiness(events, **roles).to_frame(),
        pm.power_users(events, active="buy", window="14d", **roles).to_frame(),
        pm.adoption(events, eligible="join", adopted="buy", within="7d", **roles).to_frame(),
        pm.survival(events, start="join", end="buy", by="plan", **roles).to_frame(),
    ]
    return frames


@pytest.mark.parametrize("form", ["polars", "pyarrow", "csv", "parquet", "shuffled", "categories"])
def test_all_forms_are_alike(table, form, tmp_path):
    events = table
    if form == "polars":
        events = pytest.importorskip("polars").from_pandas(table)
    elif form == "pyarrow":
        events = pytest.importorskip("pyarrow").Table.from_pandas(table)
    elif form == "csv":
        events = tmp_path / "events.csv"
        table.to_csv(events, index=False)
    elif form == "parquet":
        pytest.importorskip("pyarrow")
        events = tmp_path / "events.parquet"
        table.to_parquet(events)
    elif form == "shuffled":
        events = table.sample(frac=1, random_state=3)
    else:
        events = table.astype({"what": "category"})
    for found, expected in zip(answers(events), answers(table), strict=True):
        pd.testing.assert_frame_equal(found, expected)


def test_a_large_file_is_counted_while_it_is_read(table, tmp_path, monkeypatch):
    pytest.importorskip("pyarrow")
    pytest.importorskip("numba")
    file = tmp_path / "events.parquet"
    table.to_parquet(file, row_group_size=500)
    expected = answers(table)
    collected = []
    monkeypatch.setattr(stream, "STREAM_FROM", 0)
    monkeypatch.setattr(stream, "BATCH", 100)
    monkeypatch.setattr(one_pass, "in_order_of_time", lambda matched: collected.append(matched))
    found = [
        pm.retention(file, start="join", returning="visit", user="who", event="what", time="at"),
        pm.growth_accounting(file, active=["visit", "buy"], user="who", event="what", time="at"),
        pm.stickiness(file, user="who", event="what", time="at"),
    ]
    assert not collected, "its rows were in one place"
    pd.testing.assert_frame_equal(found[0].to_frame(), expected[0])
    pd.testing.assert_frame_equal(found[1].to_frame(), expected[4])
    pd.testing.assert_frame_equal(found[2].to_frame(), expected[5])


def test_a_frame_is_not_changed(table):
    before = table.copy()
    answers(table)
    pd.testing.assert_frame_equal(table, before)


def test_a_stray_year_is_refused_and_not_counted_forever(table, monkeypatch):
    monkeypatch.setattr(passes, "MOST_CELLS", 100_000)
    stray = pd.concat([table, table[:1].assign(at=pd.Timestamp("9999-12-31").as_unit("us"))])
    with pytest.raises(InputError, match=r"pm\.check_log"):
        pm.retention(stray, cohorts="D", user="who", event="what", time="at")
    # Said until when the log is complete, it does no harm.
    r = pm.retention(stray, cohorts="D", user="who", event="what", time="at", as_of="2026-04-01")
    assert len(r.cohorts) > 10
