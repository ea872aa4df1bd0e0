"""From importance and satisfaction to opportunity scores, and how sure their order is."""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pmlab.errors import InputError
from pmlab.priority.opportunities import BANDS, Opportunities
from pmlab.priority.stability import (
    Floats,
    beats,
    competition_ranks,
    places,
)
from pmlab.priority.table import Rows, is_missing, quoted, refuse
from pmlab.progress_bar import ProgressBar
from pmlab.results import number_of
from pmlab.uncertain.drawing import seed_of
from pmlab.uncertain.numbers import require_number

__all__ = ["opportunity", "opportunity_from_answers"]

AGREE = 4
"""Answers of so much and more, of 5, count as important or satisfied."""
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
            lambda value, argument=argument: f"{argument} is {value:g}",  # type: ignore[misc]
            "it must be from 0 to 10: ten times the share that answered 4 or 5 of 5",
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
        For answers that are not 1 to 5, a need that a respondent answered twice, or one that
        nobody answered.

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
    seed = seed_of(rng)
    table = Rows(answers, parameter="answers", what="answer", as_text=(respondent, need))
    rows = pd.DataFrame(
        {
            "who": pd.Series(table.values("respondent", respondent), dtype=object),
            "need": pd.Series(table.values("need", need), dtype=object),
        }
    )
    for argument, column in (("importance", importance), ("satisfaction", satisfaction)):
        rows[argument] = _answers(table, argument, column, rows)
    named = ~rows["who"].map(is_missing).to_numpy(dtype=bool)
    if rows["need"].map(is_missing).any():
        raise InputError("need is missing in some answers; fill it in, or leave these rows out.")
    kept = rows[named]
    _refuse_repeated(kept)
    names = sorted({str(name) for name in kept["need"]})
    people = sorted(set(kept["who"]), key=str)
    if not names:
        raise InputError("answers has no row with a respondent; there is nobody to count.")
    if len(people) == 1:
        raise InputError(
            f"all answers are of one respondent, {people[0]!r}: what others would say cannot be "
            "told from one. Give answers of more, or the scores to opportunity()."
        )
    if require_number("top", top) != int(top) or top < 1:
        raise InputError(f"top={top!r} must be a whole number of 1 or more.")
    tallies = _tallies(kept, names, people)
    asked = tallies[:, [1, 3]].sum(axis=0).T
    silent = [name for name, counts in zip(names, asked, strict=True) if not counts.all()]
    if silent:
        raise InputError(
            f"nobody answered both questions of {quoted(silent)}; leave it out, or ask."
        )
    whole = tallies.sum(axis=0)
    frame = pd.DataFrame(
        {
            "need": names,
            "importance": 10 * whole[0] / whole[1],
            "satisfaction": 10 * whole[2] / whole[3],
            "n_importance": whole[1].astype(np.int64),
            "n_satisfaction": whole[3].astype(np.int64),
        }
    )
    ranked = _ranked(frame)
    scores = _resampled(tallies, int(resamples), np.random.default_rng(seed))
    kept_scores = scores[:, np.isfinite(scores).all(axis=0)]
    warnings = []
    if kept_scores.shape[1] < FEWEST_RESAMPLES:
        raise InputError(
            "too few respondents answered some needs: most bootstrap samples have nobody for "
            f"{quoted(_fewest(frame))}. Leave out needs that hardly anybody answered."
        )
    if len(people) < FEW_RESPONDENTS:
        warnings.append(
            f"{number_of(len(people), 'respondent')} answered; below {FEW_RESPONDENTS} the ranges "
            "are rough, and rather too narrow."
        )
    in_order = kept_scores[[names.index(need) for need in ranked["need"]]]
    # Shares that are equal but were summed in another order differ in the last digit.
    in_order = np.round(in_order, 9)
    _add_chances(ranked, in_order, min(int(top), len(names)))
    return Opportunities(
        frame=ranked,
        n_respondents=len(people),
        resampled=in_order,
        n_resamples=kept_scores.shape[1],
        top=min(int(top), len(names)),
        n_without_respondent=int((~named).sum()),
        warnings=(*warnings, *_left_out(int((~named).sum()))),
    )


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
    # Equal scores stand in the order of their names, so that the order of rows changes nothing.
    frame["_key"] = [float(f"{value:.12g}") for value in score]
    frame = frame.sort_values(["_key", "need"], ascending=[False, True], ignore_index=True)
    frame = frame.drop(columns="_key")
    frame.insert(0, "rank", competition_ranks(frame["score"].to_numpy()))
    return frame


def _band(score: float) -> str:
    score = float(f"{score:.12g}")
    if score > BANDS[0][0]:
        return BANDS[0][1]
    return next(name for least, name in BANDS[1:] if score >= least)


def _answers(table: Rows, argument: str, column: str, rows: pd.DataFrame) -> list[float]:
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
        lambda value: not math.isnan(value) and value not in (1, 2, 3, 4, 5),
        lambda value: f"{argument} is {value:g}",
        hint,
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


def _tallies(rows: pd.DataFrame, names: Sequence[str], people: Sequence[Hashable]) -> Floats:
    """Return 1 or 0 by respondent, question and need.

    The questions: said important, was asked about importance; said satisfied, was asked.
    """
    found = np.zeros((len(people), 4, len(names)))
    row_of = {who: place for place, who in enumerate(people)}
    column_of = {name: place for place, name in enumerate(names)}
    who = rows["who"].map(row_of).to_numpy()
    need = rows["need"].astype(str).map(column_of).to_numpy()
    for question, argument in ((0, "importance"), (2, "satisfaction")):
        values = rows[argument].to_numpy(dtype=float)
        found[who, question, need] = values >= AGREE  # no answer is no agreement
        found[who, question + 1, need] = ~np.isnan(values)
    return found


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
    scores: Floats = np.concatenate(parts, axis=1)
    return scores


def _add_chances(frame: pd.DataFrame, scores: Floats, top: int) -> None:
    low, high = np.quantile(scores, [0.1, 0.9], axis=1, method="inverted_cdf")
    frame["score_p10"], frame["score_p90"] = low, high
    found = places(scores, top)
    frame["rank_p10"], frame["rank_p90"] = found.low, found.high
    frame["first"], frame["top"] = found.first, found.top
    frame["beats_next"] = [
        *(beats(one, other) for one, other in itertools.pairwise(scores)),
        math.nan,
    ]


def _fewest(frame: pd.DataFrame) -> list[str]:
    least = frame[["n_importance", "n_satisfaction"]].min(axis=1)
    return [str(need) for need in frame.loc[least == least.min(), "need"]]


def _left_out(n: int) -> list[str]:
    return [f"{number_of(n, 'answer')} without a respondent left out."] if n else []
