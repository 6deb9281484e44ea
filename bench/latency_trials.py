"""The trials behind the latency table: silence, a blocked loop, a clock. Each says what it assumes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from latency.clock import ClockFilter
from latency.prober import Notice
from latency.sample import Player, Result, Sample, Source
from latency.settings import Settings
from latency.silence import HostSilent
from latency.tools.play import Network
from latency.tools.traces import Floats
from latency.tools.worlds import Path, TraceWorld

KERNEL_TICK_S = 0.004  # a kernel of 250 Hz tells the age of unread bytes in such steps


class Dying:
    """A path that answers no probe from some moment on."""

    def __init__(self, path: Path, dies: float) -> None:
        self._path = path
        self._dies = dies

    def rtt_ms(self, at: float) -> float | None:
        """The round trip while alive. A probe whose answer would come after the end has none either."""
        rtt_ms = self._path.rtt_ms(at)
        return None if rtt_ms is None or at + rtt_ms / 1000 >= self._dies else rtt_ms

    def ahead(self, at: float, horizon_s: float) -> Floats:
        """What would have been."""
        return self._path.ahead(at, horizon_s)


def stalls(
    rng: np.random.Generator, until: float, mean_gap_s: float, low_s: float, high_s: float
) -> list[tuple[float, float]]:
    """Spans in which the loop stands still: exponential gaps, lengths uniform between the two."""
    spans: list[tuple[float, float]] = []
    at = float(rng.exponential(mean_gap_s))
    while at < until:
        end = at + float(rng.uniform(low_s, high_s))
        spans.append((at, end))
        at = end + float(rng.exponential(mean_gap_s))
    return spans


@dataclass(frozen=True)
class Silence:
    """How long after its death each host was called silent, s."""

    delays: Floats
    missed: int


def dying_hosts(settings: Settings, seed: int, hosts: int = 600, span_s: float = 900.0) -> Silence:
    """Hosts on 5G paths without outages, each falls silent at a random moment; as many more live on."""
    rng = np.random.default_rng(seed)
    dies = rng.uniform(60.0, 60.0 + span_s, hosts)
    found: dict[Player, float] = {}

    def notice(now: float, what: Notice) -> None:
        if isinstance(what, HostSilent):
            found[what.player] = now

    network = Network(settings, seed, notice=notice)
    everyone = TraceWorld("regional", outages=False).members(rng, 2 * hosts, ages=[0.0] * (2 * hosts))
    members, living = everyone[:hosts], everyone[hosts:]
    for entrant, at in zip(members, dies, strict=True):
        network.join(entrant.player, Dying(entrant.path, float(at)), 0.0, host=True)
    for entrant in living:
        network.join(entrant.player, entrant.path, 0.0, host=True)
    network.run(0.0, 60.0 + span_s + 60.0)
    delays = [found[m.player] - float(at) for m, at in zip(members, dies, strict=True) if m.player in found]
    return Silence(np.array(delays), hosts - len(delays))


@dataclass(frozen=True)
class Alarms:
    """An hour of hosts that all live: who was called silent, and of these, whose answer was there in time."""

    alarms: int
    false: int
    stalls: int
    stalled_s: float
    probes: int


def hour_of_stalls(
    settings: Settings, seed: int, hosts: int = 60, members: int = 180, hours: float = 1.0
) -> Alarms:
    """Live hosts and members, outages included, on a server that stands still for up to 2 s now and again.

    An alarm is false if the answer reached the server within `dead_s` of the probe, read or not.
    """
    rng = np.random.default_rng(seed)
    until = 3600.0 * hours
    spans = stalls(rng, until, mean_gap_s=20.0, low_s=0.05, high_s=2.0)
    paths: dict[Player, Path] = {}
    alarms = false = 0

    def notice(now: float, what: Notice) -> None:
        nonlocal alarms, false
        if isinstance(what, HostSilent):
            alarms += 1
            rtt_ms = paths[what.player].rtt_ms(what.since)
            false += rtt_ms is not None and rtt_ms < 1000 * settings.dead_s

    network = Network(settings, seed, notice=notice, stalls=spans, tick_s=KERNEL_TICK_S)
    world = TraceWorld("regional")
    for number, entrant in enumerate(world.members(rng, hosts + members, ages=[0.0] * (hosts + members))):
        paths[entrant.player] = entrant.path
        network.join(entrant.player, entrant.path, 0.0, host=number < hosts)
    network.run(0.0, until)
    lost = sum(end - begin for begin, end in spans)
    return Alarms(alarms, false, len(spans), lost, sum(network.probes.values()))


@dataclass(frozen=True)
class Blocked:
    """The p95 of all round trips in ms, and per player, for one way of reading them."""

    p95: float
    per_player: Floats
    samples: int


def blocked_loop(settings: Settings, seed: int, *, blocks: bool, tcp: bool, players: int = 200) -> Blocked:
    """Twenty minutes of players on 5G paths; the loop is blocked for 60 ms, twice a second on average.

    The same players are probed every second with and without blocks, with and without TCP_INFO.
    """
    rng = np.random.default_rng(seed)
    until = 1200.0
    members = TraceWorld("regional", outages=False).members(rng, players, ages=[0.0] * players)
    spans = stalls(rng, until, mean_gap_s=0.5, low_s=0.06, high_s=0.06) if blocks else []
    kept: dict[Player, list[float]] = {member.player: [] for member in members}

    def record(sample: Sample) -> None:
        rtt_ms = sample.network_ms
        if sample.result is Result.OK and sample.source is Source.CONTROL and rtt_ms is not None:
            kept[sample.player].append(rtt_ms)

    network = Network(settings, seed, record=record, stalls=spans, tick_s=KERNEL_TICK_S if tcp else None)
    for member in members:
        network.join(member.player, member.path, 0.0)
    network.run(0.0, until)
    rows = [np.array(row) for row in kept.values()]
    every = np.concatenate(rows)
    return Blocked(
        float(np.percentile(every, 95)), np.array([np.percentile(row, 95) for row in rows]), len(every)
    )


@dataclass(frozen=True)
class ClockModel:
    """A path of equal delay both ways, exponential jitter of its own each way, and a drifting clock."""

    path_ms: float = 20.0
    jitter_ms: float = 5.0  # mean, each way
    drift_ppm: float = 16.0
    exchanges: int = 8
    apart_ms: float = 150.0
    offset_ms: float = 1234.5


def clock_errors(model: ClockModel, seed: int, runs: int = 20_000) -> dict[str, Floats]:
    """|error| in ms of each method after the last exchange, over many runs."""
    rng = np.random.default_rng(seed)
    there = model.path_ms + rng.exponential(model.jitter_ms, (runs, model.exchanges))
    back = model.path_ms + rng.exponential(model.jitter_ms, (runs, model.exchanges))
    errors: dict[str, list[float]] = {"separate minima": [], "fastest of 8": [], "median of 8": []}
    for ways_there, ways_back in zip(there, back, strict=True):
        truth = 0.0
        filter_ = ClockFilter()
        offsets, trips = [], []
        answered = 0.0
        for k, (out, home) in enumerate(zip(ways_there.tolist(), ways_back.tolist(), strict=True)):
            asked = k * model.apart_ms
            read = asked + out + _truth(model, asked + out)
            answered = asked + out + home
            filter_.add(asked, read, read, answered)
            offsets.append((read - asked + read - answered) / 2)
            trips.append(out + home)
        truth = _truth(model, answered)
        found = filter_.offset(answered)
        assert found is not None
        errors["separate minima"].append(abs(found.ms - truth))
        errors["fastest of 8"].append(abs(offsets[int(np.argmin(trips))] - truth))
        errors["median of 8"].append(abs(float(np.median(offsets)) - truth))
    return {name: np.array(row) for name, row in errors.items()}


def _truth(model: ClockModel, at: float) -> float:
    return model.offset_ms + model.drift_ppm * 1e-6 * at
