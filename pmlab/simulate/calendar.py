"""What happened at Larder when, as the whole company could read it on the wall."""

from __future__ import annotations

import numpy as np

from pmlab.simulate.story import REDESIGN_AT, WEB_UPDATE_AT, Story, at, day_start, run_of, week_of
from pmlab.simulate.tables import Coded, Table

__all__ = ["calendar_of"]


def calendar_of(story: Story) -> Table:
    """Return releases, campaigns and experiments by their start: it names no cause of anything."""
    rows = [
        ("release", "4.6", WEB_UPDATE_AT, None, "Recipe search by ingredient"),
        ("experiment", "Starter plan", story.experiment_from, story.experiment_to,
         "Half of the new accounts are shown a ready-made first week"),
        ("release", "4.7", at(day_start(7, 2), hour=9, minute=30), None,
         "Shopping list can be shared"),
        ("release", "4.8", story.faster_checkout_at, None,
         "Faster checkout; the starter plan for every new account"),
        ("campaign", "Spring on social", story.campaign_from, story.campaign_to,
         "Growth's first big campaign on paid social"),
        ("experiment", "Landing page", *run_of("Landing page"),
         "Two landing pages for new visitors"),
        ("release", "4.9", at(day_start(14, 2), hour=11), None, "Allergens on the recipe page"),
        ("experiment", "Button colour", *run_of("Button colour"),
         "Green against orange on the basket button"),
        ("release", "4.10", story.broken_at, None, "New payment form; smaller pages"),
        ("release", "4.10.1", story.fixed_at, None, "Small fixes"),
        ("release", "5.0", REDESIGN_AT, None, "Redesign"),
        ("experiment", "Upsell", *run_of("Upsell"),
         "Larder Plus offered beside the basket"),
        ("release", "5.1", at(day_start(24, 2), hour=10, minute=15), None, "Weekly plan by email"),
    ]  # fmt: skip
    rows.sort(key=lambda row: row[2])
    kinds, names, starts, ends, notes = zip(*rows, strict=True)
    start = np.array(starts, "datetime64[s]")
    last = np.array([end or begin for begin, end in zip(starts, ends, strict=True)])
    # An end is the first moment after, so a week that ends on Monday 0:00 is not touched.
    ends_within = np.where([end is not None for end in ends], last - np.timedelta64(1, "s"), last)
    return {
        "kind": Coded.of(kinds),
        "name": Coded.of(names),
        "start": start,
        "end": np.array([end or np.datetime64("NaT") for end in ends], "datetime64[s]"),
        "first_week": week_of(start),
        "last_week": week_of(ends_within.astype("datetime64[s]")),
        "note": Coded.of(notes),
    }
