"""What a survey scored."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from pmlab.heart.evidence import Net, Share
from pmlab.heart.measures import Measure
from pmlab.heart.norms import grade, percentile, sus_of_umux_lite
from pmlab.results import count, level, number, number_of, percent

__all__ = ["SCALES", "Instrument", "SurveyScore"]

Instrument = Literal["SUS", "UMUX-Lite", "NPS", "CSAT", "SEQ", "CES"]


@dataclass(frozen=True)
class Scale:
    """What is known of an instrument."""

    title: str
    ends: tuple[float, float]
    """Lowest and highest score."""
    score: str
    """How the score comes about, in words."""
    source: str


SCALES: Mapping[str, Scale] = {
    "SUS": Scale(
        "System Usability Scale",
        (0, 100),
        "odd items minus 1, even items 5 minus the answer, summed and times 2.5; the mean over "
        "respondents",
        "Brooke, 1996",
    ),
    "UMUX-Lite": Scale(
        "UMUX-Lite",
        (0, 100),
        "the two answers minus 2, times 100/12; the mean over respondents",
        "Lewis, Utesch and Maher, 2013",
    ),
    "NPS": Scale(
        "Net Promoter Score",
        (-100, 100),
        "percentage of promoters (9, 10) minus that of detractors (0 to 6); passives stay in n",
        "Reichheld, 2003",
    ),
    "CSAT": Scale(
        "customer satisfaction",
        (0, 1),
        "share that gave one of the two best answers",
        "top-2-box",
    ),
    "SEQ": Scale("Single Ease Question", (1, 7), "mean of the answers", "Sauro and Dumas, 2009"),
    "CES": Scale(
        "Customer Effort Score",
        (1, 7),
        "mean of the answers, where 7 is the least effort",
        "CES 2.0, CEB, 2013",
    ),
}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SurveyScore(Measure):
    """What a survey scored, and who answered.

    `n` counts complete respondents; `score`, `low` and `high` are on the instrument's own scale
    (CSAT is a share in [0, 1], NPS runs from -100 to 100).
    """

    instrument: Instrument
    respondents: pd.DataFrame = field(repr=False)
    """One row a complete respondent: `respondent` (id or row), the items, and `score`."""
    n_invited: int | None = None
    n_blank: int = 0
    """Rows without any answer; left out."""
    n_incomplete: int = 0
    """Respondents who left items blank; left out."""
    have_ids: bool = False
    """Whether `respondent` holds ids."""
    scale: int = 5
    """For CSAT: the best answer there is."""

    @property
    def name(self) -> str:
        """The instrument."""
        return self.instrument

    @property
    def direction(self) -> Literal["up", "down"]:
        """More is better."""
        return "up"

    @property
    def score(self) -> float:
        """The score."""
        return self.estimate

    @property
    def sd(self) -> float:
        """Standard deviation of the respondents' scores (n - 1)."""
        return float(self.respondents["score"].std(ddof=1)) if self.n > 1 else math.nan

    @property
    def se(self) -> float:
        """Standard error of the score; for NPS and CSAT from the shares."""
        if isinstance(self.evidence, Net):
            return self.evidence.se
        if isinstance(self.evidence, Share):
            return math.sqrt(self.score * (1 - self.score) / self.n) if self.n else math.nan
        return self.sd / math.sqrt(self.n) if self.n > 1 else math.nan

    @property
    def response_rate(self) -> float:
        """Complete respondents of those invited; NaN where nobody said how many."""
        return self.n / self.n_invited if self.n_invited else math.nan

    @property
    def sus_equivalent(self) -> float:
        """The score on the scale of SUS; NaN for instruments other than SUS and UMUX-Lite."""
        return self._on_sus(self.score)

    @property
    def grade(self) -> str:
        """The grade of the SUS score, or of its equivalent; "" for other instruments."""
        return grade(self.sus_equivalent)

    @property
    def percentile(self) -> float:
        """The percentile of the SUS score among products, interpolated between the grades."""
        return percentile(self.sus_equivalent)

    @property
    def groups(self) -> dict[str, int]:
        """Respondents in each group that the instrument knows: promoters, passives, detractors."""
        if isinstance(self.evidence, Net):
            promoters, detractors = self.evidence.promoters, self.evidence.detractors
            passives = self.n - promoters - detractors
            return {"promoters": promoters, "passives": passives, "detractors": detractors}
        if isinstance(self.evidence, Share):
            satisfied = self.evidence.successes
            return {"satisfied": satisfied, "others": self.n - satisfied}
        return {}

    @property
    def respondent_ids(self) -> frozenset[Hashable]:
        """Who answered, where ids are known."""
        return frozenset(self.respondents["respondent"]) if self.have_ids else frozenset()

    def _on_sus(self, score: float) -> float:
        if self.instrument == "SUS":
            return score
        return sus_of_umux_lite(score) if self.instrument == "UMUX-Lite" else math.nan

    def to_frame(self) -> pd.DataFrame:
        """Return one row: score with interval, counts, response rate, norms, groups."""
        row: dict[str, Any] = {
            "instrument": self.instrument,
            "score": self.score,
            "low": self.low,
            "high": self.high,
            "confidence_level": self.confidence_level,
            "sd": self.sd,
            "se": self.se,
            "n": self.n,
            "n_incomplete": self.n_incomplete,
            "n_invited": math.nan if self.n_invited is None else self.n_invited,
            "response_rate": self.response_rate,
        }
        if self.grade:
            row |= {
                "sus_equivalent": self.sus_equivalent,
                "grade": self.grade,
                "percentile": self.percentile,
            }
        return pd.DataFrame([row | self.groups])

    @property
    def title(self) -> str:
        full = SCALES[self.instrument].title
        name = full if full == self.instrument else f"{full} ({self.instrument})"
        return f"{name[0].upper()}{name[1:]} of {number_of(self.n, 'respondent')}"

    @property
    def method(self) -> str:
        scale = SCALES[self.instrument]
        intervals = {
            "wald": "Wald interval",
            "adjusted_wald": "adjusted Wald interval (3 added to n, 3/4 to either group)",
            "wilson": "Wilson score interval",
        }
        by = intervals[getattr(self.evidence, "interval_by", "")] if self.groups else "t interval"
        norms = (
            " Grades on Sauro and Lewis's curve (2016); the percentile is interpolated between "
            "the ends of the grades."
            if self.grade
            else ""
        )
        on_sus = " SUS equivalent = 0.65 x score + 22.9." if self.instrument == "UMUX-Lite" else ""
        return (
            f"Score: {scale.score} ({scale.source}); {by} ({level(self.confidence_level)})."
            f"{on_sus}{norms}"
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        return (
            "Those who answered stand for those who did not.",
            "Respondents answered independently of one another, each once.",
        )

    def summary(self) -> str:
        """Return two sentences that a PM could paste into a memo."""
        if self.n == 0:
            return f"Nobody answered all of {self.instrument}, so there is no score to report."
        asked = (
            ""
            if self.n_invited is None
            else f" of {count(self.n_invited)} invited ({percent(self.response_rate)})"
        )
        sentence = (
            f"{self.instrument} is {self._with_interval}, "
            f"from {number_of(self.n, 'answer')}{asked}."
        )
        return f"{sentence} {self._meaning()}"

    def _meaning(self) -> str:
        if self.grade:
            on_scale = (
                f"As a SUS score that would be {number(self.sus_equivalent)}: grade"
                if self.instrument == "UMUX-Lite"
                else "That is grade"
            )
            ends = [] if math.isnan(self.low) else [self._on_sus(end) for end in self.interval]
            grades = [grade(min(max(end, 0), 100)) for end in ends]
            spread = f" ({grades[0]} to {grades[1]})" if len(set(grades)) == 2 else ""
            return (
                f"{on_scale} {self.grade}{spread}, better than about {self.percentile:.0f}% of "
                "the products on record."
            )
        if isinstance(self.evidence, Share):
            return (
                f"{count(self.evidence.successes)} of {count(self.n)} gave one of the two best "
                f"answers of {self.scale}."
            )
        if self.groups:
            shares = ", ".join(f"{percent(n / self.n)} {name}" for name, n in self.groups.items())
            return f"Of those who answered, {shares}."
        low, high = SCALES[self.instrument].ends
        return f"The scale runs from {low:g} to {high:g}, and more is better."

    def _table(self) -> Mapping[str, Sequence[str]]:
        table: dict[str, list[str]] = {
            "instrument": [self.instrument],
            "score": [self._shown(self.score)],
            f"{self._level} interval": [self._shown_interval],
            "n": [count(self.n)],
            "response rate": [percent(self.response_rate)],
        }
        if self.grade:
            if self.instrument == "UMUX-Lite":
                table["as SUS"] = [number(self.sus_equivalent)]
            table |= {"grade": [self.grade], "percentile": [count(self.percentile)]}
        table |= {name: [count(n)] for name, n in self.groups.items()}
        return table
