"""Several ways beside each other: sizings and levels of funnels, and what pooling presumes."""

import pytest

from pmlab.errors import InputError
from pmlab.market import Assumption, Money, Segment, bottom_up, top_down, triangulate
from pmlab.uncertain import interval

SURE = {"credibility": 0.8}


def funnel():
    homes = Assumption("Homes", interval(5e4, 9e4, **SURE), "homes")
    found = bottom_up([Segment("Homes", homes, Money(40, "EUR", per="year"))])
    return found.funnel({"served": 0.4}, {"won": 0.05}, year=2027)


def sellers():
    sold = Assumption("What sellers sell", Money(interval(4e4, 8e4, **SURE), "EUR", per="year"))
    return top_down(sold, {"all of it": 1})


def test_what_is_won_stands_beside_what_can_be_sold():
    found = triangulate({"won": funnel().som, "sold": sellers()})
    # Medians are geometric means of the ends: 67,082 homes at 40 x 0.4 x 0.05 EUR, and 56,569.
    assert found.ratios.p50[0] == pytest.approx(56_568.5 / 53_665.6, rel=1e-5)
    assert found.to_frame()["kind"].tolist() == ["estimate", "top-down", "mixture"]
    drawing = found.plot()
    assert drawing.layout.meta["description"] == found.summary()


def test_what_a_pooled_view_presumes_is_said():
    found = triangulate({"won": funnel().som, "sold": sellers()})
    assert "Pooled, if all mean the same customers, places and year, it is about" in found.summary()
    assert "All ways mean the same customers, places and year." in found.assumptions


def test_what_is_no_size_is_refused_in_a_whole_sentence():
    for given, says in (
        (funnel(), r"^sizings\['a'\] is a MarketFunnel, .* such as its \.som\.$"),
        (5e6, r"^sizings\['a'\] is a float, .* or give a level of a funnel, such as its \.tam\.$"),
        (funnel().tornado(), r"^sizings\['a'\] is a Tornado, and must be a sizing\. Make one"),
    ):
        with pytest.raises(InputError, match=says) as refused:
            triangulate({"a": given, "b": sellers()})
        assert len(str(refused.value)) < 250, "nothing is pasted"
