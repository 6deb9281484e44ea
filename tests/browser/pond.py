"""Steering by what is drawn: a player who looks where the nearest spark is, and goes there by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.browser.players import Player

EYES = """(() => {
  const pen = CanvasRenderingContext2D.prototype;
  const { beginPath, lineTo, arc, fill, clearRect } = pen;
  let corners = [];
  let drawing = { own: null, sparks: [] };
  pen.beginPath = function () { corners = []; beginPath.call(this); };
  pen.lineTo = function (x, y) { corners.push([x, y]); lineTo.call(this, x, y); };
  pen.fill = function () {
    if (corners.length === 8) drawing.sparks.push([corners[0][0], (corners[0][1] + corners[4][1]) / 2]);
    fill.call(this);
  };
  pen.arc = function (x, y, radius, ...angles) {
    if (radius === 31) drawing.own = [x, y]; // the ring around one's own
    arc.call(this, x, y, radius, ...angles);
  };
  pen.clearRect = function (...box) {
    window.drawn = { ...drawing, at: performance.now() };
    drawing = { own: null, sparks: [] };
    clearRect.call(this, ...box);
  };
})()"""
"""A script for the page: `drawn` is the last whole picture, in units of the arena."""

REACH = 549
"""Units a puck ends up farther for each second of full steering: 60 PULL / (1 - DRAG) of its rules."""
DRIFT_MS = 460
"""It ends up where it would be after so long at its speed: DRAG / (1 - DRAG) steps."""
LOOK_MS = 100
LOOKS = 60


class _Picture(NamedTuple):
    own: tuple[float, float]
    sparks: list[tuple[float, float]]
    at: float


def _look(player: Player) -> _Picture:
    player.page.wait_for_function("() => window.drawn?.own && window.drawn.sparks.length > 0")
    drawn = player.page.evaluate("() => window.drawn")
    return _Picture(drawn["own"], drawn["sparks"], drawn["at"])


def collects_a_spark(player: Player, hold: Callable[[int], None], release: Callable[[int], None]) -> None:
    """Go right (0), down (1), left (2) or up (3) to the nearest spark until one is collected."""
    for _ in range(LOOKS):
        before = _look(player)
        player.page.wait_for_timeout(LOOK_MS)
        if player.scores()[player.name] > 0:
            return
        now = _look(player)
        rest = _where_it_rests(before, now)
        x, y = min(
            ((x - rest[0], y - rest[1]) for x, y in now.sparks), key=lambda way: abs(way[0]) + abs(way[1])
        )
        for way, distance in ((0 if x > 0 else 2, abs(x)), (1 if y > 0 else 3, abs(y))):
            hold(way)
            player.page.wait_for_timeout(1000 * distance / REACH)
            release(way)
    raise AssertionError("no spark was collected")


def _where_it_rests(before: _Picture, now: _Picture) -> tuple[float, float]:
    looked = now.at - before.at
    if looked <= 0:
        return now.own
    x, y = (
        place + (place - former) / looked * DRIFT_MS
        for former, place in zip(before.own, now.own, strict=True)
    )
    return x, y
