"""From messages to events and acks."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from gameserver.core import messages as m
from gameserver.core.errors import RoomFull
from gameserver.core.values import PlayerId, RoomId, SessionKey
from gameserver.protocol import outbound

ROOM = m.RoomView(
    id=RoomId("68ffbdj0"),
    track=m.TrackView((1, 2, 3), 0, 1, None, None),
    title="Русские",
    description="Вперед",
    users=(PlayerId("anna"),),
    host=PlayerId("anna"),
    epoch=1,
    max_players=8,
    private=False,
    locked=False,
    protected=False,
    state="open",
    metadata={"mode": "duel"},
    on_host_exit="migrate",
    host_policy="keep",
    late_join="live",
    control="anyone",
    created_at=1_700_000_000_000,
    players=(m.PlayerView(PlayerId("anna"), "Anna", "HOST", True, 21.5, ()),),
)


def test_every_message_has_its_event() -> None:
    assert set(get_args(m.Message)) == set(outbound._FORMS)


def test_a_room_starts_with_the_keys_the_seed_documents_name() -> None:
    name, args = outbound.to_event(m.RoomCreated(ROOM))
    (room,) = msgspec.to_builtins(args)

    assert name == "create_success"
    assert list(room)[:5] == ["id", "track", "title", "description", "users"]
    assert list(room["track"])[:4] == ["track_values", "tact", "track_id", "playerInterval"]
    assert list(room["users"]) == ["anna"]
    assert list(room["players"]) == [
        {"id": "anna", "name": "Anna", "role": "HOST", "connected": True, "ping_ms": 21.5, "phantoms": ()}
    ]


def test_an_ack_is_the_object_of_the_success_event_with_ok() -> None:
    assert outbound.to_ack(m.RoomLeft(RoomId("68ffbdj0"))) == {"id": "68ffbdj0", "ok": True}


def test_the_ack_of_a_new_session_also_carries_its_room() -> None:
    created = m.SessionCreated("Session created!", SessionKey("ABC234"), ROOM)

    assert outbound.to_event(created)[1] == ({"message": "Session created!", "session_key": "ABC234"},)
    assert outbound.to_ack(created)["room"]["id"] == "68ffbdj0"


def test_a_refusal_acks_its_code_and_message() -> None:
    assert outbound.to_refused_ack(RoomFull("all 8 seats are taken")) == {
        "ok": False,
        "error": {"code": "room_full", "message": "all 8 seats are taken"},
    }


def test_a_list_comes_alone_unless_more_was_asked_for() -> None:
    assert outbound.to_event(m.RoomList(())) == ("all-rooms", ((),))
    assert outbound.to_event(m.RoomList((), m.LobbyInfo(3, 0, None))) == (
        "all-rooms",
        ((), {"version": 3, "total": 0, "next_cursor": None}),
    )


def test_lists_are_only_news() -> None:
    assert outbound.SLOTS[m.RoomList] == outbound.SLOTS[m.RoomsDelta]


@pytest.mark.parametrize("value", [b"\x00\xff", {"deep": [b"x"]}, None])
def test_options_pass_as_they_came(value: object) -> None:
    started = m.SessionStarted(SessionKey("ABC234"), value, 0, ())

    assert outbound.to_event(started)[1][0]["options"] == value


def test_welcome_leaves_out_what_does_not_apply() -> None:
    _, (welcome,) = outbound.to_event(m.Welcome(PlayerId("anna"), 1, 1, {"max_rooms": 10}))

    assert "resume" not in welcome
    assert "last_close" not in welcome
