"""Places counted by hand, runs of neighbours, and what counts as equal."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmlab.priority.stability import (
    TOLD_APART,
    competition_ranks,
    in_order,
    places,
    quantiles,
    rounded,
    runs,
)


@given(
    scores=st.lists(st.lists(st.integers(0, 4), min_size=5, max_size=5), min_size=1, max_size=5),
    top=st.integers(1, 5),
)
@settings(max_examples=60)
def test_places_by_counting(scores, top):
    # A tie is decided by lot: over all orders of those that are equal.
    table = np.array(scores, dtype=float)
    n, draws = table.shape
    top = min(top, n)
    found = places(table, top)
    first, among = np.zeros(n), np.zeros(n)
    ranks = np.zeros((n, draws), dtype=int)
    for draw in range(draws):
        column = table[:, draw]
        for item in range(n):
            better, equal = (column > column[item]).sum(), (column == column[item]).sum()
            ranks[item, draw] = better + 1
            first[item] += (better == 0) / equal
            among[item] += min(max(top - better, 0), equal) / equal
    assert found.first == pytest.approx(first / draws)
    assert found.top == pytest.approx(among / draws)
    for item in range(n):
        assert found.low[item] == np.quantile(ranks[item], 0.1, method="inverted_cdf")
        assert found.high[item] == np.quantile(ranks[item], 0.9, method="inverted_cdf")


def test_runs_of_neighbours():
    assert runs(np.array([math.nan])) == []
    assert runs(np.array([0.5, 0.5, math.nan])) == [(0, 2)]
    assert runs(np.array([0.5, TOLD_APART, 0.7, math.nan])) == [(0, 1), (2, 3)]


@given(score=st.floats(1e-300, 1e300))
def test_the_last_digits_are_noise_and_the_tenth_is_not(score):
    assert rounded(score) == pytest.approx(score, rel=1e-12, abs=0)
    assert rounded(score * (1 + 1e-10)) > rounded(score)


def test_equal_scores_share_a_rank_and_stand_by_name():
    scores = [0.3, 0.1 + 0.2, 0.5, 0.1]
    assert competition_ranks(scores).tolist() == [2, 2, 1, 4]
    assert in_order(["d", "c", "b", "a"], scores) == [2, 1, 0, 3]


def test_a_quantile_is_a_score_that_was_drawn():
    # Of 1, 2, 3, 4: the least of which at least half of all are not above it is 2, not 2.5.
    assert quantiles(np.array([4.0, 1.0, 3.0, 2.0]), (0.25, 0.5, 0.51)).tolist() == [1, 2, 3]
