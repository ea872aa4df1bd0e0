"""How fast a market is sized, beside squigglepy and plain numpy, on the same model in one run.

    pip install squigglepy
    python tests/benchmarks/market.py --draws 1M

Ten uncertain assumptions, from two segments that overlap to what is won of them: P10, P50, P90 and
mean of TAM, SAM and SOM, and what would change the SOM most. squigglepy draws, and what it has no
function for (the tornado) is done with numpy on its draws; pmlab also makes and prints the whole
argument. Contenders take turns, round after round; the first round is left out, the best of the
others shown. All must find the same numbers. Nothing here is a test: times depend on the machine,
ratios less so.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

SURE = 0.8
AMOUNTS = {
    "families": (40e3, 90e3),
    "couples": (30e3, 60e3),
    "both": (3e3, 8e3),
    "orders": (8, 16),
    "basket": (38, 62),
    "deliveries": (1.05, 1.2),
}
SHARES = {
    "commission": (0.06, 0.1),
    "delivered": (0.3, 0.5),
    "online": (0.4, 0.6),
    "won": (0.03, 0.08),
}
SAME = 0.01
"""Answers may differ by this part of themselves with a million draws: some five standard errors."""

Answers = dict[str, float]


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--draws", nargs="+", default=["1M"], help="100K, 1M, 10M")
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    print(about())
    for size in given.draws:
        n = int(size.upper().replace("K", "000").replace("M", "000000"))
        print(f"\n### {size} draws of {len(AMOUNTS) + len(SHARES)} assumptions\n")
        compare(n, given.rounds)


def about() -> str:
    """Return the machine and the versions."""
    names = ("numpy", "scipy", "squigglepy")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    return f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {versions}"


def model(value: dict[str, Any]) -> dict[str, Any]:
    """Return TAM, SAM and SOM of numbers or of arrays."""
    people = value["families"] + value["couples"] - value["both"]
    tam = people * value["orders"] * value["basket"] * value["deliveries"] * value["commission"]
    sam = tam * value["delivered"] * value["online"]
    return {"TAM": tam, "SAM": sam, "SOM": sam * value["won"]}


def pmlab(n: int, seed: int, *, printed: bool = False) -> Answers:
    """Size the market, and print the argument or not."""
    from pmlab.market import Assumption, Money, Segment, bottom_up
    from pmlab.uncertain import interval, share

    amount = {name: interval(*ends, credibility=SURE) for name, ends in AMOUNTS.items()}
    part = {
        name: Assumption(name, share(*ends, credibility=SURE), "share")
        for name, ends in SHARES.items()
    }
    revenue = (
        Assumption("orders", amount["orders"], "orders", per="year")
        * Assumption("deliveries", amount["deliveries"], "deliveries")
        * Assumption("basket", Money(amount["basket"], "EUR", basis="GMV"))
    ).to(basis="revenue", take_rate=part["commission"])
    sizing = bottom_up(
        [Segment("F", amount["families"], revenue), Segment("C", amount["couples"], revenue)],
        overlaps={("F", "C"): amount["both"]},
        draws=n,
        rng=seed,
    )
    funnel = sizing.funnel(
        sam={"delivered": part["delivered"], "online": part["online"]},
        som={"won": part["won"]},
        year=2027,
    )
    tornado = funnel.tornado().to_frame().iloc[0]
    if printed:
        str(funnel)
    levels = {level: (e.p10, e.p50, e.p90, e.mean) for level, e in funnel.levels.items()}
    return {
        **_levels(levels),
        "longest bar, low": tornado.answer_at_p10,
        "longest bar, high": tornado.answer_at_p90,
        "its share of the variance": tornado.share_of_variance,
    }


def squigglepy(n: int, seed: int) -> Answers:
    """Draw by squigglepy; the tornado by numpy on its draws."""
    import squigglepy as sq

    sq.set_seed(seed)
    made = {name: sq.lognorm(*ends, credibility=100 * SURE) for name, ends in AMOUNTS.items()} | {
        name: sq.beta(*_beta(*ends)) for name, ends in SHARES.items()
    }
    drawn = {name: sq.sample(one, n) for name, one in made.items()}

    def quantiles(values: Any) -> Any:
        found = sq.get_percentiles(values, percentiles=[10, 50, 90])
        return [found[p] for p in (10, 50, 90)]

    return _from_draws(drawn, quantiles)


def plain(n: int, seed: int) -> Answers:
    """Draw by numpy alone, in one thread."""
    rng = np.random.default_rng(seed)
    drawn = {}
    for name, (low, high) in AMOUNTS.items():
        sigma = np.log(high / low) / (2 * 1.2815515655446004)
        drawn[name] = rng.lognormal(np.log(low * high) / 2, sigma, n)
    for name, ends in SHARES.items():
        drawn[name] = rng.beta(*_beta(*ends), n)
    return _from_draws(drawn, lambda values: np.quantile(values, (0.1, 0.5, 0.9)))


def _from_draws(drawn: dict[str, Any], quantiles: Callable[[Any], Any]) -> Answers:
    """Return what is asked of draws, however they were drawn."""
    values = model(drawn)
    ends = {name: quantiles(one) for name, one in drawn.items()}
    medians = {name: one[1] for name, one in ends.items()}
    bars = {
        name: [model(medians | {name: one[side]})["SOM"] for side in (0, 2)]
        for name, one in ends.items()
    }
    top = max(bars, key=lambda name: abs(bars[name][1] - bars[name][0]))
    shares = {name: np.corrcoef(one, values["SOM"])[0, 1] ** 2 for name, one in drawn.items()}
    return {
        **_levels({name: (*quantiles(one), one.mean()) for name, one in values.items()}),
        "longest bar, low": bars[top][0],
        "longest bar, high": bars[top][1],
        "its share of the variance": shares[top],
    }


def _levels(found: dict[str, tuple[float, ...]]) -> Answers:
    heads = ("P10", "P50", "P90", "mean")
    return {
        f"{name} {head}": float(value)
        for name, values in found.items()
        for head, value in zip(heads, values, strict=True)
    }


def _beta(low: float, high: float) -> tuple[float, float]:
    """Return the beta distribution with these P10 and P90, which squigglepy takes as a and b."""
    from pmlab.uncertain import share

    found = share(low, high, credibility=SURE)
    return found.a, found.b


def compare(n: int, rounds: int) -> None:
    """Size the market in all these ways, and print what that took."""
    contenders: dict[str, Callable[[int], Answers]] = {
        "pmlab": partial(pmlab, n),
        "pmlab, argument printed": partial(pmlab, n, printed=True),
        "squigglepy": partial(squigglepy, n),
        "numpy, one thread": partial(plain, n),
    }
    best = dict.fromkeys(contenders, float("inf"))
    for number in range(rounds + 1):
        found = {}
        for who, size in contenders.items():
            start = time.perf_counter()
            found[who] = size(number)
            took = time.perf_counter() - start
            if number:
                best[who] = min(best[who], took)
        for who, answers in found.items():
            for name, value in answers.items():
                expected = found["squigglepy"][name]
                if abs(value - expected) > SAME * (1e6 / n) ** 0.5 * abs(expected):
                    raise SystemExit(f"{who}: {name} is {value}, by squigglepy {expected}")
    print("| | seconds | x squigglepy |\n|---|---:|---:|")
    for who, seconds in sorted(best.items(), key=lambda item: item[1]):
        print(f"| {who} | {seconds:.3f} | {seconds / best['squigglepy']:.2f} |")


if __name__ == "__main__":
    main()
