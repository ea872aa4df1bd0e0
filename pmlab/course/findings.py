"""What a check found, before it becomes what the learner reads; and texts with their numbers."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pmlab.course.data import Data
from pmlab.course.feedback import Status
from pmlab.course.questions import Question

__all__ = ["Finding", "blank", "capital", "filled", "plain", "wrong"]


@dataclass(frozen=True)
class Finding:
    """A status and a message, not yet under a heading."""

    status: Status
    message: str
    misconception: str | None = None
    as_asked: bool = False
    code: str = ""


def blank(question: Question) -> Finding:
    """Return that an answer is still open."""
    return Finding(
        Status.BLANK,
        f"Put your answer in place of `...` and run the cell again; "
        f'`lab.hint("{question.id}")` gives a nudge.',
    )


def wrong(question: Question, message: str) -> Finding:
    """Return that an answer is wrong, with the way to the first hint."""
    return Finding(Status.WRONG, f'{message} `lab.hint("{question.id}")` gives a nudge.')


class _Names(Mapping[str, Any]):
    """The names that a question's texts may use; facts are computed when one is used."""

    def __init__(self, question: Question, data: Data, answer: Any) -> None:
        self._question, self._data, self._answer = question, data, answer

    def __getitem__(self, name: str) -> Any:
        if name == "answer":
            return self._answer
        return plain(self._data.value(self._question.facts[name], self._question.tables))

    def __iter__(self) -> Iterator[str]:
        return iter(("answer", *self._question.facts))

    def __len__(self) -> int:
        return 1 + len(self._question.facts)


def filled(text: str, question: Question, data: Data, answer: Any = None) -> str:
    """Return a question's text with its numbers filled in."""
    return text.format_map(_Names(question, data, answer))


def plain(value: Any) -> Any:
    """Return a copy of a rule's value, without numpy's scalars."""
    if type(value).__module__ == "numpy" and getattr(value, "ndim", 1) == 0:
        return value.item()
    return copy.deepcopy(value)


def capital(text: str) -> str:
    """Return a text with its first letter large."""
    return text[:1].upper() + text[1:]
