"""On Larder's raw log each planted kind of dirt is found again, and on the clean one nothing.

The truth is `Company.dirt`, which knows what was planted in each row.
"""

import numpy as np
import pytest

import pmlab as pm
from pmlab.logcheck.result import KINDS
from pmlab.simulate import DEFAULT_SEED, company

SEEDS = [DEFAULT_SEED, *range(1, 11)]

EXACT = ("missing values", "mixed time zones", "duplicates", "test accounts", "bots")
"""A row shows these by itself, or its user does by far: nothing is missed, nobody accused."""
LEAST_OF_CLOCKS = 0.95
"""Of the rows with a wrong clock. Events that waited for a network, as one in fifty does, are late
by as much as they are ahead, so that nothing shows; if the clock is behind, they seem later still.
"""
LEAST_OF_PEOPLE = 0.95
"""Of the people with two ids. Those whose second id sent its events without naming itself, or
lost them in the gap, cannot be found; no more than a few can be."""


@pytest.fixture(scope="module", params=SEEDS)
def larder(request):
    return company(seed=request.param)


@pytest.fixture(scope="module")
def check(larder):
    raw = larder.table("events_raw")
    return pm.check_log(raw, received="received_at", person="device_id")


def test_nothing_on_the_clean_log(larder):
    result = pm.check_log(larder.table("events"))
    assert result.is_clean, str(result)


def test_nothing_else_on_the_raw_log(larder, check):
    found = {finding.kind for finding in check.findings}
    assert found == {*larder.dirt.rows, "gaps"}
    assert found == {*KINDS} - {"unreadable times"}


def test_rows_that_show_it_by_themselves(larder, check):
    for kind in EXACT:
        assert check[kind].rows.tolist() == larder.dirt.rows[kind].tolist(), kind


def test_the_wrong_clock(larder, check):
    planted, found = larder.dirt.rows["clock skew"], check["clock skew"].rows
    hits = len(np.intersect1d(planted, found))
    assert hits == len(found)
    assert hits >= LEAST_OF_CLOCKS * len(planted)
    dirt = larder.story.dirt
    hour = "1 h ahead" if dirt.skew_seconds > 0 else "1 h behind"
    assert abs(dirt.skew_seconds) == 3600
    assert hour in check["clock skew"].what
    assert f"device = {dirt.skewed_device}" in check["clock skew"].what
    assert f"app_version = {dirt.skewed_version}" in check["clock skew"].what


def test_the_gap(larder, check):
    # It is as long as the collectors were down, and a little longer: nobody came at once. The
    # first to arrive then may have happened some minutes before.
    dirt = larder.story.dirt
    [(begin, end)] = check.gaps
    assert begin <= dirt.gap_from
    assert end >= dirt.gap_to - np.timedelta64(5, "m")
    spare = (end - begin).to_timedelta64() - (dirt.gap_to - dirt.gap_from)
    assert spare <= np.timedelta64(15, "m")


def test_people_with_two_ids(larder, check):
    """Which of two ids is the second, no log tells: half the visits are under each.

    So it is counted in people: one of the two ids is found, and nobody else's.
    """
    raw, clean = larder.table("events_raw"), larder.table("events")
    second = larder.dirt.rows["split identities"]
    origin = larder.dirt.origin[second]
    own = clean["user_id"].to_numpy()[origin]
    pairs = {(a, b) for a, b in zip(own, raw["user_id"].iloc[second], strict=True) if b == b}
    found = set(raw["user_id"].iloc[check["split identities"].rows])
    hits = [len({*pair} & found) for pair in pairs]
    assert max(hits) == 1
    assert sum(hits) >= LEAST_OF_PEOPLE * len(pairs)
    assert len(found) == sum(hits)
    # And of each id found, every row.
    rows = np.flatnonzero(raw["user_id"].isin(found))
    assert check["split identities"].rows.tolist() == rows.tolist()
