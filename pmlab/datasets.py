"""Larder's tables as files: load them, read their cards, or write those of another seed.

The committed tables stand in `datasets/` beside the package, or inside an installed one. A folder
of tables holds `manifest.json` (what each file is), the files, and a card for each in `cards/`.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import zlib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pmlab.errors import InputError, NotFoundError, did_you_mean
from pmlab.files import write_atomically
from pmlab.simulate.cards import CARDS

if TYPE_CHECKING:
    import pandas as pd

    from pmlab.simulate import Company

__all__ = ["card", "damaged", "load", "names", "write"]

MANIFEST = "manifest.json"
TYPES = {
    "string": "text",
    "datetime": "date and time",
    "integer": "whole number",
    "number": "number",
}
"""Of a column: the word in the manifest, and the one on the card."""
READ_AS = {"integer": "Int64", "number": "float64"}
"""Of a column: its type on reading; the others are read as text."""
GZIP_FROM = 1_000_000
"""Bytes of text from which a table is compressed."""


def names(*, folder: str | os.PathLike[str] | None = None) -> tuple[str, ...]:
    """Return the names of the tables.

    Examples
    --------
    >>> names()[:3]
    ('users', 'events', 'events_raw')
    """
    return tuple(_manifest(_folder(folder))["tables"])


def load(name: str, *, folder: str | os.PathLike[str] | None = None) -> pd.DataFrame:
    """Load a table, with times as datetimes (UTC, without a zone) and whole numbers as such.

    `time` of `events_raw` stays text, as the clients wrote it, for it has several offsets.

    Parameters
    ----------
    name
        One of `names()`.
    folder
        Where the tables are; by default those that come with pmlab.

    Raises
    ------
    NotFoundError
        There is no such table, or no tables in the folder.

    Examples
    --------
    >>> load("calendar").loc[0, ["kind", "name"]].tolist()
    ['release', '4.6']
    """
    import pandas as pd

    place = _folder(folder)
    table = _entry(place, name)
    columns: dict[str, str] = table["columns"]
    # Whole numbers may be missing: Int64 holds that, and is made plain below when none is.
    frame = pd.read_csv(
        place / table["file"],
        dtype={c: READ_AS.get(kind, "str") for c, kind in columns.items()},
        keep_default_na=False,
        na_values={c: [""] for c in columns},
        encoding="utf-8",
    )
    for column, kind in columns.items():
        if kind == "datetime":
            times = pd.to_datetime(frame[column], format="%Y-%m-%d %H:%M:%S")
            frame[column] = times.astype("datetime64[us]")
        elif kind == "integer" and not frame[column].hasnans:
            frame[column] = frame[column].astype("int64")
    return frame


def card(name: str, *, folder: str | os.PathLike[str] | None = None) -> str:
    """Return the card of a table, in Markdown: grain, rows, columns, time zone, known dirt.

    Examples
    --------
    >>> print(card("events").splitlines()[0])
    # events: what people did in Larder
    """
    place = _folder(folder)
    _entry(place, name)
    return (place / "cards" / f"{name}.md").read_text(encoding="utf-8")


def damaged(*, folder: str | os.PathLike[str] | None = None) -> tuple[str, ...]:
    """Return the names of the tables whose file is missing or not what the manifest describes.

    Examples
    --------
    >>> damaged()
    ()
    """
    place = _folder(folder)
    tables = _manifest(place)["tables"]
    return tuple(
        name
        for name, entry in tables.items()
        if _hash_of_text(place / entry["file"]) != entry.get("sha256_of_text")
    )


def _hash_of_text(path: Path) -> str:
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rb") as file:
            return sha256(file.read()).hexdigest()
    except (OSError, EOFError, zlib.error):
        return "unreadable"


def write(company: Company, folder: str | os.PathLike[str]) -> None:
    """Write a company's tables, their cards and the manifest into a folder.

    The same company gives the same bytes, under the same versions of numpy and pandas.
    """
    import numpy as np
    import pandas as pd

    place = Path(folder)
    (place / "cards").mkdir(parents=True, exist_ok=True)
    tables = {}
    for name in company.tables:
        frame = company.table(name)
        text = frame.to_csv(
            index=False,
            lineterminator="\n",
            date_format="%Y-%m-%d %H:%M:%S",
            float_format="%.15g",  # large ones whole, without a power of ten
        )
        raw = text.encode()
        packed = len(raw) >= GZIP_FROM
        file = f"{name}.csv.gz" if packed else f"{name}.csv"
        write_atomically(place / file, _zipped(raw) if packed else raw)
        tables[name] = {
            "file": file,
            "rows": len(frame),
            "sha256_of_text": sha256(raw).hexdigest(),
            "columns": {column: _kind(frame[column]) for column in frame},
        }
        write_atomically(
            place / "cards" / f"{name}.md", _card(company, name, frame, tables[name]).encode()
        )
    manifest = {
        "seed": company.seed,
        "visitors": company.visitors,
        "made_with": {"numpy": np.__version__, "pandas": pd.__version__},
        "tables": tables,
    }
    write_atomically(place / MANIFEST, (json.dumps(manifest, indent=2) + "\n").encode())


def _card(company: Company, name: str, frame: pd.DataFrame, entry: Mapping[str, Any]) -> str:
    words = CARDS[name]
    redraws = company.redraws.get(name, 0)
    redrawn = f", drawn again {redraws} time{'s' * (redraws > 1)}" if redraws else ""
    lines = [
        f"# {name}: {words.title[0].lower()}{words.title[1:]}",
        "",
        words.about,
        "",
        f"- **Grain:** {words.grain}",
        f"- **Rows:** {len(frame):,}",
        f"- **File:** `{entry['file']}`",
        f"- **Time zone:** {words.zone}",
        f"- **Known dirt:** {words.dirt}",
        f"- **Origin:** Larder is an invented company and its data are synthetic; seed "
        f"{company.seed}{redrawn}.",
        "",
        "| column | type | missing | meaning |",
        "|---|---|---|---|",
    ]
    for column, kind in entry["columns"].items():
        missing = f"{frame[column].isna().sum():,}"
        lines.append(f"| `{column}` | {TYPES[kind]} | {missing} | {words.columns[column]} |")
    return "\n".join(lines) + "\n"


def _kind(column: pd.Series[Any]) -> str:
    kinds = {"M": "datetime", "i": "integer", "f": "number"}
    return kinds.get(column.dtype.kind, "string")


def _zipped(raw: bytes) -> bytes:
    """Return the bytes compressed: without name and time, so that they are always the same."""
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=packed, mtime=0) as file:
        file.write(raw)
    return packed.getvalue()


def _folder(folder: str | os.PathLike[str] | None) -> Path:
    if folder is not None:
        return Path(folder)
    package = Path(__file__).parent
    installed = package / "_bundled" / "datasets"
    return installed if installed.is_dir() else package.parent / "datasets"


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
    except OSError:
        raise NotFoundError(
            f"folder: there are no tables in {str(folder)!r}, for it has no {MANIFEST}. "
            "Give a folder that `pm.datasets.write` wrote."
        ) from None
    try:
        manifest: dict[str, Any] = json.loads(text)
        for name, table in manifest["tables"].items():
            # A folder may come from anybody: it names its own files, never others.
            own = all(Path(file).name == file for file in (name, table["file"]))
            if not own or set(table["columns"].values()) - set(TYPES):
                raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            f"folder: {MANIFEST} in {str(folder)!r} is not one that `pm.datasets.write` wrote. "
            "Write the tables again."
        ) from None
    return manifest


def _entry(folder: Path, name: str) -> dict[str, Any]:
    tables = _manifest(folder)["tables"]
    if name not in tables:
        raise NotFoundError(f"There is no table {name!r}. {did_you_mean(name, tables)}")
    entry: dict[str, Any] = tables[name]
    return entry
