"""How checks come out, on a table counted by hand (its story is in `tiny`)."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmlab.course.checking import check
from pmlab.course.data import Data
from pmlab.course.feedback import Status
from pmlab.course.questions import Computed, Misconception
from tests.course import tiny

SHARE, COUNTS, FUNCTION, CHOICE, TEXT = tiny.CHAPTER
COMPANY = tiny.data()


def checked(question, answer):
    return check(question, answer, COMPANY)


@pytest.mark.parametrize("question", tiny.CHAPTER.questions, ids=lambda question: question.id)
@pytest.mark.parametrize("blank", [..., None, "", "..."])
def test_a_blank_is_not_answered_yet(question, blank):
    outcome = checked(question, blank)
    assert outcome.status is Status.BLANK
    assert "not answered yet" in str(outcome)


# --- a number ---


@pytest.mark.parametrize(
    "answer",
    [
        0.4,
        np.float64(0.4),
        "0.4",
        [0.4],
        np.array([0.4]),
        pd.Series([0.4]),
        pd.DataFrame({"share": [0.4]}),
        pl.Series([0.4]),
        pl.DataFrame({"share": [0.4]}),
    ],
)
def test_equivalent_right_answers(answer):
    outcome = checked(SHARE, answer)
    assert outcome.status is Status.RIGHT
    assert outcome.message == "40.0% of 5 people."


@pytest.mark.parametrize("answer", [40, 40.0, "40%", "40 %", [40], np.int64(40)])
def test_a_percentage_is_right_with_a_remark(answer):
    outcome = checked(SHARE, answer)
    assert outcome.status is Status.RIGHT
    assert not outcome.as_asked
    assert "the fraction 0.4" in outcome.message


@pytest.mark.parametrize("answer", [2 / 3, 66.67, "66.67%", "0.6667"])
def test_a_known_slip_is_named_on_either_scale(answer):
    outcome = checked(SHARE, answer)
    assert (outcome.status, outcome.misconception) == (Status.WRONG, "wrong denominator")
    assert outcome.message.startswith("66.7% is the share of those who signed up.")


def test_another_slip_has_another_message():
    outcome = checked(SHARE, 0.5)
    assert outcome.misconception == "events for people"
    assert outcome.message.startswith("50.0% counts events of 5 people.")


def test_the_tolerance_holds_on_both_sides():
    assert checked(SHARE, 0.4004).status is Status.RIGHT
    assert checked(SHARE, 0.3996).status is Status.RIGHT
    assert checked(SHARE, 0.4006).status is Status.WRONG
    assert checked(SHARE, 0.3994).status is Status.WRONG


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (0.31, "0.31 is a number of the right kind"),
        (float("nan"), "not a number"),
        (float("inf"), "infinite"),
        (-0.4, "below 0"),
        (421, "looks like a count"),
        ("421%", "is more than 100%"),
        (1e300, "looks like a count"),
        (10**400, "too large"),
        ("about a third", "the text 'about a third'"),
        (True, "a yes or no"),
        ([0.4, 0.4], "asks for one number; 2 values came"),
        ([], "asks for one number; no values came"),
        (pd.Series(dtype=float), "no values came"),
        (len, "call it"),
        (dict, "call it"),
        (object(), "an object"),
        (tiny.table(tiny.ROWS), "a table with 2 columns"),
    ],
)
def test_any_other_answer_is_told_what_came_and_nothing_of_the_right_one(answer, said):
    outcome = checked(SHARE, answer)
    assert (outcome.status, outcome.misconception) == (Status.WRONG, None)
    assert said in outcome.message
    assert 'lab.hint("99.1")' in outcome.message
    assert not {"40", "larger", "smaller", "high", "low"} & set(outcome.message.split())


def test_a_rounded_answer_is_told_so():
    # A third, given with two digits, misses the tolerance.
    third = replace(SHARE, reference=lambda events: 1 / 3)
    assert "looks rounded" in checked(third, 0.33).message
    assert "looks rounded" in checked(third, 33).message
    assert checked(third, 0.3333).status is Status.RIGHT


MILLIONS = Computed(
    id="99.9",
    title="euro and people",
    tables=("events",),
    reference=lambda events: {"euro": 4_183_250.0, "people": 61_872.0},
    tolerance=1,
    misconceptions=(
        Misconception(
            name="twice",
            rule=lambda events: {"euro": 8_366_500, "people": 123_744},
            message="Twice.",
        ),
        Misconception(
            name="none", rule=lambda events: {"euro": 61_872, "people": 61_872}, message="Nobody."
        ),
    ),
    hints=("a", "b", "c"),
    why="So many.",
)


@pytest.mark.parametrize(
    ("euro", "people", "said"),
    [
        (418_325_000.0, 61_872, "the unit is not"),  # cents
        (4.18325, 61_872, "the unit is not"),  # millions
        (4183.25, 61.872, "the unit is not"),
        (4_183_000, 61_900, "look rounded"),
        (4_183_000, 61_872, "look rounded"),
        (4_000_000, 61_872, "1 of 2 fit"),  # one digit is a guess
        (41_832_500.0, 61_872, "1 of 2 fit"),  # ten is no unit
        (17, 17, "None of the 2 values fits"),
    ],
)
def test_another_unit_and_rounding_are_named_without_a_rule(euro, people, said):
    outcome = checked(MILLIONS, {"euro": euro, "people": people})
    assert outcome.status is Status.WRONG
    assert said in outcome.message


def test_a_range_is_asked_for_as_a_range():
    twice = {"P10": 2.0, "P90": 6.0}
    slips = (
        Misconception(name="half", rule=lambda events: {"P10": 1.0, "P90": 3.0}, message="Half."),
        Misconception(name="ends", rule=lambda events: {"P10": 0.0, "P90": 9.0}, message="Ends."),
    )
    asked = replace(MILLIONS, reference=lambda events: twice, misconceptions=slips)
    assert "asks for a range, with its P10 and P90; 1 value came" in checked(asked, 0.02).message
    assert checked(asked, twice).status is Status.RIGHT


def test_a_series_of_one_value_is_that_value():
    answer = {"euro": pd.Series([4_183_250.0], index=["Sales"]), "people": np.array(61_872)}
    assert checked(MILLIONS, answer).status is Status.RIGHT
    both = {"euro": pd.Series([4_183_250.0, 1.0]), "people": 61_872}
    assert "pandas Series" in checked(MILLIONS, both).message


def test_undefined_is_right_where_undefined_is_the_answer():
    undefined = replace(SHARE, reference=lambda events: math.nan, why="Nobody came.")
    assert checked(undefined, math.nan).status is Status.RIGHT
    assert checked(undefined, 0.0).status is Status.WRONG


# --- several numbers ---


@pytest.mark.parametrize(
    "answer",
    [
        {"visit": 5, "sign_up": 3, "purchase": 2},
        {"purchase": 2, "sign_up": 3, "visit": 5},
        pd.Series({"purchase": 2.0, "visit": 5.0, "sign_up": 3.0}),
        pl.DataFrame({"event": ["sign_up", "purchase", "visit"], "people": [3, 2, 5]}),
    ],
)
def test_named_values_may_come_in_any_order(answer):
    assert checked(COUNTS, answer).status is Status.RIGHT


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([5, 3, 2], "without names"),
        (
            {"visit": 5, "signup": 3, "purchase": 2},
            "There is no value for `sign_up`; yours has `signup`. The names must be the same.",
        ),
        (
            pd.Series([5, 3, 2], index=["visit", "visit", "purchase"]),
            "There is no value for `sign_up`; one of yours came twice.",
        ),
        (pd.Series([5, 3, 2], index=[10, 20, 30]), "yours has `10`, `20`, `30`."),
        ({"x" * 10_000: 5, "b": 3, "c": 2}, f"yours has `{'x' * 40}`, `b`, `c`."),
        ({"visit": 5, "sign_up": 3}, "3 numbers; 2 values came"),
        ({"visit": 5, "sign_up": 3, "purchase": 9}, "2 of 3 fit. Look again at `purchase`."),
        ({"visit": 7, "sign_up": 8, "purchase": 9}, "None of the 3 values fits"),
        ({"visit": 5, "sign_up": 3, "purchase": None}, "not a number (NaN)"),
        (5, "3 numbers; 1 value came"),
        (
            pd.Series(["all", 3, 9]),
            "a collection of 3 values, one of them the text 'all'; the question",
        ),
    ],
)
def test_several_values_are_told_where_they_miss(answer, said):
    outcome = checked(COUNTS, answer)
    assert outcome.status is Status.WRONG
    assert said in outcome.message


def test_a_slip_in_several_values():
    # Rows: 6 visits (Anna twice), 3 sign-ups, 3 purchases (Ben twice).
    outcome = checked(COUNTS, {"visit": 6, "sign_up": 3, "purchase": 3})
    assert outcome.misconception == "rows"
    assert outcome.message == "[6, 3, 3] counts rows."


# --- a function ---


def test_a_right_function():
    outcome = checked(FUNCTION, tiny.share_bought)
    assert outcome.status is Status.RIGHT
    assert outcome.message == "40.0%, here and elsewhere."


def test_a_slip_in_a_function():
    assert checked(FUNCTION, tiny.purchases_per_visit).misconception == "events for people"


def test_a_number_typed_in_shows_on_the_other_company():
    outcome = checked(FUNCTION, lambda events: 0.4)
    assert (outcome.status, outcome.misconception) == (Status.WRONG, None)
    assert "typed in" in outcome.message


def test_blank_functions_are_not_answered_yet():
    def nothing(events): ...

    def only_a_docstring(events):
        """Return the share."""

    def half_done(events):
        buyers = ...
        return buyers / 5

    def gives_back_a_blank(events):
        return ...

    for function in (nothing, only_a_docstring, half_done, gives_back_a_blank):
        assert checked(FUNCTION, function).status is Status.BLANK


def test_a_function_without_return_is_told_so():
    def forgets(events):
        share = tiny.share_bought(events)  # noqa: F841

    outcome = checked(FUNCTION, forgets)
    assert outcome.status is Status.WRONG
    assert "`return`" in outcome.message


def test_an_ellipsis_that_is_no_blank_does_no_harm():
    assert checked(FUNCTION, lambda events: np.array([0.4])[..., 0]).status is Status.WRONG
    assert checked(SHARE, np.array([0.4])[..., 0]).status is Status.RIGHT


def test_an_error_shows_the_line_of_the_learner():
    def share(events):
        buyers = events[events["evnt"] == "purchase"]
        return len(buyers)

    outcome = checked(FUNCTION, share)
    assert outcome.status is Status.RAISED
    assert "`KeyError`: 'evnt'. Look at line 2 of `share`:" in outcome.message
    assert outcome.code == 'buyers = events[events["evnt"] == "purchase"]'


def test_an_error_in_the_other_company_says_where():
    def share(events):
        if len(events) > 12:
            raise ValueError("too many")
        return tiny.share_bought(events)

    outcome = checked(FUNCTION, share)
    assert outcome.status is Status.RAISED
    assert "on another company's data" in outcome.message


def test_leaving_python_is_an_error_like_others():
    def leaves(events):
        raise SystemExit(3)

    assert checked(FUNCTION, leaves).status is Status.RAISED


def test_endless_recursion_is_an_error_like_others():
    def share(events):
        return share(events)

    outcome = checked(FUNCTION, share)
    assert outcome.status is Status.RAISED
    assert "`RecursionError`" in outcome.message
    assert outcome.code == "return share(events)"


def test_what_a_function_prints_is_of_the_learners_own_company(capsys):
    """Printing is how one looks inside; a second company's numbers there would only confuse."""

    def share(events):
        print(f"{len(events)} rows \ud800".encode("ascii", "replace").decode())
        return tiny.share_bought(events)

    assert checked(FUNCTION, share).status is Status.RIGHT
    assert capsys.readouterr().out == f"{len(tiny.ROWS)} rows ?\n"


def test_ctrl_c_is_the_learners_own():
    def endless(events):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        checked(FUNCTION, endless)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (0.4, "hand over the function itself"),
        (lambda: 0.4, "Your function takes ()"),
        (lambda events, users: 0.4, "asks for (events)"),
        (lambda events: "many", "What your function gives back is the text 'many'; the question"),
        (lambda events: math.nan, "What your function gives back is not a number (NaN)"),
        (lambda events: -1, "what your function gives back is below 0"),
        (lambda events: (share for share in [0.4]), "gives back is a generator"),
    ],
)
def test_other_things_than_the_function(answer, said):
    outcome = checked(FUNCTION, answer)
    assert outcome.status is Status.WRONG
    assert said in outcome.message


def test_a_function_that_changes_its_table_harms_nobody():
    def spoils(events):
        events.drop(events.index, inplace=True)
        events["event"] = "gone"
        return 0.1

    company = tiny.data()
    check(FUNCTION, spoils, company)
    assert company.load("events").equals(tiny.table(tiny.ROWS))
    assert check(FUNCTION, tiny.share_bought, company).status is Status.RIGHT


# --- choices and texts ---


@pytest.mark.parametrize("answer", ["b", "B", " b ", "(b)", "b.", "b)"])
def test_the_right_option(answer):
    assert checked(CHOICE, answer).message == "People decide. The decision is about people."


def test_every_option_has_its_own_answer():
    outcome = checked(CHOICE, "a")
    assert (outcome.status, outcome.misconception) == (Status.WRONG, "chose a")
    assert outcome.message == "Events repeat."


@pytest.mark.parametrize("answer", ["z", "ab", 2, ["b"], b"b"])
def test_no_option(answer):
    assert 'one of "a", "b", "c"' in (said := checked(CHOICE, answer).message) or "there is" in said


@pytest.mark.parametrize(
    "text",
    [
        "A share of 40% of visitors bought, but only in one week.",
        "Conversion is 0.40, but it is one week.",
        "The share who bought: 2 of 5. Only one week.",
        "We converted 40.0 per cent; but who were they?",
    ],
)
def test_a_text_with_everything(text):
    outcome = checked(TEXT, text)
    assert outcome.status is Status.RIGHT
    assert outcome.message.count("found.") == 3
    assert "kept for your portfolio" in outcome.message


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("The share is 40%.", "a caveat: not found yet. What might change it?"),
        ("The share is 41%, but small.", "the number: not found yet. How large?"),
        ("The share is 4%, but small.", "the number: not found yet. How large?"),
        ("40% did, but why?", "the metric: not found yet. The share of whom?"),
    ],
)
def test_a_text_is_told_what_is_not_found_yet_and_never_wrong(text, missing):
    outcome = checked(TEXT, text)
    assert outcome.status is Status.NOT_FOUND_YET
    assert missing in outcome.message
    assert "wrong" not in str(outcome).lower()


def test_other_things_than_a_text():
    assert checked(TEXT, 0.4).status is Status.NOT_FOUND_YET


# --- our own faults ---


def fails(events):
    return events["no such column"]


def test_a_fault_in_our_reference_is_called_ours():
    outcome = checked(replace(SHARE, reference=fails), 0.4)
    assert outcome.status is Status.OUR_FAULT
    assert "our fault, not yours" in str(outcome)
    assert "`KeyError`: 'no such column'" in outcome.message
    assert "`pmlab check`" in outcome.message


def test_a_missing_table_is_our_fault():
    outcome = check(SHARE, 0.4, Data.of_tables({}))
    assert outcome.status is Status.OUR_FAULT


def test_a_fault_in_a_wrong_rule_spares_a_right_answer():
    broken = replace(tiny.SLIPS[0], rule=fails)
    question = replace(SHARE, misconceptions=(broken, tiny.SLIPS[1]))
    assert checked(question, 0.4).status is Status.RIGHT
    assert checked(question, 0.5).misconception == "events for people"
    assert "please tell us" in checked(question, 0.1).message


# --- anything at all ---


class Hostile:
    """Raises whatever it is asked."""

    def _no(self, *args):
        raise RuntimeError("no")

    __eq__ = __repr__ = __str__ = __float__ = __len__ = __iter__ = __bool__ = _no
    __getitem__ = __format__ = __index__ = __array__ = __hash__ = _no

    @property
    def __class__(self):
        raise RuntimeError("no")


class HostileList(list):
    def __iter__(self):
        raise RuntimeError("no")


class HostileFloat(float):
    def __float__(self):
        raise SystemExit


class SpeechlessError(Exception):
    def __str__(self):
        raise RuntimeError("no")


def raises_hostile(events):
    raise SpeechlessError


HOSTILE = {
    "itself": Hostile,
    "in a list": lambda: [Hostile()],
    "in a dict": lambda: {"a": Hostile()},
    "a list": lambda: HostileList([0.4]),
    "a float": lambda: HostileFloat(0.4),
    "an error": lambda: raises_hostile,
    "a result": lambda: lambda events: Hostile(),
    "a class": lambda: Hostile,
    "objects": lambda: pd.Series([object()]),
    "half a letter": lambda: "\ud800",
    "markup": lambda: "<script>alert(1)</script>",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("question", tiny.CHAPTER.questions, ids=lambda question: question.id)
def test_hostile_answers_are_met_calmly(question, name):
    outcome = checked(question, HOSTILE[name]())
    assert outcome.status in (Status.WRONG, Status.RAISED, Status.NOT_FOUND_YET)
    assert "<script>" not in outcome._repr_html_()


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text()
    | st.binary()
    | st.dates()
    | st.timedeltas()
    | st.decimals()
    | st.fractions()
    | st.just(...)
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
        | st.tuples(inner, inner)
    ),
    max_leaves=8,
)


@given(answer=ANYTHING, place=st.integers(0, 4))
def test_a_check_never_raises_and_never_changes_the_answer(answer, place):
    before = repr(answer)
    outcome = checked(tiny.CHAPTER.questions[place], answer)
    assert outcome.status is not Status.OUR_FAULT
    assert repr(answer) == before
    assert str(outcome)
    assert outcome._repr_html_()
    assert COMPANY.load("events").equals(tiny.table(tiny.ROWS))


@given(answer=ANYTHING)
def test_a_function_may_give_back_anything(answer):
    assert checked(FUNCTION, lambda events: answer).status is not Status.OUR_FAULT


@given(values=st.lists(st.floats(), max_size=4))
def test_arrays_and_series_are_left_as_they_were(values):
    for answer in (np.array(values), pd.Series(values, dtype=float)):
        before = answer.copy()
        checked(SHARE, answer)
        np.testing.assert_array_equal(answer, before)
