"""The console put together: what it keeps, shows and does, behind its guard."""

from __future__ import annotations

from gameserver.console import tuning
from gameserver.console.actions import Actions
from gameserver.console.audit import Audit
from gameserver.console.figures import Figures
from gameserver.console.finding import Finding
from gameserver.console.guard import Guard
from gameserver.console.logins import Logins
from gameserver.console.passwords import PasswordCheck
from gameserver.console.shapes import server as s
from gameserver.console.sources import Sources
from gameserver.console.views import Views
from gameserver.logs import Log, listen
from gameserver.settings import Settings


def wanted(settings: Settings) -> bool:
    """Whether there is a console at all."""
    return settings.console_password_hash is not None or settings.console_token_sha256 is not None


class Desk:
    """Where an operator works. Nothing of it exists while the console is closed."""

    actions: Actions
    audit: Audit
    figures: Figures
    finding: Finding
    guard: Guard
    views: Views

    def __init__(self, settings: Settings, sources: Sources, log: Log) -> None:
        now = sources.clock.now
        self.audit = Audit(log, now)
        hash = settings.console_password_hash
        self._password = None if hash is None else PasswordCheck(hash)
        self.guard = Guard(
            password=self._password,
            token_sha256=settings.console_token_sha256,
            logins=Logins(settings.console_session_seconds, now),
            tries=settings.console_tries,
            pause=settings.console_pause_seconds,
            audit=self.audit,
            now=now,
        )
        self.finding = Finding(sources)
        self.views = Views(sources)
        self.figures = Figures(sources)
        self.actions = Actions(sources, self.finding, self.audit)
        self.sources = sources
        self._unlisten = listen(sources.records.tail.note)
        self.figures.start()

    def settings(self) -> s.Settings:
        """Return every setting as it is in force."""
        return tuning.described(self.sources.settings())

    def close(self) -> None:
        """Keep nothing any more."""
        self.figures.stop()
        self._unlisten()
        if self._password is not None:
            self._password.close()
