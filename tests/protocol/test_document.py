"""What is written by hand in docs/protocol.md tells of every event and limit; its tables are made."""

from __future__ import annotations

import re
from pathlib import Path

from gameserver.contract.assembled import contract
from gameserver.contract.regions import by_hand
from gameserver.contract.shapes import Named
from gameserver.protocol.inbound import EVENTS, RELAYED, RESERVED
from gameserver.protocol.outbound import EVENT_NAMES
from gameserver.settings import ANNOUNCED

PAGE = (Path(__file__).parent.parent.parent / "docs" / "protocol.md").read_text()
WORDS = set(re.findall(r"[\w-]+", PAGE))
BY_HAND = " ".join(by_hand(PAGE).split())
WHOLE = contract()


def test_every_event_the_server_reads_or_sends_is_described() -> None:
    assert {*EVENTS, *RELAYED, *RESERVED, *EVENT_NAMES} <= WORDS


def test_every_announced_limit_is_named() -> None:
    assert ANNOUNCED.keys() <= WORDS


def known_keys(name: str) -> list[set[str]]:
    """Return the keys of the objects that a request or an event of this name may carry."""
    request, event = WHOLE.requests.get(name), WHOLE.events.get(name)
    rows = [*(request.forms if request else ()), *([event.arguments] if event else [])]
    shapes = [argument.shape for row in rows for argument in row]
    records = [
        WHOLE.records[each.name] for each in shapes if isinstance(each, Named) and each.name in WHOLE.records
    ]
    return [{field.name for field in record.fields} for record in records]


def outermost(keys: str) -> set[str]:
    """Return the keys of an object as the page writes it, without what stands inside their values."""
    while (bare := re.sub(r"\[[^\[\]]*\]|(?<!^)\{[^{}]*\}", "", keys)) != keys:
        keys = bare
    return {key.partition(":")[0].strip(" ?{}") for key in keys.split(",")} - {""}


def test_every_object_that_is_mentioned_by_hand_has_the_keys_that_are_mentioned() -> None:
    mentioned = re.findall(r"`([a-z][\w-]*) (\{[^`]*\})`", BY_HAND)

    assert len(mentioned) > 20
    strange = [
        (name, keys)
        for name, keys in mentioned
        if not any(outermost(keys) <= known for known in known_keys(name))
    ]
    assert strange == []


def test_the_room_is_written_out_with_all_its_keys() -> None:
    begin = PAGE.index("{ id:")
    written = set(re.findall(r"\w+", PAGE[begin : PAGE.index("}] }", begin)]))

    for record in ("RoomView", "TrackView", "PlayerView"):
        assert {field.name for field in WHOLE.records[record].fields} <= written
