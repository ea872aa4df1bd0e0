"""Adoption by Bass: curves that can be counted by hand, textbook fits, and what is refused."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from pmlab.errors import InputError
from pmlab.market import Assumption, Money, Segment, bass, bottom_up, fit_bass
from pmlab.market.adoption.curve import adopted, adopting, adopting_gradient, by_period, peak_time
from pmlab.uncertain import interval, share, uniform

# Videocassette recorders in US homes, thousands a year from 1980: Cowpertwait, P. S. P. and
# Metcalfe, A. V. (2009). Introductory Time Series with R, section 3.3. Springer.
VCR = [840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890]

P = st.floats(1e-6, 1)
Q = st.floats(0, 5)


def density(t, m, p, q):
    """Sales at time t, as the textbook has them."""
    fading = np.exp(-(p + q) * t)
    return m * (p + q) ** 2 / p * fading / (1 + q / p * fading) ** 2


def in_period(t, m, p, q):
    """Sales between t - 1 and t."""

    def done(t):
        return (1 - np.exp(-(p + q) * t)) / (1 + q / p * np.exp(-(p + q) * t))

    return m * (done(t) - done(t - 1))


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


@given(p=P, q=Q)
def test_adopters_of_a_period_are_the_density_summed_over_it(p, q):
    t = 3.0
    area, _ = integrate.quad(density, t - 1, t, args=(1.0, p, q))
    assert float(adopting(t, p, q)) == pytest.approx(area, rel=1e-6, abs=1e-12)
    assert float(adopting(t, p, q)) == pytest.approx(
        float(adopted(t, p, q) - adopted(t - 1, p, q)), rel=1e-6, abs=1e-12
    )


@given(p=st.floats(1e-3, 1), q=st.floats(1e-2, 5))  # smaller ones drown in small steps
def test_the_slopes_are_those_of_small_steps(p, q):
    t = np.arange(1.0, 9)
    step = 1e-6
    by_p, by_q = adopting_gradient(t, p, q)
    assert by_q == pytest.approx(
        (adopting(t, p, q * (1 + step)) - adopting(t, p, q * (1 - step))) / (2 * q * step),
        rel=1e-3,
        abs=1e-6,
    )
    assert by_p == pytest.approx(
        (adopting(t, p * (1 + step), q) - adopting(t, p * (1 - step), q)) / (2 * p * step),
        rel=1e-3,
        abs=1e-6,
    )


@given(p=P, q=Q)
def test_period_by_period_is_the_same_curve(p, q):
    for end, (new, total) in enumerate(by_period(np.array([p]), np.array([q]), 6), start=1):
        assert new[0] == pytest.approx(float(adopting(end, p, q)), rel=1e-6, abs=1e-15)
        assert total[0] == pytest.approx(float(adopted(end, p, q)), rel=1e-6, abs=1e-15)


@given(p=P, q=st.floats(0.01, 2), factor=st.sampled_from([4, 12, 52]))
def test_p_and_q_divided_alike_are_the_same_curve_in_shorter_periods(p, q, factor):
    years = bass(1000, p, q, 3, per="year").to_frame()["cumulative"]
    months = bass(1000, p / factor, q / factor, 3 * factor).to_frame()["cumulative"]
    assert months.iloc[factor - 1 :: factor].tolist() == pytest.approx(years.tolist())


def test_the_textbook_fit_is_to_the_density_and_ours_to_the_period():
    # R's nls, as the book prints it: M 67980 (3128), P 0.006594 (0.00143), Q 0.6381 (0.04140),
    # residual standard error 727.2 on 7 degrees of freedom.
    t, y = np.arange(1.0, 11), np.array(VCR, dtype=float)
    book, covariance = optimize.curve_fit(density, t, y, p0=[60630, 0.03, 0.38])
    assert book == pytest.approx([67980, 0.006594, 0.6381], rel=1e-4)
    assert np.sqrt(np.diag(covariance)) == pytest.approx([3128, 0.00143, 0.0414], rel=1e-3)
    # The same data by period: what sold in a year, not the rate at its end.
    fit = fit_bass(VCR)
    ours, covariance = optimize.curve_fit(in_period, t, y, p0=[60630, 0.03, 0.38])
    assert [fit.m, fit.p, fit.q] == pytest.approx(ours, rel=1e-5)
    errors = np.sqrt(np.diag(covariance))
    assert [fit.m_se, fit.p_se, fit.q_se] == pytest.approx(errors, rel=1e-4)
    assert fit.residual_error == pytest.approx(
        math.sqrt(np.sum((y - in_period(t, *ours)) ** 2) / 7)
    )
    # m and q agree within a tenth of their errors; p does not, being the first half year's.
    assert abs(fit.m - book[0]) < 0.2 * fit.m_se
    assert abs(fit.q - book[2]) < 0.2 * fit.q_se
    assert fit.p / book[1] == pytest.approx(math.exp((fit.p + fit.q) / 2), rel=0.05)


def test_where_an_interval_ends_the_best_others_are_t_times_worse():
    # Its definition, with the search for the others left to scipy.
    t, y = np.arange(1.0, 11), np.array(VCR, dtype=float)
    fit = fit_bass(VCR, confidence_level=0.9)
    limit = stats.t.ppf(0.95, 7)
    for place, name in enumerate("mpq"):
        for end in fit.intervals[name]:
            free = [k for k in range(3) if k != place]

            def off(theta, end=end, place=place, free=free):
                values = np.empty(3)
                values[place], values[free] = end, np.exp(theta)
                return in_period(t, *values) - y

            start = np.log(np.array([fit.m, fit.p, fit.q])[free])
            found = optimize.least_squares(off, start, xtol=1e-14, ftol=1e-14, x_scale="jac")
            worse = 2 * found.cost - fit.residual_error**2 * 7
            assert math.sqrt(worse) / fit.residual_error == pytest.approx(limit, rel=1e-3)


@settings(deadline=None, max_examples=25)
@given(
    m=st.floats(100, 1e7), p=st.floats(0.002, 0.2), q=st.floats(0.05, 1.2), n=st.integers(12, 30)
)
def test_exact_data_give_their_own_numbers_back(m, p, q, n):
    if peak_time(p, q) > n / 2:
        return  # hardly anything is to be seen yet
    fit = fit_bass((m * adopting(np.arange(1.0, n + 1), p, q)).tolist())
    assert [fit.m, fit.p, fit.q] == pytest.approx([m, p, q], rel=1e-3)


def test_six_years_in_the_market_may_be_any_size():
    fit = fit_bass(VCR[:6], per="year")
    assert math.isinf(fit.intervals["m"].high)
    assert fit.intervals["m"].low < fit_bass(VCR).m
    said = " ".join(fit.warnings)
    assert "before the peak" in said
    assert "m is hardly known" in said
    assert "or more" in str(fit)
    assert "too narrow" in " ".join(fit.forecast(2).warnings)


def test_where_growth_has_no_end_a_market_is_asked_for():
    with pytest.raises(InputError, match=r"no end of this growth .* any market above .* sizing"):
        fit_bass(VCR[:5])
    fit = fit_bass(VCR[:5], m=67_000, per="year")
    assert fit.m == 67_000
    assert math.isnan(fit.m_se)
    assert fit.q == pytest.approx(fit_bass(VCR).q, abs=0.12)
    assert "given" in str(fit)


def test_with_m_given_two_numbers_are_scipys():
    t, y = np.arange(1.0, 6), np.array(VCR[:5], dtype=float)
    fit = fit_bass(VCR[:5], m=67_000)
    values, covariance = optimize.curve_fit(
        lambda t, p, q: in_period(t, 67_000, p, q), t, y, p0=[0.01, 0.6]
    )
    assert [fit.p, fit.q] == pytest.approx(values, rel=1e-4)
    assert [fit.p_se, fit.q_se] == pytest.approx(np.sqrt(np.diag(covariance)), rel=1e-3)


def test_numbers_that_fall_from_launch_on():
    # Half of who is left, each time: nobody imitates.
    fit = fit_bass([400, 200, 100, 50, 25])
    assert (fit.m, fit.p) == pytest.approx((800, math.log(2)), rel=1e-4)
    assert fit.q == pytest.approx(0, abs=1e-4)
    assert math.isnan(fit.peak_time)
    assert "q is not above p" in " ".join(fit.warnings)
    assert "launch" in fit.summary()
    assert fit.forecast(2).to_frame()["new_p50"].iloc[-2:].tolist() == pytest.approx(
        [12.5, 6.25], rel=1e-3
    )


def test_totals_given_by_mistake_are_suspected():
    # Totals never fall, and those of the last years of recorders rise ever more slowly.
    for totals in (np.cumsum(VCR), np.cumsum(VCR)[-5:]):
        assert any(
            said.startswith("These numbers never fall") for said in fit_bass(totals).warnings
        )
    assert "np.diff" not in " ".join(fit_bass(VCR).warnings)
    # Five that rise faster and faster are not what is left of a market that fills up.
    rising = fit_bass([120, 260, 480, 905, 1500], m=20_000)
    assert "np.diff" not in " ".join(rising.warnings)
    assert "np.diff" not in " ".join(fit_bass([500] * 8, m=20_000).warnings)


# A curve whose peak is known: m = 10,000, p = .01, q = .4, so ln(40) / .41 = 9.0 periods.
PEAK_AT_9 = (10_000 * adopting(np.arange(1.0, 16), 0.01, 0.4)).round()


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (8, "Fitted before the peak: the curve has it"),
        (9, "The peak may not be past: the curve has it"),
        (10, ""),
        (15, ""),
    ],
)
def test_the_peak_is_past_a_whole_period_after_it(n, said):
    warnings = " ".join(fit_bass(PEAK_AT_9[:n]).warnings)
    assert said in warnings
    assert ("peak" in warnings) == bool(said)


def test_a_peak_at_the_end_of_the_numbers_may_not_be_past():
    # Practices by quarter: the curve's peak, 6.83, lies before the end, 7, but its interval after.
    said = " ".join(fit_bass([120, 260, 480, 905, 1300, 1880, 2210], per="quarter").warnings)
    assert "The peak may not be past: the curve has it 6.83 quarters after launch (95%: 6" in said
    assert "the numbers end at 7, with the largest of them" in said
    assert "before the peak" not in said


def test_every_bracket_says_how_sure_it_is():
    fit = fit_bass(VCR, per="year", confidence_level=0.9)
    fan = bass(interval(50e3, 90e3, credibility=0.8), uniform(0.01, 0.03), 0.4, 12, per="year")
    for result, sure in ((fit, "90%: "), (fit.forecast(3), "80%: "), (fan, "80%: ")):
        ranges = [text for text in re.findall(r"\(([^)]*)\)", result.summary()) if " to " in text]
        assert len(ranges) >= 2
        assert all(text.startswith(sure) for text in ranges)


def test_where_only_m_is_a_range_the_time_of_the_peak_has_none():
    # ln(.4 / .01) / .41 = 8.997: whoever adopts in the end, the peak is then.
    said = bass(interval(50e3, 90e3, credibility=0.8), 0.01, 0.4, 12, per="year").summary()
    assert "Adoption is fastest 9.00 years after launch, at 7,050 a year (80%: " in said


def test_a_forecast_begins_with_what_was_observed():
    result = fit_bass(VCR, per="year").forecast(3)
    frame = result.to_frame()
    assert len(frame) == 13
    assert frame["observed"].iloc[:10].tolist() == VCR
    assert frame["observed"].iloc[10:].isna().all()
    fit = fit_bass(VCR)
    middle = in_period(np.arange(1.0, 14), fit.m, fit.p, fit.q)
    assert frame["new_p50"].to_numpy() == pytest.approx(middle, rel=0.02)
    assert (frame["new_p10"] < frame["new_p50"]).all()
    assert (frame["new_p50"] < frame["new_p90"]).all()
    # Draws of m, p and q move together, so the peak is known far better than q alone would have it.
    low, high = result.peak_time_interval
    assert high - low < 0.5
    assert fit.peak_time == pytest.approx(result.peak_time, abs=0.02)


def test_the_interval_of_the_peak_is_that_of_the_draws():
    fit = fit_bass(VCR, confidence_level=0.8)
    drawn = fit.forecast(1).peak_time_interval
    # t on 7 degrees of freedom is 1.415 at 80%, the normal of the draws 1.282.
    assert (fit.peak_time_interval.high - fit.peak_time_interval.low) / (
        drawn.high - drawn.low
    ) == pytest.approx(1.415 / 1.282, rel=0.02)


@pytest.mark.parametrize(
    "make", [list, np.array, pd.Series, pl.Series, lambda y: pd.Series(y, dtype="Int64")]
)
def test_any_column_will_do(make):
    assert fit_bass(make(VCR)).m == fit_bass(VCR).m


def test_ranges_of_what_adds_nothing_new():
    # Only m is a range: everything scales with it, and the time of the peak stays a point.
    m = interval(40e3, 90e3, credibility=0.8)
    result = bass(m, 0.03, 0.38, 5)
    assert result.peak_time_interval.low == pytest.approx(result.peak_time_interval.high)
    tornado = result.tornado().to_frame()
    share_of_m = float(adopted(5, 0.03, 0.38))
    assert tornado["assumption"].tolist() == ["m"]
    assert tornado[["answer_at_p10", "answer_at_p90"]].iloc[0].tolist() == pytest.approx(
        [40e3 * share_of_m, 90e3 * share_of_m]
    )


def test_the_widest_range_is_named_as_what_drives_it():
    result = bass(
        interval(50e3, 51e3, credibility=0.8), interval(0.001, 0.1, credibility=0.8), 0.4, 5
    )
    assert result.tornado().to_frame()["assumption"].tolist() == ["p", "m"]
    assert "How many rests most on p" in result.summary()
    assert "When adoption is fastest rests most on p" in result.summary()


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


@pytest.mark.parametrize(
    ("adopters", "said"),
    [
        ([1, 2, 3], "at least 4"),
        ([1, 2, None, 4], "no number for period 3"),
        ([1, 2, float("nan"), 4], "no number for period 3"),
        ([1, 2, -3, 4], "-3 in period 3"),
        ([0, 0, 0, 0], "only zeros"),
        ([1, 2, "3", 4], "must be a number"),
        (pd.Series([3, 2, 1, 4], index=[3, 2, 1, 4]), "not in order"),
        (pd.DataFrame({"new": VCR}), "whole table"),
    ],
)
def test_adopters_that_no_curve_is_fitted_to(adopters, said):
    with pytest.raises(InputError, match=said):
        fit_bass(adopters)


@pytest.mark.parametrize(
    ("adopters", "said"),
    [
        (None, "adopters is None; give one column"),
        (5, "adopters is 5; give one column"),
        ({3, 1, 2, 4}, "give one column"),
        ("sales.csv", r"is text; give one column .*pd.read_csv"),
        (Path("sales.csv"), "is text; give one column"),
        ({"2024": 1, "2025": 3, "2026": 5, "2027": 4}, r"a dict; give pd.Series\(adopters\)"),
        (np.ones((4, 2)), "whole table"),
        (["1,200", 1300, 900, 500], "write 1200"),
    ],
)
def test_what_is_no_column_of_numbers(adopters, said):
    with pytest.raises(InputError, match=said):
        fit_bass(adopters)


QUARTERS = ["2024-01-01", "2024-04-01", "2024-10-01", "2025-01-01", "2025-04-01", "2025-07-01"]
DATED = pd.to_datetime(QUARTERS)


@pytest.mark.parametrize(
    "index",
    [
        DATED,
        DATED.tz_localize("Europe/Berlin"),
        DATED + pd.Timedelta(days=27),  # any day of a quarter will do
        DATED.to_period("Q"),
        QUARTERS,
        [day.date() for day in DATED],
        ["2024Q1", "2024Q2", "2024Q4", "2025Q1", "2025Q2", "2025Q3"],
    ],
)
@pytest.mark.parametrize("per", ["quarter", "period"])
def test_a_quarter_is_missing(index, per):
    with pytest.raises(InputError, match=r"no row for 2024-07: give 0 .* or the number"):
        fit_bass(pd.Series(VCR[:6], index=index), per=per)


@pytest.mark.parametrize(
    ("index", "per", "missing"),
    [
        ([1980, 1981, 1983, 1984], "year", "1982"),
        ([1980, 1981, 1983, 1984], "period", "1982"),
        ([1980, 1982, 1983, 1985], "year", "1981"),
        (["1980", "1981", "1983", "1984"], "year", "1982"),
        (pd.Index([1980, 1981, 1983, 1984], dtype="Int64"), "year", "1982"),
        (pd.period_range("1980", periods=5, freq="Y").delete(3), "year", "1983"),
        ([202310, 202311, 202401, 202402], "month", "2023-12"),
        (pd.date_range("2024-01-31", periods=6, freq="ME").delete(1), "month", "2024-02"),
        (pd.date_range("2024-01-03", periods=6, freq="7D").delete(3), "week", "2024-01-24"),
        (pd.date_range("2024-02-27", periods=6, freq="D").delete(2), "day", "2024-02-29"),
        ([0, 1, 3, 4], "period", "2"),  # rows that were filtered away
        ([1, 2, 4, 5], "week", "3"),
    ],
)
def test_any_period_that_is_missing_is_named(index, per, missing):
    index = pd.Index(index)
    with pytest.raises(InputError, match=f"no row for {missing}: give 0"):
        fit_bass(pd.Series(VCR[-len(index) :], index=index), per=per)


@pytest.mark.parametrize(
    ("freq", "per", "said"),
    [
        ("QS", "year", "steps by quarters, and per='year'; say per='quarter', or add"),
        ("QS", "month", "steps by quarters, and per='month'; say per='quarter', or give one for"),
        ("YS", "quarter", "steps by years, and per='quarter'"),
        ("MS", "quarter", "steps by months, and per='quarter'; say per='month', or add"),
        ("10D", "month", "steps by 10 days, and per='month'; say per='period'"),
    ],
)
def test_an_index_steps_by_what_a_period_is(freq, per, said):
    index = pd.date_range("2015-01-01", periods=10, freq=freq)
    with pytest.raises(InputError, match=re.escape(said)):
        fit_bass(pd.Series(VCR, index=index), per=per)


def test_years_that_are_called_quarters():
    with pytest.raises(InputError, match="steps by years, and per='quarter'"):
        fit_bass(pd.Series(VCR, index=range(1980, 1990)), per="quarter")


@pytest.mark.parametrize(
    ("index", "said"),
    [
        (["2024-01-01", "2024-01-01", "2024-02-01", "2024-03-01"], "two rows for 2024-01-01"),
        (["2024-01-01", "2024-02-01", "2024-02-28", "2024-03-31"], "two rows for 2024-02"),
        (["2024-01-01", None, "2024-02-01", "2024-03-01"], "row without a time"),
        (["2024-02-01", "2024-01-01", "2024-03-01", "2024-04-01"], "not in order"),
    ],
)
def test_each_month_has_one_row(index, said):
    with pytest.raises(InputError, match=said):
        fit_bass(pd.Series(VCR[-4:], index=pd.to_datetime(index)), per="month")


def test_uneven_rows_are_no_periods():
    index = pd.date_range("2024-02-01", periods=11, freq="10D").delete(4)
    with pytest.raises(InputError, match=r"10 days apart .* but not all"):
        fit_bass(pd.Series(VCR, index=index))


@settings(deadline=None, max_examples=40)
@given(
    start=st.dates(pd.Timestamp("1950-01-01").date(), pd.Timestamp("2090-01-01").date()),
    per=st.sampled_from([("day", 1), ("week", 7), ("month", 1), ("quarter", 3), ("year", 12)]),
    dropped=st.integers(0, 10),
    named=st.booleans(),
)
def test_whenever_a_launch_was_whole_columns_pass_and_gaps_do_not(start, per, dropped, named):
    name, step = per
    unit = "days" if name in ("day", "week") else "months"
    index = pd.DatetimeIndex(
        [pd.Timestamp(start) + pd.DateOffset(**{unit: step * k}) for k in range(11)]
    )
    say = name if named else "period"
    if dropped in (0, 10):  # nothing is missing at an end
        fit_bass(pd.Series(VCR, index=index.delete(dropped)), per=say)
        return
    with pytest.raises(InputError, match="no row for"):
        fit_bass(pd.Series(VCR, index=index.delete(dropped)), per=say)


@pytest.mark.parametrize(
    "index",
    [
        pd.date_range("2024-01-01", periods=10, freq="6MS"),
        pd.date_range("2024-01-01", periods=10, freq="10D"),
        pd.date_range("2024-01-01", periods=10, freq="h"),
        range(1980, 2000, 2),
        range(5, 15),
        list("abcdefghij"),
        pd.MultiIndex.from_product([["a"], range(10)]),
    ],
)
def test_periods_without_a_name_may_have_any_one_length(index):
    assert fit_bass(pd.Series(VCR, index=index)).m == fit_bass(VCR).m


def test_decimals_are_numbers():
    exact = [Decimal(x) for x in VCR]
    assert fit_bass(exact, m=Decimal(67_000)).q == fit_bass(VCR, m=67_000).q
    some = bass(Decimal(1000), Decimal("0.03"), Decimal("0.38"), 5).to_frame()
    assert some.equals(bass(1000, 0.03, 0.38, 5).to_frame())


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


def test_the_figure_of_a_fit_holds_the_whole_band_of_its_peak():
    # Practices by quarter: 7 numbers, a peak from 6.33 to 7.32. Recorders are seen to the end.
    for sold in ([120, 260, 480, 905, 1300, 1880, 2210], VCR):
        fit = fit_bass(sold)
        figure = fit.plot()
        band = next(shape for shape in figure.layout.shapes if shape.type == "rect")
        assert (band.x0, band.x1) == pytest.approx(tuple(fit.peak_time_interval))
        assert figure.layout.xaxis.range[1] >= max(band.x1, len(sold))
    # Of six years of recorders next to nothing is known: the band is cut where it dwarfs them.
    fit = fit_bass(VCR[:6], confidence_level=0.999)
    assert fit.peak_time_interval.high > 2 * 6
    assert fit.plot().layout.xaxis.range[1] == max(12, math.ceil(fit.peak_time))


def test_more_have_adopted_than_ever_will():
    with pytest.raises(InputError, match=r"m=50,000 is not above the 60,600"):
        fit_bass(VCR, m=50_000)


def test_each_has_a_figure_with_the_peak_in_it():
    for result in (
        fit_bass(VCR, per="year"),
        fit_bass(VCR).forecast(3),
        bass(1000, 0.03, 0.38, 12),
        bass(interval(500, 900, credibility=0.8), 0.03, 0.38, 12),
        bass(1000, 0.3, 0.1, 5),
    ):
        figure = result.plot()
        assert figure.layout.meta["description"] == result.summary()
        lines = [shape for shape in figure.layout.shapes if shape.type == "line"]
        if math.isnan(result.peak_time):
            assert not lines
        else:
            assert lines[0].x0 == result.peak_time
    fan = bass(interval(500, 900, credibility=0.8), 0.03, 0.38, 12)
    middle = next(trace for trace in fan.plot().data if trace.name == "P50")
    assert list(middle.y) == fan.to_frame()["new_p50"].tolist()


def test_long_tables_are_shortened_and_end_at_the_end():
    text = str(bass(1000, 0.03, 0.38, 100, per="month"))
    rows = [line for line in text.splitlines() if line[:1].isdigit()]
    assert len(rows) <= 24
    assert rows[-1].startswith("100")
