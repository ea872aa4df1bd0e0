"""What a careful analyst would say of an experiment, and no test says by itself."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pmlab.ab.adjust import Part, linear
from pmlab.ab.compare import compare_means
from pmlab.ab.comparison import Comparison
from pmlab.ab.decision import Finding
from pmlab.ab.metrics import CLUSTER_SIZE, Metric, Ratio
from pmlab.ab.moments import Moments, Stats
from pmlab.ab.rows import Extremes, late
from pmlab.ab.words import effect
from pmlab.results import count, percent, pvalue
from pmlab.stats.intervals import two_sided_z
from pmlab.stats.looks import false_alarm_rate, found_effect
from pmlab.stats.splits import chi_square_split
from pmlab.stats.tails import pvalue_of

__all__ = [
    "NEW_FOR",
    "Novelty",
    "dominating_row",
    "lost_rows",
    "novelty",
    "peeking",
    "reversal",
    "too_large",
    "uneven_segments",
    "winners_curse",
    "without",
]

TWYMAN = 0.3
"""An effect whose relative interval is all beyond this is too large to believe at once."""
DOMINATES = 0.25
"""Of the variance of an arm: with more than this, one row moves its mean by more than half a
standard error."""
FEWEST = 50
"""Values in an arm from which one row should not weigh that much."""
NEW_FOR = 7
"""Days since exposure in which something counts as new: one of every day of the week."""
FADES = 0.01
"""The p-value below which early and late effects differ. Every experiment is asked."""
MISMATCH = 0.001
EXAGGERATES = 1.25
"""Times too large that a clear effect looks on average, from which it is said; at a power of 80% it
is 1.13."""


def too_large(finding: Finding) -> str | None:
    """Return Twyman's law where an effect is too large to believe.

    References
    ----------
    Kohavi, R., Tang, D. and Xu, Y. (2020). *Trustworthy Online Controlled Experiments*, chapter 3.
    Cambridge University Press.
    """
    found = finding.comparison
    low, high = found.relative_interval
    if not finding.is_clear or not (low > TWYMAN or high < -TWYMAN):
        return None
    nearest = low if low > 0 else high
    return (
        f"{finding.metric.label}: {found.shown_relative} in {finding.variant} is a very large "
        f"effect, at least {percent(abs(nearest), digits=0)} even at the near end of its interval. "
        "Twyman's law: what looks that interesting is mostly a mistake. Check how both arms are "
        "logged before believing it."
    )


def peeking(looks: int, confidence_level: float) -> str | None:
    """Return how often somebody who looks so many times sees an effect that is not there."""
    if looks == 1:
        return None
    rate = false_alarm_rate(looks, confidence_level=confidence_level)
    return (
        f"peeking: looked at {looks} times, with a test made for one look at the end. Whoever "
        f"stops at the first clear look finds an effect in about {percent(rate, digits=0)} of "
        f"experiments that have none, not in {percent(1 - confidence_level, digits=0)}."
    )


def winners_curse(finding: Finding, effect: float) -> str | None:
    """Return how much too large a clear effect looks in a test too small for the planned one.

    References
    ----------
    Gelman, A. and Carlin, J. (2014). Beyond power calculations. *Perspectives on Psychological
    Science*, 9, 641-651.
    """
    found = finding.comparison
    low, high = found.interval
    if not finding.is_clear or not math.isfinite(high - low) or not high > low:
        return None
    of = found.confidence_level
    power, exaggeration = found_effect(
        effect, (high - low) / 2 / two_sided_z(of), confidence_level=of
    )
    if exaggeration < EXAGGERATES:
        return None
    return (
        f"{finding.metric.label}: the winner's curse. In a test of this size an effect as large as "
        f"planned is clear only {percent(power, digits=0)} of the time, and then looks "
        f"{exaggeration:.1f} times as large as it is. Expect less than {found.shown_effect}."
    )


def dominating_row(
    finding: Finding, arms: Sequence[Moments], ends: Sequence[Extremes], column: str
) -> str | None:
    """Return who dominates a mean; `arms` and `ends` are the control's and the treatment's."""
    stats = [arm.stats(column) for arm in arms]
    worst, which, value = 0.0, 0, math.nan
    for place, (arm, pair) in enumerate(zip(stats, ends, strict=True)):
        if arm.n < FEWEST or not arm.var > 0:
            continue
        for end in pair:
            share = (end - arm.mean) ** 2 / (arm.var * (arm.n - 1))
            if worst < share <= 1:
                worst, which, value = share, place, end
    if worst <= DOMINATES:
        return None
    with_it = compare_means(control=stats[0], treatment=stats[1])
    stats[which] = without(stats[which], value)
    left = compare_means(control=stats[0], treatment=stats[1])
    names = (finding.comparison.control_name, finding.variant)
    return (
        f"{finding.metric.label}: one row dominates the mean of {names[which]}. It holds "
        f"{value:,.6g} and makes {percent(worst, digits=0)} of the variance there; without it "
        f"the effect is {left.shown_effect} ({left.direction}) instead of "
        f"{with_it.shown_effect} ({with_it.direction}). Look who it is; winsorise= keeps one row "
        "from deciding."
    )


def without(arm: Stats, value: float) -> Stats:
    """Return an arm's statistics without one of its values: Chan's formula backwards."""
    mean = arm.mean + (arm.mean - value) / (arm.n - 1)
    rest = arm.var * (arm.n - 1) - (value - arm.mean) * (value - mean)
    return Stats(arm.n - 1, mean, max(rest, 0.0) / (arm.n - 2))


def reversal(finding: Finding, segment: str, by_value: Mapping[Hashable, Comparison]) -> str | None:
    """Return Simpson's paradox: an effect that points the other way in every part of a segment.

    References
    ----------
    Simpson, E. H. (1951). The interpretation of interaction in contingency tables. *Journal of
    the Royal Statistical Society B*, 13, 238-241.
    """
    parts = {value: one for value, one in by_value.items() if not math.isnan(one.effect)}
    whole = finding.comparison.effect
    effects = [one.effect for one in parts.values()]
    if len(parts) < 2 or math.isnan(whole) or whole == 0:
        return None
    n = [one.n_control + one.n_treatment for one in parts.values()]
    # The effect there would be if both arms had the same mix of segments.
    alike = float(np.average(effects, weights=n))
    everywhere = all(one * whole < 0 for one in effects)
    if not everywhere and not (finding.is_clear and alike * whole < 0):
        return None
    shown = "; ".join(f"{value} {one.shown_effect}" for value, one in parts.items())
    found = finding.comparison
    same_mix = effect(alike, found.high - found.low, found.is_share)
    return (
        f"{finding.metric.label}: Simpson's paradox over {segment}. Overall {finding.variant} is "
        f"at {found.shown_effect}, but by {segment}: {shown}; with the same mix in both arms it "
        f"would be {same_mix}. The arms differ in who is in them, and the overall effect shows "
        "that, not what the treatment does."
    )


def uneven_segments(
    segment: str,
    units: Mapping[Hashable, Sequence[int]],
    shares: Sequence[float],
    arms: Sequence[str],
) -> str | None:
    """Return in which values of a segment units do not split as they should."""
    uneven = []
    for value, counts in units.items():
        # Each value is another chance of a false alarm.
        test = chi_square_split(counts, shares)
        if test.pvalue * len(units) < MISMATCH:
            split = ", ".join(f"{arm} {count(n)}" for arm, n in zip(arms, counts, strict=True))
            uneven.append(f"{value} ({split})")
    if not uneven:
        return None
    return (
        f"units do not split as they should in {segment}: {'; '.join(uneven)}. What treats these "
        "units differently may be what spoils the split."
    )


def lost_rows(metric: Metric, n_missing: Sequence[int], rows: Sequence[int]) -> str | None:
    """Return whether one arm lacks more values than another."""
    if not any(n_missing):
        return None
    total, missing = sum(rows), sum(n_missing)
    test = chi_square_split(n_missing, rows)
    # The chi-squared test of missing or not by arm: that of the missing ones, made larger by how
    # few are not.
    statistic = test.statistic * total / (total - missing) if missing < total else math.nan
    p = _chi_square_tail(statistic, test.df)
    if not p < MISMATCH:
        return None
    shares = ", ".join(percent(n / of) for n, of in zip(n_missing, rows, strict=True))
    return (
        f"{metric.label}: values are missing more often in one arm than in another ({shares}, "
        f"p {'<0.001' if p < 0.001 else pvalue(p)}). Leaving them out compares different people."
    )


def _chi_square_tail(statistic: float, df: int) -> float:
    from scipy.special import chdtrc

    return math.nan if math.isnan(statistic) else float(chdtrc(df, statistic))


class Novelty(NamedTuple):
    """The effect in the days when it was new, and after."""

    from_day: int
    """The first of the later days."""
    early: float
    late: float
    pvalue: float
    """That the two are the same."""
    fades: bool | None
    """Whether the effect becomes smaller or turns, and not larger; None where the two do not
    differ clearly."""


def novelty(metric: Metric, control: Moments, treatment: Moments, from_day: int) -> Novelty:
    """Return a metric's effect before a day since exposure and from it on.

    The same units are in both, so what they have in common is taken out: each arm's change has the
    delta method's standard error over units of randomisation.
    """
    numerator = metric.columns[0]
    denominator = metric.columns[1] if isinstance(metric, Ratio) else CLUSTER_SIZE
    parts = [Part(numerator, denominator), Part(late(numerator), late(denominator))]
    early, later, variance, variance_early = 0.0, 0.0, 0.0, 0.0
    for arm, sign in ((treatment, 1), (control, -1)):
        (first, second), ((own, both), (_, other)) = linear(arm, parts)
        early, later = early + sign * first, later + sign * second
        variance += (own - 2 * both + other) / arm.n if arm.n > 1 else math.nan
        variance_early += own / arm.n
    p = pvalue_of((early - later) / math.sqrt(variance) if variance > 0 else math.nan)
    fades = None
    if p < FADES:
        turns = early * later < 0 and early * early > 4 * variance_early
        fades = turns or abs(later) < abs(early)
    return Novelty(from_day, early, later, p, fades)
