"""The printed argument is arithmetic: every line that says "=" is what the lines above come to.

Times and divided by go before plus and minus, and what follows "=" goes on from it. Means are what
adds up and multiplies, for no assumption stands twice in a product.
"""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmlab.market import Assumption, Money, Segment, bottom_up, top_down, value_theory
from pmlab.uncertain import interval, share, uniform

from .test_printout import parsed, value_of


def recomputed(lines):
    """What each "=" line should be, and is: (operation, value) in, pairs out."""
    total, sign, product, found = 0.0, 1, 0.0, []
    for operation, value in lines:
        if operation == "":
            total, sign, product = 0.0, 1, value
        elif operation == "x":
            product *= value
        elif operation == "/":
            product /= value
        elif operation in "+-":
            total, sign, product = total + sign * product, -1 if operation == "-" else 1, value
        else:
            assert operation == "="
            found.append((total + sign * product, value))
            total, sign, product = 0.0, 1, value
    return found


def test_the_rule_by_hand():
    # 2 x 3 - 4 x 1 + 1 = 3, and on: 3 x 5 / 2 = 7.5.
    lines = [("", 2), ("x", 3), ("-", 4), ("x", 1), ("+", 1), ("=", 3), ("x", 5), ("/", 2)]
    assert recomputed([*lines, ("=", 7.5)]) == [(3, 3), (7.5, 7.5)]
    assert recomputed([("", 1000), ("x", 1), ("-", 0.3), ("=", 700)]) == [(999.7, 700)]


def holds(result, least=1):
    frame = result.to_frame()
    pairs = recomputed(zip(frame["operation"], frame["mean"], strict=True))
    assert len(pairs) >= least
    for expected, said in pairs:
        assert said == pytest.approx(expected, rel=1e-9)
    return frame


# --- where it went wrong, by hand ---------------------------------------------------------------

FIRMS = Assumption("Firms", 1000, "firms")
LEFT = 1 - Assumption("gone", share(0.2, 0.4, credibility=0.8), "share")


def test_a_share_that_is_one_less_another_is_one_line():
    found = top_down(FIRMS, {"stays": 1 - Assumption("gone", 0.3, "share")})
    assert list(holds(found)["name"]) == ["Firms", "stays", "TAM"]
    assert found.p50 == 700
    for result in (
        top_down(FIRMS, {"x": 0.5}).funnel(sam={"stays": LEFT}, som={"won": 0.1}, year=2027),
        value_theory(Money(700, "EUR", per="year"), LEFT, 0.1, customers=60_000),
    ):
        holds(result)


def test_an_overlap_that_is_a_difference_is_taken_off_as_a_whole():
    both = Assumption("In both once", 100, "firms") - Assumption("who left", 30, "firms")
    segments = [Segment("F", FIRMS), Segment("G", Assumption("G", 500, "firms"))]
    found = bottom_up(segments, {("F", "G"): both})
    assert list(holds(found)["mean"]) == [1000, 500, 70, 1430]


def test_segments_that_are_differences_and_bring_different_revenue():
    people = FIRMS - Assumption("Gone", 200, "firms")
    found = bottom_up(
        [
            Segment("F", people, Money(10, "EUR", per="year")),
            Segment("G", Assumption("G", 500, "firms"), Money(3, "EUR", per="year")),
        ],
        "none",
    )
    frame = holds(found, least=4)
    assert list(frame["mean"])[-3:] == [8000, 1500, 9500]
    assert list(frame["operation"])[-3:] == ["", "+", "="]


def test_what_is_divided_by_stands_after_its_sign():
    life = Assumption("Lifetime", 10, "years")
    homes = Assumption("Homes", interval(4e4, 9e4, credibility=0.8), "homes")
    found = top_down(homes / life * Assumption("Price", Money(200, "EUR")), {"open to us": 0.5})
    frame = holds(found)
    assert dict(zip(frame["name"], frame["operation"], strict=True))["Lifetime"] == "/"


# --- any sizing ---------------------------------------------------------------------------------

amounts = st.sampled_from([1000.0, 2500.0, interval(900, 2100, credibility=0.8), uniform(800, 900)])
parts = st.sampled_from([0.3, 1.0, share(0.2, 0.6, credibility=0.8), uniform(0.1, 0.9)])


class Made:
    """Draws quantities of every form, each of assumptions of its own."""

    def __init__(self, data):
        self.data, self.n = data, 0

    def name(self, kind):
        self.n += 1
        return f"{kind} {self.n}"

    def count(self, noun="homes", **more):
        def one():
            return Assumption(self.name(noun), self.data.draw(amounts), noun, **more)

        form = self.data.draw(st.sampled_from(["plain", "sum", "less", "product", "sum of both"]))
        if form == "sum":
            return one() + one()
        if form == "less":
            return one() - Assumption(self.name("gone"), 200, noun, **more)
        if form == "product":
            return one() * self.part()
        if form == "sum of both":
            return one() * self.part() + one() - one() * Assumption(self.name("low"), 0.01, "share")
        return one()

    def part(self):
        value = self.data.draw(parts)
        form = self.data.draw(st.sampled_from(["plain", "assumed", "rest"]))
        if form == "plain":
            return Assumption(self.name("share"), value, "share")
        one = Assumption(self.name("share"), value, "share")
        if form == "rest":
            return 1 - one * Assumption(self.name("of it"), 0.5, "share")
        return one

    def money(self):
        one = Assumption(self.name("price"), Money(self.data.draw(amounts), "EUR", per="year"))
        form = self.data.draw(st.sampled_from(["plain", "sum", "product", "grows"]))
        if form == "sum":
            return one + Assumption(self.name("fee"), Money(5, "EUR", per="year"))
        if form == "product":
            return one * self.part()
        if form == "grows":
            growth = Assumption(self.name("growth"), uniform(1, 1.1), "times")
            return one * growth**3
        return one


def any_sizing(data):
    made = Made(data)
    kind = data.draw(st.sampled_from(["bottom-up", "bottom-up", "top-down", "value"]))
    filters = {f"filter {k}": made.part() for k in range(data.draw(st.integers(1, 2)))}
    if kind == "top-down":
        total = data.draw(st.sampled_from([made.money, made.count]))()
        return made, top_down(total, filters)
    if kind == "value":
        people = data.draw(st.sampled_from([None, made.count()]))
        return made, value_theory(made.money(), made.part(), made.part(), people)
    names = "ABCD"[: data.draw(st.integers(1, 4))]
    pays = data.draw(st.sampled_from(["nothing", "the same", "its own"]))
    each = made.money()
    segments = []
    for name in names:
        own = {"nothing": None, "the same": each, "its own": None}[pays]
        own = made.money() if pays == "its own" else own
        segments.append(Segment(name, made.count(), own))
    overlaps = {}
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            few = Assumption(made.name("both"), data.draw(st.sampled_from([9, 20])), "homes")
            less = few - Assumption(made.name("not both"), 3, "homes")
            part = few * Assumption(made.name("part"), 0.5, "share")
            overlaps[one, other] = data.draw(st.sampled_from([0, few, less, part]))
    return made, bottom_up(segments, overlaps)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_line_of_any_sizing_follows_from_those_above(data):
    made, sizing = any_sizing(data)
    frame = holds(sizing)
    assert frame["mean"].iloc[-1] == pytest.approx(sizing.mean)
    if sizing.unit.kind == "money" and data.draw(st.booleans()):
        rate = data.draw(st.sampled_from([1.1, Assumption("rate", uniform(1, 2), "USD per EUR")]))
        sizing = sizing.to(currency="USD", rate=rate)
        holds(sizing, least=2)
    names = [part.name for part in sizing.parts]
    sam = {"served": made.part()}
    if names:
        some = data.draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
        where = {name: made.part() for name in some}
        sam = data.draw(
            st.sampled_from([sam, {"where": where}, {"where": where} | sam, sam | {"where": where}])
        )
    funnel = sizing.funnel(sam=sam, som={"won": made.part()}, year=2027)
    frame = holds(funnel, least=3)
    for level, one in funnel.levels.items():
        assert funnel.lines_to(level)[-1].estimate is one
        assert frame[frame["operation"] == "="]["mean"].isin([one.mean]).any()


# --- print --------------------------------------------------------------------------------------


@pytest.mark.parametrize("revenue", ["its own", "the same"])
def test_a_long_model_folds_and_still_adds_up(revenue):
    each = Money(10, "EUR", per="year")
    if revenue == "the same":
        each = Assumption("Spend", each)
    found = bottom_up(
        [Segment(f"S{k}", 1e6 * 0.8**k, each) for k in range(40)],
        "none",
    )
    head, *rows = parsed(found).tables[0]
    names = [row[0] for row in rows]
    further = next(name for name in names if "further segments" in name)
    kept = sum(re.fullmatch(r"\+? ?S\d+(: customers)?", name) is not None for name in names)
    if revenue == "the same":
        assert kept + int(further.split()[1]) == 40
    assert len(rows) < 50
    # Of what is printed, to three digits.
    column = head.index("P50")
    lines = [
        (row[0][0] if row[0][0] in "x+-=/" and row[0][1] == " " else "", value_of(row[column])[0])
        for row in rows
    ]
    for expected, said in recomputed(lines):
        assert said == pytest.approx(expected, rel=0.01)
    # The frame has all of them, and nothing twice.
    frame = holds(found)
    assert not frame["name"].str.contains("further").any()
    assert set(found.segments["segment"]) == {f"S{k}" for k in range(40)}
    assert found.segments["market_mean"].sum() == pytest.approx(found.mean)
    text = str(found)
    assert max(map(len, text.splitlines())) <= 100
    assert "and all in .ledger" in text
    assert len(found.ledger) == 80 if revenue == "its own" else 41


def test_every_segment_of_a_short_model_is_printed():
    found = bottom_up([Segment(f"S{k}", 10.0**k) for k in range(1, 9)], "none")
    assert "further" not in str(found)


def test_a_number_stands_as_it_was_typed_and_what_is_made_of_it_is_rounded():
    homes = Assumption("Homes", 12_345, "homes")
    found = bottom_up([Segment("Homes", homes, Money(10, "EUR", per="year"))]).funnel(
        {"here": 0.4321}, {"won": 0.1}, year=2027
    )
    chain, people = ({row[0]: row[2] for row in table[1:]} for table in parsed(found).tables[:2])
    assert (chain["Homes"], chain["x here"], chain["= SAM"]) == ("12,345", "43.21%", "53,300")
    assert people == {
        "TAM, customers": "12,345", "SAM, customers": "5,330", "SOM, customers": "533"
    }  # fmt: skip
