"""The pass over the events runs twice in these tests: as plain Python and compiled by numba."""

import sys

import pytest

from pmlab import compiled as compiled_module
from pmlab.funnels import engine as the_engine
from pmlab.funnels import kernel as the_kernel


@pytest.fixture(params=["plain", "compiled"])
def kernel(request, monkeypatch):
    """Run the test with numba never, and with numba always, whatever the size of the table."""
    compiled = request.param == "compiled"
    if compiled:
        pytest.importorskip("numba")
    monkeypatch.setattr(compiled_module, "COMPILE_FROM", 0 if compiled else sys.maxsize)

    asked = []
    for module in (the_kernel, the_engine):

        def spy(*function, compile_=module._compiled):
            asked.append(True)
            return compile_(*function)

        monkeypatch.setattr(module, "_compiled", spy)
    yield request.param
    assert bool(asked) == compiled, "the test ran the other kernel"
