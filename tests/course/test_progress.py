"""The learner's one file survives crashes, two writers, and its own damage."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from pmlab.course.progress import FILE_NAME, Entry, Progress


def try_once(progress, id):
    def how(entries):
        entries.setdefault(id, Entry()).tries += 1

    progress.change(how)


def test_what_one_wrote_the_next_reads(tmp_path):
    try_once(Progress(tmp_path), "99.1")
    try_once(Progress(tmp_path), "99.1")
    assert Progress(tmp_path)["99.1"].tries == 2
    assert Progress(tmp_path)["99.2"] == Entry()


def test_two_open_notebooks_lose_nothing(tmp_path):
    first, second = Progress(tmp_path), Progress(tmp_path)
    try_once(first, "99.1")
    try_once(second, "99.2")
    try_once(first, "99.3")
    assert set(json.loads((tmp_path / FILE_NAME).read_text())["questions"]) == {
        "99.1",
        "99.2",
        "99.3",
    }


WRITER = """
import sys
from pathlib import Path
from pmlab.course.progress import Entry, Progress

progress = Progress(Path(sys.argv[1]))
print("ready", flush=True)
for number in range(int(sys.argv[3])):
    def how(entries):
        entries.setdefault(sys.argv[2], Entry()).tries += 1
        entries.setdefault("99.9", Entry()).tries += 1
        entries["99.9"].text = "x" * 200_000
    progress.change(how)
"""


def writer(folder, id, times):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), id, str(times)], stdout=subprocess.PIPE
    )


def test_two_processes_writing_at_once_lose_nothing(tmp_path):
    processes = [writer(tmp_path, id, 40) for id in ("99.1", "99.2")]
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    progress = Progress(tmp_path)
    assert (progress["99.1"].tries, progress["99.2"].tries) == (40, 40)
    assert progress["99.9"].tries == 80


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_process_killed_while_writing_leaves_a_whole_file(tmp_path):
    told = []
    for round_ in range(5):
        process = writer(tmp_path, "99.1", 1_000_000)
        assert process.stdout.readline() == b"ready\n"
        time.sleep(0.05 + 0.03 * round_)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
        progress = Progress(tmp_path, tell=told.append)
        # Both counters were written in one step, so they are equal if the file is whole.
        assert progress["99.1"].tries == progress["99.9"].tries > 0
        try_once(progress, "99.2")  # the dead writer's lock is gone
        assert Progress(tmp_path)["99.2"].tries == round_ + 1
    assert told == []


DAMAGE = [
    b"",
    b"{",
    b"\xff\xfe\x00",
    b"null",
    b"[]",
    b'{"version": 1}',
    b'{"version": 1, "questions": []}',
    b'{"version": 1, "questions": {"99.1": {}}}',
    b'{"version": 1, "questions": {"99.1": {"done": "yes", "tries": 1, "hints": 0, "slips": {},'
    b' "text": ""}}}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("content", DAMAGE, ids=range(len(DAMAGE)))
def test_a_damaged_file_is_set_aside_and_never_lost(tmp_path, content):
    (tmp_path / FILE_NAME).write_bytes(content)
    told = []
    progress = Progress(tmp_path, tell=told.append)
    try_once(progress, "99.1")
    aside = list(tmp_path.glob("pmlab-progress.*.json"))
    assert [path.read_bytes() for path in aside] == [content]
    assert len(told) == 1
    assert "cannot be read" in told[0]
    assert aside[0].name in told[0]
    assert Progress(tmp_path)["99.1"].tries == 1


def test_damage_twice_in_a_second_keeps_both(tmp_path):
    for content in (b"first", b"second"):
        (tmp_path / FILE_NAME).write_bytes(content)
        Progress(tmp_path, tell=lambda text: None)
    kept = {path.read_bytes() for path in tmp_path.glob("pmlab-progress.*.json")}
    assert kept == {b"first", b"second"}


def test_a_file_of_a_newer_pmlab_is_set_aside(tmp_path):
    (tmp_path / FILE_NAME).write_text('{"version": 2, "questions": {}, "new": 1}')
    told = []
    Progress(tmp_path, tell=told.append)
    assert "comes from a newer pmlab" in told[0]


def test_a_folder_that_cannot_be_written_is_said_once(tmp_path):
    told = []
    progress = Progress(tmp_path / "not there", tell=told.append)
    try_once(progress, "99.1")
    try_once(progress, "99.1")
    assert progress["99.1"].tries == 2
    assert len(told) == 1
    assert "The course goes on" in told[0]


def test_the_off_switch_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("PMLAB_PROGRESS", "off")
    progress = Progress(tmp_path)
    try_once(progress, "99.1")
    assert progress["99.1"].tries == 1
    assert list(tmp_path.iterdir()) == []


def test_reading_alone_writes_no_progress_file(tmp_path):
    Progress(tmp_path)
    assert not (tmp_path / FILE_NAME).exists()


def test_any_text_can_be_kept(tmp_path):
    progress = Progress(tmp_path)
    text = "Zoë said: \ud800 \u2028 \0 “no”"

    def how(entries):
        entries["99.5"] = Entry(text=text)

    progress.change(how)
    assert Progress(tmp_path)["99.5"].text == text
