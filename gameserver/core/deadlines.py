"""When the core must be called again: one heap for all timers of all rooms."""

from __future__ import annotations

import enum
import heapq

from gameserver.core.values import Seconds


class Due(enum.Enum):
    """What a timer is for."""

    TACT = "tact"  # of a room: tacts to announce, or the end of the track
    REVIEW = "review"  # of a room: is its host still right, the order of its successors still the same?
    EXIT = "exit"  # of a room: its host's last snapshot was waited for long enough
    GRACE = "grace"  # of a room: its lost host has not come back
    READY = "ready"  # of a room: its new host has not said that it is ready
    NO_HOST = "no_host"  # of a room: nobody could host it for too long
    IDLE = "idle"  # of a room: nothing may have happened in it for long
    AWAY = "away"  # of a player: it has not come back
    LOBBY = "lobby"  # of a group of subscribers: the next list

    __hash__ = object.__hash__  # there is one of each; an enum's own hash is a call, for each look at a timer


OF_ROOMS = (Due.TACT, Due.EXIT, Due.GRACE, Due.READY, Due.NO_HOST, Due.IDLE)

Key = tuple[Due, str]


class Deadlines:
    """Timers by key; setting one again moves it. Moved and cleared ones stay in the heap until met."""

    def __init__(self) -> None:
        self._at: dict[Key, tuple[Seconds, int]] = {}
        self._heap: list[tuple[Seconds, int, Key]] = []
        self._count = 0

    def set(self, key: Key, at: Seconds) -> None:
        """Let `key` be due at this moment and no other."""
        self._count += 1
        self._at[key] = (at, self._count)
        if len(self._heap) > 2 * len(self._at) + 64:
            self._heap = [(at, count, key) for key, (at, count) in self._at.items()]
            heapq.heapify(self._heap)
        else:
            heapq.heappush(self._heap, (at, self._count, key))

    def clear(self, key: Key) -> None:
        """Forget this timer, if it is set."""
        self._at.pop(key, None)

    def at(self, key: Key) -> Seconds | None:
        """Return when this timer is due."""
        timer = self._at.get(key)
        return None if timer is None else timer[0]

    def next(self) -> Seconds | None:
        """Return the earliest moment at which anything is due."""
        while self._heap:
            at, count, key = self._heap[0]
            if self._at.get(key) == (at, count):
                return at
            heapq.heappop(self._heap)
        return None

    def pop(self, now: Seconds) -> Key | None:
        """Take the timer that has been due the longest, or None if none is due."""
        at = self.next()
        if at is None or at > now:
            return None
        key = heapq.heappop(self._heap)[2]
        del self._at[key]
        return key
