# %% [markdown]
# # Start here
#
# **After this you can**
#
# - work in these notebooks: run a cell, hand in an answer, get a hint, go on when stuck;
# - count a funnel of twelve people by hand, and then in one line;
# - say what you did in past work as a product manager would.
#
# **Time:** 30 minutes. **You need:** to have seen a little Python, such as `x = 3`.
#
# **Data:** `events`, a log of what people did in Larder, and `twelve`, a dozen of these people.
# Larder is an invented company and its data are synthetic.
#
# **How it works:** a grey box is a cell of code. Click into the one below and press Shift+Enter:
# it runs, and the next cell is yours. Go from top to bottom. If ever in doubt, choose *Restart
# Kernel and Run All Cells…* from the menu *Kernel*; what you wrote stays. Ctrl+S saves it.

# %%
import pmlab as pm
from pmlab import course

lab = course.start("start")

# %% [markdown]
# ## Your first morning (2 minutes)
#
# Larder plans a week's dinners and sends the groceries. You are the new associate PM. At the
# table:
#
# - **Nora Brandt**, head of product. Wants one number that she can stand behind, and what to do
#   on Monday.
# - **Idris Bello**, growth. Wants more people, sooner; brings the number that flatters, in good
#   faith.
# - **Saskia de Wit**, engineering lead. Has one sprint free, and asks what exactly you counted.
# - **Maeve Doyle**, user research. Begins with somebody whom she has met.
# - **Luc Peeters**, finance. Thinks in months and euros, and wants no surprises.
#
# > **Nora Brandt, head of product:** Good to have you! Before I ask you about all our visitors,
# > count twelve of them with your own eyes: how many sign up, and then buy, within a week?
# > Whoever has done that once knows what to ask of every dashboard afterwards.
#
# Guess before you look: of twelve people who visit Larder, how many come that far? Put a number
# in place of `...` and run the cell. Nobody marks it.

# %%
guess = ...  # a number from 0 to 12

# %% [markdown]
# ## One row, one check (3 minutes)
#
# Like most products, Larder keeps an **event log**. These are its first rows.

# %%
events = lab.load("events")
events[["user_id", "event", "time"]].head(7)

# %% [markdown]
# **00.1** What is one row of it?
#
# - `"a"`: one person
# - `"b"`: one visit
# - `"c"`: one thing that one person did at one moment
# - `"d"`: one day
#
# Put a letter, with its quotation marks, in place of `...`. Hand in a wrong one first, and see
# what the check makes of it; then the right one. You may run a cell as often as you like.

# %%
# <solution 00.1>
row = "c"
# </solution>
lab.check("00.1", row)

# %% [markdown]
# Each question has three hints, from a nudge to nearly the answer. Run this cell twice.

# %%
lab.hint("00.1")

# %% [markdown]
# And `lab.solution("00.1")`, in this cell in place of the hint, would show the whole way. Use all
# of it freely: none of it costs points, for there are none.
#
# ## Twelve people by hand (8 minutes)
#
# Here is what twelve newcomers did in three weeks: every visit, sign-up and purchase, a person on a
# line, the events of each day in their order. In the log people have ids such as you saw above;
# these twelve got names, so that you can talk about them. They are no random dozen: each was picked
# because there is something in the line to think about.

# %%
twelve = lab.load("twelve")
day = twelve["time"].dt.strftime("%a %d %b: ")
days = twelve.groupby(["user_id", day], sort=False)["event"].agg(", ".join)
for name, theirs in days.groupby(level=0):
    print(f"{name:6}", " | ".join(when + what for (_, when), what in theirs.items()))

# %% [markdown]
# Nora's question has three **steps**: a visit, after it a sign-up, after that a purchase. It has a
# **window**: all of it within 7 days of that visit. And two rules:
#
# - each person counts once at every step that they reach, however often they come;
# - any visit may start the clock, so when a later visit leads further, that one counts.
#
# Before you count, look what a wrong answer gives. Idris was quick:
#
# > **Idris Bello, growth:** I had the computer count: so many visits, so many sign-ups, so many
# > purchases. Done before coffee!
#
# Predict it: what will the check say to him?

# %%
steps = ["visit", "sign_up", "purchase"]
rows = twelve["event"].value_counts()
idris = [int(rows[step]) for step in steps]
print(idris)
lab.check("00.2", idris)

# %% [markdown]
# A check does not say only that a number is wrong. Where it knows the slip, it says what the number
# *is*. Now you.
#
# **00.2** How many of the twelve came to each step? Write three numbers in square brackets, with
# commas between, in place of `...`.

# %%
# <solution 00.2>
counted = pm.funnel(twelve, steps, within="7d").counts
# </solution>
lab.check("00.2", counted)

# %% [markdown]
# Not there yet? Take the hints, or leave it. The next cell begins with `lab.carry_on`: it goes on
# with your answer when it is right, and with ours when it is not. So no question can stop you.
#
# ## The same in one line (5 minutes)
#
# > **Saskia de Wit, engineering lead:** Fine. Would a machine that follows your rules find the
# > same?
#
# First your counts, as you might find them on somebody's slide:

# %%
counted = lab.carry_on("00.2", counted)
print("You made no guess." if guess is ... else f"You guessed {guess} of 12.")
pm.funnel_from_counts(counted, steps=steps)

# %% [markdown]
# Steps, and how many people reach each: that is a **funnel**. *From start* is the share of all
# twelve; *from previous*, the share of those who reached the step before; together they are its
# **conversion rates**. The interval says how far chance alone might move a share; of only twelve
# people, very far.
#
# Now the machine, from the log itself:

# %%
f = pm.funnel(twelve, ["visit", "sign_up", "purchase"], within="7d")
f

# %%
level = f.units.set_index("user_id")["level"]
for number, step in enumerate(steps, start=1):
    print(f"{step:9}", ", ".join(level.index[level >= number]))

# %% [markdown]
# The same counts, and below the table in words what was counted, which is what Saskia wants to
# see. The names show who came how far. Had you put somebody elsewhere? Look at their line again.
#
# *Break it:* in the cell that begins with `f =`, write `"signup"` for `"sign_up"` and run it. A
# long red text comes. Read its **last** line first. Then mend the word and run the cell again.
#
# **00.3** What did the last line tell you?
#
# - `"a"`: the log is damaged
# - `"b"`: no event has that name, and there is one that comes close
# - `"c"`: none of the twelve signed up
# - `"d"`: seven days are too short

# %%
# <solution 00.3>
told = "b"
# </solution>
lab.check("00.3", told)

# %% [markdown]
# ## Now everybody (3 minutes)
#
# Twelve people or all of them: the line is the same.

# %%
everybody = pm.funnel(events, steps, within="7d")
print(everybody.counts)

# %% [markdown]
# **00.4** Of all who visited Larder, what share came to the end? Let Python divide: the first of
# the counts is `everybody.counts[0]`, the last one `everybody.counts[-1]`. The answer lies between
# 0 and 1.

# %%
# <solution 00.4>
share = everybody.counts[-1] / everybody.counts[0]
# </solution>
lab.check("00.4", share)

# %%
share = lab.carry_on("00.4", share)
everybody.plot().show()
print(f"Of the twelve {counted[-1] / counted[0]:.1%}, of everybody {share:.1%}.")
print(everybody.summary())

# %% [markdown]
# ## Decide (2 minutes)
#
# > **Idris Bello, growth:** So many of your twelve bought! I have put their share on Thursday's
# > slide. May it stay there?
#
# **00.5** What do you answer?
#
# - `"a"`: Yes, with its 95% interval beside it.
# - `"b"`: No: twelve are too few. A hundred people, picked as these were, would do.
# - `"c"`: No: these twelve were picked to learn on. Take everybody's share, and say of whom and
#   within how long.
# - `"d"`: Yes: hand and machine agree, so the number is right.

# %%
# <solution 00.5>
answer_to_idris = "c"
# </solution>
lab.check("00.5", answer_to_idris)

# %% [markdown]
# ## Say it as a product manager (6 minutes)
#
# You have most likely done such work before, under other names. A waiter who noted for a month why
# guests left without ordering, and then moved the menu outside, can say: *I found out why people
# drop off before they order, and changed the step before that.* Nothing is added to what he did.
#
# **00.6** Three people tell what they did. Who would say it how?
#
# 1. "I sorted a year of complaints by what they were about, and showed my manager the three that
#    came most often."
# 2. "I rang thirty people who had left our sports club and asked them why."
# 3. "We tried two posters, week by week in turn, and kept the one that brought more people in."
#
# In a product manager's words:
#
# - **P**: "I compared two variants on one metric, and we shipped the better one."
# - **Q**: "I interviewed churned users, to learn why they leave."
# - **R**: "I prioritised the backlog by how many users each problem hits."
#
# Which goes with which?
#
# - `"a"`: 1 Q, 2 R, 3 P
# - `"b"`: 1 R, 2 Q, 3 P
# - `"c"`: 1 P, 2 Q, 3 R
# - `"d"`: 1 R, 2 P, 3 Q

# %%
# <solution 00.6>
pairs = "b"
# </solution>
lab.check("00.6", pairs)

# %% [markdown]
# **00.7** Now you, in three sentences between `"""` and `"""`: what you did yourself, a number,
# and what came of it. The check looks for these three and says "found" or "not found yet"; it does
# not judge. Your words are kept for your portfolio.

# %%
# <solution 00.7>
my_work = """I rang the members who had left our sports club in the last year and asked them why.
Of the 30 whom I reached, 18 named the opening hours, and only 4 the fee. So the board opened two
more evenings instead of lowering the fee."""
# </solution>
lab.check("00.7", my_work)

# %% [markdown]
# ## The way from here (1 minute)
#
# The course in one table: its chapters, how long each takes, routes for those who have a day or
# less, and how far you are.

# %%
# Type lab.progress() below this line and run the cell.

# %% [markdown]
# Two pages lie beside the notebooks, to look things up at any time: the
# [glossary](glossary.md) says what each term means and where its trap is, and
# [which method when](which_method.md) begins with what a colleague asks.
#
# **What you take with you:** a funnel counted by hand, three sentences of your own, and the habit
# to ask of a number who is in it. In the list on the left, open `01_log.ipynb` next, or
# `02_funnels.ipynb` if you are on a short route: Nora has a question for you in each.
