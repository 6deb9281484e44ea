"""A whole game is played, and everything that is said in it is what the document says."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from gameserver.contract.assembled import contract
from gameserver.contract.asyncapi import document
from gameserver.core.commands import Drain
from gameserver.core.values import PlayerId
from latency.view import LatencyView
from tests.contract.stage import Lie, Stage

DOCUMENT = document(contract())
DATA: dict[str, Any] = {"x": 1, "bytes": b"\x00\xff", "list": [1.5, None, "text"]}


def near(stage: Stage, *players: str) -> None:
    """Let these players be measured, the first nearest."""
    for place, player in enumerate(players, 1):
        view = LatencyView(
            ping_ms=20.0 * place,
            score_ms=25.0 * place,
            jitter_ms=5.0,
            p95_ms=30.0 * place,
            last_answered=stage.game.now(),
            samples=9,
        )
        stage.game.pings.publish(PlayerId(player), view)


def play_in_the_lobby(stage: Stage) -> None:
    anna, bo, watcher = stage.connect(name="Anna"), stage.connect(), stage.connect(can_host=False)
    near(stage, anna.sid, bo.sid)
    stage.ask(watcher, "all-rooms", {"delta": True, "filter": {"joinable": True, "sort": "players"}})
    stage.tell(bo, "update-rooms")
    options = {
        "title": "Arena",
        "password": "x",
        "metadata": {"mode": "ctf"},
        "max_players": 2,
        "track_id": 1,
    }
    room = stage.ask(anna, "create", options)
    stage.pass_time(2)
    assert stage.ask(watcher, "update-rooms")["rooms"][0]["protected"]
    stage.ask(bo, "join", {"id": room["id"], "password": "x"})
    stage.pass_time(2)
    stage.ask(watcher, "all-rooms")
    assert stage.ask(watcher, "all-rooms", {"subscribe": False}) == {"ok": True}
    stage.ask(watcher, "quick_join", {"max_ping_ms": 80.0, "metadata": {"mode": "ctf"}})
    stage.ask(anna, "update_room", {"title": "Yard", "password": None, "locked": True, "track_id": None})
    stage.ask(bo, "leave", room["id"])
    stage.ask(anna, "leave")


def play_a_track(stage: Stage) -> None:
    anna, bo = stage.connect(), stage.connect(recover=True)
    room = stage.ask(anna, "create", 1, "Melody", "five tacts", 4)
    stage.ask(bo, "join", room["id"])
    stage.ask(bo, "play", room["id"])
    stage.pass_time(0.25)
    stage.ask(bo, "pause")
    stage.ask(anna, "seek", None, 2)
    stage.tell(anna, "play", {})
    stage.pass_time(3)
    assert "track_ended" in stage.heard
    stage.ask(anna, "seek", {"tact": 1})
    stage.tell(anna, "clock", 12.5)
    stage.tell(bo, "pings")
    assert stage.ask(bo, "clock", None)["client"] is None
    near(stage, anna.sid, bo.sid)
    assert stage.ask(bo, "pings")["host"]["band"] == "good"
    stage.pass_time(90_000)
    assert {"room_idle", "room_closed"} <= stage.heard


def play_a_session(stage: Stage) -> None:
    anna, bo = stage.connect(), stage.connect()
    stage.ask(anna, "login", {"name": "Anna"})
    stage.tell(bo, "login", {"name": "Bo"})
    made = stage.ask(anna, "create_session", {"type": "default", "ph_users": 2, "title": "Party"})
    assert made["room"]["players"][0]["phantoms"] == [f"{anna.sid}#1", f"{anna.sid}#2"]
    stage.ask(bo, "join_session", {"session_key": made["session_key"].lower()})
    stage.ask(bo, "login", {"name": "Boris"})
    stage.ask(anna, "proccess_check", DATA)
    stage.refused("session_type", anna, "process_check")
    stage.ask(bo, "logout")
    stage.ask(anna, "logout")
    stage.ask(anna, "login", {"name": "Anna"})
    again = stage.ask(anna, "create_session")
    stage.ask(bo, "login", {"name": "Bo"})
    stage.ask(bo, "join_session", again["session_key"])
    assert stage.ask(anna, "process_check")["options"] is None


def play_with_relays(stage: Stage) -> None:
    """The host's state, members' words, a late joiner, and a host that hands over and leaves."""
    anna, bo, cleo = stage.connect(), stage.connect(recover=True, seq=True), stage.connect()
    near(stage, anna.sid, bo.sid, cleo.sid)
    room = stage.ask(anna, "create", {"title": "Arena", "late_join": "snapshot"})["id"]
    stage.ask(bo, "join", room)
    stage.ask(anna, "state", DATA)
    stage.tell(anna, "state", "text")
    stage.ask(bo, "update", "pose", DATA)
    stage.tell(anna, "update", "words", "text")
    stage.ask(bo, "input", DATA)
    stage.ask(bo, "input", DATA, {"n": 1})
    assert stage.ask(bo, "broadcast", "again", {"n": 1})["repeat"]
    stage.tell(bo, "broadcast", DATA)
    stage.tell(anna, "broadcast", DATA)
    stage.ask(anna, "direct", bo.sid, DATA)
    stage.ask(bo, "direct", [anna.sid], DATA, {"n": 2})
    stage.ask(anna, "snapshot", DATA, {"covers": 1})
    stage.tell(bo, "input", DATA)
    stage.ask(cleo, "join", room)
    assert "snapshot" in stage.heard
    handing = stage.begin(anna, "transfer_host", bo.sid)
    stage.tell(anna, "snapshot", DATA)
    assert stage.answer(handing) == {"ok": True}
    stage.tell(cleo, "input", DATA)
    stage.ask(bo, "host_ready", {"epoch": 2})
    stage.refused("stale_host", anna, "state", DATA)
    stage.refused("not_host", cleo, "kick", bo.sid)
    stage.ask(bo, "kick", cleo.sid, "bored")
    stage.refused("kicked", cleo, "join", room)
    stage.ask(bo, "snapshot", DATA)
    leaving = stage.begin(bo, "leave")
    stage.pass_time(1)
    assert stage.answer(leaving) == {"ok": True, "id": room}
    stage.ask(anna, "hint", {"hidden": True, "can_host": True})


def play_away_and_back(stage: Stage) -> None:
    """Connections are lost: seats are kept, inputs wait, and too many of them are dropped."""
    anna, bo = stage.connect(recover=True), stage.connect(recover=True, can_host=False)
    room = stage.ask(anna, "create", {"title": "Arena"})["id"]
    stage.ask(bo, "join", room)
    stage.ask(anna, "snapshot", DATA)
    stage.lose(anna)
    stage.pass_time(4)
    for number in range(1_030):
        stage.game.send(bo, "input", number)
    stage.listen()
    assert "inputs_dropped" in stage.heard
    stage.refused("parking_full", bo, "input", 0)
    anna = stage.back(anna)
    stage.ask(anna, "host_ready", {"epoch": 2})
    stage.lose(bo)
    stage.tell(anna, "broadcast", DATA)
    stage.back(bo)
    stage.connect(recover=True, pid=bo.pid)


def play_with_logins(stage: Stage) -> None:
    stage.game.subjects = {"token of anna": "anna", "token of bo": "bo"}
    anna = stage.connect(token="token of anna", recover=True)
    assert stage.turned_away(pid=anna.pid, token="token of bo", recover=True) == "unauthorized"
    assert stage.turned_away(name=5) == "bad_request"
    stage.connect(token="token of anna")
    assert {"replaced", "closing"} <= stage.heard


def play_with_mistakes(stage: Stage) -> None:
    anna, bo = stage.connect(), stage.connect()
    stage.refused("bad_request", anna, "create", {"titel": "T"})
    stage.refused("unknown_event", anna, "dance")
    stage.refused("unknown_event", anna, "disconnect")
    stage.refused("room_not_found", anna, "join", "00000000")
    stage.refused("not_logged_in", anna, "create_session")
    stage.refused("name_invalid", anna, "login", {"name": ""})
    stage.refused("not_in_room", anna, "state", 1)
    stage.refused("track_not_found", anna, "create", 7, "T")
    room = stage.ask(anna, "create", None, "T")["id"]
    stage.refused("already_in_room", anna, "create", None, "T")
    stage.refused("not_a_member", anna, "direct", "nobody", 1)
    stage.ask(anna, "update_room", {"max_players": 1})
    stage.refused("room_full", bo, "join", room)
    stage.do(lambda game: game.runtime.report(None, Drain()))
    stage.refused("draining", bo, "create", None, "T")
    assert "draining" in stage.heard


PLAYS = (
    play_in_the_lobby,
    play_a_track,
    play_a_session,
    play_with_relays,
    play_away_and_back,
    play_with_logins,
    play_with_mistakes,
)


def test_everything_that_is_said_in_a_whole_game_is_in_the_document_and_nothing_else_is() -> None:
    stage = Stage(DOCUMENT)
    for play in PLAYS:
        play(stage)

    assert stage.book.names("event") - stage.heard == set()
    assert stage.book.names("request") - stage.asked == set()


def forget_a_key(lying: dict[str, Any]) -> None:
    del lying["components"]["schemas"]["RoomView"]["properties"]["locked"]


def demand_a_key(lying: dict[str, Any]) -> None:
    lying["components"]["schemas"]["LobbyEntry"]["required"].append("country")


def call_a_number_text(lying: dict[str, Any]) -> None:
    lying["components"]["schemas"]["Tact"]["properties"]["at"]["type"] = "string"


def forget_a_reason(lying: dict[str, Any]) -> None:
    lying["components"]["schemas"]["CloseReason"]["enum"].remove("idle")


def forget_a_code(lying: dict[str, Any]) -> None:
    lying["components"]["schemas"]["ErrorCode"]["enum"].remove("draining")


def forget_an_event(lying: dict[str, Any]) -> None:
    del lying["channels"]["game"]["messages"]["host_changed.event"]


def forget_an_argument(lying: dict[str, Any]) -> None:
    lying["channels"]["game"]["messages"]["update.event"]["payload"] = {"type": "array", "maxItems": 2}


def promise_another_ack(lying: dict[str, Any]) -> None:
    lying["channels"]["game"]["messages"]["leave.ack"]["payload"] = {"$ref": "#/components/schemas/Done"}


@pytest.mark.parametrize(
    "lie",
    [
        forget_a_key,
        demand_a_key,
        call_a_number_text,
        forget_a_reason,
        forget_a_code,
        forget_an_event,
        forget_an_argument,
        promise_another_ack,
    ],
)
def test_a_document_that_lies_is_found_out(lie: Callable[[dict[str, Any]], None]) -> None:
    lying = copy.deepcopy(DOCUMENT)
    lie(lying)
    stage = Stage(lying)

    with pytest.raises(Lie):
        for play in PLAYS:
            play(stage)
