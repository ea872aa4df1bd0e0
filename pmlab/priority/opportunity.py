"""From importance and satisfaction to opportunity scores, and how sure their order is."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd

from pmlab.errors import InputError
from pmlab.priority.answers import Answers, read
from pmlab.priority.opportunities import BANDS, Opportunities
from pmlab.priority.stability import (
    Floats,
    add_places,
    beats,
    competition_ranks,
    in_order,
    quantiles,
    rounded,
)
from pmlab.priority.table import Rows, refuse
from pmlab.priority.words import quoted
from pmlab.progress_bar import ProgressBar
from pmlab.results import number_of
from pmlab.uncertain.drawing import seed_of
from pmlab.uncertain.numbers import require_number

__all__ = ["opportunity", "opportunity_from_answers"]

FEWEST_RESAMPLES = 1000
FEW_RESPONDENTS = 30
AT_ONCE = 4_000_000
"""Weights that are drawn in one go."""


def opportunity(
    needs: Any,
    *,
    need: str = "need",
    importance: str = "importance",
    satisfaction: str = "satisfaction",
) -> Opportunities:
    """Rank needs by Ulwick's opportunity score.

    Parameters
    ----------
    needs : table
        One row a need (pandas, polars, pyarrow, or a CSV or Parquet file).
    need, importance, satisfaction : str
        Columns. Importance and satisfaction from 0 to 10: ten times the share of respondents that
        answered 4 or 5 of 5. Means of a scale from 1 to 5 are something else.

    Returns
    -------
    Opportunities
        Scores from 0 to 20, ranks and Ulwick's bands.

    Raises
    ------
    InputError
        For numbers outside 0 to 10, shares up to 1, missing or repeated needs.
    NotFoundError
        For columns that are not there.

    References
    ----------
    Ulwick, A. W. (2002). Turn customer input into innovation. *Harvard Business Review*, 80(1),
    91-97.
    Ulwick, A. W. (2005). *What Customers Want*. McGraw-Hill.

    Examples
    --------
    >>> import pandas as pd
    >>> from pmlab.priority import opportunity
    >>> found = opportunity(
    ...     pd.DataFrame(
    ...         {
    ...             "need": ["Eat what is there", "Look at recipes"],
    ...             "importance": [9, 6],
    ...             "satisfaction": [3, 9],
    ...         }
    ...     )
    ... )
    >>> found.to_frame()["score"].tolist(), found.overserved
    ([15.0, 6.0], ('Look at recipes',))
    """
    table = Rows(needs, parameter="needs", what="need", as_text=(need,))
    names = table.names("need", need)
    columns = {
        "importance": table.numbers("importance", importance, names),
        "satisfaction": table.numbers("satisfaction", satisfaction, names),
    }
    for argument, values in columns.items():
        refuse(
            names,
            values,
            lambda value: not 0 <= value <= 10,
            f"{argument} is",
            "it must be from 0 to 10: ten times the share that answered 4 or 5 of 5",
            shown=lambda value: f"{value:g}",
        )
    warnings = [
        "How sure this order is cannot be told from scores alone; opportunity_from_answers() shows "
        "it from the answers."
    ]
    highest = max(map(max, columns.values()))
    if 0 < highest <= 1:
        raise InputError(
            f"importance and satisfaction are {highest:g} at most, so these look like shares; "
            "scores go from 0 to 10: give the shares times 10."
        )
    if min(map(min, columns.values())) >= 1 and highest <= 5:
        warnings.append(
            "All numbers lie between 1 and 5, so these may be mean answers, and means of answers "
            "from 1 to 5 are not scores from 0 to 10. opportunity_from_answers() makes scores of "
            "the answers themselves."
        )
    frame = pd.DataFrame({"need": names, **columns})
    return Opportunities(frame=_ranked(frame), warnings=tuple(warnings))


def opportunity_from_answers(
    answers: Any,
    *,
    respondent: str,
    need: str = "need",
    importance: str = "importance",
    satisfaction: str = "satisfaction",
    top: int = 3,
    resamples: int = 4000,
    rng: int | np.random.Generator = 0,
) -> Opportunities:
    """Rank needs by opportunity scores made of answers, and say how far to trust the order.

    Parameters
    ----------
    answers : table
        One row a respondent and need (pandas, polars, pyarrow, or a CSV or Parquet file).
    respondent, need, importance, satisfaction : str
        Columns. Answers are whole numbers from 1 to 5; one that is missing is left out by itself.
    top : int
        Of the first so many the chances are given.
    resamples : int
        Bootstrap samples of respondents, at least 1,000.
    rng : int or numpy Generator
        The seed.

    Returns
    -------
    Opportunities
        With P10 to P90 of scores and places, and `beats_next`.

    Raises
    ------
    InputError
        For answers that are not 1 to 5, a need that a respondent answered twice, one that nobody
        answered, answers of one respondent alone, and numbers outside their limits.
    NotFoundError
        For columns that are not there.

    References
    ----------
    Ulwick, A. W. (2005). *What Customers Want*. McGraw-Hill.
    Efron, B. and Tibshirani, R. J. (1993). *An Introduction to the Bootstrap*. Chapman & Hall.

    Examples
    --------
    >>> import pandas as pd
    >>> from pmlab.priority import opportunity_from_answers
    >>> answers = pd.DataFrame(
    ...     {
    ...         "who": ["Ana", "Ben", "Cid", "Dee"] * 2,
    ...         "need": ["Less waste"] * 4 + ["New ideas"] * 4,
    ...         "importance": [5, 4, 5, 2, 3, 4, 2, 5],
    ...         "satisfaction": [2, 1, 4, 3, 4, 5, 4, 2],
    ...     }
    ... )
    >>> found = opportunity_from_answers(answers, respondent="who")
    >>> found.to_frame()[["need", "importance", "satisfaction", "score"]].values.tolist()
    [['Less waste', 7.5, 2.5, 12.5], ['New ideas', 5.0, 7.5, 5.0]]
    """
    if require_number("resamples", resamples) != int(resamples) or resamples < FEWEST_RESAMPLES:
        raise InputError(
            f"resamples={resamples!r} must be a whole number of {FEWEST_RESAMPLES:,} or more."
        )
    if require_number("top", top) != int(top) or top < 1:
        raise InputError(f"top={top!r} must be a whole number of 1 or more.")
    seed = seed_of(rng)
    given = read(
        answers, respondent=respondent, need=need, importance=importance, satisfaction=satisfaction
    )
    scores = _resampled(given.tallies, int(resamples), np.random.default_rng(seed))
    scores = scores[:, np.isfinite(scores).all(axis=0)]
    if scores.shape[1] < FEWEST_RESAMPLES:
        raise InputError(
            "too few respondents answered some needs: most bootstrap samples have nobody for "
            f"{quoted(given.fewest)}. Leave out needs that hardly anybody answered."
        )
    frame = _ranked(_counted(given))
    scores = scores[[given.needs.index(name) for name in frame["need"]]]
    top = min(int(top), len(frame))
    frame["score_p10"], frame["score_p90"] = quantiles(scores, (0.1, 0.9))
    add_places(frame, scores, top)
    pairs = itertools.pairwise(scores)
    frame["beats_next"] = [*(beats(one, other) for one, other in pairs), math.nan]
    return Opportunities(
        frame=frame,
        n_respondents=given.n_respondents,
        resampled=scores,
        n_resamples=scores.shape[1],
        top=top,
        n_without_respondent=given.n_without_respondent,
        warnings=tuple(_warnings(given)),
    )


def _counted(given: Answers) -> pd.DataFrame:
    """Return importance and satisfaction of each need, and how many they are of."""
    important, asked, satisfied, asked_too = given.tallies.sum(axis=0)
    return pd.DataFrame(
        {
            "need": given.needs,
            "importance": 10 * important / asked,
            "satisfaction": 10 * satisfied / asked_too,
            "n_importance": asked.astype(np.int64),
            "n_satisfaction": asked_too.astype(np.int64),
        }
    )


def _warnings(given: Answers) -> list[str]:
    said = []
    if given.n_respondents < FEW_RESPONDENTS:
        said.append(
            f"{number_of(given.n_respondents, 'respondent')} answered; below {FEW_RESPONDENTS} the "
            "ranges are rough, and rather too narrow."
        )
    if given.n_without_respondent:
        n = number_of(given.n_without_respondent, "answer")
        said.append(f"{n} without a respondent left out.")
    return said


def _score(importance: Any, satisfaction: Any) -> Any:
    return importance + np.maximum(importance - satisfaction, 0)


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the needs in order, with score, rank, band, and whether they are overserved."""
    score = _score(frame["importance"], frame["satisfaction"])
    frame = frame.assign(
        score=score,
        band=[_band(value) for value in score],
        overserved=frame["satisfaction"] > frame["importance"],
    )
    frame = frame.iloc[in_order(frame["need"].tolist(), frame["score"])].reset_index(drop=True)
    frame.insert(0, "rank", competition_ranks(frame["score"]))
    return frame


def _band(score: float) -> str:
    score = float(rounded(score))
    if score > BANDS[0][0]:
        return BANDS[0][1]
    return next(name for least, name in BANDS[1:] if score >= least)


def _resampled(tallies: Floats, resamples: int, random: np.random.Generator) -> Floats:
    """Return the score of each need in each bootstrap sample of respondents."""
    n, _, needs = tallies.shape
    flat = tallies.reshape(n, 4 * needs)
    chances = np.full(n, 1 / n)
    step = max(1, AT_ONCE // n)
    parts = []
    with ProgressBar("bootstrap", resamples) as bar:
        for start in range(0, resamples, step):
            size = min(step, resamples - start)
            sums = random.multinomial(n, chances, size=size).astype(float) @ flat
            yes, asked, pleased, asked_too = sums.reshape(size, 4, needs).transpose(1, 2, 0)
            with np.errstate(invalid="ignore"):
                parts.append(_score(10 * yes / asked, 10 * pleased / asked_too))
            bar.at(start + size)
    return rounded(np.concatenate(parts, axis=1))
