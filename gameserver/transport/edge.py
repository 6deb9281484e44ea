"""The game at namespace `/`: between the Socket.IO server and the runtime.

Each handler decodes, submits, and is done; relay events take the lane instead and never become commands.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from gameserver.core.commands import ClientCommand, Hint, JoinRoom, JoinSession
from gameserver.core.errors import BadRequest, Refusal
from gameserver.core.messages import Welcome
from gameserver.core.values import PlayerId, to_ms
from gameserver.logs import Floods, Log
from gameserver.performing import Request
from gameserver.ports import Clock
from gameserver.protocol.inbound import RELAYED, RESERVED, to_command
from gameserver.protocol.outbound import to_event
from gameserver.protocol.packets import Event, Outgoing, PacketError
from gameserver.runtime import Runtime
from gameserver.tokens import Identity
from gameserver.transport.admission import Admission
from gameserver.transport.arrivals import TIMED_ONE_IN, Arrivals
from gameserver.transport.departures import AT_ONCE, Departures, Pace
from gameserver.transport.gate import Admitted, Ending, Peer, Rejected
from gameserver.transport.players import Players
from gameserver.transport.relay.limiter import Limiter
from gameserver.transport.relay.messages import RelayMessages
from gameserver.transport.relay.relay import RelayLane
from gameserver.transport.seat import PROOFS, Seat
from latency.view import UNKNOWN, LatencyView

PROTOCOL_VERSION = 1


class Measuring(Protocol):
    """Who measures the connections, as `probes.Probes` does."""

    def opened(self, player: PlayerId, peer: Peer, /) -> None: ...

    def closed(self, player: PlayerId, /) -> None: ...

    def hidden(self, player: PlayerId, hidden: bool, /) -> None: ...

    def ponged(self, player: PlayerId, payload: bytes, received: float, /) -> None: ...

    def heartbeat(self, player: PlayerId, sent: float, received: float, /) -> None: ...


class GameGate:
    """The gate behind namespace `/`."""

    def __init__(
        self,
        runtime: Runtime,
        players: Players,
        relay: RelayLane,
        messages: RelayMessages,
        probes: Measuring,
        limiter: Limiter,
        *,
        clock: Clock,
        log: Log,
        limits: Mapping[str, float],
        frame_bytes: int,
        strikes: tuple[int, float] = (20, 10.0),  # so much nonsense within so many seconds closes
        measured: Callable[[PlayerId], LatencyView] = lambda player: UNKNOWN,
        now: Callable[[], float] = time.monotonic,
        identify: Callable[[str | None], Identity | None] = lambda token: None,
        banned: Callable[[str, str | None], str | None] = lambda address, subject: None,
        new_id: Callable[[], str] | None = None,
        new_pid: Callable[[], str] = lambda: secrets.token_urlsafe(16),
        pace: Pace = AT_ONCE,
    ) -> None:
        self._runtime = runtime
        self._players = players
        self._relay = relay
        self._messages = messages
        self._probes = probes
        self._limiter = limiter
        self._clock = clock
        self._log = log
        self._limits = limits
        self._strikes, self._strike_seconds = strikes
        self._measured = measured
        self._now = now
        self._departures = Departures(runtime, players.seats, probes, log=log, pace=pace)
        self._refused_connects = Floods(now)  # of all clients together: none of them is known yet
        self._malformed = Floods(now)
        self.counts = Arrivals()
        self._admission = Admission(
            runtime,
            players,
            relay,
            probes,
            self._departures,
            self.counts,
            buckets=limiter.buckets,
            frame_bytes=frame_bytes,
            now=now,
            identify=identify,
            banned=banned,
            new_id=new_id,
            new_pid=new_pid,
        )
        self.time_relay: Callable[[float], None] = lambda began: None  # a message taken up then is relayed
        self._express = messages.express(self.counts, now, lambda began: self.time_relay(began))

    # -- coming and going --------------------------------------------------------------------------

    def admit(self, peer: Peer, auth: object) -> Admitted | Rejected:
        try:
            return self._admission.admit(peer, auth)
        except Refusal as refusal:
            self.counts.rejected[refusal.code] += 1
            self._tell_refused(peer, refusal)
            return Rejected(str(refusal), {"code": refusal.code})

    def _tell_refused(self, peer: Peer, refusal: Refusal) -> None:
        unlogged = self._refused_connects.refused(None)
        if unlogged is not None:
            self._log.warning(
                "connection.refused",
                address=peer.remote_ip,
                code=refusal.code,
                detail=str(refusal),
                unlogged=unlogged,
            )

    def joined(self, peer: Peer) -> None:
        seat: Seat = peer.app
        self._players.seats[seat.player] = seat
        self.counts.opened[peer.transport, peer.parser] += 1
        self.counts.present[peer.parser] += 1
        self._probes.opened(seat.player, peer)
        peer.express = self._express.of(seat)
        welcome = Welcome(
            seat.player,
            to_ms(self._clock.now()),
            PROTOCOL_VERSION,
            self._limits,
            resume=seat.pid,
            last_close=seat.last_close,
        )
        name, args = to_event(welcome)
        peer.post(Outgoing.event(name, *args))
        seat.pid = None
        greeting, seat.greeting = seat.greeting, ()
        self._runtime.welcome(seat.player, greeting, partial(self._replay, seat))
        self._log.info(
            "connection.opened",
            player=seat.player,
            room=self._runtime.registry.players[seat.player].room,
            parser=peer.parser,
            transport=peer.transport,
            address=peer.remote_ip,
            players=len(self._players.seats),
        )

    def _replay(self, seat: Seat) -> None:
        """Send a member that came back what its room said meanwhile, or that it has none any more."""
        if seat.parting is not None:
            seat.peer.post(seat.parting)
        if not seat.filled:
            return
        missed = self._relay.missed(seat.player, seat.offset)
        if missed is None:  # it went while the storage was waited for: the next attempt is told so
            seat.peer.close("internal", disconnect=False)
            return
        for packet in missed:
            seat.peer.post(packet)

    def left(self, peer: Peer, ending: Ending) -> None:
        seat: Seat = peer.app
        self.counts.closed[ending.value, peer.closed_for or ""] += 1
        self.counts.present[peer.parser] -= 1
        measured = self._measured(seat.player)  # before the probes forget it
        if seat.lane is not None:
            seat.lane.forget_doors()
        facts = {
            "ending": ending.value,
            "code": peer.closed_for,
            "duration_s": self._now() - seat.opened,
            "messages": seat.messages,
            "received_bytes": seat.received_bytes,
            "backlog_bytes": peer.backlog_bytes,
            "peak_backlog_bytes": peer.peak_backlog_bytes,
            "ping_ms": measured.ping_ms,
            "ping_p50_ms": measured.p50_ms,
            "ping_p95_ms": measured.p95_ms,
            "jitter_ms": measured.jitter_ms,
        }
        self._departures.left(seat, ending, facts)

    def finish(self) -> None:
        """Take from their seats all whose connections are over, however many there are."""
        self._departures.finish()

    # -- what comes in -----------------------------------------------------------------------------

    def event(self, peer: Peer, event: Event) -> None:
        seat: Seat = peer.app
        now = self._now()
        seat.messages += 1
        seat.received_bytes += event.size
        if event.name in RELAYED:
            self._messages.handle(seat, event, now)
            self.counts.relayed += 1
            if not self.counts.relayed % TIMED_ONE_IN:
                self.time_relay(now)
            return
        self.counts.request_bytes += event.size
        peer.in_turn(partial(self._request, seat, event))

    def _request(self, seat: Seat, event: Event) -> None:
        """Do what a player asks; once its seat was taken over the answer would go to another connection."""
        if seat.superseded:
            return
        now = self._now()
        self._limiter.charge_request(seat, now)
        request = Request(seat.player, event.name, event.ack_id)
        try:
            command = to_command(event.name, event.args())
        except PacketError as error:
            self._refuse_nonsense(seat, request, BadRequest(str(error)), now)
        except Refusal as refusal:
            self._refuse_nonsense(seat, request, refusal, now)
        else:
            if self._departures:
                self._settle(seat.player, command)
            self._runtime.request(request, command)
            if isinstance(command, Hint) and command.hidden is not None:
                self._probes.hidden(seat.player, command.hidden)

    def _settle(self, player: PlayerId, command: ClientCommand) -> None:
        """Let a request find its rooms as those whose connections ended before it have left them."""
        registry = self._runtime.registry
        known = registry.players.get(player)
        if known is not None:
            self._departures.settle(known.room)
        if isinstance(command, JoinRoom):
            self._departures.settle(command.id)
        elif isinstance(command, JoinSession):
            self._departures.settle(registry.session(command.session_key))

    def pong(self, peer: Peer, payload: bytes, received: float) -> None:
        seat: Seat = peer.app
        self._note_proof(seat)
        self._probes.ponged(seat.player, payload, received)

    def heartbeat(self, peer: Peer, sent: float, received: float) -> None:
        seat: Seat = peer.app
        self._note_proof(seat)
        self._probes.heartbeat(seat.player, sent, received)

    @staticmethod
    def _note_proof(seat: Seat) -> None:
        """An answer to a probe: what was sent before that probe has arrived."""
        if seat.recovers and seat.lane is not None and seat.lane.has_told(seat.player):
            seat.told += 1
        if seat.parting is not None:
            seat.parting_proofs += 1
            if seat.parting_proofs >= PROOFS:
                seat.parting = None

    def malformed(self, peer: Peer, reason: str) -> None:
        seat: Seat | None = peer.app
        player = None if seat is None else seat.player
        self.counts.malformed += 1
        unlogged = self._malformed.refused(None)
        if unlogged is not None:
            self._log.warning("connection.malformed", player=player, reason=reason, unlogged=unlogged)

    # -- refusals ----------------------------------------------------------------------------------

    def _refuse_nonsense(self, seat: Seat, request: Request, refusal: Refusal, now: float) -> None:
        """Refuse what could not even be read; who keeps sending such things is closed."""
        shown = request.event if request.event in RESERVED else request.event[:64]
        self._runtime.refuse(Request(request.sender, shown, request.ack_id), refusal)
        seat.strikes = [at for at in seat.strikes if now - at < self._strike_seconds]
        seat.strikes.append(now)
        if len(seat.strikes) >= self._strikes:
            self.counts.struck += 1
            self._players.close(seat.peer, BadRequest.code, disconnect=True)
