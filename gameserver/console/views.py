"""One room and one player, looked at closely."""

from __future__ import annotations

from gameserver.console.finding import rounded
from gameserver.console.pings import Trip
from gameserver.console.problems import Missing
from gameserver.console.shapes import players as p
from gameserver.console.shapes import rooms as r
from gameserver.console.sources import Sources
from gameserver.console.timeline import Story
from gameserver.console.words import event
from gameserver.core.member import Member
from gameserver.core.room import Room
from gameserver.core.values import PlayerId, RoomId
from latency.sample import Result, Source


class Views:
    """Reads the parts for one room or one player; nothing here goes over all of them."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def room(self, id: str) -> r.RoomView:
        """Return a room, or what is kept of one that is over. Raises Missing."""
        room = self._sources.registry.rooms.get(RoomId(id))
        if room is None:
            return _closed(self._story(id))
        return r.RoomView(
            id=room.id,
            title=room.title,
            description=room.description,
            closed_at=None,
            state=room.state,
            epoch=room.epoch,
            host=room.host,
            max_players=room.max_players,
            private=room.private,
            locked=room.locked,
            protected=room.password is not None,
            session=room.session is not None,
            on_host_exit=room.on_host_exit,
            host_policy=room.host_policy,
            created_at=round(room.created_at * 1000),
            successors=list(room.told_successors[1]),
            parked=self._sources.parked(room.id),
            members=[self._member(room, member) for member in room.members.values()],
        )

    def timeline(self, id: str, after: int) -> r.Timeline:
        """Return a room's story behind this line. Raises Missing."""
        story = self._story(id)
        lines = [line for line in story.lines if line.number > after]
        return r.Timeline(
            room=id,
            events=[event(line) for line in lines],
            forgotten=story.count - len(story.lines),
        )

    def room_pings(self, id: str) -> r.RoomPings:
        """Return the round trips of everybody in a room, and of those who lately were. Raises Missing."""
        room = self._sources.registry.rooms.get(RoomId(id))
        story = self._story(id)
        members = [] if room is None else list(room.members)
        players = list(dict.fromkeys([*members, *story.players]))[:64]
        names = story.names
        return r.RoomPings(
            room=id,
            series=[self._series(player, names.get(player), host=player == story.host) for player in players],
        )

    def player(self, id: str) -> p.PlayerView:
        """Return a player. Raises Missing."""
        sources = self._sources
        player = sources.registry.players.get(PlayerId(id))
        if player is None:
            raise Missing("there is no such player")
        room = None if player.room is None else sources.registry.rooms.get(player.room)
        return p.PlayerView(
            id=player.id,
            name=player.name,
            room=player.room,
            room_title=None if room is None else room.title,
            host=room is not None and room.host == player.id,
            connected=player.connected,
            away_until=None if player.away_until is None else round(player.away_until * 1000),
            can_host=player.can_host,
            hidden=player.hidden,
            signed_login=player.subject is not None,
            connection=self._connection(player.id),
            latency=self._latency(player.id),
        )

    def player_pings(self, id: str) -> p.PlayerPings:
        """Return a player's round trips by source; of one that left, while they are kept. Raises Missing."""
        trips = self._sources.records.pings.of(id)
        if not trips and PlayerId(id) not in self._sources.registry.players:
            raise Missing("there is no such player")
        kernel = self._sources.probes.kernel(id)
        return p.PlayerPings(
            player=id,
            trips=[_trips(trips, Source.CONTROL), _trips(trips, Source.HEARTBEAT)],
            kernel=None
            if kernel is None
            else p.Kernel(min_rtt_ms=rounded(kernel.min_rtt_ms), retransmits=kernel.retransmits),
        )

    def _story(self, id: str) -> Story:
        story = self._sources.records.timelines.story(RoomId(id))
        if story is None:
            raise Missing("there is no such room, or it was closed too long ago")
        return story

    def _member(self, room: Room, member: Member) -> r.Member:
        player = self._sources.registry.players[member.id]
        view = self._sources.pings.view(member.id)
        return r.Member(
            id=member.id,
            name=player.name,
            host=room.host == member.id,
            connected=member.connected,
            can_host=player.can_host,
            hidden=player.hidden,
            joined_at=round(member.joined_at * 1000),
            ping_ms=rounded(view.ping_ms),
            jitter_ms=None if view.ping_ms is None else rounded(view.jitter_ms),
            score=rounded(view.score_at(self._sources.clock.now())),
            loss=round(view.loss, 4),
            phantoms=member.phantoms,
        )

    def _series(self, player: PlayerId, name: str | None, *, host: bool) -> r.TripSeries:
        trips = [trip for trip in self._sources.records.pings.of(player) if trip.source is Source.CONTROL]
        known = self._sources.registry.players.get(player)
        answered = [(trip.at, ms) for trip in trips if (ms := trip.network_ms) is not None]
        return r.TripSeries(
            player=player,
            name=name if known is None else known.name,
            host=host,
            at=[round(at * 1000) for at, _ in answered],
            ms=[round(ms, 3) for _, ms in answered],
            timeouts=_timeouts(trips),
        )

    def _connection(self, player: PlayerId) -> p.Connection | None:
        seat = self._sources.players.seats.get(player)
        if seat is None:
            return None
        return p.Connection(
            transport=seat.peer.transport,
            parser=seat.peer.parser,
            address=seat.peer.remote_ip,
            opened_s=round(max(0.0, self._sources.monotonic() - seat.opened), 1),
            messages=seat.messages,
            backlog_bytes=seat.peer.backlog_bytes,
        )

    def _latency(self, player: PlayerId) -> p.Latency:
        now = self._sources.clock.now()
        view = self._sources.pings.view(player)
        age = view.age_s(now)
        return p.Latency(
            ping_ms=rounded(view.ping_ms),
            score=rounded(view.score_at(now)),
            jitter_ms=round(view.jitter_ms, 3),
            p95_ms=rounded(view.p95_ms),
            loss=round(view.loss, 4),
            client_lag_ms=round(view.client_lag_ms, 3),
            samples=view.samples,
            age_s=None if age is None else round(age, 3),
            interval_s=round(view.interval_s, 3),
            by_heartbeat_alone=view.polling,
        )


def _closed(story: Story) -> r.RoomView:
    return r.RoomView(
        id=story.room,
        title=story.title,
        description="",
        closed_at=None if story.closed_at is None else round(story.closed_at * 1000),
        state=None,
        epoch=0,
        host=None,
        max_players=0,
        private=False,
        locked=False,
        protected=False,
        session=False,
        on_host_exit="",
        host_policy="",
        created_at=None,
        successors=[],
        parked=0,
        members=[],
    )


def _trips(trips: list[Trip], source: Source) -> p.Trips:
    asked = [trip for trip in trips if trip.source is source]
    answered = [
        (trip, network, trip.rtt_ms)
        for trip in asked
        if (network := trip.network_ms) is not None and trip.rtt_ms is not None
    ]
    return p.Trips(
        source="probe" if source is Source.CONTROL else "heartbeat",
        at=[round(trip.at * 1000) for trip, _, _ in answered],
        network_ms=[round(network, 3) for _, network, _ in answered],
        rtt_ms=[rtt for _, _, rtt in answered],
        discarded=[trip.result is Result.DISCARDED for trip, _, _ in answered],
        timeouts=_timeouts(asked),
    )


def _timeouts(trips: list[Trip]) -> list[int]:
    return [round(trip.at * 1000) for trip in trips if trip.result is Result.TIMEOUT]
