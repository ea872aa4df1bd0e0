"""What was agreed before an experiment began, and what it says of the numbers afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from pmlab.errors import InputError

__all__ = ["Plan"]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How large an experiment was to become, and which effect it was to find.

    Parameters
    ----------
    units : int
        Units in all arms together at which it is read.
    effect : float, optional
        The smallest effect of the primary metric worth finding, in its own units: 0.02 is two
        points of a share. Its sign does not matter.

    Raises
    ------
    InputError
        Unless units is a whole number from 2, and effect is not 0.

    Examples
    --------
    >>> from pmlab import ab
    >>> ab.Plan(units=20_000, effect=0.02)
    Plan(units=20000, effect=0.02)
    """

    units: int
    effect: float | None = None

    def __post_init__(self) -> None:
        if isinstance(self.units, bool) or not isinstance(self.units, int) or self.units < 2:
            raise InputError(
                f"units={self.units!r} must be a whole number from 2: the units of all arms "
                "together at which the experiment is read."
            )
        if self.effect is not None and not 0 < abs(self.effect) < float("inf"):
            raise InputError(
                f"effect={self.effect!r} must be a number other than 0, in the units of the "
                "primary metric: 0.02 is two points of a share."
            )
