"""Fill a lobby with bots: rooms in play, hosts at work, members that come, go and are far away.

python -m gameserver.bots                                     # 40 bots for five minutes
python -m gameserver.bots --bots 1000 --hz 1 --failures 60    # a crowd; each second something goes wrong

Nothing is sent to other machines unless --url names one.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

CLIENT = Path(__file__).parents[2] / "clients" / "python"
SOCKETS_PER_BOT = 4  # its own, and three of its way


def main() -> int:
    """Run the swarm; return 0 when it ended by itself, 2 without what it needs."""
    options = _options()
    if importlib.util.find_spec("gameroom_client") is None:
        sys.path.append(str(CLIENT))
    missing = [name for name in ("gameroom_client", "aiohttp") if importlib.util.find_spec(name) is None]
    if missing:
        print(f"the bots need {' and '.join(missing)}: pip install {CLIENT}", file=sys.stderr)
        return 2
    from gameserver.bots.swarm import Plan, swarm  # after the path is known
    from gameserver.files import allow_connections

    plan = Plan(**vars(options))
    allow_connections(plan.bots * SOCKETS_PER_BOT)
    print(
        "bots: " + ", ".join(f"{key} {value}" for key, value in dataclasses.asdict(plan).items()), flush=True
    )
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            tally = runner.run(swarm(plan, lambda line: print(line, flush=True)))
    except KeyboardInterrupt:
        return 0
    print(tally.table())
    return 0


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ModuleNotFoundError:
        return None
    factory: Any = uvloop.new_event_loop
    return factory  # type: ignore[no-any-return]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m gameserver.bots",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--url", default="http://localhost:8000", help="the server [http://localhost:8000]")
    add("--bots", type=int, default=40, metavar="N", help="how many [40]")
    add("--table-size", type=int, default=5, metavar="N", help="bots to a room [5]")
    add("--minutes", type=float, default=5.0, help="how long, from the first that comes [5]")
    add("--hz", type=float, default=20.0, help="states a second of each host [20]")
    add("--input-hz", type=float, default=4.0, metavar="HZ", help="inputs a second of each bot [4]")
    add(
        "--stay",
        type=float,
        default=120.0,
        dest="stay_seconds",
        metavar="S",
        help="seconds at a table before a bot goes to another, in the mean [120]",
    )
    add("--far", type=float, default=0.5, metavar="SHARE", help="share of bots 20 to 300 ms away [0.5]")
    add(
        "--failures",
        type=float,
        nargs="?",
        const=12.0,
        default=0.0,
        dest="failures_per_minute",
        metavar="PER_MINUTE",
        help="things that go wrong in a minute: hosts that vanish, freeze and return, pages left, "
        "slow readers [0; 12 without a number]",
    )
    add(
        "--arrivals",
        type=float,
        default=40.0,
        dest="arrivals_per_second",
        metavar="PER_SECOND",
        help="bots that come in a second [40]",
    )
    add("--seed", type=int, default=1, help="of all that is drawn [1]")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
