"""Survival and adoption, by hand and against published numbers."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

import pmlab as pm
from pmlab.errors import InputError
from pmlab.stats import kaplan_meier, log_rank

every_way = pytest.mark.usefixtures("way")

# Remission times in weeks of 42 children with leukaemia, 6-MP against placebo. Freireich, E. J. et
# al. (1963), Blood 21, 699-716, as printed in Kalbfleisch and Prentice and many others; + marks
# those still in remission.
SIX_MP = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"

# Survival in years of 90 men with cancer of the larynx by stage. Klein, J. P. and Moeschberger,
# M. L. (2003), Survival Analysis, 2nd edition, section 1.8.
LARYNX = {
    1: "0.6 1.3 2.4 2.5+ 3.2 3.2+ 3.3 3.3+ 3.5 3.5 4.0 4.0 4.3 4.5+ 4.5+ 5.3 5.5+ 5.9+ 5.9+ 6.0 "
    "6.1+ 6.2+ 6.4 6.5 6.5+ 6.7+ 7.0+ 7.4 7.4+ 8.1+ 8.1+ 9.6+ 10.7+",
    2: "0.2 1.8 2.0 2.2+ 2.6+ 3.3+ 3.6 3.6+ 4.0 4.3+ 4.3+ 5.0+ 6.2 7.0 7.5+ 7.6+ 9.3+",
    3: "0.3 0.3 0.5 0.7 0.8 1.0 1.3 1.6 1.8 1.9 1.9 3.2 3.5 3.7+ 4.5+ 4.8+ 4.8+ 5.0 5.0+ 5.1+ 6.3 "
    "6.4 6.5+ 7.8 8.0+ 9.3+ 10.1+",
    4: "0.1 0.3 0.4 0.8 0.8 1.0 1.5 2.0 2.3 2.9+ 3.6 3.8 4.3+",
}


def read(text):
    """Return times, and whether each ended because it happened; + marks those that did not."""
    texts = text.split()
    return [float(text.rstrip("+")) for text in texts], [not text.endswith("+") for text in texts]


def freireich():
    (six, of_six), (placebo, of_placebo) = read(SIX_MP), read(PLACEBO)
    return pm.survival_from_durations(
        six + placebo,
        of_six + of_placebo,
        groups=["6-MP"] * 21 + ["placebo"] * 21,
        unit="weeks",
    )


def test_leukaemia_as_in_the_textbooks():
    s = freireich()
    six, placebo = s.groups
    assert (six.n_events, placebo.n_events) == (9, 21)
    # Median remission 23 weeks against 8; log-rank chi-squared 16.79.
    assert (six.median, placebo.median) == (23, 8)
    assert s.test.statistic == pytest.approx(16.79, abs=0.005)
    assert s.test.pvalue == pytest.approx(4.169e-05, rel=1e-3)
    assert s.test.expected == pytest.approx((19.25, 10.75), abs=0.005)
    # Kaplan-Meier of 6-MP in every textbook; the interval as lifelines 0.30.3 gives it.
    own = [round(share, 3) for share in six.curve.survival.tolist()]
    assert own == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert six.interval_at(10) == pytest.approx((0.503200, 0.889362), abs=1e-6)
    assert six.interval_at(35) == pytest.approx((0.188052, 0.680143), abs=1e-6)
    assert "p = 4.2e-05" in s.summary()
    assert "weeks" in str(s)


def test_four_stages_as_in_klein_and_moeschberger():
    # Section 7.3, note 2: chi-squared 22.76 with 3 degrees of freedom; lifelines 0.30.3: 22.762757.
    times, died, stage = [], [], []
    for number, texts in LARYNX.items():
        own, of_own = read(texts)
        times, died, stage = times + own, died + of_own, stage + [number] * len(own)
    test = log_rank(times, died, stage)
    assert test.df == 3
    assert test.statistic == pytest.approx(22.762757, abs=1e-6)
    assert test.pvalue == pytest.approx(4.525211e-05, rel=1e-6)
    assert sum(test.observed) == pytest.approx(sum(test.expected)) == 50


units = st.lists(
    st.tuples(st.integers(0, 9), st.booleans(), st.sampled_from("ab")), min_size=2, max_size=60
)


@given(units)
def test_against_scipy(rows):
    times, happened, groups = (np.array(column) for column in zip(*rows, strict=True))
    # In scipy, as here, what happens at a time comes before what is censored at it.
    assume(happened.any())
    data = stats.CensoredData(uncensored=times[happened], right=times[~happened])
    outside = stats.ecdf(data).sf
    curve = kaplan_meier(times, happened)
    np.testing.assert_allclose(curve.survival, outside.evaluate(curve.time))
    assume({*groups} == {"a", "b"})
    test = log_rank(times, happened, groups)
    halves = [
        stats.CensoredData(
            uncensored=times[happened & (groups == name)], right=times[~happened & (groups == name)]
        )
        for name in "ab"
    ]
    assume(not math.isnan(test.statistic))
    assert test.statistic == pytest.approx(stats.logrank(*halves).statistic ** 2, abs=1e-9)
    swapped = log_rank(times, happened, np.where(groups == "a", "b", "a"))
    assert swapped.statistic == pytest.approx(test.statistic)


def test_a_test_without_anything_to_test_is_undefined():
    s = pm.survival_from_durations([1, 2], [False, False], groups=["a", "b"])
    assert math.isnan(s.test.pvalue)
    assert "undefined" in s.warnings[0]
    assert "no test" in s.summary()
    with pytest.raises(InputError, match="two or more"):
        log_rank([1, 2], [True, True], ["a", "a"])
    with pytest.raises(InputError, match="one of each"):
        log_rank([1, 2], [True, True], ["a"])
    with pytest.raises(InputError, match="below 0"):
        log_rank([1, -2], [True, True], ["a", "b"])


def log(*rows):
    return pd.DataFrame(rows, columns=["user_id", "event", "time", "plan"])


# Anna subscribes on the 1st and cancels on the 11th; before that she had cancelled a trial. Ben
# subscribes on the 1st, Cleo on the 20th, and both still do on the 31st. Dan subscribes and
# cancels at one moment.
SUBSCRIPTIONS = log(
    ("anna", "cancel", "2026-02-20", "pro"),
    ("anna", "subscribe", "2026-03-01", "pro"),
    ("anna", "cancel", "2026-03-11", "team"),
    ("ben", "subscribe", "2026-03-01", "team"),
    ("cleo", "subscribe", "2026-03-20", "pro"),
    ("dan", "cancel", "2026-03-05", None),
    ("dan", "subscribe", "2026-03-05", None),
)


@every_way
@pytest.mark.parametrize("backwards", [False, True])
def test_survival_from_events(backwards):
    events = SUBSCRIPTIONS[::-1] if backwards else SUBSCRIPTIONS
    s = pm.survival(events, start="subscribe", end="cancel", as_of="2026-03-31")
    # At 0 days one of four; at 10 days one of the three watched so long (Cleo for 11).
    assert s.to_frame()[["time", "at_risk", "events"]].values.tolist() == [[0, 4, 1], [10, 3, 1]]
    assert s.groups[0].survival_at(9) == pytest.approx(3 / 4)
    assert s.groups[0].survival_at(30) == pytest.approx(3 / 4 * 2 / 3)
    assert math.isnan(s.groups[0].survival_at(31))
    assert s.groups[0].median == 10


@every_way
def test_survival_by_the_value_at_the_start():
    s = pm.survival(SUBSCRIPTIONS, start="subscribe", end="cancel", by="plan", as_of="2026-03-31")
    assert [(group.name, group.n_users, group.n_events) for group in s.groups] == [
        ("pro", 2, 1),
        ("team", 1, 0),
        ("(missing)", 1, 1),
    ]


@every_way
def test_adoption():
    # Of those who subscribed, who cancelled within 10 days: Anna on the very last, and Dan. As of
    # the 29th, Cleo has not been watched for so long.
    a = pm.adoption(
        SUBSCRIPTIONS, eligible="subscribe", adopted="cancel", within="10d", as_of="2026-03-29"
    )
    assert (a.n_eligible, a.n_adopted, a.n_unfinished) == (3, 2, 1)
    assert a.rate == pytest.approx(2 / 3)
    assert a.interval() == pm.stats.wilson_interval(2, 3)
    # The curve uses Cleo for as long as she was watched: 9 days.
    assert a.curve["at_risk"].tolist() == [4, 2]
    assert a.share_by(timedelta(days=10)) == pytest.approx(1 - 3 / 4 * 1 / 2)
    sooner = pm.adoption(
        SUBSCRIPTIONS, eligible="subscribe", adopted="cancel", within="9d", as_of="2026-03-29"
    )
    assert (sooner.n_eligible, sooner.n_adopted) == (4, 1)


def test_adoption_before_anybodys_window_is_over_has_no_rate():
    a = pm.adoption(
        SUBSCRIPTIONS, eligible="subscribe", adopted="cancel", within="90d", as_of="2026-03-29"
    )
    assert math.isnan(a.rate)
    assert "undefined" in a.warnings[0]
    assert "no rate" in a.summary()
    assert a.curve["adopted"].sum() == 2


def test_what_breaks_a_rule_is_told():
    for wrong, message in (
        ({"within": 7}, "without a unit"),
        ({"within": "0d"}, "is 0"),
        ({"as_of": "2026-01-01"}, "nobody did 'subscribe'"),
    ):
        asked = {"eligible": "subscribe", "adopted": "cancel", "within": "7d", **wrong}
        with pytest.raises(InputError, match=message):
            pm.adoption(SUBSCRIPTIONS, **asked)
    with pytest.raises(InputError, match="missing value"):
        pm.survival_from_durations([1, math.nan], [True, True])
    with pytest.raises(InputError, match="is empty"):
        pm.survival_from_durations([], [])
    with pytest.raises(InputError, match="1 values for 2 durations"):
        pm.survival_from_durations([1, 2], [True, True], groups=["a"])
    many = SUBSCRIPTIONS.assign(plan=range(len(SUBSCRIPTIONS)))
    many = pd.concat([many.assign(user_id=f"u{k}", plan=k) for k in range(30)])
    with pytest.raises(InputError, match="at most 20"):
        pm.survival(many, start="subscribe", end="cancel", by="plan")
