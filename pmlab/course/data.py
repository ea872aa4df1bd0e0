"""Where a learner's tables come from: the committed company, or one of another seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from pmlab.course.extracts import EXTRACTS
from pmlab.errors import NotFoundError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Data"]

SECOND_SEED = 20_260_105
"""The company on which a learner's function is tried a second time."""


class Data:
    """A company's tables, each read once and handed out as copies.

    Answers are computed from the data in hand, so whatever data a `Data` gives, the checks follow.

    Parameters
    ----------
    read : callable
        The name of a table in, a pandas frame out.
    second : callable
        Makes the company for the second try of a function.
    """

    def __init__(self, read: Callable[[str], pd.DataFrame], *, second: Callable[[], Data]) -> None:
        self._read = read
        self._make_second = second
        self._second: Data | None = None
        self._tables: dict[str, pd.DataFrame] = {}
        self._values: dict[tuple[Callable[..., Any], tuple[str, ...]], Any] = {}

    @classmethod
    def committed(cls) -> Data:
        """Return the company that comes with pmlab."""
        from pmlab import datasets

        return cls(datasets.load, second=lambda: cls.of_seed(SECOND_SEED))

    @classmethod
    def of_seed(cls, seed: int) -> Data:
        """Return a company made on the spot; takes seconds on its first use."""
        from pmlab import simulate

        company = cache(lambda: simulate.company(seed=seed))
        return cls(lambda name: company().table(name), second=lambda: cls.of_seed(seed + 1))

    @classmethod
    def of_tables(
        cls, tables: Mapping[str, pd.DataFrame], second: Mapping[str, pd.DataFrame] | None = None
    ) -> Data:
        """Return tables already in hand; `second` is the other company, else the same again."""

        def read(name: str) -> pd.DataFrame:
            if name not in tables:
                raise NotFoundError(f"there is no table {name!r}. {did_you_mean(name, tables)}")
            return tables[name]

        return cls(read, second=lambda: cls.of_tables(second or tables))

    def load(self, name: str) -> pd.DataFrame:
        """Return a table or an extract, as a copy that its receiver may change."""
        if name not in self._tables:
            if name in EXTRACTS:
                table, taken = EXTRACTS[name]
                self._tables[name] = taken(self.load(table))
            else:
                self._tables[name] = self._read(name)
        return self._tables[name].copy()

    def value(self, rule: Callable[..., Any], tables: Sequence[str]) -> Any:
        """Return what a rule gives on these data; computed once."""
        key = (rule, tuple(tables))
        if key not in self._values:
            self._values[key] = rule(*map(self.load, tables))
        return self._values[key]

    def second(self) -> Data:
        """Return another company, to try a function on; made once."""
        if self._second is None:
            self._second = self._make_second()
        return self._second
