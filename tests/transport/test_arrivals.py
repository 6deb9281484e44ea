"""What the gate counts of the connections that come and go."""

from __future__ import annotations

from gameserver.core.errors import NameInvalid
from gameserver.transport.arrivals import TIMED_ONE_IN
from gameserver.transport.gate import Ending, Rejected
from tests.support.game import Game


def test_connections_are_counted_as_they_came_and_as_they_ended() -> None:
    game = Game()
    anna, bo, cleo = game.connect(), game.connect(parser="json"), game.connect()

    game.leave(anna, Ending.GONE)
    cleo.closed_for = "slow_consumer"
    game.leave(cleo, Ending.SERVER)

    counts = game.gate.counts
    assert counts.opened == {("websocket", "msgpack"): 2, ("websocket", "json"): 1}
    assert counts.closed == {("gone", ""): 1, ("server", "slow_consumer"): 1}
    assert counts.present == {"msgpack": 0, "json": 1}
    assert bo.closed_for is None


def test_a_refused_connect_and_a_malformed_frame_are_counted() -> None:
    game = Game()

    assert isinstance(game.knock({"name": " "}), Rejected)
    game.gate.malformed(game.connect(), "no packet")

    assert game.gate.counts.rejected == {NameInvalid.code: 1}
    assert game.gate.counts.malformed == 1


def test_one_relay_message_in_so_many_is_timed_from_when_it_was_taken_up() -> None:
    game = Game()
    timed: list[float] = []
    game.gate.time_relay = timed.append
    anna = game.connect()
    game.ask(anna, "create", {"title": "Room"})

    for _ in range(2 * TIMED_ONE_IN + 1):
        game.send(anna, "broadcast", 1)

    assert timed == [game.now(), game.now()]
    assert game.gate.counts.relayed == 2 * TIMED_ONE_IN + 1


def test_returns_are_counted_by_what_they_could_be_given() -> None:
    game = Game()
    anna, bo = game.connect({"recover": True}), game.connect()
    game.ask(bo, "join", game.ask(anna, "create", {"title": "Room"})["id"])
    anna.read()
    game.leave(anna)

    again = game.connect({"recover": True, "pid": anna.pid, "offset": anna.offset})
    game.leave(again)
    game.connect({"recover": True, "pid": again.pid, "offset": "not an offset"})
    game.connect({"recover": True, "pid": "nobody's"})

    assert game.gate.counts.recoveries == {"filled": 1, "gap": 1, "unknown": 1}
