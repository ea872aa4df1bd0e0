"""Every question of every chapter, on twenty companies.

Sizes, dates and the broken segment move with the seed; so on each one the right answer must be
taken, every slip must be told by its own name and lie clear of the right answer and of the other
slips, every text must fill in, and a blank must be a blank.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations

import pytest

from pmlab import simulate
from pmlab.course import Choice, Computed, Data, Function, Lab, Text, catalogue
from pmlab.course.answers import read_numbers
from pmlab.course.checking import check
from pmlab.course.data import SECOND_SEED
from pmlab.course.feedback import Status
from pmlab.course.findings import filled, plain
from pmlab.course.progress import Progress
from pmlab.results import percent

SEEDS = range(1, 21)
QUESTIONS = [
    question for stem in catalogue.stems() for question in catalogue.chapter(stem).questions
]
NUMERIC = [question for question in QUESTIONS if isinstance(question, Computed | Function)]


def by_id(questions):
    return pytest.mark.parametrize("question", questions, ids=lambda question: question.id)


@cache
def second_company():
    return Data.of_seed(SECOND_SEED)


@pytest.fixture(scope="module", params=SEEDS, ids=lambda seed: f"seed{seed}")
def company(request):
    # One at a time: pytest runs all tests of a seed before it makes the next company.
    made = simulate.company(seed=request.param)
    return Data(made.table, second=second_company)


def values(rule, question, data):
    return read_numbers(data.value(rule, question.tables)).values


def distance(left, right):
    """How far two answers lie apart: where they differ most, as that is where a check sees it."""
    return max(abs(a - b) for a, b in zip(left, right, strict=True))


def handed_over(rule, question, data):
    """What somebody who follows a rule hands over."""
    return rule if isinstance(question, Function) else plain(data.value(rule, question.tables))


def test_there_is_a_chapter():
    assert QUESTIONS


@by_id(QUESTIONS)
def test_a_blank_is_not_answered_yet(question, company):
    def not_written_yet(*tables): ...

    blanks = [..., None]
    if isinstance(question, Function):
        blanks.append(not_written_yet)
    for blank in blanks:
        assert check(question, blank, company).status is Status.BLANK


@by_id(QUESTIONS)
def test_hints_and_facts_fill_in(question, company):
    texts = [filled(hint, question, company) for hint in question.hints]
    assert len(set(texts)) == 3
    assert "nan" not in " ".join(texts).split()


@by_id(QUESTIONS)
def test_the_whole_way_fills_in(question, company, tmp_path):
    chapter = next(c for c in map(catalogue.chapter, catalogue.stems()) if question in c.questions)
    shown = Lab(chapter, company, Progress(tmp_path)).solution(question.id)
    assert shown.message
    assert "{" not in shown.message
    assert "nan" not in shown.message.split()
    assert isinstance(question, Choice) or shown.code


@by_id(NUMERIC)
def test_the_reference_is_right(question, company):
    outcome = check(question, handed_over(question.reference, question, company), company)
    assert outcome.status is Status.RIGHT, str(outcome)


@by_id(NUMERIC)
def test_every_slip_is_called_by_its_own_name(question, company):
    messages = set()
    for slip in question.misconceptions:
        outcome = check(question, handed_over(slip.rule, question, company), company)
        assert outcome.status is Status.WRONG, f"{slip.name}: {outcome}"
        assert outcome.misconception == slip.name
        messages.add(outcome.message)
    assert len(messages) == len(question.misconceptions)


@by_id(NUMERIC)
def test_slips_lie_clear_of_the_answer_and_of_each_other(question, company):
    right = values(question.reference, question, company)
    wrong = {slip.name: values(slip.rule, question, company) for slip in question.misconceptions}
    for name, value in wrong.items():
        assert distance(value, right) >= question.margin, name
    for (one, first), (other, second) in combinations(wrong.items(), 2):
        assert distance(first, second) > 2 * question.tolerance, f"{one} and {other}"


@by_id([question for question in NUMERIC if question.share and isinstance(question, Computed)])
def test_percentages_are_understood(question, company):
    def out_of_100(rule):
        numbers = values(rule, question, company)
        scaled = [100 * number for number in numbers]
        labels = read_numbers(company.value(rule, question.tables)).labels
        return dict(zip(labels, scaled, strict=True)) if labels else scaled

    outcome = check(question, out_of_100(question.reference), company)
    assert outcome.status is Status.RIGHT
    assert not outcome.as_asked
    for slip in question.misconceptions:
        assert check(question, out_of_100(slip.rule), company).misconception == slip.name


@by_id([question for question in QUESTIONS if isinstance(question, Choice)])
def test_every_option_has_its_own_feedback(question, company):
    outcomes = {letter: check(question, letter, company) for letter in question.options}
    assert len({outcome.message for outcome in outcomes.values()}) == len(outcomes)
    right = [letter for letter, outcome in outcomes.items() if outcome.status is Status.RIGHT]
    assert right == [question.right]


@by_id([question for question in QUESTIONS if isinstance(question, Text)])
def test_a_text_is_told_exactly_what_is_missing(question, company):
    said = {}
    for criterion in question.criteria:
        if criterion.number is None:
            said[criterion.name] = criterion.words[0]
        else:
            value, *_ = values(criterion.number, question, company)
            said[criterion.name] = percent(value) if criterion.share else f"{value:,.0f}"
    assert check(question, " ".join(said.values()), company).status is Status.RIGHT
    for missing in said:
        rest = " ".join(text for name, text in said.items() if name != missing)
        outcome = check(question, rest, company)
        assert outcome.status is Status.NOT_FOUND_YET
        assert f"{missing}: not found yet." in outcome.message
        assert outcome.message.count("not found yet.") == 1
