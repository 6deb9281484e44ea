"""Tornado's HTTP server with deadlines for slow requests."""

from __future__ import annotations

import copy
import resource
import socket
from collections.abc import Callable
from typing import Any, cast
from weakref import WeakSet

from tornado.http1connection import HTTP1Connection
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPConnection, HTTPMessageDelegate, HTTPServerConnectionDelegate
from tornado.iostream import IOStream
from tornado.web import Application


class DeadlineServer(HTTPServer):
    """Closes a connection that takes too long over a request.

    The header of a connection's first request has to be whole `header_seconds` after the connection was
    opened, and that of a later one `idle_seconds` after the answer before it. A body has `body_seconds`.
    No header is read beyond `header_bytes`. While fewer than `spare_files` files are left to the process, a
    new connection is closed at once: without any left, accepting fails again and again. Without TLS,
    `shortcut` is asked first whether it takes an accepted socket for itself. Other options are those of
    `tornado.httpserver.HTTPServer`.
    """

    def initialize(  # type: ignore[override]  # a constructor: its options go by name
        self,
        request_callback: Application | HTTPServerConnectionDelegate,
        *,
        header_seconds: float = 10.0,
        idle_seconds: float = 60.0,
        body_seconds: float = 10.0,
        header_bytes: int = 16 * 1024,
        spare_files: int = 32,
        shortcut: Callable[[socket.socket, tuple[Any, ...]], bool] | None = None,
        **options: Any,
    ) -> None:
        super().initialize(
            request_callback,
            idle_connection_timeout=idle_seconds,
            body_timeout=body_seconds,
            max_header_size=header_bytes,
            **options,
        )
        self._first = copy.copy(self.conn_params)
        self._first.header_timeout = header_seconds
        self._spare_files = spare_files
        self._shortcut = None if self.ssl_options is not None else shortcut
        self._known: WeakSet[object] = WeakSet()  # connections that have had their first request

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        """Tornado brings an accepted connection; its number is the lowest that was free."""
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if files != resource.RLIM_INFINITY and stream.socket.fileno() >= files - self._spare_files:
            stream.close()
        elif self._shortcut is None or not self._shortcut(stream.socket, address):
            super().handle_stream(stream, address)

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        """Tornado asks here before it reads a request."""
        if server_conn not in self._known:
            self._known.add(server_conn)
            cast("HTTP1Connection", request_conn).params = self._first
        return super().start_request(server_conn, request_conn)
