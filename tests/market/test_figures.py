"""Figures say amounts in the words of the printout."""

import pytest

from pmlab.errors import InputError
from pmlab.market import Assumption, Money, Segment, bottom_up
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


def test_the_capacity_is_a_line_at_the_som():
    drawing = funnel(capacity=Money(500_000, "EUR", per="year")).plot()
    assert lines(drawing) == [500_000]
    assert any("capacity 500,000 EUR a year" in text for text in notes(drawing))
    # In customers it stands beside the customers who are won, on no axis of money.
    drawing = funnel(capacity=Assumption("Visits", 1_500, "households")).plot()
    assert lines(drawing) == []
    assert any("won; capacity 1,500 households" in text for text in notes(drawing))
    assert not any("capacity" in text for text in notes(funnel().plot()))


@pytest.mark.parametrize("result", [MARKET, funnel(), funnel().tornado("TAM")])
def test_the_axis_has_the_words_of_the_labels(result):
    axis = result.plot().layout.xaxis
    # The market is of 2 to 3.6 million (P10 to P90).
    assert 3 <= len(axis.ticktext) <= 8
    for value, text in zip(axis.tickvals, axis.ticktext, strict=True):
        if value >= 1e6:
            assert text == f"{value / 1e6:g} million"
    assert "2.5 million" in axis.ticktext or "2 million" in axis.ticktext


def test_the_ends_of_a_tornado_have_their_unit():
    texts = notes(funnel().tornado().plot())
    assert {"50,000 households", "90,000 households", "3%", "8%"} <= set(texts)


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
