"""Reading: whole lines from any blocks, in bounded memory, and a file followed through its rotation."""

from __future__ import annotations

import gzip
import io
import random
from pathlib import Path

import pytest

from gameserver.logs.reading import sources
from gameserver.logs.reading.follow import grown
from gameserver.logs.reading.progress import LARGE_BYTES, Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_lines_stay_whole_however_they_are_read(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "BLOCK_BYTES", size)
    text = b'one\n"two"\n\nthree "two"\nfour'
    blocks = list(sources.blocks(io.BytesIO(text)))

    assert b"".join(blocks) == text
    split = [line for block in blocks for line in sources.lines(block) if line]
    assert split == [line for line in text.split(b"\n") if line]
    found = [line for block in blocks for line in sources.lines(block, (b'"two"', b"four"))]
    assert found == [b'"two"', b'three "two"', b"four"]


def lines_of(day: int) -> bytes:
    """Lines that compress badly, so that a fault in their middle leaves many before it."""
    noise = random.Random(day)
    return b"".join(
        b'{"event":"e","time":"2026-01-%02dT00:00:00Z","x":"%x"}\n' % (day, noise.getrandbits(800))
        for _ in range(5000)
    )


@pytest.mark.parametrize("fault", ["cut", "overwritten", "no gzip at all"])
def test_of_a_broken_compressed_file_all_before_the_fault_is_read(tmp_path: Path, fault: str) -> None:
    file, whole = tmp_path / "server.log.gz", lines_of(1)
    packed = gzip.compress(whole)
    middle = len(packed) // 2
    file.write_bytes(
        {
            "cut": packed[:middle],
            "overwritten": packed[:middle] + b"\xff" * 500 + packed[middle + 500 :],
            "no gzip at all": whole,
        }[fault]
    )
    doubts: list[str] = []

    found = [line for line in sources.read([str(file)], (), doubt=doubts.append) if line]

    there = 0 if fault == "no gzip at all" else 2000
    assert len(found) >= there
    assert found[:there] == whole.split(b"\n")[:there]
    assert [doubt.partition(" is ")[0] for doubt in doubts] == [str(file)]


def test_rotated_files_are_ordered_even_if_their_first_lines_are_cut(tmp_path: Path) -> None:
    names = []
    for day in (2, 1):
        file = tmp_path / f"server.log.{day}"
        file.write_bytes(b'"2026-01-01T00:00:00Z","cut":1}\n\nTraceback\n' + lines_of(day))
        names.append(str(file))

    times = [line[21:31] for line in sources.read(names, (b'"event"',))]

    assert times == sorted(times)
    assert len(times) == 10_000


def test_a_line_without_end_takes_no_more_memory_than_its_bound() -> None:
    endless = io.BytesIO(b"x" * (5 * sources.BLOCK_BYTES) + b"\nlast\n")

    assert max(map(len, sources.blocks(endless))) <= 3 * sources.BLOCK_BYTES


def test_a_file_is_followed_through_its_rotation(tmp_path: Path) -> None:
    file = tmp_path / "server.log"
    file.write_text("".join(f"{number}\n" for number in range(30)))

    def rotate(_: float) -> None:
        with file.open("a") as old:
            old.write("late\n")
        file.rename(tmp_path / "server.log.1")
        file.write_text("new\n")

    read = grown(str(file), rotate)
    assert [next(read) for _ in range(12)] == [b"%d\n" % number for number in range(20, 30)] + [
        b"late\n",
        b"new\n",
    ]
    read.close()


def test_a_large_read_shows_its_progress_on_a_terminal_alone() -> None:
    times = iter([0.0, 0.1, 1.0])
    terminal, pipe = Terminal(), io.StringIO()
    progress = Progress(LARGE_BYTES, terminal, lambda: next(times))
    progress.tell(1)
    assert terminal.getvalue() == ""
    progress.tell(LARGE_BYTES // 2)
    assert " 50% " in terminal.getvalue()

    silent = Progress(LARGE_BYTES, pipe)
    silent.tell(LARGE_BYTES)
    silent.end()
    assert pipe.getvalue() == ""
