"""In which part of `docs/protocol.md` each request is told of, and what follows from it there."""

from __future__ import annotations

import types
from collections.abc import Mapping

ROOMS: Mapping[str, str] = types.MappingProxyType(
    {
        "create": "`create_success` room",
        "join": "`join_success` room to the one who joined; `player_joined` to the others",
        "leave": "`leave_success`; `player_left` to the others",
        "quick_join": "`join_success` or `create_success`, see below",
        "kick": "host only: `kicked` to that player, `player_left` to the others",
        "update_room": "host only: `room_updated` room to all",
        "transfer_host": "host only: a migration, see below",
        "play": "`track_state` to all members",
        "pause": "`track_state` to all members",
        "seek": "`track_state` to all members",
    }
)

SESSIONS: Mapping[str, str] = types.MappingProxyType(
    {
        "login": (
            '`login_success {message: "You are connected!", name, type}`; '
            "`type` is `USER`, `HOST` or `CLIENT`. Again: renames, members get `room_updated`"
        ),
        "logout": (
            'leaves the room or session, then `logout_success {message: "You are disconnected!"}`; '
            "the connection stays"
        ),
        "create_session": (
            '`send_session_key {message: "Session created!", session_key}` to its host; its ack adds `room`; '
            "a session is private, and its key is what opens it"
        ),
        "join_session": (
            "joined as CLIENT: `join_success` to the one who joined, "
            'then `user_connected {message: "User connected!", name}` to all of the session, '
            "the one who joined included; the others also get `player_joined`"
        ),
        "proccess_check": "host only: starts the session; `session_started` to all. `options` are passed on",
        "process_check": "the same",
    }
)

OTHERS: Mapping[str, str] = types.MappingProxyType(
    {
        "all-rooms": "`all-rooms` at once and every `lobby_interval`, or `rooms-delta`",
        "update-rooms": "`all-rooms`",
        "hint": "`{ok: true}`",
        "clock": "`clock`",
        "pings": "`pings`",
        "host_ready": "the new host only: `host_ready` to all",
    }
)
