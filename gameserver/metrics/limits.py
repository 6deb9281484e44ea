"""Which limit was hit how often, put together from what the parts count."""

from __future__ import annotations

from collections.abc import Mapping

from gameserver.core.errors import ParkingFull, RateLimited, RoomFull, RoomLimit, TooLarge
from gameserver.metrics.journal import MeteredJournal
from gameserver.transport.arrivals import Arrivals
from gameserver.transport.engine.server import EngineServer
from gameserver.transport.relay.counters import Counters


def hit(
    engine: EngineServer, arrivals: Arrivals, relay: Counters, journal: MeteredJournal
) -> Mapping[str, int]:
    """Return the counts by the limits' names in the catalogue."""
    tally = engine.board.turn.tally
    closed: dict[str, int] = {}
    for (_, code), count in arrivals.closed.items():
        closed[code] = closed.get(code, 0) + count
    refused: dict[str, int] = {}
    for (_, outcome), count in journal.outcomes.items():
        refused[outcome] = refused.get(outcome, 0) + count
    counts = engine.counts
    return {
        "backlog": tally.backlogs,
        "body_time": counts["body_timeout"],
        "close_time": engine.board.close_timeouts,
        "connect_time": counts["connect_timeout"],
        "connections": counts["refused_connections"],
        "connections_per_address": counts["refused_connections_per_address"],
        "connects_per_second": counts["refused_new_per_second"],
        "connects_per_second_per_address": counts["refused_new_per_address_per_second"],
        "controls": engine.board.floods,
        "files": counts["refused_for_files"],
        "guesses": refused.get(RateLimited.code, 0),
        "header_size": counts["header_too_large"],
        "header_time": counts["header_timeout"],
        "http_connections_per_address": counts["refused_http_per_address"],
        "idle_time": counts["idle_timeout"],
        "message_size": relay.refused[TooLarge.code]
        - relay.snapshots_refused.total()
        + closed.get("too_large", 0)
        + counts["http_413"],
        "newest_bytes": tally.newest_dropped,
        "news_flood": relay.limited["news"],
        "news_rate": relay.dropped,
        "parking": relay.refused[ParkingFull.code],
        "relay_rate": relay.limited["relay"],
        "relay_rate_lasting": closed.get("rate_limited", 0),
        "request_rate": relay.limited["requests"],
        "rooms": refused.get(RoomLimit.code, 0),
        "seats": refused.get(RoomFull.code, 0),
        "snapshot_bytes_in_all": relay.snapshots_refused["all"],
        "snapshot_bytes_per_address": relay.snapshots_refused["address"],
        "stall": tally.stalls,
        "strikes": arrivals.struck,
        "snapshot_rate": relay.limited["snapshots"],
        "tail": relay.inputs_dropped["tail"],
        "update_keys": relay.keys_refused,
        "upgrade_time": counts["upgrade_timeout"],
    }
