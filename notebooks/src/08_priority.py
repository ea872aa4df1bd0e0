# %% [markdown]
# # What to build
#
# **After this you can**
#
# - rank ideas by RICE, with every number in one unit and one window;
# - say which neighbours a ranking cannot tell apart, and which number to go and find out;
# - score needs by opportunity, and make personas by counting what people do;
# - treat effort as a decision (build, buy or partner), and argue a choice in three sentences.
#
# **Time:** 45 minutes. **You need:** chapter 04: what causes what; chapter 07: ranges.
#
# **Data:** `backlog`, one row for each thing that Larder could build, with everybody's guesses.
# `print(pm.datasets.card("backlog"))` tells what each column means. Later also `events` and
# `orders`. Larder is an invented company and its data are synthetic.
#
# **How it works:** run a cell with Shift+Enter. Where you see `...`, put your answer and run the
# cell again. `lab.hint("08.4")` in a new cell gives a nudge, and there are three;
# `lab.solution("08.4")` shows one whole way. Leave what you like open: the notebook goes on with
# our value.

# %%
import pandas as pd

import pmlab as pm
from pmlab import course

lab = course.start("priority")

# %% [markdown]
# ## Nora's question (2 minutes)
#
# It is the middle of July. Last week's basket is back on the first screen, as chapter 05 wanted it.
#
# > **Nora Brandt, head of product:** Saskia has one sprint free: four people for two weeks, so
# > eight person-weeks. What goes into it? Fourteen ideas lie on the table, and everybody has a
# > favourite. I need a choice that I can explain to those whose idea has to wait.

# %%
backlog = lab.load("backlog")
for _, idea in backlog.iterrows():
    print(f"{idea['item']:31} {idea['asked_by']:7} {idea['effort_weeks']:4.1f} weeks")

# %% [markdown]
# Guess before you count: which one belongs in there above all? We come back to it.

# %%
guess = ...  # one of the items, in quotes

# %% [markdown]
# ## Two questions to warm up (3 minutes)
#
# **08.1** A coin decides who of the new accounts gets a reminder to save a plan: half do. With it
# 60% save one, without it 30%. Whoever saves a plan comes back more: by 25 points, in both halves.
# How many points does the *reminder* add to coming back?
#
# - `"a"`: 25
# - `"b"`: 7.5, for it makes 30 more of 100 save, and each of these is worth 25 points
# - `"c"`: these numbers do not tell; compare all who were reminded with all who were not
# - `"d"`: none, for savers were different people all along

# %%
# <solution 08.1>
reminder = "c"
# </solution>
lab.check("08.1", reminder)

# %% [markdown]
# **08.2** A thing will reach 1,000 to 4,000 people, and each will spend 10 to 40 euro on it. Both
# are 80% ranges, and neither tells anything of the other. Is 10,000 to 160,000 euro (low times
# low, high times high) an 80% range of what they spend together?
#
# - `"a"`: yes, ranges multiply end by end
# - `"b"`: no, it is too wide
# - `"c"`: no, it is too narrow, for there are two doubts in it
# - `"d"`: one cannot tell without the likeliest values

# %%
# <solution 08.2>
together = "b"
# </solution>
lab.check("08.2", together)

# %% [markdown]
# ## A worked example: one idea by hand (4 minutes)
#
# > **Maeve Doyle, user research:** A man told me that he closes every recipe with mushrooms in
# > it. His daughter will not touch them. "If it would just let me put courgettes!"
#
# **RICE** asks four things of an idea, each on its own
# ([Intercom](https://www.intercom.com/blog/rice-simple-prioritization-for-product-managers/)):
#
# | | asks | in |
# |---|---|---|
# | Reach | how many will meet it? | people, within a fixed time |
# | Impact | how much will it do for each of them? | five steps: 3, 2, 1, 0.5, 0.25 |
# | Confidence | how good are these guesses? | a share: 1, 0.8, 0.5 |
# | Effort | how much work is it? | person-weeks |
#
# Impact is massive, high, medium, low or minimal; confidence is high, medium or low. The score is
# reach x impact x confidence / effort. For Maeve's man there is an idea already:

# %%
ideas = backlog.set_index("item")
swap = ideas.loc["Swap an ingredient"]
print(f"{swap['reach']:,} people a {swap['reach_per']} would meet it,")
for_them = swap["reach"] * swap["impact"]
print(f"times impact {swap['impact']:g}: {for_them:,.0f},")
sure = for_them * swap["confidence"]
print(f"times confidence {swap['confidence']:g}: {sure:,.0f},")
score = sure / swap["effort_weeks"]
print(f"over {swap['effort_weeks']:g} person-weeks: RICE {score:,.0f}.")

# %% [markdown]
# A score by itself says nothing; it is there to be set beside another, made in the same way. The
# softest of the four is the impact: one step less, "medium" for "high", and the score is half. So
# ask: what would people do that they do not do now, and who has seen it? "Its users stay longer" is
# no answer; that was warm-up 08.1.
#
# ## Bug hunt: the other thirteen (5 minutes)
#
# > **Idris Bello, growth:** I have done the rest, just as Intercom has it. And look who wins!


# %%
def idris_scores(backlog):
    people = backlog["reach"]
    each = backlog["impact"] * backlog["confidence"]
    scores = people * each / backlog["effort_weeks"]
    return scores.set_axis(backlog["item"])


for item, score in idris_scores(backlog).nlargest(5).items():
    print(f"{score:6,.0f}  {item}")

# %% [markdown]
# **08.3** His formula is right, and one column of the table is missing from it. Give back the
# scores of all items, by name, with every reach in *people a month*. (`backlog.head()` in a new
# cell shows the columns. Where a guess is for longer, take it that each month brings other people.)

# %%
# <solution 08.3>
a_month = backlog["reach"].where(backlog["reach_per"] == "month", backlog["reach"] / 3)
scores = idris_scores(backlog.assign(reach=a_month))
# </solution>
lab.check("08.3", scores)

# %%
scores = pd.Series(lab.carry_on("08.3", scores))
winner = idris_scores(backlog).idxmax()
for place, (item, score) in enumerate(scores.nlargest(6).items(), start=1):
    print(f"{place}. {score:6,.0f}  {item}", "(Idris had it first)" if item == winner else "")
print(f"{winner}, if the same people come every month: RICE {3 * scores[winner]:,.0f}")

# %% [markdown]
# Nobody cheated. Whoever wrote that one down plans by the quarter. As in chapter 07: before two
# numbers meet, ask each of them "per what?".
#
# And a third is the *lowest* that a month can hold, if people come evenly. If the same ones come
# every month, each month holds them all, and Idris is right. We stay with the third, as few have
# the occasion for such a thing every month. But nobody knows until somebody counts.
#
# *Break it:* `pm.priority.rice(backlog, effort="effort_weeks", credibility=0.8)` in a new cell does
# all this. What does it say to this table? (Read the last line.)
#
# ## Write it yourself: how wrong may a guess be? (7 minutes)
#
# > **Saskia de Wit, engineering lead:** The second stands right before the third. How far off would
# > your number of people have to be for them to change places?
#
# **08.4** *With which monthly reach would the first item score just as much as the second, all
# else as it stands? And with which one would the second score as much as the third?* Write
# `turning_reach(backlog)`. It takes the whole table and gives back these two numbers of people,
# in a list.
#
# - The order is that of RICE, every reach by the month.
# - Only the reach of the upper one moves: its impact, confidence and effort stay.
#
# The check runs your function twice: on Larder, and on a second company whose answer is another.


# %%
# <solution 08.4>
def turning_reach(backlog):
    """Return the monthly reach at which first meets second, and second meets third."""
    table = backlog.set_index("item")
    one = table["impact"] * table["confidence"] / table["effort_weeks"]
    scores = table["reach"] / table["reach_per"].map({"month": 1, "quarter": 3}) * one
    ranked = scores.sort_values(ascending=False)
    first, second, third = ranked.index[:3]
    return [ranked[second] / one[first], ranked[third] / one[second]]


# </solution>
lab.check("08.4", turning_reach)

# %% [markdown]
# That is a **tipping point**. Hold it against what is possible: each guess came with a range, and
# 80 times in 100 the truth should be inside.

# %%
turning_reach = lab.carry_on("08.4", turning_reach)
months = ideas["reach_per"].map({"month": 1, "quarter": 3})
names = ["reach", "reach_low", "reach_high"]
monthly = ideas.assign(reach_per="month", **{name: ideas[name] / months for name in names})
top = list(scores.nlargest(3).index)
for item, turn in zip(top, turning_reach(backlog), strict=False):
    guess_, low, high = (monthly.loc[item, name] for name in names)
    print(f"{item}: {guess_:,.0f} people, range {low:,.0f} to {high:,.0f};")
    print(f"    loses its place below {turn:,.0f}.")

# %% [markdown]
# ## What the ranking can say (5 minutes)
#
# The first would keep its place even with its reach at the low end. The second would not: it
# loses it well within what is possible. And the effort is a guess as well. Here are the ranges of
# reach and of effort at once, for every idea; impact and confidence stay as they are.

# %%
asked = {"effort": "effort_weeks", "credibility": 0.8, "capacity": 8}
ranking = pm.priority.rice(monthly.reset_index(), **asked)
ranking.plot().show()
ranking

# %% [markdown]
# (The scores here are the middles of all ranges, a little off ours.) Read the last column from
# neighbour to neighbour: where it says "no", the two may change places. In the figure, blue may
# belong among the best; grey hardly does, or is too large for the sprint.
#
# So *with these impacts* one idea is ahead, and the next two are level. More digits would not help.
# Finding something out would, and "To decide" names what. Who could know by Friday? For a reach
# look into the log, or ask fifty people; for an effort give Saskia an hour.
#
# And the softest guess of all? The warning names it. Let every impact be a step off, either way:
# a factor of 2.

# %%
softer = pm.priority.rice(monthly.reset_index(), off_by={"impact": 2}, **asked)
for said, result in {"as they stand": ranking, "a step off": softer}.items():
    first = result.to_frame().set_index("item").loc[top[0], "first"]
    print(f"Impacts {said}: {top[0]} is first with a chance of {first:.0%}.")

# %% [markdown]
# That is what "ahead" was worth: the first goes in *if its impact holds*. From here on impact has
# its range, too. (And confidence? Whoever lowers it for a doubt that a range already holds counts
# that doubt twice.)
#
# ## Your turn: two blanks (3 minutes)
#
# Maeve asked 400 customers which needs matter to them, and which they meet well today: importance
# and satisfaction, from 0 (nobody says so) to 10 (everybody).
# **Opportunity** is high where something matters and is not met ([Ulwick,
# 2002](https://hbr.org/2002/01/turn-customer-input-into-innovation)):
#
# > importance + the gap, where the gap is importance less satisfaction, and never below 0
#
# **08.5** Fill in both lines. (`clip(lower=0)` lifts whatever is below 0.)

# %%
needs = backlog.drop_duplicates("need").set_index("need")
# <solution 08.5>
gap = (needs["importance"] - needs["satisfaction"]).clip(lower=0)
opportunity = needs["importance"] + gap
# </solution>
lab.check("08.5", opportunity)

# %%
opportunity = pd.Series(lab.carry_on("08.5", opportunity))
place = scores.rank(ascending=False)
needed = ideas["need"].map(opportunity).sort_values(ascending=False)
for item in [*needed.index[:5], "Recipe videos"]:
    print(f"{needed[item]:5.1f}  {ideas.loc[item, 'need']:39} ", end="")
    print(f"{item} (RICE: place {place[item]:.0f})")

# %% [markdown]
# The two lists disagree, and they should. RICE asks how many people we help for a week of work.
# Opportunity asks where it hurts, and knows nothing of work: what hurts most takes longer than a
# sprint to build. And the videos, high up by RICE, give people more of what they have enough of. Do
# not make one number of both. Where RICE says "level", let the other speak.
#
# ## Who are these people? (4 minutes)
#
# > **Idris Bello, growth:** I know whom we build for. This is from our deck: *Planner Petra, 34,
# > two children, a dog. Plans the week on Sunday. More than half of all visits to Larder are
# > hers.*
#
# > **Maeve Doyle, user research:** In a year of interviews I have not met her. Leave out the name
# > and the dog, and count.
#
# A **persona** is a group of people with a size, a behaviour and a need. The first two can be
# counted. In `did` each row is a person who came in June, each column an event: done, or not.
#
# **08.6** Everybody belongs to one group, the first that fits: who *ordered* (`purchase`); who
# saved a *plan* (`save_plan`); who *filled* a basket (`add_to_basket`); and everybody else, who
# *looked*. What share of the people is in each?

# %%
events = lab.load("events")
june = events[(events["time"] >= "2026-06-01") & (events["time"] < "2026-07-01")]
did = pd.crosstab(june["user_id"], june["event"]) > 0
order = did["purchase"].mean()
# <solution 08.6>
plan = (did["save_plan"] & ~did["purchase"]).mean()
fill = (did["add_to_basket"] & ~did["save_plan"] & ~did["purchase"]).mean()
look = 1 - order - plan - fill
# </solution>
groups = {"order": order, "plan": plan, "fill": fill, "look": look}
lab.check("08.6", groups)

# %%
groups = lab.carry_on("08.6", groups)
visits = june[june["event"] == "visit"].groupby("user_id").size()
group = pd.Series("look", index=did.index)
for name, event in {"fill": "add_to_basket", "plan": "save_plan", "order": "purchase"}.items():
    group[did[event]] = name
theirs = visits.groupby(group).sum() / visits.sum()
for name, share in groups.items():
    print(f"{name:6}{share * len(did):6,.0f} people, {share:.0%}; {theirs[name]:.0%} of the visits")
savers, petra = did["save_plan"].mean(), visits[did["save_plan"]].sum() / visits.sum()
print(f"Saved a plan, ordered or not: {savers:.0%} of the people, {petra:.0%} of the visits.")
for item in top:
    print(f"Our guess for a month: {monthly.loc[item, 'reach']:,.0f} people meet '{item}'.")

# %% [markdown]
# There is Petra: what is more than half of the *visits* is far fewer of the people, who come often.
# And the largest group, those who only look, is in nobody's deck.
#
# | persona | what they do (counted) | what they may need (to be asked) |
# |---|---|---|
# | the cooks | order | know the cost; throw less food away |
# | the planners | save a plan, and do not order | agree on what to eat |
# | the basket-fillers | fill a basket, and leave it | a delivery when it suits |
# | the lookers | look, and go | nobody has asked them |
#
# No log tells the right-hand column: it is what Maeve heard, and a guess until she has asked people
# *of that group*. The sizes help at once. Hold our guesses against them: a reach as large as a
# group says that all of it would meet the thing in any one month. Would they?
#
# ## Three more lenses, without arithmetic (2 minutes)
#
# | | asks | and is not a |
# |---|---|---|
# | **MoSCoW** | must, should, could, or won't we *this time*? | ranking |
# | **Kano** | is it expected, the more the better, or a delight? | score |
# | **Jobs to be done** | what do people "hire" it for, and what did they fire? | list of features |
#
# MoSCoW (Clegg, 1994) settles how large one release is; if all is "must", nothing is. Kano ([Kano
# and others, 1984](https://doi.org/10.20684/quality.14.2_147)) asks people twice: how would it be
# with it, how without? What they expect, nobody praises and everybody misses. Jobs to be done
# (Christensen and others, *Competing Against Luck*, 2016) shows who else does the job: the pizza at
# the corner.
#
# ## Build, buy or partner: effort is a decision (4 minutes)
#
# Dinners that everybody can eat do not fit the sprint. Must we build them? A vendor knows what is
# in every product, and sells that by the year. A delivery partner knows it too, and would keep a
# part of our commission on such orders.
#
# > **Luc Peeters, finance:** A person-week costs us 2,500 euro. What we build takes half of one a
# > month to keep right; what others have takes three weeks to connect. Over two years, please: in
# > its first month nothing looks dear. And let us say that these people order as much as others.

# %%
dear = monthly.loc["Dinners everybody can eat"]
orders = lab.load("orders")
of_june = orders[orders["ordered_at"].between("2026-06-01", "2026-07-01")]
each = of_june["commission_cents"].sum() / 100 / of_june["user_id"].nunique()  # a person
week, connect, upkeep, licence = 2500, 3, 1250, dear["vendor_cents_a_year"] / 100 / 12
build = dear["effort_weeks"] * week + 24 * upkeep
buy = connect * week + 24 * licence
kept = [dear["partner_share"] * each * dear[name] for name in ("reach_low", "reach_high")]
few, many = (connect * week + 24 * euro for euro in kept)
print(f"In two years: build {build:,.0f} euro, buy {buy:,.0f}, partner {few:,.0f} to {many:,.0f}.")
print(f"Our commission on what these people order today: {24 * each * dear['reach']:,.0f}.")

# %% [markdown]
# A licence costs the same for few and for many; a share of the commission grows with them. Only
# what these people order *more* pays for any of the three, and nobody knows that yet. Nor do
# figures tell whether people choose us for it (then build), who answers for a wrong label, or how
# we get out again.
#
# But look what Luc said by the way: three weeks, not twelve. Our ranking took the effort as given.
# So here is the ranking again, with three weeks (2.5 to 3.6) for all that others have already.

# %%
again = monthly.copy()
lent = again["vendor_cents_a_year"].notna() | again["partner_share"].notna()
again.loc[lent, ["effort_weeks", "effort_low", "effort_high"]] = [connect, 2.5, 3.6]
final = pm.priority.rice(again.reset_index(), off_by={"impact": 2}, **asked)
rows = final.to_frame().set_index("item")
for item in again.index[lent]:
    score, rank = rows.loc[item, ["score", "rank"]]
    print(f"{item}: RICE {score:,.0f} instead of {scores[item]:,.0f}, place {rank:.0f}")
print(f"A year of the dinners' licence costs as much as {12 * licence / week:.1f} person-weeks.")

# %% [markdown]
# What was too large for the sprint is second. Is that fair? RICE divides by weeks and has never
# heard of a licence. Divide by what is scarce: this sprint it is weeks; over a year, perhaps money.
#
# ## Decide (5 minutes)

# %%
print("You made no guess." if guess is ... else f"You guessed: {guess}.")
dinners, second, third = choices = [dear.name, *ranking.items[1:3]]
for item in choices:
    row = rows.loc[item]
    fits = pm.priority.rice(again.loc[[top[0], item]].reset_index(), **asked).chance_of_fitting
    print(f"{item}: {row['effort']:g} weeks, fits beside the first with a chance of {fits:.0%};")
    print(f"    opportunity {needed[item]:.1f}, RICE {row['score']:,.0f}, ", end="")
    print(f"80% range {row['score_p10']:,.0f} to {row['score_p90']:,.0f}")
for one, other in ((dinners, second), (dinners, third), (second, third)):
    print(final.compare(one, other))

# %% [markdown]
# > **Nora Brandt, head of product:** The first goes in, if Maeve finds somebody who has seen its
# > impact. What is left takes *one* of these three, and I can live with any. Three sentences,
# > please: which one and by what measure, how sure are we, and what would change your mind?
#
# **08.7** Write them in place of `...`, between the quotation marks. The check looks for four
# things and says "found" or "not found yet"; it does not judge. Your words are kept for your
# portfolio.

# %%
# <solution 08.7>
memo = f"""Beside '{top[0]}' let us buy '{dinners}', for there it hurts most
(opportunity {needed[dinners]:.1f}). By RICE it comes before '{second}' with a
chance of {float(final.compare(dinners, second)):.0%}, so that is not sure. If connecting takes
five weeks and not {connect}, or there is no money for the licence, '{second}' goes in."""
# </solution>
lab.check("08.7", memo)

# %% [markdown]
# ## Exit ticket (1 minute)
#
# **08.8** Two weeks later. X scores 900, and could be anything from 850 to 950. Y scores 850, and
# could be 300 to 2,400, as nobody knows its reach. Z scores 20, and could be 1 to 400. There is
# room for one, and Maeve has a week. What does she find out?
#
# - `"a"`: X's reach, for it is first
# - `"b"`: Y's reach
# - `"c"`: Z's reach, for nothing is less certain
# - `"d"`: a little more on all three

# %%
# <solution 08.8>
find_out = "b"
# </solution>
lab.check("08.8", find_out)

# %% [markdown]
# ## What you take with you
#
# Four questions for any ranking: **per what? how wrong may it be? where does it hurt? which
# number would turn it?**
#
# Have a backlog of your own, as a CSV file? `pm.priority.rice("my_backlog.csv")` scores it, if its
# columns are called `item`, `reach`, `impact`, `confidence` and `effort`.
#
# ## Optional: when would building pay? (5 minutes)
#
# > **Saskia de Wit, engineering lead:** Two years, five years: some day our own is the cheaper
# > one. Which day?
#
# **08.9** After how many months have building and buying cost the same? Building costs more at
# the beginning, and less in every month after that. Take `week`, `connect`, `upkeep` and
# `licence` from Luc's cell.

# %%
weeks = dear["effort_weeks"]
# <solution 08.9>
pays_after = (weeks - connect) * week / (licence - upkeep)
# </solution>
lab.check("08.9", pays_after)
