"""Metrics: the columns they need, and that each compares as its function does."""

import numpy as np
import pytest

from pmlab import ab
from pmlab.ab.metrics import CLUSTER_SIZE
from pmlab.errors import InputError
from tests.ab.arms import CONTROL, TREATMENT, moments

BOUGHT = [arm["y"] % 2 for arm in (CONTROL, TREATMENT)]


def by_cluster(arm, *names):
    """Sums by cluster, and how many rows each has."""
    sums = {name: np.bincount(arm["cluster"], weights=arm[name]) for name in names}
    return ab.Moments.of_arrays(sums | {CLUSTER_SIZE: np.bincount(arm["cluster"])})


def test_a_proportion_is_compared_by_its_counts():
    arms = [ab.Moments.of(bought=column) for column in BOUGHT]
    c = ab.proportion("bought").compare(*arms, treatment_name="B", control_name="A")
    own = ab.compare_proportions(
        control=(int(BOUGHT[0].sum()), 40), treatment=(int(BOUGHT[1].sum()), 40)
    )
    assert c.interval == own.interval
    assert c.pvalue == own.pvalue
    assert (c.name, c.title) == ("bought", "bought: B against A")
    assert "in B" in c.summary()


def test_a_proportion_of_a_billion_keeps_its_count():
    share = 123_456_789 / 10**9
    arm = ab.Moments.from_covariance(
        ["bought"], 10**9, [share], [[share * (1 - share) * 10**9 / (10**9 - 1)]]
    )
    assert ab.proportion("bought").compare(arm, arm).contrast.successes == 123_456_789


def test_a_column_of_other_values_is_no_proportion():
    arms = moments("y")
    with pytest.raises(InputError, match=r"column 'y' holds other values than 0 and 1.*ab.mean"):
        ab.proportion("y").compare(*arms)
    halves = ab.Moments.of(y=[0, 0.5, 1, 1])
    with pytest.raises(InputError, match="other values than 0 and 1"):
        ab.proportion("y").compare(halves, halves)


def test_a_proportion_with_covariates_is_an_adjusted_mean():
    arms = [
        ab.Moments.of(bought=column, x=arm["x"])
        for column, arm in zip(BOUGHT, (CONTROL, TREATMENT), strict=True)
    ]
    c = ab.proportion("bought", covariates=["x"]).compare(*arms)
    mean = ab.compare_means(control=arms[0], treatment=arms[1])
    assert (c.effect, c.low, c.pvalue) == (mean.effect, mean.low, mean.pvalue)
    assert "points" in c.shown_effect


def test_a_ratio_with_a_ratio_as_covariate_tea_tasting():
    # tea-tasting 1.14.0, RatioOfMeans("clicks", "views", "clicks_before", "views_before")
    metric = ab.ratio("clicks", "views", covariates=[("clicks_before", "views_before")])
    c = metric.compare(*moments(*metric.columns))
    assert (c.low, c.high, c.pvalue) == pytest.approx(
        (-0.09465551660667276, 0.08686330881446507, 0.9320917664441066), rel=1e-10
    )
    assert c.adjusted_by == ("clicks_before/views_before",)


def test_clusters_survey_and_statsmodels():
    # R package survey 4.1.1, svymean with ids = ~cluster: SEs 0.72332008621038 in the treatment
    # and 0.73342321710225 in the control. statsmodels 0.15.0, OLS(cov_type="cluster") without its
    # correction: 0.9926271171744206 for the difference, of 14 clusters in an arm.
    metric = ab.mean("y")
    c = metric.compare(by_cluster(CONTROL, "y"), by_cluster(TREATMENT, "y"))
    assert c.effect == pytest.approx(1.975)
    assert c.contrast.se == pytest.approx(0.72332008621038, rel=1e-12)
    assert c.contrast.se_control == pytest.approx(0.73342321710225, rel=1e-12)
    joint = np.hypot(c.contrast.se, c.contrast.se_control)
    assert joint == pytest.approx(0.9926271171744206 * np.sqrt(14 / 13), rel=1e-10)
    assert (c.n_control, c.n_treatment) == (14, 14)
    assert "standard errors by cluster" in c.method


def test_clusters_of_one_row_are_no_clusters():
    arms = [
        ab.Moments.of_arrays({"y": arm["y"], "x": arm["x"], CLUSTER_SIZE: np.ones(40)})
        for arm in (CONTROL, TREATMENT)
    ]
    c = ab.mean("y", covariates=["x"]).compare(*arms)
    plain = ab.mean("y", covariates=["x"]).compare(*moments("y", "x"))
    for name in ("effect", "low", "high", "pvalue", "relative_low"):
        assert getattr(c, name) == pytest.approx(getattr(plain, name), rel=1e-9)


def test_a_ratio_by_cluster_is_the_ratio_of_the_clusters_sums():
    arms = [by_cluster(arm, "clicks", "views") for arm in (CONTROL, TREATMENT)]
    c = ab.ratio("clicks", "views").compare(*arms)
    sums = [
        [np.bincount(arm["cluster"], weights=arm[name]) for name in ("clicks", "views")]
        for arm in (CONTROL, TREATMENT)
    ]
    own = ab.compare_ratios(control=tuple(sums[0]), treatment=tuple(sums[1]))
    assert (c.low, c.high) == pytest.approx(tuple(own.interval))


def test_a_quantile_takes_rows():
    metric = ab.quantile("latency", 0.9, good="down")
    assert metric.from_rows
    c = metric.compare(np.arange(1000.0), np.arange(50.0, 1050.0))
    own = ab.compare_quantiles(control=range(1000), treatment=range(50, 1050), q=0.9)
    assert c.interval == own.interval
    assert c.name == "90th percentile of latency"


def test_winsorising_is_named():
    c = ab.mean("y", winsorise=0.99).compare(*moments("y"), winsorised_at=(-np.inf, 30.0))
    assert "above 30 count as that value" in c.method


def test_columns_come_once_and_the_outcome_first():
    metric = ab.ratio("a", "b", covariates=["c", ("d", "c")])
    assert metric.columns == ("a", "b", "c", "d")


def test_a_guardrail_asks_its_margin():
    metric = ab.mean("latency", role="guardrail", margin_relative=0.02, good="down")
    arms = [ab.Moments.from_covariance(["latency"], 10_000, [mean], [[4.0]]) for mean in (10, 10.1)]
    c = metric.compare(*arms)
    test = metric.margin_test(c)
    own = c.noninferiority(margin_relative=0.02, good="down")
    assert (test.holds, test.pvalue, test.is_relative) == (own.holds, own.pvalue, True)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ab.mean("x", role="guardrail"), "needs one of margin and margin_relative"),
        (
            lambda: ab.mean("x", role="guardrail", margin=1, margin_relative=0.1),
            "margin and margin_relative came",
        ),
        (lambda: ab.mean("x", margin=1), "a margin belongs to role='guardrail'"),
        (lambda: ab.mean("x", role="guardrail", margin=-1), "margin=-1 must be above 0"),
        (lambda: ab.mean("x", role="main"), "role='main' must be 'primary' or"),
        (lambda: ab.mean("x", good="higher"), "good='higher' must be"),
        (lambda: ab.mean("x", covariates="y"), r"must be a list of columns: \['y'\]"),
        (lambda: ab.mean("x", covariates=["x"]), "the covariate 'x' of 'x' is the metric itself"),
        (lambda: ab.mean("x", covariates_measured_at="t"), "is given, but no covariates"),
        (lambda: ab.mean("x", winsorise=0.2), "winsorise=0.2"),
        (lambda: ab.quantile("x", 90), "0.9 is the 90th percentile"),
    ],
)
def test_metrics_that_cannot_be_are_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()
