"""The figure of a result. Nothing here reads events or counts anything.

A method's figures stand in a module of its name, which registers them with `figure`; all look
alike because all end in `theme.finished`.
"""

from pmlab.plots import (  # noqa: F401  (they register figures)
    ab,
    bass,
    cohorts,
    experiments,
    funnels,
    heart,
    logcheck,
    market,
    priority,
)
from pmlab.plots.theme import COLOURS, GREY, GRID, INK, PAPER, PATTERNS, THEME, figure

__all__ = [
    "COLOURS",
    "GREY",
    "GRID",
    "INK",
    "PAPER",
    "PATTERNS",
    "THEME",
    "figure",
]
