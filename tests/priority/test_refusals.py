"""What a ranking refuses: each message names the column, what came, and the next move."""

import pandas as pd
import polars as pl
import pytest

from pmlab.errors import PmlabError
from pmlab.priority import Item, opportunity, opportunity_from_answers, rice
from pmlab.uncertain import uniform

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


def item(**changes):
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
    "no effort": (lambda: ranked(effort=0), ["effort is 0 for 'Basket again'", "half a day"]),
    "effort below 0": (lambda: ranked(effort=-2), ["effort is -2 for 'Basket again'", "above 0"]),
    "effort missing": (
        lambda: ranked(effort=NAN),
        ["effort is missing for 'Basket again'", "fill it in, or leave the item out"],
    ),
    "effort in words": (
        lambda: ranked(effort="4 weeks"),
        ["effort is '4 weeks'", "'Basket again'", "write it without words"],
    ),
    "reach with a separator": (lambda: ranked(reach="5,000"), ["reach is '5,000'", "write 5000"]),
    "reach as text": (lambda: ranked(reach="900"), ["reach is '900'", "write 900"]),
    "confidence in percent": (
        lambda: ranked(confidence=80),
        ["confidence is 80 for 'Basket again'", "0.8 for 80%"],
    ),
    "confidence with its sign": (
        lambda: ranked(confidence="80%"),
        ["confidence is '80%'", "'Basket again'", "write 0.8"],
    ),
    "confidence divided twice": (
        lambda: ranked(confidence=0.008),
        ["confidence is 0.008 for 'Basket again'", "80% is 0.8"],
    ),
    "no confidence": (
        lambda: ranked(confidence=0),
        ["confidence is 0 for 'Basket again'", "0.5 low"],
    ),
    "confidence missing": (
        lambda: ranked(confidence=None),
        ["confidence is missing for 'Basket again'", "fill it in"],
    ),
    "impact off the scale": (
        lambda: ranked(impact=5),
        ["impact is 5 for 'Basket again'", "3 massive, 2 high, 1 medium, 0.5 low, 0.25 minimal"],
    ),
    "impact between": (lambda: ranked(impact=1.5), ["impact is 1.5", "one of the scale"]),
    "impact in words": (
        lambda: ranked(impact="high"),
        ["impact is 'high' for 'Basket again'", "high 2"],
    ),
    "reach below 0": (lambda: ranked(reach=-5), ["reach is -5 for 'Basket again'", "leave it out"]),
    "reach of nobody": (lambda: ranked(reach=0), ["reach is 0 for 'Basket again'", "leave it out"]),
    "reach missing": (lambda: ranked(reach=NAN), ["reach is missing", "fill it in"]),
    "reach infinite": (
        lambda: ranked(reach=float("inf")),
        ["reach is inf, which is no number for 'Basket again'"],
    ),
    "scores beyond numbers": (
        lambda: ranked(reach=1e300, effort=1e-300),
        ["the score is inf for 'Basket again'", "what they should be"],
    ),
    "scores below numbers": (
        lambda: ranked(reach=1e-300, effort=1e300),
        ["the score is 0 for 'Basket again'", "what they should be"],
    ),
    "reach in two windows": (
        lambda: ranked(per="reach_per", reach_per="quarter"),
        ["per quarter: 'Basket again'; per month: 'Allergies', 'Gift cards'", "Bring all to one"],
    ),
    "a window missing": (
        lambda: ranked(per="reach_per", reach_per=None),
        ["'reach_per'", "missing for 'Basket again'", "in what time"],
    ),
    "a window misspelt": (lambda: rice(GUESSES, per="mnth"), ["per='mnth'", "'month'"]),
    "an item twice": (
        lambda: ranked(item="Allergies"),
        ["'Allergies' is there 2 times", "keep one row"],
    ),
    "an item twice but for spaces and case": (
        lambda: ranked(item=" allergies "),
        ["is there 2 times", "keep one row"],
    ),
    "an item without a name": (lambda: ranked(item=None), ["row 1 of backlog has no name"]),
    "no items": (
        lambda: rice(GUESSES.iloc[:0], per="month"),
        ["backlog is empty", "Look at where its rows were filtered"],
    ),
    "an empty list": (lambda: rice([]), ["backlog is empty"]),
    "a dict": (lambda: rice({"item": ["a"]}), ["backlog", "give a pandas"]),
    "a number": (lambda: rice(5), ["backlog", "give a pandas"]),
    "a lazy table": (lambda: rice(pl.from_pandas(GUESSES).lazy()), ["backlog", "collect()"]),
    "two columns of one name": (
        lambda: rice(GUESSES.rename(columns={"effort": "reach"})),
        ["backlog", "same name"],
    ),
    "a column that is not there": (
        lambda: rice(GUESSES.rename(columns={"effort": "effort_weeks"}), per="month"),
        ["effort='effort'", "Did you mean 'effort_weeks'?"],
    ),
    "names in another column": (
        lambda: rice(GUESSES.rename(columns={"item": "idea"}), per="month"),
        ["item='item': backlog has no such column", "say item='idea'"],
    ),
    "names in no column": (
        lambda: rice(GUESSES.drop(columns="item"), per="month"),
        ["item='item': backlog has no such column", "There is: 'reach'"],
    ),
    "lows without credibility": (
        lambda: rice(BACKLOG, per="month"),
        ["credibility is missing", "is credibility=0.8", "ends={}"],
    ),
    "lows without highs": (
        lambda: rice(BACKLOG.drop(columns="reach_high"), per="month", credibility=0.8),
        ["'reach_low' and no 'reach_high'", "ends={'reach': (", "ends={}"],
    ),
    "ends that are not there": (
        lambda: rice(GUESSES, ends={"reach": ("reach_lo", "reach_high")}, credibility=0.8),
        ["ends['reach']='reach_lo': backlog has no such column", "Did you mean"],
    ),
    "one end": (
        lambda: rice(BACKLOG, ends={"reach": "reach_low"}, credibility=0.8),
        ["ends['reach']='reach_low' must be two columns", "('reach_low', 'reach_high')"],
    ),
    "ends of nothing": (
        lambda: rice(BACKLOG, ends={"raech": ("reach_low", "reach_high")}, credibility=0.8),
        ["ends has 'raech'", "Did you mean 'reach'?"],
    ),
    "ends of confidence": (
        lambda: rice(BACKLOG, ends={"confidence": ("reach_low", "reach_high")}, credibility=0.8),
        ["ends: confidence is a fraction", "for reach, impact and effort"],
    ),
    "ends in a list": (
        lambda: rice(BACKLOG, ends=["reach_low", "reach_high"], credibility=0.8),
        ["ends=['reach_low', 'reach_high'] must be a mapping", "ends={'reach': ("],
    ),
    "ends of items": (
        lambda: rice([item()], ends={"reach": ("reach_low", "reach_high")}, credibility=0.8),
        ["ends= names columns of a table", "interval("],
    ),
    "an end in words": (
        lambda: rice(BACKLOG.assign(reach_low="few"), per="month", credibility=0.8),
        ["reach_low is 'few'", "write it without words"],
    ),
    "an end of 0": (
        lambda: ranged(reach_low=0),
        ["the low end of reach is 0 for 'Basket again'", "above 0"],
    ),
    "one end missing": (
        lambda: ranged(reach_low=NAN),
        ["reach has only one of 'reach_low' and 'reach_high' for 'Basket again'", "both ends"],
    ),
    "reversed": (
        lambda: ranged(reach_low=12_000),
        ["reach is from 12000 to 11500, low above high, for 'Basket again'", "swap the two"],
    ),
    "a guess outside its range": (
        lambda: ranged(reach=20_000),
        ["reach of 'Basket again' is 20000", "from 7000 to 11500", "correct one of them"],
    ),
    "credibility in percent": (
        lambda: rice(BACKLOG, per="month", credibility=80),
        ["credibility=80", "0.8 for 80%"],
    ),
    "credibility without ranges": (
        lambda: rice(GUESSES, credibility=0.8),
        ["credibility=0.8", "there are none", "off_by="],
    ),
    "off by less than 1": (
        lambda: rice(GUESSES, per="month", off_by={"effort": 0.5}, credibility=0.8),
        ["off_by['effort']=0.5", "half or double"],
    ),
    "off by something else": (
        lambda: rice(GUESSES, per="month", off_by={"efort": 2}, credibility=0.8),
        ["off_by has 'efort'", "Did you mean 'effort'?"],
    ),
    "confidence that is off": (
        lambda: rice(GUESSES, per="month", off_by={"confidence": 2}, credibility=0.8),
        ["off_by: confidence is a fraction", "give factors for reach, impact and effort"],
    ),
    "off by without credibility": (
        lambda: rice(GUESSES, per="month", off_by={"effort": 2}),
        ["credibility is missing", "is credibility=0.8"],
    ),
    # An item says at once what is wrong with it.
    "an item in percent": (lambda: item(confidence=80), ["confidence is 80", "0.8 for 80%"]),
    "an item with a sign": (lambda: item(confidence="80%"), ["confidence is '80%'", "write 0.8"]),
    "an item for nothing": (lambda: item(effort=0), ["effort is 0 for 'Basket again'", "above 0"]),
    "an item for nobody": (lambda: item(reach=-1), ["reach is -1", "leave it out"]),
    "an item without impact": (lambda: item(impact=None), ["impact is None", "give a number"]),
    "an item that may take no effort": (
        lambda: item(effort=uniform(-1, 2)),
        ["effort is -1 to 2", "'Basket again'", "above 0"],
    ),
    "an item that may be surer than sure": (
        lambda: item(confidence=uniform(0.5, 2)),
        ["confidence is 0.5 to 2", "at most 1"],
    ),
    "an item in no window": (lambda: item(per="fortnite"), ["per='fortnite'", "There is: 'day'"]),
    "an item of no name": (lambda: Item(" ", 900, 2, 0.8, 4), ["name=' '", "what the item is"]),
    "an item off the scale": (lambda: item(impact=4), ["impact is 4", "3 massive, 2 high"]),
    "items in no window": (lambda: rice([item(per=None)], per="mnth"), ["'mnth'", "'month'"]),
    "items in two windows": (
        lambda: rice([item(), Item("B", 300, 1, 1, 1, per="quarter")]),
        ["per month: 'Basket again'; per quarter: 'B'", "Bring all to one"],
    ),
    "items that are none": (
        lambda: rice([5, 6]),
        ["backlog holds 5, which is no Item", "Item(name, reach=..."],
    ),
    # Opportunity.
    "importance above 10": (
        lambda: scored(importance=90),
        ["importance is 90 for 'Faster'", "from 0 to 10"],
    ),
    "satisfaction below 0": (
        lambda: scored(satisfaction=-1),
        ["satisfaction is -1 for 'Faster'", "from 0 to 10"],
    ),
    "importance missing": (
        lambda: scored(importance=NAN),
        ["importance is missing for 'Faster'", "leave the need out"],
    ),
    "a need twice": (lambda: scored(need="Cheaper"), ["'Cheaper' is there 2 times", "one row"]),
    "no needs": (lambda: opportunity(NEEDS.iloc[:0]), ["needs is empty", "filtered"]),
    "a misspelt column of needs": (
        lambda: opportunity(NEEDS, importance="importence"),
        ["importance='importence'", "Did you mean 'importance'?"],
    ),
    "two columns of one name in needs": (
        lambda: opportunity(NEEDS.set_axis(["need", "importance", "importance"], axis=1)),
        ["needs", "same name"],
    ),
    "an answer off the scale": (
        lambda: answered(importance=6),
        ["importance is 6 for 'Anna, Faster'", "whole numbers from 1 to 5", "another scale"],
    ),
    "an answer between": (lambda: answered(importance=4.5), ["importance is 4.5", "from 1 to 5"]),
    "answers from 0 to 4": (
        lambda: opportunity_from_answers(
            ANSWERS.assign(satisfaction=[0, 1, 3, 4]), respondent="respondent"
        ),
        ["satisfaction is 0 for 'Anna, Faster'", "add 1 to all"],
    ),
    "two answers of one": (
        lambda: answered(respondent="Ben"),
        ["'Ben' answered for 'Faster' 2 times", "keep one row"],
    ),
    "an answer to nothing": (lambda: answered(need=None), ["need is missing", "fill it in"]),
    "a question that nobody answered": (
        lambda: opportunity_from_answers(
            ANSWERS.assign(satisfaction=[1, 2, NAN, NAN]), respondent="respondent"
        ),
        ["nobody answered both questions of 'Cheaper'", "leave it out, or ask"],
    ),
    "no answers": (
        lambda: opportunity_from_answers(ANSWERS.iloc[:0], respondent="respondent"),
        ["answers is empty", "filtered"],
    ),
    "answers of nobody": (
        lambda: opportunity_from_answers(ANSWERS.assign(respondent=None), respondent="respondent"),
        ["nobody to count", "is 'respondent' the column"],
    ),
    "answers of one": (
        lambda: opportunity_from_answers(ANSWERS.iloc[[0, 2]], respondent="respondent"),
        ["one respondent, 'Anna'", "Give answers of more"],
    ),
    "a column of answers that is not there": (
        lambda: opportunity_from_answers(ANSWERS, respondent="person"),
        ["respondent='person'", "'respondent'"],
    ),
    "a seed that is none": (
        lambda: opportunity_from_answers(ANSWERS, respondent="respondent", rng="x"),
        ["rng='x'", "whole number"],
    ),
    "few resamples": (
        lambda: opportunity_from_answers(ANSWERS, respondent="respondent", resamples=10),
        ["resamples=10", "1,000 or more"],
    ),
    "a top of none": (
        lambda: opportunity_from_answers(ANSWERS, respondent="respondent", top=0),
        ["top=0", "1 or more"],
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
    assert rice(GUESSES, per=per).per == "month"
