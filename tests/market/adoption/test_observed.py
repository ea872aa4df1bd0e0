"""What may be fitted: columns of numbers whose periods follow on one another."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmlab.errors import InputError
from pmlab.market import fit_bass
from tests.market.adoption.definition import VCR


@pytest.mark.parametrize(
    "make", [list, np.array, pd.Series, pl.Series, lambda y: pd.Series(y, dtype="Int64")]
)
def test_any_column_will_do(make):
    assert fit_bass(make(VCR)).m == fit_bass(VCR).m


@pytest.mark.parametrize(
    ("adopters", "said"),
    [
        ([1, 2, 3], "at least 4"),
        ([1, 2, None, 4], "no number for period 3"),
        ([1, 2, float("nan"), 4], "no number for period 3"),
        ([1, 2, -3, 4], "-3 in period 3"),
        ([0, 0, 0, 0], "only zeros"),
        ([1, 2, "3", 4], "must be a number"),
        (pd.Series([3, 2, 1, 4], index=[3, 2, 1, 4]), "not in order"),
        (pd.DataFrame({"new": VCR}), "whole table"),
    ],
)
def test_adopters_that_no_curve_is_fitted_to(adopters, said):
    with pytest.raises(InputError, match=said):
        fit_bass(adopters)


@pytest.mark.parametrize(
    ("adopters", "said"),
    [
        (None, "adopters is None; give one column"),
        (5, "adopters is 5; give one column"),
        ({3, 1, 2, 4}, "give one column"),
        ("sales.csv", r"is text; give one column .*pd.read_csv"),
        (Path("sales.csv"), "is text; give one column"),
        ({"2024": 1, "2025": 3, "2026": 5, "2027": 4}, r"a dict; give pd.Series\(adopters\)"),
        (np.ones((4, 2)), "whole table"),
        (["1,200", 1300, 900, 500], "write 1200"),
    ],
)
def test_what_is_no_column_of_numbers(adopters, said):
    with pytest.raises(InputError, match=said):
        fit_bass(adopters)


QUARTERS = ["2024-01-01", "2024-04-01", "2024-10-01", "2025-01-01", "2025-04-01", "2025-07-01"]


DATED = pd.to_datetime(QUARTERS)


@pytest.mark.parametrize(
    "index",
    [
        DATED,
        DATED.tz_localize("Europe/Berlin"),
        DATED + pd.Timedelta(days=27),  # any day of a quarter will do
        DATED.to_period("Q"),
        QUARTERS,
        [day.date() for day in DATED],
        ["2024Q1", "2024Q2", "2024Q4", "2025Q1", "2025Q2", "2025Q3"],
    ],
)
@pytest.mark.parametrize("per", ["quarter", "period"])
def test_a_quarter_is_missing(index, per):
    with pytest.raises(InputError, match=r"no row for 2024-07: give 0 .* or the number"):
        fit_bass(pd.Series(VCR[:6], index=index), per=per)


@pytest.mark.parametrize(
    ("index", "per", "missing"),
    [
        ([1980, 1981, 1983, 1984], "year", "1982"),
        ([1980, 1981, 1983, 1984], "period", "1982"),
        ([1980, 1982, 1983, 1985], "year", "1981"),
        (["1980", "1981", "1983", "1984"], "year", "1982"),
        (pd.Index([1980, 1981, 1983, 1984], dtype="Int64"), "year", "1982"),
        (pd.period_range("1980", periods=5, freq="Y").delete(3), "year", "1983"),
        ([202310, 202311, 202401, 202402], "month", "2023-12"),
        (pd.date_range("2024-01-31", periods=6, freq="ME").delete(1), "month", "2024-02"),
        (pd.date_range("2024-01-03", periods=6, freq="7D").delete(3), "week", "2024-01-24"),
        (pd.date_range("2024-02-27", periods=6, freq="D").delete(2), "day", "2024-02-29"),
        ([0, 1, 3, 4], "period", "2"),  # rows that were filtered away
        ([1, 2, 4, 5], "week", "3"),
    ],
)
def test_any_period_that_is_missing_is_named(index, per, missing):
    index = pd.Index(index)
    with pytest.raises(InputError, match=f"no row for {missing}: give 0"):
        fit_bass(pd.Series(VCR[-len(index) :], index=index), per=per)


@pytest.mark.parametrize(
    ("freq", "per", "said"),
    [
        ("QS", "year", "steps by quarters, and per='year'; say per='quarter', or add"),
        ("QS", "month", "steps by quarters, and per='month'; say per='quarter', or give one for"),
        ("YS", "quarter", "steps by years, and per='quarter'"),
        ("MS", "quarter", "steps by months, and per='quarter'; say per='month', or add"),
        ("10D", "month", "steps by 10 days, and per='month'; say per='period'"),
    ],
)
def test_an_index_steps_by_what_a_period_is(freq, per, said):
    index = pd.date_range("2015-01-01", periods=10, freq=freq)
    with pytest.raises(InputError, match=re.escape(said)):
        fit_bass(pd.Series(VCR, index=index), per=per)


def test_years_that_are_called_quarters():
    with pytest.raises(InputError, match="steps by years, and per='quarter'"):
        fit_bass(pd.Series(VCR, index=range(1980, 1990)), per="quarter")


@pytest.mark.parametrize(
    ("index", "said"),
    [
        (["2024-01-01", "2024-01-01", "2024-02-01", "2024-03-01"], "two rows for 2024-01-01"),
        (["2024-01-01", "2024-02-01", "2024-02-28", "2024-03-31"], "two rows for 2024-02"),
        (["2024-01-01", None, "2024-02-01", "2024-03-01"], "row without a time"),
        (["2024-02-01", "2024-01-01", "2024-03-01", "2024-04-01"], "not in order"),
    ],
)
def test_each_month_has_one_row(index, said):
    with pytest.raises(InputError, match=said):
        fit_bass(pd.Series(VCR[-4:], index=pd.to_datetime(index)), per="month")


def test_uneven_rows_are_no_periods():
    index = pd.date_range("2024-02-01", periods=11, freq="10D").delete(4)
    with pytest.raises(InputError, match=r"10 days apart .* but not all"):
        fit_bass(pd.Series(VCR, index=index))


@settings(deadline=None, max_examples=40)
@given(
    start=st.dates(pd.Timestamp("1950-01-01").date(), pd.Timestamp("2090-01-01").date()),
    per=st.sampled_from([("day", 1), ("week", 7), ("month", 1), ("quarter", 3), ("year", 12)]),
    dropped=st.integers(0, 10),
    named=st.booleans(),
)
def test_whenever_a_launch_was_whole_columns_pass_and_gaps_do_not(start, per, dropped, named):
    name, step = per
    unit = "days" if name in ("day", "week") else "months"
    index = pd.DatetimeIndex(
        [pd.Timestamp(start) + pd.DateOffset(**{unit: step * k}) for k in range(11)]
    )
    say = name if named else "period"
    if dropped in (0, 10):  # nothing is missing at an end
        fit_bass(pd.Series(VCR, index=index.delete(dropped)), per=say)
        return
    with pytest.raises(InputError, match="no row for"):
        fit_bass(pd.Series(VCR, index=index.delete(dropped)), per=say)


@pytest.mark.parametrize(
    "index",
    [
        pd.date_range("2024-01-01", periods=10, freq="6MS"),
        pd.date_range("2024-01-01", periods=10, freq="10D"),
        pd.date_range("2024-01-01", periods=10, freq="h"),
        range(1980, 2000, 2),
        range(5, 15),
        list("abcdefghij"),
        pd.MultiIndex.from_product([["a"], range(10)]),
    ],
)
def test_periods_without_a_name_may_have_any_one_length(index):
    assert fit_bass(pd.Series(VCR, index=index)).m == fit_bass(VCR).m
