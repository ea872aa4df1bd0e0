"""The analyses that find what goes on in experiments 2 to 4; `savers_and_causes` is experiment 1's.

Each reads the tables that an analyst is given. "Seen" and "not seen" are drawn where a 95%
interval would begin, or cease, to hold no difference.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.assignments import EXPERIMENTS, PEEKS, WEEK, z_between
from pmlab.simulate.detectors import Finding, Log, difference, least, points
from pmlab.simulate.journal import codes_of, seconds_of
from pmlab.simulate.people import DAY
from pmlab.simulate.story import DEVICES, run_of, seconds_at
from pmlab.simulate.tables import Table

__all__ = ["MARGIN", "ON_ARMS", "ON_ORDERS", "ON_PLUS", "Rows", "split_z"]

SEEN = 1.96
"""Standard errors from no change."""
MISMATCH = 3.2905
"""At which a chi-square test of the split has p = 0.001."""
MARGIN = 0.01
"""By how much the share of people who cancel may rise in the upsell: what was agreed before it."""
LATE = 4
"""Days since the assignment from which the box is no longer new."""
LEAST_MOVED = 0.10
"""Of the arm's mean revenue: the caterer moves it by more."""

Bools: TypeAlias = NDArray[np.bool_]


class Rows:
    """The rows of one experiment."""

    def __init__(self, table: Table, experiment: str) -> None:
        chosen = codes_of(table["experiment"]) == EXPERIMENTS.index(experiment)
        self._table, self._chosen = table, chosen
        self.person = codes_of(table["user_id"])[chosen]
        self.treated = codes_of(table["variant"])[chosen] == 1
        self.at = seconds_of(table["assigned_at"])[chosen]
        self.device = codes_of(table["device"])[chosen]

    def __getitem__(self, column: str) -> NDArray[Any]:
        values: NDArray[Any] = np.asarray(self._table[column])[self._chosen]
        return values

    def yes(self, column: str) -> Bools:
        """Return where the column is 1."""
        answer: Bools = self[column] == 1
        return answer


def split_z(treated: Bools) -> float:
    """Return by how many standard errors the treatment is more than half: chi-square's root."""
    return float((2 * treated.sum() - len(treated)) / np.sqrt(max(len(treated), 1)))


def landing_page(assignments: Table, log: Log) -> Finding:
    """Weeks 12 to 15: one arm lacks people, and what is left of it signs up more."""
    rows = Rows(assignments, "Landing page")
    treated, signed_up = rows.treated, rows.yes("signed_up")
    lift, error = difference(signed_up[treated], signed_up[~treated])

    # Who came for the first time while it ran, and is in no arm?
    begin, end = map(seconds_at, run_of("Landing page"))
    came = np.flatnonzero((log.first_visit >= begin) & (log.first_visit < end))
    lost = np.setdiff1d(came, rows.person)
    lost_signed_up = log.signed_up[lost] < log.first_visit[lost] + WEEK
    whole = np.concatenate([signed_up[treated], lost_signed_up])
    true_lift, true_error = difference(whole, signed_up[~treated])
    by_device = [split_z(treated[rows.device == code]) for code in range(len(DEVICES))]
    return Finding(
        truth="landing page",
        margin=least(
            [
                -split_z(treated) - MISMATCH,
                lift / error - SEEN,
                SEEN - abs(true_lift / true_error),
                -by_device[DEVICES.index("mobile")] - MISMATCH,
            ]
        ),
        measured=(
            f"{(~treated).sum():,} people in control and {treated.sum():,} in treatment, "
            f"{-split_z(treated):.1f} standard errors from half and half (by device: "
            + ", ".join(f"{name} {-z:.1f}" for name, z in zip(DEVICES, by_device, strict=True))
            + f"); signed up within a week: {points(lift)} (standard error {100 * error:.1f}). "
            f"{len(lost):,} new people are in no arm, {lost_signed_up.sum():,} of whom signed up; "
            f"with them in the treatment it is {points(true_lift)}"
        ),
    )


def button_colour(assignments: Table, log: Log) -> Finding:
    """Weeks 16 and 17: a peek finds what is not there at the end."""
    rows = Rows(assignments, "Button colour")
    filled, treated = rows.yes("filled_basket"), rows.treated
    begin = seconds_at(run_of("Button colour")[0])
    peeks = {
        day: z_between(filled[rows.at < begin + day * DAY], treated[rows.at < begin + day * DAY])
        for day in PEEKS
    }
    lift, error = difference(filled[treated], filled[~treated])
    return Finding(
        truth="button colour",
        margin=least(
            [
                *(z - SEEN for z in peeks.values()),
                SEEN - abs(lift / error),
                MISMATCH - abs(split_z(treated)),
            ]
        ),
        measured=(
            "filled the basket in that visit: "
            + ", ".join(f"after {day} days z = {z:.2f}" for day, z in peeks.items())
            + f"; after all 14 {points(lift)}, z = {lift / error:.2f}"
        ),
    )


def upsell_wins(assignments: Table, upsell_days: Table) -> Finding:
    """Weeks 22 to 25: more people start a trial."""
    rows = Rows(assignments, "Upsell")
    trial, treated = rows.yes("started_trial"), rows.treated
    lift, error = difference(trial[treated], trial[~treated])
    return Finding(
        truth="upsell wins",
        margin=least([lift / error - SEEN, MISMATCH - abs(split_z(treated))]),
        measured=(
            f"{len(treated):,} people; started a trial within a week: "
            f"{100 * trial[~treated].mean():.1f}% and {100 * trial[treated].mean():.1f}%, "
            f"{points(lift)} (standard error {100 * error:.1f})"
        ),
    )


def upsell_fades(assignments: Table, upsell_days: Table) -> Finding:
    """Weeks 22 to 25: the effect is that of the first days; later there is hardly any."""
    trial = np.asarray(upsell_days["started_trial"]) == 1
    treated = codes_of(upsell_days["variant"]) == 1
    days = np.asarray(upsell_days["days_since"])

    def effect(part: Bools) -> tuple[float, float]:
        return difference(trial[part & treated], trial[part & ~treated])

    (first, first_error), (late, late_error) = effect(days == 0), effect(days >= LATE)
    middle, _ = effect((days > 0) & (days < LATE))
    return Finding(
        truth="upsell fades",
        margin=least(
            [
                first / first_error - SEEN,
                (first - late) / float(np.hypot(first_error, late_error)) - SEEN,
            ]
        ),
        measured=(
            "trials begun on a day with a basket: on the first day "
            f"{points(first)}, on days 1 to {LATE - 1} {points(middle)}, later {points(late)} "
            f"(standard error {100 * late_error:.1f})"
        ),
    )


def upsell_is_cancelled(assignments: Table, upsell_days: Table) -> Finding:
    """Weeks 22 to 25: cancellations rise by more than was agreed, and by most of what was won."""
    rows = Rows(assignments, "Upsell")
    gone, treated = rows.yes("cancelled"), rows.treated
    rise, error = difference(gone[treated], gone[~treated])
    trial = rows.yes("started_trial")
    shares = [gone[trial & arm].mean() if (trial & arm).any() else 0 for arm in (~treated, treated)]
    return Finding(
        truth="upsell is cancelled",
        margin=(rise - MARGIN) / error,
        measured=(
            f"cancelled within a week: {100 * gone[~treated].mean():.1f}% and "
            f"{100 * gone[treated].mean():.1f}%, {points(rise)} (standard error "
            f"{100 * error:.1f}), where {points(MARGIN)} was agreed; of those who started a trial "
            f"{100 * shares[0]:.0f}% and {100 * shares[1]:.0f}%"
        ),
    )


def catering_customer(assignments: Table, orders: Table) -> Finding:
    """Weeks 22 to 25: mean revenue rises by one customer, who orders by invoice."""
    rows = Rows(assignments, "Upsell")
    revenue, treated = rows["revenue_cents"].astype(float), rows.treated
    others = np.ones(len(revenue), bool)
    others[np.argmax(revenue)] = False
    biggest = rows.person[~others]

    control = revenue[~treated].mean()
    lift = revenue[treated].mean() / control - 1
    without = revenue[treated & others].mean() / control - 1
    z = z_between(revenue[others], treated[others])
    error = abs(without / z)
    by_invoice = codes_of(orders["paid_by"]) == 1
    invoiced_to = codes_of(orders["user_id"])[by_invoice]
    one_customer = len(invoiced_to) > 0 and bool((invoiced_to == biggest).all())
    return Finding(
        truth="catering customer",
        margin=least(
            [
                (lift - without - LEAST_MOVED) / error,
                SEEN - abs(z),
                np.inf if one_customer else -np.inf,
            ]
        ),
        measured=(
            f"revenue within a week, treatment against control: {100 * lift:+.1f}%; without the "
            f"customer whose {by_invoice.sum()} orders by invoice are worth "
            f"{np.asarray(orders['basket_cents'])[by_invoice].sum() / 100:,.0f} euro, "
            f"{100 * without:+.1f}%"
        ),
    )


ON_ARMS: tuple[Callable[[Table, Log], Finding], ...] = (landing_page, button_colour)
ON_PLUS: tuple[Callable[[Table, Table], Finding], ...] = (
    upsell_wins,
    upsell_fades,
    upsell_is_cancelled,
)
ON_ORDERS: tuple[Callable[[Table, Table], Finding], ...] = (catering_customer,)
