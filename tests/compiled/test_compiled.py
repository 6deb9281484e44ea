"""Compiled modules run where they fit their sources, and nowhere else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from gameserver import compiled
from gameserver.compiled import MANIFEST, VARIABLE, Finder, digest, files, use
from gameserver.compiled.build import CannotCompile, build, closure
from gameserver.compiled.modules import MODULES
from gameserver.transport.websocket import link
from tests.support.patience import PATIENCE_SECONDS

SOURCES = ["one.py", "two.py"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two sources, and `.compiled` as it would be made from them."""
    for source in SOURCES:
        (tmp_path / source).write_text(f"NAME = {source!r}\n")
    write_manifest(tmp_path)
    return tmp_path


def write_manifest(root: Path, **other: object) -> None:
    known = {
        "suffix": EXTENSION_SUFFIXES[0],
        "sources": SOURCES,
        "digest": digest(SOURCES, root),
        "modules": {"one": ("one.so", 4)},
    }
    (root / ".compiled").mkdir(exist_ok=True)
    (root / ".compiled" / "one.so").write_text("code")
    (root / ".compiled" / MANIFEST).write_text(json.dumps(known | other))


def found(root: Path) -> dict[str, Path]:
    return dict(files(root / ".compiled", root))


def test_these_tests_are_passed_by_compiled_modules() -> None:
    if not compiled.in_use():
        pytest.skip("there are no compiled modules, or GAMESERVER_COMPILED=no")

    assert link.__file__.endswith(EXTENSION_SUFFIXES[0])


def test_compiled_modules_are_used_while_their_sources_are_the_same(root: Path) -> None:
    assert found(root) == {"one": root / ".compiled" / "one.so"}


def test_none_is_used_once_a_source_that_it_sees_has_changed(root: Path) -> None:
    (root / "two.py").write_text("NAME = 'another'\n")

    assert found(root) == {}


def test_none_is_used_once_a_source_that_it_sees_is_gone(root: Path) -> None:
    (root / "two.py").unlink()

    assert found(root) == {}


def test_none_is_used_by_another_python(root: Path) -> None:
    write_manifest(root, suffix=".cpython-27.so")

    assert found(root) == {}


@pytest.mark.parametrize("written", ["", "[]", "{", '{"suffix": 1}', '"none"'])
def test_none_is_used_with_a_manifest_that_says_nothing(root: Path, written: str) -> None:
    (root / ".compiled" / MANIFEST).write_text(written)

    assert found(root) == {}


def test_none_is_used_where_one_is_half_copied(root: Path) -> None:
    (root / ".compiled" / "one.so").write_text("co")  # loading it would end the process, not raise

    assert found(root) == {}


def test_none_is_used_where_one_is_gone(root: Path) -> None:
    (root / ".compiled" / "one.so").unlink()

    assert found(root) == {}


def test_the_sources_run_where_what_was_compiled_cannot_be_loaded(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.meta_path", [each for each in sys.meta_path if not isinstance(each, Finder)])
    monkeypatch.delenv(VARIABLE, raising=False)

    reason = use(root / ".compiled", root)

    assert reason is not None
    assert "one.so" in reason
    assert not compiled.in_use()


def test_none_is_used_where_none_was_made(tmp_path: Path) -> None:
    assert found(tmp_path) == {}


@pytest.mark.parametrize("said", ["no", None])
def test_the_environment_can_ask_for_the_sources(said: str | None) -> None:
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    program = "import gameserver.transport.websocket.link as link; print(link.__file__)"

    ran = subprocess.run(
        [sys.executable, "-c", program],
        env=environment if said is None else environment | {VARIABLE: said},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )

    suffix = ".py" if said == "no" or not files() else EXTENSION_SUFFIXES[0]
    assert ran.stdout.strip().endswith(suffix)


def test_what_is_compiled_already_is_not_compiled_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gameserver.compiled.build.files", lambda folder: found(root))
    assert found(root) != {}

    assert build(root / ".compiled") is False


def test_what_is_made_takes_the_place_of_what_does_not_fit(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compiling(made: Path, scratch: Path) -> dict[str, str]:
        assert (root / ".compiled" / "one.so").is_file()  # a server may still run it
        made.mkdir()
        (made / "new.so").write_text("new code")
        return {"new": "new.so"}

    monkeypatch.setattr("gameserver.compiled.build._compile", compiling)
    monkeypatch.setattr("gameserver.compiled.build._check_compiler", lambda: None)
    (root / "one.py").write_text("NAME = 'changed'\n")

    assert build(root / ".compiled") is True

    assert files(root / ".compiled") == {"new": root / ".compiled" / "new.so"}
    assert sorted(each.name for each in root.iterdir()) == [".compiled", "one.py", "two.py"]


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), SyntaxError("invalid syntax")])
def test_where_nothing_can_be_written_or_read_it_says_so(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(made: Path, scratch: Path) -> dict[str, str]:
        raise error

    monkeypatch.setattr("gameserver.compiled.build._compile", failing)
    monkeypatch.setattr("gameserver.compiled.build._check_compiler", lambda: None)

    with pytest.raises(CannotCompile, match=r"Permission denied|invalid syntax"):
        build(tmp_path / ".compiled")

    assert list(tmp_path.iterdir()) == []


def test_without_a_compiler_it_says_so_and_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", "no-such-compiler")

    with pytest.raises(CannotCompile, match=r"there is no C compiler \(no-such-compiler\)"):
        build(tmp_path / ".compiled")

    assert list(tmp_path.iterdir()) == []


def test_without_pythons_headers_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", sys.executable)
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))

    with pytest.raises(CannotCompile, match="headers are not installed"):
        build(tmp_path / ".compiled")


def test_a_change_of_any_module_that_they_import_counts() -> None:
    sources = closure(("gameserver/transport/relay/express.py",))

    assert "gameserver/protocol/packets/outgoing.py" in sources  # whose constants express.py sees
    assert "gameserver/protocol/packets/__init__.py" in sources
    assert "gameserver/app.py" not in sources


def test_the_list_is_in_order_and_names_what_is_there() -> None:
    assert list(MODULES) == sorted(set(MODULES))
    assert [module for module in MODULES if not (compiled.ROOT / module).is_file()] == []


@pytest.mark.parametrize(("options", "code"), [((), 1), (("--if-possible",), 0)])
def test_make_run_goes_on_where_it_cannot_be_compiled(
    options: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    program = (
        "import sys, pathlib, gameserver.compiled.__main__ as main, gameserver.compiled.build as build\n"
        f"main.build = lambda say: build.build(pathlib.Path({str(tmp_path)!r}, 'c'), say)\n"
        f"sys.argv = ['x', *{options!r}]; sys.exit(main.main())"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"CC": "no-such-compiler"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    assert ran.returncode == code
    assert ran.stderr.startswith("not compiled, so the server runs slower: there is no C compiler")
