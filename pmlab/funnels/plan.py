"""What a caller asked for, checked: which options go together, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pmlab.durations import parse_duration
from pmlab.errors import InputError, NotFoundError, did_you_mean, require_choice
from pmlab.events import Match, Step
from pmlab.events.matches import MOST_QUESTIONS
from pmlab.funnels.steps import Exclusion, Rules, labels_of

__all__ = ["Barrier", "Plan"]

NO_LIMIT = 2**62
"""Longer than any window, in microseconds."""


@dataclass(frozen=True, kw_only=True)
class Barrier:
    """An exclusion with its place: it holds from step `after` until step `before`, from 1."""

    exclusion: Exclusion
    after: int
    before: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A funnel's options, of which all go together. Durations are in microseconds."""

    steps: tuple[Step, ...]
    within: int
    order: Literal["ordered", "strict", "unordered"] = "ordered"
    barriers: tuple[Barrier, ...] = ()
    count: Literal["units", "totals"] = "units"
    hold: tuple[str, ...] = ()
    closed: bool = True
    rules: Rules = field(default_factory=Rules)

    @classmethod
    def of(
        cls,
        steps: tuple[Step, ...],
        *,
        within: int,
        order: str,
        exclude: Sequence[Exclusion] | Exclusion | None,
        count: str,
        hold: Sequence[str] | str | None,
        closed: bool,
        rules: Rules | str | None,
        broken_down: bool,
    ) -> Plan:
        """Return the plan of a call, or raise for options that do not go together."""
        require_choice("order", order, ("ordered", "strict", "unordered"))
        require_choice("count", count, ("units", "totals"))
        chosen = _as_rules(rules)
        if chosen.style == "mixpanel" and (count == "totals" or exclude or broken_down):
            chosen = replace(chosen, tie_tolerance=None)
        if chosen.style == "posthog" and order == "unordered" and chosen.on_exclude == "drop":
            chosen = replace(chosen, on_exclude="void")
        plan = cls(
            steps=steps,
            within=within,
            order=order,  # type: ignore[arg-type]
            barriers=_barriers(exclude, steps, order),
            count=count,  # type: ignore[arg-type]
            hold=_hold(hold),
            closed=closed,
            rules=chosen,
        )
        plan.refuse_what_does_not_go_together()
        return plan

    @property
    def required(self) -> tuple[int, ...]:
        """The positions of the steps that an attempt may not leave out."""
        return tuple(k for k, step in enumerate(self.steps) if not step.optional)

    @property
    def gaps(self) -> tuple[int, ...]:
        """How long the move to each step may take; `NO_LIMIT` where only the window says."""
        return tuple(
            NO_LIMIT if step.within is None else parse_duration(step.within, "within")
            for step in self.steps
        )

    @property
    def has_gaps(self) -> bool:
        """Whether some step has a window of its own."""
        return any(step.within is not None for step in self.steps)

    @property
    def tolerance(self) -> int:
        """How late a clock may be."""
        late = self.rules.tie_tolerance
        return 0 if late is None else parse_duration(late, "tie_tolerance")

    @property
    def resolution(self) -> int:
        """The times between which nothing is told apart; 0 for all."""
        step = self.rules.resolution
        return 0 if step is None else parse_duration(step, "resolution")

    @property
    def questions(self) -> list[tuple[Match, ...]]:
        """What to ask of each event: is it this step, is it this exclusion.

        Strict order asks for all events, for none may lie between.
        """
        asked = [step.matches for step in self.steps]
        asked += [barrier.exclusion.matches for barrier in self.barriers]
        return [*asked, (Match(),)] if self.order == "strict" else asked

    @property
    def streams(self) -> bool:
        """Whether the streaming pass of `kernel` is exact, for the steps that are required."""
        return (
            self.order == "ordered"
            and self.count == "units"
            and not self.barriers
            and not self.has_gaps
            and self.tolerance == 0
        )

    def refuse_what_does_not_go_together(self) -> None:
        """Raise for options that do not go together, naming both."""
        rules = self.rules
        most = MOST_QUESTIONS - (1 if self.order == "strict" else 0)
        if len(self.steps) + len(self.barriers) > most:
            strict = " with order='strict'" if self.order == "strict" else ""
            excluded = f", exclude {len(self.barriers)}" if self.barriers else ""
            raise InputError(
                f"steps has {len(self.steps)} entries{excluded}; at most {most} together are "
                f"possible{strict}. Leave out the steps on which no decision depends."
            )
        for edge, step in (("first", self.steps[0]), ("last", self.steps[-1])):
            if step.optional:
                raise InputError(
                    f"the {edge} step ('{step.name}') is optional=True; "
                    "only a step between two others can be left out."
                )
        if self.steps[0].within is not None:
            raise InputError(
                f"the first step ('{self.steps[0].name}') has within={self.steps[0].within!r}, but "
                "there is no step before it; give the funnel's own within."
            )
        options = {
            "order='strict'": self.order == "strict",
            "order='unordered'": self.order == "unordered",
            "count='totals'": self.count == "totals",
            "closed=False": not self.closed,
            "Step(optional=True)": len(self.required) < len(self.steps),
            "Step(within=)": self.has_gaps,
            "exclude=": bool(self.barriers),
            "hold=": bool(self.hold),
            "Rules(reuse=True)": rules.reuse,
            "Rules(ties='strict')": rules.ties == "strict",
            "Rules(tie_tolerance=)": rules.tie_tolerance is not None,
            "Rules(entry='best')": rules.asks_for_best,
            "Rules(entry='first') without anchor_first=True": rules.entry == "first"
            and not rules.anchor_first,
            "Rules(entry='first')": rules.entry == "first",
            "Rules(on_exclude='stop')": bool(self.barriers) and rules.on_exclude == "stop",
            "Rules(on_exclude='void')": bool(self.barriers) and rules.on_exclude == "void",
        }
        for option, others in NOT_TOGETHER.items():
            for other in others:
                if options[option] and options[other]:
                    raise InputError(
                        f"{option} and {other} do not go together; leave one of them out."
                    )


NOT_TOGETHER: dict[str, tuple[str, ...]] = {
    "order='strict'": (
        "Step(optional=True)",
        "exclude=",
        "hold=",
        "Rules(reuse=True)",
        "Rules(tie_tolerance=)",
    ),
    "order='unordered'": (
        "Step(optional=True)",
        "Step(within=)",
        "Rules(ties='strict')",
        "Rules(tie_tolerance=)",
        "Rules(on_exclude='stop')",
        "Rules(reuse=True)",
        "Rules(entry='first') without anchor_first=True",
    ),
    "count='totals'": (
        "order='unordered'",
        "order='strict'",
        "Step(within=)",
        "Step(optional=True)",
        "Rules(tie_tolerance=)",
        "Rules(reuse=True)",
        "Rules(on_exclude='void')",
        "Rules(entry='best')",
    ),
    "Rules(tie_tolerance=)": (
        "Rules(ties='strict')",
        "Step(within=)",
        "exclude=",
        "Rules(reuse=True)",
    ),
    "closed=False": (
        "order='strict'",
        "order='unordered'",
        "count='totals'",
        "Step(optional=True)",
        "Step(within=)",
        "exclude=",
        "hold=",
        "Rules(reuse=True)",
        "Rules(ties='strict')",
        "Rules(tie_tolerance=)",
        "Rules(entry='first')",
    ),
}
"""What no tool means, or what would need a rule that nobody has written down."""


def _as_rules(rules: Rules | str | None) -> Rules:
    if rules is None:
        return Rules()
    if isinstance(rules, str):
        return Rules.preset(rules)
    if not isinstance(rules, Rules):
        raise InputError(
            f"rules={rules!r} is neither a pm.Rules nor a preset; "
            "write rules=pm.Rules(entry='first') or rules='mixpanel'."
        )
    return rules


def _hold(hold: Sequence[str] | str | None) -> tuple[str, ...]:
    columns = (hold,) if isinstance(hold, str) else tuple(hold or ())
    if not all(isinstance(column, str) for column in columns):
        raise InputError(f"hold={hold!r} must be a list of columns, such as ['product_id'].")
    return columns


def _barriers(
    exclude: Sequence[Exclusion] | Exclusion | None, steps: tuple[Step, ...], order: str
) -> tuple[Barrier, ...]:
    exclusions = (exclude,) if isinstance(exclude, Exclusion) else tuple(exclude or ())
    barriers = []
    for exclusion in exclusions:
        if not isinstance(exclusion, Exclusion):
            raise InputError(
                f"exclude holds {exclusion!r}; give pm.Exclusion objects, such as "
                "[pm.Exclusion('refund', after='visit', before='pay')]."
            )
        after = _place(exclusion.after, 1, steps, "after")
        before = _place(exclusion.before, len(steps), steps, "before")
        if after >= before:
            raise InputError(
                f"{exclusion!r}: after (step {after}) must be a step earlier than before "
                f"(step {before})."
            )
        if order == "unordered" and (after, before) != (1, len(steps)):
            raise InputError(
                f"order='unordered' and {exclusion!r} do not go together: with steps in any order "
                "an exclusion covers the whole funnel; leave out after and before."
            )
        barriers.append(Barrier(exclusion=exclusion, after=after, before=before))
    return tuple(barriers)


def _place(step: int | str | None, default: int, steps: tuple[Step, ...], parameter: str) -> int:
    """Return the number of a step that an exclusion names, from 1."""
    labels = labels_of(steps)
    if step is None:
        place = default
    elif isinstance(step, str):
        if step not in labels:
            raise NotFoundError(
                f"Exclusion({parameter}={step!r}): the funnel has no step {step!r}. "
                f"{did_you_mean(step, labels)}"
            )
        place = labels.index(step) + 1
    elif isinstance(step, bool) or not isinstance(step, int) or not 1 <= step <= len(steps):
        raise InputError(
            f"Exclusion({parameter}={step!r}): give a step's label, or its number from 1 to "
            f"{len(steps)}."
        )
    else:
        place = step
    if steps[place - 1].optional:
        raise InputError(
            f"Exclusion({parameter}={step!r}) names an optional step (optional=True), which an "
            "attempt may not have; name the required step before or after it."
        )
    return place
