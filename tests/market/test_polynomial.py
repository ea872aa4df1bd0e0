"""Moments of polynomials, by hand and from draws."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmlab.market.polynomial import Polynomial
from pmlab.uncertain import interval, pert, uniform

X, Y = uniform(1, 3), uniform(2, 4)


def test_a_square_by_hand():
    # x in 1 to 3, y in 2 to 4; x^2 y + 3x. Means of x, x^2, x^3, x^4: 2, 13/3, 10, 121/5.
    one = Polynomial.of([(1, {"x": 2, "y": 1}), (3, {"x": 1})], {"x": X, "y": Y})
    mean = Fraction(13, 3) * 3 + 3 * 2
    variance = Fraction(121, 5) * Fraction(28, 3) + 6 * 10 * 3 + 9 * Fraction(13, 3) - mean**2
    assert one.mean == pytest.approx(float(mean))
    assert one.sd**2 == pytest.approx(float(variance))
    # Knowing x leaves 3x^2 + 3x on average; knowing y, 13/3 y + 6.
    of_x = 9 * (Fraction(121, 5) + 2 * 10 + Fraction(13, 3) - (Fraction(13, 3) + 2) ** 2)
    of_y = Fraction(13, 3) ** 2 * Fraction(1, 3)
    expected = [float(of_x / variance), float(of_y / variance)]
    assert one.shares_of_variance == pytest.approx(expected)
    assert one.at([2, 3]) == 18


def test_what_is_alike_adds_up_and_what_cancels_goes():
    one = Polynomial.of(
        [(2, {"x": 1}), (3, {"x": 1}), (1, {"y": 2}), (-1, {"y": 2})], {"x": X, "y": Y}
    )
    assert list(one.unknowns) == ["x"]
    assert dict(one.products) == {frozenset({("x", 1)}): 5}
    assert one.shares_of_variance == pytest.approx([1])


def test_nothing_unknown_is_a_number():
    one = Polynomial.of([(2, {}), (3, {})], {})
    assert (one.mean, one.sd, one.at([])) == (5, 0, 5)
    assert list(one.over({}, 3)) == [5, 5, 5]


RANGES = {
    "a": interval(2, 5, credibility=0.8),
    "b": pert(1, 2, 4),
    "c": uniform(0.5, 1),
}
exponents = st.dictionaries(st.sampled_from(sorted(RANGES)), st.sampled_from([1, 2, 3]))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([-2, -1, 1, 3]), exponents), min_size=1, max_size=4))
def test_over_draws_it_is_what_it_says_and_its_moments_are_theirs(terms):
    n = 40_000
    drawn = {name: one.draw(n, rng=place) for place, (name, one) in enumerate(RANGES.items())}
    one = Polynomial.of(terms, RANGES)
    values = np.zeros(n)
    for number, powers in terms:
        values += number * np.prod([drawn[name] ** k for name, k in powers.items()], axis=0)
    assert np.allclose(one.over(drawn, n), values, rtol=1e-9, atol=1e-9)
    # Six standard errors of the mean; the standard error is that of the draws.
    assert abs(one.mean - values.mean()) <= 6 * values.std() / n**0.5 + 1e-9
    assert one.sd**2 >= 0


def test_narrow_ranges_keep_their_digits():
    # (1 + d)^2 for d uniform within 1e-4 of 0: the variance is 4/3 e^2 (1 + e^2 / 15), e = 1e-4.
    one = Polynomial.of([(1, {"x": 2})], {"x": uniform(1 - 1e-4, 1 + 1e-4)})
    assert one.sd**2 == pytest.approx(4 / 3 * 1e-8, rel=1e-6)
    flat = Polynomial.of([(1, {"x": 1})], {"x": uniform(1 - 1e-9, 1 + 1e-9)})
    assert flat.sd == pytest.approx(1e-9 / 3**0.5, rel=1e-6)
