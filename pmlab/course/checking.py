"""Checking an answer: what came, compared with what the rules give on the data in hand.

`check` never raises and never changes what it was given. A slip that a question knows is named;
any other wrong answer is told what came, never how far or in which direction it lies.
"""

from __future__ import annotations

import os
import re
from contextlib import redirect_stdout
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from pmlab.course.answers import is_blank, kind_of, numbers_in, read_numbers, shown
from pmlab.course.comparing import compare
from pmlab.course.data import Data
from pmlab.course.feedback import Outcome, Status
from pmlab.course.findings import Finding, blank, capital, filled, wrong
from pmlab.course.questions import Choice, Computed, Function, Question, Text
from pmlab.course.their_code import has_blank, is_empty, other_arguments, their_line, words_of

__all__ = ["check"]


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
        finding = Finding(
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


def _check_value(question: Computed, answer: Any, data: Data) -> Finding:
    if is_blank(answer):
        return blank(question)
    if issubclass(type(answer), (FunctionType, BuiltinFunctionType, MethodType, type)):
        return wrong(
            question, f"{capital(kind_of(answer))} came; call it and hand over its result."
        )
    return compare(question, answer, data)


def _check_function(question: Function, answer: Any, data: Data) -> Finding:
    if is_blank(answer):
        return blank(question)
    if not callable(answer):
        return wrong(
            question,
            f"{capital(kind_of(answer))} came; hand over the function itself, by its name and "
            "without brackets.",
        )
    if taken := other_arguments(answer, question.tables):
        asked = ", ".join(question.tables)
        return wrong(question, f"Your function takes {taken}; the question asks for ({asked}).")
    finding = _check_result(question, answer, data, "")
    if finding.status is not Status.RIGHT:
        return finding
    company = data.second()
    # What a learner prints to see what goes on is of their own company; once is enough.
    with open(os.devnull, "w", errors="replace") as nowhere, redirect_stdout(nowhere):
        second = _check_result(question, answer, company, "on another company's data ")
    if second.status is Status.RIGHT:
        return finding
    if second.status is Status.RAISED:
        return second
    return wrong(
        question,
        "Right on your data, and not on another company's with the same tables. Is something "
        "typed in that should be computed (a number, a date, a name), or does your rule hold "
        "here by luck?",
    )


def _check_result(question: Function, function: Any, data: Data, where: str) -> Finding:
    tables = [data.load(name) for name in question.tables]
    try:
        result = function(*tables)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # sys.exit() in a learner's function must not end the notebook
        return blank(question) if has_blank(function) else _raised(error, where)
    if is_blank(result):
        if has_blank(function) or is_empty(function) or result is ...:
            return blank(question)
        return wrong(
            question,
            f"Your function gave back {kind_of(result)}. Does it end with `return`?",
        )
    finding = compare(question, result, data)
    if finding.status is Status.WRONG and has_blank(function):
        return blank(question)
    return finding


def _raised(error: BaseException, where: str) -> Finding:
    place, line = their_line(error)
    look = f" Look at {place}:" if place else ""
    return Finding(Status.RAISED, f"It raised {where}{words_of(error)}.{look}", code=line)


# --- choices and texts -------------------------------------------------------------------------


def _check_choice(question: Choice, answer: Any, data: Data) -> Finding:
    if is_blank(answer):
        return blank(question)
    letters = ", ".join(f'"{key}"' for key in question.options)
    if type(answer) is not str:
        return wrong(question, f"{capital(kind_of(answer))} came; answer with one of {letters}.")
    letter = answer.strip(" \t\n.()[]").lower()
    if letter not in question.options:
        return wrong(question, f"{shown(answer)} is none of the options; there is {letters}.")
    feedback = filled(question.options[letter], question, data)
    if letter == question.right:
        why = filled(question.why, question, data)
        return Finding(Status.RIGHT, f"{feedback} {why}", as_asked=answer == letter)
    return Finding(Status.WRONG, feedback, misconception=f"chose {letter}")


def _check_text(question: Text, answer: Any, data: Data) -> Finding:
    if is_blank(answer):
        return blank(question)
    if type(answer) is not str:
        message = f'{capital(kind_of(answer))} came; write your sentences between """ and """.'
        return Finding(Status.NOT_FOUND_YET, message)
    lines = []
    n_found = 0
    for criterion in question.criteria:
        if criterion.number is not None:
            wanted = read_numbers(data.value(criterion.number, question.tables)).values
            found = any(
                abs(number - value) <= half + 1e-9 and (number != 0 or value == 0)
                for number, half in numbers_in(answer, share=criterion.share)
                for value in wanted
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
        return Finding(Status.RIGHT, "\n\n".join([why, "\n".join(lines), saved]), as_asked=True)
    head = f"{n_found} of {len(lines)} found so far. {saved}"
    return Finding(Status.NOT_FOUND_YET, "\n\n".join([head, "\n".join(lines)]))
