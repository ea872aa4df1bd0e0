"""Bass's curve: the density of the textbook summed up, its slopes, and period by period."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from pmlab.market.adoption.curve import adopted, adopting, adopting_gradient, by_period
from tests.market.adoption.definition import density

P = st.floats(1e-6, 1)


Q = st.floats(0, 5)


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


def test_slow_curves_keep_their_digits():
    # p + q = 2e-12: after one period p have adopted but for a part of 1e-12, after two twice that.
    (_, first), (_, second) = by_period(np.array([1e-12]), np.array([1e-12]), 2)
    assert first[0] == pytest.approx(1e-12, rel=1e-11)
    assert second[0] == pytest.approx(2e-12, rel=1e-11)
