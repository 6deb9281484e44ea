"""Compile the busiest modules, if they are not compiled as they stand (`--if-possible`: or say why not)."""

from __future__ import annotations

import argparse
import gc
import sys
import time
from functools import partial

from gameserver.compiled import use
from gameserver.compiled.build import CannotCompile, build


def main() -> int:
    """Return 0 if there are compiled modules now, or need not be; 1 if they could not be made."""
    parser = argparse.ArgumentParser(prog="python -m gameserver.compiled", description=__doc__)
    parser.add_argument("--if-possible", action="store_true", help="it is no error if they cannot be made")
    options = parser.parse_args()
    began = time.monotonic()
    try:
        if build(say=partial(print, flush=True)):
            gc.freeze()  # to go through all that mypyc leaves behind would take the process seconds to end
            print(f"compiled in {time.monotonic() - began:.0f} s")
        if reason := use():
            raise CannotCompile(f"what was compiled cannot be loaded: {reason}")
    except KeyboardInterrupt:
        return 130  # as a shell has it for what Ctrl-C ended
    except CannotCompile as error:
        print(f"not compiled, so the server runs slower: {error}", file=sys.stderr)
        return 0 if options.if_possible else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
