"""What anything with moments and quantiles can be asked, however it knows them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from pmlab.errors import InputError
from pmlab.stats import Interval
from pmlab.uncertain.numbers import (
    REQUIRED,
    require_credibility,
    require_numbers,
    shown,
)

__all__ = ["Distribution", "Floats"]

Floats = npt.NDArray[np.float64]


class Distribution(ABC):
    """How likely each value of an unknown number is: its moments, quantiles and chances.

    A subclass says `mean`, `sd`, `_quantile` and `_cdf`, and may trust what those two are given: an
    array of floats, chances in [0, 1], nothing missing.
    """

    @property
    @abstractmethod
    def mean(self) -> float:
        """The expected value, which is not the median where one tail is longer."""

    @property
    @abstractmethod
    def sd(self) -> float:
        """The standard deviation."""

    @property
    def p10(self) -> float:
        """The value that is not reached with a chance of 10%."""
        return self.quantile(0.1)

    @property
    def p50(self) -> float:
        """The median."""
        return self.quantile(0.5)

    @property
    def p90(self) -> float:
        """The value that is not reached with a chance of 90%."""
        return self.quantile(0.9)

    @overload
    def quantile(self, p: float) -> float: ...
    @overload
    def quantile(self, p: npt.ArrayLike) -> Any: ...
    def quantile(self, p: Any) -> Any:
        """Return the value that is not reached with chance p.

        Parameters
        ----------
        p : float or array
            In [0, 1].

        Returns
        -------
        float or array of the shape of p

        Raises
        ------
        InputError
            For a p that is no number, or outside [0, 1].

        Examples
        --------
        >>> from pmlab.uncertain import uniform
        >>> uniform(0, 50).quantile([0.1, 0.5])
        array([ 5., 25.])
        """
        chances = require_numbers("p", p)
        if not ((chances >= 0) & (chances <= 1)).all():
            raise InputError(f"p={shown(p)} must lie in [0, 1]: 0.1 for P10, not 10.")
        return _like(p, self._quantile(chances))

    def interval(self, credibility: float = REQUIRED) -> Interval:
        """Return the central interval that holds the true value with this chance.

        Parameters
        ----------
        credibility : float
            In (0, 1): 0.8 for P10 to P90. There is no default, because tools differ.

        Returns
        -------
        Interval
            ``(low, high)``, with half of the rest below and half above.

        Raises
        ------
        InputError
            For a credibility that is missing or not in (0, 1).

        Examples
        --------
        >>> from pmlab.uncertain import uniform
        >>> uniform(0, 50).interval(0.5)
        Interval(low=12.5, high=37.5)
        """
        tail = (1 - require_credibility(credibility, "interval(0.8)")) / 2
        return Interval(self.quantile(tail), self.quantile(1 - tail))

    @overload
    def cdf(self, x: float) -> float: ...
    @overload
    def cdf(self, x: npt.ArrayLike) -> Any: ...
    def cdf(self, x: Any) -> Any:
        """Return the chance of x or less.

        Parameters
        ----------
        x : float or array
            In the unit of the number.

        Returns
        -------
        float or array of the shape of x
            In [0, 1]; NaN where x is.

        Raises
        ------
        InputError
            For an x that is no number.

        Examples
        --------
        >>> from pmlab.uncertain import uniform
        >>> uniform(0, 50).cdf(20)
        0.4
        """
        values = require_numbers("x", x)
        missing = np.isnan(values)
        return _like(x, np.where(missing, np.nan, self._cdf(np.where(missing, 0.0, values))))

    @abstractmethod
    def _quantile(self, p: Floats) -> Floats: ...

    @abstractmethod
    def _cdf(self, x: Floats) -> Floats: ...


def _like(given: Any, found: Floats) -> Any:
    return float(found) if np.ndim(given) == 0 else found
