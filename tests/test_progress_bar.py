"""The bar shows itself to a person only."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

WORK = """
from pmlab.progress_bar import ProgressBar
with ProgressBar("grading", total=4) as bar:
    for done in range(5):
        bar.at(done)
"""


def test_nothing_is_written_into_a_file():
    done = subprocess.run([sys.executable, "-c", WORK], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("switch", ["", "off"])
def test_a_person_sees_a_line_that_clears_itself(switch):
    ours, theirs = os.openpty()
    environment = {**os.environ, "PMLAB_BAR": switch}
    subprocess.run([sys.executable, "-c", WORK], stderr=theirs, env=environment, check=True)
    os.close(theirs)
    with open(ours, "rb", buffering=0) as terminal:
        try:
            seen = terminal.read(4096) or b""
        except OSError:  # Linux says so when the other side is closed and nothing was written
            seen = b""
    if switch == "off":
        assert seen == b""
    else:
        assert b"grading [############            ] 2/4" in seen
        assert seen.endswith(b"\r\x1b[K")
        assert b"\n" not in seen
