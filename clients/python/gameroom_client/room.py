"""A room this client is in: what is known of it, what is said in it, and the host's part."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack, cast

from gameroom_client import members
from gameroom_client.errors import LEFT, UNCONFIRMED, GameError
from gameroom_client.host import (
    HZ,
    SNAPSHOT_SECONDS,
    HostRole,
    Input,
    OnBecomeHost,
    OnInput,
    OnLoseHost,
    OnTick,
    TakeSnapshot,
)
from gameroom_client.link import Answered
from gameroom_client.outbox import Outbox
from gameroom_client.room_events import RoomEmitter

if TYPE_CHECKING:
    from gameroom_client.client import Client
    from gameroom_client.contract import PlayerView, RoomView, TrackView, UpdateRoom

HELD_TURNS = 5  # of the event loop, in which the code that awaited the room can begin to listen


class Room(RoomEmitter):
    """A room. What comes before the code that awaited it had its turn is kept until then."""

    def __init__(self, client: Client, info: Mapping[str, Any], *, opened: bool) -> None:
        super().__init__()
        self.client = client
        self.key: str | None = None  # what opens this session, None for a plain room
        self.leaving = False
        self._opened = opened  # by this client
        self.info: RoomView = cast("RoomView", dict(info))
        self.successors: tuple[str, ...] = ()
        self.closed = False
        self.role: HostRole | None = None
        self._outbox = Outbox(self._send)
        self._started = info["state"] == "started"
        self._given: Mapping[str, Any] | None = None  # a `become_host` that no role has taken up
        self._held: list[tuple[str, tuple[Any, ...]]] | None = []

    # -- what is known -----------------------------------------------------------------------------

    @property
    def id(self) -> str:
        return self.info["id"]

    @property
    def title(self) -> str:
        return self.info["title"]

    @property
    def players(self) -> Sequence[PlayerView]:
        """All seated members in join order, those that are away included."""
        return self.info["players"]

    @property
    def me(self) -> PlayerView | None:
        """This client's own seat."""
        return next((player for player in self.players if player["id"] == self.client.id), None)

    @property
    def host(self) -> str | None:
        """The host's player id, None while there is nobody who can be."""
        return self.info["host"]

    @property
    def is_host(self) -> bool:
        return not self.closed and self.host == self.client.id

    @property
    def epoch(self) -> int:
        """Which reign this is."""
        return self.info["epoch"]

    @property
    def track(self) -> TrackView | None:
        return self.info["track"]

    @property
    def connected(self) -> bool:
        """Whether something can be said now; what is reliable waits where not."""
        return self.client.connected and not self.closed

    # -- what is said ------------------------------------------------------------------------------

    def input(self, data: Any) -> asyncio.Future[None]:
        """Tell the host, reliably, in order, once; across lost connections too. Needs no awaiting."""
        return self._say("input", data)

    def broadcast(self, data: Any) -> asyncio.Future[None]:
        """Tell all other members, as reliably."""
        return self._say("broadcast", data)

    def direct(self, players: str | Sequence[str], data: Any) -> asyncio.Future[None]:
        """Tell one member or some, as reliably."""
        return self._say("direct", players if isinstance(players, str) else list(players), data)

    def update(self, key: str, data: Any) -> bool:
        """Tell all other members; of one key only the newest counts (16 keys at most).

        False where it was left out: there is no connection, or too much waits to be sent. A refusal is
        told by the client's `error`.
        """
        return self._news("update", key, data)

    def state(self, data: Any) -> bool:
        """As host, tell all other members the state of the game; only the newest counts. False: left out.

        A refusal (`not_host`, `stale_host`, `too_large`) is told by the client's `error`.
        """
        return self._news("state", data)

    async def snapshot(self, data: Any, covers: int | None = None) -> None:
        """As host, hand in what the next host is given; `covers` is the seq of the last input in it.

        Raises GameError (`not_host`, `stale_host`, `too_large`, `disconnected`).
        """
        await self._request("snapshot", data, *([] if covers is None else [{"covers": covers}]))

    def post(self, event: str, *args: Any, answered: Answered | None = None) -> bool:
        """Send an event of this room without waiting; False, and nothing sent, without a connection.

        A refusal is told by the client's `error`.
        """
        try:
            return self._send(event, args, answered)
        except GameError:
            return False

    # -- the host's part ---------------------------------------------------------------------------

    def host_role(
        self,
        *,
        on_become_host: OnBecomeHost,
        on_tick: OnTick | None = None,
        take_snapshot: TakeSnapshot | None = None,
        on_input: OnInput | None = None,
        on_lose_host: OnLoseHost | None = None,
        hz: float = HZ,
        snapshot_seconds: float = SNAPSHOT_SECONDS,
    ) -> HostRole:
        """Run the game whenever this client is host, now or later.

        `on_become_host(snapshot, inputs)` builds the game; the room hears that the host is ready once it
        (or its coroutine) returns. `on_tick(seconds)` lets it go on, `hz` times a second; what it returns
        goes to all as `state`. `on_input(player, data)` is told of each input once, in order.
        `take_snapshot()` returns the whole game for whoever is host next. `on_lose_host(change)` is told when
        somebody else is host. `on_tick` and `take_snapshot` return at once: neither may be a coroutine
        function.
        """
        if self.role is not None:
            self.role.end()
        self.role = HostRole(
            self,
            self.client.timing,
            self,
            on_become_host=on_become_host,
            on_tick=on_tick,
            take_snapshot=take_snapshot,
            on_input=on_input,
            on_lose_host=on_lose_host,
            hz=hz,
            snapshot_seconds=snapshot_seconds,
        )
        given, self._given = self._given, None
        if given is not None:
            self.role.become(given)
        elif self._opened and self.is_host and self.epoch == 1:
            self.role.begin()  # in all other cases `become_host` comes, or has come
        return self.role

    # -- requests ----------------------------------------------------------------------------------

    async def leave(self) -> None:
        """Give the seat back. Where this client is host, another member takes over first."""
        self.leaving = True  # a host that goes tells no more states, but hands in its last snapshot
        try:
            await self._request("leave")
        finally:
            self.leaving = False

    async def play(self) -> None:
        """Let the room's track sound, from where it stands."""
        await self._request("play")

    async def pause(self) -> None:
        """Stop the room's track where it is."""
        await self._request("pause")

    async def seek(self, tact: int) -> None:
        """Go to this tact of the room's track."""
        await self._request("seek", self.id, tact)

    async def start(self, options: Any = None) -> None:
        """Set the session to work; `options` reach everybody. Host only."""
        await self._request("process_check", options)

    async def kick(self, player: str, reason: str | None = None) -> None:
        """Remove a member and keep it out. Host only."""
        await self._request("kick", player, *([] if reason is None else [reason]))

    async def change(self, **changes: Unpack[UpdateRoom]) -> None:
        """Change the room; what is not named stays as it is. Host only."""
        await self._request("update_room", changes)

    async def transfer_host(self, player: str) -> None:
        """Hand the room to another member. Host only."""
        await self._request("transfer_host", player)

    async def _request(self, event: str, *args: Any) -> Mapping[str, Any]:
        if self.closed:
            raise GameError(LEFT, "this room is over", event)
        return await self.client.request(event, *args)

    # -- what comes in: for the client alone -------------------------------------------------------

    def take(self, event: str, args: tuple[Any, ...]) -> None:
        """Take in one event of this room."""
        change = members.CHANGES.get(event)
        if change is not None:
            self.info = cast("RoomView", change(self.info, args[0]))
        if event == "successors":
            self.successors = tuple(args[0]["next"])
        elif event == "become_host":
            self._given = args[0]
        elif event == "host_changed" and not self.is_host:
            self._given = None
        elif event == "session_started":
            self._started = True
        elif event == "host_ready" and self._started:
            self.info["state"] = "started"
        elif event == "room_updated":
            self.info = cast("RoomView", dict(args[0]))
        if self._held is not None:
            self._held.append((event, args))
        else:
            self._pass_on(event, args)

    def resync(self, info: Mapping[str, Any]) -> None:
        """The client is back with a gap, or the server was restarted (`n` is null): this is true now."""
        self.info = cast("RoomView", {key: value for key, value in info.items() if key not in ("n", "ok")})
        if "n" in info and info["n"] is None:
            self._outbox.forget(UNCONFIRMED, "the server was restarted: it may have arrived", only_tried=True)
        self._outbox.say_again()
        if self.role is not None:
            self.role.end()  # who still is host is given the game anew
        self._tell("resync", self)
        self._tell("change", self)

    def recovered(self) -> None:
        """The client is back and gets what it missed: what was not acknowledged is said again."""
        self._outbox.say_again()
        if self.role is not None:
            self.role.returned()

    def end(self, reason: str, about: Mapping[str, Any] | None = None) -> None:
        """The room is over for this client."""
        if self.closed:
            return
        self.closed = True
        if self.role is not None:
            self.role.end()
        self._outbox.forget(LEFT, "the room is over")
        self._tell("closed", reason, about)

    def release(self, turns: int = HELD_TURNS) -> None:
        """Tell what was held, after so many turns of the loop."""
        if turns:
            asyncio.get_running_loop().call_soon(self.release, turns - 1)
            return
        while self._held:
            self._pass_on(*self._held.pop(0))
        self._held = None

    # -- steps they share --------------------------------------------------------------------------

    def _tell(self, event: str, *args: Any) -> None:
        if self._held is not None:
            self._held.append((event, args))
        else:
            self.tell(event, *args)

    def _pass_on(self, event: str, args: tuple[Any, ...]) -> None:
        """Let the host's role and then the listeners know."""
        role = self.role
        if event == "input":
            player, data, seq = args[0], args[1], members.seq(args)
            if role is not None:
                role.hear(Input(player, data, seq))
            self.tell("input", player, data, {"seq": seq} if seq else {})
            return
        if role is not None:
            if event == "become_host" and self._given is not None:
                self._given = None
                role.become(args[0])
            elif event == "host_changed" and args[0]["host"] != self.client.id:
                role.lose(args[0])
            elif event == "host_ready" and args[0]["host"] == self.client.id:
                role.confirmed(args[0]["epoch"])
            elif event == "snapshot_request":
                role.save()
        count = members.ARGUMENTS.get(event, 1)
        self.tell(event, *args[:count])
        if event in members.CHANGES or event in ("room_updated", "successors"):
            self.tell("change", self)

    def _say(self, event: str, *args: Any) -> asyncio.Future[None]:
        if self.closed:
            over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            over.set_exception(GameError(LEFT, "this room is over", event))
            over.exception()
            return over
        return self._outbox.say(event, *args)

    def _news(self, event: str, *args: Any) -> bool:
        return not self.client.is_behind and self.post(event, *args)

    def _send(self, event: str, args: tuple[Any, ...], answered: Answered | None) -> bool:
        try:
            return not self.closed and self.client.send(event, args, answered)
        except GameError as error:
            self.client.tell("error", error)  # as the server tells what it refuses, awaited or not
            raise
