"""The console's page and the files it is made of."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from gameserver.console.routes import STATIC
from gameserver.web.pages import STATIC as SHARED
from tests.support.js_players import NodeStage
from tests.support.operated import operated

TESTS_JS = Path(__file__).parents[1] / "js"
SCRIPTS = sorted(STATIC.glob("*.js"))
ELEMENTS = SHARED / "elements.js"  # of the lobby's page, which the console shares


class Links(HTMLParser):
    """Collects what a page loads, and whatever stands inline in it."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.inline += [name for name in found if name.startswith("on") or name == "style"]
        if tag == "script" and not found.get("src"):
            self.inline.append(tag)
        if tag in ("script", "link"):
            self.loaded.append(str(found.get("src") or found.get("href")))


@pytest.mark.gen_test
async def test_the_page_loads_only_what_is_served_here_and_nothing_stands_inline() -> None:
    links = Links()
    async with operated() as stage:
        for path in ("/console", "/console/"):
            assert (await stage.fetch("GET", path)).status == 200
        links.feed((STATIC / "index.html").read_text())
        codes = {path: (await stage.fetch("GET", path)).status for path in links.loaded}
        modules = [(await stage.fetch("GET", f"/console/static/{each.name}")).status for each in SCRIPTS]
        modules.append((await stage.fetch("GET", f"/static/{ELEMENTS.name}")).status)

    assert set(codes.values()) == set(modules) == {200}, codes
    assert links.inline == []


@pytest.mark.parametrize("script", [*SCRIPTS, ELEMENTS], ids=lambda path: path.name)
def test_no_script_makes_markup_or_code_of_text(script: Path) -> None:
    text = script.read_text()

    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text
    )
    imports = re.findall(r'from "([^"]+)"', text)
    assert set(imports) <= {f"/static/{ELEMENTS.name}", *(f"./{each.name}" for each in SCRIPTS)}


def test_the_shipped_plots_are_the_package_s_own_files_of_the_version_that_is_named() -> None:
    locked = json.loads((TESTS_JS / "package-lock.json").read_text())["packages"]["node_modules/uplot"]
    assert f"**uplot {locked['version']}**" in (SHARED / "vendor" / "README.md").read_text()
    if missing := NodeStage.missing():
        pytest.skip(missing)
    package = TESTS_JS / "node_modules" / "uplot"

    for shipped, original in (
        ("uplot.js", "dist/uPlot.iife.min.js"),
        ("uplot.css", "dist/uPlot.min.css"),
        ("LICENSE-uplot", "LICENSE"),
    ):
        assert (SHARED / "vendor" / shipped).read_bytes() == (package / original).read_bytes()
