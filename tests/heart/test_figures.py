"""What the figures of surveys and scorecards show, without looking."""

import json

import numpy as np
import pytest

from pmlab import heart, plots
from pmlab.errors import InputError
from pmlab.heart import Guardrail, Metric

CARD = heart.scorecard(
    [
        Metric(name="<SUS>", dimension="happiness", baseline=68, target=78, estimate=73, se=2),
        Metric(name="NPS", dimension="happiness", baseline=0, target=30, estimate=33, se=6),
        Metric.of((290, 1000), name="D7", dimension="retention", baseline=0.3, target=0.4),
    ],
    guardrails=[
        Guardrail.of((50, 1000), name="Refunds", limit=0.02, direction="down"),
        Guardrail.of((12, 1000), name="Crashes", limit=0.03, direction="down"),
    ],
    missing="renormalise",
)
AFTER = heart.scorecard(
    [metric if metric.name != "D7" else metric.measured((350, 1000)) for metric in CARD.metrics],
    missing="renormalise",
)
SUS = heart.sus([[4, 2] * 5, [5, 1] * 5, [3, 3] * 5, [5, 4, 2, 1, 2, 3, 2, 4, 5, 2]], invited=9)
RESULTS = {
    "SUS": SUS,
    "SUS of one": heart.sus([[4, 2] * 5]),
    "SUS of nobody": heart.sus(np.empty((0, 10))),
    "UMUX-Lite": heart.umux_lite([[6, 5], [4, 4], [7, 6]]),
    "NPS": heart.nps([10, 9, 9, 7, 3, 0, 0]),
    "CSAT": heart.csat([5, 4, 2, 7], scale=7),
    "SEQ": heart.seq([7, 6, 4]),
    "scorecard": CARD,
    "scorecard without a composite": heart.scorecard(CARD.metrics),
    "changes": AFTER.compare(CARD),
    "change of a share": heart.completion(9, 10).compare(heart.completion(5, 10)),
    "change of a rate without end": heart.errors(9, 10).compare(heart.errors(0, 10)),
    "change of a time": heart.time_on_task([20, 30]).compare(heart.time_on_task([30, 50])),
}


def drawn(name):
    return json.loads(RESULTS[name].plot().to_json())


def texts(figure):
    return [annotation["text"] for annotation in figure["layout"]["annotations"]]


@pytest.mark.parametrize("name", RESULTS)
def test_one_look_with_the_words_below(name):
    figure = RESULTS[name].plot()
    assert figure.layout.template == plots.THEME
    assert figure.layout.meta["description"] == RESULTS[name].summary()
    assert "http" not in figure.to_json()


def test_nps_bars_are_of_three_groups_that_differ_in_print():
    bars = drawn("NPS")["data"]
    assert [(bar["name"], sum(bar["y"])) for bar in bars] == [
        ("detractors", 3),
        ("passives", 1),
        ("promoters", 3),
    ]
    assert [bar["x"] for bar in bars] == [list(range(7)), [7, 8], [9, 10]]
    assert len({bar["marker"]["pattern"]["shape"] for bar in bars}) == 3


def test_csat_bars_follow_the_scale():
    others, satisfied = drawn("CSAT")["data"]
    assert (others["x"], satisfied["x"]) == ([1, 2, 3, 4, 5], [6, 7])
    assert (others["y"], satisfied["y"]) == ([0, 1, 0, 1, 1], [0, 1])


def test_grades_stand_where_they_begin():
    shapes = drawn("SUS")["layout"]["shapes"]
    bands = [(shape["x0"], shape["x1"]) for shape in shapes[:5]]
    assert bands == [(0, 51.7), (51.7, 62.7), (62.7, 72.6), (72.6, 78.9), (78.9, 100)]
    assert texts(drawn("SUS"))[:5] == ["F", "D", "C", "B", "A"]
    mean = shapes[-1]
    assert mean["x0"] == mean["x1"] == SUS.score
    assert (shapes[-2]["x0"], shapes[-2]["x1"]) == SUS.interval


def test_grades_of_umux_lite_stand_where_its_sus_equivalent_has_them():
    # D begins at SUS 51.7: (51.7 - 22.9) / 0.65 = 44.3.
    assert drawn("UMUX-Lite")["layout"]["shapes"][1]["x0"] == pytest.approx(44.3, abs=0.01)


def test_bars_of_attainment_with_intervals_from_baseline_to_target():
    figure = drawn("scorecard")
    bars, metrics = figure["data"]
    assert bars["y"] == [*CARD.dimensions["dimension"], "composite (ours)"]
    assert bars["x"] == pytest.approx([80, 0, 0, -10, 0, 35])
    ends = (
        bars["x"][3] + bars["error_x"]["array"][3],
        bars["x"][3] - bars["error_x"]["arrayminus"][3],
    )
    row = CARD.dimensions.iloc[3]
    assert ends == pytest.approx((row["high"], row["low"]))
    assert metrics["x"] == pytest.approx([50, 110])
    assert metrics["customdata"] == ["&lt;SUS&gt;", "NPS"]
    lines = [(shape["x0"], shape["x1"]) for shape in figure["layout"]["shapes"]]
    assert lines == [(0, 0), (100, 100)]
    assert {"baseline", "target"} <= set(texts(figure))


def test_guardrails_and_what_is_missing_are_written_into_their_rows():
    written = {
        annotation["y"]: annotation["text"]
        for annotation in drawn("scorecard")["layout"]["annotations"]
    }
    assert written["guardrail: Refunds"].endswith("at most 2.0%: <b>PAST ITS LIMIT</b>")
    assert written["guardrail: Crashes"].endswith("at most 3.0%: holds")
    assert written["adoption"] == "not measured"
    assert "none" in texts(drawn("scorecard without a composite"))


def test_before_and_after_stand_side_by_side_with_the_verdict():
    after, before = drawn("changes")["data"]
    assert (before["name"], after["name"]) == ("before", "after")
    assert before["y"][2] == "D7<br><i>better</i>"
    assert (before["x"][2], after["x"][2]) == (pytest.approx(-10), pytest.approx(50))
    assert before["marker"]["symbol"] != after["marker"]["symbol"]


def test_a_single_change_is_drawn_against_no_change():
    figure = drawn("change of a share")
    assert figure["data"][0]["x"] == pytest.approx([40])  # points
    assert figure["layout"]["shapes"][0]["x0"] == 0
    assert "in points" in figure["layout"]["xaxis"]["title"]["text"]
    assert drawn("change of a time")["layout"]["shapes"][0]["x0"] == 1


def test_a_task_and_a_canvas_are_printed():
    for result in (heart.completion(1, 2), CARD.canvas):
        with pytest.raises(InputError, match="has no figure; print it instead"):
            result.plot()
