"""Every error that pmlab raises on purpose.

::

    PmlabError
    |-- InputError         a value breaks a rule (also a ValueError)
    |-- NotFoundError      a name does not exist: column, step, table, question (also a KeyError)
    `-- MissingExtraError  an optional package is needed (also an ImportError)

A message names the parameter, the rule, what came, and the next move.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

__all__ = [
    "InputError",
    "MissingExtraError",
    "NotFoundError",
    "PmlabError",
    "did_you_mean",
    "require_choice",
]


class PmlabError(Exception):
    """The base of all errors that pmlab raises on purpose."""


class InputError(PmlabError, ValueError):
    """A value breaks a rule."""


class NotFoundError(PmlabError, KeyError):
    """A name does not exist."""

    def __str__(self) -> str:
        # KeyError would print the message in quotes, with its own quotes escaped.
        return str(self.args[0]) if self.args else ""


class MissingExtraError(PmlabError, ImportError):
    """An optional package is needed for what was asked."""


def did_you_mean(name: object, options: Iterable[object], *, most: int = 12) -> str:
    """Return the tail of an error message: the close match, or what there is.

    Examples
    --------
    >>> did_you_mean("signup", ["visit", "sign_up"])
    "Did you mean 'sign_up'?"
    >>> did_you_mean("zzz", ["visit", "sign_up"])
    "There is: 'visit', 'sign_up'."
    """
    known = [str(option) for option in options]
    by_lower = {option.lower(): option for option in known}
    close = get_close_matches(str(name).lower(), list(by_lower), n=1, cutoff=0.6)
    if close:
        return f"Did you mean {by_lower[close[0]]!r}?"
    if not known:
        return "There is nothing to choose from."
    shown = ", ".join(repr(option) for option in known[:most])
    more = f", and {len(known) - most} more" if len(known) > most else ""
    return f"There is: {shown}{more}."


def require_choice(parameter: str, value: object, options: Sequence[str]) -> None:
    """Raise unless the value is one of the options."""
    if value not in options:
        raise InputError(
            f"{parameter}={value!r} must be {' or '.join(map(repr, options))}. "
            f"{did_you_mean(value, options)}"
        )
