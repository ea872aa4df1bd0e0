"""A first look at an event table: what is wrong with it, row by row.

`table` holds the log as the checks see it. There is one function for each kind of fault: in `rows`
what a row shows by itself, in `clocks` what the times show, in `gaps` the whole log, in `users` a
user. `check` puts them together, `result` is the answer. The thresholds are meant to leave honest
logs alone: people read before they tap, they sleep, and phones are offline now and then.
"""

from pmlab.logcheck.check import check_log
from pmlab.logcheck.result import LogCheck, LogFinding

__all__ = ["LogCheck", "LogFinding", "check_log"]
