"""The short way in for a WebSocket whose whole request is there when its connection is accepted."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tornado.httputil import (
    HTTPHeaders,
    HTTPInputError,
    HTTPServerRequest,
    parse_request_start_line,
)

from gameserver.transport.websocket.upgrade import answer, is_key, refusal, take_over

if TYPE_CHECKING:
    from gameserver.transport.engine.server import EngineServer

_HEADER_END = b"\r\n\r\n"
_KEY = "\r\nSec-WebSocket-Key: "
_SAME_KEY = "AAAAAAAAAAAAAAAAAAAAAA=="  # as long as any (RFC 6455 section 4.1)
_KEPT = 64  # headers that were read and may come again
_KEPT_CHARS = 2_048  # longer ones are read each time
_BODY = ("Content-Length", "Transfer-Encoding", "Expect")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request, and whether it may go the short way if its key and its origin are good."""

    request: HTTPServerRequest
    plainly: bool
    origin: str | None
    headers: list[tuple[str, str]]  # of the answer, if the origin is good


class Shortcut:
    """Opens the connection of a client that asks for nothing unusual; all others take Tornado's way.

    Who comes in a crowd has sent its request before it is accepted. That request is looked at while it is
    still in the kernel, with Tornado's own parser; unless it is a WebSocket's opening handshake that will be
    admitted, nothing has been taken and nothing changed, and Tornado reads, judges and answers it.
    """

    def __init__(self, server: EngineServer, path: str, *, header_bytes: int, prepared: bool = False) -> None:
        """`path` is where the handler of this server stands; no longer header is looked at.

        `prepared` says that the listening sockets were, by `upgrade.prepare`.
        """
        self._server = server
        self._head = f"GET {path}?".encode("ascii")
        self._header_bytes = header_bytes
        self._prepared = prepared
        self._read_before = lru_cache(_KEPT)(self._read)

    def __call__(self, sock: socket.socket, address: tuple[Any, ...]) -> bool | None:
        """Open a connection on this accepted socket; False, and nothing done, if that is Tornado's part.

        None if nothing can be said yet: not a byte has come.
        """
        server = self._server
        if server.wants_environ or server.origins.wants_environ or server.cookie:
            return False
        try:
            seen = sock.recv(self._header_bytes, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        except OSError:  # the client is gone
            return False
        end = seen.find(_HEADER_END) + len(_HEADER_END)
        if end < len(_HEADER_END) or not seen.startswith(self._head):
            return False
        asked = self._asked(seen[:end].decode("latin-1"), address[0])
        if asked is None:
            return False
        request = asked.request
        remote_ip = server.proxies.remote_ip(request)
        if server.keeps_out(remote_ip) or server.doorkeeper.admit(remote_ip) is not None:
            return False  # they are asked once more, and then refuse and count
        sock.recv(end)
        owner = server.open(remote_ip)
        try:
            take_over(sock, server.board, owner, answer(request, asked.headers), prepared=self._prepared)
        except OSError:  # the client is gone already
            sock.close()
            owner.lose()
        return True

    def _asked(self, text: str, remote_ip: str) -> _Asked | None:
        """Return the request of this header, or None unless it may go the short way."""
        asked = self._parsed(text, remote_ip)
        if asked is None or not asked.plainly:
            return None
        request, server = asked.request, self._server
        if not is_key(request.headers["Sec-WebSocket-Key"]):
            return None
        if asked.origin is not None:
            scheme = server.proxies.scheme(request)
            if not server.origins.allows(asked.origin, request, scheme, dict):
                return None
        return asked

    def _parsed(self, text: str, remote_ip: str) -> _Asked | None:
        """Read a header as Tornado does; None where it has to judge. Good until the next one is read."""
        begin = text.find(_KEY) + len(_KEY)
        end = begin + len(_SAME_KEY)
        try:
            if begin < len(_KEY) or text.find("\r\n", begin) != end or len(text) > _KEPT_CHARS:
                asked = self._read(text)
            else:  # who comes in a crowd has a key of its own, and all else is as in the others' headers
                asked = self._read_before(text[:begin] + _SAME_KEY + text[end:])
                asked.request.headers["Sec-WebSocket-Key"] = text[begin:end]
        except (HTTPInputError, ValueError):  # the latter on a port of thousands of digits
            return None
        asked.request.remote_ip = remote_ip
        return asked

    def _read(self, text: str) -> _Asked:
        if text.count("\n") != text.count("\r\n"):
            raise HTTPInputError("a bare line feed, by which Tornado may see the header end earlier")
        line, _, rest = text.partition("\r\n")
        headers = HTTPHeaders.parse(rest)
        if len(headers.get_list("Sec-WebSocket-Key")) > 1:
            raise HTTPInputError("two keys")
        request = HTTPServerRequest(start_line=parse_request_start_line(line), headers=headers)
        origin = headers.get("Origin")
        return _Asked(request, self._is_plain(request), origin, self._server.origins.headers(origin, request))

    def _is_plain(self, request: HTTPServerRequest) -> bool:
        server = self._server
        arguments = request.query_arguments
        return (
            "websocket" in server.transports
            and "sid" not in arguments
            and "j" not in arguments
            and arguments.get("transport") == [b"websocket"]
            and arguments.get("EIO") == [b"4"]
            and not (server.board.settings.deflate and "Sec-WebSocket-Extensions" in request.headers)
            and not any(name in request.headers for name in _BODY)
            and refusal(request, lambda origin: True) is None
        )
