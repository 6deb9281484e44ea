"""How each event changes what is known of a room."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any

Info = Mapping[str, Any]


def seq(args: tuple[Any, ...]) -> int:
    """Return the place of an input in the room's order, 0 where the server told none."""
    about = args[2] if len(args) > 2 else None
    return about["seq"] if isinstance(about, Mapping) else 0


def _joined(info: Info, told: Info) -> Info:
    player = told["player"]
    others = [each for each in info["players"] if each["id"] != player["id"]]
    return _with(info, [*others, player])


def _left(info: Info, told: Info) -> Info:
    return _with(info, [each for each in info["players"] if each["id"] != told["player_id"]])


def _away(info: Info, told: Info) -> Info:
    return _marked(info, told["player_id"], connected=False)


def _back(info: Info, told: Info) -> Info:
    return _marked(info, told["player_id"], connected=True)


def _host_changed(info: Info, told: Info) -> Info:
    host = told["host"]
    players = [{**each, "role": "HOST" if each["id"] == host else "CLIENT"} for each in info["players"]]
    state = "waiting" if host is None else "migrating"
    return {**info, "host": host, "epoch": told["epoch"], "state": state, "players": players}


def _host_ready(info: Info, told: Info) -> Info:
    return {**info, "host": told["host"], "epoch": told["epoch"], "state": "open"}


def _session_started(info: Info, told: Info) -> Info:
    return {**info, "state": "started"}


def _track_state(info: Info, told: Info) -> Info:
    track = info["track"]
    if track is None:
        return info
    return {**info, "track": {**track, **{key: told[key] for key in ("tact", "playerInterval", "next_at")}}}


def _track_ended(info: Info, told: Info) -> Info:
    track = info["track"]
    return info if track is None else {**info, "track": {**track, "tact": 0, **_STANDS}}


def _with(info: Info, players: list[Any]) -> Info:
    return {**info, "players": players, "users": [each["id"] for each in players]}


def _marked(info: Info, player: str, *, connected: bool) -> Info:
    return _with(
        info,
        [{**each, "connected": connected} if each["id"] == player else each for each in info["players"]],
    )


_STANDS: Info = {"playerInterval": None, "next_at": None}

CHANGES: Mapping[str, Callable[[Info, Info], Info]] = types.MappingProxyType(
    {
        "player_joined": _joined,
        "player_left": _left,
        "player_disconnected": _away,
        "player_reconnected": _back,
        "host_changed": _host_changed,
        "host_ready": _host_ready,
        "session_started": _session_started,
        "track_state": _track_state,
        "track_ended": _track_ended,
    }
)

ARGUMENTS: Mapping[str, int] = types.MappingProxyType(
    {"state": 1, "update": 3, "broadcast": 2, "direct": 2, "snapshot": 2}
)
"""How many arguments of a relayed event are the game's; behind them come the server's own. Of others: one."""
