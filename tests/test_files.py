"""Nobody ever sees, or keeps, half of a file."""

import os
import subprocess
import sys

import pytest

from pmlab.files import lock, write_atomically


def test_a_file_is_made_and_replaced_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "note.txt"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(tmp_path) == ["note.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_others_may_read_it_and_a_mode_that_was_set_stays(tmp_path):
    path = tmp_path / "note.txt"
    write_atomically(path, b"one")
    assert path.stat().st_mode & 0o777 == 0o644
    path.chmod(0o600)
    write_atomically(path, b"two")
    assert path.stat().st_mode & 0o777 == 0o600


def test_when_writing_fails_the_old_file_stays_and_no_scraps(tmp_path, monkeypatch):
    path = tmp_path / "note.txt"
    write_atomically(path, b"one")

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_atomically(path, b"two")
    assert path.read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["note.txt"]


def test_a_lock_keeps_another_process_out_until_it_is_let_go(tmp_path):
    path = tmp_path / "lock"
    line = (
        "import sys; from pathlib import Path; from pmlab.files import lock\n"
        "with lock(Path(sys.argv[1]), seconds=0): print('in')"
    )

    def other() -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-c", line, str(path)], capture_output=True, text=True, check=False
        )

    with lock(path):
        kept_out = other()
    assert kept_out.returncode != 0
    assert "stays locked by another program" in kept_out.stderr
    assert other().stdout == "in\n"
