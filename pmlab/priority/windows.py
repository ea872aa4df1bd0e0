"""The window of time that reach is counted in: one for all, and said only once."""

from __future__ import annotations

from collections.abc import Iterable

from pmlab.errors import InputError, NotFoundError, did_you_mean
from pmlab.priority.item import WINDOWS
from pmlab.priority.table import Rows, is_missing, refuse
from pmlab.priority.words import quoted

__all__ = ["one_window_of", "windows_of"]


def windows_of(
    table: Rows, per: str | None, names: list[str]
) -> tuple[list[str | None], str | None]:
    """Return the window of each item, and the one said for all."""
    said, column = (per, None) if per in WINDOWS and not table.has(per) else (None, per)
    if column is None:
        if not table.has("reach_per"):
            return [None] * len(names), said
        column = "reach_per"
    if not table.has(column):
        raise NotFoundError(
            f"per={per!r} must be a column of backlog or one of {', '.join(map(repr, WINDOWS))}. "
            f"{did_you_mean(per, [*table.frame.columns, *WINDOWS])}"
        )
    windows = table.values("per", column)
    if said:
        windows = [None if is_missing(value) else value for value in windows]
    refuse(
        names,
        windows,
        lambda value: (
            not (value is None and said) and (not isinstance(value, str) or not value.strip())
        ),
        f"the window of reach ({column!r}) is missing",
        "say in what time so many are reached",
    )
    return windows, said


def one_window_of(names: list[str], windows: Iterable[str | None], per: str | None) -> str:
    """Return the window that all share; raise if there are several."""
    groups: dict[str, list[str]] = {}
    for name, own in zip(names, windows, strict=True):
        groups.setdefault((own or per or "").strip().lower(), []).append(name)
    if len(groups) == 1:
        found = next(iter(groups))
        if per and found != per.strip().lower():
            raise InputError(
                f"per={per!r}, but the backlog says that reach is per {found}. Leave per= out, or "
                "correct the one that is wrong."
            )
        return found
    said = "; ".join(
        f"per {key or '(not said)'}: {quoted(found)}"
        for key, found in sorted(groups.items(), key=lambda group: len(group[1]))
    )
    raise InputError(
        f"reach is in different windows of time ({said}), so scores cannot be compared. Bring all "
        "to one: count again how many different people it is in that window. Where every event "
        "counts by itself, a month is a third of a quarter; of people it is at least that much, "
        "for some come back."
    )
