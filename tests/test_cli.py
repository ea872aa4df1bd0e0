"""The pmlab command, as a person types it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from pmlab import __version__, cli
from pmlab.course import builder, launch, machine, places
from pmlab.errors import MissingExtraError


def pmlab(*arguments, **settings):
    return subprocess.run(
        [sys.executable, "-m", "pmlab.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **settings,
    )


def test_version():
    assert pmlab("--version").stdout == f"pmlab {__version__}\n"


@pytest.mark.parametrize("command", [[], ["lab"], ["check"], ["build"]])
def test_help_says_what_each_command_does(command):
    done = pmlab(*command, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("usage: pmlab")


@pytest.mark.parametrize(
    "wrong", [[], ["fnord"], ["check", "--fnord"], ["build", "--fnord"]], ids=" ".join
)
def test_a_wrong_command_is_refused_with_its_usage(wrong):
    done = pmlab(*wrong)
    assert done.returncode == 2
    assert "usage: pmlab" in done.stderr


def test_an_error_is_one_line_without_a_traceback():
    done = pmlab("build", "fnord")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("pmlab: there is no chapter 'fnord'.")
    assert done.stderr.count("\n") == 1


def test_the_command_imports_little():
    code = "import sys, pmlab.cli; print({'pandas', 'plotly', 'pmlab.course'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


# --- pmlab lab ---


@pytest.fixture
def notebooks(tmp_path, monkeypatch):
    folder = tmp_path / "notebooks"
    (folder / "exercises").mkdir(parents=True)
    for name in ("02_funnels", "03_drops"):
        text = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
        (folder / "exercises" / f"{name}.ipynb").write_text(text)
    (folder / "glossary.md").write_text("# Glossary")
    monkeypatch.setattr(places, "notebooks", lambda: folder)
    return folder


@pytest.fixture
def opened(monkeypatch):
    calls = []

    def note(folder, notebook, options):
        calls.append((folder, notebook, list(options)))
        return 0

    monkeypatch.setattr(launch, "open_lab", note)
    return calls


def test_lab_fills_the_folder_and_opens_the_first_notebook(notebooks, opened, tmp_path, capsys):
    home = tmp_path / "my course"
    assert cli.main(["lab", "--folder", str(home), "--no-browser", "--port=9999"]) == 0
    assert opened == [(home, "02_funnels.ipynb", ["--no-browser", "--port=9999"])]
    assert sorted(path.name for path in home.glob("[!.]*")) == [
        "02_funnels.ipynb",
        "03_drops.ipynb",
        "glossary.md",
    ]
    assert capsys.readouterr().out == f"Your folder: {home}\n"


def test_lab_never_writes_over_work_and_says_where_the_newer_is(
    notebooks, opened, tmp_path, capsys
):
    home = tmp_path / "home"
    cli.main(["lab", "--folder", str(home)])
    (home / "02_funnels.ipynb").write_text("my answers")
    (notebooks / "exercises" / "02_funnels.ipynb").write_text("second edition")
    capsys.readouterr()
    cli.main(["lab", "--folder", str(home)])
    assert (home / "02_funnels.ipynb").read_text() == "my answers"
    assert "is beside it: 02_funnels (version 2).ipynb" in capsys.readouterr().out


def test_the_course_opens_on_its_first_chapter_with_its_pages_beside_it(opened, tmp_path):
    home = tmp_path / "home"
    cli.main(["lab", "--folder", str(home)])
    assert opened == [(home, "00_start.ipynb", [])]
    assert (home / "glossary.md").is_file()
    assert (home / "which_method.md").is_file()
    assert (home / "why_tools_disagree.md").is_file()


def test_without_jupyterlab_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(launch, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'pmlab-course\[lab\]'"):
        launch.open_lab(tmp_path, None)


def test_settings_of_the_learner_stay_behind_ours(monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "theirs")
    ours, theirs = launch.environment()["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert theirs == "theirs"
    settings = json.loads((Path(ours) / "labconfig" / "page_config.json").read_text())
    assert settings["disabledExtensions"] == {"@jupyterlab/apputils-extension:announcements": True}


@pytest.mark.skipif(sys.platform == "win32", reason="stops the server by a signal")
def test_a_real_jupyterlab_serves_the_folder_without_news(tmp_path):
    """The whole way, with real parts: copy, start, ask the server, stop."""
    home = tmp_path / "home"
    exercises = tmp_path / "exercises"
    exercises.mkdir()
    text = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    (exercises / "02_funnels.ipynb").write_text(text)
    code = (
        "import sys; from pathlib import Path; from pmlab import cli; from pmlab.course import "
        f"places; places.notebooks = lambda: Path({str(tmp_path)!r}); sys.exit(cli.main())"
    )
    options = [f"--folder={home}", "--no-browser", "--port=0"]
    server = subprocess.Popen(
        [sys.executable, "-c", code, "lab", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "JUPYTER_CONFIG_DIR": str(tmp_path / "config")},
    )
    try:
        address = _address(server)
        page = _get(address)
        config = json.loads(
            re.search(r'<script id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.S)[1]
        )
        assert "@jupyterlab/apputils-extension:announcements" in config["disabledExtensions"]
        assert config["news"] == {"disabled": True}
        settings = "/lab/api/settings/@jupyterlab/docmanager-extension:plugin"
        schema = json.loads(_get(address, settings))["schema"]["properties"]
        # Whoever follows a link to the glossary reads it, and does not edit it.
        assert schema["defaultViewers"]["default"] == {"markdown": "Markdown Preview"}
        listing = json.loads(_get(address, "/api/contents"))
        assert [item["name"] for item in listing["content"]] == ["02_funnels.ipynb"]
        assert "/lab/tree/02_funnels.ipynb" in address
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=30)


def _address(server):
    said = []
    for line in server.stderr:  # ends when the server does
        said.append(line)
        if found := re.search(r"http://(?:localhost|127\.0\.0\.1):\d+/\S+token=\w+", line):
            return found[0]
    raise AssertionError(f"JupyterLab printed no address: {''.join(said)}")


def _get(address, path=None):
    if path is not None:
        host, token = re.match(r"(http://[^/]+)/.*(\?token=\w+)", address).groups()
        address = f"{host}{path}{token}"
    for _ in range(100):  # the address is printed a moment before the door is open
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return answer.read().decode()
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            time.sleep(0.1)
    raise AssertionError(f"nobody answers at {address}")


# --- pmlab check, pmlab build ---


def test_check_says_ready_or_counts_the_problems(monkeypatch, capsys):
    fine = machine.Line(what="Python", found="3.11")
    bad = machine.Line(what="browser", found="none", problem=True, next_move="install one.")
    monkeypatch.setattr(machine, "look_over", lambda folder: iter([fine]))
    assert cli.main(["check"]) == 0
    assert capsys.readouterr().out == "ok        Python: 3.11\n\nReady: pmlab lab\n"
    monkeypatch.setattr(machine, "look_over", lambda folder: iter([fine, bad]))
    assert cli.main(["check"]) == 1
    assert capsys.readouterr().out == (
        "ok        Python: 3.11\nproblem   browser: none\n          -> install one.\n\n"
        "1 to put right first.\n"
    )


def test_build_check_names_what_differs_and_exits_1(monkeypatch, capsys, tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises" / "98_gone.ipynb").write_text("{}")
    monkeypatch.setattr(places, "notebooks_source", lambda: tmp_path)
    assert cli.main(["build", "--check"]) == 1
    assert capsys.readouterr().out.startswith("exercises/98_gone.ipynb: has no source\n")
    (tmp_path / "exercises" / "98_gone.ipynb").unlink()
    assert cli.main(["build", "--check"]) == 0
    assert "not the pinned versions" in capsys.readouterr().out
    (tmp_path / "constraints.txt").write_text(f"numpy=={builder._installed('numpy')}\n")
    assert cli.main(["build", "--check"]) == 0
    assert capsys.readouterr().out == "Clean.\n"


def test_build_outside_a_clone_says_so(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(places, "_PACKAGE", tmp_path / "site-packages" / "pmlab")
    assert cli.main(["build"]) == 2
    assert "needs a clone" in capsys.readouterr().err
