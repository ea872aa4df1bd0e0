"""Where the notebooks lie: in a clone beside the package, in an installed wheel within it."""

from __future__ import annotations

from pathlib import Path

from pmlab.errors import NotFoundError

__all__ = ["notebooks", "notebooks_source"]

_PACKAGE = Path(__file__).parents[1]


def notebooks() -> Path:
    """Return the folder that holds ``exercises`` and ``solutions``.

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
