"""Ranges: one unknown number each, and draws from several of them at once.

`interval` is for amounts (lognormal), `share` for fractions (beta); `pert`, `triangular` and
`uniform` are there by name. A `Range` knows its mean, its quantiles and its distribution exactly;
`draws` is for what has no formula.
"""

from pmlab.uncertain.drawing import draws
from pmlab.uncertain.making import interval, pert, share, triangular, uniform
from pmlab.uncertain.ranges import Beta, Lognormal, Range, Triangular, Uniform

__all__ = [
    "Beta",
    "Lognormal",
    "Range",
    "Triangular",
    "Uniform",
    "draws",
    "interval",
    "pert",
    "share",
    "triangular",
    "uniform",
]
