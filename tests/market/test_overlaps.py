"""How far it matters what is not known of overlaps, and whose spending those in several have."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmlab.market import Assumption, Money, Segment, bottom_up

from . import definition
from .test_against_definition import LETTERS, in_sets, memberships, segments_of


def euros(amount):
    return Money(amount, "EUR", per="year")


def two(**overlaps):
    return bottom_up(
        [Segment("Families", 40e3, euros(10)), Segment("Couples", 65e3, euros(2))], **overlaps
    )


def test_whose_spending_by_hand():
    # 28,000 only families at 10, 53,000 only couples at 2, and 12,000 of both at 2 or at 10.
    found = two(overlaps={("Families", "Couples"): 12e3})
    assert tuple(found.spending.bounds) == pytest.approx((410e3, 506e3))
    said = next(text for text in found.warnings if "whose spending" in text)
    assert "first listed of them does ('Families', 'Couples')" in said
    assert "between 410,000 and 506,000 EUR a year (506,000 as counted here)" in said


def test_it_is_not_said_where_it_does_not_matter():
    alike = [Segment("Families", 40e3, euros(10)), Segment("Couples", 65e3, euros(10))]
    both = {("Families", "Couples"): 12e3}
    few = {("Families", "Couples"): 100}  # 800 EUR of half a million
    for found in (bottom_up(alike, both), two(overlaps="none"), two(overlaps=few)):
        assert found.spending is None
        assert not any("whose spending" in text for text in found.warnings)


@settings(max_examples=80, deadline=None)
@given(
    masks=memberships,
    k=st.integers(2, 4),
    each=st.lists(st.integers(1, 500), min_size=4, max_size=4),
)
def test_bounds_are_those_of_everybodys_cheapest_and_dearest_segment(masks, k, each):
    sets = in_sets(masks, k)
    spends = dict(zip(LETTERS, each, strict=True))
    low, high = (
        sum(
            pick(spends[name] for name, members in sets.items() if one in members)
            for one in set.union(*sets.values())
        )
        for pick in (min, max)
    )
    found = bottom_up(segments_of(sets, spends), overlaps=definition.overlaps_of(sets))
    if found.spending is None:
        assert high - low <= 0.0101 * found.mean
    else:
        assert tuple(found.spending.bounds) == pytest.approx((low, high))
        assert low <= found.mean * (1 + 1e-9)
        assert found.mean <= high * (1 + 1e-9)


def test_bounds_go_with_the_market_into_another_unit():
    # Nobody in both: 400,000 + 130,000 EUR. All families couples, who bring what families do:
    # 400,000 and 25,000 couples more at 2.
    found = two()
    assert tuple(found.overlap_bounds) == pytest.approx((450e3, 530e3))
    dollars = found.to(currency="USD", rate=2)
    assert tuple(dollars.overlap_bounds) == pytest.approx((900e3, 1.06e6))
    said = dollars.warnings[0]
    assert "between 900,000 and 1.06 million USD a year" in said
    assert not any("EUR a year" in text for text in dollars.warnings)
    assert dollars.funnel({"x": 0.5}, {"y": 0.1}, year=2027).warnings[0] == said
    monthly = dollars.to(per="month")
    assert tuple(monthly.overlap_bounds) == pytest.approx((900e3 / 12, 1.06e6 / 12))
    rate = Assumption("Rate", 3, "USD for one EUR")
    spending = two(overlaps={("Families", "Couples"): 12e3}).to(currency="USD", rate=rate).spending
    assert tuple(spending.bounds) == pytest.approx((3 * 410e3, 3 * 506e3))
    assert spending.taken == pytest.approx(3 * 506e3)


def test_what_is_left_out_is_listed_and_counted():
    # Of three segments three pairs and one triple are not known.
    found = bottom_up([Segment(name, 10) for name in "ABC"])
    assert any("or in 1 further combination." in text for text in found.warnings)
