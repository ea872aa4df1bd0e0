"""The analyses that find what was planted about coming back, as `detectors` does for the funnel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.detectors import (
    Detector,
    Finding,
    Log,
    apart,
    difference,
    least,
    points,
)
from pmlab.simulate.journal import NEVER
from pmlab.simulate.people import DAY
from pmlab.simulate.story import WEEKS

__all__ = ["ON_RETENTION", "retention_rates", "retention_rules", "saving_rises"]

LAST_DAY = 7 * WEEKS - 1
"""Days are counted from 0, by the UTC calendar."""

LEAST_SAVING, LEAST_GAP, MOST_GAP = 0.20, 0.18, 0.32


def saving_rises(log: Log) -> Finding:
    """From week 11: saving a plan in the first week doubles; who saves comes back far more."""
    joined, saver, kept = _joined(log), _savers(log), _back_in_weeks_3_and_4(log)
    saving, saving_error = difference(
        saver[(joined >= 12) & (joined <= 25)], saver[(joined >= 1) & (joined <= 4)]
    )
    seen = (joined >= 1) & (joined <= WEEKS - 5)
    gap, gap_error = difference(kept[seen & saver], kept[seen & ~saver])
    return Finding(
        truth="starter plan",
        margin=least(
            [
                (saving - LEAST_SAVING) / saving_error,
                (gap - LEAST_GAP) / gap_error,
                (MOST_GAP - gap) / gap_error,
            ]
        ),
        measured=(
            f"saving in the first week, weeks 1-4 to 12-25: {points(saving)}; back in weeks 3 and "
            f"4, savers against others: {points(gap)}"
        ),
    )


def savers_and_causes(log: Log) -> Finding:
    """Experiment 1: the arm that saves far more comes back by far less than the savers promise."""
    saver, kept = _savers(log), _back_in_weeks_3_and_4(log)
    control, treated = log.arm == 0, log.arm == 1
    saving, saving_error = difference(saver[treated], saver[control])
    effect, effect_error = difference(kept[treated], kept[control])
    joined = _joined(log)
    known = (joined >= 1) & (joined <= 4)
    gap, gap_error = difference(kept[known & saver], kept[known & ~saver])
    promised = saving * gap
    promised_error = float(np.hypot(saving * gap_error, gap * saving_error))
    return Finding(
        truth="savers and causes",
        margin=least(
            [
                (saving - LEAST_SAVING) / saving_error,
                (promised - effect) / float(np.hypot(promised_error, effect_error)),
            ]
        ),
        measured=(
            f"{treated.sum():,} accounts with the starter plan against {control.sum():,} without: "
            f"saving {points(saving)}, back in weeks 3 and 4 {points(effect)} (standard error "
            f"{100 * effect_error:.1f}); were all of the {points(gap)} between savers and "
            f"others of weeks 1-4 caused by saving, it would be {points(promised)}"
        ),
    )


def retention_rules(log: Log) -> Finding:
    """Chapter 04's question: every definition of coming back gives a visibly different answer."""
    return apart("retention rules", retention_rates(log), n=int((log.signed_up < NEVER).sum()))


def retention_rates(log: Log) -> dict[str, float]:
    """Return each rule's share of accounts whose people come back in the second week.

    Right: on one of the days 7 to 13 after the day of signing up, of those whose day 13 is over.
    """
    account = log.signed_up < NEVER
    joined_on = np.where(account, log.signed_up // DAY, NEVER)
    who, when = log.of("visit")
    day = when // DAY - joined_on[who]
    second_week = log.anyone(who[(day >= 7) & (day <= 13)])
    finished = account & (joined_on + 13 <= LAST_DAY)

    def share(days: NDArray[np.bool_], until: int) -> float:
        seen = account & (joined_on + until <= LAST_DAY)
        return float(log.anyone(who[days])[seen].mean())

    return {
        "right": float(second_week[finished].mean()),
        "on day 7": share(day == 7, until=7),
        "on day 7 or later": share(day >= 7, until=7),
        "unfinished counted": float(second_week[account].mean()),
        "in the first week too": share((day >= 1) & (day <= 13), until=13),
        "of all visitors": float(second_week.mean()),
    }


def unfinished_cohorts(log: Log) -> Finding:
    """Week 26: the last cohorts seem to convert and to come back worse, for they are not over."""
    rise, rise_error = difference(
        log.converted[log.cohort == WEEKS],
        log.converted[(log.cohort >= 21) & (log.cohort <= WEEKS - 2)],
    )
    joined = _joined(log)
    who, when = log.of("visit")
    age = when - log.signed_up[who]
    back = log.anyone(who[(age >= 7 * DAY) & (age < 14 * DAY)])
    kept, kept_error = difference(
        back[joined == WEEKS - 1], back[(joined >= 19) & (joined <= WEEKS - 3)]
    )
    return Finding(
        truth="unfinished cohorts",
        margin=least([-rise / rise_error, -kept / kept_error]),
        measured=(
            f"conversion, weeks 21-24 to week 26, {points(rise)}; back in the second week after "
            f"signing up, weeks 19-23 to week 25, {points(kept)}"
        ),
    )


ON_RETENTION: tuple[Detector, ...] = (
    saving_rises,
    savers_and_causes,
    retention_rules,
    unfinished_cohorts,
)


def _joined(log: Log) -> NDArray[np.int64]:
    """Return the week, 1 to 26, in which each person signed up; 0 for never."""
    account = log.signed_up < NEVER
    joined: NDArray[np.int64] = np.where(account, log.signed_up // (7 * DAY) + 1, 0)
    return joined


def _savers(log: Log) -> NDArray[np.bool_]:
    """Return who saved a plan in the week after signing up."""
    user, time = log.of("save_plan")
    return log.anyone(user[time < log.signed_up[user] + 7 * DAY])


def _back_in_weeks_3_and_4(log: Log) -> NDArray[np.bool_]:
    user, time = log.of("visit")
    age = time - log.signed_up[user]
    return log.anyone(user[(age >= 14 * DAY) & (age < 28 * DAY)])
