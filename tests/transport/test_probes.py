"""From the prober to the connections, and what the lobby reads of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from gameserver.core.values import PlayerId
from gameserver.transport.probes import Probes, ServerTimeCache
from latency.settings import Settings
from latency.view import LatencyView
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


def test_moments_are_told_in_server_time() -> None:
    cache = ServerTimeCache(1000.0)
    cache.publish(ANNA, LatencyView(last_answered=5.0, oldest_unanswered=7.0))

    assert (cache[ANNA].last_answered, cache[ANNA].oldest_unanswered) == (1005.0, 1007.0)


def probed(peer: AnsweringPeer, until: Callable[[ServerTimeCache], bool]) -> ServerTimeCache:
    """Run real probes on a real loop until something is known."""

    async def run() -> ServerTimeCache:
        loop = asyncio.get_running_loop()
        cache = ServerTimeCache(0.0)
        probes = Probes(loop, Settings(burst_s=0.1), cache, lambda notice: None, chance=lambda: 0.5)

        def answer(payload: bytes) -> None:
            loop.call_soon(lambda: probes.ponged(ANNA, payload, time.monotonic()))

        peer.answer = answer
        probes.opened(ANNA, peer)
        try:
            async with asyncio.timeout(20):
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

    def known(cache: ServerTimeCache) -> bool:
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

    def waiting(cache: ServerTimeCache) -> bool:
        view = cache.view(ANNA)
        seen.append(view.polling)
        return view.oldest_unanswered is not None

    probed(peer, waiting)

    assert not any(seen)
