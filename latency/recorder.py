"""Write down samples, seats and elections without names or addresses, one JSON array a line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict

from latency.election import Election
from latency.sample import Player, Sample
from latency.settings import Settings

FORMAT = "latency-recording"
VERSION = 1


class Recorder:
    """Keeps one room in `one_in`, chosen by a keyed hash, and of its members everything.

    Players and rooms become running numbers, times seconds since the first line; nothing else of them
    is written. `write` gets whole lines. Set `Prober.record` to `sample`; tell of seats and elections.
    """

    def __init__(
        self, write: Callable[[str], None], settings: Settings, *, salt: bytes, one_in: int = 1
    ) -> None:
        if one_in < 1:
            raise ValueError(f"one room in {one_in} cannot be kept")
        self._write = write
        self._salt = salt
        self._one_in = one_in
        self._players: dict[Player, int] = {}
        self._rooms: dict[str, int] = {}
        self._numbered = 0
        self._began: float | None = None
        header = {"format": FORMAT, "version": VERSION, "settings": asdict(settings)}
        write(json.dumps(header, separators=(",", ":")) + "\n")

    def seated(self, room: str, player: Player, at: float) -> bool:
        """A player took a seat; whether it is recorded (probe it at 1 Hz, so that there is a truth)."""
        if not self._keeps(room):
            return False
        number = self._rooms.setdefault(room, len(self._rooms))
        self._players[player] = self._numbered
        self._numbered += 1
        self._line("+", at, number, self._players[player])
        return True

    def unseated(self, player: Player, at: float) -> bool:
        """A player gave up its seat; whether it was recorded until now. When it sits again it is another."""
        number = self._players.pop(player, None)
        if number is None:
            return False
        self._line("-", at, number)
        return True

    def sample(self, sample: Sample) -> None:
        """A probe ended."""
        number = self._players.get(sample.player)
        if number is None:
            return
        flags = sample.host | sample.hidden << 1 | sample.polling << 2
        self._line(
            "s", sample.sent, number, sample.source.value, sample.result.value,
            _rounded(sample.rtt_ms), _rounded(sample.read_delay_ms), _rounded(sample.lag_ms), flags,
        )  # fmt: skip

    def elected(self, room: str, election: Election[Player]) -> None:
        """An election was held; left out unless all its candidates are recorded."""
        number = self._rooms.get(room)
        players = [self._players.get(ranked.player) for ranked in election.ranking]
        if number is None or not players or None in players:
            return
        self._line("e", election.at, number, election.reason, players)

    def _keeps(self, room: str) -> bool:
        digest = hashlib.blake2b(room.encode(), key=self._salt, digest_size=8).digest()
        return int.from_bytes(digest, "big") % self._one_in == 0

    def _line(self, kind: str, at: float, *rest: object) -> None:
        if self._began is None:
            self._began = at
        self._write(json.dumps([kind, round(at - self._began, 4), *rest], separators=(",", ":")) + "\n")


def _rounded(ms: float | None) -> float | None:
    return None if ms is None else round(ms, 3)
