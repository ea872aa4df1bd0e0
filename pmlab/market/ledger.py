"""The assumptions of a sizing, weakest first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from pmlab.market.quantity import Assumption
from pmlab.results import Table, amount, fraction, number_of

__all__ = ["ledger_frame", "ledger_table", "ledger_warnings", "listed", "weakest_first"]

OLD = 3
"""An assumption more years than this before the newest is old."""
AHEAD = 2
"""A size that is so many years later than the newest number is no size of today."""
TIMES = "times"
"""The unit of a factor of growth."""
MOST_ROWS = 20
"""Assumptions that are printed: the weakest; all are in the frame."""


def old_among(assumptions: Sequence[Assumption], year: int | None) -> dict[str, str]:
    """Return what to say of each that is old, by name: much older than the newest of them.

    A plan for five years ahead makes none of them old: nobody has numbers of then.
    """
    dated = {one.name: int(one.date[:4]) for one in assumptions if one.date}
    if year is None or not dated:
        return {}
    newest = min(max(dated.values()), year)
    return {
        name: f"was {date}; the size is for {year}"
        for name, date in dated.items()
        if newest - date > OLD
    }


def weakest_first(assumptions: Sequence[Assumption], year: int | None) -> list[Assumption]:
    """Return those without a source first, then without a date, then old, then the widest.

    Of those without a source, a lone number comes before what has a range.
    """
    old = old_among(assumptions, year)
    return sorted(
        assumptions,
        key=lambda one: (
            one.source is not None,
            one.date is not None,
            one.name not in old,
            # A guess that may not be wrong is weaker than one with a range.
            not (one.certain and one.source is None),
            -_width(one),
        ),
    )


def ledger_frame(
    assumptions: Sequence[Assumption], shares: Mapping[str, float], year: int | None
) -> pd.DataFrame:
    """Return one row an assumption, weakest first, unrounded.

    `shares` are of the variance of the answer, by name; what is certain has 0.
    """
    old = old_among(assumptions, year)
    return pd.DataFrame(
        [
            {
                "assumption": one.name,
                "p10": one.quantile(0.1),
                "p50": one.quantile(0.5),
                "p90": one.quantile(0.9),
                "mean": one.mean,
                "unit": str(one.measure),
                "shape": "certain" if one.certain else one.amount.shape,  # type: ignore[union-attr]
                "source": one.source,
                "date": one.date,
                "p90_by_p10": _width(one),
                "share_of_variance": shares.get(one.name, 0.0),
                "weak": _weak(one, old),
            }
            for one in weakest_first(assumptions, year)
        ]
    )


def ledger_table(
    assumptions: Sequence[Assumption], shares: Mapping[str, float], year: int | None
) -> Table:
    """Return the readable ledger, of a long model its weakest rows."""
    rows, old = weakest_first(assumptions, year), old_among(assumptions, year)
    heading = "Assumptions, weakest first"
    if len(rows) > MOST_ROWS:
        heading += f": {MOST_ROWS} of {len(rows)}, and all in .ledger"
        rows = rows[:MOST_ROWS]
    return Table(
        heading=heading,
        columns={
            "assumption": [one.name for one in rows],
            "value": [_value(one) for one in rows],
            "of variance": [
                fraction(shares[one.name], digits=2) if one.name in shares else "" for one in rows
            ],
            "source": [one.source or "none" for one in rows],
            "date": [one.date or "none" for one in rows],
            "what is weak": [_weak(one, old) for one in rows],
        },
        words=("assumption", "value", "source", "what is weak"),
    )


def ledger_warnings(assumptions: Sequence[Assumption], year: int | None) -> list[str]:
    """Say how many assumptions have no source, and which are old."""
    bare = [repr(one.name) for one in assumptions if one.source is None]
    warnings = []
    if bare:
        have = "has" if len(bare) == 1 else "have"
        warnings.append(
            f"{len(bare)} of {number_of(len(assumptions), 'assumption')} {have} no source: "
            f"{listed(bare)}. Say who says so, or that it is a guess of yours."
        )
    old = [f"{name!r} ({said})" for name, said in old_among(assumptions, year).items()]
    if old:
        warnings.append(f"more than {OLD} years older than the newest: {listed(old)}.")
    return warnings + _nothing_grows(assumptions, year)


def _nothing_grows(assumptions: Sequence[Assumption], year: int | None) -> list[str]:
    """Say where sizes are named of a year that no number is of, and none grows until then."""
    dated = [int(one.date[:4]) for one in assumptions if one.date]
    growing = any(one.unit == TIMES for one in assumptions)
    if year is None or not dated or growing or year - max(dated) < AHEAD:
        return []
    years = year - max(dated)
    return [
        f"sizes are named of {year}, and the newest number is of {max(dated)}: nothing grows. "
        "Multiply by growth, such as Assumption('Growth a year', interval(1.03, 1.12, "
        f"credibility=0.8), 'times') ** {years}."
    ]


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return names in one line, the first few of many."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _value(one: Assumption) -> str:
    if one.certain:
        return one.value_text
    if one.measure.kind == "share":
        return str(one.amount)
    return f"{one.amount}, {one.measure.short}"


def _width(one: Assumption) -> float:
    low, high = one.quantile(0.1), one.quantile(0.9)
    if one.certain:
        return 1.0
    return high / low if low > 0 else math.inf


def _weak(one: Assumption, old: Mapping[str, str]) -> str:
    found = []
    if one.source is None:
        found.append("no source")
    if one.date is None:
        found.append("no date")
    if one.name in old:
        found.append(old[one.name])
    if one.certain and one.source is None:
        found.append("no range")
    if not one.certain:
        found.append(f"P90 is {amount(_width(one), digits=2)} x P10")
    return ", ".join(found) or "-"
