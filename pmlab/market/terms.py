"""What stands in a product, and the products that a quantity adds up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pmlab.errors import InputError
from pmlab.market.polynomial import Polynomial
from pmlab.uncertain import Lognormal, Range

__all__ = [
    "ONE",
    "Factor",
    "Fixed",
    "Power",
    "Term",
    "inverse",
    "multiplied",
    "polynomial_of",
    "power",
    "product_text",
    "require_power",
]


class Factor:
    """One factor of a product: an assumption, a power of one, or a number that nobody assumes."""

    name: str
    exponent: float = 1.0

    @property
    def amount(self) -> float | Range:
        """The number or range, without its unit and before its exponent."""
        raise NotImplementedError

    @property
    def base(self) -> Factor:
        """What it is a power of: itself, for all but a power."""
        return self

    @property
    def certain(self) -> bool:
        """Whether it is a plain number."""
        return not isinstance(self.amount, Range)

    @property
    def divides(self) -> bool:
        """Whether it stands below the line."""
        return self.exponent < 0

    @property
    def upright(self) -> Factor:
        """What is divided by, where it divides; else itself."""
        return power(self.base, -self.exponent) if self.divides else self


@dataclass(frozen=True, kw_only=True)
class Fixed(Factor):
    """A factor that nobody assumes: how many months a year has, or a plain number."""

    name: str
    value: float

    @property
    def amount(self) -> float:
        """The number."""
        return self.value


ONE = Fixed(name="1", value=1.0)


@dataclass(frozen=True, kw_only=True)
class Power(Factor):
    """An assumption to a power: 4 for what grows over four years, -1 for what divides.

    It is the same unknown number as the assumption itself, wherever that stands.
    """

    of: Factor
    exponent: float

    @property
    def name(self) -> str:  # type: ignore[override]
        """The name of the assumption, with the exponent but for the sign."""
        size = abs(self.exponent)
        return self.of.name if size == 1 else f"{self.of.name} ^ {size:.6g}"

    @property
    def base(self) -> Factor:
        """The assumption."""
        return self.of

    @property
    def amount(self) -> float | Range:
        """That of the assumption."""
        return self.of.amount


class Term(NamedTuple):
    """A product of factors, to be added or subtracted. The first never divides."""

    factors: tuple[Factor, ...]
    sign: int = 1


def power(base: Factor, exponent: float) -> Factor:
    """Return a factor to a power other than 0."""
    return base if exponent == 1 else Power(of=base, exponent=exponent)


def multiplied(one: Term, two: Term) -> Term:
    """Return the product of two terms.

    Raises
    ------
    InputError
        Where an assumption stands in both: it would count twice, which is a mistake more often than
        not, and has a notation of its own where it is none.
    """
    inside = {factor.base: factor for factor in one.factors}
    for factor in two.factors:
        base = factor.base
        if not isinstance(base, Fixed) and base in inside:
            if factor.divides != inside[base].divides:
                raise InputError(
                    f"{base.name!r} is multiplied and divided by in one product. Leave it out of "
                    "both; of growth over several years say the years that are left, as in "
                    "growth ** 3."
                )
            raise InputError(
                f"{base.name!r} is applied twice in one product. Leave it out of one of the two "
                "factors; if it compounds, as growth does over years, say growth ** 4, for four of "
                "them, in place of both."
            )
    factors = [factor for factor in (*one.factors, *two.factors) if factor != ONE]
    above = [place for place, factor in enumerate(factors) if not factor.divides]
    if above:  # begin with what is divided
        factors.insert(0, factors.pop(above[0]))
    else:
        factors.insert(0, ONE)
    return Term(tuple(factors), one.sign * two.sign)


def inverse(term: Term) -> Term:
    """Return 1 / a product."""
    below: list[Factor] = []
    for factor in term.factors:
        if isinstance(factor, Fixed):
            if factor != ONE:
                below.append(Fixed(name=f"1/{factor.name}", value=1 / factor.value))
        else:
            below.append(power(factor.base, -factor.exponent))
    return multiplied(Term((ONE,), term.sign), Term(tuple(below)))


def product_text(term: Term) -> str:
    """Return the factors in a line, as in "Homes / Lifetime x Price"."""
    text = ""
    for factor in term.factors:
        text += f"{(' / ' if factor.divides else ' x ') if text else ''}{factor.name}"
    return text


def polynomial_of(terms: Sequence[Term]) -> Polynomial:
    """Return the same with what is certain multiplied out."""
    ranges: dict[str, Range] = {}
    products = []
    for term in terms:
        number, exponents = float(term.sign), {}
        for factor in term.factors:
            if isinstance(factor.amount, Range):
                ranges[factor.base.name] = factor.amount
                exponents[factor.base.name] = factor.exponent
            else:
                number *= factor.amount**factor.exponent
        products.append((number, exponents))
    return Polynomial.of(products, ranges)


def require_power(factor: Factor, exponent: float, asked: str) -> None:
    """Raise unless this power of a factor has a mean that is known."""
    amount, name = factor.amount, factor.base.name
    if amount == 0 and exponent < 0:
        raise InputError(f"{asked}: {name!r} is 0.")
    if not isinstance(amount, Range) or isinstance(amount, Lognormal):
        return
    if exponent < 0 or exponent != int(exponent):
        unit = " in 'times'" if amount.support[1] <= 1 else ""
        raise InputError(
            f"{asked}: {name!r} is {amount}, and of a range that ends the mean of "
            f"{'1/x' if exponent < 0 else f'x ^ {exponent:g}'} has no formula. Say it as the "
            f"lognormal of about the same, interval({amount.p10:.3g}, {amount.p90:.3g}, "
            f"credibility=0.8){unit}."
        )
