"""The unit is one that systemd takes, keeps small, and that starts and stops the server."""

from __future__ import annotations

import configparser
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gameserver.files import OTHER_FILES
from gameserver.settings import load
from tests.deploy.proxies import missing, with_places
from tests.support.patience import PATIENCE_SECONDS
from tests.support.server_process import ROOT, ServerProcess

UNIT = ROOT / "deploy/systemd/gameserver.service"
EXPOSED_AT_MOST = 20  # of 100, by systemd's own reckoning; 96 is a unit that says nothing

with_systemd = pytest.mark.skipif(bool(missing("systemd-analyze")), reason=missing("systemd-analyze") or "")


@pytest.fixture
def unit() -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]  # the keys' case counts
    parsed.read(UNIT)
    return parsed


def analysed(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *words], capture_output=True, text=True, timeout=60, check=False
    )


@with_systemd
def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    here = tmp_path / "gameserver.service"
    here.write_text(
        with_places(
            UNIT.read_text(),
            {"/opt/gameserver/.venv/bin/python": sys.executable, "/opt/gameserver": str(ROOT)},
        )
    )

    verified = analysed("verify", "--man=no", "--recursive-errors=no", str(here))

    assert (verified.returncode, verified.stderr) == (0, "")


@with_systemd
def test_the_process_may_do_little(tmp_path: Path) -> None:
    here = tmp_path / "gameserver.service"
    here.write_text(UNIT.read_text())

    secured = analysed("security", "--offline=true", f"--threshold={EXPOSED_AT_MOST}", str(here))

    assert secured.returncode == 0, secured.stdout


def test_what_it_starts_serves_and_ends_by_its_signal_in_its_time(
    unit: configparser.ConfigParser, tmp_path: Path
) -> None:
    service = unit["Service"]
    program, script, *flags = service["ExecStart"].split()
    settings = tmp_path / "gameserver.toml"
    shipped = (ROOT / "deploy/gameserver.toml").read_text()
    settings.write_text(
        with_places(shipped, {"port = 8000": "port = 0", "/var/lib/gameserver/": f"{tmp_path}/"})
    )

    assert (program, script) == ("/opt/gameserver/.venv/bin/python", "/opt/gameserver/run_server.py")
    assert flags == ["--config", "/etc/gameserver/gameserver.toml"]
    checked = subprocess.run(
        [sys.executable, str(ROOT / "run_server.py"), "--config", str(settings), "--check"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    server = ServerProcess(tmp_path, "--config", str(settings)).start()
    assert server.stop_by(signal.Signals[service["KillSignal"]]) == 0
    assert (tmp_path / "gameserver.db").exists()


def test_files_and_time_are_enough_for_the_settings(unit: configparser.ConfigParser) -> None:
    service, settings = unit["Service"], load({}, ROOT / "deploy/gameserver.toml")

    assert int(service["LimitNOFILE"]) > settings.connections + OTHER_FILES
    assert int(service["TimeoutStopSec"]) > settings.drain_seconds + 10  # a stop commits for 10 s at most


def test_what_it_writes_lies_in_its_own_directory_from_wherever_its_commands_are_typed(
    unit: configparser.ConfigParser,
) -> None:
    state = Path("/var/lib", unit["Service"]["StateDirectory"])
    settings = load({}, ROOT / "deploy/gameserver.toml")

    assert (settings.database.parent, settings.bans.parent) == (state, state)
