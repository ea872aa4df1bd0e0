"""RICE: reach x impact x confidence / effort, and how much of the order is luck."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from pmlab.priority.backlog import PARTS, Columns, read
from pmlab.priority.choice import Choice, choose
from pmlab.priority.ranking import Ranking
from pmlab.priority.score import Score, chance_to_fit, score_of
from pmlab.priority.stability import competition_ranks, places
from pmlab.uncertain.drawing import require_draws, seed_of

__all__ = ["rice"]


def rice(
    backlog: Any,
    *,
    item: str = "item",
    reach: str = "reach",
    impact: str = "impact",
    confidence: str = "confidence",
    effort: str = "effort",
    window: str | None = None,
    reach_low: str | None = "reach_low",
    reach_high: str | None = "reach_high",
    impact_low: str | None = "impact_low",
    impact_high: str | None = "impact_high",
    effort_low: str | None = "effort_low",
    effort_high: str | None = "effort_high",
    off_by: float | Mapping[str, float] | None = None,
    credibility: float | None = None,
    top: int | None = None,
    capacity: float | None = None,
    draws: int = 20_000,
    rng: int | np.random.Generator = 0,
) -> Ranking:
    """Rank ideas by reach x impact x confidence / effort, and say how far the order can be trusted.

    With ranges, ideas stand in the order of their median score: of two neighbours the upper one is
    then the likelier to be better, though often not by much.

    Parameters
    ----------
    backlog : table, path or list of Idea
        One row an item (pandas, polars, pyarrow, or a CSV or Parquet file).
    item, reach, impact, confidence, effort : str
        Columns. Reach: people in one window of time. Impact: 3, 2, 1, 0.5 or 0.25. Confidence: a
        fraction in (0, 1]. Effort: in one unit for all, such as person-weeks.
    window : str, optional
        The column that says what window reach is counted in, or the window itself ("month"). The
        column ``reach_per`` is read if there is one, and must not say anything else.
    reach_low, reach_high, impact_low, impact_high, effort_low, effort_high : str or None
        Columns of the lowest and highest guess. Those of the default names are read if they are
        there; None leaves them out.
    off_by : float or mapping, optional
        A guess without such columns may be off by this factor either way: ``{"reach": 1.5,
        "impact": 2, "effort": 2}``, or one number for the three.
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
        top, and `beats_next`, exact where all ranges are lognormal.

    Raises
    ------
    InputError
        For reach in different windows or not in `window`, effort or reach of 0, impact off the
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

    >>> from pmlab.priority import Idea, rice
    >>> ideas = [
    ...     Idea("Project 1", reach=450, impact=3, confidence=1, effort=2),
    ...     Idea("Project 2", reach=2000, impact=1, confidence=0.8, effort=4),
    ...     Idea("Project 3", reach=800, impact=2, confidence=0.5, effort=1),
    ... ]
    >>> r = rice(ideas, window="quarter", off_by=2, credibility=0.8)
    >>> r.to_frame()[["rank", "item", "score", "beats_next"]].round(2)
       rank       item  score  beats_next
    0     1  Project 3  800.0        0.55
    1     2  Project 1  675.0        0.65
    2     3  Project 2  400.0         NaN
    """
    columns = Columns(
        item=item,
        reach=reach,
        impact=impact,
        confidence=confidence,
        effort=effort,
        ends={
            "reach": (reach_low, reach_high),
            "impact": (impact_low, impact_high),
            "effort": (effort_low, effort_high),
        },
    )
    size, seed = require_draws(draws), seed_of(rng)
    rows, one_window = read(backlog, columns, window=window, off_by=off_by, credibility=credibility)
    uncertain = any(part.range for row in rows for part in row.parts.values())
    scores = {row.name: score_of(row, size, seed) for row in rows} if uncertain else {}
    middles = {row.name: scores[row.name].p50 if uncertain else row.score for row in rows}
    # Equal scores stand in the order of their names, so that the order of rows changes nothing.
    rows = sorted(rows, key=lambda row: (-float(f"{middles[row.name]:.12g}"), row.name))
    frame = pd.DataFrame(
        {
            "rank": competition_ranks(np.array([middles[row.name] for row in rows])),
            "item": [row.name for row in rows],
            **{part: [row.parts[part].guess for row in rows] for part in PARTS},
            "score": [row.score for row in rows],
        }
    )
    efforts = frame["effort"].tolist()
    choice = choose([row.name for row in rows], efforts, top=top, capacity=capacity)
    if capacity is not None:
        frame["taken"] = [place in choice.taken for place in range(len(rows))]
    fitting = math.nan
    if uncertain:
        _add_chances(frame, [scores[row.name] for row in rows], choice)
        if capacity is not None:
            fitting = chance_to_fit([rows[place] for place in choice.taken], capacity, size, seed)
    return Ranking(
        frame=frame,
        rows=tuple(rows),
        window=one_window,
        effort_name=effort,
        choice=choice,
        chance_of_fitting=fitting,
        scores=scores,
        exact=uncertain and all(row.lognormal for row in rows),
        n_draws=size if uncertain else 0,
        warnings=tuple(_warnings(frame, one_window, uncertain)),
    )


def _add_chances(frame: pd.DataFrame, scores: list[Score], choice: Choice) -> None:
    for kind in ("p10", "p50", "p90"):
        frame[f"score_{kind}"] = [getattr(score, kind) for score in scores]
    drawn = np.array([score.drawn for score in scores])
    possible = list(choice.possible)
    found = places(drawn, len(choice.taken))
    frame["rank_p10"], frame["rank_p90"] = found.low, found.high
    frame["first"], frame["top"] = found.first, math.nan
    if choice.too_large:
        found = places(drawn[possible], len(choice.taken))
    frame.loc[possible, "top"] = found.top
    pairs = itertools.pairwise(scores)
    frame["beats_next"] = [*(one.beats(other) for one, other in pairs), math.nan]


def _warnings(frame: pd.DataFrame, window: str, uncertain: bool) -> list[str]:
    said = []
    if not uncertain:
        said.append(
            "This ranks single guesses: how far one score is above the next says nothing of the "
            "chance that it really is. Give ranges: columns reach_low, reach_high, effort_low, "
            "effort_high and credibility=0.8; or say how far guesses may be off: off_by="
            "{'reach': 1.5, 'impact': 2, 'effort': 2}, credibility=0.8."
        )
    if not window:
        said.append(
            "Nobody said in what window of time reach is counted. It is taken to be the same for "
            "all; say window='month' if it is."
        )
    if uncertain:
        guessed = competition_ranks(frame["score"].to_numpy())
        moved = [
            (abs(int(by_guess) - int(rank)), item, int(by_guess), int(rank))
            for by_guess, rank, item in zip(guessed, frame["rank"], frame["item"], strict=True)
        ]
        far, item, by_guess, rank = max(moved, key=lambda one: one[0])
        if far:
            said.append(
                f"{item!r} is at {by_guess} by its single guesses and at {rank} by its ranges: its "
                "guesses do not lie in the middle of them. Which of the two is meant?"
            )
    return said
