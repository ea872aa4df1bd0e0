# %% [markdown]
# # Why users drop
#
# **After this you can**
#
# - find the group that a fall comes from, and the day on which it began;
# - see when a rate falls only because other people came (Simpson's paradox);
# - read how long people take, and be fair to those whose time is not over;
# - say what people did instead.
#
# **Time:** 50 minutes. **You need:** chapter 02: steps, window, step and overall rate.
#
# **Data:** `events`, as in chapter 02, and `calendar`: the releases, campaigns and experiments that
# everybody at Larder could read on the wall. `print(pm.datasets.card("calendar"))` tells its
# columns. Larder is an invented company and its data are synthetic.
#
# **How it works:** run a cell with Shift+Enter. Where you see `...`, put your answer and run the
# cell again. `lab.hint("03.4")` in a new cell gives a nudge, and there are three;
# `lab.solution("03.4")` shows one whole way. Leave what you like open: the notebook goes on with
# our value.

# %%
import pandas as pd

import pmlab as pm
from pmlab import course

lab = course.start("drop")

# %% [markdown]
# ## Nora's question (4 minutes)
#
# It is Monday, 6 July, and the log ends last night.
#
# > **Nora Brandt, head of product:** I have three falls on my desk. Luc says that in spring, while
# > the campaign ran, a smaller share of newcomers bought. My own curve says that last week was bad.
# > And Maeve has met a woman who could not pay at all in May, when my curve shows nothing. Over
# > which of the three do I lose sleep? What happened, to whom, since when?
#
# Guess before you look. Nobody marks it; we come back to it.

# %%
guess = ...  # "spring", "May" or "last week"

# %% [markdown]
# ## Two questions to warm up (3 minutes)
#
# **03.1** On the telephone 1,000 people came and 5% of them bought. On the laptop 250 came and 20%
# of them bought. What share of all 1,250 bought?
#
# - `"a"`: 12.5%
# - `"b"`: 8%
# - `"c"`: 25%
# - `"d"`: 20%

# %%
# <solution 03.1>
of_all = "b"
# </solution>
lab.check("03.1", of_all)

# %% [markdown]
# **03.2** Cleo visits Larder on 1 April and again on 20 April; on the 20th she signs up and buys.
# The funnel is visit, sign-up, purchase, within 7 days. When does she count as a buyer?
#
# - `"a"`: by her first attempt and by her best one
# - `"b"`: by her first attempt only
# - `"c"`: by her best attempt only
# - `"d"`: by neither

# %%
# <solution 03.2>
cleo = "c"
# </solution>
lab.check("03.2", cleo)

# %% [markdown]
# ## A worked example: what happened in May? (9 minutes)
#
# > **Saskia de Wit, engineering lead:** "It does not work" I cannot mend. Tell me on which device,
# > in which browser, since which day, and I find the line of code.
#
# ### 1. Look at the curve that everybody looks at
#
# Two small helpers, for the whole chapter. Both keep what chapter 02 taught: a span of days says
# who *starts*. What they do afterwards stays in, or their time would be cut short.


# %%
def newcomers(events):
    """Keep each person's first visit, and everything else that they did."""
    again = (events["event"] == "visit") & events.duplicated(["user_id", "event"])
    return events[~again]


def starting(events, step, begin, end):
    """Keep of this step what happened from begin up to end, and all other events."""
    is_step = events["event"] == step
    return events[~is_step | ((events["time"] >= begin) & (events["time"] < end))]


# %%
events = lab.load("events")
buying = ["visit", "sign_up", "purchase"]
f = pm.funnel(newcomers(events), buying, within="7d", as_of="2026-07-06")
f.trend("W").plot().show()

# %% [markdown]
# Each point is a week of newcomers: what share signed up and bought within 7 days? `as_of` says
# until when the log is complete. The last point is hollow: not everybody in it has had seven days.
# Spring has its valley, the last week its fall, and May has nothing to show.
#
# ### 2. Ask the step that can have broken, group by group
#
# The woman could not *pay*. So take everybody who began to check out, newcomer or not, and ask who
# paid within a day: first all together, then by **segment**, that is by groups of people who share
# something. Here it is the device and browser on which they checked out.

# %%
events["where"] = events["device"] + " " + events["browser"]
paying = ["start_checkout", "purchase"]
april = starting(events, "start_checkout", "2026-04-13", "2026-05-04")
may = starting(events, "start_checkout", "2026-05-04", "2026-05-25")
before = pm.funnel(april, paying, within="1d", by="where")
during = pm.funnel(may, paying, within="1d", by="where")
for weeks, b in {"13 April to 3 May": before, "4 to 24 May": during}.items():
    print(f"{weeks}: {b.overall.rate_from_start[-1]:.1%} of those who began to check out paid.")

# %% [markdown]
# Three weeks against three weeks, and all together little happened. Now each segment against
# itself:

# %%
falls = during.compare(before)
falls.plot().show()

# %% [markdown]
# Each line is a 95% interval. Whoever compares many groups finds one that differs by luck alone, so
# look for a fall that stands clear of the others, not merely clear of zero. (What "at the same mix"
# means comes with Luc's question.)
#
# ### 3. Find the day
#
# A week is too coarse for a release. Take the worst segment by itself, day by day.

# %%
table = falls.to_frame()
where = table.loc[table["difference"].idxmin(), "where"]
theirs = events[events["where"] == where]
around = starting(theirs, "start_checkout", "2026-04-20", "2026-06-08")
pm.funnel(around, paying, within="1d").trend("D").plot().show()
print(f"Checkouts that were paid within a day, {where}.")

# %% [markdown]
# ### 4. Look at the wall

# %%
calendar = lab.load("calendar")
in_may = calendar["start"].between("2026-05-01", "2026-05-31")
calendar.loc[in_may, ["kind", "name", "start", "note"]]

# %% [markdown]
# A cliff on one day, the way back up on another, and a release on each. The first brought the new
# payment form; the second is called "Small fixes". Somebody mended it without knowing how much it
# had cost.
#
# Why did nobody see it? The segment is about one checkout in twenty. When nearly all of those fail,
# all checkouts together fall by a few points; and Nora's curve, of newcomers who mostly never get
# as far as a checkout, by less than it wobbles from week to week.
#
# ## Your turn: two blanks (6 minutes)
#
# > **Maeve Doyle, user research:** The woman whom I met thought it was her fault. How many more
# > like her? I do not mean those who would not have paid anyway.
#
# **03.3** Take the people of that segment who began to check out between the two releases. How many
# *would* have paid, at the rate of the three weeks before (`usual`)? And how many more is that than
# did pay? Part of a person is fine here.

# %%
release, repair = calendar.set_index("name").loc[["4.10", "4.10.1"], "start"]
broken = starting(theirs, "start_checkout", release, repair)
b = pm.funnel(broken, paying, within="1d")
tried, paid = b.counts
usual = before.segments[where].rate_from_start[-1]
# <solution 03.3>
expected = tried * usual
lost = expected - paid
# </solution>
loss = {"expected": expected, "lost": lost}
lab.check("03.3", loss)

# %%
lost = lab.carry_on("03.3", loss)["lost"]
since, until = (f"{day.day} {day:%B}" for day in (release, repair))
print(f"{where}, from {since} to {until}: {tried:,} people began to check out.")
print(f"Usually {usual:.1%} of them pay; now {paid:,} did. About {lost:.0f} buyers were lost.")

# %% [markdown]
# ### What did they do instead?
#
# Did those who stopped look around, leave, try again? `next_events` says what each did next, within
# the window, beside those who went on.

# %%
instead = b.next_events(after="start_checkout")
instead.plot().show()

# %% [markdown]
# Many of those who stopped began to check out a second time: they had not changed their minds. Of
# most of the others there is nothing more that day. What they thought no log tells; for that Larder
# has Maeve.
#
# *Break it:* in a new cell, count `april` and `may` by `"device"` alone and compare them. Would you
# have found it?
#
# ## Write it yourself: Luc's spring (11 minutes)
#
# > **Luc Peeters, finance:** I am closing the spring. In the four weeks of the campaign a smaller
# > share of newcomers bought than in the six weeks of February and March, and I have paid for every
# > one of them. The faster checkout came out just before. Something there does harm. Which do I
# > stop?
#
# Newcomers count under the channel of their first visit.


# %%
def by_channel(events, begin, end):
    """Count by channel, of the newcomers of this time, who bought within 7 days."""
    theirs = starting(newcomers(events), "visit", begin, end)
    return pm.funnel(theirs, ["visit", "sign_up", "purchase"], within="7d", by="channel")


def people_by_channel(events, begin, end):
    """Return the counts as a table: a row for each channel, a column for each step."""
    b = by_channel(events, begin, end)
    return pd.DataFrame(b.counts, index=b.steps).T


weeks_before = people_by_channel(events, "2026-02-02", "2026-03-16")
campaign = people_by_channel(events, "2026-03-23", "2026-04-20")
campaign

# %% [markdown]
# Luc's total is right: it fell. Predict before you run the next cell: in how many of the four
# channels did it fall?

# %%
both = {"weeks before": weeks_before, "campaign": campaign}
rates = pd.DataFrame({name: n["purchase"] / n["visit"] for name, n in both.items()})
rates.loc["all"] = [n["purchase"].sum() / n["visit"].sum() for n in both.values()]
rates.map("{:.1%}".format)

# %% [markdown]
# It rose in every channel, and it fell all together. Nobody has miscounted. A total is a mean of
# its parts, and each part weighs as much as it has people: that is the **mix**.

# %%
mixes = pd.DataFrame({name: n["visit"] / n["visit"].sum() for name, n in both.items()})
mixes.map("{:.1%}".format)

# %% [markdown]
# The campaign brought many people by the coldest channel. They weigh more now, and they pull the
# total down, although nobody has become less likely to buy. This is **Simpson's paradox**. To
# compare like with like, hold the mix still.
#
# **03.4** *What share of newcomers would have bought in the campaign's four weeks, had each
# channel's rate been what it was, but the mix of channels that of the six weeks before?* Write
# `at_same_mix(events)`. It takes the whole log and returns one fraction.
#
# - `people_by_channel(events, begin, end)` gives a table for each: `visit` is how many newcomers,
#   `purchase` how many of them bought. Call it inside your function.
# - The six weeks run from `2026-02-02` up to `2026-03-16`, the campaign's four from `2026-03-23` up
#   to `2026-04-20`.
#
# The check runs your function twice: on Larder, and on a second company whose answer is another. It
# takes a few seconds.


# %%
# <solution 03.4>
def at_same_mix(events):
    """Return the share of buyers in the campaign's weeks, at the mix of the weeks before."""
    before = people_by_channel(events, "2026-02-02", "2026-03-16")
    during = people_by_channel(events, "2026-03-23", "2026-04-20")
    rate = during["purchase"] / during["visit"]
    mix = before["visit"] / before["visit"].sum()
    return (rate * mix).sum()


# </solution>
lab.check("03.4", at_same_mix)

# %%
at_same_mix = lab.carry_on("03.4", at_same_mix)
print(f"{rates.loc['all', 'weeks before']:6.1%}  weeks before")
print(f"{rates.loc['all', 'campaign']:6.1%}  campaign, as it was")
print(f"{at_same_mix(events):6.1%}  campaign, at the mix of the weeks before")

# %% [markdown]
# Next time `compare`, from part 2, does it for you. It shows every channel, the total, and the
# total at one mix for both sides (that of both together, so its figure is not quite yours), and
# warns when the sign turns.

# %%
spring = by_channel(events, "2026-03-23", "2026-04-20").compare(
    by_channel(events, "2026-02-02", "2026-03-16")
)
spring.plot().show()
print(*spring.warnings)

# %% [markdown]
# So nothing did harm: channel by channel, a larger share of newcomers bought than before. Three of
# the four channels had no part in the campaign and rose all the same, which points to the faster
# checkout. It is a hint and no proof. Whether the campaign's own people were worth their price is a
# question for Luc's books, not for this curve.
#
# ## Bug hunt: the weekly email (8 minutes)
#
# First, why is that last point hollow? Because buying takes time, from the first visit to the
# first purchase: the **time to convert**. Here are the newcomers of the last six weeks, watched for
# up to 30 days.

# %%
recent = starting(newcomers(events), "visit", "2026-05-25", "2026-07-06")
f = pm.funnel(recent, buying, within="30d", as_of="2026-07-06")
times = f.times()
times.plot().show()

# %% [markdown]
# Read it from left to right: so many had bought after a day, so many after a week. Somebody who
# came last Wednesday has been watched for less than five days. The curve counts them for just so
# long, and lets those who were watched longer speak for the days after. A funnel of seven days
# cannot do that: to it, such a person is somebody who did not buy. Theirs is an **unfinished
# window**.
#
# > **Idris Bello, growth:** Since 17 June we send the weekly plan by email, and look: whoever came
# > after it converts as nobody before! And I did think of the unfinished windows. Those who may
# > still buy, I have left out. Let us send it daily. These are my lines.


# %%
def idris_share(events, begin, end):
    theirs = starting(newcomers(events), "visit", begin, end)
    people = pm.funnel(theirs, buying, within="7d", as_of="2026-07-06").units
    bought = people["level"] == 3
    unfinished = people["time_1"] > pd.Timestamp("2026-07-06") - pd.Timedelta(days=7)
    may_still_buy = unfinished & ~bought
    return bought[~may_still_buy].mean()


idris_before = idris_share(events, "2026-06-01", "2026-06-15")
idris_after = idris_share(events, "2026-06-22", "2026-07-06")
print(f"1 to 14 June {idris_before:.1%}; 22 June to 5 July, Idris's: {idris_after:.1%}")

# %% [markdown]
# **03.5** He has good sense and one wrong line. Copy what you need into `mended_share`, and count
# those who first came from 22 June to 5 July so that their share compares with that of 1 to 14
# June.


# %%
# <solution 03.5>
def mended_share(events, begin, end):
    """Return the share who bought within 7 days, of those who have had their 7 days."""
    who = starting(newcomers(events), "visit", begin, end)
    f = pm.funnel(who, buying, within="7d", as_of="2026-07-06", unfinished="drop")
    return f.rate_from_start[-1]


# </solution>
after = mended_share(events, "2026-06-22", "2026-07-06")
lab.check("03.5", after)

# %%
after = lab.carry_on("03.5", after)
print(f"1 to 14 June {idris_before:.1%}; after the email {after:.1%}, where Idris had ", end="")
print(f"{idris_after:.1%}.")

# %% [markdown]
# Of last week's newcomers the quick buyers are known by now, and the slow ones are not. Whoever
# keeps the quick and drops the rest keeps only the good news. So the last week goes out whole, and
# waits. Idris takes it well: "Then I ask again in a week."
#
# ## Decide (6 minutes)

# %%
print("You made no guess." if guess is ... else f"You guessed: {guess}.")
print(f"{where}: about {lost:.0f} buyers lost from {since} to {until}.")

# %% [markdown]
# > **Nora Brandt, head of product:** So the valley in spring was other people, and last week is not
# > over. Only May was real, and my curve did not show it. Three sentences, please: what happened
# > and to whom, how many did it cost us, and what do we do on Monday so that I hear of the next one
# > the same day?
#
# **03.6** Write them in place of `...`, between the quotation marks, and say what your number
# cannot tell. The check looks for four things and says "found" or "not found yet"; it does not
# judge. Your words are kept for your portfolio.

# %%
# <solution 03.6>
memo = f"""From {since} to {until} hardly anybody on {where} could pay: a release had broken the
checkout there, and about {lost:.0f} people who would have bought that day did not. I suggest that
we write to all who tried, and that from Monday an alarm watches the checkout by device and
browser, day by day. But the number rests on the rate of the weeks before, and some of these people
may have come back later, or on another device, and bought."""
# </solution>
lab.check("03.6", memo)

# %% [markdown]
# ## Exit ticket (2 minutes)
#
# **03.7** Ten days ago a new start page went out. Your measure is "bought within 7 days of the
# first visit". Nora asks today how it does. Whom do you count?
#
# - `"a"`: everybody who first came in these ten days
# - `"b"`: those who first came in the first three days, against three such days before
# - `"c"`: those who have bought already, and those whose 7 days are over
# - `"d"`: nobody yet; in a month one can see more

# %%
# <solution 03.7>
whom = "b"
# </solution>
lab.check("03.7", whom)

# %% [markdown]
# ## What you take with you
#
# Three questions for any curve that falls: **is the time over? are they the same people? is it one
# group, since one day?** In this order, for the first two cost a minute. And three sentences of
# your own, kept for your portfolio.
#
# On a log of your own it goes just so: a funnel with `by=` for each of two spans, `compare`, then
# `trend("D")` of the group that stands out. The [glossary](glossary.md) and
# [which method when](which_method.md) lie beside this notebook.
#
# ## Optional: how long to wait (4 minutes)
#
# > **Luc Peeters, finance:** Of those who will buy within 30 days, how many have done so after 7? I
# > should like to know how long to wait before I judge.
#
# **03.8** Two blanks: `times.share_by(pd.Timedelta(days=7))` reads the curve at one age. It is an
# estimated share of *all* newcomers. Luc asks for a share of the *buyers*.

# %%
# <solution 03.8>
in_a_month = times.share_by(pd.Timedelta(days=30))
by_day_7 = times.share_by(pd.Timedelta(days=7)) / in_a_month
# </solution>
lab.check("03.8", by_day_7)
