"""Whether a machine is ready, and what to do when it is not."""

from __future__ import annotations

import webbrowser

import pytest

from pmlab import datasets
from pmlab.course import machine, places
from pmlab.errors import NotFoundError


def lines_of(folder):
    return {line.what: line for line in machine.look_over(folder)}


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    return lines_of(tmp_path_factory.mktemp("home") / "not yet there")


def test_everything_is_looked_at(lines):
    assert list(lines) == [
        "Python",
        "packages",
        "a kernel",
        "folder",
        "data",
        "notebooks",
        "browser",
    ]


def test_this_machine_has_what_the_tests_need(lines):
    for what in ("Python", "packages", "a kernel", "folder", "data"):
        assert not lines[what].problem, str(lines[what])
    assert "jupyterlab" in lines["packages"].found
    assert "pandas" in lines["packages"].found


def test_a_problem_says_the_next_move(tmp_path, monkeypatch):
    def no_browser():
        raise webbrowser.Error("none")

    def no_notebooks():
        raise NotFoundError("this copy has none")

    monkeypatch.setattr(webbrowser, "get", no_browser)
    monkeypatch.setattr(places, "notebooks", no_notebooks)
    monkeypatch.setattr(datasets, "damaged", lambda: ("events",))
    monkeypatch.setattr(machine, "_needed", lambda: ["pandas", "fnord"])
    monkeypatch.setattr(machine, "_kernel", lambda: 1 / 0)
    lines = lines_of(tmp_path)
    assert "pmlab lab --no-browser" in str(lines["browser"])
    assert "install" in str(lines["notebooks"])
    assert str(lines["packages"]).startswith("problem   packages: fnord not installed")
    assert "events" in str(lines["data"])
    assert "ZeroDivisionError" in str(lines["a kernel"])


def test_a_folder_under_a_file_is_a_problem(tmp_path):
    (tmp_path / "file").write_text("")
    assert machine._folder(tmp_path / "file" / "course").problem


def test_a_damaged_table_is_found(tmp_path):
    for path in datasets._folder(None).glob("*.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert datasets.damaged(folder=tmp_path) == ()
    with (tmp_path / "events.csv.gz").open("r+b") as file:
        file.seek(1000)
        file.write(b"\0\0\0\0")
    (tmp_path / "calendar.csv").unlink()
    assert set(datasets.damaged(folder=tmp_path)) == {"events", "calendar"}
