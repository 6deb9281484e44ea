"""A player of the drill's game: it sends numbered inputs, and as host keeps a table that tells of each."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gameserver.drill.bot import Bot
from gameserver.drill.tally import Tally

FORMER_HOST_STATES = 5  # states a former host goes on sending, as one that noticed nothing does
Numbered = tuple[str, int]
"""A message of the game: who sent it, in which sitting, and its number."""

_sittings = itertools.count(1)


@dataclass(slots=True)
class Ledger:
    """What the players of one room know together."""

    tally: Tally
    missing: set[Numbered] = field(default_factory=set)  # inputs that a host passed over
    refused: set[Numbered] = field(default_factory=set)  # inputs that their sender was refused
    unheard: set[Numbered] = field(default_factory=set)  # broadcasts and directs that a member was not given
    unsaid: set[Numbered] = field(default_factory=set)  # those that their sender was refused
    changed: Callable[[], None] = lambda: None  # told when a host is ready, or died of it


class Player(Bot):
    """One member of the drill's room."""

    def __init__(self, url: str, ledger: Ledger, *, snapshot_bytes: int, **auth: Any) -> None:
        super().__init__(url, **auth)
        self.ledger = ledger
        self.tally = ledger.tally
        self._padding = bytes(snapshot_bytes)
        self.room = ""
        self.host = ""  # as it was told
        self.epoch = 0
        self.ready = False  # it is host and has restored the game
        self.answers = True  # it says so; if not, it is a host that hangs
        self.die_as_host = False  # it is lost the moment it is given the game
        self._former_epoch = 0
        self._former_states = 0
        # As host: the last input of each sitting, and the seq of the last input of all.
        self.inputs: dict[str, int] = {}
        self.seq = 0
        # As member: the last of each sender's broadcasts and directs, and all that share one order.
        self.events: dict[str, int] = {}
        self.order: list[Numbered] = []
        self.sit()

    def sit(self) -> None:
        """Begin anew: a new seat counts from 1."""
        self.sitting = f"s{next(_sittings)}"
        self._held = False  # until what was said before a loss is said again
        self._number = 0
        self._counts = {"input": 0, "event": 0}
        self._unanswered: dict[int, tuple[str, tuple[Any, ...]]] = {}
        self.taken = {"input": 0, "event": 0}  # the last that the server said it has
        self.events, self.order = {}, []

    async def connect(self) -> None:
        """Come, or come back: then nothing new is said before `say_again`, or it would overtake what is."""
        self._held = bool(self.id)
        await super().connect()

    # -- playing -----------------------------------------------------------------------------------

    def say(self, event: str, *to: Any) -> None:
        """Send the next numbered input, broadcast or direct."""
        kind = "input" if event == "input" else "event"
        self._number += 1
        self._counts[kind] += 1
        args = (*to, [self.sitting, self._counts[kind]], {"n": self._number})
        self._unanswered[self._number] = (event, args)
        if not self._held:
            self._send(self._number)

    def say_again(self) -> None:
        """After a loss: what was not answered may not have arrived; its number tells the server."""
        self._held = False
        for number in sorted(self._unanswered):
            self._send(number)

    def play(self) -> None:
        """One beat of a host, or of one that was."""
        if self.ready:
            self.emit("state", {"epoch": self.epoch, "host": self.id})
        elif self._former_states:
            self._former_states -= 1
            self.tally.done["states sent by a former host"] += 1
            self.emit("state", {"epoch": self._former_epoch, "host": self.id})
            self.emit("snapshot", {"inputs": {}, "seq": 0}, answered=self._refused_snapshot)

    def save(self) -> None:
        """Give the server the game as it is."""
        if self.ready:
            game = {"inputs": self.inputs, "seq": self.seq, "padding": self._padding}
            self.emit("snapshot", game, {"covers": self.seq})

    def begin(self) -> None:
        """Be the host of a new room."""
        self.inputs, self.seq, self.ready = {}, 0, True
        self.host = self.id
        self.save()

    def _send(self, number: int) -> None:
        event, args = self._unanswered[number]
        kind = "input" if event == "input" else "event"
        sitting, count = args[-2]

        def answered(body: Any) -> None:
            if self._unanswered.pop(number, None) is None or sitting != self.sitting:
                return
            if body["ok"]:
                self.taken[kind] = max(self.taken[kind], count)
            else:
                self.tally.done[f"{event} refused: {body['error']['code']}"] += 1
                refused = self.ledger.refused if kind == "input" else self.ledger.unsaid
                refused.add((sitting, count))

        self.emit(event, *args, answered=answered)

    def _refused_snapshot(self, body: Any) -> None:
        if body["ok"]:
            self.tally.breaks("former_host_heard", 1, f"a snapshot of {self.id} was kept")

    # -- what is told ------------------------------------------------------------------------------

    def heard(self, event: str, args: list[Any]) -> None:
        match event:
            case "input":
                self._input(args[1], args[2]["seq"])
            case "broadcast" | "direct":
                self._event(args[1][0], args[1][1], shared=event == "broadcast")
            case "state":
                self._state(args[0])
            case "host_changed":
                self._host_changed(args[0])
            case "become_host":
                self._become_host(args[0])
            case "host_ready":
                if args[0]["host"] == self.id:
                    self.ledger.changed()
            case "snapshot_request":
                self.save()
            case "create_success" | "join_success":
                self.host, self.epoch = args[0]["host"] or "", args[0]["epoch"]
                self.room = args[0]["id"]
                self.ready = self.ready and self.host == self.id
                self.events, self.order = {}, []
            case "inputs_dropped":
                self.tally.done["inputs dropped, and told so"] += 1

    def _input(self, data: list[Any], seq: int) -> None:
        if self.ready and seq <= self.seq:
            self.tally.breaks("inputs_disordered", 1, f"seq {seq} after {self.seq}")
        self._apply(data, seq)

    def _apply(self, data: list[Any], seq: int) -> None:
        sitting, count = data
        before = self.inputs.get(sitting, 0)
        self.seq = max(self.seq, seq)
        if count <= before:
            self.tally.breaks("inputs_doubled", 1, f"{sitting} {count} after {before}, epoch {self.epoch}")
            return
        self.ledger.missing |= {(sitting, each) for each in range(before + 1, count)}
        self.inputs[sitting] = count
        self.tally.done["inputs taken by hosts"] += 1

    def _event(self, sitting: str, count: int, *, shared: bool) -> None:
        before = self.events.get(sitting)
        self.events[sitting] = max(count, before or 0)
        if shared:
            self.order.append((sitting, count))
        if before is None:
            return  # it has just come: what was before is not for it
        if count <= before:
            self.tally.breaks("events_doubled", 1, f"{self.id}: {sitting} {count} after {before}")
        else:
            self.ledger.unheard |= {(sitting, each) for each in range(before + 1, count)}
        self.tally.done["broadcasts and directs heard"] += 1

    def _state(self, state: dict[str, Any]) -> None:
        if state["host"] != self.host or state["epoch"] != self.epoch:
            self.tally.breaks(
                "former_host_heard", 1, f"a state of epoch {state['epoch']} in epoch {self.epoch}"
            )
        self.tally.done["states heard"] += 1

    def _host_changed(self, change: dict[str, Any]) -> None:
        if self.ready and change["host"] != self.id:
            self._former_epoch, self._former_states = self.epoch, FORMER_HOST_STATES
        if change["host"] != self.host:
            self.ready = False
        if change["epoch"] < self.epoch:
            self.tally.breaks("events_doubled", 1, f"epoch {change['epoch']} after {self.epoch}")
        self.host, self.epoch = change["host"] or "", change["epoch"]
        self.order.append(("host", self.epoch))

    def _become_host(self, given: dict[str, Any]) -> None:
        if self.die_as_host:
            self.die_as_host = False
            self.kill()
            self.ledger.changed()
            return
        game = given["snapshot"]
        self.tally.state_age_ms.append(given["snapshot_age_ms"])
        self.tally.breaks("inputs_lost", given["truncated"], "the tail was truncated")
        self.inputs, self.seq = dict(game["inputs"]), game["seq"]
        for _, data, seq in given["inputs"]:
            if seq <= self.seq:
                self.tally.breaks("inputs_disordered", 1, f"in the tail: seq {seq} after {self.seq}")
            self._apply(data, seq)
        self._former_states = 0
        if self.answers:
            self.ready = True
            self.emit("host_ready", {"epoch": given["epoch"]})
