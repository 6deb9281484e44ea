"""The console's password: hashed, checked off the loop, and never by so many at once that it hurts."""

from __future__ import annotations

import asyncio
import threading

import pytest

from gameserver.console.passwords import LEAST, LONGEST, Busy, PasswordCheck, hash_password
from tests.support.operated import CHEAP, PASSWORD

pytestmark = pytest.mark.gen_test


def test_a_hash_is_argon2id_and_no_two_are_equal() -> None:
    first, second = hash_password(PASSWORD), hash_password(PASSWORD)

    assert first.startswith("$argon2id$")
    assert first != second


@pytest.mark.parametrize("password", ["short", "x" * (LONGEST + 1)])
def test_a_password_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(ValueError, match=f"{LEAST} to {LONGEST}"):
        hash_password(password)


async def test_the_right_password_fits_and_no_other() -> None:
    check = PasswordCheck(CHEAP.hash(PASSWORD))

    assert await check.fits(PASSWORD)
    assert not await check.fits("wrong horse battery")
    assert not await check.fits("\ud800 no text")
    assert not await check.fits("x" * 100_000)
    check.close()


async def test_checks_wait_for_each_other_up_to_a_bound_and_the_loop_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    check = PasswordCheck(CHEAP.hash(PASSWORD), waiting=1)
    go, threads = threading.Event(), set()

    def slow(password: str) -> bool:
        threads.add(threading.current_thread().name)
        return go.wait(10)

    monkeypatch.setattr(check, "_verify", slow)
    first = asyncio.ensure_future(check.fits("one"))
    second = asyncio.ensure_future(check.fits("two"))
    await asyncio.sleep(0)

    with pytest.raises(Busy):
        await check.fits("three")
    go.set()

    assert await first
    assert await second
    assert len(threads) == 1
    assert threading.current_thread().name not in threads
    check.close()
