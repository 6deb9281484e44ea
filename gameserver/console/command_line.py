"""Make what opens the console: `run_server.py hash-password` and `run_server.py make-token`."""

from __future__ import annotations

import getpass
import secrets
import sys
from typing import TextIO

from gameserver.console.logins import digest
from gameserver.console.passwords import hash_password


def run_hash_password(read_from: TextIO = sys.stdin, out: TextIO = sys.stdout) -> int:
    """Ask for a password, twice on a terminal, and print its hash; return the exit code."""
    if read_from.isatty():
        password = getpass.getpass("Password of the console: ")
        if password != getpass.getpass("Once more: "):
            sys.stderr.write("these were two different passwords\n")
            return 2
    else:
        password = read_from.readline().rstrip("\r\n")
    try:
        out.write(hash_password(password) + "\n")
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def run_make_token(out: TextIO = sys.stdout) -> int:
    """Print a new token and what the server keeps of it; return the exit code."""
    token = secrets.token_urlsafe(32)
    out.write(f"token, for who uses the API: {token}\n")
    out.write(f"console_token_sha256, for the server: {digest(token)}\n")
    return 0
