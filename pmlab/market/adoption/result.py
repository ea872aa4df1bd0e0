"""How many adopt, period by period, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from pmlab.market.adoption.curve import adopted, adopting, by_period, peak_rate, peak_time
from pmlab.progress_bar import ProgressBar
from pmlab.results import Result, Table, amount, count, fraction, number, percent
from pmlab.stats import Interval
from pmlab.uncertain.ranges import Floats

__all__ = ["CHANCES", "NAMES", "Adoption", "Given", "adoption_of"]

NAMES = ("m", "p", "q")
NOT_KNOWN = Interval(math.nan, math.nan)
ROLES = {
    "m": "{unit} that adopt in the end",
    "p": "adopt by themselves, a {per}",
    "q": "are won by those who have, a {per}",
}
CHANCES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
SURE = "80%"
"""What lies between P10 and P90."""
MOST_ROWS = 24
"""Of a printed table; `to_frame` has all."""
WORTH_SAYING = 0.01
"""From this chance on, a peak at launch is mentioned."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """One of m, p and q: the number or its range, and where it is from."""

    low: float
    """P10; the number itself where it has no range."""
    middle: float
    """P50."""
    high: float
    """P90."""
    text: str
    source: str = ""

    @classmethod
    def number(cls, value: float, *, text: str = "", source: str = "") -> Given:
        """Return a number without a range."""
        return cls(low=value, middle=value, high=value, text=text or amount(value), source=source)

    @property
    def certain(self) -> bool:
        """Whether it has no range."""
        return self.low == self.high


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Adoption(Result):
    """A Bass curve over the periods after launch, with a fan where m, p or q is a range.

    Times are counted from launch in periods: 14.2 months lies in the 15th month.
    """

    m: Given
    """How many adopt in the end."""
    p: Given
    """The chance to adopt in a period without any example."""
    q: Given
    """The pull of those who have adopted."""
    unit: str = "customers"
    per: str = "period"
    peak_time: float
    """When most adopt: ln(q/p)/(p + q); the median with ranges. NaN for q <= p: most do at once."""
    peak_rate: float
    """How many adopt a period at the peak: m (p + q)^2 / 4q; m p at launch for q <= p."""
    peak_time_interval: Interval = NOT_KNOWN
    """P10 and P90, where a peak at launch counts as 0; NaN without ranges."""
    peak_rate_interval: Interval = NOT_KNOWN
    chance_of_falling: float = 0.0
    """Of q <= p: of numbers that fall from launch on."""
    n_draws: int = 0
    """0 without ranges: then all is exact."""
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

    def to_frame(self) -> pd.DataFrame:
        """Return one row a period: who is new, and how many there are at its end.

        `new` and `cumulative`; with ranges each ends in `_p10`, `_p50`, `_p90` and `_mean`.
        `observed` where the curve was fitted.
        """
        return self.frame.copy()

    def tornado(self) -> pd.DataFrame:
        """Return what each range does to the answer: at its P10 and P90, the others at P50.

        One row a range, the widest swing first: `number`, `low` and `high` (its ends), `at_low`
        and `at_high` (who has adopted at the end), `swing`, and the times of the peak. All exact.
        Empty without ranges, and for a fit, whose numbers move together.
        """
        given = {name: getattr(self, name) for name in NAMES}
        middle = {name: one.middle for name, one in given.items()}
        rows = []
        for name, one in given.items():
            if one.certain:
                continue
            sides = [middle | {name: end} for end in (one.low, one.high)]
            at = [s["m"] * float(adopted(self.periods, s["p"], s["q"])) for s in sides]
            times = [float(peak_time(s["p"], s["q"])) for s in sides]
            rows.append((name, one.low, one.high, *at, abs(at[1] - at[0]), *times))
        columns = ["number", "low", "high", "at_low", "at_high", "swing"]
        columns += ["peak_time_at_low", "peak_time_at_high"]
        return pd.DataFrame(rows, columns=columns).sort_values(
            "swing", ascending=False, ignore_index=True
        )

    @property
    def title(self) -> str:  # noqa: D102
        return f"Adoption by {self.unit} over {self._time(self.periods)}"

    @property
    def method(self) -> str:  # noqa: D102
        text = (
            "Bass (1969): new in a period = m (F(t) - F(t - 1)), with F(t) = (1 - exp(-(p + q) t))"
            " / (1 + (q/p) exp(-(p + q) t))."
        )
        if self.observed:
            text += " Fan: draws of m, p and q together, normal on the log scale, from the fit."
        elif self.has_ranges:
            text += f" P10, P50 and P90 of {count(self.n_draws)} draws for every period by itself."
        if not math.isnan(self.spread):
            text += (
                f" It is of the curve; single periods scatter around it (sd {amount(self.spread)})."
            )
        return text

    @property
    def assumptions(self) -> tuple[str, ...]:  # noqa: D102
        return (
            "Each adopts once; buying again is not counted.",
            "m, p and q stay the same over time: no price cut, no rival, no new country.",
            *(
                ("m, p and q are unknown independently of each other.",)
                if self.tornado().size
                else ()
            ),
        )

    def summary(self) -> str:
        """Return two or three sentences that a PM could paste into a memo."""
        last = self.frame.iloc[-1]
        end = f"After {self._time(self.periods)}"
        if self.has_ranges:
            low, middle, high = (amount(last[f"cumulative_{kind}"]) for kind in CHANCES)
            at_end = f"{middle} ({SURE}: {low} to {high})"
            of = f" {self.unit}" if self.observed else f" of {self._m}"
            first = f"{end}, {at_end}{of} have adopted."
        else:
            share = percent(last["cumulative"] / self.m.middle, digits=0)
            first = f"{end}, {amount(last['cumulative'])} of {self._m} have adopted ({share})."
        return f"{first} {self._peak()} {self._driver()}".strip()

    @property
    def _m(self) -> str:
        text = f"{amount(self.m.middle)} {self.unit}"
        if self.m.certain:
            return text
        return f"{text} ({SURE}: {amount(self.m.low)} to {amount(self.m.high)})"

    def _peak(self) -> str:
        rate = amount(self.peak_rate)
        if math.isnan(self.peak_time):
            return f"Most adopt at launch, at a rate of {rate} a {self.per}, and ever fewer later."
        if not self.has_ranges:
            return f"Most adopt {self._time(self.peak_time)} after launch: {rate} a {self.per}."
        # Neither has a range of its own where what it rests on has none: m says nothing of when.
        early, late = (number(end) for end in self.peak_time_interval)
        least, most = (amount(end) for end in self.peak_rate_interval)
        when = "" if early == late else f" ({SURE}: {early} to {late})"
        many = "" if least == most else f" ({SURE}: {least} to {most})"
        time = self._time(self.peak_time)
        return f"Most adopt {time} after launch{when}: {rate} a {self.per}{many}."

    def _driver(self) -> str:
        tornado = self.tornado()
        if tornado.empty:
            return ""
        top = tornado.iloc[0]
        said = (
            f"How many rests most on {top['number']}: at its P10 ({amount(top['low'])}) "
            f"{amount(top['at_low'])} have adopted by then, at its P90 ({amount(top['high'])}) "
            f"{amount(top['at_high'])}."
        )
        ends = tornado[["peak_time_at_low", "peak_time_at_high"]]
        swings = (ends.max(axis=1) - ends.min(axis=1)).where(ends.notna().all(axis=1), math.inf)
        timing = tornado.iloc[int(swings.to_numpy().argmax())]
        if timing["number"] == "m":
            return said
        early, late = sorted((timing["peak_time_at_low"], timing["peak_time_at_high"]))
        if math.isnan(early + late):
            return f"{said} When the peak is rests most on {timing['number']}."
        return (
            f"{said} When the peak is rests most on {timing['number']}: {number(early)} to "
            f"{number(late)} {self.per}s after launch."
        )

    def _time(self, value: float) -> str:
        shown = count(value) if value == int(value) else number(value)
        return f"{shown} {self.per}{'' if shown == '1' else 's'}"

    def _opening(self) -> str:
        return self.summary()

    def _tables(self) -> Sequence[Table]:
        given: list[Given] = [getattr(self, name) for name in NAMES]
        rests_on = {
            "number": [*NAMES],
            "who": [ROLES[name].format(per=self.per, unit=self.unit) for name in NAMES],
            "value": [one.text for one in given],
            "source": [one.source or "none" for one in given],
        }
        return [
            Table(columns=self._table()),
            Table(heading="What it rests on", columns=rests_on, words=("who", "value", "source")),
        ]

    def _table(self) -> Mapping[str, Sequence[str]]:
        rows, m = self.frame, self.m.middle
        if len(rows) > MOST_ROWS:
            step = math.ceil(len(rows) / MOST_ROWS)
            kept = sorted({*range(step - 1, len(rows), step), len(rows) - 1})
            rows = rows.iloc[kept]
        table: dict[str, list[str]] = {self.per: [count(end) for end in rows["period"]]}
        if self.observed:
            table["observed"] = _amounts(rows["observed"], m)
        for name, heading in (("new", "new"), ("cumulative", "adopted so far")):
            if self.has_ranges:
                table[f"{heading}, P50"] = _amounts(rows[f"{name}_p50"], m)
                ends = [_amounts(rows[f"{name}_{kind}"], m) for kind in ("p10", "p90")]
                table[f"{heading}, P10 to P90"] = list(map(" to ".join, zip(*ends, strict=True)))
            else:
                table[heading] = _amounts(rows[name], m)
        if not self.has_ranges:
            table["of all"] = [fraction(x) for x in rows["cumulative"] / m]
        return table


def adoption_of(
    given: Mapping[str, Given],
    drawn: Mapping[str, Floats] | None,
    periods: int,
    *,
    unit: str,
    per: str,
    warnings: Iterable[str] = (),
    observed: Sequence[float] = (),
    spread: float = math.nan,
) -> Adoption:
    """Return the curve through the middles or, of draws of m, p and q, the fan."""
    notes = [*warnings]
    t = np.arange(1.0, periods + 1)
    frame = pd.DataFrame({"period": t.astype(np.int64)})
    if observed:
        frame["observed"] = [*observed, *[math.nan] * (periods - len(observed))]
    falls = (
        "q is not above p {}: nothing makes numbers rise, most adopt at launch, and the formula "
        "for a later peak, ln(q/p)/(p + q), has no answer."
    )
    fields: dict[str, Any] = {}
    if drawn is None:
        m, p, q = (given[name].middle for name in NAMES)
        frame["new"], frame["cumulative"] = m * adopting(t, p, q), m * adopted(t, p, q)
        fields["peak_time"], fields["peak_rate"] = float(peak_time(p, q)), float(peak_rate(m, p, q))
        if q <= p:
            notes.append(falls.format(f"({amount(q)} against {amount(p)})"))
    else:
        m_s, p_s, q_s = (drawn[name] for name in NAMES)
        rows = []
        with ProgressBar("periods", periods) as bar:
            for done, parts in enumerate(by_period(p_s, q_s, periods), start=1):
                rows.append([_spread(m_s * part) for part in parts])
                bar.at(done)
        for place, name in enumerate(("new", "cumulative")):
            for kind in (*CHANCES, "mean"):
                frame[f"{name}_{kind}"] = [row[place][kind] for row in rows]
        times = _spread(np.nan_to_num(peak_time(p_s, q_s), nan=0.0))
        rates = _spread(peak_rate(m_s, p_s, q_s))
        chance = float(np.mean(q_s <= p_s))
        if chance >= WORTH_SAYING:
            notes.append(falls.format(f"in {percent(chance, digits=0)} of the draws"))
        fields = {
            "peak_time": times["p50"] or math.nan,
            "peak_rate": rates["p50"],
            "peak_time_interval": Interval(times["p10"], times["p90"]),
            "peak_rate_interval": Interval(rates["p10"], rates["p90"]),
            "chance_of_falling": chance,
            "n_draws": len(m_s),
        }
    return Adoption(
        m=given["m"],
        p=given["p"],
        q=given["q"],
        unit=unit,
        per=per,
        observed=tuple(observed),
        spread=spread,
        frame=frame,
        warnings=tuple(notes),
        **fields,
    )


def _spread(values: Floats) -> dict[str, float]:
    quantiles = np.quantile(values, list(CHANCES.values()))
    return {**dict(zip(CHANCES, quantiles.tolist(), strict=True)), "mean": float(values.mean())}


def _amounts(values: pd.Series[float], m: float) -> list[str]:
    # Of a hundred-thousandth of all, the next digit is of no use to anybody.
    decimals = max(0, 4 - math.floor(math.log10(m)))
    return [amount(round(value, decimals)) for value in values]
