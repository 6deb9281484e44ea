"""The busiest modules as machine code: the sources that stand here, compiled by mypyc, used while they match.

`python -m gameserver.compiled` makes them. Without them, or where a source was changed since, or with
GAMESERVER_COMPILED=no in the environment, the sources themselves run; they do the same, only slower.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".compiled"
MANIFEST = "manifest.json"
VARIABLE = "GAMESERVER_COMPILED"


class Finder(MetaPathFinder):
    """Finds the compiled form of these modules before Python looks for their sources."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        file = self._files.get(fullname)
        if file is None:
            return None
        return spec_from_file_location(fullname, file, loader=ExtensionFileLoader(fullname, str(file)))


def digest(sources: Sequence[str], root: Path = ROOT) -> str:
    """Return what tells these sources, by their paths below the root, from any others."""
    hashed = hashlib.sha256()
    for source in sources:
        hashed.update(source.encode() + b"\0" + hashlib.sha256((root / source).read_bytes()).digest())
    return hashed.hexdigest()


def files(folder: Path = FOLDER, root: Path = ROOT) -> Mapping[str, Path]:
    """Return the compiled modules by name; none unless all are whole and fit this Python and its sources."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        if manifest["suffix"] != EXTENSION_SUFFIXES[0] or manifest["digest"] != digest(
            manifest["sources"], root
        ):
            return {}
        if any((folder / file).stat().st_size != size for file, size in manifest["modules"].values()):
            return {}  # half a copy: to load it would end the process
        return {name: folder / file for name, (file, _) in manifest["modules"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def use(folder: Path = FOLDER, root: Path = ROOT) -> str | None:
    """Let the modules imported from now on be compiled ones; return why not, if there are some that can't be.

    They can't from a file system without execution, or with an older C library than they were made with.
    """
    if os.environ.get(VARIABLE) == "no" or in_use():
        return None
    found = files(folder, root)
    finder = Finder(found)
    sys.meta_path.insert(0, finder)
    try:
        for library in (name for name in found if "." not in name):  # the code of all, and the first to fail
            importlib.import_module(library)
    except ImportError as error:
        found = {}
        return str(error)
    finally:
        if not found:
            sys.meta_path.remove(finder)
    return None


def in_use() -> bool:
    """Whether this process runs compiled modules."""
    return any(isinstance(finder, Finder) for finder in sys.meta_path)
