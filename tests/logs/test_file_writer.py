"""The log's file: a disk that is full costs lines, which are counted and told, and nothing else."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gameserver.logs.writer import AGAIN_S, FileWriter

FULL_AT_BYTES = 4096

SERVER = """
import resource
from gameserver.logs import configure, dropped_lines, get_log

configure(form="json")
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))
for number in range(100):
    get_log().info("server.stopped", uptime_s=number)
assert dropped_lines() > 50
"""


class Log:
    """A writer with a clock in the hand, which tells in these words how many lines were lost."""

    def __init__(self, descriptor: int, words: str) -> None:
        self.now = 0.0
        self.writer = FileWriter(descriptor, tell=self._tell, now=lambda: self.now)
        self.put = self.writer.write
        self._words = words

    def _tell(self, lines: int) -> None:
        self.put(self._words.format(lines))


@pytest.fixture
def file(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    path = tmp_path / "server.log"
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY)  # as the shell's `>` does
    yield descriptor, path
    os.close(descriptor)


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file of this process grow beyond `FULL_AT_BYTES`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (FULL_AT_BYTES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_costs_lines_that_are_told_once_there_is_room_again(file: tuple[int, Path]) -> None:
    log = Log(file[0], "lost {}\n")
    line = "x" * 99 + "\n"
    with full_disk():
        for _ in range(100):
            assert log.put(line) == 100
        log.now += 2 * AGAIN_S
        log.put(line)  # tried again, and in vain
    log.put(line)  # not tried before its time
    log.now += AGAIN_S
    log.put("again\n")

    assert log.writer.dropped == 62
    cut, told, again = file[1].read_text().splitlines()[40:]
    assert (line.startswith(cut), told, again) == (True, "lost 62", "again")


def test_a_count_that_cannot_be_told_either_is_kept(file: tuple[int, Path]) -> None:
    log = Log(file[0], "lost {} lines\n")
    log.put("x" * (FULL_AT_BYTES - 3) + "\n")
    with full_disk():
        log.put("far too long\n")
        os.ftruncate(file[0], FULL_AT_BYTES - 2)
        log.now += AGAIN_S
        log.put("one more\n")  # there is room for the end of a line, not for the count
    log.now += AGAIN_S
    log.put("again\n")

    assert file[1].read_text().splitlines()[-2:] == ["lost 3 lines", "again"]


def test_a_file_that_is_copied_and_emptied_begins_with_a_whole_line(file: tuple[int, Path]) -> None:
    writer = FileWriter(file[0])
    writer.write("before\n")
    file[1].write_text("")
    writer.write("after\n")

    assert file[1].read_text() == "after\n"


def test_a_server_whose_disk_is_full_goes_on_and_its_lines_stay_whole(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    with log.open("w") as out:
        server = subprocess.run(
            [sys.executable, "-c", SERVER],
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )

    assert (server.returncode, server.stderr) == (0, "")
    *whole, _cut = log.read_text().split("\n")
    assert [json.loads(line)["uptime_s"] for line in whole] == list(range(len(whole)))


class Turns:
    """A loop whose turns end when they are told to."""

    def __init__(self) -> None:
        self.callbacks: list[Callable[[], None]] = []

    def call_soon(self, callback: Callable[[], None]) -> None:
        self.callbacks.append(callback)

    def end(self) -> None:
        callbacks, self.callbacks = self.callbacks, []
        for callback in callbacks:
            callback()


def test_what_one_turn_says_goes_in_one_write(
    file: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: list[bytes] = []

    def write(_: int, data: memoryview) -> int:
        writes.append(bytes(data))
        return len(data)

    monkeypatch.setattr(os, "write", write)
    turns = Turns()
    writer = FileWriter(file[0])
    writer.write("before\n")
    writer.join(turns.call_soon)
    for line in ("one\n", "two\n"):
        writer.write(line)
    assert writes == [b"before\n"]
    turns.end()
    writer.write("three\n")
    turns.end()
    writer.write("four\n")
    writer.flush()
    writer.write("five\n")
    writer.part()
    writer.write("six\n")
    turns.end()

    assert writes == [b"before\n", b"one\ntwo\n", b"three\n", b"four\n", b"five\n", b"six\n"]


def test_another_thread_waits_for_no_turn_and_overtakes_nothing(file: tuple[int, Path]) -> None:
    turns = Turns()
    writer = FileWriter(file[0])
    writer.join(turns.call_soon)
    writer.write("one\n")
    other = threading.Thread(target=writer.write, args=("two\n",))
    other.start()
    other.join()
    assert file[1].read_text() == "one\ntwo\n"
    turns.end()
    assert file[1].read_text() == "one\ntwo\n"


def test_of_a_turn_that_fits_only_in_part_the_rest_is_counted_and_told_in_its_place(
    file: tuple[int, Path],
) -> None:
    log, turns = Log(file[0], "lost {}\n"), Turns()
    log.writer.join(turns.call_soon)
    line = "x" * 99 + "\n"
    with full_disk():
        for _ in range(60):
            log.put(line)
        turns.end()
    log.now += AGAIN_S
    log.put("again\n")
    log.put("and again\n")
    turns.end()

    assert log.writer.dropped == 20
    lines = file[1].read_text().splitlines()
    assert lines[:40] == [line[:-1]] * 40
    assert lines[-3:] == ["lost 20", "again", "and again"]
