"""Answers that cannot be scored are refused by row and item, with the next move."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from pmlab import heart
from pmlab.errors import InputError, NotFoundError, PmlabError

FRAME = pd.DataFrame([[3] * 10] * 4, columns=[f"sus_{k}" for k in range(1, 11)]).assign(
    user_id=["Anna", "Ben", "Cleo", "Ben"]
)


def with_answer(row, item, value):
    frame = FRAME.drop(columns="user_id").astype(object)
    frame.loc[row, item] = value
    return frame


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: heart.sus(with_answer(2, "sus_4", 6)),
            r"row 2 \(from 0\), 'sus_4' is 6; SUS answers are whole numbers from 1 to 5 "
            r"\(the largest is 6: was another scale used\?\)",
        ),
        (lambda: heart.sus(with_answer(2, "sus_4", 2.5)), "'sus_4' is 2.5; .* or leave these"),
        (lambda: heart.sus(with_answer(1, "sus_1", float("inf"))), "'sus_1' is inf"),
        (lambda: heart.sus(with_answer(0, "sus_9", "agree")), "sus_9 holds 'agree', .* no number"),
        (lambda: heart.sus(with_answer(0, "sus_9", True)), "sus_9 holds True, which is no number"),
        (
            lambda: heart.sus(np.full((3, 10), 4) - np.arange(3)[:, None] * 2),
            r"row 2 \(from 0\), 'item 1' is 0, one of 10 such answers in 1 rows; .*from 0 to 4: "
            "add 1 to all",
        ),
        (
            lambda: heart.nps([9, 11], respondent=["Anna", "Ben"]),
            "respondent 'Ben', 'item 1' is 11; NPS answers are whole numbers from 0 to 10",
        ),
        (lambda: heart.csat([5, 6]), r"6; CSAT answers are whole numbers from 1 to 5"),
        (lambda: heart.csat([5, 4], scale=3), "scale=3 must be a whole number, 4 or more"),
        (lambda: heart.csat([5, 4], scale="5"), "scale='5' must be a whole number"),
        (lambda: heart.seq([0, 7]), "'item 1' is 0"),
        (lambda: heart.sus(FRAME), "answers has 11 columns .*user_id.* and SUS 10 items; pick"),
        (lambda: heart.sus(FRAME, respondent="user_id"), "respondent 'Ben' answered 2 times"),
        (lambda: heart.sus([[3] * 9]), "answers has 9 columns; SUS has 10 items"),
        (lambda: heart.sus([3] * 10), r"answers has shape \(10,\); SUS takes one row a respondent"),
        (lambda: heart.nps([1, 2], respondent=["Anna"]), "1 id and answers 2 rows"),
        (
            lambda: heart.nps([1, 2], respondent="user_id"),
            "names a column, but answers is no table",
        ),
        (
            lambda: heart.nps([1, 2], invited=1),
            "invited=1: 2 respondents answered; count everybody",
        ),
        (lambda: heart.nps([1, 2], invited=2.5), "invited=2.5 must be a whole number"),
        (lambda: heart.nps([1, 2], method="walt"), "method='walt' must be .* Did you mean 'wald'"),
        (lambda: heart.nps([1, 2], confidence_level=95), "confidence_level=95 must lie between"),
        (lambda: heart.sus(pl.DataFrame(FRAME).lazy()), "answers is a lazy table; collect it"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()


def test_a_misspelt_column_of_respondents():
    with pytest.raises(NotFoundError, match=r"respondent='userid'.*Did you mean 'user_id'"):
        heart.sus(FRAME, respondent="userid")


def test_a_person_with_a_blank_row_beside_the_answered_one_is_no_duplicate():
    answers = pd.DataFrame({"user_id": ["Anna", "Anna", "Ben"], "nps": [None, 9, 10]})
    assert heart.nps(answers, respondent="user_id").n == 2


def test_errors_are_ours():
    with pytest.raises(PmlabError):
        heart.seq([8])
