# %% [markdown]
# # Market sizing
#
# **After this you can**
#
# - size a market three ways: from people up, from money down, by what it is worth to people;
# - tell TAM, SAM and SOM apart, and keep them in one currency, one period, one kind of money;
# - give a range where others give a number, and say which of its numbers is for what;
# - name the assumption that somebody should check first.
#
# **Time:** 50 minutes. **You need:** chapters 02 and 03: shares of shares, and people counted once.
#
# **Data:** `segments`, a panel of households, one row for each household and segment; `markets`,
# the sheet of figures that finance keeps, one row for each. `print(pm.datasets.card("segments"))`
# and `print(pm.datasets.card("markets"))` tell what the columns hold. Larder is an invented company
# and its data are synthetic.
#
# **How it works:** run a cell with Shift+Enter. Where you see `...`, put your answer and run the
# cell again. `lab.hint("07.4")` in a new cell gives a nudge, and there are three;
# `lab.solution("07.4")` shows one whole way. Leave what you like open: the notebook goes on with
# our value.

# %%
import numpy as np
import pandas as pd

import pmlab as pm
from pmlab import course
from pmlab.market import Assumption, Money, Segment, bottom_up, top_down, triangulate, value_theory
from pmlab.uncertain import draws, interval, share

lab = course.start("sizing")

# %% [markdown]
# ## Nora's question (4 minutes)
#
# People plan their dinners in Larder, and delivery partners bring the basket. Of what a basket
# costs, Larder keeps a commission of 8%. The rest is the partners'. It is the second week of July.
#
# > **Nora Brandt, head of product:** On Thursday the board asks how big Larder can get, and it
# > wants one number: what we earn in a year, three years from now. Idris has one that I dare not
# > say aloud. Luc has two, and one is a dozen times the other. I want one that I can stand behind,
# > and I want to know which of its legs is the weak one.
#
# Guess before you look: commission in a year, in millions of euro. Nobody marks it; we come back
# to it.

# %%
guess = ...  # millions of euro a year

# %% [markdown]
# ## Two questions to warm up (3 minutes)
#
# **07.1** Last week 600 people came to Larder on a telephone and 500 on a computer. 200 of them did
# both. How many people came?
#
# - `"a"`: 1,100
# - `"b"`: 900
# - `"c"`: 700
# - `"d"`: 600

# %%
# <solution 07.1>
people = "b"
# </solution>
lab.check("07.1", people)

# %% [markdown]
# **07.2** Of all visitors 40% make an account. Of those with an account 30% fill a basket, and of
# those with a basket 50% buy. (Nobody can buy without an account.) What share of the visitors buy?
#
# - `"a"`: 50%
# - `"b"`: 40%, the mean of the three
# - `"c"`: 6%
# - `"d"`: 2.4%, because buyers need an account, so once more times 40%

# %%
# <solution 07.2>
buy = "c"
# </solution>
lab.check("07.2", buy)

# %% [markdown]
# ## A worked example: families, from people up (9 minutes)
#
# > **Luc Peeters, finance:** A number without its sum I cannot put in the books. Take one group
# > first, the families, and go from the household to the euro. And beside every figure, please, who
# > says so.
#
# ### 1. Three sizes
#
# | | of whom | here |
# |---|---|---|
# | **TAM**, total addressable market | all with the need, if all came | households who plan |
# | **SAM**, serviceable addressable market | those whom we can serve | ... where we deliver |
# | **SOM**, serviceable obtainable market | those whom we have by a date | ... with us in 2029 |
#
# Each is a part of the one before, so all three must be the same kind of thing. Ours: commission,
# in euro, in a year.
#
# ### 2. From one household to all families

# %%
segments = lab.load("segments")
families = segments[segments["segment"] == "Families"]
one = families.iloc[0]
print(f"One household of the panel stands for {one['households']:,} like it. It orders")
print(f"{one['orders_per_month']} times a month, for {one['basket_cents'] / 100:.2f} euro a time.")


# %%
def three_figures(rows):
    """Return the households, their orders a year each, and euro a basket; one row a household."""
    n = rows["households"].sum()
    orders = 12 * (rows["households"] * rows["orders_per_month"]).sum()
    cents = 12 * (rows["households"] * rows["orders_per_month"] * rows["basket_cents"]).sum()
    return n, orders / n, cents / 100 / orders


n, orders, basket = three_figures(families)
print(f"All {len(families)} stand for {n:,} families: {orders:.1f} orders a year each,")
print(f"at {basket:.2f} euro. That is {n * orders * basket / 1e6:,.0f} million euro a year,")
print(f"and 8% of it, for Larder, is {0.08 * n * orders * basket / 1e6:,.0f} million.")

# %% [markdown]
# This is **bottom-up**: people, how often, how much each time, and what of it is ours. Mind the
# last two numbers. What the customers pay for their baskets is the **gross merchandise value**,
# GMV. What Larder earns by it is **revenue**. Both are euro a year, and only one of them is ours.
#
# ### 3. Write down what you assume
#
# None of these figures is known. Each is an **assumption**: somebody said so, at some time, and may
# be off. So we give each a range, wide enough that the truth lies outside only one time in five.
# Its low end is the **P10**: one time in ten the truth is below. Its high end is the **P90**: one
# time in ten the truth is above. **P50** is the middle, as often too low as too high.
#
# Luc and Maeve agreed how far off the panel may be. Its households: by a factor of 1.15 either way.
# Its orders: 1.3, for who joins a panel is keen, and May is one month. Its baskets: 1.1, for there
# are receipts.


# %%
def give_or_take(best, factor):
    """Return a range around the best guess; one time in five the truth lies outside."""
    return interval(best / factor, best * factor, credibility=0.8)


panel = {"source": "Helia Panel", "date": "2026-05"}
commission = Assumption("Commission", 0.08, "share", source="partner contracts", date="2026")


# %%
def from_people_up(name, n, orders, basket):
    """Size the market of some households of the panel, with ranges around three figures."""
    who = Assumption(name, give_or_take(n, 1.15), "households", **panel)
    often = Assumption("Orders", give_or_take(orders, 1.3), "orders", per="year", **panel)
    gmv = Money(give_or_take(basket, 1.1), "EUR", basis="GMV")
    paid = often * Assumption("Basket", gmv, **panel)
    return bottom_up([Segment(name, who, paid.to(basis="revenue", take_rate=commission))])


of_families = from_people_up("Families", *three_figures(families))

# %% [markdown]
# ### 4. From all to ours
#
# Luc's sheet holds two shares that we need: of households where Larder delivers, and of those whom
# we have won in three years. Printed, the sizing reads as an argument.

# %%
sheet = lab.load("markets").set_index("figure")


def from_sheet(figure):
    """Return a share from Luc's sheet as an assumption: its range, who says so, and when."""
    row = sheet.loc[figure]
    value = share(row["low"], row["high"], credibility=row["credibility"])
    said = {name: str(row[name]) for name in ("source", "year") if pd.notna(row[name])}
    return Assumption(figure, value, "share", source=said.get("source"), date=said.get("year"))


# %%
delivers, won = from_sheet("Households where Larder delivers"), from_sheet("Won in three years")
ours = {"sam": {delivers.name: delivers}, "som": {won.name: won}, "year": 2029}
of_families.funnel(**ours)

# %% [markdown]
# The first table is the sum, line by line. Read the second with Luc's eyes: who says so?
# (`lognormal` and `beta` are shapes of a range: an amount never falls below 0, a share never passes
# 100%.) The third tells which figure moves the answer most; its last column, how much of all the
# spread would go if this one figure were known.
#
# *Break it:* in the last cell, let `"sam"` be `{delivers.name: delivers, won.name: won}` and run it
# again. The same share twice: what happens? Put it back.
#
# ## Your turn: two blanks, from money down (5 minutes)
#
# > **Luc Peeters, finance:** I would begin at the other end: with all that is spent, and keep what
# > is for us. The sheet has each country's grocery sales. I copied them as they stood in the
# > reports.

# %%
sales = sheet.loc["Grocery sales"]
columns = ["country", "value", "unit", "currency", "per", "basis", "year"]
print(sales[columns].to_string(index=False, float_format="{:,.0f}".format))
online = sheet.loc["Groceries bought online", "value"]
planned = sheet.loc["Groceries bought from a meal plan", "value"]
print(f"Of groceries, bought online: {online:.1%}. Of these, from a meal plan: {planned:.0%}.")

# %% [markdown]
# **Top-down** is a large number, and then shares of shares.
#
# **07.3** Fill in both, in millions of euro a year: `groceries`, what all groceries in the five
# countries cost, and `from_a_plan`, what of it is bought online from a meal plan. Look at the table
# before you add anything up.

# %%
# <solution 07.3>
groceries = (sales["value"] * sales["per"].map({"year": 1, "month": 12})).sum() / 100 / 1e6
from_a_plan = groceries * online * planned
# </solution>
top_values = {"groceries": groceries, "from_a_plan": from_a_plan}
lab.check("07.3", top_values)

# %%
top_values = lab.carry_on("07.3", top_values)
groceries = top_values["groceries"]
print(f"All groceries: {groceries:,.0f} million euro a year.")
print(f"Online, from a meal plan: {top_values['from_a_plan']:,.0f} million.")

# %% [markdown]
# One country's report gives a month, and nothing in its number says so: only the column `per` does.
# That is why each figure has its unit beside it, and why `pm.market` refuses to add a month to a
# year. (Belgium's figure is of 2021. We write that down, and go on.)
#
# ## Write it yourself: everybody once (8 minutes)
#
# > **Maeve Doyle, user research:** I met Anna. She cooks for four, and one of them cannot have
# > gluten. The panel files her under Families and again under Special diets. She says that she eats
# > one dinner like everybody else. How many of our millions are Anna twice?
#
# **07.4** *How many households do all segments together hold, and what would Larder earn in a year
# if all of them bought all these baskets with us?* Write `market(segments)`. It takes the whole
# table and gives back a dict with two numbers: `households`, in millions, and `commission`, in
# millions of euro a year.
#
# - `households` in the table says how many households a row stands for.
# - A household in two segments has two rows, alike in everything but `segment`.
# - The commission is 8% of the baskets.
#
# The check runs your function twice: on Larder, and on a second company whose answer is another.


# %%
# <solution 07.4>
def market(segments):
    """Return the households, each once, and the commission on all their baskets in a year."""
    once = segments.drop_duplicates("household_id")
    baskets = once["households"] * once["orders_per_month"] * 12 * once["basket_cents"] / 100
    return {
        "households": once["households"].sum() / 1e6,
        "commission": 0.08 * baskets.sum() / 1e6,
    }


# </solution>
lab.check("07.4", market)

# %%
market = lab.carry_on("07.4", market)
found = market(segments)
rows = segments["households"].sum() / 1e6
print(f"{found['households']:.2f} million households, each once; adding up the rows ", end="")
print(f"gives {rows:.2f} million.")
print(f"If all of them came to us: {found['commission']:,.0f} million euro a year in commission.")

# %% [markdown]
# Segments are made to describe people, not to be added up. When a report gives you segments and no
# ids, ask for the overlap: 40,000 families and 65,000 households with a diet, 12,000 of them both,
# are 93,000 households. (`bottom_up` takes it as `overlaps=`, and warns when nobody knows it.)
#
# Now the whole market as a sizing, with the ranges of before:

# %%
one_row_each = segments.groupby("household_id").first()
bottom = from_people_up("Households", *three_figures(one_row_each))
print(f"TAM, P50: {bottom.p50 / 1e6:,.0f} million euro a year in commission, ", end="")
print(f"P10 {bottom.p10 / 1e6:,.0f}, P90 {bottom.p90 / 1e6:,.0f}.")

# %% [markdown]
# ## Bug hunt: Idris's slide (5 minutes)
#
# > **Idris Bello, growth:** I kept it modest. All groceries in our five countries, and we take one
# > percent. One! And look how few households that needs. It would be odd if we did *not* get them.

# %%
_, orders, basket = three_figures(one_row_each)
baskets_each = orders * basket  # euro a household and year


def idris_slide(groceries, baskets_each):
    one_percent = 0.01 * groceries  # millions of euro a year
    needed = 0.08 * one_percent / baskets_each  # millions of households
    return {"earned": one_percent, "needed": needed}


his = idris_slide(groceries, baskets_each)
print(f"We earn {his['earned']:,.0f} million euro a year.")
print(f"It takes {his['needed']:.2f} million households.")

# %% [markdown]
# **07.5** Both of his numbers are wrong, and for one reason. What would Larder earn on one percent
# of all groceries, and how many households have to buy all their baskets with us for it? Give back
# both, in millions, under his names.


# %%
# <solution 07.5>
def mended_slide(groceries, baskets_each):
    """Return what one percent would earn, and how many households it needs."""
    one_percent = 0.01 * groceries
    return {"earned": 0.08 * one_percent, "needed": one_percent / baskets_each}


# </solution>
slide = mended_slide(groceries, baskets_each)
lab.check("07.5", slide)

# %%
slide = lab.carry_on("07.5", slide)
reached = found["households"] * sheet.loc[delivers.name, "value"]
print(f"{slide['earned']:,.0f} million euro, from {slide['needed']:.1f} million households.")
print(f"Households who plan and shop online: {found['households']:.1f} million; ", end="")
print(f"where Larder delivers: {reached:.1f} million.")

# %% [markdown]
# "One percent" sounds like little because nobody asks of what. Turned round, it is more households
# than we deliver to, each of them with its every basket. Idris took it well: "Then it is not modest
# at all."
#
# So whenever a slide says one percent of something huge, divide it back into people, and ask where
# they are to come from.
#
# ## How sure are we? (6 minutes)
#
# > **Luc Peeters, finance:** Then the worst case and the best, please. For the worst I multiply all
# > the low ends, for the best all the high ends.
#
# Better is to try it out: 100,000 possible Larders. In each of them every assumption takes some
# value out of its range, by lots, and we multiply.

# %%
funnel = bottom.funnel(**ours)
ranges = {a.name: a.amount for a in funnel.som.quantity.assumptions if not a.certain}
drawn = draws(ranges, n=100_000)
som = 0.08 * np.prod(list(drawn.values()), axis=0) / 1e6  # millions of euro a year
print("Seven of them:", ", ".join(f"{each:.1f}" for each in som[:7]))
print(f"P50: {np.quantile(som, 0.5):.2f}. Half of them earn more, half less.")

# %% [markdown]
# **07.6** `som` is what each of them earns in 2029. Fill in its P10, its P90 and its mean.

# %%
# <solution 07.6>
p10 = np.quantile(som, 0.1)
p90 = np.quantile(som, 0.9)
mean = som.mean()
# </solution>
sure = {"P10": p10, "P90": p90, "mean": mean}
lab.check("07.6", sure)

# %%
sure = lab.carry_on("07.6", sure)
p50 = np.quantile(som, 0.5)
lows = 0.08 * np.prod([each.p10 for each in ranges.values()]) / 1e6
highs = 0.08 * np.prod([each.p90 for each in ranges.values()]) / 1e6
print(f"P10 to P90: {sure['P10']:.1f} to {sure['P90']:.1f}; P50 {p50:.1f}, ", end="")
print(f"mean {sure['mean']:.1f} million euro.")
print(f"All lows to all highs: {lows:.1f} to {highs:.1f}. Of 100,000 Larders ", end="")
print(f"{(som < lows).sum():,} earn less than that, {(som > highs).sum():,} more.")

# %% [markdown]
# Each number has its use. **P50** for Nora's one number: as likely more as less. **P10** for what
# one may promise. The **mean** for sums: Luc adds it to other things, for the few very good cases
# weigh in it. It lies above P50 wherever a range has a long upper end.
#
# And Luc's two cases? One low end by itself happens one time in ten; all five at once, one time in
# 100,000. What he multiplied is no P10. It is far further out.
#
# All three sizes, one inside the other. This time we also say what the partners can carry.

# %%
euro = sheet.loc["Baskets that the partners can carry", "value"] / 100
carry = Assumption("Carried by partners", Money(euro, "EUR", per="month", basis="GMV"))
carry = carry.to(per="year").to(basis="revenue", take_rate=commission)
funnel = bottom.funnel(**ours, capacity=carry)
funnel.plot().show()
print(f"Chance that it is more than they can carry: {funnel.chance_above_capacity:.0%}")

# %% [markdown]
# What the partners can carry is the one thing here that is not about customers. Keep it for Nora.
#
# > **Saskia de Wit, engineering lead:** I can spare two days for you. Which of your figures
# > shall we measure better?
#
# A **tornado** takes the assumptions one by one from P10 to P90, the others at their P50, and puts
# the longest bar on top.

# %%
funnel.tornado().plot().show()

# %% [markdown]
# The longest bar is also the one that nobody has counted: its source is our own growth plan. A
# third decimal for the basket would change nothing; knowing what share of a town we win would. So
# Saskia's two days go there.
#
# ## Two numbers that differ by a dozen (3 minutes)
#
# > **Nora Brandt, head of product:** And Luc's two? Top-down he has a dozen times what he has
# > bottom-up. Do I take the mean?
#
# Here they are, with the ranges of his sheet. (Their P50 lies a little beside his single figures.)

# %%
names = ["Groceries bought online", "Groceries bought from a meal plan"]
sold = Money(groceries * 1e6, "EUR", per="year", basis="GMV")
spend = Assumption("Grocery sales", sold, source="five reports", date=str(sales["year"].min()))
top = top_down(spend, {name: from_sheet(name) for name in names})
print(f"Top-down: {top.p50 / 1e6:,.0f} million euro. ", end="")
print(f"Bottom-up: {bottom.p50 / 1e6:,.0f} million euro.")
print(f"That is {top.p50 / bottom.p50:.1f} times as much.")

# %% [markdown]
# **07.7** Why is the one a dozen times the other?
#
# - `"a"`: one is by the month and the other by the year, and a year has twelve
# - `"b"`: top-down counts households twice that are in two segments
# - `"c"`: top-down counts what customers pay, bottom-up what Larder keeps
# - `"d"`: they rest on other sources; take the mean

# %%
# <solution 07.7>
factor = "c"
# </solution>
lab.check("07.7", factor)

# %% [markdown]
# There is a third way, too. **Value theory** asks what the problem costs people, what part of it we
# solve, and what part of that they would pay us. For Larder: the food that a household throws away.
# Luc's only figure is a British one, in pounds a month. So: pounds to euro, a month to a year, and
# for top-down, baskets to commission. Then all three side by side.

# %%
thrown = sheet.loc["Food a household throws away"]
pounds = interval(thrown["low"] / 100, thrown["high"] / 100, credibility=thrown["credibility"])
rate = sheet.loc["Euro for a pound", "value"]
cost = Money(pounds, "GBP", per="month").to(currency="EUR", rate=rate).to(per="year")
cost = Assumption("Food thrown away", cost, source=thrown["source"], date=str(thrown["year"]))
solved = from_sheet("Waste that a plan avoids")
paid = from_sheet("Part of the saving that a household would pay")
value = value_theory(cost, solved, paid, customers=bottom.customers)
top_revenue = top.to(basis="revenue", take_rate=commission)
three = triangulate({"top-down": top_revenue, "bottom-up": bottom, "value": value})
three.plot().show()

# %% [markdown]
# Like with like, and the three roads end in the same region. ("Pooled" takes each with the same
# weight. Two of them share the count of households; that these two agree says less.) Had they not
# met, the gap would be the news: it says which definition, filter or assumption to look at.
#
# ## Decide (5 minutes)

# %%
print("You made no guess." if guess is ... else f"You guessed {guess} million.")
print(f"What we may earn in 2029: P50 {p50:.1f} million euro, ", end="")
print(f"four times out of five between {sure['P10']:.1f} and {sure['P90']:.1f}.")
tam, sam = funnel.tam.p50 / 1e6, funnel.sam.p50 / 1e6
print(f"Of what market: {tam:,.0f} million if all came (TAM), {sam:,.0f} where we deliver (SAM).")
print(f"More than the partners can carry today: {funnel.chance_above_capacity:.0%} of the cases.")

# %% [markdown]
# > **Nora Brandt, head of product:** One number for the board, and I read it aloud. Three
# > sentences, please: what may we earn in 2029, how sure are we, on which assumption does it rest
# > most, and what do we do about that one next?
#
# **07.8** Write them between the quotation marks, `"""` and `"""`. The check looks for four things
# and says "found" or "not found yet"; it does not judge. Your words are kept for your portfolio.

# %%
# <solution 07.8>
memo = f"""In 2029 Larder may earn {p50:.1f} million euro in commission, as likely more as less; in
four cases out of five it is between {sure["P10"]:.1f} and {sure["P90"]:.1f} million. Most of that
range comes from one assumption, the share of households that we win in three years, which so far is
only our own plan. So let us first measure it in one town, and ask the partners whether they could
carry the better cases."""
# </solution>
lab.check("07.8", memo)

# %% [markdown]
# ## Exit ticket (2 minutes)
#
# **07.9** A young company shows you its slide. "TAM: 40 million households. SAM: 9 billion euro of
# groceries a year. SOM: 2 million euro of commission a month." What do you ask for first?
#
# - `"a"`: a larger SOM: it is less than a tenth of a percent of the SAM
# - `"b"`: all three in the same thing: such as commission in euro a year
# - `"c"`: sources: without them no number counts
# - `"d"`: a range for each of the three

# %%
# <solution 07.9>
ask = "b"
# </solution>
lab.check("07.9", ask)

# %% [markdown]
# ## What you take with you
#
# Four questions for any number on a market: **whose money is it? in which currency and period? who
# is in it twice? which assumption carries it?** And three sentences of your own, kept for your
# portfolio.
#
# It is seldom the sum that people disagree on. In June 2014 a professor of finance, Aswath
# Damodaran, put the value of Uber at 5.9 billion dollars. His market was the world's taxis and car
# services, 100 billion dollars a year. Bill Gurley, who had invested in Uber and sat on its board,
# [answered in July][gurley]: a better service makes its market larger, and the estimate might be 25
# times too small. The quarrel was not about the multiplication. It was about the first line: is
# what people spend *today* the market? Luc's sheet holds such a line as well, the sales of
# meal-planning apps. It counts what others sell.
#
# Have a market of your own? Each figure an `Assumption` with its range, source and date; then
# `bottom_up([Segment("Dentists", dentists, a_year)])`, and print it.
#
# [gurley]: http://abovethecrowd.com/2014/07/11/how-to-miss-by-a-mile-an-alternative-look-at-ubers-potential-market-size/
#
# ## Optional: when does it arrive? (5 minutes)
#
# > **Luc Peeters, finance:** "Won in three years", says the growth plan. Do they all come on the
# > last day?
#
# New things spread in a curve: some people begin by themselves, and more and more because others
# have. The **Bass model** ([Bass, 1969](https://doi.org/10.1287/mnsc.15.5.215)) has two numbers for
# that: `p`, what share of those still without it begin by themselves in a year; `q`, how strongly
# those who have begun draw the others. Over many products they are about 0.03 and 0.38 in the mean
# (Sultan, Farley and Lehmann, 1990). After `t` years the share who have begun is
#
# `F(t) = (1 - exp(-(p + q) * t)) / (1 + q / p * exp(-(p + q) * t))`
#
# **07.10** Suppose that the plan's share of the households where Larder delivers come in the end,
# `m` thousand in all, and along such a curve. How many thousand of them begin *during* the third
# year?

# %%
m = found["households"] * 1000 * sheet.loc[[delivers.name, won.name], "value"].prod()


def begun(t, p=0.03, q=0.38):
    """Return the share who have begun after t years."""
    rest = np.exp(-(p + q) * t)
    return (1 - rest) / (1 + q / p * rest)


# %%
# <solution 07.10>
third_year = m * (begun(3) - begun(2))
# </solution>
lab.check("07.10", third_year)

# %%
third_year = lab.carry_on("07.10", third_year)
print(f"{third_year:.2f} thousand begin in the third year; {begun(3):.0%} of all are there then.")
curve = pm.market.bass(1000 * m, p=0.03, q=0.38, periods=12, per="year", unit="households")
curve.plot().show()

# %% [markdown]
# So ask whoever wrote the plan: is its share where the curve ends, or how far it has come by then?
# If it is the end, most of it comes after 2029. The weak leg has a second joint.
