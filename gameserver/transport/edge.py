"""The game at namespace `/`: between the Socket.IO server and the runtime.

Each handler decodes, submits, and is done; relay events take the lane instead and never become commands.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from gameserver.core.commands import Connected, Disconnected
from gameserver.core.errors import BadRequest, Refusal
from gameserver.core.messages import Closing, Welcome
from gameserver.core.values import PlayerId, to_ms
from gameserver.logs import Log
from gameserver.ports import Clock
from gameserver.protocol.auth import to_auth
from gameserver.protocol.inbound import RELAYED, RESERVED, to_command
from gameserver.protocol.outbound import to_event
from gameserver.protocol.packets import Event, Outgoing, PacketError
from gameserver.runtime import Request, Runtime
from gameserver.transport.gate import Admitted, Ending, Peer, Rejected
from gameserver.transport.relay.limiter import Limiter
from gameserver.transport.relay.relay import RelayLane
from gameserver.transport.seat import Seat

PROTOCOL_VERSION = 1
STRIKES = 20  # requests that do not exist or make no sense ...
STRIKE_SECONDS = 10.0  # ... within this time close the connection


class Players:
    """Who is connected, and the way to them; implements `ports.Outlet`."""

    def __init__(self) -> None:
        self.seats: dict[PlayerId, Seat] = {}

    def tell(self, to: Iterable[PlayerId], event: str, args: tuple[Any, ...], slot: str | None) -> None:
        packet = Outgoing.event(event, *args)
        for player in to:
            seat = self.seats.get(player)
            if seat is None:
                continue
            if slot is None:
                seat.peer.post(packet)
            else:
                seat.peer.post_newest(slot, packet)

    def ack(self, to: PlayerId, ack_id: int, body: Mapping[str, Any]) -> None:
        seat = self.seats.get(to)
        if seat is not None:
            seat.peer.post(Outgoing.ack(ack_id, body))

    def drop(self, player: PlayerId, code: str, *, disconnect: bool) -> None:
        seat = self.seats.get(player)
        if seat is not None:
            self.close(seat.peer, code, disconnect=disconnect)

    def close(self, peer: Peer, code: str, *, disconnect: bool) -> None:
        """Say why, then close."""
        name, args = to_event(Closing(code, CLOSING_TEXTS.get(code, code)))
        peer.post(Outgoing.event(name, *args))
        peer.close(code, disconnect=disconnect)


CLOSING_TEXTS: Mapping[str, str] = {
    "bad_request": "too many requests that make no sense",
    "rate_limited": "you kept sending more than the limit",
    "slow_consumer": "you did not read what was sent to you",
    "draining": "the server stops; come back soon",
    "replaced": "your seat was taken over by a newer connection",
    "internal": "the server made a mistake; it is logged",
}


class Measuring(Protocol):
    """Who measures the connections, as `probes.Probes` does."""

    def opened(self, player: PlayerId, peer: Peer, /) -> None: ...

    def closed(self, player: PlayerId, /) -> None: ...

    def ponged(self, player: PlayerId, payload: bytes, received: float, /) -> None: ...

    def heartbeat(self, player: PlayerId, sent: float, received: float, /) -> None: ...


class GameGate:
    """The gate behind namespace `/`."""

    def __init__(
        self,
        runtime: Runtime,
        players: Players,
        relay: RelayLane,
        probes: Measuring,
        limiter: Limiter,
        *,
        clock: Clock,
        log: Log,
        limits: Mapping[str, float],
        frame_bytes: int,
        now: Callable[[], float] = time.monotonic,
        new_id: Callable[[], str] = lambda: secrets.token_urlsafe(15),
    ) -> None:
        self._runtime = runtime
        self._players = players
        self._relay = relay
        self._probes = probes
        self._limiter = limiter
        self._clock = clock
        self._log = log
        self._limits = limits
        self._frame_bytes = frame_bytes
        self._now = now
        self._new_id = new_id

    # -- coming and going --------------------------------------------------------------------------

    def admit(self, peer: Peer, auth: object) -> Admitted | Rejected:
        player = PlayerId(self._new_id())
        try:
            wanted = to_auth(auth)
            command = Connected(wanted.name, can_host=wanted.can_host is not False, address=peer.remote_ip)
            effects = self._runtime.admit(player, command)
        except Refusal as refusal:
            return Rejected(str(refusal), {"code": refusal.code})
        now = self._now()
        seat = Seat(player, peer, buckets=self._limiter.buckets(now), now=now)
        seat.wants_seq = wanted.seq is True
        seat.greeting = tuple(effects)
        peer.app = seat
        peer.expect(self._frame_bytes)
        return Admitted(player)

    def joined(self, peer: Peer) -> None:
        seat: Seat = peer.app
        self._players.seats[seat.player] = seat
        self._probes.opened(seat.player, peer)
        welcome = Welcome(seat.player, to_ms(self._clock.now()), PROTOCOL_VERSION, self._limits)
        name, args = to_event(welcome)
        peer.post(Outgoing.event(name, *args))
        greeting, seat.greeting = seat.greeting, ()
        self._runtime.perform(greeting)
        self._log.info(
            "connection.opened",
            player=seat.player,
            parser=peer.parser,
            transport=peer.transport,
            address=peer.remote_ip,
            players=len(self._players.seats),
        )

    def left(self, peer: Peer, ending: Ending) -> None:
        seat: Seat = peer.app
        if self._players.seats.get(seat.player) is seat:
            del self._players.seats[seat.player]
        self._probes.closed(seat.player)
        said_goodbye = ending in (Ending.DISCONNECT, Ending.GONE)
        reported = Disconnected("left" if ending is Ending.DISCONNECT else "lost", gone=said_goodbye)
        self._runtime.report(seat.player, reported)
        self._log.info(
            "connection.closed",
            player=seat.player,
            ending=ending.value,
            code=peer.closed_for,
            duration_s=self._now() - seat.opened,
            players=len(self._players.seats),
        )

    # -- what comes in -----------------------------------------------------------------------------

    def event(self, peer: Peer, event: Event) -> None:
        seat: Seat = peer.app
        now = self._now()
        if event.name in RELAYED:
            self._relay.handle(seat, event, now)
            return
        self._limiter.charge_request(seat, now)
        request = Request(seat.player, event.name, event.ack_id)
        try:
            command = to_command(event.name, event.args())
        except PacketError as error:
            self._refuse_nonsense(seat, request, BadRequest(str(error)), now)
        except Refusal as refusal:
            self._refuse_nonsense(seat, request, refusal, now)
        else:
            self._runtime.request(request, command)

    def pong(self, peer: Peer, payload: bytes, received: float) -> None:
        self._probes.ponged(peer.app.player, payload, received)

    def heartbeat(self, peer: Peer, sent: float, received: float) -> None:
        self._probes.heartbeat(peer.app.player, sent, received)

    def malformed(self, peer: Peer, reason: str) -> None:
        seat: Seat | None = peer.app
        player = None if seat is None else seat.player
        self._log.warning("connection.malformed", player=player, reason=reason)

    # -- refusals ----------------------------------------------------------------------------------

    def _refuse_nonsense(self, seat: Seat, request: Request, refusal: Refusal, now: float) -> None:
        """Refuse what could not even be read; who keeps sending such things is closed."""
        shown = request.event if request.event in RESERVED else request.event[:64]
        self._runtime.refuse(Request(request.sender, shown, request.ack_id), refusal)
        seat.strikes = [at for at in seat.strikes if now - at < STRIKE_SECONDS]
        seat.strikes.append(now)
        if len(seat.strikes) >= STRIKES:
            self._players.close(seat.peer, BadRequest.code, disconnect=True)
