"""Make cases of a recording: its elections, with what was measured before and after them."""

from __future__ import annotations

from collections.abc import Iterator

from latency.tools.recording import Held, Recording, SeatPath
from latency.tools.worlds import Case, Entrant, Life, Stay

BEFORE_S = 600.0  # the estimators have forgotten what is older
TRUTH_S = 30.0
TRUTH_N = 3  # fewer samples after an election do not say what its candidates were worth


class RecordedWorld:
    """The elections and rooms of one recording."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self._paths = {player: SeatPath(seat) for player, seat in recording.seats.items()}

    def cases(self) -> Iterator[Case]:
        """Every election of two or more whose candidates were all measured before and after it."""
        for held in self.recording.elections:
            if self._measured(held):
                kind = f"rooms of {len(held.candidates) + 1}"
                yield Case(held.at, tuple(self._entrants(held)), kind, held.room)

    def lives(self) -> Iterator[Life]:
        """Every room in which two or more sat."""
        rooms: dict[int, list[Stay]] = {}
        for player, seat in self.recording.seats.items():
            end = min(seat.ended, self.recording.ended)
            if seat.sent and end > seat.began:
                stay = Stay(str(player), self._paths[player], seat.began, end)
                rooms.setdefault(seat.room, []).append(stay)
        for stays in rooms.values():
            if len(stays) > 1:
                stays.sort(key=lambda stay: stay.joined)
                yield Life(tuple(stays), stays[0].joined, max(stay.left for stay in stays))

    def _measured(self, held: Held) -> bool:
        paths = [self._paths[player] for player in held.candidates]
        return len(paths) > 1 and all(
            path.rtt_ms(held.at - 1) is not None and len(path.ahead(held.at, TRUTH_S)) >= TRUTH_N
            for path in paths
        )

    def _entrants(self, held: Held) -> Iterator[Entrant]:
        seats = self.recording.seats
        for player in sorted(held.candidates, key=lambda player: seats[player].began):
            joined = max(seats[player].began, held.at - BEFORE_S)
            yield Entrant(str(player), joined, self._paths[player])
