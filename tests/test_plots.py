"""Every figure looks the same, reads without colours, and says in words what it shows."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import pmlab as pm
from pmlab import plots
from pmlab.errors import InputError
from pmlab.results import Result
from tests.contrast import contrast

EVENTS = pd.DataFrame(
    {
        "user_id": ["Anna", "Anna", "Ben", "Cleo", "Dan", "Dan"],
        "event": ["visit", "purchase", "visit", "visit", "visit", "purchase"],
        "time": pd.to_datetime(["2026-01-01", "2026-01-02", *["2026-01-03"] * 4]),
        "device": ["phone", "phone", "desktop", "desktop", "<tablet>", "<tablet>"],
    }
)
STEPS = ["visit", "purchase"]


@pytest.fixture(scope="module")
def results():
    return {
        "funnel": pm.funnel(EVENTS, STEPS, within="7d"),
        "by device": pm.funnel(EVENTS, STEPS, within="7d", by="device"),
        "typed in": pm.funnel_from_counts([1000, 420, 96], steps=["see", "like", "buy"]),
        "nobody": pm.funnel_from_counts([0, 0], steps=STEPS),
        "log": pm.check_log(EVENTS),
    }


KINDS = ["funnel", "by device", "typed in", "nobody", "log"]


@pytest.mark.parametrize("kind", KINDS)
def test_one_look_for_all(results, kind):
    layout = results[kind].plot().layout
    assert layout.template == plots.THEME
    assert layout.paper_bgcolor is None  # the theme's, and so for all the rest
    assert layout.font.color is None


@pytest.mark.parametrize("kind", KINDS)
def test_the_words_are_in_the_drawing_and_in_its_description(results, kind):
    figure = results[kind].plot()
    summary = results[kind].summary()
    assert figure.layout.meta["description"] == summary
    caption = figure.layout.annotations[-1].text
    # A screen reader gets the lines joined as they are, so words must not run together.
    # Plotly knows no entity of a quotation mark, and would print it as it is.
    assert caption.replace("<br>", "") == summary.replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize("kind", KINDS)
def test_no_figure_holds_an_address_or_a_button_that_sends_it_away(results, kind):
    figure = results[kind].plot()
    assert "http" not in figure.to_json()
    assert "sendChartToCloud" in figure.layout.template.layout.modebar.remove


def test_segments_differ_without_their_colours():
    assert len(set(plots.PATTERNS)) == len(plots.COLOURS) == len(set(plots.COLOURS))


def test_text_stands_out_from_its_ground():
    # WCAG 2.2, success criterion 1.4.6 (AAA): 7 to 1.
    ink, paper = (
        tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
        for colour in (plots.INK, plots.PAPER)
    )
    assert contrast(ink, paper) >= 7


@pytest.mark.parametrize("kind", ["funnel", "by device", "typed in", "nobody"])
def test_shares_stand_on_zero_and_the_tallest_bar_has_room(results, kind):
    low, high = results[kind].plot().layout.yaxis.range
    assert (low, round(high, 2)) == (0, 1.15)


def test_a_name_from_the_data_is_text_and_no_markup(results):
    drawn = json.loads(results["by device"].plot().to_json())
    names = [trace["name"] for trace in drawn["data"] if trace["type"] == "bar"]
    assert "&lt;tablet&gt;" in names


def test_a_result_without_a_figure_is_told_so(results):
    class Sentence(Result):
        title = method = "a sentence"
        assumptions = ()

        def to_frame(self):
            return pd.DataFrame()

        def summary(self):
            return "Nothing."

        def _table(self):
            return {}

    with pytest.raises(InputError, match="a Sentence has no figure; print it instead"):
        Sentence().plot()


def test_a_long_curve_is_drawn_with_few_points_and_all_of_them_are_its_own():
    """Of 3,000 people the n-th converts after n seconds; the window is an hour."""
    start = pd.Timestamp("2026-03-01")
    rows = [(n, "a", start) for n in range(1, 3001)]
    rows += [(n, "b", start + pd.Timedelta(seconds=n)) for n in range(1, 3001)]
    events = pd.DataFrame(rows, columns=["user_id", "event", "time"])
    times = pm.funnel(events, ["a", "b"], within="1h").times()
    drawn = times.plot().data[-1]
    assert 200 < len(drawn.x) < 600
    seconds = [round(3600 * hours) for hours in drawn.x]
    assert list(drawn.y) == pytest.approx([second / 3000 for second in seconds])
    assert seconds[-1] == 3000
