"""Reading: whole lines from any blocks, in bounded memory, and a file followed through its rotation."""

from __future__ import annotations

import io
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
