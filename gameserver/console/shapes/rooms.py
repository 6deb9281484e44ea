"""Rooms, their members and their stories."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gameserver.console.happenings import Kind
from gameserver.console.shapes.base import Milliseconds, Moment, Page, PageQuery, Shape

State = Literal["open", "started", "migrating", "waiting"]


class RoomRow(Shape):
    """A room in a list."""

    id: str
    title: str
    state: State
    kind: Literal["listed", "private", "session"]
    players: int = Field(description="members, those away included")
    seats: int = Field(description="seats taken, phantom users included")
    max_players: int
    host: str | None
    host_name: str | None
    host_ping_ms: Milliseconds | None
    epoch: int = Field(description="reigns so far")
    created_at: Moment


class RoomsQuery(PageQuery):
    """Which rooms are wanted; the search goes over ids, titles, members' ids and names."""

    state: State | None = None
    sort: Literal["created", "title", "state", "players", "host_ping", "epoch"] = "created"


class Rooms(Page):
    """Rooms."""

    rooms: list[RoomRow]


class Member(Shape):
    """A member of a room."""

    id: str
    name: str | None
    host: bool
    connected: bool
    can_host: bool
    hidden: bool = Field(description="its page is in the background")
    joined_at: Moment
    ping_ms: Milliseconds | None
    jitter_ms: Milliseconds | None
    score: float | None = Field(description="by what it would be elected now, in milliseconds")
    loss: float = Field(description="share of the last probes that timed out")
    phantoms: int


class RoomView(Shape):
    """One room."""

    id: str
    title: str
    description: str
    closed_at: Moment | None = Field(description="null while it is open")
    state: State | None = Field(description="null once it is closed")
    epoch: int
    host: str | None
    max_players: int
    private: bool
    locked: bool
    protected: bool = Field(description="by a password")
    session: bool
    on_host_exit: str
    host_policy: str
    created_at: Moment | None
    successors: list[str] = Field(description="who would follow the host, best first")
    parked: int = Field(description="inputs that wait for a host now")
    members: list[Member]


class Candidate(Shape):
    """A member as an election saw it."""

    id: str
    ping_ms: Milliseconds | None
    score: float | None = Field(description="ping, jitter and lag together, in milliseconds; the lowest wins")


class Election(Shape):
    """Why a room's host changed."""

    epoch: int
    previous: str | None
    host: str | None
    reason: str
    text: str = Field(description="who became host after whom and why, in words")
    candidates: list[Candidate] = Field(description="best first")


class MigrationView(Shape):
    """How a change of host went."""

    ms: Milliseconds = Field(description="from its announcement to the new host's word, in milliseconds")
    unserved_ms: Milliseconds = Field(description="how long no host took inputs, in milliseconds")
    parked: int = Field(description="inputs that waited for the new host")
    elections: int = Field(description="elections it took")
    forced: bool = Field(description="nobody said that it is ready; the best one goes on all the same")


class Event(Shape):
    """One line of a room's story."""

    number: int
    at: Moment
    kind: Kind
    player: str | None
    name: str | None = Field(description="the player's, as far as it was known then")
    text: str
    election: Election | None = None
    migration: MigrationView | None = None


class TimelineQuery(Shape):
    """Which part of a room's story is wanted."""

    after: int = Field(0, ge=0, description="only lines with a higher number")


class Timeline(Shape):
    """A room's story."""

    room: str
    events: list[Event]
    forgotten: int = Field(description="lines at the beginning that are kept no more")


class TripSeries(Shape):
    """One player's round trips over time, answered probes only."""

    player: str
    name: str | None
    host: bool
    at: list[Moment]
    ms: list[Milliseconds]
    timeouts: list[Moment] = Field(description="when probes were sent that timed out")


class RoomPings(Shape):
    """The pings of everybody who is, or lately was, in the room."""

    room: str
    series: list[TripSeries]


class Kick(Shape):
    """A member is to be removed."""

    player_id: str = Field(max_length=64)
    reason: str | None = Field(None, max_length=128, description="told to the player")


class NewHost(Shape):
    """A member is to be host."""

    player_id: str = Field(max_length=64)
