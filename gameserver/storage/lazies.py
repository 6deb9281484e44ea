"""Hold back changes that nobody waits for: per slot the newest, one turn per pause."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from gameserver.core.values import Seconds
from gameserver.ports import Change
from gameserver.storage.ledger import Key


class Lazies:
    """Slots with the changes that wait in them. Time is an argument and never goes back."""

    def __init__(self, pause: Seconds) -> None:
        self._pause = pause
        self._waiting: dict[str, dict[Key, Change]] = {}
        self._slot_of: dict[Key, str] = {}
        # In order of time, because the pause is always the same; a plain dict is slow to pop from the front.
        self._rests_until: OrderedDict[str, Seconds] = OrderedDict()

    def __bool__(self) -> bool:
        """Whether time changes anything: a slot waits or rests."""
        return bool(self._rests_until)

    def add(self, now: Seconds, slot: str, changes: Sequence[Change]) -> list[Change]:
        """Note these changes; return those whose turn it is now."""
        at_once = self.touched(now, (change for change in changes if self._elsewhere(change, slot)))
        waiting = self._waiting.setdefault(slot, {})
        for change in changes:
            key = (change.kind, change.key)
            waiting[key] = change
            self._slot_of[key] = slot
        if self._rests_until.get(slot, now) <= now:
            at_once += self._turn(now, slot)
        return at_once

    def touched(self, now: Seconds, changes: Iterable[Change]) -> list[Change]:
        """Return what waits in the slots of these changes' keys: it must not come after them."""
        taken: list[Change] = []
        if self._slot_of:
            for change in changes:
                slot = self._slot_of.get((change.kind, change.key))
                if slot is not None:
                    taken += self._turn(now, slot)
        return taken

    def due(self, now: Seconds) -> list[Change]:
        """Return the changes whose turn has come; forget slots that rested in vain."""
        taken: list[Change] = []
        while self._rests_until:
            slot = next(iter(self._rests_until))
            if self._rests_until[slot] > now:
                break
            if slot in self._waiting:
                taken += self._turn(now, slot)
            else:
                del self._rests_until[slot]
        return taken

    def rest(self) -> list[Change]:
        """Return all that waits, whosever turn it is."""
        taken = [change for waiting in self._waiting.values() for change in waiting.values()]
        self._waiting.clear()
        self._slot_of.clear()
        self._rests_until.clear()
        return taken

    def _elsewhere(self, change: Change, slot: str) -> bool:
        return self._slot_of.get((change.kind, change.key), slot) != slot

    def _turn(self, now: Seconds, slot: str) -> list[Change]:
        waiting = self._waiting.pop(slot)
        for key in waiting:
            del self._slot_of[key]
        self._rests_until.pop(slot, None)
        self._rests_until[slot] = now + self._pause
        return list(waiting.values())
