"""The highest memory of a process is found, and found anew once it is forgotten."""

from __future__ import annotations

import os

from bench.memory import forget_peak, peak_kib, resident_kib

MEBIBYTE = 1024 * 1024


def test_a_peak_is_remembered_until_it_is_forgotten() -> None:
    own = os.getpid()
    forget_peak(own)
    before = peak_kib(own)
    block = bytearray(b"x") * (64 * MEBIBYTE)
    high = peak_kib(own)
    held = resident_kib(own)
    del block

    assert high - before > 60 * 1024
    assert peak_kib(own) - before > 60 * 1024
    assert held - resident_kib(own) > 60 * 1024
    forget_peak(own)
    assert high - peak_kib(own) > 60 * 1024
