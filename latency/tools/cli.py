"""The words of `python -m latency`: record, replay, recommend, plot, settings."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from latency.settings import ImpossibleSetting, described
from latency.tools.wrong import Wrong


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked; 2 and one sentence on stderr if it cannot be done."""
    options = _parser().parse_args(arguments)
    try:
        lines: list[str] = options.do(options)
    except (ImpossibleSetting, Wrong) as wrong:
        return _refuse(str(wrong))
    except ModuleNotFoundError as missing:
        if missing.name not in ("numpy", "matplotlib"):
            raise
        return _refuse(f"{missing.name} is missing: pip install -r requirements-dev.txt")
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"latency: {sentence}\n")
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m latency", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    record = commands.add_parser(
        "record", help="take a recording out of the file that a running server writes"
    )
    record.add_argument("source", help="what the server's --latency-record names; - for stdin")
    record.add_argument("out", type=Path, help="the file to write (gzipped)")
    record.add_argument(
        "--minutes", type=float, default=0.0, help="go on for so long (default: what is there)"
    )
    record.set_defaults(do=_record)

    replay = commands.add_parser(
        "replay", help="play elections and rooms again under these or other settings"
    )
    _source(replay)
    replay.add_argument("--rooms", type=_natural, default=60, help="whole rooms to play (default: 60)")
    replay.set_defaults(do=_replay)

    recommend = commands.add_parser("recommend", help="search better settings and confirm them")
    _source(recommend)
    recommend.add_argument(
        "--max-cpu", type=float, help="percent of a core for all players (default: as now)"
    )
    recommend.set_defaults(do=_recommend)

    plot = commands.add_parser("plot", help="draw distributions, regret and one player: PNG and HTML")
    _source(plot)
    plot.add_argument("--out", type=Path, required=True, help="the directory to write to")
    plot.add_argument("--player", type=int, default=None, help="which player of a recording to draw")
    plot.set_defaults(do=_plot)

    settings = commands.add_parser("settings", help="list every setting with unit, bounds and reason")
    settings.set_defaults(do=_settings)
    return parser


def _source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "recording", type=Path, nargs="?", help="a file of `record`; none: the shipped traces"
    )
    parser.add_argument("--traces", choices=["same-city", "regional", "global"], default="regional")
    parser.add_argument("--without-outages", action="store_true", help="leave out the runs that hold outages")
    parser.add_argument("--elections", type=_natural, default=500, help="how many (default: 500)")
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="another setting")


def _natural(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number


def _changes(options: argparse.Namespace) -> dict[str, object]:
    changes: dict[str, object] = {}
    for each in options.set:
        name, equals, value = each.partition("=")
        if not equals:
            raise Wrong(f"{each!r} is not NAME=VALUE")
        changes[name] = value
    return changes


def _record(options: argparse.Namespace) -> list[str]:
    from latency.tools.tasks import recorded

    return recorded(options.source, options.out, 60 * options.minutes)


def _replay(options: argparse.Namespace) -> list[str]:
    from latency.tools.tasks import Material, replayed

    material = Material.of(options, _changes(options))
    return replayed(material, options.rooms)


def _recommend(options: argparse.Namespace) -> list[str]:
    from latency.tools.tasks import Material, recommended

    material = Material.of(options, _changes(options))
    return recommended(material, None if options.max_cpu is None else options.max_cpu / 100)


def _plot(options: argparse.Namespace) -> list[str]:
    from latency.tools.tasks import Material, plotted

    if options.out.exists() and not options.out.is_dir():
        raise Wrong(f"{options.out} is not a directory")
    files = plotted(Material.of(options, _changes(options)), options.player)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (options.out / name).write_bytes(data)
    return [f"wrote {options.out / name}" for name in files]


def _settings(options: argparse.Namespace) -> list[str]:
    return [
        f"{name} = {default:g} {unit} ({low:g} to {high:g}): {why}"
        for name, default, unit, low, high, why in described()
    ]
