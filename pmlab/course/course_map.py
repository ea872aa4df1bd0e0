"""The course at a glance: its chapters, the routes through them, and how far the learner is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from pmlab.course.progress import Entry
from pmlab.course.questions import Chapter, Question

__all__ = ["ROUTES", "CourseMap"]

ROUTES = {
    "One day": (0, 2, 3, 5, 9, 10),
    "Half a day": (0, 2, 10),
    "Ninety minutes": (0, 2),
}
"""For those who have less time than all chapters take."""


@dataclass(frozen=True, kw_only=True, repr=False)
class CourseMap:
    """The course at a glance; the questions only of the chapter at hand.

    Attributes
    ----------
    rows : list of (Chapter, list of (Question, Entry))
    here : int
        The number of the chapter at hand.
    """

    rows: Sequence[tuple[Chapter, Sequence[tuple[Question, Entry]]]]
    here: int

    def _lines(self) -> Iterator[tuple[str, str, str]]:
        for chapter, questions in self.rows:
            n_done = sum(entry.done for _, entry in questions)
            head = f"{chapter.number:02d} {chapter.title}"
            yield head, f"{chapter.minutes} min", f"{n_done} of {len(questions)} done"
            if chapter.number == self.here:
                for question, entry in questions:
                    yield f"  {question.id}", _state(entry), question.title

    def routes(self) -> list[str]:
        """Return the routes, each with those of its chapters that are still to come."""
        here = {chapter.number for chapter, _ in self.rows}
        return [
            f"{name}: {_listed(numbers)}{_missing([n for n in numbers if n not in here])}"
            for name, numbers in ROUTES.items()
        ]

    def __str__(self) -> str:
        lines = list(self._lines())
        widths = [max(len(line[column]) for line in lines) for column in (0, 1)]
        table = [
            f"{name.ljust(widths[0])}  {state.ljust(widths[1])}  {more}"
            for name, state, more in lines
        ]
        return "\n".join([*table, "", *self.routes()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        left = "style='text-align:left'"
        rows = "".join(
            f"<tr><{cell} {left}>"
            + f"</{cell}><{cell} {left}>".join(escape(part.strip()) for part in line)
            + f"</{cell}></tr>"
            for line in self._lines()
            for cell in ("td" if line[0].startswith(" ") else "th",)
        )
        routes = "".join(f"<p style='margin:.2em 0'>{escape(route)}</p>" for route in self.routes())
        return f"<table><tbody>{rows}</tbody></table>{routes}"


def _state(entry: Entry) -> str:
    return "done" if entry.done else "tried" if entry.tries else "open"


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(f"{number:02d}" for number in numbers)


def _missing(numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    return f" ({_listed(numbers)} {'is' if len(numbers) == 1 else 'are'} still to come)"
