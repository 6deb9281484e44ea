"""Compile the busiest modules with mypyc, into a folder of their own: no source gets a binary beside it."""

from __future__ import annotations

import ast
import io
import json
import os
import shutil
import sysconfig
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir, redirect_stdout, suppress
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any

from gameserver.compiled import FOLDER, MANIFEST, ROOT, digest, files
from gameserver.compiled.modules import MODULES

OURS = ("gameserver", "latency")
HOW = ("gameserver/compiled/build.py", "gameserver/compiled/modules.py")


class CannotCompile(Exception):
    """mypyc, setuptools, a compiler, Python's headers or room to write are missing, or a source is wrong."""


def build(folder: Path = FOLDER, say: Callable[[str], object] = lambda line: None) -> bool:
    """Compile what is not compiled yet as it stands; return whether there was anything to do.

    Raises CannotCompile. What was compiled before stays until then: a server may run it.
    """
    if files(folder):
        return False
    _check_compiler()
    say("compiling the busiest modules, once: half a minute to two")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".compiling-") as scratch:
            _make(Path(scratch, "made"), Path(scratch, "c"))
            with suppress(FileNotFoundError):
                folder.rename(Path(scratch, "former"))
            Path(scratch, "made").rename(folder)
    except (OSError, SyntaxError) as error:
        if not files(folder):  # nor has anybody else just made it
            raise CannotCompile(str(error)) from None
    return True


def _make(made: Path, scratch: Path) -> None:
    sources = sorted(closure(MODULES) | set(HOW))
    before = digest(sources)  # who edits meanwhile has not got that compiled
    modules = {name: (file, (made / file).stat().st_size) for name, file in _compile(made, scratch).items()}
    manifest = {
        "suffix": EXTENSION_SUFFIXES[0],
        "sources": sources,
        "digest": before,
        "modules": modules,
    }
    (made / MANIFEST).write_text(json.dumps(manifest, indent=1))


def closure(modules: tuple[str, ...]) -> set[str]:
    """Return these sources and all of ours that they import: mypyc writes their constants into its code."""
    found: set[str] = set()
    waiting = list(modules)
    while waiting:
        source = waiting.pop()
        if source not in found:
            found.add(source)
            waiting += _imported(source)
    return found


def _imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse((ROOT / source).read_text(), source)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in OURS:
            for name in (node.module, *(f"{node.module}.{each.name}" for each in node.names)):
                path = Path(*name.split("."))
                for candidate in (path.with_suffix(".py"), path / "__init__.py"):
                    if (ROOT / candidate).is_file():
                        yield str(candidate)


def _check_compiler() -> None:
    """Raise CannotCompile before minutes are spent on what could not be finished."""
    compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        raise CannotCompile(f"there is no C compiler ({compiler})")
    if not Path(sysconfig.get_path("include"), "Python.h").is_file():
        raise CannotCompile("Python's headers are not installed")


def _compile(made: Path, scratch: Path) -> Mapping[str, str]:
    """Compile into this folder; return each module's file, relative to it."""
    try:
        from mypyc.build import mypycify
        from setuptools import Distribution
        from setuptools.command.build_ext import build_ext
    except ImportError as error:
        raise CannotCompile(f"{error.name} is not installed") from None

    class BuildSideBySide(build_ext):  # type: ignore[misc]
        """Compiles as many files of one extension at once as there are cores."""

        def build_extension(self, ext: Any) -> None:
            compiler = self.compiler
            one_by_one = compiler.compile

            def compile(sources: list[str], **given: Any) -> list[str]:
                with ThreadPoolExecutor(os.cpu_count()) as pool:
                    return [
                        each
                        for found in pool.map(lambda one: one_by_one([one], **given), sources)
                        for each in found
                    ]

            compiler.compile = compile
            try:
                super().build_extension(ext)
            finally:
                compiler.compile = one_by_one

    with chdir(ROOT):
        said = io.StringIO()  # mypyc's advice is not for who starts a server
        try:
            with redirect_stdout(said):
                extensions = mypycify(
                    ["--config-file", "pyproject.toml", *MODULES],
                    opt_level="2",
                    debug_level="0",
                    multi_file=True,
                    target_dir=str(scratch),
                )
        except SystemExit:
            raise CannotCompile(f"mypyc finds the sources wrong: {said.getvalue()}") from None
        command = BuildSideBySide(Distribution({"name": "gameserver", "ext_modules": extensions}))
        command.build_lib = str(made)
        command.build_temp = str(scratch)
        command.ensure_finalized()
        try:
            command.run()
        except Exception as error:  # setuptools' own, of many classes
            raise CannotCompile(str(error)) from None
    built = [path.relative_to(made) for path in made.rglob(f"*{EXTENSION_SUFFIXES[0]}")]
    return {".".join(path.parts).removesuffix(EXTENSION_SUFFIXES[0]): str(path) for path in built}
