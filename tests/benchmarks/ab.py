"""How fast an experiment is analysed, beside others, on the same tables in one run.

    pip install tea-tasting statsmodels
    python tests/benchmarks/ab.py --size 1M

Five metrics (a share, a mean with a covariate, a ratio, two means) and the check of the split, of
one row a user, from each kind of table. Contenders take turns, round after round, so that whatever
else the machine does meets all of them; the first round is left out, the best of the others shown.
All must find the same effects. pmlab refuses users with two rows, which it has to look for; the
others do not look. Nothing here is a test: times depend on the machine, ratios less so.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

SAME = 1e-6
"""Effects may differ by this: sums over Arrow tables are rounded in another order."""


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--size", nargs="+", default=["1M"], help="users: 100K, 1M, 10M")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--ids", default="integers", choices=["integers", "sparse", "texts"])
    given = parser.parse_args()
    print(about())
    for size in given.size:
        n = int(size.upper().replace("K", "000").replace("M", "000000"))
        print(f"\n### {size} users, ids are {given.ids}\n")
        compare(users(n, given.ids), given.rounds)


def about() -> str:
    """Return the machine and the versions."""
    names = ("numpy", "pandas", "polars", "pyarrow", "duckdb", "narwhals", "tea-tasting")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    return f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {versions}"


def users(n: int, ids: str) -> pd.DataFrame:
    """Return one row a user, in no order."""
    rng = np.random.default_rng(0)
    numbers = rng.permutation(n) + 10_000_000
    if ids == "sparse":
        numbers = numbers * 7_919_000_003
    before = rng.gamma(1, 20, n)
    return pd.DataFrame(
        {
            "user_id": numbers if ids != "texts" else np.char.add("user-", numbers.astype(str)),
            "variant": rng.choice(["A", "B"], n),
            "converted": (rng.random(n) < 0.1).astype("int64"),
            "revenue": before + rng.gamma(1, 20, n),
            "revenue_before": before,
            "clicks": rng.poisson(2, n),
            "views": rng.poisson(9, n) + 1,
            "latency": rng.gamma(4, 100, n),
            "sessions": rng.poisson(3, n),
        }
    )


def tables(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the same rows in every form that both can read."""
    import duckdb
    import polars as pl
    import pyarrow as pa

    connection = duckdb.connect()
    connection.sql("create table users as select * from frame")
    in_polars = pl.from_pandas(frame)
    return {
        "pandas": frame,
        "polars": in_polars,
        "polars, lazy": in_polars.lazy(),
        "pyarrow": pa.Table.from_pandas(frame, preserve_index=False),
        "DuckDB": connection.table("users"),
    }


def pmlab(table: Any) -> dict[str, float]:
    """Return the effect on each metric."""
    from pmlab import ab

    metrics = [
        ab.proportion("converted", role="primary"),
        ab.mean("revenue", covariates=["revenue_before"]),
        ab.ratio("clicks", "views"),
        ab.mean("latency", role="guardrail", margin_relative=0.02, good="down"),
        ab.mean("sessions"),
    ]
    e = ab.experiment(table, control="A", metrics=metrics)
    return {one.metric.columns[0]: one.comparison.effect for one in e.findings}


def tea_tasting(table: Any) -> dict[str, float]:
    """Return the same by tea-tasting."""
    import tea_tasting as tt

    found = tt.Experiment(
        converted=tt.Mean("converted"),
        revenue=tt.Mean("revenue", covariate="revenue_before"),
        clicks=tt.RatioOfMeans("clicks", "views"),
        latency=tt.Mean("latency"),
        sessions=tt.Mean("sessions"),
        split=tt.SampleRatio(),
    ).analyze(table)
    return {name: one.effect_size for name, one in found.items() if hasattr(one, "effect_size")}


def welch(frame: pd.DataFrame) -> dict[str, float]:
    """Return what is left by hand: Welch's test of the plain means, by statsmodels."""
    from statsmodels.stats.weightstats import CompareMeans

    treated = (frame["variant"] == "B").to_numpy()
    found = {}
    for name in ("converted", "latency", "sessions"):
        values = frame[name].to_numpy()
        both = CompareMeans.from_data(values[treated], values[~treated])
        both.ttest_ind(usevar="unequal")
        both.tconfint_diff(usevar="unequal")
        found[name] = float(both.d1.mean - both.d2.mean)
    return found


def floor(frame: pd.DataFrame) -> dict[str, float]:
    """Return the least there is to do, by numpy: each arm's rows, means and covariances."""
    treated = (frame["variant"] == "B").to_numpy()
    found = {}
    parts = (("converted",), ("latency",), ("sessions",), ("revenue", "revenue_before"))
    for names in (*parts, ("clicks", "views")):
        arms = []
        for arm in (treated, ~treated):
            block = np.array([frame[name].to_numpy()[arm] for name in names], dtype=float)
            arms.append((block.mean(axis=1), np.cov(block)))
        found[names[0]] = float(arms[0][0][0] - arms[1][0][0])
    return {name: found[name] for name in ("converted", "latency", "sessions")}


def compare(frame: pd.DataFrame, rounds: int) -> None:
    """Analyse one table in all these ways, and print what that took."""
    forms = tables(frame)
    contenders: dict[tuple[str, str], Callable[[], dict[str, float]]] = {}
    for form, table in forms.items():
        contenders["pmlab", form] = lambda table=table: pmlab(table)
        contenders["tea-tasting", form] = lambda table=table: tea_tasting(table)
    contenders["statsmodels, 3 metrics", "pandas"] = lambda: welch(frame)
    contenders["numpy, no tests", "pandas"] = lambda: floor(frame)
    best: dict[tuple[str, str], float] = dict.fromkeys(contenders, float("inf"))
    expected = pmlab(frame)
    for number in range(rounds + 1):
        for who, analyse in contenders.items():
            start = time.perf_counter()
            effects = analyse()
            took = time.perf_counter() - start
            if number:
                best[who] = min(best[who], took)
            for name, effect in effects.items():
                if abs(effect - expected[name]) > SAME:
                    raise SystemExit(f"{who} finds {effect} for {name}, not {expected[name]}")
    print("| | table | seconds | x tea-tasting there |\n|---|---|---:|---:|")
    for (name, form), seconds in sorted(best.items(), key=lambda item: item[0][1]):
        ratio = seconds / best["tea-tasting", form]
        print(f"| {name} | {form} | {seconds:.3f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
