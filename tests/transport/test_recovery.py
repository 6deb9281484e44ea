"""A connection is lost and comes back: Socket.IO's connection state recovery, as a stock client does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gameserver.core.limits import Limits
from gameserver.core.values import PlayerId
from gameserver.transport.gate import Ending, Rejected
from tests.support.game import Game
from tests.support.peers import FakePeer

RECOVER = {"recover": True}


@pytest.fixture
def game() -> Game:
    return Game()


def back(game: Game, peer: FakePeer, *, offset: bool = True) -> FakePeer:
    """The player of this peer returns as a stock client does, with its pid and the last offset it saw."""
    auth: dict[str, Any] = {**RECOVER, "pid": peer.pid}
    if offset and peer.offset is not None:
        auth["offset"] = peer.offset
    again = game.connect(auth)
    again.offset = peer.offset
    return again


def recovered(former: FakePeer, now: FakePeer) -> bool:
    return former.pid == now.pid and former.sid == now.sid


def without(heard: list[list[Any]], *names: str) -> list[list[Any]]:
    return [message for message in heard if message[0] not in ("welcome", "successors", *names)]


def room_of(game: Game, *auths: object) -> tuple[list[FakePeer], str]:
    peers = [game.connect(auth) for auth in auths]
    room = game.ask(peers[0], "create", {"title": "Room"})["id"]
    for peer in peers[1:]:
        game.ask(peer, "join", room)
    for peer in peers:
        peer.read()
    return peers, room


def test_who_asks_for_recovery_gets_a_pid_and_may_keep_it(game: Game) -> None:
    plain, anna = game.connect(), game.connect(RECOVER)

    assert plain.pid is None
    assert anna.pid is not None
    assert anna.read()[0][1]["resume"] == anna.pid
    assert "resume" not in plain.read()[0][1]
    assert anna.pid not in repr(game.registry.players)


def test_only_connections_with_a_pid_get_offsets(game: Game) -> None:
    (anna, bo, cleo), _ = room_of(game, None, RECOVER, None)

    game.send(anna, "broadcast", {"x": 1})

    (marked,) = bo.read()
    assert marked[:3] == ["broadcast", anna.sid, {"x": 1}]
    assert isinstance(marked[3], str)
    assert cleo.read() == [["broadcast", anna.sid, {"x": 1}]]


def test_a_member_gets_what_it_missed_once_and_in_order_three_times_in_a_row(game: Game) -> None:
    (anna, bo, _), _ = room_of(game, None, RECOVER, None)
    expected = 0
    for _ in range(3):
        game.send(anna, "broadcast", expected)
        heard = without(bo.read(), "player_disconnected", "player_reconnected")
        game.leave(bo)
        for number in range(1, 4):
            game.send(anna, "broadcast", expected + number)
        again = back(game, bo)

        assert recovered(bo, again)
        heard += without(again.read(), "player_disconnected", "player_reconnected")
        assert [message[2] for message in heard] == [expected, expected + 1, expected + 2, expected + 3]
        bo = again
        expected += 4


def test_before_the_first_event_too(game: Game) -> None:
    anna, bo = game.connect(), game.connect(RECOVER)
    room = game.ask(anna, "create", {"title": "Room"})["id"]
    game.send(bo, "join", room)  # the answer is lost with the connection
    game.leave(bo)
    game.send(anna, "broadcast", "hello")

    again = back(game, bo, offset=False)

    assert recovered(bo, again)
    assert [message[0] for message in without(again.read())] == ["join_success", "broadcast"]


def test_a_player_in_no_room_is_recovered_with_nothing_missed(game: Game) -> None:
    anna = game.connect(RECOVER)
    game.leave(anna)

    again = back(game, anna)

    assert recovered(anna, again)
    assert without(again.read()) == []


def test_the_others_are_told_that_a_member_is_away_and_that_it_is_back(game: Game) -> None:
    (anna, bo, _), room = room_of(game, None, RECOVER, None)
    game.leave(bo)
    away = without(anna.read())
    assert away == [["player_disconnected", {"id": room, "player_id": bo.sid, "until": away[0][1]["until"]}]]
    assert away[0][1]["until"] == round(game.now() * 1000) + 60_000

    back(game, bo)

    assert without(anna.read()) == [["player_reconnected", {"id": room, "player_id": bo.sid}]]


def test_a_seat_is_kept_for_the_window_and_then_goes(game: Game) -> None:
    (anna, bo, _), room = room_of(game, None, RECOVER, None)
    game.leave(bo)
    game.pass_time(61.0)

    assert ["player_left", {"id": room, "player_id": bo.sid, "reason": "lost"}] in anna.read()
    again = back(game, bo)
    assert not recovered(bo, again)
    assert again.sid != bo.sid


def test_a_newer_connection_takes_over_silently_before_the_old_one_is_noticed_as_lost(game: Game) -> None:
    (anna, bo, _), _ = room_of(game, None, RECOVER, None)
    game.send(anna, "broadcast", 1)

    again = back(game, bo)
    game.leave(bo)  # the server notices at last
    game.send(anna, "broadcast", 2)

    assert bo.closed_for == "aborted"
    assert recovered(bo, again)
    assert [message[2] for message in without(again.read())] == [1, 2]
    assert without(anna.read()) == []


def test_an_unknown_pid_costs_nothing_but_a_fresh_start(game: Game) -> None:
    (anna, bo, _), _ = room_of(game, None, RECOVER, None)
    game.leave(bo)
    anna.read()

    stranger = game.connect({**RECOVER, "pid": "guessed", "offset": "x"})

    assert stranger.sid not in (anna.sid, bo.sid)
    assert stranger.pid not in (None, "guessed")
    assert anna.read() == []
    assert recovered(bo, back(game, bo))


def test_a_gap_that_cannot_be_filled_is_told_with_the_room_anew(game: Game) -> None:
    (anna, bo, _), room = room_of(game, None, RECOVER, None)
    game.leave(bo)
    for number in range(2100):
        game.send(anna, "broadcast", number)

    again = back(game, bo)

    assert again.sid == bo.sid
    assert again.pid != bo.pid
    heard = without(again.read())
    assert [message[0] for message in heard] == ["join_success"]
    assert heard[0][1]["id"] == room
    game.leave(again)
    game.send(anna, "broadcast", "later")
    third = back(game, again)
    assert recovered(again, third)
    assert [message[2] for message in without(third.read())] == ["later"]


def test_a_player_with_a_gap_gets_another_pid_by_a_right_that_was_stored_long_ago(game: Game) -> None:
    """The answer to CONNECT waits for no storage: what it promises must not need one."""
    (anna, bo, _), _ = room_of(game, None, RECOVER, None)
    stored = game.registry.players[PlayerId(bo.sid)].pid
    for _ in range(2):
        game.leave(bo)
        for number in range(2100):
            game.send(anna, "broadcast", number)
        again = back(game, bo)
        assert again.sid == bo.sid
        assert again.pid != bo.pid
        bo = again

    assert game.registry.players[PlayerId(bo.sid)].pid == stored


def test_a_page_that_was_loaded_anew_gets_its_seat_and_the_room_instead_of_old_events(game: Game) -> None:
    (anna, bo, _), room = room_of(game, None, RECOVER, None)
    game.send(anna, "broadcast", "seen")
    bo.read()
    for _ in range(2):
        game.gate.pong(bo, b"", game.now())
    game.leave(bo, Ending.GONE)

    again = back(game, bo, offset=False)

    assert again.sid == bo.sid
    assert [message[0] for message in without(again.read())] == ["join_success"]
    assert bo.sid in game.registry.rooms[next(iter(game.registry.rooms))].members
    assert room in game.registry.rooms


def test_what_is_no_room_event_never_ends_with_a_string_for_who_could_come_back(game: Game) -> None:
    (anna, bo, cleo), _ = room_of(game, None, RECOVER, None)
    game.send(anna, "state", "a text")
    game.send(cleo, "update", "mood", "glad")

    assert bo.read() == [["state", "a text", None], ["update", cleo.sid, "mood", "glad", None]]
    assert cleo.read() == [["state", "a text"]]


def test_who_was_kicked_while_away_is_told_first_and_has_no_room(game: Game) -> None:
    (anna, bo, _), room = room_of(game, None, RECOVER, None)
    game.leave(bo)
    assert game.ask(anna, "kick", bo.sid, "bored")["ok"]

    again = back(game, bo)

    assert recovered(bo, again)
    assert without(again.read()) == [["kicked", {"id": room, "reason": "bored"}]]
    assert game.ask(again, "leave")["error"]["code"] == "not_in_room"


def test_a_direct_message_to_a_member_that_is_away_waits_for_it(game: Game) -> None:
    (anna, bo, cleo), _ = room_of(game, None, RECOVER, None)
    game.leave(bo)
    game.send(anna, "direct", bo.sid, "psst")

    again = back(game, bo)

    assert [message[:3] for message in without(again.read())] == [["direct", anna.sid, "psst"]]
    assert without(cleo.read(), "player_disconnected", "player_reconnected") == []


def test_a_host_that_returns_within_its_grace_keeps_its_role_and_gets_its_inputs(game: Game) -> None:
    (anna, bo, _), _ = room_of(game, RECOVER, None, None)
    game.send(bo, "input", 1)
    anna.read()
    game.leave(anna)
    game.send(bo, "input", 2)
    game.pass_time(1.0)

    again = back(game, anna)
    game.send(bo, "input", 3)

    assert recovered(anna, again)
    inputs = [message[2] for message in again.read() if message[0] == "input"]
    assert inputs == [2, 3]
    assert not [message for message in bo.read() if message[0] == "host_changed"]


def test_a_host_that_does_not_return_in_time_is_followed_and_no_input_is_lost(game: Game) -> None:
    (anna, bo, cleo), _ = room_of(game, RECOVER, None, None)
    game.send(anna, "snapshot", {"score": 0}, {"covers": 0})
    game.send(bo, "input", 1)
    game.leave(anna)
    game.send(cleo, "input", 2)
    game.pass_time(3.5)

    ((_, given),) = [message for message in bo.read() if message[0] == "become_host"]
    assert given["snapshot"] == {"score": 0}
    assert given["inputs"] == [[bo.sid, 1, 1]]
    game.send(bo, "host_ready", {"epoch": given["epoch"]})
    assert [message[:3] for message in bo.read() if message[0] == "input"] == [["input", cleo.sid, 2]]


def test_why_the_server_closed_a_connection_is_told_when_it_returns(game: Game) -> None:
    (_, bo, _), _ = room_of(game, None, RECOVER, None)
    bo.close("slow_consumer", disconnect=False)
    game.leave(bo, Ending.SERVER)

    assert back(game, bo).read()[0][1]["last_close"] == "slow_consumer"


def test_nothing_is_kept_of_players_whose_window_is_over() -> None:
    game = Game(limits=Limits(reconnect_window_seconds=5.0))
    for _ in range(50):
        game.leave(game.connect(RECOVER))
        game.pass_time(6.0)

    assert len(game.gate._departures._away) <= 1
    assert len(game.registry.players) == 0


def test_a_second_device_with_the_same_login_takes_the_seat_and_the_first_is_told() -> None:
    game = Game()
    game.subjects = {"token of anna": "anna", "token of bo": "bo"}
    anna, bo = game.connect({"token": "token of anna"}), game.connect()
    room = game.ask(bo, "create", {"title": "Room"})["id"]
    game.ask(anna, "join", room)
    anna.read()

    second = game.connect({"token": "token of anna"})
    game.leave(anna, Ending.SERVER)

    assert second.sid == anna.sid
    assert [message[0] for message in without(second.read())] == ["join_success"]
    assert [message[0] for message in anna.read()] == ["replaced", "closing"]
    assert (anna.closed_for, anna.told_to_stay_away) == ("replaced", True)
    assert not [message for message in bo.read() if message[0] in ("player_left", "player_disconnected")]


def test_a_request_that_waits_while_its_seat_is_taken_over_is_answered_to_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    game = Game()
    game.subjects = {"token of anna": "anna"}
    anna = game.connect({"token": "token of anna"})
    waiting: list[Callable[[], None]] = []
    monkeypatch.setattr(anna, "in_turn", waiting.append)
    game.send(anna, "create", {"title": "Room"}, ack=1)

    second = game.connect({"token": "token of anna"})
    second.read()
    waiting[0]()

    assert second.read() == []
    assert not game.registry.rooms


def test_a_pid_is_no_good_without_the_login_it_was_given_to() -> None:
    game = Game()
    game.subjects = {"token of anna": "anna", "token of bo": "bo"}
    anna = game.connect({**RECOVER, "token": "token of anna"})
    for thief in ({**RECOVER, "pid": anna.pid}, {**RECOVER, "pid": anna.pid, "token": "token of bo"}):
        rejected = game.knock(thief)
        assert isinstance(rejected, Rejected)
        assert rejected.data == {"code": "unauthorized"}

    assert recovered(anna, game.connect({**RECOVER, "pid": anna.pid, "token": "token of anna"}))


def test_a_seat_under_a_login_is_kept_without_any_pid() -> None:
    game = Game()
    game.subjects = {"token of anna": "anna"}
    anna, bo = game.connect({"token": "token of anna"}), game.connect()
    room = game.ask(bo, "create", {"title": "Room"})["id"]
    game.ask(anna, "join", room)
    game.leave(anna)

    again = game.connect({"token": "token of anna"})

    assert again.sid == anna.sid
    assert [message[0] for message in without(again.read())] == ["join_success"]


def test_who_could_not_hear_that_it_was_kicked_hears_it_when_it_is_back(game: Game) -> None:
    (anna, bo, _), room = room_of(game, None, RECOVER, None)
    game.ask(anna, "kick", bo.sid)  # over a connection that is dead, and not noticed as lost yet

    again = back(game, bo)

    assert recovered(bo, again)
    assert without(again.read()) == [["kicked", {"id": room, "reason": None}]]
    third = back(game, again)
    assert without(third.read()) == [["kicked", {"id": room, "reason": None}]], "it may still not have come"


def test_who_surely_heard_that_it_was_kicked_is_not_told_again(game: Game) -> None:
    (anna, bo, _), _ = room_of(game, None, RECOVER, None)
    game.ask(anna, "kick", bo.sid)
    for _ in range(2):
        game.gate.pong(bo, b"", game.now())

    assert without(back(game, bo).read()) == []


def test_who_sits_in_another_room_is_not_told_of_the_former_one(game: Game) -> None:
    (anna, bo, cleo), _ = room_of(game, None, RECOVER, None)
    game.ask(anna, "kick", bo.sid)
    game.ask(bo, "create", {"title": "Mine"})
    bo.read()

    assert without(back(game, bo).read()) == []
    assert cleo.closed_for is None
