"""Each warning where it is due, on numbers that can be followed, and silence where it is not."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmlab import ab
from pmlab.ab.cautions import without


def warned(e, text):
    return [one for one in e.warnings if text in one]


def people(**groups):
    """Rows from (arm, segment) -> (how many, how many of them converted)."""
    rows = []
    for (arm, segment), (n, converted) in groups["of"].items():
        rows += [(arm, segment, int(k < converted)) for k in range(n)]
    frame = pd.DataFrame(rows, columns=["variant", "channel", "converted"])
    frame.insert(0, "user_id", range(len(frame)))
    return frame


CONVERTED = [ab.proportion("converted", role="primary")]


def converted(rows, **asked):
    return ab.experiment(rows, **{"control": "A", "metrics": CONVERTED, **asked})


# --- Simpson --------------------------------------------------------------------------------------

# Bickel, Hammel and O'Connell (1975) and the kidney stones of Charig et al. (1986) are the textbook
# cases; these are the stones: treatment A (open surgery) and B (a puncture), by size.
STONES = {
    ("A", "small"): (87, 81),
    ("A", "large"): (263, 192),
    ("B", "small"): (270, 234),
    ("B", "large"): (80, 55),
}


def test_the_kidney_stones():
    e = converted(people(of=STONES), segments=["channel"])
    whole = e.primary.comparison
    assert (whole.control, whole.treatment) == pytest.approx((273 / 350, 289 / 350))
    (text,) = warned(e, "Simpson's paradox over channel")
    # 81/87 = 93.1% against 234/270 = 86.7%; 192/263 = 73.0% against 55/80 = 68.75%.
    assert "small -6.4 points" in text
    assert "large -4.3 points" in text
    # With 357 small and 343 large ones in both: (357 x -6.44 + 343 x -4.25) / 700 = -5.4.
    assert "it would be -5.4 points" in text
    (text,) = warned(e, "units do not split as they should in channel")
    assert "small (A 87, B 270)" in text


def test_no_paradox_where_a_segment_agrees():
    rows = people(
        of={
            ("A", "ads"): (1000, 200),
            ("B", "ads"): (1000, 290),
            ("A", "organic"): (1000, 300),
            ("B", "organic"): (1000, 290),
        }
    )
    e = converted(rows, segments=["channel"])
    assert e.primary.verdict == "better"
    assert not warned(e, "Simpson")
    assert not warned(e, "do not split")


@given(
    shares=st.lists(st.tuples(st.floats(0.05, 0.95), st.floats(0.05, 0.95)), min_size=2, max_size=4)
)
@settings(deadline=None, max_examples=40)
def test_arms_with_the_same_mix_never_show_a_paradox(shares):
    # With the same mix, the whole is a weighted mean of its parts.
    of = {}
    for place, (control, treatment) in enumerate(shares):
        of["A", f"s{place}"] = (200, round(200 * control))
        of["B", f"s{place}"] = (200, round(200 * treatment))
    assert not warned(converted(people(of=of), segments=["channel"]), "Simpson")


# --- Twyman ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "control", "treatment", "due"),
    [
        (10_000, 0.10, 0.20, True),  # +100%, at least 86%
        (10_000, 0.10, 0.12, False),  # +20%
        (10_000, 0.20, 0.10, True),  # -50%
        (60, 0.20, 0.40, False),  # +100%, but it may be +15%: few people, not a strange effect
        (10_000, 0.10, 0.10, False),
    ],
)
def test_twymans_law_where_even_the_near_end_is_too_good(n, control, treatment, due):
    of = {("A", "x"): (n, round(n * control)), ("B", "x"): (n, round(n * treatment))}
    assert bool(warned(converted(people(of=of)), "Twyman's law")) is due


# --- one row --------------------------------------------------------------------------------------


def spent(control, treatment):
    values = [*control, *treatment]
    arms = ["A"] * len(control) + ["B"] * len(treatment)
    return pd.DataFrame({"user_id": range(len(values)), "variant": arms, "spent": values})


SPENT = [ab.mean("spent", role="primary")]


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("where", ["A", "B"])
def test_one_row_that_dominates_a_mean_is_named_with_the_effect_without_it(sign, where):
    rng = np.random.default_rng(2)
    a, b = rng.normal(10, 2, 300), rng.normal(10, 2, 300)
    with_one = a if where == "A" else b
    with_one[17] = sign * 5000.0
    e = ab.experiment(spent(a, b), control="A", metrics=SPENT)
    (text,) = warned(e, "one row dominates the mean")
    assert f"dominates the mean of {where}" in text
    assert f"holds {'-' if sign < 0 else ''}5,000 " in text
    rest = [np.delete(arm, 17) if arm is with_one else arm for arm in (a, b)]
    without = ab.compare_means(control=rest[0], treatment=rest[1])
    assert f"without it the effect is {without.shown_effect} ({without.direction})" in text


@pytest.mark.parametrize("seed", range(5))
def test_ordinary_spending_has_no_dominating_row(seed):
    # Log-normal with sigma 1.5, as skewed as revenue is; the law of large numbers still holds it.
    rng = np.random.default_rng(seed)
    e = ab.experiment(
        spent(rng.lognormal(3, 1, 4000), rng.lognormal(3, 1, 4000)), control="A", metrics=SPENT
    )
    assert not warned(e, "one row dominates")


def test_a_winsorised_mean_has_no_dominating_row():
    rng = np.random.default_rng(2)
    a, b = rng.normal(10, 2, 300), rng.normal(10, 2, 300)
    b[0] = 5000.0
    metrics = [ab.mean("spent", role="primary", winsorise=0.99)]
    assert not warned(ab.experiment(spent(a, b), control="A", metrics=metrics), "one row dominates")


@given(
    values=st.lists(st.floats(-1e3, 1e3, allow_subnormal=False), min_size=3, max_size=90),
    big=st.floats(1e4, 1e5),
)
def test_what_is_left_without_a_value_is_what_the_definition_says(values, big):
    left = without(ab.Stats.of([*values, big]), big)
    expected = ab.Stats.of(values)
    assert left.n == expected.n
    assert left.mean == pytest.approx(expected.mean, rel=1e-9, abs=1e-8)
    assert left.var == pytest.approx(expected.var, rel=1e-6, abs=1e-3)


# --- who is missing -------------------------------------------------------------------------------


def rated(missing_a, missing_b, n=2000):
    rng = np.random.default_rng(1)
    frame = spent(rng.normal(4, 1, n), rng.normal(4, 1, n))
    frame.loc[frame.index[:missing_a], "spent"] = np.nan
    frame.loc[frame.index[n : n + missing_b], "spent"] = np.nan
    return frame


def test_values_that_are_missing_more_often_in_one_arm():
    e = ab.experiment(rated(200, 300), control="A", metrics=SPENT, missing="drop")
    (text,) = warned(e, "missing more often in one arm")
    assert "10.0%, 15.0%" in text
    # Pearson's test of 200 and 1,800 against 300 and 1,700: chi-squared 22.9, one degree.
    even = ab.experiment(rated(200, 210), control="A", metrics=SPENT, missing="drop")
    assert not warned(even, "missing more often")


def test_that_missing_test_is_pearsons(monkeypatch):
    from scipy.stats import chi2_contingency

    from pmlab.ab import cautions

    expected = chi2_contingency([[212, 268], [1788, 1732]], correction=False).pvalue
    monkeypatch.setattr(cautions, "MISMATCH", expected * (1 + 1e-9))
    assert cautions.lost_rows(SPENT[0], (212, 268), (2000, 2000)) is not None
    monkeypatch.setattr(cautions, "MISMATCH", expected * (1 - 1e-9))
    assert cautions.lost_rows(SPENT[0], (212, 268), (2000, 2000)) is None


# --- two sides ------------------------------------------------------------------------------------


def test_where_p_and_interval_fall_on_different_sides_the_interval_decides_and_a_warning_says_so():
    # Found by search over small tables: the pooled z test and Newcombe's interval part ways.
    for a in range(2, 40):
        for b in range(a, 41):
            c = ab.compare_proportions(control=(a, 40), treatment=(b, 45))
            if (c.pvalue < 0.05) != (c.direction in ("higher", "lower")):
                e = converted(people(of={("A", "x"): (40, a), ("B", "x"): (45, b)}))
                assert warned(e, "fall on different sides")
                decided = "better" if c.direction == "higher" else "not clear"
                assert e.primary.verdict == decided
                return
    pytest.fail("no such table")


def test_an_ordinary_experiment_has_no_warnings():
    rng = np.random.default_rng(8)
    n = 4000
    rows = pd.DataFrame(
        {
            "user_id": range(n),
            "variant": rng.permutation(["A", "B"] * (n // 2)),
            "channel": rng.choice(["ads", "organic"], n),
            "converted": (rng.random(n) < 0.3).astype(int),
            "spent": rng.lognormal(2, 1, n),
        }
    )
    e = ab.experiment(
        rows,
        control="A",
        metrics=[*CONVERTED, ab.mean("spent"), ab.ratio("spent", "spent", name="one")],
        segments=["channel"],
    )
    assert not math.isnan(e.primary.comparison.pvalue)
    own = [text for text in e.warnings if not text.startswith("one:")]
    assert own == []
