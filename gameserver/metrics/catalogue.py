"""Every metric: its kind, its labels with all their values, and the question it answers.

Labels hold no ids and nothing that a client can make up: a value that is not listed here counts as
`other`, so the number of series is bounded. docs/metrics.md is checked against this table.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from gameserver import __version__
from gameserver.core.bans import By
from gameserver.core.errors import Refusal
from gameserver.core.values import CloseReason, HostChangeReason
from gameserver.metrics.journal import COMMANDS
from gameserver.ports import Fault
from gameserver.protocol.inbound import RELAYED
from gameserver.transport.gate import Ending
from gameserver.transport.websocket.ending import How

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Entry:
    """One metric."""

    kind: Literal["counter", "gauge", "histogram"]
    question: str
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # every value but `other`
    sparse: bool = False  # only the series that were counted are shown

    @property
    def series(self) -> int:
        """How many series there can be; of a histogram, how many histograms."""
        count = 1
        for values in self.labels.values():
            count *= len(values) + 1
        return count


def unit(name: str) -> str:
    """Return the unit, which the name carries."""
    for suffix in ("seconds", "bytes"):
        if suffix in name.split("_"):
            return suffix
    return "count"


def _codes(refusal: type[Refusal] = Refusal) -> Iterator[str]:
    for each in refusal.__subclasses__():
        yield each.code
        yield from _codes(each)


CODES = tuple(sorted(set(_codes())))
CLOSED_FOR = (
    "",
    "aborted",
    "bad_request",
    "closed",
    "connect_timeout",
    "draining",
    "internal",
    "rate_limited",
    "replaced",
    "slow_consumer",
    "too_large",
    "unauthorized",
)
ENDINGS = tuple(ending.value for ending in Ending)
TRANSPORTS = ("polling", "websocket")
PARSERS = ("json", "msgpack")
EVENTS = tuple(sorted(RELAYED))
SOURCES = ("ws", "eio")
BANNED_BY = typing.get_args(By)
ROLES = ("host", "member")

LIMITS = (
    "backlog",
    "body_time",
    "close_time",
    "connect_time",
    "connections",
    "connections_per_address",
    "connects_per_second",
    "connects_per_second_per_address",
    "controls",
    "files",
    "guesses",
    "header_size",
    "header_time",
    "http_connections_per_address",
    "idle_time",
    "message_size",
    "newest_bytes",
    "news_flood",
    "news_rate",
    "parking",
    "relay_rate",
    "relay_rate_lasting",
    "request_rate",
    "rooms",
    "seats",
    "snapshot_bytes_in_all",
    "snapshot_bytes_per_address",
    "snapshot_rate",
    "stall",
    "strikes",
    "tail",
    "update_keys",
    "upgrade_time",
)


def _counter(question: str, *, sparse: bool = False, **labels: tuple[str, ...]) -> Entry:
    return Entry("counter", question, labels, sparse)


def _gauge(question: str, **labels: tuple[str, ...]) -> Entry:
    return Entry("gauge", question, labels)


def _histogram(question: str, **labels: tuple[str, ...]) -> Entry:
    return Entry("histogram", question, labels, sparse=True)


_SERVER: dict[str, Entry] = {
    # connections
    "gameserver_connections": _gauge("How many connections are open, by transport?", transport=TRANSPORTS),
    "gameserver_joined_connections": _gauge(
        "How many of them have joined the game, by parser?", parser=PARSERS
    ),
    "gameserver_connections_opened_total": _counter(
        "How many connections have joined?", transport=TRANSPORTS, parser=PARSERS
    ),
    "gameserver_connections_closed_total": _counter(
        "How did connections end, and why if the server closed them (`code`)?",
        sparse=True,
        ending=ENDINGS,
        code=CLOSED_FOR,
    ),
    "gameserver_connections_rejected_total": _counter(
        "How many CONNECTs were refused, by code?", sparse=True, code=CODES
    ),
    "gameserver_connections_malformed_total": _counter("How many sent a frame that is no packet?"),
    "gameserver_engine_faults_total": _counter(
        "How many sessions broke the Engine.IO protocol or fell silent?",
        reason=("bad_packet", "unknown_sid", "ping_timeout", "connect_timeout"),
    ),
    "gameserver_http_refusals_total": _counter(
        "How many Engine.IO requests were refused, by HTTP status?",
        status=("400", "401", "403", "413", "503"),
    ),
    "gameserver_websockets_ended_total": _counter(
        "How did WebSockets end?", how=tuple(how.value for how in How)
    ),
    "gameserver_limits_hit_total": _counter(
        "How often was each limit hit? docs/metrics.md says what each of them is.", limit=LIMITS
    ),
    "gameserver_bans": _gauge("How many bans are known, by whom they are about?", by=BANNED_BY),
    "gameserver_ban_refusals_total": _counter(
        "How many attempts to come in did they turn away?", by=BANNED_BY
    ),
    "gameserver_ban_closures_total": _counter("How many players who were here did they close?", by=BANNED_BY),
    # players and rooms
    "gameserver_players": _gauge(
        "How many players are here, and how many away with their place kept?", state=("away", "connected")
    ),
    "gameserver_seats_taken": _gauge("How many seats do players hold?"),
    "gameserver_rooms": _gauge(
        "How many rooms are there, by how they are found?", kind=("listed", "private", "session")
    ),
    "gameserver_rooms_by_state": _gauge(
        "What are the rooms doing?", state=("open", "started", "migrating", "waiting")
    ),
    "gameserver_rooms_ended_total": _counter(
        "How many rooms ended, by why (`empty`: the last one left)?",
        reason=("empty", *typing.get_args(CloseReason)),
    ),
    # relay
    "gameserver_relay_messages_total": _counter("How many relay messages came, by event?", event=EVENTS),
    "gameserver_relay_bytes_total": _counter("How many bytes had they?", event=EVENTS),
    "gameserver_relay_deliveries_total": _counter("How many packets were posted to recipients?"),
    "gameserver_relay_refusals_total": _counter(
        "How many relay messages were refused, by code?", sparse=True, code=CODES
    ),
    "gameserver_relay_seconds": _histogram(
        "How long does a relay message take inside the server? One in 64 is timed, until its turn is written."
    ),
    "gameserver_newest_wins_drops_total": _counter(
        "How many `state` and `update` messages were not delivered, because a newer one came (`replaced`), "
        "too many bytes waited (`bytes`) or their sender was over its rate (`rate`)?",
        reason=("replaced", "bytes", "rate"),
    ),
    "gameserver_writes_total": _counter(
        "How many writes went out, at once or joined over a turn?", form=("direct", "joined")
    ),
    "gameserver_joined_frames_total": _counter("How many frames did the joined writes carry?"),
    "gameserver_backlogged_connections": _gauge("For how many connections do sent bytes wait?"),
    "gameserver_backlog_bytes": _gauge("How many bytes wait for them?"),
    "gameserver_inputs_parked_total": _counter("How many inputs were kept for a host to come?"),
    "gameserver_inputs_dropped_total": _counter(
        "How many inputs will no host get: the parking was full, its parser cannot express them, or the tail "
        "that a new host was given had lost them?",
        reason=("parking", "parser", "tail"),
    ),
    "gameserver_recoveries_total": _counter(
        "How many came back, with all they missed (`filled`), told the room anew (`gap`), or unknown?",
        outcome=("filled", "gap", "unknown"),
    ),
    # commands
    "gameserver_commands_total": _counter(
        "How many commands were handled, by name and outcome (`ok` or the refusal's code)?",
        sparse=True,
        command=COMMANDS,
        outcome=("ok", *CODES),
    ),
    "gameserver_request_bytes_total": _counter("How many bytes had the players' requests?"),
    "gameserver_command_seconds": _histogram("How long does a command take?", command=COMMANDS),
    "gameserver_command_failures_total": _counter(
        "How many commands met a mistake of the server's?", sparse=True, command=COMMANDS
    ),
    "gameserver_refusals_total": _counter(
        "How many requests were refused, by code; relay messages and CONNECTs left out?",
        sparse=True,
        code=CODES,
    ),
    # hosts
    "gameserver_migrations_total": _counter(
        "How did changes of host end?", outcome=("ready", "no_host", "closed")
    ),
    "gameserver_migration_seconds": _histogram(
        "How long from `host_changed` to `host_ready`, further candidates included?"
    ),
    "gameserver_migrations_under_way": _gauge("How many rooms wait for a new host's word?"),
    # storage
    "gameserver_storage_degraded": _gauge("Is it that nothing can be committed now (1)?"),
    "gameserver_storage_faults_total": _counter(
        "How often could nothing be committed, by why?", fault=typing.get_args(Fault)
    ),
    "gameserver_storage_outage_seconds_total": _counter("How long in all, outages that are over?"),
    "gameserver_storage_waiting_records": _gauge("How many records are not committed yet?"),
    "gameserver_storage_commit_seconds": _histogram("How long does a commit take?"),
    "gameserver_storage_committed_calls_total": _counter("How many calls shared those commits?"),
    "gameserver_storage_committed_records_total": _counter("How many records were written?"),
    # the process
    "gameserver_loop_lag_seconds": _histogram("How late is the event loop, looked at ten times a second?"),
    "gameserver_collector_pause_seconds": _histogram(
        "How long does the garbage collector stop everything?", generation=("0", "1", "2")
    ),
    "gameserver_log_lines_dropped_total": _counter(
        "How many lines of the log were lost: nobody read them, or they could not be written?"
    ),
    "gameserver_info": _gauge(
        "Which version runs, on which event loop, and are its busiest modules compiled?",
        version=(__version__,),
        loop=("asyncio", "uvloop"),
        compiled=("no", "yes"),
    ),
    "gameserver_ready": _gauge("Does /readyz say yes (1)?"),
    "gameserver_draining": _gauge("Will the server stop, and opens no new rooms (1)?"),
}

_LATENCY: dict[str, Entry] = {
    "latency_rtt_seconds": _histogram(
        "What round trips are measured, uncorrected?", source=SOURCES, role=ROLES
    ),
    "latency_score_seconds": _histogram("By what would players be elected?", role=ROLES),
    "latency_jitter_seconds": _histogram("How much do their round trips vary (RFC 3550)?"),
    "latency_pings_total": _counter(
        "What became of the probes?", source=SOURCES, result=("ok", "timeout", "discarded")
    ),
    "latency_outstanding_age_seconds_max": _gauge("How long has the oldest unanswered probe waited?"),
    "latency_read_delay_seconds": _histogram(
        "How long did answers lie unread in the kernel, where it can be asked?"
    ),
    "latency_loop_lag_seconds": _histogram("How late was the loop when probes were due?"),
    "latency_client_js_lag_seconds": _histogram("What do the clients' main threads add?"),
    "latency_tcp_retransmits_total": _counter(
        "How many segments were sent again to players, where the kernel can be asked?"
    ),
    "latency_cache_age_seconds": _gauge("How old are the pings that are shown, on average?"),
    "latency_probe_cpu_seconds_total": _counter("What CPU time does sending probes take?"),
    "latency_probe_bytes_total": _counter("How many bytes of WebSocket frames are probes and their answers?"),
    "latency_elections_total": _counter(
        "How many elections were there, by what made them necessary?",
        reason=typing.get_args(HostChangeReason),
    ),
    "latency_election_regret_seconds": _histogram(
        "How much better would the best candidate have been in the 30 s after an election?"
    ),
    "latency_host_excess_seconds": _histogram(
        "How much worse is a room's host than its best member, over time and rooms?"
    ),
    "latency_switches_total": _counter("How often did the host role pass from one player to another?"),
    "latency_flaps_total": _counter("How often back to who had lost it less than 5 minutes before?"),
    "latency_detect_seconds": _histogram("How long was a host silent before that was noticed?"),
    "clock_offset_error_bound_seconds": _histogram(
        "Within what can clients know the server's clock: half the round trip of who asks?"
    ),
}

CATALOGUE: Mapping[str, Entry] = types.MappingProxyType({**_SERVER, **_LATENCY})
