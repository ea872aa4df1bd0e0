"""A result may show several tables; words stand on the left and break, numbers never do."""

import pandas as pd

from pmlab.results import Result, Table

LONG = "a sentence that is far too long to stand in one line of a table beside another " * 2


class TwoTables(Result):
    title = "Two tables"
    method = "By hand."
    assumptions = ()

    def to_frame(self):
        return pd.DataFrame()

    def summary(self):
        return "Two."

    def _table(self):
        return {"name": ["a"], "number": ["1"]}

    def _tables(self):
        words = {"who": ["<Anna>", "Ben"], "says": [LONG, "no"], "n": ["12,345", "7"]}
        return [
            Table(columns=self._table()),
            Table(columns=words, heading="What they say", words=("says",)),
        ]


class OneTable(TwoTables):
    def _tables(self):
        return Result._tables(self)


def test_the_tables_follow_each_other():
    first, second = str(TwoTables()).split("\n\n")[1:3]
    assert first.splitlines() == ["name  number", "a          1"]
    assert second.splitlines()[0] == "What they say"


def test_words_break_and_numbers_stand_in_their_first_line():
    lines = str(TwoTables()).split("\n\n")[2].splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[2].endswith("12,345")
    assert lines[-1].split() == ["Ben", "no", "7"]
    assert " ".join(" ".join(line[8:92] for line in lines[2:-1]).split()).startswith("a sentence")


def test_html_holds_both_as_text():
    page = TwoTables()._repr_html_()
    assert page.count("<table") == 2
    assert "&lt;Anna&gt;" in page
    assert "<b>What they say</b>" in page


def test_one_table_has_no_heading():
    page = OneTable()._repr_html_()
    assert page.count("<table") == 1
    assert "margin:.8em" not in page
