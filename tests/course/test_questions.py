"""A question that would leave a learner without help cannot be made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pmlab.course import Chapter, Criterion, Misconception
from pmlab.course.questions import normal_id
from pmlab.errors import InputError, NotFoundError
from tests.course import tiny

COMPUTED, COUNTS, FUNCTION, CHOICE, TEXT = tiny.CHAPTER


def test_ids_have_one_form():
    assert normal_id("2.4") == normal_id("02.4") == normal_id(" 2.4 ") == "02.4"
    assert tiny.CHAPTER["99.1"] is COMPUTED


@pytest.mark.parametrize("id", [2.4, None, "", "2", "2.", "2.4.1", "two.4", "002.4444"])
def test_other_ids_are_refused(id):
    with pytest.raises(InputError, match=r"such as '2\.4'"):
        normal_id(id)


def test_an_unknown_question_names_the_closest():
    with pytest.raises(NotFoundError, match=r"no question '99.6'.*Did you mean '99\.\d'"):
        tiny.CHAPTER["99.6"]


@pytest.mark.parametrize(
    ("question", "changes", "problem"),
    [
        (COMPUTED, {"misconceptions": tiny.SLIPS[:1]}, "two or more misconceptions"),
        (COMPUTED, {"misconceptions": (tiny.SLIPS[0],) * 2}, "two or more misconceptions"),
        (COMPUTED, {"reference": tiny.share_of_sign_ups}, "a rule of its own"),
        (COMPUTED, {"hints": tiny.HINTS[:2]}, "three hints"),
        (COMPUTED, {"hints": "abc"}, "three hints"),
        (COMPUTED, {"hints": ("a", "b", "{answer}")}, r"a hint uses \{answer\}"),
        (COMPUTED, {"why": ""}, "a title and a why"),
        (COMPUTED, {"why": "{anwser}"}, "Did you mean 'answer'"),
        (COMPUTED, {"why": "{answer"}, "no format text"),
        (COMPUTED, {"tables": ()}, "needs the tables"),
        (COMPUTED, {"tables": ("../events",)}, "not names of tables"),
        (COMPUTED, {"tolerance": -1}, "0 or more"),
        (COMPUTED, {"tolerance": float("nan")}, "0 or more"),
        (FUNCTION, {"misconceptions": tiny.SLIPS[1:]}, "two or more misconceptions"),
        (CHOICE, {"right": "z"}, "none of its options"),
        (CHOICE, {"options": {"a": "no", "b": "yes"}}, "three or more options"),
        (CHOICE, {"options": {"a": "no", "b": "yes", "c": ""}}, "three or more options"),
        (CHOICE, {"options": {"A": "no", "b": "yes", "c": "x"}}, "single small letters"),
        (TEXT, {"criteria": TEXT.criteria[:2]}, "three or more criteria"),
        (TEXT, {"tables": ()}, "tables that its numbers come from"),
        (TEXT, {"id": "memo"}, "not the id"),
    ],
)
def test_a_question_without_its_helps_cannot_be_made(question, changes, problem):
    with pytest.raises(InputError, match=problem):
        replace(question, **changes)


def test_a_criterion_looks_for_words_or_for_a_number():
    with pytest.raises(InputError, match="either words= or number="):
        Criterion(name="the metric", ask="Which?")
    with pytest.raises(InputError, match="either words= or number="):
        Criterion(name="the metric", ask="Which?", words=("a",), number=tiny.share_bought)


def test_a_chapter_holds_its_own_questions_once():
    with pytest.raises(InputError, match="share an id"):
        replace(tiny.CHAPTER, questions=[COMPUTED, COMPUTED])
    with pytest.raises(InputError, match="start with 98"):
        replace(tiny.CHAPTER, number=98)


def test_a_message_of_a_slip_may_use_only_known_names():
    slip = Misconception(name="x", rule=tiny.visitors, message="{right:.1%} would be right")
    with pytest.raises(InputError, match=r"uses \{right\}"):
        replace(COMPUTED, misconceptions=(*tiny.SLIPS, slip))


def test_chapters_are_files_in_the_same_order():
    assert Chapter(number=3, name="x", title="X", minutes=1, questions=[]).stem == "03_x"
