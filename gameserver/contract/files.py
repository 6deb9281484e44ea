"""Which files the contract is written to."""

from __future__ import annotations

from pathlib import Path

from gameserver.contract.asyncapi import asyncapi
from gameserver.contract.markdown import tables
from gameserver.contract.model import Contract
from gameserver.contract.python_types import python_types
from gameserver.contract.regions import filled
from gameserver.contract.typescript import typescript

ROOT = Path(__file__).parents[2]
ASYNCAPI = Path("docs/asyncapi.json")
PROTOCOL = Path("docs/protocol.md")
TYPESCRIPT = Path("clients/js/src/contract.d.ts")
PYTHON = Path("clients/python/gameroom_client/contract.py")


def texts(contract: Contract, root: Path = ROOT) -> dict[Path, str]:
    """Return what each file should hold, by its path from the root of the repository."""
    return {
        ASYNCAPI: asyncapi(contract),
        PROTOCOL: filled((root / PROTOCOL).read_text(), tables(contract)),
        TYPESCRIPT: typescript(contract),
        PYTHON: python_types(contract),
    }


def outdated(contract: Contract, root: Path = ROOT) -> dict[Path, str]:
    """Return those of the files that hold something else, with what they should hold."""
    return {
        path: text
        for path, text in texts(contract, root).items()
        if not (root / path).is_file() or (root / path).read_text() != text
    }


def write(contract: Contract, root: Path = ROOT) -> list[Path]:
    """Write what is out of date, and return which files that were."""
    stale = outdated(contract, root)
    for path, text in stale.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return list(stale)
