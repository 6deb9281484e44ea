"""What a supervisor learns of a server by the settings it runs with."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from gameserver import healthcheck
from gameserver.settings import Settings
from tests.deploy.certificate import self_signed
from tests.support.patience import PATIENCE_SECONDS
from tests.support.server_process import ROOT, ServerProcess


class Answering(BaseHTTPRequestHandler):
    """Lives, but takes no players."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 503)
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def answering() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_living_and_being_ready_are_two_questions(answering: HTTPServer) -> None:
    settings = Settings(port=answering.server_port)

    assert healthcheck.ask(settings, "healthz") == (True, "/healthz")
    assert healthcheck.ask(settings, "readyz") == (False, "/readyz")


def test_nobody_there_is_told_as_the_reason() -> None:
    with socket.socket() as taken:  # bound, and never listening
        taken.bind(("127.0.0.1", 0))
        well, answer = healthcheck.ask(Settings(port=taken.getsockname()[1]))

    assert not well
    assert answer.startswith("no answer: ")


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1", "localhost"])
def test_a_server_that_listens_everywhere_is_asked_on_the_loopback(answering: HTTPServer, host: str) -> None:
    assert healthcheck.ask(Settings(host=host, port=answering.server_port))[0]


def test_a_server_with_a_certificate_is_asked_through_it(answering: HTTPServer, tmp_path: Path) -> None:
    chain, key = self_signed(tmp_path, "game.example.com")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    answering.socket = context.wrap_socket(answering.socket, server_side=True)

    settings = Settings(port=answering.server_port, tls_cert=chain, tls_key=key)

    assert healthcheck.ask(settings)[0]


def test_the_command_asks_the_server_of_the_same_settings(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path).start()
    try:
        asked = [
            subprocess.run(
                [
                    sys.executable,
                    str(ROOT / "run_server.py"),
                    "healthcheck",
                    *flags,
                    "--port",
                    str(server.port),
                ],
                capture_output=True,
                text=True,
                timeout=PATIENCE_SECONDS,
                check=False,
                cwd=tmp_path,
            )
            for flags in ([], ["--ready"])
        ]
    finally:
        server.stop()

    assert [(each.returncode, each.stderr) for each in asked] == [(0, ""), (0, "")]
    assert asked[0].stdout == "ok\n"
    assert '"ready": true' in asked[1].stdout
