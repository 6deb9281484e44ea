"""Tracks: what a collection holds, and a room's copy on the server's clock."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gameserver.core.values import Seconds

LATE_SECONDS = 1.0  # a tact later than this is not announced any more


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


@dataclass(frozen=True, slots=True)
class Note:
    """One tact at the moment at which it sounds."""

    tact: int
    value: int
    at: Seconds


@dataclass(frozen=True, slots=True)
class Playback:
    """A room's track: it stands at a tact, or it runs.

    A run counts its tacts through, over the end of a loop too: tact n sounds at `origin` plus n
    intervals, whoever listens.
    """

    track: Track
    position: int = 0  # the next tact to sound; while it plays, the one at which the run began
    origin: Seconds | None = None  # while it plays: when tact 0 of this run would have sounded
    announced: int = 0  # while it plays: the first tact of the run that nobody was told yet

    @property
    def playing(self) -> bool:
        """Whether the track runs."""
        return self.origin is not None

    @property
    def interval(self) -> Seconds:
        """The length of one tact."""
        return self.track.interval_ms / 1000

    def next_tact(self, now: Seconds) -> tuple[int, Seconds | None]:
        """The next tact to sound and when; tact 0 and None while it stands there or the last one sounds."""
        if self.origin is None:
            return self.position, None
        count = self._count_after(now)
        if self._over(count):
            return 0, None
        return count % self._length, self._sounds(self.origin, count)

    def played(self, first_sound: Seconds) -> Playback:
        """The track running: its next tact sounds at this moment."""
        return replace(self, origin=first_sound - self.position * self.interval, announced=self.position)

    def paused(self, now: Seconds) -> Playback:
        """The track standing at the tact that would have been next."""
        return Playback(self.track, position=self.next_tact(now)[0])

    def sought(self, tact: int) -> Playback:
        """The track standing at this tact."""
        return Playback(self.track, position=tact)

    def announce(self, now: Seconds, lead: Seconds) -> tuple[Playback, list[Note]]:
        """The track and the tacts to be told now: those that sound within `lead`."""
        if self.origin is None:
            return self, []
        # After a long stall, or a restart, the tacts that nobody could hear are passed over.
        count = max(self.announced, self._count_after(now - LATE_SECONDS))
        notes = []
        while not self._over(count):
            at = self._sounds(self.origin, count)
            if at - lead > now:
                break
            notes.append(self._note(count, at))
            count += 1
        return replace(self, announced=count), notes

    def pending(self, now: Seconds) -> list[Note]:
        """The tacts already told that have yet to sound: what a late joiner missed."""
        if self.origin is None:
            return []
        counts = range(self._count_after(now), self.announced)
        return [self._note(count, self._sounds(self.origin, count)) for count in counts]

    def ended(self, now: Seconds) -> bool:
        """Whether the last tact has sounded to its end."""
        return self.origin is not None and not self.track.loop and now >= self._end(self.origin)

    def due(self, lead: Seconds) -> Seconds | None:
        """When there is something to announce, or the end has come."""
        if self.origin is None:
            return None
        if self._over(self.announced):
            return self._end(self.origin)
        return self._sounds(self.origin, self.announced) - lead

    @property
    def _length(self) -> int:
        return len(self.track.track_values)

    def _over(self, count: int) -> bool:
        return not self.track.loop and count >= self._length

    def _end(self, origin: Seconds) -> Seconds:
        return self._sounds(origin, self._length)

    def _sounds(self, origin: Seconds, count: int) -> Seconds:
        return origin + count * self.interval

    def _count_after(self, now: Seconds) -> int:
        """The first tact of the run that sounds later than `now`."""
        assert self.origin is not None
        count = max(self.position, math.floor((now - self.origin) / self.interval))
        while self._sounds(self.origin, count) <= now:  # so that rounding never repeats a tact
            count += 1
        return count

    def _note(self, count: int, at: Seconds) -> Note:
        tact = count % self._length
        return Note(tact, self.track.track_values[tact], at)
