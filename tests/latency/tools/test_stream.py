"""Recording from a server: whole files or none."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from latency.recorder import Recorder
from latency.sample import Result, Sample, Source
from latency.settings import Settings
from latency.tools.recording import WrongRecording, read
from latency.tools.stream import record


def recording() -> str:
    lines: list[str] = []
    recorder = Recorder(lines.append, Settings(), salt=b"x")
    recorder.seated("room", "anna", 1.0)
    for second in range(3):
        recorder.sample(
            Sample(2.0 + second, "anna", Source.CONTROL, Result.OK, 40.0, None, 0.0, False, False, False)
        )
    return "".join(lines)


@contextmanager
def serving(body: str, seen: list[str | None] | None = None, status: int = 200) -> Iterator[str]:
    """A server on this machine that answers one request with this text."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if seen is not None:
                seen.append(self.headers["Authorization"])
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            thread.join()


def test_what_the_server_sends_becomes_a_recording(tmp_path: Path) -> None:
    seen: list[str | None] = []
    with serving(recording(), seen) as url:
        assert record(url, tmp_path / "out.gz", 60.0, token="secret") == 5
    assert read(tmp_path / "out.gz").samples == 3
    assert seen == ["Bearer secret"]
    assert [file.name for file in tmp_path.iterdir()] == ["out.gz"]


def test_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    with serving(recording() + '["s",9') as url:
        assert record(url, tmp_path / "out.gz", 60.0) == 5
    assert read(tmp_path / "out.gz").samples == 3


def test_recording_ends_when_its_time_is_over(tmp_path: Path) -> None:
    with serving(recording()) as url, pytest.raises(WrongRecording, match="sent nothing to record"):
        record(url, tmp_path / "out.gz", 0.0)  # the header alone
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("body", "status", "complaint"),
    [
        ("<html>", 200, "does not send a latency recording"),
        ("[1]\n", 200, "does not send a latency recording"),
        (recording().splitlines()[0] + "\n", 200, "sent nothing to record"),
        ("", 403, "Forbidden"),
    ],
)
def test_what_is_no_recording_leaves_no_file(tmp_path: Path, body: str, status: int, complaint: str) -> None:
    with serving(body, status=status) as url, pytest.raises(WrongRecording, match=complaint):
        record(url, tmp_path / "out.gz", 60.0)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "out.gz").write_text("mine")
    with pytest.raises(WrongRecording, match="is there already"):
        record("http://127.0.0.1:1/", tmp_path / "out.gz", 60.0)
    assert (tmp_path / "out.gz").read_text() == "mine"


def test_a_server_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(WrongRecording, match="Connection refused"):
        record("http://127.0.0.1:1/", tmp_path / "out.gz", 60.0)
    assert list(tmp_path.iterdir()) == []
