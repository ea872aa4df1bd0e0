"""Finance's sheet of market figures: from many reports, in the periods and money of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pmlab.simulate.orders import COMMISSION
from pmlab.simulate.story import Story
from pmlab.simulate.streams import Streams
from pmlab.simulate.tables import Coded, Table

__all__ = ["CREDIBILITY", "GROCERIES", "draw_markets"]

CREDIBILITY = 0.8
"""Of every range: the figure lies in it with this probability."""
GROCERIES = {
    "BE": (0.061, 2021, "Benelux Shelf Atlas, 2022 edition"),
    "DE": (0.430, 2025, "Handelsspiegel 2026"),
    "FR": (0.391, 2025, "Le panier mensuel, mean of 2025"),
    "IE": (0.033, 2025, "Irish Grocery Ledger 2026"),
    "NL": (0.085, 2025, "Benelux Shelf Atlas, 2026 edition"),
}
"""Share of a year's groceries, the year that the figure is of, and where it stands."""
BY_MONTH = "FR"
"""The country whose report gives a month."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One row of the sheet."""

    figure: str
    value: float
    unit: str
    country: str = "all"
    low: float = np.nan
    high: float = np.nan
    currency: str = ""
    per: str = ""
    basis: str = ""
    year: int = -1
    source: str = ""


def draw_markets(streams: Streams, story: Story) -> Table:
    """Return one row a figure, in the order of finance's sheet."""
    rows = (
        *_groceries(streams("groceries"), story),
        *_shares(streams("shares"), story),
        *_value(streams("value")),
        *_reach(streams("reach")),
        *_others(streams("others")),
    )
    low, high = (np.array([getattr(row, name) for row in rows]) for name in ("low", "high"))
    return {
        "figure": _words([row.figure for row in rows]),
        "country": _words([row.country for row in rows]),
        "value": np.array([row.value for row in rows], float),
        "low": low,
        "high": high,
        "credibility": np.where(np.isnan(low), np.nan, CREDIBILITY),
        "unit": _words([row.unit for row in rows]),
        "currency": _words([row.currency for row in rows]),
        "per": _words([row.per for row in rows]),
        "basis": _words([row.basis for row in rows]),
        "year": np.array([row.year for row in rows]),
        "source": _words([row.source for row in rows]),
    }


def _groceries(rng: np.random.Generator, story: Story) -> list[Figure]:
    shares = np.array([share for share, _, _ in GROCERIES.values()])
    shares = shares * np.exp(0.015 * rng.standard_normal(len(shares)))
    billions = story.market.groceries * shares / shares.sum()
    rows = []
    for (country, (_, year, source)), a_year in zip(GROCERIES.items(), billions, strict=True):
        month = country == BY_MONTH
        euro = 1e9 * (round(a_year / 12, 2) if month else round(a_year, 1))
        rows.append(
            Figure(
                figure="Grocery sales",
                country=country,
                value=round(100 * euro),
                unit="cents",
                currency="EUR",
                per="month" if month else "year",
                basis="GMV",
                year=year,
                source=source,
            )
        )
    return rows


def _shares(rng: np.random.Generator, story: Story) -> list[Figure]:
    online, planned = story.market.online, story.market.planned
    return [
        _share("Groceries bought online", online, rng.uniform(1.20, 1.28), 3,
               year=2025, source="Online Basket Monitor 2026"),
        _share("Groceries bought from a meal plan", planned, rng.uniform(1.30, 1.36), 2,
               year=2026),
    ]  # fmt: skip


def _value(rng: np.random.Generator) -> list[Figure]:
    """Return what the problem costs a household: a British study, by the month."""
    pounds = round(float(rng.uniform(36, 42)))
    low, high = round(pounds / rng.uniform(1.28, 1.36)), round(pounds * rng.uniform(1.28, 1.36))
    return [
        Figure(
            figure="Food a household throws away",
            country="GB",
            value=100 * pounds,
            low=100 * low,
            high=100 * high,
            unit="cents",
            currency="GBP",
            per="month",
            year=2024,
            source="British Kitchen Bin Study 2025",
        ),
        _share("Waste that a plan avoids", rng.uniform(0.38, 0.42), rng.uniform(1.35, 1.45), 2,
               year=2026, source="Larder's pilot with 212 households, spring 2026"),
        _share("Part of the saving that a household would pay", rng.uniform(0.36, 0.40),
               rng.uniform(1.40, 1.50), 2),
        Figure(
            figure="Euro for a pound",
            value=round(float(rng.uniform(1.14, 1.20)), 3),
            unit="EUR per GBP",
            year=2025,
            source="European Rates Digest, mean of 2025",
        ),
    ]  # fmt: skip


def _reach(rng: np.random.Generator) -> list[Figure]:
    """Return what of the market Larder reaches, and could carry."""
    return [
        _share("Households where Larder delivers", rng.uniform(0.33, 0.39),
               rng.uniform(1.12, 1.18), 2,
               year=2026, source="Delivery partners' postcodes, June 2026"),
        _share("Won in three years", rng.uniform(0.009, 0.011), rng.uniform(1.9, 2.1), 4,
               year=2026, source="Growth plan, March 2026"),
        Figure(
            figure="Baskets that the partners can carry",
            value=10_000_000 * round(float(rng.uniform(22, 28))),
            unit="cents",
            currency="EUR",
            per="month",
            basis="GMV",
            year=2026,
            source="Partner contracts, January 2026",
        ),
        Figure(
            figure="Larder's commission",
            value=COMMISSION,
            unit="share",
            year=2026,
            source="Partner contracts, January 2026",
        ),
    ]  # fmt: skip


def _others(rng: np.random.Generator) -> list[Figure]:
    """Return what stands in the sheet too: everybody, and those who sell something alike."""
    return [
        Figure(
            figure="Households",
            value=100_000 * round(float(rng.uniform(870, 882))),
            unit="households",
            year=2025,
            source="Five Countries Census Digest 2025",
        ),
        Figure(
            figure="Sales of meal-planning apps",
            value=10_000_000 * round(float(rng.uniform(700, 900))),
            unit="cents",
            currency="EUR",
            per="year",
            basis="revenue",
            year=2024,
            source="App Market Review 2025",
        ),
    ]


def _share(
    figure: str, value: float, factor: float, decimals: int, *, year: int = -1, source: str = ""
) -> Figure:
    """Return a share with a range: it may be this factor lower or higher."""
    return Figure(
        figure=figure,
        value=round(float(value), decimals),
        low=round(float(value / factor), decimals),
        high=round(float(value * factor), decimals),
        unit="share",
        year=year,
        source=source,
    )


def _words(column: Sequence[str]) -> Coded:
    """Return the column; an empty word is a missing one."""
    coded = Coded.of([word for word in column if word])
    codes = np.full(len(column), -1)
    codes[[bool(word) for word in column]] = coded.codes
    return Coded(codes, coded.words)
