"""What changes a curve of adoption most."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmlab.errors import InputError
from pmlab.market import Assumption, Money, Tornado, bass, fit_bass
from pmlab.market.adoption.curve import adopted
from pmlab.market.adoption.drivers import share_of_variance
from pmlab.uncertain import interval, uniform
from tests.market.adoption.definition import VCR, reached


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


def test_an_assumption_in_two_of_them_moves_both():
    # q is ten times p, whatever p is: at its P10, 0.014, q is 0.14.
    p = Assumption("Begin", uniform(0.01, 0.05), "share")
    ratio = Assumption("Pull", uniform(8, 12), "times")
    result = bass(1000, p, p * ratio, 10)
    tornado = result.tornado()
    assert isinstance(tornado, Tornado)
    rows = tornado.to_frame().set_index("assumption")
    assert rows.loc["Begin", ["answer_at_p10", "answer_at_p90"]].tolist() == pytest.approx(
        [1000 * reached(10, 0.014, 0.14), 1000 * reached(10, 0.046, 0.46)]
    )
    assert rows.loc["Pull", ["answer_at_p10", "answer_at_p90"]].tolist() == pytest.approx(
        [1000 * reached(10, 0.03, 0.03 * 8.4), 1000 * reached(10, 0.03, 0.03 * 11.6)]
    )
    said = " ".join(result.assumptions)
    assert "p and q both rest on 'Begin', and move together" in said
    assert "m and" not in said


def test_what_rests_on_nothing_in_common_is_independent():
    said = bass(uniform(5e4, 9e4), uniform(0.01, 0.05), 0.38, 5).assumptions
    assert any("independent" in text for text in said)
    assert not any("together" in text for text in said)
    # Of one unknown there is nothing to be independent of.
    assert not any(
        "independent" in text for text in bass(9e4, uniform(0.01, 0.05), 0.38, 5).assumptions
    )


def test_shares_of_variance_of_a_product():
    # m = a b with cv^2 of 1/300 and 1/12 (uniform on 9..11 and 0.5..1.5, times 1000), the curve a
    # constant: by Sobol's formula a carries cv_a^2 of (1 + cv_a^2)(1 + cv_b^2) - 1.
    a = Assumption("A", uniform(9_000, 11_000), "homes")
    b = Assumption("B", uniform(0.5, 1.5), "times")
    rows = bass(a * b, 0.03, 0.38, 5).tornado().to_frame().set_index("assumption")
    whole = (1 + 1 / 300) * (1 + 1 / 12) - 1
    assert rows.share_of_variance["A"] == pytest.approx(1 / 300 / whole, abs=0.005)
    assert rows.share_of_variance["B"] == pytest.approx(1 / 12 / whole, abs=0.005)


@given(seed=st.integers(0, 2**32))
def test_a_number_that_changes_nothing_carries_nothing(seed):
    x, y = np.random.default_rng(seed).random((2, 10_000))
    assert share_of_variance(x, y) < 0.02
    assert share_of_variance(x, x) > 0.98


def test_money_is_shown_as_money():
    spend = Assumption("Spend", Money(uniform(1e6, 2e6), "EUR", per="year"))
    tornado = bass(spend, 0.03, 0.38, 5, per="year").tornado()
    # (1 - e) / (1 + 38/3 e) with e = exp(-.41 x 5) = 0.1287 is 0.3312; of 1.1 and of 1.9 million.
    assert "goes from 364,000 to 629,000 EUR a year" in tornado.summary()
    assert tornado.plot().layout.meta["description"] == tornado.summary()


def test_the_numbers_of_a_fit_are_moved_together():
    with pytest.raises(InputError, match="For a tornado give them as ranges: bass"):
        fit_bass(VCR).forecast(3).tornado()
