"""The one door: what belongs to a player and to no room."""

from __future__ import annotations

import pytest

from gameserver.core.commands import AskClock, AskPings, Connected, Disconnected, Hint, Tick
from gameserver.core.effects import Done, Reply, Watch
from gameserver.core.errors import Internal
from gameserver.core.limits import Limits
from gameserver.core.messages import ClockAnswer, PingsAnswer, PingView
from tests.support.registry import ANNA, BO, START, House, answer


def test_the_clock_answers_in_server_milliseconds() -> None:
    house = House()
    house.connect(ANNA)
    (reply,) = house.does(ANNA, AskClock(12.5))
    assert isinstance(reply, Reply)
    assert reply.unless_acked
    assert reply.message == ClockAnswer(12.5, START * 1000, START * 1000)


def test_pings_come_from_the_cache_with_their_age() -> None:
    house = House()
    house.room(ANNA, BO)
    assert answer(house.does(BO, AskPings())) == PingsAnswer(None, None)
    house.ping(ANNA, 20)
    house.ping(BO, 90)
    house.now += 3
    asked = answer(house.does(BO, AskPings()))
    assert asked == PingsAnswer(PingView(90, 1, 3000, "fair"), PingView(20, 1, 3000, "good"))


def test_in_the_lobby_there_is_no_host_to_have_a_ping() -> None:
    house = House()
    house.connect(ANNA)
    house.ping(ANNA, 20)
    asked = answer(house.does(ANNA, AskPings()))
    assert isinstance(asked, PingsAnswer)
    assert asked.host is None
    assert asked.you is not None


def test_a_hint_belongs_to_the_player_in_or_out_of_rooms() -> None:
    house = House()
    house.connect(ANNA)
    assert house.does(ANNA, Hint(can_host=False)) == [Done()]
    assert house.does(ANNA, Hint(hidden=True)) == [Done()]
    player = house.registry.players[ANNA]
    assert (player.can_host, player.hidden) == (False, True)


def test_who_arrives_is_measured_and_who_goes_is_not() -> None:
    house = House()
    assert house.does(ANNA, Connected()) == [Watch(ANNA, "idle")]
    with pytest.raises(Internal):
        house.does(ANNA, Connected())
    assert house.does(ANNA, Disconnected("left")) == [Watch(ANNA, None)]
    with pytest.raises(Internal):
        house.does(ANNA, Disconnected("left"))


def test_a_tick_with_nothing_due_does_nothing() -> None:
    house = House(Limits(room_idle_seconds=0.0))
    house.room(ANNA)
    assert house.does(None, Tick()) == []
    assert house.registry.next_deadline() is None
