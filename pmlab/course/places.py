"""Where the notebooks lie: in a clone beside the package, in an installed wheel within it."""

from __future__ import annotations

from pathlib import Path

from pmlab.errors import NotFoundError

__all__ = ["handed_out", "notebooks", "notebooks_source"]

_PACKAGE = Path(__file__).parents[1]

PAGES = (
    "ab_calls.md",
    "glossary.md",
    "market_calls.md",
    "which_method.md",
    "why_tools_disagree.md",
)
"""What stands beside the chapters, for the learner to look things up in."""


def notebooks() -> Path:
    """Return the folder that holds ``exercises``, ``solutions`` and the pages beside them.

    Raises
    ------
    NotFoundError
        When this copy of pmlab came without notebooks.
    """
    for folder in (_PACKAGE / "_bundled" / "notebooks", _PACKAGE.parent / "notebooks"):
        if (folder / "exercises").is_dir():
            return folder
    raise NotFoundError(
        "this copy of pmlab has no notebooks. Install it again, or work in a clone of its source."
    )


def handed_out() -> list[Path]:
    """Return the files that a learner's folder gets: the exercises, and the pages beside them."""
    folder = notebooks()
    pages = [folder / name for name in PAGES]
    return [*sorted((folder / "exercises").glob("*.ipynb")), *filter(Path.is_file, pages)]


def notebooks_source() -> Path:
    """Return the same folder where it also holds the source, ``src``.

    Raises
    ------
    NotFoundError
        Outside a clone: an installed pmlab has the built notebooks only.
    """
    folder = _PACKAGE.parent / "notebooks"
    if not (folder / "src").is_dir():
        raise NotFoundError(
            "this copy of pmlab is installed without the notebooks' source; building them needs "
            "a clone of it."
        )
    return folder
