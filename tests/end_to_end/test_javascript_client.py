"""The package in `clients/js`, by its own tests: it starts this server and plays on it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "clients" / "js"
MOST_SECONDS = 600.0


def test_the_javascript_client_passes_its_own_tests() -> None:
    if shutil.which("npm") is None:
        pytest.skip("node and npm are not installed")
    assert (PACKAGE / "node_modules").is_dir(), "run `make test`, or `npm ci` in clients/js"

    ended = subprocess.run(
        ["npm", "test", "--silent"],
        cwd=PACKAGE,
        env={**os.environ, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=MOST_SECONDS,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    for left_out in ("fail", "skipped", "todo"):
        assert re.search(rf"^. {left_out} 0$", ended.stdout, re.MULTILINE), ended.stdout
