"""The door: any event table in, one normal form out.

An event table is a pandas, polars or pyarrow frame, or the path of a CSV or Parquet file; three
of its columns have roles: who (`user`), what (`event`) and when (`time`). `EventLog` names them
once. A method says which events it needs as `Match` questions, and `read_matches` answers with
small integers: unit codes, microseconds, and a set of matches for each row. Nothing above this
door knows what a data frame is.
"""

from pmlab.events.log import EventLog
from pmlab.events.matches import Condition, Match, MatchedEvents, col, read_matches

__all__ = ["Condition", "EventLog", "Match", "MatchedEvents", "col", "read_matches"]
