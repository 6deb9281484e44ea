"""What a room keeps for a next host and for members that come back."""

from __future__ import annotations

from pydantic_settings import BaseSettings

from gameserver.settings.fields import setting_of

_setting = setting_of("kept")


class KeptSettings(BaseSettings):
    """What a room keeps for a next host and for members that come back."""

    snapshot_bytes_per_address: int = _setting(
        33_554_432,  # 200 hosts behind one address may have 160 KiB each
        "bytes of snapshots kept for the rooms whose hosts are at one address; beyond it they are refused",
        ge=1024,
        le=68_719_476_736,
    )
    snapshot_bytes_in_all: int = _setting(
        268_435_456,  # a quarter of the smallest machine; twice that while the storage cannot write
        "bytes of snapshots kept for all rooms; beyond it they are refused",
        ge=1024,
        le=68_719_476_736,
    )
    parked_inputs: int = _setting(1024, "inputs that wait for a host", ge=0, le=1_000_000)
    parked_bytes: int = _setting(262_144, "their bytes", ge=0, le=67_108_864)
    tail_inputs: int = _setting(1024, "inputs since the last snapshot, for the next host", ge=0, le=1_000_000)
    tail_bytes: int = _setting(262_144, "their bytes", ge=0, le=67_108_864)
    ring_messages: int = _setting(2048, "messages for members that come back", ge=0, le=1_000_000)
    ring_bytes: int = _setting(262_144, "their bytes", ge=0, le=67_108_864)
    ring_bytes_in_all: int = _setting(
        67_108_864,
        "bytes for them in all rooms; the idlest rooms give first",
        ge=0,
        le=68_719_476_736,
    )
    update_keys: int = _setting(16, "keys a member may use for `update`", ge=1, le=1024)
