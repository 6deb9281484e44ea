"""The host's side of a game: it reigns, is asked for its state, and gives it on."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from gameroom_client.emitter import Emitter
from gameroom_client.link import Answered
from gameroom_client.timing import Cancellable, Timing

SNAPSHOT_SECONDS = 1.0
HZ = 20.0


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a player; `seq` is its number among all of the room."""

    player: str
    data: Any
    seq: int


OnBecomeHost = Callable[[Any, list[Input]], Awaitable[None] | None]
"""Called with the last snapshot (None in a new room, or where none was ever taken) and all inputs since."""
OnInput = Callable[[str, Any], object]
OnTick = Callable[[float], Any]
"""Called with the seconds since the last tick; what it returns goes to the others as `state`, unless None."""
TakeSnapshot = Callable[[], Any]
OnLoseHost = Callable[[Any], object]
"""Called with the `host_changed` that says who is host now."""


class HostedRoom(Protocol):
    """What the host role needs of a room."""

    leaving: bool

    @property
    def connected(self) -> bool: ...

    def state(self, data: Any, /) -> bool: ...

    def post(self, event: str, *args: Any, answered: Answered | None = None) -> bool: ...


class HostRole:
    """Runs the game's handlers while this player is host, and nothing while it is not."""

    def __init__(
        self,
        room: HostedRoom,
        timing: Timing,
        emitter: Emitter,
        *,
        on_become_host: OnBecomeHost,
        on_tick: OnTick | None,
        take_snapshot: TakeSnapshot | None,
        on_input: OnInput | None,
        on_lose_host: OnLoseHost | None,
        hz: float,
        snapshot_seconds: float,
    ) -> None:
        self.active = False  # this player is host, its game is restored, and the server knows
        self.seq = 0  # of the last input that the game has
        self._room = room
        self._timing = timing
        self._emitter = emitter
        self._on_become_host = on_become_host
        self._on_tick = on_tick
        self._take_snapshot = take_snapshot
        self._on_input = on_input
        self._on_lose_host = on_lose_host
        self._period = 1.0 / hz
        self._snapshot_seconds = snapshot_seconds
        self._reign = 0  # tells a restore that takes long whether it still counts
        self._held: list[Input] | None = None  # inputs that came while the game restores
        self._restored_epoch: int | None = None  # the game is restored for this epoch, and the server told so
        self._confirmed_epoch: int | None = None  # the server has taken us for ready in this epoch
        self._tick_timer: Cancellable | None = None
        self._snapshot_timer: Cancellable | None = None
        self._in_flight = False  # a snapshot that is not answered yet
        self._ticked_at = 0.0
        self._next_tick = 0.0

    # -- coming to power and losing it -------------------------------------------------------------

    def begin(self) -> None:
        """Be the host of a new room: there is nothing to restore."""
        self._restore(None, [], None)

    def become(self, given: Mapping[str, Any]) -> None:
        """Take over: restore what `become_host` gives, then say `host_ready`."""
        inputs = [Input(player, data, seq) for player, data, seq in given["inputs"]]
        self._restore(given["snapshot"], inputs, given["epoch"])

    def lose(self, change: Mapping[str, Any]) -> None:
        """Somebody else is host."""
        was = self.active
        self.end()
        if was and self._on_lose_host is not None:
            self._emitter.run(self._on_lose_host, change)

    def end(self) -> None:
        """Run the game no more, until the host's part comes to this player again."""
        self._reign += 1
        self.active = False
        self._held = self._restored_epoch = None
        for timer in (self._tick_timer, self._snapshot_timer):
            if timer is not None:
                timer.cancel()
        self._tick_timer = self._snapshot_timer = None

    def confirmed(self, epoch: int) -> None:
        """The server has taken this player for ready: what it says as host counts from now on."""
        self._confirmed_epoch = epoch
        if epoch == self._restored_epoch and not self.active:
            self._reigns()

    def returned(self) -> None:
        """The connection is back: what was in flight will not be answered."""
        self._in_flight = False
        if self.active:
            self.save()
        elif self._restored_epoch is not None:
            self._say_ready(self._restored_epoch)

    def _restore(self, snapshot: Any, inputs: list[Input], epoch: int | None) -> None:
        self.end()
        reign, self._held, self._in_flight = self._reign, [], False
        # Without inputs the snapshot's own place is unknown: 0 claims nothing that is not so.
        self.seq = inputs[-1].seq if inputs else 0
        self._emitter.run(self._when_restored, snapshot, inputs, reign, epoch)

    def _when_restored(
        self, snapshot: Any, inputs: list[Input], reign: int, epoch: int | None
    ) -> Awaitable[None] | None:
        """Go on once the game is restored; who fails to says nothing, so that another one follows."""
        answer = self._on_become_host(snapshot, inputs)
        if not inspect.isawaitable(answer):
            self._restored(reign, epoch)
            return None

        async def later() -> None:
            await answer
            self._restored(reign, epoch)

        return later()

    def _restored(self, reign: int, epoch: int | None) -> None:
        if reign != self._reign:
            return  # another one reigns by now
        held, self._held = self._held or [], None
        for given in held:
            self._apply(given)
        if epoch is None:
            self._reigns()
            return
        self._restored_epoch = epoch
        self._say_ready(epoch)
        if epoch == self._confirmed_epoch:  # there was nothing to wait for
            self._reigns()

    def _say_ready(self, epoch: int) -> None:
        def answered(body: Mapping[str, Any]) -> None:
            if body.get("ok"):
                self.confirmed(epoch)

        self._room.post("host_ready", {"epoch": epoch}, answered=answered)

    def _reigns(self) -> None:
        self.active = True
        self.save()
        now = self._timing.time()
        self._ticked_at, self._next_tick = now, now + self._period
        if self._on_tick is not None:
            self._tick_timer = self._timing.call_later(self._period, self._tick)
        if self._take_snapshot is not None:
            self._snapshot_timer = self._timing.call_later(self._snapshot_seconds, self._save_again)

    # -- the game ----------------------------------------------------------------------------------

    def hear(self, given: Input) -> None:
        """An input came."""
        if self._held is not None:
            self._held.append(given)
        elif self.active or self._restored_epoch is not None:
            self._apply(given)

    def save(self) -> None:
        """Hand in a snapshot, unless one is still on its way."""
        if not self.active or self._take_snapshot is None or self._in_flight or not self._room.connected:
            return
        self._emitter.run(self._hand_in, self._take_snapshot)

    def _hand_in(self, take_snapshot: TakeSnapshot) -> None:
        data = _at_once(take_snapshot(), "take_snapshot")
        if data is not None:
            self._in_flight = self._room.post(
                "snapshot", data, {"covers": self.seq}, answered=self._snapshot_answered
            )

    def _apply(self, given: Input) -> None:
        self.seq = max(self.seq, given.seq)
        if self._on_input is not None:
            self._emitter.run(self._on_input, given.player, given.data)

    def _tick(self) -> None:
        if not self.active:
            return
        now, reign = self._timing.time(), self._reign
        passed, self._ticked_at = now - self._ticked_at, now
        speaks = self._room.connected and not self._room.leaving  # nobody hears a host that is away
        if speaks and self._on_tick is not None:
            self._emitter.run(self._go_on, self._on_tick, passed)
        if reign != self._reign:
            return  # the game's own handler ended it
        # The grid is kept, but what was missed is not caught up.
        self._next_tick = max(self._next_tick + self._period, now)
        self._tick_timer = self._timing.call_later(self._next_tick - now, self._tick)

    def _go_on(self, on_tick: OnTick, passed: float) -> None:
        state = _at_once(on_tick(passed), "on_tick")
        if state is not None and self.active:
            self._room.state(state)

    def _save_again(self) -> None:
        self.save()
        if not self.active:
            return
        self._snapshot_timer = self._timing.call_later(self._snapshot_seconds, self._save_again)

    def _snapshot_answered(self, body: Mapping[str, Any]) -> None:
        self._in_flight = False


def _at_once(answer: Any, handler: str) -> Any:
    """Return the answer of a handler whose moment counts. Raises TypeError for one that is still to come."""
    if not inspect.isawaitable(answer):
        return answer
    if inspect.iscoroutine(answer):
        answer.close()
    raise TypeError(f"{handler} must return at once: what it is awaited for may be of another moment")
