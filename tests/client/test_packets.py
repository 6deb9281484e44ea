"""Packets of other clients are read, whatever their objects hold."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from typing import Any

import msgpack

from gameroom_client.packets import Packet


def read(data: Any) -> Any:
    return Packet(encoded_packet=msgpack.packb({"type": 2, "data": data, "nsp": "/"})).data


def test_keys_may_be_numbers() -> None:
    assert read(["state", {1: "one"}]) == ["state", {1: "one"}]


def test_javascripts_undefined_and_dates_are_read() -> None:
    moment = datetime(2026, 5, 4, 12, 0, 0, 250_000, tzinfo=UTC)
    date = msgpack.ExtType(0, struct.pack(">q", int(moment.timestamp() * 1000)))

    assert read(["x", msgpack.ExtType(0, b"\0"), date]) == ["x", None, moment]


def test_other_extensions_stay_as_they_are() -> None:
    assert read(["x", msgpack.ExtType(7, b"abc")]) == ["x", msgpack.ExtType(7, b"abc")]
