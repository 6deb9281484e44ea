"""Write every form of the contract anew; with --check only tell whether one is out of date."""

from __future__ import annotations

import argparse
import sys

from gameserver.contract.assembled import contract
from gameserver.contract.files import outdated, write


def main() -> int:
    """Return 0, or 1 where a file is out of date and was to be checked only."""
    parser = argparse.ArgumentParser(prog="python -m gameserver.contract", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is out of date")
    if parser.parse_args().check:
        stale = list(outdated(contract()))
        for path in stale:
            print(f"out of date: {path}")
        return 1 if stale else 0
    for path in write(contract()):
        print(f"written: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
