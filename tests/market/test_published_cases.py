"""Sizings that others published: their inputs, and the answers that they give."""

import pytest

from pmlab.market import (
    Assumption,
    Money,
    Segment,
    bottom_up,
    top_down,
    triangulate,
    value_theory,
)


def certain(found, value, rel=1e-9):
    """All numbers of a sizing without ranges are the one value."""
    assert (found.p10, found.p50, found.p90, found.mean) == pytest.approx((value,) * 4, rel=rel)
    assert found.sd == 0


# --- a travel start-up's deck, 2009 -------------------------------------------------------------
# The slides say (reprinted e.g. at pitchai.com/sample-pitches/airbnb-seed-2009): 1.9 billion
# trips booked worldwide, 532 M of them budget and online, 10.6 M trips with AirBed&Breakfast; a
# commission of 10%, on average $20 a trip; "$200M" of revenue.


def trips():
    tam = bottom_up([Segment("Trips booked worldwide", Assumption("Trips", 1.9e9, "trips"))])
    return tam.funnel(
        sam={"budget and online": 532e6 / 1.9e9}, som={"with us": 10.6e6 / 532e6}, year=2009
    )


def test_the_deck_counts_trips():
    found = trips()
    certain(found.tam, 1.9e9)
    certain(found.sam, 532e6)
    certain(found.som, 10.6e6)
    # 10.6 M of 532 M is the 2% that the deck takes for granted.
    assert found.som.mean / found.sam.mean == pytest.approx(0.02, abs=1e-4)


def test_the_decks_revenue_is_a_little_more_than_it_says():
    fee = Money(20, "USD", per="year")
    found = bottom_up([Segment("Trips with us", Assumption("Trips", 10.6e6, "trips"), fee)])
    certain(found, 212e6)
    # The slide rounds to one digit.
    assert round(found.mean, -8) == 200e6


def test_the_decks_fee_is_its_commission():
    # 10% of an average booking: $20 is the commission on $200.
    booking = Money(200, "USD", per="year", basis="GMV")
    found = bottom_up([Segment("Trips with us", Assumption("Trips", 10.6e6, "trips"), booking)])
    certain(found, 2.12e9)
    certain(found.to(basis="revenue", take_rate=0.1), 212e6)


def test_an_earlier_version_of_the_deck_asked_for_ten_times_as_much():
    # 84 M trips x $25 = $2.1 B (reprinted at ianparkvc.github.io/aivc/airbnb-2008.html).
    fee = Money(25, "USD", per="year")
    certain(bottom_up([Segment("Trips with us", 84e6, fee)]), 2.1e9)


# --- five ways to 100 million -------------------------------------------------------------------
# Janz, C. (2014). Five ways to build a $100 million business. christophjanz.blogspot.com.


@pytest.mark.parametrize(
    ("animal", "customers", "a_year"),
    [
        ("elephants", 1_000, 100_000),
        ("deer", 10_000, 10_000),
        ("rabbits", 100_000, 1_000),
        ("mice", 1_000_000, 100),
        ("flies", 10_000_000, 10),
    ],
)
def test_a_hundred_million(animal, customers, a_year):
    found = bottom_up([Segment(animal, customers, Money(a_year, "USD", per="year"))])
    certain(found, 100e6)
    # Said by the month, it is the same business.
    monthly = Money(a_year / 12, "USD", per="month")
    certain(bottom_up([Segment(animal, customers, monthly)]).to(per="year"), 100e6)


# --- ride hailing, 2014 -------------------------------------------------------------------------
# Damodaran, A. (2014). A disruptive cab ride to riches: the Uber payoff. Musings on Markets, 9
# June. A taxi and limousine market of $100 B, growing to $183 B in 2024; a share of 10%; the
# company keeps 20% of the fare: $300 M of revenue on $1.5 B of gross receipts in the base year.


def fares(total, share_of_market, whose="the market"):
    market = Assumption(f"Fares: {whose}", Money(total, "USD", per="year", basis="GMV"))
    return top_down(market, {f"Share of {whose}": share_of_market})


def test_the_professors_base_year():
    receipts = fares(100e9, 0.015)
    certain(receipts, 1.5e9)
    certain(receipts.to(basis="revenue", take_rate=0.2), 300e6)


def test_the_professors_2024():
    certain(fares(183e9, 0.1).to(basis="revenue", take_rate=0.2), 3.66e9)


# Gurley, B. (2014). How to miss by a mile: an alternative look at Uber's potential market size.
# abovethecrowd.com, 11 July: the incumbents' market is not the market; the answer is off by a
# factor of 25, because the market is larger and so is the share.


def test_the_investor_and_the_professor_part_by_the_market_not_by_arithmetic():
    professor, investor = fares(100e9, 0.1, "taxis"), fares(1.25e12, 0.2, "cars")
    assert investor.mean / professor.mean == pytest.approx(25)
    found = triangulate({"professor": professor, "investor": investor})
    assert found.pooled is None
    assert "25" in str(found)


def test_fares_and_revenue_are_not_pooled():
    gross = fares(100e9, 0.1)
    found = triangulate({"fares": gross, "fees": gross.to(basis="revenue", take_rate=0.2)})
    assert found.pooled is None
    text = str(found)
    assert "GMV" in text
    assert "revenue" in text


# --- a textbook top-down ------------------------------------------------------------------------
# How to calculate total addressable market using HubSpot-style methods, consultevo.com: an industry
# of $20 B; a quarter of it in the target region, $5 B; of that 40% the target segment: $2 B.


def test_a_textbook_top_down():
    industry = Assumption("Industry", Money(20e9, "USD", per="year"))
    certain(top_down(industry, {"target region": 0.25}), 5e9)
    certain(top_down(industry, {"target region": 0.25, "target segment": 0.4}), 2e9)


# --- a value pool -------------------------------------------------------------------------------
# Darling, T. (2019). Startups should do "value pool sizing", not "market sizing". The Startup.
# 100,000 riders of a commuter rail x $500 to replace one x 30% who leave a year = $15 M; a tenth
# fewer who leave is worth $1.5 M.


def test_the_pain_of_a_commuter_rail():
    pain = Assumption("Cost of a rider who leaves", Money(500, "USD", per="year"))
    riders = Assumption("Riders", 100_000, "riders")
    leave = Assumption("Leave within a year", 0.3, "share")
    certain(bottom_up([Segment("Riders", riders, pain * leave)]), 15e6)
    certain(value_theory(pain * leave, 0.1, 1.0, customers=riders), 1.5e6)


# Mireles, M. How to size a market in 5 minutes or less. mattmireles.com: a widget that saves a
# customer $1,000 a year and earns them $500 more is worth $1,500; half of it can be captured.


def test_half_the_value_of_a_widget():
    value = Money(1000, "USD", per="year") + Money(500, "USD", per="year")
    certain(value_theory(value, 1.0, 0.5), 750)
