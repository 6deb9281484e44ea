"""`python -m bench`: measure this server beside the others."""

import sys

from bench.run import main

sys.exit(main())
