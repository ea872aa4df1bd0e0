"""The rule, one case at a time, from counts that can be checked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from pmlab import ab
from pmlab.ab.decision import Finding, decide
from pmlab.ab.split import check_split
from pmlab.errors import InputError, NotFoundError

EVEN = check_split(("A", "B"), (1000, 1000), None)
LARGE = 100_000


def finding(control, treatment, *, role="primary", good="up", margin=None, n=LARGE, variant="B"):
    """Shares of n, of a metric called by its role."""
    metric = ab.proportion(role, name=role, role=role, good=good, margin=margin)
    comparison = ab.compare_proportions(
        control=(round(control * n), n), treatment=(round(treatment * n), n), name=role
    )
    return Finding(
        metric=metric,
        variant=variant,
        comparison=comparison,
        pvalue_corrected=comparison.pvalue,
        n_tests=1,
        margin_test=metric.margin_test(comparison) if role == "guardrail" else None,
    )


WON = finding(0.20, 0.22)
LOST = finding(0.22, 0.20)
UNCLEAR = finding(0.20, 0.2001)
SAFE = finding(0.05, 0.0501, role="guardrail", good="down", margin=0.01)
WORSE_BUT_WITHIN = finding(0.05, 0.053, role="guardrail", good="down", margin=0.01)
BROKEN = finding(0.05, 0.08, role="guardrail", good="down", margin=0.01)
# 5% and 7% of 1,000: an interval of about 2 points either side, over 0 and over the margin.
UNKNOWN = finding(0.05, 0.07, role="guardrail", good="down", margin=0.02, n=1000)
# 5% and 7% of 3,000: surely worse, perhaps within 2 points and perhaps not.
HARMED = finding(0.05, 0.07, role="guardrail", good="down", margin=0.02, n=3000)
BETTER = finding(0.08, 0.05, role="guardrail", good="down", margin=0.01)


@pytest.mark.parametrize(
    ("findings", "decision"),
    [
        ([WON], "ship"),
        ([WON, SAFE], "ship"),
        ([WON, WORSE_BUT_WITHIN], "ship"),  # what was agreed to be acceptable
        ([WON, BETTER], "ship"),
        ([LOST], "do not ship"),
        ([LOST, SAFE], "do not ship"),
        ([WON, BROKEN], "do not ship"),
        ([WON, HARMED], "do not ship"),
        ([UNCLEAR, BROKEN], "do not ship"),
        ([WON, SAFE, BROKEN], "do not ship"),
        ([UNCLEAR], "inconclusive"),
        ([UNCLEAR, SAFE], "inconclusive"),
        ([WON, UNKNOWN], "inconclusive"),  # not significantly worse is not safe
        ([WON, SAFE, UNKNOWN], "inconclusive"),
    ],
)
def test_the_rule(findings, decision):
    found = decide(EVEN, findings)
    assert found.decision == decision
    assert found.variant == "B"


@pytest.mark.parametrize(
    ("one", "verdict"),
    [
        (WON, "better"),
        (LOST, "worse"),
        (UNCLEAR, "not clear"),
        (SAFE, "within margin"),
        (WORSE_BUT_WITHIN, "within margin"),
        (BETTER, "within margin"),
        (BROKEN, "worse"),
        (HARMED, "worse"),
        (UNKNOWN, "not shown safe"),
        (finding(0, 0), "not clear"),
        (finding(0.5, 0.5, n=0), "no test"),
        (finding(0.22, 0.20, good="down"), "better"),
        (finding(0.20, 0.22, good="down"), "worse"),
    ],
)
def test_verdicts(one, verdict):
    assert one.verdict == verdict


def test_what_is_not_significant_is_never_called_safe():
    assert UNKNOWN.comparison.pvalue > 0.05
    reason = decide(EVEN, [WON, UNKNOWN]).reason
    assert "Not significantly worse is not safe" in reason
    assert "margin +2 points" in reason


def test_a_win_does_not_pay_for_a_broken_guardrail_and_the_reason_says_both():
    reason = decide(EVEN, [WON, BROKEN]).reason
    assert reason.startswith("One guardrail is worse")
    assert "+3.00 points" in reason
    assert "margin +1 point" in reason
    assert "+2.00 points" in reason
    assert "does not undo it" in reason


def test_a_failed_split_withholds_every_decision():
    lopsided = check_split(("A", "B"), (52_000, 48_000), None)
    found = decide(lopsided, [WON, SAFE])
    assert (found.decision, found.variant) == ("invalid", "")
    assert "52,000 in A and 48,000 in B" in found.reason
    assert "expected_split" in found.reason
    said = check_split(("A", "B"), (52_000, 48_000), {"A": 1, "B": 1})
    assert "expected_split" not in decide(said, [WON]).reason


def test_a_p_value_that_the_correction_takes_away_is_no_effect():
    shaky = finding(0.20, 0.2037)
    assert 0.03 < shaky.comparison.pvalue < 0.05
    assert shaky.verdict == "better"
    corrected = Finding(
        metric=shaky.metric,
        variant="B",
        comparison=shaky.comparison,
        pvalue_corrected=2 * shaky.comparison.pvalue,
        n_tests=2,
        margin_test=None,
    )
    assert corrected.verdict == "not clear"
    assert "by chance" in decide(EVEN, [corrected]).reason


def three(**each):
    split = check_split(("A", *each), (1000,) * (1 + len(each)), None)
    return decide(split, [one for own in each.values() for one in own])


def test_of_several_that_could_be_shipped_the_largest_effect_is_named_without_more_claims():
    b, c = finding(0.20, 0.22), finding(0.20, 0.23, variant="C")
    found = three(B=[b], C=[c])
    assert (found.decision, found.variant) == ("ship", "C")
    assert "B could be shipped too" in found.reason
    assert "not against each other" in found.reason
    down = [finding(0.20, share, good="down", variant=v) for v, share in (("B", 0.15), ("C", 0.1))]
    assert three(B=down[:1], C=down[1:]).variant == "C"


@pytest.mark.parametrize(
    ("b", "c", "decision", "variant"),
    [
        (0.22, 0.18, "ship", "B"),
        (0.18, 0.22, "ship", "C"),
        (0.2001, 0.18, "inconclusive", ""),
        (0.18, 0.19, "do not ship", ""),
    ],
)
def test_several_treatments(b, c, decision, variant):
    found = three(B=[finding(0.20, b)], C=[finding(0.20, c, variant="C")])
    assert (found.decision, found.variant) == (decision, variant)
    assert decision == "ship" or ("B, " in found.reason and "C, " in found.reason)


# --- the split ------------------------------------------------------------------------------------


def test_srm_of_a_published_experiment():
    # Fabijan et al. (2019), KDD '19: 821,588 and 815,482 users where half and half was expected;
    # Kohavi, Tang and Xu (2020), chapter 3, give p = 1.8e-6 for the same counts.
    check = ab.srm({"control": 821_588, "treatment": 815_482})
    assert f"{check.pvalue:.1e}" == "1.8e-06"
    assert check.failed
    assert "821,588 in control" in check.summary()


def test_srm_by_hand():
    # 60 and 40 where 50 and 50 were expected: 10^2/50 + 10^2/50 = 4.
    assert ab.srm({"A": 60, "B": 40}).statistic == pytest.approx(4.0)
    # 90:10 of 1,000 is 900 and 100: 20^2/900 + 20^2/100 = 4.444...
    check = ab.srm({"A": 880, "B": 120}, {"A": 9, "B": 1})
    assert check.statistic == pytest.approx(40 / 9)
    assert check.expected == pytest.approx((900, 100))
    assert not check.failed
    # Three arms, one more degree of freedom.
    assert ab.srm({"A": 60, "B": 40, "C": 50}).df == 2
    pd.testing.assert_series_equal(check.to_frame()["share"], pd.Series([0.88, 0.12], name="share"))


def test_srm_with_nobody_says_so():
    check = ab.srm({"A": 0, "B": 0})
    assert not check.failed
    assert "no units" in check.summary()


@pytest.mark.parametrize(
    ("split", "error", "message"),
    [
        ({"A": 0.5, "B": 0.4}, InputError, "sum to 0.9"),
        ({"A": 1}, InputError, "says nothing of the arm 'B'"),
        ({"A": 1, "B": 1, "b2": 1}, NotFoundError, "'b2', which no unit is in"),
        ({"A": 1, "B": 0}, InputError, "'B' has 0"),
        ({"A": 1, "B": -1}, InputError, "'B' has -1"),
        ({"A": 1, "B": float("nan")}, InputError, "'B' has nan"),
        ([1, 1], InputError, "must say it by arm"),
    ],
)
def test_splits_that_do_not_fit(split, error, message):
    with pytest.raises(error, match=message):
        ab.srm({"A": 10, "B": 10}, split)


@pytest.mark.parametrize("split", [{"A": 1, "B": 3}, {"A": 0.25, "B": 0.75}, {"A": 25, "B": 75}])
def test_a_split_in_shares_or_in_proportions(split):
    assert ab.srm({"A": 250, "B": 750}, split).pvalue == 1.0
