"""Metrics, guardrails and the canvas: attainment by hand, and what is refused."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmlab import heart
from pmlab.errors import InputError
from pmlab.heart import Guardrail, Metric
from pmlab.stats import wilson_interval


def metric(**given):
    plain = {
        "name": "Day-7 retention",
        "dimension": "retention",
        "baseline": 0.3,
        "target": 0.4,
        "estimate": 0.34,
        "se": 0.01,
    }
    return Metric(**plain | given)


def test_attainment_is_the_way_gone_from_baseline_to_target():
    # From 30% to 40% is the whole way; 34% is 4 of 10 points, with 1.96 points on either side.
    own = metric()
    assert own.attainment == pytest.approx(40)
    assert own.attainment_interval == pytest.approx((40 - 19.6, 40 + 19.6), abs=0.01)


@pytest.mark.parametrize(("estimate", "attained"), [(0.25, -50), (0.3, 0), (0.4, 100), (0.45, 150)])
def test_attainment_is_never_cut_off(estimate, attained):
    assert metric(estimate=estimate).attainment == pytest.approx(attained)


def test_lower_is_better_by_the_sign_of_the_way():
    # Errors from 0.20 down to 0.10: at 0.16, four tenths of the way; more errors is behind.
    errors = metric(direction="down", baseline=0.2, target=0.1, estimate=0.16, se=0.01)
    assert errors.attainment == pytest.approx(40)
    low, high = errors.attainment_interval
    assert low < 40 < high
    assert metric(direction="down", baseline=0.2, target=0.1, estimate=0.3).attainment < 0


def test_times_go_their_way_on_logarithms():
    # From 80 to 20 seconds: 40 is half of 80 and twice 20, so halfway.
    time = metric(direction="down", baseline=80, target=20, estimate=40, se=0.1, log=True)
    assert time.attainment == pytest.approx(50)
    assert time.interval == pytest.approx((40 * math.exp(-0.196), 40 * math.exp(0.196)), rel=1e-4)


@given(
    st.floats(-100, 100),
    st.floats(0.5, 50),
    st.floats(-100, 100),
    st.floats(0.01, 20),
    st.floats(0.1, 100),
    st.floats(-100, 100),
)
def test_the_unit_of_a_metric_changes_nothing(baseline, way, estimate, se, scale, shift):
    one = metric(baseline=baseline, target=baseline + way, estimate=estimate, se=se)
    other = metric(
        baseline=scale * baseline + shift,
        target=scale * (baseline + way) + shift,
        estimate=scale * estimate + shift,
        se=scale * se,
    )
    assert other.attainment == pytest.approx(one.attainment, abs=1e-5, rel=1e-5)
    assert other.attainment_interval == pytest.approx(one.attainment_interval, abs=1e-5, rel=1e-5)


def test_the_end_of_an_interval_that_is_endlessly_fast_is_endlessly_far():
    # exp(-1.96 x 400) of 40 seconds is 0 to a computer.
    time = metric(direction="down", baseline=80, target=20, estimate=40, se=400, log=True)
    assert time.attainment_interval.high == math.inf


def test_measures_feed_it_with_one_call():
    survey = heart.nps([10, 9, 7, 3, 8], invited=9)
    own = Metric.of(survey, name="NPS", dimension="happiness", baseline=0, target=40)
    assert own.attainment == pytest.approx(50)
    assert own.interval == survey.interval
    time = heart.time_on_task([30, 60])
    timed = Metric.of(time, name="Time", dimension="task_success", baseline=90, target=30)
    assert (timed.direction, timed.log, timed.dimension) == ("down", True, "task success")
    assert timed.attainment == pytest.approx(100 * math.log(90 / math.sqrt(1800)) / math.log(3))


def test_a_share_is_a_pair_and_users_are_a_column():
    share = Metric.of((420, 1000), name="D7", dimension="retention", baseline=0.4, target=0.5)
    assert share.interval == wilson_interval(420, 1000)
    days = pd.Series([1, 2, 3, 4, None])
    mean = Metric.of(days, name="Days", dimension="engagement", baseline=2, target=3)
    assert (mean.estimate, mean.n) == (2.5, 4)


def test_a_plan_is_measured_later_and_twice():
    plan = metric(estimate=None, se=None)
    assert math.isnan(plan.attainment)
    before, after = plan.measured((300, 1000)), plan.measured((400, 1000))
    assert (before.attainment, after.attainment) == pytest.approx((0, 100))
    assert plan.estimate is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"target": 0.3}, r"the target equals the baseline \(0.3\)"),
        ({"target": 0.2}, "direction='up', but the target 0.2 lies below the baseline 0.3"),
        ({"direction": "down"}, "direction='down', but the target 0.4 lies above the baseline"),
        ({"direction": "upp"}, "direction='upp' must be .* Did you mean 'up'"),
        (
            {"dimension": "happyness"},
            "dimension='happyness' is none of HEART's. Did you mean 'happ",
        ),
        ({"name": " "}, "name=' ': give every metric a name"),
        ({"se": None}, "an estimate needs its uncertainty"),
        ({"low": 0.3, "high": 0.4}, "give se, or low and high, not both"),
        ({"se": None, "low": 0.3}, "give se, or low and high"),
        ({"se": None, "low": 0.35, "high": 0.4}, "estimate=0.34 does not lie between low=0.35"),
        ({"se": -0.1}, "se=-0.1 is below 0"),
        ({"se": math.nan}, "se=nan must be a finite number"),
        ({"estimate": "0.34"}, "estimate='0.34' must be a number"),
        ({"estimate": True}, "estimate=True must be a number"),
        ({"target": math.inf}, "target=inf must be a finite number"),
        ({"log": True, "baseline": 0}, "baseline=0 has no logarithm"),
        ({"log": True, "estimate": -1}, "estimate=-1 has no logarithm"),
        ({"confidence_level": 95}, "confidence_level=95 must lie between 0 and 1"),
    ],
)
def test_what_is_no_metric(given, message):
    with pytest.raises(InputError, match=message):
        metric(**given)


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        ((420, 1000, 3), r"must be \(successes, n\), a measure of pmlab.heart"),
        ((1000, 420), "1000 of 420 is more than all"),
        ((0.42, 1000), "D7: successes=0.42 must be a whole number"),
        (0.42, "measure=0.42 has no uncertainty"),
        ("column", "measure='column' has no uncertainty"),
        (["a", "b"], "D7 holds 'a', which is no number"),
    ],
)
def test_what_cannot_be_measured(measure, message):
    with pytest.raises(InputError, match=message):
        Metric.of(measure, name="D7", dimension="retention", baseline=0.4, target=0.5)


def test_a_share_in_percent_is_refused_where_fractions_are_meant():
    with pytest.raises(
        InputError, match="baseline=40, but this is a share; write it as a fraction"
    ):
        Metric.of((420, 1000), name="D7", dimension="retention", baseline=40, target=50)
    with pytest.raises(InputError, match="limit=3, but this is a share"):
        Guardrail.of((12, 1000), name="Refunds", limit=3, direction="down")


@pytest.mark.parametrize(
    ("direction", "low", "high", "state"),
    [
        ("down", 0.031, 0.04, "past"),
        ("down", 0.029, 0.04, "unclear"),
        ("down", 0.03, 0.04, "unclear"),
        ("down", 0.01, 0.03, "holds"),
        ("up", 0.01, 0.029, "past"),
        ("up", 0.01, 0.03, "unclear"),
        ("up", 0.03, 0.04, "holds"),
    ],
)
def test_a_guardrail_is_past_its_limit_only_as_a_whole(direction, low, high, state):
    own = Guardrail(
        name="Refunds",
        direction=direction,
        limit=0.03,
        estimate=(low + high) / 2,
        low=low,
        high=high,
    )
    assert own.state == state


def test_a_guardrail_without_an_interval_is_unclear():
    assert Guardrail.of((0, 0), name="Refunds", limit=0.03, direction="down").state == "unclear"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"estimate": None, "se": None}, "a guardrail needs an estimate"),
        ({"limit": math.nan}, "limit=nan must be a finite number"),
        ({"limit": None}, "a guardrail needs a limit"),
        ({"name": ""}, "give every guardrail a name"),
    ],
)
def test_what_is_no_guardrail(given, message):
    plain = {"name": "Refunds", "limit": 0.03, "direction": "down", "estimate": 0.02, "se": 0.01}
    with pytest.raises(InputError, match=message):
        Guardrail(**plain | given)


def test_a_canvas_lays_out_plans_in_the_order_of_heart():
    plan = [
        metric(estimate=None, se=None, goal="People come back", signal="They plan a second week"),
        Metric(
            name="SUS",
            dimension="happiness",
            goal="People find it easy",
            signal="They say so",
            baseline=68,
            target=75,
        ),
    ]
    canvas = heart.canvas(plan)
    assert canvas.to_frame()["metric"].tolist() == ["SUS", "Day-7 retention"]
    assert canvas.warnings == ()
    assert canvas.summary() == (
        "2 metrics for happiness, retention. Nothing stands for engagement, adoption, task success."
    )
    assert "They plan a second week" in str(canvas)
    assert "They plan a second week" in canvas._repr_html_()


@pytest.mark.parametrize(
    ("name", "vanity"),
    [
        ("Total sign-ups", "running total"),
        ("Recipes saved to date", "running total"),
        ("Page views", "bare count"),
        ("Downloads", "bare count"),
        ("Page views per user", None),
        ("Share of visits with a search", None),
        ("Active days a week, mean", None),
    ],
)
def test_vanity_metrics(name, vanity):
    warnings = heart.canvas([metric(name=name)]).warnings
    reads = [w for w in warnings if "reads like" in w]
    assert len(reads) == (1 if vanity else 0)
    assert vanity is None or vanity in reads[0]


def test_engagement_without_retention():
    days = metric(name="Active days a user", dimension="engagement")
    assert any("engagement without retention" in w for w in heart.canvas([days]).warnings)
    both = heart.canvas([days, metric()])
    assert not any("engagement without retention" in w for w in both.warnings)


def test_a_canvas_asks_for_goals_signals_and_targets():
    (goal, signal, unset) = heart.canvas([Metric(name="SUS", dimension="happiness")]).warnings
    assert goal.startswith("no goal for SUS")
    assert signal.startswith("no signal for SUS")
    assert unset.startswith("no baseline or target yet for SUS")


@pytest.mark.parametrize(
    ("metrics", "message"),
    [
        ([], "metrics is empty"),
        (metric(), "metrics is a single metric; give a list"),
        ([metric(), metric()], "metrics has two of the name 'Day-7 retention'"),
        ([(1, 2)], "metrics holds a tuple; make a metric of it with heart.Metric.of"),
    ],
)
def test_what_is_no_list_of_metrics(metrics, message):
    with pytest.raises(InputError, match=message):
        heart.canvas(metrics)


def test_numbers_of_numpy_are_numbers():
    assert metric(estimate=np.float64(0.34), se=np.float64(0.01)).attainment == pytest.approx(40)
