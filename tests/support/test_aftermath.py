"""A test that fails leaves nothing behind that fails another one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTEST = (
    f"{sys.executable} -m pytest -q -p no:tornado -p no:randomly -p tests.support.aftermath -c {os.devnull}"
)
TESTS = """
import gc, os, socket
from tests.support.server_process import ServerProcess

def test_it_fails_with_a_server_running_and_a_socket_open(tmp_path):
    server = ServerProcess(tmp_path, "--storage", "memory").start()
    unclosed = socket.socket()
    (tmp_path.parent / "pid").write_text(str(server.pid))
    assert False, "on purpose"

def test_an_innocent_one_follows(tmp_path):
    gc.collect()
    assert not os.path.exists("/proc/" + (tmp_path.parent / "pid").read_text())
"""


def test_what_a_failed_test_left_is_ended_and_fails_no_other(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TESTS)

    run = subprocess.run(
        [*PYTEST.split(), "-W", "error", "--rootdir", str(tmp_path), str(tmp_path / "test_it.py")],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )

    assert "1 failed, 1 passed" in run.stdout, run.stdout + run.stderr
    assert "on purpose" in run.stdout
