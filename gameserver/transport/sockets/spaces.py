"""What one connection is in one namespace: a gate's peer, or a client of the decorators."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from functools import partial
from typing import TYPE_CHECKING, Any

from gameserver.protocol.packets import Ack, Event, Outgoing
from gameserver.transport.gate import Door, Ending, Gate

if TYPE_CHECKING:
    from gameserver.transport.sockets.connection import Connection
    from gameserver.transport.sockets.stock import StockBridge
    from gameserver.transport.websocket.link import Link

log = logging.getLogger(__name__)

INTERNAL_ERROR = 1011  # RFC 6455 section 7.4.1


class GatePeer:
    """A connection as its gate sees it: `gameserver.transport.gate.Peer`."""

    __slots__ = (
        "_connection",
        "_gate",
        "_gone",
        "_held",
        "_namespace",
        "app",
        "door",
        "link",
        "parser",
        "sid",
    )

    def __init__(self, connection: Connection, gate: Gate, namespace: str) -> None:
        self._connection = connection
        self._gate = gate
        self._namespace = namespace
        self._gone = False  # it left this namespace; the connection may go on in others
        self._held = False
        self.app: Any = None
        self.sid = ""
        self.parser = connection.parser
        self.link: Link | None = None  # while packets can be posted to it, and it has one
        self.door: Door | None = None

    def ride(self, link: Link | None) -> None:
        """From now on packets go over this link."""
        self.link = link
        self.door = None if link is None or self._namespace != "/" else link.door

    @property
    def express(self) -> Callable[[bytes, float], bool] | None:
        return self._connection.express

    @express.setter
    def express(self, express: Callable[[bytes, float], bool] | None) -> None:
        if self._namespace == "/" and self.parser == "msgpack":
            self._connection.show_to(express)

    @property
    def transport(self) -> str:
        return "polling" if self._connection.link is None else "websocket"

    @property
    def remote_ip(self) -> str:
        return self._connection.remote_ip

    @property
    def read_at(self) -> float:
        return self._connection.read_at

    @property
    def paused(self) -> bool:
        return self._held

    @property
    def closed_for(self) -> str | None:
        return self._connection.closed_for

    @property
    def backlog_bytes(self) -> int:
        return self._connection.backlog_bytes

    @property
    def peak_backlog_bytes(self) -> int:
        return self._connection.peak_backlog_bytes

    def post(self, packet: Outgoing) -> None:
        link = self.link
        if link is not None:
            link.send(packet.msgpack_frame)
        elif not self._gone:
            self._connection.post(packet)

    def post_aside(self, packet: Outgoing) -> None:
        if not self._gone:
            self._connection.post_aside(packet)

    def post_newest(self, slot: Hashable, packet: Outgoing) -> None:
        link = self.link
        if link is not None:
            link.send_newest(self._slot(slot), packet.msgpack_frame)
        elif not self._gone:
            self._connection.post_newest(self._slot(slot), packet)

    def _slot(self, slot: Hashable) -> Hashable:
        """A slot is the namespace's own; only `/` keeps the plain name, because it is the busy one."""
        return slot if self._namespace == "/" else (self._namespace, slot)

    def ping(self, payload: bytes) -> bool:
        return self.link is not None and self.link.ping(payload)

    def heartbeat(self) -> bool:
        return not self._gone and self._connection.ping_now()

    def tcp_socket(self) -> Any:
        return None if self.link is None else self.link.tcp_socket()

    def pause(self) -> None:
        if not self._held and not self._gone:
            self._held = True
            self._connection.hold()

    def resume(self) -> None:
        if self._held:
            self._held = False
            self._connection.release()

    def in_turn(self, run: Callable[[], None]) -> None:
        self._connection.server.turnstile.enter(self._connection, run)

    def expect(self, max_bytes: int) -> None:
        self._connection.expect(max_bytes)

    def close(self, code: str, *, disconnect: bool) -> None:
        if disconnect:
            self.post(Outgoing.disconnect(namespace=self._namespace))
        if not self._gone:
            self._connection.hang_up(code)

    def abort(self) -> None:
        if not self._gone:
            self._connection.abort()

    # What the connection calls.

    def receive(self, event: Event) -> None:
        """Hand an event to the gate; what it raises is our mistake, and costs this connection."""
        try:
            self._gate.event(self, event)
        except Exception:
            self._failed()

    def acked(self, ack: Ack) -> None:
        """An answer to an event that asked for one; a gate sends none such."""
        self._connection.count_idle()

    def joined(self) -> None:
        """CONNECT was answered."""
        self._told(self._gate.joined)

    def pong(self, payload: bytes, received: float) -> None:
        """The answer to a WebSocket ping."""
        self._told(self._gate.pong, payload, received)

    def heartbeat_answered(self, sent: float, received: float) -> None:
        """The answer to an Engine.IO PING."""
        self._told(self._gate.heartbeat, sent, received)

    def malformed(self, reason: str) -> None:
        """Something came that is no packet; a gate may still say so to the client."""
        self._told(self._gate.malformed, reason)
        self._connection.post(Outgoing.disconnect(namespace=self._namespace))

    def left(self, ending: Ending) -> None:
        """Tell the gate that this peer is gone."""
        self.ride(None)
        self.express = None
        self._gone = True
        self.resume()
        self._told(self._gate.left, ending)

    def _told(self, call: Callable[..., None], *args: Any) -> None:
        try:
            call(self, *args)
        except Exception:
            self._failed()

    def _failed(self) -> None:
        log.exception("the gate of %s raised", self._namespace)
        self._connection.hang_up("internal", INTERNAL_ERROR)


class JsonGatePeer(GatePeer):
    """The same for a client of the JSON parser."""

    __slots__ = ()

    def ride(self, link: Link | None) -> None:
        self.link = link

    def post(self, packet: Outgoing) -> None:
        link = self.link
        if link is not None:
            link.send(packet.json_frame)
        elif not self._gone:
            self._connection.post(packet)

    def post_newest(self, slot: Hashable, packet: Outgoing) -> None:
        link = self.link
        if link is not None:
            link.send_newest(self._slot(slot), packet.json_frame)
        elif not self._gone:
            self._connection.post_newest(self._slot(slot), packet)


class Client:
    """A connection in a namespace of the decorators."""

    __slots__ = ("_connection", "_held", "_namespace", "_server")

    def __init__(self, connection: Connection, server: StockBridge, namespace: str) -> None:
        self._connection = connection
        self._server = server
        self._namespace = namespace
        self._held: list[Outgoing] | None = []  # what must not go before the CONNECT answer

    @property
    def is_joined(self) -> bool:
        """Whether CONNECT was answered."""
        return self._held is None

    def post(self, packet: Outgoing) -> None:
        """Send behind the CONNECT answer."""
        if self._held is None:
            self._connection.post(packet)
        else:
            self._held.append(packet)

    def answer(self, packet: Outgoing) -> None:
        """Send the CONNECT answer and what waited for it."""
        held, self._held = self._held, None
        self._connection.joined()
        self._connection.post(packet)
        for waiting in held or ():
            self._connection.post(waiting)

    def receive(self, event: Event) -> None:
        """Put an event behind those before it."""
        self._connection.put(event.size, partial(self._server.run_event, self._connection, event))

    def acked(self, ack: Ack) -> None:
        """Bring an answer to its callback, past the events that wait: one of them may wait for it."""
        self._server.run_ack(self._connection, ack)

    def malformed(self, reason: str) -> None:
        """Something came that is no packet."""
        self._connection.post(Outgoing.disconnect(namespace=self._namespace))

    def pong(self, payload: bytes, received: float) -> None:
        """Nobody asked."""

    def heartbeat_answered(self, sent: float, received: float) -> None:
        """Nobody asked."""

    def left(self, ending: Ending) -> None:
        """Let the disconnect handler run behind the events before it."""
        self._connection.put(0, partial(self._server.run_left, self._connection, self._namespace, ending))
