"""The picture shows each ratio and curve, and doesn't change without its figures."""

from pathlib import Path

from bench.chart import draw
from tests.bench.test_report import results


def test_the_picture_names_what_it_shows(tmp_path: Path) -> None:
    draw(results(), tmp_path / "img" / "picture.svg")

    text = (tmp_path / "img" / "picture.svg").read_text()
    assert "mixed star, rooms of 8 at 20 Hz" in text
    assert "room size" in text


def test_the_same_results_give_the_same_picture(tmp_path: Path) -> None:
    draw(results(), tmp_path / "one.svg")
    draw(results(), tmp_path / "two.svg")

    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
