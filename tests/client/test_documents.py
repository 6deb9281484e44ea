"""What docs/clients.md and docs/testing-your-game.md print is run."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.documents import examples, javascript_is_missing, run_javascript, run_python
from tests.support.server_process import ROOT, ServerProcess

CLIENTS = ROOT / "docs" / "clients.md"
TESTING = ROOT / "docs" / "testing-your-game.md"
REFUSED = ["already_in_room", "not_a_member", "too_large"]


@pytest.fixture
def node() -> None:
    if missing := javascript_is_missing():
        pytest.skip(missing)


def test_the_two_players_of_the_document_do_the_same_in_python(real_server: ServerProcess) -> None:
    (example,) = examples(CLIENTS, "python", "Side by side")

    assert run_python(example, real_server.url).splitlines()[-1] == "host: 5"


@pytest.mark.usefixtures("node")
def test_the_two_players_of_the_document_do_the_same_in_javascript(real_server: ServerProcess) -> None:
    (example,) = examples(CLIENTS, "js", "Side by side")

    assert run_javascript(example, real_server.url).splitlines()[-1] == "host: 5"


def test_wrong_use_is_refused_with_the_same_codes_in_python(real_server: ServerProcess) -> None:
    (example,) = examples(CLIENTS, "python", "Wrong use")

    assert run_python(example, real_server.url).split()[1:] == REFUSED


@pytest.mark.usefixtures("node")
def test_wrong_use_is_refused_with_the_same_codes_in_javascript(real_server: ServerProcess) -> None:
    (example,) = examples(CLIENTS, "js", "Wrong use")

    assert run_javascript(example, real_server.url).split()[1:] == REFUSED


def _tests_of_the_document() -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "the_document"}
    for example in examples(TESTING, "python"):
        exec(compile(example, str(TESTING), "exec"), names)
    return {name: thing for name, thing in names.items() if name.startswith("test_")}


@pytest.mark.parametrize("name", list(_tests_of_the_document()))
def test_the_tests_of_the_document_pass(name: str) -> None:
    _tests_of_the_document()[name]()


@pytest.mark.usefixtures("node")
def test_a_game_on_a_simulated_network_survives_its_host(real_server: ServerProcess) -> None:
    (example,) = examples(TESTING, "js")

    assert run_javascript(example, real_server.url) == "the game survives its host\n"
