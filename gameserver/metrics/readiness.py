"""Whether new players should come here."""

from __future__ import annotations

from collections.abc import Callable

from gameserver.metrics.process import LoopLag
from gameserver.metrics.storage import StorageMeter

LASTING_LAG_SECONDS = 0.25  # a loop that is always so late serves nobody well


class Readiness:
    """Asks the parts; answers at once, and touches no disk: a storage tells its state by itself."""

    def __init__(self, storage: StorageMeter, lag: LoopLag, draining: Callable[[], bool]) -> None:
        self._storage = storage
        self._lag = lag
        self.draining = draining

    def reasons(self) -> list[str]:
        """Return why not, in words that can be shown to anybody; none means ready."""
        reasons = []
        if self.draining():
            reasons.append("draining")
        if (degraded := self._storage.degraded) is not None:
            reasons.append(f"storage: {degraded.fault}")
        if (lag := self._lag.lasting) > LASTING_LAG_SECONDS:
            reasons.append(f"loop lag: {lag * 1000:.0f} ms for seconds")
        return reasons
