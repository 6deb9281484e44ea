"""Wrong input of every kind gets its documented error, changes nothing, and leaves one log line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from socketio.exceptions import ConnectionError as Refused

from tests.end_to_end.cast import Cast, gather
from tests.support.js_players import JsPlayer
from tests.support.players import Player
from tests.support.python_players import PythonPlayer
from tests.support.server_process import ServerProcess

Case = tuple[str, tuple[Any, ...], str]

NONSENSE: Sequence[Case] = (
    # what is missing
    ("create", (), "bad_request"),
    ("create", ({"description": "no title"},), "bad_request"),
    ("join", (), "bad_request"),
    ("login", (), "name_invalid"),
    ("join_session", (), "bad_request"),
    ("kick", (), "bad_request"),
    ("transfer_host", (), "bad_request"),
    ("host_ready", (), "bad_request"),
    # wrong types
    ("create", ("1", "Title", ""), "bad_request"),
    ("create", (None, 5, ""), "bad_request"),
    ("create", ({"title": ["Title"]},), "bad_request"),
    ("create", ({"title": "T", "max_players": "8"},), "bad_request"),
    ("create", ({"title": "T", "max_players": 2.5},), "bad_request"),
    ("create", ({"title": "T", "private": 1},), "bad_request"),
    ("create", ({"title": "T", "on_host_exit": "explode"},), "bad_request"),
    ("create", (None, b"bytes", ""), "bad_request"),
    ("join", (5,), "bad_request"),
    ("join", ({"id": ["68ffbdj0"]},), "bad_request"),
    ("login", ("Anna",), "bad_request"),
    ("login", ({"name": 5},), "name_invalid"),
    ("all-rooms", ({"subscribe": "yes"},), "bad_request"),
    ("hint", ({"hidden": "no"},), "bad_request"),
    ("clock", ("now",), "bad_request"),
    # too much
    ("create", (None, "T", "", 8, "more"), "bad_request"),
    ("create", ({"title": "T", "no_such_key": 1},), "bad_request"),
    ("logout", ("now",), "bad_request"),
    # out of bounds
    ("create", (None, "", ""), "bad_request"),
    ("create", (None, "T" * 65, ""), "bad_request"),
    ("create", (None, "T", "D" * 513), "bad_request"),
    ("create", (None, "bell\x07", ""), "bad_request"),
    ("create", (None, "T", "", 0), "bad_request"),
    ("create", (None, "T", "", 65), "bad_request"),
    ("create", (999, "T", ""), "track_not_found"),
    ("create", ({"title": "T", "metadata": "m" * 2048},), "bad_request"),
    ("create", ({"title": "T", "password": ""},), "bad_request"),
    ("login", ({"name": " "},), "name_invalid"),
    ("login", ({"name": "n" * 33},), "name_invalid"),
    # what is not there, or not yet
    ("join", ("zzzzzzzz",), "room_not_found"),
    ("leave", (), "not_in_room"),
    ("leave", ("zzzzzzzz",), "not_in_room"),
    ("play", (), "not_in_room"),
    ("pause", ("zzzzzzzz",), "not_in_room"),
    ("seek", ("zzzzzzzz", 1), "not_in_room"),
    ("update_room", ({"title": "T"},), "not_in_room"),
    ("create_session", ({"type": "default", "ph_users": 0},), "not_logged_in"),
    ("join_session", ("ABCDEF",), "not_logged_in"),
    ("proccess_check", (None,), "not_logged_in"),
    ("state", ({},), "not_in_room"),
    ("broadcast", ({},), "not_in_room"),
    # what no event is called
    ("fly", ("to the moon",), "unknown_event"),
    ("__proto__", (), "unknown_event"),
    ("create_success", ({},), "unknown_event"),
    ("e" * 1000, (), "unknown_event"),
)

FOREIGN: Sequence[Case] = (
    ("join", ("{foreign}",), "already_in_room"),
    ("create", (None, "Second", ""), "already_in_room"),
    ("leave", ("{foreign}",), "not_in_room"),
    ("play", ("{foreign}",), "not_in_room"),
    ("pause", ("{foreign}",), "not_in_room"),
    ("seek", ("{foreign}", 0), "not_in_room"),
    ("seek", ("{own}", 100_000), "bad_request"),
    ("seek", ("{own}", "first"), "bad_request"),
    ("kick", ("{stranger}",), "not_host"),
    ("update_room", ({"title": "Mine now"},), "not_host"),
    ("transfer_host", ("{me}",), "not_host"),
    ("proccess_check", (None,), "session_type"),
    ("state", ({},), "not_host"),
    ("direct", ("{stranger}", {}), "not_a_member"),
    ("direct", (["{host}", "{stranger}"], {}), "not_a_member"),
    ("direct", (5, {}), "bad_request"),
    ("broadcast", (), "bad_request"),
    ("broadcast", ({}, {"n": 0}), "bad_request"),
    ("input", ({}, {}, {}), "bad_request"),
    ("update", ("key",), "bad_request"),
    ("update", (5, {}), "bad_request"),
)

RESERVED = ("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener")

Newcomer = Callable[[str], Awaitable[Player]]


def newcomers(kind: str, cast: Cast, url: str) -> Newcomer:
    """Return what makes another player of this kind."""
    if kind == "oldest, JSON":
        return lambda name: cast.oldest(url, name)
    if kind == "newest, msgpack":
        return lambda name: cast.newest(url, name)
    return lambda name: cast.python(url, name)


KINDS = ("oldest, JSON", "newest, msgpack", "python")


def filled(value: Any, names: dict[str, str]) -> Any:
    """Return the value with the ids of this run in their places."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list | tuple):
        return [filled(inner, names) for inner in value]
    return value


async def lobby(witness: Player) -> list[dict[str, Any]]:
    """Return all that the lobby says, but for what changes by itself."""
    moving = {"ping_ms", "jitter_ms", "ping_age_ms", "band"}
    rooms = (await witness.ask("update-rooms"))["rooms"]
    return [{key: value for key, value in room.items() if key not in moving} for room in rooms]


def warned_of(server: ServerProcess, player: str) -> list[tuple[str, str]]:
    """Return event and code of each line that warns of this player."""
    return [
        (line["name"], line.get("code") or line["outcome"])
        for line in server.lines()
        if line["level"] == "warning" and line.get("player") == player
    ]


@pytest.mark.gen_test
@pytest.mark.parametrize("kind", KINDS)
async def test_nonsense_is_answered_with_its_code(fresh_server: ServerProcess, cast: Cast, kind: str) -> None:
    fresh_server.expected = [code for _, _, code in NONSENSE]
    newcomer = newcomers(kind, cast, fresh_server.url)
    witness = await cast.newest(fresh_server.url, "witness")
    await witness.ask("create", {"title": "Undisturbed"})
    before = await lobby(witness)

    for number, (event, args, code) in enumerate(NONSENSE):
        player = await newcomer(f"player {number}")
        shown = event if len(event) <= 64 else event[:63] + "…"

        answer = await player.ask(event, *args)
        assert (answer["ok"], answer["error"]["code"]) == (False, code), (event, args)
        told = await player.told("error")
        assert told == {**answer["error"], "event": shown}, (event, args)
        assert (await player.ask("clock", 1))["ok"], "the connection stays"
        assert warned_of(fresh_server, player.id) == [(shown, code)], (event, args)
        assert player.unread() == []
        await player.disconnect()
        if number % 10 == 9:
            assert await lobby(witness) == before

    assert await lobby(witness) == before


@pytest.mark.gen_test
@pytest.mark.parametrize("fresh_server", [("--requests-burst", "50")], indirect=True)
@pytest.mark.parametrize("kind", KINDS)
async def test_what_belongs_to_others_is_out_of_reach(
    fresh_server: ServerProcess, cast: Cast, kind: str
) -> None:
    fresh_server.expected = [code for _, _, code in FOREIGN]
    newcomer = newcomers(kind, cast, fresh_server.url)
    host, stranger = (
        await cast.newest(fresh_server.url, "host"),
        await cast.oldest(fresh_server.url, "stranger"),
    )
    own = await gather(host, title="Own", track_id=1, max_players=len(FOREIGN) + 1)
    foreign = await gather(stranger, title="Foreign", track_id=1)
    players = []
    for number in range(len(FOREIGN)):
        player = await newcomer(f"player {number}")
        await player.ask("join", own["id"])
        players.append(player)
    before = await lobby(host)
    for everybody in (host, stranger, *players):
        await everybody.caught_up()
        everybody.forget()

    for player, (event, args, code) in zip(players, FOREIGN, strict=True):
        names = {"{own}": own["id"], "{foreign}": foreign["id"], "{me}": player.id}
        names |= {"{host}": host.id, "{stranger}": stranger.id}
        answer = await player.ask(event, *filled(args, names))
        assert (answer["ok"], answer["error"]["code"]) == (False, code), (event, args)
        assert (await player.told("error"))["event"] == event
        assert warned_of(fresh_server, player.id) == [(event, code)], (event, args)

    assert await lobby(host) == before
    for undisturbed in (host, stranger):
        await undisturbed.caught_up()
        assert {heard.event for heard in undisturbed.unread()} <= {"successors", "all-rooms"}


@pytest.mark.gen_test
@pytest.mark.parametrize("kind", KINDS[:2])
async def test_a_reserved_name_is_an_unknown_event_and_the_connection_stays(
    fresh_server: ServerProcess, cast: Cast, kind: str
) -> None:
    """The stock server would run its own connect and disconnect handlers here, at the client's word."""
    player = await newcomers(kind, cast, fresh_server.url)("anna")
    assert isinstance(player, JsPlayer)
    host = await cast.newest(fresh_server.url, "host")
    room = await gather(host, player)

    for name in (*RESERVED, 7):
        answer = await player.smuggle(name, {"auth": "of my choosing"}, {"more": True})
        assert answer["error"]["code"] == "unknown_event", name
        assert (await player.told("error"))["event"] == str(name)

    assert (await player.ask("update-rooms"))["rooms"][0]["players"] == 2
    await player.emit("broadcast", "still here")
    assert await host.told("broadcast") == (player.id, "still here")
    assert [line["player"] for line in fresh_server.lines("connection.opened")] == [player.id, host.id]
    assert fresh_server.lines("connection.closed") == []
    assert room["users"] == [host.id, player.id]
    fresh_server.expected = ["unknown_event"] * (len(RESERVED) + 1)


@pytest.mark.gen_test
async def test_who_keeps_sending_nonsense_is_sent_away(fresh_server: ServerProcess, cast: Cast) -> None:
    host, player = await cast.newest(fresh_server.url, "host"), await cast.oldest(fresh_server.url, "player")
    await gather(host, player)

    for _ in range(20):
        await player.emit("fly")

    assert (await player.told("closing"))["code"] == "bad_request"
    assert await player.told("@disconnect") == "io server disconnect", "so that the client stays away"
    assert (await host.told("player_left"))["player_id"] == player.id
    fresh_server.expected = ["unknown_event"] * 10  # the rest of a flood is counted, not written


@pytest.mark.gen_test
async def test_a_connect_with_a_wrong_auth_is_refused_and_leaves_one_line(
    fresh_server: ServerProcess,
) -> None:
    fresh_server.expected = ["name_invalid"]
    player = PythonPlayer("anna", serializer="msgpack")

    with pytest.raises(Refused):
        await player.connect(fresh_server.url, auth={"name": " "}, transports=["websocket"])

    (line,) = fresh_server.lines("connection.refused")
    assert (line["code"], line["address"]) == ("name_invalid", "127.0.0.1")
    assert fresh_server.lines("connection.opened") == []
