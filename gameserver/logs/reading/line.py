"""One line of the log as the questions need it; everything else in it is passed over unread."""

from __future__ import annotations

import msgspec


class Candidate(msgspec.Struct, gc=False):
    """One candidate of an election; milliseconds, None if it never answered."""

    id: str
    ping_ms: float | None = None
    score_ms: float | None = msgspec.field(default=None, name="score")


class Line(msgspec.Struct, gc=False):
    """The facts that answers are made of; `gameserver.logs.CATALOGUE` tells what they mean."""

    event: str
    time: str = ""
    level: str = ""
    name: str | None = None
    player: str | None = None
    room: str | None = None
    outcome: str | None = None
    ms: float | None = None
    detail: str | None = None
    unlogged: int = 0
    code: str | None = None
    ending: str | None = None
    duration_s: float | None = None
    messages: int | None = None
    ping_ms: float | None = None
    ping_p50_ms: float | None = None
    ping_p95_ms: float | None = None
    peak_backlog_bytes: int | None = None
    age_s: float | None = None
    epoch: int | None = None
    previous: str | None = None
    host: str | None = None
    reason: str | None = None
    why: str | None = None
    candidates: tuple[Candidate, ...] = ()
    error: str | None = None
    exception: str | None = None
    message: str | None = None
    fault: str | None = None


class Decoder:
    """Decodes lines and counts those that are none of the server's."""

    def __init__(self) -> None:
        self._decode = msgspec.json.Decoder(Line).decode
        self.foreign = 0

    def __call__(self, raw: bytes) -> Line | None:
        """Return the line, or None if it is no JSON object with an event."""
        try:
            return self._decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self.foreign += bool(raw.strip())
            return None
