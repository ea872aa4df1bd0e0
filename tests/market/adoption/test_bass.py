"""Curves from m, p and q: counted by hand, Bass's closed forms, fans, and what is refused."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmlab.errors import InputError
from pmlab.market import Assumption, Money, Segment, bass, bottom_up, fit_bass
from pmlab.market.adoption.curve import adopted
from pmlab.uncertain import interval, share, uniform
from tests.market.adoption.definition import VCR


def test_without_imitation_a_constant_share_of_those_left_adopts():
    # Half of who is left adopts in every period: p = ln 2. 800 people: 400, 200, 100, 50.
    frame = bass(800, math.log(2), 0, periods=4).to_frame()
    assert frame["new"].tolist() == pytest.approx([400, 200, 100, 50])
    assert frame["cumulative"].tolist() == pytest.approx([400, 600, 700, 750])


def test_equal_p_and_q_by_hand():
    # p = q = ln(3) / 2 makes exp(-(p + q) t) = 3^-t, so F = (1 - 3^-t) / (1 + 3^-t):
    # (2/3) / (4/3) = 1/2, then (8/9) / (10/9) = 4/5, then (26/27) / (28/27) = 13/14.
    rate = math.log(3) / 2
    result = bass(140, rate, rate, periods=3)
    assert result.to_frame()["cumulative"].tolist() == pytest.approx([70, 112, 130])
    assert math.isnan(result.peak_time)
    assert result.peak_rate == pytest.approx(140 * rate)


@given(p=st.floats(1e-6, 1), q=st.floats(0.01, 2), factor=st.sampled_from([4, 12, 52]))
def test_p_and_q_divided_alike_are_the_same_curve_in_shorter_periods(p, q, factor):
    years = bass(1000, p, q, 3, per="year").to_frame()["cumulative"]
    months = bass(1000, p / factor, q / factor, 3 * factor).to_frame()["cumulative"]
    assert months.iloc[factor - 1 :: factor].tolist() == pytest.approx(years.tolist())


@pytest.mark.parametrize(("m", "p", "q"), [(18_713, 0.0094, 0.3748), (1e6, 0.03, 0.38)])
def test_the_peak_of_adoption(m, p, q):
    found = bass(m, p, q, periods=30)
    assert found.peak_time == pytest.approx(math.log(q / p) / (p + q))
    assert found.peak_rate == pytest.approx(m * (p + q) ** 2 / (4 * q))
    # The rate, m (p + q F)(1 - F), is nowhere higher.
    share = np.linspace(0, 1, 100_001)
    rate = m * (p + q * share) * (1 - share)
    assert rate.max() == pytest.approx(found.peak_rate, rel=1e-8)
    # Where it is highest, half less p / 2q have adopted.
    assert share[rate.argmax()] == pytest.approx(0.5 - p / (2 * q), abs=1e-5)


def test_everybody_adopts_in_the_end():
    found = bass(1000, 0.03, 0.38, periods=200).to_frame()
    assert found["new"].sum() == pytest.approx(1000)
    assert found["cumulative"].iloc[-1] == pytest.approx(1000)


def test_innovators_alone_peak_at_launch():
    found = bass(1000, 0.3, 0.1, periods=10)
    assert math.isnan(found.peak_time)
    assert "launch" in str(found)
    assert np.all(np.diff(found.to_frame()["new"]) < 0)


def test_the_order_of_magnitude_of_m_changes_no_time():
    small, large = bass(1e3, 0.02, 0.4, periods=9), bass(1e9, 0.02, 0.4, periods=9)
    assert small.peak_time == large.peak_time
    ratio = large.to_frame()["new"] / small.to_frame()["new"]
    assert ratio.to_numpy() == pytest.approx(np.full(9, 1e6))


def test_a_fan_when_only_the_market_is_uncertain_scales_with_it():
    m = interval(40e3, 90e3, credibility=0.8)
    fan = bass(m, 0.03, 0.38, periods=8).to_frame()
    one = bass(1.0, 0.03, 0.38, periods=8).to_frame()
    for column, value in (("new_p10", m.p10), ("new_p50", m.p50), ("new_p90", m.p90)):
        assert fan[column].to_numpy() == pytest.approx(value * one["new"].to_numpy(), rel=0.01)
    assert fan["new_mean"].to_numpy() == pytest.approx(m.mean * one["new"].to_numpy(), rel=0.01)


def test_a_fan_of_peaks_against_draws():
    p, q = uniform(0.01, 0.05), uniform(0.2, 0.6)
    found = bass(1000, p, q, periods=8)
    rng = np.random.default_rng(3)
    ps, qs = p.quantile(rng.random(200_000)), q.quantile(rng.random(200_000))
    times = np.log(qs / ps) / (ps + qs)
    expected = np.quantile(times, [0.1, 0.5, 0.9])
    assert found.peak_time == pytest.approx(expected[1], rel=0.02)
    assert tuple(found.peak_time_interval) == pytest.approx((expected[0], expected[2]), rel=0.02)


def test_where_only_m_is_a_range_the_time_of_the_peak_has_none():
    # ln(.4 / .01) / .41 = 8.997: whoever adopts in the end, the peak is then.
    said = bass(interval(50e3, 90e3, credibility=0.8), 0.01, 0.4, 12, per="year").summary()
    assert "Adoption is fastest 9.00 years after launch, at 7,050 a year (80%: " in said


def test_ranges_that_allow_a_fall_say_how_likely_it_is():
    # p uniform on (0, 0.2), q uniform on (0, 0.4): q <= p in a quarter of all cases.
    result = bass(100, uniform(0, 0.2), uniform(0, 0.4), 3)
    assert result.chance_of_falling == pytest.approx(0.25, abs=0.005)
    assert "25% of the draws" in str(result)
    assert result.peak_time_interval.low == 0


def test_assumptions_bring_their_unit_and_source():
    m = Assumption(
        "Planners", interval(40e3, 90e3, credibility=0.8), "households", source="panel", date="2026"
    )
    q = Assumption("Imitation", share(0.2, 0.5, credibility=0.8), "share", source="Sultan, 1990")
    text = str(bass(m, 0.03, q, 6, per="year"))
    assert "60,000 households" in text
    rows = {line[:1]: line for line in text.splitlines()}
    assert rows["m"].endswith("40,000 to 90,000 (80%), lognormal  panel, 2026")
    assert rows["p"].endswith("none")
    assert rows["q"].endswith("Sultan, 1990")


def test_a_product_of_assumptions_is_drawn_as_one():
    homes = Assumption("Homes", interval(40e3, 90e3, credibility=0.8), "households")
    reached = Assumption("Reached", uniform(0.4, 0.6), "share")
    result = bass(homes * reached, 0.03, 0.38, 4)
    assert result.unit.noun == "households"
    rng = np.random.default_rng(5)
    m = homes.value.quantile(rng.random(200_000)) * rng.uniform(0.4, 0.6, 200_000)
    expected = float(adopted(4, 0.03, 0.38)) * np.quantile(m, [0.1, 0.5, 0.9])
    last = result.to_frame().iloc[-1]
    found = [last[f"cumulative_{kind}"] for kind in ("p10", "p50", "p90")]
    assert found == pytest.approx(expected, rel=0.01)


def test_single_guesses_say_so():
    assert "single guesses" in str(bass(1000, 0.03, 0.38, 3))
    assert "single guesses" not in str(bass(1000, uniform(0.01, 0.05), 0.38, 3))


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((0, 0.03, 0.38), "m=0 must be above 0"),
        ((1000, 0, 0.38), "nobody ever begins"),
        ((1000, 3, 0.38), "percentage it is 0.03"),
        ((1000, 0.03, 38), "percentage it is 0.38"),
        ((1000, 0.03, -0.1), "q=-0.1 must be 0 or more"),
        ((1000, uniform(-0.01, 0.1), 0.4), "must be above 0"),
        ((1000, float("nan"), 0.4), "finite"),
        ((share(0.1, 0.2, credibility=0.8), 0.03, 0.38), "less than one of the customers"),
        ((Assumption("Reached", 0.4, "share"), 0.03, 0.38), "m is a share; give how many"),
        ((1000, Assumption("Spend", Money(5, "EUR")), 0.38), "fraction a year"),
        ((1000, 0.03, float("inf")), "finite"),
        ((1000, Assumption("Begin", 0.03, "starts", per="month"), 0.38), "by 12"),
        (
            (Assumption("x", uniform(5, 9), "homes"), 0.1, Assumption("x", uniform(0, 1), "y")),
            "own",
        ),
    ],
)
def test_numbers_that_no_curve_has(numbers, said):
    with pytest.raises(InputError, match=said):
        bass(*numbers, periods=5, per="year")


@pytest.mark.parametrize("periods", [0, -1, 2.5, "12", None])
def test_periods_are_counted(periods):
    with pytest.raises(InputError, match="periods"):
        bass(1000, 0.03, 0.38, periods)


def test_a_misspelt_period_has_a_close_match():
    with pytest.raises(InputError, match="Did you mean 'month'"):
        bass(1000, 0.03, 0.38, 5, per="monht")


def test_a_sizing_is_not_printed_into_the_error():
    homes = Assumption("Homes", interval(40e3, 90e3, credibility=0.8), "households")
    sizing = bottom_up([Segment("All", homes)])
    for call, said in (
        (lambda: bass(sizing, 0.03, 0.38, 5), "m is a Sizing; give its .customers for who adopts"),
        (lambda: bass(1000, sizing, 0.38, 5), "p is a Sizing; give a number, a Range or an Assump"),
        (lambda: fit_bass(VCR, m=sizing), "m is a Sizing; give its .customers"),
        (lambda: bass(1000, 0.03, 0.38, 5) * 10, "give m in money: bass(customers * revenue_of"),
    ):
        with pytest.raises(InputError, match=re.escape(said)) as error:
            call()
        assert len(str(error.value)) < 180
    assert bass(sizing.customers, 0.03, 0.38, 5).unit.noun == "households"


def test_periods_have_an_end():
    with pytest.raises(InputError, match="at most 10,000"):
        bass(5e4, 0.03, 0.38, 10**9)
    with pytest.raises(InputError, match="at most 10,000"):
        fit_bass(VCR).forecast(10**9)
    with pytest.raises(InputError, match="periods=0 must"):
        bass(5e4, 0.03, 0.38, np.int64(0))
    assert bass(5e4, 0.03, 0.38, 10_000).periods == 10_000


def test_long_tables_are_shortened_and_end_at_the_end():
    text = str(bass(1000, 0.03, 0.38, 100, per="month"))
    rows = [line for line in text.splitlines() if line[:1].isdigit()]
    assert len(rows) <= 24
    assert rows[-1].startswith("100")


def won():
    homes = Assumption("Homes", interval(3e6, 4e6, credibility=0.8), "homes", source="Eurostat")
    spend = Assumption("Spend", Money(interval(50, 90, credibility=0.8), "EUR", per="year"))
    return bottom_up([Segment("All", homes, spend)]).funnel(
        sam={"reached": share(0.3, 0.5, credibility=0.8)},
        som={"won": share(0.03, 0.08, credibility=0.8)},
        year=2027,
    )


@pytest.mark.parametrize(
    ("m", "unit"),
    [
        (lambda funnel: funnel.som, "EUR a year"),
        (lambda funnel: funnel.som.quantity, "EUR a year"),
        (lambda funnel: funnel.customers["SOM"], "homes"),
    ],
)
def test_m_may_be_a_level_of_a_funnel(m, unit):
    level = m(won())
    result = bass(level, 0.03, 0.38, 6, per="year", draws=200_000)
    assert result.unit.short == unit
    last = result.to_frame().iloc[-1]
    part = float(adopted(6, 0.03, 0.38))
    found = [last[f"cumulative_{kind}"] for kind in ("p10", "p50", "p90", "mean")]
    whole = won().som if "EUR" in unit else won().customers["SOM"]
    expected = [part * value for value in (whole.p10, whole.p50, whole.p90, whole.mean)]
    assert found == pytest.approx(expected, rel=0.02)
    assert "Homes: Eurostat" in " ".join(str(result).split())


def test_revenue_is_reached_and_adopters_have_adopted():
    money = bass(won().som, 0.03, 0.38, 6, per="year")
    assert "EUR a year" in money.title
    assert "is reached." in money.summary()
    assert "EUR a year more in a year" in money.summary()
    assert "adopted" not in str(money).replace("adopt by themselves", "")
    people = bass(won().customers["SOM"], 0.03, 0.38, 6, per="year")
    assert "have adopted." in people.summary()
    assert "is reached" not in str(people)
    assert bass(Money(5e6, "EUR", per="year"), 0.03, 0.38, 3).m.p50 == 5e6


def test_the_ends_of_m_are_exact_where_there_is_a_formula():
    # The sum of the variances of the logs: 80% is 1.2816 standard deviations to each side.
    homes = Assumption("Homes", interval(3e3, 4e3, credibility=0.8), "homes")
    orders = Assumption("Each", interval(0.4, 0.9, credibility=0.8), "orders")
    reach = math.hypot(math.log(4 / 3) / 2, math.log(0.9 / 0.4) / 2)
    middle = math.sqrt(3e3 * 4e3 * 0.4 * 0.9)
    m = bass(homes * orders, 0.03, 0.38, 6, draws=1000).m
    assert (m.p10, m.p50, m.p90) == pytest.approx(
        (middle * math.exp(-reach), middle, middle * math.exp(reach))
    )


def test_a_difference_that_may_be_below_nothing_is_refused_with_its_chance():
    # Uniform on 0..4 less 1: below 0 with a chance of a quarter.
    a, b = Assumption("A", uniform(0, 4), "homes"), Assumption("B", 1, "homes")
    with pytest.raises(InputError, match="must be above 0, and not in 25% of cases"):
        bass(a - b, 0.03, 0.38, 6)


def test_a_whole_funnel_is_asked_for_its_levels():
    with pytest.raises(InputError, match=r"m is a MarketFunnel; give its .customers\['SOM'\]"):
        bass(won(), 0.03, 0.38, 6)
