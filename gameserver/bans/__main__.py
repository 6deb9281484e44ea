"""Change the file of bans: `python -m gameserver.bans --help`."""

from __future__ import annotations

import sys

from gameserver.bans.command_line import main

sys.exit(main())
