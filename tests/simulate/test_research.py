"""Surveys and usability tests hold together, and hide what is said and no more."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pandas.testing as pdt
import pytest

from pmlab.simulate import DEFAULT_SEED, Company, _arrivals
from pmlab.simulate.actions import draw_events
from pmlab.simulate.assignments import starter_plan
from pmlab.simulate.cards import CARDS
from pmlab.simulate.detectors import Log
from pmlab.simulate.journal import Journal
from pmlab.simulate.people import draw_people
from pmlab.simulate.research_detectors import Change, redesign_survey, redesign_tasks, who_answers
from pmlab.simulate.story import draw_story
from pmlab.simulate.streams import Streams
from pmlab.simulate.surveys import ANSWERS, NPS_SHARES, SUS, SUS_AVERAGE, draw_surveys
from pmlab.simulate.tables import Coded, to_frame
from pmlab.simulate.usability import HARDER_TASK, TASKS, draw_usability
from pmlab.simulate.visits import draw_visits


@pytest.fixture(scope="module")
def surveys(larder) -> pd.DataFrame:
    return larder.table("surveys")


@pytest.fixture(scope="module")
def answered(surveys) -> pd.DataFrame:
    return surveys.dropna(subset="answered_at")


@pytest.fixture(scope="module")
def usability(larder) -> pd.DataFrame:
    return larder.table("usability")


# --- surveys --------------------------------------------------------------------------------------


def test_whoever_is_asked_was_there_has_had_an_account_for_a_week_and_is_asked_once(
    larder, surveys
):
    assert not surveys.duplicated(["wave", "user_id"]).any()
    assert surveys["invited_at"].is_monotonic_increasing
    joined = surveys["user_id"].map(larder.table("users").set_index("user_id")["signed_up_at"])
    assert (surveys["invited_at"] >= joined + pd.Timedelta("7D")).all()
    visits = larder.table("events").query("event == 'visit'")[["user_id", "time"]]
    both = surveys.merge(visits, on="user_id")
    since = both["invited_at"] - both["time"]
    fresh = both[(since > pd.Timedelta(0)) & (since < pd.Timedelta("15min"))]
    assert set(zip(fresh["wave"], fresh["user_id"], strict=True)) == set(
        zip(surveys["wave"], surveys["user_id"], strict=True)
    )


def test_the_waves_are_when_the_card_says(surveys):
    for wave, first, last in (
        ("before", "2026-04-29", "2026-05-04"),
        ("after", "2026-05-27", "2026-06-01"),
    ):
        invited = surveys.loc[surveys["wave"] == wave, "invited_at"]
        assert invited.min() >= pd.Timestamp(first)
        assert invited.max() < pd.Timestamp(last) + pd.Timedelta("15min")
    about = CARDS["surveys"].about
    assert "29 April to 3 May 2026" in about
    assert "27 to 31 May" in about


def test_the_second_wave_comes_after_the_redesign_and_is_over_before_the_upsell(larder, surveys):
    calendar = larder.table("calendar").set_index("name")
    after = surveys.loc[surveys["wave"] == "after", "invited_at"]
    assert after.min() > calendar.loc["5.0", "start"]
    assert after.max() < calendar.loc["Upsell", "start"] + pd.Timedelta("15min")
    before = surveys.loc[surveys["wave"] == "before", "invited_at"]
    assert before.max() < calendar.loc["4.10", "start"]


def test_answers_are_on_their_scales_and_only_where_somebody_answered(surveys, answered):
    for column in ANSWERS:
        low, high = (0, 10) if column == "nps" else (1, 7) if column.startswith("umux") else (1, 5)
        assert surveys[column].dropna().between(low, high).all(), column
        assert surveys.loc[surveys["answered_at"].isna(), column].isna().all()
        assert surveys[column].dtype == "Int64"
    assert answered["nps"].notna().all()
    assert set(answered["nps"]) == set(range(11))
    took = answered["answered_at"] - answered["invited_at"]
    assert took.min() > pd.Timedelta("15s")
    assert pd.Timedelta("2min") < took.median() < pd.Timedelta("4min")


def test_csat_is_asked_of_people_who_had_ordered(larder, answered):
    orders = larder.table("events").query("event == 'purchase'")
    first = answered["user_id"].map(orders.groupby("user_id")["time"].min())
    assert (
        answered.loc[answered["csat"].notna()]
        .index.isin(answered.index[first < answered["invited_at"]])
        .all()
    )
    # Of those who had, all but the few who broke off before it answered it.
    assert answered.loc[first < answered["invited_at"], "csat"].notna().mean() > 0.97


def test_who_breaks_off_answers_nothing_after_that(answered):
    asked = answered[[name for name in ANSWERS if name != "csat"]].notna().to_numpy()
    assert (np.diff(asked.astype(int), axis=1) <= 0).all()
    assert 0.02 < (~asked[:, -1]).mean() < 0.09


def test_a_few_give_the_same_answer_ten_times(answered):
    sus = answered[list(SUS)].dropna()
    straight = sus.nunique(axis=1) == 1
    assert 0.005 < straight.mean() < 0.05


def test_sus_behaves_as_published(answered):
    # A score of 68 is the average of products; spread about 17 and alpha about .9 in most studies:
    # Sauro and Lewis, Quantifying the User Experience (2nd ed. 2016), chapter 8.
    items = answered.loc[answered["wave"] == "before", list(SUS)].dropna().astype(float)
    steps = items.copy()
    for place, name in enumerate(SUS):
        steps[name] = items[name] - 1 if place % 2 == 0 else 5 - items[name]
    score = 2.5 * steps.sum(axis=1)
    assert score.mean() == pytest.approx(68, abs=3)
    assert 14 < score.std() < 20
    alpha = 10 / 9 * (1 - steps.var().sum() / steps.sum(axis=1).var())
    assert 0.78 < alpha < 0.95
    assert np.abs(items.mean().to_numpy() - SUS_AVERAGE).max() < 0.3
    # Likelihood to recommend goes along with usability: r of .4 to .7 between people.
    nps = answered.loc[score.index, "nps"].astype(float)
    assert 0.3 < np.corrcoef(score, nps)[0, 1] < 0.75


def test_the_item_averages_are_those_of_a_score_of_68():
    steps = [mean - 1 if item % 2 == 0 else 5 - mean for item, mean in enumerate(SUS_AVERAGE)]
    assert 2.5 * sum(steps) == pytest.approx(68, abs=0.1)


def test_umux_lite_agrees_with_sus_before_the_redesign(answered):
    # SUS = 0.65 UMUX-Lite + 22.9: Lewis, Utesch and Maher, CHI 2013.
    before = answered[answered["wave"] == "before"]
    umux = before[["umux_1", "umux_2"]].dropna().astype(float)
    score = (umux.sum(axis=1) - 2) * 100 / 12
    assert 0.65 * score.mean() + 22.9 == pytest.approx(68, abs=3)


def test_the_shares_of_answers_are_whole():
    assert sum(NPS_SHARES) == pytest.approx(1)


# --- usability ------------------------------------------------------------------------------------


def test_every_participant_does_every_task_once_with_one_design(larder, usability):
    assert not usability.duplicated(["participant_id", "task"]).any()
    each = usability.groupby("participant_id").agg(
        tasks=("task", "nunique"),
        designs=("design", "nunique"),
        kinds=("kind", "nunique"),
        begin=("session_at", "nunique"),
    )
    assert (each == [5, 1, 1, 1]).all().all()
    people = usability.drop_duplicates("participant_id")
    assert pd.crosstab(people["design"], people["kind"]).to_numpy().tolist() == [[12, 62], [12, 62]]
    assert not set(people["participant_id"]) & set(larder.table("users")["user_id"])
    assert usability["session_at"].is_monotonic_increasing


def test_sessions_are_when_the_card_says_and_the_new_design_is_tested_when_it_is_there(usability):
    days = usability.groupby("design")["session_at"].agg(["min", "max"])
    assert pd.Timestamp("2026-04-20") <= days.loc["old", "min"]
    assert days.loc["old", "max"] < pd.Timestamp("2026-05-02")
    assert pd.Timestamp("2026-05-27") <= days.loc["new", "min"]
    assert days.loc["new", "max"] < pd.Timestamp("2026-06-08")
    # One moderator, one participant at a time, on working days.
    moderated = usability[usability["kind"] == "moderated"].drop_duplicates("participant_id")
    assert moderated["session_at"].is_unique
    assert (moderated["session_at"].dt.day_of_week < 5).all()
    assert moderated["session_at"].dt.hour.between(7, 15).all()


def test_what_was_measured_is_possible(usability):
    assert set(usability["success"]) == {0, 1}
    assert usability["seconds"].between(3, 1800).all()
    assert (usability["errors"] <= usability["error_opportunities"]).all()
    assert (usability["errors"] >= 0).all()
    assert usability.groupby("task")["error_opportunities"].nunique().eq(1).all()


def test_times_are_skewed_as_times_on_task_are(larder):
    # Over many draws: the logarithm of what successful participants take with a moderator is
    # symmetric, the time itself is not.
    story = larder.story
    logs = []
    for draw in range(30):
        streams = Streams(seed=5, table="usability", draw=draw)
        frame = to_frame(draw_usability(streams, story))
        kept = frame.query("kind == 'moderated' and success == 1 and task == 'find_recipe'")
        logs.append(np.log(kept.loc[kept["design"] == "old", "seconds"]))
    logs = pd.concat(logs)
    assert abs(logs.skew()) < 0.5
    assert np.exp(logs).skew() > 0.8
    assert np.exp(logs.mean()) == pytest.approx(46 * 1.25, rel=0.1)


# --- every truth is found, and not where it was not planted ---------------------------------------


@pytest.fixture(scope="module")
def parts():
    """Seed 3 up to the events, to draw surveys by another story."""
    story = draw_story(Streams(seed=3, table="calendar"))
    people = draw_people(Streams(seed=3, table="users"), story, 60_000)
    streams = Streams(seed=3, table="events")
    visits, saver = draw_visits(streams, story, people)
    events = draw_events(streams, story, people, visits, saver)
    arms = starter_plan(story, people, Journal(events, len(people)))
    log = Log(events, _arrivals(people), arms, story)
    return story, people, events, log


def survey_of(parts, **changes):
    story, people, events, log = parts
    changed = replace(story, redesign=replace(story.redesign, **changes))
    return draw_surveys(Streams(seed=3, table="surveys"), changed, people, events), log


def test_the_redesign_shows_in_the_surveys(parts):
    assert redesign_survey(*survey_of(parts)).found


@pytest.mark.parametrize("change", [{"easier": 0.0}, {"less_loyal": 0.0}, {"answers_after": 0.38}])
def test_without_any_one_of_its_effects_the_redesign_is_not_found(parts, change):
    assert not redesign_survey(*survey_of(parts, **change)).found


def test_who_answers_is_found_and_is_not_when_they_answer_by_lot(parts, monkeypatch):
    assert who_answers(*survey_of(parts)).found
    monkeypatch.setattr("pmlab.simulate.surveys.NEED_AND_ANSWERING", 0.0)
    assert who_answers(*survey_of(parts)).margin < 3
    monkeypatch.setattr("pmlab.simulate.surveys.NEED_AND_ANSWERING", -0.8)
    assert not who_answers(*survey_of(parts)).found


def test_nothing_happens_to_csat(parts):
    # Over ten draws: the redesign does not touch the last order.
    story, people, events, _ = parts
    top = []
    for draw in range(10):
        streams = Streams(seed=3, table="surveys", draw=draw)
        frame = to_frame(draw_surveys(streams, story, people, events), nullable=ANSWERS)
        top.append((frame.dropna(subset="csat")["csat"] >= 4).groupby(frame["wave"]).mean())
    change = pd.DataFrame(top)
    assert (change["after"] - change["before"]).mean() == pytest.approx(0, abs=0.04)


@pytest.mark.parametrize(
    "change",
    [
        {"time_ratio": 1.0},
        {"repeats_after": 0.9, "repeats_before": 0.9},
        {"errors_after": 0.09, "errors_before": 0.09},
    ],
)
def test_without_any_one_of_its_effects_the_tests_do_not_show_the_redesign(change):
    story = draw_story(Streams(seed=3, table="calendar"))
    assert redesign_tasks(draw_usability(Streams(seed=3, table="usability"), story)).found
    changed = replace(story, redesign=replace(story.redesign, **change))
    assert not redesign_tasks(draw_usability(Streams(seed=3, table="usability"), changed)).found


def test_a_table_without_answers_finds_nothing():
    nobody = {
        "wave": Coded(np.array([0, 0, 1, 1]), ("before", "after")),
        "user_id": Coded(np.arange(4), [f"u{i}" for i in range(4)]),
        "invited_at": np.full(4, np.datetime64("2026-05-01T00:00:00", "s")),
        "answered_at": np.full(4, np.datetime64("NaT", "s")),
        **{name: np.full(4, -1) for name in ANSWERS},
    }
    assert not redesign_survey(nobody, None).found


def test_the_change_between_two_samples_by_hand():
    # 1, 2, 3 and then 4, 6: means 2 and 5, variances 1 and 2, so the error is sqrt(1/3 + 2/2).
    change = Change.of(np.array([1.0, 2.0, 3.0]), np.array([4.0, 6.0]))
    assert (change.before, change.after) == (2, 5)
    assert change.error == pytest.approx((4 / 3) ** 0.5)
    assert change.z == pytest.approx(3 / (4 / 3) ** 0.5)


def test_the_surveys_do_not_depend_on_the_tests_nor_the_tests_on_the_people(larder: Company):
    # Its own streams: drawn alone, the table is the same.
    story = draw_story(Streams(seed=DEFAULT_SEED, table="calendar"))
    alone = draw_usability(Streams(seed=DEFAULT_SEED, table="usability"), story)
    pdt.assert_frame_equal(larder.table("usability"), to_frame(alone))


def test_the_task_that_gets_harder_is_one_of_the_tasks():
    assert HARDER_TASK in [task.name for task in TASKS]
