"""Make the committed tables, their cards, and the instructor's page of truths.

python datasets/make.py                        everything, in place
python datasets/make.py --out some/folder      the same, somewhere else
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pmlab import datasets
from pmlab.files import write_atomically
from pmlab.simulate import DEFAULT_SEED, company

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Make everything."""
    parser = argparse.ArgumentParser(description="Make the committed tables.")
    parser.add_argument("--out", type=Path, default=ROOT, help="root to write into")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    options = parser.parse_args()

    larder = company(seed=options.seed)
    datasets.write(larder, options.out / "datasets")
    instructor = options.out / "notebooks" / "instructor"
    instructor.mkdir(parents=True, exist_ok=True)
    write_atomically(instructor / "truths.md", larder.truths_page().encode())


if __name__ == "__main__":
    main()
