"""What others take of the machine is what is left of it after ours."""

import os

from bench.machine import Busy, busy, describe


def test_what_we_did_not_use_was_used_by_others() -> None:
    cores = os.cpu_count() or 1
    before = Busy(at=100.0, all_s=50.0, ended_s=1.0, server_s=2.0)
    after = Busy(at=110.0, all_s=50.0 + 5.0 * cores, ended_s=1.0 + 2.0 * cores, server_s=2.0 + 1.0 * cores)

    assert before.others_share(after) == 0.2  # 5 - 3 of 10 seconds on each core


def test_counters_that_lag_do_not_make_it_negative() -> None:
    before = Busy(at=100.0, all_s=50.0, ended_s=1.0, server_s=2.0)

    assert before.others_share(Busy(at=101.0, all_s=50.0, ended_s=1.5, server_s=2.0)) == 0.0


def test_the_counters_are_those_of_this_machine() -> None:
    before = busy(os.getpid())
    after = busy(os.getpid())

    assert after.all_s >= before.all_s > 0
    assert after.server_s >= before.server_s > 0


def test_the_machine_is_described_with_versions_and_commit() -> None:
    described = describe()

    assert "cores" in described["machine"]
    assert "uvloop" in described["python"]
    assert "socket.io" in described["node"]
    assert described["commit"]
