"""The figure of a comparison: what it draws, without looking; pictures were looked at by hand."""

import math

import pytest

from pmlab import ab

COOKIE_CATS = {"control": (8502, 44700), "treatment": (8279, 45489)}


def lines(drawing):
    """The intervals, by the axis they are on."""
    return {trace.xaxis: tuple(trace.x) for trace in drawing.data if trace.mode == "lines"}


def test_both_rows_share_one_line_of_zero():
    c = ab.compare_proportions(**COOKIE_CATS, name="retention")
    drawing = c.plot()
    assert lines(drawing)["x"] == pytest.approx((100 * c.low, 100 * c.high))
    assert lines(drawing)["x2"] == pytest.approx((c.relative_low, c.relative_high))
    # The second axis is the first in parts of the control's size, so that 0 stands under 0.
    first, second = drawing.layout.xaxis.range, drawing.layout.xaxis2.range
    assert first[0] == -first[1]
    assert second == pytest.approx([end / (100 * c.control) for end in first])
    assert drawing.layout.meta["description"] == c.summary()
    title = drawing.layout.xaxis.title.text.replace("<br>", " ")
    assert title.endswith("in points: <b>lower</b>")


def test_an_unbounded_interval_runs_off_both_sides():
    c = ab.compare_means(control=ab.Stats(60, 0.6, 100.0), treatment=ab.Stats(60, 2.6, 120.0))
    drawing = c.plot()
    symbols = [trace.marker.symbol for trace in drawing.data if trace.mode == "markers"]
    assert symbols == [("circle",), ("diamond", "triangle-left", "triangle-right")]
    assert all(math.isfinite(x) for trace in drawing.data for x in trace.x)
    assert any("unbounded" in (note.text or "") for note in drawing.layout.annotations)


def test_a_bound_has_one_open_end():
    c = ab.compare_proportions(control=(0, 100), treatment=(3, 98), alternative="greater")
    drawing = c.plot()
    assert [trace.marker.symbol for trace in drawing.data if trace.mode == "markers"] == [
        ("circle", "triangle-right")
    ]
    assert drawing.layout.xaxis2.visible is False
    assert any("undefined" in (note.text or "") for note in drawing.layout.annotations)


@pytest.mark.parametrize(
    "comparison",
    [
        ab.compare_proportions(control=(0, 0), treatment=(3, 10)),
        ab.compare_means(control=[1.0], treatment=[2.0]),
        ab.compare_means(control=[0.0, 0.0], treatment=[0.0, 0.0]),
        ab.compare_means(control=ab.Stats(9, -5.0, 1.0), treatment=ab.Stats(9, 4.0, 1.0)),
    ],
)
def test_what_is_undefined_is_drawn_without_a_number(comparison):
    drawing = comparison.plot()
    assert drawing.layout.meta["description"] == comparison.summary()


def test_names_are_text_and_no_markup():
    c = ab.compare_proportions(**COOKIE_CATS, name="<b>retention</b>")
    assert "<b>retention" not in c.plot().layout.title.text
    assert "<b>retention" not in c._repr_html_()
