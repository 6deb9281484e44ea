"""A room is a value: what is asked of it leaves it as it was."""

from __future__ import annotations

from dataclasses import replace

from gameserver.core.member import Member
from gameserver.core.room import Room
from gameserver.core.values import PlayerId, RoomId

ANNA, BO = PlayerId("anna"), PlayerId("bo")
ROOM = Room(
    id=RoomId("r1"),
    number=3,
    title="title",
    description="description",
    max_players=8,
    created_at=12.0,
    members={ANNA: Member(ANNA, joined_at=12.0)},
    host=ANNA,
    epoch=4,
    locked=True,
    metadata={"mode": "duel"},
)


def test_a_newcomer_changes_the_members_and_nothing_else() -> None:
    bo = Member(BO, joined_at=13.0)

    assert ROOM.seated(bo) == replace(ROOM, members={**ROOM.members, BO: bo})
    assert ROOM.everybody == (ANNA,)


def test_who_was_told_of_the_successors_changes_nothing_else() -> None:
    told = (ANNA, (BO,))

    assert ROOM.told(told) == replace(ROOM, told_successors=told)
    assert ROOM.told_successors == (None, ())
