"""Which settings `welcome.limits` tells, and under which names of PROTOCOL."""

from __future__ import annotations

import types

ANNOUNCED = types.MappingProxyType(
    {
        "max_rooms": "max_rooms",
        "max_players": "max_players",
        "room_idle": "room_idle_seconds",
        "title": "title_chars",
        "description": "description_chars",
        "name": "name_chars",
        "metadata": "metadata_bytes",
        "password": "password_chars",
        "lobby_interval": "lobby_interval_seconds",
        "lobby_page": "lobby_page",
        "host_grace": "host_grace_seconds",
        "host_ready_timeout": "host_ready_timeout_seconds",
        "reconnect_window": "reconnect_window_seconds",
        "snapshot_max": "snapshot_max_bytes",
        "message": "message_bytes",
        "requests_per_second": "requests_per_second",
        "requests_burst": "requests_burst",
        "relay_per_second": "relay_per_second",
        "relay_burst": "relay_burst",
        "relay_bytes_per_second": "relay_bytes_per_second",
        "backlog": "backlog_bytes",
        "backlog_seconds": "backlog_seconds",
        "newest": "newest_bytes",
        "connect_seconds": "connect_seconds",
        "connections_per_address": "connections_per_address",
        "connects_per_second_per_address": "connects_per_second_per_address",
        "rate_limited_seconds": "rate_limited_seconds",
        "controls_per_second": "controls_per_second",
        "strikes": "strikes",
        "strike_seconds": "strike_seconds",
        "parked_inputs": "parked_inputs",
        "parked_bytes": "parked_bytes",
        "update_keys": "update_keys",
        "password_tries": "password_tries",
        "key_tries": "key_tries",
    }
)
