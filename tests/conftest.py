"""What all tests share."""

import os

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Keep a file's tests on one worker, for their fixtures' sake; a company's, where many pass."""
    for item in items:
        company = getattr(item, "callspec", None) and item.callspec.params.get("company")
        seed = "" if company is None else f"-{company}"
        item.add_marker(pytest.mark.xdist_group(f"{item.path.name}{seed}"))


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
