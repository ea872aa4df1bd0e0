"""From the notebooks' source to the exercises and the solutions, the same bytes every time."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pmlab.course import catalogue
from pmlab.course.questions import Chapter
from pmlab.course.source import Cell, read_source, rendered
from pmlab.errors import MissingExtraError, NotFoundError, PmlabError
from pmlab.files import write_atomically
from pmlab.progress_bar import ProgressBar

__all__ = [
    "BuildError",
    "Difference",
    "build",
    "chapters_with_source",
    "compare",
    "kernel_environment",
    "notebook",
    "orphans",
    "pinned",
    "run",
    "text_of",
]

Notebook = Any
"""An ``nbformat.NotebookNode``, whose library gives no types."""

PARTS = ("exercises", "solutions")
SECONDS_PER_CELL = 120


class BuildError(PmlabError):
    """A solutions notebook does not run, or its output would differ from run to run."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A committed notebook that is not what its source gives."""

    path: Path
    what: str

    def __str__(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}: {self.what}"


def chapters_with_source(folder: Path, names: Iterable[str] = ()) -> list[Chapter]:
    """Return the chapters of these names, or all whose source is in ``folder/src``."""
    wanted = list(names) or [path.stem for path in sorted((folder / "src").glob("[0-9]*.py"))]
    return [catalogue.chapter(name) for name in wanted]


def build(chapter: Chapter, folder: Path) -> list[Path]:
    """Write a chapter's exercise and solution; return the files that changed.

    Parameters
    ----------
    chapter : Chapter
    folder : path
        Holds ``src``, ``exercises`` and ``solutions``.

    Raises
    ------
    SourceError, BuildError
        When the source breaks the form, or its solutions do not run.
    """
    exercise, solution = _made(chapter, folder)
    run(solution, chapter.stem)
    changed = []
    for path, built in zip(_paths(chapter, folder), (exercise, solution), strict=True):
        content = text_of(built).encode()
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(exist_ok=True)
            write_atomically(path, content)
            changed.append(path)
    return changed


def compare(chapter: Chapter, folder: Path) -> list[Difference]:
    """Return where a chapter's committed notebooks are not what the source gives.

    The exercise and the text of the solution must be the same to the byte. Outputs must be so
    too under the pinned versions; under others it is enough that every cell runs.
    """
    import nbformat

    exercise, solution = _made(chapter, folder)
    exercise_path, solution_path = _paths(chapter, folder)
    found = [
        Difference(path=path, what="is missing")
        for path in (exercise_path, solution_path)
        if not path.exists()
    ]
    if found:
        return found
    if exercise_path.read_bytes() != text_of(exercise).encode():
        found.append(Difference(path=exercise_path, what="is not what the source gives"))
    try:
        committed = nbformat.read(solution_path, as_version=4)
        bare = text_of(_without_outputs(committed))
    except Exception as error:
        what = f"cannot be read ({type(error).__name__})"
        return [*found, Difference(path=solution_path, what=what)]
    if bare != text_of(solution):
        return [*found, Difference(path=solution_path, what="is not what the source gives")]
    run(solution, chapter.stem)
    if pinned(folder) and solution_path.read_bytes() != text_of(solution).encode():
        what = _first_other_output(committed, solution)
        found.append(Difference(path=solution_path, what=what))
    return found


def orphans(folder: Path) -> list[Difference]:
    """Return the built notebooks that no source gives."""
    sources = {path.stem for path in (folder / "src").glob("*.py")}
    made = [path for part in PARTS for path in sorted((folder / part).glob("*.ipynb"))]
    return [
        Difference(path=path, what="has no source") for path in made if path.stem not in sources
    ]


def _made(chapter: Chapter, folder: Path) -> tuple[Notebook, Notebook]:
    """Return the exercise and the solution, without outputs."""
    path = folder / "src" / f"{chapter.stem}.py"
    if not path.exists():
        raise NotFoundError(f"chapter {chapter.stem} has no source at {path}.")
    cells = read_source(path, chapter)
    return notebook(cells, lambda id: False), notebook(cells, lambda id: True)


def _paths(chapter: Chapter, folder: Path) -> tuple[Path, Path]:
    exercises, solutions = (folder / part / f"{chapter.stem}.ipynb" for part in PARTS)
    return exercises, solutions


def notebook(cells: Sequence[Cell], solved: Callable[[str], bool]) -> Notebook:
    """Return a notebook without outputs, in which some questions are solved and others blank."""
    import nbformat.v4 as form

    made = []
    for position, cell in enumerate(cells):
        source, lines = rendered(cell, solved)
        blank, _ = rendered(cell, lambda id: False)
        # From the blank text, so that the id says nothing about the solution.
        id = hashlib.sha256(f"{position}\n{blank}".encode()).hexdigest()[:12]
        metadata: dict[str, Any] = {"tags": list(cell.tags)} if cell.tags else {}
        if lines:
            metadata["pmlab"] = {"solutions": lines}
        new: Any = form.new_code_cell if cell.kind == "code" else form.new_markdown_cell
        made.append(new(source, id=id, metadata=metadata))
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return form.new_notebook(cells=made, metadata=metadata)


def text_of(made: Notebook) -> str:
    """Return a notebook as its file holds it."""
    import nbformat

    nbformat.validate(made)
    return str(nbformat.writes(made)).rstrip("\n") + "\n"


def run(made: Notebook, name: str) -> None:
    """Run a notebook in a fresh kernel, in an empty folder, and keep its outputs.

    Raises
    ------
    BuildError
        When a cell raises, takes too long, writes to standard error or prints an address, and
        when a check does not find its solution right.
    """
    try:
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    except ImportError as error:
        raise MissingExtraError(
            "running notebooks needs nbclient: pip install 'pmlab-course[lab]'."
        ) from error
    with (
        tempfile.TemporaryDirectory() as folder,
        ProgressBar(name, total=len(made.cells)) as bar,
    ):
        client = NotebookClient(
            made,
            timeout=SECONDS_PER_CELL,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            record_timing=False,
            coalesce_streams=True,
            on_cell_start=lambda cell, cell_index: bar.at(cell_index),
        )
        try:
            client.execute(env=kernel_environment(folder), stderr=subprocess.DEVNULL)
        except CellTimeoutError:
            raise BuildError(f"{name}: a cell took over {SECONDS_PER_CELL} seconds.") from None
        except CellExecutionError as error:
            raise BuildError(f"{name}: a cell raised {error.ename}: {error.evalue}") from None
        except DeadKernelError:
            raise BuildError(f"{name}: the kernel died.") from None
    for number, cell in enumerate(made.cells, 1):
        for output in cell.get("outputs", ()):
            _check_output(output, f"{name}, cell {number}")
        if "solutions" in cell.metadata.get("pmlab", {}):
            _require_right(cell, f"{name}, cell {number}")
    made.metadata["language_info"] = {"name": "python"}


def kernel_environment(folder: str) -> dict[str, str]:
    """Return an environment in which a notebook gives the same output on every machine.

    Parameters
    ----------
    folder : str
        An empty one, for IPython's own files.
    """
    settings = {
        "IPYTHONDIR": str(Path(folder, ".ipython")),  # nobody's own start-up files
        "PLOTLY_RENDERER": "plotly_mimetype",  # figures as data: no scripts, no random ids
        "PMLAB_BAR": "off",
        "PMLAB_PROGRESS": "off",
        "PYTHONHASHSEED": "0",
        "COLUMNS": "80",
        "TZ": "UTC",
    }
    return {**os.environ, **settings}


def _check_output(output: Any, where: str) -> None:
    if output.output_type == "stream" and output.name == "stderr":
        raise BuildError(f"{where} writes to standard error: {output.text.strip()[:300]}")
    texts = [output.text] if output.output_type == "stream" else output.get("data", {}).values()
    for text in texts:
        if isinstance(text, str) and re.search(r"\bat 0x[0-9a-fA-F]{6,}", text):
            raise BuildError(f"{where} prints an address in memory, which no two runs share.")


def _require_right(cell: Any, where: str) -> None:
    """Raise unless the checks of a cell that holds a solution find it right."""
    said = [output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", ())]
    for question in re.findall(r'^lab\.check\("([\d.]+)"', cell.source, re.MULTILINE):
        heading = next((text for text in said if text.startswith(f"{question}: ")), "no answer")
        if not heading.startswith(f"{question}: right"):
            raise BuildError(f"{where}: the solution is not found right: {heading[:300]}")


def pinned(folder: Path) -> bool:
    """Return whether the installed versions are those that the outputs were made with."""
    path = folder / "constraints.txt"
    if not path.exists():
        return False
    pins = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;#]+)", path.read_text("utf-8"), re.MULTILINE)
    return bool(pins) and all(_installed(name) == wanted for name, wanted in pins)


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _without_outputs(made: Notebook) -> Notebook:
    import nbformat

    bare: Notebook = nbformat.from_dict(made)
    for cell in bare.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return bare


def _first_other_output(committed: Notebook, built: Notebook) -> str:
    for number, (old, new) in enumerate(zip(committed.cells, built.cells, strict=True), 1):
        if old != new:
            return f"the output of cell {number} is not what it gives now"
    return "its metadata are not what the build gives"
