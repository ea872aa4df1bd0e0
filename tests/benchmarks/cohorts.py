"""How fast pmlab makes a cohort table and growth accounting, beside others, in one run.

    python tests/benchmarks/cohorts.py --size 1M 10M

Every contender runs in processes of its own and all must give the same counts, cell by cell. They
take turns, round after round, so that whatever else the machine does meets all of them. Shown are
the first time in a process, the best time, its ratio to the best of ClickHouse, DuckDB and polars
on the same file, and the peak of memory. Nothing here is a test: times depend on the machine.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import cohort_peers
import events
import peers
from funnels import about, peak, show

CONTENDERS = {
    "pmlab": ("pmlab", "path"),
    "pmlab, pandas frame": ("pmlab", "pandas"),
    "pmlab, polars frame": ("pmlab", "polars"),
    "ClickHouse (chdb)": ("clickhouse", "path"),
    "DuckDB": ("duckdb", "path"),
    "polars": ("polars", "path"),
}
OTHERS = ("ClickHouse (chdb)", "DuckDB", "polars")
QUESTIONS = {"cohorts": "A cohort table", "growth": "Growth accounting by week"}


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--size", nargs="+", default=["1M", "10M"], help="events: 1M, 10M")
    parser.add_argument("--rounds", type=int, default=3, help="how many processes each gets")
    parser.add_argument("--repeat", type=int, default=3, help="how often each process is asked")
    parser.add_argument("--ids", default="integers", choices=["integers", "sparse", "uuid"])
    parser.add_argument("--order", default="time", choices=["time", "none"])
    parser.add_argument("--folder", help="where the tables go (a temporary folder)")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measured(*given.measure, given.repeat)))
        return
    print(about())
    for size in given.size:
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            path = Path(folder) / "events.parquet"
            n = int(size.upper().replace("M", "000000"))
            events.write(path, n, ids=given.ids, order=given.order)
            for question, words in QUESTIONS.items():
                print(f"\n### {words}, {size} events, {given.ids} ids, order: {given.order}\n")
                compare(question, path, given)


def compare(question: str, path: Path, given: argparse.Namespace) -> None:
    """Count one table in all ways, and print what that took."""
    found: dict[str, dict] = {}
    for _ in range(given.rounds):
        for name, (who, form) in CONTENDERS.items():
            one = in_a_process(f"{who}_{question}", form, path, given.repeat)
            before = found.setdefault(name, one)
            if one["counts"] != found["pmlab"]["counts"]:
                raise SystemExit(f"{name} counts otherwise than pmlab")
            for key, better in (("first", min), ("best", min), ("peak", max)):
                before[key] = better(before[key], one[key])
    best = min(OTHERS, key=lambda name: found[name]["best"])
    show(found, {f"x best other ({best})": best})
    n_counts = sum(len(row) - 1 for part in found["pmlab"]["counts"] for row in part)
    print(f"\nAll agree on {n_counts:,} numbers.", flush=True)


def in_a_process(function: str, form: str, path: Path, repeat: int) -> dict:
    """Measure one contender."""
    command = [sys.executable, __file__, "--repeat", str(repeat), "--measure", function, form]
    answer = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)
    if answer.returncode:
        raise SystemExit(f"{function} failed:\n{answer.stderr}")
    return json.loads(answer.stdout.splitlines()[-1])


def measured(function: str, form: str, path: str, repeat: int) -> dict:
    """Count a table several times; only `load` stands outside the clock."""
    loaded = getattr(peers, f"load_{form}")(path)
    times = []
    for _ in range(repeat):
        begin = time.perf_counter()
        counts = getattr(cohort_peers, function)(loaded)
        times.append(time.perf_counter() - begin)
    return {"counts": counts, "first": times[0], "best": min(times), "peak": peak()}


if __name__ == "__main__":
    main()
