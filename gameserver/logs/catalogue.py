"""Every event the server logs: its level, what it means, and which facts it carries."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Entry:
    """What one event means, at which level it comes, and which facts it carries."""

    level: Literal["debug", "info", "warning", "error"]
    meaning: str
    fields: tuple[str, ...] = ()


CATALOGUE: Mapping[str, Entry] = types.MappingProxyType(
    {
        "server.started": Entry(
            "info", "The server listens.", ("url", "loop", "compiled", "version", "rooms", "tracks", "tls")
        ),
        "server.stopping": Entry(
            "info", "A signal asked the server to stop.", ("signal", "rooms", "players")
        ),
        "server.stopped": Entry("info", "The server has stopped.", ("uptime_s",)),
        "server.failed": Entry("error", "The server could not start.", ("reason",)),
        "server.few_files": Entry(
            "warning",
            "The process may not open a file for each of so many connections: raise its hard limit.",
            ("files", "connections"),
        ),
        "server.open_origins": Entry(
            "warning", "Any web page may connect, because no list of origins is set.", ("advice",)
        ),
        "tracks.loaded": Entry("info", "The track collection was read.", ("file", "tracks")),
        "tracks.refused": Entry(
            "error", "The track collection is wrong; the former one stays.", ("file", "reason")
        ),
        "connection.opened": Entry(
            "info",
            "A player connected; with a `room`, it came back to its seat there.",
            ("player", "room", "parser", "transport", "address", "players"),
        ),
        "connection.closed": Entry(
            "info",
            "A player's connection ended; `ending` says how, `code` why if the server closed it.",
            (
                "player",
                "room",
                "ending",
                "code",
                "duration_s",
                "messages",
                "received_bytes",
                "backlog_bytes",
                "peak_backlog_bytes",
                "ping_ms",
                "ping_p50_ms",
                "ping_p95_ms",
                "jitter_ms",
                "players",
            ),
        ),
        "connection.refused": Entry(
            "warning",
            "A CONNECT was refused: its auth was wrong; `unlogged` counts those before it without a line.",
            ("address", "code", "detail", "unlogged"),
        ),
        "connection.malformed": Entry(
            "warning",
            "A frame was no packet: its connection is closed; `unlogged` counts those without a line.",
            ("player", "reason", "unlogged"),
        ),
        "command.handled": Entry(
            "info",
            "One command: who asked what, in which room, and what became of it; "
            "`unlogged` counts the player's refusals that left no line before this one.",
            ("name", "player", "room", "outcome", "effects", "ms", "detail", "unlogged"),
        ),
        "command.failed": Entry(
            "error", "A command met a mistake of ours.", ("name", "player", "error", "exception")
        ),
        "log.dropped": Entry(
            "warning", "Here lines are missing: nobody read the log, or it could not be written.", ("lines",)
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
        "bans.loaded": Entry(
            "info",
            "The file of bans was read again; `closed` counts the players that had to go.",
            ("file", "bans", "added", "removed", "closed"),
        ),
        "bans.refused": Entry(
            "error", "The file of bans is wrong; the former bans stay in force.", ("file", "reason")
        ),
        "ban.met": Entry(
            "warning",
            "A ban turned somebody away; at most one line per ban and minute, `refusals` since its last one.",
            ("ban", "by", "refusals"),
        ),
        "keys.loaded": Entry("info", "The keys of signed logins were read again.", ("file", "keys")),
        "keys.refused": Entry(
            "error", "The keys of signed logins are wrong; the former ones stay.", ("file", "reason")
        ),
        "room.ended": Entry(
            "info",
            "A room is gone: `empty`, or what `room_closed` told its members.",
            ("room", "reason", "age_s", "members"),
        ),
        "settings.changed": Entry(
            "info",
            "A setting was read anew; unless `at_once` it counts from the next start.",
            ("name", "former", "value", "at_once"),
        ),
        "settings.refused": Entry("error", "The settings are wrong; the former ones stay.", ("reason",)),
        "settings.unknown": Entry(
            "warning", "A variable of the environment looks like a setting and is none.", ("name",)
        ),
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
        "console.login": Entry("info", "An operator logged in to the console.", ("by", "address")),
        "console.logout": Entry("info", "An operator logged out of the console.", ("by", "address")),
        "console.refused": Entry(
            "warning",
            "Somebody was not let into the console; `means` is what was wrong, "
            "`unlogged` counts those before this one that left no line.",
            ("address", "means", "why", "unlogged"),
        ),
        "console.action": Entry(
            "info",
            "An operator ordered something: who, what, to what, and what became of it "
            "(`ok` or the refusal's code).",
            ("by", "address", "action", "target", "result", "detail"),
        ),
        "library.message": Entry(
            "warning", "A library wrote to the standard log.", ("logger", "message", "exception")
        ),
    }
)
