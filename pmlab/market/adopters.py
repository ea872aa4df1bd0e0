"""Adopters by period in: a column, an array or a list."""

from __future__ import annotations

import math
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from pmlab.errors import InputError
from pmlab.market.bass_curve import Floats
from pmlab.results import number_of
from pmlab.uncertain.making import require_number

__all__ = ["read_adopters"]

MOST_ADOPTERS = 1e15


def read_adopters(values: Any, per: str, fewest: int) -> Floats:
    """Return new adopters by period, from launch; raise for what cannot be that."""
    native = nw.from_native(values, pass_through=True, allow_series=True)
    if isinstance(native, nw.DataFrame | nw.LazyFrame):
        raise InputError("adopters is a whole table; give its column of new adopters.")
    index = getattr(values, "index", None)
    if isinstance(index, pd.Index) and not index.is_monotonic_increasing:
        raise InputError(
            "adopters is a column whose index is not in order; sort it by time first "
            "(.sort_index()), for the first number is taken to be that of the launch."
        )
    listed = native.to_list() if isinstance(native, nw.Series) else list(values)
    y = np.array([_one(value, place) for place, value in enumerate(listed, start=1)])
    if len(y) < fewest:
        raise InputError(
            f"adopters has {number_of(len(y), per)}; at least {fewest} are needed to tell m, p and "
            "q apart, and more are better. With m from a sizing 3 will do."
        )
    if not y.any():
        raise InputError("adopters holds only zeros; nobody has adopted, so there is no curve.")
    return y


def _one(value: Any, place: int) -> float:
    if value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NA:
        raise InputError(
            f"adopters has no number for period {place}; give 0 if nobody adopted then, and leave "
            "out a last period that is not over."
        )
    found = require_number(f"adopters[{place - 1}]", value)
    if found < 0:
        raise InputError(
            f"adopters has {found:g} in period {place}; new adopters cannot be below 0. Count "
            "first purchases, without those who left."
        )
    if found > MOST_ADOPTERS:
        raise InputError(
            f"adopters has {found:g} in period {place}, more than can be counted one by one; is it "
            "another column, or money?"
        )
    return found
