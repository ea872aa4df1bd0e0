"""Scores, intervals and norms of the questionnaires, against their sources."""

import math

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from pmlab import heart
from pmlab.heart.norms import GRADES, grade, percentile

# Brooke (1996), figure 2: contributions 4 1 1 4 1 2 1 1 4 3, total 22, SUS score 22 x 2.5 = 55.
BROOKE = [5, 4, 2, 1, 2, 3, 2, 4, 5, 2]
BEST, WORST = [5, 1] * 5, [1, 5] * 5


def sus_answers(n):
    return st.lists(st.lists(st.integers(1, 5), min_size=10, max_size=10), min_size=n, max_size=30)


def test_sus_brooke_1996():
    assert heart.sus([BROOKE], invited=1).score == 55


def test_sus_runs_from_0_to_100_and_its_middle_is_50():
    scores = heart.sus([BEST, WORST, [3] * 10], invited=9).respondents["score"]
    assert scores.tolist() == [100, 0, 50]


@given(sus_answers(2))
def test_sus_interval_scipy(answers):
    result = heart.sus(answers, invited=99)
    scores = [2.5 * sum(a - 1 if k % 2 == 0 else 5 - a for k, a in enumerate(r)) for r in answers]
    assert result.score == pytest.approx(np.mean(scores))
    if len(set(scores)) > 1:
        theirs = scipy_stats.t.interval(
            0.95, len(scores) - 1, np.mean(scores), scipy_stats.sem(scores)
        )
        assert (result.low, result.high) == pytest.approx(theirs)
        assert result.se == pytest.approx(scipy_stats.sem(scores))


@given(sus_answers(2), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(answers, random):
    shuffled = answers.copy()
    random.shuffle(shuffled)
    one, other = heart.sus(answers, invited=99), heart.sus(shuffled, invited=99)
    assert (other.score, *other.interval) == pytest.approx((one.score, *one.interval))


@given(sus_answers(2))
def test_a_stricter_level_widens_the_interval(answers):
    narrow = heart.sus(answers, confidence_level=0.8)
    wide = heart.sus(answers, confidence_level=0.99)
    assert wide.low <= narrow.low <= narrow.score <= narrow.high <= wide.high


@given(sus_answers(1))
def test_turning_every_answer_round_mirrors_the_score(answers):
    mirrored = heart.sus([[6 - answer for answer in row] for row in answers])
    assert mirrored.score == pytest.approx(100 - heart.sus(answers).score)


@pytest.mark.parametrize(
    ("score", "letter"),
    [
        # Sauro and Lewis (2016), the curved grading scale: the ends of every grade.
        *[(100.0, "A+"), (84.1, "A+"), (84.0, "A"), (80.8, "A"), (80.7, "A-"), (78.9, "A-")],
        *[(78.8, "B+"), (77.2, "B+"), (77.1, "B"), (74.1, "B"), (74.0, "B-"), (72.6, "B-")],
        *[(72.5, "C+"), (71.1, "C+"), (71.0, "C"), (65.0, "C"), (64.9, "C-"), (62.7, "C-")],
        *[(62.6, "D"), (51.7, "D"), (51.6, "F"), (0.0, "F")],
    ],
)
def test_grades_sauro_lewis(score, letter):
    assert grade(score) == letter


def test_a_mean_that_rounding_left_under_the_line_has_its_grade():
    assert grade(77.19999999999999) == "B+"


@pytest.mark.parametrize(("score", "rank"), [(52, 15), (68, 50), (74, 70), (75, 73)])
def test_percentiles_measuringu(score, rank):
    # "5 ways to interpret a SUS score" (68, 75 and 52) and "Measuring usability with the SUS" (74),
    # measuringu.com. Theirs come from the curve itself; ours are read between its grades.
    assert percentile(score) == pytest.approx(rank, abs=0.7)


def test_percentiles_rise_with_the_score_and_meet_at_the_grades():
    ranks = [percentile(score) for score in np.linspace(0, 100, 401)]
    assert ranks == sorted(ranks)
    assert (ranks[0], ranks[-1]) == (0, 100)
    assert [percentile(lowest) for _, lowest, _ in GRADES] == [rank for *_, rank in GRADES]
    assert math.isnan(percentile(math.nan))


def test_umux_lite_and_its_sus_equivalent():
    # (6 + 5 - 2) x 100 / 12 = 75; 0.65 x 75 + 22.9 = 71.65: C+.
    result = heart.umux_lite([[6, 5]], invited=1)
    assert result.score == 75
    assert result.sus_equivalent == pytest.approx(71.65)
    assert result.grade == "C+"


@pytest.mark.parametrize(("answers", "equivalent"), [([[1, 1]] * 6, 22.9), ([[7, 7]] * 6, 87.9)])
def test_umux_lite_spans_only_a_part_of_sus_and_says_so(answers, equivalent):
    result = heart.umux_lite(answers, invited=6)
    assert result.sus_equivalent == pytest.approx(equivalent)
    assert any("runs from 22.9 to 87.9 only" in warning for warning in result.warnings)


def test_nps_keeps_passives_in_n():
    # 3 promoters, 3 passives, 2 detractors: 100 (3 - 2) / 8 = 12.5; without passives it were 20.
    result = heart.nps([10, 9, 9, 8, 7, 7, 6, 0], invited=20)
    assert result.score == 12.5
    assert result.groups == {"promoters": 3, "passives": 3, "detractors": 2}


@given(st.lists(st.integers(0, 10), min_size=2, max_size=80))
def test_nps_variance_is_that_of_its_recoded_answers(answers):
    # p + d - (p - d)^2 is the variance (n in the denominator) of 1, 0 and -1.
    recoded = [100 if a >= 9 else -100 if a <= 6 else 0 for a in answers]
    result = heart.nps(answers, invited=99)
    assert result.score == pytest.approx(np.mean(recoded))
    assert result.se == pytest.approx(np.std(recoded) / math.sqrt(len(answers)), abs=1e-6)
    assert result.high - result.low == pytest.approx(2 * 1.959964 * result.se, rel=1e-6, abs=1e-6)


def test_nps_adjusted_wald_by_hand():
    # Three promoters and two detractors of eight, with 3/4 added to each and 3 to n:
    # (3.75 - 2.75) / 11 = 0.0909; variance 0.5909 - 0.0083 = 0.5826; error sqrt(0.5826 / 11) =
    # 0.2302; interval 9.09 -+ 45.11. The score itself stays 12.5.
    result = heart.nps([10, 9, 9, 8, 7, 7, 6, 0], invited=20, method="adjusted_wald")
    assert result.score == 12.5
    assert result.interval == pytest.approx((9.09 - 45.11, 9.09 + 45.11), abs=0.02)


def test_nps_adjusted_wald_of_promoters_only_still_has_a_width():
    few = [10] * 6
    assert heart.nps(few, invited=6).interval == (100, 100)
    assert heart.nps(few, invited=6, method="adjusted_wald").low < 60


def test_csat_is_the_share_of_the_two_best_answers():
    # Five of eight said 4 or 5. Wilson for 5 of 8, Newcombe's formula: 0.3057 to 0.8632.
    result = heart.csat([5, 4, 4, 3, 5, 2, 4, 1], invited=20)
    assert result.score == 0.625
    assert result.interval == pytest.approx((0.3057, 0.8632), abs=1e-4)
    assert heart.csat([7, 6, 5, 1], scale=7, invited=20).score == 0.5


@pytest.mark.parametrize("instrument", [heart.seq, heart.ces])
def test_seq_and_ces_are_means_with_a_t_interval(instrument):
    answers = [7, 6, 5, 6, 4, 2]
    result = instrument(answers, invited=10)
    theirs = scipy_stats.t.interval(0.95, 5, 5, scipy_stats.sem(answers))
    assert result.score == 5
    assert result.interval == pytest.approx(theirs)
    assert result.grade == ""
    assert math.isnan(result.percentile)


SUS_FRAME = pd.DataFrame(
    [BEST, WORST, BROOKE, [4, 2] * 5], columns=[f"sus_{k}" for k in range(1, 11)]
).assign(user_id=["Anna", "Ben", "Cleo", "Dan"])


@pytest.mark.parametrize(
    "as_table",
    [
        lambda frame: frame,
        pl.from_pandas,
        pa.Table.from_pandas,
        lambda frame: frame.convert_dtypes(),
        lambda frame: frame[sorted(frame.columns)],  # sus_10 before sus_2
    ],
)
def test_every_kind_of_table_gives_the_same(as_table):
    result = heart.sus(as_table(SUS_FRAME), respondent="user_id", invited=10)
    assert result.score == (100 + 0 + 55 + 75) / 4
    assert result.respondents["respondent"].tolist() == ["Anna", "Ben", "Cleo", "Dan"]


def test_arrays_lists_and_columns_give_the_same():
    numbers = [10, 9, 7, 3]
    for answers in (
        numbers,
        np.array(numbers),
        pd.Series(numbers),
        pl.Series(numbers),
        pd.DataFrame({"nps": numbers}),
        np.array(numbers).reshape(-1, 1),
    ):
        assert heart.nps(answers, invited=9).score == 25


def test_columns_named_by_numbers():
    numbered = SUS_FRAME.drop(columns="user_id").set_axis(range(10), axis=1)
    assert heart.sus(numbered).score == heart.sus(SUS_FRAME, respondent="user_id").score


def test_ids_beside_a_table():
    items = SUS_FRAME.drop(columns="user_id")
    for ids in (SUS_FRAME["user_id"], SUS_FRAME["user_id"].tolist()):
        result = heart.sus(items, respondent=ids, invited=10)
        assert result.respondent_ids == {"Anna", "Ben", "Cleo", "Dan"}


def test_columns_that_do_not_end_in_1_to_10_keep_their_order():
    renamed = SUS_FRAME.drop(columns="user_id").set_axis(
        [f"q{k}" for k in range(20, 10, -1)], axis=1
    )
    assert heart.sus(renamed).score == heart.sus(SUS_FRAME, respondent="user_id").score


def test_the_callers_table_is_left_alone():
    before = SUS_FRAME.copy()
    heart.sus(SUS_FRAME, respondent="user_id")
    pd.testing.assert_frame_equal(SUS_FRAME, before)


def test_who_left_items_blank_is_left_out_and_counted():
    # Ben left one item blank, and Dan answered nothing: two complete of four.
    frame = SUS_FRAME.astype({f"sus_{k}": float for k in range(1, 11)})
    frame.loc[1, "sus_4"] = None
    frame.loc[3, frame.columns[:10]] = None
    result = heart.sus(frame, respondent="user_id")
    assert (result.n, result.n_incomplete, result.n_blank) == (2, 1, 1)
    assert result.score == (100 + 55) / 2
    assert "1 respondent left items blank and were left out." in result.warnings
    assert any("that is invited=4" in warning for warning in result.warnings)


def test_rows_without_a_respondent_are_left_out_and_counted():
    result = heart.nps([10, 10, 0], respondent=["Anna", "Ben", None], invited=5)
    assert (result.n, result.score) == (2, 100)
    assert any("1 row without a respondent" in warning for warning in result.warnings)


def test_response_rate():
    result = heart.nps([10, 9, 7, 3, 8], invited=20)
    assert result.response_rate == 0.25
    assert not any("response rate" in warning for warning in result.warnings)
    without = heart.nps([10, 9, 7, 3, 8])
    assert math.isnan(without.response_rate)
    assert any("no response rate" in warning for warning in without.warnings)


def test_nobody_is_undefined_and_says_why():
    result = heart.sus(np.empty((0, 10)), invited=40)
    assert math.isnan(result.score)
    assert result.grade == ""
    assert "nobody answered completely, so the score is undefined (NaN)." in result.warnings
    assert result.summary() == "Nobody answered all of SUS, so there is no score to report."
    for empty in (heart.nps([]), heart.csat([]), heart.seq([]), heart.umux_lite(np.empty((0, 2)))):
        assert math.isnan(empty.score)
        assert math.isnan(empty.low)
        assert str(empty)


def test_one_answer_has_a_score_but_no_interval():
    result = heart.sus([BROOKE], invited=3)
    assert math.isnan(result.low)
    assert any("no interval (NaN)" in warning for warning in result.warnings)
    assert any("only 1 answer" in warning for warning in result.warnings)


def test_few_answers_warn_and_five_do_not():
    few = heart.nps([10, 9, 7, 3], invited=9)
    assert any("only 4 answers" in warning for warning in few.warnings)
    assert not heart.nps([10, 9, 7, 3, 8], invited=9).warnings


def test_answers_all_alike_are_no_certainty():
    result = heart.seq([7] * 8, invited=9)
    assert any("interval has no width" in warning for warning in result.warnings)


def test_an_interval_past_the_end_of_the_scale_is_called_rough():
    result = heart.seq([7, 7, 7, 7, 7, 5], invited=9)
    assert result.high > 7
    assert any("past the end of the scale, 1 to 7" in warning for warning in result.warnings)


def test_straight_lines_are_named():
    answers = [BEST, [3] * 10, BROOKE, [5] * 10, [4, 2] * 5, [2] * 10, [1] * 10]
    (warning,) = (w for w in heart.sus(answers, invited=9).warnings if "one answer to all" in w)
    assert warning.startswith("4 respondents")
    assert "(row 1 (from 0), row 3 (from 0), row 5 (from 0) and 1 more)" in warning


def test_even_items_already_turned_are_suspected():
    # Twelve people who like it from 1 to 5, on all ten items alike but for a little noise: as if
    # the even items had been turned already.
    random = np.random.default_rng(5)
    liking = random.integers(2, 5, 40)[:, None]
    turned = np.clip(liking + random.integers(-1, 2, (40, 10)), 1, 5)
    assert any("words these the other way" in w for w in heart.sus(turned, invited=99).warnings)
    raw = turned.copy()
    raw[:, 1::2] = 6 - turned[:, 1::2]
    assert not heart.sus(raw, invited=99).warnings


@pytest.mark.parametrize(
    ("call", "answers"),
    [
        (heart.nps, [5, 4, 3, 5, 4, 5, 2, 1, 5, 4]),
        (heart.nps, [7, 6, 5, 7, 4, 6, 2, 7, 5, 4]),
        (heart.seq, [5, 4, 3, 5, 4, 5, 2, 1, 5, 4]),
        (heart.umux_lite, [[5, 4]] * 5 + [[3, 4]] * 5),
        (lambda answers, **more: heart.csat(answers, scale=7, **more), [5, 4, 3, 5, 4] * 2),
    ],
)
def test_a_shorter_scale_is_suspected(call, answers):
    assert any("was another scale used?" in w for w in call(answers, invited=99).warnings)


def test_words():
    result = heart.sus([BEST, BROOKE, [4, 2] * 5, [4, 3] * 5, [5, 2] * 5], invited=20)
    assert result.title == "System Usability Scale (SUS) of 5 respondents"
    assert "interpolated between the ends of the grades" in result.method
    assert "5 answers of 20 invited (25.0%)" in result.summary()
    assert "better than about" in result.summary()
    assert "Student" not in str(result)
    row = result.to_frame().iloc[0]
    assert (row["instrument"], row["n"], row["n_invited"]) == ("SUS", 5, 20)
    assert row["grade"] == result.grade
    assert list(result.assumptions)


@pytest.mark.parametrize(
    ("result", "piece"),
    [
        (
            heart.nps([10, 9, 7, 3, 8], invited=9),
            "40.0% promoters, 40.0% passives, 20.0% detractors",
        ),
        (heart.csat([5, 4, 3, 3, 2], invited=9), "2 of 5 gave one of the two best answers of 5"),
        (heart.ces([7, 5, 3, 3, 2], invited=9), "scale runs from 1 to 7, and more is better"),
        (heart.umux_lite([[6, 5], [4, 5], [6, 7]], invited=9), "As a SUS score that would be"),
    ],
)
def test_summaries_say_what_a_score_means(result, piece):
    assert piece in result.summary()
