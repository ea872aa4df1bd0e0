"""In half a screen as in a whole one, no text of a figure is cut off or stands on another."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import plotly
import pytest

import pmlab as pm
from pmlab import ab, heart
from pmlab.heart import Guardrail, Metric
from pmlab.market import (
    Assumption,
    Money,
    Segment,
    bass,
    bottom_up,
    count_segments,
    fit_bass,
    top_down,
    triangulate,
)
from pmlab.priority import Item, opportunity, rice
from pmlab.uncertain import interval, share

SURE = {"credibility": 0.8}
PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
TEXTS = """() => [...document.querySelectorAll('#figure .main-svg text')]
    .filter(text => text.textContent.trim())
    .map(text => ({...text.getBoundingClientRect().toJSON(), text: text.textContent}))
    .filter(box => box.width > 0)"""
TOUCHING = 3
"""Pixels that the boxes of two texts may share: a box is higher than its letters."""


def market():
    homes = Assumption("Households in which both work", interval(50e3, 90e3, **SURE), "households")
    orders = Assumption("Orders a household", interval(8, 16, **SURE), "orders", per="year")
    basket = Assumption("Basket, as the till has it", Money(interval(38, 62, **SURE), "EUR"))
    return bottom_up([Segment("Homes", homes, orders * basket)])


def report():
    sales = Money(interval(60e6, 90e6, **SURE), "EUR", per="year")
    return top_down(sales, {"bought online": share(0.3, 0.6, **SURE)})


def market_funnel():
    return market().funnel(
        {"where we deliver": share(0.3, 0.5, **SURE)},
        {"won in three years": share(0.02, 0.08, **SURE)},
        year=2029,
        capacity=Money(1_900_000, "EUR", per="year"),
    )


def ideas():
    names = ["Swap", "A menu for the feast that the whole family looks forward to, every year"]
    guesses = [(interval(900, 4000, **SURE), 2), (interval(300, 3900, **SURE), 1)]
    return [
        Item(f"{name} {k}", reach, impact, 0.8, 2, per="month")
        for k in range(3)
        for name, (reach, impact) in zip(names, guesses, strict=True)
    ]


def scorecard():
    metrics = [
        Metric(name="SUS", dimension="happiness", baseline=68, target=78, estimate=73, se=2),
        Metric.of((290, 1000), name="D7", dimension="retention", baseline=0.3, target=0.4),
    ]
    refunds = Guardrail.of((50, 1000), name="Refunds", limit=0.02, direction="down")
    return heart.scorecard(metrics, guardrails=[refunds], missing="renormalise")


def panel():
    return count_segments(
        pm.datasets.load("segments"), unit="household_id", segment="segment", weight="households"
    )


def needs():
    backlog = pm.datasets.load("backlog").drop_duplicates("need")
    return opportunity(backlog[backlog["reach_per"] == "month"], need="need")


RECORDERS = [840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890]
FIGURES = {
    "TAM, SAM, SOM": market_funnel,
    "tornado": lambda: market_funnel().tornado(),
    "sizing": market,
    "all lows": lambda: market().all_lows_and_highs,
    "ways": lambda: triangulate({"bottom-up": market(), "as the trade's report has it": report()}),
    "segments": panel,
    "Bass": lambda: bass(interval(200e3, 350e3, **SURE), p=0.01, q=0.4, periods=15),
    "Bass, fitted": lambda: fit_bass(RECORDERS),
    "RICE": lambda: rice(ideas()),
    "opportunities": needs,
    "funnel": lambda: pm.funnel_from_counts(
        [100_000, 42_000, 9_600, 812], steps=["visit", "add_to_basket", "start_checkout", "buy"]
    ),
    "scorecard": scorecard,
    "A/B": lambda: ab.compare_proportions(control=(8502, 44700), treatment=(8279, 45489)),
}


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    page.set_content("<body style='margin:0'><div id='figure'></div></body>")
    page.add_script_tag(path=PLOTLY_JS)
    yield page
    page.close()


@pytest.mark.parametrize("width", [420, 900])
@pytest.mark.parametrize("name", FIGURES)
def test_every_text_is_in_the_figure_and_by_itself(page, keep_picture, name, width):
    drawing = FIGURES[name]().plot()
    page.set_viewport_size({"width": width, "height": int(drawing.layout.height)})
    page.evaluate(
        """async figure => {
            Plotly.purge("figure");
            await Plotly.newPlot("figure", figure.data, figure.layout, {displayModeBar: false});
        }""",
        json.loads(drawing.to_json()),
    )
    boxes = page.evaluate(TEXTS)
    keep_picture(page.locator("#figure"), f"figure {name.replace('/', '')} {width}")
    assert len(boxes) > 4
    for box in boxes:
        assert box["left"] >= 0, box["text"]
        assert box["right"] <= width, box["text"]
        assert 0 <= box["top"] < box["bottom"] <= drawing.layout.height, box["text"]
    for one, other in combinations(boxes, 2):
        across = min(one["right"], other["right"]) - max(one["left"], other["left"])
        down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
        assert min(across, down) <= TOUCHING, (one["text"], other["text"])
