"""Say which player is probed when: one heap for all, no task per player, time and chance as arguments."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from math import inf
from typing import NamedTuple

from latency.sample import Player
from latency.settings import Settings

_ONE = 1 - 1e-6  # a token, allowing for the rounding of a sum of floats


class Slot(NamedTuple):
    """This player is to be probed now; `app` asks its main thread instead of its network stack."""

    player: Player
    app: bool


@dataclass(slots=True)
class _Turn:
    """Where one player stands."""

    host: bool
    hidden: bool
    burst: int  # probes left of the burst
    gap_s: float  # pause between probes of the burst
    pause_s: float  # the pause before back-off's next step
    slots: int = 0
    due: float = 0.0
    entry: int = -1  # the one heap entry that counts; older ones are stale
    waiting: bool = False  # a probe is unanswered
    passed: bool = False  # a slot came while waiting: probe as soon as the answer is in
    pace_s: float | None = None  # an interval of its own, for a recording


class Scheduler:
    """A burst at join, then back-off to the interval of the role; at most one probe outstanding each.

    `chance` returns floats in [0, 1). The budget is a bucket that holds a tenth of a second: members
    wait when it is empty, hosts never do, and when all together exceed it the pauses of members stretch.
    """

    def __init__(self, settings: Settings, chance: Callable[[], float]) -> None:
        self.settings = settings
        self._chance = chance
        self._turns: dict[Player, _Turn] = {}
        self._hosts: list[tuple[float, int, Player]] = []
        self._members: list[tuple[float, int, Player]] = []
        self._entries = count()
        self._seated_hosts = 0
        self._tokens = max(1.0, settings.budget_pps / 10)
        self._filled: float | None = None

    def __len__(self) -> int:
        return len(self._turns)

    def __contains__(self, player: Player) -> bool:
        return player in self._turns

    def add(self, player: Player, now: float, *, host: bool = False, hidden: bool = False) -> None:
        """Begin with a burst, at a random moment of its first gap. A player already here begins anew."""
        self.remove(player)
        turn = _Turn(host, hidden, 0, 0.0, self.settings.interval_first_s)
        self._turns[player] = turn
        self._seated_hosts += host
        self._burst(player, turn, now, self.settings.burst_n)

    def remove(self, player: Player) -> None:
        """Probe this player no more; unknown ones are ignored."""
        turn = self._turns.pop(player, None)
        if turn is not None:
            self._seated_hosts -= turn.host

    def set_host(self, player: Player, now: float, host: bool) -> None:
        """Give the player the interval of its role; a new host's next probe comes within that interval."""
        turn = self._turns[player]
        if turn.host == host:
            return
        turn.host = host
        self._seated_hosts += 1 if host else -1
        wanted = self._interval(turn)
        turn.pause_s = min(turn.pause_s, wanted)
        due = min(turn.due, now + wanted * self._chance()) if host else turn.due
        self._put(player, turn, due)

    def set_hidden(self, player: Player, now: float, hidden: bool) -> None:
        """A page in the background is probed rarely; one that comes back gets a burst."""
        turn = self._turns[player]
        if turn.hidden == hidden:
            return
        turn.hidden = hidden
        if not hidden:
            turn.pause_s = self.settings.interval_first_s
            self._burst(player, turn, now, self.settings.burst_n)

    def set_pace(self, player: Player, now: float, pace_s: float | None) -> None:
        """Probe this player at an interval of its own, as ground truth for a recording; None: as all."""
        turn = self._turns[player]
        turn.pace_s = pace_s
        turn.pause_s = self._interval(turn)
        if not turn.passed:
            self._put(player, turn, min(turn.due, now + turn.pause_s * self._chance()))

    def refresh(self, player: Player, now: float) -> None:
        """Probe this player a few times at once: it may be needed soon."""
        self._burst(player, self._turns[player], now, self.settings.refresh_n)

    def answered(self, player: Player, now: float) -> None:
        """The outstanding probe is over; if a slot passed meanwhile, the next one is due now."""
        turn = self._turns[player]
        turn.waiting = False
        if turn.passed:
            turn.passed = False
            self._put(player, turn, now)

    def interval_s(self, player: Player) -> float:
        """The present pause between probes of this player, in s."""
        turn = self._turns[player]
        return turn.gap_s if turn.burst else turn.pause_s

    @property
    def probes_per_s(self) -> float:
        """How many probes a second are due when everybody has settled, budget aside."""
        hosts, settings = self._seated_hosts, self.settings
        return hosts / settings.interval_host_s + (len(self._turns) - hosts) / settings.interval_member_s

    def next_deadline(self) -> float | None:
        """When `due` has something to say; None while nobody is here."""
        self._drop_stale(self._hosts)
        self._drop_stale(self._members)
        deadline = self._hosts[0][0] if self._hosts else None
        if self._members:
            when = self._members[0][0]
            if self._tokens < _ONE and self._filled is not None:
                when = max(when, self._filled + (1 - self._tokens) / self.settings.budget_pps)
            deadline = when if deadline is None else min(deadline, when)
        return deadline

    def due(self, now: float, at_most: float = inf) -> list[Slot]:
        """Whom to probe now, so many and the others next time, hosts first.

        Each is outstanding from here until `answered`, and its next slot is set.
        """
        self._fill(now)
        slots: list[Slot] = []
        self._take(self._hosts, now, slots, at_most, bounded=False)
        self._take(self._members, now, slots, at_most, bounded=True)
        return slots

    def _take(
        self,
        heap: list[tuple[float, int, Player]],
        now: float,
        slots: list[Slot],
        at_most: float,
        *,
        bounded: bool,
    ) -> None:
        while heap and heap[0][0] <= now and len(slots) < at_most and not (bounded and self._tokens < _ONE):
            _, entry, player = heapq.heappop(heap)
            turn = self._turns.get(player)
            if turn is None or turn.entry != entry:
                continue
            if turn.waiting:
                turn.passed = True
                turn.entry = -1
                continue
            self._tokens = max(self._tokens - 1, -self.settings.budget_pps)  # a debt of 1 s at most
            turn.waiting = True
            turn.slots += 1
            every = self.settings.app_every_host if turn.host else self.settings.app_every_member
            slots.append(Slot(player, app=turn.burst == 0 and turn.slots % every == 0))
            self._put(player, turn, now + self._next_pause(turn))

    def _next_pause(self, turn: _Turn) -> float:
        if turn.burst:
            turn.burst -= 1
        if turn.burst:
            return self._shaken(turn.gap_s)
        pause = min(turn.pause_s, self._interval(turn))
        turn.pause_s = min(pause * self.settings.backoff, self._interval(turn))
        return self._shaken(pause)

    def _interval(self, turn: _Turn) -> float:
        settings = self.settings
        if turn.pace_s is not None:
            return turn.pace_s
        hosts = self._seated_hosts
        nominal = hosts / settings.interval_host_s
        if turn.host:
            return settings.interval_host_s * max(1.0, nominal / settings.budget_pps)
        wanted = settings.interval_hidden_s if turn.hidden else settings.interval_member_s
        # What hosts leave is the members', but a tenth of the budget always is.
        left = max(settings.budget_pps - nominal, settings.budget_pps / 10)
        members = (len(self._turns) - hosts) / settings.interval_member_s
        return wanted * max(1.0, members / left)

    def _shaken(self, pause_s: float) -> float:
        return pause_s * (1 + self.settings.jitter * (2 * self._chance() - 1))

    def _burst(self, player: Player, turn: _Turn, now: float, n: int) -> None:
        turn.burst = max(turn.burst, n)
        turn.gap_s = self.settings.burst_s / self.settings.burst_n
        if turn.passed:
            return
        self._put(player, turn, now + turn.gap_s * self._chance())

    def _put(self, player: Player, turn: _Turn, due: float) -> None:
        turn.due = due
        turn.entry = next(self._entries)
        heapq.heappush(self._hosts if turn.host else self._members, (due, turn.entry, player))

    def _fill(self, now: float) -> None:
        if self._filled is not None and now > self._filled:
            earned = (now - self._filled) * self.settings.budget_pps
            self._tokens = min(max(1.0, self.settings.budget_pps / 10), self._tokens + earned)
        self._filled = now if self._filled is None else max(self._filled, now)

    def _drop_stale(self, heap: list[tuple[float, int, Player]]) -> None:
        while heap and ((turn := self._turns.get(heap[0][2])) is None or turn.entry != heap[0][1]):
            heapq.heappop(heap)
