"""A printed ranking: both surfaces alike, every number in the frame, hostile names as text."""

import html
import re

import pandas as pd
import pytest

from pmlab.priority import opportunity, opportunity_from_answers, rice

HOSTILE = "<script>alert('x')</script> & <b>bold</b>"
LONG = "Show what is left in the fridge, and plan the dinners of the week around it, by day " * 2

BACKLOG = pd.DataFrame(
    {
        "item": ["Basket again", HOSTILE, LONG.strip()],
        "reach": [9000, 4000, 2500],
        "impact": [2, 3, 0.5],
        "confidence": [0.8, 0.8, 1.0],
        "effort": [4.0, 3.0, 2.0],
    }
)
NEEDS = pd.DataFrame(
    {"need": ["Faster", HOSTILE], "importance": [9.0, 8.0], "satisfaction": [3.0, 8.5]}
)
ANSWERS = pd.DataFrame(
    {
        "respondent": ["Anna", "Ben", "Cleo"] * 2,
        "need": ["Faster"] * 3 + [HOSTILE] * 3,
        "importance": [5, 4, 4, 3, 4, 2],
        "satisfaction": [1, 2, 3, 4, 5, 4],
    }
)
RESULTS = {
    "rice": lambda: rice(BACKLOG, per="month"),
    "rice, off by": lambda: rice(
        BACKLOG, per="month", off_by={"reach": 1.5, "impact": 2, "effort": 2}, credibility=0.8
    ),
    "one item": lambda: rice(BACKLOG.iloc[:1], per="month"),
    "opportunity": lambda: opportunity(NEEDS),
    "answers": lambda: opportunity_from_answers(ANSWERS, respondent="respondent", need="need"),
}


@pytest.fixture(scope="module", params=RESULTS)
def result(request):
    return RESULTS[request.param]()


def cells(result):
    page = result._repr_html_()
    found = re.findall(r"<(?:td|th) [^>]*>(.*?)</(?:td|th)>", page, re.S)
    return [html.unescape(cell) for cell in found]


def test_text_and_html_say_the_same(result):
    text = " ".join(str(result).split())
    assert all(word in text for cell in cells(result) for word in cell.split())
    flat = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", result._repr_html_())).split())
    assert all(" ".join(warning.split()) in flat for warning in result.warnings)


def test_no_line_is_longer_than_a_page(result):
    assert max(map(len, str(result).splitlines())) <= 100


def test_numbers_are_written_out(result):
    assert not re.search(r"\de[+-]\d", str(result))


def test_hostile_names_are_text(result):
    page = result._repr_html_()
    assert "<script" not in page
    assert "<b>bold" not in page
    drawing = result.plot()
    drawn = drawing.to_plotly_json()
    drawn["layout"].pop("meta")
    assert "<script" not in str(drawn)
    assert "<b>bold" not in str(drawn)
    assert "<script>alert" not in drawing.to_html(include_plotlyjs=False, full_html=False)


def test_a_figure_describes_itself_and_needs_no_network(result):
    drawing = result.plot()
    assert drawing.layout.meta["description"] == result.summary()
    page = drawing.to_html(include_plotlyjs=False, full_html=False)
    assert "http://" not in page
    assert "https://" not in page


def test_nothing_undefined_is_printed(result):
    assert not re.search(r"\b(nan|inf|None)\b", str(result))


def test_a_summary_stands_alone(result):
    assert result.summary().endswith(".")
    assert "\n" not in result.summary()
    assert not re.search(r"\b(nan|inf|None)\b", result.summary())


def test_every_score_that_is_printed_is_in_the_frame(result):
    frame = result.to_frame()
    numbers = [f"{digit:,.0f}" for digit in frame["score"] if digit >= 100]
    text = str(result)
    for number in numbers:
        assert number in text


def test_long_names_are_printed(result):
    names = [str(name) for name in result.to_frame().iloc[:, 0]]
    text = " ".join(str(result).split())
    assert all(word in text for name in names for word in name.split())
