"""The process's own figures, against what the system says otherwise."""

from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path

import pytest
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import CollectorRegistry

from gameserver.metrics.own_process import ProcessFigures

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's /proc")


def figures(proc: Path = Path("/proc/self")) -> dict[str, float]:
    return {
        sample.name: sample.value for family in ProcessFigures(proc).collect() for sample in family.samples
    }


def test_they_are_those_that_are_usual() -> None:
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    usual = {sample.name: sample.value for family in registry.collect() for sample in family.samples}
    found = figures()

    assert found.keys() == usual.keys()
    assert found["process_max_fds"] == usual["process_max_fds"]
    assert found["process_resident_memory_bytes"] == pytest.approx(
        usual["process_resident_memory_bytes"], rel=0.1
    )
    assert 0 < found["process_cpu_seconds_total"] <= time.process_time()
    assert found["process_start_time_seconds"] <= time.time()


def test_each_open_file_counts() -> None:
    before = figures()["process_open_fds"]
    with socket.socket(), socket.socket():
        assert figures()["process_open_fds"] == before + 2


def test_an_older_kernel_s_files_are_counted_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fd").mkdir()
    for name in ("0", "1", "2"):
        (tmp_path / "fd" / name).touch()
    (tmp_path / "statm").write_text("100 10 0 0 0 0 0\n")
    real = Path.stat

    def sizeless(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = list(real(path, follow_symlinks=follow_symlinks))
        found[6] = 0
        return os.stat_result(found)

    monkeypatch.setattr(Path, "stat", sizeless)

    assert figures(tmp_path)["process_open_fds"] == 3


def test_without_proc_the_rest_is_shown(tmp_path: Path) -> None:
    assert set(figures(tmp_path)) == {
        "process_cpu_seconds_total",
        "process_start_time_seconds",
        "process_max_fds",
    }
