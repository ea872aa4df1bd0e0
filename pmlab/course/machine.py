"""Is this machine ready for the course? One line a question, each with the next move."""

from __future__ import annotations

import platform
import re
import subprocess
import sys
import tempfile
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from pmlab import __version__

__all__ = ["Line", "look_over"]

SECONDS_FOR_A_KERNEL = 60


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing looked at.

    Attributes
    ----------
    what : str
    problem : bool
    found : str
        What was found.
    next_move : str
        What to do about a problem.
    """

    what: str
    found: str
    problem: bool = False
    next_move: str = ""

    def __str__(self) -> str:
        mark = "problem" if self.problem else "ok"
        move = f"\n{'':10}-> {self.next_move}" if self.problem else ""
        return f"{mark:<9} {self.what}: {self.found}{move}"


def look_over(folder: Path) -> Iterator[Line]:
    """Look at everything that the course needs; a line as soon as it is known.

    Parameters
    ----------
    folder : path
        Where the learner will work.
    """
    looks: tuple[tuple[str, Callable[[], Line]], ...] = (
        ("Python", _python),
        ("packages", _packages),
        ("a kernel", _kernel),
        ("folder", lambda: _folder(folder)),
        ("data", _data),
        ("notebooks", _notebooks),
        ("browser", _browser),
    )
    for what, look in looks:
        try:
            yield look()
        except Exception as error:
            yield Line(
                what=what,
                found=f"{type(error).__name__}: {error}",
                problem=True,
                next_move="install pmlab again: pip install --force-reinstall 'pmlab-course[lab]'.",
            )


def _python() -> Line:
    found = f"{platform.python_version()} on {platform.system() or 'an unknown system'}"
    return Line(
        what="Python",
        found=f"{found}, pmlab {__version__}",
        problem=sys.version_info < (3, 11),
        next_move="install Python 3.11 or newer.",
    )


def _packages() -> Line:
    missing, found = [], []
    for name in _needed():
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    return Line(
        what="packages",
        found=f"{', '.join(missing)} not installed" if missing else ", ".join(found),
        problem=bool(missing),
        next_move="pip install 'pmlab-course[lab]'",
    )


def _needed() -> list[str]:
    """Return the packages of the core and of the lab extra, as pmlab's own metadata name them."""
    names = []
    for line in requires("pmlab-course") or ():
        requirement, _, condition = line.partition(";")
        if not condition.strip() or re.search(r"extra\s*==\s*['\"]lab['\"]", condition):
            names.append(re.split(r"[^A-Za-z0-9._-]", requirement.strip())[0])
    return names


def _kernel() -> Line:
    from jupyter_client.manager import start_new_kernel

    with tempfile.TemporaryDirectory() as folder:
        manager, client = start_new_kernel(
            kernel_name="python3",
            startup_timeout=SECONDS_FOR_A_KERNEL,
            cwd=folder,
            stderr=subprocess.DEVNULL,
        )
        try:
            said: list[str] = []
            client.execute_interactive(
                "import sys, pmlab; print(pmlab.__version__, sys.executable, sep='\\n')",
                timeout=SECONDS_FOR_A_KERNEL,
                output_hook=lambda message: said.append(
                    message["content"].get("text") or message["content"].get("ename", "")
                ),
            )
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
            manager.cleanup_resources()
    answer = "".join(said).split("\n")
    if answer[0] == __version__:
        return Line(what="a kernel", found="a notebook's Python starts and finds pmlab")
    return Line(
        what="a kernel",
        found=f"a notebook's Python does not find this pmlab (it said {answer[0]!r})",
        problem=True,
        next_move=f"run {sys.executable} -m ipykernel install --sys-prefix",
    )


def _folder(folder: Path) -> Line:
    place = folder
    while not place.exists():
        place = place.parent  # where `pmlab lab` would begin to make it
    try:
        with tempfile.NamedTemporaryFile(dir=place):
            pass
    except OSError as error:
        return Line(
            what="folder",
            found=f"{place} cannot be written ({error.strerror})",
            problem=True,
            next_move="choose another: pmlab lab --folder my-course",
        )
    return Line(what="folder", found=f"{folder} can be written")


def _data() -> Line:
    from pmlab import datasets

    if damaged := datasets.damaged():
        return Line(
            what="data",
            found=f"{', '.join(damaged)} damaged or missing",
            problem=True,
            next_move="install pmlab again; in a clone: git checkout -- datasets",
        )
    n_rows = len(datasets.load("events"))
    return Line(what="data", found=f"{n_rows:,} events, as they were made")


def _notebooks() -> Line:
    from pmlab.course import places

    n = len(list((places.notebooks() / "exercises").glob("*.ipynb")))
    return Line(
        what="notebooks",
        found=f"{n} exercises",
        problem=n == 0,
        next_move="install pmlab again; this copy came without its notebooks.",
    )


def _browser() -> Line:
    try:
        name = getattr(webbrowser.get(), "name", "") or "a browser"
    except webbrowser.Error:
        return Line(
            what="browser",
            found="none found",
            problem=True,
            next_move="install one, or run pmlab lab --no-browser and open the address it prints.",
        )
    return Line(what="browser", found=Path(str(name)).name)
