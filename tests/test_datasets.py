"""The committed tables are what the script makes, and load as what they are."""

import gzip
import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pandas.testing as pdt
import pytest

import pmlab
from pmlab import datasets
from pmlab.errors import InputError, NotFoundError
from pmlab.simulate import Company, company

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "datasets"
MANIFEST = json.loads((FOLDER / "manifest.json").read_text())


def text_of(path: Path) -> bytes:
    raw = path.read_bytes()
    return gzip.decompress(raw) if path.suffix == ".gz" else raw


@pytest.fixture(scope="module")
def larder() -> Company:
    return company()


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """Everything made anew by the committed script."""
    out = tmp_path_factory.mktemp("made")
    subprocess.run([sys.executable, str(FOLDER / "make.py"), "--out", str(out)], check=True)
    return out


# --- the files ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MANIFEST["tables"])
def test_the_committed_file_is_the_one_in_the_manifest(name):
    entry = MANIFEST["tables"][name]
    assert sha256(text_of(FOLDER / entry["file"])).hexdigest() == entry["sha256_of_text"]


def test_the_script_makes_the_committed_tables_again(made):
    again = json.loads((made / "datasets" / "manifest.json").read_text())
    if MANIFEST["made_with"] == {"numpy": np.__version__, "pandas": pd.__version__}:
        assert again == MANIFEST
        for name in MANIFEST["tables"]:
            card = Path("datasets", "cards", f"{name}.md")
            assert (made / card).read_text() == (ROOT / card).read_text()
        truths = Path("notebooks", "instructor", "truths.md")
        assert (made / truths).read_text() == (ROOT / truths).read_text()
    else:
        # Other versions may draw other numbers; the shape of things is the same.
        assert again["tables"].keys() == MANIFEST["tables"].keys()
        for name, entry in MANIFEST["tables"].items():
            assert again["tables"][name]["columns"] == entry["columns"]
            assert again["tables"][name]["rows"] == pytest.approx(entry["rows"], rel=0.03)


def test_written_again_the_bytes_are_the_same_and_no_scraps_are_left(made, larder):
    folder = made / "datasets"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    datasets.write(larder, folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert {str(path.relative_to(folder)) for path in before} == {
        "manifest.json",
        "users.csv.gz",
        "events.csv.gz",
        "events_raw.csv.gz",
        "assignments.csv.gz",
        "upsell_days.csv",
        "subscriptions.csv",
        "orders.csv.gz",
        "surveys.csv",
        "usability.csv",
        "segments.csv",
        "markets.csv",
        "backlog.csv",
        "calendar.csv",
        *(str(Path("cards", f"{name}.md")) for name in MANIFEST["tables"]),
    }


# As they were before the next table came: a new table changes no other's bytes. A change that is
# meant to move one of these belongs in the changelog.
HASHES = {
    "users": "4cc4db61c76fddaaf515a26cf98fb4658f61c41f437e07df9436a267b1ec84bb",
    "events": "b33476db66b75f701189e06c44ff03903a5733cabd83107460f46329d47175e7",
    "events_raw": "e0c55160b2ea27d7ee8e37ff69ca3baad1c83f056f5b8d67081bb400945cd996",
    "assignments": "4e47a481a2732704590c950ac6695277677ff218f90785bf3cd4d36338d999c9",
    "upsell_days": "07eac7c002cb0b68bb8bcd743defc941f98bff7ab78cdcd8b4cc12753f288703",
    "subscriptions": "a834530bc7c65c8fb3dd46271496ad921f034028403d79c48118ab441163838e",
    "orders": "2dac4610f5d6128d909224e03f8a4070e4ecb86da77667285f702b7f8affc4d7",
    "surveys": "be9823b630121203670f393ce09fa3f311059499bec407b7265515d33ae0b598",
    "usability": "8fd8fc69ee425c046f5412cedd59458844c78f1b24b37356778a17c71be34ecf",
    "calendar": "0eac41c517457fe7ed06f2ca7f28a1f8828968cea536cc5923984581a60b0410",
}


@pytest.mark.parametrize("name", HASHES)
def test_a_new_table_changes_no_other(name):
    assert MANIFEST["tables"][name]["sha256_of_text"] == HASHES[name]


def test_all_files_together_are_small():
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 15_000_000


def test_no_card_tells_what_is_hidden():
    for name in datasets.names():
        text = datasets.card(name).lower()
        for secret in (
            "simpson",
            "scraper",
            "retr",
            "outage",
            "broken",
            "collapse",
            "planted",
            "truth",
            "cold",
            "easier",
            "loyal",
            "halv",
            "harder",
            "hides",
            "hidden",
            "mismatch",
            "redirect",
            "lucky",
            "peek",
            "novelty",
            "fade",
            "regret",
            "cater",
            "overlap",
            "twice",
            "both segments",
            "served",
        ):
            assert secret not in text, (name, secret)


def test_a_card_says_what_a_reader_must_know():
    for name in datasets.names():
        text = datasets.card(name)
        rows = MANIFEST["tables"][name]["rows"]
        for word in ("**Grain:**", f"{rows:,}", "UTC", "**Known dirt:**", "seed 2026", "synthetic"):
            assert word in text, (name, word)
        for column in MANIFEST["tables"][name]["columns"]:
            assert f"`{column}`" in text


# --- loading --------------------------------------------------------------------------------------


def test_a_loaded_table_is_the_one_that_was_made(made, larder):
    for name in datasets.names(folder=made / "datasets"):
        loaded = datasets.load(name, folder=made / "datasets")
        pdt.assert_frame_equal(loaded, larder.table(name))


def test_columns_have_their_types():
    events = datasets.load("events")
    assert events["time"].dtype == "datetime64[us]"
    assert events["basket_cents"].dtype == "Int64"
    assert pd.api.types.is_string_dtype(events["event"])
    raw = datasets.load("events_raw")
    assert pd.api.types.is_string_dtype(raw["time"])
    assert set(raw["time"].str[19:]) == {"+00:00", "+01:00"}
    assert raw["received_at"].dtype == "datetime64[us]"
    assert raw["user_id"].isna().any()
    surveys = datasets.load("surveys")
    assert surveys["answered_at"].isna().any()
    assert surveys["sus_10"].dtype == "Int64"
    assert datasets.load("usability")["success"].dtype == "int64"
    markets = datasets.load("markets")
    assert markets["value"].dtype == markets["low"].dtype == "float64"
    assert markets["year"].dtype == "Int64"
    assert markets["basis"].isna().any()
    calendar = datasets.load("calendar")
    assert calendar["first_week"].dtype == "int64"
    assert calendar["end"].isna().any()


def test_large_numbers_stand_in_the_file_as_a_person_writes_them():
    lines = (FOLDER / "markets.csv").read_text().splitlines()
    german = next(line for line in lines if line.startswith("Grocery sales,DE,"))
    assert german.split(",")[2].isdigit()
    share = next(line for line in lines if line.startswith("Larder's commission,"))
    assert share.split(",")[2] == "0.08"


def test_the_tables_of_another_seed_load_from_their_folder(tmp_path):
    other = company(seed=12)
    datasets.write(other, tmp_path)
    assert datasets.names(folder=tmp_path) == other.tables
    pdt.assert_frame_equal(datasets.load("users", folder=str(tmp_path)), other.table("users"))
    assert "seed 12" in datasets.card("users", folder=tmp_path)


def test_an_installed_package_brings_its_own_tables(tmp_path):
    # As the wheel lays them out: inside the package, and nothing beside it.
    package = tmp_path / "pmlab"
    shutil.copytree(Path(pmlab.__file__).parent, package)
    shutil.copytree(FOLDER, package / "_bundled" / "datasets")
    line = "import pmlab as pm; print(pm.__file__, len(pm.datasets.load('users')))"
    done = subprocess.run(
        [sys.executable, "-c", line],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [
        str(package / "__init__.py"),
        str(MANIFEST["tables"]["users"]["rows"]),
    ]


# --- what goes wrong ------------------------------------------------------------------------------


def test_a_misspelt_table_gets_the_close_match():
    with pytest.raises(NotFoundError, match=r"no table 'event'\. Did you mean 'events'"):
        datasets.load("event")
    with pytest.raises(NotFoundError, match="Did you mean 'calendar'"):
        datasets.card("calender")


def test_a_folder_without_tables_says_so(tmp_path):
    with pytest.raises(NotFoundError, match=r"no manifest\.json"):
        datasets.load("events", folder=tmp_path)


@pytest.mark.parametrize(
    "manifest",
    [
        "not json",
        "[]",
        '{"tables": {"users": {"file": "../users.csv", "columns": {}}}}',
        '{"tables": {"users": {"file": "/etc/hostname", "columns": {}}}}',
        '{"tables": {"users": {"file": "users.csv", "columns": {"a": "pickle"}}}}',
        '{"tables": {"../users": {"file": "users.csv", "columns": {}}}}',
    ],
)
def test_a_manifest_from_elsewhere_is_refused(tmp_path, manifest):
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(InputError, match=r"is not one that `pm\.datasets\.write` wrote"):
        datasets.load("users", folder=tmp_path)
