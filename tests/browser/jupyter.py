"""JupyterLab in a real browser: started by `pmlab lab`, used with mouse and keyboard.

What a learner does goes through the page. Lab's own model of the notebook, which it offers when
asked to (`expose_app_in_browser`), only tells when a cell has run, so that nothing has to sleep.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

LOCAL = ("localhost", "127.0.0.1", "::1")


def chromium() -> str | None:
    """Return this machine's own browser; none is ever fetched."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A second wall, under the one that records: names other than ours do not resolve at all.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)

# Runs in every Python of the lab, server and kernels: refuses the network, writes down who asked.
WATCHMAN = """
import sys

def watch(event, args):
    if event == "socket.connect":
        host = args[1][0] if isinstance(args[1], tuple) else "localhost"
    elif event == "socket.getaddrinfo":
        host = args[0] or "localhost"
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in ("localhost", "127.0.0.1", "::1", "0.0.0.0", "::"):
        with open(ATTEMPTS, "a") as file:
            file.write(f"{event} {host} from {sys.argv}\\n")
        raise OSError("refused by the test")

sys.addaudithook(watch)
"""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running `pmlab lab`."""

    address: str
    token: str
    folder: Path
    said: list[str]
    attempts: Path
    """Where an attempt to reach another machine, by the server or a kernel, is written down."""

    def page_of(self, notebook: str) -> str:
        return f"{self.address}/lab/tree/{notebook}?token={self.token}"


@contextlib.contextmanager
def pmlab_lab(home: Path):
    """Run the real command on a free port, in a home that knows nothing of this machine's user."""
    attempts = home / "attempts.txt"
    (home / "sitecustomize.py").write_text(WATCHMAN.replace("ATTEMPTS", repr(str(attempts))))
    foreign = ("JUPYTER", "XDG_", "IPYTHON", "PMLAB", "PLOTLY", "PYTHONPATH")
    settings = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    settings |= {"HOME": str(home), "USERPROFILE": str(home), "PYTHONPATH": str(home)}
    options = ["--no-browser", "--port=0", "--LabApp.expose_app_in_browser=True"]
    process = subprocess.Popen(
        [sys.executable, "-m", "pmlab.cli", "lab", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=settings,
        cwd=home,
    )
    said: list[str] = []
    try:
        found = None
        for line in process.stderr:  # ends when the server does
            said.append(line)
            if found := re.search(r"(http://(?:localhost|127\.0\.0\.1):\d+)\S+token=(\w+)", line):
                break
        assert found, f"JupyterLab printed no address: {''.join(said)}"
        # Somebody must go on reading, or a full pipe would stop the server.
        threading.Thread(target=said.extend, args=(process.stderr,), daemon=True).start()
        yield Server(
            address=found[1],
            token=found[2],
            folder=home / "pmlab-course",
            said=said,
            attempts=attempts,
        )
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stderr.close()


@dataclass
class Traffic:
    """What a page asked of whom. Whatever is not on this machine is refused."""

    local: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def watch(self, context) -> None:
        context.route(re.compile(".*"), self._meet)
        context.on("page", lambda page: page.on("websocket", lambda it: self._note(it.url)))

    def _meet(self, route) -> None:
        if self._note(route.request.url):
            route.continue_()
        else:
            route.abort()

    def _note(self, url: str) -> bool:
        is_local = urlsplit(url).hostname in LOCAL
        (self.local if is_local else self.elsewhere).append(url)
        return is_local


class Notebook:
    """An open notebook, as a learner has it before them."""

    def __init__(self, page) -> None:
        self.page = page
        page.wait_for_function(
            "() => window.jupyterapp?.shell?.currentWidget?.content?.model?.cells?.length > 0"
        )
        self._wait_until_idle()

    def _wait_until_idle(self, *, cell: int | None = None, after: int = 0) -> None:
        """Wait for the kernel, and for all cells of code (or one) to have run since `after`.

        A cell that raised ends the wait, as it ends a run of all cells.
        """
        self.page.wait_for_function(
            """([place, after]) => {
                const widget = window.jupyterapp.shell.currentWidget;
                const cells = [...widget.content.model.cells].filter(it => it.type === "code");
                for (const cell of cells) {
                    const outputs = cell.sharedModel.getOutputs();
                    const error = outputs.find(it => it.output_type === "error");
                    if (error) throw new Error(`a cell raised ${error.ename}: ${error.evalue}`);
                }
                const waited = place === null ? [] :
                    place < 0 ? cells : [widget.content.model.cells.get(place)];
                return widget.sessionContext.session?.kernel?.status === "idle" &&
                    waited.every(it => it.executionCount > after && it.executionState === "idle");
            }""",
            arg=[cell, after],
        )

    def _cells(self) -> list[dict]:
        """Return each cell's kind, source and number of execution."""
        return self.page.evaluate(
            """() => [...window.jupyterapp.shell.currentWidget.content.model.cells].map(it => ({
                kind: it.type,
                source: it.sharedModel.getSource(),
                count: it.executionCount ?? 0,
            }))"""
        )

    def run_all(self) -> None:
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self._wait_until_idle(cell=-1)

    def place_of(self, code: str) -> int:
        """Return which cell holds a piece of code."""
        (place,) = [
            place
            for place, cell in enumerate(self._cells())
            if cell["kind"] == "code" and code in cell["source"]
        ]
        return place

    def cell(self, place: int):
        found = self.page.locator(f".jp-Notebook .jp-Cell[data-windowed-list-index='{place}']")
        found.scroll_into_view_if_needed()
        return found

    def output(self, place: int):
        """Return what stands under a cell."""
        return self.cell(place).locator(".jp-OutputArea-output")

    def type_over(self, place: int, begin: str, line: str) -> None:
        """Put another line in the place of the one that begins so, by keyboard."""
        editor = self.cell(place).locator(".cm-line")
        editor.filter(has_text=re.compile(rf"^{re.escape(begin)}")).click()
        self.page.keyboard.press("End")
        self.page.keyboard.press("Shift+Home")
        self.page.keyboard.type(line)

    def run(self, place: int) -> None:
        """Run the cell in which the cursor is, with Shift+Enter."""
        last = max(cell["count"] for cell in self._cells())
        self.page.keyboard.press("Shift+Enter")
        self._wait_until_idle(cell=place, after=last)

    def use_theme(self, name: str) -> None:
        self.page.evaluate(
            "name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})",
            name,
        )
        self.page.locator(f"body[data-jp-theme-name='{name}']").wait_for(state="attached")

    def colours_of(self, text) -> list[list[float]]:
        """Return the colours of a piece of text and of its ground, as an eye sees them.

        A translucent colour (Lab's row under the mouse is one) lies on what is below it.
        """
        return text.evaluate(
            """element => {
                const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
                const laid = (ground, [r, g, b, opacity = 1]) =>
                    ground.map((below, i) => [r, g, b][i] * opacity + below * (1 - opacity));
                const layers = [];
                for (let at = element; at; at = at.parentElement) {
                    layers.unshift(numbers(getComputedStyle(at).backgroundColor));
                }
                const ground = layers.reduce(laid, [255, 255, 255]);
                return [laid(ground, numbers(getComputedStyle(element).color)), ground];
            }"""
        )

    def fit_window(self) -> None:
        """Make the window so high that the whole notebook is in it."""
        width = self.page.viewport_size["width"]
        for _ in range(3):  # cells out of sight have a guessed height until they are drawn
            height = self.page.evaluate(
                """() => {
                    const cells = [...document.querySelectorAll(".jp-Notebook .jp-Cell")];
                    cells[0].scrollIntoView();
                    const above = cells[0].getBoundingClientRect().top;
                    return Math.ceil(2 * above + cells.at(-1).getBoundingClientRect().bottom);
                }"""
            )
            self.page.set_viewport_size({"width": width, "height": min(height, 16_000)})
