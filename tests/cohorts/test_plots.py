"""What the figures of cohorts show, and what is left to read of them in grey."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import pmlab as pm
from pmlab import plots
from pmlab.plots.cohorts import HALF_DARK, LIGHT_TO_DARK
from tests.contrast import contrast

from .test_growth import DAYS, WEEKS
from .test_inputs import table  # noqa: F401
from .test_survival import SUBSCRIPTIONS, freireich


def results():
    r = pm.retention(WEEKS, period="W", as_of="2026-03-30")
    bracket = pm.retention(
        WEEKS, definition="bracket", brackets=[(1, 7), (8, 14)], as_of="2026-03-30"
    )
    return {
        "heat map": r,
        "by a value": pm.retention(SUBSCRIPTIONS, by="plan", as_of="2026-03-29"),
        "nobody watched": pm.retention(WEEKS, as_of="2026-03-02 12:00"),
        "curve": r.curve,
        "curve of brackets": bracket.curve,
        "curve of nobody": pm.retention(WEEKS, as_of="2026-03-02 12:00").curve,
        "definitions": r.compare_definitions(),
        "growth": pm.growth_accounting(WEEKS, as_of="2026-03-30"),
        "stickiness": pm.stickiness(DAYS, window="2d"),
        "power users": pm.power_users(DAYS, window="2d"),
        "no power users": pm.power_users(DAYS, window="2d", as_of="2027-01-01"),
        "adoption": pm.adoption(SUBSCRIPTIONS, eligible="subscribe", adopted="cancel", within="7d"),
        "survival": freireich(),
        "nothing happened": pm.survival_from_durations([1, 2], [False, False]),
    }


@pytest.mark.parametrize("kind", results())
def test_each_has_a_figure_in_the_common_look_and_in_words(kind):
    result = results()[kind]
    figure = result.plot()
    assert figure.layout.template == plots.THEME
    assert figure.layout.meta["description"] == result.summary()
    assert "nan" not in (result.summary() + str(result)).lower().replace("'nan'", "")
    assert figure.to_json()


def test_a_cell_that_nobody_has_reached_is_blank_and_one_with_none_back_is_0():
    # Those of the week of the 16th (Dan) have been watched for two weeks, and he was not back.
    heat = results()["heat map"].plot().data[0]
    rows = [list(row) for row in heat.z]
    assert rows == [[0.0, 0.5, 1.0, 0.5], [0.0, 1.0, 1.0, None], [1.0, 0.0, None, None]]
    assert heat.hoverongaps is False
    assert list(heat.customdata[2][0]) == ["2026-03-16", 0, 1, 1, 1]


def test_numbers_in_cells_stand_out():
    # Between two stops the colour is that of a straight line between them.
    stops = np.array(LIGHT_TO_DARK)
    for part in np.linspace(0, 1, 41):
        ground = [np.interp(part, [0, 0.5, 1], stops[:, k]) for k in range(3)]
        text = (255, 255, 255) if part > HALF_DARK else (0x22, 0x22, 0x22)
        assert contrast(ground, text) > 3.8


def test_many_periods_are_drawn_without_numbers(table):  # noqa: F811
    roles = {"user": "who", "event": "what", "time": "at"}
    long = pm.retention(table, **roles).plot()
    assert [trace.type for trace in long.data] == ["heatmap"]
    short = pm.retention(table, periods=3, **roles).plot()
    assert [trace.type for trace in short.data] == ["heatmap", "scatter"]


def test_churned_stands_below_zero():
    bars = {trace.name: trace for trace in results()["growth"].plot().data}
    assert bars["churned"].y == (0, -1, 0, -2)
    assert bars["new"].y == (2, 1, 1, 0)
    assert len({trace.marker.pattern.shape for trace in bars.values()}) == 4


def test_curves_differ_in_more_than_colour_and_bands_go_on_to_the_end():
    figure = results()["survival"].plot()
    lines = {trace.name: trace for trace in figure.data if trace.name}
    assert lines["6-MP"].line.dash != lines["placebo"].line.dash
    bands = [trace for trace in figure.data if not trace.name]
    assert bands[0].x[-1] == 35
    assert bands[0].y[-1] == pytest.approx(0.680143, abs=1e-6)


def test_names_are_not_read_as_code():
    frame = pd.DataFrame(
        {
            "user_id": ["a", "a"],
            "event": ["<b>x", "<b>y"],
            "time": pd.to_datetime(["2026-03-01", "2026-03-02"]),
        }
    )
    figure = pm.retention(frame, start="<b>x", as_of="2026-03-09", by="event").plot()
    assert "<b>" not in figure.to_json().replace("\\u003cb", "<b")
