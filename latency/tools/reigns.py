"""Play whole rooms under the proactive rule: what their hosts' pings were, and how often they changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from latency.election import Candidate
from latency.proactive import Reign, look
from latency.settings import Settings
from latency.tools.play import Network
from latency.tools.traces import Floats
from latency.tools.worlds import Entrant


@dataclass(frozen=True)
class Tenure:
    """One room's life: each second's round trip of whoever was host, and the changes."""

    host_rtt_ms: Floats
    switches: int
    hours: float
    probes: int


def reign(
    entrants: Sequence[Entrant], settings: Settings, seed: int, *, best: bool, seconds: float
) -> Tenure:
    """Let the first entrant be host and look at it once a second for so long."""
    network = Network(settings, seed)
    host = entrants[0].player
    for entrant in entrants:
        network.join(entrant.player, entrant.path, 0.0, host=entrant.player == host)
    state: Reign[str] = Reign(0.0)
    reigned: list[tuple[float, str]] = [(0.0, host)]
    now = 0.0
    while now < seconds:
        network.run(now, now + 1)
        now += 1
        cache = network.prober.cache
        seats = {each.player: Candidate(each.player, 0.0, cache.view(each.player)) for each in entrants}
        others = [seat for player, seat in seats.items() if player != host]
        state, switch = look(state, now, seats[host], others, settings, best=best)
        if switch is not None:
            network.prober.set_host(host, False, now)
            network.prober.set_host(switch.to, True, now)
            host = switch.to
            reigned.append((now, host))
    return Tenure(
        _felt(entrants, reigned, seconds), len(reigned) - 1, seconds / 3600, sum(network.probes.values())
    )


def _felt(entrants: Sequence[Entrant], reigned: list[tuple[float, str]], seconds: float) -> Floats:
    paths = {entrant.player: entrant.path for entrant in entrants}
    ends = [at for at, _ in reigned[1:]] + [seconds]
    parts = [
        paths[host].ahead(at, end - at) for (at, host), end in zip(reigned, ends, strict=True) if end > at
    ]
    return np.concatenate(parts)
