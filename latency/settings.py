"""Every setting of the measurement and of the election, with its unit, its bounds and its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any


class ImpossibleSetting(ValueError):
    """A setting is unknown, of the wrong kind, out of its bounds, or contradicts another one."""


def _setting(default: float, low: float, high: float, unit: str, why: str) -> Any:
    return field(default=default, metadata={"low": low, "high": high, "unit": unit, "why": why})


@dataclass(frozen=True, slots=True)
class Settings:
    """Frozen and valid: building one that contradicts itself raises `ImpossibleSetting`.

    Times end in `_s` (seconds) or `_ms` (milliseconds). A whole-number default means a whole number.
    """

    # When a player is probed.
    interval_host_s: float = _setting(5.0, 0.5, 60.0, "s", "a silent host is found in this plus dead_s")
    interval_member_s: float = _setting(20.0, 1.0, 300.0, "s", "the back-off ends here")
    interval_hidden_s: float = _setting(60.0, 1.0, 600.0, "s", "a page in the background is not elected")
    interval_first_s: float = _setting(1.0, 0.1, 60.0, "s", "the first pause after a burst")
    backoff: float = _setting(1.5, 1.0, 4.0, "factor", "each pause over the one before, up to the interval")
    burst_n: int = _setting(5, 1, 20, "probes", "at join and when a page becomes visible again")
    burst_s: float = _setting(2.0, 0.1, 30.0, "s", "the burst is spread over this")
    refresh_n: int = _setting(3, 1, 20, "probes", "the burst of a successor while its host is late")
    jitter: float = _setting(0.15, 0.0, 0.5, "share", "keeps the phases of the players apart")
    budget_pps: float = _setting(2000.0, 1.0, 1e6, "probes/s", "members beyond it wait, hosts last")
    app_every_host: int = _setting(4, 2, 1000, "slots", "one slot in so many asks the client's main thread")
    app_every_member: int = _setting(10, 2, 1000, "slots", "the same for members")

    # What an answer is worth.
    half_life_s: float = _setting(120.0, 1.0, 3600.0, "s", "a sample so old counts half")
    log_offset_ms: float = _setting(5.0, 0.0, 100.0, "ms", "ln(rtt + this): differences below it matter less")
    score_k: float = _setting(0.5, 0.0, 4.0, "sigma", "how much jitter counts against a host")
    prior_n: float = _setting(
        3.0, 0.0, 50.0, "samples", "weight of prior_sigma: one lucky ping proves little"
    )
    prior_sigma: float = _setting(0.3, 0.0, 3.0, "ln", "the spread assumed before it is measured")
    window: int = _setting(64, 8, 1024, "samples", "kept per player for p50, p95 and loss")
    timeout_min_s: float = _setting(1.0, 0.1, 60.0, "s", "RFC 6298 section 2.4: the least time-out")
    timeout_max_s: float = _setting(10.0, 0.1, 300.0, "s", "the longest time-out")
    lag_max_ms: float = _setting(
        50.0, 1.0, 5000.0, "ms", "a sample read later, by an unknown time, is dropped"
    )
    memory_s: float = _setting(
        60.0, 0.0, 3600.0, "s", "an estimate outlives its connection so long, at half weight"
    )

    # What players are told.
    good_ms: float = _setting(60.0, 1.0, 10_000.0, "ms", "the band good ends here")
    fair_ms: float = _setting(150.0, 1.0, 10_000.0, "ms", "the band fair ends here")
    lead_min_ms: float = _setting(250.0, 0.0, 60_000.0, "ms", "a track starts at the earliest so far ahead")
    lead_margin_ms: float = _setting(150.0, 0.0, 60_000.0, "ms", "over the slowest member's way")

    # Who becomes host.
    min_samples: int = _setting(3, 1, 64, "samples", "fewer answers rank a tier lower")
    stale_intervals: float = _setting(3.0, 1.0, 100.0, "intervals", "an estimate older than so many is stale")
    late_s: float = _setting(1.0, 0.1, 60.0, "s", "a probe unanswered so long is late")
    dead_s: float = _setting(3.0, 0.5, 120.0, "s", "a host unheard so long after a probe is silent")
    tie_ms: float = _setting(
        1.0, 0.0, 100.0, "ms", "scores closer than this are equal: the longest seated wins"
    )
    successors: int = _setting(2, 1, 63, "players", "told to the room before they are needed")
    margin_ms: float = _setting(20.0, 0.0, 10_000.0, "ms", "a better member must lead by this")
    margin_rel: float = _setting(0.25, 0.0, 10.0, "share", "and by this share of the host's score")
    sustain_s: float = _setting(15.0, 0.0, 600.0, "s", "and for so long")
    cooldown_s: float = _setting(60.0, 0.0, 3600.0, "s", "after a change; doubles with each proactive one")
    cooldown_max_s: float = _setting(600.0, 0.0, 86_400.0, "s", "so much calm resets it too")
    challenger_samples: int = _setting(5, 1, 64, "samples", "a better member must have answered so often")
    hidden_host_s: float = _setting(10.0, 0.0, 3600.0, "s", "a host in the background so long is replaced")
    emergency_cooldown_s: float = _setting(10.0, 0.0, 600.0, "s", "between two emergencies of a room")
    freeze_share: float = _setting(
        0.3, 0.01, 1.0, "share", "more late players than this at once: suspect ourselves"
    )
    freeze_n: int = _setting(4, 1, 1000, "players", "but only if at least so many are late")
    freeze_s: float = _setting(5.0, 0.0, 120.0, "s", "nobody is called silent for so long after that")

    def __post_init__(self) -> None:
        for each in fields(self):
            _check(each.name, getattr(self, each.name), each.default, each.metadata)
        for low, high in (
            ("interval_first_s", "interval_host_s"),
            ("interval_first_s", "interval_member_s"),
            ("interval_first_s", "interval_hidden_s"),
            ("timeout_min_s", "timeout_max_s"),
            ("good_ms", "fair_ms"),
            ("late_s", "dead_s"),
            ("cooldown_s", "cooldown_max_s"),
            ("min_samples", "window"),
        ):
            if getattr(self, low) > getattr(self, high):
                raise ImpossibleSetting(
                    f"{low} = {getattr(self, low)} may not exceed {high} = {getattr(self, high)}"
                )

    def changed(self, values: Mapping[str, object]) -> Settings:
        """These settings with some replaced, by values or by their text; or `ImpossibleSetting`."""
        known = {each.name: each for each in fields(self)}
        parsed: dict[str, Any] = {}
        for name, value in values.items():
            if name not in known:
                raise ImpossibleSetting(f"there is no setting {name!r}")
            parsed[name] = _parse(name, value, whole=isinstance(known[name].default, int))
        return replace(self, **parsed)

    def differences(self, other: Settings) -> dict[str, tuple[float, float]]:
        """What differs in `other`: name -> (here, there); the line to log when settings change."""
        return {
            each.name: (getattr(self, each.name), getattr(other, each.name))
            for each in fields(self)
            if getattr(self, each.name) != getattr(other, each.name)
        }


def described() -> list[tuple[str, float, str, float, float, str]]:
    """Name, default, unit, low, high and reason of every setting, in order."""
    return [
        (each.name, each.default, m["unit"], m["low"], m["high"], m["why"])  # type: ignore[misc]
        for each in fields(Settings)
        for m in (each.metadata,)
    ]


def _parse(name: str, value: object, *, whole: bool) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ImpossibleSetting(f"{name} = {value!r} is not a number")
    try:
        return int(value) if whole else float(value)
    except (ValueError, OverflowError):
        kind = "a whole number" if whole else "a number"
        raise ImpossibleSetting(f"{name} = {value!r} is not {kind}") from None


def _check(name: str, value: object, default: object, bounds: Mapping[str, Any]) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ImpossibleSetting(f"{name} = {value!r} is not a number")
    if isinstance(default, int) and not isinstance(value, int):
        raise ImpossibleSetting(f"{name} = {value!r} is not a whole number")
    if not bounds["low"] <= value <= bounds["high"]:  # a NaN fails this too
        raise ImpossibleSetting(
            f"{name} = {value} {bounds['unit']} is out of bounds: {bounds['low']} to {bounds['high']}"
        )
