"""One line on the terminal that shows how far long work has come.

It writes to standard error, only when a person is looking, and never when the environment
says ``PMLAB_BAR=off``.
"""

from __future__ import annotations

import os
import sys

__all__ = ["ProgressBar"]

WIDTH = 24


class ProgressBar:
    """A bar for `total` pieces of work; as a context manager it clears its line at the end.

    Examples
    --------
    >>> with ProgressBar("grading", total=30) as bar:
    ...     bar.at(3)
    """

    def __init__(self, label: str, total: int) -> None:
        self._label = label
        self._total = max(total, 1)
        self._on = sys.stderr.isatty() and os.environ.get("PMLAB_BAR", "").lower() != "off"

    def at(self, done: int) -> None:
        """Show that `done` pieces are done."""
        full = "#" * (WIDTH * min(done, self._total) // self._total)
        self._write(f"{self._label} [{full:<{WIDTH}}] {done}/{self._total}")

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *_: object) -> None:
        self._write("")

    def _write(self, text: str) -> None:
        if self._on:
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
