"""A member that reads nothing costs the process next to nothing, whether its game sends news or more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.server_process import ServerProcess
from tests.transport.engine.wire import Wire
from tests.transport.sockets.speakers import MsgpackSpeaker, Speaker

FLAGS = (
    "--storage",
    "memory",
    "--relay-per-second",
    "1000000",
    "--relay-burst",
    "1000000",
    "--relay-bytes-per-second",
    "1000000000",
)
KIBIBYTE = b"x" * 1024
NEWS = 5 * 60 * 60  # five minutes of a game at 60 Hz: 17.6 MiB
WARM = 2_000
AT_ONCE = 20
MEBIBYTE = 1024 * 1024


def resident_bytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


class Game:
    """A host, a member that hears all, and one that stops reading."""

    def __init__(self, host: Speaker, reader: Speaker, stalled: Speaker) -> None:
        self.host = host
        self.reader = reader
        self.stalled = stalled
        self.stalled_id = ""

    @classmethod
    async def begin(cls, client: Wire) -> Game:
        game = cls(*[await MsgpackSpeaker.join(client) for _ in range(3)])
        await game.host.emit("create", {"title": "Room"})
        room = (await game.host.told("create_success"))["id"]
        game.stalled_id = (await game.stalled.told("welcome"))["id"]
        for member in (game.reader, game.stalled):
            await member.emit("join", room)
            await member.told("join_success")
        return game

    async def play(self, event: str, first: int, last: int, *hearers: Speaker) -> None:
        """Send these messages, some at once, and none before the hearers have heard those before."""
        for begun in range(first, last, AT_ONCE):
            ended = min(begun + AT_ONCE, last)
            for number in range(begun, ended):
                await self.host.emit(event, {"number": number, "data": KIBIBYTE})
            for hearer in (self.reader, *hearers):
                while (await hearer.told(event))["number"] != ended - 1:
                    continue

    async def warm_up(self, event: str) -> None:
        """What the first messages load stays out of the figure."""
        await self.play(event, 0, WARM, self.stalled)


@pytest.mark.gen_test
@pytest.mark.parametrize("fresh_server", [FLAGS], indirect=True)
async def test_minutes_of_news_to_a_member_that_reads_nothing_take_no_memory(
    fresh_server: ServerProcess,
) -> None:
    """Stock: 3.5 MiB more for each such member and minute, without end."""
    async with Wire(fresh_server.port, "socket") as client:
        game = await Game.begin(client)
        await game.warm_up("state")
        game.stalled.socket.stall()
        before = resident_bytes(fresh_server.pid)

        await game.play("state", WARM, WARM + NEWS)
        grown = resident_bytes(fresh_server.pid) - before

        assert grown <= MEBIBYTE
        assert fresh_server.lines("connection.closed") == []
        game.stalled.socket._transport.resume_reading()
        numbers: list[int] = []
        while not numbers or numbers[-1] != WARM + NEWS - 1:
            numbers.append((await game.stalled.told("state"))["number"])
        assert numbers == sorted(set(numbers)), "in order, and the newest at the end"
        assert len(numbers) < NEWS, "it had not read all of it"
        await game.host.emit("broadcast", {"back": True})
        assert (await game.stalled.told("broadcast"))["back"]


@pytest.mark.gen_test
@pytest.mark.parametrize("fresh_server", [(*FLAGS, "--backlog-seconds", "60")], indirect=True)
async def test_what_waits_for_a_member_that_reads_nothing_is_bounded_until_it_is_closed(
    fresh_server: ServerProcess,
) -> None:
    """By the bound in bytes, which is the larger: that of age closes it much earlier in a game of 60 Hz."""
    one_too_many = 2 * len(KIBIBYTE)  # is counted, but not kept
    async with Wire(fresh_server.port, "socket") as client:
        game = await Game.begin(client)
        await game.warm_up("broadcast")
        game.stalled.socket.stall()
        before = grown = resident_bytes(fresh_server.pid)
        sent = WARM
        while not (closed := fresh_server.lines("connection.closed")):
            await game.play("broadcast", sent, sent + AT_ONCE)
            sent += AT_ONCE
            grown = max(grown, resident_bytes(fresh_server.pid))
        await game.play("broadcast", sent, sent + WARM)

        assert [(line["player"], line["code"]) for line in closed] == [(game.stalled_id, "slow_consumer")]
        assert closed[0]["peak_backlog_bytes"] <= 524_288 + one_too_many
        assert grown - before <= MEBIBYTE
        assert resident_bytes(fresh_server.pid) - before <= MEBIBYTE
