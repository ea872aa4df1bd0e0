"""The committed notebooks: what their source gives, run by real kernels.

nbval runs in a process of its own: it wants no second pytest configuration and no ``-n``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from pmlab.course import builder, catalogue
from pmlab.course.source import read_source

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CHAPTERS = [catalogue.chapter(stem) for stem in catalogue.stems()]
MOST_LINES = 12
EVERY_CHAPTER = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stem)


def code_cells(part, chapter):
    path = NOTEBOOKS / part / f"{chapter.stem}.ipynb"
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def said(cell):
    return [
        output.get("text") or output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
    ]


def nbval(path, folder, *options):
    """Run nbval as a person would, away from this suite's configuration."""
    settings = folder / "pytest.ini"
    settings.write_text("[pytest]\n")
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-c", settings, "-p", "no:cacheprovider"),
            *("-p", "no:xdist"),  # a notebook's cells go one after the other
            *(*options, "--nbval-current-env", "--nbval-cell-timeout=300", path),
        ],
        env={**builder.kernel_environment(str(folder)), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_there_is_a_chapter():
    assert CHAPTERS


def test_build_check_is_clean():
    done = subprocess.run(
        [sys.executable, "-m", "pmlab.cli", "build", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@EVERY_CHAPTER
def test_solutions_give_their_outputs_again(chapter, tmp_path):
    path = NOTEBOOKS / "solutions" / f"{chapter.stem}.ipynb"
    sanitize = Path(__file__).with_name("sanitize.cfg")
    assert sanitize.read_text(encoding="utf-8").isascii()
    # Under other versions than those pinned, outputs may differ in form; then it must only run.
    strict = ["--nbval", f"--nbval-sanitize-with={sanitize}"]
    done = nbval(path, tmp_path, *(strict if builder.pinned(NOTEBOOKS) else ["--nbval-lax"]))
    assert done.returncode == 0, done.stdout


@EVERY_CHAPTER
def test_exercises_run_under_nbval(chapter, tmp_path):
    path = NOTEBOOKS / "exercises" / f"{chapter.stem}.ipynb"
    done = nbval(path, tmp_path, "--nbval-lax")
    assert done.returncode == 0, done.stdout


@EVERY_CHAPTER
def test_every_cell_of_the_solutions_has_run_without_error(chapter):
    cells = code_cells("solutions", chapter)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"]


@EVERY_CHAPTER
def test_every_solution_is_right(chapter):
    texts = [text for cell in code_cells("solutions", chapter) for text in said(cell)]
    for question in chapter:
        assert any(text.startswith(f"{question.id}: right.") for text in texts), question.id


@EVERY_CHAPTER
def test_blank_exercises_run_to_their_end_with_not_answered_yet(chapter):
    path = NOTEBOOKS / "exercises" / f"{chapter.stem}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    builder.run(notebook, chapter.stem)
    checks = [
        text
        for cell in notebook.cells
        if cell.cell_type == "code" and "lab.check(" in cell.source
        for text in said(cell)
        if text.startswith(f"{chapter.number:02d}.")
    ]
    for question in chapter:
        assert any(text.startswith(f"{question.id}: not answered yet.") for text in checks)
    assert not [text for text in checks if "right." in text.partition(" ")[2][:8]]


@EVERY_CHAPTER
def test_exercises_hold_no_outputs_and_no_solutions(chapter):
    exercise = code_cells("exercises", chapter)
    assert all(cell.outputs == [] and cell.execution_count is None for cell in exercise)
    assert all("pmlab" not in cell.metadata for cell in exercise)
    text = (NOTEBOOKS / "exercises" / f"{chapter.stem}.ipynb").read_text(encoding="utf-8")
    assert "solution>" not in text
    given = {line.strip() for cell in exercise for line in cell.source.splitlines()}
    for cell in read_source(NOTEBOOKS / "src" / f"{chapter.stem}.py", chapter):
        outside = set(cell.lines) - {
            line for region in cell.regions for line in cell.lines[region.first : region.last]
        }
        for region in cell.regions:
            for line in cell.lines[region.first : region.last]:
                kept = line.lstrip().startswith(("def ", "@", '"""')) or line in outside
                assert kept or line.strip() in ("", ")", "]", "}") or line.strip() not in given


@EVERY_CHAPTER
def test_cells_are_short(chapter):
    for cell in code_cells("solutions", chapter):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= MOST_LINES, cell.source


@EVERY_CHAPTER
def test_the_first_cell_of_code_is_the_set_up_alone(chapter):
    first = code_cells("exercises", chapter)[0].source
    lines = [line for line in first.splitlines() if line.strip()]
    assert lines[-1].startswith("lab = course.start(")
    assert all(line.startswith(("import ", "from ")) for line in lines[:-1])


def test_the_environment_keeps_learners_files_away(tmp_path):
    environment = builder.kernel_environment(str(tmp_path))
    assert environment["PMLAB_PROGRESS"] == "off"
    assert environment["PATH"] == os.environ["PATH"]
