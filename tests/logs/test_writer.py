"""The log's writer: it never blocks, keeps the order, and says what it could not keep."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from gameserver.logs.writer import Writer


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    yield reading, writing
    for descriptor in (reading, writing):
        with contextlib.suppress(OSError):
            os.close(descriptor)


def read(descriptor: int, length: int) -> str:
    data = b""
    while len(data) < length:
        data += os.read(descriptor, length - len(data))
    return data.decode()


def test_lines_come_out_whole_and_in_order(pipe: tuple[int, int]) -> None:
    writer = Writer(pipe[1])
    lines = [f"line {number} ä\n" for number in range(1_000)]
    for line in lines:
        writer.write(line)
    writer.close()
    assert read(pipe[0], len("".join(lines).encode())) == "".join(lines)
    assert writer.dropped == 0


def test_a_pipe_that_nobody_reads_blocks_nobody_and_what_is_lost_is_told_in_its_place(
    pipe: tuple[int, int],
) -> None:
    """Stock: the first write beyond 64 KiB stops the event loop until somebody reads."""
    told: list[int] = []

    def tell(lines: int) -> None:
        told.append(lines)
        writer.write(f"lost {lines}\n")

    writer = Writer(pipe[1], most_bytes=100_000, tell=tell)
    line = "x" * 99 + "\n"
    for _ in range(3_000):  # more than the pipe and the bound hold
        writer.write(line)
    dropped = writer.dropped
    assert dropped >= 3_000 - (100_000 + 65_536) / 100 - 1
    assert told == []

    kept = (3_000 - dropped) * 100
    assert read(pipe[0], kept) == line * (3_000 - dropped)  # now somebody reads
    while writer._bytes:
        pass
    writer.write("again\n")
    writer.close()

    assert told == [dropped]
    assert read(pipe[0], len(f"lost {dropped}\nagain\n")) == f"lost {dropped}\nagain\n"


def test_a_count_that_finds_no_room_is_told_with_the_next_line(pipe: tuple[int, int]) -> None:
    padding = ["." * 30, ""]

    def tell(lines: int) -> None:
        writer.write(f"lost {lines}{padding.pop(0)}\n")

    writer = Writer(pipe[1], most_bytes=30, tell=tell)
    writer.write("." * 30 + "\n")
    writer.write("one\n")
    writer.write("two\n")
    writer.close()

    assert read(pipe[0], 15) == "one\nlost 2\ntwo\n"
    assert writer.dropped == 2


def test_a_reader_that_is_gone_costs_lines_and_nothing_else(pipe: tuple[int, int]) -> None:
    os.close(pipe[0])
    writer = Writer(pipe[1])
    writer.write("one\n")
    writer.write("two\nin two lines\n")
    writer.close()
    assert writer.dropped == 3


def test_a_descriptor_that_does_not_wait_is_waited_for(pipe: tuple[int, int]) -> None:
    os.set_blocking(pipe[1], False)
    writer = Writer(pipe[1])
    line = "x" * 999 + "\n"
    for _ in range(200):
        writer.write(line)
    assert read(pipe[0], 200_000) == line * 200
    writer.close()
    assert writer.dropped == 0


def test_at_the_end_of_the_process_all_is_written() -> None:
    program = (
        "from gameserver import logs\n"
        "logs.configure(form='json')\n"
        "for number in range(500): logs.get_log().info('server.stopped', uptime_s=number)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert [f'"uptime_s":{number}}}' in line for number, line in enumerate(ran.stdout.splitlines())] == [
        True
    ] * 500


def test_a_process_whose_log_nobody_reads_goes_on_and_ends() -> None:
    program = (
        "import sys\n"
        "from gameserver import logs\n"
        "from gameserver.logs import writer\n"
        "writer.CLOSE_S = 0.1\n"
        "logs.configure(form='json')\n"
        "for number in range(60_000): logs.get_log().info('server.failed', reason='x' * 90)\n"
        "print(logs.dropped_lines(), file=sys.stderr)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert int(process.stderr.readline()) > 1_000
        assert process.wait() == 0
