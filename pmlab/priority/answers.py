"""Answers in: who said of which need how much it matters, and how well it is met."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from pmlab.errors import InputError
from pmlab.priority.stability import Floats
from pmlab.priority.table import Rows, is_missing, refuse
from pmlab.priority.words import quoted

__all__ = ["Answers", "read"]

AGREE = 4
"""Answers of so much and more, of 5, count as important or satisfied."""
SCALE = (1, 2, 3, 4, 5)


@dataclass(frozen=True, kw_only=True, eq=False)
class Answers:
    """Answers, checked and counted."""

    needs: list[str]
    tallies: Floats
    """1 or 0 by respondent, question and need.

    The questions: said important, was asked about importance; said satisfied, was asked.
    """
    n_without_respondent: int

    @property
    def n_respondents(self) -> int:
        """How many answered anything."""
        return len(self.tallies)

    @cached_property
    def asked(self) -> Floats:
        """How many answered each question, the lesser of both, by need."""
        asked: Floats = self.tallies[:, [1, 3]].sum(axis=0).min(axis=0)
        return asked

    @property
    def fewest(self) -> list[str]:
        """The needs that the fewest answered."""
        least = self.asked.min()
        return [name for name, n in zip(self.needs, self.asked, strict=True) if n == least]


def read(
    answers: Any, *, respondent: str, need: str, importance: str, satisfaction: str
) -> Answers:
    """Return the answers of a table with one row a respondent and need."""
    table = Rows(answers, parameter="answers", what="answer", as_text=(respondent, need))
    rows = pd.DataFrame(
        {
            "who": pd.Series(table.values("respondent", respondent), dtype=object),
            "need": pd.Series(table.values("need", need), dtype=object),
        }
    )
    for argument, column in (("importance", importance), ("satisfaction", satisfaction)):
        rows[argument] = _on_scale(table, argument, column, rows)
    if rows["need"].map(is_missing).any():
        raise InputError("need is missing in some answers; fill it in, or leave these rows out.")
    named = ~rows["who"].map(is_missing).to_numpy(dtype=bool)
    kept = rows[named]
    _refuse_repeated(kept)
    people = sorted(set(kept["who"]), key=str)
    if not people:
        raise InputError(
            f"answers has no row with a respondent, so there is nobody to count; is {respondent!r} "
            "the column that says who answered?"
        )
    if len(people) == 1:
        raise InputError(
            f"all answers are of one respondent, {people[0]!r}: what others would say cannot be "
            "told from one. Give answers of more, or the scores to opportunity()."
        )
    needs = sorted({str(name) for name in kept["need"]})
    found = Answers(
        needs=needs,
        tallies=_tallies(kept, needs, people),
        n_without_respondent=int((~named).sum()),
    )
    silent = [name for name, n in zip(needs, found.asked, strict=True) if n == 0]
    if silent:
        raise InputError(
            f"nobody answered both questions of {quoted(silent)}; leave it out, or ask."
        )
    return found


def _on_scale(table: Rows, argument: str, column: str, rows: pd.DataFrame) -> list[float]:
    """Return answers from 1 to 5, NaN where there is none."""
    labels = [f"{who}, {need}" for who, need in zip(rows["who"], rows["need"], strict=True)]
    values = table.numbers(argument, column, labels, may_miss=True)
    known = [value for value in values if not math.isnan(value)]
    hint = "answers are whole numbers from 1 to 5"
    if known and min(known) == 0 and max(known) <= 4:
        hint += "; these run from 0 to 4: add 1 to all"
    elif known and max(known) > 5:
        hint += f"; the largest is {max(known):g}: was another scale used"
    refuse(
        labels,
        values,
        lambda value: not math.isnan(value) and value not in SCALE,
        f"{argument} is",
        hint,
        shown=lambda value: f"{value:g}",
    )
    return values


def _refuse_repeated(rows: pd.DataFrame) -> None:
    repeated = rows[rows.duplicated(["who", "need"])]
    if len(repeated):
        first = repeated.iloc[0]
        times = int(((rows["who"] == first["who"]) & (rows["need"] == first["need"])).sum())
        others = f" (one of {len(repeated)} such rows)" if len(repeated) > 1 else ""
        raise InputError(
            f"respondent {first['who']!r} answered for {first['need']!r} {times} times{others}; "
            "keep one row of each, such as the last."
        )


def _tallies(rows: pd.DataFrame, needs: Sequence[str], people: Sequence[Hashable]) -> Floats:
    found = np.zeros((len(people), 4, len(needs)))
    row_of = {who: place for place, who in enumerate(people)}
    column_of = {name: place for place, name in enumerate(needs)}
    who = rows["who"].map(row_of).to_numpy()
    need = rows["need"].astype(str).map(column_of).to_numpy()
    for question, argument in ((0, "importance"), (2, "satisfaction")):
        values = rows[argument].to_numpy(dtype=float)
        found[who, question, need] = values >= AGREE  # no answer is no agreement
        found[who, question + 1, need] = ~np.isnan(values)
    return found
