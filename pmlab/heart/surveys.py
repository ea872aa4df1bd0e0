"""Standard questionnaires, scored as their manuals say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from pmlab.errors import InputError, require_choice
from pmlab.heart.answers import Answers, Floats, read_answers, whole_number
from pmlab.heart.evidence import Mean, Net, Share
from pmlab.heart.survey_score import Instrument, SurveyScore
from pmlab.heart.survey_warnings import (
    about_counts,
    about_interval,
    left_out,
    shorter_scale,
    straight_lines,
    turned_round,
)
from pmlab.results import number_of

__all__ = ["ces", "csat", "nps", "seq", "sus", "umux_lite"]

NEAR_AN_END = 10
"""So near the end of its 100 points, UMUX-Lite and SUS part."""


def sus(
    answers: Any,
    *,
    respondent: Any = None,
    invited: int | None = None,
    confidence_level: float = 0.95,
) -> SurveyScore:
    """Score the System Usability Scale.

    Parameters
    ----------
    answers : table or array, n x 10
        Whole numbers from 1 (strongly disagree) to 5, one row a respondent, the items in the order
        of the questionnaire (of the numbers that the columns' names end in, if these are 1 to 10).
        Any frame that Narwhals takes. Rows with blanks are left out and counted: Brooke asks
        respondents to mark the middle where they cannot answer, so a blank is no answer.
    respondent : str or array, optional
        The column with the respondents' ids, or the ids. Who answered twice is refused.
    invited : int, optional
        How many were asked; without it there is no response rate, and a warning.
    confidence_level : float
        Of Student's t interval.

    Returns
    -------
    SurveyScore
        With a grade and a percentile (Sauro and Lewis, 2016).

    Raises
    ------
    InputError
        For an answer off the scale (by row and item), another number of items, a respondent twice,
        fewer invited than answered.

    References
    ----------
    Brooke, J. (1996). SUS: a "quick and dirty" usability scale. In *Usability Evaluation in
    Industry*, 189-194. Taylor and Francis.

    Examples
    --------
    >>> one = [5, 4, 2, 1, 2, 3, 2, 4, 5, 2]
    >>> sus([one], invited=1).score
    55.0
    """
    read = read_answers(
        answers, n_items=10, lowest=1, highest=5, respondent=respondent, instrument="SUS"
    )
    odd, even = read.values[:, 0::2], read.values[:, 1::2]
    scores = 2.5 * ((odd - 1).sum(axis=1) + (5 - even).sum(axis=1))
    return _score(
        "SUS",
        read,
        scores,
        Mean.of(scores),
        invited,
        confidence_level,
        more=(*straight_lines(read), *turned_round(odd, even)),
    )


def umux_lite(
    answers: Any,
    *,
    respondent: Any = None,
    invited: int | None = None,
    confidence_level: float = 0.95,
) -> SurveyScore:
    """Score UMUX-Lite: "does what I need" and "easy to use".

    Parameters
    ----------
    answers : table or array, n x 2
        Whole numbers from 1 to 7, as for `sus`.
    respondent, invited, confidence_level
        As for `sus`.

    Returns
    -------
    SurveyScore
        From 0 to 100, with its SUS equivalent (22.9 to 87.9), whose grade is given.

    Raises
    ------
    InputError
        As for `sus`.

    References
    ----------
    Lewis, J. R., Utesch, B. S. and Maher, D. E. (2013). UMUX-LITE: when there's no time for the
    SUS. *Proceedings of CHI*, 2099-2102.

    Examples
    --------
    >>> s = umux_lite([[6, 5], [7, 7], [4, 5], [5, 6], [6, 6]], invited=40)
    >>> round(s.score, 1), round(s.sus_equivalent, 1), s.grade
    (78.3, 73.8, 'B-')
    """
    read = read_answers(
        answers, n_items=2, lowest=1, highest=7, respondent=respondent, instrument="UMUX-Lite"
    )
    scores = (read.values.sum(axis=1) - 2) * 100 / 12
    more = shorter_scale(read, 7)
    if len(scores) and not NEAR_AN_END <= scores.mean() <= 100 - NEAR_AN_END:
        more.append(
            "the SUS equivalent of UMUX-Lite runs from 22.9 to 87.9 only, so near its ends the "
            "grade says little."
        )
    return _score("UMUX-Lite", read, scores, Mean.of(scores), invited, confidence_level, more=more)


def nps(
    answers: Any,
    *,
    respondent: Any = None,
    invited: int | None = None,
    method: Literal["wald", "adjusted_wald"] = "wald",
    confidence_level: float = 0.95,
) -> SurveyScore:
    """Score the Net Promoter Score.

    Parameters
    ----------
    answers : column or array of n
        Whole numbers from 0 to 10: how likely to recommend.
    respondent, invited, confidence_level
        As for `sus`.
    method : {"wald", "adjusted_wald"}
        Of the interval. The adjusted one adds 3 to n and 3/4 to promoters and to detractors, and
        keeps its promise with few answers too.

    Returns
    -------
    SurveyScore
        From -100 to 100. Passives (7, 8) stay in n. Variance: p + d - (p - d) squared.

    Raises
    ------
    InputError
        As for `sus`.

    References
    ----------
    Reichheld, F. F. (2003). The one number you need to grow. *Harvard Business Review*, 81, 46-54.
    Rocks, B. (2016). Interval estimation for the "Net Promoter Score". *The American
    Statistician*, 70, 365-372.

    Examples
    --------
    >>> s = nps([10, 9, 9, 8, 7, 7, 6, 3], invited=50)
    >>> s.score, s.groups
    (12.5, {'promoters': 3, 'passives': 3, 'detractors': 2})
    """
    require_choice("method", method, ("wald", "adjusted_wald"))
    read = read_answers(
        answers, n_items=1, lowest=0, highest=10, respondent=respondent, instrument="NPS"
    )
    given = read.values[:, 0]
    promoters, detractors = given >= 9, given <= 6
    evidence = Net(
        promoters=int(promoters.sum()),
        detractors=int(detractors.sum()),
        n=len(given),
        interval_by=method,
    )
    scores = 100.0 * promoters - 100.0 * detractors
    more = shorter_scale(read, 10)
    return _score("NPS", read, scores, evidence, invited, confidence_level, more=more)


def csat(
    answers: Any,
    *,
    scale: int = 5,
    respondent: Any = None,
    invited: int | None = None,
    confidence_level: float = 0.95,
) -> SurveyScore:
    """Score customer satisfaction: the share that gave one of the two best answers.

    Parameters
    ----------
    answers : column or array of n
        Whole numbers from 1 to `scale`, the best.
    scale : int
        The best answer there is, 4 or more.
    respondent, invited, confidence_level
        As for `sus`.

    Returns
    -------
    SurveyScore
        A share in [0, 1] with its Wilson interval.

    Raises
    ------
    InputError
        As for `sus`, and for a scale below 4, where two best answers are half of all.

    Examples
    --------
    >>> s = csat([5, 4, 4, 3, 5, 2, 4, 1], invited=20)
    >>> s.score, s.groups
    (0.625, {'satisfied': 5, 'others': 3})
    """
    best = whole_number(scale, "scale", least=4)
    read = read_answers(
        answers, n_items=1, lowest=1, highest=best, respondent=respondent, instrument="CSAT"
    )
    satisfied = read.values[:, 0] >= best - 1
    evidence = Share(successes=int(satisfied.sum()), n=len(satisfied))
    more = shorter_scale(read, best) if best > 5 else ()
    return _score(
        "CSAT",
        read,
        satisfied.astype(np.float64),
        evidence,
        invited,
        confidence_level,
        more=more,
        scale=best,
    )


def seq(
    answers: Any,
    *,
    respondent: Any = None,
    invited: int | None = None,
    confidence_level: float = 0.95,
) -> SurveyScore:
    """Score the Single Ease Question, asked after a task.

    Parameters
    ----------
    answers : column or array of n
        Whole numbers from 1 (very difficult) to 7 (very easy).
    respondent, invited, confidence_level
        As for `sus`.

    Returns
    -------
    SurveyScore
        The mean with its t interval.

    Raises
    ------
    InputError
        As for `sus`.

    References
    ----------
    Sauro, J. and Dumas, J. S. (2009). Comparison of three one-question, post-task usability
    questionnaires. *Proceedings of CHI*, 1599-1608.

    Examples
    --------
    >>> seq([7, 6, 5, 6, 4], invited=5).score
    5.6
    """
    return _mean_of_seven("SEQ", answers, respondent, invited, confidence_level)


def ces(
    answers: Any,
    *,
    respondent: Any = None,
    invited: int | None = None,
    confidence_level: float = 0.95,
) -> SurveyScore:
    """Score the Customer Effort Score 2.0: "the company made it easy for me".

    Parameters
    ----------
    answers : column or array of n
        Whole numbers from 1 (strongly disagree) to 7 (strongly agree). In the first version, of
        2010, 5 was the most effort: turn such answers round first.
    respondent, invited, confidence_level
        As for `sus`.

    Returns
    -------
    SurveyScore
        The mean with its t interval; more is better.

    Raises
    ------
    InputError
        As for `sus`.

    Examples
    --------
    >>> ces([7, 6, 5, 6, 6], invited=5).score
    6.0
    """
    return _mean_of_seven("CES", answers, respondent, invited, confidence_level)


def _mean_of_seven(
    instrument: Literal["SEQ", "CES"],
    answers: Any,
    respondent: Any,
    invited: int | None,
    confidence_level: float,
) -> SurveyScore:
    read = read_answers(
        answers, n_items=1, lowest=1, highest=7, respondent=respondent, instrument=instrument
    )
    given = read.values[:, 0]
    more = shorter_scale(read, 7)
    return _score(instrument, read, given, Mean.of(given), invited, confidence_level, more=more)


def _score(
    instrument: Instrument,
    read: Answers,
    scores: Floats,
    evidence: Mean | Net | Share,
    invited: int | None,
    confidence_level: float,
    *,
    more: Sequence[str] = (),
    scale: int = 5,
) -> SurveyScore:
    n = len(scores)
    n_invited = None if invited is None else whole_number(invited, "invited")
    if n_invited is not None and n_invited < n + read.n_incomplete:
        raise InputError(
            f"invited={invited}: {number_of(n + read.n_incomplete, 'respondent')} answered; count "
            "everybody who was asked, with those who did not answer."
        )
    items = {item: read.values[:, place] for place, item in enumerate(read.items)}
    respondents = pd.DataFrame(
        {"respondent": pd.Series(read.respondents, dtype=object), **items, "score": scores}
    )
    result = SurveyScore(
        instrument=instrument,
        evidence=evidence,
        n=n,
        confidence_level=confidence_level,
        respondents=respondents,
        n_invited=n_invited,
        n_blank=read.n_blank,
        n_incomplete=read.n_incomplete,
        have_ids=read.have_ids,
        scale=scale,
    )
    warnings = (*left_out(read), *about_counts(result, read), *more, *about_interval(result))
    return replace(result, warnings=warnings)
