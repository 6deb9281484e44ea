"""Say in a few lines what a replay found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from latency.settings import Settings
from latency.tools.policies import POLICIES
from latency.tools.reigns import Tenure
from latency.tools.replay import Outcomes
from latency.tools.statistics import Interval, difference, mean
from latency.tools.traces import Floats

PLAYERS = 11_250  # what the CPU figure is told for


def election_lines(outcomes: Outcomes) -> Iterator[str]:
    """Each policy's regret and host ping with 95 % intervals, by room size, and what the probes cost."""
    yield f"{len(outcomes)} elections; mean [95 % interval] over elections, in ms"
    yield f"{'policy':<18} {'regret':<24} {'host ping':<24} host p95"
    for policy in POLICIES:
        columns = (outcomes.regret(policy), outcomes.host_ping(policy), outcomes.host_p95(policy))
        yield f"{policy:<18} " + " ".join(f"{mean(column)!s:<24}" for column in columns).rstrip()
    yield f"{'(oracle)':<18} {'0':<24} {mean(np.array(outcomes.best))}"
    kinds = np.array(outcomes.kinds)
    for kind in sorted(set(outcomes.kinds), key=lambda kind: (len(kind), kind)):
        yield f"  {kind}: regret of score {mean(outcomes.regret('score')[kinds == kind])}"
    yield (
        f"probes: {outcomes.probes_per_player_s:.3f} per player and second; "
        f"{PLAYERS} such players: {PLAYERS * outcomes.cpu_share:.1%} of a core"
    )
    yield (
        f"displayed ping, median error for the next 30 s: {np.median(outcomes.shown_errors):.2f} ms "
        f"(last ping: {np.median(outcomes.last_errors):.2f} ms)"
    )


def reign_lines(tenures: Mapping[str, Sequence[Tenure]]) -> Iterator[str]:
    """Host ping and changes of host over whole rooms, by host policy."""
    for policy, rooms in tenures.items():
        means, p95s, switches = reign_columns(rooms)
        yield (
            f'{len(rooms)} rooms, host_policy "{policy}": host ping {mean(means)}, p95 {mean(p95s)} ms, '
            f"replaced while alive {mean(switches)} times per room and hour"
        )


def reign_columns(rooms: Sequence[Tenure]) -> tuple[Floats, Floats, Floats]:
    """Mean and p95 of each room's host ping in ms, and its changes per hour."""
    felt = [room for room in rooms if len(room.host_rtt_ms)]
    return (
        np.array([room.host_rtt_ms.mean() for room in felt]),
        np.array([np.percentile(room.host_rtt_ms, 95) for room in felt]),
        np.array([room.switches / room.hours for room in felt]),
    )


def difference_lines(now: Outcomes, other: Outcomes) -> Iterator[str]:
    """What the other settings change, election by election."""
    for name, theirs, ours in (
        ("regret", other.regret("score"), now.regret("score")),
        ("host ping", other.host_ping("score"), now.host_ping("score")),
        ("host p95", other.host_p95("score"), now.host_p95("score")),
    ):
        yield f"change of {name}: {verdict(difference(theirs, ours))}"
    yield (
        f"probes per player and second: {now.probes_per_player_s:.3f} -> {other.probes_per_player_s:.3f}, "
        f"{PLAYERS} players: {PLAYERS * now.cpu_share:.1%} -> {PLAYERS * other.cpu_share:.1%} of a core"
    )


def verdict(change: Interval) -> str:
    """A change in ms, and whether it is one."""
    if change.covers_zero:
        return f"{change} ms: none that is significant"
    return f"{change} ms: {'better' if change.value < 0 else 'worse'}"


def settings_line(now: Settings, other: Settings) -> str:
    """The difference of two settings in one line."""
    changes = now.differences(other)
    return (
        ", ".join(f"{name} {here:g} -> {there:g}" for name, (here, there) in changes.items()) or "no change"
    )
