"""What a frame costs the server: to parse, to echo over a socket, and to fan out to many.

    python -m bench.micro_frames parse                     the parser alone
    python -m bench.micro_frames echo --server ours        bytes of a socket in, an echo out
    python -m bench.micro_frames echo --server picows      the same by picows, where that is installed
    python -m bench.micro_frames fanout --loop asyncio     one frame to many, written at once or joined

Times are of the server's process alone (user and system), the client is another one. The figures steer
work on the hot path; what a whole server reaches is measured by `make bench`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib
import multiprocessing
import selectors
import socket
import statistics
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import uvloop

from gameserver.transport.websocket.board import Switchboard
from gameserver.transport.websocket.ending import End
from gameserver.transport.websocket.frames import BINARY, TEXT, FrameParser, encode_frame, mask
from gameserver.transport.websocket.link import Link
from gameserver.transport.websocket.upgrade import protocol_of

_KEY = b"\x37\xfa\x21\x3d"
_HEAD_END = b"\r\n\r\n"


def client_frame(opcode: int, payload: bytes) -> bytes:
    """A masked frame."""
    plain = encode_frame(opcode, payload)
    head = len(plain) - len(payload)
    return plain[:1] + bytes([plain[1] | 0x80]) + plain[2:head] + _KEY + mask(_KEY, payload)


class Nobody:
    """Takes everything the parser delivers, and does nothing."""

    def on_text(self, payload: bytes) -> None:
        pass

    on_binary = on_ping = on_pong = on_text

    def on_close(self, code: int, reason: str) -> None:
        pass


def parse(seconds: float) -> None:
    """Feed the parser for that long in each form."""
    print(f"{'':24}{'us/frame':>10}{'frames/s':>14}")
    for name, opcode in (("binary", BINARY), ("text", TEXT)):
        for size in (64, 125, 1024):
            for per_read in (1, 32):
                parser = FrameParser(Nobody(), Nobody(), 1 << 16)
                data = client_frame(opcode, b"x" * size) * per_read
                cost = _best(lambda parser=parser, data=data: parser.feed(data), seconds) / per_read  # type: ignore[misc]
                form = f"{name} {size} B, {per_read} a read"
                print(f"{form:24}{cost * 1e6:10.3f}{1 / cost:14,.0f}")


def _best(call: Callable[[], None], seconds: float) -> float:
    """The cost of one call in the best of many rounds: others use this machine too."""
    best = float("inf")
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        started = time.process_time()
        for _ in range(2000):
            call()
        best = min(best, (time.process_time() - started) / 2000)
    return best


class Echo:
    """The owner of a link that takes binary messages and sends text back."""

    def on_open(self, link: Link) -> None:
        self.link = link

    def on_text(self, payload: bytes) -> None:
        self.link.send(encode_frame(TEXT, payload))

    def on_binary(self, payload: bytes) -> None:
        pass

    def on_pong(self, payload: bytes, received: float) -> None:
        pass

    def on_end(self, end: End) -> None:
        pass


async def _serve_ours(listening: socket.socket) -> None:
    """Accept one client, answer its upgrade as if Tornado had, and echo until it is gone."""
    loop = asyncio.get_running_loop()
    client, _ = await loop.sock_accept(listening)
    head = b""
    while not head.endswith(_HEAD_END):
        head += await loop.sock_recv(client, 4096)
    await loop.sock_sendall(client, b"HTTP/1.1 101 Switching Protocols" + _HEAD_END)
    gone = loop.create_future()

    class Ending(Echo):
        def on_end(self, end: End) -> None:
            gone.set_result(None)

    link = Link(Switchboard(loop), Ending(), client.send)
    await loop.connect_accepted_socket(lambda: protocol_of(link), client)
    await gone


async def _serve_picows(listening: socket.socket) -> None:
    picows: Any = importlib.import_module("picows")
    gone = asyncio.get_running_loop().create_future()

    class Listener(picows.WSListener):  # type: ignore[misc]
        def on_ws_frame(self, transport: Any, frame: Any) -> None:
            payload = frame.get_payload_as_bytes()
            if frame.msg_type == picows.WSMsgType.TEXT:
                transport.send(picows.WSMsgType.TEXT, payload)

        def on_ws_disconnected(self, transport: Any) -> None:
            gone.set_result(None)

    server = await picows.ws_create_server(lambda request: Listener(), sock=listening)
    async with server:
        await gone


SERVERS: dict[str, Callable[[socket.socket], Coroutine[Any, Any, None]]] = {
    "ours": _serve_ours,
    "picows": _serve_picows,
}


def _served(server: str, loop: str, listening: socket.socket, cost: Any) -> None:
    """Serve one client, and tell the processor time that it took."""
    factory = uvloop.new_event_loop if loop == "uvloop" else asyncio.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.get_loop()
        started = time.process_time()
        runner.run(SERVERS[server](listening))
        cost.send(time.process_time() - started)


def echo(server: str, loop: str, seconds: float) -> None:
    """One client that sends bursts; of each all is echoed, or only the last frame, for the reading alone."""
    print(f"{server + ' on ' + loop:32}{'us/frame':>10}{'frames':>12}")
    for size, burst, echoed in ((64, 1, 1), (64, 32, 32), (64, 32, 1), (1024, 32, 32), (1024, 32, 1)):
        taken = client_frame(BINARY, b"x" * size) * (burst - echoed)
        costs = []
        for _ in range(5):
            listening = socket.create_server(("127.0.0.1", 0))
            ours, theirs = multiprocessing.Pipe()
            process = multiprocessing.get_context("fork").Process(
                target=_served, args=(server, loop, listening, theirs)
            )
            process.start()
            sent = taken + client_frame(TEXT, b"x" * size) * echoed
            answer = len(encode_frame(TEXT, b"x" * size)) * echoed
            bursts = _converse(listening.getsockname()[1], sent, answer, seconds / 5)
            costs.append(ours.recv() / bursts / burst)
            process.join()
            listening.close()
        form = f"{burst} frames of {size} B, {echoed} echoed"
        print(f"{form:32}{statistics.median(costs) * 1e6:10.2f}{bursts * burst:12,}")


def _converse(port: int, sent: bytes, answer: int, seconds: float) -> int:
    """Send that and wait for so many bytes, again and again; returns how often."""
    count = 0
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.sendall(
            b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        head = b""
        while not head.endswith(_HEAD_END):
            head += client.recv(1)
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            client.sendall(sent)
            left = answer
            while left:
                left -= len(client.recv(1 << 20))
            count += 1
    return count


def _drain(port: int, links: int) -> None:
    """Many clients that read everything."""
    selector = selectors.DefaultSelector()
    for _ in range(links):
        client = socket.create_connection(("127.0.0.1", port))
        client.setblocking(False)
        selector.register(client, selectors.EVENT_READ)
    buffer = bytearray(1 << 16)
    while links:
        for key, _ in selector.select():
            assert isinstance(key.fileobj, socket.socket)
            with contextlib.suppress(BlockingIOError):
                if not key.fileobj.recv_into(buffer):
                    selector.unregister(key.fileobj)
                    links -= 1


async def _fan_out(links: int, turns: int) -> None:
    loop = asyncio.get_running_loop()
    board = Switchboard(loop)
    reached: list[Link] = []
    with _clients(links) as listening:
        for _ in range(links):
            sock, _ = listening.accept()
            sock.setblocking(False)
            link = Link(board, Echo(), sock.send)
            await loop.connect_accepted_socket(lambda link=link: link, sock)  # type: ignore[misc]
            reached.append(link)
        frame = encode_frame(BINARY, b"x" * 64)
        print(f"{'messages a turn':16}{'at once':>12}{'joined':>12}{'as it decides':>16}   us/delivery")
        for messages in (1, 2, 4, 8, 16):
            costs: dict[str, list[float]] = {"at once": [], "joined": [], "deciding": []}
            for _ in range(turns):
                for mode, taken in costs.items():
                    if mode != "deciding":
                        for link in reached:
                            link.outbox.joins = mode == "joined"
                    started = time.process_time()
                    for _ in range(messages):
                        if mode == "at once":
                            board.turn.number += 1
                        for link in reached:
                            link.send(frame)
                    await asyncio.sleep(0)  # the turn ends
                    taken.append((time.process_time() - started) / messages / links)
                    await asyncio.sleep(0.003)  # the clients read
            medians = [statistics.median(taken) * 1e6 for taken in costs.values()]
            print(f"{messages:<16}{medians[0]:12.2f}{medians[1]:12.2f}{medians[2]:16.2f}")
        for link in reached:
            link.transport.abort()
        await asyncio.sleep(0.1)


@contextlib.contextmanager
def _clients(links: int) -> Iterator[socket.socket]:
    listening = socket.create_server(("127.0.0.1", 0), backlog=links)
    process = multiprocessing.get_context("fork").Process(
        target=_drain, args=(listening.getsockname()[1], links), daemon=True
    )
    process.start()
    yield listening
    process.join()
    listening.close()


def main() -> None:
    """Measure what was asked for."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("what", choices=("parse", "echo", "fanout"))
    arguments.add_argument("--server", choices=sorted(SERVERS), default="ours")
    arguments.add_argument("--loop", choices=("uvloop", "asyncio"), default="uvloop")
    arguments.add_argument("--seconds", type=float, default=2.0, help="for each line of the table")
    arguments.add_argument("--links", type=int, default=400)
    asked = arguments.parse_args()
    match asked.what:
        case "parse":
            parse(asked.seconds)
        case "echo":
            echo(asked.server, asked.loop, asked.seconds)
        case _:
            factory = uvloop.new_event_loop if asked.loop == "uvloop" else asyncio.new_event_loop
            with asyncio.Runner(loop_factory=factory) as runner:
                runner.run(_fan_out(asked.links, turns=round(60 * asked.seconds)))


if __name__ == "__main__":
    main()
