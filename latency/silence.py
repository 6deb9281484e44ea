"""Find late probes and silent hosts, by deadline and not by tick, without blaming them for our own stall."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import TypeAlias

from latency.sample import Player
from latency.settings import Settings

SECOND_LOOK_S = 0.05  # what lay in the kernel at the deadline has been read after one more turn of the loop


@dataclass(frozen=True, slots=True)
class HostLate:
    """Nothing was heard from this host for `late_s` after a probe: refresh its successors."""

    player: Player
    since: float


@dataclass(frozen=True, slots=True)
class HostSilent:
    """Nothing was heard from this host for `dead_s` after a probe: replace it."""

    player: Player
    since: float  # loop seconds: the probe, or the last byte read after it
    last_heard: float | None  # loop seconds: the last sign of life ever


@dataclass(frozen=True, slots=True)
class TimedOut:
    """This player's probe outlasted the RFC 6298 time-out; it stays outstanding."""

    player: Player


Overdue: TypeAlias = HostLate | HostSilent | TimedOut


@dataclass(slots=True)
class _Wait:
    sent: float
    host: bool
    timeout_at: float
    due: float
    entry: int
    late: bool = False
    told_late: bool = False
    timed_out: bool = False
    looked_at: float | None = None  # when the first look found the host silent
    frozen: bool = False
    silent: bool = False


class Silences:
    """The outstanding probes of all players and what their age means.

    `heard` gives the loop time of the last byte read from a player: any byte counts as life. A host
    is called silent once per probe, after two looks with a turn of the loop between, and, if too many
    players are late at once, not before `freeze_s` more have passed.
    """

    def __init__(self, settings: Settings, heard: Callable[[Player], float | None]) -> None:
        self.settings = settings
        self._heard = heard
        self._waits: dict[Player, _Wait] = {}
        self._heap: list[tuple[float, int, Player]] = []
        self._entries = count()
        self._turned_late: deque[tuple[float, Player]] = deque()
        self._answers: deque[float] = deque()
        self.freezes = 0

    def begin(self, player: Player, sent: float, *, host: bool, timeout_s: float) -> None:
        """A probe is out."""
        self.end(player)
        wait = _Wait(sent, host, sent + timeout_s, 0.0, -1)
        self._waits[player] = wait
        self._put(player, wait, sent + self.settings.late_s)

    def end(self, player: Player, answered: float | None = None) -> None:
        """The player's probe is answered (at that time) or gone."""
        self._waits.pop(player, None)
        if answered is not None:
            self._answers.append(answered)
            self._forget(answered)

    def set_host(self, player: Player, host: bool, now: float) -> None:
        """A player's role changed while its probe is out."""
        wait = self._waits.get(player)
        if wait is not None and wait.host != host:
            wait.host = host
            self._put(player, wait, now)

    def next_deadline(self) -> float | None:
        """When `due` has something to say; None while nothing is outstanding."""
        heap = self._heap
        while heap and ((wait := self._waits.get(heap[0][2])) is None or wait.entry != heap[0][1]):
            heapq.heappop(heap)
        return heap[0][0] if heap else None

    def due(self, now: float) -> list[Overdue]:
        """What the age of outstanding probes has come to mean by now."""
        found: list[Overdue] = []
        while (deadline := self.next_deadline()) is not None and deadline <= now:
            player = heapq.heappop(self._heap)[2]
            self._judge(player, self._waits[player], now, found)
        return found

    def _judge(self, player: Player, wait: _Wait, now: float, found: list[Overdue]) -> None:
        settings = self.settings
        if not wait.late and now >= wait.sent + settings.late_s:
            wait.late = True
            self._turned_late.append((now, player))
            self._forget(now)
        if not wait.timed_out and now >= wait.timeout_at:
            wait.timed_out = True
            found.append(TimedOut(player))
        nexts = [] if wait.timed_out else [wait.timeout_at]
        if not wait.late:
            nexts.append(wait.sent + settings.late_s)
        elif wait.host and not wait.silent:
            again = self._judge_host(player, wait, now, found)
            if again is not None:
                nexts.append(again)
        if nexts:
            self._put(player, wait, min(nexts))

    def _judge_host(self, player: Player, wait: _Wait, now: float, found: list[Overdue]) -> float | None:
        """Look at a late host; when to look again, None when it has been called silent."""
        settings = self.settings
        heard = self._heard(player)
        since = wait.sent if heard is None else max(wait.sent, heard)
        if now < since + settings.late_s:
            wait.looked_at = None
            return since + settings.late_s
        if not wait.told_late:
            wait.told_late = True
            found.append(HostLate(player, since))
        if now < since + settings.dead_s:
            wait.looked_at = None
            return since + settings.dead_s
        if wait.looked_at is None:
            wait.looked_at = now
            return now + SECOND_LOOK_S
        if now < wait.looked_at + SECOND_LOOK_S:
            return wait.looked_at + SECOND_LOOK_S
        if not wait.frozen and self._suspect_ourselves(now):
            wait.frozen = True
            wait.looked_at = None
            self.freezes += 1
            return now + settings.freeze_s
        wait.silent = True
        found.append(HostSilent(player, since, heard))
        return None

    def _suspect_ourselves(self, now: float) -> bool:
        """Whether so many have turned late, beside those who answered, that the fault is likely ours.

        Both are counted over the last `dead_s`: only players probed lately can look late at all, and
        who has been late for longer says nothing of the present.
        """
        self._forget(now)
        late = sum(
            1
            for _, player in self._turned_late
            if (wait := self._waits.get(player)) is not None and wait.late
        )
        share = self.settings.freeze_share * (late + len(self._answers))
        return late >= self.settings.freeze_n and late > share

    def _forget(self, now: float) -> None:
        while self._answers and self._answers[0] < now - self.settings.dead_s:
            self._answers.popleft()
        while self._turned_late and self._turned_late[0][0] < now - self.settings.dead_s:
            self._turned_late.popleft()

    def _put(self, player: Player, wait: _Wait, due: float) -> None:
        wait.due = due
        wait.entry = next(self._entries)
        heapq.heappush(self._heap, (due, wait.entry, player))
