"""What a ranking refuses: each message names the column, what came, and the next move."""

import pandas as pd
import pytest

from pmlab.errors import PmlabError
from pmlab.priority import Item, opportunity, opportunity_from_answers, rice
from pmlab.uncertain import interval, uniform

NAN = float("nan")

BACKLOG = pd.DataFrame(
    {
        "item": ["Basket again", "Allergies", "Gift cards"],
        "reach": [9000.0, 4000.0, 2500.0],
        "reach_per": ["month", "month", "month"],
        "reach_low": [7000.0, 2500.0, 1500.0],
        "reach_high": [11500.0, 6400.0, 4200.0],
        "impact": [2.0, 3.0, 0.5],
        "confidence": [0.8, 0.8, 1.0],
        "effort": [4.0, 3.0, 2.0],
        "effort_low": [3.0, 2.0, 1.5],
        "effort_high": [5.0, 4.5, 2.7],
    }
)
# Columns of lows and highs are read by their names; these tables have none.
GUESSES = BACKLOG.drop(columns=[name for name in BACKLOG if name.endswith(("_low", "_high"))])
NEEDS = pd.DataFrame(
    {"need": ["Faster", "Cheaper"], "importance": [9.0, 8.0], "satisfaction": [3.0, 8.5]}
)
ANSWERS = pd.DataFrame(
    {
        "respondent": ["Anna", "Ben", "Anna", "Ben"],
        "need": ["Faster", "Faster", "Cheaper", "Cheaper"],
        "importance": [5, 4, 3, 4],
        "satisfaction": [1, 2, 4, 5],
    }
)


def ranked(row=0, per="month", **changes):
    table = GUESSES.copy()
    for column, value in changes.items():
        table[column] = table[column].astype(object)
        table.loc[row, column] = value
    return rice(table.drop(columns="reach_per") if per == "month" else table, per=per)


def ranged(row=0, **changes):
    table = BACKLOG.copy()
    for column, value in changes.items():
        table.loc[row, column] = value
    return rice(table, per="month", credibility=0.8)


def idea(**changes):
    usual = {"reach": 900, "impact": 2, "confidence": 0.8, "effort": 4, "per": "month"}
    return Item("Basket again", **(usual | changes))


def scored(row=0, **changes):
    table = NEEDS.copy()
    for column, value in changes.items():
        table[column] = table[column].astype(object)
        table.loc[row, column] = value
    return opportunity(table)


def answered(row=0, **changes):
    table = ANSWERS.copy()
    for column, value in changes.items():
        table[column] = table[column].astype(object)
        table.loc[row, column] = value
    return opportunity_from_answers(table, respondent="respondent", need="need")


REFUSED = {
    # RICE.
    "no effort": (lambda: ranked(effort=0), ["effort", "Basket again", "0"]),
    "effort below 0": (lambda: ranked(effort=-2), ["effort", "Basket again", "-2"]),
    "effort missing": (lambda: ranked(effort=NAN), ["effort", "Basket again"]),
    "effort in words": (lambda: ranked(effort="4 weeks"), ["effort", "Basket again", "4 weeks"]),
    "confidence in percent": (
        lambda: ranked(confidence=80),
        ["confidence", "Basket again", "80", "0.8"],
    ),
    "no confidence": (lambda: ranked(confidence=0), ["confidence", "Basket again", "0"]),
    "confidence missing": (lambda: ranked(confidence=None), ["confidence", "Basket again"]),
    "impact off the scale": (
        lambda: ranked(impact=5),
        ["impact", "Basket again", "5", "3", "2", "1", "0.5", "0.25"],
    ),
    "impact between": (lambda: ranked(impact=1.5), ["impact", "Basket again", "1.5", "0.25"]),
    "impact in words": (lambda: ranked(impact="high"), ["impact", "Basket again", "high", "2"]),
    "reach below 0": (lambda: ranked(reach=-5), ["reach", "Basket again", "-5"]),
    "reach missing": (lambda: ranked(reach=NAN), ["reach", "Basket again"]),
    "reach infinite": (lambda: ranked(reach=float("inf")), ["reach", "Basket again", "inf"]),
    "reach in two windows": (
        lambda: ranked(per="reach_per", reach_per="quarter"),
        ["reach", "Basket again", "quarter", "month", "one"],
    ),
    "a window missing": (
        lambda: ranked(per="reach_per", reach_per=None),
        ["reach_per", "Basket again"],
    ),
    "an item twice": (lambda: ranked(item="Allergies"), ["Allergies", "2 times"]),
    "an item without a name": (lambda: ranked(item=None), ["item"]),
    "no items": (lambda: rice(GUESSES.iloc[:0], per="month"), ["no item"]),
    "a column that is not there": (
        lambda: rice(GUESSES.rename(columns={"effort": "efort"}), per="month"),
        ["effort", "efort"],
    ),
    "lows without credibility": (
        lambda: rice(BACKLOG, per="month"),
        ["credibility", "0.8", "ends={}"],
    ),
    "lows without highs": (
        lambda: rice(BACKLOG.drop(columns="reach_high"), per="month", credibility=0.8),
        ["reach_low", "reach_high"],
    ),
    "reversed": (
        lambda: ranged(reach_low=12_000),
        ["reach", "Basket again", "12000", "11500", "swap"],
    ),
    "a guess outside its range": (
        lambda: ranged(reach=20_000),
        ["reach", "Basket again", "20000", "7000 to 11500"],
    ),
    "credibility in percent": (
        lambda: rice(BACKLOG, per="month", credibility=80),
        ["credibility", "80", "0.8"],
    ),
    "off by less than 1": (
        lambda: rice(GUESSES, per="month", off_by={"effort": 0.5}, credibility=0.8),
        ["off_by", "effort", "0.5"],
    ),
    "off by something else": (
        lambda: rice(GUESSES, per="month", off_by={"efort": 2}, credibility=0.8),
        ["off_by", "efort", "effort"],
    ),
    "off by without credibility": (
        lambda: rice(GUESSES, per="month", off_by={"effort": 2}),
        ["credibility", "0.8"],
    ),
    "an idea in percent": (lambda: rice([idea(confidence=80)]), ["confidence", "80", "0.8"]),
    "an idea for nothing": (lambda: rice([idea(effort=0)]), ["effort", "0"]),
    "an idea that may take no effort": (
        lambda: rice([idea(effort=uniform(-1, 2))]),
        ["effort", "Basket again"],
    ),
    "ideas in two windows": (
        lambda: rice(
            [
                idea(),
                Item("B", reach=300, impact=1, confidence=1, effort=1, per="quarter"),
            ]
        ),
        ["Basket again", "B", "month", "quarter"],
    ),
    "an idea off the scale": (
        lambda: rice([idea(impact=interval(1, 3, credibility=0.8), confidence=2)]),
        ["confidence", "2"],
    ),
    "ideas that are none": (lambda: rice([5, 6]), ["Item"]),
    # Opportunity.
    "importance above 10": (lambda: scored(importance=90), ["importance", "Faster", "90"]),
    "satisfaction below 0": (lambda: scored(satisfaction=-1), ["satisfaction", "Faster", "-1"]),
    "importance missing": (lambda: scored(importance=NAN), ["importance", "Faster"]),
    "a need twice": (lambda: scored(need="Cheaper"), ["Cheaper", "twice"]),
    "no needs": (lambda: opportunity(NEEDS.iloc[:0]), ["no need"]),
    "an answer off the scale": (lambda: answered(importance=6), ["importance", "6", "1 to 5"]),
    "an answer between": (lambda: answered(importance=4.5), ["importance", "4.5"]),
    "an answer of 0": (lambda: answered(satisfaction=0), ["satisfaction", "0", "1 to 5"]),
    "two answers of one": (lambda: answered(respondent="Ben"), ["Ben", "Faster", "2"]),
    "nobody answered": (
        lambda: opportunity_from_answers(ANSWERS.iloc[:0], respondent="respondent", need="need"),
        ["answers"],
    ),
    "a column of answers that is not there": (
        lambda: opportunity_from_answers(ANSWERS, respondent="person", need="need"),
        ["person", "respondent"],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_with_the_next_move(case):
    call, words = REFUSED[case]
    with pytest.raises(PmlabError) as refused:
        call()
    message = str(refused.value)
    assert [word for word in words if word not in message] == [], message


@pytest.mark.parametrize("per", ["month", "reach_per"])
def test_one_window_is_fine(per):
    assert rice(GUESSES, per=per).to_frame()["score"].iloc[0] > 0


def test_one_respondent_says_nothing_of_chances():
    # Drawn with replacement from one person, every sample is that person.
    one = ANSWERS[ANSWERS["respondent"] == "Anna"]
    try:
        found = opportunity_from_answers(one, respondent="respondent", need="need")
    except PmlabError:
        return
    frame = found.to_frame()
    assert frame["beats_next"].isna().all()
    assert "100%" not in str(found)
