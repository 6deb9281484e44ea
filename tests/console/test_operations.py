"""What the API answers and does, on a whole server; each answer is checked against the document."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from gameserver.console.operations import OPERATIONS
from gameserver.core.commands import CreateRoom, Disconnected, LeaveRoom
from gameserver.core.values import PlayerId
from gameserver.logs import get_log
from gameserver.settings import AllSettings
from latency.sample import Result, Sample, Source
from tests.support.operated import DOCUMENT, PASSWORD, Operated, operated
from tests.transport.engine.wire import Wire
from tests.transport.sockets.speakers import MsgpackSpeaker

pytestmark = pytest.mark.gen_test


def measured(stage: Operated, player: str, rtt_ms: float, source: Source = Source.CONTROL) -> None:
    """Let a probe of this player be answered just now."""
    sample = Sample(
        1_795_000_000.0, player, source, Result.OK, rtt_ms, 1.0, 0.0, host=False, hidden=False, polling=False
    )
    stage.server._sampled(sample)


def test_the_document_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_the_document_has_every_operation_under_a_name_of_its_own() -> None:
    ids = [operation["operationId"] for path in DOCUMENT["paths"].values() for operation in path.values()]

    assert sorted(ids) == sorted({operation.id for operation in OPERATIONS} | {"login", "logout", "session"})


async def test_every_operation_answers_as_the_document_says() -> None:
    async with operated() as stage:
        room = stage.room("anna", "bo", "cleo")
        measured(stage, "anna", 20.0)
        for path in (
            "/api/session",
            "/api/overview",
            "/api/history?step=1s",
            "/api/rooms",
            f"/api/rooms/{room}",
            f"/api/rooms/{room}/timeline",
            f"/api/rooms/{room}/pings",
            "/api/players?sort=ping&descending=true",
            "/api/players/anna",
            "/api/players/anna/pings",
            "/api/logs",
            "/api/settings",
        ):
            await stage.get(path)
        for path, body in (
            (f"/api/rooms/{room}/kick", {"player_id": "bo", "reason": "rude"}),
            (f"/api/rooms/{room}/host", {"player_id": "cleo"}),
            (f"/api/rooms/{room}/close", {}),
            ("/api/drain", {}),
            ("/api/login", {"password": PASSWORD}),
            ("/api/logout", {}),
        ):
            assert (await stage.order(path, body)).status == 200
        changed = await stage.order("/api/settings/latency_tie_ms", {"value": "3"}, "PATCH")
        assert changed.status == 200

        assert stage.asked == {operation.id for operation in OPERATIONS} | {"login", "logout", "session"}


async def test_a_room_is_found_by_its_title_its_members_and_their_names() -> None:
    async with operated() as stage:
        round_one = stage.room("anna", title="Round one")
        stage.room("bo", title="Round two")

        async def found(search: str) -> list[str]:
            rooms = await stage.get(f"/api/rooms?search={search}")
            return [room["id"] for room in rooms["rooms"]]

        assert await found("ROUND+ONE") == [round_one]
        assert await found("anna") == [round_one]
        assert await found(round_one) == [round_one]
        assert len(await found("round")) == 2
        assert await found("nowhere") == []


async def test_lists_are_sorted_and_paged() -> None:
    async with operated() as stage:
        for title, name in (("Bee", "a"), ("Cat", "b"), ("Ant", "c")):
            stage.room(name, title=title)

        first = await stage.get("/api/rooms?sort=title&limit=2")
        second = await stage.get("/api/rooms?sort=title&limit=2&offset=2")
        last = await stage.get("/api/rooms?sort=title&descending=true&limit=1")

    titles = [[room["title"] for room in page["rooms"]] for page in (first, second, last)]
    assert titles == [["Ant", "Bee"], ["Cat"], ["Cat"]]
    assert first["total"] == second["total"] == 3


async def test_the_timeline_tells_why_the_host_changed_with_the_candidates() -> None:
    async with operated() as stage:
        room = stage.room("anna", "bo", "cleo")
        stage.lose(PlayerId("anna"), gone=True)

        events = (await stage.get(f"/api/rooms/{room}/timeline"))["events"]
        newer = await stage.get(f"/api/rooms/{room}/timeline?after={events[-2]['number']}")

    assert [event["kind"] for event in events] == [
        "opened",
        "joined",
        "joined",
        "away",
        "elected",
        "took_over",
    ]
    election = events[4]["election"]
    assert (election["previous"], election["host"], election["reason"]) == ("anna", "bo", "lost")
    assert (
        "bo became host after anna (epoch 2), because the former host lost its connection"
        in events[4]["text"]
    )
    assert [candidate["id"] for candidate in election["candidates"]] == ["bo", "cleo"]
    assert events[5]["migration"]["elections"] == 1
    assert newer["events"] == events[-1:]


async def test_who_has_left_keeps_its_name_in_the_story_and_beside_its_pings() -> None:
    async with operated() as stage:
        room = stage.room("anna", "bo")
        stage.ask(PlayerId("bo"), "leave", LeaveRoom())
        stage.server.runtime.report(PlayerId("bo"), Disconnected("left", gone=True))

        events = (await stage.get(f"/api/rooms/{room}/timeline"))["events"]
        series = (await stage.get(f"/api/rooms/{room}/pings"))["series"]
        gone = PlayerId("bo") not in stage.server.registry.players

    assert gone
    assert [(event["kind"], event["name"]) for event in events[:2]] == [("opened", "Anna"), ("joined", "Bo")]
    assert [each["name"] for each in series] == ["Anna", "Bo"]


async def test_a_room_that_is_over_is_remembered_with_its_end() -> None:
    async with operated() as stage:
        room = stage.room("anna", title="Short")
        stage.ask(PlayerId("anna"), "leave", LeaveRoom())

        view = await stage.get(f"/api/rooms/{room}")
        events = (await stage.get(f"/api/rooms/{room}/timeline"))["events"]

    assert (view["title"], view["state"]) == ("Short", None)
    assert view["closed_at"] is not None
    assert events[-1]["text"] == "the room is over: the last member left"


async def test_a_player_is_shown_with_its_round_trips_by_source() -> None:
    async with operated() as stage:
        room = stage.room("anna")
        measured(stage, "anna", 20.0)
        measured(stage, "anna", 35.0, Source.HEARTBEAT)

        player = await stage.get("/api/players/anna")
        pings = await stage.get("/api/players/anna/pings")
        in_room = await stage.get(f"/api/rooms/{room}/pings")

    assert (player["room"], player["host"], player["name"]) == (room, True, "Anna")
    by_source = {trips["source"]: (trips["rtt_ms"], trips["network_ms"]) for trips in pings["trips"]}
    assert by_source == {"probe": ([20.0], [19.0]), "heartbeat": ([35.0], [34.0])}
    assert [(series["player"], series["ms"]) for series in in_room["series"]] == [("anna", [19.0])]


async def test_a_kicked_member_is_out_even_the_host_and_the_log_says_who_did_it() -> None:
    async with operated() as stage:
        room = stage.room("anna", "bo")

        done = await stage.order(f"/api/rooms/{room}/kick", {"player_id": "anna", "reason": "rude"})
        lines = (await stage.get("/api/logs?event=console.*"))["lines"]
        events = (await stage.get(f"/api/rooms/{room}/timeline"))["events"]

        assert done.status == 200
        assert stage.server.registry.rooms[room].host == "bo"
    assert lines[-1]["facts"] == {
        "by": "token",
        "address": "127.0.0.1",
        "action": "kick",
        "target": f"anna in {room}",
        "result": "ok",
        "detail": "",
    }
    assert [event["text"] for event in events][2:4] == [
        "an operator ordered: remove anna",
        "anna was removed",
    ]


@pytest.mark.parametrize(
    ("action", "body", "status"),
    [
        ("kick", {"player_id": "nobody"}, 409),
        ("host", {"player_id": "nobody"}, 409),
        ("host", {"player_id": "anna"}, 400),
        ("kick", {"player_id": "bo", "reason": "x" * 200}, 400),
    ],
)
async def test_what_the_rules_refuse_is_refused_and_written_down(
    action: str, body: dict[str, Any], status: int
) -> None:
    async with operated() as stage:
        room = stage.room("anna", "bo")
        before = stage.server.registry.rooms[room]
        answer = await stage.order(f"/api/rooms/{room}/{action}", body)

        assert answer.status == status
        assert stage.server.registry.rooms[room] == before


async def test_a_list_shows_what_an_order_has_just_changed() -> None:
    async with operated() as stage:
        room = stage.room("anna")
        assert (await stage.get("/api/rooms"))["total"] == 1
        await stage.order(f"/api/rooms/{room}/close")
        assert (await stage.get("/api/rooms"))["total"] == 0


async def test_a_changed_setting_is_in_force_at_once() -> None:
    async with operated() as stage:
        tie = await stage.order("/api/settings/latency_tie_ms", {"value": "7.5"}, "PATCH")
        rooms = await stage.order("/api/settings/max_rooms", {"value": "1"}, "PATCH")
        rate = await stage.order("/api/settings/relay_burst", {"value": "5"}, "PATCH")
        stage.room("anna")
        bo = stage.arrive("bo")
        settings = (await stage.get("/api/settings"))["settings"]

        assert tie.body == {
            "name": "latency_tie_ms",
            "former": "1.0",
            "value": "7.5",
            "takes_effect": "at_once",
        }
        assert rooms.body["takes_effect"] == "at_once"
        assert rate.body["takes_effect"] == "new_connections"
        stage.ask(bo, "create", CreateRoom("One too many"))
        assert stage.server.registry.players[bo].room is None
    assert {each["name"]: each["value"] for each in settings}["latency_tie_ms"] == "7.5"


async def test_what_waits_for_the_next_start_is_neither_shown_nor_announced_as_in_force() -> None:
    async with operated() as stage, Wire(stage.server.port, "socket") as client:
        read = AllSettings(port=0, message_bytes=2048, max_players=5)
        stage.server.reloading.read_settings = lambda: read
        stage.server.reload()
        stage.server.reload()
        shown = {each["name"]: each["value"] for each in (await stage.get("/api/settings"))["settings"]}
        limits = (await (await MsgpackSpeaker.join(client)).told("welcome"))["limits"]

    assert (shown["message_bytes"], shown["max_players"]) == ("65536", "5")
    assert (limits["message"], limits["max_players"]) == (65_536, 5)


@pytest.mark.parametrize(
    ("name", "value", "status", "says"),
    [
        ("max_rooms", "0", 400, "greater than or equal to 1"),
        ("max_rooms", "many", 400, "valid integer"),
        ("host_grace_seconds", "61", 400, "less than or equal to 60"),
        ("latency_good_ms", "9999", 400, "may not exceed"),
        ("port", "9000", 409, "while the server runs"),
        ("colour", "red", 404, "no such setting"),
    ],
)
async def test_a_setting_is_checked_as_at_the_start(name: str, value: str, status: int, says: str) -> None:
    async with operated() as stage:
        before = stage.server._settings
        answer = await stage.order(f"/api/settings/{name}", {"value": value}, "PATCH")

        assert (answer.status, stage.server._settings) == (status, before)
    assert says in answer.body["error"]["message"]


async def test_secrets_are_not_among_the_settings() -> None:
    async with operated() as stage:
        settings = {each["name"]: each["value"] for each in (await stage.get("/api/settings"))["settings"]}

    assert settings["console_password_hash"] == settings["console_token_sha256"] == "(hidden)"


async def test_a_drained_server_opens_no_rooms_and_is_not_ready() -> None:
    async with operated() as stage:
        drained = await stage.order("/api/drain")
        again = await stage.order("/api/drain")
        overview = await stage.get("/api/overview")

        assert (drained.status, again.status) == (200, 409)
        assert (overview["draining"], overview["reasons"]) == (True, ["draining"])


async def test_log_lines_are_followed_by_number_and_filtered() -> None:
    async with operated() as stage:
        first = await stage.get("/api/logs")
        room = stage.room("anna")
        get_log().warning("connection.malformed", player="bo", reason="no packet")
        new = await stage.get(f"/api/logs?after={first['next']}")
        of_anna = await stage.get(f"/api/logs?after={first['next']}&player=anna&event=command.*")
        of_room = await stage.get(f"/api/logs?room={room}")
        warnings = await stage.get(f"/api/logs?after={first['next']}&level=warning")

    assert [line["number"] for line in new["lines"]] == list(range(first["next"] + 1, new["next"] + 1))
    assert {line["facts"]["player"] for line in of_anna["lines"]} == {"anna"}
    assert {line["facts"]["room"] for line in of_room["lines"]} == {room}
    assert [line["event"] for line in warnings["lines"]] == ["connection.malformed"]
    assert new["dropped"] == 0
