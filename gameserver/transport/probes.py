"""Between the latency package and the connections: who is measured, and how a probe leaves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from gameserver.core.values import PlayerId, Seconds
from gameserver.transport.chance import Chance
from gameserver.transport.gate import Peer
from latency.driver import Driver
from latency.metrics import Metrics
from latency.prober import NONCE_BYTES, Notice, Prober
from latency.sample import Sample, Source
from latency.settings import Settings
from latency.tcpinfo import TcpInfo, tcp_info
from latency.view import Cache


class Probes:
    """Measures the connected players; implements `ports.Watcher`.

    `origin` is server time minus the monotonic clock's, in seconds: views and notices are in server time,
    so that the core needs one clock only.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        settings: Settings,
        cache: Cache,
        notice: Callable[[Notice], None],
        *,
        chance: Callable[[], float],
        origin: Seconds = 0.0,
        metrics: Metrics | None = None,
        record: Callable[[Sample], None] | None = None,
    ) -> None:
        self._origin = origin
        self._peers: dict[PlayerId, Peer] = {}
        chance_bytes = Chance()
        self._prober = Prober(
            settings,
            chance=chance,
            nonce=lambda: chance_bytes(NONCE_BYTES),
            heard=self._heard,
            cache=cache,
            metrics=metrics,
            record=record,
        )
        self._driver = Driver(loop, self._prober, self._send, notice, tcp=self.kernel, origin=origin)

    def opened(self, player: PlayerId, peer: Peer) -> None:
        """A player connected: measure it."""
        self._peers[player] = peer
        self._driver.join(player)

    def closed(self, player: PlayerId) -> None:
        """The connection is over."""
        if self._peers.pop(player, None) is not None:
            self._driver.leave(player)

    def watch(self, player: PlayerId, role: str | None) -> None:
        self._driver.set_host(player, role == "host")

    def hidden(self, player: PlayerId, hidden: bool) -> None:
        """The player's page went to the background or came back."""
        self._driver.set_hidden(player, hidden)

    def refresh(self, player: PlayerId) -> None:
        """This player may be host soon: measure it anew."""
        self._driver.refresh(player)

    def pace(self, player: PlayerId, pace_s: Seconds | None) -> None:
        """Measure this player at an interval of its own, because it is recorded; None: as everybody."""
        self._driver.set_pace(player, pace_s)

    def ponged(self, player: PlayerId, payload: bytes, received: float) -> None:
        """A control pong was read."""
        self._driver.pong(player, payload, received)

    def heartbeat(self, player: PlayerId, sent: float, received: float) -> None:
        """An Engine.IO PING was answered."""
        self._driver.heartbeat(player, sent, received)

    def configure(self, settings: Settings) -> None:
        """Go on measuring by other settings."""
        self._prober.configure(settings)

    def stop(self) -> None:
        """Measure nobody any more."""
        self._driver.stop()

    @property
    def per_second(self) -> float:
        """How many probes a second are due when everybody has settled."""
        return self._prober.probes_per_s

    def kernel(self, player: str) -> TcpInfo | None:
        """Return what the kernel knows of a player's connection; None where it cannot be asked."""
        peer = self._peers.get(PlayerId(player))
        tcp = None if peer is None else peer.tcp_socket()
        return None if tcp is None else tcp_info(tcp)

    def _send(self, player: str, source: Source, payload: bytes) -> bool:
        peer = self._peers.get(PlayerId(player))
        if peer is None:
            return False
        if source is Source.HEARTBEAT:
            return peer.heartbeat()
        # A WebSocket that takes no bytes just now counts as probed: the wait is real latency.
        return peer.ping(payload) or peer.transport == "websocket"

    def _heard(self, player: str) -> float | None:
        peer = self._peers.get(PlayerId(player))
        if peer is None:
            return None
        # Of one that is not read by our own will, silence says nothing.
        return self._origin + (time.monotonic() if peer.paused else peer.read_at)
