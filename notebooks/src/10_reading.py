# %% [markdown]
# # Reading an A/B test
#
# **After this you can**
#
# - check the split of an experiment before you look at its result;
# - read one metric: its lift in points and in percent, its interval, its p-value;
# - hold the harm against a guardrail that was set beforehand;
# - write the memo: ship it, do not ship it, or no decision.
#
# **Time:** 50 minutes. **You need:** chapters 00 and 02: shares of people, and the words after
# "of".
#
# **Data:** `assignments`, one row for each person in an experiment: in which arm, and what they did
# in the week after. `print(pm.datasets.card("assignments"))` tells what was agreed before each one
# began. Later also `users`. Larder is an invented company and its data are synthetic.
#
# **How it works:** run a cell with Shift+Enter. Where you see `...`, put your answer and run the
# cell again. `lab.hint("10.4")` in a new cell gives a nudge, and there are three;
# `lab.solution("10.4")` shows one whole way. Leave what you like open: the notebook goes on with
# our value.

# %%
import numpy as np
import pandas as pd

import pmlab as pm
from pmlab import ab, course

lab = course.start("reading")

# %% [markdown]
# ## Nora's question (4 minutes)
#
# In an **A/B test** a coin decides who gets the new thing (the **treatment**) and who the old one
# (the **control**). These two groups are the **arms**. The coin makes them alike; so what differs
# afterwards comes from the new thing, or from chance. It is the second week of July.
#
# > **Nora Brandt, head of product:** Three experiments, three slides, and each slide says "winner".
# > The starter plan, a ready-made first week for new accounts: that one we shipped in March. A new
# > landing page. And a box beside the basket that offers Larder Plus, our paid plan. On Thursday I
# > decide about the last two. Which of them goes out to everybody?
#
# Guess before you look: how many of the three would you ship? Nobody marks it; we come back to it.

# %%
guess = ...  # a number from 0 to 3

# %% [markdown]
# ## Two questions to warm up (3 minutes)
#
# **10.1** Chance puts people, not visits, into the arms. In one arm are 1,000 people. They open
# Larder 2,500 times and leave 260 orders; 200 of them order at least once. Which share do you
# compare with the other arm?
#
# - `"a"`: 260 of 2,500, 10.4%
# - `"b"`: 200 of 1,000, 20%
# - `"c"`: 260 of 1,000, 26%
# - `"d"`: 200 of 2,500, 8%

# %%
# <solution 10.1>
bought = "b"
# </solution>
lab.check("10.1", bought)

# %% [markdown]
# **10.2** At people's first visit, a coin decides who sees a shorter sign-up form. Of 1,000 with
# the old form 400 sign up, and 120 of these buy. Of 1,000 with the short form 500 sign up, and 130
# of these buy. Does the short form bring buyers?
#
# - `"a"`: no: of those who signed up 30% bought, and now it is 26%
# - `"b"`: it looks like it: of those who visited 12% bought, and now it is 13%
# - `"c"`: it looks like it: the mean of the two steps was 35%, and now it is 38%
# - `"d"`: one cannot say, for the two arms have different numbers of accounts

# %%
# <solution 10.2>
form = "b"
# </solution>
lab.check("10.2", form)

# %% [markdown]
# ## A worked example: the starter plan (10 minutes)
#
# > **Saskia de Wit, engineering lead:** We built that plan on your slide's word. Show me how you
# > would read it today. Step by step, and begin with what could make all the rest worthless.
#
# ### 1. The split first
#
# A coin gives each arm about half of the people. "About" has bounds, and chance knows them.

# %%
assignments = lab.load("assignments")
plan = assignments[assignments["experiment"] == "Starter plan"]
n = plan["variant"].value_counts().sort_index().to_dict()
ab.srm(n)

# %% [markdown]
# Chance alone makes such a split, so the arms may be compared. Had this check failed, we would stop
# here. (The small print names the test; what its p is comes in part 3.)
#
# ### 2. One metric, written down beforehand
#
# Whoever looks at twenty numbers finds one that moved by chance. So one of them decides, the
# **primary metric**, and it is chosen before anything is measured. It stands on the table's card:
# for whom, what the control gets, what the treatment gets, what was agreed.

# %%
card = pm.datasets.card("assignments")
row = next(line for line in card.splitlines() if "Starter plan" in line)
print(*[part.strip() for part in row.split("|")[2:-1]], sep="\n")

# %%
saved = plan.groupby("variant")["saved_plan"].sum()
for arm in n:
    print(f"{arm:9} {saved[arm]:,} of {n[arm]:,} saved a plan: {saved[arm] / n[arm]:.1%}")
difference = saved["treatment"] / n["treatment"] - saved["control"] / n["control"]
print(f"Difference: {100 * difference:+.1f} points")

# %% [markdown]
# ### 3. What would chance alone do?
#
# Suppose that the plan does nothing. Then everybody would have done the same in the other arm, and
# we may deal the people out again by chance, on paper: who saved stays as it is, only the arms
# change. A thousand times.

# %%
rng = np.random.default_rng(10)
everybody = plan["saved_plan"].to_numpy()
by_chance = []
for _ in range(1000):
    drawn = rng.permutation(everybody)
    treated, rest = drawn[: n["treatment"]], drawn[n["treatment"] :]
    by_chance.append(treated.mean() - rest.mean())
largest = max(map(abs, by_chance))
as_large = sum(abs(each) >= abs(difference) for each in by_chance)
print(f"The largest of 1,000 differences by chance alone: {100 * largest:.1f} points.")
print(f"As large as ours, {100 * difference:.1f} points: {as_large} of 1,000.")

# %% [markdown]
# That last share, as large as ours by chance alone, is the **p-value**. One need not draw a
# thousand times; there is a formula.
#
# ### 4. The lift, and how sure it is
#
# The **lift** is treatment less control. Its 95% interval holds the lifts that fit what was
# counted: if one made it so for a hundred experiments, about 95 of the intervals would hold the
# true lift.

# %%
lift = ab.compare_proportions(
    control=(saved["control"], n["control"]),
    treatment=(saved["treatment"], n["treatment"]),
    name="saved a plan in week 1",
)
lift.plot().show()

# %% [markdown]
# The upper row is the lift in points, the lower one the same lift in percent of the control; more
# of that in a moment. What the rows show stands under them in words.
#
# Read the interval before the p-value. It says how large the lift may be, and whether even its
# lower end is worth the work. The p-value says only how odd our count would be if there were
# nothing at all. Below 0.05 many call a lift **significant**; mostly that is when its 95% interval
# leaves out 0. It is a custom, and no seal.
#
# *Break it:* take only `plan.head(60)` in part 1, and run the cells down to here. What becomes of
# the interval? Put it back and run them again.
#
# **10.3** For the starter plan, p is below 0.001. What does that say?
#
# - `"a"`: the plan works with a probability of more than 99.9%
# - `"b"`: if the plan did nothing, chance alone would give such a difference less than once in
#   a thousand experiments
# - `"c"`: the plan does a great deal
# - `"d"`: less than one in a thousand accounts saved a plan by chance

# %%
# <solution 10.3>
p_says = "b"
# </solution>
lab.check("10.3", p_says)

# %% [markdown]
# So Nora shipped a true winner in March. One slide of three.
#
# ## Your turn: two blanks (5 minutes)
#
# Now the box. Its primary metric is the share of people who start a trial of Larder Plus within a
# week.
#
# > **Luc Peeters, finance:** One slide says "points", the next one "percent", and both numbers look
# > equally glad. I have to multiply one of them with something. By how many points does the box
# > raise the share of people who start a trial? And by how many percent is that?
#
# **10.4** Both as fractions: ten points are `0.10`, and twice as much as before is `1.00`.

# %%
box = assignments[assignments["experiment"] == "Upsell"]
started = box.groupby("variant")["started_trial"].mean()
# <solution 10.4>
points = started["treatment"] - started["control"]
percent = points / started["control"]
# </solution>
trials = {"points": points, "percent": percent}
lab.check("10.4", trials)

# %%
trials = lab.carry_on("10.4", trials)
print(f"Started a trial: {started['control']:.1%} without the box, ", end="")
print(f"{started['treatment']:.1%} with it.")
print(f"In points: {100 * trials['points']:+.1f}. In percent: {trials['percent']:+.0%}.")
print(f"For Luc: of 1,000 people, {1000 * trials['points']:.0f} more start a trial.")

# %% [markdown]
# The same two shares, and one of the numbers looks many times as large. From a small share nearly
# everything is "up by half". Points multiply with people, and percent with what there was. A slide
# needs both shares, then nobody can mistake it.
#
# ## Write it yourself: what does the box cost? (10 minutes)
#
# > **Maeve Doyle, user research:** A woman rang us because she had a trial that she did not want.
# > She thought that the button in the box was for her basket. She cancelled the same evening. Is
# > that common?
#
# Before the box went out, Nora wrote down what must not happen: *within a week, the share of people
# who cancel Larder Plus may rise by 1 point, and no more.* Such a limit is a **guardrail**.
#
# How far may chance move a lift? Three lines of arithmetic:
#
# - chance moves a share `p` of `n` people by about its **standard error**, `sqrt(p * (1 - p) / n)`;
# - it moves the difference of two shares by about `sqrt(e1² + e2²)`, where `e1` and `e2` are
#   their standard errors: the squares add up;
# - the 95% interval runs from 1.96 of these below the difference to 1.96 above it.
#
# **10.5** *Of everybody in the experiment with the box: by how much is the share who cancel within
# a week higher in the treatment than in the control, and what is the 95% interval?* Write
# `more_cancel(assignments)`. It takes the whole table and gives back three numbers in a list: the
# difference, the lower end, the upper end.
#
# - The experiment is called `Upsell`, and `cancelled` is 1 or 0.
# - Four points are `0.04`.
#
# The check runs your function twice: on Larder, and on a second company whose answer is another.


# %%
# <solution 10.5>
def more_cancel(assignments):
    """Return by how much more people cancel with the box, and the ends of its 95% interval."""
    everybody = assignments[assignments["experiment"] == "Upsell"]
    cancelled = everybody.groupby("variant")["cancelled"].agg(["mean", "count"])
    p, n = cancelled["mean"], cancelled["count"]
    error = np.sqrt((p * (1 - p) / n).sum())
    difference = p["treatment"] - p["control"]
    return [difference, difference - 1.96 * error, difference + 1.96 * error]


# </solution>
lab.check("10.5", more_cancel)

# %% [markdown]
# Now the whole reading in one call: the split, the one metric that decides, the guardrail with its
# **margin**, the harm that was agreed to be borne. Compare the line `cancelled` with yours. The
# last digit may differ: the call uses Newcombe's interval, which holds for very small shares too.

# %%
more_cancel = lab.carry_on("10.5", more_cancel)
rise, low, high = more_cancel(assignments)
print(f"Yours: {100 * rise:+.1f} points ({100 * low:+.1f} to {100 * high:+.1f})")
metrics = [
    ab.proportion("started_trial", role="primary"),
    ab.proportion("cancelled", role="guardrail", good="down", margin=0.01),
]
e = ab.experiment(box, unit="user_id", variant="variant", control="control", metrics=metrics)
e

# %%
e.plot().show()

# %% [markdown]
# The figure draws both rows in percent of the control, so compare each with its own mark, 0 or the
# margin, and not one with the other: in points it is the trials that rose more.
#
# The primary metric won, and the decision is against the box. Of what it won, a good part is gone
# within the week, and the harm is beyond what Nora had agreed to. That she wrote it down *before*
# anyone knew is what makes it count: afterwards one finds a reason for every number.
#
# Mind what the guardrail asks. Not whether cancellations rose "significantly", but whether the
# whole interval stays within the limit. Safe is what has been shown to be safe.
#
# And the warnings: an effect so large is mostly a mistake, such as a button that logs twice. So ask
# Saskia before you believe it. She looked: both arms are logged alike, and from a small share a
# large percentage comes easily.
#
# ## Bug hunt: Idris's landing page (7 minutes)
#
# > **Idris Bello, growth:** I have learnt. The metric that was agreed beforehand: who makes an
# > account within a week. People, not visits. Everybody in both arms, and read at the end, not
# > before. The new landing page wins, the interval is clear of zero, and p is small. Do we ship it
# > on Monday?

# %%
page = assignments[assignments["experiment"] == "Landing page"]
joined = page.groupby("variant")["signed_up"].agg(["sum", "count"]).astype(int)
his = ab.compare_proportions(
    control=tuple(joined.loc["control"]),
    treatment=tuple(joined.loc["treatment"]),
    name="signed up within a week",
)
print(his.summary())

# %% [markdown]
# His arithmetic is right. What did he not look at? Say it before you run the next cell.

# %%
ab.srm(page["variant"].value_counts().sort_index().to_dict())

# %% [markdown]
# The treatment lacks people, far more than chance would ever leave out. That is a **sample-ratio
# mismatch**, SRM for short. It is seldom a matter of luck and mostly one of plumbing, so ask
# engineering.
#
# > **Saskia de Wit, engineering lead:** The new page comes by a redirect: a second or two of white
# > screen, longer on a telephone. The row in `assignments` is written when the page is there.
# > Whoever leaves before that is in `users`, because they did visit, and in no arm. The old page
# > has no redirect. So all whom you miss were drawn for the new one.

# %%
users = lab.load("users")
first = users["first_visit_at"]
came = users[(first >= "2026-03-23") & (first < "2026-04-20")]  # while it ran
lost = came[~came["user_id"].isin(page["user_id"])]
print(f"{len(lost):,} newcomers of these weeks are in no arm.")
print(f"On mobile: {(lost['device'] == 'mobile').mean():.0%} of these, ", end="")
print(f"{(page['device'] == 'mobile').mean():.0%} of those in an arm.")

# %% [markdown]
# **10.6** Put the lost people back into the arm for which they were drawn. By how much does the
# share who sign up within a week differ now, treatment less control? As in 10.4, two points are
# `0.02`.
#
# - `page` has `signed_up`, 1 or 0, for those in an arm.
# - `lost` has `first_visit_at` and `signed_up_at`, which is missing for those without an account.
#   "Within a week" is less than `pd.Timedelta(days=7)` after the first visit.

# %%
in_control = page[page["variant"] == "control"]
in_treatment = page[page["variant"] == "treatment"]
# <solution 10.6>
soon = lost["signed_up_at"] - lost["first_visit_at"] < pd.Timedelta(days=7)
whole = pd.concat([in_treatment["signed_up"], soon.astype(int)])
mended = whole.mean() - in_control["signed_up"].mean()
# </solution>
lab.check("10.6", mended)

# %%
mended = lab.carry_on("10.6", mended)
joined_later = lost["signed_up_at"] - lost["first_visit_at"] < pd.Timedelta(days=7)
print(f"Signed up within a week: {in_control['signed_up'].mean():.1%} of the control,")
print(f"{in_treatment['signed_up'].mean():.1%} of the treatment that was left, ", end="")
print(f"{joined_later.mean():.1%} of the lost.")
print(f"Idris: {100 * his.effect:+.1f} points. With the lost people: {100 * mended:+.1f} points.")

# %%
metrics = [ab.proportion("signed_up", role="primary")]
again = ab.experiment(page, unit="user_id", variant="variant", control="control", metrics=metrics)
print(f"{again.decision}: {again.reason}")

# %% [markdown]
# There goes the lift. Those who would not wait two seconds would mostly not have signed up either,
# and an arm without them looks better. No interval sees this: intervals know chance, and these
# people are missing for a reason.
#
# Is your number the true one, then, and the new page useless? That does not follow: those who
# stayed had to wait as well, and we know only of losses that left a trace. The repair shows where
# Idris's lift came from. It is no second reading. From this test comes *no decision*, neither for
# the page nor against it: Saskia mends the redirect, and it runs again. Idris took it well:
# "Better you than the customers."
#
# ## Decide (6 minutes)

# %%
print("You made no guess." if guess is ... else f"You guessed {guess} of 3.")
trial, cancel = trials["points"], rise
print(f"Started a trial: {100 * trial:+.1f} points, from {started['control']:.1%}.")
print(f"Cancelled: {100 * cancel:+.1f} points (95% interval {100 * low:+.1f} ", end="")
print(f"to {100 * high:+.1f}), where at most +1 point was agreed.")

# %% [markdown]
# > **Nora Brandt, head of product:** The landing page is settled: no decision, and it runs again.
# > That leaves the box. Idris would ship it, for trials are up whichever way one counts. Three or
# > four sentences, please: does it go out, what did it win, what did it cost, and what do we not
# > know?
#
# **10.7** Write them in place of `...`, between the quotation marks. The check looks for four
# things and says "found" or "not found yet"; it does not judge. Your words are kept for your
# portfolio.

# %%
# <solution 10.7>
memo = f"""Let us not ship the box as it is. Of the people who saw it, {100 * trial:.1f} points more
started a trial than of those who did not. But {100 * cancel:.1f} points more cancelled within the
week as well, and we had agreed on one point at most before it began. We do not know yet how many
took the button for the basket's, so Maeve should watch five people before Saskia builds it anew."""
# </solution>
lab.check("10.7", memo)

# %% [markdown]
# ## Exit ticket (2 minutes)
#
# > **Luc Peeters, finance:** One more thing. I could bear it if the box cost us orders, as long as
# > the share of people who order falls by no more than 1 point.

# %%
ordered = (box["orders"] > 0).groupby(box["variant"]).agg(["sum", "count"])
orders = ab.compare_proportions(
    control=tuple(ordered.loc["control"]),
    treatment=tuple(ordered.loc["treatment"]),
    name="ordered within a week",
)
print(orders.summary())

# %% [markdown]
# > **Luc Peeters, finance:** The difference is not significant. So the orders are safe?
#
# **10.8** What do you answer?
#
# - `"a"`: yes: p is above 0.05, so the box has no effect on orders
# - `"b"`: no: the interval reaches below 0, so the box costs us orders
# - `"c"`: that is not shown: a loss of more than 1 point lies within the interval, and so does a
#   gain
# - `"d"`: most likely: p is the probability that nothing has changed

# %%
# <solution 10.8>
answer_to_luc = "c"
# </solution>
lab.check("10.8", answer_to_luc)

# %% [markdown]
# ## What you take with you
#
# Four questions for any slide that says "winner", in this order: **is the split as it was drawn?
# which metric was named beforehand? how large is the lift, and how sure? what must not happen, and
# is that shown?** And a memo of your own, kept for your portfolio.
#
# Have a test of your own, as four counts on a slide? `ab.compare_proportions(control=(120, 1000),
# treatment=(150, 1000))` reads it. As a CSV file with a row for each person?
# `ab.experiment(pd.read_csv("my_test.csv"), ...)`, as above with your names for the columns.
#
# ## Optional: does it work on telephones only? (3 minutes)
#
# > **Idris Bello, growth:** Another test, by device. On mobile: +2.0 points, 95% interval +0.4 to
# > +3.6. On desktop: +1.1 points, 95% interval -0.7 to +2.9. Significant here, not significant
# > there: it works on mobile only. Shall we leave desktop out?
#
# **10.9** What do you answer?
#
# - `"a"`: yes: only on mobile is 0 outside the interval
# - `"b"`: no: the two intervals overlap, so the effect is the same on both
# - `"c"`: ask how much the two lifts differ: 0.9 points, with an interval of its own, about -1.5 to
#   +3.3; that they differ at all is not shown
# - `"d"`: yes: on desktop p is above 0.05, so there is no effect

# %%
# <solution 10.9>
by_device = "c"
# </solution>
lab.check("10.9", by_device)
