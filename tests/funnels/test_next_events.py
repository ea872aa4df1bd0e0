"""What came next after a step: a story counted by hand, and a plain reading on random logs."""

import math
from collections import ChainMap, Counter

import pandas as pd
import polars as pl
import pytest

import pmlab as pm

from .definition import progress, totals
from .definition.log import nearest
from .random_logs import STEPS, events_of, random_logs
from .rules import OPTIONS, Question, is_refused
from .test_against_definition import as_pandas
from .test_stories import DAY_ZERO, log

STEPS_3 = ["visit", "sign_up", "purchase"]
SHOP = """
    ann: visit@0 help@1 visit@2
    bob: visit@0 sign_up@1 help@2 view@3
    cat: visit@0
    dan: visit@0 help@8
    eve: visit@0 help@0 view@3 close@3
    fay: visit@0 help@1 visit@5 sign_up@6 purchase@7
    gus: sign_up@0 help@1
    hal: visit@1 view@8
"""
# A week. ann asks for help and comes back; that is no sign-up. cat does nothing more, and dan's
# help comes when his week is over. eve's help is at the very time of her visit, not after it; of
# two events at day 3, "close" sorts first. fay's attempt begins on day 5, with the visit that she
# signed up from, so her help on day 1 is not what came next. gus never visited. hal looks on the
# last day of his week.


def shop(**options):
    return pm.funnel(log(SHOP), STEPS_3, **{"within": "7d", "as_of": "2024-06-01", **options})


def counts(found):
    frame = found.to_frame()
    return {
        event: (stopped, went_on)
        for event, stopped, went_on in zip(
            frame["event"], frame["stopped"].tolist(), frame["went_on"].tolist(), strict=True
        )
    }


class TestStory:
    def test_after_the_visit(self):
        found = shop().next_events(after="visit")
        assert (found.n_stopped, found.n_went_on) == (5, 2)
        assert counts(found) == {
            "(nothing)": (2, 0),
            "help": (1, 0),
            "close": (1, 0),
            "view": (1, 0),
            "sign_up": (0, 2),
        }
        assert found.after == "visit"
        assert found.within == pd.Timedelta(days=7)

    def test_after_the_sign_up(self):
        # bob asked for help and stopped there; fay bought.
        found = shop().next_events(after="sign_up")
        assert counts(found) == {"help": (1, 0), "purchase": (0, 1)}
        assert counts(shop().next_events(after=2)) == counts(found)

    def test_shares_and_differences(self):
        frame = shop().next_events(after="visit").to_frame().set_index("event")
        assert frame.index[0] == "(nothing)"  # the most common among those who stopped
        assert frame.index[-1] == "sign_up"
        nothing, signed_up = frame.loc["(nothing)"], frame.loc["sign_up"]
        assert nothing["share_of_stopped"] == pytest.approx(2 / 5)
        assert nothing["share_of_went_on"] == 0
        assert nothing["difference"] == pytest.approx(2 / 5)
        assert signed_up["difference"] == -1
        ends = pm.stats.newcombe_interval(2, 5, 0, 2)
        assert (nothing["difference_low"], nothing["difference_high"]) == pytest.approx(ends)
        frame = shop().next_events(after="visit").to_frame(confidence_level=0.8).iloc[0]
        ends = pm.stats.newcombe_interval(2, 5, 0, 2, confidence_level=0.8)
        assert (frame["difference_low"], frame["difference_high"]) == pytest.approx(ends)

    def test_the_first_entry_alone(self):
        # fay's clock starts on day 0 now, and help is what came next, though she went on.
        found = shop(rules=pm.Rules(entry="first")).next_events(after="visit")
        assert counts(found)["help"] == (1, 1)
        assert counts(found)["sign_up"] == (0, 1)

    def test_nobody_went_on(self):
        f = pm.funnel(log("ann: visit@0 help@1 \n bob: sign_up@0"), STEPS_3[:2], within="7d")
        found = f.next_events(after="visit")
        assert (found.n_stopped, found.n_went_on) == (1, 0)
        (row,) = found.to_frame().to_dict("records")
        assert (row["event"], row["share_of_stopped"]) == ("help", 1)
        assert math.isnan(row["share_of_went_on"])
        assert math.isnan(row["difference"])
        assert math.isnan(row["difference_low"])
        str(found), found._repr_html_(), found.summary()

    def test_nobody_stopped(self):
        f = pm.funnel(log("ann: visit@0 sign_up@1"), STEPS_3[:2], within="7d")
        found = f.next_events(after="visit")
        assert counts(found) == {"sign_up": (0, 1)}
        assert math.isnan(found.to_frame()["share_of_stopped"].iloc[0])
        str(found), found._repr_html_(), found.summary()

    def test_nobody_came_so_far(self):
        f = pm.funnel(log("ann: visit@0 \n bob: sign_up@0 purchase@1"), STEPS_3, within="7d")
        found = f.next_events(after="sign_up")
        assert (found.n_stopped, found.n_went_on, len(found.to_frame())) == (0, 0, 0)
        str(found), found._repr_html_(), found.summary()

    def test_windows_that_are_not_over(self):
        # On day 7 everybody's week is over but that of hal, who came on day 1 and stopped, and
        # of fay, who is through. A day later nobody's is open.
        until = DAY_ZERO + pd.Timedelta(days=7)
        (warning,) = shop(as_of=until).next_events(after="visit").warnings
        assert warning.startswith("1 user ")
        assert shop(as_of=until + pd.Timedelta(days=1)).next_events(after="visit").warnings == ()
        # Dropped, they are in no number either.
        found = shop(as_of=until, unfinished="drop").next_events(after="visit")
        assert (found.n_stopped, found.warnings) == (4, ())
        assert "view" not in counts(found)

    def test_an_event_without_a_name_is_an_event(self):
        events = log("ann: visit@0 help@1 \n bob: visit@0 sign_up@1")
        events.loc[events["event"] == "help", "event"] = None
        found = pm.funnel(events, STEPS_3[:2], within="7d").next_events(after="visit")
        assert found.to_frame()["stopped"].sum() == 1
        assert "(nothing)" not in counts(found)

    def test_what_it_says(self):
        found = shop().next_events(after="visit")
        for shown in (str(found), found._repr_html_()):
            assert "(nothing)" in shown
            assert "sign_up" in shown
        assert "5 users" in found.summary()
        assert "40.0%" in found.summary()
        figure = found.plot()
        drawn = str(figure.to_plotly_json())
        assert "help" in drawn
        assert "(nothing)" in drawn

    def test_other_forms_of_the_table(self, tmp_path):
        expected = counts(shop().next_events(after="visit"))
        options = {"within": "7d", "as_of": "2024-06-01"}
        events = log(SHOP)
        path = tmp_path / "events.csv"
        events.to_csv(path, index=False)
        shuffled = events.sample(frac=1, random_state=1)
        zoned = events.assign(time=events["time"].dt.tz_localize("Asia/Tokyo"))
        renamed = pm.EventLog(events.rename(columns={"event": "what"}), event="what")
        as_polars = pl.DataFrame(
            {
                "user_id": events["user_id"].tolist(),
                "event": events["event"].tolist(),
                "time": [time.to_pydatetime() for time in events["time"]],
            }
        )
        for form in (path, shuffled, zoned, renamed, as_polars):
            f = pm.funnel(form, STEPS_3, **options)
            assert counts(f.next_events(after="visit")) == expected

    def test_of_a_breakdown(self):
        events = log(SHOP)
        events["device"] = ["phone" if user < "d" else "tv" for user in events["user_id"]]
        b = pm.funnel(events, STEPS_3, within="7d", by="device", as_of="2024-06-01")
        expected = shop().next_events(after="visit")
        assert counts(b.overall.next_events(after="visit")) == counts(expected)
        tv = b.segments["tv"].next_events(after="visit")
        assert counts(tv) == {
            "(nothing)": (1, 0),
            "close": (1, 0),
            "view": (1, 0),
            "sign_up": (0, 1),
        }


class TestRefusals:
    def refused(self, *words, f=None, after):
        with pytest.raises(pm.PmlabError) as caught:
            (f or shop()).next_events(after=after)
        missing = [word for word in words if word not in str(caught.value)]
        assert not missing, f"{missing} not in: {caught.value}"

    def test_the_last_step(self):
        self.refused("after='purchase'", "last", after="purchase")
        self.refused("after=3", "last", after=3)

    def test_an_optional_step(self):
        steps = ["visit", pm.Step("sign_up", optional=True), "purchase"]
        f = pm.funnel(log(SHOP), steps, within="7d")
        self.refused("after='sign_up'", "optional", f=f, after="sign_up")
        self.refused("after=2", "optional", f=f, after=2)

    @pytest.mark.parametrize("after", ["visitt", 0, 4, -1, None, 1.5, True])
    def test_no_such_step(self, after):
        self.refused("after", repr(after), after=after)

    def test_a_name_misspelt(self):
        self.refused("'sign_up'", after="signup")

    def test_counts_without_events(self):
        f = pm.funnel_from_counts([10, 5], steps=["visit", "buy"])
        self.refused("events", f=f, after="visit")

    def test_an_open_funnel(self):
        f = pm.funnel(log(SHOP), STEPS_3, within="7d", closed=False)
        self.refused("closed=False", "closed one", f=f, after="visit")


def next_of(rows, got, question, step):
    """Return the name of the first event after a step of the attempt that stands for a unit."""
    resolution = question["resolution"] or 1
    since = max(time for time in got.times[:step] if time is not None)
    until = got.times[0] + question.within
    later = [
        (nearest(row.second, resolution), row.name)
        for row in rows
        if since < nearest(row.second, resolution) <= until
    ]
    return min(later)[1] if later else "(nothing)"


CASES = [
    (),
    *((name,) for name in OPTIONS if not name.startswith("by")),
    ("entry first", "hold"),
    ("totals", "exclusion, stop"),
    ("totals", "hold"),
    ("entry first", "exclusion, stop"),
    ("strict ties", "windows"),
    ("optional", "hold"),
    ("unordered, anchored", "resolution"),
    ("tolerance", "resolution"),
    ("tolerance", "optional"),
    ("exclusion, void", "unfinished dropped"),
]


QUESTIONS = {
    f"{label}: {' + '.join(names)}": question
    for label in ("three", "four", "a ab b", "abc bcd ab ad")
    for names in CASES
    if not is_refused(
        question := Question(STEPS[label], 3, dict(ChainMap(*(OPTIONS[name] for name in names))))
    )
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_random_logs(question):
    logs = random_logs(120, seed=31)
    result = question.call(as_pandas(logs))
    everyone = []
    for unit, rows in logs.by_unit.items():
        events = events_of(rows, question.steps, question.excluding)
        if question["count"] == "totals":  # each attempt for itself
            everyone += [(unit, got) for got in totals(events, question.funnel)]
        else:
            everyone.append((unit, progress(events, question.funnel)))
    cut = logs.last - question.within
    kept = [
        (unit, got)
        for unit, got in everyone
        if got.rows and not (question["unfinished"] == "drop" and got.entry > cut)
    ]
    for step in question.funnel.required[:-1]:
        stopped, went_on = Counter(), Counter()
        still_open = 0
        for unit, got in kept:
            if got.level >= step:
                after = next_of(logs.by_unit[unit], got, question, step)
                (stopped if got.level == step else went_on)[after] += 1
                still_open += got.level == step and got.times[0] + question.within > logs.last
        found = result.next_events(after=step)
        expected = {name: (stopped[name], went_on[name]) for name in {*stopped, *went_on}}
        assert counts(found) == expected, step
        assert found.n_stopped == stopped.total()
        assert found.n_went_on == went_on.total()
        in_order = found.to_frame()["stopped"].tolist()
        assert in_order == sorted(in_order, reverse=True)
        warned = [warning for warning in found.warnings if "may still go on" in warning]
        assert bool(warned) == (still_open > 0)
        assert all(warning.startswith(f"{still_open} ") for warning in warned)
