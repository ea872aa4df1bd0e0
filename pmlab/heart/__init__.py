"""HEART: what users say, what they manage to do, and a scorecard that keeps both in view.

Surveys (`sus`, `umux_lite`, `nps`, `csat`, `seq`, `ces`) and tasks (`completion`, `time_on_task`,
`errors`) give a number with its interval; `compare` tests it against another. A `Metric` gives such
a number a goal, a baseline and a target; `canvas` lays the metrics out, and `scorecard` says how
far each is on its way, with `Guardrail` for what must not happen meanwhile.
"""

from pmlab.heart.card import Scorecard
from pmlab.heart.comparison import Comparison
from pmlab.heart.goals import Canvas, canvas
from pmlab.heart.metric import Guardrail, Metric
from pmlab.heart.score import scorecard
from pmlab.heart.survey_score import SurveyScore
from pmlab.heart.surveys import ces, csat, nps, seq, sus, umux_lite
from pmlab.heart.tasks import TaskMeasure, completion, errors, time_on_task

__all__ = [
    "Canvas",
    "Comparison",
    "Guardrail",
    "Metric",
    "Scorecard",
    "SurveyScore",
    "TaskMeasure",
    "canvas",
    "ces",
    "completion",
    "csat",
    "errors",
    "nps",
    "scorecard",
    "seq",
    "sus",
    "time_on_task",
    "umux_lite",
]
