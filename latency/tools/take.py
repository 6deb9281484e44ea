"""Take a recording out of the file that a running server writes: whole lines, checked, gzipped."""

from __future__ import annotations

import gzip
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from latency.tools.recording import Recording, WrongRecording, read

_LOOK_AGAIN_S = 0.5
STDIN = "-"


def take(
    source: str,
    out: Path,
    seconds: float,
    *,
    tick: Callable[[float], None] = lambda seconds: None,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Recording:
    """Copy what is there and what comes in the next `seconds`, or until Ctrl-C; what the copy holds.

    `source` is a file, or `-` for stdin, which is read to its end. The copy appears under its name only
    when it is whole and can be read; a torn last line is left out. `tick` hears how long it has been.
    """
    if out.exists():
        raise WrongRecording(f"{out} is there already")
    part = out.with_name(out.name + ".part")
    try:
        with _opened(source) as stream, gzip.open(part, "wt", encoding="utf-8") as copy:
            began = now()

            def left() -> bool:
                tick(now() - began)
                return now() - began < seconds

            for line in _whole_lines(stream, left, sleep):
                copy.write(line)
        recording = read(part)
        part.replace(out)
    except WrongRecording as wrong:
        raise WrongRecording(str(wrong).replace(str(part), source)) from None
    except (OSError, UnicodeDecodeError) as failed:
        raise WrongRecording(f"{source}: {getattr(failed, 'strerror', None) or failed}") from None
    finally:
        part.unlink(missing_ok=True)
    return recording


def _opened(source: str) -> TextIO:
    return sys.stdin if source == STDIN else Path(source).open(encoding="utf-8")


def _whole_lines(stream: TextIO, left: Callable[[], bool], sleep: Callable[[float], None]) -> Iterator[str]:
    torn = ""
    try:
        while True:
            for text in stream:
                torn += text
                if torn.endswith("\n"):
                    yield torn
                    torn = ""
            if stream is sys.stdin or not left():
                return
            sleep(_LOOK_AGAIN_S)
    except KeyboardInterrupt:
        return
