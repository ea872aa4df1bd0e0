"""Values as codes: the same as pandas gives, however the values come in batches."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmlab.events import encode

pytest.importorskip("numba")

INTS = st.integers(-(2**63), 2**63 - 1)
FEW = st.integers(0, 5)


@settings(deadline=None)  # the first example compiles
@given(st.lists(st.lists(INTS | FEW | FEW.map(lambda k: k << 40), max_size=30), max_size=6))
def test_integers(batches):
    encoder = encode.IntEncoder()
    codes = [encoder.encode(np.array(batch, dtype=np.int64)) for batch in batches]
    values = np.array([value for batch in batches for value in batch], dtype=np.int64)
    want, unique = pd.factorize(values)
    assert np.concatenate([*codes, np.empty(0, int)]).tolist() == want.tolist()
    assert encoder.values().tolist() == unique.tolist()


TEXTS = (
    st.text(max_size=40)
    | st.text("ß", max_size=9)
    | st.sampled_from(["", "a", "a\0", "a\0\0", "abcdefgh", "abcdefgh\0"])
)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()], ids=str)
@settings(deadline=None)  # the first example compiles
@given(st.lists(st.lists(TEXTS, max_size=30), max_size=6), st.integers(0, 3))
def test_texts(kind, batches, skipped):
    encoder = encode.TextEncoder()
    codes, texts = [], []
    for batch in batches:
        array = pa.array(["before", *batch], kind)[1:]
        rows = np.flatnonzero(np.arange(len(batch)) % 4 != skipped)
        codes += encoder.encode(array, rows).tolist()
        texts += [batch[row] for row in rows]
    number: dict[str, int] = {}
    assert codes == [number.setdefault(text, len(number)) for text in texts]
    assert encoder.values().to_pylist() == list(number)


def test_many_integers_in_patterns():
    # Keys that differ in their high bits only would all meet in one place without mixing.
    for step in (1, 3, 1 << 20, 1 << 44):
        values = np.arange(100_000, dtype=np.int64) * step
        encoder = encode.IntEncoder()
        assert (encoder.encode(values) == np.arange(len(values))).all()
        assert (encoder.encode(values[::-1].copy()) == np.arange(len(values))[::-1]).all()


def unmixed(word):
    """Return one round of the hash: a word multiplied, and its high half folded on its low."""
    mixed = word * int(encode._MIX) % 2**64
    return mixed ^ mixed >> 32


def test_texts_of_one_hash_are_told_apart():
    # With the hash worked backwards: what the second word must be for any first word.
    first = [b"aaaaaaaa", b"bbbbbbbb"]
    states = [unmixed(unmixed(16) ^ int.from_bytes(word, "little")) for word in first]
    second = [b"cccccccc"]
    second.append(
        (int.from_bytes(second[0], "little") ^ states[0] ^ states[1]).to_bytes(8, "little")
    )
    texts = [a + b for a, b in zip(first, second, strict=True)]
    offsets = pa.py_buffer(np.array([0, 16, 32], dtype=np.int64))
    array = pa.Array.from_buffers(
        pa.large_string(), 2, [None, offsets, pa.py_buffer(b"".join(texts))]
    )

    starts, source = np.array([0, 16, 32]), np.frombuffer(b"".join(texts), dtype=np.uint8)
    hashes = encode._compiled(encode._hash)(starts, source, np.arange(2))
    assert hashes[0] == hashes[1], "these two were to have one hash"

    with pytest.raises(encode.HashCollisionError):
        encode.TextEncoder().encode(array, np.arange(2))
    encoder = encode.TextEncoder()
    encoder.encode(array, np.arange(1))
    with pytest.raises(encode.HashCollisionError):
        encoder.encode(array, np.arange(1, 2))
