"""A player on the server: what it asks, and what it is told."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, Unpack, cast, overload

from gameroom_client.clock_keeper import Clock, ClockKeeper
from gameroom_client.connection import Connection, Return
from gameroom_client.emitter import Emitter, Off
from gameroom_client.errors import CLOSED, GameError
from gameroom_client.link import Answered, Link, SocketLink
from gameroom_client.lobby import Lobby
from gameroom_client.ping import Ping
from gameroom_client.room import Room
from gameroom_client.timing import LoopTiming, Timing

if TYPE_CHECKING:
    from gameroom_client import contract as c

ROOM_ENDS = {"kicked": "kicked", "leave_success": "left", "logout_success": "left", "room_closed": None}
SEATED = frozenset({"create_success", "join_success"})
NOT_OF_A_ROOM = frozenset(
    {"error", "closing", "draining", "replaced", "all-rooms", "rooms-delta", "pings", "clock"}
    | {"login_success", "send_session_key"}
)


class Client(Emitter):
    """One player. `connect` it, or use it as `async with Client(url, name="Anna") as client`."""

    def __init__(
        self,
        url: str = "http://localhost:8000",
        *,
        name: str | None = None,
        token: str | None = None,
        can_host: bool = True,
        transports: Sequence[str] = ("websocket",),
        socket_options: Mapping[str, Any] | None = None,
        measure_clock: bool = True,
        timing: Timing | None = None,
        link: Callable[[], Link] | None = None,
        chance: random.Random | None = None,
    ) -> None:
        """Prepare a client; nothing is opened before `connect`.

        `socket_options` go to python-socketio's AsyncClient. Without `measure_clock` there is no own ping and
        no clock, and less traffic. `timing`, `link` and `chance` are for tests.
        """
        super().__init__()
        self.name = name
        self.room: Room | None = None
        self._resuming = False  # back with a gap, and not yet told the room anew
        self.timing: Timing = timing or LoopTiming()
        self.clock = Clock(self.timing)
        self.ping = Ping()
        auth: dict[str, Any] = {} if can_host else {"can_host": False}
        auth |= {key: value for key, value in (("name", name), ("token", token)) if value is not None}
        self._connection = Connection(
            link or (lambda: SocketLink(url, transports=transports, options=socket_options)),
            auth,
            timing=self.timing,
            heard=self._heard,
            came=self._came,
            went=self._went,
            chance=chance,
        )
        self.lobby = Lobby(self.request, self.ping)
        self._keeper = (
            ClockKeeper(self._connection, self.clock, self.ping, self.timing) if measure_clock else None
        )

    # -- coming and going --------------------------------------------------------------------------

    @property
    def id(self) -> str:
        """This player's id, empty before the first connection; the same across recoveries."""
        return self._connection.id

    @property
    def connected(self) -> bool:
        return self._connection.connected

    @property
    def limits(self) -> Mapping[str, float]:
        """The server's figures (`welcome.limits`)."""
        limits: Mapping[str, float] = self._connection.welcome.get("limits", {})
        return limits

    @property
    def link(self) -> Link | None:
        """The connection beneath, for what is not here; None while there is none."""
        return self._connection.link

    @property
    def is_behind(self) -> bool:
        """Whether so much waits to be sent that what only the newest counts of is left out."""
        link = self._connection.link
        return link is None or link.is_behind

    async def connect(self) -> Self:
        """Connect; from then on a lost connection is taken up again by itself, until `close`.

        Raises ConnectionError where nobody answers, GameError where the server refuses.
        """
        await self._connection.connect()
        return self

    async def close(self) -> None:
        """Leave the room, say goodbye and stay away."""
        if self._keeper is not None:
            self._keeper.end()
        await self._connection.close()
        self._end_room("left")
        self.stop()

    def vanish(self) -> None:
        """Be gone without a word and stay away, as a process that dies; for tests."""
        if self._keeper is not None:
            self._keeper.end()
        self._connection.vanish()
        self._end_room("lost")
        self.stop()

    async def __aenter__(self) -> Self:
        return await self.connect()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def drop(self) -> None:
        """Lose the connection without a word, as a network does, for tests; it comes back by itself."""
        self._connection.drop()

    @overload
    def on(self, event: Literal["connect"], handler: Callable[[Return], object]) -> Off: ...
    @overload
    def on(self, event: Literal["disconnect"], handler: Callable[[bool], object]) -> Off: ...
    @overload
    def on(self, event: Literal["closed", "error"], handler: Callable[[GameError], object]) -> Off: ...
    @overload
    def on(self, event: Literal["draining"], handler: Callable[[c.DrainAnnounced], object]) -> Off: ...
    @overload
    def on(self, event: Literal["room"], handler: Callable[[Room | None], object]) -> Off: ...
    @overload
    def on(self, event: Literal["event"], handler: Callable[[str, tuple[Any, ...]], object]) -> Off: ...
    def on(self, event: str, handler: Callable[..., Any]) -> Off:
        """Call the handler for each event of this name, until what is returned is called.

        `connect(how)`: let in, for the first time or again. `disconnect(returns)`: lost, and whether it comes
        back by itself. `closed(error)`: over for good. `draining(about)`: the server stops soon.
        `room(room)`: the room this client is in now, or None. `error(error)`: a refusal that nobody awaited.
        `event(name, args)`: whatever the server sends.
        """
        return self.listen(event, handler)

    # -- what a player asks ------------------------------------------------------------------------

    async def login(self, name: str) -> c.LoggedIn:
        """Take a name; sessions need one. Raises GameError (`name_invalid`)."""
        answer = await self.request("login", {"name": name})
        self.name = self._connection.auth["name"] = answer["name"]
        return cast("c.LoggedIn", answer)

    async def logout(self) -> None:
        """Leave the room or session and give the name back."""
        await self.request("logout")
        self.name = None
        self._connection.auth.pop("name", None)

    async def create(self, **options: Unpack[c.CreateRoom]) -> Room:
        """Open a room; this client is its host.

        Raises GameError (`already_in_room`, `bad_request`, `track_not_found`, `room_limit`, `draining`).
        """
        return self._seated(await self.request("create", options))

    async def join(self, room: str, *, password: str | None = None) -> Room:
        """Take a seat. Raises GameError (`room_not_found`, `room_full`, `wrong_password`, ...)."""
        wish = {"id": room} if password is None else {"id": room, "password": password}
        return self._seated(await self.request("join", wish))

    async def quick_join(self, **wish: Unpack[c.QuickJoin]) -> Room:
        """Take a seat in the nearest room that matches, or open one."""
        return self._seated(await self.request("quick_join", wish))

    async def create_session(self, **options: Unpack[c.CreateSession]) -> Room:
        """Open a room that is joined by `room.key`; needs a login (GameError `not_logged_in`)."""
        answer = await self.request("create_session", options)
        room = self._seated(answer["room"])
        room.key = answer["session_key"]
        return room

    async def join_session(self, key: str) -> Room:
        """Take a seat in the session of this key; needs a login. Raises GameError (`room_not_found`, ...)."""
        room = self._seated(await self.request("join_session", key))
        room.key = key.upper()
        return room

    async def hint(self, **about: Unpack[c.Hint]) -> None:
        """Tell the server of this device: that it cannot be host, that it is in the background."""
        await self.request("hint", about)

    async def pings(self) -> c.PingsAnswer:
        """Return the server's cached pings of this player and its host."""
        return cast("c.PingsAnswer", await self.request("pings"))

    async def request(self, event: str, *args: Any) -> Mapping[str, Any]:
        """Send any request by its wire name and return its answer; waits for a connection that comes back.

        Raises GameError with the server's code, or `disconnected`, `timeout`, `closed`.
        """
        return await self._connection.request(event, *args)

    def send(self, event: str, args: tuple[Any, ...], answered: Answered | None = None) -> bool:
        """Send an event of the room without waiting.

        False, and nothing sent, without a connection, and while the room is not told anew after a gap: what
        was said before the gap goes first then.
        """
        if self._resuming:
            self._connection.fits(event, args)
            return False
        return self._connection.send(event, args, answered)

    # -- what comes in -----------------------------------------------------------------------------

    def _came(self, how: Return) -> None:
        if self._keeper is not None:
            self._keeper.begin()
        if how is Return.RECOVERED:
            if self.room is not None:
                self.room.recovered()
        elif how is Return.STRANGER:
            self._end_room("lost")
        self._resuming = how is Return.RESUMED
        if how is not Return.FIRST:
            self._later(self.lobby.again(self.room is not None))
        self.tell("connect", how)

    def _went(self, returns: bool) -> None:
        if self._keeper is not None:
            self._keeper.end()
        self.tell("disconnect", returns)
        if not returns:
            self._end_room("lost")
            self.tell("closed", GameError(CLOSED, "the server wants this client no more"))

    def _heard(self, event: str, args: tuple[Any, ...]) -> None:
        if self.listened("event"):
            self.tell("event", event, args)
        if event in SEATED:
            self._enter(args[0], opened=event == "create_success")
        elif event in ROOM_ENDS:
            self._end_room(ROOM_ENDS[event] or args[0]["reason"], args[0])
        elif event == "all-rooms":
            self.lobby.take(args)
        elif event == "draining":
            self.tell("draining", args[0])
        elif event == "error":
            self._refused(args[0])
        elif event not in NOT_OF_A_ROOM and self.room is not None:
            self.room.take(event, args)

    def _refused(self, told: Mapping[str, Any]) -> None:
        """A refusal: of a request its caller hears; of what is only sent, nobody else does."""
        if self._connection.awaited(told["event"]):
            return
        self.tell("error", GameError(told["code"], told["message"], told["event"]))

    def _enter(self, info: Mapping[str, Any], *, opened: bool) -> Room:
        room = self.room
        if room is not None and room.id == info["id"]:
            if self._resuming:
                self._resuming = False
                room.resync(info)
            return room
        self._end_room("left")
        room = self.room = Room(
            self, {key: value for key, value in info.items() if key not in ("n", "ok")}, opened=opened
        )
        self.tell("room", room)
        room.release()
        if self.lobby.subscribed:
            self._later(self.lobby.again(True))
        return room

    def _seated(self, answer: Mapping[str, Any]) -> Room:
        """Return the room of an answer; its event came before and made it, but of a new session."""
        room = self.room
        if room is None or room.id != answer["id"]:
            room = self._enter(answer, opened=True)
        return room

    def _end_room(self, reason: str, about: Mapping[str, Any] | None = None) -> None:
        room, self.room = self.room, None
        if room is not None:
            room.end(reason, about)
            self.tell("room", None)

    def _later(self, work: Any) -> None:
        """Do what may fail because the connection goes: the next one does it again."""

        async def quietly() -> None:
            try:
                await work
            except GameError as error:
                self.tell("error", error)

        task = asyncio.get_running_loop().create_task(quietly())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
