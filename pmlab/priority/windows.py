"""The window of time that reach is counted in: one for all, and said only once."""

from __future__ import annotations

from collections.abc import Iterable

from pmlab.errors import InputError, NotFoundError, did_you_mean
from pmlab.priority.table import Rows, is_missing, quoted, refuse

__all__ = ["WINDOWS", "one_window_of", "windows_of"]

WINDOWS = ("day", "week", "month", "quarter", "year")


def windows_of(
    table: Rows, window: str | None, names: list[str]
) -> tuple[list[str | None], str | None]:
    """Return the window of each item, and the one said for all."""
    said = None
    if window in WINDOWS and not table.has(window):
        said, window = window, None
    if window is None:
        if not table.has("reach_per"):
            return [None] * len(names), said
        window = "reach_per"
    if not table.has(window):
        raise NotFoundError(
            f"window={window!r} must be a column of backlog or one of "
            f"{', '.join(map(repr, WINDOWS))}. "
            f"{did_you_mean(window, [*table.frame.columns, *WINDOWS])}"
        )
    windows = table.values("window", window)
    if said:
        windows = [None if is_missing(value) else value for value in windows]
    refuse(
        names,
        windows,
        lambda value: (
            not (value is None and said) and (not isinstance(value, str) or not value.strip())
        ),
        lambda value: f"the window of reach ({window!r}) is missing",
        "say in what time so many are reached",
    )
    return windows, said


def one_window_of(names: list[str], windows: Iterable[str | None], window: str | None) -> str:
    """Return the window that all share; raise if there are several."""
    groups: dict[str, list[str]] = {}
    for name, own in zip(names, windows, strict=True):
        groups.setdefault((own or window or "").strip().lower(), []).append(name)
    if len(groups) == 1:
        found = next(iter(groups))
        if window and found != window.strip().lower():
            raise InputError(
                f"window={window!r}, but the backlog says that reach is per {found}. Leave window= "
                "out, or correct the one that is wrong."
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
