"""How fast pmlab counts a funnel, beside others, on the same tables in one run.

    python tests/benchmarks/funnels.py --size 1M 10M

Every contender runs in a process of its own, asked several times for the same funnel; all must
give the same counts. They take turns, round after round, so that whatever else the machine does
meets all of them. Shown are the first time in a process (imports, and compiled code loaded), the
best time, its ratio to ClickHouse, DuckDB and polars on the same file, the least time that all
processors together worked (which a busy machine changes less), and the peak of memory; then
the same funnel under other rules, against the plain one; and how time grows with the size. Nothing
here is a test: times depend on the machine and on what else it does.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
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
RULES = {
    "plain": "pmlab",
    "strict order": "strict_rule",
    "any order": "unordered_rule",
    "an exclusion": "exclusion_rule",
    "a breakdown by first touch": "breakdown_rule",
    "a breakdown, each value by itself": "breakdown_all_rule",
    "totals": "totals_rule",
}
LARGE = 50_000_000
"""From here on only the file with integer ids, and those who can count it in little memory."""


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--size", nargs="+", default=["1M", "10M"], help="events: 1M, 10M, 100M")
    parser.add_argument("--rounds", type=int, default=3, help="how many processes each gets")
    parser.add_argument("--repeat", type=int, default=3, help="how often each process is asked")
    parser.add_argument("--table", nargs="+", default=list(TABLES), choices=list(TABLES))
    parser.add_argument("--folder", help="where the tables go (a temporary folder)")
    parser.add_argument("--no-rules", dest="rules", action="store_false", help="the plain funnel")
    parser.add_argument("--no-cold", dest="cold", action="store_false", help="leave cold starts")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--write", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        path, n, table = given.write
        events.write(Path(path), int(n), **TABLES[table][0])
        return
    if given.measure:
        function, form, path = given.measure
        print(json.dumps(measured(function, form, path, given.repeat)))
        return
    print(about())
    if given.cold:
        print(cold_start())
    times = {}
    for size in given.size:
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            n = int(size.upper().replace("M", "000000"))
            for table in [*given.table] if n < LARGE else ["integer ids"]:
                path = Path(folder) / "events.parquet"
                in_a_process("--write", str(path), str(n), table)
                megabytes = path.stat().st_size / 1e6
                print(f"\n### {size} events, {table} (a file of {megabytes:,.0f} MB)\n", flush=True)
                found = compare(path, TABLES[table][1] if n < LARGE else FEW, given)
                if table == "integer ids":
                    times[size] = found["pmlab"]["best"]
                    if n < LARGE and given.rules:
                        compare_rules(path, given)
                path.unlink()
    for (small, less), (large, more) in pairwise(times.items()):
        print(f"\nFrom {small} to {large} the time of pmlab grows {more / less:.1f}-fold.")


def about() -> str:
    """Return the machine and the versions."""
    names = ("numpy", "pandas", "pyarrow", "numba", "chdb", "duckdb", "polars")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    python = sys.version.split()[0]
    return f"{os.cpu_count()} cores, Python {python}, {versions}"


def compare(path: Path, who: tuple[str, ...], given: argparse.Namespace) -> dict[str, dict]:
    """Count one table in all these ways, print what that took, and return it."""
    found = in_turns({name: CONTENDERS[name] for name in who}, path, given)
    for name, one in found.items():
        if one["counts"] != found["pmlab"]["counts"]:
            raise SystemExit(f"{name} counts {one['counts']}, not {found['pmlab']['counts']}")
    against = [
        name for name in found if name.split(",")[0] in ("ClickHouse (chdb)", "DuckDB", "polars")
    ]
    show(found, {f"x {name.split(' ')[0].strip(',')}": name for name in against})
    return found


def compare_rules(path: Path, given: argparse.Namespace) -> None:
    """Count one table by several rules, and print what that took beside the plain funnel."""
    found = in_turns({name: (function, "path") for name, function in RULES.items()}, path, given)
    print("\nThe same file, by other rules:\n")
    show(found, {"x plain": "plain"})


def in_turns(
    contenders: dict[str, tuple[str, str]], path: Path, given: argparse.Namespace
) -> dict[str, dict]:
    """Measure each contender in processes of its own, one round after the other."""
    found: dict[str, dict] = {}
    for _ in range(given.rounds):
        for name, (function, form) in contenders.items():
            one = json.loads(
                in_a_process("--repeat", str(given.repeat), "--measure", function, form, str(path))
            )
            before = found.setdefault(name, one)
            for key, better in (("first", min), ("best", min), ("cpu", min), ("peak", max)):
                before[key] = better(before[key], one[key])
    return found


def show(found: dict[str, dict], against: dict[str, str]) -> None:
    """Print a table of what was measured, with ratios to some of it."""
    heads = ["", "first, s", "best, s", *against, "processors, s", "peak, MB"]
    print("| " + " | ".join(heads) + " |")
    print("|---|" + "---:|" * (len(heads) - 1))
    for name, one in found.items():
        ratios = [f"{one['best'] / found[other]['best']:.2f}" for other in against.values()]
        seconds = [f"{one[what]:.2f}" for what in ("first", "best", "cpu")]
        row = [name, *seconds[:2], *ratios, seconds[2], f"{one['peak']:,.0f}"]
        print("| " + " | ".join(row) + " |", flush=True)


def in_a_process(*arguments: str) -> str:
    """Run this file with these arguments, and return the last line that it prints."""
    command = [sys.executable, __file__, *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{answer.stderr}")
    return answer.stdout.splitlines()[-1] if answer.stdout else ""


def measured(function: str, form: str, path: str, repeat: int) -> dict:
    """Count a table several times; only `load` stands outside the clock."""
    table = getattr(peers, f"load_{form}")(path)
    times, worked = [], []
    for _ in range(repeat):
        begin, before = time.perf_counter(), time.process_time()
        counts = getattr(peers, function)(table)
        times.append(time.perf_counter() - begin)
        worked.append(time.process_time() - before)
    return {
        "counts": counts,
        "first": times[0],
        "best": min(times),
        "cpu": min(worked),
        "peak": peak(),
    }


def peak() -> float:
    """Return the most memory that this process has held, in MB; NaN where Linux does not say."""
    status = Path("/proc/self/status")
    # Not getrusage: its peak is that of the parent, until the child has grown larger.
    lines = status.read_text().splitlines() if status.exists() else []
    kilobytes = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    return kilobytes[0] * 1024 / 1e6 if kilobytes else math.nan


COLD = """
import time
begin = time.perf_counter()
import pmlab
imported = time.perf_counter()
pmlab.funnel({path!r}, {steps!r}, within="7d")
print(imported - begin, time.perf_counter() - begin)
"""
COLD_FRAME = """
import time
begin = time.perf_counter()
import pandas
waited = time.perf_counter()
frame = pandas.read_csv({path!r}, parse_dates=["time"])
waited = time.perf_counter() - waited
import pmlab
imported = time.perf_counter()
pmlab.funnel(frame, {steps!r}, within="7d")
print(imported - begin, time.perf_counter() - begin - waited)
"""


def cold_start() -> str:
    """Return how long it takes to import pmlab, and to count a first, small funnel."""
    import pandas as pd

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.parquet"
        in_a_process("--write", str(path), "20000", "integer ids")
        table = Path(folder) / "events.csv"
        pd.read_parquet(path).to_csv(table, index=False)
        code = {
            "a CSV": COLD.format(path=str(table), steps=peers.STEPS),
            "a Parquet file": COLD.format(path=str(path), steps=peers.STEPS),
            "a pandas frame": COLD_FRAME.format(path=str(table), steps=peers.STEPS),
        }
        runs: dict[str, list[list[float]]] = {name: [] for name in code}
        for _ in range(5):
            for name, lines in code.items():
                answer = subprocess.run(
                    [sys.executable, "-c", lines], capture_output=True, text=True, check=True
                )
                runs[name].append([float(seconds) for seconds in answer.stdout.split()])
    imported = min(run[0] for run in runs["a CSV"])
    counted = ", ".join(f"{name} {min(run[1] for run in of):.2f} s" for name, of in runs.items())
    return (
        f"In a new process (best of 5): import pmlab {imported:.3f} s; a first funnel of 20,000 "
        f"events, imports included: {counted}."
    )


if __name__ == "__main__":
    main()
