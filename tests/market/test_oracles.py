"""Sizings against tools of others: SALib's Sobol indices, squigglepy's samples."""

import math

import numpy as np
import pytest
import squigglepy as sq
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import sobol as sobol_sample
from scipy import stats

from pmlab.market import Assumption, Money, Segment, bottom_up
from pmlab.uncertain import interval, pert, share, triangular, uniform

AMOUNTS = {
    "Families": interval(40e3, 90e3, credibility=0.8),
    "Couples": interval(50e3, 70e3, credibility=0.9),
    "Both": pert(5e3, 12e3, 15e3),
    "Orders of families": triangular(8, 10, 16),
    "Orders of couples": uniform(4, 12),
    "Basket": interval(38, 62, credibility=0.8),
    "Commission": share(0.06, 0.1, credibility=0.8),
}


def sizing():
    """Two segments that overlap, with orders of their own, one basket and one commission."""
    basket = Assumption("Basket", Money(AMOUNTS["Basket"], "EUR", basis="GMV"))
    commission = Assumption("Commission", AMOUNTS["Commission"], "share")
    segments = []
    for name in ("Families", "Couples"):
        orders = f"Orders of {name.lower()}"
        gross = Assumption(orders, AMOUNTS[orders], "orders", per="year") * basket
        customers = Assumption(name, AMOUNTS[name], "households")
        segments.append(Segment(name, customers, gross.to(basis="revenue", take_rate=commission)))
    both = Assumption("Both", AMOUNTS["Both"], "households")
    return bottom_up(segments, overlaps={("Families", "Couples"): both})


def model(x):
    """The same in numpy, with a column for each amount."""
    families, couples, both, f_orders, c_orders, basket, commission = x.T
    return (families * f_orders + (couples - both) * c_orders) * basket * commission


@pytest.fixture(scope="module")
def first_order():
    """SALib's first-order indices, by Saltelli's scheme, and how far they may be off."""
    problem = {"num_vars": len(AMOUNTS), "names": list(AMOUNTS), "bounds": [[0, 1]] * len(AMOUNTS)}
    shares = sobol_sample.sample(problem, 2**13, calc_second_order=False, seed=1)
    shares = np.clip(shares, 1e-9, 1 - 1e-9)
    x = np.column_stack(
        [amount.quantile(column) for amount, column in zip(AMOUNTS.values(), shares.T, strict=True)]
    )
    found = sobol_analysis.analyze(problem, model(x), calc_second_order=False, seed=2)
    return dict(zip(AMOUNTS, zip(found["S1"], found["S1_conf"], strict=True), strict=True))


def of_tornado(found):
    frame = found.tornado().to_frame()
    return frame.set_index("assumption")


def test_shares_of_variance_are_sobols_first_order_indices(first_order):
    ours = of_tornado(sizing())["share_of_variance"]
    assert set(ours.index) == set(AMOUNTS)
    for name, (index, margin) in first_order.items():
        assert ours[name] == pytest.approx(index, abs=max(0.012, margin)), name
    # Interactions take the rest: together a little below 1.
    assert 0.9 < ours.sum() < 1


# --- squigglepy: ten assumptions ----------------------------------------------------------------

TEN = {
    "Households": (interval(1e6, 3e6, credibility=0.9), sq.to(1e6, 3e6)),
    "Who cook": (share(0.5, 0.8, credibility=0.8), None),
    "Who plan": (pert(0.1, 0.2, 0.5), sq.pert(0.1, 0.2, 0.5)),
    "With children": (triangular(0.2, 0.3, 0.4), sq.triangular(0.2, 0.3, 0.4)),
    "Orders": (interval(8, 16, credibility=0.9), sq.to(8, 16)),
    "Items": (uniform(10, 20), sq.uniform(10, 20)),
    "Price": (interval(2, 5, credibility=0.8), sq.lognorm(2, 5, credibility=80)),
    "Paid for": (pert(0.9, 0.95, 0.99), sq.pert(0.9, 0.95, 0.99)),
    "Kept": (uniform(0.9, 1), sq.uniform(0.9, 1)),
    "Commission": (triangular(0.05, 0.08, 0.1), sq.triangular(0.05, 0.08, 0.1)),
}


def test_quantiles_of_ten_assumptions_are_squigglepys():
    amounts = {name: ours for name, (ours, _) in TEN.items()}
    price = Money(amounts["Price"], "EUR", per="year", basis="GMV")
    spend = Assumption("Price", price)
    for name, unit in (("Orders", "orders"), ("Items", "items")):
        spend = spend * Assumption(name, amounts[name], unit)
    for name in ("Paid for", "Kept"):
        spend = spend * Assumption(name, amounts[name], "share")
    commission = Assumption("Commission", amounts["Commission"], "share")
    customers = Assumption("Households", amounts["Households"], "households")
    for name in ("Who cook", "Who plan", "With children"):
        customers = customers * Assumption(name, amounts[name], "share")
    found = bottom_up(
        [Segment("Families", customers, spend.to(basis="revenue", take_rate=commission))]
    )
    sq.set_seed(5)
    who_cook = amounts["Who cook"]
    n = 200_000
    total = np.ones(n)
    for name, (_, theirs) in TEN.items():
        if theirs is None:
            # squigglepy has no beta by its quantiles: scipy's, with our mean and sd.
            size = who_cook.mean * (1 - who_cook.mean) / who_cook.sd**2 - 1
            total *= stats.beta.rvs(
                who_cook.mean * size, (1 - who_cook.mean) * size, size=n, random_state=4
            )
        else:
            total *= sq.sample(theirs, n)
        assert name in set(found.ledger["assumption"])
    theirs = np.quantile(total, [0.1, 0.5, 0.9])
    # Both sides are drawn: 100,000 and 200,000 times, which knows each quantile to 0.6%.
    assert (found.p10, found.p50, found.p90) == pytest.approx(tuple(theirs), rel=0.02)
    assert found.mean == pytest.approx(total.mean(), rel=5 * total.std() / total.mean() / 447)
    exact = math.prod(amount.mean for amount in amounts.values())
    assert found.mean == pytest.approx(exact, rel=1e-9), "the mean is exact, and not drawn"
