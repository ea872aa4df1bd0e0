# %% [markdown]
# # Retention and growth
#
# **After this you can**
#
# - say what "coming back" means: on a day, on that day or later, on one of several days;
# - read a table of cohorts, and put it into one number;
# - take a flat number of active people apart into those gained and those lost;
# - tell customers who stay from what makes them stay.
#
# **Time:** 50 minutes. **You need:** chapter 01: unit, denominator; chapter 03: unfinished windows.
#
# **Data:** `events`, as before, and `assignments`: who was in which arm of an experiment, one row a
# person and experiment. `print(pm.datasets.card("assignments"))` tells its columns. Larder is an
# invented company and its data are synthetic.
#
# **How it works:** run a cell with Shift+Enter. Where you see `...`, put your answer and run the
# cell again. `lab.hint("04.4")` in a new cell gives a nudge, and there are three;
# `lab.solution("04.4")` shows one whole way. Leave what you like open: the notebook goes on with
# our value.

# %%
import pmlab as pm
from pmlab import course

lab = course.start("retention")

# %% [markdown]
# ## Nora's question (4 minutes)
#
# It is Monday, 6 July; the log ends the night before.
#
# > **Nora Brandt, head of product:** New people come every day, and the number on my wall, people
# > active in the week, has hardly moved for a month. Do they stay? Idris says most of them do, my
# > dashboard says hardly anybody, Luc says that it gets worse by the week. I need one number: *of
# > those who make an account, what share is back in their second week?* And Idris wants Saskia's
# > next sprint so that everybody saves a plan, because savers stay. Does he get it?
#
# Guess before you look: of 100 people who make an account, how many come back in their second week?
# Nobody marks it; we come back to it.

# %%
guess = ...  # a number from 0 to 100

# %% [markdown]
# ## Two questions to warm up (3 minutes)
#
# **04.1** The log ends on 5 July. You count who came back on one of the days 7 to 13 after signing
# up; the day of signing up is day 0. Anna and Ben both signed up on 25 June. Anna came on 3 July,
# her day 8. Ben has not come yet. Who is in your count?
#
# - `"a"`: both; Anna is back, Ben is not
# - `"b"`: Anna is, as she is back; Ben is not, as he may still come
# - `"c"`: neither of them yet
# - `"d"`: Ben is, as not back; Anna's week goes on

# %%
# <solution 04.1>
whose = "c"
# </solution>
lab.check("04.1", whose)

# %% [markdown]
# **04.2** On Monday 500 people came to Larder, on Tuesday 600. How many people came on the two days
# together?
#
# - `"a"`: 1,100
# - `"b"`: 550
# - `"c"`: from 600 to 1,100; the two numbers cannot tell
# - `"d"`: 600

# %%
# <solution 04.2>
together = "c"
# </solution>
lab.check("04.2", together)

# %% [markdown]
# ## A worked example: do they come back? (8 minutes)
#
# > **Idris Bello, growth:** Most people who sign up are seen again, a week later or more. That is
# > what I call **retention**! And Nora's dashboard has its "day 7" at a quarter of that. Somebody
# > should mend it.
#
# ### 1. Look at a few people before you count many
#
# First a small helper: on which day after signing up did somebody do something? The day of signing
# up is day 0, the next day of the calendar is day 1.


# %%
def by_day(events, name):
    """Keep the events of this name, with their day after signing up."""
    signed_up = events[events["event"] == "sign_up"].set_index("user_id")["time"]
    done = events[events["event"] == name]
    day = done["time"].dt.normalize() - done["user_id"].map(signed_up).dt.normalize()
    return done.assign(day=day.dt.days)


# %%
events = lab.load("events")
visits = by_day(events, "visit")
visits = visits[visits["day"] >= 0].drop_duplicates(["user_id", "day"])
on_day_7 = visits.loc[visits["day"] == 7, "user_id"]
later = visits[(visits["day"] > 7) & ~visits["user_id"].isin(on_day_7)]
for user in later["user_id"].unique()[:5]:
    days = visits.loc[visits["user_id"] == user, "day"]
    print(user, "came on days", *days.astype(int))

# %% [markdown]
# None of these five came on day 7, and all of them came later. Are they back?
#
# ### 2. Say what "back" means
#
# **N-day retention** asks who came *on* day N. **Unbounded retention** asks who came on day N *or
# any later day*. **Bracket retention** asks who came on *at least one of several days*, such as
# days 1 to 7. Predict before you run it: which is the highest?

# %%
log_end = "2026-07-06"
r = pm.retention(events, start="sign_up", returning="visit", as_of=log_end)
r.compare_definitions(day=7)

# %% [markdown]
# The same log, the same "day 7", and nobody miscounted. Idris's number is unbounded, the
# dashboard's is N-day. (A day may also be 24 hours from the moment of signing up; we keep to the
# calendar.)
#
# Each has its use. N-day suits what people need every day. Nobody plans dinners every day, so
# whoever is not there on day 7 is not lost: they may come on day 8. Unbounded asks who is not lost
# yet; it goes on rising as long as one watches, so old sign-ups always look better than new ones.
# For a habit of once a week or so, a bracket fits best.
#
# ### 3. See the cohorts
#
# People who signed up in the same week are a **cohort**. A row for each, a column for each week of
# the calendar since: who was back in it?

# %%
weeks = pm.retention(
    events, start="sign_up", returning="visit", period="W", periods=12, as_of=log_end
)
weeks.plot().show()

# %% [markdown]
# Read it in both directions. Along a row a cohort melts away, and ever more slowly. (Week 0 is only
# what was left of the week in which they signed up.) Down a column you compare cohorts of the same
# age. Luc's "worse by the week" would show as a column that fades from top to bottom: does one?
#
# The blank corner is not a row of zeros. Those weeks are still to come, so nobody knows. Count a
# blank as nobody came, and the youngest cohorts look lost every week anew.
#
# ### 4. Put it into one number, and say it in a sentence
#
# All who were back over all who have had the time, whatever their cohort: that is the **pooled**
# rate.

# %%
curve = weeks.curve.to_frame().set_index("period")
for week in (1, 4, 12):
    n, rate = curve.loc[week, ["n_observed", "rate"]]
    print(f"Of {n:,.0f} accounts {rate:.1%} were back in calendar week {week} after signing up.")

# %% [markdown]
# Each line rests on fewer and older accounts than the one above: only early sign-ups have had
# twelve weeks.
#
# *Break it:* in part 3 put `as_of="2026-08-01"`, as if the log went on until then. What becomes of
# the corner, and of the last rows? Put it back and run the cell again.
#
# ## Your turn: two blanks (5 minutes)
#
# > **Luc Peeters, finance:** Our delivery partner has an app of its own and has sent me this. All
# > three months together they say 41%, and their growth manager says 65%. What may I set beside our
# > number?
#
# | signed up in | customers | back in their second week |
# |---|---|---|
# | March | 1,000 | 500 |
# | April | 500 | 400 |
# | June | 700 | 10 so far |
#
# June's second weeks have only just begun.
#
# **04.3** Fill in, as fractions, the share of the *customers* that came back, and the mean of the
# *months'* rates. Leave out whatever cannot be known yet. Arithmetic will do; you need no table.

# %%
# <solution 04.3>
pooled = (500 + 400) / (1000 + 500)
mean_of_months = (500 / 1000 + 400 / 500) / 2
# </solution>
partner = {"pooled": pooled, "mean": mean_of_months}
lab.check("04.3", partner)

# %%
partner = lab.carry_on("04.3", partner)
print(f"Pooled: {partner['pooled']:.0%} of the customers. Mean of months: {partner['mean']:.0%}.")

# %% [markdown]
# The pooled rate is a share of people, so it is the one to set beside ours. The mean lets a small
# month weigh as much as a large one. And the 41% has June in it.
#
# ## Write it yourself: Nora's number (9 minutes)
#
# Weeks of the calendar make a handy table, and a rough one: for somebody who signs up on a Sunday,
# week 1 begins the next morning. Nora's second week begins for each person on their own day 7.
#
# **04.4** *Of those who make an account, what share is back in their second week?* Write
# `came_back(events)`. It takes the whole log and returns one fraction.
#
# - "Back": a `visit` on at least one of the days 7 to 13 after the day of signing up. Days of the
#   calendar, in UTC as in the log; the day of signing up is day 0.
# - Of whom: of the accounts whose day 13 is over. The log is complete up to, not including,
#   `2026-07-06`.
# - All cohorts pooled. `pm.retention` will do, with a bracket; so will pandas.
#
# The check runs your function twice: on Larder, and on a second company whose answer is another.
# It takes a few seconds.


# %%
# <solution 04.4>
def came_back(events):
    """Return the share of accounts that were back on one of the days 7 to 13."""
    second_week = {"definition": "bracket", "brackets": [(7, 13)], "as_of": "2026-07-06"}
    r = pm.retention(events, start="sign_up", returning="visit", **second_week)
    return r.curve.to_frame()["rate"].iloc[0]


# </solution>
lab.check("04.4", came_back)

# %% [markdown]
# Now set the others' numbers beside it.

# %%
came_back = lab.carry_on("04.4", came_back)
second_week = came_back(events)
others = r.compare_definitions(day=7).to_frame().set_index(["definition", "clock"])["rate"]
in_bracket = visits.loc[visits["day"].between(7, 13), "user_id"].nunique()
everybody = (events["event"] == "sign_up").sum()
print("You made no guess." if guess is ... else f"You guessed {guess} in 100.")
print(f"{second_week:6.1%}  yours: back on one of the days 7 to 13, of those who have had them")
print(f"{in_bracket / everybody:6.1%}  Luc: the same, of all accounts so far")
print(f"{others['unbounded', 'calendar']:6.1%}  Idris: back on day 7 or later")
print(f"{others['n_day', 'calendar']:6.1%}  dashboard: back on day 7")

# %% [markdown]
# Luc divides by everybody, and those of the last two weeks have not had their time. Over half a
# year that costs little; in his curve by week, the end always falls.
#
# ## The number on the wall (6 minutes)
#
# > **Saskia de Wit, engineering lead:** A flat number is not a quiet one. Tell me how many came,
# > stayed, came back and went. Then I know whether we should open the tap or put in the plug.
#
# **Growth accounting** sorts everybody who is active in a week by what they were before: *new* if
# it is their first week ever, *retained* if they were active the week before, **resurrected** if
# they had been active some time earlier, though not the week before. Who was active the week before
# and is not now has **churned**.

# %%
came = events[events["event"] == "visit"]
earlier = set(came.loc[came["time"] < "2026-06-22", "user_id"])
in_last = (came["time"] >= "2026-06-22") & (came["time"] < "2026-06-29")
last_week = set(came.loc[in_last, "user_id"])
this_week = set(came.loc[came["time"] >= "2026-06-29", "user_id"])
print(f"{len(last_week):,} people in the week of 22 June, {len(this_week):,} in that of 29 June.")

# %% [markdown]
# **04.5** Of the people in the week of 29 June, how many are resurrected? Of those in the week of
# 22 June, how many have churned? With sets, `a & b` are those in both, `a | b` those in either,
# `a - b` those in `a` and not in `b`; `len` counts them.

# %%
# <solution 04.5>
resurrected = len((this_week & earlier) - last_week)
churned = len(last_week - this_week)
# </solution>
counts = {"resurrected": resurrected, "churned": churned}
lab.check("04.5", counts)

# %%
counts = lab.carry_on("04.5", counts)
new = len(this_week - last_week - earlier)
gained = new + counts["resurrected"]
print(f"{len(this_week & last_week):,} stayed. Gained: {gained:,}, of whom {new:,} are new.")
print(f"Lost: {counts['churned']:,}. Gained for each one lost: {gained / counts['churned']:.2f}.")

# %% [markdown]
# The last number is the **quick ratio**: above 1 the number on the wall rises, below 1 it falls.
# Here is every week, by the same rules.

# %%
g = pm.growth_accounting(events, active="visit", every="W", as_of="2026-07-06")
g.plot().show()

# %% [markdown]
# A flat number hid a great coming and going: in June about as many are gained each week as are
# lost, and the lost are more than half of the week before. The tap runs, and the plug is out. Not
# all of them are lost for good, for some come back weeks later. And look at April: of the
# campaign's many new people, most were gone the week after.
#
# So whoever wants the number to rise has two ways: more people, or people who stay. Idris knows one
# for the second.
#
# ## Bug hunt: Idris's proof (7 minutes)
#
# > **Idris Bello, growth:** Who saves a plan in the first week comes back far more. And do not tell
# > me that this need not be the cause: I have counted it inside the experiment! For six weeks half
# > of the new accounts, drawn at random, saw the starter plan, a ready-made first week, and far
# > more of those saved. Now everybody sees it, and still many do not save. Give me the sprint,
# > and they will. These are my lines.
#
# `assignments` holds what was drawn: `variant` is "treatment" for those with the starter plan,
# "control" for those without. Saving is counted in the first week, coming back in weeks 3 and 4
# (days 14 to 27), so that one is over before the other begins.


# %%
def did(name, first, last):
    """Return who did this on one of these days after signing up."""
    done = by_day(events, name)
    return done.loc[done["day"].between(first, last), "user_id"]


people = lab.load("assignments").query("experiment == 'Starter plan'").copy()
people["saved"] = people["user_id"].isin(did("save_plan", 0, 6))
people["back"] = people["user_id"].isin(did("visit", 14, 27))


# %%
def idris_shares(people):
    shares = people.groupby("saved")["back"].mean()
    return {"others": shares[False], "savers": shares[True]}


idris = idris_shares(people)
print(f"Back in weeks 3 and 4: {idris['savers']:.1%} of the savers, ", end="")
print(f"{idris['others']:.1%} of the others. {len(people):,} people, all in the experiment.")

# %% [markdown]
# **04.6** His sums are right, and an experiment it was. But which two groups were drawn? Copy what
# you need into `mended_shares`, so that it compares those.


# %%
# <solution 04.6>
def mended_shares(people):
    """Return of each arm, as drawn, the share that was back in weeks 3 and 4."""
    shares = people.groupby("variant")["back"].mean()
    return {"control": shares["control"], "treatment": shares["treatment"]}


# </solution>
arms = mended_shares(people)
lab.check("04.6", arms)

# %%
arms = lab.carry_on("04.6", arms)
saved = people.groupby("variant")["saved"].mean()
promised = (idris["savers"] - idris["others"]) * (saved["treatment"] - saved["control"])
found = arms["treatment"] - arms["control"]
print(f"Saved a plan: {saved['control']:.1%} without the starter plan, ", end="")
print(f"{saved['treatment']:.1%} with it.")
print(f"Back later:   {arms['control']:.1%} without, {arms['treatment']:.1%} with it.")
print(f"If saving were all the cause: {100 * promised:+.1f} points. Found: {100 * found:+.1f}.")

# %% [markdown]
# The starter plan made many more savers. Had saving been what makes savers stay, they would have
# stayed as savers do, and the arms would lie as far apart as the first number of the last line
# says: Idris's gap, times the share of people who saved only because of the plan.
#
# They do not. Those who need Larder save a plan, *and* they come back. This is **self-selection**:
# people chose their group themselves, and took with them what made them choose. The starter plan
# made savers of people who lack that need.
#
# Does the starter plan do nothing for staying, then? Ask how far chance alone may move the
# difference.

# %%
treated, control = (people[people["variant"] == arm]["back"] for arm in ("treatment", "control"))
low, high = pm.stats.newcombe_interval(treated.sum(), len(treated), control.sum(), len(control))
print(f"Found {100 * found:+.1f} points, 95% interval {100 * low:+.1f} to {100 * high:+.1f}.")
print(f"Promised {100 * promised:+.1f}.")

# %% [markdown]
# Ask the interval two things. Is 0 inside? Then the starter plan may do nothing for staying. Is +2
# inside? Then it may also do a little. "Not shown" is not "not there".
#
# ## Decide (6 minutes)
#
# > **Nora Brandt, head of product:** So about as many leave as come, and saving is little of the
# > reason why savers stay, if any. Three sentences, please: does Idris get the sprint, on which
# > number, and what can that number not tell?
#
# **04.7** Write them in place of `...`, between the quotation marks. The check looks for four
# things and says "found" or "not found yet"; it does not judge. Your words are kept for your
# portfolio.

# %%
# <solution 04.7>
memo = f"""I suggest that we do not spend the sprint on making more people save. Of those who were
drawn to see the starter plan, {arms["treatment"]:.1%} were back in weeks 3 and 4, against
{arms["control"]:.1%} without it: {100 * found:+.1f} points, where the savers had promised
{100 * promised:+.1f}. But the experiment is too small to tell a little from nothing, and it says
nothing about what else would make people stay: Maeve and I should ask some who left in June."""
# </solution>
lab.check("04.7", memo)

# %% [markdown]
# ## Exit ticket (2 minutes)
#
# **04.8** People who switch on notifications stay twice as long as others. Idris would like to
# switch them on for everybody. What do you do first?
#
# - `"a"`: switch them on for everybody; the numbers are clear
# - `"b"`: draw at random who is asked; of those asked, compare who says yes with who says no
# - `"c"`: draw at random who is asked; compare all who were asked with all who were not
# - `"d"`: compare each person's month before switching them on with the month after

# %%
# <solution 04.8>
notifications = "c"
# </solution>
lab.check("04.8", notifications)

# %% [markdown]
# ## What you take with you
#
# Three questions for any number about staying: **back when? of whom, and have they all had the
# time? who chose the groups, chance or the people themselves?** And three sentences of your own,
# kept for your portfolio.
#
# On a log of your own: `pm.retention("my_log.csv", start="joined", returning="opened", period="W",
# user="who", event="what", time="at")`. The [glossary](glossary.md) and [which method
# when](which_method.md) lie beside this notebook.
#
# ## Optional: how often do they come? (4 minutes)
#
# > **Maeve Doyle, user research:** I have met three people this week who use Larder almost daily.
# > They are easy to find. Are they our customers, or only the ones who answer my letters?
#
# Of those who came in the last 28 days: on how many of these days? This is the **power-user
# curve**. Guess first which bar is the longest.

# %%
p = pm.power_users(events, active="visit", window="28d", as_of="2026-07-06")
p.plot().show()

# %% [markdown]
# Whom would you invite to the next talks, if Maeve wants to hear why people leave?
