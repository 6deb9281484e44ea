"""A skip is fine on a laptop and fails on CI."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTEST = f"{sys.executable} -m pytest -q -rs -p no:tornado -p tests.support.skips -c {os.devnull}".split()
WHOLE_MODULE = "import pytest\npytest.skip('no tool', allow_module_level=True)\n"
ONE_TEST = "import pytest\ndef test_it():\n    pytest.skip('no tool')\n"
MARKED = "import pytest\n@pytest.mark.skipif(True, reason='no tool')\ndef test_it():\n    pass\n"
KNOWN_FAILURE = "import pytest\n@pytest.mark.xfail\ndef test_it():\n    assert False\n"


def outcome(directory: Path, source: str, *, ci: bool) -> tuple[int, str]:
    (directory / "test_it.py").write_text(source)
    environment = {key: value for key, value in os.environ.items() if key != "CI"}
    run = subprocess.run(
        [*PYTEST, "--rootdir", str(directory), str(directory / "test_it.py")],
        env=environment | {"PYTHONPATH": str(ROOT)} | ({"CI": "true"} if ci else {}),
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return run.returncode, run.stdout + run.stderr


@pytest.mark.parametrize("source", [WHOLE_MODULE, ONE_TEST, MARKED])
def test_a_skip_fails_the_run_on_ci_and_says_what_was_left_out(tmp_path: Path, source: str) -> None:
    code, said = outcome(tmp_path, source, ci=True)

    assert code in (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED), said
    assert "this one was left out" in said
    assert "no tool" in said


def test_a_skip_passes_on_a_laptop(tmp_path: Path) -> None:
    code, said = outcome(tmp_path, ONE_TEST, ci=False)

    assert code == pytest.ExitCode.OK, said
    assert "1 skipped" in said


def test_a_failure_that_is_expected_is_no_skip(tmp_path: Path) -> None:
    code, said = outcome(tmp_path, KNOWN_FAILURE, ci=True)

    assert code == pytest.ExitCode.OK, said
