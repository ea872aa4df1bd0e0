"""What all tests share."""

import os

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Keep a file's tests on one worker, for their fixtures' sake; or those of what it goes through.

    That is a company, where many pass, or a chapter.
    """
    for item in items:
        params = item.callspec.params if hasattr(item, "callspec") else {}
        part = params.get("company") or getattr(params.get("chapter"), "stem", "")
        item.add_marker(pytest.mark.xdist_group(f"{item.path.name}-{part}"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return _with_skips_failed((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return _with_skips_failed((yield))


def _with_skips_failed(report):
    """In continuous integration a skipped test is a failed one: there, everything is installed."""
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where nothing may be: {report.longrepr}"
    return report
