"""What is measured of the relay is the relay: who gets what, and that a part left out is left out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import structlog

from bench import micro_relay, relay_apart
from bench.relay_apart import ALL, FRAME, OF_THE_RATES, PARTS, Part
from bench.relay_rooms import Rooms
from bench.relay_tables import Figures, asked_for, parts, whole
from bench.relay_trials import ASKED, MESSAGES, PING_ANSWERED, TAKEN_APART, Message, as_it_is, trials

SOURCES = [
    Path(relay_apart.ROOT, *name.split("/")).read_text()
    for name in ("gameserver/transport/relay/express.py", "gameserver/transport/relay/bucket.py")
]


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    with structlog.testing.capture_logs():
        yield


class Kernel:
    """Takes everything, and keeps it."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    def send(self, data: bytes) -> int:
        self.taken.append(bytes(data))
        return len(data)


def lacking(part: Part, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The short way without this part."""
    module = ModuleType(part.module)
    monkeypatch.setitem(sys.modules, part.module, module)  # where dataclasses look for it
    exec(compile(relay_apart.without(part, *SOURCES), part.module, "exec"), module.__dict__)
    return module


def heard(message: Message, *, express: Any = None) -> tuple[list[bytes], Rooms]:
    """What goes out for the first such message of a room, by another short way or as it is."""
    kernel = Kernel()
    rooms = Rooms(1, message.company, kernel.send)
    as_it_is(rooms, message)
    link = rooms.rooms[0][message.sender]
    if express is not None:
        gate = rooms.server.gate
        seat = rooms.seats[link]
        seat.peer.express = express.Express(
            message_bytes=65_536,
            counters=rooms.server.counters,
            arrivals=gate.counts,
            now=lambda: 0.0,
            clock=lambda: 0.0,
            time_relay=gate.time_relay,
        ).of(seat)
    kernel.taken.clear()
    link.data_received(message.frame(1))
    rooms.loop.turn()
    return kernel.taken, rooms


@pytest.mark.parametrize("message", [*MESSAGES, *(asked for asked, _ in ASKED)], ids=lambda each: each.title)
def test_a_message_reaches_all_that_it_is_for(message: Message) -> None:
    taken, rooms = heard(message)

    acks = 1 if message.number else 0
    assert len(taken) == message.deliveries + acks
    counters = rooms.server.counters
    assert not counters.refused
    if message is not PING_ANSWERED:
        assert counters.deliveries == message.deliveries
        assert counters.messages[message.name] == 1


@pytest.mark.parametrize("message", TAKEN_APART, ids=lambda each: each.title)
@pytest.mark.parametrize("part", [*PARTS, *OF_THE_RATES, ALL], ids=lambda part: part.title)
def test_without_a_part_the_same_bytes_go_out(
    message: Message, part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, rooms = heard(message, express=lacking(part, monkeypatch))

    assert taken == heard(message)[0]
    if part is ALL:
        assert rooms.server.counters.deliveries == 0
        assert not rooms.server.counters.messages


def test_a_part_that_is_there_no_more_is_missed() -> None:
    for part in (*PARTS, *OF_THE_RATES, FRAME, ALL):
        with pytest.raises(LookupError):
            relay_apart.without(part, "", "")


def test_all_sources_without_parts_stand_beside_the_others(tmp_path: Path) -> None:
    relay_apart.write(tmp_path)

    listed = (tmp_path / "gameserver/compiled/modules.py").read_text()
    for part in (*PARTS, *OF_THE_RATES, FRAME, ALL):
        name = f"gameserver/transport/relay/{part.module}.py"
        assert f'"{name}",' in listed
        assert (tmp_path / name).exists()
    links = (tmp_path / f"{relay_apart.LINKS.replace('.', '/')}.py").read_text()
    assert "mask(" not in links
    assert "count_control" not in links


def test_each_message_has_its_lines_in_the_tables() -> None:
    found = micro_relay.measure(micro_relay.Amount(rooms=1, messages=1, rounds=1))

    assert [each["message"] for each in found] == [trial.message.title for trial in trials()]
    figures = Figures(found)
    assert whole({"compiled": figures}).count("\n") == 1 + len(MESSAGES)
    assert "-" in parts(figures, "ns")  # of what was not left out here nothing is said
    assert asked_for({"compiled": figures}).count("\n") == 2 + len(ASKED)
