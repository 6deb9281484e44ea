"""Write down what the latency package measures and what elections made of it, for its tools."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from gameserver.core.effects import Elected, Route
from gameserver.core.values import PlayerId, RoomId, Seconds
from gameserver.ports import Journal
from latency.election import Election, Ranked, Tier
from latency.recorder import Recorder
from latency.settings import Settings

TRUTH_S = 1.0  # who is recorded is measured so often: a replay needs to know what else could have been seen


class Recording:
    """A file of samples, seats and elections, without names; implements `ports.RouteObserver`.

    `pace` sets how often a player is measured, in seconds; None: as everybody.
    """

    def __init__(self, file: Path, settings: Settings, *, one_in: int, now: Callable[[], Seconds]) -> None:
        """Open the file, to be written anew. Raises OSError."""
        self._out: TextIO = file.open("w", encoding="utf-8")
        self._now = now
        self.pace: Callable[[PlayerId, Seconds | None], None] = lambda player, pace_s: None
        self._seated: dict[RoomId, frozenset[PlayerId]] = {}
        self.recorder = Recorder(self._write, settings, salt=secrets.token_bytes(16), one_in=one_in)

    def _write(self, line: str) -> None:
        self._out.write(line)

    def published(self, route: Route) -> None:
        before = self._seated.get(route.room, frozenset())
        for player in before - set(route.members):
            self._leave(player)
        for player in route.members:
            if player not in before and self.recorder.seated(route.room, player, self._now()):
                self.pace(player, TRUTH_S)
        self._seated[route.room] = frozenset(route.members)

    def retired(self, room: RoomId) -> None:
        for player in self._seated.pop(room, frozenset()):
            self._leave(player)

    def _leave(self, player: PlayerId) -> None:
        if self.recorder.unseated(player, self._now()):
            self.pace(player, None)

    def elected(self, election: Elected) -> None:
        """Write down an election."""
        ranking: tuple[Ranked[str], ...] = tuple(
            Ranked(each.id, Tier.READY, each.ping_ms, each.score, 0, "") for each in election.candidates
        )
        held: Election[str] = Election(self._now(), election.reason, ranking, election.host, election.why)
        self.recorder.elected(election.room, held)

    def close(self) -> None:
        """Write all down."""
        self._out.close()


class RecordingJournal:
    """A journal that also writes elections down."""

    def __init__(self, journal: Journal, recording: Recording) -> None:
        self.command = journal.command
        self.failed = journal.failed
        self.ended = journal.ended
        self._journal = journal
        self._recording = recording

    def elected(self, election: Elected) -> None:
        self._journal.elected(election)
        self._recording.elected(election)
