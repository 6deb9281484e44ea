"""The command line: which question is asked of which files."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from typing import TextIO

from gameserver.logs.reading import stories
from gameserver.logs.reading.follow import grown
from gameserver.logs.reading.line import Decoder, Line
from gameserver.logs.reading.progress import Progress
from gameserver.logs.reading.sources import needle, read, size
from gameserver.logs.reading.stats import Stats
from gameserver.logs.reading.words import counted, shown, told

ID_WITH_A_DASH = re.compile(r"-[\w-]{19}")  # an id of a player has 20 characters
MOMENT = re.compile(
    r"(?:(\d{4}-\d\d-\d\d)[T ])?([01]?\d|2[0-3])(:[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?)Z?", re.ASCII
)
SHIELD = "\0"


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the arguments; ends the process with 2 if they make no sense."""
    parser = argparse.ArgumentParser(
        prog="python -m gameserver.logs",
        description="Answer questions from the JSON lines the server wrote. Files may be several and end in "
        ".gz; without any, standard input is read. Times are UTC.",
    )
    asked = parser.add_subparsers(dest="question", required=True, metavar="QUESTION")
    follow = asked.add_parser("follow", help="show a file as it grows, or standard input, readably")
    follow.add_argument("files", nargs="?", metavar="FILE")
    room = asked.add_parser("room", help="tell one room's story")
    room.add_argument("id", metavar="ID")
    player = asked.add_parser("player", help="tell one player's story")
    player.add_argument("id", metavar="ID")
    why = asked.add_parser("why-host", help="explain why a room's host changed, with the numbers")
    why.add_argument("id", metavar="ROOM")
    why.add_argument("--at", type=moment, metavar="TIME", help="such as 20:14 or 2026-11-21T20:14")
    slow = asked.add_parser("slow", help="show the slowest commands")
    slow.add_argument("--over", type=float, default=10.0, metavar="MS", help="milliseconds (%(default)g)")
    errors = asked.add_parser("errors", help="show what the server did wrong")
    stats = asked.add_parser("stats", help="count events, refusals, endings and elections")
    for each in (room, player, why, slow, errors, stats):
        each.add_argument("files", nargs="*", metavar="FILE")
    read, more = parser.parse_known_args(_shielded(sys.argv[1:] if arguments is None else arguments))
    if getattr(read, "id", "").startswith(SHIELD):
        read.id = read.id.removeprefix(SHIELD)
    if more and (read.question == "follow" or any(each.startswith("-") and each != "-" for each in more)):
        parser.error(f"unrecognized arguments: {' '.join(more)}")
    if more:  # argparse takes no files that follow an option
        read.files += more
    return read


def moment(text: str) -> str:
    """Return the beginning of lines' times that is meant. Raises ArgumentTypeError if it is no time."""
    found = MOMENT.fullmatch(text.strip())
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: write 20:14, 20:14:05 or 2026-11-21T20:14")
    day, hour, rest = found.groups()
    return f"{day + 'T' if day else ''}{int(hour):02}{rest}"


def _shielded(arguments: Sequence[str]) -> list[str]:
    """Let an id that begins with a dash, as one in 64 does, be no option."""
    return [
        f"{SHIELD}{each}" if place == 1 and ID_WITH_A_DASH.fullmatch(each) else each
        for place, each in enumerate(arguments)
    ]


def answer(asked: argparse.Namespace, out: TextIO, aside: TextIO) -> None:
    """Write the answer to `out`, and progress and doubts to `aside`. Raises OSError for unreadable files."""
    decode = Decoder()
    if asked.question == "follow":
        source = read([], ()) if asked.files in (None, "-") else grown(asked.files)
        for raw in source:
            line = decode(raw)
            out.write(
                (told(line) if line is not None else shown(raw.decode(errors="replace").rstrip())) + "\n"
            )
            out.flush()
        return
    progress = Progress(size(asked.files), aside)
    foreign = 0
    doubts: list[str] = []
    try:
        raws = read(asked.files, _needles(asked), progress.tell, doubts.append)
        if asked.question == "stats":
            stats = Stats()
            stats.read(raws)
            told_lines, foreign = stats.tables(), stats.foreign
        else:
            told_lines = _told(asked, (line for raw in raws if (line := decode(raw)) is not None))
        for text in told_lines:
            out.write(text + "\n")
    finally:
        progress.end()
    for doubt in doubts:
        aside.write(f"{shown(doubt)}\n")
    if foreign := foreign or decode.foreign:
        aside.write(f"Passed over, since the server did not write them: {counted(foreign, 'line')}.\n")


def _needles(asked: argparse.Namespace) -> tuple[bytes, ...]:
    match asked.question:
        case "room":
            return needle(asked.id), b'"connection.closed"'
        case "player" | "why-host":
            return (needle(asked.id),)
        case "slow":
            return (b'"command.handled"',)
        case "errors":
            return (b'"error"',)
    return ()


def _told(asked: argparse.Namespace, lines: Iterator[Line]) -> Iterator[str]:
    match asked.question:
        case "room":
            return stories.room(lines, asked.id)
        case "player":
            return stories.player(lines, asked.id)
        case "why-host":
            return stories.why_host(lines, asked.id, asked.at)
        case "slow":
            return stories.slow(lines, asked.over)
    return stories.errors(lines)


def main() -> int:
    """Answer; return 0, or 1 if a file could not be read."""
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        answer(options(), sys.stdout, sys.stderr)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 0
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        sys.stderr.close()
        return 0
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
