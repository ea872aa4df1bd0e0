"""A printed sizing reads as its argument, and every number in it can be recomputed."""

import html
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from pmlab.market import Assumption, Money, Segment, bottom_up, top_down, triangulate
from pmlab.uncertain import interval, pert, share

FAMILIES = Assumption(
    "Families who plan their dinners",
    interval(40e3, 90e3, credibility=0.8),
    "households",
    source="Helia panel, n = 1,200",
    date="2026-06",
)
COUPLES = Assumption(
    "Couples who work", pert(50e3, 65e3, 70e3), "households", source="Helia panel", date="2026-06"
)
BOTH = Assumption("Couples who plan", 12_000, "households", source="Helia panel")
ORDERS = Assumption(
    "Orders a household",
    interval(8, 16, credibility=0.8),
    "orders",
    per="year",
    source="own orders",
    date="2026-08",
)
BASKET = Assumption("Basket", Money(interval(38, 62, credibility=0.8), "EUR", basis="GMV"))
COMMISSION = Assumption("Commission", 0.08, "share", source="partner contracts", date="2026-01")
WON = Assumption("Won in three years", share(0.03, 0.08, credibility=0.8), "share")
CITIES = Assumption("Where we deliver", 0.4, "share", source="own map", date="2026-09")


def sizing():
    revenue = (ORDERS * BASKET).to(basis="revenue", take_rate=COMMISSION)
    return bottom_up(
        [Segment("Families", FAMILIES, revenue), Segment("Couples", COUPLES, revenue)],
        overlaps={("Families", "Couples"): BOTH},
    )


def funnel():
    return sizing().funnel(
        sam={"where we deliver": CITIES}, som={"won in three years": WON}, year=2027
    )


class Cells(HTMLParser):
    """The texts of all table cells, table by table and row by row."""

    def __init__(self):
        super().__init__()
        self.tables, self.tags, self.inside = [], [], False

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self.inside = True

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.tables[-1][-1][-1] += data


def parsed(result):
    cells = Cells()
    cells.feed(result._repr_html_())
    return cells


RESULTS = {
    "bottom-up": sizing,
    "top-down": lambda: top_down(
        Money(interval(1e6, 4e6, credibility=0.8), "EUR", per="year"),
        {"online": share(0.2, 0.6, credibility=0.8)},
    ),
    "funnel": funnel,
    "tornado": lambda: sizing().tornado(),
    "triangulation": lambda: triangulate(
        {
            "bottom-up": sizing(),
            "top-down": top_down(Money(7e6, "EUR", per="year"), {"planned": WON}),
        }
    ),
}


@pytest.fixture(scope="module", params=RESULTS)
def result(request):
    return RESULTS[request.param]()


def test_text_and_html_say_the_same(result):
    text = " ".join(str(result).split())
    for table in parsed(result).tables:
        for row in table:
            for cell in row:
                # A cell of words may be broken over lines, between other columns' cells.
                assert all(word in text for word in cell.split()), cell
    flat = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", result._repr_html_())).split())
    for warning in result.warnings:
        assert f"Warning: {' '.join(warning.split())}" in text
        assert " ".join(warning.split()) in flat
    assert result.title in text
    assert result.title in flat


def test_no_line_is_longer_than_a_page(result):
    assert max(map(len, str(result).splitlines())) <= 100


def test_a_summary_stands_alone(result):
    text = result.summary()
    assert text.endswith(".")
    assert "\n" not in text
    assert not re.search(r"\b(nan|inf|None)\b", text)


def test_nothing_undefined_is_printed(result):
    assert not re.search(r"\b(nan|inf|None)\b", str(result))
    assert not re.search(r"\b(nan|inf|None)\b", result._repr_html_())


def test_a_figure_describes_itself_and_needs_no_network(result):
    drawing = result.plot()
    assert drawing.layout.meta["description"] == result.summary()
    page = drawing.to_html(include_plotlyjs=False, full_html=False)
    assert "http://" not in page
    assert "https://" not in page


def test_the_curve_of_a_sizing_is_the_chance_of_more():
    found = sizing()
    curve, *marks = found.plot().data
    assert np.array(curve.y) == pytest.approx([1 - found.cdf(x) for x in curve.x], abs=1e-9)
    placed = {round(mark.y[0], 2): mark.x[0] for mark in marks[:3]}
    assert placed == pytest.approx({0.9: found.p10, 0.5: found.p50, 0.1: found.p90})
    assert marks[3].x[0] == pytest.approx(found.mean)


def test_the_bars_of_a_funnel_are_its_medians_and_ranges():
    found = funnel()
    drawn = found.plot().data
    bars = [trace for trace in drawn if trace.type == "bar"]
    # The SOM is a tenth of the axis, and so is drawn once more on one of its own.
    for bar, level in zip(bars, (found.tam, found.sam, found.som, found.som), strict=True):
        assert bar.x[0] == pytest.approx(level.p50)
        assert bar.x[0] + bar.error_x.array[0] == pytest.approx(level.p90)
        assert bar.x[0] - bar.error_x.arrayminus[0] == pytest.approx(level.p10)
    means = [x for trace in drawn if trace.name == "mean" for x in trace.x]
    assert means == pytest.approx([found.tam.mean, found.sam.mean, found.som.mean])


def test_the_bars_of_a_tornado_run_from_the_median_answer():
    found = sizing().tornado()
    frame = found.to_frame()
    for bars, column in zip(found.plot().data, ("answer_at_p10", "answer_at_p90"), strict=True):
        ends = np.array(bars.x) + bars.base
        assert ends[np.argsort(bars.y)[::-1]] == pytest.approx(frame[column].to_numpy())


# --- the argument -------------------------------------------------------------------------------


def row_names(result, k):
    return [row[0] for row in parsed(result).tables[k][1:]]


def test_the_chain_runs_from_assumptions_to_som():
    names = row_names(funnel(), 0)
    assert names[-1] == "= SOM"

    def row(word):
        found = [k for k, name in enumerate(names) if word.lower() in name.lower()]
        assert len(found) == 1, (word, names)
        return found[0]

    chain = ["TAM", "where we deliver", "SAM", "won in three years", "SOM"]
    rows = [row(word) for word in chain]
    assert rows == sorted(rows), names
    assert row("Families who plan") < row("TAM")
    assert row("Basket") < row("TAM")


def test_the_weakest_assumption_stands_first():
    # No source: Basket (P90/P10 1.63) and Won (2.67), so Won first, as the wider. Then no date:
    # the overlap. Then by width: Families 2.25, Orders 2, Couples, then what has no range.
    order = row_names(funnel(), 2)
    wanted = [
        WON.name,
        BASKET.name,
        BOTH.name,
        FAMILIES.name,
        ORDERS.name,
        COUPLES.name,
    ]
    assert order[: len(wanted)] == wanted
    assert set(order[len(wanted) :]) == {COMMISSION.name, CITIES.name}


def test_what_is_weak_is_said():
    table = parsed(funnel()).tables[2]
    by_name = {row[0]: " ".join(row[1:]) for row in table[1:]}
    assert "no source" in by_name[BASKET.name]
    assert "no date" in by_name[BOTH.name]
    assert "80%" in by_name[FAMILIES.name]
    assert "Helia panel, n = 1,200" in by_name[FAMILIES.name]
    assert "2026-06" in by_name[FAMILIES.name]


def test_what_would_change_the_answer_most_is_named():
    found = funnel()
    frame = found.tornado().to_frame()
    top = frame["assumption"].iloc[0]
    assert top == WON.name
    sentences = re.split(r"(?<=[.:])\s", " ".join(str(found).split()))
    assert any("most" in text and top in text for text in sentences)


def test_every_customer_is_counted_once_is_said():
    text = " ".join(str(sizing()).split())
    assert "counted once" in text
    assert "first listed segment" in text


def test_exact_and_drawn_are_told_apart():
    assert "draws" in str(funnel())
    product = top_down(
        Money(interval(1e6, 4e6, credibility=0.8), "EUR", per="year"), {"online": 0.5}
    )
    assert product.exact
    assert "exact" in str(product).lower()


# --- every number -------------------------------------------------------------------------------

WORDS = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}


def value_of(text):
    """The number that a cell says, and how far off it may be by rounding."""
    found = re.search(r"(-?[\d,]*\.?\d+)\s*(thousand|million|billion|trillion|%)?", text)
    digits, word = found.groups()
    digits = digits.replace(",", "")
    scale = {"%": 0.01, None: 1.0}.get(word) or WORDS[word]
    decimals = len(digits.partition(".")[2])
    significant = len(digits.replace(".", "").replace("-", "").lstrip("0"))
    half = 0.5 * 10.0**-decimals
    if "." not in digits and significant > 3:
        # To three digits, with zeros after them.
        half = 0.5 * 10.0 ** (significant - 3)
    return float(digits) * scale, half * scale * (1 + 1e-9)


@pytest.mark.parametrize("made", ["funnel", "bottom-up", "top-down"])
def test_every_number_of_the_chain_is_in_the_frame(made):
    result = RESULTS[made]()
    head, *rows = parsed(result).tables[0]
    frame = result.to_frame()
    numbers = frame.select_dtypes("number").to_numpy()
    seen = 0
    for row in rows:
        for name, cell in zip(head, row, strict=True):
            if name.lower() in ("p10", "p50", "p90", "mean") and re.search(r"\d", cell):
                value, half = value_of(cell)
                assert np.any(np.abs(numbers - value) <= half), (row[0], name, cell)
                seen += 1
    assert seen >= 8


def test_the_frame_holds_the_exact_numbers():
    found = funnel()
    frame = found.to_frame()
    for stage in (found.tam, found.sam, found.som):
        row = frame[np.isclose(frame["mean"], stage.mean)]
        assert len(row) >= 1
        assert tuple(row.iloc[-1][["p10", "p50", "p90"]]) == pytest.approx(
            (stage.p10, stage.p50, stage.p90)
        )
    for assumption in (FAMILIES, ORDERS):
        amount = assumption.value
        rows = frame[np.isclose(frame["mean"].astype(float), amount.mean)]
        assert len(rows) == 1
        assert rows["p50"].item() == pytest.approx(amount.p50)


# --- hostile and long names ---------------------------------------------------------------------

HOSTILE = "<script>alert('x')</script> & <b>bold</b> \"quoted\""
LONG = "Households with two or more children who plan their dinners for a week " * 3


def named(name):
    customers = Assumption(
        name, interval(4e4, 9e4, credibility=0.8), "households", source=name, date="2026"
    )
    spend = Money(interval(400, 600, credibility=0.8), "EUR", per="year")
    other = Segment("Couples", Assumption("Couples", 5e4, "households"), spend)
    found = bottom_up([Segment(name, customers, spend), other], overlaps={(name, "Couples"): 1e3})
    return found, found.funnel(sam={f"{name} 2": 0.4}, som={f"{name} 3": WON}, year=2027)


@pytest.mark.parametrize("k", [0, 1])
def test_hostile_names_are_text(k):
    found = named(HOSTILE)[k]
    page = found._repr_html_()
    assert "<script" not in page
    assert "<b>bold" not in page
    assert "&lt;script&gt;" in page
    assert "&amp;" in page
    # Text is not escaped; a long word of it may be broken over lines.
    assert "alert('x')" in str(found)
    assert "&lt;" not in str(found)
    assert "&amp;" not in str(found)
    others = [found.tornado()]
    if k == 0:
        half = top_down(found.quantity, {"half": 0.5})
        others += [triangulate({HOSTILE: found, "other": half}), found.all_lows_and_highs]
    for other in others:
        assert "<script" not in other._repr_html_()
    for drawing in (one.plot() for one in (found, *others[:2])):
        drawn = drawing.to_plotly_json()
        drawn["layout"].pop("meta")
        assert "<script" not in str(drawn)
        assert "<b>bold" not in str(drawn)
        page = drawing.to_html(include_plotlyjs=False, full_html=False)
        assert "<script>alert" not in page


@pytest.mark.parametrize("k", [0, 1])
def test_long_names_are_printed_and_drawn(k):
    found = named(LONG.strip())[k]
    text = str(found)
    assert all(word in text for word in LONG.split())
    assert found.plot().layout.meta["description"] == found.summary()
    assert "Households with two" in str(found.tornado().plot().to_plotly_json()["data"])


def test_an_empty_range_draws():
    # All certain: bars without whiskers, and no division by a range of nothing.
    found = top_down(Money(7e6, "EUR", per="year"), {"planned": 0.5})
    assert found.plot().layout.meta["description"] == found.summary()
    tornado = found.tornado()
    assert tornado.plot().layout.meta["description"] == tornado.summary()
    assert tornado.summary().startswith("Nothing in the market is uncertain")
    assert [len(bars.x) for bars in tornado.plot().data] == [0, 0]
    assert found.mean == 3.5e6
