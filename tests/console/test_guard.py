"""Guessing at the console's door."""

from __future__ import annotations

import pytest

from gameserver.console.audit import REFUSALS_PER_SECOND, Audit
from gameserver.console.guard import IN_ALL, Guard
from gameserver.console.logins import MOST, Logins, digest
from gameserver.console.passwords import PasswordCheck
from gameserver.console.problems import NotLoggedIn, TooManyTries
from tests.support.operated import CHEAP, PASSWORD, TOKEN

pytestmark = pytest.mark.gen_test


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Log:
    """As much of a log as the audit needs."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, object]]] = []

    def info(self, event: str, **facts: object) -> None:
        self.lines.append((event, facts))

    warning = info


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def guard(clock: Clock, log: Log) -> Guard:
    return Guard(
        password=PasswordCheck(CHEAP.hash(PASSWORD)),
        token_sha256=digest(TOKEN),
        logins=Logins(60, clock),
        tries=3,
        pause=60,
        audit=Audit(log, clock),  # type: ignore[arg-type]
        now=clock,
    )


def guess(guard: Guard, address: str) -> type[Exception] | None:
    try:
        guard.by_token("wrong", address)
    except (NotLoggedIn, TooManyTries) as problem:
        return type(problem)
    return None


def test_wrong_tokens_cost_a_pause_in_which_the_right_one_is_heard(guard: Guard, clock: Clock) -> None:
    assert [guess(guard, "192.0.2.1") for _ in range(4)] == [NotLoggedIn] * 3 + [TooManyTries]
    assert guard.by_token(TOKEN, "192.0.2.1").name == "token"  # of an operator behind the same tunnel
    assert guess(guard, "192.0.2.1") is TooManyTries
    assert guess(guard, "192.0.2.2") is NotLoggedIn

    clock.now += 60

    assert guess(guard, "192.0.2.1") is NotLoggedIn


def test_an_ipv6_customer_has_one_allowance_for_all_its_addresses(guard: Guard) -> None:
    for host in range(3):
        guess(guard, f"2001:db8::{host + 1}")

    assert guess(guard, "2001:db8::ffff") is TooManyTries
    assert guess(guard, "2001:db8:0:1::1") is NotLoggedIn


async def test_passwords_guessed_from_everywhere_close_the_door_for_passwords_alone(
    guard: Guard, clock: Clock
) -> None:
    for number in range(IN_ALL):
        with pytest.raises(NotLoggedIn):
            await guard.log_in("wrong", f"192.0.2.{number}")

    with pytest.raises(TooManyTries):
        await guard.log_in(PASSWORD, "198.51.100.1")
    assert guard.by_token(TOKEN, "198.51.100.1").name == "token"

    clock.now += 60

    token, operator = await guard.log_in(PASSWORD, "198.51.100.1")
    assert guard.by_login(token, "198.51.100.1").name == operator.name


async def test_a_right_password_takes_back_the_wrong_ones_before_it(guard: Guard) -> None:
    for _ in range(3):
        for _ in range(2):
            with pytest.raises(NotLoggedIn):
                await guard.log_in("wrong", "192.0.2.1")
        await guard.log_in(PASSWORD, "192.0.2.1")


async def test_a_login_ends_by_itself(guard: Guard, clock: Clock) -> None:
    token, _ = await guard.log_in(PASSWORD, "192.0.2.1")
    clock.now += 59.9
    assert guard.by_login(token, "192.0.2.1")
    clock.now += 0.1
    with pytest.raises(NotLoggedIn):
        guard.by_login(token, "192.0.2.1")


def test_only_so_many_are_logged_in_the_oldest_go(clock: Clock) -> None:
    logins = Logins(60, clock)
    tokens = [logins.open("192.0.2.1")[0] for _ in range(MOST + 1)]

    assert logins.find(tokens[0]) is None
    assert all(logins.find(token) for token in tokens[1:])


def test_a_flood_of_wrong_tries_leaves_few_lines_and_none_uncounted(
    guard: Guard, clock: Clock, log: Log
) -> None:
    for number in range(100):
        guess(guard, f"192.0.2.{number}")
    clock.now += 1
    guess(guard, "192.0.2.1")

    assert len(log.lines) == REFUSALS_PER_SECOND + 1
    assert sum(1 + int(str(facts["unlogged"])) for _, facts in log.lines) == 101


async def test_neither_password_nor_token_is_written_down(guard: Guard, log: Log) -> None:
    token, _ = await guard.log_in(PASSWORD, "192.0.2.1")
    guess(guard, "192.0.2.1")

    assert [event for event, _ in log.lines] == ["console.login", "console.refused"]
    assert not any(secret in str(log.lines) for secret in (PASSWORD, TOKEN, token, "wrong token"))
