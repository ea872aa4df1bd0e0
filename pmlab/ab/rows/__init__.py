"""From the rows of an experiment to what each metric needs of them, arm by arm.

`Rows` is all that the rest knows of a table: `InMemory` has a frame or a file as arrays, and
`InEngine` asks polars, DuckDB or Spark for sums.
"""

from pmlab.ab.rows.lazy import InEngine
from pmlab.ab.rows.memory import InMemory
from pmlab.ab.rows.table import (
    DAY,
    Extremes,
    Missing,
    Roles,
    Rows,
    Sampled,
    covariates_measured_at,
    late,
)

__all__ = [
    "DAY",
    "Extremes",
    "InEngine",
    "InMemory",
    "Missing",
    "Roles",
    "Rows",
    "Sampled",
    "covariates_measured_at",
    "late",
]
