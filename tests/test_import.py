"""`import pmlab` is instant and its public names are a promise."""

import subprocess
import sys

import pytest

import pmlab

HEAVY = ["pandas", "numpy", "plotly", "numba", "pyarrow", "polars", "narwhals", "scipy", "IPython"]


def loaded_by(code):
    """Return which modules a fresh Python has after running this code."""
    answer = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(answer.stdout.split())


def test_importing_pmlab_imports_almost_nothing():
    modules = loaded_by("import pmlab")
    assert modules.isdisjoint(HEAVY)
    assert {name for name in modules if name.startswith("pmlab.")} <= {"pmlab.errors"}


def test_simulate_needs_numpy_only():
    modules = loaded_by("import pmlab.simulate")
    assert modules.isdisjoint(set(HEAVY) - {"numpy"})
    assert not any(name.startswith("pmlab.course") for name in modules)


def test_funnel_does_not_bring_in_the_course_or_a_plot_or_a_compiler():
    modules = loaded_by("from pmlab import funnel, Step, Rules")
    assert not any(name.startswith("pmlab.course") for name in modules)
    assert modules.isdisjoint(["plotly", "numba", "polars"])


def test_the_public_names():
    # A name here is a promise to every notebook that uses it: add with care, remove never
    # without a word in the changelog.
    assert sorted(pmlab.__all__) == [
        "EventLog",
        "Exclusion",
        "FunnelBreakdown",
        "FunnelComparison",
        "FunnelExplanation",
        "FunnelNextEvents",
        "FunnelResult",
        "FunnelTimes",
        "FunnelTrend",
        "LogCheck",
        "PmlabError",
        "Rules",
        "Step",
        "ab",
        "adoption",
        "check_log",
        "col",
        "course",
        "datasets",
        "funnel",
        "funnel_from_counts",
        "growth_accounting",
        "heart",
        "market",
        "power_users",
        "priority",
        "retention",
        "sessionize",
        "simulate",
        "stats",
        "stickiness",
        "survival",
        "survival_from_durations",
        "uncertain",
    ]


@pytest.mark.parametrize("name", pmlab.__all__)
def test_every_public_name_is_there_and_says_what_it_is(name):
    assert (getattr(pmlab, name).__doc__ or "").strip()
    assert name in dir(pmlab)


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match="funel"):
        pmlab.funel  # noqa: B018
