"""The eight rules of the score, by hand."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmlab import heart
from pmlab.errors import InputError, NotFoundError
from pmlab.heart import Guardrail, Metric

DIMENSIONS = ["happiness", "engagement", "adoption", "retention", "task success"]


def metric(dimension, attained, se=5.0, **more):
    """Return a metric from 0 to 100, so that its value is its attainment."""
    given = {"name": dimension.title(), "dimension": dimension, "baseline": 0, "target": 100}
    return Metric(**given | {"estimate": attained, "se": se} | more)


def five(*attained, se=5.0):
    return [metric(name, value, se) for name, value in zip(DIMENSIONS, attained, strict=True)]


HOLDS = Guardrail(name="Refunds", limit=0.03, direction="down", estimate=0.01, se=0.002)
PAST = Guardrail(name="Crashes", limit=0.01, direction="down", estimate=0.05, se=0.002)
UNCLEAR = Guardrail(name="Latency", limit=200, direction="down", estimate=195, se=10)


def test_equal_weights_and_the_delta_method():
    # The mean of 10, 20, 30, 40, 100 is 40. Five standard errors of 5, a fifth each:
    # sqrt(5 x 1) = 2.236, times 1.96 = 4.38.
    card = heart.scorecard(five(10, 20, 30, 40, 100))
    assert card.score == pytest.approx(40)
    assert card.interval == pytest.approx((40 - 4.383, 40 + 4.383), abs=1e-3)


def test_the_mean_within_a_dimension_comes_first():
    # Two metrics of happiness, 0 and 100, are one row of 50: (50 + 4 x 20) / 5 = 26; a mean of all
    # six metrics would be 30. The row's standard error is sqrt(3^2 + 4^2) / 2 = 2.5.
    metrics = [
        metric("happiness", 0, se=3),
        metric("happiness", 100, se=4, name="NPS"),
        *five(0, 20, 20, 20, 20)[1:],
    ]
    card = heart.scorecard(metrics)
    assert card.score == pytest.approx(26)
    row = card.dimensions.iloc[0]
    assert (row["n_metrics"], row["attainment"]) == (2, pytest.approx(50))
    assert (row["low"], row["high"]) == pytest.approx((50 - 4.9, 50 + 4.9), abs=0.01)


def test_weights_given():
    weights = dict(zip(DIMENSIONS, [0.4, 0.3, 0.1, 0.1, 0.1], strict=True))
    card = heart.scorecard(five(10, 20, 30, 40, 100), weights=weights)
    assert card.score == pytest.approx(4 + 6 + 3 + 4 + 10)
    assert "the weights given" in card.method


def test_nothing_is_cut_off():
    assert heart.scorecard(five(-300, 0, 0, 0, 800)).score == pytest.approx(100)


def test_a_missing_dimension_gives_no_composite():
    card = heart.scorecard(five(10, 20, 30, 40, 100)[:4])
    assert math.isnan(card.score)
    assert math.isnan(card.low)
    assert card.sensitivity.empty
    assert card.dimensions["attainment"].isna().tolist() == [False] * 4 + [True]
    assert any("no composite: nothing stands for task success" in w for w in card.warnings)
    assert "There is no composite: nothing stands for task success." in card.summary()
    assert card.weakest == "happiness"


def test_weights_left_to_the_others_are_named():
    card = heart.scorecard(five(10, 20, 30, 40, 100)[:4], missing="renormalise")
    assert card.score == pytest.approx(25)
    assert list(card.weights_used.values()) == [0.25] * 4
    assert any("leaves out task success; their weight went to" in w for w in card.warnings)
    given = dict(zip(DIMENSIONS, [0.4, 0.2, 0.1, 0.1, 0.2], strict=True))
    card = heart.scorecard(five(10, 20, 30, 40, 100)[:4], missing="renormalise", weights=given)
    assert card.score == pytest.approx((4 + 4 + 3 + 4) / 0.8)


def test_leaving_one_out_and_perturbing_weights():
    # Four at 10 and one at -30: 2. Without task success 10; without one of the others
    # (3 x 10 - 30) / 4 = 0. Halving the others and raising the last by half:
    # (4 x 0.5 x 10 - 1.5 x 30) / 3.5 = -7.14, so the sign turns.
    card = heart.scorecard(five(10, 10, 10, 10, -30))
    found = card.sensitivity.set_index("weights")["score"]
    assert card.score == pytest.approx(2)
    assert found["without task success"] == pytest.approx(10)
    assert found["without adoption"] == pytest.approx(0)
    assert found["each halved or raised by half: lowest"] == pytest.approx(-25 / 3.5)
    assert found["each halved or raised by half: highest"] == pytest.approx((60 - 15) / 6.5)
    assert card.depends_on_weights
    assert any("depends on weights: each halved" in w for w in card.warnings)
    assert "Its sign depends on the weights." in card.summary()


def test_a_clear_score_does_not_depend_on_weights():
    card = heart.scorecard(five(10, 20, 30, 40, 100), guardrails=[HOLDS])
    assert not card.depends_on_weights
    assert card.warnings == ()


@given(
    st.lists(st.floats(-100, 200), min_size=5, max_size=5),
    st.lists(st.floats(0.5, 1.5), min_size=5, max_size=5),
)
def test_no_weights_within_the_box_go_past_what_is_reported(attained, factors):
    card = heart.scorecard(five(*attained))
    reported = card.sensitivity.set_index("weights")["score"]
    other = float(np.average(attained, weights=factors))
    assert reported["each halved or raised by half: lowest"] <= other + 1e-9
    assert other <= reported["each halved or raised by half: highest"] + 1e-9


@given(st.lists(st.floats(-100, 200), min_size=5, max_size=5), st.permutations(range(5)))
def test_the_order_of_metrics_changes_nothing(attained, order):
    metrics = five(*attained)
    one, other = heart.scorecard(metrics), heart.scorecard([metrics[k] for k in order])
    assert other.score == pytest.approx(one.score)
    assert other.interval == pytest.approx(one.interval)
    assert other.weakest == one.weakest


@pytest.mark.parametrize(
    ("guardrails", "verdict"),
    [
        ([HOLDS, PAST, UNCLEAR], "do not ship"),
        ([HOLDS, UNCLEAR], "guardrail unclear"),
        ([HOLDS], "guardrails hold"),
        ([], ""),
    ],
)
def test_guardrails_have_the_last_word_whatever_the_score(guardrails, verdict):
    card = heart.scorecard(five(*[200] * 5), guardrails=guardrails)
    assert card.verdict == verdict
    assert card.summary().startswith("Do not ship: Crashes past the limit.") == (PAST in guardrails)
    assert any("no guardrail" in w for w in card.warnings) == (not guardrails)


def test_the_composite_never_stands_alone():
    card = heart.scorecard(five(10, 20, 30, 40, 100), guardrails=[HOLDS, PAST, UNCLEAR])
    for text in (str(card), card._repr_html_()):
        for piece in (
            *DIMENSIONS,
            "composite (ours)",
            "Weakest",
            "convention of ours",
            "HEART (Rodden, Hutchinson and Fu, 2010)",
            "past its limit, so do not ship",
            "not shown to be on the right side",
            "holds",
        ):
            assert piece in text
    assert "a convention of ours" in card.summary()
    assert "The weakest dimension is happiness: 10 (0 to 20)." in card.summary()


def test_a_row_of_one_metric_has_that_metrics_own_interval():
    done = heart.completion(5, 5)
    own = Metric.of(done, name="Completion", dimension="task success", baseline=0.5, target=1)
    card = heart.scorecard([own], missing="renormalise")
    row = card.dimensions.iloc[4]
    assert (row["low"], row["high"]) == pytest.approx((own.attain(done.low), own.attain(done.high)))
    assert row["high"] == 100  # nobody completes more than all
    frame = card.to_frame().iloc[0]
    assert (frame["attainment_low"], frame["attainment_high"]) == (row["low"], row["high"])


def test_a_metric_without_a_value_leaves_no_composite():
    empty = Metric.of((0, 0), name="Adopted", dimension="adoption", baseline=0.1, target=0.2)
    card = heart.scorecard([*five(10, 20, 30, 40, 100)[:2], empty, *five(1, 2, 3, 4, 5)[3:]])
    assert math.isnan(card.score)
    assert any("no value for Adopted" in w for w in card.warnings)
    assert "There is no composite: a metric has no value." in card.summary()
    assert card.weakest == "retention"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: heart.scorecard([]), "metrics is empty"),
        (lambda: heart.scorecard(five(1, 2, 3, 4, 5), missing="drop"), "missing='drop' must be"),
        (
            lambda: heart.scorecard([Metric(name="SUS", dimension="happiness", estimate=1, se=1)]),
            "SUS: a scorecard needs a baseline and a target",
        ),
        (
            lambda: heart.scorecard(
                [Metric(name="SUS", dimension="happiness", baseline=1, target=2)]
            ),
            "SUS has not been measured",
        ),
        (
            lambda: heart.scorecard(five(1, 2, 3, 4, 5), weights={"happiness": 0.5}),
            "weights sum to 0.5; they must sum to 1",
        ),
        (
            lambda: heart.scorecard(five(1, 2, 3, 4, 5), weights={"happiness": 1}),
            "weights says nothing of engagement, adoption, retention, task success",
        ),
        (
            lambda: heart.scorecard(five(1, 2, 3, 4, 5), weights={"happyness": 1}),
            "dimension='happyness' is none of HEART's. Did you mean 'happiness'",
        ),
        (
            lambda: heart.scorecard(
                five(1, 2, 3, 4, 5)[:1], weights={"happiness": 0, "retention": 1}
            ),
            "weights leaves nothing for the dimensions that are measured",
        ),
        (
            lambda: heart.scorecard(five(1, 2, 3, 4, 5), weights={"happiness": -1, "retention": 2}),
            r"weights: happiness has -1; a weight lies in \[0, 1\]",
        ),
        (
            lambda: heart.scorecard(five(1, 2, 3, 4, 5), guardrails=[("Refunds", 0.03)]),
            "guardrails holds a tuple; make it a heart.Guardrail",
        ),
        (
            lambda: heart.scorecard(
                [*five(1, 2, 3, 4, 5)[:4], metric("task success", 1, confidence_level=0.9)]
            ),
            "intervals of 90%, 95%; measure all at one confidence_level",
        ),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()


# The bootstrap of whole users. Sixty people answered, and were active on days that have nothing to
# do with it, or everything.
RANDOM = np.random.default_rng(20)
ANSWERS = RANDOM.normal(50, 20, 60)
DAYS = RANDOM.normal(50, 20, 60)


def of_users(happy, engaged):
    return [
        Metric.of(happy, name="Happy", dimension="happiness", baseline=0, target=100),
        Metric.of(engaged, name="Days", dimension="engagement", baseline=0, target=100),
    ]


def width(card):
    return card.high - card.low


def test_users_who_are_in_both_metrics_widen_or_narrow_the_interval():
    # The mean of two equal columns varies as much as one of them, sqrt(2) times what the delta
    # method says of two independent ones; that of a column and its mirror does not vary at all.
    apart = heart.scorecard(of_users(ANSWERS, ANSWERS), missing="renormalise")
    same = heart.scorecard(
        of_users(ANSWERS, ANSWERS),
        missing="renormalise",
        users=pd.DataFrame({"Happy": ANSWERS, "Days": ANSWERS}),
    )
    mirror = heart.scorecard(
        of_users(ANSWERS, 100 - ANSWERS),
        missing="renormalise",
        users=pd.DataFrame({"Happy": ANSWERS, "Days": 100 - ANSWERS}),
    )
    assert same.score == pytest.approx(apart.score)
    assert width(same) == pytest.approx(math.sqrt(2) * width(apart), rel=0.1)
    assert width(mirror) == pytest.approx(0, abs=1e-9)
    assert "bootstrap of 60 whole users, 2,000 resamples" in same.method


def test_independent_columns_agree_with_the_delta_method():
    users = pd.DataFrame({"user_id": range(60), "Happy": ANSWERS, "Days": DAYS})
    metrics = of_users(ANSWERS, DAYS)
    delta = heart.scorecard(metrics, missing="renormalise")
    boot = heart.scorecard(metrics, missing="renormalise", users=users)
    together = np.corrcoef(ANSWERS, DAYS)[0, 1]
    assert width(boot) == pytest.approx(width(delta) * math.sqrt(1 + together), rel=0.1)
    for method in ("low", "high"):
        assert boot.dimensions[method][0] == pytest.approx(delta.dimensions[method][0], abs=1)


def test_metrics_of_other_people_keep_their_own_intervals():
    done = Metric.of((19, 20), name="Done", dimension="task success", baseline=0.8, target=0.9)
    metrics = [*of_users(ANSWERS, DAYS), done]
    users = pd.DataFrame({"Happy": ANSWERS, "Days": DAYS})
    card = heart.scorecard(metrics, missing="renormalise", users=users, n_resamples=20_000)
    row = card.dimensions.iloc[4]
    assert (row["low"], row["high"]) == pytest.approx(done.attainment_interval, rel=0.05)


def test_blank_users_kinds_of_tables_and_the_order_of_rows():
    # The first forty answered; the last fifty were active.
    table = pd.DataFrame({"user_id": range(60), "Happy": ANSWERS, "Days": DAYS})
    table.loc[40:, "Happy"] = np.nan
    table.loc[:9, "Days"] = np.nan
    metrics = of_users(table["Happy"], table["Days"])
    one, shuffled, polars, again, other = (
        heart.scorecard(metrics, missing="renormalise", users=users, rng=rng)
        for users, rng in (
            (table, 0),
            (table.sample(frac=1, random_state=1), 0),
            (pl.from_pandas(table), 0),
            (table, 0),
            (table, 1),
        )
    )
    assert one.interval == shuffled.interval == polars.interval == again.interval
    assert one.interval != other.interval
    assert width(one) == pytest.approx(width(other), rel=0.1)


def test_shares_times_and_nps_of_users():
    survey = heart.nps([10, 9, 7, 3, 8, 6], respondent=list("abcdef"), invited=9)
    time = heart.time_on_task([30, 40, 50, 60, 20, 80])
    metrics = [
        Metric.of(survey, name="NPS", dimension="happiness", baseline=0, target=20),
        Metric.of(time, name="Time", dimension="task success", baseline=60, target=30),
        Metric.of((4, 6), name="D7", dimension="retention", baseline=0.4, target=0.6),
    ]
    users = pd.DataFrame(
        {
            "NPS": survey.respondents["score"],
            "Time": [30, 40, 50, 60, 20, 80],
            "D7": [1, 1, 1, 1, 0, 0],
        }
    )
    card = heart.scorecard(metrics, missing="renormalise", users=users)
    assert card.low < card.score < card.high


def test_people_in_two_metrics_are_noticed():
    ids = list("abcdef")
    metrics = [
        Metric.of(
            heart.seq([7, 6, 5, 6, 4, 3], respondent=ids),
            name="SEQ",
            dimension="task success",
            baseline=5,
            target=6,
        ),
        Metric.of(
            heart.nps([9, 9, 5, 6, 8, 3], respondent=ids),
            name="NPS",
            dimension="happiness",
            baseline=0,
            target=9,
        ),
    ]
    card = heart.scorecard(metrics, missing="renormalise")
    assert any("give users= to resample whole users" in w for w in card.warnings)


USERS = pd.DataFrame({"user_id": range(60), "Happy": ANSWERS, "Days": DAYS})


@pytest.mark.parametrize(
    ("users", "more", "message"),
    [
        ([1, 2], {}, "users is a list; give a table with one row a user"),
        (USERS[["user_id"]], {}, "users has no column of a metric"),
        (USERS.assign(user_id=1), {}, "users has a user more than once"),
        (
            USERS.assign(Happy=ANSWERS + 1),
            {},
            r"users\['Happy'\] has the mean .* on the same scale",
        ),
        (USERS.assign(Happy=[1.0] + [np.nan] * 59), {}, "has fewer than two values"),
        (USERS, {"n_resamples": 10}, "n_resamples=10 must be a whole number, 200 or more"),
    ],
)
def test_users_that_do_not_fit(users, more, message):
    with pytest.raises(InputError, match=message):
        heart.scorecard(of_users(ANSWERS, DAYS), missing="renormalise", users=users, **more)


def test_a_misspelt_column_of_users():
    with pytest.raises(NotFoundError, match=r"column 'Hapy' .* Did you mean 'Happy'"):
        heart.scorecard(of_users(ANSWERS, DAYS), users=USERS.rename(columns={"Happy": "Hapy"}))


def test_what_is_no_mean_of_users_cannot_be_resampled():
    times = np.arange(1.0, 31.0)
    metrics = [
        Metric.of(
            heart.time_on_task(times, method="median"),
            name="Time",
            dimension="task success",
            baseline=30,
            target=10,
        )
    ]
    with pytest.raises(InputError, match="Time is no mean of one value a user"):
        heart.scorecard(metrics, users=pd.DataFrame({"Time": times}))


def test_a_time_that_is_not_above_0_cannot_be_resampled():
    time = heart.time_on_task([30, 40])
    own = Metric.of(time, name="Time", dimension="task success", baseline=60, target=30)
    with pytest.raises(InputError, match="values not above 0, which have no logarithm"):
        heart.scorecard([own], users=pd.DataFrame({"Time": [30, 0]}))


def test_a_result_is_frozen_and_its_numbers_can_be_had():
    card = heart.scorecard(five(10, 20, 30, 40, 100))
    with pytest.raises(AttributeError):
        card.score = 3
    assert list(card.to_frame()["attainment"]) == [10, 20, 30, 40, 100]
    assert replace(card, guardrails=(PAST,)).verdict == "do not ship"
    assert card.canvas.to_frame()["dimension"].tolist() == DIMENSIONS
    assert card.assumptions
