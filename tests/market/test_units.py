"""What may be added, multiplied and divided, and what comes out."""

import pytest

from pmlab.errors import InputError
from pmlab.market import Assumption, Money, Segment, bottom_up
from pmlab.uncertain import interval

SURE = {"credibility": 0.8}
YEARS = Assumption("Life", interval(8, 14, **SURE), "years")
MONTHS = Assumption("Life", interval(8, 14, **SURE), "Month")
TIMES = Assumption("Growth", interval(1.1, 1.4, **SURE), "times")
CARS = Assumption("Cars", 1000, "cars")
DECK = Assumption("Deck", Money(2.4e9, "EUR", per="year"))


@pytest.mark.parametrize(
    ("made", "unit"),
    [
        # A stock over its years is a flow; what it brings in at once is spread over them.
        (lambda: CARS / YEARS, "cars a year"),
        (lambda: CARS / MONTHS, "cars a month"),
        (lambda: Money(500, "EUR") / YEARS, "EUR a year, revenue"),
        (lambda: 1 / YEARS, "number a year"),
        (lambda: Assumption("Part", 0.3, "share") / YEARS, "number a year"),
        (lambda: 1 / YEARS * CARS, "cars a year"),
        # And a flow over as many years is what comes in all: what a customer brings in a lifetime.
        (lambda: Assumption("Visits", 9, "visits", per="year") * YEARS, "visits"),
        (lambda: YEARS * Assumption("Fee", Money(5, "EUR", per="year")), "EUR, revenue"),
        (lambda: Money(5, "EUR", per="month") * MONTHS, "EUR, revenue"),
        (lambda: 1 / YEARS * Assumption("Seen for", 3, "years"), "number"),
        # A factor leaves the unit as it is, on either side and below the line.
        (lambda: CARS * TIMES, "cars"),
        (lambda: TIMES * CARS, "cars"),
        (lambda: CARS / TIMES, "cars"),
        (lambda: DECK / TIMES, "EUR a year, revenue"),
        (lambda: TIMES**3, "times"),
        (lambda: Assumption("Part", 0.3, "share") * TIMES, "share"),
        (lambda: CARS * Assumption("Used", 5, "times", per="week"), "cars a week"),
        # A share below the line: what the whole is of which this is a part.
        (lambda: DECK / Assumption("Part", 0.3, "share"), "EUR a year, revenue"),
        (lambda: Assumption("P", 0.1, "share") / Assumption("Q", 0.3, "share"), "number"),
        (lambda: Assumption("P", 0.1, "share") ** 2, "share"),
        (lambda: Assumption("P", 0.1, "share") ** -2, "number"),
        # The same below and above.
        (lambda: CARS / Assumption("A charger has", 10, "cars"), "number"),
        (lambda: DECK / Assumption("Each", Money(50, "EUR", per="year")), "number"),
        (lambda: DECK / Assumption("Basket", Money(50, "EUR")), "number a year"),
        (lambda: DECK / Money(50, "EUR"), "number a year"),
        # So many for one of another: the other is left.
        (lambda: CARS / Assumption("A charger has", 10, "cars a charger"), "chargers"),
        (lambda: CARS / Assumption("A street has", 10, "Cars per city"), "cities"),
        (
            lambda: (
                Assumption("Visits", 9, "visits", per="year")
                / Assumption("Visits of one", 3, "visits/box")
            ),
            "boxes a year",
        ),
        (lambda: Assumption("V", 9, "visits") / Assumption("W", 3, "visits each boss"), "boss"),
    ],
)
def test_what_comes_out(made, unit):
    assert str(made().unit) == unit


def test_a_flow_by_the_month_over_years_is_converted_first():
    # 5 EUR a month over 2 years is 120 EUR, not 10.
    fee = Assumption("Fee", Money(5, "EUR", per="month"))
    years = Assumption("Stays", 2, "years")
    with pytest.raises(InputError, match=r"EUR a month.* other years.*\.to\(per='year'\)"):
        fee * years
    assert (fee.to(per="year") * years).mean == pytest.approx(120)


def test_chargers_are_customers():
    chargers = CARS / Assumption("Cars for one", interval(8, 14, **SURE), "cars a charger")
    market = bottom_up([Segment("Chargers", chargers, Money(50, "EUR", per="year"))])
    assert market.p50 == pytest.approx(1000 / (8 * 14) ** 0.5 * 50)
    bare = CARS / Assumption("Cars for one", 10, "cars")
    with pytest.raises(InputError, match=r"is a number; .*say the divisor as 'cars a charger'"):
        bottom_up([Segment("Chargers", bare, Money(50, "EUR", per="year"))])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cookie", "cookies"), ("business", "Businesses"), ("box", "boxes"), ("family", "families"),
        ("Household", "households"), ("kWh", "kWh"), ("boss", "bosses"),
    ],
)  # fmt: skip
def test_one_and_more_of_the_same_add_up(one, other):
    assert (Assumption("a", 2, one) + Assumption("b", 3, other)).mean == 5
    assert (Assumption("a", 2, other) + Assumption("b", 3, one)).mean == 5


@pytest.mark.parametrize(("one", "other"), [("cars", "carts"), ("bus", "business"), ("a", "b")])
def test_others_do_not(one, other):
    with pytest.raises(InputError, match=f"{one} are not {other}"):
        Assumption("a", 2, one) + Assumption("b", 3, other)


def test_a_sum_begins_with_nothing():
    assert sum([Money(1, "EUR"), Money(2, "EUR")]) == Money(3, "EUR")
    assert sum([CARS, Assumption("More", 5, "cars")]).mean == 1005
    assert sum([CARS * 2, CARS]).mean == 3000
    for nothing in (0.0, False, Money(0, "USD")):
        with pytest.raises(InputError):
            nothing + Money(1, "EUR")
    with pytest.raises(InputError, match=r"say what the plain number is, Assumption\('...', num"):
        5 + CARS


@pytest.mark.parametrize("per", ["kWh", "seat", "user"])
def test_a_price_of_one_is_no_price_a_period(per):
    says = rf"per={per!r} is no period: 'year', .*leave per= out.*'Price of a {per}'.* in {per!r}"
    with pytest.raises(InputError, match=says) as refused:
        Money(0.45, "EUR", per=per)
    assert str(refused.value).count("'quarter'") == 1  # the periods are listed once
    with pytest.raises(InputError, match="Did you mean 'month'"):
        Money(0.45, "EUR", per="months")


def test_what_it_is_in_already_is_no_conversion():
    for made in (Money(10, "EUR"), DECK):
        for options in ({"take_rate": 0.1}, {}):
            with pytest.raises(InputError, match=r"what it is in; .*Money\(\.\.\., basis='GMV'\)"):
                made.to(basis="revenue", **options)
    with pytest.raises(InputError, match="what the seller keeps"):
        Money(10, "EUR", basis="GMV").to(basis="GMV")


def test_money_is_not_below_nothing():
    for made in (lambda: Money(-10, "EUR"), lambda: Money(5, "EUR") - Money(10, "EUR")):
        with pytest.raises(InputError, match="can be below 0"):
            made()


def test_an_assumption_and_a_quantity_show_their_number():
    homes = Assumption("Homes", interval(3e6, 4e6, **SURE), "homes")
    assert (homes.p10, homes.p90) == pytest.approx((3e6, 4e6))
    assert homes.p50 == pytest.approx((3e6 * 4e6) ** 0.5)
    assert (CARS.p10, CARS.p50, CARS.p90, CARS.cdf(999), CARS.cdf(1000)) == (1000,) * 3 + (0, 1)
    with pytest.raises(InputError, match=r"0\.1 for P10, not 10"):
        CARS.quantile(10)
    price = Assumption("Price", Money(20, "EUR", per="year", basis="GMV"))
    assert repr(CARS * price) == "Cars x Price: 20,000 EUR a year on average, GMV"
    assert repr(1 / Assumption("Life", 8, "years")) == "1 / Life: 0.125 a year on average"
