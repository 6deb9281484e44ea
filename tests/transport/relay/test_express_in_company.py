"""Whoever comes, goes, returns, or takes over: with the short way and without it everybody hears the same."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import msgpack
from hypothesis import given, settings
from hypothesis import strategies as st

from gameserver.protocol.packets import MsgpackEvent, Outgoing, PacketError, parse_msgpack
from gameserver.transport.gate import Admitted
from gameserver.transport.relay.limiter import Rates
from tests.support.game import Game
from tests.transport.relay.table import Client, javascript, python

RATES = Rates(20, 6, 4_000, 1e6, 1e6, 1e9)
SEATS = 4

Step = tuple[Any, ...]


class Guest(Client):
    """A client whose connection may be closing: nothing can be posted to it then, as with a real one."""

    def post(self, packet: Outgoing) -> None:
        if self.open:
            super().post(packet)

    def post_newest(self, slot: Hashable, packet: Outgoing) -> None:
        if self.open:
            super().post_newest(slot, packet)

    def close(self, code: str, *, disconnect: bool) -> None:
        super().close(code, disconnect=disconnect)
        self.open = False

    def abort(self) -> None:
        super().abort()
        self.open = False


class Play:
    """One server and one room, played step by step; `short` says whether there is a short way."""

    def __init__(self, *, short: bool) -> None:
        self.short = short
        self.went_short = 0
        self.game = Game(rates=RATES)
        self.peers: list[Guest] = []
        self.heard: list[Guest] = []  # all there ever were
        self.away: list[Guest] = []
        self.said: list[str] = []  # what was no packet, and why
        self.enter(None, "msgpack", rides=True)
        self.game.send(self.peers[0], "create", {"title": "Sparks"})
        self.room = next(iter(self.game.registry.rooms))
        for _ in range(2):
            self.join(None, "msgpack", rides=True)

    def enter(self, auth: object, parser: str, *, rides: bool) -> None:
        peer = Guest(rides=rides, parser=parser)
        admitted = self.game.gate.admit(peer, auth)
        assert isinstance(admitted, Admitted), admitted
        peer.sid = admitted.sid
        peer.pid = str(admitted.extra["pid"]) if "pid" in admitted.extra else None
        self.peers.append(peer)
        self.heard.append(peer)
        self.game.gate.joined(peer)

    # The steps. Each names the peer it is about by a number.

    def say(self, who: Guest, message: bytes) -> None:
        if who.paused or not who.open:
            return
        assert who.express is not None or who.parser == "json"
        if self.short and who.parser == "msgpack" and who.express(message, self.game.now()):  # type: ignore[misc]
            self.went_short += 1
            return
        try:
            packet = parse_msgpack(message)
        except PacketError as error:
            self.said.append(str(error))
        else:
            if isinstance(packet, MsgpackEvent):
                self.game.gate.event(who, packet)

    def join(self, auth: object, parser: str, *, rides: bool) -> None:
        if len(self.peers) < SEATS:
            self.enter(auth, parser, rides=rides)
            self.game.send(self.peers[-1], "join", self.room)

    def lose(self, who: Guest) -> None:
        if len(self.peers) > 1:
            self.peers.remove(who)
            who.open = False
            who.door = None
            self.game.leave(who)
            if who.pid is not None:
                self.away.append(who)

    def come_again(self) -> None:
        """Who was lost first, and missed whatever was said meanwhile."""
        if self.away:
            who = self.away.pop(0)
            self.enter({"pid": who.pid, "recover": True}, who.parser, rides=True)

    def come_back(self, who: Guest) -> None:
        """By its pid, while its former connection seems alive."""
        if who.pid is not None:
            self.peers.remove(who)
            who.open = False
            self.enter({"pid": who.pid, "recover": True}, who.parser, rides=who.door is not None)
            who.door = None
            self.game.leave(who)

    def close(self, who: Guest) -> None:
        """The link is closing, and the gate has not been told."""
        who.open = False

    def ride(self, who: Guest) -> None:
        """The upgrade from polling."""
        if who.parser == "msgpack":
            who.door = who

    def ask(self, who: Guest, name: str, *args: Any) -> None:
        if who.open:
            self.game.send(who, name, *args)

    def hand_over(self, who: Guest, to: Guest) -> None:
        self.ask(who, "transfer_host", to.sid)

    def kick(self, who: Guest, whom: Guest) -> None:
        self.ask(who, "kick", whom.sid)

    def be_ready(self, who: Guest) -> None:
        registry = self.game.registry
        if self.room in registry.rooms:
            self.ask(who, "host_ready", {"epoch": registry.rooms[self.room].epoch})

    def wait(self, seconds: float) -> None:
        self.game.pass_time(seconds)

    def step(self, name: str, *args: Any) -> None:
        """Play a step; numbers of peers stand for those there are."""
        values = [self.peers[each % len(self.peers)] if type(each) is int else each for each in args]
        getattr(self, name)(*values)

    def account(self) -> dict[str, Any]:
        """All that anybody heard, and all that counts."""
        counters, gate = self.game.counters, self.game.gate
        seats = self.game.players.seats.values()
        lanes = [seat.lane for seat in seats if seat.lane is not None]
        return {
            "frames": [peer.frames for peer in self.heard],
            "closed": [(peer.closed_for, peer.paused) for peer in self.heard],
            "no packets": self.said,
            "messages": (counters.messages, counters.bytes_in, gate.counts.relayed),
            "outcomes": (counters.deliveries, counters.refused, counters.limited, counters.dropped),
            "kept": (counters.parked, counters.inputs_dropped),
            "received": [(seat.messages, seat.received_bytes) for seat in seats],
            "inputs": [
                (
                    lane.keeper.seq,
                    lane.keeper.parked,
                    [(each.player, each.data.msgpack(), each.seq, each.at) for each in lane.keeper.tail()],
                )
                for lane in lanes
            ],
            "used": [lane.used_at for lane in lanes],
        }


PEER = st.integers(0, SEATS - 1)
VALUE = st.sampled_from(
    [
        *(0, None, "word", b"ab", bytes(200), bytes(3_000), [1, [2.5]], {"x": {}}, 2**63),
        msgpack.ExtType(0, b"\0"),  # a JavaScript client's `undefined`
        msgpack.ExtType(5, b"no"),
    ]
)
NAME = st.sampled_from(["state", "input", "broadcast"])
ORDINARY = st.builds(
    lambda lay_out, name, value: lay_out(name, value), st.sampled_from([javascript, python]), NAME, VALUE
)
SPECIAL = st.one_of(
    st.builds(lambda name, value: javascript(name, value, ack=7), NAME, VALUE),
    st.builds(lambda name, value, n: javascript(name, value, {"n": n}), NAME, VALUE, st.integers(0, 3)),
    st.builds(lambda value: javascript("update", "k", value), VALUE),
    st.sampled_from([javascript("snapshot", 1), javascript("snapshot", 2, {"covers": 0})]),
    st.builds(
        lambda message, at, byte: message[:at] + bytes([byte]) + message[at + 1 :], ORDINARY, PEER, PEER
    ),
    st.builds(
        lambda message, cut, byte: message[:cut] + bytes([byte]) + message[cut + 1 :],
        ORDINARY,
        st.integers(0, 40),
        st.integers(0, 255),
    ),
    st.binary(max_size=40),
)
STEP: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("say"), PEER, ORDINARY),
    st.tuples(st.just("say"), PEER, ORDINARY),
    st.tuples(st.just("say"), PEER, SPECIAL),
    st.tuples(st.sampled_from(["lose", "come_back", "close", "ride", "be_ready"]), PEER),
    st.tuples(st.sampled_from(["hand_over", "kick"]), PEER, PEER),
    st.tuples(st.just("come_again")),
    st.tuples(st.just("wait"), st.sampled_from([0.01, 0.3, 4.0])),
    st.tuples(
        st.just("arrive"),
        st.sampled_from([None, {"recover": True}, {"recover": True}, {"seq": True}, {"can_host": False}]),
        st.sampled_from(["msgpack", "msgpack", "json"]),
        st.booleans(),
    ),
)


def play(steps: list[Step]) -> tuple[Play, Play]:
    short, long = Play(short=True), Play(short=False)
    for name, *args in steps:
        for each in (short, long):
            if name == "arrive":
                each.join(args[0], args[1], rides=args[2])
            else:
                each.step(name, *args)
        assert short.account() == long.account()
    return short, long


@settings(deadline=None)  # not a measurement
@given(st.lists(STEP, max_size=30))
def test_nobody_can_tell_whether_there_is_a_short_way(steps: list[Step]) -> None:
    play(steps)


def test_such_a_game_goes_the_short_way_where_it_can() -> None:
    """Or the comparison would compare nothing."""
    steps: list[Step] = [("say", 1, javascript("input", n)) for n in (b"a", b"b")]
    steps += [("say", 0, javascript("state", 1)), ("say", 2, python("broadcast", "x"))]

    short, long = play(
        [*steps, ("close", 2), *steps[:3], ("arrive", {"recover": True}, "msgpack", True), *steps]
    )

    assert (short.went_short, long.went_short) == (6 + 3, 0)


def test_what_is_said_while_a_member_is_away_is_kept_for_it() -> None:
    words = [("say", 1, javascript("broadcast", word)) for word in ("one", "two")]

    short, _ = play(
        [*words, ("arrive", {"recover": True}, "msgpack", True), ("lose", 3), *words, ("come_again",)]
    )

    missed = [frame for _, frame in short.heard[-1].frames if b"broadcast" in frame]
    assert [b"one" in missed[0], b"two" in missed[1], len(missed), short.went_short] == [True, True, 2, 2]
