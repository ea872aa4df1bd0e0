"""Counting a panel's segments: each customer once, whoever is in several."""

from __future__ import annotations

from itertools import combinations

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmlab import datasets
from pmlab.errors import InputError, NotFoundError
from pmlab.market import Segment, bottom_up, count_segments

# Four homes. Anna's has children and a diet to keep to, Ben's has children, Cleo's keeps to a diet,
# Dan's is a student flat. They stand for 100, 300, 200 and 50 homes.
PANEL = pd.DataFrame(
    [
        ("anna", "Families", 100),
        ("anna", "Special diets", 100),
        ("ben", "Families", 300),
        ("cleo", "Special diets", 200),
        ("dan", "Student flats", 50),
    ],
    columns=["home", "segment", "homes"],
)


def counted(panel=PANEL, **options):
    return count_segments(panel, **{"unit": "home", "segment": "segment", **options})


def test_annas_home_is_in_two_segments_and_is_one_home():
    found = counted(weight="homes")
    assert found.customers == {"Families": 400, "Special diets": 300, "Student flats": 50}
    assert found.overlaps == {
        ("Families", "Special diets"): 100,
        ("Families", "Student flats"): 0,
        ("Special diets", "Student flats"): 0,
    }
    assert found.distinct == 650
    assert found.added_up == 750
    assert found.counted_again == pytest.approx(100 / 650)


def test_without_weights_a_home_is_one():
    found = counted()
    assert found.customers == {"Families": 2, "Special diets": 2, "Student flats": 1}
    assert found.distinct == 4


def test_three_segments_at_once_are_kept_for_the_sum_to_come_out():
    panel = pd.DataFrame({"home": list("aaabb"), "segment": ["X", "Y", "Z", "X", "Y"]})
    found = counted(panel)
    assert found.overlaps == {("X", "Y"): 2, ("X", "Z"): 1, ("Y", "Z"): 1, ("X", "Y", "Z"): 1}
    parts = [Segment(name, n) for name, n in found.customers.items()]
    assert bottom_up(parts, found.overlaps).p50 == found.distinct == 2


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3]])
def test_the_order_of_the_rows_changes_nothing(order):
    assert str(counted(PANEL.iloc[order], weight="homes")) == str(counted(weight="homes"))


def test_polars_and_files_are_read_as_pandas(tmp_path):
    PANEL.to_csv(tmp_path / "panel.csv", index=False)
    for panel in (pl.from_pandas(PANEL), tmp_path / "panel.csv"):
        assert str(counted(panel, weight="homes")) == str(counted(weight="homes"))


def test_a_row_without_a_segment_is_left_out_and_a_repeated_one_counted_once():
    more = pd.DataFrame(
        [("eve", None, 10), ("ben", "Families", 300)], columns=["home", "segment", "homes"]
    )
    found = counted(pd.concat([PANEL, more]), weight="homes")
    assert found.distinct == 650
    assert [warning.split()[0] for warning in found.warnings] == ["1", "1"]
    assert "without a 'home' or a 'segment'" in found.warnings[0]
    assert "counted once" in found.warnings[1]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sets(st.sampled_from("ABCD"), min_size=1), st.integers(1, 50)), min_size=1
    )
)
def test_every_set_is_counted_as_sets_are(homes):
    rows = [(who, name, n) for who, (names, n) in enumerate(homes) for name in names]
    found = counted(pd.DataFrame(rows, columns=["home", "segment", "homes"]), weight="homes")

    def in_all(some):
        return sum(n for names, n in homes if set(some) <= names)

    there = sorted(set().union(*(names for names, _ in homes)))
    assert found.customers == {name: in_all([name]) for name in there}
    assert found.distinct == sum(n for _, n in homes)
    for size in range(2, len(there) + 1):
        for some in combinations(there, size):
            assert found.overlaps.get(some, 0) == in_all(some)
    parts = [Segment(name, n) for name, n in found.customers.items()]
    assert bottom_up(parts, found.overlaps).p50 == pytest.approx(found.distinct)
    assert found.to_frame()["customers"].sum() == found.distinct


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"unit": "house"}, NotFoundError, "Did you mean 'home'"),
        ({"segment": "segments"}, NotFoundError, "Did you mean 'segment'"),
        ({"weight": "home_s"}, NotFoundError, "Did you mean 'homes'"),
        ({"weight": "segment"}, InputError, "column twice"),
        ({"panel": PANEL.iloc[:0]}, InputError, "nobody to count"),
        ({"panel": PANEL.assign(homes=0), "weight": "homes"}, InputError, "above 0"),
        ({"panel": PANEL.assign(homes="many"), "weight": "homes"}, InputError, "'many'"),
        ({"panel": PANEL.assign(homes=range(1, 6)), "weight": "homes"}, InputError, "of 'anna'"),
        ({"panel": 3}, InputError, "one row a customer and segment"),
        (
            {"panel": pd.DataFrame({"home": ["a"] * 11, "segment": list("ABCDEFGHIJK")})},
            InputError,
            "11 segments",
        ),
    ],
)
def test_what_cannot_be_counted_is_refused(options, error, says):
    with pytest.raises(error, match=says):
        counted(**options)


def test_blanks_around_a_name_make_no_other_segment():
    panel = pd.DataFrame({"home": list("abcad"), "segment": ["X", " X", "X ", "X\t", "  "]})
    found = counted(panel)
    assert found.customers == {"X": 3}
    assert found.distinct == 3
    assert [warning.split()[0] for warning in found.warnings] == ["1", "1"]  # d left out, a again


def test_names_that_differ_in_capitals_only_are_refused():
    panel = pd.DataFrame({"home": list("abc"), "segment": ["Families", "Couples", "families "]})
    with pytest.raises(InputError, match="'Families' and 'families' differ in capitals only"):
        counted(panel)


def test_errors_show_plain_numbers():
    panel = pd.DataFrame({"home": [7, 7, 8], "segment": list("XYX"), "homes": [1, 2, 3]})
    for change, said in (({}, "rows of 7 "), ({"homes": [0, 1, 1]}, "is 0 for 7;")):
        with pytest.raises(InputError, match=said):
            counted(panel.assign(**change), weight="homes")


def test_it_reads_as_words_and_is_drawn():
    found = counted(weight="homes")
    assert found.summary() == (
        "3 segments hold 650 different customers. Added up they come to 750, 15.4% too many: "
        "100 are in Families and Special diets."
    )
    drawing = found.plot()
    assert [list(bar.x) for bar in drawing.data] == [[300, 200, 50], [100, 100, 0]]
    assert drawing.layout.meta["description"] == found.summary()
    assert "Nobody is in two" in counted(PANEL.drop_duplicates("home")).summary()


def test_larders_panel_names_the_two_segments_that_overlap():
    found = count_segments(
        datasets.load("segments"), unit="household_id", segment="segment", weight="households"
    )
    shared = [names for names, n in found.overlaps.items() if n > 0]
    assert shared == [("Families", "Special diets")]
    assert found.counted_again > 0.08
