"""Plain functions on flat sequences, compiled by numba where it is installed and repays it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any

__all__ = ["COMPILE_FROM", "compiled", "numba_is_installed"]

COMPILE_FROM = 400_000
"""From how many rows on compiling pays. Loading numba takes as long as some 300,000 plain rows."""


def numba_is_installed() -> bool:
    """Return whether the `fast` extra is there."""
    return find_spec("numba") is not None


@cache
def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function compiled; it runs without the lock of the interpreter."""
    from numba import njit

    made: Callable[..., Any] = njit(cache=True, nogil=True)(function)
    return made
