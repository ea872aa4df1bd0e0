"""Powers and division: what compounds over years, and what is replaced every so many."""

import math

import numpy as np
import pytest

from pmlab.errors import InputError
from pmlab.market import Assumption, Money, Segment, bottom_up, top_down, triangulate
from pmlab.uncertain import Lognormal, draws, interval, pert, share, uniform

SURE = {"credibility": 0.8}
HOMES = Assumption("Homes", interval(3e6, 4e6, **SURE), "homes", source="census", date=2026)
LIFE = Assumption("Lifetime", interval(8, 14, **SURE), "years", source="trade", date=2026)
GROWTH = Assumption("Growth", interval(1.03, 1.12, **SURE), "times", source="trade", date=2026)
PRICE = Assumption("Price", Money(interval(150, 250, **SURE), "EUR"), source="shops", date=2026)


def test_replacements_that_grow_for_four_years_in_closed_form():
    # A product of powers of lognormals: the logs add up, each times its exponent.
    market = top_down(HOMES / LIFE * GROWTH**4 * PRICE, {"all": 1})
    assert market.exact
    median = math.sqrt(3e6 * 4e6) / math.sqrt(8 * 14) * (1.03 * 1.12) ** 2 * math.sqrt(150 * 250)
    assert market.p50 == pytest.approx(median)
    wide = [math.log(4 / 3), math.log(14 / 8), 4 * math.log(1.12 / 1.03), math.log(250 / 150)]
    assert math.log(market.p90 / market.p50) == pytest.approx(math.hypot(*wide) / 2)
    z = 1.2815515655446004  # of the ninth tenth of a normal
    sigma = math.hypot(*wide) / (2 * z)
    assert market.mean == pytest.approx(median * math.exp(sigma**2 / 2))
    assert market.sd == pytest.approx(market.mean * math.sqrt(math.expm1(sigma**2)))


def test_the_argument_is_arithmetic_and_the_ledger_has_what_the_source_says():
    market = top_down(HOMES / LIFE * GROWTH**4 * PRICE, {"all": 1})
    frame = market.to_frame()
    lines = dict(zip(frame.operation + " " + frame.name, frame.p50, strict=True))
    assert list(lines)[:4] == [" Homes", "/ Lifetime", "x Growth ^ 4", "x Price"]
    assert lines["/ Lifetime"] == pytest.approx(math.sqrt(8 * 14))
    assert lines["x Growth ^ 4"] == pytest.approx((1.03 * 1.12) ** 2)
    homes, life, growth, price = list(lines.values())[:4]
    assert homes / life * growth * price == pytest.approx(market.p50)
    assert set(frame.source[:4]) == {"census", "trade", "shops"}
    ledger = market.ledger.set_index("assumption")
    assert tuple(ledger.loc["Lifetime", ["p10", "p90", "unit"]]) == (
        pytest.approx(8),
        pytest.approx(14),
        "years",
    )
    assert tuple(ledger.loc["Growth", ["p10", "p90"]]) == pytest.approx((1.03, 1.12))
    rows = market.tornado().to_frame().set_index("assumption")
    assert rows.value_at_p10["Lifetime"] == pytest.approx(8)
    assert rows.answer_at_p10["Lifetime"] == pytest.approx(market.p50 * math.sqrt(14 / 8))
    assert rows.answer_at_p90["Lifetime"] == pytest.approx(market.p50 / math.sqrt(14 / 8))
    assert "/ Lifetime" in str(market)


def test_one_growth_in_the_sizes_of_five_years_is_one_unknown():
    years = sum(HOMES * GROWTH**k for k in range(5))
    assert [one.name for one in years.assumptions] == ["Homes", "Growth"]
    drawn = draws({"Homes": HOMES.amount, "Growth": GROWTH.amount}, 200_000, rng=0)
    values = drawn["Homes"] * sum(drawn["Growth"] ** k for k in range(5))
    market = bottom_up([Segment("Homes", years)], draws=200_000)
    assert market.p10 == pytest.approx(np.quantile(values, 0.1))
    error = values.std() / math.sqrt(len(values))
    assert abs(years.mean - values.mean()) < 5 * error
    assert years.sd == pytest.approx(values.std(), rel=0.01)


def test_a_retention_of_three_years_by_its_moments():
    # x uniform from 0.6 to 0.8: the mean of x^3 is (0.8^4 - 0.6^4) / (4 x 0.2) = 0.35.
    kept = Assumption("Kept", uniform(0.6, 0.8), "share")
    whole = Assumption("Homes", 1000, "homes") * kept**3
    assert whole.mean == pytest.approx(350)
    sixth = (0.8**7 - 0.6**7) / (7 * 0.2)
    assert whole.sd == pytest.approx(1000 * math.sqrt(sixth - 0.35**2))
    assert kept**3 * 2 + kept  # a share stays one, and adds up with others
    assert (kept**3).unit.kind == "share"


def test_a_range_that_ends_is_drawn_to_its_power():
    market = bottom_up([Segment("Kept", 1000 * HOMES / 1000 * Assumption(
        "Kept", share(0.6, 0.8, **SURE), "share") ** 3)], draws=50_000)  # fmt: skip
    drawn = draws({"Homes": HOMES.amount, "Kept": share(0.6, 0.8, **SURE)}, 50_000, rng=0)
    assert market.p50 == pytest.approx(np.quantile(drawn["Homes"] * drawn["Kept"] ** 3, 0.5))


def test_division_by_what_is_certain():
    market = Assumption("Homes", 1000, "homes") / Assumption("Lifetime", 10, "years")
    assert market.mean == 100
    assert market.sd == 0
    assert (Assumption("Rival", 30, "homes") / Assumption("Its share", 0.3, "share")).mean == (
        pytest.approx(100)
    )


def test_what_is_divided_by_comes_after_what_is_divided():
    assert (1 / LIFE * HOMES).names == "Homes / Lifetime"
    assert (1 / LIFE).names == "1 / Lifetime"
    assert (HOMES / (LIFE * 2)).mean == pytest.approx((HOMES / LIFE / 2).mean)
    assert (HOMES * GROWTH**0).names == "Homes"
    assert (HOMES * GROWTH**-2).names == "Homes / Growth ^ 2"
    assert (1 / LIFE).mean == pytest.approx((LIFE**-1).mean)
    assert ((HOMES / GROWTH) * PRICE).names == "Homes / Growth x Price"
    # Divided by a quotient: what is below comes up again.
    assert (HOMES / (1 / GROWTH)).mean == pytest.approx((HOMES * GROWTH).mean)
    # In the middle of an argument the 1 of 1 / Lifetime is no line.
    market = top_down(1 / LIFE * HOMES * PRICE, {"all": 1})
    assert list(market.to_frame().operation[:3]) == ["", "/", "x"]


def test_half_a_year_of_growth():
    assert (HOMES * GROWTH**0.5).mean == pytest.approx(HOMES.mean * (GROWTH.amount**0.5).mean)
    assert "Growth ^ 0.5" in (HOMES * GROWTH**0.5).names


def test_two_sizings_with_other_powers_of_the_same_growth():
    now = top_down(HOMES * PRICE.to(currency="USD", rate=1) / LIFE, {"all": 1})
    later = top_down(HOMES * PRICE.to(currency="USD", rate=1) / LIFE * GROWTH**4, {"all ": 1})
    row = triangulate({"now": now, "later": later}).ratios.iloc[0]
    # All but the growth is in both, and goes out.
    assert (row.p10, row.p90) == pytest.approx((1.03**4, 1.12**4))


WIDE = Assumption("Kept", pert(0.1, 0.5, 0.9), "share")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: GROWTH * GROWTH, r"'Growth' is applied twice.*compounds.*growth \*\* 4"),
        (lambda: GROWTH**2 * GROWTH, "'Growth' is applied twice"),
        (lambda: HOMES / HOMES, "'Homes' is multiplied and divided by .*Leave it out of both"),
        (lambda: GROWTH**4 / GROWTH, r"the years that are left, as in growth \*\* 3"),
        (lambda: (HOMES * GROWTH) ** 4, r"only an Assumption has powers.*homes \* growth \*\* 4"),
        (lambda: PRICE**2, "money has no powers; only a factor has"),
        (lambda: HOMES / WIDE, r"'Kept' is .*1/x has no formula.*interval\(.*in 'times'"),
        (lambda: WIDE**0.5, r"x \^ 0\.5 has no formula"),
        (lambda: HOMES / (GROWTH + 1 * GROWTH), "by a sum.*Assumption of its own"),
        (lambda: HOMES / Assumption("No years", 0, "years"), "'No years' is 0"),
        (lambda: HOMES**2, "homes have no powers; only a factor has, in 'times'"),
        (lambda: GROWTH**101, "n must lie within -100 and 100"),
        (lambda: GROWTH ** "4", "n='4' must be a number: write 4"),
        (lambda: HOMES / PRICE, "money divides money"),
        (lambda: PRICE / HOMES, "say what one of them brings in.*multiply"),
        (lambda: 1 / HOMES, "1/x of homes has no unit here.*Divide what there is of homes by it"),
        (lambda: HOMES / Assumption("Cars", 5, "cars"), "in the unit 'homes a ...'"),
        (
            lambda: HOMES / LIFE / Assumption("L", 5, "years"),
            "so many a year already.*or leave the years out",
        ),
        (lambda: HOMES / Assumption("Used", 5, "times", per="year"), "so many years for one"),
        (lambda: HOMES / Assumption("Used", 5, "homes", per="year"), "over a year"),
        (lambda: PRICE / Money(3, "USD"), r"same currency and basis only; convert one with \.to"),
    ],
)
def test_what_cannot_be_is_refused_with_the_next_move(call, says):
    with pytest.raises(InputError, match=says):
        call()


def test_a_lognormal_is_one_to_any_power():
    assert isinstance(GROWTH.amount**-0.5, Lognormal)
