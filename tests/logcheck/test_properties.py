"""What must hold for any log."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

import pmlab as pm

from .shop import add, every, honest, visits

START = pd.Timestamp("2026-03-02")
HOUSE = honest(n_users=30, n_days=7)


@st.composite
def logs(draw):
    """A log of a few users in which anything may be wrong."""
    row = st.fixed_dictionaries(
        {
            "user_id": st.sampled_from(["ann", "ben", "cat", "test_1", "", None]),
            "event": st.sampled_from(["visit", "buy", None]),
            "time": st.integers(0, 200).map(
                lambda n: (START + pd.Timedelta(minutes=7 * n)).isoformat()
            )
            | st.sampled_from([None, "soon", "2026-03-03T10:00:00+02:00", "2026-03-02"]),
            "late": st.sampled_from([-7200, 0, 1, 2, 900, 90_000]),
            "device": st.sampled_from(["desktop", "mobile", None]),
            "phone": st.sampled_from(["p1", "p2", "p3", None]),
        }
    )
    rows = draw(st.lists(row, min_size=1, max_size=60))
    rows.append({**rows[0], "time": "2026-03-02T10:00:00"})  # one time can be read
    log = pd.DataFrame(rows)
    base = pd.to_datetime(log["time"], format="ISO8601", utc=True, errors="coerce")
    log["received_at"] = (base + pd.to_timedelta(log.pop("late"), unit="s")).dt.tz_localize(None)
    log["time"] = log["time"].astype(object)
    return log


def check(log):
    return pm.check_log(log, received="received_at", person="phone")


def found(log, result):
    """Return by kind what is in the rows found, in no order."""
    return {
        finding.kind: sorted(repr(row) for row in log.iloc[finding.rows].itertuples(index=False))
        for finding in result.findings
    }


@settings(max_examples=100, deadline=None)
@given(logs(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(log, random):
    order = list(range(len(log)))
    random.shuffle(order)
    shuffled = log.iloc[order]
    one, other = check(log), check(shuffled)
    assert found(log, one) == found(shuffled, other)
    assert one.gaps == other.gaps
    pd.testing.assert_frame_equal(one.per_day, other.per_day)
    assert one.summary() == other.summary()


@settings(max_examples=60, deadline=None)
@given(logs())
def test_the_numbers_agree(log):
    result = check(log)
    for finding in result.findings:
        rows = finding.rows
        assert rows.tolist() == sorted(set(rows.tolist()))
        assert all(0 <= row < len(log) for row in rows)
    union = {int(row) for finding in result.findings for row in finding.rows}
    assert result.suspicious_rows.tolist() == sorted(union)
    assert (result.per_day["suspicious"] <= result.per_day["events"]).all()
    assert result.to_frame()["rows"].sum() == sum(len(finding.rows) for finding in result.findings)
    assert str(result)
    assert result._repr_html_()


@settings(max_examples=60, deadline=None)
@given(logs())
def test_without_its_duplicates_a_log_has_none(log):
    result = check(log)
    copies = [f.rows for f in result.findings if f.kind == "duplicates"]
    once = log.drop(index=log.index[copies[0]]) if copies else log
    assert "duplicates" not in [finding.kind for finding in check(once).findings]


@settings(max_examples=25, deadline=None)
@given(
    pace=st.floats(0.05, 1.4),
    n=st.integers(40, 200),
    begin=st.integers(0, 6 * 24 * 60),
    order=st.integers(0, 10**6),
)
def test_a_bot_is_found_wherever_it_is(pace, n, begin, order):
    log, planted = add(HOUSE, visits("robot", every(pace, n, START + pd.Timedelta(minutes=begin))))
    shuffled = log.sample(frac=1, random_state=order)
    rows = check(shuffled)["bots"].rows
    assert sorted(shuffled.index[rows]) == planted


@settings(max_examples=25, deadline=None)
@given(minutes=st.integers(6, 100_000), ahead=st.booleans())
def test_a_wrong_clock_is_found_whatever_its_error(minutes, ahead):
    log = HOUSE.copy()
    wrong = (log["device"] == "android").to_numpy()
    log.loc[wrong, "time"] += pd.Timedelta(minutes=minutes if ahead else -minutes)
    assert check(log)["clock skew"].rows.tolist() == np.flatnonzero(wrong).tolist()
