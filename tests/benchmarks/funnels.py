"""How fast pmlab counts a funnel, beside others, on the same tables in one run.

    python tests/benchmarks/funnels.py --size 1M 10M

Every contender runs in a process of its own, asked several times for the same funnel; all must
give the same counts. Shown are the first time (imports, and compiled code loaded or made), the best
time, the ratio to ClickHouse, DuckDB and polars on the same file, and the peak of memory. Nothing
here is a test: times depend on the machine and on what else it does.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import events
import peers

CONTENDERS = {
    "pmlab": ("pmlab", "path"),
    "pmlab, pandas frame, texts": ("pmlab", "pandas"),
    "pmlab, pandas frame, categories": ("pmlab", "pandas_categories"),
    "pmlab, polars frame": ("pmlab", "polars"),
    "ClickHouse (chdb)": ("clickhouse", "path"),
    "DuckDB, windows": ("duckdb", "path"),
    "polars, windows": ("polars", "path"),
    "pandas": ("pandas", "pandas"),
}
FEW = ("pmlab", "ClickHouse (chdb)")
TABLES = {
    "integer ids": ({}, tuple(CONTENDERS)),
    "sparse 64-bit ids": ({"ids": "sparse"}, FEW),
    "UUID ids": ({"ids": "uuid"}, FEW),
    "integer ids, shuffled": ({"order": "none"}, FEW),
}
LARGE = 50_000_000
"""From here on only the file with integer ids, and those who can count it in little memory."""


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--size", nargs="+", default=["1M", "10M"], help="events: 1M, 10M, 100M")
    parser.add_argument("--repeat", type=int, default=3, help="how often each is asked")
    parser.add_argument("--table", nargs="+", default=list(TABLES), choices=list(TABLES))
    parser.add_argument("--folder", help="where the tables go (a temporary folder)")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        function, form, path = given.measure
        print(json.dumps(measured(function, form, path, given.repeat)))
        return
    print(about())
    print(cold_start())
    for size in given.size:
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            n = int(size.upper().replace("M", "000000"))
            for table in given.table if n < LARGE else ["integer ids"]:
                compare(Path(folder), table, size, n, given.repeat)


def about() -> str:
    """Return the machine and the versions."""
    names = ("numpy", "pandas", "pyarrow", "numba", "chdb", "duckdb", "polars")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    python = sys.version.split()[0]
    return f"{os.cpu_count()} cores, Python {python}, {versions}"


def compare(folder: Path, table: str, size: str, n: int, repeat: int) -> None:
    """Make one table, count it in all ways, and print what that took."""
    options, who = TABLES[table]
    path = folder / "events.parquet"
    events.write(path, n, **options)
    megabytes = path.stat().st_size / 1e6
    print(f"\n### {size} events, {table} (a file of {megabytes:,.0f} MB)\n", flush=True)
    found = {}
    for name in who if n < LARGE else FEW:
        found[name] = in_its_own_process(*CONTENDERS[name], path, repeat)
        if found[name]["counts"] != found[who[0]]["counts"]:
            raise SystemExit(
                f"{name} counts {found[name]['counts']}, not {found[who[0]]['counts']}"
            )
    against = [
        name for name in found if name.split(",")[0] in ("ClickHouse (chdb)", "DuckDB", "polars")
    ]
    heads = ["", "first, s", "best, s", *(f"x {name.split(' ')[0].strip(',')}" for name in against)]
    print("| " + " | ".join([*heads, "peak, MB"]) + " |")
    print("|---|" + "---:|" * len(heads))
    for name, one in found.items():
        ratios = [f"{one['best'] / found[other]['best']:.2f}" for other in against]
        row = [name, f"{one['first']:.2f}", f"{one['best']:.2f}", *ratios, f"{one['peak']:,.0f}"]
        print("| " + " | ".join(row) + " |", flush=True)
    path.unlink()


def in_its_own_process(function: str, form: str, path: Path, repeat: int) -> dict:
    """Measure one contender."""
    command = [sys.executable, __file__, "--repeat", str(repeat), "--measure", function, form]
    answer = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)
    if answer.returncode:
        raise SystemExit(f"{function} failed:\n{answer.stderr}")
    return json.loads(answer.stdout.splitlines()[-1])


def measured(function: str, form: str, path: str, repeat: int) -> dict:
    """Count a table several times; only `load` stands outside the clock."""
    table = getattr(peers, f"load_{form}")(path)
    times = []
    for _ in range(repeat):
        begin = time.perf_counter()
        counts = getattr(peers, function)(table)
        times.append(time.perf_counter() - begin)
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    return {"counts": counts, "first": times[0], "best": min(times), "peak": peak}


COLD = """
import time
begin = time.perf_counter()
import pmlab
imported = time.perf_counter()
pmlab.funnel({path!r}, {steps!r}, within="7d")
print(imported - begin, time.perf_counter() - begin)
"""


def cold_start() -> str:
    """Return how long it takes to import pmlab, and to count a first, small funnel."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.parquet"
        events.write(path, 20_000)
        code = COLD.format(path=str(path), steps=peers.STEPS)
        runs = []
        for _ in range(3):
            answer = subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, check=True
            )
            runs.append([float(seconds) for seconds in answer.stdout.split()])
    imported, counted = (min(column) for column in zip(*runs, strict=True))
    return (
        f"In a new process (best of 3): import pmlab {imported:.3f} s; a funnel of 20,000 events, "
        f"imports included, {counted:.2f} s."
    )


if __name__ == "__main__":
    main()
