"""The course: questions that know the learner's slips, and the notebooks around them.

=============  ==============================================================
`questions`    what a chapter is made of; how to write one (start there)
`chapters`     the questions of each chapter
`catalogue`    which chapters there are
`answers`      whatever the learner hands over, as plain numbers
`their_code`   the learner's own functions: blank, failing, or taking other things
`checking`     how an answer to any kind of question comes out
`comparing`    numbers against the rules, on the data in hand
`findings`     what a check found; texts with their numbers filled in
`feedback`     what the learner reads
`data`         whose tables: the committed company, or another seed's
`extracts`     small tables out of the large ones, to be read line by line
`progress`     the learner's one file
`course_map`   the chapters, the routes through them, and how far the learner is
`lab`          what a notebook holds: check, hint, solution, carry on
`places`       where the notebooks lie
`source`       a notebook's source: what its marks mean
`builder`      from the source to exercises and solutions
`folder`       the learner's own folder, never written over
`launch`       JupyterLab, without news and network
`machine`      is this machine ready?
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
