"""Adoption over time by Bass: from three numbers to how many adopt when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pmlab.errors import InputError, require_choice
from pmlab.market.adoption.result import NAMES, Adoption, Given, adoption_of
from pmlab.market.quantity import Assumption, Quantity, as_quantity
from pmlab.market.units import Unit
from pmlab.results import Result, amount
from pmlab.uncertain import Range
from pmlab.uncertain import draws as drawn_from
from pmlab.uncertain.drawing import require_draws
from pmlab.uncertain.numbers import require_number, shown
from pmlab.uncertain.ranges import Floats

__all__ = ["PERIODS", "bass", "require_periods"]

PERIODS = ("day", "week", "month", "quarter", "year", "period")
MOST_PERIODS = 10_000
"""Days of 27 years; a day of such a fan takes as long as one of a short one."""
MOST = {"p": 1.0, "q": 10.0}
"""No product is above these; a larger number is a percentage."""
SINGLE_GUESSES = (
    "m, p and q are single guesses, so this is one of many possible curves. Give ranges to see how "
    "far it may be off: m=interval(40e3, 90e3, credibility=0.8) from pmlab.uncertain."
)


def bass(
    m: Any,
    p: Any,
    q: Any,
    periods: int,
    *,
    per: str = "period",
    unit: str = "customers",
    draws: int = 100_000,
    rng: int | np.random.Generator = 0,
) -> Adoption:
    """Return how many adopt in each period after launch, by the Bass model.

    Of those who have not adopted yet, p + q F do in the next instant, where F is the share that
    has: p by themselves (innovation), q by example (imitation).

    Parameters
    ----------
    m : number, Range, Assumption or Quantity
        How many adopt in the end: people, households or firms, not money and not a flow per year.
        The customers of a sizing will do.
    p : number, Range or Assumption
        Innovation, per period, in (0, 1]. Over many products about 0.03 a year (Sultan, Farley and
        Lehmann, 1990).
    q : number, Range or Assumption
        Imitation, per period, from 0; about 0.38 a year. For another period divide p and q alike:
        by 12 from years to months.
    periods : int
        How many periods from launch, at most 10,000.
    per : {"day", "week", "month", "quarter", "year", "period"}
        What a period is; p and q belong to it.
    unit : str
        What m counts, in the plural; an Assumption brings its own.
    draws : int
        How many, if anything is a Range.
    rng : int or numpy Generator
        The seed; each assumption has a stream of its own.

    Returns
    -------
    Adoption
        New and cumulative adopters by period, and the peak; P10, P50, P90 and mean with ranges.
        With q = 0 adopters are an exponential saturation, and the peak time is NaN.

    Raises
    ------
    InputError
        For p = 0 (nobody ever begins), numbers that are negative or given as percentages, an m in
        money or per period, or ranges that reach below 0.

    References
    ----------
    Bass, F. M. (1969). A new product growth for model consumer durables. *Management Science*, 15,
    215-227.
    Sultan, F., Farley, J. U. and Lehmann, D. R. (1990). A meta-analysis of applications of
    diffusion models. *Journal of Marketing Research*, 27, 70-77.

    Examples
    --------
    >>> from pmlab.market import bass
    >>> plan = bass(m=60_000, p=0.03, q=0.38, periods=5, per="year", unit="households")
    >>> plan.to_frame()["new"].round().tolist()
    [2145.0, 2958.0, 3927.0, 4959.0, 5883.0]
    >>> round(plan.peak_time, 1), round(plan.peak_rate)
    (6.2, 6636)
    """
    require_choice("per", per, PERIODS)
    n, size = require_periods(periods), require_draws(draws)
    inputs = {name: _taken(name, value, per) for name, value in zip(NAMES, (m, p, q), strict=True)}
    unit = inputs["m"].unit or unit
    ranges: dict[str, Range] = {}
    for name, one in inputs.items():
        for key, value in one.ranges.items():
            if ranges.setdefault(key, value) != value:
                raise InputError(
                    f"{name} rests on {key!r}, which is something else in another of m, p and q; "
                    "give each assumption a name of its own."
                )
    if not ranges:
        return adoption_of(
            {name: one.given(None) for name, one in inputs.items()},
            None,
            n,
            unit=unit,
            per=per,
            warnings=[SINGLE_GUESSES],
        )
    sample = drawn_from(ranges, size, rng)
    drawn = {name: one.over(sample, size) for name, one in inputs.items()}
    given = {name: one.given(drawn[name]) for name, one in inputs.items()}
    return adoption_of(given, drawn, n, unit=unit, per=per)


def require_periods(periods: Any) -> int:
    """Return how many periods as an int; raise unless it is a whole number that is possible."""
    number = require_number("periods", periods)
    if number != int(number) or number < 1:
        raise InputError(f"periods={shown(periods)} must be a whole number of periods, 1 or more.")
    if number > MOST_PERIODS:
        raise InputError(
            f"periods={shown(periods)} must be at most {MOST_PERIODS:,}; take longer periods, and "
            "p and q for them: from days to months 30.4 times as large."
        )
    return int(number)


@dataclass(frozen=True, kw_only=True)
class _Input:
    """One of m, p and q: a number, a range, or what is made of assumptions."""

    value: float | Range | Quantity
    name: str
    source: str = ""
    unit: str = ""

    @property
    def ranges(self) -> dict[str, Range]:
        """What has to be drawn, by name."""
        if isinstance(self.value, Quantity):
            return dict(self.value.polynomial.unknowns)
        return {self.name: self.value} if isinstance(self.value, Range) else {}

    def over(self, sample: dict[str, Floats], n: int) -> Floats:
        """Return the value for each draw."""
        if isinstance(self.value, Quantity):
            return self.value.polynomial.over(sample, n)
        return sample[self.name] if isinstance(self.value, Range) else np.full(n, self.value)

    def given(self, drawn: Floats | None) -> Given:
        """Return what the result says of it: exact for one range, of the draws for a product."""
        if isinstance(self.value, Quantity) and self.ranges and drawn is not None:
            low, middle, high = np.quantile(drawn, [0.1, 0.5, 0.9]).tolist()
            text = f"{self.value} ({amount(low)} to {amount(high)}, P10 to P90)"
            return Given(low=low, middle=middle, high=high, text=text)
        if isinstance(self.value, Range):
            ends = self.value.p10, self.value.p90
            return Given(
                low=ends[0],
                middle=self.value.p50,
                high=ends[1],
                text=str(self.value),
                source=self.source,
            )
        value = self.value.mean if isinstance(self.value, Quantity) else self.value
        return Given.number(value, source=self.source)


def _taken(name: str, value: Any, per: str) -> _Input:
    """Return one of m, p and q, checked."""
    if isinstance(value, (Assumption, Quantity)):
        _require_right_kind(name, as_quantity(value).unit, value, per)
        unit = as_quantity(value).unit.noun if name == "m" else ""
        if isinstance(value, Quantity):
            return _Input(value=value, name=name, unit=unit)
        source = ", ".join(part for part in (value.source, value.date) if part)
        return _Input(value=_checked(name, value.amount), name=value.name, source=source, unit=unit)
    if isinstance(value, Result):  # whose printout would fill the error
        known = name == "m" and getattr(value, "customers", None) is not None
        wanted = "its .customers" if known else "a number, a Range or an Assumption"
        raise InputError(f"{name} is a {type(value).__name__}; give {wanted}.")
    return _Input(value=_checked(name, value), name=name)


def _checked(name: str, value: Any) -> float | Range:
    if isinstance(value, Range):
        least, highest = value.support[0], value.p90
    else:
        least = highest = require_number(name, value)
    if least < 0 or (highest == 0 and name != "q"):
        why = {
            "m": "a market of nobody has no adopters",
            "p": "with p = 0 nobody ever begins, and q has nobody to imitate",
            "q": "q = 0 says that nobody imitates; below it examples would put people off",
        }
        rule = "0 or more" if name == "q" else "above 0"
        raise InputError(f"{name}={value} must be {rule}: {why[name]}.")
    if highest > MOST.get(name, np.inf):
        hint = f" As a percentage it is {highest / 100:g}." if highest <= 100 else ""
        raise InputError(
            f"{name}={value} must be a fraction a period, at most {MOST[name]:g}: typical are 0.03 "
            f"for p and 0.38 for q, a year.{hint}"
        )
    return value if isinstance(value, Range) else float(value)


def _require_right_kind(name: str, unit: Unit, value: Any, per: str) -> None:
    """Raise for an assumption whose unit or period m, p or q cannot have."""
    if name == "m" and unit.kind != "count":
        raise InputError(
            f"m is {value}; adoption counts who adopts. Give how many households, people or firms "
            "there are, and multiply by revenue afterwards."
        )
    if name == "m" and unit.per:
        raise InputError(
            f"m is {value}; m is how many there are in all, not how many come in a {unit.per}."
        )
    if name != "m" and unit.kind == "money":
        raise InputError(f"{name} is {value}; it must be a fraction a {per}.")
    if name != "m" and unit.per not in (None, per):
        raise InputError(
            f"{name} is {value}, and the periods are {per}s; divide or multiply p and q alike: "
            "from years to months by 12."
        )
