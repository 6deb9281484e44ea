"""The busiest way through the server once more without one of its parts: what that takes is the difference.

Methods of compiled modules cannot be replaced while they run. So the sources are copied, modules that lack a
part are put beside those they were made from, and all of it is compiled together as the server itself is.
"""

from __future__ import annotations

import ast
import re
import shutil
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
PLACE: Final = ROOT / ".apart"  # kept: what is compiled already need not be again
RELAY: Final = "gameserver.transport.relay"
LINKS: Final = "gameserver.transport.websocket.links_apart"
_RELAY: Final = "gameserver/transport/relay"
_LINK: Final = "gameserver/transport/websocket/link.py"
_EXPRESS: Final = f"{_RELAY}/express.py"
_BUCKET: Final = f"{_RELAY}/bucket.py"

Edit = tuple[str, str]

_TAKE: Final = "seat.relay.take_if_there(size, now)"
_ROUTE: Final[tuple[Edit, ...]] = (
    ("if door is None or not door.open:", "if door is None:"),
    ("if seat.player != route.host or not route.host_ready:\n                        return False\n", ""),
)
_STRUCTURE: Final[tuple[Edit, ...]] = (
    (
        "short = message[start] == BIN_8 and message[start + 1] == size - layout.beside\n"
        "            if not short and not is_value(value):\n"
        "                return False\n",
        "",
    ),
)
_NUMBER: Final[tuple[Edit, ...]] = (
    (
        "if keeper.snapshot is None:\n"
        "                    keeper.seq += 1\n"
        "                else:\n"
        "                    keeper.take(seat.player, MsgpackRaw(value), clock())\n",
        "",
    ),
)
_MESSAGES: Final[tuple[Edit, ...]] = (
    ("counters.deliveries += 1\n", ""),
    ("counters.deliveries += len(doors)\n", ""),
    ("relayed.messages += 1\n", ""),
    ("seat.messages += 1\n", ""),
    ("lane.used_at = now\n", ""),
)
_BYTES: Final[tuple[Edit, ...]] = (
    ("relayed.bytes += size\n", ""),
    ("seat.received_bytes += size\n", ""),
)
_SAMPLED: Final[tuple[Edit, ...]] = (
    ("handled = arrivals.relayed + 1\n", ""),
    ("began = 0.0 if handled % TIMED_ONE_IN else self._now()\n", ""),
    (
        "arrivals.relayed = handled\n"
        "            if not handled % TIMED_ONE_IN:\n"
        "                self._time_relay(began)\n",
        "",
    ),
)
_UNLIMITED: Final[tuple[Edit, ...]] = (
    (f"if not {_TAKE}:\n                    return False\n", ""),
    (f"if not {_TAKE}:\n                        return False\n", ""),
    (f"elif {_TAKE}:", "elif size:"),
)
_FRAME: Final[tuple[Edit, ...]] = (
    ("frame(_INPUT, seat.packed, value)", "_READY"),
    ('frame(_STATE, b"", value)', "_READY"),
    ("frame(_BROADCAST, seat.packed, value)", "_READY"),
    (
        '_BROADCAST: Final = msgpack_head("broadcast", 2)\n',
        '_BROADCAST: Final = msgpack_head("broadcast", 2)\n'
        '_READY: Final = frame(_STATE, b"", b"\\xc4\\x3e" + bytes(62))\n',
    ),
)
_NO_MESSAGES: Final[tuple[Edit, ...]] = (
    (
        "    messages = self._messages + since * self._rate\n"
        "    if messages > self._burst:\n"
        "        messages = self._burst\n",
        "",
    ),
    ("messages < 1.0 or ", ""),
    ("    self._messages = messages - 1.0\n", ""),
)
_NO_BYTES: Final[tuple[Edit, ...]] = (
    (
        "    data = self._bytes + since * self._byte_rate\n"
        "    if data > self._bytes_burst:\n"
        "        data = self._bytes_burst\n",
        "",
    ),
    (" or data < size", ""),
    ("    self._bytes = data - size\n", ""),
)


@dataclass(frozen=True, slots=True)
class Part:
    """Something that the relay does with each message, and how its module looks without it."""

    title: str
    module: str  # the one that lacks it, in the relay's folder
    edits: tuple[Edit, ...]
    bucket: tuple[Edit, ...] = ()  # of `Allowance.take_if_there`, asked instead of the whole


PARTS: Final = (
    Part("route checked", "express_no_route", _ROUTE),
    Part("payload's structure checked", "express_no_structure", _STRUCTURE),
    Part("input's running number taken", "express_no_number", _NUMBER),
    Part("messages counted, last use noted", "express_no_messages", _MESSAGES),
    Part("bytes counted", "express_no_bytes", _BYTES),
    Part("one in 64 timed", "express_no_timing", _SAMPLED),
    Part("rates limited", "express_no_rates", _UNLIMITED),
)
OF_THE_RATES: Final = (
    Part("of that, of messages alone", "express_no_rate", (), _NO_MESSAGES),
    Part("of that, of bytes alone", "express_no_byte_rate", (), _NO_BYTES),
)
FRAME: Final = Part("frame built from the bytes", "express_no_frame", _FRAME)
ALL: Final = Part(
    "all that is checked, counted, numbered and limited",
    "express_nothing",
    (*_ROUTE, *_STRUCTURE, *_NUMBER, *_MESSAGES, *_BYTES, *_SAMPLED, *_UNLIMITED),
)
UNMASKING: Final = ("mask(data[2:6], data[6:])", "data[6:]")
CONTROLS: Final = ("self.count_control()\n", "")


def without(part: Part, express: str, bucket: str) -> str:
    """Return the short way's source without this part. Raises LookupError where it is not there any more."""
    source = _edited(express, part.edits)
    if part.bucket:
        method = textwrap.dedent(_method(bucket, "Allowance", "take_if_there"))
        method = method.replace("def take_if_there(self,", "def _take(self: Allowance,")
        source = _edited(source, ((_TAKE, "_take(seat.relay, size, now)"),))
        source += f"\n\n{_edited(method, part.bucket)}"
        seat = "from gameserver.transport.seat import Seat\n"
        source = _edited(source, ((seat, f"from {_dotted(_BUCKET)} import Allowance\n{seat}"),))
    return source


def links(link: str) -> str:
    """Return the source of a link that takes bytes as they are, and one that does not count pings."""
    received = _edited(_method(link, "Link", "data_received"), (UNMASKING,))
    pinged = _edited(_method(link, "Link", "on_ping"), (CONTROLS,))
    return (
        "from __future__ import annotations\n\n"
        "from collections.abc import Hashable\n\n"
        "from gameserver.transport.seat import Seat\n"
        "from gameserver.transport.websocket.ending import End, How\n"
        "from gameserver.transport.websocket.frames import FrameError, PONG, WHOLE_BINARY, encode_frame\n"
        "from gameserver.transport.websocket.link import Link\n"
        "from gameserver.transport.websocket.outbox import Outbox\n\n\n"
        f"class Unmasked(Link):\n{received}\n\n\n"
        f"class Uncounted(Link):\n{pinged}\n\n\n"
        + textwrap.dedent(
            """
            class Straight(Outbox):
                \"\"\"Writes each frame at once.\"\"\"

                def send(self, frame: bytes, counts: bool = True) -> None:
                    send = self._send_to_kernel
                    try:
                        sent = send(frame)
                    except OSError:
                        sent = 0
                    if sent != len(frame):
                        raise AssertionError

                def send_newest(self, slot: Hashable, frame: bytes) -> None:
                    send = self._send_to_kernel
                    try:
                        sent = send(frame)
                    except OSError:
                        sent = 0
                    if sent != len(frame):
                        raise AssertionError


            def done(seat: Seat, message: bytes, now: float) -> bool:
                \"\"\"Nothing is done with a message: what is left is the way from the read to it.\"\"\"
                return True
            """
        )
    )


def write(place: Path = PLACE) -> Path:
    """Write all sources there, those without a part beside them; what did not change keeps its date."""
    for package in ("gameserver", "latency"):
        for source in (ROOT / package).rglob("*"):
            if source.is_file() and "__pycache__" not in source.parts:
                _put(place / source.relative_to(ROOT), source.read_bytes())
    _put(place / "pyproject.toml", (ROOT / "pyproject.toml").read_bytes())
    express, bucket, link = ((ROOT / source).read_text() for source in (_EXPRESS, _BUCKET, _LINK))
    added = {
        f"{_RELAY}/{part.module}.py": without(part, express, bucket)
        for part in (*PARTS, *OF_THE_RATES, FRAME, ALL)
    }
    added[f"{LINKS.replace('.', '/')}.py"] = links(link)
    for path, text in added.items():
        _put(place / path, text.encode())
    listed = (ROOT / "gameserver/compiled/modules.py").read_text()
    lines = "".join(f'    "{path}",\n' for path in sorted(added))
    _put(
        place / "gameserver/compiled/modules.py",
        _edited(listed, (("MODULES = (\n", f"MODULES = (\n{lines}"),)).encode(),
    )
    return place


def forget(place: Path = PLACE) -> None:
    """Remove what was written."""
    shutil.rmtree(place, ignore_errors=True)


def _put(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _edited(source: str, edits: tuple[Edit, ...]) -> str:
    for old, new in edits:
        if old not in source:
            raise LookupError(f"not in the source any more: {old!r}")
        if new or not old.endswith("\n"):
            source = source.replace(old, new)
        else:  # whole lines, with what they are indented by
            source = re.sub(rf"(?m)^ *{re.escape(old)}", "", source)
    return source


def _method(source: str, owner: str, name: str) -> str:
    """Return a method as it stands, indented."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef) and node.name == owner:
            for each in node.body:
                if isinstance(each, ast.FunctionDef) and each.name == name:
                    lines = source.splitlines(keepends=True)
                    return "".join(lines[each.lineno - 1 : each.end_lineno])
    raise LookupError(f"{owner}.{name}")


def _dotted(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")
