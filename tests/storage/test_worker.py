"""The worker thread: jobs in order, elsewhere, and how they ended told on the loop."""

from __future__ import annotations

import asyncio
import threading

from gameserver.storage.worker import ThreadWorker
from tests.storage.stage import played


def test_jobs_run_in_order_in_one_other_thread_and_end_on_the_loop() -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        worker = ThreadWorker("test", loop.call_soon_threadsafe)
        ran: list[tuple[int, int]] = []
        ended: list[tuple[int, int]] = []
        over = asyncio.Event()

        def job(number: int) -> None:
            worker.submit(
                lambda: ran.append((number, threading.get_ident())),
                lambda raised: ended.append((number, threading.get_ident())),
            )

        for number in range(10):
            job(number)
        worker.submit(lambda: None, lambda raised: over.set())
        await over.wait()
        worker.stop()

        assert [number for number, _ in ran] == [number for number, _ in ended] == list(range(10))
        (elsewhere,) = {thread for _, thread in ran}
        assert {thread for _, thread in ended} == {threading.get_ident()} != {elsewhere}

    played(story())


def test_what_a_job_raises_is_told_and_the_next_job_runs() -> None:
    async def story() -> None:
        worker = ThreadWorker("test", asyncio.get_running_loop().call_soon_threadsafe)
        told: list[Exception | None] = []
        over = asyncio.Event()

        def wrong() -> None:
            raise ValueError("wrong")

        worker.submit(wrong, told.append)
        worker.submit(lambda: None, told.append)
        worker.submit(lambda: None, lambda raised: over.set())
        await over.wait()
        worker.stop()

        assert [type(raised) for raised in told] == [ValueError, type(None)]

    played(story())


def test_what_is_done_afterwards_comes_before_the_next_job_and_may_fail() -> None:
    async def story() -> None:
        worker = ThreadWorker("test", asyncio.get_running_loop().call_soon_threadsafe)
        ran: list[str] = []
        over = asyncio.Event()

        def careless() -> None:
            ran.append("afterwards")
            raise ValueError("unnoticed")

        worker.submit(lambda: ran.append("first"), lambda raised: None, careless)
        worker.submit(lambda: ran.append("second"), lambda raised: over.set())
        await over.wait()
        worker.stop()
        assert ran == ["first", "afterwards", "second"]

    played(story())


def test_a_worker_whose_loop_is_gone_ends() -> None:
    loop = asyncio.new_event_loop()
    worker = ThreadWorker("orphan", loop.call_soon_threadsafe)
    (thread,) = (each for each in threading.enumerate() if each.name == "orphan")
    loop.close()
    worker.submit(lambda: None, lambda raised: None)
    thread.join(10)
    assert not thread.is_alive()
