"""Ranges say what was said of them, and know their own moments."""

import itertools
import math
from decimal import Decimal

import numpy as np
import pytest
from scipy import integrate, stats

from pmlab.errors import InputError
from pmlab.uncertain import (
    Lognormal,
    draws,
    interval,
    pert,
    share,
    triangular,
    uniform,
)

HOUSEHOLDS = interval(40e3, 90e3, credibility=0.8)
ALL = {
    "interval": (HOUSEHOLDS, lambda r: stats.lognorm(r.sigma, scale=math.exp(r.mu))),
    "share": (share(0.03, 0.08, credibility=0.9), lambda r: stats.beta(r.a, r.b)),
    "pert": (pert(2, 4, 12), lambda r: stats.beta(r.a, r.b, loc=2, scale=10)),
    "triangular": (triangular(2, 4, 12), lambda r: stats.triang(0.2, loc=2, scale=10)),
    "low is the mode": (triangular(2, 2, 12), lambda r: stats.triang(0, loc=2, scale=10)),
    "high is the mode": (triangular(2, 12, 12), lambda r: stats.triang(1, loc=2, scale=10)),
    "uniform": (uniform(-1, 3), lambda r: stats.uniform(-1, 4)),
}
P = np.array([0.001, 0.1, 0.25, 0.5, 0.9, 0.999])


@pytest.mark.parametrize("kind", ALL)
def test_as_scipy_has_it(kind):
    ours, made = ALL[kind]
    theirs = made(ours)
    assert ours.mean == pytest.approx(theirs.mean(), rel=1e-12)
    assert ours.sd == pytest.approx(theirs.std(), rel=1e-12)
    assert ours.quantile(P) == pytest.approx(theirs.ppf(P), rel=1e-9)
    at = np.concatenate([ours.quantile(P), [-5, 0, 1e9]])
    assert ours.cdf(at) == pytest.approx(theirs.cdf(at), abs=1e-12)
    assert ours.support == pytest.approx(theirs.support())
    drawn = ours.draw(20_000, rng=3)
    assert stats.kstest(drawn, theirs.cdf).pvalue > 0.001


@pytest.mark.parametrize("kind", ALL)
def test_of_a_missing_value_there_is_no_chance(kind):
    ours, _ = ALL[kind]
    assert math.isnan(ours.cdf(math.nan))
    found = ours.cdf([[math.nan, 1e12], [-1e12, ours.p50]])
    assert found == pytest.approx(np.array([[math.nan, 1], [0, 0.5]]), nan_ok=True)


def test_the_central_interval():
    # Of a uniform the central 80% leaves a tenth at either end; of P10 to P90 it is what was said.
    assert uniform(0, 50).interval(0.8) == pytest.approx((5, 45))
    assert HOUSEHOLDS.interval(0.8) == pytest.approx((40e3, 90e3))
    with pytest.raises(InputError, match=r"credibility is missing.*interval\(0\.8\)"):
        HOUSEHOLDS.interval()


@pytest.mark.parametrize("kind", ALL)
def test_scaled_is_every_number_times_the_factor(kind):
    ours, _ = ALL[kind]
    twelve = ours.scaled(12)
    assert type(twelve) is type(ours)
    assert twelve.mean == pytest.approx(12 * ours.mean)
    assert twelve.sd == pytest.approx(12 * ours.sd)
    assert twelve.quantile(P) == pytest.approx(12 * ours.quantile(P))


def moment(theirs, k):
    """The mean of x^k by its definition: scipy's own moments above the fourth are rough."""
    value = 0.0
    # Piece by piece, for a density may have a corner.
    ends = [theirs.ppf(0), theirs.ppf(0.2), theirs.isf(1e-80)]
    for low, high in itertools.pairwise(ends):
        value += integrate.quad(
            lambda x: x**k * theirs.pdf(x), low, high, epsabs=0, epsrel=1e-12, limit=200
        )[0]
    return value


@pytest.mark.parametrize("k", [0, 1, 2, 3, 7])
@pytest.mark.parametrize("kind", ALL)
def test_moments_are_those_of_the_definition(kind, k):
    ours, made = ALL[kind]
    assert ours.moment(k) == pytest.approx(moment(made(ours), k), rel=1e-9)


@pytest.mark.parametrize("k", [-3, -1, 0.5, 4])
def test_a_power_of_a_lognormal_is_one(k):
    # scipy's own distribution of the power: x^k is below y just where k log x is below log y.
    power = HOUSEHOLDS**k
    theirs = stats.lognorm(abs(k) * HOUSEHOLDS.sigma, scale=HOUSEHOLDS.p50**k)
    assert power.quantile(P) == pytest.approx(theirs.ppf(P), rel=1e-9)
    assert power.mean == pytest.approx(HOUSEHOLDS.moment(k), rel=1e-9)
    assert power.mean == pytest.approx(theirs.mean(), rel=1e-9)
    ends = sorted(end**k for end in (HOUSEHOLDS.p10, HOUSEHOLDS.p90))
    assert (power.p10, power.p90) == pytest.approx(tuple(ends))


def test_one_over_a_lifetime():
    # P10 to P90 of 8 to 14 years: 1 in 14 to 1 in 8 ends a year.
    ends = 1 / interval(8, 14, credibility=0.8)
    assert (ends.p10, ends.p90) == pytest.approx((1 / 14, 1 / 8))
    assert (12 / interval(8, 14, credibility=0.8)).p50 == pytest.approx(12 / math.sqrt(8 * 14))


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind != "uniform"])  # around 0
def test_how_powers_vary_together_is_that_of_the_moments(kind):
    ours, made = ALL[kind]
    theirs = made(ours)
    for j, k in [(1, 1), (1, 2), (3, 2), (2, 2)]:
        expected = moment(theirs, j + k) / (moment(theirs, j) * moment(theirs, k))
        assert ours.log_together(j, k) == pytest.approx(math.log(expected), rel=1e-7)


@pytest.mark.parametrize("credibility", [0.5, 0.8, 0.9, 0.95])
def test_the_ends_are_the_central_quantiles(credibility):
    tail = (1 - credibility) / 2
    for made in (interval, share):
        one = made(0.03, 0.4, credibility=credibility)
        assert one.cdf(0.03) == pytest.approx(tail, abs=1e-9)
        assert one.cdf(0.4) == pytest.approx(1 - tail, abs=1e-9)


@pytest.mark.parametrize(
    ("low", "high", "credibility"),
    [
        (1e-4, 0.9999, 0.8),  # U-shaped
        (0.499, 0.501, 0.9),
        (1e-9, 0.5, 0.8),
        (1e-12, 1e-11, 0.8),
        (0.4, 0.6, 0.01),
        (0.01, 0.011, 0.9999),
    ],
)
def test_extreme_shares_are_found(low, high, credibility):
    one = share(low, high, credibility=credibility)
    assert one.cdf(low) == pytest.approx((1 - credibility) / 2, rel=1e-8)
    assert 1 - one.cdf(high) == pytest.approx((1 - credibility) / 2, rel=1e-8)


def test_how_they_read():
    assert str(HOUSEHOLDS) == "40,000 to 90,000 (80%), lognormal"
    assert repr(share(0.125, 0.3, credibility=0.9)) == "12.5% to 30% (90%), beta"
    assert str(pert(2, 4, 12)) == "2 to 12, most likely 4, PERT"
    assert str(triangular(2, 4, 12)) == "2 to 12, most likely 4, triangular"
    assert str(uniform(2e6, 4.5e6)) == "2 million to 4.5 million, uniform"


def test_same_said_same_range():
    assert interval(1, 2, credibility=0.8) == interval(1.0, 2.0, credibility=0.8)
    assert len({interval(1, 2, credibility=0.8), interval(1, 2, credibility=0.9)}) == 2


def test_a_lognormal_too_wide_for_a_float_has_no_finite_mean():
    wide = Lognormal(mu=0.0, sigma=50.0)
    assert wide.mean == math.inf
    assert wide.sd == math.inf
    assert wide.p50 == 1


def test_every_name_has_its_own_stream():
    one = draws({"a": HOUSEHOLDS, "b": HOUSEHOLDS}, 60_000, rng=5)
    other = draws({"c": uniform(0, 1), "b": HOUSEHOLDS}, 60_000, rng=5)
    assert (one["b"] == other["b"]).all()
    assert abs(np.corrcoef(one["a"], one["b"])[0, 1]) < 0.02
    assert not (draws({"b": HOUSEHOLDS}, 60_000, rng=6)["b"] == one["b"]).any()


def test_threads_draw_what_one_thread_draws():
    many = {f"a{k}": HOUSEHOLDS for k in range(5)}
    few = draws({"a3": HOUSEHOLDS}, 20_000, rng=1)["a3"]
    assert (draws(many, 20_000, rng=1)["a3"] == few).all()


def test_a_generator_seeds_the_streams():
    same = [draws({"a": HOUSEHOLDS}, 1000, np.random.default_rng(4))["a"] for _ in range(2)]
    assert (same[0] == same[1]).all()


SURE = {"credibility": 0.8}


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: interval(40e3, 90e3), r"credibility is missing.*credibility=0\.8"),
        (lambda: share(0.1, 0.2), r"credibility is missing.*share\(0\.1, 0\.2"),
        (lambda: interval(1, 2, credibility=80), r"credibility=80 .*0\.8 for 80%"),
        (lambda: interval(1, 2, credibility=1), "between 0 and 1"),
        (lambda: interval(1, 2, credibility=True), "must be a number"),
        (lambda: interval(9, 4, **SURE), r"low=9 is above high=4; swap them: \(4, 9\)"),
        (lambda: interval(4, 4, **SURE), "plain number: 4"),
        (lambda: interval(0, 4, **SURE), r"low=0 must be above 0.*share\(\)"),
        (lambda: interval(-2, 4, **SURE), r"pert\(low, mode, high\)"),
        (lambda: interval("4", 9, **SURE), "low='4' must be a number"),
        (lambda: interval(1, True, **SURE), "high=True must be a number"),
        (lambda: interval(1, float("nan"), **SURE), "high=nan must be a finite number"),
        (lambda: interval(1, float("inf"), **SURE), "finite"),
        (lambda: share(30, 40, **SURE), r"share\(0\.3, 0\.4, \.\.\.\)"),
        (lambda: share(0, 0.4, **SURE), r"uniform\(\) or pert"),
        (lambda: share(0.5, 0.5 + 1e-15, **SURE), "too close to each other"),
        (lambda: pert(5, 2, 9), "mode=2 must lie between low=5 and high=9"),
        (lambda: pert(1, 2, 9, strength=0), "strength=0 must be above 0"),
        (lambda: triangular(1, 10, 9), "the least, the most likely, the most"),
        (lambda: uniform(3, 1), "swap them"),
        (lambda: HOUSEHOLDS.quantile(10), "0.1 for P10, not 10"),
        (lambda: HOUSEHOLDS.scaled(0), "above 0"),
        (lambda: draws({"a": HOUSEHOLDS}, 10), "n=10 must be 1,000 or more"),
        (lambda: draws({"a": HOUSEHOLDS}, 10**12), "must be at most 10,000,000"),
        (lambda: draws({"a": HOUSEHOLDS}, 1e5 + 0.5), "whole number"),
        (lambda: draws({"a": HOUSEHOLDS}, 10_000, rng=-1), "rng=-1"),
        (lambda: draws({"a": 5}, 10_000), r"ranges\['a'\] is a int, not a Range"),
        (lambda: draws([HOUSEHOLDS], 10_000), "ranges is a list; it must be a mapping"),
        (lambda: HOUSEHOLDS * 2, r"\.scaled\(number\)"),
        (lambda: np.int64(2) * HOUSEHOLDS, r", and 2: .*\.scaled\(number\)"),
        (lambda: HOUSEHOLDS / 2, r"\.scaled\(number\)"),
        (lambda: 1 - HOUSEHOLDS, "Assumption"),
        (lambda: HOUSEHOLDS * HOUSEHOLDS, "what two ranges share must be known"),
        (lambda: HOUSEHOLDS.quantile("p90"), "p='p90' must be a number"),
        (lambda: HOUSEHOLDS.cdf("x"), "x='x' must be a number"),
        (lambda: HOUSEHOLDS.draw(3.5), "n=3.5 must be a whole number"),
        (lambda: HOUSEHOLDS.draw(0), "n=0 must be a whole number of 1"),
        (lambda: HOUSEHOLDS.draw(3, rng="a"), "rng='a' must be a whole number"),
        (lambda: HOUSEHOLDS.scaled("3"), "factor='3' must be a number: write 3"),
        (lambda: interval("5,000", 9000, credibility=0.8), "low='5,000' must be.*: write 5000"),
        (lambda: interval(5, 9, credibility="80%"), "credibility='80%' must be.*: write 0.8"),
        (lambda: interval(5, "9 or so", credibility=0.8), r"high='9 or so' must be a number\.$"),
        (lambda: interval("1.5m", 9, credibility=0.8), "low='1.5m' must be.*: write 1500000"),
        (lambda: interval(5, "2 bn", credibility=0.8), "high='2 bn' must be.*: write 2000000000"),
        (
            lambda: HOUSEHOLDS.scaled((1, 2)),
            r"factor=\(1, 2\) .*interval\(1, 2, credibility=0\.8\)",
        ),
        (lambda: share(0.1, 1.2, **SURE), "can pass 1 is no share but an amount: interval"),
        (lambda: HOUSEHOLDS**0, "is 1 for sure"),
        (lambda: uniform(1, 2) ** 2, "only the powers of a lognormal"),
        (lambda: uniform(1, 2).moment(-1), "only whole powers from 0.*interval"),
        (lambda: uniform(1, 2).moment(0.5), "only whole powers"),
        (lambda: 0 / HOUSEHOLDS, "factor=0 must be a number above 0"),
        (lambda: HOUSEHOLDS.quantile(np.int64(90)), r"p=90 must lie in \[0, 1\]"),
    ],
)
def test_what_is_wrong_is_said(call, says):
    with pytest.raises(InputError, match=says):
        call()


def test_a_decimal_is_a_number():
    as_floats = interval(5, 9, credibility=0.8)
    assert interval(Decimal("5"), Decimal("9"), credibility=Decimal("0.8")) == as_floats
    assert as_floats.quantile(Decimal("0.5")) == as_floats.p50
    assert as_floats.scaled(Decimal(2)) == as_floats.scaled(2)
