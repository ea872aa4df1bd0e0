"""Small tables taken from a company's large ones, to be read line by line.

`Data.load` knows them by name beside the company's own tables, so on every seed they show that
company's people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from pmlab.errors import NotFoundError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EXTRACTS", "twelve_people"]

NAMES = (
    *("Anna", "Ben", "Cleo", "Dan", "Eve", "Finn"),
    *("Gita", "Hugo", "Ines", "Jonas", "Kim", "Lena"),
)
LETTERS = {"visit": "v", "sign_up": "s", "purchase": "p"}

# A story is its events in order; "/" is another day of the first week, "//" a time after it.
WANTED: tuple[tuple[tuple[str, ...], int], ...] = (
    (("v",), 1),
    (("vp",), 1),  # buys, and never signs up
    (("vps",), 2),  # buys first, signs up afterwards
    (("vs//vp",), 1),  # buys too late
    (("v//vsp",), 1),  # the second visit starts the clock again
    (("v/vsp", "vs/vp"), 1),  # comes back in time
    (("vsp/vp",), 1),  # buys twice
    (("v/v", "vs", "vs/v", "v/vs"), 2),  # and, so that companies differ,
    (("v/vs", "vsp", "vsp/v", "v/vsp", "vs/vp"), 2),  # whoever came
)


def twelve_people(events: pd.DataFrame) -> pd.DataFrame:
    """Return three weeks of twelve people, chosen so that a hand count makes one think.

    They first visit in one week, the earliest that has somebody for every story in `WANTED`; of
    each story those who came first. Nothing of theirs lies between 6 and 8 days after the first
    visit, so that days alone tell who is within a week. Names stand in place of ids.

    Parameters
    ----------
    events : DataFrame
        Columns ``user_id``, ``event``, ``time``.

    Returns
    -------
    DataFrame
        ``user_id`` (a name), ``event`` (visit, sign_up, purchase), ``time``; by person and time.

    Raises
    ------
    NotFoundError
        When no week has such people, as in a company of a few hundred.
    """
    import pandas as pd

    events = events.loc[events["event"].isin(LETTERS), ["user_id", "event", "time"]]
    first = events.loc[events["event"] == "visit"].groupby("user_id")["time"].min()
    for monday in pd.date_range(first.min().normalize(), events["time"].max(), freq="W-MON"):
        newcomers = first.index[(first >= monday) & (first < monday + pd.Timedelta(days=7))]
        until = monday + pd.Timedelta(days=21)
        theirs = events.loc[events["user_id"].isin(newcomers) & (events["time"] < until)]
        theirs = theirs.sort_values(["user_id", "time"], kind="stable")
        chosen = _chosen(_stories(theirs, monday), first)
        if len(chosen) == len(NAMES):
            names = dict(zip(first[chosen].sort_values(kind="stable").index, NAMES, strict=True))
            twelve = theirs.loc[theirs["user_id"].isin(chosen)]
            twelve = twelve.assign(user_id=twelve["user_id"].map(names))
            return twelve.sort_values(["user_id", "time"], kind="stable", ignore_index=True)
    raise NotFoundError("no week of these events has the twelve people of chapter 00.")


def _stories(theirs: pd.DataFrame, monday: pd.Timestamp) -> pd.Series:
    """Return each person's story in letters; what fits none of the forms holds a "?"."""
    import pandas as pd

    person, time = theirs["user_id"], theirs["time"]
    same_person = person == person.shift()
    since_first = time - time.groupby(person).transform("first")
    # From the third week on everybody's seven days are over.
    late = (since_first >= pd.Timedelta(days=8)) & (time >= monday + pd.Timedelta(days=14))
    within = since_first <= pd.Timedelta(days=6)
    same_day = time.dt.normalize() == time.dt.normalize().shift()
    tie = time == time.shift()
    between = pd.Series("?", index=theirs.index)
    between[late] = "//"
    between[within] = "/"
    between[same_day & ~tie] = ""
    between[~same_person] = ""
    told: pd.Series = (between + theirs["event"].map(LETTERS)).groupby(person).agg("".join)
    return told


def _chosen(stories: pd.Series, first: pd.Series) -> list[str]:
    """Return whom to show; fewer than twelve when a story has nobody."""
    arrived = stories[first[stories.index].sort_values(kind="stable").index]
    chosen: list[str] = []
    for forms, n in WANTED:
        found = arrived.index[arrived.isin(forms) & ~arrived.index.isin(chosen)]
        chosen += found[:n].tolist()
    return chosen


EXTRACTS: Mapping[str, tuple[str, Callable[[pd.DataFrame], pd.DataFrame]]] = {
    "twelve": ("events", twelve_people)
}
"""Name of the extract -> the table it is taken from, and how."""
