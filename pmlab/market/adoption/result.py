"""How many adopt, period by period, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pandas as pd

from pmlab.errors import InputError
from pmlab.market.adoption.curve import NAMES
from pmlab.market.adoption.drivers import reached_at, swings, timing, tornado_of
from pmlab.market.adoption.parameters import CHANCES, SURE, Parameter
from pmlab.market.estimate import Draws
from pmlab.market.quantity import Quantity
from pmlab.market.tornado import Tornado
from pmlab.market.units import Unit
from pmlab.results import Result, Table, amount, count, fraction, number, percent
from pmlab.stats import Interval

__all__ = ["Adoption"]

NOT_KNOWN = Interval(math.nan, math.nan)
ROLES = {
    "m": "{unit} in the end",
    "p": "adopt by themselves, a {per}",
    "q": "are won by those who have, a {per}",
}
MOST_ROWS = 24
"""Of a printed table; `to_frame` has all."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Adoption(Result):
    """A Bass curve over the periods after launch, with a fan where m, p or q is a range.

    Times are counted from launch in periods: 14.2 months lies in the 15th month.
    """

    m: Parameter
    """How many adopt in the end, or what they bring."""
    p: Parameter
    """The chance to adopt in a period without any example."""
    q: Parameter
    """The pull of those who have adopted."""
    unit: Unit
    """What m is measured in; with a period, as EUR a year, the curve is how much of it is reached
    by the end of each period."""
    per: str = "period"
    labels: tuple[str, ...] = ()
    """What each period is called, from the launch on: 2027, 2028."""
    parts: Mapping[str, Quantity] = field(default_factory=dict)
    """m, p and q as they were given; none for a fit."""
    peak_time: float
    """When adoption is fastest: ln(q/p)/(p + q); the median with ranges. NaN for q <= p: then it
    is at launch."""
    peak_rate: float
    """How many adopt a period at the peak: m (p + q)^2 / 4q; m p at launch for q <= p."""
    peak_time_interval: Interval = NOT_KNOWN
    """P10 and P90, where a peak at launch counts as 0; NaN without ranges."""
    peak_rate_interval: Interval = NOT_KNOWN
    chance_of_falling: float = 0.0
    """Of q <= p: of numbers that fall from launch on."""
    n_draws: int = 0
    """0 without ranges: then all is exact."""
    draws: Draws | None = field(default=None, repr=False)
    """Of the assumptions behind m, p and q."""
    drawn: str = ""
    """How the draws came about, in words."""
    observed: tuple[float, ...] = ()
    """Adopters of the first periods, where the curve was fitted to some."""
    spread: float = math.nan
    """Residual standard error of the periods it was fitted to, around the curve."""
    frame: pd.DataFrame = field(repr=False)

    @property
    def periods(self) -> int:
        """How many."""
        return len(self.frame)

    @property
    def has_ranges(self) -> bool:
        """Whether there is a fan."""
        return self.n_draws > 0

    @property
    def counts_adopters(self) -> bool:
        """Whether m counts who adopts, and not what they bring or buy in a period."""
        return self.unit.kind == "count" and self.unit.per is None

    def to_frame(self) -> pd.DataFrame:
        """Return one row a period: who is new, and how many there are at its end.

        Returns
        -------
        DataFrame
            `period` (int, from 1) and, with a start, `label` (text); where the curve was fitted,
            `observed` (float, NaN later). Then `new` and `cumulative` (float, in the unit of m);
            with ranges each ends in `_p10`, `_p50`, `_p90` and `_mean`.
        """
        return self.frame.copy()

    def tornado(self) -> Tornado:
        """Return how far each assumption behind m, p and q moves the end of the curve by itself.

        Returns
        -------
        Tornado
            Of what is reached after the last period, the longest bar first. The bars are exact;
            shares of the variance are of the draws.

        Raises
        ------
        InputError
            For the forecast of a fit, whose m, p and q move together.

        Examples
        --------
        >>> from pmlab.market import bass
        >>> from pmlab.uncertain import interval
        >>> plan = bass(interval(40e3, 90e3, credibility=0.8), 0.03, 0.38, 5, per="year")
        >>> plan.tornado().to_frame()[["assumption", "answer_at_p10", "answer_at_p90"]].round()
          assumption  answer_at_p10  answer_at_p90
        0          m        13248.0        29808.0
        """
        if self.draws is None:
            raise InputError(
                "m, p and q of a fit move together, so none can be moved by itself. For a tornado "
                "give them as ranges: bass(m=..., p=..., q=..., periods=...)."
            )
        name = f"adoption after {self._time(self.periods)}"
        return tornado_of(self.parts, self.periods, self.draws, name)

    def _no_arithmetic(self, other: Any) -> NoReturn:
        raise InputError(
            "a curve of adoption does not multiply or add up. For revenue over time give m in "
            "money: bass(customers * revenue_of_one, p, q, periods), or bass(funnel.som, ...)."
        )

    __mul__ = __rmul__ = __add__ = __radd__ = __sub__ = __rsub__ = _no_arithmetic

    @property
    def title(self) -> str:
        what = f"by {self.unit}" if self.counts_adopters else f"in {self.unit},"
        return f"Adoption {what} over {self._time(self.periods)}"

    @property
    def method(self) -> str:
        text = (
            "Bass (1969): new in a period = m (F(t) - F(t - 1)), with F(t) = (1 - exp(-(p + q) t))"
            " / (1 + (q/p) exp(-(p + q) t))."
        )
        if self.unit.per:
            text += (
                f" What is reached is {self.unit.short} at the end of each period; what comes in "
                "during one lies between its ends."
            )
        if self.has_ranges:
            text += f" P10, P50 and P90 of {count(self.n_draws)} draws for every period by itself"
            text += f": {self.drawn}." if self.drawn else "."
        if not math.isnan(self.spread):
            sd = amount(self.spread)
            text += f" The fan is of the curve; single periods scatter around it (sd {sd})."
        return text

    @property
    def assumptions(self) -> tuple[str, ...]:
        said = [
            "Each adopts once; buying again is not counted."
            if self.counts_adopters
            else "Each adopts once, and from then on brings the same.",
            "m, p and q stay the same over time: no price cut, no rival, no new country.",
        ]
        behind = {
            name: {one.name for one in part.assumptions if not one.certain}
            for name, part in self.parts.items()
        }
        if len(set().union(*behind.values())) > 1:
            said.append("The assumptions behind m, p and q are independent of each other.")
        for name, other in (("m", "p"), ("m", "q"), ("p", "q")):
            both = sorted(behind.get(name, set()) & behind.get(other, set()))
            said += [f"{name} and {other} both rest on {one!r}, and move together." for one in both]
        return tuple(said)

    def summary(self) -> str:
        """Return two or three sentences that a PM could paste into a memo."""
        last = self.frame.iloc[-1]
        after = f"After {self._time(self.periods)}"
        end = f"By the end of {self.labels[-1]}" if self.labels else after
        done = "have adopted" if self.counts_adopters else "is reached"
        if self.has_ranges:
            low, middle, high = (amount(last[f"cumulative_{kind}"]) for kind in CHANCES)
            first = f"{end}, {middle} ({SURE}: {low} to {high}) of {self._m} {done}."
        else:
            share = percent(last["cumulative"] / self.m.p50, digits=0)
            first = f"{end}, {amount(last['cumulative'])} of {self._m} {done} ({share})."
        return f"{first} {self._peak()} {self._driver()}".strip()

    @property
    def _m(self) -> str:
        text = f"{amount(self.m.p50)} {self.unit.short}"
        if self.m.certain:
            return text
        return f"{text} ({SURE}: {amount(self.m.p10)} to {amount(self.m.p90)})"

    def _peak(self) -> str:
        rate = amount(self.peak_rate)
        if self.counts_adopters:
            fast = f"at {rate} a {self.per}"
        else:
            fast = f"with {rate} {self.unit.short} more in a {self.per}"
        if math.isnan(self.peak_time):
            return f"Adoption is fastest at launch, {fast}, and slower ever after."
        time, when = self._time(self.peak_time), math.floor(self.peak_time)
        named = [f"in {self.labels[when]}"] if when < len(self.labels) else []
        if not self.has_ranges:
            inside = f" ({named[0]})" if named else ""
            return f"Adoption is fastest {time} after launch{inside}, {fast}."
        # Neither has a range of its own where what it rests on has none: m says nothing of when.
        early, late = (number(end) for end in self.peak_time_interval)
        least, most = (amount(end) for end in self.peak_rate_interval)
        named += [] if early == late else [f"{SURE}: {early} to {late}"]
        inside = f" ({'; '.join(named)})" if named else ""
        many = "" if least == most else f" ({SURE}: {least} to {most})"
        return f"Adoption is fastest {time} after launch{inside}, {fast}{many}."

    def _driver(self) -> str:
        if not self.parts or not self.has_ranges:
            return ""
        rows = swings(self.parts, reached_at(self.periods))
        top = rows[0]
        said = (
            f"How {'many' if self.counts_adopters else 'much'} rests most on {top.name}: "
            f"{amount(top.at_low)} at its P10 ({top.told(top.low)}), {amount(top.at_high)} at its "
            f"P90 ({top.told(top.high)})."
        )
        when = timing(self.parts)
        if when is None:
            return said
        said += f" When adoption is fastest rests most on {when.name}"
        early, late = sorted((when.at_low, when.at_high))
        if math.isnan(early + late):
            return f"{said}."
        return f"{said}: {number(early)} to {number(late)} {self.per}s after launch."

    def _time(self, value: float) -> str:
        shown = count(value) if value == int(value) else number(value)
        return f"{shown} {self.per}{'' if shown == '1' else 's'}"

    def _opening(self) -> str:
        return self.summary()

    def _tables(self) -> Sequence[Table]:
        known: list[Parameter] = [getattr(self, name) for name in NAMES]
        unit = f"{self.unit} that adopt" if self.counts_adopters else self.unit.short
        rests_on = {
            "number": [*NAMES],
            "who": [ROLES[name].format(per=self.per, unit=unit) for name in NAMES],
            "value": [one.text for one in known],
            "source": [one.source or "none" for one in known],
        }
        return [
            Table(columns=self._table()),
            Table(heading="What it rests on", columns=rests_on, words=("who", "value", "source")),
        ]

    def _table(self) -> Mapping[str, Sequence[str]]:
        rows, m = self.frame, self.m.p50
        if len(rows) > MOST_ROWS:
            step = math.ceil(len(rows) / MOST_ROWS)
            kept = sorted({*range(step - 1, len(rows), step), len(rows) - 1})
            rows = rows.iloc[kept]
        ends = rows["label"] if self.labels else map(count, rows["period"])
        table: dict[str, list[str]] = {self.per: [*ends]}
        if self.observed:
            table["observed"] = _amounts(rows["observed"], m)
        so_far = "adopted so far" if self.counts_adopters else "reached"
        for name, heading in (("new", "new"), ("cumulative", so_far)):
            if self.has_ranges:
                table[f"{heading}, P50"] = _amounts(rows[f"{name}_p50"], m)
                both = [_amounts(rows[f"{name}_{kind}"], m) for kind in ("p10", "p90")]
                table[f"{heading}, P10 to P90"] = list(map(" to ".join, zip(*both, strict=True)))
            else:
                table[heading] = _amounts(rows[name], m)
        if not self.has_ranges:
            table["of all"] = [fraction(x) for x in rows["cumulative"] / m]
        return table


def _amounts(values: pd.Series[float], m: float) -> list[str]:
    # Of a hundred-thousandth of all, the next digit is of no use to anybody.
    decimals = max(0, 4 - math.floor(math.log10(m)))
    return [amount(round(value, decimals)) for value in values]
