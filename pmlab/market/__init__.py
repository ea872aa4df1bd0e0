"""How large a market is: TAM, SAM and SOM, from assumptions that can be wrong.

`Assumption` and `Money` say what is taken to be so, and multiply and add up. `bottom_up` (of
`Segment`), `top_down` and `value_theory` make a `Sizing` of them, its `funnel()` the part that can
be served and won, and `triangulate` sets several sizings side by side. `bass` and `fit_bass` say
how a market is taken up over time.
"""

from pmlab.market.adoption import Adoption, BassFit, bass, fit_bass
from pmlab.market.bottom_up import Segment, bottom_up
from pmlab.market.funnel import MarketFunnel
from pmlab.market.money import Money
from pmlab.market.quantity import Assumption, Quantity
from pmlab.market.segment_counts import SegmentCounts, count_segments
from pmlab.market.sizing import Sizing
from pmlab.market.top_down import top_down, value_theory
from pmlab.market.tornado import Extremes, Tornado
from pmlab.market.triangulate import Triangulation, triangulate

__all__ = [
    "Adoption",
    "Assumption",
    "BassFit",
    "Extremes",
    "MarketFunnel",
    "Money",
    "Quantity",
    "Segment",
    "SegmentCounts",
    "Sizing",
    "Tornado",
    "Triangulation",
    "bass",
    "bottom_up",
    "count_segments",
    "fit_bass",
    "top_down",
    "triangulate",
    "value_theory",
]
