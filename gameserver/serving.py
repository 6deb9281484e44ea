"""Run a server as a process: the signals it heeds, the files it may open, its first and last log lines."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Mapping

from gameserver import __version__, compiled
from gameserver.app import Server
from gameserver.collecting import settle
from gameserver.core.tracks import Collection
from gameserver.files import OTHER_FILES, allow_connections
from gameserver.logs import Log, turn_by_turn
from gameserver.settings import Settings
from gameserver.tokens import Key


async def serve(
    settings: Settings,
    tracks: Collection,
    keys: Mapping[str, Key],
    log: Log,
    read_settings: Callable[[], Settings],
    greet: Callable[[str], None] | None = None,
) -> None:
    """Run a server until SIGINT or SIGTERM; `greet` is given its address.

    Raises OSError without the port, StorageError without the storage, BansError with a wrong file of bans.
    """
    files = allow_connections(settings.connections)
    if files < settings.connections + OTHER_FILES:
        log.warning("server.few_files", files=files, connections=settings.connections)
    server = Server(settings, tracks, keys, log)
    server.reloading.read_settings = read_settings
    server.restore()
    server.bans.watch()
    loop = asyncio.get_running_loop()
    stopping: asyncio.Future[signal.Signals] = loop.create_future()

    def stop(number: signal.Signals) -> None:
        if not stopping.done():
            stopping.set_result(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop, number)
    loop.add_signal_handler(signal.SIGHUP, server.reload)
    url = server.listen()  # from here on somebody may know of it, and a signal must end it in order
    settle()
    if not settings.origins:
        log.warning("server.open_origins", advice="set origins before going public")
    log.info(
        "server.started",
        url=url,
        loop=type(loop).__module__.partition(".")[0],
        compiled=compiled.in_use(),
        version=__version__,
        rooms=settings.max_rooms,
        tracks=len(tracks),
        tls=settings.tls_cert is not None,
    )
    if greet is not None:
        greet(url)
    with turn_by_turn(loop.call_soon):
        received = await stopping
    log.info(
        "server.stopping",
        signal=received.name,
        rooms=len(server.registry.rooms),
        players=len(server.players.seats),
    )
    await server.stop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_IGN)  # the process is at its end: another signal changes nothing
