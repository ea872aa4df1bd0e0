"""Which chapters there are, without importing them all."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from pmlab.course import chapters
from pmlab.course.questions import Chapter
from pmlab.errors import NotFoundError, did_you_mean

__all__ = ["chapter", "stems"]


@cache
def stems() -> tuple[str, ...]:
    """Return the chapters' file names, such as ``"02_funnels"``, in order."""
    names = (module.name for module in iter_modules(chapters.__path__))
    return tuple(sorted(name[1:] for name in names if re.fullmatch(r"c\d\d_\w+", name)))


def chapter(name: str | int) -> Chapter:
    """Return a chapter by its name, number or file name.

    Parameters
    ----------
    name : str or int
        ``"funnels"``, ``2``, ``"02"`` or ``"02_funnels"``.

    Raises
    ------
    NotFoundError
        When there is no such chapter; the message names the closest.
    """
    wanted = str(name).strip().lower().removesuffix(".ipynb").removesuffix(".py")
    for stem in stems():
        number, _, short = stem.partition("_")
        if wanted in (stem, short, number, str(int(number))):
            found = import_module(f"pmlab.course.chapters.c{stem}").CHAPTER
            assert isinstance(found, Chapter)
            return found
    short_names = [stem.partition("_")[2] for stem in stems()]
    raise NotFoundError(f"there is no chapter {name!r}. {did_you_mean(wanted, short_names)}")
