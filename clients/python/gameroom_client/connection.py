"""A player's connection that comes back by itself, as the same player, with all that it missed.

python-socketio knows nothing of Socket.IO's connection state recovery; the pid and the offset that carry it
are kept and sent here.
"""

from __future__ import annotations

import asyncio
import enum
import random
from collections.abc import Callable, Mapping
from typing import Any

from gameroom_client.errors import CLOSED, DISCONNECTED, TIMEOUT, TOO_LARGE, GameError, refusal
from gameroom_client.link import Answered, Link
from gameroom_client.packets import packed_size
from gameroom_client.timing import Timing, pause, within

COME_BACK = frozenset({"draining", "slow_consumer", "rate_limited", "internal"})
"""Codes of `closing` after which coming back is right."""
FIRST_DELAY_SECONDS = 0.2
LAST_DELAY_SECONDS = 5.0
REQUEST_SECONDS = 10.0
SLACK_BYTES = 2048  # over its bound by less a message is refused; by more it costs the connection


class Return(enum.Enum):
    """As what a connection has come."""

    FIRST = "first"  # nobody was here before
    RECOVERED = "recovered"  # the same player: what it missed follows, in order, once
    RESUMED = "resumed"  # the same player in its seat, told its room anew: there is a gap
    STRANGER = "stranger"  # another player: the seat is gone


class Connection:
    """Calls `heard` with each event, `came` when it is (again) let in, `went` when it is lost.

    `went` is told whether it will come back by itself.
    """

    def __init__(
        self,
        link: Callable[[], Link],
        auth: Mapping[str, Any],
        *,
        timing: Timing,
        heard: Callable[[str, tuple[Any, ...]], None],
        came: Callable[[Return], None],
        went: Callable[[bool], None],
        chance: random.Random | None = None,
    ) -> None:
        self.auth = dict(auth)
        self.id = ""
        self.resume: str | None = None  # the pid, private: who has it can take the seat
        self.link: Link | None = None
        self.welcome: Mapping[str, Any] = {}
        self._link = link
        self._timing = timing
        self._heard = heard
        self._came = came
        self._went = went
        self._chance = chance or random.Random()
        self._offset: str | None = None
        self._delay: float | None = None  # told by `draining`
        self._closing_code = ""
        self._here = False
        self._arrivals: set[asyncio.Future[None]] = set()
        self._closed = False
        self._returning: asyncio.Task[None] | None = None
        self._waiting: dict[asyncio.Future[Mapping[str, Any]], str] = {}  # and for what

    @property
    def connected(self) -> bool:
        """Whether it is let in and was welcomed."""
        return self._here

    # -- coming and going --------------------------------------------------------------------------

    async def connect(self) -> None:
        """Come; from then on it comes back by itself, until `close`.

        Raises ConnectionError where nobody answers, GameError where the server refuses.
        """
        self._closed = False
        await self._open()

    async def close(self) -> None:
        """Say goodbye: the seat goes at once."""
        link = self._leave()
        if link is not None:
            await link.close()

    def vanish(self) -> None:
        """Be gone without a word, and stay away."""
        link = self._leave()
        if link is not None:
            link.abort()

    def drop(self) -> None:
        """Lose the connection without a word, as a network does; it comes back by itself."""
        if self.link is not None:
            self.link.abort()

    def _leave(self) -> Link | None:
        self._closed = True
        returning, self._returning = self._returning, None
        if returning is not None:
            returning.cancel()
        link, self.link = self.link, None
        self.resume = self._offset = None
        self._gone()
        return link

    async def _open(self) -> None:
        link = self._link()
        welcomed: asyncio.Future[Return] = asyncio.get_running_loop().create_future()

        def heard(event: str, args: tuple[Any, ...]) -> None:
            if self.link is link:
                self._hear(event, args, welcomed)

        def lost(stay_away: bool) -> None:
            if not welcomed.done():
                welcomed.set_exception(ConnectionError("lost before it was welcomed"))
            if self.link is link:
                self._lost(stay_away and self._closing_code not in COME_BACK)

        self.link, self._closing_code = link, ""
        auth = dict(self.auth, recover=True, seq=True)
        if self.resume is not None:
            auth["pid"] = self.resume
            if self._offset is not None:
                auth["offset"] = self._offset
        try:
            await link.open(auth, heard, lost)
            await within(self._timing, REQUEST_SECONDS, welcomed)
        except BaseException as error:
            if not welcomed.done():
                welcomed.cancel()
            if self.link is link:
                self.link = None
            link.abort()
            if isinstance(error, TimeoutError):
                raise ConnectionError("the server did not welcome us in time") from None
            raise

    def _hear(self, event: str, args: tuple[Any, ...], welcomed: asyncio.Future[Return]) -> None:
        if event == "welcome":
            self._welcomed(args[0], welcomed)
            return
        if args and isinstance(args[-1], str):  # Socket.IO: any trailing string is the offset
            self._offset = args[-1]
        if event == "closing":
            self._closing_code = args[0]["code"]
        elif event == "draining":
            self._delay = args[0]["reconnect_in_ms"] / 1000
        self._heard(event, args)

    def _welcomed(self, welcome: Mapping[str, Any], welcomed: asyncio.Future[Return]) -> None:
        former, former_resume = self.id, self.resume
        self.welcome = welcome
        self.id, self.resume = welcome["id"], welcome.get("resume")
        if former_resume is None:
            how = Return.FIRST
        elif self.id != former:
            how = Return.STRANGER
        else:
            how = Return.RECOVERED if self.resume == former_resume else Return.RESUMED
        if how is not Return.RECOVERED:
            self._offset = None
        self._here = True
        for arrival in tuple(self._arrivals):
            if not arrival.done():
                arrival.set_result(None)
        if not welcomed.done():
            welcomed.set_result(how)
        self._came(how)

    def _lost(self, stay_away: bool) -> None:
        self.link = None
        was_here = self._here
        self._gone()
        if self._closed or not was_here:
            return
        self._closed = stay_away
        self._went(not stay_away)
        if not self._closed and self._returning is None:
            self._returning = asyncio.get_running_loop().create_task(self._come_back())

    def _gone(self) -> None:
        self._here = False
        for answer in tuple(self._waiting):
            if not answer.done():
                answer.set_exception(GameError(DISCONNECTED, "the connection ended before the answer"))

    async def _come_back(self) -> None:
        """Try until it is back; each pause is twice the one before, shaken so that not all come at once."""
        wait, self._delay = self._delay, None
        delay = FIRST_DELAY_SECONDS
        try:
            while not self._closed:
                await pause(self._timing, delay * self._chance.uniform(0.5, 1.0) if wait is None else wait)
                wait = None
                delay = min(delay * 2, LAST_DELAY_SECONDS)
                try:
                    await self._open()
                    return
                except ConnectionError:
                    continue
                except GameError as error:
                    if error.code in COME_BACK:
                        continue
                    self._closed = True
                    self._heard("error", ({"code": error.code, "message": str(error), "event": "connect"},))
                    self._went(False)
        except (asyncio.CancelledError, GeneratorExit):
            self._closed = True  # the program ends: nobody will come back
            raise
        finally:
            self._returning = None
            if not self._closed and not self.connected:  # lost again while this was ending
                self._returning = asyncio.get_running_loop().create_task(self._come_back())

    # -- talking -----------------------------------------------------------------------------------

    def send(self, event: str, args: tuple[Any, ...], answered: Answered | None = None) -> bool:
        """Send an event; False, and nothing sent, while there is no connection.

        Raises GameError (`too_large`), and TypeError, OverflowError or ValueError for what cannot be packed.
        """
        self.fits(event, args)
        if self.link is None or not self.connected:
            return False
        try:
            self.link.send(event, args, answered)
        except ConnectionError:
            return False
        return True

    def fits(self, event: str, args: tuple[Any, ...]) -> None:
        """Keep back what would cost the connection, and would cost the next one too, being said again.

        Raises what `send` raises.
        """
        size = packed_size(event, args)
        most = self.welcome.get("limits", {}).get("snapshot_max" if event == "snapshot" else "message")
        if most is not None and size > most + SLACK_BYTES:
            raise GameError(TOO_LARGE, f"{event} has {size} bytes, {most} are allowed", event)

    async def request(self, event: str, *args: Any) -> Mapping[str, Any]:
        """Send a request, once there is a connection, and return its ack.

        Raises GameError with the server's code, `disconnected`, or `timeout`; TypeError, OverflowError or
        ValueError for what cannot be packed.
        """
        deadline = self._timing.time() + REQUEST_SECONDS
        if not self.connected:
            await self._until_here(deadline, event)
        answer: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()

        def answered(body: Mapping[str, Any]) -> None:
            if not answer.done():
                answer.set_result(body)

        self._waiting[answer] = event
        try:
            if not self.send(event, args, answered):
                raise GameError(DISCONNECTED, "there is no connection", event)
            body = await within(self._timing, deadline - self._timing.time(), answer)
        except TimeoutError:
            raise GameError(TIMEOUT, f"no answer to {event} in time", event) from None
        finally:
            del self._waiting[answer]
        if not body.get("ok"):
            raise refusal(body, event)
        return body

    def awaited(self, event: str | None) -> bool:
        """Whether a request of this name waits for its answer."""
        return event in self._waiting.values()

    async def _until_here(self, deadline: float, event: str) -> None:
        if self._closed or self._returning is None:
            code = CLOSED if self._closed else DISCONNECTED
            raise GameError(code, "there is no connection", event)
        arrival: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arrivals.add(arrival)
        try:
            await within(self._timing, deadline - self._timing.time(), arrival)
        except TimeoutError:
            raise GameError(TIMEOUT, f"no connection in time for {event}", event) from None
        finally:
            self._arrivals.discard(arrival)
