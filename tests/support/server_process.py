"""`run_server.py` as its user runs it: a process with flags, a log and a clean end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
START_SECONDS = 20.0
STOP_SECONDS = 15.0


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class ServerProcess:
    """One server, its log in a file; ends by SIGTERM, as under any supervisor."""

    def __init__(self, directory: Path, *flags: str, script: Path = ROOT / "run_server.py") -> None:
        self.port = free_port()
        self.log = directory / "server.log"
        self._argv = [sys.executable, str(script), "--port", str(self.port), *flags]
        self._directory = directory  # what the server writes by default lands here, not in the repository
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start it and wait until it takes connections."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("GAMESERVER_")}
        with self.log.open("ab") as log:
            # Not through asyncio: one server may outlive the loops of the tests that use it.
            self._process = subprocess.Popen(  # noqa: ASYNC220
                self._argv, stdout=log, stderr=log, cwd=self._directory, env=environment
            )
        try:
            async with asyncio.timeout(START_SECONDS):
                while not await self._answers():
                    if self._process.poll() is not None:
                        raise AssertionError(f"the server ended at once:\n{self.log.read_text()}")
                    await asyncio.sleep(0.02)
        except BaseException:
            self.kill()
            raise

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True

    def stop(self) -> None:
        """Stop it by SIGTERM; an end that is not clean is an error."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"SIGTERM did not stop the server:\n{self.log.read_text()}") from None
        assert code == 0, f"the server ended with {code}:\n{self.log.read_text()}"

    def kill(self) -> None:
        """End it without a word, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def lines(self) -> list[dict[str, Any]]:
        """Return the log so far, each line a JSON object; anything else in it is an error."""
        lines = []
        for line in self.log.read_text().splitlines():
            try:
                lines.append(json.loads(line))
            except ValueError:
                raise AssertionError(f"not a log line: {line!r} in\n{self.log.read_text()}") from None
        return lines

    def complaints(self) -> list[dict[str, Any]]:
        """Return the log lines at level warning and above."""
        return [line for line in self.lines() if line["level"] not in ("debug", "info")]
