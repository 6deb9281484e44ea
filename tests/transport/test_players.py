"""What players are told, and how: by whom they are found, and what is kept for those that could come back."""

from __future__ import annotations

from typing import Any

from gameserver.core.values import PlayerId
from gameserver.protocol.packets import Outgoing
from gameserver.transport.players import Players
from gameserver.transport.relay.bucket import Allowance, Bucket, Buckets
from gameserver.transport.seat import Seat
from tests.support.peers import FakePeer

ANNA, BO, GONE = PlayerId("anna"), PlayerId("bo"), PlayerId("gone")


def connected(*, recovering: PlayerId | None = None) -> tuple[Players, FakePeer, FakePeer]:
    """Anna and Bo are here."""
    players = Players()
    peers = FakePeer(ANNA), FakePeer(BO)
    for peer in peers:
        player = PlayerId(peer.sid)
        allowance = Allowance(rate=1.0, burst=1.0, byte_rate=1.0, bytes_burst=1.0, now=0.0)
        buckets = Buckets(allowance, Bucket(1.0, 1.0, 0.0))
        players.seats[player] = Seat(player, peer, buckets=buckets, now=0.0)
        players.seats[player].recovers = player == recovering
    return players, *peers


class Marking:
    """Records everything, as a relay does for a room in which somebody could come back."""

    def marked(self, to: tuple[PlayerId, ...], event: str, args: tuple[Any, ...]) -> Outgoing:
        return Outgoing.event(event, *args, "offset")


def test_those_who_are_here_are_told_and_who_is_gone_is_passed_over() -> None:
    players, anna, bo = connected()

    players.tell((ANNA, GONE, BO), "player_left", ({"id": "room"},), slot=None, recorded=True)

    assert anna.read() == bo.read() == [["player_left", {"id": "room"}]]


def test_of_what_has_a_slot_the_newest_counts() -> None:
    players, anna, _ = connected()

    players.tell((ANNA,), "rooms", ([],), slot="lobby", recorded=False)

    assert anna.slots == ["lobby"]


def test_who_could_come_back_gets_what_is_recorded_with_its_offset() -> None:
    players, anna, bo = connected(recovering=BO)
    players.marking = Marking()

    players.tell((ANNA, BO), "player_left", (1,), slot=None, recorded=True)
    players.tell((ANNA, BO), "error", (2,), slot=None, recorded=False)

    assert anna.read() == [["player_left", 1], ["error", 2]]
    assert bo.read() == [["player_left", 1, "offset"], ["error", 2]]


def test_that_it_has_no_room_any_more_is_kept_for_who_may_not_have_heard_it() -> None:
    players, anna, bo = connected(recovering=BO)

    players.tell((ANNA, BO), "kicked", ({"id": "room"},), slot=None, recorded=False)

    assert players.seats[ANNA].parting is None
    (sent,) = bo.posted
    assert players.seats[BO].parting is sent
    assert anna.posted == [sent], "encoded once for all"


def test_an_ack_goes_to_who_asked() -> None:
    players, anna, bo = connected()

    players.ack(ANNA, 5, {"ok": True})
    players.ack(GONE, 6, {"ok": True})

    assert (anna.read(), bo.read()) == ([[5, {"ok": True}]], [])


def test_who_is_dropped_is_told_why_in_words_and_then_closed() -> None:
    players, anna, bo = connected()

    players.drop(ANNA, "draining", disconnect=False)
    players.close(bo, "replaced", disconnect=True, text="come again")
    players.drop(GONE, "draining", disconnect=False)

    ((name, told),) = anna.read()
    assert (name, told["code"], told["message"]) == (
        "closing",
        "draining",
        "the server stops; come back soon",
    )
    assert (anna.closed_for, anna.told_to_stay_away) == ("draining", False)
    assert bo.read()[0][1]["message"] == "come again"
    assert (bo.closed_for, bo.told_to_stay_away) == ("replaced", True)
