"""What people manage to do: completion, time and errors of a task."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from pmlab.errors import InputError, require_choice
from pmlab.heart.answers import Floats, as_numbers, whole_number
from pmlab.heart.evidence import Mean, Median, Rate, Share
from pmlab.heart.measures import Measure
from pmlab.results import count, level, number_of
from pmlab.stats.intervals import require_level

__all__ = ["TaskMeasure", "completion", "errors", "time_on_task"]

FEWEST_FOR_MEDIAN = 25
"""Below so many times the geometric mean is the better estimate of the middle one: Sauro, J. and
Lewis, J. R. (2010). Average task times in usability tests: what to report? *Proceedings of CHI*."""

Kind = Literal["completion", "time on task", "errors"]

_OF = {"completion": "attempt", "time on task": "time", "errors": "opportunity"}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TaskMeasure(Measure):
    """How a task went: a share that completed it, a typical time, or errors per opportunity."""

    kind: Kind
    n_left_out: int = 0
    """Failed attempts whose times are not counted."""

    @property
    def name(self) -> str:
        """What was measured."""
        return self.kind

    @property
    def direction(self) -> Literal["up", "down"]:
        """More is better for completion, less for times and errors."""
        return "up" if self.kind == "completion" else "down"

    @property
    def value(self) -> float:
        """The share, the seconds, or the errors per opportunity."""
        return self.estimate

    def to_frame(self) -> pd.DataFrame:
        """Return one row: value with interval, and n."""
        return pd.DataFrame(
            {
                "measure": [self.kind],
                "value": [self.value],
                "low": [self.low],
                "high": [self.high],
                "confidence_level": [self.confidence_level],
                "n": [self.n],
                "n_left_out": [self.n_left_out],
            }
        )

    @property
    def title(self) -> str:
        names = {"completion": "Completion", "time on task": "Time on task", "errors": "Errors"}
        what = "opportunities" if self.kind == "errors" and self.n != 1 else ""
        of = f"{count(self.n)} {what}" if what else number_of(self.n, _OF[self.kind])
        return f"{names[self.kind]}: {of}"

    @property
    def method(self) -> str:
        by = {
            Share: "Completed of attempted; adjusted Wald interval",
            Mean: "Geometric mean; t interval on logarithms",
            Median: "Median; interval from order statistics",
            Rate: "Errors per opportunity; exact Poisson interval",
        }[type(self.evidence)]
        return f"{by} ({level(self.confidence_level)})."

    @property
    def assumptions(self) -> tuple[str, ...]:
        people = "Participants stand for the users, and tried independently of one another."
        if self.kind == "errors":
            return (people, "An opportunity for an error is as good as any other.")
        if isinstance(self.evidence, Mean):
            return (people, "Times are skewed: their logarithms spread evenly.")
        return (people,)

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""
        if math.isnan(self.value):
            return f"There is nothing to tell {self.kind} from."
        if isinstance(self.evidence, Share):
            return (
                f"{count(self.evidence.successes)} of {number_of(self.n, 'attempt')} completed the "
                f"task: {self._with_interval}."
            )
        if isinstance(self.evidence, Rate):
            return (
                f"{number_of(self.evidence.count, 'error')} at {count(self.n)} opportunities: "
                f"{self._with_interval} per opportunity."
            )
        left_out = (
            f" {number_of(self.n_left_out, 'failed attempt')} not counted."
            if self.n_left_out
            else ""
        )
        return f"The task took {self._with_interval}, from {number_of(self.n, 'time')}.{left_out}"

    def _table(self) -> Mapping[str, Sequence[str]]:
        return {
            "measure": [self.kind],
            "value": [self._shown(self.value)],
            f"{self._level} interval": [self._shown_interval],
            "n": [count(self.n)],
        }


def completion(successes: int, n: int, *, confidence_level: float = 0.95) -> TaskMeasure:
    """Return the share of attempts at a task that succeeded.

    Parameters
    ----------
    successes, n : int
        Completed of attempted.
    confidence_level : float
        Of the adjusted Wald interval, which keeps its promise with five users too.

    Returns
    -------
    TaskMeasure
        A share in [0, 1]; NaN for n = 0.

    Raises
    ------
    InputError
        Unless 0 <= successes <= n.

    References
    ----------
    Sauro, J. and Lewis, J. R. (2005). Estimating completion rates from small samples using
    binomial confidence intervals. *Proceedings of the HFES*, 49, 2100-2103.

    Examples
    --------
    >>> c = completion(4, 5)
    >>> c.value, round(c.low, 2), round(c.high, 2)
    (0.8, 0.36, 0.98)
    """
    done, tried = whole_number(successes, "successes"), whole_number(n, "n")
    if done > tried:
        raise InputError(f"successes={done} is more than n={tried}; are the two swapped?")
    require_level(confidence_level)
    return TaskMeasure(
        kind="completion",
        evidence=Share(successes=done, n=tried, interval_by="adjusted_wald"),
        n=tried,
        confidence_level=confidence_level,
        warnings=("nobody tried, so the share is undefined (NaN).",) if tried == 0 else (),
    )


def time_on_task(
    seconds: Any,
    *,
    success: Any = None,
    method: Literal["geometric_mean", "median"] = "geometric_mean",
    confidence_level: float = 0.95,
) -> TaskMeasure:
    """Return how long a task takes those who complete it.

    Parameters
    ----------
    seconds : column or array of n
        Above 0; blanks are left out and counted.
    success : column or array of n, optional
        Whether each attempt succeeded; only those that did are timed. Without it all times count,
        so give successful ones.
    method : {"geometric_mean", "median"}
        The geometric mean stands for the middle of few skewed times; the median is offered from
        25 times on.
    confidence_level : float
        Of the t interval on logarithms, or of the one from order statistics.

    Returns
    -------
    TaskMeasure
        Seconds; NaN without any time.

    Raises
    ------
    InputError
        For times not above 0, lengths that differ, or a median of fewer than 25 times.

    References
    ----------
    Sauro, J. and Lewis, J. R. (2016). *Quantifying the User Experience*, 2nd edition, chapter 3.

    Examples
    --------
    >>> t = time_on_task([55, 65, 75, 62, 45, 135])
    >>> round(t.value), round(t.low), round(t.high)
    (68, 46, 101)
    """
    require_choice("method", method, ("geometric_mean", "median"))
    require_level(confidence_level)
    times = as_numbers(seconds, "seconds")
    if (times <= 0).any() or np.isinf(times).any():
        row = int(np.flatnonzero((times <= 0) | np.isinf(times))[0])
        raise InputError(
            f"seconds: row {row} (from 0) is {times[row]:g}; a task takes more than 0 seconds and "
            "ends. Leave out what was not timed."
        )
    known = ~np.isnan(times)
    warnings = []
    if not known.all():
        n_blank = int((~known).sum())
        warnings.append(f"{number_of(n_blank, 'attempt')} without a time left out.")
    n_failed = 0
    if success is not None:
        done = _successes(success, len(times))
        n_failed = int((known & ~done).sum())
        known &= done
    used = times[known]
    n = len(used)
    if method == "median" and n < FEWEST_FOR_MEDIAN:
        raise InputError(
            f"method='median' needs {FEWEST_FOR_MEDIAN} times or more, and there are {n}; with few "
            "times the geometric mean is the better guess of the middle."
        )
    if n == 0:
        warnings.append("no time to count, so the result is undefined (NaN).")
    elif n == 1:
        warnings.append("one time does not tell how much they vary, so no interval (NaN).")
    elif used.min() == used.max():
        warnings.append("all times are alike, so the interval has no width; were they rounded?")
    return TaskMeasure(
        kind="time on task",
        evidence=_typical(used, method),
        n=n,
        confidence_level=confidence_level,
        n_left_out=n_failed,
        warnings=tuple(warnings),
    )


def errors(errors: int, opportunities: int, *, confidence_level: float = 0.95) -> TaskMeasure:
    """Return errors per opportunity for one.

    Parameters
    ----------
    errors, opportunities : int
        How many were made, and how many could have been: attempts times steps where one can go
        wrong.
    confidence_level : float
        Of the exact Poisson interval.

    Returns
    -------
    TaskMeasure
        A rate.

    Raises
    ------
    InputError
        For counts below 0, or no opportunity at all.

    References
    ----------
    Garwood, F. (1936). Fiducial limits for the Poisson distribution. *Biometrika*, 28, 437-442.

    Examples
    --------
    >>> e = errors(25, 100)
    >>> e.value, round(e.low, 3), round(e.high, 3)
    (0.25, 0.162, 0.369)
    """
    made = whole_number(errors, "errors")
    chances = whole_number(opportunities, "opportunities", least=1)
    require_level(confidence_level)
    swapped = "more errors than opportunities: are the two swapped, or counted unlike?"
    return TaskMeasure(
        kind="errors",
        evidence=Rate(count=made, exposure=chances),
        n=chances,
        confidence_level=confidence_level,
        warnings=(swapped,) if made > chances else (),
    )


def _typical(times: Floats, method: str) -> Mean | Median:
    if method == "median":
        return Median(values=tuple(times.tolist()), unit="s")
    return Mean.of_logs(times, unit="s")


def _successes(success: Any, n: int) -> np.typing.NDArray[np.bool_]:
    if isinstance(success, str):
        raise InputError(f"success={success!r} must be a column or a list, not its name.")
    flags: list[Any] = [None if pd.isna(flag) else flag for flag in success]
    wrong = [flag for flag in flags if flag not in (0, 1)]
    if len(flags) != n:
        raise InputError(f"success has {len(flags)} values and seconds {n}; give one of each.")
    if wrong:
        raise InputError(f"success holds {wrong[0]!r}; it takes True and False (or 1 and 0).")
    return np.array(flags, dtype=bool)
