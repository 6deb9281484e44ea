"""What players send each other inside a room, between clients of both parsers, bytes included."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.end_to_end.cast import Cast, gather
from tests.support.js_players import NEWEST, UNDEFINED, JsDate
from tests.support.server_process import ServerProcess

PAYLOAD = {
    "text": "Привет, мир 🎵",
    "numbers": [0, -1, 1.5, 2**40],
    "nothing": None,
    "bytes": bytes(range(256)),
    "deep": {"list": [[], {}, [b"\x00", True, False]]},
}


@pytest.mark.gen_test
async def test_state_of_the_host_reaches_everybody_else(server: ServerProcess, cast: Cast) -> None:
    anna, bo, cleo = await cast.three(server.url)
    await gather(anna, bo, cleo)

    assert await anna.ask("state", PAYLOAD) == {"ok": True}

    for player in (bo, cleo):
        assert await player.told("state") == PAYLOAD
    await anna.caught_up()
    assert anna.unread("state") == []


@pytest.mark.gen_test
async def test_input_of_any_member_reaches_the_host_alone(server: ServerProcess, cast: Cast) -> None:
    bo, anna, cleo = await cast.three(server.url)
    await gather(anna, bo, cleo)

    for player in (bo, cleo):
        await player.emit("input", PAYLOAD)
        assert await anna.told("input") == (player.id, PAYLOAD)
    for player in (bo, cleo):
        await player.caught_up()
        assert player.unread("input") == []


@pytest.mark.gen_test
async def test_a_broadcast_of_each_kind_of_client_reaches_all_others_in_order(
    server: ServerProcess, cast: Cast
) -> None:
    everybody = await cast.three(server.url)
    await gather(*everybody)

    for sender in everybody:
        for turn in range(5):
            await sender.emit("broadcast", {**PAYLOAD, "turn": turn})
        for player in everybody:
            if player is not sender:
                heard = [await player.told("broadcast") for _ in range(5)]
                assert heard == [(sender.id, {**PAYLOAD, "turn": turn}) for turn in range(5)]


@pytest.mark.gen_test
async def test_direct_reaches_those_it_names(server: ServerProcess, cast: Cast) -> None:
    anna, bo, cleo = await cast.three(server.url)
    await gather(anna, bo, cleo)

    await anna.emit("direct", bo.id, PAYLOAD)
    assert await bo.told("direct") == (anna.id, PAYLOAD)
    await cleo.emit("direct", [anna.id, bo.id], b"\x01\x02")
    for player in (anna, bo):
        assert await player.told("direct") == (cleo.id, b"\x01\x02")
    await cleo.caught_up()
    assert cleo.unread("direct") == []


@pytest.mark.gen_test
async def test_update_reaches_all_others_under_its_key(server: ServerProcess, cast: Cast) -> None:
    everybody = await cast.three(server.url)
    await gather(*everybody)

    for sender in everybody:
        await sender.emit("update", "place", PAYLOAD)
        for player in everybody:
            if player is not sender:
                assert await player.told("update") == (sender.id, "place", PAYLOAD)


@pytest.mark.gen_test
async def test_a_running_number_is_taken_once(server: ServerProcess, cast: Cast) -> None:
    anna, bo, cleo = await cast.three(server.url)
    await gather(anna, bo, cleo)

    assert await bo.ask("broadcast", "first", {"n": 1}) == {"ok": True, "n": 1}
    assert await bo.ask("broadcast", "again", {"n": 1}) == {"ok": True, "n": 1, "repeat": True}
    assert await bo.ask("input", "second", {"n": 2}) == {"ok": True, "n": 2}
    assert await cleo.ask("broadcast", "own count", {"n": 1}) == {"ok": True, "n": 1}

    assert await anna.told("broadcast") == (bo.id, "first")
    assert await anna.told("broadcast") == (cleo.id, "own count")
    assert (await anna.told("input"))[:2] == (bo.id, "second")


@pytest.mark.gen_test
async def test_what_json_cannot_say_is_said_in_its_words(server: ServerProcess, cast: Cast) -> None:
    """From msgpack to JSON: undefined and NaN become null, a date its ISO 8601 text."""
    anna, bo, cleo = await cast.three(server.url)
    await gather(anna, bo, cleo)
    sent: dict[str, Any] = {"missing": UNDEFINED, "no": math.nan, "much": math.inf, "when": JsDate(1e12)}

    await bo.emit("broadcast", sent)

    said = {"missing": None, "no": None, "much": None, "when": "2001-09-09T01:46:40.000Z"}
    for player in (anna, cleo):
        assert await player.told("broadcast") == (bo.id, said)


@pytest.mark.gen_test
async def test_clients_of_one_parser_hear_the_bytes_that_were_sent(server: ServerProcess, cast: Cast) -> None:
    bo = await cast.newest(server.url)
    dora = await cast.js("dora", server.url, version=NEWEST, parser="msgpack")
    await gather(bo, dora)
    sent: dict[str, Any] = {"missing": UNDEFINED, "much": math.inf, "when": JsDate(1e12)}

    await bo.emit("broadcast", sent)

    assert await dora.told("broadcast") == (bo.id, sent)


@pytest.mark.gen_test
async def test_all_members_hear_one_order(server: ServerProcess, cast: Cast) -> None:
    """A member's last broadcast comes before its player_left, for everybody."""
    anna, bo, cleo = await cast.three(server.url)
    room = await gather(anna, bo, cleo)

    for turn in range(20):
        await bo.emit("broadcast", turn)
    await bo.emit("leave", room["id"])

    for player in (anna, cleo):
        await player.told("player_left")
        events = [heard.event for heard in player.unread("broadcast")]
        assert len(events) == 20
        ours = [heard.event for heard in player.story if heard.event in ("broadcast", "player_left")]
        assert ours == ["broadcast"] * 20 + ["player_left"]
