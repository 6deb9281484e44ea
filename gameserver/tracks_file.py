"""Read the collection of tracks from its JSON file, or say plainly what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from gameserver.core.tracks import Collection, Track

SHORTEST_MS, LONGEST_MS = 50.0, 10_000.0
"""Bounds of one tact: below it a network cannot announce tacts, above it nobody hears a melody."""
MOST_TACTS = 4_096
HIGHEST_NOTE = 127  # MIDI 1.0: note numbers are seven bits
TITLE_CHARACTERS = 64
HIGHEST_ID = 2**31 - 1

_FIELDS = frozenset({"track_id", "title", "bpm", "interval_ms", "loop", "track_values"})


class TracksError(ValueError):
    """The file is no collection; the message names file, track and field, one mistake a line."""


def load_tracks(path: Path) -> Collection:
    """Return the tracks of this file by their id.

    The file is a JSON list of `{track_id, title, bpm or interval_ms, loop?, track_values}`, where
    `bpm` counts tacts per minute. Raises TracksError with every mistake found.
    """
    try:
        entries = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise TracksError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TracksError(f"{path}: is not JSON: {error}") from error
    if not isinstance(entries, list) or not entries:
        raise TracksError(f"{path}: must be a list of at least one track")

    mistakes: list[str] = []
    tracks: dict[int, Track] = {}
    for position, entry in enumerate(entries, start=1):
        found = list(_mistakes(entry))
        if not found and entry["track_id"] in tracks:
            found = [f"track_id: {entry['track_id']} is taken by {tracks[entry['track_id']].title!r}"]
        mistakes += [f"{path}: {_named(position, entry)}: {mistake}" for mistake in found]
        if not found:
            tracks[entry["track_id"]] = _track(entry)
    if mistakes:
        raise TracksError("\n".join(mistakes))
    return MappingProxyType(tracks)


def _named(position: int, entry: Any) -> str:
    """Say which track is meant, by all that is known of it."""
    known = [f"track {position}"]
    if isinstance(entry, dict):
        known += [f"{key} {entry[key]!r}" for key in ("track_id", "title") if key in entry]
    return known[0] + (f" ({', '.join(known[1:])})" if known[1:] else "")


def _mistakes(entry: Any) -> Iterator[str]:
    """Yield what is wrong with one entry, each beginning with the field's name."""
    if not isinstance(entry, dict):
        yield "must be an object"
        return
    for field in sorted(entry.keys() - _FIELDS):
        yield f"{field}: is no field of a track; those are {', '.join(sorted(_FIELDS))}"
    for mistake in (_track_id(entry), _title(entry), _tempo(entry), _loop(entry), _values(entry)):
        if mistake:
            yield mistake


def _track_id(entry: Mapping[str, Any]) -> str | None:
    track_id = entry.get("track_id")
    if type(track_id) is not int or not 1 <= track_id <= HIGHEST_ID:  # True is an int too
        return f"track_id: must be a whole number from 1 to {HIGHEST_ID}"
    return None


def _title(entry: Mapping[str, Any]) -> str | None:
    title = entry.get("title")
    if not isinstance(title, str) or not 1 <= len(title.strip()) <= TITLE_CHARACTERS:
        return f"title: must be a text of 1 to {TITLE_CHARACTERS} characters"
    if not title.isprintable():
        return "title: must not hold control characters"
    return None


def _tempo(entry: Mapping[str, Any]) -> str | None:
    if ("bpm" in entry) == ("interval_ms" in entry):
        return "bpm: exactly one of bpm and interval_ms must be given"
    field = "bpm" if "bpm" in entry else "interval_ms"
    tempo = entry[field]
    if type(tempo) not in (int, float) or not math.isfinite(tempo) or tempo <= 0:
        return f"{field}: must be a number above 0"
    if not SHORTEST_MS <= (60_000 / tempo if field == "bpm" else tempo) <= LONGEST_MS:
        if field == "bpm":
            return f"bpm: must be from {60_000 / LONGEST_MS:g} to {60_000 / SHORTEST_MS:g} tacts per minute"
        return f"interval_ms: must be from {SHORTEST_MS:g} to {LONGEST_MS:g} ms"
    return None


def _loop(entry: Mapping[str, Any]) -> str | None:
    return None if isinstance(entry.get("loop", False), bool) else "loop: must be true or false"


def _values(entry: Mapping[str, Any]) -> str | None:
    values = entry.get("track_values")
    if not isinstance(values, list) or not 1 <= len(values) <= MOST_TACTS:
        return f"track_values: must be a list of 1 to {MOST_TACTS} note numbers"
    for tact, value in enumerate(values):
        if type(value) is not int or not 0 <= value <= HIGHEST_NOTE:
            return (
                f"track_values: tact {tact} must be a MIDI note number from 1 to {HIGHEST_NOTE}, "
                f"or 0 for a rest, and is {value!r}"
            )
    return None


def _track(entry: Mapping[str, Any]) -> Track:
    """Return the track of an entry without mistakes."""
    return Track(
        track_id=entry["track_id"],
        title=entry["title"].strip(),
        interval_ms=60_000 / entry["bpm"] if "bpm" in entry else float(entry["interval_ms"]),
        track_values=tuple(entry["track_values"]),
        loop=entry.get("loop", False),
    )
