"""The course: questions that know the learner's slips, and the notebooks around them.

=============  ==============================================================
`questions`    what a chapter is made of; how to write one (start there)
`chapters`     the questions of each chapter
`catalogue`    which chapters there are
`answers`      whatever the learner hands over, as plain numbers
`their_code`   the learner's own functions: blank, failing, or taking other things
`checking`     an answer compared with the rules, on the data in hand
`feedback`     what the learner reads
`data`         whose tables: the committed company, or another seed's
`progress`     the learner's one file
`lab`          what a notebook holds: check, hint, solution, carry on
`files`        writing in one step, and locks
`places`       where the notebooks lie
=============  ==============================================================
"""

from __future__ import annotations

from pmlab.course.data import Data
from pmlab.course.lab import Lab, start
from pmlab.course.questions import (
    Chapter,
    Choice,
    Computed,
    Criterion,
    Function,
    Misconception,
    Text,
)

__all__ = [
    "Chapter",
    "Choice",
    "Computed",
    "Criterion",
    "Data",
    "Function",
    "Lab",
    "Misconception",
    "Text",
    "start",
]
