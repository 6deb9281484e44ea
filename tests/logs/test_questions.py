"""Questions to a recorded game: each answer is the story, whatever the files look like."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from tests.logs.recorded import ask, record

DOCUMENT = Path(__file__).parents[2] / "docs" / "logs.md"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "game.log"
    file.write_text(record())
    return file


def test_a_rooms_story_has_its_members_and_nobody_else(log: Path) -> None:
    story, aside = ask("room", "room0000", log)

    text = "\n".join(story)
    assert aside == ""
    assert "player0 created the room" in story[0] or "player0 created the room" in story[1]
    assert "player0's connection ended: it broke off without a goodbye" in text
    assert "player2 became host after player0" in text
    assert "player3" not in text
    assert [line[:12] for line in story] == sorted(line[:12] for line in story)


def test_a_connection_that_ended_later_in_another_room_is_not_told_here(log: Path) -> None:
    line = (
        '{{"event":"connection.closed","time":"2026-01-01T20:15:0{}.0Z","level":"info","player":"player0",'
        '"room":{},"ending":"lost","peak_backlog_bytes":12345,"ping_ms":20.0,"ping_p50_ms":19.0,'
        '"ping_p95_ms":31.0}}\n'
    )
    with log.open("a") as file:
        file.write(line.format(1, '"room0000"') + line.format(2, '"another"') + line.format(3, "null"))

    told = [text for text in ask("room", "room0000", log)[0] if text.startswith("20:15:0")]

    assert told == [
        "20:15:01.0Z  player0's connection ended: it broke off without a goodbye, "
        "ping 20.0 ms, p50 19.0 ms, p95 31.0 ms, at most 12,345 bytes behind"
    ]


def test_a_players_story_says_what_the_flood_left_out(log: Path) -> None:
    story, _ = ask("player", "player3", log)

    refused = [line for line in story if "refused join" in line]
    assert len(refused) == 12  # ten, and two of the 240 above them
    assert "after 99 refusals that left no line" in refused[-1]
    assert any("is disconnected (after 40 refusals" in line for line in story)


def test_a_change_of_host_is_explained_with_the_numbers(log: Path) -> None:
    explained, _ = ask("why-host", "room0000", log)

    (change,) = [line for line in explained if "after player0" in line]
    assert "lost its connection" in change
    assert "the lowest score: 22.2 ms against 43.5 ms" in change
    assert explained[-2:] == [
        "   1. player2                  ping 20.2 ms, score 22.2 ms  <- host",
        "   2. player1                  ping 41.5 ms, score 43.5 ms",
    ]


def test_a_time_without_an_election_shows_the_last_before(log: Path) -> None:
    explained, _ = ask("why-host", "room0000", "--at", "23:59", log)

    assert explained[0].startswith("No election at 23:59")
    assert "player2 became host" in explained[1]
    assert ask("why-host", "room0000", "--at", "20:13", log)[0] == [
        "No election of room0000 is in these lines."
    ]


def test_the_slowest_commands_come_first(log: Path) -> None:
    slow, _ = ask("slow", "--over", "1", log)

    times = [float(line.split(" ms")[0]) for line in slow[1:]]
    assert times == sorted(times, reverse=True)
    assert min(times) > 1


def test_errors_are_told_and_counted_by_kind(log: Path) -> None:
    with log.open("a") as file:
        file.write('{"event":"storage.degraded","level":"error","time":"","fault":"full"}\n')

    told, _ = ask("errors", log)
    assert "full" in told[0]
    assert told[1:] == ["1 error.", "       1  storage.degraded"]


def test_the_tables_count_refusals_that_left_no_line_too(log: Path) -> None:
    tables, _ = ask("stats", log)

    assert "        12  room_not_found join" in tables
    assert "       238  (sampled) left no line of their own" in tables
    assert "         1  lost" in tables


def test_lines_that_are_none_of_ours_are_counted_and_said(log: Path) -> None:
    clean = ask("stats", log)[0]
    with log.open("ab") as file:
        file.write(b'Traceback\n\n[1, 2]\n{"event": 5}\n{"event": "\xff"}\n' + b"x" * 100_000)

    tables, aside = ask("stats", log)
    assert tables == clean
    assert aside == "Passed over, since the server did not write them: 5 lines.\n"


def test_rotated_and_compressed_files_are_read_oldest_first(log: Path, tmp_path: Path) -> None:
    lines = log.read_text().splitlines(keepends=True)
    old, new = tmp_path / "old.log.gz", tmp_path / "new.log"
    with gzip.open(old, "wt") as file:
        file.writelines(lines[:9])
    new.write_text("".join(lines[9:]))

    assert ask("room", "room0000", new, old) == ask("room", "room0000", log)


def test_who_writes_into_the_file_cannot_write_to_the_terminal(log: Path) -> None:
    with log.open("a") as file:
        file.write('{"event":"\\u001b[2J","level":"error","message":"\\u001b]0;x"}\n')

    for question in (["errors"], ["stats"]):
        assert "\x1b" not in "\n".join(ask(*question, log)[0])


def test_files_may_follow_an_option_but_no_option_is_passed_over(log: Path) -> None:
    assert ask("why-host", "room0000", "--at", "20:14:19", log) == ask("why-host", "room0000", log)
    with pytest.raises(SystemExit):
        ask("stats", log, "--fast")


def test_the_document_shows_what_the_tool_answers(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(log.parent)
    examples = re.findall(r"```console\n\$ python -m gameserver.logs (.*)\n([^`]*)```", DOCUMENT.read_text())

    assert len(examples) == 5
    for command, shown in examples:
        assert shown.splitlines() == ask(*command.split())[0], command


def test_a_player_whose_id_begins_with_a_dash_can_be_asked_for(log: Path) -> None:
    log.write_text(log.read_text().replace("player0", "-SnVX7pbE31cZow6wbtZ"))

    story, _ = ask("player", "-SnVX7pbE31cZow6wbtZ", log)

    assert "-SnVX7pbE31cZow6wbtZ connected" in story[0]


@pytest.mark.parametrize("at", ["20:14", "2026-01-01T20:14", "2026-01-01 20:14:19.001", "20:14:19Z"])
def test_a_time_may_be_written_as_the_answers_write_it(log: Path, at: str) -> None:
    assert ask("why-host", "room0000", "--at", at, log) == ask("why-host", "room0000", log)


def test_an_hour_of_one_digit_is_an_hour(log: Path) -> None:
    log.write_text(log.read_text().replace("T20:14", "T09:14"))

    assert ask("why-host", "room0000", "--at", "9:14", log) == ask("why-host", "room0000", log)


@pytest.mark.parametrize("at", ["", "foo", "25:99", "20", "20:1", "2026-01-01", "8.14 pm"])
def test_what_is_no_time_is_refused(log: Path, at: str) -> None:
    with pytest.raises(SystemExit) as refused:
        ask("why-host", "room0000", "--at", at, log)

    assert refused.value.code == 2


@pytest.mark.parametrize("question", ["room", "player"])
def test_who_is_not_in_the_log_is_said_to_be_missing(log: Path, question: str) -> None:
    assert ask(question, "nobody", log)[0] == [f"No {question} nobody is in these lines."]
