"""The backlog of week 26: what could be built next, with everybody's guesses.

An idea's place is planted as its score in a month; how many people it reaches follows from that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pmlab.simulate.market_story import Market
from pmlab.simulate.story import Story
from pmlab.simulate.streams import Streams
from pmlab.simulate.tables import Coded, Table

__all__ = ["FIRST", "IDEAS", "LAST", "NEEDED", "OVERSERVED", "draw_backlog"]

FIRST, LAST = "Swap an ingredient", "Invoices for firms"
OVERSERVED, NEEDED = "Recipe videos", "Dinners everybody can eat"
SCORE_FIRST, SCORES_CLOSE, SCORE_ALIKE = 1_200, (600, 575), 310
SCORE_BY_QUARTER = 450
"""In a month; three times that without a look at the column, which is more than the first has."""
MONTHS_IN_QUARTER = 3
SCORES_VARY = 0.02
"""Up or down, as a share."""

REACH_OFF, EFFORT_OFF = (1.35, 1.50), (1.25, 1.40)
"""Of a guess: by which factor it may be off either way, with a probability of 80%."""
FIRST_OFF = (1.20, 1.25)
"""The first idea is known better: a pilot counted it."""
ANSWERS = 400
"""People whom research asked about their needs."""


@dataclass(frozen=True, kw_only=True)
class Idea:
    """Something that Larder could build."""

    item: str
    what: str
    asked_by: str
    need: str
    score: float
    """Of RICE, in a month; where a seed moves it, the one without a part in the story."""
    impact: float
    confidence: float
    effort: float
    """Person-weeks."""
    important: float
    """Share of people to whom the need is important ..."""
    satisfied: float
    """... and who are satisfied with how they meet it today."""
    vendor_cents: int = -1
    """What buying it costs a year."""
    partner_share: float = np.nan
    """Of Larder's commission: what a partner would keep."""


IDEAS = (
    Idea(
        item="Recipe videos",
        what="Two minutes of film for each of the 200 recipes that are cooked most.",
        asked_by="Idris", need="find something new to cook",
        score=490, impact=0.5, confidence=0.8, effort=5.5, important=0.52, satisfied=0.81,
    ),
    Idea(
        item="A menu for the feast",
        what="Plans for Easter, the end of Ramadan, Christmas and birthdays.",
        asked_by="Nora", need="cook for guests",
        score=240, impact=1, confidence=0.8, effort=4, important=0.60, satisfied=0.42,
    ),
    Idea(
        item="A budget for the week",
        what="The plan and the basket stay within a sum that one sets.",
        asked_by="Luc", need="know what the week will cost",
        score=SCORE_ALIKE, impact=1, confidence=0.8, effort=4, important=0.79, satisfied=0.41,
    ),
    Idea(
        item="Plan by voice",
        what="Say what to cook while the hands are in the dough.",
        asked_by="Idris", need="plan with full hands",
        score=35, impact=0.5, confidence=0.5, effort=14, important=0.38, satisfied=0.18,
    ),
    Idea(
        item="Swap an ingredient",
        what="One tap takes another ingredient into the recipe and the basket.",
        asked_by="Maeve", need="cook it although one thing is missing",
        score=SCORE_FIRST, impact=2, confidence=0.8, effort=3, important=0.84, satisfied=0.46,
    ),
    Idea(
        item="Delivery within two hours",
        what="What is missing for tonight comes tonight.",
        asked_by="Idris", need="have the delivery when it suits",
        score=60, impact=2, confidence=0.5, effort=26, important=0.74, satisfied=0.55,
        partner_share=0.35,
    ),
    Idea(
        item="Cook what is in the fridge",
        what="Recipes from what is left over, before anything new is bought.",
        asked_by="Maeve", need="throw less food away",
        score=SCORE_ALIKE, impact=1, confidence=0.8, effort=3.5, important=0.81, satisfied=0.38,
    ),
    Idea(
        item="Invite a friend",
        what="Both get their next delivery free.",
        asked_by="Idris", need="pay less for delivery",
        score=130, impact=1, confidence=0.5, effort=2.5, important=0.66, satisfied=0.46,
    ),
    Idea(
        item="Dinners everybody can eat",
        what="Plans that leave out what somebody at the table must not eat.",
        asked_by="Maeve", need="feed somebody on a special diet",
        score=205, impact=2, confidence=0.8, effort=12, important=0.90, satisfied=0.22,
        vendor_cents=2_400_000, partner_share=0.30,
    ),
    Idea(
        item="Invoices for firms",
        what="A firm pays its kitchen's orders once a month, by invoice.",
        asked_by="Luc", need="order for a firm",
        score=4, impact=3, confidence=0.5, effort=6, important=0.32, satisfied=0.12,
    ),
    Idea(
        item="Nutrition at a glance",
        what="Energy, protein and salt of each dinner and of the week.",
        asked_by="Maeve", need="eat more healthily",
        score=170, impact=0.5, confidence=0.8, effort=5, important=0.72, satisfied=0.54,
        vendor_cents=1_800_000,
    ),
    Idea(
        item="Give a week of dinners",
        what="A voucher for a week's plan and basket.",
        asked_by="Luc", need="give something that is of use",
        score=95, impact=1, confidence=0.5, effort=3, important=0.45, satisfied=0.26,
    ),
    Idea(
        item="A delivery hour before paying",
        what="The free delivery hours stand beside the basket.",
        asked_by="Saskia", need="have the delivery when it suits",
        score=SCORE_ALIKE, impact=1, confidence=0.8, effort=5, important=0.74, satisfied=0.55,
    ),
    Idea(
        item="Plan together at home",
        what="Everybody at home puts dinners on one list and votes.",
        asked_by="Saskia", need="agree on what to eat",
        score=260, impact=1, confidence=0.5, effort=6, important=0.63, satisfied=0.44,
    ),
)  # fmt: skip


def draw_backlog(streams: Streams, story: Story) -> Table:
    """Return one row an idea, in the order in which they were written down."""
    n = len(IDEAS)
    items = [idea.item for idea in IDEAS]
    impact, confidence = (
        np.array([getattr(idea, name) for idea in IDEAS]) for name in ("impact", "confidence")
    )
    by_quarter = np.array([item == story.market.by_quarter for item in items])
    vary = streams("scores").uniform(1 - SCORES_VARY, 1 + SCORES_VARY, n)
    score = _scores(story.market) * vary
    effort = np.array([idea.effort for idea in IDEAS])
    reach = score * effort / (impact * confidence) * np.where(by_quarter, MONTHS_IN_QUARTER, 1)

    first = np.array([item == FIRST for item in items])
    off = {}
    for name, (least, most) in {"reach": REACH_OFF, "effort": EFFORT_OFF}.items():
        rng = streams(f"{name} off")
        off[name] = np.where(first, rng.uniform(*FIRST_OFF, n), rng.uniform(least, most, n))
    importance, satisfaction = _needs(streams("needs"))
    return {
        "item": Coded(np.arange(n), items),
        "what": Coded(np.arange(n), [idea.what for idea in IDEAS]),
        "asked_by": Coded.of([idea.asked_by for idea in IDEAS]),
        "need": Coded.of([idea.need for idea in IDEAS]),
        "reach": _people(reach),
        "reach_low": _people(reach / off["reach"]),
        "reach_high": _people(reach * off["reach"]),
        "reach_per": Coded(by_quarter.astype("int64"), ("month", "quarter")),
        "impact": impact,
        "confidence": confidence,
        "effort_weeks": effort,
        "effort_low": np.round(effort / off["effort"], 1),
        "effort_high": np.round(effort * off["effort"], 1),
        "importance": importance,
        "satisfaction": satisfaction,
        "vendor_cents_a_year": np.array([idea.vendor_cents for idea in IDEAS]),
        "partner_share": np.array([idea.partner_share for idea in IDEAS]),
    }


def _scores(market: Market) -> NDArray[np.float64]:
    """Return the score of each idea in a month."""
    planted = dict(zip(market.close, SCORES_CLOSE, strict=True))
    planted[market.by_quarter] = SCORE_BY_QUARTER
    return np.array([planted.get(idea.item, idea.score) for idea in IDEAS])


def _needs(rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return importance and satisfaction from 0 to 10, the same for ideas that serve one need."""
    needs = {idea.need: (idea.important, idea.satisfied) for idea in IDEAS}
    said = rng.binomial(ANSWERS, np.array(list(needs.values())))
    scores = dict(zip(needs, np.round(10 * said / ANSWERS, 1), strict=True))
    importance, satisfaction = np.array([scores[idea.need] for idea in IDEAS]).T
    return importance, satisfaction


def _people(number: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return a guess as people say one: to the ten, or to one below a hundred."""
    return np.where(number < 100, np.rint(number), 10 * np.rint(number / 10)).astype("int64")
