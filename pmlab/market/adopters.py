"""Adopters by period in: a column, an array or a list."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Set
from os import PathLike
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from pmlab.errors import InputError
from pmlab.market.bass_curve import Floats
from pmlab.market.steps import require_steps
from pmlab.results import number_of
from pmlab.uncertain.numbers import require_number, shown

__all__ = ["read_adopters"]

MOST_ADOPTERS = 1e15


def read_adopters(values: Any, per: str, fewest: int) -> Floats:
    """Return new adopters by period, from launch; raise for what cannot be that."""
    listed = _listed(values)
    index = getattr(values, "index", None)
    if isinstance(index, pd.Index):
        require_steps(index, per)
    y = np.array([_one(value, place) for place, value in enumerate(listed, start=1)])
    if len(y) < fewest:
        raise InputError(
            f"adopters has {number_of(len(y), per)}; at least {fewest} are needed to tell m, p and "
            "q apart, and more are better. With m from a sizing 3 will do."
        )
    if not y.any():
        raise InputError("adopters holds only zeros; nobody has adopted, so there is no curve.")
    return y


def _listed(values: Any) -> list[Any]:
    """Return the values of a column, an array or a list."""
    column = "give one column of numbers, the new adopters of each period from launch"
    if isinstance(values, str | bytes | PathLike):
        raise InputError(
            f"adopters={values!r} is text; {column}: of a file, pd.read_csv(...)['adopters']."
        )
    if isinstance(values, Mapping):
        raise InputError(
            "adopters is a dict; give pd.Series(adopters) if its keys are the periods, or the one "
            "list that it holds."
        )
    native = nw.from_native(values, pass_through=True, allow_series=True)
    if isinstance(native, nw.DataFrame | nw.LazyFrame) or getattr(values, "ndim", 1) != 1:
        raise InputError("adopters is a whole table; give its column of new adopters.")
    if isinstance(native, nw.Series):
        return native.to_list()
    if not isinstance(values, Iterable) or isinstance(values, Set):
        raise InputError(f"adopters is {shown(values)}; {column}.")
    return list(values)


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
