"""Who is in which room, and what leaving costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import pytest
import socketio

from gameserver.transport.sockets import AsyncServer
from gameserver.transport.sockets.rooms import RoomManager


@pytest.fixture
def rooms() -> Any:
    return AsyncServer().manager


async def _client(rooms: Any, eio_sid: str, nsp: str = "/") -> str:
    sid = await rooms.pre_connect(eio_sid, nsp)
    assert sid is not None
    await rooms.connect(sid, nsp)
    return str(sid)


def _members(rooms: Any, room: Any, nsp: str = "/") -> set[str]:
    return {eio_sid for _, eio_sid in rooms.get_participants(nsp, room)}


@pytest.mark.gen_test
async def test_a_room_is_its_members(rooms: Any) -> None:
    anna, bo, cleo = [await _client(rooms, name) for name in ("anna", "bo", "cleo")]
    await rooms.enter_room(anna, "/", "red")
    await rooms.enter_room(bo, "/", "red")
    await rooms.enter_room(bo, "/", "blue")

    assert _members(rooms, "red") == {"anna", "bo"}
    assert _members(rooms, ["red", "blue"]) == {"anna", "bo"}
    assert _members(rooms, None) == {"anna", "bo", "cleo"}
    assert _members(rooms, cleo) == {"cleo"}
    assert _members(rooms, "green") == set()
    assert set(rooms.get_rooms(bo, "/")) == {bo, "red", "blue"}
    await rooms.leave_room(bo, "/", "red")
    await rooms.leave_room(bo, "/", "red")
    assert _members(rooms, "red") == {"anna"}
    await rooms.close_room("red", "/")
    assert _members(rooms, "red") == set()


@pytest.mark.gen_test
async def test_nothing_is_kept_of_who_is_gone(rooms: Any) -> None:
    anna = await _client(rooms, "anna")
    await rooms.enter_room(anna, "/", "red")
    rooms.pre_disconnect(anna, "/")
    assert not rooms.is_connected(anna, "/")
    assert _members(rooms, "red") == {"anna"}  # until its disconnect handler is done
    await rooms.disconnect(anna, "/")
    assert rooms.rooms == {}
    assert rooms.get_rooms(anna, "/") == []
    assert rooms._rooms_of == {}


@pytest.mark.gen_test
async def test_a_clients_id_is_no_rooms_name(rooms: Any) -> None:
    """Stock: rooms and ids share one dictionary, so a room named by a client may be somebody else's mail."""
    anna, bo = [await _client(rooms, name) for name in ("anna", "bo")]
    with pytest.raises(ValueError, match="sid room"):
        await rooms.enter_room(anna, "/", bo)
    with pytest.raises(ValueError, match="sid room"):
        await rooms.close_room(bo, "/")
    with pytest.raises(ValueError, match="not connected"):
        await rooms.enter_room("nobody", "/", "red")
    assert _members(rooms, bo) == {"bo"}


@pytest.mark.gen_test
async def test_nobody_joins_twice(rooms: Any) -> None:
    await _client(rooms, "anna")
    assert await rooms.pre_connect("anna", "/") is None
    assert await rooms.pre_connect("anna", "/other") is not None


@pytest.mark.gen_test
async def test_who_waits_for_its_answer_is_in_no_room(rooms: Any) -> None:
    """Stock: broadcasts reach clients that are not yet accepted, and may never be."""
    await _client(rooms, "anna")
    sid = await rooms.pre_connect("bo", "/")
    assert rooms.is_pre_connected(sid, "/")
    assert not rooms.is_connected(sid, "/")
    assert _members(rooms, None) == {"anna"}
    assert _members(rooms, sid) == {"bo"}  # but may be written to


class _Unwalkable(dict[Any, Any]):
    """A dictionary that nobody may go through."""

    def _refuse(self) -> NoReturn:
        raise AssertionError("every room of the namespace was walked")

    def __iter__(self) -> Iterator[Any]:
        self._refuse()

    def copy(self) -> NoReturn:
        self._refuse()

    items = keys = values = copy


def test_no_manager_may_lose_what_must_arrive() -> None:
    """Stock: with its Redis manager an outage of ten seconds lost 661 messages, and nothing was raised."""
    with pytest.raises(ValueError, match="one process"):
        AsyncServer(client_manager=socketio.AsyncManager())
    assert type(AsyncServer().manager) is RoomManager


@pytest.mark.gen_test
async def test_leaving_costs_the_clients_own_rooms_only(rooms: Any) -> None:
    """Stock: every room of the namespace is walked, so a thousand clients leaving at once cost a million."""
    anna, bo = [await _client(rooms, name) for name in ("anna", "bo")]
    for number in range(10):
        await rooms.enter_room(bo, "/", number)
    await rooms.enter_room(anna, "/", "red")
    rooms.rooms["/"] = _Unwalkable(rooms.rooms["/"])
    await rooms.disconnect(anna, "/")
    assert not rooms.is_connected(anna, "/")
    assert rooms.is_connected(bo, "/")
