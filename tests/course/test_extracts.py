"""Twelve people out of a whole company: the same stories on every seed, and other people."""

from __future__ import annotations

import pandas as pd
import pytest

from pmlab import datasets
from pmlab.course import Data
from pmlab.course.extracts import NAMES, twelve_people
from pmlab.errors import NotFoundError

MINUTE = pd.Timedelta(minutes=1)


@pytest.fixture(scope="module")
def events():
    return datasets.load("events")


@pytest.fixture(scope="module")
def twelve(events):
    return twelve_people(events)


def log(*stories):
    """A log of letters in which each person arrives a minute after the one before.

    A story is v, s, p in order; "/" is four days later, "//" twenty.
    """
    rows = []
    for number, story in enumerate(stories):
        time = pd.Timestamp("2026-01-05 10:00") + number * MINUTE
        for step in story.replace("//", ">"):
            if step in "/>":
                time += pd.Timedelta(days=4 if step == "/" else 15)
            else:
                time += 0.01 * MINUTE
                name = {"v": "visit", "s": "sign_up", "p": "purchase"}[step]
                rows.append((f"u{number:02d}", name, time))
    return pd.DataFrame(rows, columns=["user_id", "event", "time"])


TWELVE = (
    "vps",
    "v",
    "vp",
    "vps",
    "vs//vp",
    "v//vsp",
    "v/vsp",
    "vsp/vp",
    "vs",
    "v/v",
    "vsp",
    "v/vs",
)


def test_everybody_wanted_is_found_and_named_by_arrival():
    twelve = twelve_people(log(*TWELVE))
    assert twelve["user_id"].unique().tolist() == list(NAMES)
    told = twelve.groupby("user_id")["event"].agg(" ".join)
    assert told["Anna"] == "visit purchase sign_up"
    assert told["Finn"] == "visit visit sign_up purchase"
    assert len(twelve) == sum(letter in "vsp" for story in TWELVE for letter in story)


def test_who_came_first_is_taken():
    # A second guest, and a third who buys before signing up: they came later and are not shown.
    assert twelve_people(log(*TWELVE, "vp", "vps")).equals(twelve_people(log(*TWELVE)))


def test_a_story_on_the_border_of_the_week_is_not_taken():
    # Nobody else buys too late; and seven days to the hour would need a ruler.
    border = log(*TWELVE)
    late = (border["user_id"] == "u04") & (border["time"] > "2026-01-12")
    border.loc[late, "time"] -= pd.Timedelta(days=8)
    with pytest.raises(NotFoundError, match="no week of these events"):
        twelve_people(border)


def test_events_at_one_time_are_not_taken():
    tied = log(*TWELVE)
    tied.loc[tied["user_id"] == "u02", "time"] = pd.Timestamp("2026-01-05 10:02")
    with pytest.raises(NotFoundError, match="no week of these events"):
        twelve_people(tied)


def test_the_first_week_that_has_them_all_is_taken():
    too_few = log("v", "v", "vsp")
    later = log(*TWELVE)
    later = later.assign(user_id="w" + later["user_id"], time=later["time"] + pd.Timedelta(days=7))
    both = pd.concat([too_few, later], ignore_index=True)
    assert twelve_people(both).equals(twelve_people(later))


def test_the_order_of_the_rows_changes_nothing(events, twelve):
    assert twelve_people(events.sample(frac=1, random_state=1)).equals(twelve)


def test_on_larder_it_is_short_enough_to_count_by_hand(events, twelve):
    assert twelve["user_id"].unique().tolist() == list(NAMES)
    assert len(twelve) <= 45
    assert set(twelve["event"]) == {"visit", "sign_up", "purchase"}
    # Every row is one of the log's own, with a name in place of its id.
    assert len(twelve.merge(events.drop_duplicates(), on=["event", "time"])) >= len(twelve)


def test_a_lab_loads_it_by_name_and_takes_it_once(events):
    read = []

    def reading(name):
        read.append(name)
        return events

    data = Data(reading, second=lambda: None)
    first = data.load("twelve")
    first["event"] = "gone"
    assert data.load("twelve").equals(twelve_people(events))
    assert read == ["events"]
