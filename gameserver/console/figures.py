"""The server as a whole: now, lately, and in its log."""

from __future__ import annotations

from gameserver import __version__
from gameserver.console.history import FIGURES, Counts, History
from gameserver.console.shapes import server as s
from gameserver.console.sources import Sources
from gameserver.console.tail import Filter


class Figures:
    """Reads plain counters; nothing here goes over rooms or players."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._started = sources.clock.now()
        parts = sources.parts
        self._history = History(
            self._counts,
            relay=parts.relay_times.seconds,
            lag=parts.lag.seconds,
            timers=sources.timers,
            now=sources.clock.now,
        )
        self.start, self.stop = self._history.start, self._history.stop

    def overview(self) -> s.Overview:
        """Return the server as it is now."""
        sources, parts = self._sources, self._sources.parts
        settings, storage = sources.settings(), parts.storage
        reasons = parts.readiness.reasons()
        return s.Overview(
            version=__version__,
            started_at=round(self._started * 1000),
            now=round(sources.clock.now() * 1000),
            loop=parts.loop,
            ready=not reasons,
            reasons=reasons,
            draining=sources.registry.draining,
            connections=len(sources.players.seats),
            players=len(sources.registry.players),
            rooms=len(sources.registry.rooms),
            max_rooms=settings.max_rooms,
            max_connections=settings.connections,
            migrating=parts.reigns.under_way,
            storage_degraded=None if storage.degraded is None else storage.degraded.fault,
            storage_waiting=0 if storage.storage is None else storage.storage.waiting,
            probes_per_s=round(sources.probes.per_second, 1),
        )

    def history(self, query: s.HistoryQuery) -> s.History:
        """Return the rows younger than a moment."""
        series = self._history.fine if query.step == "1s" else self._history.coarse
        rows = series.after(query.after)
        return s.History(
            step=series.step_s,
            at=[at for at, _ in rows],
            series=[
                s.Series(name=name, about=about, values=[row[place] for _, row in rows])
                for place, (name, about) in enumerate(FIGURES.items())
            ],
        )

    def logs(self, query: s.LogQuery) -> s.LogLines:
        """Return log lines behind a number."""
        wanted = Filter(event=query.event, level=query.level, room=query.room, player=query.player)
        found = self._sources.records.tail.after(query.after, wanted, query.limit)
        return s.LogLines(
            lines=[
                s.LogLine(
                    number=number,
                    time=str(line.get("time", "")),
                    level=str(line.get("level", "")),
                    event=str(line.get("event", "")),
                    facts={key: fact for key, fact in line.items() if key not in ("time", "level", "event")},
                )
                for number, line in found.lines
            ],
            next=found.next,
            dropped=found.dropped,
        )

    def _counts(self) -> Counts:
        sources, parts = self._sources, self._sources.parts
        relay, journal, reigns = parts.relay, parts.journal, parts.reigns
        handled = journal.outcomes.total()
        done = sum(count for (_, outcome), count in journal.outcomes.items() if outcome == "ok")
        tally = parts.engine.board.turn.tally
        return Counts(
            connections=len(sources.players.seats),
            players=len(sources.registry.players),
            rooms=len(sources.registry.rooms),
            migrating=reigns.under_way,
            messages=relay.messages.total(),
            deliveries=relay.deliveries,
            bytes=relay.bytes_in.total(),
            requests=handled,
            elections=reigns.elections,
            migrations=reigns.ended.total(),
            refusals=handled - done + relay.refused.total(),
            drops=relay.dropped + tally.newest_replaced + tally.newest_dropped,
            parked=relay.parked,
            relay=tuple(parts.relay_times.seconds.buckets),
            lag=tuple(parts.lag.seconds.buckets),
        )
