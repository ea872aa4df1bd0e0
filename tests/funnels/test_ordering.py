"""Rows in the order of unit and time: the same as sorting tuples, compiled and not."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pmlab.funnels.ordering import SHORT, by_unit_and_time

ROWS = st.lists(st.tuples(st.integers(0, 5), st.integers(-9, 9), st.integers(1, 7)), max_size=90)


@pytest.mark.parametrize("compiled", [False, True])
@settings(deadline=None)  # the first example compiles
@given(ROWS)
@example([(3, -k, 1 + k % 3) for k in range(2 * SHORT)])
@example([(3, k % 40, 1 + k % 3) for k in range(2 * SHORT)])
@example([(2, k, 1) for k in range(2 * SHORT)])
def test_rows_stand_by_unit_and_time(compiled, rows):
    if compiled:
        pytest.importorskip("numba")
    unit, time, matches = np.array(rows, dtype=np.int64).reshape(-1, 3).T.copy()
    before = unit.copy(), time.copy(), matches.copy()
    found = by_unit_and_time(unit, time, matches, 7, compiled=compiled)
    want = sorted(rows, key=lambda row: row[:2])  # stable: ties stand as they came
    triples = zip(found.unit, found.time, found.matches, strict=True)
    assert [tuple(map(int, row)) for row in triples] == want
    assert np.diff(found.first).tolist() == [sum(row[0] == u for row in rows) for u in range(7)]
    for column, old in zip((unit, time, matches), before, strict=True):
        np.testing.assert_array_equal(column, old)
