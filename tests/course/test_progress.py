"""The learner's one file survives crashes, two writers, and its own damage."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime

import pytest

from pmlab.course.progress import FILE_NAME, Entry, Progress
from pmlab.files import lock


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


def test_what_could_not_be_written_is_written_later(tmp_path):
    """The folder is on a stick that somebody pulls out and puts in again."""
    stick, away = tmp_path / "stick", tmp_path / "away"
    stick.mkdir()
    told = []
    progress = Progress(stick, tell=told.append)
    try_once(progress, "99.1")
    stick.rename(away)
    try_once(progress, "99.1")
    try_once(progress, "99.2")
    assert (progress["99.1"].tries, progress["99.2"].tries) == (2, 1)
    assert len(told) == 1
    away.rename(stick)
    try_once(Progress(stick), "99.3")  # another notebook was faster
    try_once(progress, "99.2")
    kept = Progress(stick)
    assert [kept[id].tries for id in ("99.1", "99.2", "99.3")] == [2, 2, 1]
    assert told[1:] == ["Your progress is written again; nothing is lost."]


FULL_DISK = """
import resource, sys
from pathlib import Path
from pmlab.course.progress import Entry, Progress

def once(entries):
    entries.setdefault("99.1", Entry()).tries += 1

def long(entries):
    entries.setdefault("99.5", Entry()).text = "x" * 5000

progress = Progress(Path(sys.argv[1]))
progress.change(once)
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
progress.change(long)
progress.change(once)
print(progress["99.1"].tries)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
progress.change(once)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on a file's size there")
def test_a_full_disk_loses_nothing_and_leaves_no_rubbish(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, text=True, check=True
    )
    first, count, last = done.stdout.splitlines()
    assert "File too large" in first
    assert count == "2"
    assert last == "Your progress is written again; nothing is lost."
    kept = Progress(tmp_path)
    assert kept["99.1"].tries == 3
    assert len(kept["99.5"].text) == 5000
    assert {path.name for path in tmp_path.iterdir()} == {FILE_NAME, f".{FILE_NAME}.lock"}


def test_a_change_that_is_broken_off_leaves_the_file_and_the_lock(tmp_path):
    progress = Progress(tmp_path)
    try_once(progress, "99.1")
    before = (tmp_path / FILE_NAME).read_bytes()

    def stopped(entries):
        entries["99.1"].tries = 100
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        progress.change(stopped)
    assert (tmp_path / FILE_NAME).read_bytes() == before
    assert progress["99.1"].tries == 1
    try_once(progress, "99.1")
    assert Progress(tmp_path)["99.1"].tries == 2


def test_a_lock_that_stays_is_waited_for_once(tmp_path, monkeypatch):
    """Some other program holds the lock and hangs: later cells must not wait for it again."""
    monkeypatch.setattr("pmlab.course.progress.SECONDS_FOR_THE_LOCK", 0.2)
    told = []
    progress = Progress(tmp_path, tell=told.append)
    with lock(tmp_path / f".{FILE_NAME}.lock"):
        try_once(progress, "99.1")
        try_once(progress, "99.1")
    assert len(told) == 1
    assert "stays locked by another program" in told[0]
    try_once(progress, "99.1")
    assert Progress(tmp_path)["99.1"].tries == 3


def test_a_read_only_file_is_renewed_in_a_folder_that_is_not(tmp_path):
    try_once(Progress(tmp_path), "99.1")
    (tmp_path / FILE_NAME).chmod(0o444)
    told = []
    try_once(Progress(tmp_path, tell=told.append), "99.1")
    assert Progress(tmp_path)["99.1"].tries == 2
    assert told == []


def test_a_folder_of_the_files_name_is_left_alone(tmp_path):
    (tmp_path / FILE_NAME).mkdir()
    (tmp_path / FILE_NAME / "mine.txt").write_text("mine")
    told = []
    progress = Progress(tmp_path, tell=told.append)
    try_once(progress, "99.1")
    assert progress["99.1"].tries == 1
    assert len(told) == 1
    assert (tmp_path / FILE_NAME / "mine.txt").read_text() == "mine"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
@pytest.mark.parametrize("content", [b'{"version": 1, "questions": {}}', b"not ours at all"])
def test_a_link_is_never_written_through(tmp_path, content):
    """A folder from elsewhere may hold a link to any file of the learner's."""
    elsewhere, folder = tmp_path / "important.txt", tmp_path / "folder"
    elsewhere.write_bytes(content)
    folder.mkdir()
    (folder / FILE_NAME).symlink_to(elsewhere)
    try_once(Progress(folder, tell=lambda text: None), "99.1")
    assert elsewhere.read_bytes() == content
    assert Progress(folder)["99.1"].tries == 1


@pytest.mark.parametrize(
    "change",
    [lambda text: b"\xef\xbb\xbf" + text, lambda text: text.replace(b"\n", b"\r\n")],
    ids=["BOM", "CRLF"],
)
def test_a_file_saved_by_an_editor_of_windows_is_read(tmp_path, change):
    try_once(Progress(tmp_path), "99.1")
    path = tmp_path / FILE_NAME
    path.write_bytes(change(path.read_bytes()))
    told = []
    assert Progress(tmp_path, tell=told.append)["99.1"].tries == 1
    assert told == []


def test_a_clock_that_goes_back_overwrites_no_file_set_aside(tmp_path, monkeypatch):
    class Stopped(datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2026, 1, 1)

    monkeypatch.setattr("pmlab.course.progress.datetime", Stopped)
    for number in range(3):
        (tmp_path / FILE_NAME).write_bytes(b"broken %d" % number)
        Progress(tmp_path, tell=lambda text: None)
    kept = {path.read_bytes() for path in tmp_path.glob("pmlab-progress.*.json")}
    assert kept == {b"broken 0", b"broken 1", b"broken 2"}
