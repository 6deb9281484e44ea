"""Who a client is, and how much one address may take.

Stock: every client is 127.0.0.1, and sessions opened by polling are unlimited.
"""

from __future__ import annotations

import pytest
from tornado.httputil import HTTPConnection, HTTPHeaders, HTTPServerRequest, RequestStartLine

from gameserver.transport.engine.addresses import Doorkeeper, TrustedProxies
from gameserver.transport.engine.limits import EngineLimits


def request(peer: str, *forwarded: str, proto: str | None = None) -> HTTPServerRequest:
    """A request that came from this peer with these X-Forwarded-For headers."""
    headers = HTTPHeaders({"Host": "game.example"})
    for line in forwarded:
        headers.add("X-Forwarded-For", line)
    if proto is not None:
        headers["X-Forwarded-Proto"] = proto
    made = HTTPServerRequest(
        headers=headers, connection=HTTPConnection(), start_line=RequestStartLine("GET", "/", "HTTP/1.1")
    )
    made.remote_ip = peer
    return made


PROXIES = TrustedProxies(["10.0.0.0/8", "192.0.2.7", "fd00::/8"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "remote_ip"),
    [
        ("203.0.113.5", [], "203.0.113.5"),
        ("203.0.113.5", ["198.51.100.1"], "203.0.113.5"),  # anybody can write that
        ("10.1.1.1", [], "10.1.1.1"),
        ("10.1.1.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.1.1.1", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),  # the first one is the client's own claim
        ("10.1.1.1", ["1.1.1.1", "198.51.100.1, 10.2.2.2"], "198.51.100.1"),
        ("10.1.1.1", ["10.3.3.3,10.2.2.2"], "10.3.3.3"),
        ("10.1.1.1", ["nonsense, 10.2.2.2"], "10.2.2.2"),
        ("fd00::1", ["2001:db8::1"], "2001:db8::1"),
        ("", ["198.51.100.1"], ""),
    ],
)
def test_only_trusted_proxies_are_believed(peer: str, forwarded: list[str], remote_ip: str) -> None:
    assert PROXIES.remote_ip(request(peer, *forwarded)) == remote_ip


def test_without_trusted_proxies_nobody_is_believed() -> None:
    assert TrustedProxies().remote_ip(request("10.1.1.1", "198.51.100.1")) == "10.1.1.1"


@pytest.mark.parametrize(
    ("peer", "proto", "scheme"),
    [
        ("10.1.1.1", "https", "https"),
        ("10.1.1.1", "gopher", "http"),
        ("203.0.113.5", "https", "http"),
        ("10.1.1.1", None, "http"),
    ],
)
def test_the_scheme_is_the_clients(peer: str, proto: str | None, scheme: str) -> None:
    assert PROXIES.scheme(request(peer, proto=proto)) == scheme


def test_what_is_no_network_is_refused_at_start() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        TrustedProxies(["nonsense"])


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_an_address_has_so_many_connections(clock: Clock) -> None:
    door = Doorkeeper(EngineLimits(connections_per_address=2), clock)
    assert [door.admit("192.0.2.1") for _ in range(3)] == [None, None, "connections_per_address"]
    assert door.admit("192.0.2.2") is None
    door.release("192.0.2.1")
    assert door.admit("192.0.2.1") is None
    assert door.connections == 3


def test_all_addresses_together_have_so_many_connections(clock: Clock) -> None:
    door = Doorkeeper(EngineLimits(connections=2), clock)
    assert [door.admit(f"192.0.2.{n}") for n in range(3)] == [None, None, "connections"]


def test_an_address_opens_so_many_per_second(clock: Clock) -> None:
    door = Doorkeeper(EngineLimits(new_per_address_per_second=2), clock)
    assert [door.admit("192.0.2.1") for _ in range(3)] == [None, None, "new_per_address_per_second"]
    assert door.admit("192.0.2.2") is None
    clock.now += 0.5
    assert [door.admit("192.0.2.1") for _ in range(2)] == [None, "new_per_address_per_second"]


def test_all_addresses_together_open_so_many_per_second(clock: Clock) -> None:
    door = Doorkeeper(EngineLimits(new_per_second=2), clock)
    assert [door.admit(f"192.0.2.{n}") for n in range(3)] == [None, None, "new_per_second"]
    clock.now += 1.0
    assert door.admit("192.0.2.3") is None


def test_who_was_refused_spent_nothing(clock: Clock) -> None:
    door = Doorkeeper(EngineLimits(new_per_second=3, new_per_address_per_second=1), clock)
    for _ in range(10):
        door.admit("192.0.2.1")
    assert [door.admit(f"192.0.2.{n}") for n in (2, 3)] == [None, None]


def test_an_ipv6_client_has_a_whole_network_of_addresses(clock: Clock) -> None:
    door = Doorkeeper(EngineLimits(connections_per_address=1), clock)
    assert door.admit("2001:db8::1") is None
    assert door.admit("2001:db8::2") == "connections_per_address"
    assert door.admit("2001:db8:0:1::1") is None
    assert door.admit("::ffff:192.0.2.1") is None
    assert door.admit("192.0.2.1") == "connections_per_address"


def test_addresses_that_mean_nothing_any_more_are_forgotten(clock: Clock) -> None:
    door = Doorkeeper(EngineLimits(new_per_second=1e9), clock)
    for number in range(1_000):
        address = f"192.0.{number // 250}.{number % 250}"
        assert door.admit(address) is None
        door.release(address)
        clock.now += 1.0
    assert len(door._addresses) < 10
