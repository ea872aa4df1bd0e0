"""Figures say amounts in the words of the printout."""

import pytest

from pmlab.errors import InputError
from pmlab.market import Assumption, Money, Segment, bottom_up, triangulate
from pmlab.uncertain import interval, share, uniform

SURE = {"credibility": 0.8}
HOMES = Assumption("Homes", interval(50e3, 90e3, **SURE), "households")
MARKET = bottom_up([Segment("Homes", HOMES, Money(40, "EUR", per="year"))])


def funnel(**more):
    return MARKET.funnel({"served": 0.4}, {"won": share(0.03, 0.08, **SURE)}, year=2027, **more)


def notes(drawing):
    return [note.text for note in drawing.layout.annotations]


def lines(drawing):
    return [shape.x0 for shape in drawing.layout.shapes if shape.type == "line"]


def bars(drawing, axis):
    return [one for one in drawing.data if one.type == "bar" and (one.xaxis or "x") == axis]


def test_the_capacity_is_a_line_at_the_som():
    drawing = funnel(capacity=Money(500_000, "EUR", per="year")).plot()
    assert lines(drawing) == [500_000]
    assert any("capacity 500,000 EUR a year, thick line" in text for text in notes(drawing))
    # In customers it stands beside the customers who are won, on no axis of money.
    drawing = funnel(capacity=Assumption("Visits", 1_500, "households")).plot()
    assert lines(drawing) == []
    assert any("won<br>capacity 1,500 households" in text for text in notes(drawing))
    assert not any("capacity" in text for text in notes(funnel().plot()))


def test_a_som_too_small_to_see_is_drawn_once_more_on_an_axis_of_its_own():
    # 2% of the TAM: of 380 pixels it has 8, and its range fewer.
    drawing = funnel(capacity=Money(60_000, "EUR", per="year")).plot()
    assert len(bars(drawing, "x")) == 3
    (som,) = bars(drawing, "x2")
    right = drawing.layout.xaxis2.range[1]
    high = som.x[0] + som.error_x.array[0]
    assert high == pytest.approx(funnel().som.p90)
    assert right / 2 < high < right
    (line,) = (one for one in drawing.layout.shapes if one.type == "line")
    assert (line.x0, line.xref, line.yref) == (60_000, "x2", "y2")
    # The axis goes on to a capacity that is further out, if the SOM is still to be seen then.
    near, far = (funnel(capacity=Money(x, "EUR", per="year")).plot() for x in (4e5, 4e7))
    assert near.layout.xaxis2.range[1] > 4e5
    assert far.layout.xaxis2.range[1] == right
    assert lines(far) == []
    assert any("capacity 40 million EUR a year" in text for text in notes(far))


def test_a_som_that_is_seen_is_drawn_once():
    drawing = MARKET.funnel({"served": 0.9}, {"won": 0.5}, year=2027).plot()
    assert len(bars(drawing, "x")) == 3
    assert bars(drawing, "x2") == []


def test_who_points_at_a_level_reads_how_it_came_about():
    # Names may be those of the levels, and a sizing that was converted has two lines of a TAM.
    spend = Money(500, "EUR", per="year", basis="GMV")
    names = ("SAM", "TAM, all segments")
    market = bottom_up([Segment(name, 1e4 * k, k * spend) for k, name in enumerate(names, 1)])
    market = market.to(basis="revenue", take_rate=0.1)
    drawing = market.funnel({"SOM": 0.4}, {"won": 0.5}, year=2027).plot()
    tam, sam, som = (bar.customdata[0].split("<br>")[1:] for bar in bars(drawing, "x"))
    assert tam[-1] == "x take rate"
    assert any("TAM, all segments" in line for line in tam)
    assert (sam, som) == (["x SOM"], ["x won"])


@pytest.mark.parametrize("result", [MARKET, funnel(), funnel().tornado("TAM")])
def test_the_axis_has_the_words_of_the_labels(result):
    axis = result.plot().layout.xaxis
    # The market is of 2 to 3.6 million (P10 to P90).
    assert 3 <= len(axis.ticktext) <= 8
    for value, text in zip(axis.tickvals, axis.ticktext, strict=True):
        if value >= 1e6:
            assert text == f"{value / 1e6:g} million"
    assert "2.5 million" in axis.ticktext or "2 million" in axis.ticktext


def test_the_ends_of_a_tornado_are_numbers_and_their_unit_stands_at_the_name():
    texts = notes(funnel().tornado().plot())
    assert {"Homes (households)", "50,000", "90,000", "won", "3%", "8%"} <= set(texts)


def test_a_name_is_text_even_where_plotly_would_read_a_variable_or_a_formula():
    name = '%{y} of $5 to $9 & "more"'
    segment = Assumption(name, interval(50e3, 90e3, **SURE), "households")
    sizing = bottom_up([Segment(name, segment, Money(40, "EUR", per="year"))])
    both = triangulate({name: sizing, "other": MARKET})
    for result in (
        sizing,
        sizing.tornado(),
        sizing.funnel({"a": 0.4}, {"b": 0.1}, year=2027),
        both,
    ):
        drawn = result.plot().to_plotly_json()
        assert not any(name in trace.get("hovertemplate", "") for trace in drawn["data"])
        drawn["layout"].pop("meta")
        assert "of $5" not in str(drawn)  # it would be set as a formula
        assert "quot;" not in str(drawn)


def test_a_negative_segment_is_refused_where_all_overlaps_are_said():
    def market(both, all_three):
        return bottom_up(
            [Segment(name, 100) for name in "ABC"],
            overlaps={
                ("A", "B"): 20, ("A", "C"): both, ("B", "C"): both, ("A", "B", "C"): all_three,
            },
        )  # fmt: skip

    # 100 - 2 x (40 to 60) + 10: below 0 from 55 up, which is in 1/4 of the draws.
    with pytest.raises(InputError, match=r"25%.*'C' and those listed before it.*C x share"):
        market(Assumption("Both", uniform(40, 60), "customers"), 10)
    assert market(40, 10).p50 == 300 - 20 - 80 + 10
