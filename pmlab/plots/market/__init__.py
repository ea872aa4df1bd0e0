"""The figures of markets: TAM, SAM and SOM, tornadoes, what is likely, ways, segments."""

from pmlab.plots.market import (  # noqa: F401  (they register figures)
    funnel,
    segments,
    sizing,
    tornado,
    triangulation,
)
