"""Joins what is written in one turn of the event loop: a write costs the same, whatever it carries."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(slots=True)
class Tally:
    """What the outboxes of a server have done so far."""

    direct_writes: int = 0  # frames written at once
    joined_writes: int = 0
    joined_frames: int = 0  # frames that went in those
    newest_replaced: int = 0  # held frames that a newer one of their slot replaced
    newest_dropped: int = 0  # held frames that went for `OutboxLimits.newest_bytes`
    backlogs: int = 0  # connections that ended for their backlog, over polling too
    stalls: int = 0  # and for a snapshot or a poll's answer that they did not take in time


class Joining(Protocol):
    """A recipient for which something was joined."""

    def flush(self) -> int:
        """Write what was joined; returns how many frames."""


class Turn:
    """Joins the writes of one turn of the event loop, over all outboxes of a server.

    The first frame for a recipient is written at once and what follows in the same turn is joined. A
    recipient that got several is joined from the first one on in its next turns, so that it costs one
    system call per turn whatever comes for it, and one that gets a frame now and then stays direct. A turn's
    frames are written before the loop waits for the network again, so joining delays nothing beyond the
    turn's own work.
    """

    __slots__ = ("_call_soon", "clock", "direct", "dirty", "ending", "now", "number", "tally")

    def __init__(
        self,
        call_soon: Callable[[Callable[[], None]], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._call_soon = call_soon
        self.ending = False  # whether the end of this turn is scheduled
        self.clock = clock
        self.now = 0.0  # when this turn began, while `ending`: one reading for all that it brings
        self.number = 0
        self.direct = 0  # frames written at once in this turn
        self.dirty: list[Joining] = []
        self.tally = Tally()

    def begin(self) -> float:
        """Something happens in this turn that has to have an end, or a time: returns that."""
        self.ending = True
        self._call_soon(self.end)
        self.now = now = self.clock()
        return now

    def end(self) -> None:
        """Write what was joined, one write for each recipient."""
        self.ending = False
        self.number += 1
        dirty, self.dirty = self.dirty, []
        joined = 0
        for outbox in dirty:
            joined += outbox.flush()
        tally = self.tally
        tally.direct_writes += self.direct
        tally.joined_writes += len(dirty)
        tally.joined_frames += joined
        self.direct = 0
