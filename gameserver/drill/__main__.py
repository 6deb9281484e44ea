"""Drill a running server and print what was lost, which should be nothing.

python -m gameserver.drill --url http://localhost:8000 --migrations 50 --recoveries 50 --games 50
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time

from gameserver.drill.migrations import migrate
from gameserver.drill.recoveries import recover
from gameserver.drill.rooms import Table
from gameserver.drill.tally import Tally, table


def main() -> int:
    """Run the drill; return 0 if every promise was kept, 1 if one was broken, 2 without a server."""
    options = _options()
    tally = Tally(options.seed)
    play = Table(options.url, members=options.members, snapshot_bytes=options.snapshot_bytes)
    began = time.monotonic()
    try:
        asyncio.run(_run(options, play, tally))
    except OSError as error:
        print(f"\n{options.url}: {error}", file=sys.stderr)
        return 2
    print(f"\nseed {options.seed}, {time.monotonic() - began:.0f} s, {table(tally)}")
    print("every promise was kept" if tally.kept else "A PROMISE WAS BROKEN")
    return 0 if tally.kept else 1


async def _run(options: argparse.Namespace, play: Table, tally: Tally) -> None:
    if options.migrations:
        await migrate(
            play,
            tally,
            migrations=options.migrations,
            rooms=options.rooms,
            progress=lambda done: _show("migrations", done, options.migrations),
        )
    if options.recoveries:
        await recover(
            play,
            tally,
            recoveries=options.recoveries,
            rooms=options.rooms,
            progress=lambda done: _show("recoveries", done, options.recoveries),
        )
    if options.games:
        from gameserver.drill.games import play as play_games  # needs the client, which a server does not

        await play_games(
            options.url,
            tally,
            exits=options.games,
            rooms=options.rooms,
            members=options.members,
            progress=lambda done: _show("exits from games of the client", done, options.games),
        )


def _show(what: str, done: int, wanted: int) -> None:
    if sys.stderr.isatty() or done == wanted or done % max(1, wanted // 10) == 0:
        end = "\r" if sys.stderr.isatty() and done != wanted else "\n"
        print(f"{what}: {done} of {wanted}", end=end, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m gameserver.drill",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--url", default="http://localhost:8000", help="the server [http://localhost:8000]")
    parser.add_argument("--migrations", type=int, default=20, metavar="N", help="hosts to take away [20]")
    parser.add_argument(
        "--recoveries", type=int, default=20, metavar="N", help="members to drop three times in a row [20]"
    )
    parser.add_argument(
        "--games",
        type=int,
        default=0,
        metavar="N",
        help="hosts to take away from games of the Python client, which must be installed [0]",
    )
    parser.add_argument("--rooms", type=int, default=4, metavar="N", help="rooms at a time [4]")
    parser.add_argument("--members", type=int, default=5, metavar="N", help="members of each [5]")
    parser.add_argument(
        "--snapshot-bytes", type=int, default=16_384, metavar="BYTES", help="size of the game's state [16384]"
    )
    parser.add_argument("--seed", type=int, default=1, help="of everything that is drawn [1]")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
