"""From one source to exercises and solutions, with a real kernel."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from pmlab.course import builder
from pmlab.course.source import SourceError
from tests.course import tiny

EXERCISE, SOLUTION = "exercises/99_tiny.ipynb", "solutions/99_tiny.ipynb"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    put_source(folder, tiny.SOURCE)
    changed = builder.build(tiny.CHAPTER, folder)
    assert [path.relative_to(folder).as_posix() for path in changed] == [EXERCISE, SOLUTION]
    return folder


@pytest.fixture
def folder(built, tmp_path):
    """A folder of its own, as the build left it."""
    for name in ("src/99_tiny.py", EXERCISE, SOLUTION):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((built / name).read_bytes())
    return tmp_path


def put_source(folder, text):
    (folder / "src").mkdir(exist_ok=True)
    text = text.replace("FOLDER", repr(str(Path(tiny.__file__).parent)))
    (folder / "src" / "99_tiny.py").write_text(text)


def pin(folder, *lines):
    (folder / "constraints.txt").write_text("\n".join(lines) + "\n")


def code_of(path):
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code"]


def texts_of(cells):
    return [
        output.get("text") or output.data["text/plain"] for cell in cells for output in cell.outputs
    ]


def test_built_twice_gives_the_same_bytes(folder, built):
    (folder / EXERCISE).unlink()
    (folder / SOLUTION).unlink()
    builder.build(tiny.CHAPTER, folder)
    for name in (EXERCISE, SOLUTION):
        assert (folder / name).read_bytes() == (built / name).read_bytes()


def test_nothing_is_written_when_nothing_changed(folder):
    assert builder.build(tiny.CHAPTER, folder) == []


def test_every_cell_of_the_solutions_has_run_and_every_check_is_right(built):
    cells = code_of(built / SOLUTION)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    checks = [text for text in texts_of(cells) if text.startswith("99.")]
    assert [text.split(".")[:2] for text in checks] == [
        ["99", f"{number}: right"] for number in range(1, 6)
    ]
    assert "40.0% bought.\n" in texts_of(cells)


def test_no_trace_of_a_solution_is_in_the_exercise(built):
    text = (built / EXERCISE).read_text()
    for secret in (
        'people[\\"purchase\\"] /',
        "Everyone who visited",
        "int(people",
        "tells too much",
        "kinds",
        'choice = \\"b\\"',
        "one week",
        "solution",
        "40%",
        'metadata": {\n    "pmlab',
    ):
        assert secret not in text
    # Not in the whole text: ids are hashes, and the set-up cell names a temporary folder.
    sources = [cell.source for cell in nbformat.read(built / EXERCISE, as_version=4).cells]
    assert not [source for source in sources if "40" in source and "sys.path" not in source]
    assert all(
        cell.outputs == [] and not cell.execution_count for cell in code_of(built / EXERCISE)
    )
    assert [
        line
        for cell in code_of(built / EXERCISE)
        for line in cell.source.splitlines()
        if "..." in line
    ] == [
        "share = ...",
        "counts = ...",
        "    ...",
        "choice = ...",
        'memo = """..."""',
    ]


def test_ids_are_the_same_in_both_and_say_nothing_of_the_solution(built, folder):
    def ids(path):
        return [cell.id for cell in nbformat.read(path, as_version=4).cells]

    assert ids(built / EXERCISE) == ids(built / SOLUTION)
    assert len(set(ids(built / EXERCISE))) == len(ids(built / EXERCISE))
    put_source(folder, tiny.SOURCE.replace('choice = "b"', 'choice = "b"  # of four'))
    builder.build(tiny.CHAPTER, folder)
    assert ids(folder / EXERCISE) == ids(built / EXERCISE)


def test_tags_and_the_solutions_lines_are_metadata(built):
    drill = next(cell for cell in code_of(built / SOLUTION) if "choice" in cell.source)
    assert drill.metadata == {"tags": ["drill"], "pmlab": {"solutions": {"99.4": [0, 1]}}}


def test_a_blank_notebook_runs_to_its_end(built):
    exercise = nbformat.read(built / EXERCISE, as_version=4)
    builder.run(exercise, "99_tiny")
    checks = [text for text in texts_of(exercise.cells[1:]) if text.startswith("99.")]
    blank = [text for text in checks if "not answered yet" in text]
    assert len(blank) == 5
    assert [text for text in checks if text not in blank] == [
        f"99.{number} is still open; going on with our value, so that you can read on.\n"
        + ("40.0% bought.\n" if number == 1 else "40%\n")
        for number in (1, 3)
    ]


def test_a_notebook_filled_up_to_a_point(built):
    """What a catch-up notebook is: solved to a question, blank after it."""
    cells = builder.read_source(built / "src" / "99_tiny.py", tiny.CHAPTER)
    part = builder.notebook(cells, lambda id: id <= "99.2")
    text = builder.text_of(part)
    assert "int(people[step])" in text
    assert "choice = ..." in text
    builder.run(part, "99_tiny")


def test_a_clean_clone_compares_clean(folder):
    pin(folder, f"numpy=={builder._installed('numpy')}  # as built")
    assert builder.pinned(folder)
    assert builder.compare(tiny.CHAPTER, folder) == []


def test_a_hand_edited_exercise_is_named(folder):
    (folder / EXERCISE).write_text((folder / EXERCISE).read_text().replace("Tiny", "Titchy"))
    assert list(map(str, builder.compare(tiny.CHAPTER, folder))) == [
        f"{EXERCISE}: is not what the source gives"
    ]


def test_a_changed_source_is_named_for_both(folder):
    put_source(folder, tiny.SOURCE.replace("# Tiny", "# Small"))
    assert [difference.path.name for difference in builder.compare(tiny.CHAPTER, folder)] == [
        "99_tiny.ipynb"
    ] * 2


def test_a_changed_output_is_named_under_the_pinned_versions_only(folder):
    text = (folder / SOLUTION).read_text().replace("40.0% bought.", "41.0% bought.")
    (folder / SOLUTION).write_text(text)
    assert builder.compare(tiny.CHAPTER, folder) == []  # nothing is pinned
    pin(folder, "numpy==0.0.1")
    assert builder.compare(tiny.CHAPTER, folder) == []  # other versions
    pin(folder, f"numpy=={builder._installed('numpy')}")
    (difference,) = builder.compare(tiny.CHAPTER, folder)
    assert str(difference) == f"{SOLUTION}: the output of cell 4 is not what it gives now"


def test_a_missing_or_broken_notebook_is_named(folder):
    (folder / SOLUTION).write_text("{")
    (difference,) = builder.compare(tiny.CHAPTER, folder)
    assert "cannot be read" in str(difference)
    (folder / SOLUTION).unlink()
    (difference,) = builder.compare(tiny.CHAPTER, folder)
    assert "is missing" in str(difference)


def test_a_notebook_without_source_is_named(folder):
    (folder / "exercises" / "98_gone.ipynb").write_text("{}")
    assert list(map(str, builder.orphans(folder))) == ["exercises/98_gone.ipynb: has no source"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("1 / 0", "a cell raised ZeroDivisionError"),
        ("sys.stderr.write('oh\\n')", "cell 3 writes to standard error: oh"),
        ("object()", "cell 3 prints an address"),
        ("import os; os._exit(1)", "the kernel died"),
    ],
)
def test_solutions_that_do_not_run_alike_are_refused(folder, line, problem):
    before = (folder / SOLUTION).read_bytes()
    put_source(folder, tiny.SOURCE.replace("# %%\nevents", f"# %%\n{line}\n\n# %%\nevents"))
    with pytest.raises(builder.BuildError, match=problem):
        builder.build(tiny.CHAPTER, folder)
    assert (folder / SOLUTION).read_bytes() == before


def test_a_solution_that_its_own_check_does_not_find_right_is_refused(folder):
    before = (folder / SOLUTION).read_bytes()
    wrong = tiny.SOURCE.replace('people["purchase"] / people["visit"]', "0.123")
    assert wrong != tiny.SOURCE
    put_source(folder, wrong)
    with pytest.raises(builder.BuildError, match=r"not found right: 99\.1"):
        builder.build(tiny.CHAPTER, folder)
    assert (folder / SOLUTION).read_bytes() == before


def test_a_source_without_its_questions_is_refused(folder):
    put_source(folder, "# %%\n1\n")
    with pytest.raises(SourceError, match=r"question 99\.1"):
        builder.build(tiny.CHAPTER, folder)


def test_a_solutions_notebook_is_plain_json_that_lab_solution_reads(built, lab, monkeypatch):
    from pmlab.course import places

    monkeypatch.setattr(places, "notebooks", lambda: built)
    assert json.loads((built / SOLUTION).read_text())["nbformat"] == 4
    assert lab.solution("99.1").code.splitlines() == [
        "# Everyone who visited goes underneath.",
        'share = float(people["purchase"] / people["visit"])',
    ]
    assert "def share_bought" in lab.solution("99.3").code
