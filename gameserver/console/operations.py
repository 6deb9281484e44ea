"""Everything the API can be asked: the routes and the document are made from this one table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from gameserver.console.guard import Operator
from gameserver.console.shapes import base, players, rooms, server

if TYPE_CHECKING:
    from gameserver.console.desk import Desk


@dataclass(frozen=True, slots=True)
class Call:
    """One request of somebody who may ask, its arguments checked."""

    desk: Desk
    operator: Operator
    path: Mapping[str, str]
    query: Any = None  # of the operation's `query` shape
    body: Any = None  # of its `body` shape


Run = Callable[[Call], base.Shape | Awaitable[base.Shape]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path; `{names}` in the path are arguments."""

    id: str
    method: Literal["GET", "POST", "PATCH"]
    path: str
    summary: str
    answer: type[base.Shape]
    run: Run
    query: type[base.Shape] | None = None
    body: type[base.Shape] | None = None
    refusals: tuple[int, ...] = ()  # beside 400, 401, 403, 429 and 500, which any may give
    about: Mapping[str, str] = field(default_factory=dict)  # of the arguments in the path


ROOM = {"room": "a room's id"}
PLAYER = {"player": "a player's id"}

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "overview",
        "GET",
        "/api/overview",
        "The server now.",
        server.Overview,
        lambda call: call.desk.figures.overview(),
    ),
    Operation(
        "history",
        "GET",
        "/api/history",
        "What the server did lately, in figures: ten minutes by the second, two hours by ten seconds.",
        server.History,
        lambda call: call.desk.figures.history(call.query),
        query=server.HistoryQuery,
    ),
    Operation(
        "rooms",
        "GET",
        "/api/rooms",
        "Rooms, searched, sorted and paged.",
        rooms.Rooms,
        lambda call: call.desk.finding.rooms(call.query),
        query=rooms.RoomsQuery,
    ),
    Operation(
        "room",
        "GET",
        "/api/rooms/{room}",
        "One room with its members; one that is over, while it is remembered.",
        rooms.RoomView,
        lambda call: call.desk.views.room(call.path["room"]),
        refusals=(404,),
        about=ROOM,
    ),
    Operation(
        "timeline",
        "GET",
        "/api/rooms/{room}/timeline",
        "A room's story: who came and went, why its host changed, how long that took.",
        rooms.Timeline,
        lambda call: call.desk.views.timeline(call.path["room"], call.query.after),
        query=rooms.TimelineQuery,
        refusals=(404,),
        about=ROOM,
    ),
    Operation(
        "room_pings",
        "GET",
        "/api/rooms/{room}/pings",
        "The round trips of everybody who is, or lately was, in the room.",
        rooms.RoomPings,
        lambda call: call.desk.views.room_pings(call.path["room"]),
        refusals=(404,),
        about=ROOM,
    ),
    Operation(
        "kick",
        "POST",
        "/api/rooms/{room}/kick",
        "Remove a member, the host too, and keep it out of the room.",
        base.Done,
        lambda call: call.desk.actions.kick(
            call.operator, call.path["room"], call.body.player_id, call.body.reason
        ),
        body=rooms.Kick,
        refusals=(404, 409),
        about=ROOM,
    ),
    Operation(
        "transfer",
        "POST",
        "/api/rooms/{room}/host",
        "Make a member host.",
        base.Done,
        lambda call: call.desk.actions.transfer(call.operator, call.path["room"], call.body.player_id),
        body=rooms.NewHost,
        refusals=(404, 409),
        about=ROOM,
    ),
    Operation(
        "close",
        "POST",
        "/api/rooms/{room}/close",
        "End a room for everybody in it.",
        base.Done,
        lambda call: call.desk.actions.close(call.operator, call.path["room"]),
        refusals=(404, 409),
        about=ROOM,
    ),
    Operation(
        "players",
        "GET",
        "/api/players",
        "Players, searched, sorted and paged.",
        players.Players,
        lambda call: call.desk.finding.players(call.query),
        query=players.PlayersQuery,
    ),
    Operation(
        "player",
        "GET",
        "/api/players/{player}",
        "One player, its connection and its latency.",
        players.PlayerView,
        lambda call: call.desk.views.player(call.path["player"]),
        refusals=(404,),
        about=PLAYER,
    ),
    Operation(
        "player_pings",
        "GET",
        "/api/players/{player}/pings",
        "One player's round trips by source.",
        players.PlayerPings,
        lambda call: call.desk.views.player_pings(call.path["player"]),
        refusals=(404,),
        about=PLAYER,
    ),
    Operation(
        "logs",
        "GET",
        "/api/logs",
        "The newest log lines; ask again with `after` for what came since.",
        server.LogLines,
        lambda call: call.desk.figures.logs(call.query),
        query=server.LogQuery,
    ),
    Operation(
        "settings",
        "GET",
        "/api/settings",
        "Every setting as it is in force; secrets are hidden.",
        server.Settings,
        lambda call: call.desk.settings(),
    ),
    Operation(
        "change",
        "PATCH",
        "/api/settings/{name}",
        "Change a setting until the server is started anew, or reads its settings again on HUP.",
        server.Changed,
        lambda call: call.desk.actions.change(call.operator, call.path["name"], call.body.value),
        body=server.NewValue,
        refusals=(404, 409),
        about={"name": "the setting's name, as in the settings file"},
    ),
    Operation(
        "drain",
        "POST",
        "/api/drain",
        "Open no more rooms, and tell those who are here to come back later; nothing undoes it.",
        server.Drained,
        lambda call: call.desk.actions.drain(call.operator),
        refusals=(409,),
    ),
)
