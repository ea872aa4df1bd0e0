"""A first look at an event table: what is wrong with it, row by row.

`table` holds the log as the checks see it, `suspicions` one function a kind of fault, `check`
puts them together, `result` is the answer.
"""

from pmlab.logcheck.check import check_log
from pmlab.logcheck.result import LogCheck, LogFinding

__all__ = ["LogCheck", "LogFinding", "check_log"]
