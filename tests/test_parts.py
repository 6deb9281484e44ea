"""Each part's own default is what the settings say where nothing is set."""

from __future__ import annotations

from dataclasses import replace

from gameserver import parts
from gameserver.settings import Settings
from gameserver.transport.engine.limits import EngineLimits
from gameserver.transport.relay.bounds import Bounds
from gameserver.transport.relay.ring import RingLimits
from gameserver.transport.websocket.board import LinkSettings


def test_without_anything_set_every_part_keeps_its_own_bounds() -> None:
    made = parts.transport(Settings())

    assert made["limits"] == EngineLimits()
    assert made["link_settings"] == LinkSettings()
    assert parts.bounds(Settings()) == Bounds()
    assert parts.rings(Settings()) == RingLimits()


def test_compression_is_off_until_it_is_asked_for() -> None:
    """Stock: it is always offered, and a connection that takes it costs 230 KiB instead of 45."""
    assert parts.transport(Settings())["link_settings"].deflate is False
    compressing = parts.transport(Settings(compression=True))["link_settings"]
    assert compressing == replace(LinkSettings(), deflate=True)
