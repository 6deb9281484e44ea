"""Take a recording from a running server, over HTTP, into a gzipped file."""

from __future__ import annotations

import gzip
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from latency.recorder import FORMAT
from latency.tools.recording import WrongRecording

_SILENCE_S = 60.0  # a server that sends nothing for so long is gone


def record(url: str, out: Path, seconds: float, token: str | None = None) -> int:
    """Write what the server sends for so long, or until it ends or Ctrl-C; the number of lines.

    The file appears under its name only when it is whole; if the server sends no recording, none does.
    """
    if out.exists():
        raise WrongRecording(f"{out} is there already")
    part = out.with_name(out.name + ".part")
    try:
        with gzip.open(part, "wt", encoding="utf-8") as file:
            lines = 0
            for line in _until(_lines(url, token), time.monotonic() + seconds):
                file.write(line)
                lines += 1
        if lines < 2:
            raise WrongRecording(f"{url} sent nothing to record")
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return lines


def _until(lines: Iterator[str], deadline: float) -> Iterator[str]:
    try:
        for line in lines:
            yield line
            if time.monotonic() >= deadline:
                return
    except KeyboardInterrupt:
        return


def _lines(url: str, token: str | None) -> Iterator[str]:
    if not url.startswith(("http://", "https://")):
        raise WrongRecording(f"{url} is not an http address")
    request = urllib.request.Request(url)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=_SILENCE_S) as answer:
            header = answer.readline().decode("utf-8", "replace")
            if not _opens(header):
                raise WrongRecording(f"{url} does not send a latency recording")
            yield header
            for raw in answer:
                if raw.endswith(b"\n"):  # a torn last line is left out
                    yield raw.decode("utf-8")
    except (urllib.error.URLError, OSError, ValueError) as failed:
        if isinstance(failed, WrongRecording):
            raise
        raise WrongRecording(f"{url}: {getattr(failed, 'reason', None) or failed}") from None


def _opens(header: str) -> bool:
    try:
        told = json.loads(header)
    except ValueError:
        return False
    return isinstance(told, dict) and told.get("format") == FORMAT
