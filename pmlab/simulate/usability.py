"""What participants of usability tests do with the old design, and others with the new one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.people import draw_ids
from pmlab.simulate.story import START, Story, day_start, seconds_at
from pmlab.simulate.streams import Streams
from pmlab.simulate.tables import Coded, Table

__all__ = ["DESIGNS", "HARDER_TASK", "KINDS", "TASKS", "draw_usability"]

DESIGNS, KINDS = ("old", "new"), ("moderated", "unmoderated")
PARTICIPANTS = {"moderated": 12, "unmoderated": 62}
"""Of each design; everybody sees one design only."""
TESTED_FROM = {"old": day_start(16), "new": day_start(21, 2)}
TESTED_DAYS = 12


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something a participant is asked to do."""

    name: str
    seconds: float
    """Median of those who succeed with the old design."""
    opportunities: int
    """How many steps there are at which one can go wrong."""
    succeed: tuple[float, float] | None = None
    """Share of the participants, with the old design and with the new; None where a seed moves
    it."""


HARDER_TASK = "repeat_last_week"
"""The redesign hides last week's basket."""
HARDER_TIME_RATIO = 1.9
TASKS = (
    Task(name="find_recipe", seconds=46, opportunities=4, succeed=(0.93, 0.96)),
    Task(name="save_plan", seconds=68, opportunities=6, succeed=(0.86, 0.93)),
    Task(name=HARDER_TASK, seconds=54, opportunities=5),
    Task(name="share_list", seconds=61, opportunities=5, succeed=(0.82, 0.90)),
    Task(name="check_out", seconds=118, opportunities=8, succeed=(0.80, 0.90)),
)

BETWEEN_PEOPLE, WITHIN = 0.30, 0.36
"""Sigma of the logarithm of a time."""
GIVING_UP, THINKING_ALOUD = 1.6, 1.25
"""How much longer it takes to fail, and with a moderator who asks what one thinks."""
WALKS_AWAY = 0.015
"""Share of unmoderated tasks during which the telephone rings or the soup boils over ..."""
AWAY = (4, 10)
"""... and how many times longer they take."""
LONGEST = 30 * 60
"""Then the tool stops by itself."""


def draw_usability(streams: Streams, story: Story) -> Table:
    """Return one row a participant and task, ordered by time."""
    redesign = story.redesign
    design = np.repeat(np.arange(2), sum(PARTICIPANTS.values()))
    kind = np.tile(np.repeat(np.arange(2), list(PARTICIPANTS.values())), 2)
    n, n_tasks = len(design), len(TASKS)
    begin = _session_starts(streams("sessions"), design, kind)
    new = (design == DESIGNS.index("new"))[:, None]
    harder = np.array([task.name == HARDER_TASK for task in TASKS])

    repeats = (redesign.repeats_before, redesign.repeats_after)
    shares = np.array([task.succeed or repeats for task in TASKS])
    success = streams("success").random((n, n_tasks)) < np.where(new, shares[:, 1], shares[:, 0])

    rng = streams("seconds")
    log_seconds = np.log([task.seconds for task in TASKS]) + np.where(
        new, np.log(np.where(harder, HARDER_TIME_RATIO, redesign.time_ratio)), 0
    )
    log_seconds = log_seconds + np.log(GIVING_UP) * ~success
    log_seconds += np.log(THINKING_ALOUD) * (kind == KINDS.index("moderated"))[:, None]
    log_seconds += BETWEEN_PEOPLE * rng.standard_normal((n, 1))
    log_seconds += WITHIN * rng.standard_normal((n, n_tasks))
    rng = streams("away")
    away = rng.random((n, n_tasks)) < WALKS_AWAY
    away &= (kind == KINDS.index("unmoderated"))[:, None]
    log_seconds += np.where(away, np.log(rng.uniform(*AWAY, (n, n_tasks))), 0)
    seconds = np.minimum(np.rint(np.exp(log_seconds)), LONGEST).astype("int64")

    opportunities = np.array([task.opportunities for task in TASKS])
    wrong = np.where(new & ~harder, redesign.errors_after, redesign.errors_before)
    errors = streams("errors").binomial(opportunities, wrong)

    order = np.argsort(begin, kind="stable")
    ids = draw_ids(streams("id"), n, "p")

    def each(per_participant: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.repeat(per_participant[order], n_tasks)

    return {
        "participant_id": Coded(each(np.arange(n)), ids),
        "kind": Coded(each(kind), KINDS),
        "design": Coded(each(design), DESIGNS),
        "session_at": START + each(begin).astype("timedelta64[s]"),
        "task": Coded(np.tile(np.arange(n_tasks), n), [task.name for task in TASKS]),
        "success": success[order].ravel().astype("int64"),
        "seconds": seconds[order].ravel(),
        "errors": errors[order].ravel(),
        "error_opportunities": np.tile(opportunities, n),
    }


def _session_starts(
    rng: np.random.Generator, design: NDArray[np.int64], kind: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return when each session begins: moderated ones in office hours, the others whenever."""
    first = np.array([seconds_at(TESTED_FROM[name]) for name in DESIGNS])[design]
    n = len(design)
    moderated = kind == KINDS.index("moderated")
    # Three whole mornings and afternoons for those with a moderator, one after the other.
    place = np.zeros(n, "int64")
    for code in range(len(DESIGNS)):
        rows = np.flatnonzero(moderated & (design == code))
        place[rows] = np.arange(len(rows))
    office = (place // 4) * 86_400 + np.array([8, 10, 12, 14])[place % 4] * 3600
    anytime = rng.integers(0, TESTED_DAYS, n) * 86_400 + rng.integers(6 * 3600, 21 * 3600, n)
    begin: NDArray[np.int64] = first + np.where(moderated, office, anytime)
    return begin
