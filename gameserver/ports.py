"""What the outside must provide to the runtime, each law in its docstring."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from gameserver.core.effects import Elected, HandOver, Route, SendSnapshot
from gameserver.core.values import PlayerId, RoomId, Seconds


class Clock(Protocol):
    """Server time: Unix seconds, never set back and never jumping."""

    def now(self) -> Seconds: ...


class MonotonicUnixClock:
    """Unix time read once, advanced by the monotonic clock, so that a corrected wall clock moves no track."""

    __slots__ = ("_offset",)

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> Seconds:
        return time.monotonic() + self._offset


class Timer(Protocol):
    """One call in the future."""

    def cancel(self) -> None: ...


class Timers(Protocol):
    """The loop's timers."""

    def call_later(self, delay: Seconds, callback: Callable[[], None], /) -> Timer:
        """Call back once, after at least this delay."""


class Outlet(Protocol):
    """The way to the players' connections. Nothing here waits."""

    def tell(self, to: Iterable[PlayerId], event: str, args: tuple[Any, ...], slot: str | None) -> None:
        """Send one event to these players, encoded once, in order behind all told before.

        With a slot the newest wins: an unsent older event of the same slot goes. A player without a
        connection is passed over.
        """

    def ack(self, to: PlayerId, ack_id: int, body: Mapping[str, Any]) -> None:
        """Answer one request of this player."""

    def drop(self, player: PlayerId, code: str, *, disconnect: bool) -> None:
        """Close the player's connection; with `disconnect` it is told to stay away."""


class Relay(Protocol):
    """The lane of `state`, `update`, `input`, `broadcast` and `direct`."""

    def publish(self, route: Route) -> None:
        """From now on relay this room by this route."""

    def retire(self, room: RoomId) -> None:
        """Forget the room."""

    def hand_over(self, order: HandOver) -> None:
        """Send `become_host` with what is kept of the room."""

    def send_snapshot(self, order: SendSnapshot) -> None:
        """Send a late joiner the newest snapshot, if there is one."""


class Watcher(Protocol):
    """Who measures the players."""

    def watch(self, player: PlayerId, role: str | None) -> None:
        """Measure this player as `host`, `member` or `idle`; None: not any more."""


class Journal(Protocol):
    """Where facts for operators go, one line each."""

    def command(
        self,
        *,
        name: str,
        player: PlayerId | None,
        room: RoomId | None,
        outcome: str,
        effects: int,
        ms: float,
        detail: str | None,
    ) -> None:
        """The canonical line of one command; `outcome` is `ok` or the refusal's code."""

    def failed(self, *, name: str, player: PlayerId | None, error: Exception) -> None:
        """A command raised what is no refusal: our bug."""

    def elected(self, election: Elected) -> None:
        """A room's host changed: all candidates and why the winner won."""
