"""A room's story in plain words, the same that `python -m gameserver.logs` uses."""

from __future__ import annotations

from gameserver.console.happenings import Happening, Migration
from gameserver.console.shapes.rooms import Candidate, Election, Event, MigrationView
from gameserver.core.effects import Elected
from gameserver.logs.reading.line import Line
from gameserver.logs.reading.words import REASONS, counted, elected

LEFT = {
    "left": "left",
    "lost": "was lost and did not come back in time",
    "kicked": "was removed",
    "replaced": "was replaced by a newer connection",
}
ORDERED = {"kick": "remove", "close": "end the room", "transfer": "hand the room to"}
CLOSED = {
    "host_left": "its host left, and it was to end with its host",
    "no_host": "nobody could be host",
    "closed": "an operator ended it",
    "empty": "the last member left",
    "idle": "nothing had happened in it for too long",
}


def event(happening: Happening) -> Event:
    """Return one line of a story as it is shown."""
    election, migration = happening.election, happening.migration
    return Event(
        number=happening.number,
        at=round(happening.at * 1000),
        kind=happening.kind,
        player=happening.player,
        name=happening.name,
        text=text(happening),
        election=None if election is None else _election(election),
        migration=None if migration is None else _migration(migration),
    )


def text(happening: Happening) -> str:
    """Say what happened."""
    who, reason = happening.player, happening.reason
    match happening.kind:
        case "opened":
            return f"{who} opened the room"
        case "restored":
            return "the server started anew; the room is back, its members have time to return"
        case "joined":
            return f"{who} joined"
        case "left":
            return f"{who} {LEFT.get(reason or '', 'left')}"
        case "away":
            return f"{who} lost its connection; its seat is kept"
        case "back":
            return f"{who} is back"
        case "changed":
            return "the room was changed by its host"
        case "ordered":
            return f"an operator ordered: {ORDERED.get(reason or '', str(reason))}{f' {who}' if who else ''}"
        case "snapshot_asked":
            return f"{who} was asked for a last snapshot: {asked_for(reason)}"
        case "elected" if happening.election is not None:
            return _told(happening.election)
        case "took_over" if happening.migration is not None:
            return f"{who} took over {_how(happening.migration)}"
        case "idle":
            return "the room was warned: nothing has happened in it for long, and it will be ended"
        case "closed":
            return f"the room is over: {CLOSED.get(reason or '', str(reason))}"
        case _:
            return happening.kind


def asked_for(reason: str | None) -> str:
    """Say for what reason a host is about to be followed."""
    going = {
        "left": "it leaves",
        "transfer": "the room is handed over",
        "policy": "another member has been clearly better for a while",
        "drain": "the server is about to stop",
    }
    return going.get(reason or "", REASONS.get(reason or "", str(reason)))


def _how(migration: Migration) -> str:
    words = [f"{migration.ms:.1f} ms after it was announced"]
    if migration.unserved_ms - migration.ms >= 0.1:
        words.append(f"no host took inputs for {migration.unserved_ms:.1f} ms")
    words.append(f"{counted(migration.parked, 'input')} waited" if migration.parked else "no input waited")
    if migration.elections > 1:
        words.append(f"after {migration.elections} elections")
    if migration.forced:
        words.append("without its word that it is ready")
    return ", ".join(words)


def _told(election: Elected) -> str:
    return elected(
        Line(
            event="host.elected",
            epoch=election.epoch,
            previous=election.previous,
            host=election.host,
            reason=election.reason,
            why=election.why,
        )
    )


def _election(election: Elected) -> Election:
    return Election(
        epoch=election.epoch,
        previous=election.previous,
        host=election.host,
        reason=election.reason,
        text=_told(election),
        candidates=[
            Candidate(id=each.id, ping_ms=each.ping_ms, score=each.score) for each in election.candidates
        ],
    )


def _migration(migration: Migration) -> MigrationView:
    return MigrationView(
        ms=migration.ms,
        unserved_ms=migration.unserved_ms,
        parked=migration.parked,
        elections=migration.elections,
        forced=migration.forced,
    )
