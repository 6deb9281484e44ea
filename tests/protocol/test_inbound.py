"""From events to commands."""

from __future__ import annotations

from typing import Any

import pytest

from gameserver.core import commands as c
from gameserver.core.errors import BadRequest, NameInvalid, UnknownEvent
from gameserver.core.values import PlayerId, RoomId
from gameserver.protocol.inbound import EVENTS, RESERVED, to_command


@pytest.mark.parametrize(
    ("event", "args", "command"),
    [
        ("create", [1, "Русские", "Вперед"], c.CreateRoom("Русские", 1, "Вперед")),
        ("create", [None, "No track", "", 4], c.CreateRoom("No track", None, "", 4)),
        ("create", [{"title": "Arena", "private": True}], c.CreateRoom("Arena", private=True)),
        ("join", ["68ffbdj0"], c.JoinRoom(RoomId("68ffbdj0"))),
        ("join", [{"id": "68ffbdj0", "password": "x"}], c.JoinRoom(RoomId("68ffbdj0"), "x")),
        ("leave", [], c.LeaveRoom()),
        ("leave", ["68ffbdj0"], c.LeaveRoom(RoomId("68ffbdj0"))),
        ("play", [], c.PlayTrack()),
        ("pause", ["68ffbdj0"], c.PauseTrack(RoomId("68ffbdj0"))),
        ("seek", ["68ffbdj0", 3], c.SeekTrack(3, RoomId("68ffbdj0"))),
        ("seek", [None, 3], c.SeekTrack(3)),
        ("quick_join", [], c.QuickJoin()),
        ("quick_join", [{"max_ping_ms": 80}], c.QuickJoin(max_ping_ms=80)),
        ("kick", ["anna"], c.Kick(PlayerId("anna"))),
        ("kick", ["anna", "bored"], c.Kick(PlayerId("anna"), "bored")),
        ("all-rooms", [], c.WatchLobby()),
        ("all-rooms", [{"subscribe": False}], c.WatchLobby(subscribe=False)),
        ("all-rooms", [{"filter": {"text": "jazz"}}], c.WatchLobby(filter=c.LobbyFilter(text="jazz"))),
        ("update-rooms", [], c.RefreshLobby()),
        ("login", [{"name": "имя"}], c.Login("имя")),
        ("logout", [], c.Logout()),
        ("create_session", [{"type": "default", "ph_users": 0}], c.CreateSession()),
        ("join_session", ["ABC234"], c.JoinSession("ABC234")),
        ("join_session", [{"session_key": "ABC234"}], c.JoinSession("ABC234")),
        ("proccess_check", [], c.StartSession()),
        ("process_check", [[1, b"\x00"]], c.StartSession([1, b"\x00"])),
        ("hint", [{"hidden": True}], c.Hint(hidden=True)),
        ("clock", [12.5], c.AskClock(12.5)),
        ("pings", [], c.AskPings()),
        ("host_ready", [{"epoch": 2}], c.HostReady(2)),
    ],
)
def test_an_event_becomes_its_command(event: str, args: list[Any], command: c.ClientCommand) -> None:
    assert to_command(event, args) == command


def test_update_room_knows_which_keys_were_given_null_among_them() -> None:
    command = to_command("update_room", [{"password": None, "title": "New"}])

    assert isinstance(command, c.UpdateRoom)
    assert command.given == {"password", "title"}


def test_a_key_that_takes_no_null_counts_as_left_out_because_undefined_travels_as_null() -> None:
    assert to_command("create", [{"title": "T", "private": None}]) == c.CreateRoom("T")


@pytest.mark.parametrize(
    ("event", "args", "message"),
    [
        ("create", [], "create needs title"),
        ("create", [{"description": "no title"}], "create needs title"),
        ("create", [1, 2, "x"], "create: title: Expected str, got int"),
        ("create", [1, "a", "b", 4, "more"], "create takes at most 4 arguments"),
        ("create", [{"title": "a", "maxPlayers": 4}], "create has an unknown key"),
        ("create", [{"title": "a", "on_host_exit": "explode"}], "on_host_exit: not one of the known values"),
        ("create", [{"title": "a", "max_players": "8"}], "max_players: Expected int"),
        ("create", [{"title": "a", "max_players": True}], "max_players: Expected int"),
        ("join", [], "join needs id"),
        ("join", [["68ffbdj0"]], "join: id: Expected str"),
        ("join", [{"id": "a"}, 2], "at most 1 argument"),
        ("seek", ["68ffbdj0"], "seek needs tact"),
        ("kick", [], "kick needs player_id"),
        ("update-rooms", [1], "at most 0 arguments"),
        ("update_room", ["title"], "takes one object"),
        ("update_room", [{"given": ["title"]}], "unknown key"),
        ("all-rooms", [{"filter": {"txt": "a"}}], "all-rooms: filter has an unknown key; it knows text"),
        ("pings", [{}], "takes no object"),
        ("proccess_check", [1, 2], "at most one argument"),
        ("create_session", [{"type": "huge"}], "type: not one of the known values"),
        ("host_ready", [{"epoch": "one"}], "epoch: Expected int"),
    ],
)
def test_wrong_arguments_are_refused_with_the_field_and_without_the_value(
    event: str, args: list[Any], message: str
) -> None:
    with pytest.raises(BadRequest, match=message) as refusal:
        to_command(event, args)
    assert "explode" not in str(refusal.value)


@pytest.mark.parametrize("args", [[], [{}], [{"name": 5}], ["anna"], [{"nick": "anna"}]])
def test_a_login_without_a_text_for_name_is_refused(args: list[Any]) -> None:
    with pytest.raises((NameInvalid, BadRequest)):
        to_command("login", args)


@pytest.mark.parametrize("event", ["", "Create", "createroom", "__class__", "snapshots", *sorted(RESERVED)])
def test_what_is_no_event_is_refused(event: str) -> None:
    with pytest.raises(UnknownEvent):
        to_command(event, [])


def test_a_name_that_is_no_string_is_refused() -> None:
    with pytest.raises(BadRequest, match="string"):
        to_command(7, [])


def test_a_client_can_spell_no_command_of_the_server() -> None:
    spelled = {spec.command for spec in EVENTS.values()}

    assert spelled == set(c.ClientCommand.__args__)
    assert not spelled & set(c.ServerCommand.__args__)
