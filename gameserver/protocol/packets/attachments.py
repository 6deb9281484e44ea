"""Several JSON values in one packet: their attachments are numbered through."""

from __future__ import annotations

from gameserver.protocol.packets.convert import has_placeholder, placeholders
from gameserver.protocol.packets.json_parser import renumbered
from gameserver.protocol.packets.model import PacketError, Raw
from gameserver.protocol.packets.structure import MAX_ATTACHMENTS, load_json


class Attachments:
    """Gathers the attachments of values in the order of their texts."""

    __slots__ = ("_gathered", "_plain")

    def __init__(self) -> None:
        self._gathered: list[bytes] = []
        self._plain: list[bytes] = []

    def text_of(self, raw: Raw) -> bytes:
        """Return the value's JSON, its placeholders numbered behind those before it."""
        text, own = raw.json(), raw.attachments()
        if not own:
            self._plain.append(text)
        elif self._gathered:
            text = _shifted(text, len(self._gathered))
        self._gathered += own
        return text

    def checked(self) -> tuple[bytes, ...]:
        """Return all attachments.

        Raises PacketError if there are more than ten, or if a value without attachments holds a map that
        stands for none of them, but that a client's parser would take for a placeholder.
        """
        if len(self._gathered) > MAX_ATTACHMENTS:
            raise PacketError(f"more than {MAX_ATTACHMENTS} binary parts")
        if self._gathered and any(map(_holds_placeholder, self._plain)):
            raise PacketError("a map that would pass for a placeholder")
        return tuple(self._gathered)


def _shifted(text: bytes, by: int) -> bytes:
    value = load_json(text)
    found: list[int] = []
    placeholders(value, found)
    return renumbered(value, {number: number + by for number in found})


def _holds_placeholder(text: bytes) -> bool:
    return (b"_placeholder" in text or b"\\u" in text) and has_placeholder(load_json(text))
