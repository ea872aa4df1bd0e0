"""A newcomer's first half hour: `pmlab lab`, chapter 02, in a real browser, without a network."""

from __future__ import annotations

import json
import re
import sys

import pytest
from playwright.sync_api import expect

import pmlab as pm
from pmlab.course import Data, catalogue
from pmlab.course.checking import check
from pmlab.course.progress import FILE_NAME
from tests.browser.conftest import SECONDS
from tests.browser.jupyter import Notebook, Traffic, pmlab_lab
from tests.contrast import contrast

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="stops the server by a signal")

CHAPTER = catalogue.chapter("funnels")
STEPS = ["visit", "add_to_basket", "start_checkout", "purchase"]
"""The steps of the chapter's worked example, whose figure it draws."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with pmlab_lab(tmp_path_factory.mktemp("home")) as server:
        yield server


@pytest.fixture(scope="module")
def traffic():
    return Traffic()


@pytest.fixture(scope="module")
def notebook(browser, server, traffic):
    """Chapter 02, opened as it was given and run from top to bottom."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(1000 * SECONDS)
    traffic.watch(context)
    page = context.new_page()
    page.goto(server.page_of(f"{CHAPTER.stem}.ipynb"))
    notebook = Notebook(page)
    notebook.run_all()
    yield notebook
    context.close()


@pytest.fixture(scope="module")
def data():
    return Data.committed()


def assert_said(notebook, place, text):
    """Under a cell stands this text, in which marks have become markup."""
    plain = re.sub(r"[`*]", "", text)
    expect(notebook.output(place).last).to_contain_text(plain, use_inner_text=True)


def test_blank_answers_are_not_answered_yet(notebook):
    for question in CHAPTER:
        place = notebook.place_of(f'lab.check("{question.id}"')
        assert_said(notebook, place, f"{question.id}: not answered yet.")


def test_the_figure_is_drawn_with_its_numbers_and_its_words(notebook, data, keep_picture):
    output = notebook.cell(notebook.place_of("f.plot().show()"))
    figure = output.locator(".js-plotly-plot")
    figure.wait_for()
    bars = figure.locator(".barlayer .point path")
    expect(bars).to_have_count(len(STEPS))
    heights = [bar.bounding_box()["height"] for bar in bars.all()]
    assert heights == sorted(heights, reverse=True)  # a funnel only narrows
    assert heights[0] > 100
    assert heights[-1] > 5
    funnel = pm.funnel(data.load("events"), STEPS, within="1d")
    for text in (*STEPS, *(f"{users:,}" for users in funnel.counts)):
        expect(figure.locator(".cartesianlayer text", has_text=text).first).to_be_visible()
    # What a screen reader finds in the drawing.
    assert funnel.summary() in figure.aria_snapshot()
    keep_picture(figure, "figure")


def test_a_wrong_answer_is_told_its_mistake_and_a_right_one_is_right(
    notebook, server, data, keep_picture
):
    choice = notebook.place_of('lab.check("02.1"')
    notebook.type_over(choice, "eve = ", 'eve = "b"')
    notebook.run(choice)
    right = check(CHAPTER["02.1"], "b", data)
    assert right.heading == "02.1: right"
    assert_said(notebook, choice, str(right))

    # The step rate put in both places.
    rates = notebook.place_of('lab.check("02.3"')
    notebook.type_over(rates, "step_rate = ", "step_rate = saved / signed_up")
    notebook.type_over(rates, "overall_rate = ", "overall_rate = saved / signed_up")
    notebook.run(rates)
    slips = {slip.name: slip for slip in CHAPTER["02.3"].misconceptions}
    both = data.value(slips["step for overall"].rule, ("events",))
    wrong = check(CHAPTER["02.3"], both, data)
    assert wrong.misconception == "step for overall"
    assert_said(notebook, rates, str(wrong))
    keep_picture(notebook.cell(choice), "message-right")
    keep_picture(notebook.cell(rates), "message-wrong")

    notebook.type_over(rates, "overall_rate = ", "overall_rate = saved / looked")
    notebook.run(rates)
    assert_said(notebook, rates, "02.3: right.")

    kept = json.loads((server.folder / FILE_NAME).read_text())["questions"]
    assert kept["02.1"]["done"]
    assert kept["02.3"]["done"]
    assert kept["02.3"]["slips"] == {"step for overall": 1}


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_every_word_can_be_read_in_a_light_lab_and_a_dark_one(notebook, keep_picture, theme):
    notebook.use_theme(f"JupyterLab {theme}")
    message = notebook.output(notebook.place_of('lab.check("02.3"')).locator("p").first
    table = notebook.output(notebook.place_of("f = pm.funnel(events, steps")).locator("td").first
    for text in (message, table):
        notebook.page.mouse.move(0, 0)
        assert contrast(*notebook.colours_of(text)) >= 4.5
        text.hover()
        assert contrast(*notebook.colours_of(text)) >= 4.5
    notebook.fit_window()
    notebook.page.locator(".js-plotly-plot").first.wait_for()
    path = keep_picture(notebook.page, f"chapter-02-{theme.lower()}")
    assert path.stat().st_size > 100_000


def test_nobody_asks_about_news(notebook, traffic):
    """The pop-up would stand over the page by now, and Lab would have asked its server for news."""
    for unwanted in (".jp-Dialog", ".Toastify__toast", "text=/would you like to/i"):
        assert notebook.page.locator(unwanted).count() == 0
    assert not [url for url in traffic.local if re.search("/lab/api/(news|update)", url)]


def test_nothing_beyond_this_machine_was_asked_for(notebook, traffic, server):
    assert len(traffic.local) > 50
    assert [url for url in traffic.local if url.startswith("ws://")]
    assert traffic.elsewhere == []
    assert not server.attempts.exists(), server.attempts.read_text()
