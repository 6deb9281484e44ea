"""Party play: a name, a key, phantom users and the start."""

from __future__ import annotations

import pytest

from gameserver.core.commands import (
    Connected,
    CreateRoom,
    CreateSession,
    Disconnected,
    JoinRoom,
    JoinSession,
    LeaveRoom,
    Login,
    Logout,
    StartSession,
    UpdateRoom,
    WatchLobby,
)
from gameserver.core.effects import Effect, Publish, Retire
from gameserver.core.errors import (
    AlreadyInRoom,
    BadRequest,
    NameInvalid,
    NotHost,
    NotInRoom,
    NotLoggedIn,
    RateLimited,
    RoomFull,
    RoomNotFound,
    WrongSessionType,
)
from gameserver.core.limits import Limits
from gameserver.core.messages import (
    LoggedIn,
    LoggedOut,
    PlayerJoined,
    PlayerLeft,
    RoomJoined,
    RoomList,
    RoomUpdated,
    SessionCreated,
    SessionStarted,
    UserConnected,
)
from gameserver.core.values import PlayerId, to_ms
from tests.support.registry import ANNA, BO, CLEO, DAN, START, House, answer, only, told


def opened(house: House, **options: object) -> SessionCreated:
    house.connect(ANNA, name="Anna")
    created = answer(house.does(ANNA, CreateSession(**options)))  # type: ignore[arg-type]
    assert isinstance(created, SessionCreated)
    return created


def joins(house: House, player: PlayerId, key: str) -> list[Effect]:
    house.connect(player, name=player.title())
    return house.does(player, JoinSession(key))


def test_a_login_is_answered_in_the_words_of_the_contract() -> None:
    house = House()
    house.connect(ANNA)
    assert answer(house.does(ANNA, Login(" Anna "))) == LoggedIn("You are connected!", "Anna", "USER")


def test_a_login_again_renames_and_the_members_see_it() -> None:
    house = House()
    house.room(ANNA, BO)
    assert answer(house.does(ANNA, Login("Anna"))) == LoggedIn("You are connected!", "Anna", "HOST")
    effects = house.does(BO, Login("Bo"))
    assert answer(effects) == LoggedIn("You are connected!", "Bo", "CLIENT")
    (updated,) = only(RoomUpdated, told(effects, ANNA))
    assert [player.name for player in updated.room.players] == ["Anna", "Bo"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 33, "a\nb", "\ud800"])
def test_a_name_out_of_bounds_is_none(name: str) -> None:
    house = House()
    house.connect(ANNA)
    with pytest.raises(NameInvalid):
        house.does(ANNA, Login(name))
    assert house.registry.players[ANNA].name is None


def test_a_logout_leaves_the_room_and_keeps_the_connection() -> None:
    house = House()
    room = house.room(ANNA, BO)
    house.does(BO, Login("Bo"))

    effects = house.does(BO, Logout())

    assert answer(effects) == LoggedOut("You are disconnected!")
    assert only(PlayerLeft, told(effects, ANNA)) == [PlayerLeft(room.id, BO, "left")]
    assert house.registry.players[BO].name is None
    with pytest.raises(NotLoggedIn):
        house.does(BO, Logout())


def test_a_session_answers_its_host_with_a_key() -> None:
    house = House()
    created = opened(house)
    assert created.message == "Session created!"
    assert created.room.private
    assert created.room.title == "Anna"
    assert house.registry.rooms[created.room.id].session is not None


def test_a_session_needs_a_login() -> None:
    house = House()
    house.connect(ANNA)
    with pytest.raises(NotLoggedIn):
        house.does(ANNA, CreateSession())
    with pytest.raises(NotLoggedIn):
        house.does(ANNA, JoinSession("ANYKEY"))


def test_who_joins_by_key_is_told_and_everybody_hears_the_name() -> None:
    house = House()
    key = opened(house).session_key

    effects = joins(house, BO, f" {key.lower()} ")

    assert isinstance(answer(effects), RoomJoined)
    greeting = UserConnected("User connected!", "Bo")
    assert only(UserConnected, told(effects, BO)) == [greeting]
    assert only(UserConnected, told(effects, ANNA)) == [greeting]
    assert len(only(PlayerJoined, told(effects, ANNA))) == 1
    assert not only(PlayerJoined, told(effects, BO))


def test_joining_ones_own_session_again_tells_nobody() -> None:
    house = House()
    key = opened(house).session_key
    joins(house, BO, key)
    assert not told(house.does(BO, JoinSession(key)), ANNA)


def test_a_session_is_neither_listed_nor_joined_by_its_id() -> None:
    house = House()
    created = opened(house)
    house.connect(BO, name="Bo")
    listed = answer(house.does(BO, WatchLobby()))
    assert isinstance(listed, RoomList)
    assert not listed.rooms
    with pytest.raises(RoomNotFound):
        house.does(BO, JoinRoom(created.room.id))


def test_who_sits_elsewhere_joins_no_session_and_opens_none() -> None:
    house = House()
    key = opened(house).session_key
    house.connect(BO, name="Bo")
    house.does(BO, CreateRoom("Another"))
    with pytest.raises(AlreadyInRoom):
        house.does(BO, JoinSession(key))
    with pytest.raises(AlreadyInRoom):
        house.does(BO, CreateSession())


def test_phantom_users_take_seats_and_are_listed_under_their_owner() -> None:
    house = House()
    created = opened(house, ph_users=2, max_players=4)
    assert created.room.users == (ANNA,)
    assert created.room.players[0].phantoms == ("anna#1", "anna#2")
    joins(house, BO, created.session_key)
    with pytest.raises(RoomFull):
        joins(house, CLEO, created.session_key)


def test_phantom_users_go_with_their_owner() -> None:
    house = House()
    created = opened(house, ph_users=2, max_players=4)
    joins(house, BO, created.session_key)
    house.does(ANNA, LeaveRoom())
    room = house.registry.rooms[created.room.id]
    assert (room.seats_taken, room.host) == (1, BO)


@pytest.mark.parametrize("phantoms", [-1, 4])
def test_phantom_users_leave_a_seat_for_their_owner(phantoms: int) -> None:
    house = House()
    house.connect(ANNA, name="Anna")
    with pytest.raises(BadRequest):
        house.does(ANNA, CreateSession(ph_users=phantoms, max_players=4))
    assert not house.registry.rooms


def test_on_a_single_device_nobody_joins() -> None:
    house = House()
    key = opened(house, type="single_device", ph_users=3).session_key
    with pytest.raises(RoomFull):
        joins(house, BO, key)


def test_the_host_sets_the_session_to_work_once() -> None:
    house = House()
    created = opened(house)
    joins(house, BO, created.session_key)

    effects = house.does(ANNA, StartSession({"round": 1}))

    started = SessionStarted(created.session_key, {"round": 1}, to_ms(START), (ANNA, BO))
    assert answer(effects) == started
    assert told(effects, BO) == [started]
    assert house.registry.rooms[created.room.id].state == "started"
    with pytest.raises(WrongSessionType):
        house.does(ANNA, StartSession())


def test_a_started_session_still_lets_friends_in() -> None:
    house = House()
    key = opened(house).session_key
    house.does(ANNA, StartSession())
    joined = answer(joins(house, BO, key))
    assert isinstance(joined, RoomJoined)
    assert joined.room.state == "started"


def test_only_the_host_of_a_session_starts_it() -> None:
    house = House()
    key = opened(house).session_key
    joins(house, BO, key)
    with pytest.raises(NotHost):
        house.does(BO, StartSession())
    house.room(CLEO)
    with pytest.raises(WrongSessionType):
        house.does(CLEO, StartSession())
    house.connect(DAN)
    with pytest.raises(NotLoggedIn):
        house.does(DAN, StartSession())
    house.does(DAN, Login("Dan"))
    with pytest.raises(NotInRoom):
        house.does(DAN, StartSession())


def test_a_session_stays_private_and_without_a_password() -> None:
    house = House()
    opened(house)
    with pytest.raises(BadRequest):
        house.does(ANNA, UpdateRoom(private=False, given=frozenset({"private"})))
    with pytest.raises(BadRequest):
        house.does(ANNA, UpdateRoom(password="x", given=frozenset({"password"})))


def test_the_key_of_a_session_that_ended_opens_nothing() -> None:
    house = House()
    created = opened(house)
    effects = house.does(ANNA, Disconnected("lost"))
    assert Retire(created.room.id) in effects
    with pytest.raises(RoomNotFound):
        joins(house, BO, created.session_key)


def test_a_key_that_is_taken_is_drawn_again() -> None:
    house = House()
    first = opened(house)
    house.connect(BO, name="Bo")
    house.ids.repeat = 4
    second = answer(house.does(BO, CreateSession()))
    assert isinstance(second, SessionCreated)
    assert second.session_key != first.session_key


def test_guessing_keys_must_pause() -> None:
    house = House()
    key = opened(house).session_key
    house.does(BO, Connected(name="Bo", address="192.0.2.1"))
    for _ in range(10):
        with pytest.raises(RoomNotFound):
            house.does(BO, JoinSession("WRONG2"))
    with pytest.raises(RateLimited):
        house.does(BO, JoinSession(key))
    house.now += 60
    house.does(BO, JoinSession(key))


def test_guessing_keys_from_many_addresses_is_limited_in_all() -> None:
    house = House(Limits(key_tries_in_all_per_second=5))
    key = opened(house).session_key
    for number in range(5):
        guesser = PlayerId(f"guesser{number}")
        house.does(guesser, Connected(name="Guesser", address=f"192.0.2.{number}"))
        with pytest.raises(RoomNotFound):
            house.does(guesser, JoinSession("WRONG2"))
    with pytest.raises(RateLimited):
        joins(house, BO, key)
    house.now += 1
    house.does(BO, JoinSession(key))


def test_a_session_publishes_its_route_like_any_room() -> None:
    house = House()
    created = opened(house)
    effects = joins(house, BO, created.session_key)
    (published,) = [effect for effect in effects if isinstance(effect, Publish)]
    assert published.route.members == (ANNA, BO)
