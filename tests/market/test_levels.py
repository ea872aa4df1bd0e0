"""TAM, SAM and SOM: shares by segment, levels that stay within each other, what is drawn once."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmlab.errors import InputError
from pmlab.market import Assumption, Money, Segment, bottom_up, estimate, top_down
from pmlab.uncertain import interval, pert, share, uniform

from . import definition
from .test_against_definition import LETTERS, in_sets, memberships, segments_of

SURE = {"credibility": 0.8}
YEARLY = Money(40, "EUR", per="year")


def two(revenue=(10, 20), overlaps=None):
    """40,000 families and 65,000 couples, of whom 12,000 are both."""
    return bottom_up(
        [
            Segment(name, n, Money(each, "EUR", per="year"))
            for name, n, each in zip(("Families", "Couples"), (40e3, 65e3), revenue, strict=True)
        ],
        overlaps or {("Families", "Couples"): 12e3},
    )


# --- shares by segment --------------------------------------------------------------------------


def test_a_share_by_segment_by_hand():
    # 40,000 families at 10, and 53,000 couples who are no families at 20.
    found = two().funnel(
        sam={"where we deliver": {"Families": 0.5, "Couples": 0.1}, "online": 0.5},
        som={"won": 0.2},
        year=2027,
    )
    assert found.sam.mean == pytest.approx((40e3 * 0.5 * 10 + 53e3 * 0.1 * 20) * 0.5)
    assert found.som.mean == pytest.approx(found.sam.mean * 0.2)
    assert found.customers["SAM"].mean == pytest.approx((40e3 * 0.5 + 53e3 * 0.1) * 0.5)
    names = list(found.to_frame()["name"])
    assert "where we deliver: Families" in names
    assert not any("left out" in name for name in names)


def test_a_segment_that_is_left_out_is_out_and_is_said_to_be():
    funnels = [
        two().funnel(sam={"here": where}, som={"won": 0.2}, year=2027)
        for where in ({"Families": 0.5}, {"Families": 0.5, "Couples": 0})
    ]
    for found in funnels:
        assert found.sam.mean == pytest.approx(40e3 * 0.5 * 10)
        frame = found.to_frame().set_index("name")
        assert frame.loc["here: left out", "mean"] == 0
        assert frame.loc["Couples, of TAM", "mean"] == pytest.approx(53e3 * 20)


def test_a_share_by_segment_after_a_level_is_of_that_level():
    found = two().funnel(sam={"here": 0.5}, som={"won": {"Couples": 0.1}}, year=2027)
    assert found.som.mean == pytest.approx(53e3 * 20 * 0.5 * 0.1)
    frame = found.to_frame().set_index("name")
    assert frame.loc["Couples, of SAM", "mean"] == pytest.approx(53e3 * 20 * 0.5)


def test_capacity_in_customers_knows_the_segments():
    # 40,000 x 10% = 4,000 families are won.
    for capacity, chance in ((4_001, 0), (3_999, 1)):
        found = two().funnel(
            sam={"all": 1},
            som={"won": {"Families": 0.1}},
            year=2027,
            capacity=Assumption("Visits", capacity, "customers"),
        )
        assert found.chance_above_capacity == chance


@settings(max_examples=60, deadline=None)
@given(
    masks=memberships,
    k=st.integers(2, 4),
    each=st.lists(st.integers(1, 500), min_size=4, max_size=4),
    part=st.lists(st.sampled_from([0, 0.25, 0.5, 1]), min_size=4, max_size=4),
)
def test_shares_by_segment_are_of_those_who_are_counted_in_it(masks, k, each, part):
    sets = in_sets(masks, k)
    spends = dict(zip(LETTERS, each, strict=True))
    shares = dict(zip(sets, part, strict=False))
    counted = definition.counted_once(sets)
    expected = sum(len(counted[name]) * spends[name] * shares[name] for name in sets)
    sizing = bottom_up(segments_of(sets, spends), overlaps=definition.overlaps_of(sets))
    if not expected:
        if not any(part[:k]):
            with pytest.raises(InputError, match="leaves nothing"):
                sizing.funnel(sam={"here": shares}, som={"won": 0.1}, year=2027)
        return
    found = sizing.funnel(sam={"here": shares}, som={"won": 0.1}, year=2027)
    assert found.sam.mean == pytest.approx(expected)
    assert found.customers["SAM"].mean == pytest.approx(
        sum(len(counted[name]) * shares[name] for name in sets)
    )


def test_one_assumption_may_be_the_share_of_several_segments():
    part = Assumption("delivered", share(0.2, 0.4, **SURE), "share")
    by_segment = two().funnel(
        {"here": dict.fromkeys(("Families", "Couples"), part)}, {"w": 0.1}, year=2027
    )
    flat = two().funnel({"here": part}, {"w": 0.1}, year=2027)
    assert by_segment.sam.sd == pytest.approx(flat.sam.sd)
    with pytest.raises(InputError, match="'delivered' is applied already"):
        two().funnel({"here": {"Families": part}}, {"won": part}, year=2027)


REFUSED = {
    "a misspelt segment": (
        lambda: {"here": {"Familes": 0.5}},
        r"sam\['here'\]: there is no segment 'Familes'. Did you mean 'Families'",
    ),
    "nothing left": (lambda: {"here": {"Families": 0}}, "leaves nothing: give a share above 0"),
    "an empty mapping": (lambda: {"here": {}}, "leaves nothing"),
    "a share above 1": (lambda: {"here": {"Families": 40}}, r"sam\['here'\]\['Families'\].*0.4"),
    "a list": (lambda: ["Families"], "sam is a list; it must be a mapping of name -> share"),
    "a tornado": (lambda: two().tornado(), "sam is a Tornado; it must be a mapping"),
    "a name twice": (
        lambda: {"here": {"Families": 0.5}, "Here": 0.5},
        r"sam\['Here'\]: 'here' is applied already",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_with_the_next_move(case):
    sam, says = REFUSED[case]
    with pytest.raises(InputError, match=says) as refused:
        two().funnel(sam=sam(), som={"won": 0.1}, year=2027)
    assert len(str(refused.value)) < 300, "nothing is pasted"


def test_a_filter_called_like_a_segment_is_not_taken_for_all_of_them():
    # 0.5 of families and 0.1 of couples, and not 0.05 of both.
    says = "{'where we deliver': {'Families': 0.5, 'Couples': 0.1}}"
    with pytest.raises(InputError, match=re.escape(says)):
        two().funnel(sam={"families": 0.5, "Couples": 0.1}, som={"won": 0.2}, year=2027)
    alone = bottom_up([Segment("Families", 40e3, YEARLY)])
    assert alone.funnel(sam={"Families": 0.5}, som={"won": 0.2}, year=2027).sam.p50 == 800e3


def test_segments_are_asked_of_a_bottom_up_sizing():
    with pytest.raises(InputError, match="need the segments of a bottom_up"):
        top_down(YEARLY, {"online": 0.5}).funnel({"here": {"A": 0.5}}, {"won": 0.1}, year=2027)


def test_a_capacity_that_is_a_sizing_is_not_pasted():
    with pytest.raises(InputError, match=r"capacity is a Sizing; .*\.quantity") as refused:
        two().funnel({"here": 0.5}, {"won": 0.1}, year=2027, capacity=two())
    assert len(str(refused.value)) < 200


def test_another_sizing_may_be_a_level():
    families = bottom_up([Segment("Families", 40e3, Money(10, "EUR", per="year"))])
    found = two().funnel(sam=families, som={"won": {"Families": 0.1}}, year=2027)
    assert found.sam.mean == 400e3
    assert found.som.mean == pytest.approx(40e3)
    assert found.customers["SOM"].mean == pytest.approx(4e3)


# --- levels -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_no_quantile_of_a_part_is_above_that_of_its_whole(seed):
    # The TAM is exact, and SAM and SOM are drawn: nearly all of it, so that noise would show.
    spend = Money(interval(1e6, 4e6, **SURE), "EUR", per="year")
    nearly = [share(0.9995, 0.9999, **SURE) for _ in range(2)]
    found = top_down(spend, {"online": 0.5}, rng=seed, draws=2_000).funnel(
        sam={"delivered": nearly[0]}, som={"won": nearly[1]}, year=2027
    )
    assert (found.tam.exact, found.sam.exact) == (True, False)
    chances = np.linspace(0.01, 0.99, 99)
    tam, sam, som = (one.quantile(chances) for one in (found.tam, found.sam, found.som))
    assert (sam <= tam).all()
    assert (som <= sam).all()
    assert (np.diff(som) >= 0).all()
    xs = np.linspace(tam[0], tam[-1], 50)
    assert (found.som.cdf(xs) >= found.sam.cdf(xs)).all()
    assert (found.sam.cdf(xs) >= found.tam.cdf(xs)).all()


def test_each_assumption_is_drawn_once_for_a_sizing_and_its_funnel(monkeypatch):
    drawn = []
    own = estimate.drawn_from

    def counting(ranges, n, seed):
        drawn.extend(ranges)
        return own(ranges, n, seed)

    monkeypatch.setattr(estimate, "drawn_from", counting)
    people = Assumption("Homes", uniform(1e5, 2e5), "homes")
    price = Assumption("Price", Money(pert(10, 20, 60), "EUR", per="year"))
    sizing = bottom_up([Segment("Homes", people, price)])
    found = sizing.to(currency="USD", rate=1.1).funnel(
        {"here": share(0.2, 0.4, **SURE)},
        {"won": share(0.01, 0.04, **SURE)},
        year=2027,
        capacity=Money(interval(1e4, 4e4, **SURE), "USD", per="year"),
    )
    str(sizing), str(found), found.plot()
    assert sorted(drawn) == ["Capacity", "Homes", "Price", "here", "won"]


def test_the_lines_to_a_level_are_those_from_the_level_above():
    found = two().funnel({"here": 0.5, "online": 0.4}, {"won": 0.1}, year=2027)
    assert [link.name for link in found.lines_to("SAM")] == ["here", "online", "SAM"]
    assert [link.label for link in found.lines_to("SOM")] == ["x won", "= SOM"]
    assert found.lines_to("TAM")[-1].estimate is found.tam
    # A segment may be called like a level.
    odd = bottom_up([Segment("SAM", 10, YEARLY), Segment("SOM", 20, YEARLY)], "none")
    odd = odd.funnel({"SAM ": 0.5}, {"SOM ": 0.1}, year=2027)
    assert [one.mean for one in odd.levels.values()] == pytest.approx([1200, 600, 60])
    assert [link.label for link in odd.lines_to("SAM")] == ["x SAM", "= SAM"]


# --- years --------------------------------------------------------------------------------------


def dated(year, *more):
    homes = Assumption("Homes", 6e4, "homes", source="panel", date="2026-05")
    whole = homes
    for one in more:
        whole = whole * one
    found = bottom_up([Segment("Homes", whole, YEARLY)])
    return found.funnel({"here": 0.4}, {"won": 0.05}, year=year).warnings


def test_a_year_that_no_number_is_of_is_warned_of_unless_something_grows():
    growth = Assumption("Growth", interval(1.03, 1.12, **SURE), "times")
    said = [text for text in dated(2030) if "nothing grows" in text]
    assert "of 2030, and the newest number is of 2026" in said[0]
    assert "** 4" in said[0]
    for warnings in (dated(2027), dated(2026), dated(2030, growth**4)):
        assert not any("nothing grows" in text for text in warnings)
