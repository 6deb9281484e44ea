"""Say in plain words what a line says."""

from __future__ import annotations

from gameserver.logs.catalogue import CATALOGUE
from gameserver.logs.reading.line import Candidate, Line
from gameserver.logs.setup import one_line

REASONS = {
    "left": "the former host left",
    "lost": "the former host lost its connection",
    "silent": "the former host answered nothing any more",
    "transfer": "the former host handed the room over",
    "policy": "another member had been clearly better for a while",
    "timeout": "the chosen member was not ready in time",
    "drain": "the server is about to stop",
    "returned": "somebody who can be host is back",
    "restart": "the server started anew and the former host did not come back",
}
ENDINGS = {
    "disconnect": "the client said goodbye",
    "gone": "the page was left",
    "closed": "the client closed it",
    "lost": "it broke off without a goodbye",
    "timeout": "nothing was heard for the whole ping time-out",
    "server": "the server closed it",
}
ROOM_ENDS = {
    "empty": "the last one left",
    "host_left": "its host left, and it was to end with it",
    "no_host": "nobody who was left may be host",
    "idle": "nothing was relayed or asked for any more",
    "closed": "an operator closed it",
}
DONE = {
    "connected": "came in",
    "reconnected": "came back",
    "disconnected": "is disconnected",
    "create": "created the room",
    "join": "joined",
    "leave": "left",
    "kick": "kicked a member",
    "transfer_host": "handed the room over",
    "host_ready": "is ready to host",
    "snapshotstored": "sent its last snapshot as host",
    "hostsilent": "is a host that answers nothing",
    "drain": "opens no rooms any more, and tells everybody to come back later",
}


def clock(line: Line) -> str:
    """Return the line's time of day in UTC, to the millisecond."""
    return line.time[11:23] or "?"


def told(line: Line) -> str:
    """Return one line for one event: when, and what happened."""
    return f"{clock(line)}  {shown(_what(line))}"


def shown(text: str) -> str:
    """Return the text safe for a terminal: whoever wrote the file may have written control characters."""
    return one_line(text, 1000)


def counted(count: int, what: str) -> str:
    """Say how many there are of what takes an s."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _what(line: Line) -> str:
    match line.event:
        case "command.handled":
            return _command(line)
        case "connection.opened":
            return f"{line.player} connected" if line.room is None else f"{line.player} came back to its seat"
        case "connection.closed":
            return _closed(line)
        case "relay.refused":
            return f"{line.player}: {line.name} not relayed, {line.code}: {line.detail}"
        case "host.elected":
            return elected(line)
        case "room.ended":
            return f"the room ended: {ROOM_ENDS.get(line.reason or '', str(line.reason))}"
        case "command.failed":
            return f"a mistake of ours at {line.name} of {line.player}: {line.error}{_last(line.exception)}"
    entry = CATALOGUE.get(line.event)
    facts = [line.player, line.reason, line.fault, line.detail, line.message, line.error]
    rest = ", ".join(fact for fact in facts if fact)
    text = line.event if entry is None else f"{line.event}: {entry.meaning.rstrip('.')}"
    return f"{text} ({rest})" if rest else text


def _command(line: Line) -> str:
    who = line.player or "the server"
    before = f" (after {line.unlogged} refusals that left no line)" if line.unlogged else ""
    if line.outcome != "ok":
        return f"{who} was refused {line.name}, {line.outcome}: {line.detail}{before}"
    done = DONE.get(line.name or "", f"did {line.name}")
    return f"{who} {done}{before}"


def _closed(line: Line) -> str:
    how = ENDINGS.get(line.ending or "", str(line.ending))
    parts = [how if line.code is None else f"{how}: {line.code}"]
    if line.duration_s is not None:
        parts.append(f"after {line.duration_s:.1f} s")
    if line.messages is not None:
        parts.append(f"{line.messages} messages from it")
    if line.ping_ms is not None:
        p50 = "" if line.ping_p50_ms is None else f", p50 {line.ping_p50_ms:.1f} ms"
        p95 = "" if line.ping_p95_ms is None else f", p95 {line.ping_p95_ms:.1f} ms"
        parts.append(f"ping {line.ping_ms:.1f} ms{p50}{p95}")
    if line.peak_backlog_bytes:
        parts.append(f"at most {line.peak_backlog_bytes:,} bytes behind")
    return f"{line.player}'s connection ended: {', '.join(parts)}"


def elected(line: Line) -> str:
    """Say who became host after whom, and why; of a room that got none, that it got none."""
    reason = REASONS.get(line.reason or "", str(line.reason))
    after = "" if line.previous is None else f" after {line.previous}"
    if line.host is None:
        return f"nobody is host{after}, because {reason}: {line.why}"
    return f"{line.host} became host{after} (epoch {line.epoch}), because {reason}; chosen as {line.why}"


def ranking(line: Line) -> list[str]:
    """Return one line per candidate of an election, best first, with its figures."""
    return [
        f"{place:>4}. {shown(each.id):<24} {_figures(each)}{'  <- host' if each.id == line.host else ''}"
        for place, each in enumerate(line.candidates, 1)
    ]


def _figures(candidate: Candidate) -> str:
    if candidate.score_ms is None:
        return "never answered a probe"
    ping = "?" if candidate.ping_ms is None else f"{candidate.ping_ms:.1f}"
    return f"ping {ping} ms, score {candidate.score_ms:.1f} ms"


def _last(exception: str | None) -> str:
    return "" if exception is None else f" ({exception.split(chr(92) + 'n')[-1]})"
