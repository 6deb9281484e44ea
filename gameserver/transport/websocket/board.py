"""What all links of a server share: bounds, deadlines, the joined writes of a turn, and counts."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from gameserver.transport.websocket.ending import How
from gameserver.transport.websocket.frames import POLICY_VIOLATION, FrameError
from gameserver.transport.websocket.outbox import OutboxLimits
from gameserver.transport.websocket.sweeper import Sweeper, Timers
from gameserver.transport.websocket.turn import Turn

_OF_A_SECOND: Final = 1 << 20  # more than `controls_per_second` can be


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """Bounds of every link of a server."""

    max_message_bytes: int = 64 * 1024
    send_buffer_bytes: int = 48 * 1024  # SO_SNDBUF: what a reader that stalls can hide in the kernel
    controls_per_second: int = 100  # pings, pongs and the like; who sends more only keeps the server busy
    deflate: bool = False  # agree to permessage-deflate with clients that offer it; costs processor time
    close_seconds: float = 2.0  # for the closing handshake; then the socket is dropped
    outbox: OutboxLimits = field(default_factory=OutboxLimits)


class Loop(Timers, Protocol):
    """What links need of the event loop that serves them."""

    def call_soon(self, callback: Callable[[], object], /) -> object:
        """Call back at the end of this turn."""


class Switchboard:
    """What all links of a server share: settings, deadlines, and the joined writes of a turn."""

    def __init__(
        self,
        loop: Loop,
        settings: LinkSettings | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.loop = loop
        self.settings = settings or LinkSettings()
        self.clock = clock
        self.sweeper = Sweeper(loop, clock=clock)
        self.turn = Turn(loop.call_soon, clock)
        self.ended: Counter[How] = Counter()  # links, by what ended them
        self.close_timeouts = 0  # links dropped for `LinkSettings.close_seconds`
        self.floods = 0  # connections that ended for `LinkSettings.controls_per_second`

    def count_control(self, counted: int, now: float) -> int:
        """Count a frame that only keeps the server busy; returns what to keep until the next, 0 at first.

        Raises FrameError beyond the bound. What is kept is one number for the second and for how many came in
        it: an object would cost every connection 56 bytes.
        """
        second = int(now)
        if counted // _OF_A_SECOND != second:
            counted = second * _OF_A_SECOND
        counted += 1
        if counted % _OF_A_SECOND > self.settings.controls_per_second:
            self.floods += 1
            raise FrameError(POLICY_VIOLATION, "too many frames that nobody asked for")
        return counted
