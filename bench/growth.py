"""Judge whether a server grows: what it holds after each cycle of churn, early and late."""

from __future__ import annotations

import statistics
from collections.abc import Container, Sequence

import msgspec

WARM_SHARE = 0.3  # of the samples: caches, pools and arenas fill in the first cycles
REMEMBERED = frozenset({"objects"})  # grow in the first minute: estimates outlive their connections so long
MEMORY_KIB = 2048
OBJECTS_SHARE = 0.01


class Sample(msgspec.Struct, frozen=True):
    """What the server holds when only those are left who stay."""

    rss_kib: int
    files: int
    threads: int
    tasks: int
    rooms: int
    players: int
    objects: int  # known to the cycle collector, after a collection


def grown(samples: Sequence[Sample], ignored: Container[str] = ()) -> list[str]:
    """Return one sentence for each thing that grew from the early to the late samples; none is fine.

    The first three tenths don't count; of the rest the medians of the two halves are compared. Counts must
    not grow at all, objects by 1 % and memory by 2 MiB at most. Raise ValueError for fewer than six samples.
    """
    if len(samples) < 6:
        raise ValueError(f"{len(samples)} cycles are too few to tell")
    settled = samples[int(len(samples) * WARM_SHARE) :]
    early, late = settled[: len(settled) // 2], settled[len(settled) // 2 :]
    sentences = []
    for name in Sample.__struct_fields__:
        if name in ignored:
            continue
        before = statistics.median(getattr(sample, name) for sample in early)
        after = statistics.median(getattr(sample, name) for sample in late)
        if after > before + _allowance(name, before):
            sentences.append(f"{name} grew from {before:.0f} to {after:.0f}")
    return sentences


def _allowance(name: str, before: float) -> float:
    match name:
        case "rss_kib":
            return MEMORY_KIB
        case "objects":
            return before * OBJECTS_SHARE
        case _:
            return 0
