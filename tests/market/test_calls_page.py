"""The page with every call: its code runs, finds what is planted, and no call is missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pmlab import market, priority, uncertain
from pmlab.course import places

PAGE = Path(__file__).parents[2] / "notebooks" / "market_calls.md"


def code():
    return "\n".join(re.findall(r"```python\n(.+?)```", PAGE.read_text("utf-8"), re.S))


@pytest.fixture(scope="module")
def made():
    names = {}
    exec(compile(code(), str(PAGE), "exec"), names)
    return names


def test_the_page_shows_what_is_printed(made):
    (shown,) = re.findall(r"```text\n(.+?)\n```", PAGE.read_text("utf-8"), re.S)
    assert str(made["own_market"]).startswith(f"{shown}\n\n")
    assert shown.splitlines()[-1].startswith("= SOM")


def test_the_overlap_is_found(made):
    assert [names for names, n in made["found"].overlaps.items() if n] == [
        ("Families", "Special diets")
    ]
    assert 0.3 < made["found"].overlaps["Families", "Special diets"] / 1.7e6 < 0.4
    assert made["bottom"].customers.mean == pytest.approx(made["found"].distinct)


def test_the_discrepancy_is_the_commission(made):
    assert made["top"].p50 / made["bottom"].p50 > 10
    assert made["agreed"].pooled is not None
    assert 0.7 < made["top_revenue"].p50 / made["bottom"].p50 < 1.4
    assert made["top_revenue"].p50 / made["top"].p50 == pytest.approx(0.08, rel=1e-9)


def test_the_market_narrows_and_its_weakest_link_is_what_is_won(made):
    funnel = made["market"]
    assert funnel.tam.p50 > funnel.sam.p50 > funnel.som.p50
    assert funnel.tornado().to_frame()["assumption"].iloc[0] == "Won in three years"
    assert any("capacity" in warning for warning in funnel.warnings)


def test_the_first_idea_is_told_apart_and_the_next_is_not(made):
    places_ = made["ranking"].to_frame()
    assert places_["item"].iloc[0] == "Swap an ingredient"
    assert places_["beats_next"].iloc[0] > 0.8 > places_["beats_next"].iloc[1]


def test_every_call_is_on_the_page():
    for module in (market, priority, uncertain):
        calls = [name for name in module.__all__ if name[0].islower()]
        missing = [name for name in calls if f"{name}(" not in code()]
        assert not missing
    for method in ("funnel", "to", "tornado", "plot", "forecast"):
        assert f".{method}(" in code()


def test_it_is_short_and_goes_into_the_learners_folder():
    lines = PAGE.read_text("utf-8").splitlines()
    assert len(lines) <= 210
    assert max(map(len, lines)) <= 110
    assert PAGE.name in places.PAGES
