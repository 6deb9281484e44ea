"""How many bytes of snapshots are kept: of all rooms together, and of those that one address' hosts gave."""

from __future__ import annotations

from dataclasses import dataclass

from gameserver.core.errors import TooLarge
from gameserver.transport.relay.counters import Counters


@dataclass(frozen=True, slots=True)
class QuotaLimits:
    """Bounds of all rooms' snapshots; one's own stands in `Bounds`."""

    bytes_in_all: int = 256 * 1024 * 1024
    bytes_per_address: int = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Share:
    """What one room's snapshot takes of them."""

    address: str | None  # that its host gave it from, an IPv6 one as its /64; None: a former process kept it
    bytes: int


NOTHING = Share(None, 0)


class Quota:
    """Counts the shares of all rooms, and refuses what would go beyond a bound."""

    __slots__ = ("_counters", "_limits", "by_address", "bytes")

    def __init__(self, limits: QuotaLimits, counters: Counters) -> None:
        self._limits = limits
        self._counters = counters
        self.bytes = 0  # in all
        self.by_address: dict[str, int] = {}  # of those that have any

    def ask(self, former: Share, share: Share) -> None:
        """Take this share in place of the room's former one.

        Raises TooLarge, with nothing changed, where it makes more of what is beyond a bound.
        """
        limits = self._limits
        address = share.address
        if address is not None:
            had = self.by_address.get(address, 0)
            has = had + share.bytes - (former.bytes if former.address == address else 0)
            if has > limits.bytes_per_address:
                self._counters.snapshots_refused["address"] += 1
                raise TooLarge(
                    f"the rooms whose hosts are at your address keep {had} bytes of snapshots, and may keep"
                    f" {limits.bytes_per_address}; the former snapshot stays"
                )
        in_all = self.bytes + share.bytes - former.bytes
        if in_all > limits.bytes_in_all and in_all > self.bytes:
            self._counters.snapshots_refused["all"] += 1
            raise TooLarge("the server keeps as many bytes of snapshots as it may; the former snapshot stays")
        self.change(former, share)

    def change(self, former: Share, share: Share) -> None:
        """Count this share in place of the room's former one, whatever the bounds say."""
        self.bytes += share.bytes - former.bytes
        self._add(former.address, -former.bytes)
        self._add(share.address, share.bytes)

    def _add(self, address: str | None, count: int) -> None:
        if address is None:
            return
        left = self.by_address.get(address, 0) + count
        if left:
            self.by_address[address] = left
        else:
            self.by_address.pop(address, None)
