"""Who is kept out, by the subject of a signed login or by network, and how to ask that quickly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Literal

from gameserver.core.values import Seconds

WIDEST_V4, WIDEST_V6 = 8, 19  # prefixes: a mistyped /0 must not keep everybody out
IPV6_CUSTOMER_PREFIX = 64  # whoever has one address of it has them all

By = Literal["subject", "network"]


@dataclass(frozen=True, slots=True)
class Ban:
    """One rule: whom it keeps out, why, and until when."""

    id: str
    by: By
    target: str  # a token's subject, or a network as `203.0.113.0/24`
    reason: str  # told to whom it keeps out
    added: Seconds
    until: Seconds | None = None  # None: for good

    def holds(self, now: Seconds) -> bool:
        """Whether it is in force."""
        return self.until is None or now < self.until

    def told(self) -> str:
        """Return what the one who is kept out is told."""
        text = "you are banned"
        if self.until is not None:
            text += f" until {datetime.fromtimestamp(self.until, UTC):%Y-%m-%d %H:%M} UTC"
        return f"{text}: {self.reason}" if self.reason else text


def network_of(text: str) -> str:
    """Return the network that a ban of this address or network is about; an IPv6 address stands for its /64.

    Raises ValueError where it is neither, or so wide that it must be a mistake.
    """
    if "/" not in text:
        address = ip_address(text)
        if isinstance(address, IPv6Address):
            if address.ipv4_mapped is not None:
                return f"{address.ipv4_mapped}/32"
            return str(IPv6Network((int(address), IPV6_CUSTOMER_PREFIX), strict=False))
        return f"{address}/32"
    network = ip_network(text)
    widest = WIDEST_V4 if network.version == 4 else WIDEST_V6
    if network.prefixlen < widest:
        raise ValueError(f"{text} is too wide: /{widest} at most")
    return str(network)


class Bans:
    """All bans. Asking costs one look per width of network that is banned, however many bans there are."""

    def __init__(self, bans: Iterable[Ban] = ()) -> None:
        """Raises ValueError where a target is no network."""
        self._all = tuple(bans)
        self._subjects: dict[str, Ban] = {}
        networks: dict[tuple[int, int], dict[int, Ban]] = {}
        for ban in self._all:
            if ban.by == "subject":
                self._subjects[ban.target] = ban
            else:
                network: IPv4Network | IPv6Network = ip_network(ban.target)
                kind = (network.version, network.max_prefixlen - network.prefixlen)
                networks.setdefault(kind, {})[int(network.network_address) >> kind[1]] = ban
        self._networks = sorted(networks.items())  # the narrowest first

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Ban]:
        return iter(self._all)

    def of(self, address: str, subject: str | None, now: Seconds) -> Ban | None:
        """Return a ban that keeps out who comes from this address with a login of this subject."""
        ban = None if subject is None else self._subjects.get(subject)
        return ban if ban is not None and ban.holds(now) else self.of_address(address, now)

    def of_address(self, address: str, now: Seconds) -> Ban | None:
        """Return a ban that keeps this address out."""
        if not self._networks:
            return None
        try:
            parsed = ip_address(address)
        except ValueError:
            return None
        if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        number = int(parsed)
        for (version, host_bits), bans in self._networks:
            if version == parsed.version:
                ban = bans.get(number >> host_bits)
                if ban is not None and ban.holds(now):
                    return ban
        return None
