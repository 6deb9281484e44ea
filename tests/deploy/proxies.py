"""nginx and Caddy as operators run them: the shipped files, with the places of a test put in."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.deploy.certificate import self_signed
from tests.support.patience import PATIENCE_SECONDS
from tests.support.server_process import ROOT


def missing(program: str) -> str | None:
    """Return why this program can't be tried, or None."""
    return None if shutil.which(program) else f"{program} is not installed (as root, make test installs it)"


def with_places(text: str, places: Mapping[str, str]) -> str:
    """Return the text with each of these replaced; one that is not there is an error."""
    for former, here in places.items():
        assert former in text, f"the shipped file does not hold {former!r}"
        text = text.replace(former, here)
    return text


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def nginx(directory: Path, upstream: int) -> Iterator[str]:
    """Run nginx with the shipped file in front of that port; the address it serves."""
    port, plain = free_port(), free_port()
    chain, key = self_signed(directory, "game.example.com")
    shipped = (ROOT / "deploy/nginx/gameserver.conf").read_text()
    (directory / "gameserver.conf").write_text(
        with_places(
            shipped,
            {
                "127.0.0.1:8000": f"127.0.0.1:{upstream}",
                "listen 80;": f"listen 127.0.0.1:{plain};",
                "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
                "/etc/letsencrypt/live/game.example.com/fullchain.pem": str(chain),
                "/etc/letsencrypt/live/game.example.com/privkey.pem": str(key),
                "/var/log/nginx/": f"{directory}/",
            },
        )
    )
    temporary = "".join(
        f"{kind}_temp_path {directory}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    whole = directory / "nginx.conf"
    whole.write_text(
        f"{user} daemon off; worker_processes 1; pid {directory}/nginx.pid; error_log stderr warn;"
        f"events {{ worker_connections 256; }} http {{ {temporary} include {directory}/gameserver.conf; }}"
    )
    with _running(["nginx", "-c", str(whole), "-e", "stderr"], directory / "nginx.err", port):
        yield f"https://127.0.0.1:{port}"


@contextmanager
def caddy(directory: Path, upstream: int) -> Iterator[str]:
    """Run Caddy with the shipped file in front of that port, without a certificate; the address it serves."""
    port = free_port()
    environment = {
        "GAMESERVER_SITE": f"http://127.0.0.1:{port}",
        "GAMESERVER_UPSTREAM": f"127.0.0.1:{upstream}",
        "GAMESERVER_ACCESS_LOG": str(directory / "gameserver.log"),
        "HOME": str(directory),
        "XDG_DATA_HOME": str(directory),
        "XDG_CONFIG_HOME": str(directory),
        "PATH": os.environ["PATH"],
    }
    # Its own interface for changes is a fixed port; the shipped file leaves it on, as Debian's unit needs it.
    shipped = directory / "Caddyfile"
    shipped.write_text("{\n\tadmin off\n}\n" + (ROOT / "deploy/caddy/Caddyfile").read_text())
    argv = ["caddy", "run", "--adapter", "caddyfile", "--config", str(shipped)]
    with _running(argv, directory / "caddy.err", port, environment):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(
    argv: list[str], errors: Path, port: int, environment: Mapping[str, str] | None = None
) -> Iterator[None]:
    with errors.open("wb") as told:
        process = subprocess.Popen(argv, stdout=told, stderr=told, env=environment)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not _listening(port):
            alive = process.poll() is None and time.monotonic() < deadline
            assert alive, f"{argv[0]} does not serve:\n{errors.read_text()}"
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _listening(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0
