"""All rooms' snapshots have a bound, those of each address another, and what is given back is free again."""

from __future__ import annotations

import random
from collections import Counter

import msgpack
import pytest

from gameserver.core.effects import HandOver, SendSnapshot
from gameserver.core.errors import TooLarge
from gameserver.core.values import RoomId
from gameserver.ports import KeptSnapshot
from gameserver.protocol.packets import JsonRaw, MsgpackRaw
from gameserver.transport.gate import Ending
from gameserver.transport.relay.bounds import Bounds
from gameserver.transport.relay.counters import Counters
from gameserver.transport.relay.quota import NOTHING, Quota, QuotaLimits, Share
from tests.support.game import Game
from tests.support.peers import FakePeer
from tests.transport.relay.lone_table import ANNA, BO, CLEO, ROOM, Table

HOME, SCHOOL, CAFE = "192.0.2.1", "198.51.100.7", "203.0.113.9"


def quota(in_all: int = 100, per_address: int = 60) -> Quota:
    return Quota(QuotaLimits(in_all, per_address), Counters())


def test_an_address_may_have_its_share_and_no_more_however_much_is_left() -> None:
    kept = quota()
    kept.ask(NOTHING, Share(HOME, 60))
    with pytest.raises(TooLarge, match="at your address keep 60 bytes"):
        kept.ask(NOTHING, Share(HOME, 1))
    kept.ask(NOTHING, Share(SCHOOL, 40))

    assert (kept.bytes, kept.by_address) == (100, {HOME: 60, SCHOOL: 40})


def test_all_together_have_no_more_than_the_server_keeps() -> None:
    counters = Counters()
    kept = Quota(QuotaLimits(100, 60), counters)
    kept.ask(NOTHING, Share(HOME, 60))
    kept.ask(NOTHING, Share(SCHOOL, 30))
    with pytest.raises(TooLarge, match="the server keeps as many"):
        kept.ask(NOTHING, Share(CAFE, 11))

    assert (kept.bytes, kept.by_address) == (90, {HOME: 60, SCHOOL: 30})
    assert counters.snapshots_refused == {"all": 1}


def test_a_room_replaces_its_snapshot_however_full_it_is_unless_the_new_one_is_larger() -> None:
    kept = quota()
    kept.ask(NOTHING, Share(HOME, 20))
    kept.ask(NOTHING, Share(HOME, 40))
    with pytest.raises(TooLarge):
        kept.ask(Share(HOME, 20), Share(HOME, 21))
    kept.ask(Share(HOME, 20), Share(HOME, 20))
    kept.ask(Share(HOME, 40), Share(HOME, 10))

    assert kept.by_address == {HOME: 30}


def test_a_new_host_elsewhere_takes_the_snapshot_on_its_own_account() -> None:
    kept = quota()
    kept.ask(NOTHING, Share(HOME, 50))
    kept.ask(NOTHING, Share(SCHOOL, 30))
    with pytest.raises(TooLarge, match="at your address keep 30 bytes"):
        kept.ask(Share(HOME, 50), Share(SCHOOL, 31))
    kept.ask(Share(HOME, 50), Share(SCHOOL, 30))

    assert (kept.bytes, kept.by_address) == (60, {SCHOOL: 60})


def test_what_a_former_process_kept_stays_even_beyond_the_bound_and_can_be_made_smaller() -> None:
    kept = quota()
    kept.change(NOTHING, Share(None, 90))
    kept.change(NOTHING, Share(None, 90))
    with pytest.raises(TooLarge, match="the server keeps as many"):
        kept.ask(NOTHING, Share(HOME, 1))
    kept.ask(Share(None, 90), Share(HOME, 50))

    assert (kept.bytes, kept.by_address) == (140, {HOME: 50})


def at(game: Game, address: str, *, returning: bool = False) -> FakePeer:
    peer = game.connect({"recover": True} if returning else None)
    peer.remote_ip = address
    return peer


def hosting(game: Game, address: str) -> FakePeer:
    """The host of a room of its own."""
    peer = at(game, address)
    game.ask(peer, "create", {"title": "Room"})
    return peer


def small(in_all: int = 10_000, per_address: int = 4_000) -> Bounds:
    return Bounds(snapshot_bytes=3_000, quota=QuotaLimits(in_all, per_address))


def test_a_refused_snapshot_changes_nothing_and_the_former_is_handed_over() -> None:
    game = Game(bounds=small())
    anna, rival = hosting(game, HOME), hosting(game, HOME)
    lane = anna.app.lane
    assert game.ask(anna, "snapshot", "good", {"covers": 0}) == {"ok": True}
    assert game.ask(rival, "snapshot", b"x" * 2_900) == {"ok": True}
    game.send(anna, "input", 1)
    before = (lane.keeper.snapshot, tuple(lane.keeper.tail()), game.relay.quota.bytes)

    answer = game.ask(anna, "snapshot", b"x" * 2_000, {"covers": 1})

    assert answer["error"]["code"] == "too_large"
    assert before == (lane.keeper.snapshot, tuple(lane.keeper.tail()), game.relay.quota.bytes)
    assert game.counters.snapshots_refused == {"address": 1}
    bo = at(game, SCHOOL)
    game.ask(bo, "join", lane.route.room)
    game.send(anna, "leave", lane.route.room)
    game.clock.pass_time(1.0)
    told = {message[0]: message[1] for message in bo.read()}
    assert (told["become_host"]["snapshot"], told["become_host"]["inputs"]) == ("good", [[anna.sid, 1, 1]])


def test_a_refused_first_snapshot_is_none_and_asks_for_no_seq() -> None:
    game = Game(bounds=small(per_address=3_000))
    game.ask(hosting(game, HOME), "snapshot", b"x" * 2_900)
    anna = hosting(game, HOME)

    game.send(anna, "snapshot", b"x" * 500, {"covers": 0})

    assert anna.app.lane.keeper.snapshot is None
    assert not anna.app.wants_seq


def test_rooms_that_one_address_leaves_behind_do_not_keep_others_from_handing_over() -> None:
    """Rooms whose players may come back are kept a minute: thousands of them, each with a full snapshot."""
    game = Game(bounds=small())
    for _ in range(50):
        peer = at(game, HOME, returning=True)
        game.ask(peer, "create", {"title": "Room"})
        game.ask(peer, "snapshot", b"x" * 2_000)
        game.leave(peer)
    assert len(game.registry.rooms) == 50
    assert game.relay.quota.bytes <= 4_000

    assert game.ask(hosting(game, SCHOOL), "snapshot", b"x" * 2_900) == {"ok": True}

    game.clock.pass_time(61.0)
    assert game.relay.quota.by_address.keys() == {SCHOOL}


def test_the_addresses_of_one_ipv6_network_share() -> None:
    game = Game(bounds=small())
    first, second = hosting(game, "2001:db8::1"), hosting(game, "2001:db8::ffff:2")

    assert game.ask(first, "snapshot", b"x" * 2_900) == {"ok": True}
    assert game.ask(second, "snapshot", b"x" * 2_900)["error"]["code"] == "too_large"


@pytest.mark.parametrize("parser", ["msgpack", "json"])
def test_what_a_snapshot_is_converted_to_for_others_is_not_kept(parser: str) -> None:
    """A megabyte of msgpack may be five in JSON: kept, it would be more than what is counted."""
    other = "json" if parser == "msgpack" else "msgpack"
    table = Table(json=[CLEO] if other == "json" else [ANNA, BO])
    lane = table.seats[ANNA].lane
    assert lane is not None
    table.send(ANNA, "snapshot", [None] * 1000)
    if parser == "json":
        lane.keeper.keep(JsonRaw(b"[1e9]"), epoch=1, covers=0, now=table.now, address=HOME)
    snapshot = lane.keeper.snapshot
    assert snapshot is not None

    table.relay.send_snapshot(SendSnapshot(ROOM, CLEO))
    table.relay.hand_over(HandOver(ROOM, CLEO, 2))
    for packet in table.peers[CLEO].posted:
        assert packet.json_frame
        assert packet.msgpack_frame

    data = snapshot.data
    if isinstance(data, JsonRaw):
        assert data._msgpack is None
    else:
        assert isinstance(data, MsgpackRaw)
        assert data._json is None
    assert table.relay.quota.bytes == data.size


class Story:
    """Rooms come, hand in snapshots, change hosts and end, at random, and somebody keeps the books."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.game = Game(bounds=small())
        self.peers: list[FakePeer] = []
        self.books: dict[str, tuple[str | None, int]] = {}
        self.kept = Counter[bool]()

    def step(self) -> None:
        chance, game = self.chance, self.game
        match chance.randrange(8):
            case 0 | 1:
                peer = at(game, chance.choice((HOME, SCHOOL, CAFE)), returning=chance.random() < 0.5)
                rooms = sorted(game.registry.rooms)
                if rooms and chance.random() < 0.5:
                    game.ask(peer, "join", chance.choice(rooms))
                else:
                    game.ask(peer, "create", {"title": "Room"})
                self.peers.append(peer)
            case 2 | 3 | 4 if self.peers:
                self._hand_in(chance.choice(self.peers))
            case 5 if self.peers:
                peer = self.peers.pop(chance.randrange(len(self.peers)))
                game.leave(peer, chance.choice((Ending.LOST, Ending.DISCONNECT)))
                if peer.pid is not None and chance.random() < 0.3:
                    again = game.connect({"recover": True, "pid": peer.pid})
                    again.remote_ip = chance.choice((HOME, SCHOOL))
                    self.peers.append(again)
            case 6 if self.books and chance.random() < 0.2:
                room = RoomId(chance.choice(sorted(self.books)))
                data = msgpack.packb(b"x" * chance.randrange(3_000))
                game.relay.restore(room, KeptSnapshot(1, game.now(), 0, 0, "msgpack", data))
                self.books[room] = (None, len(data))
            case _:
                game.clock.pass_time(chance.choice((0.5, 5.0, 70.0)))
        for ended in self.books.keys() - game.registry.rooms.keys():
            del self.books[ended]

    def _hand_in(self, peer: FakePeer) -> None:
        lane = peer.app.lane
        data = b"x" * self.chance.randrange(3_000)
        answer = self.game.ask(peer, "snapshot", data)
        self.kept[answer["ok"]] += 1
        if answer["ok"]:
            self.books[lane.route.room] = (peer.remote_ip, len(msgpack.packb(data)))

    def check(self) -> None:
        quota, expected = self.game.relay.quota, Counter[str]()
        for address, size in self.books.values():
            if address is not None:
                expected[address] += size
        assert quota.bytes == sum(size for _, size in self.books.values())
        assert quota.by_address == expected
        assert all(count <= 4_000 for count in quota.by_address.values())


@pytest.mark.parametrize("seed", range(20))
def test_whatever_happens_the_books_agree_and_end_at_nothing(seed: int) -> None:
    story = Story(seed)
    for _ in range(300):
        story.step()
        story.check()
    assert min(story.kept[True], story.kept[False]) > 0

    for peer in story.peers:
        story.game.leave(peer)
    story.game.clock.pass_time(200.0)

    assert not story.game.registry.rooms
    assert (story.game.relay.quota.bytes, story.game.relay.quota.by_address) == (0, {})
