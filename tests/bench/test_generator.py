"""The generator counts every delivery, and sees every kind of fault; nothing here is about time."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from bench import generator
from bench.contenders import CEILING, STOCK, Contender, Server, started
from bench.generator import GeneratorError, Measurement, run
from bench.ours import OURS

pytestmark = pytest.mark.skipif(not generator.can_build(), reason="needs make and a C compiler")

BRIEF = {"warm": 0.1, "seconds": 0.4, "drain": 5.0}


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    generator.build()


@pytest.fixture(scope="module", params=[CEILING, STOCK, OURS], ids=lambda contender: contender.name)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    contender: Contender = request.param
    with started(contender) as running:
        yield running


def measured(server: Server, scenario: str, **options: float) -> Measurement:
    return run(scenario, {**BRIEF, **options}, port=server.port, pid=server.pid)


def test_every_broadcast_reaches_every_other_member_once(server: Server) -> None:
    measurement = measured(server, "fanout", rooms=2, room_size=4, rate=100, payload=64)

    assert measurement.expected == (10 + 40) * 3  # of 0.1 s and 0.4 s at 100 messages per second
    assert measurement.delivered == measurement.expected
    assert measurement.measured == measurement.latency.count == 40 * 3
    assert measurement.faults == 0


def test_states_go_to_all_and_inputs_to_the_host(server: Server) -> None:
    measurement = measured(server, "star", rooms=2, room_size=4, rate=160, payload=0)

    # 16 and 64 messages from 8 senders in turn: a quarter are states for three, the others inputs for one.
    assert measurement.expected == (16 + 64) // 4 * (3 + 3)
    assert measurement.newest_expected == (16 + 64) // 4 * 3
    assert measurement.delivered == measurement.expected
    assert measurement.faults == 0


def test_large_payloads_come_whole(server: Server) -> None:
    measurement = measured(server, "fanout", rooms=1, room_size=2, rate=50, payload=60_000)

    assert measurement.delivered == measurement.expected == 25
    assert measurement.faults == 0


def test_each_question_is_answered(server: Server) -> None:
    measurement = measured(server, "echo", idle=3)

    assert measurement.latency.count > 0
    assert measurement.faults == 0


def test_everybody_comes_in_and_takes_a_seat(server: Server) -> None:
    measurement = measured(server, "storm", rooms=3, room_size=4, in_flight=5)

    assert measurement.seated == measurement.latency.count == 3 * 3
    assert measurement.faults == 0


@pytest.mark.parametrize(
    ("fault", "seen"),
    [("drop", "lost"), ("repeat", "repeats"), ("swap", "gaps"), ("stray", "strangers"), ("refuse", "errors")],
)
def test_a_fault_of_the_server_is_counted_as_what_it_is(fault: str, seen: str) -> None:
    faulty = Contender(
        "faulty",
        f"a server with {fault}",
        lambda port: [sys.executable, "-m", "tests.bench.faulty_server", fault, str(port)],
    )
    with started(faulty) as server:
        measurement = measured(server, "fanout", rooms=2, room_size=3, rate=100, drain=1.0)

    assert getattr(measurement, seen) > 0


def test_a_server_that_refuses_everybody_yields_no_figures() -> None:
    page = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1"]
    with (
        started(Contender("page", "a web server", lambda port: [*page, str(port)])) as server,
        pytest.raises(GeneratorError, match=r"the upgrade was refused: HTTP/1\.0 404"),
    ):
        measured(server, "fanout", rooms=1, rate=10)
