"""The game at namespace `/`: what a client hears, without a socket in between."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from structlog.testing import capture_logs

from gameserver.core.limits import Limits
from gameserver.core.values import PlayerId, RoomId
from gameserver.testing.whole import CountedIds
from gameserver.transport.gate import Ending, Rejected
from gameserver.transport.relay.limiter import Rates
from latency.view import LatencyView
from tests.support.game import Game
from tests.support.peers import FakePeer


@pytest.fixture
def game() -> Game:
    return Game()


def named(heard: list[list[Any]], name: str) -> list[Any]:
    return [message[1] for message in heard if message[0] == name]


def room_of_three(game: Game) -> tuple[FakePeer, FakePeer, FakePeer, str]:
    anna, bo, cleo = game.connect(), game.connect(), game.connect()
    room = game.ask(anna, "create", 1, "Русские", "Вперед")["id"]
    game.ask(bo, "join", room)
    game.ask(cleo, "join", room)
    for peer in (anna, bo, cleo):
        peer.read()
    return anna, bo, cleo, room


def test_welcome_comes_first_with_the_id_the_clock_and_the_limits(game: Game) -> None:
    peer = game.connect()

    ((name, welcome),) = peer.read()
    assert name == "welcome"
    assert welcome == {
        "id": peer.sid,
        "server_time": 1_000_000_000,
        "protocol": 1,
        "limits": {"max_rooms": 10_000},
    }


@pytest.mark.parametrize(
    ("auth", "code"),
    [("anna", "bad_request"), ({"name": 5}, "bad_request"), ({"name": "  "}, "name_invalid")],
)
def test_an_auth_that_makes_no_sense_is_rejected_with_a_code(game: Game, auth: Any, code: str) -> None:
    rejected = game.knock(auth)

    assert isinstance(rejected, Rejected)
    assert rejected.data == {"code": code}
    assert not game.registry.players


def test_an_answer_is_the_event_first_and_then_the_ack_of_the_same_object(game: Game) -> None:
    anna = game.connect()
    anna.read()

    game.send(anna, "create", 1, "Русские", "Вперед", ack=5)

    heard = anna.read()
    assert [message[0] for message in heard][:2] == ["create_success", 5]
    assert heard[1][1] == {**heard[0][1], "ok": True}


def test_a_refusal_is_the_error_event_first_and_then_the_ack(game: Game) -> None:
    anna = game.connect()
    anna.read()

    game.send(anna, "join", "nowhere0", ack=5)

    (error, ack) = anna.read()
    assert error[0] == "error"
    assert error[1]["code"] == "room_not_found"
    assert error[1]["event"] == "join"
    assert ack == [5, {"ok": False, "error": {"code": "room_not_found", "message": error[1]["message"]}}]


def test_clock_and_pings_answer_by_ack_or_by_event_but_not_by_both(game: Game) -> None:
    anna = game.connect()
    anna.read()

    game.send(anna, "clock", 7, ack=1)
    game.send(anna, "clock", 8)

    acked, told = anna.read()
    assert (acked[0], acked[1]["client"]) == (1, 7)
    assert (told[0], told[1]["client"]) == ("clock", 8)


@pytest.mark.parametrize("name", ["connect", "disconnect", "newListener", "nonsense", "__init__"])
def test_a_name_that_is_no_event_is_refused_and_the_connection_stays(game: Game, name: str) -> None:
    anna = game.connect()
    anna.read()

    game.send(anna, name, {"x": 1}, ack=1)

    error, ack = anna.read()
    assert error[1]["code"] == ack[1]["error"]["code"] == "unknown_event"
    assert anna.closed_for is None
    assert game.journal.commands[-1]["outcome"] == "unknown_event"


def test_twenty_requests_without_sense_within_ten_seconds_close_the_connection(game: Game) -> None:
    anna, bo = game.connect(), game.connect()
    for _ in range(19):
        game.send(anna, "nonsense")
        game.send(bo, "nonsense")
    game.pass_time(11.0)
    game.send(bo, "nonsense")
    assert [peer.closed_for for peer in (anna, bo)] == [None, None]

    for _ in range(20):
        game.send(anna, "nonsense")

    assert anna.closed_for == "bad_request"
    assert anna.told_to_stay_away
    assert named(anna.read(), "closing")[0]["code"] == "bad_request"


def test_a_mistake_of_ours_is_answered_and_costs_only_the_request(
    game: Game, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = game.connect()
    anna.read()
    with monkeypatch.context() as broken:
        broken.setattr(CountedIds, "room_id", lambda _: 1 / 0)
        game.send(anna, "create", 1, "T", "", ack=1)

    assert anna.read()[1][1]["error"]["code"] == "internal"
    assert isinstance(game.journal.failures[0], ZeroDivisionError)
    assert game.ask(anna, "create", 1, "T", "")["ok"]


def test_a_members_last_broadcast_comes_before_its_leaving(game: Game) -> None:
    anna, bo, cleo, _ = room_of_three(game)

    game.send(bo, "broadcast", "bye")
    game.send(bo, "leave")
    game.send(bo, "broadcast", "ghost")

    assert [message[0] for message in anna.read() if message[0] != "successors"] == [
        "broadcast",
        "player_left",
    ]
    assert [message[0] for message in cleo.read() if message[0] != "successors"] == [
        "broadcast",
        "player_left",
    ]


def test_host_changed_separates_two_reigns_for_everybody(game: Game) -> None:
    anna, bo, cleo, _ = room_of_three(game)

    game.send(anna, "state", "first reign")
    game.leave(anna)
    game.send(bo, "state", "second reign")
    game.send(cleo, "state", "usurper")

    names = [message[0] for message in cleo.read() if message[0] in ("state", "host_changed", "error")]
    assert names == ["state", "host_changed", "state", "error"]


def test_a_lost_connection_that_cannot_come_back_gives_its_seat_at_once(game: Game) -> None:
    anna, bo, _, room = room_of_three(game)

    game.leave(bo)

    assert named(anna.read(), "player_left") == [{"id": room, "player_id": bo.sid, "reason": "lost"}]


def test_a_disconnect_is_a_leave(game: Game) -> None:
    anna, bo, _, room = room_of_three(game)

    game.leave(bo, Ending.DISCONNECT)

    assert named(anna.read(), "player_left") == [{"id": room, "player_id": bo.sid, "reason": "left"}]


def test_the_lobby_comes_by_itself_to_those_who_watch_it(game: Game) -> None:
    anna, bo = game.connect(), game.connect()
    game.ask(anna, "create", 1, "T", "")
    game.send(bo, "all-rooms")
    bo.read()

    game.pass_time(2.5)

    assert [entry["title"] for entry in named(bo.read(), "all-rooms")[-1]] == ["T"]
    assert "lobby" in bo.slots


def test_a_tact_is_announced_ahead_of_its_sound(game: Game) -> None:
    anna, bo, _, _ = room_of_three(game)
    game.send(anna, "play")

    game.pass_time(2.0)

    tacts = named(bo.read(), "tact")
    assert [tact["tact"] for tact in tacts] == [0, 1, 2, 3, 4]
    assert [after["at"] - before["at"] for before, after in pairwise(tacts)] == [100] * 4


def test_requests_over_the_rate_are_done_but_nothing_more_is_read_for_a_while() -> None:
    game = Game(rates=Rates(1e6, 1e6, 1e9, 5, 20, 1e9))
    anna = game.connect()
    anna.read()

    for _ in range(21):
        game.send(anna, "pings")

    assert len(named(anna.read(), "pings")) == 21
    assert anna.paused
    game.pass_time(0.3)
    assert not anna.paused


def test_every_command_leaves_one_line_with_its_outcome() -> None:
    game = Game(limits=Limits(max_rooms=1))
    anna, bo = game.connect(), game.connect()
    before = len(game.journal.commands)

    game.send(anna, "create", 1, "T", "")
    game.send(bo, "create", 1, "T", "")
    game.send(bo, "update_room", "x")

    lines = game.journal.commands[before:]
    assert [(line["name"], line["outcome"]) for line in lines] == [
        ("create", "ok"),
        ("create", "room_limit"),
        ("update_room", "bad_request"),
    ]
    assert lines[0]["room"] == "room0000"


def test_a_page_in_the_background_is_measured_as_such(game: Game) -> None:
    anna = game.connect()
    game.ask(anna, "hint", {"hidden": True})

    assert game.probes.hidden_pages == {anna.sid: True}
    assert game.registry.players[PlayerId(anna.sid)].hidden


def test_once_it_is_stopped_nobody_leaves_and_nothing_is_asked(game: Game) -> None:
    """Connections that end while the server closes must not empty the rooms that it has just stored."""
    anna, bo, cleo, room = room_of_three(game)
    game.runtime.stop()

    game.send(bo, "leave")
    game.leave(bo)
    game.leave(anna)

    assert list(game.registry.rooms[RoomId(room)].members) == [anna.sid, bo.sid, cleo.sid]


def test_a_room_without_a_message_is_warned_and_ends_and_the_log_says_so() -> None:
    game = Game(limits=Limits(room_idle_seconds=600.0))
    _, bo, _, room = room_of_three(game)
    game.pass_time(500)
    game.send(bo, "broadcast", {"word": "still here"})
    game.pass_time(539)
    bo.read()

    game.pass_time(1)
    assert named(bo.read(), "room_idle") == [{"id": room, "closing_in_ms": 60_000}]
    game.pass_time(60)

    assert named(bo.read(), "room_closed") == [{"id": room, "reason": "idle"}]
    assert game.journal.endings == [(room, "idle", 1100.0)]


def test_a_connections_end_leaves_one_line_with_its_whole_account() -> None:
    game = Game()
    anna, _, _, room = room_of_three(game)
    game.pings.publish(PlayerId(anna.sid), LatencyView(20.0, 22.0, 1.5, 31.0, p50_ms=19.0))
    game.send(anna, "state", "x" * 100)
    anna.peak_backlog_bytes = 4000
    game.pass_time(60)

    with capture_logs() as lines:
        game.leave(anna, Ending.TIMEOUT)

    (line,) = [line for line in lines if line["event"] == "connection.closed"]
    assert line == {
        "event": "connection.closed",
        "log_level": "info",
        "player": anna.sid,
        "room": room,
        "ending": "timeout",
        "code": None,
        "duration_s": 60.0,
        "messages": 2,
        "received_bytes": anna.app.received_bytes,
        "backlog_bytes": 0,
        "peak_backlog_bytes": 4000,
        "ping_ms": 20.0,
        "ping_p50_ms": 19.0,
        "ping_p95_ms": 31.0,
        "jitter_ms": 1.5,
        "players": 2,
    }
    assert line["received_bytes"] > 100


def test_a_flood_of_refused_logins_and_of_broken_frames_is_sampled_and_its_sum_kept() -> None:
    game = Game()
    peer = game.connect()

    with capture_logs() as lines:
        for _ in range(1000):
            game.knock("no auth at all")
            game.gate.malformed(peer, "broken")
        game.pass_time(1)
        game.knock("no auth at all")

    refused = [line for line in lines if line["event"] == "connection.refused"]
    assert len(refused) == 10 + 9 + 1
    assert len(refused) + sum(line["unlogged"] for line in refused) == 1001
    assert len([line for line in lines if line["event"] == "connection.malformed"]) == 10 + 9


def test_who_comes_back_to_its_seat_is_logged_with_its_room() -> None:
    game = Game()
    with capture_logs() as lines:
        anna = game.connect({"recover": True})
        room = game.ask(anna, "create", 1, "Title", "")["id"]
        game.leave(anna)
        game.connect({"pid": anna.pid, "recover": True})

    opened = [line["room"] for line in lines if line["event"] == "connection.opened"]
    assert opened == [None, room]
