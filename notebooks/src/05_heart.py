# %% [markdown]
# # HEART
#
# **After this you can**
#
# - go from a goal to a signal to a number, in that order;
# - score what people say (SUS, NPS, UMUX-Lite) and what they manage to do (success, time, errors);
# - ask who is missing among the answers;
# - read a scorecard, and say why its guardrail counts for more than its score.
#
# **Time:** 50 minutes. **You need:** chapters 02 and 03: shares, windows, and how other people can
# move a total.
#
# **Data:** `surveys`, one row for each person whom Larder asked, before or after its redesign, and
# `usability`, one row for each task that a participant tried. `print(pm.datasets.card("surveys"))`
# and `print(pm.datasets.card("usability"))` tell the questions word for word. Later also `events`.
# Larder is an invented company and its data are synthetic.
#
# **How it works:** run a cell with Shift+Enter. Where you see `...`, put your answer and run the
# cell again. `lab.hint("05.4")` in a new cell gives a nudge, and there are three;
# `lab.solution("05.4")` shows one whole way. Leave what you like open: the notebook goes on with
# our value.

# %%
import numpy as np
import pandas as pd

import pmlab as pm
from pmlab import course, heart

lab = course.start("heart")

# %% [markdown]
# ## Nora's question (4 minutes)
#
# On 26 May Larder got a new design: new screens for everything, from the recipes to the checkout.
# It is the second week of July.
#
# > **Nora Brandt, head of product:** Idris says that people find Larder easier than ever, by a
# > whole grade. Maeve says that fewer of them would recommend us. Both have it from the same
# > survey, and Luc read the same answers and found no change at all. On Thursday I decide: do we
# > keep the new design, roll it back, or mend a part of it? Then which part?
#
# Guess before you look. Nobody marks it; we come back to it.

# %%
guess = ...  # "keep", "roll back" or "mend"

# %% [markdown]
# ## Two questions to warm up (3 minutes)
#
# **05.1** In spring half of those who answer a survey cook with Larder every week, and 80% of
# these are content. The other half cook now and then, and 40% of these are content. In summer
# three quarters of the answers come from the weekly cooks, and nobody has changed their mind. What
# does the share of content answers do?
#
# - `"a"`: it stays at 60%
# - `"b"`: it rises from 60% to 80%
# - `"c"`: it rises from 60% to 70%
# - `"d"`: one cannot tell without knowing how many answered

# %%
# <solution 05.1>
content = "c"
# </solution>
lab.check("05.1", content)

# %% [markdown]
# **05.2** Since the redesign 300 people have made an account, and 90 of them are back already. 100
# of the 300 made theirs within the last six days; of these, 10 are back. In spring you had counted
# who comes back within seven days. Which share compares with it?
#
# - `"a"`: 90 of 300, 30%
# - `"b"`: 80 of 200, 40%
# - `"c"`: 90 of 200, 45%
# - `"d"`: 80 of 300, 27%

# %%
# <solution 05.2>
came_back = "b"
# </solution>
lab.check("05.2", came_back)

# %% [markdown]
# ## A worked example: from a goal to a number (10 minutes)
#
# > **Saskia de Wit, engineering lead:** "Better" I cannot build. What should the redesign do for
# > people, and by what would we see that it does? The number comes last, please, not first.
#
# ### 1. Goal, signal, metric
#
# **HEART** is a list of five things to ask of a product: happiness, engagement, adoption,
# retention, task success. For each that matters you write down a **goal** (what should happen for
# people), a **signal** (what they would do or say if it did) and a **metric** (the number that
# counts the signal). It comes from Google
# ([Rodden, Hutchinson and Fu, 2010](https://doi.org/10.1145/1753326.1753687)).
#
# This is what Nora and Saskia wrote down in April, before anything was built:
#
# | | goal | signal | metric | target |
# |---|---|---|---|---|
# | Happiness | planning dinner is easy | people say so | SUS | 74.1 |
# | | Larder does what people need, easily | people say so | UMUX-Lite | 75 |
# | | people like it enough to tell others | people say that they would | NPS | 40 |
# | Engagement | planning is a habit | newcomers come often | active days in two weeks | 4 |
# | Adoption | newcomers begin to plan | they save a plan in week 1 | share of new accounts | 70% |
# | Retention | newcomers stay | they come again in week 2 | share of new accounts | 60% |
# | Task success | the weekly shop takes no time | people are quick | seconds to check out | 90 |
# | | nothing leads astray | few wrong turns | errors per step | 0.06 |
#
# "Better" has become eight numbers that can also get worse. And the date matters: a target written
# down afterwards fits whatever came out.
#
# ### 2. Look at one answer before you score a thousand
#
# **SUS**, the System Usability Scale, has ten statements. The odd ones praise ("easy to use"), the
# even ones complain ("unnecessarily complex"), and each is answered from 1, strongly disagree, to
# 5. Somebody delighted says 5, 1, 5, 1 and so on. So the even ones are turned round before they
# count.

# %%
surveys = lab.load("surveys")
items = [f"sus_{number}" for number in range(1, 11)]
before, after = (surveys[surveys["wave"] == wave] for wave in ("before", "after"))
one = after[items].dropna().iloc[0]
praise, complaints = (one.iloc[0::2] - 1).sum(), (5 - one.iloc[1::2]).sum()
print("Ten answers:", *one)
print(f"{praise} points of 20 for the praise, {complaints} of 20 for the complaints,")
print(f"together {praise + complaints} of 40; times 2.5, so that the most is 100:")
print(f"SUS {2.5 * (praise + complaints):.1f}")

# %% [markdown]
# ### 3. Score everybody
#
# `invited` says how many were asked, so that the **response rate** stands beside the score. What
# the bars show stands under them in words.

# %%
named = ["user_id", *items]
sus_before = heart.sus(before[named], respondent="user_id", invited=len(before))
sus_after = heart.sus(after[named], respondent="user_id", invited=len(after))
sus_after.plot().show()

# %% [markdown]
# The score is no percentage of anything: the product in the middle scores 68. The grades tell how
# many of the hundreds of products that others have tested score less
# ([Sauro, 2018](https://measuringu.com/interpret-sus-score/)).
#
# ### 4. Ask whether it changed, and who is speaking

# %%
sus_after.compare(sus_before)

# %% [markdown]
# Idris is right: SUS rose, and by more than chance alone would move it. Now the warnings. Of those
# asked, only half as many answered as before, so other people may be speaking: warm-up 05.1 again.
# The interval knows nothing of that. It tells how far chance would move the mean of *such* people.
#
# *Break it:* put `after[named].fillna(3)` in place of `after[named]` in part 3. Who has answered
# now? Put it back and run it again.
#
# ## Your turn: two blanks (6 minutes)
#
# > **Maeve Doyle, user research:** A father of four told me in spring that he had sent Larder to
# > half his street. I asked him again in June, and he only shrugged. Is that common?
#
# **NPS**, the Net Promoter Score, asks how likely you are to recommend, from 0 to 10. Who says 9
# or 10 is a promoter, who says 0 to 6 a detractor, and 7 and 8 are passive. The score is the
# percentage of promoters less the percentage of detractors, of all who answered.
#
# **05.3** Fill in both scores, from -100 to 100. `would_before` and `would_after` hold the answers
# that were given.

# %%
would_before, would_after = before["nps"].dropna(), after["nps"].dropna()
# <solution 05.3>
nps_before = 100 * ((would_before >= 9).mean() - (would_before <= 6).mean())
nps_after = 100 * ((would_after >= 9).mean() - (would_after <= 6).mean())
# </solution>
scores = {"before": nps_before, "after": nps_after}
lab.check("05.3", scores)

# %%
scores = lab.carry_on("05.3", scores)
print(f"{'':29}before  after")
print(f"{'NPS':28}{scores['before']:+7.0f}{scores['after']:+7.0f}")
two = {"umux_1": "  does what I need, 1 to 7", "umux_2": "  easy to use, 1 to 7"}
umux_before, umux_after = (heart.umux_lite(wave[[*two]]) for wave in (before, after))
print(f"{'UMUX-Lite, 0 to 100':28}{umux_before.score:7.1f}{umux_after.score:7.1f}")
for item, words in two.items():
    print(f"{words:28}{before[item].mean():7.2f}{after[item].mean():7.2f}")
for name, wave in {"before": before, "after": after}.items():
    csat = heart.csat(wave["csat"].dropna())
    print(f"CSAT {name}: {csat.score:.1%} content with their last order")

# %% [markdown]
# There is Luc's "no change": he had looked at **UMUX-Lite**, two questions in one score. It hardly
# moved, for one of its questions rose and the other fell. Larder is easier, and does less of what
# people need. SUS asks about the first and not about the second. And **CSAT**, the share who give
# one of the two best answers of five, is about the last order, which the redesign did not touch.
# No score lied. Each answered what it was asked.
#
# Could it be other people who answer? Some answered both times. Among them nobody came or went:

# %%
twice = before.merge(after, on="user_id", suffixes=("_1", "_2"))
twice = twice.dropna(subset=["nps_1", "nps_2"])
first, second = (heart.nps(twice[wave]).score for wave in ("nps_1", "nps_2"))
print(f"{len(twice)} people answered both times: NPS {first:+.0f}, then {second:+.0f}.")

# %% [markdown]
# If the same people say less than they did, it is not only who answers. They are few, though, and
# they are those who like surveys. What people *do* does not wait for an answer; let us look there.
#
# ## Write it yourself: what do people manage to do? (10 minutes)
#
# > **Saskia de Wit, engineering lead:** "Does less of what I need" is no screen that I can open.
# > Which one is it?
#
# Maeve's team gave five tasks to people who use Larder already: 74 with the old design, 74 others
# with the new one. First the times. They are skewed: nearly everybody needs a minute or two, and
# then somebody's soup boils over while the clock runs on. A plain mean follows the soup. The
# **geometric mean** (the mean of the logarithms, turned back) stays with the middle: of 30, 60 and
# 120 seconds it is 60.
#
# **05.4** *For each of the five tasks: how many times as long does it take with the new design as
# with the old one, for those who succeed, by geometric means?* Write `time_ratios(usability)`. It
# takes the whole table and returns five numbers by the name of their task (a Series or a dict).
#
# - `design` is `old` or `new`; `success` is 1 for those who got there.
# - `heart.time_on_task(seconds).value` is the geometric mean of a column; `np.exp` of the mean of
#   `np.log` is the same.
# - 0.80 means that it now takes four fifths of the time.
#
# The check runs your function twice: on Larder, and on a second company whose answer is another.


# %%
# <solution 05.4>
def time_ratios(usability):
    """Return, for each task, the new design's geometric mean time over the old one's."""
    done = usability[usability["success"] == 1]
    seconds = done.groupby(["task", "design"])["seconds"]
    typical = np.exp(seconds.agg(lambda own: np.log(own).mean())).unstack()
    return typical["new"] / typical["old"]


# </solution>
lab.check("05.4", time_ratios)

# %% [markdown]
# A time has only those in it who got there. So beside it belongs how many did: the **completion
# rate**.

# %%
usability = lab.load("usability")
time_ratios = lab.carry_on("05.4", time_ratios)
ratios = time_ratios(usability)
done = usability.groupby(["task", "design"])["success"].agg(["sum", "count"])
for task in usability["task"].unique():
    old, new = (heart.completion(*done.loc[(task, design)]) for design in ("old", "new"))
    print(f"{task:17}{ratios[task]:.2f} times as long; succeed: old {old.value:4.0%}, ", end="")
    print(f"new {new.value:4.0%} (95% interval {new.low:.0%} to {new.high:.0%})")

# %% [markdown]
# There is the screen. Four tasks got faster, and one did not: `repeat_last_week`, to put last
# week's basket together again. Before, nearly everybody managed. Now about half of those who try
# do not, and those who do take far longer. The new design hides the old basket; the father of four
# had used it every Friday.
#
# Had Maeve's team put the five tasks into one number, nobody would have seen it.
#
# ## Bug hunt: Idris's card (8 minutes)
#
# A plan with targets allows one more step: **attainment**. 0 is where we were, 100 where we wanted
# to be, and what moved away from its target is below 0. Here are five metrics of April's plan.


# %%
def metric(name, dimension, old, new, target):
    was = heart.Metric.of(old, name=name, dimension=dimension).estimate
    return heart.Metric.of(new, name=name, dimension=dimension, baseline=was, target=target)


def of_tasks(design):
    rows = usability[usability["design"] == design]
    paid = rows[rows["task"] == "check_out"]
    seconds = heart.time_on_task(paid["seconds"], success=paid["success"])
    return seconds, heart.errors(rows["errors"].sum(), rows["error_opportunities"].sum())


# %%
(quick_before, slips_before), (quick, slips) = of_tasks("old"), of_tasks("new")
nps_then, nps_now = (heart.nps(wave["nps"], invited=len(wave)) for wave in (before, after))
metrics = [
    metric("SUS", "happiness", sus_before, sus_after, 74.1),
    metric("UMUX-Lite", "happiness", umux_before, umux_after, 75),
    metric("NPS", "happiness", nps_then, nps_now, 40),
    metric("seconds to check out", "task success", quick_before, quick, 90),
    metric("errors per step", "task success", slips_before, slips, 0.06),
]
print("\n".join(f"{own.attainment:6.0f}  {own.name}" for own in metrics))

# %% [markdown]
# > **Idris Bello, growth:** I grant you the old basket. But look at the plan as a whole! The mean
# > of each row, then the mean of the rows, and we have come most of the way to where we wanted to
# > be. Let us keep it as it is and go on to the next thing. These are my lines.


# %%
def idris_card(metrics):
    rows = [(own.dimension, own.attainment) for own in metrics]
    card = pd.DataFrame(rows, columns=["dimension", "attained"])
    card["attained"] = card["attained"].clip(lower=0)  # less than nothing is not possible
    means = card.groupby("dimension")["attained"].mean()
    means["composite"] = means.mean()
    return means


for name, mean in idris_card(metrics).items():
    print(f"{mean:6.0f}  {name}")

# %% [markdown]
# **05.5** He means well, and one line hides what Nora asks about. Copy what you need into
# `mended_card`, so that it gives back the same three numbers, honestly.


# %%
# <solution 05.5>
def mended_card(metrics):
    """Return the mean attainment of each dimension, and the mean of those."""
    attained = pd.Series([own.attainment for own in metrics])
    honest = attained.groupby([own.dimension for own in metrics]).mean()
    honest["composite"] = honest.mean()
    return honest


# </solution>
mended = mended_card(metrics)
lab.check("05.5", mended)

# %%
mended = lab.carry_on("05.5", mended)
for name in ("happiness", "task success", "composite"):
    print(f"{mended[name]:6.0f}  {name}, where Idris had {idris_card(metrics)[name]:.0f}")

# %% [markdown]
# Better, and still not good: the **composite** looks like a success while about half of the people
# do not find their basket any more. That is no slip. It is what a mean does: much of one thing
# pays for the loss of another. HEART itself has no composite; whoever makes one, as we do here,
# makes up a convention.
#
# So a card needs a **guardrail**: something that must not happen, whatever the score. In April
# Nora had written one under the table: *who can repeat last week's basket today can do it
# tomorrow; at least 85 of 100 manage.*
#
# Here are the three rows that Idris left out. They come from the log: of the people who made an
# account within two weeks, once with the old design and once with the new one.


# %%
def of_newcomers(events, begin):
    """Measure two weeks of each new account: active days, who saved a plan, who came back."""
    made = events[events["event"] == "sign_up"].set_index("user_id")["time"]
    made = made[(made >= begin) & (made < begin + pd.Timedelta(days=14))]
    theirs = events[events["user_id"].isin(made.index)]
    age = theirs["time"] - theirs["user_id"].map(made)
    young = theirs[(age >= pd.Timedelta(0)) & (age < pd.Timedelta(days=14))]
    days = young["time"].dt.floor("D").groupby(young["user_id"]).nunique()
    saved = pm.adoption(theirs, eligible="sign_up", adopted="save_plan", within="7d")
    back = pm.retention(theirs, start="sign_up", returning="visit", period="W", clock="24h")
    week_2 = back.curve.to_frame().iloc[1]  # week 0 is the first
    return days, (saved.n_adopted, saved.n_eligible), (week_2.n_returned, week_2.n_observed)


# %%
events = lab.load("events")
then = of_newcomers(events, pd.Timestamp("2026-04-28"))
now = of_newcomers(events, pd.Timestamp("2026-05-26"))
rest = [
    metric("active days", "engagement", then[0], now[0], 4),
    metric("saved a plan in week 1", "adoption", then[1], now[1], 0.70),
    metric("came again in week 2", "retention", then[2], now[2], 0.60),
]
repeats = heart.completion(*done.loc[("repeat_last_week", "new")])
guardrail = heart.Guardrail.of(repeats, name="repeat last week's basket", limit=0.85)

# %%
card = heart.scorecard([*metrics, *rest], guardrails=[guardrail])
card.plot().show()

# %% [markdown]
# Read the guardrail first, then row by row, and the composite last. "Do not ship" comes too late
# here; it says: not as it is. The diamonds are the single metrics: what looks like little change
# in happiness is one gain and one loss.
#
# The three rows from the log are no comfort, even where they hold. They count new people, and
# whoever is new cannot miss a basket that they never had.
#
# `card` in a new cell shows all of it in a table, with its warnings.
#
# ## Decide (6 minutes)

# %%
print("You made no guess." if guess is ... else f"You guessed: {guess}.")
old = heart.completion(*done.loc[("repeat_last_week", "old")])
print(f"Repeat last week's basket: {old.value:.1%} managed with the old design, ", end="")
print(f"{repeats.value:.1%} with the new")
print(f"(95% interval {repeats.low:.0%} to {repeats.high:.0%}).")
print(f"SUS {sus_before.score:.1f}, then {sus_after.score:.1f}; ", end="")
print(f"NPS {scores['before']:+.0f}, then {scores['after']:+.0f}; ", end="")
print(f"answered {nps_then.response_rate:.0%}, then {nps_now.response_rate:.0%}.")

# %% [markdown]
# > **Nora Brandt, head of product:** Idris would keep it, Maeve would roll it back today, and
# > Saskia has one sprint: enough to bring back one thing. Three sentences, please: keep, roll back
# > or mend, on which number, and what can that number not tell?
#
# **05.6** Write them in place of `...`, between the quotation marks. The check looks for four
# things and says "found" or "not found yet"; it does not judge. Your words are kept for your
# portfolio.

# %%
# <solution 05.6>
memo = f"""Let us keep the new design and mend one part of it: bring last week's basket back to the
first screen, in this sprint. Of the participants in our usability test only {repeats.value:.1%}
managed to repeat last week's basket, where {old.value:.1%} did with the old design, while the other
tasks became quicker. But these are paid participants, and only half as many customers answered the
survey as before, so let us ask again when it is back."""
# </solution>
lab.check("05.6", memo)

# %% [markdown]
# When the basket is back, Maeve will watch five people before everybody gets it. Suppose that all
# five manage:

# %%
print(heart.completion(5, 5).summary())

# %% [markdown]
# Five of five is good news, and not "everybody": so few cannot tell nearly all from little more
# than half. It is enough to go on, and not yet enough to take the guardrail down.
#
# ## Exit ticket (2 minutes)
#
# **05.7** Next, a household will be able to share one basket. The goal: families plan together.
# Which metric do you write down before it is built?
#
# - `"a"`: how many baskets have been shared since the launch
# - `"b"`: how many people open the "share" screen in a week
# - `"c"`: NPS among all customers
# - `"d"`: of the households with two accounts, the share in which both add to one basket in a week

# %%
# <solution 05.7>
shared = "d"
# </solution>
lab.check("05.7", shared)

# %% [markdown]
# ## What you take with you
#
# Four questions for any score: **what was asked? who answered? what can they do now? what must not
# happen, whatever the mean says?** And three sentences of your own, kept for your portfolio.
#
# `heart.canvas([...])` prints goals, signals and metrics as a table like Nora's, and warns of
# numbers that can only rise.
#
# Have a survey of your own, as a CSV file? `heart.sus(pd.read_csv("my_survey.csv")[items],
# invited=400)` scores it, if `items` names your ten columns in the order of the questionnaire.
#
# ## Optional: a second bug hunt (5 minutes)
#
# > **Luc Peeters, finance:** For my report I need a single figure on those who order. I took the
# > ten SUS answers, their mean, and five as 100%. Far below 68, so the design cannot be good.

# %%
ordered = after[after["csat"].notna()]
lucs = 100 * (ordered[items].astype(float).mean(axis=1) / 5).mean()
print(f"Luc: {lucs:.1f}")

# %% [markdown]
# **05.8** Only people who have ordered were asked for CSAT, so he has the right rows. Give back
# their SUS, from the ten answers, as in part 2. Who left one out does not count.

# %%
given = ordered[items].dropna().astype(float)
# <solution 05.8>
points = (given[items[0::2]] - 1).sum(axis=1) + (5 - given[items[1::2]]).sum(axis=1)
sus_ordered = (2.5 * points).mean()
# </solution>
lab.check("05.8", sus_ordered)
