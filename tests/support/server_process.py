"""`run_server.py` as its user runs it: a process with flags, a log and a clean end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, ClassVar

from tests.support.patience import PATIENCE_SECONDS, PATIENT

ROOT = Path(__file__).parents[2]
OF_THE_SURROUNDINGS = ("server.open_origins", "server.few_files")


class ServerProcess:
    """One server, its log in a file; ends by SIGTERM, as under any supervisor.

    It is `patient`, unless how soon it acts by its defaults is what is tried or measured.
    """

    running: ClassVar[set[ServerProcess]] = set()
    """All that were started and have not ended."""

    def __init__(self, directory: Path, *flags: str, patient: bool = True) -> None:
        self.port = 0
        self.log = directory / "server.log"
        self._argv = [sys.executable, str(ROOT / "run_server.py"), "--port", "0"]
        self._argv += ["--tracks", str(ROOT / "tracks_collection.json"), "--log-format", "json"]
        self._argv += [*(PATIENT if patient else ()), *flags]
        self._directory = directory  # what the server writes by default lands here, not in the repository
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = False  # it was asked to stop
        self.expected: list[str] = []  # the refusals a test provokes, in order

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self, files: int | None = None) -> ServerProcess:
        """Start it, with so many open files at most if that is said, and wait until it takes connections."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("GAMESERVER_")}
        limited = [] if files is None else ["sh", "-c", f'ulimit -n {files} && exec "$@"', "sh"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*limited, *self._argv], stdout=log, stderr=log, cwd=self._directory, env=environment
            )
        self.running.add(self)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while "server.started" not in self.log.read_text().rpartition("\n")[0]:
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"the server did not start:\n{self.log.read_text()}")
            time.sleep(0.01)
        (started,) = self.lines("server.started")
        self.port = int(started["url"].rpartition(":")[2])
        return self

    def stop(self) -> None:
        """Stop it by SIGTERM, if it still runs; an end that is not clean is an error."""
        code = self.stop_by(signal.SIGTERM)
        assert code == 0, f"the server ended with {code}:\n{self.log.read_text()}"

    def stop_by(self, number: signal.Signals) -> int:
        """Send this signal, unless it ends already, and return its exit code."""
        assert self._process is not None
        if self._process.poll() is None and not self._ending:
            self.signal(number)
        try:
            code = self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{number.name} did not stop it:\n{self.log.read_text()}") from None
        self.running.discard(self)
        return code

    def kill(self) -> None:
        """End it without a word, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self.running.discard(self)

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._ending = number in (signal.SIGINT, signal.SIGTERM)
        self._process.send_signal(number)

    def lines(self, event: str | None = None) -> list[dict[str, Any]]:
        """Return the log so far, or its lines of one event; a line that is no JSON object is an error."""
        written = self.log.read_text(encoding="utf-8")
        lines = []
        for line in written[: written.rfind("\n") + 1].splitlines():
            try:
                lines.append(json.loads(line))
            except ValueError:
                raise AssertionError(f"not a log line: {line!r} in\n{written}") from None
        return [line for line in lines if event is None or line["event"] == event]

    async def says(self, event: str) -> dict[str, Any]:
        """Return the first log line of this event, waiting for it to be written."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (lines := self.lines(event)):
                await asyncio.sleep(0.02)
        return lines[0]

    def complaints(self) -> list[str]:
        """Return what it warned of or took for its own mistake: the refusal's code, else the event.

        What every run in development warns of, or every run on a machine that lets a process open few
        files, is left out.
        """
        return [
            line.get("code") or line.get("outcome") or line["event"]
            for line in self.lines()
            if line["level"] not in ("debug", "info") and line["event"] not in OF_THE_SURROUNDINGS
        ]
