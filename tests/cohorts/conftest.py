"""The passes run three ways in these tests: as plain Python, compiled, and a few rows at a time."""

import sys

import pytest

from pmlab import compiled as compiled_module
from pmlab.cohorts import passes
from pmlab.events import stream


@pytest.fixture(params=["plain", "compiled", "streamed"])
def way(request, monkeypatch):
    """Run the test in one way, whatever the size of the table, and see that it did."""
    compiled = request.param != "plain"
    if compiled:
        pytest.importorskip("numba")
    monkeypatch.setattr(compiled_module, "COMPILE_FROM", 0 if compiled else sys.maxsize)
    monkeypatch.setattr(stream, "STREAM_FROM", 0 if request.param == "streamed" else sys.maxsize)
    monkeypatch.setattr(stream, "BATCH", 7)
    used = []

    def spy(function, compiled=passes.compiled):
        used.append(function)
        return compiled(function)

    monkeypatch.setattr(passes, "compiled", spy)
    yield request.param
    assert bool(used) == compiled, "the test ran the other way"
