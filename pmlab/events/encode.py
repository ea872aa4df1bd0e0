"""Values as codes while they stream by, compiled; `columns.as_codes` does it for a whole column.

Codes count from 0 in the order of first appearance. Integers are looked up in one open hash
table; texts are hashed to 64 bits, looked up as integers, and then compared byte by byte with the
text that has the code: two texts of one hash are told apart, never counted as one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from pmlab.compiled import compiled
from pmlab.events.columns import Ints

__all__ = ["HashCollisionError", "IntEncoder", "TextEncoder"]

Rows = npt.NDArray[np.intp]


class HashCollisionError(Exception):
    """Two texts have the same hash; read them in another way."""


class IntEncoder:
    """Codes for int64 values."""

    def __init__(self) -> None:
        self._n = 0
        self._values = np.empty(0, dtype=np.int64)
        self._keys, self._codes = _empty_table(1 << 12)

    def __len__(self) -> int:
        return self._n

    def encode(self, values: Ints) -> Ints:
        """Return the code of each value."""
        most = self._n + len(values)
        self._values = _with_room(self._values, self._n, most)
        if 3 * most > 2 * len(self._keys):
            # A table that is two thirds full at most needs few steps to a free place.
            self._keys, self._codes = _empty_table(1 << (3 * most // 2).bit_length())
            known = self.values()
            self._look_up(known, np.empty_like(known), 0)
        self._n, codes = self._look_up(values, self._values, self._n)
        return codes

    def _look_up(self, values: Ints, known: Ints, n: int) -> tuple[int, Ints]:
        codes = np.empty(len(values), dtype=np.int64)
        return _compiled(_look_up)(values, self._keys, self._codes, known, n, codes), codes

    def values(self) -> Ints:
        """Return the values in the order of their codes."""
        return self._values[: self._n]


class TextEncoder:
    """Codes for the texts of Arrow arrays of type string or large_string."""

    def __init__(self) -> None:
        self._hashes = IntEncoder()
        self._begins = np.zeros(1, dtype=np.int64)
        self._words = np.empty(0, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._hashes)

    def encode(self, texts: Any, rows: Rows) -> Ints:
        """Return the code of the text in each of these rows.

        Raises
        ------
        HashCollisionError
        """
        import pyarrow as pa

        _, offsets, data = texts.buffers()
        width = np.int32 if pa.types.is_string(texts.type) else np.int64
        starts = np.frombuffer(offsets, dtype=width)[texts.offset :]
        source = np.frombuffer(data or b"\0", dtype=np.uint8)
        n = len(self)
        codes = self._hashes.encode(_compiled(_hash)(starts, source, rows))
        used, new = int(self._begins[n]), len(self) - n
        if new:
            # All texts of these rows together need no more than this, whichever are new.
            n_bytes = int(starts[rows[-1] + 1]) - int(starts[rows[0]])
            self._words = _with_room(self._words, used, used + n_bytes // 8 + 2 * len(rows))
            self._begins = _with_room(self._begins, n + 1, len(self) + 1)
        kept = (self._begins, self._words, np.zeros(1, dtype=np.int64))
        if not _compiled(_remember)(starts, source, rows, codes, n, *kept):
            raise HashCollisionError
        return codes

    def values(self) -> Any:
        """Return the texts in the order of their codes, as an Arrow array."""
        import pyarrow as pa

        n = len(self)
        ends = np.zeros(n + 1, dtype=np.int64)
        lengths = self._words[self._begins[:n]] if n else self._words
        letters = np.empty(int(lengths.sum()), dtype=np.uint8)
        _compiled(_spell)(n, self._begins, self._words, ends, letters)
        buffers = [None, pa.py_buffer(ends), pa.py_buffer(letters)]
        return pa.Array.from_buffers(pa.large_string(), n, buffers)


def _empty_table(size: int) -> tuple[Ints, npt.NDArray[np.int32]]:
    return np.empty(size, dtype=np.int64), np.full(size, -1, dtype=np.int32)


def _with_room(array: npt.NDArray[Any], used: int, needed: int) -> npt.NDArray[Any]:
    if needed <= len(array):
        return array
    larger = np.empty(max(needed, 2 * used), dtype=array.dtype)
    larger[:used] = array[:used]
    return larger


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    return compiled(function, (_word,))


_BLOCK = 128

_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / the golden ratio: spreads neighbours (Knuth)


def _look_up(values: Any, keys: Any, codes: Any, known: Any, n: int, found: Any) -> int:
    """Fill `found` with the code of each value, new ones from `n` on; return how many there are."""
    mask = np.uint64(len(keys) - 1)
    for row in range(len(values)):
        value = values[row]
        mixed = np.uint64(value) * _MIX
        place = (mixed ^ (mixed >> np.uint64(32))) & mask
        while codes[place] >= 0 and keys[place] != value:
            place = (place + np.uint64(1)) & mask
        if codes[place] < 0:
            codes[place], keys[place], known[n] = n, value, value
            n += 1
        found[row] = codes[place]
    return n


def _hash(starts: Any, source: Any, rows: Any) -> Any:
    # In a loop of its own: with little to do per row, the processor looks up many rows at once.
    hashes = np.empty(len(rows), dtype=np.int64)
    for i in range(len(rows)):
        at, end = np.int64(starts[rows[i]]), np.int64(starts[rows[i] + 1])
        mixed = np.uint64(end - at) * _MIX
        mixed ^= mixed >> np.uint64(32)
        while at < end:
            mixed = (mixed ^ _word(source, at, end)) * _MIX
            mixed ^= mixed >> np.uint64(32)
            at += 8
        hashes[i] = np.int64(mixed)
    return hashes


def _remember(
    starts: Any, source: Any, rows: Any, codes: Any, n: int, begins: Any, kept: Any, touched: Any
) -> bool:
    """Keep the texts of codes from `n` on; return whether all others are as they were kept.

    A text is kept as its length and then its words.
    """
    n_before = n
    for block in range(0, len(rows), _BLOCK):
        stop = min(block + _BLOCK, len(rows))
        # Ask memory for all that this block compares at once, and not for text after text. What is
        # read must go somewhere, or the compiler leaves it out.
        for i in range(block, stop):
            if codes[i] < n_before:
                touched[0] |= kept[begins[codes[i]]] | kept[begins[codes[i] + 1] - 1]
        for i in range(block, stop):
            at, end = np.int64(starts[rows[i]]), np.int64(starts[rows[i] + 1])
            to = begins[codes[i]]
            if codes[i] == n:
                kept[to] = end - at
                while at < end:
                    to += 1
                    kept[to] = np.int64(_word(source, at, end))
                    at += 8
                n += 1
                begins[n] = to + 1
            elif kept[to] != end - at:
                return False
            else:
                while at < end:
                    to += 1
                    if kept[to] != np.int64(_word(source, at, end)):
                        return False
                    at += 8
    return True


def _spell(n: int, begins: Any, kept: Any, ends: Any, letters: Any) -> None:
    """Write the first `n` kept texts one after the other."""
    for code in range(n):
        at, to = begins[code], ends[code]
        ends[code + 1] = to + kept[at]
        for k in range(kept[at]):
            letters[to + k] = kept[at + 1 + (k >> 3)] >> (8 * (k & 7)) & 255


def _word(source: Any, at: Any, end: Any) -> Any:
    """Return up to 8 bytes as one number, which the compiler turns into one step."""
    if at + 8 <= end:
        return (
            np.uint64(source[at])
            | np.uint64(source[at + 1]) << np.uint64(8)
            | np.uint64(source[at + 2]) << np.uint64(16)
            | np.uint64(source[at + 3]) << np.uint64(24)
            | np.uint64(source[at + 4]) << np.uint64(32)
            | np.uint64(source[at + 5]) << np.uint64(40)
            | np.uint64(source[at + 6]) << np.uint64(48)
            | np.uint64(source[at + 7]) << np.uint64(56)
        )
    word = np.uint64(0)
    for k in range(end - at):
        word |= np.uint64(source[at + k]) << np.uint64(8 * k)
    return word
