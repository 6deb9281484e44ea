"""Answer operators' questions from the log: `python -m gameserver.logs --help`."""

from __future__ import annotations

import sys

from gameserver.logs.reading.questions import main

sys.exit(main())
