"""What two arms' comparison says: the effect, its interval, its p-value, and in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from pmlab.ab.contrasts import RELATIVE, Contrast
from pmlab.ab.words import effect, effect_interval, relative, relative_interval, shown
from pmlab.errors import InputError, require_choice
from pmlab.results import Result, level, pvalue
from pmlab.stats.intervals import Interval
from pmlab.stats.tails import (
    Alternative,
    one_sided,
    require_alternative,
    two_sided_level,
)

__all__ = ["Comparison", "MarginTest", "Question", "compared"]

Direction = Literal["higher", "lower", "not clear", "no test"]


@dataclass(frozen=True, kw_only=True)
class MarginTest:
    """Whether the treatment is no worse than a margin, or the same within one."""

    kind: Literal["non-inferiority", "equivalence"]
    margin: float
    """In the metric's units, or in parts of the control's size if `is_relative`."""
    is_relative: bool
    pvalue: float
    """One-sided for non-inferiority; the larger of the two one-sided ones for equivalence."""
    alpha: float
    """Below which `pvalue` has to be."""
    holds: bool | None
    """Whether it is shown; None where there is no test. False is "not shown", never "harmed"."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of two arms, and the words for it: what every comparison has in common."""

    name: str = ""
    control_name: str = "control"
    treatment_name: str = "treatment"
    alternative: Alternative = "two-sided"
    confidence_level: float = 0.95
    relative_by: str | None = None
    """A method for the relative interval; None is the usual one."""

    def __post_init__(self) -> None:
        require_alternative(self.alternative)
        two_sided_level(self.confidence_level, self.alternative)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Comparison(Result):
    """A treatment against its control: effect = treatment - control."""

    name: str = ""
    """The metric."""
    kind: Literal["proportion", "mean", "ratio", "quantile", "statistic"]
    control_name: str = "control"
    treatment_name: str = "treatment"
    n_control: int
    n_treatment: int
    control: float
    """The control's share, mean, ratio or quantile; adjusted if `adjusted_by`."""
    treatment: float
    effect: float
    """treatment - control."""
    low: float
    high: float
    pvalue: float
    """Of no effect."""
    statistic: float
    """t or z; the odds ratio for Fisher; NaN for a bootstrap, which has none."""
    df: float
    """Degrees of freedom of t; infinite for z; NaN where it has none."""
    relative: float
    """The effect in parts of the control's size: its sign is the effect's."""
    relative_low: float
    relative_high: float
    confidence_level: float = 0.95
    alternative: Alternative = "two-sided"
    contrast: Contrast = field(repr=False)
    """What the numbers rest on."""
    relative_by: str
    adjusted_by: tuple[str, ...] = ()
    """Covariates whose chance differences are taken out (CUPED)."""
    unadjusted: tuple[float, float] | None = None
    """Control and treatment as they were before that."""
    variance_reduction: float = 0.0
    """By how much the adjustment made the variance of the effect smaller, as a share."""
    winsorised_at: tuple[float, float] | None = None
    """Values beyond these two were moved to them."""
    is_share: bool = False
    """Whether the number is a share, written as a percentage."""
    measure: str = ""
    """What kind of number it is, where `kind` does not say it: "90th percentile"."""

    @property
    def interval(self) -> Interval:
        """The interval of the effect."""
        return Interval(self.low, self.high)

    @property
    def relative_interval(self) -> Interval:
        """The interval of the relative effect; infinite where it is unbounded."""
        return Interval(self.relative_low, self.relative_high)

    @property
    def alpha(self) -> float:
        """How small a p-value has to be: 1 - `confidence_level`."""
        return round(1 - self.confidence_level, 12)

    @property
    def direction(self) -> Direction:
        """Whether the treatment is "higher" or "lower", or it is "not clear"; or "no test".

        The interval decides: it is clear when the interval leaves out no effect.
        """
        return _direction(self.low, self.high)

    def noninferiority(
        self,
        *,
        margin: float | None = None,
        margin_relative: float | None = None,
        good: Literal["up", "down"] = "up",
    ) -> MarginTest:
        """Test whether the treatment is worse than the control by less than a margin.

        "Not significantly worse" is no evidence of safety: it is what a test with few users
        says. This asks for evidence that any harm is smaller than the margin.

        Parameters
        ----------
        margin : float
            The largest harm that would be accepted, above 0, in the metric's units.
        margin_relative : float
            The same in parts of the control's size: 0.02 is 2 percent of it. One of the two.
        good : {"up", "down"}
            Which way is better.

        Returns
        -------
        MarginTest
            One-sided, at half of alpha, the convention: so that it holds when the two-sided
            interval (95% for alpha 0.05) lies on the right side of the margin. Where interval and
            p-value fall on different sides, the interval decides.

        Raises
        ------
        InputError
            For a margin not above 0, both margins or none, or a one-sided comparison.

        References
        ----------
        ICH E9 (1998). *Statistical Principles for Clinical Trials*, section 5.5.

        Examples
        --------
        >>> from pmlab import ab
        >>> test = ab.compare_proportions(control=(8502, 44700), treatment=(8279, 45489))
        >>> test.noninferiority(margin=0.02).holds, test.noninferiority(margin=0.01).holds
        (True, False)
        """
        size, is_relative = self._margin(margin, margin_relative)
        require_choice("good", good, ("up", "down"))
        null = -size if good == "up" else size
        tested = self.contrast.test(
            null, relative=is_relative, alternative="greater" if good == "up" else "less"
        )
        low, high = self.relative_interval if is_relative else self.interval
        inside = low > null if good == "up" else high < null
        return MarginTest(
            kind="non-inferiority",
            margin=size,
            is_relative=is_relative,
            pvalue=tested.pvalue,
            alpha=self.alpha / 2,
            holds=_holds(low, inside, tested.pvalue, self.alpha / 2),
        )

    def equivalence(
        self, *, margin: float | None = None, margin_relative: float | None = None
    ) -> MarginTest:
        """Test whether treatment and control are the same within a margin (TOST).

        Parameters
        ----------
        margin : float
            How far apart still counts as the same, above 0, in the metric's units.
        margin_relative : float
            The same in parts of the control's size. One of the two.

        Returns
        -------
        MarginTest
            Two one-sided tests, each at alpha, as is usual: so that it holds when the interval of
            level 1 - 2 alpha (90% for alpha 0.05) lies within the margins.

        Raises
        ------
        InputError
            For a margin not above 0, both margins or none, or a one-sided comparison.

        References
        ----------
        Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power
        approach for assessing the equivalence of average bioavailability. *Journal of
        Pharmacokinetics and Biopharmaceutics*, 15, 657-680.

        Examples
        --------
        >>> from pmlab import ab
        >>> test = ab.compare_proportions(control=(8502, 44700), treatment=(8279, 45489))
        >>> test.equivalence(margin=0.02).holds
        True
        """
        size, is_relative = self._margin(margin, margin_relative)
        if self.confidence_level <= 0.5:
            raise InputError(
                f"confidence_level={self.confidence_level!r} leaves no level for equivalence; it "
                "needs more than 0.5."
            )
        above = self.contrast.test(-size, relative=is_relative, alternative="greater")
        below = self.contrast.test(size, relative=is_relative, alternative="less")
        larger = math.nan
        if not (math.isnan(above.pvalue) or math.isnan(below.pvalue)):
            larger = max(above.pvalue, below.pvalue)
        narrower = 1 - 2 * self.alpha
        low, high = (
            self.contrast.relative_interval(narrower, self.relative_by)
            if is_relative
            else self.contrast.interval(narrower)
        )
        return MarginTest(
            kind="equivalence",
            margin=size,
            is_relative=is_relative,
            pvalue=larger,
            alpha=self.alpha,
            holds=_holds(low, -size < low and high < size, larger, self.alpha),
        )

    def _margin(self, margin: float | None, margin_relative: float | None) -> tuple[float, bool]:
        given = [value for value in (margin, margin_relative) if value is not None]
        if len(given) != 1:
            raise InputError(
                "give one of margin (in the metric's units) and margin_relative (in parts of the "
                f"control's size); {'both' if given else 'none'} came."
            )
        if not 0 < given[0] < math.inf:
            name = "margin" if margin is not None else "margin_relative"
            raise InputError(
                f"{name}={given[0]!r} must be above 0: it is the size of what would be accepted; "
                "good= says on which side it lies."
            )
        if self.alternative != "two-sided":
            raise InputError(
                f"alternative={self.alternative!r}: a margin brings its own one-sided tests; ask "
                "it of a two-sided comparison."
            )
        return given[0], margin_relative is not None

    def to_frame(self) -> pd.DataFrame:
        """Return one row: estimates, effect and relative effect with intervals, test."""
        return pd.DataFrame(
            {
                "metric": [self.name],
                "control": [self.control],
                "treatment": [self.treatment],
                "n_control": [self.n_control],
                "n_treatment": [self.n_treatment],
                "effect": [self.effect],
                "low": [self.low],
                "high": [self.high],
                "relative": [self.relative],
                "relative_low": [self.relative_low],
                "relative_high": [self.relative_high],
                "pvalue": [self.pvalue],
                "statistic": [self.statistic],
                "df": [self.df],
                "direction": [self.direction],
            }
        )

    @property
    def title(self) -> str:
        what = self.name or self.measure or self.kind
        return f"{what}: {self.treatment_name} against {self.control_name}"

    @property
    def method(self) -> str:
        sides = {"two-sided": "two-sided", "greater": "one-sided (greater)"}
        parts = [
            f"{(self.measure or self.kind).capitalize()}s: {self.contrast.words}; "
            f"{sides.get(self.alternative, 'one-sided (less)')}, {level(self.confidence_level)}.",
        ]
        if self.relative_by in RELATIVE:
            parts.append(f"Relative effect: {RELATIVE[self.relative_by]}, p from the effect.")
        if self.adjusted_by:
            parts.append(
                f"Adjusted for {', '.join(self.adjusted_by)} (CUPED, theta from both arms "
                f"together), which takes {100 * self.variance_reduction:.0f}% off the variance."
            )
        if self.winsorised_at is not None:
            low, high = self.winsorised_at
            ends = [f"below {low:,.6g}"] if low > -math.inf else []
            ends += [f"above {high:,.6g}"] if high < math.inf else []
            parts.append(
                f"Winsorised: values {' and '.join(ends)} count as that value, in both arms."
            )
        return " ".join(parts)

    @property
    def assumptions(self) -> tuple[str, ...]:
        own = {
            "proportion": "Each counts once, and did or did not.",
            "mean": "Enough values for means to be nearly normal, however skewed the values are.",
            "ratio": "Enough values for the means of both parts to be nearly normal.",
            "quantile": "Values are independent of each other, not several of one user.",
            "statistic": "Rows are independent of each other; the statistic is a smooth function.",
        }
        adjusted = (
            ("What is adjusted for was known before anyone was assigned.",)
            if self.adjusted_by
            else ()
        )
        return (
            "Who is in which arm was left to chance, and one user's arm does not touch another's.",
            own[self.kind],
            *adjusted,
        )

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""
        what = self.name or self.measure or self.kind
        beside = self._beside
        was = f"{what[:1].upper()}{what[1:]} was {shown(self.treatment, beside, self.is_share)} in "
        was += f"{self.treatment_name} and {shown(self.control, beside, self.is_share)} in "
        was += self.control_name
        if math.isnan(self.effect):
            return f"{was}. There is nothing to compare."
        if self.direction == "no test":
            return (
                f"{was}, a difference of {effect(self.effect, beside, self.is_share)}. There is no "
                "test of it, so it says nothing yet."
            )
        end = "interval" if self.alternative == "two-sided" else "bound:"
        parts = f"{level(self.confidence_level)} {end} {self.shown_interval}"
        if not math.isnan(self.pvalue):
            text = pvalue(self.pvalue)
            parts += f", p {text if text.startswith('<') else f'= {text}'}"
        was += f": {effect(self.effect, beside, self.is_share)} ({parts})"
        if not math.isnan(self.relative):
            was += f", {self.shown_relative} in relative terms"
            if math.isinf(self.relative_low) and math.isinf(self.relative_high):
                was += " (interval unbounded)"
            elif not math.isnan(self.relative_low):
                was += f" ({self.shown_relative_interval})"
        if self.direction == "not clear":
            return f"{was}. Chance alone could make a difference of this size."
        return (
            f"{was}. Chance alone would rarely make such a difference: {self.treatment_name} is "
            f"{self.direction}."
        )

    @property
    def _beside(self) -> float:
        """The width that decides how fine numbers are written."""
        if self.alternative == "two-sided" and self.high > self.low:
            return self.high - self.low
        _, end = self._bound(self.low, self.high)
        return abs(self.effect - end) or abs(self.effect)

    @property
    def shown_interval(self) -> str:
        """The interval of the effect, as it is written."""
        if self.alternative == "two-sided" or math.isnan(self.low):
            return effect_interval(self.low, self.high, self._beside, self.is_share)
        bound, end = self._bound(self.low, self.high)
        return f"{bound} {effect(end, self._beside, self.is_share)}"

    @property
    def shown_effect(self) -> str:
        """The effect, as it is written."""
        return effect(self.effect, self._beside, self.is_share)

    @property
    def shown_relative(self) -> str:
        """The relative effect, as it is written."""
        return relative(self.relative, self.relative_high - self.relative_low)

    @property
    def shown_relative_interval(self) -> str:
        """The interval of the relative effect, as it is written."""
        low, high = self.relative_interval
        if self.alternative == "two-sided" or not (math.isfinite(low) or math.isfinite(high)):
            return relative_interval(low, high)
        bound, end = self._bound(low, high)
        return f"{bound} {relative(end, abs(end - self.relative))}"

    def _bound(self, low: float, high: float) -> tuple[str, float]:
        return ("at least", low) if self.alternative == "greater" else ("at most", high)

    @property
    def shown_estimates(self) -> tuple[str, str]:
        """The control's and the treatment's number, as they are written."""
        return (
            shown(self.control, self._beside, self.is_share),
            shown(self.treatment, self._beside, self.is_share),
        )

    def _table(self) -> Mapping[str, Sequence[str]]:
        interval = f"{level(self.confidence_level)} interval"
        control, treatment = self.shown_estimates
        return {
            "metric": [self.name or self.measure or self.kind],
            self.control_name: [f"{control} (n {self.n_control:,})"],
            self.treatment_name: [f"{treatment} (n {self.n_treatment:,})"],
            "effect": [self.shown_effect],
            interval: [self.shown_interval],
            "relative": [self.shown_relative],
            f"relative {interval}": [self.shown_relative_interval],
            "p": [pvalue(self.pvalue)],
        }


def compared(
    contrast: Contrast,
    question: Question,
    *,
    kind: Literal["proportion", "mean", "ratio", "quantile", "statistic"],
    is_share: bool = False,
    measure: str = "",
    adjusted_by: tuple[str, ...] = (),
    unadjusted: tuple[float, float] | None = None,
    variance_reduction: float = 0.0,
    winsorised_at: tuple[float, float] | None = None,
    warnings: Sequence[str] = (),
) -> Comparison:
    """Return the comparison that answers a question by a contrast."""
    relative_by = question.relative_by or contrast.relatives[0]
    require_choice("relative", relative_by, contrast.relatives)
    treatment, control = contrast.estimates
    alternative = question.alternative
    wider = two_sided_level(question.confidence_level, alternative)
    edge = 1.0 if is_share else math.inf
    low, high = one_sided(contrast.interval(wider), alternative, least=-edge, most=edge)
    relative_low, relative_high = one_sided(
        contrast.relative_interval(wider, relative_by), alternative
    )
    tested = contrast.test(alternative=alternative)
    effect = treatment - control
    relative = effect / abs(control) if control else math.nan
    warnings = (
        *_cautions(contrast, tested.pvalue, (low, high), question),
        *warnings,
        *_relative_cautions(contrast, _direction(low, high), (relative_low, relative_high)),
    )
    return Comparison(
        name=question.name,
        kind=kind,
        control_name=question.control_name,
        treatment_name=question.treatment_name,
        n_control=contrast.n_control,
        n_treatment=contrast.n,
        control=control,
        treatment=treatment,
        effect=effect,
        low=low,
        high=high,
        pvalue=tested.pvalue,
        statistic=tested.statistic,
        df=tested.df,
        relative=relative,
        relative_low=relative_low,
        relative_high=relative_high,
        confidence_level=question.confidence_level,
        alternative=alternative,
        contrast=contrast,
        relative_by=relative_by,
        adjusted_by=adjusted_by,
        unadjusted=unadjusted,
        variance_reduction=variance_reduction,
        winsorised_at=winsorised_at,
        is_share=is_share,
        measure=measure,
        warnings=warnings,
    )


def _direction(low: float, high: float) -> Direction:
    if math.isnan(low) or math.isnan(high):
        return "no test"
    if low > 0:
        return "higher"
    return "lower" if high < 0 else "not clear"


def _holds(low: float, inside: bool, pvalue: float, alpha: float) -> bool | None:
    """Return whether a margin holds: by the interval, or by the p-value where there is none."""
    if not math.isnan(low):
        return inside
    return None if math.isnan(pvalue) else pvalue < alpha


def _cautions(
    contrast: Contrast, p: float, interval: tuple[float, float], question: Question
) -> list[str]:
    """Return what a careful reader should know of the effect."""
    direction = _direction(*interval)
    if math.isnan(p):
        return [f"no p-value (NaN): {contrast.why_no_test}."]
    texts = list(contrast.doubts)
    clear = direction in ("higher", "lower")
    if direction != "no test" and clear != (p < 1 - question.confidence_level):
        texts.append(
            f"the p-value ({pvalue(p)}) and the interval fall on different sides: they rest on "
            f"different methods, and here the interval decides ({direction})."
        )
    return texts


def _relative_cautions(
    contrast: Contrast, direction: Direction, interval: tuple[float, float]
) -> list[str]:
    """Return what a careful reader should know of the relative effect."""
    low, high = interval
    control = contrast.estimates[1]
    if math.isnan(control) or direction == "no test":
        return []
    if control == 0:
        return ["the control is 0, so there is no relative effect (NaN)."]
    texts = []
    if math.isnan(low):
        texts.append(f"no relative interval (NaN): {contrast.why_no_relative}.")
    elif low == -math.inf and high == math.inf:
        texts.append(
            "the relative effect is unbounded: the control is not clearly away from 0, so no "
            "relative interval covers as often as it says. Read the difference."
        )
    elif _direction(low, high) != direction:
        texts.append(
            f"the relative interval says '{_direction(low, high)}' and that of the difference "
            f"'{direction}': they rest on different methods, and the difference decides."
        )
    if control < 0:
        texts.append(
            "the control is negative: the relative effect is in parts of its size, so that it has "
            "the sign of the effect."
        )
    return texts
