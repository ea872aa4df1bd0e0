"""The page on tools that disagree: its code runs, and its tables are what that code prints."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import pmlab as pm
from pmlab.course import places

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
PAGE = (NOTEBOOKS / "why_tools_disagree.md").read_text(encoding="utf-8")
CODE = "\n".join(re.findall(r"```python\n(.+?)```", PAGE, re.S))
TABLES = [table.strip().splitlines() for table in re.findall(r"^\|.+\|$(?:\n\|.+\|$)+", PAGE, re.M)]
WEEK = 7 * 24 * 60 * 60


def cells(row):
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_the_tables_are_what_the_code_prints():
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", CODE], capture_output=True, text=True, check=True
    )
    shown = [row for table in TABLES for row in table[2:]]
    assert [len(table) - 2 for table in TABLES] == [4, 2]
    assert run.stdout.splitlines() == shown


def test_the_columns_are_the_tools_that_the_code_goes_through():
    names = re.findall(r'^    "(\w+)": (?:None|"\w+"),$', CODE, re.M)
    presets = re.findall(r'^    "\w+": "(\w+)",$', CODE, re.M)
    assert names == ["pmlab", "ClickHouse", "PostHog", "Mixpanel", "Amplitude"]
    assert presets == [name.lower() for name in names[1:]]
    for table in TABLES:
        assert cells(table[0])[1:] == names
    # Every preset that there is has its column.
    with pytest.raises(pm.PmlabError) as caught:
        pm.Rules.preset("no such product")
    known = re.search(r"\((.+)\)", str(caught.value))[1]
    assert set(re.findall(r"'(\w+)'", known)) == set(presets)


def log():
    """Return the log as it stands on the page, read without the page's own code."""
    lines = re.search(r'LOG = """\n(.+?)"""', PAGE, re.S)[1].splitlines()
    rows = [[cell.strip() for cell in line.split(",")] for line in lines]
    frame = pd.DataFrame(rows[1:], columns=rows[0])
    return frame.assign(time=pd.to_datetime(frame["time"]))


def row(table, start):
    return next(cells(line) for line in TABLES[table] if cells(line)[0].startswith(start))


def test_the_first_column_by_hand():
    # cat's second visit and dan's visits lead to a sign-up; ann and ben seem to sign up first,
    # eve never visits. Only dan visits twice within a week. The call removes dan. In any order
    # all five have done something, and eve alone not both.
    assert len(log()) == 12
    assert row(0, "1.")[1] == "2 of 4: cat, dan"
    assert row(0, "2.")[1] == "1 of 4: dan"
    assert row(0, "3.")[1] == "1 of 3: cat"
    assert row(0, "4.")[1] == "4 of 5: ann, ben, cat, dan"


class TestClickHouse:
    """What the page says of `windowFunnel` is what ClickHouse's own does."""

    def converted(self, unit, first, second):
        chdb = pytest.importorskip("chdb")
        pa = pytest.importorskip("pyarrow")
        events = log()
        ticks = (events["time"] - pd.Timestamp(0)) // pd.Timedelta(1, unit)
        table = pa.table(  # noqa: F841  (chdb reads it by its name)
            {
                "user_id": events["user_id"].tolist(),
                "event": events["event"].tolist(),
                "tick": pa.array(ticks.tolist(), pa.uint64()),
            }
        )
        window = WEEK * (pd.Timedelta("1s") // pd.Timedelta(1, unit))
        answer = chdb.query(
            f"SELECT user_id, windowFunnel({window})(tick, event = '{first}', event = '{second}') "
            "level FROM Python(table) GROUP BY user_id HAVING level > 0 ORDER BY user_id",
            "CSV",
        )
        levels = [line.split(",") for line in answer.bytes().decode().split()]
        names = [name.strip('"') for name, level in levels if level == "2"]
        return f"{len(names)} of {len(levels)}: {', '.join(names)}"

    def test_its_column(self):
        assert self.converted("us", "visit", "sign_up") == row(0, "1.")[2]
        assert self.converted("us", "visit", "visit") == row(0, "2.")[2]

    def test_whole_seconds_count_ann(self):
        assert self.converted("s", "visit", "sign_up") == "3 of 4: ann, cat, dan"


def test_what_the_breakdown_of_mixpanel_adds_up_to():
    # "here it is 2 of 5": the page's own sum.
    found = [cells(line)[4].split(" of ") for line in TABLES[1][2:]]
    assert [sum(int(n) for n in column) for column in zip(*found, strict=True)] == [2, 5]


def test_what_the_page_says_of_changed_presets():
    def converted(rules):
        f = pm.funnel(log(), ["visit", "sign_up"], within="7d", rules=rules)
        return set(f.units.loc[f.units["level"] == 2, "user_id"])

    # Re-entry brings cat back; milliseconds take ann away.
    assert converted(pm.Rules.preset("mixpanel", entry="best")) == {"ann", "ben", "cat", "dan"}
    assert converted(pm.Rules.preset("amplitude", resolution=None)) == {"cat", "dan"}
    assert 'pm.Rules.preset("mixpanel", entry="best")' in PAGE
    assert 'pm.Rules.preset("amplitude", resolution=None)' in PAGE


def test_who_does_not_reach_the_step_of_a_breakdown_is_shown():
    f = pm.funnel(
        log(), ["visit", "sign_up"], within="7d", by="device", attribution=2, rules="posthog"
    )
    assert f.counts == {"desktop": [2, 2], "(not reached)": [2, 0]}


def test_links_lead_somewhere():
    links = re.findall(r"\]\(([^)]+)\)", PAGE)
    headings = {
        "#" + re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", PAGE, re.M)
    }
    handed_out = {path.name for path in places.handed_out()}
    assert "why_tools_disagree.md" in handed_out
    for link in links:
        assert link.startswith("https://") or link in headings | handed_out, link
    # Each product's own pages are named.
    for site in ("clickhouse.com", "posthog.com", "docs.mixpanel.com", "amplitude.com"):
        assert any(f"//{site}/docs" in link or f"//{site}/" in link for link in links), site
    methods = (NOTEBOOKS / "which_method.md").read_text(encoding="utf-8")
    assert "](why_tools_disagree.md)" in methods
