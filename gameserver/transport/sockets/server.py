"""The Socket.IO v5 server for Tornado: python-socketio's interface, both parsers on one port, and gates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from tornado.web import Application, RequestHandler

from gameserver.transport.engine.limits import EngineLimits
from gameserver.transport.gate import Gate
from gameserver.transport.sockets.stock import StockBridge
from gameserver.transport.websocket.board import LinkSettings

_Handler = TypeVar("_Handler", bound=Callable[..., Any])


class AsyncServer(StockBridge):
    """Serves Socket.IO v5 from a Tornado application, to clients of the msgpack and of the JSON parser.

    It is built and used like `socketio.AsyncServer`: decorators, class-based namespaces, rooms, `emit`,
    acks, `call`, sessions. What differs:

    - which parser a client speaks is recognised by its first packet; `serializer` and `json` have no use;
    - events of one connection reach their handlers in order, one at a time; answers to `call` pass them by;
    - a handler that raises, or is missing, answers the ack with `{ok: false, error: {code, message}}`;
    - `gate` serves the namespace `/`, and `gates` any others, without queue, task or await.

    Beside python-engineio's options there are those of `EngineServer`, and `connect_seconds`: how long a
    connection may be in no namespace; and `turn_seconds`: how much of a turn of the event loop CONNECTs and
    whatever else the gates let wait may take, before the next ones wait for the next turn.
    """

    def __init__(
        self,
        *,
        gate: Gate | None = None,
        gates: Mapping[str, Gate] | None = None,
        connect_seconds: float = 5.0,
        turn_seconds: float = 0.003,
        limits: EngineLimits | None = None,
        link_settings: LinkSettings | None = None,
        trusted_proxies: Iterable[str] = (),
        serializer: str = "default",
        json: object = None,
        **options: Any,
    ) -> None:
        if serializer not in ("default", "msgpack") or json is not None:
            raise ValueError("both parsers are built in: neither can be replaced")
        super().__init__(
            gates={**(gates or {}), **({} if gate is None else {"/": gate})},
            connect_seconds=connect_seconds,
            turn_seconds=turn_seconds,
            limits=limits,
            link_settings=link_settings,
            trusted_proxies=trusted_proxies,
            **options,
        )

    if TYPE_CHECKING:  # python-socketio has no types: what type checkers need to know of its decorators

        def on(
            self, event: str, handler: Callable[..., Any] | None = None, namespace: str | None = None
        ) -> Callable[[_Handler], _Handler]:
            """Register the handler of an event."""

        def event(self, *args: Any, **kwargs: Any) -> Any:
            """Register a handler under its function's name."""

    def get_tornado_handler(self) -> type[RequestHandler]:
        """Return the handler to put into an application's routes, at `/socket.io/`."""
        return self.eio.get_tornado_handler()

    def attach(self, app: Application, socketio_path: str = "socket.io") -> None:
        """Add the handler to an application at this path."""
        self.eio.attach(app, socketio_path)
