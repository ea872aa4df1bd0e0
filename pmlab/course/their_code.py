"""Looking at the learner's own code: what it takes, whether it is still blank, where it failed."""

from __future__ import annotations

import dis
import inspect
import linecache
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from types import CodeType
from typing import Any

__all__ = ["has_blank", "is_empty", "other_arguments", "their_line", "words_of"]


def other_arguments(function: Any, asked: Sequence[str]) -> str:
    """Return the arguments that a function takes, when those asked for do not fit; else ''."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return ""  # some built-ins have none; calling will tell
    try:
        signature.bind(*asked)
    except TypeError:
        return str(signature)
    return ""


def has_blank(function: Any) -> bool:
    """Return whether a ``...`` still stands for a value in a function's body."""
    code = getattr(function, "__code__", None)
    return type(code) is CodeType and any(const is ... for const in code.co_consts)


def is_empty(function: Any) -> bool:
    """Return whether a function's body does nothing, as ``...`` alone does."""
    code = getattr(function, "__code__", None)
    idle = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}
    return type(code) is CodeType and all(
        step.opname in idle for step in dis.get_instructions(code)
    )


def words_of(error: BaseException) -> str:
    """Return an error's name and its own words on one line, even when it cannot say them."""
    try:
        said = " ".join(str(error).split())[:300].rstrip(".")
    except Exception:
        said = ""
    return f"`{type(error).__name__}`" + (f": {said}" if said else "")


def their_line(error: BaseException) -> tuple[str, str]:
    """Return where in the learner's own code an error arose, and that line; else two ''."""
    place, line = "", ""
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if _is_theirs(code.co_filename):
            number = trace.tb_lineno
            place = f"line {number - code.co_firstlineno + 1} of `{code.co_name}`"
            line = linecache.getline(code.co_filename, number, trace.tb_frame.f_globals).strip()
        trace = trace.tb_next
    return place, line


_FOLDERS = (
    str(Path(__file__).parents[1]),
    sysconfig.get_paths()["stdlib"],
    *(path for path in sys.path if path.endswith(("site-packages", "dist-packages"))),
)
_LIBRARIES = tuple({*_FOLDERS, *(str(Path(folder).resolve()) for folder in _FOLDERS)})


def _is_theirs(filename: str) -> bool:
    return not filename.startswith("<frozen") and not filename.startswith(_LIBRARIES)
