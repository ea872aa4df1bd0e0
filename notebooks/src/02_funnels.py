# %% [markdown]
# # Funnels
#
# **After this you can**
#
# - define a funnel: its steps, their order and its window;
# - tell a step rate from an overall rate, and say each in one sentence;
# - explain why two tools get two numbers from the same log.
#
# **Time:** 45 minutes. **You need:** a little pandas (choose rows, group, count).
#
# **Data:** `events`, one row for each thing that somebody did in Larder: who, what, when (in
# UTC). `print(pm.datasets.card("events"))` tells the rest. Larder is an invented company and its
# data are synthetic.
#
# **How it works:** run a cell with Shift+Enter. Where you see `...`, put your answer and run the
# cell again: the check says what it makes of it. `lab.hint("02.4")` in a new cell gives a nudge,
# and there are three; `lab.solution("02.4")` shows one whole way. Leave what you like open: the
# notebook goes on with our value.

# %%
import pmlab as pm
from pmlab import course

lab = course.start("funnels")

# %% [markdown]
# ## Nora's question (4 minutes)
#
# Larder plans a week's dinners and sends the groceries. People look around, fill a basket, buy as
# guests or sign up for an account. You are the new associate PM, and this is in your inbox:
#
# > **Nora Brandt, head of product:** The board meets on Thursday and will ask me one
# > thing: *of the people whose first visit was in March, what share bought within 7 days of that
# > visit, signing up on the way?* Idris in growth has sent me one number, Luc in finance another,
# > and they are nowhere near each other. Same month, same log. Which do I show, and why do they
# > differ?
#
# Guess before you look. Of 100 people who meet Larder for the first time, how many sign up and
# buy within a week? Nobody marks it; we come back to it.

# %%
guess = ...  # a number from 0 to 100

# %% [markdown]
# ## Two questions to warm up (3 minutes)
#
# **02.1** Eve opens Larder on five days of a week and buys twice. In *the share of that week's
# visitors who bought*, how often does she count?
#
# - `"a"`: five times among the visitors, twice among the buyers
# - `"b"`: once among the visitors, once among the buyers
# - `"c"`: once among the visitors, twice among the buyers
# - `"d"`: five times among the visitors, once among the buyers

# %%
# <solution 02.1>
eve = "b"
# </solution>
lab.check("02.1", eve)

# %% [markdown]
# **02.2** A thousand people visit, 400 of them sign up, 120 of those buy. Which sentence is true?
#
# - `"a"`: Of the visitors, 30% bought.
# - `"b"`: Of the visitors, 35% bought.
# - `"c"`: Of the visitors, 12% bought.
# - `"d"`: Of the visitors, 70% got lost on the way.

# %%
# <solution 02.2>
sentence = "c"
# </solution>
lab.check("02.2", sentence)

# %% [markdown]
# ## A worked example: where do people stop? (8 minutes)
#
# > **Saskia de Wit, engineering lead:** My team has one sprint free. Do we mend the payment form,
# > or something before it? Show me where people stop on the way to a purchase. And tell me
# > exactly what you counted.
#
# ### 1. Look at one person before you count many

# %%
events = lab.load("events")
somebody = events.loc[events["event"] == "purchase", "user_id"].iloc[0]
events.loc[events["user_id"] == somebody, ["time", "event", "device"]].head(8)

# %% [markdown]
# ### 2. Say what you count
#
# Three choices make a funnel. The **steps**: which events. Their **order**: each step after the
# one before, with anything else in between. The **window**: how long an attempt may take, from
# its first step to its last.

# %%
steps = ["visit", "add_to_basket", "start_checkout", "purchase"]
f = pm.funnel(events, steps, within="1d")
f

# %% [markdown]
# Each person counts once, at every step that they reached. The 95% interval says how far chance
# alone might move a rate. Below the table stands what Saskia asked for, exactly what was counted,
# and a warning: whoever came in the log's last hours may still buy.
#
# ### 3. See where it narrows
#
# What the bars show stands under them in words; for a memo, `f.summary()` gives you the same.

# %%
f.plot().show()

# %% [markdown]
# ### 4. Say both rates in a sentence

# %%
visitors, baskets, checkouts, buyers = f.counts
print(f"Step:    of {checkouts:,} who began to check out, {buyers / checkouts:.1%} paid.")
print(f"Overall: of {visitors:,} who visited, {buyers / visitors:.1%} paid.")

# %% [markdown]
# The same buyers on top, two groups underneath. A **step rate** divides by the step before; it
# tells Saskia how the payment form does. An **overall rate** divides by the first step; it tells
# Nora how Larder does. Neither means a thing without the words after "of".
#
# For Saskia: far more people stop before the basket than at the payment form. That is where to
# look first. It is not yet what to build, for many came only to look.
#
# ### 5. Same log, other rules
#
# A person may visit many times. Which visit starts the clock? By default `pm.funnel` takes the
# **best attempt**: whichever visit leads furthest. It can also take only the **first**. Here are
# four ways to answer "what share buys?". Predict before you run it: which will differ most from
# the top line?

# %%
first_only = pm.Rules(entry="first")
longer = pm.funnel(events, steps, within="30d")
first = pm.funnel(events, steps, within="1d", rules=first_only)
n = events["event"].value_counts()
answers = {
    "people, best attempt, 1 day": f.rate_from_start[-1],
    "people, best attempt, 30 days": longer.rate_from_start[-1],
    "people, first attempt only, 1 day": first.rate_from_start[-1],
    "events: purchases over visits": n["purchase"] / n["visit"],
}
print("\n".join(f"{rate:6.1%}  {rule}" for rule, rate in answers.items()))

# %% [markdown]
# Nobody miscounted. Each line answers a question of its own, and a dashboard seldom says which.
# Thirty days change next to nothing here, because every new visit may start the clock again, and
# those who buy do so in the visit in which they fill the basket. Start the clock at the first
# visit only, and everybody who took longer than a day from there is gone.
#
# Real tools differ just so. ClickHouse's `windowFunnel` reports each person's longest chain, as
# the top line does
# ([ClickHouse](https://clickhouse.com/docs/sql-reference/aggregate-functions/parametric-functions));
# PostHog lets you choose steps in order, with nothing in between, or in any order
# ([PostHog](https://github.com/PostHog/skills/blob/main/skills/omnibus/modeling-conversion-metrics/references/conversion-metric-definitions.md)).
#
# *Break it:* swap `"start_checkout"` and `"purchase"` in part 2 and run that cell. Who is left at
# the last step now? Swap them back and run it again.
#
# ## Your turn: two blanks (6 minutes)
#
# > **Maeve Doyle, user research:** A man I met last week opens recipe after recipe and has never
# > saved a plan. Is that common? Of those who open a recipe and then sign up, what share goes on
# > to save a plan? And of everybody who opens a recipe?
#
# **02.3** The counts are there. Fill in both rates, as fractions.

# %%
g = pm.funnel(events, ["view_recipe", "sign_up", "save_plan"], within="7d")
looked, signed_up, saved = g.counts
# <solution 02.3>
step_rate = saved / signed_up
overall_rate = saved / looked
# </solution>
rates = {"step": step_rate, "overall": overall_rate}
lab.check("02.3", rates)

# %%
rates = lab.carry_on("02.3", rates)
print(f"Of those with an account, {rates['step']:.1%} went on to save a plan;")
print(f"of all who opened a recipe, {rates['overall']:.1%} did.")

# %% [markdown]
# ## Write it yourself: Nora's number (10 minutes)
#
# **02.4** *Of the people whose first visit was in March, what share bought within 7 days of that
# visit, signing up on the way?* Write `share_bought(events)`. It takes the whole log and returns
# one fraction.
#
# - March runs from `2026-03-01` up to, but not including, `2026-04-01`.
# - "On the way": the visit, then the sign-up, then the purchase.
# - From pandas, `groupby` with `min`, and `isin`, will do.
#
# The check runs your function twice: on Larder, and on a second company whose answer is another.
# So compute everything and type no number in. It takes a few seconds.


# %%
# <solution 02.4>
def share_bought(events):
    """Return the share of March's newcomers who signed up and bought within 7 days."""
    visits = events[events["event"] == "visit"]
    first = visits.groupby("user_id")["time"].min()
    newcomers = first[(first >= "2026-03-01") & (first < "2026-04-01")].index
    theirs = events[events["user_id"].isin(newcomers)]
    rules = pm.Rules(entry="first")
    f = pm.funnel(theirs, ["visit", "sign_up", "purchase"], within="7d", rules=rules)
    return f.counts[-1] / f.counts[0]


# </solution>
lab.check("02.4", share_bought)

# %% [markdown]
# Now look at what Idris and Luc had sent.

# %%
share_bought = lab.carry_on("02.4", share_bought)
march = share_bought(events)
month = events[(events["time"] >= "2026-03-01") & (events["time"] < "2026-04-01")]
people = month.groupby("event")["user_id"].nunique()
n = month["event"].value_counts()
print("You made no guess." if guess is ... else f"You guessed {guess} in 100.")
print(f"{march:6.1%}  yours: newcomers who signed up and bought within 7 days")
print(f"{people['purchase'] / people['sign_up']:6.1%}  Idris: buyers in March over new accounts")
print(f"{n['purchase'] / n['visit']:6.1%}  Luc: purchases in March over visits")

# %% [markdown]
# Idris lets regulars buy and divides by new accounts only. Luc divides things done by things
# done. Each number serves the work it was made for. Yours answers what Nora asked.
#
# ## Bug hunt: Luc's April (6 minutes)
#
# > **Luc Peeters, finance:** Thank you, I have taken over your rules: same steps, seven days, the
# > clock at the first visit. With them April is far below March. The campaign on social media ran
# > from late March to mid-April, so it brings people who do not buy. I would stop it today. These
# > are my lines.


# %%
def lucs_share(events, begin, end):
    month = events[(events["time"] >= begin) & (events["time"] < end)]
    clock = pm.Rules(entry="first")
    f = pm.funnel(month, ["visit", "sign_up", "purchase"], within="7d", rules=clock)
    return f.rate_from_start[-1]


lucs_april = lucs_share(events, "2026-04-01", "2026-05-01")
print(f"March, yours: {march:.1%}   April, Luc's: {lucs_april:.1%}")

# %% [markdown]
# **02.5** He does not count April as you counted March, and one line makes the difference. Copy
# what you need from him and from yourself into `mended_share`, so that both are counted alike.


# %%
# <solution 02.5>
def mended_share(events, begin, end):
    """Return the share of the newcomers from begin up to end who bought, as in 02.4."""
    visits = events[events["event"] == "visit"]
    first = visits.groupby("user_id")["time"].min()
    newcomers = first[(first >= begin) & (first < end)].index
    theirs = events[events["user_id"].isin(newcomers)]
    rules = pm.Rules(entry="first")
    f = pm.funnel(theirs, ["visit", "sign_up", "purchase"], within="7d", rules=rules)
    return f.counts[-1] / f.counts[0]


# </solution>
april = mended_share(events, "2026-04-01", "2026-05-01")
lab.check("02.5", april)

# %%
april = lab.carry_on("02.5", april)
print(f"March {march:.1%}; April {april:.1%}, where Luc had {lucs_april:.1%}.")

# %% [markdown]
# ## Decide (6 minutes)
#
# > **Nora Brandt, head of product:** Luc wants to stop the campaign, Idris wants to double it.
# > Three sentences, please: what do we do now, on which number, and what can that number not
# > tell?
#
# **02.6** Write them in place of `...`, between the quotation marks. The check looks for four
# things and says "found" or "not found yet"; it does not judge. Your words are kept for your
# portfolio.

# %%
# <solution 02.6>
memo = f"""Let us keep the campaign going for now: April did not crash. Of the people who first
came in April, {april:.1%} bought within seven days, signing up on the way; in March, counted the
same way, it was {march:.1%}. But this does not tell how the campaign's own people do, so before
anybody doubles it I should like to see April by channel."""
# </solution>
lab.check("02.6", memo)

# %% [markdown]
# ## Exit ticket (2 minutes)
#
# **02.7** Two tools read the same log. One reports a conversion of 25%, the other of 10%. What do
# you do first?
#
# - `"a"`: report the mean of the two
# - `"b"`: report the lower one, to be safe
# - `"c"`: compare of whom, from when, for how long and in which order each one counts
# - `"d"`: ask engineering to look for lost events

# %%
# <solution 02.7>
first_move = "c"
# </solution>
lab.check("02.7", first_move)

# %% [markdown]
# ## What you take with you
#
# Four questions for any rate that somebody shows you: **of whom? from when? for how long? in
# which order?** And three sentences of your own, kept for your portfolio.
#
# Have a log of your own, as a CSV file? This counts it, with your names for the columns:
# `pm.funnel("my_log.csv", ["opened", "invited"], within="7d", user="who", event="what",
# time="at")`.
#
# ## Optional: put the lines in order (4 minutes)
#
# **02.8** Nora wants May too. Six lines, of which two are traps: which four, in which order?
# (`first` holds when each person first came; `rules` start the clock there.)
#
# ```python
# 1  theirs = events[events["user_id"].isin(newcomers)]
# 2  theirs = events[(events["time"] >= "2026-05-01") & (events["time"] < "2026-06-01")]
# 3  share = f.counts[-1] / f.counts[0]
# 4  newcomers = first[(first >= "2026-05-01") & (first < "2026-06-01")].index
# 5  share = f.counts[-1] / f.counts[1]
# 6  f = pm.funnel(theirs, ["visit", "sign_up", "purchase"], within="7d", rules=rules)
# ```
#
# - `"a"`: 4, 2, 6, 3
# - `"b"`: 4, 6, 1, 3
# - `"c"`: 4, 1, 6, 5
# - `"d"`: 4, 1, 6, 3

# %%
# <solution 02.8>
order = "d"
# </solution>
lab.check("02.8", order)
