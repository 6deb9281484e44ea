"""Play whole rooms under a host policy: what their hosts' pings were, and how often the host changed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from latency.election import Candidate, elect
from latency.proactive import Reign, look
from latency.settings import Settings
from latency.tools.play import Network
from latency.tools.traces import Floats
from latency.tools.worlds import Life, Stay


@dataclass(frozen=True)
class Tenure:
    """One room's life: every round trip of whoever was host, and how often a live host was replaced."""

    host_rtt_ms: Floats
    switches: int
    hours: float


class _Room:
    """The room while it is played."""

    def __init__(self, life: Life, settings: Settings, seed: int, *, best: bool) -> None:
        self.network = Network(settings, seed)
        self.host: Stay | None = None
        self.switches = 0
        self.felt: list[Floats] = []
        self._settings = settings
        self._best = best
        self._coming = sorted(life.stays, key=lambda stay: stay.joined)
        self._here: dict[str, Stay] = {}
        self._reign: Reign[str] = Reign(life.began)
        self._host_since = life.began

    def turn(self, now: float) -> None:
        """Who came, who went, who is host now."""
        while self._coming and self._coming[0].joined <= now:
            stay = self._coming.pop(0)
            self._here[stay.player] = stay
            self.network.join(stay.player, stay.path, now)
        for stay in [stay for stay in self._here.values() if stay.left <= now]:
            del self._here[stay.player]
            self.network.prober.leave(stay.player, now)
        if self.host is not None and self.host.player not in self._here:
            self._crown(None, now)
            self._reign = self._reign.host_changed(now)
        if self.host is None:
            winner = elect(self._seats(), now, "replay", self._settings).winner
            self._crown(winner, now)
        elif len(self._here) > 1:
            self._look(self.host, now)

    def end(self, now: float) -> Floats:
        """Everything that was felt of the hosts."""
        self._crown(None, now)
        return np.concatenate(self.felt) if self.felt else np.empty(0)

    def _look(self, host: Stay, now: float) -> None:
        seats = self._seats()
        own = next(seat for seat in seats if seat.player == host.player)
        others = [seat for seat in seats if seat is not own]
        self._reign, switch = look(self._reign, now, own, others, self._settings, best=self._best)
        if switch is not None:
            self.switches += 1
            self._crown(switch.to, now)

    def _crown(self, player: str | None, now: float) -> None:
        if self.host is not None:
            self.felt.append(self.host.path.ahead(self._host_since, now - self._host_since))
            self.network.prober.set_host(self.host.player, False, now)
        self.host = None if player is None else self._here[player]
        self._host_since = now
        if player is not None:
            self.network.prober.set_host(player, True, now)

    def _seats(self) -> list[Candidate[str]]:
        view = self.network.prober.cache.view
        return [Candidate(stay.player, stay.joined, view(stay.player)) for stay in self._here.values()]


def reign(life: Life, settings: Settings, seed: int, *, best: bool) -> Tenure:
    """Play a room, looking at its host once a second; `best` is the host policy of that name."""
    room = _Room(life, settings, seed, best=best)
    now = life.began
    for second in range(math.floor(life.ended - life.began)):
        now = life.began + second
        room.turn(now)
        room.network.run(now, now + 1)
    felt = room.end(now + 1)
    return Tenure(felt, room.switches, (life.ended - life.began) / 3600)
