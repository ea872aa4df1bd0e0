"""Checking an answer: what came, compared with what the rules give on the data in hand.

`check` never raises and never changes what it was given. A slip that a question knows is named;
any other wrong answer is told what came, never how far or in which direction it lies.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from pmlab.course.answers import (
    Numbers,
    UnreadableError,
    is_blank,
    kind_of,
    numbers_in,
    read_numbers,
    shown,
)
from pmlab.course.data import Data
from pmlab.course.feedback import Outcome, Status
from pmlab.course.questions import Choice, Computed, Function, Question, Text
from pmlab.course.their_code import (
    has_blank,
    is_empty,
    other_arguments,
    their_line,
    words_of,
)
from pmlab.errors import did_you_mean

__all__ = ["check", "filled", "plain"]


def check(question: Question, answer: Any, data: Data) -> Outcome:
    """Return how an answer to a question comes out on these data.

    Parameters
    ----------
    question : Question
    answer : object
        Anything at all.
    data : Data
        The learner's company.
    """
    try:
        match question:
            case Computed():
                finding = _check_value(question, answer, data)
            case Function():
                finding = _check_function(question, answer, data)
            case Choice():
                finding = _check_choice(question, answer, data)
            case Text():
                finding = _check_text(question, answer, data)
            case _:
                raise TypeError(f"no check for a {type(question).__name__}")
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        finding = _Finding(
            Status.OUR_FAULT,
            f"The check of {question.id} failed with {words_of(error)}. Your answer may well be "
            "right. Please send us this line and what `pmlab check` prints; the notebook goes on.",
        )
    return Outcome(
        id=question.id,
        heading=_heading(question.id, finding.status),
        message=finding.message,
        status=finding.status,
        misconception=finding.misconception,
        as_asked=finding.as_asked,
        code=finding.code,
    )


@dataclass(frozen=True)
class _Finding:
    status: Status
    message: str
    misconception: str | None = None
    as_asked: bool = False
    code: str = ""


_HEADINGS = {
    Status.RIGHT: "right",
    Status.BLANK: "not answered yet",
    Status.WRONG: "not quite",
    Status.NOT_FOUND_YET: "on its way",
    Status.RAISED: "your code raised an error",
    Status.OUR_FAULT: "our fault, not yours",
}


def _heading(id: str, status: Status) -> str:
    return f"{id}: {_HEADINGS[status]}"


def _blank(question: Question) -> _Finding:
    return _Finding(
        Status.BLANK,
        f"Put your answer in place of `...` and run the cell again; "
        f'`lab.hint("{question.id}")` gives a nudge.',
    )


def _wrong(question: Question, message: str) -> _Finding:
    return _Finding(Status.WRONG, f'{message} `lab.hint("{question.id}")` gives a nudge.')


# --- the texts ---------------------------------------------------------------------------------


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


# --- numbers -----------------------------------------------------------------------------------


def _check_value(question: Computed, answer: Any, data: Data) -> _Finding:
    if is_blank(answer):
        return _blank(question)
    if issubclass(type(answer), (FunctionType, BuiltinFunctionType, MethodType, type)):
        return _wrong(question, f"{_cap(kind_of(answer))} came; call it and hand over its result.")
    return _check_numbers(question, answer, data)


def _check_numbers(question: Computed | Function, answer: Any, data: Data) -> _Finding:
    right = read_numbers(data.value(question.reference, question.tables))
    try:
        given = read_numbers(answer)
    except UnreadableError as what:
        asked = "a number" if right.alone else f"{len(right.values)} numbers"
        return _wrong(question, f"What came is {what}; the question asks for {asked}.")
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return _wrong(
            question,
            f"What came is {kind_of(answer)} that could not be read: it raised "
            f"{words_of(error)}. A plain number or a list of them would do.",
        )
    given, problem = _aligned(given, right)
    if problem:
        return _wrong(question, problem)

    scales = [100.0] if given.percent and question.share else [1.0]
    if question.share and not given.percent:
        scales.append(100.0)
    broken = ""
    for scale in scales:
        values = tuple(value / scale for value in given.values)
        said = _as_said(values, question.share, right.alone)
        if _same(values, right.values, question.tolerance):
            remark = _remark(scale, given, values, right.alone)
            why = filled(question.why, question, data, said)
            return _Finding(
                Status.RIGHT,
                f"{remark}{why}",
                as_asked=not remark and type(answer) in (int, float, list, dict),
            )
        for slip in question.misconceptions:
            try:
                wrong = read_numbers(data.value(slip.rule, question.tables))
                matched = _same(values, _aligned(wrong, right)[0].values, question.tolerance)
                message = filled(slip.message, question, data, said) if matched else ""
            except Exception as error:
                broken = (
                    f"\n\n(Our comparison with {slip.name!r} failed with {type(error).__name__}; "
                    "please tell us.)"
                )
                continue
            if matched:
                return _Finding(Status.WRONG, message, misconception=slip.name)
    return _wrong(question, _unknown(question, given, right, scales) + broken)


def _aligned(given: Numbers, right: Numbers) -> tuple[Numbers, str]:
    """Return the given numbers in the order of the right ones, or what keeps them apart."""
    n_given, n_right = len(given.values), len(right.values)
    if n_given != n_right:
        asked = "one number" if right.alone else f"{n_right} values"
        return given, f"The question asks for {asked}; {n_given or 'no'} values came."
    if right.alone or right.labels is None:
        return given, ""
    if given.labels is None:
        names = ", ".join(f"`{label}`" for label in right.labels[:4])
        return given, f"The values came without names, so we cannot tell which is which ({names})."
    by_label = dict(zip(given.labels, given.values, strict=True))
    for label in right.labels:
        if label not in by_label:
            near = did_you_mean(label, by_label)
            return given, f"There is no value for `{label}`. Looking for it among yours: {near}"
    return (
        Numbers(
            values=tuple(by_label[label] for label in right.labels),
            labels=right.labels,
            percent=given.percent,
        ),
        "",
    )


def _same(values: tuple[float, ...], others: tuple[float, ...], tolerance: float) -> bool:
    return len(values) == len(others) and all(
        _close(value, other, tolerance) for value, other in zip(values, others, strict=True)
    )


def _close(value: float, other: float, tolerance: float) -> bool:
    if math.isnan(other) or math.isnan(value):
        return math.isnan(other) and math.isnan(value)
    # Sums in another order differ in the last bits.
    return value == other or abs(value - other) <= tolerance + 1e-9 * abs(other)


def _as_said(values: tuple[float, ...], share: bool, alone: bool) -> Any:
    """Return values as a message may print them: counts without a decimal point."""
    said = [int(value) if value.is_integer() and not share else value for value in values]
    return said[0] if alone else said


def _remark(scale: float, given: Numbers, values: tuple[float, ...], alone: bool) -> str:
    if scale == 1:
        return ""
    if not alone:
        return "These are percentages; as fractions they lie between 0 and 1. "
    written = "text" if given.percent else "percentage"
    return f"(Your {written} is read as the fraction {values[0]:.6g}.) "


def _unknown(
    question: Computed | Function, given: Numbers, right: Numbers, scales: list[float]
) -> str:
    """Say what came, for a wrong answer that follows no rule we know."""
    values = given.values
    for test, problem in (
        (math.isnan, "not a number (NaN): a value is missing, or 0 was divided by 0"),
        (math.isinf, "infinite: something was divided by 0"),
    ):
        if n_bad := sum(map(test, values)):
            of = "" if right.alone else f" in {n_bad} of {len(values)} places"
            return f"What came is {problem}{of}."
    if question.share and any(not 0 <= value <= 100 for value in values):
        below = any(value < 0 for value in values)
        return "A share lies between 0 and 1; " + (
            "what came is below 0." if below else "what came looks like a count."
        )
    if question.tolerance and right.alone and _looks_rounded(values[0], right.values[0], scales):
        return "That looks rounded. Hand over the number itself, unrounded."
    if right.alone:
        return (
            f"{shown(values[0])} is a number of the right kind, but it does not answer this "
            "question, and it follows none of the slips that we know."
        )
    hits = [
        _close(value, other, question.tolerance)
        for value, other in zip(values, right.values, strict=True)
    ]
    if not any(hits):
        return f"None of the {len(hits)} values fits yet, and they follow no slip that we know."
    names = right.labels or tuple(f"number {place}" for place in range(1, len(hits) + 1))
    open_ = [f"`{name}`" for name, hit in zip(names, hits, strict=True) if not hit]
    more = f" and {len(open_) - 5} more" if len(open_) > 5 else ""
    return f"{sum(hits)} of {len(hits)} fit. Look again at {', '.join(open_[:5])}{more}."


def _looks_rounded(value: float, right: float, scales: list[float]) -> bool:
    return value != 0 and any(
        value == round(right * scale, digits) for scale in scales for digits in (0, 1, 2, 3)
    )


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- functions ---------------------------------------------------------------------------------


def _check_function(question: Function, answer: Any, data: Data) -> _Finding:
    if is_blank(answer):
        return _blank(question)
    if not callable(answer):
        return _wrong(
            question,
            f"{_cap(kind_of(answer))} came; hand over the function itself, by its name and "
            "without brackets.",
        )
    if taken := other_arguments(answer, question.tables):
        asked = ", ".join(question.tables)
        return _wrong(question, f"Your function takes {taken}; the question asks for ({asked}).")
    finding = _check_result(question, answer, data, "")
    if finding.status is not Status.RIGHT:
        return finding
    second = _check_result(question, answer, data.second(), "on another company's data ")
    if second.status is Status.RIGHT:
        return finding
    if second.status is Status.RAISED:
        return second
    return _wrong(
        question,
        "Right on your data, and not on another company's with the same tables. Is something "
        "typed in that should be computed: a number, a date, a name?",
    )


def _check_result(question: Function, function: Any, data: Data, where: str) -> _Finding:
    tables = [data.load(name) for name in question.tables]
    try:
        result = function(*tables)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # sys.exit() in a learner's function must not end the notebook
        return _blank(question) if has_blank(function) else _raised(error, where)
    if is_blank(result):
        if has_blank(function) or is_empty(function) or result is ...:
            return _blank(question)
        return _wrong(
            question,
            f"Your function gave back {kind_of(result)}. Does it end with `return`?",
        )
    finding = _check_numbers(question, result, data)
    if finding.status is Status.WRONG and has_blank(function):
        return _blank(question)
    return finding


def _raised(error: BaseException, where: str) -> _Finding:
    place, line = their_line(error)
    look = f" Look at {place}:" if place else ""
    return _Finding(Status.RAISED, f"It raised {where}{words_of(error)}.{look}", code=line)


# --- choices and texts -------------------------------------------------------------------------


def _check_choice(question: Choice, answer: Any, data: Data) -> _Finding:
    if is_blank(answer):
        return _blank(question)
    letters = ", ".join(f'"{key}"' for key in question.options)
    if type(answer) is not str:
        return _wrong(question, f"{_cap(kind_of(answer))} came; answer with one of {letters}.")
    letter = answer.strip(" \t\n.()[]").lower()
    if letter not in question.options:
        return _wrong(question, f"{shown(answer)} is none of the options; there is {letters}.")
    feedback = filled(question.options[letter], question, data)
    if letter == question.right:
        why = filled(question.why, question, data)
        return _Finding(Status.RIGHT, f"{feedback} {why}", as_asked=answer == letter)
    return _Finding(Status.WRONG, feedback, misconception=f"chose {letter}")


def _check_text(question: Text, answer: Any, data: Data) -> _Finding:
    if is_blank(answer):
        return _blank(question)
    if type(answer) is not str:
        message = f'{_cap(kind_of(answer))} came; write your sentences between """ and """.'
        return _Finding(Status.NOT_FOUND_YET, message)
    lines = []
    n_found = 0
    for criterion in question.criteria:
        if criterion.number is not None:
            value = float(read_numbers(data.value(criterion.number, question.tables)).values[0])
            found = any(
                abs(number - value) <= half + 1e-9 and (number != 0 or value == 0)
                for number, half in numbers_in(answer, share=criterion.share)
            )
        else:
            words = " ".join(answer.lower().split())
            found = any(
                re.search(rf"(?<!\w){re.escape(beginning.lower())}", words)
                for beginning in criterion.words
            )
        n_found += found
        ask = "" if found else f" {filled(criterion.ask, question, data)}"
        lines.append(f"{criterion.name}: {'found.' if found else f'not found yet.{ask}'}")
    saved = "Your text is kept for your portfolio."
    if n_found == len(lines):
        why = filled(question.why, question, data)
        return _Finding(Status.RIGHT, "\n\n".join([why, "\n".join(lines), saved]), as_asked=True)
    head = f"{n_found} of {len(lines)} found so far. {saved}"
    return _Finding(Status.NOT_FOUND_YET, "\n\n".join([head, "\n".join(lines)]))
