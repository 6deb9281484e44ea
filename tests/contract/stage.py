"""A whole server whose every word is held against the AsyncAPI document."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7

from gameserver.settings import Settings
from gameserver.transport.gate import Ending, Rejected
from tests.support.game import Game
from tests.support.peers import FakePeer

PLACE = "urn:contract"
MESSAGES = f"{PLACE}#/channels/game/messages/"


class Lie(AssertionError):
    """What was sent is not what the document says."""


def strict(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document without room for keys that it doesn't name."""
    document = copy.deepcopy(document)
    for schema in document["components"]["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    return document


class Book:
    """The document as a judge of what is said."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._registry = Registry().with_resource(PLACE, DRAFT7.create_resource(strict(document)))
        self._known = document["channels"]["game"]["messages"]
        self._judges: dict[str, Draft7Validator] = {}

    def names(self, kind: str) -> set[str]:
        """Return the names of all requests or events."""
        return {each.removesuffix(f".{kind}") for each in self._known if each.endswith(f".{kind}")}

    def fits(self, message: str, payload: object) -> bool:
        """Whether the document allows this payload of this message."""
        return message in self._known and self._judge(message).is_valid(payload)

    def check(self, message: str, payload: object) -> None:
        """Raise Lie unless the document allows it."""
        if message not in self._known:
            raise Lie(f"the document knows no {message}")
        for error in self._judge(message).iter_errors(payload):
            raise Lie(f"{message}: {error.json_path}: {error.message}")

    def _judge(self, message: str) -> Draft7Validator:
        if message not in self._judges:
            schema = {"$ref": f"{MESSAGES}{message}/payload"}
            self._judges[message] = Draft7Validator(schema, registry=self._registry)
        return self._judges[message]


class Stage:
    """Players around a server; whatever one of them hears is checked, and noted by name."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.game = Game(announced=Settings().announced())
        self.book = Book(document)
        self.heard: set[str] = set()
        self.asked: set[str] = set()
        self.codes: set[str] = set()
        self._peers: list[FakePeer] = []
        self._waiting: dict[int, str] = {}
        self._answers: dict[int, Any] = {}
        self._number = 0

    def connect(self, **auth: Any) -> FakePeer:
        """Let a player arrive, or come back."""
        self.book.check("connect", auth)
        peer = self.game.connect(auth)
        self.book.check("connected", {"sid": peer.sid} | ({} if peer.pid is None else {"pid": peer.pid}))
        self._peers.append(peer)
        self.listen()
        return peer

    def back(self, peer: FakePeer) -> FakePeer:
        """Let a player come back as a stock client does."""
        offset = {} if peer.offset is None else {"offset": peer.offset}
        again = self.connect(recover=True, pid=peer.pid, **offset)
        again.offset = peer.offset
        return again

    def turned_away(self, **auth: Any) -> str:
        """Let somebody knock in vain, and return the code."""
        answer = self.game.knock(auth)
        assert isinstance(answer, Rejected), answer
        self.book.check("connect_error", {"message": answer.message, "data": answer.data})
        assert isinstance(answer.data, dict)
        return str(answer.data["code"])

    def lose(self, peer: FakePeer, ending: Ending = Ending.LOST) -> None:
        """Let a connection be over."""
        self.game.leave(peer, ending)
        self.listen()

    def ask(self, peer: FakePeer, name: str, *args: Any) -> Any:
        """Send with an ack and return what it answered, now or later (`answer`)."""
        number = self.begin(peer, name, *args)
        return self._answers.get(number)

    def begin(self, peer: FakePeer, name: str, *args: Any) -> int:
        """Send with an ack and return its number."""
        self._number += 1
        self._waiting[self._number] = name
        self._send(peer, name, args, self._number)
        return self._number

    def answer(self, number: int) -> Any:
        """Return the ack of this number."""
        return self._answers[number]

    def tell(self, peer: FakePeer, name: str, *args: Any) -> None:
        """Send without an ack."""
        self._send(peer, name, args, None)

    def refused(self, code: str, peer: FakePeer, name: str, *args: Any) -> None:
        """Ask for what is refused with this code, whether the document allows the arguments or not."""
        self._number += 1
        self._waiting[self._number] = name if name in self.book.names("request") else ""
        self.game.send(peer, name, *args, ack=self._number)
        self.listen()
        answer = self._answers[self._number]
        assert answer["error"]["code"] == code, answer
        self.codes.add(code)

    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self.game.pass_time(seconds)
        self.listen()

    def do(self, step: Callable[[Game], object]) -> None:
        """Let the server do something by itself."""
        step(self.game)
        self.listen()

    def _send(self, peer: FakePeer, name: str, args: tuple[Any, ...], number: int | None) -> None:
        self.book.check(f"{name}.request", list(args))
        self.asked.add(name)
        self.game.send(peer, name, *args, ack=number)
        self.listen()

    def listen(self) -> None:
        """Check all that was said since."""
        for peer in self._peers:
            for name, *args in peer.read():
                if isinstance(name, str):
                    self.book.check(f"{name}.event", args)
                    self.heard.add(name)
                else:
                    self._answered(name, args)

    def _answered(self, number: int, args: list[Any]) -> None:
        (answer,) = args
        asked = self._waiting.pop(number)
        if asked:
            self.book.check(f"{asked}.ack", answer)
        self._answers[number] = answer
