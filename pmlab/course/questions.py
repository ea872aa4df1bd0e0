"""What a chapter is made of: questions that know their answer, their slips and their hints.

A chapter is a module ``pmlab/course/chapters/cNN_name.py``; its prose and code stand in
``notebooks/src/NN_name.py``. A complete small one:

>>> from pmlab.course import Chapter, Choice, Computed, Criterion, Function, Misconception, Text
>>> def share_bought(events):
...     visitors = events.loc[events["event"] == "visit", "user_id"].nunique()
...     return events.loc[events["event"] == "purchase", "user_id"].nunique() / visitors
>>> def over_sign_ups(events):
...     people = events.groupby("event")["user_id"].nunique()
...     return people["purchase"] / people["sign_up"]
>>> def over_events(events):
...     return (events["event"] == "purchase").sum() / (events["event"] == "visit").sum()
>>> def visitors(events):
...     return events.loc[events["event"] == "visit", "user_id"].nunique()
>>> slips = (
...     Misconception(
...         name="wrong denominator",
...         rule=over_sign_ups,
...         message="{answer:.1%} is the share of people *who signed up*. Who did the question "
...         "ask about? There were {visitors:,} visitors.",
...     ),
...     Misconception(
...         name="events for people",
...         rule=over_events,
...         message="{answer:.1%} counts events. Can one person leave more than one?",
...     ),
... )
>>> hints = ("Say it as 'X out of Y people'. Who is Y?", "Count people once.", "`nunique()`.")
>>> CHAPTER = Chapter(
...     number=2,
...     name="funnels",
...     title="Funnels",
...     minutes=45,
...     questions=[
...         Computed(                       # the learner hands over a number
...             id="2.1",
...             title="share of visitors who bought",
...             tables=("events",),         # what the rules take, in this order
...             reference=share_bought,     # the right rule; its answer is never stored
...             share=True,                 # a fraction: 11.8 and "11.8%" are understood too
...             tolerance=0.0005,
...             misconceptions=slips,       # two or more, each with its own wrong rule
...             facts={"visitors": visitors},   # more numbers for the texts
...             hints=hints,                # from nudge to near-answer
...             why="{answer:.1%}: the same people underneath, so two months compare.",
...         ),
...         Function(                       # the learner hands over a function of the tables
...             id="2.2",
...             title="write share_bought",
...             tables=("events",),
...             reference=share_bought,
...             share=True,
...             tolerance=0.0005,
...             misconceptions=slips,
...             facts={"visitors": visitors},
...             hints=hints,
...             why="{answer:.1%}, and it holds for another company too.",
...         ),
...         Choice(                         # the learner hands over a letter
...             id="2.3",
...             title="which one to trust",
...             right="b",
...             options={                   # every option has its own feedback
...                 "a": "Rows are events; one person leaves many.",
...                 "b": "One person, one count.",
...                 "c": "A session ends after half an hour; people come back.",
...             },
...             hints=hints,
...             why="The decision is about people.",
...         ),
...         Text(                           # the learner writes; nothing is ever "wrong"
...             id="2.4",
...             title="a memo to the head of product",
...             tables=("events",),
...             criteria=(
...                 Criterion(name="the metric", words=("share", "conversion"), ask="Of whom?"),
...                 Criterion(name="the number", number=share_bought, share=True, ask="How many?"),
...                 Criterion(name="a caveat", words=("but", "only", "unless"), ask="What if not?"),
...             ),
...             hints=hints,
...             why="A number, whose number it is, and what would change your mind.",
...         ),
...     ],
... )
>>> CHAPTER["02.4"].title
'a memo to the head of product'

Texts may use ``{answer}`` (the learner's value, as a fraction where a share is asked) in `why`
and in a misconception's message, and any of the question's `facts` everywhere, with Python's
format codes: ``{answer:.1%}``, ``{visitors:,}``. They may mark `` `code` `` and ``*stress*``.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pmlab.course.answers import shown
from pmlab.errors import InputError, NotFoundError, did_you_mean

__all__ = [
    "Chapter",
    "Choice",
    "Computed",
    "Criterion",
    "Function",
    "Misconception",
    "Question",
    "Text",
    "normal_id",
]

Rule = Callable[..., Any]
"""A function of a question's tables, in their order, that gives a number or several."""

_ID = re.compile(r"0*(\d{1,2})\.(\d{1,2})")


def normal_id(text: object) -> str:
    """Return a question's id in its one form.

    Examples
    --------
    >>> normal_id("2.4"), normal_id(" 02.4 ")
    ('02.4', '02.4')
    """
    match = _ID.fullmatch(text.strip()) if isinstance(text, str) else None
    if not match:
        raise InputError(
            f"{shown(text)} is not the id of a question; write chapter, dot, number, "
            "in quotes, such as '2.4'."
        )
    return f"{int(match[1]):02d}.{int(match[2])}"


@dataclass(frozen=True, kw_only=True)
class Misconception:
    """A slip that people make, the rule that it follows, and what to say about it.

    Parameters
    ----------
    name : str
        In two or three words; unique within its question.
    rule : callable
        The wrong rule: takes the question's tables, gives what somebody with this slip gets.
    message : str
        Names the slip and points to the idea, without giving the answer.
    """

    name: str
    rule: Rule
    message: str


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One thing that a good text holds: some words, or a number.

    Parameters
    ----------
    name : str
        What should be there, such as ``"the number"``.
    ask : str
        The question that helps when it is not found yet.
    words : sequence of str
        Any of these beginnings of words, in either case (``"convert"`` finds "converted").
    number : callable
        Instead of words: a rule of the question's tables. The text must hold its value, or one of
        several, at whatever rounding the writer chose ("12%", "11.8 %", "0.118", "118 of 1,000").
    share : bool
        The number is a fraction.
    """

    name: str
    ask: str
    words: Sequence[str] = ()
    number: Rule | None = None
    share: bool = False

    def __post_init__(self) -> None:
        if bool(self.words) == (self.number is not None):
            raise InputError(f"criterion {self.name!r} needs either words= or number=, and one.")


@dataclass(frozen=True, kw_only=True)
class Question:
    """What every question has; use one of `Computed`, `Function`, `Choice`, `Text`.

    Parameters
    ----------
    id : str
        Chapter and number, such as ``"2.4"``.
    title : str
        A few words, for the map of the course.
    hints : sequence of str
        Three, from a nudge to nearly the answer.
    why : str
        One line, shown with a right answer and with the solution.
    tables : sequence of str
        The tables that the rules take, in this order.
    facts : mapping of str to callable
        More rules, whose values the texts may use by name.
    """

    id: str
    title: str
    hints: Sequence[str]
    why: str
    tables: Sequence[str] = ()
    facts: Mapping[str, Rule] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", normal_id(self.id))
        object.__setattr__(self, "tables", tuple(self.tables))
        if isinstance(self.hints, str) or len(self.hints) != 3 or not all(self.hints):
            self._refuse("needs three hints, from a nudge to nearly the answer")
        if not self.title or not self.why:
            self._refuse("needs a title and a why")
        # The names of tables end up as rules' parameters and in file names.
        if any(not name.isidentifier() for name in self.tables):
            self._refuse(f"tables={self.tables!r} are not names of tables")
        for text in self.hints:
            self._check_template(text, "a hint", set(self.facts))

    def _refuse(self, problem: str) -> None:
        raise InputError(f"question {self.id}: {problem}.")

    def _check_template(self, text: str, where: str, names: set[str]) -> None:
        try:
            used = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        except ValueError as error:
            raise InputError(f"question {self.id}: {where} is no format text: {error}.") from error
        for name in used:
            if (root := re.split(r"[.\[]", name)[0]) not in names:
                self._refuse(f"{where} uses {{{root}}}; {did_you_mean(root, sorted(names))}")


@dataclass(frozen=True, kw_only=True)
class _Numeric(Question):
    reference: Rule
    misconceptions: Sequence[Misconception]
    tolerance: float
    share: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.tables:
            self._refuse("needs the tables that its rules take")
        if not 0 <= self.tolerance < float("inf"):
            self._refuse(f"tolerance={self.tolerance!r} must be 0 or more")
        names = [slip.name for slip in self.misconceptions]
        if len(set(names)) < 2 or len(set(names)) < len(names):
            self._refuse(f"needs two or more misconceptions of different names; came {names}")
        rules = [self.reference, *(slip.rule for slip in self.misconceptions)]
        if len(set(rules)) < len(rules):
            self._refuse("needs a rule of its own for every misconception")
        known = {"answer", *self.facts}
        self._check_template(self.why, "why", known)
        for slip in self.misconceptions:
            self._check_template(slip.message, f"the message of {slip.name!r}", known)

    @property
    def margin(self) -> float:
        """How far a wrong rule's value must lie from the right one, to be told apart."""
        return 4 * self.tolerance or 0.5


@dataclass(frozen=True, kw_only=True)
class Computed(_Numeric):
    """A question whose answer is a number, or several: a list, or a dict or Series by name.

    Parameters
    ----------
    reference : callable
        The right rule: takes the question's tables, gives the answer.
    misconceptions : sequence of Misconception
        At least two.
    tolerance : float
        How far from the right value an answer may lie, in the answer's own unit; 0 is exact.
    share : bool
        The answer is a fraction in [0, 1]; a percentage out of 100 is understood.
    """


@dataclass(frozen=True, kw_only=True)
class Function(_Numeric):
    """A question whose answer is a function of the tables, checked on two companies.

    Parameters
    ----------
    reference, misconceptions, tolerance, share
        As in `Computed`, about what the learner's function returns.
    """


@dataclass(frozen=True, kw_only=True)
class Choice(Question):
    """A question whose answer is one of a few letters.

    Parameters
    ----------
    options : mapping of str to str
        Each letter with its feedback; for the right one it stands before `why`.
    right : str
        The right letter.
    """

    options: Mapping[str, str]
    right: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.options) < 3 or not all(self.options.values()):
            self._refuse("needs three or more options, each with its feedback")
        if any(not re.fullmatch("[a-z]", key) for key in self.options):
            self._refuse(f"options are single small letters; came {list(self.options)}")
        if self.right not in self.options:
            self._refuse(f"right={self.right!r} is none of its options {list(self.options)}")
        for key, text in self.options.items():
            self._check_template(text, f"the feedback of {key!r}", set(self.facts))
        self._check_template(self.why, "why", set(self.facts))


@dataclass(frozen=True, kw_only=True)
class Text(Question):
    """A question answered in the learner's own words, which become a portfolio snippet.

    Parameters
    ----------
    criteria : sequence of Criterion
        What a good answer holds, three or more: the metric, the number, a caveat.
    """

    criteria: Sequence[Criterion]

    def __post_init__(self) -> None:
        super().__post_init__()
        names = [criterion.name for criterion in self.criteria]
        if len(set(names)) < 3 or len(set(names)) < len(names):
            self._refuse(f"needs three or more criteria of different names; came {names}")
        if not self.tables and any(criterion.number for criterion in self.criteria):
            self._refuse("needs the tables that its numbers come from")
        for criterion in self.criteria:
            self._check_template(criterion.ask, f"{criterion.name!r}", set(self.facts))
        self._check_template(self.why, "why", set(self.facts))


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A chapter: a number, a name and its questions in order.

    Parameters
    ----------
    number : int
    name : str
        As in the file names: ``"funnels"`` for ``02_funnels``.
    title : str
    minutes : int
        How long a learner needs.
    questions : sequence of Question
    """

    number: int
    name: str
    title: str
    minutes: int
    questions: Sequence[Question]

    def __post_init__(self) -> None:
        object.__setattr__(self, "questions", tuple(self.questions))
        ids = [question.id for question in self.questions]
        if len(set(ids)) < len(ids):
            raise InputError(f"chapter {self.stem}: two questions share an id; came {ids}.")
        if any(not name.startswith(f"{self.number:02d}.") for name in ids):
            raise InputError(f"chapter {self.stem}: ids start with {self.number:02d}; came {ids}.")

    @property
    def stem(self) -> str:
        """The name of its files, without the ending.

        Examples
        --------
        >>> Chapter(number=2, name="funnels", title="Funnels", minutes=45, questions=[]).stem
        '02_funnels'
        """
        return f"{self.number:02d}_{self.name}"

    def __iter__(self) -> Iterator[Question]:
        return iter(self.questions)

    def __getitem__(self, id: str) -> Question:
        wanted = normal_id(id)
        for question in self.questions:
            if question.id == wanted:
                return question
        ids = [question.id for question in self.questions]
        raise NotFoundError(
            f"there is no question {wanted!r} in chapter {self.stem}. {did_you_mean(wanted, ids)}"
        )
