"""What a notebook holds: one chapter, its data and the learner's progress."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pmlab.course import catalogue, places
from pmlab.course.answers import read_numbers, shown
from pmlab.course.checking import check
from pmlab.course.comparing import as_said
from pmlab.course.course_map import CourseMap
from pmlab.course.data import Data
from pmlab.course.feedback import Feedback, Outcome, Status
from pmlab.course.findings import capital, filled, plain
from pmlab.course.progress import Entries, Entry, Progress
from pmlab.course.questions import Chapter, Choice, Computed, Function, Question, Text
from pmlab.errors import InputError, NotFoundError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Lab", "start"]


def start(
    chapter: str | int | Chapter, *, folder: str | Path | None = None, data: Data | None = None
) -> Lab:
    """Begin a chapter, or take it up where it was left.

    Parameters
    ----------
    chapter : str or int
        Its name or number: ``"funnels"`` or ``2``.
    folder : path, optional
        Where the learner's progress lies; by default the notebook's own folder.
    data : Data, optional
        The company's tables; by default the company that comes with pmlab.

    Returns
    -------
    Lab

    Raises
    ------
    NotFoundError
        When there is no such chapter.
    """
    found = chapter if isinstance(chapter, Chapter) else catalogue.chapter(chapter)
    lab = Lab(found, data or Data.committed(), Progress(Path(folder or Path.cwd())))
    print(lab.greeting())
    return lab


_ID_IN_WORDS = re.compile(r"\s*(\d{1,3})\.\d{1,2}\s*")


class Lab:
    """One chapter in the learner's hands.

    Parameters
    ----------
    chapter : Chapter
    data : Data
    progress : Progress
    """

    def __init__(self, chapter: Chapter, data: Data, progress: Progress) -> None:
        self.chapter = chapter
        self.data = data
        self._progress = progress
        self._last: tuple[str, Any, Outcome] | None = None

    def __repr__(self) -> str:
        return f"<Lab: {self.greeting()}>"

    def greeting(self) -> str:
        """Return one line: where we are, and how much is done."""
        questions = self.chapter.questions
        n_done = sum(self._progress[question.id].done for question in questions)
        head = f"Chapter {self.chapter.number:02d}, {self.chapter.title}: "
        if n_done == 0:
            return f"{head}{len(questions)} questions, about {self.chapter.minutes} minutes."
        if n_done == len(questions):
            return f"{head}all {n_done} questions done."
        return f"{head}{n_done} of {len(questions)} questions done. Welcome back."

    def load(self, table: str) -> pd.DataFrame:
        """Return one of the company's tables, such as ``"events"``, as a pandas frame."""
        return self.data.load(table)

    def _question(self, id: Any, answer: Any = None) -> Question | Outcome:
        """Return the question of an id, or what is wrong with the id."""
        try:
            return self.chapter[id]
        except (NotFoundError, InputError) as error:
            message = capital(str(error))
        if type(answer) is str and type(id) is not str and _ID_IN_WORDS.fullmatch(answer):
            message = f'The question comes first, then the answer: `lab.check("{answer}", ...)`.'
        elif type(id) is str and (other := _ID_IN_WORDS.fullmatch(id)):
            number = int(other[1])
            if number != self.chapter.number:
                message = (
                    f"This `lab` holds chapter {self.chapter.number:02d}, {self.chapter.title}. "
                    f"For {shown(id)} run the cell with `course.start` in the notebook of "
                    f"chapter {number:02d}."
                )
        return Outcome(
            id=id if type(id) is str else shown(id),
            heading="No such question",
            message=message,
            status=Status.NO_QUESTION,
        )

    def check(self, id: str, answer: Any) -> Outcome:
        """Say how an answer comes out; never raises, never changes the answer.

        Parameters
        ----------
        id : str
            The question, such as ``"2.3"``.
        answer : object
            What you found.
        """
        question = self._question(id, answer)
        if isinstance(question, Outcome):
            return question
        outcome = check(question, answer, self.data)
        self._last = (question.id, answer, outcome)
        if outcome.status not in (Status.BLANK, Status.OUR_FAULT):
            self._progress.change(lambda entries: _record(entries, question, answer, outcome))
        return outcome

    def hint(self, id: str) -> Feedback:
        """Give the next of three hints, and those seen before."""
        question = self._question(id)
        if isinstance(question, Outcome):
            return question

        def one_more(entries: Entries) -> None:
            entry = entries.setdefault(question.id, Entry())
            entry.hints = min(entry.hints + 1, 3)

        self._progress.change(one_more)
        n_seen = max(1, self._progress[question.id].hints)
        lines = [
            f"Hint {number} of 3: {filled(hint, question, self.data)}"
            for number, hint in enumerate(question.hints[:n_seen], 1)
        ]
        if n_seen == 3:
            lines.append(f'The whole way: `lab.solution("{question.id}")`.')
        return Feedback(heading=question.id, message="\n\n".join(lines))

    def solution(self, id: str) -> Feedback:
        """Show one way to answer a question, and why."""
        question = self._question(id)
        if isinstance(question, Outcome):
            return question
        if isinstance(question, Choice):
            feedback = filled(question.options[question.right], question, self.data)
            why = filled(question.why, question, self.data)
            message = f"`{question.right}`. {feedback} {why}"
            return Feedback(heading=f"{question.id}: the answer", message=message)
        answer = None
        if isinstance(question, Computed | Function):
            right = read_numbers(self.data.value(question.reference, question.tables))
            answer = as_said(right.values, share=question.share, alone=right.alone)
        message = filled(question.why, question, self.data, answer)
        code = _solution_code(self.chapter, question.id)
        if isinstance(question, Text) and "{" in code:
            message += " In braces stand numbers that the notebook has worked out; write yours."
        return Feedback(heading=f"{question.id}: one way", message=message, code=code)

    def carry_on(self, id: str, value: Any) -> Any:
        """Return your value when it is right, and otherwise one to go on with.

        Parameters
        ----------
        id : str
            The question.
        value : object
            Your answer, right, wrong or blank.
        """
        question = self._question(id, value)
        if isinstance(question, Outcome):
            print(question)
            return value
        if (
            self._last
            and self._last[0] == question.id
            and self._last[1] is value
            and callable(value)
        ):
            outcome = self._last[2]
        else:
            outcome = check(question, value, self.data)
        if isinstance(question, Text):
            return value if type(value) is str else ""
        if outcome.status is Status.RIGHT and outcome.as_asked:
            return value
        try:
            ours = self._right_value(question)
        except Exception as error:
            print(
                f"{question.id}: our own value failed with {type(error).__name__}, which is our "
                "fault; going on with yours."
            )
            return value
        if outcome.status is not Status.RIGHT:
            print(f"{question.id} is still open; going on with our value, so that you can read on.")
        return ours

    def _right_value(self, question: Question) -> Any:
        match question:
            case Choice():
                return question.right
            case Function():
                return question.reference
            case Computed():
                return plain(self.data.value(question.reference, question.tables))
        raise TypeError(type(question).__name__)

    def progress(self) -> CourseMap:
        """Show the course: its chapters and routes, and how far you are."""
        self._progress.change(lambda entries: None)  # other notebooks may have written since
        chapters = [catalogue.chapter(stem) for stem in catalogue.stems()]
        if self.chapter.stem not in catalogue.stems():
            chapters.append(self.chapter)
        rows = [
            (chapter, [(question, self._progress[question.id]) for question in chapter])
            for chapter in chapters
        ]
        return CourseMap(rows=rows, here=self.chapter.number)


def _record(entries: Entries, question: Question, answer: Any, outcome: Outcome) -> None:
    entry = entries.setdefault(question.id, Entry())
    entry.tries += 1
    entry.done |= outcome.status is Status.RIGHT
    if outcome.misconception:
        entry.slips[outcome.misconception] = entry.slips.get(outcome.misconception, 0) + 1
    if isinstance(question, Text) and type(answer) is str:
        entry.text = answer


def _solution_code(chapter: Chapter, id: str) -> str:
    """Return the lines of the solutions notebook that answer a question."""
    path = places.notebooks() / "solutions" / f"{chapter.stem}.ipynb"
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFoundError(f"the solutions of chapter {chapter.stem} are not at {path}.") from None
    for cell in notebook["cells"]:
        lines = cell["metadata"].get("pmlab", {}).get("solutions", {}).get(id)
        if lines:
            source = "".join(cell["source"]).splitlines()
            return "\n".join(source[lines[0] : lines[1]]).strip("\n")
    raise NotFoundError(f"the solutions notebook of {chapter.stem} has nothing for {id}.")
