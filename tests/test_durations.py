"""Durations in and out."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from pmlab.durations import DAY, HOUR, MINUTE, SECOND, in_words, parse_duration
from pmlab.errors import PmlabError


@pytest.mark.parametrize(
    ("value", "micros"),
    [
        ("7d", 7 * DAY),
        ("36h", 36 * HOUR),
        ("1d12h", 36 * HOUR),
        ("1d 12h", 36 * HOUR),
        ("90min", 90 * MINUTE),
        ("2s", 2 * SECOND),
        ("1.5h", 90 * MINUTE),
        ("0s", 0),
        ("2w", 14 * DAY),
        ("250ms", SECOND // 4),
        (" 7D ", 7 * DAY),
        (timedelta(days=7), 7 * DAY),
        (timedelta(0), 0),
        (pd.Timedelta("36h"), 36 * HOUR),
        (np.timedelta64(2, "D"), 2 * DAY),
        (np.timedelta64(90, "s"), 90 * SECOND),
    ],
    ids=repr,
)
def test_parse(value, micros):
    parsed = parse_duration(value, "within")
    assert parsed == micros
    assert isinstance(parsed, int)


@pytest.mark.parametrize(
    "value",
    [7, 7.0, 0, None, "7", "", "d", "seven days", "7d later", "7 d,", True, [7], np.int64(7)],
)
def test_a_duration_needs_a_number_and_a_unit(value):
    with pytest.raises(PmlabError, match="within") as caught:
        parse_duration(value, "within")
    assert isinstance(caught.value, ValueError)
    assert repr(value) in str(caught.value)  # what came
    assert "'7d'" in str(caught.value)  # the next move


@pytest.mark.parametrize("value", ["-7d", "- 7d", timedelta(days=-1), np.timedelta64(-1, "h")])
def test_a_duration_is_not_negative(value):
    with pytest.raises(PmlabError, match=r"within.*negative"):
        parse_duration(value, "within")


@pytest.mark.parametrize(
    "value", [np.timedelta64("NaT"), pd.NaT, float("nan"), pd.Timedelta("NaT")], ids=repr
)
def test_a_missing_duration_is_refused(value):
    with pytest.raises(PmlabError, match="within"):
        parse_duration(value, "within")


@pytest.mark.parametrize(
    ("value", "word"), [("5m", "minutes or months"), ("1mo", "differ"), ("1y", "differ")]
)
def test_an_unclear_unit_says_why(value, word):
    with pytest.raises(PmlabError, match=word):
        parse_duration(value, "within")


@pytest.mark.parametrize(
    ("micros", "words"),
    [
        (0, "0 s"),
        (SECOND, "1 s"),
        (90 * SECOND, "1 min 30 s"),
        (HOUR, "1 h"),
        (36 * HOUR, "1 day 12 h"),
        (7 * DAY, "7 days"),
        (HOUR + 59 * MINUTE + 59 * SECOND, "2 h"),
        (23 * HOUR + 59 * MINUTE, "23 h 59 min"),
        (SECOND // 4, "0.25 s"),
        (-2 * HOUR, "-2 h"),
    ],
)
def test_in_words(micros, words):
    assert in_words(micros) == words


@pytest.mark.parametrize("micros", [DAY - 1, HOUR - 1, MINUTE - 1, DAY - SECOND, 2 * DAY - 1])
def test_words_never_show_a_full_larger_unit(micros):
    # Not "60 min", "60 s" or "24 h": just under a unit reads as that unit.
    assert not any(full in in_words(micros) for full in ("60 min", "60 s", "24 h"))
