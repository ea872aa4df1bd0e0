"""Adoption by Bass: published data and fits, closed forms, and the differential equation."""

import math

import numpy as np
import pytest
from scipy import optimize

from pmlab.errors import InputError
from pmlab.market import bass, fit_bass
from pmlab.uncertain import interval, uniform

# --- Bass's durables ----------------------------------------------------------------------------
# Bass, F. M. (1969). A new product growth for model consumer durables. Management Science, 15,
# 215-227: US sales in thousands, 1949-61, 1963-70 and 1949-61. The estimates are those of
# Srinivasan, V. and Mason, C. H. (1986). Nonlinear least squares estimation of new product
# diffusion models. Marketing Science, 5, 169-178: m in thousands, p, q.

ROOM_AIR_CONDITIONERS = [
    *[96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500],
]
COLOUR_TELEVISIONS = [747, 1480, 2646, 5118, 5777, 5982, 5962, 4631]
CLOTHES_DRYERS = [*[106, 319, 492, 635, 737, 890, 1397, 1523, 1294, 1240, 1425, 1260, 1236]]
# The VCRs of many a Bass tutorial, "Year from 1979", in thousands (rpubs.com/chengjun/bass_model).
VIDEO_RECORDERS = [840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890]

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


@pytest.mark.parametrize("sales", [*(row[0] for row in DURABLES.values()), VIDEO_RECORDERS])
def test_fits_and_standard_errors_are_scipys(sales):
    sales = np.array(sales, dtype=float)

    def cumulative(t, p, q):
        return (1 - np.exp(-(p + q) * t)) / (1 + q / p * np.exp(-(p + q) * t))

    def in_period(t, m, p, q):
        return m * (cumulative(t, p, q) - cumulative(t - 1, p, q))

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


def test_video_recorders_by_their_rate_and_by_their_periods():
    # R's nls on the rate at the end of each year gives M 68.0 M (3.13), P 0.00659, Q 0.638 (0.0414)
    # (rpubs.com/chengjun/bass_model). Sales of a year lie on average half a year before its end,
    # so the fit by periods has about the same market and imitation, and peaks half a year sooner.
    found = fit_bass(VIDEO_RECORDERS)
    assert found.m == pytest.approx(68_000, rel=0.01)
    assert found.m_se == pytest.approx(3_130, rel=0.05)
    assert found.q == pytest.approx(0.638, rel=0.01)
    assert found.q_se == pytest.approx(0.0414, rel=0.05)
    peak = math.log(0.638 / 0.00659) / (0.638 + 0.00659)
    assert found.peak_time == pytest.approx(peak - 0.5, abs=0.02)


# --- Bass's closed forms ------------------------------------------------------------------------


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


def test_adopters_follow_the_differential_equation():
    # dN/dt = (p + q N / m)(m - N), by small steps.
    m, p, q, steps = 1000.0, 0.03, 0.38, 20_000
    n, total, periods = 0.0, [], 12
    for _ in range(periods):
        for _ in range(steps):
            middle = n + (p + q * n / m) * (m - n) / (2 * steps)
            n += (p + q * middle / m) * (m - middle) / steps
        total.append(n)
    found = bass(m, p, q, periods=periods).to_frame()
    assert found["cumulative"].to_numpy() == pytest.approx(np.array(total), rel=1e-7)
    assert found["new"].to_numpy() == pytest.approx(np.diff([0, *total]), rel=1e-6)


def test_everybody_adopts_in_the_end():
    found = bass(1000, 0.03, 0.38, periods=200).to_frame()
    assert found["new"].sum() == pytest.approx(1000)
    assert found["cumulative"].iloc[-1] == pytest.approx(1000)


def test_a_fit_finds_what_made_the_numbers():
    made = bass(50_000, 0.01, 0.5, periods=15).to_frame()["new"]
    found = fit_bass(made)
    assert (found.m, found.p, found.q) == pytest.approx((50_000, 0.01, 0.5), rel=1e-4)


def test_before_the_peak_the_market_is_hardly_known():
    before, after = fit_bass(VIDEO_RECORDERS[:6]), fit_bass(VIDEO_RECORDERS)
    assert any("peak" in text for text in before.warnings)
    assert not any("before the peak" in text for text in after.warnings)
    assert before.m_se / before.m > 5 * after.m_se / after.m


def test_a_market_without_end_is_refused():
    # Five years of recorders grow so evenly that least squares prefers ever larger markets.
    with pytest.raises(InputError, match="m"):
        fit_bass(VIDEO_RECORDERS[:5])


@pytest.mark.parametrize(
    "adopters",
    [
        [0, 0, 0, 5],
        [5, 0, 0, 0],
        [0, 1, 0, 0, 0, 0],
        [5, 5, 5, 5],
        [1, 2, 4, 8, 16],
        [5, 4, 3, 2, 1],
        [1, 0, 1, 0, 1, 0],
        [10, 1, 10, 1, 10, 1],
        [1e-9] * 6,
        [1e300, 1e300, 1e299, 1e298],
    ],
)
def test_odd_numbers_are_fitted_or_refused(adopters):
    try:
        found = fit_bass(adopters)
    except InputError:
        return
    assert found.m >= 0.99 * sum(adopters) or found.p > 0
    low, high = found.intervals["m"]
    assert low <= found.m <= high
    # As many as have adopted are a market at least.
    assert low >= 0.8 * sum(adopters)
    assert found.p >= 0
    assert found.q >= 0
    assert str(found)


@pytest.mark.parametrize(
    ("m", "p", "q", "periods"), [(1e9, 0.01, 0.0, 15), (1e3, 0.3, 0.5, 15), (1.0, 1e-5, 2, 15)]
)
def test_a_curve_without_noise_is_found_again(m, p, q, periods):
    made = bass(m, p, q, periods=periods).to_frame()["new"]
    found = fit_bass(made)
    assert (found.m, found.p, found.q) == pytest.approx((m, p, q), rel=0.01, abs=1e-6)
    assert found.r_squared == pytest.approx(1)


def test_innovators_alone_peak_at_launch():
    found = bass(1000, 0.3, 0.1, periods=10)
    assert math.isnan(found.peak_time)
    assert "launch" in str(found)
    assert np.all(np.diff(found.to_frame()["new"]) < 0)


# --- with ranges --------------------------------------------------------------------------------


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


def test_the_order_of_magnitude_of_m_changes_no_time():
    small, large = bass(1e3, 0.02, 0.4, periods=9), bass(1e9, 0.02, 0.4, periods=9)
    assert small.peak_time == large.peak_time
    ratio = large.to_frame()["new"] / small.to_frame()["new"]
    assert ratio.to_numpy() == pytest.approx(np.full(9, 1e6))
