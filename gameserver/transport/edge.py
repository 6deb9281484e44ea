"""The game at namespace `/`: between the Socket.IO server and the runtime.

Each handler decodes, submits, and is done; relay events take the lane instead and never become commands.
"""

from __future__ import annotations

import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from gameserver.core.commands import ClientCommand, Connected, Hint, JoinRoom, JoinSession, Reconnected
from gameserver.core.errors import BadRequest, Refusal, Unauthorized
from gameserver.core.messages import Closing, Replaced, Welcome
from gameserver.core.values import PlayerId, to_ms
from gameserver.logs import Floods, Log
from gameserver.ports import Clock
from gameserver.protocol.auth import Auth, digest, to_auth
from gameserver.protocol.inbound import RELAYED, RESERVED, to_command
from gameserver.protocol.outbound import to_event
from gameserver.protocol.packets import Event, Outgoing, PacketError
from gameserver.runtime import Request, Runtime
from gameserver.tokens import Identity
from gameserver.transport.arrivals import TIMED_ONE_IN, Arrivals
from gameserver.transport.chance import Chance
from gameserver.transport.departures import AT_ONCE, Departures, Pace
from gameserver.transport.gate import Admitted, Ending, Peer, Rejected
from gameserver.transport.relay.limiter import Limiter
from gameserver.transport.relay.relay import RelayLane
from gameserver.transport.seat import Seat
from latency.view import UNKNOWN, LatencyView

PROTOCOL_VERSION = 1
PROOFS = 2  # answers to probes after an event was sent: the second probe was sent behind it
PARTINGS = frozenset({"kicked", "room_closed", "leave_success"})  # after them a player has no room
ID_BYTES = 15  # of chance; in base64 they take whole digits
PID_MARK = "."  # in a pid, what follows only differs: its holder sees by it that it was not recovered
PID_MARK_CHARS = 6


class Marking(Protocol):
    """Who records room events for members that could come back, as the relay does."""

    def marked(self, to: tuple[PlayerId, ...], event: str, args: tuple[Any, ...], /) -> Outgoing | None: ...


class Players:
    """Who is connected, and the way to them; implements `ports.Outlet`."""

    def __init__(self) -> None:
        self.seats: dict[PlayerId, Seat] = {}
        self.marking: Marking | None = None

    def tell(
        self, to: tuple[PlayerId, ...], event: str, args: tuple[Any, ...], *, slot: str | None, recorded: bool
    ) -> None:
        packet = Outgoing.event(event, *args)
        marked = self.marking.marked(to, event, args) if recorded and self.marking is not None else None
        for player in to:
            seat = self.seats.get(player)
            if seat is None:
                continue
            if slot is not None:
                seat.peer.post_newest(slot, packet)
            elif marked is not None and seat.recovers:
                seat.peer.post(marked)
            else:
                seat.peer.post(packet)
                if event in PARTINGS and seat.recovers:
                    seat.parting, seat.parting_proofs = packet, 0

    def ack(self, to: PlayerId, ack_id: int, body: Mapping[str, Any]) -> None:
        seat = self.seats.get(to)
        if seat is not None:
            seat.peer.post(Outgoing.ack(ack_id, body))

    def drop(self, player: PlayerId, code: str, *, disconnect: bool) -> None:
        seat = self.seats.get(player)
        if seat is not None:
            self.close(seat.peer, code, disconnect=disconnect)

    def close(self, peer: Peer, code: str, *, disconnect: bool, text: str | None = None) -> None:
        """Say why, in the usual words or in these, then close."""
        name, args = to_event(Closing(code, text or CLOSING_TEXTS.get(code, code)))
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
        self._probes = probes
        self._limiter = limiter
        self._clock = clock
        self._log = log
        self._limits = limits
        self._frame_bytes = frame_bytes
        self._strikes, self._strike_seconds = strikes
        self._measured = measured
        self._now = now
        self._identify = identify
        self._banned = banned  # what to tell who comes from this address as this subject
        chance = Chance()
        self._new_id = new_id or (lambda: urlsafe_b64encode(chance(ID_BYTES)).decode())
        self._new_pid = new_pid
        self._departures = Departures(runtime, players.seats, probes, log=log, pace=pace)
        self._refused_connects = Floods(now)  # of all clients together: none of them is known yet
        self._malformed = Floods(now)
        self.counts = Arrivals()
        self.time_relay: Callable[[float], None] = lambda began: None  # a message taken up then is relayed
        self._express = relay.express(self.counts, now, lambda began: self.time_relay(began))

    # -- coming and going --------------------------------------------------------------------------

    def admit(self, peer: Peer, auth: object) -> Admitted | Rejected:
        try:
            wanted = to_auth(auth)
            identity = self._identify(wanted.token)
            banned = self._banned(peer.remote_ip, None if identity is None else identity.subject)
            if banned is not None:
                raise Unauthorized(banned)
            if self._departures:
                self._settle_returning(wanted, identity)
            registry = self._runtime.registry
            known = None if wanted.pid is None else registry.returning(_right(wanted.pid))
            if known is not None:
                if registry.players[known].subject != (identity and identity.subject):
                    raise Unauthorized("this seat belongs to another login")
                return self._returning(peer, known, wanted)
            if identity is not None and (known := registry.known(identity.subject)) is not None:
                return self._returning(peer, known, replace(wanted, pid=None, offset=None))
            return self._arriving(peer, wanted, identity)
        except Refusal as refusal:
            self.counts.rejected[refusal.code] += 1
            self._tell_refused(peer, refusal)
            return Rejected(str(refusal), {"code": refusal.code})

    def _settle_returning(self, wanted: Auth, identity: Identity | None) -> None:
        """Let who comes back find its place as the end of its former connection leaves it."""
        registry = self._runtime.registry
        by_pid = None if wanted.pid is None else registry.returning(_right(wanted.pid))
        by_token = None if identity is None else registry.known(identity.subject)
        for player in (by_pid, by_token):
            if player is not None:
                self._departures.settle_player(player)

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

    def _arriving(self, peer: Peer, wanted: Auth, identity: Identity | None) -> Admitted:
        """A player that was not here; a pid that is unknown or expired costs nothing but this."""
        player = PlayerId(self._new_id())
        if wanted.pid is not None:
            self.counts.recoveries["unknown"] += 1
        pid = self._new_pid() if wanted.recover or wanted.pid is not None else None
        command = Connected(
            wanted.name if identity is None or identity.name is None else identity.name,
            can_host=wanted.can_host is not False,
            address=peer.remote_ip,
            pid=None if pid is None else _right(pid),
            subject=None if identity is None else identity.subject,
        )
        seat = self._seat(peer, player, wanted)
        seat.greeting = tuple(self._runtime.admit(player, command))
        return self._admitted(seat, pid)

    def _returning(self, peer: Peer, player: PlayerId, wanted: Auth) -> Admitted:
        """A player that was here, whether its old connection was noticed as lost or not."""
        live = self._players.seats.get(player)
        former = live or self._departures.reclaim(player)
        # Who surely had its events and names none of them is a page that was loaded anew.
        reloaded = wanted.offset is None and former is not None and former.told >= PROOFS
        missed = None if reloaded or wanted.pid is None else self._relay.missed(player, wanted.offset)
        self.counts.recoveries["gap" if missed is None else "filled"] += 1
        command = Reconnected(filled=missed is not None)
        if missed is None:
            self._relay.restart(player)
        if wanted.pid is None:  # by its token, and whoever holds the former pid has none any more
            pid = self._new_pid()
            command = replace(command, pid=_right(pid))
        elif missed is None:
            pid = f"{_root(wanted.pid)}{PID_MARK}{self._new_pid()[:PID_MARK_CHARS]}"
        else:
            pid = wanted.pid
        seat = self._seat(peer, player, wanted)
        seat.filled, seat.offset = missed is not None, wanted.offset
        if former is not None:
            seat.told = 0 if missed is None else former.told
            seat.wants_seq = seat.wants_seq or former.wants_seq
            seat.last_close = former.peer.closed_for
            if self._runtime.registry.players[player].room is None:
                seat.parting = former.parting
        if live is not None:
            live.superseded = True
            self._players.seats.pop(player)
            self._probes.closed(player)
            if wanted.pid is None:  # the same login on a second device: the first is told, and stays away
                name, args = to_event(Replaced())
                live.peer.post(Outgoing.event(name, *args))
                self._players.close(live.peer, "replaced", disconnect=True)
            else:
                live.peer.abort()
        seat.greeting = tuple(self._runtime.admit(player, command))
        return self._admitted(seat, pid if wanted.recover or wanted.pid is not None else None)

    def _seat(self, peer: Peer, player: PlayerId, wanted: Auth) -> Seat:
        now = self._now()
        seat = Seat(player, peer, buckets=self._limiter.buckets(now), now=now)
        seat.wants_seq = wanted.seq is True
        return seat

    def _admitted(self, seat: Seat, pid: str | None) -> Admitted:
        seat.peer.app = seat
        seat.peer.expect(self._frame_bytes)
        seat.recovers = pid is not None
        seat.pid = pid
        return Admitted(seat.player, {} if pid is None else {"pid": pid})

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
            self._relay.handle(seat, event, now)
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


def _root(pid: str) -> str:
    """Return the part of a pid that proves who holds it; it never changes, so nothing waits to be stored."""
    return pid.partition(PID_MARK)[0]


def _right(pid: str) -> str:
    """Return what is kept of a pid."""
    return digest(_root(pid))
