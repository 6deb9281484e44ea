"""Do what follows from a command: tell, answer, reroute, hand over, measure, write down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, assert_never

from gameserver.core import effects as e
from gameserver.core.errors import Refusal
from gameserver.core.made import dataclass
from gameserver.core.messages import Message
from gameserver.core.values import PlayerId
from gameserver.ports import Clock, Journal, Outlet, Relay, RouteObserver, Watcher
from gameserver.protocol.outbound import RECORDED, SLOTS, to_ack, to_event


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, by which event, and the number of the ack it waits for."""

    sender: PlayerId
    event: str
    ack_id: int | None


class Performer:
    """The one place that performs effects."""

    def __init__(
        self,
        *,
        clock: Clock,
        outlet: Outlet,
        relay: Relay,
        watcher: Watcher,
        journal: Journal,
        refuse: Callable[[Request, Refusal], None],
        routes: Sequence[RouteObserver] = (),
        observers: Sequence[Callable[[e.Effect], None]] = (),
    ) -> None:
        self._clock = clock
        self._outlet = outlet
        self._relay = relay
        self._watcher = watcher
        self._journal = journal
        self._refuse = refuse  # a request whose answer came later
        self._routes = routes
        self._observers = observers  # told of each effect once it is performed
        self._postponed: dict[PlayerId, Request] = {}  # whose answer comes later

    def perform(self, effects: list[e.Effect], request: Request | None, durable: bool) -> None:
        """Do one thing after the other; one that fails is our mistake, and costs no other."""
        for effect in effects:
            try:
                self._do(effect, request, durable)
                for observer in self._observers:
                    observer(effect)
            except Exception as error:
                player = None if request is None else request.sender
                self._journal.failed(name=type(effect).__name__.lower(), player=player, error=error)

    def _do(self, effect: e.Effect, request: Request | None, durable: bool) -> None:
        match effect:
            # The first four are a crowd's: to capture what is in them would take longer than to match.
            case e.Tell():
                self.tell(effect.to, effect.message)
            case e.Reply():
                if request is not None:
                    self._reply(request, effect.message, effect.unless_acked, durable)
            case e.Publish():
                self._relay.publish(effect.route)
                for observer in self._routes:
                    observer.published(effect.route)
            case e.Watch():
                self._watcher.watch(effect.player, effect.role)
            case e.Done():
                if request is not None and request.ack_id is not None:
                    self._outlet.ack(request.sender, request.ack_id, _marked({"ok": True}, durable))
            case e.Postpone():
                if request is not None:
                    self._postponed[request.sender] = request
            case e.Settle(player, outcome):
                self._settle(player, outcome, durable)
            case e.Retire(room):
                self._relay.retire(room)
                for observer in self._routes:
                    observer.retired(room)
            case e.HandOver():
                self._relay.hand_over(effect)
            case e.SendSnapshot():
                self._relay.send_snapshot(effect)
            case e.Drop(player, code, disconnect):
                self._outlet.drop(player, code, disconnect=disconnect)
            case e.Elected():
                self._journal.elected(effect)
            case e.RoomEnded():
                self._journal.ended(effect, self._clock.now() - effect.created_at)
            case _:
                assert_never(effect)

    def tell(self, to: tuple[PlayerId, ...], message: Message) -> tuple[Any, ...]:
        """Send this message; return the arguments of its event."""
        name, args = to_event(message)
        kind = type(message)
        self._outlet.tell(to, name, args, slot=SLOTS.get(kind), recorded=kind in RECORDED)
        return args

    def _reply(self, request: Request, message: Message, unless_acked: bool, durable: bool) -> None:
        acked = request.ack_id is not None
        args = None if acked and unless_acked else self.tell((request.sender,), message)
        if request.ack_id is not None:
            self._outlet.ack(request.sender, request.ack_id, _marked(to_ack(message, args), durable))

    def _settle(self, player: PlayerId, outcome: Message | Refusal | None, durable: bool) -> None:
        request = self._postponed.pop(player, None)
        if request is None:
            return
        if isinstance(outcome, Refusal):
            self._refuse(request, outcome)
        elif outcome is not None:
            self._reply(request, outcome, unless_acked=False, durable=durable)
        elif request.ack_id is not None:
            self._outlet.ack(player, request.ack_id, _marked({"ok": True}, durable))


def _marked(body: dict[str, Any], durable: bool) -> dict[str, Any]:
    """Say of an answer that what it promises is not on disk, where that is so."""
    return body if durable else {**body, "durable": False}
