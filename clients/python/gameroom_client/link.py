"""One connection to a server, made with python-socketio's asyncio client."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Protocol

import socketio
from socketio import packet
from socketio.exceptions import SocketIOError

from gameroom_client.errors import GameError
from gameroom_client.packets import Packet

Heard = Callable[[str, tuple[Any, ...]], None]
Answered = Callable[[Mapping[str, Any]], None]

log = logging.getLogger("gameroom_client")
log.addHandler(logging.NullHandler())  # what python-socketio says is shown where the program logs

ADMITTED_SECONDS = 10.0
GOODBYE_SECONDS = 2.0
NEWS_BEHIND = 8  # packets waiting for the socket; beyond it news are left out, for newer ones come


class Link(Protocol):
    """A connection from CONNECT to its end; `lost` is called once, whoever ended it, unless by `abort`."""

    async def open(self, auth: Mapping[str, Any], heard: Heard, lost: Callable[[bool], None]) -> None:
        """Return once the transport stands and CONNECT is sent.

        `lost` is told whether the server asked to stay away. Raises ConnectionError where nobody answers,
        GameError where the server refuses.
        """

    def send(self, event: str, args: tuple[Any, ...], answered: Answered | None) -> None:
        """Encode and queue an event now. Raises ConnectionError where the connection is over."""

    @property
    def is_behind(self) -> bool:
        """Whether so much waits to be sent that news should wait."""

    async def close(self) -> None:
        """Say goodbye and end."""

    def abort(self) -> None:
        """End without a word, at once."""


class SocketLink:
    """A `Link` over WebSocket (or long-polling) in the msgpack parser."""

    def __init__(
        self,
        url: str,
        *,
        transports: Sequence[str] = ("websocket",),
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self._url = url
        self._transports = list(transports)
        self.socket = socketio.AsyncClient(
            serializer=Packet,
            reconnection=False,  # with its pid and offset the connection above comes back by itself
            handle_sigint=False,
            logger=log,
            engineio_logger=log,
            **(options or {}),
        )
        self._watching: asyncio.Task[None] | None = None
        self._ending: asyncio.Future[None] | None = None
        self._stay_away = False
        self._ended = False  # by us

    async def open(self, auth: Mapping[str, Any], heard: Heard, lost: Callable[[bool], None]) -> None:
        admitted: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def let_in() -> None:
            if not admitted.done():
                admitted.set_result(None)

        def refused(data: object = None) -> None:
            if not admitted.done():
                admitted.set_exception(_refusal(data))

        # Synchronous handlers: python-socketio starts a task per packet, and those begin in order.
        self.socket.on("*", lambda event, *args: heard(event, args))
        self.socket.on("connect", let_in)
        self.socket.on("connect_error", refused)
        self.socket.on("disconnect", self._disconnected)
        try:
            await self.socket.connect(self._url, auth=dict(auth), transports=self._transports, wait=False)
            self._watching = asyncio.ensure_future(self._watch(admitted, lost))
            async with asyncio.timeout(ADMITTED_SECONDS):
                await admitted
        except BaseException as error:
            admitted.cancel()
            await self._end()
            if isinstance(error, Exception) and not isinstance(error, (GameError, ConnectionError)):
                raise ConnectionError(str(error) or "no answer to CONNECT") from error
            raise

    def send(self, event: str, args: tuple[Any, ...], answered: Answered | None) -> None:
        try:
            _at_once(self.socket.emit(event, args, callback=answered))
        except SocketIOError as error:
            raise ConnectionError(str(error)) from None

    @property
    def is_behind(self) -> bool:
        return bool(self.socket.eio.queue.qsize() > NEWS_BEHIND)

    async def close(self) -> None:
        engine = self.socket.eio
        if engine.state == "connected":
            # By hand, because python-socketio closes the transport before its queue is sent.
            await engine.send(Packet(packet.DISCONNECT, namespace="/").encode())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GOODBYE_SECONDS):
                    await engine.queue.join()
        await self._end()

    def abort(self) -> None:
        engine = self.socket.eio
        tcp = None if engine.ws is None else engine.ws.get_extra_info("socket")
        if tcp is not None:
            # A second handle, because not every loop's own lets itself be shut down.
            with contextlib.suppress(OSError, ValueError), socket.socket(fileno=os.dup(tcp.fileno())) as same:
                same.shutdown(socket.SHUT_RDWR)
        elif engine.http is not None:  # long-polling: the poll that waits fails
            self._ending = asyncio.ensure_future(engine.http.close())

    async def _end(self) -> None:
        self._ended = True
        engine = self.socket.eio
        with contextlib.suppress(Exception):  # whatever it is, the connection is over
            async with asyncio.timeout(GOODBYE_SECONDS):  # who reads slowly gets the answer late
                await engine.disconnect()
        self._release()
        if engine.http is not None and not engine.http.closed:
            await engine.http.close()

    def _release(self) -> None:
        """Give back the connection, which aiohttp itself does not do for a WebSocket that was reset."""
        response = getattr(self.socket.eio.ws, "_response", None)
        if response is not None:
            response.close()

    async def _watch(self, admitted: asyncio.Future[None], lost: Callable[[bool], None]) -> None:
        with contextlib.suppress(Exception):  # of the reader: the connection is over, for whatever reason
            await self.socket.eio.wait()
        self._release()
        if admitted.done():
            if not self._ended:
                lost(self._stay_away)
        else:
            admitted.set_exception(ConnectionError("lost before CONNECT was answered"))

    def _disconnected(self, reason: str) -> None:
        self._stay_away = reason == self.socket.reason.SERVER_DISCONNECT


def _refusal(told: object) -> Exception:
    """Return the server's own word, if it was one; python-socketio tells failures of its own as text."""
    if isinstance(told, Mapping) and isinstance(told.get("data"), Mapping):
        return GameError(str(told["data"].get("code")), str(told.get("message")), "connect")
    return ConnectionError(str(told))


def _at_once(coroutine: Coroutine[Any, Any, Any]) -> None:
    """Run what only encodes and queues to its end now: callers keep their order, and their errors."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise RuntimeError("python-socketio waited where it used to queue")
