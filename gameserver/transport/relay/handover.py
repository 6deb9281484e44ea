"""What a new host and a late joiner are given of what the room keeps."""

from __future__ import annotations

from typing import Any

from gameserver.core.effects import HandOver, Route
from gameserver.core.values import PlayerId, Seconds
from gameserver.protocol.packets import Nested, Outgoing, PacketError, Raw
from gameserver.transport.relay.keeper import Input, Keeper, Snapshot, by_itself


def become_host(order: HandOver, keeper: Keeper, parser: str, now: Seconds) -> Outgoing:
    """Return the `become_host` for a client of this parser.

    A JSON packet carries ten attachments at most. Where the tail has more, what does not fit is parked
    again in front of what waits, so that it is delivered after `host_ready`.
    """
    tail = list(keeper.tail())
    data = None if keeper.snapshot is None else by_itself(keeper.snapshot.data)
    packet = _packet(order, keeper, data, tail, now)
    if parser != "json":
        return packet
    while tail:
        try:
            _ = packet.json_frame
        except PacketError:
            keeper.put_back(tail.pop())
            packet = _packet(order, keeper, data, tail, now)
        else:
            break
    return packet


def _packet(order: HandOver, keeper: Keeper, data: Raw | None, tail: list[Input], now: Seconds) -> Outgoing:
    snapshot = keeper.snapshot
    body: dict[str, Any] = {
        "epoch": order.epoch,
        "snapshot": data,
        "snapshot_epoch": None if snapshot is None else snapshot.epoch,
        "snapshot_age_ms": None if snapshot is None else _age_ms(snapshot, now),
        "inputs": [[given.player, given.data, given.seq] for given in tail],
        "tail": None if snapshot is None else "overlap" if snapshot.covers is None else "exact",
        "truncated": keeper.truncated,
    }
    return Outgoing.relay("become_host", Nested(body))


def kept_snapshot(snapshot: Snapshot, now: Seconds) -> Outgoing:
    """Return the `snapshot` for a late joiner."""
    about = {"epoch": snapshot.epoch, "age_ms": _age_ms(snapshot, now)}
    return Outgoing.relay("snapshot", by_itself(snapshot.data), after=(about,))


def inputs_dropped(route: Route, by: PlayerId, count: int) -> dict[str, Any]:
    """Return what the whole room is told: so many inputs of this player were not kept."""
    return {"id": route.room, "epoch": route.epoch, "count": count, "by": by}


def _age_ms(snapshot: Snapshot, now: Seconds) -> int:
    return round((now - snapshot.at) * 1000)
