"""Many connections end in one moment: who plays on hears of it in order, and never waits for all of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from gameserver.core.commands import Disconnected
from gameserver.core.limits import Limits
from gameserver.core.values import PlayerId, RoomId
from gameserver.transport.departures import AT_ONCE, Pace
from gameserver.transport.gate import Admitted, Ending
from tests.support.game import Game
from tests.support.operated import operated
from tests.support.patience import PATIENCE_SECONDS
from tests.support.peers import FakePeer

MOST = 20  # departures that a turn has time for, as each is made to take a second
RECOVER = {"recover": True}


class Crowded(Game):
    """A game whose event loop is turned by hand, and in which each departure takes the same time."""

    def __init__(self, **options: Any) -> None:
        self.soon: list[Callable[[], None]] = []
        super().__init__(pace=Pace(self.soon.append, MOST, lambda: float(self.departed)), **options)

    @property
    def departed(self) -> int:
        return sum(command["name"] == "disconnected" for command in self.journal.commands)

    def turn(self) -> int:
        """Do what is due in one turn; return how many departed in it."""
        before = self.departed
        soon, self.soon[:] = list(self.soon), []
        for call in soon:
            call()
        return self.departed - before

    def settle(self) -> list[int]:
        """Turn until nothing is due; return how many departed in each turn."""
        turns = []
        while self.soon:
            turns.append(self.turn())
        return turns


def room(game: Game, *auths: object, **options: Any) -> tuple[list[FakePeer], RoomId]:
    """Open a room with its host first; what they heard until then is read."""
    peers = [game.connect(auth) for auth in auths]
    id = RoomId(game.ask(peers[0], "create", {"title": "Room", "max_players": len(peers), **options})["id"])
    for peer in peers[1:]:
        assert game.ask(peer, "join", {"id": id})["ok"]
    for peer in peers:
        peer.read()
    return peers, id


def rooms(game: Game, count: int) -> list[list[FakePeer]]:
    """Open so many rooms of eight."""
    return [room(game, *[None] * 8)[0] for _ in range(count)]


def names(peer: FakePeer) -> list[str]:
    return [message[0] for message in peer.read() if message[0] != "successors"]


def test_of_a_thousand_who_are_cut_off_at_once_each_turn_takes_only_so_many_from_their_seats() -> None:
    game = Crowded()
    crowd = [peer for peers in rooms(game, 125) for peer in peers]
    (anna, bo), playing = room(game, None, None)

    for peer in crowd:
        game.leave(peer)
    assert game.departed == 0
    turns = game.settle()

    assert sum(turns) == 1000
    assert max(turns) == MOST
    assert len(turns) == 1000 / MOST
    assert set(game.registry.players) == {anna.sid, bo.sid}
    assert set(game.registry.rooms) == {playing}
    assert game.journal.failures == []


def test_a_room_that_is_left_by_everybody_elects_nobody_and_one_that_is_not_elects_once() -> None:
    game = Crowded()
    left_by_all, left_by_four = rooms(game, 20), rooms(game, 20)

    for host, *others in left_by_all + left_by_four:
        gone = [host, *others] if [host, *others] in left_by_all else [host, *others[:3]]
        for peer in gone:
            game.leave(peer)
    game.settle()

    assert len(game.registry.rooms) == 20
    assert [election.previous for election in game.journal.elections] == [
        peers[0].sid for peers in left_by_four
    ]
    for host, bo, cleo, dan, eve, *_ in left_by_four:
        heard = [message for message in eve.read() if message[0] in ("player_left", "host_changed")]
        assert [message[1]["player_id"] for message in heard[:4]] == [
            peer.sid for peer in (bo, cleo, dan, host)
        ]
        assert (heard[4][0], heard[4][1]["host"]) == ("host_changed", eve.sid)
        assert len(heard) == 5


def test_a_room_that_lost_its_host_is_not_kept_waiting_by_those_that_lost_others() -> None:
    game = Crowded()
    crowd = rooms(game, 100)
    (anna, bo), _ = room(game, None, None)

    for _, *others in crowd:
        for peer in others:
            game.leave(peer)
    game.leave(anna)
    game.turn()

    assert names(bo) == ["player_left", "host_changed", "become_host", "host_ready"]


def test_what_comes_for_a_host_that_waits_to_depart_is_parked_for_the_next_one() -> None:
    game = Crowded()
    (anna, bo, cleo), _ = room(game, None, None, None)

    game.leave(anna)
    game.send(cleo, "input", "jump", {"n": 1}, ack=7)
    assert cleo.read() == [[7, {"ok": True, "n": 1}]]
    assert anna.read() == []
    game.settle()

    assert ["input", cleo.sid, "jump"] in bo.read()


def test_what_comes_for_a_host_that_waits_is_given_to_it_when_it_is_back_in_time() -> None:
    game = Crowded()
    (anna, _, cleo), _ = room(game, RECOVER, None, None)
    game.send(cleo, "input", "walk")
    anna.read()

    game.leave(anna)
    game.send(cleo, "input", "jump")
    again = game.connect({**RECOVER, "pid": anna.pid, "offset": anna.offset})

    assert again.sid == anna.sid
    assert [message[2] for message in again.read() if message[0] == "input"] == ["jump"]


Story = Callable[[Game, Callable[[], object]], list[FakePeer]]


def back(game: Game, peer: FakePeer) -> FakePeer:
    return game.connect({**RECOVER, "pid": peer.pid, "offset": peer.offset})


def comes_back(game: Game, settle: Callable[[], object]) -> list[FakePeer]:
    (anna, bo, cleo, dan), _ = room(game, RECOVER, RECOVER, None, None)
    game.send(anna, "broadcast", 1)
    for peer in (anna, bo, cleo, dan):
        peer.read()
    for peer in (cleo, bo):
        game.leave(peer)
    settle()
    again = back(game, bo)
    game.send(anna, "broadcast", 2)
    return [anna, again, dan]


def host_comes_back(game: Game, settle: Callable[[], object]) -> list[FakePeer]:
    (anna, bo, cleo), _ = room(game, RECOVER, RECOVER, RECOVER)
    game.leave(bo)
    game.leave(anna)
    settle()
    game.send(cleo, "input", "jump")
    again = back(game, anna)
    game.send(again, "state", 1)
    return [again, cleo]


def host_said_goodbye_and_comes_back(game: Game, settle: Callable[[], object]) -> list[FakePeer]:
    (anna, bo, cleo), _ = room(game, RECOVER, RECOVER, RECOVER)
    game.leave(anna, Ending.DISCONNECT)
    settle()
    return [game.connect({**RECOVER, "pid": anna.pid}), bo, cleo]


def comes_on_a_second_device(game: Game, settle: Callable[[], object]) -> list[FakePeer]:
    game.subjects = {"token": "anna"}
    (anna, bo), _ = room(game, {"token": "token"}, None)
    game.leave(anna)
    settle()
    return [game.connect({"token": "token"}), bo]


def takes_a_seat_that_was_left(game: Game, settle: Callable[[], object]) -> list[FakePeer]:
    (anna, bo), id = room(game, None, None)
    game.leave(bo)
    settle()
    cleo = game.connect()
    game.send(cleo, "join", {"id": id}, ack=1)
    return [anna, cleo]


def takes_the_seat_of_a_session(game: Game, settle: Callable[[], object]) -> list[FakePeer]:
    anna, bo, cleo = [game.connect({"name": name}) for name in ("Anna", "Bo", "Cleo")]
    made = game.ask(anna, "create_session", {"max_players": 2})
    game.ask(bo, "join_session", {"session_key": made["session_key"]})
    game.leave(bo)
    settle()
    game.send(cleo, "join_session", {"session_key": made["session_key"]}, ack=1)
    return [anna, cleo]


def removes_who_is_gone(game: Game, settle: Callable[[], object]) -> list[FakePeer]:
    (anna, bo, cleo), _ = room(game, None, None, None)
    game.leave(bo)
    settle()
    game.send(anna, "kick", {"player_id": bo.sid}, ack=1)
    return [anna, cleo]


@pytest.mark.parametrize(
    "story",
    [
        comes_back,
        host_comes_back,
        host_said_goodbye_and_comes_back,
        comes_on_a_second_device,
        takes_a_seat_that_was_left,
        takes_the_seat_of_a_session,
        removes_who_is_gone,
    ],
)
def test_who_meets_a_departure_that_waits_hears_what_it_would_have_heard_behind_it(story: Story) -> None:
    at_once = Game(pace=AT_ONCE)
    expected = [peer.read() for peer in story(at_once, lambda: None)]
    settled, waiting = Crowded(), Crowded()

    assert [peer.read() for peer in story(settled, settled.settle)] == expected
    assert [peer.read() for peer in story(waiting, lambda: None)] == expected
    assert waiting.journal.failures == []
    assert waiting.settle() == [0]


def test_before_the_end_all_that_wait_depart_together() -> None:
    game = Crowded()
    crowd = [peer for peers in rooms(game, 10) for peer in peers]
    for peer in crowd:
        game.leave(peer)

    game.gate.finish()
    game.runtime.stop()

    assert not game.registry.players
    assert not game.registry.rooms


@pytest.mark.gen_test(timeout=PATIENCE_SECONDS)
async def test_a_server_that_stops_stores_those_who_left_before_as_having_left() -> None:
    async with operated() as stage:
        gate, registry = stage.server._gate, stage.server.registry
        peer = FakePeer("")
        assert isinstance(gate.admit(peer, None), Admitted)
        gate.joined(peer)
        gate.left(peer, Ending.LOST)
        assert len(registry.players) == 1

    assert not registry.players


def test_who_is_banned_while_it_waits_departs_once() -> None:
    game = Crowded()
    (anna, bo), _ = room(game, None, RECOVER)
    game.leave(bo)

    game.runtime.report(PlayerId(bo.sid), Disconnected("left"))
    game.settle()

    assert names(anna) == ["player_left"]
    assert game.journal.failures == []


def test_a_departure_that_raises_costs_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    game = Crowded()
    (anna, bo, cleo), _ = room(game, None, None, None)
    note = game.journal.command

    def failing(**facts: Any) -> None:
        if facts["player"] == bo.sid:
            raise RuntimeError("a mistake")
        note(**facts)

    monkeypatch.setattr(game.journal, "command", failing)
    game.leave(bo)
    game.leave(cleo)
    with caplog.at_level(logging.ERROR):
        game.settle()

    assert names(anna) == ["player_left", "player_left"]
    assert game.departed == 1  # as far as the journal heard
    assert "a departure raised" in caplog.text


def test_a_seat_that_was_taken_over_gives_nothing_back_when_its_old_connection_ends() -> None:
    game = Crowded()
    (anna, bo), id = room(game, RECOVER, None)

    again = back(game, anna)
    game.leave(anna)
    game.settle()

    assert game.departed == 0
    assert list(game.registry.rooms[id].connected) == [again.sid, bo.sid]


def test_a_thousand_seats_that_were_kept_are_given_up_in_many_turns() -> None:
    """Their windows are over almost together, and so are the graces of their hosts."""
    game = Game(limits=Limits(host_grace_seconds=3.0, reconnect_window_seconds=60.0))
    for _ in range(125):
        peers, _ = room(game, *[RECOVER] * 4)
        for peer in peers[:3]:
            game.leave(peer)
    before = len(game.journal.elections)
    most = 0

    until = game.now() + 61.0
    while game.clock.call_next(until):
        most = max(most, len(game.journal.elections) - before)
        before = len(game.journal.elections)

    assert len(game.journal.elections) == 125
    assert most <= 15
    assert len(game.registry.players) == 125
