"""A cohort table and growth accounting, by pmlab and by others; each returns all of the counts.

The cohort table: users by the week of their first sign_up, and how many of them visit strictly
later than that on each day after it, today left out. Growth: new, retained and resurrected users of
each week that is over. Where an engine knows several ways, this is the fastest that was found.
"""

from __future__ import annotations


def pmlab_cohorts(events):
    import pmlab as pm

    cells = pm.retention(events, start="sign_up", returning="visit").cells
    sizes = cells.drop_duplicates("cohort")
    back = cells[cells["n_returned"] > 0]
    return table(
        zip(_dates(sizes["cohort"]), sizes["size"], strict=True),
        zip(_dates(back["cohort"]), back["period"], back["n_returned"], strict=True),
    )


def pmlab_growth(events):
    import pmlab as pm

    g = pm.growth_accounting(events, every="W")
    return table(zip(_dates(g.periods), g.new, g.retained, g.resurrected, strict=True))


def _dates(stamps):
    return [f"{stamp:%Y-%m-%d}" for stamp in stamps]


def table(*parts):
    """Return rows as JSON would give them back, in order."""
    return [
        sorted([row[0], *map(int, row[1:])] for row in part if len(row) < 4 or any(row[1:]))
        for part in parts
    ]


def duckdb_cohorts(path):
    import duckdb as engine

    engine.sql(
        "CREATE OR REPLACE TEMP TABLE entered AS SELECT user_id, min(time) AS entry, "
        f"min(time)::DATE AS day FROM read_parquet('{path}') WHERE event = 'sign_up' GROUP BY 1"
    )
    latest = engine.sql(f"SELECT max(time)::DATE FROM read_parquet('{path}')").fetchall()
    today = latest[0][0]
    sizes = engine.sql(
        "SELECT strftime(date_trunc('week', day), '%Y-%m-%d'), count(*) FROM entered GROUP BY 1"
    ).fetchall()
    back = engine.sql(
        "SELECT strftime(date_trunc('week', day), '%Y-%m-%d'), n, count(*) FROM ("
        "SELECT DISTINCT user_id, day, date_diff('day', day, time::DATE) AS n "
        f"FROM read_parquet('{path}') JOIN entered USING (user_id) "
        f"WHERE event = 'visit' AND time > entry AND time < DATE '{today}') GROUP BY 1, 2"
    ).fetchall()
    return table(sizes, back)


def duckdb_growth(path):
    import duckdb as engine

    return table(
        engine.sql(
            "WITH weeks AS (SELECT DISTINCT user_id, date_diff('week', DATE '1969-12-29', "
            f"time::DATE) AS w FROM read_parquet('{path}')), "
            "before AS (SELECT w, lag(w) OVER (PARTITION BY user_id ORDER BY w) AS last "
            "FROM weeks) SELECT strftime(DATE '1969-12-29' + w::INTEGER * 7, '%Y-%m-%d'), "
            "count(*) FILTER (last IS NULL), count(*) FILTER (last = w - 1), "
            "count(*) FILTER (last < w - 1) FROM before WHERE w < (SELECT max(w) FROM weeks) "
            "GROUP BY w"
        ).fetchall()
    )


def clickhouse_cohorts(path):
    file = f"file('{path}', Parquet)"
    entered = (
        f"SELECT user_id, min(time) AS entry, toDate(entry) AS day FROM {file} "
        "WHERE event = 'sign_up' GROUP BY user_id"
    )
    today = _clickhouse(f"SELECT toDate(max(time)) FROM {file}")[0][0]
    sizes = _clickhouse(f"SELECT toString(toMonday(day)), count() FROM ({entered}) GROUP BY 1")
    back = _clickhouse(
        "SELECT toString(toMonday(day)), toInt32(toDate(time) - day) AS n, uniqExact(user_id) "
        f"FROM (SELECT user_id, time FROM {file} WHERE event = 'visit' AND "
        f"time < toDateTime64('{today} 00:00:00', 6)) AS e "
        f"INNER JOIN ({entered}) AS s USING (user_id) WHERE time > entry GROUP BY 1, 2"
    )
    return table(sizes, back)


def clickhouse_growth(path):
    monday = "toUInt16(toMonday(time))"
    return table(
        _clickhouse(
            "SELECT toString(toDate(w)), countIf(last = 0), countIf(w - last = 7), "
            "countIf(last > 0 AND w - last > 7) FROM (SELECT arrayJoin(arrayZip(weeks, "
            "arrayPushFront(arrayPopBack(weeks), toUInt16(0)))) AS pair, pair.1 AS w, "
            f"pair.2 AS last FROM (SELECT arraySort(groupUniqArray({monday})) AS weeks "
            f"FROM file('{path}', Parquet) GROUP BY user_id)) "
            f"WHERE w < (SELECT max({monday}) FROM file('{path}', Parquet)) GROUP BY w"
        )
    )


def _clickhouse(query):
    import chdb

    rows = chdb.query(query, "TSV").bytes().decode().splitlines()
    return [row.split("\t") for row in rows]


def polars_cohorts(path):
    import polars as pl

    events = pl.scan_parquet(path)
    entered = (
        events.filter(pl.col("event") == "sign_up")
        .group_by("user_id")
        .agg(entry=pl.col("time").min())
        .with_columns(day=pl.col("entry").dt.date())
        .with_columns(cohort=pl.col("day").dt.truncate("1w").dt.strftime("%Y-%m-%d"))
        .collect()
    )
    today = events.select(pl.col("time").max().dt.date()).collect().item()
    back = (
        events.filter(pl.col("event") == "visit")
        .select("user_id", "time")
        .join(entered.lazy(), on="user_id")
        .with_columns(on=pl.col("time").dt.date())
        .filter((pl.col("time") > pl.col("entry")) & (pl.col("on") < today))
        .select("user_id", "cohort", n=(pl.col("on") - pl.col("day")).dt.total_days())
        .unique()
        .group_by("cohort", "n")
        .len()
        .collect()
    )
    return table(entered.group_by("cohort").len().rows(), back.rows())


def polars_growth(path):
    import polars as pl

    weeks = (
        pl.scan_parquet(path)
        .select("user_id", w=pl.col("time").dt.truncate("1w").dt.date())
        .unique()
        .sort("user_id", "w")
        .with_columns(
            last=pl.when(pl.col("user_id") == pl.col("user_id").shift(1)).then(
                (pl.col("w") - pl.col("w").shift(1)).dt.total_days()
            )
        )
        .group_by("w")
        .agg(
            new=pl.col("last").is_null().sum(),
            retained=(pl.col("last") == 7).sum(),
            resurrected=(pl.col("last") > 7).sum(),
        )
        .sort("w")
        .collect()
    )
    return table(weeks.with_columns(pl.col("w").dt.strftime("%Y-%m-%d")).rows()[:-1])
