"""Who is in which segment: counts from a panel, each customer once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from pmlab.errors import InputError
from pmlab.events import tables
from pmlab.results import Result, Table, count, number_of, percent
from pmlab.uncertain.numbers import shown

__all__ = ["SegmentCounts", "count_segments"]

MOST_SEGMENTS = 10
"""That one customer may be in. Overlaps are counted for every set of them: 1,013 sets of ten."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SegmentCounts(Result):
    """How many customers are in each segment, and in several at once."""

    customers: Mapping[str, float]
    """Of each segment, those in others too."""
    overlaps: Mapping[tuple[str, ...], float]
    """Of two or more segments, how many are in all of them: every pair, and larger sets unless a
    part of them is empty already. As `bottom_up` takes them."""
    distinct: float
    """All customers, each once."""
    memberships: Mapping[tuple[str, ...], float]
    """How many are in exactly these segments."""
    unit: str
    weight: str | None
    n_rows: int

    @property
    def added_up(self) -> float:
        """The sum over the segments, which counts who is in several again."""
        return float(sum(self.customers.values()))

    @property
    def counted_again(self) -> float:
        """What the sum over the segments is too large by, as a share of the customers."""
        return self.added_up / self.distinct - 1

    @property
    def title(self) -> str:
        """One line: what this is."""
        return "Customers by segment"

    @property
    def method(self) -> str:
        """How it was counted."""
        weighed = "" if self.weight is None else f", each standing for its {self.weight!r}"
        return (
            f"From {number_of(self.n_rows, 'row')}: different values of {self.unit!r}{weighed}. "
            "A customer in two segments counts in both, and once in all."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What must hold."""
        return ("One value of the column of customers is one customer.",)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a set of segments that customers are in, and how many are in just it."""
        return pd.DataFrame(
            {
                "segments": [" + ".join(names) for names in self.memberships],
                "n_segments": [len(names) for names in self.memberships],
                "customers": list(self.memberships.values()),
            }
        )

    def summary(self) -> str:
        """Return two sentences for a memo."""
        n_segments = number_of(len(self.customers), "segment")
        together = f"{n_segments} hold {count(self.distinct)} different customers."
        shared = self._shared()
        if not shared:
            return f"{together} Nobody is in two of them."
        in_both = f"{count(self.overlaps[shared[0]])} are in {' and '.join(shared[0])}"
        others = f", and {number_of(len(shared) - 1, 'more pair')} overlap" if shared[1:] else ""
        return (
            f"{together} Added up they come to {count(self.added_up)}, "
            f"{percent(self.counted_again)} too many: {in_both}{others}."
        )

    def _shared(self) -> list[tuple[str, ...]]:
        """Return the pairs of segments that have somebody in common, the largest overlap first."""
        pairs = [names for names, n in self.overlaps.items() if len(names) == 2 and n > 0]
        return sorted(pairs, key=lambda names: -self.overlaps[names])

    def _table(self) -> Mapping[str, Sequence[str]]:
        alone = [self.memberships.get((name,), 0.0) for name in self.customers]
        totals = list(self.customers.values())
        also = [total - only for total, only in zip(totals, alone, strict=True)]
        return {
            "segment": [*self.customers, "added up", "each customer once"],
            "customers": [*map(count, totals), count(self.added_up), count(self.distinct)],
            "in another too": [*map(count, also), "", ""],
            "share": [
                *(percent(both / total) for both, total in zip(also, totals, strict=True)),
                "",
                "",
            ],
        }

    def _tables(self) -> Sequence[Table]:
        found = [Table(columns=self._table())]
        shared = [names for names, n in self.overlaps.items() if n > 0]
        if not shared:
            return found
        smaller = [min(self.customers[name] for name in names) for names in shared]
        columns = {
            "in all of": [" and ".join(names) for names in shared],
            "customers": [count(self.overlaps[names]) for names in shared],
            "of the smallest": [
                percent(self.overlaps[names] / least)
                for names, least in zip(shared, smaller, strict=True)
            ],
        }
        return [*found, Table(columns=columns, heading="Overlaps", words=("in all of",))]

    def _opening(self) -> str:
        return self.summary()


def count_segments(
    panel: Any, *, unit: str, segment: str, weight: str | None = None
) -> SegmentCounts:
    """Count the customers of each segment, and those who are in several.

    Parameters
    ----------
    panel : table, or path of a CSV or Parquet file
        One row for each segment that a customer is in.
    unit : str
        Column of who it is: a household, a firm, a person.
    segment : str
        Column of the segment. Blanks around a name do not count.
    weight : str, optional
        Column of how many customers each stands for: above 0, and the same in all rows of one.

    Returns
    -------
    SegmentCounts
        Its `customers` and `overlaps` are what `Segment` and `bottom_up` take.

    Raises
    ------
    NotFoundError
        For a column that is not there.
    InputError
        For a panel without rows, weights that are missing, not above 0 or differ within a
        customer, segments that differ in capitals only, and a customer in more than ten segments.

    Examples
    --------
    >>> import pandas as pd
    >>> from pmlab.market import Segment, bottom_up, count_segments
    >>> panel = pd.DataFrame(
    ...     {
    ...         "home": ["a", "a", "b", "c"],
    ...         "segment": ["Families", "Special diets", "Families", "Special diets"],
    ...         "stands_for": [100, 100, 300, 200],
    ...     }
    ... )
    >>> found = count_segments(panel, unit="home", segment="segment", weight="stands_for")
    >>> found.customers, found.overlaps
    ({'Families': 400, 'Special diets': 300}, {('Families', 'Special diets'): 100})
    >>> market = bottom_up(
    ...     [Segment(name, n) for name, n in found.customers.items()], found.overlaps
    ... )
    >>> market.p50, found.distinct
    (600.0, 600)
    """
    rows, warnings, n_rows = _rows(panel, unit, segment, weight)
    stands_for = dict(zip(rows["unit"], rows["weight"].tolist(), strict=True))
    segments_of: dict[Any, list[str]] = {}
    for who, name in zip(rows["unit"], rows["segment"], strict=True):
        segments_of.setdefault(who, []).append(name)
    memberships: dict[tuple[str, ...], float] = {}
    for who, names in segments_of.items():
        if len(names) > MOST_SEGMENTS:
            raise InputError(
                f"segment={segment!r}: {shown(who)} is in {len(names)} segments. Overlaps are "
                f"counted for up to {MOST_SEGMENTS}; join some segments."
            )
        key = tuple(sorted(names))
        memberships[key] = memberships.get(key, 0) + stands_for[who]
    every = sorted({name for key in memberships for name in key})
    inside: dict[tuple[str, ...], float] = dict.fromkeys([(name,) for name in every], 0)
    inside |= dict.fromkeys(combinations(every, 2), 0)
    for key, n in memberships.items():
        for size in range(1, len(key) + 1):
            for some in combinations(key, size):
                inside[some] = inside.get(some, 0) + n
    inside |= dict.fromkeys(_empty_though_their_parts_are_not(inside, every), 0)
    return SegmentCounts(
        customers={name: inside[name,] for name in every},
        overlaps={key: n for key, n in inside.items() if len(key) > 1},
        distinct=sum(memberships.values()),
        memberships=dict(sorted(memberships.items(), key=lambda item: (len(item[0]), item[0]))),
        unit=unit,
        weight=weight,
        n_rows=n_rows,
        warnings=warnings,
    )


def _empty_though_their_parts_are_not(
    inside: Mapping[tuple[str, ...], float], every: Sequence[str]
) -> list[tuple[str, ...]]:
    """Return sets of three or more that nobody is in, though somebody is in all but any one."""
    found = []
    for known in [key for key, n in inside.items() if len(key) > 1 and n > 0]:
        for name in every[every.index(known[-1]) + 1 :]:
            larger = (*known, name)
            if larger not in inside and all(
                inside.get(part, 0) > 0 for part in combinations(larger, len(known))
            ):
                found.append(larger)
    return found


def _rows(
    panel: Any, unit: str, segment: str, weight: str | None
) -> tuple[pd.DataFrame, tuple[str, ...], int]:
    """Return one row a customer and segment, warnings, and how many rows came."""
    table = tables.Table(panel, "panel", f"{tables.FORMS}, with one row a customer and segment")
    named = {"unit": unit, "segment": segment} | ({} if weight is None else {"weight": weight})
    for parameter, column in named.items():
        tables.require_column(column, table.columns, parameter, table="rows of the panel")
    if len(set(named.values())) < len(named):
        raise InputError(f"{named} name one column twice; each must be a column of its own.")
    frame = table.read(named.values(), as_text=[unit, segment])
    rows = pd.DataFrame(
        {name: frame.get_column(column).to_list() for name, column in named.items()}
    )
    n_rows = len(rows)
    rows["segment"] = [_name(value) for value in rows["segment"]]
    known = rows[["unit", "segment"]].notna().all(axis=1)
    rows = rows[known]
    if rows.empty:
        raise InputError(
            f"panel has no row with both a {unit!r} and a {segment!r}; there is nobody to count."
        )
    _require_one_spelling(rows["segment"].unique(), segment)
    rows = rows.copy()
    rows["weight"] = 1 if weight is None else _weights(rows, weight)
    repeated = rows.duplicated(["unit", "segment"])
    warnings = []
    if not known.all():
        warnings.append(
            f"{number_of(int((~known).sum()), 'row')} without a {unit!r} or a {segment!r} left out."
        )
    if repeated.any():
        warnings.append(
            f"{number_of(int(repeated.sum()), 'row')} name the same {unit!r} and {segment!r} again "
            "and are counted once."
        )
    return rows[~repeated], tuple(warnings), n_rows


def _name(value: Any) -> str | None:
    """Return the name of a segment without the blanks around it; None for no name."""
    return None if pd.isna(value) else str(value).strip() or None


def _require_one_spelling(names: Iterable[str], segment: str) -> None:
    spelt: dict[str, str] = {}
    for name in names:
        other = spelt.setdefault(name.casefold(), name)
        if other != name:
            raise InputError(
                f"segment={segment!r}: {other!r} and {name!r} differ in capitals only and would be "
                f"two segments; write them alike, as panel[{segment!r}].str.capitalize() does."
            )


def _weights(rows: pd.DataFrame, weight: str) -> pd.Series[Any]:
    numbers = pd.to_numeric(rows["weight"], errors="coerce")
    wrong = ~(np.isfinite(numbers) & (numbers > 0))
    if wrong.any():
        first = rows[wrong].iloc[0]
        raise InputError(
            f"weight={weight!r} is {shown(first['weight'])} for {shown(first['unit'])}; it must be "
            "a number above 0, how many customers it stands for."
        )
    differing = numbers.groupby(rows["unit"]).nunique() > 1
    if differing.any():
        who = differing.index[int(differing.argmax())]
        given = numbers[rows["unit"] == who].unique().tolist()
        raise InputError(
            f"weight={weight!r} differs between the rows of {shown(who)} ({given[0]:g} and "
            f"{given[1]:g}); a customer stands for one number, in each segment the same."
        )
    return numbers
