"""Make the README's picture again: ``python -m tests.browser.picture``.

It is the README's own funnel, drawn by plotly in this machine's Chromium.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import plotly
from playwright.sync_api import sync_playwright

import pmlab as pm
from tests.browser.jupyter import BROWSER_FLAGS, chromium

REPOSITORY = Path(__file__).parents[2]
PICTURE = REPOSITORY / "notebooks" / "funnel.png"
WIDTH = 680


def funnel():
    """The README's example."""
    os.chdir(REPOSITORY)
    return pm.funnel(
        "datasets/events.csv.gz", ["visit", "sign_up", "purchase"], within="7d", by="device"
    )


def main() -> None:
    plotly_js = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    with sync_playwright() as playing:
        browser = playing.chromium.launch(executable_path=chromium(), args=list(BROWSER_FLAGS))
        page = browser.new_page(viewport={"width": WIDTH, "height": 600})
        page.set_content("<body style='margin:0'><div id='figure'></div></body>")
        page.add_script_tag(path=plotly_js)
        page.evaluate(
            "figure => Plotly.newPlot('figure', figure.data, figure.layout,"
            " {displayModeBar: false})",
            json.loads(funnel().plot().to_json()),
        )
        page.locator("#figure .svg-container").screenshot(path=PICTURE)
        browser.close()
    print(f"{PICTURE}: {PICTURE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
