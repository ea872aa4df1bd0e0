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
from pmlab.market.estimate import Estimate, Spread, joint, settings
from pmlab.market.quantity import Quantity
from pmlab.market.sizing import Sizing
from pmlab.market.units import require_same
from pmlab.market.words import INDEPENDENT, spread_words
from pmlab.results import Result, Table, amount
from pmlab.uncertain import Lognormal

__all__ = ["Pool", "Triangulation", "triangulate"]

FAR = 1.5
"""Two medians of a factor of more than this are spoken of as a gap."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Pool(Spread):
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

    def cdf(self, x: float) -> float:
        """Return the chance of x or less: the mean over the estimates."""
        return math.fsum(one.cdf(x) for one in self.parts) / len(self.parts)

    def quantile(self, p: float) -> float:
        """Return the value that is not reached with chance p."""
        low, high = (pick(one.quantile(p) for one in self.parts) for pick in (min, max))
        for _ in range(200):
            middle = (low + high) / 2
            if not low < middle < high:
                break
            low, high = (middle, high) if self.cdf(middle) < p else (low, middle)
        return high


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Triangulation(Result):
    """Several sizings of one market: how far they lie apart, and what they are together."""

    sizings: Mapping[str, Sizing]
    ratios: pd.DataFrame
    """One row a pair, the larger first: `one`, `other`; `p10`, `p50`, `p90` of one / other."""
    pooled: Pool | None = None
    """An equal mixture of all, where they estimate the same thing and their ranges overlap."""
    why_not_pooled: str = ""
    """Why there is no pooled view, and what to do."""
    draws: int
    seed: int

    @property
    def title(self) -> str:  # noqa: D102
        return f"One market, sized {amount(len(self.sizings))} ways"

    @property
    def method(self) -> str:  # noqa: D102
        pooled = (
            "Pooled is an equal mixture (a linear opinion pool; Stone, 1961): each way is right "
            "with the same chance, so its range covers all of theirs. "
            if self.pooled
            else ""
        )
        return (
            f"Each way as it prints itself. {pooled}Ratios are of joint draws ({self.draws:,}, "
            f"seed {self.seed}), so that what two ways share is the same number in both; of two "
            "products of lognormals they are exact."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:  # noqa: D102
        return (INDEPENDENT, "All ways mean the same market.")

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

    def summary(self) -> str:  # noqa: D102
        unit = next(iter(self.sizings.values())).unit
        widest = self.ratios.sort_values("p50").iloc[-1]
        one, other, factor = widest.one, widest.other, float(widest.p50)
        apart = (
            f"The {len(self.sizings)} ways agree within a factor of {amount(factor)} at the "
            "medians."
            if factor <= FAR
            else f"At the medians, {one!r} is {amount(factor)} times {other!r}."
        )
        if self.pooled is None:
            return f"{apart} They are not pooled: {self.why_not_pooled}"
        return f"{apart} {spread_words('Pooled, the market', self.pooled, unit)}."

    def _opening(self) -> str:
        return self.summary()

    def _pair(self, one: str, other: str) -> str:
        bases = [self.sizings[name].unit.basis for name in (one, other)]
        return f"{one} / {other}" + (f", {bases[0]} / {bases[1]}" if bases[0] != bases[1] else "")

    @property
    def _rows(self) -> list[tuple[str, str, Spread, str]]:
        rows: list[tuple[str, str, Spread, str]] = [
            (name, one.kind, one, str(one.unit)) for name, one in self.sizings.items()
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
        pairs: list[Any] = list(self.ratios.itertuples(index=False))
        gaps = {
            "": [self._pair(str(pair.one), str(pair.other)) for pair in pairs],
            **{
                heading: [amount(getattr(pair, name)) for pair in pairs]
                for heading, name in (("P10", "p10"), ("P50", "p50"), ("P90", "p90"))
            },
        }
        return [
            Table(columns=ways, words=("", "unit", "way")),
            Table(heading="How many times the other", columns=gaps, words=("",)),
        ]


def triangulate(
    sizings: Mapping[str, Sizing],
    *,
    draws: int = 100_000,
    rng: int | np.random.Generator = 0,
) -> Triangulation:
    """Set several sizings of one market side by side.

    Parameters
    ----------
    sizings : mapping of name -> Sizing
        Two or more, in one currency and period.
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
        For fewer than two, and for mixed currencies, periods or kinds of customers.

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
    n, seed = settings(draws, rng)
    if not isinstance(sizings, Mapping) or len(sizings) < 2:
        raise InputError(
            "sizings must map names to two or more sizings, such as {'bottom-up': ..., "
            "'top-down': ...}: one way alone has nothing beside it."
        )
    for name, one in sizings.items():
        if not isinstance(name, str) or not name.strip():
            raise InputError(f"sizings has the name {name!r}; it must be a text.")
        if not isinstance(one, Sizing):
            raise InputError(
                f"sizings[{name!r}] is a {type(one).__name__} ({str(one)[:40]}), no Sizing. Make "
                "one with bottom_up(), top_down() or value_theory()."
            )
    first = next(iter(sizings))
    basis = sizings[first].unit.basis
    for name, one in sizings.items():
        unit = one.unit
        # Gross value and revenue may stand beside each other: they are told apart below.
        beside = replace(unit, basis=basis) if unit.kind == "money" else unit
        require_same(sizings[first].unit, beside, f"set {first!r} and {name!r} side by side,")
    _require_same_names(sizings)
    ratios = _ratios({name: one.quantity for name, one in sizings.items()}, n, seed)
    why_not = _why_not_pooled(sizings)
    parts = tuple(one._spread for one in sizings.values())
    return Triangulation(
        sizings=dict(sizings),
        ratios=ratios,
        pooled=None if why_not else Pool(parts=parts),
        why_not_pooled=why_not,
        draws=n,
        seed=seed,
        warnings=tuple(_shared(sizings)),
    )


def _require_same_names(sizings: Mapping[str, Sizing]) -> None:
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


def _ratios(quantities: Mapping[str, Quantity], n: int, seed: int) -> pd.DataFrame:
    names = list(quantities)
    exact = {pair: _exact_ratio(*map(quantities.get, pair)) for pair in combinations(names, 2)}
    inexact = [pair for pair, quantiles in exact.items() if quantiles is None]
    needed = [name for name in names if any(name in pair for pair in inexact)]
    drawn = dict(zip(needed, joint([quantities[name] for name in needed], n, seed), strict=True))
    rows = []
    for (one, other), quantiles in exact.items():
        if quantiles is None:
            quantiles = np.quantile(drawn[one] / drawn[other], (0.1, 0.5, 0.9))
        low, middle, high = map(float, quantiles)
        if middle >= 1:
            rows.append((one, other, low, middle, high))
        else:  # the larger over the smaller
            rows.append((other, one, 1 / high, 1 / middle, 1 / low))
    return pd.DataFrame(rows, columns=["one", "other", "p10", "p50", "p90"])


def _exact_ratio(one: Any, other: Any) -> Any:
    """Return P10, P50, P90 of a ratio of two products of lognormals, or None."""
    top, bottom = one.polynomial, other.polynomial
    if len(top.coefficients) > 1 or len(bottom.coefficients) > 1:
        return None
    mu, square = math.log(top.coefficients[0] / bottom.coefficients[0]), 0.0
    for unknown in {*top.unknowns, *bottom.unknowns}:
        sign = (unknown in top.unknowns) - (unknown in bottom.unknowns)
        if not sign:  # in both, so it goes out
            continue
        if not isinstance(unknown.amount, Lognormal):
            return None
        mu += sign * unknown.amount.mu
        square += unknown.amount.sigma**2
    if not square:
        return (math.exp(mu),) * 3
    return Lognormal(mu=mu, sigma=math.sqrt(square)).quantile([0.1, 0.5, 0.9])


def _why_not_pooled(sizings: Mapping[str, Sizing]) -> str:
    by_basis: dict[str, str] = {}
    for name, sizing in sizings.items():
        by_basis.setdefault(sizing.unit.basis, name)
    if len(by_basis) > 1:
        gross, net = by_basis["GMV"], by_basis["revenue"]
        return (
            f"{gross!r} is GMV and {net!r} is revenue, and the factor between these is 1 / take "
            f"rate. Convert the first with .to(basis='revenue', take_rate=...)."
        )
    for (one, first), (other, second) in combinations(sizings.items(), 2):
        if first.p10 > second.p90 or second.p10 > first.p90:
            return (
                f"the ranges of {one!r} and {other!r} do not overlap, so at least one of them "
                "rests on something wrong. Look at the weakest assumption of each before taking a "
                "middle."
            )
    return ""


def _shared(sizings: Mapping[str, Sizing]) -> list[str]:
    """Say which ways rest on the same uncertain assumption."""
    found = []
    for (one, first), (other, second) in combinations(sizings.items(), 2):
        own = {unknown.name for unknown in second.quantity.polynomial.unknowns}
        both = [u.name for u in first.quantity.polynomial.unknowns if u.name in own]
        if both:
            found.append(
                f"{one!r} and {other!r} both rest on {', '.join(both)}: where that is wrong, both "
                "are, and that they agree says less."
            )
    return found
