"""The Engine.IO v4 server for Tornado: python-engineio's interface, without its queues and tasks."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import time
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from engineio import packet as stock_packet
from engineio.async_server import AsyncServer as StockServer
from tornado.web import Application, RequestHandler

from gameserver.transport.chance import Chance
from gameserver.transport.engine.addresses import Doorkeeper, TrustedProxies
from gameserver.transport.engine.handler import make_handler
from gameserver.transport.engine.heartbeat import Heartbeat
from gameserver.transport.engine.inbox import Inbox
from gameserver.transport.engine.limits import EngineLimits
from gameserver.transport.engine.origins import Origins
from gameserver.transport.engine.shortcut import Shortcut
from gameserver.transport.engine.socket import EngineSocket
from gameserver.transport.gate import Ending
from gameserver.transport.websocket.board import LinkSettings, Switchboard

_Handler = TypeVar("_Handler", bound=Callable[..., Any])


class EngineServer(StockServer):  # type: ignore[misc]  # python-engineio has no types
    """Serves Engine.IO v4 from a Tornado application, over WebSockets and long-polling.

    The keyword arguments are those of `engineio.AsyncServer`; `async_mode` is always Tornado, and what
    concerns its own monitoring task has no effect. Intervals may be fractions of a second. Beside them:

    - `limits`: what one client, one address and all of them may cost;
    - `link_settings`: bounds of WebSockets and of what waits to be sent (`max_http_buffer_size` goes before);
    - `trusted_proxies`: networks whose X-Forwarded-For and X-Forwarded-Proto are believed.

    Events of one connection reach its handlers in order, one at a time.
    """

    socket_class: ClassVar[type[EngineSocket]] = EngineSocket

    def __init__(
        self,
        *,
        limits: EngineLimits | None = None,
        link_settings: LinkSettings | None = None,
        trusted_proxies: Iterable[str] = (),
        logger: logging.Logger | bool = False,
        **options: Any,
    ) -> None:
        if options.pop("async_mode", "tornado") != "tornado":
            raise ValueError("this server is for Tornado")
        if isinstance(logger, bool):  # the stock constructor would add a handler of its own
            level = logging.INFO if logger else logging.WARNING
            logger = logging.getLogger("gameserver.transport.engine")
            logger.setLevel(level)
        self.ping_interval: float
        self.ping_timeout: float
        self.max_http_buffer_size: int
        super().__init__(async_mode="tornado", logger=logger, **{**options, "monitor_clients": False})
        self.max_http_buffer_size = int(self.max_http_buffer_size)  # 1e6 is a common way to write it
        self.limits = limits or EngineLimits()
        self.proxies = TrustedProxies(trusted_proxies)
        self.origins = Origins(self.cors_allowed_origins, credentials=self.cors_credentials)
        self.doorkeeper = Doorkeeper(self.limits, time.monotonic)
        self.barred: Callable[[str], str | None] = lambda address: None  # why an address may not come in
        # The same, for one who will ask again and must not be counted twice.
        self.keeps_out: Callable[[str], bool] = lambda address: self.barred(address) is not None
        self.counts: Counter[str] = Counter()  # what was refused or ended, by reason
        self._chance = Chance()
        self.on_websocket = 0  # connections that a WebSocket carries; the others poll
        self._link_settings = replace(
            link_settings or LinkSettings(), max_message_bytes=self.max_http_buffer_size
        )

    @cached_property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop that serves."""
        return asyncio.get_running_loop()

    @cached_property
    def board(self) -> Switchboard:
        """What all links share; made when the event loop runs."""
        return Switchboard(self.loop, self._link_settings)

    @cached_property
    def heartbeat(self) -> Heartbeat:
        """What sends the PINGs; made when the event loop runs."""
        return Heartbeat(self.loop, min(self.ping_interval, self.ping_timeout))

    # What an application calls.

    if TYPE_CHECKING:  # python-engineio has no types: what type checkers need to know of its decorator

        def on(self, event: str, handler: Callable[..., Any] | None = None) -> Callable[[_Handler], _Handler]:
            """Register the handler of `connect`, `message` or `disconnect`."""

    def get_tornado_handler(self) -> type[RequestHandler]:
        """Return the handler to put into an application's routes, at `/engine.io/`."""
        return make_handler(self)

    def shortcut(self, path: str, *, header_bytes: int = 16 * 1024, prepared: bool = False) -> Shortcut:
        """Return what a `DeadlineServer` may be given beside the handler at this path.

        `prepared` says that its listening sockets were, by `websocket.upgrade.prepare`.
        """
        return Shortcut(self, path, header_bytes=header_bytes, prepared=prepared)

    def attach(self, app: Application, engineio_path: str = "engine.io") -> None:
        """Add the handler to an application at this path."""
        app.add_handlers(r".*", [(rf"/{engineio_path.strip('/')}/", self.get_tornado_handler())])

    async def handle_request(self, *args: Any, **kwargs: Any) -> None:
        """Not for Tornado: its handler does this part."""
        raise NotImplementedError("use get_tornado_handler()")

    async def disconnect(self, sid: str | None = None) -> None:
        """Close one connection, or all of them."""
        for socket in self._sockets(sid):
            socket.hang_up("closed")

    async def shutdown(self) -> None:
        """Close all connections and stop the heartbeat."""
        await self.disconnect()
        self.heartbeat.stop()

    def generate_id(self) -> str:
        """Return a new session id: 120 bits of chance."""
        return urlsafe_b64encode(self._chance(15)).decode()

    # What the handler calls.

    def open(self, remote_ip: str) -> EngineSocket:
        """Make the connection for a handshake that was admitted."""
        sid = self.generate_id()
        socket = self.sockets[sid] = self.socket_class(self, sid, remote_ip)
        return socket

    @property
    def wants_environ(self) -> bool:
        """Whether somebody will read a connection's environ."""
        return "connect" in self.handlers

    async def ask_to_connect(self, socket: EngineSocket, environ: dict[str, Any]) -> Any:
        """Run the application's connect handler; True is yes, everything else the reason for a 401."""
        handler = self.handlers.get("connect")
        if handler is None:
            return True
        try:
            answer = handler(socket.sid, environ)
            if inspect.isawaitable(answer):
                answer = await answer
        except Exception:
            self.logger.exception("the connect handler raised")
            return "Unauthorized"
        return True if answer is None or answer is True else answer or "Unauthorized"

    def handshake(self, sid: str, *, upgrades: bool) -> bytes:
        """Return the OPEN packet (Engine.IO v4, Handshake), times in milliseconds."""
        may_upgrade = upgrades and self.allow_upgrades and "websocket" in self.transports
        interval = self.ping_interval + self.ping_interval_grace_period
        terms = _terms(
            may_upgrade, round(interval * 1000), round(self.ping_timeout * 1000), self.max_http_buffer_size
        )
        return f'0{{"sid":{json.dumps(sid)},{terms}'.encode()

    # What a socket calls.

    def forget(self, socket: EngineSocket) -> None:
        """This connection is over."""
        if self.sockets.pop(socket.sid, None) is not None:
            self.on_websocket -= socket.link is not None
            self.doorkeeper.release(socket.remote_ip)

    def tell_refused(self, socket: EngineSocket, reason: str) -> None:
        """This connection sent what is no packet."""
        self.counts["bad_packet"] += 1
        self.logger.info("%s from %s: %s", socket.sid, socket.remote_ip, reason)

    def dispatch_message(self, socket: EngineSocket, data: bytes, *, binary: bool) -> None:
        """Bring a message to the application's handler."""
        handler = self.handlers.get("message")
        if handler is not None:
            self._dispatch(socket, len(data), handler, data if binary else _value_of(data))

    def dispatch_disconnect(self, socket: EngineSocket, ending: Ending) -> None:
        """Bring the end of a connection to the application's handler."""
        handler = self.handlers.get("disconnect")
        if handler is not None:
            reason = reason_of(ending)
            takes_reason = len(inspect.signature(handler).parameters) > 1
            self._dispatch(socket, 0, handler, *([reason] if takes_reason else []))

    def _dispatch(self, socket: EngineSocket, size: int, handler: Callable[..., Any], *args: Any) -> None:
        if socket.inbox is None:
            socket.inbox = Inbox(socket, self.limits.inbox_messages, self.limits.inbox_bytes)
        socket.inbox.put(size, partial(_run, handler, socket.sid, *args))

    def _sockets(self, sid: str | None) -> list[EngineSocket]:
        if sid is None:
            return list(self.sockets.values())
        return [self.sockets[sid]] if sid in self.sockets else []


@lru_cache(maxsize=16)
def _terms(may_upgrade: bool, interval_ms: int, timeout_ms: int, max_payload: int) -> str:
    """Return all of the OPEN packet behind the session's id: the same for thousands who come at once."""
    terms = {
        "upgrades": ["websocket"] if may_upgrade else [],
        "pingInterval": interval_ms,
        "pingTimeout": timeout_ms,
        "maxPayload": max_payload,
    }
    return json.dumps(terms, separators=(",", ":"))[1:]


def reason_of(ending: Ending) -> str:
    """Return python-engineio's word for why a connection ended."""
    words: dict[Ending, str] = {
        Ending.DISCONNECT: StockServer.reason.CLIENT_DISCONNECT,
        Ending.GONE: StockServer.reason.TRANSPORT_CLOSE,
        Ending.CLOSED: StockServer.reason.TRANSPORT_CLOSE,
        Ending.LOST: StockServer.reason.TRANSPORT_ERROR,
        Ending.TIMEOUT: StockServer.reason.PING_TIMEOUT,
        Ending.SERVER: StockServer.reason.SERVER_DISCONNECT,
    }
    return words[ending]


async def _run(handler: Callable[..., Any], *args: Any) -> None:
    result = handler(*args)
    if inspect.isawaitable(result):
        await result


def _value_of(text: bytes) -> Any:
    """Read a text as python-engineio does: JSON where it is JSON, but a number stays a text."""
    try:
        return stock_packet.Packet(encoded_packet="4" + text.decode()).data
    except RecursionError:
        return text.decode()
