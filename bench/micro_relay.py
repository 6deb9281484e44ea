"""What a relay message costs the server from its bytes to the outbox's `send`, and what parts of that take.

    python -m bench.micro_relay                   all tables, compiled and from the sources
    python -m bench.micro_relay --instructions    and instructions, which repeat exactly (needs valgrind)
    python -m bench.micro_relay --quick           a few rounds: to see whether it runs

In one process, without sockets: where system calls would be stands a kernel that takes everything, so the
times are those of the server's own code, warm. A part's time is what the whole takes less without it, from
sources without it that are compiled beside the others (`relay_apart`). What a whole server reaches is
measured by `make bench`.
"""

from __future__ import annotations

import argparse
import itertools
import json
import logging
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from bench import machine, relay_apart
from bench.relay_rooms import Rooms
from bench.relay_tables import Figure, Figures, asked_for, parts, whole
from bench.relay_trials import Trial, rooms_for, trials
from gameserver import compiled
from gameserver.collecting import settle

Receive = Callable[[bytes], object]
SEED: Final = 1
MARK: Final = "getppid"  # a function of the C library that nothing else calls


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is measured: rooms kept warm together, messages to each in a round, one a turn, and rounds."""

    rooms: int = 50
    messages: int = 20
    rounds: int = 60


QUICK: Final = Amount(rooms=4, messages=5, rounds=3)
COUNTED: Final = Amount(rooms=4, messages=50, rounds=1)


@dataclass(slots=True)
class Bench:
    """Rounds of all trials in turns, in rooms that are opened once."""

    amount: Amount
    mark: Callable[[], object] = lambda: None  # called before and behind what is measured
    opened: dict[object, Rooms] = field(default_factory=dict)
    sent: int = 0

    def rooms(self, trial: Trial) -> Rooms:
        """Return the rooms for this trial; those whose companies and links are alike share them."""
        key = trial.message.company, trial.link, trial.straight
        if key not in self.opened:
            self.opened[key] = rooms_for(trial, self.amount.rooms)
        return self.opened[key]

    def round(self, trial: Trial) -> float:
        """Return nanoseconds of processor time for one message, without the measuring loop's own."""
        rooms = self.rooms(trial)
        message = trial.message
        trial.ready(rooms, message)
        receive: list[Receive] = [room[message.sender].data_received for room in rooms.rooms]
        frames = [message.frame(self.sent + each + 1) for each in range(self.amount.messages + 2)]
        self.sent += len(frames)
        turn = rooms.loop.turn
        _pass(receive, frames[:2], turn)
        self.mark()
        taken = _pass(receive, frames[2:], turn)
        self.mark()
        idle = _pass([len] * len(receive), frames[2:], turn)
        self.mark()
        return (taken - idle) / (self.amount.messages * len(receive))

    def run(self, planned: Sequence[Trial]) -> dict[Trial, list[float]]:
        """Measure all of these, in another order each time."""
        found: dict[Trial, list[float]] = {trial: [] for trial in planned}
        order = list(planned)
        chance = random.Random(SEED)
        for _ in range(self.amount.rounds):
            chance.shuffle(order)
            for trial in order:
                found[trial].append(self.round(trial))
        return found


def _pass(receive: Sequence[Receive], frames: Sequence[bytes], turn: Callable[[], None]) -> int:
    began = time.process_time_ns()
    for frame in frames:
        for each in receive:
            each(frame)
        turn()
    return time.process_time_ns() - began


def measure(amount: Amount, warmed_up: Callable[[], object] = lambda: None) -> list[Figure]:
    """Return what each trial's message takes, in nanoseconds; call back once all rooms stand."""
    planned = trials()
    bench = Bench(amount)
    for trial in planned:
        bench.round(trial)
    warmed_up()
    return [_figure(trial.message.title, trial.lacks, times) for trial, times in bench.run(planned).items()]


def _figure(message: str, lacks: str, costs: Sequence[float]) -> Figure:
    return {
        "message": message,
        "lacks": lacks,
        "best": min(costs),
        "quartile": sorted(costs)[len(costs) // 4],
        "median": statistics.median(costs),
    }


def _to_be_counted() -> list[tuple[str, str]]:
    """Send each trial's messages between calls that callgrind goes by; return the trials in their order."""
    bench = Bench(COUNTED)
    planned = trials()
    for trial in planned:
        bench.round(trial)
    bench.mark = os.getppid
    for trial in planned:
        bench.round(trial)
    return [(trial.message.title, trial.lacks) for trial in planned]


def _counted() -> list[Figure]:
    """Return what each trial's message takes, in instructions of the compiled server."""
    with tempfile.TemporaryDirectory() as folder:
        valgrind = ["valgrind", "-q", "--tool=callgrind", f"--dump-before={MARK}"]
        counted = json.loads(
            _child("--count", form="compiled", before=[*valgrind, f"--callgrind-out-file={folder}/out"])
        )
        totals = []
        for number in itertools.count(1):
            dump = Path(folder, f"out.{number}")
            if not dump.exists():
                break
            (total,) = re.findall(r"^totals: (\d+)", dump.read_text(), re.MULTILINE)
            totals.append(int(total))
    messages = COUNTED.messages * COUNTED.rooms
    # Of three dumps for each trial the first is of what came before it.
    costs = [(taken - idle) / messages for taken, idle in zip(totals[1::3], totals[2::3], strict=True)]
    return [_figure(title, lacks, [cost]) for (title, lacks), cost in zip(counted, costs, strict=True)]


def _child(*options: str, form: str, before: Sequence[str] = ()) -> str:
    """Run this module once more, on the sources beside which there are those without parts."""
    environment = dict(os.environ, PYTHONPATH=str(relay_apart.ROOT), PYTHONHASHSEED="0")
    environment[compiled.VARIABLE] = "yes" if form == "compiled" else "no"
    command = [*before, sys.executable, "-m", "bench.micro_relay", *options]
    return subprocess.run(
        command, cwd=relay_apart.PLACE, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def main() -> None:
    """Measure what was asked for, and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--instructions", action="store_true", help="count instructions as well")
    parser.add_argument("--quick", action="store_true", help="a few rounds")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)  # in the child
    parser.add_argument("--count", action="store_true", help=argparse.SUPPRESS)  # in the child
    asked = parser.parse_args()
    if asked.measure or asked.count:
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        if asked.count:
            json.dump(_to_be_counted(), sys.stdout)
        else:
            json.dump(measure(QUICK if asked.quick else Amount(), settle), sys.stdout)
        return
    _report(["--quick"] if asked.quick else [], counts=asked.instructions)


def _report(options: Sequence[str], *, counts: bool) -> None:
    relay_apart.write()
    compiling = [sys.executable, "-m", "gameserver.compiled"]
    subprocess.run(compiling, cwd=relay_apart.PLACE, check=True, stdout=sys.stderr)
    by_form = {
        form: Figures(json.loads(_child("--measure", *options, form=form)))
        for form in ("compiled", "from the sources")
    }
    described = machine.describe()
    print(f"{described['machine']}; {described['python']}; commit {described['commit']}\n")
    print(whole(by_form), end="\n\n")
    for form, figures in by_form.items():
        print(parts(figures, f"ns, {form}"), end="\n\n")
    if counts:
        by_form["instructions, compiled"] = Figures(_counted())
        print(parts(by_form["instructions, compiled"], "instructions, compiled"), end="\n\n")
    print(asked_for(by_form))


if __name__ == "__main__":
    main()
