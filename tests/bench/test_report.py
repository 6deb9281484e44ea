"""Tables say what was measured, and a page changes only between its markers."""

from pathlib import Path

import pytest

from bench.driver import Outcome
from bench.report import BEGIN, END, number, publish, quiet, ratio_table, whole
from bench.results import Cost, Results, load


def outcomes(*loads: float) -> list[Outcome]:
    return [Outcome({"load": value}) for value in loads]


def results() -> Results:
    return Results(
        started="2026-01-02T03:04:05Z",
        machine={"machine": "a machine", "commit": "abc1234"},
        pace={"pairs": 5},
        limits={"max_rooms": 50_000},
        outcomes={
            "star": {
                "ours": outcomes(300, 310, 320, 330, 340),
                "node": outcomes(100, 100, 200, 100, 100),
                "stock": outcomes(20, 20, 20, 20, 20),
            }
        },
        costs=[Cost("ours", "room size", 10, 3.5)],
    )


def test_a_row_tells_medians_quartiles_and_whether_the_target_holds() -> None:
    node, stock = ratio_table(results()).splitlines()[2:]

    assert node.split(" | ")[1:] == [
        "320 (310 to 330)",
        "100 (100 to 100)",
        "3.1 x (3 to 3.3)",
        "1.7 x",
        "yes",
        "3 x |",
    ]
    assert stock.split(" | ")[5] == "no"  # 15.5 of 18


def test_figures_of_a_busy_machine_are_marked_as_such() -> None:
    busy = results()
    assert quiet(busy) == "Other work took 0% of the machine, 0% at most."

    busy.outcomes["star"]["node"][2] = Outcome({"load": 100}, others_share=0.3)

    assert "30% at most. **That is too much" in quiet(busy)


def test_rounds_that_were_thrown_away_are_told() -> None:
    again = results()
    again.thrown_away = 2

    assert quiet(again).endswith("It disturbed 2 rounds more, thrown away and measured again.")


def test_a_figure_has_three_digits() -> None:
    assert [number(value) for value in (0.012345, 3.14159, 421.7, 123_456.0)] == [
        "0.0123",
        "3.14",
        "422",
        "123,000",
    ]


def test_a_page_changes_between_its_markers_only(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{BEGIN}\nformer figures\n{END}\nafter\n")

    publish(results(), page)

    text = page.read_text()
    assert text.startswith(f"before\n{BEGIN}\n")
    assert text.endswith(f"{END}\nafter\n")
    assert "former figures" not in text
    assert whole(results()) in text


def test_a_page_without_markers_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("nothing to replace")

    with pytest.raises(ValueError, match="markers"):
        publish(results(), page)


def test_saved_results_are_read_back_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.results.DIRECTORY", tmp_path)

    assert load(results().save()) == results()
