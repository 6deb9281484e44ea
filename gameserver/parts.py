"""What the settings make of each part."""

from __future__ import annotations

import secrets
import ssl
from typing import Any

from gameserver.core.values import RoomId, SessionKey
from gameserver.ports import MonotonicUnixClock
from gameserver.recording import Recording
from gameserver.settings import Settings, WrongSettings
from gameserver.transport.engine.limits import EngineLimits
from gameserver.transport.relay.bounds import Bounds
from gameserver.transport.relay.keeper import KeeperLimits
from gameserver.transport.relay.limiter import Rates
from gameserver.transport.relay.quota import QuotaLimits
from gameserver.transport.relay.ring import RingLimits
from gameserver.transport.websocket.board import LinkSettings
from gameserver.transport.websocket.outbox import OutboxLimits
from latency.settings import Settings as LatencySettings

FRAME_SLACK_BYTES = 4096  # PROTOCOL, Figures: what is read beyond a message's own bound
ROOM_ID_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
KEY_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without I, O, 0 and 1, which people confuse


class RandomIds:
    """Ids from a cryptographic source."""

    def room_id(self) -> RoomId:
        return RoomId("".join(secrets.choice(ROOM_ID_LETTERS) for _ in range(8)))

    def session_key(self) -> SessionKey:
        return SessionKey("".join(secrets.choice(KEY_LETTERS) for _ in range(6)))

    def salt(self) -> bytes:
        return secrets.token_bytes(16)


def recording(settings: Settings, latency: LatencySettings, clock: MonotonicUnixClock) -> Recording | None:
    if settings.latency_record is None:
        return None
    return Recording(settings.latency_record, latency, one_in=settings.latency_record_one_in, now=clock.now)


def rates(settings: Settings) -> Rates:
    return Rates(
        relay_per_second=settings.relay_per_second,
        relay_burst=settings.relay_burst,
        relay_bytes_per_second=settings.relay_bytes_per_second,
        requests_per_second=settings.requests_per_second,
        requests_burst=settings.requests_burst,
        snapshot_bytes_per_second=settings.snapshot_max_bytes,
        closed_after_seconds=settings.rate_limited_seconds,
    )


def bounds(settings: Settings) -> Bounds:
    return Bounds(
        message_bytes=settings.message_bytes,
        snapshot_bytes=settings.snapshot_max_bytes,
        frame_slack_bytes=FRAME_SLACK_BYTES,
        keeper=KeeperLimits(
            tail_inputs=settings.tail_inputs,
            tail_bytes=settings.tail_bytes,
            parked_inputs=settings.parked_inputs,
            parked_bytes=settings.parked_bytes,
        ),
        quota=QuotaLimits(
            bytes_in_all=settings.snapshot_bytes_in_all,
            bytes_per_address=settings.snapshot_bytes_per_address,
        ),
        update_keys=settings.update_keys,
    )


def rings(settings: Settings) -> RingLimits:
    return RingLimits(
        messages=settings.ring_messages, bytes=settings.ring_bytes, all_bytes=settings.ring_bytes_in_all
    )


def transport(settings: Settings) -> dict[str, Any]:
    return {
        "limits": EngineLimits(
            connections=settings.connections,
            connections_per_address=settings.connections_per_address,
            new_per_second=settings.connects_per_second,
            new_per_address_per_second=settings.connects_per_second_per_address,
            retry_after_seconds=settings.retry_after_seconds,
            upgrade_seconds=settings.upgrade_seconds,
            body_seconds=settings.body_seconds,
        ),
        "link_settings": LinkSettings(
            send_buffer_bytes=settings.send_buffer_bytes,
            controls_per_second=settings.controls_per_second,
            deflate=settings.compression,
            close_seconds=settings.close_seconds,
            outbox=OutboxLimits(
                backlog_bytes=settings.backlog_bytes,
                backlog_seconds=settings.backlog_seconds,
                newest_bytes=settings.newest_bytes,
                stall_seconds=settings.stall_seconds,
                least_bytes_per_second=settings.least_bytes_per_second,
            ),
        ),
        "connect_seconds": settings.connect_seconds,
        "turn_seconds": settings.turn_seconds,
        "trusted_proxies": settings.trusted_proxies,
        "ping_interval": settings.ping_interval_seconds,
        "ping_timeout": settings.ping_timeout_seconds,
        "cors_credentials": False,  # no cookie is ever asked for or read
        "cors_allowed_origins": list(settings.origins) or "*",
        "max_http_buffer_size": settings.message_bytes + FRAME_SLACK_BYTES,
        "transports": ["polling", "websocket"] if settings.polling else ["websocket"],
    }


def http(settings: Settings) -> dict[str, Any]:
    return {
        "header_seconds": settings.header_seconds,
        "header_bytes": settings.header_bytes,
        "body_seconds": settings.body_seconds,
        "idle_seconds": settings.idle_seconds,
        "connections_per_address": settings.http_connections_per_address,
        "plain_bodies": True,
        "max_body_size": settings.message_bytes + FRAME_SLACK_BYTES,
        "ssl_options": tls(settings),
    }


def tls(settings: Settings) -> ssl.SSLContext | None:
    """Return what HTTPS goes by. Raises WrongSettings where the files do not serve."""
    if settings.tls_cert is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key)
    except OSError as error:  # it names no file
        files = f"{settings.tls_cert} and {settings.tls_key}"
        raise WrongSettings(f"{files} are no certificate and key: {error.strerror or error}") from None
    return context
