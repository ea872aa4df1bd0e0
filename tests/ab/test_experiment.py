"""An experiment from its rows to its decision: what is asked, what comes out, what is refused."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

import pmlab as pm
from pmlab import ab
from pmlab.errors import InputError

N = 20_000


def simulated(seed=11, *, lift=0.0, slower=0.0, arms=("A", "B"), n=N):
    """Half convert one time in five; `lift` and `slower` are what every treatment really does."""
    rng = np.random.default_rng(seed)
    arm = rng.choice(arms, n)
    treated = arm != arms[0]
    skill = rng.normal(0, 1, n)
    return pd.DataFrame(
        {
            "user_id": range(n),
            "variant": arm,
            "channel": rng.choice(["ads", "organic"], n),
            "converted": (rng.random(n) < 0.2 + lift * treated).astype(int),
            "spent": np.exp(skill + rng.normal(0, 0.5, n)) + 3 * lift * treated,
            "spent_before": np.exp(skill + rng.normal(0, 0.5, n)),
            "latency": rng.normal(400 + slower * treated, 60, n),
        }
    )


METRICS = [
    ab.proportion("converted", role="primary"),
    ab.mean("spent", covariates=["spent_before"]),
    ab.mean("latency", role="guardrail", margin_relative=0.02, good="down"),
]


def analysed(rows, **asked):
    return ab.experiment(rows, **{"control": "A", "metrics": METRICS, **asked})


# --- a truth that is known ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("truth", "decision"),
    [
        ({"lift": 0.04}, "ship"),
        ({"lift": -0.04}, "do not ship"),
        ({"lift": 0.04, "slower": 30}, "do not ship"),
        # 1% slower where 2% is agreed, and too few to tell 0 from 2%.
        ({"lift": 0.12, "slower": 4, "n": 1500}, "inconclusive"),
    ],
)
def test_the_decision_is_the_one_that_the_truth_asks_for(truth, decision):
    assert analysed(simulated(**truth)).decision == decision


def test_nothing_is_seldom_shipped():
    # A/A: the primary is called better in 1 of 40. Of 200, more than 14 have p < 0.0005.
    decisions = [analysed(simulated(seed, n=2000)).decision for seed in range(200)]
    assert decisions.count("ship") <= 14
    assert decisions.count("invalid") <= 3
    assert decisions.count("inconclusive") >= 170


def test_an_arm_that_loses_people_is_invalid_however_good_it_looks():
    rows = simulated(lift=0.0)
    # One in six of B's who did not convert is lost on the way.
    lost = (rows["variant"] == "B") & (rows["converted"] == 0) & (rows["user_id"] % 6 == 0)
    e = analysed(rows[~lost])
    assert e.primary.verdict == "better"
    assert e.decision == "invalid"
    assert "withheld" in str(e)
    assert "| better" not in str(e)


@pytest.fixture(scope="module")
def assignments():
    return pm.datasets.load("assignments")


def test_the_four_experiments_of_larder(assignments):
    def of(name, **asked):
        return ab.experiment(
            assignments[assignments["experiment"] == name], control="control", **asked
        )

    starter = of("Starter plan", metrics=[ab.proportion("saved_plan", role="primary")])
    assert starter.decision == "ship"
    assert any("Twyman" in text for text in starter.warnings)

    landing = of(
        "Landing page",
        metrics=[ab.proportion("signed_up", role="primary")],
        segments=["device"],
        missing="drop",
    )
    assert landing.primary.verdict == "better"
    assert landing.decision == "invalid"
    assert any("do not split as they should in device: mobile" in t for t in landing.warnings)

    button = of("Button colour", metrics=[ab.proportion("filled_basket", role="primary")])
    assert button.decision == "inconclusive"

    upsell = of(
        "Upsell",
        metrics=[
            ab.proportion("started_trial", role="primary"),
            ab.proportion("cancelled", role="guardrail", margin=0.01, good="down"),
            ab.mean("revenue_cents"),
        ],
    )
    assert upsell.primary.verdict == "better"
    assert upsell.decision == "do not ship"
    assert "cancelled" in upsell.reason
    assert any("one row dominates the mean of treatment" in text for text in upsell.warnings)


def test_larders_upsell_fades():
    rows = pm.datasets.load("upsell_days")
    e = ab.experiment(
        rows,
        control="control",
        metrics=[ab.proportion("started_trial", role="primary")],
        cluster="user_id",
        exposed_at="assigned_at",
        measured_at="basket_at",
    )
    assert e.daily.novelties["treatment"].fades
    assert any(text.startswith("novelty: started_trial") for text in e.warnings)
    day = e.daily.to_frame().set_index("day")
    first = rows[
        pd.to_datetime(rows["basket_at"]).dt.date == pd.to_datetime(rows["assigned_at"]).dt.date
    ].groupby("variant")["started_trial"]
    share = first.sum() / first.count()
    assert day.loc[0, "effect"] == pytest.approx(share["treatment"] - share["control"])


# --- corrections ----------------------------------------------------------------------------------


def several(correction):
    metrics = [
        *METRICS,
        ab.mean("spent", name="spent, raw"),
        ab.mean("spent_before", name="before"),
    ]
    rows = simulated(arms=("A", "B", "C"), lift=0.01)
    return analysed(rows, metrics=metrics, correction=correction)


def test_holm_over_secondaries_and_treatments_and_the_primary_by_itself():
    e = several("holm")
    by_role = {
        role: [one for one in e.findings if one.metric.role == role]
        for role in ("primary", "secondary", "guardrail")
    }
    assert {role: [one.n_tests for one in own] for role, own in by_role.items()} == {
        "primary": [2, 2],
        "secondary": [6] * 6,
        "guardrail": [1, 1],
    }
    for role in ("primary", "secondary"):
        own = by_role[role]
        # Holm by the definition: the smallest times m, the next times m - 1, never falling.
        order = sorted(range(len(own)), key=lambda at: own[at].comparison.pvalue)
        floor = 0.0
        for rank, at in enumerate(order):
            floor = max(floor, min(1.0, (len(own) - rank) * own[at].comparison.pvalue))
            assert own[at].pvalue_corrected == pytest.approx(floor)
    for one in by_role["guardrail"]:
        assert one.pvalue_corrected == one.comparison.pvalue


def test_bonferroni_and_bh_by_name_and_none():
    holm, bonferroni, bh, plain = (
        [one.pvalue_corrected for one in several(name).findings if one.metric.role == "secondary"]
        for name in ("holm", "bonferroni", "bh", None)
    )
    assert all(p <= q for p, q in zip(plain, bh, strict=True))
    assert all(p <= q + 1e-15 for p, q in zip(bh, holm, strict=True))
    assert all(p <= q + 1e-15 for p, q in zip(holm, bonferroni, strict=True))
    assert bonferroni == pytest.approx([min(1, 6 * p) for p in plain])
    assert "corrected by Bonferroni" in several("bonferroni").method
    assert all(one.n_tests == 1 for one in several(None).findings)


# --- what comes out -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped():
    return analysed(simulated(lift=0.04), segments=["channel"], expected_split={"A": 1, "B": 1})


def test_the_decision_comes_first_then_the_reason_the_numbers_and_what_to_beware_of(shipped):
    text = str(shipped)
    lines = text.splitlines()
    assert lines[0] == "Decision: ship B"
    assert lines[1].startswith("The primary metric is better: converted +")
    order = ["Decision: ship", "The primary metric is", "converted (primary)", "Split:", "Rule:"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert max(map(len, text.splitlines())) < 140
    html = shipped._repr_html_()
    assert html.index("Decision: ship B") < html.index("The primary metric") < html.index("<table")


def test_the_table_has_a_row_a_metric_and_treatment(shipped):
    table = shipped.table
    assert table["metric"].tolist() == ["converted", "latency", "spent"]
    assert table["role"].tolist() == ["primary", "guardrail", "secondary"]
    assert table["verdict"].tolist() == ["better", "within margin", "better"]
    row = table.iloc[0]
    assert row["effect"] == pytest.approx(row["treatment"] - row["control"])
    assert row["relative"] == pytest.approx(row["effect"] / row["control"])
    assert row["low"] < row["effect"] < row["high"]
    assert table.loc[1, ["margin", "margin_is_relative"]].tolist() == [0.02, True]
    assert shipped.srm.counts == (row["n_control"], row["n_treatment"])


def test_segments_hold_their_own_rows(shipped):
    rows = simulated(lift=0.04)
    own = shipped.segments.set_index(["value", "metric"])
    for channel, part in rows.groupby("channel"):
        alone = analysed(part)
        assert own.loc[(channel, "converted"), "effect"] == pytest.approx(
            alone.primary.comparison.effect
        )
        assert own.loc[(channel, "spent"), "low"] == pytest.approx(alone.table["low"].iloc[2])
    twice = own.xs("converted", level="metric")
    assert (twice["pvalue_corrected"] >= twice["pvalue"]).all()


def test_units_without_a_segment_are_a_group_of_their_own():
    rows = simulated()
    rows.loc[rows.index[:500], "channel"] = None
    values = analysed(rows, segments=["channel"]).segments
    assert values["value"].unique().tolist() == ["ads", "organic", "(missing)"]
    n = values[(values["metric"] == "converted") & (values["value"] == "(missing)")]
    assert int(n["n_control"].iloc[0] + n["n_treatment"].iloc[0]) == 500


def test_a_summary_and_a_method_that_name_what_was_done(shipped):
    assert shipped.summary() == f"Decision: ship B. {shipped.reason}"
    assert "spent: Adjusted for spent_before" in shipped.method
    assert shipped.method.count("Fieller's interval") == 1
    assert any("looked at once" in text for text in shipped.assumptions)


def test_a_result_cannot_be_changed(shipped):
    with pytest.raises(dataclasses.FrozenInstanceError):
        shipped.decision = "ship"


def test_what_was_not_asked_for_says_how_to_ask():
    e = analysed(simulated(n=1000))
    with pytest.raises(InputError, match=r"segments=\['channel'\]"):
        e.segments  # noqa: B018
    with pytest.raises(InputError, match="measured_at="):
        e.daily  # noqa: B018


def test_the_confidence_level_moves_intervals_and_verdicts():
    rows = simulated(lift=0.012)
    wide, narrow = (
        analysed(rows, confidence_level=at).primary.comparison.interval for at in (0.999, 0.8)
    )
    assert wide.low < narrow.low < narrow.high < wide.high


# --- days since exposure --------------------------------------------------------------------------


def daily_rows(effects, n=400, seed=5, noise=0.5):
    """One row a user and day, users unlike each other; the treatment's effect on each day."""
    rng = np.random.default_rng(seed)
    user = np.repeat(np.arange(n), len(effects))
    day = np.tile(np.arange(len(effects)), n)
    treated = user % 2 == 1
    level = rng.normal(0, 1, n)[user]
    start = pd.Timestamp("2026-03-01 15:00") + pd.to_timedelta(rng.integers(0, 5, n)[user], "D")
    return pd.DataFrame(
        {
            "user_id": user,
            "variant": np.where(treated, "B", "A"),
            "exposed_at": start,
            # By day, as a table of days has it: the first lies before the hour of the exposure.
            "day": start.normalize() + pd.to_timedelta(day, "D"),
            "minutes": 10
            + level
            + rng.normal(0, noise, n * len(effects))
            + treated * np.array(effects)[day],
            "opened": rng.poisson(3, n * len(effects)) + 1.0,
        }
    )


def by_day(rows, **asked):
    return ab.experiment(
        rows,
        **{
            "control": "A",
            "metrics": [ab.mean("minutes", role="primary")],
            "cluster": "user_id",
            "exposed_at": "exposed_at",
            "measured_at": "day",
            **asked,
        },
    )


def test_each_day_is_compared_by_itself():
    rows = daily_rows([2.0, 1.0, 0.0])
    found = by_day(rows).daily.to_frame()
    assert found["day"].tolist() == [0, 1, 2]
    day = (rows["day"] - rows["exposed_at"].dt.normalize()).dt.days
    for number, row in found.set_index("day").iterrows():
        own = rows[day == number]
        direct = ab.compare_means(
            control=own.loc[own["variant"] == "A", "minutes"],
            treatment=own.loc[own["variant"] == "B", "minutes"],
        )
        assert row["effect"] == pytest.approx(direct.effect)
        assert row["low"] == pytest.approx(direct.low)


def test_an_effect_that_fades_is_called_a_novelty_and_its_test_is_that_of_changes_within_users():
    rows = daily_rows([3.0] * 3 + [0.5] * 11)
    e = by_day(rows)
    found = e.daily.novelties["B"]
    assert found.from_day == 7
    assert found.fades
    assert any("novelty: minutes in B" in text for text in e.warnings)
    assert "It fades" in e.daily.summary()
    # With all days there for everyone it is the test of each user's own change.
    day = (rows["day"] - rows["exposed_at"].dt.normalize()).dt.days
    early = rows[day < 7].groupby(["variant", "user_id"])["minutes"].mean()
    late = rows[day >= 7].groupby(["variant", "user_id"])["minutes"].mean()
    change = early - late
    gap = change["B"].mean() - change["A"].mean()
    assert found.early - found.late == pytest.approx(gap)
    z = gap / math.sqrt(change["B"].var() / 200 + change["A"].var() / 200)
    assert found.pvalue == pytest.approx(math.erfc(abs(z) / math.sqrt(2)), rel=1e-6)


def test_an_effect_that_grows_is_no_novelty():
    e = by_day(daily_rows([0.0] * 7 + [3.0] * 7))
    assert e.daily.novelties["B"].fades is False
    assert any(text.startswith("the effect grows") for text in e.warnings)


def test_an_effect_that_turns_is_one_that_fades():
    assert by_day(daily_rows([2.0] * 7 + [-3.0] * 7)).daily.novelties["B"].fades is True


def test_a_steady_effect_seldom_looks_like_a_novelty():
    # At p < 0.01: of 60, more than 5 has p < 0.0005.
    found = [by_day(daily_rows([1.0] * 10, n=100, seed=s)).daily.novelties["B"] for s in range(60)]
    assert sum(one.fades is not None for one in found) <= 5


def test_ratios_have_days_too():
    e = by_day(
        daily_rows([2.0] * 7 + [0.0] * 7),
        metrics=[ab.ratio("minutes", "opened", role="primary")],
    )
    assert e.daily.novelties["B"].fades
    assert set(e.daily.to_frame()["metric"]) == {"minutes/opened"}


def test_days_by_the_clock_of_the_columns():
    # 15:00 in UTC on 1 March is 02:00 on 2 March in Auckland.
    rows = daily_rows([1.0, 1.0])
    for name in ("exposed_at", "day"):
        rows[name] = rows[name].dt.tz_localize("Pacific/Auckland")
    assert by_day(rows).daily.to_frame()["day"].tolist() == [0, 1]
    mixed = rows.assign(day=rows["day"].dt.tz_localize(None))
    with pytest.raises(InputError, match="one of the two has a time zone"):
        by_day(mixed)


def test_rows_from_before_the_exposure_are_refused():
    rows = daily_rows([1.0, 1.0])
    rows.loc[3, "day"] -= pd.Timedelta("9D")
    with pytest.raises(InputError, match="1 row was measured on a day before the exposure"):
        by_day(rows)
    rows.loc[3, "day"] = pd.NaT
    with pytest.raises(InputError, match="1 row has no time in 'day'"):
        by_day(rows)


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"metrics": []}, "exactly one metric has role='primary'.*none has it"),
        ({"metrics": [ab.mean("spent")]}, "none has it"),
        (
            {"metrics": [METRICS[0], ab.mean("spent", role="primary")]},
            "'converted' and 'spent' have it",
        ),
        ({"metrics": [METRICS[0], "spent"]}, "metrics holds 'spent'"),
        ({"metrics": [METRICS[0], ab.mean("spent"), ab.mean("spent")]}, "called 'spent'"),
        ({"segments": "channel"}, r"segments='channel' must be a list"),
        ({"missing": "ignore"}, "missing='ignore'"),
        ({"correction": "holmes"}, "correction='holmes'.*Did you mean 'holm'"),
        ({"confidence_level": 95}, "confidence_level"),
        ({"measured_at": "channel"}, "measured_at is given without exposed_at"),
        ({"expected_split": {"A": 0.5, "B": 0.6}}, "sum to 1.1"),
        ({"metrics": [ab.proportion("spent", role="primary")]}, "other values than 0 and 1"),
        (
            {"metrics": [ab.quantile("spent", 0.9, role="primary")], "cluster": "user_id"},
            "a quantile takes rows to be independent",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(asked, message):
    with pytest.raises(InputError, match=message):
        analysed(simulated(n=200), **asked)


# --- the figures ----------------------------------------------------------------------------------


def test_the_forest_shows_every_metric_with_its_verdict_and_margin(shipped):
    figure = shipped.plot()
    rows = list(figure.layout.yaxis.categoryarray)
    assert [row.split("<br>")[0] for row in rows[::-1]] == ["converted", "latency", "spent"]
    assert "guardrail: within margin" in rows[1]
    texts = [note.text for note in figure.layout.annotations]
    assert any("margin +2%" in text for text in texts)
    assert figure.layout.meta["description"] == shipped.summary()
    low, high = figure.layout.xaxis.range
    assert low < 0 < high


def test_an_invalid_experiment_shows_no_verdict_in_colour():
    rows = simulated()
    rows = rows[~((rows["variant"] == "B") & (rows["user_id"] % 5 == 0))]
    figure = analysed(rows).plot()
    colours = {trace.marker.color for trace in figure.data if trace.mode == "markers"}
    assert colours <= {pm_grey(), None}


def pm_grey():
    from pmlab.plots import GREY

    return GREY


def test_the_days_are_drawn_with_what_was_early_and_late():
    daily = by_day(daily_rows([3.0] * 3 + [0.5] * 11)).daily
    figure = daily.plot()
    points = figure.data[0]
    assert list(points.x) == list(range(14))
    assert list(points.y) == pytest.approx([found.effect for *_, found in daily.effects])
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    early, late = daily.novelties["B"][1:3]
    assert [tuple(line.y) for line in lines] == [(early, early), (late, late)]
    assert figure.layout.meta["description"] == daily.summary()


class TestSplitsOfNothing:
    @pytest.mark.parametrize("counts", [{}, {"A": 5}, [5, 5]])
    def test_fewer_than_two_arms(self, counts):
        with pytest.raises(pm.PmlabError, match="two arms or more"):
            ab.srm(counts)

    def test_no_units_is_no_sound_split(self):
        check = ab.srm({"A": 0, "B": 0})
        assert check.pvalue != check.pvalue  # NaN
        assert check.title.startswith("No units")
        assert "undefined" in check.warnings[0]
