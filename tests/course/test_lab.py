"""A chapter in a learner's hands: checks, hints, going on, and coming back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pmlab import course
from pmlab.course import Chapter, Lab, places
from pmlab.course.course_map import CourseMap
from pmlab.course.feedback import Status
from pmlab.course.progress import FILE_NAME, Progress
from pmlab.errors import NotFoundError
from tests.course import tiny


def test_start_greets_in_one_line_and_resumes(tmp_path, capsys):
    lab = course.start(tiny.CHAPTER, folder=tmp_path, data=tiny.data())
    assert capsys.readouterr().out == "Chapter 99, Tiny: 5 questions, about 5 minutes.\n"
    lab.check("99.1", 0.4)
    course.start(tiny.CHAPTER, folder=tmp_path, data=tiny.data())
    assert capsys.readouterr().out == ("Chapter 99, Tiny: 1 of 5 questions done. Welcome back.\n")


def test_an_unknown_chapter_is_refused():
    with pytest.raises(NotFoundError, match="there is no chapter 'fnord'"):
        course.start("fnord")


def test_an_unknown_question_is_said_and_not_raised(lab):
    outcome = lab.check("99.9", 1)
    assert outcome.status is Status.NO_QUESTION
    assert "Did you mean '99." in outcome.message


class Speechless:
    def __repr__(self):
        raise RuntimeError("no")

    __str__ = __repr__


@pytest.mark.parametrize(
    ("id", "said"),
    [
        (99.1, "99.1 is not the id of a question"),
        ("99.9", "There is no question '99.9' in chapter"),
        (tiny.table(tiny.ROWS * 1000), "is not the id of a question"),
        (Speechless(), "A Speechless is not the id of a question"),
        ("02.4", "This `lab` holds chapter 99, Tiny."),
        ("02.4", "in the notebook of chapter 02."),
    ],
)
def test_an_id_that_is_none_stops_no_notebook(lab, capsys, id, said):
    for outcome in (lab.check(id, 0.4), lab.hint(id), lab.solution(id)):
        assert outcome.status is Status.NO_QUESTION
        assert said in outcome.message
        assert len(outcome.message) < 300
        assert outcome._repr_html_()
    assert lab.carry_on(id, 0.4) == 0.4
    assert said in capsys.readouterr().out


def test_question_and_answer_the_other_way_round(lab):
    for swapped in (0.4, tiny.share_bought, tiny.table(tiny.ROWS), ...):
        said = lab.check(swapped, "99.1").message
        assert said == 'The question comes first, then the answer: `lab.check("99.1", ...)`.'


def test_stopping_an_endless_function_leaves_progress_as_it_was(lab, tmp_path):
    """A loop that never ends is broken by the stop button, which raises in the middle of it."""
    lab.check("99.1", 0.4)
    before = (tmp_path / FILE_NAME).read_bytes()

    def endless(events):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lab.check("99.3", endless)
    assert (tmp_path / FILE_NAME).read_bytes() == before
    assert lab.check("99.3", tiny.share_bought).status is Status.RIGHT


def test_two_chapters_in_one_kernel_keep_to_themselves(lab, tmp_path):
    questions = [replace(item, id=item.id.replace("99.", "98.")) for item in tiny.CHAPTER.questions]
    other_chapter = replace(tiny.CHAPTER, number=98, name="other", questions=questions)
    other = Lab(other_chapter, tiny.data(), Progress(tmp_path))
    lab.check("99.1", 0.4)
    other.check("98.1", 0.5)
    lab.check("99.4", "b")
    kept = json.loads((tmp_path / FILE_NAME).read_text())["questions"]
    assert {id: entry["done"] for id, entry in kept.items()} == {
        "98.1": False,
        "99.1": True,
        "99.4": True,
    }


def test_a_notebook_in_another_folder_begins_there_and_changes_nothing_here(
    tmp_path, monkeypatch, capsys
):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    monkeypatch.chdir(here)
    course.start(tiny.CHAPTER, data=tiny.data()).check("99.1", 0.4)
    before = (here / FILE_NAME).read_bytes()
    monkeypatch.chdir(there)
    course.start(tiny.CHAPTER, data=tiny.data()).check("99.4", "b")
    assert capsys.readouterr().out == 2 * "Chapter 99, Tiny: 5 questions, about 5 minutes.\n"
    assert (here / FILE_NAME).read_bytes() == before
    assert list(json.loads((there / FILE_NAME).read_text())["questions"]) == ["99.4"]


def test_walking_to_another_folder_moves_no_progress(tmp_path, monkeypatch):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    monkeypatch.chdir(here)
    lab = course.start(tiny.CHAPTER, folder=".", data=tiny.data())
    monkeypatch.chdir(there)  # as os.chdir in a cell does
    lab.check("99.1", 0.4)
    assert (here / FILE_NAME).exists()
    assert list(there.iterdir()) == []


def test_a_learner_may_change_what_load_gives(lab):
    events = lab.load("events")
    events["event"] = "gone"
    assert lab.load("events").equals(tiny.table(tiny.ROWS))


def test_hints_come_one_by_one_and_are_remembered(lab, tmp_path):
    assert str(lab.hint("99.1")) == "99.1. Hint 1 of 3: X out of Y people: who is Y?"
    again = Lab(tiny.CHAPTER, tiny.data(), Progress(tmp_path))
    assert "Hint 2 of 3: There are 5 people." in str(again.hint("99.1"))
    third = str(again.hint("99.1"))
    assert all(f"Hint {number} of 3" in third for number in (1, 2, 3))
    assert 'lab.solution("99.1")' in third
    assert str(again.hint("99.1")) == third
    assert "Hint 2" not in str(again.hint("99.2"))


def test_carry_on_keeps_a_right_value_without_a_word(lab, capsys):
    counts = {"visit": 5, "sign_up": 3, "purchase": 2}
    assert lab.carry_on("99.1", 0.4) == 0.4
    assert lab.carry_on("99.2", counts) is counts
    assert lab.carry_on("99.3", tiny.share_bought) is tiny.share_bought
    assert lab.carry_on("99.4", "b") == "b"
    assert lab.carry_on("99.5", "my words") == "my words"
    assert capsys.readouterr().out == ""


def test_carry_on_puts_a_right_value_in_another_form_into_the_asked_one(lab, capsys):
    assert lab.carry_on("99.1", "40%") == 0.4
    assert lab.carry_on("99.4", " B ") == "b"
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("answer", [..., 0.5, "what?", None])
def test_carry_on_gives_the_right_value_for_a_wrong_or_blank_one(lab, capsys, answer):
    assert lab.carry_on("99.1", answer) == 0.4
    assert capsys.readouterr().out.startswith("99.1 is still open; going on with our value")
    assert lab.carry_on("99.3", answer)(lab.load("events")) == 0.4
    assert lab.carry_on("99.4", answer) == "b"
    assert dict(lab.carry_on("99.2", answer)) == {"visit": 5, "sign_up": 3, "purchase": 2}


def test_what_carry_on_gives_may_be_changed(lab):
    counts = lab.carry_on("99.2", ...)
    counts["visit"] = 0
    assert lab.check("99.2", {"visit": 5, "sign_up": 3, "purchase": 2}).status is Status.RIGHT


def test_carry_on_uses_no_check_of_another_function(lab):
    lab.check("99.3", tiny.share_bought)
    assert lab.carry_on("99.3", tiny.share_of_sign_ups) is not tiny.share_of_sign_ups


def test_progress_shows_done_tried_and_open(lab):
    lab.check("99.1", 0.4)
    lab.check("99.2", 1)
    lab.check("99.3", ...)
    lines = str(lab.progress()).splitlines()
    mine = lines[lines.index(next(line for line in lines if line.startswith("99 Tiny"))) :]
    assert mine[0].split()[2:] == ["5", "min", "1", "of", "5", "done"]
    assert [line.split()[:2] for line in mine[1:4]] == [
        ["99.1", "done"],
        ["99.2", "tried"],
        ["99.3", "open"],
    ]
    assert "<td style='text-align:left'>tried</td>" in lab.progress()._repr_html_()
    assert not any(line.strip().startswith("02.") for line in lines)  # of another chapter


def test_routes_tell_what_is_still_to_come():
    def chapter(number):
        return Chapter(number=number, name="some", title="Some", minutes=5, questions=[])

    some = CourseMap(rows=[(chapter(0), []), (chapter(2), []), (chapter(10), [])], here=0)
    assert str(some).splitlines()[-3:] == [
        "One day: 00, 02, 03, 05, 09, 10 (03, 05, 09 are still to come)",
        "Half a day: 00, 02, 10",
        "Ninety minutes: 00, 02",
    ]
    fewer = CourseMap(rows=[(chapter(0), []), (chapter(2), [])], here=0)
    assert "Half a day: 00, 02, 10 (10 is still to come)" in str(fewer)
    assert "Half a day: 00, 02, 10 (10 is still to come)" in fewer._repr_html_()


def test_the_file_holds_what_an_instructor_and_a_portfolio_need(lab, tmp_path):
    lab.check("99.1", 0.5)
    lab.check("99.1", 0.5)
    lab.check("99.1", 0.4)
    lab.check("99.1", 0.1)
    lab.hint("99.1")
    lab.check("99.5", "Some share of 40%.")
    kept = json.loads((tmp_path / FILE_NAME).read_text())
    assert kept["version"] == 1
    assert kept["questions"]["99.1"] == {
        "done": True,  # once right stays done
        "tries": 4,
        "hints": 1,
        "slips": {"events for people": 2},
        "text": "",
    }
    assert kept["questions"]["99.5"]["text"] == "Some share of 40%."


def test_the_solution_of_a_choice(lab):
    assert str(lab.solution("99.4")) == (
        "99.4: the answer. `b`. People decide. The decision is about people."
    )


def test_a_solution_is_the_marked_lines_of_the_solutions_notebook(lab, tmp_path, monkeypatch):
    source = "before\nshare = 2 / 5\nlab.check('99.1', share)"
    cell = {
        "cell_type": "code",
        "metadata": {"pmlab": {"solutions": {"99.1": [1, 2]}}},
        "source": source.splitlines(keepends=True),
    }
    folder = tmp_path / "notebooks" / "solutions"
    folder.mkdir(parents=True)
    (folder / "99_tiny.ipynb").write_text(json.dumps({"cells": [cell]}))
    monkeypatch.setattr(places, "notebooks", lambda: folder.parent)
    shown = lab.solution("99.1")
    assert shown.code == "share = 2 / 5"
    assert shown.message == "40.0% of 5 people."
    with pytest.raises(NotFoundError, match=r"has nothing for 99\.2"):
        lab.solution("99.2")
