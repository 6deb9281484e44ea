"""Read a recording back, or say in which line it is wrong."""

from __future__ import annotations

import gzip
import json
import math
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any

import numpy as np

from latency.recorder import FORMAT, VERSION
from latency.sample import Result, Source
from latency.settings import ImpossibleSetting, Settings
from latency.tools.traces import Floats
from latency.tools.wrong import Wrong

NEAR_S = 30.0  # a sample speaks for so long before and after itself
_HEADER_BYTES = 1 << 16


class WrongRecording(Wrong):
    """The file is no recording, or a line of it cannot be."""


@dataclass
class Seat:
    """One member's stay in a room, with what was measured during it."""

    room: int
    began: float
    ended: float = float("inf")
    sent: list[float] = field(default_factory=list)
    rtt_ms: list[float] = field(default_factory=list)

    def sort(self) -> None:
        """Order the samples by when they were sent, which is not the order of their answers."""
        order = np.argsort(self.sent, kind="stable").tolist()
        self.sent = [self.sent[k] for k in order]
        self.rtt_ms = [self.rtt_ms[k] for k in order]


class SeatPath:
    """What was measured of one member, as the truth about its path."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self._rtt_ms = np.array(seat.rtt_ms)
        self._sent = np.array(seat.sent)

    def rtt_ms(self, at: float) -> float | None:
        """The round trip in ms of the sample sent nearest to `at`; None if none was near or it is gone."""
        seat = self.seat
        k = bisect_left(seat.sent, at)
        near = [j for j in (k - 1, k) if 0 <= j < len(seat.sent) and abs(seat.sent[j] - at) <= NEAR_S]
        if not near or at >= seat.ended:
            return None
        return seat.rtt_ms[min(near, key=lambda j: abs(seat.sent[j] - at))]

    def ahead(self, at: float, horizon_s: float) -> Floats:
        """The round trips in ms of all samples sent from `at` on, for so long."""
        inside: Floats = self._rtt_ms[(self._sent >= at) & (self._sent < at + horizon_s)]
        return inside


@dataclass(frozen=True)
class Held:
    """An election as it was held."""

    at: float
    room: int
    reason: str
    candidates: tuple[int, ...]  # best first, as ranked then


@dataclass
class Recording:
    """Everything of one file."""

    settings: Settings
    seats: dict[int, Seat] = field(default_factory=dict)
    elections: list[Held] = field(default_factory=list)
    samples: int = 0
    ended: float = 0.0

    @property
    def repeats(self) -> float:
        """The share of samples exactly equal to the one before: over half, something held old values."""
        equal = total = 0
        for seat in self.seats.values():
            row = np.array(seat.rtt_ms)
            equal += int(np.count_nonzero(row[1:] == row[:-1]))
            total += max(0, len(row) - 1)
        return equal / total if total else 0.0

    @property
    def spacing_s(self) -> float:
        """The median time between two samples of a member."""
        gaps = [np.diff(seat.sent) for seat in self.seats.values() if len(seat.sent) > 1]
        return float(np.median(np.concatenate(gaps))) if gaps else float("inf")


def read(file: File) -> Recording:
    """Read a recording, plain or gzipped; `WrongRecording` says what is wrong with it and where."""
    number = 0
    try:
        lines = _lines(file)
        recording = Recording(_settings(file, next(lines, "")))
        for number, line in enumerate(lines, 2):  # noqa: B007
            _take(recording, json.loads(line))
    except OSError as failed:
        raise WrongRecording(f"{file}: {failed.strerror or failed}") from None
    except (ValueError, KeyError, TypeError, EOFError, zlib.error) as wrong:
        if isinstance(wrong, WrongRecording):
            raise
        raise WrongRecording(f"{file}, line {number}: {_say(wrong)}") from None
    if not recording.samples:
        raise WrongRecording(f"{file}: no samples")
    for seat in recording.seats.values():
        seat.sort()
    return recording


def _lines(file: File) -> Iterator[str]:
    with file.open("rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
    with gzip.open(file, "rt", encoding="utf-8") if zipped else file.open(encoding="utf-8") as stream:
        yield from stream


def _settings(file: File, header: str) -> Settings:
    try:
        told = json.loads(header[:_HEADER_BYTES])
        if told["format"] != FORMAT:
            raise KeyError
    except (ValueError, KeyError, TypeError):
        raise WrongRecording(f"{file}: not a latency recording") from None
    if told["version"] != VERSION:
        raise WrongRecording(f"{file}: version {told['version']} of the format is not known here")
    try:
        return Settings().changed(told["settings"])
    except ImpossibleSetting as impossible:
        raise WrongRecording(f"{file}: {impossible}") from None


def _take(recording: Recording, line: list[Any]) -> None:
    kind, at, *rest = line
    at = float(at)
    if not math.isfinite(at):
        raise ValueError(f"{at} is no time")
    recording.ended = max(recording.ended, at)
    match kind, rest:
        case "+", [int(room), int(player)]:
            recording.seats[player] = Seat(room, at)
        case "-", [int(player)]:
            recording.seats[player].ended = at
        case "e", [int(room), str(reason), [*candidates]]:
            unknown = [player for player in candidates if player not in recording.seats]
            if unknown:
                raise ValueError(f"candidate {unknown[0]} has no seat")
            recording.elections.append(Held(at, room, reason, tuple(candidates)))
        case "s", [int(player), source, result, rtt, delay, _lag, int(flags)]:
            _sample(recording.seats[player], at, Source(source), Result(result), rtt, delay, flags)
            recording.samples += 1
        case _:
            raise ValueError("neither a seat, a sample nor an election")


def _sample(
    seat: Seat, at: float, source: Source, result: Result, rtt: float | None, delay: float | None, flags: int
) -> None:
    polling = bool(flags & 4)
    if result is not Result.OK or (source is Source.HEARTBEAT and not polling):
        return
    if rtt is None or not 0 <= rtt < 3.6e6:
        raise ValueError(f"a round trip of {rtt} ms")
    seat.sent.append(at)
    seat.rtt_ms.append(max(0.0, rtt - (delay or 0.0)))


def _say(wrong: Exception) -> str:
    if isinstance(wrong, KeyError):
        return f"player {wrong} has no seat"
    return str(wrong)
