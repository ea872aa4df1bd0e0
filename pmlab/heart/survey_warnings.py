"""What a careful reader of a survey looks for before the score."""

from __future__ import annotations

import math

import numpy as np

from pmlab.heart.answers import Answers, Floats
from pmlab.heart.survey_score import SCALES, SurveyScore
from pmlab.heart.words import shown_interval
from pmlab.results import number_of

__all__ = [
    "about_counts",
    "about_interval",
    "left_out",
    "shorter_scale",
    "straight_lines",
    "turned_round",
]

FEW = 5
"""Below so many answers a score is a handful of opinions."""
MOST_NAMED = 3
"""So many respondents are named in a warning."""

SUSPICIOUS = 0.01
"""A p-value below which a pattern of answers is pointed out."""


def left_out(read: Answers) -> list[str]:
    """Return who is not in the score."""
    texts = []
    if read.n_incomplete:
        texts.append(
            f"{number_of(read.n_incomplete, 'respondent')} left items blank and were left out."
        )
    if read.n_without_id:
        texts.append(
            f"{number_of(read.n_without_id, 'row')} without a respondent were left out; nobody "
            "knows whether they answered twice."
        )
    return texts


def about_counts(result: SurveyScore, read: Answers) -> list[str]:
    """Return what few answers, or an unknown response rate, do to the score."""
    texts = []
    if result.n == 0:
        texts.append("nobody answered completely, so the score is undefined (NaN).")
    elif result.n < FEW:
        texts.append(
            f"only {number_of(result.n, 'answer')}: read what these people said rather than their "
            "score."
        )
    if result.n_invited is None:
        guess = result.n + read.n_blank + read.n_incomplete
        rows = f" If each row is an invitation, that is invited={guess}." if read.n_blank else ""
        texts.append(
            "no response rate: say how many were asked with invited=, for those who do not answer "
            f"may think otherwise.{rows}"
        )
    return texts


def about_interval(result: SurveyScore) -> list[str]:
    """Return where the interval is rough or missing."""
    if result.n == 0:
        return []
    lowest, highest = SCALES[result.instrument].ends
    low, high = result.interval
    if math.isnan(low):
        return ["one answer does not tell how much they vary, so there is no interval (NaN)."]
    if low == high:
        return [
            "all answers are alike, so the interval has no width; that is for want of answers, "
            "not for certainty."
        ]
    if low < lowest or high > highest:
        return [
            f"the interval ({shown_interval(low, high, result.evidence.unit)}) reaches past the "
            f"end of the scale, {lowest:g} to {highest:g}: with so few answers near the end it is "
            "rough."
        ]
    return []


def straight_lines(read: Answers) -> list[str]:
    """Return who gave one answer to all items."""
    alike = np.flatnonzero((read.values == read.values[:, :1]).all(axis=1))
    if not len(alike):
        return []
    named = ", ".join(read.named(int(row)) for row in alike[:MOST_NAMED])
    more = f" and {len(alike) - MOST_NAMED} more" if len(alike) > MOST_NAMED else ""
    return [
        f"{number_of(len(alike), 'respondent')} gave one answer to all ten items ({named}{more}), "
        "though half of them are turned round; they are counted, look whether they read them."
    ]


def turned_round(odd: Floats, even: Floats) -> list[str]:
    """Return a warning if those who agree with praise agree with blame too."""
    careful = ~((odd == odd[:, :1]).all(axis=1) & (even == odd[:, :1]).all(axis=1))
    praise, blame = odd[careful].sum(axis=1), even[careful].sum(axis=1)
    if len(praise) < FEW or praise.std() == 0 or blame.std() == 0:
        return []
    from scipy.stats import pearsonr

    together = pearsonr(praise, blame, alternative="greater")
    if not together.pvalue < SUSPICIOUS:
        return []
    return [
        f"those who agree with the odd items agree with the even ones too (correlation "
        f"{together.statistic:.2f}), though SUS words these the other way round. Were the even "
        "items turned already, or all items worded positively?"
    ]


def shorter_scale(read: Answers, highest: int) -> list[str]:
    """Return a warning if nobody used the upper part of a scale of 7 or more."""
    top = 5 if highest <= 7 else 7
    if len(read.values) < 2 * FEW or read.values.max() > top:
        return []
    return [
        f"no answer is above {read.values.max():g}, on a scale up to {highest}: was another scale "
        "used?"
    ]
