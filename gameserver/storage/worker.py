"""Run jobs one after the other in a thread of their own, and tell the loop how each ended."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Protocol

Job = Callable[[], None]
Ended = Callable[[Exception | None], None]


class Worker(Protocol):
    """Who does what may take time."""

    def submit(self, job: Job, ended: Ended, afterwards: Job | None = None) -> None:
        """Do this job after all earlier ones; tell `ended` on the loop what it raised, or None.

        What is done `afterwards` keeps nobody waiting but the next job, and may fail unnoticed.
        """

    def stop(self) -> None:
        """Take no more jobs; what was submitted is still done."""


class InlineWorker:
    """Does it at once, for jobs that take no time."""

    def submit(self, job: Job, ended: Ended, afterwards: Job | None = None) -> None:
        ended(_run(job))
        if afterwards is not None:
            _run(afterwards)

    def stop(self) -> None:
        """There is nothing to stop."""


class ThreadWorker:
    """One thread; it shares nothing with the loop but two queues.

    A daemon, so that a disk that never answers cannot keep the process from exiting.
    """

    def __init__(self, name: str, call_soon_threadsafe: Callable[[Callable[[], object]], object]) -> None:
        self._tell = call_soon_threadsafe
        self._jobs: queue.SimpleQueue[tuple[Job, Ended, Job | None] | None] = queue.SimpleQueue()
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def submit(self, job: Job, ended: Ended, afterwards: Job | None = None) -> None:
        self._jobs.put((job, ended, afterwards))

    def stop(self) -> None:
        self._jobs.put(None)

    def _work(self) -> None:
        while (taken := self._jobs.get()) is not None:
            job, ended, afterwards = taken
            raised = _run(job)
            try:
                self._tell(lambda ended=ended, raised=raised: ended(raised))  # type: ignore[misc]
            except RuntimeError:  # the loop was closed without waiting for us
                return
            if afterwards is not None:
                _run(afterwards)


def _run(job: Job) -> Exception | None:
    try:
        job()
    except Exception as raised:
        return raised
    return None
