"""The short way: what it takes goes where the relay lane would have sent it, and it takes nothing else."""

from __future__ import annotations

import gc
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gameserver.protocol.packets import PacketError
from gameserver.transport.arrivals import TIMED_ONE_IN
from gameserver.transport.relay.limiter import Rates
from tests.transport.relay.table import Client, Table, javascript, python

PAYLOAD = bytes(range(64))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.parametrize("lay_out", [javascript, python])
@pytest.mark.parametrize("name", ["state", "input", "broadcast"])
def test_what_stock_clients_send_goes_the_short_way(name: str, lay_out: Any) -> None:
    table = Table()

    assert table.says(table.anna if name == "state" else table.bo, lay_out(name, PAYLOAD))

    assert len(table.anna.frames + table.bo.frames) == 1
    assert table.game.counters.messages == {name: 1}


@given(st.sampled_from(["state", "input", "broadcast"]), VALUES, st.booleans())
def test_both_ways_lead_to_the_same(name: str, value: Any, rides: bool) -> None:
    short, long = Table(rides=rides), Table(short=False, rides=rides)
    message = javascript(name, value)

    for table in (short, long):
        table.says(table.anna if name == "state" else table.bo, message)

    assert short.account() == long.account()


@given(st.sampled_from([javascript("input", PAYLOAD), python("broadcast", {"x": [1]})]), st.data())
def test_a_damaged_message_is_judged_as_without_the_short_way(message: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(message) - 1))
    damaged = message[:at] + data.draw(st.binary(max_size=2)) + message[at + 1 :]
    short, long = Table(), Table(short=False)

    said = []
    for table in (short, long):
        try:
            table.says(table.bo, damaged)
        except (PacketError, AssertionError) as error:  # no packet, or no event
            said.append(str(error))

    assert len(said) != 1
    assert short.account() == long.account()


@pytest.mark.parametrize(
    ("table", "sender", "message"),
    [
        (Table(), "bo", javascript("input", PAYLOAD, ack=1)),
        (Table(), "bo", javascript("input", PAYLOAD, {"n": 1})),
        (Table(), "bo", javascript("update", "x", PAYLOAD)),
        (Table(), "bo", javascript("state", PAYLOAD)),
        (Table(), "bo", javascript("inputs", PAYLOAD)),
        (Table(), "bo", javascript("input")),
        (Table(), "bo", javascript("broadcast", bytes(65_536))),
        (Table(), "bo", javascript("broadcast", 0).replace(b"/", b"x")),
        (Table(parser="json"), "bo", javascript("broadcast", PAYLOAD)),
        (Table(cleo={"recover": True}), "bo", javascript("broadcast", PAYLOAD)),
        (Table(anna={"recover": True}), "bo", javascript("input", PAYLOAD)),
        (Table(anna={"seq": True}), "bo", javascript("input", PAYLOAD)),
        (Table(rides=False), "bo", javascript("input", PAYLOAD)),
    ],
    ids=[
        "an ack is wanted",
        "numbered",
        "a key",
        "not the host's",
        "no such event",
        "no argument",
        "too large",
        "another namespace",
        "a member with the other parser",
        "a member that may come back",
        "a host that may come back",
        "a host that wants numbers",
        "a host by polling",
    ],
)
def test_what_is_not_ordinary_is_left_as_it_came(table: Table, sender: str, message: bytes) -> None:
    peer: Client = getattr(table, sender)
    before = repr(table.account())
    assert peer.express is not None

    assert not peer.express(message, table.game.now())

    assert repr(table.account()) == before


def test_who_is_in_no_room_is_told_so_by_the_lane() -> None:
    table = Table()
    dan = table.enter(Client(rides=True))

    assert not table.says(dan, javascript("broadcast", PAYLOAD))

    assert table.game.counters.refused == {"not_in_room": 1}


@pytest.mark.parametrize("name", ["state", "input", "broadcast"])
def test_nobody_sends_more_than_its_rate_by_the_short_way(name: str) -> None:
    rates = Rates(10, 2, 1e9, 1e6, 1e6, 1e9)
    short, long = Table(rates=rates), Table(short=False, rates=rates)

    ways = []
    for table in (short, long):
        peer = table.anna if name == "state" else table.bo
        ways.append([table.says(peer, javascript(name, PAYLOAD)) for _ in range(3)])

    assert ways == [[True, True, False], [False, False, False]]
    assert short.account() == long.account()
    assert short.game.counters.limited == long.game.counters.limited
    assert short.game.counters.dropped == long.game.counters.dropped


def test_what_will_be_left_out_is_not_checked_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """64 KiB of empty lists take milliseconds to check, and who floods sends five times its rate of them."""
    checks: list[None] = []
    monkeypatch.setattr(gc, "disable", lambda: checks.append(None))  # as each check of a long payload begins
    table = Table(rates=Rates(1000, 1000, 25_000, 1e6, 1e6, 1e9))
    dense: list[Any] = [[]] * 10_000
    ways = [table.says(table.anna, javascript("state", dense)) for _ in range(5)]

    assert ways == [True, True, False, False, False]
    assert len(checks) == 2
    assert table.game.counters.dropped == 3


def test_inputs_since_a_snapshot_are_kept_for_the_next_host() -> None:
    table = Table()
    table.says(table.anna, javascript("snapshot", {"round": 1}))

    table.says(table.bo, javascript("input", PAYLOAD))

    (kept,) = table.anna.app.lane.keeper.tail()
    assert (kept.player, kept.seq, kept.data.msgpack()) == (table.bo.sid, 1, msgpack.packb(PAYLOAD))


def test_one_message_in_so_many_is_timed() -> None:
    table = Table()
    begun: list[float] = []
    table.game.gate.time_relay = begun.append

    for _ in range(2 * TIMED_ONE_IN):
        assert table.says(table.bo, javascript("broadcast", PAYLOAD))

    assert begun == [table.game.now()] * 2


def test_inputs_go_to_who_is_host_now() -> None:
    table = Table()
    table.says(table.bo, javascript("input", 1))

    table.game.send(table.anna, "transfer_host", table.bo.sid)
    table.anna.frames.clear()
    table.bo.frames.clear()
    route = table.anna.app.lane.route
    short = table.says(table.anna, javascript("input", 2))

    assert route.host == table.bo.sid
    assert short == route.host_ready  # until then they wait for it, in the lane
    assert table.anna.frames == []


def test_inputs_for_a_host_whose_link_is_closing_are_left_to_the_lane() -> None:
    table = Table()
    assert table.says(table.bo, javascript("input", 1))

    table.anna.open = False

    assert not table.says(table.bo, javascript("input", 2))


@pytest.mark.parametrize("name", ["state", "broadcast"])
def test_nothing_is_sent_to_a_member_whose_link_is_closing(name: str) -> None:
    table = Table()
    assert table.says(table.anna, javascript(name, 1))

    table.bo.open = False
    assert table.says(table.anna, javascript(name, 2))

    assert len(table.bo.frames) == 1


def test_who_left_gets_nothing_more_and_the_others_do() -> None:
    table = Table()
    table.says(table.anna, javascript("state", 1))

    table.game.leave(table.bo)
    table.bo.frames.clear()
    table.cleo.frames.clear()

    table.says(table.anna, javascript("state", 2))
    assert (len(table.bo.frames), len(table.cleo.frames)) == (0, 1)


def test_a_host_that_names_inputs_gets_them_with_their_numbers_from_then_on() -> None:
    table = Table()
    assert table.says(table.bo, javascript("input", 1))

    table.says(table.anna, javascript("snapshot", {}, {"covers": 1}))

    assert not table.says(table.bo, javascript("input", 2))
