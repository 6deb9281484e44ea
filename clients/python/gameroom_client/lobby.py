"""The lobby: rooms, and what a player would feel in each."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, cast

from gameroom_client.emitter import Emitter, Off
from gameroom_client.ping import Band, Ping, band

if TYPE_CHECKING:
    from gameroom_client.contract import LobbyEntry, LobbyFilter

    class LobbyRoom(LobbyEntry):
        """A listed room with the ping a player would feel in it."""

        total_ms: float | None
        total_band: Band | None


class Lobby(Emitter):
    """The list of rooms, nearest first: what a player feels is its own ping plus the host's."""

    def __init__(self, request: Callable[..., Any], ping: Ping) -> None:
        super().__init__()
        self.total = 0
        self._request = request
        self._ping = ping
        self._entries: list[Mapping[str, Any]] = []
        self._wish: dict[str, Any] | None = None  # what is subscribed to
        self._in_room = False

    def on(self, event: Literal["rooms"], handler: Callable[[list[LobbyRoom]], object]) -> Off:
        """Call the handler with each new list."""
        return self.listen(event, handler)

    @property
    def rooms(self) -> list[LobbyRoom]:
        """Joinable first, then by total ping, unknown last; in the server's order where a filter sorts."""
        rooms = [self._felt(entry) for entry in self._entries]
        if self._sorted_by_server:
            return rooms
        return sorted(rooms, key=_rank)

    @property
    def subscribed(self) -> bool:
        """Whether lists should come."""
        return self._wish is not None

    async def subscribe(self, filter: LobbyFilter | None = None, *, in_room: bool = False) -> list[LobbyRoom]:
        """Have the list sent, now and every `lobby_interval`, across connections, until `unsubscribe`.

        With `in_room` it goes on while in a room, where the server ends it. Raises GameError.
        """
        self._wish = {"subscribe": True, **({} if filter is None else {"filter": dict(filter)})}
        self._in_room = in_room
        return await self._ask()

    async def unsubscribe(self) -> None:
        """Have no more lists sent."""
        self._wish = None
        await self._request("all-rooms", {"subscribe": False})

    async def refresh(self) -> list[LobbyRoom]:
        """Ask for the list now."""
        self._take(await self._request("update-rooms"))
        return self.rooms

    # -- for the client alone ----------------------------------------------------------------------

    def take(self, args: tuple[Any, ...]) -> None:
        """Take in a list that came."""
        info = args[1] if len(args) > 1 and isinstance(args[1], Mapping) else {}
        self._take({"rooms": args[0], **info})

    async def again(self, in_room: bool) -> None:
        """Subscribe again where the server has ended it: after a return, or on entering a room."""
        if self._wish is not None and (self._in_room or not in_room):
            await self._ask()

    @property
    def _sorted_by_server(self) -> bool:
        return "sort" in ((self._wish or {}).get("filter") or {})

    async def _ask(self) -> list[LobbyRoom]:
        self._take(await self._request("all-rooms", self._wish))
        return self.rooms

    def _take(self, told: Mapping[str, Any]) -> None:
        self._entries = list(told.get("rooms", ()))
        self.total = told.get("total", len(self._entries))
        self.tell("rooms", self.rooms)

    def _felt(self, entry: Mapping[str, Any]) -> LobbyRoom:
        total = self._ping.total(entry["ping_ms"])
        felt = {**entry, "total_ms": total, "total_band": None if total is None else band(total)}
        return cast("LobbyRoom", felt)


def _rank(room: LobbyRoom) -> tuple[bool, float]:
    total = room["total_ms"]
    return not room["joinable"], math.inf if total is None else total
