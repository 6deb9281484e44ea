"""Stock JavaScript clients, played by one Node process at a test's word (tests/js/player.mjs)."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import math
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.patience import PATIENCE_SECONDS
from tests.support.players import Heard, Player

DIRECTORY = Path(__file__).parents[1] / "js"
OLDEST, NEWEST = "4.0.0", "4.8.4"


@dataclass(frozen=True, slots=True)
class JsDate:
    """A JavaScript Date, in Unix milliseconds."""

    ms: float


UNDEFINED = object()
"""JavaScript's undefined, where null is something else."""


def installed_versions() -> list[str]:
    """Return the versions of socket.io-client that the lock file names, oldest first."""
    packages = json.loads((DIRECTORY / "package-lock.json").read_text())["packages"]
    versions = [
        package["version"]
        for path, package in packages.items()
        if path.removeprefix("node_modules/").startswith("socket.io-client") and "/node_modules/" not in path
    ]
    return sorted(versions, key=lambda version: [int(part) for part in version.split(".")])


def spell(value: Any) -> Any:
    """Return the value as player.mjs reads it."""
    if value is UNDEFINED:
        return {"$undefined": True}
    if isinstance(value, bytes):
        return {"$binary": base64.b64encode(value).decode()}
    if isinstance(value, JsDate):
        return {"$date": value.ms}
    if isinstance(value, float) and not math.isfinite(value):
        return {"$number": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    if isinstance(value, list | tuple):
        return [spell(inner) for inner in value]
    if isinstance(value, dict):
        return {key: spell(inner) for key, inner in value.items()}
    return value


def read(value: Any) -> Any:
    """Return the value that player.mjs spelt."""
    if isinstance(value, list):
        return [read(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    if "$binary" in value:
        return base64.b64decode(value["$binary"])
    if "$date" in value:
        return JsDate(value["$date"])
    if "$number" in value:
        return float(value["$number"].replace("Infinity", "inf"))
    if "$bigint" in value:
        return int(value["$bigint"])
    if "$undefined" in value:
        return UNDEFINED
    return {key: read(inner) for key, inner in value.items()}


class NodeStage:
    """The Node process that plays all JavaScript clients of one test."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._players: dict[str, JsPlayer] = {}
        self._ids = itertools.count(1)
        self._starting = asyncio.Lock()

    @staticmethod
    def missing() -> str | None:
        """Return why no JavaScript client can play here, None if one can."""
        if shutil.which("node") is None or shutil.which("npm") is None:
            return "node and npm are not installed"
        return None

    async def _start(self) -> None:
        if not (DIRECTORY / "node_modules").is_dir():
            raise RuntimeError(
                "the stock clients are not installed: run `make test`, or `npm ci` in tests/js"
            )
        self._process = await asyncio.create_subprocess_exec(
            "node",
            "player.mjs",
            cwd=DIRECTORY,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=16 * 1024 * 1024,  # a line may hold a snapshot
        )
        self._reading = asyncio.create_task(self._read())

    async def stop(self) -> None:
        """Let all clients say goodbye and the process end; raises if it does not end well."""
        if self._process is None or self._process.stdin is None or self._reading is None:
            return
        self._process.stdin.close()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                code = await self._process.wait()
                await self._reading
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
            raise
        if code:
            raise RuntimeError(f"the JavaScript clients ended with {code}")

    async def do(self, name: str, **arguments: Any) -> Any:
        """Have player.mjs carry out one command and return its answer."""
        async with self._starting:
            if self._process is None:
                await self._start()
        assert self._process is not None and self._process.stdin is not None
        number = next(self._ids)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        self._process.stdin.write(json.dumps({"id": number, "do": name, **arguments}).encode() + b"\n")
        return await answer

    async def player(
        self, name: str, url: str, *, version: str, parser: str, auth: Any = None, **options: Any
    ) -> JsPlayer:
        """Return a client of this version that has begun to connect; options are the client's own."""
        player = self._players[name] = JsPlayer(name, self)
        await self.do(
            "connect", player=name, url=url, version=version, parser=parser, auth=auth, options=options
        )
        return player

    async def _read(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        while line := await self._process.stdout.readline():
            report = json.loads(line)
            if "player" in report:
                args = tuple(read(report["args"]))
                self._players[report["player"]].hear(Heard(report["event"], args, report["at"]))
            elif "failed" in report:
                self._answers.pop(report["id"]).set_exception(RuntimeError(report["failed"]))
            else:
                self._answers.pop(report["id"]).set_result(read(report.get("answer")))
        for answer in self._answers.values():
            answer.cancel()


class JsPlayer(Player):
    """One stock JavaScript client."""

    def __init__(self, name: str, stage: NodeStage) -> None:
        super().__init__(name)
        self._stage = stage

    async def emit(self, event: str, *args: Any) -> None:
        await self._stage.do("emit", player=self.name, event=event, args=spell(args))

    async def _ask(self, event: str, *args: Any) -> Any:
        answer = await self._stage.do("emit", player=self.name, event=event, args=spell(args), ack=True)
        return answer[0] if len(answer) == 1 else tuple(answer)

    async def smuggle(self, *data: Any) -> Any:
        """Send an EVENT packet whose name the stock client itself refuses, and return its ack."""
        (answer,) = await self._stage.do("smuggle", player=self.name, data=spell(data), ack=True)
        return answer

    async def status(self) -> dict[str, Any]:
        """Return the client's own view: id, connected, transport."""
        answer: dict[str, Any] = await self._stage.do("status", player=self.name)
        return answer

    async def disconnect(self) -> None:
        await self._stage.do("disconnect", player=self.name)

    def hear(self, heard: Heard) -> None:
        if heard.event == "@connect":
            self.id = heard.args[0]
        super().hear(heard)
