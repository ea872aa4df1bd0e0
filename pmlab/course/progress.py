"""The learner's one file: what is done, tried and hinted, and their own words.

Every change is made to what the file holds at that moment, under a lock, and written in one
step; so two open notebooks lose nothing of each other's, and a crash loses nothing at all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pmlab.files import lock, write_atomically

__all__ = ["FILE_NAME", "Entry", "Progress"]

FILE_NAME = "pmlab-progress.json"
VERSION = 1
SECONDS_FOR_THE_LOCK = 10
OFF_SWITCH = "PMLAB_PROGRESS"
"""Set to ``off``, no file is read or written: for builds and tests."""


@dataclass(kw_only=True)
class Entry:
    """What happened with one question.

    Attributes
    ----------
    done : bool
        Answered right at least once.
    tries : int
        Checks of something other than a blank.
    hints : int
        How many of the three hints were seen.
    slips : dict of str to int
        How often each known slip was met.
    text : str
        The learner's own words, for questions that ask for words.
    """

    done: bool = False
    tries: int = 0
    hints: int = 0
    slips: dict[str, int] = field(default_factory=dict)
    text: str = ""


Entries = dict[str, Entry]


class Progress:
    """The entries of one learner, by question, kept in a file of their folder.

    Parameters
    ----------
    folder : path, or None
        Where the file lies; None keeps everything in memory.
    tell : callable
        Takes a sentence for the learner, when something about the file is worth knowing.
    """

    def __init__(self, folder: Path | None, *, tell: Callable[[str], None] = print) -> None:
        off = os.environ.get(OFF_SWITCH, "").lower() == "off"
        self._path = None if folder is None or off else folder.absolute() / FILE_NAME
        self._tell = tell
        self._entries: Entries = {}
        self._waiting: list[Callable[[Entries], None]] = []  # changes that no file holds yet
        self.change(lambda entries: None)

    def __getitem__(self, id: str) -> Entry:
        return self._entries.get(id, Entry())

    def change(self, how: Callable[[Entries], None]) -> None:
        """Read the file, change the entries, write them back; never raises for the file's sake.

        When the file cannot be written (a full disk, a folder that is away), the change waits in
        memory and is made to the file as soon as that can be written again.

        Parameters
        ----------
        how : callable
            Changes the entries in place.
        """
        if self._path is None:
            how(self._entries)
            return
        changes = [*self._waiting, how]
        try:
            self._entries = self._changed(self._path, changes)
        except OSError as error:
            how(self._entries)
            if not self._waiting:
                self._tell(
                    f"Your progress cannot be kept in {self._path.parent} just now "
                    f"({error.strerror or error}). The course goes on: it is remembered until this "
                    "notebook closes, and written as soon as that can be done. If this stays so, a "
                    "folder of your own, as `pmlab lab` makes, would help."
                )
            self._waiting = changes
            return
        if self._waiting:
            self._waiting = []
            self._tell("Your progress is written again; nothing is lost.")

    def _changed(self, path: Path, changes: Sequence[Callable[[Entries], None]]) -> Entries:
        # Who has waited in vain once does not hold up every cell after that.
        seconds = SECONDS_FOR_THE_LOCK if not self._waiting else 0.1
        with lock(path.with_name(f".{path.name}.lock"), seconds=seconds):
            entries = self._read(path)
            before = _as_json(entries)
            for how in changes:
                how(entries)
            if (after := _as_json(entries)) != before:
                write_atomically(path, after)
            return entries

    def _read(self, path: Path) -> Entries:
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return {}
        try:
            kept = json.loads(content)
            version = kept["version"]
            if type(version) is int and version > VERSION:
                return self._set_aside(path, "comes from a newer pmlab")
            return {str(id): _entry(value) for id, value in kept["questions"].items()}
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return self._set_aside(path, "cannot be read")

    def _set_aside(self, path: Path, why: str) -> Entries:
        stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S")
        aside = path.with_name(f"{path.stem}.{stamp}{path.suffix}")
        number = 2
        while aside.exists():
            aside = path.with_name(f"{path.stem}.{stamp}-{number}{path.suffix}")
            number += 1
        path.rename(aside)
        self._tell(
            f"Your progress file {why}. It is kept as {aside.name}, and a new one begins; "
            "your notebooks are as you left them."
        )
        return {}


_KINDS = {"done": bool, "tries": int, "hints": int, "slips": dict, "text": str}


def _entry(value: dict[str, Any]) -> Entry:
    for name, kind in _KINDS.items():
        if type(value[name]) is not kind:
            raise TypeError(name)
    if any(type(times) is not int for times in value["slips"].values()):
        raise TypeError("slips")
    return Entry(**{name: value[name] for name in _KINDS})


def _as_json(entries: Entries) -> bytes:
    kept = {"version": VERSION, "questions": {id: asdict(entries[id]) for id in sorted(entries)}}
    return (json.dumps(kept, indent=1) + "\n").encode("ascii")
