"""`python -m latency`: record, replay, recommend, plot, settings."""

import sys

from latency.tools.cli import main

sys.exit(main())
