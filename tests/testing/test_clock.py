"""A fake clock calls what is due, in its order."""

from __future__ import annotations

from gameserver.testing import FakeClock


def test_calls_come_in_the_order_in_which_they_are_due() -> None:
    clock = FakeClock(10.0)
    called: list[tuple[str, float]] = []
    clock.call_later(2.0, lambda: called.append(("late", clock.time())))
    clock.call_later(1.0, lambda: called.append(("soon", clock.time())))
    clock.call_later(1.0, lambda: called.append(("soon too", clock.time())))
    clock.call_later(5.0, lambda: called.append(("never", clock.time())))

    clock.pass_time(3.0)

    assert called == [("soon", 11.0), ("soon too", 11.0), ("late", 12.0)]
    assert clock.time() == 13.0


def test_what_is_cancelled_is_not_called() -> None:
    clock = FakeClock()
    called: list[str] = []
    clock.call_later(1.0, lambda: called.append("first")).cancel()

    clock.pass_time(2.0)

    assert called == []


def test_a_call_may_ask_for_another_one() -> None:
    clock = FakeClock(0.0)
    ticks: list[float] = []

    def tick() -> None:
        ticks.append(clock.time())
        clock.call_later(0.5, tick)

    tick()
    clock.pass_time(1.6)

    assert ticks == [0.0, 0.5, 1.0, 1.5]
