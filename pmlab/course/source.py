"""The source of a notebook: percent-format Python in which solutions are marked.

::

    # %%
    # <solution 2.1>
    share = buyers / visitors
    # </solution>
    lab.check("2.1", share)

The solutions notebook keeps the marked lines. In the exercise every name that they assign becomes
a blank (``share = ...``; a text in three quotation marks keeps the marks, so that one can write
between them), a function keeps its first line and docstring over ``...``, a ``return`` gives back
``...``, and other lines go. ``notebooks/src/README.md`` tells authors more.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent

from pmlab.course.questions import Chapter, normal_id
from pmlab.errors import InputError, MissingExtraError

__all__ = ["Cell", "SourceError", "read_source", "rendered"]


class SourceError(InputError):
    """A notebook's source breaks a rule of its form."""


@dataclass(frozen=True, kw_only=True)
class Region:
    """Marked lines: the solution of one question, from line `first` up to `last`, markers out."""

    question: str
    first: int
    last: int


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell of the source, with its markers taken out.

    Attributes
    ----------
    kind : str
        ``"code"`` or ``"markdown"``.
    lines : tuple of str
    regions : tuple of Region
    tags : tuple of str
    """

    kind: str
    lines: tuple[str, ...]
    regions: tuple[Region, ...] = ()
    tags: tuple[str, ...] = ()


_OPEN = re.compile(r"\s*# <solution ([^>]*)>\s*")
_CLOSE = re.compile(r"\s*# </solution>\s*")


def read_source(path: Path, chapter: Chapter) -> list[Cell]:
    """Return the cells of a source file.

    Raises
    ------
    SourceError
        When a marker, a region or a question breaks the form; names the cell and the rule.
    """
    try:
        import jupytext
    except ImportError as error:
        raise MissingExtraError(
            "building notebooks needs jupytext: pip install 'pmlab-course[lab]'."
        ) from error
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    cells = []
    for number, cell in enumerate(notebook.cells, 1):
        where = f"{path.name}, cell {number}"
        lines, regions = _split(cell.source.splitlines(), where)
        tags = tuple(cell.metadata.get("tags", ()))
        cells.append(
            Cell(kind=cell.cell_type, lines=tuple(lines), regions=tuple(regions), tags=tags)
        )
    _check_questions(cells, chapter, path.name)
    return cells


def rendered(cell: Cell, solved: Callable[[str], bool]) -> tuple[str, dict[str, list[int]]]:
    """Return a cell's text, and for each solved question the lines that answer it.

    Parameters
    ----------
    cell : Cell
    solved : callable
        Takes a question's id: whether its solution stays or becomes blanks.
    """
    out: list[str] = []
    places: dict[str, list[int]] = {}
    at = 0
    for region in cell.regions:
        out += cell.lines[at : region.first]
        inside = cell.lines[region.first : region.last]
        start = len(out)
        if solved(region.question):
            out += inside
            places[region.question] = [places.get(region.question, [start])[0], len(out)]
        else:
            out += _blanked(inside)
        at = region.last
    out += cell.lines[at:]
    return "\n".join(out).strip("\n"), places


def _split(lines: list[str], where: str) -> tuple[list[str], list[Region]]:
    kept: list[str] = []
    regions: list[Region] = []
    current: tuple[str, int] | None = None
    for line in lines:
        if opening := _OPEN.fullmatch(line):
            if current:
                raise SourceError(f"{where}: a solution begins inside another.")
            try:
                current = normal_id(opening[1]), len(kept)
            except InputError as error:
                raise SourceError(f"{where}: {error}") from error
        elif _CLOSE.fullmatch(line):
            if not current:
                raise SourceError(f"{where}: a solution ends that never began.")
            region = Region(question=current[0], first=current[1], last=len(kept))
            try:
                _blanked(kept[region.first : region.last])
            except SourceError as error:
                raise SourceError(f"{where}, solution {region.question}: {error}") from None
            regions.append(region)
            current = None
        elif "solution" in line and line.lstrip().startswith(("# <", "#<", "# </")):
            raise SourceError(f"{where}: {line.strip()!r} looks like a marker and is none.")
        else:
            kept.append(line)
    if current:
        raise SourceError(f"{where}: the solution of {current[0]} never ends.")
    return kept, regions


def _blanked(lines: tuple[str, ...] | list[str]) -> list[str]:
    """Return the lines of a solution with blanks in place of what it works out."""
    text = "\n".join(lines)
    margin = re.match(r"\s*", text.lstrip("\n"))
    plain = dedent(text)
    try:
        statements = ast.parse(plain).body
    except SyntaxError as error:
        raise SourceError(f"it is no Python by itself: {error.msg}.") from None
    out: list[str] = []
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                source = ast.get_source_segment(plain, value) or ""
                is_text = re.match(r'f?"""', source)
                out.append(f'{name} = """..."""' if is_text else f"{name} = ...")
            case ast.AnnAssign(target=ast.Name(id=name), annotation=kind):
                out.append(f"{name}: {ast.unparse(kind)} = ...")
            case ast.FunctionDef(body=[first, *_]):
                has_docstring = ast.get_docstring(statement) is not None
                statement.body = [*([first] if has_docstring else []), _ELLIPSIS]
                out += ast.unparse(statement).splitlines()
            case ast.Return():
                out.append("return ...")
            case ast.Expr():
                pass
            case _:
                raise SourceError(
                    f"line {statement.lineno} can become no blank. Assign to one name at a time, "
                    "write a function, or move the line out of the solution."
                )
    if not out:
        raise SourceError("it assigns nothing, so the exercise would have no blank.")
    return indent("\n".join(out), margin[0] if margin else "").splitlines()


_ELLIPSIS = ast.Expr(ast.Constant(...))


def _check_questions(cells: list[Cell], chapter: Chapter, where: str) -> None:
    known = [question.id for question in chapter]
    homes = {
        id: [number for number, cell in enumerate(cells, 1) if id in _answered(cell)]
        for id in known
    }
    for number, cell in enumerate(cells, 1):
        if strange := sorted(_answered(cell) - set(known)):
            raise SourceError(f"{where}, cell {number}: chapter {chapter.stem} has no {strange}.")
    for id, places in homes.items():
        if len(places) != 1:
            raise SourceError(
                f"{where}: question {id} needs its solution in one cell; it is in "
                f"{places or 'none'}."
            )
    text = "\n".join(line for cell in cells if cell.kind == "code" for line in cell.lines)
    checked = {normal_id(id) for id in re.findall(r"lab\.check\(\s*[\"'](\d+\.\d+)[\"']", text)}
    if missing := sorted(set(known) - checked):
        raise SourceError(f"{where}: no cell checks {missing}.")


def _answered(cell: Cell) -> set[str]:
    return {region.question for region in cell.regions}
