"""The declarations, read by the TypeScript compiler."""

from __future__ import annotations

import subprocess

import pytest

from gameserver.contract.files import ROOT, TYPESCRIPT
from tests.support.js_players import DIRECTORY, NodeStage

STRICT = [
    "--noEmit",
    "--strict",
    "--noUncheckedIndexedAccess",
    "--exactOptionalPropertyTypes",
    "--skipLibCheck",
    "false",
    "--target",
    "es2022",
    "--lib",
    "es2022,dom",
    "--module",
    "nodenext",
    "--moduleResolution",
    "nodenext",
    "--types",
]


def complaints(*files: str) -> list[str]:
    """Return what the compiler has against these files of tests/js."""
    if missing := NodeStage.missing():
        pytest.skip(missing)
    read = subprocess.run(
        ["node_modules/.bin/tsc", *STRICT, "", *files],
        cwd=DIRECTORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert read.stderr == ""
    return read.stdout.splitlines()


def test_a_game_may_write_what_the_contract_allows_and_nothing_else() -> None:
    assert complaints("contract_types.ts", str(ROOT / TYPESCRIPT)) == []


def test_the_compiler_finds_what_the_contract_does_not_allow(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    text = (DIRECTORY / "contract_types.ts").read_text()
    expected = text.count("// @ts-expect-error")
    unmarked = tmp_path_factory.mktemp("types") / "unmarked.ts"
    unmarked.write_text(
        text.replace("// @ts-expect-error", "//")
        .replace("../../clients", str(ROOT / "clients"))
        .replace("socket.io-client", str(DIRECTORY / "node_modules/socket.io-client/build/esm/index.js"))
    )

    assert len([line for line in complaints(str(unmarked)) if "error TS" in line]) == expected
