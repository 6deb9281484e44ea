"""Chance by the pool: each byte is handed out once, to one process."""

from __future__ import annotations

import os

from gameserver.transport.chance import Chance


def test_as_many_bytes_come_as_were_asked_for_over_all_pools() -> None:
    chance = Chance()
    assert [len(chance(count)) for count in (8, 15, 4_096, 10_000, 15, 0, 8)] == [
        8,
        15,
        4_096,
        10_000,
        15,
        0,
        8,
    ]


def test_nothing_is_handed_out_twice() -> None:
    chance = Chance()
    drawn = [chance(16) for _ in range(1_000)]
    assert len(set(drawn)) == len(drawn)
    assert not set(drawn) & {Chance()(16) for _ in range(1_000)}


def test_a_forked_process_has_other_bytes() -> None:
    chance = Chance()
    chance(8)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, chance(16))
        os._exit(0)
    os.waitpid(child, 0)
    try:
        assert os.read(reading, 16) != chance(16)
    finally:
        os.close(reading)
        os.close(writing)
