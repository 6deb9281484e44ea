"""Silence: by deadline, after two looks, forgiving any byte, and never blaming many for our own fault."""

from __future__ import annotations

from latency.settings import Settings
from latency.silence import SECOND_LOOK_S, HostLate, HostSilent, Overdue, Silences, TimedOut


class Watch:
    """Silences on a fake clock, with the bytes that were read from each player."""

    def __init__(self) -> None:
        self.heard: dict[str, float] = {}
        self.silences = Silences(Settings(), lambda player: self.heard.get(player))
        self.found: list[tuple[float, Overdue]] = []

    def run(self, until: float, *, stall: tuple[float, float] | None = None) -> None:
        """Act at every deadline, or at the end of the stall that covers it."""
        while (deadline := self.silences.next_deadline()) is not None and deadline <= until:
            now = stall[1] if stall is not None and stall[0] <= deadline < stall[1] else deadline
            self.found += [(now, what) for what in self.silences.due(now)]

    def silent(self) -> list[str]:
        return [what.player for _, what in self.found if isinstance(what, HostSilent)]


def test_an_unanswered_host_is_late_then_times_out_and_is_silent_after_the_second_look() -> None:
    watch = Watch()
    watch.silences.begin("anna", 10.0, host=True, timeout_s=2.0)
    watch.run(60.0)

    assert watch.found == [
        (11.0, HostLate("anna", 10.0)),
        (12.0, TimedOut("anna")),
        (13.0 + SECOND_LOOK_S, HostSilent("anna", 10.0, None)),
    ]
    assert watch.silences.next_deadline() is None


def test_a_member_only_times_out() -> None:
    watch = Watch()
    watch.silences.begin("anna", 10.0, host=False, timeout_s=2.0)
    watch.run(60.0)
    assert watch.found == [(12.0, TimedOut("anna"))]


def test_an_answer_ends_the_wait() -> None:
    watch = Watch()
    watch.silences.begin("anna", 10.0, host=True, timeout_s=10.0)
    watch.run(12.5)
    watch.silences.end("anna", 12.5)
    watch.run(60.0)
    assert watch.found == [(11.0, HostLate("anna", 10.0))]


def test_any_byte_is_a_sign_of_life_and_the_count_begins_anew_from_it() -> None:
    watch = Watch()
    watch.silences.begin("anna", 10.0, host=True, timeout_s=60.0)
    watch.run(12.0)
    watch.heard["anna"] = 12.5
    watch.run(60.0)
    assert watch.found[1:] == [(15.5 + SECOND_LOOK_S, HostSilent("anna", 12.5, 12.5))]


def test_bytes_read_before_the_probe_prove_nothing_after_it() -> None:
    watch = Watch()
    watch.heard["anna"] = 9.9
    watch.silences.begin("anna", 10.0, host=True, timeout_s=60.0)
    watch.run(60.0)
    assert watch.found[-1] == (13.0 + SECOND_LOOK_S, HostSilent("anna", 10.0, 9.9))


def test_an_answer_that_lay_unread_during_our_stall_is_read_before_the_host_is_judged() -> None:
    watch = Watch()
    watch.silences.begin("anna", 10.0, host=True, timeout_s=60.0)
    watch.run(14.0, stall=(10.5, 14.0))  # the answer came at 10.6 and lies in the kernel
    assert watch.silent() == []
    watch.silences.end("anna", 14.0)  # the loop's next turn reads it
    watch.run(60.0)
    assert watch.silent() == []


def test_a_host_that_is_silent_through_a_stall_is_still_found_after_it() -> None:
    watch = Watch()
    watch.silences.begin("anna", 10.0, host=True, timeout_s=60.0)
    watch.run(60.0, stall=(10.5, 14.0))
    assert watch.found[-1] == (14.0 + SECOND_LOOK_S, HostSilent("anna", 10.0, None))


def test_when_many_turn_late_at_once_we_suspect_ourselves_for_five_seconds_and_only_once() -> None:
    watch = Watch()
    for n in range(6):
        watch.silences.begin(f"h{n}", 10.0, host=True, timeout_s=60.0)
    watch.run(13.5)
    assert watch.silent() == []
    assert watch.silences.freezes == 6
    watch.run(60.0)
    silent_at = {at for at, what in watch.found if isinstance(what, HostSilent)}
    assert len(watch.silent()) == 6
    assert silent_at == {13.0 + 2 * SECOND_LOOK_S + 5.0}


def test_a_few_silent_hosts_among_many_who_answer_are_not_excused() -> None:
    watch = Watch()
    for n in range(20):
        watch.silences.begin(f"m{n}", 10.0, host=False, timeout_s=10.0)
        watch.silences.end(f"m{n}", 10.1 + n / 100)
    for n in range(5):
        watch.silences.begin(f"h{n}", 10.0, host=True, timeout_s=60.0)
    watch.run(60.0)
    assert sorted(watch.silent()) == [f"h{n}" for n in range(5)]
    assert watch.silences.freezes == 0


def test_hosts_that_have_been_dead_for_long_do_not_excuse_the_next_one() -> None:
    watch = Watch()
    for n in range(30):
        watch.silences.begin(f"dead{n}", float(n), host=True, timeout_s=900.0)
        watch.run(n + 0.5)
    watch.run(100.0)
    before = watch.silences.freezes
    watch.silences.begin("anna", 100.0, host=True, timeout_s=60.0)
    watch.run(160.0)
    assert (103.0 + SECOND_LOOK_S, HostSilent("anna", 100.0, None)) in watch.found
    assert watch.silences.freezes == before


def test_whoever_becomes_host_while_its_probe_is_out_is_judged_as_one() -> None:
    watch = Watch()
    watch.silences.begin("anna", 10.0, host=False, timeout_s=60.0)
    watch.run(20.0)
    watch.silences.set_host("anna", True, 20.0)
    watch.run(30.0)
    assert watch.silent() == ["anna"]
    watch.silences.set_host("bo", True, 30.0)  # nothing is out: nothing happens
    assert len(watch.found) == 2
