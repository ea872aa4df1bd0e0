"""Opening JupyterLab in the learner's folder, quiet and without the network."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from pmlab.errors import MissingExtraError

__all__ = ["command", "environment", "open_lab"]

_SETTINGS = Path(__file__).parent / "jupyter"
"""A layer of Jupyter's own settings that asks for no news; the user's files stay as they are."""


def command(folder: Path, notebook: str | None, options: Sequence[str] = ()) -> list[str]:
    """Return the command that opens JupyterLab on a notebook of a folder.

    Parameters
    ----------
    folder : path
    notebook : str or None
        A file name in the folder; None opens the folder.
    options : sequence of str
        More of JupyterLab's own options, such as ``--no-browser``.
    """
    page = f"/lab/tree/{quote(notebook)}" if notebook else "/lab"
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url={page}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        *(["--allow-root"] if _is_root() else []),
        *options,
    ]


def _is_root() -> bool:
    """Return whether we are the system's administrator, as people in containers are.

    JupyterLab then refuses to start unless it is told that this is meant.
    """
    return hasattr(os, "geteuid") and os.geteuid() == 0


def environment() -> dict[str, str]:
    """Return this process's environment with our layer of Jupyter settings before the others."""
    paths = [str(_SETTINGS), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    return {**os.environ, "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths))}


def open_lab(folder: Path, notebook: str | None, options: Sequence[str] = ()) -> int:
    """Run JupyterLab until it is closed; return its exit code.

    Raises
    ------
    MissingExtraError
        When JupyterLab is not installed.
    """
    if find_spec("jupyterlab") is None:
        raise MissingExtraError(
            "JupyterLab is not installed here: pip install 'pmlab-course[lab]', then again."
        )
    arguments = command(folder, notebook, options)
    if sys.platform == "win32":
        return subprocess.call(arguments, env=environment())  # noqa: S603  (a list, no shell)
    # In our place, so that Ctrl-C and closing the terminal reach JupyterLab itself.
    os.execve(sys.executable, arguments, environment())  # noqa: S606
