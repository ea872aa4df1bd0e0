"""An extract of a household panel: who plans meals and buys groceries online, in segments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.market_story import Market
from pmlab.simulate.people import draw_ids
from pmlab.simulate.story import COUNTRIES, Story
from pmlab.simulate.streams import Streams
from pmlab.simulate.tables import Coded, Table

__all__ = ["SEGMENTS", "draw_segments"]

SEGMENTS = ("Families", "Working couples", "Student flats", "Weekend cooks", "Special diets")
PANEL = 1_800
"""Households that answer."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of household."""

    segments: tuple[str, ...]
    """Under which the research firm files it."""
    share: float
    """Of the panel's households; a seed moves the share of those filed twice."""
    stands_for: float
    """How many households outside the panel each stands for, against the average."""
    orders: float
    """A month, in the mean."""
    basket: float
    """In euro, in the mean."""


KINDS = (
    Kind(segments=("Families",), share=0.24, stands_for=0.90, orders=2.6, basket=72),
    Kind(
        segments=("Families", "Special diets"), share=0.12, stands_for=0.95, orders=3.0, basket=78
    ),
    Kind(segments=("Special diets",), share=0.20, stands_for=1.00, orders=2.2, basket=58),
    Kind(segments=("Working couples",), share=0.20, stands_for=1.00, orders=2.0, basket=52),
    Kind(segments=("Student flats",), share=0.10, stands_for=1.50, orders=1.4, basket=30),
    Kind(segments=("Weekend cooks",), share=0.14, stands_for=1.10, orders=1.5, basket=48),
)
PANEL_BY_COUNTRY = (0.14, 0.32, 0.24, 0.12, 0.18)
HOUSEHOLDS_BY_COUNTRY = (0.09, 0.46, 0.26, 0.06, 0.13)
"""As in `COUNTRIES`: small ones have more of the panel than of the households."""
WEIGHTS_VARY, BASKETS_VARY = 0.15, 0.40
"""Sigma of the logarithm."""
LEAST_BASKET = 800


def draw_segments(streams: Streams, story: Story) -> Table:
    """Return one row a household and segment, ordered by segment and household."""
    shares = _shares(story.market)
    kind = streams("kind").permutation(_quota(shares))
    country = streams("country").permutation(_quota(np.array(PANEL_BY_COUNTRY)))

    stands_for = np.array([each.stands_for for each in KINDS])
    weight = stands_for[kind] * np.divide(HOUSEHOLDS_BY_COUNTRY, PANEL_BY_COUNTRY)[country]
    weight *= np.exp(WEIGHTS_VARY * streams("weight").standard_normal(PANEL))
    weight *= _households(story.market) / weight.sum()

    orders = 1 + streams("orders").poisson(np.array([each.orders - 1 for each in KINDS])[kind])
    basket = np.array([each.basket for each in KINDS])[kind] * np.exp(
        BASKETS_VARY * streams("basket").standard_normal(PANEL) - BASKETS_VARY**2 / 2
    )
    cents = np.maximum(np.rint(100 * basket), LEAST_BASKET).astype("int64")

    filed = np.array([[name in each.segments for name in SEGMENTS] for each in KINDS])
    household, segment = np.nonzero(filed[kind])
    ids = draw_ids(streams("id"), PANEL, "h")
    order = np.lexsort((ids[household], segment))
    household, segment = household[order], segment[order]
    return {
        "household_id": Coded(household, ids),
        "country": Coded(country[household], COUNTRIES),
        "segment": Coded(segment, SEGMENTS),
        "households": np.maximum(10 * np.rint(weight / 10), 10).astype("int64")[household],
        "orders_per_month": orders[household],
        "basket_cents": cents[household],
    }


def _shares(market: Market) -> NDArray[np.float64]:
    """Return the share of each kind in the panel: the others make room for those filed twice."""
    shares = np.array([kind.share for kind in KINDS])
    twice = np.array([len(kind.segments) > 1 for kind in KINDS])
    return np.where(twice, market.in_both, shares / shares[~twice].sum() * (1 - market.in_both))


def _households(market: Market) -> float:
    """Return how many households the panel stands for: as many as buy what the story says."""
    weight = _shares(market) * [kind.stands_for for kind in KINDS]
    euro_a_year = 12 * np.array([kind.orders * kind.basket for kind in KINDS])
    bought = 1e9 * market.groceries * market.online * market.planned * market.bottom_by_top
    return float(bought * weight.sum() / (weight @ euro_a_year))


def _quota(shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the place of a share for each household of the panel, as near the shares as can be."""
    return np.searchsorted(np.cumsum(shares) / shares.sum(), (np.arange(PANEL) + 0.5) / PANEL)
