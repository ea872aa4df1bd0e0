"""The door: any event table in, one normal form out.

An event table is a pandas, polars or pyarrow frame, or the path of a CSV or Parquet file; three
of its columns have roles: who (`user`), what (`event`) and when (`time`). `EventLog` names them
once. A method says which events it needs as `Match` questions, and `read_matches` answers with
small integers: unit codes, microseconds, and a set of matches for each row; what counts knows
nothing of data frames. `MatchStream` gives the same a batch at a time, for large tables and files
larger than memory. `read_raw` gives the whole table, faults and all, to whoever looks for them.
`sessionize` says which session each event belongs to.
"""

from pmlab.events.log import EventLog
from pmlab.events.matches import Condition, Match, MatchedEvents, col
from pmlab.events.raw import RawEvents, read_raw
from pmlab.events.sessions import sessionize
from pmlab.events.steps import Step
from pmlab.events.stream import MatchStream, read_matches

__all__ = [
    "Condition",
    "EventLog",
    "Match",
    "MatchStream",
    "MatchedEvents",
    "RawEvents",
    "Step",
    "col",
    "read_matches",
    "read_raw",
    "sessionize",
]
