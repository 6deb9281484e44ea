"""Count what the runtime tells its journal, on the way to the log."""

from __future__ import annotations

import typing
from collections import Counter
from collections.abc import Callable

from gameserver.core.commands import ServerCommand
from gameserver.core.effects import Elected, RoomEnded
from gameserver.core.values import PlayerId, RoomId, Seconds
from gameserver.metrics.reigns import Reigns
from gameserver.ports import Journal
from gameserver.protocol.inbound import EVENTS
from latency.metrics import Histogram, Metrics
from latency.regret import Regrets
from latency.view import Cache

REPORTS = tuple(sorted(command.__name__.lower() for command in typing.get_args(ServerCommand)))
COMMANDS = (*sorted(EVENTS), *REPORTS)
"""All that a command can be called; what clients make up counts as `other`."""

COMMAND_BOUNDS = (0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5)
_KNOWN = frozenset(COMMANDS)


class MeteredJournal:
    """Passes everything on to another journal; implements `ports.Journal`."""

    def __init__(
        self,
        inner: Journal,
        *,
        reigns: Reigns,
        regrets: Regrets,
        measured: Metrics,
        pings: Cache,
        now: Callable[[], float],
    ) -> None:
        self._inner = inner
        self._reigns = reigns
        self._regrets = regrets
        self._measured = measured
        self._pings = pings
        self._now = now
        self.outcomes: Counter[tuple[str, str]] = Counter()  # by command, and `ok` or the refusal's code
        self.rooms_ended: Counter[str] = Counter()  # by why
        self.failures: Counter[str] = Counter()  # mistakes of ours, by command
        self.seconds: dict[str, Histogram] = {}  # how long a command took, by its name

    def command(
        self,
        *,
        name: str,
        player: PlayerId | None,
        room: RoomId | None,
        outcome: str,
        effects: int,
        ms: float,
        detail: str | None,
    ) -> None:
        known = name if name in _KNOWN else "other"
        self.outcomes[known, outcome] += 1
        if ms > 0.0:  # what could not even be read has no duration
            taken = self.seconds.get(known)
            if taken is None:
                taken = self.seconds[known] = Histogram(COMMAND_BOUNDS)
            taken.observe(ms / 1000)
        if name == "clock" and outcome == "ok" and player is not None:
            self._note_clock(player)
        self._inner.command(
            name=name, player=player, room=room, outcome=outcome, effects=effects, ms=ms, detail=detail
        )

    def failed(self, *, name: str, player: PlayerId | None, error: Exception) -> None:
        self.failures[name if name in _KNOWN else "other"] += 1
        self._inner.failed(name=name, player=player, error=error)

    def elected(self, election: Elected) -> None:
        self._reigns.elected(election)
        if election.host is not None:
            candidates = [candidate.id for candidate in election.candidates]
            self._regrets.elected(election.host, candidates, self._now())
        self._inner.elected(election)

    def ended(self, ending: RoomEnded, age_s: Seconds) -> None:
        self.rooms_ended[ending.reason] += 1
        self._inner.ended(ending, age_s)

    def _note_clock(self, player: PlayerId) -> None:
        """An exchange of clocks cannot see how a round trip splits: half of it bounds the offset's error."""
        ping_ms = self._pings.view(player).ping_ms
        if ping_ms is not None:
            self._measured.observe("clock_offset_error_bound_seconds", ping_ms / 2000)
