"""Tracks: what a collection holds, and a room's copy on the server's clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Track:
    """A melody: one MIDI note number per tact, 0 for a rest."""

    track_id: int
    title: str
    interval_ms: float  # the length of one tact
    track_values: tuple[int, ...]
    loop: bool = False


Collection = Mapping[int, Track]
"""Tracks by their id."""
