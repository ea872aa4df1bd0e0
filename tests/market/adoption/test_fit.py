"""Fits: published data and estimates, scipy, and what a fit must say of itself."""

from __future__ import annotations

import math
import re
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from pmlab.errors import InputError
from pmlab.market import bass, fit_bass
from pmlab.market.adoption.curve import adopting, peak_time
from pmlab.uncertain import interval, uniform
from tests.market.adoption.definition import VCR, density, in_period

ROOM_AIR_CONDITIONERS = [
    *[96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500],
]


COLOUR_TELEVISIONS = [747, 1480, 2646, 5118, 5777, 5982, 5962, 4631]


CLOTHES_DRYERS = [*[106, 319, 492, 635, 737, 890, 1397, 1523, 1294, 1240, 1425, 1260, 1236]]


DURABLES = {
    "room air conditioners": (ROOM_AIR_CONDITIONERS, 18_713, 0.0094, 0.3748),
    "colour televisions": (COLOUR_TELEVISIONS, 39_659, 0.0185, 0.6159),
    "clothes dryers": (CLOTHES_DRYERS, 16_497, 0.0136, 0.3267),
}


@pytest.mark.parametrize("product", DURABLES)
def test_the_durables_of_1969_as_fitted_in_1986(product):
    sales, m, p, q = DURABLES[product]
    found = fit_bass(sales)
    assert found.m == pytest.approx(m, abs=0.6)
    assert found.p == pytest.approx(p, abs=0.00006)
    assert found.q == pytest.approx(q, abs=0.00006)


@pytest.mark.parametrize("sales", [*(row[0] for row in DURABLES.values()), VCR])
def test_fits_and_standard_errors_are_scipys(sales):
    sales = np.array(sales, dtype=float)

    t = np.arange(1.0, len(sales) + 1)
    fit, covariance = optimize.curve_fit(in_period, t, sales, p0=[1.5 * sales.sum(), 0.01, 0.4])
    found = fit_bass(sales)
    assert (found.m, found.p, found.q) == pytest.approx(tuple(fit), rel=1e-4)
    errors = np.sqrt(np.diag(covariance))
    assert (found.m_se, found.p_se, found.q_se) == pytest.approx(tuple(errors), rel=1e-3)
    left = sales - in_period(t, *fit)
    r_squared = 1 - left @ left / np.sum((sales - sales.mean()) ** 2)
    assert found.r_squared == pytest.approx(r_squared, abs=1e-6)
    assert found.residual_error == pytest.approx(
        math.sqrt(left @ left / (len(sales) - 3)), rel=1e-4
    )


def test_the_textbook_fit_is_to_the_density_and_ours_to_the_period():
    # R's nls, as the book prints it: M 67980 (3128), P 0.006594 (0.00143), Q 0.6381 (0.04140),
    # residual standard error 727.2 on 7 degrees of freedom.
    t, y = np.arange(1.0, 11), np.array(VCR, dtype=float)
    book, covariance = optimize.curve_fit(density, t, y, p0=[60630, 0.03, 0.38])
    assert book == pytest.approx([67980, 0.006594, 0.6381], rel=1e-4)
    assert np.sqrt(np.diag(covariance)) == pytest.approx([3128, 0.00143, 0.0414], rel=1e-3)
    fit = fit_bass(VCR)  # the same data by period: what sold in a year, not the rate at its end
    # m and q agree within a tenth of their errors; p does not, being the first half year's.
    assert abs(fit.m - book[0]) < 0.2 * fit.m_se
    assert abs(fit.q - book[2]) < 0.2 * fit.q_se
    assert fit.p / book[1] == pytest.approx(math.exp((fit.p + fit.q) / 2), rel=0.05)
    # The sales of a year lie on average half a year before its end, and so does the peak.
    assert fit.peak_time == pytest.approx(math.log(0.6381 / 0.006594) / 0.644694 - 0.5, abs=0.02)


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


@pytest.mark.parametrize(
    ("m", "p", "q", "periods"), [(1e9, 0.01, 0.0, 15), (1e3, 0.3, 0.5, 15), (1.0, 1e-5, 2, 15)]
)
def test_a_curve_without_noise_is_found_again(m, p, q, periods):
    made = bass(m, p, q, periods=periods).to_frame()["new"]
    found = fit_bass(made)
    assert (found.m, found.p, found.q) == pytest.approx((m, p, q), rel=0.01, abs=1e-6)
    assert found.r_squared == pytest.approx(1)


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


@pytest.mark.parametrize(
    "adopters",
    [[0, 0, 0, 5], [5, 0, 0, 0], [0, 1, 0, 0, 0, 0], [5, 4, 3, 2, 1], [1, 0] * 3, [10, 1] * 3],
)
def test_odd_numbers_have_a_curve(adopters):
    found = fit_bass(adopters)
    low, high = found.intervals["m"]
    assert low >= 0.99 * sum(adopters)  # as many as have adopted are a market at least
    assert low <= found.m <= high
    assert found.p >= 0
    assert found.q >= 0
    # No curve of least squares is further off than nobody ever adopting.
    assert sum((np.array(adopters) - found.fitted) ** 2) < sum(np.square(adopters))
    assert str(found)


@pytest.mark.parametrize("adopters", [[5, 5, 5, 5], [1, 2, 4, 8, 16], [1e-9] * 6])
def test_numbers_that_never_slow_down_show_no_end(adopters):
    with pytest.raises(InputError, match=r"no end of this growth .* Take m from a sizing"):
        fit_bass(adopters)


def test_numbers_beyond_all_people_are_no_adopters():
    with pytest.raises(InputError, match="more than can be counted one by one"):
        fit_bass([1e300, 1e300, 1e299, 1e298])


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


def test_decimals_are_numbers():
    exact = [Decimal(x) for x in VCR]
    assert fit_bass(exact, m=Decimal(67_000)).q == fit_bass(VCR, m=67_000).q
    some = bass(Decimal(1000), Decimal("0.03"), Decimal("0.38"), 5).to_frame()
    assert some.equals(bass(1000, 0.03, 0.38, 5).to_frame())


def test_more_have_adopted_than_ever_will():
    with pytest.raises(InputError, match=r"m=50,000 is not above the 60,600"):
        fit_bass(VCR, m=50_000)


@pytest.mark.parametrize(
    ("rng", "said"),
    [("x", "rng='x' must be a whole number"), (-1, "0 or more"), (1.5, "whole number")],
)
def test_a_seed_is_a_whole_number(rng, said):
    with pytest.raises(InputError, match=said):
        fit_bass(VCR).forecast(3, rng=rng)


def test_the_same_seed_draws_the_same_fan():
    fit = fit_bass(VCR)
    assert fit.forecast(3, rng=7).to_frame().equals(fit.forecast(3, rng=7).to_frame())
    assert not fit.forecast(3, rng=7).to_frame().equals(fit.forecast(3, rng=8).to_frame())
