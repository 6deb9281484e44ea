"""What is told of the storage is counted."""

from __future__ import annotations

from gameserver.metrics.storage import StorageMeter
from gameserver.ports import Commit, Degradation, Recovery


def test_commits_faults_and_outages_are_counted() -> None:
    meter = StorageMeter()
    meter.storage_committed(Commit(3, 5, 0.002))
    meter.storage_degraded(Degradation("full", "no space", 10.0))
    meter.storage_recovered(Recovery(4.5, 7))
    meter.storage_committed(Commit(1, 1, 0.004))

    assert (meter.commits.count, meter.calls, meter.records) == (2, 4, 6)
    assert meter.faults == {"full": 1}
    assert meter.outage_seconds == 4.5


def test_without_a_storage_all_is_well() -> None:
    meter = StorageMeter()
    meter.storage_committed(Commit(1, 1, 0.001))

    assert meter.degraded is None
