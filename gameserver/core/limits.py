"""The figures the rules go by; settings make them, `welcome.limits` announces them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Every bound of the core, with the defaults of PROTOCOL, Figures."""

    max_rooms: int = 10_000
    max_players: int = 8  # a room's seats unless it says otherwise
    max_players_bound: int = 64  # the most a room may say
    title_chars: int = 64
    description_chars: int = 512
    name_chars: int = 32
    password_chars: int = 64
    reason_chars: int = 128
    metadata_bytes: int = 2048
    lobby_interval_seconds: float = 2.0
    lobby_page: int = 100
    host_grace_seconds: float = 3.0
    restart_grace_seconds: float = 10.0  # a host's, after the server itself was away
    snapshot_request_seconds: float = 1.0  # the longest that a host which goes is waited for
    drain_spread_seconds: float = 10.0  # over which players are sent away, so that not all return at once
    host_ready_timeout_seconds: float = 5.0
    reconnect_window_seconds: float = 60.0
    room_idle_seconds: float = 86_400.0  # without anything relayed or asked for, a room ends; 0: never
    room_idle_warning_seconds: float = 60.0  # before that
    successors_interval_seconds: float = 5.0  # how often a changed ping may change who would follow
    track_lead_seconds: float = 0.25  # the least that a tact is announced ahead
    password_tries: int = 5  # wrong ones in a row before a pause, per player
    password_pause_seconds: float = 60.0
    address_password_tries: int = 10
    address_password_pause_seconds: float = 600.0
    key_tries: int = 10  # wrong session keys per address before a pause
    key_pause_seconds: float = 60.0
    key_tries_in_all_per_second: float = 100.0
