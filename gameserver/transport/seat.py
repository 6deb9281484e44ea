"""A connected player as the edge and the relay hold it: one small object per connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gameserver.core.effects import Effect
from gameserver.core.values import PlayerId
from gameserver.transport.gate import Peer
from gameserver.transport.relay.bucket import Bucket

if TYPE_CHECKING:
    from gameserver.transport.relay.lane import Lane


class Seat:
    """The player behind a peer, its lane, its buckets; `peer.app` points here."""

    __slots__ = (
        "bytes",
        "greeting",
        "lane",
        "limited_since",
        "limited_until",
        "messages",
        "opened",
        "peer",
        "player",
        "refused_at",
        "requests",
        "strikes",
    )

    def __init__(
        self, player: PlayerId, peer: Peer, *, messages: Bucket, size: Bucket, requests: Bucket, now: float
    ) -> None:
        self.player = player
        self.peer = peer
        self.messages = messages
        self.bytes = size
        self.requests = requests
        self.opened = now
        self.lane: Lane | None = None
        self.greeting: tuple[Effect, ...] = ()  # what the core wants done once CONNECT is answered
        self.limited_since: float | None = None  # reading has been stopped, on and off, since then
        self.limited_until = 0.0  # when its debt is paid
        self.refused_at: dict[str, float] = {}  # code -> when the player was last told of it
        self.strikes: list[float] = []  # when it sent events that do not exist
