"""Finance's table of orders: every purchase of the log, and what one caterer ordered by invoice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.assignments import Arms
from pmlab.simulate.journal import Journal
from pmlab.simulate.people import DAY, People, draw_ids
from pmlab.simulate.story import START, Story, run_of, seconds_at
from pmlab.simulate.streams import Streams
from pmlab.simulate.tables import Coded, Table

__all__ = ["COMMISSION", "PAID_BY", "draw_orders"]

COMMISSION = 0.08
"""Of the basket: what Larder earns. The rest is the delivery partner's."""
PAID_BY = ("card", "invoice")
CATERING_ORDERS = 3
CATERER_COMES_UNTIL = 21 * DAY
"""From the beginning of the upsell: late enough to be in it, early enough for the week after."""


def draw_orders(
    streams: Streams, story: Story, people: People, journal: Journal, events: Table, upsell: Arms
) -> Table:
    """Return one row an order, ordered by time."""
    bought = journal.rows("purchase")
    person, time = journal.user[bought], journal.time[bought]
    basket = np.asarray(events["basket_cents"])[bought]

    caterer, ordered_at, cents = _catering(streams("catering"), story, journal, upsell)
    invoiced = np.repeat([0, 1], [len(person), len(cents)])
    person = np.concatenate([person, caterer])
    time = np.concatenate([time, ordered_at])
    basket = np.concatenate([basket, cents])
    order = np.argsort(time, kind="stable")
    ids = draw_ids(streams("id"), len(order), "o")
    return {
        "order_id": Coded(np.arange(len(order)), ids),
        "user_id": Coded(person[order], people.user_id),
        "ordered_at": START + time[order].astype("timedelta64[s]"),
        "basket_cents": basket[order],
        "commission_cents": np.rint(COMMISSION * basket[order]).astype("int64"),
        "paid_by": Coded(invoiced[order], PAID_BY),
    }


def _catering(
    rng: np.random.Generator, story: Story, journal: Journal, upsell: Arms
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the person, the second and the value of the orders of one caterer.

    A customer like others so far, in the arm with the box, who feeds a summer party.
    """
    until = seconds_at(run_of("Upsell")[0]) + CATERER_COMES_UNTIL
    buys = journal.anyone(journal.of("purchase")[0])
    able = np.flatnonzero(upsell.treated & (upsell.at < until) & buys[upsell.person])
    if len(able) == 0:
        return (np.empty(0, "int64"),) * 3
    chosen = int(rng.choice(able))
    day = upsell.at[chosen] // DAY + 1 + np.sort(rng.permutation(5)[:CATERING_ORDERS])
    time = day * DAY + rng.integers(7 * 3600, 15 * 3600, CATERING_ORDERS)
    shares = rng.dirichlet(np.full(CATERING_ORDERS, 6.0))
    cents = np.rint(story.experiments.catering_cents * shares).astype("int64")
    return np.full(CATERING_ORDERS, upsell.person[chosen]), time, cents
