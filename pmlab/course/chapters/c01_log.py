"""Chapter 01, From log to metric: trust or distrust a log; choose unit, window, denominator.

The rules read the raw log as an analyst would in pandas, and ask `pm.check_log` nothing: a test
says that the two find the same bots.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmlab.course.questions import (
    Chapter,
    Choice,
    Computed,
    Criterion,
    Function,
    Misconception,
    Text,
)
from pmlab.course.rubrics import CAVEAT

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

WEEK_2 = ("2026-01-12", "2026-01-19")
OWN = ("test_", "qa-")
"""How the ids of Larder's own test accounts begin."""
LATE = 22
"""The hour from which Idris calls it late."""
PACE_EVENTS, PACE_SECONDS, AWAKE_HOURS = 40, 60, 22
"""As `pm.check_log` says it: so many events in a minute, or so many hours of one day."""


# --- whose rows they are, and when ----------------------------------------------------------------


def in_utc(log: pd.DataFrame) -> pd.Series:
    """Return when each event happened, on one clock."""
    from pandas import to_datetime

    return to_datetime(log["time"], utc=True)


def is_test(log: pd.DataFrame) -> pd.Series:
    """Return which rows are of an account that calls itself a test."""
    return log["user_id"].str.startswith(OWN, na=False)


def is_bot(log: pd.DataFrame) -> pd.Series:
    """Return which rows are of an id too fast, or too tireless, for a person."""
    from pandas import DataFrame, Timedelta

    once = log.drop_duplicates("event_id")
    times = DataFrame({"user": once["user_id"], "time": in_utc(once)}).dropna()
    n_events = times["user"].map(times["user"].value_counts())
    times = times.loc[n_events >= AWAKE_HOURS].sort_values(["user", "time"])  # others are neither
    span = times.groupby("user")["time"].diff(PACE_EVENTS - 1)
    fast = times.loc[span <= Timedelta(seconds=PACE_SECONDS), "user"]

    times = times.assign(hour=times["time"].dt.floor("h"), day=times["time"].dt.floor("D"))
    awake = times.drop_duplicates(["user", "hour"]).groupby(["user", "day"]).size()
    sleepless = awake.index[awake >= AWAKE_HOURS].get_level_values("user")
    return log["user_id"].isin({*fast, *sleepless})


def one_id(log: pd.DataFrame) -> pd.Series:
    """Return whose each row is: two ids on one device are one person."""
    ids = log.groupby("device_id")["user_id"].agg(["min", "max", "nunique"])
    two = ids.loc[ids["nunique"] == 2]
    same = dict(zip(two["max"], two["min"], strict=True))
    return log["user_id"].map(same).fillna(log["user_id"])


def in_week_2(log: pd.DataFrame) -> pd.DataFrame:
    """Return what happened in the week of 12 January, UTC."""
    time = in_utc(log)
    return log.loc[(time >= WEEK_2[0]) & (time < WEEK_2[1])]


def customers(raw: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of people, each under one id in `person`."""
    log = raw.loc[~is_bot(raw) & ~is_test(raw)]
    return log.assign(person=one_id(log))


# --- 01.3: purchases ------------------------------------------------------------------------------


def purchases(raw: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that say "purchase"."""
    return raw.loc[raw["event"] == "purchase"]


def paid_by_customers(raw: pd.DataFrame) -> int:
    bought = purchases(raw)
    return int((~is_test(bought) & ~bought["event_id"].duplicated()).sum())


def paid_as_it_came(raw: pd.DataFrame) -> int:
    return len(purchases(raw))


def paid_with_tests(raw: pd.DataFrame) -> int:
    return int(purchases(raw)["event_id"].nunique())


def paid_with_duplicates(raw: pd.DataFrame) -> int:
    return int((~is_test(purchases(raw))).sum())


def paid_by_whom(raw: pd.DataFrame) -> int:
    bought = purchases(raw)
    return int(bought.loc[~is_test(bought), "user_id"].nunique())


def paid_where_named(raw: pd.DataFrame) -> int:
    return paid_by_customers(raw.dropna(subset=["user_id"]))


def paid_twice_or_test(raw: pd.DataFrame) -> int:
    return paid_as_it_came(raw) - paid_by_customers(raw)


# --- 01.4: people in the week of 12 January -------------------------------------------------------


def people(raw: pd.DataFrame) -> int:
    return int(in_week_2(customers(raw))["person"].nunique())


def people_as_it_came(raw: pd.DataFrame) -> int:
    return int(in_week_2(raw)["user_id"].nunique())


def people_with_bots(raw: pd.DataFrame) -> int:
    log = raw.loc[~is_test(raw)]
    return int(in_week_2(log.assign(person=one_id(log)))["person"].nunique())


def people_with_tests(raw: pd.DataFrame) -> int:
    log = raw.loc[~is_bot(raw)]
    return int(in_week_2(log.assign(person=one_id(log)))["person"].nunique())


def people_with_bots_and_tests(raw: pd.DataFrame) -> int:
    return int(in_week_2(raw.assign(person=one_id(raw)))["person"].nunique())


def people_unmerged(raw: pd.DataFrame) -> int:
    return int(in_week_2(customers(raw))["user_id"].nunique())


def people_by_device(raw: pd.DataFrame) -> int:
    return int(in_week_2(customers(raw))["device_id"].nunique())


def people_of_all_weeks(raw: pd.DataFrame) -> int:
    return int(customers(raw)["person"].nunique())


def people_day_by_day(raw: pd.DataFrame) -> int:
    week = in_week_2(customers(raw))
    return int(week["person"].groupby(in_utc(week).dt.date).nunique().sum())


def people_as_rows(raw: pd.DataFrame) -> int:
    return len(in_week_2(customers(raw)))


# --- 01.5: who is up late -------------------------------------------------------------------------


def late_shares(
    raw: pd.DataFrame, hour_of: Callable[[pd.DataFrame], pd.Series]
) -> dict[str, float]:
    """Return the share of late events in the app and on the web, by some clock."""
    log = customers(raw).drop_duplicates("event_id")
    late = hour_of(log) >= LATE
    app = log["app_version"].str.startswith("app")
    return {"app": float(late[app].mean()), "web": float(late[~app].mean())}


def hour_as_written(log: pd.DataFrame) -> pd.Series:
    return log["time"].str[11:13].astype(int)


def late_in_utc(raw: pd.DataFrame) -> dict[str, float]:
    return late_shares(raw, lambda log: in_utc(log).dt.hour)


def late_as_written(raw: pd.DataFrame) -> dict[str, float]:
    return late_shares(raw, hour_as_written)


def late_an_hour_added(raw: pd.DataFrame) -> dict[str, float]:
    def hour(log: pd.DataFrame) -> pd.Series:
        return (hour_as_written(log) + log["time"].str.endswith("+01:00")) % 24

    return late_shares(raw, hour)


def late_an_hour_ahead(raw: pd.DataFrame) -> dict[str, float]:
    return late_shares(raw, lambda log: (in_utc(log).dt.hour + 1) % 24)


def late_swapped(raw: pd.DataFrame) -> dict[str, float]:
    right = late_in_utc(raw)
    return {"app": right["web"], "web": right["app"]}


def late_of_all_late(raw: pd.DataFrame) -> dict[str, float]:
    log = customers(raw).drop_duplicates("event_id")
    app = log["app_version"].str.startswith("app")[in_utc(log).dt.hour >= LATE]
    return {"app": float(app.mean()), "web": float(1 - app.mean())}


# --- 01.8: which day ------------------------------------------------------------------------------


def day_written(raw: pd.DataFrame) -> pd.Series:
    return raw["time"].str[:10]


def moved(raw: pd.DataFrame) -> int:
    return int((day_written(raw) != in_utc(raw).dt.strftime("%Y-%m-%d")).sum())


def moved_by_any_hour(raw: pd.DataFrame) -> int:
    return int((~raw["time"].str.endswith("+00:00")).sum())


def moved_by_arrival(raw: pd.DataFrame) -> int:
    return int((day_written(raw) != raw["received_at"].dt.strftime("%Y-%m-%d")).sum())


def not_moved(raw: pd.DataFrame) -> int:
    return len(raw) - moved(raw)


# --- the chapter ----------------------------------------------------------------------------------

CHAPTER = Chapter(
    number=1,
    name="log",
    title="From log to metric",
    minutes=45,
    questions=[
        Choice(
            id="01.1",
            title="recall: how many came on the two days?",
            right="c",
            options={
                "a": "Seven, if nobody came back. Whoever came on both days stands in both counts. "
                "Can two daily counts tell you how many did?",
                "b": "Four, if everybody of Monday came again. That is the least it can be, and "
                "the counts do not say so.",
                "c": "Nobody knows how many came on both days.",
                "d": "A mean of two days says how busy a day was. How many different people were "
                "there?",
            },
            hints=(
                "Anna came on Monday. May she have come on Tuesday as well?",
                "If the same people come every day, how many are there? If all are new, how many?",
                "The least is 4, the most is 7, and two numbers cannot tell where in between.",
            ),
            why="Each person counts once, so the counts of days do not add up to that of a week.",
        ),
        Choice(
            id="01.2",
            title="recall: which sentence is true?",
            right="b",
            options={
                "a": "200 over 1,000 is 20%, but the 200 are orders, and the sentence says "
                "*visitors*. How many visitors bought?",
                "b": "People over people.",
                "c": "200 over 150 is orders for each *buyer*. Most visitors bought nothing at "
                "all, and they are visitors too.",
                "d": "1,000 less 200 takes orders away from people. How many *people* bought "
                "nothing?",
            },
            hints=(
                "Each sentence is 'X of Y'. X and Y of what?",
                "A share has the same kind of thing above and below the line.",
                "Underneath 1,000 people; on top the *people* among them who bought.",
            ),
            why="Above and below the line stands the same unit, here a person.",
        ),
        Computed(
            id="01.3",
            title="two blanks: how many purchases?",
            tables=("events_raw",),
            reference=paid_by_customers,
            tolerance=0,
            misconceptions=(
                Misconception(
                    name="as it came",
                    rule=paid_as_it_came,
                    message="{answer:,} is every row that says `purchase`, with the tests and with "
                    "what was sent again. Which of these rows would Luc find at the bank?",
                ),
                Misconception(
                    name="tests kept",
                    rule=paid_with_tests,
                    message="{answer:,} counts each event once, but Saskia's checkout test still "
                    "buys in it, day and night. Where does the cell say which rows are tests?",
                ),
                Misconception(
                    name="duplicates kept",
                    rule=paid_with_duplicates,
                    message="{answer:,} is without the tests, but some purchases are in it twice. "
                    "A row sent again got a new `received_at`, so whole rows hardly ever agree. "
                    "Which column is the same in both?",
                ),
                Misconception(
                    name="buyers for purchases",
                    rule=paid_by_whom,
                    message="{answer:,} is how many ids bought. Somebody who buys twice pays "
                    "twice: Luc counts purchases, not people.",
                ),
                Misconception(
                    name="without an id",
                    rule=paid_where_named,
                    message="{answer:,} leaves out purchases whose `user_id` is missing. Somebody "
                    "paid for them all the same. Does Luc need to know who?",
                ),
                Misconception(
                    name="what goes for what stays",
                    rule=paid_twice_or_test,
                    message="{answer:,} is the number of rows that have to go. How many stay?",
                ),
            ),
            facts={"rows": paid_as_it_came},
            hints=(
                "Two kinds of row have to go: one is no customer's, the other came before.",
                "`test` marks the first kind. For the second, look at the card: which column has "
                "one value for each event?",
                '`again = bought["event_id"].duplicated()` marks what came before. Then count the '
                "rows of {rows:,} that are neither: `(~test & ~again).sum()`.",
            ),
            why="{answer:,} of {rows:,} rows. A purchase is known by its `event_id`, not by its "
            "row.",
        ),
        Function(
            id="01.4",
            title="write people_in_week_2",
            tables=("events_raw",),
            reference=people,
            tolerance=5,
            misconceptions=(
                Misconception(
                    name="as it came",
                    rule=people_as_it_came,
                    message="{answer:,} is Idris's slide: every id that wrote a row that week. "
                    "Programs, your own colleagues' tests and second ids of the same people are "
                    "in it. What did `check` find that concerns a count of people?",
                ),
                Misconception(
                    name="bots kept",
                    rule=people_with_bots,
                    message="{answer:,} still has the bots in it. They are few ids, but in this "
                    "week one of them took a new id for every session. Which finding has their "
                    "rows?",
                ),
                Misconception(
                    name="tests kept",
                    rule=people_with_tests,
                    message="{answer:,} still has Saskia's test accounts in it: every run of the "
                    "checkout test is a new id. Which finding has their rows?",
                ),
                Misconception(
                    name="bots and tests kept",
                    rule=people_with_bots_and_tests,
                    message="{answer:,} takes two ids of one person together, and that is right. "
                    "But bots and test accounts are still in it. Are they people?",
                ),
                Misconception(
                    name="not merged",
                    rule=people_unmerged,
                    message="{answer:,} counts ids. Bots and tests are out, but whoever cleared "
                    "their cookies is there twice. What did `one_id` make for you?",
                ),
                Misconception(
                    name="devices",
                    rule=people_by_device,
                    message="{answer:,} counts devices. Cleo with a laptop and a telephone is one "
                    "person, and Nora asks for people.",
                ),
                Misconception(
                    name="all four weeks",
                    rule=people_of_all_weeks,
                    message="{answer:,} is everybody in the whole log. Nora asks for one week: "
                    "from 12 January up to, not including, the 19th.",
                ),
                Misconception(
                    name="days added up",
                    rule=people_day_by_day,
                    message="{answer:,} adds up seven days, and whoever came on three of them is "
                    "in it three times. How many different people came in the week?",
                ),
                Misconception(
                    name="rows for people",
                    rule=people_as_rows,
                    message="{answer:,} is how many *rows* those people wrote. How many different "
                    "people are behind them?",
                ),
            ),
            facts={"ids": people_as_it_came},
            hints=(
                "Say what one unit is, when it counts, and who is no customer: three choices, and "
                "each is a line or two.",
                "In this order: find bots and tests with `pm.check_log`, leave out their rows, "
                "give each person one id, put the times in UTC, cut the week, count different "
                "people.",
                '`raw.drop(index=raw.index[check["bots"].rows])` leaves out the bots; do the same '
                'for `"test accounts"`, in one go with both lists. Then `one_id(log)` says whose '
                'each row is, `pd.to_datetime(log["time"], utc=True)` when; choose the week, and '
                "`.nunique()`.",
            ),
            why="{answer:,} people, where the log has {ids:,} ids: now the number has a unit, a "
            "week on one clock, and nobody in it who is no customer.",
        ),
        Computed(
            id="01.5",
            title="bug hunt: is the app for late evenings?",
            tables=("events_raw",),
            reference=late_in_utc,
            share=True,
            tolerance=0.003,
            misconceptions=(
                Misconception(
                    name="as Idris has it",
                    rule=late_as_written,
                    message="{answer[0]:.1%} and {answer[1]:.1%} are Idris's own. He reads the "
                    "hour off the text and leaves its end, `+01:00` or `+00:00`, unread. "
                    "Which of the two does the app write, and which the web site?",
                ),
                Misconception(
                    name="the hour added",
                    rule=late_an_hour_added,
                    message="{answer[0]:.1%} for the app puts its clock *forward* by the hour. "
                    "`+01:00` says that the text is already an hour ahead of UTC. Which way back?",
                ),
                Misconception(
                    name="another clock",
                    rule=late_an_hour_ahead,
                    message="{answer[0]:.1%} and {answer[1]:.1%} are on one clock, so the "
                    "comparison is fair. But that clock is an hour ahead of UTC, and Saskia's "
                    "servers, which send the messages, go by UTC.",
                ),
                Misconception(
                    name="of all that is late",
                    rule=late_of_all_late,
                    message="{answer[0]:.1%} and {answer[1]:.1%} say where late events come from, "
                    "and add up to 100%. Idris asks how much of the *app's* use is late, and how "
                    "much of the web's. What goes underneath?",
                ),
            ),
            hints=(
                "Print a few values of `time`, from the app and from the web. What is different at "
                "the end of the text?",
                "Dan, in Lyon, opens the app at ten in the evening: `22:00:00+01:00`. Ben opens "
                "the web site in the same minute: `21:00:00+00:00`. Whom does Idris call late?",
                'Take the hour from the moment, not from the text: `(log["at"].dt.hour >= 22)` and '
                "its mean, once for the rows of the app and once for the others.",
            ),
            why="App {answer[0]:.1%}, web {answer[1]:.1%}, on one clock. Most of what Idris saw "
            "was the hour between two clocks.",
        ),
        Text(
            id="01.6",
            title="decide: three sentences for Nora",
            tables=("events_raw",),
            criteria=(
                Criterion(
                    name="what to do",
                    words=(
                        "recommend",
                        "suggest",
                        "propose",
                        "should",
                        "let us",
                        "let's",
                        "put ",
                        "write",
                        "show",
                        "use ",
                        "replace",
                        "correct",
                        "take ",
                        "report",
                        "do not",
                        "don't",
                        "say ",
                    ),
                    ask="What should Nora do with the slide?",
                ),
                Criterion(
                    name="the number",
                    number=people,
                    ask="How many people came in the week of 12 January? Counted as 01.4 says, to "
                    "the last digit; the cell after it prints the number.",
                ),
                Criterion(
                    name="what it counts",
                    words=(
                        "without",
                        "bot",
                        "test account",
                        "customer",
                        "leaving out",
                        "left out",
                        "excluding",
                        "exclude",
                        "different people",
                        "each person",
                        "once each",
                        "one id",
                        "cleaned",
                    ),
                    ask="What is one of them, and whom did you leave out?",
                ),
                Criterion(
                    name="a caveat",
                    words=(*CAVEAT, "at most", "at least"),
                    ask="What can this log still not tell, or what would change your mind?",
                ),
            ),
            hints=(
                "Nora has one slide and thirty seconds. Which number goes on it, and in which "
                "words?",
                "First what to do with Idris's number; then yours, and who is in it; then what the "
                "log cannot tell.",
                "A shape: 'Please write that ... people came in the week of 12 January, without "
                "... . The ... on the slide also has ... in it. But ... .'",
            ),
            why="A number with its unit and its week, whom it leaves out, and what it cannot tell: "
            "nobody can pull this slide apart.",
        ),
        Choice(
            id="01.7",
            title="exit ticket: 5,000 weekly users",
            right="b",
            options={
                "a": "That comes second. If last week was counted by other rules, or a scraper "
                "came by, the change tells nothing.",
                "b": "Unit, window, and whom the number leaves out.",
                "c": "A finer number with the same bots, tests and clocks in it is as wrong as the "
                "coarse one.",
                "d": "A tenth of the *rows* tears people's stories apart: the busy are all still "
                "there, and many of those who came once are gone. Sample people, with all "
                "their rows.",
            },
            hints=(
                "Could two honest colleagues get two numbers from that log? By which choices?",
                "What was wrong with Idris's slide: his arithmetic, or what he had counted?",
                "Three choices make a count: what one unit is, from when to when, who is in it.",
            ),
            why="What one of them is, in which span on which clock, and who is left out.",
        ),
        Computed(
            id="01.8",
            title="optional: on which day?",
            tables=("events_raw",),
            reference=moved,
            tolerance=0,
            misconceptions=(
                Misconception(
                    name="every local time",
                    rule=moved_by_any_hour,
                    message="{answer:,} is every row in local time. Most of them are in the middle "
                    "of a day, where an hour does not change the date. Which of them does it move "
                    "over midnight?",
                ),
                Misconception(
                    name="day of arrival",
                    rule=moved_by_arrival,
                    message="{answer:,} compares with the day of *arrival*. That also moves what a "
                    "telephone kept for hours without signal, and the client whose clock is wrong. "
                    "Use the moment that `time` itself names.",
                ),
                Misconception(
                    name="those that agree",
                    rule=not_moved,
                    message="{answer:,} is how many rows name the *same* day. Luc asks for the "
                    "others.",
                ),
            ),
            hints=(
                "`2026-02-01T00:20:00+01:00`: which day, and which month, is that in UTC?",
                "Put the moments' own days in the same form as the text's, then compare the two.",
                '`day_in_utc = moment.dt.strftime("%Y-%m-%d")`, and '
                "`moved = (day_written != day_in_utc).sum()`.",
            ),
            why="{answer:,} rows: few in a day, and all of them near midnight. Luc's month ends "
            "there.",
        ),
    ],
)
