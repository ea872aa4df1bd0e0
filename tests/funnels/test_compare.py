"""Segments against each other and against themselves elsewhere, on published tables.

Each table of counts is told as a funnel: who applied, and was admitted; who was treated, and got
well.
"""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pmlab as pm
from pmlab.stats import holm, newcombe_interval, two_proportions_test

ZERO = pd.Timestamp("2024-03-01")
AS_OF = "2024-06-01"


def table(counts, group="", by="segment"):
    """Return events of so many users, and so many of them converted, for each segment."""
    rows = [(f"{group}never", "finish", ZERO, None)]  # finished, and never started: counts nowhere
    for place, (segment, (users, converted)) in enumerate(counts.items()):
        for number in range(users):
            user = f"{group}{place}-{number}"
            rows.append((user, "start", ZERO, segment))
            if number < converted:
                rows.append((user, "finish", ZERO + pd.Timedelta(hours=1), segment))
    return pd.DataFrame(rows, columns=["user_id", "event", "time", by])


def breakdown(counts, group="", by="segment", **options):
    options = {"within": "7d", "as_of": AS_OF, **options}
    return pm.funnel(table(counts, group, by), ["start", "finish"], by=by, **options)


def rows(comparison):
    frame = comparison.to_frame()
    return {row[frame.columns[0]]: row for row in frame.to_dict("records")}


PLANS = {"free": (100, 20), "pro": (60, 24), "team": (40, 10)}
# 20 %, 40 % and 25 %.


class TestAgainstOneSegment:
    def test_the_largest_unless_another_is_named(self):
        found = rows(breakdown(PLANS).compare())
        assert set(found) == {"pro", "team"}
        assert found["pro"]["rate"] == 0.4
        assert found["pro"]["rate_against"] == 0.2
        assert found["pro"]["difference"] == pytest.approx(0.2)
        assert found["team"]["difference"] == pytest.approx(0.05)
        assert (found["pro"]["users"], found["pro"]["users_against"]) == (60, 100)

        found = rows(breakdown(PLANS).compare(against="team"))
        assert found["free"]["difference"] == pytest.approx(-0.05)
        assert found["pro"]["difference"] == pytest.approx(0.15)

    def test_intervals_and_pvalues(self):
        comparison = breakdown(PLANS).compare()
        found = rows(comparison)
        raw = [two_proportions_test(24, 60, 20, 100), two_proportions_test(10, 40, 20, 100)]
        assert [found[plan]["pvalue"] for plan in ("pro", "team")] == pytest.approx(raw)
        # Two comparisons: the smaller p-value doubles, the larger stays.
        assert raw[0] < raw[1]
        assert found["pro"]["pvalue_holm"] == pytest.approx(2 * raw[0])
        assert found["team"]["pvalue_holm"] == pytest.approx(raw[1])
        low, high = newcombe_interval(24, 60, 20, 100)
        assert found["pro"]["difference_low"] == pytest.approx(low)
        assert found["pro"]["difference_high"] == pytest.approx(high)
        wider = comparison.to_frame(confidence_level=0.99).iloc[0]
        assert wider["difference_low"] < low
        assert wider["difference_high"] > high

    def test_the_rate_is_from_the_start_to_the_last_step(self):
        # All who finish go on to the end; the middle step does not matter.
        events = table(PLANS)
        third = events[events["event"] == "finish"].assign(
            event="end", time=ZERO + pd.Timedelta(hours=2)
        )
        lost = third["user_id"].isin(["1-0", "1-1", "1-2"])
        b = pm.funnel(
            pd.concat([events, third[~lost]]),
            ["start", "finish", "end"],
            within="7d",
            by="segment",
            as_of=AS_OF,
        )
        assert rows(b.compare())["pro"]["rate"] == 21 / 60

    def test_there_is_no_mix_within_one_breakdown(self):
        comparison = breakdown(PLANS).compare()
        assert comparison.overall is None
        assert math.isnan(comparison.at_same_mix)
        assert all(map(math.isnan, comparison.interval_at_same_mix()))

    def test_the_missing_segment(self):
        b = breakdown({None: (10, 5), "web": (20, 5)})
        assert rows(b.compare())["(missing)"]["difference"] == pytest.approx(0.25)
        assert rows(b.compare(against=None))["web"]["difference"] == pytest.approx(-0.25)

    def test_segments_that_are_numbers(self):
        b = breakdown({1: (10, 5), 2: (20, 5)}, by="size")
        assert b.compare(against=1).to_frame()["difference"].tolist() == [-0.25]

    def test_nobody_converted_anywhere(self):
        # No difference, and no p-value: nothing varies.
        found = rows(breakdown({"a": (30, 0), "b": (20, 0)}).compare())["b"]
        assert found["difference"] == 0
        assert found["difference_low"] < 0 < found["difference_high"]
        assert math.isnan(found["pvalue"])
        assert math.isnan(found["pvalue_holm"])

    def test_a_unit_in_several_segments_is_warned_of(self):
        events = table({"a": (10, 5), "b": (10, 2)})
        events["user_id"] = events["user_id"].str.partition("-")[2]  # the same ten under both
        options = {"within": "7d", "by": "segment", "as_of": AS_OF}
        b = pm.funnel(events, ["start", "finish"], attribution="all", **options)
        assert any("several segments" in warning for warning in b.compare().warnings)
        assert breakdown(PLANS).compare().warnings == ()

    def test_what_it_says(self):
        comparison = breakdown(PLANS).compare()
        for shown in (str(comparison), comparison._repr_html_(), comparison.summary()):
            assert "+20.0 points" in shown
            assert "free" in shown
        assert "Holm" in comparison.method
        assert "Newcombe" in comparison.method
        drawn = str(comparison.plot().to_plotly_json())
        assert "pro" in drawn
        assert "team" in drawn


BERKELEY_MEN = {
    "A": (825, 512),
    "B": (560, 353),
    "C": (325, 120),
    "D": (417, 138),
    "E": (191, 53),
    "F": (373, 22),
}
BERKELEY_WOMEN = {
    "A": (108, 89),
    "B": (25, 17),
    "C": (593, 202),
    "D": (375, 131),
    "E": (393, 94),
    "F": (341, 24),
}
"""Applicants and admitted in the six largest departments of Berkeley in autumn 1973: Bickel, P.
J., Hammel, E. A. and O'Connell, J. W. (1975), Science 187, 398-404, in the form of Freedman, D.,
Pisani, R. and Purves, R., Statistics, chapter 2, table 2; R's `UCBAdmissions`."""

OPEN_SURGERY = {"small": (87, 81), "large": (263, 192)}
NEPHROLITHOTOMY = {"small": (270, 234), "large": (80, 55)}
"""Treated and well again, by the size of the kidney stone: Charig, C. R. et al. (1986), BMJ 292,
879-882, in the form of Julious, S. A. and Mullee, M. A. (1994), BMJ 309, 1480-1481."""


def by_hand(own, other):
    """Return the difference at the pooled mix, in exact fractions."""
    total = sum(own[s][0] + other[s][0] for s in own)
    return sum(
        Fraction(own[s][0] + other[s][0], total)
        * (Fraction(own[s][1], own[s][0]) - Fraction(other[s][1], other[s][0]))
        for s in own
    )


class TestSimpson:
    def test_berkeley(self):
        women = breakdown(BERKELEY_WOMEN, "w", by="department")
        men = breakdown(BERKELEY_MEN, "m", by="department")
        comparison = women.compare(men)
        # Freedman, Pisani and Purves, table 2: admitted of women and of men, in per cent.
        published = {
            "A": (82, 62),
            "B": (68, 63),
            "C": (34, 37),
            "D": (35, 33),
            "E": (24, 28),
            "F": (7, 6),
        }
        found = rows(comparison)
        for department, rates in published.items():
            row = found[department]
            assert (round(100 * row["rate"]), round(100 * row["rate_against"])) == rates
        # Overall 30 % of women and 45 % of men...
        assert round(100 * comparison.overall.rate) == 30
        assert round(100 * comparison.overall.rate_against) == 45
        assert comparison.overall.difference == pytest.approx(557 / 1835 - 1198 / 2691)
        # ... and weighted by the size of each department 43 % of women and 39 % of men, there.
        assert round(100 * comparison.at_same_mix) == 43 - 39
        assert comparison.at_same_mix == pytest.approx(float(by_hand(BERKELEY_WOMEN, BERKELEY_MEN)))
        low, high = comparison.interval_at_same_mix()
        assert low < comparison.at_same_mix < high
        (warning,) = comparison.warnings
        assert "Simpson" in warning
        assert "department" in warning
        assert "-14.2 points" in warning
        assert "+4.3 points" in warning

    def test_only_in_department_a_is_the_difference_clear(self):
        # Bickel et al. found, of the few departments with a bias, more in favour of women.
        women = breakdown(BERKELEY_WOMEN, "w")
        frame = women.compare(breakdown(BERKELEY_MEN, "m")).to_frame()
        assert frame.loc[frame["pvalue_holm"] < 0.05, "segment"].tolist() == ["A"]

    def test_kidney_stones(self):
        # Better for small stones (93 % against 87 %) and for large ones (73 % against 69 %), and
        # worse overall (78 % against 83 %): it was given to those with large stones.
        comparison = breakdown(OPEN_SURGERY, "o").compare(breakdown(NEPHROLITHOTOMY, "n"))
        found = rows(comparison)
        rates = {
            size: (round(100 * row["rate"]), round(100 * row["rate_against"]))
            for size, row in found.items()
        }
        assert rates == {"small": (93, 87), "large": (73, 69)}
        assert round(100 * comparison.overall.rate) == 78
        assert round(100 * comparison.overall.rate_against) == 83
        assert comparison.overall.difference == pytest.approx((273 - 289) / 350)
        assert comparison.at_same_mix == pytest.approx(
            float(by_hand(OPEN_SURGERY, NEPHROLITHOTOMY))
        )
        assert 0.05 < comparison.at_same_mix < 0.06
        assert any("Simpson" in warning for warning in comparison.warnings)
        # The other way round the signs turn, and the warning stays.
        turned = breakdown(NEPHROLITHOTOMY, "n").compare(breakdown(OPEN_SURGERY, "o"))
        assert turned.at_same_mix == pytest.approx(-comparison.at_same_mix)
        assert any("Simpson" in warning for warning in turned.warnings)

    def test_no_reversal_no_warning(self):
        before = breakdown({"mobile": (200, 20), "desktop": (100, 30)}, "b")
        after = breakdown({"mobile": (100, 20), "desktop": (200, 80)}, "a")
        comparison = after.compare(before)
        # 10 and 10 points in the segments; overall 33.3 % against 16.7 %, more than in either,
        # for more came by desktop; but no sign turns.
        assert comparison.overall.difference == pytest.approx(1 / 3 - 1 / 6)
        assert comparison.at_same_mix == pytest.approx(0.1)
        assert comparison.warnings == ()

    def test_rounding_turns_no_sign(self):
        # 7/14 (0 - 1/6) + 7/14 (2/3 - 2/4) is exactly 0; as floats it comes out just below.
        own, other = {"a": (1, 0), "b": (3, 2)}, {"a": (6, 1), "b": (4, 2)}
        assert by_hand(own, other) == 0
        comparison = breakdown(own, "o").compare(breakdown(other, "t"))
        assert comparison.overall.difference == pytest.approx(0.2)
        assert comparison.warnings == ()


class TestAgainstAnotherBreakdown:
    def test_rows_and_the_whole(self):
        now = breakdown({"a": (50, 25), "b": (20, 2)}, "n")
        then = breakdown({"a": (40, 10), "b": (60, 12)}, "t")
        comparison = now.compare(then)
        found = rows(comparison)
        assert found["a"]["difference"] == pytest.approx(0.25)
        assert found["b"]["difference"] == pytest.approx(-0.1)
        raw = [two_proportions_test(25, 50, 10, 40), two_proportions_test(2, 20, 12, 60)]
        assert [found[s]["pvalue"] for s in "ab"] == pytest.approx(raw)
        assert [found[s]["pvalue_holm"] for s in "ab"] == pytest.approx(holm(raw))
        whole = comparison.overall
        assert (whole.users, whole.users_against) == (70, 100)
        assert whole.difference == pytest.approx(27 / 70 - 22 / 100)
        assert whole.interval() == pytest.approx(newcombe_interval(27, 70, 22, 100))
        assert whole.interval(0.8) == pytest.approx(
            newcombe_interval(27, 70, 22, 100, confidence_level=0.8)
        )
        assert comparison.at_same_mix == pytest.approx(90 / 170 * 0.25 - 80 / 170 * 0.1)

    def test_one_segment_is_its_own_mix(self):
        comparison = breakdown({"a": (50, 25)}, "n").compare(breakdown({"a": (40, 10)}, "t"))
        assert comparison.at_same_mix == pytest.approx(comparison.overall.difference)
        assert comparison.interval_at_same_mix() == pytest.approx(comparison.overall.interval())

    def test_the_interval_at_the_same_mix(self):
        # Zou and Donner (2008), Statistics in Medicine 27, 1693-1702: the distances of each
        # part's limits from its estimate add up in squares, by weight.
        own, other = {"a": (50, 25), "b": (20, 2)}, {"a": (40, 10), "b": (60, 12)}
        comparison = breakdown(own, "n").compare(breakdown(other, "t"))
        down = up = 0
        for segment, weight in (("a", 90 / 170), ("b", 80 / 170)):
            (n, x), (m, y) = own[segment], other[segment]
            low, high = newcombe_interval(x, n, y, m, confidence_level=0.9)
            down += (weight * (x / n - y / m - low)) ** 2
            up += (weight * (high - (x / n - y / m))) ** 2
        middle = comparison.at_same_mix
        assert comparison.interval_at_same_mix(confidence_level=0.9) == pytest.approx(
            (middle - math.sqrt(down), middle + math.sqrt(up))
        )

    def test_a_segment_on_one_side_only(self):
        now = breakdown({"a": (50, 25), "new": (20, 2)}, "n")
        then = breakdown({"a": (40, 10), "old": (60, 12)}, "t")
        comparison = now.compare(then)
        found = rows(comparison)
        assert set(found) == {"a", "new", "old"}
        for gone in ("new", "old"):
            assert math.isnan(found[gone]["difference"])
            assert math.isnan(found[gone]["difference_low"])
            assert math.isnan(found[gone]["pvalue"])
        # One comparison alone is no multiple one.
        assert found["a"]["pvalue_holm"] == found["a"]["pvalue"]
        assert comparison.at_same_mix == pytest.approx(0.25)
        assert comparison.overall.difference == pytest.approx(27 / 70 - 22 / 100)
        warning = next(warning for warning in comparison.warnings if "undefined" in warning)
        assert "'new'" in warning
        assert "'old'" in warning
        str(comparison), comparison._repr_html_(), comparison.summary(), comparison.plot()

    def test_nothing_in_common(self):
        comparison = breakdown({"new": (20, 2)}, "n").compare(breakdown({"old": (60, 12)}, "t"))
        assert math.isnan(comparison.at_same_mix)
        assert all(map(math.isnan, comparison.interval_at_same_mix()))
        assert comparison.overall.difference == pytest.approx(0.1 - 0.2)
        str(comparison), comparison._repr_html_(), comparison.summary(), comparison.plot()

    def test_the_same_units_on_both_sides_are_warned_of(self):
        b = breakdown(PLANS)
        comparison = b.compare(b)
        assert comparison.to_frame()["difference"].tolist() == [0, 0, 0]
        assert any("200 units of both sides are the same" in text for text in comparison.warnings)

    def test_what_it_says(self):
        comparison = breakdown(OPEN_SURGERY, "o").compare(breakdown(NEPHROLITHOTOMY, "n"))
        for shown in (str(comparison), comparison._repr_html_()):
            assert "same mix" in shown
            assert "Simpson" in shown
        assert "-4.6 points" in comparison.summary()
        assert "+5.4 points" in comparison.summary()
        drawn = str(comparison.plot().to_plotly_json())
        assert "small" in drawn
        assert "large" in drawn


COUNTS = st.integers(1, 12).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
SIDE = st.dictionaries(st.sampled_from("abc"), COUNTS, min_size=3)


@given(SIDE, SIDE)
def test_any_two_tables(own, other):
    comparison = breakdown(own, "o").compare(breakdown(other, "t"))
    expected = by_hand(own, other)
    assert comparison.at_same_mix == pytest.approx(float(expected), abs=1e-12)
    overall = Fraction(sum(x for _, x in own.values()), sum(n for n, _ in own.values()))
    overall -= Fraction(sum(x for _, x in other.values()), sum(n for n, _ in other.values()))
    assert comparison.overall.difference == pytest.approx(float(overall), abs=1e-12)
    # Where one is 0 nothing turns, and rounding must not say otherwise.
    if abs(overall * expected) > 1e-12 or overall * expected == 0:
        reversed_ = any("Simpson" in warning for warning in comparison.warnings)
        assert reversed_ == (overall * expected < 0)
    for segment, row in rows(comparison).items():
        (n, x), (m, y) = own[segment], other[segment]
        assert row["difference"] == pytest.approx(x / n - y / m)
        assert row["difference_low"] <= row["difference"] <= row["difference_high"]


class TestRefusals:
    def refused(self, *words, of=PLANS, other=None, **options):
        with pytest.raises(pm.PmlabError) as caught:
            breakdown(of).compare(other, **options)
        missing = [word for word in words if word not in str(caught.value)]
        assert not missing, f"{missing} not in: {caught.value}"

    def test_an_unknown_segment(self):
        self.refused("against='teem'", "'team'", against="teem")
        self.refused("against=None", against=None)

    def test_a_single_segment(self):
        self.refused("segment", "two", of={"a": (10, 5)})

    def test_both_at_once(self):
        self.refused("other", "against", other=breakdown(PLANS), against="free")

    def test_another_funnel(self):
        events = table(PLANS)
        options = {"within": "7d", "by": "segment", "as_of": AS_OF}
        other = pm.funnel(events, ["finish"], **options)
        self.refused("steps", other=other)
        other = pm.funnel(events, ["start", "finish"], **{**options, "within": "1d"})
        self.refused("within", other=other)
        renamed = events.rename(columns={"segment": "plan"})
        other = pm.funnel(renamed, ["start", "finish"], **{**options, "by": "plan"})
        self.refused("by", "'plan'", "'segment'", other=other)

    @pytest.mark.parametrize(
        "options",
        [
            {"rules": pm.Rules(entry="first")},
            {"order": "strict"},
            {"attribution": "last_touch"},
            {"count": "totals"},
        ],
        ids=lambda options: next(iter(options)),
    )
    def test_other_rules(self, options):
        # What was counted otherwise differs for that alone.
        self.refused(next(iter(options)), other=breakdown(PLANS, "o", **options))

    @pytest.mark.parametrize("other", [3, "before", np.zeros(3)], ids=["3", "text", "array"])
    def test_no_breakdown(self, other):
        self.refused("other", "breakdown", other=other)

    def test_a_funnel_that_is_not_broken_down(self):
        f = pm.funnel(table(PLANS), ["start", "finish"], within="7d", as_of=AS_OF)
        self.refused("other", "by", other=f)
