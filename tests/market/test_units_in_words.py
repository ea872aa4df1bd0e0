"""What a unit may not say in words, because a check would not see it; and what is a number."""

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from pmlab.errors import InputError
from pmlab.market import Assumption, Money, Segment, bottom_up, top_down, triangulate, value_theory
from pmlab.uncertain import interval, share

YEARLY = Money(40, "EUR", per="year")
HOMES = Assumption("Homes", 60_000, "households")
PART = share(0.1, 0.2, credibility=0.8)


def with_unit(unit, **more):
    return Assumption("Orders", 0.5, unit, **more)


@pytest.mark.parametrize(
    ("unit", "noun", "per"),
    [
        ("orders a month", "orders", "month"),
        ("kWh per day", "kWh", "day"),
        ("orders/month", "orders", "month"),
        ("orders / Week", "orders", "week"),
        ("visits each quarter", "visits", "quarter"),
        ("orders per annum", "orders", "year"),
        ("boxes a yr", "boxes", "year"),
        ("monthly orders", "orders", "month"),
        ("orders annually", "orders", "year"),
    ],
)
def test_a_period_in_a_unit_is_refused(unit, noun, per):
    for more in ({}, {"per": "year"}):
        with pytest.raises(InputError, match=f"Orders: unit={unit!r}.*{noun!r}, per={per!r}"):
            with_unit(unit, **more)


@pytest.mark.parametrize(
    "unit", ["households", "months", "days of leave", "weekly", "women of the year", "kg/m3"]
)
def test_a_noun_that_has_no_period_is_left_alone(unit):
    assert with_unit(unit).measure.noun == unit


@pytest.mark.parametrize(
    "unit", ["Share", "SHARE", "pct", "ratio", "rate", "proportion", "%", "Percent", "open rate"]
)
def test_a_share_by_another_name_is_refused(unit):
    with pytest.raises(InputError, match="say 'share', and a fraction"):
        with_unit(unit)


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        ("EUR", "EUR"), ("eur", "EUR"), ("euros", "EUR"), ("USD", "USD"), ("dollars", "USD"),
        ("$", "USD"), ("million EUR", "EUR"), ("EUR per kWh", "EUR"), ("TRY", "TRY"),
    ],
)  # fmt: skip
def test_money_is_no_noun(unit, code):
    with pytest.raises(InputError, match=rf"is money: say Money\(amount, '{code}', per='year'\)"):
        with_unit(unit, per="year")


def test_cents_are_money_of_a_currency_they_do_not_say():
    with pytest.raises(InputError, match=r"Money\(cents / 100, currency, per='month'\).*'EUR'"):
        with_unit("cents", per="month")


@pytest.mark.parametrize("unit", ["try", "Pen", "cop", "pens", "tries"])
def test_a_word_that_is_a_code_by_chance_is_a_noun(unit):
    assert with_unit(unit).measure.noun == unit


def test_money_by_the_month_says_both():
    with pytest.raises(InputError, match=r"Money\(amount, 'EUR', per='month'\)"):
        with_unit("EUR a month")


def test_an_exchange_rate_is_a_number_of_one_for_another():
    for unit in ("USD for one EUR", "EUR per GBP"):
        rate = Assumption("Rate", 1.1, unit)
        market = top_down(YEARLY, {"all": 1}).to(currency="USD", rate=rate)
        assert market.p50 == pytest.approx(44)


def test_top_down_of_euros_as_a_count_is_refused():
    with pytest.raises(InputError, match="is money"):
        top_down(Assumption("t", 2e9, "EUR", per="year"), {"a": 0.1})


def test_a_household_is_one_of_the_households():
    one, more = Assumption("Here", 50, "Household"), Assumption("There", 70, "households")
    assert (one + more).mean == 120
    families = Assumption("Families", 3, "family") + Assumption("More", 4, "families")
    assert families.mean == 7
    with pytest.raises(InputError, match="households are not firms"):
        more + Assumption("Firms", 3, "firms")


def test_a_part_of_a_customer_is_refused():
    two = [Segment("F", 60_000, YEARLY), Segment("G", 70_000, YEARLY)]
    for call in (
        lambda: Segment("F", 0.4, YEARLY),
        lambda: bottom_up(two, overlaps={("F", "G"): 0.4}),
        lambda: value_theory(YEARLY, 0.2, 0.1, customers=np.float64(0.4)),
    ):
        with pytest.raises(InputError, match=r"=0.4 is 0.4 of a customer.*G x a share.*0.4, 'sh"):
            call()
    with pytest.raises(InputError, match=r"beta: a share, .*of a segment G say G \* Assumption"):
        bottom_up(two, overlaps={("F", "G"): PART})
    # Nobody, and one, are numbers of customers.
    assert bottom_up(two, overlaps={("F", "G"): 0}).customers.mean == 130_000
    assert bottom_up(two, overlaps={("F", "G"): 1}).customers.mean == 129_999


def test_dates_of_a_table_are_days():
    day = "2026-05-01"
    for given in (
        datetime.date(2026, 5, 1),
        datetime.datetime(2026, 5, 1, 13, 30),
        pd.Timestamp(day),
        np.datetime64(day),
        day,
    ):
        assert Assumption("x", 5, "homes", date=given).date == day
    assert Assumption("x", 5, "homes", date=pd.NaT).date is None
    assert Assumption("x", 5, "homes", date=np.datetime64("NaT")).date is None


def test_a_year_of_a_table_is_a_year():
    market = bottom_up([Segment("F", HOMES, YEARLY)])
    for year in (2029, np.int64(2029), 2029.0, Decimal(2029)):
        found = market.funnel(sam={"x": 0.4}, som={"y": 0.01}, year=year)
        assert found.year == 2029
        assert isinstance(found.year, int)
    for year in (2029.5, "2029", True, 29):
        with pytest.raises(InputError, match="year="):
            market.funnel(sam={"x": 0.4}, som={"y": 0.01}, year=year)


def test_division_by_a_plain_number():
    assert Money(5, "EUR") / 2 == Money(2.5, "EUR")
    half = Money(interval(4, 8, credibility=0.8), "EUR") / 2
    assert (half.amount.p10, half.amount.p90) == pytest.approx((2, 4))
    assert (HOMES / 2).mean == 30_000
    assert (HOMES / 2 / np.int64(3)).mean == pytest.approx(10_000)
    for call in (
        lambda: Money(5, "EUR") / Money(2, "EUR"),
        lambda: 1 / Money(5, "EUR"),
        lambda: HOMES / "2",
        lambda: HOMES / PART,
    ):
        with pytest.raises(InputError, match=r"cannot divide.*Divide by a plain number, or by"):
            call()
    for whole in (HOMES, Money(5, "EUR"), HOMES * 2):
        with pytest.raises(InputError, match="by 0"):
            whole / 0


def test_what_is_no_number_is_said_plainly():
    for call, says in (
        (lambda: Money(5, "EUR") * "3", "must be a number: write 3"),
        (lambda: Money("1,000", "EUR"), "amount='1,000' must be a number: write 1000"),
        (lambda: Money(5, "EUR") + "3", "has no currency"),
        (lambda: Assumption("x", "5,000", "homes"), "write 5000"),
        (lambda: bottom_up([Segment("F", np.int64(-1))]), "customers=-1 must be above 0"),
        (lambda: Money(5, "EUR") + np.int64(1), r"^1 has no currency.*say Money\(1, 'EUR'\)"),
    ):
        with pytest.raises(InputError, match=says):
            call()


def test_a_decimal_is_taken_wherever_a_number_is():
    assert Money(Decimal("5.25"), "EUR") == Money(5.25, "EUR")
    assert Money(2, "EUR") * Decimal("1.5") == Money(3, "EUR")
    assert Money(5, "EUR").to(currency="USD", rate=Decimal("1.1")).amount == pytest.approx(5.5)
    gross = Money(50, "EUR", basis="GMV")
    assert gross.to(basis="revenue", take_rate=Decimal("0.08")).amount == pytest.approx(4)
    market = bottom_up([Segment("F", Decimal(60_000), YEARLY)])
    found = market.funnel(sam={"x": Decimal("0.4")}, som={"y": Decimal("0.01")}, year=2029)
    assert found.som.p50 == pytest.approx(60_000 * 40 * 0.4 * 0.01)


@pytest.mark.parametrize("value", [1e19, interval(1e-300, 1e300, credibility=0.8)])
def test_absurd_sizes_are_refused(value):
    with pytest.raises(InputError, match=r"Homes comes to .*no market is above 1e\+18"):
        Assumption("Homes", value, "households")
    with pytest.raises(InputError, match="no market is above"):
        bottom_up([Segment("F", 1e12, Money(1e12, "EUR", per="year"))])


def test_ages_are_judged_by_the_newest_assumption():
    def told(first, second, year):
        spend = Assumption("Spend", YEARLY, source="x", date=first)
        online = Assumption("Online", 0.5, "share", source="x", date=second)
        found = top_down(spend, {"o": online}).funnel(sam={"a": 0.4}, som={"b": 0.05}, year=year)
        return [text for text in found.warnings if "older" in text], "; the size is" in str(found)

    # A plan for five years ahead, from numbers of today.
    assert told("2026", "2025-03", 2031) == ([], False)
    old, printed = told("2026", "2022", 2031)
    assert "'Online' (was 2022; the size is for 2031)" in old[0]
    assert printed
    assert told("2026", "2023", 2031) == ([], False)  # three years are not more than three


def test_the_same_sizing_twice_is_refused():
    market = top_down(YEARLY, {"a": 0.5})
    with pytest.raises(InputError, match="'one' and 'other' are the same sizing"):
        triangulate({"one": market, "other": top_down(YEARLY, {"a": 0.5})})


def test_a_take_rate_above_all_is_said_to_be_impossible():
    gross = top_down(Money(100, "EUR", per="year", basis="GMV"), {"part": PART})
    net = top_down(Assumption("Net", Money(30, "EUR", per="year")), {"own": 0.5})
    text = triangulate({"gross": gross, "net": net}).summary()
    assert "The 2 ways are not pooled" in text
    assert "above 100% it is impossible" in text


def test_names_in_sentences_stand_in_quotes():
    part = Assumption("won", PART, "share")
    assert str(part) == "won: 10% to 20% (80%), beta, a share"
    market = top_down(YEARLY, {"won": part})
    assert market.tornado().summary().startswith("'won' would change the answer most")
    assert "2 of 2 assumptions have no source: 'Total', 'won'." in market.warnings[0]
