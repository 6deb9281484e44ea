"""What a packet costs the server: to read its header, to check its payload, to splice it, to convert it.

    python -m bench.micro_packets            all payloads, best of many short rounds
    python -m bench.micro_packets --worst    the most expensive payloads a client can have checked

The process's own time, without sockets. The figures steer work on the hot path; what a whole server
reaches is measured by `make bench`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import time
import timeit
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgpack

from gameserver.protocol.packets import (
    Literal,
    MsgpackEvent,
    Outgoing,
    PacketError,
    parse_json,
    parse_msgpack,
)
from gameserver.protocol.packets.structure import check_msgpack

ROUNDS: Final = 25  # short ones: the best is one that nothing else disturbed
PLAYER: Final = Literal("q8c1J2bXw0-kP5mZr7Ta")

THING: Final = {"id": 7, "x": 1.5, "y": -0.25, "vx": 3.125, "hp": 100}
PAYLOADS: Final[dict[str, Any]] = {
    "64 B, binary": b"\x00" * 62,
    "64 B, text": "x" * 62,
    "64 B, object": {"x": 1.5, "y": 2.5, "vx": 0.25, "seq": 12345, "key": "jump", "a": True},
    "8 objects": [THING] * 8,
    "1 KiB, binary": b"\x00" * 1021,
    "1 KiB, doubles": [number / 7 for number in range(113)],
}
WORST: Final = {
    "empty arrays": b"\x90",
    "arrays of one": b"\x91\x00",
    "empty maps": b"\x80",
    "maps of one": b"\x81\xa0\x00",
    "31 deep": b"\x91" * 31 + b"\x00",
    "undefined": b"\xd4\x00\x00",
    "short texts": b"\xa3\xe2\x82\xac",
    "small numbers": b"\x00",
}


def packet_of(value: Any) -> bytes:
    """A `state` packet as socket.io-msgpack-parser 3 sends it."""
    packed: bytes = msgpack.packb(
        {"type": 2, "data": ["state", value], "options": {"compress": True}, "nsp": "/"}
    )
    return packed


def microseconds(call: Callable[[], object], times: int = 4_000) -> float:
    """The best of some rounds, in microseconds for one call."""
    return min(timeit.repeat(call, number=times, repeat=ROUNDS, timer=time.process_time)) / times * 1e6


def event_of(packet: bytes) -> MsgpackEvent:
    """This packet, read."""
    event = parse_msgpack(packet)
    assert isinstance(event, MsgpackEvent)
    return event


def usual() -> None:
    """Print what each step costs for payloads that games send."""
    columns = ("header", "check", "splice", "and id", "msgpack", "JSON", "to JSON", "to msgpack")
    print(f"{'microseconds':16}" + "".join(f"{column:>12}" for column in columns))
    for name, value in PAYLOADS.items():
        print(f"{name:16}" + "".join(f"{figure:12.2f}" for figure in figures(value)))


def figures(value: Any) -> Iterator[float]:
    """Return the cost of each step for this payload."""
    packet = packet_of(value)
    event = event_of(packet)
    raw = event.raw(0)
    yield microseconds(lambda: parse_msgpack(packet))
    yield microseconds(lambda: event.raw(0))
    yield microseconds(lambda: Outgoing.spliced("state", raw).msgpack_frame)
    yield microseconds(lambda: Outgoing.spliced("broadcast", PLAYER, raw).msgpack_frame)
    yield microseconds(lambda: Outgoing.spliced("state", event_of(packet).raw(0)).msgpack_frame)
    if isinstance(value, bytes):
        return
    text = b"2" + json.dumps(["state", value], separators=(",", ":")).encode()

    def read_json() -> Any:
        event: Any = parse_json(text)
        return event.raw(0)

    yield microseconds(lambda: Outgoing.spliced("state", read_json()).json_frame)
    yield microseconds(lambda: Outgoing.spliced("state", event_of(packet).raw(0)).json_frame)
    yield microseconds(lambda: Outgoing.spliced("state", read_json()).msgpack_frame)


def worst() -> None:
    """Print what the check of a payload costs that was made to be expensive."""
    print(f"{'milliseconds':16}{'64 KiB':>12}{'1 MiB':>12}")
    for name, item in WORST.items():
        print(f"{name:16}", end="")
        for size in (64 * 1024, 1024 * 1024):
            count = (size - 5) // len(item)
            payload = b"\xdd" + count.to_bytes(4, "big") + item * count
            best = min(_seconds(payload) for _ in range(ROUNDS))
            print(f"{best * 1e3:12.2f}", end="")
        print()


def _seconds(payload: bytes) -> float:
    start = time.process_time()
    with contextlib.suppress(PacketError):
        check_msgpack(payload)
    return time.process_time() - start


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--worst", action="store_true", help="the most expensive payloads")
    worst() if parser.parse_args().worst else usual()
