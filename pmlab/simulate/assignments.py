"""Who was put into which arm of an experiment, and when: read off the log, for it decides nothing.

The starter plan is shown, or not, at the moment in which an account is made.
"""

from __future__ import annotations

import numpy as np

from pmlab.simulate.people import People
from pmlab.simulate.story import EVENTS, Story
from pmlab.simulate.tables import Coded, Table

__all__ = ["VARIANTS", "assign"]

VARIANTS = ("control", "treatment")


def assign(story: Story, people: People, events: Table) -> Table:
    """Return one row a person and experiment, ordered by time."""
    who, kind, time = events["user_id"], events["event"], events["time"]
    assert isinstance(who, Coded)
    assert isinstance(kind, Coded)
    assert not isinstance(time, Coded)
    rows = kind.codes == EVENTS.index("sign_up")
    rows &= (time >= story.experiment_from) & (time < story.experiment_to)
    person = who.codes[rows]
    return {
        "experiment": Coded(np.zeros(len(person), "int64"), ("Starter plan",)),
        "user_id": Coded(person, people.user_id),
        "variant": Coded(people.shown_starter_plan[person].astype("int64"), VARIANTS),
        "assigned_at": time[rows],
    }
