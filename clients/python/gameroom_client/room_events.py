"""The events of a room, each with what its handlers are called with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, overload

from gameroom_client.emitter import Emitter, Off

if TYPE_CHECKING:
    from gameroom_client import contract as c
    from gameroom_client.room import Room


class RoomEmitter(Emitter):
    """Typed `on` of a room."""

    @overload
    def on(self, event: Literal["state"], handler: Callable[[Any], object]) -> Off: ...
    @overload
    def on(self, event: Literal["update"], handler: Callable[[str, str, Any], object]) -> Off: ...
    @overload
    def on(self, event: Literal["input"], handler: Callable[[str, Any, dict[str, int]], object]) -> Off: ...
    @overload
    def on(self, event: Literal["broadcast", "direct"], handler: Callable[[str, Any], object]) -> Off: ...
    @overload
    def on(self, event: Literal["snapshot"], handler: Callable[[Any, dict[str, int]], object]) -> Off: ...
    @overload
    def on(self, event: Literal["player_joined"], handler: Callable[[c.PlayerJoined], object]) -> Off: ...
    @overload
    def on(self, event: Literal["player_left"], handler: Callable[[c.PlayerLeft], object]) -> Off: ...
    @overload
    def on(
        self, event: Literal["player_disconnected"], handler: Callable[[c.PlayerDisconnected], object]
    ) -> Off: ...
    @overload
    def on(
        self, event: Literal["player_reconnected"], handler: Callable[[c.PlayerReconnected], object]
    ) -> Off: ...
    @overload
    def on(self, event: Literal["room_updated"], handler: Callable[[c.RoomView], object]) -> Off: ...
    @overload
    def on(self, event: Literal["host_changed"], handler: Callable[[c.HostChanged], object]) -> Off: ...
    @overload
    def on(self, event: Literal["become_host"], handler: Callable[[c.BecomeHost], object]) -> Off: ...
    @overload
    def on(
        self, event: Literal["snapshot_request"], handler: Callable[[c.SnapshotRequest], object]
    ) -> Off: ...
    @overload
    def on(self, event: Literal["host_ready"], handler: Callable[[c.HostIsReady], object]) -> Off: ...
    @overload
    def on(self, event: Literal["successors"], handler: Callable[[c.Successors], object]) -> Off: ...
    @overload
    def on(self, event: Literal["inputs_dropped"], handler: Callable[[c.InputsDropped], object]) -> Off: ...
    @overload
    def on(self, event: Literal["user_connected"], handler: Callable[[c.UserConnected], object]) -> Off: ...
    @overload
    def on(self, event: Literal["session_started"], handler: Callable[[c.SessionStarted], object]) -> Off: ...
    @overload
    def on(self, event: Literal["track_state"], handler: Callable[[c.TrackState], object]) -> Off: ...
    @overload
    def on(self, event: Literal["track_ended"], handler: Callable[[c.TrackEnded], object]) -> Off: ...
    @overload
    def on(self, event: Literal["tact"], handler: Callable[[c.Tact], object]) -> Off: ...
    @overload
    def on(self, event: Literal["change", "resync"], handler: Callable[[Room], object]) -> Off: ...
    @overload
    def on(self, event: Literal["closed"], handler: Callable[[str, Any], object]) -> Off: ...
    def on(self, event: str, handler: Callable[..., Any]) -> Off:
        """Call the handler for each event of this name, until what is returned is called.

        `change`: what is known of the room changed. `resync`: back with a gap, what was missed is not told.
        `closed(reason, about)`: over for this client (`left`, `kicked`, `lost`, or why the server closed it).
        All others are the server's (docs/protocol.md).
        """
        return self.listen(event, handler)
