"""Tiny logs, counted by hand, each with its story."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import pmlab as pm

DAY_ZERO = pd.Timestamp("2024-03-01 12:00")


def log(story):
    """Read a story: one line a user, "ann: visit@0 sign_up@1.5"; times are days."""
    rows = []
    for line in filter(None, map(str.strip, story.splitlines())):
        user, _, walk = line.partition(":")
        for word in walk.split():
            event, _, day = word.partition("@")
            rows.append((user, event, DAY_ZERO + pd.Timedelta(days=float(day))))
    return pd.DataFrame(rows, columns=["user_id", "event", "time"])


SHOP = """
    ann: visit@0 sign_up@1 purchase@2
    bob: visit@0 sign_up@8
    cat: visit@3
    dan: sign_up@1 purchase@2
    eve: visit@0 visit@6 sign_up@10 purchase@13
"""
# With a week: ann converts. bob signed up too late. cat only looked. dan never visited, so
# he is not in this funnel at all. eve's first visit is too old by the time she buys, but
# from her second everything happens within 7 days, exactly.
STEPS = ["visit", "sign_up", "purchase"]


def shop(**options):
    return pm.funnel(log(SHOP), STEPS, **{"within": "7d", **options})


def levels(result):
    return dict(zip(result.units["user_id"], result.units["level"].tolist(), strict=True))


class TestOrderedFunnel:
    def test_counts(self):
        f = shop()
        assert f.steps == ("visit", "sign_up", "purchase")
        assert f.counts == [4, 2, 2]
        assert f.rate_from_start == [1, 0.5, 0.5]
        assert math.isnan(f.rate_from_previous[0]) or f.rate_from_previous[0] == 1
        assert f.rate_from_previous[1:] == [0.5, 1.0]

    def test_units(self):
        units = shop().units
        assert list(units.columns) == ["user_id", "level", "time_1", "time_2", "time_3"]
        assert levels(shop()) == {"ann": 3, "bob": 1, "cat": 1, "eve": 3}
        eve = units.set_index("user_id").loc["eve"]
        assert [eve["time_1"], eve["time_2"], eve["time_3"]] == [
            DAY_ZERO + pd.Timedelta(days=day) for day in (6, 10, 13)
        ]
        cat = units.set_index("user_id").loc["cat"]
        assert cat["time_1"] == DAY_ZERO + pd.Timedelta(days=3)
        assert pd.isna(cat["time_2"])
        assert pd.isna(cat["time_3"])

    def test_the_window_is_inclusive_to_the_microsecond(self):
        events = pd.DataFrame(
            {
                "user_id": ["in", "in", "out", "out"],
                "event": ["visit", "sign_up"] * 2,
                "time": [
                    DAY_ZERO,
                    DAY_ZERO + pd.Timedelta(days=7),
                    DAY_ZERO,
                    DAY_ZERO + pd.Timedelta(days=7) + pd.Timedelta("1us"),
                ],
            }
        )
        assert pm.funnel(events, ["visit", "sign_up"], within="7d").counts == [2, 1]

    def test_entry_first(self):
        # eve's clock starts at her first visit, day 0; sign_up on day 10 is too late.
        f = shop(rules=pm.Rules(entry="first"))
        assert f.counts == [4, 1, 1]

    def test_ties(self):
        # A form that logs both events in the same second, in whatever order.
        events = log("ann: sign_up@0 visit@0 \n bob: visit@0 sign_up@1")
        steps = ["visit", "sign_up"]
        assert pm.funnel(events, steps, within="7d").counts == [2, 2]
        strict = pm.funnel(events, steps, within="7d", rules=pm.Rules(ties="strict"))
        assert strict.counts == [2, 1]

    def test_a_repeated_step_needs_a_second_event(self):
        # "Came back": one visit is not two, unless one event may serve twice.
        events = log("ann: visit@0 visit@2 \n bob: visit@0")
        f = pm.funnel(events, ["visit", "visit"], within="7d")
        assert f.counts == [2, 1]
        reuse = pm.funnel(events, ["visit", "visit"], within="7d", rules=pm.Rules(reuse=True))
        assert reuse.counts == [2, 2]

    def test_repeated_labels_stay_apart(self):
        # A, A, B: of three visits the later two make the shortest way.
        f = pm.funnel(
            log("ann: visit@0 visit@1 visit@2 buy@3"), ["visit", "visit", "buy"], within="7d"
        )
        assert f.counts == [1, 1, 1]
        assert len(f.steps) == 3
        assert list(f.units[["time_1", "time_2", "time_3"]].iloc[0]) == [
            DAY_ZERO + pd.Timedelta(days=day) for day in (1, 2, 3)
        ]
        assert f.to_frame().shape[0] == 3
        for shown in (str(f), f._repr_html_()):
            assert shown.count("visit") >= 2
        figure = f.plot()
        # Two steps of one name are two bars, not one on top of the other.
        assert len({str(label) for label in bar(figure).y}) == 3 or len(set(bar(figure).x)) == 3

    def test_one_step_counts_the_units_that_did_it(self):
        assert pm.funnel(log(SHOP), ["visit"], within="7d").counts == [4]

    def test_a_funnel_that_nobody_entered_has_no_rates(self):
        # sign_up comes before visit here, so asking for visits after it finds none... and a
        # condition that no event meets leaves the first step empty.
        nobody = pm.Step("visit", where=pm.col("user_id") == "zoe")
        f = pm.funnel(log(SHOP), [nobody, "sign_up"], within="7d")
        assert f.counts == [0, 0]
        assert all(math.isnan(rate) for rate in f.rate_from_start)
        assert f.warnings  # it says why
        assert len(f.units) == 0
        str(f), f._repr_html_(), f.summary(), f.to_frame(), f.plot()

    def test_row_order_and_index_do_not_matter(self):
        events = log(SHOP)
        shuffled = events.sample(frac=1, random_state=3).set_axis([7] * len(events))
        assert levels(pm.funnel(shuffled, STEPS, within="7d")) == levels(shop())

    def test_an_exact_duplicate_of_a_row_is_another_event(self):
        # The door does not clean: two equal rows are two visits.
        events = log("ann: visit@0 visit@0")
        assert pm.funnel(events, ["visit", "visit"], within="7d").counts == [1, 1]


PRICES = pd.DataFrame(
    {
        "user_id": ["ann", "ann", "bob", "bob", "cat", "cat"],
        "event": ["view", "buy", "view", "buy", "view", "subscribe"],
        "time": [DAY_ZERO + pd.Timedelta(hours=h) for h in (0, 1, 0, 1, 0, 1)],
        "price": [20.0, 20.0, 5.0, 5.0, None, None],
        "plan": ["pro", "pro", "free", "free", None, "team"],
    }
)


class TestSteps:
    def counts(self, *steps, events=PRICES):
        return pm.funnel(events, list(steps), within="1d").counts

    def test_a_condition(self):
        # Only ann saw something dear. cat saw something without a price: null is not > 10.
        dear = pm.Step("view", where=pm.col("price") > 10)
        assert self.counts(dear, "buy") == [1, 1]
        # ... and not <= 10 either.
        cheap = pm.Step("view", where=pm.col("price") <= 10)
        assert self.counts(cheap, "buy") == [1, 1]
        # Nor does "not dear" take in what has no price.
        assert self.counts(pm.Step("view", where=~(pm.col("price") > 10)), "buy") == [1, 1]

    def test_conditions_in_words(self):
        assert self.counts(pm.Step("view", where={"plan": "pro"}), "buy") == [1, 1]
        assert self.counts(pm.Step("view", where={"plan": ["pro", "free"]}), "buy") == [2, 2]
        assert self.counts(pm.Step("view", where={"plan": "pro", "price": 5.0})) == [0]
        assert self.counts(pm.Step("buy", where={"price": 20})) == [1]

    def test_conditions_together(self):
        both = (pm.col("price") > 10) & (pm.col("plan") == "pro")
        either = (pm.col("price") < 10) | (pm.col("plan") == "pro")
        assert self.counts(pm.Step("view", where=both)) == [1]
        assert self.counts(pm.Step("view", where=either)) == [2]
        assert self.counts(pm.Step("view", where=pm.col("price").is_null())) == [1]

    def test_several_names(self):
        pay = pm.Step(["buy", "subscribe"], label="pay")
        f = pm.funnel(PRICES, ["view", pay], within="1d")
        assert f.counts == [3, 3]
        assert f.steps == ("view", "pay")

    def test_a_union(self):
        # Paid: bought anything dear, or subscribed to anything.
        paid = pm.Step("buy", where=pm.col("price") > 10) | pm.Step("subscribe")
        assert self.counts("view", paid) == [3, 2]
        thrice = pm.Step("buy", where={"price": 20}) | pm.Step("subscribe") | pm.Step("view")
        assert self.counts(thrice) == [3]

    def test_a_union_matches_an_event_once(self):
        # One buy meets both sides; it is still one event.
        twice = pm.Step("buy") | pm.Step("buy", where={"plan": "pro"})
        assert self.counts(twice, twice) == [2, 0]

    def test_a_condition_alone_matches_any_event(self):
        # Whatever they did first on the pro plan, then a buy, which needs an event of its own.
        f = pm.funnel(PRICES, [pm.Step(where={"plan": "pro"}), "buy"], within="1d")
        assert f.counts == [1, 1]
        assert pm.funnel(
            PRICES, [pm.Step(where={"plan": "team"}, label="on team")], within="1d"
        ).counts == [1]

    def test_labels(self):
        f = pm.funnel(
            PRICES,
            [pm.Step("view", label="Saw a product"), pm.Step("buy", label="Bought it")],
            within="1d",
        )
        assert f.steps == ("Saw a product", "Bought it")
        assert list(f.to_frame()["step"]) == ["Saw a product", "Bought it"]

    def test_every_step_has_a_label_that_says_what_it_is(self):
        f = pm.funnel(
            PRICES,
            [
                pm.Step("view", where={"plan": "pro"}),
                pm.Step(["buy", "subscribe"]),
            ],
            within="1d",
        )
        assert "view" in f.steps[0]
        assert "buy" in f.steps[1]
        assert "subscribe" in f.steps[1]

    def test_an_event_that_is_missing_matches_only_conditions(self):
        events = PRICES.assign(event=PRICES["event"].where(PRICES["event"] != "view"))
        assert self.counts("buy", events=events) == [2]
        assert self.counts(pm.Step(where={"plan": "pro"}), "buy", events=events) == [1, 1]


class TestUnfinishedWindows:
    # The log ends on day 10, when cat reads a newsletter: that is no step, but it shows that
    # the log goes on until then. With a week, whoever first visited after day 3 still has time:
    # bob and cat, of whom bob bought already. ann visited on day 3 to the hour, and had it all.
    STORY = """
        ann: visit@3
        bob: visit@4 buy@5
        cat: visit@8 newsletter@10
        dan: visit@0 buy@1
        eve: visit@1 visit@9
    """

    def run(self, **options):
        return pm.funnel(log(self.STORY), ["visit", "buy"], within="7d", **options)

    def test_as_of_is_the_latest_time_in_the_whole_table(self):
        assert self.run().as_of == DAY_ZERO + pd.Timedelta(days=10)

    def test_keep_counts_everybody_and_gives_the_other_answer(self):
        f = self.run()
        assert f.counts == [5, 2]
        assert f.n_unfinished == 2
        (warning,) = (text for text in f.warnings if "2" in text)
        # Without those two: dan of ann, dan and eve, 1 of 3.
        assert "33.3%" in warning or "1 of 3" in warning

    def test_drop_leaves_out_late_entrants_whatever_their_level(self):
        f = self.run(unfinished="drop")
        assert f.counts == [3, 1]
        assert f.n_unfinished == 2
        assert set(f.units["user_id"]) == {"ann", "dan", "eve"}

    def test_a_later_as_of_finishes_the_windows(self):
        later = DAY_ZERO + pd.Timedelta(days=15)
        for as_of in (later, str(later), later.to_pydatetime()):
            f = self.run(as_of=as_of, unfinished="drop")
            assert f.as_of == later
            assert f.counts == [5, 2]
            assert f.n_unfinished == 0
        assert not any("unfinished" in text for text in self.run(as_of=later).warnings)

    def test_drop_of_everybody_leaves_no_rate(self):
        f = pm.funnel(log("ann: visit@0 buy@1"), ["visit", "buy"], within="7d", unfinished="drop")
        assert f.counts == [0, 0]
        assert all(math.isnan(rate) for rate in f.rate_from_start)
        assert f.warnings


class TestBreakdown:
    def events(self):
        # ann came by phone and bought on the web. bob's phone never said what it was at first.
        # cat never said. dan's first visit, on the phone, expired; what counts began on the web.
        rows = [
            ("ann", "visit", 0, "phone"),
            ("ann", "buy", 1, "web"),
            ("bob", "visit", 0, None),
            ("bob", "buy", 1, "tv"),
            ("cat", "visit", 0, None),
            ("dan", "visit", 0, "phone"),
            ("dan", "visit", 20, "web"),
            ("dan", "buy", 21, "web"),
            ("eve", "visit", 5, "phone"),
        ]
        frame = pd.DataFrame(rows, columns=["user_id", "event", "day", "device"])
        frame["time"] = DAY_ZERO + pd.to_timedelta(frame.pop("day"), unit="D")
        return frame

    def run(self, **options):
        return pm.funnel(self.events(), ["visit", "buy"], within="7d", by="device", **options)

    def test_first_touch(self):
        b = self.run()
        assert b.counts == {"phone": [2, 1], "tv": [1, 1], "web": [1, 1], None: [1, 0]}
        assert b.overall.counts == [5, 3]
        assert b.segments["phone"].counts == [2, 1]
        assert b.segments["phone"].rate_from_start == [1, 0.5]

    def test_last_touch(self):
        b = self.run(attribution="last_touch")
        assert b.counts == {"phone": [1, 0], "tv": [1, 1], "web": [2, 2], None: [1, 0]}

    def test_units_carry_the_segment(self):
        units = self.run().units.set_index("user_id")
        assert units["device"].drop("cat").to_dict() == {
            "ann": "phone",
            "bob": "tv",
            "dan": "web",
            "eve": "phone",
        }
        assert pd.isna(units.loc["cat", "device"])
        assert len(units) == 5

    def test_the_frame_is_long(self):
        frame = self.run().to_frame()
        assert list(frame.columns[:3]) == ["device", "step", "users"]
        assert len(frame) == 2 * 4
        assert frame["users"].sum() == 2 + 1 + 1 + 1 + 1 + 1 + 1 + 0
        assert frame["device"].isna().sum() == 2

    def test_missing_is_a_visible_group(self):
        b = self.run()
        for shown in (str(b), b._repr_html_()):
            assert "missing" in shown.lower()

    def test_at_one_time_the_value_that_sorts_first(self):
        events = pd.DataFrame(
            {
                "user_id": ["ann"] * 2,
                "event": ["visit"] * 2,
                "time": [DAY_ZERO] * 2,
                "device": ["web", "phone"],
            }
        )
        for attribution in ("first_touch", "last_touch"):
            b = pm.funnel(events, ["visit"], within="1d", by="device", attribution=attribution)
            assert b.counts == {"phone": [1]}

    def test_numbers_and_truth_values_are_groups_as_well(self):
        events = self.events().assign(n=[10, 10, 9, 9, 9, 9, 9, 9, 10])
        b = pm.funnel(events, ["visit", "buy"], within="7d", by="n")
        assert b.counts == {9: [3, 2], 10: [2, 1]}
        events = self.events().assign(mobile=self.events()["device"].eq("phone").to_numpy())
        b = pm.funnel(events, ["visit", "buy"], within="7d", by="mobile")
        assert b.counts == {True: [2, 1], False: [3, 2]}

    def test_the_value_may_change_without_a_trace_outside_the_attempt(self):
        # A tv event that is no step, and a second buy, do not speak for ann.
        events = pd.DataFrame(
            {
                "user_id": ["ann"] * 4,
                "event": ["other", "visit", "buy", "buy"],
                "time": [DAY_ZERO + pd.Timedelta(days=d) for d in range(4)],
                "device": ["tv", "phone", "phone", "web"],
            }
        )
        b = pm.funnel(events, ["visit", "buy"], within="7d", by="device", attribution="last_touch")
        assert {value: n for value, n in b.counts.items() if n[0]} == {"phone": [1, 1]}

    def test_it_reads_and_draws(self):
        b = self.run()
        for word in ("phone", "web", "tv"):
            assert word in str(b)
            assert word in b._repr_html_()
        assert isinstance(b.plot(), go.Figure)
        assert b.summary()
        assert b.plot().layout.meta["description"] == b.summary()


class TestUnitsOtherThanUsers:
    def test_sessions(self):
        # ann visits in one session and buys in another: two units, one of which converts.
        events = log("ann: visit@0 visit@1 buy@1.01 \n bob: visit@0 buy@2")
        events["session_id"] = ["a1", "a2", "a2", "b1", "b2"]
        f = pm.funnel(events, ["visit", "buy"], within="7d", unit="session_id")
        assert f.counts == [3, 1]
        assert list(f.units.columns)[:2] == ["session_id", "level"]
        assert set(f.units["session_id"]) == {"a1", "a2", "b1"}

    def test_a_unit_that_is_missing_is_dropped_and_counted(self):
        events = log("ann: visit@0 buy@1")
        events["session_id"] = ["a1", None]
        f = pm.funnel(events, ["visit", "buy"], within="7d", unit="session_id")
        assert f.counts == [1, 0]
        assert any("1" in text and "session_id" in text for text in f.warnings)


class TestTimes:
    def test_a_time_zone_stays(self):
        # Across the night when clocks in Berlin go forward: an hour by the wall is not there.
        times = pd.to_datetime(["2024-03-31 00:30", "2024-03-31 03:30"]).tz_localize(
            "Europe/Berlin"
        )
        events = pd.DataFrame({"user_id": ["ann"] * 2, "event": ["visit", "buy"], "time": times})
        assert pm.funnel(events, ["visit", "buy"], within="119min").counts == [1, 0]
        f = pm.funnel(events, ["visit", "buy"], within="2h")
        assert f.counts == [1, 1]
        assert str(f.units["time_1"].dt.tz) == "Europe/Berlin"
        assert list(f.units.loc[0, ["time_1", "time_2"]]) == list(times)
        assert f.as_of == times[1]
        assert f.as_of.tzinfo is not None

    def test_naive_times_stay_naive(self):
        f = shop()
        assert f.units["time_1"].dt.tz is None
        assert f.as_of.tzinfo is None

    def test_dates(self):
        events = log(SHOP)
        events["time"] = events["time"].dt.date
        assert pm.funnel(events, STEPS, within="7d").counts == shop().counts

    @pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d"])
    def test_iso_strings(self, form):
        events = log(SHOP)
        events["time"] = events["time"].dt.strftime(form)
        f = pm.funnel(events, STEPS, within="7d")
        assert f.counts == shop().counts
        assert f.units["time_1"].dt.tz is None

    @pytest.mark.parametrize("offset", ["Z", "+00:00", "+05:30"])
    def test_iso_strings_with_an_offset(self, offset):
        events = log(SHOP)
        events["time"] = events["time"].dt.strftime("%Y-%m-%dT%H:%M:%S") + offset
        f = pm.funnel(events, STEPS, within="7d")
        assert f.counts == shop().counts
        assert f.units["time_1"].dt.tz is not None
        instant = pd.Timestamp(DAY_ZERO.strftime("%Y-%m-%dT%H:%M:%S") + offset)
        assert f.units.set_index("user_id").loc["ann", "time_1"] == instant

    def test_offsets_that_change_within_a_column_are_instants(self):
        # Summer time began in between: 23:00+01:00 is 22:00Z, and 01:30+02:00 is 23:30Z.
        events = pd.DataFrame(
            {
                "user_id": ["ann"] * 2,
                "event": ["visit", "buy"],
                "time": ["2024-03-30T23:00:00+01:00", "2024-03-31T01:30:00+02:00"],
            }
        )
        assert pm.funnel(events, ["visit", "buy"], within="90min").counts == [1, 1]
        assert pm.funnel(events, ["visit", "buy"], within="89min").counts == [1, 0]

    @pytest.mark.parametrize("resolution", ["s", "ms", "us", "ns"])
    def test_any_resolution(self, resolution):
        events = log(SHOP)
        events["time"] = events["time"].astype(f"datetime64[{resolution}]")
        assert pm.funnel(events, STEPS, within="7d").counts == shop().counts

    def test_python_datetimes_in_an_object_column(self):
        events = log(SHOP)
        events["time"] = pd.Series(
            [moment.to_pydatetime() for moment in events["time"]], dtype=object
        )
        assert pm.funnel(events, STEPS, within="7d").counts == shop().counts


class TestTheDoor:
    def test_other_column_names(self):
        events = log(SHOP).set_axis(["who", "what", "when"], axis="columns")
        f = pm.funnel(events, STEPS, within="7d", user="who", event="what", time="when")
        assert f.counts == [4, 2, 2]
        assert "who" in f.units.columns

    def test_an_event_log_maps_the_columns_once(self):
        events = log(SHOP).set_axis(["who", "what", "when"], axis="columns")
        mapped = pm.EventLog(events, user="who", event="what", time="when")
        assert pm.funnel(mapped, STEPS, within="7d").counts == [4, 2, 2]

    def test_files(self, tmp_path):
        events = log(SHOP)
        events.to_csv(tmp_path / "events.csv", index=False)
        events.to_csv(tmp_path / "events.csv.gz", index=False)
        pq.write_table(pa.Table.from_pandas(events), tmp_path / "events.parquet")
        for name in ("events.csv", "events.csv.gz", "events.parquet"):
            for path in (tmp_path / name, str(tmp_path / name)):
                f = pm.funnel(path, STEPS, within="7d")
                assert f.counts == [4, 2, 2], path
                assert levels(f) == {"ann": 3, "bob": 1, "cat": 1, "eve": 3}

    def test_a_file_with_whole_numbers_for_users_and_a_column_of_properties(self, tmp_path):
        (tmp_path / "e.csv").write_text(
            "user_id,event,time,plan,price\n"
            "1,view,2024-03-01T10:00:00,pro,12.5\n"
            "1,buy,2024-03-01T11:00:00,,\n"
            "2,view,2024-03-01T10:00:00,free,\n",
            encoding="utf-8",
        )
        steps = [pm.Step("view", where=pm.col("price") > 10), "buy"]
        f = pm.funnel(tmp_path / "e.csv", steps, within="1d", by="plan")
        assert f.overall.counts == [1, 1]
        assert list(f.units["user_id"]) == [1]

    @pytest.mark.parametrize("kind", ["polars", "pyarrow", "categories", "object strings"])
    def test_other_frames(self, kind):
        events = log(SHOP)
        table = {
            "polars": lambda: pl.DataFrame(
                {
                    "user_id": events["user_id"].tolist(),
                    "event": events["event"].tolist(),
                    "time": events["time"].dt.to_pydatetime().tolist(),
                }
            ),
            "pyarrow": lambda: pa.Table.from_pandas(events, preserve_index=False),
            "categories": lambda: events.astype({"event": "category", "user_id": "category"}),
            "object strings": lambda: events.astype({"event": object, "user_id": object}),
        }[kind]()
        f = pm.funnel(table, STEPS, within="7d")
        assert f.counts == [4, 2, 2]
        assert isinstance(f.units, pd.DataFrame)
        assert levels(f) == {"ann": 3, "bob": 1, "cat": 1, "eve": 3}
        assert f.as_of == DAY_ZERO + pd.Timedelta(days=13)

    @pytest.mark.parametrize("kind", ["polars", "pyarrow"])
    def test_conditions_and_breakdowns_on_other_frames(self, kind):
        table = pa.Table.from_pandas(PRICES, preserve_index=False)
        if kind == "polars":
            table = pl.from_arrow(table)
        steps = [pm.Step("view", where=pm.col("price") > 1), pm.Step("buy", where={"plan": "pro"})]
        b = pm.funnel(table, steps, within="1d", by="plan")
        assert b.counts == {"pro": [1, 1], "free": [1, 0]}

    def test_nulls_in_user_or_time_are_dropped_and_counted(self):
        events = log(SHOP)
        events.loc[len(events)] = [None, "visit", DAY_ZERO]
        events.loc[len(events)] = ["fay", "visit", pd.NaT]
        events.loc[len(events)] = ["fay", "visit", pd.NaT]
        f = pm.funnel(events, STEPS, within="7d")
        assert f.counts == [4, 2, 2]
        assert any("3" in text and "user_id" in text for text in f.warnings)

    @pytest.mark.parametrize(
        "users",
        [[1, 1, 2], [1.5, 1.5, 2.5], ["a", "a", "b"], [True, True, False]],
        ids=["int", "float", "str", "bool"],
    )
    def test_users_of_any_type(self, users):
        events = pd.DataFrame(
            {
                "user_id": users,
                "event": ["visit", "buy", "visit"],
                "time": [DAY_ZERO, DAY_ZERO, DAY_ZERO],
            }
        )
        f = pm.funnel(events, ["visit", "buy"], within="1d")
        assert dict(zip(f.units["user_id"].tolist(), f.units["level"].tolist(), strict=True)) == {
            users[0]: 2,
            users[2]: 1,
        }

    def test_whole_numbers_with_gaps_stay_exact(self):
        # Ids beyond 2**53 must not pass through floats on their way.
        ids = [2**60 + 1, 2**60 + 1, 2**60 + 2]
        events = pd.DataFrame(
            {
                "user_id": pd.array([*ids, None], dtype="Int64"),
                "event": ["visit", "buy", "visit", "visit"],
                "time": [DAY_ZERO] * 4,
            }
        )
        f = pm.funnel(events, ["visit", "buy"], within="1d")
        assert f.counts == [2, 1]
        assert {int(user) for user in f.units["user_id"]} == set(ids)

    def test_a_million_events_of_one_user(self):
        n = 1_000_000
        events = pd.DataFrame(
            {
                "user_id": np.ones(n, dtype=int),
                "event": np.array(["visit", "buy"])[np.arange(n) % 2],
                "time": DAY_ZERO + pd.to_timedelta(np.arange(n), unit="s"),
            }
        )
        f = pm.funnel(events, ["visit", "buy"], within="1h")
        assert f.counts == [1, 1]
        assert f.units["time_2"].iloc[0] == DAY_ZERO + pd.Timedelta(seconds=1)


class TestWhatAResultSays:
    def test_the_frame(self):
        frame = shop().to_frame()
        assert list(frame.columns)[:3] == ["step", "users", "rate_from_start"]
        assert {
            "rate_from_start_low",
            "rate_from_start_high",
            "rate_from_previous",
            "rate_from_previous_low",
            "rate_from_previous_high",
            "dropped",
        } <= set(frame.columns)
        assert frame["users"].tolist() == [4, 2, 2]
        # Of four visitors two were lost on the way to sign_up, and none after it. What the row
        # of a step says is dropped may mean "before" or "after" it; it must add up to two.
        assert frame["dropped"].sum() == 2
        low, high = pm.stats.wilson_interval(2, 4)
        assert frame["rate_from_start_low"].tolist()[1:] == [low, low]
        assert frame["rate_from_start_high"].tolist()[1:] == [high, high]
        low, high = pm.stats.wilson_interval(2, 2)
        assert frame["rate_from_previous_low"].tolist()[2] == low
        assert frame["rate_from_previous_high"].tolist()[2] == high

    def test_quartiles_of_times(self):
        # From visit to sign_up it took 1, 2, 3, 4 and 9 days; those who bought took 1 day more.
        events = log(
            """
            a: visit@0 sign_up@1 buy@2
            b: visit@0 sign_up@2
            c: visit@0 sign_up@3 buy@4
            d: visit@0 sign_up@4
            e: visit@0 sign_up@9 buy@12
            f: visit@0
            """
        )
        frame = pm.funnel(events, ["visit", "sign_up", "buy"], within="30d").to_frame()
        days = {
            column: frame[column] / pd.Timedelta(days=1)
            for column in frame.columns
            if pd.api.types.is_timedelta64_dtype(frame[column])
        }
        previous = sorted(c for c in days if "previous" in c)
        start = sorted(c for c in days if "start" in c)
        assert len(previous) == len(start) == 3
        # sign_up: quartiles of 1 2 3 4 9; buy: from sign_up 1 1 3, from visit 2 4 12.
        assert sorted(days[c][1] for c in previous) == [2, 3, 4]
        assert sorted(days[c][2] for c in previous) == [1, 1, 2]
        assert sorted(days[c][1] for c in start) == [2, 3, 4]
        assert sorted(days[c][2] for c in start) == [3, 4, 8]
        assert all(math.isnan(days[c][0]) for c in previous)

    def test_the_summary_has_the_counts(self):
        said = shop().summary()
        assert "4" in said
        assert "2" in said
        assert "purchase" in said

    @pytest.mark.parametrize("form", ["__str__", "__repr__", "_repr_html_"])
    def test_the_table_has_the_numbers(self, form):
        shown = getattr(shop(), form)()
        for text in ("visit", "sign_up", "purchase", "4", "2", "50.0%"):
            assert text in shown

    def test_it_says_how_it_counted(self):
        f = shop()
        assert "7 days" in f.method
        assert f.assumptions
        assert isinstance(f.warnings, tuple)
        # as_of is printed.
        assert "2024-03-14" in str(f) or "14 March 2024" in str(f)

    def test_names_from_the_data_are_text_and_not_html(self):
        events = pd.DataFrame(
            {
                "user_id": ["u"] * 2,
                "event": ["<script>alert(1)</script>", "a & b"],
                "time": [DAY_ZERO] * 2,
                "where": ["<b>x</b>"] * 2,
            }
        )
        steps = ["<script>alert(1)</script>", "a & b"]
        f = pm.funnel(events, steps, within="1d")
        b = pm.funnel(events, steps, within="1d", by="where")
        for page in (f._repr_html_(), b._repr_html_()):
            assert "<script>" not in page
            assert "<b>x</b>" not in page
            assert "&lt;script&gt;" in page
            assert "a &amp; b" in page
        for figure in (f.plot(), b.plot()):
            assert "<script>alert" not in figure.to_html(include_plotlyjs=False)

    def test_the_figure(self):
        f = shop()
        figure = f.plot()
        assert isinstance(figure, go.Figure)
        assert [int(n) for n in bar(figure).customdata] == [4, 2, 2]
        assert [float(rate) for rate in bar(figure).y] == [1, 0.5, 0.5]
        assert figure.layout.meta["description"] == f.summary()

    def test_it_is_frozen(self):
        f = shop()
        with pytest.raises(AttributeError):
            f.as_of = DAY_ZERO


def bar(figure):
    return next(trace for trace in figure.data if trace.type in ("bar", "funnel"))


class TestFunnelFromCounts:
    def test_a_funnel_from_a_slide(self):
        f = pm.funnel_from_counts([1000, 420, 96], steps=["visit", "sign_up", "purchase"])
        assert isinstance(f, pm.FunnelResult)
        assert f.counts == [1000, 420, 96]
        assert f.steps == ("visit", "sign_up", "purchase")
        assert f.rate_from_start == [1, 0.42, 0.096]
        assert f.rate_from_previous[1:] == [0.42, 96 / 420]
        frame = f.to_frame()
        assert frame["users"].tolist() == [1000, 420, 96]
        low, high = pm.stats.wilson_interval(96, 1000)
        assert frame["rate_from_start_low"].iloc[2] == low
        assert frame["rate_from_start_high"].iloc[2] == high
        for shown in (str(f), f._repr_html_(), f.summary()):
            assert "1,000" in shown
            assert "9.6%" in shown
        assert f.plot().layout.meta["description"] == f.summary()

    def test_it_is_the_same_object_as_from_events(self):
        slide = pm.funnel_from_counts([4, 2, 2], steps=STEPS)
        assert slide.rate_from_start == shop().rate_from_start
        same = ["step", "users", "rate_from_start_low", "rate_from_start_high", "dropped"]
        pd.testing.assert_frame_equal(slide.to_frame()[same], shop().to_frame()[same])

    def test_zero_users_have_no_rate(self):
        f = pm.funnel_from_counts([0, 0], steps=["visit", "buy"])
        assert all(math.isnan(rate) for rate in f.rate_from_start)
        assert math.isnan(f.rate_from_previous[1])
        assert f.warnings
        # A middle step that nobody reached: 0 of 10 is 0, but 0 of 0 is nothing.
        f = pm.funnel_from_counts([10, 0, 0], steps=["visit", "sign_up", "buy"])
        assert f.rate_from_start == [1, 0, 0]
        assert f.rate_from_previous[1] == 0
        assert math.isnan(f.rate_from_previous[2])
        assert any("buy" in text for text in f.warnings)
        assert math.isnan(f.to_frame()["rate_from_previous_low"].iloc[2])

    def test_numpy_and_pandas_counts(self):
        for counts in (np.array([10, 5]), pd.Series([10, 5]), (10, 5), [10.0, 5.0]):
            f = pm.funnel_from_counts(counts, steps=["a", "b"])
            assert f.counts == [10, 5]
            assert all(type(n) is int for n in f.counts)

    @pytest.mark.parametrize(
        ("counts", "word"),
        [
            ([10, 11], "11"),
            ([10, -1], "-1"),
            ([10, 2.5], "2.5"),
            ([10, None], "None"),
            ([10, float("nan")], "nan"),
            (["10", "5"], "10"),
            ([10], "steps"),
            ([], "counts"),
        ],
    )
    def test_counts_that_are_none(self, counts, word):
        with pytest.raises(pm.PmlabError, match=word) as caught:
            pm.funnel_from_counts(counts, steps=["visit", "buy"])
        assert isinstance(caught.value, ValueError)
        assert "counts" in str(caught.value)


def test_dates_as_of_a_plain_date():
    # A date is its midnight: day 0 is at noon, so nobody who entered then is past it yet.
    f = pm.funnel(
        log("ann: visit@0 buy@1"), ["visit", "buy"], within="1d", as_of=dt.date(2024, 3, 9)
    )
    assert f.as_of == pd.Timestamp("2024-03-09")
