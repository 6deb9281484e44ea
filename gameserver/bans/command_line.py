"""`python -m gameserver.bans`: change the file of bans, whether a server runs or not."""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from gameserver.bans.book import BanBook, BansError, Wanted, by_id, by_target
from gameserver.core.bans import Ban, By
from gameserver.settings import PREFIX, WrongSettings, load

UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}

EPILOG = """A running server reads the file again within a second: who is banned is closed at once.
examples:
  add --subject user-4711 --for 7d --reason "insults in the lobby"
  add --address 203.0.113.7 --for 12h
  add --address 203.0.113.0/24 --reason "bots"
  list
  remove 1f00ba44
An IPv6 address stands for its /64. A name cannot be banned: it proves nothing."""


def main(arguments: Sequence[str] | None = None, now: Callable[[], float] = time.time) -> int:
    """Do as asked; return 0, 1 if there was nothing to remove, or 2 if something is wrong."""
    asked = _parser().parse_args(arguments)
    try:
        book = BanBook(_file(asked), now)
        if asked.do == "list":
            _print(_table(book.read(), now()))
            return 0
        if asked.do == "add":
            until = None if asked.length is None else now() + asked.length
            by, target = _target(asked)
            _print(_table([book.add(Wanted(by, target, asked.reason, until))], now()))
            return 0
        matches = by_id(asked.id) if asked.id else by_target(*_target(asked))
        removed = book.remove(matches)
        _print(_table(removed, now()) if removed else ["there is no such ban"])
        return 0 if removed else 1
    except (BansError, WrongSettings) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m gameserver.bans",
        description="Keep somebody out of the server, by token subject or by address.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--file", type=Path, help="file of bans; without it, the server's setting `bans`")
    parser.add_argument("--config", type=Path, metavar="FILE", help="TOML file with the server's settings")
    todo = parser.add_subparsers(dest="do", required=True)
    add = todo.add_parser("add", help="ban a subject or an address")
    _whom(add.add_mutually_exclusive_group(required=True))
    add.add_argument("--reason", default="", help="told to whom it keeps out")
    add.add_argument(
        "--for", dest="length", type=_seconds, metavar="TIME", help="30m, 12h, 7d, 4w [for good]"
    )
    remove = todo.add_parser("remove", help="lift a ban")
    which = remove.add_mutually_exclusive_group(required=True)
    which.add_argument("id", nargs="?", help="its id, as `list` shows it")
    _whom(which)
    todo.add_parser("list", help="show all bans")
    return parser


def _whom(group: argparse._MutuallyExclusiveGroup) -> None:
    group.add_argument("--subject", help="the `sub` of a signed login")
    group.add_argument("--address", help="an address, or a network as 203.0.113.0/24")


def _target(asked: argparse.Namespace) -> tuple[By, str]:
    return ("subject", asked.subject) if asked.subject is not None else ("network", asked.address)


def _file(asked: argparse.Namespace) -> Path:
    if asked.file is not None:
        return Path(asked.file)
    config = asked.config or os.environ.get(f"{PREFIX}CONFIG")
    return load({}, None if config is None else Path(config)).bans


def _seconds(text: str) -> float:
    match = re.fullmatch(r"(\d{1,4})([mhdw])", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: write 30m, 12h, 7d or 4w")
    return int(match[1]) * UNITS[match[2]]


def _table(bans: Iterable[Ban], now: float) -> Iterator[str]:
    for ban in bans:
        if not ban.holds(now):
            until = "over"
        elif ban.until is None:
            until = "for good"
        else:
            until = f"until {_moment(ban.until)}"
        target = ban.target if ban.target.isprintable() else ascii(ban.target)
        yield f"{ban.id}  {ban.by:7}  {target}  since {_moment(ban.added)} {until}  {ban.reason}".rstrip()


def _moment(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M}Z"


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
