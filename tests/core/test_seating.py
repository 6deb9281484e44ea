"""Taking a seat and giving it back."""

from __future__ import annotations

import pytest

from gameserver.core.commands import Connected, CreateRoom, Disconnected, JoinRoom, LeaveRoom, UpdateRoom
from gameserver.core.effects import Publish, Reply, Retire, SendSnapshot, Tell, Watch
from gameserver.core.errors import (
    AlreadyInRoom,
    BadRequest,
    Internal,
    NameInvalid,
    NotInRoom,
    RateLimited,
    RoomFull,
    RoomLimit,
    RoomLocked,
    RoomNotFound,
    TrackNotFound,
    WrongPassword,
)
from gameserver.core.limits import Limits
from gameserver.core.messages import (
    HostChanged,
    HostIsReady,
    PlayerJoined,
    PlayerLeft,
    RoomCreated,
    RoomIsClosed,
    RoomJoined,
    RoomLeft,
    Successors,
)
from gameserver.core.values import PlayerId, RoomId
from tests.support.registry import ANNA, BO, CLEO, DAN, House, answer, only, told


def test_who_opens_a_room_is_its_host_and_sees_all_of_it() -> None:
    house = House()
    house.connect(ANNA, name="Anna")

    effects = house.does(ANNA, CreateRoom(" Русские ", track_id=1, description="Вперед"))

    created = answer(effects)
    assert isinstance(created, RoomCreated)
    room = created.room
    assert (room.id, room.title, room.description) == ("room0001", "Русские", "Вперед")
    assert room.track is not None
    assert (room.track.track_values, room.track.tact, room.track.playerInterval) == (
        (60, 62, 64, 65),
        0,
        None,
    )
    assert (room.users, room.host, room.epoch, room.state) == ((ANNA,), ANNA, 1, "open")
    assert (room.players[0].name, room.players[0].role) == ("Anna", "HOST")
    assert Watch(ANNA, "host") in effects


def test_a_route_is_published_before_the_answer_so_that_the_first_message_finds_it() -> None:
    house = House()
    house.connect(ANNA)
    kinds = [type(effect) for effect in house.does(ANNA, CreateRoom("Room"))]
    assert kinds.index(Publish) < kinds.index(Reply)


def test_who_joins_sees_the_room_and_the_others_see_who_came() -> None:
    house = House()
    room = house.room(ANNA)
    house.connect(BO, name="Bo")

    effects = house.does(BO, JoinRoom(room.id))

    joined = answer(effects)
    assert isinstance(joined, RoomJoined)
    assert joined.room.users == (ANNA, BO)
    (came,) = only(PlayerJoined, told(effects, ANNA))
    assert (came.id, came.player.id, came.player.name, came.player.role) == (room.id, BO, "Bo", "CLIENT")
    assert not only(PlayerJoined, told(effects, BO))
    assert house.routes[room.id].members == (ANNA, BO)


def test_joining_ones_own_room_again_tells_nobody() -> None:
    house = House()
    room = house.room(ANNA, BO)
    effects = house.does(BO, JoinRoom(room.id))
    assert [type(effect) for effect in effects] == [Reply]


def test_a_player_is_in_one_room_at_a_time() -> None:
    house = House()
    room = house.room(ANNA)
    house.room(BO)
    with pytest.raises(AlreadyInRoom):
        house.does(BO, JoinRoom(room.id))
    with pytest.raises(AlreadyInRoom):
        house.does(BO, CreateRoom("Another"))


def test_a_full_a_locked_and_an_unknown_room_let_nobody_in() -> None:
    house = House()
    full = house.room(ANNA, BO, max_players=2)
    house.connect(CLEO)
    with pytest.raises(RoomFull):
        house.does(CLEO, JoinRoom(full.id))
    with pytest.raises(RoomNotFound):
        house.does(CLEO, JoinRoom(RoomId("nowhere")))


def test_the_room_limit_holds_and_a_room_that_ends_makes_place() -> None:
    house = House(Limits(max_rooms=1))
    house.room(ANNA)
    house.connect(BO)
    with pytest.raises(RoomLimit):
        house.does(BO, CreateRoom("One too many"))
    house.does(ANNA, LeaveRoom())
    house.does(BO, CreateRoom("Now"))


def test_a_room_id_that_is_taken_is_drawn_again() -> None:
    house = House()
    first = house.room(ANNA)
    house.ids.repeat = 3
    second = house.room(BO)
    assert first.id != second.id


def test_a_source_of_ids_that_only_repeats_itself_is_given_up() -> None:
    house = House()
    house.room(ANNA)
    house.ids.repeat = 10**6
    house.connect(BO)
    with pytest.raises(Internal):
        house.does(BO, CreateRoom("Room"))


@pytest.mark.parametrize(
    "wrong",
    [
        CreateRoom(""),
        CreateRoom("   "),
        CreateRoom("x" * 65),
        CreateRoom("bell\x07"),
        CreateRoom("Room", description="x" * 513),
        CreateRoom("Room", max_players=0),
        CreateRoom("Room", max_players=65),
        CreateRoom("Room", password=""),
        CreateRoom("Room", password="x" * 65),
        CreateRoom("Room", metadata={"blob": "x" * 2048}),
        CreateRoom("Room", metadata=float("nan")),
    ],
)
def test_a_room_out_of_bounds_is_not_opened(wrong: CreateRoom) -> None:
    house = House()
    house.connect(ANNA)
    with pytest.raises(BadRequest):
        house.does(ANNA, wrong)
    assert not house.registry.rooms
    assert house.registry.players[ANNA].room is None


def test_a_room_with_an_unknown_track_is_not_opened() -> None:
    house = House()
    house.connect(ANNA)
    with pytest.raises(TrackNotFound):
        house.does(ANNA, CreateRoom("Room", track_id=99))


def test_who_leaves_is_answered_and_the_others_are_told() -> None:
    house = House()
    room = house.room(ANNA, BO)

    effects = house.does(BO, LeaveRoom(room.id))

    assert answer(effects) == RoomLeft(room.id)
    assert told(effects, ANNA)[0] == PlayerLeft(room.id, BO, "left")
    assert house.routes[room.id].members == (ANNA,)
    assert Watch(BO, "idle") in effects


def test_nobody_leaves_a_room_it_is_not_in() -> None:
    house = House()
    room = house.room(ANNA)
    house.connect(BO)
    with pytest.raises(NotInRoom):
        house.does(BO, LeaveRoom())
    with pytest.raises(NotInRoom):
        house.does(ANNA, LeaveRoom(RoomId("another")))
    assert house.now_is(room).members.keys() == {ANNA}


def test_an_empty_room_is_gone() -> None:
    house = House()
    room = house.room(ANNA)
    effects = house.does(ANNA, LeaveRoom())
    assert Retire(room.id) in effects
    assert not house.registry.rooms


def test_a_lost_connection_costs_its_seat_and_the_player() -> None:
    house = House()
    room = house.room(ANNA, BO)

    effects = house.does(BO, Disconnected("lost"))

    assert told(effects, ANNA)[0] == PlayerLeft(room.id, BO, "lost")
    assert BO not in house.registry.players
    assert effects[-1] == Watch(BO, None)


def test_when_the_host_goes_the_member_with_the_lowest_ping_takes_over() -> None:
    house = House()
    room = house.room(ANNA, BO, CLEO)
    house.ping(BO, 80)
    house.ping(CLEO, 20)

    effects = house.does(ANNA, LeaveRoom())

    left, changed, ready, successors = told(effects, BO)
    assert left == PlayerLeft(room.id, ANNA, "left")
    assert isinstance(changed, HostChanged)
    assert (changed.host, changed.previous, changed.epoch, changed.reason) == (CLEO, ANNA, 2, "left")
    assert [candidate.id for candidate in changed.candidates] == [CLEO, BO]
    assert ready == HostIsReady(CLEO, 2, forced=False)
    assert successors == Successors(CLEO, (BO,))
    route = house.routes[room.id]
    assert (route.host, route.epoch, route.host_ready) == (CLEO, 2, True)
    assert route.former_hosts == {ANNA}


def test_a_room_may_choose_to_end_with_its_host() -> None:
    house = House()
    room = house.room(ANNA, BO, on_host_exit="close")

    effects = house.does(ANNA, Disconnected("lost"))

    assert told(effects, BO) == [RoomIsClosed(room.id, "host_left")]
    assert Retire(room.id) in effects
    assert house.registry.players[BO].room is None
    house.does(BO, CreateRoom("The next"))


def test_the_right_password_opens_and_a_wrong_one_does_not() -> None:
    house = House()
    room = house.room(ANNA, password="sesame")
    house.connect(BO)
    for wrong in (None, "", "Sesame", "sesame "):
        with pytest.raises(WrongPassword):
            house.does(BO, JoinRoom(room.id, wrong))
    joined = answer(house.does(BO, JoinRoom(room.id, "sesame")))
    assert isinstance(joined, RoomJoined)
    assert joined.room.protected
    assert "sesame" not in repr(house.now_is(room))


def test_guessing_a_password_must_pause_and_then_is_let_go_on() -> None:
    house = House()
    room = house.room(ANNA, password="sesame")
    house.connect(BO)
    for _ in range(5):
        with pytest.raises(WrongPassword):
            house.does(BO, JoinRoom(room.id, "guess"))
    with pytest.raises(RateLimited):
        house.does(BO, JoinRoom(room.id, "sesame"))
    house.now += 60
    house.does(BO, JoinRoom(room.id, "sesame"))


def test_one_address_does_not_guess_more_with_many_connections() -> None:
    house = House()
    room = house.room(ANNA, password="sesame")
    for number in range(10):
        guesser = PlayerId(f"guesser{number}")
        house.does(guesser, Connected(address="192.0.2.1"))
        with pytest.raises(WrongPassword):
            house.does(guesser, JoinRoom(room.id, "guess"))
    house.does(DAN, Connected(address="192.0.2.1"))
    with pytest.raises(RateLimited):
        house.does(DAN, JoinRoom(room.id, "sesame"))
    house.does(BO, Connected(address="192.0.2.2"))
    house.does(BO, JoinRoom(room.id, "sesame"))


def test_a_late_joiner_gets_the_snapshot_before_any_relay_event_where_the_room_wants_that() -> None:
    house = House()
    room = house.room(ANNA, late_join="snapshot")
    house.connect(BO)
    kinds = [type(effect) for effect in house.does(BO, JoinRoom(room.id))]
    assert kinds.index(Reply) < kinds.index(SendSnapshot) < kinds.index(Tell)


def test_a_player_arrives_with_a_name_or_is_refused() -> None:
    house = House()
    house.connect(ANNA, name="  Anna ")
    assert house.registry.players[ANNA].name == "Anna"
    with pytest.raises(NameInvalid):
        house.connect(BO, name="\x00")
    assert BO not in house.registry.players


def test_a_player_that_never_arrived_can_do_nothing() -> None:
    with pytest.raises(Internal):
        House().does(ANNA, CreateRoom("Room"))


def test_a_locked_room_lets_nobody_in() -> None:
    house = House()
    room = house.room(ANNA)
    house.does(ANNA, UpdateRoom(locked=True, given=frozenset({"locked"})))
    house.connect(BO)
    with pytest.raises(RoomLocked):
        house.does(BO, JoinRoom(room.id))
