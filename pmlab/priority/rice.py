"""RICE: reach x impact x confidence / effort, and how much of the order is luck."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pmlab.priority.backlog import Row, read
from pmlab.priority.choice import Choice, choose
from pmlab.priority.item import GUESSED, PARTS
from pmlab.priority.ranking import Ranking
from pmlab.priority.score import Score, chance_to_fit, score_of
from pmlab.priority.stability import add_places, competition_ranks, in_order
from pmlab.priority.words import listed, quoted, unit_of
from pmlab.uncertain.drawing import require_draws, seed_of

__all__ = ["rice"]

SINGLE_GUESSES = (
    "This ranks single guesses: how far one score is above the next says nothing of the chance "
    "that it really is. Give ranges: columns reach_low, reach_high, effort_low, effort_high and "
    "credibility=0.8; or say how far guesses may be off: off_by={'reach': 1.5, 'impact': 2, "
    "'effort': 2}, credibility=0.8."
)
NO_WINDOW = (
    "Nobody said in what window of time reach is counted. It is taken to be the same for all; say "
    "per='month' if it is."
)


def rice(
    backlog: Any,
    *,
    item: str = "item",
    reach: str = "reach",
    impact: str = "impact",
    confidence: str = "confidence",
    effort: str = "effort",
    per: str | None = None,
    ends: Mapping[str, tuple[str, str]] | None = None,
    off_by: float | Mapping[str, float] | None = None,
    credibility: float | None = None,
    top: int | None = None,
    capacity: float | None = None,
    draws: int = 20_000,
    rng: int | np.random.Generator = 0,
) -> Ranking:
    """Rank items by reach x impact x confidence / effort, and say how far the order can be trusted.

    With ranges, items stand in the order of their median score: of two neighbours the upper one is
    then the likelier to be better, though often not by much.

    Parameters
    ----------
    backlog : table, path or list of Item
        One row an item (pandas, polars, pyarrow, or a CSV or Parquet file).
    item, reach, impact, confidence, effort : str
        Columns. Reach: people in one window of time. Impact: 3, 2, 1, 0.5 or 0.25. Confidence: a
        fraction in (0, 1]. Effort: in one unit for all; of ``effort="effort_weeks"`` it is printed
        as weeks.
    per : str, optional
        The column that says what window reach is counted in, or the window itself ("month"). The
        column ``reach_per`` is read if there is one, and must not say anything else.
    ends : mapping, optional
        Columns of the lowest and the highest guess: ``{"reach": ("reach_lo", "reach_hi")}``, for
        reach, impact or effort, and only those. By default ``reach_low`` and ``reach_high`` and so
        on are read if they are there; ``{}`` leaves all ranges out.
    off_by : float or mapping, optional
        A guess without such ends may be off by this factor either way: ``{"reach": 1.5,
        "impact": 2, "effort": 2}``, or one number for the three. 1 says that it is known.
    credibility : float, optional
        The chance that the truth lies in such a range, in (0, 1); needed with ranges, no default.
    top, capacity : int, float, optional
        How many will be done (by default 3), or how much effort there is. Then whatever still fits
        is taken, down the ranking: simple, and not always the most value for that effort.
    draws : int
        For chances of places, which have no formula; 20,000 know them to within a point.
    rng : int or numpy Generator
        The seed; each item has a stream of its own.

    Returns
    -------
    Ranking
        Scores and ranks; with ranges P10 to P90 of both, the chance of being first and among the
        top, and `beats_next`, exact where all ranges are lognormal. A warning names what has no
        range while others have: it is taken as exactly right.

    Raises
    ------
    InputError
        For reach in different windows or not in `per`, effort or reach of 0, impact off the
        scale, confidence as a percentage, missing numbers, repeated items, ranges without
        credibility, ends reversed, or guesses outside their own range.
    NotFoundError
        For columns that are not there.

    References
    ----------
    McBride, S. (2016). RICE: simple prioritization for product managers. Intercom.

    Examples
    --------
    The three projects of the source; reach is per quarter, effort in person-months.

    >>> from pmlab.priority import Item, rice
    >>> items = [
    ...     Item("Project 1", reach=450, impact=3, confidence=1, effort=2),
    ...     Item("Project 2", reach=2000, impact=1, confidence=0.8, effort=4),
    ...     Item("Project 3", reach=800, impact=2, confidence=0.5, effort=1),
    ... ]
    >>> r = rice(items, per="quarter", off_by=2, credibility=0.8)
    >>> r.to_frame()[["rank", "item", "score", "beats_next"]].round(2)
       rank       item  score  beats_next
    0     1  Project 3  800.0        0.55
    1     2  Project 1  675.0        0.65
    2     3  Project 2  400.0         NaN
    """
    columns = {
        "item": item,
        "reach": reach,
        "impact": impact,
        "confidence": confidence,
        "effort": effort,
    }
    size, seed = require_draws(draws), seed_of(rng)
    rows, one_window = read(
        backlog, columns, per=per, ends=ends, off_by=off_by, credibility=credibility
    )
    uncertain = any(part.range for row in rows for part in row.parts.values())
    scores = [score_of(row, size, seed) for row in rows] if uncertain else []
    spans = [score.quantiles((0.1, 0.5, 0.9)) for score in scores]
    middles = [span[1] for span in spans] if uncertain else [row.score for row in rows]
    order = in_order([row.name for row in rows], middles)
    rows = [rows[row] for row in order]
    frame = pd.DataFrame(
        {
            "rank": competition_ranks([middles[row] for row in order]),
            "item": [row.name for row in rows],
            **{part: [row.parts[part].guess for row in rows] for part in PARTS},
            "score": [row.score for row in rows],
        }
    )
    choice = choose(frame["item"].tolist(), frame["effort"].tolist(), top=top, capacity=capacity)
    if capacity is not None:
        frame["taken"] = [place in choice.taken for place in range(len(rows))]
    fitting = math.nan
    if uncertain:
        scores = [scores[row] for row in order]
        frame[["score_p10", "score_p50", "score_p90"]] = [spans[row] for row in order]
        _add_chances(frame, scores, choice)
        if capacity is not None:
            fitting = chance_to_fit([rows[place] for place in choice.taken], capacity, size, seed)
    exact = uncertain and all(score.exact for score in scores)
    return Ranking(
        frame=frame,
        rows=tuple(rows),
        per=one_window,
        effort_unit=unit_of(effort),
        choice=choice,
        chance_of_fitting=fitting,
        scores=tuple(score.without_draws() for score in scores) if exact else tuple(scores),
        exact=exact,
        n_draws=size if uncertain else 0,
        warnings=(
            *(() if one_window else (NO_WINDOW,)),
            *(_doubts(rows, frame, credibility) if uncertain else (SINGLE_GUESSES,)),
        ),
    )


def _add_chances(frame: pd.DataFrame, scores: Sequence[Score], choice: Choice) -> None:
    drawn = np.array([score.drawn for score in scores])
    add_places(frame, drawn, len(choice.taken), choice.possible)
    pairs = itertools.pairwise(scores)
    frame["beats_next"] = [*(one.beats(other) for one, other in pairs), math.nan]


def _doubts(rows: Sequence[Row], frame: pd.DataFrame, credibility: float | None) -> list[str]:
    return [*_taken_as_right(rows, credibility), *_moved(frame)]


def _taken_as_right(rows: Sequence[Row], credibility: float | None) -> list[str]:
    """Warn of guesses that nobody said a range of, beside others that have one."""
    said, parts = [], []
    for part in GUESSED:
        names = [row.name for row in rows if not row.parts[part].said]
        if names:
            said.append(part if len(names) == len(rows) else f"the {part} of {quoted(names)}")
            parts.append(f"{part!r}: 2")
    if not said:
        return []
    subject = listed(said)
    how_sure = "" if credibility else ", with credibility=0.8,"
    return [
        f"{subject[0].upper()}{subject[1:]} {'have' if len(said) > 1 else 'has'} no range and "
        f"{'are' if len(said) > 1 else 'is'} taken as exactly right, so the chances here look "
        f"surer than they are. off_by={{{', '.join(parts)}}}{how_sure} says that the truth may be "
        "half or double the guess; 1 instead of 2, that it is known."
    ]


def _moved(frame: pd.DataFrame) -> list[str]:
    """Warn of the item whose single guesses put it in another place than its ranges."""
    by_guess = competition_ranks(frame["score"]).tolist()
    ranks = frame["rank"].tolist()
    far = max(range(len(frame)), key=lambda row: abs(by_guess[row] - ranks[row]))
    if by_guess[far] == ranks[far]:
        return []
    item, guessed, rank = frame["item"][far], by_guess[far], ranks[far]
    return [
        f"{item!r} is at {guessed} by its single guesses and at {rank} by its ranges: "
        "its guesses do not lie in the middle of them. Which of the two is meant?"
    ]
