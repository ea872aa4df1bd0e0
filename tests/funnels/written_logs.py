"""Logs written as a line of text, for stories small enough to follow with a finger."""

from __future__ import annotations

import re

from .definition import Event

WORD = re.compile(r"(\w+)@(-?\d+)(?:=(\w*))?(?:/(\w*))?")
ABC = {"A": {1}, "B": {2}, "C": {3}}


def log(story: str, steps=ABC, exclusions=None) -> list[Event]:
    """Read "A@0 B@1=web/shoe": A at 0; B at 1 with the breakdown value web, held value shoe.

    A is step 1, B step 2, C step 3 and every other event no step, unless `steps` says else;
    `exclusions` says of an event which of the funnel's exclusions it is (X: the first).
    """
    exclusions = {"X": {0}} if exclusions is None else exclusions
    events = []
    for word in story.split():
        name, time, value, held = WORD.fullmatch(word).groups()
        events.append(
            Event(
                time=int(time),
                matches=frozenset(steps.get(name, ())),
                value=value or None,
                excludes=frozenset(exclusions.get(name, ())),
                held=held or None,
            )
        )
    return events
