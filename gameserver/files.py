"""Each connection is an open file, and by default a process may have about a thousand."""

from __future__ import annotations

import resource

OTHER_FILES = 512  # requests under way, the storage, the log


def allow_connections(count: int) -> int:
    """Raise the process' soft limit of open files for so many connections, as far as the hard one lets it.

    Returns how many files may be open now.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + OTHER_FILES
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted
