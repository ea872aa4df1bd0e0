"""Reading an answer: whatever the learner hands over becomes plain numbers, or a kind refusal.

One door, so that the checks never ask what came. Nothing here changes the answer, and objects
whose own methods misbehave are met with `UnreadableError`, or with the error that they raised.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any

__all__ = [
    "Numbers",
    "UnreadableError",
    "is_blank",
    "kind_of",
    "numbers_in",
    "read_numbers",
    "shown",
]

MOST = 100_000
"""An answer with more values than this is a table handed over by mistake."""


class UnreadableError(Exception):
    """What came is no number and no collection of numbers; says what it is."""


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """An answer in plain numbers.

    Attributes
    ----------
    values : tuple of float
    labels : tuple of str, or None
        The names that the values came with, from a dict or a Series.
    alone : bool
        One number, not a collection of one.
    percent : bool
        Written as text with a percent sign.
    """

    values: tuple[float, ...]
    labels: tuple[str, ...] | None = None
    alone: bool = False
    percent: bool = False


def is_blank(answer: Any) -> bool:
    """Return whether an answer is still a blank, or holds one."""
    if answer is ... or answer is None:
        return True
    if type(answer) is str:
        return answer.strip() in ("", "...", "…")  # some keyboards make one character of three
    if type(answer) is dict:
        return any(value is ... for value in answer.values())
    return type(answer) in (list, tuple) and any(value is ... for value in answer)


def read_numbers(answer: Any) -> Numbers:
    """Return an answer as plain numbers.

    Parameters
    ----------
    answer : object
        A number of any library, a text such as ``"11.8%"``, a list, tuple, dict or array of
        them, a pandas, polars or pyarrow Series or one-column table. A range or an assumption of
        pmlab is read as its P10 and P90.

    Raises
    ------
    UnreadableError
        When no numbers can be found in it; the message says what came.

    Examples
    --------
    >>> read_numbers("11.8%")
    Numbers(values=(11.8,), labels=None, alone=True, percent=True)
    >>> read_numbers({"web": 3, "app": 4})
    Numbers(values=(3.0, 4.0), labels=('web', 'app'), alone=False, percent=False)
    """
    kind = type(answer)
    if issubclass(kind, dict):
        return _collected(answer.values(), labels=answer.keys())
    if issubclass(kind, (list, tuple)):
        return _collected(answer)
    if issubclass(kind, (set, frozenset)):
        raise UnreadableError("a set, which keeps no order; a list would do")
    module = (kind.__module__ or "").partition(".")[0]
    if module == "numpy" and getattr(answer, "ndim", 0) > 0:
        if answer.ndim > 1 and max(answer.shape) != answer.size:
            raise UnreadableError(f"an array of shape {answer.shape}")
        return _collected(answer.flat)
    if module == "numpy" and kind.__name__ != "MaskedConstant":
        answer = answer.item()
    elif module == "pyarrow" and hasattr(answer, "as_py"):
        answer = answer.as_py()
    elif module in ("pandas", "polars", "pyarrow", "modin", "duckdb") and not _is_scalar(answer):
        return _from_table(answer)
    elif (kind.__module__ or "").startswith(("pmlab.uncertain", "pmlab.market")):
        return _ends(answer)
    value, percent = _number(answer)
    return Numbers(values=(value,), alone=True, percent=percent)


def _ends(answer: Any) -> Numbers:
    """Return P10 and P90 of what is known only as a range."""
    if not hasattr(answer, "quantile"):
        raise UnreadableError(kind_of(answer))
    return _collected((answer.quantile(0.1), answer.quantile(0.9)), labels=("P10", "P90"))


def _is_scalar(answer: Any) -> bool:
    return not (hasattr(answer, "__len__") or hasattr(answer, "collect"))


def _collected(values: Iterable[Any], labels: Iterable[Any] | None = None) -> Numbers:
    some = list(islice(values, MOST + 1))
    if len(some) > MOST:
        raise UnreadableError(f"a collection of more than {MOST:,} values")
    try:
        pairs = [_number(_only(value)) for value in some]
    except UnreadableError as what:
        of = f"a collection of {len(some)} values, one of them " if len(some) > 1 else ""
        raise UnreadableError(f"{of}{what}") from None
    return Numbers(
        values=tuple(value for value, _ in pairs),
        labels=None if labels is None else tuple(map(str, labels)),
        percent=bool(pairs) and all(percent for _, percent in pairs),
    )


def _only(value: Any) -> Any:
    """Return the one value of a Series that holds one, as selecting a row by its label gives."""
    if type(value).__name__ != "Series" or len(value) != 1:
        return value
    return _from_table(value).values[0]


def _from_table(answer: Any) -> Numbers:
    import narwhals as nw

    if type(answer).__name__.endswith("Index"):
        return _collected(answer.tolist())
    is_pandas = type(answer).__module__.startswith("pandas")
    if is_pandas and hasattr(answer, "columns") and not answer.columns.is_unique:
        raise UnreadableError("a table in which two columns have the same name")
    try:
        table = nw.from_native(answer, allow_series=True)
    except TypeError:  # a group-by, say, from which no number has been made yet
        raise UnreadableError(kind_of(answer)) from None
    if isinstance(table, nw.LazyFrame):
        table = table.collect()
    if len(table) > MOST:
        raise UnreadableError(f"{kind_of(answer)} with {len(table):,} rows")
    index = answer.index if is_pandas else None
    if isinstance(table, nw.Series):
        return _collected(table.to_list(), labels=_names(index))
    columns = list(table.iter_columns())
    names = [column for column in columns if not column.dtype.is_numeric()]
    numbers = [column for column in columns if column.dtype.is_numeric()]
    if len(numbers) != 1 or len(names) > 1:
        if not columns:
            raise UnreadableError("an empty table")
        raise UnreadableError(f"a table with {len(columns)} columns (pick one of them)")
    labels = names[0].to_list() if names else _names(index)
    return _collected(numbers[0].to_list(), labels=labels)


def _names(index: Any) -> list[Any] | None:
    """Return the labels of a pandas index, unless it only counts the rows."""
    if index is None or type(index).__name__ == "RangeIndex":
        return None
    return list(index.tolist())


def _number(value: Any) -> tuple[float, bool]:
    """Return one number, and whether it was written with a percent sign."""
    kind = type(value)
    if kind.__module__ == "numpy" and getattr(value, "ndim", 1) == 0:
        value = value.item()
        kind = type(value)
    if issubclass(kind, bool):
        raise UnreadableError(f"{value}, a yes or no")
    if issubclass(kind, str):
        return _number_from_text(value)
    if issubclass(kind, (int, float, Decimal, Fraction)):
        try:
            return float(value), False
        except OverflowError:
            raise UnreadableError("a number too large to be true") from None
        except ValueError:  # Decimal's signalling NaN
            return math.nan, False
    if value is None or kind.__name__ in ("NAType", "NaTType", "MaskedConstant"):
        return math.nan, False
    if value is ...:
        raise UnreadableError("a blank (`...`)")
    raise UnreadableError(kind_of(value))


_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+"
_WHOLE_TEXT = re.compile(rf"[~≈]?\s*([-+−]?)\s*({_NUMBER})(e[-+]?\d+)?\s*(%|percent|per cent)?")


def _number_from_text(text: str) -> tuple[float, bool]:
    match = _WHOLE_TEXT.fullmatch(text.strip().lower())
    if not match:
        raise UnreadableError(f"the text {shown(text)}")
    sign, digits, exponent, percent = match.groups()
    value = float(_plain(digits) + (exponent or ""))
    if math.isinf(value):
        raise UnreadableError("a number too large to be true")
    return (-value if sign in ("-", "−") else value), bool(percent)


def _plain(digits: str) -> str:
    """Return digits as Python writes them: thousands commas go, a decimal comma is a point."""
    if re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?", digits):
        return digits.replace(",", "")
    return digits.replace(",", ".", 1) if digits.count(",") == 1 else digits.replace(",", "")


_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "k": 1e3, "m": 1e6, "bn": 1e9}
_IN_TEXT = re.compile(
    rf"(?<![\w.,])(?P<number>{_NUMBER})(?![\d])(?:\s?(?P<scale>{'|'.join(_SCALES)})\b)?"
    r"(?:\s*(?P<percent>%|percent|per\s+cent)"
    rf"|(?:\s*/\s*|\s+(?:of|out\s+of|in)\s+(?:every\s+)?)(?P<below>{_NUMBER})(?![\d]))?"
)


def numbers_in(text: str, *, share: bool) -> list[tuple[float, float]]:
    """Return the numbers written in a text, each with half a unit of its last digit.

    Noughts at the end of a whole number are taken for rounding, down to two digits: 2,480,000 is
    2.48 million, give or take 5,000. "2.5 million" is found as 2.5 and as 2,500,000. A fraction
    such as "2 of 5" is taken to half a percentage point.

    Parameters
    ----------
    text : str
    share : bool
        Look for fractions: "12%" is 0.12, "3 of 25" is 0.12, a bare "12" is none.

    Examples
    --------
    >>> numbers_in("Some 12% of 4,210 visitors bought.", share=True)
    [(0.12, 0.005)]
    >>> numbers_in("Of 4,213 visitors, 505 bought.", share=False)
    [(4213.0, 0.5), (505.0, 0.5)]
    """
    found = []
    for match in _IN_TEXT.finditer(text.lower()):
        digits = _plain(match["number"])
        value, half = float(digits), _half_a_unit(digits)
        if not share:
            found.append((value, half))
            if scale := _SCALES.get(match["scale"]):
                found.append((value * scale, half * scale))
            if match["below"]:
                found.append((float(_plain(match["below"])), 0.5))
        elif match["percent"]:
            found.append((value / 100, half / 100))
        elif match["below"]:
            if below := float(_plain(match["below"])):
                found.append((value / below, min(0.5 / below, 0.005)))
        elif "." in digits:
            found.append((value, half))
    return found


def _half_a_unit(digits: str) -> float:
    """Return half a unit of the last digit that somebody meant who wrote a number so."""
    whole, _, decimals = digits.partition(".")
    if decimals:
        return 0.5 * 10.0 ** -len(decimals)
    noughts = len(whole) - len(whole.rstrip("0"))
    return 0.5 * 10.0 ** max(0, min(noughts, len(whole) - 2))


_PLAIN_WORDS: dict[type, str] = {
    int: "a number",
    float: "a number",
    complex: "a complex number",
    bool: "a yes or no",
    str: "a text",
    bytes: "raw bytes",
    type: "a class",
}


def kind_of(value: Any) -> str:
    """Return what sort of thing a value is, without asking the value itself.

    Examples
    --------
    >>> kind_of([1]), kind_of(print), kind_of(None)
    ('a list', 'a function', 'nothing (None)')
    """
    if value is None:
        return "nothing (None)"
    kind = type(value)
    name = kind.__name__
    if name in ("function", "builtin_function_or_method", "method"):
        return "a function"
    if kind in _PLAIN_WORDS:
        return _PLAIN_WORDS[kind]
    library = (kind.__module__ or "").partition(".")[0]
    if library in ("pandas", "polars", "numpy", "pyarrow"):
        return f"a {library} {name}"
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def shown(value: Any, *, most: int = 60) -> str:
    """Return a short picture of a value, even when its own repr fails."""
    try:
        text = f"{value:.6g}" if type(value) is float else repr(value)
    except Exception:
        return kind_of(value)
    return text if len(text) <= most else text[: most - 3] + "..."
