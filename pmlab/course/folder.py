"""The learner's own folder: files are put there once, and never written over.

A small file remembers what was given. A file that is still as given may be renewed; one that
the learner has touched stays, and a newer version is put beside it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pmlab.errors import InputError
from pmlab.files import lock, write_atomically

__all__ = ["MANIFEST", "Filled", "fill"]

MANIFEST = ".pmlab-given.json"


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What happened to a folder.

    Attributes
    ----------
    new, renewed : tuple of str
        File names that came fresh, or replaced an untouched older version.
    beside : tuple of str
        Newer versions put beside files that the learner has changed.
    """

    new: tuple[str, ...] = ()
    renewed: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


def fill(folder: Path, files: Iterable[Path]) -> Filled:
    """Copy files into a learner's folder, without touching their work.

    Parameters
    ----------
    folder : path
        The learner's; made when it does not exist.
    files : iterable of path
        What to give, as `places.handed_out` lists it.

    Raises
    ------
    InputError
        When the folder cannot be used.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with lock(folder / f"{MANIFEST}.lock"):
            return _fill(folder, files)
    except OSError as error:
        raise InputError(
            f"folder {str(folder)!r} cannot be used ({error.strerror or error}). Name another: "
            "pmlab lab --folder my-course."
        ) from error


def _fill(folder: Path, files: Iterable[Path]) -> Filled:
    given = _read_manifest(folder / MANIFEST)
    done: dict[str, list[str]] = {"new": [], "renewed": [], "beside": []}
    for source in sorted(files):
        content = source.read_bytes()
        mark = hashlib.sha256(content).hexdigest()
        marks = given.setdefault(source.name, [])
        target = folder / source.name
        if not _exists(target):
            write_atomically(target, content)
            done["new"].append(target.name)
        elif (theirs := _mark_of(target)) != mark:
            if theirs in marks:
                write_atomically(target, content)
                done["renewed"].append(target.name)
            elif mark not in marks:
                beside = _free_name(target)
                write_atomically(beside, content)
                done["beside"].append(beside.name)
        if mark not in marks:
            marks.append(mark)
        # After every file, so that an interruption forgets nothing that was given.
        write_atomically(folder / MANIFEST, _as_json(given))
    return Filled(**{name: tuple(names) for name, names in done.items()})


def _exists(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _mark_of(path: Path) -> str:
    """Return the hash of a regular file; anything else is the learner's, whatever it holds."""
    if path.is_symlink() or not path.is_file():
        return "not a plain file"
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _free_name(path: Path) -> Path:
    number = 2
    while _exists(free := path.with_name(f"{path.stem} (version {number}){path.suffix}")):
        number += 1
    return free


def _read_manifest(path: Path) -> dict[str, list[str]]:
    """Return the hashes given under each name; without them, every file counts as changed."""
    try:
        kept = json.loads(path.read_bytes())["given"]
        return {str(name): [str(mark) for mark in marks] for name, marks in kept.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def _as_json(given: dict[str, list[str]]) -> bytes:
    return (json.dumps({"version": 1, "given": given}, indent=1, sort_keys=True) + "\n").encode()
