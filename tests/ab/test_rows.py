"""The rows of an experiment say the same wherever they are: in a frame, a file or an engine."""

from __future__ import annotations

import math
from fractions import Fraction
from importlib.util import find_spec
from shutil import which

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pmlab import ab
from pmlab.ab.rows import InEngine, InMemory, Roles
from pmlab.errors import InputError, NotFoundError
from pmlab.events.tables import Table

N = 3000
EAGER = ["pandas", "polars", "pyarrow", "csv", "parquet"]
LAZY = ["polars lazy", "duckdb"]
SPARK = ["spark"] if find_spec("pyspark") and which("java") else []
"""Where there is one: it needs the extra "spark" and Java 17."""


@pytest.fixture(scope="module")
def rows():
    """Three arms; a column far from zero, one of truth values, a covariate, gaps, a segment."""
    rng = np.random.default_rng(20)
    arm = rng.choice(["A", "B", "C"], N)
    before = rng.gamma(2, 10, N)
    frame = pd.DataFrame(
        {
            "user_id": [f"u{number}" for number in rng.permutation(N)],
            "variant": arm,
            "converted": rng.random(N) < np.where(arm == "B", 0.3, 0.2),
            "revenue": 0.5 * before + rng.gamma(2, 10, N) + np.where(arm == "C", 1.0, 0.0),
            "before": before,
            "stamp": 1e9 + rng.normal(0, 1, N),
            "clicks": rng.poisson(2, N),
            "views": 1 + rng.poisson(8, N),
            "rating": np.where(rng.random(N) < 0.2, np.nan, rng.integers(1, 6, N)),
            "rating_before": np.where(rng.random(N) < 0.1, np.nan, rng.normal(3, 1, N)),
            "company": rng.integers(0, 400, N),
            "channel": pd.Series(rng.choice(["ads", "organic", "referral"], N), dtype=object),
        }
    )
    frame.loc[frame.index[::50], "channel"] = None
    # A company is in one arm.
    by_company = np.array(["A", "B", "C"])[np.arange(400) % 3]
    frame["company_arm"] = by_company[frame["company"]]
    return frame


METRICS = [
    ab.proportion("converted", role="primary"),
    ab.mean("revenue", covariates=["before"]),
    ab.mean("stamp"),
    ab.ratio("clicks", "views"),
    ab.mean("rating", covariates=["rating_before"], role="guardrail", margin=0.5),
]


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    import warnings

    from pyspark.sql import SparkSession

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyspark warns of pandas 3
        session = (
            SparkSession.builder.master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("spark")))
            .getOrCreate()
        )
    yield session
    session.stop()


@pytest.fixture
def table_of(request, tmp_path):
    """Return the same rows in another form."""

    def made(form, frame):
        if form == "pandas":
            return frame
        if form == "polars":
            return pl.from_pandas(frame)
        if form == "pyarrow":
            return pa.Table.from_pandas(frame, preserve_index=False)
        if form == "csv":
            frame.to_csv(tmp_path / "rows.csv", index=False)
            return tmp_path / "rows.csv"
        if form == "polars lazy":
            return pl.from_pandas(frame).lazy()
        if form == "duckdb":
            return duckdb.connect().from_arrow(pa.Table.from_pandas(frame, preserve_index=False))
        frame.to_parquet(tmp_path / "rows.parquet", index=False)
        if form == "spark":
            session = request.getfixturevalue("spark")
            return session.read.parquet(str(tmp_path / "rows.parquet"))
        return tmp_path / "rows.parquet"

    return made


def same_numbers(there, here):
    """Compare to 1e-9; two means near 1e9 tell their difference to the seventh digit only."""
    assert there["metric"].tolist() == here["metric"].tolist()
    far = here["metric"] == "stamp"
    pd.testing.assert_frame_equal(there[~far], here[~far], rtol=1e-9, atol=1e-12)
    pd.testing.assert_frame_equal(there[far], here[far], rtol=1e-9, atol=1e-5)
    widths = [frame[far]["high"] - frame[far]["low"] for frame in (there, here)]
    np.testing.assert_allclose(*widths, rtol=1e-6)


# --- the same numbers from everywhere -------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support:FutureWarning")
@pytest.mark.parametrize("form", [*EAGER[1:], *LAZY, *SPARK])
@pytest.mark.parametrize("missing", ["drop", "zero"])
def test_the_same_experiment_wherever_the_rows_are(rows, table_of, form, missing):
    asked = {"control": "A", "metrics": METRICS, "segments": ["channel"], "missing": missing}
    here = ab.experiment(rows, **asked)
    there = ab.experiment(table_of(form, rows), **asked)
    same_numbers(there.table, here.table)
    same_numbers(there.segments, here.segments)
    assert there.srm.counts == here.srm.counts
    assert there.decision == here.decision
    assert there.warnings == here.warnings


@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support:FutureWarning")
@pytest.mark.parametrize("form", [*EAGER[1:], *LAZY, *SPARK])
def test_the_same_clusters_wherever_the_rows_are(rows, table_of, form):
    asked = {
        "control": "A",
        "variant": "company_arm",
        "cluster": "company",
        # Sums by company of numbers near 1e9 say how many rows it has, and hardly what they hold.
        "metrics": [metric for metric in METRICS if metric.label != "stamp"],
        "segments": ["channel"],
        "missing": "drop",
    }
    here = ab.experiment(rows, **asked)
    there = ab.experiment(table_of(form, rows), **asked)
    same_numbers(there.table, here.table)
    same_numbers(there.segments, here.segments)
    assert there.srm.counts == here.srm.counts == (134, 133, 133)


@pytest.mark.parametrize("form", [*EAGER, *LAZY])
def test_numbers_far_from_zero_keep_their_digits(table_of, form):
    # Whole numbers above 1e9, so that the sums below are exact: the definition, in fractions.
    rng = np.random.default_rng(3)
    values = 10**9 + rng.integers(-3, 4, 2000)
    frame = pd.DataFrame({"user_id": range(2000), "variant": ["A", "B"] * 1000, "x": values})
    e = ab.experiment(
        table_of(form, frame.astype({"x": float})),
        control="A",
        metrics=[ab.mean("x", role="primary")],
    )
    for arm, stats in (("A", e.primary.comparison.control), ("B", e.primary.comparison.treatment)):
        own = [Fraction(int(value)) for value in values[(frame["variant"] == arm).to_numpy()]]
        assert stats == pytest.approx(float(sum(own) / len(own)), rel=1e-15)
    contrast = e.primary.comparison.contrast
    own = [Fraction(int(value)) for value in values[1::2]]
    mean = sum(own) / 1000
    variance = sum((value - mean) ** 2 for value in own) / 999
    assert contrast.se == pytest.approx(math.sqrt(variance / 1000), rel=1e-12)


@pytest.mark.parametrize("form", LAZY)
def test_arms_that_lie_far_apart_keep_their_digits_too(table_of, form):
    # The first rows, which say where to count from, are all the control's: a billion away.
    rng = np.random.default_rng(4)
    values = np.concatenate([rng.normal(0, 1, 1500), 1e9 + rng.normal(0, 1, 1500)])
    frame = pd.DataFrame(
        {"user_id": range(3000), "variant": ["A"] * 1500 + ["B"] * 1500, "x": values}
    )
    metrics = [ab.mean("x", role="primary")]
    here = ab.experiment(frame, control="A", metrics=metrics).primary.comparison.contrast
    there = ab.experiment(table_of(form, frame), control="A", metrics=metrics)
    found = there.primary.comparison.contrast
    assert found.se == pytest.approx(np.std(values[1500:], ddof=1) / math.sqrt(1500), rel=1e-9)
    assert found.se == pytest.approx(here.se, rel=1e-9)
    assert found.se_control == pytest.approx(here.se_control, rel=1e-9)


@given(
    values=hnp.arrays(
        float, st.integers(4, 40), elements=st.floats(-1e6, 1e6, allow_subnormal=False)
    ),
    seed=st.integers(0, 2**32 - 1),
)
@settings(deadline=None, max_examples=40)
def test_the_order_of_rows_changes_nothing(values, seed):
    n = len(values)
    frame = pd.DataFrame({"user_id": range(n), "variant": ["A", "B"] * (n // 2) + ["A"] * (n % 2)})
    frame["x"] = values
    shuffled = frame.sample(frac=1, random_state=seed % 2**31)
    metrics = [ab.mean("x", role="primary")]
    one = ab.experiment(frame, control="A", metrics=metrics).table
    other = ab.experiment(shuffled, control="A", metrics=metrics).table
    scale = float(np.abs(values).max()) or 1.0
    pd.testing.assert_frame_equal(
        one[["effect", "low", "high"]],
        other[["effect", "low", "high"]],
        rtol=1e-7,
        atol=1e-9 * scale,
    )


def test_the_callers_frame_is_not_changed(rows):
    before = rows.copy(deep=True)
    ab.experiment(rows, control="A", metrics=METRICS, missing="drop", segments=["channel"])
    pd.testing.assert_frame_equal(rows, before)


# --- each metric gets what is its own -------------------------------------------------------------


def test_each_metric_is_compared_as_if_its_arrays_had_been_given(rows):
    e = ab.experiment(rows, control="A", metrics=METRICS, missing="drop")
    a, b = (rows[rows["variant"] == arm] for arm in "AB")
    found = {one.metric.label: one.comparison for one in e.findings if one.variant == "B"}

    direct = ab.compare_proportions(
        control=(int(a["converted"].sum()), len(a)), treatment=(int(b["converted"].sum()), len(b))
    )
    assert found["converted"].interval == direct.interval
    direct = ab.compare_ratios(
        control=(a["clicks"], a["views"]), treatment=(b["clicks"], b["views"])
    )
    assert found["clicks/views"].interval == pytest.approx(tuple(direct.interval), rel=1e-12)
    direct = ab.compare_means(
        control=ab.Moments.of(y=a["revenue"], x=a["before"]),
        treatment=ab.Moments.of(y=b["revenue"], x=b["before"]),
    )
    assert found["revenue"].interval == pytest.approx(tuple(direct.interval), rel=1e-12)
    assert found["revenue"].variance_reduction > 0.1


def test_what_is_missing_leaves_out_the_row_of_that_metric_only(rows):
    e = ab.experiment(rows, control="A", metrics=METRICS, missing="drop")
    known = rows["rating"].notna() & rows["rating_before"].notna()
    a, b = (rows[known & (rows["variant"] == arm)] for arm in "AB")
    rating = next(one for one in e.findings if one.metric.label == "rating" and one.variant == "B")
    assert (rating.comparison.n_control, rating.comparison.n_treatment) == (len(a), len(b))
    assert rating.n_missing == int((~known & rows["variant"].isin(["A", "B"])).sum())
    assert rating.comparison.unadjusted == pytest.approx((a["rating"].mean(), b["rating"].mean()))
    others = [one for one in e.findings if one.metric.label != "rating"]
    assert {one.n_missing for one in others} == {0}
    assert "rating" in e.method
    assert "left out" in e.method


def test_what_is_missing_counts_as_0_if_so_said():
    # Anna and Ben in A bought for 4 and nothing noted; Cleo and Dan in B for 6 and nothing noted.
    frame = pd.DataFrame(
        {"user_id": list("abcd"), "variant": list("AABB"), "revenue": [4.0, None, 6.0, None]}
    )
    metrics = [ab.mean("revenue", role="primary")]
    as_zero = ab.experiment(frame, control="A", metrics=metrics, missing="zero").primary.comparison
    assert (as_zero.control, as_zero.treatment) == (2.0, 3.0)
    dropped = ab.experiment(frame, control="A", metrics=metrics, missing="drop").primary.comparison
    assert (dropped.control, dropped.treatment, dropped.n_control) == (4.0, 6.0, 1)


def test_winsorised_over_all_arms_together(rows):
    metrics = [ab.mean("revenue", role="primary", winsorise=0.9)]
    e = ab.experiment(rows, control="A", metrics=metrics)
    limit = float(np.quantile(rows["revenue"], 0.9))
    clipped = rows["revenue"].clip(upper=limit).groupby(rows["variant"]).mean()
    for finding in e.findings:
        assert finding.comparison.winsorised_at == (-math.inf, limit)
        assert finding.comparison.treatment == pytest.approx(clipped[finding.variant], rel=1e-12)
    assert "Winsorised" in e.method


def test_a_quantile_reads_the_rows(rows):
    e = ab.experiment(rows, control="A", metrics=[ab.quantile("revenue", 0.9, role="primary")])
    for finding in e.findings:
        own = rows.loc[rows["variant"] == finding.variant, "revenue"]
        assert finding.comparison.treatment == np.quantile(own, 0.9)


def test_clusters_by_the_definition(rows):
    # The sandwich of Liang and Zeger (1986), written out: residuals are summed by cluster before
    # they are squared. Arms have k clusters, hence k / (k - 1).
    e = ab.experiment(
        rows,
        control="A",
        variant="company_arm",
        cluster="company",
        metrics=[ab.mean("revenue", role="primary"), ab.mean("before")],
    )
    for finding in e.findings:
        variance = 0.0
        for arm in ("A", finding.variant):
            own = rows[rows["company_arm"] == arm]
            residual = own[finding.metric.column] - own[finding.metric.column].mean()
            sums = residual.groupby(own["company"]).sum()
            k = len(sums)
            variance += float((sums**2).sum()) / len(own) ** 2 * k / (k - 1)
        assert finding.comparison.contrast.se_of_difference == pytest.approx(
            math.sqrt(variance), rel=1e-9
        )
        assert finding.comparison.contrast.n == e.srm.counts["ABC".index(finding.variant)]
    assert "clustered by 'company'" in e.method


# --- what is refused ------------------------------------------------------------------------------


def tiny(**columns):
    frame = {"user_id": list("abcdef"), "variant": list("AABBAB"), "x": [1.0, 2, 3, 4, 5, 6]}
    return pd.DataFrame({**frame, **columns})


PRIMARY = [ab.mean("x", role="primary")]
FORMS = pytest.mark.parametrize("form", ["pandas", "polars", "pyarrow", *LAZY])


@FORMS
def test_a_unit_in_two_arms_is_refused_first(table_of, form):
    frame = tiny(user_id=list("aabbac"), variant=list("AABAAB"))  # a in A thrice, b in both
    with pytest.raises(
        InputError, match=r"1 unit of 'user_id' is in more than one arm, such as 'b'"
    ):
        ab.experiment(table_of(form, frame), control="A", metrics=PRIMARY)


@FORMS
@pytest.mark.parametrize("ids", [list("aabbbc"), [1, 1, 2, 2, 2, 3], [10**15, 10**15, 5, 5, 5, 3]])
def test_repeated_units_are_refused_with_their_number_and_the_fix(table_of, form, ids):
    frame = tiny(user_id=ids, variant=list("AABBBB"))
    with pytest.raises(InputError, match="2 units of 'user_id' have more than one row") as error:
        ab.experiment(table_of(form, frame), control="A", metrics=PRIMARY)
    assert f"{ids[2]!r} with 3" in str(error.value)
    assert "cluster='user_id'" in str(error.value)


@FORMS
def test_a_cluster_in_two_arms_is_refused(table_of, form):
    frame = tiny(company=["x", "x", "x", "y", "z", "y"])
    with pytest.raises(InputError, match="1 unit of 'company' is in more than one arm"):
        ab.experiment(table_of(form, frame), control="A", metrics=PRIMARY, cluster="company")


@FORMS
def test_missing_values_need_a_word_first(table_of, form):
    frame = tiny(x=[1.0, None, 3, 4, None, 6])
    with pytest.raises(InputError, match=r"2 of 6 rows have no value in 'x'.*missing='drop'"):
        ab.experiment(table_of(form, frame), control="A", metrics=PRIMARY)


@FORMS
def test_infinite_values_are_refused(table_of, form):
    frame = tiny(x=[1.0, math.inf, 3, 4, 5, 6])
    with pytest.raises(InputError, match="'x' holds 1 infinite value"):
        ab.experiment(table_of(form, frame), control="A", metrics=PRIMARY, missing="drop")


@FORMS
def test_texts_are_no_numbers(table_of, form):
    with pytest.raises(InputError, match="column 'x' holds"):
        ab.experiment(table_of(form, tiny(x=list("123456"))), control="A", metrics=PRIMARY)


@FORMS
def test_rows_without_a_unit_or_an_arm_are_counted_and_left_out(table_of, form):
    frame = pd.concat(
        [tiny(), pd.DataFrame({"user_id": [None, "g"], "variant": ["A", None], "x": [99.0, 99.0]})]
    )
    e = ab.experiment(table_of(form, frame), control="A", metrics=PRIMARY)
    assert e.n_dropped == 2
    assert e.srm.counts == (3, 3)
    assert e.primary.comparison.control == pytest.approx(8 / 3)
    assert any("2 rows without a unit or a variant" in text for text in e.warnings)


@FORMS
def test_a_control_that_does_not_occur(table_of, form):
    with pytest.raises(NotFoundError, match=r"control='a'.*Did you mean 'A'"):
        ab.experiment(table_of(form, tiny()), control="a", metrics=PRIMARY)
    numbered = tiny(variant=[0, 0, 1, 1, 0, 1])
    with pytest.raises(NotFoundError, match="of another type: control=0"):
        ab.experiment(table_of(form, numbered), control="0", metrics=PRIMARY)


@FORMS
def test_one_arm_only(table_of, form):
    with pytest.raises(InputError, match="all rows are in 'A'"):
        ab.experiment(table_of(form, tiny(variant=list("AAAAAA"))), control="A", metrics=PRIMARY)


@FORMS
def test_no_rows(table_of, form):
    with pytest.raises(InputError, match="rows is empty"):
        ab.experiment(table_of(form, tiny().head(0)), control="A", metrics=PRIMARY)


def test_an_id_is_no_variant():
    frame = pd.DataFrame({"user_id": range(100), "x": 1.0})
    with pytest.raises(InputError, match="100 values, which are too many to be arms"):
        ab.experiment(frame, control=0, variant="user_id", metrics=PRIMARY)


@FORMS
def test_an_id_is_no_segment(rows, table_of, form):
    with pytest.raises(InputError, match="'user_id' has 3,000 values; a segment"):
        ab.experiment(table_of(form, rows), control="A", metrics=METRICS[:1], segments=["user_id"])


@FORMS
@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"unit": "user"}, "unit='user': the rows have no column.*'user_id'"),
        ({"variant": "variants"}, "Did you mean 'variant'"),
        ({"cluster": "company"}, "cluster='company'"),
        ({"segments": ["chanel"]}, "segments='chanel'"),
        ({"exposed_at": "at"}, "exposed_at='at'"),
        ({"metrics": [ab.mean("revenu", role="primary")]}, "metric 'revenu'='revenu'"),
    ],
)
def test_a_column_that_is_not_there(table_of, form, asked, message):
    with pytest.raises(NotFoundError, match=message):
        ab.experiment(table_of(form, tiny()), **{"control": "A", "metrics": PRIMARY, **asked})


@pytest.mark.parametrize("form", LAZY)
@pytest.mark.parametrize(
    "metric",
    [
        ab.quantile("x", 0.9, role="primary"),
        ab.mean("x", role="primary", winsorise=0.99),
    ],
)
def test_an_engine_gives_sums_and_no_rows(table_of, form, metric):
    with pytest.raises(InputError, match=r"needs the rows themselves.*collect it"):
        ab.experiment(table_of(form, tiny()), control="A", metrics=[metric])


@pytest.mark.parametrize("form", LAZY)
def test_an_engine_gives_no_days(table_of, form):
    days = pd.to_datetime(["2026-03-01"] * 6)
    frame = tiny(exposed_at=days, day=days)
    with pytest.raises(InputError, match=r"by days since exposure needs the rows"):
        ab.experiment(
            table_of(form, frame),
            control="A",
            metrics=PRIMARY,
            exposed_at="exposed_at",
            measured_at="day",
        )


@FORMS
def test_a_covariate_from_after_the_exposure_is_refused(table_of, form):
    days = pd.to_datetime(["2026-03-01"] * 6)
    frame = tiny(exposed_at=days, until=days - pd.Timedelta("1h"), before=[3.0, 1, 4, 1, 5, 9])
    metric = ab.mean("x", role="primary", covariates=["before"], covariates_measured_at="until")
    asked = {"control": "A", "metrics": [metric]}
    e = ab.experiment(table_of(form, frame), exposed_at="exposed_at", **asked)
    assert e.primary.comparison.adjusted_by == ("before",)
    frame.loc[[1, 4], "until"] = pd.Timestamp("2026-03-01 00:00:01")
    with pytest.raises(InputError, match="in 2 rows the covariates were measured"):
        ab.experiment(table_of(form, frame), exposed_at="exposed_at", **asked)
    with pytest.raises(InputError, match="give exposed_at="):
        ab.experiment(table_of(form, frame), **asked)


def test_a_table_is_asked_of_an_engine_only_once_if_nothing_is_missing(rows):
    # Spark starts a job for every question.
    asked = []

    class Counting(InEngine):
        @staticmethod
        def _all(frame):
            asked.append(frame)
            return InEngine._all(frame)

    metrics = [ab.mean("revenue", role="primary")]
    roles = Roles(unit="user_id", variant="variant", control="A")
    lazy = Counting(Table(pl.from_pandas(rows).lazy(), "rows"), roles, metrics)
    before = len(asked)
    (found,) = lazy.samples(metrics)
    assert len(asked) == before == 4  # how many rows; the first; the sums; how many units
    (here,) = InMemory(Table(rows, "rows"), roles, metrics).samples(metrics)
    for one, other in zip(found.whole, here.whole, strict=True):
        assert one.n == other.n
        np.testing.assert_allclose(one.covariance, other.covariance, rtol=1e-10)
