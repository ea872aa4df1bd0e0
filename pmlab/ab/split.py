"""Whether units split between arms as they should: the check for sample ratio mismatch (SRM)."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pmlab.errors import InputError, NotFoundError, did_you_mean
from pmlab.results import Result, count, decimals_for, percent, pvalue
from pmlab.stats.splits import chi_square_split

__all__ = ["SplitCheck", "check_split", "srm"]

THRESHOLD = 0.001
"""A p-value below it is a mismatch. It is stricter than for effects: every experiment is checked,
and a false alarm throws one away."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SplitCheck(Result):
    """How many units each arm has, beside how many it should have."""

    arms: tuple[str, ...]
    counts: tuple[int, ...]
    shares: tuple[float, ...]
    """What share of the units each arm should have; they sum to 1."""
    was_expected: bool
    """Whether the shares were given; otherwise they are taken to be even."""
    statistic: float
    """Chi-squared."""
    df: int
    pvalue: float

    @property
    def failed(self) -> bool:
        """Whether the split is not what it should be: p below 0.001."""
        return self.pvalue < THRESHOLD

    @property
    def expected(self) -> tuple[float, ...]:
        """How many units each arm should have."""
        return tuple(share * sum(self.counts) for share in self.shares)

    @property
    def title(self) -> str:
        if math.isnan(self.pvalue):
            return "No units, so no split to check"
        return "Sample ratio mismatch" if self.failed else "The split is as it should be"

    @property
    def method(self) -> str:
        return (
            f"Chi-squared test of the counts over {len(self.arms)} arms: p {self._p}; a mismatch "
            f"is p < {THRESHOLD:g}."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        return ("Each unit was put into an arm by itself, in the expected shares.",)

    def to_frame(self) -> pd.DataFrame:
        """Return one row an arm: its count, what was expected, and their shares."""
        total = sum(self.counts)
        return pd.DataFrame(
            {
                "variant": list(self.arms),
                "n": list(self.counts),
                "n_expected": list(self.expected),
                "share": [n / total if total else math.nan for n in self.counts],
                "share_expected": list(self.shares),
            }
        )

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""
        pairs = zip(self.arms, self.counts, strict=True)
        counts = _listed([f"{count(n)} in {arm}" for arm, n in pairs])
        expected = ":".join(f"{100 * share:.4g}" for share in self.shares)
        if math.isnan(self.pvalue):
            return "There are no units, so there is no split to check."
        found = f"There are {counts}, where {expected} was expected (p {self._p})."
        if not self.failed:
            return f"{found} Chance alone makes such a split."
        return (
            f"{found} Chance alone hardly ever makes such a split: something loses people of one "
            "arm, or counts them twice."
        )

    @property
    def _p(self) -> str:
        if self.pvalue < 1e-3:
            return f"= {self.pvalue:.1g}" if self.pvalue > 0 else "< 1e-300"
        return f"= {pvalue(self.pvalue)}"

    def _table(self) -> Mapping[str, Sequence[str]]:
        frame = self.to_frame()
        # As fine as the counts tell shares apart.
        digits = decimals_for(100 / math.sqrt(max(sum(self.counts), 1)), least=1)
        return {
            "variant": list(self.arms),
            "units": [count(n) for n in self.counts],
            "expected": [count(n) for n in self.expected],
            "share": [percent(value, digits=digits) for value in frame["share"]],
            "expected share": [percent(value, digits=digits) for value in frame["share_expected"]],
        }


def srm(
    counts: Mapping[Hashable, int], expected_split: Mapping[Hashable, float] | None = None
) -> SplitCheck:
    """Check how many units each arm has against how many it should have.

    Look at this first. When an arm lacks people, those who are missing are seldom like the rest,
    and every comparison of the arms is a comparison of different people.

    Parameters
    ----------
    counts : mapping of arm -> int
        How many units of randomisation (users, mostly) each arm has.
    expected_split : mapping of arm -> number, optional
        In what proportion they should have come: ``{"A": 1, "B": 1}``, or shares that sum to 1.
        Even if left out.

    Returns
    -------
    SplitCheck
        `failed` is True for p < 0.001.

    Raises
    ------
    InputError, NotFoundError
        For fewer than two arms, a split that names other arms, and shares that do not sum to 1.

    References
    ----------
    Fabijan, A. et al. (2019). Diagnosing sample ratio mismatch in online controlled experiments.
    *KDD '19*, 2156-2164.

    Examples
    --------
    >>> from pmlab import ab
    >>> check = ab.srm({"A": 821588, "B": 815482})
    >>> check.failed, f"{check.pvalue:.2g}"
    (True, '1.8e-06')
    """
    if not isinstance(counts, Mapping) or len(counts) < 2:
        raise InputError(
            f"counts={counts!r} must say how many units two arms or more have, such as "
            "{'control': 5012, 'treatment': 4988}."
        )
    return check_split(tuple(counts), tuple(counts.values()), expected_split)


def check_split(
    arms: Sequence[Hashable],
    counts: Sequence[int],
    expected_split: Mapping[Hashable, float] | None,
) -> SplitCheck:
    """Return the check of `counts`, one for each of `arms`."""
    shares = split_shares(arms, expected_split)
    test = chi_square_split(counts, shares)
    return SplitCheck(
        arms=tuple(map(str, arms)),
        counts=tuple(counts),
        shares=shares,
        was_expected=expected_split is not None,
        statistic=test.statistic,
        df=test.df,
        pvalue=test.pvalue,
        warnings=()
        if sum(counts)
        else ("there are no units, so whether they split as they should is undefined (NaN).",),
    )


def split_shares(
    arms: Sequence[Hashable], expected_split: Mapping[Hashable, float] | None
) -> tuple[float, ...]:
    """Return what share of the units each arm should have."""
    if expected_split is None:
        return (1 / len(arms),) * len(arms)
    if not isinstance(expected_split, Mapping):
        raise InputError(
            f"expected_split={expected_split!r} must say it by arm, such as "
            f"{dict.fromkeys(arms, 1)!r}."
        )
    for arm in expected_split:
        if arm not in arms:
            raise NotFoundError(
                f"expected_split names the arm {arm!r}, which no unit is in. "
                f"{did_you_mean(arm, arms)}"
            )
    for arm in arms:
        if arm not in expected_split:
            raise InputError(
                f"expected_split says nothing of the arm {arm!r}; give every arm its share."
            )
    weights = [expected_split[arm] for arm in arms]
    for arm, weight in zip(arms, weights, strict=True):
        if isinstance(weight, bool | str) or not 0 < weight < math.inf:
            raise InputError(f"expected_split: {arm!r} has {weight!r}; a share is above 0.")
    total = math.fsum(weights)
    if max(weights) < 1 and not math.isclose(total, 1, abs_tol=1e-6):
        raise InputError(
            f"expected_split has shares that sum to {total:.6g}; make them sum to 1, or give whole "
            "proportions such as 9 and 1. A hold-out is no arm: leave it out of both."
        )
    return tuple(weight / total for weight in weights)


def _listed(texts: Sequence[str]) -> str:
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)
