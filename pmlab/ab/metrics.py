"""Metrics of an experiment: which columns each needs, and how it compares two arms of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from pmlab.ab.adjust import Part
from pmlab.ab.compare import compare_moments, compare_values, quantile_name, require_winsorise
from pmlab.ab.comparison import Comparison, MarginTest, Question, compared
from pmlab.ab.contrasts import Proportions
from pmlab.ab.moments import Moments
from pmlab.errors import InputError, require_choice
from pmlab.stats.quantiles import require_quantile

__all__ = [
    "CLUSTER_SIZE",
    "Mean",
    "Metric",
    "Proportion",
    "Quantile",
    "Ratio",
    "mean",
    "proportion",
    "quantile",
    "ratio",
]

CLUSTER_SIZE = "rows in the cluster"
"""The column that moments of clusters have besides the metric's: with it, every other column is
the cluster's sum."""

Role = Literal["primary", "secondary", "guardrail"]
ROLES: tuple[Role, ...] = ("primary", "secondary", "guardrail")


@dataclass(frozen=True, kw_only=True)
class Metric(ABC):
    """What every metric says of itself.

    Parameters
    ----------
    name : str
        For tables and words; the column's name if left out.
    role : {"primary", "secondary", "guardrail"}
        The one metric that decides; one that is looked at besides; one that must not be harmed.
    good : {"up", "down"}
        Which way is better.
    margin, margin_relative : float
        For a guardrail, and one of the two: the largest harm that would be accepted, above 0, in
        the metric's units or in parts of the control's size.
    """

    name: str = ""
    role: Role = "secondary"
    good: Literal["up", "down"] = "up"
    margin: float | None = None
    margin_relative: float | None = None

    from_rows: ClassVar[bool] = False
    """Whether `compare` takes an arm's values; otherwise it takes their `Moments`."""

    def __post_init__(self) -> None:
        require_choice("role", self.role, ROLES)
        require_choice("good", self.good, ("up", "down"))
        given = {
            name: value
            for name, value in (("margin", self.margin), ("margin_relative", self.margin_relative))
            if value is not None
        }
        if self.role == "guardrail" and len(given) != 1:
            raise InputError(
                f"the guardrail {self.label!r} needs one of margin and margin_relative, the "
                "largest harm that would be accepted; 'not significantly worse' is no proof of "
                f"safety. {' and '.join(given) or 'Neither'} came."
            )
        if self.role != "guardrail" and given:
            raise InputError(
                f"{self.label!r} has a {next(iter(given))} and role={self.role!r}; a margin "
                "belongs to role='guardrail'."
            )
        for name, value in given.items():
            if not 0 < value < float("inf"):
                raise InputError(f"{name}={value!r} must be above 0; good= says which way is bad.")

    @property
    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """The columns it needs, each once."""

    @property
    @abstractmethod
    def _plain_name(self) -> str:
        """What it is called when it has no name."""

    @property
    def label(self) -> str:
        """Its name, or what stands for one."""
        return self.name or self._plain_name

    @abstractmethod
    def compare(
        self,
        control: Any,
        treatment: Any,
        *,
        control_name: str = "control",
        treatment_name: str = "treatment",
        confidence_level: float = 0.95,
    ) -> Comparison:
        """Compare two arms."""

    def margin_test(self, comparison: Comparison) -> MarginTest:
        """Test a guardrail's comparison against its margin."""
        return comparison.noninferiority(
            margin=self.margin, margin_relative=self.margin_relative, good=self.good
        )

    def _question(self, control: str, treatment: str, confidence_level: float) -> Question:
        return Question(
            name=self.label,
            control_name=control,
            treatment_name=treatment,
            confidence_level=confidence_level,
        )


@dataclass(frozen=True, kw_only=True)
class Adjustable(Metric):
    """A mean or a ratio of means, whose chance differences in covariates can be taken out.

    Parameters
    ----------
    covariates : sequence of str or (str, str)
        Columns known before assignment, or pairs of a numerator and a denominator; CUPED.
    covariates_measured_at : str, optional
        The column with the time until which they were measured; a time after the unit was
        exposed is refused.
    """

    covariates: Sequence[str | tuple[str, str]] = ()
    covariates_measured_at: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.covariates, str):
            raise InputError(
                f"covariates={self.covariates!r} must be a list of columns: [{self.covariates!r}]."
            )
        parts = [Part(each) if isinstance(each, str) else Part(*each) for each in self.covariates]
        object.__setattr__(
            self, "covariates", tuple(tuple(p) if p.denominator else p.numerator for p in parts)
        )
        used = {self._outcome.numerator, self._outcome.denominator}
        for part in parts:
            if used & ({part.numerator, part.denominator} - {None}):
                raise InputError(
                    f"the covariate '{part}' of {self.label!r} is the metric itself; a covariate "
                    "is known before assignment, such as the same number of the weeks before."
                )
        if self.covariates_measured_at is not None and not parts:
            raise InputError("covariates_measured_at is given, but no covariates.")

    @property
    @abstractmethod
    def _outcome(self) -> Part:
        """The column, or the two, that it is the mean of."""

    @property
    def _parts(self) -> list[Part]:
        return [Part(each) if isinstance(each, str) else Part(*each) for each in self.covariates]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it needs, each once: those of the outcome first."""
        names = [name for part in (self._outcome, *self._parts) for name in part]
        return tuple(dict.fromkeys(name for name in names if name is not None))

    @property
    def _plain_name(self) -> str:
        return str(self._outcome)

    def _by_moments(
        self,
        control: Moments,
        treatment: Moments,
        question: Question,
        *,
        kind: Literal["proportion", "mean", "ratio"],
        winsorised_at: tuple[float, float] | None = None,
    ) -> Comparison:
        outcome, parts = self._outcome, self._parts
        clustered = CLUSTER_SIZE in control.columns
        if clustered:
            outcome, *parts = (
                part if part.denominator else Part(part.numerator, CLUSTER_SIZE)
                for part in (outcome, *parts)
            )
        return compare_moments(
            *(control, treatment, outcome, parts, question),
            kind=kind,
            is_share=kind == "proportion",
            clustered=clustered,
            winsorised_at=winsorised_at,
        )


@dataclass(frozen=True)
class Proportion(Adjustable):
    """The share of units with 1 in a column of 0 and 1, or of True and False.

    Parameters
    ----------
    column : str
        Of 0 and 1, one for each unit.
    covariates, covariates_measured_at, name, role, good, margin, margin_relative
        As for `ab.mean`. With covariates the share is compared as a mean.

    Raises
    ------
    InputError
        As for `ab.mean`; and, when compared, where the column holds other values.

    Examples
    --------
    >>> from pmlab import ab
    >>> ab.proportion("converted", role="primary").columns
    ('converted',)
    """

    column: str

    @property
    def _outcome(self) -> Part:
        return Part(self.column)

    def compare(
        self,
        control: Moments,
        treatment: Moments,
        *,
        control_name: str = "control",
        treatment_name: str = "treatment",
        confidence_level: float = 0.95,
    ) -> Comparison:
        """Compare two arms: as shares, or as means where there are covariates or clusters."""
        question = self._question(control_name, treatment_name, confidence_level)
        if self.covariates or CLUSTER_SIZE in control.columns:
            return self._by_moments(control, treatment, question, kind="proportion")
        contrast = Proportions(
            successes=self._successes(treatment),
            n=treatment.n,
            successes_control=self._successes(control),
            n_control=control.n,
        )
        return compared(contrast, question, kind="proportion", is_share=True)

    def _successes(self, arm: Moments) -> int:
        if arm.n == 0:
            return 0
        at = arm.at(self.column)
        share = float(arm.mean[at])
        successes = round(share * arm.n)
        # Only zeros and ones have this variance with this mean.
        expected = arm.n * share * (1 - share)
        if abs(float(arm.centred[at, at]) - expected) > 1e-6 * max(1.0, expected):
            raise InputError(
                f"column {self.column!r} holds other values than 0 and 1, so it is no proportion; "
                f"use ab.mean({self.column!r}), or make it 0 and 1."
            )
        return successes


@dataclass(frozen=True)
class Mean(Adjustable):
    """The mean of a column over units; what is missing in a column is the experiment's to say.

    Parameters
    ----------
    column : str
        One number for each unit.
    winsorise : float or (float, float), optional
        Values beyond these quantiles of all arms together are moved to them; 0.99 moves the
        largest hundredth.
    covariates : sequence of str or (str, str)
        Columns known before assignment, or pairs of a numerator and a denominator, whose chance
        differences are taken out (CUPED).
    covariates_measured_at : str, optional
        The column with the time until which they were measured; a time after the unit was
        exposed is refused.
    name : str
        For tables and words; the column's name if left out.
    role : {"primary", "secondary", "guardrail"}
        The one metric that decides; one that is looked at besides; one that must not be harmed.
    good : {"up", "down"}
        Which way is better.
    margin, margin_relative : float
        For a guardrail, and one of the two: the largest harm that would be accepted, above 0, in
        the metric's units or in parts of the control's size.

    Raises
    ------
    InputError
        For a guardrail without a margin, a margin without a guardrail, a covariate that is the
        metric itself, and values that no parameter has.

    Examples
    --------
    >>> from pmlab import ab
    >>> ab.mean("revenue", covariates=["revenue_before"]).columns
    ('revenue', 'revenue_before')
    """

    column: str
    winsorise: float | tuple[float, float] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.winsorise is not None:
            require_winsorise(self.winsorise)

    @property
    def _outcome(self) -> Part:
        return Part(self.column)

    def compare(
        self,
        control: Moments,
        treatment: Moments,
        *,
        control_name: str = "control",
        treatment_name: str = "treatment",
        confidence_level: float = 0.95,
        winsorised_at: tuple[float, float] | None = None,
    ) -> Comparison:
        """Compare two arms; winsorised already, if they are to be, at these two values."""
        question = self._question(control_name, treatment_name, confidence_level)
        return self._by_moments(
            control, treatment, question, kind="mean", winsorised_at=winsorised_at
        )


@dataclass(frozen=True)
class Ratio(Adjustable):
    """The ratio of two columns' sums, such as clicks per view, of units that bring several views.

    Parameters
    ----------
    numerator, denominator : str
        Columns with one number of each for every unit.
    covariates, covariates_measured_at, name, role, good, margin, margin_relative
        As for `ab.mean`.

    Examples
    --------
    >>> from pmlab import ab
    >>> ab.ratio("clicks", "views", covariates=[("clicks_before", "views_before")]).columns
    ('clicks', 'views', 'clicks_before', 'views_before')
    """

    numerator: str
    denominator: str

    @property
    def _outcome(self) -> Part:
        return Part(self.numerator, self.denominator)

    def compare(
        self,
        control: Moments,
        treatment: Moments,
        *,
        control_name: str = "control",
        treatment_name: str = "treatment",
        confidence_level: float = 0.95,
    ) -> Comparison:
        """Compare two arms by the delta method."""
        question = self._question(control_name, treatment_name, confidence_level)
        return self._by_moments(control, treatment, question, kind="ratio")


@dataclass(frozen=True)
class Quantile(Metric):
    """A quantile of a column over units, such as the 90th percentile of latency.

    Parameters
    ----------
    column : str
        One number for each unit.
    q : float
        Which quantile, in (0, 1).
    name, role, good, margin, margin_relative
        As for `ab.mean`.

    Examples
    --------
    >>> from pmlab import ab
    >>> ab.quantile("latency", 0.9, good="down").label
    '90th percentile of latency'
    """

    column: str
    q: float

    from_rows = True

    def __post_init__(self) -> None:
        require_quantile(self.q)
        super().__post_init__()

    @property
    def columns(self) -> tuple[str, ...]:
        """The one column."""
        return (self.column,)

    @property
    def _plain_name(self) -> str:
        return f"{quantile_name(self.q)} of {self.column}"

    def compare(
        self,
        control: npt.NDArray[np.float64],
        treatment: npt.NDArray[np.float64],
        *,
        control_name: str = "control",
        treatment_name: str = "treatment",
        confidence_level: float = 0.95,
    ) -> Comparison:
        """Compare two arms' values."""
        question = self._question(control_name, treatment_name, confidence_level)
        return compare_values(control, treatment, self.q, question)


proportion, mean, ratio, quantile = Proportion, Mean, Ratio, Quantile
