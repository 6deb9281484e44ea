"""Sample a flood of refusals: a client that is refused all the time must not fill the disk."""

from __future__ import annotations

from collections.abc import Callable

from gameserver.core.values import PlayerId

LOGGED_PER_SECOND = 10  # refusals of one player that leave a line each; more than a person's mistakes
SAMPLED_ONE_IN = 100  # of those above


class Floods:
    """Says which refusals of a player leave a line, and how many before it left none.

    Nothing is lost in the sum: what is held back is told with the player's next line of a refusal, or
    with the end of its connection. Only connected players that were refused are remembered.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._players: dict[PlayerId | None, _Second] = {}

    def refused(self, player: PlayerId | None) -> int | None:
        """Return how many lines were left out before this one, or None if this one is left out too."""
        now = self._now()
        second = self._players.get(player)
        if second is None:
            second = self._players[player] = _Second(now)
        elif now - second.began >= 1.0:
            second.began, second.refusals = now, 0
        second.refusals += 1
        above = second.refusals - LOGGED_PER_SECOND
        if above > 0 and above % SAMPLED_ONE_IN:
            second.unlogged += 1
            return None
        unlogged, second.unlogged = second.unlogged, 0
        return unlogged

    def ended(self, player: PlayerId | None) -> int:
        """Forget the player; return how many of its refusals left no line and are not told yet."""
        second = self._players.pop(player, None)
        return 0 if second is None else second.unlogged


class _Second:
    __slots__ = ("began", "refusals", "unlogged")

    def __init__(self, began: float) -> None:
        self.began = began
        self.refusals = 0
        self.unlogged = 0
