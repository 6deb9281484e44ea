"""A gate that remembers, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from gameserver.protocol.packets import Event, Outgoing
from gameserver.transport.gate import Admitted, Ending, Peer, Rejected


class Recorder:
    """Admits everybody but `nobody`, remembers what it was told, and does with events what a test wants."""

    def __init__(self) -> None:
        self.peers: list[Peer] = []
        self.events: asyncio.Queue[tuple[str, list[Any]]] = asyncio.Queue()
        self.endings: asyncio.Queue[tuple[Ending, str | None]] = asyncio.Queue()
        self.pongs: asyncio.Queue[bytes] = asyncio.Queue()
        self.heartbeats: asyncio.Queue[tuple[float, float]] = asyncio.Queue()
        self.reasons: list[str] = []
        self.on_event: Callable[[Peer, Event], None] | None = None

    def admit(self, peer: Peer, auth: object) -> Admitted | Rejected:
        if auth == {"name": "nobody"}:
            return Rejected("not you", {"code": "unauthorized"})
        if auth == {"name": "trouble"}:
            raise RuntimeError("trouble")
        return Admitted(f"player {len(self.peers)}", {"pid": "secret"})

    def joined(self, peer: Peer) -> None:
        self.peers.append(peer)
        peer.post(Outgoing.event("welcome", peer.sid, namespace="/"))

    def event(self, peer: Peer, event: Event) -> None:
        if self.on_event is not None:
            self.on_event(peer, event)
        else:
            self.events.put_nowait((event.name, event.args()))

    def pong(self, peer: Peer, payload: bytes, received: float) -> None:
        self.pongs.put_nowait(payload)

    def heartbeat(self, peer: Peer, sent: float, received: float) -> None:
        self.heartbeats.put_nowait((sent, received))

    def malformed(self, peer: Peer, reason: str) -> None:
        self.reasons.append(reason)
        peer.post(Outgoing.event("closing", {"code": "bad_request"}))

    def left(self, peer: Peer, ending: Ending) -> None:
        self.endings.put_nowait((ending, peer.closed_for))
