"""What a caller says about a funnel: its steps, and the finer rules of counting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, fields, replace
from typing import Any, Literal

from pmlab.durations import Duration, parse_positive
from pmlab.errors import InputError, did_you_mean, require_choice
from pmlab.events import Condition, Match, Step

__all__ = ["Exclusion", "Rules", "as_steps", "labels_of"]


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


@dataclass(frozen=True, eq=False)
class Exclusion:
    """An event that must not happen between two steps.

    Parameters
    ----------
    event : str or sequence of str, optional
        The name of the event, or several of which any one counts.
    where : expression or dict, optional
        A condition on the event's properties, as in `Step`. Without `event`, any event that meets
        it excludes.
    after, before : int or str, optional
        The steps between which it must not happen, by number from 1 or by label; after the first
        and before the last unless given. An exclusion at the very time of one of the attempt's
        own events is ignored.

    Examples
    --------
    >>> import pmlab as pm
    >>> pm.Exclusion("refund", after="visit", before="pay")
    Exclusion(event='refund', where=None, after='visit', before='pay')
    """

    event: str | Sequence[str] | None = None
    _: KW_ONLY
    where: Condition | None = None
    after: int | str | None = None
    before: int | str | None = None

    def __post_init__(self) -> None:
        if self.event is None and self.where is None:
            raise InputError(
                "Exclusion() names no event and no condition; give at least one of event= and "
                "where=."
            )
        Step(self.event, where=self.where)

    @property
    def name(self) -> str:
        """What the exclusion is called."""
        return Step(self.event, where=self.where).name

    @property
    def matches(self) -> tuple[Match, ...]:
        """The question that an event must answer with yes."""
        asked = Step(self.event, where=self.where).matches
        return tuple(replace(match, asked_by="exclusion") for match in asked)


class _Unasked(str):
    """A default that is told apart from the same value when a caller gives it."""


_BEST: Any = _Unasked("best")


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
    tie_tolerance : str or timedelta, optional
        How much earlier than an event before it in the attempt an event may be: for logs whose
        clocks disagree by a second or two.
    reuse : bool
        Whether one event may serve several steps of an attempt. Matters only where an event
        matches more than one step.
    resolution : str or timedelta, optional
        Times are rounded to the nearest multiple of this before anything is counted.
    on_exclude : {"drop", "void", "stop"}
        What an exclusion does. "drop" leaves out every unit that it sets back; "void" takes the
        attempt away, and the unit keeps its best other one; "stop" lets no attempt pass it, and
        keeps the steps before it.
    anchor_first : bool
        With steps in any order: step 1 is done no later than the others.

    Raises
    ------
    InputError
        For any other value.

    Examples
    --------
    >>> import pmlab as pm
    >>> pm.Rules(entry="first").ties
    'any'
    """

    entry: Literal["best", "first"] = _BEST
    ties: Literal["any", "strict"] = "any"
    tie_tolerance: Duration | None = None
    reuse: bool = False
    resolution: Duration | None = None
    on_exclude: Literal["drop", "void", "stop"] = "drop"
    anchor_first: bool = False
    style: str | None = None
    """The preset that these rules come from; set by `preset`."""

    def __post_init__(self) -> None:
        require_choice("entry", self.entry, ("best", "first"))
        require_choice("ties", self.ties, ("any", "strict"))
        require_choice("on_exclude", self.on_exclude, ("drop", "void", "stop"))
        for name in ("reuse", "anchor_first"):
            if not isinstance(getattr(self, name), bool):
                raise InputError(f"{name}={getattr(self, name)!r} must be True or False.")
        for name in ("tie_tolerance", "resolution"):
            if getattr(self, name) is not None:
                parse_positive(getattr(self, name), name)

    @property
    def asks_for_best(self) -> bool:
        """Whether a caller said ``entry="best"``, and did not merely leave it at that."""
        return self.entry == "best" and not isinstance(self.entry, _Unasked)

    @classmethod
    def preset(cls, name: str, **changes: Any) -> Rules:
        """Return the rules of a product, as far as they can be imitated, with some changed.

        Parameters
        ----------
        name : {"clickhouse", "posthog", "mixpanel", "amplitude"}
        **changes
            Parameters of `Rules` to set otherwise.

        Examples
        --------
        >>> import pmlab as pm
        >>> pm.Rules.preset("mixpanel", entry="best").tie_tolerance
        '2s'
        """
        if name not in PRESETS:
            raise InputError(
                f"rules={name!r} is neither a preset ({', '.join(map(repr, PRESETS))}) nor a "
                f"pm.Rules. {did_you_mean(name, PRESETS)}"
            )
        unknown = set(changes) - {field.name for field in fields(cls)}
        if unknown:
            wrong = sorted(unknown)[0]
            names = [field.name for field in fields(cls)]
            raise InputError(f"Rules has no parameter {wrong!r}. {did_you_mean(wrong, names)}")
        return cls(**{**PRESETS[name], "style": name, **changes})

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
        if self.tie_tolerance is not None:
            parts.append(f"clocks may disagree by {self.tie_tolerance}")
        if self.reuse:
            parts.append("one event may serve several steps")
        if self.resolution is not None:
            parts.append(f"times to the nearest {self.resolution}")
        if self.style is not None:
            parts.append(f"the rules of {self.style}")
        return "; ".join(parts)


PRESETS: dict[str, dict[str, Any]] = {
    "clickhouse": {"reuse": True},
    "posthog": {},
    "mixpanel": {"entry": "first", "tie_tolerance": "2s", "on_exclude": "stop"},
    "amplitude": {"resolution": "1s", "anchor_first": True},
}
"""What each product's rules are in ours. `Plan` and `count` hold what depends on the call."""
