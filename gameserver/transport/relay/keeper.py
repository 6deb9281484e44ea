"""What a room keeps so that its next host loses nothing: snapshot, inputs since, inputs that wait.

Each input gets the next `seq` of its room. Delivered ones stay in the *tail* until a snapshot covers them;
while no host is there to take them they are *parked*, and are delivered in order once one is.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass

from gameserver.core.values import PlayerId, Seconds
from gameserver.ports import KeptSnapshot
from gameserver.protocol.packets import JsonRaw, MsgpackRaw, Raw
from gameserver.transport.relay.quota import NOTHING, Quota, Share

RESTART_LEAP = 2**32  # inputs taken between a stored snapshot and the end of the process are fewer
OVERLAP_SECONDS = 1.0  # without `covers`: what came so shortly before a snapshot may be missing from it


@dataclass(frozen=True, slots=True)
class KeeperLimits:
    """Bounds of one room's keeping (PROTOCOL, Figures)."""

    tail_inputs: int = 1024
    tail_bytes: int = 256 * 1024
    parked_inputs: int = 1024
    parked_bytes: int = 256 * 1024


class Input:
    """One input as it came; never changed. One is made for each: compiled, a named tuple takes longer."""

    __slots__ = ("at", "data", "player", "seq")

    def __init__(self, player: PlayerId, data: Raw, seq: int, at: Seconds) -> None:
        self.player = player
        self.data = data
        self.seq = seq
        self.at = at


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The game's state as its host last gave it; `covers` is the seq of the last input in it."""

    data: Raw
    epoch: int
    at: Seconds
    covers: int | None


def by_itself(data: Raw) -> Raw:
    """Return the same value without what it was converted to, which may be several times as large."""
    if isinstance(data, JsonRaw):
        return JsonRaw(data.json(), data.attachments())
    return MsgpackRaw(data.msgpack())


class _Bounded:
    """Inputs in order, with their bytes counted."""

    __slots__ = ("bytes", "inputs")

    def __init__(self) -> None:
        self.inputs: deque[Input] = deque()
        self.bytes = 0

    def append(self, given: Input) -> None:
        self.inputs.append(given)
        self.bytes += given.data.size

    def popleft(self) -> Input:
        first = self.inputs.popleft()
        self.bytes -= first.data.size
        return first

    def clear(self) -> list[Input]:
        inputs = list(self.inputs)
        self.inputs.clear()
        self.bytes = 0
        return inputs


class Keeper:
    """One room's snapshot, tail and parked inputs."""

    __slots__ = ("_limits", "_parked", "_quota", "_share", "_tail", "refused", "seq", "snapshot", "truncated")

    def __init__(self, limits: KeeperLimits, quota: Quota) -> None:
        self._limits = limits
        self._quota = quota
        self._share = NOTHING  # of the quota, for the snapshot
        self._tail = _Bounded()
        self._parked = _Bounded()
        self.seq = 0  # of the last input taken
        self.snapshot: Snapshot | None = None
        self.truncated = 0  # inputs that went from the tail without being covered
        self.refused: Counter[PlayerId] = Counter()  # inputs that found the parking full, until told

    # -- inputs ------------------------------------------------------------------------------------

    def take(self, player: PlayerId, data: Raw, now: Seconds) -> Input:
        """Return the input with its seq, to be delivered now; it stays in the tail if there is a snapshot."""
        self.seq += 1
        given = Input(player, data, self.seq, now)
        if self.snapshot is not None:
            self._remember(given)
        return given

    def park(self, player: PlayerId, data: Raw, now: Seconds) -> bool:
        """Keep an input until there is a host; False, and nothing kept, if the parking is full."""
        parked, limits = self._parked, self._limits
        if len(parked.inputs) >= limits.parked_inputs or parked.bytes + data.size > limits.parked_bytes:
            self.refused[player] += 1
            return False
        self.seq += 1
        parked.append(Input(player, data, self.seq, now))
        return True

    def unpark(self) -> list[Input]:
        """Return what waited, in order, to be delivered now."""
        inputs = self._parked.clear()
        if self.snapshot is not None:
            for given in inputs:
                self._remember(given)
        return inputs

    def put_back(self, last: Input) -> None:
        """Take the last input of the tail to the front of what waits: it is delivered once more."""
        assert self._tail.inputs.pop() is last
        self._tail.bytes -= last.data.size
        self._parked.inputs.appendleft(last)
        self._parked.bytes += last.data.size

    @property
    def parked(self) -> int:
        """How many inputs wait."""
        return len(self._parked.inputs)

    def _remember(self, given: Input) -> None:
        tail, limits = self._tail, self._limits
        tail.append(given)
        while len(tail.inputs) > limits.tail_inputs or tail.bytes > limits.tail_bytes:
            tail.popleft()
            self.truncated += 1

    # -- snapshots ---------------------------------------------------------------------------------

    def keep(self, data: Raw, *, epoch: int, covers: int | None, now: Seconds, address: str) -> None:
        """Take a snapshot from this address in place of the former one; what it holds goes from the tail.

        Raises TooLarge, with nothing changed, where the quota has no room for it.
        """
        share = Share(address, data.size)
        self._quota.ask(self._share, share)
        self._share = share
        self.snapshot = Snapshot(by_itself(data), epoch, now, covers)
        self.truncated = 0
        tail = self._tail
        while tail.inputs and (
            tail.inputs[0].seq <= covers if covers is not None else tail.inputs[0].at < now - OVERLAP_SECONDS
        ):
            tail.popleft()

    def stored(self) -> KeptSnapshot:
        """Return the newest snapshot as it is stored."""
        snapshot = self.snapshot
        assert snapshot is not None
        data = snapshot.data
        is_json = isinstance(data, JsonRaw)
        return KeptSnapshot(
            epoch=snapshot.epoch,
            at=snapshot.at,
            covers=snapshot.covers,
            seq=self.seq,
            parser="json" if is_json else "msgpack",
            data=data.json() if is_json else data.msgpack(),
            attachments=data.attachments() if is_json else (),
        )

    def restore(self, kept: KeptSnapshot) -> None:
        """Take a stored snapshot; inputs go on with numbers that none before the restart can have had."""
        data = JsonRaw(kept.data, kept.attachments) if kept.parser == "json" else MsgpackRaw(kept.data)
        share = Share(None, data.size)
        self._quota.change(self._share, share)
        self._share = share
        self.snapshot = Snapshot(data, kept.epoch, kept.at, kept.covers)
        self.seq = kept.seq + RESTART_LEAP

    def close(self) -> None:
        """The room is over: its snapshot goes."""
        self._quota.change(self._share, NOTHING)
        self._share = NOTHING
        self.snapshot = None

    def tail(self) -> Iterable[Input]:
        """Return the delivered inputs that the snapshot may not hold, oldest first."""
        return tuple(self._tail.inputs)
