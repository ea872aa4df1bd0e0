"""What the redesign of Larder did is found again: easier to use, and less recommended."""

import pytest

import pmlab as pm
from pmlab import heart

SUS = [f"sus_{item}" for item in range(1, 11)]


@pytest.fixture(scope="module")
def waves():
    surveys = pm.datasets.load("surveys")
    return [surveys[surveys["wave"] == wave] for wave in ("before", "after")]


def compared(waves, instrument, items):
    before, after = (
        instrument(wave[["user_id", *items]], respondent="user_id", invited=len(wave))
        for wave in waves
    )
    return after.compare(before)


def test_sus_rises_while_nps_falls_and_fewer_answer(waves):
    sus, nps = compared(waves, heart.sus, SUS), compared(waves, heart.nps, ["nps"])
    assert (sus.verdicts, nps.verdicts) == (("better",), ("worse",))
    for comparison in (sus, nps):
        assert any("a change of who answers" in warning for warning in comparison.warnings)


def test_who_gave_one_answer_to_all_items_is_named(waves):
    result = heart.sus(waves[0][SUS], invited=len(waves[0]))
    assert any("one answer to all ten items" in warning for warning in result.warnings)


def test_the_task_that_the_redesign_hid_takes_longer_and_fails_more_often():
    tests = pm.datasets.load("usability")
    hidden = tests[tests["task"] == "repeat_last_week"]
    old, new = (hidden[hidden["design"] == design] for design in ("old", "new"))
    times = [heart.time_on_task(own["seconds"], success=own["success"]) for own in (old, new)]
    done = [heart.completion(own["success"].sum(), len(own)) for own in (old, new)]
    assert times[1].compare(times[0]).verdicts == ("worse",)
    assert done[1].compare(done[0]).verdicts == ("worse",)
