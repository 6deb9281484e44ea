"""What the swarm has done and what has happened to it."""

from __future__ import annotations

import time
from collections import Counter


class Tally:
    """Counts by name, and tells them in a line."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._began = time.monotonic()

    def count(self, what: str) -> None:
        """Count one of these."""
        self.counts[what] += 1

    def host_changed(self, reason: str, host: str | None, me: str) -> None:
        """Count a migration once, by the one who is host now."""
        if host == me:
            self.count(f"hosts changed: {reason}")

    def line(self, present: int, rooms: int) -> str:
        """Return how it stands, for people."""
        counts = self.counts
        changed = sum(count for what, count in counts.items() if what.startswith("hosts changed"))
        return (
            f"{time.monotonic() - self._began:6.0f} s  {present} bots in {rooms} rooms, "
            f"{counts['inputs sent']} inputs, {counts['states heard']} states heard, {changed} host changes, "
            f"{counts['recovered']} recovered"
        )

    def table(self) -> str:
        """Return all counts, for people."""
        return "\n".join(f"  {what:<40}{count:>10}" for what, count in sorted(self.counts.items()))
