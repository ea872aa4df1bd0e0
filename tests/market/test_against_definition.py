"""Sizings against real sets of customers, plain draws, closed forms, and each other."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import stats

from pmlab.errors import InputError
from pmlab.market import Assumption, Money, Segment, bottom_up, top_down, triangulate, value_theory
from pmlab.uncertain import interval, pert, share, triangular, uniform

from . import definition

# --- customers, counted once --------------------------------------------------------------------

LETTERS = "ABCD"
memberships = st.lists(st.integers(0, 15), min_size=1, max_size=60)


def in_sets(masks, k):
    """The customers of the first k segments, by who is in what."""
    sets = {LETTERS[j]: {i for i, mask in enumerate(masks) if mask >> j & 1} for j in range(k)}
    assume(all(sets.values()))
    return sets


def households(n):
    return Assumption(f"{n} households", n, "households")


def segments_of(sets, each=None):
    return [
        Segment(
            name,
            Assumption(f"{name} households", len(members), "households"),
            None if each is None else Money(each[name], "EUR", per="year"),
        )
        for name, members in sets.items()
    ]


@settings(max_examples=80, deadline=None)
@given(masks=memberships, k=st.integers(2, 4))
def test_customers_in_several_segments_are_counted_once(masks, k):
    sets = in_sets(masks, k)
    found = bottom_up(segments_of(sets), overlaps=definition.overlaps_of(sets))
    everybody = len(set.union(*sets.values()))
    assert found.mean == pytest.approx(everybody)
    assert (found.p10, found.p50, found.p90) == pytest.approx((everybody,) * 3)
    assert found.overlap_bounds is None
    assert not any("overlap" in text for text in found.warnings)


@settings(max_examples=80, deadline=None)
@given(
    masks=memberships,
    k=st.integers(2, 4),
    each=st.lists(st.integers(1, 500), min_size=4, max_size=4),
)
def test_everybody_spends_as_the_first_listed_segment_does(masks, k, each):
    sets = in_sets(masks, k)
    spends = dict(zip(LETTERS, each, strict=True))
    found = bottom_up(segments_of(sets, spends), overlaps=definition.overlaps_of(sets))
    assert found.mean == pytest.approx(definition.revenue_of(sets, spends))
    assert found.customers.mean == pytest.approx(len(set.union(*sets.values())))


@settings(max_examples=40, deadline=None)
@given(masks=memberships, k=st.integers(2, 3))
def test_the_order_of_segments_changes_no_count(masks, k):
    sets = in_sets(masks, k)
    overlaps = definition.overlaps_of(sets)
    counts = [
        bottom_up(segments_of({name: sets[name] for name in order}), overlaps=overlaps).mean
        for order in itertools.permutations(sets)
    ]
    assert counts == pytest.approx([counts[0]] * len(counts))


# --- unknown overlaps ---------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 4), min_size=2, max_size=3),
    each=st.lists(st.integers(1, 9), min_size=3, max_size=3),
)
def test_bounds_of_unknown_overlaps(sizes, each):
    # Even sizes, because the bounds of three segments may want half a customer.
    sizes = [2 * size for size in sizes]
    segments = [
        Segment(name, size, Money(spend, "EUR", per="year"))
        for name, size, spend in zip(LETTERS, sizes, each, strict=False)
    ]
    found = bottom_up(segments)
    assert found.overlap_bounds == pytest.approx(
        definition.possible_totals(sizes, each[: len(sizes)], {}), abs=1e-6
    )
    assert any("overlap" in text for text in found.warnings)


@settings(max_examples=40, deadline=None)
@given(
    masks=st.lists(st.integers(0, 7), min_size=3, max_size=8),
    left_out=st.sets(st.sampled_from([(0, 1), (0, 2), (1, 2), (0, 1, 2)]), min_size=1),
)
def test_bounds_when_some_overlaps_are_known(masks, left_out):
    sets = in_sets(masks, 3)
    # Every customer twice, so that bounds which want half a customer find one.
    sets = {name: members | {i + 100 for i in members} for name, members in sets.items()}
    keys = {
        tuple(LETTERS.index(name) for name in names): n
        for names, n in definition.overlaps_of(sets).items()
    }
    known = {names: n for names, n in keys.items() if names not in left_out}
    given_overlaps = {tuple(LETTERS[j] for j in names): n for names, n in known.items()}
    sizes = [len(members) for members in sets.values()]
    low, high = definition.possible_totals(sizes, [1, 1, 1], known)
    # Inclusion and exclusion of what is known, as if nobody were in the others.
    without = sum(sizes) + sum((-1) ** (len(names) - 1) * n for names, n in known.items())
    if not low <= without <= high:
        with pytest.raises(InputError, match="leaves out"):
            bottom_up(segments_of(sets), overlaps=given_overlaps)
        return
    found = bottom_up(segments_of(sets), overlaps=given_overlaps or None)
    assert found.mean == pytest.approx(without)
    if found.overlap_bounds is None:
        # What is left out follows from what is known.
        assert low == high
    else:
        assert tuple(found.overlap_bounds) == pytest.approx((low, high), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 12), min_size=3, max_size=3),
    shared=st.lists(st.integers(0, 6), min_size=4, max_size=4),
)
@example(sizes=[10, 20, 20], shared=[8, 8, 1, 1])
@example(sizes=[10, 10, 10], shared=[10, 10, 0, 0])
def test_overlaps_are_possible_or_refused(sizes, shared):
    # All overlaps of three segments are said, so it is known how many are in exactly which: with
    # so many in none but one, and in none but two, none of these may be below 0.
    ab, ac, bc, abc = shared
    a, b, c = sizes
    exactly = [
        abc,
        *(two - abc for two in (ab, ac, bc)),
        a - ab - ac + abc,
        b - ab - bc + abc,
        c - ac - bc + abc,
    ]
    segments = [Segment(name, size) for name, size in zip("ABC", sizes, strict=True)]
    overlaps = {("A", "B"): ab, ("A", "C"): ac, ("B", "C"): bc, ("A", "B", "C"): abc}
    if min(exactly) < 0:
        with pytest.raises(InputError, match="overlaps"):
            bottom_up(segments, overlaps=overlaps)
    else:
        assert bottom_up(segments, overlaps=overlaps).mean == pytest.approx(sum(exactly))


# --- mean and variance --------------------------------------------------------------------------

RANGES = [
    interval(40e3, 90e3, credibility=0.8),
    interval(8, 16, credibility=0.9),
    pert(1, 2, 5),
    triangular(2, 3, 7),
    uniform(1, 4),
    share(0.2, 0.6, credibility=0.8),
    share(0.03, 0.08, credibility=0.8),
]
ranges = st.sampled_from(RANGES)


def two_segments(amounts):
    """Two segments with one basket; the couples order as often as a share of the families' do."""
    families, couples, both, orders, basket = amounts
    spend = Money(basket, "EUR")
    basket = Assumption("Basket", spend)
    orders = Assumption("Orders", orders, "orders", per="year")
    segments = [
        Segment("Families", Assumption("Families", families, "households"), orders * basket),
        Segment("Couples", Assumption("Couples", couples, "households"), basket * orders),
    ]
    return bottom_up(segments, overlaps={("Families", "Couples"): both})


def moments_of_product(*factors):
    """The mean and sd of a product of independent amounts."""
    first = math.prod(mean for mean, _ in factors)
    second = math.prod(mean**2 + sd**2 for mean, sd in factors)
    return first, math.sqrt(second - first**2)


@settings(max_examples=30, deadline=None)
@given(families=ranges, couples=ranges, orders=ranges, basket=ranges)
def test_mean_and_sd_of_segments_that_share_assumptions_are_exact(
    families, couples, orders, basket
):
    # Two segments whose customers are apart: (families + couples) x orders x basket.
    found = two_segments((families, couples, 0, orders, basket))
    customers = (families.mean + couples.mean, math.hypot(families.sd, couples.sd))
    mean, sd = moments_of_product(customers, (orders.mean, orders.sd), (basket.mean, basket.sd))
    assert found.mean == pytest.approx(mean, rel=1e-9)
    assert found.sd == pytest.approx(sd, rel=1e-6)


def test_mean_and_sd_with_an_uncertain_overlap_are_exact():
    families, couples = interval(40e3, 90e3, credibility=0.8), uniform(50e3, 80e3)
    both, basket = pert(5e3, 12e3, 15e3), interval(38, 62, credibility=0.8)
    found = two_segments((families, couples, both, 12, basket))
    customers = (
        families.mean + couples.mean - both.mean,
        math.hypot(families.sd, couples.sd, both.sd),
    )
    mean, sd = moments_of_product(customers, (basket.mean, basket.sd))
    assert (found.mean, found.sd) == pytest.approx((12 * mean, 12 * sd), rel=1e-9)
    assert found.customers.mean == pytest.approx(customers[0])
    assert found.customers.sd == pytest.approx(customers[1])


@settings(max_examples=25, deadline=None)
@given(data=st.data(), k=st.integers(2, 4))
def test_mean_sd_and_shares_of_variance_of_any_bottom_up_sizing(data, k):
    """Segments that share orders, baskets and a commission at random, and overlap at random."""
    pool = {
        "orders": [pert(8, 12, 16), triangular(2, 3, 7)],
        "basket": [interval(38, 62, credibility=0.8), uniform(20, 40)],
        "commission": [share(0.06, 0.1, credibility=0.8), share(0.2, 0.3, credibility=0.9)],
    }
    amounts, recipe, segments = {}, [], []

    def use(kind, unit, **options):
        which = data.draw(st.integers(0, 1))
        name = f"{kind} {which}"
        amounts[name] = pool[kind][which]
        return name, Assumption(name, pool[kind][which], unit, **options)

    for letter in LETTERS[:k]:
        amounts[letter] = interval(4e4, data.draw(st.floats(5e4, 2e5)), credibility=0.8)
        orders, per_year = use("orders", "orders", per="year")
        basket = f"basket {data.draw(st.integers(0, 1))}"
        amounts[basket] = pool["basket"][int(basket[-1])]
        money = Assumption(basket, Money(amounts[basket], "EUR", basis="GMV"))
        commission, rate = use("commission", "share")
        revenue = (per_year * money).to(basis="revenue", take_rate=rate)
        segments.append(Segment(letter, Assumption(letter, amounts[letter], "people"), revenue))
        recipe.append((letter, orders, basket, commission))
    overlaps = {}
    for one, other in itertools.combinations(LETTERS[:k], 2):
        kept = data.draw(st.sampled_from([0, 1000, uniform(500, 2000)]))
        overlaps[one, other] = kept if kept == 0 else Assumption(f"{one}{other}", kept, "people")
        if isinstance(kept, type(RANGES[4])):
            amounts[f"{one}{other}"] = kept
    for size in range(3, k + 1):
        overlaps |= dict.fromkeys(itertools.combinations(LETTERS[:k], size), 0)

    def model(x):
        total = 0
        for place, (letter, orders, basket, commission) in enumerate(recipe):
            here = x[letter]
            for one, *_ in recipe[:place]:
                both = overlaps[one, letter]
                here = here - (both if both == 0 else x.get(one + letter, 1000))
            total = total + here * x[orders] * x[basket] * x[commission]
        return total

    found = bottom_up(segments, overlaps=overlaps)
    mean, sd, shares = definition.by_two_points(amounts, model)
    assert (found.mean, found.sd) == pytest.approx((mean, sd), rel=1e-9)
    frame = found.tornado().to_frame()
    ours = dict(zip(frame["assumption"], frame["share_of_variance"], strict=True))
    assert ours == pytest.approx(shares, abs=1e-9)


def test_quantiles_of_a_sum_of_products_against_a_latin_hypercube():
    amounts = {
        "families": interval(40e3, 90e3, credibility=0.8),
        "couples": uniform(50e3, 80e3),
        "both": pert(5e3, 12e3, 15e3),
        "orders": triangular(8, 10, 16),
        "basket": interval(38, 62, credibility=0.8),
    }
    found = two_segments(amounts.values())
    drawn = definition.sampled(amounts, 400_000, seed=3)
    total = (
        (drawn["families"] + drawn["couples"] - drawn["both"]) * drawn["orders"] * drawn["basket"]
    )
    # 100,000 draws know P10 and P90 to a third of a percent at worst here.
    assert (found.p10, found.p50, found.p90) == pytest.approx(
        tuple(np.quantile(total, [0.1, 0.5, 0.9])), rel=0.012
    )
    assert found.mean == pytest.approx(total.mean(), rel=0.002)
    assert found.sd == pytest.approx(total.std(), rel=0.01)
    low, high = found.interval(0.5)
    assert (low, high) == pytest.approx(tuple(np.quantile(total, [0.25, 0.75])), rel=0.012)


# --- products of lognormals ---------------------------------------------------------------------

lognormal_ends = st.tuples(st.floats(0.01, 100), st.floats(1.05, 8))  # six make 6e17 at most


def as_normal(low, factor, credibility):
    """mu and sigma of the logarithm."""
    z = stats.norm.ppf((1 + credibility) / 2)
    return math.log(low) + math.log(factor) / 2, math.log(factor) / (2 * z)


@settings(deadline=None)
@given(
    ends=st.lists(lognormal_ends, min_size=2, max_size=6),
    credibility=st.sampled_from([0.5, 0.8, 0.9, 0.95]),
    fixed=st.floats(0.01, 1),
)
def test_a_product_of_lognormals_is_the_lognormal_of_the_sums(ends, credibility, fixed):
    (low, factor), *others = ends
    total = Assumption(
        "Spend",
        Money(interval(low, low * factor, credibility=credibility), "EUR", per="year"),
    )
    for k, (a, b) in enumerate(others):
        amount = interval(a, a * b, credibility=credibility)
        total = total * Assumption(f"Factor {k}", amount, "times")
    found = top_down(total, {"bought online": fixed})
    mus, sigmas = zip(*(as_normal(a, b, credibility) for a, b in ends), strict=True)
    mu, sigma = sum(mus) + math.log(fixed), math.hypot(*sigmas)
    theirs = stats.lognorm(s=sigma, scale=math.exp(mu))
    assert found.exact
    assert (found.p10, found.p50, found.p90) == pytest.approx(
        tuple(theirs.ppf([0.1, 0.5, 0.9])), rel=1e-8
    )
    assert found.mean == pytest.approx(theirs.mean(), rel=1e-7)
    assert found.sd == pytest.approx(theirs.std(), rel=1e-5)
    assert found.interval(0.95) == pytest.approx(theirs.interval(0.95), rel=1e-8)


def test_the_median_is_below_the_mean_of_what_is_skewed():
    spend = Money(interval(1e6, 9e6, credibility=0.8), "EUR", per="year")
    found = top_down(spend, {"online": 0.5})
    assert found.p50 == pytest.approx(1.5e6)
    assert found.mean > found.p50


# --- what changes nothing, and what scales ------------------------------------------------------


def spend_of(amount=None, per="year", currency="EUR", basis="revenue"):
    return Assumption(
        "Spend",
        Money(amount or interval(1e6, 4e6, credibility=0.8), currency, per=per, basis=basis),
    )


def numbers(found):
    return np.array([found.p10, found.p50, found.p90, found.mean, found.sd])


ONLINE = share(0.2, 0.6, credibility=0.8)


@settings(max_examples=20, deadline=None)
@given(rate=st.floats(0.01, 100))
def test_a_certain_rate_scales_every_number(rate):
    euros = top_down(spend_of(), {"online": ONLINE})
    assert numbers(euros.to(currency="USD", rate=rate)) == pytest.approx(
        rate * numbers(euros), rel=1e-9
    )


@pytest.mark.parametrize(
    ("per", "in_a_year"),
    [("month", 12), ("quarter", 4), ("week", 365.2425 / 7), ("day", 365.2425), ("year", 1)],
)
def test_a_period_is_converted_by_how_many_are_in_a_year(per, in_a_year):
    found = top_down(spend_of(per=per), {"online": ONLINE})
    assert numbers(found.to(per="year")) == pytest.approx(in_a_year * numbers(found), rel=1e-9)


@pytest.mark.parametrize("to", [{"per": "month"}, {"currency": "USD", "rate": 1.1}])
def test_a_conversion_changes_nothing_but_the_unit(to):
    found = two_segments([RANGES[0], uniform(50e3, 80e3), pert(5e3, 12e3, 15e3), 12, RANGES[1]])
    other = found.to(**to)
    before, after = (one.tornado().to_frame().set_index("assumption") for one in (found, other))
    assert after["share_of_variance"].to_dict() == pytest.approx(
        before["share_of_variance"].to_dict()
    )
    assert after.index.tolist() == before.index.tolist()
    assert other.customers.mean == pytest.approx(found.customers.mean)
    ratio = other.mean / found.mean
    for ends in ("answer_at_p10", "answer_at_p90", "swing"):
        assert after[ends].to_numpy() == pytest.approx(ratio * before[ends].to_numpy())


def test_there_and_back_is_where_one_was():
    found = top_down(spend_of(), {"online": ONLINE})
    there = found.to(per="month").to(currency="USD", rate=1.1)
    back = there.to(currency="EUR", rate=1 / 1.1).to(per="year")
    assert numbers(back) == pytest.approx(numbers(found), rel=1e-9)


def test_commission_turns_gross_value_into_revenue():
    found = top_down(spend_of(basis="GMV"), {"online": 0.5})
    revenue = found.to(basis="revenue", take_rate=0.08)
    assert numbers(revenue) == pytest.approx(0.08 * numbers(found), rel=1e-9)
    # As an assumption with a range, the take rate is one more independent factor.
    rate = share(0.06, 0.1, credibility=0.8)
    unsure = found.to(basis="revenue", take_rate=Assumption("Commission", rate, "share"))
    mean, sd = moments_of_product((found.mean, found.sd), (rate.mean, rate.sd))
    assert (unsure.mean, unsure.sd) == pytest.approx((mean, sd))


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(["online", "planned", "delivered"]))
def test_the_order_of_shares_changes_nothing(order):
    shares = {"online": ONLINE, "planned": share(0.1, 0.3, credibility=0.8), "delivered": 0.4}
    found = top_down(spend_of(), {name: shares[name] for name in order})
    usual = top_down(spend_of(), shares)
    assert numbers(found) == pytest.approx(numbers(usual), rel=1e-9)


def test_the_order_of_factors_changes_nothing():
    orders = Assumption("Orders", pert(8, 12, 16), "orders", per="year")
    basket = Assumption("Basket", Money(interval(38, 62, credibility=0.8), "EUR"))
    for revenue in (orders * basket, basket * orders):
        found = bottom_up([Segment("Families", interval(40e3, 90e3, credibility=0.8), revenue)])
        assert found.mean == pytest.approx(
            interval(40e3, 90e3, credibility=0.8).mean * 12 * interval(38, 62, credibility=0.8).mean
        )


def test_value_theory_is_cost_times_shares_times_customers():
    found = value_theory(
        Money(500, "USD", per="year"), 0.1, 0.5, customers=Assumption("Firms", 3000, "firms")
    )
    assert found.mean == pytest.approx(500 * 0.1 * 0.5 * 3000)
    cost, solved, captured = pert(300, 500, 900), share(0.1, 0.3, credibility=0.8), 0.5
    found = value_theory(Money(cost, "USD", per="year"), solved, captured)
    mean, sd = moments_of_product((cost.mean, cost.sd), (solved.mean, solved.sd))
    assert (found.mean, found.sd) == pytest.approx((0.5 * mean, 0.5 * sd))


# --- the funnel ---------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(
    spend=st.sampled_from([interval(1e6, 4e6, credibility=0.8), pert(1e6, 2e6, 6e6), 3e6]),
    sam=st.one_of(st.floats(0.05, 1), st.just(ONLINE)),
    som=st.one_of(st.floats(0.01, 0.2), st.just(share(0.03, 0.08, credibility=0.8))),
)
def test_tam_holds_sam_holds_som(spend, sam, som):
    found = top_down(spend_of(spend), {"planned": 0.7}).funnel(
        sam={"where we deliver": sam}, som={"won in three years": som}, year=2027
    )
    for smaller, larger in ((found.som, found.sam), (found.sam, found.tam)):
        for number in ("p10", "p50", "p90", "mean"):
            assert getattr(smaller, number) <= getattr(larger, number) * (1 + 1e-9)
    mean = {1: lambda x: x}.get(0, lambda x: getattr(x, "mean", x))
    assert found.som.mean == pytest.approx(found.tam.mean * mean(sam) * mean(som))


def test_filters_may_be_several_and_their_order_is_free():
    tam = top_down(spend_of(), {"planned": 0.7})
    one = tam.funnel(sam={"cities": 0.4, "online": 0.5}, som={"won": 0.05}, year=2027)
    two = tam.funnel(sam={"online": 0.5, "cities": 0.4}, som={"won": 0.05}, year=2027)
    assert numbers(one.som) == pytest.approx(numbers(two.som))
    assert one.sam.mean == pytest.approx(0.2 * one.tam.mean)


def test_what_is_left_of_a_share():
    online = Assumption("Online", ONLINE, "share")
    one, rest = top_down(spend_of(), {"online": online}), top_down(spend_of(), {"rest": 1 - online})
    whole = spend_of().value.amount
    assert one.mean + rest.mean == pytest.approx(whole.mean)
    left_mean, left_sd = moments_of_product((whole.mean, whole.sd), (1 - ONLINE.mean, ONLINE.sd))
    assert (rest.mean, rest.sd) == pytest.approx((left_mean, left_sd))


def test_capacity_in_customers_is_compared_with_the_customers_won():
    families, won = interval(4e4, 9e4, credibility=0.8), share(0.03, 0.08, credibility=0.8)
    tam = bottom_up(
        [
            Segment(
                "Families",
                Assumption("Families", families, "households"),
                Money(600, "EUR", per="year"),
            )
        ]
    )
    found = tam.funnel(
        sam={"cities": 0.4},
        som={"won": won},
        year=2027,
        capacity=Assumption("Vans", 1200, "households"),
    )
    drawn = definition.sampled({"families": families, "won": won}, 200_000, seed=9)
    chance = np.mean(drawn["families"] * 0.4 * drawn["won"] > 1200)
    assert found.chance_above_capacity == pytest.approx(chance, abs=0.006)
    assert any("capacity" in text for text in found.warnings)


def test_a_wider_range_widens_everything_after_it():
    narrow, wide = (
        top_down(spend_of(interval(1e6, 4e6, credibility=level)), {"online": ONLINE})
        for level in (0.9, 0.5)
    )
    assert wide.sd > narrow.sd
    assert wide.p10 < narrow.p10 < narrow.p90 < wide.p90


@settings(max_examples=20, deadline=None)
@given(more=st.floats(1.05, 3), which=st.integers(0, 2))
def test_more_of_anything_is_more_of_the_market(more, which):
    def size(factors):
        orders = Assumption(
            "Orders", pert(*(factors[1] * np.array([8, 12, 16]))), "orders", per="year"
        )
        basket = Money(interval(38 * factors[2], 62 * factors[2], credibility=0.8), "EUR")
        families = interval(40e3 * factors[0], 90e3 * factors[0], credibility=0.8)
        return bottom_up([Segment("Families", families, orders * Assumption("Basket", basket))])

    factors = [1.0, 1.0, 1.0]
    usual = size(factors)
    factors[which] = more
    # The seed is the same, so the draws scale too: to the last digits even where they are drawn.
    assert numbers(size(factors)) == pytest.approx(more * numbers(usual), rel=1e-6)


def test_the_same_sizing_twice_is_the_same():
    amounts = [RANGES[0], uniform(50e3, 80e3), pert(5e3, 12e3, 15e3), RANGES[3], RANGES[1]]
    one, two = two_segments(amounts), two_segments(amounts)
    assert np.array_equal(numbers(one), numbers(two))
    assert str(one) == str(two)


# --- the mistake --------------------------------------------------------------------------------


def test_all_lows_and_all_highs_are_far_out():
    # Four lognormals with the same sigma: all lows lie 4 x 1.2816 sigma below, where the product's
    # own sigma is 2 sigma, so at 2 x 1.2816 of them: the chance below is Phi(-2.563) = 0.52%,
    # against 10%; all four at once below their P10 is one in 10,000.
    ten = interval(1, 10, credibility=0.8)
    total = Assumption("Spend", Money(ten, "EUR", per="year"))
    for k in range(3):
        total = total * Assumption(f"Factor {k}", ten, "times")
    found = top_down(total, {"online": 1.0})
    mistake = found.all_lows_and_highs
    assert mistake.low == pytest.approx(1)
    assert mistake.high == pytest.approx(10_000)
    assert mistake.chance_below_low == pytest.approx(
        stats.norm.cdf(2 * stats.norm.ppf(0.1)), rel=1e-6
    )
    assert mistake.chance_above_high == pytest.approx(mistake.chance_below_low, rel=1e-6)
    assert mistake.chance_of_all == pytest.approx(1e-4)


# --- several methods ----------------------------------------------------------------------------


def two_methods(basket=None):
    """Two sizings that share an assumption: families x basket, and all households x basket."""
    basket = basket or interval(400, 900, credibility=0.8)
    money = Assumption("Basket", Money(basket, "EUR", per="year"))
    few = interval(1000, 2000, credibility=0.8)
    many = interval(1200, 3000, credibility=0.8)
    bottom = bottom_up([Segment("Families", Assumption("Families", few, "households"), money)])
    top = bottom_up([Segment("All", Assumption("Households", many, "households"), money)])
    return few, many, triangulate({"bottom-up": bottom, "top-down": top})


def test_what_two_methods_share_does_not_part_them():
    # The basket cancels: the ratio is that of the two counts, whatever the basket.
    few, many, found = two_methods()
    z = stats.norm.ppf(0.9)
    sigma = math.hypot(math.log(2) / (2 * z), math.log(2.5) / (2 * z))
    ratio = stats.lognorm(s=sigma, scale=many.p50 / few.p50)
    row = found.ratios.iloc[0]
    expected = ratio.ppf([0.1, 0.5, 0.9])
    got = np.array([row["p10"], row["p50"], row["p90"]])
    if (row["one"], row["other"]) != ("top-down", "bottom-up"):
        got = 1 / got[::-1]
    assert got == pytest.approx(expected, rel=1e-9)
