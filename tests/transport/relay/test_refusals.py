"""How a player learns that a relay message was refused."""

from __future__ import annotations

from structlog.testing import capture_logs

from gameserver.core.errors import NotHost, RateLimited
from gameserver.core.values import PlayerId
from gameserver.logs import get_log
from gameserver.testing.clock import FakeClock
from gameserver.transport.relay.bucket import Allowance, Bucket, Buckets
from gameserver.transport.relay.refusals import RelayRefusals
from gameserver.transport.seat import Seat
from tests.support.peers import FakePeer, event

NOT_HOST = NotHost("only the host does this")


def seated() -> tuple[FakePeer, Seat]:
    peer = FakePeer("anna")
    allowance = Allowance(rate=1.0, burst=1.0, byte_rate=1.0, bytes_burst=1.0, now=0.0)
    return peer, Seat(PlayerId("anna"), peer, buckets=Buckets(allowance, Bucket(1.0, 1.0, 0.0)), now=0.0)


def test_a_refusal_is_told_with_its_code_and_the_event_and_logged() -> None:
    peer, seat = seated()

    with capture_logs() as lines:
        RelayRefusals(get_log(), FakeClock().time)(seat, event("state", 1), NOT_HOST)

    told = {"message": "only the host does this", "code": "not_host", "event": "state"}
    assert peer.read() == [["error", told]]
    ((said),) = lines
    assert (said["event"], said["player"], said["code"]) == ("relay.refused", "anna", "not_host")


def test_the_same_refusal_is_told_once_a_second_and_acked_each_time() -> None:
    clock, (peer, seat) = FakeClock(), seated()
    refuse = RelayRefusals(get_log(), clock.time)

    with capture_logs() as lines:
        for number in range(3):
            refuse(seat, event("state", 1, ack=number), NOT_HOST)
        refuse(seat, event("state", 1), RateLimited("too many"))
        clock.pass_time(1.0)
        refuse(seat, event("state", 1), NOT_HOST)

    heard = peer.read()
    assert [message[1]["code"] for message in heard if message[0] == "error"] == [
        "not_host",
        "rate_limited",
        "not_host",
    ]
    assert [message[0] for message in heard if message[0] != "error"] == [0, 1, 2]
    assert len(lines) == 3
