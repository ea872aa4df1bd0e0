"""Every option of a funnel by name, as the definition and as the library take it.

Also which two of them cannot be asked for together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pmlab as pm

from .definition import Exclusion, Funnel

WHOLE = (("d", None, None),)
"""One exclusion, of event d, from the first step to the last: (event, after, before)."""

OPTIONS: dict[str, dict[str, Any]] = {
    "strict": {"order": "strict"},
    "unordered": {"order": "unordered"},
    "unordered, anchored": {"order": "unordered", "anchor_first": True},
    "entry first": {"entry": "first"},
    "strict ties": {"ties": "strict"},
    "tolerance": {"tie_tolerance": 1},
    "reuse": {"reuse": True},
    "resolution": {"resolution": 2},
    "windows": {"windows": {2: 1, 3: 2}},
    "optional": {"optional": frozenset({2})},
    "exclusion, drop": {"exclude": WHOLE, "on_exclude": "drop"},
    "exclusion, void": {"exclude": WHOLE, "on_exclude": "void"},
    "exclusion, stop": {"exclude": WHOLE, "on_exclude": "stop"},
    "two exclusions": {"exclude": (("d", 1, 3), ("c", None, 3))},
    "exclusion after a step": {"exclude": (("d", 2, 3),), "on_exclude": "void"},
    "totals": {"count": "totals"},
    "hold": {"hold": True},
    "by first touch": {"attribution": "first_touch"},
    "by last touch": {"attribution": "last_touch"},
    "by step 1": {"attribution": 1},
    "by step 2": {"attribution": 2},
    "by all": {"attribution": "all"},
    "unfinished dropped": {"unfinished": "drop"},
}


@dataclass(frozen=True, eq=False)
class Question:
    """A funnel on the random logs. What `settings` does not say has its default."""

    steps: tuple[tuple[str, ...], ...]
    within: int
    settings: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.settings.get(name)

    @property
    def funnel(self) -> Funnel:
        """The question as the definition takes it."""
        own = ("exclude", "count", "attribution", "unfinished")
        return Funnel(
            n_steps=len(self.steps),
            within=self.within,
            exclusions=tuple(
                Exclusion(after or 1, before) for _, after, before in self["exclude"] or ()
            ),
            **{name: value for name, value in self.settings.items() if name not in own},
        )

    @property
    def excluding(self) -> tuple[str, ...]:
        return tuple(event for event, _, _ in self["exclude"] or ())

    def call(self, frame: Any, *, scale: str = "s", **more: Any) -> Any:
        """Ask the library; the frame has the columns of the random logs, and `moment`.

        `scale` says what a whole number in the question is: a second unless given.
        """
        windows, optional = self["windows"] or {}, self["optional"] or ()
        steps = [
            pm.Step(
                list(names),
                label=f"step {k}",
                optional=k in optional,
                within=f"{windows[k]}{scale}" if k in windows else None,
            )
            for k, names in enumerate(self.steps, start=1)
        ]
        options = {name: self[name] for name in ("order", "count", "unfinished") if self[name]}
        if self["exclude"]:
            options["exclude"] = [
                pm.Exclusion(
                    event,
                    **{"after": after} if after else {},
                    **{"before": before} if before else {},
                )
                for event, after, before in self["exclude"]
            ]
        if self["hold"]:
            options["hold"] = ["item"]
        if self["attribution"]:
            options |= {"by": "device", "attribution": self["attribution"]}
        rules = {
            name: self[name]
            for name in ("entry", "ties", "reuse", "on_exclude", "anchor_first")
            if self[name] is not None
        }
        for name in ("tie_tolerance", "resolution"):
            if self[name]:
                rules[name] = f"{self[name]}{scale}"
        if rules:
            options["rules"] = pm.Rules(**rules)
        return pm.funnel(
            frame,
            steps,
            within=f"{self.within}{scale}",
            **{"user": "unit", "event": "name", "time": "moment", **options, **more},
        )


def overlapping(steps: tuple[tuple[str, ...], ...]) -> bool:
    """Tell whether an event can match two steps."""
    names = [name for step in steps for name in step]
    return len(set(names)) < len(names)


# What the table of refusals speaks of: how to ask for it, how to recognise it in a question,
# and the word by which an error must name it.
FEATURES: dict[str, tuple[dict[str, Any], Any, str]] = {
    "strict": ({"order": "strict"}, lambda q: q["order"] == "strict", "order"),
    "unordered": ({"order": "unordered"}, lambda q: q["order"] == "unordered", "order"),
    "unordered, not anchored": (
        {"order": "unordered"},
        lambda q: q["order"] == "unordered" and not q["anchor_first"],
        "order",
    ),
    "totals": ({"count": "totals"}, lambda q: q["count"] == "totals", "count"),
    "optional": ({"optional": {2}}, lambda q: bool(q["optional"]), "optional"),
    "windows": ({"windows": {2: 1}}, lambda q: bool(q["windows"]), "within"),
    "exclusions": ({"exclude": WHOLE}, lambda q: bool(q["exclude"]), "exclu"),
    "exclusion with a place": (
        {"exclude": (("d", 2, None),)},
        lambda q: any(after or before for _, after, before in q["exclude"] or ()),
        "after|before",
    ),
    "exclusion at step 2": (
        {"exclude": (("d", 1, 2),)},
        lambda q: any(2 in place for place in q["exclude"] or ()),
        "before",
    ),
    "stop": (
        {"exclude": WHOLE, "on_exclude": "stop"},
        lambda q: q["exclude"] and q["on_exclude"] == "stop",
        "on_exclude",
    ),
    "void": (
        {"exclude": WHOLE, "on_exclude": "void"},
        lambda q: q["exclude"] and q["on_exclude"] == "void",
        "on_exclude",
    ),
    "hold": ({"hold": True}, lambda q: bool(q["hold"]), "hold"),
    "reuse": ({"reuse": True}, lambda q: bool(q["reuse"]), "reuse"),
    "strict ties": ({"ties": "strict"}, lambda q: q["ties"] == "strict", "ties"),
    "tolerance": ({"tie_tolerance": 1}, lambda q: bool(q["tie_tolerance"]), "tie_tolerance"),
    "entry first": ({"entry": "first"}, lambda q: q["entry"] == "first", "entry"),
    "entry best": ({"entry": "best"}, lambda q: q["entry"] == "best", "entry"),
    "overlap": (
        {"steps": (("a", "b"), ("b",), ("c",))},
        lambda q: overlapping(q.steps),
        "share|overlap|both",
    ),
    "repeat": (
        {"steps": (("a",), ("a",), ("c",))},
        lambda q: overlapping(q.steps),
        "share|overlap|both",
    ),
}

REFUSED: tuple[tuple[str, str], ...] = (
    *(("strict", other) for other in ("optional", "exclusions", "hold", "reuse")),
    *(
        ("unordered", other)
        for other in ("optional", "windows", "strict ties", "tolerance", "stop", "reuse")
    ),
    ("unordered", "exclusion with a place"),
    ("unordered, not anchored", "entry first"),
    *(
        ("totals", other)
        for other in ("unordered", "strict", "windows", "optional", "tolerance", "reuse")
    ),
    *(("totals", other) for other in ("void", "entry best")),
    *(
        ("tolerance", other)
        for other in ("strict ties", "windows", "exclusions", "reuse", "overlap", "repeat")
    ),
    ("optional", "exclusion at step 2"),
    # With clocks that disagree, nobody has said what "nothing between" means.
    ("strict", "tolerance"),
)
"""Two things that cannot be asked for together."""

NOT_IN_OPEN_FUNNELS: tuple[str, ...] = (
    *("strict", "unordered", "totals", "optional", "windows", "exclusions", "hold", "tolerance"),
    *("reuse", "strict ties", "entry first"),
)
"""What `closed=False` cannot be asked for with."""


def is_refused(question: Question) -> bool:
    return any(
        FEATURES[one][1](question) and FEATURES[other][1](question) for one, other in REFUSED
    )
