"""Completion, time and errors against books, calculators and their definitions."""

import math

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from pmlab import heart
from pmlab.errors import InputError

# MeasuringU, "Graph and calculator for confidence intervals for task times".
TIMES = [55, 65, 75, 62, 45, 135]


def test_completion_tullis_four_of_five():
    # measuringux.com, "Calculating a confidence interval for task completion": 36% to 98%.
    result = heart.completion(4, 5)
    assert result.value == 0.8
    assert result.interval == pytest.approx((0.3596, 0.9796), abs=1e-4)
    assert result.summary() == (
        "4 of 5 attempts completed the task: 80.0% (95% interval 36.0% to 98.0%)."
    )


def test_completion_of_nobody_is_undefined():
    result = heart.completion(0, 0)
    assert math.isnan(result.value)
    assert result.warnings == ("nobody tried, so the share is undefined (NaN).",)
    assert result.summary() == "There is nothing to tell completion from."


def test_geometric_mean_measuringu_calculator():
    # The page reports 68 seconds, 95% interval 46 to 101.
    result = heart.time_on_task(TIMES)
    assert [round(x) for x in (result.value, result.low, result.high)] == [68, 46, 101]


@given(st.lists(st.floats(0.5, 5000), min_size=2, max_size=40))
def test_geometric_mean_scipy(times):
    result = heart.time_on_task(times)
    assert result.value == pytest.approx(scipy_stats.gmean(times))
    if len(set(times)) > 1:
        logs = np.log(times)
        ends = scipy_stats.t.interval(0.95, len(logs) - 1, logs.mean(), scipy_stats.sem(logs))
        assert result.interval == pytest.approx(np.exp(ends), rel=1e-6)


@given(st.lists(st.floats(0.5, 5000), min_size=2, max_size=40), st.floats(0.1, 100))
def test_minutes_or_seconds_is_a_matter_of_units(times, factor):
    one = heart.time_on_task(times)
    other = heart.time_on_task([factor * time for time in times])
    assert (other.value, *other.interval) == pytest.approx(
        [factor * x for x in (one.value, *one.interval)], rel=1e-6
    )


def test_two_very_unlike_times_tell_next_to_nothing():
    result = heart.time_on_task([1, 5000], confidence_level=0.999)
    assert (result.low, result.high) == (pytest.approx(0), math.inf)
    assert "0 to infinite s" in str(result)


def test_only_successes_are_timed_where_they_are_known():
    # The fourth gave up after 600 seconds, and the fifth was not timed.
    frame = pd.DataFrame(
        {"seconds": [30, 40, 50, 600, None], "success": [True, True, True, False, True]}
    )
    for table in (frame, pl.from_pandas(frame)):
        result = heart.time_on_task(table["seconds"], success=table["success"])
        assert (result.n, result.n_left_out) == (3, 1)
        assert result.value == pytest.approx((30 * 40 * 50) ** (1 / 3))
        assert result.warnings == ("1 attempt without a time left out.",)
        assert result.summary().endswith("from 3 times. 1 failed attempt not counted.")


def test_the_median_is_offered_from_25_times_on():
    times = list(range(1, 26))
    result = heart.time_on_task(times, method="median")
    # The 13th of 25; ranks 8 and 18: P(Binomial(25, 1/2) <= 7) = 0.0216.
    assert (result.value, result.low, result.high) == (13, 8, 18)
    with pytest.raises(InputError, match="needs 25 times or more, and there are 24"):
        heart.time_on_task(times[:-1], method="median")


def test_errors_graphpad_25():
    # GraphPad QuickCalcs: a count of 25 has the 95% interval 16.18 to 36.90.
    result = heart.errors(25, 100)
    assert result.value == 0.25
    assert result.interval == pytest.approx((0.1618, 0.3690), abs=5e-5)
    assert "25 errors at 100 opportunities" in result.summary()


def test_no_error_yet_is_no_promise():
    assert heart.errors(0, 60).interval == pytest.approx((0, 3.689 / 60), abs=1e-4)


@pytest.mark.parametrize(
    ("result", "piece"),
    [
        (heart.time_on_task([30]), "one time does not tell how much they vary"),
        (heart.time_on_task([]), "no time to count"),
        (heart.time_on_task([30, 30, 30]), "all times are alike"),
        (heart.errors(7, 5), "more errors than opportunities"),
    ],
)
def test_warnings(result, piece):
    assert any(piece in warning for warning in result.warnings)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: heart.completion(6, 5), "successes=6 is more than n=5; are the two swapped"),
        (lambda: heart.completion(-1, 5), "successes=-1 must be a whole number, 0 or more"),
        (lambda: heart.completion(0.5, 5), "successes=0.5 must be a whole number"),
        (lambda: heart.completion(1, 5, confidence_level=95), "confidence_level=95"),
        (lambda: heart.time_on_task([30, -2]), r"seconds: row 1 \(from 0\) is -2; a task takes"),
        (lambda: heart.time_on_task([0]), "is 0; a task takes more than 0 seconds"),
        (lambda: heart.time_on_task([30, math.inf]), "is inf"),
        (lambda: heart.time_on_task(["30 s"]), "seconds holds '30 s', which is no number"),
        (lambda: heart.time_on_task(30), "seconds=30 must be a column or a list"),
        (lambda: heart.time_on_task(pd.DataFrame({"a": [1]})), "seconds is a whole table"),
        (
            lambda: heart.time_on_task([30, 20], success=[True]),
            "success has 1 values and seconds 2",
        ),
        (lambda: heart.time_on_task([30], success=["yes"]), "success holds 'yes'; it takes True"),
        (lambda: heart.time_on_task([30], success=[None]), "success holds None"),
        (
            lambda: heart.time_on_task([30], success="success"),
            "must be a column or a list, not its",
        ),
        (lambda: heart.time_on_task([30], method="mean"), "method='mean' must be"),
        (lambda: heart.errors(1, 0), "opportunities=0 must be a whole number, 1 or more"),
        (lambda: heart.errors(1.5, 5), "errors=1.5 must be a whole number"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()


@pytest.mark.parametrize(
    ("result", "by"),
    [
        (heart.completion(4, 5), "adjusted Wald interval (95%)"),
        (heart.time_on_task(TIMES), "Geometric mean; t interval on logarithms (95%)"),
        (heart.time_on_task(range(1, 31), method="median"), "interval from order statistics (95%)"),
        (heart.errors(2, 9), "exact Poisson interval (95%)"),
    ],
)
def test_a_measure_knows_how_it_was_made(result, by):
    assert by in result.method
    assert by in str(result)
    assert result.assumptions
    row = result.to_frame().iloc[0]
    assert (row["value"], row["low"], row["high"]) == (result.value, result.low, result.high)
