"""An outside judge: `windowFunnel` of ClickHouse, run in this process.

https://clickhouse.com/docs/sql-reference/aggregate-functions/parametric-functions#windowfunnel

===============================  =================================
ClickHouse's mode                the rules that count the same
===============================  =================================
(none)                           ``Rules(reuse=True)``
strict_once                      ``Rules()``
strict_once, strict_increase     ``Rules(ties="strict")``
===============================  =================================

This holds for disjoint, repeated and overlapping steps alike, ties included. The lone
`strict_increase` has no row: it undercounts, as the last test shows.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import pmlab as pm

from .random_logs import NAMES, STEPS, expected, random_logs

chdb = pytest.importorskip("chdb")

MODES = {
    (): {"reuse": True},
    ("strict_once",): {},
    ("strict_once", "strict_increase"): {"ties": "strict"},
}
by_mode = pytest.mark.parametrize("modes", MODES, ids=lambda modes: "+".join(modes) or "default")
by_steps = pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)


def clickhouse_levels(path, steps, within, modes):
    """Return unit -> level. `second` is a whole number, so the window is one, too."""
    conditions = ", ".join(
        "name IN ({})".format(", ".join(f"'{name}'" for name in names)) for names in steps
    )
    arguments = ", ".join([str(within), *(f"'{mode}'" for mode in modes)])
    answer = chdb.query(
        f"SELECT unit, windowFunnel({arguments})(second, {conditions}) "
        f"FROM file('{path}', Parquet) GROUP BY unit",
        "CSV",
    )
    lines = answer.bytes().decode().split()
    return {int(unit): int(level) for unit, level in (line.split(",") for line in lines)}


def write(path, unit, name, second):
    pq.write_table(
        pa.table(
            {
                "unit": pa.array(unit, pa.uint32()),
                "name": pa.array(name, pa.string()),
                "second": pa.array(second, pa.uint64()),
            }
        ),
        path,
    )
    return path


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    logs = random_logs(500, seed=20240301)
    path = tmp_path_factory.mktemp("clickhouse") / "small.parquet"
    return logs, write(path, *(logs.frame[c].tolist() for c in ("unit", "name", "second")))


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """Return 3,000 units with up to 40 events each, too many for the definition."""
    rng = np.random.default_rng(7)
    sizes = rng.integers(1, 41, 3_000)
    order = rng.permutation(int(sizes.sum()))
    frame = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(len(sizes)), sizes)[order],
            "name": [NAMES[i] for i in rng.integers(0, len(NAMES), len(order))],
            "second": rng.integers(0, 60, len(order)),
        }
    )
    path = tmp_path_factory.mktemp("clickhouse") / "large.parquet"
    write(path, *(frame[c].tolist() for c in ("unit", "name", "second")))
    frame["moment"] = pd.Timestamp("2024-03-01") + pd.to_timedelta(frame["second"], "s")
    return frame, path


@by_mode
@by_steps
def test_the_definition_agrees(small, steps, modes):
    logs, path = small
    for within in (0, 2, 6):
        units = expected(logs, steps, within, **MODES[modes])
        assert clickhouse_levels(path, steps, within, modes) == {
            unit: got.level for unit, got in units.items()
        }


@by_mode
@by_steps
def test_the_library_agrees(large, steps, modes, kernel):
    events, path = large
    for within in (1, 7):
        result = pm.funnel(
            events,
            [pm.Step(list(names)) for names in steps],
            within=f"{within}s",
            rules=pm.Rules(**MODES[modes]),
            user="unit",
            event="name",
            time="moment",
        )
        levels = clickhouse_levels(path, steps, within, modes)
        mine = dict(zip(result.units["unit"].tolist(), result.units["level"].tolist(), strict=True))
        assert mine == {unit: level for unit, level in levels.items() if level > 0}


def test_the_lone_strict_increase_undercounts(tmp_path):
    # A@1 A@2 B@2, within 5 seconds: A@1 then B@2 is two steps, each later than the last.
    # ClickHouse lets A@2 take the place of A@1, and then finds B@2 no later.
    path = write(tmp_path / "story.parquet", [1, 1, 1], ["a", "a", "b"], [1, 2, 2])
    steps = (("a",), ("b",))
    assert clickhouse_levels(path, steps, 5, ("strict_increase",)) == {1: 1}
    assert clickhouse_levels(path, steps, 5, ("strict_once", "strict_increase")) == {1: 2}
