"""Who comes in as whom: a new player, or one that was here, known by its pid or its token."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace

from gameserver.core.commands import Connected, Reconnected
from gameserver.core.errors import Unauthorized
from gameserver.core.messages import Replaced
from gameserver.core.values import PlayerId
from gameserver.protocol.auth import Auth, digest, to_auth
from gameserver.protocol.outbound import to_event
from gameserver.protocol.packets import Outgoing
from gameserver.runtime import Runtime
from gameserver.tokens import Identity
from gameserver.transport.arrivals import Arrivals
from gameserver.transport.chance import Chance
from gameserver.transport.departures import Departures, Measuring
from gameserver.transport.gate import Admitted, Peer
from gameserver.transport.players import Players
from gameserver.transport.relay.bucket import Buckets
from gameserver.transport.relay.relay import RelayLane
from gameserver.transport.seat import PROOFS, Seat

ID_BYTES = 15  # of chance; in base64 they take whole digits
PID_MARK = "."  # in a pid, what follows only differs: its holder sees by it that it was not recovered
PID_MARK_CHARS = 6


class Admission:
    """Gives a seat to whoever may have one; `GameGate.joined` welcomes it once CONNECT is answered."""

    def __init__(
        self,
        runtime: Runtime,
        players: Players,
        relay: RelayLane,
        probes: Measuring,
        departures: Departures,
        counts: Arrivals,
        *,
        buckets: Callable[[float], Buckets],
        frame_bytes: int,
        now: Callable[[], float],
        identify: Callable[[str | None], Identity | None],
        banned: Callable[[str, str | None], str | None],
        new_id: Callable[[], str] | None,
        new_pid: Callable[[], str],
    ) -> None:
        self._runtime = runtime
        self._players = players
        self._relay = relay
        self._probes = probes
        self._departures = departures
        self._counts = counts
        self._buckets = buckets  # of a new connection
        self._frame_bytes = frame_bytes
        self._now = now
        self._identify = identify
        self._banned = banned  # what to tell who comes from this address as this subject
        chance = Chance()
        self._new_id = new_id or (lambda: urlsafe_b64encode(chance(ID_BYTES)).decode())
        self._new_pid = new_pid

    def admit(self, peer: Peer, auth: object) -> Admitted:
        """Seat who is at this peer. Raises Refusal."""
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

    def _settle_returning(self, wanted: Auth, identity: Identity | None) -> None:
        """Let who comes back find its place as the end of its former connection leaves it."""
        registry = self._runtime.registry
        by_pid = None if wanted.pid is None else registry.returning(_right(wanted.pid))
        by_token = None if identity is None else registry.known(identity.subject)
        for player in (by_pid, by_token):
            if player is not None:
                self._departures.settle_player(player)

    def _arriving(self, peer: Peer, wanted: Auth, identity: Identity | None) -> Admitted:
        """A player that was not here; a pid that is unknown or expired costs nothing but this."""
        player = PlayerId(self._new_id())
        if wanted.pid is not None:
            self._counts.recoveries["unknown"] += 1
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
        self._counts.recoveries["gap" if missed is None else "filled"] += 1
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
        seat = Seat(player, peer, buckets=self._buckets(now), now=now)
        seat.wants_seq = wanted.seq is True
        return seat

    def _admitted(self, seat: Seat, pid: str | None) -> Admitted:
        seat.peer.app = seat
        seat.peer.expect(self._frame_bytes)
        seat.recovers = pid is not None
        seat.pid = pid
        return Admitted(seat.player, {} if pid is None else {"pid": pid})


def _root(pid: str) -> str:
    """Return the part of a pid that proves who holds it; it never changes, so nothing waits to be stored."""
    return pid.partition(PID_MARK)[0]


def _right(pid: str) -> str:
    """Return what is kept of a pid."""
    return digest(_root(pid))
