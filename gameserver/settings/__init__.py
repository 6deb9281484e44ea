"""What an operator can set: defaults, then a TOML file, then the environment, then flags.

One module per concern; each setting carries its unit in its name, its bounds and one sentence. A new concern
is a new module with its own class, named among the bases of `model.Settings` and in `fields.GROUPS`.
"""

from gameserver.settings.announced import ANNOUNCED
from gameserver.settings.command_line import flags
from gameserver.settings.fields import GROUPS, PREFIX, WrongSettings
from gameserver.settings.loading import load, misspelt
from gameserver.settings.model import AllSettings, Settings
from gameserver.settings.network import SHIPPED_TRACKS

__all__ = [
    "ANNOUNCED",
    "GROUPS",
    "PREFIX",
    "SHIPPED_TRACKS",
    "AllSettings",
    "Settings",
    "WrongSettings",
    "flags",
    "load",
    "misspelt",
]
