"""Whatever a learner hands over, as plain numbers, or a refusal that says what came."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from pmlab.course.answers import (
    UnreadableError,
    is_blank,
    kind_of,
    numbers_in,
    read_numbers,
    shown,
)
from pmlab.market import Assumption, Money
from pmlab.uncertain import share, uniform


@pytest.mark.parametrize(
    "answer",
    [
        0.25,
        np.float64(0.25),
        np.float32(0.25),
        np.array(0.25),
        Decimal("0.25"),
        Fraction(1, 4),
        "0.25",
        " .25 ",
        "0,25",
        "≈ 0.25",
        "2.5e-1",
        pa.scalar(0.25),
    ],
)
def test_one_number_in_many_forms(answer):
    numbers = read_numbers(answer)
    assert numbers.values == (0.25,)
    assert numbers.alone
    assert not numbers.percent


@pytest.mark.parametrize(
    "answer",
    [
        [3, 4],
        (3, 4),
        np.array([3, 4]),
        np.array([[3], [4]]),
        pd.Series([3, 4]),
        pd.Index([3, 4]),
        pd.DataFrame({"n": [3, 4]}),
        pd.DataFrame([[3], [4]]),  # a column that is called 0
        np.ma.array([3, 4], mask=[False, False]),
        pl.Series([3, 4]),
        pl.DataFrame({"n": [3, 4]}),
        pl.LazyFrame({"n": [3, 4]}),
        pa.chunked_array([[3, 4]]),
        pa.table({"n": [3, 4]}),
        ["3", "4"],
    ],
)
def test_a_collection_in_many_forms(answer):
    assert read_numbers(answer).values == (3.0, 4.0)
    assert read_numbers(answer).labels is None


@pytest.mark.parametrize(
    "answer",
    [
        {"web": 3, "app": 4},
        pd.Series({"web": 3, "app": 4}),
        pd.DataFrame({"n": [3, 4]}, index=["web", "app"]),
        pd.DataFrame({"device": ["web", "app"], "n": [3, 4]}),
        pl.DataFrame({"device": ["web", "app"], "n": [3, 4]}),
        pa.table({"device": ["web", "app"], "n": [3, 4]}),
    ],
)
def test_names_come_along(answer):
    assert read_numbers(answer).values == (3.0, 4.0)
    assert read_numbers(answer).labels == ("web", "app")


@pytest.mark.parametrize(
    ("text", "value", "percent"),
    [
        ("11.8%", 11.8, True),
        ("11,8 %", 11.8, True),
        ("12 per cent", 12, True),
        ("1,234", 1234, False),
        ("1,234,567.5", 1234567.5, False),
        ("-3", -3, False),
        ("0,118", 0.118, False),
    ],
)
def test_numbers_as_people_write_them(text, value, percent):
    numbers = read_numbers(text)
    assert (numbers.values, numbers.percent) == ((value,), percent)


@pytest.mark.parametrize(
    "answer",
    [None, pd.NA, pd.NaT, float("nan"), np.float64("nan"), np.ma.masked, Decimal("sNaN")],
)
def test_missing_values_are_nan_inside_a_collection(answer):
    assert math.isnan(read_numbers([answer]).values[0])


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("about a third", "the text 'about a third'"),
        (True, "True, a yes or no"),
        (np.True_, "True, a yes or no"),
        ({1, 2}, "a set"),
        (3 + 1j, "a complex number"),
        (10**400, "too large"),
        ("9" * 5000, "too large"),
        ("1e400", "too large"),
        (b"0.25", "raw bytes"),
        (pd.DataFrame(), "an empty table"),
        (pd.DataFrame([[1, 2]], columns=["n", "n"]), "two columns have the same name"),
        (pd.DataFrame({"a": [1], "b": [2]}).groupby("a"), "a pandas DataFrameGroupBy"),
        (pd.DataFrame({"a": [1], "b": [2]}), "a table with 2 columns"),
        (np.ones((2, 2)), r"shape \(2, 2\)"),
        ([1, [2]], "a list"),
        (iter([1]), "a list_iterator"),
        ([1, ...], r"`\.\.\.`"),
        (range(1), "a range"),
        ([0] * 100_001, "more than 100,000"),
        (pd.Series(range(100_001)), "100,001 rows"),
    ],
)
def test_a_refusal_says_what_came(answer, said):
    with pytest.raises(UnreadableError, match=said):
        read_numbers(answer)


@pytest.mark.parametrize(
    "answer",
    [
        share(0.2, 0.4, credibility=0.8),
        Assumption("Won", share(0.2, 0.4, credibility=0.8), "share"),
        uniform(0.175, 0.425),  # a tenth of 0.25 from either end
    ],
)
def test_a_range_or_an_assumption_is_its_p10_and_p90(answer):
    numbers = read_numbers(answer)
    assert numbers.labels == ("P10", "P90")
    assert numbers.values == pytest.approx((0.2, 0.4))


def test_an_assumption_without_a_range_has_both_ends_at_one_place():
    assert read_numbers(Assumption("Won", 0.3, "share")).values == (0.3, 0.3)


def test_money_is_no_number():
    with pytest.raises(UnreadableError, match="Money"):
        read_numbers(Money(3, "EUR"))


def test_reading_uses_nothing_up():
    once = iter([0.25])
    with pytest.raises(UnreadableError, match="a list_iterator"):
        read_numbers(once)
    assert list(once) == [0.25]


def test_blanks():
    for blank in (..., None, "", "  ", "...", "…", [...], {"a": ...}, (1, ...)):
        assert is_blank(blank)
    for answer in (0, "0", [], {}, False, float("nan"), [None]):
        assert not is_blank(answer)


def test_a_picture_of_a_value_never_fails():
    class Mute:
        def __repr__(self):
            raise RuntimeError

    assert shown(Mute()) == kind_of(Mute()) == "a Mute"
    assert shown("x" * 200).endswith("...")
    assert len(shown("x" * 200)) == 60


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4,213 people", [(4213, 0.5)]),
        ("4,200 people", [(4200, 50)]),
        ("about 4,000 people", [(4000, 50)]),  # two digits are meant at least
        ("10 people, 7 more", [(10, 0.5), (7, 0.5)]),
        ("2,480,000 euro", [(2_480_000, 5_000)]),
        ("2.5 million euro", [(2.5, 0.05), (2_500_000, 50_000)]),
        ("2.5m euro", [(2.5, 0.05), (2_500_000, 50_000)]),
        ("5 months, 3 kilos", [(5, 0.5), (3, 0.5)]),
        ("0 of 20", [(0, 0.5), (20, 0.5)]),
    ],
)
def test_counts_in_a_text(text, found):
    assert numbers_in(text, share=False) == [pytest.approx(pair) for pair in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12% bought", [(0.12, 0.005)]),
        ("11.8 % bought", [(0.118, 0.0005)]),
        ("0.118 of them", [(0.118, 0.0005)]),
        ("118 of 1,000 people", [(0.118, 0.0005)]),
        ("2 out of 5", [(0.4, 0.005)]),
        ("2/5", [(0.4, 0.005)]),
        ("12 per cent.", [(0.12, 0.005)]),
        ("in week 12 of the year", []),
        ("experiment v0.4", []),
    ],
)
def test_shares_in_a_text(text, found):
    assert numbers_in(text, share=True) == [pytest.approx(pair) for pair in found]
