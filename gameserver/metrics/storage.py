"""Count how the storage fares."""

from __future__ import annotations

from collections import Counter

from gameserver.ports import Commit, Degradation, Recovery, Storage
from latency.metrics import Histogram

COMMIT_BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class StorageMeter:
    """Implements `ports.StorageObserver`; `storage` is set once it is open, which is later."""

    def __init__(self) -> None:
        self.storage: Storage | None = None
        self.commits = Histogram(COMMIT_BOUNDS)  # seconds
        self.calls = 0  # that shared those commits
        self.records = 0  # written by them
        self.faults: Counter[str] = Counter()  # times nothing could be committed, by why
        self.outage_seconds = 0.0  # of the outages that are over

    @property
    def degraded(self) -> Degradation | None:
        """Why nothing can be committed now, if so."""
        return None if self.storage is None else self.storage.degraded

    def storage_degraded(self, degradation: Degradation) -> None:
        self.faults[degradation.fault] += 1

    def storage_recovered(self, recovery: Recovery) -> None:
        self.outage_seconds += recovery.seconds

    def storage_committed(self, commit: Commit) -> None:
        self.commits.observe(commit.seconds)
        self.calls += commit.calls
        self.records += commit.records
