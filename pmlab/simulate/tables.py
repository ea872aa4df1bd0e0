"""How a table is held before pandas sees it: a dict of numpy columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Coded", "Table", "to_frame"]


@dataclass(frozen=True)
class Coded:
    """A column of words: small numbers, and what each stands for; -1 stands for a missing one."""

    codes: NDArray[np.integer[Any]]
    words: Sequence[str] | NDArray[np.str_]

    @classmethod
    def of(cls, column: Sequence[str]) -> Coded:
        """Return the column with a code for each of its words."""
        words, codes = np.unique(np.array(column), return_inverse=True)
        return cls(codes, words)

    def __len__(self) -> int:
        return len(self.codes)


Table: TypeAlias = Mapping[str, "Coded | NDArray[Any]"]
"""Name of a column -> its values. Where a whole number is missing stands -1."""


def to_frame(table: Table, *, nullable: Sequence[str] = ()) -> pd.DataFrame:
    """Return the table for pandas: words as strings, times as datetimes."""
    import pandas as pd

    def column_of(name: str, values: Coded | NDArray[Any]) -> Any:
        if isinstance(values, Coded):
            words = pd.Index(list(values.words))
            codes = np.asarray(values.codes)
            column = pd.Series(pd.Categorical.from_codes(codes, words)).astype(str)
            return column.where(codes >= 0) if (codes < 0).any() else column
        if values.dtype.kind == "M":
            return values.astype("datetime64[us]")
        if name in nullable and (values < 0).any():
            return pd.arrays.IntegerArray(values.astype("int64"), values < 0)
        return values

    return pd.DataFrame({name: column_of(name, values) for name, values in table.items()})
