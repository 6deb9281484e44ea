"""Check large msgpack payloads, and give up early on those made only to keep the server busy."""

from __future__ import annotations

from typing import Any, Final

import msgpack

from gameserver.protocol.packets.model import PacketError


class _Depth(int):
    """Stands for a container that has been read: how deep it went."""


_DEPTHS: Final = tuple(map(_Depth, range(256)))


class _Walk:
    """Takes each container as soon as it has been read, innermost first, so that no tree is ever built."""

    __slots__ = ("_left", "_max_depth")

    def __init__(self, max_containers: int, max_depth: int) -> None:
        self._left = max_containers
        self._max_depth = max_depth

    def on_list(self, items: list[Any]) -> _Depth:
        return self._above(items)

    def on_map(self, pairs: dict[Any, Any]) -> _Depth:
        if _Depth in set(map(type, pairs)):
            raise PacketError("a key that is neither string nor number")
        return self._above(pairs.values())

    def _above(self, children: Any) -> _Depth:
        self._left -= 1
        if self._left < 0:
            raise PacketError("too many arrays and maps")
        deepest = 0
        if _Depth in set(map(type, children)):
            deepest = max(child for child in children if type(child) is _Depth)
            if deepest >= self._max_depth:
                raise PacketError(f"nested deeper than {self._max_depth}")
        return _DEPTHS[deepest + 1]


def check_large(data: bytes, *, max_containers: int, max_depth: int, ext_hook: Any) -> None:
    """Raise PacketError unless `data` is exactly one value of allowed structure and size."""
    walk = _Walk(max_containers, max_depth)
    try:
        msgpack.unpackb(
            data, list_hook=walk.on_list, object_hook=walk.on_map, ext_hook=ext_hook, strict_map_key=False
        )
    except PacketError:
        raise
    except (msgpack.UnpackException, ValueError, TypeError) as error:
        raise PacketError(f"msgpack: {error}") from None
