"""Several ways to size one market, side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from pmlab.errors import InputError
from pmlab.market.estimate import INDEPENDENT, Draws, Estimate, settings, spread_words
from pmlab.market.funnel import MarketFunnel
from pmlab.market.quantity import Quantity
from pmlab.market.sizing import Sizing
from pmlab.market.units import require_same
from pmlab.results import Result, Table, amount, fraction
from pmlab.uncertain import Lognormal
from pmlab.uncertain.distribution import Distribution, Floats

__all__ = ["Pool", "Triangulation", "triangulate"]

TIMES, TAKE_RATE = "times", "take rate"
SAME = "All ways mean the same customers, places and year."
FAR = 1.5
"""Two medians of a factor of more than this are spoken of as a gap."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Pool(Distribution):
    """An equal mixture of several estimates: each is right with the same chance."""

    parts: tuple[Estimate, ...]

    @property
    def mean(self) -> float:
        """The mean of the means."""
        return math.fsum(one.mean for one in self.parts) / len(self.parts)

    @property
    def sd(self) -> float:
        """The standard deviation: of each estimate, and between their means."""
        squares = math.fsum(one.sd**2 + (one.mean - self.mean) ** 2 for one in self.parts)
        return math.sqrt(squares / len(self.parts))

    @property
    def exact(self) -> bool:
        """Whether all quantiles come from formulas."""
        return all(one.exact for one in self.parts)

    def _cdf(self, x: Floats) -> Floats:
        chances: Floats = np.mean([one.cdf(x) for one in self.parts], axis=0)
        return chances

    def _quantile(self, p: Floats) -> Floats:
        # Between the lowest and the highest of them, halved until nothing lies between.
        low, high = (
            pick([one.quantile(p) for one in self.parts], axis=0) for pick in (np.min, np.max)
        )
        for _ in range(200):
            middle = (low + high) / 2
            if not ((low < middle) & (middle < high)).any():
                break
            below = self._cdf(middle) < p
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.asarray(high)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Triangulation(Result):
    """Several sizings of one market: how far they lie apart, and what they are together."""

    sizings: Mapping[str, Sizing | Estimate]
    ratios: pd.DataFrame
    """One row a pair: `one`, `other`, `measures`, and `p10`, `p50`, `p90` of one / other.

    It measures "times", the larger over the smaller; or, of revenue over GMV, the "take rate" that
    would make both the same.
    """
    pooled: Pool | None = None
    """An equal mixture of all, where they estimate the same thing and their ranges overlap."""
    why_not_pooled: str = ""
    """Why there is no pooled view, and what to do."""
    draws: Draws

    @property
    def title(self) -> str:
        return f"One market, sized {amount(len(self.sizings))} ways"

    @property
    def method(self) -> str:
        pooled = (
            "Pooled is an equal mixture (a linear opinion pool; Stone, 1961): each way is right "
            "with the same chance, so its range covers all of theirs. "
            if self.pooled
            else ""
        )
        return (
            f"Each way as it prints itself. {pooled}Ratios are of joint draws ({self.draws.n:,}, "
            f"seed {self.draws.seed}), so that what two ways share is the same number in both; of "
            "two products of lognormals they are exact."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        return (INDEPENDENT, SAME)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a way, and the pooled view last.

        Returns
        -------
        DataFrame
            `name`, `kind`, `p10`, `p50`, `p90`, `mean`, `sd`, `unit`.
        """
        return pd.DataFrame(
            [
                {
                    "name": name,
                    "kind": kind,
                    "p10": one.p10,
                    "p50": one.p50,
                    "p90": one.p90,
                    "mean": one.mean,
                    "sd": one.sd,
                    "unit": unit,
                }
                for name, kind, one, unit in self._rows
            ]
        )

    def summary(self) -> str:
        unit = next(iter(self.sizings.values())).unit
        alike = self.ratios[self.ratios.measures == TIMES].sort_values("p50")
        apart = ""
        if len(alike):
            widest, factor = alike.iloc[-1], float(alike.p50.iloc[-1])
            apart = f"At the medians, {widest.one!r} is {amount(factor)} times {widest.other!r}. "
            if factor <= FAR:
                all_ = "ways" if len(alike) == len(self.ratios) else "ways of the same basis"
                apart = f"The {all_} agree within a factor of {amount(factor)} at the medians. "
        if self.pooled is None:
            return f"{apart}The {len(self.sizings)} ways are not pooled: {self.why_not_pooled}"
        words = spread_words("it", self.pooled, unit)
        return f"{apart}Pooled, if all mean the same customers, places and year, {words}."

    def _opening(self) -> str:
        return self.summary()

    @property
    def _rows(self) -> list[tuple[str, str, Distribution, str]]:
        rows: list[tuple[str, str, Distribution, str]] = [
            (name, one.kind if isinstance(one, Sizing) else "estimate", one, str(one.unit))
            for name, one in self.sizings.items()
        ]
        if self.pooled is not None:
            rows.append(("pooled", "mixture", self.pooled, rows[0][3]))
        return rows

    def _table(self) -> Mapping[str, Sequence[str]]:
        return self._tables()[0].columns

    def _tables(self) -> Sequence[Table]:
        rows = self._rows
        ways: dict[str, list[str]] = {"": [name for name, *_ in rows]}
        for heading, name in (("P10", "p10"), ("P50", "p50"), ("P90", "p90"), ("mean", "mean")):
            ways[heading] = [amount(getattr(one, name)) for _, _, one, _ in rows]
        ways["unit"] = [unit for *_, unit in rows]
        ways["way"] = [kind for _, kind, *_ in rows]
        tables = [Table(columns=ways, words=("", "unit", "way"))]
        for measures, heading, shown in (
            (TIMES, "How many times the other", amount),
            (TAKE_RATE, "Revenue / GMV: the take rate that would make both the same", fraction),
        ):
            pairs: list[Any] = list(self.ratios[self.ratios.measures == measures].itertuples())
            columns = {"": [f"{pair.one} / {pair.other}" for pair in pairs]}
            for head in ("P10", "P50", "P90"):
                columns[head] = [shown(getattr(pair, head.lower())) for pair in pairs]
            if pairs:
                tables.append(Table(heading=heading, columns=columns, words=("",)))
        return tables


def triangulate(
    sizings: Mapping[str, Sizing | Estimate],
    *,
    draws: int = 100_000,
    rng: int | np.random.Generator = 0,
) -> Triangulation:
    """Set several sizings of one market side by side.

    Parameters
    ----------
    sizings : mapping of name -> Sizing or level of a funnel
        Two or more, in one currency and period. Of a funnel a level, such as ``funnel.som``: what
        is hoped for beside what can be sold.
    draws : int
        How many draws for the ratios.
    rng : int or numpy Generator
        The seed.

    Returns
    -------
    Triangulation
        With the ratio of every pair, and a pooled view only where all are of one basis and their
        ranges from P10 to P90 overlap. Gross value and revenue are shown, and not pooled.

    Raises
    ------
    InputError
        For fewer than two, the same sizing twice, and mixed currencies, periods or kinds of
        customers.

    References
    ----------
    Stone, M. (1961). The opinion pool. *Annals of Mathematical Statistics*, 32, 1339-1342.

    Examples
    --------
    >>> from pmlab.market import Money, Segment, bottom_up, top_down, triangulate
    >>> bottom = bottom_up([Segment("Families", 60_000, Money(40, "EUR", per="year"))])
    >>> top = top_down(Money(30e6, "EUR", per="year"), {"planned": 0.1})
    >>> both = triangulate({"bottom-up": bottom, "top-down": top})
    >>> float(both.ratios.p50[0]), both.pooled is None
    (1.25, True)
    """
    drawn = settings(draws, rng)
    if not isinstance(sizings, Mapping) or len(sizings) < 2:
        raise InputError(
            "sizings must map names to two or more sizings, such as {'bottom-up': ..., "
            "'top-down': ...}: one way alone has nothing beside it."
        )
    for name, one in sizings.items():
        if not isinstance(name, str) or not name.strip():
            raise InputError(f"sizings has the name {name!r}; it must be a text.")
        if isinstance(one, MarketFunnel):
            raise InputError(
                f"sizings[{name!r}] is a MarketFunnel, which has three sizes. Give the one you "
                "mean, such as its .som."
            )
        if not isinstance(one, (Sizing, Estimate)):
            raise InputError(
                f"sizings[{name!r}] is a {type(one).__name__}, and must be a sizing. Make one with "
                "bottom_up(), top_down() or value_theory(), or give a level of a funnel, such as "
                "its .tam."
            )
    first = next(iter(sizings))
    basis = sizings[first].unit.basis
    for name, one in sizings.items():
        unit = one.unit
        # Gross value and revenue may stand beside each other: they are told apart below.
        beside = replace(unit, basis=basis) if unit.kind == "money" else unit
        require_same(sizings[first].unit, beside, f"set {first!r} and {name!r} side by side,")
    _require_different(sizings)
    _require_same_names(sizings)
    ratios = _ratios({name: one.quantity for name, one in sizings.items()}, drawn)
    why_not = _why_not_pooled(sizings, ratios)
    parts = tuple(one.estimate if isinstance(one, Sizing) else one for one in sizings.values())
    return Triangulation(
        sizings=dict(sizings),
        ratios=ratios,
        pooled=None if why_not else Pool(parts=parts),
        why_not_pooled=why_not,
        draws=drawn,
        warnings=tuple(_shared(sizings)),
    )


def _require_different(sizings: Mapping[str, Sizing | Estimate]) -> None:
    for (one, first), (other, second) in combinations(sizings.items(), 2):
        if first.quantity == second.quantity:
            raise InputError(
                f"{one!r} and {other!r} are the same sizing, so that they agree says nothing. Give "
                "ways that rest on different assumptions."
            )


def _require_same_names(sizings: Mapping[str, Sizing | Estimate]) -> None:
    known: dict[str, Any] = {}
    for name, one in sizings.items():
        for assumption in one.quantity.assumptions:
            where, other = known.setdefault(assumption.name.lower(), (name, assumption))
            if other != assumption:
                raise InputError(
                    f"{where!r} and {name!r} both assume {assumption.name!r}, and differ "
                    f"({other.value_text}; {assumption.value_text}). Use the same assumption in "
                    "both, or give each a name of its own."
                )


def _ratios(quantities: Mapping[str, Quantity], draws: Draws) -> pd.DataFrame:
    names = list(quantities)
    exact = {pair: _exact_ratio(*map(quantities.get, pair)) for pair in combinations(names, 2)}
    inexact = [pair for pair, quantiles in exact.items() if quantiles is None]
    needed = [name for name in names if any(name in pair for pair in inexact)]
    drawn = {name: draws.of(quantities[name]) for name in needed}
    rows = []
    for (one, other), quantiles in exact.items():
        if quantiles is None:
            quantiles = np.quantile(drawn[one] / drawn[other], (0.1, 0.5, 0.9))
        low, middle, high = map(float, quantiles)
        bases = [quantities[name].unit.basis for name in (one, other)]
        measures = TIMES if bases[0] == bases[1] else TAKE_RATE
        if middle >= 1 if measures == TIMES else bases[0] == "revenue":
            rows.append((one, other, measures, low, middle, high))
        else:
            rows.append((other, one, measures, 1 / high, 1 / middle, 1 / low))
    return pd.DataFrame(rows, columns=["one", "other", "measures", "p10", "p50", "p90"])


def _exact_ratio(one: Any, other: Any) -> Any:
    """Return P10, P50, P90 of a ratio of two products of lognormals, or None."""
    top, bottom = one.polynomial, other.polynomial
    if len(top.coefficients) > 1 or len(bottom.coefficients) > 1:
        return None
    mu, square = math.log(top.coefficients[0] / bottom.coefficients[0]), 0.0
    above, below = (dict(next(iter(one.products))) for one in (top, bottom))
    for name, unknown in {**top.unknowns, **bottom.unknowns}.items():
        exponent = above.get(name, 0.0) - below.get(name, 0.0)
        if not exponent:  # in both, so it goes out
            continue
        if not isinstance(unknown, Lognormal):
            return None
        mu += exponent * unknown.mu
        square += (exponent * unknown.sigma) ** 2
    if not square:
        return (math.exp(mu),) * 3
    return Lognormal(mu=mu, sigma=math.sqrt(square)).quantile([0.1, 0.5, 0.9])


def _why_not_pooled(sizings: Mapping[str, Sizing | Estimate], ratios: pd.DataFrame) -> str:
    mixed = ratios[ratios.measures == TAKE_RATE]
    if len(mixed):
        net, gross, _, low, middle, high = mixed.iloc[0]
        text = f"{gross!r} is GMV and {net!r} is revenue. A take rate of {fraction(middle)}"
        if low < high:
            text += f" (P10 to P90: {fraction(low)} to {fraction(high)})"
        text += " would bring them to the same number"
        if high > 1:
            text += "; above 100% it is impossible, for revenue is a part of gross value"
        return f"{text}. Convert {gross!r} with .to(basis='revenue', take_rate=...)."
    for (one, first), (other, second) in combinations(sizings.items(), 2):
        if first.p10 > second.p90 or second.p10 > first.p90:
            return (
                f"the ranges of {one!r} and {other!r} do not overlap, so they are of different "
                "things, or at least one of them rests on something wrong. Look at the weakest "
                "assumption of each before taking a middle."
            )
    return ""


def _shared(sizings: Mapping[str, Sizing | Estimate]) -> list[str]:
    """Say which ways rest on the same uncertain assumption."""
    found = []
    for (one, first), (other, second) in combinations(sizings.items(), 2):
        own = second.quantity.polynomial.unknowns
        both = [repr(name) for name in first.quantity.polynomial.unknowns if name in own]
        if both:
            found.append(
                f"{one!r} and {other!r} both rest on {', '.join(both)}: where that is wrong, both "
                "are, and that they agree says less."
            )
    return found
