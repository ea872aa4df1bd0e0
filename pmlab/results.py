"""What every result can do, and the one place where numbers are rounded for reading."""

from __future__ import annotations

import math
import textwrap
from abc import ABC, abstractmethod
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from pmlab.durations import in_words

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

__all__ = [
    "Result",
    "Table",
    "amount",
    "count",
    "decimals_for",
    "duration",
    "fraction",
    "level",
    "number",
    "number_interval",
    "number_of",
    "percent",
    "percent_interval",
    "points",
    "points_interval",
    "pvalue",
]

TEXT_WIDTH = 100
NARROWEST = 12
"""A column of words is not broken to less than this."""

AMBER = "#c98a00"
"""Marks a warning: a mid-tone that stands out on white and on black."""

BLANK = "-"
"""What stands in a table where a number is undefined."""


def count(value: float) -> str:
    """Return a count with thousands separators.

    Examples
    --------
    >>> count(12345), count(float("nan"))
    ('12,345', '-')
    """
    return BLANK if math.isnan(value) else f"{value:,.0f}"


def number_of(n: int, noun: str) -> str:
    """Return a count with its noun, in the plural where it is not one.

    Examples
    --------
    >>> number_of(1, "user"), number_of(1200, "row")
    ('1 user', '1,200 rows')
    """
    return f"{count(n)} {noun}{'' if n == 1 else 's'}"


def percent(value: float, *, digits: int = 1) -> str:
    """Return a fraction as a percentage.

    Examples
    --------
    >>> percent(0.1234), percent(float("nan"))
    ('12.3%', '-')
    """
    return BLANK if math.isnan(value) else f"{100 * value:.{digits}f}%"


def percent_interval(low: float, high: float) -> str:
    """Return the two ends of an interval of a fraction.

    Examples
    --------
    >>> percent_interval(0.1, 0.2)
    '10.0% to 20.0%'
    """
    return BLANK if math.isnan(low) else f"{percent(low)} to {percent(high)}"


def points(difference: float, *, digits: int = 1) -> str:
    """Return a difference of two fractions in percentage points, with its sign.

    Examples
    --------
    >>> points(0.042), points(-0.01, digits=0), points(float("nan"))
    ('+4.2 points', '-1 point', '-')
    """
    if math.isnan(difference):
        return BLANK
    number = f"{100 * difference:+.{digits}f}"
    return f"{number} point" if number in ("+1", "-1") else f"{number} points"


def points_interval(low: float, high: float, *, digits: int = 1) -> str:
    """Return the two ends of an interval of a difference of two fractions.

    Examples
    --------
    >>> points_interval(-0.01, 0.2)
    '-1.0 to +20.0 points'
    """
    return BLANK if math.isnan(low) else f"{100 * low:+.{digits}f} to {points(high, digits=digits)}"


def decimals_for(width: float, *, least: int = 0) -> int:
    """Return how many decimals show a width, such as that of an interval, to two digits.

    Examples
    --------
    >>> decimals_for(0.0123), decimals_for(1.5), decimals_for(40.0), decimals_for(40.0, least=1)
    (3, 1, 0, 1)
    """
    if not 0 < width < math.inf:
        return least
    return min(15, max(least, 1 - math.floor(math.log10(width))))


def number(value: float, *, beside: float = 0.0, decimals: int | None = None) -> str:
    """Return a number to about three digits, as fine as a larger one `beside` it needs.

    With `decimals`, to so many decimals instead.

    Examples
    --------
    >>> number(71.25), number(5.4321), number(0.1234), number(0.5, beside=71.25)
    ('71.2', '5.43', '0.123', '0.5')
    """
    if not math.isfinite(value):
        return BLANK if math.isnan(value) else f"{'-' if value < 0 else ''}infinite"
    if decimals is not None:
        return f"{value:,.{decimals}f}"
    size = max(abs(value), abs(beside) if math.isfinite(beside) else 0.0)
    if size == 0:
        return "0"
    return f"{value:,.{1 if size >= 10 else 2 if size >= 1 else 3}f}"


def number_interval(low: float, high: float) -> str:
    """Return the two ends of an interval.

    Examples
    --------
    >>> number_interval(0.5, 12)
    '0.5 to 12.0'
    """
    if math.isnan(low):
        return BLANK
    return f"{number(low, beside=high)} to {number(high, beside=low)}"


def amount(value: float, *, digits: int = 3) -> str:
    """Return an amount of any size to so many significant digits, large ones in words.

    Examples
    --------
    >>> amount(4_213_000), amount(27_949), amount(62.0), amount(0.012345), amount(float("nan"))
    ('4.21 million', '27,900', '62', '0.0123', '-')
    """
    if not math.isfinite(value):
        return number(value)
    rounded = float(f"{value:.{digits - 1}e}")
    for size, word in ((1e12, " trillion"), (1e9, " billion"), (1e6, " million")):
        if abs(rounded) >= size:
            return f"{rounded / size:,.10g}{word}"
    return f"{rounded:,.10g}"


def fraction(value: float, *, digits: int = 3) -> str:
    """Return a fraction of any size as a percentage, to so many significant digits.

    Examples
    --------
    >>> fraction(0.08), fraction(0.00051), fraction(1 / 3), fraction(float("nan"))
    ('8%', '0.051%', '33.3%', '-')
    """
    return BLANK if math.isnan(value) else f"{amount(100 * value, digits=digits)}%"


def level(confidence_level: float) -> str:
    """Return a confidence level as it stands before the word interval.

    Examples
    --------
    >>> level(0.95), level(0.999)
    ('95%', '99.9%')
    """
    return f"{100 * confidence_level:.6g}%"


def pvalue(value: float) -> str:
    """Return a p-value.

    Examples
    --------
    >>> pvalue(0.0312), pvalue(0.00001), pvalue(float("nan"))
    ('0.031', '<0.001', '-')
    """
    if math.isnan(value):
        return BLANK
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def duration(micros: float) -> str:
    """Return microseconds in short words.

    Examples
    --------
    >>> duration(5_400_000_000)
    '1 h 30 min'
    """
    return BLANK if math.isnan(micros) else in_words(round(micros))


@dataclass(frozen=True, kw_only=True)
class Table:
    """A readable table: heading -> one text a row; the first column is names."""

    columns: Mapping[str, Sequence[str]]
    heading: str = ""
    words: Sequence[str] = ()
    """Columns of words: they stand on the left, and break where the lines would be too long."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Result(ABC):
    """A frozen answer: numbers as fields, words for how they came about."""

    warnings: tuple[str, ...] = ()
    """What a careful reader should know before using the numbers."""

    @property
    @abstractmethod
    def title(self) -> str:
        """One line: what this is."""

    @property
    @abstractmethod
    def method(self) -> str:
        """How it was counted, in words."""

    @property
    @abstractmethod
    def assumptions(self) -> tuple[str, ...]:
        """What must hold for the numbers to mean what they say."""

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """Return the numbers, unrounded."""

    @abstractmethod
    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""

    @abstractmethod
    def _table(self) -> Mapping[str, Sequence[str]]:
        """Return the readable table: heading -> one text a row; the first column is names."""

    def _tables(self) -> Sequence[Table]:
        """Return all readable tables: for most results the one."""
        return [Table(columns=self._table())]

    def _opening(self) -> str:
        """Return what stands between the title and the table; for most results nothing."""
        return ""

    def _notes(self) -> Sequence[tuple[str, str]]:
        """Return what stands under the table: labels and texts."""
        return [("Warning", warning) for warning in self.warnings]

    def plot(self) -> go.Figure:
        """Return the figure of this result."""
        # The one registered exception to the layers: a result's figure is drawn above it.
        from pmlab import plots

        return plots.figure(self)

    def __str__(self) -> str:
        notes = [*(f"{label}: {text}" for label, text in self._notes()), self.method]
        wrapped = [textwrap.fill(note, TEXT_WIDTH) for note in notes]
        opening = [textwrap.fill(self._opening(), TEXT_WIDTH)] if self._opening() else []
        tables = [line for table in self._tables() for line in (*_text(table), "")]
        return "\n".join([self.title, *opening, "", *tables, *wrapped])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        # Colours of text and ground are the notebook's own, so that light and dark both work.
        # Styles stand in every cell because JupyterLab has rules of its own for them.
        notes = "".join(
            f"<p style='margin:.2em 0'><b>{escape(label)}:</b> {escape(text)}</p>"
            for label, text in self._notes()
        )
        if notes:
            notes = (
                f"<div style='border-left:4px solid {AMBER};padding:.1em .8em;margin:.4em 0;"
                f"max-width:60em'>{notes}</div>"
            )
        opening = escape(self._opening())
        if opening:
            opening = f"<p style='margin:.2em 0 .6em;max-width:60em'>{opening}</p>"
        return (
            f"<div><p style='margin:.2em 0'><b>{escape(self.title)}</b></p>{opening}"
            f"{''.join(map(_html, self._tables()))}"
            f"{notes}<p style='margin:.2em 0;max-width:70em;opacity:.8'>"
            f"<small>{escape(self.method)}</small></p></div>"
        )


def _html(table: Table) -> str:
    def side(name: str) -> str:
        return "left" if name in table.words else "right"

    names = list(table.columns)
    head = "".join(
        _cell(name, heads="col", side="left" if column == 0 else side(name))
        for column, name in enumerate(names)
    )
    rows = []
    for first, *cells in zip(*table.columns.values(), strict=True):
        texts = (
            _cell(cell, side=side(name), breaks=name in table.words)
            for name, cell in zip(names[1:], cells, strict=True)
        )
        name = _cell(first, heads="row", side="left", breaks=names[0] in table.words)
        rows.append(f"<tr>{name}{''.join(texts)}</tr>")
    heading = f"<p style='margin:.8em 0 .2em'><b>{escape(table.heading)}</b></p>"
    return (
        f"{heading if table.heading else ''}"
        "<div style='overflow-x:auto'><table class='dataframe' "
        "style='font-variant-numeric:tabular-nums'>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cell(text: str, *, heads: str = "", side: str = "right", breaks: bool = False) -> str:
    opening, tag = (f"th scope='{heads}'", "th") if heads else ("td", "td")
    wrap = "normal" if heads == "col" or breaks else "nowrap"
    return f"<{opening} style='text-align:{side};white-space:{wrap}'>{escape(text)}</{tag}>"


def _text(table: Table) -> list[str]:
    """Return the lines of a table; words break so that a line is no longer than TEXT_WIDTH."""
    columns = [[name, *cells] for name, cells in table.columns.items()]
    heading = [table.heading] if table.heading else []
    if not table.words:
        return [*heading, *_aligned(columns, {0})]
    left = {
        column for column, name in enumerate(table.columns) if column == 0 or name in table.words
    }
    limits = [max(map(len, cells)) for cells in columns]
    while sum(limits) + 2 * (len(limits) - 1) > TEXT_WIDTH:
        widest = max(left, key=lambda column: limits[column])
        if limits[widest] <= NARROWEST:
            break
        limits[widest] -= 1
    lines: list[list[str]] = [[] for _ in columns]
    for row in zip(*columns, strict=True):
        broken = [
            textwrap.wrap(cell, limits[column]) or [""] if column in left else [cell]
            for column, cell in enumerate(row)
        ]
        for column, parts in enumerate(broken):
            lines[column] += parts + [""] * (max(map(len, broken)) - len(parts))
    return [*heading, *_aligned(lines, left)]


def _aligned(columns: Sequence[Sequence[str]], left: Container[int]) -> list[str]:
    widths = [max(map(len, cells)) for cells in columns]
    return [
        "  ".join(
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in zip(*columns, strict=True)
    ]
