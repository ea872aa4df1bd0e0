"""What a funnel refuses, and whether the message helps.

A message names the parameter, says what came, and gives the next move; the tests look for
those words and no more.
"""

import pandas as pd
import pytest

import pmlab as pm

ZERO = pd.Timestamp("2024-03-01")


def events():
    return pd.DataFrame(
        {
            "user_id": ["ann", "ann", "bob"],
            "event": ["visit", "sign_up", "visit"],
            "time": [ZERO, ZERO + pd.Timedelta(days=1), ZERO],
            "device": ["phone", "web", "phone"],
            "price": [1.0, 2.0, None],
        }
    )


def refused(kind, *words, steps=("visit", "sign_up"), **options):
    """Ask for the funnel, and return its refusal, which has all these words."""
    with pytest.raises(pm.PmlabError) as caught:
        pm.funnel(events(), list(steps), **{"within": "7d", **options})
    assert isinstance(caught.value, kind)
    message = str(caught.value)
    missing = [word for word in words if word not in message]
    assert not missing, f"{missing} not in: {message}"
    return message


class TestSteps:
    def test_a_misspelt_step(self):
        refused(KeyError, "signup", "event", "Did you mean 'sign_up'?", steps=["visit", "signup"])

    def test_a_misspelt_step_among_several_names_or_in_a_union(self):
        for step in (pm.Step(["sign_up", "vist"]), pm.Step("sign_up") | pm.Step("vist")):
            refused(KeyError, "vist", "Did you mean 'visit'?", steps=["visit", step])

    def test_a_step_unlike_any_event_lists_what_there_is(self):
        refused(KeyError, "zzz", "'visit'", "'sign_up'", steps=["visit", "zzz"])

    def test_no_steps(self):
        refused(ValueError, "steps", steps=[])

    def test_too_many_steps(self):
        refused(ValueError, "steps", "65", "64", steps=["visit"] * 65)

    def test_sixty_four_steps_are_not_too_many(self):
        f = pm.funnel(events(), ["visit"] * 64, within="7d", rules=pm.Rules(reuse=True))
        assert f.counts == [2] * 64

    @pytest.mark.parametrize("steps", ["visit", {"visit": 1}, 3, None], ids=repr)
    def test_steps_that_are_not_a_list(self, steps):
        with pytest.raises(pm.PmlabError, match="steps") as caught:
            pm.funnel(events(), steps, within="7d")
        assert isinstance(caught.value, ValueError)

    @pytest.mark.parametrize("step", [3.5, None, [], {"event": "visit"}], ids=repr)
    def test_a_step_that_is_none(self, step):
        refused(ValueError, steps=["visit", step])

    def test_a_step_that_matches_everything(self):
        with pytest.raises(pm.PmlabError, match="event") as caught:
            pm.Step()
        assert isinstance(caught.value, ValueError)
        assert "where" in str(caught.value)

    def test_a_step_of_no_names(self):
        with pytest.raises(pm.PmlabError, match="event"):
            pm.Step([])

    def test_a_union_with_something_else(self):
        with pytest.raises((pm.PmlabError, TypeError), match=r"Step|unsupported operand"):
            pm.Step("visit") | 3


class TestConditions:
    def step(self, where):
        return ["visit", pm.Step("sign_up", where=where)]

    def test_on_a_missing_column(self):
        refused(KeyError, "prize", "price", steps=self.step(pm.col("prize") > 1))
        refused(KeyError, "devise", "Did you mean 'device'?", steps=self.step({"devise": "web"}))

    def test_that_is_not_a_condition(self):
        refused(ValueError, "where", "price", steps=self.step(pm.col("price") + 1))

    @pytest.mark.parametrize(
        "where",
        ["price > 1", 3, True, lambda row: True, {}, []],
        ids=lambda where: type(where).__name__,
    )
    def test_of_another_kind(self, where):
        with pytest.raises(pm.PmlabError, match="where") as caught:
            pm.funnel(events(), self.step(where), within="7d")
        assert isinstance(caught.value, ValueError)
        assert "col(" in str(caught.value)

    def test_python_and_in_place_of_an_ampersand(self):
        # `and` asks for one truth value of a whole column.
        with pytest.raises((pm.PmlabError, TypeError), match=r"&|ambiguous|bool"):
            pm.Step("visit", where=(pm.col("price") > 1) and (pm.col("price") < 3))

    def test_that_compares_a_text_with_a_number(self):
        refused(ValueError, "where", steps=self.step(pm.col("device") > 3))


class TestOptions:
    @pytest.mark.parametrize(
        ("within", "words"),
        [
            (7, ["within", "7", "unit", "'7d'"]),
            ("7", ["within", "'7d'"]),
            ("a week", ["within", "a week", "'7d'"]),
            ("-7d", ["within", "-7d", "negative"]),
            (pd.Timedelta(days=-7), ["within", "negative"]),
            ("0s", ["within", "0", "'7d'"]),
            (None, ["within"]),
        ],
        ids=str,
    )
    def test_within(self, within, words):
        refused(ValueError, *words, within=within)

    def test_within_has_no_default(self):
        with pytest.raises(TypeError, match="within"):
            pm.funnel(events(), ["visit"])

    @pytest.mark.parametrize(
        ("options", "close"),
        [
            ({"unfinished": "dorp"}, "'drop'"),
            ({"attribution": "first touch", "by": "device"}, "'first_touch'"),
        ],
        ids=str,
    )
    def test_a_misspelt_option(self, options, close):
        name, value = next(iter(options.items()))
        refused(ValueError, name, value, close, **options)

    @pytest.mark.parametrize(
        ("name", "value", "close"),
        [("entry", "frist", "'first'"), ("ties", "stict", "'strict'"), ("ties", None, "'any'")],
    )
    def test_a_misspelt_rule(self, name, value, close):
        with pytest.raises(pm.PmlabError, match=name) as caught:
            pm.Rules(**{name: value})
        assert isinstance(caught.value, ValueError)
        assert str(value) in str(caught.value)
        assert close in str(caught.value)

    def test_reuse_is_true_or_false(self):
        with pytest.raises(pm.PmlabError, match="reuse"):
            pm.Rules(reuse="no")

    @pytest.mark.parametrize("rules", ["clickhouze", {"entry": "first"}, 3], ids=repr)
    def test_rules_of_another_kind(self, rules):
        refused(ValueError, "rules", "Rules", rules=rules)

    @pytest.mark.parametrize("name", ["by", "unit", "user", "event", "time"])
    def test_a_column_that_is_not_there(self, name):
        wrong = {"by": "devise", "unit": "user_di", "user": "user", "event": "evnt", "time": "tme"}
        right = {
            "by": "device",
            "unit": "user_id",
            "user": "user_id",
            "event": "event",
            "time": "time",
        }
        refused(KeyError, name, wrong[name], right[name], **{name: wrong[name]})

    @pytest.mark.parametrize("by", [["device", "price"], 3, pm.col("device")], ids=str)
    def test_by_is_one_column(self, by):
        refused((ValueError, KeyError), "by", by=by)

    @pytest.mark.parametrize(
        "as_of", ["yesterday", "now", "03/01/2024", 20240301, float("nan"), pd.NaT, True], ids=repr
    )
    def test_as_of_is_a_time(self, as_of):
        refused(ValueError, "as_of", as_of=as_of)

    def test_as_of_with_a_zone_needs_events_with_one(self):
        refused(ValueError, "as_of", "zone", as_of=pd.Timestamp("2024-04-01", tz="UTC"))

    def test_as_of_without_a_zone_is_by_the_clock_of_the_events(self):
        there = events().assign(time=lambda frame: frame["time"].dt.tz_localize("Asia/Tokyo"))
        f = pm.funnel(there, ["visit"], within="7d", as_of="2024-04-01")
        assert f.as_of == pd.Timestamp("2024-04-01", tz="Asia/Tokyo")

    def test_options_that_do_not_exist_yet(self):
        for name in ("exclusions", "holding", "attribute"):
            with pytest.raises(TypeError, match=name):
                pm.funnel(events(), ["visit"], within="7d", **{name: None})


class TestSmallAndLarge:
    def test_one_user(self):
        one = events().query("user_id == 'ann'")
        assert pm.funnel(one, ["visit", "sign_up"], within="7d").counts == [1, 1]

    def test_one_row(self):
        f = pm.funnel(events().head(1), ["visit"], within="7d")
        assert f.counts == [1]

    def test_times_at_the_ends_of_the_calendar(self):
        # Adding a window to a very late time must not wrap around.
        ends = pd.DataFrame(
            {
                "user_id": ["ann"] * 2,
                "event": ["visit", "sign_up"],
                "time": pd.to_datetime(["1678-01-01", "2261-12-31"]),
            }
        )
        assert pm.funnel(ends, ["visit", "sign_up"], within="7d").counts == [1, 0]
        assert pm.funnel(ends, ["visit", "sign_up"], within="400000d").counts == [1, 1]

    def test_a_window_of_a_million_years_is_refused_or_counted(self):
        try:
            f = pm.funnel(events(), ["visit", "sign_up"], within="365000000d")
        except pm.PmlabError as refusal:
            assert "within" in str(refusal)  # noqa: PT017
        else:
            assert f.counts == [2, 1]


class TestFollowUpQuestions:
    """What a result refuses to be asked, and the next move."""

    def funnel(self, **options):
        return pm.funnel(events(), ["visit", "sign_up"], within="7d", **options)

    def says(self, kind, words, question):
        with pytest.raises(pm.PmlabError) as caught:
            question()
        assert isinstance(caught.value, kind)
        missing = [word for word in words if word not in str(caught.value)]
        assert not missing, f"{missing} not in: {caught.value}"

    def test_an_unknown_unit(self):
        self.says(KeyError, ["'anne'", "Did you mean 'ann'"], lambda: self.funnel().explain("anne"))

    def test_explain_is_about_one_attempt(self):
        totals = self.funnel(count="totals")
        self.says(ValueError, ["count='totals'", ".units"], lambda: totals.explain("ann"))

    def test_explain_of_an_open_funnel(self):
        opened = self.funnel(closed=False)
        self.says(ValueError, ["explain()", "closed"], lambda: opened.explain("ann"))

    def test_a_segment_has_no_trend_or_times_or_explanation_of_its_own(self):
        phone = self.funnel(by="device").segments["phone"]
        for ask in (lambda: phone.trend("W"), phone.times, lambda: phone.explain("ann")):
            self.says(ValueError, ["'device'", "filter the events", ".overall"], ask)
        assert phone.next_events(after="visit").n_stopped == 1

    def test_typed_in_counts_have_no_next_events(self):
        typed = pm.funnel_from_counts([3, 2], steps=["visit", "buy"])
        self.says(ValueError, ["no units"], lambda: typed.next_events(after="visit"))

    def test_nothing_comes_after_the_last_step(self):
        f = self.funnel()
        self.says(ValueError, ["after='sign_up'", "last"], lambda: f.next_events(after="sign_up"))
        self.says(KeyError, ["after='signup'", "sign_up"], lambda: f.next_events(after="signup"))

    def test_an_unknown_segment_and_another_funnel(self):
        by_device = self.funnel(by="device", attribution="last_touch")
        self.says(KeyError, ["against='fone'"], lambda: by_device.compare(against="fone"))
        other = pm.funnel(
            events(), ["visit", "sign_up"], within="1d", by="device", attribution="last_touch"
        )
        self.says(ValueError, ["within"], lambda: by_device.compare(other))
        self.says(ValueError, ["by"], lambda: by_device.compare(other.overall))
        for changed in ({"hold": ["price"]}, {"exclude": [pm.Exclusion("visit", before=2)]}):
            (name,) = changed
            differs = self.funnel(by="device", attribution="last_touch", **changed)
            self.says(ValueError, [name], lambda differs=differs: by_device.compare(differs))
        both = lambda: by_device.compare(other, against="web")  # noqa: E731
        self.says(ValueError, ["other=", "against="], both)

    def test_steps_and_exclusions_together(self):
        exclude = [pm.Exclusion("visit")]
        refused(ValueError, "64", "exclude 1", steps=["visit"] * 64, exclude=exclude)
        refused(ValueError, "63", "strict", steps=["visit"] * 64, order="strict")

    def test_an_exclusion_is_called_one(self):
        refused(KeyError, "exclusion 'vist'", "'visit'", exclude=[pm.Exclusion("vist")])
        with pytest.raises(ValueError, match=r"Exclusion\(\)"):
            pm.Exclusion()
