"""The README's examples do what they say, on the real server, with every warning an error."""

from __future__ import annotations

import re

import pytest

from tests.support.documents import examples, run_python
from tests.support.server_process import ROOT, ServerProcess

README = ROOT / "clients" / "python" / "README.md"


@pytest.mark.parametrize(
    ("section", "said", "seconds"),
    [
        ("A game that its host runs", r"host: 3", 0.0),
        (
            "When the connection breaks",
            r"lost, comes back: True\nback: recovered\nsame room: True\nover: left",
            0.0,
        ),
        ("A session by key", r"key: [A-Z2-9]{6}\nstate: started", 0.0),
        ("A track", r"tact 0 64\ntact 1 0", 1.0),
        ("Refusals", r"told: not_a_member\nrefused: not_a_member direct", 0.0),
    ],
)
def test_the_example_does_what_it_says(
    real_server: ServerProcess, section: str, said: str, seconds: float
) -> None:
    (example,) = examples(README, "python", section)

    for patience in (1, 20):  # times what is enough, unless the machine is busy
        printed = run_python(example, real_server.url, seconds=patience * seconds)
        if found := re.search(rf"^{said}$", printed, re.MULTILINE):
            break

    assert found, printed
