# %% [markdown]
# # Market sizing
#
# **After this you can**
#
# - size a market from people up, from money down, and by what it is worth to people;
# - tell TAM, SAM and SOM apart, and keep them in one currency, one period, one kind of money;
# - give a range where others give a number, and say which of its numbers is for what;
# - name the assumption that somebody should check first.
#
# **Time:** 50 minutes. **You need:** chapters 02 and 03: shares of shares, and people counted once.
#
# **Data:** `segments`, a panel of households, one row for each household and segment; `markets`,
# the sheet of figures that finance keeps, one row for each; `orders`, Larder's own.
# `print(pm.datasets.card("segments"))` tells what the columns hold. Larder is an invented company
# and its data are synthetic.
#
# **How it works:** run a cell with Shift+Enter. Where you see `...`, put your answer and run the
# cell again. `lab.hint("07.4")` in a new cell gives a nudge, and there are three;
# `lab.solution("07.4")` shows one whole way. Leave what you like open: the notebook goes on with
# our value.

# %%
import numpy as np

import pmlab as pm
from pmlab import course
from pmlab.market import Assumption, Money, Segment, bottom_up, top_down, value_theory
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
# > say aloud. Luc has two, and one is more than ten times the other. I want one that I can stand
# > behind, and I want to know which of its legs is the weak one.
#
# Guess before you look: commission in a year, in millions of euro. Nobody marks it; we come back
# to it.

# %%
guess = ...  # millions of euro a year

# %% [markdown]
# ## A question to warm up (2 minutes)
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
# ## A worked example: families, from people up (9 minutes)
#
# > **Luc Peeters, finance:** A number without its calculation I cannot put in the books. Take one
# > group first, the families, and go from the household to the euro. And beside every figure,
# > please, who says so.
#
# ### 1. Three sizes
#
# | | of whom | here: households |
# |---|---|---|
# | **TAM**, total addressable market | all with the need, if all came | who plan and buy online |
# | **SAM**, serviceable addressable market | those whom we can serve | ... where we deliver |
# | **SOM**, serviceable obtainable market | those whom we have by a date | ... won by 2029 |
#
# Each is a part of the one before, so all three must be the same kind of thing. Ours: commission,
# in euro, in a year.
#
# ### 2. From one household to all families
#
# The panel asks households who plan their dinners and buy them online, with any seller. Each stands
# for many.


# %%
def baskets_a_year(rows):
    """Return what a household pays for its baskets in a year, in euro; one row a household."""
    euro = rows["orders_per_month"] * 12 * rows["basket_cents"] / 100
    return np.average(euro, weights=rows["households"])


segments = lab.load("segments")
families = segments[segments["segment"] == "Families"]
n, each = families["households"].sum(), baskets_a_year(families)
print(f"{len(families)} households stand for {n:,} families, who pay {each:,.0f} euro a year each.")
print(f"That is {n * each / 1e6:,.0f} million euro a year,")
print(f"and 8% of it, for Larder, is {0.08 * n * each / 1e6:,.0f} million.")

# %% [markdown]
# This is **bottom-up**: how many people, how much each, and what of it is ours. Mind the last two
# numbers. What customers pay for their baskets is the **gross merchandise value**, GMV. What Larder
# earns by it is **revenue**. Both are euro a year, and only one of them is ours.
#
# ### 3. Write down what you assume
#
# Each of these figures is an **assumption**: somebody said so, at some time, and may be off. So we
# give it a range, wide enough that the truth lies inside four times out of five
# (`credibility=0.8`). Its low end is the **P10**: one time in ten the truth is below. Its high end
# is the **P90**: one time in ten it is above. **P50** is the middle, as often too low as too high.
#
# How far off may the panel be? Luc and Maeve agreed. In its households, by a factor of 1.15 either
# way; in what each buys, by 1.3, for who joins a panel is keen, and May is one month.

# %%
panel = {"source": "Helia Panel", "date": "2026-05"}
commission = Assumption("Commission", 0.08, "share", source="partner contracts", date="2026")


def from_people_up(name, rows):
    """Size the market of these households of the panel, with a range around each figure."""
    n, each = rows["households"].sum(), baskets_a_year(rows)
    homes = interval(n / 1.15, n * 1.15, credibility=0.8)
    gmv = Money(interval(each / 1.3, each * 1.3, credibility=0.8), "EUR", per="year", basis="GMV")
    ours = Assumption("Baskets", gmv, **panel).to(basis="revenue", take_rate=commission)
    return bottom_up([Segment(name, Assumption(name, homes, "households", **panel), ours)])


# %% [markdown]
# `bottom_up` multiplies: households, what each pays, and `take_rate`, what of that is ours.
#
# ### 4. From all to ours
#
# Two shares are missing, and Luc's sheet has both. Mind the second: in our calculation a household
# that is "won" buys *every* basket from us. One that buys only every second one counts half.

# %%
sheet = lab.load("markets").set_index("figure")
two = ["Households where Larder delivers", "Won in three years"]
print(sheet.loc[two, ["low", "high", "credibility", "source", "year"]].T.to_string())
row = sheet.loc["Households where Larder delivers"]  # and row.name is these words
reach = share(row["low"], row["high"], credibility=0.8)
delivers = Assumption(row.name, reach, "share", source=row["source"], date=row["year"])

# %% [markdown]
# **07.2** Write down the other one in the same way: `wins`, its range, and `won`, the assumption.
# (`share` keeps a range between 0 and 100%; `interval`, for amounts, keeps it above 0.)

# %%
plan = sheet.loc["Won in three years"]
# <solution 07.2>
wins = share(plan["low"], plan["high"], credibility=0.8)
won = Assumption(plan.name, wins, "share", source=plan["source"], date=plan["year"])
# </solution>
lab.check("07.2", won)

# %%
won = lab.carry_on("07.2", won)
ours = {"sam": {delivers.name: delivers}, "som": {won.name: won}, "year": 2029}
sizes = from_people_up("Families", families).funnel(**ours)
tam, sam, som = (size.p50 / 1e6 for size in (sizes.tam, sizes.sam, sizes.som))
print(f"Families, P50: TAM {tam:,.0f}, SAM {sam:,.0f}, SOM {som:.1f} million euro a year.")

# %% [markdown]
# *Break it:* in the last cell, let `"sam"` be `{delivers.name: delivers, won.name: won}` and run it
# again. The same share twice: what happens? (Of a long red message, read the last line.) Put it
# back.
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
# So each figure keeps its unit beside it.
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
# are 93,000 households.
#
# ## Bug hunt: Idris's slide (5 minutes)
#
# > **Idris Bello, growth:** I kept it modest. All groceries in our five countries, and we take one
# > percent. One! And look how few households that needs. It would be odd if we did *not* get them.

# %%
once = segments.groupby("household_id").first()
baskets_each = baskets_a_year(once)  # euro a household and year


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
print(f"{slide['earned']:,.1f} million euro, from {slide['needed']:.1f} million households.")
print(f"Households who plan and buy online: {found['households']:.1f} million; ", end="")
print(f"where Larder delivers: {reached:.1f} million.")

# %% [markdown]
# "One percent" sounds like little because nobody asks of what. Turned round, it is more households
# than we deliver to, each of them with its every basket. So divide it back into people, and ask
# where they are to come from. Idris took it well: "Then it is not modest at all."
#
# ## How sure are we? (6 minutes)
#
# > **Luc Peeters, finance:** Then the worst case and the best, please. For the worst I multiply all
# > the low ends, for the best all the high ends.
#
# It is better to try it out, now with all segments: 100,000 possible Larders. In each of them every
# assumption takes a value out of its range at random, and we multiply.

# %%
bottom = from_people_up("Households", once)
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
# one may promise. The **mean** for adding up: Luc adds it to other figures, and there the few very
# good cases count too. It lies above P50 wherever a range has a long upper end.
#
# And Luc's two cases? They are no P10 and no P90: below a P10 there would be 10,000 Larders, and
# above a P90 as many. (It does not take all four low *at once*, which is rarer still: one very low
# leg can be enough.)
#
# ### The argument, and what the partners can carry
#
# Now all of it on one page: the calculation, line by line; Luc's "who says so"; what would move the
# answer most. (`lognormal` is a range that stays above 0, `beta` one between 0 and 100%; the
# share "of variance" says how much of the answer's spread comes from each.)

# %%
row = sheet.loc["Baskets that the partners can carry"]
euro = Money(row["value"] / 100, "EUR", per="month", basis="GMV")
carry = Assumption("Carried by partners", euro, source=row["source"], date=row["year"])
carry = carry.to(per="year").to(basis="revenue", take_rate=commission)
funnel = bottom.funnel(**ours, capacity=carry)
funnel

# %%
funnel.plot().show()
print(f"Chance that it is more than they can carry: {funnel.chance_above_capacity:.0%}")

# %% [markdown]
# Read the warnings, too. One is about the partners: with the chance that it names we win more than
# they can carry, and more vans cost money. The other is about time: the figures are of 2026 and the
# answer is for 2029, so we take it that households buy then as they do now. Nobody has said so; now
# it is written down.
#
# > **Saskia de Wit, engineering lead:** I can spare two days for you. Which of your figures
# > shall we measure better?
#
# A **tornado** takes the assumptions one by one from P10 to P90, the others at their P50, and puts
# the longest bar on top.

# %%
funnel.tornado().plot().show()

# %% [markdown]
# The longest bar has a source, our own growth plan, and a plan has counted nothing. Saskia's two
# days go there: what share of a town do we win?
#
# ## Two numbers, one more than ten times the other (3 minutes)
#
# > **Nora Brandt, head of product:** And Luc's two? Top-down he has more than ten times what he has
# > bottom-up. Do I take the mean?
#
# Guess what makes them differ. Then run the cell; it takes the ranges of his sheet, so the top-down
# number is a little off yours.


# %%
def from_sheet(figure):
    """Return a share from Luc's sheet as an assumption: its range, who says so, and when."""
    row = sheet.loc[figure]
    value = share(row["low"], row["high"], credibility=row["credibility"])
    return Assumption(figure, value, "share", source=row["source"], date=row["year"])


names = ["Groceries bought online", "Groceries bought from a meal plan"]
sold = Money(groceries * 1e6, "EUR", per="year", basis="GMV")
sold = Assumption("Grocery sales", sold, source="five reports", date=sales["year"].min())
top = top_down(sold, {name: from_sheet(name) for name in names})
print(f"Top-down {top.p50 / 1e6:,.0f} million, bottom-up {bottom.p50 / 1e6:,.0f} million: ", end="")
print(f"{top.p50 / bottom.p50:.1f} times as much.")
print(pm.market.triangulate({"top-down": top, "bottom-up": bottom}).summary())

# %% [markdown]
# It is Idris's slip once more: baskets on the one side, commission on the other. A factor has a
# cause, and most causes stand in a unit. Find it before you take any mean.
#
# ## A third way, if you like (optional, 5 minutes)
#
# **Value theory** asks what a problem costs people, what part of it we solve, and what part of that
# they would pay us. Here: the food that a household throws away. Luc's only figure is a British
# one, in pounds a month.

# %%
thrown = sheet.loc["Food a household throws away"]
pounds = thrown["value"] / 100  # a household and month
rate = sheet.loc["Euro for a pound", "value"]
solved = sheet.loc["Waste that a plan avoids", "value"]
paid = sheet.loc["Part of the saving that a household would pay", "value"]
print(f"{pounds:.0f} pounds a month; {rate} euro for a pound; {solved:.0%} avoided, ", end="")
print(f"{paid:.0%} of that paid; {found['households']:.2f} million households.")

# %% [markdown]
# **07.7** Fill in both: `waste`, what a household throws away, in euro a year, and `worth`, what
# all these households would pay us, in millions of euro a year.

# %%
# <solution 07.7>
waste = pounds * rate * 12
worth = found["households"] * waste * solved * paid
# </solution>
value_values = {"waste": waste, "worth": worth}
lab.check("07.7", value_values)

# %%
value_values = lab.carry_on("07.7", value_values)
a_year = value_values["waste"] / thrown["value"]  # euro a year for each penny a month
cost = interval(a_year * thrown["low"], a_year * thrown["high"], credibility=0.8)
cost = Money(cost, "EUR", per="year")
cost = Assumption("Food thrown away", cost, source=thrown["source"], date=thrown["year"])
legs = ["Waste that a plan avoids", "Part of the saving that a household would pay"]
value = value_theory(cost, *map(from_sheet, legs), customers=bottom.customers)
top_revenue = top.to(basis="revenue", take_rate=commission)
three = pm.market.triangulate({"top-down": top_revenue, "bottom-up": bottom, "value": value})
three.plot().show()
print("\n".join([three.summary(), *top_revenue.warnings, *value.warnings]))

# %% [markdown]
# Like with like, and the three roads end in the same region. But two of them stand on a leg without
# any source, and two use the same count of households, so it says less that those two agree.
#
# ## Decide (6 minutes)
#
# > **Saskia de Wit, engineering lead:** Before anybody reads it aloud: what do we earn now?

# %%
orders = lab.load("orders")
june = orders[orders["ordered_at"].dt.month == 6]
today = 12 * june["commission_cents"].sum() / 100 / 1e6
buyers = june["user_id"].nunique()
a_month = np.average(once["orders_per_month"], weights=once["households"])
print(f"June, twelve times: {today:.2f} million euro a year, from {buyers:,} people.")
homes = np.median(drawn["Households"] * drawn[delivers.name] * drawn[won.name])
print(f"P50 is {p50 / today:.0f} times that, from {homes:,.0f} households won.")
print(f"In June each buyer ordered {len(june) / buyers:.1f} times with us; ", end="")
print(f"the panel's households order {a_month:.1f} times a month, with any seller.")

# %% [markdown]
# More households, then, and *all* of their baskets. If the growth plan counts whoever orders at
# all, our number is an upper end.

# %%
print("You made no guess." if guess is ... else f"You guessed {guess} million.")
print(f"What we may earn in 2029: P50 {p50:.1f} million euro, ", end="")
print(f"four times out of five between {sure['P10']:.1f} and {sure['P90']:.1f}; ", end="")
print(f"more than the partners can carry: {funnel.chance_above_capacity:.0%}.")

# %% [markdown]
# > **Nora Brandt, head of product:** One number for the board, and I read it aloud. Three
# > sentences, please: what may we earn in 2029, how sure are we, on which assumption does it rest
# > most, and what do we do about that one next?
#
# > **Luc Peeters, finance:** And if the partners cannot carry it?
#
# **07.8** Write them in place of `...`, between the quotation marks. The check looks for four
# things and says "found" or "not found yet"; it does not judge. Your words are kept for your
# portfolio.

# %%
# <solution 07.8>
memo = f"""In 2029 Larder may earn {p50:.1f} million euro in commission, as likely more as less; in
four cases out of five it is between {sure["P10"]:.1f} and {sure["P90"]:.1f} million. Most of that
range comes from one assumption, the share of households that we win, which so far is only our own
plan, and I suppose that whoever is won buys everything from us. So let us first count in one town
how many we win, and how much of their baskets we get. And let us ask the partners early for vans:
with a chance of {funnel.chance_above_capacity:.0%} it is more than they can carry."""
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
# is in it twice? which assumption carries it?** And three sentences for your portfolio.
#
# It is seldom the multiplication that people disagree on. In June 2014 a professor of finance,
# Aswath Damodaran, [valued Uber][damodaran] at 5.9 billion dollars. His market was the world's
# taxis and limousines, 100 billion dollars a year. Bill Gurley, an investor in Uber and on its
# board, [answered in July][gurley] that a better service makes its market larger, and wins more
# of it: the estimate might be 25 times too small. The quarrel was mostly about the first line: is
# what people spend *today* the market?
#
# Have a market of your own? Each figure an `Assumption` with its range, source and date; then
# `bottom_up([Segment("Dentists", dentists, a_year)])`, and print it. In which year they come is
# for the **Bass model**: see [which method when](which_method.md).
#
# [damodaran]: https://aswathdamodaran.blogspot.com/2014/06/a-disruptive-cab-ride-to-riches-uber.html
# [gurley]: https://abovethecrowd.com/2014/07/11/how-to-miss-by-a-mile-an-alternative-look-at-ubers-potential-market-size/
