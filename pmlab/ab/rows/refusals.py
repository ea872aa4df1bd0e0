"""What is wrong with rows, in words; the same from a table in memory and from an engine's."""

from __future__ import annotations

from collections.abc import Hashable

from pmlab.ab.metrics import Metric
from pmlab.ab.rows.table import MOST_SEGMENTS, Roles
from pmlab.errors import InputError
from pmlab.results import count, number_of

__all__ = [
    "before_exposure",
    "in_both",
    "missing_values",
    "no_time",
    "not_finite",
    "not_numbers",
    "require_one_row_a_unit",
    "require_segment",
]


def in_both(roles: Roles, n: int, example: Hashable) -> InputError:
    """Return the error for units that are in more than one arm."""
    return InputError(
        f"{number_of(n, 'unit')} of {roles.randomised!r} "
        f"{'is' if n == 1 else 'are'} in more than one arm, such as {example!r}; nobody can say "
        "which arm they answer to. Find out how that came about, for it may have happened to more "
        "people than show; leave them out only if that is the same in all arms."
    )


def require_one_row_a_unit(roles: Roles, n: int, example: Hashable, times: int) -> None:
    """Refuse units that have several rows."""
    if n:
        raise InputError(
            f"{number_of(n, 'unit')} of {roles.unit!r} "
            f"{'has' if n == 1 else 'have'} more than one row, such as {example!r} with "
            f"{count(times)}. Rows of one unit are not independent: add them up to one row a unit, "
            f"or say cluster={roles.unit!r} if this is what was randomised."
        )


def require_segment(name: str, n: int) -> None:
    """Refuse a segment of too many values."""
    if n > MOST_SEGMENTS:
        raise InputError(
            f"segments: {name!r} has {count(n)} values; a segment is one of a handful of groups "
            f"known before the experiment, at most {MOST_SEGMENTS}. Put its values into groups."
        )


def no_time(name: str, n: int) -> InputError:
    """Return the error for times that are missing."""
    return InputError(
        f"{number_of(n, 'row')} {'has' if n == 1 else 'have'} no time in {name!r}; days since "
        "exposure need it in every row. Leave these rows out, or find their times."
    )


def before_exposure(roles: Roles, n: int) -> InputError:
    """Return the error for rows from before their exposure."""
    return InputError(
        f"{number_of(n, 'row')} {'was' if n == 1 else 'were'} measured on a day before the "
        f"exposure ({roles.measured_at!r} before {roles.exposed_at!r}); what happened before it is "
        "no outcome. Leave them out, or use them as a covariate."
    )


def missing_values(metric: Metric, n: int, of: int) -> InputError:
    """Return the error for missing values that nobody said what to do about."""
    names = " or ".join(map(repr, metric.columns))
    return InputError(
        f"{count(n)} of {count(of)} rows have no value in {names}, which {metric.label!r} needs. "
        "Do they mean 0 (nothing was bought: missing='zero'), or was nothing measured "
        "(missing='drop' leaves them out of this metric)?"
    )


def not_finite(name: str, n: int) -> InputError:
    """Return the error for infinite values."""
    return InputError(
        f"column {name!r} holds {number_of(n, 'infinite value')}; a division by 0? Correct it "
        "where it comes from."
    )


def not_numbers(name: str, holds: str) -> InputError:
    """Return the error for a column of something else."""
    return InputError(
        f"column {name!r} holds {holds}; a metric needs numbers, or True and False. Turn it into "
        "numbers first, or name another column."
    )
