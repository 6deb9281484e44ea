"""What the outside must provide to the runtime, each law in its docstring."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from gameserver.core.effects import Elected, HandOver, RoomEnded, Route, SendSnapshot
from gameserver.core.values import PlayerId, RoomId, Seconds
from gameserver.core.world import Changes


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

    def tell(
        self, to: tuple[PlayerId, ...], event: str, args: tuple[Any, ...], *, slot: str | None, recorded: bool
    ) -> None:
        """Send one event to these players, encoded once, in order behind all told before.

        With a slot the newest wins: an unsent older event of the same slot goes. A player without a
        connection is passed over, but what is recorded is kept for its return.
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


class RouteObserver(Protocol):
    """Who follows the rooms' routes without relaying by them."""

    def published(self, route: Route) -> None:
        """The room goes by this route from now on."""

    def retired(self, room: RoomId) -> None:
        """The room is gone."""


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

    def ended(self, ending: RoomEnded, age_s: Seconds) -> None:
        """A room is gone."""


@dataclass(frozen=True, slots=True)
class Record:
    """One stored value under its kind (`room`, `player`, ...) and its key, unique in the kind."""

    kind: str
    key: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Put:
    """Store this value in place of the one under the same kind and key."""

    kind: str
    key: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Delete:
    """Forget what is stored under this kind and key; nothing there is fine."""

    kind: str
    key: str


Change = Put | Delete
Done = Callable[[bool], None]
"""Told once: True, the changes are committed; False, they are kept in memory and not committed for now."""

Fault = Literal["full", "locked", "read_only", "removed", "replaced", "damaged", "io", "slow", "failed"]


@dataclass(frozen=True, slots=True)
class Degradation:
    """Why nothing can be committed now, in one word and in the words of who found out, and since when."""

    fault: Fault
    detail: str
    since: Seconds  # the loop's time


@dataclass(frozen=True, slots=True)
class Recovery:
    """How long nothing could be committed, and how many records the first commit after it wrote."""

    seconds: Seconds
    records: int


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit: how many calls it carried, how many records it wrote, how long it took."""

    calls: int
    records: int
    seconds: Seconds


class StorageObserver(Protocol):
    """Who is told how the storage fares, always on the loop."""

    def storage_degraded(self, degradation: Degradation) -> None:
        """Nothing can be committed from now on, or not for another reason than before."""

    def storage_recovered(self, recovery: Recovery) -> None:
        """Commits succeed again."""

    def storage_committed(self, commit: Commit) -> None:
        """A commit succeeded."""


class Storage(Protocol):
    """Small records that outlive the process.

    Opening a storage raises `CannotOpen` where its records cannot be had whole; a storage that is
    open never raises for the disk's sake: it is degraded, keeps the newest value of each key in
    memory, tries again with growing pauses, and writes all that waits when it can. All methods
    are called on the event loop's thread and none but `load` waits for the disk.
    """

    @property
    def degraded(self) -> Degradation | None:
        """Why nothing can be committed now; None while all is well."""

    @property
    def waiting(self) -> int:
        """How many records are not committed yet, those of waiting slots left out."""

    def load(self) -> Iterable[Record]:
        """Return every committed record, in no particular order. For the start, before any change."""

    def apply(self, changes: Sequence[Change], done: Done | None = None) -> None:
        """Commit these changes together or not at all, after those of every earlier call.

        Calls that come while a commit runs share the next one; of several values of one key only
        the newest is written. `done` is called once, on the loop, never inside this call, and in
        the order of the calls. While degraded it is told False at once; the changes are committed
        later all the same. Raises RuntimeError after `close`.
        """

    def apply_lazily(self, slot: str, changes: Sequence[Change]) -> None:
        """Commit these changes when the slot's turn comes: at once, or a pause after its last turn.

        Within the pause the newest value of a key wins. An `apply` that touches a key of a waiting
        slot takes all of that slot along, before its own changes, so that nothing older ever
        follows something newer. Raises RuntimeError after `close`.
        """

    async def close(self) -> bool:
        """Commit all that waits, slots too, and let go; True when all is on disk.

        False when it could not be done within the bound: what was not committed is lost.
        """


class StorageError(Exception):
    """Base of what a storage raises."""


class CannotOpen(StorageError):
    """The storage cannot be used; the text says why and what to do."""


class InUse(CannotOpen):
    """Another server holds it."""


class Damaged(CannotOpen):
    """What is in it cannot be trusted."""


class TooNew(CannotOpen):
    """A newer version of the server wrote it."""


class Foreign(CannotOpen):
    """It belongs to another program."""


@dataclass(frozen=True, slots=True)
class KeptSnapshot:
    """A room's snapshot as it is stored: the payload's bytes in the parser they came in."""

    epoch: int
    at: Seconds
    covers: int | None
    seq: int  # of the last input that the room had taken
    parser: Literal["msgpack", "json"]
    data: bytes
    attachments: tuple[bytes, ...] = ()


class Vault(Protocol):
    """Where the rooms, players and snapshots are kept that must outlive the process."""

    def save(self, changes: Changes, done: Done | None) -> None:
        """Commit these changes, of which there are some; `done` is told whether it was possible."""

    def save_snapshot(self, room: RoomId, snapshot: KeptSnapshot, done: Done | None) -> None:
        """Commit a room's snapshot; without `done` when its turn comes, the newest then."""
