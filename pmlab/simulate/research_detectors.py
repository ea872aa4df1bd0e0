"""The analyses that find what the redesign did in the surveys and in the usability tests.

What the redesign changes must be seen: there the line is drawn where a 95% interval would begin to
hold "no change".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.detectors import Finding, Log
from pmlab.simulate.people import DAY
from pmlab.simulate.story import START
from pmlab.simulate.surveys import NPS, SUS, UMUX
from pmlab.simulate.tables import Coded, Table
from pmlab.simulate.usability import DESIGNS, HARDER_TASK

__all__ = ["ON_SURVEYS", "ON_USABILITY", "SurveyDetector", "UsabilityDetector"]

SurveyDetector: TypeAlias = Callable[[Table, Log], Finding]
UsabilityDetector: TypeAlias = Callable[[Table], Finding]
Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]

SEEN = 1.96
"""Standard errors from no change."""
LEAST_KEPT, MOST_KEPT = 0.35, 0.65
"""Of the response rate, for it to be said to have halved."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """The mean of some numbers before and after, and how sure the difference is."""

    before: float
    after: float
    error: float

    @classmethod
    def of(cls, before: Floats | Bools, after: Floats | Bools) -> Change:
        """Return the change between two samples; nobody in one of them shows nothing."""
        if min(len(before), len(after)) < 2:
            return cls(before=float("nan"), after=float("nan"), error=float("nan"))
        first, second = (float(np.var(part, ddof=1)) / len(part) for part in (before, after))
        return cls(
            before=float(np.mean(before)),
            after=float(np.mean(after)),
            error=max(first + second, 1e-12) ** 0.5,
        )

    @property
    def z(self) -> float:
        """The rise in standard errors."""
        return (self.after - self.before) / self.error


def redesign_survey(surveys: Table, log: Log) -> Finding:
    """Week 21: SUS rises, NPS falls, and the share who answer halves."""
    wave = _coded(surveys, "wave")
    answered = _answered(surveys)

    def change(values: Floats) -> Change:
        known = answered & ~np.isnan(values)
        return Change.of(*(values[known & (wave == code)] for code in (0, 1)))

    sus = change(_sus(surveys))
    nps = _numbers(surveys, NPS)
    loyalty = change(np.where(np.isnan(nps), np.nan, 100.0 * (nps >= 9) - 100.0 * (nps <= 6)))
    does, easy = (change(_numbers(surveys, item)) for item in UMUX)
    rates = Change.of(answered[wave == 0], answered[wave == 1])
    kept, kept_error = _ratio(answered, wave)
    return Finding(
        truth="redesign in the surveys",
        margin=float(
            np.min(
                [
                    sus.z - SEEN,
                    -loyalty.z - SEEN,
                    -does.z - SEEN,
                    easy.z - SEEN,
                    (kept - LEAST_KEPT) / kept_error,
                    (MOST_KEPT - kept) / kept_error,
                ]
            )
        ),
        measured=(
            f"SUS {sus.before:.1f} to {sus.after:.1f}; NPS {loyalty.before:+.0f} to "
            f"{loyalty.after:+.0f}; `umux_1` {does.before:.2f} to {does.after:.2f}, `umux_2` "
            f"{easy.before:.2f} to {easy.after:.2f}; answered {100 * rates.before:.0f}% of "
            f"{(wave == 0).sum():,}, then {100 * rates.after:.0f}% of {(wave == 1).sum():,}"
        ),
    )


LOOK_BACK = 28 * DAY


def who_answers(surveys: Table, log: Log) -> Finding:
    """Weeks 17 and 21: who answers came more often in the four weeks before than who does not."""
    wave, answered = _coded(surveys, "wave"), _answered(surveys)
    person = _coded(surveys, "user_id")
    invited = (np.asarray(surveys["invited_at"]) - START) // np.timedelta64(1, "s")
    visits = np.zeros(len(person))
    who, when = log.of("visit")
    for code in (0, 1):
        asked = wave == code
        opens = int(invited[asked].min()) if asked.any() else 0
        recent = who[(when < opens) & (when >= opens - LOOK_BACK)]
        visits[asked] = np.bincount(recent, minlength=log.n_users)[person[asked]]
    gaps = [
        Change.of(visits[(wave == code) & ~answered], visits[(wave == code) & answered])
        for code in (0, 1)
    ]
    first, second = gaps
    together = first.after - first.before + second.after - second.before
    return Finding(
        truth="who answers",
        margin=together / float(np.hypot(first.error, second.error)),
        measured="visits in the four weeks before, of who answered and who did not: "
        + ", then ".join(f"{gap.after:.1f} and {gap.before:.1f}" for gap in gaps),
    )


def redesign_tasks(usability: Table) -> Finding:
    """Week 21: every task is faster and with fewer errors but one, in which most now fail."""
    new = _coded(usability, "design") == DESIGNS.index("new")
    tasks = usability["task"]
    assert isinstance(tasks, Coded)
    task = tasks.codes
    harder = task == list(tasks.words).index(HARDER_TASK)
    success = _numbers(usability, "success") == 1
    person = _coded(usability, "participant_id")

    repeats = Change.of(success[harder & ~new], success[harder & new])

    # Of the others: how much longer than usual each participant takes, on the logarithm.
    logs = np.log(_numbers(usability, "seconds"))
    done = success & ~harder
    usual = np.bincount(task[done], logs[done]) / np.maximum(np.bincount(task[done]), 1)
    over = logs[done] - usual[task[done]]
    n = np.bincount(person[done])
    took = (np.bincount(person[done], over) / np.maximum(n, 1))[n > 0]
    sees_new = np.bincount(person[done], new[done])[n > 0] > 0
    times = Change.of(took[~sees_new], took[sees_new])

    def errors_of(design: Bools) -> tuple[float, float]:
        rows = design & ~harder
        errors = _numbers(usability, "errors")[rows].sum()
        steps = _numbers(usability, "error_opportunities")[rows].sum()
        return float(errors / steps), float(np.sqrt(max(errors, 1)) / steps)

    (before, error_before), (after, error_after) = errors_of(~new), errors_of(new)
    slips = Change(before=before, after=after, error=float(np.hypot(error_before, error_after)))
    return Finding(
        truth="redesign in the usability tests",
        margin=float(np.min([-repeats.z - SEEN, -times.z - SEEN, -slips.z - SEEN])),
        measured=(
            f"`{HARDER_TASK}` done by {100 * repeats.before:.0f}%, then by "
            f"{100 * repeats.after:.0f}%; the others, when done, take "
            f"{np.exp(times.after - times.before):.2f} of the time, with "
            f"{100 * slips.before:.1f} errors for a hundred opportunities, then "
            f"{100 * slips.after:.1f}"
        ),
    )


ON_SURVEYS: tuple[SurveyDetector, ...] = (redesign_survey, who_answers)
ON_USABILITY: tuple[UsabilityDetector, ...] = (redesign_tasks,)


def _answered(surveys: Table) -> Bools:
    answered: Bools = ~np.isnat(np.asarray(surveys["answered_at"]))
    return answered


def _ratio(answered: Bools, wave: NDArray[np.integer[Any]]) -> tuple[float, float]:
    """Return the second response rate as a share of the first, and its standard error."""
    yes, n = np.bincount(wave, answered, minlength=2), np.bincount(wave, minlength=2)
    if (yes == 0).any():
        return float("nan"), float("nan")
    ratio = float((yes[1] / n[1]) / (yes[0] / n[0]))
    return ratio, ratio * float(np.sqrt(np.sum(1 / yes - 1 / n)))


def _sus(surveys: Table) -> Floats:
    """Return each SUS score; NaN where an item has no answer."""
    odd = sum(_numbers(surveys, item) - 1 for item in SUS[::2])
    even = sum(5 - _numbers(surveys, item) for item in SUS[1::2])
    return np.asarray(2.5 * (odd + even))


def _numbers(table: Table, name: str) -> Floats:
    values = np.asarray(table[name], float)
    return np.where(values < 0, np.nan, values)


def _coded(table: Table, name: str) -> NDArray[np.integer[Any]]:
    column = table[name]
    assert isinstance(column, Coded)
    return column.codes
