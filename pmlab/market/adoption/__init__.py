"""How a market is taken up over time: the Bass curve, drawn from numbers or fitted to adopters."""

from pmlab.market.adoption.bass import bass
from pmlab.market.adoption.fit import fit_bass
from pmlab.market.adoption.fitted import BassFit
from pmlab.market.adoption.result import Adoption

__all__ = ["Adoption", "BassFit", "bass", "fit_bass"]
