"""Start the game room server: flags, environment and file become settings, and the server runs by them."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from gameserver import __version__, logs
from gameserver.bans.book import BanBook, BansError
from gameserver.console.command_line import run_hash_password, run_make_token
from gameserver.healthcheck import ask
from gameserver.parts import tls
from gameserver.ports import StorageError
from gameserver.serving import serve
from gameserver.settings import PREFIX, Settings, WrongSettings, flags, load, misspelt
from gameserver.tokens import KeysError, load_keys
from gameserver.tracks_file import TracksError, load_tracks

DESCRIPTION = "A room server for host-run multiplayer games: Socket.IO, with msgpack or JSON, on one port."
EPILOG = f"""Every setting can also come from the environment ({PREFIX}PORT=9000) or from the TOML file given
with --config (port = 9000). Flags win over the environment, the environment over the file.
Signals: INT and TERM stop the server, HUP reads tracks, keys, bans, and the
settings of latency and of rooms again."""


MAKERS: Mapping[str, Callable[[], int]] = {"hash-password": run_hash_password, "make-token": run_make_token}


def main() -> int:
    """Run, check or ask; return 0 if all was well, 2 if settings or tracks are wrong, 1 if it is not well."""
    parser = argparse.ArgumentParser(
        prog="run_server.py",
        usage="%(prog)s [COMMAND] [--config FILE] [--check] [--ready] [--SETTING VALUE ...]",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "command",
        nargs="?",
        choices=["serve", "healthcheck", "hash-password", "make-token"],
        default="serve",
        help="serve (default); ask the server of these settings whether it is well (exit code 0 or 1); "
        "make the console's password hash or token",
    )
    parser.add_argument("--ready", action="store_true", help="healthcheck: whether it takes players, too")
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("--config", type=Path, metavar="FILE", help="TOML file with settings")
    parser.add_argument("--check", action="store_true", help="check settings and tracks, then exit")
    flags(parser)
    given = vars(parser.parse_args())
    file, only_check = given.pop("config"), given.pop("check")
    command, ready = given.pop("command"), given.pop("ready")
    if command in MAKERS:
        return MAKERS[command]()
    if file is None and (named := os.environ.get(f"{PREFIX}CONFIG")):
        file = Path(named)
    try:
        settings = load(given, file)
        if command == "healthcheck":
            return _healthcheck(settings, ready)
        tracks = load_tracks(settings.tracks)
        keys = {} if settings.token_keys is None else load_keys(settings.token_keys)
        tls(settings)
        BanBook(settings.bans).read()
    except (WrongSettings, TracksError, KeysError, BansError) as error:
        print(error, file=sys.stderr)
        return 2
    unknown = misspelt(os.environ)
    if only_check:
        for name in unknown:
            print(f"{name}: there is no such setting", file=sys.stderr)
        print(f"settings: fine\ntracks: {len(tracks)} in {settings.tracks}")
        return 0
    logs.configure(level=settings.log_level, form=settings.log_format)
    log = logs.get_log().bind()  # as it is set up now: unbound it would look at that for each line
    for name in unknown:
        log.warning("settings.unknown", name=name)
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(
                serve(
                    settings,
                    tracks,
                    keys,
                    log,
                    partial(load, given, file),
                    _greet if sys.stdout.isatty() else None,
                )
            )
    except (OSError, StorageError, BansError) as error:
        log.error("server.failed", reason=str(error))
        return 1
    return 0


def _healthcheck(settings: Settings, ready: bool) -> int:
    """Print the answer of the server of these settings; return 0 if it is well, 1 if not."""
    well, answer = ask(settings, "readyz" if ready else "healthz")
    print(answer, file=sys.stdout if well else sys.stderr)
    return 0 if well else 1


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return uvloop's loop where it is installed, else None for the standard one."""
    try:
        import uvloop
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


def _greet(url: str) -> None:
    print(f"""
  Rooms are open.
    lobby page        {url}/
    Socket.IO client  io("{url}")
    stop              Ctrl-C
""")


if __name__ == "__main__":
    sys.exit(main())
