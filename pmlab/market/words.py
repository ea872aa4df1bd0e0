"""How sizings and funnels of markets read."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pmlab.market.chain import Link, chain_table
from pmlab.market.estimate import Spread
from pmlab.market.ledger import ledger_table
from pmlab.market.quantity import Assumption
from pmlab.market.tornado import Tornado
from pmlab.market.units import Unit
from pmlab.results import Table, amount

__all__ = ["INDEPENDENT", "argument_tables", "spread_warnings", "spread_words"]

SKEWED = 1.5
"""Where the mean is more than so many times the median, we say so."""

LOOK = 1.2
MOST_BARS = 5
INDEPENDENT = "The assumptions are independent of each other."


def argument_tables(
    links: Sequence[Link],
    assumptions: Sequence[Assumption],
    tornado: Tornado,
    year: int | None,
) -> list[Table]:
    """Return the argument, what it rests on, and what would change it."""
    tables = [chain_table(links), ledger_table(assumptions, year)]
    if len(tornado.rows) > 1:
        tables.append(tornado.table(MOST_BARS, f"{tornado.title}, others at their medians"))
    return tables


def spread_words(name: str, one: Spread, unit: Unit) -> str:
    """Return a clause: the median, the range and the mean."""
    basis = f" ({unit.basis})" if unit.basis else ""
    if one.p10 == one.p90:
        return f"{name} is {unit.shown(one.p50)}{basis}, if every assumption is right"
    return (
        f"{name} is about {unit.shown(one.p50)}{basis}, with a chance of 80% between "
        f"{unit.number(one.p10)} and {unit.number(one.p90)}; the mean is {unit.number(one.mean)}"
    )


def spread_warnings(name: str, one: Spread, unit: Unit) -> list[str]:
    """Say where the mean is carried by a few very large outcomes, or does not exist."""
    if not math.isfinite(one.mean) or not math.isfinite(one.sd):
        return [
            f"the mean or spread of the {name} is too large for a number; some range is absurd."
        ]
    # Of a lognormal this is mean / median; near enough to see whether to look.
    if math.hypot(1, one.sd / one.mean) > LOOK and one.mean > SKEWED * one.p50:
        return [
            f"the mean of the {name}, {unit.shown(one.mean)}, is {amount(one.mean / one.p50)} "
            "times its median: a few very large outcomes carry it. Quote the range."
        ]
    return []
