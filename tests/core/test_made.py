"""Values of the core: equal by content, good as keys, replaced and never changed."""

from __future__ import annotations

from dataclasses import fields, replace

from gameserver.core.effects import Watch
from gameserver.core.member import Member, Player
from gameserver.core.room import Room
from gameserver.core.values import PlayerId, RoomId

ANNA, BO = PlayerId("anna"), PlayerId("bo")


def test_what_is_equal_is_one_key() -> None:
    assert {Watch(ANNA, "host"): 1}[Watch(ANNA, "host")] == 1
    assert len({Watch(ANNA, "host"), Watch(ANNA, "member"), Watch(BO, "host")}) == 3


def test_a_value_takes_no_attributes_beside_its_own() -> None:
    assert not hasattr(Watch(ANNA, "host"), "__dict__")


def test_a_player_that_is_placed_differs_by_its_room_alone() -> None:
    player = Player(
        ANNA, name="Anna", address="::1", can_host=False, hidden=True, pid="digest", subject="sub"
    )
    placed = player.placed(RoomId("r"))
    assert placed == replace(player, room=RoomId("r"))
    assert player.room is None
    assert placed.placed(None) == player


def test_a_room_with_one_more_member_differs_by_its_members_alone() -> None:
    values = {each.name: each.name for each in fields(Room)} | {"members": {ANNA: Member(ANNA, 1.0)}}
    room = Room(**values)  # type: ignore[arg-type]  # each field is told from all others
    seated = room.seated(Member(BO, 2.0))
    assert seated == replace(room, members={ANNA: Member(ANNA, 1.0), BO: Member(BO, 2.0)})
    assert tuple(room.members) == (ANNA,)
