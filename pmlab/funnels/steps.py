"""What a caller says about a funnel: its steps, and the finer rules of counting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from typing import Literal

import narwhals as nw

from pmlab.errors import InputError, did_you_mean
from pmlab.events import Condition, Match

__all__ = ["Rules", "Step", "as_steps", "labels_of", "require_choice"]


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
    label: str | None = None
    alternatives: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if self.event is None and self.where is None:
            raise InputError(
                "Step() names no event and no condition; give at least one of event= and where=."
            )
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


def as_steps(steps: object) -> tuple[Step, ...]:
    """Return the steps that a caller gave, by name or as `Step`."""
    if isinstance(steps, str | Step) or not isinstance(steps, Sequence):
        raise InputError(
            f"steps={steps!r} is not a list of steps; give one such as ['visit', 'sign_up']."
        )
    if not steps:
        raise InputError("steps is empty; name at least one step, such as ['visit', 'sign_up'].")
    for number, step in enumerate(steps, start=1):
        if not isinstance(step, str | Step):
            raise InputError(
                f"step {number} is {step!r}; give an event name or a pm.Step, "
                "which takes several names too: pm.Step(['buy', 'subscribe'])."
            )
    return tuple(step if isinstance(step, Step) else Step(step) for step in steps)


def labels_of(steps: Sequence[Step]) -> tuple[str, ...]:
    """Return what the steps are called, with a number where two are called the same."""
    labels: list[str] = []
    for step in steps:
        label, again = step.name, 1
        while label in labels:
            again += 1
            label = f"{step.name} ({again})"
        labels.append(label)
    return tuple(labels)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The finer rules of counting, on which tools differ.

    Parameters
    ----------
    entry : {"best", "first"}
        Where an attempt may start: at whichever step-1 event leads furthest, or only at the
        unit's first.
    ties : {"any", "strict"}
        Events at the same time may be taken in any order, or each step must be strictly later
        than the last.
    reuse : bool
        Whether one event may serve several steps of an attempt. Matters only where an event
        matches more than one step.

    Raises
    ------
    InputError
        For any other value.

    Examples
    --------
    >>> import pmlab as pm
    >>> pm.Rules(entry="first")
    Rules(entry='first', ties='any', reuse=False)
    """

    entry: Literal["best", "first"] = "best"
    ties: Literal["any", "strict"] = "any"
    reuse: bool = False

    def __post_init__(self) -> None:
        require_choice("entry", self.entry, ("best", "first"))
        require_choice("ties", self.ties, ("any", "strict"))
        if not isinstance(self.reuse, bool):
            raise InputError(f"reuse={self.reuse!r} must be True or False.")

    def in_words(self) -> str:
        """Return the rules as a clause."""
        parts = [
            "best attempt of each unit"
            if self.entry == "best"
            else "only the attempt that starts at the first entry",
            "events at the same time in any order"
            if self.ties == "any"
            else "each step strictly later than the last",
        ]
        if self.reuse:
            parts.append("one event may serve several steps")
        return "; ".join(parts)


def require_choice(parameter: str, value: object, options: Sequence[str]) -> None:
    """Raise unless the value is one of the options."""
    if value not in options:
        raise InputError(
            f"{parameter}={value!r} must be {' or '.join(map(repr, options))}. "
            f"{did_you_mean(value, options)}"
        )
