"""What `./askwell up` does once everything is prepared.

`up` itself would load this repository's own answers into the benchmark's database first.
"""

from __future__ import annotations

import asyncio

from bot.cli.terminal import console
from bot.running.brain_keeper import BrainKeeper
from bot.running.supervisor import ProgramKeeper, Supervisor, web_program
from bot.settings import load_settings


def main() -> None:
    """Start web and brain, and end both with this process."""
    settings = load_settings()
    keepers = (ProgramKeeper(web_program(settings), console), BrainKeeper(settings, console))
    asyncio.run(Supervisor(keepers).run())


if __name__ == "__main__":
    main()
