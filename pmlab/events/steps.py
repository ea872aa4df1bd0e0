"""What a caller says about events that count alike: their names, a condition, or both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace

import narwhals as nw

from pmlab.durations import Duration, parse_positive
from pmlab.errors import InputError
from pmlab.events.matches import Condition, Match

__all__ = ["Step"]


@dataclass(frozen=True, eq=False, repr=False)
class Step:
    """One step of a funnel: the events that count as having done it.

    Parameters
    ----------
    event : str or sequence of str, optional
        The name of the event, or several of which any one counts.
    where : expression or dict, optional
        A condition on the event's properties, such as ``pm.col("price") > 10``; a dict is
        shorthand for equality: ``{"plan": "pro"}``, ``{"plan": ["pro", "team"]}``. A missing
        value meets no comparison. Without `event`, any event that meets it counts.
    within : str or timedelta, optional
        How long the move from the step before may take, inclusive; not on the first step.
    optional : bool
        Whether an attempt may leave the step out; neither the first nor the last may be.
    label : str, optional
        What the step is called in the answer; made from the event names unless given.
    alternatives : tuple of Step
        Other ways to do the step; ``a | b`` is a step that is done by doing either.

    Examples
    --------
    >>> import pmlab as pm
    >>> pm.Step("view", where=pm.col("price") > 10, label="view a dear one") | pm.Step("search")
    Step('view a dear one or search')
    """

    event: str | Sequence[str] | None = None
    _: KW_ONLY
    where: Condition | None = None
    within: Duration | None = None
    optional: bool = False
    label: str | None = None
    alternatives: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if self.event is None and self.where is None:
            raise InputError(
                "Step() names no event and no condition; give at least one of event= and where=."
            )
        if self.within is not None:
            parse_positive(self.within, "within")
        names = self._names
        if names is not None and not (names and all(isinstance(name, str) for name in names)):
            raise InputError(
                f"event={self.event!r} is neither an event name nor a list of names; "
                "give a text such as 'purchase', or several: ['buy', 'subscribe']."
            )
        if not (
            self.where is None
            or isinstance(self.where, nw.Expr)
            or (isinstance(self.where, Mapping) and self.where)
        ):
            raise InputError(
                f"where={self.where!r} is not a condition; give an expression such as "
                "pm.col('price') > 10, or a dict such as {'plan': 'pro'}."
            )

    def __or__(self, other: object) -> Step:
        if isinstance(other, str):
            other = Step(other)
        if not isinstance(other, Step):
            return NotImplemented
        return replace(
            self,
            alternatives=(*self.alternatives, other),
            label=f"{self.name} or {other.name}",
        )

    def __repr__(self) -> str:
        return f"Step({self.name!r})"

    @property
    def _names(self) -> tuple[str, ...] | None:
        if self.event is None:
            return None
        if isinstance(self.event, Sequence) and not isinstance(self.event, str):
            return tuple(self.event)
        return (self.event,)

    @property
    def name(self) -> str:
        """What the step is called: its label, or one made from its events."""
        if self.label is not None:
            return self.label
        events = " or ".join(self._names or ["any event"])
        if self.where is None:
            return events
        if isinstance(self.where, Mapping):
            pairs = ", ".join(f"{column} = {value}" for column, value in self.where.items())
            return f"{events} ({pairs})"
        return f"{events} (with a condition)"

    @property
    def matches(self) -> tuple[Match, ...]:
        """The questions of which an event must answer one with yes."""
        own = Match(self._names, self.where)
        return (own, *(match for step in self.alternatives for match in step.matches))
