"""A server in the test's own process: real clients, real rules, no sockets, a fake clock."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgpack

from gameserver.core.limits import Limits
from gameserver.core.tracks import Collection, Track
from gameserver.protocol.packets import MsgpackEvent, Outgoing, parse_msgpack
from gameserver.settings import Settings
from gameserver.testing.whole import WholeServer
from gameserver.transport.gate import Door, Ending, Rejected

if TYPE_CHECKING:
    from gameroom_client import Client
    from gameroom_client.link import Answered, Heard

QUIET_TURNS = 20  # of the loop, in which nothing was carried: then all have said what they had to say
EVENT, ACK = 2, 3  # Socket.IO v5, packet types


class MemoryServer(WholeServer):
    """A server; `client` returns connected players, `pass_time` lets seconds pass for all of them.

    Nothing happens by itself: what was sent has arrived after `settle`, or any `await` of an answer. Ids are
    counted (player0, room0000), pings are unknown until `set_ping`, and no rate is ever reached.
    """

    def __init__(self, *, tracks: Sequence[Track] = (), limits: Limits | None = None, seed: int = 1) -> None:
        collection: Collection = {track.track_id: track for track in tracks}
        # Without an environment: a test is the same on every machine.
        super().__init__(limits=limits, tracks=collection, announced=Settings.model_construct().announced())
        self.unreachable = False  # while it is so, nobody is let in, and nobody answers
        self.carried = 0  # messages, in either direction
        self._chance = random.Random(seed)
        self._clients: list[Client] = []

    async def client(self, name: str | None = None, *, latency_ms: float = 0.0, **options: Any) -> Client:
        """Return a connected client, so far away; options are those of `gameroom_client.Client`."""
        from gameroom_client import Client

        options.setdefault("measure_clock", False)
        client = Client(
            name=name,
            timing=self.clock,
            link=lambda: MemoryLink(self, latency_ms / 1000),
            chance=self._chance,
            **options,
        )
        self._clients.append(client)
        connecting = asyncio.ensure_future(client.connect())
        while not connecting.done():
            await self.pass_time(latency_ms / 1000)
        return await connecting

    async def pass_time(self, seconds: float) -> None:
        """Let so many seconds pass for the server and all clients, and all that is due on the way happen."""
        until = self.clock.now + seconds
        await self.settle()
        while self.clock.call_next(until):
            await self.settle()
        self.clock.now = until
        await self.settle()

    async def settle(self) -> None:
        """Let everything that was said arrive."""
        quiet = 0
        while quiet < QUIET_TURNS:
            before = self.carried
            await asyncio.sleep(0)
            quiet = quiet + 1 if self.carried == before else 0

    async def close(self) -> None:
        """See all clients off."""
        for client in self._clients:
            await client.close()

    async def __aenter__(self) -> MemoryServer:
        return self

    async def __aexit__(self, *about: object) -> None:
        await self.close()


class MemoryLink:
    """A client's connection to a server in the same process; a `gameroom_client.link.Link`."""

    def __init__(self, server: MemoryServer, latency_s: float) -> None:
        self._server = server
        self._one_way = latency_s / 2
        self._peer: _Peer | None = None
        self._acks: dict[int, Answered] = {}
        self._heard: Heard | None = None
        self._lost: Callable[[bool], None] | None = None
        self._ids = 0

    async def open(self, auth: Mapping[str, Any], heard: Heard, lost: Callable[[bool], None]) -> None:
        from gameroom_client import GameError

        if self._server.unreachable:
            raise ConnectionError("nobody answers")
        peer = _Peer(self)
        answer = self._server.gate.admit(peer, dict(auth))
        if isinstance(answer, Rejected):
            data = answer.data if isinstance(answer.data, Mapping) else {}
            raise GameError(str(data.get("code")), answer.message, "connect")
        peer.sid = answer.sid
        self._peer, self._heard, self._lost = peer, heard, lost
        self._server.gate.joined(peer)

    def send(self, event: str, args: tuple[Any, ...], answered: Answered | None) -> None:
        if self._peer is None:
            raise ConnectionError("the connection is over")
        body: dict[str, Any] = {"type": EVENT, "data": [event, *args], "nsp": "/"}
        if answered is not None:
            self._ids += 1
            body["id"] = self._ids
            self._acks[self._ids] = answered
        message = msgpack.packb(body)
        self._carry(lambda: self._arrive(message))

    @property
    def is_behind(self) -> bool:
        return False

    async def close(self) -> None:
        self._end(Ending.DISCONNECT)

    def abort(self) -> None:
        self._end(Ending.LOST)

    # -- between the two ---------------------------------------------------------------------------

    def deliver(self, packet: Outgoing) -> None:
        """Carry a packet to the client."""
        frame = packet.msgpack_frame
        start = 2 if frame[1] < 126 else 4 if frame[1] == 126 else 10  # RFC 6455 section 5.2
        body = msgpack.unpackb(frame[start:], strict_map_key=False)
        self._carry(lambda: self._tell(body))

    def hang_up(self, stay_away: bool) -> None:
        """The server ends the connection, behind all it has said."""
        self._carry(lambda: self._end(Ending.SERVER, stay_away=stay_away))

    def _carry(self, arrives: Callable[[], None]) -> None:
        def arrive() -> None:
            self._server.carried += 1
            arrives()

        self._server.carried += 1
        if self._one_way:
            self._server.clock.call_later(self._one_way, arrive)
        else:
            asyncio.get_running_loop().call_soon(arrive)

    def _arrive(self, message: bytes) -> None:
        if self._peer is None:
            return
        event = parse_msgpack(message)
        assert isinstance(event, MsgpackEvent)
        self._server.gate.event(self._peer, event)

    def _tell(self, body: Mapping[str, Any]) -> None:
        if self._peer is None or self._heard is None:
            return
        if body["type"] == EVENT:
            self._heard(body["data"][0], tuple(body["data"][1:]))
        elif body["type"] == ACK and (answered := self._acks.pop(body["id"], None)) is not None:
            answered(body["data"][0])

    def _end(self, ending: Ending, *, stay_away: bool = False) -> None:
        peer, self._peer = self._peer, None
        if peer is None:
            return
        self._server.gate.left(peer, ending)
        if self._lost is not None:
            asyncio.get_running_loop().call_soon(self._lost, stay_away)


class _Peer:
    """The server's side of a link; a `transport.gate.Peer`."""

    def __init__(self, link: MemoryLink) -> None:
        self.sid = ""
        self.parser = "msgpack"
        self.transport = "websocket"
        self.remote_ip = "127.0.0.1"
        self.read_at = 0.0
        self.app: Any = None
        self.door: Door | None = None
        self.express: Callable[[bytes, float], bool] | None = None
        self.paused = False
        self.backlog_bytes = 0
        self.peak_backlog_bytes = 0
        self.closed_for: str | None = None
        self._link = link

    def post(self, packet: Outgoing) -> None:
        self._link.deliver(packet)

    def post_aside(self, packet: Outgoing) -> None:
        self._link.deliver(packet)

    def post_newest(self, slot: Hashable, packet: Outgoing) -> None:
        self._link.deliver(packet)

    def ping(self, payload: bytes) -> bool:
        return False

    def heartbeat(self) -> bool:
        return False

    def tcp_socket(self) -> None:
        return None

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def in_turn(self, run: Callable[[], None]) -> None:
        run()

    def expect(self, max_bytes: int) -> None:
        """Nothing is too large here but what the relay itself refuses."""

    def close(self, code: str, *, disconnect: bool) -> None:
        self.closed_for = code
        self._link.hang_up(disconnect)

    def abort(self) -> None:
        self.closed_for = "aborted"
        self._link.hang_up(False)
