"""What a drill counts: promises that were broken, and how long things took."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

PROMISES = {
    "inputs_lost": "inputs lost: covered by no snapshot and not delivered to the new host",
    "inputs_doubled": "inputs done twice",
    "inputs_disordered": "inputs out of their order",
    "former_host_heard": "messages of a former host that reached anyone",
    "order_differs": "pairs of members that heard one order differently",
    "events_lost": "broadcasts and directs that a member was not given",
    "events_doubled": "broadcasts and directs given twice or out of order",
    "recovered_wrongly": "recoveries that were no recovery and did not say so",
    "no_host": "migrations that found no host in time",
}


@dataclass(slots=True)
class Tally:
    """All figures of one drill."""

    seed: int
    broken: Counter[str] = field(default_factory=Counter)  # promises, by their key in PROMISES
    done: Counter[str] = field(default_factory=Counter)  # what happened, by its name
    without_host_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    state_age_ms: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # the first broken promises, in words

    def breaks(self, promise: str, times: int, note: str) -> None:
        """Count a promise that the server did not keep."""
        if times:
            self.broken[promise] += times
            if len(self.notes) < 20:
                self.notes.append(f"{promise}: {note}")

    @property
    def kept(self) -> bool:
        """Whether every promise was kept."""
        return not self.broken.total()


def percentile(values: list[float], share: float) -> float:
    """Return the least value that is not below this share of all (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def table(tally: Tally) -> str:
    """Return the figures as a table for people."""
    lines = [
        "",
        "time without host, from the exit to host_ready (detection and grace are the server's settings)",
    ]
    lines.append(f"  {'exit':<24}{'times':>7}{'p50 ms':>10}{'p99 ms':>10}{'most ms':>10}")
    for kind, times in sorted(tally.without_host_ms.items()):
        p50, p99 = percentile(times, 0.5), percentile(times, 0.99)
        lines.append(f"  {kind:<24}{len(times):>7}{p50:>10.1f}{p99:>10.1f}{max(times):>10.1f}")
    if tally.state_age_ms:
        ages = tally.state_age_ms
        lines.append(
            f"age of the state handed over: p50 {percentile(ages, 0.5):.0f} ms, most {max(ages):.0f} ms"
        )
    lines.append("what happened")
    lines += [f"  {name:<58}{count:>9}" for name, count in sorted(tally.done.items())]
    lines.append("promises broken")
    lines += [f"  {text:<74}{tally.broken[key]:>5}" for key, text in PROMISES.items()]
    lines += [f"  ! {note}" for note in tally.notes]
    return "\n".join(lines)
