"""What a room said lately, so that a member that was away gets exactly what it missed.

Socket.IO's connection state recovery: each recorded event ends with an offset, the client tells the last
one it saw, and the server sends what came after it. Rings are bounded, one by one and all together; a
gap that a ring can no longer fill is told plainly.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Set
from dataclasses import dataclass

from gameserver.core.values import PlayerId
from gameserver.protocol.packets import Outgoing

ENTRY_BYTES = 256  # what an entry costs beside its payload, more or less


@dataclass(frozen=True, slots=True)
class RingLimits:
    """Bounds of recording (PROTOCOL, Figures)."""

    messages: int = 2048  # per room
    bytes: int = 256 * 1024  # per room
    all_bytes: int = 64 * 1024 * 1024  # in all rooms; the idlest give first


@dataclass(frozen=True, slots=True)
class _Entry:
    number: int
    to: Set[PlayerId]
    packet: Outgoing
    size: int


class Recorder:
    """All rings of a server and their common bound."""

    def __init__(self, limits: RingLimits, name: str) -> None:
        self.limits = limits
        self.bytes = 0
        self._name = name  # differs between runs of the server, so that no offset outlives one
        self._rings: OrderedDict[Ring, None] = OrderedDict()  # those that hold something, the idlest first
        self._serial = 0

    def ring(self) -> Ring:
        """Return a new room's ring."""
        self._serial += 1
        return Ring(self, f"{self._name}{self._serial:x}.")

    def drop(self, ring: Ring) -> None:
        """Forget a room's ring."""
        if ring in self._rings:
            del self._rings[ring]
            self.bytes -= ring.cost

    def used(self, ring: Ring, grown: int) -> None:
        """A ring has grown by so many bytes: the idlest ones make room."""
        self.bytes += grown
        self._rings[ring] = None
        self._rings.move_to_end(ring)
        while self.bytes > self.limits.all_bytes:
            idlest = next(iter(self._rings))
            before = idlest.cost
            idlest.forget_oldest()
            self.bytes += idlest.cost - before
            if not idlest.cost:
                del self._rings[idlest]


class Ring:
    """One room's recorded events."""

    __slots__ = ("_entries", "_name", "_recorder", "_since", "bytes", "last", "lost")

    def __init__(self, recorder: Recorder, name: str) -> None:
        self._recorder = recorder
        self._name = name
        self._entries: deque[_Entry] = deque()
        self._since: dict[PlayerId, int] = {}  # the number after which a member's events began
        self.bytes = 0  # of payloads
        self.last = 0  # the number of the last event
        self.lost = 0  # the number of the last event that is gone

    @property
    def cost(self) -> int:
        """Bytes of memory, more or less."""
        return self.bytes + ENTRY_BYTES * len(self._entries)

    def next_offset(self) -> str:
        """Return the offset of the event that will be recorded next."""
        return f"{self._name}{self.last + 1:x}"

    def record(self, to: Set[PlayerId], packet: Outgoing, size: int) -> None:
        """Keep this event, which carries `next_offset` and is for these members."""
        self.last += 1
        limits = self._recorder.limits
        before = self.cost
        self._entries.append(_Entry(self.last, to, packet, size))
        self.bytes += size
        while len(self._entries) > limits.messages or (self.bytes > limits.bytes and self._entries):
            self.forget_oldest()
        self._recorder.used(self, self.cost - before)

    def forget_oldest(self) -> None:
        """Let the oldest event go."""
        entry = self._entries.popleft()
        self.lost = entry.number
        self.bytes -= entry.size

    def begin(self, player: PlayerId) -> None:
        """From here on this member's events are recorded for it; again changes nothing."""
        self._since.setdefault(player, self.last)

    def restart(self, player: PlayerId) -> None:
        """What this member missed is told anew: from here on its events count."""
        self._since[player] = self.last

    def has_told(self, player: PlayerId) -> bool:
        """Whether anything was recorded since this member's events began."""
        return self._since.get(player, self.last) < self.last

    def end(self, player: PlayerId) -> None:
        """This member will not come back."""
        self._since.pop(player, None)

    def missed(self, player: PlayerId, offset: str | None) -> list[Outgoing] | None:
        """Return what came for this member after the offset, in order; None if that cannot be told.

        Without an offset it saw nothing yet, so all counts from its first event on.
        """
        since = self._since.get(player)
        if since is None:
            return None
        seen = since if offset is None else self._number(offset)
        if seen is None or not max(since, self.lost) <= seen <= self.last:
            return None
        return [entry.packet for entry in self._entries if entry.number > seen and player in entry.to]

    def _number(self, offset: str) -> int | None:
        """Return the number of an offset of this ring, None if it is none."""
        digits = offset.removeprefix(self._name)
        if digits == offset or not digits or len(digits) > 13 or digits.strip("0123456789abcdef"):
            return None
        return int(digits, 16)
