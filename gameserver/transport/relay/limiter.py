"""What happens to a player that sends more than it may.

News that can be left out is left out, up to a multiple of the rate. What must arrive is done, and then
nothing more is read until the debt is paid, so that TCP pushes back on the sender. Who stays over its rate
for too long is closed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from gameserver.transport.relay.bucket import Allowance, Bucket, Buckets
from gameserver.transport.relay.counters import Counters
from gameserver.transport.seat import Seat

LEFT_OUT_FACTOR = 4.0  # so many times its rate of news is left out before the sender is not read
FORGOTTEN_AFTER_SECONDS = 1.0  # a sender that kept to its rate this long starts anew


@dataclass(frozen=True, slots=True)
class Rates:
    """What one player may send."""

    relay_per_second: float
    relay_burst: float
    relay_bytes_per_second: float
    requests_per_second: float
    requests_burst: float
    snapshot_bytes_per_second: float
    closed_after_seconds: float = 10.0  # of reading stopped


class Limiter:
    """Keeps every player to its rates."""

    def __init__(
        self,
        rates: Rates,
        *,
        now: Callable[[], float],
        later: Callable[[float, Callable[[], None]], object],
        counters: Counters,
    ) -> None:
        self.rates = rates
        self._now = now
        self._later = later
        self._counters = counters

    def buckets(self, now: float) -> Buckets:
        """Return a new player's buckets, full; those that few players need are made when they do."""
        rates = self.rates
        return Buckets(_relay(rates, 1.0, now), Bucket(rates.requests_per_second, rates.requests_burst, now))

    def allows_news(self, seat: Seat, size: int, now: float) -> bool:
        """Take one newest-wins message of this size, if the player may still send one."""
        if seat.relay.take_if_there(size, now):
            return True
        self._counters.dropped += 1
        left_out = seat.left_out
        if left_out is None:
            left_out = seat.left_out = _relay(self.rates, LEFT_OUT_FACTOR, now)
        if not left_out.take(size, now):  # reading it only to leave it out costs too much by now
            self._hold(seat, "news", left_out.debt_seconds(now), now)
        return False

    def charge(self, seat: Seat, size: int, now: float) -> None:
        """Take one reliable message of this size; it is done, but what follows may have to wait."""
        if not seat.relay.take(size, now):
            self._hold(seat, "relay", seat.relay.debt_seconds(now), now)

    def charge_snapshot(self, seat: Seat, size: int, now: float) -> None:
        """Take one snapshot of this size, from this player or for it; what it sends next may have to wait."""
        snapshots = seat.snapshots
        if snapshots is None:
            rate = self.rates.snapshot_bytes_per_second
            snapshots = seat.snapshots = Bucket(rate, rate, now)
        if not snapshots.take(size, now):
            self._hold(seat, "snapshots", snapshots.debt_seconds(now), now)

    def charge_request(self, seat: Seat, now: float) -> None:
        """Take one request; it is done, but what follows may have to wait."""
        if not seat.requests.take(1.0, now):
            self._hold(seat, "requests", seat.requests.debt_seconds(now), now)

    def _hold(self, seat: Seat, what: str, pause: float, now: float) -> None:
        """Stop reading until the debt is paid; close who has been held for too long."""
        self._counters.limited[what] += 1
        if seat.limited_since is None or now - seat.limited_until > FORGOTTEN_AFTER_SECONDS:
            seat.limited_since = now
        first = seat.limited_until <= now
        seat.limited_until = now + pause
        if seat.limited_until - seat.limited_since >= self.rates.closed_after_seconds:
            seat.peer.close("rate_limited", disconnect=False)
            return
        seat.peer.pause()
        if first:
            self._later(pause, partial(self._release, seat))

    def _release(self, seat: Seat) -> None:
        left = seat.limited_until - self._now()
        if left > 0:
            self._later(left, partial(self._release, seat))
        else:
            seat.peer.resume()


def _relay(rates: Rates, times: float, now: float) -> Allowance:
    """Return a bucket for so many times what may be relayed, full."""
    return Allowance(
        rate=times * rates.relay_per_second,
        burst=times * rates.relay_burst,
        byte_rate=times * rates.relay_bytes_per_second,
        bytes_burst=times * rates.relay_bytes_per_second,
        now=now,
    )
