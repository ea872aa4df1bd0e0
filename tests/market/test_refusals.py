"""What a sizing refuses: each message names the parameter, what came, and the next move."""

import pytest

from pmlab.errors import InputError, PmlabError
from pmlab.market import (
    Assumption,
    Money,
    Segment,
    bottom_up,
    top_down,
    triangulate,
    value_theory,
)
from pmlab.uncertain import interval, share, uniform

NAN, INF = float("nan"), float("inf")

FAMILIES = Assumption("Families", 40_000, "households")
COUPLES = Assumption("Couples", 65_000, "households")
YEARLY = Money(600, "EUR", per="year")
MONTHLY = Money(50, "EUR", per="month")
DOLLARS = Money(700, "USD", per="year")
GROSS = Money(600, "EUR", per="year", basis="GMV")


def market(amount=1e6, per="year", currency="EUR", basis="revenue"):
    return top_down(
        Assumption("Spend", Money(amount, currency, per=per, basis=basis)), {"online": 0.5}
    )


def two(first=YEARLY, second=YEARLY, **options):
    return bottom_up(
        [Segment("Families", FAMILIES, first), Segment("Couples", COUPLES, second)], **options
    )


def funnel(**options):
    usual = {"sam": {"cities": 0.4}, "som": {"won": 0.05}, "year": 2027}
    return market().funnel(**(usual | options))


REFUSED = {
    # Money.
    "currencies": (lambda: YEARLY + DOLLARS, ["EUR", "USD", ".to(currency="]),
    "currencies, less": (lambda: YEARLY - DOLLARS, ["EUR", "USD", ".to(currency="]),
    "periods": (lambda: YEARLY + MONTHLY, ["month", "year", ".to(per="]),
    "a period and none": (lambda: YEARLY + Money(50, "EUR"), ["year", "per"]),
    "bases": (lambda: YEARLY + GROSS, ["GMV", "revenue", ".to(basis=", "take_rate"]),
    "money and a number": (lambda: YEARLY + 5, ["5", "Money"]),
    "money by money": (lambda: YEARLY * YEARLY, ["money times money means nothing"]),
    "no currency": (lambda: Money(600, ""), ["currency=''", "say 'EUR'"]),
    "a currency that is no text": (lambda: Money(600, 978), ["currency", "978"]),
    "a period of their own": (lambda: Money(600, "EUR", per="yr"), ["per", "yr", "year"]),
    "a fortnight": (lambda: Money(600, "EUR", per="fortnight"), ["per", "fortnight"]),
    "a basis of their own": (lambda: Money(600, "EUR", basis="gmv"), ["basis", "gmv", "GMV"]),
    "an amount that is NaN": (lambda: Money(NAN, "EUR"), ["amount", "nan"]),
    "an amount that is infinite": (lambda: Money(INF, "EUR"), ["amount", "inf"]),
    "an amount that is text": (lambda: Money("600", "EUR"), ["amount", "600"]),
    "a rate of 0": (lambda: YEARLY.to(currency="USD", rate=0), ["rate", "0"]),
    "a rate below 0": (lambda: YEARLY.to(currency="USD", rate=-1.1), ["rate", "-1.1"]),
    "a rate that is NaN": (lambda: YEARLY.to(currency="USD", rate=NAN), ["rate", "nan"]),
    "no rate": (lambda: YEARLY.to(currency="USD"), ["rate", "USD"]),
    "a rate for nothing": (lambda: YEARLY.to(rate=1.1), ["currency="]),
    "no take rate": (lambda: GROSS.to(basis="revenue"), ["take_rate"]),
    "a take rate in percent": (
        lambda: GROSS.to(basis="revenue", take_rate=8),
        ["take_rate", "8", "0.08"],
    ),
    "a take rate of 0": (lambda: GROSS.to(basis="revenue", take_rate=0), ["take_rate", "0"]),
    "no period to convert": (lambda: Money(50, "EUR").to(per="year"), ["per", "year"]),
    # Assumptions.
    "a share above 1": (lambda: Assumption("Commission", 8, "share"), ["Commission", "8", "0.08"]),
    "a share below 0": (lambda: Assumption("Commission", -0.1, "share"), ["Commission", "-0.1"]),
    "a lognormal share": (
        lambda: Assumption("Won", interval(0.3, 0.9, credibility=0.8), "share"),
        ["Won", "share("],
    ),
    "a range of shares above 1": (
        lambda: Assumption("Won", uniform(0.5, 1.5), "share"),
        ["Won", "1.5"],
    ),
    "no name": (lambda: Assumption("", 5, "orders"), ["name=''", "names the assumption"]),
    "no unit": (lambda: Assumption("Orders", 5), ["unit", "Orders"]),
    "a value that is NaN": (lambda: Assumption("Orders", NAN, "orders"), ["Orders", "nan"]),
    "a value below 0": (lambda: Assumption("Orders", -3, "orders"), ["Orders", "-3"]),
    "a range below 0": (
        lambda: Assumption("Orders", uniform(-3, 3), "orders"),
        ["Orders", "-3"],
    ),
    "a value that is text": (lambda: Assumption("Orders", "12", "orders"), ["Orders", "'12'"]),
    "a value that is a truth": (lambda: Assumption("Orders", True, "orders"), ["Orders", "True"]),
    "a date in words": (
        lambda: Assumption("Orders", 5, "orders", date="last May"),
        ["date", "last May", "2026"],
    ),
    "a thirteenth month": (
        lambda: Assumption("Orders", 5, "orders", date="2026-13"),
        ["date", "2026-13"],
    ),
    "a period for orders": (
        lambda: Assumption("Orders", 5, "orders", per="yearly"),
        ["per", "yearly", "year"],
    ),
    # Products.
    "twice in one product": (
        lambda: Assumption("Commission", 0.08, "share") * Assumption("Commission", 0.08, "share"),
        ["Commission", "twice"],
    ),
    "one name, two contents": (
        lambda: two(
            Assumption("Spend", YEARLY), Assumption("Spend", Money(300, "EUR", per="year"))
        ),
        ["Spend", "300", "600"],
    ),
    "two periods in one product": (
        lambda: Assumption("Orders", 2, "orders", per="month") * Assumption("Spend", YEARLY),
        ["month", "year"],
    ),
    "money twice in one product": (
        lambda: Assumption("Basket", Money(50, "EUR")) * Assumption("Spend", YEARLY),
        ["Basket", "Spend"],
    ),
    "households and people": (
        lambda: FAMILIES + Assumption("People", 5, "people"),
        ["people", "bring both to one"],
    ),
    # Segments.
    "no segments": (lambda: bottom_up([]), ["segments is empty", "one or more Segment"]),
    "an empty segment": (lambda: Segment("Families", 0, YEARLY), ["Families", "empty", "0"]),
    "a segment of NaN": (lambda: Segment("Families", NAN, YEARLY), ["Families", "nan"]),
    "a segment below 0": (lambda: Segment("Families", -5, YEARLY), ["Families", "-5"]),
    "a segment of money": (lambda: Segment("Families", YEARLY, YEARLY), ["Families", "customers"]),
    "a segment without a name": (lambda: Segment("", 5, YEARLY), ["names the segment"]),
    "a segment twice": (
        lambda: bottom_up([Segment("Families", 5), Segment("Families", 6)]),
        ["two segments", "Families", "name"],
    ),
    "a segment without revenue": (
        lambda: bottom_up([Segment("Families", FAMILIES, YEARLY), Segment("Couples", COUPLES)]),
        ["Couples", "revenue"],
    ),
    "revenue without a period": (
        lambda: bottom_up([Segment("Families", FAMILIES, Money(50, "EUR"))]),
        ["Families", "per"],
    ),
    "revenue that is a count": (
        lambda: bottom_up([Segment("Families", FAMILIES, Assumption("Orders", 5, "orders"))]),
        ["Families", "revenue"],
    ),
    "households against people": (
        lambda: bottom_up(
            [Segment("Families", FAMILIES), Segment("Cooks", Assumption("Cooks", 9, "people"))]
        ),
        ["households", "people"],
    ),
    "segments in two currencies": (
        lambda: two(YEARLY, DOLLARS),
        ["EUR", "USD", "Couples", ".to(currency="],
    ),
    "segments in two periods": (
        lambda: two(YEARLY, MONTHLY),
        ["month", "year", "Couples", ".to(per="],
    ),
    "segments in two bases": (
        lambda: two(YEARLY, GROSS),
        ["GMV", "revenue", "Couples", "take_rate"],
    ),
    # Overlaps.
    "an overlap larger than a segment": (
        lambda: two(overlaps={("Families", "Couples"): 50_000}),
        ["Families", "Couples", "50,000", "40,000"],
    ),
    "an overlap with a stranger": (
        lambda: two(overlaps={("Families", "Cuoples"): 5}),
        ["Cuoples", "Couples"],
    ),
    "an overlap of one": (lambda: two(overlaps={("Families",): 5}), ["Families", "two"]),
    "an overlap with itself": (
        lambda: two(overlaps={("Families", "Families"): 5}),
        ["Families", "different"],
    ),
    "an overlap twice": (
        lambda: two(overlaps={("Families", "Couples"): 5, ("Couples", "Families"): 6}),
        ["Families", "Couples", "twice"],
    ),
    "an overlap below 0": (
        lambda: two(overlaps={("Families", "Couples"): -5}),
        ["-5"],
    ),
    "an overlap that is NaN": (lambda: two(overlaps={("Families", "Couples"): NAN}), ["nan"]),
    "overlaps in words of their own": (lambda: two(overlaps="some"), ["overlaps", "some", "none"]),
    "a triple larger than its pairs": (
        lambda: bottom_up(
            [Segment(name, 100) for name in "ABC"],
            overlaps={("A", "B"): 10, ("A", "C"): 10, ("B", "C"): 10, ("A", "B", "C"): 20},
        ),
        ["A", "B", "20", "10"],
    ),
    "pairs that cannot all be": (
        # All of A is in B, all of A is in C: then at least A's 50 are in B and in C.
        lambda: bottom_up(
            [Segment("A", 50), Segment("B", 60), Segment("C", 70)],
            overlaps={("A", "B"): 50, ("A", "C"): 50, ("B", "C"): 10},
        ),
        ["overlaps cannot all be true at once", "which overlap is too large"],
    ),
    # Top-down and value theory.
    "a share of the total above 1": (
        lambda: top_down(YEARLY, {"online": 40}),
        ["online", "40", "0.4"],
    ),
    "a lognormal share of the total": (
        lambda: top_down(YEARLY, {"online": interval(0.2, 0.6, credibility=0.8)}),
        ["online", "share("],
    ),
    "a share that is a count": (
        lambda: top_down(YEARLY, {"online": Assumption("Orders", 1, "orders")}),
        ["online", "share"],
    ),
    "shares that have no names": (lambda: top_down(YEARLY, [0.5, 0.4]), ["shares", "name"]),
    "a total of 0": (
        lambda: top_down(Money(0, "EUR", per="year"), {"online": 0.5}),
        ["a market is above 0"],
    ),
    "solved above 1": (lambda: value_theory(YEARLY, 1.5, 0.5), ["share_solved", "1.5"]),
    "captured above 1": (lambda: value_theory(YEARLY, 0.5, 50), ["share_captured", "50", "0.5"]),
    "a cost that is no money": (lambda: value_theory(600, 0.5, 0.5), ["cost", "600", "Money"]),
    # The funnel.
    "a year in words": (lambda: funnel(year="next"), ["year", "next"]),
    "a year of two digits": (lambda: funnel(year=27), ["year", "27"]),
    "a filter above 1": (lambda: funnel(sam={"cities": 40}), ["cities", "40", "0.4"]),
    "a filter of 0": (lambda: funnel(som={"won": 0}), ["won", "0"]),
    "a filter that is NaN": (lambda: funnel(som={"won": NAN}), ["won", "nan"]),
    "a filter twice": (
        lambda: funnel(sam={"cities": 0.4}, som={"cities": 0.1}),
        ["som['cities']", "already"],
    ),
    "a filter that made the market": (
        lambda: funnel(sam={"online": 0.5}),
        ["sam['online']", "already"],
    ),
    "an assumption that made the market": (
        lambda: top_down(YEARLY, {"web": Assumption("Online", 0.5, "share")}).funnel(
            sam={"by net": Assumption("Online", 0.5, "share")}, som={"won": 0.1}, year=2027
        ),
        ["sam['by net']", "Online", "already"],
    ),
    "SAM above TAM": (
        lambda: funnel(sam=Money(2e6, "EUR", per="year")),
        ["SAM", "TAM"],
    ),
    "SOM above SAM": (
        lambda: funnel(som=Money(3e5, "EUR", per="year")),
        ["SOM", "SAM"],
    ),
    "SAM in customers": (lambda: funnel(sam=FAMILIES), ["households", "EUR"]),
    "SAM in another currency": (
        lambda: funnel(sam=Money(2e5, "USD", per="year")),
        ["USD", "EUR", ".to(currency="],
    ),
    "SOM in another period": (
        lambda: funnel(som=Money(1e3, "EUR", per="month")),
        ["month", "year", ".to(per="],
    ),
    "SOM of gross value": (
        lambda: funnel(som=Money(1e3, "EUR", per="year", basis="GMV")),
        ["GMV", "revenue", "take_rate"],
    ),
    "capacity in another period": (
        lambda: funnel(capacity=Money(1e3, "EUR", per="month")),
        ["capacity", "month", "year"],
    ),
    "capacity in customers that nobody counted": (
        lambda: funnel(capacity=FAMILIES),
        ["capacity", "households"],
    ),
    # Several methods.
    "one method": (lambda: triangulate({"one": market()}), ["two or more", "'top-down'"]),
    "methods in two currencies": (
        lambda: triangulate({"one": market(), "two": market(currency="USD")}),
        ["EUR", "USD", ".to(currency="],
    ),
    "methods in two periods": (
        lambda: triangulate({"one": market(), "two": market(per="month")}),
        ["month", "year", ".to(per="],
    ),
    "methods that are no sizings": (
        lambda: triangulate({"one": market(), "two": 5e6}),
        ["sizings['two'] is a float", "bottom_up()", ".tam"],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_with_the_next_move(case):
    call, words = REFUSED[case]
    with pytest.raises(PmlabError) as refused:
        call()
    message = str(refused.value)
    assert [word for word in words if word not in message] == [], message


def test_the_year_is_asked_for():
    with pytest.raises(TypeError, match="year"):
        market().funnel(sam={"cities": 0.4}, som={"won": 0.05})


def test_shares_may_be_everything():
    assert Assumption("Delivered", 1.0, "share").value == 1
    assert top_down(YEARLY, {"online": 1}).mean == 600


def test_no_method_can_be_asked_for_nonsense():
    found = market(interval(1e6, 4e6, credibility=0.8))
    for level in (0, 1, 80, -0.5, NAN):
        with pytest.raises(InputError, match="credibility"):
            found.interval(level)


# --- warnings, where there is an answer, but a reader should know -------------------------------


def warned(found, *words):
    return [text for text in found.warnings if all(word in text for word in words)]


def test_winning_more_than_a_fifth_is_warned_of():
    assert warned(funnel(som={"won": 0.25}), "25%")
    assert not warned(funnel(som={"won": 0.2}), "20%")
    assert not warned(funnel(som={"won": 0.05}), "20%")


def test_ranges_that_may_cross_are_warned_of_with_their_chance():
    # SAM is 500 to 900 thousand (80%) of a market of 1 M: the chance that it is more than all.
    found = market(2e6).funnel(
        sam=Money(interval(5e5, 9e5, credibility=0.8), "EUR", per="year"),
        som={"won": 0.05},
        year=2027,
    )
    above = 1 - interval(5e5, 9e5, credibility=0.8).cdf(1e6)
    said = warned(found, "SAM", "TAM")
    assert said
    assert f"{100 * above:.0f}%" in said[0] or f"{100 * above:.1f}%" in said[0]


def test_more_than_can_be_sold_is_warned_of_with_its_chance():
    big = funnel(som={"won": 0.2}, capacity=Money(20_000, "EUR", per="year"))
    assert warned(big, "capacity")
    enough = funnel(som={"won": 0.05}, capacity=Money(20_000, "EUR", per="year"))
    assert not warned(enough, "capacity")
    won = share(0.03, 0.08, credibility=0.8)
    perhaps = funnel(som={"won": won}, capacity=Money(10_000, "EUR", per="year"))
    # 0.5 x 1 M x 0.4 = 200,000: 10,000 are 5% of it.
    chance = 1 - won.cdf(0.05)
    said = warned(perhaps, "capacity")
    assert f"{100 * chance:.0f}%" in said[0]


@pytest.mark.parametrize("seed", range(4))
def test_a_filter_of_nearly_everything_contradicts_nothing(seed):
    # SAM needs draws here and TAM does not; the noise of the draws is no SAM above TAM.
    spend = Money(interval(1e6, 4e6, credibility=0.8), "EUR", per="year")
    nearly = share(0.999, 0.9999, credibility=0.8)
    found = top_down(spend, {"online": 0.5}, rng=seed).funnel(
        sam={"delivered": nearly}, som={"won": 0.1}, year=2027
    )
    assert not warned(found, "TAM", "SAM", "chance")
    assert found.sam.mean < found.tam.mean
    assert found.sam.p50 == pytest.approx(found.tam.p50, rel=0.02)


def test_a_market_that_may_be_nothing_is_warned_of_with_its_chance():
    earned = Assumption("Earned", Money(uniform(1, 9), "EUR", per="year"))
    lost = Assumption("Lost", Money(4, "EUR", per="year"))
    found = bottom_up([Segment("Families", FAMILIES, earned - lost)])
    # Uniform from 1 to 9: below 4 with a chance of 3 in 8.
    assert warned(found, "38%") or warned(found, "37.5%")


def overlapping(both):
    return bottom_up(
        [Segment("Families", 100), Segment("Couples", uniform(50, 80))],
        overlaps={("Families", "Couples"): both},
    )


def test_an_overlap_that_may_be_more_than_its_segment_is_warned_of():
    # 40 to 55 in both, of 50 to 80: more than there are with a chance of 1/36, a triangle of side
    # 5 in a rectangle of 15 by 30 being (5 x 5 / 2) / (15 x 30) = 2.8%.
    assert warned(overlapping(uniform(40, 55)), "Families", "2.8%", "'Couples' has")


def test_an_overlap_that_is_often_more_than_its_segment_is_refused():
    # 40 to 70 in both, of 50 to 80: 2/9, a triangle of side 20 in a square of side 30.
    with pytest.raises(InputError, match=r"22%.* than 'Couples' has.*smaller.*Couples x share"):
        overlapping(uniform(40, 70))


def test_old_assumptions_are_noted():
    spend = Assumption("Spend", YEARLY, source="office of statistics", date="2021")
    online = Assumption("Online", 0.5, "share", source="panel", date="2026-06")
    found = top_down(spend, {"online": online}).funnel(
        sam={"cities": 0.4}, som={"won": 0.05}, year=2027
    )
    text = str(found)
    assert "2021" in text
    assert "old" in text
    fresh = top_down(spend, {"online": online}).funnel(
        sam={"cities": 0.4}, som={"won": 0.05}, year=2023
    )
    assert "old" not in str(fresh)


def test_a_missing_source_is_said():
    assert "no source" in str(market())


def test_customers_that_nobody_counted_are_none():
    assert market().customers is None
