"""The lobby as those who look for a room see it."""

from __future__ import annotations

from typing import Any

import pytest

from gameserver.core.commands import (
    CreateRoom,
    Disconnected,
    JoinRoom,
    LeaveRoom,
    LobbyFilter,
    Login,
    QuickJoin,
    RefreshLobby,
    Tick,
    TransferHost,
    UpdateRoom,
    WatchLobby,
)
from gameserver.core.effects import Done, Tell
from gameserver.core.errors import AlreadyInRoom, BadRequest, TrackNotFound
from gameserver.core.limits import Limits
from gameserver.core.messages import LobbyEntry, RoomCreated, RoomJoined, RoomList, RoomsDelta
from gameserver.core.values import PlayerId
from tests.support.registry import ANNA, BO, CLEO, DAN, House, answer, only, told


def listed(house: House, player: PlayerId, command: WatchLobby | RefreshLobby) -> RoomList:
    rooms = answer(house.does(player, command))
    assert isinstance(rooms, RoomList)
    return rooms


def titles(rooms: tuple[LobbyEntry, ...]) -> list[str]:
    return [entry.title for entry in rooms]


def lobby(limits: Limits | None = None) -> House:
    """Dan looks at the lobby of a house."""
    house = House(limits)
    house.connect(DAN)
    return house


def test_the_list_comes_at_once_and_then_every_interval() -> None:
    house = lobby()
    house.room(ANNA, title="One")
    assert titles(listed(house, DAN, WatchLobby()).rooms) == ["One"]
    lists = only(RoomList, told(house.passes(6), DAN))
    assert [titles(each.rooms) for each in lists] == [["One"]] * 3


def test_an_entry_says_what_a_player_must_know_to_choose() -> None:
    house = lobby()
    house.connect(ANNA, name="Anna")
    house.ping(ANNA, 42.04)
    room = house.room(ANNA, title="One", description="d", track_id=1, metadata={"m": 1}, password="x")
    (entry,) = listed(house, DAN, WatchLobby()).rooms
    assert (entry.id, entry.title, entry.description, entry.metadata) == (room.id, "One", "d", {"m": 1})
    assert (entry.players, entry.max_players, entry.joinable, entry.locked) == (1, 8, True, False)
    assert (entry.protected, entry.state, entry.track_id) == (True, "open", 1)
    assert entry.host is not None
    assert (entry.host.id, entry.host.name) == (ANNA, "Anna")
    assert (entry.ping_ms, entry.jitter_ms, entry.ping_age_ms, entry.band) == (42.0, 1.0, 0, "good")


def test_an_unknown_ping_is_null() -> None:
    house = lobby()
    house.room(ANNA)
    (entry,) = listed(house, DAN, WatchLobby()).rooms
    assert (entry.ping_ms, entry.jitter_ms, entry.ping_age_ms, entry.band) == (None, None, None, None)


def test_joinable_rooms_come_first_then_the_nearest_and_unknown_pings_last() -> None:
    house = lobby()
    house.room(ANNA, title="full", max_players=1)
    house.room(BO, title="unknown")
    house.room(CLEO, title="far")
    near = PlayerId("near")
    house.room(near, title="near")
    house.ping(ANNA, 1)
    house.ping(CLEO, 200)
    house.ping(near, 20)
    assert titles(listed(house, DAN, WatchLobby()).rooms) == ["near", "far", "unknown", "full"]


def test_a_list_follows_its_rooms() -> None:
    house = lobby()
    room = house.room(ANNA, title="One")
    house.does(ANNA, UpdateRoom(title="Two", locked=True, given=frozenset({"title", "locked"})))
    (entry,) = listed(house, DAN, WatchLobby()).rooms
    assert (entry.title, entry.locked, entry.joinable) == ("Two", True, False)
    house.connect(BO)
    house.does(ANNA, UpdateRoom(locked=False, given=frozenset({"locked"})))
    house.does(BO, JoinRoom(room.id))
    house.does(ANNA, TransferHost(BO))
    house.does(BO, Login("Bo"))
    (entry,) = listed(house, DAN, RefreshLobby()).rooms
    assert entry.players == 2
    assert entry.host is not None
    assert (entry.host.id, entry.host.name) == (BO, "Bo")
    house.does(ANNA, LeaveRoom())
    house.does(BO, LeaveRoom())
    assert not listed(house, DAN, RefreshLobby()).rooms


def test_private_rooms_are_not_listed() -> None:
    house = lobby()
    house.room(ANNA, private=True)
    assert not listed(house, DAN, WatchLobby()).rooms
    house.does(ANNA, UpdateRoom(private=False, given=frozenset({"private"})))
    assert listed(house, DAN, RefreshLobby()).rooms
    house.does(ANNA, UpdateRoom(private=True, given=frozenset({"private"})))
    assert not listed(house, DAN, RefreshLobby()).rooms


def test_asking_subscribes_a_client_that_only_listens() -> None:
    house = lobby()
    listed(house, DAN, RefreshLobby())
    assert only(RoomList, told(house.passes(2), DAN))


def test_who_said_no_is_answered_but_not_subscribed() -> None:
    house = lobby()
    listed(house, DAN, WatchLobby())
    assert house.does(DAN, WatchLobby(subscribe=False)) == [Done()]
    listed(house, DAN, RefreshLobby())
    assert not house.passes(10)
    listed(house, DAN, WatchLobby())
    assert house.passes(2)


def test_entering_a_room_ends_the_lists() -> None:
    house = lobby()
    room = house.room(ANNA)
    listed(house, DAN, WatchLobby())
    house.does(DAN, JoinRoom(room.id))
    assert not only(RoomList, told(house.passes(10), DAN))
    listed(house, DAN, RefreshLobby())
    assert not only(RoomList, told(house.passes(10), DAN))


def test_opening_a_room_ends_the_lists_too() -> None:
    house = lobby()
    listed(house, DAN, WatchLobby())
    house.does(DAN, CreateRoom("Mine"))
    assert not house.passes(10)


def test_a_disconnect_ends_the_lists() -> None:
    house = lobby()
    listed(house, DAN, WatchLobby())
    house.does(DAN, Disconnected("lost"))
    assert not house.passes(10)
    assert house.registry.next_deadline() is None


def test_all_who_asked_for_the_same_get_one_and_the_same_list() -> None:
    house = lobby()
    house.connect(ANNA, BO, CLEO)
    for player in (ANNA, BO):
        listed(house, player, WatchLobby())
    listed(house, CLEO, WatchLobby(filter=LobbyFilter(text="x")))
    tells = [effect for effect in house.passes(2) if isinstance(effect, Tell)]
    assert [tell.to for tell in tells] == [(ANNA, BO), (CLEO,)]


def test_the_plain_list_comes_alone_and_a_filtered_one_described() -> None:
    house = lobby()
    house.room(ANNA)
    assert listed(house, DAN, WatchLobby()).info is None
    info = listed(house, DAN, WatchLobby(filter=LobbyFilter())).info
    assert info is not None
    assert (info.total, info.next_cursor) == (1, None)


def rooms_to_choose_from() -> House:
    house = lobby()
    house.room(ANNA, title="Тихая комната", track_id=1, metadata={"mode": "duel", "level": 3})
    house.room(BO, title="Loud", description="for all TYPES", metadata={"mode": "team"}, max_players=1)
    house.room(CLEO, title="Free", track_id=2)
    house.ping(ANNA, 20)
    house.ping(BO, 100)
    return house


@pytest.mark.parametrize(
    ("narrow", "expected"),
    [
        ({"text": "тихая"}, ["Тихая комната"]),
        ({"text": "types"}, ["Loud"]),
        ({"track_id": 2}, ["Free"]),
        ({"metadata": {"mode": "duel"}}, ["Тихая комната"]),
        ({"metadata": {"mode": "duel", "level": 4}}, []),
        ({"metadata": {}}, ["Тихая комната", "Loud"]),
        ({"joinable": True}, ["Тихая комната", "Free"]),
        ({"joinable": False}, ["Loud"]),
        ({"max_ping_ms": 50}, ["Тихая комната"]),
        ({"limit": 1}, ["Тихая комната"]),
        ({"sort": "title"}, ["Free", "Тихая комната", "Loud"]),
        ({"sort": "created"}, ["Free", "Тихая комната", "Loud"]),
        ({"sort": "players", "text": "o"}, ["Loud"]),
        ({"text": "nowhere"}, []),
    ],
)
def test_a_filter_narrows_the_list(narrow: dict[str, Any], expected: list[str]) -> None:
    house = rooms_to_choose_from()
    assert titles(listed(house, DAN, WatchLobby(filter=LobbyFilter(**narrow))).rooms) == expected


def test_the_fullest_room_may_come_first() -> None:
    house = lobby()
    house.room(ANNA, title="one")
    house.room(BO, CLEO, title="two")
    wanted = LobbyFilter(sort="players")
    assert titles(listed(house, DAN, WatchLobby(filter=wanted)).rooms) == ["two", "one"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": 0},
        {"limit": 101},
        {"max_ping_ms": -1.0},
        {"max_ping_ms": float("nan")},
        {"text": "x" * 65},
        {"metadata": {"a": "x" * 3000}},
        {"cursor": "nonsense"},
        {"cursor": "bm9uc2Vuc2U="},
        {"cursor": "W10="},
        {"cursor": "é"},
    ],
)
def test_a_filter_out_of_bounds_is_refused_and_subscribes_nobody(wrong: dict[str, Any]) -> None:
    house = rooms_to_choose_from()
    with pytest.raises(BadRequest):
        house.does(DAN, WatchLobby(filter=LobbyFilter(**wrong)))
    assert not house.passes(10)


@pytest.mark.parametrize("sort", ["ping", "players", "created", "title"])
@pytest.mark.parametrize("text", [None, "room"])
def test_pages_show_every_room_once(sort: Any, text: str | None) -> None:
    house = lobby(Limits(lobby_page=4))
    for number in range(10):
        host = PlayerId(f"host{number}")
        house.room(host, title=f"Room {number % 3}", max_players=1 + number % 2)
        if number % 4:
            house.ping(host, 10 * (number % 5))
    whole = LobbyFilter(text=text, sort=sort)
    seen: list[str] = []
    page = listed(house, DAN, WatchLobby(filter=whole))
    while True:
        seen += [entry.id for entry in page.rooms]
        assert page.info is not None
        assert page.info.total == 10
        if page.info.next_cursor is None:
            break
        wanted = LobbyFilter(text=text, sort=sort, cursor=page.info.next_cursor)
        page = listed(house, DAN, WatchLobby(filter=wanted))
    assert len(seen) == len(set(seen)) == 10


def test_a_cursor_answers_once_and_belongs_to_its_order() -> None:
    house = lobby(Limits(lobby_page=1))
    house.room(ANNA)
    house.room(BO)
    info = listed(house, DAN, WatchLobby(filter=LobbyFilter())).info
    house.does(DAN, WatchLobby(subscribe=False))
    assert info is not None
    listed(house, DAN, WatchLobby(filter=LobbyFilter(cursor=info.next_cursor)))
    assert not house.passes(10)
    with pytest.raises(BadRequest):
        house.does(DAN, WatchLobby(filter=LobbyFilter(cursor=info.next_cursor, sort="title")))


def test_with_deltas_only_what_changed_is_told() -> None:
    house = lobby()
    room = house.room(ANNA, title="One")
    gone = house.room(BO, title="Gone")
    first = listed(house, DAN, WatchLobby(delta=True))
    assert first.info is not None
    assert titles(first.rooms) == ["One", "Gone"]
    assert not house.passes(4)

    house.room(CLEO, title="New")
    house.does(BO, LeaveRoom())
    house.does(ANNA, UpdateRoom(title="Uno", given=frozenset({"title"})))

    (delta,) = only(RoomsDelta, told(house.passes(2), DAN))
    assert delta.version == first.info.version + 1
    assert (titles(delta.added), titles(delta.changed), delta.removed) == (["New"], ["Uno"], (gone.id,))
    assert delta.changed[0].id == room.id


def test_the_age_of_a_ping_is_no_news_but_a_changed_ping_is() -> None:
    house = lobby()
    house.room(ANNA)
    house.ping(ANNA, 20)
    listed(house, DAN, WatchLobby(delta=True))
    assert not house.passes(10)
    house.ping(ANNA, 20.3)
    assert not house.passes(2)
    house.ping(ANNA, 24)
    (delta,) = only(RoomsDelta, told(house.passes(2), DAN))
    assert delta.changed[0].ping_ms == 24


def test_a_slow_drift_becomes_news_in_the_end() -> None:
    house = lobby()
    house.room(ANNA)
    house.ping(ANNA, 20)
    listed(house, DAN, WatchLobby(delta=True))
    deltas = []
    for tenths in range(1, 31):
        house.ping(ANNA, 20 + tenths / 10)
        deltas += only(RoomsDelta, told(house.passes(2), DAN))
    assert [delta.changed[0].ping_ms for delta in deltas] == [21, 22, 23]


def test_asking_repairs_a_gap_and_keeps_the_group_at_one_version() -> None:
    house = lobby()
    house.connect(CLEO)
    first = listed(house, DAN, WatchLobby(delta=True)).info
    listed(house, CLEO, WatchLobby(delta=True))
    house.room(ANNA, title="One")

    effects = house.does(DAN, RefreshLobby())

    repaired = answer(effects)
    assert isinstance(repaired, RoomList)
    assert first is not None
    assert repaired.info is not None
    assert repaired.info.version == first.version + 1
    (delta,) = only(RoomsDelta, told(effects, CLEO))
    assert (delta.version, titles(delta.added)) == (repaired.info.version, ["One"])
    assert not house.passes(2)


def test_who_asks_again_and_again_does_not_make_all_others_be_told_each_time() -> None:
    """A few who change rooms and ask could else have thousands of watchers told a thousand times a second."""
    house = lobby()
    house.connect(CLEO)
    listed(house, DAN, WatchLobby(delta=True))
    listed(house, CLEO, WatchLobby(delta=True))
    house.passes(2)
    room = house.room(ANNA, title="Room")
    told_versions, got = [], []
    for number in range(20):
        house.does(ANNA, UpdateRoom(title=f"Room {number}", given=frozenset({"title"})))
        effects = house.does(DAN, RefreshLobby())
        told_versions += [delta.version for delta in only(RoomsDelta, told(effects, CLEO))]
        answered = answer(effects)
        assert isinstance(answered, RoomList)
        assert answered.info is not None
        got.append((answered.info.version, titles(answered.rooms)))

    assert len(told_versions) == 8
    assert got[7:] == [(told_versions[-1], ["Room 7"])] * 13  # what all others know, until the next list
    (delta,) = only(RoomsDelta, told(house.passes(2), CLEO))
    assert (delta.version, titles(delta.changed)) == (told_versions[-1] + 1, ["Room 19"])
    assert delta.changed[0].id == room.id


def test_quick_join_takes_the_nearest_room_that_matches() -> None:
    house = rooms_to_choose_from()
    joined = answer(house.does(DAN, QuickJoin()))
    assert isinstance(joined, RoomJoined)
    assert joined.room.title == "Тихая комната"
    with pytest.raises(AlreadyInRoom):
        house.does(DAN, QuickJoin())


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (QuickJoin(track_id=2), "Free"),
        (QuickJoin(metadata={"mode": "duel"}), "Тихая комната"),
        (QuickJoin(max_ping_ms=5), "Free"),  # unknown pings come last, but they come
    ],
)
def test_quick_join_minds_what_is_asked(wanted: QuickJoin, expected: str) -> None:
    house = rooms_to_choose_from()
    joined = answer(house.does(DAN, wanted))
    assert isinstance(joined, RoomJoined)
    assert joined.room.title == expected


def test_among_equal_pings_the_fullest_then_the_oldest_room_is_taken() -> None:
    house = lobby()
    house.room(ANNA, title="old")
    house.room(BO, title="young")
    fuller = house.room(CLEO, PlayerId("friend"), title="fuller")
    joined = answer(house.does(DAN, QuickJoin()))
    assert isinstance(joined, RoomJoined)
    assert joined.room.id == fuller.id
    house.does(DAN, LeaveRoom())
    house.does(CLEO, LeaveRoom())
    joined = answer(house.does(DAN, QuickJoin()))
    assert isinstance(joined, RoomJoined)
    assert joined.room.title == "old"


def test_quick_join_passes_over_shut_protected_and_waiting_rooms_and_opens_one() -> None:
    house = lobby()
    house.room(ANNA, max_players=1)
    house.room(BO, password="x")
    house.connect(CLEO, can_host=False)
    waiting = house.room(PlayerId("host"), CLEO)
    house.does(PlayerId("host"), LeaveRoom())
    assert house.now_is(waiting).state == "waiting"
    house.does(DAN, Login("Dan"))

    created = answer(house.does(DAN, QuickJoin(track_id=1, metadata={"mode": "duel"})))

    assert isinstance(created, RoomCreated)
    assert (created.room.title, created.room.metadata, created.room.private) == (
        "Dan",
        {"mode": "duel"},
        False,
    )
    assert created.room.track is not None


def test_quick_join_with_an_unknown_track_opens_nothing() -> None:
    house = lobby()
    with pytest.raises(TrackNotFound):
        house.does(DAN, QuickJoin(track_id=99))
    with pytest.raises(BadRequest):
        house.does(DAN, QuickJoin(max_ping_ms=float("nan")))
    assert not house.registry.rooms


def test_with_many_rooms_the_order_by_ping_is_made_anew_after_a_while() -> None:
    house = lobby()
    for number in range(150):
        host = PlayerId(f"host{number}")
        house.room(host, title=str(number))
        house.ping(host, 100)
    listed(house, DAN, WatchLobby())
    house.ping(PlayerId("host149"), 1)
    (list_,) = only(RoomList, told(house.passes(2), DAN))
    assert titles(list_.rooms)[:2] == ["149", "0"]
    assert len(list_.rooms) == 100


def test_many_lists_that_are_due_at_once_are_spread_over_ticks() -> None:
    house = lobby()
    for number in range(150):
        house.room(PlayerId(f"host{number}"), title=str(number))
    watchers = [PlayerId(f"watcher{number}") for number in range(60)]
    for number, watcher in enumerate(watchers):
        house.connect(watcher)
        listed(house, watcher, WatchLobby(filter=LobbyFilter(text=str(number))))
    due = house.registry.next_deadline()
    assert due is not None
    house.now = due
    first = house.does(None, Tick())
    assert 0 < len(first) < 60
    assert house.registry.next_deadline() == due
    told_now = first + house.passes(0)
    assert {player for effect in told_now if isinstance(effect, Tell) for player in effect.to} == set(
        watchers
    )
