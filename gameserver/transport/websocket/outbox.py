"""The one door for everything a connection sends: direct when idle, joined under load, bounded when stuck."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple, Protocol

from gameserver.transport.websocket.sweeper import Sweeper
from gameserver.transport.websocket.turn import Turn


@dataclass(frozen=True, slots=True)
class OutboxLimits:
    """What a recipient that can't keep up may cost."""

    backlog_bytes: int = 512 * 1024  # reliable frames held for it
    backlog_seconds: float = 3.0  # the age of the oldest of them
    newest_bytes: int = 1024 * 1024  # newest-wins frames held for it; beyond, the oldest slots go
    stall_seconds: float = 10.0  # how far it may fall behind the next line with a frame outside the backlog
    least_bytes_per_second: float = 8 * 1024.0  # what must be taken of such a frame


class Pipe(Protocol):
    """What an outbox needs of an `asyncio.Transport` whose high-water mark is 0."""

    def write(self, data: bytes | memoryview, /) -> None:
        """Send in order; unless the kernel takes all of it, `Outbox.block` is called before this returns."""

    def get_write_buffer_size(self) -> int:
        """Bytes handed over that the kernel has not taken."""

    def is_closing(self) -> bool:
        """Whether writing is of no more use."""


class _Kind(Enum):
    COUNTED = 1  # reliable: bounded in bytes and age
    NEWEST = 2  # goes when a newer one of its slot comes
    BUDGETED = 3  # reliable, but its bound is its sender's business


CHUNK: Final = 64 * 1024  # bytes handed over at once where they may be stuck: what is newest is decided late

# By these names they are found at once on the hot path: a member of an enum takes three look-ups.
_COUNTED: Final = _Kind.COUNTED
_NEWEST: Final = _Kind.NEWEST
_BUDGETED: Final = _Kind.BUDGETED


class _Held(NamedTuple):
    """A frame that waits for the kernel."""

    frame: bytes
    accepted: float  # when it was sent
    kind: _Kind


class Outbox:
    """Everything one connection sends, in order.

    As long as the kernel takes bytes, frames pass through. Once it does not, they are held here and not
    in the transport, so that a newer one can still take the place of an older.
    """

    __slots__ = (
        "_ages",
        "_beside",
        "_blocked",
        "_counted",
        "_floor",
        "_frames",
        "_held",
        "_in_pipe",
        "_lasts_until",
        "_left",
        "_limits",
        "_newest",
        "_on_slow",
        "_pipe",
        "_send_to_kernel",
        "_serial",
        "_shut",
        "_sweeper",
        "_turn",
        "_uncounted",
        "_written_in",
        "joins",
        "open",
        "peak_bytes",
    )

    JOINED_TURNS: Final = 16  # of a recipient, after one that brought it several frames

    def __init__(
        self,
        pipe: Pipe,
        send: Callable[[bytes], int],
        turn: Turn,
        sweeper: Sweeper,
        limits: OutboxLimits,
        on_slow: Callable[[], None],
    ) -> None:
        """`send` is the socket's own, which costs a tenth less than a transport's `write`."""
        self._pipe = pipe
        self._send_to_kernel = send
        self._turn = turn
        self._sweeper = sweeper
        self._limits = limits
        self._on_slow = on_slow
        self._frames: list[bytes] | None = None  # joined in this turn
        self._newest = 0  # bytes of newest-wins frames among those
        self._written_in = -1  # the turn of the last direct write
        self.joins = 0  # turns to come that are joined from their first frame on
        self._blocked = False
        self._shut = False
        self.open = True  # until a close frame, or the end: nothing else may be sent from then on
        self._held: dict[Hashable, _Held] = {}  # in order; while blocked
        self._serial = 0  # names the held frames that have no slot
        self._counted = 0  # bytes held of kind COUNTED
        self._uncounted = 0  # bytes held of kind NEWEST
        self._in_pipe = _Kind.COUNTED  # what the transport's buffer holds, while blocked
        self._beside = 0  # bytes of newest-wins frames that were joined with what it holds
        self._ages: Sequence[tuple[int, float]] = ()  # of its frames: bytes behind it, when it was sent
        self._lasts_until = 0.0  # what the transport got rid of, at the least rate, while that is BUDGETED
        self._left = 0  # what it had when that was last looked at
        self._floor = 0.0  # nothing counts as older than this
        self.peak_bytes = 0  # the largest backlog there was

    def send(self, frame: bytes, counts: bool = True) -> None:
        """Send this frame behind all others; it arrives, or the connection ends.

        With `counts=False` it is no part of the backlog that is bounded: its sender has a budget for it. Of
        such frames one is in flight and one waits at most; a newer one takes the place of that.
        """
        frames = self._frames
        if frames is not None and counts:
            frames.append(frame)
        elif self._blocked:
            if counts:
                self._serial += 1
                self._hold(self._serial, frame, _COUNTED)
            else:
                self._held.pop(_BUDGETED, None)
                self._hold(_BUDGETED, frame, _BUDGETED)
        elif counts:
            self._send(frame, _COUNTED)
        elif self._all_passed():
            self._put(frame, _BUDGETED)
        else:
            self.send(frame, counts)

    def send_newest(self, slot: Hashable, frame: bytes) -> None:
        """Send this frame behind all others; one of the same slot that is still held goes."""
        if self._blocked:
            self._hold((slot,), frame, _NEWEST)
        elif self._frames is not None:
            self._frames.append(frame)
            self._newest = newest = self._newest + len(frame)
            if newest > CHUNK:
                self._flush_early()
        else:
            self._send(frame, _NEWEST)

    def send_now(self, frame: bytes) -> bool:
        """Write this frame without waiting for the turn's end; False, and nothing sent, if blocked.

        It is no backlog: a ping that is stuck must not end a connection that only lags behind the news.
        """
        if not self._all_passed():
            return False
        self._put(frame, _Kind.NEWEST)
        return True

    def _send(self, frame: bytes, kind: _Kind) -> None:
        """Join this frame, the first one of this turn, or write it at once."""
        turn = self._turn
        if not turn.ending:
            turn.begin()
        if self.joins:
            self.joins -= 1
        elif self._written_in != turn.number:
            turn.direct += 1
            self._written_in = turn.number
            send = self._send_to_kernel  # called through a slot of its own it would be looked up the long way
            try:
                sent = send(frame)
            except OSError:
                sent = 0
            if sent != len(frame):
                self._put_rest(frame, sent, kind)
            return
        else:
            self.joins = self.JOINED_TURNS
        turn.dirty.append(self)
        self._frames = [frame]
        self._newest = len(frame) if kind is _NEWEST else 0

    def _all_passed(self) -> bool:
        """Write what was joined; whether the kernel took it all."""
        self._flush_early()
        return not self._blocked

    def flush(self) -> int:
        """Write what was joined; returns how many frames."""
        frames = self._frames
        if frames is None:
            return 0
        self._frames = None
        count = len(frames)
        if count == 1:
            data = frames[0]
        else:
            self.joins = self.JOINED_TURNS
            data = b"".join(frames)
        send = self._send_to_kernel
        try:
            sent = send(data)
        except OSError:
            sent = 0
        if sent != len(data):
            self._beside = self._newest
            self._put_rest(data, sent, _NEWEST if self._newest == len(data) else _COUNTED)
            if self.backlog_bytes > self._limits.backlog_bytes:
                self._overdrawn()
        return count

    def _flush_early(self) -> None:
        """Write what was joined before the turn is over: what the kernel refuses of it can't be replaced."""
        self._turn.tally.joined_frames += self.flush()

    def _put(self, data: bytes, kind: _Kind, ages: Sequence[tuple[int, float]] = ()) -> None:
        try:
            sent = self._send_to_kernel(data)
        except OSError:
            sent = 0
        if sent != len(data):
            self._put_rest(data, sent, kind, ages)

    def _put_rest(self, data: bytes, sent: int, kind: _Kind, ages: Sequence[tuple[int, float]] = ()) -> None:
        """The kernel had no room, or an error: the transport meets the same, and knows what follows."""
        self._in_pipe = kind
        self._ages = ages
        if not self._pipe.is_closing():
            self._pipe.write(memoryview(data)[sent:] if sent else data)

    def block(self) -> None:
        """The kernel takes no more: what follows is held here. The transport's `pause_writing`."""
        if self._shut or self._blocked:
            return
        self._blocked = True
        self._lasts_until = now = self._turn.clock()
        self._left = self._pipe.get_write_buffer_size()
        self._ages = self._ages or [(0, now)]
        self.peak_bytes = max(self.peak_bytes, self.backlog_bytes)
        self._sweeper.watch(self)

    def unblock(self) -> None:
        """The kernel has taken all: go on with what was held. The transport's `resume_writing`."""
        if self._shut or not self._blocked:
            return
        self._blocked = False
        self._beside = 0
        self._sweeper.unwatch(self)
        if self._in_pipe is _Kind.BUDGETED:
            self._floor = self._turn.clock()
        held = list(self._held.items())
        start = 0
        while start < len(held) and not self._blocked:
            start = self._hand_over(held, start)

    def _hold(self, key: Hashable, frame: bytes, kind: _Kind) -> None:
        if self._shut:
            return
        held = self._held
        limits = self._limits
        if kind is _Kind.NEWEST:
            older = held.pop(key, None)
            if older is not None:
                self._uncounted -= len(older.frame)
                self._turn.tally.newest_replaced += 1
            self._uncounted += len(frame)
            held[key] = _Held(frame, 0.0, kind)
            while self._uncounted > limits.newest_bytes:
                self._drop_oldest_newest()
            return
        held[key] = _Held(frame, self._turn.clock(), kind)
        if kind is _Kind.COUNTED:
            self._counted += len(frame)
            backlog = self.backlog_bytes
            self.peak_bytes = max(self.peak_bytes, backlog)
            if backlog > limits.backlog_bytes:
                self._overdrawn()

    def _drop_oldest_newest(self) -> None:
        key = next(key for key, held in self._held.items() if held.kind is _Kind.NEWEST)
        self._uncounted -= len(self._held.pop(key).frame)
        self._turn.tally.newest_dropped += 1

    def _hand_over(self, held: Sequence[tuple[Hashable, _Held]], start: int) -> int:
        """Write the next frames of one kind, a chunk at most; returns where the rest starts."""
        kind = held[start][1].kind
        size = 0
        end = start
        while end < len(held) and held[end][1].kind is kind:
            length = len(held[end][1].frame)
            if size and (kind is _Kind.BUDGETED or size + length > CHUNK):
                break
            size += length
            end += 1
        frames = []
        ages = []
        behind = size
        for key, (frame, accepted, _) in held[start:end]:
            del self._held[key]
            behind -= len(frame)
            frames.append(frame)
            ages.append((behind, accepted))
        if kind is _Kind.NEWEST:
            self._uncounted -= size
        elif kind is _Kind.COUNTED:
            self._counted -= size
        self._put(b"".join(frames), kind, ages)
        return end

    @property
    def backlog_bytes(self) -> int:
        """Bytes of reliable frames that the kernel has not taken yet."""
        if self._blocked and not self._shut and self._in_pipe is _Kind.COUNTED:
            return self._counted + max(0, self._pipe.get_write_buffer_size() - self._beside)
        return self._counted

    def check(self, now: float) -> None:
        """End a connection whose backlog is too old; the sweeper asks while it is blocked."""
        limits = self._limits
        left = self._pipe.get_write_buffer_size()
        if self._in_pipe is _Kind.BUDGETED:
            if left < self._left:
                lasts = (self._left - left) / limits.least_bytes_per_second
                self._lasts_until = min(now, self._lasts_until + lasts)
                self._left = left
            if now - self._lasts_until > limits.stall_seconds:
                self._turn.tally.stalls += 1
                self._slow()
            return
        oldest = self._oldest(left)
        if oldest is not None and now - max(oldest, self._floor) > limits.backlog_seconds:
            self._overdrawn()

    def _oldest(self, left: int) -> float | None:
        """When the oldest frame of the backlog was sent, with so many bytes left in the transport."""
        if self._in_pipe is _Kind.COUNTED:
            return next(at for behind, at in self._ages if behind < left) if left else None
        return next((held.accepted for held in self._held.values() if held.kind is _Kind.COUNTED), None)

    def close(self, frame: bytes) -> None:
        """Hand all that is held to the transport, this frame behind it, and take nothing more."""
        self.flush()
        rest = b"".join([held.frame for held in self._held.values()]) + frame
        self.shut()
        if rest and not self._pipe.is_closing():
            self._pipe.write(rest)

    def _overdrawn(self) -> None:
        self._turn.tally.backlogs += 1
        self._slow()

    def _slow(self) -> None:
        on_slow = self._on_slow
        self.shut()
        on_slow()

    def shut(self) -> None:
        """Drop what is held and take nothing more."""
        self._sweeper.unwatch(self)
        self._shut = self._blocked = True
        self.open = False
        self._frames = None
        self._held.clear()
        self._counted = self._uncounted = 0
        self._on_slow = _nothing  # which leads back to the link: no cycle is left for the collector


def _nothing() -> None:
    pass
