"""The examples that documents print, run as their readers run them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

from tests.support.patience import PATIENCE_SECONDS
from tests.support.server_process import ROOT

PRINTED_ADDRESS = "http://localhost:8000"
JAVASCRIPT = ROOT / "clients" / "js"

SLOW_TURN = re.compile(r"^Executing <.* took [\d.]+ seconds\n", re.MULTILINE)
"""What asyncio's development mode says of a machine that stood still."""

PYTHON_PLAYER = """\
import asyncio
from gameroom_client import Client


async def main() -> None:
    async with Client("http://localhost:8000", name="Anna") as client:
{example}
        await asyncio.sleep({seconds})


asyncio.run(main())
"""
JAVASCRIPT_PLAYER = """\
import {{ Client, TrackPlayer }} from "gameroom-client";
const client = new Client("http://localhost:8000", {{ name: "Anna" }});
await client.connect();
{example}
await new Promise((resolve) => setTimeout(resolve, {seconds} * 1000));
client.close();
"""


def examples(document: Path, language: str, section: str = "") -> list[str]:
    """Return the examples of a section, or of all, in this language."""
    text = document.read_text(encoding="utf-8")
    if section:
        (text,) = re.findall(rf"^## {re.escape(section)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found, f"{document.name} has no {language} example in {section!r}"
    return found


def run_python(example: str, url: str, *, seconds: float = 0.0) -> str:
    """Run a program, or what stands inside a connected client's block; return what it prints."""
    if "asyncio.run(" not in example:
        example = PYTHON_PLAYER.format(example=textwrap.indent(example, " " * 8), seconds=seconds)
    path = os.pathsep.join((str(ROOT / "clients" / "python"), str(ROOT)))
    return _said([sys.executable, "-X", "dev", "-W", "error", "-"], example, url, PYTHONPATH=path)


def run_javascript(example: str, url: str, *, seconds: float = 0.0) -> str:
    """Run a module, or what stands behind a client's `connect`; return what it prints."""
    if "new Client(" not in example:
        example = JAVASCRIPT_PLAYER.format(example=example, seconds=seconds)
    return _said(["node", "--input-type=module", "-"], example, url)


def javascript_is_missing() -> str | None:
    """Return why no JavaScript example can run here."""
    if shutil.which("node") is None or not (JAVASCRIPT / "node_modules").is_dir():
        return "node and npm are not installed"
    return None


def _said(command: list[str], program: str, url: str, **environment: str) -> str:
    ended = subprocess.run(
        command,
        input=program.replace(PRINTED_ADDRESS, url),
        cwd=JAVASCRIPT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert SLOW_TURN.sub("", ended.stderr) == "", ended.stderr
    return ended.stdout
