from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.jupyter import BROWSER_FLAGS, chromium

SECONDS = 60


@pytest.fixture(scope="module")
def browser():
    path = chromium()
    if path is None:
        pytest.skip("no Chromium here: install it, or name it in the variable CHROMIUM")
    with sync_playwright() as playing:
        browser = playing.chromium.launch(executable_path=path, args=list(BROWSER_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def keep_picture(capsys):
    """Save a picture of a page, or of a part of it, and say where."""
    folder = os.environ.get("PMLAB_ARTIFACTS") or Path(__file__).parents[2] / "artifacts"
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)

    def keep(part, name):
        path = folder / f"{name}.png"
        part.screenshot(path=path)
        with capsys.disabled():
            print(f"\npicture: {path}")
        return path

    return keep
