"""What a quantity is asked: quantiles and chances, exact or drawn, checked alike."""

import math

import numpy as np
import pytest

from pmlab.errors import InputError
from pmlab.market import Assumption, Money, Segment, bottom_up, top_down, triangulate
from pmlab.uncertain import interval, pert, share, uniform

SURE = {"credibility": 0.8}
PRICE = Assumption("Price", Money(pert(10, 20, 50), "EUR", per="year"))
HOMES = Assumption("Homes", interval(1e4, 2e4, **SURE), "homes")


def certain():
    return bottom_up([Segment("A", 1000, Money(10, "EUR", per="year"))])


def drawn():
    return bottom_up([Segment("A", HOMES, PRICE)])


def a_line():
    # 1,000 - a uniform of 0 to 200: a straight line from 800 to 1,000.
    gone = Assumption("Gone", uniform(0, 200), "homes")
    return bottom_up([Segment("A", Assumption("All", 1000, "homes") - gone)])


def pooled():
    ways = {
        name: top_down(Assumption(name, Money(one, "EUR", per="year")), {f"all {name}": 1})
        for name, one in {"low": uniform(0, 10), "high": uniform(4, 14)}.items()
    }
    return triangulate(ways).pooled


ALL = {"certain": certain, "drawn": drawn, "a line": a_line, "pooled": pooled}


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("p", [-0.1, 1.5, 10, math.nan, "x", [0.1, 2]])
def test_a_chance_that_is_none_is_refused(kind, p):
    with pytest.raises(InputError, match="p="):
        ALL[kind]().quantile(p)


@pytest.mark.parametrize("kind", ALL)
def test_arrays_go_in_and_come_out(kind):
    one = ALL[kind]()
    chances = [0.1, 0.5, 0.9]
    assert one.quantile(chances).tolist() == [one.p10, one.p50, one.p90]
    values = np.array([[one.p10, one.p90]])
    assert one.cdf(values).tolist() == [[one.cdf(one.p10), one.cdf(one.p90)]]
    assert isinstance(one.quantile(0.3), float)
    assert math.isnan(one.cdf(math.nan))
    assert one.interval(0.8) == pytest.approx((one.p10, one.p90))


def test_quantiles_of_draws_are_numpys():
    one = drawn().estimate
    values = one.draws.of(one.quantity)
    for p in (0.0, 0.001, 0.1, 0.4321, 0.5, 0.9, 0.999, 1.0):
        assert one.quantile(p) == pytest.approx(np.quantile(values, p), rel=1e-12)
    for x in (1e5, 3e5, 1e6):
        assert one.cdf(x) == np.mean(values <= x)


def test_a_constant_less_a_uniform():
    one = a_line()
    assert one.exact
    assert one.quantile([0.0, 0.1, 0.5, 1.0]) == pytest.approx([800, 820, 900, 1000])
    assert one.cdf([700, 850, 2000]) == pytest.approx([0, 0.25, 1])
    assert (one.estimate.form.mean, one.estimate.form.sd) == pytest.approx((one.mean, one.sd))


def test_one_name_with_two_ranges_is_drawn_for_each():
    found = bottom_up([Segment("A", HOMES, PRICE)]).funnel(
        {"here": 0.5},
        {"won": 0.1},
        year=2027,
        capacity=Assumption("Homes", interval(1e2, 2e2, **SURE), "homes"),
    )
    # 1,000 homes are won of about 20,000: far above 200, and never below it.
    assert found.chance_above_capacity == 1


def test_an_estimate_shows_its_number():
    assert str(certain().estimate) == "10,000 EUR a year"
    found = bottom_up([Segment("A", Assumption("A", interval(100, 400, **SURE), "homes"))])
    assert repr(found.estimate) == "200 homes (100 to 400 homes, P10 to P90)"


# --- what is said beside them -------------------------------------------------------------------


def guessing(**known):
    firms = Assumption("Firms", interval(9e3, 11e3, **SURE), "firms", source="census")
    each = Assumption("Spend", Money(500, "EUR", per="year"), **known)
    return bottom_up([Segment("A", firms, each)])


def test_single_guesses_are_named_with_the_range_that_leaves_them_out():
    found = guessing().funnel({"has a fleet": 0.3}, {"won": 0.05}, year=2027)
    text = found.summary()
    assert "if 'Spend', 'has a fleet' and 'won' are exactly right" in text
    assert "Not varied: 'Spend', 'has a fleet', 'won', single guesses without a source." in text
    assert "if 'Spend' is exactly right" in guessing().summary()
    more = guessing().funnel({"a": 0.3, "b": 0.4}, {"won": 0.05}, year=2027)
    assert "if 4 single guesses are exactly right" in more.summary()


def test_a_single_number_with_a_source_is_no_guess():
    found = guessing(source="our prices")
    assert "exactly right" not in found.summary()
    tornado = found.tornado()
    assert "Not varied" not in tornado.summary()
    assert "Taken as certain, by their source: 'Spend'." in tornado.method


def test_what_adds_up_is_said_where_something_is_added():
    added = bottom_up([Segment("A", HOMES, PRICE), Segment("B", 100, PRICE)], "none")
    assert "Means add up; P10, P50 and P90 do not." in added.method
    assert "Means add up" not in drawn().method
    assert "Means add up" not in certain().method


# --- segments that are wrong together -----------------------------------------------------------


def segments(n, shared=None):
    spend = Money(interval(100, 300, **SURE), "EUR", per="year")
    return bottom_up(
        [
            Segment(f"s{k}", 1000, Assumption("Spend" if shared else f"Spend {k}", spend))
            for k in range(n)
        ],
        "none",
    )


def test_errors_that_even_out_are_warned_of_with_the_range_if_they_do_not():
    # Five times 1,000 at 100 to 300: all low make 500,000, and all high 1.5 million.
    said = [text for text in segments(5).warnings if "even out" in text]
    assert "between 500,000 and 1.5 million EUR a year (P10 to P90)" in said[0]
    assert "same Assumption in all of them, times one of its own for each" in said[0]
    # Which is what one assumption in all of them gives.
    one = segments(5, shared=True)
    assert (one.p10, one.p90) == pytest.approx((500e3, 1.5e6))
    for quiet in (one, segments(1)):
        assert not any("even out" in text for text in quiet.warnings)


def test_one_cause_times_one_of_its_own_for_each_lies_between():
    common = Assumption("Common", interval(0.6, 1.6, **SURE), "times")
    own = [
        Segment(
            f"s{k}",
            1000,
            common * Assumption(f"Spend {k}", Money(interval(150, 250, **SURE), "EUR", per="year")),
        )
        for k in range(5)
    ]
    found = bottom_up(own, "none")
    assert not any("even out" in text for text in found.warnings)
    assert found.p90 / found.p10 > 1.6 / 0.6


def test_what_all_segments_share_shows_that_it_was_thought_of():
    # Wide prices of their own, and a narrow commission in all of them: whoever said so has chosen.
    rate = Assumption("Commission", share(0.08, 0.09, **SURE), "share")
    gross = [
        Assumption(f"Spend {k}", Money(interval(100, 300, **SURE), "EUR", per="year", basis="GMV"))
        for k in range(5)
    ]
    found = bottom_up(
        [
            Segment(f"s{k}", 1000, one.to(basis="revenue", take_rate=rate))
            for k, one in enumerate(gross)
        ],
        "none",
    )
    assert not any("even out" in text for text in found.warnings)


def test_a_converted_market_is_warned_of_in_its_own_unit():
    rate = Assumption("Rate", 2, "USD for one EUR", source="bank")
    said = [t for t in segments(5).to(currency="USD", rate=rate).warnings if "even out" in t]
    assert "between 1 million and 3 million USD a year" in said[0]


def test_all_lows_are_rare_only_if_they_are_independent():
    text = segments(3).all_lows_and_highs.summary()
    assert "If 3 assumptions are independent" in text
    assert "if one cause moves them all together, these are the P10 and the P90" in text


# --- the ledger ---------------------------------------------------------------------------------


def test_the_ledger_has_the_share_of_variance():
    found = bottom_up([Segment("A", HOMES, PRICE)]).funnel(
        {"here": 0.5}, {"won": share(0.03, 0.08, **SURE)}, year=2027
    )
    shares = found.ledger.set_index("assumption")["share_of_variance"]
    tornado = found.tornado().to_frame().set_index("assumption")["share_of_variance"]
    assert shares["here"] == 0
    assert shares[tornado.index].tolist() == pytest.approx(tornado.tolist())


def test_a_tornado_that_is_cut_says_so():
    found = segments(8)
    assert "(5 of 8; not varied: 8 without a range)" in str(found)
    assert len(found.tornado().to_frame()) == 8
