"""Structured logs: one JSON object per line, or a coloured console on a terminal.

Every event has an entry in `CATALOGUE`; docs/logs.md is checked against it. Values are facts, never
payloads, names, passwords, keys or tokens; text is cut and control characters are escaped, so that a
line is always one line.
"""

from __future__ import annotations

import logging
import sys
import types
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Literal, TextIO

import msgspec
import structlog
from structlog.typing import FilteringBoundLogger

from gameserver.core.effects import Elected
from gameserver.core.values import PlayerId, RoomId

MAX_TEXT = 256


@dataclass(frozen=True, slots=True)
class Entry:
    """What one event means, at which level it comes, and which facts it carries."""

    level: Literal["debug", "info", "warning", "error"]
    meaning: str
    fields: tuple[str, ...] = ()


CATALOGUE: Mapping[str, Entry] = types.MappingProxyType(
    {
        "server.started": Entry(
            "info", "The server listens.", ("url", "loop", "version", "rooms", "tracks", "tls")
        ),
        "server.stopping": Entry(
            "info", "A signal asked the server to stop.", ("signal", "rooms", "players")
        ),
        "server.stopped": Entry("info", "The server has stopped.", ("uptime_s",)),
        "server.failed": Entry("error", "The server could not start.", ("reason",)),
        "server.open_origins": Entry(
            "warning", "Any web page may connect, because no list of origins is set.", ("advice",)
        ),
        "tracks.loaded": Entry("info", "The track collection was read.", ("file", "tracks")),
        "tracks.refused": Entry(
            "error", "The track collection is wrong; the former one stays.", ("file", "reason")
        ),
        "connection.opened": Entry(
            "info", "A player connected.", ("player", "parser", "transport", "address", "players")
        ),
        "connection.closed": Entry(
            "info",
            "A player's connection ended; `ending` says how, `code` why if the server closed it.",
            ("player", "ending", "code", "duration_s", "players"),
        ),
        "connection.malformed": Entry(
            "warning", "A frame was no valid packet; the connection is closed.", ("player", "reason")
        ),
        "command.handled": Entry(
            "info",
            "One command: who asked what, in which room, and what became of it.",
            ("name", "player", "room", "outcome", "effects", "ms", "detail"),
        ),
        "command.failed": Entry(
            "error", "A command met a mistake of ours.", ("name", "player", "error", "exception")
        ),
        "relay.refused": Entry(
            "warning",
            "Relay messages were refused; one line per player, code and second.",
            ("name", "player", "room", "code", "detail"),
        ),
        "host.elected": Entry(
            "info",
            "A room's host changed: the candidates with their pings and scores, and why the winner won.",
            ("room", "epoch", "previous", "host", "reason", "why", "candidates"),
        ),
        "keys.loaded": Entry("info", "The keys of signed logins were read again.", ("file", "keys")),
        "keys.refused": Entry(
            "error", "The keys of signed logins are wrong; the former ones stay.", ("file", "reason")
        ),
        "settings.changed": Entry(
            "info",
            "A setting was read anew; unless `at_once` it counts from the next start.",
            ("name", "former", "value", "at_once"),
        ),
        "settings.refused": Entry("error", "The settings are wrong; the former ones stay.", ("reason",)),
        "storage.opened": Entry(
            "info", "What a former process stored is back.", ("file", "rooms", "players", "snapshots", "ms")
        ),
        "storage.degraded": Entry(
            "error",
            "Nothing can be committed now; the server goes on without.",
            ("fault", "detail", "waiting"),
        ),
        "storage.recovered": Entry(
            "info", "Commits succeed again, and what waited is written.", ("outage_s", "records")
        ),
        "storage.closed": Entry(
            "info", "The storage is closed; `complete` says whether all is on disk.", ("complete",)
        ),
        "library.message": Entry(
            "warning", "A library wrote to the standard log.", ("logger", "message", "exception")
        ),
    }
)

Log = FilteringBoundLogger


def get_log() -> Log:
    """Return the logger that every part writes to."""
    log: Log = structlog.get_logger()
    return log


def configure(
    *, level: str = "info", form: Literal["auto", "console", "json"] = "auto", out: TextIO | None = None
) -> None:
    """Set up the process's logs; `auto` is a console on a terminal and JSON lines otherwise."""
    stream = out or sys.stdout
    console = form == "console" or (form == "auto" and stream.isatty())
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.format_exc_info,
        _bounded,
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer(timestamp_key="time", colors=stream.isatty())
        if console
        else structlog.processors.JSONRenderer(_to_json)
    )
    # Our own lines do not pass through the standard library: a line takes 8 us so, and 32 us with it.
    structlog.configure(
        processors=[*shared, _ordered, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_foreign, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _ordered, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for library in ("tornado.access", "engineio", "socketio", "asyncio"):
        logging.getLogger(library).setLevel(logging.WARNING)


_encode = msgspec.json.Encoder(enc_hook=repr).encode


def _to_json(line: Mapping[str, Any], **_: Any) -> str:
    return _encode(line).decode()


def _ordered(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    first = {key: line[key] for key in ("time", "level", "event") if key in line}
    return {**first, **line}


def _foreign(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Give a library's line our form: its text is a field, not an event name."""
    record = line.get("_record")
    line["message"] = line["event"]
    line["event"] = "library.message"
    line["logger"] = record.name if record is not None else "?"
    return line


def _bounded(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in line.items():
        if isinstance(value, str) and not key.startswith("_"):
            line[key] = one_line(value, MAX_TEXT if key != "exception" else 8192)
        elif isinstance(value, float):
            line[key] = round(value, 3)
    return line


def one_line(text: str, limit: int = MAX_TEXT) -> str:
    """Return the text cut to `limit` characters, with everything unprintable escaped."""
    cut = text[:limit]
    if not cut.isprintable():
        cut = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in cut)
    return cut if len(text) <= limit else f"{cut}… ({len(text)} characters)"


class LogJournal:
    """The runtime's journal, written to the log."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def command(
        self,
        *,
        name: str,
        player: PlayerId | None,
        room: RoomId | None,
        outcome: str,
        effects: int,
        ms: float,
        detail: str | None,
    ) -> None:
        facts: dict[str, Any] = {"name": name, "player": player, "room": room, "outcome": outcome}
        facts |= {"effects": effects, "ms": ms}
        if outcome == "ok":
            self._log.info("command.handled", **facts)
        else:
            self._log.warning("command.handled", **facts, detail=detail)

    def failed(self, *, name: str, player: PlayerId | None, error: Exception) -> None:
        self._log.error(
            "command.failed", name=name, player=player, error=type(error).__name__, exc_info=error
        )

    def elected(self, election: Elected) -> None:
        self._log.info(
            "host.elected",
            room=election.room,
            epoch=election.epoch,
            previous=election.previous,
            host=election.host,
            reason=election.reason,
            why=election.why,
            candidates=[
                {"id": candidate.id, "ping_ms": candidate.ping_ms, "score": candidate.score}
                for candidate in election.candidates
            ],
        )
