"""What a seed says is done to a server, packet parsers, frames and prober; what follows is printed.

`python -m tests.compiled.told SEED`: the same lines whether the modules are compiled or not.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import msgpack
from structlog.testing import capture_logs

from gameserver.protocol.inbound import EVENTS, RELAYED
from gameserver.protocol.packets import Incomplete, Outgoing, PacketError, parse_json, parse_msgpack
from gameserver.transport.gate import Ending
from gameserver.transport.relay.limiter import Rates
from gameserver.transport.websocket.deflate import inflate
from gameserver.transport.websocket.frames import FrameError, FrameParser
from latency.prober import Probe, Prober
from latency.settings import Settings
from tests.support.game import Game
from tests.support.peers import FakePeer, event

STEPS = 1_500
BYTES = 6_000

VALUES: Sequence[Any] = (
    *(0, 1, 2, 5, -1, 2**31, 2**53 + 1, 2**64 - 1, -(2**63), 1.0, 2.0, 0.5, -0.0, 1e300, float("nan")),
    *(True, None, "", "a", "Arena", "ü" * 40, "x" * 3000, b"", b"\x00\xff", b"y" * 300),
    *([], {}, [[1, 2.0], {"k": b"v"}]),
)
FITTING: Mapping[str, Sequence[Any]] = {
    "create": (
        {},
        {"title": "Arena", "max_players": 3, "password": "x"},
        {"metadata": {"mode": 1.0}, "track_id": 1},
    ),
    "join": ({"password": "x"},),
    "quick_join": ({}, {"max_ping_ms": 80}, {"metadata": {"mode": 1}, "private": True}),
    "update_room": ({"title": "Yard"}, {"locked": True, "max_players": 5}, {"password": None, "track_id": 1}),
    "all-rooms": ({"delta": True, "filter": {"joinable": True, "sort": "players"}}, {"subscribe": False}, {}),
    "login": ({"name": "Bo"}, {"name": 5}),
    "create_session": ({"type": "solo"}, {"session_type": "group", "max_players": 2.0}, {}),
    "hint": ({"hidden": True}, {"hidden": 0}),
    "clock": (12, 12.5, 10**19, -0.0, None),
    "seek": ({"tact": 1}, {"tact": 2.0}, {"tact": 10**12}),
    "host_ready": ({}, {"seq": 3}),
    "snapshot": ({"seq": 0, "data": {"x": 1}}, {"x": 2.0}, 5),
}
"""What these events carry in a game; every second one is given something else."""


class Teller:
    """Draws what is done from a seed, and says each thing with what followed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.known: list[Any] = ["room0000"]  # ids that were heard, so that requests find what they are about

    def known_room(self) -> Any:
        return self.chance.choice([each for each in self.known if str(each).startswith("room")][-5:])

    def value(self, depth: int = 2) -> Any:
        roll = self.chance.random()
        if roll < 0.35:
            return self.chance.choice(self.known[-30:])
        if roll < 0.5 and depth:
            keys = self.chance.sample(("id", "title", "password", "player_id", "to", "seq", "data"), 2)
            return {key: self.value(depth - 1) for key in keys}
        return self.chance.choice(VALUES)

    def frames_of(self, packet: Outgoing) -> str:
        try:
            return f"{packet.msgpack_frame.hex()} {packet.json_frame.hex()}"
        except PacketError as error:
            return str(error)


def tell_of_a_game(teller: Teller) -> None:
    chance = teller.chance
    game = Game(rates=Rates(20.0, 40.0, 1e6, 30.0, 10.0, 1e6))
    peers: list[FakePeer] = []
    for step in range(STEPS):
        roll = chance.random()
        if len(peers) < 3 or (roll < 0.05 and len(peers) < 12):
            auth = chance.choice([None, {"name": "Anna"}, {"recover": True}, teller.value()])
            peer = FakePeer("", chance.choice(["msgpack", "json"]))
            answer = game.gate.admit(peer, auth)
            print(step, "admit", answer)
            if (sid := getattr(answer, "sid", None)) is not None:
                peer.sid = sid
                teller.known.append(sid)
                game.gate.joined(peer)
                peers.append(peer)
        elif roll < 0.09:
            game.gate.left(peers.pop(chance.randrange(len(peers))), chance.choice(list(Ending)))
        elif roll < 0.2:
            game.set_ping(chance.choice(peers).sid, chance.choice([5.0, 20.0, 80.5, 300.0]))
            game.pass_time(chance.choice([0, 0.05, 1, 3.5, 61]))
        else:
            peer = chance.choice(peers)
            name = chance.choice(
                [*("create", "join", "quick_join") * 4, *EVENTS, *RELAYED, *RELAYED, "nothing"]
            )
            args = [teller.value() for _ in range(chance.choice([0, 1, 1, 1, 2, 3]))]
            if chance.random() < 0.6:
                args = [chance.choice(FITTING.get(name, [teller.known[-1]]))]
                if name == "join":
                    args = [{"id": teller.known_room(), **args[0]}]
                elif name in ("kick", "transfer_host", "direct"):
                    args = [chance.choice(peers).sid, *args]
            try:
                said = event(name, *args, ack=chance.choice([None, step]))
            except PacketError as error:
                print(step, name, error)
                continue
            game.gate.event(peer, said)
        for peer in peers:
            for packet in peer.posted:
                print(step, peer.sid, teller.frames_of(packet))
            teller.known += [word for message in peer.read() for word in _ids(message)]
        print(step, [peer.closed_for for peer in peers])
    for facts in game.journal.commands:
        print({**facts, "ms": None})  # of a real clock
    print([f"{type(error).__name__}: {error}" for error in game.journal.failures])
    print(game.journal.elections, game.journal.endings)


def _ids(value: Any) -> list[str]:
    if isinstance(value, dict):
        found = [value[key] for key in ("id", "session_key", "key") if isinstance(value.get(key), str)]
        return found + [each for child in value.values() for each in _ids(child)]
    return [each for child in value for each in _ids(child)] if isinstance(value, list) else []


def tell_of_packets(teller: Teller) -> None:
    """Packets as clients send them, most of them damaged."""
    chance = teller.chance
    for number in range(BYTES):
        args = [teller.value(4) for _ in range(chance.randrange(4))]
        if number % 2:
            kind = chance.choice([0, 1, 2, 2, 2, 3, 4, 7])
            body = {"type": kind, "data": ["say", *args], "nsp": "/", "id": number}
            message = _damaged(msgpack.packb(body), chance)
        else:
            head = (
                chance.choice("0122225367") + chance.choice(["", "", "1-", "/x,"]) + chance.choice(["", "7"])
            )
            message = head.encode() + _damaged(repr(["say", *args]).replace("'", '"').encode(), chance)
            message = message.decode(errors="ignore").encode()  # other text is refused before it comes so far
        try:
            packet: Any = parse_msgpack(message) if number % 2 else parse_json(message)
            while isinstance(packet, Incomplete):
                packet = packet.add(b"\x00\xff")
            print(number, type(packet).__name__, getattr(packet, "name", None))
            if hasattr(packet, "raw"):
                print(packet.args())
                out = Outgoing.relay("broadcast", packet.raw(0), before=["anna"])
                out.check()
                print(teller.frames_of(out))
        except PacketError as error:
            print(number, error)
        except IndexError:
            print(number, "no argument")


def _damaged(message: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice([0, 0, 1, 1, 3])):
        at = chance.randrange(len(message) + 1)
        message = message[:at] + chance.randbytes(chance.randrange(3)) + message[at + chance.randrange(3) :]
    return message


class Sink:
    """Says what a frame parser found."""

    def on_text(self, payload: bytes) -> None:
        print("text", payload)

    def on_binary(self, payload: bytes) -> None:
        print("binary", payload)

    def on_ping(self, payload: bytes) -> None:
        print("ping", payload)

    def on_pong(self, payload: bytes) -> None:
        print("pong", payload)

    def on_close(self, code: int, reason: str) -> None:
        print("close", code, reason)


def tell_of_frames(teller: Teller) -> None:
    """Masked frames of all kinds, in pieces, most of them damaged."""
    chance = teller.chance
    for number in range(BYTES):
        stream = b""
        for _ in range(chance.randrange(1, 4)):
            payload = chance.choice(
                [b"", b"hello", b"\xc3\xbc", b"\x03\xe8bye", b"z" * chance.randrange(400)]
            )
            first = chance.choice([0x81, 0x82, 0x02, 0x80, 0x88, 0x89, 0x8A, 0xC1])
            size, mask = len(payload), chance.randbytes(4)
            stream += (
                bytes([first, 0x80 | size]) if size < 126 else bytes([first, 0xFE, size >> 8, size & 0xFF])
            )
            stream += mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
        stream = _damaged(stream, chance) if number % 2 else stream
        sink = Sink()
        parser = FrameParser(sink, sink, 300, chance.choice([None, inflate]))
        step = chance.choice([1, 3, 50, 1000])
        try:
            for at in range(0, len(stream), step):
                parser.feed(stream[at : at + step])
            print(number, parser.is_idle)
        except FrameError as error:
            print(number, error.code, error)


def tell_of_probes(teller: Teller) -> None:
    """Players that are probed, answer, go silent and leave."""
    chance = teller.chance
    prober = Prober(Settings(), chance=chance.random, nonce=lambda: chance.randbytes(8))
    now = 100.0
    asked: list[Probe] = []
    for step in range(STEPS):
        now += chance.choice([0, 0.01, 0.3, 1, 7.5])
        player, roll = f"p{chance.randrange(12)}", chance.random()
        try:
            if roll < 0.15:
                prober.join(player, now, host=chance.random() < 0.3, hidden=chance.random() < 0.2)
            elif roll < 0.2:
                prober.leave(player, now)
            elif roll < 0.3:
                prober.set_host(player, chance.random() < 0.5, now)
            elif roll < 0.6 and asked:
                probe = asked.pop(chance.randrange(len(asked)))
                prober.pong(probe.player, probe.payload, now, lag_ms=chance.choice([0, 1.5]))
            else:
                prober.heartbeat(player, now - chance.choice([0, 0.02, 1]), now)
        except KeyError as error:
            print(step, repr(error))
        for due in prober.due(now):
            print(step, due)
            if isinstance(due, Probe):
                prober.sent(due, now)
                asked.append(due)
        print(step, prober.next_deadline(), prober.probes_per_s, list(prober.cache.values()))


if __name__ == "__main__":
    with capture_logs() as logged:
        tell_of_a_game(Teller(int(sys.argv[1])))
    print(*logged, sep="\n")
    for tell in (tell_of_packets, tell_of_frames, tell_of_probes):
        tell(Teller(int(sys.argv[1])))
