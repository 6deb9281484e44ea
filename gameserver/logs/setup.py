"""Set up the process's log: one JSON object per line, or a coloured console on a terminal.

Text is cut and control characters are escaped, so that a line is always one line.
"""

from __future__ import annotations

import atexit
import logging
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Literal, TextIO

import msgspec
import structlog
from structlog.typing import FilteringBoundLogger

from gameserver.logs.writer import FileWriter, Later, Writer

MAX_TEXT = 256

Log = FilteringBoundLogger
Listener = Callable[[Mapping[str, Any]], None]
_listeners: list[Listener] = []
_writer: FileWriter | Writer | None = None  # of standard output


def listen(listener: Listener) -> Callable[[], None]:
    """Have every line told to this listener too, which must not keep it as it is; return what ends that."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def get_log() -> Log:
    """Return the logger that every part writes to."""
    log: Log = structlog.get_logger()
    return log


def configure(
    *, level: str = "info", form: Literal["auto", "console", "json"] = "auto", out: TextIO | None = None
) -> None:
    """Set up the process's logs; `auto` is a console on a terminal and JSON lines otherwise.

    Without `out` they go to standard output, and nothing waits for who reads it.
    """
    stream: Any = out or _unblocked(sys.stdout)
    terminal = (out or sys.stdout).isatty()
    console = form == "console" or (form == "auto" and terminal)
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.format_exc_info,
        _bounded,
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer(timestamp_key="time", colors=terminal)
        if console
        else structlog.processors.JSONRenderer(_to_json)
    )
    # Our own lines do not pass through the standard library, which costs four times as much; those of
    # connections that come in a crowd are counted in its seconds, so they take one step instead of six.
    structlog.configure(
        processors=[*shared, _ordered, renderer] if console else [_json_line],
        wrapper_class=_straight(structlog.make_filtering_bound_logger(logging.getLevelName(level.upper()))),
        logger_factory=lambda *_: _Lines(stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_foreign, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _ordered, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for library in ("tornado.access", "engineio", "socketio", "asyncio"):
        logging.getLogger(library).setLevel(logging.WARNING)
    # What it says of wrong requests quotes them, addresses and headers included, once for each of a flood.
    logging.getLogger("tornado.general").setLevel(logging.ERROR)


def dropped_lines() -> int:
    """How many lines were lost since the start, because nobody read them or they could not be written."""
    return 0 if _writer is None else _writer.dropped


@contextmanager
def turn_by_turn(later: Later) -> Iterator[None]:
    """In this block, what one turn of the event loop says goes to a log file in one write.

    A pipe is written by a thread in any case.
    """
    writer = _writer
    if not isinstance(writer, FileWriter):
        yield
        return
    writer.join(later)
    try:
        yield
    finally:
        writer.part()


def _unblocked(stream: TextIO) -> FileWriter | Writer:
    """Return what writes to this stream without ever waiting for a reader, which a file has none of."""
    global _writer
    stream.flush()
    log = get_log()

    def tell(lines: int) -> None:
        log.warning("log.dropped", lines=lines)

    if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        _writer = FileWriter(stream.fileno(), tell=tell)
    else:
        _writer = Writer(stream.fileno(), tell=tell)
        atexit.register(_writer.close)
    return _writer


class _Lines:
    """Where structlog puts its lines. What somebody should look at waits for no other lines."""

    def __init__(self, stream: TextIO) -> None:
        self._write = stream.write
        self._flush = stream.flush

    def info(self, line: str) -> None:
        self._write(line + "\n")

    def warning(self, line: str) -> None:
        self._write(line + "\n")
        self._flush()

    debug = info
    error = critical = warning


_encode = msgspec.json.Encoder(enc_hook=repr).encode


def _to_json(line: Mapping[str, Any], **_: Any) -> str:
    return _encode(line).decode()


def _json_line(_: Any, level: str, facts: MutableMapping[str, Any]) -> str:
    """Do what the steps of the console's lines do, in one."""
    if "exc_info" in facts:
        facts = structlog.processors.format_exc_info(None, level, facts)
    line: dict[str, Any] = {"time": _stamp(time.time()), "level": level, "event": facts.pop("event")}
    line.update(facts)
    _bounded(None, level, line)
    for listener in _listeners:
        listener(line)
    return _encode(line).decode()


def _stamp(now: float) -> str:
    """Return this Unix time as ISO 8601 has it; what a second's lines have in common is made once."""
    micros = int(now * 1e6)
    return f"{_second(micros // 1_000_000)}.{micros % 1_000_000:06d}Z"


@lru_cache(maxsize=2)
def _second(unix: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(unix))


def _straight(kind: type[Any]) -> type[Any]:
    """Return this kind of logger without structlog's steps around ours where there is no other."""

    class Straight(kind):  # type: ignore[misc]  # made by structlog
        def _proxy_to_logger(self, method_name: str, event: str | None = None, **facts: Any) -> Any:
            processors = self._processors
            if len(processors) != 1 or processors[0] is not _json_line or self._context:
                return super()._proxy_to_logger(method_name, event, **facts)
            facts["event"] = event
            return getattr(self._logger, method_name)(_json_line(None, method_name, facts))

    return Straight


def _ordered(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    first = {key: line[key] for key in ("time", "level", "event") if key in line}
    ordered = {**first, **line}
    for listener in _listeners:
        listener(ordered)
    return ordered


def _foreign(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Give a library's line our form: its text is a field, not an event name."""
    record = line.get("_record")
    line["message"] = line["event"]
    line["event"] = "library.message"
    line["logger"] = record.name if record is not None else "?"
    return line


def _bounded(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in line.items():
        if isinstance(value, str):
            if (len(value) > MAX_TEXT or not value.isprintable()) and not key.startswith("_"):
                line[key] = one_line(value, MAX_TEXT if key != "exception" else 8192)
        elif isinstance(value, float):
            line[key] = round(value, 3)
    return line


def one_line(text: str, limit: int = MAX_TEXT) -> str:
    """Return the text cut to `limit` characters, with everything unprintable escaped."""
    cut = text[:limit]
    if not cut.isprintable():
        cut = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in cut)
    return cut if len(text) <= limit else f"{cut}… ({len(text)} characters)"
