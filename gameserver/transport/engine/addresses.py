"""Who a client is, and how much of the server its address may take."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from tornado.httputil import HTTPServerRequest

from gameserver.transport.engine.limits import EngineLimits

Network = IPv4Network | IPv6Network

_LOOKED_AT = 4  # addresses looked at, whether to forget them, for each new one


class TrustedProxies:
    """The networks whose forwarding headers are believed; everybody else could write what they like."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        """Each is an address or a network (`10.0.0.0/8`). Raises ValueError on anything else."""
        self._networks: tuple[Network, ...] = tuple(ip_network(network) for network in networks)

    def remote_ip(self, request: HTTPServerRequest) -> str:
        """Return the client's address: the last one in X-Forwarded-For that no trusted proxy has."""
        address = request.remote_ip or ""
        if not self._networks:
            return address
        forwarded = ",".join(request.headers.get_list("X-Forwarded-For")).split(",")
        while self.trusts(address) and forwarded:
            named = forwarded.pop().strip()
            if _parsed(named) is None:
                break
            address = named
        return address

    def scheme(self, request: HTTPServerRequest) -> str:
        """Return `http` or `https`, as the client asked."""
        told = request.headers.get("X-Forwarded-Proto", "").split(",")[-1].strip().lower()
        if told in ("http", "https") and self.trusts(request.remote_ip or ""):
            return told
        return request.protocol

    def trusts(self, address: str) -> bool:
        """Whether this is the address of a trusted proxy."""
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self._networks)


def _parsed(address: str) -> object:
    try:
        return ip_address(address)
    except ValueError:
        return None


class _Bucket:
    """Tokens that come back with time, one second's worth at most."""

    __slots__ = ("_at", "_left", "_rate")

    def __init__(self, rate: float, now: float) -> None:
        self._rate = rate
        self._left = max(rate, 1.0)
        self._at = now

    def fill(self, now: float) -> float:
        """Bring the tokens up to date and return how many there are."""
        self._left = min(max(self._rate, 1.0), self._left + (now - self._at) * self._rate)
        self._at = now
        return self._left

    def take(self) -> None:
        """Take one."""
        self._left -= 1.0

    def is_full(self, now: float) -> bool:
        """Whether nothing is left to remember of it."""
        return self.fill(now) >= max(self._rate, 1.0)


class _Address:
    __slots__ = ("bucket", "connections")

    def __init__(self, bucket: _Bucket) -> None:
        self.bucket = bucket
        self.connections = 0


class Doorkeeper:
    """Counts connections and new ones, per address and in all. An IPv6 address stands for its /64."""

    def __init__(self, limits: EngineLimits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._all = _Bucket(limits.new_per_second, clock())
        self._addresses: dict[str, _Address] = {}
        self.connections = 0

    def admit(self, remote_ip: str) -> str | None:
        """Count a new connection in; or return which bound refuses it, and count nothing."""
        limits = self._limits
        now = self._clock()
        key = network_of(remote_ip)
        address = self._addresses.get(key)
        if self.connections >= limits.connections:
            return "connections"
        if address is not None and address.connections >= limits.connections_per_address:
            return "connections_per_address"
        if self._all.fill(now) < 1.0:
            return "new_per_second"
        if address is None:
            self._forget(now)
            address = self._addresses[key] = _Address(_Bucket(limits.new_per_address_per_second, now))
        elif address.bucket.fill(now) < 1.0:
            return "new_per_address_per_second"
        self._all.take()
        address.bucket.take()
        address.connections += 1
        self.connections += 1
        return None

    def release(self, remote_ip: str) -> None:
        """Count out a connection that was admitted."""
        self.connections -= 1
        self._addresses[network_of(remote_ip)].connections -= 1

    def _forget(self, now: float) -> None:
        """Look at the addresses that came first; keep those that still mean something, as if new."""
        for key in [key for key, _ in zip(self._addresses, range(_LOOKED_AT), strict=False)]:
            address = self._addresses.pop(key)
            if address.connections or not address.bucket.is_full(now):
                self._addresses[key] = address


def network_of(remote_ip: str) -> str:
    """Return what an address counts as: itself, and an IPv6 address its /64."""
    if ":" not in remote_ip:
        return remote_ip
    try:
        parsed = IPv6Address(remote_ip)
    except ValueError:
        return remote_ip
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed) >> 64 << 64, 64)))
