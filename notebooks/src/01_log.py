# %% [markdown]
# # From log to metric
#
# **After this you can**
#
# - look at an event log and say what in it you would trust;
# - leave out what is no customer's, and say what you left out;
# - turn rows into a number with a unit, a window and a denominator.
#
# **Time:** 45 minutes. **You need:** a little pandas (choose rows, group, count).
#
# **Data:** `events_raw`, the log of four weeks just as it came: one row for each event *received*.
# `print(pm.datasets.card("events_raw"))` tells the columns. Larder is an invented company and its
# data are synthetic.
#
# **How it works:** run a cell with Shift+Enter. Where you see `...`, put your answer and run the
# cell again. `lab.hint("01.4")` in a new cell gives a nudge, and there are three;
# `lab.solution("01.4")` shows one whole way. Leave what you like open: the notebook goes on with
# our value.

# %%
import pandas as pd

import pmlab as pm
from pmlab import course

lab = course.start("log")

# %% [markdown]
# ## Nora's question (4 minutes)
#
# The log that Larder counts with today is a clean one. In January it was not: the collectors wrote
# down whatever anybody sent.
#
# > **Nora Brandt, head of product:** The first slide for the board says how many people came in the
# > week of 12 January. Idris took the number from that old log. Saskia says she would not count
# > sheep with it. Can I stand behind his number? If not: which one, and in which words?
#
# Guess before you look. Of every 100 user ids in that week's log, how many different customers
# are behind them? Nobody marks it; we come back to it.

# %%
guess = ...  # a number from 0 to 100

# %% [markdown]
# ## Two questions to warm up (3 minutes)
#
# **01.1** On Monday 3 people open Larder, on Tuesday 4. How many people came on the two days?
#
# - `"a"`: 7
# - `"b"`: 4
# - `"c"`: from 4 to 7; the two counts do not tell
# - `"d"`: 3.5

# %%
# <solution 01.1>
two_days = "c"
# </solution>
lab.check("01.1", two_days)

# %% [markdown]
# **01.2** Of 1,000 people who visited, 150 bought; they placed 200 orders. Which sentence is true?
#
# - `"a"`: 20% of the visitors bought.
# - `"b"`: 15% of the visitors bought.
# - `"c"`: Each visitor bought 1.3 times.
# - `"d"`: 80% of the visitors bought nothing.

# %%
# <solution 01.2>
sentence = "b"
# </solution>
lab.check("01.2", sentence)

# %% [markdown]
# ## A worked example: can we trust this log? (8 minutes)
#
# > **Saskia de Wit, engineering lead:** Before anybody counts: what did we receive in those four
# > weeks, and what of it is people? Do not clean yet. Look.
#
# ### 1. Read a few rows
#
# Each `time` ends with an offset: `+00:00` is UTC, `+01:00` a clock that is an hour ahead of it.
# `received_at` is the collectors' own clock.

# %%
raw = lab.load("events_raw")
raw[["user_id", "device_id", "event", "time", "received_at"]].head(6)

# %% [markdown]
# ### 2. Let a machine look at all of them
#
# `pm.check_log` wants to know two things that it cannot guess: which column is the server's clock,
# and which one belongs to one person. It takes a second.

# %%
check = pm.check_log(raw, received="received_at", person="device_id")
check

# %% [markdown]
# It changes nothing. Each finding is a reason to look, and each spoils another kind of number:
#
# | finding | what happened | what it spoils |
# |---|---|---|
# | **duplicate** | a client sent an event again | counts of events |
# | **bot** | a program came by | events, and now and then people |
# | **test account** | colleagues tried things out | purchases and conversion |
# | split **identity** | one person, two ids | counts of people |
# | **time zone**, mixed | some clients write local time | hours, and the edges of days |
# | **clock skew** | a client's clock is wrong | orders of events, durations |
# | **gap** | the collectors were down | comparisons with that day |
#
# ### 3. See when it happened
#
# What the bars show stands under them in words. Is there a day that stands out?

# %%
check.plot().show()

# %% [markdown]
# Suspicious is not yet bad. The largest part of these rows is only written by another clock, and
# counts as well as any once you have read the offset.
#
# ### 4. Read one finding row by row
#
# `check["bots"].rows` holds the places of the rows; `iloc` takes them out of the table. Here is the
# busiest of the suspects. Read down the times: would somebody who plans dinners do that?

# %%
suspects = raw.iloc[check["bots"].rows]
busiest = suspects["user_id"].value_counts().index[0]
suspects.loc[suspects["user_id"] == busiest, ["time", "event", "browser"]].head(8)

# %% [markdown]
# ### 5. Ask what it does to *your* number

# %%
ids, rows = suspects["user_id"].nunique(), len(suspects)
print(f"The suspects are {ids / raw['user_id'].nunique():.1%} of the user ids,")
print(f"and they wrote {rows / len(raw):.1%} of the rows.")

# %% [markdown]
# So there is no such thing as a log that is bad. It is bad *for a number*. Whoever counts rows
# must deal with the bots first; whoever counts people over four weeks would hardly notice them.
#
# *Break it:* run the check again without `person="device_id"`, in a new cell. What does it say of
# split identities now?
#
# ## Your turn: two blanks (6 minutes)
#
# > **Luc Peeters, finance:** My bank has far fewer payments for these four weeks than your log has
# > purchases. I am sure there is a reason. How many did customers make?
#
# **01.3** Two kinds of row must go. Saskia's test accounts begin with `test_` or `qa-`; they are
# marked already. And what a client sent again is a purchase that you have counted. Mark it in
# `again`, then count what is left. No bot ever bought anything, and a purchase without a `user_id`
# is still a purchase.

# %%
bought = raw[raw["event"] == "purchase"]
test = bought["user_id"].str.startswith(("test_", "qa-"), na=False)
# <solution 01.3>
again = bought["event_id"].duplicated()
purchases = (~test & ~again).sum()
# </solution>
lab.check("01.3", purchases)

# %%
purchases = lab.carry_on("01.3", purchases)
print(f"The log has {len(bought):,} rows; customers made {purchases:,} purchases.")
print(check["gaps"].what)

# %% [markdown]
# The bank may know a few more: what was paid during the gap reached the bank, and not the log. No
# cleaning brings that back; say so when you hand the number over.
#
# ## Write it yourself: Nora's number (10 minutes)
#
# Some people have two ids: they cleared their cookies, and came back on the same device under a
# new one. In this log a device belongs to one person, and never has more than two ids. So this is
# enough:


# %%
def one_id(log):
    """Return whose each row is: two ids on one device are one person."""
    ids = log.groupby("device_id")["user_id"].agg(["min", "max", "nunique"])
    two = ids[ids["nunique"] == 2]
    same = dict(zip(two["max"], two["min"], strict=True))
    return log["user_id"].map(same).fillna(log["user_id"])


# %% [markdown]
# **01.4** *How many different people came to Larder in the week of 12 January?* Write
# `people_in_week_2(raw)`. It takes the raw log and returns one number.
#
# - Leave out bots and test accounts: `raw.drop(index=raw.index[places])` drops rows by place.
# - The week runs, in UTC, from `2026-01-12` up to, but not including, `2026-01-19`;
#   `pd.to_datetime(..., utc=True)` puts all times on that clock.
# - The client whose clock is wrong, and rows without an id, move the count by a handful. Leave them
#   as they are.
#
# The check runs your function twice: on Larder, and on a second company whose answer is another. So
# call `pm.check_log` *inside* the function, on the log that it is given. It takes a few seconds.


# %%
# <solution 01.4>
def people_in_week_2(raw):
    """Return how many different customers came in the week of 12 January, UTC."""
    found = pm.check_log(raw, received="received_at", person="device_id")
    nobody = [*found["bots"].rows, *found["test accounts"].rows]
    log = raw.drop(index=raw.index[nobody])
    at = pd.to_datetime(log["time"], utc=True)
    person = one_id(log)
    return person[(at >= "2026-01-12") & (at < "2026-01-19")].nunique()


# </solution>
lab.check("01.4", people_in_week_2)

# %% [markdown]
# Now Idris's slide beside yours, and your guess.

# %%
people_in_week_2 = lab.carry_on("01.4", people_in_week_2)
people = people_in_week_2(raw)
at = pd.to_datetime(raw["time"], utc=True)
ids = raw.loc[(at >= "2026-01-12") & (at < "2026-01-19"), "user_id"].nunique()
print(f"{people:,} people came in the week of 12 January; Idris's slide says {ids:,}.")
print(f"Behind 100 ids stand {100 * people / ids:.0f} customers.")
print("You made no guess." if guess is ... else f"You guessed {guess}.")

# %% [markdown]
# Three choices made your number. The **unit**: what counts once, here a person. The **window**:
# from when to when, and on which clock. And *who is in it*: for a share that is the
# **denominator**, the words after "of". The next two cells keep the clean rows and change one
# choice at a time. Which will change the number most?

# %%
nobody = [*check["bots"].rows, *check["test accounts"].rows]
customers = raw.drop(index=raw.index[nobody]).drop_duplicates("event_id")
customers = customers.assign(
    person=one_id(customers), at=pd.to_datetime(customers["time"], utc=True)
)

# %%
week = customers[(customers["at"] >= "2026-01-12") & (customers["at"] < "2026-01-19")]
daily = week.groupby(week["at"].dt.date)["person"].nunique()
buys = week[week["event"] == "purchase"]
visits = (week["event"] == "visit").sum()
buyers = buys["person"].nunique()
print(f"{week['person'].nunique():6,}  people in the week")
print(f"{daily.mean():6,.0f}  people on a day, in the mean")
print(f"{daily.sum():6,}  seven days added up: people, some of them several times")
print(f"{buyers / week['person'].nunique():6.1%}  buyers, of the people who came")
print(f"{len(buys) / visits:6.1%}  purchases, for each visit")

# %% [markdown]
# People active on a day, in a week, in a month: dashboards call them **DAU**, **WAU** and **MAU**.
# All five lines are right. Without their words, each is a number about nothing.
#
# ## Bug hunt: is the app for late evenings? (6 minutes)
#
# > **Idris Bello, growth:** I have taken over your clean rows, thank you! And look: people use the
# > app late. From ten in the evening to midnight the app does much more of its business than the
# > web site. I would send the app's messages at ten. These are my lines.


# %%
def idris_share(log):
    hour = log["time"].str[11:13].astype(int)
    return (hour >= 22).mean()


app = customers["app_version"].str.startswith("app")
idris = {"app": idris_share(customers[app]), "web": idris_share(customers[~app])}
print(f"From 22 to 24 o'clock: app {idris['app']:.1%}, web {idris['web']:.1%} of the events.")

# %% [markdown]
# **01.5** The rows are right and so is his arithmetic. One line compares what cannot be compared.
# Write `mended_share`, so that both shares are by the same clock: UTC, by which Saskia's servers
# send messages. Then fill `late` as he filled `idris`, with the names `"app"` and `"web"`.
# (`customers` also has the moment of each event, in `at`.)


# %%
# <solution 01.5>
def mended_share(log):
    """Return the share of the events from 22 to 24 o'clock UTC."""
    return (log["at"].dt.hour >= 22).mean()


late = {"app": mended_share(customers[app]), "web": mended_share(customers[~app])}
# </solution>
lab.check("01.5", late)

# %%
late = lab.carry_on("01.5", late)
for client in ("app", "web"):
    print(f"{client}: {late[client]:.1%} on one clock, where Idris had {idris[client]:.1%}.")

# %% [markdown]
# The app writes local time, which is an hour ahead of UTC nearly everywhere that Larder delivers;
# the web site writes UTC. The same evening stands in the log under two hours. Idris read it as a
# habit. He takes it well: "Then I ask people when they want to hear from us."
#
# ## Decide (6 minutes)
#
# > **Nora Brandt, head of product:** Three sentences for the slide, please. What do I do with
# > Idris's number, which do I show and what does it count, and what can this log not tell?
#
# **01.6** Write them in place of `...`, between the quotation marks. The check looks for four
# things and says "found" or "not found yet"; it does not judge. Your words are kept for your
# portfolio.

# %%
# <solution 01.6>
memo = f"""Please write that {people:,} different people came in the week of 12 January, each
counted once. The {ids:,} on the slide are user ids, with bots, our own test accounts and second
ids of the same customers among them. But whoever came on two devices and never logged in may still
be in my number twice, so it is rather too high than too low."""
# </solution>
lab.check("01.6", memo)

# %% [markdown]
# ## Exit ticket (2 minutes)
#
# **01.7** A dashboard at your next company shows "5,000 weekly users". What do you ask first?
#
# - `"a"`: whether it is more than last week
# - `"b"`: what one user is, which week on which clock, and who is left out
# - `"c"`: for the same number day by day
# - `"d"`: for a random tenth of the rows, to count it yourself

# %%
# <solution 01.7>
ask_first = "b"
# </solution>
lab.check("01.7", ask_first)

# %% [markdown]
# ## What you take with you
#
# Three questions for any count: **what is one of them? from when to when, on which clock? who is in
# it, and who is not?** And three sentences of your own, kept for your portfolio.
#
# Should a log ever be too large for your machine, work on a part: all the rows of some people, not
# some of the rows of all. **Sampling** rows tears people's stories apart.
#
# Have a log of your own, as a CSV file? This looks at it, with your names for the columns:
# `pm.check_log("my_log.csv", user="who", event="what", time="at")`. The [glossary](glossary.md) and
# [which method when](which_method.md) lie beside this notebook.
#
# ## Optional: on which day? (4 minutes)
#
# > **Luc Peeters, finance:** I close January at midnight, UTC. How many rows does the log's text
# > put on another day?
#
# **01.8** Two blanks again: the day of each moment in UTC, written as the text writes it, and the
# number of rows, of all in `raw`, whose two days differ.

# %%
day_written = raw["time"].str[:10]
moment = pd.to_datetime(raw["time"], utc=True)
# <solution 01.8>
day_in_utc = moment.dt.strftime("%Y-%m-%d")
moved = (day_written != day_in_utc).sum()
# </solution>
lab.check("01.8", moved)
