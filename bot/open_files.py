"""How many files, connections among them, a process may have open."""

from __future__ import annotations

import resource
from contextlib import suppress

MOST = 65_536


def allow_many_files() -> int:
    """Raise this process's limit as far as the system lets it, to some 65,000; returns the limit.

    Each open event stream is one file, and many systems begin with 1,024.
    """
    limit, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if most == resource.RLIM_INFINITY else min(MOST, most)
    if limit != resource.RLIM_INFINITY and limit < wanted:
        with suppress(ValueError, OSError):  # macOS has a limit beyond the one that it names
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
