"""What changed: each metric by its own test, corrected; never the composite."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats as scipy_stats

from pmlab import heart
from pmlab.errors import InputError
from pmlab.heart import Metric
from pmlab.heart.evidence import Known


def only(comparison):
    return comparison.to_frame().iloc[0]


def test_shares_newcombe_1998():
    # Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10, case (a):
    # 56/70 against 48/80 gives 0.0524 to 0.3339.
    row = only(heart.completion(56, 70).compare(heart.completion(48, 80)))
    assert (row["low"], row["high"]) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert row["estimate"] == pytest.approx(0.2)
    assert (row["effect"], row["verdict"]) == ("difference", "better")


def test_means_by_welch_scipy():
    after, before = [7, 6, 7, 5, 6, 7, 7], [5, 4, 6, 5, 3]
    row = only(heart.seq(after).compare(heart.seq(before)))
    theirs = scipy_stats.ttest_ind(after, before, equal_var=False)
    assert row["pvalue"] == pytest.approx(theirs.pvalue)
    assert (row["low"], row["high"]) == pytest.approx(tuple(theirs.confidence_interval(0.95)))


def test_times_by_welch_on_logarithms_scipy():
    after, before = [30, 40, 35, 50, 28], [60, 45, 90, 70, 65, 80]
    row = only(heart.time_on_task(after).compare(heart.time_on_task(before)))
    theirs = scipy_stats.ttest_ind(np.log(after), np.log(before), equal_var=False)
    ends = np.exp(theirs.confidence_interval(0.95))
    assert (row["low"], row["high"]) == pytest.approx(tuple(ends))
    assert row["estimate"] == pytest.approx(scipy_stats.gmean(after) / scipy_stats.gmean(before))
    assert (row["effect"], row["verdict"]) == ("ratio", "better")  # less time is better


def test_nps_by_z():
    # 40% and 30% of 500 against 30% and 40% of 500: 10 - -10 = 20 points; each standard error is
    # 100 sqrt((0.7 - 0.01) / 500) = 3.715, together 5.254, so z = 3.807 and p = 0.00014.
    after = [10] * 200 + [7] * 150 + [0] * 150
    before = [10] * 150 + [7] * 150 + [0] * 200
    row = only(heart.nps(after).compare(heart.nps(before)))
    assert row["estimate"] == pytest.approx(20)
    assert row["pvalue"] == pytest.approx(2 * scipy_stats.norm.sf(20 / 5.2536), rel=1e-3)
    assert (row["low"], row["high"]) == pytest.approx((20 - 10.297, 20 + 10.297), abs=1e-3)


def test_errors_by_the_exact_test_fay():
    # R package rateratio.test, its example: 2 in 17877 against 9 in 16660, p = 0.05011.
    row = only(heart.errors(2, 17877).compare(heart.errors(9, 16660)))
    assert row["pvalue"] == pytest.approx(0.05011, abs=5e-6)
    assert (row["better"], row["verdict"]) == ("down", "not clear")


def test_a_change_for_the_worse():
    comparison = heart.completion(20, 40).compare(heart.completion(38, 40))
    assert comparison.verdicts == ("worse",)
    assert comparison.summary().startswith("Completion went from 95.0% to 50.0%: -45.0 points (95%")
    assert comparison.summary().endswith("That is a change for the worse.")
    assert comparison.title == "Completion: after against before"


def test_a_change_that_chance_could_make():
    comparison = heart.completion(9, 10).compare(heart.completion(8, 10))
    assert comparison.verdicts == ("not clear",)
    assert comparison.summary().endswith("Chance alone could make a change of this size.")


def test_turned_round_it_is_the_other_change():
    one, other = heart.completion(30, 40), heart.completion(20, 40)
    there, back = only(one.compare(other)), only(other.compare(one))
    assert there["estimate"] == pytest.approx(-back["estimate"])
    assert (there["low"], there["high"]) == pytest.approx((-back["high"], -back["low"]))
    assert there["pvalue"] == pytest.approx(back["pvalue"])


@pytest.mark.parametrize(
    ("after", "before", "why"),
    [
        (heart.completion(5, 5), heart.completion(7, 7), "nothing varies on either side"),
        (heart.completion(0, 0), heart.completion(7, 9), "nothing was measured on one side"),
        (heart.seq([7]), heart.seq([6, 7, 5]), "one answer does not tell"),
        (
            heart.time_on_task(range(1, 40), method="median"),
            heart.time_on_task(range(2, 50), method="median"),
            "medians are not tested here; measure both with method='geometric_mean'",
        ),
    ],
)
def test_where_there_is_no_test_it_is_said_why(after, before, why):
    comparison = after.compare(before)
    assert comparison.verdicts == ("no test",)
    assert math.isnan(comparison.changes[0].effect.pvalue)
    assert any(why in warning for warning in comparison.warnings)
    assert "There is no test of it." in comparison.summary()


@pytest.mark.parametrize(
    ("after", "before", "verdict"),
    [
        # p = 0.041, but the interval reaches from -3 to 62 points.
        (heart.completion(1, 5), heart.completion(0, 20), "not clear"),
        # p = 0.053, but the interval begins at 0.6 points.
        (heart.completion(6, 8), heart.completion(1, 5), "better"),
    ],
)
def test_where_p_value_and_interval_part_the_interval_decides(after, before, verdict):
    comparison = after.compare(before)
    assert comparison.verdicts == (verdict,)
    (warning,) = comparison.warnings
    assert "fall on different sides; read the interval" in warning


def test_a_response_rate_that_fell_is_pointed_out():
    answers = [10, 9, 8, 7, 3] * 20
    before, after = heart.nps(answers, invited=200), heart.nps(answers, invited=400)
    (warning,) = after.compare(before).warnings
    assert "50.0% of those invited answered before and 25.0% after" in warning
    assert before.compare(heart.nps(answers, invited=201)).warnings == ()


def test_people_who_answered_both_times_are_pointed_out():
    before = heart.nps([10, 9, 8, 7, 3], respondent=list("abcde"))
    after = heart.nps([10, 9, 8, 7, 3], respondent=list("defgh"))
    (warning,) = after.compare(before).warnings
    assert warning.startswith("NPS: 2 people answered both times")


def test_like_with_like():
    with pytest.raises(InputError, match="before is completion and this is NPS"):
        heart.nps([1, 2]).compare(heart.completion(1, 2))
    with pytest.raises(InputError, match="before is errors and this is completion"):
        heart.completion(1, 2).compare(heart.errors(1, 2))
    with pytest.raises(InputError, match="before is float and this is NPS"):
        heart.nps([1, 2]).compare(3.0)


# Five metrics, of which adoption rose, retention fell, and the others did what they like.
PLAN = [
    Metric(name="SUS", dimension="happiness", baseline=68, target=78),
    Metric(name="Days", dimension="engagement", baseline=2, target=3),
    Metric(name="Adopted", dimension="adoption", baseline=0.3, target=0.4),
    Metric(name="D7", dimension="retention", baseline=0.3, target=0.4),
    Metric(name="Errors", dimension="task success", direction="down", baseline=0.2, target=0.1),
]


def card(adopted, returned, plan=PLAN):
    random = np.random.default_rng(1)
    sus = np.clip(np.round(random.normal([4, 2] * 5, 1, (40, 10))), 1, 5)
    measures = [
        heart.sus(sus, invited=99),
        np.arange(60) % 6,
        (adopted, 1000),
        (returned, 1000),
        heart.errors(15, 100),
    ]
    return heart.scorecard(
        [metric.measured(measure) for metric, measure in zip(plan, measures, strict=True)]
    )


def test_each_metric_by_its_own_test_with_holm_and_never_the_composite():
    comparison = card(380, 200).compare(card(320, 280))
    frame = comparison.to_frame().set_index("metric")
    assert frame["verdict"].to_dict() == {
        "SUS": "not clear",
        "Days": "not clear",
        "Adopted": "better",
        "D7": "worse",
        "Errors": "not clear",
    }
    # Holm: the smallest of five p-values times 5, the next times 4.
    assert frame.loc["D7", "pvalue_holm"] == pytest.approx(5 * frame.loc["D7", "pvalue"])
    assert frame.loc["Adopted", "pvalue_holm"] == pytest.approx(4 * frame.loc["Adopted", "pvalue"])
    assert "composite" not in " ".join(frame.index)
    assert "The composite is not tested by itself." in comparison.method
    assert "p-values are corrected by Holm for 5 tests" in comparison.method
    assert "better: Adopted; worse: D7; not clear: SUS, Days, Errors" in comparison.summary()
    assert comparison.scores == (card(320, 280).score, card(380, 200).score)


def test_holm_can_take_back_what_one_test_alone_would_call_clear():
    # 363 against 320 of 1000: p = 0.043 alone, and 0.21 among five.
    comparison = card(363, 280).compare(card(320, 280))
    row = comparison.to_frame().set_index("metric").loc["Adopted"]
    assert row["pvalue"] < 0.05 < row["pvalue_holm"]
    assert row["verdict"] == "not clear"


def test_numbers_from_elsewhere_are_compared_by_z():
    # 73 with an error of 3 against 68 with 4: 5 apart, error 5, z = 1.
    def from_a_slide(estimate, se):
        own = Metric(
            name="SUS", dimension="happiness", baseline=60, target=80, estimate=estimate, se=se
        )
        return heart.scorecard([own])

    row = only(from_a_slide(73, 3).compare(from_a_slide(68, 4)))
    assert row["pvalue"] == pytest.approx(0.31731, abs=1e-5)
    assert row["test"] == "z test"


def test_a_measure_against_a_number_from_a_slide_is_compared_by_z():
    plan = Metric(name="D7", dimension="retention", baseline=0.3, target=0.4)
    slide = Metric(
        name="D7", dimension="retention", baseline=0.3, target=0.4, estimate=0.30, se=0.01
    )
    row = only(heart.scorecard([plan.measured((380, 1000))]).compare(heart.scorecard([slide])))
    assert row["test"] == "z test"
    assert row["estimate"] == pytest.approx(0.08)
    assert row["verdict"] == "better"


def test_times_from_a_slide_are_compared_by_their_ratio():
    def timed(estimate, **interval):
        own = Metric(
            name="Time",
            dimension="task success",
            direction="down",
            baseline=80,
            target=40,
            log=True,
            estimate=estimate,
            **interval,
        )
        return heart.scorecard([own])

    row = only(timed(40, se=0.1).compare(timed(80, low=60, high=80 * 80 / 60)))
    assert row["estimate"] == pytest.approx(0.5)
    assert (row["effect"], row["verdict"]) == ("ratio", "better")
    linear = Metric(
        name="Time",
        dimension="task success",
        direction="down",
        baseline=80,
        target=40,
        estimate=60,
        se=5,
    )
    with pytest.raises(InputError, match="one number is on logarithms and the other is not"):
        timed(40, se=0.1).compare(heart.scorecard([linear]))


@pytest.mark.parametrize(
    ("before", "message"),
    [
        (lambda: 3, "before is a int; give a scorecard"),
        (
            lambda: heart.scorecard([PLAN[2].measured((1, 9))]),
            "before has other metrics: 'D7', 'Days', 'Errors', 'SUS' on one side only",
        ),
        (
            lambda: card(
                320,
                280,
                [
                    *PLAN[:3],
                    Metric(name="D7", dimension="retention", baseline=0.3, target=0.35),
                    PLAN[4],
                ],
            ),
            "D7: target was 0.35 before and is 0.4 now; the two are scored against different goals",
        ),
    ],
)
def test_scorecards_that_cannot_be_compared(before, message):
    with pytest.raises(InputError, match=message):
        card(380, 280).compare(before())


def test_scorecards_of_other_levels_are_not_compared():
    def at(level):
        own = PLAN[4].measured(heart.errors(15, 100, confidence_level=level))
        return heart.scorecard([own])

    with pytest.raises(InputError, match="before has 90% intervals and this 95%"):
        at(0.95).compare(at(0.9))


def test_an_interval_that_was_given_has_its_own_level():
    known = Known(value=3.0, low=2.0, high=4.0)
    assert known.interval(0.95) == (2, 4)
    with pytest.raises(InputError, match=r"this interval was given at 0\.95"):
        known.interval(0.9)


def test_words_and_numbers():
    comparison = card(380, 200).compare(card(320, 280))
    text = str(comparison)
    assert "p (Holm)" in text
    assert "+6.0 points" in text
    assert "1.00 times" in text
    assert comparison.assumptions
    assert isinstance(comparison.to_frame(), pd.DataFrame)
