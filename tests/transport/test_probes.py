"""From the prober to the connections, and what the lobby reads of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from gameserver.core.values import PlayerId
from gameserver.transport.probes import Probes
from latency.settings import Settings
from latency.view import Cache
from tests.support.patience import PATIENCE_SECONDS
from tests.support.peers import FakePeer

ANNA = PlayerId("anna")


class AnsweringPeer(FakePeer):
    """Answers each control ping at once, and counts."""

    def __init__(self, *, blocked: bool = False, polling: bool = False) -> None:
        super().__init__("anna")
        self.payloads: list[bytes] = []
        self.heartbeats = 0
        self.blocked = blocked
        self.transport = "polling" if polling else "websocket"
        self.answer: Callable[[bytes], None] = lambda payload: None

    def ping(self, payload: bytes) -> bool:
        if self.blocked or self.transport == "polling":
            return False
        self.payloads.append(payload)
        self.answer(payload)
        return True

    def heartbeat(self) -> bool:
        self.heartbeats += 1
        return True


def probed(peer: AnsweringPeer, until: Callable[[Cache], bool], origin: float = 0.0) -> Cache:
    """Run real probes on a real loop until something is known."""

    async def run() -> Cache:
        loop = asyncio.get_running_loop()
        cache = Cache()
        settings = Settings(burst_s=0.1)
        probes = Probes(loop, settings, cache, lambda notice: None, chance=lambda: 0.5, origin=origin)

        def answer(payload: bytes) -> None:
            loop.call_soon(lambda: probes.ponged(ANNA, payload, time.monotonic()))

        peer.answer = answer
        probes.opened(ANNA, peer)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not until(cache):
                    await asyncio.sleep(0.01)
        finally:
            probes.closed(ANNA)
            probes.stop()
        return cache

    return asyncio.run(run())


def test_a_player_that_answers_gets_a_ping() -> None:
    peer = AnsweringPeer()
    seen: list[float | None] = []

    def known(cache: Cache) -> bool:
        seen.append(cache.view(ANNA).ping_ms)
        return seen[-1] is not None

    probed(peer, known)

    assert len(set(peer.payloads)) == len(peer.payloads) > 0
    assert all(len(payload) == 8 for payload in peer.payloads)


def test_where_control_pings_cannot_go_heartbeats_go() -> None:
    peer = AnsweringPeer(polling=True)

    probed(peer, lambda cache: peer.heartbeats > 0)

    assert peer.payloads == []


def test_a_websocket_that_takes_no_bytes_counts_as_waiting_and_not_as_polling() -> None:
    peer = AnsweringPeer(blocked=True)
    seen: list[bool] = []

    def waiting(cache: Cache) -> bool:
        view = cache.view(ANNA)
        seen.append(view.polling)
        return view.oldest_unanswered is not None

    probed(peer, waiting)

    assert not any(seen)


def test_a_host_that_is_not_read_by_our_own_will_is_not_silent() -> None:
    peer = FakePeer("anna")
    loop = asyncio.new_event_loop()
    try:
        probes = Probes(loop, Settings(), Cache(), lambda notice: None, chance=lambda: 0.5, origin=10.0)
        probes.opened(ANNA, peer)
        peer.read_at = 5.0
        assert probes._heard(ANNA) == 15.0
        peer.pause()
        assert (probes._heard(ANNA) or 0.0) >= time.monotonic() + 9.0
        assert probes._heard("nobody") is None
    finally:
        loop.close()


def test_moments_are_told_in_server_time() -> None:
    peer = AnsweringPeer()
    seen: list[float] = []

    def known(cache: Cache) -> bool:
        answered = cache.view(ANNA).last_answered
        if answered is not None:
            seen.append(answered - time.monotonic())
        return bool(seen)

    probed(peer, known, origin=1_000_000.0)

    assert round(seen[0], -3) == 1_000_000.0
