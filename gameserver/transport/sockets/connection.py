"""One Socket.IO connection: its parser, the namespaces it is in, and the packets between them."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Hashable
from functools import partial
from typing import TYPE_CHECKING, Final

from gameserver.protocol.packets import (
    Connect,
    Disconnect,
    Incomplete,
    JsonAck,
    JsonEvent,
    MsgpackAck,
    MsgpackEvent,
    Outgoing,
    PacketError,
    parse_json,
    parse_msgpack,
)
from gameserver.transport.engine.inbox import Inbox
from gameserver.transport.engine.socket import EngineSocket
from gameserver.transport.gate import Admitted, Ending, Gate
from gameserver.transport.sockets.spaces import INTERNAL_ERROR, Client, GatePeer, JsonGatePeer
from gameserver.transport.websocket.frames import POLICY_VIOLATION, TOO_BIG

if TYPE_CHECKING:
    from gameserver.transport.sockets.stock import SocketEngine

log = logging.getLogger(__name__)

MSGPACK: Final = "msgpack"
JSON: Final = "json"
MAX_NAMESPACES: Final = 32  # of one connection


class Connection(EngineSocket):
    """An Engine.IO connection that speaks Socket.IO v5 in the parser of its first packet."""

    __slots__ = ("_connect_by", "_expected", "_incomplete", "express", "parser", "spaces")

    server: SocketEngine

    def __init__(self, server: SocketEngine, sid: str, remote_ip: str) -> None:
        self.parser = ""  # until the first packet
        self.express: Callable[[bytes, float], bool] | None = None  # of the gate at `/`, for this client
        # By namespace; None where the connection was and is no more. The last one closes nothing by itself.
        self.spaces: dict[str, GatePeer | Client | None] = {}
        self._incomplete: Incomplete | None = None
        self._expected = 0  # bytes of the largest message, if a gate has set it
        self._connect_by = time.monotonic() + server.connect_seconds
        super().__init__(server, sid, remote_ip)

    # Receiving.

    def on_binary(self, payload: bytes) -> None:
        """The hot path: from a frame to the gate, in this call."""
        express = self.express
        if express is not None and express(payload, self.read_at):
            return
        if self.parser == MSGPACK:
            try:
                packet = parse_msgpack(payload)
            except PacketError as error:
                self.refuse(str(error))
                return
            if type(packet) is MsgpackEvent:
                space = self.spaces.get(packet.namespace)
                if type(space) is GatePeer:
                    space.receive(packet)
                    return
            self._handle(packet)
        else:
            self.message_binary(payload)

    def receive_binary(self, data: bytes) -> None:
        """Binary data from a POST is what a binary frame is."""
        self.on_binary(data)

    def on_text(self, payload: bytes) -> None:
        """Most texts are messages."""
        if payload[:1] == b"4":
            self.message_text(payload[1:])
        else:
            self.receive_text(payload)

    def message_text(self, data: bytes) -> None:
        """A text message: a JSON packet."""
        if not self.parser:
            self.parser = JSON
        if self.parser != JSON or self._incomplete is not None:
            self.refuse("a text where binary data was due")
            return
        try:
            packet = parse_json(data)
        except PacketError as error:
            self.refuse(str(error))
            return
        if isinstance(packet, Incomplete):
            self._incomplete = packet
        else:
            self._handle(packet)

    def message_binary(self, data: bytes) -> None:
        """A binary message that is not a msgpack packet of a msgpack client: the first, or an attachment."""
        if not self.parser:
            self.parser = MSGPACK
            self.on_binary(data)
        elif self._incomplete is None:
            self.refuse("binary data that no packet announced")
        else:
            packet = self._incomplete.add(data)
            if self._incomplete.size > (self._expected or self.server.max_http_buffer_size):
                self._incomplete = None
                self.hang_up("too_large", TOO_BIG)
            elif packet is not None:
                self._incomplete = None
                self._handle(packet)

    def _handle(self, packet: MsgpackEvent | MsgpackAck | JsonEvent | JsonAck | Connect | Disconnect) -> None:
        if self._expected and self.link is None and getattr(packet, "size", 0) > self._expected:
            self.hang_up("too_large", TOO_BIG)
        elif isinstance(packet, Connect):
            self._connect(packet)
        elif packet.namespace not in self.spaces:
            self.refuse(f"a packet for {packet.namespace!r}, which was not joined")
        else:
            space = self.spaces[packet.namespace]
            if space is None:
                self.count_idle()  # it crossed our DISCONNECT
                return
            if isinstance(packet, Disconnect):
                if isinstance(space, Client) and not space.is_joined:
                    self.refuse("DISCONNECT before CONNECT was answered")
                    return
                self.leave_space(packet.namespace)
                space.left(Ending.DISCONNECT)
            elif isinstance(packet, (MsgpackEvent, JsonEvent)):
                space.receive(packet)
            else:
                space.acked(packet)

    def _connect(self, packet: Connect) -> None:
        namespace = packet.namespace
        space = self.spaces.get(namespace)
        if isinstance(space, Client) and not space.is_joined:
            return  # it will be answered once
        if space is not None or len(self.spaces) >= MAX_NAMESPACES:
            self.refuse(f"CONNECT to {namespace!r} again, or to too many namespaces")
            return
        gate = self.server.gates.get(namespace)
        if gate is None:
            self.spaces[namespace] = Client(self, self.server.bridge, namespace)
            self.put(0, partial(self.server.bridge.run_connect, self, namespace, packet.auth))
            return
        self.server.turnstile.enter(self, partial(self._admit, gate, packet))

    def _admit(self, gate: Gate, packet: Connect) -> None:
        """Ask the gate, unless the client has not waited for it."""
        if self.closing:
            return
        namespace = packet.namespace
        peer = (GatePeer if self.parser == MSGPACK else JsonGatePeer)(self, gate, namespace)
        try:
            answer = gate.admit(peer, packet.auth)
        except Exception:
            log.exception("the gate of %s raised", namespace)
            self.hang_up("internal", INTERNAL_ERROR)
            return
        if isinstance(answer, Admitted):
            peer.sid = answer.sid
            peer.ride(self.link)
            self.spaces[namespace] = peer
            self.joined()
            self.post(Outgoing.connect(answer.sid, answer.extra, namespace=namespace))
            peer.joined()
        else:
            self.post(Outgoing.connect_error(answer.message, answer.data, namespace=namespace))
            self.count_idle()

    # Sending.

    def post(self, packet: Outgoing) -> None:
        """Send behind everything else, in the client's parser and over its transport."""
        if self.closing:
            return
        json = self.parser == JSON
        if self.link is not None:
            self.link.send(packet.json_frame if json else packet.msgpack_frame)
        elif self.polling is not None:
            self.polling.send(packet.json_form if json else packet.msgpack_form)

    def post_aside(self, packet: Outgoing) -> None:
        """Send behind everything else, but outside the backlog that is bounded."""
        if self.closing:
            return
        if self.link is not None:
            frame = packet.json_frame if self.parser == JSON else packet.msgpack_frame
            self.link.send(frame, counts=False)
        elif self.polling is not None:
            self.polling.send(packet.json_form if self.parser == JSON else packet.msgpack_form, counts=False)

    def post_newest(self, slot: Hashable, packet: Outgoing) -> None:
        """Send behind everything else; an older packet of the slot that is still unsent goes."""
        if self.closing:
            return
        json = self.parser == JSON
        if self.link is not None:
            self.link.send_newest(slot, packet.json_frame if json else packet.msgpack_frame)
        elif self.polling is not None:
            self.polling.send_newest(slot, packet.json_form if json else packet.msgpack_form)

    @property
    def backlog_bytes(self) -> int:
        """Bytes accepted for this client that the kernel, or a poll, has not taken yet."""
        if self.link is not None:
            return self.link.backlog_bytes
        return 0 if self.polling is None else self.polling.backlog_bytes

    @property
    def peak_backlog_bytes(self) -> int:
        """The most that this ever was, on either transport."""
        polled = 0 if self.polling is None else self.polling.peak_bytes
        return max(polled, 0 if self.link is None else self.link.peak_backlog_bytes)

    # For its namespaces.

    def expect(self, max_bytes: int) -> None:
        """Bound the messages read from now on."""
        self._expected = max_bytes
        if self.link is not None:
            self.link.max_message_bytes = max_bytes

    def ping_now(self) -> bool:
        """Send an Engine.IO PING; False while one is unanswered."""
        return self.send_ping(time.monotonic())

    def put(self, size: int, run: Callable[[], Awaitable[object]]) -> None:
        """Run this behind everything of this connection that waits for a handler."""
        if self.inbox is None:
            limits = self.server.limits
            self.inbox = Inbox(self, limits.inbox_messages, limits.inbox_bytes)
        self.inbox.put(size, run)

    def joined(self) -> None:
        """The connection is in a namespace."""
        self._connect_by = 0.0

    def show_to(self, express: Callable[[bytes, float], bool] | None) -> None:
        """From now on show each msgpack message to this one first."""
        self.express = express
        if self.link is not None:
            self.link.express = express

    def leave_space(self, namespace: str) -> None:
        """The connection is in this namespace no more; in none at all it may be for some time only.

        That time is not given anew to who is refused.
        """
        self.spaces[namespace] = None
        if not any(self.spaces.values()) and not self.closing:
            self._connect_by = self._connect_by or time.monotonic() + self.server.connect_seconds
            self.server.heartbeat.add(self, self._connect_by)

    # What the Engine.IO connection tells.

    def on_pong(self, payload: bytes, received: float) -> None:
        for space in self._joined():
            space.pong(payload, received)

    def ponged(self, sent: float, received: float) -> None:
        for space in self._joined():
            space.heartbeat_answered(sent, received)

    def moved(self) -> None:
        link = self.link
        assert link is not None
        link.express = self.express
        if self._expected:
            link.max_message_bytes = self._expected
        for space in self._joined():
            if isinstance(space, GatePeer):
                space.ride(link)

    def first_beat(self, now: float) -> float:
        return min(super().first_beat(now), self._connect_by)

    def beat(self, now: float) -> float | None:
        if self._connect_by and now >= self._connect_by and not any(self.spaces.values()):
            self.server.counts["connect_timeout"] += 1
            self.hang_up("connect_timeout", POLICY_VIOLATION)
        again = super().beat(now)
        if again is None or now >= self._connect_by:
            return again
        return min(again, self._connect_by)

    def refuse(self, reason: str) -> None:
        if self.closing:
            return
        self.server.tell_refused(self, reason)
        for space in self._joined():
            space.malformed(reason)
        self.hang_up("bad_request", POLICY_VIOLATION)

    def end(self, ending: Ending) -> None:
        for space in self._joined():
            if isinstance(space, GatePeer):
                space.ride(None)
        super().end(ending)

    def over(self, ending: Ending) -> None:
        self.server.turnstile.finish(self)
        for space in self._joined():
            space.left(ending)
        self.spaces.clear()
        self.server.bridge.forget(self, ending)
        self.inbox = None  # it runs to its end, and then nothing leads back here

    def _joined(self) -> list[GatePeer | Client]:
        return [space for space in self.spaces.values() if space is not None]
