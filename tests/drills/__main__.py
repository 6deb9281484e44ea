"""All drills, one after the other, against servers of their own on free ports of this machine.

python -m tests.drills --count 1000
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.server_process import ROOT, ServerProcess

LONGEST_SECONDS = 1200  # of one drill; one that takes longer hangs
QUICK = (
    *("--host-grace-seconds", "0.2", "--host-ready-timeout-seconds", "1"),
    *("--ping-interval-seconds", "0.5", "--ping-timeout-seconds", "0.5"),
    *("--requests-per-second", "100", "--connects-per-second-per-address", "1000"),
)
"""Times so short that a lost host is found within a second, and bounds above what one address needs."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--count", type=int, default=1000, help="migrations, and drops thrice in a row [1000]"
    )
    parser.add_argument("--seed", type=int, default=1, help="of everything that is drawn [1]")
    options = parser.parse_args()
    count, seed = options.count, str(options.seed)
    failed = []
    with tempfile.TemporaryDirectory(prefix="drill-") as directory:
        server = ServerProcess(Path(directory), *QUICK, patient=False).start()
        try:
            each = ("--migrations", str(count), "--recoveries", str(count), "--rooms", "10", "--seed", seed)
            failed += _run("gameserver.drill", "--url", server.url, *each, "--games", str(count))
        finally:
            server.stop()
    failed += _run("tests.drills.server_kill", "--kills", str(max(1, count // 5)), "--seed", seed)
    failed += _run("tests.drills.storage_kill", "--kills", str(max(1, count // 5)), "--seed", seed)
    failed += _run("tests.drills.handover", "--times", str(max(2, count // 5)))
    failed += _run("tests.drills.restart", "--rooms", str(10 * count))
    failed += _run("tests.drills.answered")
    print(f"\npromises broken by: {', '.join(failed)}" if failed else "\nall drills: every promise was kept")
    return 1 if failed else 0


def _run(module: str, *arguments: str) -> list[str]:
    """Run a drill and return its name if it failed."""
    print(f"\n== {module} {' '.join(arguments)}", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT / "clients" / "python")},
        timeout=LONGEST_SECONDS,
        check=False,
    )
    return [module] if done.returncode else []


if __name__ == "__main__":
    sys.exit(main())
