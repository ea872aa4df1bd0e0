"""What a seed moves in the tables of week 26: the market's sizes, and which ideas stand where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["ALIKE", "SEASONAL", "Market", "draw_market"]

ALIKE = ("A budget for the week", "Cook what is in the fridge", "A delivery hour before paying")
"""Ideas of which two come right after the first, too close to tell apart."""
SEASONAL = ("A menu for the feast", "Invite a friend", "Give a week of dinners")
"""Ideas of which one has its reach counted by the quarter."""


@dataclass(frozen=True, kw_only=True)
class Market:
    """The sizes of the market and the order of the backlog under one seed."""

    # In the household panel.
    in_both: float
    """Share of the panel's households that stand under Families and under Special diets."""
    bottom_by_top: float
    """What these households buy in a year, as a share of what the top-down figures promise."""

    # In finance's sheet.
    groceries: float
    """Bought in Larder's five countries in a year, in billions of euro."""
    online: float
    """Share of groceries bought online."""
    planned: float
    """Share of groceries bought from a meal plan."""

    # In the backlog.
    by_quarter: str
    """Of `SEASONAL`: the idea with its reach counted by the quarter."""
    close: tuple[str, str]
    """Of `ALIKE`: the two that come second and third."""


def draw_market(rng: np.random.Generator) -> Market:
    """Return what this seed makes of the market and of the backlog."""
    second, third = (ALIKE[place] for place in rng.permutation(len(ALIKE))[:2])
    return Market(
        in_both=round(float(rng.uniform(0.115, 0.135)), 3),
        bottom_by_top=round(float(rng.uniform(0.87, 1.15)), 3),
        groceries=round(float(rng.uniform(595, 625)), 1),
        online=round(float(rng.uniform(0.055, 0.065)), 3),
        planned=round(float(rng.uniform(0.20, 0.24)), 2),
        by_quarter=SEASONAL[int(rng.integers(len(SEASONAL)))],
        close=(second, third),
    )
