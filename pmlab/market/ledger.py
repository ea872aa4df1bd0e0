"""The assumptions of a sizing, weakest first."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from pmlab.market.quantity import Assumption
from pmlab.results import Table, amount, number_of

__all__ = ["OLD", "age", "ledger_frame", "ledger_table", "ledger_warnings", "weakest_first"]

OLD = 3
"""An assumption more years than this before the year of the sizing is old."""


def age(one: Assumption, year: int | None) -> int:
    """Return how many years before the year of the sizing it dates from; 0 if not known."""
    return year - int(one.date[:4]) if year is not None and one.date else 0


def weakest_first(assumptions: Sequence[Assumption], year: int | None) -> list[Assumption]:
    """Return those without a source first, then without a date, then old, then the widest.

    Of those without a source, a lone number comes before what has a range.
    """
    return sorted(
        assumptions,
        key=lambda one: (
            one.source is not None,
            one.date is not None,
            age(one, year) <= OLD,
            # A guess that may not be wrong is weaker than one with a range.
            not (one.certain and one.source is None),
            -_width(one),
        ),
    )


def ledger_frame(assumptions: Sequence[Assumption], year: int | None) -> pd.DataFrame:
    """Return one row an assumption, weakest first, unrounded."""
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
                "weak": _weak(one, year),
            }
            for one in weakest_first(assumptions, year)
        ]
    )


def ledger_table(assumptions: Sequence[Assumption], year: int | None) -> Table:
    """Return the readable ledger."""
    rows = weakest_first(assumptions, year)
    return Table(
        heading="Assumptions, weakest first",
        columns={
            "assumption": [one.name for one in rows],
            "value": [_value(one) for one in rows],
            "source": [one.source or "none" for one in rows],
            "date": [one.date or "none" for one in rows],
            "what is weak": [_weak(one, year) for one in rows],
        },
        words=("assumption", "value", "source", "what is weak"),
    )


def ledger_warnings(assumptions: Sequence[Assumption], year: int | None) -> list[str]:
    """Say how many assumptions have no source, and which are old."""
    bare = [one.name for one in assumptions if one.source is None]
    warnings = []
    if bare:
        have = "has" if len(bare) == 1 else "have"
        warnings.append(
            f"{len(bare)} of {number_of(len(assumptions), 'assumption')} {have} no source: "
            f"{_listed(bare)}. Say who says so, or that it is a guess of yours."
        )
    old = [one for one in assumptions if age(one, year) > OLD]
    if old:
        dated = [f"{one.name} ({one.date})" for one in old]
        warnings.append(f"more than {OLD} years older than {year}: {_listed(dated)}.")
    return warnings


def _listed(names: Sequence[str], most: int = 5) -> str:
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


def _weak(one: Assumption, year: int | None) -> str:
    found = []
    if one.source is None:
        found.append("no source")
    if one.date is None:
        found.append("no date")
    if age(one, year) > OLD:
        found.append(f"{age(one, year)} years old")
    if one.certain and one.source is None:
        found.append("no range")
    if not one.certain:
        found.append(f"P90 is {amount(_width(one), digits=2)} x P10")
    return ", ".join(found) or "-"
