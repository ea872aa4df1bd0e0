"""Fits where m is given with a range: what is not known of it stays in every answer."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import optimize, stats

from pmlab.errors import InputError
from pmlab.market import Assumption, Money, Segment, bottom_up, fit_bass
from pmlab.uncertain import interval, share, uniform
from tests.market.adoption.definition import VCR, in_period, reached

EARLY = VCR[:5]
WIDE = interval(5e4, 8e4, credibility=0.8)


def test_five_years_of_recorders_and_what_became_of_them():
    # By 1987 there were 46,960 thousand. Of a market of exactly 70 million the fan misses that.
    truth = sum(VCR[:8])
    for m, holds in ((WIDE, True), (70_000, False)):
        last = fit_bass(EARLY, m=m, per="year").forecast(3).to_frame().iloc[-1]
        assert (last["cumulative_p10"] < truth < last["cumulative_p90"]) == holds


def test_a_fan_is_that_of_a_fit_to_every_m():
    # By its definition: some m drawn, scipy's p and q for each, and normal errors on the log scale.
    t, y, rng = np.arange(1.0, 6), np.array(EARLY, dtype=float), np.random.default_rng(11)
    ends, peaks, all_p = [], [], []
    for m in WIDE.quantile((np.arange(300) + rng.random(300)) / 300):
        (p, q), covariance = optimize.curve_fit(
            lambda t, p, q, m=m: in_period(t, m, p, q), t, y, p0=[0.006, 0.75]
        )
        logs = rng.multivariate_normal([0, 0], covariance / np.outer([p, q], [p, q]), 200)
        ps, qs = (np.array([p, q]) * np.exp(logs)).T
        ends.append(m * reached(8, ps, qs))
        peaks.append(np.log(qs / ps) / (ps + qs))
        all_p.append(ps)
    fit = fit_bass(EARLY, m=WIDE, per="year")
    result = fit.forecast(3)
    last = result.to_frame().iloc[-1]
    found = [last[f"cumulative_{kind}"] for kind in ("p10", "p50", "p90")]
    assert found == pytest.approx(np.quantile(ends, [0.1, 0.5, 0.9]), rel=0.01)
    assert tuple(result.peak_time_interval) == pytest.approx(
        np.quantile(peaks, [0.1, 0.9]), rel=0.01
    )
    assert fit.p_se == pytest.approx(np.std(all_p), rel=0.1)


def test_intervals_hold_the_range_of_m():
    fit = fit_bass(EARLY, m=WIDE, confidence_level=0.9)
    assert tuple(fit.intervals["m"]) == pytest.approx((WIDE.quantile(0.05), WIDE.quantile(0.95)))
    assert fit.m == pytest.approx(WIDE.p50)
    exact = fit_bass(EARLY, m=WIDE.p50, confidence_level=0.9)
    t = stats.t.ppf(0.95, 3)
    for name, value, error in (("p", exact.p, exact.p_se), ("q", exact.q, exact.q_se)):
        low, high = fit.intervals[name]
        assert low < value * math.exp(-t * error / value)
        assert high > value * math.exp(t * error / value)
    assert math.isnan(fit.m_se)
    assert fit.q_se > exact.q_se
    assert fit.peak_time_interval.low < exact.peak_time_interval.low


def test_a_range_of_next_to_nothing_is_a_number():
    # Between 66,999 and 67,001: the interval of p is t on the log scale, on 5 - 2 degrees.
    sure, nearly = (fit_bass(EARLY, m=m) for m in (67_000, uniform(66_999, 67_001)))
    assert (nearly.p, nearly.q) == pytest.approx((sure.p, sure.q), rel=1e-5)
    assert (nearly.p_se, nearly.q_se) == pytest.approx((sure.p_se, sure.q_se), rel=1e-4)
    assert tuple(nearly.peak_time_interval) == pytest.approx(
        tuple(sure.peak_time_interval), rel=1e-4
    )
    reach = stats.t.ppf(0.975, 3) * sure.p_se / sure.p
    assert tuple(nearly.intervals["p"]) == pytest.approx(
        (sure.p * math.exp(-reach), sure.p * math.exp(reach)), rel=1e-3
    )
    fans = [fit.forecast(3).to_frame()["new_p90"].to_numpy() for fit in (sure, nearly)]
    assert fans[1] == pytest.approx(fans[0], rel=0.01)


def test_m_may_be_what_a_sizing_has():
    homes = Assumption("Homes", interval(70e3, 100e3, credibility=0.8), "homes", source="census")
    most = Assumption("Would buy", share(0.7, 0.9, credibility=0.8), "share")
    sizing = bottom_up([Segment("All", homes * most, Money(400, "EUR", per="year"))])
    fit = fit_bass(EARLY, m=sizing.customers, per="year")
    assert fit.unit == "homes"
    assert fit.m == pytest.approx(sizing.customers.mean, rel=0.05)
    assert "Homes: census; Would buy: none" in " ".join(str(fit.forecast(2)).split())


def test_one_number_says_what_it_leaves_out():
    assert "m is taken to be exactly 70,000" in " ".join(fit_bass(EARLY, m=70_000).warnings)
    assert "exactly" not in " ".join(fit_bass(EARLY, m=WIDE).warnings)
    assert "exactly" not in " ".join(fit_bass(VCR).warnings)


def test_part_of_a_range_that_has_adopted_already_is_left_out():
    # 16,010 have adopted; of a uniform from 10,010 to 70,010 that is the lowest tenth.
    fit = fit_bass(EARLY, m=uniform(10_010, 70_010))
    assert any(
        said.startswith("the range of m has a chance of 10.0% below") for said in fit.warnings
    )
    assert fit.m == pytest.approx((16_010 + 70_010) / 2)
    assert fit.intervals["m"].low > 16_010
    result = fit.forecast(2)
    assert result.n_draws == pytest.approx(90_000, rel=0.01)
    with pytest.raises(InputError, match=r"below the 16,000 who have adopted .* chance of 95%"):
        fit_bass(EARLY, m=uniform(10_010, 16_310))


@pytest.mark.parametrize(
    ("m", "said"),
    [
        (Assumption("Spend", Money(uniform(5e6, 6e6), "EUR", per="year")), "m is in EUR a year"),
        (Assumption("Sold", 5e6, "recorders", per="year"), "adopters are counted one by one"),
        ("70,000", "write 70000"),
        ([70_000], "must be a number"),
        (share(0.1, 0.2, credibility=0.8), "below the 16,000"),
    ],
)
def test_what_is_no_number_of_adopters(m, said):
    with pytest.raises(InputError, match=said):
        fit_bass(EARLY, m=m)
