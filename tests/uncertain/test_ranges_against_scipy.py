"""Ranges against scipy's distributions, squigglepy's and the definition of their quantiles."""

import math

import numpy as np
import pytest
import squigglepy as sq
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from pmlab import uncertain
from pmlab.uncertain import interval, pert, share, triangular, uniform

PROBABILITIES = np.array([0.001, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.999])


def lognormal(low, high, credibility):
    """scipy's lognormal whose central quantiles are low and high."""
    z = stats.norm.ppf((1 + credibility) / 2)
    sigma = math.log(high / low) / (2 * z)
    return stats.lognorm(s=sigma, scale=math.sqrt(low * high))


def pert_of(low, mode, high, strength=4):
    """The beta of a PERT, from its definition: the mean weighs the mode `strength` times."""
    width = high - low
    return stats.beta(
        1 + strength * (mode - low) / width,
        1 + strength * (high - mode) / width,
        loc=low,
        scale=width,
    )


PAIRS = {
    "lognormal 80%": (interval(40e3, 90e3, credibility=0.8), lognormal(40e3, 90e3, 0.8)),
    "lognormal 90%": (interval(1, 10, credibility=0.9), lognormal(1, 10, 0.9)),
    "wide lognormal": (interval(1e-3, 1e3, credibility=0.5), lognormal(1e-3, 1e3, 0.5)),
    "narrow lognormal": (interval(99, 101, credibility=0.95), lognormal(99, 101, 0.95)),
    "pert": (pert(1, 2, 5), pert_of(1, 2, 5)),
    "pert below zero": (pert(-3, 0, 1), pert_of(-3, 0, 1)),
    "strong pert": (pert(0, 0.1, 1, strength=20), pert_of(0, 0.1, 1, 20)),
    "pert, mode at an end": (pert(0, 0, 1), pert_of(0, 0, 1)),
    "triangular": (triangular(2, 3, 7), stats.triang(0.2, loc=2, scale=5)),
    "triangular, mode at an end": (triangular(2, 7, 7), stats.triang(1.0, loc=2, scale=5)),
    "uniform": (uniform(-1, 4), stats.uniform(-1, 5)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_quantiles_moments_and_cdf_are_scipys(name):
    ours, theirs = PAIRS[name]
    assert ours.quantile(PROBABILITIES) == pytest.approx(theirs.ppf(PROBABILITIES), rel=1e-9)
    assert ours.mean == pytest.approx(theirs.mean(), rel=1e-9)
    assert ours.sd == pytest.approx(theirs.std(), rel=1e-9)
    points = theirs.ppf(PROBABILITIES)
    assert ours.cdf(points) == pytest.approx(PROBABILITIES, rel=1e-9)
    assert (ours.p10, ours.p50, ours.p90) == pytest.approx(tuple(theirs.ppf([0.1, 0.5, 0.9])))


@pytest.mark.parametrize("name", PAIRS)
def test_the_support_is_where_the_cdf_begins_and_ends(name):
    ours, theirs = PAIRS[name]
    low, high = ours.support
    assert (low, high) == pytest.approx(theirs.support())
    assert ours.cdf(low) == 0
    assert ours.cdf(low - 1) == 0
    assert ours.cdf(high) == 1
    assert ours.cdf(high + 1) == 1
    assert (ours.quantile(0), ours.quantile(1)) == pytest.approx((low, high))


@pytest.mark.parametrize("name", PAIRS)
def test_draws_have_the_distribution(name):
    ours, theirs = PAIRS[name]
    sample = ours.draw(20_000, np.random.default_rng(11))
    assert sample.shape == (20_000,)
    # The chance that a right sampler fails this is 1 in 100,000, and the seed is fixed.
    assert stats.kstest(sample, theirs.cdf).pvalue > 1e-5
    assert ours.support[0] <= sample.min()
    assert sample.max() <= ours.support[1]


def test_eighty_percent_means_p10_and_p90():
    families = interval(40e3, 90e3, credibility=0.8)
    assert (families.p10, families.p90) == pytest.approx((40e3, 90e3))
    online = share(0.2, 0.6, credibility=0.8)
    assert (online.p10, online.p90) == pytest.approx((0.2, 0.6))


def test_ninety_percent_means_p5_and_p95():
    families = interval(40e3, 90e3, credibility=0.9)
    assert families.quantile([0.05, 0.95]) == pytest.approx([40e3, 90e3])
    assert families.p90 < 90e3


def test_squigglepys_to_is_ninety_percent_by_default():
    # `sq.to(1, 10)` is a lognormal with a 90% interval unless told otherwise; ours has no
    # default, because other tools mean P10 to P90.
    theirs = sq.to(1, 10)
    ours = interval(1, 10, credibility=0.9)
    assert math.log(ours.p50) == pytest.approx(theirs.norm_mean)
    assert ours.mean == pytest.approx(theirs.lognorm_mean)
    assert ours.sd == pytest.approx(theirs.lognorm_sd)
    assert interval(1, 10, credibility=0.8).mean != pytest.approx(theirs.lognorm_mean, rel=0.01)


def test_squigglepys_interval_at_eighty_percent():
    theirs = sq.lognorm(40e3, 90e3, credibility=80)
    ours = interval(40e3, 90e3, credibility=0.8)
    assert (ours.mean, ours.sd) == pytest.approx((theirs.lognorm_mean, theirs.lognorm_sd))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (interval(38, 62, credibility=0.8), sq.lognorm(38, 62, credibility=80)),
        (pert(1, 2, 5), sq.pert(1, 2, 5, lam=4)),
        (triangular(2, 3, 7), sq.triangular(2, 3, 7)),
        (uniform(-1, 4), sq.uniform(-1, 4)),
    ],
    ids=["lognormal", "pert", "triangular", "uniform"],
)
def test_squigglepys_samples_have_our_distribution(ours, theirs):
    sq.set_seed(8)
    assert stats.kstest(sq.sample(theirs, 20_000), ours.cdf).pvalue > 1e-5


amounts = st.floats(1e-6, 1e9)
factors = st.floats(1.001, 1e4)
credibilities = st.floats(0.2, 0.99)


@settings(deadline=None)
@given(low=amounts, factor=factors, credibility=credibilities)
def test_a_lognormals_interval_holds_its_credibility(low, factor, credibility):
    amount = interval(low, low * factor, credibility=credibility)
    assert amount.quantile((1 - credibility) / 2) == pytest.approx(low, rel=1e-7)
    assert amount.quantile((1 + credibility) / 2) == pytest.approx(low * factor, rel=1e-7)
    assert amount.p50 == pytest.approx(low * math.sqrt(factor), rel=1e-7)
    # The closed form, because scipy's own moments overflow for the widest of these.
    sigma = math.log(factor) / (2 * stats.norm.ppf((1 + credibility) / 2))
    assert math.log(amount.mean) == pytest.approx(math.log(amount.p50) + sigma**2 / 2, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    ends=st.tuples(st.floats(0.001, 0.999), st.floats(0.001, 0.999)).filter(
        lambda ends: abs(ends[0] - ends[1]) > 0.002
    ),
    credibility=st.floats(0.3, 0.98),
)
@example(ends=(0.03, 0.08), credibility=0.8)
@example(ends=(0.001, 0.999), credibility=0.8)
@example(ends=(0.98, 0.999), credibility=0.9)
@example(ends=(0.5, 0.503), credibility=0.5)
def test_a_shares_interval_holds_its_credibility(ends, credibility):
    low, high = sorted(ends)
    found = share(low, high, credibility=credibility)
    tail = (1 - credibility) / 2
    # The definition, by cdf: this much below low, this much above high, all of it in 0 to 1.
    assert found.cdf(low) == pytest.approx(tail, abs=1e-6)
    assert found.cdf(high) == pytest.approx(1 - tail, abs=1e-6)
    assert 0 <= found.quantile(1e-6) <= found.quantile(1 - 1e-6) <= 1
    assert found.support == (0, 1)


@pytest.mark.parametrize("ends", [(0.03, 0.08), (0.2, 0.6), (0.9, 0.97), (0.4, 0.41)])
def test_a_share_is_a_beta(ends):
    found = share(*ends, credibility=0.8)
    # A beta is known by its mean and sd; with these, every quantile is scipy's.
    n = found.mean * (1 - found.mean) / found.sd**2 - 1
    beta = stats.beta(found.mean * n, (1 - found.mean) * n)
    assert found.quantile(PROBABILITIES) == pytest.approx(beta.ppf(PROBABILITIES), rel=1e-6)
    sample = found.draw(20_000, np.random.default_rng(5))
    assert stats.kstest(sample, beta.cdf).pvalue > 1e-5
    assert sample.min() >= 0
    assert sample.max() <= 1


@settings(deadline=None)
@given(low=amounts, factor=st.floats(1.01, 100), credibility=st.floats(0.1, 0.95))
def test_the_same_ends_held_for_surer_are_a_narrower_range(low, factor, credibility):
    unsure = interval(low, low * factor, credibility=credibility)
    surer = interval(low, low * factor, credibility=credibility + 0.04)
    assert surer.sd < unsure.sd
    assert surer.p50 == pytest.approx(unsure.p50)
    assert surer.mean < unsure.mean


@pytest.mark.parametrize("name", PAIRS)
def test_quantiles_never_fall(name):
    ours, _ = PAIRS[name]
    found = ours.quantile(np.linspace(0.0005, 0.9995, 500))
    assert np.all(np.diff(found) >= 0)


RANGES = {
    "families": interval(40e3, 90e3, credibility=0.8),
    "orders": pert(8, 12, 16),
    "basket": triangular(30, 50, 80),
    "online": share(0.2, 0.6, credibility=0.8),
    "fee": uniform(1, 3),
}


def test_the_same_seed_draws_the_same():
    one, two = (uncertain.draws(RANGES, 5000, rng=7) for _ in range(2))
    assert list(one) == list(RANGES)
    for name in RANGES:
        assert np.array_equal(one[name], two[name])


def test_another_seed_draws_others():
    one, two = (uncertain.draws(RANGES, 5000, rng=seed) for seed in (7, 8))
    for name in RANGES:
        assert not np.array_equal(one[name], two[name])


@pytest.mark.parametrize("rng", [0, 3])
def test_another_name_changes_nobodys_draws(rng):
    alone = uncertain.draws({"basket": RANGES["basket"]}, 5000, rng=rng)["basket"]
    for others in (RANGES, dict(reversed(RANGES.items()))):
        assert np.array_equal(uncertain.draws(others, 5000, rng=rng)["basket"], alone)


def test_the_order_of_names_changes_nobodys_draws():
    forwards = uncertain.draws(RANGES, 3000, rng=1)
    backwards = uncertain.draws(dict(reversed(RANGES.items())), 3000, rng=1)
    for name in RANGES:
        assert np.array_equal(forwards[name], backwards[name])


def test_a_generator_in_the_same_state_draws_the_same():
    one, two = (uncertain.draws(RANGES, 1000, rng=np.random.default_rng(4)) for _ in range(2))
    for name in RANGES:
        assert np.array_equal(one[name], two[name])


def test_names_are_drawn_apart():
    # Two names with the same range, two names that differ in one letter: no correlation.
    same = interval(1, 10, credibility=0.8)
    names = ["orders", "Orders", "orders ", "order", "a", "b", "1", "2"]
    drawn = uncertain.draws(dict.fromkeys(names, same), 50_000, rng=0)
    correlations = np.corrcoef([np.log(drawn[name]) for name in names])
    off = correlations[~np.eye(len(names), dtype=bool)]
    # 5 standard errors of a correlation of 50,000 independent pairs.
    assert np.abs(off).max() < 5 / math.sqrt(50_000)


@pytest.mark.parametrize("name", RANGES)
def test_a_names_draws_agree_with_its_quantiles(name):
    drawn = uncertain.draws(RANGES, 50_000, rng=0)[name]
    assert stats.kstest(drawn, RANGES[name].cdf).pvalue > 1e-5


def test_a_range_reads_as_it_was_said():
    assert str(interval(40e3, 90e3, credibility=0.8)) == "40,000 to 90,000 (80%), lognormal"


NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        # Credibility: no default, because tools differ; the message writes the line.
        (lambda: interval(40e3, 90e3), ["credibility", "80%", "90%", "credibility=0.8"]),
        (lambda: share(0.2, 0.6), ["credibility", "credibility=0.8"]),
        (lambda: interval(1, 2, credibility=80), ["credibility", "80", "0.8"]),
        (lambda: share(0.1, 0.2, credibility=90), ["credibility", "90", "0.9"]),
        (lambda: interval(1, 2, credibility=0), ["credibility", "0"]),
        (lambda: interval(1, 2, credibility=1), ["credibility", "1"]),
        (lambda: interval(1, 2, credibility=-0.8), ["credibility", "-0.8"]),
        (lambda: interval(1, 2, credibility=NAN), ["credibility", "nan"]),
        (lambda: interval(1, 2, credibility=None), ["credibility"]),
        (lambda: interval(1, 2, credibility="80%"), ["credibility", "80%"]),
        # Ends.
        (lambda: interval(90e3, 40e3, credibility=0.8), ["low", "high", "40", "90"]),
        (lambda: interval(5, 5, credibility=0.8), ["low", "high", "5"]),
        (lambda: interval(0, 10, credibility=0.8), ["low", "0", "pert"]),
        (lambda: interval(-5, 10, credibility=0.8), ["low", "-5", "pert"]),
        (lambda: interval(NAN, 10, credibility=0.8), ["low", "nan"]),
        (lambda: interval(1, INF, credibility=0.8), ["high", "inf"]),
        (lambda: interval("1", 2, credibility=0.8), ["low", "'1'"]),
        (lambda: interval(1, True, credibility=0.8), ["high", "True"]),
        (lambda: interval(None, 2, credibility=0.8), ["low", "None"]),
        (lambda: share(0.6, 0.2, credibility=0.8), ["low", "high", "0.6", "0.2"]),
        (lambda: share(0, 0.2, credibility=0.8), ["low", "0"]),
        (lambda: share(0.2, 1, credibility=0.8), ["high", "1"]),
        (lambda: share(20, 60, credibility=0.8), ["low", "20", "0.2"]),
        (lambda: share(0.2, NAN, credibility=0.8), ["high", "nan"]),
        (lambda: pert(5, 2, 1), ["low", "high"]),
        (lambda: pert(1, 7, 5), ["mode", "7"]),
        (lambda: pert(1, 0, 5), ["mode", "0"]),
        (lambda: pert(1, 1, 1), ["low", "high", "1"]),
        (lambda: pert(1, 2, 5, strength=0), ["strength", "0"]),
        (lambda: pert(1, 2, 5, strength=-4), ["strength", "-4"]),
        (lambda: pert(1, 2, 5, strength=NAN), ["strength", "nan"]),
        (lambda: pert(1, NAN, 5), ["mode", "nan"]),
        (lambda: triangular(7, 3, 2), ["low", "high"]),
        (lambda: triangular(2, 8, 7), ["mode", "8"]),
        (lambda: triangular(2, 3, INF), ["high", "inf"]),
        (lambda: uniform(4, -1), ["low", "high", "4", "-1"]),
        (lambda: uniform(NAN, 1), ["low", "nan"]),
        (lambda: uniform(1, 1), ["low", "high", "1"]),
        # Asking.
        (lambda: uniform(0, 1).quantile(1.5), ["1.5"]),
        (lambda: uniform(0, 1).quantile(-0.1), ["-0.1"]),
        (lambda: uniform(0, 1).quantile(50), ["50", "0.1 for P10"]),
        (lambda: uniform(0, 1).quantile(NAN), ["nan"]),
        (lambda: uncertain.draws(RANGES, 0, rng=0), ["n=0"]),
        (lambda: uncertain.draws(RANGES, -5, rng=0), ["n=-5"]),
        (lambda: uncertain.draws(RANGES, 10.5, rng=0), ["n=10.5"]),
        (lambda: uncertain.draws({"a": 3}, 1000, rng=0), ["'a'", "int", "interval()"]),
        (lambda: uncertain.draws(RANGES, 1000, rng="seed"), ["rng", "'seed'"]),
        (lambda: uncertain.draws(RANGES, 1000, rng=-1), ["rng", "-1"]),
    ],
)
def test_nonsense_is_refused_with_the_next_move(call, words):
    with pytest.raises(ValueError) as refused:
        call()
    assert type(refused.value).__module__ == "pmlab.errors"
    message = str(refused.value)
    assert [word for word in words if word not in message] == [], message


def test_a_range_is_frozen_and_compares_by_what_it_says():
    one, two = (interval(1, 10, credibility=0.8) for _ in range(2))
    assert one == two
    assert hash(one) == hash(two)
    assert one != interval(1, 10, credibility=0.9)
    with pytest.raises(AttributeError):
        one.low_end = 3
