"""Compare answered requests per second with sqlite to those with memory storage, on the real server.

Both servers stand all along and rounds alternate, so that other work of the machine befalls both alike. What
counts is the ratio within a pair. Each client changes its own room, and asks again once it is answered.

python -m tests.drills.answered --pairs 5 --seconds 3
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import msgpack

from tests.support.patience import PATIENCE_SECONDS
from tests.support.server_process import ServerProcess

CLIENTS = 100
TARGET = 0.8
FLAGS = (
    *("--requests-per-second", "1000000", "--requests-burst", "1000000"),
    *("--ping-interval-seconds", "60", "--ping-timeout-seconds", "60", "--log-level", "info"),
)
ACKED = b"\xa4type\x03"  # as an ack's packet begins


def frame(opcode: int, payload: bytes) -> bytes:
    """Return a client's frame of less than 64 KiB; its mask is zero, so that the payload stays as it is."""
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
    return bytes([0x80 | opcode]) + length + bytes(4) + payload


def request(name: str, body: object) -> bytes:
    return frame(2, msgpack.packb({"type": 2, "data": [name, body], "id": 1, "nsp": "/"}))


class Client(asyncio.Protocol):
    """As little of a client as can ask and see that it is answered: what it costs is not the server's."""

    def __init__(self) -> None:
        self.answered = 0
        self.going = False
        self._tail = b""
        self._asked = asyncio.Event()
        self._asks = [request("update_room", {"title": title}) for title in ("One", "Two")]

    async def begin(self, port: int) -> None:
        """Connect and open a room of its own."""
        transport, _ = await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", port)
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost:{port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        await asyncio.sleep(0.02)
        connect = {"type": 0, "nsp": "/", "data": {"recover": True}}
        transport.write(frame(2, msgpack.packb(connect)))
        transport.write(request("create", {"title": "Room"}))
        await asyncio.wait_for(self._asked.wait(), PATIENCE_SECONDS)

    def ask(self) -> None:
        self.transport.write(self._asks[self.answered % 2])

    def data_received(self, data: bytes) -> None:
        data = self._tail + data
        if ACKED in data:
            self._tail = b""
            self.answered += 1
            self._asked.set()
            if self.going:
                self.ask()
        else:
            self._tail = data[-len(ACKED) + 1 :]


async def round_of(clients: list[Client], seconds: float) -> float:
    """Return the answers per second of one round."""
    before = sum(client.answered for client in clients)
    began = time.perf_counter()
    for client in clients:
        client.going = True
        client.ask()
    await asyncio.sleep(seconds)
    for client in clients:
        client.going = False
    rate = (sum(client.answered for client in clients) - before) / (time.perf_counter() - began)
    await asyncio.sleep(0.3)  # the last answers come
    return rate


async def compare(
    ports: dict[str, int], pairs: int, seconds: float, *, count: int = CLIENTS, warm_seconds: float = 1.0
) -> list[tuple[float, float]]:
    """Return the rates of each pair of rounds of so many clients: with sqlite, with memory."""
    clients = {kind: [Client() for _ in range(count)] for kind in ports}
    for kind, each in clients.items():
        for client in each:
            await client.begin(ports[kind])
        await round_of(each, warm_seconds)
    found = []
    for number in range(pairs):
        rates: dict[str, float] = {}
        for kind in ("sqlite", "memory") if number % 2 else ("memory", "sqlite"):
            rates[kind] = await round_of(clients[kind], seconds)
        found.append((rates["sqlite"], rates["memory"]))
    for each in clients.values():
        for client in each:
            client.transport.abort()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=5, help="pairs of rounds [5]")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each round [3]")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="answered-") as directory:
        servers = {}
        for kind in ("sqlite", "memory"):
            place = Path(directory) / kind
            place.mkdir()
            servers[kind] = ServerProcess(place, "--storage", kind, *FLAGS, patient=False).start()
        ports = {kind: server.port for kind, server in servers.items()}
        found = asyncio.run(compare(ports, options.pairs, options.seconds))
        for server in servers.values():
            server.kill()
    for durable, memory in found:
        print(f"sqlite {durable:8.0f}/s   memory {memory:8.0f}/s   ratio {durable / memory:.2f}")
    ratio = statistics.median(durable / memory for durable, memory in found)
    print(
        f"{CLIENTS} clients, median ratio {ratio:.2f}; target {TARGET:g}: "
        f"{'reached' if ratio >= TARGET else 'NOT REACHED'}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
