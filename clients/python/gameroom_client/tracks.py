"""A room's track, each tact at its moment of the server's clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, overload

from gameroom_client.emitter import Emitter, Off
from gameroom_client.timing import Cancellable

if TYPE_CHECKING:
    from gameroom_client.contract import Tact, TrackState
    from gameroom_client.room import Room

LATEST_MS = 1000.0  # a tact that is later than this is passed over, as a device that slept wants it


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A tact that was announced: when it sounds by the server's clock (ms) and by the loop's (s)."""

    tact: int
    value: int
    at: float
    when: float


class TrackPlayer(Emitter):
    """Tells `scheduled` when a tact is announced, early enough for an audio device, and `tact` at its moment.

    `offset_ms` is added to each moment: negative for a device that sounds late.
    """

    def __init__(self, room: Room, *, offset_ms: float = 0.0) -> None:
        super().__init__()
        self.offset_ms = offset_ms
        self._room = room
        self._timing = room.client.timing
        self._due: dict[float, tuple[int, Cancellable]] = {}  # by their moment
        self._sounded = 0.0  # the moment of the last that sounded
        self._off = (
            room.on("tact", self._announced),
            room.on("track_state", self._changed),
            room.on("closed", lambda reason, about: self._forget()),
        )

    @overload
    def on(self, event: Literal["tact"], handler: Callable[[Tact], object]) -> Off: ...
    @overload
    def on(self, event: Literal["scheduled"], handler: Callable[[Scheduled], object]) -> Off: ...
    def on(self, event: str, handler: Callable[..., Any]) -> Off:
        """Call the handler for each event of this name, until what is returned is called."""
        return self.listen(event, handler)

    def stop(self) -> None:
        """Listen to the room no more, and let nothing sound that was about to."""
        for off in self._off:
            off()
        self._forget()
        super().stop()

    def _announced(self, tact: Tact) -> None:
        at = tact["at"]
        if at in self._due or at <= self._sounded:  # told again after a return
            return
        when = self._room.client.clock.local(at + self.offset_ms)
        wait = when - self._timing.time()
        if wait < -LATEST_MS / 1000:
            return

        def sound() -> None:
            del self._due[at]
            self._sounded = at
            self.tell("tact", tact)

        self._due[at] = (tact["tact"], self._timing.call_later(max(0.0, wait), sound))
        self.tell("scheduled", Scheduled(tact["tact"], tact["value"], at, when))

    def _changed(self, state: TrackState) -> None:
        """Stopped or moved: what was announced and is not so any more does not sound."""
        for at, (number, _) in list(self._due.items()):
            if not self._is_so(state, at, number):
                self._due.pop(at)[1].cancel()

    def _is_so(self, state: TrackState, at: float, number: int) -> bool:
        """Whether by this state the tact of this number sounds at this moment."""
        interval, next_at, track = state["playerInterval"], state["next_at"], self._room.track
        if not state["playing"] or interval is None or next_at is None or track is None:
            return False
        ahead = (at - next_at) / interval
        return (
            abs(ahead - round(ahead)) * interval < 2.0  # moments are whole milliseconds
            and (state["tact"] + round(ahead)) % len(track["track_values"]) == number
        )

    def _forget(self) -> None:
        for _, timer in self._due.values():
            timer.cancel()
        self._due.clear()
