"""A connected player as the edge and the relay hold it: one small object per connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gameserver.core.effects import Effect
from gameserver.core.values import PlayerId
from gameserver.protocol.packets import Literal, Outgoing
from gameserver.transport.gate import Peer
from gameserver.transport.relay.bucket import Allowance, Bucket, Buckets

if TYPE_CHECKING:
    from gameserver.transport.relay.lane import Lane

PROOFS = 2  # answers to probes after an event was sent: the second probe was sent behind it


class Seat:
    """The player behind a peer, its lane, its buckets; `peer.app` points here."""

    __slots__ = (
        "filled",
        "greeting",
        "lane",
        "large",
        "last_close",
        "left_out",
        "limited_since",
        "limited_until",
        "messages",
        "named",
        "offset",
        "opened",
        "packed",
        "parting",
        "parting_proofs",
        "peer",
        "pid",
        "player",
        "received_bytes",
        "recovers",
        "refused_at",
        "relay",
        "requests",
        "snapshots",
        "strikes",
        "superseded",
        "told",
        "wants_seq",
    )

    def __init__(self, player: PlayerId, peer: Peer, *, buckets: Buckets, now: float) -> None:
        self.player = player
        self.peer = peer
        self.named = Literal(player)  # its id as the first argument of what it sends to others
        self.packed = self.named.msgpack()
        self.relay = buckets.relay
        self.requests = buckets.requests
        self.snapshots: Bucket | None = None  # bytes of snapshots, which have a budget of their own
        self.left_out: Allowance | None = None  # news over the rate, of which so much is read and left out
        self.opened = now
        self.messages = 0  # events that came in
        self.received_bytes = 0  # of those
        self.lane: Lane | None = None
        self.greeting: tuple[Effect, ...] = ()  # what the core wants done once CONNECT is answered
        self.limited_since: float | None = None  # reading has been stopped, on and off, since then
        self.limited_until = 0.0  # when its debt is paid
        self.refused_at: dict[str, float] = {}  # code -> when the player was last told of it
        self.large = False  # whether frames as large as a snapshot are read from it
        self.recovers = False  # it has a pid, so what it gets is marked and recorded
        self.told = 0  # answers to probes since it was sent something recorded in its room
        self.pid: str | None = None  # until it is welcomed
        self.filled = False  # it is back and gets what its room said after `offset`
        self.offset: str | None = None
        self.parting: Outgoing | None = None  # that it has no room any more, while it may not have heard so
        self.parting_proofs = 0  # answers to probes since
        self.last_close: str | None = None  # why the server closed its former connection
        self.superseded = False  # a newer connection of the player has taken over
        self.wants_seq = False  # whether inputs come to it with their seq
        self.strikes: list[float] = []  # when it sent events that do not exist
