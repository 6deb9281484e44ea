"""Measure what probing costs the server: 1,000 members and 125 hosts on real sockets, scaled by ten.

Three servers run one after another with the same connections. One probes as rarely as its settings
allow: it is what all else costs. One probes ten times as often as the settings say, which are the
probes of 10,000 members and 1,250 hosts, sent and answered over 1,125 sockets; its CPU less that of the
first is the figure. One probes as it comes; its CPU less that of the first, times ten, is the figure by
the plainest reading, and leans high: waking an idle loop costs more than a probe. The server's own
Engine.IO heartbeats run in all three alike. Give the machine nothing else to do meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import os
import resource
import secrets
import socket
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.contenders import free_port
from latency.settings import Settings

ROOMS = 125
PER_ROOM = 9  # one host and eight members
SCALE = 10
TARGET = 0.08
TICKS = os.sysconf("SC_CLK_TCK")

NOW = Settings()
PLANS: dict[str, dict[str, float]] = {
    "rarely": {"interval_host_s": 60, "interval_member_s": 300, "interval_first_s": 60},
    "as it comes": {},
    "ten times as often": {
        "interval_host_s": NOW.interval_host_s / SCALE,
        "interval_member_s": NOW.interval_member_s / SCALE,
        "interval_first_s": NOW.interval_host_s / SCALE,
    },
}


class Client(asyncio.Protocol):
    """As little of an Engine.IO client as answers pings: websocket transport, JSON packets."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._buffer = bytearray()
        self._upgraded = False
        self.sid: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.answers: asyncio.Queue[str] = asyncio.Queue()
        self.control_pings = 0
        self.heartbeats = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        transport.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.sid.done():
            self.sid.set_exception(ConnectionError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._upgraded:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            del self._buffer[: end + 4]
            self._upgraded = True
        while self._frame():
            pass

    def emit(self, event: str, body: object) -> None:
        """Send an event with ack 0."""
        self._send(0x1, f"420{json.dumps([event, body])}".encode())

    def _frame(self) -> bool:
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        opcode, size, at = buffer[0] & 0xF, buffer[1] & 0x7F, 2
        if size == 126:
            if len(buffer) < 4:
                return False
            size, at = struct.unpack_from("!H", buffer, 2)[0], 4
        elif size == 127:
            raise ConnectionError("a frame larger than any expected here")
        if len(buffer) < at + size:
            return False
        payload = bytes(buffer[at : at + size])
        del buffer[: at + size]
        if opcode == 0x9:
            self.control_pings += 1
            self._send(0xA, payload)
        elif opcode == 0x1:
            self._packet(payload.decode())
        return True

    def _packet(self, text: str) -> None:
        if text.startswith("0"):
            self._send(0x1, b"40")
        elif text == "2":
            self.heartbeats += 1
            self._send(0x1, b"3")
        elif text.startswith("40"):
            self.sid.set_result(json.loads(text[2:])["sid"])
        elif text.startswith("430"):
            self.answers.put_nowait(text[3:])

    def _send(self, opcode: int, payload: bytes) -> None:
        mask = b"\0\0\0\0"  # a mask of zeros is a mask
        size = (
            bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack("!H", len(payload))
        )
        self._transport.write(bytes([0x80 | opcode]) + size + mask + payload)


@dataclass(frozen=True)
class Measured:
    """One server over the measured time."""

    seconds: float
    cpu_s: float
    control_pings: int
    heartbeats: int

    @property
    def cpu(self) -> float:
        """The share of a core."""
        return self.cpu_s / self.seconds


async def measure(port: int, pid: int, settle_s: float, seconds: float) -> Measured:
    """Seat everybody, let the bursts pass, and watch the server's CPU."""
    loop = asyncio.get_running_loop()
    clients: list[Client] = []
    for _ in range(ROOMS * PER_ROOM):
        _, client = await loop.create_connection(lambda: Client(port), "127.0.0.1", port)
        await asyncio.wait_for(client.sid, 10)
        clients.append(client)
    for room in range(ROOMS):
        host, *members = clients[room * PER_ROOM : (room + 1) * PER_ROOM]
        host.emit("create", {"title": f"room {room}", "max_players": PER_ROOM})
        made = json.loads(await asyncio.wait_for(host.answers.get(), 10))[0]
        for member in members:
            member.emit("join", {"id": made["id"]})
        for member in members:
            joined = json.loads(await asyncio.wait_for(member.answers.get(), 10))[0]
            if not joined["ok"]:
                raise RuntimeError(f"a member was refused: {joined}")
    await asyncio.sleep(settle_s)
    pings = sum(client.control_pings for client in clients)
    beats = sum(client.heartbeats for client in clients)
    began, cpu = time.monotonic(), _cpu_s(pid)
    await asyncio.sleep(seconds)
    return Measured(
        time.monotonic() - began,
        _cpu_s(pid) - cpu,
        sum(client.control_pings for client in clients) - pings,
        sum(client.heartbeats for client in clients) - beats,
    )


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _run(plan: str, settle_s: float, seconds: float) -> Measured:
    port = free_port()
    arguments = ["--port", str(port), "--storage", "memory", "--log-level", "error"]
    for limit in ("connects-per-second", "connects-per-second-per-address", "connections-per-address"):
        arguments += [f"--{limit}", "5000"]
    for name, value in PLANS[plan].items():
        arguments += [f"--latency-{name.replace('_', '-')}", str(value)]
    command = [sys.executable, "run_server.py", *arguments]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            _wait_for(port)
            return asyncio.run(measure(port, server.pid, settle_s, seconds))
        finally:
            server.terminate()
            server.wait(15)


def _wait_for(port: int) -> None:
    for _ in range(100):
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)
    raise ConnectionError("the server did not start")


def main() -> int:
    """Measure all three and print what follows; 1 if the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120.0, help="measured time of each (default: 120)")
    parser.add_argument("--settle", type=float, default=90.0, help="wait before it (default: 90)")
    options = parser.parse_args()
    needed = ROOMS * PER_ROOM + 200
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(needed, hard)), hard))
    found = {plan: _run(plan, options.settle, options.seconds) for plan in PLANS}
    for plan, each in found.items():
        print(
            f"probing {plan}: {each.cpu:.2%} of a core, "
            f"{each.control_pings / each.seconds:.1f} control pings/s, "
            f"{each.heartbeats / each.seconds:.1f} heartbeats/s (Engine.IO's own)"
        )
    rare, often, scaled = found["rarely"], found["as it comes"], found["ten times as often"]
    members, hosts = SCALE * ROOMS * (PER_ROOM - 1), SCALE * ROOMS
    share = scaled.cpu - rare.cpu
    more = (scaled.control_pings / scaled.seconds) - (rare.control_pings / rare.seconds)
    print(f"{members} members and {hosts} hosts: {share:.1%} of a core, {1e6 * share / more:.0f} us a probe")
    scaled_share = SCALE * (often.cpu - rare.cpu)
    print(f"the same from probing as it comes, times {SCALE}: {scaled_share:.1%}")
    return 0 if max(share, scaled_share) <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
