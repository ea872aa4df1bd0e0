"""Segments counted from a panel against real sets of customers, and as a sizing takes them."""

import pandas as pd
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import pmlab as pm
from pmlab.errors import PmlabError
from pmlab.market import Assumption, Segment, bottom_up, count_segments

from . import definition

PANEL = pd.DataFrame(
    {
        "household": ["Anna", "Ben", "Ben", "Cleo", "Dan", "Dan"],
        "segment": ["Families", "Families", "Couples", "Couples", "Couples", "Flats"],
        "stands_for": [100.0, 50.0, 50.0, 20.0, 5.0, 5.0],
    }
)


def panel_of(sets, weights=None):
    rows = [(f"h{i}", name) for name, members in sets.items() for i in sorted(members)]
    table = pd.DataFrame(rows, columns=["household", "segment"])
    if weights is not None:
        table["stands_for"] = [weights[int(one[1:])] for one in table["household"]]
    return table


def sizing_of(counts):
    segments = [
        Segment(name, Assumption(f"{name} in the panel", n, "households"))
        for name, n in counts.customers.items()
    ]
    return bottom_up(segments, overlaps=counts.overlaps)


def test_a_panel_by_hand():
    # Ben stands for 50 in two segments, Dan for 5: 100 + 50, 50 + 20 + 5 and 5 households.
    found = count_segments(PANEL, unit="household", segment="segment", weight="stands_for")
    assert found.customers == {"Families": 150, "Couples": 75, "Flats": 5}
    assert found.distinct == 175
    assert found.added_up == 230
    assert found.counted_again == pytest.approx(55 / 175)
    pairs = {frozenset(names): n for names, n in found.overlaps.items()}
    assert pairs[frozenset({"Families", "Couples"})] == 50
    assert pairs[frozenset({"Couples", "Flats"})] == 5
    assert pairs[frozenset({"Families", "Flats"})] == 0
    plain = count_segments(PANEL, unit="household", segment="segment")
    assert plain.customers == {"Families": 2, "Couples": 3, "Flats": 1}
    assert plain.distinct == 4


@settings(max_examples=40, deadline=None)
@given(
    masks=st.lists(st.integers(0, 15), min_size=1, max_size=40),
    k=st.integers(1, 4),
    weights=st.lists(st.integers(1, 9), min_size=40, max_size=40),
    weighted=st.booleans(),
)
def test_a_panel_against_its_sets(masks, k, weights, weighted):
    sets = {"ABCD"[j]: {i for i, mask in enumerate(masks) if mask >> j & 1} for j in range(k)}
    assume(all(sets.values()))
    weight = dict(enumerate(weights)) if weighted else dict.fromkeys(range(40), 1)

    def size(members):
        return sum(weight[i] for i in members)

    found = count_segments(
        panel_of(sets, weight if weighted else None),
        unit="household",
        segment="segment",
        weight="stands_for" if weighted else None,
    )
    everybody = size(set.union(*sets.values()))
    assert found.distinct == everybody
    assert found.customers == {name: size(members) for name, members in sets.items()}
    for names, n in found.overlaps.items():
        assert n == size(set.intersection(*(sets[name] for name in names)))
    assert sum(found.memberships.values()) == everybody
    # Every overlap is told, or is nobody because a part of it is.
    told = [set(names) for names, n in found.overlaps.items() if n == 0]
    for names, n in definition.overlaps_of(sets).items():
        if n == 0 and set(names) not in map(set, found.overlaps):
            assert any(empty <= set(names) for empty in told)
    # As a sizing takes them: everybody once, and nothing is unknown.
    sized = sizing_of(found)
    assert sized.mean == pytest.approx(everybody)
    assert sized.overlap_bounds is None
    assert not any("not known" in text for text in sized.warnings)


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(range(len(PANEL))))
def test_the_order_of_rows_changes_no_count(order):
    found = count_segments(
        PANEL.iloc[list(order)], unit="household", segment="segment", weight="stands_for"
    )
    usual = count_segments(PANEL, unit="household", segment="segment", weight="stands_for")
    assert found.customers == usual.customers
    assert found.distinct == usual.distinct
    assert {frozenset(k): v for k, v in found.overlaps.items()} == {
        frozenset(k): v for k, v in usual.overlaps.items()
    }


def test_a_row_twice_is_one_membership():
    twice = pd.concat([PANEL, PANEL.iloc[:2]], ignore_index=True)
    found = count_segments(twice, unit="household", segment="segment", weight="stands_for")
    assert found.customers == {"Families": 150, "Couples": 75, "Flats": 5}


def test_any_frame_will_do():
    found = count_segments(
        pl.from_pandas(PANEL), unit="household", segment="segment", weight="stands_for"
    )
    assert found.distinct == 175


def test_larders_panel():
    panel = pm.datasets.load("segments")
    found = count_segments(panel, unit="household_id", segment="segment", weight="households")
    assert found.distinct == panel.drop_duplicates("household_id")["households"].sum()
    assert found.added_up == panel["households"].sum()
    assert sizing_of(found).mean == pytest.approx(found.distinct)


def changed(row, column, value):
    table = PANEL.copy()
    table[column] = table[column].astype(object)
    table.loc[row, column] = value
    return table


REFUSED = {
    "no such column": (
        lambda: count_segments(PANEL, unit="houshold", segment="segment"),
        ["houshold", "household"],
    ),
    "a weight of their own in each row": (
        lambda: count_segments(
            changed(2, "stands_for", 60.0), unit="household", segment="segment", weight="stands_for"
        ),
        ["stands_for", "Ben", "50", "60"],
    ),
    "a weight of nothing": (
        lambda: count_segments(
            changed(0, "stands_for", 0.0), unit="household", segment="segment", weight="stands_for"
        ),
        ["stands_for", "Anna", "0"],
    ),
    "a weight that is missing": (
        lambda: count_segments(
            changed(0, "stands_for", None), unit="household", segment="segment", weight="stands_for"
        ),
        ["stands_for"],
    ),
    "a weight in words": (
        lambda: count_segments(
            changed(0, "stands_for", "a few"),
            unit="household",
            segment="segment",
            weight="stands_for",
        ),
        ["stands_for"],
    ),
    "no rows": (
        lambda: count_segments(PANEL.iloc[:0], unit="household", segment="segment"),
        ["row"],
    ),
    "no table": (lambda: count_segments(5, unit="household", segment="segment"), ["panel", "int"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_with_the_next_move(case):
    call, words = REFUSED[case]
    with pytest.raises(PmlabError) as refused:
        call()
    message = str(refused.value)
    assert [word for word in words if word not in message] == [], message
