"""Options that contradict each other: an error that names both, never a guess."""

import re

import pytest

import pmlab as pm

from .random_logs import random_logs
from .rules import FEATURES, REFUSED, Question
from .test_against_definition import as_pandas

FRAME = as_pandas(random_logs(30, seed=1))
ABC = (("a",), ("b",), ("c",))


def ask(*features, **more):
    settings = {}
    for feature in features:
        settings |= FEATURES[feature][0]
    steps = settings.pop("steps", ABC)
    return Question(steps, 4, settings).call(FRAME, **more)


def refused(*words, call):
    with pytest.raises(pm.PmlabError) as refusal:
        call()
    message = str(refusal.value)
    assert isinstance(refusal.value, ValueError)
    for word in words:
        assert re.search(word, message, flags=re.DOTALL), (word, message)


@pytest.mark.parametrize(("one", "other"), REFUSED)
def test_two_that_exclude_each_other(one, other):
    words = FEATURES[one][2], FEATURES[other][2]
    refused(*words, call=lambda: ask(one, other))


@pytest.mark.parametrize("feature", FEATURES)
def test_each_alone_is_fine(feature):
    assert ask(feature).counts[0] > 0


def test_an_anchor_lets_an_unordered_funnel_start_at_the_first_step_1():
    rules = pm.Rules(entry="first", anchor_first=True)
    assert ask("unordered", rules=rules).counts[0] > 0


@pytest.mark.parametrize(
    ("after", "before"), [(2, 2), (3, 2), (2, 1), ("step 3", "step 1"), (None, 1), (3, None)]
)
def test_an_exclusion_ends_after_it_begins(after, before):
    places = {
        name: place for name, place in (("after", after), ("before", before)) if place is not None
    }
    exclusion = pm.Exclusion("d", **places)
    refused("after", "before", call=lambda: ask(exclude=[exclusion]))


@pytest.mark.parametrize("place", [0, 4, -1, "step 9", "a"])
def test_an_exclusion_at_a_step_that_is_none(place):
    with pytest.raises(pm.PmlabError, match="after"):
        ask(exclude=[pm.Exclusion("d", after=place)])


@pytest.mark.parametrize("optional", [{1}, {3}, {1, 2, 3}])
def test_the_first_and_the_last_step_are_required(optional):
    question = Question(ABC, 4, {"optional": optional})
    refused("optional", "first|last", call=lambda: question.call(FRAME))


def test_the_first_step_has_no_step_before():
    question = Question(ABC, 4, {"windows": {1: 2}})
    refused("within", "first|step 1", call=lambda: question.call(FRAME))


@pytest.mark.parametrize("name", ["tie_tolerance", "resolution"])
@pytest.mark.parametrize("value", [2, "2", "-1s", "0s"])
def test_durations_of_rules(name, value):
    refused(name, call=lambda: pm.Rules(**{name: value}))


def test_an_exclusion_says_what_it_excludes():
    refused("event", "where", call=pm.Exclusion)


@pytest.mark.parametrize("attribution", ["step 9", 0, 4, "any"])
def test_attribution_to_a_step_that_is_none(attribution):
    with pytest.raises(pm.PmlabError, match="attribution"):
        ask(by="device", attribution=attribution)


@pytest.mark.parametrize(
    "options", [{"order": "any"}, {"count": "unit"}, {"hold": ["itme"]}, {"rules": "heap"}]
)
def test_words_that_do_not_exist(options):
    (name, value), *_ = options.items()
    with pytest.raises(pm.PmlabError, match=f"{name}|{value[0]}"):
        ask(**options)
