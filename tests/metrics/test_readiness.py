"""Why new players should not come here."""

from __future__ import annotations

from gameserver.metrics.process import LASTING_SECONDS, LoopLag
from gameserver.metrics.readiness import LASTING_LAG_SECONDS, Readiness
from gameserver.metrics.storage import StorageMeter
from gameserver.ports import Degradation
from tests.metrics.test_process import LateClock


class Degraded(StorageMeter):
    """A storage that is full."""

    @property
    def degraded(self) -> Degradation | None:
        return Degradation("full", "/var/lib/secret/path: no space left", 0.0)


def lag(seconds: float) -> LoopLag:
    """The lag of a loop that has been so late for long enough."""
    timers = LateClock()
    timers.late = seconds
    lag = LoopLag(timers, lambda: timers.now)
    lag.start()
    timers.pass_time(2 * LASTING_SECONDS)
    return lag


def test_a_server_that_is_well_has_no_reasons() -> None:
    assert Readiness(StorageMeter(), lag(0.0), lambda: False).reasons() == []


def test_every_reason_is_told_in_words_for_anybody() -> None:
    reasons = Readiness(Degraded(), lag(2 * LASTING_LAG_SECONDS), lambda: True).reasons()

    assert reasons == ["draining", "storage: full", "loop lag: 500 ms for seconds"]
