"""What a running server does with its bans: over the whole server without sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from gameserver.bans.book import BanBook, Wanted, by_id
from gameserver.bans.desk import BanDesk
from gameserver.core.values import PlayerId
from gameserver.logs import get_log
from gameserver.transport.gate import Ending, Rejected
from tests.support.game import Game
from tests.support.patience import PATIENCE_SECONDS
from tests.support.peers import FakePeer


class House:
    """A game whose door is kept by a desk."""

    def __init__(self, file: Path, loop: asyncio.AbstractEventLoop) -> None:
        self.game = Game(banned=lambda address, subject: self.desk.check(address, subject))
        self.book = BanBook(file, self.game.now)
        self.desk = BanDesk(
            self.book,
            loop=loop,
            log=get_log(),
            runtime=self.game.runtime,
            players=self.game.players,
            now=self.game.now,
        )

    def ban(self, wanted: Wanted) -> str:
        ban = self.book.add(wanted)
        self.desk.reload()
        return ban.id

    def enter(self, subject: str | None = None, **auth: object) -> FakePeer:
        if subject is not None:
            self.game.subjects[subject] = subject
            auth["token"] = subject
        return self.game.connect(auth)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    loop = asyncio.new_event_loop()
    yield House(tmp_path / "bans.json", loop)
    loop.close()
    structlog.reset_defaults()


def test_a_banned_subject_is_refused_in_connect_and_told_why(house: House) -> None:
    house.game.subjects["anna"] = "anna"
    house.ban(Wanted("subject", "anna", "insults"))

    rejected = house.game.knock({"token": "anna"})

    assert rejected == Rejected("you are banned: insults", {"code": "unauthorized"})
    assert house.desk.refused == {"subject": 1}
    house.enter("bo")


def test_a_banned_address_is_told_so_before_anything_else_is_done(house: House) -> None:
    house.ban(Wanted("network", "192.0.2.0/24"))

    assert house.desk.bars("192.0.2.1") == "you are banned"
    assert house.desk.bars("198.51.100.1") is None
    assert isinstance(house.game.knock({}), Rejected)


def test_a_door_may_look_without_counting(house: House) -> None:
    house.ban(Wanted("network", "192.0.2.0/24"))

    assert house.desk.holds("192.0.2.1")
    assert not house.desk.holds("198.51.100.1")
    assert not house.desk.refused


def test_who_is_here_is_closed_and_stays_away(house: House) -> None:
    anna, bo = house.enter("anna"), house.enter("bo")
    anna.read()

    house.ban(Wanted("subject", "anna", "insults"))

    assert (anna.closed_for, anna.told_to_stay_away) == ("unauthorized", True)
    assert anna.read() == [["closing", {"code": "unauthorized", "message": "you are banned: insults"}]]
    assert bo.closed_for is None
    house.game.leave(anna, Ending.SERVER)
    assert PlayerId(anna.sid) not in house.game.registry.players
    assert house.desk.closed == {"subject": 1}


def test_an_address_is_closed_by_where_the_connection_is_now(house: House) -> None:
    anna = house.enter()
    anna.remote_ip = "198.51.100.1"  # it came back from another network

    house.ban(Wanted("network", "192.0.2.1"))
    assert anna.closed_for is None

    house.ban(Wanted("network", "198.51.100.1"))
    assert anna.closed_for == "unauthorized"


def test_who_is_away_loses_its_place(house: House) -> None:
    anna, bo = house.enter("anna"), house.enter("bo")
    room = house.game.ask(anna, "create", 1, "Title", "")["id"]
    house.game.ask(bo, "join", room)
    house.game.leave(anna)
    assert anna.sid in house.game.registry.rooms[room].members

    house.ban(Wanted("subject", "anna"))

    assert list(house.game.registry.rooms[room].members) == [bo.sid]


def test_a_lifted_ban_and_one_that_is_over_let_in_again(house: House) -> None:
    id = house.ban(Wanted("subject", "anna"))
    house.ban(Wanted("subject", "bo", until=house.game.now() + 60))
    house.book.remove(by_id(id))
    house.desk.reload()
    house.enter("anna")

    house.game.pass_time(60)

    house.enter("bo")


def test_a_wrong_file_changes_nothing_and_is_said(house: House) -> None:
    house.ban(Wanted("subject", "anna"))
    house.book.file.write_text("{")

    with capture_logs() as lines:
        house.desk.reload()

    assert [line["event"] for line in lines] == ["bans.refused"]
    assert house.desk.check("192.0.2.1", "anna") is not None


def test_a_flood_of_the_banned_leaves_a_line_a_minute_that_says_how_many(house: House) -> None:
    id = house.ban(Wanted("subject", "anna"))

    with capture_logs() as lines:
        for _ in range(100):
            house.desk.check("192.0.2.1", "anna")
        house.game.pass_time(60)
        house.desk.check("192.0.2.1", "anna")

    told = [line for line in lines if line["event"] == "ban.met"]
    assert [(line["ban"], line["refusals"]) for line in told] == [(id, 1), (id, 100)]
    assert "anna" not in str(told)
    assert "192.0.2.1" not in str(told)


def test_the_console_bans_and_lifts_at_once(tmp_path: Path) -> None:
    async def story() -> None:
        house = House(tmp_path / "bans.json", asyncio.get_running_loop())
        anna = house.enter("anna")
        ban = await house.desk.add(Wanted("subject", "anna", "insults"))
        assert anna.closed_for == "unauthorized"
        assert await house.desk.remove(by_id(ban.id)) == (ban,)
        assert house.desk.check("192.0.2.1", "anna") is None

    asyncio.run(story())


def test_another_process_that_changes_the_file_is_noticed(tmp_path: Path) -> None:
    async def story() -> None:
        house = House(tmp_path / "bans.json", asyncio.get_running_loop())
        anna = house.enter("anna")
        house.desk.watch()
        BanBook(tmp_path / "bans.json", house.game.now).add(Wanted("subject", "anna"))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while anna.closed_for is None:
                await asyncio.sleep(0.01)
        house.desk.stop()

    asyncio.run(story())
