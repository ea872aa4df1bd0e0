"""Plain functions on flat sequences, compiled by numba where it is installed and repays it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any

__all__ = ["compiled", "pays_to_compile"]

COMPILE_FROM = 400_000
"""From how many rows on compiling pays. Loading numba takes as long as some 300,000 plain rows."""


def pays_to_compile(n_rows: int) -> bool:
    """Return whether so many rows repay loading numba, and it is there."""
    return n_rows >= COMPILE_FROM and find_spec("numba") is not None


@cache
def compiled(
    function: Callable[..., Any], helpers: tuple[Callable[..., Any], ...] = ()
) -> Callable[..., Any]:
    """Return the function compiled; it runs without the lock of the interpreter.

    `helpers` are the functions that it calls, and those that they call.
    """
    from numba import njit
    from numba.extending import register_jitable

    for helper in helpers:
        register_jitable(helper)
    made: Callable[..., Any] = njit(cache=True, nogil=True)(function)
    return made
