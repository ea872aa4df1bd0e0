"""The page with every call: its code runs, and no call is missing."""

from __future__ import annotations

import re
from pathlib import Path

from pmlab import ab
from pmlab.course import places

PAGE = Path(__file__).parents[2] / "notebooks" / "ab_calls.md"


def code():
    return "\n".join(re.findall(r"```python\n(.+?)```", PAGE.read_text("utf-8"), re.S))


def test_the_code_runs_and_reaches_the_planted_verdict():
    made = {}
    exec(compile(code(), str(PAGE), "exec"), made)
    assert made["e"].decision == "do not ship"
    assert made["c"].direction == "lower"
    assert made["days"].daily is not None


def test_every_call_is_on_the_page():
    calls = [name for name in ab.__all__ if name[0].islower()] + ["Stats"]
    missing = [name for name in calls if f"ab.{name}(" not in code()]
    assert not missing
    methods = ("noninferiority", "equivalence", "plot")
    assert all(f".{method}(" in code() for method in methods)


def test_it_fits_on_a_screen_and_goes_into_the_learners_folder():
    assert len(PAGE.read_text("utf-8").splitlines()) <= 80
    assert PAGE.name in places.PAGES
