"""What the commands do, between their options and the text or files they give."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path as File

import numpy as np

from latency.settings import Settings
from latency.tools.progress import progress
from latency.tools.recommend import check, recommend, trials
from latency.tools.recorded import RecordedWorld
from latency.tools.recording import Recording, SeatPath, read
from latency.tools.reigns import Tenure, reign
from latency.tools.replay import Outcomes, replay
from latency.tools.report import difference_lines, election_lines, reign_lines, settings_line
from latency.tools.take import take
from latency.tools.traces import Floats, Trace
from latency.tools.worlds import Case, Life, Path, TraceWorld
from latency.tools.wrong import Wrong

DRAWN_S = 300.0


@dataclass(frozen=True)
class Material:
    """What is played, and under which settings."""

    title: str
    cases: list[Case]
    lives: Callable[[int], Iterator[Life]]  # this many rooms, or all there are
    now: Settings
    other: Settings
    seed: int
    recording: Recording | None = None
    world: TraceWorld | None = None

    @classmethod
    def of(cls, options: argparse.Namespace, changes: dict[str, object]) -> Material:
        """From the options; `Wrong` if there is nothing to play."""
        if options.recording is None:
            world = TraceWorld(options.traces, outages=not options.without_outages)
            now = Settings()
            other = now.changed(changes)  # refused before anything is made
            cases = list(world.cases(options.elections, options.seed))
            title = f"shipped traces, {options.traces}" + (", no outages" if options.without_outages else "")
            return cls(
                title, cases, lambda n: world.lives(n, options.seed),
                now, other, options.seed, world=world,
            )  # fmt: skip
        recording = read(options.recording)
        recorded, now = RecordedWorld(recording), recording.settings
        return cls(
            f"{options.recording.name}: {recording.samples} samples, {len(recording.elections)} elections",
            list(recorded.cases()), lambda n: recorded.lives(),
            now, now.changed(changes), options.seed, recording=recording,
        )  # fmt: skip

    @property
    def changed(self) -> bool:
        """Whether other settings are asked about."""
        return self.now != self.other

    def play(self, settings: Settings, what: str) -> Outcomes:
        """All elections under these settings."""
        return replay(progress(self.cases, len(self.cases), what), settings, self.seed)

    def chance(self, number: int) -> int:
        """The seed of room number so and so."""
        return self.seed * 1_000_003 + number


def replayed(material: Material, rooms: int) -> list[str]:
    """Elections, rooms under both host policies, and what other settings would change."""
    lines = [material.title, *_notes(material), ""]
    lives = list(material.lives(rooms))
    plans = [("now", material.now)]
    if material.changed:
        plans.append(("other", material.other))
        lines += [f"settings: {settings_line(material.now, material.other)}", ""]
    played: list[Outcomes] = []
    for name, settings in plans:
        outcomes = material.play(settings, f"elections, {name}")
        played.append(outcomes)
        lines += ([f"-- {name} --"] if material.changed else []) + list(election_lines(outcomes))
        tenures: dict[str, list[Tenure]] = {
            policy: [
                reign(life, settings, material.chance(n), best=policy == "best")
                for n, life in enumerate(progress(lives, len(lives), f"rooms, {name}, {policy}"))
            ]
            for policy in ("keep", "best")
            if lives
        }
        lines += [*reign_lines(tenures), ""]
    if material.changed:
        lines += difference_lines(played[0], played[1])
    return lines


def recorded(source: str, out: File, seconds: float) -> list[str]:
    """What a recording holds, once it is taken."""
    bar = _Bar(max(1, round(seconds)), "seconds")
    recording = take(source, out, seconds, tick=bar.reach)
    bar.end()
    elections = len(list(RecordedWorld(recording).cases()))
    return [
        f"{out}: {recording.samples} samples of {len(recording.seats)} seats, "
        f"{len(recording.elections)} elections, {elections} of them with enough measurements to replay",
        f"a member was measured every {recording.spacing_s:.1f} s (median)",
    ]


def recommended(material: Material, max_cpu: float | None) -> list[str]:
    """The search's verdict."""
    shortest = 0.0
    if material.recording is not None:
        check(material.recording)
        shortest = material.recording.spacing_s
    bar = _Bar(trials(shortest), "search")
    found = recommend(
        material.cases, material.other, material.seed,
        max_cpu=max_cpu, shortest_s=shortest, step=bar.step,
    )  # fmt: skip
    bar.end()
    return [material.title, *found.lines()]


def plotted(material: Material, player: int | None) -> dict[str, bytes]:
    """The files to write: pictures and the page that shows them."""
    from latency.tools import plot

    path = _drawn_path(material, player)
    outcomes = material.play(material.other, "elections")
    drawings = [
        plot.distributions(_groups(material)),
        plot.regrets(outcomes),
        plot.estimate(path, material.other, DRAWN_S, material.seed),
    ]
    notes = "\n".join([material.title, *_notes(material), *election_lines(outcomes)])
    files = {f"{drawing.name}.png": drawing.png for drawing in drawings}
    files["index.html"] = plot.page("Latency replay", notes, drawings).encode()
    return files


class _Bar:
    """A progress bar that is stepped from within."""

    def __init__(self, total: int, what: str) -> None:
        self._steps = progress(iter(range(total)), total, what)
        self._done = 0

    def step(self) -> None:
        self._done += 1
        next(self._steps, None)

    def reach(self, done: float) -> None:
        while self._done < done:
            self.step()

    def end(self) -> None:
        for _ in self._steps:
            pass


def _notes(material: Material) -> list[str]:
    recording = material.recording
    if recording is None:
        return []
    notes = [
        f"{len(material.cases)} elections have enough measurements of all their candidates",
        f"a member was measured every {recording.spacing_s:.1f} s (median); "
        "a replay that asks more often gets the same answers again",
    ]
    if recording.repeats > 0.5:
        notes.append(
            f"{recording.repeats:.0%} of the samples repeat the one before: do not trust the figures"
        )
    return notes


def _groups(material: Material) -> dict[str, Floats]:
    groups: dict[str, list[Floats]] = {}
    if material.world is not None:
        for trace in material.world.traces:
            groups.setdefault(_kind(trace), []).append(trace.rtt_ms)
    elif material.recording is not None:
        for seat in material.recording.seats.values():
            if seat.rtt_ms:
                groups.setdefault("all members", []).append(np.array(seat.rtt_ms))
    return {name: np.concatenate(rows) for name, rows in groups.items()}


def _kind(trace: Trace) -> str:
    if trace.outage:
        return "runs with outages"
    return "band n78" if "n78" in trace.name else "band n8" if "n8" in trace.name else "car to car"


def _drawn_path(material: Material, player: int | None) -> Path:
    recording = material.recording
    if recording is None:
        if player is not None:
            raise Wrong("--player names a player of a recording")
        return material.cases[0].entrants[0].path
    seats = recording.seats
    chosen = max(seats, key=lambda number: len(seats[number].sent)) if player is None else player
    if chosen not in seats or not seats[chosen].sent:
        raise Wrong(f"player {chosen} of the recording has no samples")
    return _From(SeatPath(seats[chosen]), seats[chosen].sent[0])


class _From:
    """A path whose time begins at its first sample."""

    def __init__(self, path: Path, begin: float) -> None:
        self._path = path
        self._begin = begin

    def rtt_ms(self, at: float) -> float | None:
        return self._path.rtt_ms(at + self._begin)

    def ahead(self, at: float, horizon_s: float) -> Floats:
        return self._path.ahead(at + self._begin, horizon_s)
