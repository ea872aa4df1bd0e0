"""What to do first: RICE and opportunity scores, and how far their order can be trusted.

`rice` ranks a backlog, a table or a list of `Item`; `opportunity` ranks needs by importance and
satisfaction, and `opportunity_from_answers` does so from a survey.
"""

from pmlab.priority.item import Item
from pmlab.priority.opportunities import Opportunities
from pmlab.priority.opportunity import opportunity, opportunity_from_answers
from pmlab.priority.ranking import Ranking
from pmlab.priority.rice import rice

__all__ = [
    "Item",
    "Opportunities",
    "Ranking",
    "opportunity",
    "opportunity_from_answers",
    "rice",
]
