"""What the learner reads: a short text, the same in a terminal and in a notebook."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from html import escape

from pmlab.results import AMBER

__all__ = ["Feedback", "Outcome", "Status"]


class Status(StrEnum):
    """How a check came out."""

    RIGHT = "right"
    BLANK = "not answered yet"
    WRONG = "wrong"
    NOT_FOUND_YET = "not found yet"
    RAISED = "your code raised"
    OUR_FAULT = "our fault"
    NO_QUESTION = "no such question"


# Mid-tones that stand out on white and on black; the words carry the meaning, not the colour.
_GREEN, _BLUE, _GREY = "#2a9d5c", "#3b82c4", "#8a8a8a"
_COLOURS = {
    Status.RIGHT: _GREEN,
    Status.BLANK: _GREY,
    Status.WRONG: AMBER,
    Status.NOT_FOUND_YET: _BLUE,
    Status.RAISED: AMBER,
    Status.OUR_FAULT: _GREY,
    Status.NO_QUESTION: _GREY,
}


@dataclass(frozen=True, kw_only=True, repr=False)
class Feedback:
    """A heading and a message; shown when it is the last expression of a cell.

    Attributes
    ----------
    heading : str
        In a few words.
    message : str
        Paragraphs, parted by blank lines; may mark `` `code` `` and ``*stress*``.
    code : str
        Lines of Python to show under the message.
    """

    heading: str
    message: str
    code: str = ""

    @property
    def _colour(self) -> str:
        return _BLUE

    def __str__(self) -> str:
        lines = [f"{self.heading}. {self.message}" if self.message else f"{self.heading}."]
        lines += [f"    {line}".rstrip() for line in self.code.splitlines()]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        # Colours of text and ground are inherited, so that light and dark themes both work.
        first, *rest = self.message.split("\n\n")
        paragraphs = [f"<b>{escape(self.heading)}.</b> {_marked_up(first)}", *map(_marked_up, rest)]
        style = "margin:.2em 0;max-width:46em"
        body = "".join(f"<p style='{style}'>{text}</p>" for text in paragraphs)
        if self.code:  # JupyterLab wraps <pre> in the middle of a word; a scroll bar reads better
            style = "margin:.4em 0;white-space:pre;overflow-x:auto"
            body += f"<pre style='{style}'>{escape(self.code)}</pre>"
        return (
            f"<div style='border-left:4px solid {self._colour};padding:.2em .8em;margin:.3em 0'>"
            f"{body}</div>"
        )


@dataclass(frozen=True, kw_only=True, repr=False)
class Outcome(Feedback):
    """How a check came out.

    Attributes
    ----------
    id : str
        The question's id.
    status : Status
        Right, blank, wrong and so on.
    misconception : str or None
        The name of the slip, when it is a known one.
    as_asked : bool
        The answer is right and also in the form that was asked (a fraction, not a percentage).
    """

    id: str
    status: Status
    misconception: str | None = None
    as_asked: bool = False

    @property
    def _colour(self) -> str:
        return _COLOURS[self.status]


def _marked_up(text: str) -> str:
    parts = escape(text).replace("\n", "<br>").split("`")
    if len(parts) % 2 == 0:  # a lone backtick marks nothing
        parts[-2:] = ["`".join(parts[-2:])]
    return "".join(
        f"<code>{part}</code>" if place % 2 else _STRESS.sub(r"<em>\1</em>", part)
        for place, part in enumerate(parts)
    )


_STRESS = re.compile(r"(?<![\w*])\*(\S[^*]*\S|\S)\*(?![\w*])")
