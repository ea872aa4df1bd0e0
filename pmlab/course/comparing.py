"""Comparing numbers: with the right rule, then with each slip, on both scales of a share."""

from __future__ import annotations

import math
from typing import Any

from pmlab.course.answers import Numbers, UnreadableError, kind_of, read_numbers, shown
from pmlab.course.data import Data
from pmlab.course.feedback import Status
from pmlab.course.findings import Finding, filled, wrong
from pmlab.course.questions import Computed, Function
from pmlab.course.their_code import words_of

__all__ = ["as_said", "compare"]


def compare(question: Computed | Function, answer: Any, data: Data) -> Finding:
    """Return how numbers compare with what a question's rules give on these data."""
    right = read_numbers(data.value(question.reference, question.tables))
    subject = "What your function gives back" if isinstance(question, Function) else "What came"
    try:
        given = read_numbers(answer)
    except UnreadableError as what:
        return wrong(question, f"{subject} is {what}; the question asks for {_asked(right)}.")
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return wrong(
            question,
            f"{subject} is {kind_of(answer)} that could not be read: it raised "
            f"{words_of(error)}. A plain number or a list of them would do.",
        )
    given, problem = _aligned(given, right)
    if problem:
        return wrong(question, problem)

    scales = [100.0] if given.percent and question.share else [1.0]
    if question.share and not given.percent:
        scales.append(100.0)
    broken = ""
    for scale in scales:
        values = tuple(value / scale for value in given.values)
        said = as_said(values, share=question.share, alone=right.alone)
        if _same(values, right.values, question.tolerance):
            remark = _remark(scale, given, values, right.alone)
            why = filled(question.why, question, data, said)
            return Finding(
                Status.RIGHT,
                f"{remark}{why}",
                as_asked=not remark and type(answer) in (int, float, list, dict),
            )
        for slip in question.misconceptions:
            try:
                slipped = read_numbers(data.value(slip.rule, question.tables))
                matched = _same(values, _aligned(slipped, right)[0].values, question.tolerance)
                message = filled(slip.message, question, data, said) if matched else ""
            except Exception as error:
                broken = (
                    f"\n\n(Our comparison with {slip.name!r} failed with {type(error).__name__}; "
                    "please tell us.)"
                )
                continue
            if matched:
                return Finding(Status.WRONG, message, misconception=slip.name)
    return wrong(question, _unknown(question, given, right, scales, subject) + broken)


def _aligned(given: Numbers, right: Numbers) -> tuple[Numbers, str]:
    """Return the given numbers in the order of the right ones, or what keeps them apart."""
    n_given, n_right = len(given.values), len(right.values)
    if n_given != n_right:
        came = f"{n_given or 'no'} value{'' if n_given == 1 else 's'}"
        return given, f"The question asks for {_asked(right)}; {came} came."
    if right.alone or right.labels is None:
        return given, ""
    if given.labels is None:
        names = ", ".join(f"`{label}`" for label in right.labels[:4])
        return given, f"The values came without names, so we cannot tell which is which ({names})."
    by_label = dict(zip(given.labels, given.values, strict=True))
    if missing := [label for label in right.labels if label not in by_label]:
        ours = ", ".join(f"`{label}`" for label in missing[:4])
        others = [f"`{label[:40]}`" for label in by_label if label not in right.labels]
        instead = f"yours has {', '.join(others[:4])}" if others else "one of yours came twice"
        return given, f"There is no value for {ours}; {instead}. The names must be the same."
    return (
        Numbers(
            values=tuple(by_label[label] for label in right.labels),
            labels=right.labels,
            percent=given.percent,
        ),
        "",
    )


def _asked(right: Numbers) -> str:
    if right.alone:
        return "one number"
    if right.labels == ("P10", "P90"):
        return "a range, with its P10 and P90"
    return f"{len(right.values)} numbers"


def _same(values: tuple[float, ...], others: tuple[float, ...], tolerance: float) -> bool:
    return len(values) == len(others) and all(
        _close(value, other, tolerance) for value, other in zip(values, others, strict=True)
    )


def _close(value: float, other: float, tolerance: float) -> bool:
    if math.isnan(other) or math.isnan(value):
        return math.isnan(other) and math.isnan(value)
    # Sums in another order differ in the last bits.
    return value == other or abs(value - other) <= tolerance + 1e-9 * abs(other)


def as_said(values: tuple[float, ...], *, share: bool, alone: bool) -> Any:
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
    question: Computed | Function, given: Numbers, right: Numbers, scales: list[float], subject: str
) -> str:
    """Say what came, for a wrong answer that follows no rule we know."""
    values = given.values
    for test, problem in (
        (math.isnan, "not a number (NaN): a value is missing, or 0 was divided by 0"),
        (math.isinf, "infinite: something was divided by 0"),
    ):
        if n_bad := sum(map(test, values)):
            of = "" if right.alone else f" in {n_bad} of {len(values)} places"
            return f"{subject} is {problem}{of}."
    if question.share and any(not 0 <= value <= 100 for value in values):
        if any(value < 0 for value in values):
            problem = "is below 0"
        else:
            problem = "is more than 100%" if given.percent else "looks like a count"
        return f"A share lies between 0 and 1; {subject[0].lower()}{subject[1:]} {problem}."
    if problem := _nearly(values, right.values, question, scales):
        return problem
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


def _nearly(
    values: tuple[float, ...],
    right: tuple[float, ...],
    question: Computed | Function,
    scales: list[float],
) -> str:
    """Name the two slips that need no rule of their own: rounded, and in another unit."""
    pairs = list(zip(values, right, strict=True))
    fits = [_close(value, other, question.tolerance) for value, other in pairs]
    if question.tolerance and all(
        fit or _looks_rounded(value, other, scales)
        for fit, (value, other) in zip(fits, pairs, strict=True)
    ):
        what = "That looks" if len(values) == 1 else "These look"
        return f"{what} rounded. Hand over what your code computes, unrounded."
    if not question.share and all(
        fit or _in_another_unit(value, other, question.tolerance)
        for fit, (value, other) in zip(fits, pairs, strict=True)
    ):
        return (
            "The digits are right and the unit is not. In what does the question ask for it: "
            "single ones, thousands or millions, whole units of money or cents?"
        )
    return ""


def _looks_rounded(value: float, right: float, scales: list[float]) -> bool:
    """Return whether a value is the right one to fewer digits; of whole tens, to two at least."""
    return value != 0 and any(
        value == round(right * scale, digits)
        and (digits >= 0 or abs(value) >= 10.0 ** (1 - digits))
        for scale in scales
        for digits in range(-6, 4)
    )


def _in_another_unit(value: float, right: float, tolerance: float) -> bool:
    return right != 0 and any(
        abs(value / factor - right) <= tolerance + 1e-9 * abs(right)
        for factor in (1e2, 1e3, 1e6, 1e-2, 1e-3, 1e-6)
    )
