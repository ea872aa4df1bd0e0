"""One funnel, counted by pmlab and by others. Each function returns the counts of the steps.

The `..._rule` functions are pmlab's alone: the same steps under other rules.

`load_...` gives what the clock does not see: a frame in memory, or just the path of a file.
"""

from __future__ import annotations

STEPS = ("visit", "view_item", "add_to_cart", "purchase")
DAYS = 7
WINDOW = DAYS * 86_400 * 1_000_000
NEVER = -(2**62)
COLUMNS = ("user_id", "event", "time")


def pmlab(events):
    import pmlab as pm

    return pm.funnel(events, STEPS, within=f"{DAYS}d").counts


def strict_rule(events):
    import pmlab as pm

    return pm.funnel(events, STEPS, within=f"{DAYS}d", order="strict").counts


def unordered_rule(events):
    import pmlab as pm

    return pm.funnel(events, STEPS, within=f"{DAYS}d", order="unordered").counts


def exclusion_rule(events):
    import pmlab as pm

    refund = pm.Exclusion("refund", after=STEPS[0], before=STEPS[-1])
    return pm.funnel(events, STEPS, within=f"{DAYS}d", exclude=[refund]).counts


def breakdown_rule(events):
    import pmlab as pm

    return pm.funnel(events, STEPS, within=f"{DAYS}d", by="device").overall.counts


def breakdown_all_rule(events):
    import pmlab as pm

    found = pm.funnel(events, STEPS, within=f"{DAYS}d", by="device", attribution="all")
    return {str(value): one.counts for value, one in found.segments.items()}


def totals_rule(events):
    import pmlab as pm

    return pm.funnel(events, STEPS, within=f"{DAYS}d", count="totals").counts


def clickhouse(path):
    import chdb

    names = ", ".join(f"'{step}'" for step in STEPS)
    conditions = ", ".join(f"event = '{step}'" for step in STEPS)
    reached = ", ".join(f"countIf(level >= {k})" for k in range(1, len(STEPS) + 1))
    answer = chdb.query(
        f"SELECT {reached} FROM ("
        f"SELECT windowFunnel({WINDOW})(toUInt64(toUnixTimestamp64Micro(time)), {conditions}) "
        f"AS level FROM file('{path}', Parquet) WHERE event IN ({names}) GROUP BY user_id)",
        "CSV",
    )
    return [int(number) for number in answer.bytes().decode().split(",")]


def duckdb(path):
    import duckdb as engine

    names = ", ".join(f"'{step}'" for step in STEPS)
    flags = ", ".join(f"bool_or(event = '{step}') AS f{k}" for k, step in enumerate(STEPS))
    # One row per user and time makes ties exact; then one running maximum per step.
    query = (
        f"WITH r0 AS (SELECT user_id, epoch_us(time) AS t, {flags} FROM read_parquet('{path}') "
        f"WHERE event IN ({names}) GROUP BY ALL), "
        "s0 AS (SELECT *, CASE WHEN f0 THEN t END AS s0 FROM r0)"
    )
    for k in range(1, len(STEPS)):
        query += (
            f", m{k} AS (SELECT *, max(s{k - 1}) OVER (PARTITION BY user_id ORDER BY t) AS m{k} "
            f"FROM s{k - 1}), s{k} AS (SELECT *, CASE WHEN f{k} AND t - m{k} <= {WINDOW} "
            f"THEN m{k} END AS s{k} FROM m{k})"
        )
    last = len(STEPS) - 1
    any_ = ", ".join(f"bool_or(s{k} IS NOT NULL) AS a{k}" for k in range(len(STEPS)))
    sums = ", ".join(f"count(*) FILTER (a{k})" for k in range(len(STEPS)))
    query += f" SELECT {sums} FROM (SELECT {any_} FROM s{last} GROUP BY user_id)"
    return list(engine.sql(query).fetchall()[0])


def polars(path):
    import polars as pl

    rows = (
        pl.scan_parquet(path)
        .filter(pl.col("event").is_in(STEPS))
        .group_by("user_id", "time")
        .agg((pl.col("event") == step).any().alias(f"f{k}") for k, step in enumerate(STEPS))
        .sort("user_id", "time")
        .with_columns(t=pl.col("time").dt.timestamp("us"))
        .with_columns(s0=pl.when("f0").then("t").otherwise(NEVER))
    )
    for k in range(1, len(STEPS)):
        start = pl.col(f"s{k - 1}").cum_max().over("user_id")
        reached = pl.col(f"f{k}") & (start != NEVER) & (pl.col("t") - start <= WINDOW)
        rows = rows.with_columns(pl.when(reached).then(start).otherwise(NEVER).alias(f"s{k}"))
    reached = [(pl.col(f"s{k}") != NEVER).any() for k in range(len(STEPS))]
    users = rows.group_by("user_id").agg(reached)
    return list(users.select(pl.exclude("user_id").sum()).collect().row(0))


def pandas(frame):
    import numpy as np

    rows = frame[frame["event"].isin(STEPS)]
    flags = {f"f{k}": rows["event"] == step for k, step in enumerate(STEPS)}
    rows = rows[["user_id", "time"]].assign(**flags)
    rows = rows.groupby(["user_id", "time"], as_index=False).any()  # sorted by user, then time
    times = rows["time"].to_numpy().astype("datetime64[us]").view(np.int64)
    rows["start"] = np.where(rows["f0"], times, NEVER)
    counts = [rows.loc[rows["start"] != NEVER, "user_id"].nunique()]
    for k in range(1, len(STEPS)):
        start = rows.groupby("user_id")["start"].cummax().to_numpy()
        reached = rows[f"f{k}"] & (start != NEVER) & (times - start <= WINDOW)
        rows["start"] = np.where(reached, start, NEVER)
        counts.append(rows.loc[reached, "user_id"].nunique())
    return counts


def load_path(path):
    return path


def load_pandas(path):
    import pandas as pd

    return pd.read_parquet(path, columns=list(COLUMNS))


def load_pandas_categories(path):
    return load_pandas(path).astype({"event": "category"})


def load_polars(path):
    import polars as pl

    return pl.read_parquet(path, columns=list(COLUMNS))
