"""What clients write cannot break, colour, forge or bloat the log of a real server."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import socketio
from tornado.ioloop import IOLoop

from tests.support.patience import PATIENCE_SECONDS
from tests.support.python_players import PythonPlayer
from tests.support.server_process import ServerProcess

LONGEST_LINE_BYTES = 4096
FORGED = '{"time":"2026-01-01T00:00:00Z","level":"error","event":"forged.line"}'
ATTACKS = (
    f"first\n{FORGED}\nlast",
    f'"}}\r\n{FORGED}\r\n{{"a":"',
    "\x1b[2J\x1b[31mred\x1b]0;title\x07",
    "%s%n%d{0}{0.__class__}${jndi:ldap://x}%(name)s",
    "\x00\x08\x7f\x85\u2028\u2029\u202e\ufeff",
    "\U000e0041" * 1000,  # unprintable, and ten characters each once escaped
    "x" * 15_000,  # four times in one message
    "'; DROP TABLE records; --",
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    server = ServerProcess(tmp_path).start()
    yield server
    server.stop()


@pytest.fixture
def player(io_loop: IOLoop) -> Iterator[PythonPlayer]:
    player = PythonPlayer("eve", serializer="msgpack")
    yield player
    io_loop.run_sync(player.disconnect)


def filled(text: str, size: int) -> str:
    """Repeat the text up to so many bytes of UTF-8."""
    return (text * (size // len(text) + 1)).encode()[:size].decode("utf-8", "ignore")


async def attack_over_socket_io(server: ServerProcess, player: PythonPlayer, text: str) -> None:
    await player.connect(server.url, transports=["websocket"])
    for event, argument in [
        ("login", {"name": text}),
        ("login", {"name": filled(text, 64_000)}),
        ("create", {"title": text, "description": text, "metadata": {text[:100]: text}}),
        ("join", text),
        ("join_session", text),
        ("kick", text),
        ("no such event " + text, text),
        ("broadcast", text),
        ("direct", text),
    ]:
        await player.emit(event, argument)
    await player.caught_up()
    await player.disconnect()


async def attack_over_http(server: ServerProcess, text: str) -> None:
    """By hand, since no client would send these."""
    one_line = text.replace("\r", "").replace("\n", "").encode("utf-8", "ignore")[:8000]
    for request in (
        b"GET /" + quote(text[:2000]).encode() + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /socket.io/?EIO=4&transport=" + one_line.replace(b" ", b"") + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: "
        + one_line
        + b"\r\nX-Forwarded-For: "
        + one_line
        + b"\r\n\r\n",
        b"POST /socket.io/?EIO=4&transport=polling&sid=" + quote(text[:500]).encode() + b" HTTP/1.1\r\n"
        b"Host: x\r\nOrigin: " + one_line + b"\r\nContent-Length: 0\r\n\r\n",
        one_line + b"\r\n\r\n",
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(request)
        writer.write_eof()
        with contextlib.suppress(OSError):  # it hung up amid the answer: also an answer
            await asyncio.wait_for(reader.read(), PATIENCE_SECONDS)
        writer.close()


async def attack_in_connect(server: ServerProcess, text: str) -> None:
    """With an auth that is refused, and a frame that is no packet."""
    for auth, wait_seconds in (
        ({"name": text, "token": text, "pid": text}, PATIENCE_SECONDS),
        ({"name": text}, PATIENCE_SECONDS),
        ({text[:50]: text}, PATIENCE_SECONDS),
        (text, 0.2),  # is hung up on, which this client waits for in vain
    ):
        refused = PythonPlayer("mallory", serializer="default")
        with contextlib.suppress(socketio.exceptions.ConnectionError):
            await refused.connect(server.url, auth=auth, transports=["websocket"], wait_seconds=wait_seconds)
        await refused.disconnect()


@pytest.mark.gen_test
async def test_whatever_clients_send_each_line_is_one_bounded_json_object(
    server: ServerProcess, player: PythonPlayer
) -> None:
    for text in ATTACKS:
        await attack_over_socket_io(server, player, text)
        await attack_over_http(server, text)
        await attack_in_connect(server, text)
    server.stop()

    raw = server.log.read_bytes()
    written = raw.decode()
    assert len(written.splitlines()) == written.count("\n") > 100
    for line in written.splitlines():
        facts = json.loads(line)
        assert set(facts) >= {"time", "level", "event"}, line
        assert facts["event"] != "forged.line"
        assert len(line.encode()) <= LONGEST_LINE_BYTES, len(line)
        assert line.isprintable(), ascii(line)
    assert not [line for line in server.lines() if line["level"] == "error"]


@pytest.mark.gen_test
async def test_a_request_that_is_wrong_is_not_quoted_in_the_log_however_often_it_comes(
    server: ServerProcess,
) -> None:
    """Stock: a line for each, with the header or the address that was wrong, whatever secret is in it."""
    before = server.log.read_text().count("\n")
    for wrong in (
        b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret\x01\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: secret secret\r\n\r\n",
        b"GET / secret/1.1\r\nHost: x\r\n\r\n",
        b"GET /static/%ff?token=secret HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: secret\r\n\r\n",
    ):
        for _ in range(3):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(wrong)
            answer = await asyncio.wait_for(reader.read(), PATIENCE_SECONDS)
            assert answer.startswith(b"HTTP/1.1 400 "), answer
            writer.close()

    written = server.log.read_text()
    assert "secret" not in written
    assert written.count("\n") == before


def test_the_attacks_would_break_a_naive_log() -> None:
    naive = "".join(f'{{"event":"x","name":"{text}"}}\n' for text in ATTACKS)

    assert len(naive.splitlines()) > naive.count("\n") or "forged.line" in naive
    assert not naive.replace("\n", "").isprintable()
    assert max(map(len, naive.splitlines())) > LONGEST_LINE_BYTES
