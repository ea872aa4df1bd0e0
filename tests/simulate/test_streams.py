"""What one table draws never moves another."""

import os
import subprocess
import sys

import numpy as np

from pmlab.simulate.streams import Streams


def numbers(rng: np.random.Generator) -> list[int]:
    return rng.integers(0, 10**9, 5).tolist()


def test_a_stream_is_known_by_its_name_alone():
    # Surveys come into being and draw a lot; what users drew before and after is the same.
    users = Streams(seed=1, table="users")
    before = numbers(users("country"))
    Streams(seed=1, table="surveys")("country").random(1000)
    users("device").random(1000)
    assert numbers(users("country")) == before


def test_seed_table_part_and_draw_all_tell_streams_apart():
    streams = [
        Streams(seed=1, table="users")("country"),
        Streams(seed=2, table="users")("country"),
        Streams(seed=1, table="events")("country"),
        Streams(seed=1, table="users")("device"),
        Streams(seed=1, table="users", draw=1)("country"),
    ]
    assert len({tuple(numbers(rng)) for rng in streams}) == len(streams)


def test_a_stream_is_the_same_in_every_process():
    # Python salts hash() of a text differently in each process; a name must not go through it.
    line = (
        "from pmlab.simulate.streams import Streams;"
        "print(Streams(seed=1, table='users')('country').integers(0, 10**9, 5).tolist())"
    )
    here = str(numbers(Streams(seed=1, table="users")("country")))
    for salt in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", line],
            env={**os.environ, "PYTHONHASHSEED": salt},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == here
