"""How many players one core carries, and what each takes: the sizing table of docs/deployment.md."""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import generator, machine
from bench.contenders import cores, started
from bench.driver import Driver, Pace, faultless, passes
from bench.generator import GeneratorError, finish
from bench.memory import resident_kib
from bench.ours import OURS
from bench.report import between_markers, number, rounds, table
from bench.run import allow_many_connections
from bench.search import highest

PAGE = Path(__file__).parent.parent / "docs" / "deployment.md"
BEGIN, END = "<!-- sizing: begin -->", "<!-- sizing: end -->"

ROOM_SIZE = 8
SHARE = 0.7  # of the highest load: what to plan with, so that a burst finds room
TICK_US = 500
FEW, MANY = 25, 150  # rooms that play while memory and files are read
SLOW_HZ = 2  # at which they play: memory is looked for, not load


@dataclass(frozen=True, slots=True)
class Game:
    """What a kind of game sends: each player so many times a second, payloads of so many bytes."""

    title: str
    hz: int
    payload: int


GAMES = (
    Game("casual, 10 Hz", 10, 64),
    Game("action, 20 Hz", 20, 64),
    Game("action, 20 Hz, large states", 20, 1024),
    Game("fast action, 30 Hz", 30, 64),
    Game("fast action, 60 Hz", 60, 64),
)


@dataclass(frozen=True, slots=True)
class Carried:
    """The most rooms that played with 99 % of deliveries under 50 ms, round by round."""

    game: Game
    rooms: tuple[int, ...]

    @property
    def players(self) -> int:
        """Players at the highest load, in the middle of the rounds."""
        return self._median * ROOM_SIZE

    @property
    def spread(self) -> str:
        """The rooms in the middle of the rounds, and from the least to the most."""
        most = f"{self._median:,}"
        return most if len(self.rooms) == 1 else f"{most} ({min(self.rooms):,} to {max(self.rooms):,})"

    @property
    def _median(self) -> int:
        return int(statistics.median(self.rooms))


@dataclass(frozen=True, slots=True)
class Held:
    """What the process held while so many players sat in rooms and played."""

    players: int
    rss_kib: int
    files: int


def carried(game: Game, pace: Pace) -> Carried:
    """Search the most rooms of eight that play this game, with the host's state and seven inputs."""
    rooms = []
    hint = 0.0
    for _ in range(pace.pairs):
        hint = _search(game, pace, hint)
        rooms.append(round(hint))
    return Carried(game, tuple(rooms))


def _search(game: Game, pace: Pace, hint: float) -> float:
    server_core, generator_core = cores()
    with started(OURS, server_core) as server:
        driver = Driver(server, generator_core, pace)

        def attempt(load: float) -> bool:
            return any(_plays(driver, game, round(load)) for _ in range(2))

        start = hint or 256 * 20 / game.hz
        return highest(start, attempt, factor=1.25 if hint else 2.0, precision=pace.precision).load


def _plays(driver: Driver, game: Game, rooms: int) -> bool:
    try:
        measured = driver.run(
            "star",
            rooms=rooms,
            room_size=ROOM_SIZE,
            payload=game.payload,
            rate=rooms * ROOM_SIZE * game.hz,
            tick_us=TICK_US,
        )
    except GeneratorError as error:
        print(f"    at {rooms}: {error}", file=sys.stderr)
        return False
    return passes(measured)


def held(rooms: int, pace: Pace) -> Held:
    """Read what a fresh server holds while so many rooms play slowly, in the middle of their game."""
    server_core, generator_core = cores()
    with started(OURS, server_core) as server:
        driver = Driver(server, generator_core, pace)
        playing = driver.begin(
            "star", rooms=rooms, room_size=ROOM_SIZE, rate=rooms * ROOM_SIZE * SLOW_HZ, seconds=8, warm=2
        )
        most = Held(0, 0, 0)
        while playing.poll() is None:
            files = len(list(Path(f"/proc/{server.pid}/fd").iterdir()))
            if files >= most.files:
                most = Held(rooms * ROOM_SIZE, resident_kib(server.pid), files)
            time.sleep(0.5)
        faultless(finish(playing))
        return most


def games_table(found: Sequence[Carried]) -> str:
    """Players per core, by what their game sends."""
    return table(
        ["game", "each player sends", "most rooms of 8", "players at most", "plan with"],
        [
            [
                each.game.title,
                f"{each.game.hz} a second, {each.game.payload:,} B",
                each.spread,
                f"{each.players:,}",
                f"{_rounded(each.players * SHARE):,}",
            ]
            for each in found
        ],
    )


def _rounded(players: float) -> int:
    """Two digits: the figures are worth no more."""
    return int(float(f"{players:.2g}"))


def needs_table(few: Held, many: Held) -> str:
    """What the process holds by itself, and what each player adds."""
    more = many.players - few.players
    kib = (many.rss_kib - few.rss_kib) / more
    files = (many.files - few.files) / more
    return table(
        ["", "by itself", "each player in a room adds"],
        [
            ["memory", f"{number((few.rss_kib - kib * few.players) / 1024)} MiB", f"{number(kib)} KiB"],
            ["file descriptors", f"{few.files - files * few.players:.0f}", number(files)],
        ],
    )


def told(found: Sequence[Carried], few: Held, many: Held, pace: Pace) -> str:
    """Everything a reader needs, in Markdown."""
    described = machine.describe()
    often = rounds(pace.pairs) + (" (range)" if pace.pairs > 1 else "")
    return "\n\n".join(
        [
            f"Measured at commit {described['commit']}, in {often}, the server on a core "
            f"of its own ({described['machine']}).",
            games_table(found),
            f"With {few.players:,} and with {many.players:,} players in rooms of {ROOM_SIZE}:",
            needs_table(few, many),
        ]
    )


def main(words: Sequence[str] | None = None, say: Callable[[str], None] = print) -> int:
    """Measure, tell, and write the page's table if that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.sizing", description=__doc__)
    parser.add_argument("--pairs", type=int, default=3, help="rounds; 3 unless told")
    parser.add_argument("--publish", action="store_true", help="write docs/deployment.md")
    arguments = parser.parse_args(words)
    pace = Pace(pairs=arguments.pairs, precision=1.1)
    generator.build()
    allow_many_connections()
    found = []
    for game in GAMES:
        found.append(carried(game, pace))
        say(f"  {game.title}: {', '.join(str(rooms) for rooms in found[-1].rooms)} rooms")
    text = told(found, held(FEW, pace), held(MANY, pace), pace)
    say(f"\n{text}")
    if arguments.publish:
        between_markers(PAGE, BEGIN, END, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
