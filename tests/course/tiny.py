"""A small chapter on a table that can be counted by hand.

Five people visit: Anna (twice), Ben, Cleo, Dan, Eve. Anna, Ben and Cleo sign up. Anna buys once,
Ben twice. So 2 of 5 visitors bought (0.4), 2 of 3 who signed up (0.667), and there are 3
purchases for 6 visits (0.5). In the other company two more people visit: 2 of 7 bought.
"""

from __future__ import annotations

import pandas as pd

from pmlab.course import (
    Chapter,
    Choice,
    Computed,
    Criterion,
    Data,
    Function,
    Misconception,
    Text,
)

ROWS = [
    ("Anna", "visit"),
    ("Ben", "visit"),
    ("Anna", "visit"),
    ("Cleo", "visit"),
    ("Dan", "visit"),
    ("Eve", "visit"),
    ("Anna", "sign_up"),
    ("Ben", "sign_up"),
    ("Cleo", "sign_up"),
    ("Anna", "purchase"),
    ("Ben", "purchase"),
    ("Ben", "purchase"),
]
OTHER_ROWS = [*ROWS, ("Fay", "visit"), ("Gus", "visit")]


def table(rows):
    return pd.DataFrame(rows, columns=["user_id", "event"])


def data():
    return Data.of_tables({"events": table(ROWS)}, second={"events": table(OTHER_ROWS)})


def people(events):
    return events.groupby("event")["user_id"].nunique()[["visit", "sign_up", "purchase"]]


def rows(events):
    return events["event"].value_counts()[["visit", "sign_up", "purchase"]]


def shares_of_visitors(events):
    return people(events) / people(events)["visit"]


def share_bought(events):
    return people(events)["purchase"] / people(events)["visit"]


def share_of_sign_ups(events):
    return people(events)["purchase"] / people(events)["sign_up"]


def purchases_per_visit(events):
    return rows(events)["purchase"] / rows(events)["visit"]


def visitors(events):
    return people(events)["visit"]


SLIPS = (
    Misconception(
        name="wrong denominator",
        rule=share_of_sign_ups,
        message="{answer:.1%} is the share of those who signed up. Who did the question ask about?",
    ),
    Misconception(
        name="events for people",
        rule=purchases_per_visit,
        message="{answer:.1%} counts events of {visitors} people. Can one leave two?",
    ),
)
HINTS = ("X out of Y people: who is Y?", "There are {visitors} people.", "Use `nunique`.")

CHAPTER = Chapter(
    number=99,
    name="tiny",
    title="Tiny",
    minutes=5,
    questions=[
        Computed(
            id="99.1",
            title="share of visitors who bought",
            tables=("events",),
            reference=share_bought,
            share=True,
            tolerance=0.0005,
            misconceptions=SLIPS,
            facts={"visitors": visitors},
            hints=HINTS,
            why="{answer:.1%} of {visitors} people.",
        ),
        Computed(
            id="99.2",
            title="people at each step",
            tables=("events",),
            reference=people,
            tolerance=0,
            misconceptions=(
                Misconception(name="rows", rule=rows, message="{answer} counts rows."),
                Misconception(
                    name="shares", rule=shares_of_visitors, message="Those are shares, not people."
                ),
            ),
            hints=HINTS[:1] * 3,
            why="People, once each.",
        ),
        Function(
            id="99.3",
            title="write share_bought",
            tables=("events",),
            reference=share_bought,
            share=True,
            tolerance=0.0005,
            misconceptions=SLIPS,
            facts={"visitors": visitors},
            hints=HINTS,
            why="{answer:.1%}, here and elsewhere.",
        ),
        Choice(
            id="99.4",
            title="whom to count",
            right="b",
            options={"a": "Events repeat.", "b": "People decide.", "c": "Sessions end."},
            hints=HINTS[:1] * 3,
            why="The decision is about people.",
        ),
        Text(
            id="99.5",
            title="a memo",
            tables=("events",),
            criteria=(
                Criterion(name="the metric", words=("share", "conver"), ask="The share of whom?"),
                Criterion(name="the number", number=share_bought, share=True, ask="How large?"),
                Criterion(name="a caveat", words=("but", "only"), ask="What might change it?"),
            ),
            hints=HINTS[:1] * 3,
            why="Somebody can act on this.",
        ),
    ],
)

# The notebook of this chapter, as an author writes it; its kernel finds this module by its folder.
SOURCE = '''\
# %% [markdown]
# # Tiny
# After this you can count to five.

# %%
import sys

sys.path.insert(0, FOLDER)
import tiny

from pmlab import course

lab = course.start(tiny.CHAPTER, data=tiny.data())

# %%
events = lab.load("events")
people = events.groupby("event")["user_id"].nunique()
# <solution 99.1>
# Everyone who visited goes underneath.
share = float(people["purchase"] / people["visit"])
# </solution>
lab.check("99.1", share)

# %%
share = lab.carry_on("99.1", share)
print(f"{share:.1%} bought.")

# %%
# <solution 99.2>
counts = {step: int(people[step]) for step in ("visit", "sign_up", "purchase")}
print(sum(counts.values()))
# </solution>
lab.check("99.2", counts)

# %%
# <solution 99.3>
def share_bought(events):
    """Return the share of visitors who bought."""
    # A comment that tells too much.
    kinds = events.groupby("event")["user_id"].nunique()
    return kinds["purchase"] / kinds["visit"]
# </solution>

# %%
lab.check("99.3", share_bought)

# %%
share_bought = lab.carry_on("99.3", share_bought)
print(f"{share_bought(events):.0%}")

# %% tags=["drill"]
# <solution 99.4>
choice = "b"
# </solution>
lab.check("99.4", choice)

# %%
# <solution 99.5>
memo = """A share of 40% of visitors bought, but only in one week."""
# </solution>
lab.check("99.5", memo)
'''
