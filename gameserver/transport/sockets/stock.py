"""The one file that touches private names of python-socketio: its dispatch under our connections.

What it overrides or calls is listed in `PRIVATE_NAMES`; a test holds them against the installed version.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final, cast

import socketio
from socketio import packet as stock_packet

from gameserver.protocol.packets import RESERVED, Ack, Event, Outgoing, PacketError
from gameserver.protocol.packets.model import CONNECT, CONNECT_ERROR, DISCONNECT
from gameserver.transport.engine.server import EngineServer, reason_of
from gameserver.transport.gate import Ending, Gate
from gameserver.transport.sockets.connection import Connection
from gameserver.transport.sockets.rooms import RoomManager
from gameserver.transport.sockets.spaces import Client
from gameserver.transport.sockets.turnstile import Turnstile

if TYPE_CHECKING:
    from collections.abc import Callable

    from gameserver.transport.engine.socket import EngineSocket

# What is private and overridden or called here: its owner, its name, its parameters.
PRIVATE_NAMES: Final = (
    (socketio.AsyncServer, "_engineio_server_class", "(self)"),
    (socketio.AsyncServer, "_handle_connect", "(self, eio_sid, namespace, data)"),
    (socketio.AsyncServer, "_handle_disconnect", "(self, eio_sid, namespace, reason=None)"),
    (socketio.AsyncServer, "_handle_eio_connect", "(self, eio_sid, environ)"),
    (socketio.AsyncServer, "_handle_eio_disconnect", "(self, eio_sid, reason)"),
    (socketio.AsyncServer, "_send_eio_packet", "(self, eio_sid, eio_pkt)"),
    (socketio.AsyncServer, "_send_packet", "(self, eio_sid, pkt)"),
    (socketio.AsyncServer, "_trigger_event", "(self, event, namespace, *args)"),
    (socketio.AsyncManager, "_generate_ack_id", "(self, sid, callback)"),
)

_UNKNOWN_NAMESPACE: Final = "Unable to connect"  # python-socketio's answer to that

log = logging.getLogger(__name__)

_running: set[asyncio.Task[None]] = set()  # the event loop itself holds tasks only weakly


class StockPacket(stock_packet.Packet):  # type: ignore[misc]  # python-socketio has no types
    """A packet as python-socketio's own code makes it; it is encoded for each recipient's parser later."""

    uses_binary_events = False

    def encode(self) -> Outgoing:
        """Return the packet in our form, which the senders below take."""
        data = self.data
        if self.packet_type == CONNECT_ERROR and isinstance(data, str):
            # JavaScript clients show nothing of a plain string; Node's server says it in these words.
            data = {"message": "Invalid namespace" if data == _UNKNOWN_NAMESPACE else data}
        elif self.packet_type == DISCONNECT:
            data = None  # Socket.IO v5: it has no payload
        return Outgoing(self.packet_type, self.namespace or "/", data, self.id)


class SocketEngine(EngineServer):
    """The Engine.IO server under a Socket.IO server."""

    socket_class = Connection

    def __init__(
        self,
        *,
        bridge: StockBridge,
        gates: Mapping[str, Gate],
        connect_seconds: float,
        turn_seconds: float,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._turn_seconds = turn_seconds
        self.bridge = bridge
        self.gates = gates
        self.connect_seconds = connect_seconds

    @cached_property
    def turnstile(self) -> Turnstile:
        """What newcomers and requests pass; made when the event loop runs."""
        return Turnstile(self.loop.call_soon, self._turn_seconds)

    @property
    def wants_environ(self) -> bool:
        """Only the decorators' handlers read it; a server of gates alone keeps none."""
        return bool(self.bridge.handlers or self.bridge.namespace_handlers)

    async def ask_to_connect(self, socket: EngineSocket, environ: dict[str, Any]) -> Any:
        await self.handlers["connect"](socket.sid, environ)  # the bridge's, or the admin UI's around it
        return True


class StockBridge(socketio.AsyncServer):  # type: ignore[misc]  # python-socketio has no types
    """python-socketio's server, with its packets sent and received by our connections."""

    eio: SocketEngine

    def __init__(self, *, client_manager: RoomManager | None = None, **options: Any) -> None:
        if client_manager is not None and not isinstance(client_manager, RoomManager):
            raise ValueError("this server is one process: only a RoomManager keeps its clients")
        super().__init__(client_manager=client_manager or RoomManager(), serializer=StockPacket, **options)
        self.async_handlers = True  # `call` asks for it; our inbox keeps the order

    def _engineio_server_class(self) -> Any:
        return partial(SocketEngine, bridge=self)

    # What is sent.

    def post(self, eio_sid: str, packet: Outgoing) -> None:
        """Send to a connection, behind the CONNECT answer of the packet's namespace."""
        connection: Connection | None = self.eio.sockets.get(eio_sid)
        if connection is None:
            return
        client = connection.spaces.get(packet.namespace)
        if isinstance(client, Client):
            client.post(packet)

    def new_ack_id(self, sid: str, callback: Callable[..., Any]) -> int:
        """Return the number under which a client will answer to this callback."""
        return cast("int", self.manager._generate_ack_id(sid, callback))

    async def _send_packet(self, eio_sid: str, pkt: StockPacket) -> None:
        connection: Connection | None = self.eio.sockets.get(eio_sid)
        packet = pkt.encode()
        client = None if connection is None else connection.spaces.get(packet.namespace)
        if connection is None or not isinstance(client, Client):
            return
        if pkt.packet_type == CONNECT:
            client.answer(packet)
        elif pkt.packet_type in (CONNECT_ERROR, DISCONNECT):
            connection.post(packet)
            connection.leave_space(packet.namespace)
            if pkt.packet_type == DISCONNECT and not any(connection.spaces.values()):
                connection.hang_up("disconnected")
        else:
            client.post(packet)

    async def _send_eio_packet(self, eio_sid: str, eio_pkt: Any) -> None:
        self.post(eio_sid, eio_pkt.data)

    # What comes.

    async def run_connect(self, connection: Connection, namespace: str, auth: object) -> None:
        """Let the application decide on a CONNECT packet."""
        if connection.closing:
            return
        if connection.sid not in self.environ:
            await self._handle_eio_connect(connection.sid, {})  # no handler will read it
        try:
            await self._handle_connect(connection.sid, namespace, auth)
        except Exception:
            log.exception("the connect handler of %s raised", namespace)
            sid = self.manager.sid_from_eio_sid(connection.sid, namespace)
            if sid is not None:
                await self.manager.disconnect(sid, namespace, ignore_queue=True)
            refused = StockPacket(CONNECT_ERROR, data="Internal error", namespace=namespace)
            await self._send_packet(connection.sid, refused)

    async def run_event(self, connection: Connection, event: Event) -> None:
        """Run the handler of an event, and answer the ack whatever comes of it."""
        sid = self.manager.sid_from_eio_sid(connection.sid, event.namespace)
        if sid is None or not self.manager.is_connected(sid, event.namespace):
            return
        answer = await self._answer_to(sid, event)
        if event.ack_id is not None:
            self.post(connection.sid, Outgoing.ack(event.ack_id, *answer, namespace=event.namespace))

    async def _answer_to(self, sid: str, event: Event) -> tuple[Any, ...]:
        if event.name in RESERVED:
            return (_error("unknown_event", "the name is reserved"),)
        try:
            result = await self._trigger_event(event.name, event.namespace, sid, *event.args())
        except PacketError as error:
            return (_error("bad_request", str(error)),)
        except Exception:
            log.exception("the handler of %r raised", event.name)
            return (_error("internal", "the server made a mistake"),)
        if result is self.not_handled:
            return (_error("unknown_event", "there is no such event"),)
        if result is None:
            return ()
        return result if isinstance(result, tuple) else (result,)

    def run_ack(self, connection: Connection, ack: Ack) -> None:
        """Bring a client's answer to the callback that waits for it; each is called once."""
        sid = self.manager.sid_from_eio_sid(connection.sid, ack.namespace)
        waiting = self.manager.callbacks.get(sid, {})
        if ack.ack_id == 0 or ack.ack_id not in waiting:  # python-socketio keeps its counter at 0
            connection.count_idle()
            return
        try:
            args = ack.args()
        except PacketError as error:
            connection.refuse(str(error))
            return
        task = self.start_background_task(self._run_callback, sid, ack.ack_id, args)
        _running.add(task)
        task.add_done_callback(_running.discard)

    async def _run_callback(self, sid: str, ack_id: int, args: list[Any]) -> None:
        try:
            await self.manager.trigger_callback(sid, ack_id, args)
        except Exception:
            log.exception("an ack's callback raised")

    async def run_left(self, connection: Connection, namespace: str, ending: Ending) -> None:
        """Run the disconnect handler."""
        await self._handle_disconnect(connection.sid, namespace, reason_of(ending))

    def forget(self, connection: Connection, ending: Ending) -> None:
        """The connection has ended; whoever was told of its beginning is told, behind its last events."""
        if connection.sid in self.environ:
            gone = self.eio.handlers["disconnect"]
            connection.put(0, partial(gone, connection.sid, reason_of(ending)))

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        """The stock one asks every namespace of the server; the connection has told its own already."""
        self.environ.pop(eio_sid, None)


def _error(code: str, message: str) -> dict[str, Any]:
    return {"ok": False, "error": {"code": code, "message": message}}
