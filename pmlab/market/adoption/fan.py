"""From m, p and q, or draws of them, to how many adopt period by period."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pmlab.errors import InputError
from pmlab.market.adoption.curve import NAMES, adopted, adopting, by_period, peak_rate, peak_time
from pmlab.market.adoption.parameters import CHANCES, Parameter
from pmlab.market.adoption.result import Adoption
from pmlab.market.estimate import Draws
from pmlab.market.quantity import Quantity
from pmlab.market.units import Unit
from pmlab.progress_bar import ProgressBar
from pmlab.results import amount, percent
from pmlab.stats import Interval
from pmlab.uncertain.distribution import Floats
from pmlab.uncertain.numbers import require_number, shown

__all__ = ["adoption_of", "require_periods"]

MOST_PERIODS = 10_000
"""Days of 27 years; a day of such a fan takes as long as one of a short one."""
WORTH_SAYING = 0.01
"""From this chance on, a peak at launch is mentioned."""
FALLS = (
    "q is not above p {}: nothing makes numbers rise, adoption is fastest at launch, and the "
    "formula for a later peak, ln(q/p)/(p + q), has no answer."
)


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


def adoption_of(
    known: Mapping[str, Parameter],
    drawn: Mapping[str, Floats] | None,
    periods: int,
    *,
    unit: Unit,
    per: str,
    labels: tuple[str, ...] = (),
    parts: Mapping[str, Quantity] | None = None,
    draws: Draws | None = None,
    how: str = "",
    warnings: Iterable[str] = (),
    observed: Sequence[float] = (),
    spread: float = math.nan,
) -> Adoption:
    """Return the curve through m, p and q or, of draws of them, the fan."""
    frame = pd.DataFrame({"period": np.arange(1, periods + 1)})
    if labels:
        frame["label"] = labels
    if observed:
        frame["observed"] = [*observed, *[math.nan] * (periods - len(observed))]
    columns, fields, falling = _curve(known, periods) if drawn is None else _fan(drawn, periods)
    return Adoption(
        m=known["m"],
        p=known["p"],
        q=known["q"],
        **fields,
        unit=unit,
        per=per,
        labels=labels,
        parts=parts or {},
        draws=draws,
        drawn=how,
        observed=tuple(observed),
        spread=spread,
        frame=pd.concat([frame, pd.DataFrame(columns)], axis=1),
        warnings=(*warnings, *falling),
    )


def _curve(known: Mapping[str, Parameter], periods: int) -> tuple[Any, Any, list[str]]:
    """Return the columns, what is told of the peak, and what to be wary of, without ranges."""
    m, p, q = (known[name].p50 for name in NAMES)
    t = np.arange(1.0, periods + 1)
    columns = {"new": m * adopting(t, p, q), "cumulative": m * adopted(t, p, q)}
    fields = {"peak_time": float(peak_time(p, q)), "peak_rate": float(peak_rate(m, p, q))}
    falling = FALLS.format(f"({amount(q)} against {amount(p)})")
    return columns, fields, [falling] if q <= p else []


def _fan(drawn: Mapping[str, Floats], periods: int) -> tuple[Any, Any, list[str]]:
    """Return the same of draws."""
    m, p, q = (drawn[name] for name in NAMES)
    spreads: dict[str, list[dict[str, float]]] = {"new": [], "cumulative": []}
    with ProgressBar("periods", periods) as bar:
        for done, parts in enumerate(by_period(p, q, periods), start=1):
            for found, part in zip(spreads.values(), parts, strict=True):
                found.append(_spread(m * part))
            bar.at(done)
    columns = {
        f"{name}_{kind}": [one[kind] for one in found]
        for name, found in spreads.items()
        for kind in (*CHANCES, "mean")
    }
    times = _spread(np.nan_to_num(peak_time(p, q), nan=0.0))
    rates = _spread(peak_rate(m, p, q))
    chance = float(np.mean(q <= p))
    fields = {
        "peak_time": times["p50"] or math.nan,
        "peak_rate": rates["p50"],
        "peak_time_interval": Interval(times["p10"], times["p90"]),
        "peak_rate_interval": Interval(rates["p10"], rates["p90"]),
        "chance_of_falling": chance,
        "n_draws": len(m),
    }
    falling = FALLS.format(f"in {percent(chance, digits=0)} of the draws")
    return columns, fields, [falling] if chance >= WORTH_SAYING else []


def _spread(values: Floats) -> dict[str, float]:
    quantiles = np.quantile(values, list(CHANCES.values()))
    return {**dict(zip(CHANCES, quantiles.tolist(), strict=True)), "mean": float(values.mean())}
