"""What an author may mark, what becomes of it, and what is refused with its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pmlab.course.source import Cell, SourceError, read_source, rendered
from tests.course import tiny


def cells_of(tmp_path, text, chapter=tiny.CHAPTER):
    path = tmp_path / "99_tiny.py"
    path.write_text(text)
    return read_source(path, chapter)


def only(question):
    """A chapter of one question, so that a source may be short."""
    return replace(tiny.CHAPTER, questions=[tiny.CHAPTER[question]])


def exercise_of(tmp_path, *lines):
    marked = "\n".join(["# %%", *lines, "lab.check('99.1', x)"])
    (cell,) = cells_of(tmp_path, marked, only("99.1"))
    return rendered(cell, lambda id: False)[0].removesuffix("\nlab.check('99.1', x)").splitlines()


def test_the_kinds_of_blanks(tmp_path):
    assert exercise_of(
        tmp_path,
        "given = 1",
        "# <solution 99.1>",
        "# tells too much",
        "x = (",
        "    given +",
        "    1)",
        "print(x)",
        "y: float = 3",
        "@cache",
        "def f(events, within='7d'):",
        "    '''Return it.'''",
        "    # tells too much",
        "    return 1",
        "def g():",
        "    # tells too much",
        "    return 2",
        "# </solution>",
        "after = 2",
    ) == [
        "given = 1",
        "x = ...",
        "y: float = ...",
        "@cache",
        "def f(events, within='7d'):",
        '    """Return it."""',
        "    ...",
        "def g():",
        "    ...",
        "after = 2",
    ]


def test_marks_inside_a_function_and_twice_in_a_cell(tmp_path):
    assert exercise_of(
        tmp_path,
        "def share(events):",
        "    # <solution 99.1>",
        "    buyers = 2",
        "    # </solution>",
        "    total = 5",
        "    # <solution 99.1>",
        "    return buyers / total",
        "    # </solution>",
    ) == [
        "def share(events):",
        "    buyers = ...",
        "    total = 5",
        "    return ...",
    ]


def test_a_solved_cell_says_which_lines_answer():
    from pmlab.course.source import Region

    cell = Cell(
        kind="code",
        lines=("a = 1", "x = 2", "b = 3", "y = 4", "c = 5"),
        regions=(
            Region(question="99.1", first=1, last=2),
            Region(question="99.1", first=3, last=4),
        ),
    )
    assert rendered(cell, lambda id: True) == (
        "a = 1\nx = 2\nb = 3\ny = 4\nc = 5",
        {"99.1": [1, 4]},
    )


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["# <solution 99.1>", "x = 1"], r"cell 1: the solution of 99\.1 never ends"),
        (["# </solution>"], "ends that never began"),
        (["# <solution 99.1>", "# <solution 99.1>"], "begins inside another"),
        (["# <solution one>", "x = 1", "# </solution>"], "not the id of a question"),
        (["# <Solution 99.1>", "# < solution 99.1>"], "looks like a marker and is none"),
        (["# <solution 99.1>", "x =", "# </solution>"], r"99\.1: it is no Python by itself"),
        (["# <solution 99.1>", "a, b = 1, 2", "# </solution>"], "can become no blank"),
        (["# <solution 99.1>", "import os", "# </solution>"], "can become no blank"),
        (["# <solution 99.1>", "for i in x: y = 1", "# </solution>"], "can become no blank"),
        (["# <solution 99.1>", "x['a'] = 1", "# </solution>"], "can become no blank"),
        (["# <solution 99.1>", "print(1)", "# </solution>"], "would have no blank"),
        (["# <solution 99.2>", "x = 1", "# </solution>"], r"has no \['99\.2'\]"),
        (["x = 1"], r"question 99\.1 needs its solution in one cell; it is in none"),
        (["# <solution 99.1>", "x = 1", "# </solution>"], r"no cell checks \['99\.1'\]"),
    ],
)
def test_a_broken_source_is_refused_with_its_place(tmp_path, lines, problem):
    with pytest.raises(SourceError, match=problem):
        cells_of(tmp_path, "\n".join(["# %%", *lines]), only("99.1"))


def test_a_question_answered_in_two_cells_is_refused(tmp_path):
    region = "# %%\n# <solution 99.1>\nx = 1\n# </solution>\nlab.check('99.1', x)\n"
    with pytest.raises(SourceError, match=r"it is in \[1, 2\]"):
        cells_of(tmp_path, region * 2, only("99.1"))
