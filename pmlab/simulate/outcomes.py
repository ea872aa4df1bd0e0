"""What people of the experiments did before and after: the table that an analyst is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.assignments import EXPERIMENTS, VARIANTS, WEEK, Arms, in_that_visit, within
from pmlab.simulate.journal import NEVER, Journal, codes_of, seconds_of
from pmlab.simulate.people import DAY, People
from pmlab.simulate.story import DEVICES, END, START, VISIT_CHANNELS, seconds_at
from pmlab.simulate.subscriptions import basket_days
from pmlab.simulate.tables import Coded, Table

__all__ = [
    "MAY_BE_MISSING",
    "assignments_table",
    "from_billing",
    "from_log",
    "from_orders",
    "upsell_days_table",
]

BEFORE = 28 * DAY
MAY_BE_MISSING = ("signed_up", "back_in_weeks_3_4")


COLUMNS = (
    "experiment",
    "user_id",
    "variant",
    "assigned_at",
    "channel",
    "device",
    "visits_before",
    "orders_before",
    "revenue_before_cents",
    "visits",
    "recipe_views",
    "basket_adds",
    "orders",
    "revenue_cents",
    "filled_basket",
    "signed_up",
    "saved_plan",
    "started_trial",
    "cancelled",
    "back_in_weeks_3_4",
)


def assignments_table(*parts: Table) -> Table:
    """Return one row a person and experiment, ordered by time, from what the others return."""
    columns = {name: values for part in parts for name, values in part.items()}
    return {name: columns[name] for name in COLUMNS}


def from_log(people: People, journal: Journal, events: Table, arms: Sequence[Arms]) -> Table:
    """Return who was assigned, and what the log says of them; -1 where it is missing."""
    rows = np.concatenate([each.row for each in arms])
    treated = np.concatenate([each.treated for each in arms])
    which = np.repeat([EXPERIMENTS.index(each.experiment) for each in arms], [*map(len, arms)])

    def did(event: str, begin: int = 0, end: int = WEEK) -> NDArray[np.int64]:
        return _of_all(arms, lambda each: within(journal, each, event, begin, end))

    adds = journal.rows("add_to_basket")
    return {
        "experiment": Coded(which, EXPERIMENTS),
        "user_id": Coded(journal.user[rows], people.user_id),
        "variant": Coded(treated.astype("int64"), VARIANTS),
        "assigned_at": START + journal.time[rows].astype("timedelta64[s]"),
        "channel": Coded(codes_of(events["channel"])[rows], VISIT_CHANNELS),
        "device": Coded(codes_of(events["device"])[rows], DEVICES),
        "visits_before": did("visit", -BEFORE, 0),
        "visits": did("visit"),
        "recipe_views": did("view_recipe"),
        "basket_adds": did("add_to_basket"),
        "filled_basket": _of_all(arms, lambda each: in_that_visit(journal, each, adds) > 0),
        "signed_up": _of_all(arms, lambda each: _signed_up(journal, each)),
        "saved_plan": (did("save_plan") > 0).astype("int64"),
        "back_in_weeks_3_4": _of_all(arms, lambda each: _back(journal, each)),
    }


def from_billing(journal: Journal, arms: Sequence[Arms], subscriptions: Table) -> Table:
    """Return who began and who cancelled Larder Plus."""

    def soon(column: str) -> NDArray[np.int64]:
        when = np.full(journal.n_users, NEVER)
        when[codes_of(subscriptions["user_id"])] = seconds_of(subscriptions[column])
        return _of_all(
            arms, lambda each: (when[each.person] >= each.at) & (when[each.person] < each.at + WEEK)
        )

    return {"started_trial": soon("trial_started_at"), "cancelled": soon("cancelled_at")}


def from_orders(journal: Journal, arms: Sequence[Arms], orders: Table) -> Table:
    """Return what people ordered, and what Larder earned by it."""
    buyer, ordered_at = codes_of(orders["user_id"]), seconds_of(orders["ordered_at"])
    commission = np.asarray(orders["commission_cents"])
    each_one = np.ones(len(buyer), "int64")

    def total(amounts: NDArray[np.int64], begin: int, end: int) -> NDArray[np.int64]:
        def of_one(each: Arms) -> NDArray[Any]:
            age = ordered_at - each.start_of(journal.n_users)[buyer]
            inside = (age >= begin) & (age < end)
            sums = np.bincount(buyer[inside], amounts[inside], minlength=journal.n_users)
            return sums[each.person]

        return _of_all(arms, of_one)

    return {
        "orders_before": total(each_one, -BEFORE, 0),
        "revenue_before_cents": total(commission, -BEFORE, 0),
        "orders": total(each_one, 0, WEEK),
        "revenue_cents": total(commission, 0, WEEK),
    }


def upsell_days_table(
    people: People, journal: Journal, events: Table, upsell: Arms, subscriptions: Table
) -> Table:
    """Return one row a person of experiment 4 and day with a basket, until Larder Plus is had."""
    who, when, days = basket_days(journal, upsell)
    person = upsell.person[who]
    trial = np.full(journal.n_users, NEVER)
    trial[codes_of(subscriptions["user_id"])] = seconds_of(subscriptions["trial_started_at"])
    without = trial[person] >= when
    who, when, days, person = who[without], when[without], days[without], person[without]
    return {
        "user_id": Coded(person, people.user_id),
        "variant": Coded(upsell.treated[who].astype("int64"), VARIANTS),
        "assigned_at": START + upsell.at[who].astype("timedelta64[s]"),
        "device": Coded(codes_of(events["device"])[upsell.row][who], DEVICES),
        "basket_at": START + when.astype("timedelta64[s]"),
        "days_since": days,
        "started_trial": (trial[person] < (when // DAY + 1) * DAY).astype("int64"),
    }


def _of_all(arms: Sequence[Arms], measure: Callable[[Arms], NDArray[Any]]) -> NDArray[np.int64]:
    return np.concatenate([measure(each) for each in arms]).astype("int64")


def _signed_up(journal: Journal, arms: Arms) -> NDArray[np.int64]:
    joined = journal.signed_up[arms.person]
    return np.where(joined < arms.at, -1, joined < arms.at + WEEK)


def _back(journal: Journal, arms: Arms) -> NDArray[np.int64]:
    """Return who came back in the third or fourth week; missing where those are not over."""
    back = within(journal, arms, "visit", 2 * WEEK, 4 * WEEK) > 0
    return np.where(arms.at + 4 * WEEK > seconds_at(END), -1, back)
