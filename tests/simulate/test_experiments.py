"""The four experiments: their tables agree with the log, and hide what is said and no more."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pandas.testing as pdt
import pytest
from scipy.stats import binomtest, chisquare, ttest_ind

from pmlab.simulate import DEFAULT_SEED, _arrivals, company
from pmlab.simulate.actions import draw_events
from pmlab.simulate.assignments import Arms, draw_arms, in_that_visit, starter_plan, within
from pmlab.simulate.cards import CARDS
from pmlab.simulate.detectors import Log
from pmlab.simulate.experiment_detectors import (
    MARGIN,
    MISMATCH,
    button_colour,
    catering_customer,
    landing_page,
    split_z,
    upsell_fades,
    upsell_is_cancelled,
    upsell_wins,
)
from pmlab.simulate.journal import NEVER, Journal, seconds_of
from pmlab.simulate.orders import draw_orders
from pmlab.simulate.outcomes import from_billing, from_log, from_orders, upsell_days_table
from pmlab.simulate.people import draw_people
from pmlab.simulate.story import EVENTS, EXPERIMENT_WEEKS, START, draw_story, run_of
from pmlab.simulate.streams import Streams
from pmlab.simulate.subscriptions import draw_subscriptions
from pmlab.simulate.tables import Coded, to_frame
from pmlab.simulate.visits import draw_visits

DAY, WEEK = 86_400, 7 * 86_400


@pytest.fixture(scope="module")
def assignments(larder) -> pd.DataFrame:
    return larder.table("assignments")


@pytest.fixture(scope="module")
def events(larder) -> pd.DataFrame:
    return larder.table("events")


@pytest.fixture(scope="module")
def users(larder) -> pd.DataFrame:
    return larder.table("users").set_index("user_id")


def of(assignments: pd.DataFrame, experiment: str) -> pd.DataFrame:
    return assignments[assignments["experiment"] == experiment].set_index("user_id")


# --- who is in which experiment -------------------------------------------------------------------


def test_a_person_is_in_an_experiment_once_and_the_rows_are_in_order(larder, assignments):
    assert not assignments.duplicated(["experiment", "user_id"]).any()
    assert assignments["assigned_at"].is_monotonic_increasing
    assert set(assignments["variant"]) == {"control", "treatment"}
    runs = larder.table("calendar").query("kind == 'experiment'").set_index("name")
    assert set(assignments["experiment"]) == set(runs.index)
    for name, rows in assignments.groupby("experiment"):
        assert rows["assigned_at"].min() >= runs.loc[name, "start"]
        assert rows["assigned_at"].max() < runs.loc[name, "end"]


def test_starter_plan_holds_everybody_who_signs_up_while_it_runs(larder, assignments, users):
    story = larder.story
    signed_up = users["signed_up_at"].dropna()
    inside = signed_up.between(story.experiment_from, story.experiment_to, inclusive="left")
    pdt.assert_series_equal(
        of(assignments, "Starter plan")["assigned_at"].sort_index(),
        signed_up[inside].sort_index(),
        check_names=False,
    )


def test_landing_page_holds_new_people_at_their_first_visit_but_those_lost(assignments, users):
    rows = of(assignments, "Landing page")
    begin, end = run_of("Landing page")
    new = users[users["first_visit_at"].between(begin, end, inclusive="left")]
    pdt.assert_series_equal(
        rows["assigned_at"], new["first_visit_at"].reindex(rows.index), check_names=False
    )
    assert 0.04 < 1 - len(rows) / len(new) < 0.08
    for column in ("channel", "device"):
        assert (rows[column] == new[column].reindex(rows.index)).all()


def test_those_lost_had_seen_one_page_and_left(assignments, users, events):
    begin, end = run_of("Landing page")
    new = users.index[users["first_visit_at"].between(begin, end, inclusive="left")]
    lost = new.difference(of(assignments, "Landing page").index)
    theirs = events[events["user_id"].isin(lost)].sort_values(["user_id", "time"], kind="stable")
    second = theirs.groupby("user_id").nth(1)
    assert (second["event"] == "visit").all()


def test_button_colour_holds_everybody_who_opens_a_recipe(assignments, events):
    begin, end = run_of("Button colour")
    opened = events[(events["event"] == "view_recipe")]
    opened = opened[opened["time"].between(begin, end, inclusive="left")]
    pdt.assert_series_equal(
        of(assignments, "Button colour")["assigned_at"].sort_index(),
        opened.groupby("user_id")["time"].min(),
        check_names=False,
    )


def test_upsell_holds_accounts_with_a_basket_that_never_had_plus(
    larder, assignments, events, users
):
    rows = of(assignments, "Upsell")
    begin, end = run_of("Upsell")
    adds = events[events["event"] == "add_to_basket"]
    adds = adds[adds["time"].between(begin, end, inclusive="left")]
    trials = events[events["event"] == "start_trial"].groupby("user_id")["time"].min()
    adds = adds[adds["time"] >= adds["user_id"].map(users["signed_up_at"])]
    had = adds["user_id"].map(trials) < adds["time"]
    pdt.assert_series_equal(
        rows["assigned_at"].sort_index(),
        adds[~had].groupby("user_id")["time"].min(),
        check_names=False,
    )
    started = larder.table("subscriptions").set_index("user_id")["trial_started_at"]
    assert not (started.reindex(rows.index) < rows["assigned_at"]).any()


def test_the_arms_are_drawn_by_lot(assignments):
    # Within four standard errors of a fair coin, over all and in every channel and on every device.
    fair = assignments[assignments["experiment"] != "Landing page"]
    for experiment, rows in fair.groupby("experiment"):
        treated = rows["variant"] == "treatment"
        for column in ("experiment", "channel", "device"):
            for _, part in treated.groupby(rows[column]):
                assert abs(part.mean() - 0.5) < 4 * 0.5 / np.sqrt(len(part)), experiment


def test_what_is_known_from_before_does_not_differ_between_the_arms(assignments):
    for experiment in ("Starter plan", "Button colour", "Upsell"):
        rows = of(assignments, experiment)
        arms = [part for _, part in rows.groupby("variant")]
        for column in ("visits_before", "orders_before", "revenue_before_cents"):
            assert ttest_ind(*(arm[column] for arm in arms)).pvalue > 1e-4, (experiment, column)


# --- what they did --------------------------------------------------------------------------------


def test_outcomes_are_those_of_the_log(assignments, events):
    # By a plain reading in pandas, for all rows at once.
    rows = assignments[["experiment", "user_id", "assigned_at"]].reset_index()
    both = rows.merge(events[["user_id", "event", "time"]], on="user_id")
    age = both["time"] - both["assigned_at"]
    week = (age >= pd.Timedelta(0)) & (age < pd.Timedelta("7D"))
    before = (age >= -pd.Timedelta("28D")) & (age < pd.Timedelta(0))

    def times(event: str, window: pd.Series) -> pd.Series:
        chosen = both[window & (both["event"] == event)]
        return chosen.groupby("index").size().reindex(rows.index, fill_value=0)

    for column, event, window in (
        ("visits_before", "visit", before),
        ("visits", "visit", week),
        ("recipe_views", "view_recipe", week),
        ("basket_adds", "add_to_basket", week),
    ):
        assert (assignments[column] == times(event, window)).all(), column
    assert (assignments["saved_plan"] == (times("save_plan", week) > 0)).all()

    late = (age >= pd.Timedelta("14D")) & (age < pd.Timedelta("28D"))
    back = times("visit", late) > 0
    known = assignments["back_in_weeks_3_4"].notna()
    finished = assignments["assigned_at"] + pd.Timedelta("28D") <= pd.Timestamp("2026-07-06")
    assert (known == finished).all()
    assert (assignments.loc[known, "back_in_weeks_3_4"] == back[known]).all()


def test_signed_up_is_missing_for_who_already_had_an_account(assignments, users):
    joined = assignments["user_id"].map(users["signed_up_at"])
    had = joined < assignments["assigned_at"]
    assert (assignments["signed_up"].isna() == had).all()
    soon = joined < assignments["assigned_at"] + pd.Timedelta("7D")
    assert (assignments.loc[~had, "signed_up"] == soon[~had]).all()


def test_money_is_that_of_the_orders(larder, assignments):
    orders = larder.table("orders")
    rows = assignments[["user_id", "assigned_at"]].reset_index()
    both = rows.merge(orders, on="user_id")
    age = both["ordered_at"] - both["assigned_at"]
    for columns, low, high in (
        (("orders_before", "revenue_before_cents"), "-28D", "0D"),
        (("orders", "revenue_cents"), "0D", "7D"),
    ):
        inside = both[(age >= pd.Timedelta(low)) & (age < pd.Timedelta(high))]
        sums = inside.groupby("index")["commission_cents"].agg(["size", "sum"])
        sums = sums.reindex(rows.index, fill_value=0)
        assert (assignments[columns[0]] == sums["size"]).all()
        assert (assignments[columns[1]] == sums["sum"]).all()


def test_what_people_did_before_helps_a_little_to_foresee_what_they_do_after(assignments):
    # Without that, adjusting for it (CUPED) would have nothing to show.
    rows = of(assignments, "Button colour")
    for before, after in (
        ("visits_before", "basket_adds"),
        ("orders_before", "orders"),
        ("revenue_before_cents", "revenue_cents"),
    ):
        assert 0.15 < rows[before].corr(rows[after]) < 0.6, before


def test_orders_are_the_purchases_and_the_invoices(larder, events):
    orders = larder.table("orders")
    bought = events[events["event"] == "purchase"]
    card = orders[orders["paid_by"] == "card"]
    assert card["user_id"].tolist() == bought["user_id"].tolist()
    assert card["ordered_at"].tolist() == bought["time"].tolist()
    assert card["basket_cents"].tolist() == bought["basket_cents"].tolist()
    assert orders["order_id"].is_unique
    assert orders["ordered_at"].is_monotonic_increasing
    assert (orders["commission_cents"] - 0.08 * orders["basket_cents"]).abs().max() <= 0.5
    assert "8%" in CARDS["orders"].about


def test_subscriptions_are_the_trials_of_the_log_and_of_the_box(larder, events, assignments):
    plus = larder.table("subscriptions").set_index("user_id")
    assert plus.index.is_unique
    assert plus["trial_started_at"].is_monotonic_increasing
    page = plus[plus["source"] == "plus_page"]
    for event, column in (("start_trial", "trial_started_at"), ("subscribe", "paid_from")):
        logged = events[events["event"] == event].groupby("user_id")["time"].min()
        pdt.assert_series_equal(
            page[column].dropna().sort_index(), logged.sort_index(), check_names=False
        )
    box = plus[plus["source"] == "basket_box"]
    rows = of(assignments, "Upsell")
    assert (rows.loc[box.index, "variant"] == "treatment").all()
    assert (box["trial_started_at"] > rows.loc[box.index, "assigned_at"]).all()
    begin, end = run_of("Upsell")
    assert box["trial_started_at"].between(begin, end, inclusive="left").all()
    assert not (box["paid_from"] < box["trial_started_at"] + pd.Timedelta("7D")).any()
    assert not (plus["cancelled_at"] <= plus["trial_started_at"]).any()
    assert plus[["trial_started_at", "paid_from", "cancelled_at"]].max().max() < pd.Timestamp(
        "2026-07-06"
    )


def test_a_trial_on_the_page_is_cancelled_before_it_ends_or_after_it_is_paid(larder):
    plus = larder.table("subscriptions")
    gone = plus.dropna(subset="cancelled_at")
    paid = gone["paid_from"].notna()
    assert (gone[paid]["cancelled_at"] >= gone[paid]["paid_from"]).all()
    trial = gone[~paid]["cancelled_at"] - gone[~paid]["trial_started_at"]
    assert trial.max() < pd.Timedelta("14D")


def test_the_days_of_the_upsell_are_those_with_a_basket_until_plus_is_had(larder, events):
    days = larder.table("upsell_days")
    rows = of(larder.table("assignments"), "Upsell")
    _, end = run_of("Upsell")
    adds = events[(events["event"] == "add_to_basket") & events["user_id"].isin(rows.index)]
    adds = adds[adds["time"] < end]
    adds = adds[adds["time"] >= adds["user_id"].map(rows["assigned_at"])]
    day = adds["time"].dt.floor("D").rename("day")
    first = adds.groupby([adds["user_id"], day])["time"].min()
    trial = larder.table("subscriptions").set_index("user_id")["trial_started_at"]
    first = first[~(first.index.get_level_values(0).map(trial) < first.to_numpy())]
    expected = first.reset_index(level=0).sort_values(["user_id", "time"])
    seen = days.sort_values(["user_id", "basket_at"])
    assert seen["user_id"].tolist() == expected["user_id"].tolist()
    assert seen["basket_at"].tolist() == expected["time"].tolist()
    assert days["basket_at"].is_monotonic_increasing

    assigned = days["user_id"].map(rows["assigned_at"])
    assert (days["assigned_at"] == assigned).all()
    assert (days["variant"] == days["user_id"].map(rows["variant"])).all()
    since = days["basket_at"].dt.floor("D") - assigned.dt.floor("D")
    assert (days["days_since"] == since.dt.days).all()
    # Everybody has a first day, and the trials of the first day are among those of the week.
    assert (days["days_since"] == 0).sum() == len(rows)
    began = days[days["started_trial"] == 1].set_index("user_id")
    assert began.index.is_unique
    when = trial[began.index]
    assert (when.dt.floor("D") == began["basket_at"].dt.floor("D")).all()
    # No trial of the box is left out.
    box = larder.table("subscriptions").query("source == 'basket_box'")
    assert set(box["user_id"]) <= set(began.index)


# --- an analyst's reading of the default seed -----------------------------------------------------


def test_the_starter_plan_wins_its_primary(assignments):
    rates = of(assignments, "Starter plan").groupby("variant")["saved_plan"].mean()
    assert rates["control"] == pytest.approx(0.3, abs=0.05)
    assert rates["treatment"] == pytest.approx(0.6, abs=0.05)


def test_the_landing_page_fails_a_chi_square_test_of_its_split(assignments):
    rows = of(assignments, "Landing page")
    counts = rows["variant"].value_counts()
    assert chisquare(counts).pvalue < 1e-6
    assert counts["treatment"] / counts["control"] == pytest.approx(0.88, abs=0.03)
    arms = [part["signed_up"].astype(float) for _, part in rows.groupby("variant")]
    assert ttest_ind(arms[1], arms[0]).pvalue < 0.05
    for experiment in ("Starter plan", "Button colour", "Upsell"):
        assert chisquare(of(assignments, experiment)["variant"].value_counts()).pvalue > 0.001


def test_the_button_has_its_peek_and_nothing_in_the_end(assignments):
    rows = of(assignments, "Button colour")

    def pvalue(until: str) -> float:
        seen = rows[rows["assigned_at"] < pd.Timestamp(until)]
        arms = [part["filled_basket"] for _, part in seen.groupby("variant")]
        assert arms[1].mean() > arms[0].mean()
        return float(ttest_ind(arms[1], arms[0]).pvalue)

    assert pvalue("2026-04-23") < 0.05
    assert pvalue("2026-04-24") < 0.05
    assert pvalue("2026-05-04") > 0.2


def test_the_upsell_wins_and_breaks_the_guardrail_that_its_card_names(assignments):
    rows = of(assignments, "Upsell")
    rates = rows.groupby("variant")[["started_trial", "cancelled"]].mean()
    assert rates.loc["treatment", "started_trial"] > 1.5 * rates.loc["control", "started_trial"]
    # Not even the share of control plus what was agreed would give so many: binomial, one-sided.
    treated = rows[rows["variant"] == "treatment"]["cancelled"]
    allowed = rates.loc["control", "cancelled"] + MARGIN
    assert binomtest(int(treated.sum()), len(treated), allowed, alternative="greater").pvalue < 1e-4
    assert "1 percentage point at most" in " ".join(CARDS["assignments"].about.split())
    assert MARGIN == 0.01


def test_one_customer_makes_the_revenue_of_an_arm(assignments):
    rows = of(assignments, "Upsell")
    caterer = rows["revenue_cents"].idxmax()
    assert rows.loc[caterer, "variant"] == "treatment"
    means = rows.groupby("variant")["revenue_cents"].mean()
    without = rows.drop(caterer).groupby("variant")["revenue_cents"].mean()
    assert means["treatment"] / means["control"] > 1.12
    assert without["treatment"] / without["control"] == pytest.approx(1, abs=0.08)
    spread = rows.groupby("variant")["revenue_cents"].std()
    assert spread["treatment"] > 4 * spread["control"]


# --- without the cause there is no finding --------------------------------------------------------


@cache
def parts():
    """Seed 3 up to the events, to draw the experiments by another story."""
    story = draw_story(Streams(seed=3, table="calendar"))
    people = draw_people(Streams(seed=3, table="users"), story, 60_000)
    streams = Streams(seed=3, table="events")
    visits, saver = draw_visits(streams, story, people)
    events = draw_events(streams, story, people, visits, saver)
    arms = starter_plan(story, people, Journal(events, len(people)))
    return story, people, events, Log(events, _arrivals(people), arms, story)


def drawn(**changes):
    """Return what each detector reads, had the experiments gone by this story."""
    story, people, events, log = parts()
    story = replace(story, experiments=replace(story.experiments, **changes))
    arms = draw_arms(Streams(seed=3, table="assignments"), story, people, log, events)
    upsell = arms[-1]
    table = from_log(people, log, events, arms)
    plus = draw_subscriptions(Streams(seed=3, table="subscriptions"), story, people, log, upsell)
    orders = draw_orders(Streams(seed=3, table="orders"), story, people, log, events, upsell)
    table = {**table, **from_billing(log, arms, plus), **from_orders(log, arms, orders)}
    return table, log, upsell_days_table(people, log, events, upsell, plus), orders


def test_each_truth_is_found_as_planted():
    table, log, days, orders = drawn()
    assert landing_page(table, log).found
    assert button_colour(table, log).found
    assert upsell_wins(table, days).found
    assert upsell_fades(table, days).found
    assert upsell_is_cancelled(table, days).found
    assert catering_customer(table, orders).found


def test_without_the_redirect_nobody_is_lost_and_nothing_is_won():
    table, log, _, _ = drawn(lost_in_redirect=0.0)
    assert not landing_page(table, log).found


def test_with_another_lot_the_peek_is_not_lucky(monkeypatch):
    monkeypatch.setattr("pmlab.simulate.assignments.LUCKY", -10)
    table, log, _, _ = drawn()
    assert not button_colour(table, log).found


def test_without_the_box_nothing_is_won_nor_cancelled():
    table, _, days, _ = drawn(box_accepted=0.0)
    assert not upsell_wins(table, days).found
    assert not upsell_fades(table, days).found
    assert not upsell_is_cancelled(table, days).found


def test_a_box_that_people_do_not_tire_of_wins_and_does_not_fade():
    table, _, days, _ = drawn(box_half_life=10_000.0)
    assert upsell_wins(table, days).found
    assert not upsell_fades(table, days).found


def test_a_box_that_nobody_regrets_breaks_nothing():
    table, _, days, _ = drawn(box_regretted=0.0)
    assert upsell_wins(table, days).found
    assert not upsell_is_cancelled(table, days).found


def test_a_caterer_who_orders_like_a_family_moves_nothing():
    table, _, _, orders = drawn(catering_cents=12_000)
    assert not catering_customer(table, orders).found


def test_whatever_the_box_does_the_other_tables_are_the_same():
    # Each table draws from its own streams: another box, the same lots and card orders.
    (table, _, _, orders), (other, _, _, others) = drawn(), drawn(box_accepted=0.5)
    for column in ("user_id", "variant", "revenue_cents"):
        a, b = (to_frame({column: which[column]}) for which in (table, other))
        pdt.assert_frame_equal(a, b)
    pdt.assert_frame_equal(to_frame(orders), to_frame(others))


def test_only_the_table_that_fails_is_drawn_again(monkeypatch):
    # The first look at the subscriptions finds nothing: they are redrawn, lots and orders are not.
    seen = []

    def look(table, other):
        seen.append(len(seen))
        return replace(upsell_wins(table, other), margin=1.0 if len(seen) > 1 else -1.0)

    monkeypatch.setattr("pmlab.simulate.ON_PLUS", (look,))
    again = company()
    assert again.redraws == {name: int(name == "subscriptions") for name in again.redraws}
    fresh = company(seed=DEFAULT_SEED)
    pdt.assert_frame_equal(again.table("orders"), fresh.table("orders"))
    assert not again.table("subscriptions").equals(fresh.table("subscriptions"))


# --- by hand --------------------------------------------------------------------------------------


def story_of(rows: list[tuple[int, str, int]], n_users: int) -> Journal:
    rows.sort(key=lambda row: row[2])
    user, kind, second = zip(*rows, strict=True)
    return Journal(
        {
            "user_id": Coded(np.array(user), [f"u{i}" for i in range(n_users)]),
            "event": Coded(np.array([EVENTS.index(k) for k in kind]), EVENTS),
            "time": START + np.array(second).astype("timedelta64[s]"),
        },
        n_users,
    )


def test_windows_and_visits_by_hand():
    # Anna (0) is put into an arm as she opens a recipe at 100. She had bought at 50, in another
    # visit; she fills the basket at 100 (the same second), at 200, and in her next visit at 9000.
    # She buys at 300, and exactly a week after 100, which is too late. Ben (1) is in no arm.
    journal = story_of(
        [
            (0, "visit", 10),
            (0, "purchase", 50),
            (0, "visit", 90),
            (0, "view_recipe", 100),
            (0, "add_to_basket", 100),
            (0, "add_to_basket", 200),
            (0, "purchase", 300),
            (0, "visit", 8_900),
            (0, "add_to_basket", 9_000),
            (0, "purchase", 100 + WEEK),
            (1, "visit", 5),
            (1, "purchase", 150),
        ],
        n_users=2,
    )
    row = journal.rows("view_recipe")
    arms = Arms(
        experiment="Button colour",
        row=row,
        person=journal.user[row],
        at=journal.time[row],
        treated=np.array([True]),
    )
    assert within(journal, arms, "purchase", 0, WEEK).tolist() == [1]
    assert within(journal, arms, "purchase", 0, WEEK + 1).tolist() == [2]
    assert within(journal, arms, "purchase", -DAY, 0).tolist() == [1]
    assert in_that_visit(journal, arms, journal.rows("add_to_basket")).tolist() == [2]
    assert journal.first("purchase").tolist() == [50, 150]
    assert journal.first("save_plan").tolist() == [NEVER, NEVER]
    assert arms.start_of(2).tolist() == [100, NEVER]


def test_a_time_that_is_not_there_is_never():
    times = np.array(["2026-01-05T00:00:07", "NaT"], "datetime64[s]")
    assert seconds_of(times).tolist() == [7, NEVER]


def test_the_line_of_a_mismatch_is_that_of_the_chi_square_test():
    # 10,000 people, of whom 4,836 in treatment: z = -3.28, just inside p = 0.001.
    treated = np.arange(10_000) < 4_836
    assert split_z(treated) == pytest.approx(-3.28)
    assert chisquare([4_836, 5_164]).statistic == pytest.approx(split_z(treated) ** 2)
    assert chisquare([4_836, 5_164]).pvalue > 0.001 > chisquare([4_835, 5_165]).pvalue
    assert abs(split_z(treated)) < MISMATCH < abs(split_z(np.arange(10_000) < 4_835))


def test_the_weeks_are_those_of_the_story():
    assert EXPERIMENT_WEEKS == {
        "Landing page": (12, 15),
        "Button colour": (16, 17),
        "Upsell": (22, 25),
    }
    about = CARDS["assignments"].about
    for day in ("23 March to 19 April", "20 April to 3 May", "28 June"):
        assert day in about
