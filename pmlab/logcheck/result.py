"""What a check of an event table answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from pmlab.errors import NotFoundError, did_you_mean
from pmlab.results import Result, count, percent

__all__ = ["KINDS", "LogCheck", "LogFinding", "Rows"]

Rows = npt.NDArray[np.intp]
"""Positions of rows, from 0."""

KINDS = (
    "missing values",
    "unreadable times",
    "mixed time zones",
    "duplicates",
    "clock skew",
    "gaps",
    "bots",
    "test accounts",
    "split identities",
)


@dataclass(frozen=True, kw_only=True)
class LogFinding:
    """Something suspicious in an event table."""

    kind: str
    what: str
    """One sentence with the counts."""
    do: str
    """What to do about it."""
    rows: Rows = field(repr=False)
    """Positions of the rows concerned, from 0; empty for a gap, which has none."""
    n_users: int
    examples: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LogCheck(Result):
    """What was found in an event table, and what was looked for."""

    n_rows: int
    n_users: int
    first: pd.Timestamp
    last: pd.Timestamp
    findings: tuple[LogFinding, ...]
    not_checked: Mapping[str, str]
    """What could not be looked for, and what it needs."""
    per_day: pd.DataFrame
    """One row a day (UTC): `day`, `events`, and how many of them are `suspicious`."""
    gaps: tuple[tuple[pd.Timestamp, pd.Timestamp], ...] = ()
    """Spans in which events are missing."""

    def __getitem__(self, kind: str) -> LogFinding:
        """Return the finding of a kind, such as ``check["bots"]``."""
        for finding in self.findings:
            if finding.kind == kind:
                return finding
        if kind in KINDS:
            reason = self.not_checked.get(kind, "nothing of the kind was found")
            raise NotFoundError(f"no finding {kind!r}: {reason}.")
        raise NotFoundError(f"there is no check {kind!r}. {did_you_mean(kind, KINDS)}")

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def suspicious_rows(self) -> Rows:
        """Positions of all rows in some finding, each once."""
        found = [finding.rows for finding in self.findings]
        return np.unique(np.concatenate(found)) if found else np.array([], dtype=np.intp)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a check: `check`, `result`, `rows`, `users`, `what`, `do`, `examples`."""
        found = {finding.kind: finding for finding in self.findings}
        rows = []
        for kind in KINDS:
            finding = found.get(kind)
            result = "found" if finding else "not checked" if kind in self.not_checked else "clean"
            rows.append(
                {
                    "check": kind,
                    "result": result,
                    "rows": len(finding.rows) if finding else 0,
                    "users": finding.n_users if finding else 0,
                    "what": finding.what if finding else self.not_checked.get(kind, ""),
                    "do": finding.do if finding else "",
                    "examples": "; ".join(finding.examples) if finding else "",
                }
            )
        return pd.DataFrame(rows)

    @property
    def title(self) -> str:
        return f"Check of {count(self.n_rows)} events of {count(self.n_users)} users"

    @property
    def method(self) -> str:
        return (
            f"From {shown_moment(self.first)} to {shown_moment(self.last)}, days in UTC. "
            "Rows are judged by themselves, by their user and by their client; how, "
            "`help(pm.check_log)` says."
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        return ("A finding is a reason to look, not a verdict: read the examples first.",)

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""
        looked = f"Looked for: {', '.join(k for k in KINDS if k not in self.not_checked)}."
        if self.is_clean:
            return f"Nothing suspicious in {count(self.n_rows)} events. {looked}"
        n = len(self.suspicious_rows)
        sizes = {finding.kind: len(finding.rows) for finding in self.findings}
        sizes |= {"gaps": len(self.gaps)} if self.gaps else {}
        kinds = ", ".join(f"{kind} ({count(n)})" for kind, n in sizes.items())
        return (
            f"{count(n)} of {count(self.n_rows)} events ({percent(n / self.n_rows)}) are "
            f"suspicious. Found: {kinds}."
        )

    def _table(self) -> Mapping[str, Sequence[str]]:
        frame = self.to_frame()
        return {
            "check": frame["check"].tolist(),
            "result": frame["result"].tolist(),
            "rows": [count(n) for n in frame["rows"]],
            "users": [count(n) for n in frame["users"]],
        }

    def _notes(self) -> Sequence[tuple[str, str]]:
        found = [
            (
                finding.kind,
                f"{finding.what} {finding.do} For example: {'; '.join(finding.examples)}.",
            )
            for finding in self.findings
        ]
        return [
            *found,
            *((kind, f"not checked; {needs}.") for kind, needs in self.not_checked.items()),
        ]


def shown_moment(moment: pd.Timestamp) -> str:
    """Return a time as people write it, to the second."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")
