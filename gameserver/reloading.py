"""What is in force of settings, tracks and keys, and how others come into force while the server runs."""

from __future__ import annotations

from collections.abc import Callable

from gameserver import parts
from gameserver.core.commands import TracksLoaded, Tuned
from gameserver.core.tracks import Collection
from gameserver.logs import Log
from gameserver.runtime import Runtime
from gameserver.settings import Settings, WrongSettings
from gameserver.settings.fields import shown
from gameserver.settings.running import in_force, takes_effect
from gameserver.tokens import KeysError, Tokens, load_keys
from gameserver.tracks_file import TracksError, load_tracks
from gameserver.transport.probes import Probes
from gameserver.transport.relay.limiter import Limiter


class Reloading:
    """Brings changes to the parts that can take them up."""

    def __init__(
        self,
        settings: Settings,
        tracks: Collection,
        *,
        runtime: Runtime,
        limiter: Limiter,
        probes: Probes,
        tokens: Tokens,
        log: Log,
    ) -> None:
        self.settings = settings
        self.tracks = tracks
        self.announced = settings.announced()  # what clients are welcomed with
        self.read_settings: Callable[[], Settings] | None = None  # None: they stay as they are
        self._runtime = runtime
        self._limiter = limiter
        self._probes = probes
        self._tokens = tokens
        self._log = log

    def reload(self) -> None:
        """Read settings, tracks and keys again; what is wrong changes nothing."""
        self._reload_settings()
        self._reload_tracks()
        self._reload_keys()

    def _reload_settings(self) -> None:
        """Take over what of the settings may change at run time, and say of the rest that it waits."""
        if self.read_settings is None:
            return
        try:
            settings = self.read_settings()
        except WrongSettings as error:
            self._log.error("settings.refused", reason=str(error))
            return
        for name, (then, now) in settings.changed_from(self.settings).items():
            field = type(settings).model_fields[name]
            at_once = takes_effect(name) != "next_start"
            self._log.info(
                "settings.changed",
                name=name,
                former=shown(field, then),
                value=shown(field, now),
                at_once=at_once,
            )
        self.apply(in_force(self.settings, settings))

    def apply(self, settings: Settings) -> None:
        """Put these in force, as far as that can be done while the server runs."""
        self.settings = settings
        self._limiter.rates = parts.rates(settings)
        self.announced.update(settings.announced())
        self._probes.configure(settings.latency())
        self._runtime.report(None, Tuned(settings.latency(), settings.limits()))

    def _reload_keys(self) -> None:
        file = self.settings.token_keys
        if file is None:
            return
        try:
            self._tokens.keys = load_keys(file)
        except KeysError as error:
            self._log.error("keys.refused", file=str(file), reason=str(error))
        else:
            self._log.info("keys.loaded", file=str(file), keys=len(self._tokens.keys))

    def _reload_tracks(self) -> None:
        file = self.settings.tracks
        try:
            collection = load_tracks(file)
        except TracksError as error:
            self._log.error("tracks.refused", file=str(file), reason=str(error))
            return
        self._runtime.report(None, TracksLoaded(collection))
        self.tracks = collection
        self._log.info("tracks.loaded", file=str(file), tracks=len(collection))
